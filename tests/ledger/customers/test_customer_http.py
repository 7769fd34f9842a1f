"""Customers through the pipeline. The example bodies are the published ones (sections 2.8.1 and 2.8.3)."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from reskontro.ledger.http.customer_bodies import CUSTOMER_EXAMPLE, REQUEST_EXAMPLE

READ_ONLY = ("clientNo", "accountNo", "postalAddressChanged")


def body(**customer):
    return {"metadata": {"userId": "TestUser"}, "customer": {"customerNo": "543210"} | customer}


def faults(answer):
    return [(error["errorCode"], error.get("field")) for error in answer.json()["errors"]]


def ordered(value):
    """A JSON value in which the order of members counts."""
    if isinstance(value, dict):
        return [(name, ordered(inner)) for name, inner in value.items()]
    return [ordered(inner) for inner in value] if isinstance(value, list) else value


async def test_the_published_request_creates(api):
    answer = await api.call("POST", "/customers", REQUEST_EXAMPLE)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"http://testserver/arm/v1/clients/{api.client_no}/customers/543210"
    assert list(answer.json()) == ["resultType", "operation", "message", "customer"]
    customer = answer.json()["customer"]
    assert [answer.json()[n] for n in ("resultType", "operation", "message")] == ["OK", "CREATED", "Customer created"]
    sent = REQUEST_EXAMPLE["customer"]
    assert {name: customer[name] for name in sent} == sent
    assert (customer["clientNo"], customer["accountNo"], customer["yearOfBirth"]) == (api.client_no, 500001, 1999)
    assert customer["postalAddressChanged"] == "2025-02-27"


async def test_the_published_customer_is_read_back_field_by_field_in_order(api, clock):
    clock.moment = datetime(2014, 11, 13, 9, tzinfo=UTC)
    given = {name: value for name, value in CUSTOMER_EXAMPLE.items() if name not in READ_ONLY}
    assert (await api.call("POST", "/customers", body(**given))).status_code == 201
    clock.moment = datetime(2025, 3, 20, 9, tzinfo=UTC)
    read = await api.call("GET", "/customers/543210?expand&userid")
    assert read.status_code == 200
    wanted = CUSTOMER_EXAMPLE | {"clientNo": api.client_no, "accountNo": 500001}
    assert ordered(read.json()) == ordered(wanted)
    assert b'"discountRate":5.5,' in read.content
    assert b'"limitAmount":2000,' in read.content


async def test_the_published_customer_sent_back_changes_nothing(api, clock):
    given = {name: value for name, value in CUSTOMER_EXAMPLE.items() if name not in READ_ONLY}
    await api.call("POST", "/customers", body(**given))
    before = (await api.call("GET", "/customers/543210")).json()
    clock.moment = datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert (await api.call("PUT", "/customers", body(**before))).status_code == 200
    assert (await api.call("GET", "/customers/543210")).json() == before


async def test_a_customer_with_nothing_has_blanks_and_no_numbers(api):
    await api.call("POST", "/customers", body(name="Kari"))
    customer = (await api.call("GET", "/customers/543210")).json()
    assert "dueDays" not in customer
    assert "yearOfBirth" not in customer
    assert customer["phoneNo"] == customer["dateOfBirth"] == customer["postalAddressChanged"] == ""
    assert customer["postalReturnStatus"] == 0
    assert customer["postalAddress"] == dict.fromkeys(CUSTOMER_EXAMPLE["postalAddress"], "")
    assert customer["distribution"] == {"type": "P", "einvoiceCode": 0}
    assert (customer["customerCategory"], customer["language"], customer["currency"]) == ("CONS", "no", "NOK")
    assert customer["vatLiable"] is True
    assert customer["emailAddressDocument"] == customer["peppolBlockIds"] == []


async def test_a_post_of_a_known_number_updates_as_put_does(api):
    await api.call("POST", "/customers", body(name="Kari"))
    answer = await api.call("POST", "/customers", body(phoneNo="+47 99887766"))
    assert (answer.status_code, answer.json()["operation"], answer.json()["message"]) == (
        200,
        "UPDATED",
        "Customer updated",
    )
    assert answer.json()["customer"]["phoneNo"] == "+47 99887766"
    assert answer.json()["customer"]["name"] == "Kari"
    assert "location" not in answer.headers


async def test_a_put_of_an_unknown_number_is_not_found(api):
    answer = await api.call("PUT", "/customers", body(name="Kari"))
    assert (answer.status_code, faults(answer)) == (404, [("ARM-1302", "customer.customerNo")])
    assert answer.json()["message"] == "Customer not found"


async def test_missing_and_null_leave_what_is_stored(api):
    await api.call("POST", "/customers", REQUEST_EXAMPLE)
    before = (await api.call("GET", "/customers/543210")).json()
    nulls = {name: None for name in CUSTOMER_EXAMPLE if name != "customerNo"}
    for change in ({}, nulls, {"postalAddress": {}}, {"postalAddress": dict.fromkeys(before["postalAddress"])}):
        assert (await api.call("PUT", "/customers", body(**change))).status_code == 200
        assert (await api.call("GET", "/customers/543210")).json() == before


@pytest.mark.parametrize("field", list(CUSTOMER_EXAMPLE["postalAddress"]))
async def test_one_field_of_the_address_replaces_all_of_it(api, field):
    await api.call("POST", "/customers", REQUEST_EXAMPLE)
    await api.call("PUT", "/customers", body(postalReturnStatus=100, postalReturnDate="2025-01-10"))
    given = {"countryCode": "SE"}.get(field, "x")
    await api.call("PUT", "/customers", body(postalAddress={field: given if field == "countryCode" else "x"}))
    customer = (await api.call("GET", "/customers/543210")).json()
    assert customer["postalAddress"] == dict.fromkeys(customer["postalAddress"], "") | {field: given}
    assert (customer["postalReturnStatus"], customer["postalReturnDate"]) == (0, "")


async def test_every_structural_fault_is_told_at_once(api):
    wrong = {
        "customerNo": "with space",
        "name": "",
        "phoneNo": "call me",
        "dateOfBirth": "1999-02-30",
        "yearOfBirth": "1999",
        "dueDays": 366,
        "vatLiable": "yes",
        "discountRate": 5.555,
        "limitAmount": "2000",
        "informalName": "x" * 51,
        "ssn": "1" * 21,
        "customerMessage": "a\u0000b",
        "postalAddress": {"countryCode": "NOR", "postalCode": "12345678901"},
        "emailAddressDocument": ["a@b.no"] * 11,
        "distribution": {"einvoiceCode": 0},
        "peppolBlockIds": [1],
    }
    answer = await api.call("POST", "/customers", {"metadata": {}, "customer": wrong})
    assert answer.status_code == 400
    assert set(faults(answer)) == {
        ("ARM-1003", "metadata.userId"),
        *(
            ("ARM-1002", f"customer.{name}")
            for name in wrong
            if name not in {"postalAddress", "emailAddressDocument", "distribution", "peppolBlockIds"}
        ),
        ("ARM-1002", "customer.postalAddress.countryCode"),
        ("ARM-1002", "customer.postalAddress.postalCode"),
        ("ARM-1007", "customer.emailAddressDocument"),
        ("ARM-1003", "customer.distribution.type"),
        ("ARM-1002", "customer.peppolBlockIds[0]"),
    }
    assert "1" * 21 not in answer.content.decode()


async def test_every_broken_rule_is_told_at_once(api):
    await api.call("POST", "/customers", body(name="Kari", dateOfBirth="1999-01-01"))
    answer = await api.call(
        "PUT", "/customers", body(language="xx", currency="XXX", distribution={"type": "Q"}, yearOfBirth=2000)
    )
    assert answer.status_code == 422
    assert faults(answer) == [
        ("ARM-2001", "customer.language"),
        ("ARM-2009", "customer.currency"),
        ("ARM-2001", "customer.distribution.type"),
        ("ARM-2010", "customer.yearOfBirth"),
    ]
    assert answer.json()["errors"][0]["value"] == "xx"


async def test_a_new_customer_needs_a_name(api):
    answer = await api.call("POST", "/customers", body())
    assert (answer.status_code, faults(answer)) == (400, [("ARM-1003", "customer.name")])
    assert answer.json()["errors"][0]["message"] == "customer.name is required"


async def test_unknown_and_read_only_fields_are_ignored(api):
    answer = await api.call(
        "POST",
        "/customers",
        body(name="Kari", clientNo=1, accountNo=7, postalAddressChanged="1999-01-01", shoe={"size": 43}),
    )
    assert answer.status_code == 201
    customer = answer.json()["customer"]
    assert (customer["clientNo"], customer["accountNo"], customer["postalAddressChanged"]) == (
        api.client_no,
        500001,
        "",
    )


@pytest.mark.parametrize("customer_no", ["A.b_c/d-1", "x" * 20, "0"])
async def test_a_customer_number_is_found_in_a_path(api, customer_no):
    created = await api.call("POST", "/customers", body(customerNo=customer_no, name="Kari"))
    assert created.status_code == 201
    path = created.headers["location"].removeprefix("http://testserver")
    answer = await api.call("GET", path)
    assert (answer.status_code, answer.json()["customerNo"]) == (200, customer_no)
    assert (await api.call("GET", path[: -len(customer_no)] + path[-len(customer_no) :].upper())).status_code == 200


@pytest.mark.parametrize("customer_no", ["x" * 21, "", "a b", "a\n", "ø", "a\u0000"])
async def test_other_customer_numbers_are_refused(api, customer_no):
    answer = await api.call("POST", "/customers", body(customerNo=customer_no, name="Kari"))
    assert answer.status_code == 400
    assert {code for code, _ in faults(answer)} == {"ARM-1002"}


async def test_the_identity_number_is_whole_for_readers_and_masked_for_writers(api):
    answer = await api.call("POST", "/customers", body(name="Kari", ssn="01019921717"))
    assert answer.json()["customer"]["ssn"] == "*******1717"
    assert (await api.call("GET", "/customers/543210")).json()["ssn"] == "01019921717"
    await api.call("PUT", "/customers", body(ssn="*******1717"))
    assert (await api.call("GET", "/customers/543210")).json()["ssn"] == "01019921717"


async def test_wrong_check_digits_are_taken(api):
    answer = await api.call(
        "POST",
        "/customers",
        body(name="Kari", ssn="12345678901", bankAccountNo="81501757329", organizationNo="123456789"),
    )
    assert answer.status_code == 201


async def test_balance_and_items_are_added_when_asked_for(api):
    await api.call("POST", "/customers", body(name="Kari"))
    for asked in ("balance,aritems", "ALL", "Balance,arItems"):
        customer = (await api.call("GET", f"/customers/543210?expand={asked}")).json()
        assert list(customer)[-2:] == ["balance", "openArItems"]
        assert customer["balance"] == {
            "glBalance": 0,
            "overdueGlBalance": 0,
            "openItemCount": 0,
            "oldestDueDate": "",
        }
        assert customer["openArItems"] == []
    answer = await api.call("GET", "/customers/543210?expand=friends")
    assert (answer.status_code, faults(answer)) == (400, [("ARM-1004", "expand")])


async def test_norwegian_is_spoken(api):
    answer = await api.call("POST", "/customers", body(name="Kari"), accept_language="nb")
    assert answer.json()["message"] == "Kunden er opprettet"


async def test_scopes_are_looked_at(api_for, tenant):
    reader = api_for(tenant, scopes=frozenset({"read:arm.customer"}))
    writer = api_for(tenant, scopes=frozenset({"write:arm.customer"}))
    assert (await reader.post("/customers", body(name="Kari"))).status_code == 403
    assert (await reader.put("/customers", body(name="Kari"))).status_code == 403
    assert (await writer.get("/customers/543210")).status_code == 403
    writer.token = "unknown"
    assert (await writer.post("/customers", body(name="Kari"))).status_code == 401


async def test_an_idempotency_key_gives_the_first_answer_again(api, ledger):
    sent = body(name="Kari", ssn="01019921717")
    first = await api.call("POST", "/customers", sent, idempotency_key="k1")
    again = await api.call("POST", "/customers", sent, idempotency_key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    (row,) = await ledger.rows("select body from idempotency_key where client_no = $1")
    assert b"01019921717" not in row["body"]


async def test_makers_of_one_customer_agree(api):
    answers = await asyncio.gather(*(api.call("POST", "/customers", body(name=f"Kari {n}")) for n in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]


@pytest.mark.parametrize("noise", [b"", b"{", b"null", b"[]", b'{"customer":{}}', b"\xff", b'{"customer": "\\ud800"}'])
async def test_noise_is_refused(api, noise):
    answer = await api.call("POST", "/customers", noise)
    assert answer.status_code == 400
    assert answer.json()["errors"]


async def test_a_whole_number_is_a_whole_number_however_it_is_written(api):
    sent = json.dumps(body(name="Kari", discountRate="R", limitAmount="L")).encode()
    sent = sent.replace(b'"R"', b"100.00").replace(b'"L"', b"2e3")
    assert (await api.call("POST", "/customers", sent)).status_code == 201
    read = await api.call("GET", "/customers/543210")
    assert b'"discountRate":100,' in read.content
    assert b'"limitAmount":2000,' in read.content
