"""What stands in each report: its facts, its small tables, its rows as they are read.

All statements of a report are made on one transaction that holds a snapshot, so that rows and sums agree.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from reskontro.kernel.day_bounds import parse_day_bounds
from reskontro.kernel.report import Cell, Fact, Filled, Money, Report, Row, RowKind, Table, Words
from reskontro.ledger.domain.as_of import AsOf, distribute
from reskontro.ledger.domain.codes import GL_ACCOUNT_NAMES, VOUCHER_TYPES
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.reports import layouts
from reskontro.ledger.domain.reports.order import ReportOrder, ReportType
from reskontro.ledger.store import as_of, as_of_reports
from reskontro.ledger.store import checks as check_store
from reskontro.ledger.store import periods as period_store
from reskontro.ledger.store import reports as store
from reskontro.ledger.store.conditions import Conditions
from reskontro.ledger.store.reports import ReportClient, Span
from reskontro.platform.database import Transaction

BOUNDS = "adb.intervals"
OUTCOMES: Mapping[str, Words] = {"QUEUED": Words("Not booked"), "ON-ACCOUNT": Words("On account")}
OPENING, CLOSING = Words("Opening balance"), Words("Closing balance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A report under way: its snapshot, what was asked for, the client's settings and whose report it is."""

    tx: Transaction
    order: ReportOrder
    config: Config
    about: ReportClient

    @property
    def gl_currency(self) -> str:
        """The currency of the general ledger."""
        return self.config.text("gl.baseCurrency")

    def gl(self, minor: int) -> Money:
        """An amount of the general ledger."""
        return Money(minor, self.gl_currency)

    def voucher_type(self, code: int) -> str:
        """What a voucher type is called."""
        return VOUCHER_TYPES[code].in_language(self.order.language)

    def account_name(self, gl_account_no: int) -> str:
        """What a GL account is called; accounts that the ledger does not know have no name."""
        known = GL_ACCOUNT_NAMES.get(gl_account_no)
        return known.in_language(self.order.language) if known else ""

    def item_id(self, row: asyncpg.Record) -> str:
        """The id of an AR item."""
        ids = (self.tx.client_no, row["account_no"], row["reference_no"], row["reference_sequence_no"])
        return "-".join(map(str, ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a report has of its own."""

    table: Table
    rows: AsyncIterator[Row]
    facts: tuple[Fact, ...] = ()
    summaries: tuple[Filled, ...] = ()


async def report(tx: Transaction, order: ReportOrder, config: Config, about: ReportClient) -> Report:
    """The report, whose rows are read while it is written. Raises Refused where it can no longer be made."""
    making = Making(tx=tx, order=order, config=config, about=about)
    contents = await CONTENTS[order.report_type](making)
    return Report(
        report_type=order.report_type.value,
        title=layouts.TITLES[order.report_type],
        language=order.language,
        client_no=tx.client_no,
        client_name=about.legal_name,
        gl_currency=making.gl_currency,
        made=order.made,
        facts=contents.facts,
        summaries=contents.summaries,
        table=contents.table,
        rows=contents.rows,
    )


def bounds_of(config: Config) -> tuple[int, ...]:
    """The bounds of the client's intervals. Raises Refused (422) where the setting holds none."""
    text = config.text(BOUNDS)
    try:
        return parse_day_bounds(text)
    except ValueError:
        message = "The setting {key} is not a list of ascending days"
        raise broken(fault(Code.STATE_NOT_ALLOWED, message, None, text, key=BOUNDS), "No report was made") from None


def _customer_facts(making: Making) -> tuple[Fact, ...]:
    """For one customer alone, or none where the report is about all."""
    if making.about.account_no is None:
        return ()
    return (
        Fact("customerNo", Words("Customer no."), making.about.customer_no),
        Fact("customerName", Words("Customer"), making.about.customer_name),
    )


# The ledger period report


async def _ledger_period(making: Making) -> Contents:
    period = making.order.first_period
    assert period is not None, "a period report has its period"
    stored, _ = await check_store.receivables_settings(making.tx)
    default = making.config.number("gl.account.receivables")
    receivables = sorted({default, *(int(value.value) for value in stored)})
    ar_opening, ar_movement, gl_opening, gl_movement = await store.reconciliation(making.tx, period, receivables)
    closed = await store.closed_time(making.tx, period)
    gl = making.gl

    def balance(words: Words, ar_minor: int, gl_minor: int) -> Row:
        return Row((words, gl(ar_minor), gl(gl_minor), gl(ar_minor - gl_minor)))

    return Contents(
        table=layouts.LEDGER_PERIOD,
        rows=_period_rows(making),
        facts=(
            Fact("period", Words("Period"), str(period)),
            Fact("ledgerPeriodReportNo", Words("Report no."), await period_store.number_of(making.tx, period)),
            Fact("closedTime", Words("Closed"), closed),
            Fact("currency", Words("Currency"), making.gl_currency),
        ),
        summaries=(
            Filled(
                layouts.RECONCILIATION,
                (
                    balance(OPENING, ar_opening, gl_opening),
                    balance(Words("Movements of the period"), ar_movement, gl_movement),
                    balance(CLOSING, ar_opening + ar_movement, gl_opening + gl_movement),
                ),
            ),
            Filled(
                layouts.MOVEMENTS,
                tuple(
                    Row((kind, making.voucher_type(kind), count, gl(minor)))
                    for kind, count, minor in await store.movements(making.tx, period)
                ),
            ),
        ),
    )


async def _period_rows(making: Making) -> AsyncIterator[Row]:
    period = making.order.first_period
    assert period is not None, "a period report has its period"
    async for row in store.items_of_period(making.tx, period):
        yield Row(
            (
                row["customer_no"],
                row["name"],
                making.item_id(row),
                row["document_no"],
                row["voucher_type"],
                making.voucher_type(row["voucher_type"]),
                row["voucher_no"],
                row["voucher_date"],
                row["due_date"],
                row["currency"],
                Money(row["currency_minor"], row["currency"]),
                making.gl(row["gl_minor"]),
                row["ledger_period_report_no"],
            )
        )


# What is open, and how old it is


async def _open_items(making: Making) -> Contents:
    return Contents(table=layouts.OPEN_ITEMS, rows=_open_rows(making), facts=_as_of_facts(making))


def _as_of_facts(making: Making) -> tuple[Fact, ...]:
    return (
        Fact("asOfDate", Words("As of"), making.order.as_of_date),
        Fact("currency", Words("GL currency"), making.gl_currency),
        *_customer_facts(making),
    )


async def _open_rows(making: Making) -> AsyncIterator[Row]:
    day = making.order.as_of_date
    assert day is not None, "what is open is open as of a day"
    async for row in as_of_reports.open_items(making.tx, day, making.about.account_no):
        yield Row(
            (
                row["customer_no"],
                row["name"],
                making.item_id(row),
                row["document_no"],
                row["voucher_type"],
                making.voucher_type(row["voucher_type"]),
                row["voucher_date"],
                row["due_date"],
                max(0, row["days_overdue"]),
                row["currency"],
                Money(row["currency_minor"], row["currency"]),
                Money(int(row["currency_balance_minor"]), row["currency"]),
                making.gl(int(row["gl_balance_minor"])),
            )
        )


async def _adb(making: Making) -> Contents:
    day = making.order.as_of_date
    assert day is not None, "what is open is open as of a day"
    bounds = bounds_of(making.config)
    wanted = Conditions()
    if making.about.account_no is None:
        sums = await as_of.due_sums(making.tx, AsOf(voucher_date=day), wanted)
    else:
        wanted.add("i.account_no = ?", making.about.account_no)
        sums = await as_of.due_sums_of_accounts(making.tx, AsOf(voucher_date=day), wanted)
    aging = distribute(sums, day, bounds)
    rows = [
        Row((one.number, layouts.interval_words(one), one.item_count, one.percentage, making.gl(one.gl_minor)))
        for one in aging.intervals
    ]
    return Contents(
        table=layouts.adb(aging.intervals),
        rows=_adb_rows(making, [bound + 1 for bound in bounds]),
        facts=_as_of_facts(making),
        summaries=(Filled(layouts.ADB_INTERVALS, rows),),
    )


async def _adb_rows(making: Making, thresholds: list[int]) -> AsyncIterator[Row]:
    day = making.order.as_of_date
    assert day is not None, "what is open is open as of a day"
    async for row in as_of_reports.aging_by_customer(making.tx, day, thresholds, making.about.account_no):
        balances = [making.gl(minor) for minor in row["minor"]]
        yield Row((row["customer_no"], row["name"], *balances, making.gl(sum(row["minor"]))))


# One customer's account


async def _account_statement(making: Making) -> Contents:
    order, about = making.order, making.about
    assert about.account_no is not None, "a statement is of an account"
    assert order.from_date is not None, "a statement has its days"
    openings = await store.account_balances(making.tx, about.account_no, order.from_date)
    return Contents(
        table=layouts.ACCOUNT_STATEMENT,
        rows=_statement_rows(making, openings),
        facts=(
            *_customer_facts(making),
            Fact("fromDate", Words("From"), order.from_date),
            Fact("toDate", Words("To"), order.to_date),
        ),
    )


async def _statement_rows(making: Making, openings: Mapping[str, int]) -> AsyncIterator[Row]:
    """By currency: what the account stood at, what was added with what it came to, what it stands at."""
    order, about = making.order, making.about
    assert order.from_date is not None, "a statement has its days"
    assert order.to_date is not None, "a statement has its days"
    assert about.account_no is not None, "a statement is of an account"

    def balance(kind: str, currency: str, words: Words, day: Any, minor: int) -> Row:
        cells: tuple[Cell, ...] = (kind, currency, None, day, words, None, None, None, None, Money(minor, currency))
        return Row(cells, RowKind.BALANCE)

    left = dict(sorted(openings.items()))
    standing = 0
    currency = ""
    async for row in store.account_items(making.tx, about.account_no, order.from_date, order.to_date):
        if row["currency"] != currency:
            if currency:
                yield balance("CLOSING-BALANCE", currency, CLOSING, order.to_date, standing)
            currency = row["currency"]
            for before in [code for code in left if code < currency]:
                minor = left.pop(before)
                if minor:
                    yield balance("OPENING-BALANCE", before, OPENING, order.from_date, minor)
                    yield balance("CLOSING-BALANCE", before, CLOSING, order.to_date, minor)
            standing = left.pop(currency)
            yield balance("OPENING-BALANCE", currency, OPENING, order.from_date, standing)
        standing += row["currency_minor"]
        yield Row(
            (
                "ITEM",
                currency,
                making.item_id(row),
                row["voucher_date"],
                _what_it_is(making, row),
                row["document_no"],
                row["due_date"],
                Money(row["currency_minor"], currency),
                Money(int(row["currency_balance_minor"]), currency),
                Money(standing, currency),
            )
        )
    if currency:
        yield balance("CLOSING-BALANCE", currency, CLOSING, order.to_date, standing)
    for after, minor in left.items():
        if minor:
            yield balance("OPENING-BALANCE", after, OPENING, order.from_date, minor)
            yield balance("CLOSING-BALANCE", after, CLOSING, order.to_date, minor)


def _what_it_is(making: Making, row: asyncpg.Record) -> str:
    """The voucher type, and the transaction's own text where it says something else."""
    kind = making.voucher_type(row["voucher_type"])
    said = row["transaction_text"] or ""
    same = said.casefold() in {"", kind.casefold(), VOUCHER_TYPES[row["voucher_type"]].en.casefold()}
    return kind if same else f"{kind}: {said}"


# The general ledger


def _span(order: ReportOrder) -> Span:
    if order.first_period is not None and order.last_period is not None:
        return Span.of_periods(order.first_period, order.last_period)
    assert order.from_date is not None, "periods or days"
    assert order.to_date is not None, "periods or days"
    return Span.of_days(order.from_date, order.to_date)


def _span_facts(making: Making) -> tuple[Fact, ...]:
    order = making.order
    currency = Fact("currency", Words("Currency"), making.gl_currency)
    if order.first_period is None:
        first, last = Fact("fromDate", Words("From"), order.from_date), Fact("toDate", Words("To"), order.to_date)
        return first, last, currency
    if order.first_period == order.last_period:
        return Fact("period", Words("Period"), str(order.first_period)), currency
    return Fact("glYear", Words("Year"), order.first_period.gl_year), currency


async def _gl_transactions(making: Making) -> Contents:
    return Contents(table=layouts.GL_TRANSACTIONS, rows=_transaction_rows(making), facts=_span_facts(making))


async def _transaction_rows(making: Making) -> AsyncIterator[Row]:
    async for row in store.gl_transactions(making.tx, _span(making.order)):
        minor, currency = row["gl_minor"], row["gl_currency"]
        yield Row(
            (
                row["gl_account_no"],
                making.account_name(row["gl_account_no"]),
                f"{making.tx.client_no}-{row['gl_case_no']}-{row['line_no']}",
                row["gl_case_no"],
                f"{row['gl_year']}/{row['gl_period']}",
                row["voucher_date"],
                row["voucher_type"],
                making.voucher_type(row["voucher_type"]),
                row["voucher_no"],
                row["customer_no"],
                row["document_no"],
                row["transaction_text"],
                Money(minor, currency) if minor >= 0 else None,
                Money(-minor, currency) if minor < 0 else None,
            )
        )


async def _gl_balance(making: Making) -> Contents:
    return Contents(table=layouts.GL_BALANCE, rows=_balance_rows(making), facts=_span_facts(making))


async def _balance_rows(making: Making) -> AsyncIterator[Row]:
    async for row in store.gl_balances(making.tx, _span(making.order)):
        opening, debit, credit, currency = row["opening"], row["debit"], row["credit"], row["gl_currency"]
        yield Row(
            (
                row["gl_account_no"],
                making.account_name(row["gl_account_no"]),
                Money(opening, currency),
                Money(debit, currency),
                Money(credit, currency),
                Money(opening + debit - credit, currency),
                row["item_count"],
            )
        )


# Customers, payments


async def _customer_list(making: Making) -> Contents:
    return Contents(
        table=layouts.CUSTOMER_LIST,
        rows=_customer_rows(making),
        facts=(Fact("currency", Words("GL currency"), making.gl_currency),),
    )


async def _customer_rows(making: Making) -> AsyncIterator[Row]:
    async for row in store.customers(making.tx):
        city = " ".join(filter(None, (row["postal_code"], row["city_name"])))
        yield Row(
            (
                row["customer_no"],
                row["account_no"],
                row["name"],
                row["customer_category"],
                row["organization_no"],
                ", ".join(filter(None, (row["line1"], row["line2"], row["line3"], city))),
                row["country_code"],
                row["phone_no"],
                row["email_address"],
                row["language"],
                row["currency"],
                row["due_days"],
                making.gl(row["gl_minor"]),
            )
        )


async def _unplaced_payments(making: Making) -> Contents:
    order = making.order
    return Contents(
        table=layouts.UNPLACED_PAYMENTS,
        rows=_payment_rows(making),
        facts=tuple(
            fact
            for fact in (
                Fact("fromDate", Words("From"), order.from_date),
                Fact("toDate", Words("To"), order.to_date),
            )
            if fact.value is not None
        ),
    )


async def _payment_rows(making: Making) -> AsyncIterator[Row]:
    order = making.order
    async for row in store.waiting_payments(making.tx, order.from_date, order.to_date):
        currency = row["currency"]
        yield Row(
            (
                row["outcome"],
                OUTCOMES[row["outcome"]],
                row["payment_no"],
                row["settlement_date"],
                row["kid"],
                Words(row["reason"]),
                row["customer_no"],
                row["ar_item_id"],
                row["file_name"],
                row["file_line_no"],
                currency,
                Money(row["amount_minor"], currency),
                Money(row["open_minor"], currency),
            )
        )


CONTENTS: Mapping[ReportType, Callable[[Making], Awaitable[Contents]]] = {
    ReportType.LEDGER_PERIOD: _ledger_period,
    ReportType.OPEN_ITEMS: _open_items,
    ReportType.ADB: _adb,
    ReportType.ACCOUNT_STATEMENT: _account_statement,
    ReportType.GL_TRANSACTIONS: _gl_transactions,
    ReportType.GL_BALANCE: _gl_balance,
    ReportType.CUSTOMER_LIST: _customer_list,
    ReportType.UNPLACED_PAYMENTS: _unplaced_payments,
}
