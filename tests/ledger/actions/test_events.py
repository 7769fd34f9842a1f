"""Events are taken in order, each once, and none is passed over, in whatever order transactions end."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontro.ledger.domain.events import EventKind, NewEvent
from reskontro.ledger.service.events import take
from reskontro.ledger.store import events as store
from tests.ledger.conftest import NOW, make_client


def event(name: str) -> NewEvent:
    return NewEvent(kind=EventKind.COPY_WANTED, account_no=500001, document_no=name, payload={"n": name})


class Reader:
    """A consumer that keeps what it was given."""

    def __init__(self, db, client_no, name="distribution"):
        self.db, self.client_no, self.name = db, client_no, name
        self.seen = []

    async def take(self, most=100):
        async def handle(tx, events):
            self.seen += [e.event.document_no for e in events]

        return await take(self.db, self.client_no, self.name, handle, NOW, most)

    async def take_all(self):
        while await self.take(most=2):
            pass
        return self.seen


async def add(db, client_no, *names):
    async with db.transaction(client_no) as tx:
        await store.add(tx, [event(name) for name in names], NOW)


async def test_events_are_taken_in_order_and_once(db, tenant):
    reader = Reader(db, tenant)
    assert await reader.take() == 0
    await add(db, tenant, "a", "b", "c")
    await add(db, tenant, "d")
    assert await reader.take(most=3) == 3
    assert await reader.take() == 1
    assert await reader.take() == 0
    assert reader.seen == ["a", "b", "c", "d"]


async def test_each_consumer_has_its_own_place_and_each_client_its_own_events(db, tenant):
    other = await make_client(db)
    await add(db, tenant, "a")
    await add(db, other, "x")
    await Reader(db, tenant).take()
    assert await Reader(db, tenant, "collection").take_all() == ["a"]
    assert await Reader(db, other).take_all() == ["x"]


async def test_a_number_that_becomes_visible_late_is_not_passed_over(db, tenant):
    reader = Reader(db, tenant)
    async with db.transaction(tenant) as slow:
        await store.add(slow, [event("early number")], NOW)
        await add(db, tenant, "late number")
        assert await reader.take() == 0, "the later number is there, but the earlier one may still come"
    assert await reader.take() == 2
    assert reader.seen == ["early number", "late number"]


async def test_what_is_rolled_back_is_a_gap_and_no_event(db, tenant):
    reader = Reader(db, tenant)
    await add(db, tenant, "a")

    async def broken():
        async with db.transaction(tenant) as tx:
            await store.add(tx, [event("never")], NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    await add(db, tenant, "b")
    assert await reader.take_all() == ["a", "b"]


async def test_another_clients_long_transaction_keeps_nobody_waiting(db, tenant):
    other = await make_client(db)
    await add(db, tenant, "a")
    async with db.transaction(other) as slow:
        await store.add(slow, [event("x")], NOW)
        assert await Reader(db, tenant).take() == 1


async def test_writers_do_not_wait_for_each_other(db, tenant):
    async with db.transaction(tenant) as one:
        await store.add(one, [event("a")], NOW)
        async with asyncio.timeout(5), db.transaction(tenant) as other:
            await store.add(other, [event("b")], NOW)


async def test_a_consumer_that_fails_gets_the_same_again(db, tenant):
    await add(db, tenant, "a", "b")

    async def fails(tx, events):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await take(db, tenant, "distribution", fails, NOW)
    assert await Reader(db, tenant).take_all() == ["a", "b"]


async def test_two_processes_of_a_consumer_take_each_event_once(db, tenant):
    await add(db, tenant, *[str(n) for n in range(40)])
    readers = [Reader(db, tenant) for _ in range(4)]
    await asyncio.gather(*(reader.take_all() for reader in readers))
    assert sorted(int(name) for reader in readers for name in reader.seen) == list(range(40))


async def test_readers_and_writers_at_once_lose_nothing(db, tenant):
    reader = Reader(db, tenant)
    done = asyncio.Event()

    async def write(writer):
        for n in range(15):
            async with db.transaction(tenant) as tx:
                await store.add(tx, [event(f"{writer}-{n}")], NOW)
                await asyncio.sleep(0.001 * (writer * n % 7))

    async def read():
        while not done.is_set():
            await reader.take(most=3)

    reading = asyncio.create_task(read())
    await asyncio.gather(*(write(writer) for writer in range(5)))
    done.set()
    await reading
    await reader.take_all()
    assert len(reader.seen) == len(set(reader.seen)) == 75
    for writer in range(5):
        mine = [int(name.split("-")[1]) for name in reader.seen if name.startswith(f"{writer}-")]
        assert mine == list(range(15)), "one writer's events keep their order"


@given(
    ends=st.permutations(range(4)),
    commits=st.lists(st.booleans(), min_size=4, max_size=4),
    reads=st.lists(st.booleans(), min_size=4, max_size=4),
)
@settings(max_examples=20, deadline=None)
async def test_in_whatever_order_transactions_end(db, ends, commits, reads):
    client_no = await make_client(db)
    reader = Reader(db, client_no)

    async def roll_back(transaction):
        async with transaction.pop_all():
            raise ZeroDivisionError

    async with AsyncExitStack() as all_of_them:
        under_way = [await all_of_them.enter_async_context(AsyncExitStack()) for _ in range(4)]
        for n, transaction in enumerate(under_way):
            tx = await transaction.enter_async_context(db.transaction(client_no))
            await store.add(tx, [event(str(n))], NOW)
        for n in ends:
            if commits[n]:
                await under_way[n].aclose()
            else:
                with pytest.raises(ZeroDivisionError):
                    await roll_back(under_way[n])
            if reads[n]:
                await reader.take()
    assert await reader.take_all() == [str(n) for n in range(4) if commits[n]]
