"""Accounting periods: which one a voucher date falls in, and what closing one needs.

Periods are months. They are closed in order, so that one number says all:
the last closed month as `year * 12 + month - 1`.
"""

from datetime import date
from typing import NamedTuple

LATEST_DAYS_AHEAD = 31


class Period(NamedTuple):
    """A month of the accounts."""

    gl_year: int
    gl_period: int

    @classmethod
    def of(cls, day: date) -> "Period":
        """The month of a voucher date."""
        return cls(day.year, day.month)

    @classmethod
    def from_month_no(cls, month_no: int) -> "Period":
        """The month of a running number."""
        return cls(month_no // 12, month_no % 12 + 1)

    @property
    def month_no(self) -> int:
        """Months since the year 0."""
        return self.gl_year * 12 + self.gl_period - 1

    def __str__(self) -> str:
        return f"{self.gl_year}/{self.gl_period}"


class PeriodClosedError(ValueError):
    """The period is closed and the client's policy is to refuse."""


def period_for(day: date, closed_through: int | None, *, next_open: bool) -> Period:
    """The period a voucher of a day is booked in.

    `closed_through` is the index of the last closed period. Where the day's own period is closed, it is the next open
    one, or PeriodClosedError where `next_open` is false.
    """
    period = Period.of(day)
    if closed_through is None or period.month_no > closed_through:
        return period
    if not next_open:
        raise PeriodClosedError(str(period))
    return Period.from_month_no(closed_through + 1)


class ClosingRefusedError(ValueError):
    """The period cannot be closed; the text says which one has to be closed first, or that it is closed already."""


def may_close(period: Period, closed_through: int | None, first_used: Period | None) -> None:
    """Raise ClosingRefusedError unless a period can be closed now.

    The period before it must be closed. A client's first closing has none before it: it may be any period that nothing
    was booked before.
    """
    if closed_through is not None:
        if period.month_no <= closed_through:
            raise ClosingRefusedError(f"{period} is closed already")
        if period.month_no > closed_through + 1:
            raise ClosingRefusedError(f"{Period.from_month_no(closed_through + 1)} has to be closed first")
    elif first_used is not None and first_used.month_no < period.month_no:
        raise ClosingRefusedError(f"{first_used} has to be closed first")
