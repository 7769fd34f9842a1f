"""What lists are searched by: indexes, folded keys."""

from typing import Any

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0005_lists.sql")
