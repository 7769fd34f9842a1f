"""An OCR giro file of 200,000 payments from bytes to matched, by `reskontro payments import`.

    python bench/ocr_import.py [--payments 200000] [--sealed] [--rounds 5] [--json FILE]
    python bench/ocr_import.py --payments 1000000 --sealed --rounds 1

The time is the whole command's, from its start to its end: the interpreter, reading and checking the file twice,
keeping it, finding, deciding and writing, one durable commit. The items that are paid were open before. Of a hundred
payments 90 pay exactly, 4 in part, 2 too much, 3 have a KID that nobody has and 1 has a customer's. The ceiling is the
same rows by plain set-based SQL in one transaction.

With `--sealed` each round also waits until the worker has sealed what the file booked, and the time is until then. The
command's memory is bounded: above `MOST_MIB` the measurement fails, whatever the size.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import data
import payment_file
import plain_import
from harness import BIN, Product, Row, in_turns, main, median, options, running_product, say
from payment_file import Paid

CUSTOMERS = 20_000
MOST_MIB = 400
SEALED_TABLES = ("gl_case", "gl_item", "ar_item", "ar_match", "payment")
SEALED_LIMIT_S = 1800
CASES_APART = 100_000  # more than a process holds of numbers that it has not used yet


@dataclass(slots=True)
class Ledger:
    """The open items that rounds use up."""

    product: Product
    payments: int
    sealed: bool = False
    next_reference: int = data.FIRST_REFERENCE
    rounds: int = 0

    async def open_customers(self) -> None:
        """Have the customers whose items these are."""
        connection = await asyncpg.connect(self.product.database.app)
        await data.act_for_client(connection)
        await data.add_customers(connection, CUSTOMERS)
        await connection.close()

    def next_payments(self) -> list[Paid]:
        """New open items in the book, and the payments for them."""
        new = list(data.items(self.next_reference, self.payments, CUSTOMERS))
        self.next_reference += self.payments
        self.rounds += 1
        asyncio.run(self._add(new))
        return payment_file.payments(new, data.business_day(data.real_now()), self.rounds)

    async def _add(self, new: list[data.Item]) -> None:
        connection = await asyncpg.connect(self.product.database.app)
        await data.act_for_client(connection)
        if self.sealed:
            await self._add_in_order(connection, new)
        else:
            await data.add_items(connection, new, with_documents=False)
        await connection.close()
        await data.settle_down(self.product.database.superuser)

    async def _add_in_order(self, connection: "asyncpg.Connection", new: list[data.Item]) -> None:
        """Add items whose cases have the numbers that come next: what is sealed is sealed in their order."""
        owner = await asyncpg.connect(self.product.database.superuser)
        last = await owner.fetchval("select greatest(c.last_value, l.last_value) from gl_case_no c, gl_lot_no l")
        await data.add_items(connection, new, with_documents=False, first_case=last + CASES_APART)
        for sequence in ("gl_case_no", "gl_lot_no"):
            await owner.execute(
                f"select setval('{sequence}', $1)", last + CASES_APART + new[-1].reference_no
            )  # fmt: skip
        await owner.close()


@dataclass(slots=True)
class Imported:
    """One run of the command."""

    seconds: float
    peak_mib: float


# The kernel counts for a child what its parent had in memory when it was started, so a small process stands between.
BETWEEN = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def import_file(product: Product, path: Path) -> Imported:
    command = [str(BIN / "reskontro"), "payments", "import", str(path), "--json"]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", BETWEEN, *command], env=dict(product.environment), capture_output=True,
        check=False, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    return Imported(seconds, int(done.stdout.split()[-1]) / 1024)


async def matched(product: Product) -> int:
    connection = await asyncpg.connect(product.database.app)
    await data.act_for_client(connection)
    count: int = await connection.fetchval("select count(*) from payment where client_no = $1", data.CLIENT_NO)
    await connection.close()
    return count


async def rows_to_seal(connection: "asyncpg.Connection") -> int:
    """How many rows the client has in the tables that an import fills and a seal covers."""
    counts = [
        await connection.fetchval(f"select count(*) from {table} where client_no = $1", data.CLIENT_NO)
        for table in SEALED_TABLES
    ]
    return sum(counts)


async def until_sealed(product: Product) -> float:
    """Wait until the worker has sealed every row that an import fills; the moment of it, by the steady clock."""
    connection = await asyncpg.connect(product.database.app)
    await data.act_for_client(connection)
    rows = await rows_to_seal(connection)
    end = time.perf_counter() + SEALED_LIMIT_S
    while time.perf_counter() < end:
        sealed = await connection.fetchval(
            "select coalesce(max(total_rows), 0) from seal where client_no = $1", data.CLIENT_NO
        )
        if sealed >= rows:
            await connection.close()
            return time.perf_counter()
        await asyncio.sleep(0.1)
    raise AssertionError(f"{rows:,} rows are not sealed after {SEALED_LIMIT_S} s")


def measure(chosen: argparse.Namespace) -> Row:
    with running_product() as product, tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(product, chosen.payments, chosen.sealed)
        asyncio.run(ledger.open_customers())
        runs: list[Imported] = []
        sealed: list[float] = []

        def ours(number: int) -> float:
            paid = ledger.next_payments()
            path = Path(folder) / f"payments-{number}.ocr"
            payment_file.write(path, paid, 1000 + number)
            before = asyncio.run(matched(product))
            if chosen.sealed:
                asyncio.run(until_sealed(product))  # the open items, which were booked before
            start = time.perf_counter()
            runs.append(import_file(product, path))
            path.unlink()
            assert asyncio.run(matched(product)) == before + len(paid), "every payment is there"
            say(f"  {runs[-1].seconds:.1f} s, {runs[-1].peak_mib:.0f} MiB")
            assert runs[-1].peak_mib < MOST_MIB, "memory does not grow with the file"
            if chosen.sealed:
                sealed.append(asyncio.run(until_sealed(product)) - start)
                say(f"  sealed {sealed[-1]:.1f} s after the start, {len(paid) / sealed[-1]:,.0f} payments a second")
            return len(paid) / (sealed[-1] if chosen.sealed else runs[-1].seconds)

        def ceiling(_: int) -> float:
            return asyncio.run(plain_import.run(product.database.app, ledger.next_payments()))

        rates = in_turns(ours, ceiling, chosen.rounds)
    return Row(
        measured="ocr_import",
        title="Import OCR giro and seal it, payments a second" if sealed else "Import OCR giro, payments a second",
        unit="payments a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=10_000 if sealed else 6_000,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={"payments": chosen.payments, "peak_mib": round(max(run.peak_mib for run in runs))}
        | {"import_s": round(median([run.seconds for run in runs[1:]] or [runs[0].seconds]), 1)}
        | ({"sealed_s": round(median(sealed[1:] or sealed), 1)} if sealed else {}),
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--payments", type=int, default=200_000)
    wanted.add_argument("--sealed", action="store_true", help="wait until what was booked is sealed, and tell when")
    return wanted


if __name__ == "__main__":
    main(measure, parser())
