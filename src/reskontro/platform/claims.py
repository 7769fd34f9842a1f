"""Claims that end with the process that made them.

A claim is an advisory lock of a session: it stands on one connection, which does nothing else, and vanishes with it
when the process is killed. There is no lease to run out, and none to renew.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg

# The keys of the advisory locks: (kind, client). 1 is a client's book, see reskontro.platform.database.
CLIENT_WORK_LOCK: Final = 2
SWEEPS_LOCK: Final = 3

CLAIMS_NAME: Final = "reskontro claims"
ANSWER_LIMIT_S: Final = 10.0


class Claims:
    """One process's claims, on a connection of their own. Not for two claims of the same thing at a time."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection
        self._one_at_a_time = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str) -> "AsyncIterator[Claims]":
        """Claims for the time of the block; what is still claimed at its end is given back."""
        connection = await asyncpg.connect(
            dsn,
            timeout=ANSWER_LIMIT_S,
            command_timeout=ANSWER_LIMIT_S,
            server_settings={"application_name": CLAIMS_NAME},
        )
        try:
            yield cls(connection)
        finally:
            connection.terminate()

    def on_loss(self, callback: Callable[[], None]) -> None:
        """Call back when the connection ends, and every claim with it."""
        self._connection.add_termination_listener(lambda _: callback())

    @asynccontextmanager
    async def client(self, client_no: int) -> AsyncIterator[bool]:
        """The claim on a client's work for the time of the block, or False if another process has it."""
        claimed = await self._ask("select pg_try_advisory_lock($1, $2)", CLIENT_WORK_LOCK, client_no)
        try:
            yield claimed
        finally:
            if claimed and not self._connection.is_closed():
                await self._ask("select pg_advisory_unlock($1, $2)", CLIENT_WORK_LOCK, client_no)

    async def take_sweeps(self) -> bool:
        """Whether this process does the sweeps from now on."""
        return await self._ask("select pg_try_advisory_lock($1, $2)", SWEEPS_LOCK, 0)

    async def _ask(self, sql: str, kind: int, key: int) -> bool:
        async with self._one_at_a_time:
            answer: bool = await self._connection.fetchval(sql, kind, key)
            return answer


@asynccontextmanager
async def claim_client(dsn: str, client_no: int) -> AsyncIterator[bool]:
    """The claim on a client's work, on a connection opened for it; False if another process has it."""
    async with Claims.open(dsn) as claims, claims.client(client_no) as claimed:
        yield claimed
