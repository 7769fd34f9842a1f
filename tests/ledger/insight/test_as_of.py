"""As-of questions of `/reskontro/v1`: what counts, and how it is asked."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from reskontro.ledger.domain.as_of import AsOf
from tests.ledger.insight.test_as_of_histories import Replay, Story


@pytest.fixture
async def ask(api):
    async def call(what, status=200, **query):
        url = f"/reskontro/v1/clients/{api.client_no}/asof/{what}"
        answer = await api.http.get(url, params=query, headers={"Authorization": f"Bearer {api.token}"})
        assert answer.status_code == status, answer.text
        return answer.json()

    return call


async def post(api, method, **posting):
    body = {"metadata": {"userId": "T"}, "autoPostings": [{"postingId": f"{method}-{posting}"[:50]} | posting]}
    answer = await api.post(f"/autopostings/{method}", body)
    assert answer.status_code == 200, answer.text
    return answer.json()["autoPostings"][0]


async def defer(api, item, day):
    body = {"metadata": {"userId": "T"}, "arItem": {"arItemId": item, "dueDate": day}}
    assert (await api.put("/aritems", body)).status_code == 200


@pytest.fixture
async def invoice(api, clock):
    """An invoice of 625, dated and booked on 1 February, due on the 15th."""
    clock.moment = datetime(2025, 2, 1, 9, tzinfo=UTC)
    await api.customer()
    return await api.invoice("1", documentDate="2025-02-01")


def balances(answer):
    return {item["arItemId"].rpartition("-")[2]: item["glBalance"] for item in answer["arItems"]}


async def test_a_payment_counts_from_its_booking_or_from_its_voucher_date(api, clock, ask, invoice):
    clock.moment = datetime(2025, 2, 20, 12, tzinfo=UTC)
    await post(api, "payment", arItemId=invoice["arItemId"], voucherDate="2025-02-18", currencyAmount=500.63)
    assert balances(await ask("openitems")) == {"0": 124.37}
    for booked_at in ("2025-02-20T12:59:59.999+01:00", "2025-02-19T00:00:00Z"):
        assert balances(await ask("openitems", bookedat=booked_at)) == {"0": 625}
    assert balances(await ask("openitems", bookedat="2025-02-20T13:00:00+01:00")) == {"0": 124.37}
    assert balances(await ask("openitems", voucherdate="2025-02-17")) == {"0": 625}
    assert balances(await ask("openitems", voucherdate="2025-02-18")) == {"0": 124.37}
    assert balances(await ask("openitems", voucherdate="2025-02-18", bookedat="2025-02-19T00:00:00Z")) == {"0": 625}
    assert balances(await ask("openitems", voucherdate="2025-01-31")) == {}
    assert balances(await ask("openitems", bookedat="2025-01-31T00:00:00Z")) == {}


async def test_the_due_date_is_the_one_that_the_item_had(api, clock, ask, invoice):
    for day, due in ((10, "2025-03-01"), (12, "2025-04-01")):
        clock.moment = datetime(2025, 2, day, 9, tzinfo=UTC)
        await defer(api, invoice["arItemId"], due)
    clock.moment = datetime(2025, 3, 20, 9, tzinfo=UTC)
    for booked_at, due, overdue in (
        ("2025-02-09T00:00:00Z", "2025-02-15", 0),
        ("2025-02-10T09:00:00Z", "2025-03-01", 0),
        ("2025-02-11T09:00:00Z", "2025-03-01", 0),
        ("2025-03-20T09:00:00Z", "2025-04-01", 0),
        ("2025-04-02T09:00:00Z", "2025-04-01", 625),
    ):
        (item,) = (await ask("openitems", bookedat=booked_at))["arItems"]
        assert item["dueDate"] == due
        assert (await ask("aging", bookedat=booked_at))["totals"]["overdueGlBalance"] == overdue
    aging = await ask("aging", bookedat="2025-02-09T00:00:00Z", voucherdate="2025-02-20")
    assert (aging["asOfDate"], aging["totals"]["overdueGlBalance"]) == ("2025-02-20", 625)


async def prove(api, db, clock, *days):
    """What is asked of some days, booked by now or earlier, is what a replay of the rows gives."""
    story = Story(SimpleNamespace(http=api.http, db=db, clock=clock), api.client_no, SimpleNamespace(api=api), "543210")
    story.seen = [(clock.now(), {})]
    replay = await Replay.read(db, api.client_no)
    for day in days:
        for moment in (clock.now(), clock.now() - timedelta(hours=12), clock.now() - timedelta(days=20)):
            await story.prove_at(replay, AsOf(moment, date.fromisoformat(day)))


async def test_a_match_that_is_dated_before_its_items_counts_with_them(api, db, clock, ask, invoice):
    clock.moment = datetime(2025, 2, 26, 9, tzinfo=UTC)
    payment = await post(
        api, "payment", customerNo="543210", voucherDate="2025-02-20", currencyAmount=625, autoMatch=False
    )  # fmt: skip
    named = [invoice["arItemId"], *payment["arItemIds"]]
    await post(api, "match", customerNo="543210", voucherDate="2025-02-10", matchArItemIds=named)
    assert [item["glBalance"] for item in (await ask("openitems", voucherdate="2025-02-15"))["arItems"]] == [625]
    assert (await ask("openitems", voucherdate="2025-02-20"))["arItems"] == []
    await prove(api, db, clock, "2025-02-05", "2025-02-15", "2025-02-20", "2025-02-26")


async def test_a_claim_that_is_dated_after_its_payment_is_not_missed(api, db, clock, ask, invoice):
    clock.moment = datetime(2025, 2, 26, 9, tzinfo=UTC)
    later = await api.invoice("2", 100, documentDate="2025-02-25")
    await post(api, "payment", arItemId=later["arItemId"], voucherDate="2025-02-20", currencyAmount=100)
    found = (await ask("openitems", voucherdate="2025-02-22"))["arItems"]
    assert [item["glBalance"] for item in found] == [625, -100]
    await prove(api, db, clock, "2025-02-19", "2025-02-22", "2025-02-25")


async def test_a_reversal_that_is_dated_before_what_it_undoes(api, db, clock, ask, invoice):
    clock.moment = datetime(2025, 2, 20, 9, tzinfo=UTC)
    paid = await post(api, "payment", arItemId=invoice["arItemId"], voucherDate="2025-02-20", currencyAmount=500)
    clock.moment = datetime(2025, 2, 26, 9, tzinfo=UTC)
    await post(api, "reversal", glCaseNo=paid["glCaseNo"], voucherDate="2025-02-10")
    await prove(api, db, clock, "2025-02-05", "2025-02-10", "2025-02-15", "2025-02-20", "2025-02-26")
    assert balances(await ask("openitems", voucherdate="2025-02-15")) == {"0": 625, "2": 500}
    assert balances(await ask("openitems", voucherdate="2025-02-20")) == {"0": 625}
    assert balances(await ask("openitems", bookedat="2025-02-21T00:00:00Z")) == {"0": 125}


async def test_pages_are_of_one_moment(api, clock, ask, invoice):
    for number in range(2, 6):
        await api.invoice(str(number), number, documentDate="2025-02-01")
    first = await ask("openitems", pagesize=2, currency="nok", voucherdate="2025-02-28")
    assert [item["documentNo"] for item in first["arItems"]] == ["1", "2"]
    query = parse_qs(urlsplit(first["nextPage"]).query)
    assert query["bookedat"] == [first["bookedAt"]]
    assert (query["pagesize"], query["currency"], query["voucherdate"]) == (["2"], ["NOK"], ["2025-02-28"])
    clock.moment += timedelta(hours=1)
    await post(api, "payment", customerNo="543210", voucherDate="2025-02-01", currencyAmount=1000)
    seen = []
    page = first
    while "nextPage" in page:
        query = {name: values[0] for name, values in parse_qs(urlsplit(page["nextPage"]).query).items()}
        page = await ask("openitems", **query)
        seen += [item["documentNo"] for item in page["arItems"]]
    assert seen == ["3", "4", "5"]


async def test_a_customer_and_a_currency_are_asked_for(api, ask, invoice):
    await api.customer("ABC-2")
    await api.invoice("2", 100, customer_no="ABC-2", documentDate="2025-02-01")
    assert (await ask("balance"))["openItems"] == {"itemCount": 2, "glBalance": 725}
    one = await ask("balance", customerno="abc-2", currency="NOK")
    assert one["openItems"] == {"itemCount": 1, "glBalance": 100, "currencyBalance": 100}
    assert "glAccounts" not in one
    assert (await ask("aging", customerno="nobody"))["totals"]["itemCount"] == 0
    assert (await ask("aging", currency="SEK"))["totals"]["itemCount"] == 0
    assert (await ask("openitems", customerno="nobody"))["arItems"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"bookedat": "2025-02-20"},
        {"bookedat": "2025-02-20T10:00:00"},
        {"voucherdate": "20.02.2025"},
        {"voucherdate": "1800-01-01"},
        {"currency": "NO"},
        {"pagesize": "0"},
        {"after": "x"},
    ],
)
async def test_what_cannot_be_read_is_a_problem(ask, query):
    problem = await ask("openitems", 400, **query)
    assert problem["type"] == "urn:reskontro:problem:wrong-value"
    assert [error["field"] for error in problem["errors"]] == list(query)


async def test_every_fault_is_told_at_once(ask):
    problem = await ask("aging", 400, bookedat="x", voucherdate="y", intervals="5,1", shoe="1")
    assert {error["field"] for error in problem["errors"]} == {"bookedat", "voucherdate", "intervals", "shoe"}


async def test_what_undoes_a_match_counts_with_it(api, db, clock, ask, invoice):
    clock.moment = datetime(2025, 2, 22, 9, tzinfo=UTC)
    payment = await post(
        api, "payment", customerNo="543210", voucherDate="2025-02-05", currencyAmount=625, autoMatch=False
    )  # fmt: skip
    named = [invoice["arItemId"], *payment["arItemIds"]]
    await post(api, "match", customerNo="543210", voucherDate="2025-02-20", matchArItemIds=named)
    clock.moment = datetime(2025, 2, 26, 9, tzinfo=UTC)
    await post(api, "reversal", glCaseNo=payment["glCaseNo"], voucherDate="2025-02-10")
    found = (await ask("openitems", voucherdate="2025-02-15"))["arItems"]
    assert [item["glBalance"] for item in found] == [625]
    await prove(api, db, clock, "2025-02-07", "2025-02-15", "2025-02-20")
