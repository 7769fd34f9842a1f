"""Frozen movements, changed due dates, what was booked late."""

from typing import Any

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0010_insight.sql")
