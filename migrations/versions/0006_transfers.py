"""The way from a transfer to its items."""

from typing import Any

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0006_transfers.sql")
