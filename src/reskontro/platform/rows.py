"""Many rows in one statement: `insert … select … from unnest(…)`, and several such statements as one.

A part is the insertion of rows into one table. Parts that belong together are sent as one statement of common table
expressions: one round trip, one snapshot.
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
    where: str = ""

    def sql(self, first_parameter: int) -> str:
        """The statement, its arrays starting at a parameter's number."""
        names = ", ".join([name for name, _ in self.fixed] + [name for name, _ in self.columns])
        values = ", ".join(
            [expression for _, expression in self.fixed]
            + [f"u.{name}::json" if kind == "json" else f"u.{name}" for name, kind in self.columns]
        )
        arrays = ", ".join(
            f"${first_parameter + index}::{'text' if kind == 'json' else kind}[]"
            for index, (_, kind) in enumerate(self.columns)
        )
        aliases = ", ".join(name for name, _ in self.columns)
        source = f"unnest({arrays}) as u ({aliases})"
        return f"insert into {self.table} ({names}) select {values} from {source} {self.where} {self.suffix}"


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


@lru_cache(maxsize=256)
def one_statement(parts: tuple[RowPart, ...], shared: int, result: str) -> str:
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
