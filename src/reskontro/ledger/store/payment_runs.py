"""Writes the lines of a run of OCR giro with what nearly all of them book, in one statement from one row a line.

A line that settles one claim, in the GL currency, is a case with two lines, a credit item with its state, and a match:
six rows that say the same few things again and again. They are sent once and made into rows by the server, which halves
what sending a run costs. What books anything else (a small difference, several claims, a customer's payment) has its
entries written by `ledger.store.book`, and only its line is written here. A test holds the two to the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from reskontro.ledger.domain.codes import VoucherType
from reskontro.ledger.domain.entries import BalanceRow
from reskontro.ledger.store.book import BALANCES, LOTS, Extra
from reskontro.platform.database import Transaction
from reskontro.platform.rows import Derived, Form, RowSource, columns_of, fold, one_statement, with_rows


class PaymentRow(NamedTuple):
    """A line of a file and where its money went.

    The last four are of a line whose booking is made here: it has `voucher_no`, and the others have None.
    """

    fingerprint: bytes
    file_uuid: UUID
    file_line_no: int
    receiving_account_no: str
    kind: str
    settlement_date: date
    bank_date: date | None
    currency: str
    amount_minor: int
    kid: str
    payer_account_no: str
    archive_reference: str
    lump_sum_key: str
    message: str
    outcome: str
    reason: str
    rule: str
    account_no: int | None
    reference_no: int | None
    reference_sequence_no: int | None
    settled_minor: int
    unapplied_minor: int
    gl_case_no: int | None
    candidates: str | None
    voucher_no: int | None
    gl_year: int | None
    gl_period: int | None
    item_kid: str | None


LINE_COLUMNS = (
    ("fingerprint", "bytea"),
    ("file_uuid", "uuid"),
    ("file_line_no", "int"),
    ("receiving_account_no", "text"),
    ("kind", "text"),
    ("settlement_date", "date"),
    ("bank_date", "date"),
    ("currency", "text"),
    ("amount_minor", "bigint"),
    ("kid", "text"),
    ("payer_account_no", "text"),
    ("archive_reference", "text"),
    ("lump_sum_key", "text"),
    ("message", "text"),
    ("outcome", "text"),
    ("reason", "text"),
    ("rule", "text"),
    ("account_no", "bigint"),
    ("reference_no", "bigint"),
    ("reference_sequence_no", "int"),
    ("settled_minor", "bigint"),
    ("unapplied_minor", "bigint"),
    ("gl_case_no", "bigint"),
    ("candidates", "text"),
)
BOOKING_COLUMNS = (("voucher_no", "bigint"), ("gl_year", "smallint"), ("gl_period", "smallint"), ("item_kid", "text"))
assert PaymentRow._fields == tuple(name for name, _ in LINE_COLUMNS + BOOKING_COLUMNS)

# Shared parameters: those of the book, then $6 the money account, $7 the receivables account, $8 the text of the case.
SHARED = 8
PAYMENT = int(VoucherType.PAYMENT)
LINES = RowSource(LINE_COLUMNS + BOOKING_COLUMNS)
NAMES = ", ".join(name for name, _ in LINE_COLUMNS)
KEPT = Derived(
    f"""
    insert into payment (client_no, payment_no, created_time, {NAMES})
    select $1::int, nextval('payment_no'), $3::timestamptz, {NAMES.replace("candidates", "candidates::json")} from part0
    """
)
BOOKED = (
    Derived(
        f"""
        insert into gl_case (client_no, gl_lot_no, created_time, gl_case_no, voucher_type, voucher_no, voucher_date,
            gl_year, gl_period, currency, gl_currency, account_no, reference_no, document_no)
        select $1::int, $2::bigint, $3::timestamptz, gl_case_no, {PAYMENT}, voucher_no, settlement_date,
            gl_year, gl_period, currency, currency, account_no, reference_no, ''
        from part0 where voucher_no is not null
        """
    ),
    Derived(
        """
        insert into gl_item (client_no, gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text,
            vat_code, reference_sequence_no, item_group1, item_group2, item_group3)
        select $1::int, gl_case_no, side.line_no, side.gl_account_no, side.sign * amount_minor,
            side.sign * amount_minor, $8::text, '', case side.line_no when 2 then reference_sequence_no end, '', '', ''
        from part0 cross join (values (1, 1, $6::int), (2, -1, $7::int)) as side (line_no, sign, gl_account_no)
        where voucher_no is not null
        """
    ),
    Derived(
        f"""
        insert into ar_item (client_no, gl_lot_no, created_time, reference_no, reference_sequence_no, account_no,
            document_no, voucher_type, voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor,
            kid, transaction_text, external_id1, gl_case_no, gl_year, gl_period)
        select $1::int, $2::bigint, $3::timestamptz, reference_no, reference_sequence_no, account_no,
            '', {PAYMENT}, voucher_no, settlement_date, settlement_date, currency, -amount_minor, -amount_minor,
            item_kid, $8::text, '', gl_case_no, gl_year, gl_period
        from part0 where voucher_no is not null
        """
    ),
    Derived(
        """
        insert into ar_item_state (client_no, changed_time, reference_no, reference_sequence_no,
            currency_balance_minor, gl_balance_minor, due_date, last_sequence_no)
        select $1::int, $3::timestamptz, reference_no, reference_sequence_no, -unapplied_minor, -unapplied_minor,
            settlement_date, 0
        from part0 where voucher_no is not null
        """
    ),
    Derived(
        """
        insert into ar_match (client_no, match_no, created_time, debit_reference_no, debit_sequence_no,
            credit_reference_no, credit_sequence_no, currency_minor, debit_gl_minor, credit_gl_minor, match_date,
            gl_case_no, rule)
        select $1::int, nextval('match_no'), $3::timestamptz, reference_no, 0, reference_no, reference_sequence_no,
            settled_minor, settled_minor, settled_minor, settlement_date, gl_case_no, rule
        from part0 where voucher_no is not null and settled_minor > 0
        """
    ),
)
LINE_IS_THERE = "payment_fingerprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is the same for all lines of a run: its lot, its accounts, the moments."""

    gl_lot_no: int
    new_lot: bool
    created: datetime
    booked: datetime
    origin: str
    money_account: int
    receivables_account: int
    text: str


async def write(
    tx: Transaction, run: Run, rows: Sequence[PaymentRow], balances: Sequence[BalanceRow], extra: Sequence[Extra] = ()
) -> bool:
    """Write the lines of a run and the bookings of those that have a voucher, with what belongs to the run (`extra`).

    `balances` are those of all items that the run moves. False where another import has written one of the lines
    meanwhile: the transaction has failed then.
    """
    for row in rows:
        assert row.voucher_no is None or (
            0 <= row.settled_minor <= row.amount_minor == row.settled_minor + row.unapplied_minor
        ), "what a payment settles and what is left of it are the payment"
    parts: list[Form] = [LINES, KEPT, *BOOKED]
    arguments: list[object] = [*fold(columns_of(rows, len(PaymentRow._fields)))]
    changed = f"(select count(*) from part{len(parts)})" if balances else "0"
    lot: list[Extra] = [(LOTS, [(run.origin,)])] if run.new_lot else []
    for part, part_rows in ((BALANCES, balances), *lot, *extra):
        if part_rows:
            form, values = with_rows(part, part_rows)
            parts.append(form)
            arguments.extend(values)
    shared = "($1::int, $2::bigint, $3::timestamptz, $4::timestamptz, $5::text, $6::int, $7::int, $8::text) is not null"
    sql = one_statement(tuple(parts), SHARED, f"select {changed} as changed where {shared}")
    try:
        count = await tx.fetchval(
            sql, tx.client_no, run.gl_lot_no, run.created, run.booked, run.origin, run.money_account,
            run.receivables_account, run.text, *arguments,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == LINE_IS_THERE:
            return False
        raise
    assert count == len(balances), "every balance that moved was there and ours"
    return True
