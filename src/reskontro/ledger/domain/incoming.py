"""One line of a bank file about money, whatever the format: what the ledger needs to know of it, and nothing more.

Readers of formats have records of their own. What they know is mapped to this record once, so that everything between
a line and the book is written once: matching, duplicates, queues, returns. Source: payment-formats, sections 9.1, 9.5,
9.6.
"""

import hashlib
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class LineKind(StrEnum):
    """What a line says about money.

    `PAYMENT` is to be matched. `DEDUCTION` was taken off a sum by the bank. `RETURN` takes an earlier payment back.
    `REVERSAL` is money of ours that comes back. The others move nothing that a customer owes.
    """

    PAYMENT = "payment"
    DEDUCTION = "deduction"
    RETURN = "return"
    REVERSAL = "reversal"
    PAYOUT = "payout"
    DEBIT = "debit"
    CARD = "card"
    PENDING = "pending"
    REFUSED = "refused"
    CANCELLED = "cancelled"


MONEY_IN = frozenset({LineKind.PAYMENT, LineKind.DEDUCTION, LineKind.RETURN, LineKind.REVERSAL})
"""The kinds that are settled, on account, waiting or taken back, to the last øre."""


class Naming(StrEnum):
    """What a reference is a name of."""

    REFERENCE = "reference"  # a KID, an OCR number, a payment-ID, a creditor reference: it stands on the claim
    DOCUMENT = "document"  # the number of an invoice or a credit note
    CUSTOMER = "customer"  # the payee's number of the payer
    TEXT = "text"  # what a payer wrote; it proves nothing


class ListPart(NamedTuple):
    """One of several references of a payment; the amount is None where the payer gave none, below zero for credit."""

    naming: Naming
    reference: str
    amount_minor: int | None


class Incoming(NamedTuple):
    """One line. `amount_minor` is seen from the receiving account. `label` names the line in the file, such as 1/4.

    Payer's name and account are personal.
    """

    line_no: int
    label: str
    kind: LineKind
    account: str
    amount_minor: int
    currency: str
    booking_date: date | None
    value_date: date | None
    order_date: date | None
    naming: Naming
    reference: str
    parts: tuple[ListPart, ...]
    payer_name: str
    payer_account: str
    text: str
    archive_reference: str
    end_to_end_id: str
    lump: str
    code: str
    reason: str
    payer_no: str = ""  # the payee's number of the payer, of direct debit's own files
    due_date: date | None = None  # of the claim, likewise


class Owner(NamedTuple):
    """A receiving account of the register: its number there, whose it is, its currency, the lengths of its KIDs."""

    account_no: str
    client_no: int
    currency: str
    kid_lengths: tuple[int, ...]


def normal_reference(text: str) -> str:
    """A reference without the spaces that it is written with. Leading zeros and a final `-` belong to it."""
    return "".join(text.split())


def account_forms(account: str) -> tuple[str, ...]:
    """How an account may stand in the register: as it is, and without the IBAN around a Norwegian one."""
    bare = "".join(character for character in account if character.isalnum()).upper()
    norwegian_iban = 15
    if len(bare) == norwegian_iban and bare.startswith("NO"):
        return (bare, bare[4:])
    return (bare,)


class Fingerprints:
    """Tells a line that comes again from one that is new. Equal lines of one file are told apart by their count."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def of(self, line: Incoming, account_no: str) -> bytes:
        """The line's key; a re-delivered file gives the same ones, whatever the file is called or numbered."""
        named = normal_reference(line.reference) or " ".join(line.text.casefold().split())
        listed = ";".join(f"{part.reference}={part.amount_minor}" for part in line.parts)
        fields: tuple[object, ...] = (
            account_no, line.kind, line.booking_date, line.amount_minor, line.currency, named, listed,
            line.payer_account, line.archive_reference.strip(), line.end_to_end_id if line.kind in SENT else "",
        )  # fmt: skip
        if line.payer_no:  # many payers and many months may have the same reference, and a refusal has no booking date
            fields = (*fields, line.payer_no, line.due_date, line.reason)
        base = hashlib.blake2b("|".join(map(str, fields)).encode(), digest_size=16).digest()
        count = self._seen.get(base, 0)
        self._seen[base] = count + 1
        return base if count == 0 else hashlib.blake2b(base + str(count).encode(), digest_size=16).digest()


SENT = frozenset({LineKind.REVERSAL, LineKind.PAYOUT, LineKind.DEBIT})
"""Kinds about money that we sent, which carry our own id."""
