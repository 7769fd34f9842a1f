"""Auto postings: finding what they are aimed at, and their record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from reskontro.ledger.domain.entries import OpenItem
from reskontro.platform.database import Transaction
from reskontro.platform.rows import RowInsert

AUTO_POSTINGS = RowInsert(
    "auto_posting",
    (("client_no", "$1::int"), ("created_time", "$3::timestamptz")),
    (
        ("method", "text"),
        ("posting_id_key", "text"),
        ("fingerprint", "bytea"),
        ("gl_case_no", "bigint"),
        ("result", "json"),
    ),
    suffix="on conflict do nothing returning true",
)


@dataclass(slots=True)
class Wanted:
    """The identifiers of a call, by kind."""

    items: list[tuple[int, int]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    uuids: list[UUID] = field(default_factory=list)
    references: list[int] = field(default_factory=list)
    kids: list[str] = field(default_factory=list)
    accounts: list[int] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)


async def find(tx: Transaction, wanted: Wanted) -> list[asyncpg.Record]:
    """What each identifier names: `kind`, `key`, account, and the item where it is one."""
    return await tx.fetch(
        """
        select 'item' as kind, reference_no || '-' || reference_sequence_no as key, account_no, reference_no,
            reference_sequence_no
        from ar_item where client_no = $1
            and (reference_no, reference_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
        union all
        select 'document', document_no_key, account_no, reference_no, reference_sequence_no
        from document where client_no = $1 and document_no_key = any($4::text[])
        union all
        select 'uuid', document_uuid::text, account_no, reference_no, reference_sequence_no
        from document where client_no = $1 and document_uuid = any($5::uuid[])
        union all
        select 'reference', reference_no::text, account_no, reference_no, 0
        from ar_item where client_no = $1 and reference_sequence_no = 0 and reference_no = any($6::bigint[])
        union all
        select 'kid', i.kid, i.account_no, i.reference_no, 0
        from ar_item i where i.client_no = $1 and i.reference_sequence_no = 0 and i.kid = any($7::text[])
            and i.voucher_type <> 5
        union all
        select 'account', account_no::text, account_no, null, null
        from customer where client_no = $1 and account_no = any($8::bigint[])
        union all
        select 'customer', customer_no_key, account_no, null, null
        from customer where client_no = $1 and customer_no_key = any($9::text[])
        """,
        tx.client_no,
        [r for r, _ in wanted.items],
        [s for _, s in wanted.items],
        wanted.documents,
        wanted.uuids,
        wanted.references,
        wanted.kids,
        wanted.accounts,
        wanted.customers,
    )


async def lock_items(
    tx: Transaction, keys: Sequence[tuple[int, int]], open_of_accounts: Sequence[int]
) -> list[OpenItem]:
    """The named items and the first of their references, and the open items of some accounts, locked in one order."""
    rows = await tx.fetch(
        """
        select i.reference_no, i.reference_sequence_no, i.account_no, i.document_no, i.currency, i.currency_minor,
            s.currency_balance_minor, s.gl_balance_minor, s.due_date, i.kid, s.last_sequence_no
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1
            and (
                (i.reference_no, i.reference_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
                or (i.account_no = any($4::bigint[]) and s.currency_balance_minor <> 0)
            )
        order by i.reference_no, i.reference_sequence_no
        for update of s
        """
        if open_of_accounts
        else """
        select i.reference_no, i.reference_sequence_no, i.account_no, i.document_no, i.currency, i.currency_minor,
            s.currency_balance_minor, s.gl_balance_minor, s.due_date, i.kid, s.last_sequence_no
        from unnest($2::bigint[], $3::int[]) as u (reference_no, reference_sequence_no)
        join ar_item i on i.reference_no = u.reference_no and i.reference_sequence_no = u.reference_sequence_no
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and $4::bigint[] is not null
        order by i.reference_no, i.reference_sequence_no
        for update of s
        """,
        tx.client_no,
        [r for r, _ in keys],
        [s for _, s in keys],
        open_of_accounts,
    )
    return [OpenItem(*row) for row in rows]


async def earlier(tx: Transaction, method: str, posting_ids: Sequence[str]) -> dict[str, tuple[bytes, str]]:
    """Postings of a method that were made before: fingerprint and result by folded id."""
    rows = await tx.fetch(
        """
        select posting_id_key, fingerprint, result::text as result
        from auto_posting where client_no = $1 and method = $2 and posting_id_key = any($3::text[])
        """,
        tx.client_no,
        method,
        posting_ids,
    )
    return {row["posting_id_key"]: (row["fingerprint"], row["result"]) for row in rows}


async def common_lot(tx: Transaction, gl_case_nos: Sequence[int]) -> int | None:
    """The lot of some cases, None where they were posted in several."""
    rows = await tx.fetch(
        "select distinct gl_lot_no from gl_case where client_no = $1 and gl_case_no = any($2::bigint[])",
        tx.client_no,
        gl_case_nos,
    )
    return rows[0]["gl_lot_no"] if len(rows) == 1 else None
