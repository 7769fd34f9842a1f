"""What a command needs of its surroundings: the database, and an end that a person understands.

The database is the one of `DATABASE_URL`, else the embedded one of `RESKONTRO_DATA`, which is started for the time of
the command where `reskontro serve` is not running.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
import typer
from pydantic import ValidationError

from reskontro.kernel.identifiers import InvalidIdentifier
from reskontro.kernel.problems import Fault, Refused
from reskontro.platform import migrations
from reskontro.platform.business_clock import read_clock
from reskontro.platform.clock import real_now, whole_milliseconds
from reskontro.platform.database import Database
from reskontro.platform.embedded import database_of
from reskontro.platform.embedded_folder import EmbeddedDatabaseError, EmbeddedFolder
from reskontro.platform.languages import DEFAULT, text
from reskontro.platform.settings import Mode, Settings, settings
from reskontro.platform.telemetry import set_up_logging

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

T = TypeVar("T")

COMMAND_CONNECTIONS = 4


class CommandFailed(Exception):  # noqa: N818 - it says what happened
    """The command could not do it; the message is one line that says what to do next."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """How to reach the database: as the application, and as the owner of the schema where that is known."""

    app: str
    owner: str | None

    @property
    def app_role(self) -> str:
        """The role to which the schema grants what the application may do."""
        return migrations.role_of(self.app)


@contextmanager
def database_urls(*, make: bool = False) -> Iterator[DatabaseUrls]:
    """The addresses of the database; the embedded one runs for the time of the block at least.

    An embedded database that does not exist is made only where that is asked for.
    """
    found = settings()
    if found.database_url is not None:
        yield DatabaseUrls(found.database_url, found.owner_database_url)
        return
    if not make and not EmbeddedFolder(found.data_folder).cluster.exists():
        raise CommandFailed(
            f"there is no database in {found.data_folder}: run `reskontro db migrate` to make it, "
            "or set RESKONTRO_DATA or DATABASE_URL to where it is"
        )
    with database_of(found.data_folder) as urls:
        yield DatabaseUrls(urls.app, urls.owner)


async def business_now(db: Database) -> datetime:
    """The business time, which the sandbox moves."""
    if settings().mode is Mode.SANDBOX:
        return (await read_clock(db)).now()
    return whole_milliseconds(real_now())


@asynccontextmanager
async def open_database() -> AsyncIterator[Database]:
    """The database, as the application's role."""
    with database_urls() as urls:
        db = await Database.connect(urls.app, connections=COMMAND_CONNECTIONS, application_name="reskontro command")
        try:
            yield db
        finally:
            await db.close()


@contextmanager
def owner_url(*, make: bool = False) -> Iterator[DatabaseUrls]:
    """The addresses where the owner's is known; `.owner` is a text."""
    with database_urls(make=make) as urls:
        if urls.owner is None:
            raise CommandFailed(
                "DATABASE_URL is set without RESKONTRO_OWNER_DATABASE_URL: set it to the same database as the role "
                "that owns the schema, or hand the output of `reskontro db sql` to the database's administrator"
            )
        yield urls


def run(command: Coroutine[Any, Any, T]) -> T:
    """What the command's coroutine gives; what it can fail with is told in one line, and the exit status is 1."""
    with complaints():
        return asyncio.run(command)


@contextmanager
def complaints() -> Iterator[None]:
    """Tell what a command can fail with in one line on standard error, and end with status 1 and no traceback."""
    set_up_logging("warning")
    try:
        yield
    except EXPECTED as error:
        line = " ".join(_sentence(error).split())
        print(f"Error: {line}", file=sys.stderr)
        raise typer.Exit(1) from None


def _sentence(error: Exception) -> str:
    return next(say(error) for kinds, say in SENTENCES if isinstance(error, kinds))


def _refusal(refused: Refused) -> str:
    return "; ".join(_fault(fault) for fault in refused.faults)


def _fault(fault: Fault) -> str:
    said = text(DEFAULT, fault.message, fault.args)
    return f"{fault.field}: {said}" if fault.field else said


def _settings(error: ValidationError) -> str:
    return "; ".join(_setting(fault) for fault in error.errors(include_url=False, include_input=False))


def _setting(fault: "ErrorDetails") -> str:
    name = str(fault["loc"][0]) if fault["loc"] else "settings"
    variable = f"RESKONTRO_{name}" if name in Settings.model_fields else name
    return f"{variable.upper()}: {fault['msg']} (see docs/guide/settings.md)"


# What a command is expected to fail with, and what is said then; the first that fits.
SENTENCES: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], str]], ...] = (
    ((CommandFailed, EmbeddedDatabaseError, InvalidIdentifier), str),
    ((Refused,), _refusal),
    ((ValidationError,), _settings),
    (
        (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError),
        lambda _: "the database's schema is older than this version: run `reskontro db migrate`",
    ),
    (
        (asyncpg.InsufficientPrivilegeError,),
        lambda error: f"the database refuses ({error}): is DATABASE_URL the role that the schema was made for?",
    ),
    (
        (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError),
        lambda error: f"the database refuses ({error}): correct DATABASE_URL",
    ),
    ((asyncpg.ClientConfigurationError,), lambda error: f"DATABASE_URL cannot be read: {error}"),
    (
        (
            ConnectionRefusedError,
            ConnectionResetError,
            TimeoutError,
            socket.gaierror,
            asyncpg.PostgresConnectionError,
            asyncpg.CannotConnectNowError,
            asyncpg.TooManyConnectionsError,
            asyncpg.AdminShutdownError,
        ),
        lambda error: (
            f"the database cannot be reached ({str(error) or type(error).__name__}): "
            "see that its server runs, and that DATABASE_URL is right"
        ),
    ),
)
EXPECTED = tuple(kind for kinds, _ in SENTENCES for kind in kinds)
