"""How accounts move from period to period, without a database."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from reskontro.ledger.domain.movements import AccountSum, Movement, carry, run_on
from reskontro.ledger.domain.periods import Period

NOVEMBER, DECEMBER, JANUARY = Period(2025, 11), Period(2025, 12), Period(2026, 1)


def booked(period, account, debit=0, credit=0):
    return AccountSum(period, account, "NOK", debit, credit, 1)


def test_a_balance_account_opens_the_year_with_what_it_closed_with_and_a_result_account_at_zero():
    sums = [booked(DECEMBER, 1500, debit=625), booked(DECEMBER, 2999, credit=5), booked(DECEMBER, 3000, credit=620)]
    moved = {m.gl_account_no: m for m in carry(carry([], DECEMBER, sums), JANUARY, [])}
    assert {account: (m.opening_minor, m.closing_minor) for account, m in moved.items()} == {
        1500: (625, 625),
        2999: (-5, -5),
        3000: (0, 0),
    }
    assert moved[3000].is_zero


def test_within_a_year_every_account_is_carried_on():
    moved = run_on([], [booked(NOVEMBER, 3000, credit=100), booked(DECEMBER, 3000, debit=30)], JANUARY)
    assert [(m.period, m.opening_minor, m.movement_minor, m.closing_minor) for m in moved] == [
        (NOVEMBER, 0, -100, -100),
        (DECEMBER, -100, 30, -70),
        (JANUARY, 0, 0, 0),
    ]


def test_nothing_is_carried_where_nothing_was_booked():
    assert run_on([], [], JANUARY) == []
    assert carry([], JANUARY, []) == []


def test_frozen_movements_are_where_open_ones_go_on():
    frozen = [Movement(NOVEMBER, 1500, "NOK", 100, 20, 0, 1)]
    assert run_on(frozen, [], NOVEMBER) == []
    assert [m.opening_minor for m in run_on(frozen, [booked(DECEMBER, 1500, debit=1)], JANUARY)] == [120, 121]


months = st.integers(Period(2024, 11).month_no, Period(2026, 2).month_no)
postings = st.lists(st.tuples(months, st.sampled_from([1500, 2700, 3000, 7830]), st.integers(-50, 50)), max_size=40)


@given(postings=postings, closed=months)
def test_movements_are_the_same_whichever_periods_were_closed(postings, closed):
    debits, credits_, counts = Counter(), Counter(), Counter()
    for month_no, account, amount in postings:
        debits[month_no, account] += max(amount, 0)
        credits_[month_no, account] += max(-amount, 0)
        counts[month_no, account] += 1
    sums = [
        AccountSum(Period.from_month_no(key[0]), key[1], "NOK", debits[key], credits_[key], counts[key])
        for key in sorted(counts)
    ]
    last = Period(2026, 2)
    whole = run_on([], sums, last)
    frozen: list[Movement] = []
    before: list[Movement] = []
    for month_no in range(Period(2024, 11).month_no, closed + 1):
        period = Period.from_month_no(month_no)
        before = carry(before, period, [one for one in sums if one.period == period])
        frozen += before
    rest = [one for one in sums if one.period.month_no > closed]
    assert frozen + run_on(before, rest, last) == whole
    for movement in whole:
        first = Period(movement.period.gl_year if movement.gl_account_no >= 3000 else 0, 1)
        through = [a for m, n, a in postings if n == movement.gl_account_no
                   and first.month_no <= m <= movement.period.month_no]  # fmt: skip
        assert movement.closing_minor == sum(through)
