"""Transactions that know their client.

Tenants are kept apart twice: every statement names `client_no`, and row-level security compares it with the setting
`reskontro.client_no` of the connection. The setting is made outside the transaction when a connection changes hands
from one client to another, and forgotten after any error, so that the common case costs no round trip. Nothing else
outlives a transaction on a pooled connection, so the pool's reset query is empty.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any, TypeVar

import asyncpg
import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")

ATTEMPTS = 5  # how often a use case is run again on a conflict that the database ended
BACKOFF_S = 0.01
STATEMENT_TIMEOUT_S = 300

STREAMED_AT_ONCE = 500  # rows
MOST_QUERIES = 10_000_000  # of a connection, before it is made anew

# The statements of a posting find everything by key and come in few shapes, so each is planned once for a connection;
# planning them anew each time was a third of what a document cost the server. A plan that is kept must not be one for
# tables that were small when it was made.
KEEP_PLANS = ", ".join(
    f"set_config('{name}', '{value}', true)"
    for name, value in (
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
    )
)

# The keys of the advisory locks: (kind, client). They live on the coordinator.
BOOK_LOCK = 1


class RunAgainError(Exception):
    """Another transaction was first; the use case is run again and will see what that one did."""


class BookLock(Enum):
    """How a transaction holds a client's book: postings share it, closing a period has it alone."""

    SHARED = "pg_advisory_xact_lock_shared"
    EXCLUSIVE = "pg_advisory_xact_lock"


class Connection(asyncpg.Connection):
    """A connection that remembers whose rows it may see."""

    client_no: int | None = None

    def get_reset_query(self) -> str:
        """Nothing to reset: nothing but the client setting outlives a transaction."""
        return ""


class Transaction:
    """One transaction of one client. Every statement that it runs names `client_no`."""

    __slots__ = ("client_no", "connection")

    def __init__(self, connection: Connection, client_no: int) -> None:
        self.connection = connection
        self.client_no = client_no

    async def fetch(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """All rows."""
        return await self.connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: object) -> asyncpg.Record | None:
        """The first row, or None."""
        return await self.connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: object) -> Any:
        """The first column of the first row, or None."""
        return await self.connection.fetchval(sql, *args)

    async def stream(self, sql: str, *args: object) -> AsyncIterator[asyncpg.Record]:
        """The rows one after the other as they are read, some hundred at a time. Not outside of a transaction."""
        async for row in self.connection.cursor(sql, *args, prefetch=STREAMED_AT_ONCE):
            yield row

    async def execute(self, sql: str, *args: object) -> str:
        """The command tag."""
        return await self.connection.execute(sql, *args)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Copy rows into a temporary table (COPY into a table under row security is refused by the server)."""
        await self.connection.copy_records_to_table(table, columns=columns, records=rows)

    async def change_client(self, client_no: int) -> None:
        """Go on for another client in the same transaction, as an operator's import over several clients does."""
        self.connection.client_no = None
        await self.connection.execute("select set_config('reskontro.client_no', $1, false)", str(client_no))
        self.connection.client_no = client_no
        self.client_no = client_no

    async def hold_book(self, lock: BookLock = BookLock.SHARED) -> None:
        """Hold the client's book from here until the transaction ends, with the other postings or alone."""
        await self.connection.execute(f"select {lock.value}({BOOK_LOCK}, {self.client_no:d})")


class Database:
    """The application's pool of connections."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.pool = pool

    @classmethod
    async def connect(
        cls, dsn: str, *, connections: int = 16, application_name: str = "reskontro", waits_for_disk: bool = True
    ) -> "Database":
        """Open the pool; connections are made as they are needed.

        Without `waits_for_disk` the last commits may be lost with the machine, never one before a commit that waited.
        """
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=connections,
            connection_class=Connection,
            max_inactive_connection_lifetime=300,
            max_queries=MOST_QUERIES,
            command_timeout=STATEMENT_TIMEOUT_S,
            server_settings={"application_name": application_name, "timezone": "UTC", "jit": "off"}
            | ({} if waits_for_disk else {"synchronous_commit": "off"}),
            statement_cache_size=300,
            max_cached_statement_lifetime=0,
        )
        return cls(pool)

    @property
    def spare_connections(self) -> int:
        """How many connections of the pool nobody has, those not yet made included."""
        return self.pool.get_max_size() - self.pool.get_size() + self.pool.get_idle_size()

    async def close(self) -> None:
        """Close every connection, waiting for work under way."""
        await self.pool.close()

    @asynccontextmanager
    async def registry(self) -> AsyncIterator[Connection]:
        """A connection for the shared tables, which belong to no client; one statement is one transaction."""
        async with self.pool.acquire() as connection:
            yield _inner(connection)

    @asynccontextmanager
    async def reading(self, client_no: int) -> AsyncIterator[Transaction]:
        """One client's rows for single reading statements, each on its own snapshot."""
        async with self.pool.acquire() as pooled:
            connection = _inner(pooled)
            if connection.client_no != client_no:
                await _hand_over(connection, client_no)
            try:
                yield Transaction(connection, client_no)
            except asyncpg.PostgresError:
                connection.client_no = None
                raise

    @asynccontextmanager
    async def transaction(self, client_no: int, lock: BookLock | None = None) -> AsyncIterator[Transaction]:
        """One transaction of one client: leaving the block commits, an exception rolls back."""
        async with self.pool.acquire() as pooled:
            connection = _inner(pooled)
            if connection.client_no != client_no:
                await _hand_over(connection, client_no)
            try:
                await connection.execute(_begin(client_no, lock))
                yield Transaction(connection, client_no)
                await connection.execute("commit")
            except BaseException:
                connection.client_no = None
                if not connection.is_closed():
                    await asyncio.shield(_rollback(connection))
                raise

    async def run(
        self, client_no: int, use_case: Callable[[Transaction], Awaitable[T]], lock: BookLock | None = None
    ) -> T:
        """The result of a use case, run in a transaction, and again where the database ended it for another's sake."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self.transaction(client_no, lock) as tx:
                    return await use_case(tx)
            except RETRIED as error:
                if attempt == ATTEMPTS:
                    raise
                log.info("use case run again", attempt=attempt, error=type(error).__name__)
                await asyncio.sleep(BACKOFF_S * 2**attempt)
        raise AssertionError("the loop returns or raises")


RETRIED = (
    RunAgainError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
    ConnectionError,
)


def _inner(pooled: object) -> Connection:
    """The connection behind the pool's proxy, which costs a call on every attribute."""
    connection = pooled._con  # type: ignore[attr-defined]  # noqa: SLF001
    assert isinstance(connection, Connection)
    return connection


def _begin(client_no: int, lock: BookLock | None) -> str:
    if lock is None:
        return "begin"
    plans = f"{KEEP_PLANS}, " if lock is BookLock.SHARED else ""
    return f"begin; select {plans}{lock.value}({BOOK_LOCK}, {client_no:d})"


async def _hand_over(connection: Connection, client_no: int) -> None:
    connection.client_no = None
    await connection.execute("select set_config('reskontro.client_no', $1, false)", str(client_no))
    connection.client_no = client_no


async def _rollback(connection: Connection) -> None:
    try:
        await connection.execute("rollback")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        connection.terminate()
