import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import asyncpg
import pytest
from pgqueuer import Queries

from reskontro.platform import health
from reskontro.platform import worker as worker_module
from reskontro.platform.claims import claim_client
from reskontro.platform.clock import OffsetClock
from reskontro.platform.due_work import DueRunners
from reskontro.platform.jobs import CLIENT_WORK, JobKind, Sweep, Work, WorkContext, enqueue, enqueue_client_work
from reskontro.platform.worker import Worker, held_jobs

CLIENT = 4711


@dataclass(frozen=True, slots=True)
class Greet:
    name: str


@pytest.fixture
async def queue(db, monkeypatch):
    """An empty queue, and quick second attempts."""
    monkeypatch.setattr(worker_module, "BACKOFF_FIRST_S", 0.01)

    async def empty() -> None:
        async with db.registry() as connection:
            await connection.execute("delete from pgqueuer")
            await connection.execute("delete from pgqueuer_log")

    await empty()
    yield db
    await empty()


@pytest.fixture
def context(db) -> WorkContext:
    return WorkContext(db=db, clock=OffsetClock())


@asynccontextmanager
async def running(dsn: str, context: WorkContext, work: Work, count: int = 1):
    """Workers at work for the time of the block."""
    workers = [Worker(dsn, context, work) for _ in range(count)]
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    yield workers
    for worker in workers:
        worker.stop()
    await asyncio.gather(*tasks)


async def wait_until(condition, limit_s: float = 10) -> None:
    end = time.monotonic() + limit_s
    while True:
        found = condition()
        if await found if asyncio.iscoroutine(found) else found:
            return
        assert time.monotonic() < end, "waited too long"
        await asyncio.sleep(0.01)


async def queued(db, client_no: int = CLIENT) -> int:
    async with db.registry() as connection:
        return await connection.fetchval("select count(*) from pgqueuer where status <> 'failed'")


async def test_a_job_is_there_when_its_transaction_has_committed_and_not_before(queue):
    async with queue.transaction(CLIENT) as tx:
        await enqueue(tx, "greet", Greet("Kari"))
        assert await queued(queue) == 0, "seen from another connection"
        assert await tx.fetchval("select count(*) from pgqueuer") == 1
    assert await queued(queue) == 1


async def test_a_job_is_queued_as_the_library_queues_it(queue, app_dsn):
    connection = await asyncpg.connect(app_dsn)
    await Queries.from_asyncpg_connection(connection).enqueue("greet", b'{"name":"Kari"}', 0, timedelta(seconds=60))
    await connection.close()
    async with queue.transaction(CLIENT) as tx:
        await enqueue(tx, "greet", Greet("Kari"), delay_s=60)
    async with queue.registry() as connection:
        for table in ("pgqueuer", "pgqueuer_log"):
            rows = [dict(row) for row in await connection.fetch(f"select * from {table}")]
            for row in rows:
                row["delay"] = row.pop("execute_after", row["created"]) - row["created"]
                for differs in ("id", "job_id", "created", "updated", "heartbeat"):
                    row.pop(differs, None)
                row["headers"] = None  # nothing, be it written as SQL's null or as JSON's
            assert rows[0] == rows[1]


async def test_a_job_is_gone_with_its_transaction(queue):
    async def greet_and_fail() -> None:
        async with queue.transaction(CLIENT) as tx:
            await enqueue(tx, "greet", Greet("Kari"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await greet_and_fail()
    assert await queued(queue) == 0


async def test_a_job_is_run_with_its_payload_as_soon_as_it_is_there(queue, context, app_dsn):
    greeted = []

    async def greet(_context, payload: Greet) -> None:
        greeted.append((payload, time.monotonic()))

    async with running(app_dsn, context, Work(jobs=[JobKind("greet", Greet, greet)])):
        await wait_until(lambda: worker_runs(queue))
        begin = time.monotonic()
        async with queue.transaction(CLIENT) as tx:
            await enqueue(tx, "greet", Greet("Kari"))
        await wait_until(lambda: greeted)
    assert greeted[0][0] == Greet("Kari")
    assert greeted[0][1] - begin < 0.9, "woken, not found by the next poll"
    assert await queued(queue) == 0


async def worker_runs(db) -> bool:
    return (await health.components(db))["batchWorker"]


async def test_a_worker_is_known_to_run_by_its_connection(queue, context, app_dsn):
    assert not await worker_runs(queue)
    async with running(app_dsn, context, Work()):
        await wait_until(lambda: worker_runs(queue))
    await wait_until(lambda: not_running(queue))


async def not_running(db) -> bool:
    return not await worker_runs(db)


async def test_a_failing_job_is_tried_again_and_then_held(queue, context, app_dsn):
    tries = []

    async def fail(_context, payload: Greet) -> None:
        tries.append(payload)
        raise ValueError("no such person")

    async with running(app_dsn, context, Work(jobs=[JobKind("greet", Greet, fail, attempts_max=3)])):
        async with queue.transaction(CLIENT) as tx:
            await enqueue(tx, "greet", Greet("Kari"))
        await wait_until(lambda: held(context))
    assert len(tries) == 3
    assert await held_jobs(context) == {"greet": 1}


async def held(context) -> bool:
    return bool(await held_jobs(context))


async def test_a_job_that_takes_too_long_is_ended(queue, context, app_dsn):
    async def sleep(_context, _payload: Greet) -> None:
        await asyncio.Event().wait()

    work = Work(jobs=[JobKind("greet", Greet, sleep, attempts_max=1, limit_s=0.05)])
    async with running(app_dsn, context, work):
        async with queue.transaction(CLIENT) as tx:
            await enqueue(tx, "greet", Greet("Kari"))
        await wait_until(lambda: held(context))


async def test_a_job_that_does_not_end_with_its_worker_is_put_back(queue, context, app_dsn, monkeypatch):
    monkeypatch.setattr(worker_module, "STOP_GRACE_S", 0.05)
    begun = []

    async def sleep(_context, payload: Greet) -> None:
        begun.append(payload)
        await asyncio.Event().wait()

    work = Work(jobs=[JobKind("greet", Greet, sleep)])
    for runs in (1, 2):
        async with running(app_dsn, context, work):
            if runs == 1:
                async with queue.transaction(CLIENT) as tx:
                    await enqueue(tx, "greet", Greet("Kari"))
            await wait_until(lambda: len(begun) == runs)  # noqa: B023 - waited for in the loop
        assert await queued(queue) == 1
    async with queue.registry() as connection:
        assert await connection.fetchval("select attempts from pgqueuer") == 0


class Pile:
    """Work of clients, done piece by piece; notes who worked when, and that nobody else did."""

    def __init__(self, **pieces: int) -> None:
        self.left = {int(client.strip("c")): count for client, count in pieces.items()}
        self.at_work: set[int] = set()
        self.order: list[int] = []

    async def __call__(self, _context: WorkContext, client_no: int) -> bool:
        assert client_no not in self.at_work, "two worked for one client"
        if not self.left.get(client_no):
            return False
        self.at_work.add(client_no)
        await asyncio.sleep(0.003)
        self.at_work.discard(client_no)
        self.left[client_no] -= 1
        self.order.append(client_no)
        return True


async def test_two_workers_never_work_for_one_client_at_once_and_nothing_is_left(queue, context, app_dsn):
    pile = Pile()
    async with running(app_dsn, context, Work(client_work=[pile]), count=2):
        for number in range(60):
            client_no = 1 + number % 3
            async with queue.transaction(client_no) as tx:
                await enqueue_client_work(tx)
                pile.left[client_no] = pile.left.get(client_no, 0) + 1
            if number % 10 == 0:
                await asyncio.sleep(0.05)
        await wait_until(lambda: not any(pile.left.values()))
        await wait_until(lambda: empty(queue))
    assert len(pile.order) == 60
    assert not await held_jobs(context)


async def empty(db) -> bool:
    return await queued(db) == 0


async def test_a_client_that_is_claimed_elsewhere_is_waited_for_without_an_attempt(queue, context, app_dsn):
    pile = Pile(c4711=1)
    async with running(app_dsn, context, Work(client_work=[pile])):
        async with claim_client(app_dsn, CLIENT) as claimed:
            assert claimed
            async with claim_client(app_dsn, CLIENT) as again:
                assert not again
            async with queue.transaction(CLIENT) as tx:
                await enqueue_client_work(tx)
            await asyncio.sleep(0.5)
            assert pile.left == {CLIENT: 1}
            async with queue.registry() as connection:
                assert await connection.fetchval("select max(attempts) from pgqueuer") == 0
        await wait_until(lambda: pile.left == {CLIENT: 0})


async def test_work_added_while_the_last_look_was_under_way_is_done(queue, context, app_dsn):
    seen = asyncio.Event()
    added = []

    async def work(context: WorkContext, client_no: int) -> bool:
        if added:
            return bool(added.pop())
        if not seen.is_set():  # the look that finds nothing, while somebody adds something
            async with context.db.transaction(client_no) as tx:
                await enqueue_client_work(tx)
            await asyncio.sleep(0.3)  # the second job is fetched and stands behind this one
            added.append(True)
            seen.set()
        return False

    async with running(app_dsn, context, Work(client_work=[work])):
        async with queue.transaction(CLIENT) as tx:
            await enqueue_client_work(tx)
        await seen.wait()
        await wait_until(lambda: not added)
        await wait_until(lambda: empty(queue))


async def test_one_of_all_workers_does_the_sweeps_and_another_when_that_one_ends(queue, context, app_dsn):
    swept = []

    async def sweep(_context) -> None:
        swept.append(time.monotonic())
        if len(swept) == 1:
            raise ValueError("the first time goes wrong")

    due = Due()
    work = Work(sweeps=[Sweep("often", 0.05, sweep)], due=DueRunners([due]))
    async with running(app_dsn, context, work, count=2) as workers:
        await wait_until(lambda: len(swept) == 5)
        assert all(later - earlier > 0.04 for earlier, later in pairwise(swept))
        assert due.asked == 2, "once for the work, once more to find none; the next second is not over"
        workers[0].stop()
        count = len(swept)
        await wait_until(lambda: len(swept) > count + 3)


class Due:
    def __init__(self) -> None:
        self.asked = 0

    async def run_due(self, _now) -> int:
        self.asked += 1
        return 1 if self.asked == 1 else 0


async def test_a_worker_goes_on_when_the_database_comes_back(queue, context, app_dsn):
    greeted = []

    async def greet(_context, payload: Greet) -> None:
        greeted.append(payload.name)

    async with running(app_dsn, context, Work(jobs=[JobKind("greet", Greet, greet)])):
        await wait_until(lambda: worker_runs(queue))
        async with queue.registry() as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and application_name in ('reskontro worker', 'reskontro claims')"
            )
        async with queue.transaction(CLIENT) as tx:
            await enqueue(tx, "greet", Greet("Kari"))
        await wait_until(lambda: greeted == ["Kari"])


OTHER_PROCESS = """
import asyncio, sys
from reskontro.platform.clock import OffsetClock
from reskontro.platform.database import Database
from reskontro.platform.jobs import Work, WorkContext
from reskontro.platform.worker import Worker

async def hang(context, client_no):
    print("at work", client_no, flush=True)
    await asyncio.Event().wait()

async def main():
    db = await Database.connect(sys.argv[1], connections=2)
    await Worker(sys.argv[1], WorkContext(db=db, clock=OffsetClock()), Work(client_work=[hang])).run()

asyncio.run(main())
"""


def other_worker(dsn: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", OTHER_PROCESS, dsn], stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
async def test_what_a_killed_worker_had_under_way_is_taken_over_within_seconds(queue, context, app_dsn):
    pile = Pile(c4711=3)
    async with queue.transaction(CLIENT) as tx:
        await enqueue_client_work(tx)
    process = other_worker(app_dsn)
    try:
        assert await asyncio.to_thread(process.stdout.readline) == f"at work {CLIENT}\n"
        async with claim_client(app_dsn, CLIENT) as claimed:
            assert not claimed
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    begin = time.monotonic()
    async with running(app_dsn, context, Work(client_work=[pile])):
        await wait_until(lambda: pile.left == {CLIENT: 0}, 8)
    assert time.monotonic() - begin < 7


async def test_nothing_is_queued_for_a_name_that_no_worker_knows_by_mistake(queue, context, app_dsn):
    async with queue.transaction(CLIENT) as tx:
        await enqueue(tx, "of a newer version", Greet("Kari"))
    async with running(app_dsn, context, Work()):
        await asyncio.sleep(0.2)
    assert await queued(queue) == 1, "an older worker leaves it to a newer one"


def test_the_name_of_clients_work_is_part_of_the_stored_queue():
    assert CLIENT_WORK == "client-work"


async def test_a_worker_that_does_not_reach_the_database_tries_on_until_it_is_stopped(context):
    worker = Worker("postgresql://somebody@/reskontro?host=/nowhere", context, Work())
    task = asyncio.create_task(worker.run())
    await asyncio.sleep(0.3)
    assert not task.done()
    worker.stop()
    await task
