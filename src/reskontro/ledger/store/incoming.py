"""Lines of bank files of any format: what they name, and what is kept of them."""

from collections.abc import Sequence
from datetime import date

from reskontro.ledger.domain.entries import OpenItem
from reskontro.ledger.domain.matching import Earlier
from reskontro.platform.database import Transaction
from reskontro.platform.rows import RowInsert

LINES = RowInsert(
    "payment",
    (("client_no", "$1::int"), ("created_time", "$3::timestamptz")),
    (
        ("payment_no", "bigint"),
        ("fingerprint", "bytea"),
        ("file_uuid", "uuid"),
        ("file_line_no", "int"),
        ("receiving_account_no", "text"),
        ("kind", "text"),
        ("settlement_date", "date"),
        ("bank_date", "date"),
        ("value_date", "date"),
        ("currency", "text"),
        ("amount_minor", "bigint"),
        ("kid", "text"),
        ("parts", "json"),
        ("payer_name", "text"),
        ("payer_account_no", "text"),
        ("archive_reference", "text"),
        ("end_to_end_id", "text"),
        ("lump_sum_key", "text"),
        ("message", "text"),
        ("bank_code", "text"),
        ("bank_reason", "text"),
        ("outcome", "text"),
        ("reason", "text"),
        ("rule", "text"),
        ("candidates", "json"),
        ("placed", "json"),
        ("returns_payment_no", "bigint"),
        ("account_no", "bigint"),
        ("reference_no", "bigint"),
        ("reference_sequence_no", "int"),
        ("settled_minor", "bigint"),
        ("unapplied_minor", "bigint"),
        ("gl_case_no", "bigint"),
    ),
    suffix="on conflict do nothing returning true",
)


async def payment_numbers(tx: Transaction, count: int) -> list[int]:
    """Numbers for some lines, rising."""
    rows = await tx.fetch("select nextval('payment_no') as n from generate_series(1, $1::int)", count)
    return sorted(row["n"] for row in rows)


async def lock_by_document(tx: Transaction, keys: Sequence[str]) -> list[tuple[str, OpenItem]]:
    """The items of some documents, by the folded number, locked in one order."""
    if not keys:
        return []
    rows = await tx.fetch(
        """
        select d.document_no_key, i.reference_no, i.reference_sequence_no, i.account_no, i.document_no, i.currency,
            i.currency_minor, s.currency_balance_minor, s.gl_balance_minor, s.due_date, i.kid, s.last_sequence_no
        from unnest($2::text[]) as k (key)
        join document d on d.document_no_key = k.key
        join ar_item i on i.client_no = d.client_no and i.reference_no = d.reference_no
            and i.reference_sequence_no = d.reference_sequence_no
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where d.client_no = $1 and i.client_no = $1 and s.client_no = $1
        order by i.reference_no, i.reference_sequence_no
        for update of s
        """,
        tx.client_no,
        keys,
    )
    return [(row[0], OpenItem(*row[1:])) for row in rows]


async def customers_by_number(tx: Transaction, keys: Sequence[str]) -> dict[str, int]:
    """The accounts of some customers, by the folded number."""
    if not keys:
        return {}
    rows = await tx.fetch(
        "select customer_no_key, account_no from customer where client_no = $1 and customer_no_key = any($2::text[])",
        tx.client_no,
        keys,
    )
    return {row["customer_no_key"]: row["account_no"] for row in rows}


async def earlier_payments(
    tx: Transaction, kid: str, archive_reference: str, amount_minor: int, currency: str, due_date: date | None = None
) -> list[Earlier]:
    """The payments that a return may take back: by its reference, or by the bank's own one; the likeliest of many.

    A return of a direct debit says which day's it takes back: references are the same month after month.
    The filters of `payment_returnable` leave out most of the table. Both references are stored without blanks around.
    """
    rows = await tx.fetch(
        """
        select p.payment_no, p.amount_minor, p.currency, p.payer_account_no, p.archive_reference,
            coalesce(s.status, case
                when p.outcome in ('SETTLED', 'ON-ACCOUNT') then 'PLACED'
                when p.outcome = 'QUEUED' then 'UNPLACED' else 'CLOSED' end) as status,
            exists (
                select from refund r where r.client_no = $1 and r.payment_no = p.payment_no
                    and r.status in ('PROPOSED', 'APPROVED', 'SENT', 'PAID', 'UNCOVERED')
            ) as being_refunded
        from payment p
        left join payment_state s on s.client_no = p.client_no and s.client_no = $1 and s.payment_no = p.payment_no
        where p.client_no = $1 and p.amount_minor = $4 and p.currency = $6
            and p.outcome in ('SETTLED', 'ON-ACCOUNT', 'QUEUED')
            and coalesce(s.status, 'PLACED') in ('UNPLACED', 'PLACED')
            and (($2 <> '' and p.kid = $2) or ($3 <> '' and p.archive_reference = $3))
            and ($5::date is null or p.bank_date = $5 or p.value_date = $5)
        order by ($3 <> '' and p.archive_reference = $3) desc, p.payment_no desc
        limit 20
        """,
        tx.client_no,
        kid,
        archive_reference.strip(),
        amount_minor,
        due_date,
        currency,
    )
    return [Earlier(*row) for row in rows]
