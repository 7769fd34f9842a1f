"""AR items as a list (2.3.1)."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from reskontro.ledger.store import item_lists
from tests.ledger.conftest import ALL_SCOPES, make_client, new_invoice

USER = {"metadata": {"userId": "TestUser"}}


async def pay(api, item, amount, day="2025-02-27"):
    posting = {"postingId": f"P-{item}-{amount}", "arItemId": item, "voucherDate": day, "currencyAmount": amount}
    answer = await api.post("/autopostings/payment", USER | {"autoPostings": [posting | {"externalId1": "pay-1"}]})
    assert answer.status_code == 200, answer.text
    return answer.json()["autoPostings"][0]


@pytest.fixture
async def world(api, clock):
    """Three invoices of two customers: one paid, one paid in part, one credited in part by a note with its own KID."""
    await api.customer("A", name="Anne")
    await api.customer("b", name="Berit")
    first = await api.invoice("I-1", 100, customer_no="A", externalId1="ord-1")
    clock.moment = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
    second = await api.invoice("i-2", 200, customer_no="b", dueDate="2025-04-01", documentDate="2025-03-03")
    third = await api.invoice("I-3", 300, customer_no="A", documentDate="2025-03-03", externalId1="ord-3")
    clock.moment = datetime(2025, 3, 5, 9, 0, tzinfo=UTC)
    await pay(api, first["arItemId"], 100, "2025-03-05")
    await pay(api, second["arItemId"], 50, "2025-03-05")
    credit = new_invoice("C-1", 30, customer_no="A", documentType="CN", creditedDocumentNo="I-3", kid="1230",
                         documentDate="2025-03-05")  # fmt: skip
    answer = await api.post("/documents", USER | {"document": credit})
    assert answer.status_code == 201, answer.text
    return {"I-1": first, "i-2": second, "I-3": third, "C-1": answer.json()["document"]}


def short(items):
    """Reference counted from the first one, and sequence."""
    base = min(item["referenceNo"] for item in items) if items else 0
    return [(item["referenceNo"] - base, item["referenceSequenceNo"]) for item in items]


async def texts(rows, query):
    return sorted(
        f"{i['voucherType']} {i['currencyAmount']}" for i in await rows(f"/aritems{query}" if query else "/aritems")
    )


async def test_all_items_by_account_reference_and_sequence(world, rows, api):
    items = await rows("/aritems")
    order = [(i["accountNo"], i["referenceNo"], i["referenceSequenceNo"]) for i in items]
    assert order == sorted(order)
    assert [i["currencyAmount"] for i in items] == [100, -100, 300, -30, 200, -50]
    assert items[0] == await api.item(world["I-1"]["arItemId"])


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?customerno=B", ["3 200", "5 -50"]),
        ("?customerno=nobody", []),
        ("?documentno=I-2", ["3 200"]),
        ("?externalid1=ord-1", ["3 100"]),
        ("?externalid1=pay-1", ["5 -100", "5 -50"]),
        ("?vouchertype=4,5", ["4 -30", "5 -100", "5 -50"]),
        ("?currency=nok&vouchertype=4", ["4 -30"]),
        ("?currency=SEK", []),
        ("?status=open", ["3 200", "3 300"]),
        ("?status=CLOSED", ["3 100", "4 -30", "5 -100", "5 -50"]),
        ("?status=all&customerno=a", ["3 100", "3 300", "4 -30", "5 -100"]),
        ("?status=open&customerno=a", ["3 300"]),
        ("?reservedstatus=none&status=open", ["3 200", "3 300"]),
        ("?reservedstatus=reserved", []),
        ("?fromvoucherdate=2025-03-05&tovoucherdate=2025-03-05", ["4 -30", "5 -100", "5 -50"]),
        ("?tovoucherdate=2025-03-02", ["3 100"]),
        ("?fromduedate=2025-04-01", ["3 200"]),
        ("?toduedate=2025-03-13&vouchertype=3", ["3 100"]),
        ("?fromcreatedtime=2025-03-03T09:00:00Z&tocreatedtime=2025-03-05T09:00:00Z", ["3 200", "3 300"]),
        ("?fromchangedtime=2025-03-05T09:00:00Z", ["3 100", "3 200", "3 300", "4 -30", "5 -100", "5 -50"]),
        ("?fromchangedtime=2025-03-05T09:00:00.001Z", []),
        ("?glyear=2025&glperiod=2", ["3 100"]),
        ("?glyear=2025", ["3 100", "3 200", "3 300", "4 -30", "5 -100", "5 -50"]),
        ("?ledgerperiodreportno=1", []),
        ("?accountno=1", []),
    ],
)
async def test_each_filter(world, rows, query, wanted):
    assert await texts(rows, query) == wanted


@pytest.mark.parametrize("most", [0, 150_000])
async def test_many_states_are_walked_as_few_are_gathered(world, rows, monkeypatch, most):
    monkeypatch.setattr(item_lists, "MOST_GATHERED", most)
    assert await texts(rows, "?status=open") == ["3 200", "3 300"]
    assert await texts(rows, "?status=open&vouchertype=3&fromvoucherdate=2025-03-01") == ["3 200", "3 300"]
    assert await texts(rows, "?status=open&fromduedate=2025-04-01") == ["3 200"]


async def test_filters_by_numbers(world, rows):
    first = world["I-1"]
    assert await texts(rows, f"?accountno={first['accountNo']}&status=closed") == ["3 100", "4 -30", "5 -100"]
    assert await texts(rows, f"?referenceno={first['referenceNo']}") == ["3 100", "5 -100"]
    assert await texts(rows, f"?glcaseno={first['glCaseNo']}") == ["3 100"]
    assert await texts(rows, f"?gllotno={first['glLotNo']}") == ["3 100"]
    assert await texts(rows, f"?voucherno={first['voucherNo']}") == ["3 100"]
    assert await texts(rows, f"?kid={first['kid']}") == ["3 100", "5 -100"]
    assert await texts(rows, f"?kid={world['I-3']['kid']}") == ["3 300"]
    assert await texts(rows, "?kid=1230") == ["4 -30"]


async def test_a_changed_external_id_is_found_by_its_new_value_only(world, rows, api):
    item = {"arItemId": world["I-1"]["arItemId"], "externalId1": "new"}
    assert (await api.put("/aritems", USER | {"arItem": item})).status_code == 200
    assert await texts(rows, "?externalid1=new") == ["3 100"]
    assert await texts(rows, "?externalid1=ord-1") == []
    item = {"arItemId": world["I-3"]["arItemId"], "ledgerNote": "x"}
    assert (await api.put("/aritems", USER | {"arItem": item})).status_code == 200
    assert await texts(rows, "?externalid1=ord-3") == ["3 300"]


async def test_a_change_is_found_by_its_time(world, rows, api, clock):
    clock.moment = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)
    item = {"arItemId": world["i-2"]["arItemId"], "dueDate": "2025-05-01"}
    assert (await api.put("/aritems", USER | {"arItem": item})).status_code == 200
    since = quote("2025-03-10T10:00:00.000+01:00")
    assert await texts(rows, f"?fromchangedtime={since}") == ["3 200"]
    assert await texts(rows, "?fromchangedtime=2025-03-10T10:00:00.000+01:00") == ["3 200"]  # the plus as a space


async def test_every_expansion_is_what_one_item_shows(world, rows, api):
    for item in await rows("/aritems?expand=all"):
        alone = (await api.get(f"/aritems/{item['arItemId']}?expand=all")).json()
        assert item == alone
    (invoice,) = await rows("/aritems?documentno=i-3&expand=matches,document")
    assert [(m["voucherType"], m["currencyAmount"]) for m in invoice["matches"]] == [(4, -30)]
    assert "documentLines" not in invoice["document"]
    assert "customer" not in invoice


async def test_a_customers_number_is_whole_only_for_who_may_read_customers(api, api_for, world):
    await api.customer("A", ssn="01019921717")
    path = "/aritems?customerno=a&expand=customer"
    assert {i["customer"]["ssn"] for i in (await api.get(path)).json()["arItems"]} == {"01019921717"}
    less = api_for(api.client_no, scopes=ALL_SCOPES - {"read:arm.customer"})
    assert {i["customer"]["ssn"] for i in (await less.get(path)).json()["arItems"]} == {"*******1717"}


async def test_pages_keep_their_order_and_their_expansions(world, api):
    first = (await api.get("/aritems?pagesize=5&expand=matches")).json()
    assert (first["summary"]["totalCount"], first["summary"]["totalPages"]) == (6, 2)
    following = await api.http.get(first["summary"]["nextPage"], headers={"Authorization": f"Bearer {api.token}"})
    assert [i["currencyAmount"] for i in following.json()["arItems"]] == [-50]
    assert following.json()["arItems"][0]["matches"]
    assert following.json()["summary"]["previousPage"].endswith("pageno=1")
    assert (await api.get("/aritems?maximumcount=2")).json()["summary"]["totalCount"] == 2


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("glperiod=2", "ARM-1008", "glperiod"),
        ("status=half", "ARM-1002", "status"),
        ("reservedstatus=x", "ARM-1002", "reservedstatus"),
        ("vouchertype=x", "ARM-1002", "vouchertype"),
        ("fromduedate=1.2.2025", "ARM-1002", "fromduedate"),
        ("fromchangedtime=2025-03-10T10:00:00", "ARM-1002", "fromchangedtime"),
        ("expand=lines", "ARM-1004", "expand"),
    ],
)
async def test_what_cannot_be_asked(refused, query, code, field):
    assert await refused(f"/aritems?{query}") == (400, [(code, field)])


async def test_another_clients_items_are_not_there(world, api_for, db):
    other = api_for(await make_client(db))
    assert (await other.get("/aritems")).json()["arItems"] == []
    assert (await other.get("/aritems?kid=1230")).json()["summary"]["totalCount"] == 0
