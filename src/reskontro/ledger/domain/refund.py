"""The life of a refund: proposed by one person, approved by another, sent, paid out or put back.

| status | what happens | becomes |
| --- | --- | --- |
| PROPOSED | a second person approves it | APPROVED |
| APPROVED | it goes into a file to the bank | SENT |
| SENT | the bank has paid it out | PAID, or UNCOVERED where the credit was used meanwhile |
| SENT, PAID, UNCOVERED | the bank refuses it or the money comes back | REJECTED |
| PROPOSED, APPROVED | somebody takes it back | CANCELLED |
| UNCOVERED | it is booked when there is credit again | PAID |

While a refund is not closed, its credit is held: no other refund may take it. Source: payment-formats, sections 3.4,
5.3, 5.4, 9.5.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from reskontro.kernel.bank_days import SATURDAY, Country, bank_day_from


class RefundStatus(StrEnum):
    """Where a refund is."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    PAID = "PAID"
    UNCOVERED = "UNCOVERED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


class RefundEvent(StrEnum):
    """What can happen to a refund."""

    APPROVE = "approve"
    SEND = "send"
    PAY = "pay"
    FIND_UNCOVERED = "find uncovered"
    REJECT = "reject"
    CANCEL = "cancel"


S, E = RefundStatus, RefundEvent
TRANSITIONS: Mapping[tuple[RefundStatus, RefundEvent], RefundStatus] = {
    (S.PROPOSED, E.APPROVE): S.APPROVED,
    (S.PROPOSED, E.CANCEL): S.CANCELLED,
    (S.APPROVED, E.CANCEL): S.CANCELLED,
    (S.APPROVED, E.SEND): S.SENT,
    (S.SENT, E.PAY): S.PAID,
    (S.SENT, E.FIND_UNCOVERED): S.UNCOVERED,
    (S.SENT, E.REJECT): S.REJECTED,
    (S.UNCOVERED, E.PAY): S.PAID,
    (S.UNCOVERED, E.REJECT): S.REJECTED,
    (S.PAID, E.REJECT): S.REJECTED,
}
HOLDING = (S.PROPOSED, S.APPROVED, S.SENT, S.UNCOVERED)
"""The statuses in which a refund holds its credit."""

PAID_OUT = frozenset({"ACSC"})
"""The bank's statuses (ISO 20022) by which the money has left the account."""
REFUSED = frozenset({"RJCT"})
UNDER_WAY = frozenset({"ACTC", "ACCP", "ACSP", "ACWC", "PDNG", "RCVD", "PART"})
"""Those by which nothing is decided: a missing refusal is not a payment."""


CUT_OFF = time(14)
"""Until when a bank carries out an order on the same day: our own caution, no contract says it."""
COUNTRY_OF_CURRENCY = {"NOK": Country.NORWAY, "SEK": Country.SWEDEN, "DKK": Country.DENMARK}
IBAN_BEGINS = 2  # letters


def bank_country(account_no: str, currency: str) -> Country | None:
    """Where the bank of an account is: an IBAN says it, a national number has it from its currency. None elsewhere."""
    named = account_no[:IBAN_BEGINS].upper()
    if named.isalpha():
        return Country(named) if named in {one.value for one in Country} else None
    return COUNTRY_OF_CURRENCY.get(currency)


def execution_day(country: Country | None, day: date, at: time) -> date:
    """The day on which a file that is sent at a moment can be carried out: a bank day, the next one after the cut-off.

    Where the country's bank days are not known, every weekday counts as one.
    """
    first = day if at <= CUT_OFF else day + timedelta(days=1)
    if country is not None:
        return bank_day_from(country, first)
    return first + timedelta(days=7 - first.weekday() if first.weekday() >= SATURDAY else 0)


class RefundNotAllowed(ValueError):  # noqa: N818 - an answer, not a mistake of ours
    """The refund's status does not allow it."""

    def __init__(self, status: RefundStatus, event: RefundEvent) -> None:
        super().__init__(f"a refund that is {status.value} cannot {event.value}")
        self.status = status


def advance(status: RefundStatus, event: RefundEvent) -> RefundStatus:
    """The status after something has happened; raises RefundNotAllowed."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise RefundNotAllowed(status, event) from None


def is_second_person(proposed_by: str, approved_by: str) -> bool:
    """Whether two names are two people's: case, blanks, width and what cannot be seen make no other person."""
    first, second = (_as_read(name) for name in (proposed_by, approved_by))
    return bool(first and second) and first != second


def _as_read(name: str) -> str:
    """A name as it looks to a reader."""
    seen = "".join(c if c.isprintable() else "" if unicodedata.category(c) == "Cf" else " " for c in name)
    return " ".join(unicodedata.normalize("NFKC", seen).split()).casefold()


class Refund(NamedTuple):
    """A refund as it stands. `refund_id` is the end-to-end id. The receiver's account is personal."""

    refund_id: str
    account_no: int
    reference_no: int
    reference_sequence_no: int
    payment_no: int | None
    currency: str
    amount_minor: int
    receiver_account_no: str
    receiver_name: str
    message: str
    earliest_date: date
    proposed_by: str
    status: RefundStatus
    approved_by: str | None
    message_id: str | None
    bank_status: str
    bank_reason: str
    gl_case_no: int | None
    proposed_with: str = ""  # the credential of the call, empty for a person at the command line
    approved_with: str = ""
