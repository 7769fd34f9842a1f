"""Payments by auto posting, 500 in a call, from four clients, one call after the other from each.

    python bench/auto_postings.py [--seconds 10] [--rounds 5] [--json FILE]

Each payment names its invoice by KID and settles it. A call is one durable commit: everything of it or nothing. The
ceiling is the same rows written by plain set-based SQL through the same driver, 500 payments a transaction, on as many
connections: nothing is looked up, checked, decided or answered.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from itertools import count

import asyncpg
import data
import httpx
from harness import Product, Row, in_turns, main, median, options, running_product

import clients

SIZE = 500
OUR_CLIENTS = range(3001, 3005)
THEIR_CLIENTS = range(4001, 4005)
MOST_A_SECOND = 2_600  # payments of one client: more than are posted
PLAIN = """
with new as (
    select $2::bigint + n as reference_no, $3::bigint + n as case_no from generate_series(0, $4::int - 1) as n
),
paid as (
    select new.case_no, i.reference_no, i.account_no, i.document_no, i.currency_minor as minor, i.kid
    from new join ar_item i on i.client_no = $1::int and i.reference_no = new.reference_no
        and i.reference_sequence_no = 0
),
lot as (
    insert into gl_lot (client_no, gl_lot_no, origin, created_time, booked_time)
    values ($1, $3, 'auto-posting', now(), now())
),
booked as (
    insert into gl_case (client_no, gl_case_no, gl_lot_no, voucher_type, voucher_no, voucher_date, gl_year, gl_period,
        currency, gl_currency, account_no, reference_no, document_no, created_time)
    select $1, case_no, $3, 5, case_no, $5::date, extract(year from $5), extract(month from $5), 'NOK', 'NOK',
        account_no, reference_no, document_no, now() from paid
),
lines as (
    insert into gl_item (client_no, gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text,
        reference_sequence_no)
    select $1, case_no, line.* from paid, lateral (values
        (1, 1920, minor, minor, 'Payment', null), (2, 1500, -minor, -minor, 'Payment', 1)
    ) as line
),
item as (
    insert into ar_item (client_no, reference_no, reference_sequence_no, account_no, document_no, voucher_type,
        voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor, kid, transaction_text,
        external_id1, gl_case_no, gl_lot_no, gl_year, gl_period, created_time)
    select $1, reference_no, 1, account_no, document_no, 5, case_no, $5, $5, 'NOK', -minor, -minor, kid, 'Payment',
        '', case_no, $3, extract(year from $5), extract(month from $5), now() from paid
),
state as (
    insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor,
        gl_balance_minor, due_date, last_sequence_no, changed_time)
    select $1, reference_no, 1, 0, 0, $5, 0, now() from paid
),
matched as (
    insert into ar_match (client_no, match_no, debit_reference_no, debit_sequence_no, credit_reference_no,
        credit_sequence_no, currency_minor, debit_gl_minor, credit_gl_minor, match_date, gl_case_no, rule, created_time)
    select $1, nextval('match_no'), reference_no, 0, reference_no, 1, minor, minor, minor, $5, case_no, 'target', now()
    from paid
),
kept as (
    insert into auto_posting (client_no, method, posting_id_key, fingerprint, gl_case_no, result, created_time)
    select $1, 'payment', 'x-' || case_no, sha256(case_no::text::bytea), case_no, $6::text::json, now() from paid
),
told as (
    insert into log_item (client_no, log_item_id, log_time, log_level, source, user_id, integration_id, request_id,
        http_method, path, status_code, entity_type, entity_id, customer_no, log_text)
    select $1, gen_random_uuid(), now(), 'INFO', 'API', 'bench', 'bench-clients', gen_random_uuid()::text, 'POST',
        '/arm/v1/clients/' || $1 || '/autopostings/payment', 200, 'GL-CASE', case_no::text, '', 'Payment' from paid
)
update ar_item_state s set currency_balance_minor = 0, gl_balance_minor = 0, last_sequence_no = 1, changed_time = now()
from paid
where s.client_no = $1 and s.reference_no = paid.reference_no and s.reference_sequence_no = 0
"""
RESULT = json.dumps(
    {
        "glCaseNo": 10000000001, "voucherNo": 58230, "voucherType": 5, "arItemIds": ["3001-600000-1000000-1"],
        "matchedArItemIds": ["3001-600000-1000000-0"], "unmatchedCurrencyAmount": 0,
    }
)  # fmt: skip


class Debtors:
    """A client's open invoices, each to be paid once."""

    def __init__(self, client_no: int, items: Sequence[data.Item]) -> None:
        self.client_no = client_no
        self.items = items
        self.paid = 0

    def call(self) -> bytes:
        """The next payments."""
        chosen = self.items[self.paid : self.paid + SIZE]
        assert len(chosen) == SIZE, "there are invoices left"
        self.paid += SIZE
        day = str(data.invoice_day())
        postings = [
            {
                "postingId": f"P{item.reference_no}", "kid": item.kid, "voucherDate": day, "currency": "NOK",
                "currencyAmount": item.minor / 100, "paymentMethod": "BANK", "externalId1": f"bank-{item.reference_no}",
            }
            for item in chosen
        ]  # fmt: skip
        return json.dumps({"metadata": {"userId": "bench"}, "autoPostings": postings}).encode()


async def load(product: Product, items_each: int) -> tuple[list[Debtors], list[Debtors]]:
    debtors = []
    for client_no in [*OUR_CLIENTS, *THEIR_CLIENTS]:
        new = list(data.items(data.FIRST_REFERENCE, items_each, clients.CUSTOMERS, client_no=client_no))
        connection = await asyncpg.connect(product.database.app)
        await data.act_for_client(connection, client_no)
        first_case = data.FIRST_CASE + client_no * 10_000_000
        await data.add_items(connection, new, with_documents=False, client_no=client_no, first_case=first_case)
        await connection.close()
        debtors.append(Debtors(client_no, new))
    await data.settle_down(product.database.superuser)
    half = len(OUR_CLIENTS)
    return debtors[:half], debtors[half:]


async def posted(product: Product, token: str, debtors: Sequence[Debtors], seconds: int) -> float:
    """Payments a second."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=product.base_url, headers=headers, timeout=60) as http:

        async def pay(of: Debtors) -> int:
            done = 0
            while time.monotonic() < end:
                answer = await http.post(f"/arm/v1/clients/{of.client_no}/autopostings/payment", content=of.call())
                assert answer.status_code == 200, answer.text
                done += SIZE
            return done

        start = time.monotonic()
        end = start + seconds
        done = sum(await asyncio.gather(*map(pay, debtors)))
        return done / (time.monotonic() - start)


async def plain(product: Product, debtors: Sequence[Debtors], cases: "count[int]", seconds: int) -> float:
    """Payments a second by plain SQL."""

    async def pay(of: Debtors) -> int:
        connection = await asyncpg.connect(product.database.app)
        await data.act_for_client(connection, of.client_no)
        statement = await connection.prepare(PLAIN)
        done = 0
        while time.monotonic() < end:
            first = data.FIRST_REFERENCE + of.paid
            await statement.fetch(of.client_no, first, next(cases), SIZE, data.invoice_day(), RESULT)
            of.paid += SIZE
            done += SIZE
        await connection.close()
        return done

    start = time.monotonic()
    end = start + seconds
    done = sum(await asyncio.gather(*map(pay, debtors)))
    return done / (time.monotonic() - start)


def measure(chosen: argparse.Namespace) -> Row:
    items_each = (chosen.rounds + 1) * chosen.seconds * MOST_A_SECOND * 2
    cases = count(data.FIRST_CASE * 5, SIZE)
    with running_product() as product:
        token = clients.make(product, [*OUR_CLIENTS, *THEIR_CLIENTS])
        ours, theirs = asyncio.run(load(product, items_each))
        rates = in_turns(
            lambda _: asyncio.run(posted(product, token, ours, chosen.seconds)),
            lambda _: asyncio.run(plain(product, theirs, cases, chosen.seconds)),
            chosen.rounds,
        )
    return Row(
        measured="auto_postings",
        title="Auto postings, 500 payments a call, a second",
        unit="payments a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=6_000,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={"clients": len(OUR_CLIENTS)},
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--seconds", type=int, default=10, help="of a round (default %(default)s)")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
