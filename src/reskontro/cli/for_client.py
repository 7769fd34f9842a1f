"""Commands by which a person does something for one client."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from reskontro.cli.session import CommandFailed, business_now, open_database, run
from reskontro.kernel.actor import Actor
from reskontro.platform.database import Database
from reskontro.platform.files import FileStore
from reskontro.platform.settings import settings
from reskontro.tenants.service import get_tenant

T = TypeVar("T")

SHOWN_DIGITS = 4
LONGEST_USER = 50


def run_for(client_no: int, work: Callable[[Database, datetime], Awaitable[T]]) -> T:
    """What some work for a client gives; the client has to exist."""

    async def command() -> T:
        async with open_database() as db:
            await get_tenant(db, client_no)
            return await work(db, await business_now(db))

    return run(command())


def person(user: str) -> Actor:
    """Who gives the command: a name that can be read, since it is kept with what was decided."""
    name = user.strip()
    if not name or len(name) > LONGEST_USER or not name.isprintable():
        raise CommandFailed(f"--user: who decides is wanted, {LONGEST_USER} characters at most that can be read")
    return Actor("SYSTEM", name)


def file_store() -> FileStore:
    """Where the installation keeps its files."""
    config = settings()
    return FileStore.open(config.data_folder, config.files_url)


def last_digits(account: str) -> str:
    """An account number as it is printed: its last digits."""
    return "*" * max(0, len(account) - SHOWN_DIGITS) + account[-SHOWN_DIGITS:]
