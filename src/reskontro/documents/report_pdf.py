"""A report as the data of its template: every value as the reader writes it, every column with its width.

Rows of a group stand under a heading that is repeated where a page ends; a group of several rows has its sums below it.
Widths are counted from the longest text of a column, so that no amount is ever broken and wide texts share the rest. A
report that does not fit across an upright page lies; one that does not fit then either is set smaller.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from reskontro.documents.fonts import settable
from reskontro.documents.reader import Reader, reader_of
from reskontro.kernel.report import Cell, Column, Filled, Kind, Report, Row, RowKind, Table, Totals, Words

TEMPLATE = "report"
MOST_ROWS = 10_000  # a paper of more has hundreds of pages, takes gigabytes to set and is read by nobody

RIGHT = frozenset({Kind.NUMBER, Kind.AMOUNT})

# As the theme has them, in points: type of tables, room left and right of a column, what a page has across.
SIZE, SMALLEST, GAPS = 8.5, 5.0, 10.0
UPRIGHT, LYING = 504.0, 750.0
# Widths in ems, a little more than the typeface's own.
DIGIT, NARROW, CAPITAL, LETTER, SEMIBOLD = 0.505, 0.27, 0.62, 0.53, 1.06
NARROW_SIGNS = frozenset(" \u00a0\u202f.,:;'|!/()-filjt")
SHORT_TITLE = 9  # characters
LONGEST_IN_ONE_LINE, LEAST_OF_WIDE, MOST_OF_WIDE = 14.0, 11.0, 34.0


class TooManyRowsError(ValueError):
    """The report has more rows than a paper holds."""


async def pdf_data(report: Report) -> dict[str, Any]:
    """The data of the template `report`. Raises TooManyRowsError."""
    reader = reader_of(report.language)
    rows: list[Row] = []
    async for row in report.rows:
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise TooManyRowsError
    words = reader.words
    tables = [
        *(_table(reader, filled, small=True, titled=True) for filled in report.summaries),
        _table(reader, Filled(report.table, rows), small=False, titled=bool(report.summaries)),
    ]
    across = max(sum(_least(width) for width in table["widths"]) for table in tables)
    gaps = GAPS * max(len(table["widths"]) for table in tables)
    landscape = across * SIZE + gaps > UPRIGHT
    fitting = (LYING - gaps) / across if landscape else SIZE
    return {
        "language": reader.tag,
        "title": settable(words(report.title)),
        "client": settable(report.client_name),
        "clientNo": str(report.client_no),
        "landscape": landscape,
        "size": round(max(SMALLEST, min(SIZE, fitting)), 2),
        "made": [report.made.year, report.made.month, report.made.day],
        "labels": {
            "made": words(Words("Made {moment}", {"moment": reader.moment(report.made)})),
            "page": words(Words("Page")),
            "of": words(Words("of")),
            "client": words(Words("Client")),
            "nothing": words(Words("Nothing to report.")),
        },
        "facts": [[settable(words(f.label)), settable(reader.cell(f.value))] for f in report.facts],
        "tables": tables,
    }


def _table(reader: Reader, filled: Filled, *, small: bool, titled: bool) -> dict[str, Any]:
    table = filled.table
    shown = [at for at, c in enumerate(table.columns) if c.printed and c.name not in table.grouped_by]
    columns = [table.columns[at] for at in shown]
    rows = list(_rows(reader, filled, shown))
    return {
        "title": settable(reader.words(table.title)) if titled else "",
        "small": small,
        "head": [_head(reader, column) for column in columns],
        "right": [column.kind in RIGHT for column in columns],
        "widths": _widths(reader, columns, rows),
        "rows": rows,
    }


def _rows(reader: Reader, filled: Filled, shown: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The printed rows: each with what it is and its cells, a heading with its text."""
    table = filled.table
    whole, group = Totals(table), Totals(table)
    before: tuple[Cell, ...] | None = None
    several = any(table.group_of(row) != table.group_of(filled.rows[0]) for row in filled.rows)
    for row in filled.rows:
        now = table.group_of(row)
        if table.grouped_by and now != before:
            if several:
                yield from _sums(reader, table, group, shown, "subtotal")
            group = Totals(table)
            yield {
                "is": "group",
                "text": "\u00a0\u00a0".join(filter(None, (settable(reader.cell(cell)) for cell in now))),
            }
            before = now
        whole.add(row)
        group.add(row)
        kind = "balance" if row.kind is RowKind.BALANCE else "item"
        yield {"is": kind, "cells": [_shown(reader, table.columns[at], row.cells[at]) for at in shown]}
    if several:
        yield from _sums(reader, table, group, shown, "subtotal")
    yield from _sums(reader, table, whole, shown, "total")


def _sums(reader: Reader, table: Table, totals: Totals, shown: Sequence[int], kind: str) -> Iterator[dict[str, Any]]:
    """The sums of a group with several rows, or of all of them."""
    if totals.row_count < (2 if kind == "subtotal" else 1):
        return
    for sums in totals.rows():
        cells = [_shown(reader, table.columns[at], sums[at]) for at in shown]
        first = next((at for at, cell in enumerate(cells) if not cell), None)
        if first is not None:
            cells[first] = reader.words(Words("Sum") if kind == "subtotal" else Words("Total"))
        yield {"is": kind, "cells": cells}


def _shown(reader: Reader, column: Column, cell: Cell) -> str:
    if column.kind is Kind.NUMBER and isinstance(cell, int):
        return reader.number(cell)
    text = reader.cell(cell)
    return settable(text) if isinstance(cell, str | Words) else text


def _head(reader: Reader, column: Column) -> str:
    """A column's title; a short one stands in one line."""
    title = settable(reader.words(column.title))
    return title.replace(" ", "\u00a0") if len(title) <= SHORT_TITLE else title


def _widths(reader: Reader, columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """The width of each column: `["em", n]` for what stands in one line, `["fr", n]` for n shares of the rest."""
    widths: list[list[Any]] = []
    for at, column in enumerate(columns):
        head = max((ems(word) for word in _head(reader, column).split(" ")), default=1.0) * SEMIBOLD
        body = max((ems(row["cells"][at]) for row in rows if "cells" in row), default=1.0) * SEMIBOLD
        if column.wide or (column.kind is Kind.TEXT and body > LONGEST_IN_ONE_LINE):
            widths.append(["fr", round(min(max(body, head, LEAST_OF_WIDE), MOST_OF_WIDE), 2)])
        else:
            widths.append(["em", round(max(body, head), 2)])
    if widths and all(unit == "em" for unit, _ in widths):
        at = next((at for at, column in enumerate(columns) if column.kind is Kind.TEXT), 0)
        widths[at] = ["fr", widths[at][1]]
    return widths


def _least(width: Sequence[Any]) -> float:
    """What a column needs, in ems: one line, or of a wide one as much as reads well."""
    unit, ems = width
    return float(ems if unit == "em" else min(ems, LEAST_OF_WIDE))


def ems(text: str) -> float:
    """How wide a text is at most, in ems."""
    return sum(
        DIGIT if c.isdigit() else NARROW if c in NARROW_SIGNS else CAPITAL if c.isupper() else LETTER for c in text
    )
