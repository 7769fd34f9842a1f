"""Direct debit without a database: cut-off days, mandates, which items are claimed, which line is about which claim."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.kernel.bank_days import Country, is_bank_day, is_holiday
from reskontro.ledger.domain.direct_debits import reasons
from reskontro.ledger.domain.direct_debits.claims import (
    TRANSITIONS,
    Candidate,
    Claim,
    ClaimEvent,
    ClaimStatus,
    DebitLine,
    Hold,
    Review,
    Standing,
    advance,
    claim_of,
    holds,
    plan,
)
from reskontro.ledger.domain.direct_debits.cutoffs import (
    LocalMoment,
    Window,
    a_year_after,
    cancelling_cutoff,
    cutoff,
    window,
)
from reskontro.ledger.domain.direct_debits.mandates import (
    Mandate,
    MandateKey,
    MandateNews,
    MandateStatus,
    Told,
    apply,
    decide,
    fingerprints,
    missing,
    payer_forms,
)
from reskontro.ledger.domain.direct_debits.schemes import (
    Agreement,
    Notifies,
    Scheme,
    bound_part,
    covers,
    number_in_file,
)

ALL = [(Scheme.AVTALEGIRO, Notifies.PAYEE), (Scheme.AVTALEGIRO, Notifies.BANK)] + [
    (scheme, Notifies.PAYEE) for scheme in (Scheme.AUTOGIRO, Scheme.BETALINGSSERVICE)
]
days = st.dates(date(2024, 1, 1), date(2034, 12, 31))
moments = st.builds(LocalMoment, days, st.times())


def earliest(scheme, notifies, day, at=time(8)):
    return window(scheme, notifies, LocalMoment(day, at)).earliest


@pytest.mark.parametrize(
    ("scheme", "notifies", "sent", "first"),
    [
        (Scheme.AVTALEGIRO, Notifies.PAYEE, "2026-11-23 14:00", "2026-11-27"),
        (Scheme.AVTALEGIRO, Notifies.PAYEE, "2026-11-23 14:01", "2026-11-28"),
        (Scheme.AVTALEGIRO, Notifies.PAYEE, "2026-12-22 09:00", "2026-12-28"),  # two days of Christmas are added
        (Scheme.AVTALEGIRO, Notifies.BANK, "2026-11-30 14:00", "2026-12-15"),
        (Scheme.AVTALEGIRO, Notifies.BANK, "2026-11-30 14:01", "2027-01-15"),
        (Scheme.AVTALEGIRO, Notifies.BANK, "2026-10-30 14:01", "2026-12-15"),  # the 31st is a Saturday
        (Scheme.AUTOGIRO, Notifies.PAYEE, "2026-11-23 09:00", "2026-11-24"),
        (Scheme.AUTOGIRO, Notifies.PAYEE, "2026-11-27 15:00", "2026-12-01"),
        (Scheme.BETALINGSSERVICE, Notifies.PAYEE, "2026-11-20 09:00", "2026-12-01"),
        (Scheme.BETALINGSSERVICE, Notifies.PAYEE, "2026-11-20 09:01", "2027-01-01"),
    ],
)
def test_the_first_due_date_of_a_file(scheme, notifies, sent, first):
    moment = datetime.fromisoformat(sent)
    assert earliest(scheme, notifies, moment.date(), moment.time()) == date.fromisoformat(first)


@given(st.sampled_from(ALL), moments, days)
def test_a_due_date_is_in_the_window_until_its_cut_off_and_never_after(which, sent, due):
    in_time = sent <= cutoff(*which, due)
    assert (due >= window(*which, sent).earliest) is in_time


@given(st.sampled_from(ALL), moments, moments)
def test_who_sends_later_may_not_claim_for_an_earlier_day(which, one, other):
    first, second = sorted((one, other))
    assert window(*which, first).earliest <= window(*which, second).earliest


@given(days)
def test_four_days_lie_before_the_due_date_that_are_no_holidays(day):
    first = earliest(Scheme.AVTALEGIRO, Notifies.PAYEE, day)
    between = [day + timedelta(days=n) for n in range(1, (first - day).days + 1)]
    assert sum(not is_holiday(Country.NORWAY, each) for each in between) == 4
    assert not is_holiday(Country.NORWAY, first)


@given(days)
def test_six_bank_days_are_left_in_the_month_after_the_danish_deadline(due):
    last = cutoff(Scheme.BETALINGSSERVICE, Notifies.PAYEE, due).day
    assert is_bank_day(Country.DENMARK, last)
    after = [last + timedelta(days=n) for n in range(1, (due.replace(day=1) - last).days)]
    assert sum(is_bank_day(Country.DENMARK, each) for each in after) == 6


@given(st.sampled_from(ALL), days)
def test_a_claim_can_be_taken_back_as_long_as_it_can_be_made_or_not_at_all(which, due):
    last = cancelling_cutoff(which[0], due)
    assert last is None or last >= cutoff(*which, due)


def test_a_year_after_a_leap_day():
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert window(Scheme.AVTALEGIRO, Notifies.PAYEE, LocalMoment(date(2028, 2, 29), time(9))).latest.year == 2029


def test_numbers_begin_again_when_their_digits_are_used_up():
    assert [number_in_file(n, 2) for n in (1, 99, 100, 198, 199)] == ["01", "99", "01", "99", "01"]


# Mandates.

KEY = MandateKey("12345678903", "", "500221850000200350786", "")
TODAY = date(2026, 11, 23)


def told(what: Told, code: str = "1", *, scheme=Scheme.AVTALEGIRO, key=KEY, notice=True, **more) -> MandateNews:
    values = {"sub_code": "", "payer_account_no": "", "first_day": None, "last_day": None, "full_list": False} | more
    return MandateNews(1, scheme, key, what, code, notice=notice, **values)


def standing(status: MandateStatus, **more) -> Mandate:
    values = {"account_no": 500001, "payer_account_no": "", "notice": True, "valid_from": None, "ended_on": None}
    return Mandate(7, Scheme.AVTALEGIRO, KEY, status=status, ended_why="", **values | more)


def test_the_notice_flag_of_a_mandate_that_is_there_changes():
    after = apply(standing(MandateStatus.ACTIVE), told(Told.CHANGED, notice=False), TODAY)
    assert (after.status, after.notice, after.account_no) == (MandateStatus.ACTIVE, False, 500001)


@given(st.lists(st.sampled_from(list(Told)), max_size=8))
def test_lines_that_were_taken_bring_nothing_whatever_came_after_them(what):
    news = [told(one)._replace(line_no=at) for at, one in enumerate(what)]
    prints = fingerprints("file 1", news)
    first = decide({}, news, prints, set(), TODAY)
    taken = {change.fingerprint for change in first.changes}
    assert taken <= set(prints)
    ended = decide(
        first.standing, [told(Told.ENDED, "2")], fingerprints("file 2", news[:1] or [told(Told.ENDED)]), set(), TODAY
    )
    again = decide(ended.standing, news, prints, set(prints), TODAY)
    assert again.changes == ()
    assert again.standing == ended.standing


def test_equal_lines_of_one_file_are_two_and_of_two_files_as_well():
    news = [told(Told.NEW), told(Told.NEW)]
    assert len({*fingerprints("file 1", news), *fingerprints("file 2", news)}) == 4


@pytest.mark.parametrize(
    ("before", "code", "after"),
    [
        (None, "52", MandateStatus.REQUESTED),
        (standing(MandateStatus.ACTIVE), "52", MandateStatus.ACTIVE),
        (standing(MandateStatus.ENDED), "52", MandateStatus.REQUESTED),
    ],
)
def test_a_mandate_that_is_asked_for_waits(before, code, after):
    assert apply(before, told(Told.NEW, code, scheme=Scheme.AUTOGIRO), TODAY).status is after


@pytest.mark.parametrize(
    ("status", "code", "after"),
    [
        (MandateStatus.ACTIVE, "23", MandateStatus.ACTIVE),
        (MandateStatus.ACTIVE, "04", MandateStatus.ENDED),
        (MandateStatus.ANSWERED, "23", MandateStatus.REFUSED),
    ],
)
def test_what_is_refused_is_not_always_the_mandate(status, code, after):
    found = apply(standing(status), told(Told.REFUSED, code, scheme=Scheme.AUTOGIRO), TODAY)
    assert found.status is after


def test_a_full_list_of_one_account_says_nothing_of_another():
    other = standing(MandateStatus.ACTIVE)._replace(key=KEY._replace(creditor_no="97104133219"))
    here = standing(MandateStatus.ACTIVE)._replace(key=KEY._replace(payer_no="18"))
    news = [told(Told.IN_FORCE, "0", full_list=True)]
    assert [change.mandate.key.payer_no for change in missing([other, here], news, TODAY)] == ["18"]


def test_the_part_of_a_kid_that_a_mandate_is_bound_to():
    assert bound_part("500221850000200350786", None, "5") == "5002218500002"
    assert covers("500221850000200350786", "500221850000200350794", None, "5")
    assert not covers("500221850000200350786", "500221850000300350794", None, "5")
    assert covers("10000320260027", "10000320260035", 6, "5")
    assert not covers("10000320260027", "100003202600350", 6, "5")
    assert not covers("10000320260027", "10000320260035", 0, "5")
    assert not covers("10000320260027", "10000320260035", None, "5")


def test_a_customer_number_may_have_lost_its_zeros_or_won_some():
    assert payer_forms("000000000100001")[:2] == ["100001", "0100001"]
    assert payer_forms("0") == ["0".zfill(n) for n in range(1, 17)]


# Claims.

AGREEMENT = Agreement(
    scheme=Scheme.AVTALEGIRO, creditor_no=KEY.creditor_no, debtor_group="", sender_no="1", notifies=Notifies.PAYEE,
    mandate_digits=None,
)  # fmt: skip
SENT = LocalMoment(TODAY, time(9))
DAYS = Window(date(2026, 11, 27), date(2027, 11, 23))
ITEM = Candidate(
    35078, 0, 500002, "543210", "Owe Armstrong", "88776655", KEY.payer_no, "NOK", 62500, 0, date(2026, 12, 15), None,
    None, "", 7, KEY, None, None, tried=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "hold"),
    [
        ({"claim_no": 1}, Hold.CLAIMED),
        ({"tried": True}, Hold.TRIED),
        ({"kid": ""}, Hold.NO_KID),
        ({"currency": "EUR"}, Hold.CURRENCY),
        ({"stop_until": TODAY}, Hold.STOPPED),
        ({"customer_stop_until": TODAY}, Hold.CUSTOMER_STOPPED),
        ({"reserved_minor": 1}, Hold.RESERVED),
        ({"debt_collection_status": "MARKED"}, Hold.IN_COLLECTION),
        ({"kid": "500221850000300350794"}, Hold.OTHER_REFERENCE),
        ({"valid_from": date(2026, 12, 16)}, Hold.MANDATE_LATER),
        ({"balance_minor": 10**15}, Hold.AMOUNT),
        ({"due_date": date(2026, 11, 26)}, Hold.TOO_LATE),
        ({"due_date": date(2027, 11, 24)}, Hold.TOO_EARLY),
    ],
)
def test_every_reason_holds_an_item_back(change, hold):
    assert holds(ITEM, AGREEMENT, DAYS, TODAY, "5") == ()
    assert hold in holds(ITEM._replace(**change), AGREEMENT, DAYS, TODAY, "5")


def test_a_stop_that_is_over_holds_nothing():
    over = ITEM._replace(stop_until=TODAY - timedelta(days=1))
    assert holds(over, AGREEMENT, DAYS, TODAY, "5") == ()


def claim(no: int = 1, **more) -> Claim:
    made = Claim(
        no, 1, Scheme.AVTALEGIRO, KEY.creditor_no, "", 7, KEY.payer_no, "", 500002, 35078, 0, KEY.payer_no,
        "Faktura 88776655", "OWE ARMSTR", "NOK", 62500, date(2026, 12, 15), ClaimStatus.CLAIMED, "", None, None, "", "",
    )  # fmt: skip
    return made._replace(**more)


@pytest.mark.parametrize(
    ("one", "balance", "due", "why", "claims"),
    [
        (claim(), 62500, date(2026, 12, 15), None, 0),
        (claim(), 0, date(2026, 12, 15), Review.NOTHING_OPEN, 0),
        (claim(), 50000, date(2026, 12, 15), Review.CHANGED, 1),
        (claim(), 62500, date(2026, 12, 28), Review.CHANGED, 1),
        (claim(cancel_asked_by="Anna"), 50000, date(2026, 12, 15), Review.ASKED, 0),
    ],
)
def test_what_becomes_of_an_outstanding_claim(one, balance, due, why, claims):
    item = ITEM._replace(claim_no=1, reserved_minor=62500, balance_minor=balance, due_date=due)
    found = plan([item] if balance else [], [Standing(one, balance, due)], AGREEMENT, DAYS, SENT, "5")
    assert [each.why for each in found.cancellations] == ([] if why is None else [why])
    assert all(each.in_time for each in found.cancellations)
    assert len(found.claims) == claims


def test_an_item_is_claimed_once_under_the_mandate_for_its_reference():
    older = ITEM._replace(mandate_no=3)
    other = ITEM._replace(mandate_no=9, mandate=KEY._replace(payer_no="18"))
    found = plan([other, older, ITEM], [], AGREEMENT, DAYS, SENT, "5")
    assert [each.mandate_no for each in found.claims] == [7]


@given(st.lists(st.sampled_from(list(ClaimEvent)), max_size=6))
def test_a_claim_that_has_gone_back_or_is_over_is_never_outstanding_again(events):
    status = ClaimStatus.CLAIMED
    for event in events:
        after = advance(status, event)
        if after is not None:
            assert after is not ClaimStatus.CLAIMED
            status = after
    assert (ClaimStatus.RETURNED, ClaimEvent.PAY) not in TRANSITIONS


def test_a_line_is_about_the_claim_that_agrees_in_most():
    december = claim(1, reference="DEC")
    january = claim(2, reference="JAN", due_date=date(2027, 1, 15))
    line = DebitLine(KEY.payer_no, "", " 00JAN", date(2026, 12, 15), 62500)
    assert claim_of(line, [december, january]) is january
    assert claim_of(line._replace(reference="MAY"), [december, january]) is december
    assert claim_of(line._replace(reference="MAY", amount_minor=1), [december, january]) is None


def test_every_code_has_words_and_unknown_ones_are_shown():
    assert reasons.of_refusal(Scheme.AUTOGIRO, "1") == "no cover"
    assert reasons.of_refusal(Scheme.AUTOGIRO, "99") == "refused, code 99"
    assert reasons.of_return(Scheme.BETALINGSSERVICE, "0239") == "charged back"
    assert reasons.of_mandate(Scheme.AUTOGIRO, "77") == "code 77"
