"""Batches of customers (2.8.6, 2.8.7), sent in a call or in a file."""

import json
from base64 import b64encode

import pytest

from reskontro.ledger import parts
from reskontro.ledger.http import list_examples as examples
from reskontro.ledger.http.customer_batches import BATCH_EXAMPLE
from reskontro.ledger.service import customer_batches
from reskontro.platform.jobs import WorkContext
from tests.ledger.conftest import ALL_SCOPES, new_invoice, set_config

USER = {"metadata": {"userId": "TestUser"}}


class Batches:
    """A client's batches: sent, worked on by the work of the job worker, read."""

    def __init__(self, api, context):
        self.api = api
        self.context = context
        worker = WorkContext(db=context.db, clock=context.clock, parts=context.parts)
        self._worker = worker
        self._work = parts.client_work(worker)

    async def work(self):
        while await self._work(self._worker, self.api.client_no):
            pass

    async def done(self, *customers, method="POST"):
        answer = await self.api.call(method, "/customers/batches", USER | {"customers": list(customers)})
        assert answer.status_code == 202, answer.text
        await self.work()
        return await self.read(answer.json()["batchUuid"])

    async def read(self, batch_uuid, **headers):
        answer = await self.api.get(f"/batches/{batch_uuid}", **headers)
        return answer.status_code, answer.json()

    async def send_file(self, file_type, body, name="import.json"):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        file = {"fileType": file_type, "fileName": name, "content": b64encode(content).decode()}
        answer = await self.api.post("/files", USER | {"files": [file]})
        return answer.status_code, answer.json()["files"][0]

    async def file(self, file_uuid):
        return (await self.api.get(f"/files/{file_uuid}")).json()


@pytest.fixture
async def batches(api, application):
    return Batches(api, application.context)


@pytest.fixture
async def imports(batches, db):
    await set_config(db, batches.api.client_no, "files.uploadTypes", "CUSTOMER-IMPORT", "DOCUMENT-IMPORT")
    return batches


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_batch_is_accepted_as_published(batches, method):
    answer = await batches.api.call(method, "/customers/batches", BATCH_EXAMPLE)
    assert answer.status_code == 202
    got = answer.json()
    wanted = examples.CUSTOMER_BATCH_ACCEPTED | {"batchType": f"CUSTOMERS-{method}", "totalCount": 1}
    assert list(got) == list(wanted)
    assert got == wanted | {"batchUuid": got["batchUuid"]}
    url = f"/arm/v1/clients/{batches.api.client_no}/batches/{got['batchUuid']}"
    assert answer.headers["location"].endswith(url)
    assert (await batches.read(got["batchUuid"]))[0] == 202
    assert (await batches.api.get("/customers/543210")).status_code == 404


async def test_each_element_is_written_or_fails_alone(batches):
    await batches.api.customer("Known", name="Before", phoneNo="1")
    status, batch = await batches.done(
        {"customerNo": "A-1", "name": "Anne"},
        {"customerNo": "KNOWN", "name": "After"},
        {"customerNo": "B-2"},
        {"customerNo": "a-1", "name": "Anne again", "phoneNo": "99887766"},
        {"customerNo": "C-3", "name": "x", "currency": "XXX", "customerCategory": "?"},
        {"customerNo": "D 4", "name": 5},
    )
    assert (status, batch["batchStatus"]) == (206, "COMPLETED-WITH-ERRORS")
    assert (batch["batchType"], batch["okCount"], batch["failedCount"]) == ("CUSTOMERS-POST", 3, 3)
    assert "documentBundleId" not in batch
    results = batch["results"]
    assert [(r["itemNo"], r["resultType"], r["operation"], r["customerNo"]) for r in results] == [
        (1, "OK", "CREATED", "A-1"),
        (2, "OK", "UPDATED", "Known"),
        (3, "FAILED", "NONE", "B-2"),
        (4, "OK", "UPDATED", "A-1"),
        (5, "FAILED", "NONE", "C-3"),
        (6, "FAILED", "NONE", "D 4"),
    ]
    assert list(results[0]) == ["itemNo", "resultType", "operation", "customerNo", "accountNo", "errors"]
    assert results[0]["accountNo"] == results[3]["accountNo"]
    assert [[(e["errorCode"], e["field"]) for e in r["errors"]] for r in results] == [
        [],
        [],
        [("ARM-1003", "customers[2].name")],
        [],
        [("ARM-2001", "customers[4].customerCategory"), ("ARM-2009", "customers[4].currency")],
        [("ARM-1002", "customers[5].customerNo"), ("ARM-1002", "customers[5].name")],
    ]
    anne = (await batches.api.get("/customers/a-1")).json()
    assert (anne["name"], anne["phoneNo"]) == ("Anne again", "99887766")
    known = (await batches.api.get("/customers/known")).json()
    assert (known["name"], known["phoneNo"]) == ("After", "1")
    entry = (await batches.api.get("/logitems?entityid=a-1")).json()["logItems"][0]
    assert (entry["source"], entry["userId"]) == ("BATCH", "TestUser")


async def test_an_update_of_an_unknown_customer_fails_alone(batches):
    await batches.api.customer("A", name="Before")
    status, batch = await batches.done({"customerNo": "A", "name": "x"}, {"customerNo": "B", "name": "y"}, method="PUT")
    assert (status, batch["batchType"]) == (206, "CUSTOMERS-PUT")
    assert batch["results"][1]["errors"] == [
        {"errorCode": "ARM-2011", "field": "customers[1].customerNo", "value": "B", "message": "Unknown customer"}
    ]
    assert (await batches.api.get("/customers/B")).status_code == 404
    status, batch = await batches.done({"customerNo": "C", "name": "y"}, method="PUT")
    assert (status, batch["batchStatus"]) == (406, "REJECTED")


async def test_a_batch_goes_on_after_its_last_whole_chunk(batches, monkeypatch):
    monkeypatch.setattr(customer_batches, "CHUNK", 3)
    write, calls = customer_batches.write_customer, []

    async def dies(*args):
        calls.append(args[4].customer_no)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return await write(*args)

    monkeypatch.setattr(customer_batches, "write_customer", dies)
    sent = [{"customerNo": f"C-{n}", "name": "x"} for n in range(8)]
    answer = await batches.api.post("/customers/batches", USER | {"customers": sent})
    with pytest.raises(KeyboardInterrupt):
        await batches.work()
    await batches.work()
    status, batch = await batches.read(answer.json()["batchUuid"])
    assert (status, batch["okCount"]) == (200, 8)
    assert {r["operation"] for r in batch["results"]} == {"CREATED"}
    assert calls == ["C-0", "C-1", "C-2", "C-3", "C-4", *(f"C-{n}" for n in range(3, 8))]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"customers": []}, {"metadata": "ARM-1003", "customers": "ARM-1003"}),
        (USER | {"customers": [{"name": "x"}, {"customerNo": 5}, "x"]}, {
            "customers[0].customerNo": "ARM-1003", "customers[1].customerNo": "ARM-1002", "customers[2]": "ARM-1002",
        }),
        (USER | {"customers": [{"customerNo": "x"}] * 1001}, {"customers": "ARM-1007"}),
    ],
)  # fmt: skip
async def test_the_envelope_is_checked_before_a_batch_is_accepted(batches, body, faults):
    answer = await batches.api.post("/customers/batches", body)
    assert answer.status_code == 400
    assert {e["field"]: e["errorCode"] for e in answer.json()["errors"]} == faults


async def test_a_customer_batch_is_effective_before_a_later_document_batch(batches):
    customers = await batches.api.post("/customers/batches", USER | {"customers": [{"customerNo": "A", "name": "x"}]})
    documents = await batches.api.post("/documents/batches", USER | {"documents": [new_invoice("I", customer_no="A")]})
    await batches.work()
    assert (await batches.read(customers.json()["batchUuid"]))[0] == 200
    assert (await batches.read(documents.json()["batchUuid"]))[0] == 200


async def test_results_are_read_with_the_scope_of_the_call(batches, api_for):
    batch_uuid = (await batches.done({"customerNo": "A", "name": "x"}))[1]["batchUuid"]
    less = api_for(batches.api.client_no, scopes=ALL_SCOPES - {"write:arm.customer"})
    assert (await less.get(f"/batches/{batch_uuid}")).status_code == 403


# In a file


async def test_a_customer_file_is_a_batch(imports):
    status, sent = await imports.send_file("CUSTOMER-IMPORT", USER | {"customers": [{"customerNo": "A", "name": "x"}]})
    assert status == 200
    assert (await imports.api.get("/customers/A")).status_code == 404
    await imports.work()
    file = await imports.file(sent["fileUuid"])
    assert file["fileStatus"] == "PROCESSED"
    assert "processedTime" in file
    assert (await imports.api.get("/customers/A")).json()["name"] == "x"
    told = (await imports.api.get(f"/logitems?entityid={sent['fileUuid']}")).json()["logItems"]
    assert told[0]["source"] == "IMPORT" or told[1]["source"] == "IMPORT"


async def test_a_document_file_is_a_batch(imports):
    await imports.api.customer()
    documents = USER | {"documents": [new_invoice("I-1"), new_invoice("I-2", customer_no="nobody")]}
    _, sent = await imports.send_file("DOCUMENT-IMPORT", documents)
    await imports.work()
    assert (await imports.file(sent["fileUuid"]))["fileStatus"] == "PROCESSED"
    assert (await imports.api.get("/documents/I-1")).status_code == 200
    texts = [i["logText"] for i in (await imports.api.get(f"/logitems?entityid={sent['fileUuid']}")).json()["logItems"]]
    told = next(t for t in texts if t.startswith("File imported as batch"))
    assert told.endswith("COMPLETED-WITH-ERRORS")


async def test_a_file_of_which_nothing_could_be_done_has_failed(imports):
    _, sent = await imports.send_file("CUSTOMER-IMPORT", USER | {"customers": [{"customerNo": "A"}]})
    await imports.work()
    file = await imports.file(sent["fileUuid"])
    assert file["fileStatus"] == "FAILED"
    assert [(e["errorCode"], e["field"]) for e in file["errors"]] == [("ARM-1003", "customers[0].name")]


@pytest.mark.parametrize(
    "content", [b"noise", b"{}", b'{"metadata": {"userId": "x"}, "customers": [{}]}', b'{"customers": "\xff"}']
)
async def test_a_file_that_is_no_batch_is_refused_and_kept(imports, content):
    status, sent = await imports.send_file("CUSTOMER-IMPORT", content)
    assert (status, sent["statusCode"]) == (422, 422)
    assert {error["errorCode"] for error in sent["errors"]} == {"ARM-2014"}
    assert (await imports.file(sent["fileUuid"]))["fileStatus"] == "FAILED"
    await imports.work()
