"""The process that does the work queued for later.

It holds two connections: one for the queue, by whose name the health check knows that a worker runs, one for claims.
They live and die together. When one breaks, everything under way is put back and begun anew on new connections; when
the process is killed, its claims vanish at once and its jobs are taken over as soon as their heartbeat is missed.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec
import structlog
from pgqueuer import Job, Queries, QueueManager, RetryRequested
from pgqueuer.db import AsyncpgDriver
from pgqueuer.domain.errors import FailingListenerError
from pgqueuer.domain.models import TracebackRecord

from reskontro.platform.business_clock import SharedClock
from reskontro.platform.claims import Claims
from reskontro.platform.clock import Clock, OffsetClock
from reskontro.platform.database import Database
from reskontro.platform.health import WORKER_NAME
from reskontro.platform.jobs import CLIENT_WORK, ClientWorkJob, JobKind, Sweep, Work, WorkContext
from reskontro.platform.settings import Mode, Settings

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

HEARTBEAT_TIMEOUT: Final = timedelta(seconds=5)
POLL: Final = timedelta(seconds=1)  # where a notification was missed
AT_ONCE: Final = 8  # jobs under way in one worker
FETCHED_AT_ONCE: Final = AT_ONCE // 2
CLAIMED_ELSEWHERE: Final = timedelta(seconds=0.3)
CLIENT_WORK_LIMIT_S: Final = 900
CLIENT_WORK_ATTEMPTS: Final = 8
SWEEP_LIMIT_S: Final = 600
SWEEPS_POLL_S: Final = 1.0
DUE_EVERY_S: Final = 1.0
LOGS_KEPT: Final = timedelta(days=14)
LOGS_SWEPT_EVERY_S: Final = 3600.0
BACKOFF_FIRST_S: Final = 1.0
BACKOFF_MAX_S: Final = 300.0
STOP_GRACE_S: Final = 5.0
CONNECT_LIMIT_S: Final = 10.0
POOL_NAME: Final = "reskontro work"  # not the worker's name, by which the health check knows the queue's connection
PAUSE_FIRST_S: Final = 0.1
PAUSE_MAX_S: Final = 2.0

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
    FailingListenerError,
    OSError,
    TimeoutError,
)


class PutBack(RetryRequested):
    """The job goes back to the queue as if it had not been tried."""


class _PutBackQueries(Queries):
    """The queue's statements, and one of our own: putting a job back counts as no attempt and leaves no log row."""

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        if traceback_record is None or traceback_record.exception_type != PutBack.__name__:
            await super().retry_job(job, delay, traceback_record)
            return
        await self.driver.execute(
            f"update {self.qbq.qualified.queue_table} set status = 'queued', execute_after = now() + $2::interval, "
            "updated = now(), queue_manager_id = null where id = $1",
            job.id,
            delay,
        )


class Worker:
    """Does what is queued, until it is stopped.

    `before_work` runs before each piece of work; the sandbox makes its clock certain there.
    """

    def __init__(
        self, dsn: str, context: WorkContext, work: Work, *, before_work: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._dsn = dsn
        self._context = context
        self._work = work
        self._before_work = before_work
        self._stopping = asyncio.Event()
        self._ready = False  # whether the present connections have come to fetch jobs

    def stop(self) -> None:
        """Fetch nothing more, let the pieces under way end for a while, put the rest back."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped, over the loss of the database too."""
        pause_s = PAUSE_FIRST_S
        while not self._stopping.is_set():
            try:
                await self._work_while_connected()
            except _LOST as error:
                log.warning("worker lost the database", error=type(error).__name__, text=str(error)[:200])
            pause_s = PAUSE_FIRST_S if self._ready else min(PAUSE_MAX_S, pause_s * 2)
            self._ready = False
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)

    async def _work_while_connected(self) -> None:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_LIMIT_S,
            command_timeout=CONNECT_LIMIT_S,
            server_settings={"application_name": WORKER_NAME},
        )
        try:
            async with Claims.open(self._dsn) as claims:
                shift = _Shift(connection, claims, self)
                self._ready = True
                await shift.run()
        finally:
            connection.terminate()

    @property
    def context(self) -> WorkContext:
        """What the work is given."""
        return self._context

    @property
    def work(self) -> Work:
        """All that can be done."""
        return self._work

    @property
    def stopping(self) -> asyncio.Event:
        """Set when no new piece is to be begun."""
        return self._stopping

    async def prepare(self) -> None:
        """What comes before each piece of work."""
        if self._before_work is not None:
            await self._before_work()


class _Shift:
    """The work done on one pair of connections."""

    def __init__(self, connection: "asyncpg.Connection[Any]", claims: Claims, worker: Worker) -> None:
        self._worker = worker
        self._claims = claims
        self._queue = QueueManager(_PutBackQueries(AsyncpgDriver(connection)))
        self._under_way: set[asyncio.Task[Any]] = set()
        self._asked_again: dict[int, bool] = {}  # client under way here: whether more was added meanwhile
        self._lost = False
        connection.add_termination_listener(lambda _: self._on_loss())
        claims.on_loss(self._on_loss)
        for kind in worker.work.jobs:
            self._queue.entrypoint(kind.name, on_failure="hold")(self._job_runner(kind))
        self._queue.entrypoint(CLIENT_WORK, on_failure="hold")(self._client_job)

    async def run(self) -> None:
        """Until the worker is stopped or a connection breaks, which is an exception."""
        sweeping = asyncio.create_task(self._sweep_when_chosen(), name="sweeps")
        stopping = asyncio.create_task(self._stop_in_order(), name="stop")
        try:
            await self._queue.run(
                dequeue_timeout=POLL,
                batch_size=FETCHED_AT_ONCE,
                max_concurrent_tasks=AT_ONCE,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
            )
        finally:
            for task in (sweeping, stopping):
                task.cancel()
            await asyncio.gather(sweeping, stopping, return_exceptions=True)
        if self._lost:
            raise ConnectionResetError("a connection was closed")

    def _on_loss(self) -> None:
        self._lost = True
        self._queue.shutdown.set()
        self._put_all_back()

    async def _stop_in_order(self) -> None:
        await self._worker.stopping.wait()
        self._queue.shutdown.set()
        await asyncio.sleep(STOP_GRACE_S)
        self._put_all_back()

    def _put_all_back(self) -> None:
        for task in self._under_way:
            task.cancel()

    def _job_runner(self, kind: JobKind) -> Callable[[Job], Awaitable[None]]:
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind.payload)

        async def run(job: Job) -> None:
            async def piece() -> None:
                payload = decoder.decode(job.payload or b"null")
                async with asyncio.timeout(kind.limit_s):
                    await kind.run(self._worker.context, payload)

            await self._attempt(job, kind.attempts_max, piece)

        return run

    async def _client_job(self, job: Job) -> None:
        await self._attempt(job, CLIENT_WORK_ATTEMPTS, lambda: self._work_for_client(job))

    async def _attempt(self, job: Job, attempts_max: int, piece: Callable[[], Awaitable[None]]) -> None:
        """Run a job; what it raises decides between putting back, another attempt and giving up."""
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            await self._worker.prepare()
            await piece()
        except PutBack:
            raise
        except asyncio.CancelledError:
            task.uncancel()
            raise PutBack(reason="the worker ended") from None
        except Exception as error:  # the job runner: one of the two places
            if job.attempts + 1 >= attempts_max:
                log.exception("job given up", job=job.entrypoint, id=job.id, attempts=job.attempts + 1)
                raise
            delay_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2**job.attempts)
            log.warning("job failed", job=job.entrypoint, id=job.id, tried_again_in_s=delay_s, exc_info=error)
            raise RetryRequested(timedelta(seconds=delay_s), reason=type(error).__name__) from error
        finally:
            self._under_way.discard(task)

    async def _work_for_client(self, job: Job) -> None:
        client_no = msgspec.json.decode(job.payload or b"null", type=ClientWorkJob).client_no
        if client_no in self._asked_again:
            # The job under way is in the queue until it ends, and it ends only after another look: it stands for this.
            self._asked_again[client_no] = True
            return
        self._asked_again[client_no] = False
        try:
            async with self._claims.client(client_no) as claimed:
                if not claimed:
                    raise PutBack(CLAIMED_ELSEWHERE, "another worker has this client")
                await self._until_nothing_is_left(client_no)
                del self._asked_again[client_no]  # before anything is awaited: whoever comes now begins anew
        finally:
            self._asked_again.pop(client_no, None)

    async def _until_nothing_is_left(self, client_no: int) -> None:
        worker = self._worker
        more = True
        while more or self._asked_again[client_no]:
            self._asked_again[client_no] = False
            more = False
            for work in worker.work.client_work:
                if worker.stopping.is_set():
                    raise PutBack(reason="the worker ends")
                await worker.prepare()
                async with asyncio.timeout(CLIENT_WORK_LIMIT_S):
                    more = await work(worker.context, client_no) or more

    async def _sweep_when_chosen(self) -> None:
        while not await self._claims.take_sweeps():  # noqa: ASYNC110 - no event tells that another process ended
            await asyncio.sleep(SWEEPS_POLL_S)
        work = self._worker.work
        own = [Sweep("queue logs", LOGS_SWEPT_EVERY_S, _sweep_queue_logs)]
        if work.due.runners:
            own.append(Sweep("due work", DUE_EVERY_S, lambda context: work.due.run_due(context.clock.now())))
        async with asyncio.TaskGroup() as group:
            for sweep in (*own, *work.sweeps):
                group.create_task(self._sweep(sweep), name=sweep.name)

    async def _sweep(self, sweep: Sweep) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun_s = loop.time()
            try:
                await self._worker.prepare()
                async with asyncio.timeout(SWEEP_LIMIT_S):
                    await sweep.run(self._worker.context)
            except Exception:  # the job runner: one of the two places
                log.exception("sweep failed", sweep=sweep.name)
            await asyncio.sleep(max(0.0, begun_s + sweep.every_s - loop.time()))


async def _sweep_queue_logs(context: WorkContext) -> None:
    """Forget what was logged of jobs long ago. The library's tables keep the server's own time."""
    async with context.db.registry() as connection:
        await connection.execute("delete from pgqueuer_log where created < now() - $1::interval", LOGS_KEPT)
        await connection.execute("delete from pgqueuer_statistics where created < now() - $1::interval", LOGS_KEPT)


async def run_worker(config: Settings, work: Work, parts: Callable[[Database], Mapping[type, Any]]) -> None:
    """One worker process: its pool, its clock, its work, until SIGTERM or SIGINT."""
    dsn = config.database_url
    assert dsn is not None, "a worker is given its database"
    db = await Database.connect(dsn, connections=config.database_connections, application_name=POOL_NAME)
    clock: Clock = OffsetClock()
    shared: SharedClock | None = None
    try:
        if config.mode is Mode.SANDBOX:
            clock = shared = SharedClock(db, dsn)
            await shared.start()
        context = WorkContext(db=db, clock=clock, parts=parts(db))
        before_work = None if shared is None else shared.make_certain
        await run_until_signalled(Worker(dsn, context, work, before_work=before_work))
    finally:
        if shared is not None:
            await shared.close()
        await db.close()


async def run_until_signalled(worker: Worker) -> None:
    """Run the worker until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def held_jobs(context: WorkContext) -> Mapping[str, int]:
    """How many jobs were given up and are held for a person, by name."""
    async with context.db.registry() as connection:
        rows = await connection.fetch(
            "select entrypoint, count(*) from pgqueuer where status = 'failed' group by entrypoint"
        )
    return {row[0]: row[1] for row in rows}
