"""Reservations and follow-up: cancelled by an action, and holding reminders, also from the customer's account."""

import pytest


async def reserve(api, payment_id, amount, **target):
    reservation = {"paymentId": payment_id, "currencyAmount": amount, "validUntil": "2025-05-31"} | target
    body = {"metadata": {"userId": "TestUser"}, "paymentReservation": reservation}
    answer = await api.post("/paymentreservations", body)
    assert answer.status_code == 201, answer.text


async def reserved_status(api, ar_item_id):
    return (await api.get(f"/aritems/{ar_item_id}")).json()["reservedStatus"]


async def test_a_reservation_is_cancelled_by_an_action_once(desk, api, invoice):
    await reserve(api, "vipps-1", 100, arItemId=invoice)
    assert await reserved_status(api, invoice) == "PARTLY-RESERVED"
    action = await desk.act("CANCEL-RESERVATION", arItemId=invoice, text="VIPPS-1")
    assert action["actionStatus"] == "COMPLETED"
    assert await reserved_status(api, invoice) == ""
    assert await desk.refused("CANCEL-RESERVATION", arItemId=invoice, text="vipps-1") == (422, {"text": "ARM-2013"})
    assert await desk.refused("CANCEL-RESERVATION", arItemId=invoice, text="vipps-2") == (404, {"text": "ARM-1302"})


@pytest.mark.parametrize(("amount", "reminded"), [(625, 0), (624, 1)])
async def test_what_the_customers_account_covers_is_not_reminded_of(desk, api, invoice, amount, reminded):
    assert await desk.run() == 0, "the first run is the next night"
    await reserve(api, "vipps-1", amount, customerNo="543210")
    assert await desk.night("2025-04-20") == reminded


async def test_a_reminder_that_is_asked_for_waits_for_a_payment_to_the_account(desk, api, invoice):
    desk.at("2025-04-01")
    await reserve(api, "vipps-1", 625, customerNo="543210")
    assert await desk.told("SEND-REMINDER", arItemId=invoice) == ["The item is reserved for a payment"]
