"""What an assignment and a transmission add up to while their records are read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from reskontro.formats.ocr_giro.records import PaymentBlock

REVERSALS = frozenset({"18", "20"})
"""Card reversals. Their part in the sum is not agreed upon among sources: added, or deducted."""


@dataclass(slots=True)
class AssignmentTally:
    """What was found in one assignment so far; `damaged` when a record of it could not be read."""

    ordinal: int
    transactions: int = 0
    records: int = 1
    next_no: int = 1
    credits_minor: int = 0
    negatives_minor: int = 0
    reversals_minor: int = 0
    reversals_signed_minor: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    lump_sums_minor: dict[tuple[date, str], int] = field(default_factory=dict)
    first_date: date | None = None
    last_date: date | None = None
    last_bank_date: date | None = None
    damaged: bool = False

    @property
    def net_minor(self) -> int:
        """The sum by the signs of the lines."""
        return self.credits_minor - self.negatives_minor

    def sums_accepted(self) -> dict[int, str]:
        """The sums that the end record may state, each with how it treats card reversals."""
        if not REVERSALS.intersection(self.by_type):
            return {self.net_minor: ""}
        others = self.net_minor - self.reversals_signed_minor
        return {
            others + self.reversals_minor: "added",
            others - self.reversals_minor: "deducted",
            self.net_minor: "counted by their signs",
        }

    def add(self, block: PaymentBlock) -> None:
        """Count a block of payments; the numbers and records of its lines are the reader's to count."""
        amounts, types = block.amount_minor, block.transaction_type
        total = sum(amounts)
        below_zero = -sum(amount for amount in amounts if amount < 0) if True in block.negative else 0
        self.transactions += len(block)
        self.credits_minor += total + below_zero
        self.negatives_minor += below_zero
        if _all_equal(types):
            self.by_type[types[0]] += len(block)
        else:
            self.by_type.update(types)
        if not REVERSALS.isdisjoint(self.by_type):
            reversals = [amount for kind, amount in zip(types, amounts, strict=True) if kind in REVERSALS]
            self.reversals_minor += sum(map(abs, reversals))
            self.reversals_signed_minor += sum(reversals)
        self._add_lump_sums(block, total)
        days = set(block.settlement_date)
        self.first_date = min(days) if self.first_date is None else min(self.first_date, *days)
        self.last_date = max(days) if self.last_date is None else max(self.last_date, *days)
        self.last_bank_date = latest(self.last_bank_date, *set(block.bank_date))

    def _add_lump_sums(self, block: PaymentBlock, total: int) -> None:
        sums = self.lump_sums_minor
        if _all_equal(block.lump_key) and _all_equal(block.settlement_date):
            key = block.settlement_date[0], block.lump_key[0]
            sums[key] = sums.get(key, 0) + total
            return
        for day, lump_key, amount in zip(block.settlement_date, block.lump_key, block.amount_minor, strict=True):
            key = day, lump_key
            sums[key] = sums.get(key, 0) + amount


@dataclass(slots=True)
class TransmissionTally:
    """What was found in one transmission so far."""

    assignments: int = 0
    payment_assignments: int = 0
    transactions: int = 0
    records: int = 1
    total_minor: int = 0
    latest_created: date | None = None
    latest_date: date | None = None
    damaged: bool = False


def latest(*days: date | None) -> date | None:
    """The latest of the days that are known."""
    return max((day for day in days if day is not None), default=None)


def _all_equal(column: Sequence[object]) -> bool:
    return column.count(column[0]) == len(column)
