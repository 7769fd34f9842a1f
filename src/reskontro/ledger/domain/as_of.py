"""What was open at a past moment, and how old it was.

A question names a moment, a day, or both. A row counts when it was booked at the moment or before it, and has a voucher
date on the day or before it. A match counts when it does so itself, and so do both its items and, where it undoes
another match, that one. So whatever is left out is left out on both sides: the open items together are the receivables
account, at any moment of either clock.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ANY_DAY = date.max
ANY_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)


class AsOf(NamedTuple):
    """The moment by which rows were booked and the day by which they count, both included."""

    booked_at: datetime = ANY_MOMENT
    voucher_date: date = ANY_DAY


class DueSum(NamedTuple):
    """What is open of the items due on a day. Minor units; `currency_minor` means nothing across currencies."""

    due_date: date
    item_count: int
    gl_minor: int
    currency_minor: int


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval of days overdue, both ends included, and what is open in it. The first has no beginning."""

    number: int
    from_days: int | None
    to_days: int | None
    item_count: int
    gl_minor: int
    currency_minor: int
    percentage: Decimal  # of the whole GL balance


@dataclass(frozen=True, slots=True)
class Aging:
    """A balance distributed by age."""

    intervals: tuple[Interval, ...]
    item_count: int
    gl_minor: int
    currency_minor: int
    overdue_gl_minor: int
    overdue_currency_minor: int


def distribute(sums: Iterable[DueSum], on: date, bounds: Sequence[int]) -> Aging:
    """The balance by age on a day: `bounds` close the intervals, what is older comes last.

    The age is the days since the due date. A credit stands in its interval by its own due date, and lessens it.
    """
    by_interval: list[list[DueSum]] = [[] for _ in range(len(bounds) + 1)]
    for one in sums:
        by_interval[bisect_left(bounds, (on - one.due_date).days)].append(one)
    everything = [one for part in by_interval for one in part]
    overdue = [one for one in everything if one.due_date < on]
    gl_minor = sum(one.gl_minor for one in everything)
    intervals = tuple(
        Interval(
            number,
            begin,
            end,
            sum(one.item_count for one in part),
            sum(one.gl_minor for one in part),
            sum(one.currency_minor for one in part),
            percentage(sum(one.gl_minor for one in part), gl_minor),
        )
        for number, (begin, end, part) in enumerate(
            zip((None, *(bound + 1 for bound in bounds)), (*bounds, None), by_interval, strict=True), start=1
        )
    )
    return Aging(
        intervals,
        sum(one.item_count for one in everything),
        gl_minor,
        sum(one.currency_minor for one in everything),
        sum(one.gl_minor for one in overdue),
        sum(one.currency_minor for one in overdue),
    )


def percentage(part_minor: int, whole_minor: int) -> Decimal:
    """The share of a part in percent, rounded to two decimals, a half away from zero; 0 of nothing."""
    if whole_minor == 0:
        return Decimal(0)
    share = Decimal(part_minor * 100) / Decimal(whole_minor)
    return share.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
