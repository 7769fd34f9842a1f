"""What tenant security, audit and seal cost together: batches of documents with all of them on, and with all off.

    python bench/security_cost.py [--batches 40] [--rounds 5] [--json FILE]

Batches of 500 documents of three lines, worked on by the product's own runner in this process. On is the product as it
is: row-level security with the client's setting on the connection, a log row for each document, and everything sealed
within the measured time, after every fourth batch. Off is the same database with row-level security disabled on every
table by the superuser and no setting made, no log rows written, and nothing sealed. Both in turns, on the same tables;
what a round leaves unsealed is sealed before the next one begins. After that each of the three alone.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import asyncpg
import data
import uvloop
from batch_worker import BatchWorker, Meter, batch_worker, embedded_database
from document_batches import SIZE, batch_template
from harness import Row, main, median, options, say

from reskontro.ledger.service.sealing import Sealer
from reskontro.ledger.store import log as log_store
from reskontro.platform import database
from reskontro.platform.embedded import EmbeddedUrls
from reskontro.platform.signatures import Signer

CLIENTS = (3001, 3002, 3003, 3004)  # in turn, so that the connections change hands
SEALED_AFTER = 4  # batches: some half a second's, as the sweep finds them each second
ROW_SECURITY, AUDIT, SEAL = "row security", "audit", "seal"
ALL = frozenset({ROW_SECURITY, AUDIT, SEAL})
NONE: frozenset[str] = frozenset()
ALONE_ROUNDS = 3

Found = dict[str, list[Meter]]
SECURED = "select oid::regclass::text from pg_class where relrowsecurity"


class Book:
    """The book that each round posts into, and what is on in it."""

    def __init__(self, worker: BatchWorker, tables: Sequence[str], batches: int) -> None:
        self.worker = worker
        self.tables = tables
        self.batches = batches
        self.template = batch_template(data.invoice_day())
        self.sealer = Sealer(worker.db, Signer.of(bytes(32)))

    async def post(self, on: Iterable[str]) -> Meter:
        """Post a round's batches with these on and the others off."""
        await self.sealer.seal_new()
        await data.settle_down(self.worker.urls.superuser)
        before = await self._counts()
        await self._secure(on=ROW_SECURITY in on)
        meter = Meter()
        try:
            with without(ALL - set(on)), self.worker.measured(meter):
                for number in range(self.batches // SEALED_AFTER):
                    await self.worker.post(CLIENTS[number % len(CLIENTS)], self.template, SEALED_AFTER)
                    if SEAL in on:
                        await self.sealer.seal_new()
        finally:
            await self._secure(on=True)
        meter.documents = self.batches // SEALED_AFTER * SEALED_AFTER * SIZE
        await self.worker.check_all_posted()
        after = await self._counts()
        assert (after["log_rows"] - before["log_rows"] > meter.documents) == (AUDIT in on), "logged where audit is on"
        assert (after["sealed"] - before["sealed"] > meter.documents) == (SEAL in on), "sealed where the seal is on"
        return meter

    async def _counts(self) -> Mapping[str, int]:
        """Of all clients: how many log rows there are, and how many rows are sealed."""
        connection = await asyncpg.connect(self.worker.urls.superuser)
        row = await connection.fetchrow(
            """
            select (select count(*) from log_item) as log_rows, coalesce(sum(total_rows), 0) as sealed
            from (select max(total_rows) as total_rows from seal group by client_no) as chain
            """
        )
        await connection.close()
        assert row is not None
        return dict(row)

    async def _secure(self, *, on: bool) -> None:
        connection = await asyncpg.connect(self.worker.urls.superuser)
        for table in self.tables:
            await connection.execute(f"alter table {table} {'enable' if on else 'disable'} row level security")
        assert (await connection.fetchval(f"select count(*) from ({SECURED}) as t")) == (len(self.tables) if on else 0)
        await connection.close()


@contextmanager
def without(off: Iterable[str]) -> Iterator[None]:
    """No client's setting, no log rows: for the time of the block, in this process only."""
    touched: set[database.Connection] = set()

    async def hand_over(connection: database.Connection, client_no: int) -> None:
        touched.add(connection)
        connection.client_no = client_no

    async def add(*_: object) -> None:
        """Log nothing."""

    with ExitStack() as stack:
        if ROW_SECURITY in off:
            stack.enter_context(patch.object(database, "_hand_over", hand_over))
        if AUDIT in off:
            stack.enter_context(patch.object(log_store, "rows", lambda *_: []))
            stack.enter_context(patch.object(log_store, "add", add))
        yield
    for connection in touched:
        connection.client_no = None  # their setting was not made


async def prepare(worker: BatchWorker, batches: int) -> Book:
    for client_no in CLIENTS:
        await worker.add_client(client_no)
    connection = await asyncpg.connect(worker.urls.superuser)
    tables = [row[0] for row in await connection.fetch(SECURED)]
    await connection.close()
    return Book(worker, tables, batches)


async def in_turns(book: Book, wanted: Mapping[str, frozenset[str]], rounds: int) -> Found:
    """Each of several ways measured `rounds` times, in turns that begin with another one each time."""
    found: Found = {name: [] for name in wanted}
    ways = list(wanted.items())
    for number in range(rounds):
        first = number % len(ways)
        for name, on in ways[first:] + ways[:first]:
            found[name].append(await book.post(on))
        say(f"  round {number + 1}: " + ", ".join(f"{name} {told[-1].rate:,.0f}" for name, told in found.items()))
    return found


def rate(meters: Sequence[Meter]) -> float:
    return median([meter.rate for meter in meters])


def lost(meters: Sequence[Meter], beside: Sequence[Meter]) -> float:
    """How many percent of the rate are lost."""
    return round(100 * (1 - rate(meters) / rate(beside)), 1)


def added_us(meters: Sequence[Meter], beside: Sequence[Meter]) -> float:
    """How many microseconds of processor time more a document takes, of this process and the database's together."""
    here, there = (median([m.python_us + m.database_us for m in several]) for several in (meters, beside))
    return round(here - there, 1)


async def measure_all(urls: EmbeddedUrls, chosen: argparse.Namespace) -> tuple[Found, Found]:
    """The meters of all on and all off, and those of none and of each alone."""
    async with batch_worker(urls) as worker:
        book = await prepare(worker, chosen.batches)
        both = {"all on": ALL, "all off": NONE}
        say("  warm-up")
        await in_turns(book, both, 1)
        found = await in_turns(book, both, chosen.rounds)
        say("  each alone")
        book.batches = max(SEALED_AFTER, chosen.batches // 2)
        ways = {"none": NONE} | {name: frozenset({name}) for name in sorted(ALL)}
        return found, await in_turns(book, ways, min(ALONE_ROUNDS, chosen.rounds))


def measure(chosen: argparse.Namespace) -> Row:
    with embedded_database() as urls:
        found, alone = uvloop.run(measure_all(urls, chosen))
    on, off = found["all on"], found["all off"]
    names = {name: name.replace(" ", "_") for name in sorted(ALL)}
    return Row(
        measured="security_cost",
        title="Batches with security, audit and seal, documents a second",
        unit="documents a second",
        ours=rate(on),
        ceiling=rate(off),
        aim=0.75,
        ours_rounds=[meter.rate for meter in on],
        ceiling_rounds=[meter.rate for meter in off],
        details={
            "all_cost_percent": lost(on, off),
            "all_cost_us": added_us(on, off),
            **{f"{of}_alone_percent": lost(alone[name], alone["none"]) for name, of in names.items()},
            **{f"{of}_alone_us": added_us(alone[name], alone["none"]) for name, of in names.items()},
            "python_us_on": median([meter.python_us for meter in on]),
            "python_us_off": median([meter.python_us for meter in off]),
            "database_us_on": median([meter.database_us for meter in on]),
            "database_us_off": median([meter.database_us for meter in off]),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--batches", type=int, default=40, help="of a round (default %(default)s)")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
