"""Which reminder is next, and what holds it: the rule alone, day by day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.follow_up import (
    FollowedCustomer,
    FollowedItem,
    Hold,
    ReminderRules,
    next_step,
    reminder_day,
    stops,
    transfer_holds,
)

RULES = ReminderRules(days_after_due=14, levels=2)
DUE = date(2025, 3, 13)
ITEM = FollowedItem(voucher_type=3, balance_minor=625_00, due_date=DUE)
REMINDED = replace(ITEM, reminder_level=1, last_reminder_date=date(2025, 3, 27))
NOBODY = FollowedCustomer()
MARCH_27 = date(2025, 3, 27)


def test_the_defaults_are_two_reminders_fourteen_days_apart():
    assert ReminderRules.of(Config([], DUE)) == RULES


@pytest.mark.parametrize(
    ("item", "today", "holds"),
    [
        (ITEM, "2025-03-13", [Hold.NOT_OVERDUE]),
        (ITEM, "2025-03-14", [Hold.TOO_EARLY]),
        (ITEM, "2025-03-26", [Hold.TOO_EARLY]),
        (ITEM, "2025-03-27", []),
        (ITEM, "2026-03-27", []),
        (REMINDED, "2025-04-09", [Hold.TOO_EARLY]),
        (REMINDED, "2025-04-10", []),
        (replace(REMINDED, due_date=date(2025, 4, 1)), "2025-04-14", [Hold.TOO_EARLY]),  # deferred meanwhile
        (replace(REMINDED, due_date=date(2025, 4, 1)), "2025-04-15", []),
        (replace(REMINDED, reminder_level=2), "2025-12-31", [Hold.LAST_LEVEL]),
        (replace(ITEM, balance_minor=0), "2025-03-27", [Hold.CLOSED]),
        (replace(ITEM, balance_minor=-1), "2025-03-27", [Hold.NO_CLAIM]),
        (replace(ITEM, voucher_type=9), "2025-03-27", [Hold.NO_CLAIM]),
        (replace(ITEM, reserved_status="RESERVED"), "2025-03-27", [Hold.RESERVED]),
        (replace(ITEM, reserved_status="PARTLY-RESERVED"), "2025-03-27", []),
        (replace(ITEM, debt_collection_status="MARKED"), "2025-03-27", [Hold.IN_COLLECTION]),
        (replace(ITEM, stop_reminder_until=MARCH_27), "2025-03-27", [Hold.STOPPED]),
        (replace(ITEM, stop_reminder_until=MARCH_27), "2025-03-28", []),
        (replace(ITEM, stop_debt_collection_until=MARCH_27), "2025-03-27", []),
        (
            replace(ITEM, balance_minor=0, reserved_status="RESERVED", stop_reminder_until=MARCH_27),
            "2025-03-13",
            [Hold.CLOSED, Hold.NOT_OVERDUE, Hold.RESERVED, Hold.STOPPED],
        ),
    ],
)
def test_the_next_step(item, today, holds):
    step = next_step(item, NOBODY, RULES, date.fromisoformat(today))
    assert list(step.holds) == holds
    assert step.due is (holds == [])
    assert step.level == item.reminder_level + 1


def test_the_customers_stop_holds_every_item():
    stopped = FollowedCustomer(stop_reminder_until=MARCH_27)
    assert next_step(ITEM, stopped, RULES, MARCH_27).holds == (Hold.CUSTOMER_STOPPED,)
    assert next_step(ITEM, stopped, RULES, date(2025, 3, 28)).due


def test_what_is_asked_for_does_not_wait_for_its_day_and_nothing_else():
    day = date(2025, 3, 14)
    assert next_step(ITEM, NOBODY, RULES, day, asked_for=True).due
    for item in (
        replace(ITEM, balance_minor=0),
        replace(ITEM, reserved_status="RESERVED"),
        replace(ITEM, stop_reminder_until=day),
        replace(ITEM, reminder_level=2),
        replace(ITEM, due_date=day),
    ):
        assert not next_step(item, NOBODY, RULES, day, asked_for=True).due


def test_no_levels_means_no_reminders():
    assert next_step(ITEM, NOBODY, ReminderRules(14, 0), date(2026, 1, 1)).holds == (Hold.LAST_LEVEL,)


def test_without_days_between_there_is_still_one_a_day_at_most():
    at_once = ReminderRules(days_after_due=0, levels=9)
    assert next_step(ITEM, NOBODY, at_once, date(2025, 3, 14)).due
    reminded = replace(ITEM, reminder_level=1, last_reminder_date=date(2025, 3, 14))
    assert next_step(reminded, NOBODY, at_once, date(2025, 3, 14)).holds == (Hold.TOO_EARLY,)
    assert next_step(reminded, NOBODY, at_once, date(2025, 3, 15)).due


def test_what_holds_an_item_back_from_debt_collection():
    day = date(2025, 4, 10)
    assert transfer_holds(REMINDED, NOBODY, day) == ()
    assert transfer_holds(ITEM, NOBODY, day) == (Hold.NOT_REMINDED,)
    assert transfer_holds(REMINDED, NOBODY, DUE) == (Hold.NOT_OVERDUE,)
    assert transfer_holds(replace(REMINDED, stop_debt_collection_until=day), NOBODY, day) == (Hold.STOPPED,)
    assert transfer_holds(replace(REMINDED, stop_reminder_until=day), NOBODY, day) == ()
    stopped = FollowedCustomer(stop_debt_collection_until=day)
    assert transfer_holds(REMINDED, stopped, day) == (Hold.CUSTOMER_STOPPED,)
    marked = replace(REMINDED, debt_collection_status="MARKED")
    assert transfer_holds(marked, NOBODY, day) == (Hold.IN_COLLECTION,)
    assert transfer_holds(marked, NOBODY, day, marked=True) == ()
    assert transfer_holds(REMINDED, NOBODY, day, marked=True) == (Hold.IN_COLLECTION,)


days = st.dates(date(2025, 1, 1), date(2025, 12, 31))
maybe_days = st.none() | days
items = st.builds(
    FollowedItem,
    voucher_type=st.integers(1, 13),
    balance_minor=st.integers(-(10**6), 10**6),
    due_date=days,
    reserved_status=st.sampled_from(["", "PARTLY-RESERVED", "RESERVED"]),
    reminder_level=st.integers(0, 3),
    last_reminder_date=maybe_days,
    stop_reminder_until=maybe_days,
    debt_collection_status=st.sampled_from(["", "MARKED", "TRANSFERRED"]),
)
rules = st.builds(ReminderRules, st.integers(0, 40), st.integers(0, 3))


@given(items, st.builds(FollowedCustomer, maybe_days), rules, days)
def test_nobody_is_reminded_who_should_not_be(item, customer, schedule, today):
    step = next_step(item, customer, schedule, today)
    if not step.due:
        return
    assert item.balance_minor > 0
    assert item.due_date < today
    assert step.level <= schedule.levels
    assert item.reserved_status != "RESERVED"
    assert item.debt_collection_status == ""
    assert not stops(item.stop_reminder_until, today)
    assert not stops(customer.stop_reminder_until, today)
    assert today >= reminder_day(item, schedule)
    assert next_step(item, customer, schedule, today, asked_for=True).due


@given(items, rules, days)
def test_a_reminder_is_never_due_again_on_its_day(item, schedule, today):
    after = replace(item, reminder_level=item.reminder_level + 1, last_reminder_date=today)
    assert not next_step(after, NOBODY, schedule, today).due
    assert reminder_day(after, schedule) >= today + timedelta(days=1)
