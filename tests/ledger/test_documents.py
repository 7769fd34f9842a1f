import pytest

from reskontro.ledger.http import examples
from tests.ledger.conftest import make_client, new_invoice, set_config  # noqa: F401


@pytest.fixture
async def published(db, api_for):
    """A client whose numbers start where the published example needs them."""
    client_no = await make_client(db, account=500002, reference=35078, bundle=904411, **{"voucher:2025": 57869})
    return api_for(client_no)


async def test_the_published_document_is_posted_as_published(published):
    await published.customer("543210", currency="NOK", dueDays=10)
    answer = await published.post("/documents", examples.DOCUMENT_REQUEST)
    assert answer.status_code == 201, answer.text
    got = answer.json()
    wanted = examples.DOCUMENT_ANSWER
    assert list(got) == list(wanted)
    assert list(got["document"]) == list(wanted["document"])
    generated = {"clientNo", "documentUuid", "glCaseNo", "glLotNo", "arItemId", "kid", "documentBundleId"}
    for name, value in wanted["document"].items():
        if name not in generated:
            assert got["document"][name] == value, name
    assert answer.headers["location"].endswith("/documents/88776655")


async def test_an_item_reads_back_with_28_fields_in_the_published_order(published):
    await published.customer("543210", dueDays=10)
    document = (await published.post("/documents", examples.DOCUMENT_REQUEST)).json()["document"]
    item = await published.item(document["arItemId"])
    assert list(item) == [name for name in examples.AR_ITEM if name != "ledgerPeriodReportNo"]
    assert item["currencyAmount"] == 625
    assert item["createdTime"] == "2025-02-27T17:03:36.176+01:00"
    assert item["dueDate"] == "2025-03-13"


async def test_an_identical_repeat_gives_the_stored_document_and_another_is_refused(api):
    await api.customer()
    first = await api.post_document("A-1")
    again = await api.post_document("A-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["document"] == first.json()["document"]
    other = await api.post_document("a-1", 700)
    assert other.status_code == 422
    assert other.json()["errors"][0]["errorCode"] == "ARM-2002"


async def test_every_fault_of_a_document_is_told_at_once(api):
    answer = await api.post_document(
        "A-1", 10, customer_no="nobody", documentDate="2026-01-01", currency="XXX", language="de", documentType="RM"
    )
    assert answer.status_code == 422
    codes = {e["field"]: e["errorCode"] for e in answer.json()["errors"]}
    assert codes == {
        "document.documentType": "ARM-2012",
        "document.customerNo": "ARM-2011",
        "document.documentDate": "ARM-2010",
        "document.currency": "ARM-2009",
        "document.language": "ARM-2001",
    }


async def test_a_credit_note_takes_from_the_invoice_that_it_names(api):
    await api.customer()
    invoice = await api.invoice("I-1", 500)
    note = await api.invoice("C-1", 200, documentType="CN", creditedDocumentNo="i-1")
    assert note["referenceNo"] == invoice["referenceNo"]
    assert (await api.item(invoice["arItemId"]))["currencyBalance"] == 300
    assert (await api.item(note["arItemId"]))["currencyBalance"] == 0
    more = await api.invoice("C-2", 400, documentType="CN", creditedDocumentNo="I-1")
    assert (await api.item(more["arItemId"]))["currencyBalance"] == -100
    matches = (await api.get(f"/aritems/{invoice['arItemId']}?expand=matches")).json()["matches"]
    assert [m["currencyAmount"] for m in matches] == [-200, -300]


async def test_gl_items_of_a_document_are_the_published_ones(published):
    await published.customer("543210")
    document = (await published.post("/documents", examples.DOCUMENT_REQUEST)).json()["document"]
    answer = await published.get(f"/glitems?glcaseno={document['glCaseNo']}")
    lines = answer.json()["glItems"]
    assert [(x["glAccountNo"], x["glAmount"], x["vatCode"], x["transactionText"]) for x in lines] == [
        (1500, 625, "", "Invoice"),
        (3000, -500, "3", "Red comb"),
        (2700, -125, "3", "VAT"),
    ]
    assert answer.json()["summary"]["totalCount"] == 3


async def test_payments_settle_in_their_order_and_the_rest_stays_open(api):
    await api.customer()
    a = await api.invoice("I-1", 500)
    b = await api.invoice("I-2", 300)
    body = {
        "metadata": {"userId": "T"},
        "autoPostings": [
            {"postingId": "P1", "arItemId": a["arItemId"], "voucherDate": "2025-02-27", "currencyAmount": 600.5},
            {"postingId": "P2", "kid": b["kid"], "voucherDate": "2025-02-27", "currencyAmount": 300},
        ],
    }
    answer = await api.post("/autopostings/payment", body)
    assert answer.status_code == 200, answer.text
    got = answer.json()
    assert got["autoPostings"][0]["unmatchedCurrencyAmount"] == 100.5
    assert got["summary"]["okCount"] == 2
    assert (await api.item(b["arItemId"]))["currencyBalance"] == 0
    again = await api.post("/autopostings/payment", body)
    assert [p["glCaseNo"] for p in again.json()["autoPostings"]] == [p["glCaseNo"] for p in got["autoPostings"]]
    assert (await api.item(got["autoPostings"][0]["arItemIds"][0]))["currencyBalance"] == -100.5


async def test_one_failed_posting_rejects_the_call(api):
    await api.customer()
    a = await api.invoice("I-1", 500)
    body = {
        "metadata": {"userId": "T"},
        "autoPostings": [
            {"postingId": "P1", "arItemId": a["arItemId"], "voucherDate": "2025-02-27", "currencyAmount": 100},
            {"postingId": "P2", "kid": "500221850000200350791", "voucherDate": "2025-02-27", "currencyAmount": 300},
        ],
    }
    answer = await api.post("/autopostings/payment", body)
    assert answer.status_code == 422
    got = answer.json()
    assert got["summary"] | {"autoPostingMethod": "payment"} == examples.AUTO_POSTING_FAILURE["summary"]
    assert [p["resultType"] for p in got["autoPostings"]] == ["BATCH-REJECTED", "FAILED"]
    assert got["autoPostings"][1]["errors"][0]["errorCode"] == "ARM-2005"
    assert (await api.item(a["arItemId"]))["currencyBalance"] == 500


async def test_a_due_date_is_deferred_and_the_first_one_stays(api):
    await api.customer()
    a = await api.invoice("I-1", 500, dueDate="2025-03-13")
    answer = await api.put(
        "/aritems", {"metadata": {"userId": "T"}, "arItem": {"arItemId": a["arItemId"], "dueDate": "2025-04-01"}}
    )
    assert answer.status_code == 200, answer.text
    item = answer.json()["arItem"]
    assert (item["dueDate"], item["originalDueDate"]) == ("2025-04-01", "2025-03-13")


async def test_a_document_takes_references_and_addresses_from_its_customer(api):
    await api.customer("A", sellerReference="VAA", buyerReference="OA", emailAddressDocument=["owe@example.no"])
    await api.invoice("I-1", customer_no="A")
    await api.invoice("I-2", customer_no="A", sellerReference="C333", emailAddress=["else@example.no"])
    first, second = [(await api.get(f"/documents/{number}")).json() for number in ("I-1", "I-2")]
    names = ("sellerReference", "buyerReference", "emailAddress")
    assert [first[name] for name in names] == ["VAA", "OA", ["owe@example.no"]]
    assert [second[name] for name in names] == ["C333", "OA", ["else@example.no"]]


async def test_a_document_beyond_the_credit_limit_is_posted_and_warned_of(api):
    await api.customer(limitAmount=1000)

    async def log_of(number):
        (entry,) = (await api.get(f"/logitems?entitytype=DOCUMENT&entityid={number}")).json()["logItems"]
        return entry["logLevel"], entry["logText"]

    await api.invoice("L-1", 600)
    await api.invoice("L-2", 400)
    assert await log_of("L-2") == ("INFO", "Document created")
    await api.invoice("L-3", 0.5)
    told = "Document created, the customer owes 1000.5 and the credit limit is 1000 NOK"
    assert await log_of("L-3") == ("WARNING", told)
