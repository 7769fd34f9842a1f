"""What each type of action checks of its target, and what it does. One row a type, at the end.

A check gives every fault; what it gives is told to the caller, or ends an action that was registered for later.
"""

from calendar import monthrange
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.actions import ActionStatus, ActionType
from reskontro.ledger.domain.customer import CustomerInput
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.events import EventKind, NewEvent
from reskontro.ledger.domain.follow_up import (
    MESSAGES,
    DebtCollection,
    Hold,
    ReminderRules,
    next_step,
    transfer_holds,
)
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service.actions.records import Deed
from reskontro.ledger.service.customers import Mode, write_customer
from reskontro.ledger.service.items import ItemUpdate, change_item, due_date_faults
from reskontro.ledger.service.periods import close_period, closing_faults
from reskontro.ledger.service.reminders import Reminder, channel, remind
from reskontro.ledger.service.reservations import cancel, held_on_account
from reskontro.ledger.store import actions as store
from reskontro.ledger.store import events as event_store
from reskontro.platform.database import Transaction

NOT_SENT = "N"
TO_DATE = "action.toDate"
ACTION_TYPE = "action.actionType"

Check = Callable[[Transaction, Deed], Awaitable[list[Fault]]]
Do = Callable[[Transaction, Deed], Awaitable[None]]


async def _nothing(tx: Transaction, deed: Deed) -> None:
    """Nothing is done."""


async def _fine(tx: Transaction, deed: Deed) -> list[Fault]:  # noqa: ARG001 - as its siblings
    """Nothing is wrong."""
    return []


@dataclass(frozen=True, slots=True)
class Effect:
    """A type's check and deed. `register` is done when it waits for later, `fail` when it cannot be done then."""

    check: Check
    do: Do
    register: Do = _nothing
    fail: Do = _nothing


def _stopping(field: str) -> Effect:
    """Set a stop of an item or a customer to `toDate`."""

    async def check(tx: Transaction, deed: Deed) -> list[Fault]:  # noqa: ARG001 - as its siblings
        until = deed.action.to_date
        assert until is not None, "the type needs it"
        if until < deed.today:
            return [fault(Code.DATE_RANGE, "A day that is not past is wanted", TO_DATE, until)]
        return []

    async def do(tx: Transaction, deed: Deed) -> None:
        await _set_stop(tx, deed, field)

    return Effect(check, do)


def _resuming(field: str) -> Effect:
    """Clear a stop of an item or a customer; one that is not there is no mistake."""

    async def do(tx: Transaction, deed: Deed) -> None:
        await _set_stop(tx, deed, field)

    return Effect(_fine, do)


async def _set_stop(tx: Transaction, deed: Deed, field: str) -> None:
    until, ground = deed.action.to_date, deed.ground
    if ground.item is not None:
        await change_item(tx, ground.item.ar_item_id, ItemUpdate(stops={field: until}), deed.now, deed.actor, "action")
        return
    stop: dict[str, Any] = {field: until or ""}
    given = CustomerInput(customer_no=ground.the_customer.customer_no, **stop)
    await write_customer(
        tx, deed.means.numbers, deed.means.cipher, ground.config, given, deed.now, deed.actor, Mode.UPDATE, "action"
    )


async def _check_deferral(tx: Transaction, deed: Deed) -> list[Fault]:  # noqa: ARG001 - as its siblings
    wanted, item = deed.action.to_date, deed.ground.the_item
    assert wanted is not None, "the type needs it"
    faults = due_date_faults(wanted, item.voucher_date, item.state.balance_minor, deed.today, TO_DATE)
    if not faults and wanted < item.state.due_date:
        message = "The due date is {day} and can only be deferred"
        faults.append(fault(Code.DATE_RANGE, message, TO_DATE, wanted, day=item.state.due_date.isoformat()))
    return faults


async def _defer(tx: Transaction, deed: Deed) -> None:
    update = ItemUpdate(due_date=deed.action.to_date)
    await change_item(tx, deed.ground.the_item.ar_item_id, update, deed.now, deed.actor, "action")


async def _check_copy(tx: Transaction, deed: Deed) -> list[Fault]:  # noqa: ARG001 - as its siblings
    document = deed.ground.document
    if document is None:
        return [fault(Code.TYPE_NOT_ALLOWED, "The item has no document", ACTION_TYPE, deed.action.action_type)]
    return _check_channel(deed, document.distribution_type)


async def _copy(tx: Transaction, deed: Deed) -> None:
    document = deed.ground.document
    assert document is not None, "it was checked"
    event = _event(
        deed, EventKind.COPY_WANTED, {"documentNo": document.document_no, "documentUuid": str(document.document_uuid)}
    )
    await event_store.add(tx, [event], deed.now)


async def _check_statement(tx: Transaction, deed: Deed) -> list[Fault]:  # noqa: ARG001 - as its siblings
    faults = _check_channel(deed, deed.ground.the_customer.distribution_type)
    until = deed.action.to_date
    if until is not None and until > deed.today:
        faults.append(fault(Code.DATE_RANGE, "A day that is not ahead is wanted", TO_DATE, until))
    return faults


async def _statement(tx: Transaction, deed: Deed) -> None:
    action = deed.action
    days = {"fromDate": action.from_date, "toDate": action.to_date}
    told = {name: day.isoformat() for name, day in days.items() if day is not None}
    event = _event(deed, EventKind.STATEMENT_WANTED, {"customerNo": deed.ground.the_customer.customer_no} | told)
    await event_store.add(tx, [event], deed.now)


async def _check_reminder(tx: Transaction, deed: Deed) -> list[Fault]:
    item, customer = deed.ground.the_item, deed.ground.the_customer
    rules = ReminderRules.of(deed.ground.config)
    holds = next_step(item.state, customer.stops, rules, deed.today, asked_for=True).holds
    if Hold.RESERVED not in holds and _key(deed) in await held_on_account(tx, [item.ar_item_id.account_no], deed.now):
        holds += (Hold.RESERVED,)
    faults = _held(deed, holds)
    if any(uuid != deed.action.action_uuid for uuid in await store.registered(tx, deed.action.action_type, _key(deed))):
        faults.append(fault(Code.STATE_NOT_ALLOWED, "The action is registered already", ACTION_TYPE))
    return faults


async def _remind(tx: Transaction, deed: Deed) -> None:
    item = deed.ground.the_item
    reminder = Reminder(
        item=item.ar_item_id,
        customer_no=deed.ground.the_customer.customer_no,
        level=item.state.reminder_level + 1,
        due_date=item.state.due_date,
        currency=item.currency,
        balance_minor=item.state.balance_minor,
        action_uuid=deed.action.action_uuid,
        distribution=deed.action.distribution,
    )
    await remind(tx, [reminder], deed.today, deed.now, deed.actor)


async def _check_transfer(tx: Transaction, deed: Deed) -> list[Fault]:  # noqa: ARG001 - as its siblings
    item, customer = deed.ground.the_item, deed.ground.the_customer
    marked = deed.action.due_time is not None and deed.now >= deed.action.due_time
    return _held(deed, transfer_holds(item.state, customer.stops, deed.today, marked=marked))


async def _mark(tx: Transaction, deed: Deed) -> None:
    await store.set_debt_collection(tx, _key(deed), DebtCollection.MARKED, deed.now)


async def _unmark(tx: Transaction, deed: Deed) -> None:
    if deed.ground.the_item.state.debt_collection_status == DebtCollection.MARKED:
        await store.set_debt_collection(tx, _key(deed), DebtCollection.NOT, deed.now)


async def _transfer(tx: Transaction, deed: Deed) -> None:
    item = deed.ground.the_item
    await store.set_debt_collection(tx, _key(deed), DebtCollection.TRANSFERRED, deed.now)
    told = {
        "reminderLevel": item.state.reminder_level,
        "dueDate": item.state.due_date.isoformat(),
        "currency": item.currency,
        "balanceMinor": item.state.balance_minor,
    }
    await event_store.add(tx, [_event(deed, EventKind.TRANSFERRED, _of_item(deed) | told)], deed.now)


async def _check_withdrawal(tx: Transaction, deed: Deed) -> list[Fault]:  # noqa: ARG001 - as its siblings
    if deed.ground.the_item.state.debt_collection_status == DebtCollection.NOT:
        return [fault(Code.STATE_NOT_ALLOWED, "The item is not in debt collection", ACTION_TYPE)]
    return []


async def _withdraw(tx: Transaction, deed: Deed) -> None:
    """Take an item back: what only was marked is not handed over, what was handed over is told of."""
    status = deed.ground.the_item.state.debt_collection_status
    await store.set_debt_collection(tx, _key(deed), DebtCollection.NOT, deed.now)
    for action_uuid in await store.registered(tx, ActionType.TRANSFER, _key(deed)):
        await store.finish(tx, action_uuid, ActionStatus.FAILED, deed.now, "The transfer was withdrawn")
    if status != DebtCollection.MARKED:
        await event_store.add(tx, [_event(deed, EventKind.WITHDRAWN, _of_item(deed))], deed.now)


async def _cancel(tx: Transaction, deed: Deed) -> None:
    await cancel(tx, _key(deed), deed.action.text, deed.now, deed.actor, "action.text")


async def _check_closing(tx: Transaction, deed: Deed) -> list[Fault]:
    day = deed.action.to_date
    assert day is not None, "the type needs it"
    if day.day != monthrange(day.year, day.month)[1]:
        return [fault(Code.DATE_RANGE, "The last day of a period is wanted", TO_DATE, day)]
    if day > deed.today:
        return [fault(Code.DATE_RANGE, "A day that is not ahead is wanted", TO_DATE, day)]
    return await closing_faults(tx, Period.of(day), TO_DATE)


async def _close(tx: Transaction, deed: Deed) -> None:
    assert deed.action.to_date is not None, "the type needs it"
    await close_period(tx, Period.of(deed.action.to_date), deed.now, deed.actor)


def _check_channel(deed: Deed, usual: str) -> list[Fault]:
    """Something is sent only where there is a channel for it."""
    if deed.action.distribution is None and usual == NOT_SENT:
        message = "Nothing is sent by the usual channel; another one is wanted"
        return [fault(Code.STATE_NOT_ALLOWED, message, "action.distribution", usual)]
    return []


def _held(deed: Deed, holds: Iterable[Hold]) -> list[Fault]:
    faults = []
    for hold in holds:
        code = Code.TYPE_NOT_ALLOWED if hold is Hold.NO_CLAIM else Code.STATE_NOT_ALLOWED
        faults.append(fault(code, MESSAGES[hold], ACTION_TYPE, deed.action.action_type))
    return faults


def _key(deed: Deed) -> ItemKey:
    item = deed.ground.the_item.ar_item_id
    return item.reference_no, item.reference_sequence_no


def _of_item(deed: Deed) -> dict[str, object]:
    return {"arItemId": str(deed.ground.the_item.ar_item_id), "customerNo": deed.ground.the_customer.customer_no}


def _event(deed: Deed, kind: EventKind, told: Mapping[str, object]) -> NewEvent:
    action, ground = deed.action, deed.ground
    assert action.account_no is not None, "events are about customers"
    return NewEvent(
        kind=kind,
        account_no=action.account_no,
        item=action.item,
        document_no="" if ground.document is None else ground.document.document_no,
        action_uuid=action.action_uuid,
        payload={**told, **channel(action.distribution)},
    )


REMINDERS, COLLECTION, INTEREST = "stop_reminder_until", "stop_debt_collection_until", "stop_interest_calc_until"

EFFECTS: Mapping[ActionType, Effect] = {
    ActionType.STOP_REMINDER: _stopping(REMINDERS),
    ActionType.RESUME_REMINDER: _resuming(REMINDERS),
    ActionType.STOP_DEBT_COLLECTION: _stopping(COLLECTION),
    ActionType.RESUME_DEBT_COLLECTION: _resuming(COLLECTION),
    ActionType.STOP_INTEREST: _stopping(INTEREST),
    ActionType.RESUME_INTEREST: _resuming(INTEREST),
    ActionType.DEFER_DUE_DATE: Effect(_check_deferral, _defer),
    ActionType.SEND_COPY: Effect(_check_copy, _copy),
    ActionType.SEND_REMINDER: Effect(_check_reminder, _remind),
    ActionType.SEND_STATEMENT: Effect(_check_statement, _statement),
    ActionType.TRANSFER: Effect(_check_transfer, _transfer, register=_mark, fail=_unmark),
    ActionType.WITHDRAW: Effect(_check_withdrawal, _withdraw),
    ActionType.CANCEL_RESERVATION: Effect(_fine, _cancel),
    ActionType.CLOSE_PERIOD: Effect(_check_closing, _close),
}
