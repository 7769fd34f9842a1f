"""What a request asks for, and what it cannot ask for."""

from datetime import UTC, date, datetime

import pytest

from reskontro.ledger.domain.as_of import distribute
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.domain.reports.layouts import FIXED, TITLES, adb
from reskontro.ledger.domain.reports.order import (
    DatesInWrongOrder,
    Format,
    NotUnderstood,
    ReportInput,
    ReportType,
    UnknownCode,
    file_name,
    order_of,
)
from reskontro.platform.languages import norwegian

NOW = datetime(2025, 2, 27, 16, 3, tzinfo=UTC)
TODAY = date(2025, 2, 27)


def order(report_type, **fields):
    return order_of(ReportInput(report_type=report_type, **fields), "no", NOW, TODAY)


def refused(kind, report_type, **fields):
    with pytest.raises(kind) as info:
        order(report_type, **fields)
    return {(fault.code, fault.field) for fault in info.value.faults}


def test_codes_are_taken_in_any_case_and_have_defaults():
    made = order("open-items")
    assert (made.report_type, made.format, made.language) == (ReportType.OPEN_ITEMS, Format.PDF, "no")
    made = order("Adb", format="csv", language="EN")
    assert (made.report_type, made.format, made.language) == (ReportType.ADB, Format.CSV, "en")


def test_every_code_that_is_in_no_list_is_named():
    assert refused(UnknownCode, "SHOES", format="DOC", language="de") == {
        ("ARM-2001", "report.reportType"), ("ARM-2001", "report.format"), ("ARM-2001", "report.language"),
    }  # fmt: skip


def test_what_a_report_must_have_and_what_it_has_no_use_for_are_told_at_once():
    assert refused(NotUnderstood, "LEDGER-PERIOD", gl_year=2025, customer_no="1", as_of_date=TODAY) == {
        ("ARM-1003", "report.glPeriod"), ("ARM-1008", "report.customerNo"), ("ARM-1008", "report.asOfDate"),
    }  # fmt: skip
    assert refused(NotUnderstood, "ACCOUNT-STATEMENT") == {("ARM-1003", "report.customerNo")}
    assert refused(NotUnderstood, "CUSTOMER-LIST", gl_year=2025) == {("ARM-1008", "report.glYear")}


def test_a_period_needs_its_year_and_no_days_beside_it():
    assert refused(NotUnderstood, "GL-BALANCE", gl_period=2) == {("ARM-1003", "report.glYear")}
    assert refused(NotUnderstood, "GL-TRANSACTIONS", gl_year=2025, from_date=TODAY) == {("ARM-1008", "report.fromDate")}


def test_days_in_the_wrong_order_are_refused():
    fields = {"customer_no": "1", "from_date": TODAY, "to_date": date(2025, 2, 26)}
    assert refused(DatesInWrongOrder, "ACCOUNT-STATEMENT", **fields) == {("ARM-2010", "report.toDate")}


def test_what_is_not_said_is_today_or_its_period():
    assert order("OPEN-ITEMS").as_of_date == TODAY
    assert order("ADB", as_of_date=date(2024, 1, 1)).as_of_date == date(2024, 1, 1)
    assert order("GL-BALANCE").first_period == Period(2025, 2)
    assert order("CUSTOMER-LIST").first_period is None
    unplaced = order("UNPLACED-PAYMENTS")
    assert (unplaced.from_date, unplaced.to_date) == (None, None)


def test_a_statement_begins_with_the_year_of_its_end():
    made = order("ACCOUNT-STATEMENT", customer_no="1", to_date=date(2024, 6, 30))
    assert (made.from_date, made.to_date) == (date(2024, 1, 1), date(2024, 6, 30))
    made = order("ACCOUNT-STATEMENT", customer_no="1", from_date=date(2026, 1, 1))
    assert (made.from_date, made.to_date) == (date(2026, 1, 1), date(2026, 1, 1))


def test_a_year_is_its_twelve_periods():
    made = order("GL-TRANSACTIONS", gl_year=2024)
    assert (made.first_period, made.last_period) == (Period(2024, 1), Period(2024, 12))
    made = order("GL-BALANCE", as_of_date=date(2024, 5, 17))
    assert (made.from_date, made.to_date, made.first_period) == (date(2024, 1, 1), date(2024, 5, 17), None)


@pytest.mark.parametrize(
    ("name", "report_type", "fields"),
    [
        ("ledger-period-2218-2025-02.pdf", "LEDGER-PERIOD", {"gl_year": 2025, "gl_period": 2}),
        ("open-items-2218-2025-02-27.pdf", "OPEN-ITEMS", {}),
        ("adb-2218-C_1-2025-02-27.json", "ADB", {"customer_no": "C/1", "format": "JSON"}),
        ("account-statement-2218-1-2025-01-01-2025-02-27.pdf", "ACCOUNT-STATEMENT", {"customer_no": "1"}),
        ("gl-transactions-2218-2025.csv", "GL-TRANSACTIONS", {"gl_year": 2025, "format": "CSV"}),
        ("gl-balance-2218-2025-01-31.pdf", "GL-BALANCE", {"as_of_date": date(2025, 1, 31)}),
        ("customer-list-2218-2025-02-27.pdf", "CUSTOMER-LIST", {}),
        ("unplaced-payments-2218-2025-02-01.pdf", "UNPLACED-PAYMENTS", {"from_date": date(2025, 2, 1)}),
    ],
)
def test_a_file_is_called_by_what_is_in_it(name, report_type, fields):
    assert file_name(order(report_type, **fields), 2218, TODAY) == name


@pytest.mark.parametrize(
    "table", [*FIXED, adb(distribute((), date(2025, 3, 20), (0, 30)).intervals)], ids=lambda table: table.name
)
def test_every_title_has_its_norwegian(table):
    titles = [table.title, *(column.title for column in table.columns), *TITLES.values()]
    assert [t.message for t in titles if t.message not in norwegian() and not t.message[0].isdigit()] == []
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
