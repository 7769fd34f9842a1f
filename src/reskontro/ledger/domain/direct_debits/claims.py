"""Claims: which open items a bank is asked to collect, which claims are taken back, and how a claim ends.

| status | what happens | becomes |
| --- | --- | --- |
| CLAIMED | money for the item comes by it | PAID |
| CLAIMED, LAPSED | the bank or the payer refuses | REFUSED |
| CLAIMED | it is taken back, by a record in a file or by the bank | CANCELLED |
| CLAIMED | the due date and some days pass and nothing comes | LAPSED |
| REFUSED, CANCELLED, LAPSED | money comes all the same | PAID |
| PAID, CLAIMED | the money goes back | RETURNED |

An item has one outstanding claim at most. Source: payment-formats, sections 3, 6.2, 7.1, 9.1, 9.5.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from reskontro.kernel.kid import has_kid_format
from reskontro.ledger.domain.direct_debits.cutoffs import LocalMoment, Window, cancelling_cutoff
from reskontro.ledger.domain.direct_debits.mandates import MandateKey
from reskontro.ledger.domain.direct_debits.schemes import Agreement, Scheme, covers
from reskontro.ledger.domain.follow_up import DebtCollection, stops
from reskontro.ledger.domain.payment import ItemKey

ANSWER_DAYS = 7  # after the due date; until then no answer says nothing
LARGEST_MINOR = {Scheme.AVTALEGIRO: 10**15 - 1, Scheme.AUTOGIRO: 10**12 - 1, Scheme.BETALINGSSERVICE: 10**13 - 1}
PAYER_DIGITS = {Scheme.AUTOGIRO: 16, Scheme.BETALINGSSERVICE: 15}


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    CLAIMED = "CLAIMED"
    PAID = "PAID"
    REFUSED = "REFUSED"
    RETURNED = "RETURNED"
    CANCELLED = "CANCELLED"
    LAPSED = "LAPSED"


class ClaimEvent(StrEnum):
    """What can happen to a claim."""

    PAY = "pay"
    REFUSE = "refuse"
    RETURN = "return"
    CANCEL = "cancel"
    LAPSE = "lapse"


TRANSITIONS: Mapping[tuple[ClaimStatus, ClaimEvent], ClaimStatus] = {
    (ClaimStatus.CLAIMED, ClaimEvent.PAY): ClaimStatus.PAID,
    (ClaimStatus.CLAIMED, ClaimEvent.REFUSE): ClaimStatus.REFUSED,
    (ClaimStatus.CLAIMED, ClaimEvent.RETURN): ClaimStatus.RETURNED,
    (ClaimStatus.CLAIMED, ClaimEvent.CANCEL): ClaimStatus.CANCELLED,
    (ClaimStatus.CLAIMED, ClaimEvent.LAPSE): ClaimStatus.LAPSED,
    (ClaimStatus.LAPSED, ClaimEvent.REFUSE): ClaimStatus.REFUSED,
    (ClaimStatus.LAPSED, ClaimEvent.PAY): ClaimStatus.PAID,
    (ClaimStatus.REFUSED, ClaimEvent.PAY): ClaimStatus.PAID,
    (ClaimStatus.CANCELLED, ClaimEvent.PAY): ClaimStatus.PAID,
    (ClaimStatus.PAID, ClaimEvent.RETURN): ClaimStatus.RETURNED,
}


def advance(status: ClaimStatus, event: ClaimEvent) -> ClaimStatus | None:
    """The status after something has happened; None where it changes nothing."""
    return TRANSITIONS.get((status, event))


class Claim(NamedTuple):
    """A claim as it stands; the amount is in minor units. `reference` is how the file names it."""

    claim_no: int
    shipment_no: int
    scheme: Scheme
    creditor_no: str
    debtor_group: str
    mandate_no: int
    payer_no: str
    agreement_no: str
    account_no: int
    reference_no: int
    reference_sequence_no: int
    kid: str
    reference: str
    payer_name: str
    currency: str
    amount_minor: int
    due_date: date
    status: ClaimStatus
    cancel_asked_by: str
    cancel_shipment_no: int | None
    payment_no: int | None
    reason_code: str
    reason: str

    @property
    def item(self) -> ItemKey:
        """The item that it is for."""
        return self.reference_no, self.reference_sequence_no


class Candidate(NamedTuple):
    """An open invoice item of a customer with a mandate, as it stands. Amounts are in minor units.

    `reserved_minor` is what is reserved of it, the outstanding claim's own reservation included.
    """

    reference_no: int
    reference_sequence_no: int
    account_no: int
    customer_no: str
    customer_name: str
    document_no: str
    kid: str
    currency: str
    balance_minor: int
    reserved_minor: int
    due_date: date
    stop_until: date | None
    customer_stop_until: date | None
    debt_collection_status: str
    mandate_no: int
    mandate: MandateKey
    valid_from: date | None
    claim_no: int | None  # the outstanding one
    tried: bool  # a claim for this due date was refused, lapsed, went back or was taken back by a person

    @property
    def item(self) -> ItemKey:
        """The item."""
        return self.reference_no, self.reference_sequence_no


class Hold(StrEnum):
    """Why an item is not claimed now."""

    CLAIMED = "it is claimed already"
    TRIED = "a claim for this due date was refused or taken back"
    NO_KID = "it has no KID"
    CURRENCY = "it is in another currency than the scheme"
    STOPPED = "it is stopped"
    CUSTOMER_STOPPED = "the customer is stopped"
    RESERVED = "a payment is on its way"
    IN_COLLECTION = "it is in debt collection"
    OTHER_REFERENCE = "the mandate is for another reference"
    MANDATE_LATER = "the mandate is not valid on the due date"
    PAYER_NO = "the payer's number does not fit the file"
    AMOUNT = "the amount does not fit the file"
    TOO_LATE = "it is too late for its due date"
    TOO_EARLY = "it is too early for its due date"


def holds(
    item: Candidate, agreement: Agreement, days: Window, today: date, prefix: str, *, own_minor: int = 0
) -> tuple[Hold, ...]:
    """Everything that holds an item back. `own_minor` is reserved for a claim that the new one takes the place of."""
    scheme = agreement.scheme
    payer_digits = PAYER_DIGITS.get(scheme)
    payer_fits = payer_digits is None or (
        item.mandate.payer_no.isdigit() and len(item.mandate.payer_no) <= payer_digits
    )
    tests = (
        (Hold.CLAIMED, item.claim_no is not None and not own_minor),
        (Hold.TRIED, item.tried),
        (Hold.NO_KID, not has_kid_format(item.kid)),
        (Hold.CURRENCY, item.currency != agreement.rules.currency),
        (Hold.STOPPED, stops(item.stop_until, today)),
        (Hold.CUSTOMER_STOPPED, stops(item.customer_stop_until, today)),
        (Hold.RESERVED, item.reserved_minor > own_minor and (item.claim_no is None or own_minor > 0)),
        (Hold.IN_COLLECTION, item.debt_collection_status != DebtCollection.NOT),
        (
            Hold.OTHER_REFERENCE,
            scheme is Scheme.AVTALEGIRO
            and not covers(item.mandate.payer_no, item.kid, agreement.mandate_digits, prefix),
        ),
        (Hold.MANDATE_LATER, item.valid_from is not None and item.due_date < item.valid_from),
        (Hold.PAYER_NO, not payer_fits),
        (Hold.AMOUNT, item.balance_minor > LARGEST_MINOR[scheme]),
        (Hold.TOO_LATE, item.due_date < days.earliest),
        (Hold.TOO_EARLY, item.due_date > days.latest),
    )
    return tuple(hold for hold, holds_back in tests if holds_back)


class Held(NamedTuple):
    """An item that is not claimed, and why."""

    item: Candidate
    holds: tuple[Hold, ...]


class Review(StrEnum):
    """Why a claim is to be taken back."""

    ASKED = "somebody asked for it"
    NOTHING_OPEN = "the item is paid or credited"
    CHANGED = "the amount or the due date has changed"


class Cancellation(NamedTuple):
    """A claim to take back, why, and whether it can be done by a file now."""

    claim: Claim
    why: Review
    in_time: bool


class Plan(NamedTuple):
    """What a file sent now would hold, and what it would not."""

    claims: tuple[Candidate, ...]
    cancellations: tuple[Cancellation, ...]
    held: tuple[Held, ...]

    @property
    def to_cancel(self) -> list[Claim]:
        """The claims that the file takes back."""
        return [one.claim for one in self.cancellations if one.in_time]


class Standing(NamedTuple):
    """An outstanding claim with its item as it stands."""

    claim: Claim
    balance_minor: int
    due_date: date


def plan(
    candidates: Iterable[Candidate],
    outstanding: Iterable[Standing],
    agreement: Agreement,
    days: Window,
    sent: LocalMoment,
    prefix: str,
) -> Plan:
    """What to claim and what to take back at a moment, in the order of due dates and references."""
    best = _best_mandates(candidates, agreement, prefix)
    claims: list[Candidate] = []
    held: list[Held] = []
    cancellations: list[Cancellation] = []
    replaced: set[ItemKey] = set()
    for standing in sorted(outstanding, key=lambda one: (one.claim.due_date, one.claim.kid, one.claim.claim_no)):
        claim = standing.claim
        why = _review(standing)
        if why is None:
            continue
        in_time = _in_time(claim, sent)
        if why is Review.CHANGED:
            item = best.get(claim.item)
            against = (
                (Hold.TOO_LATE,)
                if item is None
                else holds(item, agreement, days, sent.day, prefix, own_minor=claim.amount_minor)
            )
            in_time = in_time and not against
            if in_time and item is not None:
                claims.append(item)
                replaced.add(claim.item)
        cancellations.append(Cancellation(claim, why, in_time))
    for item in best.values():
        if item.item in replaced:
            continue
        against = holds(item, agreement, days, sent.day, prefix)
        if not against:
            claims.append(item)
        elif against[0] is not Hold.CLAIMED:
            held.append(Held(item, against))
    claims.sort(key=_in_order)
    held.sort(key=lambda one: _in_order(one.item))
    return Plan(tuple(claims), tuple(cancellations), tuple(held))


def _in_order(item: Candidate) -> tuple[date, str, int]:
    return item.due_date, item.kid, item.reference_no


def _best_mandates(candidates: Iterable[Candidate], agreement: Agreement, prefix: str) -> dict[ItemKey, Candidate]:
    """Each item once, under the mandate that is for its reference, else under the newest one."""

    def rank(item: Candidate) -> tuple[bool, int]:
        fits = agreement.scheme is not Scheme.AVTALEGIRO or covers(
            item.mandate.payer_no, item.kid, agreement.mandate_digits, prefix
        )
        return fits, item.mandate_no

    best: dict[ItemKey, Candidate] = {}
    for item in candidates:
        known = best.get(item.item)
        if known is None or rank(item) > rank(known):
            best[item.item] = item
    return best


def _review(standing: Standing) -> Review | None:
    claim = standing.claim
    if standing.balance_minor <= 0:
        return Review.NOTHING_OPEN
    if claim.cancel_asked_by:
        return Review.ASKED
    changed = (standing.balance_minor, standing.due_date) != (claim.amount_minor, claim.due_date)
    return Review.CHANGED if changed else None


def _in_time(claim: Claim, sent: LocalMoment) -> bool:
    last = cancelling_cutoff(claim.scheme, claim.due_date)
    return last is not None and sent <= last


class DebitLine(NamedTuple):
    """What a line of a bank file says about a claim. The amount is without sign, in minor units."""

    payer_no: str
    agreement_no: str
    reference: str
    due_date: date | None
    amount_minor: int


def claim_of(line: DebitLine, claims: Sequence[Claim]) -> Claim | None:
    """The claim of its payer that a line is about.

    The reference names it, or the due date and the amount together. Among several the one that agrees in most is taken,
    the newest of those that agree in as much.
    """
    found = []
    for claim in claims:
        if line.agreement_no and claim.agreement_no and claim.agreement_no != line.agreement_no:
            continue
        same_reference = bool(line.reference.strip()) and _bare(claim.reference) == _bare(line.reference)
        same_due, same_amount = claim.due_date == line.due_date, claim.amount_minor == line.amount_minor
        if same_reference or (same_due and same_amount):
            found.append(((same_reference, same_due, same_amount, claim.claim_no), claim))
    return max(found)[1] if found else None


def _bare(reference: str) -> str:
    """A reference as files bring it back: with other zeros and blanks around it."""
    return reference.strip().lstrip("0")
