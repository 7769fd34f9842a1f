"""Texts as numbers and dates, in the way of XPath 2.0, which the official rules are written in.

`decimal_of` is its xs:decimal, `number_of` its number(), `round2` its round() to two places: half
towards plus infinity.
"""

import re
from datetime import date
from decimal import ROUND_FLOOR, Context, Decimal

BLANKS = " \t\r\n"
MOST_DIGITS = 60
# Sums and products of numbers within the bound are exact.
EXACT = Context(prec=4 * MOST_DIGITS)

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?|-?INF")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")
_RUN_OF_BLANKS = re.compile(r"[ \t\r\n]+")
_HALF, _HUNDRED = Decimal("0.5"), Decimal(100)


class NotANumber(ValueError):  # noqa: N818 - what was found
    """The text is no decimal number."""


class NotADate(ValueError):  # noqa: N818 - what was found
    """The text is no day of the calendar."""


def collapsed(text: str) -> str:
    """The text without blanks around it, each run of blanks within it one space."""
    if text.isalnum():
        return text
    return " ".join(part for part in _RUN_OF_BLANKS.split(text) if part)


def decimal_of(text: str) -> Decimal:
    """The number that a text is. Raises `NotANumber`, also for one of more than sixty characters."""
    text = text.strip(BLANKS)
    if len(text) > MOST_DIGITS or _DECIMAL.fullmatch(text) is None:
        raise NotANumber(text[:MOST_DIGITS])
    return Decimal(text)


def number_of(text: str) -> Decimal | None:
    """The number that a text is, exponents and infinity included; None where the official rules find none."""
    text = text.strip(BLANKS)
    if len(text) > MOST_DIGITS or _DOUBLE.fullmatch(text) is None:
        return None
    return Decimal(text)


def round0(number: Decimal) -> Decimal:
    """The whole number next to it, halves upwards."""
    return (number + _HALF).to_integral_value(rounding=ROUND_FLOOR)


def round2(number: Decimal) -> Decimal:
    """The number to two places, halves upwards: 2.345 is 2.35, -2.345 is -2.34."""
    return round0(number * _HUNDRED) / _HUNDRED


def almost_one_around(number: Decimal, wanted: Decimal) -> bool:
    """Whether a number is less than 1.00 from the wanted one, as the official rules on VAT bases by rate ask it.

    They take one off in binary arithmetic before they compare in decimal, so that a base of 1604.30 exactly 1.00 above
    its lines passes (1604.3 - 1 is a hair below 1603.3) and one of 901.00 does not.
    """
    below, above = Decimal(float(number) - 1.0), Decimal(float(number) + 1.0)
    return below < wanted < above


def moment_of(text: str) -> int:
    """When the day that a text is begins, in minutes, its offset from UTC taken into account. Raises `NotADate`."""
    found = _DATE.fullmatch(text.strip(BLANKS))
    try:
        if found is None:
            raise NotADate(text[:MOST_DIGITS])
        minutes = date(int(found[1]), int(found[2]), int(found[3])).toordinal() * 24 * 60
    except ValueError:
        raise NotADate(text[:MOST_DIGITS]) from None
    offset = found[4] or "Z"
    if offset == "Z":
        return minutes
    east = int(offset[1:3]) * 60 + int(offset[4:6])
    return minutes - east if offset[0] == "+" else minutes + east


def is_plain_date(text: str) -> bool:
    """Whether a text is `YYYY-MM-DD` and a day of the calendar."""
    if len(text) != 10:
        return False
    try:
        moment_of(text)
    except NotADate:
        return False
    return True


def is_true(text: str) -> bool | None:
    """What an indicator says as a truth value, None for anything but true, false, 1 and 0."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip(BLANKS))


def has_two_decimals_at_most(text: str) -> bool:
    """Whether at most two characters follow the first point, blanks counted, as the official rules count."""
    return len(text.partition(".")[2]) <= 2
