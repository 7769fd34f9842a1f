"""Lists of AR items over 1,000,000: a first call with each filter, and following pages on four connections.

    python bench/list_pages.py [--items 1000000] [--pages 2000] [--rounds 5] [--json FILE]

A first call runs the query and fixes its result, 10,000 keys at most; following pages are read by its query id. The
ceiling of a following page is the bare statement that reads the rows of as many keys, on as many connections.
"""

import argparse
import asyncio
import random
import statistics
import time
from datetime import timedelta

import asyncpg
import data
import httpx
from harness import Product, Row, in_turns, main, median, options, running_product, say

from reskontro.ledger.store import item_lists
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database

CUSTOMERS = 50_000
AT_ONCE = 100_000
CONNECTIONS = 4
TRIES = 3  # of a first call; the best is what the call costs, the worst is told too
PAID_EVERY = 50  # one item in so many is settled, and was changed lately


def filters(count: int) -> dict[str, str]:
    """What each filter is asked for: what finds many, and what finds few."""
    day = data.invoice_day()
    reference = data.FIRST_REFERENCE + count // 2
    account = data.FIRST_ACCOUNT + (count // 2) % CUSTOMERS
    lately = (real_now() - timedelta(hours=1)).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "none": "",
        "customerno": f"customerno=B{account}",
        "accountno": f"accountno={account}",
        "referenceno": f"referenceno={reference}",
        "externalid1": f"externalid1=ord-{reference}",
        "voucherno": f"voucherno={reference}",
        "glcaseno": f"glcaseno={data.FIRST_CASE + reference}",
        "vouchertype, few": "vouchertype=5",
        "currency": "currency=NOK",
        "fromvoucherdate, none": f"fromvoucherdate={day + timedelta(days=1)}",
        "tovoucherdate": f"tovoucherdate={day}",
        "glyear": f"glyear={day.year}",
        "status=open": "status=open",
        "status=closed, few": "status=closed",
        "reservedstatus, none": "reservedstatus=RESERVED",
        "fromduedate, none": f"fromduedate={day + timedelta(days=400)}",
        "toduedate": f"toduedate={day + timedelta(days=30)}",
        "fromchangedtime, few": f"fromchangedtime={lately}",
        "ledgerperiodreportno, none": "ledgerperiodreportno=7",
    }


async def load(product: Product, count: int) -> None:
    connection = await asyncpg.connect(product.database.app)
    await data.act_for_client(connection)
    await data.add_customers(connection, CUSTOMERS)
    for first in range(0, count, AT_ONCE):
        new = list(data.items(data.FIRST_REFERENCE + first, min(AT_ONCE, count - first), CUSTOMERS))
        await data.add_items(connection, new, with_documents=False)
    await connection.execute("update ar_item_state set changed_time = changed_time - interval '10 days'")
    await connection.execute(
        """
        update ar_item_state set currency_balance_minor = 0, gl_balance_minor = 0, changed_time = now()
        where client_no = $1 and reference_no % $2 = 0
        """,
        data.CLIENT_NO,
        PAID_EVERY,
    )
    await connection.close()
    await data.settle_down(product.database.superuser)


async def first_calls(http: httpx.AsyncClient, count: int) -> tuple[dict[str, list[float]], str]:
    """Milliseconds of each filter's first call, and the query id of the one with the most pages."""
    found: dict[str, list[float]] = {}
    query_id = ""
    for name, query in filters(count).items():
        for _ in range(TRIES):
            start = time.perf_counter()
            answer = await http.get(f"/arm/v1/clients/{data.CLIENT_NO}/aritems?pagesize=100&{query}".rstrip("&"))
            found.setdefault(name, []).append(1000 * (time.perf_counter() - start))
            assert answer.status_code == 200, answer.text
            if name == "none":
                query_id = answer.json()["summary"]["queryId"]
    return found, query_id


async def pages(product: Product, token: str, query_id: str, wanted: int, into: list[float]) -> float:
    """Following pages a second; each one's milliseconds go to `into`."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=product.base_url, headers=headers, timeout=60) as http:

        async def turn() -> None:
            for _ in range(wanted // CONNECTIONS):
                page = random.randint(1, 100)
                begun = time.perf_counter()
                answer = await http.get(f"/arm/v1/clients/{data.CLIENT_NO}/aritems?query={query_id}&pageno={page}")
                into.append(1000 * (time.perf_counter() - begun))
                assert answer.status_code == 200, answer.text

        start = time.perf_counter()
        await asyncio.gather(*(turn() for _ in range(CONNECTIONS)))
        return wanted / (time.perf_counter() - start)


async def bare(product: Product, wanted: int) -> float:
    """Pages a second by the bare statement."""
    db = await Database.connect(product.database.app, connections=CONNECTIONS)

    async def turn(number: int) -> None:
        async with db.reading(data.CLIENT_NO) as tx:
            for _ in range(wanted // CONNECTIONS):
                first = data.FIRST_REFERENCE + random.randint(0, 100) * 100 + number
                keys = [part for reference in range(first, first + 100) for part in (reference, 0)]
                await item_lists.by_keys(tx, keys, real_now())

    start = time.perf_counter()
    await asyncio.gather(*(turn(number) for number in range(CONNECTIONS)))
    rate = wanted / (time.perf_counter() - start)
    await db.close()
    return rate


def measure(chosen: argparse.Namespace) -> Row:
    with running_product() as product:
        say(f"loading {chosen.items:,} items")
        asyncio.run(load(product, chosen.items))
        token = product.token("arm-2218")

        async def first() -> tuple[dict[str, list[float]], str]:
            headers = {"Authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(base_url=product.base_url, headers=headers, timeout=60) as http:
                return await first_calls(http, chosen.items)

        found, query_id = asyncio.run(first())
        for name, taken in found.items():
            say(f"  {name:<28} {min(taken):8.1f} ms, worst {max(taken):8.1f} ms")
        spans: list[float] = []
        rates = in_turns(
            lambda _: asyncio.run(pages(product, token, query_id, chosen.pages, spans)),
            lambda _: asyncio.run(bare(product, chosen.pages)),
            chosen.rounds,
        )
    worst = max(found, key=lambda name: min(found[name]))
    return Row(
        measured="list_pages",
        title="Following pages of 1,000,000 items, a second",
        unit="pages a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=100,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={
            "page_p99_ms": round(statistics.quantiles(spans, n=100)[98], 1),
            "slowest_first_call": worst,
            "slowest_first_call_ms": round(min(found[worst])),
            "first_calls_ms": {name: round(min(taken), 1) for name, taken in found.items()},
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--items", type=int, default=1_000_000, help="in the ledger (default %(default)s)")
    wanted.add_argument("--pages", type=int, default=2_000, help="of a round (default %(default)s)")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
