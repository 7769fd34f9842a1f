"""What was open at the end of a day, and how old it was. The one place of this rule.

An item counts from its voucher date. A match counts from its own date, and not before both of its items do: a match
moves what it takes from one item to the other, so both sides of it have to come on the same day, or what is open would
not be what the receivables account stands at. An undone match is a match of its own, with opposite amounts. The due
date is the one that holds today: what it was on an earlier day is not kept.

`$1` is the client, `$2` the day. Source: arm-api, section 2.14.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date

import asyncpg

from reskontro.platform.database import Transaction

# One row an item: reference_no, sequence_no, what matches took of it until the day.
TAKEN = """
    select reference_no, sequence_no, sum(currency_minor) as currency_minor, sum(gl_minor) as gl_minor
    from (
        select u.reference_no, u.sequence_no, u.currency_minor, u.gl_minor
        from ar_match m
        join ar_item d on d.client_no = m.client_no and d.client_no = $1 and d.reference_no = m.debit_reference_no
            and d.reference_sequence_no = m.debit_sequence_no
        join ar_item k on k.client_no = m.client_no and k.client_no = $1 and k.reference_no = m.credit_reference_no
            and k.reference_sequence_no = m.credit_sequence_no
        cross join lateral (values
            (m.debit_reference_no, m.debit_sequence_no, m.currency_minor, m.debit_gl_minor),
            (m.credit_reference_no, m.credit_sequence_no, -m.currency_minor, -m.credit_gl_minor)
        ) as u (reference_no, sequence_no, currency_minor, gl_minor)
        where m.client_no = $1 and m.match_date <= $2 and d.voucher_date <= $2 and k.voucher_date <= $2
    ) as sides
    group by reference_no, sequence_no
"""
# One row an item with its balance at the end of the day, settled ones with 0.
BALANCES = f"""
    select i.account_no, i.reference_no, i.reference_sequence_no, i.document_no, i.voucher_type, i.voucher_no,
        i.voucher_date, s.due_date, i.currency, i.currency_minor, i.gl_minor,
        i.currency_minor - coalesce(t.currency_minor, 0) as currency_balance_minor,
        i.gl_minor - coalesce(t.gl_minor, 0) as gl_balance_minor
    from ar_item i
    join ar_item_state s on s.client_no = i.client_no and s.client_no = $1 and s.reference_no = i.reference_no
        and s.reference_sequence_no = i.reference_sequence_no
    left join ({TAKEN}) as t on t.reference_no = i.reference_no and t.sequence_no = i.reference_sequence_no
    where i.client_no = $1 and i.voucher_date <= $2
"""


def open_items(tx: Transaction, day: date, account_no: int | None) -> AsyncIterator[asyncpg.Record]:
    """What was open at the end of a day, of one customer or of all, by customer, then by due date."""
    return tx.stream(
        f"""
        select b.*, c.customer_no, c.name, $2 - b.due_date as days_overdue
        from ({BALANCES}) as b
        join customer c on c.client_no = $1 and c.account_no = b.account_no
        where b.currency_balance_minor <> 0 and ($3::bigint is null or b.account_no = $3)
        order by b.account_no, b.due_date, b.reference_no, b.reference_sequence_no
        """,
        tx.client_no,
        day,
        account_no,
    )


async def ageing(
    tx: Transaction, day: date, thresholds: Sequence[int], account_no: int | None
) -> list[tuple[int, int, int]]:
    """Interval from 0, items in it, their balance in minor units of the GL currency; only those with any."""
    rows = await tx.fetch(
        f"""
        select width_bucket($2 - b.due_date, $3::int[]) as interval, count(*), sum(b.gl_balance_minor)::bigint
        from ({BALANCES}) as b
        where b.currency_balance_minor <> 0 and ($4::bigint is null or b.account_no = $4)
        group by 1 order by 1
        """,
        tx.client_no,
        day,
        list(thresholds),
        account_no,
    )
    return [tuple(row) for row in rows]


def ageing_by_customer(
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
            select b.account_no, b.gl_balance_minor, width_bucket($2 - b.due_date, $3::int[]) as interval
            from ({BALANCES}) as b
            where b.currency_balance_minor <> 0 and ($4::bigint is null or b.account_no = $4)
        ) as o
        join customer c on c.client_no = $1 and c.account_no = o.account_no
        group by c.account_no, c.customer_no, c.name
        order by c.account_no
        """,
        tx.client_no,
        day,
        list(thresholds),
        account_no,
    )
