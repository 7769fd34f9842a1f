"""What reading an OCR giro file gives: events in file order, or a refusal with its faults.

Amounts are whole øre with sign, dates are `date`, identifiers are text as found (leading zeros and the `-` of a KID
belong to them). A payment has no object of its own while it is read: payments come in blocks of equally long columns,
which go into a database without being taken apart first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from reskontro.formats.findings import BankFileRefused, Fault, ReadWarning

MOST_IN_BLOCK = 512
"""Payments in one block: as many as a processor's cache holds while they are taken apart (tried: 256 to 8192)."""


class OcrFileRefused(BankFileRefused):
    """The file is not used: its faults in file order, at most a hundred; `cut` when reading stopped before the end."""


@dataclass(frozen=True, slots=True)
class TransmissionStart:
    """Record 10: who sent which transmission to whom."""

    line: int
    sender: str
    number: str
    recipient: str


@dataclass(frozen=True, slots=True)
class AssignmentStart:
    """Record 20: an assignment of payments (service 09, type 00) or of mandates (21, 24) for one account.

    `ordinal` counts from 1 in the file; `agreement` is empty for mandates.
    """

    line: int
    ordinal: int
    service: str
    type: str
    account: str
    number: str
    agreement: str


class Payment(NamedTuple):
    """One payment: a row of a `PaymentBlock`, with the columns in the same order."""

    line_no: int
    transaction_type: str
    transaction_no: int
    settlement_date: date
    lump_key: str
    negative: bool
    amount_minor: int
    kid: str
    form_no: str
    archive_reference: str
    bank_date: date | None
    debit_account: str
    text: str


@dataclass(frozen=True, slots=True)
class PaymentBlock:
    """Payments of one assignment, as columns of equal length in file order.

    `line_no` is the line of amount item 1. `lump_key` is its positions 22–31 (centre, day, part, serial): together with
    the settlement date it names the lump sum on the bank statement. `amount_minor` is in øre and below zero where
    `negative` is true. `kid` is empty for what came without; `debit_account` is empty, `bank_date` None when unknown.
    """

    assignment: int
    line_no: Sequence[int]
    transaction_type: Sequence[str]
    transaction_no: Sequence[int]
    settlement_date: Sequence[date]
    lump_key: Sequence[str]
    negative: Sequence[bool]
    amount_minor: Sequence[int]
    kid: Sequence[str]
    form_no: Sequence[str]
    archive_reference: Sequence[str]
    bank_date: Sequence[date | None]
    debit_account: Sequence[str]
    text: Sequence[str]

    def __len__(self) -> int:
        return len(self.amount_minor)

    def rows(self) -> Iterator[Payment]:
        """The payments one by one."""
        return map(
            Payment,
            self.line_no,
            self.transaction_type,
            self.transaction_no,
            self.settlement_date,
            self.lump_key,
            self.negative,
            self.amount_minor,
            self.kid,
            self.form_no,
            self.archive_reference,
            self.bank_date,
            self.debit_account,
            self.text,
        )


class Mandate(NamedTuple):
    """A payer's standing permission for AvtaleGiro, or its end.

    `registration` is 0 for a line of a full list, 1 for new or changed, 2 for deleted; `notice` says whether the payer
    wants to be told in writing.
    """

    line_no: int
    serial: int
    registration: str
    kid: str
    notice: bool


@dataclass(frozen=True, slots=True)
class MandateBlock:
    """Mandates of one assignment, in file order."""

    assignment: int
    mandates: tuple[Mandate, ...]


@dataclass(frozen=True, slots=True)
class AssignmentEnd:
    """Record 88, which agrees with the records before it.

    `total_minor` is the net sum that the bank pays out; `credits_minor` and `negatives_minor` (both ≥ 0) are what it is
    made of. `lump_sums_minor` is keyed by settlement date and `lump_key`. For mandates all amounts are zero.
    """

    line: int
    ordinal: int
    transactions: int
    records: int
    total_minor: int
    credits_minor: int
    negatives_minor: int
    created_on: date | None
    first_settlement_date: date | None
    last_settlement_date: date | None
    by_type: Mapping[str, int]
    lump_sums_minor: Mapping[tuple[date, str], int]


@dataclass(frozen=True, slots=True)
class TransmissionEnd:
    """Record 89, which agrees with the records before it.

    `latest_date` is the latest date found anywhere in the transmission, bank dates included: the caller, who knows
    today, refuses a file from the future by it.
    """

    line: int
    transactions: int
    records: int
    total_minor: int
    created_on: date | None
    latest_date: date | None


Event = (
    TransmissionStart | AssignmentStart | PaymentBlock | MandateBlock | AssignmentEnd | TransmissionEnd | ReadWarning
)

__all__ = [
    "AssignmentEnd",
    "AssignmentStart",
    "Event",
    "Fault",
    "Mandate",
    "MandateBlock",
    "OcrFileRefused",
    "Payment",
    "PaymentBlock",
    "ReadWarning",
    "TransmissionEnd",
    "TransmissionStart",
]
