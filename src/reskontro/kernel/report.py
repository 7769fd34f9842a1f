"""A report as data: what stands in it, whatever it is written as.

A report is a head with facts, some small tables that sum it up, and one table whose rows come as a stream. Every column
says what its values are, so that one writer for each format writes all reports. Words are English keys of the
catalogue; the writer says them in the report's language. Amounts are minor units with their currency.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Money(NamedTuple):
    """An amount in minor units of a currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text to be said in the report's language: a key of the catalogue and what is filled in."""

    message: str
    args: Mapping[str, str | int | date | Money] = field(default_factory=dict)


Cell = str | int | Decimal | date | Money | Words | None
"""None is no value: an empty cell, a member that is left out."""


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"  # a count or a share: it is computed with
    KEY = "key"  # a number that only names something
    DAY = "day"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name as data, its title, what its values are, whether they are added up.

    A column that is not printed stands in CSV and JSON only. Wide ones get the room that is left on paper.
    """

    name: str
    title: Words
    kind: Kind = Kind.TEXT
    added_up: bool = False
    printed: bool = True
    wide: bool = False

    def __post_init__(self) -> None:
        """Only amounts are added up."""
        assert not self.added_up or self.kind is Kind.AMOUNT, self.name


class RowKind(StrEnum):
    """A row of its own, or a balance that stands between rows and is not added up with them."""

    ITEM = "ITEM"
    BALANCE = "BALANCE"


class Row(NamedTuple):
    """The cells of a row in the order of the columns."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.ITEM


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table. `grouped_by` names those whose change begins a group with its own heading on paper."""

    name: str
    title: Words
    columns: Sequence[Column]
    grouped_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Every column that is grouped by exists."""
        assert set(self.grouped_by) <= {column.name for column in self.columns}, self.grouped_by

    def group_of(self, row: Row) -> tuple[Cell, ...]:
        """What must be equal for two rows to be of one group."""
        if not self.grouped_by:
            return ()
        return tuple(
            cell for column, cell in zip(self.columns, row.cells, strict=True) if column.name in self.grouped_by
        )


@dataclass(frozen=True, slots=True)
class Filled:
    """A small table with its rows."""

    table: Table
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the whole report is about: as of a day, for a period, for a customer."""

    name: str
    label: Words
    value: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that can be written once: its rows come as they are read."""

    report_type: str
    title: Words
    language: str  # `no` or `en`
    client_no: int
    client_name: str
    gl_currency: str
    made: datetime
    facts: Sequence[Fact]
    summaries: Sequence[Filled]
    table: Table
    rows: AsyncIterator[Row]


class Totals:
    """The sums of the columns that are added up, one for each currency that came."""

    def __init__(self, table: Table) -> None:
        self._at = [at for at, column in enumerate(table.columns) if column.added_up]
        self._width = len(table.columns)
        self._sums: dict[str, dict[int, int]] = {}
        self.row_count = 0

    def add(self, row: Row) -> None:
        """Add a row; a balance is none of them."""
        if row.kind is RowKind.BALANCE:
            return
        self.row_count += 1
        for at in self._at:
            money = row.cells[at]
            if money is not None:
                assert isinstance(money, Money), "only amounts are added up"
                sums = self._sums.setdefault(money.currency, {})
                sums[at] = sums.get(at, 0) + money.minor

    def rows(self) -> list[tuple[Cell, ...]]:
        """The sums as rows of the table, one a currency, in the order of their codes."""
        return [
            tuple(Money(sums[at], currency) if at in sums else None for at in range(self._width))
            for currency, sums in sorted(self._sums.items())
        ]
