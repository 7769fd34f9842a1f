"""The types of action: what each is aimed at, which fields it needs and takes, when it is done.

Source: arm-api, sections 2.2.1 and 3.9. What is checked of a target, and what is done, stands beside these rows in
`reskontro.ledger.service.actions.effects`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from reskontro.ledger.domain.payment import ItemKey


class ActionType(StrEnum):
    """What is to be done (3.9)."""

    STOP_REMINDER = "STOP-REMINDER"
    RESUME_REMINDER = "RESUME-REMINDER"
    STOP_DEBT_COLLECTION = "STOP-DEBT-COLLECTION"
    RESUME_DEBT_COLLECTION = "RESUME-DEBT-COLLECTION"
    STOP_INTEREST = "STOP-INTEREST"
    RESUME_INTEREST = "RESUME-INTEREST"
    DEFER_DUE_DATE = "DEFER-DUE-DATE"
    SEND_COPY = "SEND-COPY"
    SEND_REMINDER = "SEND-REMINDER"
    SEND_STATEMENT = "SEND-STATEMENT"
    TRANSFER = "TRANSFER-TO-DEBT-COLLECTION"
    WITHDRAW = "WITHDRAW-FROM-DEBT-COLLECTION"
    CANCEL_RESERVATION = "CANCEL-RESERVATION"
    CLOSE_PERIOD = "CLOSE-PERIOD"


class ActionStatus(StrEnum):
    """How far an action has come."""

    REGISTERED = "REGISTERED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class Aim(Enum):
    """What an action is aimed at."""

    ITEM = "item"
    ITEM_OR_CUSTOMER = "item or customer"
    DOCUMENT = "document"
    CUSTOMER = "customer"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of action. `needs` and `takes` are the fields, by their published names, that not every type has."""

    aim: Aim
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    by_night: bool = False  # done by the next nightly run
    from_a_day: bool = False  # done on the day `fromDate`, at once where it is not ahead


def _kind(aim: Aim, needs: str = "", takes: str = "", *, by_night: bool = False, from_a_day: bool = False) -> Kind:
    required = frozenset(needs.split())
    return Kind(aim, required, required | frozenset(takes.split()), by_night, from_a_day)


_STOP = _kind(Aim.ITEM_OR_CUSTOMER, "toDate", "fromDate", from_a_day=True)
_RESUME = _kind(Aim.ITEM_OR_CUSTOMER)

KINDS: Mapping[ActionType, Kind] = {
    ActionType.STOP_REMINDER: _STOP,
    ActionType.RESUME_REMINDER: _RESUME,
    ActionType.STOP_DEBT_COLLECTION: _STOP,
    ActionType.RESUME_DEBT_COLLECTION: _RESUME,
    ActionType.STOP_INTEREST: _STOP,
    ActionType.RESUME_INTEREST: _RESUME,
    ActionType.DEFER_DUE_DATE: _kind(Aim.ITEM, "toDate"),
    ActionType.SEND_COPY: _kind(Aim.DOCUMENT, takes="distribution"),
    ActionType.SEND_REMINDER: _kind(Aim.ITEM, takes="distribution", by_night=True),
    ActionType.SEND_STATEMENT: _kind(Aim.CUSTOMER, takes="fromDate toDate distribution"),
    ActionType.TRANSFER: _kind(Aim.ITEM, by_night=True),
    ActionType.WITHDRAW: _kind(Aim.ITEM),
    ActionType.CANCEL_RESERVATION: _kind(Aim.ITEM, "text"),
    ActionType.CLOSE_PERIOD: _kind(Aim.CLIENT, "toDate"),
}
_SPECIAL = frozenset(field for kind in KINDS.values() for field in kind.takes) - {"text"}  # which every type may have
_OF_CUSTOMERS = frozenset({"customerNo", "accountNo"})
_OF_ITEMS = frozenset({"arItemId", "documentNo", "referenceNo"})
_IDENTIFIERS = _OF_CUSTOMERS | _OF_ITEMS | {"kid"}
_NOT_FOR: Mapping[Aim, frozenset[str]] = {Aim.CLIENT: _IDENTIFIERS, Aim.CUSTOMER: _OF_ITEMS}


def misplaced(action_type: ActionType, sent: Collection[str]) -> list[str]:
    """The fields among those sent that the type does not take."""
    kind = KINDS[action_type]
    return sorted((_SPECIAL & set(sent)) - kind.takes) + sorted(_NOT_FOR.get(kind.aim, frozenset()) & set(sent))


def lacking(action_type: ActionType, sent: Collection[str]) -> list[str]:
    """The fields that the type cannot do without and that were not sent."""
    return sorted(KINDS[action_type].needs - set(sent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action as it is stored. `account_no` is None where the client itself is the target."""

    action_uuid: UUID
    action_id: str
    action_type: ActionType
    status: ActionStatus
    account_no: int | None
    item: ItemKey | None
    from_date: date | None
    to_date: date | None
    reason_code: str
    text: str
    distribution: tuple[str, int] | None  # the channel that overrides the usual one: type and e-invoice code
    created_time: datetime
    due_time: datetime | None
    completed_time: datetime | None


RUN_AT = time(4)  # no clock is ever moved over it, in summer or in winter


def next_run(now: datetime, zone: ZoneInfo) -> datetime:
    """When the next nightly run begins: four o'clock in a zone, strictly after a moment."""
    local = now.astimezone(zone)
    day = local.date() if local.time() < RUN_AT else local.date() + timedelta(days=1)
    return datetime.combine(day, RUN_AT, zone)


def due_time(action_type: ActionType, from_date: date | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When an action is to be done, None for at once."""
    kind = KINDS[action_type]
    if kind.by_night:
        return next_run(now, zone)
    if kind.from_a_day and from_date is not None and from_date > now.astimezone(zone).date():
        return datetime.combine(from_date, time(), zone)
    return None
