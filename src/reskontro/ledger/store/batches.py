"""Batches: arrival, progress, results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from reskontro.kernel.actor import Actor
from reskontro.platform.database import RunAgainError, Transaction
from reskontro.platform.json_text import encode

KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch whose turn it is."""

    batch_uuid: UUID
    batch_type: str
    batch_status: str
    user_id: str
    integration_id: str
    request_id: str
    total_count: int
    done_count: int
    bundle_no: int | None
    gl_lot_no: int | None
    file_uuid: UUID | None


async def add(
    tx: Transaction,
    *,
    batch_uuid: UUID,
    batch_type: str,
    scope: str,
    actor: Actor,
    total_count: int,
    payload: bytes | None,
    file_uuid: UUID | None,
    now: datetime,
) -> None:
    """Store a batch as received."""
    await tx.execute(
        """
        insert into batch (client_no, batch_uuid, batch_no, batch_type, batch_status, scope, user_id, integration_id,
            request_id, total_count, payload, file_uuid, received_time)
        values ($1, $2, nextval('batch_no'), $3, 'RECEIVED', $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        tx.client_no,
        batch_uuid,
        batch_type,
        scope,
        actor.user_id,
        actor.integration_id,
        actor.request_id,
        total_count,
        payload,
        file_uuid,
        now,
    )


async def next_waiting(tx: Transaction) -> Waiting | None:
    """The batch that arrived first and is not finished."""
    row = await tx.fetchrow(
        """
        select batch_uuid, batch_type, batch_status, user_id, integration_id, request_id, total_count, done_count,
            bundle_no, gl_lot_no, file_uuid
        from batch where client_no = $1 and batch_status in ('RECEIVED', 'PROCESSING') order by batch_no limit 1
        """,
        tx.client_no,
    )
    return None if row is None else Waiting(*row)


async def payload(tx: Transaction, batch_uuid: UUID) -> bytes:
    """The body that a batch came with."""
    body: bytes | None = await tx.fetchval(
        "select payload from batch where client_no = $1 and batch_uuid = $2", tx.client_no, batch_uuid
    )
    assert body is not None, "a batch keeps its body until it is finished"
    return body


async def start(tx: Transaction, batch_uuid: UUID, bundle_no: int | None, gl_lot_no: int | None, now: datetime) -> None:
    """Mark a batch as running, with the bundle and the lot that all its documents go into, if it has any."""
    await tx.execute(
        """
        update batch set batch_status = 'PROCESSING', started_time = $3, bundle_no = $4, gl_lot_no = $5
        where client_no = $1 and batch_uuid = $2 and batch_status = 'RECEIVED'
        """,
        tx.client_no,
        batch_uuid,
        now,
        bundle_no,
        gl_lot_no,
    )


async def advance(tx: Transaction, batch_uuid: UUID, done_count: int, count: int) -> None:
    """Take the next elements of a batch. Raises RunAgainError where somebody else has taken them."""
    taken = await tx.fetchval(
        """
        update batch set done_count = done_count + $4
        where client_no = $1 and batch_uuid = $2 and done_count = $3 and batch_status = 'PROCESSING' returning true
        """,
        tx.client_no,
        batch_uuid,
        done_count,
        count,
    )
    if not taken:
        raise RunAgainError


async def add_results(
    tx: Transaction, batch_uuid: UUID, first_item_no: int, results: Sequence[object], ok_count: int
) -> None:
    """Store the outcome of some elements and count them."""
    await tx.execute(
        "insert into batch_result (client_no, batch_uuid, first_item_no, results) values ($1, $2, $3, $4)",
        tx.client_no,
        batch_uuid,
        first_item_no,
        encode(results).decode(),
    )
    await tx.execute(
        """
        update batch set ok_count = ok_count + $3, failed_count = failed_count + $4
        where client_no = $1 and batch_uuid = $2
        """,
        tx.client_no,
        batch_uuid,
        ok_count,
        len(results) - ok_count,
    )


async def finish(tx: Transaction, batch_uuid: UUID, now: datetime) -> str:
    """Mark a batch as finished; its body is no longer needed. The status comes back."""
    status: str = await tx.fetchval(
        """
        update batch set completed_time = $3, payload = null,
            batch_status = case when failed_count = 0 then 'COMPLETED' when ok_count = 0 then 'REJECTED'
                else 'COMPLETED-WITH-ERRORS' end
        where client_no = $1 and batch_uuid = $2 returning batch_status
        """,
        tx.client_no,
        batch_uuid,
        now,
    )
    return status


async def one(tx: Transaction, batch_uuid: UUID, now: datetime) -> asyncpg.Record | None:
    """A batch that can be read: not of the house's own kinds, not older than it is kept."""
    return await tx.fetchrow(
        """
        select batch_uuid, batch_type, batch_status, scope, user_id, received_time, started_time, completed_time,
            total_count, ok_count, failed_count, bundle_no
        from batch
        where client_no = $1 and batch_uuid = $2 and received_time > $3 and batch_type <> 'FILE-IMPORT'
        """,
        tx.client_no,
        batch_uuid,
        now - KEPT,
    )


async def results(tx: Transaction, batch_uuid: UUID) -> list[str]:
    """The stored outcomes, in the order of the elements."""
    rows = await tx.fetch(
        """
        select results::text from batch_result where client_no = $1 and batch_uuid = $2 order by first_item_no
        """,
        tx.client_no,
        batch_uuid,
    )
    return [row["results"] for row in rows]
