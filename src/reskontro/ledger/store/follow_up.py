"""The nightly follow-up: when it is due, where it goes on, and the reminders that it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from reskontro.ledger.domain.payment import ItemKey
from reskontro.platform.database import Transaction


@dataclass(frozen=True, slots=True)
class Run:
    """A client's nightly run: when the next one is due, and after which item one that is under way goes on."""

    next_time: datetime
    after: ItemKey | None


async def look(tx: Transaction, now: datetime) -> tuple[datetime | None, bool]:
    """When the client's next run is due, None where nobody has said, and whether a registered action is due."""
    row = await tx.fetchrow(
        """
        select (select next_time from follow_up_run where client_no = $1) as next_time,
            exists (select from action_state
                    where client_no = $1 and action_status = 'REGISTERED' and due_time <= $2) as action_due
        """,
        tx.client_no,
        now,
    )
    assert row is not None
    return row["next_time"], row["action_due"]


async def schedule(tx: Transaction, next_time: datetime) -> None:
    """Say when the client's first run is due, where nobody has said."""
    await tx.execute(
        "insert into follow_up_run (client_no, next_time) values ($1, $2) on conflict do nothing",
        tx.client_no,
        next_time,
    )


async def claim(tx: Transaction) -> Run:
    """The client's run, locked: whoever holds it works on the client's follow-up."""
    row = await tx.fetchrow(
        "select next_time, after_reference_no, after_sequence_no from follow_up_run where client_no = $1 for update",
        tx.client_no,
    )
    assert row is not None, "it was scheduled before"
    after = None if row["after_reference_no"] is None else (row["after_reference_no"], row["after_sequence_no"])
    return Run(row["next_time"], after)


async def move_on(tx: Transaction, run: Run) -> None:
    """Write how far a claimed run has come."""
    reference_no, sequence_no = run.after or (None, None)
    await tx.execute(
        """
        update follow_up_run set next_time = $2, after_reference_no = $3, after_sequence_no = $4 where client_no = $1
        """,
        tx.client_no,
        run.next_time,
        reference_no,
        sequence_no,
    )


async def lock_overdue(
    tx: Transaction, after: ItemKey | None, today: date, levels: int, most: int
) -> list[asyncpg.Record]:
    """The next open items that are overdue and have reminders left, in order, their states locked."""
    reference_no, sequence_no = after or (-1, -1)
    return await tx.fetch(
        """
        select s.reference_no, s.reference_sequence_no, i.account_no, c.customer_no, i.currency, i.voucher_type,
            s.currency_balance_minor as balance_minor, s.due_date, s.reserved_status, s.reminder_level,
            s.last_reminder_date, s.stop_reminder_until, s.stop_debt_collection_until, s.debt_collection_status,
            c.stop_reminder_until as customer_stop_reminder_until
        from ar_item_state s
        join ar_item i on i.client_no = s.client_no and i.reference_no = s.reference_no
            and i.reference_sequence_no = s.reference_sequence_no
        join customer c on c.client_no = i.client_no and c.account_no = i.account_no
        where s.client_no = $1 and i.client_no = $1 and c.client_no = $1
            and (s.reference_no, s.reference_sequence_no) > ($2, $3)
            and s.currency_balance_minor > 0 and s.due_date < $4 and s.reminder_level < $5
        order by s.reference_no, s.reference_sequence_no
        limit $6
        for update of s
        """,
        tx.client_no,
        reference_no,
        sequence_no,
        today,
        levels,
        most,
    )


async def remind(tx: Transaction, items: Sequence[ItemKey], levels: Sequence[int], today: date, now: datetime) -> None:
    """Write the levels that some locked items have been reminded to."""
    tag = await tx.execute(
        """
        update ar_item_state as s set reminder_level = u.level, last_reminder_date = $5, changed_time = $6
        from unnest($2::bigint[], $3::int[], $4::smallint[]) as u (reference_no, reference_sequence_no, level)
        where s.client_no = $1 and s.reference_no = u.reference_no
            and s.reference_sequence_no = u.reference_sequence_no
        """,
        tx.client_no,
        [reference_no for reference_no, _ in items],
        [sequence_no for _, sequence_no in items],
        levels,
        today,
        now,
    )
    assert tag == f"UPDATE {len(items)}", "the rows are locked"
