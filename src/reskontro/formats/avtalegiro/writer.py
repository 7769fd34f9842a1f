"""Writing AvtaleGiro payment claims and cancellations for the operator.

The numbers of the transmission and of the assignments are arguments: they must stay unique (an assignment's for twelve
months and a day), so whoever sends keeps them. A cancellation is known by the KID, the due date and the amount of the
claim that it takes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reskontro.formats.writing import Checks, ddmmyy, encoded
from reskontro.kernel.kid import has_kid_format

OPERATOR = "00008080"
LENGTH = 80
MOST_LINES = 42
COLUMN = 40
PAYEE_NOTIFIES = "02"
BANK_NOTIFIES = "21"
CANCELLATION = "93"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, of which the payee tells the payer (always so with eFaktura), or the bank where `bank_notifies`.

    The bank does it with up to 42 lines of 80 characters as `specification`. `short_name` helps with refused claims,
    `foreign_reference` is shown on the payer's statement.
    """

    kid: str
    amount_minor: int
    due_date: date
    bank_notifies: bool = False
    short_name: str = ""
    foreign_reference: str = ""
    specification: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimAssignment:
    """Claims of one account."""

    number: str
    account: str
    claims: Sequence[Claim]


@dataclass(frozen=True, slots=True)
class CancellationAssignment:
    """Claims of one account that are taken back."""

    number: str
    account: str
    claims: Sequence[Claim]


Assignment = ClaimAssignment | CancellationAssignment


def write_claims(sender: str, number: str, assignments: Sequence[Assignment]) -> bytes:
    """A transmission: `sender` is the payee's customer-unit ID, `number` the transmission's. Raises `NotWritable`."""
    _check(sender, number, assignments)
    records = [f"NY000010{sender.zfill(8)}{number.zfill(7)}{OPERATOR}".ljust(LENGTH, "0")]
    for assignment in assignments:
        records += _assignment(assignment)
    claims = [claim for assignment in assignments for claim in assignment.claims]
    sums = _sums(claims, len(records) + 1)
    first = min(claim.due_date for claim in claims)
    records.append(f"NY000089{sums}{ddmmyy(first)}".ljust(LENGTH, "0"))
    return encoded(records, LENGTH)


def _assignment(assignment: Assignment) -> list[str]:
    cancels = isinstance(assignment, CancellationAssignment)
    kind = "36" if cancels else "00"
    head = f"NY21{kind}20000000000{assignment.number.zfill(7)}{assignment.account}"
    records = [head.ljust(LENGTH, "0")]
    for number, claim in enumerate(assignment.claims, 1):
        records += _claim(number, claim, cancels=cancels)
    days = [claim.due_date for claim in assignment.claims]
    sums = _sums(assignment.claims, len(records) + 1)
    records.append(f"NY21{kind}88{sums}{ddmmyy(min(days))}{ddmmyy(max(days))}".ljust(LENGTH, "0"))
    return records


def _claim(number: int, claim: Claim, *, cancels: bool) -> list[str]:
    kind = CANCELLATION if cancels else BANK_NOTIFIES if claim.bank_notifies else PAYEE_NOTIFIES
    due, amount, blank = ddmmyy(claim.due_date), claim.amount_minor, ""
    item_1 = f"NY21{kind}30{number:07d}{due}{blank:11}{amount:017d}{claim.kid:>25}000000"
    item_2 = f"NY21{kind}31{number:07d}{claim.short_name:10}{blank:25}{claim.foreign_reference:25}00000"
    records = [item_1, item_2]
    if kind == BANK_NOTIFIES:
        for line, text in enumerate(claim.specification, 1):
            for column, start in ((1, 0), (2, COLUMN)):
                part = text[start : start + COLUMN]
                if part.strip():
                    records.append(f"NY212149{number:07d}4{line:03d}{column}{part:40}".ljust(LENGTH, "0"))
    return records


def _sums(claims: Sequence[Claim], records: int) -> str:
    return f"{len(claims):08d}{records:08d}{sum(claim.amount_minor for claim in claims):017d}"


def _check(sender: str, number: str, assignments: Sequence[Assignment]) -> None:
    checks = Checks()
    checks.digits("transmission", "sender", sender, 8)
    checks.digits("transmission", "number", number, 7)
    checks.wanted(bool(assignments), "transmission", "it has no assignment")
    numbers = [assignment.number.zfill(7) for assignment in assignments]
    checks.wanted(len(set(numbers)) == len(numbers), "transmission", "two assignments have the same number")
    for at, assignment in enumerate(assignments, 1):
        where = f"assignment {at}"
        checks.digits(where, "number", assignment.number, 7)
        checks.digits(where, "account", assignment.account, 11, exactly=True)
        checks.wanted(bool(assignment.claims), where, "it has no claim")
        for number_, claim in enumerate(assignment.claims, 1):
            _check_claim(checks, f"assignment {at}, claim {number_}", claim)
    checks.done()


def _check_claim(checks: Checks, where: str, claim: Claim) -> None:
    checks.wanted(has_kid_format(claim.kid), where, "KID: 2 to 25 characters are wanted, the last a digit or '-'")
    checks.amount(where, claim.amount_minor, 15)
    checks.text(where, "short name", claim.short_name, 10)
    checks.text(where, "foreign reference", claim.foreign_reference, 25)
    checks.wanted(len(claim.specification) <= MOST_LINES, where, f"at most {MOST_LINES} lines of specification")
    for line, text in enumerate(claim.specification, 1):
        checks.text(f"{where}, line {line}", "specification", text, 2 * COLUMN)
    checks.wanted(2000 <= claim.due_date.year < 2070, where, "due date: a year from 2000 to 2069 is wanted")
