"""What the reports read, besides what is open as of a day (`store.as_of_reports`). Long answers come as a stream."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from reskontro.ledger.domain.as_of import ANY_MOMENT
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.store.as_of_reports import BALANCES
from reskontro.platform.database import Transaction

PERIOD_NO = "{case}.gl_year * 12 + {case}.gl_period - 1"
FIRST_RESULT_ACCOUNT = 3000  # accounts below carry their balance into the next year (arm-api 2.13)


@dataclass(frozen=True, slots=True)
class Span:
    """Periods or days, first and last; `year_start` is the first of its year."""

    column: str  # what is compared, of the case or item called `g`
    year_start: object
    first: object
    last: object

    @classmethod
    def of_periods(cls, first: Period, last: Period) -> "Span":
        """Periods of one year."""
        year_start = Period(first.gl_year, 1).month_no
        return cls(PERIOD_NO.format(case="g"), year_start, first.month_no, last.month_no)

    @classmethod
    def of_days(cls, first: date, last: date) -> "Span":
        """Voucher dates."""
        return cls("g.voucher_date", date(last.year, 1, 1), first, last)


@dataclass(frozen=True, slots=True)
class ReportClient:
    """Whose report it is, and for a statement: whose account."""

    legal_name: str
    account_no: int | None
    customer_no: str
    customer_name: str


async def client(tx: Transaction, customer_no: str | None) -> ReportClient:
    """The client, with the customer of a number in whatever case where one is given and there."""
    row = await tx.fetchrow(
        """
        select o.legal_name, c.account_no, coalesce(c.customer_no, '') as customer_no, coalesce(c.name, '') as name
        from client o
        left join customer c on c.client_no = o.client_no and c.client_no = $1 and c.customer_no_key = $2
        where o.client_no = $1
        """,
        tx.client_no,
        None if customer_no is None else fold(customer_no),
    )
    assert row is not None, "the client is there"
    return ReportClient(*row)


async def keep_notified(tx: Transaction, batch_uuid: UUID, email_addresses: Sequence[str]) -> None:
    """Keep whom to tell when a batch is finished."""
    await tx.execute(
        "update batch set email_addresses = $3 where client_no = $1 and batch_uuid = $2",
        tx.client_no,
        batch_uuid,
        list(email_addresses),
    )


# A closed period


async def closed_time(tx: Transaction, period: Period) -> datetime | None:
    """When a period was closed, by itself or with the client's first closing after it."""
    moment: datetime | None = await tx.fetchval(
        """
        select closed_time from gl_period where client_no = $1 and gl_year * 12 + gl_period - 1 >= $2
        order by gl_year, gl_period limit 1
        """,
        tx.client_no,
        period.month_no,
    )
    return moment


async def reconciliation(tx: Transaction, period: Period, receivables: Sequence[int]) -> tuple[int, int, int, int]:
    """Opening balance and movement of a period by the AR items, then by the receivables account. GL minor units."""
    row = await tx.fetchrow(
        f"""
        select coalesce(i.opening, 0)::bigint, coalesce(i.movement, 0)::bigint, coalesce(l.opening, 0)::bigint,
            coalesce(l.movement, 0)::bigint
        from (
            select sum(g.gl_minor) filter (where {PERIOD_NO.format(case="g")} < $2) as opening,
                sum(g.gl_minor) filter (where {PERIOD_NO.format(case="g")} = $2) as movement
            from ar_item g where g.client_no = $1
        ) as i, (
            select sum(t.gl_minor) filter (where {PERIOD_NO.format(case="g")} < $2) as opening,
                sum(t.gl_minor) filter (where {PERIOD_NO.format(case="g")} = $2) as movement
            from gl_item t join gl_case g on g.client_no = t.client_no and g.gl_case_no = t.gl_case_no
            where t.client_no = $1 and g.client_no = $1 and t.gl_account_no = any($3::int[])
        ) as l
        """,
        tx.client_no,
        period.month_no,
        list(receivables),
    )
    assert row is not None, "an aggregate has one row"
    ar_opening, ar_movement, gl_opening, gl_movement = row
    return ar_opening, ar_movement, gl_opening, gl_movement


async def movements(tx: Transaction, period: Period) -> list[tuple[int, int, int]]:
    """Voucher type, items, their amounts in GL minor units, of a period."""
    rows = await tx.fetch(
        """
        select voucher_type, count(*), sum(gl_minor)::bigint from ar_item
        where client_no = $1 and gl_year = $2 and gl_period = $3 group by 1 order by 1
        """,
        tx.client_no,
        period.gl_year,
        period.gl_period,
    )
    return [tuple(row) for row in rows]


def items_of_period(tx: Transaction, period: Period) -> AsyncIterator[asyncpg.Record]:
    """The AR items of a period, in the order of their lists."""
    return tx.stream(
        """
        select c.customer_no, c.name, i.account_no, i.reference_no, i.reference_sequence_no, i.document_no,
            i.voucher_type, i.voucher_no, i.voucher_date, s.due_date, i.currency, i.currency_minor, i.gl_minor,
            s.ledger_period_report_no
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.client_no = $1 and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        join customer c on c.client_no = i.client_no and c.client_no = $1 and c.account_no = i.account_no
        where i.client_no = $1 and i.gl_year = $2 and i.gl_period = $3
        order by i.account_no, i.reference_no, i.reference_sequence_no
        """,
        tx.client_no,
        period.gl_year,
        period.gl_period,
    )


# One customer


async def account_balances(tx: Transaction, account_no: int, before: date) -> dict[str, int]:
    """What an account stood at before a day, in minor units of each currency that it ever had."""
    rows = await tx.fetch(
        """
        select currency, coalesce(sum(currency_minor) filter (where voucher_date < $3), 0)::bigint
        from ar_item where client_no = $1 and account_no = $2 group by 1 order by 1
        """,
        tx.client_no,
        account_no,
        before,
    )
    return {row[0]: row[1] for row in rows}


def account_items(tx: Transaction, account_no: int, first: date, last: date) -> AsyncIterator[asyncpg.Record]:
    """The items of an account with a voucher date in some days, with what was open of them at the end of the last."""
    return tx.stream(
        f"""
        select b.*, coalesce(s.transaction_text, i.transaction_text) as transaction_text
        from ({BALANCES}) as b
        join ar_item i on i.client_no = $1 and i.reference_no = b.reference_no
            and i.reference_sequence_no = b.reference_sequence_no
        join ar_item_state s on s.client_no = $1 and s.reference_no = b.reference_no
            and s.reference_sequence_no = b.reference_sequence_no
        where b.account_no = $4 and b.voucher_date >= $5
        order by b.currency, b.voucher_date, i.gl_case_no, b.reference_no, b.reference_sequence_no
        """,
        tx.client_no,
        last,
        ANY_MOMENT,
        account_no,
        first,
    )


# The general ledger


def gl_transactions(tx: Transaction, span: Span) -> AsyncIterator[asyncpg.Record]:
    """The lines of a span of time by account, then in the order in which they were booked."""
    return tx.stream(
        f"""
        select l.gl_account_no, l.gl_case_no, l.line_no, g.gl_year, g.gl_period, g.voucher_date, g.voucher_type,
            g.voucher_no, c.customer_no, g.document_no, l.transaction_text, l.gl_minor, g.gl_currency
        from gl_item l
        join gl_case g on g.client_no = l.client_no and g.client_no = $1 and g.gl_case_no = l.gl_case_no
        left join customer c on c.client_no = g.client_no and c.client_no = $1 and c.account_no = g.account_no
        where l.client_no = $1 and {span.column} between $2 and $3
        order by l.gl_account_no, l.gl_case_no, l.line_no
        """,
        tx.client_no,
        span.first,
        span.last,
    )


def gl_balances(tx: Transaction, span: Span) -> AsyncIterator[asyncpg.Record]:
    """Each account with an opening balance or a movement: opening, debit, credit, lines. Result accounts open at 0."""
    return tx.stream(
        f"""
        select * from (
            select l.gl_account_no, g.gl_currency,
                coalesce(sum(l.gl_minor) filter (where {span.column} < $2
                    and (l.gl_account_no < {FIRST_RESULT_ACCOUNT:d} or {span.column} >= $4)), 0)::bigint as opening,
                coalesce(sum(l.gl_minor) filter (where {span.column} >= $2 and l.gl_minor > 0), 0)::bigint as debit,
                coalesce(-sum(l.gl_minor) filter (where {span.column} >= $2 and l.gl_minor < 0), 0)::bigint as credit,
                count(*) filter (where {span.column} >= $2) as item_count
            from gl_item l
            join gl_case g on g.client_no = l.client_no and g.client_no = $1 and g.gl_case_no = l.gl_case_no
            where l.client_no = $1 and {span.column} <= $3
            group by 1, 2
        ) as b
        where opening <> 0 or item_count > 0
        order by gl_account_no, gl_currency
        """,
        tx.client_no,
        span.first,
        span.last,
        span.year_start,
    )


# Customers, payments


def customers(tx: Transaction) -> AsyncIterator[asyncpg.Record]:
    """Every customer with how to reach it and what it owes now. No identity number, no bank account."""
    return tx.stream(
        """
        select c.customer_no, c.account_no, c.name, c.customer_category,
            c.details->>'organization_no' as organization_no,
            c.details->'postal_address'->>'address_line1' as line1,
            c.details->'postal_address'->>'address_line2' as line2,
            c.details->'postal_address'->>'address_line3' as line3,
            c.details->'postal_address'->>'postal_code' as postal_code,
            c.details->'postal_address'->>'city_name' as city_name,
            c.details->'postal_address'->>'country_code' as country_code,
            c.details->>'phone_no' as phone_no, c.details->'email_address_document'->>0 as email_address,
            c.language, c.currency, c.due_days, coalesce(b.gl_minor, 0)::bigint as gl_minor
        from customer c
        left join (
            select i.account_no, sum(s.gl_balance_minor) as gl_minor
            from ar_item i
            join ar_item_state s on s.client_no = i.client_no and s.client_no = $1
                and s.reference_no = i.reference_no and s.reference_sequence_no = i.reference_sequence_no
            where i.client_no = $1 group by 1
        ) as b on b.account_no = c.account_no
        where c.client_no = $1
        order by c.account_no
        """,
        tx.client_no,
    )


def waiting_payments(tx: Transaction, first: date | None, last: date | None) -> AsyncIterator[asyncpg.Record]:
    """Lines of bank files that are not booked, then those of which something is open on a customer's account."""
    return tx.stream(
        """
        select p.outcome, p.payment_no, p.settlement_date, p.kid, p.reason, c.customer_no,
            case when p.gl_case_no is not null
                then concat_ws('-', p.client_no, p.account_no, p.reference_no, p.reference_sequence_no)
            end as ar_item_id,
            f.file_name, p.file_line_no, p.currency, p.amount_minor,
            coalesce(-s.currency_balance_minor, p.amount_minor) as open_minor
        from payment p
        left join ar_item_state s on s.client_no = p.client_no and s.client_no = $1
            and s.reference_no = p.reference_no and s.reference_sequence_no = p.reference_sequence_no
        left join customer c on c.client_no = p.client_no and c.client_no = $1 and c.account_no = p.account_no
        left join stored_file f on f.client_no = p.client_no and f.client_no = $1 and f.file_uuid = p.file_uuid
        where p.client_no = $1 and p.outcome in ('QUEUED', 'ON-ACCOUNT')
            and (p.gl_case_no is null or s.currency_balance_minor <> 0)
            and ($2::date is null or p.settlement_date >= $2) and ($3::date is null or p.settlement_date <= $3)
        order by p.outcome desc, p.payment_no
        """,
        tx.client_no,
        first,
        last,
    )
