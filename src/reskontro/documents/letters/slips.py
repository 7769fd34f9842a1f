"""The payment part of a paper: what the payer needs to pay, in the form of the country that is paid to.

Norway: account and KID. Sweden: bankgiro or plusgiro and OCR reference, with a QR code. Denmark: the FIK line.
Elsewhere: IBAN and a reference. Numbers come whole from whoever keeps them; a check digit that does not fit is refused
here once more, because paper cannot be corrected. No machine-readable line is printed: OCR-B is in no package.
"""

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import segno
from stdnum import iban

from reskontro.kernel.account_number import display_account_number, display_iban, parse_account_number
from reskontro.kernel.fik import Fik, parse_fik, parse_payment_id
from reskontro.kernel.identifiers import InvalidIdentifier
from reskontro.kernel.kid import ALL_RULES, parse_kid
from reskontro.kernel.money import exponent, to_wire
from reskontro.kernel.swedish_reference import (
    OCR,
    display_bankgiro,
    display_plusgiro,
    parse_bankgiro,
    parse_ocr_reference,
    parse_plusgiro,
)
from reskontro.platform.json_text import encode

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
QR_NAME = "qr.svg"
USING_QR_VERSION, USING_QR_INVOICE = 1, 1


@dataclass(frozen=True, slots=True)
class NorwegianSlip:
    """An account number of eleven digits, and the KID where the account has an agreement."""

    account: str
    kid: str = ""

    def __post_init__(self) -> None:
        parse_account_number(self.account)
        if self.kid:
            parse_kid(self.kid, ALL_RULES)


@dataclass(frozen=True, slots=True)
class SwedishSlip:
    """A bankgiro or a plusgiro number, digits only, and the OCR reference. `qr` prints the code for bank apps."""

    bankgiro: str = ""
    plusgiro: str = ""
    ocr: str = ""
    qr: bool = True

    def __post_init__(self) -> None:
        if bool(self.bankgiro) == bool(self.plusgiro):
            raise InvalidIdentifier("giro number", self.bankgiro, "either a bankgiro or a plusgiro number is wanted")
        if self.bankgiro:
            _as_parsed("bankgiro number", self.bankgiro, parse_bankgiro(self.bankgiro))
        else:
            _as_parsed("plusgiro number", self.plusgiro, parse_plusgiro(self.plusgiro))
        if self.ocr:
            _as_parsed(OCR, self.ocr, parse_ocr_reference(self.ocr))

    @property
    def shown(self) -> str:
        """The giro number as people write it: `991-2346`, `28 65 43-4`."""
        return display_bankgiro(self.bankgiro) if self.bankgiro else display_plusgiro(self.plusgiro)


@dataclass(frozen=True, slots=True)
class DanishSlip:
    """A payment slip: its payment-ID (empty for the types without one) and the creditor's number."""

    payment_id: str
    creditor_no: str
    card_type: str = "71"

    def __post_init__(self) -> None:
        _as_parsed("payment-ID", self.payment_id, parse_payment_id(self.card_type, self.payment_id))
        parse_fik(self.code_line)

    @property
    def code_line(self) -> str:
        """`+71<000000000930016+80000001<`."""
        return str(Fik(self.card_type, self.payment_id, self.creditor_no))


@dataclass(frozen=True, slots=True)
class BankSlip:
    """An account by its IBAN, with a reference for the payer to give."""

    iban: str
    bic: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        if IBAN.fullmatch(self.iban) is None or not iban.is_valid(self.iban):
            raise InvalidIdentifier(
                "IBAN", self.iban, "capitals and digits without spaces are wanted, check digits that fit"
            )


Slip = NorwegianSlip | SwedishSlip | DanishSlip | BankSlip


@dataclass(frozen=True, slots=True)
class Payment:
    """What is to be paid, until when, and the slip to pay it by; the amount is in minor units of the currency."""

    slip: Slip
    amount_minor: int
    currency: str
    due: date
    payee: str = ""  # where another one than the sender is paid

    def __post_init__(self) -> None:
        if self.amount_minor <= 0:
            raise ValueError("a payment part is for what is to be paid: a positive amount is wanted")
        exponent(self.currency)


def account_shown(account: str) -> str:
    """A Norwegian account number as people write it, not broken at its spaces."""
    return display_account_number(account).replace(" ", "\u00a0")


def iban_shown(iban: str) -> str:
    """An IBAN in groups of four, not broken at its spaces."""
    return display_iban(iban).replace(" ", "\u00a0")


def using_qr(payment: Payment, *, name: str, organization_no: str, invoice_date: date, vat_minor: int) -> bytes | None:
    """The UsingQR text of a Swedish payment (JSON, amounts as numbers); None where there is nothing to refer to.

    The format is the one that Visma published for invoices in 2014: `acc` is the giro number as people write it, `iref`
    the reference, `due` the amount.
    """
    slip = payment.slip
    if not (isinstance(slip, SwedishSlip) and slip.qr and slip.ocr):
        return None
    content = {
        "uqr": USING_QR_VERSION,
        "tp": USING_QR_INVOICE,
        "nme": name,
        "cc": "SE",
        "cid": organization_no,
        "iref": slip.ocr,
        "idt": f"{invoice_date:%Y%m%d}",
        "ddt": f"{payment.due:%Y%m%d}",
        "due": to_wire(payment.amount_minor, payment.currency),
        "vat": to_wire(vat_minor, payment.currency),
        "cur": payment.currency,
        "pt": "BG" if slip.bankgiro else "PG",
        "acc": slip.shown,
    }
    return encode({key: value for key, value in content.items() if value != ""})


def qr_picture(text: bytes) -> bytes:
    """A QR code of a text as SVG, with the quiet zone that readers need."""
    out = BytesIO()
    segno.make(text.decode(), error="m", micro=False, encoding="utf-8").save(out, kind="svg", xmldecl=False, border=2)
    return out.getvalue()


def _as_parsed(kind: str, given: str, parsed: str) -> None:
    """Refuse a number that is written otherwise than it is kept: paper shows it as it was given."""
    if given != parsed:
        raise InvalidIdentifier(kind, given, f"it is {parsed}, written without signs and whole")
