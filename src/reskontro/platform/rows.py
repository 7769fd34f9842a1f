"""Many rows in one statement: `insert … select … from unnest(…)`, and several such statements as one.

A part is the insertion of rows into one table. Parts that belong together are sent as one statement of common table
expressions: one round trip, one snapshot. A part that has one row gets it as plain parameters: an array of one costs
the driver and the server more than the value (tried on a document of eleven rows: a quarter of the statement).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


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

    def sql(self, first_parameter: int) -> str:
        """The statement, its arrays starting at a parameter's number."""
        values = ", ".join(
            [expression for _, expression in self.fixed]
            + [f"u.{name}::json" if kind == "json" else f"u.{name}" for name, kind in self.columns]
        )
        arrays = ", ".join(
            f"${first_parameter + index}::{'text' if kind == 'json' else kind}[]"
            for index, (_, kind) in enumerate(self.columns)
        )
        aliases = ", ".join(name for name, _ in self.columns)
        return f"{self._insert} select {values} from unnest({arrays}) as u ({aliases}) {self.suffix}"

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

    def sql(self, first_parameter: int) -> str:
        """The statement, its arrays starting at a parameter's number."""
        arrays = ", ".join(f"${first_parameter + index}::{kind}[]" for index, (_, kind) in enumerate(self.columns))
        aliases = ", ".join(name for name, _ in self.columns)
        source = f"unnest({arrays}) as u ({aliases})"
        return f"update {self.table} as t set {self.set} from {source} where {self.where} {self.suffix}"


RowPart = RowInsert | RowUpdate


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


def with_rows(part: RowPart, rows: Sequence[tuple[object, ...]]) -> tuple[RowPart | One, Sequence[object]]:
    """The part in the form for as many rows as there are, and its arguments."""
    if len(rows) == 1 and isinstance(part, RowInsert):
        return One(part), rows[0]
    return part, columns_of(rows, len(part.columns))


@lru_cache(maxsize=256)
def one_statement(parts: tuple[RowPart | One, ...], shared: int, result: str) -> str:
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
