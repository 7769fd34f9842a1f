"""Whether one GL account that everything is posted on holds postings up: beside postings spread out over 200.

    python bench/gl_account.py [--batches 40] [--seconds 5] [--rounds 5] [--json FILE]

Two clients on one database. Both post the same batches of 500 documents of three lines, whose item groups are 200, and
both have a setting `gl.revenueAccountByItemGroup1.<code>` for each of them: one names 200 revenue accounts, the other
the same account 200 times. Batches are worked on by the product's own runner in this process, in turns that begin with
one and the other. Beside it each client posts single documents on 16 connections at once, one durable commit each,
where a row or a page that everybody wants would be waited for most.
"""

import argparse
import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from itertools import count, cycle

import asyncpg
import data
import uvloop
from batch_worker import ACTOR, BatchWorker, Meter, batch_worker, embedded_database
from document_batches import MARK, SIZE, batch_template
from harness import Row, main, median, options, say

from reskontro.ledger.domain.document import NewDocument
from reskontro.ledger.http.documents import documents_of_batch
from reskontro.ledger.service import documents
from reskontro.platform.database import BookLock, Transaction
from reskontro.platform.embedded import EmbeddedUrls

ONE, SPREAD = 3001, 3002
ACCOUNTS = 200
FIRST_GL_ACCOUNT = 3100
FIRST_GROUP = 1000
AT_ONCE = 16
GROUP = re.compile(rb'"itemGroup1": "[0-9]+"')
SETTINGS = """
insert into client_config (client_no, config_key, value, valid_from)
select $1::int, 'gl.revenueAccountByItemGroup1.' || $2::int + n, $3::int + case when $4 then n else 0 end, '2020-01-01'
from generate_series(0, $5::int - 1) as n
"""


def template_of_groups() -> bytes:
    """The batch of the other rows, its lines in all the groups in turn."""
    groups = cycle(range(FIRST_GROUP, FIRST_GROUP + ACCOUNTS))
    return GROUP.sub(lambda _: b'"itemGroup1": "%d"' % next(groups), batch_template(data.invoice_day()))


async def prepare(worker: BatchWorker) -> None:
    for client_no in (ONE, SPREAD):
        await worker.add_client(client_no)
        async with worker.db.transaction(client_no) as tx:
            await tx.execute(SETTINGS, client_no, FIRST_GROUP, FIRST_GL_ACCOUNT, client_no == SPREAD, ACCOUNTS)


async def batches(worker: BatchWorker, client_no: int, template: bytes, wanted: int) -> Meter:
    meter = Meter(documents=wanted * SIZE)
    with worker.measured(meter):
        await worker.post(client_no, template, wanted)
    await worker.check_all_posted()
    return meter


async def at_once(worker: BatchWorker, client_no: int, template: bytes, numbers: "count[int]", seconds: int) -> Meter:
    """Single documents, each in a transaction of its own, on several connections at once."""
    meter = Meter()

    async def turn() -> None:
        while time.monotonic() < end:
            for new in documents_of_batch(template.replace(MARK, b"s%07d" % next(numbers))):
                assert isinstance(new, NewDocument), "it is a document"
                outcome = (await worker.db.run(client_no, one(new), BookLock.SHARED))[0]
                assert isinstance(outcome, documents.Posted), outcome
                meter.documents += 1
                if time.monotonic() >= end:
                    break

    def one(new: NewDocument) -> Callable[[Transaction], Awaitable[list[documents.Outcome]]]:
        async def use_case(tx: Transaction) -> list[documents.Outcome]:
            now = worker.runner.clock.now()
            return await documents.post(tx, worker.numbers, [new], now, ACTOR, paths=["document"])

        return use_case

    end = time.monotonic() + seconds
    with worker.measured(meter):
        await asyncio.gather(*(turn() for _ in range(AT_ONCE)))
    return meter


async def check_spread(urls: EmbeddedUrls) -> None:
    """Raises where the revenue of the two clients does not lie as it should."""
    connection = await asyncpg.connect(urls.superuser)
    for client_no, wanted in ((ONE, 1), (SPREAD, ACCOUNTS)):
        found = await connection.fetchval(
            "select count(distinct gl_account_no) from gl_item where client_no = $1 and gl_account_no >= $2",
            client_no,
            FIRST_GL_ACCOUNT,
        )
        assert found == wanted, f"{found} revenue accounts of client {client_no}"
    await connection.close()


async def measure_all(urls: EmbeddedUrls, chosen: argparse.Namespace) -> dict[tuple[str, int], list[Meter]]:
    """The meters of both clients, for batches and for single documents at once."""
    template, numbers = template_of_groups(), count()
    found: dict[tuple[str, int], list[Meter]] = {
        (way, client_no): [] for way in ("batches", "singles") for client_no in (ONE, SPREAD)
    }
    async with batch_worker(urls) as worker:
        await prepare(worker)
        await data.settle_down(urls.superuser)
        for number in range(chosen.rounds + 1):
            order = (ONE, SPREAD) if number % 2 else (SPREAD, ONE)
            for client_no in order:
                found["batches", client_no].append(await batches(worker, client_no, template, chosen.batches))
            for client_no in order:
                told = await at_once(worker, client_no, template, numbers, chosen.seconds)
                found["singles", client_no].append(told)
            rates = {way: (found[way, ONE][-1].rate, found[way, SPREAD][-1].rate) for way in ("batches", "singles")}
            say(
                f"  round {number or 'warm-up'}: "
                + ", ".join(f"{way} on one {one:,.0f}, spread {spread:,.0f}" for way, (one, spread) in rates.items())
            )
    await check_spread(urls)
    return {what: meters[1:] for what, meters in found.items()}


def measure(chosen: argparse.Namespace) -> Row:
    with embedded_database() as urls:
        found = uvloop.run(measure_all(urls, chosen))
    rates = {what: [meter.rate for meter in meters] for what, meters in found.items()}
    one, spread = rates["batches", ONE], rates["batches", SPREAD]
    single_one, single_spread = median(rates["singles", ONE]), median(rates["singles", SPREAD])
    return Row(
        measured="gl_account",
        title="Batches on one GL account, documents a second",
        unit="documents a second",
        ours=median(one),
        ceiling=median(spread),
        aim=0.90,
        ours_rounds=one,
        ceiling_rounds=spread,
        details={
            "accounts_of_the_ceiling": ACCOUNTS,
            "singles_at_once": AT_ONCE,
            "singles_on_one": round(single_one),
            "singles_spread": round(single_spread),
            "singles_ratio": round(single_one / single_spread, 3),
            "database_us_on_one": median([meter.database_us for meter in found["batches", ONE]]),
            "database_us_spread": median([meter.database_us for meter in found["batches", SPREAD]]),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--batches", type=int, default=40, help="of a round (default %(default)s)")
    wanted.add_argument("--seconds", type=int, default=5, help="of single documents at once (default %(default)s)")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
