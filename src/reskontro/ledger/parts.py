"""What the ledger's handlers and jobs work with in one process, and the work that it has for the job worker."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from reskontro.http.idempotency import forget_old as forget_old_keys
from reskontro.ledger.http.customer_batches import customer_from_tree, read_customer_batch
from reskontro.ledger.http.documents import documents_of_batch, read_document_batch
from reskontro.ledger.http.listing import forget_old as forget_old_queries
from reskontro.ledger.service import document_papers, reservations
from reskontro.ledger.service.actions import Means
from reskontro.ledger.service.batch_files import CUSTOMER_IMPORT, DOCUMENT_IMPORT, BatchImporter
from reskontro.ledger.service.batches import DOCUMENTS, Runner
from reskontro.ledger.service.customer_batches import CUSTOMERS_POST, CUSTOMERS_PUT, CustomerBatches
from reskontro.ledger.service.direct_debits import claiming, outcomes
from reskontro.ledger.service.files import Importers, remove_orphans
from reskontro.ledger.service.follow_up import FollowUp
from reskontro.ledger.service.payment_files import MANDATES, OCR, OF_A_READER, BankFileImporter, FileRunner, OcrImporter
from reskontro.ledger.service.reports import REPORT, ReportMaker
from reskontro.ledger.service.sealing import SEAL_EVERY_S, Sealer
from reskontro.ledger.store.batches import next_waiting
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database
from reskontro.platform.due_rows import DueRows
from reskontro.platform.due_work import DueRunners
from reskontro.platform.files import FileStore
from reskontro.platform.jobs import ClientWork, JobKind, Sweep, WorkContext, enqueue_client_work
from reskontro.platform.secrets import FieldCipher
from reskontro.platform.settings import Settings
from reskontro.platform.signatures import Signer


def parts(config: Settings, counters: Database) -> dict[type, Any]:
    """The parts by their type. `counters` is a pool of its own, so that taking numbers never waits for a posting."""
    files = FileStore.open(config.data_folder, config.files_url)
    importers = Importers(
        {
            OCR: OcrImporter(),
            MANDATES: OcrImporter(MANDATES),
            **{file_type: BankFileImporter(file_type) for file_type in OF_A_READER},
            CUSTOMER_IMPORT: BatchImporter(CUSTOMERS_POST, read_customer_batch, files),
            DOCUMENT_IMPORT: BatchImporter(DOCUMENTS, read_document_batch, files),
        }
    )
    return {
        Numbers: Numbers(counters),
        FieldCipher: FieldCipher.from_settings(config),
        FileStore: files,
        Importers: importers,
    }


DUE_HANDLERS: Final = {reservations.EXPIRY: reservations.expire, claiming.LAPSE: outcomes.lapse}


def due_rows(db: Database) -> DueRunners:
    """What the ledger does at its moment: rows that are asked for over all clients at once, each second."""
    return DueRunners((DueRows(db, DUE_HANDLERS),))


def due_work(db: Database, parts: Mapping[type, Any]) -> DueRunners:
    """All that the ledger does when its business time has come, for whoever moves the clock and waits for it."""
    return DueRunners((*due_rows(db).runners, FollowUp(db, Means(parts[Numbers], parts[FieldCipher]))))


def client_work(context: WorkContext) -> ClientWork:
    """A client's batches and files, in the order of their arrival."""
    numbers = context.part(Numbers)
    store = context.part(FileStore)
    files = FileRunner(db=context.db, numbers=numbers, clock=context.clock, files=store)
    reports = ReportMaker(db=context.db, numbers=numbers, clock=context.clock, files=store)
    customers = CustomerBatches(
        db=context.db,
        numbers=numbers,
        cipher=context.part(FieldCipher),
        clock=context.clock,
        read_customer=customer_from_tree,
    )
    runner = Runner(
        db=context.db,
        numbers=numbers,
        clock=context.clock,
        read_documents=documents_of_batch,
        import_file=files.import_file,
        others=dict.fromkeys((CUSTOMERS_POST, CUSTOMERS_PUT), customers.work) | {REPORT: reports.work},
    )

    async def work(context: WorkContext, client_no: int) -> bool:  # noqa: ARG001 - the parts are the same
        return await runner.work(client_no)

    return work


def jobs(context: WorkContext) -> tuple[JobKind, ...]:
    """What is done for jobs that name it: papers of documents."""
    maker = document_papers.PaperMaker(db=context.db, clock=context.clock, files=context.part(FileStore))

    async def make_paper(_: WorkContext, wanted: document_papers.WantedPaper) -> None:
        await maker.make(wanted)

    return (
        JobKind(
            document_papers.JOB,
            document_papers.WantedPaper,
            make_paper,
            document_papers.ATTEMPTS,
            document_papers.LIMIT_S,
        ),
    )


def seal_sweep(db: Database, config: Settings) -> Sweep:
    """The sweep that seals what was posted and signs the heads of days."""
    sealer = Sealer(db, Signer.from_settings(config))

    async def sweep(_: WorkContext) -> int:
        return await sealer.sweep()

    return Sweep("seals", SEAL_EVERY_S, sweep)


async def _forget_old(context: WorkContext) -> int:
    """Remove idempotency keys and query results that have lived their time, client by client."""
    async with context.db.registry() as connection:
        clients = [row["client_no"] for row in await connection.fetch("select client_no from client order by 1")]
    for client_no in clients:
        async with context.db.transaction(client_no) as tx:
            await forget_old_keys(tx)
            await forget_old_queries(tx)
    return len(clients)


async def _wake_clients(context: WorkContext) -> int:
    """Queue work again for clients whose batches wait, in case the job that told of them is no more."""
    waiting = 0
    async with context.db.registry() as connection:
        clients = [row["client_no"] for row in await connection.fetch("select client_no from client order by 1")]
    for client_no in clients:
        async with context.db.transaction(client_no) as tx:
            if await next_waiting(tx) is not None:
                await enqueue_client_work(tx)
                waiting += 1
    return waiting


async def _remove_orphans(context: WorkContext) -> object:
    return await remove_orphans(context.db, context.part(FileStore), real_now() - ORPHANS_OLDER_THAN)


async def _follow_up(context: WorkContext) -> object:
    """What is due by the night or by the day may wait a little; whoever moves the sandbox's clock does not wait."""
    means = Means(context.part(Numbers), context.part(FieldCipher))
    return await FollowUp(context.db, means).run_due(context.clock.now())


ORPHANS_OLDER_THAN = timedelta(days=1)
SWEEPS: Final = (
    Sweep("waiting-batches", 60, _wake_clients),
    Sweep("follow-up", 30, _follow_up),
    Sweep("forget-old", 600, _forget_old),
    Sweep("orphaned-files", 3600, _remove_orphans),
)
