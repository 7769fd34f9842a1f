"""The balance by age of a whole ledger: 1,000,000 open items, as of today, over and over.

    python bench/insight.py [--items 1000000] [--rounds 5] [--json FILE]

Ours is the statement of the interface, as the application's role, with row security and with what has come since. The
ceiling is the bare sum of what is open by due date, in the same run, by a superuser, whom no row security binds. The
details have one customer's open items and a page of all of them, as of now; and, when every item has been paid, the
balance by age as of a day on which half of them had been, with as many rows since as before.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

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
# Each invoice is paid by one payment, on one of the days after it.
PAYMENTS = """
insert into ar_item (client_no, reference_no, reference_sequence_no, account_no, document_no, voucher_type,
    voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor, kid, transaction_text,
    external_id1, gl_case_no, gl_lot_no, gl_year, gl_period, created_time)
select client_no, reference_no, 1, account_no, '', 1, voucher_no, voucher_date + 1 + (reference_no % $2)::int,
    original_due_date, currency, -currency_minor, -gl_minor, kid, 'Payment', '', gl_case_no, gl_lot_no, gl_year,
    gl_period, now()
from ar_item where client_no = $1 and reference_sequence_no = 0 and reference_no >= $3 order by reference_no % $2
"""
MATCHES = """
insert into ar_match (client_no, match_no, debit_reference_no, debit_sequence_no, credit_reference_no,
    credit_sequence_no, currency_minor, debit_gl_minor, credit_gl_minor, match_date, rule, created_time)
select client_no, nextval('match_no'), reference_no, 0, reference_no, 1, -currency_minor, -gl_minor, -gl_minor,
    voucher_date, 'reference', created_time
from ar_item where client_no = $1 and reference_sequence_no = 1 and reference_no >= $2 order by voucher_date
"""
PAID = """
insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor, gl_balance_minor,
    due_date, changed_time)
select client_no, reference_no, 1, 0, 0, original_due_date, now()
from ar_item where client_no = $1 and reference_sequence_no = 1 and reference_no >= $2
"""
SETTLED = """
update ar_item_state set currency_balance_minor = 0, gl_balance_minor = 0
where client_no = $1 and reference_no >= $2
"""


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


async def pay(app: str, superuser: str) -> None:
    """Every item is paid, over the days since."""
    connection = await asyncpg.connect(app)
    await data.act_for_client(connection)
    await connection.execute(PAYMENTS, data.CLIENT_NO, data.INVOICE_DAYS_AGO - 1, data.FIRST_REFERENCE)
    for statement in (MATCHES, PAID, SETTLED):
        await connection.execute(statement, data.CLIENT_NO, data.FIRST_REFERENCE)
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
        say("paying all of them")
        asyncio.run(pay(app, superuser))
        halfway = AsOf(voucher_date=data.invoice_day() + timedelta(days=data.INVOICE_DAYS_AGO // 2))
        long_ago = asyncio.run(ask(app, lambda tx: store.due_sums(tx, halfway, everything)))
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
            "long_ago_ms": round(1000 / long_ago),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--items", type=int, default=1_000_000)
    return wanted


if __name__ == "__main__":
    main(measure, parser())
