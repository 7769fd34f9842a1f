"""Amounts, dates and account numbers as ISO 20022 messages write them."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from reskontro.formats.findings import shown
from reskontro.kernel.money import AmountTooLargeError, TooManyDecimalsError, exponent, is_currency, to_minor

AMOUNT = re.compile(r"\+?(?:[0-9]{1,18}\.?[0-9]{0,10}|\.[0-9]{1,10})")
ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})" + ZONE)
DATE_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?" + ZONE)
LIKE_A_DATE = re.compile(r"[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}(?:T[0-9:.+Z-]{0,35})?")
PLAIN = re.compile(r"([0-9]{1,13})\.([0-9]{2})")
UNREAD = frozenset({"BHD", "CLF", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "UYW"})
"""Currencies of three and four decimals: an account is not kept in them here, but a payer may have paid in one."""


class NotReadableError(ValueError):
    """A value that is not what its element must hold; the message says what was wanted."""


@lru_cache(maxsize=4096)
def amount_minor(text: str, currency: str) -> int:
    """An amount in minor units, without sign: `1247.5` of EUR is 124750. Raises `NotReadableError`."""
    if not is_currency(currency):
        raise NotReadableError(_no_currency(currency))
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
        if DATE_AND_TIME.fullmatch(text) is not None:
            return datetime.fromisoformat(text).date()
    except ValueError:  # no day of the calendar, no time of the day
        pass
    raise NotReadableError("a date YYYY-MM-DD, or one with a time, was wanted")


def foreign(text: str, currency: str) -> None:
    """Look at an amount that is in another currency than its account. Raises `NotReadableError` where it is none."""
    if currency not in UNREAD:
        amount_minor(text, currency)
    elif AMOUNT.fullmatch(text) is None:
        raise NotReadableError("an amount in digits with a decimal point was wanted")


def decimal_text(minor: int, currency: str) -> str:
    """An amount as it stands in a message: `-12.50`; two decimals where the currency is not known."""
    places = exponent(currency) if is_currency(currency) else 2
    return str(Decimal(minor).scaleb(-places))


def shown_day(text: str) -> str:
    """A date as it may stand in a message: with its digits where it has the look of one."""
    return repr(text) if LIKE_A_DATE.fullmatch(text) else shown(text)


def _no_currency(currency: str) -> str:
    if not currency:
        return "it has no Ccy"
    if currency in UNREAD:
        return f"accounts in {currency} are not read"
    return f"{currency[:10]!r} is not a currency"
