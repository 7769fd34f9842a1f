"""Closed periods and period reports."""

from datetime import datetime

from reskontro.ledger.domain.periods import Period
from reskontro.platform.database import Transaction


async def first_used(tx: Transaction) -> Period | None:
    """The earliest period that anything was booked in."""
    row = await tx.fetchrow(
        "select gl_year, gl_period from gl_case where client_no = $1 order by gl_year, gl_period limit 1",
        tx.client_no,
    )
    return None if row is None else Period(*row)


async def close(tx: Transaction, period: Period, now: datetime) -> None:
    """Mark a period as closed."""
    await tx.execute(
        "insert into gl_period (client_no, gl_year, gl_period, closed_time) values ($1, $2, $3, $4)",
        tx.client_no,
        period.gl_year,
        period.gl_period,
        now,
    )


async def is_closed(tx: Transaction, period: Period) -> bool:
    """Whether a period was closed, by itself or before the client's first closing."""
    found: bool = await tx.fetchval(
        "select exists (select from gl_period where client_no = $1 and gl_year * 12 + gl_period - 1 >= $2)",
        tx.client_no,
        period.month_no,
    )
    return found


async def report_no(tx: Transaction, period: Period, wanted: int, now: datetime) -> int:
    """The number of a period's report: the one it has, or the wanted one."""
    await tx.execute(
        """
        insert into ledger_period_report (client_no, report_no, gl_year, gl_period, created_time)
        values ($1, $2, $3, $4, $5) on conflict do nothing
        """,
        tx.client_no,
        wanted,
        period.gl_year,
        period.gl_period,
        now,
    )
    number: int = await tx.fetchval(
        "select report_no from ledger_period_report where client_no = $1 and gl_year = $2 and gl_period = $3",
        tx.client_no,
        period.gl_year,
        period.gl_period,
    )
    return number


async def number_of(tx: Transaction, period: Period) -> int | None:
    """The number of a period's report, None where it has none yet."""
    number: int | None = await tx.fetchval(
        "select report_no from ledger_period_report where client_no = $1 and gl_year = $2 and gl_period = $3",
        tx.client_no,
        period.gl_year,
        period.gl_period,
    )
    return number


async def stamp(tx: Transaction, period: Period, number: int, now: datetime) -> int:
    """Put a report's number on the period's items that have none yet; how many comes back."""
    tag = await tx.execute(
        """
        update ar_item_state as s set ledger_period_report_no = $4, changed_time = $5
        from ar_item i
        where s.client_no = $1 and i.client_no = $1 and i.reference_no = s.reference_no
            and i.reference_sequence_no = s.reference_sequence_no
            and i.gl_year = $2 and i.gl_period = $3 and s.ledger_period_report_no is null
        """,
        tx.client_no,
        period.gl_year,
        period.gl_period,
        number,
        now,
    )
    return int(tag.rpartition(" ")[2])
