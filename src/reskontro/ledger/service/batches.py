"""Batches: accepted at once, worked on by the job worker, in the order of their arrival for each client.

A batch is worked on in chunks. A chunk's documents, their results and the batch's progress are one transaction: a
worker that dies leaves whole chunks, and whoever takes over goes on after the last of them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.document import NewDocument
from reskontro.ledger.domain.file import FileStatus
from reskontro.ledger.service import documents
from reskontro.ledger.store import batches as store
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import documents as document_store
from reskontro.ledger.store import files as file_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store.batches import Waiting
from reskontro.ledger.store.numbers import BUNDLE, Numbers
from reskontro.platform.clock import Clock
from reskontro.platform.database import BookLock, Database, Transaction
from reskontro.platform.garbage import resting_collector
from reskontro.platform.ids import new_uuid
from reskontro.platform.jobs import enqueue_client_work
from reskontro.platform.json_text import decode

log = structlog.get_logger(__name__)

CHUNK = 250
LONGEST_DOCUMENT_NO = 20
FILE_IMPORT = "FILE-IMPORT"
DOCUMENTS = "DOCUMENTS-POST"
COMPLETED, REJECTED = "COMPLETED", "REJECTED"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An element of a batch that is no document: every fault of its form, and the number it came with if any."""

    faults: tuple[Fault, ...]
    sent_no: str | None


Element = NewDocument | Unreadable
ReadDocuments = Callable[[bytes], Sequence[Element]]


async def accept(
    tx: Transaction,
    actor: Actor,
    now: datetime,
    *,
    batch_type: str,
    scope: str,
    total_count: int,
    payload: bytes | None = None,
    file_uuid: UUID | None = None,
) -> UUID:
    """Store a batch and queue its work in the same transaction; the batch's UUID comes back."""
    batch_uuid = new_uuid()
    await store.add(
        tx,
        batch_uuid=batch_uuid,
        batch_type=batch_type,
        scope=scope,
        actor=actor,
        total_count=total_count,
        payload=payload,
        file_uuid=file_uuid,
        now=now,
    )
    await log_store.add(
        tx, actor, now, [log_store.LogEntry("BATCH", str(batch_uuid), f"Batch received: {batch_type}", status_code=202)]
    )
    await enqueue_client_work(tx)
    return batch_uuid


BatchWork = Callable[[int, Waiting], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Runner:
    """Works on a client's batches: on documents itself, on bank files with `import_file`, on others by their type."""

    db: Database
    numbers: Numbers
    clock: Clock
    read_documents: ReadDocuments
    import_file: BatchWork
    others: Mapping[str, BatchWork] = field(default_factory=dict)

    async def work(self, client_no: int) -> bool:
        """Work on the client's next batch until it is finished; False where none waits."""
        async with self.db.reading(client_no) as tx:
            waiting = await store.next_waiting(tx)
        if waiting is None:
            return False
        if waiting.batch_type == FILE_IMPORT:
            await self.import_file(client_no, waiting)
        elif waiting.batch_type in self.others:
            await self.others[waiting.batch_type](client_no, waiting)
        else:
            assert waiting.batch_type == DOCUMENTS, f"no work is known for {waiting.batch_type}"
            await self._documents(client_no, waiting)
        return True

    async def _documents(self, client_no: int, waiting: Waiting) -> None:
        async with self.db.reading(client_no) as tx:
            body = await store.payload(tx, waiting.batch_uuid)
        with resting_collector():
            await self._read_and_post(client_no, waiting, body)

    async def _read_and_post(self, client_no: int, waiting: Waiting, body: bytes) -> None:
        batch_uuid = waiting.batch_uuid
        new = self.read_documents(body)
        bundle_no, gl_lot_no = waiting.bundle_no, waiting.gl_lot_no
        if waiting.batch_status == "RECEIVED" or gl_lot_no is None or bundle_no is None:
            bundle_no, gl_lot_no = await self._start(client_no, waiting, new)
        actor = actor_of(waiting)
        done = waiting.done_count
        while done < len(new):
            until = _chunk_end(new, done)
            batch = documents.Batch(batch_uuid, bundle_no, gl_lot_no, new_lot=False)
            await self._chunk(client_no, new, done, until, batch, actor)
            done = until
        status = await finish(self.db, client_no, waiting, self.clock.now())
        log.info("batch finished", client_no=client_no, batch=str(batch_uuid), status=status, documents=len(new))

    async def _start(self, client_no: int, waiting: Waiting, new: Sequence[Element]) -> tuple[int, int]:
        wanted = (await self.numbers.take(client_no, BUNDLE))[0]
        kinds = {n.document_type.upper() for n in new if isinstance(n, NewDocument)}
        now = self.clock.now()

        async def use_case(tx: Transaction) -> tuple[int, int]:
            gl_lot_no, _ = await book_store.case_numbers(tx, 1)
            kind = kinds.copy().pop() if len(kinds) == 1 else ""
            bundle_no = await document_store.open_bundle(tx, wanted, kind, None, waiting.batch_uuid, now)
            await book_store.add_lot(tx, gl_lot_no, "document-batch", now)
            await start(tx, waiting, now, bundle_no=bundle_no, gl_lot_no=gl_lot_no)
            return bundle_no, gl_lot_no

        # The book is held for the seals, which wait for whoever has taken a number and not yet used it.
        return await self.db.run(client_no, use_case, BookLock.SHARED)

    async def _chunk(
        self,
        client_no: int,
        new: Sequence[Element],
        done: int,
        until: int,
        batch: documents.Batch,
        actor: Actor,
    ) -> None:
        async def use_case(tx: Transaction) -> None:
            await store.advance(tx, batch.batch_uuid, done, until - done)
            now = self.clock.now()
            readable = [(i, n) for i in range(done, until) if isinstance(n := new[i], NewDocument)]
            outcomes: dict[int, documents.Outcome] = {}
            if readable:
                posted = await documents.post(
                    tx,
                    self.numbers,
                    [n for _, n in readable],
                    now,
                    actor,
                    paths=[f"documents[{i}]" for i, _ in readable],
                    batch=batch,
                )
                outcomes = {i: outcome for (i, _), outcome in zip(readable, posted, strict=True)}
            results = [await _result(tx, i, new[i], outcomes.get(i)) for i in range(done, until)]
            ok_count = sum(1 for result in results if result["resultType"] == "OK")
            await store.add_results(tx, batch.batch_uuid, done + 1, results, ok_count)

        await self.db.run(client_no, use_case, BookLock.SHARED)


def actor_of(waiting: Waiting) -> Actor:
    """Who a batch's changes are made by."""
    source = "BATCH" if waiting.file_uuid is None else "IMPORT"
    return Actor(source, waiting.user_id, waiting.integration_id, waiting.request_id)


async def start(
    tx: Transaction, waiting: Waiting, now: datetime, *, bundle_no: int | None = None, gl_lot_no: int | None = None
) -> None:
    """Mark a batch as running, and the file that it came in."""
    await store.start(tx, waiting.batch_uuid, bundle_no, gl_lot_no, now)
    if waiting.file_uuid is not None:
        await file_store.move(tx, waiting.file_uuid, FileStatus.PROCESSING)


async def finish(db: Database, client_no: int, waiting: Waiting, now: datetime) -> str:
    """Mark a batch as finished, and the file that it came in; the batch's status comes back.

    A file of which nothing could be done has failed, and keeps what was wrong.
    """
    actor = actor_of(waiting)
    async with db.transaction(client_no) as tx:
        status = await store.finish(tx, waiting.batch_uuid, now)
        entries = [log_store.LogEntry("BATCH", str(waiting.batch_uuid), f"Batch finished: {status}")]
        if waiting.file_uuid is not None:
            faults = await _faults(tx, waiting.batch_uuid) if status == REJECTED else []
            state = FileStatus.FAILED if status == REJECTED else FileStatus.PROCESSED
            await file_store.move(tx, waiting.file_uuid, state, now, faults)
            told = f"File imported as batch {waiting.batch_uuid}: {status}"
            level = "INFO" if status == COMPLETED else "WARNING"
            entries.append(log_store.LogEntry("FILE", str(waiting.file_uuid), told, level=level))
        await log_store.add(tx, actor, now, entries)
    return status


async def _faults(tx: Transaction, batch_uuid: UUID) -> list[Fault]:
    """What was wrong with the elements of a batch, as far as a file keeps it."""
    found: list[Fault] = []
    for chunk in await store.results(tx, batch_uuid):
        for result in decode(chunk):
            found += [fault_of_tree(tree) for tree in result["errors"]]
    return found


def _chunk_end(new: Sequence[Element], done: int) -> int:
    """Where a chunk ends: before a credit note for a document of the same chunk, so that it finds it posted."""
    posted: set[str] = set()
    for index in range(done, min(done + CHUNK, len(new))):
        document = new[index]
        if not isinstance(document, NewDocument):
            continue
        if document.credited_document_no and fold(document.credited_document_no) in posted:
            return index
        posted.add(fold(document.document_no))
    return min(done + CHUNK, len(new))


def told_no(sent: object) -> str | None:
    """The document number of an element that is no document, where it has one that could be one."""
    return sent if isinstance(sent, str) and len(sent) <= LONGEST_DOCUMENT_NO and sent.isprintable() else None


async def _result(
    tx: Transaction,
    index: int,
    new: Element,
    outcome: documents.Outcome | None,
) -> dict[str, Any]:
    """The stored result of one element; faults keep their message's key and arguments, to be told in any language."""
    result: dict[str, Any] = {"itemNo": index + 1}
    match outcome:
        case documents.Posted():
            return result | {
                "resultType": "OK",
                "operation": "CREATED",
                "documentNo": outcome.document_no,
                "documentUuid": str(outcome.document_uuid),
                "arItemId": str(outcome.ar_item_id),
                "kid": outcome.kid,
                "referenceNo": outcome.ar_item_id.reference_no,
                "errors": [],
            }
        case documents.Repeated():
            row = await document_store.one(tx, outcome.document_no)
            assert row is not None
            ids = (tx.client_no, row["account_no"], row["reference_no"], row["reference_sequence_no"])
            return result | {
                "resultType": "OK",
                "operation": "NONE",
                "documentNo": row["document_no"],
                "documentUuid": str(row["document_uuid"]),
                "arItemId": "-".join(map(str, ids)),
                "kid": row["kid"],
                "referenceNo": row["reference_no"],
                "errors": [],
            }
    if isinstance(outcome, documents.Rejected):
        sent_no, faults = told_no(outcome.document_no), outcome.faults
    else:
        assert isinstance(new, Unreadable)
        sent_no, faults = new.sent_no, new.faults
    document_no = {} if sent_no is None else {"documentNo": sent_no}
    return result | {
        "resultType": "FAILED",
        "operation": "NONE",
        **document_no,
        "errors": [fault_tree(one) for one in faults],
    }


def fault_tree(one: Fault) -> dict[str, Any]:
    """A fault as it is stored."""
    return {
        "code": one.code,
        "message": one.message,
        "field": one.field,
        "value": one.value,
        "args": {name: str(value) for name, value in one.args.items()},
    }


def fault_of_tree(tree: Mapping[str, Any]) -> Fault:
    """The fault of a stored one."""
    return Fault(tree["code"], tree["message"], tree["field"], tree["value"], tree["args"])
