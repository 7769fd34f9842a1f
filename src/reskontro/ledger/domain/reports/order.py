"""What a request for a report asks for: its fields judged, its defaults filled in.

| report | must have | may have | otherwise |
| --- | --- | --- | --- |
| LEDGER-PERIOD | glYear, glPeriod | | the period has to be closed |
| OPEN-ITEMS, ADB | | asOfDate, customerNo | today, every customer |
| ACCOUNT-STATEMENT | customerNo | fromDate, toDate | from the first day of toDate's year, to today |
| GL-TRANSACTIONS | | glYear with or without glPeriod; or fromDate, toDate | today's period |
| GL-BALANCE | | glYear with or without glPeriod; or asOfDate | today's period |
| CUSTOMER-LIST | | | |
| UNPLACED-PAYMENTS | | fromDate, toDate | all that wait |

A field that a report has no use for is refused: a statement for a period that was asked for as a date would be wrong
without a word. Source: arm-api, section 2.2.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import LANGUAGES, canonical, fold
from reskontro.ledger.domain.errors import Code, fault, missing
from reskontro.ledger.domain.periods import Period


class ReportType(StrEnum):
    """Which report (3.11)."""

    LEDGER_PERIOD = "LEDGER-PERIOD"
    OPEN_ITEMS = "OPEN-ITEMS"
    ADB = "ADB"
    ACCOUNT_STATEMENT = "ACCOUNT-STATEMENT"
    GL_TRANSACTIONS = "GL-TRANSACTIONS"
    GL_BALANCE = "GL-BALANCE"
    CUSTOMER_LIST = "CUSTOMER-LIST"
    UNPLACED_PAYMENTS = "UNPLACED-PAYMENTS"


class Format(StrEnum):
    """What it is written as."""

    PDF = "PDF"
    CSV = "CSV"
    JSON = "JSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """What a request says; None is not said."""

    report_type: str
    format: str | None = None
    language: str | None = None
    gl_year: int | None = None
    gl_period: int | None = None
    from_date: date | None = None
    to_date: date | None = None
    as_of_date: date | None = None
    customer_no: str | None = None
    email_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """A report that can be made, and made again: nothing of it is taken from the day on which it is made.

    A period report has its first and last period, equal for one period. `made` is when it was asked for.
    """

    report_type: ReportType
    format: Format
    language: str
    made: datetime
    first_period: Period | None = None
    last_period: Period | None = None
    from_date: date | None = None
    to_date: date | None = None
    as_of_date: date | None = None
    customer_no: str | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """Which of the fields a report must have and may have."""

    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


FIELDS: Mapping[ReportType, Fields] = {
    ReportType.LEDGER_PERIOD: Fields(must=("gl_year", "gl_period")),
    ReportType.OPEN_ITEMS: Fields(may=("as_of_date", "customer_no")),
    ReportType.ADB: Fields(may=("as_of_date", "customer_no")),
    ReportType.ACCOUNT_STATEMENT: Fields(must=("customer_no",), may=("from_date", "to_date")),
    ReportType.GL_TRANSACTIONS: Fields(may=("gl_year", "gl_period", "from_date", "to_date")),
    ReportType.GL_BALANCE: Fields(may=("gl_year", "gl_period", "as_of_date")),
    ReportType.CUSTOMER_LIST: Fields(),
    ReportType.UNPLACED_PAYMENTS: Fields(may=("from_date", "to_date")),
}
WIRE: Mapping[str, str] = {
    "gl_year": "glYear",
    "gl_period": "glPeriod",
    "from_date": "fromDate",
    "to_date": "toDate",
    "as_of_date": "asOfDate",
    "customer_no": "customerNo",
}
PERIODS = frozenset({"gl_year", "gl_period"})


class UnknownCode(ValueError):  # noqa: N818 - an answer, not a mistake of ours
    """A code that is not in its list; carries the faults of all of them."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


class NotUnderstood(ValueError):  # noqa: N818 - likewise
    """Fields that are missing or do not go together; carries every fault."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


class DatesInWrongOrder(ValueError):  # noqa: N818 - likewise
    """The last day is before the first one."""

    def __init__(self, found: Fault) -> None:
        super().__init__(found)
        self.faults = (found,)


def order_of(asked: ReportInput, default_language: str, now: datetime, today: date) -> ReportOrder:
    """The report that is asked for.

    Raises UnknownCode, NotUnderstood and DatesInWrongOrder, in this order, each with every fault of its kind.
    """
    report_type, paper, language = _codes(asked, default_language)
    _judge_fields(asked, report_type)
    first_period, last_period = _periods(asked, report_type, today)
    from_date, to_date = _days(asked, report_type, today)
    if from_date is not None and to_date is not None and to_date < from_date:
        raise DatesInWrongOrder(
            fault(Code.DATE_RANGE, "The day is before {first}", "report.toDate", to_date, first=from_date)
        )
    as_of = asked.as_of_date
    if as_of is None and report_type in {ReportType.OPEN_ITEMS, ReportType.ADB}:
        as_of = today
    return ReportOrder(
        report_type=report_type,
        format=paper,
        language=language,
        made=now,
        first_period=first_period,
        last_period=last_period,
        from_date=from_date,
        to_date=to_date,
        as_of_date=as_of,
        customer_no=asked.customer_no,
    )


def _codes(asked: ReportInput, default_language: str) -> tuple[ReportType, Format, str]:
    faults: list[Fault] = []

    def listed(name: str, value: str, codes: tuple[str, ...]) -> str:
        known = canonical(value, codes)
        if known is None:
            args = {"codes": ", ".join(codes)}
            faults.append(fault(Code.NOT_IN_LIST, "The value is not one of {codes}", f"report.{name}", value, **args))
        return known or codes[0]

    report_type = listed("reportType", asked.report_type, tuple(ReportType))
    paper = listed("format", asked.format or Format.PDF, tuple(Format))
    language = listed("language", asked.language or default_language, LANGUAGES)
    if faults:
        raise UnknownCode(*faults)
    return ReportType(report_type), Format(paper), fold(language)


def _judge_fields(asked: ReportInput, report_type: ReportType) -> None:
    fields = FIELDS[report_type]
    given = {name for name in WIRE if getattr(asked, name) is not None}
    faults = [missing(f"report.{WIRE[name]}") for name in fields.must if name not in given]
    message = "{report} has no use for this field"
    faults += [
        fault(Code.COMBINATION, message, f"report.{wire}", report=report_type.value)
        for name, wire in WIRE.items()
        if name in given and name not in (*fields.must, *fields.may)
    ]
    if not faults:
        if "gl_period" in given and "gl_year" not in given:
            faults.append(missing("report.glYear"))
        if given & PERIODS and given & {"from_date", "to_date", "as_of_date"}:
            message = "A period and days do not go together"
            faults += [
                fault(Code.COMBINATION, message, f"report.{WIRE[name]}") for name in WIRE if name in given - PERIODS
            ]
    if faults:
        raise NotUnderstood(*faults)


def _periods(asked: ReportInput, report_type: ReportType, today: date) -> tuple[Period | None, Period | None]:
    if asked.gl_year is not None:
        if asked.gl_period is not None:
            return Period(asked.gl_year, asked.gl_period), Period(asked.gl_year, asked.gl_period)
        return Period(asked.gl_year, 1), Period(asked.gl_year, 12)
    days = (asked.from_date, asked.to_date, asked.as_of_date)
    if report_type in {ReportType.GL_TRANSACTIONS, ReportType.GL_BALANCE} and days == (None, None, None):
        return Period.of(today), Period.of(today)
    return None, None


def _days(asked: ReportInput, report_type: ReportType, today: date) -> tuple[date | None, date | None]:
    """From and to; a report over days that were not all given ends today and begins with its year."""
    if report_type is ReportType.UNPLACED_PAYMENTS:
        return asked.from_date, asked.to_date
    given = asked.from_date is not None or asked.to_date is not None
    if report_type is ReportType.ACCOUNT_STATEMENT or (report_type is ReportType.GL_TRANSACTIONS and given):
        last = asked.to_date or max(today, asked.from_date or today)
        return asked.from_date or date(last.year, 1, 1), last
    if report_type is ReportType.GL_BALANCE and asked.as_of_date is not None:
        return date(asked.as_of_date.year, 1, 1), asked.as_of_date
    return None, None


def file_name(order: ReportOrder, client_no: int, on: date) -> str:
    """`ledger-period-2218-2025-02.pdf`: the report, the client, what it is about."""
    parts: list[object] = [order.report_type.value.lower(), client_no]
    if order.customer_no is not None:
        parts.append(order.customer_no.replace("/", "_"))
    if order.first_period is not None and order.last_period is not None:
        year, first, last = order.first_period.gl_year, order.first_period.gl_period, order.last_period.gl_period
        parts.append(f"{year}-{first:02d}" if first == last else f"{year}")
    else:
        days = [day for day in (order.from_date, order.to_date, order.as_of_date) if day is not None]
        if order.report_type is ReportType.GL_BALANCE:
            days = days[-1:]
        parts += [day.isoformat() for day in days] or [on.isoformat()]
    return "-".join(map(str, parts)) + f".{order.format.value.lower()}"
