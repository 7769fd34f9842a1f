"""One action: found, judged, and done at once or registered for its time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import asyncpg

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.actions import (
    KINDS,
    Action,
    ActionStatus,
    ActionType,
    Aim,
    Kind,
    due_time,
    lacking,
    misplaced,
)
from reskontro.ledger.domain.codes import (
    ACTION_TYPES,
    DISTRIBUTION_TYPES,
    EINVOICE_CODES,
    REASON_CODES,
    canonical,
)
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, broken, denied, fault, invalid, missing
from reskontro.ledger.domain.follow_up import FollowedCustomer, FollowedItem
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.service.actions.effects import EFFECTS, NOT_SENT
from reskontro.ledger.service.actions.records import (
    CustomerGround,
    Deed,
    DocumentGround,
    Ground,
    ItemGround,
    Means,
    NewAction,
)
from reskontro.ledger.service.targets import Target, aim, find
from reskontro.ledger.store import actions as store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.platform.clock import OSLO, business_day
from reskontro.platform.database import BookLock, RunAgainError, Transaction
from reskontro.platform.languages import text

AT = "action"
REFUSED = "The action was refused"
_FOLLOWED_ITEM = tuple(FollowedItem.__dataclass_fields__)
_FOLLOWED_CUSTOMER = tuple(FollowedCustomer.__dataclass_fields__)


class ActionTakenError(RunAgainError):
    """Another transaction made an action of the same id meanwhile."""


class CustomerGoneError(RunAgainError):
    """Another transaction deleted the customer meanwhile."""


async def act(tx: Transaction, means: Means, new: NewAction, now: datetime, actor: Actor) -> Action:
    """Do an action, or register it for its time; the one that was sent before where it is the same.

    Raises Refused: 422 with every rule that is broken, 400 for a form that the type does not have, 403 for a type
    that is not enabled, 404 for a target that does not exist.
    """
    today = business_day(now)
    config = await config_store.read(tx, today)
    new, faults = _listed(new)
    action_type = _enabled_type(new, faults, config)
    kind = KINDS[action_type]
    if kind.aim is Aim.CLIENT:
        await tx.hold_book(BookLock.EXCLUSIVE)
    earlier = await store.by_id(tx, new.action_id) if new.action_id else None
    if earlier is not None and earlier[1] == new.fingerprint:
        return earlier[0]
    if earlier is not None:
        faults.append(fault(Code.EXISTS, "actionId already exists", f"{AT}.actionId", new.action_id))
    if new.from_date is not None and new.to_date is not None and new.to_date < new.from_date:
        message = "The last day is before the first"
        faults.append(fault(Code.DATE_RANGE, message, f"{AT}.toDate", new.to_date))
    target, more = await _target(tx, kind, new, config)
    faults += more
    if target is None and kind.aim is not Aim.CLIENT:
        raise broken(faults, REFUSED)
    action = _made(new, action_type, target, now)
    deed = Deed(action, await _ground(tx, action, config), means, now, today, actor)
    if target is not None and deed.ground.customer is None:
        raise CustomerGoneError
    effect = EFFECTS[action_type]
    faults += await effect.check(tx, deed)
    if faults:
        raise broken(faults, REFUSED)
    if not await store.add(tx, action, new.fingerprint, actor):
        raise ActionTakenError
    await (effect.do if action.due_time is None else effect.register)(tx, deed)
    await log_store.add(tx, actor, now, [_entry(deed, action.status, told=True)])
    return action


async def do_next_due(tx: Transaction, means: Means, now: datetime) -> bool:
    """Do the registered action that has been due longest, or let it fail; False where none is due.

    The transaction has claimed the client's follow-up.
    """
    found = await store.next_due(tx, now)
    if found is None:
        return False
    action, actor = found
    config = await config_store.read(tx, business_day(now))
    deed = Deed(action, await _ground(tx, action, config), means, now, business_day(now), actor)
    effect = EFFECTS[action.action_type]
    faults = [fault(Code.UNKNOWN_REFERENCE, "The customer is no more")] if deed.ground.customer is None else []
    faults = faults or await effect.check(tx, deed)
    status = ActionStatus.FAILED if faults else ActionStatus.COMPLETED
    failure = "; ".join(text("en", one.message, one.args) for one in faults)
    await (effect.fail if faults else effect.do)(tx, deed)
    await store.finish(tx, action.action_uuid, status, now, failure)
    await log_store.add(tx, actor, now, [_entry(deed, status, failure)])
    return True


def _listed(new: NewAction) -> tuple[NewAction, list[Fault]]:
    """The action with its codes in their lists' spelling, and those that are in no list."""
    faults: list[Fault] = []

    def listed(code: str, codes: tuple[str, ...], name: str) -> str:
        known = canonical(code, codes)
        if known is None:
            message = "The value is not one of {codes}"
            faults.append(fault(Code.NOT_IN_LIST, message, f"{AT}.{name}", code, codes=", ".join(codes)))
        return known or code

    new = replace(
        new,
        action_type=listed(new.action_type, ACTION_TYPES, "actionType"),
        reason_code=listed(new.reason_code, REASON_CODES, "reasonCode") if new.reason_code else "",
    )
    if new.distribution is not None:
        channel, einvoice_code = new.distribution
        listed_channel = listed(channel, DISTRIBUTION_TYPES, "distribution.type")
        new = replace(new, distribution=(listed_channel, einvoice_code))
        if einvoice_code not in EINVOICE_CODES:
            codes = ", ".join(map(str, EINVOICE_CODES))
            at = f"{AT}.distribution.einvoiceCode"
            message = "The value is not one of {codes}"
            faults.append(fault(Code.NOT_IN_LIST, message, at, einvoice_code, codes=codes))
    return new, faults


def _enabled_type(new: NewAction, faults: list[Fault], config: Config) -> ActionType:
    """The type of an action whose codes were looked up; raises Refused where it cannot be one for this client."""
    if new.action_type not in ACTION_TYPES:
        raise broken(faults, REFUSED)
    if new.action_type not in config.many("action.types"):
        message = "The action is not enabled for this client"
        raise denied(fault(Code.NOT_ENABLED, message, f"{AT}.actionType", new.action_type))
    action_type = ActionType(new.action_type)
    wrong_form = _form_faults(action_type, new)
    if wrong_form:
        raise invalid(*wrong_form)
    return action_type


def _made(new: NewAction, action_type: ActionType, target: Target | None, now: datetime) -> Action:
    due = due_time(action_type, new.from_date, now, OSLO)
    return Action(
        action_uuid=uuid4(),
        action_id=new.action_id,
        action_type=action_type,
        status=ActionStatus.COMPLETED if due is None else ActionStatus.REGISTERED,
        account_no=None if target is None else target.account_no,
        item=None if target is None else target.item,
        from_date=new.from_date,
        to_date=new.to_date,
        reason_code=new.reason_code,
        text=new.text,
        distribution=new.distribution,
        created_time=now,
        due_time=due,
        completed_time=now if due is None else None,
    )


def _form_faults(action_type: ActionType, new: NewAction) -> list[Fault]:
    """Fields that the type cannot do without, and fields that it does not take."""
    message = "The action {action} does not take this field"
    faults = [missing(f"{AT}.{name}") for name in lacking(action_type, new.sent)]
    faults += [
        fault(Code.COMBINATION, message, f"{AT}.{name}", action=action_type)
        for name in misplaced(action_type, new.sent)
    ]
    if "distribution" in KINDS[action_type].takes and new.distribution and new.distribution[0] == NOT_SENT:
        message = "A channel by which something is sent is wanted"
        faults.append(fault(Code.COMBINATION, message, f"{AT}.distribution.type", NOT_SENT))
    return faults


async def _target(tx: Transaction, kind: Kind, new: NewAction, config: Config) -> tuple[Target | None, list[Fault]]:
    """What the action is aimed at, or why at nothing; raises Refused (404) where an identifier names nothing."""
    if kind.aim is Aim.CLIENT:
        return None, []
    found = await find(tx, [new.identifiers], [], config)
    target, faults = aim(new.identifiers, found, config, tx.client_no, AT)
    if any(one.code == Code.UNKNOWN_REFERENCE for one in faults):
        placed = [
            replace(one, code=Code.NOT_FOUND.value) if one.code == Code.UNKNOWN_REFERENCE else one for one in faults
        ]
        raise Refused(404, placed, summary="Not found")
    if target is not None and kind.aim in {Aim.ITEM, Aim.DOCUMENT} and target.item is None:
        return None, [fault(Code.NO_IDENTIFIER, "An item is wanted", f"{AT}.arItemId")]
    if target is not None and kind.aim is Aim.CUSTOMER and target.item is not None:
        return None, [fault(Code.NO_IDENTIFIER, "A customer is wanted", f"{AT}.customerNo")]
    return target, faults


async def _ground(tx: Transaction, action: Action, config: Config) -> Ground:
    """What the target looks like, an item locked."""
    if action.account_no is None:
        return Ground(config)
    row = await store.customer(tx, action.account_no)
    customer = None
    if row is not None:
        stops = FollowedCustomer(*(row[name] for name in _FOLLOWED_CUSTOMER))
        customer = CustomerGround(row["customer_no"], stops, row["distribution_type"])
    if action.item is None:
        return Ground(config, customer)
    item = _item_ground(tx.client_no, action.item, await store.lock_item(tx, action.item))
    document = None
    if KINDS[action.action_type].aim is Aim.DOCUMENT:
        row = await store.document(tx, action.item)
        if row is not None:
            document = DocumentGround(row["document_no"], row["document_uuid"], row["distribution_type"])
    return Ground(config, customer, item, document)


def _item_ground(client_no: int, key: ItemKey, row: asyncpg.Record) -> ItemGround:
    state = FollowedItem(**{name: row[name] for name in _FOLLOWED_ITEM})
    return ItemGround(ArItemId(client_no, row["account_no"], *key), row["currency"], row["voucher_date"], state)


def _entry(deed: Deed, status: ActionStatus, failure: str = "", *, told: bool = False) -> log_store.LogEntry:
    """What the log says; what the caller told is in the first entry of an action only."""
    action, customer = deed.action, deed.ground.customer
    customer_no = "" if customer is None else customer.customer_no
    changes: Sequence[log_store.Change] = _changes(action) if told else ()
    return log_store.LogEntry(
        "ACTION",
        str(action.action_uuid),
        f"{action.action_type} {status}" + (f": {failure}" if failure else ""),
        customer_no,
        201 if told else None,
        level="WARNING" if failure else "INFO",
        changes=changes,
    )


def _changes(action: Action) -> list[log_store.Change]:
    """What was given with the action."""
    told = {
        "actionId": action.action_id,
        "arItemId": "" if action.item is None else "-".join(map(str, action.item)),
        "fromDate": action.from_date,
        "toDate": action.to_date,
        "reasonCode": action.reason_code,
        "text": action.text,
        "distribution.type": "" if action.distribution is None else action.distribution[0],
    }
    return [log_store.Change(name, "", str(value)) for name, value in told.items() if value]
