"""Documents as lists: which ones meet some conditions, and what a page shows of them.

The rows are wide, and one index in the order of the list holds what most conditions look at. Those on the AR item's
state (`s`) or the document's state (`ds`) stand in other tables: what meets them is gathered first, where it is not too
much; otherwise the documents are walked in order until enough are found.
"""

from collections.abc import Sequence

import asyncpg

from reskontro.ledger.store.conditions import Conditions
from reskontro.ledger.store.documents import SELECTED
from reskontro.platform.database import Transaction

ORDER = 'order by d.document_date, d.document_no_key collate "C"'
MOST_GATHERED = 50_000
SAME_ITEM = """
    s.client_no = $1 and s.reference_no = d.reference_no and s.reference_sequence_no = d.reference_sequence_no
"""
SAME_DOCUMENT = "ds.client_no = $1 and ds.document_no_key = d.document_no_key"


async def keys(
    tx: Transaction, documents: Conditions, items: Conditions, states: Conditions, limit: int, *, pinned: bool
) -> list[int]:
    """The keys of those that meet the conditions, in order: reference and sequence of one, of the next.

    `items` are conditions on the AR item's state, `states` on the document's. `pinned`: those on documents name few.
    """
    arguments = documents.arguments
    joins = ""
    if items:
        found = None if pinned else await _gather(tx, "ar_item_state s", "reference_no, reference_sequence_no", items)
        at = 2 + len(arguments)
        if found is None:
            joins += f"""
            cross join lateral (select from ar_item_state s where {SAME_ITEM}{items.where(at)} offset 0) as s
            """
            arguments += items.arguments
        else:
            joins += f"""
            join unnest(${at}::bigint[], ${at + 1}::int[]) as s (reference_no, reference_sequence_no)
                on s.reference_no = d.reference_no and s.reference_sequence_no = d.reference_sequence_no
            """
            arguments += found
    if states:
        found = None if pinned else await _gather(tx, "document_state ds", "document_no_key", states)
        at = 2 + len(arguments)
        if found is None:
            joins += f"""
            cross join lateral (select from document_state ds where {SAME_DOCUMENT}{states.where(at)} offset 0) as ds
            """
            arguments += states.arguments
        else:
            joins += f"join unnest(${at}::text[]) as ds (document_no_key) on ds.document_no_key = d.document_no_key"
            arguments += found
    rows = await tx.fetch(
        f"""
        select d.reference_no, d.reference_sequence_no from document d {joins}
        where d.client_no = $1{documents.where()} {ORDER} limit {limit:d}
        """,
        tx.client_no,
        *arguments,
    )
    return [number for row in rows for number in row]


async def _gather(tx: Transaction, table: str, columns: str, conditions: Conditions) -> list[object] | None:
    """The columns of the rows that meet the conditions, None where they are too many."""
    wanted = ", ".join(f"coalesce(array_agg({column}), '{{}}')" for column in columns.split(", "))
    row = await tx.fetchrow(
        f"""
        select {wanted} from (
            select {columns} from {table} where client_no = $1{conditions.where()} limit {MOST_GATHERED + 1:d}
        ) as found
        """,
        tx.client_no,
        *conditions.arguments,
    )
    assert row is not None, "an aggregate has one row"
    return None if len(row[0]) > MOST_GATHERED else list(row)


async def by_keys(tx: Transaction, wanted: Sequence[int]) -> list[asyncpg.Record]:
    """The documents of some AR items, in order."""
    return await tx.fetch(
        f"""
        {SELECTED}
            and (d.reference_no, d.reference_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
        {ORDER}
        """,
        tx.client_no,
        wanted[::2],
        wanted[1::2],
    )
