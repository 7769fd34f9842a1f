"""Whether a large stock slows down: rates at 10,000,000 items in the ledger beside the same rates at 1,000,000.

    python bench/large_stock.py [--stock 10000000] [--base 1000000] [--batches 40] [--seconds 5] [--rounds 5]
        [--json FILE]

Two products run side by side, one with each stock; four clients share it. An item has its state, its case with four
lines, its document and its log row, ten to a customer. Three rates are taken of both in turns: documents in batches of
500 from four clients, one AR item read (at random of the whole stock) and one document posted, these over 32
connections. What the table shows is the one of the three that keeps the least of its rate; the others are in the
details. 11,000,000 items take some 50 GB of disk while it runs, which is asked for before, and half an hour of loading.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
import data
import document_post
import http_load
import httpx
from document_batches import PLAIN, SIZE, Sender, batch_template, posted
from harness import Product, Row, main, median, options, running_product, say

import clients
from reskontro.ledger.service.sealing import covered_by, next_seal
from reskontro.ledger.store import seals
from reskontro.ledger.store.numbers import REFERENCE, set_next
from reskontro.ledger.store.seals import Given
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database, Transaction

CLIENTS = (3001, 3002, 3003, 3004)
ITEMS_OF_A_CUSTOMER = 10
LOADERS = 2
BYTES_AN_ITEM = 4_500  # with all its rows and their indexes
BYTES_BESIDE = 8 * 2**30  # two logs of changes, what the rounds post, and some air
TOLD_EVERY_S = 15.0
READ_AT_ONCE = 2**24
REST_S = 3.0  # the worker seals what a rate has posted: not while the next one is taken

# The rows of the batches' ceiling, with UUIDs that rise as those of the product do.
RISING_UUID = (
    "(lpad(to_hex(1750000000000 + reference_no), 12, '0') || '7000' || right(md5(reference_no::text), 16))::uuid"
)
STOCK = PLAIN.replace("gen_random_uuid()", RISING_UUID)

READ = """
local items, customers = %(items)d, %(customers)d
wrk.headers["Authorization"] = os.getenv("BENCH_TOKEN")
function init() math.randomseed(2026) end
function request()
    local client, n = %(client)d + math.random(0, %(clients)d - 1), math.random(0, items - 1)
    return wrk.format("GET", string.format("/arm/v1/clients/%%d/aritems/%%d-%%d-%%d-0", client, client,
        %(account)d + n %% customers, %(reference)d + n))
end
"""
WAYS = ("batches", "read", "post")


@dataclass(slots=True)
class Stock:
    """A product with its stock, as the rates are asked of it."""

    product: Product
    items: int  # of a client
    customers: int  # of a client
    token: str = ""
    sent: int = 0  # batches of a client

    @classmethod
    def of(cls, product: Product, items: int) -> "Stock":
        """So many items over all clients. Customers come in runs of a statement's."""
        share = max(SIZE, items // len(CLIENTS) // SIZE * SIZE)
        return cls(product, share, max(clients.CUSTOMERS, share // ITEMS_OF_A_CUSTOMER // SIZE * SIZE))

    async def batches(self, count: int) -> float:
        """Documents a second, in batches."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        template = batch_template(data.invoice_day())
        watches = [await asyncpg.connect(self.product.database.superuser) for _ in CLIENTS]
        async with httpx.AsyncClient(base_url=self.product.base_url, headers=headers, timeout=120) as http:
            senders = [Sender(http, watch, no, template) for watch, no in zip(watches, CLIENTS, strict=True)]
            for sender in senders:
                sender.sent = self.sent
            rate = await posted(senders, count * SIZE)
            self.sent = senders[0].sent
        refused = await watches[0].fetchval("select coalesce(sum(failed_count), 0) from batch")
        assert refused == 0, "every document was posted"
        for watch in watches:
            await watch.close()
        return rate

    def read(self, folder: Path, seconds: int) -> float:
        """AR items read a second."""
        script = READ % {
            "items": self.items,
            "customers": self.customers,
            "client": CLIENTS[0],
            "clients": len(CLIENTS),
            "account": data.FIRST_ACCOUNT,
            "reference": data.FIRST_REFERENCE,
        }
        return http_load.run(self.product.base_url, script, folder, seconds, self._environment).per_s

    def post(self, folder: Path, seconds: int, number: int) -> float:
        """Documents posted a second, one a call."""
        day = data.invoice_day()
        script = document_post.SCRIPT % {
            "customers": self.customers,
            "round": f"R{number}",
            "day": day,
            "due": day + timedelta(days=data.DUE_DAYS),
            "account": data.FIRST_ACCOUNT,
        }
        url = f"{self.product.base_url}/arm/v1/clients/{CLIENTS[0]}/documents"
        return http_load.run(url, script, folder, seconds, self._environment).per_s

    @property
    def _environment(self) -> Mapping[str, str]:
        return os.environ | {"BENCH_TOKEN": f"Bearer {self.token}"}


def check_disk(items: int) -> None:
    """Ends the run where the disk has too little room for the stock."""
    folder = tempfile.gettempdir()
    free, wanted = shutil.disk_usage(folder).free, items * BYTES_AN_ITEM + BYTES_BESIDE
    say(f"  {items:,} items take some {wanted / 2**30:,.0f} GiB with all beside them; {free / 2**30:,.0f} GiB are free")
    if free < wanted:
        raise SystemExit(f"{folder} has too little room: set TMPDIR to a larger disk, or ask for a smaller --stock")


async def load(stock: Stock) -> None:
    """Clients, customers, and the stock itself, at the rate that the database writes it at."""
    stock.token = await asyncio.to_thread(clients.make, stock.product, CLIENTS, stock.customers)
    await count_as_sealed(stock)
    waiting, progress = list(CLIENTS), Progress(stock.items * len(CLIENTS))

    async def loader() -> None:
        connection = await asyncpg.connect(
            stock.product.database.superuser, server_settings={"synchronous_commit": "off"}
        )
        statement = await connection.prepare(STOCK)
        while waiting:
            client_no = waiting.pop()
            for done in range(0, stock.items, SIZE):
                await statement.fetch(
                    client_no, data.FIRST_REFERENCE + done, data.FIRST_ACCOUNT + done % stock.customers, SIZE, 0, SIZE,
                    data.invoice_day(), data.CONTENT,
                )  # fmt: skip
                progress.add(SIZE)
        await connection.close()

    await asyncio.gather(*(loader() for _ in range(LOADERS)))
    superuser = stock.product.database.superuser
    await data.settle_down(superuser)
    connection = await asyncpg.connect(superuser)
    sealed = await connection.fetchval("select sum(total_rows) from seal where client_no = any($1)", CLIENTS)
    assert sealed == 0, "nothing of the stock is being sealed"
    size = await connection.fetchval("select pg_database_size(current_database())")
    say(f"  {progress.done:,} items in {progress.seconds:,.0f} s, {size / progress.done:,.0f} bytes an item")
    await warm(connection)
    await connection.close()


async def count_as_sealed(stock: Stock) -> None:
    """Let what is about to be loaded count as sealed long ago: the worker would seal it while something is measured.

    Each client gets a seal whose marks lie above the stock, and every number goes on above it.
    """
    last = data.FIRST_REFERENCE + stock.items
    connection = await asyncpg.connect(stock.product.database.superuser)
    for sequence in ("gl_case_no", "gl_lot_no"):
        await connection.execute(f"select setval('{sequence}', $1)", last)
    await connection.close()

    async def add(tx: Transaction) -> None:
        await seals.wait_for_chain(tx)
        assert not await seals.open_seals(tx), "the client is new"
        seal = next_seal(tx.client_no, None, covered_by(()), {}, Given(last, last, 0, 0), real_now())
        assert await seals.add_seal(tx, seal), "it is the first one"

    db = await Database.connect(stock.product.database.app)
    for client_no in CLIENTS:
        await set_next(db, client_no, REFERENCE, last)
        await db.run(client_no, add)
    await db.close()


class Progress:
    """Tells now and then how far a load has come."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.done = 0
        self.start = self.told = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.start

    def add(self, items: int) -> None:
        """So many more are there."""
        self.done += items
        if time.monotonic() - self.told > TOLD_EVERY_S:
            self.told = time.monotonic()
            rate = self.done / self.seconds
            say(
                f"  {self.done:,} of {self.wanted:,} items, {rate:,.0f} a second, "
                f"{(self.wanted - self.done) / rate:,.0f} s to go"
            )


async def warm(connection: "asyncpg.Connection") -> None:
    """Read every index, and the tables that a read is answered from, so that memory holds what it can of them."""
    folder = Path(await connection.fetchval("show data_directory"))
    rows = await connection.fetch(
        """
        select pg_relation_filepath(oid) from pg_class
        where relkind = 'i' or relname in ('ar_item', 'ar_item_state', 'customer')
        """
    )
    for (path,) in rows:
        for part in sorted((folder / path).parent.glob(f"{Path(path).name}*")):
            if part.name == Path(path).name or part.name.startswith(f"{Path(path).name}."):
                with part.open("rb", buffering=0) as file:
                    while file.read(READ_AT_ONCE):
                        pass


def rates_of(
    base: Stock, large: Stock, folder: Path, chosen: argparse.Namespace
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Every rate of the large stock and of the other, in turns, after a round that does not count."""
    found: dict[bool, dict[str, list[float]]] = {is_large: {way: [] for way in WAYS} for is_large in (True, False)}
    for number in range(chosen.rounds + 1):
        for way in WAYS:
            for is_large in (False, True) if number % 2 else (True, False):
                stock = large if is_large else base
                match way:
                    case "batches":
                        rate = asyncio.run(stock.batches(chosen.batches))
                    case "read":
                        rate = stock.read(folder, chosen.seconds)
                    case _:
                        rate = stock.post(folder, chosen.seconds, number)
                found[is_large][way].append(rate)
                time.sleep(REST_S)
            say(
                f"  round {number or 'warm-up'}: {way} {found[True][way][-1]:,.0f} at {chosen.stock:,}, "
                f"{found[False][way][-1]:,.0f} at {chosen.base:,}"
            )
    at_stock, at_base = ({way: rates[1:] for way, rates in found[is_large].items()} for is_large in (True, False))
    return at_stock, at_base


def measure(chosen: argparse.Namespace) -> Row:
    check_disk(chosen.stock + chosen.base)
    with running_product() as small, running_product() as big, tempfile.TemporaryDirectory() as folder:
        base, large = Stock.of(small, chosen.base), Stock.of(big, chosen.stock)
        for stock in (base, large):
            asyncio.run(load(stock))
        at_stock, at_base = rates_of(base, large, Path(folder), chosen)
    ratios = {way: median(at_stock[way]) / median(at_base[way]) for way in WAYS}
    worst = min(WAYS, key=ratios.__getitem__)
    return Row(
        measured="large_stock",
        title=f"Worst of three rates at {chosen.stock:,} items, a second",
        unit="documents a second" if worst == "batches" else "calls a second",
        ours=median(at_stock[worst]),
        ceiling=median(at_base[worst]),
        aim=0.80,
        ours_rounds=at_stock[worst],
        ceiling_rounds=at_base[worst],
        details={
            "stock": chosen.stock,
            "base": chosen.base,
            "worst": worst,
            **{
                f"{way}_{name}": value
                for way in WAYS
                for name, value in (
                    ("at_stock", round(median(at_stock[way]))),
                    ("at_base", round(median(at_base[way]))),
                    ("ratio", round(ratios[way], 3)),
                )
            },
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--stock", type=int, default=10_000_000, help="items of the large one (default %(default)s)")
    wanted.add_argument("--base", type=int, default=1_000_000, help="items of the other (default %(default)s)")
    wanted.add_argument("--batches", type=int, default=40, help="of a round (default %(default)s)")
    wanted.add_argument("--seconds", type=int, default=5, help="of a round over HTTP (default %(default)s)")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
