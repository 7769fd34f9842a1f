"""Amounts, dates and account numbers as ISO 20022 messages write them."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from reskontro.kernel.money import AmountTooLargeError, TooManyDecimalsError, exponent, is_currency, to_minor

AMOUNT = re.compile(r"\+?(?:[0-9]{1,18}\.?[0-9]{0,10}|\.[0-9]{1,10})")
DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
PLAIN = re.compile(r"([0-9]{1,13})\.([0-9]{2})")


class NotReadableError(ValueError):
    """A value that is not what its element must hold; the message says what was wanted."""


@lru_cache(maxsize=4096)
def amount_minor(text: str, currency: str) -> int:
    """An amount in minor units, without sign: `1247.5` of EUR is 124750. Raises `NotReadableError`."""
    if not is_currency(currency):
        raise NotReadableError(f"{currency[:10]!r} is not a currency")
    plain = PLAIN.fullmatch(text)
    if plain is not None and exponent(currency) == 2:
        return int(plain[1] + plain[2])
    if AMOUNT.fullmatch(text) is None:
        raise NotReadableError("an amount in digits with a decimal point was wanted")
    try:
        return to_minor(Decimal(text), currency)
    except (TooManyDecimalsError, AmountTooLargeError) as error:
        raise NotReadableError(str(error)) from None


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """The day of an ISO date, or of a date and time as its sender wrote it. Raises `NotReadableError`."""
    plain = DATE.fullmatch(text)
    try:
        if plain is not None:
            return date.fromisoformat(plain[1])
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise NotReadableError("a date YYYY-MM-DD, or one with a time, was wanted") from None
