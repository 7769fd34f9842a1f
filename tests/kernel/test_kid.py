"""The KID. Vectors: the payment-formats contract, section 1.1, and the ARM contract, section 5."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from reskontro.kernel.identifiers import InvalidIdentifier
from reskontro.kernel.kid import (
    ALL_RULES,
    ArmKid,
    KidRule,
    Modulus,
    arm_kid,
    check_character,
    customer_kid,
    decode_arm_kid,
    kid_fits_any,
    mod10,
    mod11,
    parse_kid,
)

MOD10_ANY = KidRule(frozenset(), Modulus.MOD10)
MOD11_ANY = KidRule(frozenset(), Modulus.MOD11)
PREFIXED_ANY = KidRule(frozenset(), Modulus.MOD10_EXCL_PREFIX)

BODIES = [
    ("12345678", "123456782", "123456785"),
    ("1", "18", "19"),
    ("6", "67", "6-"),
    ("40", "406", "40-"),
    ("123456", "1234566", "1234560"),
    ("0012345", "00123455", "00123455"),
    ("001009", "0010090", "001009-"),
    ("001012", "0010124", "001012-"),
    ("4111111", "41111113", "41111119"),
    ("010203040506070809101112", "0102030405060708091011126", "0102030405060708091011127"),
    ("202611230000001", "2026112300000014", "2026112300000014"),
]

digits = st.text("0123456789", min_size=1, max_size=24)


@pytest.mark.parametrize(("body", "by_mod10", "by_mod11"), BODIES)
def test_check_characters_follow_the_operators_rule(body, by_mod10, by_mod11):
    assert body + mod10(body) == by_mod10
    assert body + mod11(body) == by_mod11


@pytest.mark.parametrize(
    ("kid", "fits_mod10", "fits_mod11"),
    [
        ("02212291038306", False, True),
        ("33000083672049", True, False),
        ("000149012", False, True),
        ("55405419", True, False),
        ("00123455", True, True),
    ],
)
def test_whole_kids_of_real_files_fit_the_modulus_of_their_account(kid, fits_mod10, fits_mod11):
    assert MOD10_ANY.fits(kid) is fits_mod10
    assert MOD11_ANY.fits(kid) is fits_mod11


def test_thirty_six_bodies_below_four_hundred_end_in_a_dash():
    with_dash = [body for body in range(1, 400) if mod11(str(body)) == "-"]
    assert with_dash[:10] == [6, 23, 37, 40, 54, 68, 71, 85, 99, 104]
    assert len(with_dash) == 36


@pytest.mark.parametrize(
    ("account_no", "reference_no", "kid"),
    [
        (500002, 35078, "500221850000200350786"),
        (500002, 35079, "500221850000200350794"),
        (500002, 35080, "500221850000200350802"),
        (500029, 35091, "500221850002900350918"),
    ],
)
def test_item_kids_are_the_published_ones(account_no, reference_no, kid):
    assert arm_kid(2218, account_no, reference_no) == kid
    assert decode_arm_kid(kid) == ArmKid(2218, account_no, reference_no)


def test_a_customers_kid_has_reference_zero():
    assert customer_kid(2218, 500002) == "500221850000200000001"
    assert decode_arm_kid("500221850000200000001") == ArmKid(2218, 500002, 0)


def test_the_published_kid_fits_the_platforms_own_modulus_and_neither_of_the_banks():
    kid = "500221850000200350786"
    assert PREFIXED_ANY.fits(kid)
    assert not MOD10_ANY.fits(kid)
    assert not MOD11_ANY.fits(kid)
    assert check_character(kid[:-1], Modulus.MOD10) == "1"
    assert check_character(kid[:-1], Modulus.MOD11) == "4"


@pytest.mark.parametrize("method", list(Modulus))
def test_the_clients_method_decides_the_check_character(method):
    kid = arm_kid(2218, 500002, 35078, method=method)
    assert kid[:-1] == "50022185000020035078"
    assert KidRule(frozenset({21}), method).fits(kid)
    assert kid_fits_any(kid)


def test_numbers_that_do_not_fit_their_digits_give_no_kid():
    with pytest.raises(ValueError, match="client number 1000000 does not fit 6 digits"):
        arm_kid(1_000_000, 1, 1)
    with pytest.raises(ValueError, match="reference number -1"):
        arm_kid(1, 1, -1)
    with pytest.raises(ValueError, match="prefix"):
        arm_kid(1, 1, 1, prefix="x")
    with pytest.raises(ValueError, match="MOD12"):
        arm_kid(1, 1, 1, method="MOD12")


@pytest.mark.parametrize("text", ["", "1", "-", "1" * 26, "12-4", "12A4", "１２３４", "1--", "12\n", "+12"])
def test_what_lacks_the_format_of_a_kid_is_refused_whatever_the_rules(text):
    with pytest.raises(InvalidIdentifier, match="2 to 25 characters"):
        parse_kid(text, ALL_RULES)
    assert not kid_fits_any(text)


def test_spaces_that_people_type_are_left_out_and_leading_zeros_stay():
    assert parse_kid(" 0012 3455 ", [MOD10_ANY]) == "00123455"


def test_length_and_modulus_are_the_accounts():
    rules = [KidRule(frozenset({8, 9}), Modulus.MOD10), KidRule(frozenset({14}), Modulus.MOD11)]
    assert parse_kid("123456782", rules) == "123456782"
    assert parse_kid("02212291038306", rules) == "02212291038306"
    with pytest.raises(InvalidIdentifier, match="8, 9, 14 characters"):
        parse_kid("18", rules)
    with pytest.raises(InvalidIdentifier, match="does not fit MOD10 or MOD11"):
        parse_kid("123456785", rules)


def test_an_account_without_rules_accepts_no_kid():
    with pytest.raises(InvalidIdentifier, match="no agreed number"):
        parse_kid("18", [])


@pytest.mark.parametrize(
    "kid", ["500221850000200350787", "600221850000200350786"[:20], "400221850000200350786", "2218", ""]
)
def test_another_layout_or_a_mistyped_digit_leads_to_nobody(kid):
    assert decode_arm_kid(kid, method=Modulus.MOD10_EXCL_PREFIX) is None


@given(digits)
def test_mod10_is_the_luhn_check(body):
    assert mod10(body) == luhn.calc_check_digit(body)


@given(digits.filter(lambda body: len(body) > 1), st.sampled_from(list(Modulus)))
def test_what_was_given_a_check_character_is_accepted(body, modulus):
    kid = body + check_character(body, modulus)
    assert kid_fits_any(kid)
    assert parse_kid(kid, [KidRule(frozenset({len(kid)}), modulus)]) == kid


@given(digits, st.data(), st.sampled_from([Modulus.MOD10, Modulus.MOD11]))
def test_one_wrong_digit_is_always_found(body, data, modulus):
    check = check_character(body, modulus)
    at = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != body[at]]))
    assert check_character(body[:at] + other + body[at + 1 :], modulus) != check


@given(
    st.integers(0, 999_999),
    st.integers(0, 999_999),
    st.integers(0, 9_999_999),
    st.text("0123456789", min_size=1, max_size=5),
    st.sampled_from(list(Modulus)),
)
def test_a_kid_says_again_what_it_was_made_of(client_no, account_no, reference_no, prefix, method):
    kid = arm_kid(client_no, account_no, reference_no, prefix, method)
    assert decode_arm_kid(kid, prefix, method) == ArmKid(client_no, account_no, reference_no)


@given(st.text(max_size=30))
def test_any_text_is_a_kid_or_is_refused(text):
    try:
        kid = parse_kid(text, ALL_RULES)
    except InvalidIdentifier:
        return
    assert kid_fits_any(kid)
