"""Any bank file, known by its content and never by its name.

`recognise` looks at the first bytes; `iter_bank_file` reads the file with the reader of its format and gives the one
shape of `formats.payments`. What begins like no format that is read is refused, with what it was taken for.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from reskontro.formats.autogiro.files import begins_autogiro
from reskontro.formats.autogiro.reader import iter_autogiro
from reskontro.formats.avtalegiro.reader import iter_claims
from reskontro.formats.betalingsservice.reader import iter_betalingsservice
from reskontro.formats.bgmax.reader import iter_bgmax
from reskontro.formats.findings import BankFileRefused, Fault, ReadWarning
from reskontro.formats.fixed_width import Source, opened
from reskontro.formats.iso20022.camt_reader import iter_camt
from reskontro.formats.iso20022.pain_001_reader import iter_pain_001
from reskontro.formats.iso20022.pain_002 import iter_pain_002
from reskontro.formats.ocr_payments import iter_ocr_payments
from reskontro.formats.payments import FileEnd, FileEvent, FileFormat, FileStart

CLAIMS = re.compile(r"NY(?:.{78}|.*\n)\s*NY21(?:00|36)20")
BEGINNINGS = {"01BGMAX": FileFormat.BGMAX, "BS002": FileFormat.BETALINGSSERVICE}
FOREIGN = (
    ("%PDF", "a PDF document"),
    ("PK\x03\x04", "a ZIP archive, or an office document"),
    ("\x1f\x8b", "packed with gzip"),
    ("7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    ("Rar!", "a RAR archive"),
    ("\xd0\xcf\x11\xe0", "an old office document"),
    ("\x89PNG", "an image"),
    ("\xff\xd8\xff", "an image"),
    ("{", "JSON"),
    ("[", "JSON"),
    ("UNA", "EDIFACT"),
    ("UNB+", "EDIFACT"),
)
"""What people send in place of a bank file, by its beginning."""
HEAD_BYTES = 64 * 1024
SPOOLED_BYTES = 1024 * 1024
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
WIDE_BEGINNINGS = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))  # XML in UTF-16 without its mark
ISO_20022 = re.compile(r"""xmlns(?::[\w.-]+)?\s*=\s*["']urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.[0-9]{3})""")
DOCTYPE = re.compile("<!DOCTYPE")
MESSAGES = {
    "camt.053": FileFormat.CAMT,
    "camt.054": FileFormat.CAMT,
    "pain.001": FileFormat.PAIN_001,
    "pain.002": FileFormat.PAIN_002,
}

Reader = Callable[[Source], Iterator[FileEvent]]
READERS: dict[FileFormat, Reader] = {
    FileFormat.OCR: iter_ocr_payments,
    FileFormat.AVTALEGIRO: iter_claims,
    FileFormat.CAMT: iter_camt,
    FileFormat.PAIN_001: iter_pain_001,
    FileFormat.PAIN_002: iter_pain_002,
    FileFormat.BGMAX: iter_bgmax,
    FileFormat.AUTOGIRO: iter_autogiro,
    FileFormat.BETALINGSSERVICE: iter_betalingsservice,
}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A file that is not read: what it seems to be, as the end of a sentence."""

    what: str


def recognise(head: bytes) -> FileFormat | Unknown:
    """The format of a file that begins so; AvtaleGiro's mandates are in the operator's OCR giro."""
    if not head.strip(b" \t\r\n\x0c\x1a\x00"):
        return Unknown("it is empty")
    text = _as_text(head)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        return _xml_format(start)
    return _fixed_width_format(head.decode("iso-8859-1")) or _unknown(start, marked=text != head.decode("iso-8859-1"))


def _unknown(start: str, *, marked: bool) -> Unknown:
    """What a file is taken for whose first characters are these; `marked` where a byte order mark stands before."""
    what = next((what for begins, what in FOREIGN if start.startswith(begins)), None)
    if what is not None:
        return Unknown(f"it is {what}")
    within = _fixed_width_format(start)
    if within is None:
        return Unknown("it begins like no bank file that is read")
    if marked:
        mark = "begins with a byte order mark: it was saved as Unicode text and its columns may have moved"
        return Unknown(f"it looks like {within.value} but {mark}")
    return Unknown(f"it looks like {within.value} but its first record does not stand at its beginning")


def _fixed_width_format(text: str) -> FileFormat | None:
    if text.startswith("NY000010"):
        return FileFormat.AVTALEGIRO if CLAIMS.match(text) else FileFormat.OCR
    for begins, known in BEGINNINGS.items():
        if text.startswith(begins):
            return known
    line = text.split("\n", 1)[0].removesuffix("\r")
    return FileFormat.AUTOGIRO if begins_autogiro(line) else None


def _as_text(head: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, errors="replace")
    for begins, encoding in WIDE_BEGINNINGS:
        if head.startswith(begins):
            return head.decode(encoding, errors="replace")
    return head.decode("iso-8859-1")


def _xml_format(text: str) -> FileFormat | Unknown:
    found = ISO_20022.search(text)
    if found is None:
        doctype = " with a document type declaration" if DOCTYPE.search(text) else ""
        return Unknown(f"it is XML{doctype} of no ISO 20022 message")
    known = MESSAGES.get(found[1])
    return known or Unknown(f"it is the ISO 20022 message {found[1]}, which is not read")


def iter_bank_file(source: Source) -> Iterator[FileEvent]:
    """The events of a bank file of any format in its order: bytes, a path, or a binary file from where it stands.

    Nothing of a file may be used before its `FileEnd`: sums stand at the end. Raises `BankFileRefused`.
    """
    with opened(source) as given, SpooledTemporaryFile(max_size=SPOOLED_BYTES) as spool:
        stream = given if given.seekable() else _spooled(given, spool)
        begin = stream.tell()
        known = recognise(stream.read(HEAD_BYTES))
        stream.seek(begin)
        if isinstance(known, Unknown):
            raise BankFileRefused([Fault(1, 1, "unknown-format", f"not a bank file to read: {known.what}")], cut=True)
        yield from READERS[known](stream)


def _spooled(given: BinaryIO, spool: "SpooledTemporaryFile[bytes]") -> BinaryIO:
    """A stream that cannot be wound back, as a file that can: what is large goes to the disk, not into memory."""
    while chunk := given.read(HEAD_BYTES):
        spool.write(chunk)
    spool.seek(0)
    return cast("BinaryIO", spool)


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What a whole file comes to."""

    start: FileStart
    end: FileEnd
    warnings: tuple[ReadWarning, ...]


@dataclass(slots=True)
class Frame:
    """What stands around a file's lines, remembered while its events go by."""

    start: FileStart | None = None
    end: FileEnd | None = None
    warnings: list[ReadWarning] = field(default_factory=list)

    def watch(self, events: Iterator[FileEvent]) -> Iterator[FileEvent]:
        """The events as they are."""
        for event in events:
            match event:
                case FileStart():
                    self.start = event
                case FileEnd():
                    self.end = event
                case ReadWarning():
                    self.warnings.append(event)
                case _:
                    pass
            yield event

    def summary(self) -> FileSummary:
        """What the whole file comes to."""
        assert self.start is not None, "a file that was not refused has a start"
        assert self.end is not None, "a file that was not refused has an end"
        return FileSummary(self.start, self.end, tuple(self.warnings))


def validate_bank_file(source: Source) -> FileSummary:
    """The summary of a file that is in order from its first to its last record. Raises `BankFileRefused`."""
    frame = Frame()
    for _ in frame.watch(iter_bank_file(source)):
        pass
    return frame.summary()
