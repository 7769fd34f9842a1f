"""The ceiling of importing payments: the same rows by plain set-based SQL, in one transaction, and nothing else.

The payments are copied into a temporary table, matched with their items by one join, and written to the same tables
with the same keys and indexes by one INSERT … SELECT each, the balances by one UPDATE. No file is read, no line
checked, no rule decides; what fits no item is kept in the queue, and a customer's KID is taken for one that fits none.
"""

import time
from collections.abc import Sequence
from uuid import uuid4

import asyncpg
import data
from payment_file import ACCOUNT_NO, Paid

INCOMING = """
create temporary table incoming (no int, kid text, minor bigint, day date, kind text, payer text, archive text,
    fingerprint bytea) on commit drop
"""
MATCHED = """
create temporary table matched on commit drop as
select p.*, i.reference_no, i.account_no, i.kid as item_kid, s.currency_balance_minor as open,
    case when i.reference_no is not null then least(p.minor, s.currency_balance_minor) end as settled,
    s.last_sequence_no + 1 as sequence_no,
    case when i.reference_no is not null then nextval('gl_case_no') end as case_no
from incoming p
left join (ar_item i join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
        and s.reference_sequence_no = 0)
    on i.client_no = $1 and i.kid = p.kid and i.reference_sequence_no = 0 and i.currency_minor > 0
"""
WRITE = (
    """
    insert into gl_lot (client_no, gl_lot_no, origin, created_time, booked_time)
    values ($1::int, $2::bigint, 'ocr-file', now(), now())
    """,
    """
    insert into gl_case (client_no, gl_case_no, gl_lot_no, voucher_type, voucher_no, voucher_date, gl_year, gl_period,
        currency, gl_currency, account_no, reference_no, document_no, created_time)
    select $1::int, case_no, $2::bigint, 5, case_no, day, extract(year from day), extract(month from day), 'NOK',
        'NOK', account_no, reference_no, '', now()
    from matched where reference_no is not null
    """,
    """
    insert into gl_item (client_no, gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text,
        vat_code, reference_sequence_no)
    select $1::int, case_no, line.no, line.account, line.minor, line.minor, 'Payment OCR', '', line.sequence_no
    from matched, lateral (values (1, 1920, minor, null), (2, 1500, -minor, sequence_no)) as line (no, account, minor,
        sequence_no)
    where reference_no is not null and $2::bigint > 0
    """,
    """
    insert into ar_item (client_no, reference_no, reference_sequence_no, account_no, document_no, voucher_type,
        voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor, kid, transaction_text,
        external_id1, gl_case_no, gl_lot_no, gl_year, gl_period, created_time)
    select $1::int, reference_no, sequence_no, account_no, '', 5, case_no, day, day, 'NOK', -minor, -minor, item_kid,
        'Payment OCR', '', case_no, $2::bigint, extract(year from day), extract(month from day), now()
    from matched where reference_no is not null
    """,
    """
    insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor,
        gl_balance_minor, due_date, last_sequence_no, changed_time)
    select $1::int, reference_no, sequence_no, settled - minor, settled - minor, day, 0, now()
    from matched where reference_no is not null and $2::bigint > 0
    """,
    """
    insert into ar_match (client_no, match_no, debit_reference_no, debit_sequence_no, credit_reference_no,
        credit_sequence_no, currency_minor, debit_gl_minor, credit_gl_minor, match_date, gl_case_no, rule,
        created_time)
    select $1::int, nextval('match_no'), reference_no, 0, reference_no, sequence_no, settled, settled, settled, day,
        case_no, 'exact reference', now()
    from matched where settled > 0 and $2::bigint > 0
    """,
    """
    insert into payment (client_no, payment_no, fingerprint, file_uuid, file_line_no, receiving_account_no, kind,
        settlement_date, bank_date, currency, amount_minor, kid, payer_account_no, archive_reference, lump_sum_key,
        message, outcome, reason, rule, account_no, reference_no, reference_sequence_no, settled_minor,
        unapplied_minor, gl_case_no, created_time)
    select $1::int, nextval('payment_no'), fingerprint, $3::uuid, 2 * no + 1, $4::text, kind, day, day, 'NOK', minor,
        kid, payer, archive, '0105000000', '', case when reference_no is null then 'QUEUED' when minor > open then
        'ON-ACCOUNT' else 'SETTLED' end, case when reference_no is null then 'unknown reference' when minor > open
        then 'over' else 'exact' end, 'exact reference', account_no, reference_no, sequence_no, coalesce(settled, 0),
        coalesce(minor - settled, 0), case_no, now()
    from matched where $2::bigint > 0
    """,
    """
    update ar_item_state s set currency_balance_minor = s.currency_balance_minor - m.settled, gl_balance_minor =
        s.gl_balance_minor - m.settled, last_sequence_no = m.sequence_no, changed_time = now()
    from matched m
    where s.client_no = $1::int and s.reference_no = m.reference_no and s.reference_sequence_no = 0 and $2::bigint > 0
    """,
)


async def run(dsn: str, paid: Sequence[Paid]) -> float:
    """How many payments a second are booked, from the first byte sent to the commit."""
    rows = [(no, p.kid, p.minor, p.day, p.kind, p.payer, p.archive, uuid4().bytes) for no, p in enumerate(paid, 1)]
    connection = await asyncpg.connect(dsn)
    await data.act_for_client(connection)
    start = time.perf_counter()
    async with connection.transaction():
        await connection.execute(INCOMING)
        await connection.copy_records_to_table("incoming", records=rows)
        await connection.execute("analyze incoming")
        await connection.execute(MATCHED.replace("$1", str(data.CLIENT_NO)))
        await connection.execute("analyze matched")
        lot_no = await connection.fetchval("select nextval('gl_lot_no')")
        file_uuid = uuid4()
        for statement in WRITE:
            more = (file_uuid, ACCOUNT_NO) if "$4" in statement else ()
            await connection.execute(statement, data.CLIENT_NO, lot_no, *more)
    seconds = time.perf_counter() - start
    await connection.close()
    return len(paid) / seconds
