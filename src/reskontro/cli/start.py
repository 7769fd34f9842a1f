"""What stands before any process that serves or works: settings and a database that are fit for it."""

import asyncio
from urllib.parse import urlsplit

import asyncpg

from reskontro.cli.session import CommandFailed
from reskontro.platform import migrations
from reskontro.platform.database_role import role_fault
from reskontro.platform.settings import Mode, Settings


def refuse_weak_settings(config: Settings) -> None:
    """Raise if the settings are not fit for production and production is meant."""
    if config.mode is Mode.PRODUCTION and urlsplit(config.base_url).scheme != "https":
        raise CommandFailed(
            f"in production the public base URL is encrypted, and {config.base_url} is not: set "
            "RESKONTRO_PUBLIC_BASE_URL to the https:// address that callers use"
        )


def refuse_strong_role(dsn: str) -> None:
    """Raise if the role that the application would use could get round what keeps tenants apart."""
    fault = asyncio.run(role_fault(dsn))
    if fault is not None:
        raise CommandFailed(
            f"the role {migrations.role_of(dsn)} of DATABASE_URL {fault}: give a role that can do none of this "
            "(docs/guide/running.md, Roles)"
        )


def refuse_sandbox_clients(config: Settings, dsn: str) -> None:
    """Raise if production is meant and the database holds a client that a sandbox made."""
    if config.mode is not Mode.PRODUCTION:
        return
    made_up = asyncio.run(_first_sandbox_client(dsn))
    if made_up is not None:
        raise CommandFailed(
            f"the database holds client {made_up}, which a sandbox made, and this is production mode: give production "
            "a database of its own, or set RESKONTRO_MODE=sandbox"
        )


async def _first_sandbox_client(dsn: str) -> int | None:
    connection = await asyncpg.connect(dsn)
    try:
        found: int | None = await connection.fetchval(
            "select client_no from client where sandbox order by client_no limit 1"
        )
        return found
    finally:
        await connection.close()


def is_behind(dsn: str) -> bool:
    """Whether the schema lacks revisions. A newer schema than ours is fit: revisions are safe beside older versions."""
    try:
        found = asyncio.run(migrations.current_revision(dsn))
    except asyncpg.InsufficientPrivilegeError:
        return False  # a role that may not look is told by its first statement
    return found is None or found < migrations.HEAD


def own_database(config: Settings) -> str:
    """The DSN of a server that others start, its role and its schema fit for use."""
    if config.database_url is None:
        raise CommandFailed(
            "DATABASE_URL is not set: `reskontro serve` runs everything on the embedded database, "
            "`reskontro web` and `reskontro worker` use a server of your own"
        )
    refuse_strong_role(config.database_url)
    if is_behind(config.owner_database_url or config.database_url):
        raise CommandFailed("the database's schema is older than this version: run `reskontro db migrate`")
    refuse_sandbox_clients(config, config.database_url)
    return config.database_url
