"""What can be reserved, by which identifier, and everything that is wrong with a reservation in one answer."""

import asyncio
from uuid import UUID, uuid4

import pytest

from reskontro.kernel.kid import arm_kid, customer_kid
from tests.ledger.conftest import make_client, set_config
from tests.ledger.reservations.conftest import USER, codes


@pytest.fixture
async def invoice(till) -> dict:
    return await till.api.invoice("88776655", 625)


async def test_an_item_is_reserved_and_its_balance_stays(till, invoice):
    made = await till.reserve("P-1", 625, arItemId=invoice["arItemId"])
    reservation = made["paymentReservation"]
    assert UUID(reservation.pop("paymentReservationUuid"))
    assert reservation == {
        "clientNo": till.api.client_no,
        "accountNo": 500001,
        "customerNo": "543210",
        "arItemId": invoice["arItemId"],
        "referenceNo": invoice["referenceNo"],
        "documentNo": "88776655",
        "paymentId": "P-1",
        "currency": "NOK",
        "currencyAmount": 625,
        "paymentDate": "2025-02-27",
        "validUntil": "2025-03-06",
        "status": "ACTIVE",
        "createdTime": "2025-02-27T17:03:36.176+01:00",
    }
    assert made["arItem"] == {"arItemId": invoice["arItemId"], "currencyBalance": 625, "reservedStatus": "RESERVED"}
    item = await till.item(invoice["arItemId"])
    assert (item["currencyBalance"], item["reservedStatus"]) == (625, "RESERVED")
    assert item["reservations"] == [
        {
            "paymentId": "P-1", "currency": "NOK", "currencyAmount": 625, "paymentDate": "2025-02-27",
            "validUntil": "2025-03-06", "status": "ACTIVE",
        }
    ]  # fmt: skip


async def test_the_location_is_where_the_reservation_can_be_read(till, invoice):
    answer = await till.try_reserve("P-1", 1, arItemId=invoice["arItemId"])
    location = answer.headers["location"].removeprefix("http://testserver")
    assert [r["paymentId"] for r in (await till.api.get(location)).json()["reservations"]] == ["P-1"]


async def test_a_part_is_reserved_and_then_the_rest_and_no_more(till, invoice):
    at = invoice["arItemId"]
    assert (await till.reserve("P-1", 600.01, arItemId=at))["arItem"]["reservedStatus"] == "PARTLY-RESERVED"
    too_much = await till.try_reserve("P-2", 25, arItemId=at)
    assert codes(too_much) == {"currencyAmount": "ARM-2008"}
    assert too_much.json()["errors"][0]["message"] == "Only 24.99 is open and not reserved"
    assert (await till.reserve("P-2", 24.99, arItemId=at))["arItem"]["reservedStatus"] == "RESERVED"
    assert codes(await till.try_reserve("P-3", 0.01, arItemId=at)) == {"currencyAmount": "ARM-2008"}


async def test_every_identifier_of_a_document_leads_to_its_item(till, invoice):
    kid = (await till.item(invoice["arItemId"]))["kid"]
    named = {
        "arItemId": invoice["arItemId"],
        "documentNo": "88776655",
        "documentUuid": invoice["documentUuid"],
        "referenceNo": invoice["referenceNo"],
        "kid": kid,
    }
    for number, (name, value) in enumerate(named.items()):
        made = await till.reserve(f"P-{number}", 1, **{name: value})
        assert made["paymentReservation"]["arItemId"] == invoice["arItemId"], name
    customer = {"accountNo": 500001, "customerNo": "543210"}
    made = await till.reserve("P-all", 1, **named, **customer)
    assert made["arItem"]["arItemId"] == invoice["arItemId"], "the document wins"


async def test_a_customer_is_reserved_for_without_an_item(till, invoice):
    kid = customer_kid(till.api.client_no, 500001)
    for number, named in enumerate(({"accountNo": 500001}, {"customerNo": "543210"}, {"kid": kid})):
        made = await till.reserve(f"P-{number}", 10_000, **named)
        assert "arItem" not in made
        assert list(made["paymentReservation"])[:5] == [
            "paymentReservationUuid", "clientNo", "accountNo", "customerNo", "paymentId",
        ]  # fmt: skip
    assert await till.status(invoice["arItemId"]) == "", "no item is reserved by it"
    made = await till.reserve("P-kid", 1, kid=kid, documentNo="88776655")
    assert made["arItem"]["arItemId"] == invoice["arItemId"], "a customer's KID with one of its documents"


async def test_identifiers_that_disagree_are_told(till, invoice):
    other = await till.api.invoice("2", 10)
    await till.api.customer("2")
    for more in (
        {"documentNo": "2"},
        {"referenceNo": other["referenceNo"]},
        {"customerNo": "2"},
        {"kid": customer_kid(till.api.client_no, 500002)},
    ):
        answer = await till.try_reserve("P-1", 1, arItemId=invoice["arItemId"], **more)
        assert answer.status_code == 422
        assert set(codes(answer).values()) == {"ARM-2003"}, more


async def test_without_an_identifier_it_is_2015(till):
    answer = await till.try_reserve("P-1", 1)
    assert (answer.status_code, set(codes(answer).values())) == (422, {"ARM-2015"})


async def test_what_does_not_exist_is_404(till, db):
    other_client = await make_client(db)
    unknown = {
        "arItemId": f"{till.api.client_no}-500001-99-0",
        "documentNo": "nothing",
        "documentUuid": str(uuid4()),
        "referenceNo": 99,
        "kid": arm_kid(till.api.client_no, 500001, 99),
        "accountNo": 599_999,
        "customerNo": "nobody",
    }
    for name, value in unknown.items():
        answer = await till.try_reserve("P-1", 1, **{name: value})
        assert (answer.status_code, codes(answer)) == (404, {name: "ARM-1302"}), name
    foreign = await till.try_reserve("P-1", 1, kid=arm_kid(other_client, 500001, 99))
    assert (foreign.status_code, codes(foreign)) == (422, {"kid": "ARM-2005"})
    mistyped = await till.try_reserve("P-1", 1, kid=arm_kid(till.api.client_no, 500001, 99)[:-1] + "x")
    assert (mistyped.status_code, codes(mistyped)) == (422, {"kid": "ARM-2005"})


async def test_every_fault_is_told_at_once(till, invoice):
    await till.reserve("P-1", 1, arItemId=invoice["arItemId"])
    answer = await till.try_reserve(
        "p-1", 700, arItemId=invoice["arItemId"], currency="EUR", paymentDate="2025-04-01", validUntil="2025-02-01",
        paymentMethod="SHELLS",
    )  # fmt: skip
    assert answer.status_code == 422
    assert codes(answer) == {
        "paymentId": "ARM-2002",
        "currency": "ARM-2009",
        "currencyAmount": "ARM-2008",
        "paymentDate": "ARM-2010",
        "validUntil": "ARM-2010",
        "paymentMethod": "ARM-2001",
    }
    nobody = await till.try_reserve("P-1", -1, customerNo="nobody", kid="12340", currency="XXX")
    assert nobody.status_code == 404
    assert codes(nobody) == {
        "paymentId": "ARM-2002",
        "customerNo": "ARM-1302",
        "kid": "ARM-2005",
        "currency": "ARM-2009",
        "currencyAmount": "ARM-2004",
    }
    malformed = await till.api.post("/paymentreservations", {"paymentReservation": {"arItemId": "x"}})
    assert malformed.status_code == 400
    assert {e["errorCode"] for e in malformed.json()["errors"]} == {"ARM-1003"}
    assert len(malformed.json()["errors"]) == 3


async def test_only_an_open_claim_is_reserved(till, invoice):
    await till.post("payment", "1", arItemId=invoice["arItemId"], currencyAmount=700)
    closed = await till.try_reserve("P-1", 1, arItemId=invoice["arItemId"])
    assert codes(closed) == {"currencyAmount": "ARM-2008"}
    payment = f"{till.api.client_no}-500001-{invoice['referenceNo']}-1"
    assert codes(await till.try_reserve("P-1", 1, arItemId=payment)) == {"arItemId": "ARM-2012"}
    await till.api.invoice("C-1", 10, documentType="CN")
    assert codes(await till.try_reserve("P-1", 1, documentNo="C-1")) == {"documentNo": "ARM-2012"}


async def test_the_days(till, invoice):
    at = invoice["arItemId"]
    latest = await till.reserve("P-1", 1, arItemId=at, paymentDate="2025-03-30")
    assert latest["paymentReservation"]["validUntil"] == "2025-04-06"
    same = await till.reserve("P-2", 1, arItemId=at, paymentDate="2025-03-30", validUntil="2025-03-30")
    assert same["paymentReservation"]["validUntil"] == "2025-03-30"
    for more, field in (
        ({"paymentDate": "2025-03-31"}, "paymentDate"),
        ({"paymentDate": "2025-03-30", "validUntil": "2025-03-29"}, "validUntil"),
        ({"paymentDate": "2025-02-19"}, "paymentDate"),
        ({"paymentDate": "2025-02-19", "validUntil": "2025-02-26"}, "validUntil"),
    ):
        answer = await till.try_reserve("P-3", 1, arItemId=at, **more)
        assert (answer.status_code, codes(answer)) == (422, {field: "ARM-2010"}), more
    yesterday = await till.reserve("P-3", 1, arItemId=at, paymentDate="2025-02-20")
    assert yesterday["paymentReservation"]["validUntil"] == "2025-02-27", "today is still valid"


async def test_how_long_it_lives_is_the_clients_setting(till, invoice, db):
    await set_config(db, till.api.client_no, "reservation.validDays", "30")
    made = await till.reserve("P-1", 1, arItemId=invoice["arItemId"])
    assert made["paymentReservation"]["validUntil"] == "2025-03-29"


async def test_codes_and_currencies_are_taken_in_any_case(till, invoice):
    made = await till.reserve("P-1", 1, customerNo="543210", currency="nok", paymentMethod="vipps")
    assert made["paymentReservation"]["currency"] == "NOK"
    foreign = await till.reserve("P-2", 1, customerNo="543210", currency="sek")
    assert foreign["paymentReservation"]["currency"] == "SEK", "nothing is converted, so no rate is needed"
    answer = await till.try_reserve("P-3", 1, customerNo="543210", currency="XYZ")
    assert codes(answer) == {"currency": "ARM-2009"}


async def test_a_payment_id_is_taken_once_by_whatever(till, invoice):
    at = invoice["arItemId"]
    await till.reserve("Vipps-1", 1, arItemId=at)
    again = await till.try_reserve("Vipps-1", 1, arItemId=at)
    assert (again.status_code, codes(again)) == (422, {"paymentId": "ARM-2002"})
    assert codes(await till.try_reserve("VIPPS-1", 1, customerNo="543210")) == {"paymentId": "ARM-2002"}
    await till.post("payment", "1", arItemId=at, currencyAmount=5, paymentId="vipps-1")
    assert codes(await till.try_reserve("vipps-1", 1, arItemId=at)) == {"paymentId": "ARM-2002"}, "used ones too"
    await till.post("payment", "2", arItemId=at, currencyAmount=5, paymentId="card-1")
    assert codes(await till.try_reserve("CARD-1", 1, arItemId=at)) == {"paymentId": "ARM-2002"}
    await till.post("payment", "3", arItemId=at, currencyAmount=5, paymentId="card-1")  # in two parts: a payment may


async def test_a_payment_that_is_only_validated_takes_no_id(till, invoice):
    at = invoice["arItemId"]
    await till.reserve("P-1", 1, arItemId=at)
    more = {"arItemId": at, "currencyAmount": 5, "options": {"validateOnly": True}}
    for payment_id in ("P-1", "P-2"):
        assert (await till.post("payment", "1", paymentId=payment_id, **more))["resultType"] == "VALIDATED"
    assert await till.statuses(at) == {"P-1": "ACTIVE"}
    await till.reserve("P-2", 1, arItemId=at)


async def test_of_two_at_once_one_is_made(till, invoice):
    at = invoice["arItemId"]
    answers = await asyncio.gather(*(till.try_reserve("P-1", 1, arItemId=at) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    answers = await asyncio.gather(*(till.try_reserve(f"Q-{n}", 400, arItemId=at) for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    answers = await asyncio.gather(*(till.try_reserve(f"R-{n}", 400, customerNo="543210") for n in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4


async def test_a_reservation_and_its_payment_at_once_end_as_one_after_the_other(till):
    for number in range(12):
        at = (await till.api.invoice(f"I-{number}", 100))["arItemId"]
        reserved, paid = await asyncio.gather(
            till.try_reserve(f"P-{number}", 40, arItemId=at),
            till.try_post("payment", f"{number}", customerNo="543210", currencyAmount=10, paymentId=f"P-{number}"),
        )
        assert paid.status_code == 200
        assert reserved.status_code in {201, 422}
        if reserved.status_code == 201:
            assert await till.statuses(at) == {f"P-{number}": "USED"}
        assert await till.status(at) == ""


async def test_the_log_tells_of_it(till, invoice):
    made = await till.reserve("P-1", 1, arItemId=invoice["arItemId"])
    uuid = made["paymentReservation"]["paymentReservationUuid"]
    assert await till.log(uuid) == [("API", "TestUser", "Payment reservation P-1 created")]


async def test_an_idempotency_key_gives_the_first_answer_again(till, invoice):
    body = USER | {
        "paymentReservation": {"paymentId": "P-1", "currencyAmount": 1, "arItemId": invoice["arItemId"]}
    }  # fmt: skip
    first, again = [await till.api.post("/paymentreservations", body, Idempotency_Key="k-1") for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert await till.statuses(invoice["arItemId"]) == {"P-1": "ACTIVE"}
