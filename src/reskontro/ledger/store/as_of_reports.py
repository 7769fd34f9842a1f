"""What was open as of a day, as reports have it: long lists as a stream, by the rule of `store.as_of`.

`$1` is the client, `$2` the day, `$3` the moment by which rows were booked, for which reports take any.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date

import asyncpg

from reskontro.ledger.domain.as_of import ANY_MOMENT
from reskontro.ledger.store.as_of import TAKEN
from reskontro.platform.database import Transaction

# One row an item with its balance at the end of the day, settled ones with 0.
BALANCES = f"""
    select i.account_no, i.reference_no, i.reference_sequence_no, i.document_no, i.voucher_type, i.voucher_no,
        i.voucher_date, s.due_date, i.currency, i.currency_minor, i.gl_minor,
        i.currency_minor - coalesce(t.currency_minor, 0) as currency_balance_minor,
        i.gl_minor - coalesce(t.gl_minor, 0) as gl_balance_minor
    from ar_item i
    join ar_item_state s on s.client_no = i.client_no and s.client_no = $1 and s.reference_no = i.reference_no
        and s.reference_sequence_no = i.reference_sequence_no
    left join ({TAKEN}) as t on t.reference_no = i.reference_no and t.reference_sequence_no = i.reference_sequence_no
    where i.client_no = $1 and i.voucher_date <= $2::date and i.created_time <= $3::timestamptz
"""


def open_items(tx: Transaction, day: date, account_no: int | None) -> AsyncIterator[asyncpg.Record]:
    """What was open at the end of a day, of one customer or of all, by customer, then by due date."""
    return tx.stream(
        f"""
        select b.*, c.customer_no, c.name, $2 - b.due_date as days_overdue
        from ({BALANCES}) as b
        join customer c on c.client_no = $1 and c.account_no = b.account_no
        where b.currency_balance_minor <> 0 and ($4::bigint is null or b.account_no = $4)
        order by b.account_no, b.due_date, b.reference_no, b.reference_sequence_no
        """,
        tx.client_no,
        day,
        ANY_MOMENT,
        account_no,
    )


def aging_by_customer(
    tx: Transaction, day: date, thresholds: Sequence[int], account_no: int | None
) -> AsyncIterator[asyncpg.Record]:
    """Each customer with anything open: number, name, the balance of each interval."""
    intervals = ", ".join(
        f"coalesce(sum(o.gl_balance_minor) filter (where o.interval = {at:d}), 0)::bigint"
        for at in range(len(thresholds) + 1)
    )
    return tx.stream(
        f"""
        select c.customer_no, c.name, array[{intervals}] as minor
        from (
            select b.account_no, b.gl_balance_minor, width_bucket($2 - b.due_date, $4::int[]) as interval
            from ({BALANCES}) as b
            where b.currency_balance_minor <> 0 and ($5::bigint is null or b.account_no = $5)
        ) as o
        join customer c on c.client_no = $1 and c.account_no = o.account_no
        group by c.account_no, c.customer_no, c.name
        order by c.account_no
        """,
        tx.client_no,
        day,
        ANY_MOMENT,
        list(thresholds),
        account_no,
    )
