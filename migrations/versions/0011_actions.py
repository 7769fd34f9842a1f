"""Actions, hand-over events, the nightly follow-up."""

from typing import Any

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0011_actions.sql")
