"""Each check finds its own kind of damage. The damage is done past the application's rights, to a client of its own."""

from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.config import ConfigValue
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service import payment_desk, refunds
from reskontro.ledger.service.checks import RECEIVABLES, SEALED, _accounts_ever, check_client, clients, examine_client
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.service.periods import close_period, report_period
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store.checks import CHECKS, FIRST
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import BookLock
from reskontro.platform.files import FileStore
from tests.formats.ocr_giro import ocr_files
from tests.formats.ocr_giro.ocr_files import Line
from tests.ledger.conftest import make_client, set_config

DAY = date(2025, 2, 26)


@pytest.fixture
async def superuser(superuser_dsn):
    connection = await asyncpg.connect(superuser_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def book(db, api, clock, superuser, tmp_path):
    """A client's number: two customers, invoices, a credit note, payments of all kinds, a refund, a batch."""
    client_no = api.client_no
    account = f"{client_no:011d}"
    async with db.registry() as connection:
        await connection.execute(
            "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
            account,
            client_no,
            clock.moment,
        )
    await api.customer()
    await api.customer("2")
    first = await api.invoice("I-1", 500)
    second = await api.invoice("I-2", 300)
    await api.invoice("I-3", 100, customer_no="2")
    await api.invoice("C-1", 120, documentType="CN", creditedDocumentNo="I-1")
    answer = await api.post(
        "/autopostings/payment",
        {
            "metadata": {"userId": "T"},
            "autoPostings": [
                {"postingId": "P", "arItemId": first["arItemId"], "voucherDate": "2025-02-26", "currencyAmount": 100}
            ],
        },
    )
    assert answer.status_code == 200, answer.text
    lines = [
        Line(amount=350_00, kid=second["kid"], day=DAY, bank_day=DAY),
        Line(amount=10_00, kid="10000120260003", day=DAY, bank_day=DAY),
        Line(amount=20_00, kid="10000120260003", day=DAY, bank_day=DAY),
    ]
    path = tmp_path / "giro.txt"
    records = ocr_files.payments(lines, account=account)
    path.write_bytes(ocr_files.as_bytes(ocr_files.transmission(records, created=DAY)))
    await import_path(db, Numbers(db), FileStore.open(tmp_path), path, clock.moment)
    actor = Actor("SYSTEM", "T")
    async with db.reading(client_no) as tx:
        numbers = await tx.fetch("select payment_no from payment where client_no = $1 order by 1", client_no)
    paid, _, strange = (row["payment_no"] for row in numbers)
    place = payment_desk.Place(Identifiers(customer_no="2"))
    await payment_desk.place(db, Numbers(db), client_no, strange, [place], clock.moment, actor)
    proposal = refunds.Proposal(paid, None, 1_00, "86011117947", "", "")
    await refunds.propose(db, client_no, proposal, clock.moment, actor)
    for payment_id, target in (("R-1", {"documentNo": "I-1"}), ("R-2", {"customerNo": "2"})):
        reservation = {"paymentId": payment_id, "currencyAmount": 50} | target
        body = {"metadata": {"userId": "T"}, "paymentReservation": reservation}
        assert (await api.post("/paymentreservations", body)).status_code == 201
    batch_uuid = uuid4()
    await superuser.execute(
        """
        insert into batch (client_no, batch_uuid, batch_no, batch_type, batch_status, scope, user_id, integration_id,
            request_id, total_count, ok_count, failed_count, done_count, received_time)
        values ($1, $2, 1, 'DOCUMENTS-POST', 'COMPLETED', '', '', '', '', 2, 2, 0, 2, $3)
        """,
        client_no,
        batch_uuid,
        clock.moment,
    )
    await superuser.execute(
        "insert into batch_result (client_no, batch_uuid, first_item_no, results) values ($1, $2, 1, '[{}, {}]')",
        client_no,
        batch_uuid,
    )
    later = {"arItemId": first["arItemId"], "dueDate": "2025-06-01"}
    answer = await api.put("/aritems", {"metadata": {"userId": "T"}, "arItem": later})
    assert answer.status_code == 200, answer.text
    february, actor = Period(2025, 2), Actor("API", "T")
    await db.run(client_no, lambda tx: close_period(tx, february, clock.now(), actor), BookLock.EXCLUSIVE)
    await db.run(client_no, lambda tx: report_period(tx, Numbers(db), february, clock.now(), actor))
    return client_no


async def test_a_book_in_order_has_no_findings(db, book):
    results = await examine_client(db, book)
    assert [result.name for result in results] == [*[check.name for check in CHECKS], SEALED]
    assert [result for result in results if not result.holds] == []
    assert all(result.looked_at > 0 for result in results)
    assert await check_client(db, book) == []


async def test_an_empty_book_is_in_order(db, tenant):
    assert await check_client(db, tenant) == []
    assert tenant in [client_no async for client_no in clients(db)]


FIRST_ITEM = "(select min(reference_no) from ar_item where client_no = $1)"
OF_FIRST_ITEM = f"client_no = $1 and reference_no = {FIRST_ITEM} and reference_sequence_no = 0"

DAMAGE = {
    "cases-balance": """
        update gl_item set gl_minor = gl_minor + 1
        where client_no = $1 and line_no = 2 and gl_case_no = (select min(gl_case_no) from gl_item where client_no = $1)
    """,
    "cases-whole": "delete from gl_lot where client_no = $1 and origin = 'ocr-file'",
    "lines-and-items": """
        update gl_item set gl_account_no = 1920 where client_no = $1 and gl_account_no = 1500 and currency_minor = 10000
    """,
    "exchange-differences": """
        update ar_match set credit_gl_minor = credit_gl_minor + 1 where client_no = $1 and rule = 'credited-document'
    """,
    "case-rates": """
        insert into gl_case_rate (client_no, gl_case_no, units, rate, rate_date, source)
        select client_no, gl_case_no, 1, 1, voucher_date, 'nobody' from gl_case where client_no = $1
    """,
    "items-and-cases": f"update ar_item set gl_period = gl_period + 1 where {OF_FIRST_ITEM}",
    "items-and-states": "delete from ar_item_state where client_no = $1 and reference_sequence_no = 1",
    "receivables-balance": f"update ar_item_state set gl_balance_minor = gl_balance_minor + 7 where {OF_FIRST_ITEM}",
    "balances-explained": "delete from ar_match where client_no = $1 and rule = 'credited-document'",
    "balances-bounded": f"""
        update ar_item_state set currency_balance_minor = -currency_balance_minor where {OF_FIRST_ITEM}
    """,
    "matches-fit": """
        update ar_item set account_no = (select max(account_no) from customer where client_no = $1)
        where client_no = $1 and reference_sequence_no = 1
    """,
    "closed-periods": "update gl_period set closed_time = '2025-01-01T00:00:00Z' where client_no = $1",
    "period-reports": "update ledger_period_report set gl_period = 1 where client_no = $1",
    "frozen-movements": "update gl_movement set debit_minor = debit_minor + 1 where client_no = $1",
    "due-dates": f"update ar_item_state set due_date = due_date + 1 where {OF_FIRST_ITEM}",
    "voucher-numbers": """
        update gl_case set voucher_no = (select min(voucher_no) from gl_case where client_no = $1)
        where client_no = $1 and voucher_type = 4
    """,
    "sequence-numbers": f"update ar_item_state set last_sequence_no = 9 where {OF_FIRST_ITEM}",
    "items-and-customers": "update ar_item set account_no = 1 where client_no = $1",
    "documents-and-items": "update document set incl_vat_minor = 1 where client_no = $1 and document_no = 'I-3'",
    "payments-booked": """
        update payment set settled_minor = settled_minor - 1, unapplied_minor = unapplied_minor + 1
        where client_no = $1 and gl_case_no is not null
    """,
    "payments-placed": """
        insert into payment_state (client_no, payment_no, status, resolution_no, changed_time)
        select client_no, payment_no, 'PLACED', 1, created_time from payment where client_no = $1
        on conflict do nothing
    """,
    "refunds-booked": f"""
        insert into refund (client_no, refund_id, account_no, reference_no, reference_sequence_no, currency,
            amount_minor, receiver_account_no, receiver_name, message, earliest_date, proposed_by, approved_by, status,
            created_time, changed_time)
        select client_no, 'RF', account_no, reference_no, 0, 'NOK', 1, '', '', '', voucher_date, 'A', 'B', 'PAID',
            created_time, created_time
        from ar_item where {OF_FIRST_ITEM}
    """,
    "postings-booked": "update auto_posting set gl_case_no = 1 where client_no = $1",
    "open-kids": f"""
        update ar_item set kid = (select max(kid) from ar_item where {OF_FIRST_ITEM})
        where client_no = $1 and document_no = 'I-3'
    """,
    "reserved-status": f"update ar_item_state set reserved_status = 'RESERVED' where {OF_FIRST_ITEM}",
    "reservations-whole": "delete from payment_id where client_no = $1",
    "batches-complete": "update batch_result set results = '[{}]' where client_no = $1",
}

MORE_DAMAGE = (
    ("cases-whole", "delete from gl_item where client_no = $1 and gl_account_no in (1500, 3100)"),
    ("cases-whole", "delete from gl_case where client_no = $1 and voucher_type = 4"),
    ("lines-and-items", "delete from ar_item where client_no = $1 and voucher_type = 4"),
    (
        "lines-and-items",
        "update ar_item set currency_minor = currency_minor - 1 where client_no = $1 and voucher_type = 5",
    ),
    ("exchange-differences", "update ar_match set debit_gl_minor = 1, gl_case_no = null where client_no = $1"),
    (
        "exchange-differences",
        "update gl_item set reference_sequence_no = null where client_no = $1 and gl_account_no = 1500",
    ),
    ("case-rates", "update gl_case set currency = 'SEK' where client_no = $1"),
    ("items-and-states", "delete from ar_item where client_no = $1 and voucher_type = 5"),
    ("balances-explained", "update ar_match set credit_gl_minor = credit_gl_minor - 1 where client_no = $1"),
    ("matches-fit", "update ar_item set currency = 'SEK' where client_no = $1 and voucher_type = 4"),
    ("matches-fit", "update ar_match set debit_sequence_no = 99 where client_no = $1"),
    ("matches-fit", "update ar_match set undoes_match_no = match_no where client_no = $1"),
    ("sequence-numbers", "delete from ar_item where client_no = $1 and reference_sequence_no = 1"),
    ("documents-and-items", "delete from document where client_no = $1 and document_type = 'CN'"),
    ("documents-and-items", "delete from document_state where client_no = $1"),
    ("payments-booked", "update payment set gl_case_no = null where client_no = $1 and outcome = 'ON-ACCOUNT'"),
    ("payments-booked", "update payment set settled_minor = 1 where client_no = $1 and outcome = 'QUEUED'"),
    ("payments-booked", "update payment set amount_minor = amount_minor + 1 where client_no = $1"),
    ("payments-booked", "delete from stored_file where client_no = $1"),
    (
        "payments-placed",
        """
        insert into payment_state (client_no, payment_no, status, changed_time)
        select client_no, payment_no, 'PLACED', created_time from payment where client_no = $1 on conflict do nothing
        """,
    ),
    (
        "payments-placed",
        """
        insert into payment_state (client_no, payment_no, status, changed_time)
        select client_no, payment_no + 1000, 'UNPLACED', created_time from payment where client_no = $1
        """,
    ),
    ("payments-placed", "update payment_resolution set gl_case_nos = array[1] where client_no = $1"),
    ("payments-placed", "delete from payment_resolution where client_no = $1"),
    ("refunds-booked", "update refund set gl_case_no = 1 where client_no = $1"),
    ("reserved-status", f"update ar_item_state set reserved_minor = 4999 where {OF_FIRST_ITEM}"),
    ("reserved-status", f"update ar_item_state set reserved_minor = null, reserved_status = '' where {OF_FIRST_ITEM}"),
    ("reserved-status", f"delete from ar_item_state where {OF_FIRST_ITEM}"),
    (
        "reserved-status",
        "update payment_reservation set status = 'USED', ended_time = created_time where client_no = $1",
    ),
    ("reservations-whole", "update payment_reservation set currency = 'SEK' where client_no = $1"),
    ("reservations-whole", "update payment_reservation set account_no = 500009 where client_no = $1"),
    (
        "reservations-whole",
        "update payment_reservation set reference_sequence_no = 1 where reference_no is not null and client_no = $1",
    ),
    ("reservations-whole", "delete from due_work where client_no = $1"),
    ("reservations-whole", "update due_work set due_time = due_time + interval '1 day' where client_no = $1"),
    ("postings-booked", "delete from auto_posting where client_no = $1"),
    ("period-reports", "delete from ledger_period_report where client_no = $1"),
    ("period-reports", "update ar_item_state set ledger_period_report_no = 99 where client_no = $1"),
    ("frozen-movements", "update gl_movement set opening_minor = 5 where client_no = $1 and gl_account_no = 1500"),
    ("frozen-movements", "update gl_movement set item_count = 0 where client_no = $1 and gl_account_no = 1500"),
    ("frozen-movements", "delete from gl_movement where client_no = $1 and gl_account_no = 1920"),
    ("frozen-movements", "insert into gl_movement values ($1, 2025, 2, 4000, 'NOK', 0, 0, 5, 1)"),
    ("frozen-movements", "insert into gl_movement values ($1, 2025, 1, 1500, 'NOK', 0, 0, 0, 0)"),
    ("due-dates", "delete from due_date_change where client_no = $1"),
    ("batches-complete", "update batch set failed_count = 1 where client_no = $1"),
)


@pytest.mark.parametrize(("check", "damage"), [*DAMAGE.items(), *MORE_DAMAGE])
async def test_a_check_finds_its_damage(check, damage, db, book, superuser):
    await superuser.execute(damage, book)
    found = await check_client(db, book)
    assert check in {finding.check for finding in found}, found


def test_every_check_has_its_damage():
    assert set(DAMAGE) == {check.name for check in CHECKS}


async def test_a_finding_says_where_and_what(db, book, superuser):
    await superuser.execute(DAMAGE["sequence-numbers"], book)
    (found,) = await check_client(db, book)
    assert (found.check, found.subject) == ("sequence-numbers", "reference 1")
    assert found.detail == "3 items up to sequence 2, 9 remembered"


async def test_many_findings_are_counted_and_the_first_are_told(db, tenant, superuser):
    await superuser.execute(
        """
        insert into gl_item (client_no, gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text)
        select $1, 10000 + n, 1, 1920, 100, 100, '' from generate_series(1, 50) as n
        """,
        tenant,
    )
    result = next(result for result in await examine_client(db, tenant) if result.name == "cases-balance")
    assert (result.found, len(result.first)) == (50, FIRST)
    assert [finding.subject for finding in result.first] == [f"case {10000 + n}" for n in range(1, FIRST + 1)]


async def test_another_clients_damage_is_not_ours(db, book, superuser):
    other = await make_client(db)
    await superuser.execute(DAMAGE["balances-explained"], book)
    assert await check_client(db, other) == []


async def test_receivables_may_move_to_another_account(db, api, clock):
    await set_config(db, api.client_no, "gl.account.receivables", "1510")
    await api.customer()
    await api.invoice("I-1", 500)
    assert await check_client(db, api.client_no) == []


def test_the_accounts_of_receivables_are_those_of_any_day_since_the_first_case():
    def value(text, start, end=None):
        return ConfigValue(RECEIVABLES, text, start, end)

    first = datetime(2025, 1, 1, tzinfo=UTC).date()
    assert _accounts_ever([], None) == [1500]
    assert _accounts_ever([value("1510", date(2024, 1, 1))], first) == [1510]
    assert _accounts_ever([value("1510", date(2025, 6, 1))], first) == [1500, 1510]
    assert _accounts_ever([value("1510", date(2024, 1, 1), date(2025, 6, 30))], first) == [1500, 1510]
    assert _accounts_ever([value("1510", date(2023, 1, 1), date(2024, 6, 30))], first) == [1500]


async def test_what_is_not_sealed_for_long_is_a_warning_and_no_fault(db, book, superuser):
    await superuser.execute(
        "update gl_lot set booked_time = booked_time - interval '61 seconds' where client_no = $1", book
    )
    result = (await examine_client(db, book))[-1]
    assert (result.name, result.is_warning, result.holds) == (SEALED, True, False)
    assert result.found == result.looked_at == 7
    assert result.first[0].detail == "it is not sealed: does `reskontro worker` run?"
    assert await check_client(db, book) == []
