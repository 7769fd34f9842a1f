"""Suggestions for unplaced payments over a ledger of open claims, all of them in one call.

    python bench/suggestions.py [--payments 10000] [--items 1000000] [--rounds 3] [--json FILE]

Of ten payments four name a document in their text, two a KID with blanks in it, two come from an account that has paid
before, and two have nothing but their amount. Fifty thousand earlier payments say who has paid for whom. The ceiling
is the finding alone: the same statements through the same driver, with nothing decided and nothing kept.
"""

import argparse
import asyncio
import time
from datetime import datetime

import asyncpg
import data
from harness import Product, Row, in_turns, main, median, options, running_product, say

from reskontro.kernel.actor import Actor
from reskontro.ledger.service import suggestions
from reskontro.ledger.store import suggestions as store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database

CUSTOMERS_OF = 10  # open claims of a customer
EARLIER = 50_000
AIM_S = 60  # for 10,000 payments over 1,000,000 claims

PAYMENTS = """
insert into payment (client_no, payment_no, fingerprint, file_uuid, file_line_no, receiving_account_no, kind,
    settlement_date, currency, amount_minor, kid, payer_account_no, archive_reference, lump_sum_key, message, outcome,
    reason, rule, account_no, settled_minor, unapplied_minor, created_time, payer_name)
select $1::int, nextval('payment_no'), sha256(('p' || $4 || n)::bytea), gen_random_uuid(), n, '12345678903', 'payment',
    $5::date, 'NOK',
    case when n % 10 < 8 then i.currency_minor else i.currency_minor + 1 end, '',
    case when $4 = 'earlier' or n % 10 in (6, 7) then lpad(i.account_no::text, 11, '9') else '' end, 'A' || n, '',
    case when $4 = 'earlier' then ''
        when n % 10 < 4 then 'Faktura ' || i.document_no || ' takk'
        when n % 10 < 6 then 'KID ' || left(i.kid, 7) || ' ' || substr(i.kid, 8) else '' end,
    case when $4 = 'earlier' then 'SETTLED' else 'QUEUED' end, '', '',
    case when $4 = 'earlier' then i.account_no end, 0, 0, now(), ''
from generate_series(1, $2::int) as n
join ar_item i on i.client_no = $1 and i.reference_no = $3::bigint + n * 7 and i.reference_sequence_no = 0
"""


async def load(product: Product, items: int, payments: int) -> None:
    connection = await asyncpg.connect(product.database.app)
    await data.act_for_client(connection)
    customers = max(1, items // CUSTOMERS_OF)
    await data.add_customers(connection, customers)
    step = 100_000
    for first in range(0, items, step):
        new = list(data.items(data.FIRST_REFERENCE + first, min(step, items - first), customers))
        await data.add_items(connection, new)
    for count, kind in ((min(EARLIER, items // 8), "earlier"), (payments, "unplaced")):
        await connection.execute(
            PAYMENTS, data.CLIENT_NO, count, data.FIRST_REFERENCE, kind, data.business_day(real_now())
        )
    await connection.close()
    await data.settle_down(product.database.superuser)


async def with_database(product: Product, work: str) -> float:
    db = await Database.connect(product.database.app, connections=2)
    now: datetime = real_now()
    start = time.perf_counter()
    try:
        if work == "suggest":
            found = await suggestions.suggest_all(db, Numbers(db), data.CLIENT_NO, now, Actor("SYSTEM", "bench"))
            seconds = time.perf_counter() - start
            say(f"  {seconds:.1f} s, {found.with_suggestion} of {found.payments} have a suggestion")
            return found.payments / seconds
        async with db.transaction(data.CLIENT_NO) as tx:
            clues = await store.unplaced(tx, None, 0, suggestions.AT_ONCE)
            await suggestions.gather(tx, clues)
        return len(clues) / (time.perf_counter() - start)
    finally:
        await db.close()


def measure(chosen: argparse.Namespace) -> Row:
    with running_product() as product:
        asyncio.run(load(product, chosen.items, chosen.payments))
        rates = in_turns(
            lambda _: asyncio.run(with_database(product, "suggest")),
            lambda _: asyncio.run(with_database(product, "find")),
            chosen.rounds,
        )
    return Row(
        measured="suggestions",
        title="Suggestions for unplaced payments, payments a second",
        unit="payments a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=10_000 / AIM_S,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={"payments": chosen.payments, "open_claims": chosen.items},
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--payments", type=int, default=10_000)
    wanted.add_argument("--items", type=int, default=1_000_000)
    return wanted


if __name__ == "__main__":
    main(measure, parser())
