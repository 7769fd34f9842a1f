"""How fast what was posted is sealed: rows a second, beside reading the same rows.

python bench/seal.py [--payments 200000] [--rounds 5] [--json FILE]

A file of payments is in the book, as an import leaves it: for each payment a case, two lines, an AR item, a match, a
line of the file. Ours is sealing all of it as the worker does, with its commits. The ceiling is reading the same rows
by plain SQL through the same driver, every column of them, which whoever hashes them elsewhere would have to do first.
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import asyncpg
import data
import payment_file
import plain_import
from harness import Row, in_turns, main, median, options, say

from reskontro.ledger.domain.seals import FORM, FORMS
from reskontro.ledger.service.sealing import Sealer
from reskontro.platform import migrations
from reskontro.platform.database import Database
from reskontro.platform.embedded import EmbeddedServer, EmbeddedUrls
from reskontro.platform.signatures import Signer
from reskontro.platform.telemetry import set_up_logging

CUSTOMERS = 20_000
ROWS_OF_A_PAYMENT = 6


async def prepare(urls: EmbeddedUrls, customers: int = CUSTOMERS) -> None:
    """The client and its customers."""
    connection = await asyncpg.connect(urls.app)
    await connection.execute(
        """
        insert into client (client_no, organization_id, company_id, legal_name, organization_no, vat_registered,
            sandbox, created_time)
        values ($1, $2, $1::int, 'Firma AS', '984842252', true, true, now())
        """,
        data.CLIENT_NO,
        uuid4(),
    )
    await data.act_for_client(connection)
    await data.add_customers(connection, customers)
    await connection.close()


class Book:
    """The book that each round pays into."""

    def __init__(self, urls: EmbeddedUrls, payments: int) -> None:
        self.urls = urls
        self.payments = payments
        self.next_reference = data.FIRST_REFERENCE

    async def pay(self, sealer: Sealer) -> None:
        """New items, sealed; and payments for all of them, not sealed."""
        new = list(data.items(self.next_reference, self.payments, CUSTOMERS))
        after = data.FIRST_CASE + self.next_reference + self.payments
        self.next_reference += 3 * self.payments  # room for the numbers of the payments' cases
        connection = await asyncpg.connect(self.urls.app)
        await data.act_for_client(connection)
        await data.add_items(connection, new, with_documents=False)
        await connection.close()
        await self._let_numbers_follow(after)
        await sealer.seal_new()
        paid = payment_file.payments(new, data.business_day(data.real_now()), self.next_reference)
        say(f"  plain import at {await plain_import.run(self.urls.app, paid):,.0f} payments a second")
        await data.settle_down(self.urls.superuser)

    async def _let_numbers_follow(self, number: int) -> None:
        """The items' cases have numbers of their own: the sequences go on after them, as they would have."""
        connection = await asyncpg.connect(self.urls.superuser)
        for sequence in ("gl_case_no", "gl_lot_no"):
            await connection.execute(f"select setval('{sequence}', $1)", number)
        await connection.close()

    async def read(self) -> tuple[int, float]:
        """The same tables read: how many rows, in how many seconds."""
        connection = await asyncpg.connect(self.urls.app)
        await data.act_for_client(connection)
        start, count = time.perf_counter(), 0
        for table in FORMS[FORM]:
            if table.name in {"gl_case", "gl_item", "ar_item", "ar_match", "payment"}:
                columns = ", ".join(name for name, _ in table.columns)
                async with connection.transaction():
                    async for _ in connection.cursor(
                        f"select {columns} from {table.name} where client_no = {data.CLIENT_NO}", prefetch=5000
                    ):
                        count += 1
        seconds = time.perf_counter() - start
        await connection.close()
        return count, seconds


async def unsealed(urls: EmbeddedUrls) -> tuple[int, int]:
    """How many rows are sealed so far, and how many bytes the seals take."""
    connection = await asyncpg.connect(urls.superuser)
    rows = await connection.fetchval("select coalesce(max(total_rows), 0) from seal")
    size = await connection.fetchval("select pg_total_relation_size('seal')")
    await connection.close()
    return rows, size


def processor_s(pid: int) -> float:
    """Processor time of a server's process and of those that it waited for, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:13]) / os.sysconf("SC_CLK_TCK")


async def seal(urls: EmbeddedUrls, book: Book, told: dict[str, object]) -> float:
    db = await Database.connect(urls.app, connections=1)
    sealer = Sealer(db, Signer.of(bytes(32)))
    await book.pay(sealer)
    async with db.registry() as connection:
        pid = await connection.fetchval("select pg_backend_pid()")
    rows_before, size_before = await unsealed(urls)
    server, own, start = processor_s(pid), time.process_time(), time.perf_counter()
    await sealer.seal_new()
    seconds = time.perf_counter() - start
    rows, size = await unsealed(urls)
    sealed = rows - rows_before
    assert sealed > book.payments * (ROWS_OF_A_PAYMENT - 1), "what was imported is sealed"
    told["bytes_a_payment"] = round((size - size_before) / book.payments, 1)
    told["processor_us_a_payment"] = round(
        (time.process_time() - own + processor_s(pid) - server) / book.payments * 1e6, 1
    )
    told["payments_a_second"] = round(book.payments / seconds)
    say(f"  {sealed:,} rows in {seconds:.2f} s, {told}")
    await db.close()
    return sealed / seconds


def measure(chosen: argparse.Namespace) -> Row:
    set_up_logging("warning")
    told: dict[str, object] = {"payments": chosen.payments}
    with tempfile.TemporaryDirectory(prefix="reskontro-bench-") as folder:
        server = EmbeddedServer.start(Path(folder) / "data")
        try:
            urls = server.urls
            migrations.upgrade(urls.owner, migrations.role_of(urls.app))
            asyncio.run(prepare(urls))
            book = Book(urls, chosen.payments)

            def ceiling(_: int) -> float:
                count, seconds = asyncio.run(book.read())
                return count / seconds

            rates = in_turns(lambda _: asyncio.run(seal(urls, book, told)), ceiling, chosen.rounds)
        finally:
            server.stop()
    return Row(
        measured="seal",
        title="Seal payments, rows a second",
        unit="rows a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=60_000,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details=told,
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--payments", type=int, default=200_000)
    return wanted


if __name__ == "__main__":
    main(measure, parser())
