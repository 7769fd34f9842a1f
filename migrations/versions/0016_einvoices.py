"""E-invoices of documents, and how a client's papers look."""

from typing import Any

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0016_einvoices.sql")
