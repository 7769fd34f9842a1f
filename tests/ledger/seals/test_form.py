"""The bytes of rows, and of what a seal keeps, with no database but for the one that has to agree."""

import hashlib
import struct
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reskontro.ledger.domain.seal_findings import compare_rows, explain_change, suspects
from reskontro.ledger.domain.seals import (
    FORM,
    FORMS,
    HINT,
    NO_SEAL_BEFORE,
    Marks,
    Rows,
    Seal,
    UnreadableMembersError,
    join_row,
    key_of,
    read_members,
    read_value,
    row_bytes,
    row_digest,
    rows_hash,
    split_row,
    write_members,
)
from reskontro.ledger.service.seal_file import _value_bytes, _value_record

TABLES = {table.name: table for table in FORMS[FORM]}
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
VALUES = {
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "int": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "text": TEXTS,
    "date": st.dates(date(1, 1, 2), date(9999, 12, 30)),  # the driver takes the first and the last for infinity
    "timestamptz": MOMENTS,
    "uuid": st.uuids(),
    "bytea": st.binary(max_size=40),
    "json": st.sampled_from(['{"a": 1.0,  "a": [null]}', "[]", '"ø\\u00f8"', "1e400"]),
}


def rows_of(table):
    nullable = [st.none() | VALUES[kind] if name not in table.key else VALUES[kind] for name, kind in table.columns]
    return st.tuples(*nullable)


one_row = st.sampled_from(list(TABLES)).flatmap(lambda name: st.tuples(st.just(name), rows_of(TABLES[name])))


@given(one_row)
@settings(max_examples=200, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_the_database_makes_the_same_bytes(loop_connection, row):
    name, values = row
    loop, connection = loop_connection
    table = TABLES[name]
    kinds = [kind for _, kind in table.columns]
    sql = f"select record_send(row({', '.join(f'${at}::{kind}' for at, kind in enumerate(kinds, 1))}))"
    made = loop.run_until_complete(connection.fetchval(sql, *values))
    assert row_bytes(table, values) == made


@pytest.fixture(scope="module")
def loop_connection(app_dsn):
    import asyncio

    import asyncpg

    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(asyncpg.connect(app_dsn))
    yield loop, connection
    loop.run_until_complete(connection.close())
    loop.close()


@given(one_row)
def test_a_row_is_split_and_joined_and_written_as_text_and_read_again(row):
    name, values = row
    table = TABLES[name]
    written = row_bytes(table, values)
    fields = split_row(table, written)
    assert join_row(table, fields) == written
    for (_, kind), value, of_column in zip(table.columns, values, fields, strict=True):
        if value is not None:
            assert read_value(kind, of_column) == value
            assert _value_bytes(kind, _value_record(kind, of_column)) == of_column
    assert key_of(table, fields)[: len(table.key)] == tuple(values[table.position(key)] for key in table.key)


def test_different_rows_never_have_the_same_bytes():
    """What a joined text would mix up: NULL and nothing, where a text ends, a digit and its neighbour."""
    table = TABLES["gl_lot"]
    rows = [
        (1, 2, "", datetime(2025, 1, 1, tzinfo=UTC), None),
        (1, 2, None, datetime(2025, 1, 1, tzinfo=UTC), None),
        (1, 2, "", None, datetime(2025, 1, 1, tzinfo=UTC)),
        (12, 0, "", None, None),
        (1, 20, "", None, None),
        (1, 2, "0", None, None),
        (1, 2, "NULL", None, None),
    ]
    assert len({row_bytes(table, row) for row in rows}) == len(rows)


def test_what_cannot_be_written_as_a_day_is_written_as_bytes():
    infinity = struct.pack(">i", 2**31 - 1)
    assert _value_record("date", infinity) == {"bytes": "7fffffff"}
    assert _value_bytes("date", {"bytes": "7fffffff"}) == infinity


keys = st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**31 - 1)), unique=True, max_size=30).map(sorted)


@given(st.dictionaries(st.sampled_from(list(TABLES)), keys))
def test_members_are_read_as_they_were_written(of_tables):
    rows = {
        name: Rows.of([(key, hashlib.sha256(repr(key).encode()).digest()) for key in of])
        for name, of in of_tables.items()
    }
    members = read_members(write_members(rows), FORM)
    assert {name: list(found.keys) for name, found in members.items()} == {n: of for n, of in of_tables.items() if of}
    for name, found in members.items():
        assert [found.hint(at) for at in range(len(found.keys))] == [
            rows[name].digest(at)[:HINT] for at in range(len(rows[name]))
        ]
    assert suspects(FORM, members, rows) == []


@given(st.binary(max_size=60))
def test_noise_is_no_members(noise):
    try:
        read_members(noise, FORM)
    except UnreadableMembersError:
        return
    assert len(noise) >= 4


def seal(**fields) -> Seal:
    return Seal(
        client_no=2218, seal_no=1, sealed_time=datetime(2025, 3, 1, tzinfo=UTC), first_open=2, open_count=0,
        total_rows=0, rows_hash=rows_hash({}), members=write_members({}),
    ).after(NO_SEAL_BEFORE) if not fields else replace(seal(), **fields)  # fmt: skip


def test_the_hash_of_a_seal_is_of_all_it_says_and_of_the_one_before():
    whole = seal()
    assert whole.hash_after(NO_SEAL_BEFORE) == whole.seal_hash
    assert whole.hash_after(b"\1" + NO_SEAL_BEFORE[1:]) != whole.seal_hash
    changed = [
        {"client_no": 2219},
        {"seal_no": 2},
        {"form": 2},
        {"sealed_time": whole.sealed_time + timedelta(microseconds=1)},
        {"marks": Marks(1)},
        {"marks": Marks(0, 1)},
        {"marks": Marks(0, 0, 1)},
        {"marks": Marks(0, 0, 0, 1)},
        {"marks": Marks(0, 0, 0, 0, 1)},
        {"first_open": 3},
        {"open_count": 1},
        {"total_rows": 1},
        {"rows_hash": bytes(32)},
        {"members": b""},
    ]
    hashes = {replace(whole, **fields).hash_after(NO_SEAL_BEFORE) for fields in changed}
    assert len(hashes | {whole.seal_hash}) == len(changed) + 1


def test_a_seal_has_the_hash_that_it_had_in_the_first_version():
    """What is sealed today has to be verified in ten years: this is not to change."""
    lot = row_bytes(TABLES["gl_lot"], (2218, 7, "ø", datetime(2025, 2, 27, 12, tzinfo=UTC), None))
    assert lot.hex() == (
        "000000050000001700000004000008aa"
        "00000014000000080000000000000007"
        "0000001900000002c3b8"
        "000004a0000000080002d21d32b49000"
        "000004a0ffffffff"
    )
    rows = {"gl_lot": Rows.of([((7, 0), row_digest(lot))])}
    first = replace(seal(), rows_hash=rows_hash(rows), total_rows=1).after(NO_SEAL_BEFORE)
    assert rows_hash(rows).hex()[:16] == FIRST_ROWS_HASH
    assert first.seal_hash.hex()[:16] == FIRST_SEAL_HASH


FIRST_ROWS_HASH = "8bcedbf777fc11d2"
FIRST_SEAL_HASH = "d62bb70fbd410f67"


# What was changed


ITEM = (2218, 41, 1, 1500, 62500, 62500, "Invoice ø", "3", 0, "", "", "")


@pytest.mark.parametrize(
    ("column", "now"),
    [
        ("gl_account_no", 1501),
        ("currency_minor", 62500_0),
        ("currency_minor", -62500),
        ("gl_minor", 92500),
        ("transaction_text", "Invoice å"),
        ("transaction_text", "Invoice  ø"),
        ("transaction_text", "Invoce ø"),
        ("vat_code", ""),
        ("vat_code", "4"),
        ("reference_sequence_no", None),
        ("reference_sequence_no", 1),
    ],
)
def test_a_small_change_leads_back_to_the_column_and_what_it_was(column, now):
    table = TABLES["gl_item"]
    at = table.position(column)
    touched = [*ITEM[:at], now, *ITEM[at + 1 :]]
    found, told = explain_change(table, row_bytes(table, touched), row_digest(row_bytes(table, ITEM))[:HINT])
    assert found == column
    was = repr(ITEM[at]) if isinstance(ITEM[at], str) else str(ITEM[at])
    assert told.startswith(f"it was {was}, it is ")


def test_a_large_change_is_not_guessed():
    table = TABLES["gl_item"]
    touched = (*ITEM[:6], "something else altogether", *ITEM[7:])
    now, then = row_bytes(table, touched), row_bytes(table, ITEM)
    assert explain_change(table, now, row_digest(then)[:HINT]) == ("", "")
    assert compare_rows(table, then, now) == (
        "transaction_text", "transaction_text was 'Invoice ø', is 'something else altogether'",
    )  # fmt: skip


def test_values_of_rows_are_typed():
    assert date(2025, 1, 1) != datetime(2025, 1, 1, tzinfo=UTC)
    assert read_value("uuid", bytes(16)) == UUID(int=0)
