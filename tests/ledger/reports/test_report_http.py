"""Reports (2.2.2) as an integration meets them: asked for, made as a batch, read as a file."""

import asyncio
import base64
from uuid import UUID

import pytest

from reskontro.documents import report_pdf
from reskontro.documents.typesetter import CompileError, Typesetter
from reskontro.ledger.service import report_contents
from reskontro.ledger.service import reports as service
from reskontro.ledger.store import batches as batch_store
from tests.ledger.conftest import set_config


def codes(answer):
    return {(error["errorCode"], error.get("field")) for error in answer.json()["errors"]}


async def test_a_report_is_accepted_and_not_made_at_once(reports):
    answer = await reports.ask("OPEN-ITEMS")
    assert answer.status_code == 202
    assert list(answer.json()) == ["resultType", "batchUuid", "batchType", "batchStatus"]
    batch_uuid = answer.json()["batchUuid"]
    assert answer.headers["location"].endswith(f"/clients/{reports.api.client_no}/batches/{batch_uuid}")
    status, batch = await reports.batch(batch_uuid)
    assert (status, batch["batchType"], batch["batchStatus"], batch["totalCount"]) == (202, "REPORT", "RECEIVED", 1)


async def test_the_finished_batch_has_one_result_with_the_file(reports):
    batch_uuid = (await reports.ask("OPEN-ITEMS")).json()["batchUuid"]
    await reports.work()
    status, batch = await reports.batch(batch_uuid)
    assert (status, batch["batchStatus"], batch["okCount"], batch["failedCount"]) == (200, "COMPLETED", 1, 0)
    (result,) = batch["results"]
    assert UUID(result.pop("fileUuid"))
    assert result == {"itemNo": 1, "resultType": "OK", "operation": "CREATED", "errors": []}


async def test_the_file_is_read_as_json_or_as_bytes(reports):
    file = await reports.made("OPEN-ITEMS")
    named = ("fileType", "fileName", "contentType", "direction", "fileStatus", "userId")
    assert [file[name] for name in named] == [
        "REPORT", f"open-items-{reports.api.client_no}-2025-02-27.pdf", "application/pdf", "OUT", "STORED", "TestUser",
    ]  # fmt: skip
    assert file["fileSize"] == len(file["content"])
    raw = await reports.api.get(f"/files/{file['fileUuid']}", Accept="application/pdf")
    assert raw.content == file["content"]
    assert raw.content.startswith(b"%PDF-")


@pytest.mark.parametrize(("paper", "content_type"), [("CSV", "text/csv; charset=utf-8"), ("JSON", "application/json")])
async def test_the_other_formats_have_their_types(reports, paper, content_type):
    file = await reports.made("CUSTOMER-LIST", format=paper)
    assert (file["contentType"], file["fileName"].rpartition(".")[2]) == (content_type, paper.lower())


async def test_the_language_is_the_clients_where_none_is_given(reports, db):
    assert (await reports.json("OPEN-ITEMS"))["title"] == "Åpne poster"
    assert (await reports.json("OPEN-ITEMS", language="en"))["title"] == "Open items"
    await set_config(db, reports.api.client_no, "document.defaultLanguage", "en")
    assert (await reports.json("OPEN-ITEMS"))["title"] == "Open items"


# What is refused


@pytest.mark.parametrize(
    ("fields", "status", "found"),
    [
        ({"reportType": "SHOES"}, 422, {("ARM-2001", "report.reportType")}),
        ({"format": "DOC", "language": "de"}, 422, {("ARM-2001", "report.format"), ("ARM-2001", "report.language")}),
        ({"reportType": "LEDGER-PERIOD"}, 400, {("ARM-1003", "report.glYear"), ("ARM-1003", "report.glPeriod")}),
        ({"glYear": 2025}, 400, {("ARM-1008", "report.glYear")}),
        ({"reportType": "GL-BALANCE", "glYear": 2025, "glPeriod": 13}, 400, {("ARM-1002", "report.glPeriod")}),
        ({"asOfDate": "27.02.2025"}, 400, {("ARM-1002", "report.asOfDate")}),
        ({"customerNo": "nobody"}, 404, {("ARM-1302", "report.customerNo")}),
        ({"customerNo": ""}, 400, {("ARM-1002", "report.customerNo")}),
        ({"reportType": "LEDGER-PERIOD", "glYear": 2025, "glPeriod": 2}, 422, {("ARM-2006", "report.glPeriod")}),
        (
            {"reportType": "UNPLACED-PAYMENTS", "fromDate": "2025-02-01", "toDate": "2025-01-31"},
            422,
            {("ARM-2010", "report.toDate")},
        ),
        ({"emailAddress": ["a@b"] * 6}, 400, {("ARM-1007", "report.emailAddress")}),
        (
            {"emailAddress": ["owe@example.no", "owe", "a@b", "a b@example.no", "a@example.no\r\nBcc: x@example.no"]},
            400,
            {("ARM-1002", f"report.emailAddress[{n}]") for n in range(1, 5)},
        ),
    ],
)
async def test_what_cannot_be_made_is_refused_at_once(reports, fields, status, found):
    answer = await reports.ask(
        **{"report_type": "OPEN-ITEMS"} | {_snake(name): value for name, value in fields.items()}
    )
    assert answer.status_code == status, answer.text
    assert codes(answer) == found
    assert await reports.rows("select from batch where client_no = $1") == []


def _snake(name):
    return "report_type" if name == "reportType" else name


async def test_a_client_of_another_scope_may_not_ask(reports, api_for):
    other = api_for(reports.api.client_no, scopes=frozenset({"read:arm.file"}))
    body = {"metadata": {"userId": "T"}, "report": {"reportType": "ADB"}}
    assert (await other.post("/actions/reports", body)).status_code == 403


async def test_the_batch_needs_the_scope_of_the_call(reports, api_for):
    batch_uuid = (await reports.ask("ADB")).json()["batchUuid"]
    reader = api_for(reports.api.client_no, scopes=frozenset({"write:arm.document"}))
    assert (await reader.get(f"/batches/{batch_uuid}")).status_code == 403


async def test_intervals_that_are_none_are_refused(reports, db):
    await set_config(db, reports.api.client_no, "adb.intervals", "30,14")
    answer = await reports.ask("ADB")
    assert (answer.status_code, codes(answer)) == (422, {("ARM-2013", None)})
    assert (await reports.ask("OPEN-ITEMS")).status_code == 202
    await reports.work()


async def test_whom_to_tell_is_kept_on_the_batch(reports):
    batch_uuid = (await reports.ask("ADB", emailAddress=["owe@example.no", "øystein@blåbær.no"])).json()["batchUuid"]
    await reports.work()
    ((kept,),) = await reports.rows(
        "select email_addresses from batch where client_no = $1 and batch_uuid = $2", UUID(batch_uuid)
    )
    assert kept == ["owe@example.no", "øystein@blåbær.no"]


# What can happen on the way


async def test_a_customer_that_is_gone_meanwhile_fails_the_report(reports):
    await reports.api.customer("C-1")
    batch_uuid = (await reports.ask("ACCOUNT-STATEMENT", customerNo="c-1")).json()["batchUuid"]
    assert (await reports.api.call("DELETE", "/customers/C-1")).status_code == 200
    await reports.work()
    status, batch = await reports.batch(batch_uuid)
    assert (status, batch["batchStatus"], batch["failedCount"]) == (406, "REJECTED", 1)
    (result,) = batch["results"]
    assert [(e["errorCode"], e["field"]) for e in result["errors"]] == [("ARM-1302", "report.customerNo")]
    assert "fileUuid" not in result


async def test_a_pdf_of_too_many_rows_fails_and_says_what_to_do(reports, monkeypatch):
    monkeypatch.setattr(report_pdf, "MOST_ROWS", 1)
    for number in range(2):
        await reports.api.customer(f"C-{number}")
    batch_uuid = (await reports.ask("CUSTOMER-LIST")).json()["batchUuid"]
    await reports.work()
    answer = await reports.api.get(f"/batches/{batch_uuid}", Accept_Language="no")
    assert answer.status_code == 406
    ((error,),) = (result["errors"] for result in answer.json()["results"])
    assert (error["errorCode"], error["field"]) == ("ARM-1008", "report.format")
    assert error["message"] == "En PDF har høyst 10000 rader; CSV og JSON har så mange det skal være"
    assert len(await reports.csv("CUSTOMER-LIST")) == 3


async def test_a_mistake_of_ours_fails_one_report_and_holds_up_no_other(reports, monkeypatch):
    async def fail(*_):
        raise CompileError("hunter2")

    monkeypatch.setattr(Typesetter, "pdf", fail)
    paper = (await reports.ask("OPEN-ITEMS")).json()["batchUuid"]
    data = (await reports.ask("OPEN-ITEMS", format="JSON")).json()["batchUuid"]
    await reports.work()
    status, batch = await reports.batch(paper)
    assert (status, [e["errorCode"] for e in batch["results"][0]["errors"]]) == (406, ["ARM-9000"])
    assert "hunter2" not in str(batch)
    assert (await reports.batch(data))[0] == 200


class Killed(BaseException):
    """The worker's end."""


@pytest.mark.parametrize("at", ["rows", "keep", "results", "finish"])
async def test_a_killed_workers_report_is_made_again_and_once(reports, monkeypatch, at):
    await reports.api.customer()
    await reports.api.invoice("I-1")
    await reports.close(2025, 2)
    answer = await reports.ask("LEDGER-PERIOD", glYear=2025, glPeriod=2)
    batch_uuid = answer.json()["batchUuid"]

    async def die(*_, **__):
        raise Killed

    where = {
        "rows": (report_contents.CONTENTS, report_contents.ReportType.LEDGER_PERIOD),
        "keep": (service, "keep_produced"),
        "results": (batch_store, "add_results"),
        "finish": (batch_store, "finish"),
    }[at]
    with monkeypatch.context() as patch:
        if at == "rows":
            patch.setitem(*where, die)
        else:
            patch.setattr(*where, die)
        with pytest.raises(Killed):
            await reports.work()
    status, batch = await reports.batch(batch_uuid)
    assert (status, batch["batchStatus"]) == (202, "PROCESSING")
    await reports.work()
    status, batch = await reports.batch(batch_uuid)
    assert (status, len(batch["results"])) == (200, 1)
    files = await reports.rows("select file_uuid, batch_uuid from stored_file where client_no = $1")
    assert [tuple(map(str, row)) for row in files] == [(batch["results"][0]["fileUuid"], batch_uuid)]
    numbers = await reports.rows("select distinct ledger_period_report_no from ar_item_state where client_no = $1")
    assert len(numbers) == 1


async def test_two_workers_at_one_report_make_one_file(reports):
    batch_uuid = (await reports.ask("OPEN-ITEMS", format="JSON")).json()["batchUuid"]
    await asyncio.gather(reports.work(), reports.work(), return_exceptions=True)
    await reports.work()
    assert (await reports.batch(batch_uuid))[0] == 200
    assert len(await reports.rows("select from stored_file where client_no = $1")) == 1


async def test_a_made_report_is_a_file_of_its_own_however_like_another(reports):
    first, second = await reports.made("OPEN-ITEMS", format="CSV"), await reports.made("OPEN-ITEMS", format="CSV")
    assert first["content"] == second["content"]
    assert first["fileName"] == second["fileName"]
    assert first["fileUuid"] != second["fileUuid"]
    listed = (await reports.api.get("/files?filetype=REPORT&direction=OUT")).json()["files"]
    assert {file["fileUuid"] for file in listed} == {first["fileUuid"], second["fileUuid"]}


# The ledger period report


async def test_a_period_report_gives_its_items_a_number_and_keeps_it(reports):
    await reports.api.customer()
    item = await reports.api.invoice("I-1")
    await reports.close(2025, 2)
    first = await reports.made("LEDGER-PERIOD", glYear=2025, glPeriod=2)
    assert first["fileType"] == "LEDGER-PERIOD-REPORT"
    number = first["ledgerPeriodReportNo"]
    assert (await reports.api.item(item["arItemId"]))["ledgerPeriodReportNo"] == number
    second = await reports.made("LEDGER-PERIOD", glYear=2025, glPeriod=2)
    assert second["ledgerPeriodReportNo"] == number
    assert second["fileUuid"] != first["fileUuid"]
    assert base64.b64encode(second["content"]) == base64.b64encode(first["content"])


async def test_a_statement_is_linked_to_its_customer(reports):
    await reports.api.customer("C-1")
    file = await reports.made("ACCOUNT-STATEMENT", customerNo="c-1", format="CSV")
    assert file["customerNo"] == "C-1"
