"""Bank files on their way in: uploaded over the interface and booked by the worker, or imported by an operator.

Either way the bytes are stored before anything is decided, and stay whatever the outcome. OCR giro has a way of its own
to the book; every other format has a reader in `READERS`, which gives its lines in the shape that all share.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import SEEK_END
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import structlog

from reskontro.formats.bank_file import HEAD_BYTES, Unknown, recognise
from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.codes import BANK_FILE_TYPES
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.file import Direction, FileStatus, StoredFile
from reskontro.ledger.service import batches
from reskontro.ledger.service.bank_file_readers import BankFileReader
from reskontro.ledger.service.incoming_import import IncomingImport, Reader, ReadFile, refuse_future
from reskontro.ledger.service.incoming_import import owners as account_owners
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
MANDATES = "AVTALEGIRO-MANDATES"
OF_A_READER = tuple(code for code in BANK_FILE_TYPES if code not in {OCR, MANDATES})
READERS: list[Reader] = [BankFileReader()]
"""The readers of formats other than OCR giro, the first that recognises a file reads it."""


class _Job(Protocol):
    """An import under way, of whatever format."""

    done: int

    def new_result(self) -> ImportResult:
        """An empty result."""
        ...

    async def book_for(self, tx: Transaction, client_no: int, result: ImportResult) -> None:
        """Book what the file holds for one client."""
        ...


def reader_of(head: bytes) -> Reader | None:
    """Who reads a file that begins so, None for OCR giro and for what nobody recognises."""
    return next((reader for reader in READERS if reader.recognises(head)), None)


def read_file(reader: Reader, content: bytes, today: date) -> ReadFile:
    """What a file holds; raises Refused for one that is not in order or has a day that has not come."""
    found = reader.read(content)
    refuse_future(found, today)
    return found


class BankFileImporter:
    """Takes files of a type other than OCR giro: refuses at once what is not in order, queues the rest."""

    def __init__(self, file_type: str) -> None:
        self.file_type = file_type

    async def check(self, tx: Transaction, content: bytes, now: datetime) -> Sequence[Fault]:
        """Every fault of the file; an account that is not this client's is one, and so is another format."""
        reader = reader_of(content[:HEAD_BYTES])
        if reader is None:
            return (_not_of_type(self.file_type),)
        try:
            found = await asyncio.to_thread(read_file, reader, content, business_day(now))
            if found.file_type != self.file_type:
                return (_not_of_type(self.file_type),)
            await account_owners(tx.connection, found, tx.client_no)
        except Refused as refused:
            return refused.faults
        return ()

    async def queue(self, tx: Transaction, file: StoredFile, actor: Actor, now: datetime) -> None:
        """Have the worker book the file, after what the client sent before it."""
        await queue_file(tx, file, actor, now)


def _not_of_type(file_type: str) -> Fault:
    return fault(Code.FILE_CONTENT, "The content is no {type} file", "content", None, type=file_type)


async def queue_file(tx: Transaction, file: StoredFile, actor: Actor, now: datetime) -> None:
    """Have the worker book a file, after what the client sent before it."""
    await batches.accept(
        tx,
        actor,
        now,
        batch_type=batches.FILE_IMPORT,
        scope="write:arm.file",
        total_count=1,
        file_uuid=file.file_uuid,
    )


class OcrImporter:
    """Takes files in the layout of OCR giro: refuses at once what is not in order, queues the rest for the worker.

    A file of mandates is one that holds no payment.
    """

    def __init__(self, file_type: str = OCR) -> None:
        self.file_type = file_type

    async def check(self, tx: Transaction, content: bytes, now: datetime) -> Sequence[Fault]:
        """Every fault of the file; an account that is not this client's is one."""
        try:
            reading = await asyncio.to_thread(read_through, content, business_day(now))
            if self.file_type == MANDATES and reading.transactions:
                return (_not_of_type(self.file_type),)
            await owners(tx.connection, reading, tx.client_no)
        except Refused as refused:
            return refused.faults
        return ()

    async def queue(self, tx: Transaction, file: StoredFile, actor: Actor, now: datetime) -> None:
        """Have the worker book the file, after what the client sent before it."""
        await queue_file(tx, file, actor, now)


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
            job = await self._job(client_no, file, content, actor, now)
        except Refused as refused:
            await self._refuse(client_no, waiting, file, refused, actor, now)
            return

        async def use_case(tx: Transaction) -> ImportResult:
            result = ImportResult(lines=None)
            await job.book_for(tx, client_no, result)
            await _finish(tx, file, result, actor, now)
            await batch_store.finish(tx, waiting.batch_uuid, now)
            return result

        try:
            result = await self.db.run(client_no, use_case, BookLock.SHARED)
        except Refused as refused:  # what only the book knows; the files behind it do not wait for it
            await self._refuse(client_no, waiting, file, refused, actor, now)
            return
        log.info("file booked", client_no=client_no, file=str(file.file_uuid), lines=result.transactions)

    async def _job(self, client_no: int, file: StoredFile, content: bytes, actor: Actor, now: datetime) -> _Job:
        """The import of a file; raises Refused for one that cannot be booked."""
        reader = reader_of(content[:HEAD_BYTES])
        uuids = {client_no: file.file_uuid}
        if reader is not None:
            found = await asyncio.to_thread(read_file, reader, content, business_day(now))
            async with self.db.registry() as connection:
                named = await account_owners(connection, found, client_no)
            return IncomingImport(
                numbers=self.numbers, found=found, digest=file.sha256, accounts=named, file_uuids=uuids, actor=actor,
                now=now,
            )  # fmt: skip
        reading = await asyncio.to_thread(read_through, content, business_day(now))
        async with self.db.registry() as connection:
            accounts = await owners(connection, reading, client_no)
        return Import(
            db=self.db, numbers=self.numbers, source=content, digest=file.sha256, reading=reading, accounts=accounts,
            file_uuids=uuids, actor=actor, now=now,
        )  # fmt: skip

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
    counts = sum((other.counts for other in result.others.values()), result.counts.copy())
    told = ", ".join(f"{count} {reason}" for (_, reason), count in sorted(counts.items()))
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
    """Book a bank file from disk for every client whose accounts it names, in one transaction.

    The bytes are kept first for each of these clients. A file that is not in order is refused with all its faults; it
    names nobody, so it stays where it is. A file without accounts, such as a bank's answer, is `only_client`'s.
    """
    reader = await asyncio.to_thread(_reader_of_path, path)
    if reader is not None:
        return await _import_incoming(db, numbers, files, path, reader, now, only_client, progress)
    reading = await asyncio.to_thread(read_through, path, business_day(now))
    async with db.registry() as connection:
        accounts = await owners(connection, reading, only_client)
    digest = await asyncio.to_thread(_digest, path)
    clients = sorted({account.client_no for account in accounts.values()})
    actor = Actor("IMPORT", "operator")
    stored = {client_no: await _keep(db, files, client_no, path, digest, actor, now) for client_no in clients}
    job: _Job = Import(
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

    return await _book_all(db, job, clients, stored, actor, now)


async def _import_incoming(
    db: Database,
    numbers: Numbers,
    files: FileStore,
    path: Path,
    reader: Reader,
    now: datetime,
    only_client: int | None,
    progress: Progress | None,
) -> ImportResult:
    """Book a file that a reader of `READERS` has recognised."""
    content = await asyncio.to_thread(path.read_bytes)
    found = await asyncio.to_thread(read_file, reader, content, business_day(now))
    async with db.registry() as connection:
        accounts = await account_owners(connection, found, only_client)
    clients = sorted({account.client_no for account in accounts.values()})
    if not clients and only_client is not None:
        clients = [only_client]
    if not clients:
        message = "the file names no account: say with --client whose it is"
        raise broken(fault(Code.FILE_CONTENT, "{text}", "content", None, text=message), "The file was refused")
    digest = await asyncio.to_thread(_digest, path)
    actor = Actor("IMPORT", "operator")
    stored = {
        client_no: await _keep(db, files, client_no, path, digest, actor, now, found.file_type) for client_no in clients
    }
    job = IncomingImport(
        numbers=numbers,
        found=found,
        digest=digest,
        accounts=accounts,
        file_uuids={client_no: file.file_uuid for client_no, file in stored.items()},
        actor=actor,
        now=now,
        progress=progress,
    )
    return await _book_all(db, job, clients, stored, actor, now)


async def _book_all(
    db: Database, job: _Job, clients: Sequence[int], stored: Mapping[int, StoredFile], actor: Actor, now: datetime
) -> ImportResult:
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


def _reader_of_path(path: Path) -> Reader | None:
    """Who reads a file, None for OCR giro; raises Refused for what is no bank file, and says what it is."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    reader = reader_of(head)
    known = recognise(head) if reader is None else None
    if isinstance(known, Unknown):
        message = f"not a bank file to read: {known.what}"
        raise broken(fault(Code.FILE_CONTENT, "{text}", "content", None, text=message), "The file was refused")
    return reader


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _keep(
    db: Database,
    files: FileStore,
    client_no: int,
    path: Path,
    digest: str,
    actor: Actor,
    now: datetime,
    file_type: str = OCR,
) -> StoredFile:
    """The stored file of a client, made unless the same one is there."""
    async with db.transaction(client_no) as tx:
        await file_store.hold_files(tx)
        identity = (file_type, path.name, digest)
        found = (await file_store.by_identity(tx, [identity])).get(identity)
        if found is not None:
            return found
        with await asyncio.to_thread(path.open, "rb") as content:  # a large file is not held in memory for it
            size = content.seek(0, SEEK_END)
            await files.put(client_no, digest, content)
        file = StoredFile(
            file_uuid=uuid4(),
            file_type=file_type,
            file_name=path.name,
            content_type="text/plain",
            file_size=size,
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
