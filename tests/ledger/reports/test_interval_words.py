"""What intervals of days overdue are called."""

from datetime import date

from reskontro.kernel.report import Words
from reskontro.ledger.domain.as_of import distribute
from reskontro.ledger.domain.reports.layouts import interval_words


def words(*bounds: int) -> list[Words]:
    return [interval_words(one) for one in distribute((), date(2025, 3, 20), bounds).intervals]


def test_an_interval_is_called_by_its_days():
    assert words(0, 14) == [Words("Not due"), Words("1–14"), Words("Over {days}", {"days": 14})]


def test_a_first_bound_that_is_not_0_is_told():
    assert words(7)[0] == Words("Up to {days} days", {"days": 7})
