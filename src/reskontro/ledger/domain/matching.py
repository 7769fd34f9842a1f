"""From a line of a bank file to what happens with its money.

The reference decides: the exact stored one, then the same without or with the agreement's leading zeros, then one of
the ledger's own layout. Two hits are no hit. A check digit decides nothing. Source: payment-formats, sections 9.2, 9.3.

| case | test | outcome |
| --- | --- | --- |
| exact | amount = open | settled |
| partial | amount < open | settled in part, the item stays open with the rest |
| small difference | open − amount ≤ the client's limit | settled, the difference to the rounding account |
| over | amount > open | settled, the rest on account |
| fees and interest on the reference | they count as open with it | settled in the order that the client has set |
| a document's number, which has no check digit | amount ≠ open, another payer | kept, not booked |
| already paid, credited | nothing open | all on account, to be looked at |
| unknown reference, negative, card information, other currency | | kept, not booked |
| nothing | amount = 0 | kept, nothing to book |
| a list of references | its amounts are the payment's | split by them, all on one customer; else kept, not booked |
| return | one payment has its reference, amount, payer | that payment is undone; else kept, not booked |

Whatever a reference named and did not get is kept with the line, and why.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from reskontro.ledger.domain.entries import OpenItem
from reskontro.ledger.domain.incoming import Incoming, LineKind, Naming, normal_reference


class Outcome(StrEnum):
    """Where the money of a line is."""

    SETTLED = "SETTLED"  # all of it on items
    ON_ACCOUNT = "ON-ACCOUNT"  # some or all of it open on the customer's account
    QUEUED = "QUEUED"  # not booked, waiting for a person
    INFORMATION = "INFORMATION"  # not money of this account
    DUPLICATE = "DUPLICATE"  # booked from another file
    RETURNED = "RETURNED"  # an earlier payment was taken back, and is undone
    REFUSED = "REFUSED"  # money that was asked for and did not come


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
    NUMBER_ALONE = "document number with another amount or payer"
    UNKNOWN_REFERENCE = "unknown reference"
    INVALID_REFERENCE = "invalid reference"
    SEVERAL = "several claims have the reference"
    NO_REFERENCE = "no reference"
    OTHER_CURRENCY = "other currency"
    NEGATIVE = "negative line"
    CARD = "card transaction"
    SAME_LINE = "same line in another file"
    LIST = "list of references"
    LIST_SUM = "the list does not add up"
    LIST_UNKNOWN = "the list names what nobody has"
    LIST_CUSTOMERS = "the list is several customers'"
    LIST_OPEN = "the list takes more than is open"
    NO_RATE = "no rate is known"
    RETURN = "payment taken back"
    RETURN_UNKNOWN = "return of an unknown payment"
    RETURN_SEVERAL = "several payments fit the return"
    RETURN_REFUNDED = "return of a payment that is being refunded"
    REFUND_PAID = "refund paid out"
    REFUND_BACK = "refund came back"
    REFUND_AMOUNT = "refund with another amount"
    NO_AMOUNT = "no amount"
    MONEY_BACK = "our own payment came back"
    DEBIT = "debit of the account"
    PENDING = "not booked by the bank"
    NOT_PAID = "refused by the payer or the bank"
    CANCELLED = "cancelled"


class Rule(StrEnum):
    """How a reference was found."""

    EXACT = "exact reference"
    LEADING_ZEROS = "leading zeros"
    OWN_LAYOUT = "own layout"
    DOCUMENT = "document number"
    CREDITOR_REFERENCE = "creditor reference"
    CUSTOMER = "customer number"
    LIST = "list of references"
    NONE = ""


class Lost(NamedTuple):
    """An item that a reference named too, and why it was not taken."""

    account_no: int
    reference_no: int
    reference_sequence_no: int
    why: str


class ListShare(NamedTuple):
    """What of a payment one item of a list gets; below zero where a credit gives."""

    item: OpenItem
    minor: int


class Verdict(NamedTuple):
    """What is to be done with a line: where it goes, why, by which rule, and to what."""

    outcome: Outcome
    reason: Reason
    rule: Rule
    target: OpenItem | None
    account_no: int | None  # of the customer, where the line goes on its account
    lost: tuple[Lost, ...] = ()
    shares: tuple[ListShare, ...] = ()  # of a list


class Closed(StrEnum):
    """What an item that is not open was closed by."""

    PAID = "paid"
    CREDITED = "credited"


NOTHING = Verdict(Outcome.INFORMATION, Reason.NO_AMOUNT, Rule.NONE, None, None)
"""Banks send lines of 0.00. Nobody can place or refund one, so none waits."""
LOST_KEPT = 12
INFORMATION_TYPES = frozenset({"18", "19", "20", "21"})


def choose(hits: Sequence[OpenItem]) -> OpenItem | None:
    """The item that a reference names: the only open claim, or else the only one at all. None for two."""
    claims = [item for item in hits if item.currency_balance_minor > 0]
    if len(claims) == 1:
        return claims[0]
    return hits[0] if not claims and len(hits) == 1 else None


def lost_json(lost: Sequence[Lost]) -> str | None:
    """The items that lost as they are kept with the line, None for none."""
    if not lost:
        return None
    names = ("accountNo", "referenceNo", "referenceSequenceNo", "why")
    return json.dumps([dict(zip(names, one, strict=True)) for one in lost])


def losers(hits: Sequence[OpenItem], taken: OpenItem | None) -> tuple[Lost, ...]:
    """The items that a reference named and that are not taken, a dozen at most, each with the reason."""
    lost = []
    for hit in hits:
        if taken is not None and hit.reference_no == taken.reference_no:
            continue
        if taken is None and len(hits) == 1:
            why = "other currency"
        elif hit.currency_balance_minor > 0:
            why = "another open claim has the same reference"
        else:
            why = "credit" if hit.currency_minor < 0 else "closed"
        lost.append(Lost(hit.account_no, hit.reference_no, hit.reference_sequence_no, why))
    return tuple(lost[:LOST_KEPT])


def beside_of(item: OpenItem, beside: Sequence[OpenItem]) -> list[OpenItem]:
    """Those of some fees and interest that stand on a claim's reference, in its currency."""
    return [one for one in beside if (one.reference_no, one.currency) == (item.reference_no, item.currency)]


def allocation(item: OpenItem, beside: Sequence[OpenItem], *, fees_first: bool) -> list[OpenItem]:
    """A claim with the fees and interest of its reference, in the order in which a payment settles them.

    `beside` has fees before interest. Source: payment-formats, section 9.3; collection-law, section 4.
    """
    return [*beside, item] if fees_first else [item, *beside]


def allocation_rule(rule: str, beside: Sequence[OpenItem], *, fees_first: bool) -> str:
    """The rule that a match names; where there was an order to choose it says which one was used."""
    if not beside:
        return rule
    return f"{rule}, {'fees' if fees_first else 'principal'} first"


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
    beside: Sequence[OpenItem] = (),
    fees_first: bool = False,
) -> Verdict:
    """What is to be done with one line, given what its reference found; `beside` are fees and interest on it."""
    if transaction_type in INFORMATION_TYPES:
        return Verdict(Outcome.INFORMATION, Reason.CARD, Rule.NONE, None, None)
    if amount_minor == 0:
        return NOTHING
    if amount_minor < 0:
        return Verdict(Outcome.QUEUED, Reason.NEGATIVE, rule if hits else Rule.NONE, None, None)
    if not kid:
        return Verdict(Outcome.QUEUED, Reason.NO_REFERENCE, Rule.NONE, None, None)
    if not hits:
        if customer_account_no is not None:
            return Verdict(Outcome.ON_ACCOUNT, Reason.CUSTOMER, rule, None, customer_account_no)
        reason = Reason.UNKNOWN_REFERENCE if kid_has_format else Reason.INVALID_REFERENCE
        return Verdict(Outcome.QUEUED, reason, Rule.NONE, None, None)
    item = choose(hits)
    lost = losers(hits, item) if len(hits) > 1 else ()
    if item is None:
        return Verdict(Outcome.QUEUED, Reason.SEVERAL, rule, None, None, lost)
    if item.currency != currency:
        return Verdict(Outcome.QUEUED, Reason.OTHER_CURRENCY, rule, None, None, losers(hits, None))
    beside = beside_of(item, beside)
    open_minor = item.currency_balance_minor + sum(one.currency_balance_minor for one in beside)
    if open_minor <= 0:
        how = closed_by.get((item.reference_no, item.reference_sequence_no))
        if item.currency_minor <= 0 or how is None:
            reason = Reason.NOTHING_OPEN
        else:
            reason = Reason.CREDITED if how is Closed.CREDITED else Reason.ALREADY_PAID
        return Verdict(Outcome.ON_ACCOUNT, reason, rule, item, item.account_no, lost)
    if amount_minor == open_minor or (not fees_first and amount_minor == item.currency_balance_minor):
        return Verdict(Outcome.SETTLED, Reason.EXACT, rule, item, item.account_no, lost)
    if amount_minor > open_minor:
        return Verdict(Outcome.ON_ACCOUNT, Reason.OVER, rule, item, item.account_no, lost)
    last = allocation(item, beside, fees_first=fees_first)[-1]
    if open_minor - amount_minor <= min(tolerance_minor, last.currency_balance_minor):
        return Verdict(Outcome.SETTLED, Reason.SMALL_DIFFERENCE, rule, item, item.account_no, lost)
    return Verdict(Outcome.SETTLED, Reason.PARTIAL, rule, item, item.account_no, lost)


NOT_MONEY: Mapping[LineKind, tuple[Outcome, Reason]] = {
    LineKind.CARD: (Outcome.INFORMATION, Reason.CARD),
    LineKind.PENDING: (Outcome.INFORMATION, Reason.PENDING),
    LineKind.DEBIT: (Outcome.INFORMATION, Reason.DEBIT),
    LineKind.PAYOUT: (Outcome.INFORMATION, Reason.DEBIT),
    LineKind.REFUSED: (Outcome.REFUSED, Reason.NOT_PAID),
    LineKind.CANCELLED: (Outcome.REFUSED, Reason.CANCELLED),
}
"""What becomes of the kinds that move nothing which a customer owes."""


class Hits(NamedTuple):
    """What a reference names: items by a rule, or a customer's account."""

    rule: Rule
    items: tuple[OpenItem, ...]
    account_no: int | None = None
    beside: tuple[OpenItem, ...] = ()  # open fees and interest on the references of the items, fees first
    customer_name: str = ""  # of the only item, where a number without a check digit named it


NOBODY = Hits(Rule.NONE, ())


def waits(reason: Reason, lost: tuple[Lost, ...] = ()) -> Verdict:
    """The verdict for a line that a person has to look at."""
    return Verdict(Outcome.QUEUED, reason, Rule.NONE, None, None, lost)


def decide(  # noqa: PLR0911 - one answer for each kind of line
    line: Incoming,
    *,
    hits: Hits,
    part_hits: Sequence[Hits],
    closed_by: Mapping[tuple[int, int], Closed],
    tolerance_minor: int,
    in_gl_currency: bool,
    rate_known: bool,
    fees_first: bool = False,
) -> Verdict:
    """What is to be done with a line of any format but a return, whose original is looked for elsewhere."""
    if line.kind in NOT_MONEY:
        outcome, reason = NOT_MONEY[line.kind]
        return Verdict(outcome, reason, Rule.NONE, None, None)
    if line.amount_minor == 0:
        return NOTHING
    if line.kind is LineKind.REVERSAL:
        return waits(Reason.MONEY_BACK)
    if line.kind is LineKind.DEDUCTION or line.amount_minor < 0:
        return waits(Reason.NEGATIVE, losers(hits.items, None) if len(hits.items) > 1 else ())
    if line.parts:
        verdict = judge_list(line, part_hits)
    elif line.naming is Naming.TEXT:
        return waits(Reason.NO_REFERENCE)
    else:
        verdict = judge(
            transaction_type="",
            amount_minor=line.amount_minor,
            currency=line.currency,
            kid=normal_reference(line.reference),
            hits=hits.items,
            rule=hits.rule,
            customer_account_no=hits.account_no,
            closed_by=closed_by,
            tolerance_minor=tolerance_minor,
            kid_has_format=is_reference(normal_reference(line.reference)),
            beside=hits.beside,
            fees_first=fees_first,
        )
        if hits.rule is Rule.DOCUMENT and verdict.account_no is not None and not is_certain(line, hits, verdict):
            return waits(Reason.NUMBER_ALONE, losers_of_number(verdict))
    if verdict.account_no is not None and not (in_gl_currency or rate_known):
        return waits(Reason.NO_RATE, verdict.lost)
    if not in_gl_currency and any(share.minor < 0 for share in verdict.shares):
        return waits(Reason.OTHER_CURRENCY, verdict.lost)  # credit for claims at other rates is a case of its own
    return verdict


def is_certain(line: Incoming, hits: Hits, verdict: Verdict) -> bool:
    """Whether a document's number alone may place a payment.

    One digit wrong is another document: the amount has to be what is open, and the payer, where the bank names one, has
    to be the customer. A name is the same in whatever order and case, and where one has more words than the other.
    """
    if verdict.reason is not Reason.EXACT:
        return False
    payer, customer = (set(_NAME_WORD.findall(name.casefold())) for name in (line.payer_name, hits.customer_name))
    return not payer or not customer or payer <= customer or customer <= payer


def losers_of_number(verdict: Verdict) -> tuple[Lost, ...]:
    """The item that a number named and that is not taken for it."""
    item = verdict.target
    if item is None:
        return verdict.lost
    why = "a number without a check digit"
    return (Lost(item.account_no, item.reference_no, item.reference_sequence_no, why), *verdict.lost)


_NAME_WORD = re.compile(r"[^\W_]+")


def is_reference(text: str) -> bool:
    """Whether a text can be a reference at all: letters, digits and hyphens, 25 characters at most."""
    longest = 25
    return text.isascii() and len(text) <= longest and text.replace("-", "").isalnum()


def judge_list(line: Incoming, part_hits: Sequence[Hits]) -> Verdict:
    """Split a payment by the amounts of its list, where they are the payment's and every part is open for its own.

    A list is booked as it is or not at all: whatever does not fit is for a person. Credits of it are used up by its
    claims. Source: payment-formats, sections 5.2 (rule 2) and 9.2 (step 6).
    """
    amounts = [part.amount_minor for part in line.parts]
    if any(amount is None for amount in amounts) or sum(a for a in amounts if a is not None) != line.amount_minor:
        return waits(Reason.LIST_SUM)
    wanted: dict[tuple[int, int], int] = {}
    items: dict[tuple[int, int], OpenItem] = {}
    lost: list[Lost] = []
    for part, hits in zip(line.parts, part_hits, strict=True):
        sign = -1 if (part.amount_minor or 0) < 0 else 1
        fitting = [item for item in hits.items if item.currency_minor * sign > 0]
        open_ones = [item for item in fitting if item.currency_balance_minor * sign > 0]
        chosen = open_ones if len(open_ones) == 1 else fitting
        if len(chosen) != 1:
            reason = Reason.SEVERAL if fitting else Reason.LIST_UNKNOWN
            return waits(reason, losers(hits.items, None) if len(hits.items) > 1 else ())
        item = chosen[0]
        lost += losers(hits.items, item)
        key = (item.reference_no, item.reference_sequence_no)
        items[key] = item
        wanted[key] = wanted.get(key, 0) + (part.amount_minor or 0)
    if any(item.currency != line.currency for item in items.values()):
        return waits(Reason.OTHER_CURRENCY)
    if len({item.account_no for item in items.values()}) > 1:
        return waits(Reason.LIST_CUSTOMERS)
    shares = tuple(ListShare(items[key], minor) for key, minor in wanted.items() if minor)
    if any(
        share.minor * share.item.currency_balance_minor < 0 or abs(share.minor) > abs(share.item.currency_balance_minor)
        for share in shares
    ):
        return waits(Reason.LIST_OPEN)
    account_no = next(iter(items.values())).account_no
    kept = tuple(lost[:LOST_KEPT])
    return Verdict(Outcome.SETTLED, Reason.LIST, Rule.LIST, None, account_no, kept, shares)


class Earlier(NamedTuple):
    """A payment that a return may take back, as it stands."""

    payment_no: int
    amount_minor: int
    currency: str
    payer_account: str
    archive_reference: str
    status: str  # where its money is: UNPLACED, PLACED, RETURNED, CLOSED
    being_refunded: bool


def original_of(line: Incoming, candidates: Sequence[Earlier]) -> Earlier | Reason:
    """The payment that a return takes back, or why none is: the same amount and, where both know it, the same payer.

    The bank's own reference decides between several; without it two that fit are none.
    """
    fitting = [
        one
        for one in candidates
        if one.amount_minor == -line.amount_minor
        and one.currency == line.currency
        and one.status in {"UNPLACED", "PLACED"}
        and (not line.payer_account or not one.payer_account or one.payer_account == line.payer_account)
    ]
    archive = line.archive_reference.strip()
    same = [one for one in fitting if archive and one.archive_reference.strip() == archive]
    chosen = same if len(same) == 1 else fitting
    if not chosen:
        return Reason.RETURN_UNKNOWN
    if len(chosen) > 1:
        return Reason.RETURN_SEVERAL
    return Reason.RETURN_REFUNDED if chosen[0].being_refunded else chosen[0]
