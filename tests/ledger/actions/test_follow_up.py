"""The nightly run: who is reminded, once, whoever asks and however late."""

import asyncio
from datetime import date, timedelta

import pytest

from reskontro.ledger.service import follow_up as service
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.follow_up import FollowUp
from tests.ledger.conftest import make_client, set_config


@pytest.fixture(autouse=True)
async def first_night(desk):
    """The first run of a client is the next one after it was first looked at."""
    assert await desk.run() == 0


async def levels(desk, *ar_item_ids):
    return [(await desk.state(item))["reminderLevel"] for item in ar_item_ids]


async def test_an_invoice_is_reminded_of_twice_and_no_more(desk, invoice, db):
    reminded = []
    day = date(2025, 3, 1)
    while day < date(2025, 6, 1):
        if await desk.night(day):
            reminded.append(day.isoformat())
        day += timedelta(days=1)
    assert reminded == ["2025-03-27", "2025-04-10"]
    state = await desk.state(invoice)
    assert (state["reminderLevel"], state["lastReminderDate"]) == (2, "2025-04-10")
    assert [e.event.payload["level"] for e in await desk.events()] == [1, 2]
    assert await check_client(db, desk.api.client_no) == []


async def test_it_is_not_done_by_day_and_once_a_night(desk, invoice):
    await desk.night("2025-03-26")
    desk.at("2025-03-27", 3)
    assert await desk.run() == 0
    assert await levels(desk, invoice) == [0]
    assert await desk.night("2025-03-27") == 1
    assert await desk.run() == 0
    desk.at("2025-03-27", 23)
    assert await desk.run() == 0


async def test_who_is_held_is_not_reminded_and_the_others_are(desk, api):
    async def due(document_no, **more):
        return (await api.invoice(document_no, dueDate="2025-03-13", **more))["arItemId"]

    await api.customer("2", stopReminderUntil="2025-03-27")
    plain, paid, partly, stopped, reserved, half = [await due(f"H-{n}") for n in range(6)]
    of_a_stopped_customer = await due("H-6", customer_no="2")
    not_due = (await api.invoice("H-7", dueDate="2025-03-14"))["arItemId"]
    await desk.pay(paid, 625)
    await desk.pay(partly, 25)
    await desk.act("STOP-REMINDER", arItemId=stopped, toDate="2025-03-27")
    await desk.reserve(reserved)
    await desk.reserve(half, "PARTLY-RESERVED")
    everybody = (plain, paid, partly, stopped, reserved, half, of_a_stopped_customer, not_due)
    assert await desk.night("2025-03-27") == 3
    assert await levels(desk, *everybody) == [1, 0, 1, 0, 0, 1, 0, 0]
    assert await desk.night("2025-03-28") == 3
    assert await levels(desk, *everybody) == [1, 0, 1, 1, 0, 1, 1, 1]
    balance = {e.event.payload["arItemId"]: e.event.payload["balanceMinor"] for e in await desk.events()}
    assert balance[partly] == 60000


async def test_a_payment_that_is_open_is_no_claim(desk, api, invoice):
    await desk.pay(invoice, 625)
    body = {"postingId": "X", "customerNo": "543210", "voucherDate": "2025-02-27", "currencyAmount": 5}
    answer = await api.post("/autopostings/payment", {"metadata": {"userId": "T"}, "autoPostings": [body]})
    assert answer.status_code == 200
    assert await desk.night("2025-06-01") == 0


async def test_the_client_decides_how_often_and_how_soon(desk, invoice, db):
    await set_config(db, desk.api.client_no, "reminder.daysAfterDue", "3")
    await set_config(db, desk.api.client_no, "reminder.levels", "1")
    assert await desk.night("2025-03-15") == 0
    assert await desk.night("2025-03-16") == 1
    assert await desk.night("2025-05-16") == 0


async def test_a_client_without_levels_is_not_followed_up(desk, invoice, db):
    await set_config(db, desk.api.client_no, "reminder.levels", "0")
    assert await desk.night("2025-06-16") == 0


async def test_a_night_that_was_missed_is_not_run_afterwards(desk, invoice):
    assert await desk.night("2025-05-20") == 1
    state = await desk.state(invoice)
    assert (state["reminderLevel"], state["lastReminderDate"]) == (1, "2025-05-20"), "nobody is reminded yesterday"


async def test_a_clock_that_was_put_back_has_its_nights_again(desk, invoice):
    await desk.night("2026-01-10")
    assert await levels(desk, invoice) == [1]
    desk.at("2025-03-01")
    assert await desk.run() == 0
    assert await desk.night("2025-03-02") == 0
    other = (await desk.api.invoice("I-2", dueDate="2025-03-02"))["arItemId"]
    assert await desk.night("2025-03-16") == 1
    assert await levels(desk, invoice, other) == [1, 1]


async def test_what_is_reminded_of_is_in_the_log_and_counts_as_changed(desk, invoice):
    await desk.night("2025-03-27")
    (entry,) = await desk.log(entityid=invoice, source="SYSTEM")
    assert (entry["entityType"], entry["logText"], entry["userId"]) == ("AR-ITEM", "Reminder 1 is due", "follow-up")
    assert entry["changes"] == [{"field": "reminderLevel", "oldValue": "0", "newValue": "1"}]
    listed = (await desk.api.get("/aritems?fromchangedtime=2025-03-27T04:00:00%2B01:00")).json()["arItems"]
    assert [item["arItemId"] for item in listed] == [invoice]


async def test_a_run_goes_through_everything_in_parts(desk, api, monkeypatch):
    monkeypatch.setattr(service, "ITEMS_AT_ONCE", 3)
    items = [(await api.invoice(f"M-{n}", dueDate="2025-03-13"))["arItemId"] for n in range(7)]
    await desk.act("STOP-REMINDER", arItemId=items[2], toDate="2025-04-30")
    assert await desk.night("2025-03-27") == 6
    assert await levels(desk, *items) == [1, 1, 0, 1, 1, 1, 1]
    assert await desk.night("2025-03-28") == 0


async def test_several_who_ask_at_once_remind_once(desk, api, follow_up):
    items = [(await api.invoice(f"S-{n}", dueDate="2025-03-13"))["arItemId"] for n in range(5)]
    desk.at("2025-03-27", 5)
    asked = await asyncio.gather(*(follow_up.run_client(api.client_no, desk.clock.now()) for _ in range(4)))
    assert sum(asked) == 5
    assert await levels(desk, *items) == [1] * 5
    assert len(await desk.events()) == 5


async def test_all_clients_are_asked_and_one_that_breaks_keeps_nobody_from_it(desk, invoice, db, api_for, monkeypatch):
    other = api_for(await make_client(db))
    await other.customer()
    await service.schedule(db, other.client_no, desk.clock.now())
    theirs = (await other.invoice("O-1", dueDate="2025-03-13"))["arItemId"]
    mine = min(desk.api.client_no, other.client_no)
    own = FollowUp.run_client

    async def breaks(self, client_no, now):
        if client_no == mine:
            raise ZeroDivisionError
        return await own(self, client_no, now) if client_no in {desk.api.client_no, other.client_no} else 0

    monkeypatch.setattr(FollowUp, "run_client", breaks)
    desk.at("2025-03-27", 5)
    with pytest.raises(ExceptionGroup) as broken:
        await desk.follow_up.run_due(desk.clock.now())
    assert [type(e) for e in broken.value.exceptions] == [ZeroDivisionError]
    found = (await other.get(f"/aritems/{theirs}?expand=followup")).json()["followUp"]
    assert found["reminderLevel"] == 1
    monkeypatch.undo()
    assert await levels(desk, invoice) == [0]
    assert await desk.run() == 1
