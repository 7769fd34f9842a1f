"""Exchange rates."""

from typing import Any

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0009_rates.sql")
