"""The published example bodies: request in, published answer out, field by field, in order.

What an answer has generated (UUIDs, ids of queries) is compared by its form. Numbers are not set aside: they are
started where the example needs them, and have to come out.
"""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.http import examples, reports
from reskontro.ledger.http.action_examples import ACTION_ANSWER, ACTION_REQUEST
from reskontro.ledger.http.customer_bodies import CUSTOMER_EXAMPLE, REQUEST_EXAMPLE
from reskontro.ledger.http.documents import documents_of_batch
from reskontro.ledger.http.files import UPLOAD_EXAMPLE, UPLOADED_EXAMPLE
from reskontro.ledger.http.reservation_examples import RESERVATION_ANSWER, RESERVATION_REQUEST
from reskontro.ledger.service.batches import Runner
from reskontro.ledger.service.periods import close_period, report_period
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import BookLock

ITEM = "2218-500002-35078-0"
ACTOR = Actor("API", "TestUser", "erp-test", "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11", "POST", "/x")


def same(got: object, wanted: object, generated: frozenset[str] = frozenset({"queryId"}), at: str = "") -> None:
    """The same names in the same order with the same values; what is generated has the same form."""
    if isinstance(wanted, dict):
        assert isinstance(got, dict), at
        assert list(got) == list(wanted), at
        for name, value in wanted.items():
            same(got[name], value, generated, f"{at}.{name}")
    elif isinstance(wanted, list):
        assert isinstance(got, list), at
        assert len(got) == len(wanted), at
        for index, (one, other) in enumerate(zip(got, wanted, strict=True)):
            same(one, other, generated, f"{at}[{index}]")
    elif at.rpartition(".")[2] in generated:
        assert re.sub(r"\w", "x", str(got)) == re.sub(r"\w", "x", str(wanted)), at
    else:
        assert (type(got), got) == (type(wanted), wanted), at


UUIDS = frozenset({"documentUuid", "batchUuid", "fileUuid"})


@pytest.fixture
async def started(published, counters):
    """The published client with its customer, its numbers where the published document needs them."""
    await published.customer("543210", currency="NOK", dueDays=10)
    own = {"reference": 35078, "bundle": 904411, "voucher__2025": 57869}
    await counters.go_on(gl_case_no=1165723, gl_lot_no=6852398, **own)
    return published


async def post_published(api, **more):
    document = examples.DOCUMENT_REQUEST["document"] | more
    answer = await api.post("/documents", examples.DOCUMENT_REQUEST | {"document": document})
    assert answer.status_code == 201, answer.text
    return answer


async def pay(api, posting_id, amount, day="2025-02-27"):
    body = {
        "metadata": {"userId": "TestUser"},
        "autoPostings": [{"postingId": posting_id, "arItemId": ITEM, "voucherDate": day, "currencyAmount": amount}],
    }
    answer = await api.post("/autopostings/payment", body)
    assert answer.status_code == 200, answer.text


async def defer(api, due_date):
    body = {"metadata": {"userId": "TestUser"}, "arItem": {"arItemId": ITEM, "dueDate": due_date}}
    answer = await api.put("/aritems", body)
    assert answer.status_code == 200, answer.text


async def test_the_document_of_2_10_1(started):
    answer = await post_published(started)
    same(answer.json(), examples.DOCUMENT_ANSWER, UUIDS)
    assert answer.headers["location"] == "http://testserver/arm/v1/clients/2218/documents/88776655"


async def test_the_document_reads_back_as_it_was_sent(started):
    await post_published(started)
    got = (await started.get("/documents/88776655")).json()
    sent = examples.DOCUMENT_REQUEST["document"]
    assert {name: got[name] for name in sent} == sent
    posted = examples.DOCUMENT_ANSWER["document"]
    assert {name: got[name] for name in posted if name != "documentUuid"} == {
        name: value for name, value in posted.items() if name != "documentUuid"
    }


async def test_the_first_fields_of_a_document_are_those_of_2_10_3(started):
    await post_published(started)
    await pay(started, "P", 500.63)
    await defer(started, "2025-04-01")
    wanted = json.loads("""
    { "clientNo": 2218, "accountNo": 500002, "customerNo": "543210", "documentNo": "88776655",
      "documentUuid": "1f2e7a1c-0f35-4a4b-9b0e-2a0d9d7f5c10", "documentType": "IN",
      "documentTypeDescription": "Invoice", "documentStatus": "POSTED", "documentDate": "2025-02-27",
      "dueDate": "2025-04-01", "originalDueDate": "2025-03-13", "currency": "NOK",
      "currencyAmounts": { "exclVat": 500, "vat": 125, "inclVat": 625 }, "currencyBalance": 124.37,
      "kid": "500221850000200350786", "referenceNo": 35078, "arItemId": "2218-500002-35078-0",
      "documentBundleId": "2218-904411", "createdTime": "2025-02-27T17:03:36.176+01:00" }
    """)
    got = (await started.get("/documents/88776655")).json()
    same(dict(list(got.items())[: len(wanted)]), wanted, UUIDS)


async def test_the_ar_item_of_2_3_2_with_all_its_28_fields(started, application, clock):
    await post_published(started, externalId1="9Pb3bfEjKr2iFPxKNIGHhB")
    clock.moment = datetime(2025, 3, 10, 5, 31, 2, 410_000, tzinfo=UTC)
    await pay(started, "PAY-1", 500.63, "2025-03-10")
    await defer(started, "2025-04-01")
    db, numbers = application.context.db, application.context.part(Numbers)
    numbers._blocks.clear()
    async with db.transaction(2218) as tx:
        await tx.execute("insert into client_counter values (2218, 'ledger_period_report', 2564)")
    now, february = clock.now(), Period(2025, 2)
    await db.run(2218, lambda tx: close_period(tx, february, now, ACTOR), BookLock.EXCLUSIVE)
    report_no = await db.run(2218, lambda tx: report_period(tx, numbers, february, now, ACTOR))
    assert report_no == 2564
    answer = await started.get(f"/aritems/{ITEM}?expand&userid", Accept_Language="")
    assert answer.status_code == 200
    assert len(examples.AR_ITEM) == 28
    same(answer.json(), examples.AR_ITEM)
    assert answer.content == json.dumps(examples.AR_ITEM, separators=(",", ":")).encode()


async def test_the_second_item_of_2_3_1_is_the_payment(started, clock, counters):
    await post_published(started)
    clock.moment = datetime(2025, 3, 10, 5, 31, 2, 410_000, tzinfo=UTC)
    await counters.go_on(gl_case_no=1166010, gl_lot_no=6853001, voucher__2025=58012)
    body = {
        "metadata": {"userId": "TestUser"},
        "autoPostings": [
            {
                "postingId": "P",
                "kid": "500221850000200350786",
                "voucherDate": "2025-03-10",
                "currencyAmount": 500.63,
                "paymentMethod": "OCR",
                "transactionText": "Payment OCR",
            }
        ],
    }
    assert (await started.post("/autopostings/payment", body)).status_code == 200
    wanted = json.loads("""
    { "clientNo": 2218, "accountNo": 500002, "referenceNo": 35078, "referenceSequenceNo": 1,
      "arItemId": "2218-500002-35078-1", "customerNo": "543210", "documentNo": "", "voucherDate": "2025-03-10",
      "dueDate": "2025-03-10", "originalDueDate": "2025-03-10", "currency": "NOK", "currencyAmount": -500.63,
      "currencyBalance": 0, "glAmount": -500.63, "glBalance": 0, "kid": "500221850000200350786", "voucherType": 5,
      "voucherTypeDescription": "Payment", "voucherNo": 58012, "transactionText": "Payment OCR",
      "glCaseNo": 1166010, "glLotNo": 6853001, "glYear": 2025, "glPeriod": 3, "externalId1": "",
      "reservedStatus": "", "createdTime": "2025-03-10T06:31:02.410+01:00" }
    """)
    same(await started.item("2218-500002-35078-1"), wanted)


async def test_the_update_of_2_3_3_with_its_credit_note(started, clock, counters):
    await post_published(started, externalId1="9Pb3bfEjKr2iFPxKNIGHhB")
    await pay(started, "P", 500.63)
    clock.moment = datetime(2025, 3, 28, 9, 0, tzinfo=UTC)
    await counters.go_on(gl_case_no=1167001, gl_lot_no=6853900, voucher__2025=58101, credit_note=17)
    answer = await started.put("/aritems", examples.AR_ITEM_UPDATE)
    assert answer.status_code == 200, answer.text
    got = answer.json()
    wanted = dict(examples.AR_ITEM_UPDATED)
    wanted["arItem"] = {n: value for n, value in wanted["arItem"].items() if n != "ledgerPeriodReportNo"}
    same(got, wanted, UUIDS)
    assert (await started.get("/documents/88776655")).json()["ledgerNote"] == "Deferral agreed by phone"


async def test_the_action_of_2_2_1(started, clock):
    await post_published(started)
    clock.moment = datetime.fromisoformat("2025-03-20T09:12:44.031+01:00")
    answer = await started.post("/actions", ACTION_REQUEST)
    assert answer.status_code == 201, answer.text
    same(answer.json(), ACTION_ANSWER, frozenset({"actionUuid", "completedTime"}))
    followed = (await started.get(f"/aritems/{ITEM}?expand=followup")).json()["followUp"]
    assert followed["stopReminderUntil"] == "2025-04-30"


@pytest.fixture
async def two_invoices(started, clock, counters):
    """The state that the auto postings of 2.4 start from: two later items on the first reference, 124.37 open."""
    await post_published(started)
    await pay(started, "A", 500)
    await pay(started, "B", 0.63)
    second = await started.invoice("88776656", 300)
    assert second["kid"] == "500221850000200350794"
    clock.moment = datetime(2025, 3, 28, 9, 0, tzinfo=UTC)
    await counters.go_on(gl_case_no=1168200, gl_lot_no=6854400, voucher__2025=58230)
    return started


async def test_the_auto_postings_of_2_4(two_invoices):
    answer = await two_invoices.post("/autopostings/payment", examples.AUTO_POSTING_REQUEST)
    assert answer.status_code == 200, answer.text
    same(answer.json(), examples.AUTO_POSTING_ANSWER)
    assert (await two_invoices.item(ITEM))["currencyBalance"] == 0
    assert (await two_invoices.item("2218-500002-35078-3"))["externalId1"] == "ord-5521"


async def test_the_failed_auto_postings_of_2_4(two_invoices):
    text = json.dumps(examples.AUTO_POSTING_REQUEST).replace("500221850000200350794", "500221850000200350791")
    answer = await two_invoices.post("/autopostings/payment", text.encode())
    assert answer.status_code == 422
    same(answer.json(), examples.AUTO_POSTING_FAILURE)
    assert (await two_invoices.item(ITEM))["currencyBalance"] == 124.37


async def test_what_is_only_validated_has_no_numbers(two_invoices):
    request = json.loads(json.dumps(examples.AUTO_POSTING_REQUEST))
    request["autoPostings"][1]["options"]["validateOnly"] = True
    answer = await two_invoices.post("/autopostings/payment", request)
    assert answer.status_code == 200
    assert answer.json() == {
        "summary": examples.AUTO_POSTING_FAILURE["summary"]
        | {"resultType": "VALIDATED", "validateOnly": True, "okCount": 2, "failedCount": 0, "batchRejectedCount": 0},
        "autoPostings": [
            {"postingId": "PAY-771001", "resultType": "VALIDATED", "errors": []},
            {"postingId": "PAY-771002", "resultType": "VALIDATED", "errors": []},
        ],
    }
    assert (await two_invoices.item(ITEM))["currencyBalance"] == 124.37


class Moments:
    """A clock that gives given moments, and the last of them from then on."""

    certain = True

    def __init__(self, *moments: datetime) -> None:
        self.moments = list(moments)

    def now(self) -> datetime:
        return self.moments.pop(0) if len(self.moments) > 1 else self.moments[0]


def runner(application, clock) -> Runner:
    async def no_files(*_: object) -> None:
        raise AssertionError("no file waits")

    context = application.context
    return Runner(
        db=context.db,
        numbers=context.part(Numbers),
        clock=clock,
        read_documents=documents_of_batch,
        import_file=no_files,
    )


async def test_the_batch_of_2_5(started, application, clock):
    document = examples.DOCUMENT_REQUEST["document"]
    other = document | {"documentNo": "88776656", "customerNo": "999999"}
    clock.moment = datetime(2025, 2, 27, 16, 3, 30, 4_000, tzinfo=UTC)
    body = {"metadata": {"userId": "TestUser"}, "documents": [document, other]}
    accepted = await started.post("/documents/batches", body)
    same(accepted.json(), examples.BATCH_ACCEPTED | {"totalCount": 2}, UUIDS)
    batch_uuid = accepted.json()["batchUuid"]
    assert accepted.headers["location"] == f"http://testserver/arm/v1/clients/2218/batches/{batch_uuid}"
    start = datetime(2025, 2, 27, 16, 3, 31, 120_000, tzinfo=UTC)
    moments = Moments(start, start, start + timedelta(milliseconds=5780))
    assert await runner(application, moments).work(2218)
    answer = await started.get(f"/batches/{batch_uuid}")
    assert answer.status_code == 206
    same(answer.json(), examples.BATCH, UUIDS)


async def test_the_batch_of_2_10_2_although_its_second_line_does_not_add_up(started, application, clock, counters):
    answer = await started.post("/documents/batches", examples.DOCUMENT_BATCH_REQUEST)
    assert answer.status_code == 202, answer.text
    same(answer.json(), examples.BATCH_ACCEPTED | {"totalCount": 1}, UUIDS)
    assert await runner(application, clock).work(2218)
    batch = (await started.get(f"/batches/{answer.json()['batchUuid']}")).json()
    assert (batch["batchStatus"], batch["okCount"]) == ("COMPLETED", 1), batch
    lines = (await started.get("/glitems?documentno=88776655")).json()["glItems"]
    assert sum(round(line["glAmount"] * 100) for line in lines) == 0
    assert [(line["glAccountNo"], line["glAmount"]) for line in lines[:3]] == [
        (1500, 6500),
        (3000, -200),
        (3000, -5000),
    ]
    got = (await started.get("/documents/88776655")).json()
    sent = examples.DOCUMENT_BATCH_REQUEST["documents"][0]
    assert {name: got[name] for name in sent} == sent


async def test_the_same_document_can_be_posted_alone(started):
    document = examples.DOCUMENT_BATCH_REQUEST["documents"][0]
    body = {"metadata": {"userId": "TestUser"}, "document": document}
    assert (await started.post("/documents", body)).status_code == 201


async def test_the_customer_of_2_8_1(published):
    answer = await published.post("/customers", REQUEST_EXAMPLE)
    assert answer.status_code == 201, answer.text
    got = answer.json()
    assert list(got) == ["resultType", "operation", "message", "customer"]
    assert [got[n] for n in ("resultType", "operation", "message")] == ["OK", "CREATED", "Customer created"]
    wanted = {"clientNo": 2218, "accountNo": 500002, "customerNo": "543210", "name": "Owe Armstrong"}
    same(dict(list(got["customer"].items())[:4]), wanted)
    assert answer.headers["location"] == "http://testserver/arm/v1/clients/2218/customers/543210"
    stored = (await published.get("/customers/543210")).json()
    assert stored == got["customer"]
    assert {name: stored[name] for name in REQUEST_EXAMPLE["customer"]} == REQUEST_EXAMPLE["customer"]


async def test_the_customer_of_2_8_3_with_every_field(published, clock):
    clock.moment = datetime(2014, 11, 13, 9, 0, tzinfo=UTC)  # postalAddressChanged is the day of the write
    written = {name: value for name, value in CUSTOMER_EXAMPLE.items() if name not in {"clientNo", "accountNo"}}
    body = {"metadata": {"userId": "TestUser"}, "customer": written}
    assert (await published.post("/customers", body)).status_code == 201
    answer = await published.get("/customers/543210")
    assert answer.status_code == 200
    same(answer.json(), CUSTOMER_EXAMPLE)


async def test_the_gl_items_of_2_12_1(started):
    await post_published(started)
    wanted = json.loads("""
    {
      "summary": { "pageNo": 1, "currentPageSize": 3, "pageSizeLimit": 100, "totalPages": 1, "totalCount": 3, "maximumCount": 10000, "queryId": "Bn3mV7cX1zL5kJ9hG2fD6s" },
      "glItems": [
        { "clientNo": 2218, "glItemId": "2218-1165723-1", "glCaseNo": 1165723, "glLotNo": 6852398, "lineNo": 1, "glAccountNo": 1500, "glAccountName": "Accounts receivable", "voucherDate": "2025-02-27", "glYear": 2025, "glPeriod": 2, "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869, "transactionText": "Invoice", "currency": "NOK", "currencyAmount": 625, "glCurrency": "NOK", "glAmount": 625, "vatCode": "", "accountNo": 500002, "customerNo": "543210", "referenceNo": 35078, "documentNo": "88776655", "arItemId": "2218-500002-35078-0", "createdTime": "2025-02-27T17:03:36.176+01:00" },
        { "clientNo": 2218, "glItemId": "2218-1165723-2", "glCaseNo": 1165723, "glLotNo": 6852398, "lineNo": 2, "glAccountNo": 3000, "glAccountName": "Sales revenue", "voucherDate": "2025-02-27", "glYear": 2025, "glPeriod": 2, "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869, "transactionText": "Red comb", "currency": "NOK", "currencyAmount": -500, "glCurrency": "NOK", "glAmount": -500, "vatCode": "3", "itemGroup1": "500", "referenceNo": 35078, "documentNo": "88776655", "createdTime": "2025-02-27T17:03:36.176+01:00" },
        { "clientNo": 2218, "glItemId": "2218-1165723-3", "glCaseNo": 1165723, "glLotNo": 6852398, "lineNo": 3, "glAccountNo": 2700, "glAccountName": "Output VAT", "voucherDate": "2025-02-27", "glYear": 2025, "glPeriod": 2, "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869, "transactionText": "VAT", "currency": "NOK", "currencyAmount": -125, "glCurrency": "NOK", "glAmount": -125, "vatCode": "3", "referenceNo": 35078, "documentNo": "88776655", "createdTime": "2025-02-27T17:03:36.176+01:00" }
      ]
    }
    """)  # noqa: E501 - as published
    answer = await started.get("/glitems")
    same(answer.json(), wanted)
    assert re.fullmatch("[A-Za-z0-9]{22}", answer.json()["summary"]["queryId"])
    assert answer.headers["x-total-count"] == "3"
    one = await started.get("/glitems/2218-1165723-2")
    same(one.json(), wanted["glItems"][1])


async def test_the_upload_of_2_11_2(published):
    answer = await published.post("/files", UPLOAD_EXAMPLE)
    assert answer.status_code == 200
    same(answer.json(), UPLOADED_EXAMPLE, UUIDS)


async def test_the_report_of_2_2_2(started, application, clock):
    await post_published(started)
    body = reports.REQUEST_EXAMPLE
    early = await started.post("/actions/reports", body)
    assert (early.status_code, early.json()["errors"][0]["errorCode"]) == (422, "ARM-2006")
    db, now = application.context.db, clock.now()
    await db.run(2218, lambda tx: close_period(tx, Period(2025, 2), now, ACTOR), BookLock.EXCLUSIVE)
    answer = await started.post("/actions/reports", body)
    assert answer.status_code == 202
    same(answer.json(), reports.ACCEPTED_EXAMPLE, UUIDS)
    batch_uuid = answer.json()["batchUuid"]
    assert answer.headers["location"] == f"http://testserver/arm/v1/clients/2218/batches/{batch_uuid}"


async def test_the_error_body_of_1_8(started):
    await post_published(started)
    changed = examples.DOCUMENT_REQUEST["document"] | {"customerMessage": "Another one"}
    answer = await started.post(
        "/documents",
        {"metadata": {"userId": "TestUser"}, "document": changed},
        X_Request_Id="7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11",
    )
    assert answer.status_code == 422
    wanted = json.loads("""
    {
      "timestamp": "2025-02-27T17:03:36.176+01:00",
      "status": 422,
      "error": "Unprocessable Entity",
      "message": "The document was rejected",
      "requestId": "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11",
      "path": "/arm/v1/clients/2218/documents",
      "errors": [
        { "errorCode": "ARM-2002", "field": "document.documentNo", "value": "88776655", "message": "documentNo already exists" }
      ]
    }
    """)  # noqa: E501 - as published
    same(answer.json(), wanted)


async def test_the_payment_reservation_of_2_16(started, clock):
    await post_published(started)
    await pay(started, "OCR-1", 500.63)
    clock.moment = datetime.fromisoformat("2025-03-28T10:15:02.660+01:00")
    answer = await started.post("/paymentreservations", RESERVATION_REQUEST)
    assert answer.status_code == 201
    same(answer.json(), RESERVATION_ANSWER, frozenset({"paymentReservationUuid"}))
    item = (await started.get(f"/aritems/{ITEM}")).json()
    assert (item["currencyBalance"], item["reservedStatus"]) == (124.37, "RESERVED")


async def test_the_health_of_2_1(published):
    answer = await published.get("/arm/v1/health")
    got = answer.json()
    assert list(got) == ["status", "version", "time", "components"]
    assert list(got["components"]) == ["database", "batchWorker"]
    assert got["time"] == "2025-02-27T17:03:36.176+01:00"
    assert answer.status_code == (200 if got["status"] == "UP" else 503)


@pytest.mark.parametrize("document_no", ["Ω-1", "a/b", "å?#%25 &+", "..", "batches", "a\u2028b"])
async def test_a_document_is_found_where_its_location_says(published, document_no):
    await published.customer()
    answer = await published.post_document(document_no)
    assert answer.status_code == 201, answer.text
    location = answer.headers["location"]
    assert location.isascii()
    if document_no == "..":
        return  # a path that nobody can ask for: clients take it apart before they send it
    found = await published.get(location.removeprefix("http://testserver"))
    assert found.status_code == 200, location
    assert found.json()["documentNo"] == document_no


async def test_what_was_done_is_told_in_norwegian_too(started):
    norwegian = {"Accept_Language": "nb"}
    posted = [await started.post("/documents", examples.DOCUMENT_REQUEST, **norwegian) for _ in range(2)]
    changed = await started.put("/aritems", examples.AR_ITEM_UPDATE, **norwegian)
    customer = await started.post("/customers", REQUEST_EXAMPLE, **norwegian)
    answers = [*posted, changed, customer]
    assert [a.status_code for a in answers] == [201, 200, 200, 200]
    assert [a.json()["message"] for a in answers] == [
        "Dokumentet er opprettet",
        "Dokumentet finnes fra før",
        "Posten er oppdatert",
        "Kunden er oppdatert",
    ]


async def test_the_item_in_norwegian(started):
    await post_published(started)
    answer = await started.get(f"/aritems/{ITEM}?expand=document", Accept_Language="nb-NO,nb;q=0.9,en;q=0.5")
    assert answer.headers["content-language"] == "no"
    assert answer.json()["voucherTypeDescription"] == "Faktura"
    assert answer.json()["document"]["documentTypeDescription"] == "Faktura"
    assert "documentLines" not in answer.json()["document"]
