"""Reading an OCR giro file as a stream of events.

The end records carry the counts and sums, so nothing of a file may be used before all of it was read: a caller that
posts iterates twice, first with `validate_ocr_giro`, then with `iter_ocr_giro`, or holds the events of the first pass
back until it has ended. Memory stays flat: a file is never held as a whole.

Dates in the future are the caller's to refuse: `TransmissionEnd.latest_date` is there for that.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from reskontro.formats.ocr_giro.block_reader import BlockReader
from reskontro.formats.ocr_giro.layouts import RECORD_LENGTH
from reskontro.formats.ocr_giro.record_reader import RecordReader
from reskontro.formats.ocr_giro.records import Event, Fault, OcrFileRefused, ReadWarning, TransmissionEnd
from reskontro.formats.ocr_giro.tally import latest

Source = bytes | Path | BinaryIO

CHUNK_BYTES = 512 * 1024
LOW_BYTES = 16 * 1024
FILE_BEGINS = b"NY000010"
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class OcrSummary:
    """What a whole file comes to: `latest_date` is the latest of all its dates, `total_minor` is net, in øre.

    `warnings` are those that reading gives as events: a hundred at most, and one that counts the rest.
    """

    transmissions: int
    transactions: int
    records: int
    total_minor: int
    latest_date: date | None
    warnings: tuple[ReadWarning, ...]


def sniff(head: bytes) -> bool:
    """Whether a file that begins so is to be given to this reader: the operator's start of transmission.

    AvtaleGiro claims on their way out begin in the same way; the first assignment tells them apart, when it is within
    what was given.
    """
    if not head.startswith(FILE_BEGINS):
        return False
    second = head[RECORD_LENGTH:].lstrip(b"\r\n ")[:8]
    return len(second) < 8 or second in {b"NY090020", b"NY212420"}


def iter_ocr_giro(source: Source, *, by_record: bool = False) -> Iterator[Event]:
    """The events of a file in its order: bytes, a path, or a binary file read from where it stands.

    Raises `OcrFileRefused` at the end of the file, or at once when it is none of its kind or has a hundred faults.
    Nothing from the first fault on is an event. At most a hundred warnings are events, the last one counts the rest.
    With `by_record`, lines are read one at a time: slower, with the same outcome.
    """
    with _opened(source) as stream:
        yield from _events(stream, RecordReader(), None if by_record else BlockReader())


def validate_ocr_giro(source: Source) -> OcrSummary:
    """The summary of a file that is in order from its first to its last record. Raises `OcrFileRefused`."""
    ends: list[TransmissionEnd] = []
    warnings: list[ReadWarning] = []
    for event in iter_ocr_giro(source):
        if isinstance(event, TransmissionEnd):
            ends.append(event)
        elif isinstance(event, ReadWarning):
            warnings.append(event)
    return OcrSummary(
        len(ends),
        sum(end.transactions for end in ends),
        sum(end.records for end in ends),
        sum(end.total_minor for end in ends),
        latest(*(end.latest_date for end in ends)),
        tuple(warnings),
    )


def _opened(source: Source) -> AbstractContextManager[BinaryIO]:
    if isinstance(source, bytes):
        return BytesIO(source)
    if isinstance(source, Path):
        return source.open("rb")
    return nullcontext(source)


def _events(stream: BinaryIO, records: RecordReader, blocks: BlockReader | None) -> Iterator[Event]:
    buffer = stream.read(CHUNK_BYTES)
    _refuse_what_is_foreign(buffer)
    at, line, ended = 0, 1, False
    while True:
        if not ended and len(buffer) - at < LOW_BYTES:
            more = stream.read(CHUNK_BYTES)
            ended = not more
            buffer, at = buffer[at:] + more, 0
            continue
        if at == len(buffer):
            break
        if blocks is not None and records.settle(buffer[at : at + 8]):
            tally = records.assignment
            taken = blocks.read(buffer, at, line=line, assignment=tally.ordinal, transaction_no=tally.next_no)
            if taken is not None:
                block, lines, size_bytes = taken
                records.take_block(block, lines)
                at += size_bytes
                line += lines
                yield from _drained(records)
                continue
        end = buffer.find(b"\n", at)
        raw = buffer[at:] if end < 0 else buffer[at:end]
        if len(raw) > LOW_BYTES // 2:
            records.found.line = line
            message = f"a record has {RECORD_LENGTH} characters, no line end was found"
            records.found.give_up(None, "record-length", message)
        records.read(line, raw.removesuffix(b"\r"))
        at = len(buffer) if end < 0 else end + 1
        line += 1
        yield from _drained(records)
    records.found.line = line - 1
    records.end_of_file()
    yield from _drained(records)
    records.found.line = line - 1
    records.found.end()
    yield from _drained(records)


def _drained(records: RecordReader) -> Iterator[Event]:
    return iter(records.found.drain())


def _refuse_what_is_foreign(head: bytes) -> None:
    if head.startswith(BYTE_ORDER_MARKS):
        message = "the file begins with a byte order mark: it was saved as Unicode text and its columns may have moved"
        raise OcrFileRefused([Fault(1, 1, "byte-order-mark", message)], cut=True)
    if not head.startswith(FILE_BEGINS):
        what = "the file is empty" if not head.strip() else "the file does not begin with NY000010"
        raise OcrFileRefused([Fault(1, 1, "not-ocr-giro", f"not an OCR giro file: {what}")], cut=True)
