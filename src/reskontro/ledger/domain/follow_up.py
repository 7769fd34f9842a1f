"""Following up items that are not paid: which reminder is next, what holds it, what may go to debt collection.

A stop blocks while today is not after its date; the item's and its customer's both hold. What is reserved as a whole
is left alone. The first reminder is due `reminder.daysAfterDue` days after the due date, each next one as many days
after the one before it, and none before the due date, moved or not, is that many days past. There are
`reminder.levels` of them. Source: arm-api, sections 2.6, 3.9 and 4 (Follow-up).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from reskontro.ledger.domain.codes import VoucherType
from reskontro.ledger.domain.config import Config

# The debit items that a customer is asked to pay; refunds, differences and reversals are not claims.
CLAIMS = frozenset(
    {
        VoucherType.OPENING_BALANCE,
        VoucherType.MANUAL,
        VoucherType.INVOICE,
        VoucherType.INTEREST_NOTE,
        VoucherType.FEE,
        VoucherType.TRANSFER,
    }
)
RESERVED = "RESERVED"


class DebtCollection(StrEnum):
    """Where an item is on its way to debt collection."""

    NOT = ""
    MARKED = "MARKED"  # the next nightly run hands it over
    TRANSFERRED = "TRANSFERRED"


class Hold(StrEnum):
    """Why nothing is sent or handed over."""

    NO_CLAIM = "NO-CLAIM"
    CLOSED = "CLOSED"
    NOT_OVERDUE = "NOT-OVERDUE"
    STOPPED = "STOPPED"
    CUSTOMER_STOPPED = "CUSTOMER-STOPPED"
    RESERVED = "RESERVED"
    IN_COLLECTION = "IN-COLLECTION"
    LAST_LEVEL = "LAST-LEVEL"
    TOO_EARLY = "TOO-EARLY"
    NOT_REMINDED = "NOT-REMINDED"


MESSAGES = {
    Hold.NO_CLAIM: "The item is not a claim",
    Hold.CLOSED: "The item is closed",
    Hold.NOT_OVERDUE: "The item is not overdue",
    Hold.STOPPED: "The item is stopped",
    Hold.CUSTOMER_STOPPED: "The customer is stopped",
    Hold.RESERVED: "The item is reserved for a payment",
    Hold.IN_COLLECTION: "The item is in debt collection",
    Hold.LAST_LEVEL: "The last reminder has been sent",
    Hold.TOO_EARLY: "The next reminder is not due yet",
    Hold.NOT_REMINDED: "No reminder has been sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedItem:
    """What follow-up looks at on an item; the balance is in minor units of its currency."""

    voucher_type: int
    balance_minor: int
    due_date: date
    reserved_status: str = ""
    reminder_level: int = 0
    last_reminder_date: date | None = None
    stop_reminder_until: date | None = None
    stop_debt_collection_until: date | None = None
    debt_collection_status: str = ""


@dataclass(frozen=True, slots=True)
class FollowedCustomer:
    """What follow-up looks at on a customer."""

    stop_reminder_until: date | None = None
    stop_debt_collection_until: date | None = None


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """A client's schedule of reminders."""

    days_after_due: int
    levels: int

    @classmethod
    def of(cls, config: Config) -> "ReminderRules":
        """As the client's settings have it."""
        return cls(config.number("reminder.daysAfterDue"), config.number("reminder.levels"))


@dataclass(frozen=True, slots=True)
class Step:
    """The next reminder of an item: its level, or why there is none now."""

    level: int
    holds: tuple[Hold, ...]

    @property
    def due(self) -> bool:
        """Whether it is to be sent."""
        return not self.holds


def next_step(
    item: FollowedItem, customer: FollowedCustomer, rules: ReminderRules, today: date, *, asked_for: bool = False
) -> Step:
    """The reminder that is next, with everything that holds it. One that is asked for does not wait for its day."""
    holds = _open_claim_holds(item, today)
    if stops(item.stop_reminder_until, today):
        holds.append(Hold.STOPPED)
    if stops(customer.stop_reminder_until, today):
        holds.append(Hold.CUSTOMER_STOPPED)
    if item.debt_collection_status != DebtCollection.NOT:
        holds.append(Hold.IN_COLLECTION)
    if item.reminder_level >= rules.levels:
        holds.append(Hold.LAST_LEVEL)
    elif not asked_for and Hold.NOT_OVERDUE not in holds and today < reminder_day(item, rules):
        holds.append(Hold.TOO_EARLY)
    return Step(item.reminder_level + 1, tuple(holds))


def reminder_day(item: FollowedItem, rules: ReminderRules) -> date:
    """The first day on which the next reminder may be sent; never two on one day."""
    first = item.due_date + timedelta(days=rules.days_after_due)
    if item.last_reminder_date is None:
        return first
    return max(first, item.last_reminder_date + timedelta(days=max(1, rules.days_after_due)))


def transfer_holds(
    item: FollowedItem, customer: FollowedCustomer, today: date, *, marked: bool = False
) -> tuple[Hold, ...]:
    """Everything that holds an item back from debt collection; `marked`: it is being handed over."""
    holds = _open_claim_holds(item, today)
    if stops(item.stop_debt_collection_until, today):
        holds.append(Hold.STOPPED)
    if stops(customer.stop_debt_collection_until, today):
        holds.append(Hold.CUSTOMER_STOPPED)
    if item.debt_collection_status != (DebtCollection.MARKED if marked else DebtCollection.NOT):
        holds.append(Hold.IN_COLLECTION)
    if item.reminder_level < 1:
        holds.append(Hold.NOT_REMINDED)
    return tuple(holds)


def stops(until: date | None, today: date) -> bool:
    """Whether a stop blocks: up to and including its date."""
    return until is not None and today <= until


def _open_claim_holds(item: FollowedItem, today: date) -> list[Hold]:
    holds = []
    if item.voucher_type not in CLAIMS or item.balance_minor < 0:
        holds.append(Hold.NO_CLAIM)
    elif item.balance_minor == 0:
        holds.append(Hold.CLOSED)
    if today <= item.due_date:
        holds.append(Hold.NOT_OVERDUE)
    if item.reserved_status == RESERVED:
        holds.append(Hold.RESERVED)
    return holds
