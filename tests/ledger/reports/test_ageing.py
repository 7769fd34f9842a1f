"""Intervals of days overdue."""

from decimal import Decimal

import pytest

from reskontro.kernel.report import Words
from reskontro.ledger.domain.ageing import intervals_of, parse_bounds, share, thresholds_of


def test_bounds_make_one_interval_more_than_there_are():
    found = [(i.number, i.from_days, i.to_days, i.words) for i in intervals_of(parse_bounds("0,14, 30"))]
    assert found == [
        (1, None, 0, Words("Not due")),
        (2, 1, 14, Words("1–14")),
        (3, 15, 30, Words("15–30")),
        (4, 31, None, Words("Over {days}", {"days": 30})),
    ]


def test_a_first_bound_that_is_not_0_is_told():
    assert intervals_of((7, 30))[0].words == Words("Up to {days} days", {"days": 7})


def test_an_age_belongs_where_its_bound_is():
    thresholds = thresholds_of((0, 14, 30))
    ages = {-5: 0, 0: 0, 1: 1, 14: 1, 15: 2, 30: 2, 31: 3}
    assert {age: sum(age >= least for least in thresholds) for age in ages} == ages


@pytest.mark.parametrize("text", ["", "a", "0,0", "30,14", "1.5", "0,,1", ",".join(map(str, range(13))), "99999", "१"])
def test_what_is_no_list_of_ascending_days_is_refused(text):
    with pytest.raises(ValueError, match=r"days|ascend"):
        parse_bounds(text)


def test_a_share_of_nothing_is_0_and_halves_go_up():
    assert [share(1, 0), share(1, 3), share(1, 800), share(-1, 2)] == [
        Decimal(0), Decimal("33.33"), Decimal("0.13"), Decimal(-50),
    ]  # fmt: skip
