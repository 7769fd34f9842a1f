"""How GL accounts move from period to period.

A balance account, below 3000, opens with what it closed with, for good. A result account does so within a year, and
starts each year at 0. An account moves in every period from the first that it was booked in, by zero where nothing
was. Source: arm-api, section 2.13.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from reskontro.ledger.domain.periods import Period

FIRST_RESULT_ACCOUNT = 3000


class AccountSum(NamedTuple):
    """What was booked on an account in a period. `credit_minor` is positive."""

    period: Period
    gl_account_no: int
    gl_currency: str
    debit_minor: int
    credit_minor: int
    item_count: int


@dataclass(frozen=True, slots=True, order=True)
class Movement:
    """What an account opened with in a period, and how it moved. Minor units of the GL currency."""

    period: Period
    gl_account_no: int
    gl_currency: str
    opening_minor: int
    debit_minor: int = 0
    credit_minor: int = 0
    item_count: int = 0

    @property
    def movement_minor(self) -> int:
        """Debit less credit."""
        return self.debit_minor - self.credit_minor

    @property
    def closing_minor(self) -> int:
        """What the account closes with."""
        return self.opening_minor + self.movement_minor

    @property
    def is_zero(self) -> bool:
        """Whether nothing stands on the account and nothing was booked."""
        return (self.opening_minor, self.debit_minor, self.credit_minor) == (0, 0, 0)


def opening(before: Movement, period: Period) -> Movement:
    """The account's movement in the next period before anything is booked in it."""
    new_year = period.gl_year != before.period.gl_year and before.gl_account_no >= FIRST_RESULT_ACCOUNT
    return Movement(period, before.gl_account_no, before.gl_currency, 0 if new_year else before.closing_minor)


def carry(before: Iterable[Movement], period: Period, sums: Iterable[AccountSum]) -> list[Movement]:
    """The movements of the period after that of `before`: what was brought forward, and what was booked."""
    moved = {(one.gl_account_no, one.gl_currency): opening(one, period) for one in before}
    for one in sums:
        assert one.period == period, "the sums are the period's"
        key = one.gl_account_no, one.gl_currency
        brought = moved.get(key) or Movement(period, *key, 0)
        moved[key] = replace(
            brought, debit_minor=one.debit_minor, credit_minor=one.credit_minor, item_count=one.item_count
        )
    return sorted(moved.values())


def run_on(before: Sequence[Movement], sums: Iterable[AccountSum], last: Period) -> list[Movement]:
    """The movements of every period from the first that has any, or the one after `before`, up to `last`."""
    by_period: dict[Period, list[AccountSum]] = {}
    for one in sums:
        by_period.setdefault(one.period, []).append(one)
    if not before and not by_period:
        return []
    month_no = before[0].period.month_no + 1 if before else min(by_period).month_no
    movements: list[Movement] = []
    current = list(before)
    while month_no <= last.month_no:
        period = Period.from_month_no(month_no)
        current = carry(current, period, by_period.get(period, ()))
        movements += current
        month_no += 1
    return movements
