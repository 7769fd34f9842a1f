"""Files of refunds, answers to bank files, the search for what a return takes back."""

from typing import Any

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0015_money.sql")
