"""Reserving open amounts for payments that are on their way, and ending reservations.

A reservation ends once: used by the payment with its id, expired when its last valid day is over, or cancelled.
Whatever ends it locks the item first, then the reservation, so that none of them waits for another in a circle. The
item's reserved status moves in the same transaction; where a balance moves, the row that moves it brings the status
along (`store.book`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, broken, fault, not_found
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.domain.reservation import (
    Hold,
    NewReservation,
    ReservedStatus,
    Status,
    held,
    judge,
    reserved_status,
)
from reskontro.ledger.service.targets import Identifiers, Target, aim, find
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import reservations as store
from reskontro.ledger.store.reservations import Ended, Receiver, Reservation
from reskontro.platform import due_rows
from reskontro.platform.clock import business_day, end_of_business_day
from reskontro.platform.database import RunAgainError, Transaction

EXPIRY = "reservation-expiry"  # the kind of due work; its keys are reservations' UUIDs
SYSTEM = Actor("SYSTEM", "")
NAMES = (
    ("ar_item_id", "arItemId"),
    ("document_no", "documentNo"),
    ("document_uuid", "documentUuid"),
    ("reference_no", "referenceNo"),
    ("kid", "kid"),
)


class PaymentIdTakenError(RunAgainError):
    """Another transaction took the same payment id meanwhile."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A new reservation, and whom and what it reserves for, as that stood before."""

    reservation: Reservation
    receiver: Receiver

    @property
    def reserved_status(self) -> ReservedStatus:
        """How far the item is reserved now."""
        item = self.receiver.item
        if item is None:
            return ReservedStatus.NOT
        return reserved_status(item.balance_minor, item.reserved_minor + self.reservation.terms.amount_minor)


async def reserve(
    tx: Transaction, identifiers: Identifiers, new: NewReservation, now: datetime, actor: Actor, at: str
) -> Reserved:
    """Reserve an open amount of an item, or of a customer's account, for a payment that will come.

    The transaction holds the client's book with the postings, so that the customer is not deleted meanwhile. `at` leads
    the fields of the faults. Raises Refused with every fault: 404 where an identifier names nothing, else 422.
    """
    today = business_day(now)
    config = await config_store.read(tx, today)
    key = fold(new.payment_id)
    faults: list[Fault] = []
    if await store.is_taken(tx, key):
        faults.append(fault(Code.EXISTS, "paymentId already exists", f"{at}.paymentId", new.payment_id))
    target, unaimed = await _aimed(tx, identifiers, config, at)
    receiver = None if target is None else await _receiver(tx, target, now)
    item = None if receiver is None else receiver.item
    currency = "" if receiver is None else receiver.currency
    terms, broken_rules = judge(new, item, currency, config, today, named=_named(identifiers), at=at)
    faults += unaimed + broken_rules
    if faults or target is None or receiver is None or terms is None:
        raise _refusal(faults)
    made = Reservation(
        uuid4(), new.payment_id, receiver.account_no, receiver.customer_no, target.item, terms, new.text, now
    )
    expires_time = end_of_business_day(terms.valid_until)
    if not await store.add(tx, made, key, expires_time):
        raise PaymentIdTakenError
    if target.item is not None:
        await store.recompute(tx, [target.item], now)
    await due_rows.add(tx, EXPIRY, [str(made.reservation_uuid)], expires_time)
    entry = log_store.LogEntry(
        "RESERVATION",
        str(made.reservation_uuid),
        f"Payment reservation {made.payment_id} created",
        receiver.customer_no,
        201,
    )
    await log_store.add(tx, actor, now, [entry])
    return Reserved(made, receiver)


async def reserve_many(tx: Transaction, made: Sequence[Reservation], now: datetime, actor: Actor) -> None:
    """Reserve open amounts of items that the transaction has locked and judged, each with a payment id of its own.

    Raises PaymentIdTakenError where somebody has one of the ids: the use case is run again with others.
    """
    if not made:
        return
    expires = [end_of_business_day(each.terms.valid_until) for each in made]
    if await store.add_many(tx, made, [fold(each.payment_id) for each in made], expires, now) < len(made):
        raise PaymentIdTakenError
    await store.recompute(tx, sorted({each.item for each in made if each.item is not None}), now)
    keys = [str(each.reservation_uuid) for each in made]
    await due_rows.add_each(tx, EXPIRY, dict(zip(keys, expires, strict=True)))
    entries = [
        log_store.LogEntry(
            "RESERVATION",
            str(each.reservation_uuid),
            f"Payment reservation {each.payment_id} created",
            each.customer_no,
        )
        for each in made
    ]
    await log_store.add(tx, actor, now, entries)


async def release(
    tx: Transaction, payment_ids: Sequence[str], now: datetime, actor: Actor, status: Status = Status.USED
) -> None:
    """End the reservations of payments that were just posted. The payments' ids are taken by the same transaction.

    With another status, those of payments that will not come.
    """
    ended = await store.active_of_payments(tx, sorted({fold(one) for one in payment_ids}), now)
    if ended:
        await _end(tx, ended, status, now, actor)


async def cancel(
    tx: Transaction, item: ItemKey, payment_id: str, now: datetime, actor: Actor, field: str = "action.text"
) -> Ended:
    """End the reservation with a payment id on an item, for the action `CANCEL-RESERVATION`.

    `field` is where the payment id was given. Raises Refused: 404 where the item has no such reservation, 422
    (ARM-2013) where it has ended already.
    """
    found = await store.of_payment(tx, item, fold(payment_id), now)
    if found is None:
        raise not_found(field, payment_id, "The item has no reservation with this paymentId")
    reservation, status = found
    if status is Status.ACTIVE:
        if await _end(tx, [reservation], Status.CANCELLED, now, actor):
            return reservation
        raise RunAgainError("another transaction ended it meanwhile")
    message = "The reservation is {status} already"
    raise broken(fault(Code.STATE_NOT_ALLOWED, message, field, payment_id, status=status.value))


async def expire(tx: Transaction, keys: Sequence[str], now: datetime) -> None:
    """End those of some reservations whose last valid day is over; the others were ended before. A `DueHandler`."""
    ended = await store.past(tx, [UUID(key) for key in keys], now)
    if ended:
        await _end(tx, ended, Status.EXPIRED, now, SYSTEM)


async def end_past(tx: Transaction, account_no: int, now: datetime) -> None:
    """End a customer's reservations whose last valid day is over, before the sweep comes to them."""
    ended = await store.past_of_account(tx, account_no, now)
    if ended:
        await _end(tx, ended, Status.EXPIRED, now, SYSTEM)


async def reminder_holds(tx: Transaction, account_no: int, now: datetime) -> dict[ItemKey, Hold]:
    """The open items of a customer that are not to be reminded of, because payments for all of them are on their way.

    A hold also says whether it stops interest: what is reserved on the customer's account does not.
    """
    on_account = await store.on_account(tx, account_no, now)
    return held(await store.open_claims(tx, account_no, now), on_account)


async def held_on_account(tx: Transaction, accounts: Collection[int], now: datetime) -> set[ItemKey]:
    """The open items of some customers that what is reserved on the customers' accounts covers, or their own."""
    found: set[ItemKey] = set()
    for account_no in await store.accounts_reserved(tx, sorted(set(accounts)), now):
        found |= (await reminder_holds(tx, account_no, now)).keys()
    return found


async def _aimed(
    tx: Transaction, identifiers: Identifiers, config: Config, at: str
) -> tuple[Target | None, list[Fault]]:
    found = await find(tx, [identifiers], [], config)
    return aim(identifiers, found, config, tx.client_no, at)


async def _receiver(tx: Transaction, target: Target, now: datetime) -> Receiver:
    if target.item is not None:
        return await store.lock_item(tx, target.item, now)
    receiver = await store.customer(tx, target.account_no)
    assert receiver is not None, "no customer is deleted while the book is held"
    return receiver


def _named(identifiers: Identifiers) -> str:
    """The field by which the item was named, the most telling one."""
    return next((wire for name, wire in NAMES if getattr(identifiers, name)), "arItemId")


def _refusal(faults: list[Fault]) -> Refused:
    """404 where an identifier names nothing, which is told by the code of what is not found, else 422."""
    summary = "The payment reservation was rejected"
    unknown = Code.UNKNOWN_REFERENCE.value
    if not any(found.code == unknown for found in faults):
        return broken(faults, summary)
    told = [
        Fault(Code.NOT_FOUND.value, found.message, found.field, found.value, found.args)
        if found.code == unknown
        else found
        for found in faults
    ]
    return Refused(404, told, summary=summary)


async def _end(tx: Transaction, found: Sequence[Ended], status: Status, now: datetime, actor: Actor) -> bool:
    """End some reservations, whatever of them still can be; whether that was any."""
    items = sorted({one.item for one in found if one.item is not None})
    if items:
        await store.lock_states(tx, items)
    ended = await store.end(tx, [one.reservation_uuid for one in found], status, now)
    mine = [one for one in found if one.reservation_uuid in ended]
    if items and mine:
        await store.recompute(tx, sorted({one.item for one in mine if one.item is not None}), now)
    changes = [log_store.Change("status", Status.ACTIVE.value, status.value)]
    entries = [
        log_store.LogEntry(
            "RESERVATION",
            str(one.reservation_uuid),
            f"Payment reservation {one.payment_id} {TOLD[status]}",
            one.customer_no,
            200 if actor.http_method else None,
            changes=changes,
        )
        for one in mine
    ]
    if entries:
        await log_store.add(tx, actor, now, entries)
    return bool(mine)


TOLD = {Status.USED: "used", Status.EXPIRED: "expired", Status.CANCELLED: "cancelled"}
