"""The page that judges an e-invoice, as a browser without scripts uses it."""

import pytest

from reskontro.console.home import Pages
from reskontro.http.multipart import uploaded_file
from reskontro.platform.settings import Mode
from tests.console.test_pages import browser
from tests.formats.ubl.ubl_files import OWN, changed, own

__all__ = ["browser"]

PATH = "/console/einvoice"
GOOD = (OWN / "everything-invoice.xml").read_bytes()
BAD = changed(own("everything-invoice"), ("1820.00", "1820.01")).encode()


@pytest.fixture
def mode() -> Mode:
    return Mode.SANDBOX


async def drop(browser, content, name="invoice.xml", field="document"):
    return await browser.post(PATH, files={field: (name, content, "text/xml")})


async def test_the_form_is_a_plain_upload(browser):
    page = await browser.get(PATH)
    assert page.status_code == 200
    assert '<form class="drop" method="post" action="/console/einvoice" enctype="multipart/form-data">' in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "form-action 'none'" in (await browser.get("/")).headers["content-security-policy"]


async def test_a_valid_document_is_told_so(browser):
    page = await drop(browser, GOOD)
    assert page.status_code == 200
    assert '<h2 id="verdict">Valid</h2>' in page.text
    assert "<table>" not in page.text


async def test_what_is_wrong_stands_in_a_table_with_severity_rule_text_and_place(browser):
    page = await drop(browser, BAD)
    assert '<h2 id="verdict">Not valid</h2>' in page.text
    assert "<strong>2</strong> fatal" in page.text
    assert '<td class="rule">BR-CO-16</td>' in page.text
    assert "The amount to pay (BT-115)" in page.text
    assert "/<wbr>Invoice/<wbr>cac:LegalMonetaryTotal" in page.text
    assert "<title>Not valid: invoice.xml" in page.text


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"<a/>", b"--x\r\n\r\n--x--", GOOD[:500]])
async def test_any_bytes_get_a_verdict(browser, content):
    page = await drop(browser, content)
    assert page.status_code == 200
    assert '<h2 id="verdict">Not valid</h2>' in page.text


async def test_without_a_file_the_form_says_so(browser):
    for page in (
        await browser.post(PATH, files={"other": ("a.xml", GOOD)}),
        await browser.post(PATH, content=b"", headers={"content-type": "multipart/form-data"}),
        await drop(browser, b"", name=""),
    ):
        assert page.status_code == 400
        assert "No file was chosen" in page.text


async def test_another_form_and_too_large_a_file_are_told_on_a_page(browser):
    other = await browser.post(PATH, data={"document": "x"})
    assert (other.status_code, other.headers["content-type"]) == (415, "text/html; charset=utf-8")
    large = await browser.post(
        PATH, content=b"", headers={"content-type": "multipart/form-data; boundary=x", "content-length": "99999999"}
    )
    assert large.status_code == 413
    assert "The file is larger than" in large.text


async def test_markup_in_the_name_of_a_file_or_in_a_document_is_shown_and_not_obeyed(browser):
    hostile = GOOD.replace(b"<cbc:ID>", b"<cbc:ID>&lt;script&gt;", 1)
    page = await drop(browser, hostile, name="<script>.xml")
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


def test_production_has_no_such_page(tmp_path):
    assert all(endpoint.path != PATH for endpoint in Pages(Mode.PRODUCTION, tmp_path, ()).endpoints)


def form(head: str, content: bytes, boundary: str = "b-1") -> bytes:
    return f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()


@pytest.mark.parametrize("content", [b"", b"a", b"\r\n", b"\r\n\r\n", b"\r\n--b", bytes(range(256))])
def test_a_file_comes_out_of_a_form_as_it_went_in(content):
    body = form('Content-Disposition: form-data; name="document"; filename="C:\\x\\faktura %22å%22.xml"', content)
    found = uploaded_file('multipart/form-data; boundary="b-1"', body, "document")
    assert found is not None
    assert (found.name, found.content) == ('faktura "å".xml', content)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", form('Content-Disposition: form-data; name="document"; filename="a"', b"a")),
        ("multipart/form-data; boundary=other", form('Content-Disposition: form-data; name="document"', b"a")),
        ("multipart/form-data; boundary=b-1", b""),
        ("multipart/form-data; boundary=b-1", b"--b-1\r\nnonsense"),
        ("multipart/form-data; boundary=b-1", form('Content-Disposition: form-data; filename="document"', b"a")),
        ("multipart/form-data; boundary=b-1", form('Content-Disposition: form-data; name="document"', b"a")),
    ],
)
def test_what_is_no_form_with_a_file_gives_none(content_type, body):
    assert uploaded_file(content_type, body, "document") is None
