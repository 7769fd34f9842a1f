"""Data of realistic shape: customers with invoices in the book, as posting them would have left them.

The numbers that everything else follows from are the customer's and the reference's: a script that picks one at random
can name its item. The rows are written by the database itself, set by set; only the KIDs, which have a check digit, are
made here and copied in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg

from reskontro.kernel.kid import arm_kid
from reskontro.platform.clock import business_day, real_now

CLIENT_NO = 2218
FIRST_ACCOUNT = 600_000  # customer number `B600000` and on
FIRST_REFERENCE = 1_000_000
FIRST_CASE = 10_000_000_000  # far beyond what the sequences reach
LINES = 3
INVOICE_DAYS_AGO = 20
DUE_DAYS = 14
CONTENT = """
{"lines": [
 {"lineNo": 1, "lineType": "PLH", "articleNo": "1300", "articleName": "Comb", "lineText": "Red comb",
 "quantityUnit": "pcs",
  "quantity": 2, "volumeUnit": "", "volume": 0, "price": 250, "itemGroup1": "500", "itemGroup2": "", "itemGroup3": "",
  "currencyAmounts": {"exclVat": 500, "vat": 125, "inclVat": 625}},
 {"lineNo": 2, "lineType": "PLH", "articleNo": "1500", "articleName": "Brush", "lineText": "Brush",
 "quantityUnit": "pcs",
  "quantity": 1, "volumeUnit": "", "volume": 0, "price": 100, "itemGroup1": "600", "itemGroup2": "", "itemGroup3": "",
  "currencyAmounts": {"exclVat": 100, "vat": 25, "inclVat": 125}},
 {"lineNo": 3, "lineType": "TXT", "articleNo": "", "articleName": "", "lineText": "Thank you", "quantityUnit": "",
  "quantity": 0, "volumeUnit": "", "volume": 0, "price": 0, "itemGroup1": "", "itemGroup2": "", "itemGroup3": "",
  "currencyAmounts": {"exclVat": 0, "vat": 0, "inclVat": 0}}
], "language": "no", "distributionType": "M", "einvoiceCode": 0}
"""

CUSTOMERS = """
insert into customer (client_no, account_no, customer_no, customer_no_key, name, customer_category, language,
    currency, due_days, distribution_type, details, created_time, changed_time)
select $1::int, n, 'B' || n, 'b' || n, 'Customer ' || n, 'CONS', 'no', 'NOK', 14, 'M',
    json_build_object('postalAddress', json_build_object('addressLine1', 'Storgata ' || n % 200, 'postalCode', '0155',
    'cityName', 'Oslo', 'countryCode', 'NO'), 'emailAddressDocument', json_build_array('c' || n || '@example.no')),
    now(), now()
from generate_series($2::bigint, $2 + $3::bigint - 1) as n
"""
ITEMS = """
insert into ar_item (client_no, reference_no, reference_sequence_no, account_no, document_no, voucher_type,
    voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor, kid, transaction_text,
    external_id1, gl_case_no, gl_lot_no, gl_year, gl_period, created_time)
select $1::int, reference_no, 0, account_no, 'D' || reference_no, 3, reference_no, $2::date, $2 + 14, 'NOK', minor,
    minor, kid, 'Invoice', 'ord-' || reference_no, $3::bigint + reference_no, $3, extract(year from $2), extract(month
    from $2), now()
from new_item order by reference_no
"""
STATES = """
insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor, gl_balance_minor,
    due_date, changed_time)
select $1::int, reference_no, 0, minor, minor, $2::date + 14, now() from new_item where $3::bigint > 0 order by
    reference_no
"""
BESIDE_ITEMS = (
    """
    insert into document (client_no, document_no_key, document_no, document_uuid, document_type, bundle_no,
        account_no, reference_no, reference_sequence_no, document_date, currency, excl_vat_minor, vat_minor,
        incl_vat_minor, gl_excl_vat_minor, gl_vat_minor, gl_incl_vat_minor, distribution_type, fingerprint, content,
        created_time)
    select $1::int, 'd' || reference_no, 'D' || reference_no, gen_random_uuid(), 'IN', 1, account_no, reference_no, 0,
        $2::date, 'NOK', minor * 4 / 5, minor - minor * 4 / 5, minor, minor * 4 / 5, minor - minor * 4 / 5, minor,
        'M', sha256(reference_no::text::bytea), $3::text::json, now()
    from new_item order by reference_no
    """,
    """
    insert into document_state (client_no, document_no_key, document_status, changed_time)
    select $1::int, 'd' || reference_no, 'POSTED', now() from new_item
    where $2::date is not null and $3::text <> '' order by reference_no
    """,
)
BOOK = (
    """
    insert into gl_lot (client_no, gl_lot_no, origin, created_time, booked_time)
    select $1::int, $3::bigint, 'documents', now(), now() where $2::date is not null on conflict do nothing
    """,
    """
    insert into gl_case (client_no, gl_case_no, gl_lot_no, voucher_type, voucher_no, voucher_date, gl_year, gl_period,
        currency, gl_currency, account_no, reference_no, document_no, created_time)
    select $1::int, $3::bigint + reference_no, $3, 3, reference_no, $2::date, extract(year from $2), extract(month
        from $2), 'NOK', 'NOK', account_no, reference_no, 'D' || reference_no, now()
    from new_item order by reference_no
    """,
    """
    insert into gl_item (client_no, gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text,
        vat_code, reference_sequence_no, item_group1)
    select $1::int, $3::bigint + reference_no, line.no, line.account, line.minor, line.minor, line.told, line.vat,
        case line.no when 1 then 0 end, line.item_group
    from new_item, lateral (values
        (1, 1500, minor, 'Invoice', '', ''),
        (2, 3000, -(minor * 2 / 3), 'Red comb', '3', '500'),
        (3, 3000, minor * 2 / 3 - minor * 4 / 5, 'Brush', '3', '600'),
        (4, 2700, minor * 4 / 5 - minor, 'Invoice', '', '')
    ) as line (no, account, minor, told, vat, item_group)
    where $2::date is not null
    """,
)


@dataclass(frozen=True, slots=True)
class Item:
    """An open invoice of 2218."""

    reference_no: int
    account_no: int
    minor: int
    kid: str


def items(
    first_reference: int, count: int, customers: int, first_account: int = FIRST_ACCOUNT, client_no: int = CLIENT_NO
) -> Iterator[Item]:
    """Invoices with rising references, the customers in turn."""
    for number in range(count):
        reference_no = first_reference + number
        account_no = first_account + number % customers
        minor = 100_00 + (reference_no * 7919) % 900_00
        yield Item(reference_no, account_no, minor, arm_kid(client_no, account_no, reference_no))


def invoice_day() -> date:
    return business_day(real_now()) - timedelta(days=INVOICE_DAYS_AGO)


async def act_for_client(connection: "asyncpg.Connection", client_no: int = CLIENT_NO) -> None:
    await connection.execute("select set_config('reskontro.client_no', $1, false)", str(client_no))


async def add_customers(
    connection: "asyncpg.Connection", count: int, first_account: int = FIRST_ACCOUNT, client_no: int = CLIENT_NO
) -> None:
    await connection.execute(CUSTOMERS, client_no, first_account, count)


async def add_items(
    connection: "asyncpg.Connection",
    new: list[Item],
    *,
    with_documents: bool = True,
    client_no: int = CLIENT_NO,
    first_case: int = FIRST_CASE,
    day: date | None = None,
) -> None:
    """Add invoices to the book; their documents too, where something reads those."""
    day = day or invoice_day()
    async with connection.transaction():
        await connection.execute(
            "create temporary table new_item (reference_no bigint, account_no bigint, minor bigint, kid text) "
            "on commit drop"
        )
        await connection.copy_records_to_table(
            "new_item", records=[(i.reference_no, i.account_no, i.minor, i.kid) for i in new]
        )
        await connection.execute("analyze new_item")
        for statement in (*BOOK, ITEMS, STATES):
            await connection.execute(statement, client_no, day, first_case)
        for statement in BESIDE_ITEMS if with_documents else ():
            await connection.execute(statement, client_no, day, CONTENT)


async def settle_down(superuser_dsn: str) -> None:
    """Leave the database as it would be found on an ordinary day: statistics taken, everything written down."""
    connection = await asyncpg.connect(superuser_dsn)
    try:
        await connection.execute("vacuum (analyze)")
        await connection.execute("checkpoint")
        durable = await connection.fetchrow(
            """
            select current_setting('fsync'), current_setting('synchronous_commit'),
                current_setting('full_page_writes')
            """
        )
        assert tuple(durable) == ("on", "on", "on"), "a measurement is of a durable database"
    finally:
        await connection.close()
