"""Crediting a posted document: the credit note is a document of its own, on the document's reference."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reskontro.kernel.actor import Actor
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.codes import REASON_CODES, VoucherType, canonical
from reskontro.ledger.domain.credit_note import (
    CREDITED_TYPES,
    Credited,
    CreditType,
    credit_amounts,
    credit_lines,
)
from reskontro.ledger.domain.document import Amounts, NewDocument
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service import documents
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import credit_notes as store
from reskontro.ledger.store.numbers import CREDIT_NOTE, Numbers
from reskontro.platform.clock import business_day
from reskontro.platform.database import Transaction
from reskontro.platform.json_text import encode

SUMMARY = "The AR item was not changed"
NOT_SENT = ("N", 0)
TRIES = 100  # generated numbers that the client may have used itself


@dataclass(frozen=True, slots=True)
class NewCreditNote:
    """A credit note as it was asked for."""

    credit_type: str
    amounts: Amounts | None
    document_no: str
    document_date: date | None
    customer_message: str
    reason_code: str
    distribution: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note in the book; the amount is negative."""

    posted: documents.Posted
    currency: str
    minor: int


async def credit(
    tx: Transaction, numbers: Numbers, item: ArItemId, new: NewCreditNote, now: datetime, actor: Actor, path: str
) -> CreditNote:
    """Credit the document of an item, which is locked. Raises Refused, with every fault it has found.

    The transaction holds the client's book.
    """
    credited = await store.credited(tx, item) if item.reference_sequence_no == 0 else None
    if credited is None or credited.voucher_type not in CREDITED_TYPES:
        message = "Only an invoice or an interest note can be credited"
        raise broken(fault(Code.TYPE_NOT_ALLOWED, message, path, item), SUMMARY)
    faults = []
    kind = canonical(new.credit_type, tuple(CreditType))
    amounts = (0, 0, 0)
    if kind is None:
        faults.append(fault(Code.NOT_IN_LIST, "Not in the code list", f"{path}.creditType", new.credit_type))
    else:
        amounts, found = credit_amounts(CreditType(kind), new.amounts, credited, path)
        faults += found
    if new.reason_code and canonical(new.reason_code, REASON_CODES) is None:
        faults.append(fault(Code.NOT_IN_LIST, "Not in the code list", f"{path}.reasonCode", new.reason_code))
    day = new.document_date or business_day(now)
    closed = await book_store.closed_through(tx)
    period = Period.of(day)
    if closed is not None and period.month_no <= closed:
        at = f"{path}.documentDate"
        faults.append(fault(Code.PERIOD_CLOSED, "The period {period} is closed", at, day, period=str(period)))
    if new.document_no and await store.is_taken(tx, new.document_no):
        at = f"{path}.documentNo"
        faults.append(fault(Code.EXISTS, "documentNo already exists", at, new.document_no))
    if faults:
        raise broken(faults, SUMMARY)
    number = new.document_no or await _number(tx, numbers)
    document = _document(new, credited, amounts, number, day)
    outcome = (await documents.post(tx, numbers, [document], now, actor, paths=[path]))[0]
    if isinstance(outcome, documents.Rejected):
        raise broken(list(outcome.faults), SUMMARY)
    assert isinstance(outcome, documents.Posted), "the number was free"
    return CreditNote(outcome, credited.currency, -amounts[2])


async def _number(tx: Transaction, numbers: Numbers) -> str:
    for _ in range(TRIES):
        number = f"CN{(await numbers.take(tx.client_no, CREDIT_NOTE))[0]:08d}"
        if not await store.is_taken(tx, number):
            return number
    raise AssertionError("so many numbers in a row are not taken by documents of other origin")


def _document(
    new: NewCreditNote, credited: Credited, amounts: tuple[int, int, int], number: str, day: date
) -> NewDocument:
    lines, kept = credit_lines(credited, amounts)
    content: dict[str, Any] = {"credited_document_no": credited.document_no, "lines": kept}
    if new.customer_message:
        content["customer_message"] = new.customer_message
    if new.reason_code:
        content["reason_code"] = canonical(new.reason_code, REASON_CODES)
    excl, vat, incl = (Decimal(to_wire(minor, credited.currency)) for minor in amounts)
    return NewDocument(
        document_type="CN",
        customer_no=credited.customer_no,
        document_no=number,
        document_date=day,
        due_date=day,
        currency=credited.currency,
        language=credited.language,
        kid="",
        credited_document_no=credited.document_no,
        external_id1="",
        ledger_note="",
        amounts=Amounts(excl, vat, incl),
        distribution=new.distribution or NOT_SENT,
        lines=lines,
        attachment_files=(),
        content=content,
        fingerprint=hashlib.sha256(encode([number, day.isoformat(), content])).digest(),
        credits_interest=credited.voucher_type == VoucherType.INTEREST_NOTE,
    )
