"""The records of an OCR giro file as tables of fields, and the engine that reads a record by its table.

Positions count from 1, as in the operator's specification. A record that fits its table to the letter is read by one
regular expression made from the table. Any other is gone through field by field, to say what is wrong and where.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import lru_cache

from reskontro.formats.findings import shown

__all__ = ["Field", "Kind", "Layout", "Remark", "parse_date", "shown"]

RECORD_LENGTH = 80
NO_DATE = "000000"

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Kind(Enum):
    """What may stand in a field: `FREE_TEXT` is shown to people, `IGNORED` has no agreed meaning."""

    DIGITS = auto()
    SIGN = auto()
    PRINTABLE = auto()
    FREE_TEXT = auto()
    IGNORED = auto()
    FILLER = auto()


NOT_CONTROL = r"[^\x00-\x1f\x7f-\x9f]"
CHARACTER = {
    Kind.DIGITS: "[0-9]",
    Kind.SIGN: "[0-]",
    Kind.PRINTABLE: NOT_CONTROL,
    Kind.FREE_TEXT: NOT_CONTROL,
    Kind.IGNORED: NOT_CONTROL,
    Kind.FILLER: "0",
}
NO_VALUE = frozenset({Kind.IGNORED, Kind.FILLER})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record; what is in a personal one is not repeated in messages."""

    name: str
    first: int
    last: int
    kind: Kind
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a field: a fault refuses the file, anything else is a warning."""

    position: int
    code: str
    message: str
    is_fault: bool


class Layout:
    """A record's table of fields after its eight head characters, with the expression made from it."""

    def __init__(self, *fields: Field) -> None:
        at = 9
        for field in fields:
            assert field.first == at, f"{field.name} begins at {field.first}, the one before it ends at {at - 1}"
            at = field.last + 1
        assert at == RECORD_LENGTH + 1, f"the fields end at {at - 1}"
        self.fields = fields
        self.values = tuple(field for field in fields if field.kind not in NO_VALUE)
        self.strict = re.compile("".join(_pattern(field) for field in fields), re.ASCII)

    def read(self, text: str) -> tuple[str, ...] | None:
        """The values of a record of 80 characters that fits the table to the letter, or None."""
        found = self.strict.fullmatch(text, 8)
        return found.groups() if found else None

    def slices(self, text: str) -> tuple[str, ...]:
        """The values of a record of 80 characters, whatever they hold."""
        return tuple(text[field.first - 1 : field.last] for field in self.values)

    def remarks(self, text: str, length: int) -> Iterator[Remark]:
        """What is wrong with a record that was `length` characters long before it was padded with spaces."""
        for field in self.fields:
            found = text[field.first - 1 : field.last]
            match field.kind:
                case Kind.DIGITS if not (found.isascii() and found.isdigit()):
                    quoted = shown(found, personal=field.personal)
                    message = f"{field.name}: {field.last - field.first + 1} digits were wanted, {quoted} found"
                    yield Remark(field.first, "not-a-number", message, is_fault=True)
                case Kind.SIGN if found not in {"0", "-"}:
                    message = f"sign: '0' or '-' was wanted, {shown(found)} found"
                    yield Remark(field.first, "sign", message, is_fault=True)
                case Kind.FILLER if text[field.first - 1 : min(field.last, length)].strip("0"):
                    message = f"filler: zeros were wanted, {shown(found)} found"
                    yield Remark(field.first, "filler", message, is_fault=False)
                case Kind.PRINTABLE | Kind.IGNORED if CONTROL.search(found):
                    message = f"{field.name}: a control character was found"
                    yield Remark(field.first, "control-character", message, is_fault=True)
                case Kind.FREE_TEXT if CONTROL.search(found):
                    message = f"{field.name}: control characters were found and are read as spaces"
                    yield Remark(field.first, "control-character", message, is_fault=False)
                case _:
                    pass


def _pattern(field: Field) -> str:
    repeated = f"{CHARACTER[field.kind]}{{{field.last - field.first + 1}}}"
    return repeated if field.kind in NO_VALUE else f"({repeated})"


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date | None:
    """The date of six digits `DDMMYY`, or None when there is no such day. 70 to 99 are years of the last century."""
    year = int(text[4:])
    try:
        return date(year + (1900 if year >= 70 else 2000), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


TRANSMISSION_START = Layout(
    Field("data sender", 9, 16, Kind.DIGITS),
    Field("transmission number", 17, 23, Kind.DIGITS),
    Field("data recipient", 24, 31, Kind.DIGITS),
    Field("filler", 32, 80, Kind.FILLER),
)
ASSIGNMENT_START = Layout(
    Field("agreement", 9, 17, Kind.DIGITS),
    Field("assignment number", 18, 24, Kind.DIGITS),
    Field("account", 25, 35, Kind.DIGITS),
    Field("filler", 36, 80, Kind.FILLER),
)
AMOUNT_ITEM_1 = Layout(
    Field("transaction number", 9, 15, Kind.DIGITS),
    Field("settlement date", 16, 21, Kind.DIGITS),
    Field("centre, day, part and serial number", 22, 31, Kind.DIGITS),
    Field("sign", 32, 32, Kind.SIGN),
    Field("amount", 33, 49, Kind.DIGITS),
    Field("KID", 50, 74, Kind.PRINTABLE),
    Field("card issuer", 75, 76, Kind.PRINTABLE),
    Field("filler", 77, 80, Kind.FILLER),
)
AMOUNT_ITEM_2 = Layout(
    Field("transaction number", 9, 15, Kind.DIGITS),
    Field("form number", 16, 25, Kind.DIGITS),
    Field("archive reference", 26, 34, Kind.DIGITS),
    Field("not used", 35, 41, Kind.IGNORED),
    Field("bank date", 42, 47, Kind.DIGITS),
    Field("debit account", 48, 58, Kind.DIGITS, personal=True),
    Field("filler", 59, 80, Kind.FILLER),
)
AMOUNT_ITEM_3 = Layout(
    Field("transaction number", 9, 15, Kind.DIGITS),
    Field("free text", 16, 55, Kind.FREE_TEXT),
    Field("filler", 56, 80, Kind.FILLER),
)
ASSIGNMENT_END = Layout(
    Field("number of transactions", 9, 16, Kind.DIGITS),
    Field("number of records", 17, 24, Kind.DIGITS),
    Field("sum", 25, 41, Kind.DIGITS),
    Field("created date", 42, 47, Kind.DIGITS),
    Field("first settlement date", 48, 53, Kind.DIGITS),
    Field("last settlement date", 54, 59, Kind.DIGITS),
    Field("filler", 60, 80, Kind.FILLER),
)
MANDATE = Layout(
    Field("serial number", 9, 15, Kind.DIGITS),
    Field("registration type", 16, 16, Kind.DIGITS),
    Field("KID", 17, 41, Kind.PRINTABLE),
    Field("written notice", 42, 42, Kind.PRINTABLE),
    Field("filler", 43, 80, Kind.FILLER),
)
MANDATES_END = Layout(
    Field("number of transactions", 9, 16, Kind.DIGITS),
    Field("number of records", 17, 24, Kind.DIGITS),
    Field("filler", 25, 80, Kind.FILLER),
)
TRANSMISSION_END = Layout(
    Field("number of transactions", 9, 16, Kind.DIGITS),
    Field("number of records", 17, 24, Kind.DIGITS),
    Field("sum", 25, 41, Kind.DIGITS),
    Field("created date", 42, 47, Kind.DIGITS),
    Field("filler", 48, 80, Kind.FILLER),
)
