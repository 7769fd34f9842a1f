"""The rules by themselves: how far an item is reserved, what a new one comes to, what reminders wait for."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.reservation import (
    Hold,
    ItemGround,
    NewReservation,
    OpenClaim,
    ReservedStatus,
    Terms,
    held,
    judge,
    reserved_status,
)
from reskontro.ledger.store.reservations import status_of

TODAY = date(2025, 2, 27)
NEW = NewReservation("P-1", "", Decimal("124.37"), None, None, "", "")
ITEM = ItemGround("NOK", 625_00, 124_37, 0)
CONFIG = Config([], TODAY)


@pytest.mark.parametrize(
    ("balance", "reserved", "status"),
    [
        (100, 0, ReservedStatus.NOT),
        (100, 99, ReservedStatus.PARTLY),
        (100, 100, ReservedStatus.WHOLLY),
        (100, 101, ReservedStatus.WHOLLY),
        (0, 100, ReservedStatus.NOT),
        (-100, 100, ReservedStatus.NOT),
    ],
)
async def test_how_far_an_item_is_reserved_in_python_and_in_sql(db, balance, reserved, status):
    assert reserved_status(balance, reserved) is status
    async with db.registry() as connection:
        sql = f"select {status_of('$1::bigint', '$2::bigint')}"
        assert await connection.fetchval(sql, balance, reserved or None) == status.value


def judged(new: NewReservation, item: ItemGround | None = ITEM) -> tuple[Terms | None, list[tuple[str, str]]]:
    terms, faults = judge(new, item, "NOK", CONFIG, TODAY, named="arItemId", at="r")
    return terms, [(fault.field, fault.code) for fault in faults]


def test_what_is_not_given_has_its_default():
    assert judged(NEW) == (Terms("NOK", 124_37, TODAY, date(2025, 3, 6), ""), [])


def test_a_currency_without_decimals_has_none():
    yen = NewReservation("P-1", "JPY", Decimal("1.5"), None, None, "", "")
    assert judged(yen, ItemGround("JPY", 1000, 1000, 0)) == (None, [("r.currencyAmount", "ARM-2004")])


def test_what_is_reserved_beyond_the_balance_leaves_nothing():
    assert judged(NEW, ItemGround("NOK", 625_00, 124_37, 200_00)) == (None, [("r.currencyAmount", "ARM-2008")])


claims = st.lists(
    st.builds(
        OpenClaim,
        key=st.tuples(st.integers(1, 10**6), st.integers(0, 3)),
        due_date=st.dates(date(2025, 1, 1), date(2025, 12, 31)),
        currency=st.sampled_from(["NOK", "SEK"]),
        balance_minor=st.integers(1, 1000),
        reserved_minor=st.integers(0, 1200),
    ),
    max_size=12,
    unique_by=lambda claim: claim.key,
)


@given(claims, st.fixed_dictionaries({"NOK": st.integers(0, 5000)}))
def test_what_reminders_wait_for_is_covered_and_no_more_than_is_reserved(claims, on_account):
    holds = held(claims, on_account)
    by_key = {claim.key: claim for claim in claims}
    for key, hold in holds.items():
        assert hold.by_item_minor + hold.by_customer_minor == by_key[key].balance_minor
    for currency in ("NOK", "SEK"):
        used = sum(hold.by_customer_minor for key, hold in holds.items() if by_key[key].currency == currency)
        assert used <= on_account.get(currency, 0)
    for claim in claims:
        if claim.reserved_minor >= claim.balance_minor:
            assert holds[claim.key] == Hold(claim.balance_minor, 0), "a RESERVED item is held by itself"
    assert held(claims, {"NOK": 10**9, "SEK": 10**9}).keys() == by_key.keys()
