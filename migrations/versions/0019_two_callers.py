"""A refund keeps the credentials that proposed and approved it; a line is found by its case."""

from typing import Any

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0019_two_callers.sql")
