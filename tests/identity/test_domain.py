from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.identity.domain.credentials import (
    Credential,
    CredentialRefused,
    NewCredential,
    Secret,
    check,
    is_client_id,
    slot_for_new_secret,
)
from reskontro.identity.domain.grants import client_credentials_grant, covers, refresh_grant
from reskontro.identity.domain.limits import FAILURES, TOKEN_REQUESTS, Limit, recent, wait_s, with_one_more
from reskontro.identity.domain.refresh import RefreshToken, Verdict, expiry, judge
from reskontro.identity.domain.resources import ARM, COLLECTION, DISTRIBUTION, RESOURCES, product_of, resource_of
from reskontro.identity.domain.scopes import CATALOGUE, with_implied, words
from reskontro.identity.domain.signing_keys import (
    KeyLife,
    first_signature,
    published,
    retired,
    rotation_due,
    rotation_overdue,
    signing,
)
from reskontro.kernel.problems import Refused

NOW = datetime(2025, 3, 9, 14, 30, tzinfo=UTC)
DAY = timedelta(days=1)

CREDENTIAL = Credential(
    credential_id=UUID("0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f"),
    client_id="my-integration",
    description="",
    resource=ARM,
    scopes=("read:arm.ledger", "write:collection.case"),
    client_nos=(2218,),
    organizations=(),
    access_token_s=3600,
    allow_refresh=False,
    disabled_time=None,
    revoked_before_s=0,
    created_time=NOW,
)


def error(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.faults[0].code


# Credentials


@pytest.mark.parametrize("good", ["abc", "a-1", "x" * 64, "---"])
def test_a_client_id_has_3_to_64_small_letters_digits_and_hyphens(good):
    assert is_client_id(good)


@pytest.mark.parametrize("bad", ["", "ab", "x" * 65, "Abc", "a_b_c", "abc\n", "å-b-c", "a b"])
def test_anything_else_is_no_client_id(bad):
    assert not is_client_id(bad)


def test_an_order_is_filled_in():
    new = check(NewCredential(client_id="erp", scopes=["write:collection.case", "write:collection.case"]))
    assert new.scopes == ("write:collection.case",)
    assert new.resource == COLLECTION
    assert not new.allow_refresh


def test_offline_access_in_the_order_means_refresh_rights_and_is_not_a_scope_of_its_own():
    new = check(NewCredential(client_id="erp", scopes=["read:arm.log", "offline_access"]))
    assert new.scopes == ("read:arm.log",)
    assert new.allow_refresh


def test_every_fault_of_an_order_is_told_at_once():
    with pytest.raises(CredentialRefused) as refused:
        check(NewCredential(client_id="X", scopes=["read:all"], resource="moon", access_token_s=299))
    assert [fault.field for fault in refused.value.faults] == ["client_id", "scopes", "resource", "lifetime"]


@pytest.mark.parametrize("seconds", [300, 86_400])
def test_a_token_lives_from_five_minutes_to_a_day(seconds):
    assert check(NewCredential(client_id="erp", scopes=["read:arm.log"], access_token_s=seconds))


def test_a_third_secret_takes_the_place_of_the_oldest():
    first, second = Secret(1, "a", NOW), Secret(2, "b", NOW + DAY)
    assert slot_for_new_secret([]) == 1
    assert slot_for_new_secret([first]) == 2
    assert slot_for_new_secret([first, second]) == 1
    assert slot_for_new_secret([replace(first, created_time=NOW + 2 * DAY), second]) == 2


def test_resources_are_found_by_name_and_by_identifier():
    assert {resource_of(name) for name in RESOURCES} == set(RESOURCES.values())
    assert resource_of(ARM.upper()) == ARM
    assert resource_of("moon") is None
    assert [product_of(resource) for resource in RESOURCES.values()] == list(RESOURCES)


# Grants


def test_without_a_scope_all_that_are_assigned_are_granted():
    grant = client_credentials_grant(CREDENTIAL, None, None)
    assert (grant.scope, grant.resource, grant.refreshable) == ("read:arm.ledger write:collection.case", ARM, False)
    assert grant.shown_scope is None


def test_a_subset_is_granted_in_the_order_asked_for():
    assert client_credentials_grant(CREDENTIAL, " read:arm.ledger  read:arm.ledger", None).scopes == (
        "read:arm.ledger",
    )


def test_writing_cases_implies_reading_them():
    assert client_credentials_grant(CREDENTIAL, "read:collection.case", None).scopes == ("read:collection.case",)
    assert with_implied(["write:arm.ledger"]) == {"write:arm.ledger"}


@pytest.mark.parametrize("scope", ["moon", "write:arm.ledger", "read:arm.ledger moon", "offline_access"])
def test_an_unknown_or_unassigned_scope_is_refused(scope):
    with pytest.raises(Refused) as refused:
        client_credentials_grant(CREDENTIAL, scope, None)
    assert error(refused) == "invalid_scope"


def test_the_audience_is_one_that_the_scopes_are_about():
    assert client_credentials_grant(CREDENTIAL, None, COLLECTION.upper()).resource == COLLECTION
    for resource in (DISTRIBUTION, "moon", "arm"):
        with pytest.raises(Refused) as refused:
            client_credentials_grant(CREDENTIAL, None, resource)
        assert error(refused) == "invalid_request"


def test_offline_access_alone_means_all_scopes_and_is_told():
    credential = replace(CREDENTIAL, allow_refresh=True)
    grant = client_credentials_grant(credential, "offline_access", None)
    assert grant.refreshable
    assert grant.scopes == CREDENTIAL.scopes
    assert grant.shown_scope == "read:arm.ledger write:collection.case offline_access"
    assert client_credentials_grant(credential, "offline_access read:arm.ledger", None).shown_scope is None


def test_a_refresh_never_widens():
    with pytest.raises(Refused) as refused:
        refresh_grant(CREDENTIAL, ("read:arm.ledger",), ARM, "write:collection.case")
    assert error(refused) == "invalid_scope"


def test_a_refresh_leaves_out_what_the_client_has_lost_and_says_so():
    grant = refresh_grant(CREDENTIAL, ("read:arm.ledger", "read:arm.log"), ARM, None)
    assert (grant.scopes, grant.shown_scope) == (("read:arm.ledger",), "read:arm.ledger")
    with pytest.raises(Refused):
        refresh_grant(CREDENTIAL, ("read:arm.log",), ARM, None)


def test_a_token_covers_what_it_holds_all_of():
    held = (["write:collection.case"], ["org"])
    assert covers(*held, None, None)
    assert covers(*held, "read:collection.case write:collection.case", "org")
    assert not covers(*held, "read:collection.case read:arm.log", None)
    assert not covers(*held, None, "another")


@given(st.lists(st.sampled_from(sorted(CATALOGUE)), min_size=1))
def test_a_list_of_scopes_names_each_once(scopes):
    assert sorted(words("  ".join(scopes))) == sorted(set(scopes))


# Refresh tokens

TOKEN = RefreshToken(
    chain_id=uuid4(),
    credential_id=CREDENTIAL.credential_id,
    scopes=("read:arm.ledger",),
    resource=ARM,
    chain_started=NOW,
    chain_revoked=None,
    expires_time=NOW + timedelta(days=14),
    spent_time=None,
)


@pytest.mark.parametrize(
    ("token", "at", "verdict"),
    [
        (TOKEN, NOW, Verdict.GOOD),
        (TOKEN, NOW + timedelta(days=14, seconds=-1), Verdict.GOOD),
        (TOKEN, NOW + timedelta(days=14), Verdict.EXPIRED),
        (replace(TOKEN, spent_time=NOW), NOW, Verdict.REUSED),
        (replace(TOKEN, spent_time=NOW), NOW + timedelta(days=15), Verdict.REUSED),
        (replace(TOKEN, spent_time=NOW, chain_revoked=NOW), NOW, Verdict.REVOKED),
        (replace(TOKEN, credential_id=uuid4()), NOW, Verdict.UNKNOWN),
        (replace(TOKEN, credential_id=uuid4(), spent_time=NOW), NOW, Verdict.UNKNOWN),
        (None, NOW, Verdict.UNKNOWN),
    ],
)
def test_a_refresh_token_is_judged(token, at, verdict):
    assert judge(token, CREDENTIAL.credential_id, at) is verdict


def test_a_refresh_token_lives_14_days_and_never_longer_than_its_chain():
    assert expiry(NOW, NOW) == NOW + 14 * DAY
    assert expiry(NOW, NOW + 76 * DAY) == NOW + 90 * DAY
    assert expiry(NOW, NOW + 89 * DAY) == NOW + 90 * DAY


# Limits


def test_the_limits_are_those_of_the_contract():
    assert (TOKEN_REQUESTS.most, TOKEN_REQUESTS.window_ms) == (30, 60_000)
    assert (FAILURES.most, FAILURES.window_ms) == (10, 300_000)


def test_the_wait_is_until_the_oldest_leaves_the_window():
    limit = Limit(2, 60_000)
    hits = with_one_more(limit, with_one_more(limit, (), 1_000), 31_000)
    assert wait_s(limit, hits[:1], 31_000) == 0
    assert wait_s(limit, hits, 31_000) == 30
    assert wait_s(limit, hits, 60_999) == 1
    assert wait_s(limit, hits, 61_000) == 0


@given(st.lists(st.integers(0, 200_000), max_size=200).map(sorted))
def test_no_window_ever_holds_more_than_the_limit(moments):
    limit = Limit(5, 10_000)
    hits: tuple[int, ...] = ()
    admitted = []
    for moment in moments:
        if wait_s(limit, hits, moment) == 0:
            hits = with_one_more(limit, hits, moment)
            admitted.append(moment)
    for start in admitted:
        assert len([m for m in admitted if start <= m < start + limit.window_ms]) <= limit.most
    assert len(recent(limit, admitted, 10**9)) == 0


# Signing keys

OLD = KeyLife("old", NOW, NOW)


def test_the_first_key_signs_at_once_and_the_next_after_a_day():
    assert rotation_due([], NOW)
    assert first_signature([], NOW) == NOW - timedelta(minutes=1)
    assert first_signature([OLD], NOW + DAY) == NOW + 2 * DAY
    assert first_signature([OLD], NOW + DAY, at_once=True) == NOW + DAY - timedelta(minutes=1)


def test_a_new_key_is_published_before_it_signs_and_the_old_one_after():
    new = KeyLife("new", NOW + 89 * DAY, NOW + 90 * DAY)
    keys = [new, OLD]
    assert published(keys, NOW + 89 * DAY) == [OLD, new]
    assert signing(keys, NOW + 90 * DAY - timedelta(seconds=1)) == OLD
    assert signing(keys, NOW + 90 * DAY) == new
    last_token_ends = NOW + 91 * DAY
    assert published(keys, last_token_ends + DAY - timedelta(seconds=1)) == [OLD, new]
    assert published(keys, last_token_ends + DAY) == [new]
    assert retired(keys, NOW + 89 * DAY) == []
    assert retired(keys, NOW + 90 * DAY) == [OLD]


def test_a_withdrawn_key_is_gone_at_once():
    new = KeyLife("new", NOW, NOW)
    keys = [replace(OLD, withdrawn_time=NOW), new]
    assert published(keys, NOW) == [new]
    assert signing(keys, NOW) == new
    assert signing(keys[:1], NOW) is None
    assert rotation_due(keys[:1], NOW)
    assert retired(keys, NOW) == keys[:1]


def test_the_next_key_is_due_a_day_before_the_end_of_the_newest():
    assert not rotation_due([OLD], NOW + 89 * DAY - timedelta(seconds=1))
    assert rotation_due([OLD], NOW + 89 * DAY)
    assert not rotation_overdue([OLD], NOW + 89 * DAY)
    assert rotation_overdue([OLD], NOW + 89 * DAY + timedelta(hours=1))
    assert not rotation_due([OLD, KeyLife("new", NOW + 89 * DAY, NOW + 90 * DAY)], NOW + 91 * DAY)
