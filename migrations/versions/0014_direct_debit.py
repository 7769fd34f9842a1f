"""Direct debit: agreements, mandates with their history, files to banks, claims."""

from typing import Any

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0014_direct_debit.sql")
