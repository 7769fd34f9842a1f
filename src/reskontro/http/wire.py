"""Types of the wire that JSON itself does not have, and the encoder of all answers.

msgspec would take `"12.5"`, `"NaN"` and `1e999999999` for a decimal; `Amount` and its kin are decoded by the hook here,
which takes JSON numbers only and bounds them before anything is computed from them.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from reskontro.platform.clock import OSLO
from reskontro.platform.json_text import encode

__all__ = [
    "Amount",
    "ClearableDay",
    "Day",
    "Quantity",
    "WireError",
    "dec_hook",
    "encode",
    "parse_day",
    "parse_time",
    "wire_time",
]

LARGEST_WHOLE = 10**13
LARGEST = Decimal(LARGEST_WHOLE)
DECIMALS_OF_AN_AMOUNT = 2
DECIMALS_OF_A_QUANTITY = 4


class Amount(Decimal):
    """An amount of money: a JSON number with at most two decimals, below 10¹³ on either side of zero."""

    __slots__ = ()
    decimals = DECIMALS_OF_AN_AMOUNT


class Quantity(Decimal):
    """A quantity, volume or unit price: a JSON number with at most four decimals."""

    __slots__ = ()
    decimals = DECIMALS_OF_A_QUANTITY


SMALL = 1000  # most quantities, and many amounts, are one of the first whole numbers, which are made once
_SMALL: dict[type, list[Amount | Quantity]] = {kind: [kind(n) for n in range(SMALL)] for kind in (Amount, Quantity)}


class Day(date):
    """A date `YYYY-MM-DD` between the years 1900 and 2199."""

    __slots__ = ()


class ClearableDay(str):
    """A date `YYYY-MM-DD`, or `""` which clears what is stored. Kept as text."""

    __slots__ = ()

    @property
    def day(self) -> date | None:
        """The date, or None where it clears."""
        return date.fromisoformat(self) if self else None


class WireError(ValueError):
    """The value is not of the wire's type; the text says what was wanted."""


def _number(kind: type[Amount] | type[Quantity], found: object) -> Decimal:
    if type(found) is int:  # and no boolean
        if 0 <= found < SMALL:
            return _SMALL[kind][found]
        if abs(found) < LARGEST_WHOLE:
            return kind(found)
        raise WireError("a number below 10000000000000 is wanted")
    wanted = f"a number with at most {kind.decimals} decimals is wanted"
    if not isinstance(found, Decimal):
        raise WireError(wanted)
    if not found.is_finite() or found.adjusted() > 13 or abs(found) >= LARGEST:
        raise WireError("a number below 10000000000000 is wanted")
    if found != 0 and found.adjusted() < -kind.decimals - 1:
        raise WireError(wanted)
    cut = found.quantize(Decimal(1).scaleb(-kind.decimals))
    if cut != found:
        raise WireError(wanted)
    whole = int(cut)
    return kind(whole if whole == cut else cut.normalize())


def parse_day(text: object) -> date:
    """The date of `YYYY-MM-DD`; raises WireError."""
    if not isinstance(text, str) or len(text) != 10 or not text.isascii() or text[4] != "-" or text[7] != "-":
        raise WireError("a date YYYY-MM-DD is wanted")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WireError("a date YYYY-MM-DD is wanted") from None
    if not 1900 <= day.year <= 2199:
        raise WireError("a date between 1900 and 2199 is wanted")
    return day


def dec_hook(kind: type, found: Any) -> Any:
    """The value of one of the types above; raises WireError, which msgspec reports."""
    if kind is Amount or kind is Quantity:
        return _number(kind, found)
    if kind is Day:
        day = parse_day(found)
        return Day(day.year, day.month, day.day)
    if kind is ClearableDay:
        if found != "":
            parse_day(found)
        return ClearableDay(found)
    raise NotImplementedError(f"no wire type {kind}")


def wire_time(moment: datetime) -> str:
    """`2025-02-27T17:03:36.176+01:00`: milliseconds, zone Europe/Oslo."""
    return moment.astimezone(OSLO).isoformat(timespec="milliseconds")


def parse_time(text: str) -> datetime:
    """The moment of an ISO 8601 timestamp, which must name its offset; raises WireError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WireError("a timestamp such as 2025-02-27T17:03:36.176+01:00 is wanted") from None
    if moment.tzinfo is None:
        raise WireError("a timestamp with its offset from UTC is wanted")
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first and the last day that there are
        raise WireError("a date between 1900 and 2199 is wanted") from None
