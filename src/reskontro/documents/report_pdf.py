"""A report as the data of its template: every value as the reader writes it, every column with its width.

Rows of a group stand under a heading that is repeated where a page ends; a group of several rows has its sums below it.
Widths are counted from the longest text of a column, so that no amount is ever broken and wide texts share the rest.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from reskontro.documents.fonts import settable
from reskontro.documents.reader import Reader, reader_of
from reskontro.kernel.report import Cell, Column, Filled, Kind, Report, Row, RowKind, Table, Totals, Words

TEMPLATE = "report"
MOST_ROWS = 10_000  # a paper of more has hundreds of pages, takes gigabytes to set and is read by nobody

RIGHT = frozenset({Kind.NUMBER, Kind.AMOUNT})
LONGEST_NARROW = 26  # characters of a text that gets a width of its own


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
    made = reader.moment(report.made)
    return {
        "language": reader.tag,
        "title": settable(words(report.title)),
        "client": settable(report.client_name),
        "clientNo": str(report.client_no),
        "landscape": report.landscape,
        "made": [report.made.year, report.made.month, report.made.day],
        "labels": {
            "made": words(Words("Made {moment}", {"moment": made})),
            "page": words(Words("Page")),
            "of": words(Words("of")),
            "client": words(Words("Client")),
            "nothing": words(Words("Nothing to report.")),
        },
        "facts": [[settable(words(f.label)), settable(reader.cell(f.value))] for f in report.facts],
        "tables": [
            *(_table(reader, filled, titled=True) for filled in report.summaries),
            _table(reader, Filled(report.table, rows), titled=bool(report.summaries)),
        ],
    }


def _table(reader: Reader, filled: Filled, *, titled: bool) -> dict[str, Any]:
    table = filled.table
    shown = [at for at, c in enumerate(table.columns) if c.printed and c.name not in table.grouped_by]
    columns = [table.columns[at] for at in shown]
    rows = list(_rows(reader, filled, shown))
    return {
        "title": settable(reader.words(table.title)) if titled else "",
        "head": [settable(reader.words(column.title)) for column in columns],
        "right": [column.kind in RIGHT for column in columns],
        "widths": _widths(reader, columns, rows),
        "rows": rows,
    }


def _rows(reader: Reader, filled: Filled, shown: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The printed rows: each with what it is and its cells, a heading with its text."""
    table = filled.table
    whole, group = Totals(table), Totals(table)
    before: tuple[Cell, ...] | None = None
    for row in filled.rows:
        now = table.group_of(row)
        if table.grouped_by and now != before:
            yield from _sums(reader, table, group, shown, "subtotal")
            group = Totals(table)
            yield {"is": "group", "text": "\u2002".join(filter(None, (settable(reader.cell(cell)) for cell in now)))}
            before = now
        whole.add(row)
        group.add(row)
        kind = "balance" if row.kind is RowKind.BALANCE else "item"
        yield {"is": kind, "cells": [_shown(reader, table.columns[at], row.cells[at]) for at in shown]}
    if table.grouped_by:
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


def _widths(reader: Reader, columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """The width of each column: `["em", n]` for what must stand in one line, `["fr", n]` for a share of the rest."""
    widths: list[list[Any]] = []
    for at, column in enumerate(columns):
        head = max((len(word) for word in settable(reader.words(column.title)).split()), default=1)
        body = max((len(row["cells"][at]) for row in rows if "cells" in row and row["is"] != "group"), default=1)
        if column.wide or (column.kind is Kind.TEXT and body > LONGEST_NARROW):
            widths.append(["fr", min(max(body, head, 8), 60)])
        else:
            # Digits are half an em wide, letters of a heading a little more.
            widths.append(["em", round(max(body * 0.51, head * 0.55) + 0.3, 2)])
    if widths and all(unit == "em" for unit, _ in widths):
        text_at = next((at for at, column in enumerate(columns) if column.kind is Kind.TEXT), 0)
        widths[text_at] = ["fr", 1]
    return widths
