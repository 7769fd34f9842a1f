"""Lines of every bank file format, what people decide about them, suggestions, refunds."""

from typing import Any

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0013_matching.sql")
