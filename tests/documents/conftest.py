"""Made-up reports."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from reskontro.kernel.report import Column, Fact, Filled, Kind, Money, Report, Row, RowKind, Table, Words

TABLE = Table(
    "openItems",
    Words("Open items"),
    (
        Column("customerNo", Words("Customer no.")),
        Column("customerName", Words("Customer"), wide=True),
        Column("arItemId", Words("AR item"), printed=False),
        Column("documentNo", Words("Document no.")),
        Column("dueDate", Words("Due date"), Kind.DAY),
        Column("daysOverdue", Words("Days overdue"), Kind.NUMBER),
        Column("glBalance", Words("GL balance"), Kind.AMOUNT, added_up=True),
    ),
    grouped_by=("customerNo", "customerName"),
)
SUMMARY = Table(
    "adbIntervals",
    Words("Intervals"),
    (Column("description", Words("Text"), wide=True), Column("glBalance", Words("GL balance"), Kind.AMOUNT)),
)


def row(customer_no: str, name: str, minor: int, currency: str = "NOK", kind: RowKind = RowKind.ITEM) -> Row:
    cells = (customer_no, name, "1-1-1-0", "F-1", date(2025, 3, 13), 1234, Money(minor, currency))
    return Row(cells, kind)


async def stream(rows: Sequence[Row]):
    for each in rows:
        yield each


@pytest.fixture
def report_of():
    def make(
        *rows: Row,
        language: str = "no",
        summaries: Sequence[Filled] = (),
        client_name="Fjordlys AS",
        table: Table = TABLE,
    ) -> Report:
        return Report(
            report_type="OPEN-ITEMS",
            title=Words("Open items"),
            language=language,
            client_no=2218,
            client_name=client_name,
            gl_currency="NOK",
            made=datetime(2025, 2, 27, 16, 3, 36, 176_000, tzinfo=UTC),
            facts=(Fact("asOfDate", Words("As of"), date(2025, 2, 27)),),
            summaries=summaries,
            table=table,
            rows=stream(rows),
        )

    return make
