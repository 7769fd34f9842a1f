"""Payment parts: references as each country writes them, and what is refused."""

import json
from datetime import date
from io import BytesIO

import pytest
import segno

from reskontro.documents.letters.slips import (
    BankSlip,
    DanishSlip,
    NorwegianSlip,
    Payment,
    SwedishSlip,
    account_shown,
    iban_shown,
    qr_picture,
    using_qr,
)
from reskontro.kernel.identifiers import InvalidIdentifier

DUE = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("slip", "shown"),
    [
        (SwedishSlip(bankgiro="9912346"), "991-2346"),
        (SwedishSlip(plusgiro="2865434"), "28 65 43-4"),
        (SwedishSlip(plusgiro="18"), "1-8"),
        (SwedishSlip(plusgiro="12344"), "12 34-4"),
    ],
)
def test_giro_numbers_are_written_as_people_write_them(slip, shown):
    assert slip.shown == shown


def test_the_danish_code_line_is_as_published():
    assert DanishSlip("000000000000026", "80000001").code_line == "+71<000000000000026+80000001<"
    assert DanishSlip("", "80000001", "73").code_line == "+73<+80000001<"
    assert DanishSlip("0012345678901237", "80000001", "75").code_line == "+75<0012345678901237+80000001<"


def test_accounts_are_grouped_and_not_broken():
    assert account_shown("12345678903") == "1234\u00a056\u00a078903"
    assert iban_shown("FI2112345600000785") == "FI21\u00a01234\u00a05600\u00a00007\u00a085"


@pytest.mark.parametrize("ocr", ["655969", "650861", "659763", "658260", "524967", "525865", "1002633", "1234574"])
def test_published_ocr_references_are_taken(ocr):
    assert SwedishSlip(bankgiro="9912346", ocr=ocr).ocr == ocr


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: NorwegianSlip("12345678904"), "account number"),
        (lambda: NorwegianSlip("12345678903", "123"), "KID"),
        (SwedishSlip, "giro number"),
        (lambda: SwedishSlip(bankgiro="9912346", plusgiro="18"), "giro number"),
        (lambda: SwedishSlip(bankgiro="9912345"), "bankgiro number"),
        (lambda: SwedishSlip(bankgiro="991-2346"), "bankgiro number"),
        (lambda: SwedishSlip(bankgiro="9912346", ocr="1234575"), "OCR reference"),
        (lambda: DanishSlip("000000000000027", "80000001"), "payment-ID"),
        (lambda: DanishSlip("26", "80000001"), "payment-ID"),
        (lambda: DanishSlip("000000000000026", "70000001"), "FIK line"),
        (lambda: DanishSlip("000000000000026", "80000001", "73"), "payment-ID"),
        (lambda: DanishSlip("000000000000026", "80000001", "99"), "FIK line"),
        (lambda: SwedishSlip(bankgiro="9912346", ocr="123 4574"), "OCR reference"),
        (lambda: BankSlip("FI2112345600000786"), "IBAN"),
        (lambda: BankSlip("FI21 1234 5600 0007 85"), "IBAN"),
    ],
)
def test_numbers_that_do_not_fit_never_reach_paper(make, kind):
    with pytest.raises(InvalidIdentifier, match=kind):
        make()


@pytest.mark.parametrize("minor", [0, -1])
def test_there_is_no_payment_part_for_nothing(minor):
    with pytest.raises(ValueError, match="positive amount"):
        Payment(NorwegianSlip("12345678903"), minor, "NOK", DUE)


def qr(slip, minor=1_725_50) -> bytes | None:
    payment = Payment(slip, minor, "SEK", DUE)
    return using_qr(
        payment, name="Ångström AB", organization_no="556036-0793", invoice_date=date(2026, 3, 2), vat_minor=345_10
    )


def test_the_qr_code_is_using_qr():
    assert json.loads(qr(SwedishSlip(bankgiro="9912346", ocr="1234574"))) == {
        "uqr": 1,
        "tp": 1,
        "nme": "Ångström AB",
        "cc": "SE",
        "cid": "556036-0793",
        "iref": "1234574",
        "idt": "20260302",
        "ddt": "20260316",
        "due": 1725.5,
        "vat": 345.1,
        "cur": "SEK",
        "pt": "BG",
        "acc": "991-2346",
    }


def test_amounts_of_the_qr_code_are_exact_numbers():
    assert b'"due":90071992547409.93,' in qr(SwedishSlip(bankgiro="9912346", ocr="1234574"), 9007199254740993)


def test_a_plusgiro_has_its_own_type():
    assert b'"pt":"PG","acc":"28 65 43-4"' in qr(SwedishSlip(plusgiro="2865434", ocr="1234574"))


def test_there_is_no_qr_code_where_it_would_say_nothing():
    assert qr(SwedishSlip(bankgiro="9912346")) is None
    assert qr(SwedishSlip(bankgiro="9912346", ocr="1234574", qr=False)) is None
    assert qr(NorwegianSlip("12345678903")) is None


def test_the_picture_is_the_code_of_the_text():
    text = qr(SwedishSlip(bankgiro="9912346", ocr="1234574"))
    wanted = BytesIO()
    segno.make(text.decode(), error="m", micro=False, encoding="utf-8").save(
        wanted, kind="svg", xmldecl=False, border=2
    )
    assert qr_picture(text) == wanted.getvalue()
    assert qr_picture(text).startswith(b"<svg")
