"""ISO 8601 durations by which the clock is moved.

Weeks, or days and time: what has a length without a calendar.
"""

import re
from datetime import timedelta

_WEEKS = re.compile(r"P(?P<weeks>[0-9]{1,5})W")
_DAYS_AND_TIME = re.compile(
    r"P(?:(?P<days>[0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,8})M)?(?:(?P<seconds>[0-9]{1,9})S)?)?"
)
WANTED = "a duration such as P14D, P2W or PT36H is wanted"


def parse_duration(text: str) -> timedelta:
    """The span of `PnW` or `PnDTnHnMnS`; raises ValueError."""
    found = _WEEKS.fullmatch(text) or _DAYS_AND_TIME.fullmatch(text)
    parts = {} if found is None else {unit: int(count) for unit, count in found.groupdict().items() if count}
    if not parts:
        raise ValueError(WANTED)
    return timedelta(**parts)
