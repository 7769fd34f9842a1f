"""Files that a batch makes, and whom to tell of them."""

from typing import Any

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0012_reports.sql")
