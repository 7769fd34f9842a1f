from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.kernel.money import (
    LARGEST_MINOR,
    AmountNotFiniteError,
    AmountTooLargeError,
    TooManyDecimalsError,
    UnknownCurrencyError,
    exponent,
    is_currency,
    round_half_up,
    to_minor,
    to_wire,
)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("NOK", 2), ("SEK", 2), ("DKK", 2), ("EUR", 2), ("JPY", 0), ("ISK", 0), ("KRW", 0)]
)
def test_a_currency_has_its_decimals(currency, decimals):
    assert is_currency(currency)
    assert exponent(currency) == decimals


@pytest.mark.parametrize("code", ["KWD", "BHD", "TND", "XAU", "XXX", "nok", "NO", "", "NOKK"])
def test_three_decimals_metals_and_other_texts_are_no_currency_here(code):
    assert not is_currency(code)
    with pytest.raises(UnknownCurrencyError):
        exponent(code)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("625", "NOK", 62500),
        ("124.37", "NOK", 12437),
        ("0.5", "NOK", 50),
        ("-0.01", "NOK", -1),
        ("1.500", "NOK", 150),
        ("1E+3", "NOK", 100_000),
        ("0.00000", "NOK", 0),
        ("-0", "NOK", 0),
        ("0E+999999", "NOK", 0),
        ("12", "ISK", 12),
        ("12.0", "ISK", 12),
        ("10000000000000", "NOK", LARGEST_MINOR),
    ],
)
def test_an_amount_is_whole_minor_units(amount, currency, minor):
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "error"),
    [
        ("0.001", "NOK", TooManyDecimalsError),
        ("0.5", "ISK", TooManyDecimalsError),
        ("1E-999999", "NOK", TooManyDecimalsError),
        ("10000000000000.01", "NOK", AmountTooLargeError),
        ("-10000000000000.01", "NOK", AmountTooLargeError),
        ("1E+999999999", "NOK", AmountTooLargeError),
        ("NaN", "NOK", AmountNotFiniteError),
        ("sNaN", "NOK", AmountNotFiniteError),
        ("-Infinity", "NOK", AmountNotFiniteError),
        ("1", "KWD", UnknownCurrencyError),
    ],
)
def test_what_cannot_be_booked_is_refused_by_name(amount, currency, error):
    with pytest.raises(error):
        to_minor(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("minor", "currency", "wire"),
    [
        (62500, "NOK", "625"),
        (12437, "NOK", "124.37"),
        (50, "NOK", "0.5"),
        (-50, "NOK", "-0.5"),
        (-62500, "NOK", "-625"),
        (1, "NOK", "0.01"),
        (0, "NOK", "0"),
        (625, "ISK", "625"),
        (10**15 + 1, "NOK", "10000000000000.01"),
    ],
)
def test_the_wire_shows_no_trailing_zeros(minor, currency, wire):
    shown = to_wire(minor, currency)
    assert str(shown) == wire
    assert isinstance(shown, Decimal if "." in wire else int)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.5", 1), ("-0.5", -1), ("1.4999999999999999999999999999999999999", 1), ("2.5", 3), ("-2.5", -3), ("7", 7)],
)
def test_a_half_is_rounded_away_from_zero(amount, rounded):
    assert round_half_up(Decimal(amount)) == rounded


def test_what_is_not_finite_cannot_be_rounded():
    with pytest.raises(AmountNotFiniteError):
        round_half_up(Decimal("NaN"))


@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), st.sampled_from(["NOK", "EUR", "ISK"]))
def test_what_goes_out_comes_back_the_same(minor, currency):
    assert to_minor(Decimal(to_wire(minor, currency)), currency) == minor


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_every_decimal_is_an_amount_or_is_refused(amount):
    try:
        minor = to_minor(amount, "NOK")
    except ValueError:
        return
    assert Decimal(minor) == amount * 100
