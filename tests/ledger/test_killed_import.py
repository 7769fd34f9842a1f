"""An import that is killed in the middle: nothing of it is seen, its bytes are kept, and the next one books all of it.

`RESKONTRO_KILL_PAYMENTS` is the number of payments, 6000 by default.
"""

import asyncio
import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore
from tests.formats.bank_files.camt_notifications import notification
from tests.formats.ocr_giro import ocr_files
from tests.ledger.conftest import NOW

PAYMENTS = int(os.environ.get("RESKONTRO_KILL_PAYMENTS", "6000"))
INVOICES = 20
LIMIT_S = 120
COMMAND = "from reskontro.cli.main import app; app()"
STRANGE = "10000120260003"


class Killed:
    """One client, a file for it, and the command that imports it."""

    def __init__(self, db, client_no, dsn, folder):
        self.db, self.client_no, self.folder = db, client_no, folder
        self.path = folder / "payments.ocr"
        self.environment = os.environ | {"DATABASE_URL": dsn, "RESKONTRO_DATA": str(folder / "data")}

    def write(self, kids, made):
        day = NOW.date() - timedelta(days=1)
        paid = [(1_00 + n % 50, kids[n % len(kids)] if n % 7 else STRANGE) for n in range(PAYMENTS)]
        account = f"{self.client_no:011d}"
        if made == "camt":
            self.path.write_bytes(notification(paid, account=account, day=day))
            return
        lines = [
            ocr_files.Line(minor, kid, day=day, bank_day=day, archive=f"{n:09d}") for n, (minor, kid) in enumerate(paid)
        ]
        records = ocr_files.payments(lines, account=account, created=day)
        self.path.write_bytes(ocr_files.as_bytes(ocr_files.transmission(records, created=day)))

    def start(self):
        command = [sys.executable, "-c", COMMAND, "payments", "import", str(self.path)]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip

    async def rows(self, table):
        async with self.db.reading(self.client_no) as tx:
            count: int = await tx.fetchval(f"select count(*) from {table} where client_no = $1", self.client_no)
        return count

    async def balances(self):
        async with self.db.reading(self.client_no) as tx:
            return await tx.fetch(
                "select reference_no, currency_balance_minor from ar_item_state "
                "where client_no = $1 and reference_sequence_no = 0 order by 1",
                self.client_no,
            )

    async def writing(self):
        """Whether the command has begun to write payments, in its open transaction."""
        async with self.db.registry() as connection:
            return await connection.fetchval(
                """
                select count(*) > 0 from pg_locks l join pg_stat_activity a using (pid)
                where a.datname = current_database() and a.application_name = 'reskontro import'
                    and l.relation = 'payment'::regclass and l.mode = 'RowExclusiveLock'
                """
            )

    async def gone(self):
        async with self.db.registry() as connection:
            return await connection.fetchval(
                "select count(*) = 0 from pg_stat_activity where datname = current_database() "
                "and application_name in ('reskontro import', 'reskontro numbers')"
            )


async def until(condition, process=None):
    end = time.monotonic() + LIMIT_S
    while not await condition():
        assert time.monotonic() < end, "in time"
        assert process is None or process.poll() is None, "the import was to be killed before its end"
        await asyncio.sleep(0.002)


@pytest.fixture(params=["ocr", "camt"])
async def killed(request, api, db, app_dsn, tmp_path):
    await api.customer()
    kids = [(await api.invoice(f"I-{n}", 50_000))["kid"] for n in range(INVOICES)]
    async with db.registry() as connection:
        await connection.execute(
            "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
            f"{api.client_no:011d}",
            api.client_no,
            NOW,
        )
    one = Killed(db, api.client_no, app_dsn, tmp_path)
    one.write(kids, request.param)
    return one


async def test_a_killed_import_leaves_nothing_but_its_bytes_and_the_next_one_books_all(killed):
    before = await killed.balances(), await killed.rows("gl_item"), await killed.rows("ar_item")
    process = killed.start()
    try:
        await until(killed.writing, process)
        assert await killed.rows("payment") == 0, "nothing is seen before all of it is there"
    finally:
        process.kill()
        process.wait()
    await until(killed.gone)
    assert (await killed.balances(), await killed.rows("gl_item"), await killed.rows("ar_item")) == before
    assert await killed.rows("payment") == await killed.rows("booked_transmission") == 0
    async with killed.db.reading(killed.client_no) as tx:
        (file,) = await tx.fetch("select * from stored_file where client_no = $1", tx.client_no)
    files = FileStore.open(killed.folder / "data")
    assert await files.get(killed.client_no, file["sha256"]) == killed.path.read_bytes()

    result = await import_path(
        killed.db, Numbers(killed.db), files, killed.path, NOW, only_client=killed.client_no
    )  # fmt: skip
    strange = sum(1_00 + n % 50 for n in range(PAYMENTS) if not n % 7)
    total = sum(1_00 + n % 50 for n in range(PAYMENTS))
    assert (result.transactions, result.amount_minor) == (PAYMENTS, total)
    assert result.settled_minor + result.unapplied_minor == total - strange
    assert await killed.rows("payment") == PAYMENTS
    assert await killed.rows("stored_file") == 1
    paid = sum(row[1] for row in before[0]) - sum(row[1] for row in await killed.balances())
    assert paid == result.settled_minor
    assert await check_client(killed.db, killed.client_no) == []
