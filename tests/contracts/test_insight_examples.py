"""The example bodies of GL movements, insights and as-of questions, field by field, in order."""

from datetime import UTC, datetime, timedelta

from reskontro.ledger.domain.periods import Period
from reskontro.ledger.http import as_of_examples, insight_examples
from reskontro.ledger.service.periods import close_period
from reskontro.platform.database import BookLock
from tests.contracts.test_examples import ACTOR, defer, pay, post_published, same, started

__all__ = ["started"]

BASE = "/reskontro/v1/clients/2218/asof"
CLOSED_AT = datetime(2025, 3, 5, 1, 0, tzinfo=UTC)


async def own(started, path):
    return await started.http.get(BASE + path, headers={"Authorization": f"Bearer {started.token}"})


async def close(application, clock, month):
    period, now = Period(2025, month), clock.now()
    await application.context.db.run(2218, lambda tx: close_period(tx, period, now, ACTOR), BookLock.EXCLUSIVE)


async def moved(started, application, clock):
    """12000 in January, 625 in February, both closed."""
    today = clock.moment
    clock.moment = datetime(2025, 1, 10, 9, 0, tzinfo=UTC)
    await started.invoice("J", 12000, documentDate="2025-01-10")
    clock.moment = today
    await close(application, clock, 1)
    await started.invoice("F", 625)
    clock.moment = CLOSED_AT
    await close(application, clock, 2)


async def test_the_latest_closed_period_of_2_13_1(started, application, clock):
    await moved(started, application, clock)
    answer = await started.get("/glmovements/latest?glaccountno=1500")
    same(answer.json(), insight_examples.LATEST)


async def test_the_list_of_2_13_2(started, application, clock):
    await moved(started, application, clock)
    clock.moment = datetime(2025, 3, 10, 5, 31, tzinfo=UTC)
    posting = {"postingId": "P", "customerNo": "543210", "voucherDate": "2025-03-10", "currencyAmount": 500.63}
    body = {"metadata": {"userId": "TestUser"}, "autoPostings": [posting]}
    assert (await started.post("/autopostings/payment", body)).status_code == 200
    answer = await started.get("/glmovements?fromglyear=2025&fromglperiod=2&glaccountno=1500")
    same(answer.json(), insight_examples.GL_MOVEMENTS, frozenset({"queryId"}))


async def test_the_intervals_of_2_14(started, clock):
    await post_published(started)
    await pay(started, "P", 500.63)
    await defer(started, "2025-04-01")
    clock.moment = datetime(2025, 4, 20, 9, 0, tzinfo=UTC)
    for query in ("", "?asofdate=2025-04-20&customerno=543210&intervals=0,14,30,60,90"):
        same((await started.get(f"/insights/adbintervals{query}")).json(), insight_examples.ADB)


async def test_the_balance_of_a_past_day(started, clock):
    await post_published(started)
    clock.moment = datetime(2025, 3, 9, 9, 0, tzinfo=UTC)
    await pay(started, "P", 500.63, "2025-03-09")
    clock.moment = datetime(2025, 3, 10, 11, 0, tzinfo=UTC)
    answer = await own(started, "/balance?bookedat=2025-03-10T12:00:00%2B01:00&voucherdate=2025-02-28")
    same(answer.json(), as_of_examples.BALANCE)


async def test_the_open_items_of_a_past_moment(started, clock):
    await post_published(started)
    clock.moment = datetime(2025, 3, 9, 9, 0, tzinfo=UTC)
    await pay(started, "P", 500.63, "2025-03-09")
    await defer_later(started, clock)
    answer = await own(started, "/openitems?bookedat=2025-03-10T12:00:00%2B01:00")
    same(answer.json(), as_of_examples.OPEN_ITEMS)


async def test_the_aging_of_a_past_moment(started, clock):
    await post_published(started)
    clock.moment = datetime(2025, 3, 9, 9, 0, tzinfo=UTC)
    await pay(started, "P", 500.63, "2025-03-09")
    clock.moment = datetime(2025, 3, 20, 8, 0, tzinfo=UTC)
    answer = await own(started, "/aging")
    same(answer.json(), as_of_examples.AGING)


async def defer_later(started, clock):
    clock.moment += timedelta(days=10)
    await defer(started, "2025-05-01")
