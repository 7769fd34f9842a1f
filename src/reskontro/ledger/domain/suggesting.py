"""What a payment without a usable reference may be for: suggestions, with a score and the reasons for it.

Each thing that is known for certain of a payment counts some points; what it points to is a customer with some of its
open items. Nobody is paid by a suggestion: a person accepts it, or a rule that the client has set, which takes only
what is exact and far ahead of the next one. Source: payment-formats, section 9.2 (step 5).

| reason | points |
| --- | --- |
| the text holds a claim's KID | 55 |
| the text holds a document's number: five characters and more, fewer | 50, 25 |
| the text holds the customer's number | 20 |
| the payer's account has paid for this customer before | 35 |
| the payer's name is the customer's | 15 |
| the amount is what is open on what is named | 35 |
| the amount is what is open on one item of the customer | 30 |
| the amount is what several items of the customer come to, in one way only; in several ways | 25, 10 |
| the amount is open on one item of all | 25 |
| other customers are named as well | −25 |
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

MOST_ITEMS = 24  # of a customer that are looked at, the oldest first
MOST_STEPS = 3000  # of the search for items that add up
MOST_TOKENS = 24
KEPT = 3  # suggestions of a payment
HIGHEST = 100
LEAD = 15  # points that a rule wants between the best and the next
LONG_NUMBER = 5
SHORTEST_TOKEN = 3
LONGEST_TOKEN = 35
_WORD = re.compile(r"[0-9A-Za-zÆØÅÄÖæøåäö][0-9A-Za-zÆØÅÄÖæøåäö./-]*")
_DIGITS = re.compile(r"[0-9]+-?")


class Clues(NamedTuple):
    """What is known of a payment. Payer's account and name are personal."""

    payment_no: int
    amount_minor: int
    currency: str
    text: str
    payer_account: str
    payer_name: str


class Claim(NamedTuple):
    """An open claim."""

    account_no: int
    reference_no: int
    reference_sequence_no: int
    document_no: str
    currency: str
    balance_minor: int
    due_date: date

    @property
    def key(self) -> tuple[int, int]:
        """Its numbers."""
        return self.reference_no, self.reference_sequence_no


@dataclass(slots=True)
class Evidence:
    """What was found for one payment."""

    kids: list[Claim] = field(default_factory=list)
    documents: list[tuple[str, Claim]] = field(default_factory=list)  # with the text that named it
    customers: set[int] = field(default_factory=set)  # accounts named by the customer's number
    payers: set[int] = field(default_factory=set)  # accounts for which the payer has paid
    names: set[int] = field(default_factory=set)  # accounts of customers of the payer's name
    only_claim: Claim | None = None  # the only one of all that has the amount open

    def accounts(self) -> set[int]:
        """Every customer that anything points to."""
        named = {claim.account_no for claim in self.kids} | {claim.account_no for _, claim in self.documents}
        only = {self.only_claim.account_no} if self.only_claim is not None else set()
        return named | self.customers | self.payers | self.names | only


class Part(NamedTuple):
    """What of the payment an item gets."""

    reference_no: int
    reference_sequence_no: int
    minor: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where a payment may belong. What is left of it would stand on the customer's account."""

    account_no: int
    parts: tuple[Part, ...]
    left_minor: int
    score: int
    reasons: tuple[str, ...]
    exact: bool  # every item is closed and nothing is left


def tokens(text: str) -> list[str]:
    """The numbers in a text that may name something: words with a digit, and digits that stand apart put together."""
    found: dict[str, None] = {}
    for word in _WORD.findall(text):
        bare = word.strip("./-")
        if any(character.isdigit() for character in bare):
            found[bare] = None
            for digits in _DIGITS.findall(word):
                found[digits] = None
                found[digits.rstrip("-")] = None
    for joined in _joined(text):
        found[joined] = None
    fitting = [one for one in found if SHORTEST_TOKEN <= len(one) <= LONGEST_TOKEN]
    return sorted(fitting, key=lambda one: (-len(one), one))[:MOST_TOKENS]


def _joined(text: str) -> Iterator[str]:
    """Groups of digits with single blanks between them, as one number."""
    for run in re.findall(r"[0-9]+(?: [0-9]+)+", text):
        yield run.replace(" ", "")


def adding_up(balances: Sequence[int], amount: int) -> tuple[tuple[int, ...], bool]:
    """The positions of balances that come to an amount, the fewest and oldest of them, and whether others do as well.

    Empty where none do, or none were found in so many steps. All balances are above zero.
    """
    count = min(len(balances), MOST_ITEMS)
    rest = [0] * (count + 1)
    for index in range(count - 1, -1, -1):
        rest[index] = rest[index + 1] + balances[index]
    best: tuple[int, ...] = ()
    found = steps = 0
    stack: list[tuple[int, int, tuple[int, ...]]] = [(0, amount, ())]
    while stack and steps < MOST_STEPS and found < MOST_ITEMS:
        steps += 1
        index, left, taken = stack.pop()
        if left == 0:
            found += 1
            if not best or len(taken) < len(best):
                best = taken
            continue
        if index == count or left < 0 or left > rest[index]:
            continue
        stack.append((index + 1, left, taken))
        stack.append((index + 1, left - balances[index], (*taken, index)))
    return best, found > 1


def suggest(clues: Clues, evidence: Evidence, open_claims: Mapping[int, Sequence[Claim]]) -> list[Suggestion]:
    """The best suggestions for a payment, the highest score first. `open_claims` are a customer's, oldest first."""
    named_accounts = {claim.account_no for claim in evidence.kids} | {c.account_no for _, c in evidence.documents}
    found = []
    for account_no in sorted(evidence.accounts()):
        claims = [one for one in open_claims.get(account_no, ()) if one.currency == clues.currency]
        points: dict[str, int] = {}
        named = _named(account_no, clues, evidence, points)
        if len(named_accounts) > 1 and account_no in named_accounts:
            points["other customers are named as well"] = -25
        _who(account_no, evidence, points)
        parts, exact = _parts(clues, named, claims, points)
        if evidence.only_claim is not None and evidence.only_claim.account_no == account_no:
            points["no other open claim of anybody has this amount"] = 25
        score = max(0, min(HIGHEST, sum(points.values())))
        left = clues.amount_minor - sum(part.minor for part in parts)
        if score:
            found.append(Suggestion(account_no, parts, left, score, tuple(points), exact and left == 0))
    found.sort(key=lambda one: (-one.score, not one.exact, one.account_no))
    return found[:KEPT]


def _named(account_no: int, clues: Clues, evidence: Evidence, points: dict[str, int]) -> list[Claim]:
    """The customer's claims that the text names."""
    named: dict[tuple[int, int], Claim] = {}
    for claim in evidence.kids:
        if claim.account_no == account_no and claim.currency == clues.currency:
            named[claim.key] = claim
            points["the text holds a claim's KID"] = 55
    for number, claim in evidence.documents:
        if claim.account_no != account_no or claim.currency != clues.currency:
            continue
        named[claim.key] = claim
        if "the text holds a claim's KID" in points:
            continue
        worth = 50 if len(number) >= LONG_NUMBER else 25
        points["the text holds a document's number"] = max(worth, points.get("the text holds a document's number", 0))
    return sorted(named.values(), key=lambda claim: (claim.due_date, claim.key))


def _who(account_no: int, evidence: Evidence, points: dict[str, int]) -> None:
    """What points to the customer itself."""
    if account_no in evidence.customers:
        points["the text holds the customer's number"] = 20
    if account_no in evidence.payers:
        # An account that has paid for many is a collector's or a parent's: it says less.
        points["the payer's account has paid for this customer before"] = 35 if len(evidence.payers) == 1 else 15
    if account_no in evidence.names:
        points["the payer's name is the customer's"] = 15 if len(evidence.names) == 1 else 5


def _parts(
    clues: Clues, named: Sequence[Claim], claims: Sequence[Claim], points: dict[str, int]
) -> tuple[tuple[Part, ...], bool]:
    """Which items get what, and whether that closes them all."""
    amount = clues.amount_minor
    if named:
        if sum(claim.balance_minor for claim in named) == amount:
            points["the amount is what is open on what is named"] = 35
            return _spread(named, amount), True
        picked, several = adding_up([claim.balance_minor for claim in claims], amount)
        chosen = [claims[index] for index in picked]
        if chosen and {claim.key for claim in named} <= {claim.key for claim in chosen}:
            points["the amount is what several items of the customer come to"] = 10 if several else 25
            return _spread(chosen, amount), True
        return _spread(named, amount), False
    single = [claim for claim in claims if claim.balance_minor == amount]
    if single:
        points["the amount is what is open on one item of the customer"] = 30 if len(single) == 1 else 15
        return _spread(single[:1], amount), True
    picked, several = adding_up([claim.balance_minor for claim in claims], amount)
    if picked:
        points["the amount is what several items of the customer come to"] = 10 if several else 25
        return _spread([claims[index] for index in picked], amount), True
    return _spread(claims, amount), False


def _spread(claims: Sequence[Claim], amount: int) -> tuple[Part, ...]:
    parts = []
    left = amount
    for claim in claims:
        part = min(left, claim.balance_minor)
        if part > 0:
            parts.append(Part(*claim.key, part))
            left -= part
    return tuple(parts)


def takes_itself(suggestions: Sequence[Suggestion], least_score: int) -> Suggestion | None:
    """The suggestion that a client's rule accepts: exact, high enough, and far ahead of the next. 0 accepts none."""
    if not suggestions or least_score <= 0:
        return None
    best = suggestions[0]
    next_score = suggestions[1].score if len(suggestions) > 1 else 0
    return best if best.exact and best.score >= least_score and best.score - next_score >= LEAD else None
