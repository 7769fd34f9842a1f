"""Rows of work with a due moment: done once, in order, by whoever comes first; failures keep nobody back."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from reskontro.platform import due_rows
from reskontro.platform.due_rows import ROWS_A_PIECE, DueRows
from tests.ledger.conftest import make_client, tenant

__all__ = ["tenant"]

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
KIND = "shoes"


class Shoemaker:
    """Notes what it was given; fails for the clients that it is told to."""

    def __init__(self) -> None:
        self.done: list[tuple[int, str]] = []
        self.fails_for: set[int] = set()
        self.wait = asyncio.Event()
        self.wait.set()
        self.begun = asyncio.Event()

    async def __call__(self, tx, keys, now) -> None:
        self.begun.set()
        await self.wait.wait()
        if tx.client_no in self.fails_for:
            raise ZeroDivisionError(tx.client_no)
        self.done += [(tx.client_no, key) for key in keys]


@pytest.fixture
def shoemaker() -> Shoemaker:
    return Shoemaker()


@pytest.fixture
async def rows(db, shoemaker) -> DueRows:
    async with db.registry() as connection:
        await connection.execute("delete from due_work where kind = $1", KIND)
    return DueRows(db, {KIND: shoemaker})


async def add(db, client_no: int, *keys: str, at: datetime = NOON, kind: str = KIND) -> None:
    async with db.transaction(client_no) as tx:
        await due_rows.add(tx, kind, keys, at)


async def left(db, client_no: int) -> int:
    async with db.registry() as connection:
        return await connection.fetchval("select count(*) from due_work where client_no = $1", client_no)


async def test_what_is_due_is_done_once_and_what_is_not_waits(db, rows, shoemaker, tenant):
    await add(db, tenant, "b", at=NOON - timedelta(seconds=1))
    await add(db, tenant, "a")
    await add(db, tenant, "c", at=NOON + timedelta(milliseconds=1))
    await add(db, tenant, "other", kind="hats")
    assert await rows.run_due(NOON) == 2
    assert shoemaker.done == [(tenant, "b"), (tenant, "a")], "the oldest first"
    assert await rows.run_due(NOON) == 0
    assert await rows.run_due(NOON + timedelta(seconds=1)) == 1
    assert await left(db, tenant) == 1, "of a kind that nobody handles here"


async def test_a_row_belongs_to_the_transaction_that_makes_it(db, rows, tenant):
    async def broken(tx) -> None:
        await due_rows.add(tx, KIND, ["a"], NOON)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await db.run(tenant, broken)
    assert await rows.run_due(NOON) == 0


async def test_a_key_that_waits_gets_the_new_time(db, rows, tenant):
    await add(db, tenant, "a")
    await add(db, tenant, "a", at=NOON + timedelta(days=1))
    assert await rows.run_due(NOON) == 0
    assert await rows.run_due(NOON + timedelta(days=1)) == 1


async def test_many_rows_are_done_in_pieces(db, rows, shoemaker, tenant):
    await add(db, tenant, *(f"{n:04d}" for n in range(ROWS_A_PIECE + 1)))
    assert await rows.run_due(NOON) == ROWS_A_PIECE
    assert await rows.run_due(NOON) == 1
    assert len(set(shoemaker.done)) == ROWS_A_PIECE + 1


async def test_work_that_fails_stays_and_keeps_nobody_elses_back(db, rows, shoemaker, tenant):
    others = [await make_client(db) for _ in range(6)]
    await add(db, tenant, "a", at=NOON - timedelta(days=1))
    for client_no in others:
        await add(db, client_no, "b")
    shoemaker.fails_for = {tenant}
    with pytest.raises(ZeroDivisionError):
        await rows.run_due(NOON)
    assert {client_no for client_no, _ in shoemaker.done} == set(others)
    assert await left(db, tenant) == 1
    shoemaker.fails_for = set()
    assert await rows.run_due(NOON) == 1


async def test_who_comes_second_waits_and_does_nothing_twice(db, rows, shoemaker, tenant):
    await add(db, tenant, "a")
    shoemaker.wait.clear()
    first = asyncio.create_task(rows.run_due(NOON))
    await shoemaker.begun.wait()
    second = asyncio.create_task(rows.run_due(NOON))
    done, _ = await asyncio.wait([second], timeout=0.3)
    assert not done, "it waits until what is due has been done"
    shoemaker.wait.set()
    assert (await first, await second) == (1, 0)
    assert shoemaker.done == [(tenant, "a")]
