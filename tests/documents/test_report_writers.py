"""One writer for each format, for every report."""

import csv
import io
import json
import tracemalloc
from decimal import Decimal

import pytest

from reskontro.documents import report_pdf
from reskontro.documents.report_csv import guarded, write_csv
from reskontro.documents.report_json import write_json
from reskontro.documents.report_pdf import TooManyRowsError, pdf_data
from reskontro.kernel.report import Column, Filled, Kind, Money, Row, RowKind, Table, Totals, Words
from tests.documents.conftest import SUMMARY, TABLE, row

pytestmark = pytest.mark.anyio
HEAD = "Kundenr.;Kunde;Reskontropost;Dokumentnr.;Forfall;Dager forfalt;Hovedbokssaldo\r\n"


async def csv_of(report):
    out = io.BytesIO()
    await write_csv(report, out)
    return out.getvalue()


async def json_of(report):
    out = io.BytesIO()
    await write_json(report, out)
    return json.loads(out.getvalue(), parse_float=Decimal)


def test_sums_are_kept_apart_by_currency_and_balances_are_none_of_them():
    totals = Totals(TABLE)
    for each in (row("1", "A", 100), row("1", "A", -30), row("2", "B", 5, "EUR"), row("", "", 9, kind=RowKind.BALANCE)):
        totals.add(each)
    assert totals.row_count == 3
    assert [cells[-1] for cells in totals.rows()] == [Money(5, "EUR"), Money(70, "NOK")]


async def test_csv_opens_in_a_norwegian_spreadsheet(report_of):
    content = await csv_of(report_of(row("1", "Åse; Ødegård", -123_456_789)))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == HEAD + '1;"Åse; Ødegård";1-1-1-0;F-1;2025-03-13;1234;-1234567,89\r\n'


async def test_csv_opens_in_an_english_spreadsheet(report_of):
    lines = (await csv_of(report_of(row("1", "Åse", 50), language="en"))).decode("utf-8-sig").splitlines()
    assert lines == [
        "Customer no.,Customer,AR item,Document no.,Due date,Days overdue,GL balance",
        "1,Åse,1-1-1-0,F-1,2025-03-13,1234,0.50",
    ]


async def test_an_empty_csv_has_its_titles(report_of):
    assert (await csv_of(report_of())).decode("utf-8-sig") == HEAD


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"]
)
async def test_no_text_is_a_formula(report_of, text):
    (_, cells) = csv.reader(
        io.StringIO((await csv_of(report_of(row("1", text, 1)))).decode("utf-8-sig"), newline=""), delimiter=";"
    )
    assert cells[1] == "'" + text
    assert cells[-1] == "0,01"


def test_other_texts_are_not_touched():
    assert [guarded(text) for text in ("", "a=b", "Owe", "1-2")] == ["", "a=b", "Owe", "1-2"]


async def test_json_has_the_columns_names_and_the_interfaces_values(report_of):
    summary = Filled(SUMMARY, [Row((Words("Not due"), Money(12437, "NOK")))])
    got = await json_of(report_of(row("1", "Åse", 12437), row("2", "B", -50, "EUR"), summaries=[summary]))
    assert got == {
        "reportType": "OPEN-ITEMS",
        "title": "Åpne poster",
        "clientNo": 2218,
        "clientName": "Fjordlys AS",
        "glCurrency": "NOK",
        "language": "no",
        "createdTime": "2025-02-27T17:03:36.176+01:00",
        "asOfDate": "2025-02-27",
        "adbIntervals": [{"description": "Ikke forfalt", "glBalance": Decimal("124.37")}],
        "openItems": [
            {"customerNo": "1", "customerName": "Åse", "arItemId": "1-1-1-0", "documentNo": "F-1",
             "dueDate": "2025-03-13", "daysOverdue": 1234, "glBalance": Decimal("124.37")},
            {"customerNo": "2", "customerName": "B", "arItemId": "1-1-1-0", "documentNo": "F-1",
             "dueDate": "2025-03-13", "daysOverdue": 1234, "glBalance": Decimal("-0.5")},
        ],
        "rowCount": 2,
        "totals": [
            {"currency": "EUR", "glBalance": Decimal("-0.5")},
            {"currency": "NOK", "glBalance": Decimal("124.37")},
        ],
    }  # fmt: skip


async def test_an_empty_json_is_one_too(report_of):
    got = await json_of(report_of())
    assert (got["openItems"], got["rowCount"], got["totals"]) == ([], 0, [])


@pytest.mark.parametrize("write", [write_csv, write_json])
async def test_a_hundred_thousand_rows_are_never_held(report_of, write, tmp_path):
    one = row("1", "Owe Armstrong", 100)

    async def many():
        for _ in range(100_000):
            yield one

    report = report_of()
    object.__setattr__(report, "rows", many())
    with (tmp_path / "report").open("wb") as out:
        tracemalloc.start()
        await write(report, out)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (tmp_path / "report").stat().st_size > 5_000_000
    assert peak < 1_000_000


def kinds(data):
    return [(each["is"], each.get("text") or each["cells"][-1]) for each in data["tables"][-1]["rows"]]


async def test_groups_have_a_heading_and_sums_where_there_are_several_rows(report_of):
    data = await pdf_data(report_of(row("1", "Åse", 100), row("1", "Åse", 50), row("2", "B", -25)))
    assert kinds(data) == [
        ("group", "1\u00a0\u00a0Åse"), ("item", "1,00"), ("item", "0,50"), ("subtotal", "1,50"),
        ("group", "2\u00a0\u00a0B"), ("item", "−0,25"), ("total", "1,25"),
    ]  # fmt: skip
    assert data["tables"][-1]["head"] == ["Dokumentnr.", "Forfall", "Dager forfalt", "Hovedbokssaldo"]
    assert data["tables"][-1]["rows"][-1]["cells"][0] == "Totalt"


async def test_one_group_alone_has_the_total_and_no_sum(report_of):
    data = await pdf_data(report_of(row("1", "Åse", 100), row("1", "Åse", 50)))
    assert [kind for kind, _ in kinds(data)] == ["group", "item", "item", "total"]


async def test_an_empty_paper_has_no_rows_and_no_total(report_of):
    data = await pdf_data(report_of())
    assert data["tables"][-1]["rows"] == []
    assert data["labels"]["nothing"] == "Ingenting å rapportere."


async def test_a_paper_has_an_end(report_of, monkeypatch):
    monkeypatch.setattr(report_pdf, "MOST_ROWS", 2)
    with pytest.raises(TooManyRowsError):
        await pdf_data(report_of(*[row("1", "A", 1)] * 3))


async def test_a_wide_report_lies_and_a_very_wide_one_is_set_smaller(report_of):
    def table(count):
        return Table("t", Words("T"), [Column(f"c{n}", Words("Amount"), Kind.AMOUNT) for n in range(count)])

    async def layout(count):
        data = await pdf_data(report_of(Row((Money(-123_456_789_012, "NOK"),) * count), table=table(count)))
        return data["landscape"], data["size"]

    assert await layout(4) == (False, 8.5)
    assert await layout(8) == (True, 8.5)
    lying, size = await layout(14)
    assert lying
    assert 5 <= size < 8.5
