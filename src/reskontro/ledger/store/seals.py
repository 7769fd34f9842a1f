"""Seals and heads as they are stored, and the rows that they cover.

Rows are read as their digests: the database makes the bytes of a row (`record_send`) and their SHA-256 as it reads it.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import asyncpg

from reskontro.ledger.domain.seals import FORM, FORMS, MARKED, Head, Key, Marks, Rows, Seal, SealedTable
from reskontro.platform.database import BOOK_LOCK, Connection, Transaction

# The key of the advisory lock under which a client's chain grows.
SEAL_LOCK: Final = 7
SEQUENCES: Final = {"gl_lot": "gl_lot_no", "gl_case": "gl_case_no", "ar_match": "match_no", "payment": "payment_no"}
assert tuple(SEQUENCES) == MARKED
CASES_AT_ONCE: Final = 10_000  # in one seal; of matches, payments and lots as many each

_TABLES: Final[Mapping[str, SealedTable]] = {table.name: table for table in FORMS[FORM]}


def _bytes(table: SealedTable, alias: str) -> str:
    return f"record_send(row({', '.join(f'{alias}.{name}' for name, _ in table.columns)}))"


def _keys(table: SealedTable, alias: str) -> str:
    first, second = (*(f"{alias}.{name}::bigint" for name in table.key), "0::bigint")[:2]
    return f"{first} as a, {second} as b"


def _selected(name: str, alias: str) -> str:
    table = _TABLES[name]
    return f"{_keys(table, alias)}, sha256({_bytes(table, alias)}) as digest"


def _numbered(name: str, mark: int, more: str = "", *, digest: bool = True) -> str:
    """The rows of a table that is numbered in order which no seal covers; its mark and what is open are parameters.

    What is open is asked for as a sub-query, which the server hashes. An array it would go through for every row: while
    much is posted, that was most of what the database did.
    """
    key = _TABLES[name].key[0]
    shown = _selected(name, "t") + more if digest else f"t.{key} as a, t.reference_no"
    return f"""
        select {shown} from {name} t
        where t.client_no = $1 and t.{key} > ${mark} and t.{key} not in (select unnest(${mark + 1}::bigint[]))
        order by t.{key} limit {CASES_AT_ONCE}
    """


_REFERENCE: Final = ("reference_no", "reference_sequence_no")


def _found_by(columns: Sequence[str], *values: str) -> str:
    """That `t` is found by an index that begins with the client and these columns, and by no other.

    The last column is asked for as a range that is one value, in its order: only that index has it so, and sorting is
    switched off. Were it left to what the server believes of a client's rows, it would take any index of a client that
    it has never counted, and read all of that client's rows for each one that is looked for.
    """
    *equal, last = zip(columns, values, strict=True)
    first = "".join(f"t.{column} = {value} and " for column, value in equal)
    column, value = last
    return f"{first}t.{column} >= {value} and t.{column} <= {value} order by t.{column}"


_AS_BYTES = """string_agg(int8send(a) || int8send(b), '' order by a, b, digest) as keys,
        string_agg(digest, '' order by a, b, digest) as digests"""

# What no seal covers, a row for each table. A case brings its lines, items and documents, which one transaction wrote;
# a transfer's items are found by their case, the others by the reference of their case and the sequence of their line.
# `offset 0` keeps each look-up one for each row, and `_found_by` one by key.
_NEW_CASE: Final = _numbered("gl_case", 4, ", t.reference_no")
_OF_CASES: Final = f"""
    new_line as materialized (
        select l.*, n.reference_no
        from new_case n cross join lateral (
            select {_selected("gl_item", "t")}, t.reference_sequence_no from gl_item t
            where t.client_no = $1 and {_found_by(("gl_case_no",), "n.a")} offset 0
        ) as l
    ),
    new_item as materialized (
        select i.*
        from (
            select distinct a, reference_no, reference_sequence_no from new_line
            where reference_no is not null and reference_sequence_no is not null
        ) as l
        cross join lateral (
            select {_selected("ar_item", "t")} from ar_item t
            where t.client_no = $1 and t.gl_case_no = l.a
                and {_found_by(_REFERENCE, "l.reference_no", "l.reference_sequence_no")}
            offset 0
        ) as i
        union
        select {_selected("ar_item", "t")} from ar_item t
        where t.client_no = $1 and t.voucher_type in (10, 12) and t.gl_case_no = any(array(select a from new_case))
    ),
    new_document as (
        select d.*
        from new_item i cross join lateral (
            select {_selected("document", "t")} from document t
            where t.client_no = $1 and {_found_by(_REFERENCE, "i.a", "i.b")} offset 0
        ) as d
    )"""
_OF_CASES_AS_BYTES: Final = f"""
    select 'gl_item' as name, {_AS_BYTES} from new_line
    union all select 'ar_item', {_AS_BYTES} from new_item
    union all select 'document', {_AS_BYTES} from new_document"""


_NUMBERED: Final = f"""
    new_lot as ({_numbered("gl_lot", 2)}),
    new_match as ({_numbered("ar_match", 6)}),
    new_payment as ({_numbered("payment", 8)}),
    new_period as (
        select {_selected("gl_period", "t")} from gl_period t
        where t.client_no = $1 and t.gl_year * 100 + t.gl_period > $10
    )"""
_NUMBERED_AS_BYTES: Final = f"""
    select 'gl_lot' as name, {_AS_BYTES} from new_lot
    union all select 'gl_case', {_AS_BYTES} from new_case
    union all select 'ar_match', {_AS_BYTES} from new_match
    union all select 'payment', {_AS_BYTES} from new_payment
    union all select 'gl_period', {_AS_BYTES} from new_period"""

# All of it in one statement, or in two that are read side by side: what is numbered, and what the cases bring.
_NEW: Final = f"""
    with new_case as materialized ({_NEW_CASE}), {_NUMBERED}, {_OF_CASES}
    {_NUMBERED_AS_BYTES} union all {_OF_CASES_AS_BYTES}"""
_NEW_NUMBERED: Final = f"with new_case as ({_NEW_CASE}), {_NUMBERED} {_NUMBERED_AS_BYTES}"
_NEW_OF_CASES: Final = f"""
    with new_case as materialized ({_numbered("gl_case", 2, digest=False)}), {_OF_CASES} {_OF_CASES_AS_BYTES}"""

_SEAL = """seal_no, form, sealed_time, lot_mark, case_mark, match_mark, payment_mark, period_mark, first_open,
    open_count, total_rows, rows_hash, members, seal_hash"""


# Finding by key is what is wanted, in the order of the key: see `_found_by`.
_BY_KEY: Final = "; ".join(
    f"set local enable_{way} = off"
    for way in ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashjoin", "mergejoin")
)


SNAPSHOT: Final = re.compile("[0-9A-F-]+")


async def begin(tx: Transaction) -> None:
    """Have the transaction, which has read nothing yet, see one state of the book, and find everything by key."""
    await tx.execute(f"set transaction isolation level repeatable read; {_BY_KEY}")


async def begin_reading(tx: Transaction, snapshot: str | None = None) -> None:
    """The same for a transaction that writes nothing; with a `snapshot` it sees what another transaction sees."""
    assert snapshot is None or SNAPSHOT.fullmatch(snapshot), snapshot
    seen = f"set transaction snapshot '{snapshot}'; " if snapshot else ""
    await tx.execute(f"set transaction isolation level repeatable read, read only; {seen}{_BY_KEY}")


async def take_chain(tx: Transaction) -> bool:
    """Whether the client's chain is this transaction's to lengthen; False where another one does so now."""
    taken: bool = await tx.fetchval("select pg_try_advisory_xact_lock($1, $2)", SEAL_LOCK, tx.client_no)
    return taken


async def wait_for_chain(tx: Transaction) -> None:
    """Have the client's chain to oneself until the transaction ends. What is read after it is as it is then."""
    await tx.execute(f"select pg_advisory_xact_lock({SEAL_LOCK:d}, {tx.client_no:d})")


async def open_seals(tx: Transaction) -> list[Seal]:
    """The last seal and those before it that have a member beyond its marks, oldest first; none for a new chain."""
    rows = await tx.fetch(
        f"""
        with last as (select seal_no, first_open from seal where client_no = $1 order by seal_no desc limit 1)
        select {_SEAL} from seal
        where client_no = $1 and seal_no >= (select least(seal_no, first_open) from last) order by seal_no
        """,
        tx.client_no,
    )
    return [_seal(tx.client_no, row) for row in rows]


async def new_rows(
    tx: Transaction, marks: Marks, covered: Mapping[str, Iterable[int]], beside: Transaction | None = None
) -> dict[str, Rows]:
    """What no seal covers, by table: rows beyond the marks but for the covered numbers. A full seal's worth at most.

    Another transaction `beside`, which has read nothing yet, reads half of it at the same time, as this one sees it.
    """
    numbered: list[object] = []
    for table in MARKED:
        numbered += [marks.of(table), list(covered.get(table, ()))]
    if beside is None:
        rows = await tx.fetch(_NEW, tx.client_no, *numbered, marks.gl_period)
    else:
        await begin_reading(beside, await tx.fetchval("select pg_export_snapshot()"))
        of_cases, others = await asyncio.gather(
            tx.fetch(_NEW_OF_CASES, tx.client_no, *numbered[2:4]),
            beside.fetch(_NEW_NUMBERED, tx.client_no, *numbered, marks.gl_period),
        )
        rows = [*of_cases, *others]
    return {row["name"]: Rows(row["keys"], row["digests"]) for row in rows if row["keys"] is not None}


async def add_seal(tx: Transaction, seal: Seal) -> bool:
    """Add a seal; False where the chain has one of its number."""
    marks = seal.marks
    added = await tx.fetchval(
        f"""
        insert into seal (client_no, {_SEAL})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        on conflict do nothing returning true
        """,
        tx.client_no,
        seal.seal_no,
        seal.form,
        seal.sealed_time,
        marks.gl_lot,
        marks.gl_case,
        marks.ar_match,
        marks.payment,
        marks.gl_period,
        seal.first_open,
        seal.open_count,
        seal.total_rows,
        seal.rows_hash,
        seal.members,
        seal.seal_hash,
    )
    return bool(added)


async def seals(tx: Transaction, after: int, limit: int) -> list[Seal]:
    """The next seals of the chain after a number, in order."""
    rows = await tx.fetch(
        f"select {_SEAL} from seal where client_no = $1 and seal_no > $2 order by seal_no limit $3",
        tx.client_no,
        after,
        limit,
    )
    return [_seal(tx.client_no, row) for row in rows]


async def count_seals(tx: Transaction) -> int:
    """How many seals the client has."""
    count: int = await tx.fetchval("select count(*) from seal where client_no = $1", tx.client_no)
    return count


def _seal(client_no: int, row: asyncpg.Record) -> Seal:
    return Seal(
        client_no=client_no,
        seal_no=row["seal_no"],
        form=row["form"],
        sealed_time=row["sealed_time"],
        marks=Marks(row["lot_mark"], row["case_mark"], row["match_mark"], row["payment_mark"], row["period_mark"]),
        first_open=row["first_open"],
        open_count=row["open_count"],
        total_rows=row["total_rows"],
        rows_hash=row["rows_hash"],
        members=row["members"],
        seal_hash=row["seal_hash"],
    )


# What may still turn up


@dataclass(frozen=True, slots=True)
class Given:
    """The last number that each of the sequences has given out."""

    gl_lot: int
    gl_case: int
    ar_match: int
    payment: int


async def given_numbers(connection: Connection) -> Given:
    """How far the sequences are, for all clients."""
    rows = await connection.fetch(
        """
        select sequencename, last_value from pg_sequences
        where schemaname = 'public' and sequencename = any(array['gl_lot_no', 'gl_case_no', 'match_no', 'payment_no'])
        """
    )
    last = {row["sequencename"]: row["last_value"] or 0 for row in rows}
    return Given(*(last[sequence] for sequence in SEQUENCES.values()))


async def holders(connection: Connection) -> dict[int, frozenset[str]]:
    """The transactions that hold each client's book, or wait for it, by their virtual numbers."""
    rows = await connection.fetch(
        f"""
        select objid::bigint as client_no, array_agg(virtualtransaction) as transactions
        from pg_locks
        where locktype = 'advisory' and classid = {BOOK_LOCK:d} and objsubid = 2
            and database = (select oid from pg_database where datname = current_database())
        group by objid
        """
    )
    return {row["client_no"]: frozenset(row["transactions"]) for row in rows}


async def clients_to_seal(connection: Connection) -> list[int]:
    """The clients that have something which no seal covers."""
    rows = await connection.fetch("select clients_to_seal() as client_no")
    return [row["client_no"] for row in rows]


# Rows by their keys


@lru_cache(maxsize=64)
def _by_keys(form: int, name: str, what: str) -> str:
    table = next(table for table in FORMS[form] if table.name == name)
    kinds = dict(table.columns)
    values = [f"u.{at}::{kinds[column]}" for column, at in zip(table.key, "ab", strict=False)]
    shown = {"digest": f"sha256({_bytes(table, 't')})", "bytes": _bytes(table, "t")}[what]
    return f"""
        select found.*
        from unnest($2::bigint[], $3::bigint[]) as u (a, b) cross join lateral (
            select {_keys(table, "t")}, {shown} as {what} from {name} t
            where t.client_no = $1 and {_found_by(table.key, *values)} offset 0
        ) as found
        """


async def digests(tx: Transaction, form: int, name: str, keys: Sequence[Key]) -> Rows:
    """The rows of a table that have some keys, in order. Several may have one key where something was slipped in."""
    row = await tx.fetchrow(
        f"select {_AS_BYTES} from ({_by_keys(form, name, 'digest')}) as found",
        tx.client_no,
        [key[0] for key in keys],
        [key[1] for key in keys],
    )
    assert row is not None
    return Rows(row["keys"] or b"", row["digests"] or b"")


async def contents(tx: Transaction, form: int, name: str, keys: Sequence[Key]) -> list[tuple[Key, bytes]]:
    """The bytes of the rows of a table that have some keys, in order."""
    rows = await tx.fetch(
        f"select * from ({_by_keys(form, name, 'bytes')}) as found order by a, b, bytes",
        tx.client_no,
        [key[0] for key in keys],
        [key[1] for key in keys],
    )
    return [((row["a"], row["b"]), row["bytes"]) for row in rows]


async def count_rows(tx: Transaction, name: str) -> int:
    """How many rows of a table the client has."""
    count: int = await tx.fetchval(f"select count(*) from {name} where client_no = $1", tx.client_no)
    return count


async def keys_of_table(tx: Transaction, form: int, name: str) -> list[Key]:
    """The keys of all the client's rows of a table, in order."""
    table = next(table for table in FORMS[form] if table.name == name)
    rows = await tx.fetch(
        f"select {_keys(table, 't')} from {name} t where t.client_no = $1 order by 1, 2", tx.client_no
    )
    return [(row["a"], row["b"]) for row in rows]


async def lots_booked_before(
    tx: Transaction, gl_case_nos: Sequence[int], gl_lot_nos: Sequence[int], moment: datetime
) -> list[int]:
    """Those of some lots, and of the lots of some cases, that were booked before a moment."""
    rows = await tx.fetch(
        """
        select o.gl_lot_no from gl_lot o
        where o.client_no = $1 and o.booked_time < $4
            and (o.gl_lot_no = any($3::bigint[])
                or o.gl_lot_no = any(array(
                    select c.gl_lot_no from gl_case c where c.client_no = $1 and c.gl_case_no = any($2::bigint[])
                )))
        order by 1
        """,
        tx.client_no,
        gl_case_nos,
        gl_lot_nos,
        moment,
    )
    return [row["gl_lot_no"] for row in rows]


# Heads and the keys that sign them


async def last_head(tx: Transaction) -> Head | None:
    """The client's newest head."""
    found = await tx.fetchrow(
        f"select {_HEAD} from seal_head where client_no = $1 order by head_date desc limit 1", tx.client_no
    )
    return None if found is None else _head(tx.client_no, found)


async def heads(tx: Transaction) -> list[Head]:
    """All heads of the client, oldest first: one for each day on which something was sealed."""
    rows = await tx.fetch(f"select {_HEAD} from seal_head where client_no = $1 order by head_date", tx.client_no)
    return [_head(tx.client_no, row) for row in rows]


async def days_without_head(tx: Transaction, after_seal: int, until: date) -> list[tuple[date, int, bytes, int]]:
    """The days before `until` on which something was sealed after a seal: day, its last seal, hash, rows up to it."""
    rows = await tx.fetch(
        """
        select distinct on (day) day, seal_no, seal_hash, total_rows
        from (
            select (sealed_time at time zone 'UTC')::date as day, seal_no, seal_hash, total_rows
            from seal where client_no = $1 and seal_no > $2
        ) as sealed
        where day < $3 order by day, seal_no desc
        """,
        tx.client_no,
        after_seal,
        until,
    )
    return [(row["day"], row["seal_no"], row["seal_hash"], row["total_rows"]) for row in rows]


async def add_head(tx: Transaction, head: Head, signed_time: datetime) -> bool:
    """Add a head; False where the day has one."""
    added = await tx.fetchval(
        """
        insert into seal_head (client_no, head_date, seal_no, seal_hash, total_rows, key_id, signature, signed_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning true
        """,
        tx.client_no,
        head.head_date,
        head.seal_no,
        head.seal_hash,
        head.total_rows,
        head.key_id,
        head.signature,
        signed_time,
    )
    return bool(added)


async def add_key(connection: Connection, key_id: str, public_key: bytes, now: datetime) -> None:
    """Keep the public half of a key that signs heads."""
    await connection.execute(
        "insert into seal_key (key_id, public_key, created_time) values ($1, $2, $3) on conflict do nothing",
        key_id,
        public_key,
        now,
    )


async def public_keys(connection: Connection) -> dict[str, bytes]:
    """The public halves of all keys that have signed heads, by name."""
    rows = await connection.fetch("select key_id, public_key from seal_key order by created_time")
    return {row["key_id"]: row["public_key"] for row in rows}


_HEAD = "head_date, seal_no, seal_hash, total_rows, key_id, signature"


def _head(client_no: int, row: asyncpg.Record) -> Head:
    return Head(
        client_no=client_no,
        head_date=row["head_date"],
        seal_no=row["seal_no"],
        seal_hash=row["seal_hash"],
        total_rows=row["total_rows"],
        key_id=row["key_id"],
        signature=row["signature"],
    )
