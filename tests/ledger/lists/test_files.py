"""Files as a list (2.11.1)."""

from base64 import b64encode
from datetime import timedelta

import pytest

from reskontro.ledger.service.files import NewFile, keep_produced
from reskontro.platform.files import FileStore
from tests.ledger.conftest import ALL_SCOPES, make_client, set_config

USER = {"metadata": {"userId": "TestUser"}}


async def upload(api, name, content=b"x", **more):
    file = {"fileType": "ATTACHMENT", "fileName": name, "content": b64encode(content).decode()} | more
    answer = await api.post("/files", USER | {"files": [file]})
    assert answer.status_code == 200, answer.text
    return answer.json()["files"][0]["fileUuid"]


async def names(rows, query):
    return [file["fileName"] for file in await rows(f"/files{query}")]


@pytest.fixture
async def world(api, application, clock, db):
    """Two attachments, a later one, and a report that the product made."""
    await api.customer("A")
    await api.invoice("I-1", customer_no="A")
    start = clock.moment
    ids = {"terms.pdf": await upload(api, "terms.pdf", b"1", customerNo="a")}
    clock.moment = start + timedelta(hours=1)
    ids["Terms_2.PDF"] = await upload(api, "Terms_2.PDF", b"22", documentNo="i-1")
    clock.moment = start + timedelta(hours=2)
    ids["100%.txt"] = await upload(api, "100%.txt", b"333")
    clock.moment = start + timedelta(hours=3)
    context = application.context
    made = NewFile(file_type="REPORT", file_name="report.pdf", content=b"report")
    async with db.transaction(api.client_no) as tx:
        from reskontro.kernel.actor import Actor

        await keep_produced(tx, context.part(FileStore), made, clock.now(), Actor("SYSTEM", "TestUser"))
    return ids


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["report.pdf", "100%.txt", "Terms_2.PDF", "terms.pdf"]),
        ("?filetype=attachment", ["100%.txt", "Terms_2.PDF", "terms.pdf"]),
        ("?filename=TERMS.pdf", ["terms.pdf"]),
        ("?filename=terms*", ["Terms_2.PDF", "terms.pdf"]),
        ("?filename=*.pdf", ["report.pdf", "Terms_2.PDF", "terms.pdf"]),
        ("?filename=t*_*.pdf", ["Terms_2.PDF"]),
        ("?filename=100%25*", ["100%.txt"]),
        ("?filename=1_0*", []),
        ("?filename=*", ["report.pdf", "100%.txt", "Terms_2.PDF", "terms.pdf"]),
        ("?direction=out", ["report.pdf"]),
        ("?filestatus=stored&direction=IN&filename=terms*", ["Terms_2.PDF", "terms.pdf"]),
        ("?filestatus=FAILED", []),
        ("?documentno=I-1", ["Terms_2.PDF"]),
        ("?customerno=A", ["terms.pdf"]),
        ("?fromcreatedtime=2025-02-27T18:03:36.176Z", ["report.pdf", "100%.txt"]),
        ("?tocreatedtime=2025-02-27T17:03:36.176Z", ["terms.pdf"]),
    ],
)
async def test_each_filter(world, rows, query, wanted):
    assert await names(rows, query) == wanted


async def test_some_files_by_their_ids_with_their_content(world, rows, api):
    ids = f"{world['terms.pdf']},{world['Terms_2.PDF']},b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de"
    plain = await rows(f"/files?fileuuid={ids}")
    assert [file["fileName"] for file in plain] == ["Terms_2.PDF", "terms.pdf"]
    assert all("content" not in file for file in plain)
    whole = await rows(f"/files?fileuuid={ids}&includecontent=true")
    assert [file["content"] for file in whole] == [b64encode(b"22").decode(), b64encode(b"1").decode()]
    for file in whole:
        assert file == (await api.get(f"/files/{file['fileUuid']}")).json()
    assert await rows(f"/files?fileuuid={ids}&includecontent=false") == plain


async def test_content_stays_with_its_query(world, api):
    first = (await api.get(f"/files?fileuuid={','.join(world.values())}&includecontent=true")).json()
    again = (await api.get(f"/files?query={first['summary']['queryId']}&pageno=1")).json()
    assert again == first


async def test_only_types_that_may_be_read_or_uploaded_are_there(world, rows, db, api):
    await set_config(db, api.client_no, "files.readTypes", "GL-EXPORT")
    assert "report.pdf" not in await names(rows, "")
    assert await names(rows, "?filetype=report") == []


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("includecontent=true", "ARM-1008", "includecontent"),
        ("includecontent=maybe", "ARM-1002", "includecontent"),
        ("fileuuid=x", "ARM-1002", "fileuuid"),
        (
            "fileuuid=" + ",".join(["b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de"] * 21),
            "ARM-1002",
            "fileuuid",
        ),
        ("filetype=shoe", "ARM-1002", "filetype"),
        ("direction=up", "ARM-1002", "direction"),
        ("filestatus=lost", "ARM-1002", "filestatus"),
    ],
)
async def test_what_cannot_be_asked(refused, query, code, field):
    assert await refused(f"/files?{query}") == (400, [(code, field)])


async def test_another_clients_files_are_not_there(world, api_for, db, api):
    other = api_for(await make_client(db))
    assert (await other.get(f"/files?fileuuid={world['terms.pdf']}")).json()["files"] == []
    less = api_for(api.client_no, scopes=ALL_SCOPES - {"read:arm.file"})
    assert (await less.get("/files")).status_code == 403
