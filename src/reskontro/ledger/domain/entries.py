"""What one run adds to the book: balanced cases, the AR items they make, what was matched, which balances moved.

Rows are tuples in the order of their columns, so that a run of thousands is turned into columns at once. Amounts are
minor units; debit is positive, credit negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class CaseRow(NamedTuple):
    """One balanced event."""

    gl_case_no: int
    voucher_type: int
    voucher_no: int
    voucher_date: date
    gl_year: int
    gl_period: int
    currency: str
    gl_currency: str
    account_no: int | None
    reference_no: int | None
    document_no: str
    reverses_gl_case_no: int | None


class LineRow(NamedTuple):
    """One debit or credit of a case. `reference_sequence_no` stands on receivables lines only and names their item."""

    gl_case_no: int
    line_no: int
    gl_account_no: int
    currency_minor: int
    gl_minor: int
    transaction_text: str
    vat_code: str
    reference_sequence_no: int | None
    item_group1: str
    item_group2: str
    item_group3: str


class ItemRow(NamedTuple):
    """A new AR item with the balance that its own run leaves on it."""

    reference_no: int
    reference_sequence_no: int
    account_no: int
    document_no: str
    voucher_type: int
    voucher_no: int
    voucher_date: date
    original_due_date: date
    currency: str
    currency_minor: int
    gl_minor: int
    kid: str
    transaction_text: str
    external_id1: str
    gl_case_no: int
    gl_year: int
    gl_period: int
    currency_balance_minor: int
    gl_balance_minor: int
    last_sequence_no: int
    ledger_note: str | None


class MatchRow(NamedTuple):
    """What a credit item took from a debit item. Positive; an undone match is the same with opposite amounts."""

    debit_reference_no: int
    debit_sequence_no: int
    credit_reference_no: int
    credit_sequence_no: int
    currency_minor: int
    debit_gl_minor: int
    credit_gl_minor: int
    match_date: date
    undoes_match_no: int | None
    gl_case_no: int | None
    rule: str


class CaseRateRow(NamedTuple):
    """The rate that a case in a foreign currency was converted with: what so many units were worth, on which day."""

    gl_case_no: int
    units: Decimal
    rate: Decimal
    rate_date: date
    source: str


class BalanceRow(NamedTuple):
    """The state of an older item after the run."""

    reference_no: int
    reference_sequence_no: int
    currency_balance_minor: int
    gl_balance_minor: int
    last_sequence_no: int


@dataclass(slots=True)
class Entries:
    """All that one run adds."""

    cases: list[CaseRow] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    matches: list[MatchRow] = field(default_factory=list)
    balances: list[BalanceRow] = field(default_factory=list)
    rates: list[CaseRateRow] = field(default_factory=list)  # of cases in a foreign currency

    def extend(self, other: "Entries") -> None:
        """Add another part of the same run."""
        self.cases += other.cases
        self.lines += other.lines
        self.items += other.items
        self.matches += other.matches
        self.balances += other.balances
        self.rates += other.rates


def check(entries: Entries, receivables_account: int) -> None:
    """Assert what must hold before anything is written.

    Cases balance, in the GL currency and in their own; items stand on the receivables account, and what matches gained
    or lost there.
    """
    sums: dict[int, int] = {}
    apart: dict[int, int] = {}  # what the currency's sum differs from the GL currency's, of cases that have two
    receivables = 0
    for line in entries.lines:
        sums[line.gl_case_no] = sums.get(line.gl_case_no, 0) + line.gl_minor
        if line.currency_minor != line.gl_minor:
            apart[line.gl_case_no] = apart.get(line.gl_case_no, 0) + line.currency_minor - line.gl_minor
        if line.gl_account_no == receivables_account:
            receivables += line.gl_minor
    unbalanced = [case_no for case_no, total in sums.items() if total or apart.get(case_no)]
    assert not unbalanced, f"cases do not balance: {unbalanced[:5]}"
    differences = sum(match.credit_gl_minor - match.debit_gl_minor for match in entries.matches)
    assert receivables == sum(item.gl_minor for item in entries.items) + differences, (
        "items and receivables account differ"
    )
    for item in entries.items:
        _check_balance(item.currency_balance_minor, item.currency_minor)
        _check_balance(item.gl_balance_minor, item.gl_minor)


def _check_balance(balance: int, amount: int) -> None:
    assert abs(balance) <= abs(amount), "a balance is not larger than its amount"
    assert balance * amount >= 0, "a balance has the sign of its amount"


class OpenItem(NamedTuple):
    """An item that a run may settle, as it stands. Signed; a debit is positive."""

    reference_no: int
    reference_sequence_no: int
    account_no: int
    document_no: str
    currency: str
    currency_minor: int
    currency_balance_minor: int
    gl_balance_minor: int
    due_date: date
    kid: str
    last_sequence_no: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an amount was spread: what each item gave up, what is left. Positive minor units of the item's currency."""

    parts: tuple[tuple[OpenItem, int], ...]
    left_minor: int


def settle(amount_minor: int, items: Sequence[OpenItem]) -> Settlement:
    """Spread a payment over open debit items in the order given; what no item needs is left over."""
    assert amount_minor > 0, "a reversal goes another way"
    left = amount_minor
    parts = []
    for item in items:
        if left == 0:
            break
        part = min(left, item.currency_balance_minor)
        if part > 0:
            parts.append((item, part))
            left -= part
    return Settlement(tuple(parts), left)


def oldest_first(items: Sequence[OpenItem], currency: str) -> list[OpenItem]:
    """Open debit items of a currency by due date; equal ones in the order of their numbers, so that two runs agree."""
    debits = [item for item in items if item.currency_balance_minor > 0 and item.currency == currency]
    return sorted(debits, key=lambda item: (item.due_date, item.reference_no, item.reference_sequence_no))
