"""Records of a fixed width as tables of fields, and the engine that reads and writes them.

Positions count from 1, as in the formats' specifications. Files are ISO-8859-1 bytes and are never decoded as anything
else: a character of two bytes moves every column behind it. A record may have lost spaces at its end on the way and is
filled up; one that is too long is refused.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from reskontro.formats.findings import BankFileRefused, Fault, Findings, shown

Source = bytes | Path | BinaryIO

CHUNK_BYTES = 64 * 1024
LONGEST_LINE = 4096
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
EMPTY = b" \t\r\x1a\x0c"


class Kind(Enum):
    """What may stand in a field.

    `DIGITS` are all digits, `NUMBER` may be blank as well, `TEXT` is anything that can be printed, `ZEROS` and `BLANK`
    are fillers of which anything else is worth a warning, `ANY` is not looked at.
    """

    DIGITS = auto()
    NUMBER = auto()
    TEXT = auto()
    ZEROS = auto()
    BLANK = auto()
    ANY = auto()


FILLERS = frozenset({Kind.ZEROS, Kind.BLANK, Kind.ANY})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record; what is in a personal one is not repeated in messages."""

    name: str
    first: int
    last: int
    kind: Kind = Kind.TEXT
    personal: bool = False

    @property
    def width(self) -> int:
        """How many characters it has."""
        return self.last - self.first + 1


class Layout:
    """A record's table of fields, without a gap from its first to its last position."""

    def __init__(self, *fields: Field) -> None:
        at = fields[0].first
        for each in fields:
            assert each.first == at, f"{each.name} begins at {each.first}, the one before it ends at {at - 1}"
            at = each.last + 1
        self.fields = fields
        self.length = at - 1
        self.positions = {each.name: each.first for each in fields}

    def read(self, text: str, found: Findings[Any]) -> dict[str, str] | None:
        """The values by name, stripped of spaces; what is wrong goes to the findings, and then there are none."""
        values = {}
        whole = True
        for each in self.fields:
            value = text[each.first - 1 : each.last]
            remark = _remark(each, value)
            if remark is not None:
                code, message, is_fault = remark
                if is_fault:
                    whole = False
                    found.fault(each.first, code, message)
                else:
                    found.warn(each.first, code, message)
            if each.kind not in FILLERS:
                values[each.name] = CONTROL.sub(" ", value).strip()
        return values if whole else None

    def write(self, head: str, values: Mapping[str, str | int]) -> str:
        """A record: digits filled with zeros in front, texts with spaces behind. Raises `ValueError`."""
        parts = [head]
        for each in self.fields:
            match each.kind:
                case Kind.ZEROS:
                    parts.append("0" * each.width)
                case Kind.BLANK | Kind.ANY:
                    parts.append(" " * each.width)
                case _:
                    parts.append(_written(each, values[each.name]))
        return "".join(parts)


def _written(field: Field, value: str | int) -> str:
    text = str(value)
    if CONTROL.search(text) or len(text) > field.width:
        raise ValueError(f"{field.name}: {field.width} characters at most are wanted, {shown(text)} was given")
    if field.kind is Kind.TEXT:
        return text.ljust(field.width)
    if field.kind is Kind.NUMBER and not text:
        return " " * field.width
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{field.name}: digits are wanted, {shown(text, personal=field.personal)} was given")
    return text.zfill(field.width)


def _remark(field: Field, value: str) -> tuple[str, str, bool] | None:
    match field.kind:
        case Kind.DIGITS if not (value.isascii() and value.isdigit()):
            quoted = shown(value, personal=field.personal)
            return "not-a-number", f"{field.name}: {field.width} digits were wanted, {quoted} found", True
        case Kind.NUMBER if value.strip() and not (value.strip().isascii() and value.strip().isdigit()):
            quoted = shown(value, personal=field.personal)
            return "not-a-number", f"{field.name}: digits or spaces were wanted, {quoted} found", True
        case Kind.ZEROS if value.strip("0 "):
            return "filler", f"filler: zeros were wanted, {shown(value)} found", False
        case Kind.BLANK if value.strip("0 "):
            return "filler", f"filler: spaces were wanted, {shown(value)} found", False
        case Kind.TEXT if CONTROL.search(value):
            return "control-character", f"{field.name}: control characters were found and are read as spaces", False
        case _:
            return None


def opened(source: Source) -> AbstractContextManager[BinaryIO]:
    """A binary file to read from: bytes, a path, or a file from where it stands, which is left open."""
    if isinstance(source, bytes):
        return BytesIO(source)
    if isinstance(source, Path):
        return source.open("rb")
    return nullcontext(source)


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers, without line ends. Raises `BankFileRefused` where a line never ends."""
    number, rest = 0, b""
    while chunk := stream.read(CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            number += 1
            yield number, line.removesuffix(b"\r")
        if len(rest) > LONGEST_LINE:
            raise BankFileRefused([Fault(number + 1, None, "record-length", "no line end was found")], cut=True)
    if rest:
        yield number + 1, rest.removesuffix(b"\r")


def is_empty(line: bytes) -> bool:
    """Whether a line holds nothing: what mail programs and old systems leave at the end of a file."""
    return not line.strip(EMPTY)


def is_utf8(line: bytes) -> bool:
    """Whether a line has letters of several bytes, as in UTF-8: every column behind the first has moved."""
    if line.isascii():
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def why_too_long(line: bytes, length: int, begins: bytes) -> str:
    """What made a line longer than its record, as the end of a message; empty where that cannot be told."""
    if line[length:].lstrip(b"\r ").startswith(begins):
        return ": no line end stands before the next record"
    if is_utf8(line):
        return ": letters take two bytes, as in UTF-8, ISO-8859-1 was wanted"
    return ""


def record(
    line: bytes,
    length: int,
    found: Findings[Any],
    *,
    tabs: bool = False,
    longest: int | None = None,
    begins: bytes = b"",
) -> str:
    """A line as text of at least `length` characters. Tabs become spaces up to the next column of eight where asked.

    Spaces beyond the length are dropped; anything else beyond it, up to `longest`, is a fault. Where it is said how
    every record `begins`, a line of several records and one of UTF-8 are told as such, also where its last spaces made
    room for the bytes that came in.
    """
    if begins and len(line) > length and (why := why_too_long(line, length, begins)):
        message = f"a record has {length} characters, {len(line)} were found{why}"
        if not is_utf8(line) and found.line == 1:
            found.give_up(None, "record-length", message)
        found.fault(None, "record-length", message)
        return line.decode("utf-8" if is_utf8(line) else "iso-8859-1")[:length].ljust(length)
    if begins and is_utf8(line) and len(line) < length:
        found.warn(None, "utf-8", "letters take two bytes, as in UTF-8: the columns may have moved")
    text = line.decode("iso-8859-1")
    if tabs and "\t" in text:
        text = text.expandtabs(8)
    size = len(text)
    if size > (longest or length):
        text = text.rstrip(" \t\r\x1a")
        if len(text) > (longest or length):
            found.fault(None, "record-length", f"a record has {length} characters, {size} were found")
    return text.ljust(length)


def may_be_unicode(line: bytes) -> bool:
    """Whether a line's letters make sense as characters of several bytes: then every column behind one has moved."""
    if line.isascii():
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def has_time(text: str) -> bool:
    """Whether a moment that begins `YYYYMMDDHHMMSS` has a time of day there."""
    clock = text[8:14]
    if not (len(clock) == len("HHMMSS") and clock.isascii() and clock.isdigit()):
        return False
    hours, minutes, seconds = int(clock[:2]), int(clock[2:4]), int(clock[4:])
    return hours < 24 and minutes < 60 and seconds < 60


def day_of(text: str, order: str) -> date | None:
    """The date of a text in the order `YYYYMMDD`, `DDMMYYYY`, `YYMMDD` or `DDMMYY` (of this century), or None."""
    if not (text.isascii() and text.isdigit() and len(text) == len(order)):
        return None
    try:
        match order:
            case "YYYYMMDD":
                return date(int(text[:4]), int(text[4:6]), int(text[6:]))
            case "DDMMYYYY":
                return date(int(text[4:]), int(text[2:4]), int(text[:2]))
            case "YYMMDD":
                return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
            case _:
                return date(2000 + int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def refuse_foreign(head: bytes, begins: bytes, code: str, message: str) -> None:
    """Refuse a file that does not begin as it must, or was saved as Unicode text."""
    if head.startswith(BYTE_ORDER_MARKS):
        moved = "the file begins with a byte order mark: it was saved as Unicode text and its columns may have moved"
        raise BankFileRefused([Fault(1, 1, "byte-order-mark", moved)], cut=True)
    if not head.startswith(begins):
        what = f"{message}: the file is empty" if not head.strip() else message
        raise BankFileRefused([Fault(1, 1, code, what)], cut=True)
