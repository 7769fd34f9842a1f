"""The rules of foreign currency by themselves: converting, sharing, and what a match gains or loses."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.kernel.money import LARGEST_MINOR, divide_half_up
from reskontro.ledger.domain.entries import Entries, MatchRow, OpenItem, check
from reskontro.ledger.domain.exchange import (
    Accounts,
    Exchange,
    Rate,
    difference_lines,
    is_difference,
    item_to_gl,
    share,
    to_gl,
)
from reskontro.ledger.domain.payment import PaymentCase, Standing, book_payment, book_small_difference
from reskontro.ledger.domain.periods import Period

DAY = date(2025, 2, 27)
RECEIVABLES, GAIN, LOSS = 1500, 8060, 8160
ACCOUNTS = Accounts(RECEIVABLES, GAIN, LOSS)

amounts = st.integers(1, LARGEST_MINOR)
quoted = st.decimals("0.0000001", "9999999", places=7)


def rate(text: str, units: str = "1", currency: str = "EUR", base: str = "NOK") -> Rate:
    return Rate(currency, base, DAY, Decimal(units), Decimal(text), "test")


@pytest.mark.parametrize(
    ("minor", "over", "converted"),
    [
        (100_00, rate("11.7000"), 1170_00),
        (20, rate("11.6250"), 233),  # 2.325
        (-20, rate("11.6250"), -233),
        (100_00, rate("104.55", "100", "SEK"), 104_55),
        (12_345, rate("7.4711", "100", "JPY"), 922_31),  # a yen has no hundredth: 922.307
        (1170_00, rate("1", "11.7", "NOK", "EUR"), 100_00),
        (10_05, rate("145.3", base="ISK"), 1460),  # a króna of Iceland has none either
        (0, rate("11.7"), 0),
        (1, rate("0.001"), 0),
    ],
)
def test_an_amount_is_converted(minor, over, converted):
    assert to_gl(minor, over) == converted


def test_an_amount_in_the_gl_currency_stays():
    assert (to_gl(-5, None), item_to_gl(-5, None), item_to_gl(0, None)) == (-5, -5, 0)


def test_an_item_is_something():
    assert [item_to_gl(minor, rate("0.001")) for minor in (1, -1, 0)] == [1, -1, 0]


@given(minor=amounts, value=quoted, units=quoted)
def test_converting_rounds_the_exact_value_a_half_away_from_zero(minor, value, units):
    over = Rate("EUR", "NOK", DAY, units, value, "test")
    with localcontext() as context:
        context.prec = 100
        exact = (minor * value / units).to_integral_value(rounding=ROUND_HALF_UP)
    assert to_gl(minor, over) == exact == -to_gl(-minor, over)


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**20))
def test_dividing_rounds_to_the_nearest(numerator, denominator):
    assert abs(2 * divide_half_up(numerator, denominator) * denominator - 2 * numerator) <= denominator


@given(gl_minor=amounts, cuts=st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_the_parts_of_a_balance_add_up_and_only_the_last_one_empties_it(gl_minor, cuts):
    left, gl_left = sum(cuts), gl_minor
    for part in cuts:
        assert gl_left > 0
        taken = share(gl_left, part, left)
        assert 0 <= taken <= gl_left
        left, gl_left = left - part, gl_left - taken
    assert (left, gl_left) == (0, 0)


@given(whole=amounts, part=amounts)
def test_in_the_gl_currency_a_part_is_itself(whole, part):
    part = min(part, whole)
    assert share(whole, part, whole) == part


def match(debit_gl: int, credit_gl: int, minor: int = 100) -> MatchRow:
    return MatchRow(1, 0, 1, 1, minor, debit_gl, credit_gl, DAY, None, 7, "test")


def test_gains_and_losses_are_not_set_off():
    lines = difference_lines(7, 3, [match(1170, 1150), match(1000, 1030), match(5, 5)], ACCOUNTS)
    assert [(line.line_no, line.gl_account_no, line.gl_minor) for line in lines] == [
        (3, RECEIVABLES, 30), (4, GAIN, -30), (5, RECEIVABLES, -20), (6, LOSS, 20),
    ]  # fmt: skip
    assert all(is_difference(line) and line.currency_minor == 0 for line in lines)


def test_what_is_undone_is_taken_back_from_where_it_was():
    undone = [match(-1170, -1150, -100), match(-1000, -1030, -100)]
    lines = difference_lines(7, 1, undone, ACCOUNTS)
    assert [(line.gl_account_no, line.gl_minor) for line in lines] == [
        (RECEIVABLES, -30), (GAIN, 30), (RECEIVABLES, 20), (LOSS, -20),
    ]  # fmt: skip


def payment(amount: int, case_no: int, over: str, sequence_no: int) -> PaymentCase:
    return PaymentCase(
        case_no, case_no, DAY, Period(2025, 2), "EUR", "NOK", 500001, 1, sequence_no, "K", 1920, RECEIVABLES, amount,
        "", "", "test", Exchange(rate(over), ACCOUNTS, 7740),
    )  # fmt: skip


def test_a_payment_in_foreign_currency_is_a_balanced_case_with_its_rate():
    claim = OpenItem(1, 0, 500001, "", "EUR", 100_00, 100_00, 1170_00, DAY, "K", 0)
    standing, entries = Standing([claim]), Entries()
    assert book_payment(entries, standing, payment(99_50, 7, "11.5", 1), [claim]).left_minor == 0
    rest = standing.item((1, 0))
    assert rest is not None
    assert (rest.currency_balance_minor, rest.gl_balance_minor) == (50, 5_85)
    book_small_difference(entries, standing, payment(50, 8, "11.9", 2), rest)
    check(entries, RECEIVABLES)
    assert [(line.gl_case_no, line.gl_account_no, line.currency_minor, line.gl_minor) for line in entries.lines] == [
        (7, 1920, 99_50, 1144_25), (7, RECEIVABLES, -99_50, -1144_25), (7, RECEIVABLES, 0, -19_90), (7, LOSS, 0, 19_90),
        (8, 1920, 50, 5_95), (8, RECEIVABLES, -50, -5_95), (8, RECEIVABLES, 0, 10), (8, GAIN, 0, -10),
    ]  # fmt: skip
    assert [(row.gl_case_no, row.rate) for row in entries.rates] == [(7, Decimal("11.5")), (8, Decimal("11.9"))]
    closed = standing.item((1, 0))
    assert closed is not None
    assert (closed.currency_balance_minor, closed.gl_balance_minor) == (0, 0)


def test_a_case_that_balances_in_one_currency_only_is_found():
    standing, entries = Standing([]), Entries()
    book_payment(entries, standing, payment(100_00, 7, "11.5", 1), [])
    entries.lines[0] = entries.lines[0]._replace(currency_minor=99_00)
    with pytest.raises(AssertionError, match="do not balance"):
        check(entries, RECEIVABLES)
