"""What is posted is sealed once, soon, and whatever commits in whatever order."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from reskontro.ledger.domain.seals import Marks, read_members
from reskontro.ledger.service import sealing
from reskontro.ledger.service.seal_check import unsealed_since, verify_client
from reskontro.ledger.service.sealing import Sealer, seal_client
from reskontro.ledger.store import seals as store
from reskontro.platform.clock import real_now
from reskontro.platform.database import BookLock, Database
from tests.ledger.conftest import make_client

MOMENT = datetime(2025, 3, 1, tzinfo=UTC)
TOMORROW = timedelta(days=1)


@pytest.fixture
def sealer(db, signer):
    return Sealer(db, signer)


async def add_lot(tx, lot_no: int | None = None) -> int:
    """A lot with a case of two lines."""
    lot_no = lot_no or await tx.fetchval("select nextval('gl_lot_no')")
    case_no = await tx.fetchval("select nextval('gl_case_no')")
    await tx.execute(
        "insert into gl_lot (client_no, gl_lot_no, origin, created_time, booked_time) values ($1, $2, 'test', $3, $4)",
        tx.client_no,
        lot_no,
        MOMENT,
        real_now(),
    )
    await tx.execute(
        """
        insert into gl_case (client_no, gl_case_no, gl_lot_no, voucher_type, voucher_no, voucher_date, gl_year,
            gl_period, currency, gl_currency, document_no, created_time)
        values ($1, $2, $3, 5, $2, '2025-03-01', 2025, 3, 'NOK', 'NOK', '', $4)
        """,
        tx.client_no,
        case_no,
        lot_no,
        MOMENT,
    )
    await tx.execute(
        """
        insert into gl_item (client_no, gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text)
        values ($1, $2, 1, 1920, 100, 100, ''), ($1, $2, 2, 1500, -100, -100, '')
        """,
        tx.client_no,
        case_no,
    )
    return case_no


async def post(db, client_no: int) -> int:
    async with db.transaction(client_no, BookLock.SHARED) as tx:
        return await add_lot(tx)


async def chain_of(db, client_no: int):
    async with db.reading(client_no) as tx:
        return await store.seals(tx, 0, 1000)


async def sealed_cases(db, client_no: int) -> list[int]:
    """The cases that seals cover, in the order of the seals."""
    found = []
    for seal in await chain_of(db, client_no):
        members = read_members(seal.members, seal.form)
        found += [key[0] for key in members["gl_case"].keys] if "gl_case" in members else []
    return found


async def holds(db, client_no: int) -> bool:
    verified = await verify_client(db, client_no)
    assert verified.findings == []
    return verified.waiting == 0


async def test_what_is_posted_is_sealed_once(db, tenant, sealer):
    first = await post(db, tenant)
    assert await sealer.seal_new() >= 1
    second, third = await post(db, tenant), await post(db, tenant)
    await sealer.seal_new()
    await sealer.seal_new()
    assert await sealed_cases(db, tenant) == [first, second, third]
    assert [seal.seal_no for seal in await chain_of(db, tenant)] == [1, 2]
    assert await holds(db, tenant)


async def test_what_commits_late_is_sealed_then_and_once(db, tenant, sealer):
    async with db.transaction(tenant, BookLock.SHARED) as slow:
        late = await add_lot(slow)
        early = await post(db, tenant)
        for _ in range(3):
            await sealer.seal_new()
        assert await sealed_cases(db, tenant) == [early]
        after = await post(db, tenant)
        await sealer.seal_new()
        assert await sealed_cases(db, tenant) == [early, after]
        assert (await verify_client(db, tenant)).findings == []
    assert late < early
    await sealer.seal_new()
    await sealer.seal_new()
    assert await sealed_cases(db, tenant) == [early, after, late]
    assert await holds(db, tenant)


async def test_a_number_that_was_taken_and_not_yet_used_is_not_missed(db, tenant, sealer):
    async with db.transaction(tenant, BookLock.SHARED) as slow:
        lot_no = await slow.fetchval("select nextval('gl_lot_no')")
        early = await post(db, tenant)
        await sealer.seal_new()
        others = [await post(db, tenant)]
        await sealer.seal_new()
        late = await add_lot(slow, lot_no)
    await sealer.seal_new()
    assert await sealed_cases(db, tenant) == [early, *others, late]
    assert await holds(db, tenant)


async def test_marks_follow_as_soon_as_nobody_holds_the_book(db, tenant, sealer):
    async with db.transaction(tenant, BookLock.SHARED) as slow:
        await add_lot(slow)
        await post(db, tenant)
        await sealer.seal_new()
        (first,) = await chain_of(db, tenant)
        assert (first.marks.gl_case, first.open_count) == (0, 2)
    await sealer.seal_new()
    last = (await chain_of(db, tenant))[-1]
    assert (last.open_count, last.first_open) == (0, last.seal_no + 1)
    assert last.marks.gl_case > 0


async def test_marks_follow_while_others_come_and_go(db, tenant, sealer):
    """Somebody always holds the book, but nobody for long."""
    async with AsyncExitStack() as stack:
        for _ in range(6):
            newer = AsyncExitStack()
            await add_lot(await newer.enter_async_context(db.transaction(tenant, BookLock.SHARED)))
            await stack.aclose()
            stack.push_async_exit(newer)
            await sealer.seal_new()
        last = (await chain_of(db, tenant))[-1]
        assert last.marks.gl_case > 0
        assert last.open_count < 8
    await sealer.seal_new()
    assert await holds(db, tenant)


async def test_many_posters_and_two_sealers_leave_one_chain(db, signer, tenant):
    """Interleaved as it comes: 120 postings by 8 posters of two clients, two sealers at once."""
    other = await make_client(db)
    sealers = [Sealer(db, signer), Sealer(db, signer)]
    done = asyncio.Event()
    posted: dict[int, list[int]] = {tenant: [], other: []}

    async def poster(number: int) -> None:
        for turn in range(15):
            client_no = (tenant, other)[(number + turn) % 2]
            async with db.transaction(client_no, BookLock.SHARED) as tx:
                case_no = await add_lot(tx)
                await asyncio.sleep(0.003 * (number % 4))
            posted[client_no].append(case_no)

    async def seal(sealer: Sealer) -> None:
        while not done.is_set():
            await sealer.seal_new()
            await asyncio.sleep(0.002)

    sealing_tasks = [asyncio.create_task(seal(sealer)) for sealer in sealers]
    await asyncio.gather(*(poster(number) for number in range(8)))
    done.set()
    await asyncio.gather(*sealing_tasks)
    for sealer in sealers:
        await sealer.seal_new()
    for client_no in (tenant, other):
        assert sorted(await sealed_cases(db, client_no)) == sorted(posted[client_no])
        assert await holds(db, client_no)
        assert len(await chain_of(db, client_no)) > 3


async def test_a_posting_that_is_rolled_back_leaves_nothing(db, tenant, sealer):
    async def fails(tx) -> None:
        await add_lot(tx)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.run(tenant, fails, BookLock.SHARED)
    kept = await post(db, tenant)
    await sealer.seal_new()
    assert await sealed_cases(db, tenant) == [kept]


async def test_more_than_a_seal_takes_is_sealed_in_several(db, tenant, sealer, monkeypatch):
    for name in ("_NEW", "_NEW_NUMBERED", "_NEW_OF_CASES"):
        monkeypatch.setattr(store, name, getattr(store, name).replace(f"limit {store.CASES_AT_ONCE}", "limit 3"))
    monkeypatch.setattr(sealing, "CASES_AT_ONCE", 3)
    cases = [await post(db, tenant) for _ in range(10)]
    async with db.transaction(tenant, BookLock.SHARED) as slow:
        await add_lot(slow)
        await sealer.seal_new()
        assert await sealed_cases(db, tenant) == cases
        cases.append(await post(db, tenant))
        await sealer.seal_new()
    await sealer.seal_new()
    assert (await sealed_cases(db, tenant))[:-1] == cases
    assert len(await chain_of(db, tenant)) >= 5
    assert await holds(db, tenant)


async def test_two_transactions_read_what_one_reads(db, book):
    async with db.transaction(book) as tx, db.transaction(book) as beside, db.transaction(book) as alone:
        await store.begin_reading(alone)
        by_one = await store.new_rows(alone, Marks(), {})
        await store.begin_reading(tx)
        assert await tx.fetchval("select true")
        await post(db, book)  # which neither sees: their state is that of the first
        assert await store.new_rows(tx, Marks(), {}, beside) == by_one
    assert {name for name, rows in by_one.items() if rows} >= {"gl_lot", "gl_case", "gl_item", "ar_item", "ar_match"}


async def test_a_pool_of_two_connections_is_enough(app_dsn, tenant, sealer, monkeypatch):
    for name in ("_NEW", "_NEW_NUMBERED", "_NEW_OF_CASES"):
        monkeypatch.setattr(store, name, getattr(store, name).replace(f"limit {store.CASES_AT_ONCE}", "limit 3"))
    monkeypatch.setattr(sealing, "CASES_AT_ONCE", 3)
    small = await Database.connect(app_dsn, connections=2)
    try:
        assert small.spare_connections == 2
        cases = [await post(small, tenant) for _ in range(7)]
        async with small.reading(tenant):
            assert small.spare_connections == 1
            assert await seal_client(small, tenant) == 3
        assert small.spare_connections == 2
        assert await sealed_cases(small, tenant) == cases
    finally:
        await small.close()


async def test_a_sealer_that_is_killed_leaves_whole_seals(db, tenant, sealer, monkeypatch):
    await post(db, tenant)
    added = store.add_seal

    async def killed(tx, seal):
        await added(tx, seal)
        raise asyncio.CancelledError

    monkeypatch.setattr(store, "add_seal", killed)
    with pytest.raises(asyncio.CancelledError):
        await seal_client(db, tenant)
    assert await chain_of(db, tenant) == []
    monkeypatch.setattr(store, "add_seal", added)
    await sealer.seal_new()
    assert await holds(db, tenant)


async def test_one_client_that_cannot_be_sealed_does_not_keep_the_others(db, tenant, sealer, superuser):
    other = await make_client(db)
    async with db.transaction(tenant, BookLock.SHARED) as held:
        await add_lot(held)
        await post(db, tenant)
        await sealer.seal_new()
    await superuser.execute("update seal set members = '\\x00' where client_no = $1", tenant)
    await post(db, tenant)
    await post(db, other)
    await sealer.seal_new()
    assert await holds(db, other)
    assert len(await chain_of(db, tenant)) == 1


async def test_a_seals_time_never_goes_back(db, tenant, sealer, monkeypatch):
    await post(db, tenant)
    await sealer.seal_new()
    monkeypatch.setattr(sealing, "real_now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    await post(db, tenant)
    await sealer.seal_new()
    first, second = await chain_of(db, tenant)
    assert first.sealed_time == second.sealed_time


# What it costs to find nothing


async def test_while_nothing_moves_one_statement_is_all(db, tenant, sealer):
    await post(db, tenant)
    await sealer.seal_new()
    await sealer.seal_new()
    said: list[str] = []
    async with AsyncExitStack() as stack:
        connections = {await stack.enter_async_context(db.registry()) for _ in range(db.pool.get_max_size())}
    for connection in connections:
        connection.add_query_logger(lambda record: said.append(record.query))
    try:
        await sealer.seal_new()
    finally:
        for connection in connections:
            connection._query_loggers.clear()
    assert len(said) == 1
    assert "pg_sequences" in said[0]


async def test_a_closed_period_is_sealed_though_no_sequence_moves(db, tenant, sealer):
    await sealer.seal_new()
    await sealer.seal_new()
    async with db.transaction(tenant, BookLock.EXCLUSIVE) as tx:
        await tx.execute("insert into gl_period values ($1, 2025, 1, $2)", tenant, MOMENT)
    await sealer.seal_new()
    assert await chain_of(db, tenant) == []
    sealer._looked -= sealing.LOOK_ANYWAY_S
    await sealer.seal_new()
    assert await holds(db, tenant)
    assert len(await chain_of(db, tenant)) == 1


async def test_looking_for_clients_leaves_the_connections_client_alone(app_dsn, db, tenant):
    await post(db, tenant)
    connection = await asyncpg.connect(app_dsn)
    await connection.execute("select set_config('reskontro.client_no', '424242', false)")
    found = [row[0] for row in await connection.fetch("select clients_to_seal()")]
    assert tenant in found
    assert await connection.fetchval("select current_setting('reskontro.client_no')") == "424242"
    await connection.close()


# Heads


async def heads_of(db, client_no: int):
    async with db.reading(client_no) as tx:
        return await store.heads(tx)


async def test_a_day_gets_its_head_when_it_is_over_and_only_one(db, signer, tenant):
    await post(db, tenant)
    sealer = Sealer(db, signer)
    await sealer.seal_new()
    now = real_now()
    await sealer.make_heads(now)
    assert await heads_of(db, tenant) == []
    for _ in range(2):
        await Sealer(db, signer).make_heads(now + TOMORROW)  # a worker that was started again
    (head,) = await heads_of(db, tenant)
    (seal,) = await chain_of(db, tenant)
    assert (head.head_date, head.seal_no, head.seal_hash) == (now.date(), 1, seal.seal_hash)
    assert head.total_rows == 4
    assert await holds(db, tenant)


async def test_days_that_were_missed_get_their_heads_once(db, signer, tenant, monkeypatch):
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 1, 2, 5)]
    for day in days:
        monkeypatch.setattr(sealing, "real_now", lambda day=day: day)
        await post(db, tenant)
        await Sealer(db, signer).seal_new()
    late = datetime(2026, 3, 7, 0, 1, tzinfo=UTC)
    await asyncio.gather(*(Sealer(db, signer).make_heads(late) for _ in range(3)))
    assert [(h.head_date, h.seal_no) for h in await heads_of(db, tenant)] == [
        (date(2026, 3, 1), 2),
        (date(2026, 3, 2), 3),
        (date(2026, 3, 5), 4),
    ]
    assert await holds(db, tenant)


async def test_a_head_waits_for_a_seal_that_is_being_added_at_midnight(db, signer, tenant, monkeypatch):
    monkeypatch.setattr(sealing, "real_now", lambda: datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC))
    await post(db, tenant)
    await Sealer(db, signer).seal_new()
    await Sealer(db, signer).make_heads(datetime(2026, 3, 2, 0, 4, tzinfo=UTC))
    assert await heads_of(db, tenant) == []
    await Sealer(db, signer).make_heads(datetime(2026, 3, 2, 0, 5, tzinfo=UTC))
    assert len(await heads_of(db, tenant)) == 1


async def test_what_is_long_unsealed_is_told(db, tenant, sealer, superuser):
    await post(db, tenant)
    lot_no = await superuser.fetchval("select gl_lot_no from gl_lot where client_no = $1", tenant)

    async def old(seconds: float) -> list[int]:
        async with db.transaction(tenant) as tx:
            await store.begin_reading(tx)
            return await unsealed_since(tx, real_now() + timedelta(seconds=seconds), timedelta(seconds=60))

    assert await old(0) == []
    assert await old(61) == [lot_no]
    await sealer.seal_new()
    assert await old(61) == []
