"""Payments of one claim are written in a short way; the rows are those that the long way writes."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from reskontro.kernel.kid import customer_kid
from reskontro.ledger.domain.entries import BalanceRow
from reskontro.ledger.service import ocr_import
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store import payment_runs
from reskontro.ledger.store import payments as store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import KEEP_PLANS, BookLock
from reskontro.platform.files import FileStore
from tests.formats.ocr_giro import ocr_files
from tests.formats.ocr_giro.ocr_files import Line
from tests.ledger.conftest import NOW, make_client

TABLES = {
    "gl_lot": "gl_lot_no",
    "gl_case": "gl_case_no",
    "gl_item": "gl_case_no, line_no",
    "ar_item": "reference_no, reference_sequence_no",
    "ar_item_state": "reference_no, reference_sequence_no",
    "ar_match": "debit_reference_no, credit_sequence_no, match_no",
    "payment": "file_line_no",
}
OTHERS = (
    "client_no",
    "gl_lot_no",
    "gl_case_no",
    "match_no",
    "payment_no",
    "fingerprint",
    "file_uuid",
    "booked_time",
    "receiving_account_no",
)
DAY = NOW.date() - timedelta(days=1)
UNKNOWN = "10000120260003"
COLUMNS = {
    "payment_fingerprint": "(client_no, fingerprint)",
    "ar_match_by_debit": "(client_no, debit_reference_no, debit_sequence_no)",
}


@pytest.fixture
async def paid_client(db, api_for, tmp_path):
    """Makes a client with invoices of 100, 200, … kroner, pays them by a file, and gives all rows of its book."""

    async def make(name: str):
        client_no = await make_client(db)
        account = f"{client_no:011d}"
        async with db.registry() as connection:
            await connection.execute(
                "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
                account, client_no, NOW,
            )  # fmt: skip
        api = api_for(client_no)
        await api.customer()
        invoices = [await api.invoice(f"I-{n}", n * 100, documentDate="2025-01-10") for n in range(1, 8)]
        await api.invoice("C-7", 700, documentType="CN", creditedDocumentNo="I-7", documentDate="2025-01-11")
        kids = [one["kid"] for one in invoices]
        on_customer = customer_kid(client_no, int(invoices[0]["arItemId"].split("-")[1]))
        lines = [
            Line(100_00, kids[0]), Line(50_00, kids[1]), Line(60_00, kids[1]), Line(350_00, kids[2]),
            Line(400_00, kids[3]), Line(400_00, kids[3]), Line(497_00, kids[4]), Line(1_00, kids[6]),
            Line(10_00, UNKNOWN), Line(20_00, on_customer), Line(90_00, kids[1]), Line(1_00, kids[1]),
            Line(600_00, "00" + kids[5]),
        ]  # fmt: skip
        lines = [Line(one.amount, one.kid, day=DAY, bank_day=DAY, archive=f"{n:09d}") for n, one in enumerate(lines)]
        path = tmp_path / f"{name}.txt"
        records = ocr_files.payments(lines, account=account, created=DAY)
        path.write_bytes(ocr_files.as_bytes(ocr_files.transmission(records, created=DAY)))
        await import_path(db, Numbers(db), FileStore.open(tmp_path), path, NOW)
        assert await check_client(db, client_no) == []
        named = {kid: f"of invoice {n}" for n, kid in enumerate(kids, 1)} | {
            UNKNOWN: "unknown",
            on_customer: "customer",
        }
        book = {}
        async with db.reading(client_no) as tx:
            for table, order in TABLES.items():
                rows = await tx.fetch(f"select * from {table} where client_no = $1 order by {order}", client_no)
                book[table] = [
                    {
                        column: named.get(value.removeprefix("00"), "") if column == "kid" else value
                        for column, value in row.items()
                        if column not in OTHERS
                    }
                    for row in rows
                ]
        return book

    return make


async def test_the_short_way_writes_what_the_long_way_writes(paid_client, monkeypatch):
    short = await paid_client("short")
    monkeypatch.setattr(ocr_import, "is_simple", lambda *_: False)
    long = await paid_client("long")
    for table in TABLES:
        assert short[table] == long[table], table
    assert {row["reason"] for row in short["payment"]} >= {
        "exact",
        "partial",
        "over",
        "possible double payment",
        "small difference",
        "invoice credited",
        "unknown reference",
    }


RUN = payment_runs.Run(
    gl_lot_no=1, new_lot=False, created=NOW, booked=NOW, origin="test", money_account=1, receivables_account=2, text=""
)  # fmt: skip
LINE = payment_runs.PaymentRow(
    b"f", uuid4(), 1, "1", "10", DAY, None, "NOK", 1, "", "", "", "", "", "QUEUED", "", "", None, None, None, 0, 0,
    None, None, None, None, None, None,
)  # fmt: skip


async def test_a_balance_that_is_not_there_stops_the_run(db, tenant):
    with pytest.raises(AssertionError, match="every balance that moved"):
        async with db.transaction(tenant, BookLock.SHARED) as tx:
            await payment_runs.write(tx, RUN, [LINE], [BalanceRow(1, 0, 0, 0, 1)])


async def test_a_line_that_is_there_is_told(db, tenant):
    async with db.transaction(tenant, BookLock.SHARED) as tx:
        assert await payment_runs.write(tx, RUN, [LINE], [])
    async with db.transaction(tenant, BookLock.SHARED) as tx:
        assert not await payment_runs.write(tx, RUN, [LINE], [])
    async with db.reading(tenant) as tx:
        assert await tx.fetchval("select count(*) from payment where client_no = $1", tenant) == 1


@pytest.mark.parametrize(
    ("sql", "kind", "table", "index"),
    [
        (store.KNOWN, "bytea", "payment", "payment_fingerprint"),
        (store.CLOSED_BY, "bigint", "ar_match", "ar_match_by_debit"),
    ],
)
async def test_a_table_that_was_counted_when_it_was_empty_is_not_read_whole(
    db, tenant, superuser_dsn, sql, kind, table, index
):
    connection = await asyncpg.connect(superuser_dsn)
    try:
        async with connection.transaction():
            await connection.execute(
                f"create temporary table {table} (like public.{table} including all) on commit drop"
            )
            await connection.execute(f"analyze {table}")
            await connection.execute(f"select {KEEP_PLANS}")
            await connection.execute(f"prepare found (int, {kind}[]) as {sql}")
            plan = await connection.fetch(f"explain execute found ({tenant}, '{{}}')")
            text = "\n".join(row[0] for row in plan)
            used = await connection.fetch(
                "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid "
                "where i.indrelid = $1::regclass and pg_get_indexdef(i.indexrelid) like $2",
                f"pg_temp.{table}", f"%{COLUMNS[index]}%",
            )  # fmt: skip
            await connection.execute("deallocate found")
    finally:
        await connection.close()
    assert len(used) == 1
    assert used[0]["relname"] in text, text
