"""The two clocks.

Business time (today, created times, what is due) is an argument everywhere; this module is where it comes from. In the
sandbox it is real time plus an offset that is kept in the database and can be set; in production it is real time.
Real time rules tokens, rate limits, leases and retries.
"""

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Protocol
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


class Clock(Protocol):
    """Whoever knows the business time."""

    def now(self) -> datetime:
        """The business time, aware, in UTC, in whole milliseconds."""
        ...

    @property
    def certain(self) -> bool:
        """Whether `now` is known to be right without asking anybody."""
        ...

    async def make_certain(self) -> None:
        """Ask whoever has to be asked."""
        ...


def real_now() -> datetime:
    """The real time, aware, in UTC."""
    return datetime.now(UTC)


def real_seconds() -> float:
    """The real time in Unix seconds."""
    return time.time()


def business_day(moment: datetime) -> date:
    """The day it is for a Norwegian creditor at a moment."""
    return moment.astimezone(OSLO).date()


def end_of_business_day(day: date) -> datetime:
    """The first moment after a day of a Norwegian creditor, in UTC."""
    return datetime.combine(day + timedelta(days=1), time_of_day(), OSLO).astimezone(UTC)


def whole_milliseconds(moment: datetime) -> datetime:
    """The moment cut to milliseconds, the precision of every time on the wire."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class _CertainClock:
    """A clock that asks nobody."""

    certain = True

    async def make_certain(self) -> None:
        """Nothing to ask."""


class OffsetClock(_CertainClock):
    """Real time plus an offset that ticks."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The business time."""
        return whole_milliseconds(real_now() + self.offset)


class StandingClock(_CertainClock):
    """A business time that stands still until it is moved; stories and tests are told by it."""

    def __init__(self, moment: datetime) -> None:
        assert moment.tzinfo is not None, "a moment is aware"
        self.moment = moment

    def now(self) -> datetime:
        """The moment at which the clock stands."""
        return whole_milliseconds(self.moment.astimezone(UTC))
