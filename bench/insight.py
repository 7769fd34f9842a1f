"""The balance by age of a whole ledger: 1,000,000 open items, as of today, over and over.

    python bench/insight.py [--items 1000000] [--rounds 5] [--json FILE]

Ours is the statement of the interface, as the application's role, with row security and with what has come since. The
ceiling is the bare sum of what is open by due date, in the same run, by a superuser, whom no row security binds. The
details have one customer's open items and a page of all of them, as of now.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
import data
from harness import Row, in_turns, main, median, options, running_product, say

from reskontro.ledger.domain.as_of import AsOf
from reskontro.ledger.store import as_of as store
from reskontro.ledger.store.conditions import Conditions
from reskontro.platform.database import Database, Transaction

CUSTOMERS = 100_000
AT_ONCE = 100_000
DUE_DAYS = 120
TIMES = 5  # of a question in a round
CEILING = """
select due_date, count(*), sum(gl_balance_minor) from ar_item_state
where client_no = $1 and currency_balance_minor <> 0 group by due_date
"""
SPREAD = "update ar_item_state set due_date = due_date - (reference_no % $2)::int where client_no = $1"
# Due dates that are spread are told of, as the interface tells of them.
ORIGINAL = "update ar_item set original_due_date = original_due_date - (reference_no % $2)::int where client_no = $1"


async def load(app: str, superuser: str, count: int) -> None:
    connection = await asyncpg.connect(app)
    await data.act_for_client(connection)
    await data.add_customers(connection, CUSTOMERS)
    for first in range(0, count, AT_ONCE):
        new = list(data.items(data.FIRST_REFERENCE + first, min(AT_ONCE, count - first), CUSTOMERS))
        await data.add_items(connection, new, with_documents=False)
    await connection.close()
    connection = await asyncpg.connect(superuser)
    for statement in (SPREAD, ORIGINAL):
        await connection.execute(statement, data.CLIENT_NO, DUE_DAYS)
    await connection.execute("vacuum full ar_item_state")
    await connection.execute("vacuum full ar_item")
    await connection.close()
    await data.settle_down(superuser)


async def per_second(question: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    for _ in range(TIMES):
        await question()
    return TIMES / (time.perf_counter() - start)


async def ask(app: str, question: Callable[[Transaction], Awaitable[object]]) -> float:
    db = await Database.connect(app)
    try:
        async with db.reading(data.CLIENT_NO) as tx:
            await question(tx)
            return await per_second(lambda: question(tx))
    finally:
        await db.close()


async def bare(superuser: str) -> float:
    connection = await asyncpg.connect(superuser, server_settings={"jit": "off"})
    try:
        await connection.fetch(CEILING, data.CLIENT_NO)
        return await per_second(lambda: connection.fetch(CEILING, data.CLIENT_NO))
    finally:
        await connection.close()


def measure(chosen: argparse.Namespace) -> Row:
    with running_product() as product:
        say(f"loading {chosen.items:,} items")
        app, superuser = product.database.app, product.database.superuser
        asyncio.run(load(app, superuser, chosen.items))
        today = AsOf(voucher_date=datetime.now(UTC).date())
        everything, one = Conditions(), Conditions()
        one.add("i.account_no = ?", data.FIRST_ACCOUNT)

        def aging(tx: Transaction) -> Awaitable[object]:
            return store.due_sums(tx, today, everything)

        def items(wanted: Conditions) -> Callable[[Transaction], Awaitable[object]]:
            return lambda tx: store.open_items(tx, AsOf(datetime.now(UTC)), wanted, (0, 0, -1), 1000)

        rates = in_turns(lambda _: asyncio.run(ask(app, aging)), lambda _: asyncio.run(bare(superuser)), chosen.rounds)
        customer, page = (asyncio.run(ask(app, items(wanted))) for wanted in (one, everything))
    return Row(
        measured="insight",
        title="Age 1,000,000 open items, times a second",
        unit="times a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=1 / 0.3,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={
            "ours_ms": round(1000 / median(rates[0])),
            "ceiling_ms": round(1000 / median(rates[1])),
            "customer_ms": round(1000 / customer, 1),
            "page_of_1000_ms": round(1000 / page, 1),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--items", type=int, default=1_000_000)
    return wanted


if __name__ == "__main__":
    main(measure, parser())
