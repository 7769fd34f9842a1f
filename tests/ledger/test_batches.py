"""Batches (2.5): accepted at once, worked on one after the other, told element by element."""

import asyncio
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from reskontro.ledger.http.documents import documents_of_batch
from reskontro.ledger.service import batches as service
from reskontro.ledger.service.batches import Runner
from reskontro.ledger.store import batches as store
from reskontro.ledger.store.numbers import Numbers
from tests.ledger.conftest import ALL_SCOPES, new_invoice


class Batches:
    """A client's batches: sent, worked on, read."""

    def __init__(self, api, context, clock):
        self.api = api
        self.context = context
        self.clock = clock

    @property
    def runner(self):
        async def no_files(*_):
            raise AssertionError("no file waits")

        return Runner(
            db=self.context.db,
            numbers=self.context.part(Numbers),
            clock=self.clock,
            read_documents=documents_of_batch,
            import_file=no_files,
        )

    async def send(self, *documents, raw=None):
        body = raw or {"metadata": {"userId": "TestUser"}, "documents": list(documents)}
        answer = await self.api.post("/documents/batches", body)
        assert answer.status_code == 202, answer.text
        return answer.json()["batchUuid"]

    async def work(self):
        while await self.runner.work(self.api.client_no):
            pass

    async def read(self, batch_uuid):
        answer = await self.api.get(f"/batches/{batch_uuid}")
        return answer.status_code, answer.json()

    async def done(self, *documents, raw=None):
        batch_uuid = await self.send(*documents, raw=raw)
        await self.work()
        return await self.read(batch_uuid)

    async def rows(self, sql, *more):
        async with self.context.db.reading(self.api.client_no) as tx:
            return await tx.fetch(sql, self.api.client_no, *more)


@pytest.fixture
async def batches(api, application, clock):
    await api.customer()
    return Batches(api, application.context, clock)


def outcomes(batch):
    return [(r["itemNo"], r["resultType"], r["operation"]) for r in batch["results"]]


async def test_a_batch_is_accepted_and_not_done_at_once(batches):
    body = {"metadata": {"userId": "TestUser"}, "documents": [new_invoice("I-1"), new_invoice("I-2")]}
    answer = await batches.api.post("/documents/batches", body)
    assert answer.status_code == 202
    batch_uuid = answer.json()["batchUuid"]
    assert UUID(batch_uuid)
    assert answer.headers["location"].endswith(f"/clients/{batches.api.client_no}/batches/{batch_uuid}")
    waiting = await batches.api.get(f"/batches/{batch_uuid}")
    assert waiting.status_code == 202
    assert waiting.headers["retry-after"] == "5"
    assert waiting.json()["batchStatus"] == "RECEIVED"
    assert list(waiting.json()) == [
        "batchUuid", "clientNo", "batchType", "batchStatus", "userId", "receivedTime", "totalCount",
    ]  # fmt: skip
    assert (await batches.api.get("/documents/I-1")).status_code == 404
    jobs = await batches.rows(
        "select count(*) as n from pgqueuer where convert_from(payload, 'UTF8')::json->>'client_no' = $1::int::text"
    )
    assert jobs[0]["n"] == 1


async def test_a_batch_under_way_says_so(batches, monkeypatch):
    batch_uuid = await batches.send(new_invoice("I-1"))

    async def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "advance", stop)
    with pytest.raises(KeyboardInterrupt):
        await batches.runner.work(batches.api.client_no)
    status, batch = await batches.read(batch_uuid)
    assert (status, batch["batchStatus"]) == (202, "PROCESSING")
    assert "startedTime" in batch
    assert not {"results", "completedTime", "okCount", "failedCount"} & set(batch)


async def test_all_well_is_200_with_results_in_order(batches):
    status, batch = await batches.done(*(new_invoice(f"I-{n}", n) for n in range(1, 8)))
    assert (status, batch["batchStatus"]) == (200, "COMPLETED")
    assert outcomes(batch) == [(n, "OK", "CREATED") for n in range(1, 8)]
    assert [r["documentNo"] for r in batch["results"]] == [f"I-{n}" for n in range(1, 8)]
    assert (batch["totalCount"], batch["okCount"], batch["failedCount"]) == (7, 7, 0)
    documents = [(await batches.api.get(f"/documents/I-{n}")).json() for n in range(1, 8)]
    assert len({d["glLotNo"] for d in documents}) == 1
    assert len({d["glCaseNo"] for d in documents}) == 7
    assert {d["documentBundleId"] for d in documents} == {batch["documentBundleId"]}
    assert [d["referenceNo"] for d in documents] == sorted(d["referenceNo"] for d in documents)
    for result, document in zip(batch["results"], documents, strict=True):
        assert {n: result[n] for n in ("documentUuid", "arItemId", "kid", "referenceNo")} == {
            n: document[n] for n in ("documentUuid", "arItemId", "kid", "referenceNo")
        }


async def test_an_unknown_customer_fails_alone(batches):
    status, batch = await batches.done(new_invoice("I-1"), new_invoice("I-2", customer_no="999999"), new_invoice("I-3"))
    assert (status, batch["batchStatus"]) == (206, "COMPLETED-WITH-ERRORS")
    assert outcomes(batch) == [(1, "OK", "CREATED"), (2, "FAILED", "NONE"), (3, "OK", "CREATED")]
    assert batch["results"][1] == {
        "itemNo": 2,
        "resultType": "FAILED",
        "operation": "NONE",
        "documentNo": "I-2",
        "errors": [
            {
                "errorCode": "ARM-2011",
                "field": "documents[1].customerNo",
                "value": "999999",
                "message": "Unknown customer",
            }
        ],
    }


async def test_all_failed_is_406(batches):
    status, batch = await batches.done(new_invoice("I-1", customer_no="a"), new_invoice("I-2", customer_no="b"))
    assert (status, batch["batchStatus"]) == (406, "REJECTED")
    assert (batch["okCount"], batch["failedCount"]) == (0, 2)


async def test_faults_are_told_in_the_language_of_whoever_reads(batches):
    batch_uuid = await batches.send(new_invoice("I-1", customer_no="a"))
    await batches.work()
    answer = await batches.api.get(f"/batches/{batch_uuid}", Accept_Language="no")
    assert answer.json()["results"][0]["errors"][0]["message"] == "Ukjent kunde"


async def test_a_credit_note_for_an_invoice_of_the_same_batch(batches):
    notes = [
        new_invoice("C-1", 200, documentType="CN", creditedDocumentNo="i-1"),
        new_invoice("C-2", 100, documentType="CN", creditedDocumentNo="I-1"),
    ]
    status, batch = await batches.done(new_invoice("I-1", 500), new_invoice("I-2", 10), *notes, new_invoice("I-3", 5))
    assert status == 200, batch
    assert outcomes(batch) == [(n, "OK", "CREATED") for n in range(1, 6)]
    assert batch["results"][2]["referenceNo"] == batch["results"][0]["referenceNo"]
    assert (await batches.api.item(batch["results"][0]["arItemId"]))["currencyBalance"] == 200
    documents = [(await batches.api.get(f"/documents/{no}")).json() for no in ("I-1", "C-1", "I-3")]
    assert len({d["glLotNo"] for d in documents}) == 1


async def test_a_credit_note_before_its_invoice_fails_alone(batches):
    note = new_invoice("C-1", 200, documentType="CN", creditedDocumentNo="I-1")
    status, batch = await batches.done(note, new_invoice("I-1", 500))
    assert status == 206
    assert batch["results"][0]["errors"][0]["field"] == "documents[0].creditedDocumentNo"
    assert batch["results"][0]["errors"][0]["errorCode"] == "ARM-2011"


async def test_malformed_elements_are_told_with_their_paths(batches):
    wrong = new_invoice("I-2", documentDate="27.02.2025", customerMessage=5)
    wrong["documentLines"][0]["price"] = "dear"
    lineless = new_invoice("I-3")
    del lineless["documentLines"]
    nul = new_invoice("I-4", ledgerNote="a\u0000b")
    status, batch = await batches.done(new_invoice("I-1"), wrong, lineless, {}, nul)
    assert status == 206
    assert [r["resultType"] for r in batch["results"]] == ["OK", *["FAILED"] * 4]
    assert {e["field"]: e["errorCode"] for e in batch["results"][1]["errors"]} == {
        "documents[1].documentDate": "ARM-1002",
        "documents[1].customerMessage": "ARM-1002",
        "documents[1].documentLines[0].price": "ARM-1002",
    }
    assert [(e["field"], e["errorCode"]) for e in batch["results"][2]["errors"]] == [
        ("documents[2].documentLines", "ARM-1003")
    ]
    assert {e["field"] for e in batch["results"][3]["errors"]} == {
        f"documents[3].{name}"
        for name in ("documentType", "customerNo", "documentNo", "documentDate", "currencyAmounts")
    }
    assert [e["field"] for e in batch["results"][4]["errors"]] == ["documents[4].ledgerNote"]
    assert [r.get("documentNo") for r in batch["results"]] == ["I-1", "I-2", "I-3", None, "I-4"]


async def test_numbers_of_any_size_do_not_stop_the_batches(batches):
    body = {"metadata": {"userId": "T"}, "documents": [new_invoice("I-1"), new_invoice("I-2"), new_invoice("I-3")]}
    text = (
        json.dumps(body)
        .replace('"lineNo": 1', f'"lineNo": {"9" * 4000}', 1)
        .replace('"price": 625', '"price": 1e99999', 1)
    )
    status, batch = await batches.done(raw=text.encode())
    assert status == 206, batch
    assert [r["resultType"] for r in batch["results"]] == ["FAILED", "OK", "OK"]


async def test_whole_numbers_with_a_point_are_taken_in_a_batch_too(batches):
    body = {"metadata": {"userId": "T"}, "documents": [new_invoice("I-1")]}
    text = json.dumps(body).replace('"lineNo": 1', '"lineNo": 1.0')
    assert (await batches.done(raw=text.encode()))[0] == 200


async def test_the_same_document_twice_in_a_batch_is_made_once(batches):
    status, batch = await batches.done(new_invoice("I-1"), new_invoice("I-1"), new_invoice("i-1", 700))
    assert status == 206
    assert outcomes(batch) == [(1, "OK", "CREATED"), (2, "OK", "NONE"), (3, "FAILED", "NONE")]
    assert batch["results"][1] | {"itemNo": 1, "operation": "CREATED"} == batch["results"][0]
    assert batch["results"][2]["errors"][0]["errorCode"] == "ARM-2002"
    again = await batches.done(new_invoice("I-1"))
    assert outcomes(again[1]) == [(1, "OK", "NONE")]


async def test_what_is_no_envelope_is_refused_before_it_is_accepted(batches):
    for body, field in (
        ({"metadata": {"userId": "T"}, "documents": []}, "documents"),
        ({"metadata": {"userId": "T"}}, "documents"),
        ({"metadata": {"userId": ""}, "documents": [{}]}, "metadata.userId"),
        ({"metadata": {"userId": "T"}, "documents": [{}, 5]}, "documents[1]"),
    ):
        answer = await batches.api.post("/documents/batches", body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field
    assert not await batches.rows("select 1 from batch where client_no = $1")


# Order, crashes, rivals


async def test_batches_of_a_client_are_worked_on_in_the_order_of_their_arrival(batches):
    first = await batches.send(new_invoice("I-1", 500))
    second = await batches.send(new_invoice("C-1", 200, documentType="CN", creditedDocumentNo="I-1"))
    third = await batches.send(new_invoice("I-1", 700))
    assert await batches.runner.work(batches.api.client_no)
    assert [(await batches.read(b))[0] for b in (first, second, third)] == [200, 202, 202]
    await batches.work()
    assert [(await batches.read(b))[0] for b in (first, second, third)] == [200, 200, 406]
    assert not await batches.runner.work(batches.api.client_no)


class Crash(BaseException):
    """The process dies."""


@pytest.mark.parametrize("where", ["start", "advance", "post", "add_results", "finish"])
@pytest.mark.parametrize("after", [0, 1, 2])
async def test_a_crash_in_the_middle_loses_and_doubles_nothing(batches, monkeypatch, where, after):
    monkeypatch.setattr(service, "CHUNK", 3)
    module = service.documents if where == "post" else store
    real = getattr(module, where)
    calls = 0

    async def crashing(*args, **more):
        nonlocal calls
        calls += 1
        if calls == after + 1:
            raise Crash
        return await real(*args, **more)

    monkeypatch.setattr(module, where, crashing)
    wrong = new_invoice("W", customer_no="nobody")
    batch_uuid = await batches.send(*(new_invoice(f"I-{n}", n) for n in range(1, 8)), wrong)
    try:
        await batches.work()
    except Crash:
        await batches.work()
    status, batch = await batches.read(batch_uuid)
    assert (status, batch["okCount"], batch["failedCount"]) == (206, 7, 1)
    assert [r["itemNo"] for r in batch["results"]] == list(range(1, 9))
    documents = await batches.rows("select document_no from document where client_no = $1")
    assert sorted(row["document_no"] for row in documents) == [f"I-{n}" for n in range(1, 8)]
    counted = await batches.rows(
        """
        select (select count(*) from ar_item where client_no = $1) as items,
            (select count(*) from gl_case where client_no = $1) as cases,
            (select count(*) from document_bundle where client_no = $1) as bundles,
            (select count(*) from gl_lot where client_no = $1) as lots,
            (select count(distinct gl_lot_no) from gl_case where client_no = $1) as used_lots,
            (select coalesce(sum(gl_minor), 0) from gl_item where client_no = $1) as sum
        """
    )
    assert tuple(counted[0]) == (7, 7, 1, 1, 1, 0)


async def test_two_workers_at_one_batch_do_each_document_once(batches, monkeypatch):
    monkeypatch.setattr(service, "CHUNK", 2)
    batch_uuid = await batches.send(*(new_invoice(f"I-{n}", n) for n in range(1, 12)))
    await asyncio.gather(*(batches.runner.work(batches.api.client_no) for _ in range(3)), return_exceptions=True)
    await batches.work()
    status, batch = await batches.read(batch_uuid)
    assert (status, batch["okCount"]) == (200, 11)
    assert [r["itemNo"] for r in batch["results"]] == list(range(1, 12))
    assert len(await batches.rows("select 1 from ar_item where client_no = $1")) == 11


async def test_a_batch_races_a_single_post_of_the_same_document(batches):
    batch_uuid = await batches.send(*(new_invoice(f"I-{n}", 10) for n in range(1, 9)))
    single, _ = await asyncio.gather(
        asyncio.gather(*(batches.api.post_document(f"I-{n}", 20) for n in range(1, 9))), batches.work()
    )
    _, batch = await batches.read(batch_uuid)
    for answer, result in zip(single, batch["results"], strict=True):
        assert (answer.status_code == 201) is (result["resultType"] == "FAILED"), (answer.text, result)
    assert len(await batches.rows("select 1 from document where client_no = $1")) == 8


async def test_a_finished_batch_keeps_its_results_and_not_its_body(batches):
    await batches.done(new_invoice("I-1"))
    rows = await batches.rows("select payload, completed_time from batch where client_no = $1")
    assert [(row["payload"], row["completed_time"] is None) for row in rows] == [(None, False)]


# Reading


async def test_reading_a_batch_needs_the_scope_of_the_call_that_made_it(batches, api_for):
    batch_uuid = await batches.send(new_invoice("I-1"))
    path = f"/batches/{batch_uuid}"
    client_no = batches.api.client_no
    assert (await api_for(client_no, scopes=frozenset({"write:arm.document"})).get(path)).status_code == 202
    for scopes in (
        {"write:arm.customer"},
        {"write:arm.action"},
        {"read:arm.document"},
        ALL_SCOPES - {"write:arm.document"},
    ):
        answer = await api_for(client_no, scopes=frozenset(scopes)).get(path)
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["errorCode"] == "ARM-1202"


async def test_another_clients_batch_is_not_there(batches, api_for, db):
    from tests.ledger.conftest import make_client

    batch_uuid = await batches.send(new_invoice("I-1"))
    other = api_for(await make_client(db))
    answer = await other.get(f"/batches/{batch_uuid}")
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (404, "ARM-1302")


async def test_a_batch_is_kept_for_90_days(batches):
    batch_uuid = await batches.send(new_invoice("I-1"))
    await batches.work()
    batches.clock.moment += timedelta(days=90) - timedelta(milliseconds=1)
    assert (await batches.read(batch_uuid))[0] == 200
    batches.clock.moment += timedelta(milliseconds=1)
    status, body = await batches.read(batch_uuid)
    assert (status, body["errors"][0]["errorCode"]) == (404, "ARM-1302")


async def test_a_uuid_is_lower_case_and_a_uuid(batches):
    batch_uuid = await batches.send(new_invoice("I-1"))
    for wrong in (batch_uuid.upper(), batch_uuid.replace("-", ""), "{" + batch_uuid + "}", "1", batch_uuid + "0"):
        if wrong == batch_uuid:
            continue
        status, body = await batches.read(wrong)
        assert status == 400, wrong
        assert [(e["errorCode"], e["field"]) for e in body["errors"]] == [("ARM-1002", "batchuuid")]
    status, body = await batches.read(uuid4())
    assert (status, body["errors"][0]["errorCode"]) == (404, "ARM-1302")


async def test_an_answer_of_406_is_a_result_and_not_about_media_types(batches):
    batch_uuid = await batches.send(new_invoice("I-1", customer_no="a"))
    await batches.work()
    answer = await batches.api.get(f"/batches/{batch_uuid}", Accept="application/json")
    assert answer.status_code == 406
    assert answer.json()["batchStatus"] == "REJECTED"
    refused = await batches.api.get(f"/batches/{batch_uuid}", Accept="text/html")
    assert refused.status_code == 406
    assert refused.json()["errors"][0]["errorCode"] == "ARM-1010"
