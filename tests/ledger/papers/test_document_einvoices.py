"""A document that goes by Peppol has its UBL made with its paper, or the reasons why there is none kept."""

import io

import pypdf
import pytest

from reskontro.formats.ubl.overview import overview
from tests.formats.ubl.ubl_files import verdict_on
from tests.ledger.conftest import new_invoice, set_config
from tests.ledger.papers.conftest import add_account
from tests.ledger.test_einvoices import CLEAN, FIRM

pytestmark = pytest.mark.anyio

PEPPOL = {"type": "H", "einvoiceCode": 90}


def priced(document_no: str, **fields) -> dict:
    """An invoice of one line of 500 with 25 % VAT."""
    return new_invoice(document_no, distribution=PEPPOL, **CLEAN) | fields


@pytest.fixture
async def post(api, db, unused_account):
    await set_config(db, api.client_no, "files.readTypes", "DOCUMENT-PDF", "DOCUMENT-UBL")
    await add_account(db, api.client_no, unused_account)
    await api.customer(**FIRM)

    async def posted(body: dict) -> dict:
        answer = await api.post("/documents", {"metadata": {"userId": "TestUser"}, "document": body})
        assert answer.status_code == 201, answer.text
        return answer.json()["document"]

    return posted


async def test_the_ubl_is_made_with_the_paper_and_inside_it(api, asked, work, post):
    await post(priced("F-1"))
    assert "einvoice" not in (await asked("F-1")).json()
    assert await work() == 1
    told = (await asked("F-1")).json()
    assert told["einvoice"] == {"einvoiceStatus": "WRITTEN", "fileUuid": told["einvoice"]["fileUuid"]}

    file = (await api.get(f"/files/{told['einvoice']['fileUuid']}")).json()
    assert (file["fileType"], file["fileName"], file["contentType"]) == (
        "DOCUMENT-UBL",
        "IN-F-1.xml",
        "application/xml",
    )
    ubl = (await api.get(f"/files/{told['einvoice']['fileUuid']}", Accept="application/xml")).content
    assert verdict_on(ubl).valid
    assert overview(ubl).payable == "625.00"
    pdf = (await api.get(f"/files/{told['fileUuid']}", Accept="application/pdf")).content
    assert pypdf.PdfReader(io.BytesIO(pdf)).attachments == {"invoice.xml": [ubl]}


async def test_one_that_cannot_be_written_truthfully_goes_as_its_paper_with_the_reasons_kept(
    api,
    asked,
    work,
    post,
    db,
):
    await post(priced("F-1", buyerReference=""))
    await asked("F-1")
    await work()
    told = (await asked("F-1")).json()
    assert told["paperStatus"] == "PRODUCED"
    assert told["einvoice"]["einvoiceStatus"] == "REFUSED"
    assert "fileUuid" not in told["einvoice"]
    (reason,) = told["einvoice"]["reasons"]
    assert reason["rule"] == "arm-reference"
    pdf = (await api.get(f"/files/{told['fileUuid']}", Accept="application/pdf")).content
    assert pypdf.PdfReader(io.BytesIO(pdf)).attachments == {}
    async with db.reading(api.client_no) as tx:
        types = await tx.fetch("select file_type from stored_file where client_no = $1", api.client_no)
    assert [row["file_type"] for row in types] == ["DOCUMENT-PDF"]


async def test_one_that_does_not_go_by_peppol_has_no_ubl(asked, work, post):
    await post(priced("F-1", distribution={"type": "P"}))
    await asked("F-1")
    await work()
    assert "einvoice" not in (await asked("F-1")).json()


async def test_made_twice_it_is_kept_once(api, asked, work, post, db):
    await post(priced("F-1"))
    for _ in range(3):
        await asked("F-1")
    assert await work() == 3
    async with db.reading(api.client_no) as tx:
        count = await tx.fetchval("select count(*) from document_einvoice where client_no = $1", api.client_no)
        files = await tx.fetchval("select count(*) from stored_file where client_no = $1", api.client_no)
    assert (count, files) == (1, 2)
