"""Clients, receiving accounts, settings, the business clock, idempotency keys."""

from typing import Any

from alembic import op

revision = "0001"
down_revision = None


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0001_registry.sql")
