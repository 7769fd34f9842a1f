"""Many rows in one statement: `insert … select … from unnest(…)`, and several such statements as one.

A part is the insertion of rows into one table. Parts that belong together are sent as one statement of common table
expressions: one round trip, one snapshot. A part that has one row gets it as plain parameters: an array of one costs
the driver and the server more than the value (tried on a document of eleven rows: a quarter of the statement). Of a
part that has very many rows, a column that is the same in all of them (currency, period, texts) is sent as an array of
one: encoding arrays is half of what sending a run costs the driver (tried on payments: a fifth of the whole run).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

FOLDED_FROM = 64  # rows


@dataclass(frozen=True, slots=True)
class RowInsert:
    """How rows of a table are inserted.

    `fixed` are columns whose value is the same in every row: an SQL expression that may use the statement's shared
    parameters `$1`, `$2`, …; `columns` are name and SQL type of what differs; `suffix` follows the statement.
    """

    table: str
    fixed: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    suffix: str = ""

    def sql(self, first_parameter: int, *, folded: bool = False) -> str:
        """The statement, its arrays starting at a parameter's number."""
        values = ", ".join(
            [expression for _, expression in self.fixed]
            + [f"u.{name}::json" if kind == "json" else f"u.{name}" for name, kind in self.columns]
        )
        source = _source(self.columns, first_parameter, folded=folded)
        return f"{self._insert} select {values} from {source} {self.suffix}"

    def sql_of_one(self, first_parameter: int) -> str:
        """The statement for one row, its values starting at a parameter's number."""
        values = ", ".join(
            [expression for _, expression in self.fixed]
            + [
                f"${first_parameter + index}::{'text::json' if kind == 'json' else kind}"
                for index, (_, kind) in enumerate(self.columns)
            ]
        )
        return f"{self._insert} values ({values}) {self.suffix}"

    @property
    def _insert(self) -> str:
        return f"insert into {self.table} ({', '.join(name for name, _ in self.fixed + self.columns)})"


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """How rows of a client's table are updated from arrays: `set` and `where` use `u.column` and `t.column`."""

    table: str
    columns: tuple[tuple[str, str], ...]
    set: str
    where: str
    suffix: str = ""

    def sql(self, first_parameter: int, *, folded: bool = False) -> str:
        """The statement, its arrays starting at a parameter's number."""
        source = _source(self.columns, first_parameter, folded=folded)
        return f"update {self.table} as t set {self.set} from {source} where {self.where} {self.suffix}"


RowPart = RowInsert | RowUpdate


def _source(columns: Sequence[tuple[str, str]], first_parameter: int, *, folded: bool) -> str:
    """The rows of the arrays, as `u`."""
    arrays = [
        f"${first_parameter + index}::{'text' if kind == 'json' else kind}[]" for index, (_, kind) in enumerate(columns)
    ]
    names = [name for name, _ in columns]
    if not folded:
        return f"unnest({', '.join(arrays)}) as u ({', '.join(names)})"
    values = [
        f"case when cardinality({array}) = 1 then ({array})[1] else v.{name} end as {name}"
        for array, name in zip(arrays, names, strict=True)
    ]
    return f"(select {', '.join(values)} from unnest({', '.join(arrays)}) as v ({', '.join(names)})) as u"


@dataclass(frozen=True, slots=True)
class One:
    """A part that has one row."""

    part: RowInsert

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The part's columns."""
        return self.part.columns

    def sql(self, first_parameter: int) -> str:
        """The statement, the row's values starting at a parameter's number."""
        return self.part.sql_of_one(first_parameter)


@dataclass(frozen=True, slots=True)
class Folded:
    """A part that has so many rows that its arguments are folded."""

    part: RowPart

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The part's columns."""
        return self.part.columns

    def sql(self, first_parameter: int) -> str:
        """The statement, its arrays starting at a parameter's number."""
        return self.part.sql(first_parameter, folded=True)


@dataclass(frozen=True, slots=True)
class RowSource:
    """Rows that are sent and not written: the first part of a statement, whose other parts make theirs of it."""

    columns: tuple[tuple[str, str], ...]

    def sql(self, first_parameter: int) -> str:
        """The rows."""
        return f"select u.* from {_source(self.columns, first_parameter, folded=True)}"


@dataclass(frozen=True, slots=True)
class Derived:
    """A part that sends nothing: its rows are made of those of the statement's first part, which is `part0`."""

    statement: str

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """None."""
        return ()

    def sql(self, _: int) -> str:
        """The statement."""
        return self.statement


Form = RowPart | One | Folded | RowSource | Derived


def with_rows(part: RowPart, rows: Sequence[tuple[object, ...]]) -> tuple[Form, Sequence[object]]:
    """The part in the form for as many rows as there are, and its arguments."""
    if len(rows) == 1 and isinstance(part, RowInsert):
        return One(part), rows[0]
    return with_columns(part, columns_of(rows, len(part.columns)))


def with_columns(part: RowPart, columns: Sequence[Sequence[object]]) -> tuple[Form, Sequence[object]]:
    """The part in the form for as many rows as its columns are long, and its arguments."""
    count = len(columns[0])
    if count == 1 and isinstance(part, RowInsert):
        return One(part), [column[0] for column in columns]
    if count < FOLDED_FROM:
        return part, columns
    return Folded(part), fold(columns)


def fold(columns: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    """The columns, cut to one element where all are the same. One that is not cut says how many rows there are."""
    cut = [
        column[:1] if column[0] == column[-1] and column.count(column[0]) == len(column) else column
        for column in columns
    ]
    if all(len(column) == 1 for column in cut):
        cut[0] = columns[0]
    return cut


@lru_cache(maxsize=256)
def one_statement(parts: tuple[Form, ...], shared: int, result: str) -> str:
    """The parts as one statement. `shared` parameters come first; `result` is what is selected at the end.

    The parts are named `part0`, `part1`, …; a part with `returning` can be read in `result` under that name.
    """
    clauses = []
    parameter = shared + 1
    for index, part in enumerate(parts):
        clauses.append(f"part{index} as ({part.sql(parameter)})")
        parameter += len(part.columns)
    return f"with {', '.join(clauses)} {result}"


def columns_of(rows: Sequence[tuple[object, ...]], width: int) -> list[Sequence[object]]:
    """Rows turned into columns."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
