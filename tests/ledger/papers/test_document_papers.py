"""A document's PDF: asked for, made by the worker, kept as a file."""

import io
import json
from datetime import date
from decimal import Decimal

import pypdf
import pytest

from reskontro.documents.letters.invoices import InvoiceKind, Vat
from reskontro.ledger import parts
from reskontro.ledger.http import document_papers as examples
from reskontro.ledger.service.document_papers import WantedPaper, invoice_of, vat_of, vat_rate
from reskontro.ledger.store.document_papers import PrintedDocument
from reskontro.platform.jobs import WorkContext
from tests.ledger.conftest import set_config
from tests.ledger.papers.conftest import add_account

pytestmark = pytest.mark.anyio


def shown(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.replace("\u200b", "").replace("\u00a0", " ").split())


async def test_posting_makes_no_paper(api, work):
    await api.customer()
    document = await api.invoice("F-1")
    assert document["documentStatus"] == "POSTED"
    assert await work() == 0
    assert "fileUuid" not in (await api.get("/documents/F-1")).json()


async def test_a_paper_is_asked_for_made_and_read_as_a_file(api, asked, work, db, unused_account):
    await set_config(db, api.client_no, "files.readTypes", "DOCUMENT-PDF")
    await add_account(db, api.client_no, unused_account)
    await api.customer(
        name="Åse Ødegård", postalAddress={"addressLine1": "Gate 1", "postalCode": "5019", "cityName": "Bergen"}
    )
    document = await api.invoice("F-1", 625, customerMessage="Takk for handelen", buyerReference="PO-7")
    answer = await asked("f-1")
    assert answer.status_code == 202
    assert answer.json() == examples.EXAMPLE | {"clientNo": api.client_no, "documentNo": "F-1"}
    assert await work() == 1

    made = (await api.get("/documents/F-1")).json()
    assert made["documentStatus"] == "PRODUCED"
    answer = await asked("F-1")
    told = {"clientNo": api.client_no, "documentNo": "F-1", "fileUuid": made["fileUuid"]}
    assert (answer.status_code, answer.json()) == (200, examples.PRODUCED_EXAMPLE | told)
    assert await work() == 0, "what is there is not made again"

    file = (await api.get(f"/files/{made['fileUuid']}")).json()
    named = ("fileType", "fileName", "contentType", "direction", "documentNo", "customerNo")
    assert [file.get(name) for name in named] == [
        "DOCUMENT-PDF", "IN-F-1.pdf", "application/pdf", "OUT", "F-1", "543210",
    ]  # fmt: skip
    content = (await api.get(f"/files/{made['fileUuid']}", Accept="application/pdf")).content
    text = shown(content)
    for wanted in (
        "Faktura F-1",
        "Åse Ødegård Gate 1 5019 Bergen",
        "Firma AS",
        "Org.nr. 984 842 252 MVA",
        "Comb 1 625,00 625,00",
        "Å betale NOK 625,00",
        "Deres referanse PO-7",
        "Takk for handelen",
        f"KID {document['kid']}",
        f"{unused_account[:4]} {unused_account[4:6]} {unused_account[6:]}",
    ):
        assert wanted in text


async def test_a_document_that_is_not_distributed_stays_posted(api, asked, work):
    await api.customer()
    await api.invoice("F-1", distribution={"type": "N"})
    await asked("F-1")
    await work()
    made = (await api.get("/documents/F-1")).json()
    assert made["documentStatus"] == "POSTED"
    assert made["fileUuid"]


async def test_without_an_account_there_is_no_payment_part(api, asked, work, db):
    await set_config(db, api.client_no, "files.readTypes", "DOCUMENT-PDF")
    await api.customer(language="en")
    await api.invoice("F-1")
    await asked("F-1")
    await work()
    made = (await api.get("/documents/F-1")).json()
    text = shown((await api.get(f"/files/{made['fileUuid']}", Accept="application/pdf")).content)
    assert "Invoice F-1" in text
    assert "Paid by" not in text


async def test_what_is_asked_for_at_once_by_many_is_made_once(api, asked, work, db):
    await api.customer()
    await api.invoice("F-1")
    assert [(await asked("F-1")).status_code for _ in range(3)] == [202] * 3
    assert await work() == 3
    async with db.reading(api.client_no) as tx:
        count = await tx.fetchval("select count(*) from stored_file where client_no = $1", api.client_no)
    assert count == 1


async def test_an_unknown_document_is_404(asked, work):
    answer = await asked("nobody")
    assert answer.status_code == 404
    assert await work() == 0


async def test_a_job_for_a_document_that_is_not_there_does_nothing(application, clock, api):
    context = WorkContext(db=application.context.db, clock=clock, parts=application.context.parts)
    (kind,) = parts.jobs(context)
    await kind.run(context, WantedPaper(api.client_no, "nobody"))


# The record of a paper


def line(excl: float, vat: float, **more) -> dict:
    amounts = {"exclVat": excl, "vat": vat, "inclVat": excl + vat}
    return {
        "lineType": "PLH", "articleNo": "", "articleName": "", "lineText": "Kam", "quantityUnit": "stk", "quantity": 2,
        "price": 0.5, "currencyAmounts": json.loads(json.dumps(amounts), parse_float=Decimal),
    } | more  # fmt: skip


def document(*lines: dict, excl: int, vat: int, kind: str = "IN", **more) -> PrintedDocument:
    content = {"lines": list(lines), "language": "no", "distributionType": "P"}
    return PrintedDocument(
        **{
            "document_no": "F-1", "document_type": kind, "document_date": date(2025, 2, 27),
            "due_date": date(2025, 3, 13),
            "currency": "NOK", "excl_vat_minor": excl, "vat_minor": vat, "incl_vat_minor": excl + vat, "kid": "",
            "customer_no": "1", "customer_name": "Åse", "customer_address": {}, "client_name": "Firma AS",
            "client_address": ("", "", "", "", "NO"), "organization_no": "984842252", "vat_registered": True,
            "receiving_account": "", "content": content,
        }
        | more
    )  # fmt: skip


@pytest.mark.parametrize(
    ("excl", "vat", "rate"),
    [
        (100_00, 25_00, "25"),
        (100_00, 15_00, "15"),
        (33, 8, "24"),
        (100_00, 11_11, "11.1"),
        (1_000_000_00, 111_111_11, None),
        (1_000_00, 111_10, "11.11"),
        (100_00, 0, "0"),
        (-100_00, -25_00, "25"),
        (0, 5, None),
    ],
)
def test_the_rate_is_what_the_amounts_show(excl, vat, rate):
    found = vat_rate(excl, vat)
    assert found == (None if rate is None else Decimal(rate))


def test_vat_stands_by_rate_where_the_lines_add_up():
    found = vat_of(document(line(100, 25), line(200, 30), line(50, 12.5), line(10, 0), excl=360_00, vat=67_50))
    assert found == [Vat(Decimal(25), 150_00, 37_50), Vat(Decimal(15), 200_00, 30_00), Vat(Decimal(0), 10_00, 0)]


def test_vat_stands_in_one_sum_where_they_do_not():
    assert vat_of(document(line(100, 25), excl=200_00, vat=50_00)) == [Vat(None, 200_00, 50_00)]
    assert vat_of(document(line(0, 25), excl=0, vat=25_00)) == [Vat(None, 0, 25_00)]
    assert vat_of(document(line(100, 0), excl=100_00, vat=0)) == []


def test_a_text_line_has_no_amounts():
    text = line(0, 0, lineType="TXT", lineText="Takk\nskal du ha", quantity=0, price=0)
    first, second = invoice_of(document(line(100, 25, articleName="Rød kam"), text, excl=100_00, vat=25_00)).lines
    assert (first.text, first.amount_minor, first.quantity) == ("Rød kam – Kam", 100_00, Decimal(2))
    assert (second.text, second.amount_minor, second.price) == ("Takk skal du ha", None, None)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("IN", InvoiceKind.INVOICE), ("CN", InvoiceKind.CREDIT_NOTE), ("RN", InvoiceKind.INTEREST_NOTE)],
)
def test_each_type_has_its_paper(kind, wanted):
    found = invoice_of(document(line(100, 0), excl=100_00, vat=0, kind=kind, receiving_account="12345678903"))
    assert found.kind is wanted
    assert (found.payment is None, found.due is None) == ((kind == "CN"),) * 2


def test_an_account_number_that_does_not_fit_leaves_the_payment_part_out():
    found = invoice_of(document(line(100, 0), excl=100_00, vat=0, receiving_account="12345678904"))
    assert found.payment is None
