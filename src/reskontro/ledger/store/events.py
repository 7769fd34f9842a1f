"""Ledger events: writing them in the transaction in which they happen, reading them so that none is passed over.

A number that was taken early can become visible late. Whoever writes holds the client's events together with the other
writers, from before a number is taken until the end of the transaction; a reader who has had the events alone for a
moment knows that whatever was numbered until then is there or will never be.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg

from reskontro.ledger.domain.events import EventKind, LedgerEvent, NewEvent
from reskontro.platform.database import Transaction
from reskontro.platform.json_text import decode, encode

# The key of the advisory lock: (kind, client). Lower kinds are taken elsewhere.
EVENTS_LOCK: Final = 8
WRITERS_WAIT: Final = "100ms"  # at most, behind a reader who waits for a long transaction


async def add(tx: Transaction, events: Sequence[NewEvent], now: datetime) -> None:
    """Write events, in order, with the transaction."""
    if not events:
        return
    await tx.execute(f"select pg_advisory_xact_lock_shared({EVENTS_LOCK}, {tx.client_no:d})")
    await tx.execute(
        """
        insert into ledger_event (client_no, event_no, kind, account_no, reference_no, reference_sequence_no,
            document_no, action_uuid, payload, created_time)
        select $1, nextval('ledger_event_no'), u.kind, u.account_no, u.reference_no, u.reference_sequence_no,
            u.document_no, u.action_uuid, u.payload::json, $2
        from unnest($3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::text[], $8::uuid[], $9::text[])
            as u (kind, account_no, reference_no, reference_sequence_no, document_no, action_uuid, payload)
        """,
        tx.client_no,
        now,
        [e.kind.value for e in events],
        [e.account_no for e in events],
        [None if e.item is None else e.item[0] for e in events],
        [None if e.item is None else e.item[1] for e in events],
        [e.document_no for e in events],
        [e.action_uuid for e in events],
        [encode(e.payload).decode() for e in events],
    )


async def settled_through(tx: Transaction, after: int) -> int:
    """The last number that can be read through without passing over an event; `after` where there is none beyond it.

    To be called in a transaction of its own, as short as can be: writers wait while it lasts. Where a writer's
    transaction takes long, nothing is said to be settled for now.
    """
    beyond = "select coalesce(max(event_no), $2) from ledger_event where client_no = $1 and event_no > $2"
    last: int = await tx.fetchval(beyond, tx.client_no, after)
    if last == after:
        return after
    await tx.execute(f"set local lock_timeout = '{WRITERS_WAIT}'")
    try:
        await tx.execute(f"select pg_advisory_xact_lock({EVENTS_LOCK}, {tx.client_no:d})")
    except asyncpg.LockNotAvailableError:
        raise NotSettledError from None
    settled: int = await tx.fetchval(beyond, tx.client_no, after)
    return settled


class NotSettledError(Exception):
    """A transaction that writes events is still under way."""


async def read(tx: Transaction, after: int, through: int, most: int) -> list[LedgerEvent]:
    """The events after a number and through another, in order."""
    rows = await tx.fetch(
        """
        select event_no, kind, account_no, reference_no, reference_sequence_no, document_no, action_uuid,
            payload::text as payload, created_time
        from ledger_event where client_no = $1 and event_no > $2 and event_no <= $3
        order by event_no limit $4
        """,
        tx.client_no,
        after,
        through,
        most,
    )
    return [
        LedgerEvent(
            row["event_no"],
            NewEvent(
                kind=EventKind(row["kind"]),
                account_no=row["account_no"],
                item=None if row["reference_no"] is None else (row["reference_no"], row["reference_sequence_no"]),
                document_no=row["document_no"],
                action_uuid=row["action_uuid"],
                payload=decode(row["payload"]),
            ),
            row["created_time"],
        )
        for row in rows
    ]


async def cursor(tx: Transaction, consumer: str) -> int:
    """The last number that a consumer has taken, 0 at its beginning."""
    found: int | None = await tx.fetchval(
        "select event_no from ledger_event_cursor where client_no = $1 and consumer = $2", tx.client_no, consumer
    )
    return found or 0


async def lock_cursor(tx: Transaction, consumer: str, now: datetime) -> int:
    """The same, locked, so that one process of a consumer takes events at a time."""
    await tx.execute(
        """
        insert into ledger_event_cursor (client_no, consumer, event_no, changed_time) values ($1, $2, 0, $3)
        on conflict do nothing
        """,
        tx.client_no,
        consumer,
        now,
    )
    found: int = await tx.fetchval(
        "select event_no from ledger_event_cursor where client_no = $1 and consumer = $2 for update",
        tx.client_no,
        consumer,
    )
    return found


async def move_cursor(tx: Transaction, consumer: str, event_no: int, now: datetime) -> None:
    """Write that a consumer has taken everything through a number."""
    await tx.execute(
        "update ledger_event_cursor set event_no = $3, changed_time = $4 where client_no = $1 and consumer = $2",
        tx.client_no,
        consumer,
        event_no,
        now,
    )
