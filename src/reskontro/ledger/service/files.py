"""Uploading, producing and reading files, and sweeping away bytes that no row names.

Bytes are stored, for good, before the row that names them. What a failed transaction leaves behind is bytes without a
row, which the sweep finds later.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import SEEK_END
from typing import BinaryIO, Protocol
from uuid import UUID, uuid4

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import OUTPUT_FILE_TYPES, UPLOAD_FILE_TYPES, fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, denied, fault, not_found
from reskontro.ledger.domain.file import (
    Direction,
    FileStatus,
    StoredFile,
    Upload,
    checked_type,
    content_type_of,
    read_content,
)
from reskontro.ledger.store import files as store
from reskontro.ledger.store import log
from reskontro.ledger.store.log import LogEntry
from reskontro.platform.database import Database, Transaction
from reskontro.platform.files import FileStore, digest_of

SWEPT_AT_ONCE = 100


class ImportHook(Protocol):
    """What takes files of one import type."""

    async def check(self, tx: Transaction, content: bytes, now: datetime) -> Sequence[Fault]:
        """What is wrong with a file before anything of it is done; nothing lets it be queued."""
        ...

    async def queue(self, tx: Transaction, file: StoredFile, actor: Actor, now: datetime) -> None:
        """Have the file treated after the transaction that stores its row."""
        ...


class Importers(dict[str, ImportHook]):
    """The importers of this installation by file type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What came of one file of an upload."""

    status_code: int
    file_name: str
    file: StoredFile | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Element:
    """One file of an upload on its way."""

    upload: Upload
    number: int
    file_type: str
    content: bytes
    digest: str
    faults: list[Fault]
    status_code: int = 200
    file: StoredFile | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.file_type, self.upload.file_name, self.digest

    def refuse(self, status_code: int, found: Fault) -> None:
        """The first thing that is wrong sets the status."""
        if not self.faults:
            self.status_code = status_code
        self.faults.append(replace(found, field=f"files[{self.number}].{found.field or 'content'}"))


async def upload_files(
    tx: Transaction,
    files: FileStore,
    importers: Importers,
    config: Config,
    uploads: Sequence[Upload],
    now: datetime,
    actor: Actor,
) -> list[Uploaded]:
    """Store what can be stored of an upload, and say of each file what came of it.

    The same file again is the one that is there. A file that its importer refuses is kept with what is wrong, and is
    looked at anew when it comes again.
    """
    enabled = config.many("files.uploadTypes")
    elements = await asyncio.to_thread(_read, uploads, enabled, frozenset(importers))
    await _link(tx, elements)
    good = [element for element in elements if not element.faults]
    known = await store.by_identity(tx, [e.identity for e in good]) if good else {}
    fresh = []
    seen = set()
    for element in good:
        element.file = known.get(element.identity)
        failed = element.file is not None and element.file.file_status is FileStatus.FAILED
        if element.file is None or (failed and element.identity not in seen):
            fresh.append(element)
        seen.add(element.identity)
    for element in fresh:
        if element.file_type in importers:
            for found in await importers[element.file_type].check(tx, element.content, now):
                element.refuse(422, fault_of_import(found))
    await _keep(tx, files, importers, fresh, now, actor)
    return [
        Uploaded(status_code=e.status_code, file_name=e.upload.file_name, file=e.file, faults=tuple(e.faults))
        for e in elements
    ]


def fault_of_import(found: Fault) -> Fault:
    """An importer's finding as the interface has it: the content is invalid."""
    return replace(found, code=Code.FILE_CONTENT.value)


def _read(uploads: Sequence[Upload], enabled: Sequence[str], importable: frozenset[str]) -> list[_Element]:
    elements = []
    for number, upload in enumerate(uploads):
        file_type, refused = checked_type(upload, enabled, importable)
        element = _Element(upload, number, file_type, b"", "", [])
        elements.append(element)
        if refused is not None:
            element.refuse(403 if refused.code == Code.NOT_ENABLED else 422, refused)
            continue
        element.content, element.digest, wrong = read_content(upload)
        if wrong is not None:
            element.refuse(422, wrong)
    return elements


async def _link(tx: Transaction, elements: Sequence[_Element]) -> None:
    """Refuse links that lead nowhere, and give the others their stored spelling."""
    customers = [e.upload.customer_no for e in elements if e.upload.customer_no and e.status_code != 403]
    documents = [e.upload.document_no for e in elements if e.upload.document_no and e.status_code != 403]
    customer_nos = await store.customer_nos(tx, customers) if customers else {}
    document_nos = await store.document_nos(tx, documents) if documents else {}
    for element in elements:
        if element.status_code == 403:
            continue
        upload = element.upload
        customer_no = _linked(element, customer_nos, "customerNo", upload.customer_no, "Customer not found")
        document_no = _linked(element, document_nos, "documentNo", upload.document_no, "Document not found")
        element.upload = replace(upload, customer_no=customer_no, document_no=document_no)


def _linked(element: _Element, known: Mapping[str, str], field: str, wanted: str, message: str) -> str:
    found = known.get(fold(wanted)) if wanted else ""
    if found is None:
        element.refuse(404, fault(Code.NOT_FOUND, message, field, wanted))
        return wanted
    return found


async def _keep(
    tx: Transaction,
    files: FileStore,
    importers: Importers,
    elements: Sequence[_Element],
    now: datetime,
    actor: Actor,
) -> None:
    """Store bytes, then rows; queue what an importer accepted."""
    if not elements:
        return
    await store.hold_files(tx)
    bytes_of = {element.digest: element.content for element in elements}
    await asyncio.gather(*(files.put(tx.client_no, digest, content) for digest, content in bytes_of.items()))
    new = {uuid4(): element for element in elements if element.file is None}
    added = await store.add(tx, [_row(file_uuid, e, now, actor) for file_uuid, e in new.items()]) if new else set()
    stored = await store.by_identity(tx, [element.identity for element in elements])
    entries = []
    for element in elements:
        before, element.file = element.file, stored[element.identity]
        if before is None and element.file.file_uuid not in added:
            continue  # somebody else's, a moment ago, or the same one earlier in this call
        added.discard(element.file.file_uuid)
        if before is not None:
            element.file = await _tried_again(tx, element, now)
        entries.append(_entry(element.file, element.status_code))
        if not element.faults and element.file_type in importers:
            await importers[element.file_type].queue(tx, element.file, actor, now)
    if entries:
        await log.add(tx, actor, now, entries)


async def _tried_again(tx: Transaction, element: _Element, now: datetime) -> StoredFile:
    """The file that was refused before, with what is found now."""
    assert element.file is not None
    failed = bool(element.faults)
    file = replace(
        element.file,
        file_status=FileStatus.FAILED if failed else FileStatus.STORED,
        faults=tuple(element.faults),
        processed_time=now if failed else None,
    )
    await store.move(tx, file.file_uuid, file.file_status, file.processed_time, file.faults)
    return file


def _row(file_uuid: UUID, element: _Element, now: datetime, actor: Actor) -> StoredFile:
    upload = element.upload
    failed = bool(element.faults)
    return StoredFile(
        file_uuid=file_uuid,
        file_type=element.file_type,
        file_name=upload.file_name,
        content_type=upload.content_type or content_type_of(upload.file_name),
        file_size=len(element.content),
        sha256=element.digest,
        direction=Direction.IN,
        file_status=FileStatus.FAILED if failed else FileStatus.STORED,
        description=upload.description,
        customer_no=upload.customer_no,
        document_no=upload.document_no,
        user_id=actor.user_id,
        faults=tuple(element.faults),
        created_time=now,
        processed_time=now if failed else None,
    )


def _entry(file: StoredFile, status_code: int) -> LogEntry:
    failed = file.file_status is FileStatus.FAILED
    return LogEntry(
        "FILE",
        str(file.file_uuid),
        "File kept, its content was refused" if failed else "File stored",
        file.customer_no,
        status_code,
        level="WARNING" if failed else "INFO",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file that the product made: its bytes, or an open file that holds them."""

    file_type: str
    file_name: str
    content: bytes | BinaryIO
    content_type: str = ""
    description: str = ""
    customer_no: str = ""
    document_no: str = ""
    ledger_period_report_no: int | None = None


async def keep_produced(
    tx: Transaction,
    files: FileStore,
    made: NewFile,
    now: datetime,
    actor: Actor,
    *,
    direction: Direction = Direction.OUT,
    batch_uuid: UUID | None = None,
) -> StoredFile:
    """Store a file that the product made; the same one again is the one that is there.

    What a batch made is a file of its own whatever stands in it, and the only one of its batch.
    """
    size = len(made.content) if isinstance(made.content, bytes) else made.content.seek(0, SEEK_END)
    digest = await asyncio.to_thread(digest_of, made.content)
    await store.hold_files(tx)
    await files.put(tx.client_no, digest, made.content)
    file = StoredFile(
        file_uuid=uuid4(),
        file_type=made.file_type,
        file_name=made.file_name,
        content_type=made.content_type or content_type_of(made.file_name),
        file_size=size,
        sha256=digest,
        direction=direction,
        file_status=FileStatus.STORED,
        description=made.description,
        customer_no=made.customer_no,
        document_no=made.document_no,
        ledger_period_report_no=made.ledger_period_report_no,
        user_id=actor.user_id,
        created_time=now,
        batch_uuid=batch_uuid,
    )
    if await store.add(tx, [file]):
        await log.add(tx, actor, now, [_entry(file, 200)])
        return file
    assert batch_uuid is None, "a batch makes one file"
    return (await store.by_identity(tx, [file.identity]))[file.identity]


async def content_of(tx: Transaction, files: FileStore, file_uuid: UUID) -> bytes:
    """The bytes of a file that a row of ours names."""
    file = await store.get(tx, file_uuid)
    assert file is not None, "what is named is there"
    return await files.get(tx.client_no, file.sha256)


def visible_types(config: Config) -> list[str]:
    """The file types that the client may read or upload, in their list's spelling."""
    enabled = {fold(code) for code in (*config.many("files.readTypes"), *config.many("files.uploadTypes"))}
    return [code for code in (*UPLOAD_FILE_TYPES, *OUTPUT_FILE_TYPES) if fold(code) in enabled]


async def get_file(tx: Transaction, config: Config, file_uuid: UUID) -> StoredFile:
    """One file of a type that the client may read or upload; refuses others with 403 and unknown ones with 404."""
    file = await store.get(tx, file_uuid)
    if file is None:
        raise not_found("fileuuid", file_uuid, "File not found")
    if file.file_type not in visible_types(config):
        message = "The file type {type} is not enabled for this client"
        raise denied(fault(Code.NOT_ENABLED, message, "fileuuid", file_uuid, type=file.file_type))
    return file


async def remove_orphans(db: Database, files: FileStore, older_than: datetime) -> int:
    """Remove bytes written before a moment of real time that no row names; how many there were.

    A client's uploads wait while its orphans are removed, so that no row comes to name bytes that go.
    """
    old: dict[int, list[str]] = {}
    async for found in files.everything():
        if found.written < older_than:
            old.setdefault(found.client_no, []).append(found.sha256)
    removed = 0
    for client_no, digests in old.items():
        for start in range(0, len(digests), SWEPT_AT_ONCE):
            removed += await _remove_unnamed(db, files, client_no, digests[start : start + SWEPT_AT_ONCE])
    return removed


async def _remove_unnamed(db: Database, files: FileStore, client_no: int, digests: Sequence[str]) -> int:
    async with db.reading(client_no) as tx:
        unnamed = set(digests) - await store.named(tx, digests)
    if not unnamed:
        return 0
    async with db.transaction(client_no) as tx:
        await store.hold_files_alone(tx)
        unnamed -= await store.named(tx, sorted(unnamed))
        for digest in sorted(unnamed):
            await files.remove(client_no, digest)
    return len(unnamed)
