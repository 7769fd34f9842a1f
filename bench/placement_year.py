"""A firm's year of payments: how many are placed without a person, and that none is placed wrongly.

    python bench/placement_year.py [--invoices 50000] [--seed 2026] [--rounds 1] [--json FILE]

`year_of_payments` makes the payments with what each is for. They come month by month as an OCR giro file and a camt.054
file and go the product's own way; at the end of each month suggestions are made for what waits. Ours is how many of ten
thousand payments were placed without a person. The ceiling is how many could have been: those that carry an
undamaged reference. A payment on another customer, or on another claim than those it is for, is wrong; there must be
none, or the measurement fails.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncpg
import data
import payment_file
import seal
from harness import Row, main, median, options, say
from year_of_payments import Payment, Year, camt_054, with_subscriptions

from reskontro.kernel.actor import Actor
from reskontro.ledger.service import payment_files, suggestions
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform import migrations
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database
from reskontro.platform.embedded import EmbeddedServer, EmbeddedUrls
from reskontro.platform.files import FileStore
from reskontro.platform.telemetry import set_up_logging

MONTHS = 12
DAYS = 28
A_MONTH = 3  # invoices of a customer in a month that has any
QUARTERS = 4  # a customer has invoices in every fourth month
PER = 10_000
AIM = 7_500
ROWS = """
select p.archive_reference, p.outcome, p.reason, p.account_no, p.reference_no, p.placed::text as placed, p.amount_minor,
    (select o.archive_reference from payment o where o.client_no = p.client_no and o.payment_no = p.returns_payment_no)
        as returned,
    s.suggestions::text as suggested
from payment p left join payment_suggestion s on s.client_no = p.client_no and s.payment_no = p.payment_no
where p.client_no = $1
"""
BY_ITSELF = frozenset({"SETTLED", "ON-ACCOUNT", "RETURNED"})


@dataclass(slots=True)
class Tally:
    """What became of the payments."""

    placed: int = 0
    nameable: int = 0
    waiting: int = 0
    suggested_right: int = 0
    suggested_wrong: int = 0
    wrong: list[str] = field(default_factory=list)
    kinds: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def judge(self, one: Payment, row: asyncpg.Record) -> None:
        """Count one payment by what it is for and where it is."""
        names = bool(one.kid or one.parts or one.returns) and one.damage in {"", "amount", "two in one"}
        self.nameable += names
        by_itself = row["outcome"] in BY_ITSELF
        self.kinds[one.kind, by_itself] += 1
        if by_itself:
            self.placed += 1
            if not right(one, row):
                self.wrong.append(f"{one.kind} {one.damage}: {one.archive} {dict(row)}")
            return
        if one.account_no is None or one.minor < 0:
            return
        self.waiting += 1
        best = next(iter(json.loads(row["suggested"] or "[]")), None)
        if best is None:
            return
        items = {int(part["arItemId"].split("-")[2]) for part in best["items"]}
        if best["accountNo"] == one.account_no and (not one.claims or items <= one.claims):
            self.suggested_right += 1
        else:
            self.suggested_wrong += 1


def right(one: Payment, row: asyncpg.Record) -> bool:
    """Whether a payment that was placed is where it belongs."""
    if one.returns:
        return row["outcome"] == "RETURNED" and row["returned"] == one.returns
    if row["account_no"] != one.account_no:
        return False
    if row["placed"]:
        return {reference for reference, _, _ in json.loads(row["placed"])} <= one.claims
    return not one.claims or row["reference_no"] in one.claims


async def play(urls: EmbeddedUrls, folder: Path, invoices: int, seed: int) -> Tally:
    """The year, month by month; the payments with where they are come back judged."""
    chance = random.Random(seed)
    year, said = Year(chance), []
    count = invoices // MONTHS
    customers = max(1, count // A_MONTH)
    await prepare(urls, QUARTERS * customers)
    db = await Database.connect(urls.app, connections=2)
    numbers, files, now = Numbers(db), FileStore.open(folder), real_now()
    connection = await asyncpg.connect(urls.app)
    await data.act_for_client(connection)
    first_day = data.business_day(now) - timedelta(days=MONTHS * DAYS + 1)
    for month in range(MONTHS):
        start = data.FIRST_REFERENCE + month * count
        theirs = data.FIRST_ACCOUNT + month % QUARTERS * customers
        items = with_subscriptions(list(data.items(start, count, customers, theirs)), chance)
        day = first_day + timedelta(days=month * DAYS)
        await data.add_items(connection, items, day=day - timedelta(days=14))
        await analyse(urls)
        payments = year.month(items, day, DAYS)
        said += payments
        await send(db, numbers, files, folder, payments, month, chance)
        await suggestions.suggest_all(db, numbers, data.CLIENT_NO, now, Actor("SYSTEM", "bench"))
        say(f"  month {month + 1}: {len(payments):,} payments")
    tally = Tally()
    rows = await connection.fetch(ROWS, data.CLIENT_NO)
    by_archive = {(row["archive_reference"], row["amount_minor"] < 0): row for row in rows}
    assert len(by_archive) == len(said), "every payment is there once"
    for one in said:
        tally.judge(one, by_archive[one.returns or one.archive, one.minor < 0])
    await connection.close()
    await db.close()
    return tally


async def analyse(urls: EmbeddedUrls) -> None:
    """Take statistics, as the database does by itself within a minute: the invoices have lain for two weeks."""
    connection = await asyncpg.connect(urls.superuser)
    await connection.execute("vacuum (analyze)")
    await connection.close()


async def prepare(urls: EmbeddedUrls, customers: int) -> None:
    """The client, its customers, its account."""
    await seal.prepare(urls, customers)
    connection = await asyncpg.connect(urls.superuser)
    await connection.execute(
        "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, now())",
        payment_file.ACCOUNT_NO,
        data.CLIENT_NO,
    )
    await connection.execute("select set_config('reskontro.client_no', $1, false)", str(data.CLIENT_NO))
    await connection.execute(
        "insert into client_counter (client_no, counter, next_no) values ($1, 'reference', 9000000)", data.CLIENT_NO
    )
    await connection.close()


async def send(
    db: Database,
    numbers: Numbers,
    files: FileStore,
    folder: Path,
    payments: list[Payment],
    month: int,
    chance: random.Random,
) -> None:
    """A month's two files, imported."""
    giro = [one.as_ocr(chance) for one in payments if one.by_ocr]
    notified = [one for one in payments if not one.by_ocr]
    path = folder / f"{month}.ocr"
    payment_file.write(path, giro, month + 1)
    await payment_files.import_path(db, numbers, files, path, real_now(), only_client=data.CLIENT_NO)
    path = folder / f"{month}.xml"
    path.write_bytes(camt_054(notified, month + 1))
    await payment_files.import_path(db, numbers, files, path, real_now(), only_client=data.CLIENT_NO)


def once(invoices: int, seed: int) -> tuple[Tally, float]:
    with tempfile.TemporaryDirectory(prefix="reskontro-bench-") as folder:
        server = EmbeddedServer.start(Path(folder) / "data", durable=False)
        try:
            migrations.upgrade(server.urls.owner, migrations.role_of(server.urls.app))
            start = time.perf_counter()
            tally = asyncio.run(play(server.urls, Path(folder), invoices, seed))
        finally:
            server.stop()
    return tally, time.perf_counter() - start


def measure(chosen: argparse.Namespace) -> Row:
    set_up_logging("warning")
    tallies = []
    for number in range(chosen.rounds):
        tally, seconds = once(chosen.invoices, chosen.seed + number)
        say(f"  {seconds:.0f} s; placed or not by kind: {dict(sorted(tally.kinds.items()))}")
        assert not tally.wrong, "\n".join(tally.wrong[:20])
        tallies.append(tally)
    first = tallies[0]
    shares = [
        [PER * count / sum(t.kinds.values()) for t in tallies for count in [take(t)]] for take in (_placed, _named)
    ]
    return Row(
        measured="placement_year",
        title="A year of payments, placed without a person of 10,000",
        unit="payments of ten thousand",
        ours=median(shares[0]),
        ceiling=median(shares[1]),
        aim=AIM,
        ours_rounds=shares[0],
        ceiling_rounds=shares[1],
        details={
            "payments": sum(first.kinds.values()),
            "placed_percent": round(100 * first.placed / sum(first.kinds.values()), 1),
            "suggested_right_percent": round(100 * first.suggested_right / max(1, first.waiting), 1),
            "suggested_wrong_percent": round(100 * first.suggested_wrong / max(1, first.waiting), 1),
            "wrong_placements": len(first.wrong),
        },
    )


def _placed(tally: Tally) -> int:
    return tally.placed


def _named(tally: Tally) -> int:
    return tally.nameable


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.set_defaults(rounds=1)
    wanted.add_argument("--invoices", type=int, default=50_000)
    wanted.add_argument("--seed", type=int, default=2026)
    return wanted


if __name__ == "__main__":
    main(measure, parser())
