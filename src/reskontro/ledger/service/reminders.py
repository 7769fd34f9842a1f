"""Reminding: the level of some items moves on, and each leaves an event for whoever makes and sends the reminder.

No document and no fee comes about here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.events import EventKind, NewEvent
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.store import events as event_store
from reskontro.ledger.store import follow_up as store
from reskontro.ledger.store import log as log_store
from reskontro.platform.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder that is due: of which locked item, to which level. The balance is in minor units."""

    item: ArItemId
    customer_no: str
    level: int
    due_date: date
    currency: str
    balance_minor: int
    action_uuid: UUID | None = None  # of the action that asked for it
    distribution: tuple[str, int] | None = None


async def remind(tx: Transaction, reminders: Sequence[Reminder], today: date, now: datetime, actor: Actor) -> None:
    """Move the items' levels on, and leave an event and a log item for each."""
    if not reminders:
        return
    keys = [(r.item.reference_no, r.item.reference_sequence_no) for r in reminders]
    await store.remind(tx, keys, [r.level for r in reminders], today, now)
    await event_store.add(tx, [_event(r) for r in reminders], now)
    entries = [
        log_store.LogEntry(
            "AR-ITEM",
            str(r.item),
            f"Reminder {r.level} is due",
            r.customer_no,
            changes=[log_store.Change("reminderLevel", str(r.level - 1), str(r.level))],
        )
        for r in reminders
    ]
    await log_store.add(tx, actor, now, entries)


def _event(reminder: Reminder) -> NewEvent:
    item = reminder.item
    return NewEvent(
        kind=EventKind.REMINDER_DUE,
        account_no=item.account_no,
        item=(item.reference_no, item.reference_sequence_no),
        action_uuid=reminder.action_uuid,
        payload={
            "arItemId": str(item),
            "customerNo": reminder.customer_no,
            "level": reminder.level,
            "dueDate": reminder.due_date.isoformat(),
            "currency": reminder.currency,
            "balanceMinor": reminder.balance_minor,
        }
        | channel(reminder.distribution),
    )


def channel(distribution: tuple[str, int] | None) -> dict[str, object]:
    """An overriding channel as a member of a payload, nothing where the usual one is meant."""
    if distribution is None:
        return {}
    return {"distribution": {"type": distribution[0], "einvoiceCode": distribution[1]}}
