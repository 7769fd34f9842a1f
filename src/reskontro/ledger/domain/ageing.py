"""How old a balance is: days from its due date, sorted into a client's intervals.

Bounds `0,14,30,60,90` make the intervals not due (0 days and less), 1–14, 15–30, 31–60, 61–90 and over 90. A balance of
either sign is in the interval of its due date. Source: arm-api, section 2.14.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from reskontro.kernel.report import Words

MOST_BOUNDS = 12
LARGEST_BOUND = 10_000  # days
_BOUND = re.compile(r"-?[0-9]{1,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval, by number from 1. The first has no beginning, the last no end."""

    number: int
    from_days: int | None
    to_days: int | None

    @property
    def words(self) -> Words:
        """What it is called."""
        if self.from_days is None:
            return Words("Not due") if self.to_days == 0 else Words("Up to {days} days", {"days": self.to_days or 0})
        if self.to_days is None:
            return Words("Over {days}", {"days": self.from_days - 1})
        return Words(f"{self.from_days}–{self.to_days}")


def parse_bounds(text: str) -> tuple[int, ...]:
    """The upper bounds of a comma list, ascending days; raises ValueError."""
    parts = [part.strip() for part in text.split(",")]
    if not 1 <= len(parts) <= MOST_BOUNDS or not all(map(_BOUND.fullmatch, parts)):
        raise ValueError("1 to 12 whole numbers of days are wanted")
    bounds = tuple(map(int, parts))
    if any(after <= before for before, after in pairwise(bounds)):
        raise ValueError("the numbers of days have to ascend")
    if max(map(abs, bounds)) > LARGEST_BOUND:
        raise ValueError("at most 10000 days are wanted")
    return bounds


def intervals_of(bounds: Sequence[int]) -> tuple[Interval, ...]:
    """The intervals that bounds make: one more than there are bounds."""
    starts = (None, *(bound + 1 for bound in bounds))
    ends = (*bounds, None)
    return tuple(Interval(at, *days) for at, days in enumerate(zip(starts, ends, strict=True), 1))


def thresholds_of(bounds: Sequence[int]) -> list[int]:
    """The least age of each interval but the first: how many of them an age reaches is its interval, from 0."""
    return [bound + 1 for bound in bounds]


def share(part_minor: int, whole_minor: int) -> Decimal:
    """Percent of the whole, two decimals, halves away from zero; 0 of nothing."""
    if whole_minor == 0:
        return Decimal(0)
    return (Decimal(part_minor) * 100 / Decimal(whole_minor)).quantize(Decimal("0.01"), ROUND_HALF_UP)
