"""AR items: reading them, changing what may change on them."""

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg

from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.store.reservations import current_status
from reskontro.platform.database import Transaction

# The GL currency stands on the item's case, which is looked up only where it can matter: not for kroner that are equal.
GL_CURRENCY = """
    case when i.currency = 'NOK' and i.gl_minor = i.currency_minor then i.currency
        else (select g.gl_currency from gl_case g
              where g.client_no = i.client_no and g.client_no = $1 and g.gl_case_no = i.gl_case_no) end
"""
COLUMNS = f"""
    i.account_no, i.reference_no, i.reference_sequence_no, c.customer_no, i.document_no, i.voucher_date, s.due_date,
    i.original_due_date, i.currency, i.currency_minor, s.currency_balance_minor, i.gl_minor, s.gl_balance_minor, i.kid,
    i.voucher_type, i.voucher_no, coalesce(s.transaction_text, i.transaction_text) as transaction_text, i.gl_case_no,
    i.gl_lot_no, i.gl_year, i.gl_period, coalesce(s.external_id1, i.external_id1) as external_id1,
    s.ledger_period_report_no, s.reserved_status, i.created_time,
    {GL_CURRENCY} as gl_currency
"""
FROM = """
    from ar_item i
    join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
        and s.reference_sequence_no = i.reference_sequence_no
    join customer c on c.client_no = i.client_no and c.account_no = i.account_no
    where i.client_no = $1 and s.client_no = $1 and c.client_no = $1
"""
_OF_ONE = f"{FROM} and i.reference_no = $2 and i.reference_sequence_no = $3 and i.account_no = $4"
ONE = f"select {COLUMNS} {_OF_ONE}"


def columns_at(now: str) -> str:
    """COLUMNS with the reserved status at a business time instead of the stored one; `now` is its parameter."""
    return COLUMNS.replace("s.reserved_status", f"{current_status(now)} as reserved_status")


ONE_RESERVED = f"select {columns_at('$5')} {_OF_ONE}"


async def one(tx: Transaction, item: ArItemId, now: datetime) -> asyncpg.Record | None:
    """An item with its state, at a business time.

    One that is reserved is read again with what its reservations come to at that time. A statement that could do both
    would cost every other item a tenth more (tried).
    """
    key = (tx.client_no, item.reference_no, item.reference_sequence_no, item.account_no)
    row = await tx.fetchrow(ONE, *key)
    return row if row is None or row["reserved_status"] == "" else await tx.fetchrow(ONE_RESERVED, *key, now)


async def lock(tx: Transaction, item: ArItemId) -> asyncpg.Record | None:
    """An item's state with what it was created with, locked."""
    return await tx.fetchrow(
        """
        select i.voucher_date, i.voucher_type, c.customer_no, s.due_date, s.currency_balance_minor,
            coalesce(s.transaction_text, i.transaction_text) as transaction_text,
            coalesce(s.external_id1, i.external_id1) as external_id1, s.ledger_note, s.stop_reminder_until,
            s.stop_debt_collection_until, s.stop_interest_calc_until
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        join customer c on c.client_no = i.client_no and c.account_no = i.account_no
        where i.client_no = $1 and s.client_no = $1 and c.client_no = $1
            and i.reference_no = $2 and i.reference_sequence_no = $3 and i.account_no = $4
        for update of s
        """,
        tx.client_no,
        item.reference_no,
        item.reference_sequence_no,
        item.account_no,
    )


async def change(
    tx: Transaction,
    item: ArItemId,
    *,
    due_date: date,
    transaction_text: str,
    external_id1: str,
    ledger_note: str | None,
    stops: Sequence[date | None],
    now: datetime,
) -> None:
    """Write what may change on an item. `stops`: reminders, debt collection, interest.

    A due date that moves is kept with the one that it takes the place of.
    """
    await tx.execute(
        """
        with moved as (
            insert into due_date_change (client_no, reference_no, reference_sequence_no, change_no, due_date_before,
                due_date_after, created_time)
            select client_no, reference_no, reference_sequence_no, nextval('due_date_change_no'), due_date, $4, $11
            from ar_item_state
            where client_no = $1 and reference_no = $2 and reference_sequence_no = $3 and due_date <> $4
        )
        update ar_item_state
        set due_date = $4, transaction_text = $5, external_id1 = $6, ledger_note = $7, stop_reminder_until = $8,
            stop_debt_collection_until = $9, stop_interest_calc_until = $10, changed_time = $11
        where client_no = $1 and reference_no = $2 and reference_sequence_no = $3
        """,
        tx.client_no,
        item.reference_no,
        item.reference_sequence_no,
        due_date,
        transaction_text,
        external_id1,
        ledger_note,
        *stops,
        now,
    )
