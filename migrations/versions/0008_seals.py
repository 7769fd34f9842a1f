"""Seals over the postings, the signed heads of days."""

from typing import Any

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0008_seals.sql")
