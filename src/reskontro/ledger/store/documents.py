"""Documents: what a posting needs to know before it decides, and what it writes beside the book."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.document import Receiver
from reskontro.ledger.domain.entries import OpenItem
from reskontro.ledger.store import config as config_store
from reskontro.platform.database import Transaction
from reskontro.platform.rows import RowInsert

DOCUMENTS = RowInsert(
    "document",
    (("client_no", "$1::int"), ("created_time", "$3::timestamptz")),
    (
        ("document_no_key", "text"),
        ("document_no", "text"),
        ("document_uuid", "uuid"),
        ("document_type", "text"),
        ("bundle_no", "bigint"),
        ("account_no", "bigint"),
        ("reference_no", "bigint"),
        ("reference_sequence_no", "int"),
        ("document_date", "date"),
        ("currency", "text"),
        ("excl_vat_minor", "bigint"),
        ("vat_minor", "bigint"),
        ("incl_vat_minor", "bigint"),
        ("gl_excl_vat_minor", "bigint"),
        ("gl_vat_minor", "bigint"),
        ("gl_incl_vat_minor", "bigint"),
        ("distribution_type", "text"),
        ("fingerprint", "bytea"),
        ("sales_order_key", "text"),
        ("purchase_order_key", "text"),
        ("sub_customer_key", "text"),
        ("content", "json"),
    ),
    suffix="on conflict do nothing returning true",
)
DOCUMENT_STATES = RowInsert(
    "document_state",
    (("client_no", "$1::int"), ("document_status", "'POSTED'"), ("changed_time", "$3::timestamptz")),
    (("document_no_key", "text"),),
    suffix="on conflict do nothing",
)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document that is there already, as far as a repeat of it asks."""

    document_no: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """What one reading statement tells a run of documents."""

    config: Config
    closed_through: int | None
    receivers: dict[str, Receiver]  # by folded customer number
    documents: dict[str, StoredDocument]  # by folded document number
    open_kids: frozenset[str]
    bundles: dict[str, int]  # today's open bundle by document type
    attachments: frozenset[str]
    gl_lot_no: int
    gl_case_nos: list[int]


_HEAD = f"""
select
    {config_store.AS_JSON} as config,
    (select gl_year * 12 + gl_period - 1 from gl_period
     where client_no = $1 order by gl_year desc, gl_period desc limit 1) as closed_through,
    (select json_agg(json_build_array(document_type, bundle_no))::text
     from document_bundle where client_no = $1 and bundle_status = 'OPEN' and bundle_day = $2::date) as bundles
"""
_RECEIVER = """
json_build_array(customer_no_key, account_no, customer_no, due_days, currency, language, distribution_type,
                 einvoice_code, coalesce(details->>'seller_reference', ''), coalesce(details->>'buyer_reference', ''),
                 details->'email_address_document', (details->>'limit_amount_minor')::bigint)
"""
_DOCUMENT = "json_build_array(document_no_key, document_no, encode(fingerprint, 'hex'))"
READ = f"""
{_HEAD},
    (select json_agg({_RECEIVER})::text
     from customer where client_no = $1 and customer_no_key = any($3::text[])) as receivers,
    (select json_agg({_DOCUMENT})::text
     from document where client_no = $1 and document_no_key = any($4::text[])) as documents,
    nextval('gl_lot_no') as lot_no,
    array(select nextval('gl_case_no') from generate_series(1, $5::int)) as case_nos
"""
# The same for one document. What gathers rows costs the server more to set up than finding the one row by its key.
READ_ONE = f"""
{_HEAD},
    (select {_RECEIVER}::text from customer where client_no = $1 and customer_no_key = $3) as receiver,
    (select {_DOCUMENT}::text from document where client_no = $1 and document_no_key = $4) as document,
    nextval('gl_lot_no') as lot_no,
    nextval('gl_case_no') as case_no
"""


async def read_known(
    tx: Transaction,
    *,
    customer_keys: Sequence[str],
    document_keys: Sequence[str],
    kids: Sequence[str],
    attachments: Sequence[UUID],
    today: date,
    count: int,
) -> Known:
    """What nearly every run needs, in one round trip; KIDs, attachments and credit limits are asked for where they are.

    The KIDs are held already (`hold_kids`).
    """
    if count == 1:
        row = await tx.fetchrow(READ_ONE, tx.client_no, today, *customer_keys, *document_keys)
        assert row is not None
        receivers, documents = ([json.loads(row[name])] if row[name] else [] for name in ("receiver", "document"))
        case_nos = [row["case_no"]]
    else:
        row = await tx.fetchrow(READ, tx.client_no, today, customer_keys, document_keys, count)
        assert row is not None
        receivers, documents = _json(row, "receivers"), _json(row, "documents")
        case_nos = sorted(row["case_nos"])
    found = {key: _receiver(*fields) for key, *fields in receivers}
    return Known(
        config=config_store.from_json(row["config"], today),
        closed_through=row["closed_through"],
        receivers=await _with_debts(tx, found) if any(r.limit_minor is not None for r in found.values()) else found,
        documents={r[0]: StoredDocument(r[1], bytes.fromhex(r[2])) for r in documents},
        open_kids=await _open_kids(tx, kids) if kids else frozenset(),
        bundles={r[0]: r[1] for r in _json(row, "bundles")},
        attachments=await _attachments(tx, attachments) if attachments else frozenset(),
        gl_lot_no=row["lot_no"],
        gl_case_nos=case_nos,
    )


def _receiver(
    account_no: int,
    customer_no: str,
    due_days: int | None,
    currency: str,
    language: str,
    distribution_type: str,
    einvoice_code: int,
    seller_reference: str,
    buyer_reference: str,
    email_addresses: list[str] | None,
    limit_minor: int | None,
) -> Receiver:
    return Receiver(
        account_no,
        customer_no,
        due_days,
        currency,
        language,
        distribution_type,
        einvoice_code,
        seller_reference,
        buyer_reference,
        tuple(email_addresses or ()),
        limit_minor,
    )


async def _with_debts(tx: Transaction, receivers: Mapping[str, Receiver]) -> dict[str, Receiver]:
    """The receivers, those with a credit limit with what they owe in its currency."""
    limited = [receiver for receiver in receivers.values() if receiver.limit_minor is not None]
    rows = await tx.fetch(
        """
        select u.account_no, sum(o.minor)::bigint as owed_minor
        from unnest($2::bigint[], $3::text[]) as u (account_no, currency) cross join lateral (
            select s.currency_balance_minor as minor
            from ar_item i join ar_item_state s
                on s.client_no = i.client_no and s.reference_no = i.reference_no
                and s.reference_sequence_no = i.reference_sequence_no
            where i.client_no = $1 and s.client_no = $1 and i.account_no = u.account_no and i.currency = u.currency
        ) as o
        group by u.account_no
        """,
        tx.client_no,
        [receiver.account_no for receiver in limited],
        [receiver.currency for receiver in limited],
    )
    owed = {row["account_no"]: row["owed_minor"] for row in rows}
    return {key: replace(one, owed_minor=owed.get(one.account_no, 0)) for key, one in receivers.items()}


async def _open_kids(tx: Transaction, kids: Sequence[str]) -> frozenset[str]:
    """Those of some KIDs that an open document has."""
    rows = await tx.fetch(
        """
        select i.kid
        from ar_item i join ar_item_state s
            on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and i.kid = any($2::text[]) and i.reference_sequence_no = 0
            and s.currency_balance_minor <> 0
        """,
        tx.client_no,
        kids,
    )
    return frozenset(row["kid"] for row in rows)


async def _attachments(tx: Transaction, attachments: Sequence[UUID]) -> frozenset[str]:
    """Those of some files that are there as attachments."""
    rows = await tx.fetch(
        """
        select file_uuid::text as file_uuid from stored_file
        where client_no = $1 and file_uuid = any($2::uuid[]) and file_type = 'ATTACHMENT'
        """,
        tx.client_no,
        attachments,
    )
    return frozenset(row["file_uuid"] for row in rows)


def _json(row: asyncpg.Record, name: str) -> list[Any]:
    return json.loads(row[name]) if row[name] else []


async def hold_kids(tx: Transaction, kids: Sequence[str]) -> None:
    """Let no other transaction use these KIDs for a new document until this one has ended."""
    await tx.execute(
        "select pg_advisory_xact_lock(5, hashtext($1::text || ' ' || kid)) from unnest($2::text[]) as kid order by kid",
        str(tx.client_no),
        sorted(kids),
    )


async def lock_credited(tx: Transaction, document_keys: Sequence[str]) -> dict[str, OpenItem]:
    """The items of documents that are to be credited, by folded document number, locked."""
    rows = await tx.fetch(
        """
        select d.document_no_key, i.reference_no, i.reference_sequence_no, i.account_no, i.document_no, i.currency,
            i.currency_minor, s.currency_balance_minor, s.gl_balance_minor, s.due_date, i.kid, s.last_sequence_no
        from document d
        join ar_item i on i.client_no = d.client_no and i.reference_no = d.reference_no and i.reference_sequence_no = 0
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = 0
        where d.client_no = $1 and i.client_no = $1 and s.client_no = $1
            and d.document_no_key = any($2::text[]) and d.document_type in ('IN', 'RN')
        order by i.reference_no
        for update of s
        """,
        tx.client_no,
        document_keys,
    )
    return {row["document_no_key"]: OpenItem(*list(row.values())[1:]) for row in rows}


async def open_bundle(
    tx: Transaction, bundle_no: int, document_type: str, day: date | None, batch_uuid: UUID | None, now: datetime
) -> int:
    """The number of the bundle that a day's documents of a type, or a batch's, go into; made where it is missing."""
    made: int | None = await tx.fetchval(
        """
        insert into document_bundle (client_no, bundle_no, document_type, bundle_status, bundle_day, batch_uuid,
            created_time)
        values ($1, $2, $3, 'OPEN', $4, $5, $6)
        on conflict do nothing returning bundle_no
        """,
        tx.client_no,
        bundle_no,
        document_type,
        day,
        batch_uuid,
        now,
    )
    if made is not None:
        return made
    found: int | None = await tx.fetchval(
        """
        select bundle_no from document_bundle
        where client_no = $1 and document_type = $2 and bundle_day = $3 and bundle_status = 'OPEN'
        """,
        tx.client_no,
        document_type,
        day,
    )
    assert found is not None, "the bundle that was in the way is there"
    return found


SELECTED = """
    select d.document_no, d.document_uuid, d.document_type, d.bundle_no, d.account_no, d.reference_no,
        d.reference_sequence_no, d.document_date, d.currency, d.excl_vat_minor, d.vat_minor, d.incl_vat_minor,
        d.gl_excl_vat_minor, d.gl_vat_minor, d.gl_incl_vat_minor, d.content::text as content, d.created_time,
        ds.document_status, ds.distributed_time, ds.file_uuid,
        i.voucher_type, i.voucher_no, i.gl_case_no, i.gl_lot_no, i.gl_year, i.gl_period, i.original_due_date, i.kid,
        s.due_date, s.currency_balance_minor, s.ledger_note,
        coalesce(s.external_id1, i.external_id1) as external_id1,
        c.customer_no, gc.gl_currency
    from document d
    join document_state ds on ds.client_no = d.client_no and ds.document_no_key = d.document_no_key
    join ar_item i on i.client_no = d.client_no and i.reference_no = d.reference_no
        and i.reference_sequence_no = d.reference_sequence_no
    join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
        and s.reference_sequence_no = i.reference_sequence_no
    join customer c on c.client_no = d.client_no and c.account_no = d.account_no
    join gl_case gc on gc.client_no = i.client_no and gc.gl_case_no = i.gl_case_no
    where d.client_no = $1 and ds.client_no = $1 and i.client_no = $1 and s.client_no = $1 and c.client_no = $1
        and gc.client_no = $1
"""


async def one(tx: Transaction, document_no: str) -> asyncpg.Record | None:
    """A document with its posting, its item's state and its customer number."""
    return await tx.fetchrow(f"{SELECTED} and d.document_no_key = $2", tx.client_no, fold(document_no))
