"""Code lists with their descriptions. Source: arm-api, section 3.

Codes are compared without regard to case and given back in the spelling of these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache


class VoucherType(IntEnum):
    """What kind of event a case books (3.3)."""

    OPENING_BALANCE = 1
    MANUAL = 2
    INVOICE = 3
    CREDIT_NOTE = 4
    PAYMENT = 5
    INTEREST_NOTE = 6
    FEE = 7
    WRITE_OFF = 8
    REFUND = 9
    TRANSFER = 10
    ROUNDING = 11
    REVERSAL = 12
    CREDIT_ADJUSTMENT = 13


@dataclass(frozen=True, slots=True)
class Description:
    """A text in both languages of the interface."""

    en: str
    no: str

    def in_language(self, language: str) -> str:
        """The text for `no`, the English one otherwise."""
        return self.no if language == "no" else self.en


VOUCHER_TYPES: Mapping[int, Description] = {
    1: Description("Opening balance", "Åpningsbalanse"),
    2: Description("Manual voucher", "Manuelt bilag"),
    3: Description("Invoice", "Faktura"),
    4: Description("Credit note", "Kreditnota"),
    5: Description("Payment", "Innbetaling"),
    6: Description("Interest note", "Rentenota"),
    7: Description("Fee", "Gebyr"),
    8: Description("Write-off", "Tapsføring"),
    9: Description("Refund", "Utbetaling"),
    10: Description("Transfer", "Overføring"),
    11: Description("Rounding difference", "Øredifferanse"),
    12: Description("Reversal", "Tilbakeføring"),
    13: Description("Credit adjustment", "Kreditering uten dokument"),
}

DOCUMENT_TYPES: Mapping[str, Description] = {
    "IN": Description("Invoice", "Faktura"),
    "CN": Description("Credit note", "Kreditnota"),
    "RN": Description("Interest note", "Rentenota"),
    "RM": Description("Reminder", "Purring"),
    "DN": Description("Debt-collection notice", "Inkassovarsel"),
    "ST": Description("Account statement", "Kontoutskrift"),
}
POSTED_DOCUMENT_TYPES: Mapping[str, VoucherType] = {
    "IN": VoucherType.INVOICE,
    "CN": VoucherType.CREDIT_NOTE,
    "RN": VoucherType.INTEREST_NOTE,
}

CUSTOMER_CATEGORIES = ("CONS", "COMP", "PUBL", "ORG")
PRICE_NET_OR_GROSS = ("B", "N")
ACTIVE_STATUS_WEB = ("Passive", "Active", "Blocked")
REGISTRATION_STATUS = (
    "FICTITIOUS",
    "RESIDENT",
    "EMIGRATED",
    "DISAPPEARED",
    "DECEASED",
    "NON-RESIDENT",
    "TEMPORARY",
    "INACTIVE",
    "CEASED",
)
POSTAL_RETURN_STATUS = (0, 100, 110, 120, 130)
DISTRIBUTION_TYPES = ("M", "H", "P", "S", "D", "N")
EINVOICE_CODES = (0, 10, 20, 30, 90)
LINE_TYPES = ("PLH", "TXT")
LANGUAGES = ("no", "en")
PAYMENT_METHODS = ("BANK", "OCR", "AVTALEGIRO", "EFAKTURA", "CARD", "VIPPS", "CASH", "OTHER")
REASON_CODES = (
    "DISPUTE",
    "AGREEMENT",
    "GOODWILL",
    "WRONG-PRICE",
    "WRONG-QUANTITY",
    "RETURN",
    "DUPLICATE",
    "DECEASED",
    "BANKRUPTCY",
    "UNCOLLECTABLE",
    "OTHER",
)
BANK_FILE_TYPES = (
    "OCR",
    "CAMT054",
    "CAMT053",
    "PAIN002",
    "AVTALEGIRO-MANDATES",
    "BGMAX",
    "AUTOGIRO",
    "BS602",
    "BS603",
)
UPLOAD_FILE_TYPES = ("ATTACHMENT", "CUSTOMER-IMPORT", "DOCUMENT-IMPORT", *BANK_FILE_TYPES)
OUTPUT_FILE_TYPES = (
    "DOCUMENT-PDF",
    "DOCUMENT-UBL",
    "REPORT",
    "LEDGER-PERIOD-REPORT",
    "GL-EXPORT",
    "IMPORT-RECEIPT",
    "PAIN001",
    "AVTALEGIRO-CLAIMS",
    "AUTOGIRO-OUT",
    "BS601",
)
AUTO_POSTING_METHODS = (
    "payment",
    "refund",
    "writeoff",
    "smalldifference",
    "creditadjustment",
    "interest",
    "fee",
    "transfer",
    "match",
    "reversal",
)
ACTION_TYPES = (
    "STOP-REMINDER",
    "RESUME-REMINDER",
    "STOP-DEBT-COLLECTION",
    "RESUME-DEBT-COLLECTION",
    "STOP-INTEREST",
    "RESUME-INTEREST",
    "DEFER-DUE-DATE",
    "SEND-COPY",
    "SEND-REMINDER",
    "SEND-STATEMENT",
    "TRANSFER-TO-DEBT-COLLECTION",
    "WITHDRAW-FROM-DEBT-COLLECTION",
    "CANCEL-RESERVATION",
    "CLOSE-PERIOD",
)

# Norwegian standard chart of accounts (NS 4102), the accounts that the ledger itself posts to.
GL_ACCOUNT_NAMES: Mapping[int, Description] = {
    1500: Description("Accounts receivable", "Kundefordringer"),
    1920: Description("Bank", "Bankinnskudd"),
    2700: Description("Output VAT", "Utgående merverdiavgift"),
    3000: Description("Sales revenue", "Salgsinntekt, avgiftspliktig"),
    3100: Description("Sales revenue, VAT free", "Salgsinntekt, avgiftsfri"),
    3900: Description("Fee income", "Gebyrinntekt"),
    7740: Description("Rounding differences", "Øredifferanser"),
    7830: Description("Bad debts", "Tap på fordringer"),
    8050: Description("Interest income", "Renteinntekt"),
    8060: Description("Currency gain", "Valutagevinst"),
    8160: Description("Currency loss", "Valutatap"),
}


@lru_cache(maxsize=1024)
def canonical(code: str, codes: tuple[str, ...]) -> str | None:
    """The code in the spelling of its list, None where it is not in it."""
    folded = code.casefold()
    return next((known for known in codes if known.casefold() == folded), None)


def fold(key: str) -> str:
    """A key as it is compared: customer numbers, document numbers and posting ids ignore case."""
    return key.casefold()
