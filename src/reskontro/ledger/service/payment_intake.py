"""A bank file taken by one call: known by its content, checked, kept, booked and answered at once.

The answer is kept with the file, so that the same bytes again are answered with the same and book nothing. A file that
must be refused is kept too, and looked at anew when it comes again.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from reskontro.formats.bank_file import HEAD_BYTES, FileSummary, Unknown, recognise, validate_bank_file
from reskontro.formats.payments import FileFormat
from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.file import Direction, FileStatus, StoredFile
from reskontro.ledger.service.bank_file_readers import SENT, file_type_of
from reskontro.ledger.service.incoming_import import IncomingImport
from reskontro.ledger.service.incoming_import import owners as account_owners
from reskontro.ledger.service.ocr_import import Import, ImportResult, owners, read_through
from reskontro.ledger.service.payment_files import MANDATES, OCR, read_file, reader_of
from reskontro.ledger.store import files as file_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import payment_answers as store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import business_day
from reskontro.platform.database import Database, Transaction
from reskontro.platform.files import FileStore, digest_of

REFUSED, NOT_ENABLED = "file-refused", "file-type-not-enabled"
PLACE = re.compile(r"(line \d+(?:, position \d+)?): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was booked: what it says, the row that keeps it, what became of its lines."""

    summary: FileSummary
    file: StoredFile
    result: ImportResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a file is booked with."""

    db: Database
    numbers: Numbers
    files: FileStore


Book = Callable[[StoredFile], Awaitable[ImportResult]]


async def take_file(
    tx: Transaction,
    means: Means,
    content: bytes,
    config: Config,
    now: datetime,
    actor: Actor,
    render: Callable[[Taken], bytes],
) -> bytes | Refused:
    """Book a file in the transaction that holds the client's book; the answer that `render` makes is kept and given.

    A file that is refused for what stands in it is kept with every fault, and the refusal comes back. What is no bank
    file (422), is one for a bank (422), or is of a type that the client may not send (403) is raised, and not kept.
    """
    guess = _kind(content)
    _check_enabled(config, guess)
    digest = await asyncio.to_thread(digest_of, content)
    known = await store.by_digest(tx, _named(content, digest), digest)
    if known is not None:
        file_type, answer = known
        _check_enabled(config, file_type)
        return answer
    try:
        book, made = await _job(tx, means, content, digest, now, actor)
    except Refused as refused:
        file, _ = await _keep(tx, means, content, digest, guess, now, actor)
        await file_store.move(tx, file.file_uuid, FileStatus.FAILED, now, refused.faults)
        text = "File kept, its content was refused"
        await _log(tx, log_store.LogEntry("FILE", str(file.file_uuid), text, "", 422, "WARNING"), now, actor)
        return refusal(refused.faults)
    summary = made if made is not None else await asyncio.to_thread(validate_bank_file, content)
    file_type = _type(summary)
    _check_enabled(config, file_type)
    file, kept = await _keep(tx, means, content, digest, file_type, now, actor)
    if kept is not None:
        return kept
    result = await book(file)
    await file_store.move(tx, file.file_uuid, FileStatus.PROCESSED, now)
    await _log(tx, log_store.LogEntry("FILE", str(file.file_uuid), "File stored and booked"), now, actor)
    answer = render(Taken(summary, file, result))
    await store.add(tx, file.file_uuid, answer)
    return answer


def refusal(faults: Sequence[Fault]) -> Refused:
    """A file's faults as a problem: `field` says where, such as `line 7, position 33`."""
    shown = []
    for one in faults:
        text = str(one.args.get("text", ""))
        found = PLACE.fullmatch(text)
        place, said = found.groups() if found else (None, text)
        shown.append(Fault(REFUSED, "{text}", place, None, {"text": said}))
    return Refused(422, shown, summary="The file was refused")


def _kind(content: bytes) -> str:
    """What a file seems to be by its first bytes; raises Refused for what is never taken."""
    known = recognise(content[:HEAD_BYTES])
    if isinstance(known, Unknown):
        raise refusal([_said(f"line 1: not a bank file to read: {known.what}")])
    if known in SENT:
        raise refusal([_said(f"line 1: a file that a bank is sent ({known.value}): nothing in it has happened")])
    match known:
        case FileFormat.CAMT:
            return "CAMT053" if b"camt.053." in content[:HEAD_BYTES] else "CAMT054"
        case FileFormat.BETALINGSSERVICE:
            return "BS603" if content[16:20] == b"0603" else "BS602"
    return known.value.upper()


def _said(text: str) -> Fault:
    return Fault(REFUSED, "{text}", None, None, {"text": text})


def _type(summary: FileSummary) -> str:
    if summary.start.format is FileFormat.OCR:
        only_mandates = summary.end.mandates and not summary.end.totals.lines
        return MANDATES if only_mandates else OCR
    return file_type_of(summary.start)


def _check_enabled(config: Config, file_type: str) -> None:
    """Refuse a type that the client may not send; mandates begin like OCR giro, so either opens the door to both."""
    enabled = {fold(code) for code in config.many("files.uploadTypes")}
    wanted = {OCR, MANDATES} if file_type == OCR else {file_type}
    if not enabled & {fold(code) for code in wanted}:
        message = "The file type {type} is not enabled for this client"
        raise Refused(403, [Fault(NOT_ENABLED, message, "fileType", file_type, {"type": file_type})])


async def _job(
    tx: Transaction, means: Means, content: bytes, digest: str, now: datetime, actor: Actor
) -> tuple[Book, FileSummary | None]:
    """How the file is booked, once it has a row, and its summary where the reader made one on its way.

    Raises Refused for one that cannot be booked.
    """
    today = business_day(now)
    reader = reader_of(content[:HEAD_BYTES])
    if reader is not None:
        found = await asyncio.to_thread(read_file, reader, content, today)
        named = await account_owners(tx.connection, found, tx.client_no)

        async def book_lines(file: StoredFile) -> ImportResult:
            job = IncomingImport(
                numbers=means.numbers, found=found, digest=digest, accounts=named,
                file_uuids={tx.client_no: file.file_uuid}, actor=actor, now=now,
            )  # fmt: skip
            result = job.new_result()
            await job.book_for(tx, tx.client_no, result)
            return result

        return book_lines, found.summary
    reading = await asyncio.to_thread(read_through, content, today)
    accounts = await owners(tx.connection, reading, tx.client_no)

    async def book_ocr(file: StoredFile) -> ImportResult:
        job = Import(
            db=means.db, numbers=means.numbers, source=content, digest=digest, reading=reading, accounts=accounts,
            file_uuids={tx.client_no: file.file_uuid}, actor=actor, now=now,
        )  # fmt: skip
        result = job.new_result()
        await job.book_for(tx, tx.client_no, result)
        return result

    return book_ocr, None


async def _keep(
    tx: Transaction, means: Means, content: bytes, digest: str, file_type: str, now: datetime, actor: Actor
) -> tuple[StoredFile, bytes | None]:
    """The row of the file, named by its content, and the answer where the same bytes had one.

    Of two calls with the same bytes the second waits here for the first.
    """
    xml = content.lstrip()[:1] == b"<"
    file = StoredFile(
        file_uuid=uuid4(),
        file_type=file_type,
        file_name=_named(content, digest),
        content_type="application/xml" if xml else "text/plain",
        file_size=len(content),
        sha256=digest,
        direction=Direction.IN,
        file_status=FileStatus.PROCESSING,
        user_id=actor.user_id,
        created_time=now,
    )
    await file_store.hold_files(tx)
    await means.files.put(tx.client_no, digest, content)
    if file.file_uuid in await file_store.add(tx, [file]):
        return file, None
    there = (await file_store.by_identity(tx, [file.identity]))[file.identity]
    return there, await store.get(tx, there.file_uuid)


def _named(content: bytes, digest: str) -> str:
    """The name of a file that came without one."""
    return f"{digest[:16]}.{'xml' if content.lstrip()[:1] == b'<' else 'txt'}"


async def _log(tx: Transaction, entry: log_store.LogEntry, now: datetime, actor: Actor) -> None:
    await log_store.add(tx, actor, now, [entry])
