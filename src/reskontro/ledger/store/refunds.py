"""Refunds: the rows, and what of a credit they hold."""

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg

from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.domain.refund import HOLDING, Refund, RefundStatus
from reskontro.platform.database import Transaction

_COLUMNS = """refund_id, account_no, reference_no, reference_sequence_no, payment_no, currency, amount_minor,
    receiver_account_no, receiver_name, message, earliest_date, proposed_by, status, approved_by, message_id,
    bank_status, bank_reason, gl_case_no, proposed_with, approved_with"""


def _refund(row: asyncpg.Record) -> Refund:
    found = Refund(*row)
    return found._replace(status=RefundStatus(found.status))


async def add(tx: Transaction, refund: Refund, now: datetime) -> None:
    """Keep a proposal."""
    await tx.execute(
        """
        insert into refund (client_no, refund_id, account_no, reference_no, reference_sequence_no, payment_no, currency,
            amount_minor, receiver_account_no, receiver_name, message, earliest_date, proposed_by, created_time,
            changed_time, proposed_with)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15)
        """,
        tx.client_no,
        *refund[:12],
        now,
        refund.proposed_with,
    )


async def lock(tx: Transaction, refund_id: str) -> Refund | None:
    """A refund, held until the transaction ends."""
    row = await tx.fetchrow(
        f"select {_COLUMNS} from refund where client_no = $1 and refund_id = $2 for update", tx.client_no, refund_id
    )
    return None if row is None else _refund(row)


async def move(
    tx: Transaction,
    refund_id: str,
    status: RefundStatus,
    now: datetime,
    *,
    approved_by: str | None = None,
    approved_with: str | None = None,
    message_id: str | None = None,
    bank_status: str | None = None,
    bank_reason: str | None = None,
    gl_case_no: int | None = None,
) -> None:
    """Move a refund; what is None stays."""
    await tx.execute(
        """
        update refund set status = $3, changed_time = $4,
            approved_by = coalesce($5, approved_by),
            approved_time = case when $5::text is null then approved_time else $4 end,
            message_id = coalesce($6, message_id), sent_time = case when $6::text is null then sent_time else $4 end,
            bank_status = coalesce($7, bank_status), bank_reason = coalesce($8, bank_reason),
            gl_case_no = coalesce($9::bigint, gl_case_no), approved_with = coalesce($10, approved_with)
        where client_no = $1 and refund_id = $2
        """,
        tx.client_no,
        refund_id,
        status.value,
        now,
        approved_by,
        message_id,
        bank_status,
        bank_reason,
        gl_case_no,
        approved_with,
    )


async def held_minor(tx: Transaction, reference_no: int, sequence_no: int) -> int:
    """What of a credit is held by refunds that are not closed."""
    held: int = await tx.fetchval(
        """
        select coalesce(sum(amount_minor), 0)::bigint from refund
        where client_no = $1 and reference_no = $2 and reference_sequence_no = $3 and status = any($4::text[])
        """,
        tx.client_no,
        reference_no,
        sequence_no,
        [status.value for status in HOLDING],
    )
    return held


async def gone_out(tx: Transaction, keys: Sequence[ItemKey]) -> dict[ItemKey, int]:
    """What of some credits has been sent to the bank and is not booked yet; those of which nothing has are left out."""
    rows = await tx.fetch(
        """
        select r.reference_no, r.reference_sequence_no, sum(r.amount_minor)::bigint as minor from refund r
        join unnest($2::bigint[], $3::int[]) as u (reference_no, sequence_no)
            on u.reference_no = r.reference_no and u.sequence_no = r.reference_sequence_no
        where r.client_no = $1 and r.status in ('SENT', 'UNCOVERED') group by 1, 2
        """,
        tx.client_no,
        [reference_no for reference_no, _ in keys],
        [sequence_no for _, sequence_no in keys],
    )
    return {(row[0], row[1]): row["minor"] for row in rows}


async def of_items(tx: Transaction, keys: Sequence[tuple[int, int]], statuses: Sequence[RefundStatus]) -> list[str]:
    """The refunds of some items that have one of some statuses."""
    rows = await tx.fetch(
        """
        select r.refund_id from refund r
        join unnest($2::bigint[], $3::int[]) as u (reference_no, sequence_no)
            on u.reference_no = r.reference_no and u.sequence_no = r.reference_sequence_no
        where r.client_no = $1 and r.status = any($4::text[]) order by r.refund_id
        """,
        tx.client_no,
        [reference_no for reference_no, _ in keys],
        [sequence_no for _, sequence_no in keys],
        [status.value for status in statuses],
    )
    return [row["refund_id"] for row in rows]


async def get(tx: Transaction, refund_id: str) -> Refund | None:
    """A refund as it stands."""
    row = await tx.fetchrow(
        f"select {_COLUMNS} from refund where client_no = $1 and refund_id = $2", tx.client_no, refund_id
    )
    return None if row is None else _refund(row)


async def listed(tx: Transaction, statuses: Sequence[RefundStatus], after: str, limit: int) -> list[Refund]:
    """Refunds of some statuses by id."""
    rows = await tx.fetch(
        f"""
        select {_COLUMNS} from refund
        where client_no = $1 and status = any($2::text[]) and refund_id > $3 order by refund_id limit $4
        """,
        tx.client_no,
        [status.value for status in statuses],
        after,
        limit,
    )
    return [_refund(row) for row in rows]


async def lock_to_send(tx: Transaction, currency: str, today: date, limit: int) -> list[Refund]:
    """The approved refunds of a currency whose day has come, held until the transaction ends."""
    rows = await tx.fetch(
        f"""
        select {_COLUMNS} from refund
        where client_no = $1 and status = 'APPROVED' and currency = $2 and earliest_date <= $3
        order by refund_id limit $4 for update
        """,
        tx.client_no,
        currency,
        today,
        limit,
    )
    return [_refund(row) for row in rows]
