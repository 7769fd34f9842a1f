"""Papers that people get, read back: how they are built, what stands on them, how they break."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from reskontro.documents.letters.accounts import PayoutDisagreesError, settlement_paper, statement_paper
from reskontro.documents.letters.demands import Form, demand_paper
from reskontro.documents.letters.invoices import Line, Vat, interest_note_paper, invoice_paper
from reskontro.documents.letters.layout import TEMPLATE, UBL_NAME, set_paper
from reskontro.documents.letters.plain import letter_paper
from reskontro.documents.letters.preview import (
    DANISH,
    HAVVIND,
    LOGO,
    NORRSKEN,
    SWEDISH,
    credit_note,
    demand,
    interest_note,
    invoice,
    letter,
    settlement,
    statement,
)
from reskontro.documents.letters.records import Branding, Language, Party
from reskontro.documents.letters.slips import BankSlip, NorwegianSlip, Payment
from reskontro.documents.typesetter import Typesetter

LOOK = Branding()
NB, EN = Language.BOKMAAL, Language.ENGLISH
UBL = '<?xml version="1.0" encoding="UTF-8"?>\r\n<Invoice>Ærlig & tydelig</Invoice>\n'.encode()
SPECIAL = '#let x = $ 1 $ *bold* _it_ \\ @ <a> `b` // /* [c] "q" = - +'


@pytest.mark.parametrize("language", Language)
def test_an_invoice_is_tagged_archival_and_says_its_language(pdf_of, language):
    reader = pdf_of(invoice_paper(replace(invoice(language), ubl=UBL), LOOK))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    (intent,) = root["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert "/DestOutputProfile" in intent.get_object()
    metadata = reader.xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.metadata.title.endswith(" 88776655")


def test_the_e_invoice_is_inside_to_the_byte_as_an_alternative_of_the_whole(pdf_of):
    reader = pdf_of(invoice_paper(replace(invoice(NB), ubl=UBL), LOOK))
    (attached,) = reader.trailer["/Root"]["/AF"]
    described = attached.get_object()
    assert (described["/AFRelationship"], described["/UF"]) == ("/Alternative", UBL_NAME)
    embedded = described["/EF"]["/F"].get_object()
    assert (embedded["/Subtype"], embedded.get_data()) == ("/application/xml", UBL)
    assert reader.attachments[UBL_NAME] == [UBL]


def test_without_an_e_invoice_nothing_is_inside(pdf_of):
    reader = pdf_of(invoice_paper(invoice(NB), LOOK))
    assert "/AF" not in reader.trailer["/Root"]
    assert not reader.attachments


def test_what_is_no_xml_is_not_embedded():
    with pytest.raises(ValueError, match="XML"):
        invoice_paper(replace(invoice(NB), ubl=b"%PDF-"), LOOK)


def test_an_invoice_says_what_it_is_for_and_how_to_pay(text_of):
    shown = text_of(invoice_paper(invoice(NB), LOOK))
    for wanted in (
        "Faktura 88776655",
        "Kari Nordmann Fjellveien 12 B 5019 Bergen",
        "Forfallsdato 16.03.2026",
        "Levert 28.02.2026",
        "Deres referanse PO-7731",
        "Strøm, februar 2026 1 170 kWh 0,875 25 % 1 023,75",
        "Oppgradering av måler 1 stk −150,75 25 % −150,75",
        "Sum uten MVA 1 380,00",
        "MVA 25 % av 1 380,00 345,00",
        "Å betale NOK 1 725,00",
        "KID 500221850000200350786",
        "Til konto 1234 56 78903",
        "Org.nr. 974 760 673 MVA",
    ):
        assert wanted in shown


def test_the_swedish_invoice_has_ocr_bankgiro_and_qr(pdf_of, text_of):
    paper = invoice_paper(invoice(Language.SWEDISH, NORRSKEN, SWEDISH, "SEK"), LOOK)
    shown = text_of(paper)
    assert "OCR-nummer 1234574" in shown
    assert "Bankgiro 991-2346" in shown
    assert "Skanna och betala" in shown
    assert "qr.svg" in paper.files


def test_the_qr_code_can_be_read_from_the_paper(press):
    """Every module of the code, seen on the page, is the module of the text."""
    import segno

    from reskontro.documents.letters.slips import using_qr

    record = invoice(Language.SWEDISH, NORRSKEN, SWEDISH, "SEK")
    paper = invoice_paper(record, LOOK)
    text = using_qr(
        record.payment,
        name=NORRSKEN.name,
        organization_no=NORRSKEN.organization_no,
        invoice_date=record.cover.day,
        vat_minor=345_00,
    )
    wanted = [
        [bool(module) for module in row]
        for row in segno.make(text.decode(), error="m", micro=False, encoding="utf-8").matrix
    ]
    document = pypdfium2.PdfDocument(press.pdf(TEMPLATE, paper.data, paper.files))
    page = document[0].render(scale=8).to_pil().convert("L")
    document.close()
    width, height = page.size
    code = page.crop((int(width * 0.75), int(height * 0.76), int(width * 0.905), int(height * 0.86)))
    dark = code.point(lambda v: 255 if v < 40 else 0)
    left, top, right, bottom = dark.getbbox()
    step = (right - left) / len(wanted)
    assert (bottom - top) == pytest.approx(right - left, abs=step)
    seen = [
        [dark.getpixel((int(left + (x + 0.5) * step), int(top + (y + 0.5) * step))) == 255 for x in range(len(wanted))]
        for y in range(len(wanted))
    ]
    assert seen == wanted


def test_the_danish_invoice_has_the_fik_line(text_of):
    shown = text_of(invoice_paper(invoice(Language.DANISH, HAVVIND, DANISH, "DKK"), LOOK))
    assert "+71<004040400000669+80000001<" in shown
    assert "Betalings-ID 004040400000669" in shown
    assert "Kreditornr. 80000001" in shown


def test_elsewhere_there_is_an_iban(text_of):
    payment = Payment(
        BankSlip("FI2112345600000785", "NDEAFIHH", "RF18539007547034"), 1_725_00, "EUR", date(2026, 3, 16)
    )
    shown = text_of(invoice_paper(replace(invoice(Language.FINNISH), currency="EUR", payment=payment), LOOK))
    assert "RF18539007547034 " in shown
    assert "FI21 1234 5600 0007 85" in shown


def test_without_a_reference_the_payer_writes_the_customer_number(text_of):
    payment = Payment(NorwegianSlip("12345678903"), 1_725_00, "NOK", date(2026, 3, 16))
    shown = text_of(invoice_paper(replace(invoice(NB), payment=payment), LOOK))
    assert "Merk betalingen med 543210" in shown


def test_what_was_paid_is_taken_off(text_of):
    record = replace(invoice(NB), paid_minor=2_000_00, to_pay_minor=-275_00, rounding_minor=-50, payment=None)
    shown = text_of(invoice_paper(record, LOOK))
    assert "Avrunding −0,50" in shown
    assert "Betalt −2 000,00" in shown
    assert "Til gode NOK 275,00" in shown


def test_a_credit_note_names_its_invoice_and_asks_for_nothing(text_of):
    shown = text_of(invoice_paper(credit_note(NB), LOOK))
    assert "Gjelder faktura 88776655" in shown
    assert "Kreditert NOK 125,00" in shown
    assert "Å betale" not in shown


def test_an_interest_note_shows_how_it_was_computed(text_of):
    shown = text_of(interest_note_paper(interest_note(NB), LOOK))
    assert "16.06.2026 30.06.2026 15 12 % 49,32" in shown
    assert "01.07.2026 20.07.2026 20 12,25 % 67,12" in shown
    assert "Å betale NOK 116,44" in shown


def test_a_statement_goes_from_balance_to_balance(text_of):
    shown = text_of(statement_paper(statement(NB), LOOK))
    assert "Inngående saldo 0,00" in shown
    assert "Utgående saldo 2 102,25" in shown
    assert "Innbetaling −1 000,00 502,25" in shown


def test_a_settlement_says_claimed_paid_and_fee(text_of):
    shown = text_of(settlement_paper(settlement(NB), LOOK))
    assert "Sjøgata Kafé DA 12 310,40 6 000,00 5 250,00 150,00 600,00" in shown
    assert "Vårt salær −559,00" in shown
    assert "Utbetalt til dere NOK 10 490,58" in shown


def test_a_payout_is_what_is_left():
    with pytest.raises(PayoutDisagreesError, match="the payout is 1, 1049058 is left"):
        replace(settlement(NB), payout_minor=1)


def test_a_letter_has_a_paragraph_a_line(pdf_of, text_of):
    paper = letter_paper(replace(letter(NB), subject=SPECIAL, body=f"En\n\n{SPECIAL}\nTo"), LOOK)
    assert paper.data["lead"] == ["En", SPECIAL, "To"]
    assert SPECIAL in text_of(paper)
    assert pdf_of(paper).metadata.title == SPECIAL


def test_a_name_is_never_source(text_of):
    party = Party(SPECIAL, ("#panic()", '"); #let y = 2 //'))
    record = invoice(EN)
    record = replace(
        record,
        cover=replace(record.cover, sender=party, receiver=party, message=SPECIAL, customer_no="$x$"),
        lines=(Line(SPECIAL, 1, Decimal(1), "#x"),),
        number="#1",
    )
    shown = text_of(invoice_paper(record, Branding(logo=LOGO)))
    assert shown.count(SPECIAL) >= 5
    assert "#panic()" in shown


def long_invoice(count: int):
    text = "Vedlikehold av ventilasjonsanlegg etter serviceavtale, med filterbytte, måling og rapport"
    lines = tuple(
        Line(
            f"{n}. {text if n % 3 else 'Timer'}",
            -n * 100_00 if n % 7 == 0 else n * 100_00,
            Decimal("1.5"),
            "timer",
            Decimal("1234567.8912"),
            Decimal(25),
        )
        for n in range(1, count + 1)
    )
    return replace(
        invoice(NB), lines=lines, vat=(Vat(Decimal(25), 1, 1), Vat(Decimal(15), 1, 1), Vat(Decimal(0), 1, 0))
    )


def test_a_long_table_repeats_its_head_and_the_payment_part_is_on_the_last_page(pdf_of):
    pages = [
        page.extract_text().replace("\u00a0", " ") for page in pdf_of(invoice_paper(long_invoice(120), LOOK)).pages
    ]
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Side {number} av {len(pages)}" in page
        assert ("1234 56 78903" in page) == (number == len(pages))
        assert "Beskrivelse" in page or "timer" not in page
    assert all("Fjordlys AS" in page and "Faktura 88776655" in page for page in pages[1:])


@pytest.mark.parametrize("count", range(1, 40, 3))
def test_sums_and_payment_part_are_never_broken(pdf_of, count):
    pages = [" ".join(p.extract_text().split()) for p in pdf_of(invoice_paper(long_invoice(count), LOOK)).pages]
    (with_sums,) = [page for page in pages if "Sum uten MVA" in page]
    assert "Å betale NOK" in with_sums.split("Sum uten MVA")[1].replace("\u00a0", " ")
    (with_slip,) = [page for page in pages if "Betales av" in page]
    assert "Til konto" in with_slip


LONG = Party(
    "Sameiet Nordre Samarbeidsorganisasjonsutvalgsformannskapsgata 112–118 og tilstøtende eiendommer i Bergen kommune",
    (
        "c/o Forretningsfører Vestlandske Eiendomsforvaltning og Regnskapskontor AS",
        "Postboks 12345 Sentrum med en veldig lang gatelinje",
        "5808 Bergen",
    ),
    "974 760 673",
    phone="55 00 00 00",
    email="a-very-long-address-of-somebody@a-very-long-domain-name.example",
)


def ink(content: bytes, page: int) -> tuple[int, int, int, int]:
    document = pypdfium2.PdfDocument(content)
    picture = document[page].render(scale=0.5).to_pil().convert("L").point(lambda v: 255 if v < 250 else 0)
    document.close()
    left, top, right, bottom = picture.getbbox()
    width, height = picture.size
    return 100 * left // width, 100 * top // height, 100 * right // width, 100 * bottom // height


@pytest.mark.parametrize("logo", [None, LOGO], ids=["no logo", "logo"])
def test_nothing_stands_in_the_margins(press, logo):
    record = long_invoice(30)
    cover = replace(
        record.cover,
        sender=LONG,
        receiver=LONG,
        customer_no="9" * 40,
        your_reference="Innkjøpsordre " * 8,
    )
    payment = Payment(record.payment.slip, 10**15, "NOK", date(2026, 3, 16))
    record = replace(record, cover=cover, number="F" * 35, net_minor=-(10**15), to_pay_minor=10**15, payment=payment)
    paper = invoice_paper(record, Branding(logo=logo))
    content = press.pdf(TEMPLATE, paper.data, paper.files)
    for page in range(2):
        left, top, right, bottom = ink(content, page)
        assert (left >= 8, top >= 2, right <= 91, bottom <= 97) == (True,) * 4


def test_the_receiver_stands_in_the_window(press):
    """A window envelope shows 20 to 100 mm from the left, 42 to 82 mm from the top."""
    paper = invoice_paper(invoice(NB), LOOK)
    document = pypdfium2.PdfDocument(press.pdf(TEMPLATE, paper.data, paper.files))
    page = document[0]
    height = page.get_height()
    text = page.get_textpage().get_text_bounded(56, height - 82 * 2.835, 283, height - 42 * 2.835)
    document.close()
    assert [line for line in text.split("\r\n") if line][-3:] == ["Kari Nordmann", "Fjellveien 12 B", "5019 Bergen"]


@pytest.mark.anyio
async def test_the_typesetter_passes_files_and_makes_the_same_bytes(press):
    paper = invoice_paper(replace(invoice(NB), ubl=UBL), Branding(logo=LOGO))
    async with Typesetter.open() as typesetter:
        content = await set_paper(typesetter, paper)
    assert content == press.pdf(TEMPLATE, paper.data, paper.files)


@pytest.mark.parametrize("form", [Form.REMINDER, Form.NO_DEMAND])
def test_the_payment_part_stands_at_the_foot_also_of_a_page_of_its_own(press, form):
    paper = demand_paper(demand(NB, form), LOOK)
    document = pypdfium2.PdfDocument(press.pdf(TEMPLATE, paper.data, paper.files))
    page = document[len(document) - 1]
    lowest = page.get_textpage().get_text_bounded(0, 24 * 2.835, 595, 40 * 2.835)
    document.close()
    assert "1234 56 78903" in lowest.replace("\u00a0", " ")
