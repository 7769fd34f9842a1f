"""The product's worker of batches in this process, on an embedded database of its own.

For rows that compare two ways of the same work. A client's batches are worked on one after the other and nothing else
runs, so that what one way costs more is seen in full, wherever it is spent: none of it hides behind an idle core.
"""

import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import data
from document_batches import MARK, SIZE

import clients
from reskontro.kernel.actor import Actor
from reskontro.ledger.http.documents import documents_of_batch
from reskontro.ledger.service import batches
from reskontro.ledger.store.batches import Waiting
from reskontro.ledger.store.numbers import ACCOUNT, REFERENCE, Numbers, number_pool, set_next
from reskontro.platform import migrations
from reskontro.platform.clock import OffsetClock
from reskontro.platform.database import Database
from reskontro.platform.embedded import EmbeddedServer, EmbeddedUrls
from reskontro.platform.telemetry import set_up_logging

ACTOR = Actor("API", "bench", "bench-clients", "", "POST", "/arm/v1/clients/documents/batches")


@dataclass(slots=True)
class Meter:
    """What a measurement took: documents, seconds, processor seconds of this process and of the database's."""

    documents: int = 0
    seconds: float = 0.0
    python_s: float = 0.0
    database_s: float = 0.0

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds

    @property
    def python_us(self) -> float:
        """Microseconds of this process's processor a document."""
        return round(self.python_s / self.documents * 1e6, 1)

    @property
    def database_us(self) -> float:
        """Microseconds of the processor of all the database's processes a document."""
        return round(self.database_s / self.documents * 1e6, 1)


@dataclass(slots=True)
class BatchWorker:
    """What a worker process has: its connections and the runner of batches."""

    urls: EmbeddedUrls
    db: Database
    numbers: Numbers
    runner: batches.Runner
    postmaster: int
    sent: int = 0

    async def add_client(self, client_no: int, customers: int = clients.CUSTOMERS) -> None:
        """A client with customers whose own numbers begin where those of the data end."""
        async with self.db.registry() as connection:
            await connection.execute(
                """
                insert into client (client_no, organization_id, company_id, legal_name, organization_no, vat_registered,
                    sandbox, created_time)
                values ($1, $2, $1::int, 'Firma AS', '984842252', true, false, now())
                """,
                client_no,
                uuid4(),
            )
        async with self.db.transaction(client_no) as tx:
            await data.add_customers(tx.connection, customers, client_no=client_no)
        await set_next(self.db, client_no, ACCOUNT, data.FIRST_ACCOUNT + customers)
        await set_next(self.db, client_no, REFERENCE, data.FIRST_REFERENCE)

    async def post(self, client_no: int, template: bytes, count: int) -> None:
        """So many batches accepted, as a call of theirs does, and worked on until all are finished."""
        for _ in range(count):
            self.sent += 1
            async with self.db.transaction(client_no) as tx:
                await batches.accept(
                    tx,
                    ACTOR,
                    self.runner.clock.now(),
                    batch_type=batches.DOCUMENTS,
                    scope="write:arm.document",
                    total_count=SIZE,
                    payload=template.replace(MARK, b"%08d" % self.sent),
                )
        while await self.runner.work(client_no):
            pass

    @contextmanager
    def measured(self, into: Meter) -> Iterator[None]:
        """Add what the block takes."""
        python, database, start = time.process_time(), processor_s(self.postmaster), time.perf_counter()
        yield
        into.seconds += time.perf_counter() - start
        into.python_s += time.process_time() - python
        into.database_s += processor_s(self.postmaster) - database

    async def check_all_posted(self) -> None:
        """Raises where a document of any batch was refused."""
        connection = await asyncpg.connect(self.urls.superuser)
        refused = await connection.fetchval("select coalesce(sum(failed_count), 0) from batch")
        await connection.close()
        assert refused == 0, "every document was posted"


@contextmanager
def embedded_database() -> Iterator[EmbeddedUrls]:
    """A durable database with the product's tables, gone afterwards."""
    set_up_logging("warning")
    with tempfile.TemporaryDirectory(prefix="reskontro-bench-") as folder:
        server = EmbeddedServer.start(Path(folder) / "data")
        try:
            migrations.upgrade(server.urls.owner, migrations.role_of(server.urls.app))
            yield server.urls
        finally:
            server.stop()


@asynccontextmanager
async def batch_worker(urls: EmbeddedUrls) -> AsyncIterator[BatchWorker]:
    """A worker on a database, with the runner as the product's own worker makes it."""
    db = await Database.connect(urls.app)
    counters = await number_pool(urls.app)
    numbers = Numbers(counters)

    async def no_file(client_no: int, waiting: Waiting) -> None:
        raise AssertionError(f"no files are imported here: {client_no}, {waiting.batch_uuid}")

    runner = batches.Runner(
        db=db, numbers=numbers, clock=OffsetClock(), read_documents=documents_of_batch, import_file=no_file
    )
    async with db.registry() as connection:
        backend = await connection.fetchval("select pg_backend_pid()")
    try:
        yield BatchWorker(urls, db, numbers, runner, parent(backend))
    finally:
        await counters.close()
        await db.close()


def fields_of(pid: int) -> list[str]:
    """What the system tells of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()


def parent(pid: int) -> int:
    return int(fields_of(pid)[1])


def processor_s(postmaster: int) -> float:
    """Processor time of a database server and of all processes that it has or had, in seconds."""
    ticks = sum(map(int, fields_of(postmaster)[11:15]))  # its own, and that of those that have ended
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = fields_of(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                continue
            if int(fields[1]) == postmaster:
                ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")
