"""A report as CSV that a spreadsheet of the report's language opens with a double click.

UTF-8 with a byte order mark (without one Excel reads another character set), lines ended by CR LF, one line of titles.
In Norwegian fields are parted by semicolons and amounts have a decimal comma, as Excel there expects; in English by
commas with a point. Days are ISO 8601 in both, which every spreadsheet takes for a day. Only the report's one table is
written, without totals: they are for the spreadsheet to make.

A text that a spreadsheet would take for a formula gets an apostrophe before it. Amounts and numbers are ours and get
none.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from reskontro.documents.reader import Reader, reader_of
from reskontro.kernel.report import Cell, Money, Report, Words

DELIMITERS: Mapping[str, str] = {",": ";", ".": ","}  # by the decimal sign
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
AT_ONCE = 500  # rows between two writes


async def write_csv(report: Report, out: BinaryIO) -> None:
    """Write a report's table row by row; no more than some hundred rows are held."""
    reader = reader_of(report.language).for_machines()
    held = io.StringIO(newline="")
    writer = csv.writer(held, delimiter=DELIMITERS[reader.decimal], lineterminator="\r\n")
    out.write(b"\xef\xbb\xbf")
    writer.writerow([reader.words(column.title) for column in report.table.columns])
    count = 0
    async for row in report.rows:
        writer.writerow([plain(reader, cell) for cell in row.cells])
        count += 1
        if count % AT_ONCE == 0:
            _flush(held, out)
    _flush(held, out)


def _flush(held: io.StringIO, out: BinaryIO) -> None:
    out.write(held.getvalue().encode("utf-8"))
    held.seek(0)
    held.truncate()


def plain(reader: Reader, cell: Cell) -> str:
    """A cell for a spreadsheet: numbers without grouping, days as ISO 8601, texts that are no formulas."""
    match cell:
        case Money():
            return reader.amount(cell)
        case Decimal():
            return reader.number(cell)
        case date():
            return cell.isoformat()
        case str() | Words():
            return guarded(reader.cell(cell))
    return reader.cell(cell)


def guarded(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
