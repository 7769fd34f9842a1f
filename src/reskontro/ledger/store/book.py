"""Writes a run into the book, and reads what a run needs to know of it."""

from collections.abc import Sequence
from datetime import datetime

from reskontro.ledger.domain.entries import BalanceRow, CaseRateRow, CaseRow, Entries, ItemRow, LineRow, MatchRow
from reskontro.ledger.store.reservations import status_of
from reskontro.platform.clock import real_now
from reskontro.platform.database import Transaction
from reskontro.platform.rows import (
    Form,
    RowInsert,
    RowPart,
    RowUpdate,
    columns_of,
    one_statement,
    with_columns,
    with_rows,
)

# Shared parameters of a run: $1 client_no, $2 gl_lot_no, $3 created_time, $4 booked_time, $5 origin.
SHARED = 5
CLIENT = ("client_no", "$1::int")
LOT = ("gl_lot_no", "$2::bigint")
CREATED = ("created_time", "$3::timestamptz")

CASES = RowInsert(
    "gl_case",
    (CLIENT, LOT, CREATED),
    (
        ("gl_case_no", "bigint"),
        ("voucher_type", "smallint"),
        ("voucher_no", "bigint"),
        ("voucher_date", "date"),
        ("gl_year", "smallint"),
        ("gl_period", "smallint"),
        ("currency", "text"),
        ("gl_currency", "text"),
        ("account_no", "bigint"),
        ("reference_no", "bigint"),
        ("document_no", "text"),
        ("reverses_gl_case_no", "bigint"),
    ),
)
LINES = RowInsert(
    "gl_item",
    (CLIENT,),
    (
        ("gl_case_no", "bigint"),
        ("line_no", "smallint"),
        ("gl_account_no", "int"),
        ("currency_minor", "bigint"),
        ("gl_minor", "bigint"),
        ("transaction_text", "text"),
        ("vat_code", "text"),
        ("reference_sequence_no", "int"),
        ("item_group1", "text"),
        ("item_group2", "text"),
        ("item_group3", "text"),
    ),
)
ITEMS = RowInsert(
    "ar_item",
    (CLIENT, LOT, CREATED),
    (
        ("reference_no", "bigint"),
        ("reference_sequence_no", "int"),
        ("account_no", "bigint"),
        ("document_no", "text"),
        ("voucher_type", "smallint"),
        ("voucher_no", "bigint"),
        ("voucher_date", "date"),
        ("original_due_date", "date"),
        ("currency", "text"),
        ("currency_minor", "bigint"),
        ("gl_minor", "bigint"),
        ("kid", "text"),
        ("transaction_text", "text"),
        ("external_id1", "text"),
        ("gl_case_no", "bigint"),
        ("gl_year", "smallint"),
        ("gl_period", "smallint"),
    ),
)
STATES = RowInsert(
    "ar_item_state",
    (CLIENT, ("changed_time", "$3::timestamptz")),
    (
        ("reference_no", "bigint"),
        ("reference_sequence_no", "int"),
        ("currency_balance_minor", "bigint"),
        ("gl_balance_minor", "bigint"),
        ("due_date", "date"),
        ("last_sequence_no", "int"),
        ("ledger_note", "text"),
    ),
)
MATCHES = RowInsert(
    "ar_match",
    (CLIENT, ("match_no", "nextval('match_no')"), CREATED),
    (
        ("debit_reference_no", "bigint"),
        ("debit_sequence_no", "int"),
        ("credit_reference_no", "bigint"),
        ("credit_sequence_no", "int"),
        ("currency_minor", "bigint"),
        ("debit_gl_minor", "bigint"),
        ("credit_gl_minor", "bigint"),
        ("match_date", "date"),
        ("undoes_match_no", "bigint"),
        ("gl_case_no", "bigint"),
        ("rule", "text"),
    ),
)
RATES = RowInsert(
    "gl_case_rate",
    (CLIENT,),
    (
        ("gl_case_no", "bigint"),
        ("units", "numeric"),
        ("rate", "numeric"),
        ("rate_date", "date"),
        ("source", "text"),
    ),
)
BALANCES = RowUpdate(
    "ar_item_state",
    (
        ("reference_no", "bigint"),
        ("reference_sequence_no", "int"),
        ("currency_balance_minor", "bigint"),
        ("gl_balance_minor", "bigint"),
        ("last_sequence_no", "int"),
    ),
    set=(
        "currency_balance_minor = u.currency_balance_minor, gl_balance_minor = u.gl_balance_minor, "
        "last_sequence_no = u.last_sequence_no, changed_time = $3::timestamptz, "
        f"reserved_status = {status_of('u.currency_balance_minor', 't.reserved_minor')}"
    ),
    where=(
        "t.client_no = $1::int and t.reference_no = u.reference_no "
        "and t.reference_sequence_no = u.reference_sequence_no"
    ),
    suffix="returning true",
)
LOTS = RowInsert(
    "gl_lot",
    (CLIENT, LOT, CREATED, ("booked_time", "$4::timestamptz")),
    (("origin", "text"),),
)

STATE_OF_ITEM = (0, 1, 17, 18, 7, 19, 20)  # where an item's row has the columns of its state

Extra = tuple[RowPart, Sequence[tuple[object, ...]]]


async def write(
    tx: Transaction,
    entries: Entries,
    *,
    gl_lot_no: int,
    now: datetime,
    booked: datetime,
    origin: str,
    new_lot: bool = True,
    extra: Sequence[Extra] = (),
    returning: int | None = None,
) -> int:
    """Add a run to the book, with what belongs to it (`extra`), in one statement.

    The count of rows that the part `returning` of `extra` gave back comes back, 0 where none was asked for. Parts
    without rows are left out, so that the few shapes of runs are as many prepared statements.
    """
    parts: list[Form] = []
    arguments: list[object] = []

    def add_form(form: Form, values: Sequence[object]) -> int:
        parts.append(form)
        arguments.extend(values)
        return len(parts) - 1

    def add(part: RowPart, rows: Sequence[tuple[object, ...]]) -> int:
        return add_form(*with_rows(part, rows))

    if new_lot:
        add(LOTS, [(origin,)])
    if entries.cases:
        add(CASES, entries.cases)
        add(LINES, entries.lines)
    if entries.rates:
        add(RATES, entries.rates)
    if entries.items:
        columns = columns_of(entries.items, len(ItemRow._fields))
        add_form(*with_columns(ITEMS, columns[:17]))
        add_form(*with_columns(STATES, [columns[index] for index in STATE_OF_ITEM]))
    if entries.matches:
        add(MATCHES, entries.matches)
    updated = add(BALANCES, entries.balances) if entries.balances else None
    asked = None
    for index, (part, rows) in enumerate(extra):
        position = add(part, rows)
        if index == returning:
            asked = position
    changed = f"(select count(*) from part{updated})" if updated is not None else "0"
    given = f"(select count(*) from part{asked})" if asked is not None else "0"
    shared = "($1::int, $2::bigint, $3::timestamptz, $4::timestamptz, $5::text) is not null"
    sql = one_statement(tuple(parts), SHARED, f"select {changed} as changed, {given} as given where {shared}")
    row = await tx.fetchrow(sql, tx.client_no, gl_lot_no, now, booked, origin, *arguments)
    assert row is not None
    assert row["changed"] == len(entries.balances), "every balance that moved was there and ours"
    given_rows: int = row["given"]
    return given_rows


assert CaseRow._fields == tuple(name for name, _ in CASES.columns)
assert LineRow._fields == tuple(name for name, _ in LINES.columns)
assert ItemRow._fields[:17] == tuple(name for name, _ in ITEMS.columns)
assert MatchRow._fields == tuple(name for name, _ in MATCHES.columns)
assert CaseRateRow._fields == tuple(name for name, _ in RATES.columns)
assert BalanceRow._fields == tuple(name for name, _ in BALANCES.columns)


async def closed_through(tx: Transaction) -> int | None:
    """The index of the client's last closed period. To be read while the book is held."""
    index: int | None = await tx.fetchval(
        """
        select gl_year * 12 + gl_period - 1 from gl_period
        where client_no = $1 order by gl_year desc, gl_period desc limit 1
        """,
        tx.client_no,
    )
    return index


async def has_cases(tx: Transaction) -> bool:
    """Whether anything was ever booked for the client."""
    return bool(await tx.fetchval("select true from gl_case where client_no = $1 limit 1", tx.client_no))


async def case_numbers(tx: Transaction, count: int) -> tuple[int, list[int]]:
    """A lot number and as many case numbers as a run needs, rising."""
    rows = await tx.fetch(
        "select nextval('gl_case_no') as case_no, case when n = 1 then nextval('gl_lot_no') end as lot_no "
        "from generate_series(1, $1::int) as n",
        max(1, count),
    )
    return rows[0]["lot_no"], sorted(row["case_no"] for row in rows)


async def add_lot(tx: Transaction, gl_lot_no: int, origin: str, now: datetime) -> None:
    """Begin a lot that several transactions will post into."""
    await tx.execute(
        "insert into gl_lot (client_no, gl_lot_no, origin, created_time, booked_time) values ($1, $2, $3, $4, $5)",
        tx.client_no,
        gl_lot_no,
        origin,
        now,
        real_now(),
    )
