"""Customers, documents, the book, batches, files, payments."""

from typing import Any

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0003_book.sql")
