"""The ceiling of posting a document: its rows written by plain SQL through the same driver, and nothing else.

One process with 16 connections; `document_post.py` starts two. Each transaction is one statement, prepared, that writes
the rows which the product writes for a document of three lines, with values made beforehand: nothing is read, checked,
decided or answered. It runs as the application's role, so the tables' row-level security, keys and indexes all work.
"""

import asyncio
import hashlib
import json
import os
import sys
import time
from itertools import count
from uuid import uuid4

import asyncpg
import data
import uvloop

from reskontro.kernel.kid import arm_kid

# $1 client, $2 lot and case, $3 reference, $4 account, $5 document number, $6 KID, $7 date, $8 moment,
# $9 and $10 UUIDs, $11 fingerprint, $12 content.
STATEMENT = """
with
lot as (
    insert into gl_lot (client_no, gl_lot_no, origin, created_time, booked_time)
    values ($1::int, $2::bigint, 'documents', $8::timestamptz, $8)
),
booked as (
    insert into gl_case (client_no, gl_case_no, gl_lot_no, voucher_type, voucher_no, voucher_date, gl_year, gl_period,
        currency, gl_currency, account_no, reference_no, document_no, created_time)
    values ($1, $2, $2, 3, $3::bigint, $7::date, 2026, 11, 'NOK', 'NOK', $4::bigint, $3, $5::text, $8)
),
lines as (
    insert into gl_item (client_no, gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text,
        vat_code, reference_sequence_no, item_group1)
    values
        ($1, $2, 1, 1500, 75000, 75000, 'Invoice', '', 0, ''),
        ($1, $2, 2, 3000, -50000, -50000, 'Red comb', '3', null, '500'),
        ($1, $2, 3, 3000, -10000, -10000, 'Brush', '3', null, '600'),
        ($1, $2, 4, 2700, -15000, -15000, 'Invoice', '', null, '')
),
item as (
    insert into ar_item (client_no, reference_no, reference_sequence_no, account_no, document_no, voucher_type,
        voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor, kid, transaction_text,
        external_id1, gl_case_no, gl_lot_no, gl_year, gl_period, created_time)
    values ($1, $3, 0, $4, $5, 3, $3, $7, $7, 'NOK', 75000, 75000, $6::text, 'Invoice', 'ord-1', $2, $2, 2026, 11, $8)
),
state as (
    insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor,
        gl_balance_minor, due_date, last_sequence_no, changed_time)
    values ($1, $3, 0, 75000, 75000, $7, 0, $8)
),
doc as (
    insert into document (client_no, document_no_key, document_no, document_uuid, document_type, bundle_no,
        account_no, reference_no, reference_sequence_no, document_date, currency, excl_vat_minor, vat_minor,
        incl_vat_minor, gl_excl_vat_minor, gl_vat_minor, gl_incl_vat_minor, distribution_type, fingerprint,
        sales_order_key, content, created_time)
    values ($1, $5, $5, $9::uuid, 'IN', 1, $4, $3, 0, $7, 'NOK', 60000, 15000, 75000, 60000, 15000, 75000, 'M',
        $11::bytea, 'b-' || $3, $12::text::json, $8)
),
doc_state as (
    insert into document_state (client_no, document_no_key, document_status, changed_time) values ($1, $5, 'POSTED',
        $8)
)
insert into log_item (client_no, log_item_id, log_time, log_level, source, user_id, integration_id, request_id,
    http_method, path, status_code, entity_type, entity_id, customer_no, log_text)
values ($1, $10::uuid, $8, 'INFO', 'API', 'bench', 'arm-2218', $9::uuid::text, 'POST',
    '/arm/v1/clients/2218/documents', 201, 'DOCUMENT', $5, 'B' || $4::bigint, 'Document created')
"""


async def work(connection: "asyncpg.Connection", numbers: "count[int]", end: float, customers: int) -> int:
    await data.act_for_client(connection)
    statement = await connection.prepare(STATEMENT)
    day, moment = data.invoice_day(), data.real_now()
    done = 0
    while time.monotonic() < end:
        number = next(numbers)
        account_no = data.FIRST_ACCOUNT + number % customers
        await statement.fetch(
            data.CLIENT_NO,
            data.FIRST_CASE * 2 + number,
            data.FIRST_REFERENCE + number,
            account_no,
            f"x{number}",
            arm_kid(data.CLIENT_NO, account_no, data.FIRST_REFERENCE + number),
            day,
            moment,
            uuid4(),
            uuid4(),
            hashlib.sha256(str(number).encode()).digest(),
            data.CONTENT,
        )
        done += 1
    return done


async def run(first: int, seconds: float, connections: int, customers: int) -> None:
    opened = [await asyncpg.connect(os.environ["DATABASE_URL"]) for _ in range(connections)]
    numbers = count(first)
    start = time.monotonic()
    done = sum(await asyncio.gather(*(work(c, numbers, start + seconds, customers) for c in opened)))
    print(json.dumps({"per_s": done / (time.monotonic() - start)}))
    for connection in opened:
        await connection.close()


if __name__ == "__main__":
    uvloop.run(run(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
