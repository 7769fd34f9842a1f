"""The days on which banks work, in Norway, Sweden and Denmark.

Saturdays and Sundays are no bank days anywhere. Beside the public holidays, Swedish banks are closed on the eves of
Midsummer, Christmas and New Year, and Danish ones on 5 June, 24 and 31 December and the Friday after Ascension Day; on
1 May they are open. Norwegian banks settle on both eves.
"""

from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

SATURDAY, FRIDAY = 5, 4
DANISH_CLOSED = frozenset({(6, 5), (12, 24), (12, 31)})  # month and day
ASCENSION_MONTHS = range(4, 7)


class Country(StrEnum):
    """The countries whose bank days are known."""

    NORWAY = "NO"
    SWEDEN = "SE"
    DENMARK = "DK"


CATEGORIES = {
    Country.NORWAY: ("public",),
    Country.SWEDEN: ("public", "de_facto"),
    Country.DENMARK: ("public",),
}
ONE_DAY = timedelta(days=1)


@cache
def _calendar(country: Country) -> holidays.HolidayBase:
    return holidays.country_holidays(country.value, categories=CATEGORIES[country])


@cache
def is_holiday(country: Country, day: date) -> bool:
    """Whether banks are closed for a holiday, whatever the day of the week."""
    calendar = _calendar(country)
    if day in calendar:
        return True
    if country is not Country.DENMARK:
        return False
    after_ascension = day.weekday() == FRIDAY and day.month in ASCENSION_MONTHS and (day - ONE_DAY) in calendar
    return after_ascension or (day.month, day.day) in DANISH_CLOSED


def is_bank_day(country: Country, day: date) -> bool:
    """Whether banks work on a day."""
    return day.weekday() < SATURDAY and not is_holiday(country, day)


def bank_day_from(country: Country, day: date) -> date:
    """The day itself, or the first bank day after it."""
    while not is_bank_day(country, day):
        day += ONE_DAY
    return day


def bank_day_before(country: Country, day: date, count: int = 1) -> date:
    """The bank day that lies so many bank days before a day, which is not counted."""
    assert count > 0, "a bank day before"
    while count:
        day -= ONE_DAY
        count -= is_bank_day(country, day)
    return day
