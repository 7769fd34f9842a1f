"""Amounts and days as a reader writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from reskontro.documents.reader import LOCALES, reader_of
from reskontro.kernel.report import Money, Words

NO, EN = reader_of("no"), reader_of("en")


@pytest.mark.parametrize(
    ("minor", "currency", "norwegian", "english"),
    [
        (0, "NOK", "0,00", "0.00"),
        (5, "NOK", "0,05", "0.05"),
        (-5, "NOK", "−0,05", "−0.05"),
        (123_450, "NOK", "1\u00a0234,50", "1,234.50"),
        (-123_456_789, "NOK", "−1\u00a0234\u00a0567,89", "−1,234,567.89"),
        (1_500, "JPY", "1\u00a0500", "1,500"),
    ],
)
def test_an_amount_has_its_currencys_decimals(minor, currency, norwegian, english):
    assert (NO.amount(Money(minor, currency)), EN.amount(Money(minor, currency))) == (norwegian, english)


@given(minor=st.integers(-(10**15), 10**15), language=st.sampled_from(sorted(LOCALES)))
def test_amounts_are_those_of_the_languages_conventions(minor, language):
    wanted = format_decimal(Decimal(minor) / 100, "#,##0.00", locale=LOCALES[language]).lstrip("-−")
    assert reader_of(language).amount(Money(minor, "NOK")).lstrip("−") == wanted


def test_days_cannot_be_read_in_two_ways():
    assert (NO.day(date(2025, 4, 3)), EN.day(date(2025, 4, 3))) == ("03.04.2025", "3 Apr 2025")


def test_a_moment_is_the_creditors_time():
    moment = datetime(2025, 2, 27, 23, 30, tzinfo=UTC)
    assert (NO.moment(moment), NO.cell(moment)) == ("28.02.2025 00:30", "28.02.2025 00:30")


def test_counts_are_grouped_and_names_are_not():
    assert NO.number(12345) == "12\u00a0345"
    assert NO.number(Decimal("10.93")) == "10,93"
    assert NO.cell(12345) == "12345"


def test_words_are_filled_in_as_the_reader_writes():
    assert NO.words(Words("Over {days}", {"days": 90})) == "Over 90"
    assert NO.words(Words("The day is before {first}", {"first": date(2025, 3, 4)})) == "Dagen er før 04.03.2025"
    assert EN.words(Words("1–14")) == "1–14"
