"""The rules of auto postings by themselves, without a database."""

from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.ledger.domain.adjustments import Aim, Counter, Event, Run, Unbookable, book, match, transfer
from reskontro.ledger.domain.autoposting import METHODS, lacking, misplaced
from reskontro.ledger.domain.codes import AUTO_POSTING_METHODS, VoucherType
from reskontro.ledger.domain.entries import CaseRow, LineRow, OpenItem, check
from reskontro.ledger.domain.exchange import Accounts
from reskontro.ledger.domain.payment import Standing
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.domain.reversal import BookedCase, CaseItem, Reversal, StandingMatch, reverse, why_not

DAY = date(2025, 2, 27)
ACCOUNT, RECEIVABLES = 500001, 1500
ACCOUNTS = Accounts(RECEIVABLES, 8060, 8160)


def item(reference_no, amount, balance=None, *, sequence_no=0, account_no=ACCOUNT, due=DAY):
    balance = amount if balance is None else balance
    return OpenItem(
        reference_no, sequence_no, account_no, "", "NOK", amount, balance, balance, due, f"K{reference_no}", 0
    )


def run_on(*items):
    references = count(100)
    return Run(2218, Standing(items), lambda: next(references), lambda account, reference: f"{account}/{reference}")


def event(voucher_type=VoucherType.WRITE_OFF):
    return Event(7, 1, voucher_type, DAY, Period(2025, 2), "NOK", "NOK", RECEIVABLES, "text", "", "auto-posting")


def aim(target=None, *named, account_no=ACCOUNT, auto_match=True):
    return Aim(account_no, target, named, auto_match, "p")


def balance(run, reference_no, sequence_no=0):
    return run.standing.item((reference_no, sequence_no)).currency_balance_minor


def test_every_published_method_has_its_fields():
    assert set(METHODS) == set(AUTO_POSTING_METHODS)
    assert misplaced("match", ["currencyAmount", "matchArItemIds", "voucherDate"]) == ["currencyAmount"]
    assert lacking("reversal", ["voucherDate"]) == ["glCaseNo"]


def test_the_oldest_claims_of_a_customer_go_first():
    run = run_on(item(1, 100, due=date(2025, 3, 2)), item(2, 100, due=date(2025, 3, 1)))
    booked = book(run, event(), aim(), sign=-1, counters=[Counter(7830, 150)], covered=True)
    check(run.entries, RECEIVABLES)
    assert [name.reference_no for name in booked.matched] == [2, 1]
    assert (balance(run, 2), balance(run, 1), booked.left_minor) == (0, 50, 0)


def test_more_than_is_open_is_refused_and_nothing_is_booked():
    run = run_on(item(1, 100))
    with pytest.raises(Unbookable):
        book(run, event(), aim((1, 0)), sign=-1, counters=[Counter(7830, 101)], covered=True)
    assert (run.entries.cases, run.entries.items, balance(run, 1)) == ([], [], 100)
    assert run.standing.balances() == []


def test_a_claim_on_a_customer_gets_a_reference_and_a_kid_of_its_own():
    run = run_on()
    book(run, event(VoucherType.FEE), aim(), sign=1, counters=[Counter(3900, -35)], settles=False)
    check(run.entries, RECEIVABLES)
    assert (run.entries.items[0].reference_no, run.entries.items[0].kid) == (100, f"{ACCOUNT}/100")


def test_a_transfer_leaves_the_customers_sum_and_moves_the_amount():
    run = run_on(item(1, 100))
    booked = transfer(run, event(VoucherType.TRANSFER), aim((1, 0)), aim(account_no=500002), 60)
    check(run.entries, RECEIVABLES)
    assert [(i.account_no, i.currency_minor, i.currency_balance_minor) for i in run.entries.items] == [
        (ACCOUNT, -60, 0),
        (500002, 60, 60),
    ]
    assert (balance(run, 1), booked.left_minor) == (40, 60)


amounts = st.integers(1, 10**9)


@given(debits=st.lists(amounts, min_size=1, max_size=5), credits_=st.lists(amounts, min_size=1, max_size=5))
def test_a_match_takes_as_much_from_debits_as_from_credits(debits, credits_):
    items = [item(n, amount) for n, amount in enumerate([*debits, *(-c for c in credits_)], 1)]
    run = run_on(*items)
    booked = match(run, aim(None, *((i.reference_no, 0) for i in items)), "NOK", DAY)
    taken = sum(row.currency_minor for row in run.entries.matches)
    assert taken == min(sum(debits), sum(credits_))
    assert booked.left_minor == abs(sum(debits) - sum(credits_))


def test_a_reversed_case_mirrors_its_lines_and_opens_what_it_settled():
    run = run_on(item(1, 100, 20), item(1, -80, 0, sequence_no=1))
    case = CaseRow(5, 5, 1, DAY, 2025, 2, "NOK", "NOK", ACCOUNT, 1, "", None)
    lines = (
        LineRow(5, 1, 1920, 80, 80, "Payment", "", None, "", "", ""),
        LineRow(5, 2, RECEIVABLES, -80, -80, "Payment", "", 1, "", "", ""),
    )
    booked = BookedCase(case, lines, (CaseItem(1, 1, -80, -80),), (StandingMatch(9, (1, 0), (1, 1), 80, 80, 80),), None)
    reverse(run, booked, Reversal(7, 2, DAY, Period(2025, 2), "", ""), set(), ACCOUNTS)
    check(run.entries, RECEIVABLES)
    assert [(line.gl_account_no, line.gl_minor) for line in run.entries.lines] == [(1920, -80), (RECEIVABLES, 80)]
    assert (balance(run, 1), balance(run, 1, 1)) == (100, 0)
    undone, closing = run.entries.matches
    assert (undone.currency_minor, undone.undoes_match_no) == (-80, 9)
    assert (closing.currency_minor, closing.undoes_match_no) == (80, None)
    assert why_not(booked) is None
    assert why_not(booked, reversed_in_run=True) == "The case is reversed already"
