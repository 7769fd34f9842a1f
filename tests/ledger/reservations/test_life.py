"""How a reservation ends: by its payment, by time, by an action. And what it does to the item while it stands."""

from uuid import uuid4

import pytest

from reskontro.identity.domain.resources import RESKONTRO
from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.service import reservations as service
from reskontro.ledger.service.checks import check_client
from reskontro.platform.business_clock import set_clock
from reskontro.platform.clock import real_now
from tests.ledger.conftest import make_client
from tests.ledger.reservations.conftest import codes

ACTOR = Actor("API", "Clerk", "erp-test")


@pytest.fixture
async def at(till) -> str:
    return (await till.api.invoice("88776655", 625))["arItemId"]


@pytest.fixture(autouse=True)
async def the_book_is_in_order(till, db):
    yield
    assert await check_client(db, till.api.client_no) == []


def key_of(ar_item_id: str) -> tuple[int, int]:
    item = parse_ar_item_id(ar_item_id)
    return item.reference_no, item.reference_sequence_no


async def cancel(till, at: str, payment_id: str) -> service.Ended:
    async def use_case(tx):
        return await service.cancel(tx, key_of(at), payment_id, till.clock.now(), ACTOR)

    return await till.db.run(till.api.client_no, use_case)


async def held(till, account_no: int = 500001) -> dict:
    async with till.db.transaction(till.api.client_no) as tx:
        return await service.reminder_holds(tx, account_no, till.clock.now())


# Used


async def test_the_payment_with_its_id_uses_it(till, at):
    made = await till.reserve("vipps-1", 300, arItemId=at)
    await till.post("payment", "1", arItemId=at, currencyAmount=300, paymentId="VIPPS-1")
    assert await till.statuses(at) == {"vipps-1": "USED"}
    assert (await till.item(at))["currencyBalance"] == 325
    assert await till.stored(at) == ("", None)
    assert await till.log(made["paymentReservation"]["paymentReservationUuid"]) == [
        ("API", "TestUser", "Payment reservation vipps-1 created"),
        ("API", "TestUser", "Payment reservation vipps-1 used"),
    ]


async def test_a_payment_of_another_amount_or_target_uses_it_whole(till, at):
    other = (await till.api.invoice("2", 50))["arItemId"]
    await till.reserve("P-1", 300, arItemId=at)
    await till.reserve("P-2", 300, arItemId=at)
    await till.post("payment", "1", arItemId=other, currencyAmount=1, paymentId="P-1")
    assert await till.statuses(at) == {"P-1": "USED", "P-2": "ACTIVE"}
    assert await till.stored(at) == ("PARTLY-RESERVED", 300_00)
    await till.post("payment", "2", customerNo="543210", currencyAmount=500, paymentId="P-2", autoMatch=False)
    assert await till.stored(at) == ("", None)


async def test_several_payments_of_one_call_use_theirs(till, at):
    for number in range(3):
        await till.reserve(f"P-{number}", 100, arItemId=at)
    postings = [
        {"postingId": f"{n}", "voucherDate": "2025-02-27", "arItemId": at, "currencyAmount": 100, "paymentId": f"P-{n}"}
        for n in (0, 2)
    ]
    body = {"metadata": {"userId": "T"}, "autoPostings": [*postings, postings[0] | {"postingId": "9"}]}
    assert (await till.api.post("/autopostings/payment", body)).status_code == 200
    assert await till.statuses(at) == {"P-0": "USED", "P-1": "ACTIVE", "P-2": "USED"}
    assert await till.stored(at) == ("PARTLY-RESERVED", 100_00)


async def test_a_customers_reservation_is_used_too(till, at):
    await till.reserve("P-1", 300, customerNo="543210")
    await till.post("payment", "1", arItemId=at, currencyAmount=1, paymentId="P-1")
    assert (await till.api.get("/customers/543210")).status_code == 200
    async with till.db.transaction(till.api.client_no) as tx:
        row = await tx.fetchrow("select status, ended_time from payment_reservation where client_no = $1", tx.client_no)
    assert tuple(row) == ("USED", till.clock.now())


async def test_a_call_of_which_a_posting_fails_releases_nothing(till, at):
    await till.reserve("P-1", 300, arItemId=at)
    good = {"postingId": "1", "voucherDate": "2025-02-27", "arItemId": at, "currencyAmount": 1, "paymentId": "P-1"}
    bad = good | {"postingId": "2", "arItemId": f"{till.api.client_no}-1-1-1"}
    body = {"metadata": {"userId": "T"}, "autoPostings": [good, bad]}
    assert (await till.api.post("/autopostings/payment", body)).status_code == 422
    assert await till.statuses(at) == {"P-1": "ACTIVE"}


# The balance moves


async def test_the_status_follows_the_balance(till, at):
    await till.reserve("P-1", 300, arItemId=at)
    assert await till.status(at) == "PARTLY-RESERVED"
    await till.post("payment", "1", arItemId=at, currencyAmount=325)
    assert await till.status(at) == "RESERVED"
    assert (await till.item(at))["currencyBalance"] == 300
    paid = await till.post("payment", "2", arItemId=at, currencyAmount=200)
    assert await till.status(at) == "RESERVED", "more is on its way than is open"
    rest = await till.post("writeoff", "3", arItemId=at, currencyAmount=100)
    assert await till.stored(at) == ("", 300_00), "nothing is open, so nothing of it is reserved"
    assert await till.statuses(at) == {"P-1": "ACTIVE"}
    await till.post("reversal", "4", glCaseNo=rest["glCaseNo"])
    assert await till.status(at) == "RESERVED"
    await till.post("reversal", "5", glCaseNo=paid["glCaseNo"])
    assert (await till.item(at))["currencyBalance"] == 300
    assert await till.status(at) == "RESERVED"


async def test_a_match_and_a_credit_note_move_it_too(till, at):
    await till.reserve("P-1", 325, arItemId=at)
    paid = await till.post("payment", "1", customerNo="543210", currencyAmount=100, autoMatch=False)
    await till.post("match", "2", arItemId=at, matchArItemIds=[at, paid["arItemIds"][0]])
    assert await till.status(at) == "PARTLY-RESERVED"
    note = {"creditType": "PARTIAL", "currencyAmounts": {"exclVat": 200, "vat": 0, "inclVat": 200}}
    body = {"metadata": {"userId": "T"}, "arItem": {"arItemId": at, "creditNote": note}}
    answer = await till.api.put("/aritems", body)
    assert (answer.json()["arItem"]["currencyBalance"], answer.json()["arItem"]["reservedStatus"]) == (325, "RESERVED")


# Expired


async def test_it_expires_when_its_last_valid_day_is_over(till, at):
    made = await till.reserve("P-1", 300, arItemId=at, validUntil="2025-03-03")
    till.move_to("2025-03-03T23:59:59.999+01:00")
    assert await till.sweep() == 0
    assert await till.status(at) == "PARTLY-RESERVED"
    till.move_to("2025-03-04T00:00:00+01:00")
    assert await till.sweep() == 1
    assert await till.sweep() == 0
    assert await till.statuses(at) == {"P-1": "EXPIRED"}
    assert await till.stored(at) == ("", None)
    uuid = made["paymentReservation"]["paymentReservationUuid"]
    assert (await till.log(uuid))[1] == ("SYSTEM", "", "Payment reservation P-1 expired")


async def test_the_day_ends_by_the_creditors_summer_time(till, at):
    await till.reserve("P-1", 300, arItemId=at, paymentDate="2025-03-30", validUntil="2025-03-30")
    till.move_to("2025-03-30T21:59:59.999+00:00")
    assert await till.sweep() == 0
    till.move_to("2025-03-30T22:00:00+00:00")
    assert await till.sweep() == 1


async def test_what_is_past_its_time_does_not_count_before_the_sweep_has_been_there(till, at):
    await till.reserve("P-1", 300, arItemId=at, validUntil="2025-03-03")
    await till.reserve("P-2", 325, arItemId=at, validUntil="2025-03-05")
    await till.reserve("P-3", 900, customerNo="543210", validUntil="2025-03-03")
    till.move_to("2025-03-04T08:00:00+01:00")
    assert await till.stored(at) == ("RESERVED", 625_00), "the sweep has not been there"
    assert await till.status(at) == "PARTLY-RESERVED"
    assert await till.statuses(at) == {"P-1": "EXPIRED", "P-2": "ACTIVE"}
    for query, found in (("RESERVED", 0), ("partly-reserved", 1), ("none", 0)):
        answer = await till.api.get(f"/aritems?reservedstatus={query}")
        assert answer.json()["summary"]["totalCount"] == found, query
        assert {one["reservedStatus"] for one in answer.json()["arItems"]} <= {"PARTLY-RESERVED"}
    assert await held(till) == {}
    assert codes(await till.try_reserve("P-4", 300.01, arItemId=at)) == {"currencyAmount": "ARM-2008"}
    made = await till.reserve("P-4", 300, arItemId=at)
    assert made["arItem"]["reservedStatus"] == "RESERVED"
    with pytest.raises(Refused) as refused:
        await cancel(till, at, "P-1")
    assert (refused.value.status, refused.value.faults[0].args) == (422, {"status": "EXPIRED"})
    await till.post("payment", "1", arItemId=at, currencyAmount=1, paymentId="P-1")
    assert (await till.statuses(at))["P-1"] == "EXPIRED", "too late to be used"
    assert await till.sweep() == 2
    assert await till.statuses(at) == {"P-1": "EXPIRED", "P-2": "ACTIVE", "P-4": "ACTIVE"}
    assert await till.stored(at) == ("RESERVED", 625_00)


async def test_the_list_and_every_other_reader_of_items_agree(till, at):
    free = (await till.api.invoice("2", 50))["arItemId"]
    await till.reserve("P-1", 625, arItemId=at, validUntil="2025-03-03")
    for moment, status in (("2025-03-03T12:00:00+01:00", "RESERVED"), ("2025-03-04T12:00:00+01:00", "")):
        till.move_to(moment)
        listed = (await till.api.get("/aritems?expand=reservations")).json()["arItems"]
        assert [(one["arItemId"], one["reservedStatus"]) for one in listed] == [(at, status), (free, "")]
        assert [len(one["reservations"]) for one in listed] == [1, 0]
        customer = (await till.api.get("/customers/543210?expand=aritems")).json()
        assert [one["reservedStatus"] for one in customer["openArItems"]] == [status, ""]
        document = (await till.api.get("/documents/88776655?expand=aritem")).json()
        assert document["arItem"]["reservedStatus"] == status
        query = f"reservedstatus={status or 'none'}&documentno=88776655"
        assert (await till.api.get(f"/aritems?{query}")).json()["summary"]["totalCount"] == 1


async def test_a_reservation_changes_the_item_for_who_asks_what_changed(till, at):
    till.move_to("2025-03-01T10:00:00+01:00")
    await till.reserve("P-1", 1, arItemId=at)
    answer = await till.api.get("/aritems?fromchangedtime=2025-03-01T10:00:00%2B01:00")
    assert [one["arItemId"] for one in answer.json()["arItems"]] == [at]


async def test_moving_the_sandboxs_clock_ends_what_is_due_before_it_answers(till, at, http, tokens):
    await till.reserve("P-1", 300, arItemId=at, validUntil="2025-03-03")
    operator = {"Authorization": f"Bearer {tokens.give(scopes=frozenset({'operator'}), audience=RESKONTRO)}"}
    try:
        for moment, stored in (("03T23:59:00", ("PARTLY-RESERVED", 300_00)), ("04T00:00:00", ("", None))):
            answer = await http.put("/sandbox/clock", json={"now": f"2025-03-{moment}+01:00"}, headers=operator)
            assert answer.status_code == 200
            assert await till.stored(at) == stored
    finally:
        await set_clock(till.db, real_now())


# Cancelled


async def test_it_is_cancelled_by_its_payment_id(till, at):
    made = await till.reserve("P-1", 300, arItemId=at)
    ended = await cancel(till, at, "p-1")
    assert (ended.payment_id, ended.item) == ("P-1", key_of(at))
    assert await till.statuses(at) == {"P-1": "CANCELLED"}
    assert await till.stored(at) == ("", None)
    uuid = made["paymentReservation"]["paymentReservationUuid"]
    assert (await till.log(uuid))[0] == ("API", "Clerk", "Payment reservation P-1 cancelled")
    assert await till.sweep() == 0
    till.move_to("2025-06-01T00:00:00+02:00")
    assert await till.sweep() == 1, "its row is left and finds nothing to do"
    assert await till.statuses(at) == {"P-1": "CANCELLED"}


async def test_only_an_active_one_of_the_item_is_cancelled(till, at):
    other = (await till.api.invoice("2", 50))["arItemId"]
    await till.reserve("P-1", 300, arItemId=at)
    await till.reserve("P-2", 300, customerNo="543210")
    for where, payment_id in ((other, "P-1"), (at, "P-2"), (at, "P-3")):
        with pytest.raises(Refused) as refused:
            await cancel(till, where, payment_id)
        assert (refused.value.status, refused.value.faults[0].code) == (404, "ARM-1302")
        assert refused.value.faults[0].field == "action.text"
    await cancel(till, at, "P-1")
    with pytest.raises(Refused) as refused:
        await cancel(till, at, "P-1")
    assert (refused.value.status, refused.value.faults[0].code) == (422, "ARM-2013")


# What reminders ask


async def test_reminders_wait_for_what_is_reserved(till, at):
    assert await held(till) == {}
    await till.reserve("P-1", 600, arItemId=at)
    assert await held(till) == {}, "a part is not all"
    await till.reserve("P-2", 25, arItemId=at)
    holds = await held(till)
    assert list(holds) == [key_of(at)]
    assert (holds[key_of(at)].by_item_minor, holds[key_of(at)].by_customer_minor) == (625_00, 0)
    assert holds[key_of(at)].stops_interest


async def test_reminders_wait_for_what_is_reserved_on_the_customer_oldest_first(till, at):
    older = (await till.api.invoice("2", 100, dueDate="2025-03-01"))["arItemId"]
    younger = (await till.api.invoice("3", 10, dueDate="2025-05-01"))["arItemId"]
    await till.reserve("P-1", 99, customerNo="543210")
    assert await held(till) == {}
    await till.reserve("P-2", 1, customerNo="543210")
    assert list(await held(till)) == [key_of(older)]
    await till.reserve("P-3", 25, customerNo="543210")
    assert list(await held(till)) == [key_of(older)], "the next one is covered in part, so the last one is not"
    await till.reserve("P-4", 600, arItemId=at)
    assert list(await held(till)) == [key_of(older), key_of(at)]
    await till.reserve("P-5", 10, customerNo="543210")
    holds = await held(till)
    assert [(key, hold.stops_interest) for key, hold in holds.items()] == [
        (key_of(older), False), (key_of(at), False), (key_of(younger), False),
    ]  # fmt: skip
    await till.api.customer("2")
    assert await held(till, 500002) == {}


# The customer


async def test_a_customer_with_a_payment_on_its_way_is_not_deleted(till, at):
    await till.api.customer("2")
    await till.reserve("P-1", 10, customerNo="2", validUntil="2025-03-03")
    refused = await till.api.call("DELETE", "/customers/2")
    assert refused.status_code == 422
    assert [e["errorCode"] for e in refused.json()["errors"]] == ["ARM-2013"]
    await till.reserve("P-2", 1, arItemId=at)
    both = await till.api.call("DELETE", "/customers/543210")
    assert [e["errorCode"] for e in both.json()["errors"]] == ["ARM-2007", "ARM-2013"]
    till.move_to("2025-03-04T08:00:00+01:00")
    assert (await till.api.call("DELETE", "/customers/2")).status_code == 200
    assert await check_client(till.db, till.api.client_no) == [], "what was past its time went with the customer"
    assert await till.sweep() == 1


async def test_one_clients_reservations_are_nobody_elses(till, at, api_for, db):
    await till.reserve("P-1", 300, arItemId=at)
    stranger = api_for(await make_client(db))
    await stranger.customer()
    theirs = (await stranger.invoice("88776655", 625))["arItemId"]
    body = {"paymentId": "P-1", "currencyAmount": 1, "arItemId": theirs}
    answer = await stranger.post(
        "/paymentreservations", {"metadata": {"userId": "T"}, "paymentReservation": body}
    )  # fmt: skip
    assert answer.status_code == 201, "payment ids are each client's own"
    mine = await stranger.post(
        "/paymentreservations",
        {"metadata": {"userId": "T"}, "paymentReservation": body | {"arItemId": at, "paymentId": str(uuid4())}},
    )
    assert mine.status_code == 404
    assert await till.statuses(at) == {"P-1": "ACTIVE"}
