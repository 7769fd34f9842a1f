"""What a statement or notification adds up to, against what it says it does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reskontro.formats.findings import Findings, shown
from reskontro.formats.iso20022.values import AMOUNT, decimal_text
from reskontro.formats.payments import Balance
from reskontro.kernel.money import exponent, is_currency

OPENING = ("OPBD", "PRCD")
CLOSING = "CLBD"
LONGEST_NUMBER = 40


@dataclass(slots=True)
class Count:
    """Entries and their amounts, booked ones and all: which of the two a summary counts differs between banks."""

    credits: int = 0
    debits: int = 0
    credit_minor: int = 0
    debit_minor: int = 0

    def add(self, amount_minor: int) -> None:
        """Count an entry."""
        if amount_minor >= 0:
            self.credits += 1
            self.credit_minor += amount_minor
        else:
            self.debits += 1
            self.debit_minor -= amount_minor


@dataclass(slots=True)
class GroupTally:
    """What was found in one statement or notification so far, and what its summary states."""

    ordinal: int = 0
    line: int = 0
    position: int = 0
    summary_at: tuple[int, int] = (0, 0)
    closing_at: tuple[int, int] = (0, 0)
    paged: bool = False
    id: str = ""
    currency: str = ""
    opened: bool = False
    damaged: bool = False
    entries: int = 0
    payments: int = 0
    booked: Count = field(default_factory=Count)
    all: Count = field(default_factory=Count)
    zero_debits: int = 0
    balances: list[Balance] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)

    @property
    def booked_minor(self) -> int:
        """The net sum of the booked entries."""
        return self.booked.credit_minor - self.booked.debit_minor

    def add(self, amount_minor: int, *, booked: bool, damaged: bool) -> None:
        """Count an entry."""
        self.entries += 1
        self.damaged |= damaged
        self.all.add(amount_minor)
        if booked:
            self.booked.add(amount_minor)


def compare_group(group: GroupTally, found: Findings[Any]) -> None:
    """Say what of a group's summary and balances does not agree with its entries, where all of them could be read."""
    if group.damaged:
        return
    found.line, position = group.summary_at
    for message in _unreadable(group.stated):
        found.fault(position, "summary", message)
    stated = list(_stated(group))
    wrong_for_all = [message for message, _ in stated if message]
    wrong_for_booked = [message for _, message in stated if message]
    for message in min(wrong_for_all, wrong_for_booked, key=len):
        found.fault(position, "summary", message)
    _balances(group, found)


def _unreadable(stated: Mapping[str, str]) -> Iterator[str]:
    """What of the summary is no number, or no sign."""
    for name, text in stated.items():
        if name == "net_sign":
            if text not in {"CRDT", "DBIT"}:
                yield f"TxsSummry: CdtDbtInd: CRDT or DBIT was wanted, {shown(text)} found"
        elif text and _number(text) is None:
            yield f"TxsSummry: {_FACTS[name][0]}: a number was wanted, {shown(text)} found"


def _stated(group: GroupTally) -> Iterator[tuple[str, str]]:
    """What to say of each number of the summary that is wrong, over all entries and over the booked ones."""
    sign = -1 if group.stated.get("net_sign") == "DBIT" else 1
    for name, text in group.stated.items():
        number = None if name == "net_sign" or not text else _number(text)
        if number is None:
            continue
        label, fits = _FACTS[name]
        counted = name.endswith("count")
        value = number if counted else number.scaleb(_places(group))
        if name == "net":
            value *= sign
        unsigned = name == "net" and "net_sign" not in group.stated
        messages = []
        for count in (group.all, group.booked):
            given = fits(count)
            right = abs(value) == abs(given) if unsigned else value == given
            told = str(given) if counted else decimal_text(given, group.currency)
            messages.append("" if right else f"TxsSummry: {label} is {text[:LONGEST_NUMBER]}, the entries give {told}")
        yield messages[0], messages[1]


_FACTS: dict[str, tuple[str, Any]] = {
    "all_count": ("the number of entries", lambda count: count.credits + count.debits),
    "all_sum": ("the sum of the entries", lambda count: count.credit_minor + count.debit_minor),
    "net": ("the net sum", lambda count: count.credit_minor - count.debit_minor),
    "credit_count": ("the number of credits", lambda count: count.credits),
    "credit_sum": ("the sum of the credits", lambda count: count.credit_minor),
    "debit_count": ("the number of debits", lambda count: count.debits),
    "debit_sum": ("the sum of the debits", lambda count: count.debit_minor),
}


def _number(text: str) -> Decimal | None:
    unsigned = text.removeprefix("-")
    return Decimal(text) if AMOUNT.fullmatch(unsigned) else None


def _places(group: GroupTally) -> int:
    return exponent(group.currency) if is_currency(group.currency) else 2


def _balances(group: GroupTally, found: Findings[Any]) -> None:
    """Opening balance and booked entries are the closing balance, on a statement that is not cut into pages."""
    found.line, position = group.closing_at if group.closing_at[0] else (group.line, group.position)
    by_code = {balance.code: balance for balance in reversed(group.balances)}
    opening = next((by_code[code] for code in OPENING if code in by_code), None)
    closing = by_code.get(CLOSING)
    foreign = [each for each in (opening, closing) if each is not None and each.currency != group.currency]
    for balance in foreign:
        message = f"the account is in {group.currency}, its balance {balance.code} in {balance.currency}"
        found.fault(position, "currency", message)
    if group.paged or foreign or opening is None or closing is None:
        return
    given = opening.amount_minor + group.booked_minor
    if given != closing.amount_minor:
        told, wanted = (decimal_text(minor, group.currency) for minor in (closing.amount_minor, given))
        message = f"the closing balance is {told}, the opening balance and the booked entries give {wanted}"
        found.fault(position, "balance", message)
