"""Documents (2.10.3) and their bundles (2.9) as lists."""

from datetime import UTC, datetime

import pytest

from reskontro.ledger.store import document_lists
from tests.ledger.conftest import ALL_SCOPES, make_client, new_invoice

USER = {"metadata": {"userId": "TestUser"}}


async def nos(rows, query):
    return [document["documentNo"] for document in await rows(f"/documents{query}")]


@pytest.fixture
async def world(api, clock):
    """Five documents of two customers on three days."""
    await api.customer("A")
    await api.customer("b", distribution={"type": "M"})
    one = await api.invoice("z-1", 100, customer_no="A", salesOrderId="S-1", externalId1="ord-1")
    two = await api.invoice("B-2", 200, customer_no="b", purchaseOrderId="P-1", subCustomerNo="sub-1")
    three = await api.invoice("a-3", 300, customer_no="A", dueDate="2025-06-01")
    clock.moment = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
    note = new_invoice("C-4", 30, customer_no="A", documentType="CN", creditedDocumentNo="a-3", kid="1230",
                       documentDate="2025-03-03")  # fmt: skip
    answer = await api.post("/documents", USER | {"document": note})
    assert answer.status_code == 201, answer.text
    await api.invoice("D-5", 50, customer_no="b", documentDate="2025-02-01", documentType="RN")
    return {"z-1": one, "B-2": two, "a-3": three, "C-4": answer.json()["document"]}


async def move(db, client_no, document_no, status):
    async with db.transaction(client_no) as tx:
        await tx.execute(
            "update document_state set document_status = $3 where client_no = $1 and document_no_key = $2",
            client_no,
            document_no.casefold(),
            status,
        )


async def test_all_by_date_and_number_whatever_its_case(world, rows):
    assert await nos(rows, "") == ["D-5", "a-3", "B-2", "z-1", "C-4"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?customerno=B", ["D-5", "B-2"]),
        ("?customerno=nobody", []),
        ("?documentno=Z-1,b-2,x", ["B-2", "z-1"]),
        ("?documenttype=cn,RN", ["D-5", "C-4"]),
        ("?documentstatus=posted", ["D-5", "a-3", "B-2", "z-1", "C-4"]),
        ("?documentstatus=DISTRIBUTED", []),
        ("?kid=1230", ["C-4"]),
        ("?salesorderid=s-1", ["z-1"]),
        ("?purchaseorderid=P-1", ["B-2"]),
        ("?subcustomerno=SUB-1", ["B-2"]),
        ("?externalid1=ord-1", ["z-1"]),
        ("?externalid1=ORD-1", []),
        ("?fromdocumentdate=2025-02-27&todocumentdate=2025-02-27", ["a-3", "B-2", "z-1"]),
        ("?todocumentdate=2025-02-26", ["D-5"]),
        ("?fromduedate=2025-06-01", ["a-3"]),
        ("?toduedate=2025-02-28", ["D-5"]),
        ("?fromcreatedtime=2025-03-03T09:00:00Z", ["D-5", "C-4"]),
        ("?tocreatedtime=2025-03-03T09:00:00Z", ["a-3", "B-2", "z-1"]),
        ("?distributiontype=M", ["D-5", "B-2"]),
        ("?customerno=a&documenttype=IN&fromduedate=2025-06-01&documentstatus=POSTED", ["a-3"]),
        ("?documentbundleid=1-1", []),
        ("?documentbundleid=shoe", []),
    ],
)
@pytest.mark.parametrize("most", [1, 50_000])
async def test_each_filter_gathered_or_walked(world, rows, monkeypatch, query, wanted, most):
    monkeypatch.setattr(document_lists, "MOST_GATHERED", most)
    assert await nos(rows, query) == wanted


async def test_filters_by_numbers_and_status(world, rows, db, api):
    third = world["a-3"]
    assert await nos(rows, f"?accountno={third['accountNo']}") == ["a-3", "z-1", "C-4"]
    assert await nos(rows, f"?documentuuid={third['documentUuid']}") == ["a-3"]
    assert await nos(rows, f"?kid={third['kid']}") == ["a-3"]
    assert await nos(rows, f"?referenceno={third['referenceNo']}") == ["a-3", "C-4"]
    assert await nos(rows, f"?documentbundleid={third['documentBundleId']}") == ["a-3", "B-2", "z-1"]
    await move(db, api.client_no, "B-2", "DISTRIBUTION-FAILED")
    assert await nos(rows, "?documentstatus=distribution-failed") == ["B-2"]


async def test_expansions_are_what_one_document_shows(world, rows, api):
    for document in await rows("/documents?expand=all"):
        number = document["documentNo"]
        assert document == (await api.get(f"/documents/{number}?expand=all")).json()
    (plain,) = await rows("/documents?documentno=z-1")
    assert not {"documentLines", "arItem", "customer", "distributionEvents"} & set(plain)
    (lines,) = await rows("/documents?documentno=z-1&expand=documentlines")
    assert lines == plain | {"documentLines": lines["documentLines"]}


async def test_pages_keep_their_expansions(world, api):
    first = (await api.get("/documents?pagesize=5&maximumcount=5&expand=documentlines")).json()
    assert first["summary"]["totalCount"] == 5
    again = (await api.get(f"/documents?query={first['summary']['queryId']}")).json()
    assert again == first
    assert all(document["documentLines"] for document in again["documents"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("documenttype=XX", "documenttype"),
        ("documentstatus=gone", "documentstatus"),
        ("documentuuid=x", "documentuuid"),
        ("distributiontype=x", "distributiontype"),
    ],
)
async def test_what_cannot_be_asked(refused, query, field):
    assert await refused(f"/documents?{query}") == (400, [("ARM-1002", field)])


# Bundles


async def test_the_days_documents_of_a_type_are_a_bundle(world, rows, api):
    notes, credit_notes, invoices = await rows("/documentbundles")
    assert (invoices["documentType"], invoices["bundleStatus"], invoices["documentCount"]) == ("IN", "OPEN", 3)
    assert invoices["totals"] == [{"currency": "NOK", "exclVat": 600, "vat": 0, "inclVat": 600}]
    assert invoices["distributionSummary"] == [{"type": "M", "count": 1}, {"type": "P", "count": 2}]
    assert not {"batchUuid", "distributedTime", "documents"} & set(invoices)
    assert credit_notes["totals"][0]["inclVat"] == 30
    assert {notes["documentType"], credit_notes["documentType"]} == {"CN", "RN"}
    one = (await api.get(f"/documentbundles/{invoices['documentBundleId']}?expand=documents")).json()
    assert [document["documentNo"] for document in one["documents"]] == ["a-3", "B-2", "z-1"]
    assert "documentLines" not in one["documents"][0]
    assert {name: value for name, value in one.items() if name != "documents"} == invoices


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?documenttype=in", 1),
        ("?bundlestatus=open", 3),
        ("?bundlestatus=DISTRIBUTED", 0),
        ("?fromcreatedtime=2025-03-03T09:00:00Z", 2),
        ("?tocreatedtime=2025-03-03T09:00:00Z", 1),
        ("?batchuuid=b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de", 0),
    ],
)
async def test_each_filter_of_bundles(world, rows, query, count):
    assert len(await rows(f"/documentbundles{query}")) == count


@pytest.mark.parametrize("bundle", ["1-1", "shoe", "1", "{client}-999999", "{client}-x"])
async def test_an_unknown_bundle_is_404(world, api, bundle):
    answer = await api.get(f"/documentbundles/{bundle.format(client=api.client_no)}")
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (404, "ARM-1302")


async def test_another_clients_documents_are_not_there(world, api_for, db, api):
    other = api_for(await make_client(db))
    assert (await other.get("/documents")).json()["documents"] == []
    assert (await other.get("/documentbundles")).json()["documentBundles"] == []
    bundle = world["z-1"]["documentBundleId"]
    assert (await other.get(f"/documentbundles/{bundle}")).status_code == 404
    less = api_for(api.client_no, scopes=ALL_SCOPES - {"read:arm.document"})
    assert (await less.get("/documentbundles")).status_code == 403
