"""From a line of a bank file to what happens with its money.

The reference decides: the exact stored one, then the same without or with the agreement's leading zeros, then one of
the ledger's own layout. Two hits are no hit. A check digit decides nothing. Source: payment-formats, sections 9.2, 9.3.

| case | test | outcome |
| --- | --- | --- |
| exact | amount = open | settled |
| partial | amount < open | settled in part, the item stays open with the rest |
| small difference | open − amount ≤ the client's limit | settled, the difference to the rounding account |
| over | amount > open | settled, the rest on account |
| already paid, credited | nothing open | all on account, to be looked at |
| unknown reference, negative, card information, other currency | | kept, not booked |
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from reskontro.ledger.domain.entries import OpenItem


class Outcome(StrEnum):
    """Where the money of a line is."""

    SETTLED = "SETTLED"  # all of it on items
    ON_ACCOUNT = "ON-ACCOUNT"  # some or all of it open on the customer's account
    QUEUED = "QUEUED"  # not booked, waiting for a person
    INFORMATION = "INFORMATION"  # not money of this account
    DUPLICATE = "DUPLICATE"  # booked from another file


class Reason(StrEnum):
    """Why."""

    EXACT = "exact"
    PARTIAL = "partial"
    SMALL_DIFFERENCE = "small difference"
    OVER = "over"
    ALREADY_PAID = "possible double payment"
    CREDITED = "invoice credited"
    NOTHING_OPEN = "nothing open"
    CUSTOMER = "customer reference"
    UNKNOWN_REFERENCE = "unknown reference"
    INVALID_REFERENCE = "invalid reference"
    SEVERAL = "several claims have the reference"
    NO_REFERENCE = "no reference"
    OTHER_CURRENCY = "other currency"
    NEGATIVE = "negative line"
    CARD = "card transaction"
    SAME_LINE = "same line in another file"


class Rule(StrEnum):
    """How a reference was found."""

    EXACT = "exact reference"
    LEADING_ZEROS = "leading zeros"
    OWN_LAYOUT = "own layout"
    NONE = ""


class Verdict(NamedTuple):
    """What is to be done with a line: where it goes, why, by which rule, and to what."""

    outcome: Outcome
    reason: Reason
    rule: Rule
    target: OpenItem | None
    account_no: int | None  # of the customer, where the line goes on its account


class Closed(StrEnum):
    """What an item that is not open was closed by."""

    PAID = "paid"
    CREDITED = "credited"


INFORMATION_TYPES = frozenset({"18", "19", "20", "21"})


def choose(hits: Sequence[OpenItem]) -> OpenItem | None:
    """The item that a reference names: the only open claim, or else the only one at all. None for two."""
    claims = [item for item in hits if item.currency_balance_minor > 0]
    if len(claims) == 1:
        return claims[0]
    return hits[0] if not claims and len(hits) == 1 else None


def judge(  # noqa: C901, PLR0911, PLR0912 - the table of the module's head
    *,
    transaction_type: str,
    amount_minor: int,
    currency: str,
    kid: str,
    hits: Sequence[OpenItem],
    rule: Rule,
    customer_account_no: int | None,
    closed_by: Mapping[tuple[int, int], Closed],
    tolerance_minor: int,
    kid_has_format: bool,
) -> Verdict:
    """What is to be done with one line, given what its reference found."""
    if transaction_type in INFORMATION_TYPES:
        return Verdict(Outcome.INFORMATION, Reason.CARD, Rule.NONE, None, None)
    if amount_minor <= 0:
        return Verdict(Outcome.QUEUED, Reason.NEGATIVE, rule if hits else Rule.NONE, None, None)
    if not kid:
        return Verdict(Outcome.QUEUED, Reason.NO_REFERENCE, Rule.NONE, None, None)
    if not hits:
        if customer_account_no is not None:
            return Verdict(Outcome.ON_ACCOUNT, Reason.CUSTOMER, rule, None, customer_account_no)
        reason = Reason.UNKNOWN_REFERENCE if kid_has_format else Reason.INVALID_REFERENCE
        return Verdict(Outcome.QUEUED, reason, Rule.NONE, None, None)
    item = choose(hits)
    if item is None:
        return Verdict(Outcome.QUEUED, Reason.SEVERAL, rule, None, None)
    if item.currency != currency:
        return Verdict(Outcome.QUEUED, Reason.OTHER_CURRENCY, rule, None, None)
    open_minor = item.currency_balance_minor
    if open_minor <= 0:
        how = closed_by.get((item.reference_no, item.reference_sequence_no))
        if item.currency_minor <= 0 or how is None:
            reason = Reason.NOTHING_OPEN
        else:
            reason = Reason.CREDITED if how is Closed.CREDITED else Reason.ALREADY_PAID
        return Verdict(Outcome.ON_ACCOUNT, reason, rule, item, item.account_no)
    if amount_minor == open_minor:
        return Verdict(Outcome.SETTLED, Reason.EXACT, rule, item, item.account_no)
    if amount_minor > open_minor:
        return Verdict(Outcome.ON_ACCOUNT, Reason.OVER, rule, item, item.account_no)
    if open_minor - amount_minor <= tolerance_minor:
        return Verdict(Outcome.SETTLED, Reason.SMALL_DIFFERENCE, rule, item, item.account_no)
    return Verdict(Outcome.SETTLED, Reason.PARTIAL, rule, item, item.account_no)
