"""Documents posted in batches of 500 with three lines each, from the first call to the last document in the book.

    python bench/document_batches.py [--documents 1000000] [--windows 5] [--clients 4] [--json FILE]

One run in windows, which follow one another on the same growing tables. Each client sends its next batch as soon
as fewer than a few of its own are waiting. A window's time ends when every batch of it is finished. The ceiling is the
same rows written by plain set-based SQL, 500 documents a transaction, on two connections, in the same windows, for
clients of its own.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from datetime import date, timedelta

import asyncpg
import data
import httpx
from harness import Product, Row, main, median, options, running_product, say

import clients

SIZE = 500
WAITING_MOST = 6  # batches of one client
POLL_S = 0.02
OUR_CLIENTS = 3001
THEIR_CLIENTS = 4001
CEILING_CONNECTIONS = 2
MARK = b"@@@@@@@@"
LINES = (
    b'[{"lineNo": 1, "lineType": "PLH", "articleNo": "1300", "articleName": "Comb", "lineText": "Red comb", '
    b'"quantityUnit": "pcs", "quantity": 2, "volumeUnit": "", "volume": 0, "price": 250, "itemGroup1": "500", '
    b'"itemGroup2": "", "itemGroup3": "", "currencyAmounts": {"exclVat": 500, "vat": 125, "inclVat": 625}}, '
    b'{"lineNo": 2, "lineType": "PLH", "articleNo": "1500", "articleName": "Brush", "lineText": "Brush", '
    b'"quantityUnit": "pcs", "quantity": 1, "volumeUnit": "", "volume": 0, "price": 100, "itemGroup1": "600", '
    b'"itemGroup2": "", "itemGroup3": "", "currencyAmounts": {"exclVat": 100, "vat": 25, "inclVat": 125}}, '
    b'{"lineNo": 3, "lineType": "TXT", "articleNo": "", "articleName": "", "lineText": "Thank you", '
    b'"quantityUnit": "", "quantity": 0, "volumeUnit": "", "volume": 0, "price": 0, "itemGroup1": "", '
    b'"itemGroup2": "", "itemGroup3": "", "currencyAmounts": {"exclVat": 0, "vat": 0, "inclVat": 0}}]'
)
PLAIN = """
with new as (
    select $2::bigint + n as reference_no, $3::bigint + n % $4::int as account_no, 'x' || $2 + n as document_no,
        $5::bigint + $2 + n as case_no
    from generate_series(0, $6::int - 1) as n
),
lot as (
    insert into gl_lot (client_no, gl_lot_no, origin, created_time, booked_time)
    values ($1::int, $5 + $2, 'document-batch', now(), now())
),
booked as (
    insert into gl_case (client_no, gl_case_no, gl_lot_no, voucher_type, voucher_no, voucher_date, gl_year, gl_period,
        currency, gl_currency, account_no, reference_no, document_no, created_time)
    select $1, case_no, $5 + $2, 3, reference_no, $7::date, extract(year from $7), extract(month from $7), 'NOK',
        'NOK', account_no, reference_no, document_no, now() from new
),
lines as (
    insert into gl_item (client_no, gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text,
        vat_code, reference_sequence_no, item_group1)
    select $1, case_no, line.* from new, lateral (values
        (1, 1500, 75000, 75000, 'Invoice', '', 0, ''),
        (2, 3000, -50000, -50000, 'Red comb', '3', null, '500'),
        (3, 3000, -10000, -10000, 'Brush', '3', null, '600'),
        (4, 2700, -15000, -15000, 'Invoice', '', null, '')
    ) as line
),
item as (
    insert into ar_item (client_no, reference_no, reference_sequence_no, account_no, document_no, voucher_type,
        voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor, kid, transaction_text,
        external_id1, gl_case_no, gl_lot_no, gl_year, gl_period, created_time)
    select $1, reference_no, 0, account_no, document_no, 3, reference_no, $7, $7 + 14, 'NOK', 75000, 75000,
        '5' || lpad(reference_no::text, 20, '0'), 'Invoice', 'ord-' || reference_no, case_no, $5 + $2,
        extract(year from $7), extract(month from $7), now() from new
),
state as (
    insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor,
        gl_balance_minor, due_date, last_sequence_no, changed_time)
    select $1, reference_no, 0, 75000, 75000, $7 + 14, 0, now() from new
),
doc as (
    insert into document (client_no, document_no_key, document_no, document_uuid, document_type, bundle_no,
        account_no, reference_no, reference_sequence_no, document_date, currency, excl_vat_minor, vat_minor,
        incl_vat_minor, gl_excl_vat_minor, gl_vat_minor, gl_incl_vat_minor, distribution_type, fingerprint,
        sales_order_key, content, created_time)
    select $1, document_no, document_no, gen_random_uuid(), 'IN', 1, account_no, reference_no, 0, $7, 'NOK', 60000,
        15000, 75000, 60000, 15000, 75000, 'M', sha256(document_no::bytea), 'b-' || reference_no, $8::text::json, now()
    from new
),
doc_state as (
    insert into document_state (client_no, document_no_key, document_status, changed_time)
    select $1, document_no, 'POSTED', now() from new
)
insert into log_item (client_no, log_item_id, log_time, log_level, source, user_id, integration_id, request_id,
    http_method, path, status_code, entity_type, entity_id, customer_no, log_text)
select $1, gen_random_uuid(), now(), 'INFO', 'BATCH', 'bench', 'bench-clients', gen_random_uuid()::text, 'POST',
    '/arm/v1/clients/' || $1 || '/documents/batches', 201, 'DOCUMENT', document_no, 'B' || account_no,
    'Document created' from new
"""


def batch_template(day: date) -> bytes:
    """A batch whose documents are numbered by a mark, to be replaced by the batch's number."""
    due = day + timedelta(days=data.DUE_DAYS)
    documents = [
        b'{"documentType": "IN", "customerNo": "B%d", "documentNo": "%s-%d", "documentDate": "%s", "dueDate": "%s", '
        b'"currency": "NOK", "language": "no", "salesOrderId": "B-%d", "sellerReference": "C333", "buyerReference": '
        b'"A1982", "externalId1": "ord-%s-%d", "ledgerNote": "", "currencyAmounts": {"exclVat": 600, "vat": 150, '
        b'"inclVat": 750}, "distribution": {"type": "M", "einvoiceCode": 0}, "emailAddress": ["owe@example.no"], '
        b'"attachmentFiles": [], "attachmentCodes": [], "customCodes": [], "documentLines": %s}'
        % (
            data.FIRST_ACCOUNT + number % clients.CUSTOMERS, MARK, number, str(day).encode(), str(due).encode(),
            number, MARK, number, LINES,
        )
        for number in range(SIZE)
    ]  # fmt: skip
    return b'{"metadata": {"userId": "bench"}, "documents": [' + b", ".join(documents) + b"]}"


class Sender:
    """One client that sends its batches, never many at a time."""

    def __init__(self, http: httpx.AsyncClient, watch: "asyncpg.Connection", client_no: int, template: bytes) -> None:
        self.http = http
        self.watch = watch
        self.client_no = client_no
        self.template = template
        self.sent = 0

    async def send(self, batches: int) -> None:
        """Send so many more batches and come back when all are finished."""
        until = self.sent + batches
        while self.sent < until:
            if await self.waiting() >= WAITING_MOST:
                await asyncio.sleep(POLL_S)
                continue
            self.sent += 1
            body = self.template.replace(MARK, b"%08d" % self.sent)
            answer = await self.http.post(f"/arm/v1/clients/{self.client_no}/documents/batches", content=body)
            assert answer.status_code == 202, answer.text
        while await self.waiting():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(POLL_S)

    async def waiting(self) -> int:
        """How many of its batches are not finished."""
        waiting: int = await self.watch.fetchval(
            "select count(*) from batch where client_no = $1 and batch_status in ('RECEIVED', 'PROCESSING')",
            self.client_no,
        )
        return waiting


async def posted(senders: Sequence[Sender], documents: int) -> float:
    """Documents a second over one window."""
    start = time.monotonic()
    await asyncio.gather(*(sender.send(documents // len(senders) // SIZE) for sender in senders))
    return documents / (time.monotonic() - start)


async def plain(product: Product, client_nos: Sequence[int], first: int, documents: int) -> float:
    """Documents a second by plain SQL over one window."""
    share = documents // CEILING_CONNECTIONS

    async def write(number: int) -> None:
        client_no = client_nos[number]
        connection = await asyncpg.connect(product.database.app)
        await data.act_for_client(connection, client_no)
        statement = await connection.prepare(PLAIN)
        for done in range(0, share, SIZE):
            await statement.fetch(
                client_no, data.FIRST_REFERENCE + first + done, data.FIRST_ACCOUNT, clients.CUSTOMERS,
                data.FIRST_CASE * (number + 3), SIZE, data.invoice_day(), data.CONTENT,
            )  # fmt: skip
        await connection.close()

    start = time.monotonic()
    await asyncio.gather(*(write(number) for number in range(CEILING_CONNECTIONS)))
    return documents / (time.monotonic() - start)


async def windows(
    product: Product, token: str, ours_nos: Sequence[int], their_nos: Sequence[int], chosen: argparse.Namespace
) -> tuple[list[float], list[float]]:
    """Both rates of each window."""
    await data.settle_down(product.database.superuser)
    a_window = chosen.documents // chosen.windows
    template = batch_template(data.invoice_day())
    watches = [await asyncpg.connect(product.database.superuser) for _ in ours_nos]
    mine, theirs = [], []
    async with httpx.AsyncClient(
        base_url=product.base_url, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        timeout=120,
    ) as http:  # fmt: skip
        senders = [Sender(http, watch, no, template) for watch, no in zip(watches, ours_nos, strict=True)]
        await posted(senders, chosen.clients * SIZE * 4)  # connections, plans and caches are there
        for number in range(chosen.windows):
            mine.append(await posted(senders, a_window))
            theirs.append(await plain(product, their_nos, number * a_window, a_window))
            say(f"  window {number + 1}: ours {mine[-1]:,.0f}, ceiling {theirs[-1]:,.0f}")
    failed = await watches[0].fetchval("select count(*) from batch where failed_count > 0")
    assert failed == 0, "every document was posted"
    for watch in watches:
        await watch.close()
    return mine, theirs


def measure(chosen: argparse.Namespace) -> Row:
    ours_nos = range(OUR_CLIENTS, OUR_CLIENTS + chosen.clients)
    their_nos = range(THEIR_CLIENTS, THEIR_CLIENTS + CEILING_CONNECTIONS)
    with running_product() as product:
        token = clients.make(product, [*ours_nos, *their_nos])
        mine, theirs = asyncio.run(windows(product, token, ours_nos, their_nos, chosen))
    return Row(
        measured="document_batches",
        title="Post documents in batches of 500, a second",
        unit="documents a second",
        ours=median(mine),
        ceiling=median(theirs),
        aim=8_000,
        ours_rounds=mine,
        ceiling_rounds=theirs,
        details={"documents": chosen.documents, "clients": chosen.clients},
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--documents", type=int, default=1_000_000, help="of the whole run (default %(default)s)")
    wanted.add_argument("--windows", type=int, default=5, help="it is measured in (default %(default)s)")
    wanted.add_argument("--clients", type=int, default=4, help="that send (default %(default)s)")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
