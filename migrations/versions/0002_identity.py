"""Credentials, secrets, refresh tokens, signing keys, rate limits."""

from typing import Any

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0002_identity.sql")
