"""`POST /reskontro/v1/einvoices/check`: the verdict of the command, through HTTP."""

import json

import pytest
from typer.testing import CliRunner

from reskontro.cli.main import app
from tests.formats.ubl.ubl_files import OWN, changed, own

PATH = "/reskontro/v1/einvoices/check"
GOOD = own("everything-invoice").encode()
BAD = changed(own("everything-invoice"), ("1820.00", "1820.01")).encode()


async def ask(walk, content, content_type="application/xml", **headers):
    token = walk.token(scopes=frozenset({"read:arm.document"}))
    sent = {"Authorization": f"Bearer {token}", "Content-Type": content_type, **headers}
    return await walk.http.post(PATH, content=content, headers=sent)


async def test_a_valid_document(walk):
    answer = await ask(walk, GOOD)
    assert answer.status_code == 200
    assert answer.json() == {"valid": True, "findings": []}


@pytest.mark.parametrize("language", ["en", "no"])
async def test_it_says_what_the_command_says(walk, language, tmp_path):
    file = tmp_path / "bad.xml"
    file.write_bytes(BAD)
    said = CliRunner().invoke(app, ["einvoice", "check", str(file), "--jsonl", "--language", language])
    command = json.loads(said.stdout)
    del command["file"]
    answer = await ask(walk, BAD, **{"Accept-Language": language})
    assert answer.headers["content-language"] == language
    assert answer.json() == command


@pytest.mark.parametrize(
    "content", [b"", b"noise", b"\xff\xfe\x00", b"<a/>", b"{}", (OWN / ".." / "README.md").read_bytes()]
)
async def test_any_bytes_get_a_verdict(walk, content):
    answer = await ask(walk, content)
    assert answer.status_code == 200
    assert answer.json()["valid"] is False
    assert len(answer.json()["findings"]) == 1


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml", "Application/XML; charset=utf-8"])
async def test_xml_is_taken_however_its_type_is_spelled(walk, content_type):
    assert (await ask(walk, GOOD, content_type)).json()["valid"]


@pytest.mark.parametrize("content_type", ["application/json", "", "xml", "multipart/form-data; boundary=x"])
async def test_another_type_is_415_and_says_which_is_wanted(walk, content_type):
    answer = await ask(walk, GOOD, content_type)
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:reskontro:problem:content-type"
    assert answer.json()["detail"] == "Another content type is wanted: application/xml"


async def test_more_than_is_read_is_413(walk):
    declared = await ask(walk, b"", **{"Content-Length": str(20 * 1024 * 1024 + 1)})
    assert declared.status_code == 413


async def test_the_document_type_is_stated_in_openapi(walk):
    document = (await walk.http.get("/reskontro/v1/openapi.json")).json()
    operation = document["paths"]["/einvoices/check"]["post"]
    assert list(operation["requestBody"]["content"]) == ["application/xml", "text/xml"]
    assert {"200", "401", "403", "406", "413", "415"} <= set(operation["responses"])
