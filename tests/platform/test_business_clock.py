import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from reskontro.platform import business_clock
from reskontro.platform.business_clock import (
    LISTENER_NAME,
    ClockOutOfRangeError,
    SharedClock,
    advance_clock,
    read_clock,
    set_clock,
)
from reskontro.platform.clock import real_now

MARCH = datetime(2025, 3, 20, 8, tzinfo=UTC)


@pytest.fixture
async def clocks(db, app_dsn):
    """Two clocks that follow the database, as two processes have them."""
    both = SharedClock(db, app_dsn), SharedClock(db, app_dsn)
    for clock in both:
        await clock.start()
    yield both
    for clock in both:
        await clock.close()
    await set_clock(db, real_now())


async def listeners(db) -> int:
    async with db.registry() as connection:
        return await connection.fetchval(
            "select count(*) from pg_stat_activity where datname = current_database() "
            "and starts_with(application_name, $1)",
            LISTENER_NAME,
        )


async def wait_until(condition, limit_s: float = 5) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "waited too long"
        await asyncio.sleep(0.005)


async def test_every_process_has_seen_the_new_time_before_the_answer(db, clocks):
    for day in range(20):
        moment = MARCH + timedelta(days=day)
        state = await set_clock(db, moment)
        for clock in clocks:
            assert moment <= clock.now() < moment + timedelta(seconds=5)
            assert clock.certain
            assert clock.epoch == state.epoch


async def test_the_clock_ticks_on_from_where_it_was_set(db, clocks):
    await set_clock(db, MARCH)
    before = clocks[0].now()
    await asyncio.sleep(0.02)
    assert clocks[0].now() - before >= timedelta(milliseconds=20)


async def test_the_clock_is_never_before_the_moment_it_was_set_to_and_shows_whole_milliseconds(db, clocks):
    moment = MARCH + timedelta(microseconds=999_400)
    state = await set_clock(db, moment)
    assert state.now() >= moment - timedelta(microseconds=400)
    assert state.now().microsecond % 1000 == 0


async def test_the_clock_is_moved_on(db, clocks):
    await set_clock(db, MARCH)
    first = (await read_clock(db)).epoch
    state = await advance_clock(db, timedelta(days=14))
    assert state.epoch == first + 1
    assert timedelta() <= clocks[1].now() - (MARCH + timedelta(days=14)) < timedelta(seconds=5)


async def test_two_that_move_it_at_once_both_move_it(db, clocks):
    await set_clock(db, MARCH)
    await asyncio.gather(*(advance_clock(db, timedelta(days=1)) for _ in range(5)))
    assert clocks[0].now().date() == MARCH.date() + timedelta(days=5)


@pytest.mark.parametrize("moment", [datetime(1969, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)])
async def test_no_time_beyond_the_calendars(db, moment: datetime):
    before = await read_clock(db)
    with pytest.raises(ClockOutOfRangeError, match="between 1970 and 2199"):
        await set_clock(db, moment)
    with pytest.raises(ClockOutOfRangeError):
        await advance_clock(db, timedelta(days=999_999_999))
    assert await read_clock(db) == before


async def test_a_process_whose_listener_broke_asks_the_database_until_it_listens_again(db, clocks, monkeypatch):
    broken, other = clocks
    monkeypatch.setattr(business_clock, "PAUSE_FIRST_S", 0.3)
    async with db.registry() as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and starts_with(application_name, $1)",
            LISTENER_NAME,
        )
    await wait_until(lambda: not broken.certain and not other.certain)

    begin = time.monotonic()
    await set_clock(db, MARCH)
    assert time.monotonic() - begin < 1, "those that do not listen are not waited for"
    await broken.make_certain()
    assert broken.now() >= MARCH
    assert broken.now() < MARCH + timedelta(seconds=5)

    await wait_until(lambda: broken.certain and other.certain)
    await set_clock(db, MARCH + timedelta(days=1))
    assert broken.now() >= MARCH + timedelta(days=1)


async def test_what_was_cached_is_trusted_for_less_long_than_it_is_waited_for(clocks):
    assert business_clock.LOOK_EVERY_S < business_clock.TRUST_S < business_clock.WAIT_S
    clocks[0]._trusted_until_s = time.monotonic() - 0.001
    assert not clocks[0].certain


async def test_what_ended_processes_had_seen_is_forgotten(db, app_dsn, clocks):
    gone = SharedClock(db, app_dsn)
    await gone.start()
    await gone.close()
    while await listeners(db) > 2:  # noqa: ASYNC110 - the server's own pace
        await asyncio.sleep(0.005)
    await set_clock(db, MARCH)
    async with db.registry() as connection:
        assert await connection.fetchval("select count(*) from business_clock_seen") == 2


OTHER_PROCESS = """
import asyncio, sys
from reskontro.platform.business_clock import SharedClock
from reskontro.platform.database import Database
from reskontro.platform import business_clock
from reskontro.platform.telemetry import set_up_logging

async def main():
    set_up_logging()
    business_clock.TRUST_S, business_clock.LOOK_EVERY_S = 0.2, 0.05
    db = await Database.connect(sys.argv[1], connections=2)
    clock = SharedClock(db, sys.argv[1])
    await clock.start()
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        await clock.make_certain()
        print(clock.now().isoformat(), flush=True)

asyncio.run(main())
"""


def other_process(dsn: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, dsn], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def time_in(process: "subprocess.Popen[str]") -> datetime:
    process.stdin.write("\n")
    process.stdin.flush()
    return datetime.fromisoformat(process.stdout.readline().strip())


async def test_another_process_has_seen_it_and_a_stopped_one_sees_it_when_it_goes_on(db, app_dsn, monkeypatch):
    process = other_process(app_dsn)
    try:
        await set_clock(db, MARCH)
        assert timedelta() <= time_in(process) - MARCH < timedelta(seconds=5)

        monkeypatch.setattr(business_clock, "WAIT_S", 0.25)
        os.kill(process.pid, signal.SIGSTOP)
        await wait_until(lambda: ") T" in Path(f"/proc/{process.pid}/stat").read_text())
        await set_clock(db, MARCH + timedelta(days=7))
        os.kill(process.pid, signal.SIGCONT)
        assert timedelta() <= time_in(process) - MARCH - timedelta(days=7) < timedelta(seconds=5)
    finally:
        process.kill()
        process.communicate()
        await set_clock(db, real_now())


async def test_a_clock_that_cannot_reach_the_database_does_not_start(db, app_dsn):
    elsewhere = urlunsplit(urlsplit(app_dsn)._replace(path="/no_such_database"))
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await SharedClock(db, elsewhere).start()
