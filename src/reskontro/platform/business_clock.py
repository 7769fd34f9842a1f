"""The sandbox's business time, the same in every process.

The offset from real time is a row. Each process that serves caches it and holds one listening connection; whoever moves
the clock changes the row, tells the listeners, and waits until each of them has written down that it has seen the
change. So no call costs a look at the database, and none that starts after the answer sees the old time.

A process whose listening connection breaks is not waited for. It asks the database before each call until it listens
again. A listener that does not answer within the limit is cut off and no longer waited for; by then its own trust in
what it cached, which each of its looks at the row renews, has run out.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import asyncpg
import structlog

from reskontro.platform.clock import real_now, whole_milliseconds
from reskontro.platform.database import Database

log = structlog.get_logger(__name__)

CHANNEL: Final = "business_clock"
LISTENER_NAME: Final = "reskontro clock "  # the name of a listening connection starts so and goes on with its id
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2199, 12, 31, tzinfo=UTC)

TRUST_S: Final = 4.0  # how long after a look at the row a process trusts what it cached
LOOK_EVERY_S: Final = 1.0
WAIT_S: Final = 5.0  # longer than TRUST_S
POLL_S: Final = 0.004
ANSWER_LIMIT_S: Final = 5.0
PAUSE_FIRST_S: Final = 0.05
PAUSE_MAX_S: Final = 2.0

_MILLISECOND: Final = timedelta(milliseconds=1)
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

_READ: Final = "select offset_ms, epoch from business_clock"
_BEHIND: Final = """
    select a.pid
    from pg_stat_activity a
    left join business_clock_seen s on s.process = substr(a.application_name, length($1) + 1)
    where a.datname = current_database() and starts_with(a.application_name, $1) and coalesce(s.epoch, -1) < $2
    """
_FORGET_ENDED: Final = """
    delete from business_clock_seen s
    where not exists (
        select from pg_stat_activity a
        where a.datname = current_database() and a.application_name = $1 || s.process
    )
    """


class ClockOutOfRangeError(ValueError):
    """The clock would stand where no calendar of ours reaches."""

    def __init__(self) -> None:
        super().__init__(f"a time between {EARLIEST.year} and {LATEST.year} is wanted")


@dataclass(frozen=True, slots=True)
class ClockState:
    """How far business time is from real time, and how often it has been moved."""

    offset: timedelta
    epoch: int

    def now(self) -> datetime:
        """The business time, in whole milliseconds."""
        return whole_milliseconds(real_now() + self.offset)


def _state(row: asyncpg.Record) -> ClockState:
    return ClockState(timedelta(milliseconds=row["offset_ms"]), row["epoch"])


async def read_clock(db: Database) -> ClockState:
    """The clock as the database has it."""
    async with db.registry() as connection:
        row = await connection.fetchrow(_READ)
    assert row is not None, "the clock's row is made with its table"
    return _state(row)


async def set_clock(db: Database, moment: datetime) -> ClockState:
    """Make it that moment now, and tick on from there. Every process has seen it when this comes back."""
    return await _move(db, lambda _: _ceil_ms(moment - real_now()))


async def advance_clock(db: Database, by: timedelta) -> ClockState:
    """Move the clock on. Every process has seen it when this comes back."""
    assert by >= timedelta(), "the clock is advanced, not set back"
    return await _move(db, lambda offset_ms: offset_ms + _ceil_ms(by))


def _ceil_ms(span: timedelta) -> int:
    """Whole milliseconds, rounded up, so that the clock never stands before the moment it was set to."""
    return -(-span // _MILLISECOND)


async def _move(db: Database, new_offset_ms: Callable[[int], int]) -> ClockState:
    async with db.registry() as connection:
        async with connection.transaction():
            offset_ms = await connection.fetchval("select offset_ms from business_clock for update")
            moved_ms = new_offset_ms(offset_ms)
            try:
                in_range = EARLIEST <= real_now() + timedelta(milliseconds=moved_ms) <= LATEST
            except OverflowError:
                in_range = False
            if not in_range:
                raise ClockOutOfRangeError
            row = await connection.fetchrow(
                "update business_clock set offset_ms = $1, epoch = epoch + 1 returning offset_ms, epoch", moved_ms
            )
            assert row is not None
            await connection.execute("select pg_notify($1, '')", CHANNEL)
        state = _state(row)
        await _wait_for_listeners(connection, state.epoch)
        await connection.execute(_FORGET_ENDED, LISTENER_NAME)
    log.info("clock moved", now=state.now().isoformat(), epoch=state.epoch)
    return state


async def _wait_for_listeners(connection: "asyncpg.Connection[Any]", epoch: int) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + WAIT_S
    while behind := await connection.fetch(_BEHIND, LISTENER_NAME, epoch):
        if loop.time() > end:
            for (pid,) in behind:
                await connection.execute("select pg_terminate_backend($1)", pid)
            log.warning("clock listeners cut off", listeners=len(behind))
            return
        await asyncio.sleep(POLL_S)


class SharedClock:
    """The sandbox's clock in one process: real time plus the offset that the database has.

    `dsn` is for the listening connection, which the pool has no place for.
    """

    def __init__(self, db: Database, dsn: str) -> None:
        self._trusted_until_s = 0.0  # of the monotonic clock
        self._db = db
        self._dsn = dsn
        self._state = ClockState(timedelta(), -1)
        self._heard = False  # whether the present connection has written down what it saw
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen from now on; comes back when the offset is known."""
        assert self._keeper is None, "started once"
        known: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep(known), name="business-clock")
        await asyncio.wait((known, self._keeper), return_when=asyncio.FIRST_COMPLETED)
        if not known.done():
            await self._keeper  # raises what nobody expected
        await known

    async def close(self) -> None:
        """Listen no more."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        self._trusted_until_s = 0.0

    @property
    def certain(self) -> bool:
        """Whether the cached offset is known to be the database's."""
        return time.monotonic() < self._trusted_until_s

    def now(self) -> datetime:
        """The business time; right while the clock is certain."""
        return self._state.now()

    @property
    def epoch(self) -> int:
        """How often the clock had been moved when it was last seen."""
        return self._state.epoch

    async def make_certain(self) -> None:
        """Ask the database, unless the cached offset is known to be right. Without a database the last one stays."""
        if self.certain:
            return
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                found = await read_clock(self._db)
        except _LOST as error:
            log.warning("clock not certain", error=type(error).__name__)
            return
        if not self.certain and found.epoch >= self._state.epoch:  # else something newer was seen meanwhile
            self._state = found

    async def _keep(self, known: "asyncio.Future[None]") -> None:
        pause_s = PAUSE_FIRST_S
        while True:
            try:
                await self._listen(known)
            except _LOST as error:
                if not known.done():
                    known.set_exception(error)
                    return
                log.warning("clock listener lost", error=type(error).__name__)
            if self._heard:
                pause_s = PAUSE_FIRST_S
            await asyncio.sleep(pause_s)
            pause_s = min(PAUSE_MAX_S, pause_s * 2)

    async def _listen(self, known: "asyncio.Future[None]") -> None:
        """Follow the clock until the connection breaks."""
        self._heard = False
        listener = str(uuid4())  # a new one for each connection: what the earlier one had seen says nothing about this
        connection = await asyncpg.connect(
            self._dsn,
            timeout=ANSWER_LIMIT_S,
            command_timeout=ANSWER_LIMIT_S,
            server_settings={"application_name": LISTENER_NAME + listener},
        )
        news = asyncio.Event()

        def on_news(*_: object) -> None:
            news.set()

        def on_loss(_: object) -> None:
            self._trusted_until_s = 0.0
            news.set()

        try:
            connection.add_termination_listener(on_loss)
            await connection.add_listener(CHANNEL, on_news)
            while not connection.is_closed():
                news.clear()
                await self._see(connection, listener)
                if not known.done():
                    known.set_result(None)
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), LOOK_EVERY_S)
            raise ConnectionResetError("the clock's connection was closed")
        finally:
            self._trusted_until_s = 0.0
            connection.terminate()

    async def _see(self, connection: "asyncpg.Connection[Any]", listener: str) -> None:
        """Take over the database's offset, then say so."""
        looked_s = time.monotonic()
        row = await connection.fetchrow(_READ)
        assert row is not None, "the clock's row is made with its table"
        seen = _state(row)
        if not self._heard or seen != self._state:
            self._state = seen
            await connection.execute(
                "insert into business_clock_seen (process, epoch) values ($1, $2) "
                "on conflict (process) do update set epoch = excluded.epoch",
                listener,
                seen.epoch,
            )
            self._heard = True
        if not connection.is_closed():
            self._trusted_until_s = looked_s + TRUST_S
