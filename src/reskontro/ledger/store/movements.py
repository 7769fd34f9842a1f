"""GL movements: the frozen ones of closed periods, and the sums of what open ones hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reskontro.ledger.domain.movements import AccountSum, Movement
from reskontro.ledger.domain.periods import Period
from reskontro.platform.database import Transaction

# What was booked after the last closed period, by period and account. `c` are its year and month.
_OPEN_SUMS = """
    select g.gl_year, g.gl_period, l.gl_account_no, g.gl_currency,
        coalesce(sum(l.gl_minor) filter (where l.gl_minor > 0), 0)::bigint as debit_minor,
        coalesce(-sum(l.gl_minor) filter (where l.gl_minor < 0), 0)::bigint as credit_minor, count(*) as item_count
    from gl_case g join gl_item l on l.client_no = g.client_no and l.gl_case_no = g.gl_case_no
    where g.client_no = $1 and l.client_no = $1 and {periods}
    group by 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A period with the time of its closing."""

    period: Period
    closed_time: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The closed periods, in order, their frozen movements, and what has been booked in open ones."""

    closed: tuple[ClosedPeriod, ...]
    frozen: tuple[Movement, ...]
    sums: tuple[AccountSum, ...]

    @property
    def last(self) -> ClosedPeriod | None:
        """The last closed period."""
        return self.closed[-1] if self.closed else None


async def standing(tx: Transaction, first: Period, last: Period) -> Standing:
    """The frozen movements from `first` to `last`, those of the last closed period, and the open sums up to `last`.

    One statement, so that a period is closed or open in all of it.
    """
    rows = await tx.fetch(
        f"""
        with closed as (select gl_year, gl_period, closed_time from gl_period where client_no = $1),
        until as (
            select gl_year, gl_period from closed order by gl_year desc, gl_period desc limit 1
        )
        select 'C' as kind, gl_year, gl_period, 0 as gl_account_no, '' as gl_currency, 0::bigint as opening_minor,
            0::bigint as debit_minor, 0::bigint as credit_minor, 0::bigint as item_count, closed_time
        from closed
        union all
        select 'F', gl_year, gl_period, gl_account_no, gl_currency, opening_minor, debit_minor, credit_minor,
            item_count, null
        from gl_movement
        where client_no = $1 and (gl_year * 12 + gl_period between $2::int + 1 and $3::int + 1
            or (gl_year, gl_period) in (select * from until))
        union all
        select 'S', gl_year, gl_period, gl_account_no, gl_currency, 0, debit_minor, credit_minor, item_count, null
        from ({
            _OPEN_SUMS.format(
                periods='''
                g.gl_year >= coalesce((select gl_year from until), 0::smallint)
                and g.gl_year * 12 + g.gl_period > coalesce((select gl_year * 12 + gl_period from until), 0)
                and g.gl_year * 12 + g.gl_period <= $3::int + 1'''
            )
        }) as sums
        order by kind, gl_year, gl_period, gl_account_no, gl_currency
        """,
        tx.client_no,
        first.month_no,
        last.month_no,
    )
    closed, frozen, sums = [], [], []
    for kind, year, month, account, currency, opening, debit, credit, count, time in rows:
        period = Period(year, month)
        match kind:
            case "C":
                closed.append(ClosedPeriod(period, time))
            case "F":
                frozen.append(Movement(period, account, currency, opening, debit, credit, count))
            case _:
                sums.append(AccountSum(period, account, currency, debit, credit, count))
    return Standing(tuple(closed), tuple(frozen), tuple(sums))


async def last_used(tx: Transaction) -> Period | None:
    """The latest period that anything was booked in."""
    row = await tx.fetchrow(
        "select gl_year, gl_period from gl_case where client_no = $1 order by gl_year desc, gl_period desc limit 1",
        tx.client_no,
    )
    return None if row is None else Period(*row)


async def of_period(tx: Transaction, period: Period) -> list[Movement]:
    """The frozen movements of a closed period, in the order of their accounts."""
    rows = await tx.fetch(
        """
        select gl_account_no, gl_currency, opening_minor, debit_minor, credit_minor, item_count from gl_movement
        where client_no = $1 and gl_year = $2 and gl_period = $3 order by gl_account_no, gl_currency
        """,
        tx.client_no,
        period.gl_year,
        period.gl_period,
    )
    return [Movement(period, *row) for row in rows]


async def sums_of_period(tx: Transaction, period: Period) -> list[AccountSum]:
    """What was booked in a period, by account."""
    rows = await tx.fetch(
        _OPEN_SUMS.format(periods="g.gl_year = $2::smallint and g.gl_period = $3::smallint"),
        tx.client_no,
        period.gl_year,
        period.gl_period,
    )
    return [AccountSum(Period(row[0], row[1]), *row[2:]) for row in rows]


async def freeze(tx: Transaction, movements: Iterable[Movement]) -> None:
    """Write the movements of a period that is being closed."""
    rows = [
        (m.period.gl_year, m.period.gl_period, m.gl_account_no, m.gl_currency, m.opening_minor, m.debit_minor,
         m.credit_minor, m.item_count)
        for m in movements
    ]  # fmt: skip
    if rows:
        await tx.execute(
            """
            insert into gl_movement (client_no, gl_year, gl_period, gl_account_no, gl_currency, opening_minor,
                debit_minor, credit_minor, item_count)
            select $1, * from unnest($2::smallint[], $3::smallint[], $4::int[], $5::text[], $6::bigint[],
                $7::bigint[], $8::bigint[], $9::bigint[])
            """,
            tx.client_no,
            *(list(column) for column in zip(*rows, strict=True)),
        )


async def last_closed(tx: Transaction) -> ClosedPeriod | None:
    """The latest closed period."""
    row = await tx.fetchrow(
        """
        select gl_year, gl_period, closed_time from gl_period
        where client_no = $1 order by gl_year desc, gl_period desc limit 1
        """,
        tx.client_no,
    )
    return None if row is None else ClosedPeriod(Period(row[0], row[1]), row[2])
