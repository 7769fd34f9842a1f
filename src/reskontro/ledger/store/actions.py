"""Actions: the instructions as given, what moves on them, and what their targets look like."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.actions import Action, ActionStatus, ActionType
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.payment import ItemKey
from reskontro.platform.database import Transaction

_SELECT = """
    select a.action_uuid, a.action_id, a.action_type, s.action_status, a.account_no, a.reference_no,
        a.reference_sequence_no, a.from_date, a.to_date, a.reason_code, a.action_text, a.distribution_type,
        a.einvoice_code, a.created_time, s.due_time, s.completed_time, a.fingerprint, a.user_id, a.integration_id,
        a.request_id
    from action a
    join action_state s on s.client_no = a.client_no and s.action_uuid = a.action_uuid
    where a.client_no = $1 and s.client_no = $1
"""


async def add(tx: Transaction, action: Action, fingerprint: bytes, actor: Actor) -> bool:
    """Write an action with its state; False where another one has its id."""
    reference_no, sequence_no = action.item or (None, None)
    channel, einvoice_code = action.distribution or (None, None)
    written = await tx.fetchval(
        """
        with added as (
            insert into action (client_no, action_uuid, action_id, action_id_key, fingerprint, action_type, account_no,
                reference_no, reference_sequence_no, from_date, to_date, reason_code, action_text, distribution_type,
                einvoice_code, user_id, integration_id, request_id, created_time)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            on conflict do nothing
            returning true
        ), moving as (
            insert into action_state (client_no, action_uuid, action_status, due_time, completed_time, failure,
                changed_time)
            select $1, $2, $20, $21, $22, '', $19 where exists (select from added)
        )
        select true from added
        """,
        tx.client_no,
        action.action_uuid,
        action.action_id,
        fold(action.action_id) if action.action_id else None,
        fingerprint,
        action.action_type.value,
        action.account_no,
        reference_no,
        sequence_no,
        action.from_date,
        action.to_date,
        action.reason_code,
        action.text,
        channel,
        einvoice_code,
        actor.user_id,
        actor.integration_id,
        actor.request_id,
        action.created_time,
        action.status.value,
        action.due_time,
        action.completed_time,
    )
    return written is not None


async def by_id(tx: Transaction, action_id: str) -> tuple[Action, bytes] | None:
    """The action with a client's id, in whatever case, and the fingerprint of what was sent."""
    row = await tx.fetchrow(f"{_SELECT} and a.action_id_key = $2", tx.client_no, fold(action_id))
    return None if row is None else (_action(row), row["fingerprint"])


async def next_due(tx: Transaction, now: datetime) -> tuple[Action, Actor] | None:
    """The registered action that has been due longest, locked, and on whose behalf it is done."""
    row = await tx.fetchrow(
        f"""
        {_SELECT} and s.action_status = 'REGISTERED' and s.due_time <= $2
        order by s.due_time, a.created_time, a.action_uuid
        limit 1
        for update of s
        """,
        tx.client_no,
        now,
    )
    if row is None:
        return None
    return _action(row), Actor("SYSTEM", row["user_id"], row["integration_id"], row["request_id"])


async def finish(tx: Transaction, action_uuid: UUID, status: ActionStatus, now: datetime, failure: str = "") -> None:
    """Say how a registered action ended."""
    tag = await tx.execute(
        """
        update action_state set action_status = $3, completed_time = $4, failure = $5, changed_time = $4
        where client_no = $1 and action_uuid = $2 and action_status = 'REGISTERED'
        """,
        tx.client_no,
        action_uuid,
        status.value,
        now,
        failure,
    )
    assert tag == "UPDATE 1", "a registered action ends once"


async def registered(tx: Transaction, action_type: ActionType, item: ItemKey) -> list[UUID]:
    """The actions of a type that wait for their time with an item."""
    rows = await tx.fetch(
        """
        select a.action_uuid
        from action a
        join action_state s on s.client_no = a.client_no and s.action_uuid = a.action_uuid
        where a.client_no = $1 and s.client_no = $1 and a.action_type = $2
            and a.reference_no = $3 and a.reference_sequence_no = $4 and s.action_status = 'REGISTERED'
        """,
        tx.client_no,
        action_type.value,
        *item,
    )
    return [row["action_uuid"] for row in rows]


async def lock_item(tx: Transaction, item: ItemKey) -> asyncpg.Record:
    """What follow-up and deferral look at on an item, whose state is locked."""
    row = await tx.fetchrow(
        """
        select i.voucher_type, s.currency_balance_minor as balance_minor, s.due_date, s.reserved_status,
            s.reminder_level, s.last_reminder_date, s.stop_reminder_until, s.stop_debt_collection_until,
            s.debt_collection_status, i.voucher_date, i.currency, i.account_no
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and i.reference_no = $2 and i.reference_sequence_no = $3
        for update of s
        """,
        tx.client_no,
        *item,
    )
    assert row is not None, "items are never deleted"
    return row


async def customer(tx: Transaction, account_no: int) -> asyncpg.Record | None:
    """What actions look at on a customer; None where it was deleted meanwhile."""
    return await tx.fetchrow(
        """
        select customer_no, stop_reminder_until, stop_debt_collection_until, distribution_type
        from customer where client_no = $1 and account_no = $2
        """,
        tx.client_no,
        account_no,
    )


async def document(tx: Transaction, item: ItemKey) -> asyncpg.Record | None:
    """The document of an item; not every item has one."""
    return await tx.fetchrow(
        """
        select document_no, document_uuid, document_type, distribution_type
        from document where client_no = $1 and reference_no = $2 and reference_sequence_no = $3
        """,
        tx.client_no,
        *item,
    )


async def set_debt_collection(tx: Transaction, item: ItemKey, status: str, now: datetime) -> None:
    """Write where a locked item is on its way to debt collection."""
    tag = await tx.execute(
        """
        update ar_item_state set debt_collection_status = $4, changed_time = $5
        where client_no = $1 and reference_no = $2 and reference_sequence_no = $3
        """,
        tx.client_no,
        *item,
        status,
        now,
    )
    assert tag == "UPDATE 1", "the row is locked"


def _action(row: asyncpg.Record) -> Action:
    item: Any = None if row["reference_no"] is None else (row["reference_no"], row["reference_sequence_no"])
    channel = row["distribution_type"]
    return Action(
        action_uuid=row["action_uuid"],
        action_id=row["action_id"],
        action_type=ActionType(row["action_type"]),
        status=ActionStatus(row["action_status"]),
        account_no=row["account_no"],
        item=item,
        from_date=row["from_date"],
        to_date=row["to_date"],
        reason_code=row["reason_code"],
        text=row["action_text"],
        distribution=None if channel is None else (channel, row["einvoice_code"]),
        created_time=row["created_time"],
        due_time=row["due_time"],
        completed_time=row["completed_time"],
    )
