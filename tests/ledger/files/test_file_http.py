"""Files through the pipeline. The example bodies are the published ones (section 2.11.2)."""

from base64 import b64decode, b64encode
from uuid import UUID, uuid4

import pytest

from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.file import MOST_BYTES
from reskontro.ledger.http.files import UPLOAD_EXAMPLE, UPLOADED_EXAMPLE, chosen
from reskontro.ledger.service.files import Importers, NewFile, keep_produced

PUBLISHED = b64decode("JVBERi0xLjQKJeLjz9MK")


def body(*files):
    return {"metadata": {"userId": "TestUser"}, "files": list(files)}


def file(content=PUBLISHED, **more):
    encoded = b64encode(content).decode() if isinstance(content, bytes) else content
    return {"fileType": "ATTACHMENT", "fileName": "terms.pdf", "content": encoded} | more


def faults(answer):
    return [(error["errorCode"], error.get("field")) for error in answer.json()["errors"]]


async def store(api, **more):
    answer = await api.call("POST", "/files", body(file(**more)))
    assert answer.status_code == 200, answer.content
    return answer.json()["files"][0]["fileUuid"]


async def test_the_published_upload_is_answered_as_published(api):
    answer = await api.call("POST", "/files", UPLOAD_EXAMPLE)
    assert answer.status_code == 200
    assert answer.json()["summary"] == UPLOADED_EXAMPLE["summary"]
    (found,), (wanted,) = answer.json()["files"], UPLOADED_EXAMPLE["files"]
    assert list(found) == list(wanted)
    assert UUID(found["fileUuid"])
    assert found | {"fileUuid": ""} == wanted | {"fileUuid": ""}


async def test_the_same_upload_again_has_the_same_id(api):
    assert await store(api) == await store(api)
    assert await store(api) != await store(api, fileName="Terms.pdf")


async def test_a_mixed_outcome_is_207(api, drawer):
    answer = await api.call(
        "POST",
        "/files",
        body(
            file(), file(fileType="REPORT"), file(b"x", documentNo="nothing"), file(fileName="b.pdf", content="noise!")
        ),
    )
    assert answer.status_code == 207
    assert answer.json()["summary"] == {"totalCount": 4, "okCount": 1, "failedCount": 3}
    assert [(f["itemNo"], f["resultType"], f["statusCode"]) for f in answer.json()["files"]] == [
        (1, "OK", 200),
        (2, "FAILED", 403),
        (3, "FAILED", 404),
        (4, "FAILED", 422),
    ]
    assert answer.json()["files"][3] == {
        "itemNo": 4,
        "resultType": "FAILED",
        "statusCode": 422,
        "fileName": "b.pdf",
        "errors": [
            {"errorCode": "ARM-2014", "message": "The content is not base64", "field": "files[3].content"},
        ],
    }
    assert len(await drawer.kept()) == 1


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ([file(fileType="CUSTOMER-IMPORT"), file(fileType="GL-EXPORT")], 403, "ARM-1203"),
        ([file(customerNo="nobody"), file(documentNo="nothing")], 404, "ARM-1302"),
    ],
)
async def test_what_is_wrong_with_all_is_the_status_of_the_call(api, sent, status, code):
    answer = await api.call("POST", "/files", body(*sent))
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert [found for found, _ in faults(answer)] == [code, code]


async def test_different_wrongs_are_422_with_each_file_s(api):
    answer = await api.call("POST", "/files", body(file(fileType="REPORT"), file(customerNo="nobody")))
    assert answer.status_code == 422
    assert [f["statusCode"] for f in answer.json()["files"]] == [403, 404]
    assert answer.json()["summary"]["okCount"] == 0


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "a/b",
        "C:\\x",
        "a\u0000b",
        "a\nb",
        "a\r",
        "\u009b31m",
        "invoice\u202efdp.exe",
        "",
        "x" * 201,
    ],
)
async def test_a_name_is_a_name(api, name):
    answer = await api.call("POST", "/files", body(file(), file(fileName=name)))
    assert (answer.status_code, faults(answer)) == (400, [("ARM-1002", "files[1].fileName")])


@pytest.mark.parametrize("media_type", ["text", "text/html\r\nSet-Cookie: a=b", "a/b/c", "text/html; x", "text/ html"])
async def test_a_media_type_is_a_media_type(api, media_type):
    answer = await api.call("POST", "/files", body(file(contentType=media_type)))
    assert (answer.status_code, faults(answer)) == (400, [("ARM-1002", "files[0].contentType")])


async def test_structural_faults_are_told_at_once(api):
    answer = await api.call(
        "POST", "/files", {"metadata": {"userId": ""}, "files": [{}, file(description="x" * 201, customerNo="y" * 21)]}
    )
    assert answer.status_code == 400
    assert set(faults(answer)) == {
        ("ARM-1002", "metadata.userId"),
        ("ARM-1003", "files[0].fileType"),
        ("ARM-1003", "files[0].fileName"),
        ("ARM-1003", "files[0].content"),
        ("ARM-1002", "files[1].description"),
        ("ARM-1002", "files[1].customerNo"),
    }


@pytest.mark.parametrize(("count", "code"), [(0, "ARM-1003"), (21, "ARM-1007")])
async def test_one_to_twenty_files_are_taken(api, count, code):
    answer = await api.call("POST", "/files", body(*[file()] * count))
    assert (answer.status_code, faults(answer)) == (400, [(code, "files")])


async def test_ten_mebibytes_go_through_and_come_back(api):
    most = bytes(MOST_BYTES)
    file_uuid = await store(api, content=b64encode(most).decode())
    raw = await api.call("GET", f"/files/{file_uuid}", accept="application/octet-stream")
    assert raw.content == most
    answer = await api.call("POST", "/files", body(file(most + b"x")))
    assert answer.status_code == 422
    assert answer.json()["files"][0]["errors"][0]["message"] == "The file is larger than 10 MiB"


async def test_a_file_is_described_with_its_content(api):
    file_uuid = await store(api, description="Terms 2025")
    answer = await api.call("GET", f"/files/{file_uuid}?userid=TestUser")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == [
        "fileUuid",
        "clientNo",
        "fileType",
        "fileName",
        "contentType",
        "fileSize",
        "checksumSha256",
        "direction",
        "fileStatus",
        "description",
        "createdTime",
        "userId",
        "content",
    ]
    assert b64decode(answer.json()["content"]) == PUBLISHED
    assert answer.json()["createdTime"] == "2025-02-27T17:03:36.176+01:00"


@pytest.mark.parametrize("accept", ["application/octet-stream", "application/pdf", "application/pdf, text/html;q=0.1"])
async def test_the_bytes_alone_are_given(api, accept):
    file_uuid = await store(api, fileName='vilkår "2025".pdf')
    answer = await api.call("GET", f"/files/{file_uuid}", accept=accept)
    assert (answer.status_code, answer.content) == (200, PUBLISHED)
    assert answer.headers["content-type"] == accept.partition(",")[0]
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"vilk_r _2025_.pdf\"; filename*=UTF-8''vilk%C3%A5r%20%222025%22.pdf"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_plain_name_stands_once(api):
    answer = await api.call("GET", f"/files/{await store(api)}", accept="application/octet-stream")
    assert answer.headers["content-disposition"] == 'attachment; filename="terms.pdf"'


async def test_what_cannot_be_given_is_not_acceptable(api):
    answer = await api.call("GET", f"/files/{await store(api)}", accept="image/png")
    assert (answer.status_code, faults(answer)) == (406, [("ARM-1010", "Accept")])


@pytest.mark.parametrize(
    ("accept", "own", "given"),
    [
        ("", "application/pdf", "application/json"),
        ("*/*", "application/pdf", "application/json"),
        ("application/*", "application/pdf", "application/json"),
        ("text/*", "text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        ("TEXT/CSV", "text/csv", "text/csv"),
        ("application/pdf, */*", "application/pdf", "application/pdf"),
        ("application/pdf;q=0.5, application/json", "application/pdf", "application/json"),
        ("application/octet-stream, application/json", "application/pdf", "application/octet-stream"),
        ("application/json;q=0, */*", "application/pdf", "application/pdf"),
        ("application/json", "application/json", "application/json"),
        ("*/*;q=0", "application/pdf", None),
        ("image/png;q=x", "image/png", None),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml", "application/xml"),
    ],
)
def test_the_form_follows_accept(accept, own, given):
    assert chosen(accept, own) == given


async def test_files_are_found_by_a_uuid_that_is_known(api):
    assert (await api.call("GET", f"/files/{uuid4()}")).status_code == 404
    answer = await api.call("GET", "/files/terms.pdf")
    assert (answer.status_code, faults(answer)) == (400, [("ARM-1002", "fileuuid")])


async def test_types_that_are_not_readable_are_denied(api, drawer):
    made = NewFile(file_type="CUSTOMER-IMPORT", file_name="x", content=b"x")
    made = await drawer.db.run(
        drawer.client_no, lambda tx: keep_produced(tx, drawer.files, made, drawer.now, drawer.actor)
    )
    answer = await api.call("GET", f"/files/{made.file_uuid}")
    assert (answer.status_code, faults(answer)) == (403, [("ARM-1203", "fileuuid")])


class Refusing:
    async def check(self, tx, content, now):
        return [fault(Code.SUMS, "The file is empty", "line 3", "NY")]

    async def queue(self, tx, file, actor, now):
        raise AssertionError("what is refused is not queued")


async def test_a_refused_import_is_kept_with_what_is_wrong(api, application, drawer):
    application.current().part(Importers)["OCR"] = Refusing()
    answer = await api.call("POST", "/files", body(file(fileType="OCR", fileName="a.ocr")))
    assert answer.status_code == 422
    (element,) = answer.json()["files"]
    assert [e["errorCode"] for e in element["errors"]] == ["ARM-2014"]
    read = (await api.call("GET", f"/files/{element['fileUuid']}")).json()
    assert (read["fileStatus"], read["processedTime"]) == ("FAILED", "2025-02-27T17:03:36.176+01:00")
    assert read["errors"] == element["errors"]
    assert b64decode(read["content"]) == PUBLISHED


async def test_scopes_are_looked_at(api_for, tenant):
    reader = api_for(tenant, scopes=frozenset({"read:arm.file"}))
    writer = api_for(tenant, scopes=frozenset({"write:arm.file"}))
    assert (await reader.post("/files", body(file()))).status_code == 403
    assert (await writer.get(f"/files/{uuid4()}")).status_code == 403
    writer.token = "unknown"
    assert (await writer.post("/files", body(file()))).status_code == 401


async def test_an_idempotency_key_gives_the_first_answer_again(api):
    sent = body(file(), file(fileType="REPORT"))
    first = await api.call("POST", "/files", sent, idempotency_key="k1")
    again = await api.call("POST", "/files", sent, idempotency_key="k1")
    assert (again.status_code, again.content) == (207, first.content)
