import asyncio
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.customer import CustomerInput, PostalAddress
from reskontro.ledger.service.customers import (
    CustomerUnknown,
    Mode,
    Operation,
    get_balances,
    get_customer,
    ssn_fingerprint,
    write_customer,
)


async def write(ledger, mode=Mode.UPSERT, at="customer", **said):
    given = CustomerInput(customer_no=said.pop("customer_no", "543210"), **said)

    async def use_case(tx):
        return await write_customer(tx, ledger.numbers, ledger.cipher, None, given, ledger.now, ledger.actor, mode, at)

    return await ledger.db.run(ledger.client_no, use_case)


async def read(ledger, customer_no="543210"):
    async with ledger.db.reading(ledger.client_no) as tx:
        return await get_customer(tx, ledger.cipher, customer_no)


async def log_items(ledger):
    return await ledger.rows("select * from log_item where client_no = $1 order by log_time, log_level")


async def test_the_first_customer_gets_the_first_account_number_and_is_read_back(ledger):
    written = await write(ledger, name="Owe Armstrong", ssn="01019921717", stop_reminder_until=date(2026, 12, 31))
    assert written.operation is Operation.CREATED
    assert written.customer.account_no == 500001
    assert await read(ledger) == written.customer
    assert written.customer.ssn == "01019921717"


async def test_a_number_is_compared_without_case_and_kept_as_first_given(ledger):
    await write(ledger, customer_no="Ab/1", name="Kari")
    again = await write(ledger, customer_no="aB/1", name="Kari Nordmann")
    assert again.operation is Operation.UPDATED
    assert again.customer.customer_no == "Ab/1"
    assert await read(ledger, "AB/1") == again.customer


async def test_an_update_of_nobody_is_told(ledger):
    with pytest.raises(CustomerUnknown) as refused:
        await write(ledger, Mode.UPDATE, name="Kari")
    assert (refused.value.status, refused.value.faults[0].code) == (404, "ARM-1302")
    assert refused.value.faults[0].field == "customer.customerNo"


@pytest.mark.parametrize("customer_no", ["nobody", "\x00", "x" * 21, ""])
async def test_a_customer_that_is_not_there_is_not_found(ledger, customer_no):
    with pytest.raises(CustomerUnknown):
        await read(ledger, customer_no)


async def test_all_faults_come_in_one_answer_with_their_paths(ledger):
    with pytest.raises(Refused) as refused:
        await write(ledger, at="customers[3]", language="xx", currency="XXX")
    assert refused.value.status == 400
    assert [(f.code, f.field) for f in refused.value.faults] == [
        ("ARM-2001", "customers[3].language"),
        ("ARM-2009", "customers[3].currency"),
        ("ARM-1003", "customers[3].name"),
    ]
    assert refused.value.faults[2].args == {"field": "customers[3].name"}


async def test_a_refused_write_leaves_nothing(ledger):
    await write(ledger, name="Kari")
    with pytest.raises(Refused) as refused:
        await write(ledger, name="Ola", language="xx")
    assert refused.value.status == 422
    assert (await read(ledger)).name == "Kari"
    assert len(await log_items(ledger)) == 1


async def test_the_identity_number_is_neither_in_the_row_nor_in_the_trail(ledger):
    await write(ledger, name="Kari", ssn="01019921717", bank_account_no="81501757329")
    (row,) = await ledger.rows("select * from customer where client_no = $1")
    assert "01019921717" not in repr([row[n] for n in row.keys() if not n.startswith("ssn_")])  # noqa: SIM118
    assert row["ssn_encrypted"] == f"customer.ssn:{ledger.client_no}:500001|71712991010".encode()
    assert row["ssn_fingerprint"] == ssn_fingerprint(ledger.cipher, ledger.client_no, "010199 21717")
    trail = repr([dict(item) for item in await log_items(ledger)])
    assert "01019921717" not in trail
    assert "81501757329" not in trail
    assert "*******1717" in trail
    assert "*******7329" in trail


async def test_an_identity_number_is_cleared(ledger):
    await write(ledger, name="Kari", ssn="01019921717")
    await write(ledger, ssn="")
    (row,) = await ledger.rows("select ssn_encrypted, ssn_fingerprint from customer where client_no = $1")
    assert tuple(row) == (None, None)


async def test_each_write_is_one_entry_and_a_doubtful_number_one_more(ledger):
    await write(ledger, name="Kari", ssn="01019921717")
    await write(ledger, phone_no="99887766", postal_address=PostalAddress(city_name="Oslo"))
    created, updated, warning = await log_items(ledger)
    if created["log_text"] != "Customer created":
        created, updated = updated, created
    assert (created["status_code"], updated["status_code"]) == (201, 200)
    assert (created["entity_type"], created["entity_id"], created["customer_no"]) == ("CUSTOMER", "543210", "543210")
    assert json.loads(updated["changes"]) == [
        {"field": "phoneNo", "oldValue": "", "newValue": "99887766"},
        {"field": "postalAddressChanged", "oldValue": "", "newValue": "2025-03-20"},
        {"field": "postalAddress.cityName", "oldValue": "", "newValue": "Oslo"},
    ]
    assert (warning["log_level"], warning["log_text"]) == ("WARNING", "The check digits do not fit: ssn")
    assert warning["request_id"] == ledger.actor.request_id


async def test_business_today_is_the_creditor_s_day(ledger):
    ledger.now = ledger.now.replace(hour=23, minute=30)  # half past midnight in Oslo
    written = await write(ledger, name="Kari", postal_address=PostalAddress(city_name="Oslo"))
    assert written.customer.postal_address_changed == date(2025, 3, 21)


async def test_many_makers_of_one_customer_make_one(ledger):
    names = [f"Kari {number}" for number in range(20)]
    written = await asyncio.gather(*(write(ledger, name=name) for name in names))
    assert [w.operation for w in written].count(Operation.CREATED) == 1
    assert len({w.customer.account_no for w in written}) == 1
    rows = await ledger.rows("select account_no from customer where client_no = $1")
    assert len(rows) == 1
    created = [item for item in await log_items(ledger) if item["log_text"] == "Customer created"]
    assert len(created) == 1


async def test_many_writers_of_one_customer_lose_nothing(ledger):
    await write(ledger, name="Kari")
    await asyncio.gather(
        *(
            write(ledger, **{field: "1"})
            for field in ("phone_no", "secondary_phone_no", "informal_name", "buyer_reference")
        )
    )
    found = await read(ledger)
    assert (found.phone_no, found.secondary_phone_no, found.informal_name, found.buyer_reference) == ("1",) * 4


async def test_another_client_s_customer_is_not_seen(ledger, db, numbers):
    await write(ledger, name="Kari")
    other = replace_client(ledger, ledger.client_no + 1000)
    with pytest.raises(CustomerUnknown):
        await read(other)


def replace_client(ledger, client_no):
    return type(ledger)(ledger.db, ledger.numbers, client_no)


async def test_a_customer_who_owes_nothing(ledger):
    customer = (await write(ledger, name="Kari")).customer
    async with ledger.db.reading(ledger.client_no) as tx:
        accounts = [customer.account_no]
        balance = (await get_balances(tx, accounts, Config([], date(2025, 3, 20)), date(2025, 3, 20)))[accounts[0]]
    assert (balance.gl_balance_minor, balance.open_item_count, balance.oldest_due_date) == (0, 0, None)


ITEM = """
insert into ar_item (client_no, reference_no, reference_sequence_no, account_no, document_no, voucher_type, voucher_no,
    voucher_date, original_due_date, currency, currency_minor, gl_minor, kid, transaction_text, external_id1,
    gl_case_no, gl_lot_no, gl_year, gl_period, created_time)
values ($1, $2, 0, $3, '', 3, 1, '2025-02-01', $4, 'NOK', $5, $5, '', '', '', 1, 1, 2025, 2, now())
"""
STATE = """
insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor, gl_balance_minor,
    due_date, changed_time)
values ($1, $2, 0, $3, $3, $4, now())
"""


async def test_the_balance_is_that_of_the_open_items(ledger):
    customer = (await write(ledger, name="Kari")).customer
    async with ledger.db.transaction(ledger.client_no) as tx:
        for number, (amount, balance, due) in enumerate(
            [
                (62500, 12437, date(2025, 3, 13)),
                (10000, 10000, date(2025, 3, 20)),
                (-500, -500, date(2025, 2, 1)),
                (700, 0, date(2025, 1, 1)),
            ]
        ):
            await tx.execute(ITEM, ledger.client_no, number, customer.account_no, due, amount)
            await tx.execute(STATE, ledger.client_no, number, balance, due)
        accounts = [customer.account_no]
        found = (await get_balances(tx, accounts, Config([], date(2025, 3, 20)), date(2025, 3, 20)))[accounts[0]]
    assert (found.gl_balance_minor, found.overdue_gl_balance_minor) == (21937, 11937)
    assert (found.open_item_count, found.oldest_due_date) == (3, date(2025, 3, 13))


async def test_a_record_survives_the_database_whole(ledger):
    made = (await write(ledger, name="Kari")).customer
    full = dict.fromkeys(("informal_name", "customer_message", "organization_no", "seller_reference"), "x")
    written = await write(
        ledger,
        **full,
        discount_rate=Decimal("5.5"),
        limit_amount=Decimal("2000.01"),
        peppol_block_ids=("a", "b"),
        date_of_birth=date(1999, 1, 1),
        vat_liable=False,
        due_days=0,
    )
    assert await read(ledger) == written.customer
    assert written.customer == replace(
        made,
        **full,
        organization_no_scheme="0192",
        discount_rate=Decimal("5.5"),
        limit_amount_minor=200001,
        peppol_block_ids=("a", "b"),
        date_of_birth=date(1999, 1, 1),
        year_of_birth=1999,
        vat_liable=False,
        due_days=0,
    )


async def test_settings_are_read_with_the_customer(ledger):
    async with ledger.db.transaction(ledger.client_no) as tx:
        await tx.execute(
            "insert into client_config (client_no, config_key, value, valid_from) values ($1, $2, 'en', '2020-01-01')",
            ledger.client_no,
            "document.defaultLanguage",
        )
    assert (await write(ledger, name="Kari")).customer.language == "en"
