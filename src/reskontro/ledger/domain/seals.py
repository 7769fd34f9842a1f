"""What a seal is: which rows it covers, how a row is written as bytes, and how seals are chained.

A client's seals are numbered from 1. Each names its members, which are rows of the append-only tables by their keys,
and carries a SHA-256 over them and over the seal before it. So a row that is changed, taken away or slipped in, and a
seal that is changed, breaks the chain at a known place; and because a seal keeps four bytes of every row's own digest,
the row is known too.

**The bytes of a row** (form 1) are those of PostgreSQL's `record_send`, which the database makes as fast as it reads
the row, and which `row_bytes` makes again from values with no database: the number of columns; for each column, in the
order of `FORMS`, the number of its type (4 bytes), its length (4 bytes, -1 for NULL) and its value. Numbers are
big-endian, texts and JSON are UTF-8 as stored, a moment is microseconds in UTC and a date is days, both since
2000-01-01. A row's digest is the SHA-256 of these bytes.

A column that a table gains later belongs to no form that exists: it needs a new form, and seals of the old one stay as
they are.
"""

import hashlib
import struct
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from operator import sub
from sys import byteorder
from typing import Final
from uuid import UUID

DIGEST: Final = 32
HINT: Final = 4
_PAIR: Final = struct.Struct(">qq")
FIRST_SEAL: Final = 1
NO_SEAL_BEFORE: Final = bytes(DIGEST)
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = EPOCH.date()
TYPES: Final[Mapping[str, int]] = {  # PostgreSQL's numbers of types, which do not change
    "smallint": 21, "int": 23, "bigint": 20, "text": 25, "date": 1082, "timestamptz": 1184, "uuid": 2950, "bytea": 17,
    "json": 114,
}  # fmt: skip
WHOLE: Final = {"smallint": struct.Struct(">h"), "int": struct.Struct(">i"), "bigint": struct.Struct(">q")}

Key = tuple[int, int]
Value = int | str | date | datetime | UUID | bytes | None


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table whose rows are sealed: its columns with their types, in the order in which they are written as bytes.

    `key` are one or two columns by which a row is found; where it is one, the second number of a key is 0.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]

    def position(self, column: str) -> int:
        """Where a column stands."""
        return next(at for at, (name, _) in enumerate(self.columns) if name == column)


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    """Columns from lines of `type: name name …`, which reads better than pairs."""
    found = []
    for part in text.split(";"):
        kind, _, names = part.strip().partition(": ")
        found += [(name, kind) for name in names.split()]
    return tuple(found)


# The order of the tables is part of the form.
FORMS: Final[Mapping[int, tuple[SealedTable, ...]]] = {
    1: (
        SealedTable(
            "gl_lot",
            ("gl_lot_no",),
            _columns("int: client_no; bigint: gl_lot_no; text: origin; timestamptz: created_time booked_time"),
        ),
        SealedTable(
            "gl_case",
            ("gl_case_no",),
            _columns(
                "int: client_no; bigint: gl_case_no gl_lot_no; smallint: voucher_type; bigint: voucher_no; "
                "date: voucher_date; smallint: gl_year gl_period; text: currency gl_currency; "
                "bigint: account_no reference_no; text: document_no; bigint: reverses_gl_case_no; "
                "timestamptz: created_time"
            ),
        ),
        SealedTable(
            "gl_item",
            ("gl_case_no", "line_no"),
            _columns(
                "int: client_no; bigint: gl_case_no; smallint: line_no; int: gl_account_no; "
                "bigint: currency_minor gl_minor; text: transaction_text vat_code; int: reference_sequence_no; "
                "text: item_group1 item_group2 item_group3"
            ),
        ),
        SealedTable(
            "ar_item",
            ("reference_no", "reference_sequence_no"),
            _columns(
                "int: client_no; bigint: reference_no; int: reference_sequence_no; bigint: account_no; "
                "text: document_no; smallint: voucher_type; bigint: voucher_no; date: voucher_date original_due_date; "
                "text: currency; bigint: currency_minor gl_minor; text: kid transaction_text external_id1; "
                "bigint: gl_case_no gl_lot_no; smallint: gl_year gl_period; timestamptz: created_time"
            ),
        ),
        SealedTable(
            "document",
            ("reference_no", "reference_sequence_no"),
            _columns(
                "int: client_no; text: document_no_key document_no; uuid: document_uuid; text: document_type; "
                "bigint: bundle_no account_no reference_no; int: reference_sequence_no; date: document_date; "
                "text: currency; bigint: excl_vat_minor vat_minor incl_vat_minor gl_excl_vat_minor gl_vat_minor "
                "gl_incl_vat_minor; text: distribution_type; bytea: fingerprint; json: content; "
                "timestamptz: created_time; text: sales_order_key purchase_order_key sub_customer_key"
            ),
        ),
        SealedTable(
            "ar_match",
            ("match_no",),
            _columns(
                "int: client_no; bigint: match_no debit_reference_no; int: debit_sequence_no; "
                "bigint: credit_reference_no; int: credit_sequence_no; "
                "bigint: currency_minor debit_gl_minor credit_gl_minor; date: match_date; "
                "bigint: undoes_match_no gl_case_no; text: rule; timestamptz: created_time"
            ),
        ),
        SealedTable(
            "payment",
            ("payment_no",),
            _columns(
                "int: client_no; bigint: payment_no; bytea: fingerprint; uuid: file_uuid; int: file_line_no; "
                "text: receiving_account_no kind; date: settlement_date bank_date; text: currency; "
                "bigint: amount_minor; text: kid payer_account_no archive_reference lump_sum_key message outcome "
                "reason rule; bigint: account_no reference_no; int: reference_sequence_no; "
                "bigint: settled_minor unapplied_minor gl_case_no; timestamptz: created_time; date: value_date; "
                "text: payer_name end_to_end_id bank_code bank_reason; json: parts placed candidates; "
                "bigint: returns_payment_no"
            ),
        ),
        SealedTable(
            "gl_period",
            ("gl_year", "gl_period"),
            _columns("int: client_no; smallint: gl_year gl_period; timestamptz: closed_time"),
        ),
    ),
}
FORM: Final = 1  # of new seals

# Tables whose keys are given out in order: a seal says up to which number nothing can turn up any more.
MARKED: Final = ("gl_lot", "gl_case", "ar_match", "payment")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table in the order of their keys, each with its digest, as bytes one after the other.

    Ten thousand of them are handled without a thing being made for each.
    """

    key_bytes: bytes = b""  # of each row two numbers of eight bytes, big-endian
    digests: bytes = b""

    @classmethod
    def of(cls, rows: Sequence[tuple[Key, bytes]]) -> "Rows":
        """The rows with these keys and digests, in order."""
        return cls(b"".join(_PAIR.pack(*key) for key, _ in rows), b"".join(digest for _, digest in rows))

    def __len__(self) -> int:
        return len(self.digests) // DIGEST

    @property
    def keys(self) -> list[Key]:
        """The keys."""
        return list(_PAIR.iter_unpack(self.key_bytes))

    @property
    def firsts(self) -> "array[int]":
        """The first numbers of the keys."""
        return _native(self.key_bytes)[::2]

    def digest(self, at: int) -> bytes:
        """The digest of the row at that place."""
        return self.digests[at * DIGEST : (at + 1) * DIGEST]

    @property
    def hints(self) -> bytes:
        """The first bytes of each digest."""
        return memoryview(self.digests).cast("I")[:: DIGEST // HINT].tobytes() if self.digests else b""


@dataclass(frozen=True, slots=True)
class Members:
    """The rows that a seal covers, of one table: their keys in order, and the first bytes of each one's digest."""

    keys: Sequence[Key]
    hints: bytes

    def hint(self, at: int) -> bytes:
        """The first bytes of the digest of the row at that place."""
        return self.hints[at * HINT : (at + 1) * HINT]


@dataclass(frozen=True, slots=True)
class Marks:
    """Up to which number everything of a table that is numbered in order is sealed and nothing more can come.

    Periods are closed in order; the last sealed one is its year times 100 and its month.
    """

    gl_lot: int = 0
    gl_case: int = 0
    ar_match: int = 0
    payment: int = 0
    gl_period: int = 0

    def of(self, table: str) -> int:
        """The mark of a table of `MARKED`."""
        mark: int = getattr(self, table)
        return mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One link of a client's chain.

    `first_open` is the first seal with a member beyond the marks, or the next seal's number; `open_count` is how many
    such members there are; `total_rows` counts the rows of all seals up to this one.
    """

    client_no: int
    seal_no: int
    form: int = FORM
    sealed_time: datetime
    marks: Marks = field(default_factory=Marks)
    first_open: int
    open_count: int
    total_rows: int
    rows_hash: bytes
    members: bytes
    seal_hash: bytes = b""

    def hash_after(self, previous_hash: bytes) -> bytes:
        """The hash that this seal has after the one before it."""
        marks = self.marks
        return hashlib.sha256(
            b"reskontro seal\0"
            + previous_hash
            + struct.pack(
                ">qqqq5qqqq",
                self.client_no,
                self.seal_no,
                self.form,
                microseconds(self.sealed_time),
                marks.gl_lot,
                marks.gl_case,
                marks.ar_match,
                marks.payment,
                marks.gl_period,
                self.first_open,
                self.open_count,
                self.total_rows,
            )
            + self.rows_hash
            + hashlib.sha256(self.members).digest()
        ).digest()

    def after(self, previous_hash: bytes) -> "Seal":
        """The seal with its hash."""
        return replace(self, seal_hash=self.hash_after(previous_hash))


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is signed at the end of a day: the last seal of it, and how many rows are sealed up to there.

    The day is the UTC date of the seals' time.
    """

    client_no: int
    head_date: date
    seal_no: int
    seal_hash: bytes
    total_rows: int
    key_id: str
    signature: bytes = b""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature stands under."""
        days = (self.head_date - EPOCH_DAY).days
        return (
            b"reskontro head\0"
            + struct.pack(">qqqq", self.client_no, days, self.seal_no, self.total_rows)
            + self.seal_hash
        )


def microseconds(moment: datetime) -> int:
    """Microseconds since 2000-01-01 UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def rows_hash(rows: Mapping[str, Rows], form: int = FORM) -> bytes:
    """The hash over the digests of rows, table by table, each in the order of its keys."""
    whole = hashlib.sha256()
    for tag, table in enumerate(FORMS[form]):
        found = rows.get(table.name)
        if found:
            whole.update(struct.pack(">BQ", tag, len(found)))
            whole.update(found.digests)
    return whole.digest()


def write_members(rows: Mapping[str, Rows], form: int = FORM) -> bytes:
    """The members of a seal as it keeps them: keys as differences, compressed; four bytes of each digest."""
    parts, hints = [], []
    for tag, table in enumerate(FORMS[form]):
        found = rows.get(table.name)
        if not found:
            continue
        firsts, seconds = found.firsts, _native(found.key_bytes)[1::2]
        steps = array("q", [firsts[0], *map(sub, firsts[1:], firsts)])
        parts += [struct.pack(">BI", tag, len(firsts)), _big_endian(steps), _big_endian(seconds)]
        hints.append(found.hints)
    keys = zlib.compress(b"".join(parts), 6)
    return struct.pack(">I", len(keys)) + keys + b"".join(hints)


class UnreadableMembersError(ValueError):
    """What a seal keeps of its members is not what was written."""


def read_members(written: bytes, form: int) -> dict[str, Members]:
    """The members of a seal. Raises UnreadableMembersError."""
    try:
        (length,) = struct.unpack_from(">I", written)
        keys, hints = zlib.decompress(written[4 : 4 + length]), written[4 + length :]
        found: dict[str, Members] = {}
        at = hint_at = 0
        while at < len(keys):
            tag, count = struct.unpack_from(">BI", keys, at)
            at += 5
            steps, seconds = _native(keys[at : at + 8 * count]), _native(keys[at + 8 * count : at + 16 * count])
            at += 16 * count
            found[FORMS[form][tag].name] = Members(
                list(zip(accumulate(steps), seconds, strict=True)), hints[hint_at : hint_at + HINT * count]
            )
            hint_at += HINT * count
            if len(steps) != count or hint_at > len(hints):
                raise UnreadableMembersError("shorter than it says")
    except (struct.error, zlib.error, ValueError, KeyError, IndexError, OverflowError) as error:
        raise UnreadableMembersError(str(error)) from error
    return found


def _big_endian(numbers: "array[int]") -> bytes:
    values = array("q", numbers)
    if byteorder == "little":
        values.byteswap()
    return values.tobytes()


def _native(written: bytes) -> "array[int]":
    values = array("q")
    values.frombytes(written)
    if byteorder == "little":
        values.byteswap()
    return values


# The bytes of a row


def row_bytes(table: SealedTable, values: Sequence[Value]) -> bytes:
    """The bytes of a row from its values, as the database makes them."""
    parts = [struct.pack(">i", len(table.columns))]
    for (_, kind), value in zip(table.columns, values, strict=True):
        written = None if value is None else value_bytes(kind, value)
        parts.append(struct.pack(">Ii", TYPES[kind], -1 if written is None else len(written)))
        parts.append(written or b"")
    return b"".join(parts)


def value_bytes(kind: str, value: Value) -> bytes:
    """One value as bytes."""
    match value:
        case int():
            return WHOLE[kind].pack(value)
        case datetime():
            return struct.pack(">q", microseconds(value))
        case date():
            return struct.pack(">i", (value - EPOCH_DAY).days)
        case UUID():
            return value.bytes
        case str():
            return value.encode()
        case bytes():
            return value
    raise AssertionError(f"no bytes for {value!r}")


def split_row(table: SealedTable, written: bytes) -> list[bytes | None]:
    """The bytes of each column of a row, None for NULL."""
    fields: list[bytes | None] = []
    at = 4
    for _ in table.columns:
        (length,) = struct.unpack_from(">i", written, at + 4)
        at += 8
        fields.append(None if length < 0 else written[at : at + length])
        at += max(0, length)
    return fields


def join_row(table: SealedTable, fields: Sequence[bytes | None]) -> bytes:
    """The bytes of a row from those of its columns."""
    parts = [struct.pack(">i", len(table.columns))]
    for (_, kind), written in zip(table.columns, fields, strict=True):
        parts.append(struct.pack(">Ii", TYPES[kind], -1 if written is None else len(written)))
        parts.append(written or b"")
    return b"".join(parts)


def read_value(kind: str, written: bytes) -> Value:
    """A value from its bytes. Raises ValueError or OverflowError where it is none that can be written down."""
    if kind in WHOLE:
        number: int = WHOLE[kind].unpack(written)[0]
        return number
    match kind:
        case "text" | "json":
            return written.decode()
        case "uuid":
            return UUID(bytes=written)
        case "timestamptz":
            return EPOCH + timedelta(microseconds=struct.unpack(">q", written)[0])
        case "date":
            return EPOCH_DAY + timedelta(days=struct.unpack(">i", written)[0])
    return written


def key_of(table: SealedTable, fields: Sequence[bytes | None]) -> Key:
    """The key of a row from the bytes of its columns."""
    numbers = [int.from_bytes(fields[table.position(name)] or b"", "big", signed=True) for name in table.key]
    return (numbers[0], numbers[1] if len(numbers) > 1 else 0)


def row_digest(written: bytes) -> bytes:
    """The digest of a row from its bytes."""
    return hashlib.sha256(written).digest()


def key_text(table: SealedTable, key: Key) -> str:
    """A key as people read it: `gl_case_no 41, line_no 2`."""
    return ", ".join(f"{name} {number}" for name, number in zip(table.key, key, strict=False))
