"""The published example bodies of lists, field by field, in order."""

from datetime import UTC, datetime

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.http import list_examples
from reskontro.ledger.http.customer_bodies import CUSTOMER_EXAMPLE
from reskontro.ledger.http.customer_lists import EXAMPLE as CUSTOMERS_EXAMPLE
from reskontro.ledger.service.files import NewFile, keep_produced
from reskontro.ledger.service.periods import close_period, report_period
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import BookLock
from reskontro.platform.files import FileStore
from tests.contracts.test_examples import ACTOR, UUIDS, defer, post_published, same, started

__all__ = ["started"]

GENERATED = UUIDS | {"queryId"}


async def test_the_ar_items_of_2_3_1(started, application, clock, counters):
    await post_published(started, externalId1="9Pb3bfEjKr2iFPxKNIGHhB")
    clock.moment = datetime(2025, 3, 10, 5, 31, 2, 410_000, tzinfo=UTC)
    await counters.go_on(gl_case_no=1166010, gl_lot_no=6853001, voucher__2025=58012, ledger_period_report=2564)
    posting = {
        "postingId": "P",
        "kid": "500221850000200350786",
        "voucherDate": "2025-03-10",
        "currencyAmount": 500.63,
        "paymentMethod": "OCR",
        "transactionText": "Payment OCR",
    }
    body = {"metadata": {"userId": "TestUser"}, "autoPostings": [posting]}
    assert (await started.post("/autopostings/payment", body)).status_code == 200
    await defer(started, "2025-04-01")
    db, numbers, now, february = application.context.db, application.context.part(Numbers), clock.now(), Period(2025, 2)
    await db.run(2218, lambda tx: close_period(tx, february, now, ACTOR), BookLock.EXCLUSIVE)
    await db.run(2218, lambda tx: report_period(tx, numbers, february, now, ACTOR))
    answer = await started.get("/aritems?customerno=543210&expand&userid", Accept_Language="")
    assert answer.status_code == 200
    same(answer.json(), list_examples.AR_ITEMS, GENERATED)
    assert answer.headers["x-total-count"] == "2"


async def test_the_customers_of_2_8_3(published, clock):
    clock.moment = datetime(2014, 11, 13, 9, 0, tzinfo=UTC)  # postalAddressChanged is the day of the write
    written = {name: value for name, value in CUSTOMER_EXAMPLE.items() if name not in {"clientNo", "accountNo"}}
    body = {"metadata": {"userId": "TestUser"}, "customer": written}
    assert (await published.post("/customers", body)).status_code == 201
    answer = await published.get("/customers?customerno=543210")
    assert answer.status_code == 200
    same(answer.json(), CUSTOMERS_EXAMPLE, GENERATED)


async def test_the_deletion_of_2_8_5(published):
    await published.customer("543210")
    answer = await published.call("DELETE", "/customers/543210")
    same(answer.json(), list_examples.CUSTOMER_DELETED)


async def test_the_batch_of_2_8_6(published):
    customers = [{"customerNo": f"C-{number}", "name": "x"} for number in range(250)]
    body = {"metadata": {"userId": "TestUser"}, "customers": customers}
    answer = await published.post("/customers/batches", body)
    assert answer.status_code == 202
    same(answer.json(), list_examples.CUSTOMER_BATCH_ACCEPTED, GENERATED)


async def distribute(db, moment):
    async with db.transaction(2218) as tx:
        await tx.execute(
            """
            update document_bundle set bundle_status = 'DISTRIBUTED', distributed_time = $1, created_time = $2,
                batch_uuid = 'b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de'
            where client_no = 2218
            """,
            moment,
            datetime(2025, 2, 27, 16, 3, 36, 900_000, tzinfo=UTC),
        )
        await tx.execute("update document_state set document_status = 'DISTRIBUTED' where client_no = 2218")


async def test_the_documents_of_2_10_3_and_the_bundles_of_2_9_1(started, db):
    await post_published(started)
    posting = {"postingId": "P", "documentNo": "88776655", "voucherDate": "2025-02-27", "currencyAmount": 500.63}
    body = {"metadata": {"userId": "TestUser"}, "autoPostings": [posting]}
    assert (await started.post("/autopostings/payment", body)).status_code == 200
    await defer(started, "2025-04-01")
    await distribute(db, datetime(2025, 2, 27, 17, 0, 11, tzinfo=UTC))
    got = (await started.get("/documents?documentno=88776655")).json()
    same(got["summary"], list_examples.DOCUMENTS["summary"], GENERATED, ".summary")
    (wanted,) = list_examples.DOCUMENTS["documents"]
    (document,) = got["documents"]
    same(dict(list(document.items())[: len(wanted)]), wanted, GENERATED)
    bundles = await started.get("/documentbundles")
    same(bundles.json(), list_examples.DOCUMENT_BUNDLES, GENERATED)
    one = await started.get("/documentbundles/2218-904411")
    same(one.json(), list_examples.DOCUMENT_BUNDLES["documentBundles"][0], GENERATED)


async def test_the_files_of_2_11_1(published, application, db, clock):
    clock.moment = datetime(2025, 3, 5, 1, 0, 9, 512_000, tzinfo=UTC)
    made = NewFile(
        file_type="LEDGER-PERIOD-REPORT",
        file_name="ledger-period-2218-2025-02.pdf",
        content=b"x" * 48211,
        ledger_period_report_no=2564,
    )
    actor = Actor("SYSTEM", "TestUser")
    async with db.transaction(2218) as tx:
        await keep_produced(tx, application.context.part(FileStore), made, clock.now(), actor)
    got = (await published.get("/files?filetype=LEDGER-PERIOD-REPORT")).json()
    (file,) = got["files"]
    assert len(file["checksumSha256"]) == 64
    file["checksumSha256"] = list_examples.FILES["files"][0]["checksumSha256"]  # of other bytes
    same(got, list_examples.FILES, GENERATED)
