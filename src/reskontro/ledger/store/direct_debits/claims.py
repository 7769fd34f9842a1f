"""Claims: what may be claimed, what is outstanding, what became of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from reskontro.ledger.domain.codes import VoucherType
from reskontro.ledger.domain.direct_debits.claims import Candidate, Claim, ClaimStatus, Standing
from reskontro.ledger.domain.direct_debits.mandates import MandateKey
from reskontro.ledger.domain.direct_debits.schemes import Agreement, Scheme
from reskontro.ledger.domain.payment import ItemKey
from reskontro.platform.database import Transaction

_CLAIM = ", ".join(Claim._fields)
_CLAIM_C = ", ".join(f"c.{name}" for name in Claim._fields)
ADDED = Claim._fields[1 : Claim._fields.index("status")]  # without the number, which the sequence gives
TYPES = {
    "shipment_no": "bigint", "mandate_no": "bigint", "account_no": "bigint", "reference_no": "bigint",
    "reference_sequence_no": "int", "amount_minor": "bigint", "due_date": "date",
}  # fmt: skip


def _claim(row: Sequence[object] | asyncpg.Record) -> Claim:
    found = Claim(*row)
    return found._replace(scheme=Scheme(found.scheme), status=ClaimStatus(found.status))


async def lock_candidates(tx: Transaction, agreement: Agreement) -> None:
    """Hold the states of the open invoices of customers whose mandates for a creditor number are in force.

    What is reserved of them and claimed is read by a statement of its own, whose snapshot is of after the lock.
    """
    await tx.execute(
        """
        select from debit_mandate d
        join ar_item i on i.client_no = d.client_no and i.account_no = d.account_no
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where d.client_no = $1 and i.client_no = $1 and s.client_no = $1
            and d.creditor_no = $2 and d.debtor_group = $3 and d.status = 'ACTIVE'
            and i.voucher_type = $4 and i.reference_sequence_no = 0 and s.currency_balance_minor > 0
        order by s.reference_no, s.reference_sequence_no
        for update of s
        """,
        tx.client_no,
        agreement.creditor_no,
        agreement.debtor_group,
        VoucherType.INVOICE,
    )


async def candidates(tx: Transaction, agreement: Agreement, now: datetime) -> list[Candidate]:
    """The open invoices of customers whose mandates for a creditor number are in force."""
    rows = await tx.fetch(
        """
        select i.reference_no, i.reference_sequence_no, i.account_no, c.customer_no, c.name as customer_name,
            i.document_no, i.kid, i.currency, s.currency_balance_minor as balance_minor,
            case when s.reserved_minor is null then 0 else (
                select coalesce(sum(r.currency_minor), 0)::bigint from payment_reservation r
                where r.client_no = $1 and r.reference_no = s.reference_no
                    and r.reference_sequence_no = s.reference_sequence_no and r.status = 'ACTIVE'
                    and r.expires_time > $4
            ) end as reserved_minor,
            s.due_date, greatest(s.stop_reminder_until, s.stop_debt_collection_until) as stop_until,
            greatest(c.stop_reminder_until, c.stop_debt_collection_until) as customer_stop_until,
            s.debt_collection_status, d.mandate_no, d.creditor_no, d.debtor_group, d.payer_no, d.agreement_no,
            d.valid_from,
            (select k.claim_no from debit_claim k where k.client_no = $1 and k.reference_no = i.reference_no
                and k.reference_sequence_no = i.reference_sequence_no and k.status = 'CLAIMED') as claim_no,
            exists (select from debit_claim k where k.client_no = $1 and k.reference_no = i.reference_no
                and k.reference_sequence_no = i.reference_sequence_no and k.due_date = s.due_date
                and (k.status in ('REFUSED', 'RETURNED', 'LAPSED') or k.status = 'CANCELLED'
                    and (k.cancel_shipment_no is null or k.cancel_asked_by <> ''))) as tried
        from debit_mandate d
        join customer c on c.client_no = d.client_no and c.account_no = d.account_no
        join ar_item i on i.client_no = d.client_no and i.account_no = d.account_no
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where d.client_no = $1 and c.client_no = $1 and i.client_no = $1 and s.client_no = $1
            and d.creditor_no = $2 and d.debtor_group = $3 and d.status = 'ACTIVE'
            and i.voucher_type = $5 and i.reference_sequence_no = 0 and s.currency_balance_minor > 0
        order by i.reference_no, i.reference_sequence_no, d.mandate_no
        """,
        tx.client_no,
        agreement.creditor_no,
        agreement.debtor_group,
        now,
        VoucherType.INVOICE,
    )
    return [_candidate(row) for row in rows]


def _candidate(row: asyncpg.Record) -> Candidate:
    values = dict(row)
    key = MandateKey(*(values.pop(name) for name in MandateKey._fields))
    return Candidate(**values, mandate=key)


async def lock_outstanding(tx: Transaction, agreement: Agreement) -> list[Standing]:
    """The outstanding claims of a creditor number with their items as they stand, both held."""
    rows = await tx.fetch(
        f"""
        select {_CLAIM_C}, s.currency_balance_minor as balance_minor, s.due_date as item_due_date
        from debit_claim c
        join ar_item_state s on s.client_no = c.client_no and s.reference_no = c.reference_no
            and s.reference_sequence_no = c.reference_sequence_no
        where c.client_no = $1 and s.client_no = $1 and c.status = 'CLAIMED' and c.creditor_no = $2
            and c.debtor_group = $3
        order by c.reference_no, c.reference_sequence_no
        for update of s, c
        """,
        tx.client_no,
        agreement.creditor_no,
        agreement.debtor_group,
    )
    return [Standing(_claim(tuple(row)[:-2]), row["balance_minor"], row["item_due_date"]) for row in rows]


async def add(tx: Transaction, claims: Sequence[Claim], now: datetime) -> dict[ItemKey, int]:
    """Store new claims; their numbers by item."""
    columns = ", ".join(f"${at}::{TYPES.get(name, 'text')}[]" for at, name in enumerate(ADDED, 3))
    values = [[getattr(claim, name) for claim in claims] for name in ADDED]
    rows = await tx.fetch(
        f"""
        insert into debit_claim (client_no, claim_no, created_time, changed_time, {", ".join(ADDED)})
        select $1, nextval('debit_claim_no'), $2, $2, u.* from unnest({columns}) as u
        returning reference_no, reference_sequence_no, claim_no
        """,
        tx.client_no,
        now,
        *values,
    )
    return {(row[0], row[1]): row[2] for row in map(tuple, rows)}


async def cancel(
    tx: Transaction, claims: Sequence[int], shipment_no: int, reasons: Sequence[str], now: datetime
) -> None:
    """Note that some held claims are taken back by a file."""
    await tx.execute(
        """
        update debit_claim as c
        set status = 'CANCELLED', cancel_shipment_no = $2, reason = u.reason, changed_time = $3
        from unnest($4::bigint[], $5::text[]) as u (claim_no, reason)
        where c.client_no = $1 and c.claim_no = u.claim_no
        """,
        tx.client_no,
        shipment_no,
        now,
        claims,
        reasons,
    )


async def move(
    tx: Transaction,
    claim_no: int,
    status: ClaimStatus,
    now: datetime,
    *,
    payment_no: int | None = None,
    reason_code: str = "",
    reason: str = "",
) -> None:
    """Move a held claim; a payment that is None stays."""
    await tx.execute(
        """
        update debit_claim set status = $3, payment_no = coalesce($4, payment_no), reason_code = $5, reason = $6,
            changed_time = $7
        where client_no = $1 and claim_no = $2
        """,
        tx.client_no,
        claim_no,
        status.value,
        payment_no,
        reason_code,
        reason,
        now,
    )


async def pay(tx: Transaction, claims: Sequence[int], payments: Sequence[int], now: datetime) -> None:
    """Close some held claims by payments."""
    await tx.execute(
        """
        update debit_claim as c set status = 'PAID', payment_no = u.payment_no, reason_code = '', reason = '',
            changed_time = $2
        from unnest($3::bigint[], $4::bigint[]) as u (claim_no, payment_no)
        where c.client_no = $1 and c.claim_no = u.claim_no
        """,
        tx.client_no,
        now,
        claims,
        payments,
    )


async def ask_to_cancel(tx: Transaction, claim_no: int, user_id: str, now: datetime) -> None:
    """Note that somebody wants a held claim back."""
    await tx.execute(
        "update debit_claim set cancel_asked_by = $3, changed_time = $4 where client_no = $1 and claim_no = $2",
        tx.client_no,
        claim_no,
        user_id,
        now,
    )


async def lock(tx: Transaction, claims: Sequence[int]) -> list[Claim]:
    """Some claims, held until the transaction ends."""
    rows = await tx.fetch(
        f"""
        select {_CLAIM} from debit_claim
        where client_no = $1 and claim_no = any($2::bigint[]) order by claim_no for update
        """,
        tx.client_no,
        claims,
    )
    return [_claim(row) for row in rows]


class Listed(NamedTuple):
    """A claim with what people know it by."""

    claim: Claim
    customer_no: str
    document_no: str
    created_time: datetime


async def listed(tx: Transaction, statuses: Sequence[ClaimStatus], after: int, limit: int) -> list[Listed]:
    """Claims of some statuses by number."""
    rows = await tx.fetch(
        f"""
        select {_CLAIM_C}, coalesce(k.customer_no, ''), i.document_no, c.created_time
        from debit_claim c
        join ar_item i on i.client_no = c.client_no and i.reference_no = c.reference_no
            and i.reference_sequence_no = c.reference_sequence_no
        left join customer k on k.client_no = c.client_no and k.client_no = $1 and k.account_no = c.account_no
        where c.client_no = $1 and i.client_no = $1 and c.status = any($2::text[]) and c.claim_no > $3
        order by c.claim_no limit $4
        """,
        tx.client_no,
        [status.value for status in statuses],
        after,
        limit,
    )
    return [Listed(_claim(row[:-3]), *row[-3:]) for row in map(tuple, rows)]


async def of_payers(tx: Transaction, creditor_nos: Sequence[str], payer_nos: Sequence[str]) -> list[Claim]:
    """Every claim of some payers, whatever became of it."""
    rows = await tx.fetch(
        f"""
        select {_CLAIM} from debit_claim
        where client_no = $1 and creditor_no = any($2::text[]) and payer_no = any($3::text[]) order by claim_no
        """,
        tx.client_no,
        creditor_nos,
        payer_nos,
    )
    return [_claim(row) for row in rows]


async def has_any(tx: Transaction) -> bool:
    """Whether the client has ever claimed anything."""
    return bool(await tx.fetchval("select exists (select from debit_claim where client_no = $1)", tx.client_no))


class Settled(NamedTuple):
    """A case that settled some of a claim's item after it was claimed; what is open of the item now."""

    claim_no: int
    gl_case_no: int
    balance_minor: int


async def settled(tx: Transaction, file_uuid: UUID, after: int, now: datetime) -> list[Settled]:
    """What a file's cases took of items with claims that are not paid.

    All outstanding claims are looked at, and those that have ended of the items that its lines name.
    """
    rows = await tx.fetch(
        """
        select distinct c.claim_no, m.gl_case_no, s.currency_balance_minor
        from (
            select claim_no, reference_no, reference_sequence_no from debit_claim
            where client_no = $1 and status = 'CLAIMED'
            union
            select k.claim_no, k.reference_no, k.reference_sequence_no
            from payment p
            join debit_claim k on k.client_no = p.client_no and k.reference_no = p.reference_no
            where p.client_no = $1 and k.client_no = $1 and p.file_uuid = $2 and p.payment_no > $3
                and k.status in ('LAPSED', 'REFUSED', 'CANCELLED')
        ) as c
        join ar_match m on m.debit_reference_no = c.reference_no and m.debit_sequence_no = c.reference_sequence_no
        join ar_item_state s on s.reference_no = c.reference_no and s.reference_sequence_no = c.reference_sequence_no
        where m.client_no = $1 and s.client_no = $1 and m.created_time = $4 and m.currency_minor > 0
            and m.gl_case_no is not null
        order by c.claim_no, m.gl_case_no
        """,
        tx.client_no,
        file_uuid,
        after,
        now,
    )
    return [Settled(*row) for row in rows]


class TakenLine(NamedTuple):
    """A line of a bank file as it was taken."""

    payment_no: int
    file_line_no: int
    kind: str
    settlement_date: date
    bank_code: str
    bank_reason: str
    gl_case_no: int | None
    returns_payment_no: int | None


NO_PAYMENTS = ("return", "refused", "cancelled", "pending")


async def taken_lines(tx: Transaction, file_uuid: UUID, after: int, cases: Sequence[int]) -> list[TakenLine]:
    """The lines of a file, taken after a number was given, that made some cases or were no payments."""
    rows = await tx.fetch(
        f"""
        select {", ".join(TakenLine._fields)} from payment
        where client_no = $1 and file_uuid = $2 and payment_no > $3
            and (gl_case_no = any($4::bigint[]) or kind = any($5::text[]))
        order by payment_no
        """,
        tx.client_no,
        file_uuid,
        after,
        cases,
        NO_PAYMENTS,
    )
    return [TakenLine(*row) for row in rows]


async def of_payments(tx: Transaction, payments: Sequence[int]) -> list[Claim]:
    """The claims that some payments closed, held."""
    rows = await tx.fetch(
        f"""
        select {_CLAIM} from debit_claim
        where client_no = $1 and payment_no = any($2::bigint[]) order by claim_no for update
        """,
        tx.client_no,
        payments,
    )
    return [_claim(row) for row in rows]


async def open_items(tx: Transaction, items: Sequence[ItemKey]) -> dict[ItemKey, int]:
    """What is open of some items, in minor units."""
    rows = await tx.fetch(
        """
        select reference_no, reference_sequence_no, currency_balance_minor from ar_item_state
        where client_no = $1
            and (reference_no, reference_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
        """,
        tx.client_no,
        [reference_no for reference_no, _ in items],
        [sequence_no for _, sequence_no in items],
    )
    return {(row[0], row[1]): row[2] for row in map(tuple, rows)}
