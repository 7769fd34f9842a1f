"""A report as one JSON object: the head, the facts, the small tables, the rows, how many there are and their sums.

Names are those of the columns; amounts, days and times are as in the interfaces. A value that is not there is left out.
Rows are written as they come, so the object is as long as the report and never held.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from reskontro.documents.reader import Reader, reader_of
from reskontro.kernel.money import to_wire
from reskontro.kernel.report import Cell, Column, Money, Report, Row, Totals, Words
from reskontro.platform.clock import OSLO
from reskontro.platform.json_text import encode

AT_ONCE = 500  # rows between two writes


async def write_json(report: Report, out: BinaryIO) -> None:
    """Write a report row by row; no more than some hundred rows are held."""
    reader = reader_of(report.language)
    columns = report.table.columns
    out.write(encode(_head(report, reader))[:-1] + b"," + encode(report.table.name) + b":[")
    totals = Totals(report.table)
    held: list[bytes] = []
    lead = b""
    async for row in report.rows:
        totals.add(row)
        held.append(lead + encode(_members(reader, columns, row)))
        lead = b","
        if len(held) == AT_ONCE:
            out.write(b"".join(held))
            held.clear()
    out.write(b"".join(held))
    tail: dict[str, Any] = {"rowCount": totals.row_count}
    if any(column.added_up for column in columns):
        tail["totals"] = _sums(columns, totals)
    out.write(b"]," + encode(tail)[1:])


def _head(report: Report, reader: Reader) -> dict[str, Any]:
    head: dict[str, Any] = {
        "reportType": report.report_type,
        "title": reader.words(report.title),
        "clientNo": report.client_no,
        "clientName": report.client_name,
        "glCurrency": report.gl_currency,
        "language": report.language,
        "createdTime": time_text(report.made),
    }
    head |= {fact.name: wire(reader, fact.value) for fact in report.facts if fact.value is not None}
    for filled in report.summaries:
        head[filled.table.name] = [_members(reader, filled.table.columns, row) for row in filled.rows]
    return head


def _members(reader: Reader, columns: Sequence[Column], row: Row) -> dict[str, Any]:
    cells: Iterable[tuple[Column, Cell]] = zip(columns, row.cells, strict=True)
    return {column.name: wire(reader, cell) for column, cell in cells if cell is not None}


def _sums(columns: Sequence[Column], totals: Totals) -> list[dict[str, Any]]:
    sums = []
    for cells in totals.rows():
        amounts = {c.name: cell for c, cell in zip(columns, cells, strict=True) if isinstance(cell, Money)}
        currency = next(iter(amounts.values())).currency
        sums.append({"currency": currency} | {name: to_wire(*money) for name, money in amounts.items()})
    return sums


def time_text(moment: datetime) -> str:
    """A moment as the interfaces write it: milliseconds, the creditor's time."""
    return moment.astimezone(OSLO).isoformat(timespec="milliseconds")


def wire(reader: Reader, cell: Cell) -> object:
    """A cell's value as the interfaces write it."""
    match cell:
        case Money():
            return to_wire(cell.minor, cell.currency)
        case Words():
            return reader.words(cell)
        case Decimal():
            return int(cell) if cell == cell.to_integral_value() else cell.normalize()
        case datetime():
            return time_text(cell)
        case date():
            return cell.isoformat()
    return cell
