"""What is wrong with sealed rows, said of the row, and of its column where that can be told.

A seal keeps four bytes of each row's digest. They tell which row is not what it was. What it was is found by trying: a
change of one byte, of one digit, of a sign in one column gives a digest that begins with those four bytes. Where
exactly one try fits, column and former value are known, all but certainly: a wrong one fits once in four thousand
million times.
"""

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reskontro.ledger.domain.seals import (
    FORMS,
    HINT,
    TYPES,
    WHOLE,
    Key,
    Members,
    Rows,
    Seal,
    SealedTable,
    key_text,
    read_value,
    split_row,
)

LONGEST_TRIED: Final = 2048  # bytes of a column
NEAR: Final = 2000  # how far from a whole number others are tried


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what it is about (a table and a key, a seal, a head), and what is wrong with it."""

    subject: str
    detail: str
    seal_no: int | None = None
    table: str = ""
    key: str = ""
    column: str = ""

    def __str__(self) -> str:
        return f"{self.subject} {self.detail}"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row that is not as it was sealed. `hint` is what its digest began with; empty for one that was slipped in."""

    table: SealedTable
    key: Key
    wrong: str  # changed, missing or added
    hint: bytes = b""

    def finding(self, seal: Seal | None) -> Finding:
        """What is said of it. A row that was slipped in where everything is sealed belongs to no seal."""
        key = key_text(self.table, self.key)
        subject = f"{self.table.name} {key}"
        if seal is None or self.wrong == "added":
            return Finding(subject, "was slipped in: no seal covers it", None, self.table.name, key)
        said = "was deleted" if self.wrong == "missing" else "was changed"
        when = f"after it was sealed at {seal.sealed_time:%Y-%m-%d %H:%M:%S} UTC (seal {seal.seal_no})"
        return Finding(subject, f"{said} {when}", seal.seal_no, self.table.name, key)


def suspects(form: int, members: Mapping[str, Members], found: Mapping[str, Rows]) -> list[Suspect]:
    """The rows that differ from what a seal keeps of them, in the order of tables and keys."""
    return [
        suspect
        for table in FORMS[form]
        for suspect in _of_table(table, members.get(table.name, Members((), b"")), found.get(table.name, Rows()))
    ]


def _of_table(table: SealedTable, members: Members, rows: Rows) -> Iterator[Suspect]:
    by_key: dict[Key, list[bytes]] = defaultdict(list)
    for at, key in enumerate(rows.keys):
        by_key[key].append(rows.digest(at))
    for at, key in enumerate(members.keys):
        hint = members.hint(at)
        digests = by_key.pop(key, [])
        if not digests:
            yield Suspect(table, key, "missing", hint)
        elif all(digest[:HINT] != hint for digest in digests):
            yield Suspect(table, key, "changed", hint)
        if len(digests) > 1:
            yield Suspect(table, key, "added")
    for key in sorted(by_key):
        yield Suspect(table, key, "added")


def explain_change(table: SealedTable, now: bytes, hint: bytes) -> tuple[str, str]:
    """The column that was changed in a row and what it was, from the row's bytes; two empty texts if unknown."""
    fields = split_row(table, now)
    fits: list[tuple[str, str]] = []
    for at, (name, kind) in enumerate(table.columns):
        before, after = _around(table, fields, at)
        for tried in _tries(kind, fields[at]):
            whole = before.copy()
            whole.update(struct.pack(">i", -1 if tried is None else len(tried)) + (tried or b"") + after)
            if whole.digest()[:HINT] == hint:
                fits.append((name, f"it was {value_text(kind, tried)}, it is {value_text(kind, fields[at])}"))
                break
    return fits[0] if len(fits) == 1 else ("", "")


def compare_rows(table: SealedTable, then: bytes, now: bytes) -> tuple[str, str]:
    """The columns in which two rows differ, and a text of what each was and is."""
    names, told = [], []
    for (name, kind), was, found in zip(table.columns, split_row(table, then), split_row(table, now), strict=True):
        if was != found:
            names.append(name)
            told.append(f"{name} was {value_text(kind, was)}, is {value_text(kind, found)}")
    return ", ".join(names), "; ".join(told)


def value_text(kind: str, written: bytes | None) -> str:
    """A value as people read it, cut where it is long."""
    if written is None:
        return "NULL"
    try:
        value = read_value(kind, written)
    except (ValueError, OverflowError, struct.error):
        return f"0x{written.hex()[:64]}"
    text = value.hex() if isinstance(value, bytes) else str(value)
    text = repr(text) if kind in {"text", "json"} else text
    return text if len(text) <= 80 else f"{text[:77]}…"


def _around(table: SealedTable, fields: Sequence[bytes | None], at: int) -> "tuple[hashlib._Hash, bytes]":
    """The hash of what stands before a column's length, and the bytes of what stands after its value."""
    before, after = [struct.pack(">i", len(fields))], []
    for position, ((_, kind), written) in enumerate(zip(table.columns, fields, strict=True)):
        whole = struct.pack(">Ii", TYPES[kind], -1 if written is None else len(written)) + (written or b"")
        if position < at:
            before.append(whole)
        elif position == at:
            before.append(whole[:4])
        else:
            after.append(whole)
    return hashlib.sha256(b"".join(before)), b"".join(after)


def _tries(kind: str, now: bytes | None) -> Iterator[bytes | None]:
    """What a column may have held before it came to hold this."""
    if now is None:
        yield from (struct.pack(">q", number)[-_width(kind) :] for number in range(NEAR) if _width(kind))
        yield b""
        return
    yield None
    if len(now) <= LONGEST_TRIED:
        for at, byte in enumerate(now):
            yield from (now[:at] + bytes([other]) + now[at + 1 :] for other in range(256) if other != byte)
    if kind in WHOLE or kind == "date":
        yield from _near_numbers(now)
    elif kind in {"text", "json"} and len(now) <= LONGEST_TRIED:
        yield from (now[:at] + now[at + 1 :] for at in range(len(now)))
        yield from (now[:at] + bytes([more]) + now[at:] for at in range(len(now) + 1) for more in range(32, 127))


def _near_numbers(now: bytes) -> Iterator[bytes]:
    number, width = int.from_bytes(now, "big", signed=True), len(now)
    digits, sign = str(abs(number)), -1 if number < 0 else 1
    others = {-number, number * 10, number * 100, number // 10, number // 100, *range(number - NEAR, number + NEAR)}
    for at in range(len(digits)):
        others |= {sign * int(digits[:at] + other + digits[at + 1 :]) for other in "0123456789"}
    most = 1 << (8 * width - 1)
    yield from (other.to_bytes(width, "big", signed=True) for other in sorted(others) if -most <= other < most)


def _width(kind: str) -> int:
    return WHOLE[kind].size if kind in WHOLE else {"date": 4}.get(kind, 0)
