"""Norwegian account numbers. Vectors: the payment-formats contract, section 1.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban

from reskontro.kernel.account_number import (
    account_check_digit_fits,
    display_account_number,
    display_iban,
    iban_of_account_number,
    parse_account_number,
)
from reskontro.kernel.identifiers import InvalidIdentifier


@pytest.mark.parametrize("number", ["86011117947", "12345678903", "97104133219", "15062995960", "99991042764"])
def test_valid_numbers_are_read(number):
    assert parse_account_number(number) == number
    assert parse_account_number(display_account_number(number)) == number
    assert parse_account_number(f"{number[:4]}.{number[4:6]}.{number[6:]}") == number
    assert parse_account_number(f" {number[:4]}\u00a0{number[4:6]}\u202f{number[6:]} ") == number


@pytest.mark.parametrize("number", ["12345678901", "10101010101", "82000194501", "88888888888", "00000000000"])
def test_a_wrong_check_digit_is_refused_when_typed_and_told_when_read(number):
    assert not account_check_digit_fits(number)
    with pytest.raises(InvalidIdentifier, match="check digit"):
        parse_account_number(number)


@pytest.mark.parametrize(
    "text", ["", "1234567890", "123456789033", "1234567890x", "１２３４５６７８９０３", "1234 56 7890"]
)
def test_what_is_not_eleven_digits_is_refused(text):
    assert not account_check_digit_fits(text)
    with pytest.raises(InvalidIdentifier, match="eleven digits"):
        parse_account_number(text)


def test_the_refusal_does_not_repeat_the_number():
    with pytest.raises(InvalidIdentifier) as refusal:
        parse_account_number("12345678901")
    assert "5678" not in f"{refusal.value} {refusal.value!r} {vars(refusal.value)}"


def test_people_see_four_two_and_five_digits():
    assert display_account_number("12345678903") == "1234 56 78903"


@pytest.mark.parametrize(
    ("number", "iban"),
    [
        ("86011117947", "NO9386011117947"),
        ("12345678903", "NO7112345678903"),
        ("97104133219", "NO9297104133219"),
        ("15062995960", "NO2315062995960"),
    ],
)
def test_the_iban_is_the_published_one(number, iban):
    assert iban_of_account_number(number) == iban


def test_an_iban_is_shown_in_groups_of_four():
    assert display_iban("NO9386011117947") == "NO93 8601 1117 947"


@given(st.text("0123456789", min_size=11, max_size=11))
def test_every_iban_passes_the_international_check(number):
    assert stdnum_iban.is_valid(iban_of_account_number(number), check_country=False)


@given(st.text("0123456789", min_size=10, max_size=10).filter(lambda body: not body.startswith("0000")))
def test_at_most_one_check_digit_fits(body):
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    value = 11 - sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11
    wanted = {11: "0", 10: None}.get(value, str(value))
    assert [d for d in "0123456789" if account_check_digit_fits(body + d)] == ([wanted] if wanted else [])
