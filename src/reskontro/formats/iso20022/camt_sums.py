"""What a statement or notification adds up to, against what it says it does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from reskontro.formats.findings import Findings, shown
from reskontro.formats.iso20022.values import AMOUNT
from reskontro.formats.payments import Balance
from reskontro.kernel.money import exponent, is_currency

OPENING = ("OPBD", "PRCD")
CLOSING = "CLBD"


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
    before = len(found.faults)
    stated = list(_stated(group, found))
    if len(found.faults) > before:
        return
    wrong_for_all = [message for message, all_, _ in stated if not all_]
    wrong_for_booked = [message for message, _, booked in stated if not booked]
    for message in min(wrong_for_all, wrong_for_booked, key=len):
        found.fault(group.position, "summary", message)
    _balances(group, found)


def _stated(group: GroupTally, found: Findings[Any]) -> Iterator[tuple[str, bool, bool]]:
    """Each number of the summary: what to say when it is wrong, whether it fits all entries, and the booked ones."""
    for name, text in group.stated.items():
        if name == "net_sign" or not text:
            continue
        number = _number(text)
        if number is None:
            found.fault(group.position, "summary", f"TxsSummry: a number was wanted, {shown(text)} found")
            continue
        label, fits = _FACTS[name]
        sign = -1 if name == "net" and group.stated.get("net_sign") == "DBIT" else 1
        scale = 1 if name.endswith("count") else 10 ** _places(group)
        value = number * scale * sign
        signed = name != "net" or "net_sign" in group.stated
        found_all, found_booked = (fits(count) for count in (group.all, group.booked))
        if not signed:
            value, found_all, found_booked = abs(value), abs(found_all), abs(found_booked)
        message = f"TxsSummry: {label} is {shown(text)}, the entries give another"
        yield message, value == found_all, value == found_booked


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
    if AMOUNT.fullmatch(unsigned) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _places(group: GroupTally) -> int:
    return exponent(group.currency) if is_currency(group.currency) else 2


def _balances(group: GroupTally, found: Findings[Any]) -> None:
    """Opening balance and booked entries are the closing balance, on a statement that is not cut into pages."""
    if group.paged:
        return
    by_code = {balance.code: balance for balance in reversed(group.balances)}
    opening = next((by_code[code] for code in OPENING if code in by_code), None)
    closing = by_code.get(CLOSING)
    if opening is None or closing is None:
        return
    if opening.currency != closing.currency:
        found.fault(group.position, "balance", "opening and closing balance are in two currencies")
    elif opening.amount_minor + group.booked_minor != closing.amount_minor:
        message = "the opening balance and the booked entries do not give the closing balance"
        found.fault(group.position, "balance", message)
