"""Documents, postings and matches in foreign currencies: what each is in kroner, and where the difference goes."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.rates import import_rates, rates_of
from reskontro.ledger.store.rates import rate_on
from reskontro.sandbox import rates as sandbox_rates
from tests.ledger.conftest import NOW, new_invoice, set_config
from tests.ledger.test_adjustments import Books
from tests.ledger.test_batches import Batches

RATES = """currency;valid_from;units;rate;source
EUR;2024-12-30;1;11,7950;test
EUR;2025-02-20;1;11.6250;test
EUR;2025-02-27;1;11.7000;test
EUR;2025-02-28;1;11.5000;test
EUR;2025-03-03;1;11.9000;test
USD;2025-02-27;1;11.1234567;test
JPY;2025-02-27;100;7.4711;test
HUF;2025-02-27;100;2.9123;test
"""
DIFFERENCES = "client_no = $1 and gl_account_no = 1500 and currency_minor = 0"
RECEIVABLES, BANK, GAIN, LOSS, ROUNDING = 1500, 1920, 8060, 8160, 7740


@pytest.fixture
async def books(api, db, no_rates):
    await import_rates(db, RATES.encode(), NOW)
    await api.customer("543210")
    await api.customer("2", currency="EUR")
    return Books(api, db)


async def lines(api, gl_case_no):
    """Account, amount in the currency and in kroner of each line of a case."""
    found = (await api.get(f"/glitems?glcaseno={gl_case_no}")).json()["glItems"]
    return [(item["glAccountNo"], item["currencyAmount"], item["glAmount"]) for item in found]


async def test_a_document_has_the_rate_of_its_date_and_is_rounded_off(books, db):
    api = books.api
    amounts = [{"exclVat": x, "vat": 0.13, "inclVat": round(x + 0.13, 2)} for x in (0.53, 0.53, 0.53)]
    made = await api.invoice(
        "E1", currency="usd", currencyAmounts={"exclVat": 1.59, "vat": 0.39, "inclVat": 1.98},
        documentLines=[
            {"lineNo": n, "lineType": "PLH", "lineText": "Comb", "quantity": 1, "price": 1, "currencyAmounts": a}
            for n, a in enumerate(amounts, 1)
        ],
    )  # fmt: skip
    item = await api.item(made["arItemId"])
    # 1.98 × 11.1234567 = 22.0244…; each line 0.53 × 11.1234567 = 5.8954…; VAT 0.39 × 11.1234567 = 4.3381…
    amounts = [item[name] for name in ("currency", "currencyAmount", "glAmount", "glBalance")]
    assert amounts == ["USD", 1.98, 22.02, 22.02]
    assert await lines(api, item["glCaseNo"]) == [
        (RECEIVABLES, 1.98, 22.02), (3000, -0.53, -5.9), (3000, -0.53, -5.9), (3000, -0.53, -5.9),
        (2700, -0.39, -4.34), (ROUNDING, 0, 0.02),
    ]  # fmt: skip
    document = (await api.get("/documents/E1")).json()
    assert document["glAmounts"] == {"exclVat": 17.68, "vat": 4.34, "inclVat": 22.02}
    async with db.reading(api.client_no) as tx:
        kept = await tx.fetchrow("select * from gl_case_rate where client_no = $1", api.client_no)
    assert (kept["units"], kept["rate"], kept["rate_date"], kept["source"]) == (
        1, Decimal("11.1234567"), date(2025, 2, 27), "test",
    )  # fmt: skip


async def test_a_half_goes_away_from_zero_for_claims_and_credits(books):
    # 0.20 × 11.6250 = 2.325
    claim = await books.api.invoice("H1", 0.20, currency="EUR", documentDate="2025-02-20")
    credit = await books.api.invoice("H2", 0.20, currency="EUR", documentDate="2025-02-20", documentType="CN")
    items = [await books.api.item(one["arItemId"]) for one in (claim, credit)]
    assert [item["glAmount"] for item in items] == [2.33, -2.33]


async def test_currencies_without_decimals(books):
    invoice = await books.api.invoice("J1", 12345, currency="JPY")
    item = await books.api.item(invoice["arItemId"])
    assert (item["currencyAmount"], item["glAmount"]) == (12345, 922.31)
    posted = await books.post("payment", arItemId=invoice["arItemId"], currencyAmount=12345)
    assert await lines(books.api, posted["glCaseNo"]) == [(BANK, 12345, 922.31), (RECEIVABLES, -12345, -922.31)]
    assert (await books.refused("payment", arItemId=invoice["arItemId"], currencyAmount=0.5)) == {
        "currencyAmount": "ARM-2004"
    }
    matches = (await books.api.get(f"/aritems/{invoice['arItemId']}?expand=matches")).json()["matches"]
    assert [(m["currencyAmount"], m["glAmount"]) for m in matches] == [(-12345, -922.31)]


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("2025-02-26", True),  # the rate of the 20th, six days old
        ("2025-02-19", False),
        ("2025-01-06", True),  # seven days after the one before new year
        ("2025-01-07", False),
        ("2025-03-10", True),
        ("2025-03-11", False),
    ],
)
async def test_the_last_banking_days_rate_counts_for_a_week(books, day, known):
    answer = await books.api.post_document("W1", 100, customer_no="2", documentDate=day)
    assert answer.status_code == (201 if known else 422), answer.text
    if not known:
        assert [(e["errorCode"], e["field"]) for e in answer.json()["errors"]] == [("ARM-2009", "document.currency")]
    codes = {} if known else {"currency": "ARM-2009"}
    if day != "2025-03-11":
        posting = {"voucherDate": day, "customerNo": "2", "currency": "EUR", "currencyAmount": 1}
        answer = await books.call("payment", posting)
        errors = answer.json()["autoPostings"][0]["errors"]
        assert {e["field"].rpartition(".")[2]: e["errorCode"] for e in errors} == codes


async def test_a_rate_is_looked_up_for_whoever_asks(books, db):
    async with db.reading(books.api.client_no) as tx:
        found = await rate_on(tx, "NOK", "EUR", date(2025, 3, 2))
        assert found is not None
        assert (found.rate, found.valid_from) == (Decimal("11.5000"), date(2025, 2, 28))
        assert await rate_on(tx, "NOK", "GBP", date(2025, 2, 27)) is None


async def test_a_payment_at_another_rate_books_the_loss_and_closes_both(books):
    invoice = await books.api.invoice("F1", 100, currency="EUR")
    item = invoice["arItemId"]
    part = await books.post("payment", arItemId=item, currencyAmount=33.33, voucherDate="2025-02-28")
    # 33.33 € are 389.96 of the claim's 1170.00 and 383.30 at the day's rate.
    assert await lines(books.api, part["glCaseNo"]) == [
        (BANK, 33.33, 383.3), (RECEIVABLES, -33.33, -383.3), (RECEIVABLES, 0, -6.66), (LOSS, 0, 6.66),
    ]  # fmt: skip
    assert [(await books.api.item(item))[n] for n in ("currencyBalance", "glBalance")] == [66.67, 780.04]
    rest = await books.post("payment", arItemId=item, currencyAmount=70, voucherDate="2025-03-03")
    # 66.67 € are the last 780.04 of the claim, and 793.37 of the payment's 833.00.
    assert await lines(books.api, rest["glCaseNo"]) == [
        (BANK, 70, 833), (RECEIVABLES, -70, -833), (RECEIVABLES, 0, 13.33), (GAIN, 0, -13.33),
    ]  # fmt: skip
    assert rest["unmatchedCurrencyAmount"] == 3.33
    assert [(await books.api.item(item))[n] for n in ("currencyBalance", "glBalance")] == [0, 0]
    over = await books.api.item(rest["arItemIds"][0])
    assert (over["currencyBalance"], over["glBalance"]) == (-3.33, -39.63)


async def test_the_currency_is_the_items_where_none_is_given(books):
    invoice = await books.api.invoice("D1", 10, currency="EUR")
    posted = await books.post("writeoff", arItemId=invoice["arItemId"], currencyAmount=4)
    assert (await books.api.item(posted["arItemIds"][0]))["currency"] == "EUR"
    assert await books.refused("writeoff", arItemId=invoice["arItemId"], currencyAmount=1, currency="NOK") == {
        "currency": "ARM-2009"
    }
    on_account = await books.post("payment", customerNo="2", currencyAmount=5)
    assert (await books.api.item(on_account["arItemIds"][0]))["currency"] == "NOK"
    named = await books.post("payment", customerNo="543210", currencyAmount=6, matchArItemIds=[invoice["arItemId"]])
    assert await books.balance(invoice["arItemId"]) == 0
    assert named["unmatchedCurrencyAmount"] == 0


async def open_pair(books, credit_day="2025-02-28"):
    """A claim of 100 € at 11.70 and an open credit of 60 € at another rate."""
    claim = (await books.api.invoice("M1", 100, currency="EUR"))["arItemId"]
    paid = await books.post(
        "payment", customerNo="543210", currency="EUR", currencyAmount=60, voucherDate=credit_day, autoMatch=False
    )  # fmt: skip
    return claim, paid["arItemIds"][0]


async def test_a_match_at_different_rates_has_a_case_for_what_it_lost(books):
    claim, credit = await open_pair(books)
    posted = await books.post("match", customerNo="543210", matchArItemIds=[claim, credit])
    assert posted["voucherType"] == 11
    assert await lines(books.api, posted["glCaseNo"]) == [(RECEIVABLES, 0, -12), (LOSS, 0, 12)]
    assert (await books.api.item(claim))["glBalance"] == 468
    # Reversed by its number, the match is undone and the loss taken back.
    undone = await books.post("reversal", glCaseNo=posted["glCaseNo"])
    assert await lines(books.api, undone["glCaseNo"]) == [(RECEIVABLES, 0, 12), (LOSS, 0, -12)]
    assert set(undone["matchedArItemIds"]) == {claim, credit}
    assert [(await books.api.item(i))["glBalance"] for i in (claim, credit)] == [1170, -690]
    assert await books.refused("reversal", glCaseNo=posted["glCaseNo"]) == {"glCaseNo": "ARM-2013"}


async def test_a_match_at_the_same_rate_has_no_case(books):
    claim, credit = await open_pair(books, "2025-02-27")
    posted = await books.post("match", matchArItemIds=[claim, credit], arItemId=claim)
    assert "glCaseNo" not in posted


async def test_a_match_whose_item_was_reversed_cannot_be_reversed_once_more(books):
    claim, credit = await open_pair(books)
    matched = await books.post("match", customerNo="543210", matchArItemIds=[claim, credit])
    case = (await books.api.item(claim))["glCaseNo"]
    undone = await books.post("reversal", glCaseNo=case)
    assert await lines(books.api, undone["glCaseNo"]) == [
        (RECEIVABLES, -100, -1170), (3100, 100, 1170), (RECEIVABLES, 0, 12), (LOSS, 0, -12),
    ]  # fmt: skip
    assert await books.refused("reversal", glCaseNo=matched["glCaseNo"]) == {"glCaseNo": "ARM-2013"}


async def test_a_reversed_payment_takes_its_loss_back_and_once_only(books):
    invoice = (await books.api.invoice("R1", 100, currency="EUR"))["arItemId"]
    paid = await books.post("payment", arItemId=invoice, currencyAmount=100, voucherDate="2025-02-28")
    await books.post("reversal", glCaseNo=(await books.api.item(invoice))["glCaseNo"], voucherDate="2025-03-03")
    undone = await books.post("reversal", glCaseNo=paid["glCaseNo"], voucherDate="2025-03-03")
    # The invoice's reversal had undone the match and taken the loss back.
    assert await lines(books.api, undone["glCaseNo"]) == [(BANK, -100, -1150), (RECEIVABLES, 100, 1150)]
    found = (await books.api.get("/glitems?glaccountno=8160")).json()["glItems"]
    assert [item["glAmount"] for item in found] == [20, -20]


async def test_a_credit_note_has_the_rate_of_its_own_date(books):
    invoice = (await books.api.invoice("C1", 100, currency="EUR"))["arItemId"]
    note = {"creditType": "PARTIAL", "currencyAmounts": {"exclVat": 40, "vat": 0, "inclVat": 40}}
    note["documentDate"] = "2025-02-28"
    body = {"metadata": {"userId": "T"}, "arItem": {"arItemId": invoice, "creditNote": note}}
    answer = await books.api.put("/aritems", body)
    assert answer.status_code == 200, answer.text
    made = answer.json()["creditNote"]
    assert await lines(books.api, made["glCaseNo"]) == [
        (RECEIVABLES, -40, -460), (3100, 40, 460), (RECEIVABLES, 0, -8), (LOSS, 0, 8),
    ]  # fmt: skip
    assert answer.json()["arItem"]["glBalance"] == 702
    assert await check_client(books.db, books.api.client_no) == []


async def test_a_transfer_moves_what_the_source_has(books):
    invoice = (await books.api.invoice("T1", 100, currency="EUR"))["arItemId"]
    posted = await books.post(
        "transfer", arItemId=invoice, currencyAmount=50, toCustomerNo="2", voucherDate="2025-03-03"
    )  # fmt: skip
    assert await lines(books.api, posted["glCaseNo"]) == [(RECEIVABLES, -50, -585), (RECEIVABLES, 50, 585)]


async def test_a_small_difference_is_small_in_kroner(books):
    invoice = (await books.api.invoice("S1", 100, currency="EUR"))["arItemId"]
    refused = await books.refused("smalldifference", arItemId=invoice, currencyAmount=0.43)
    assert refused == {"currencyAmount": "ARM-2004"}
    await books.post("smalldifference", arItemId=invoice, currencyAmount=0.42)


async def test_a_credit_adjustment_rounds_its_vat_off(books):
    invoice = (await books.api.invoice("A1", 100, currency="USD"))["arItemId"]
    posted = await books.post("creditadjustment", arItemId=invoice, currencyAmount=2.50, vatAmount=0.50)
    # 27.81 for all, 22.25 and 5.56 for its parts; 0.53 of it would be 5.90.
    assert await lines(books.api, posted["glCaseNo"]) == [
        (3000, 2, 22.25), (2700, 0.5, 5.56), (RECEIVABLES, -2.5, -27.81),
    ]  # fmt: skip
    posted = await books.post("creditadjustment", arItemId=invoice, currencyAmount=1.06, vatAmount=0.53)
    assert await lines(books.api, posted["glCaseNo"]) == [
        (3000, 0.53, 5.9), (2700, 0.53, 5.9), (ROUNDING, 0, -0.01), (RECEIVABLES, -1.06, -11.79),
    ]  # fmt: skip


async def test_the_smallest_amounts_are_something_in_kroner_too(books):
    claim = (await books.api.invoice("U1", 0.03, currency="HUF"))["arItemId"]
    assert (await books.api.item(claim))["glAmount"] == 0.01
    first = await books.post("payment", arItemId=claim, currencyAmount=0.01)
    assert (await books.api.item(claim))["glBalance"] == 0.01
    await books.post("payment", arItemId=claim, currencyAmount=0.02)
    assert (await books.api.item(claim))["glBalance"] == 0
    await books.post("reversal", glCaseNo=first["glCaseNo"])


async def test_nothing_is_matched_across_currencies(books):
    kroner = (await books.api.invoice("X1", 100))["arItemId"]
    euro = (await books.api.invoice("X2", 100, currency="EUR"))["arItemId"]
    paid = await books.post("payment", customerNo="543210", currency="EUR", currencyAmount=250)
    assert (paid["matchedArItemIds"], paid["unmatchedCurrencyAmount"]) == ([euro], 150)
    assert await books.refused("match", matchArItemIds=[kroner, paid["arItemIds"][0]], arItemId=kroner) == {
        "matchArItemIds[1]": "ARM-2009"
    }
    assert await books.refused("match", currency="XXX", matchArItemIds=[kroner] * 2, arItemId=kroner) == {
        "currency": "ARM-2009"
    }


async def test_an_amount_that_is_too_large_in_kroner_is_refused(books):
    answer = await books.api.post_document("L1", 9_000_000_000_000, currency="EUR")
    assert {e["errorCode"] for e in answer.json()["errors"]} == {"ARM-2004"}
    lines = [
        {"lineNo": n, "lineType": "PLH", "lineText": "x", "quantity": 1, "price": 1,
         "currencyAmounts": {"exclVat": amount, "vat": 0, "inclVat": amount}}
        for n, amount in enumerate((9_000_000_000_000, 1 - 9_000_000_000_000), 1)
    ]  # fmt: skip
    answer = await books.api.post_document("L2", 1, currency="EUR", documentLines=lines)
    assert [e["field"] for e in answer.json()["errors"]] == [
        f"document.documentLines[{index}].currencyAmounts" for index in (0, 1)
    ]
    refused = await books.refused("payment", customerNo="2", currency="EUR", currencyAmount=9_000_000_000_000)
    assert refused == {"currencyAmount": "ARM-2004"}


async def test_the_documents_of_a_batch_have_each_their_own_rate(books, application, clock):
    batches = Batches(books.api, application.context, clock)
    status, batch = await batches.done(
        new_invoice("B1", 100, currency="EUR", documentDate="2025-02-27"),
        new_invoice("B2", 100, customer_no="2", documentDate="2025-02-28"),
        new_invoice("B3", 100, currency="GBP"),
        new_invoice("B4", 100, documentType="CN", currency="EUR", creditedDocumentNo="B1", documentDate="2025-02-28"),
        new_invoice("B5", 100),
    )
    assert status == 206
    errors = [[(e["errorCode"], e["field"]) for e in result["errors"]] for result in batch["results"]]
    assert errors == [[], [], [("ARM-2009", "documents[2].currency")], [], []]
    items = [await books.api.item(r["arItemId"]) for r in batch["results"] if r["resultType"] == "OK"]
    assert [item["glAmount"] for item in items] == [1170, 1150, -1150, 100]
    assert [item["glBalance"] for item in items] == [0, 1150, 0, 100]
    assert await check_client(books.db, books.api.client_no) == []


async def test_kroner_need_no_rate_and_keep_none(books, db):
    invoice = await books.api.invoice("N1", 100)
    await books.post("payment", arItemId=invoice["arItemId"], currencyAmount=100)
    async with db.reading(books.api.client_no) as tx:
        kept = await tx.fetchval("select count(*) from gl_case_rate where client_no = $1", books.api.client_no)
        of_case = await tx.fetchval("select count(*) from gl_item where client_no = $1", books.api.client_no)
    assert (kept, of_case) == (0, 4)


async def test_the_checks_find_a_rate_that_is_not_what_was_posted_with(books, superuser_dsn):
    api = books.api
    await api.invoice("V1", 100, currency="EUR")
    claim, credit = await open_pair(books)
    await books.post("match", customerNo="543210", matchArItemIds=[claim, credit])
    connection = await asyncpg.connect(superuser_dsn)
    await connection.execute("set session_replication_role = replica")
    await connection.execute("update gl_case_rate set rate = rate + 1 where client_no = $1", api.client_no)
    await connection.execute(
        f"update gl_item set gl_minor = gl_minor + 1 where {DIFFERENCES}",
        api.client_no,
    )
    found = {finding.check for finding in await check_client(books.db, api.client_no)}
    assert {"case-rates", "exchange-differences", "cases-balance", "receivables-balance"} == found
    await connection.execute("update gl_case_rate set rate = rate - 1 where client_no = $1", api.client_no)
    await connection.execute(
        f"update gl_item set gl_minor = gl_minor - 1 where {DIFFERENCES}",
        api.client_no,
    )
    await connection.execute("delete from gl_case_rate where client_no = $1", api.client_no)
    await connection.close()
    found = [finding.detail for finding in await check_client(books.db, api.client_no)]
    assert found == ["it made an item and has no rate"] * 3


async def test_a_client_may_keep_its_books_in_euro(books, db):
    await set_config(db, books.api.client_no, "gl.baseCurrency", "EUR")
    await import_rates(db, b"Date,NOK,USD,\n2025-02-28,11.5000,1.0412,\n2025-02-27,11.7000,1.0477,\n", NOW)
    invoice = await books.api.invoice("G1", 1000, currency="NOK")
    item = await books.api.item(invoice["arItemId"])
    assert (item["currencyAmount"], item["glAmount"]) == (1000, 85.47)
    posted = await books.post(
        "payment", arItemId=invoice["arItemId"], currencyAmount=1000, voucherDate="2025-02-28"
    )  # fmt: skip
    assert await lines(books.api, posted["glCaseNo"]) == [
        (BANK, 1000, 86.96), (RECEIVABLES, -1000, -86.96), (RECEIVABLES, 0, 1.49), (GAIN, 0, -1.49),
    ]  # fmt: skip


async def test_a_client_may_keep_its_books_in_a_currency_without_decimals(books, db):
    await set_config(db, books.api.client_no, "gl.baseCurrency", "ISK")
    content = "currency;valid_from;units;rate;source\nEUR;2025-02-27;1;145.3;test\nNOK;2025-02-27;1;12.41;test"
    await import_rates(db, content.encode(), NOW, base_currency="ISK")
    made = [await books.api.invoice("Z1", 10.05, currency="EUR"), await books.api.invoice("Z2", 10.05, currency="NOK")]
    items = [await books.api.item(one["arItemId"]) for one in made]
    assert [(item["currencyAmount"], item["glAmount"], item["glBalance"]) for item in items] == [
        (10.05, 1460, 1460), (10.05, 125, 125),
    ]  # fmt: skip
    assert await check_client(db, books.api.client_no) == []


async def test_what_was_posted_keeps_its_rate_when_that_is_corrected(books, db):
    before = await books.api.invoice("K1", 100, currency="EUR")
    wrong = "currency;valid_from;units;rate;source\nEUR;2025-02-27;1;11.8;corrected"
    await import_rates(db, wrong.encode(), NOW, correct=True)
    after = await books.api.invoice("K2", 100, currency="EUR")
    items = [await books.api.item(one["arItemId"]) for one in (before, after)]
    assert [item["glAmount"] for item in items] == [1170, 1180]
    assert await check_client(db, books.api.client_no) == []


async def test_two_imports_at_once_take_a_rate_once(no_rates, db):
    content = RATES.encode()
    imported = await asyncio.gather(*(import_rates(db, content, NOW) for _ in range(3)))
    assert sorted(one.added for one in imported) == [0, 0, 8]


async def test_the_sandbox_has_a_rate_on_every_day(no_rates, db):
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    await sandbox_rates.fill(db, now)
    await sandbox_rates.fill(db, now + timedelta(days=30))  # filled again later: what is there stays
    day = date(2025, 1, 1)
    while day < date(2027, 12, 1):
        found = await rates_of(db, "NOK", day)
        assert {one.rate.currency for one in found if one.counts} == set(sandbox_rates.START), day
        day += timedelta(days=13)
