"""Changing what may change on an AR item: due date, texts, stops."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.errors import Code, broken, fault, not_found
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.store import items as store
from reskontro.ledger.store import log as log_store
from reskontro.platform.clock import business_day
from reskontro.platform.database import Transaction

LATEST_DUE = timedelta(days=365)
STOPS = ("stop_reminder_until", "stop_debt_collection_until", "stop_interest_calc_until")
_CHANGEABLE = (
    ("due_date", "dueDate"),
    ("transaction_text", "transactionText"),
    ("external_id1", "externalId1"),
    ("ledger_note", "ledgerNote"),
    ("stop_reminder_until", "stopReminderUntil"),
    ("stop_debt_collection_until", "stopDebtCollectionUntil"),
    ("stop_interest_calc_until", "stopInterestCalcUntil"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUpdate:
    """What is to change on an item; None is unchanged. `stops` names those that change, None among them clears."""

    due_date: date | None = None
    transaction_text: str | None = None
    external_id1: str | None = None
    ledger_note: str | None = None
    stops: Mapping[str, date | None] = field(default_factory=dict)


async def change_item(
    tx: Transaction, item: ArItemId, wanted: ItemUpdate, now: datetime, actor: Actor, at: str = "arItem"
) -> None:
    """Change an item and tell the log of it. `at` is where the change stands in the body, for the faults' paths.

    Raises Refused: 404 where there is no such item, 422 where it may not have that due date.
    """
    row = await store.lock(tx, item) if item.client_no == tx.client_no else None
    if row is None:
        raise not_found(f"{at}.arItemId", item)
    if wanted.due_date is not None:
        faults = due_date_faults(
            wanted.due_date, row["voucher_date"], row["currency_balance_minor"], business_day(now), f"{at}.dueDate"
        )
        if faults:
            raise broken(faults, "The AR item was not changed")
    changed: dict[str, Any] = {
        "due_date": wanted.due_date or row["due_date"],
        "transaction_text": _kept(wanted.transaction_text, row["transaction_text"]),
        "external_id1": _kept(wanted.external_id1, row["external_id1"]),
        "ledger_note": _kept(wanted.ledger_note, row["ledger_note"]) or None,
    } | {name: wanted.stops.get(name, row[name]) for name in STOPS}
    await store.change(
        tx,
        item,
        due_date=changed["due_date"],
        transaction_text=changed["transaction_text"],
        external_id1=changed["external_id1"],
        ledger_note=changed["ledger_note"],
        stops=[changed[name] for name in STOPS],
        now=now,
    )
    changes = [
        log_store.Change(wire, _text(row[name]), _text(changed[name]))
        for name, wire in _CHANGEABLE
        if _text(row[name]) != _text(changed[name])
    ]
    entry = log_store.LogEntry("AR-ITEM", str(item), "AR item updated", row["customer_no"], 200, changes=changes)
    await log_store.add(tx, actor, now, [entry])


def due_date_faults(wanted: date, voucher_date: date, balance_minor: int, today: date, at: str) -> list[Fault]:
    """What is wrong with a new due date: only of an open item, from its voucher date to a year ahead."""
    faults = []
    if balance_minor == 0:
        faults.append(fault(Code.BALANCE, "The item is closed", at, wanted))
    if not voucher_date <= wanted <= today + LATEST_DUE:
        faults.append(
            fault(
                Code.DATE_RANGE,
                "From {first} to {last} is allowed",
                at,
                wanted,
                first=voucher_date.isoformat(),
                last=(today + LATEST_DUE).isoformat(),
            )
        )
    return faults


def _kept(given: str | None, stored: str | None) -> str:
    return (stored or "") if given is None else given


def _text(value: object) -> str:
    return "" if value is None else str(value)
