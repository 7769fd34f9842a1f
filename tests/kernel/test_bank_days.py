"""Bank days of the three countries, on days that people know."""

from datetime import date

import pytest

from reskontro.kernel.bank_days import Country, bank_day_before, bank_day_from, is_bank_day, is_holiday


@pytest.mark.parametrize(
    ("country", "day", "open_"),
    [
        (Country.NORWAY, date(2026, 5, 1), False),
        (Country.NORWAY, date(2026, 5, 15), True),
        (Country.NORWAY, date(2026, 12, 24), True),
        (Country.NORWAY, date(2026, 12, 26), False),
        (Country.SWEDEN, date(2026, 6, 19), False),
        (Country.SWEDEN, date(2026, 12, 24), False),
        (Country.SWEDEN, date(2026, 12, 31), False),
        (Country.SWEDEN, date(2027, 1, 5), True),
        (Country.DENMARK, date(2026, 5, 1), True),
        (Country.DENMARK, date(2026, 5, 15), False),
        (Country.DENMARK, date(2026, 6, 5), False),
        (Country.DENMARK, date(2026, 12, 31), False),
        (Country.DENMARK, date(2027, 1, 4), True),
    ],
)
def test_the_days_on_which_banks_work(country, day, open_):
    assert is_bank_day(country, day) is open_


def test_a_holiday_on_a_saturday_is_a_holiday_still():
    assert is_holiday(Country.NORWAY, date(2026, 12, 26))
    assert not is_holiday(Country.NORWAY, date(2026, 12, 19))


def test_counting_over_easter():
    assert bank_day_from(Country.NORWAY, date(2026, 4, 2)) == date(2026, 4, 7)
    assert bank_day_before(Country.NORWAY, date(2026, 4, 7)) == date(2026, 4, 1)
    assert bank_day_before(Country.NORWAY, date(2026, 4, 8), 2) == date(2026, 4, 1)
