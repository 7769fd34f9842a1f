"""A client's seals with everything they cover, in a file that can be verified with no database at all.

JSON Lines: the first line says what it is, with the columns of each table and the public keys; then, seal by seal in
the order of the chain, a line for each row it covers and one for the seal itself; then the heads; the last line says
how many of each there were. Values are as people read them; whoever verifies makes the bytes of the rows again
(`reskontro.ledger.domain.seals`).
"""

import os
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BufferedWriter
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from reskontro.ledger.domain.seal_findings import Finding, explain_change
from reskontro.ledger.domain.seals import (
    FORMS,
    WHOLE,
    Head,
    Key,
    Marks,
    Rows,
    Seal,
    SealedTable,
    UnreadableMembersError,
    Value,
    join_row,
    key_of,
    read_members,
    read_value,
    row_digest,
    split_row,
    value_bytes,
)
from reskontro.ledger.service.seal_check import EXPLAINED, SEALS_AT_ONCE, Earlier, Progress, Verified
from reskontro.ledger.service.seal_walk import TrustedKeys, Walk, with_column
from reskontro.ledger.store import seals as store
from reskontro.platform.database import Database, Transaction

KIND: Final = "reskontro seals"
VERSION: Final = 1
LONGEST_LINE: Final = 64 * 2**20
TOLD_EVERY: Final = 2**20  # bytes

_HEX = re.compile(r"(?:[0-9a-f]{2})*")


class SealFileError(Exception):
    """The file is none that `reskontro ledger export-seals` wrote; the text says where and what to do."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    client_no: int
    seals: int
    rows: int
    heads: int
    size_bytes: int


# Writing


async def export_client(
    db: Database, client_no: int, path: Path, now: datetime, progress: Progress = lambda _done, _total: None
) -> Exported:
    """Write a client's seals to a file, which is there when it is complete and not before."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with made.open("wb") as file:
            exported = await _export(db, client_no, file, now, progress)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    return exported


async def _export(db: Database, client_no: int, file: BufferedWriter, now: datetime, progress: Progress) -> Exported:
    rows = Counter[str]()
    seals = 0
    async with db.transaction(client_no) as tx:
        await store.begin_reading(tx)
        total = await store.count_seals(tx)
        _write(file, _first_line(client_no, now, await store.public_keys(tx.connection)))
        after = 0
        while page := await store.seals(tx, after, SEALS_AT_ONCE):
            after = page[-1].seal_no
            for seal in page:
                rows += await _export_rows(tx, file, seal)
                _write(file, {"seal": seal_record(seal)})
                seals += 1
                progress(seals, total)
        heads = await store.heads(tx)
        for head in heads:
            _write(file, {"head": head_record(head)})
    _write(file, {"end": {"seals": seals, "rows": rows.total(), "heads": len(heads)}})
    return Exported(client_no, seals, rows.total(), len(heads), file.tell())


def _first_line(client_no: int, now: datetime, keys: Mapping[str, bytes]) -> dict[str, Any]:
    tables = {
        str(form): {table.name: [f"{name} {kind}" for name, kind in table.columns] for table in of_form}
        for form, of_form in FORMS.items()
    }
    return {
        "kind": KIND,
        "version": VERSION,
        "clientNo": client_no,
        "exportedTime": now.isoformat(),
        "keys": {key_id: key.hex() for key_id, key in keys.items()},
        "forms": tables,
    }


async def _export_rows(tx: Transaction, file: BufferedWriter, seal: Seal) -> Counter[str]:
    written = Counter[str]()
    try:
        members = read_members(seal.members, seal.form)
    except UnreadableMembersError:
        return written  # the seal alone is evidence enough that it was changed
    for table in FORMS.get(seal.form, ()):
        if table.name not in members:
            continue
        for _, row in await store.contents(tx, seal.form, table.name, members[table.name].keys):
            _write(file, {"table": table.name, "row": row_record(table, row)})
            written[table.name] += 1
    return written


def _write(file: BufferedWriter, line: Mapping[str, Any]) -> None:
    file.write(msgspec.json.encode(line) + b"\n")


def row_record(table: SealedTable, written: bytes) -> list[Any]:
    """A row's values as JSON has them. What cannot be written so that it reads back the same is given as its bytes."""
    values: list[Any] = []
    for (_, kind), field_bytes in zip(table.columns, split_row(table, written), strict=True):
        values.append(None if field_bytes is None else _value_record(kind, field_bytes))
    return values


def _value_record(kind: str, written: bytes) -> Any:
    try:
        value = read_value(kind, written)
    except (ValueError, OverflowError, struct.error):
        return {"bytes": written.hex()}
    match value:
        case bytes():
            return value.hex()
        case int() | str():
            return value
        case UUID():
            return str(value)
        case date():  # a moment is one too
            return value.isoformat()
    raise AssertionError(f"no JSON for {value!r}")


def seal_record(seal: Seal) -> dict[str, Any]:
    """A seal as JSON has it."""
    marks = seal.marks
    return {
        "sealNo": seal.seal_no,
        "form": seal.form,
        "sealedTime": seal.sealed_time.isoformat(),
        "marks": [marks.gl_lot, marks.gl_case, marks.ar_match, marks.payment, marks.gl_period],
        "firstOpen": seal.first_open,
        "openCount": seal.open_count,
        "totalRows": seal.total_rows,
        "rowsHash": seal.rows_hash.hex(),
        "members": seal.members.hex(),
        "sealHash": seal.seal_hash.hex(),
    }


def head_record(head: Head) -> dict[str, Any]:
    """A head as JSON has it."""
    return {
        "headDate": head.head_date.isoformat(),
        "sealNo": head.seal_no,
        "sealHash": head.seal_hash.hex(),
        "totalRows": head.total_rows,
        "keyId": head.key_id,
        "signature": head.signature.hex(),
    }


# Reading


_Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class _SealLine(msgspec.Struct, frozen=True, rename="camel"):
    seal_no: _Whole
    form: _Whole
    sealed_time: Annotated[datetime, msgspec.Meta(tz=True)]
    marks: tuple[_Whole, _Whole, _Whole, _Whole, _Whole]
    first_open: _Whole
    open_count: _Whole
    total_rows: _Whole
    rows_hash: str
    members: str
    seal_hash: str


class _HeadLine(msgspec.Struct, frozen=True, rename="camel"):
    head_date: date
    seal_no: _Whole
    seal_hash: str
    total_rows: _Whole
    key_id: str
    signature: str


class _Counts(msgspec.Struct, frozen=True):
    seals: int
    rows: int
    heads: int


class _Line(msgspec.Struct, frozen=True):
    table: str | None = None
    row: list[Any] | None = None
    seal: _SealLine | None = None
    head: _HeadLine | None = None
    end: _Counts | None = None


class _First(msgspec.Struct, frozen=True, rename="camel"):
    kind: str
    version: int
    client_no: _Whole
    keys: dict[str, str]


@dataclass(slots=True)
class _Reader:
    """The lines of a file, one after the other, with their place."""

    path: Path
    line_no: int = 0
    read_bytes: int = 0

    def lines(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while line := file.readline(LONGEST_LINE):
                self.line_no += 1
                self.read_bytes += len(line)
                yield line

    def refuse(self, why: str) -> SealFileError:
        return SealFileError(
            f"{self.path}: line {self.line_no}: {why}; the file is not as `reskontro ledger export-seals` wrote it"
        )

    def first(self, line: bytes) -> _First:
        try:
            first = msgspec.json.decode(line, type=_First)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise self.refuse("this is no file of seals") from None
        if first.kind != KIND or first.version != VERSION:
            raise self.refuse(f"{first.kind} {first.version} is found, {KIND} {VERSION} is wanted")
        return first

    def bytes_of(self, text: str) -> bytes:
        if not _HEX.fullmatch(text):
            raise self.refuse(f"{text[:20]!r} is found where hexadecimal digits are wanted")
        return bytes.fromhex(text)


_DECODER = msgspec.json.Decoder(_Line)


def read_rows(
    reader: _Reader, form: int, rows: Sequence[tuple[int, str, list[Any]]]
) -> dict[str, list[tuple[Key, bytes]]]:
    """The bytes of the rows of one seal by table, in the order of their keys. Raises SealFileError."""
    tables = {table.name: table for table in FORMS.get(form, ())}
    found: dict[str, list[tuple[Key, bytes]]] = {}
    for line_no, name, values in rows:
        table = tables.get(name)
        if table is None or len(values) != len(table.columns):
            reader.line_no = line_no
            raise reader.refuse(f"there is no such row of {name!r} in form {form}")
        fields: list[bytes | None] = []
        for (column, kind), value in zip(table.columns, values, strict=True):
            try:
                fields.append(None if value is None else _value_bytes(kind, value))
            except (ValueError, TypeError, AttributeError, OverflowError, struct.error, KeyError):
                reader.line_no = line_no
                raise reader.refuse(f"{column}: {value!r} is found, a {kind} is wanted") from None
        found.setdefault(name, []).append((key_of(table, fields), join_row(table, fields)))
    for of_table in found.values():
        of_table.sort()
    return found


def _value_bytes(kind: str, value: Any) -> bytes:
    if isinstance(value, dict):
        return bytes.fromhex(value["bytes"])
    if kind in WHOLE and type(value) is int:
        return WHOLE[kind].pack(value)
    if kind in WHOLE or not isinstance(value, str):
        raise TypeError(kind)
    return value_bytes(kind, _READ[kind](value))


_READ: Final[Mapping[str, Callable[[str], Value]]] = {
    "text": str,
    "json": str,
    "timestamptz": datetime.fromisoformat,
    "date": date.fromisoformat,
    "uuid": UUID,
    "bytea": bytes.fromhex,
}


@dataclass(slots=True)
class _FileCheck:
    """A file on its way of being verified."""

    reader: _Reader
    trusted: bytes | None
    progress: Progress
    walk: Walk | None = None
    hashes: dict[int, bytes] = field(default_factory=dict)
    counts: _Counts | None = None
    rows: int = 0

    def run(self, heads: Sequence[Head], first: _First) -> Walk:
        keys = {key_id: self.reader.bytes_of(key) for key_id, key in first.keys.items()}
        walk = self.walk = Walk(first.client_no, TrustedKeys(keys, self.trusted), heads)
        size = self.reader.path.stat().st_size
        waiting: list[tuple[int, str, list[Any]]] = []
        told = 0
        for line in _after_first(self.reader):
            if line.table is not None and line.row is not None:
                waiting.append((self.reader.line_no, line.table, line.row))
            elif line.seal is not None:
                self._take(walk, _seal(self.reader, first.client_no, line.seal), waiting)
                self.rows += len(waiting)
                waiting = []
            elif line.end is not None:
                self.counts = line.end
            if self.reader.read_bytes - told >= TOLD_EVERY:
                told = self.reader.read_bytes
                self.progress(told, size)
        self.progress(size, size)
        walk.end()
        if waiting:
            walk.add([Finding(f"{len(waiting)} rows", "at the end of the file belong to no seal")])
        self._judge_end(walk, len(heads))
        return walk

    def _take(self, walk: Walk, seal: Seal, rows: Sequence[tuple[int, str, list[Any]]]) -> None:
        self.hashes[seal.seal_no] = seal.seal_hash
        members = walk.chain(seal)
        if members is None:
            return
        found = read_rows(self.reader, seal.form, rows)
        digests = {name: Rows.of([(key, row_digest(row)) for key, row in of]) for name, of in found.items()}
        for suspect in walk.judge(seal, members, digests):
            told = ("", "")
            if suspect.wrong == "changed" and len(walk.findings) < EXPLAINED:
                now = next(row for key, row in found[suspect.table.name] if key == suspect.key)
                told = explain_change(suspect.table, now, suspect.hint)
            walk.add([with_column(suspect.finding(seal), *told)])

    def _judge_end(self, walk: Walk, heads: int) -> None:
        if self.counts is None:
            walk.add([Finding("the file", "ends before its last line: something of it is missing")])
        elif (self.counts.seals, self.counts.rows, self.counts.heads) != (walk.seals, self.rows, heads):
            said = f"{self.counts.seals} seals, {self.counts.rows} rows and {self.counts.heads} heads"
            found = f"{walk.seals}, {self.rows} and {heads}"
            walk.add([Finding("the file", f"says that it has {said}, and has {found}")])


def _after_first(reader: _Reader) -> Iterator[_Line]:
    lines = reader.lines()
    next(lines, None)
    for line in lines:
        try:
            yield _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if not line.endswith(b"\n"):
                return  # cut off: told as a missing end
            raise reader.refuse(str(error)) from None


def _heads(path: Path) -> tuple[_First, list[Head]]:
    """The first line and the heads, which stand at the end and are needed on the way."""
    reader = _Reader(path)
    line = next(reader.lines(), b"")
    first = reader.first(line)
    heads = []
    with path.open("rb") as file:
        for text in file:
            if text.startswith(b'{"head":'):
                reader.line_no = 0
                try:
                    found = _DECODER.decode(text).head
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise reader.refuse(f"a head cannot be read: {error}") from None
                if found is not None:
                    heads.append(_head(reader, first.client_no, found))
    return first, heads


def _seal(reader: _Reader, client_no: int, line: _SealLine) -> Seal:
    return Seal(
        client_no=client_no,
        seal_no=line.seal_no,
        form=line.form,
        sealed_time=line.sealed_time,
        marks=Marks(*line.marks),
        first_open=line.first_open,
        open_count=line.open_count,
        total_rows=line.total_rows,
        rows_hash=reader.bytes_of(line.rows_hash),
        members=reader.bytes_of(line.members),
        seal_hash=reader.bytes_of(line.seal_hash),
    )


def _head(reader: _Reader, client_no: int, line: _HeadLine) -> Head:
    return Head(
        client_no=client_no,
        head_date=line.head_date,
        seal_no=line.seal_no,
        seal_hash=reader.bytes_of(line.seal_hash),
        total_rows=line.total_rows,
        key_id=line.key_id,
        signature=reader.bytes_of(line.signature),
    )


def verify_file(
    path: Path, *, trusted: bytes | None = None, progress: Progress = lambda _done, _total: None
) -> Verified:
    """What verifying a file comes to, with no database. Raises SealFileError where it cannot be read."""
    return _verify(path, trusted, progress)[0]


def _verify(path: Path, trusted: bytes | None, progress: Progress) -> tuple[Verified, dict[int, bytes]]:
    first, heads = _heads(path)
    check = _FileCheck(_Reader(path), trusted, progress)
    walk = check.run(heads, first)
    last = check.hashes.get(walk.last_seal_no, b"")
    verified = Verified(first.client_no, walk.seals, check.rows, len(heads), 0, last.hex(), walk.findings)
    return verified, check.hashes


def earlier_export(path: Path, client_no: int, *, trusted: bytes | None = None) -> Earlier:
    """An earlier export of a client, to compare its book with. Raises SealFileError where it does not prove itself."""
    verified, hashes = _verify(path, trusted, lambda _done, _total: None)
    if verified.client_no != client_no:
        raise SealFileError(f"{path} is of client {verified.client_no}: give `--client {verified.client_no}`")
    if not verified.holds:
        raise SealFileError(f"{path} was changed itself ({verified.findings[0]}): take another copy of it")

    def rows(asked: Sequence[tuple[str, Key]]) -> Mapping[tuple[str, Key], bytes]:
        wanted, found = set(asked), {}
        reader = _Reader(path)
        waiting: list[tuple[int, str, list[Any]]] = []
        for line in _after_first(reader):
            if line.table is not None and line.row is not None:
                waiting.append((reader.line_no, line.table, line.row))
            elif line.seal is not None:
                for name, of_table in read_rows(reader, line.seal.form, waiting).items():
                    found.update({(name, key): row for key, row in of_table if (name, key) in wanted})
                waiting = []
        return found

    return Earlier(hashes, rows)
