"""A posting's rows are held to by the book's lock and no longer by foreign keys."""

from typing import Any

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade(**run: Any) -> None:
    run["run_file"](op.get_bind() if not op.get_context().as_sql else None, "0017_fewer_keys.sql")
