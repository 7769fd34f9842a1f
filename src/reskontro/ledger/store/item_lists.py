"""AR items as lists: which ones meet some conditions, and what a page shows of them.

The conditions on an item (`i`) are answered by one index in the order of the list, which holds what they look at. Those
on its state (`s`) stand in another table, in another order. Either the states that meet them are gathered first, where
they are not too many, and their items sorted; or the items are walked in order until enough are found. No statistics
know for one client how many there are, so gathering ends at a bound.
"""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from reskontro.ledger.store.conditions import Conditions
from reskontro.ledger.store.items import FROM, GL_CURRENCY, columns_at
from reskontro.platform.database import Transaction

MOST_GATHERED = 150_000
ORDER = "order by i.account_no, i.reference_no, i.reference_sequence_no"
SAME_ITEM = """
    s.client_no = i.client_no and s.reference_no = i.reference_no
    and s.reference_sequence_no = i.reference_sequence_no and s.client_no = $1
"""


async def keys(tx: Transaction, items: Conditions, states: Conditions, limit: int, *, pinned: bool) -> list[int]:
    """The keys of those that meet the conditions, in order: reference and sequence of one, of the next.

    `pinned`: the conditions on the items name few of them, such as those of one customer.
    """
    states_at = 2 + len(items.arguments)
    where = f"where i.client_no = $1{items.where()}"
    arguments = [*items.arguments, *states.arguments]
    if not states:
        source = f"from ar_item i {where}"
    elif pinned:
        source = f"from ar_item i join ar_item_state s on {SAME_ITEM} {where}{states.where(states_at)}"
    elif (gathered := await _gather(tx, states)) is None:
        source = f"""
        from ar_item i
        cross join lateral (select from ar_item_state s where {SAME_ITEM}{states.where(states_at)} offset 0) as s
        {where}
        """
    else:
        source = f"""
        from unnest(${states_at}::bigint[], ${states_at + 1}::int[]) as s (reference_no, reference_sequence_no)
        join ar_item i on i.reference_no = s.reference_no and i.reference_sequence_no = s.reference_sequence_no
        {where}
        """
        arguments = [*items.arguments, *gathered]
    rows = await tx.fetch(
        f"select i.reference_no, i.reference_sequence_no {source} {ORDER} limit {limit:d}", tx.client_no, *arguments
    )
    return [number for row in rows for number in row]


async def _gather(tx: Transaction, states: Conditions) -> tuple[list[int], list[int]] | None:
    """References and sequences of the states that meet the conditions, None where they are too many."""
    row = await tx.fetchrow(
        f"""
        select coalesce(array_agg(reference_no), '{{}}'), coalesce(array_agg(reference_sequence_no), '{{}}')
        from (
            select s.reference_no, s.reference_sequence_no from ar_item_state s
            where s.client_no = $1{states.where()} limit {MOST_GATHERED + 1:d}
        ) as found
        """,
        tx.client_no,
        *states.arguments,
    )
    assert row is not None, "an aggregate has one row"
    references, sequences = row
    return None if len(references) > MOST_GATHERED else (references, sequences)


async def by_keys(tx: Transaction, wanted: Sequence[int], now: datetime) -> list[asyncpg.Record]:
    """The items of some keys at a business time, in order."""
    return await tx.fetch(
        f"""
        select {columns_at("$4")} {FROM}
            and (i.reference_no, i.reference_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
        {ORDER}
        """,
        tx.client_no,
        wanted[::2],
        wanted[1::2],
        now,
    )


async def open_of_accounts(tx: Transaction, accounts: Sequence[int], most: int, now: datetime) -> list[asyncpg.Record]:
    """The open items of some customers at a business time, so many of each at most, in order."""
    return await tx.fetch(
        f"""
        select {columns_at("$4")}
        from unnest($2::bigint[]) as a (account_no)
        cross join lateral (
            select i.* from ar_item i
            where i.client_no = $1 and i.account_no = a.account_no and exists (
                select from ar_item_state s where {SAME_ITEM} and s.currency_balance_minor <> 0
            )
            {ORDER} limit $3
        ) as i
        join ar_item_state s on {SAME_ITEM}
        join customer c on c.client_no = $1 and c.account_no = i.account_no
        {ORDER}
        """,
        tx.client_no,
        accounts,
        most,
        now,
    )


async def follow_ups(tx: Transaction, wanted: Sequence[int]) -> list[asyncpg.Record]:
    """Reminders and stops of some items."""
    return await tx.fetch(
        """
        select reference_no, reference_sequence_no, reminder_level, last_reminder_date, stop_reminder_until,
            stop_debt_collection_until, stop_interest_calc_until, debt_collection_status, interest_calculated_to
        from ar_item_state
        where client_no = $1
            and (reference_no, reference_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
        """,
        tx.client_no,
        wanted[::2],
        wanted[1::2],
    )


async def matches(tx: Transaction, wanted: Sequence[int]) -> list[asyncpg.Record]:
    """What settled some items or what they settled, as `items.matches` has it; `of_*` names the item it is told of."""
    return await tx.fetch(
        f"""
        select m.debit_reference_no as of_reference_no, m.debit_sequence_no as of_sequence_no, i.account_no,
            i.reference_no, i.reference_sequence_no, i.voucher_type, i.voucher_no, m.match_date, i.currency,
            -m.currency_minor as currency_minor, -m.debit_gl_minor as gl_minor, m.match_no,
            {GL_CURRENCY} as gl_currency
        from ar_match m
        join ar_item i on i.client_no = m.client_no and i.reference_no = m.credit_reference_no
            and i.reference_sequence_no = m.credit_sequence_no
        where m.client_no = $1 and i.client_no = $1
            and (m.debit_reference_no, m.debit_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
        union all
        select m.credit_reference_no, m.credit_sequence_no, i.account_no, i.reference_no, i.reference_sequence_no,
            i.voucher_type, i.voucher_no, m.match_date, i.currency, m.currency_minor, m.credit_gl_minor, m.match_no,
            {GL_CURRENCY}
        from ar_match m
        join ar_item i on i.client_no = m.client_no and i.reference_no = m.debit_reference_no
            and i.reference_sequence_no = m.debit_sequence_no
        where m.client_no = $1 and i.client_no = $1
            and (m.credit_reference_no, m.credit_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
        order by match_no
        """,
        tx.client_no,
        wanted[::2],
        wanted[1::2],
    )
