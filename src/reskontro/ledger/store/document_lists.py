"""Documents as lists: which ones meet some conditions, and what a page shows of them.

The rows are wide, and one index in the order of the list holds what most conditions look at. The others stand on the
AR item (`i`), its state (`s`) or the document's state (`ds`), and are joined where they are asked.
"""

from collections.abc import Sequence

import asyncpg

from reskontro.ledger.store.conditions import Conditions
from reskontro.ledger.store.documents import SELECTED
from reskontro.platform.database import Transaction

ORDER = 'order by d.document_date, d.document_no_key collate "C"'
JOINS = {
    "i": """
        join ar_item i on i.client_no = d.client_no and i.reference_no = d.reference_no
            and i.reference_sequence_no = d.reference_sequence_no and i.client_no = $1
    """,
    "s": """
        join ar_item_state s on s.client_no = d.client_no and s.reference_no = d.reference_no
            and s.reference_sequence_no = d.reference_sequence_no and s.client_no = $1
    """,
    "ds": """
        join document_state ds on ds.client_no = d.client_no and ds.document_no_key = d.document_no_key
            and ds.client_no = $1
    """,
}


async def keys(tx: Transaction, conditions: Conditions, limit: int) -> list[int]:
    """The keys of those that meet the conditions, in order: reference and sequence of one, of the next."""
    where = conditions.where()
    joins = "".join(join for alias, join in JOINS.items() if f" {alias}." in where or f"({alias}." in where)
    rows = await tx.fetch(
        f"""
        select d.reference_no, d.reference_sequence_no from document d {joins}
        where d.client_no = $1{where} {ORDER} limit {limit:d}
        """,
        tx.client_no,
        *conditions.arguments,
    )
    return [number for row in rows for number in row]


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
