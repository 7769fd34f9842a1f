"""What stands in each report, and that every report comes in every format and both languages."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pypdfium2
import pytest

from reskontro.ledger.domain.reports.order import ReportType
from reskontro.platform.resources import root_of
from tests.ledger.reports.conftest import text_of

JANUARY, FEBRUARY, MARCH = "2025-01-31", "2025-02-20", "2025-03-05"


@pytest.fixture
async def world(reports, clock):
    """Two customers: 625 of January of which 500.63 is paid in February, 100 credited, 50 of March."""
    clock.moment = datetime(2025, 3, 20, 9, 0, tzinfo=UTC)
    api = reports.api
    await api.customer("A", name="Åse #1 Ødegård", postalAddress={"addressLine1": "Storgata 1", "postalCode": "0155",
                       "cityName": "Oslo"}, emailAddressDocument=["ase@example.no"], ssn="01019921717",
                       bankAccountNo="81501757329")  # fmt: skip
    await api.customer("B", name="=Berg & Sønn")
    claim = await api.invoice("F-1", 625, customer_no="A", documentDate=JANUARY, dueDate="2025-02-14")
    await api.invoice("F-2", 100, customer_no="B", documentDate=JANUARY, dueDate="2025-02-14")
    await api.invoice("F-3", 100, customer_no="B", documentType="CN", creditedDocumentNo="F-2", documentDate=JANUARY)
    await api.invoice("F-4", 50, customer_no="B", documentDate=MARCH, dueDate="2025-03-19")
    await reports.pay(claim["arItemId"], 500.63, FEBRUARY)
    reports.claim = claim["arItemId"]
    return reports


async def open_on(world, day):
    got = await world.json("OPEN-ITEMS", asOfDate=day)
    return {row["documentNo"]: (row["currencyBalance"], row["daysOverdue"]) for row in got["openItems"]}


# As of a day


async def test_what_was_open_on_a_day_counts_items_and_matches_until_it(world):
    assert await open_on(world, "2025-01-30") == {}
    assert await open_on(world, JANUARY) == {"F-1": (625, 0)}
    assert await open_on(world, "2025-02-19") == {"F-1": (625, 5)}
    assert await open_on(world, FEBRUARY) == {"F-1": (124.37, 6)}
    assert await open_on(world, "2025-03-20") == {"F-1": (124.37, 34), "F-4": (50, 1)}


async def test_a_match_counts_when_both_its_items_do(world):
    """A payment of March is matched back in February: until March nothing has been paid."""
    api = world.api
    late = {"postingId": "L", "customerNo": "A", "voucherDate": MARCH, "currencyAmount": 124.37, "autoMatch": False}
    user = {"metadata": {"userId": "TestUser"}}
    posted = (await api.post("/autopostings/payment", user | {"autoPostings": [late]})).json()["autoPostings"][0]
    match = {
        "postingId": "M",
        "customerNo": "A",
        "voucherDate": FEBRUARY,
        "matchArItemIds": [world.claim, *posted["arItemIds"]],
    }
    answer = await api.post("/autopostings/match", user | {"autoPostings": [match]})
    assert answer.status_code == 200, answer.text
    assert await open_on(world, "2025-03-04") == {"F-1": (124.37, 18)}
    assert "F-1" not in await open_on(world, MARCH)


async def test_a_match_that_was_undone_is_open_again_from_its_day(world):
    ((case_no,),) = await world.rows("select gl_case_no from ar_item where client_no = $1 and voucher_type = 5")
    undo = {"postingId": "R", "glCaseNo": case_no, "voucherDate": MARCH}
    answer = await world.api.post(
        "/autopostings/reversal", {"metadata": {"userId": "TestUser"}, "autoPostings": [undo]}
    )
    assert answer.status_code == 200, answer.text
    assert (await open_on(world, "2025-03-04"))["F-1"] == (124.37, 18)
    assert (await open_on(world, MARCH))["F-1"] == (625, 19)


async def test_what_is_open_is_what_the_receivables_account_stands_at(world):
    start = date(2025, 1, 30)
    for day in (start + timedelta(days=n) for n in range(0, 50, 7)):
        ((stands,),) = await world.rows(
            """
            select coalesce(sum(l.gl_minor), 0)::bigint from gl_item l
            join gl_case g on g.client_no = l.client_no and g.gl_case_no = l.gl_case_no
            where l.client_no = $1 and l.gl_account_no = 1500 and g.voucher_date <= $2
            """,
            day,
        )
        got = await world.json("OPEN-ITEMS", asOfDate=day.isoformat())
        open_now = sum(Decimal(str(row["glBalance"])) for row in got["openItems"])
        assert open_now * 100 == stands, day


async def test_open_items_of_one_customer(world):
    got = await world.json("OPEN-ITEMS", customerNo="b")
    assert [row["documentNo"] for row in got["openItems"]] == ["F-4"]
    assert (got["customerNo"], got["customerName"], got["asOfDate"]) == ("B", "=Berg & Sønn", "2025-03-20")
    assert got["totals"] == [{"currency": "NOK", "glBalance": 50}]


async def test_open_items_as_csv(world):
    head, first, second = await world.csv("OPEN-ITEMS")
    assert head[:3] == ["Kundenr.", "Kunde", "Reskontropost"]
    assert first[:4] == ["A", "Åse #1 Ødegård", world.claim, "F-1"]
    assert first[5:] == ["Faktura", JANUARY, "2025-02-14", "34", "NOK", "625,00", "124,37", "124,37"]
    assert second[1] == "'=Berg & Sønn"


async def test_the_age_of_what_is_open(world):
    got = await world.json("ADB", asOfDate="2025-03-19", language="en")
    intervals = [(row["description"], row["itemCount"], row["glBalance"]) for row in got["adbIntervals"]]
    assert intervals == [
        ("Not due", 1, 50), ("1–14", 0, 0), ("15–30", 0, 0), ("31–60", 1, 124.37), ("61–90", 0, 0), ("Over 90", 0, 0),
    ]  # fmt: skip
    assert sum(row["percentage"] for row in got["adbIntervals"]) == pytest.approx(100, abs=0.02)
    first = got["customers"][0]
    assert (first["customerNo"], first["interval4"], first["glBalance"]) == ("A", 124.37, 124.37)


async def test_the_published_ageing(reports, clock):
    """Section 2.14: an item due on 1 April with 124.37 open is 19 days old on 20 April."""
    clock.moment = datetime(2025, 4, 20, 9, 0, tzinfo=UTC)
    await reports.api.customer()
    item = await reports.api.invoice("88776655", 625, dueDate="2025-04-01")
    await reports.pay(item["arItemId"], 500.63, "2025-03-10")
    got = await reports.json("ADB", language="en")
    assert [(row["itemCount"], row["glBalance"], row["percentage"]) for row in got["adbIntervals"]] == [
        (0, 0, 0), (0, 0, 0), (1, 124.37, 100), (0, 0, 0), (0, 0, 0), (0, 0, 0),
    ]  # fmt: skip


async def test_aging_is_asked_for_by_customer_too(world):
    whole = await world.json("ADB", asOfDate="2025-03-20")
    one = await world.json("ADB", asOfDate="2025-03-20", customerNo="A")
    assert sum(row["itemCount"] for row in one["adbIntervals"]) == 1
    assert sum(row["glBalance"] for row in one["adbIntervals"]) == 124.37
    assert sum(row["itemCount"] for row in whole["adbIntervals"]) >= 1


# One customer


async def test_a_statement_leads_from_one_balance_to_another(world):
    got = await world.json("ACCOUNT-STATEMENT", customerNo="A", fromDate="2025-02-01", toDate="2025-02-28")
    assert [(row["rowType"], row.get("currencyAmount"), row["accountBalance"]) for row in got["transactions"]] == [
        ("OPENING-BALANCE", None, 625), ("ITEM", -500.63, 124.37), ("CLOSING-BALANCE", None, 124.37),
    ]  # fmt: skip
    assert got["rowCount"] == 1


async def test_a_statement_says_what_was_open_at_its_end(world):
    early = await world.json("ACCOUNT-STATEMENT", customerNo="A", toDate="2025-02-19")
    late = await world.json("ACCOUNT-STATEMENT", customerNo="A", toDate=FEBRUARY)
    assert [row["currencyBalance"] for row in early["transactions"] if row["rowType"] == "ITEM"] == [625]
    assert [row["currencyBalance"] for row in late["transactions"] if row["rowType"] == "ITEM"] == [124.37, 0]


async def in_euro(world, minor, day):
    """An item of customer B in euro, as a rate of 10 would make it."""
    async with world.context.db.transaction(world.api.client_no) as tx:
        ((account_no,),) = await tx.fetch(
            "select account_no from customer where client_no = $1 and customer_no = 'B'", tx.client_no
        )
        await tx.execute(
            """
            insert into ar_item (client_no, reference_no, reference_sequence_no, account_no, document_no, voucher_type,
                voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor, kid, transaction_text,
                external_id1, gl_case_no, gl_lot_no, gl_year, gl_period, created_time)
            values ($1, 900000, 0, $2, 'E-1', 3, 900000, $3, $3, 'EUR', $4::bigint, $4::bigint * 10, '', 'Goods', '',
                1, 1, 2025, 3, $5)
            """,
            tx.client_no, account_no, day, minor, world.clock.now(),
        )  # fmt: skip
        await tx.execute(
            """
            insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor,
                gl_balance_minor, due_date, changed_time)
            values ($1, 900000, 0, $2::bigint, $2::bigint * 10, $3, $4)
            """,
            tx.client_no, minor, day, world.clock.now(),
        )  # fmt: skip


async def test_a_statement_keeps_currencies_apart(world):
    await in_euro(world, 5000, date(2025, 3, 5))
    got = await world.json("ACCOUNT-STATEMENT", customerNo="B", toDate="2025-03-31")
    rows = [(row["currency"], row["rowType"], row["accountBalance"]) for row in got["transactions"]]
    assert rows == [
        ("EUR", "OPENING-BALANCE", 0), ("EUR", "ITEM", 50), ("EUR", "CLOSING-BALANCE", 50),
        ("NOK", "OPENING-BALANCE", 0), ("NOK", "ITEM", 100), ("NOK", "ITEM", 0), ("NOK", "ITEM", 50),
        ("NOK", "CLOSING-BALANCE", 50),
    ]  # fmt: skip
    assert got["transactions"][1]["description"] == "Faktura: Goods"


async def test_a_balance_that_nothing_was_added_to_is_told_and_0_is_not(world):
    await in_euro(world, 5000, date(2025, 3, 1))
    for first, kept in (("2025-03-10", ["EUR", "NOK"]), ("2025-02-10", ["EUR", "NOK"])):
        got = await world.json("ACCOUNT-STATEMENT", customerNo="B", fromDate=first, toDate="2025-03-31")
        assert [row["currency"] for row in got["transactions"] if row["rowType"] == "OPENING-BALANCE"] == kept
    early = await world.json("ACCOUNT-STATEMENT", customerNo="B", fromDate="2025-02-10", toDate="2025-02-11")
    assert early["transactions"] == []


# The general ledger


async def test_the_transactions_of_a_period_by_account(world):
    got = await world.json("GL-TRANSACTIONS", glYear=2025, glPeriod=2)
    lines = [(row["glAccountNo"], row.get("debitAmount"), row.get("creditAmount")) for row in got["glItems"]]
    assert lines == [(1500, None, 500.63), (1920, 500.63, None)]
    assert got["totals"] == [{"currency": "NOK", "debitAmount": 500.63, "creditAmount": 500.63}]
    assert got["glItems"][0]["customerNo"] == "A"


async def test_the_transactions_of_some_days(world):
    got = await world.json("GL-TRANSACTIONS", fromDate=JANUARY, toDate=FEBRUARY)
    assert {row["voucherDate"] for row in got["glItems"]} == {JANUARY, FEBRUARY}
    assert got["rowCount"] == 8


@pytest.mark.parametrize(
    "asked", [{"glYear": 2025, "glPeriod": 2}, {"asOfDate": "2025-02-28"}, {"glYear": 2025}], ids=str
)
async def test_balances_open_move_and_close(world, asked):
    got = await world.json("GL-BALANCE", **asked)
    assert {
        sum(Decimal(str(row[name])) for row in got["glMovements"]) for name in ("openingBalance", "closingBalance")
    } == {0}
    first = got["glMovements"][0]
    names = ("glAccountNo", "openingBalance", "debitAmount", "creditAmount", "closingBalance")
    if asked == {"glYear": 2025, "glPeriod": 2}:
        assert tuple(first[name] for name in names) == (1500, 625, 0, 500.63, 124.37)
    elif "asOfDate" in asked:
        assert tuple(first[name] for name in names) == (1500, 0, 725, 600.63, 124.37)


async def test_result_accounts_begin_each_year_at_0(reports, clock):
    clock.moment = datetime(2025, 1, 20, 9, 0, tzinfo=UTC)
    await reports.api.customer()
    await reports.api.invoice("F-1", 100, documentDate="2024-12-15")
    await reports.api.invoice("F-2", 40, documentDate="2025-01-10")
    got = await reports.json("GL-BALANCE", glYear=2025, glPeriod=1)
    balances = {row["glAccountNo"]: (row["openingBalance"], row["closingBalance"]) for row in got["glMovements"]}
    assert balances == {1500: (100, 140), 3100: (0, -40)}


# A closed period


async def test_a_period_report_reconciles_the_ledger_with_the_account(world):
    await world.close(2025, 1)
    await world.close(2025, 2)
    got = await world.json("LEDGER-PERIOD", glYear=2025, glPeriod=2, language="en")
    assert [(row["balance"], row["arAmount"], row["glAmount"], row["difference"]) for row in got["reconciliation"]] == [
        ("Opening balance", 625, 625, 0), ("Movements of the period", -500.63, -500.63, 0),
        ("Closing balance", 124.37, 124.37, 0),
    ]  # fmt: skip
    assert got["movements"] == [
        {"voucherType": 5, "voucherTypeDescription": "Payment", "itemCount": 1, "glAmount": -500.63}
    ]
    (item,) = got["arItems"]
    assert item["ledgerPeriodReportNo"] == got["ledgerPeriodReportNo"]
    assert got["period"] == "2025/2"
    assert got["closedTime"] == "2025-03-20T10:00:00.000+01:00"


async def test_a_period_in_which_nothing_was_booked_has_its_report(world):
    await world.close(2025, 1)
    await world.close(2025, 2)
    await world.close(2025, 3)
    await world.close(2025, 4)
    got = await world.json("LEDGER-PERIOD", glYear=2025, glPeriod=4)
    assert (got["arItems"], got["movements"]) == ([], [])
    assert got["reconciliation"][0]["arAmount"] == got["reconciliation"][2]["arAmount"]


# Customers, payments


async def test_the_customer_list_reaches_people_and_tells_no_secrets(world):
    file = await world.made("CUSTOMER-LIST", format="JSON")
    first = json.loads(file["content"])["customers"][0]
    assert first | {"accountNo": 0} == {
        "customerNo": "A", "accountNo": 0, "name": "Åse #1 Ødegård", "customerCategory": "CONS",
        "address": "Storgata 1, 0155 Oslo", "countryCode": "", "emailAddress": "ase@example.no",
        "language": "no", "currency": "NOK", "glBalance": 124.37,
    }  # fmt: skip
    assert b"01019921717" not in file["content"]
    assert b"81501757329" not in file["content"]


async def payment(world, number, outcome, minor, reason, kid="123", day=date(2025, 3, 1)):
    async with world.context.db.transaction(world.api.client_no) as tx:
        await tx.execute(
            """
            insert into payment (client_no, payment_no, fingerprint, file_uuid, file_line_no, receiving_account_no,
                kind, settlement_date, currency, amount_minor, kid, payer_account_no, archive_reference, lump_sum_key,
                message, outcome, reason, rule, settled_minor, unapplied_minor, created_time)
            values ($1, $2, $3, $4, 7, '12345678903', '10', $5, 'NOK', $6, $7, '', '', '', '', $8, $9, '', 0, 0, $10)
            """,
            world.api.client_no, number, uuid4().bytes, uuid4(), day, minor, kid, outcome, reason, world.clock.now(),
        )  # fmt: skip


async def test_payments_that_wait_are_listed_with_their_reason(world):
    await payment(world, 1, "QUEUED", 12345, "unknown reference", kid="0042")
    await payment(world, 2, "QUEUED", -500, "negative line", day=date(2025, 2, 1))
    await payment(world, 3, "SETTLED", 100, "exact")
    got = await world.json("UNPLACED-PAYMENTS")
    named = ("paymentNo", "outcomeDescription", "reason", "openAmount")
    assert [tuple(row[name] for name in named) for row in got["payments"]] == [
        (1, "Ikke bokført", "ukjent referanse", 123.45), (2, "Ikke bokført", "negativ linje", -5),
    ]  # fmt: skip
    assert got["totals"] == [{"currency": "NOK", "openAmount": 118.45}]
    later = await world.json("UNPLACED-PAYMENTS", fromDate="2025-02-15")
    assert [row["paymentNo"] for row in later["payments"]] == [1]
    assert later["fromDate"] == "2025-02-15"


async def test_the_documented_json_is_what_is_made(reports, clock):
    """docs/api/arm-reports.md, field by field in its order; numbers of accounts and references are this client's."""
    clock.moment = datetime(2025, 3, 20, 8, 12, 44, 31_000, tzinfo=UTC)
    page = (root_of("docs") / "api" / "arm-reports.md").read_text(encoding="utf-8")
    _, documented = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    await reports.api.customer(name="Owe Armstrong")
    item = await reports.api.invoice("88776655", 625, dueDate="2025-04-01")
    await reports.pay(item["arItemId"], 500.63, "2025-03-10")
    got = await reports.json("OPEN-ITEMS", language="en")
    own = {"clientNo": reports.api.client_no, "clientName": "Firma AS"}
    assert json.dumps(got) == json.dumps(
        documented | own | {"openItems": [documented["openItems"][0] | {"arItemId": item["arItemId"]}]}
    )


# Every report in every format and both languages

ASKED = {
    ReportType.LEDGER_PERIOD: {"glYear": 2025, "glPeriod": 1},
    ReportType.ACCOUNT_STATEMENT: {"customerNo": "A"},
    ReportType.GL_TRANSACTIONS: {"glYear": 2025},
}
NAMES = {"no": ("nb", "Side 1 av"), "en": ("en", "Page 1 of")}


@pytest.mark.parametrize("language", ["no", "en"])
async def test_every_report_is_a_paper_a_spreadsheet_and_data(world, language):
    await payment(world, 1, "QUEUED", 12345, "unknown reference", kid="0042")
    await world.close(2025, 1)
    tag, page = NAMES[language]
    titles = set()
    for kind in ReportType:
        asked = ASKED.get(kind, {}) | {"language": language}
        data = await world.json(kind, **asked)
        sheet = await world.csv(kind, **asked)
        file = await world.made(kind, **asked)
        assert data["rowCount"] > 0, kind
        assert len(sheet) >= data["rowCount"] + 1
        assert {len(row) for row in sheet} == {len(sheet[0])}
        document = pypdfium2.PdfDocument(file["content"])
        try:
            assert document[0].render(scale=0.3).to_pil().convert("L").getextrema()[0] < 100, "there is ink on it"
        finally:
            document.close()
        paper = await world.pdf(kind, **asked)
        shown = text_of(paper)
        assert paper.trailer["/Root"]["/Lang"] == tag
        assert data["title"] in shown.replace("\n", " ")
        assert page in shown
        assert "{" not in shown
        titles.add(data["title"])
    assert len(titles) == len(ReportType)
