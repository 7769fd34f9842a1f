"""The rules between a line and the book, by themselves."""

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.ledger.domain.entries import OpenItem
from reskontro.ledger.domain.incoming import Fingerprints, LineKind, Naming, account_forms, normal_reference
from reskontro.ledger.domain.matching import (
    NOBODY,
    Earlier,
    Hits,
    Outcome,
    Reason,
    Rule,
    decide,
    judge_list,
    original_of,
)
from reskontro.ledger.domain.refund import (
    HOLDING,
    TRANSITIONS,
    RefundEvent,
    RefundNotAllowed,
    RefundStatus,
    advance,
    is_second_person,
)
from reskontro.ledger.domain.suggesting import (
    HIGHEST,
    Claim,
    Clues,
    Evidence,
    adding_up,
    suggest,
    takes_itself,
    tokens,
)
from reskontro.ledger.service.incoming_records import line_of
from reskontro.ledger.service.references import wrapped
from tests.ledger.incoming_files import DAY, line, part, returned


def item(reference_no: int, balance: int, *, account: int = 1, amount: int | None = None, currency: str = "NOK"):
    amount = balance if amount is None else amount
    return OpenItem(reference_no, 0, account, f"D{reference_no}", currency, amount, balance, balance, DAY, "", 0)


def decided(one, hits=NOBODY, part_hits=(), **known):
    known = {"closed_by": {}, "tolerance_minor": 500, "in_gl_currency": True, "rate_known": False} | known
    return decide(one, hits=hits, part_hits=part_hits, **known)


def named(*items):
    return Hits(Rule.EXACT, items)


@pytest.mark.parametrize(
    ("amount", "outcome", "reason"),
    [
        (100_00, Outcome.SETTLED, Reason.EXACT),
        (95_00, Outcome.SETTLED, Reason.SMALL_DIFFERENCE),
        (94_99, Outcome.SETTLED, Reason.PARTIAL),
        (100_01, Outcome.ON_ACCOUNT, Reason.OVER),
    ],
)
def test_the_amount_decides_what_a_reference_comes_to(amount, outcome, reason):
    verdict = decided(line(amount, "123455"), named(item(1, 100_00)))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_the_open_claim_wins_and_the_closed_one_is_kept_as_lost():
    verdict = decided(line(100_00, "123455"), named(item(1, 0, amount=100_00), item(2, 100_00)))
    assert verdict.target.reference_no == 2
    assert [(one.reference_no, one.why) for one in verdict.lost] == [(1, "closed")]


def test_two_open_claims_are_none():
    verdict = decided(line(100_00, "123455"), named(item(1, 100_00), item(2, 100_00)))
    assert (verdict.outcome, verdict.account_no) == (Outcome.QUEUED, None)
    assert len(verdict.lost) == 2


def test_a_foreign_claim_needs_a_rate_to_be_booked_on():
    euro = line(100_00, "123455", currency="EUR")
    hits = named(item(1, 100_00, currency="EUR"))
    assert decided(euro, hits, in_gl_currency=False).reason is Reason.NO_RATE
    assert decided(euro, hits, in_gl_currency=False, rate_known=True).reason is Reason.EXACT
    assert decided(euro, named(item(1, 100_00))).reason is Reason.OTHER_CURRENCY


amounts = st.integers(1, 10**6)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6), st.integers(-3, 3))
def test_a_list_gives_away_its_amount_or_nothing(claims, off):
    """`claims` are what is open and what the payer says for it."""
    parts = [part(f"D{n}", wanted) for n, (_, wanted) in enumerate(claims)]
    hits = [Hits(Rule.DOCUMENT, (item(n, is_open),)) for n, (is_open, _) in enumerate(claims)]
    total = sum(wanted for _, wanted in claims)
    verdict = judge_list(line(total + off, parts=tuple(parts)), hits)
    if off or any(wanted > is_open for is_open, wanted in claims):
        assert verdict.account_no is None
    else:
        assert sum(share.minor for share in verdict.shares) == total
        assert all(share.minor <= share.item.currency_balance_minor for share in verdict.shares)


def earlier(number, **fields):
    return Earlier(
        **{
            "payment_no": number,
            "amount_minor": 100,
            "currency": "NOK",
            "payer_account": "",
            "archive_reference": "",
            "status": "PLACED",
            "being_refunded": False,
        }
        | fields
    )


def test_a_return_takes_back_one_payment_or_none():
    back = returned(100, "123455", archive_reference=" A1", payer_account="1")
    assert original_of(back, [earlier(1), earlier(2, archive_reference="A1")]).payment_no == 2
    assert original_of(back, [earlier(1), earlier(2)]) is Reason.RETURN_SEVERAL
    assert original_of(back, [earlier(1, payer_account="2")]) is Reason.RETURN_UNKNOWN
    assert original_of(back, [earlier(1, amount_minor=99)]) is Reason.RETURN_UNKNOWN
    assert original_of(back, [earlier(1, status="RETURNED")]) is Reason.RETURN_UNKNOWN
    assert original_of(back, [earlier(1, being_refunded=True)]) is Reason.RETURN_REFUNDED


def test_a_fingerprint_tells_lines_apart_and_knows_them_again():
    first, other = Fingerprints(), Fingerprints()
    same = line(100, "12 3455", archive_reference=" A1")
    again = line(100, "123455", archive_reference="A1")
    assert first.of(same, "1") == other.of(again, "1")
    assert first.of(same, "1") != other.of(again, "2")  # the second of equal lines, and another account
    assert first.of(same._replace(kind=LineKind.PENDING), "1") != first.of(same, "1")


def test_an_iban_of_norway_is_its_account_as_well():
    assert account_forms("NO93 8601 1117 947") == ("NO9386011117947", "86011117947")
    assert account_forms("8601.11.17947") == ("86011117947",)
    assert account_forms("DK5000400440116243") == ("DK5000400440116243",)


def test_what_a_reference_wraps():
    assert wrapped("RF18539007547034") == "539007547034"
    assert wrapped("RF19539007547034") == ""
    assert wrapped("+71<001234567890128+80000012<") == "001234567890128"
    assert wrapped("123455") == ""
    assert normal_reference(" 12 34-\t") == "1234-"


class Record(NamedTuple):
    """A reader's record, as much of it as is taken."""

    line: int = 4
    group: int = 1
    ordinal: int = 2
    kind: str = "payment"
    account: str = "1"
    amount_minor: int = 100
    currency: str = "NOK"
    booking_date: date | None = DAY
    value_date: date | None = None
    order_date: date | None = None
    reference_kind: str = "kid"
    reference: str = "123455"
    parts: tuple = ()
    payer_name: str = "Kari"
    payer_account: str = ""
    texts: tuple = ("Faktura 1", "  hilsen")
    archive_reference: str = " A1"
    end_to_end_id: str = "NOTPROVIDED"
    lump: str = ""
    code: str = "230"
    reason: str = ""


class PartRecord(NamedTuple):
    kind: str
    reference: str
    amount_minor: int | None


def test_a_readers_record_becomes_the_ledgers():
    one = line_of(Record())
    assert (one.label, one.naming, one.reference, one.text) == ("1/2", Naming.REFERENCE, "123455", "Faktura 1 hilsen")
    assert (one.archive_reference, one.end_to_end_id) == ("A1", "")
    assert line_of(Record(reference_kind="wrong")).naming is Naming.TEXT
    assert line_of(Record(kind="return")).kind is LineKind.RETURN
    listed = line_of(Record(parts=(PartRecord("invoice", "D1", 150), PartRecord("kid", "123455", -50))))
    assert listed.reference == ""
    assert [one.naming for one in listed.parts] == [Naming.DOCUMENT, Naming.REFERENCE]
    assert line_of(Record(parts=(PartRecord("kid", "123455", 100),))).reference == "123455"


# Suggestions


def claim(reference_no, balance, *, account=1, document=None):
    return Claim(account, reference_no, 0, document or f"D{reference_no}", "NOK", balance, DAY)


def clues(amount, **fields):
    known = {"payment_no": 1, "amount_minor": amount, "currency": "NOK", "text": "", "payer_account": "",
             "payer_name": ""}  # fmt: skip
    return Clues(**known | fields)


def test_a_text_is_taken_apart_into_what_may_name_something():
    found = tokens("Faktura: INV-2026/17, kid 5002218 5000020 0350786, kunde 543210. 12")
    assert {"INV-2026/17", "500221850000200350786", "543210", "5002218"} <= set(found)
    assert "12" not in found
    assert tokens("hilsen Åse") == []


@given(st.lists(st.integers(1, 50), max_size=9), st.integers(1, 120))
def test_items_that_add_up_do_and_are_the_fewest(balances, amount):
    picked, several = adding_up(balances, amount)
    ways = [
        [at for at in range(len(balances)) if mask >> at & 1]
        for mask in range(1, 2 ** len(balances))
        if sum(b for at, b in enumerate(balances) if mask >> at & 1) == amount
    ]
    assert bool(picked) == bool(ways)
    if ways:
        assert sum(balances[at] for at in picked) == amount
        assert several == (len(ways) > 1)
        if len(ways) < 24:
            assert len(picked) == min(map(len, ways))


def test_the_search_for_items_that_add_up_ends():
    assert adding_up([2] * 40, 1_000_001) == ((), False)
    adding_up([7] * 24, 83)


def test_a_named_document_of_the_right_amount_is_taken_before_others_of_the_customer():
    a, b = claim(1, 100_00), claim(2, 100_00)
    evidence = Evidence(documents=[("d0000002", b)], payers={1})
    (best,) = suggest(clues(100_00), evidence, {1: [a, b]})
    assert [one.reference_no for one in best.parts] == [2]
    assert best.exact
    assert best.score == HIGHEST


def test_two_named_customers_are_both_doubted():
    evidence = Evidence(documents=[("d0000001", claim(1, 50_00)), ("d0000002", claim(2, 100_00, account=2))])
    found = suggest(clues(100_00), evidence, {1: [claim(1, 50_00)], 2: [claim(2, 100_00, account=2)]})
    assert [one.account_no for one in found] == [2, 1]
    assert all("other customers are named as well" in one.reasons for one in found)
    assert takes_itself(found, 80) is None


def test_a_rule_accepts_only_what_is_exact_and_ahead():
    evidence = Evidence(kids=[claim(1, 100_00)])
    exact = suggest(clues(100_00), evidence, {1: [claim(1, 100_00)]})
    assert takes_itself(exact, 80) is exact[0]
    assert takes_itself(exact, 0) is None
    assert takes_itself(suggest(clues(90_00), evidence, {1: [claim(1, 100_00)]}), 1) is None
    assert takes_itself([], 1) is None


@given(st.lists(st.integers(1, 100), min_size=1, max_size=6), st.integers(1, 700), st.booleans())
def test_a_suggestion_gives_away_no_more_than_there_is(balances, amount, has_paid):
    claims = [claim(n, balance) for n, balance in enumerate(balances)]
    evidence = Evidence(payers={1} if has_paid else set(), customers={1})
    for one in suggest(clues(amount), evidence, {1: claims}):
        by_key = {each.key: each for each in claims}
        assert sum(each.minor for each in one.parts) + one.left_minor == amount
        assert one.left_minor >= 0
        assert all(0 < each.minor <= by_key[each[:2]].balance_minor for each in one.parts)
        assert 0 < one.score <= HIGHEST


# Refunds


def test_the_life_of_a_refund_is_its_table_and_nothing_else():
    for status in RefundStatus:
        for event in RefundEvent:
            if (status, event) in TRANSITIONS:
                assert advance(status, event) is TRANSITIONS[status, event]
            else:
                with pytest.raises(RefundNotAllowed):
                    advance(status, event)
    assert RefundStatus.PAID not in HOLDING


@pytest.mark.parametrize("same", ["Anna", " anna ", "ANNA", "", " "])
def test_a_second_person_has_another_name(same):
    assert not is_second_person("Anna", same)
    assert is_second_person("Anna", "Bent")
