"""Brings the schema up to date, as the role that owns it."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from reskontro.platform.resources import root_of

HEAD = "0019"  # a test holds this equal to the newest revision


def migrations_folder() -> Path:
    """Where the revisions are: beside the sources, or in the installed package."""
    return root_of("migrations")


async def current_revision(dsn: str) -> str | None:
    """The revision that the database is at, None for an empty one."""
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("select to_regclass('public.alembic_version') is null"):
            return None
        revision: str | None = await connection.fetchval("select version_num from alembic_version")
        return revision
    finally:
        await connection.close()


def upgrade(owner_dsn: str, app_role: str) -> None:
    """Run every revision that is missing. Blocks; to be called where no event loop runs."""
    from alembic import command  # noqa: PLC0415 - a start that finds the schema up to date does without it

    command.upgrade(_config(owner_dsn, app_role), "head")


def print_sql(app_role: str, from_revision: str = "base") -> None:
    """Print the SQL of every revision after one, for a database administrator."""
    from alembic import command  # noqa: PLC0415 - likewise

    command.upgrade(_config("postgresql://", app_role), f"{from_revision}:head", sql=True)


def _config(dsn: str, app_role: str) -> Any:
    from alembic.config import Config  # noqa: PLC0415 - likewise

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["url"] = "postgresql+asyncpg://" + dsn.partition("://")[2]
    config.attributes["app_role"] = app_role
    return config


def role_of(dsn: str) -> str:
    """The user that a DSN names."""
    return urlsplit(dsn).username or ""
