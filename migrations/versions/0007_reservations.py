"""Payment reservations, and work that is due at a business time."""

from typing import Any

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0007_reservations.sql")
