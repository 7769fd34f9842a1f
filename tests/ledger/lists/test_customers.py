"""Customers as a list (2.8.3), and their deletion (2.8.5)."""

import asyncio

import pytest

from reskontro.ledger.http import list_examples as examples
from tests.ledger.conftest import ALL_SCOPES, make_client

USER = {"metadata": {"userId": "TestUser"}}


@pytest.fixture
async def world(api):
    await api.customer("A-1", name="Åse Hansen", organizationNo="984 842 252", phoneNo="+47 99 88 77 66",
                       emailAddressDocument=["Ase@Example.no"], customerGroupCode="Vip", ssn="010199 21717",
                       postalAddress={"postalCode": "0155"})  # fmt: skip
    await api.customer("B-2", name="Per Olsen", customerCategory="COMP", secondaryPhoneNo="99887766",
                       secondaryEmailAddress=["ase@example.no", "per@example.no"],
                       activeStatusWeb="Active", postalAddress={"postalCode": "1234"})  # fmt: skip
    await api.customer("c-3", name="Kari Hansen")
    await api.invoice("I-1", 100, customer_no="A-1")
    await api.invoice("I-2", 50, customer_no="c-3")
    credit = {"documentType": "CN"}
    await api.invoice("I-3", 50, customer_no="c-3", **credit)
    return api


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["A-1", "B-2", "c-3"]),
        ("?customerno=b-2,C-3,nobody", ["B-2", "c-3"]),
        ("?name=HANS", ["A-1", "c-3"]),
        ("?name=ÅSE", ["A-1"]),
        ("?name=%25__", []),
        ("?organizationno=984842252", ["A-1"]),
        ("?phoneno=4799887766", ["A-1"]),
        ("?phoneno=+4799887766", ["A-1"]),
        ("?phoneno=99887766", ["B-2"]),
        ("?emailaddress=ASE@example.no", ["A-1", "B-2"]),
        ("?postalcode=1234", ["B-2"]),
        ("?customercategory=cons", ["A-1", "c-3"]),
        ("?customergroupcode=VIP", ["A-1"]),
        ("?activestatusweb=active", ["B-2"]),
        ("?ssn=01019921717", ["A-1"]),
        ("?ssn=01019921718", []),
        ("?hasbalance=true", ["A-1"]),
        ("?hasbalance=False", ["B-2", "c-3"]),
        ("?hasbalance=false&customercategory=CONS&name=hansen", ["c-3"]),
        ("?emailaddress=ase@example.no&postalcode=0155", ["A-1"]),
        ("?fromchangedtime=2025-02-27T16:03:36.176Z", ["A-1", "B-2", "c-3"]),
        ("?fromchangedtime=2025-02-27T16:03:36.177Z", []),
    ],
)
async def test_each_filter(world, rows, query, wanted):
    assert [customer["customerNo"] for customer in await rows(f"/customers{query}")] == wanted


async def test_the_published_list(world, rows, api):
    (got,) = await rows("/customers?customerno=a-1")
    assert got == (await api.get("/customers/A-1")).json()
    assert got["ssn"] == "010199 21717"


async def test_what_is_changed_is_found_anew_and_no_longer_as_it_was(world, rows, api):
    change = {"customerNo": "A-1", "name": "Siv Moe", "phoneNo": "11223344", "emailAddressDocument": ["siv@example.no"]}
    assert (await api.put("/customers", USER | {"customer": change})).status_code == 200

    async def found(query):
        return [customer["customerNo"] for customer in await rows(f"/customers?{query}")]

    assert await found("phoneno=11223344") == await found("emailaddress=siv@example.no") == ["A-1"]
    assert await found("name=siv") == ["A-1"]
    assert await found("phoneno=4799887766") == []
    assert await found("emailaddress=ase@example.no") == ["B-2"]
    assert await found("organizationno=984842252") == ["A-1"]


async def test_expansions_are_what_one_customer_shows(world, rows, api):
    for customer in await rows("/customers?expand=all"):
        assert customer == (await api.get(f"/customers/{customer['customerNo']}?expand=all")).json()
    first, second, third = await rows("/customers?expand=balance")
    assert (first["balance"]["glBalance"], first["balance"]["openItemCount"]) == (100, 1)
    assert second["balance"] == {"glBalance": 0, "overdueGlBalance": 0, "openItemCount": 0, "oldestDueDate": ""}
    assert (third["balance"]["glBalance"], third["balance"]["openItemCount"]) == (0, 2)
    assert "openArItems" not in first


async def test_pages(world, api):
    for number in range(10):
        await api.customer(f"x-{number}")
    first = (await api.get("/customers?pagesize=5")).json()
    assert first["summary"]["totalCount"] == 13
    assert (await api.call("DELETE", "/customers/x-4")).status_code == 200
    second = (await api.get(f"/customers?query={first['summary']['queryId']}&pageno=2")).json()
    assert [c["customerNo"] for c in second["customers"]] == ["x-2", "x-3", "x-5", "x-6"]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("name=ab", "ARM-1002", "name"),
        ("customercategory=x", "ARM-1002", "customercategory"),
        ("activestatusweb=x", "ARM-1002", "activestatusweb"),
        ("hasbalance=yes", "ARM-1002", "hasbalance"),
        ("accountno=a", "ARM-1002", "accountno"),
        ("expand=items", "ARM-1004", "expand"),
    ],
)
async def test_what_cannot_be_asked(refused, query, code, field):
    assert await refused(f"/customers?{query}") == (400, [(code, field)])


async def test_no_answer_names_a_personal_number_that_was_asked_for(api):
    answer = await api.get("/customers?ssn=01019921717&ssn=01019921717&pageno=x")
    assert answer.status_code == 400
    assert "01019921717" not in answer.text


# Deletion


async def test_the_published_deletion(api, rows):
    customer = await api.customer("543210", phoneNo="99887766")
    answer = await api.call("DELETE", "/customers/543210?userid=Kari")
    assert answer.status_code == 200
    wanted = examples.CUSTOMER_DELETED | {"accountNo": customer["accountNo"]}
    assert answer.json() == wanted
    assert list(answer.json()) == list(wanted)
    assert (await api.get("/customers/543210")).status_code == 404
    assert (await api.call("DELETE", "/customers/543210")).status_code == 404
    assert await rows("/customers?phoneno=99887766") == []
    assert (await api.customer("543210"))["accountNo"] > customer["accountNo"]
    entry = (await api.get("/logitems?loguserid=kari")).json()["logItems"][0]
    assert (entry["logText"], entry["httpMethod"], entry["entityId"]) == ("Customer deleted", "DELETE", "543210")


async def test_a_customer_in_use_stays(api):
    await api.customer("Abc")
    await api.invoice("I-1", customer_no="Abc")
    answer = await api.call("DELETE", "/customers/ABC", Accept_Language="no")
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "errorCode": "ARM-2007",
        "field": "customerno",
        "value": "Abc",
        "message": "Kunden har dokumenter eller reskontroposter",
    }
    assert (await api.get("/customers/Abc")).status_code == 200


async def test_deleting_and_posting_at_once_leaves_no_item_without_its_customer(api):
    for attempt in range(8):
        await api.customer(f"R-{attempt}")
        deleted, posted = await asyncio.gather(
            api.call("DELETE", f"/customers/R-{attempt}"),
            api.post_document(f"I-{attempt}", customer_no=f"R-{attempt}"),
        )
        assert (deleted.status_code, posted.status_code) in {(200, 422), (422, 201)}, (deleted.text, posted.text)


async def test_deleting_needs_the_scope_to_write_and_its_own_client(api, api_for, db):
    await api.customer("A")
    less = api_for(api.client_no, scopes=ALL_SCOPES - {"write:arm.customer"})
    assert (await less.call("DELETE", "/customers/A")).status_code == 403
    other = api_for(await make_client(db))
    assert (await other.call("DELETE", "/customers/A")).status_code == 404
