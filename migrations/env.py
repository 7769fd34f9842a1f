"""Runs revisions as the owner of the schema, each in its own transaction.

A revision is one plain SQL file. Online it goes through the driver's own `execute`, which takes several statements at
once; offline it is printed for a database administrator.
"""

import asyncio
from pathlib import Path
from typing import Any

from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import await_only

config = context.config
APP_ROLE = config.attributes.get("app_role", "reskontro_app")


def run_sql(bind: Any, sql: str) -> None:
    """Execute or print the statements of a revision, with the application's role put in."""
    sql = sql.replace("reskontro_app", APP_ROLE)
    if context.is_offline_mode():
        context.get_context().impl.static_output(sql)
        return
    bind.exec_driver_sql("select 1")  # the adapter begins its transaction with its first own statement, not before
    await_only(bind.connection.driver_connection.execute(sql))


def run_file(bind: Any, name: str) -> None:
    """Execute or print one file of `sql/`."""
    run_sql(bind, (Path(__file__).parent / "sql" / name).read_text(encoding="utf-8"))


def _run(connection: Any) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations(run_file=run_file, run_sql=run_sql)


async def _online() -> None:
    engine = create_async_engine(config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", transaction_per_migration=True, output_buffer=config.output_buffer)
    with context.begin_transaction():
        context.run_migrations(run_file=run_file, run_sql=run_sql)
else:
    asyncio.run(_online())
