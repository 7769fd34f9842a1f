"""Bank files on their way in: uploaded over the interface and booked by the worker, or imported by an operator.

Either way the bytes are stored before anything is decided, and stay whatever the outcome.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import structlog

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.file import Direction, FileStatus, StoredFile
from reskontro.ledger.service import batches
from reskontro.ledger.service.ocr_import import Import, ImportResult, Progress, owners, read_through
from reskontro.ledger.store import batches as batch_store
from reskontro.ledger.store import files as file_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store.batches import Waiting
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import Clock, business_day
from reskontro.platform.database import BookLock, Database, Transaction
from reskontro.platform.files import FileStore

log = structlog.get_logger(__name__)

OCR = "OCR"


class OcrImporter:
    """Takes files of type OCR: refuses at once what is not in order, queues the rest for the worker."""

    async def check(self, tx: Transaction, content: bytes, now: datetime) -> Sequence[Fault]:
        """Every fault of the file; an account that is not this client's is one."""
        try:
            reading = await asyncio.to_thread(read_through, content, business_day(now))
            await owners(tx.connection, reading, tx.client_no)
        except Refused as refused:
            return refused.faults
        return ()

    async def queue(self, tx: Transaction, file: StoredFile, actor: Actor, now: datetime) -> None:
        """Have the worker book the file, after what the client sent before it."""
        await batches.accept(
            tx,
            actor,
            now,
            batch_type=batches.FILE_IMPORT,
            scope="write:arm.file",
            total_count=1,
            file_uuid=file.file_uuid,
        )


@dataclass(slots=True, kw_only=True)
class FileRunner:
    """Books uploaded files in the worker."""

    db: Database
    numbers: Numbers
    clock: Clock
    files: FileStore

    async def import_file(self, client_no: int, waiting: Waiting) -> None:
        """Book a file; its new state, the end of its turn and all postings are one transaction."""
        assert waiting.file_uuid is not None
        async with self.db.transaction(client_no) as tx:
            file = await file_store.get(tx, waiting.file_uuid)
            assert file is not None, "a queued file has a row"
            await file_store.move(tx, file.file_uuid, FileStatus.PROCESSING)
        content = await self.files.get(client_no, file.sha256)
        now = self.clock.now()
        actor = Actor("IMPORT", waiting.user_id, waiting.integration_id, waiting.request_id)
        try:
            reading = await asyncio.to_thread(read_through, content, business_day(now))
            async with self.db.registry() as connection:
                accounts = await owners(connection, reading, client_no)
        except Refused as refused:
            await self._refuse(client_no, waiting, file, refused, actor, now)
            return
        job = Import(
            db=self.db,
            numbers=self.numbers,
            source=content,
            digest=file.sha256,
            reading=reading,
            accounts=accounts,
            file_uuids={client_no: file.file_uuid},
            actor=actor,
            now=now,
        )

        async def use_case(tx: Transaction) -> ImportResult:
            result = ImportResult(lines=None)
            await job.book_for(tx, client_no, result)
            await _finish(tx, file, result, actor, now)
            await batch_store.finish(tx, waiting.batch_uuid, now)
            return result

        result = await self.db.run(client_no, use_case, BookLock.SHARED)
        log.info("file booked", client_no=client_no, file=str(file.file_uuid), lines=result.transactions)

    async def _refuse(
        self, client_no: int, waiting: Waiting, file: StoredFile, refused: Refused, actor: Actor, now: datetime
    ) -> None:
        async with self.db.transaction(client_no) as tx:
            await file_store.move(tx, file.file_uuid, FileStatus.FAILED, now, refused.faults)
            entry = log_store.LogEntry("FILE", str(file.file_uuid), "File kept, its content was refused", level="ERROR")
            await log_store.add(tx, actor, now, [entry])
            await batch_store.finish(tx, waiting.batch_uuid, now)


async def _finish(tx: Transaction, file: StoredFile, result: ImportResult, actor: Actor, now: datetime) -> None:
    await file_store.move(tx, file.file_uuid, FileStatus.PROCESSED, now)
    told = ", ".join(f"{count} {reason}" for (_, reason), count in sorted(result.counts.items()))
    entry = log_store.LogEntry("FILE", str(file.file_uuid), f"File booked: {told or 'no payments'}")
    await log_store.add(tx, actor, now, [entry])


async def import_path(
    db: Database,
    numbers: Numbers,
    files: FileStore,
    path: Path,
    now: datetime,
    *,
    only_client: int | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Book an OCR giro file from disk for every client whose accounts it names, in one transaction.

    The bytes are kept first for each of these clients. A file that is not in order is refused with all its faults; it
    names nobody, so it stays where it is.
    """
    reading = await asyncio.to_thread(read_through, path, business_day(now))
    async with db.registry() as connection:
        accounts = await owners(connection, reading, only_client)
    digest = await asyncio.to_thread(_digest, path)
    clients = sorted({account.client_no for account in accounts.values()})
    actor = Actor("IMPORT", "operator")
    stored = {client_no: await _keep(db, files, client_no, path, digest, actor, now) for client_no in clients}
    job = Import(
        db=db,
        numbers=numbers,
        source=path,
        digest=digest,
        reading=reading,
        accounts=accounts,
        file_uuids={client_no: file.file_uuid for client_no, file in stored.items()},
        actor=actor,
        now=now,
        progress=progress,
    )

    async def use_case(tx: Transaction) -> ImportResult:
        result = job.new_result()
        job.done = 0
        for client_no in clients:
            part = job.new_result()  # what a client's log tells is of its own lines only
            await job.book_for(tx, client_no, part)
            await _finish(tx, stored[client_no], part, actor, now)
            result.include(part)
        return result

    return await db.run(clients[0], use_case, BookLock.SHARED)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _keep(
    db: Database, files: FileStore, client_no: int, path: Path, digest: str, actor: Actor, now: datetime
) -> StoredFile:
    """The stored file of a client, made unless the same one is there."""
    async with db.transaction(client_no) as tx:
        await file_store.hold_files(tx)
        identity = (OCR, path.name, digest)
        found = (await file_store.by_identity(tx, [identity])).get(identity)
        if found is not None:
            return found
        content = await asyncio.to_thread(path.read_bytes)
        await files.put(client_no, digest, content)
        file = StoredFile(
            file_uuid=uuid4(),
            file_type=OCR,
            file_name=path.name,
            content_type="text/plain",
            file_size=len(content),
            sha256=digest,
            direction=Direction.IN,
            file_status=FileStatus.PROCESSING,
            user_id=actor.user_id,
            created_time=now,
        )
        added = await file_store.add(tx, [file])
        assert added == {file.file_uuid} or not added
        entry = log_store.LogEntry("FILE", str(file.file_uuid), "File stored")
        await log_store.add(tx, actor, now, [entry])
    return file
