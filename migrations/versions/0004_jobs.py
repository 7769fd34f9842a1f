"""The job tables, as the installed release of the job library defines them."""

from typing import Any

from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

revision = "0004"
down_revision = "0003"

GRANTS = """
grant select, insert, update, delete on pgqueuer, pgqueuer_log, pgqueuer_schedules, pgqueuer_statistics
    to reskontro_app;
grant usage on all sequences in schema public to reskontro_app;
grant select on alembic_version to reskontro_app;
"""


def upgrade(**run: Any) -> None:
    bind = op.get_bind() if not op.get_context().as_sql else None
    run["run_sql"](bind, QueryBuilderEnvironment().build_install_query(create_schema=False))
    run["run_sql"](bind, GRANTS)
