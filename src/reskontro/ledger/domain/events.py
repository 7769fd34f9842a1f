"""What the ledger hands over to other parts of the product: events in an order that every consumer sees alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from reskontro.ledger.domain.payment import ItemKey


class EventKind(StrEnum):
    """What is to be acted on, with what the event's payload says."""

    COPY_WANTED = "COPY-WANTED"  # documentNo, documentUuid, distribution
    STATEMENT_WANTED = "STATEMENT-WANTED"  # customerNo, fromDate, toDate, distribution
    REMINDER_DUE = "REMINDER-DUE"  # arItemId, customerNo, level, dueDate, currency, balanceMinor, distribution
    TRANSFERRED = "DEBT-COLLECTION-TRANSFER"  # arItemId, customerNo, reminderLevel, dueDate, currency, balanceMinor
    WITHDRAWN = "DEBT-COLLECTION-WITHDRAWAL"  # arItemId, customerNo
    DEBIT_CLAIMED = "DIRECT-DEBIT-CLAIMED"  # arItemId, customerNo, claimNo, scheme, dueDate, currency, amountMinor
    DEBIT_REFUSED = "DIRECT-DEBIT-REFUSED"  # the same, with status (REFUSED, RETURNED …), reasonCode, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event before it has its number: what it is about, and what a consumer has to know."""

    kind: EventKind
    account_no: int
    item: ItemKey | None = None
    document_no: str = ""
    action_uuid: UUID | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """An event as it is stored."""

    event_no: int
    event: NewEvent
    created_time: datetime
