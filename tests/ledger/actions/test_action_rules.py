"""The table of types: complete, and what it says of fields and times."""

from datetime import UTC, date, datetime

import pytest

from reskontro.ledger.domain.actions import KINDS, ActionType, Aim, due_time, lacking, misplaced, next_run
from reskontro.ledger.domain.code_types import CODE_TYPES
from reskontro.ledger.domain.codes import ACTION_TYPES
from reskontro.ledger.domain.config import KEYS
from reskontro.ledger.service.actions.effects import EFFECTS
from reskontro.platform.clock import OSLO


def test_every_published_type_has_its_row_and_its_effect():
    assert [t.value for t in ActionType] == list(ACTION_TYPES) == list(CODE_TYPES["actionType"])
    assert set(KINDS) == set(EFFECTS) == set(ActionType)
    assert KEYS["action.types"].default == ACTION_TYPES


def test_closing_a_period_is_the_only_type_without_a_target():
    assert [t for t, kind in KINDS.items() if kind.aim is Aim.CLIENT] == [ActionType.CLOSE_PERIOD]


@pytest.mark.parametrize(
    ("action_type", "sent", "wrong"),
    [
        ("STOP-REMINDER", {"toDate", "fromDate", "text", "reasonCode", "arItemId"}, []),
        ("RESUME-REMINDER", {"toDate", "customerNo"}, ["toDate"]),
        ("SEND-COPY", {"distribution", "fromDate", "toDate", "documentNo"}, ["fromDate", "toDate"]),
        ("DEFER-DUE-DATE", {"toDate", "distribution"}, ["distribution"]),
        ("SEND-STATEMENT", {"customerNo", "kid", "documentNo", "toDate"}, ["documentNo"]),
        ("CLOSE-PERIOD", {"toDate", "customerNo", "kid"}, ["customerNo", "kid"]),
        ("CANCEL-RESERVATION", {"text", "arItemId"}, []),
    ],
)
def test_a_type_takes_its_own_fields(action_type, sent, wrong):
    assert misplaced(ActionType(action_type), sent) == wrong


@pytest.mark.parametrize(
    ("action_type", "needs"),
    [
        ("STOP-REMINDER", ["toDate"]),
        ("STOP-DEBT-COLLECTION", ["toDate"]),
        ("STOP-INTEREST", ["toDate"]),
        ("DEFER-DUE-DATE", ["toDate"]),
        ("CLOSE-PERIOD", ["toDate"]),
        ("CANCEL-RESERVATION", ["text"]),
        ("RESUME-INTEREST", []),
        ("SEND-STATEMENT", []),
    ],
)
def test_a_type_needs_its_own_fields(action_type, needs):
    assert lacking(ActionType(action_type), {"arItemId"}) == needs


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2025-03-20T09:00+01:00", "2025-03-21T04:00+01:00"),
        ("2025-03-20T03:59+01:00", "2025-03-20T04:00+01:00"),
        ("2025-03-20T04:00+01:00", "2025-03-21T04:00+01:00"),
        ("2025-03-29T12:00+01:00", "2025-03-30T04:00+02:00"),  # summer time begins in that night
        ("2025-10-25T12:00+02:00", "2025-10-26T04:00+01:00"),
        ("2025-12-31T23:30+01:00", "2026-01-01T04:00+01:00"),
    ],
)
def test_the_next_night_is_after_now(now, then):
    found = next_run(datetime.fromisoformat(now).astimezone(UTC), OSLO)
    assert found == datetime.fromisoformat(then)


def test_what_is_done_at_once_has_no_due_time():
    now = datetime(2025, 3, 20, 22, 59, tzinfo=UTC)  # still the 20th in Norway
    assert due_time(ActionType.DEFER_DUE_DATE, None, now, OSLO) is None
    assert due_time(ActionType.STOP_REMINDER, date(2025, 3, 20), now, OSLO) is None
    assert due_time(ActionType.SEND_REMINDER, None, now, OSLO) == datetime(2025, 3, 21, 3, tzinfo=UTC)
    assert due_time(ActionType.STOP_REMINDER, date(2025, 3, 21), now, OSLO) == datetime(2025, 3, 20, 23, tzinfo=UTC)
    assert due_time(ActionType.SEND_STATEMENT, date(2025, 3, 25), now, OSLO) is None
