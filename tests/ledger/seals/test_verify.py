"""Whoever touches a sealed row, a seal or a head is found, and what was touched is named."""

from datetime import timedelta

import pytest

from reskontro.ledger.domain.seals import FORM, FORMS
from reskontro.ledger.service.seal_check import verify_client
from reskontro.platform.clock import real_now
from reskontro.platform.signatures import Signer
from tests.ledger.conftest import make_client
from tests.ledger.seals.conftest import pay

TABLES = {table.name: table for table in FORMS[FORM]}
TOMORROW = timedelta(days=1)

# One byte, whatever the type: the least bit of a number, a letter, a microsecond, a day.
TOUCHED = {
    "smallint": "{column} # 1::smallint",
    "int": "{column} # 1",
    "bigint": "{column} # 1::bigint",
    "text": "case {column} when '' then 'x' else overlay({column} placing chr(ascii({column}) # 1) from 1) end",
    "date": "{column} + 1",
    "timestamptz": "{column} + interval '1 microsecond'",
    "uuid": "overlay({column}::text placing translate(left({column}::text, 1), '0123456789abcdef', '1032547698badcfe') "
    "from 1)::uuid",
    "bytea": "set_byte({column}, 0, get_byte({column}, 0) # 1)",
    "json": "overlay({column}::text placing ' ' from 2 for 0)::json",
}
MADE = {"bigint": "7", "int": "7", "date": "'2000-01-08'", "text": "''", "json": "'[]'"}  # where NULL was


async def findings(db, client_no: int):
    return list((await verify_client(db, client_no)).findings)


async def first_row(superuser, name: str, client_no: int) -> str:
    """A condition that finds the first row of a table, and its key as it is told."""
    keys = TABLES[name].key
    row = await superuser.fetchrow(
        f"select {', '.join(keys)} from {name} where client_no = $1 order by {', '.join(keys)} limit 1", client_no
    )
    return " and ".join(f"{key} = {row[key]}" for key in keys), ", ".join(f"{key} {row[key]}" for key in keys)


async def test_a_sealed_book_holds(db, sealed):
    verified = await verify_client(db, sealed)
    assert verified.findings == []
    assert (verified.waiting, verified.seals) == (0, 1)
    assert verified.rows > 20


async def test_every_sealed_table_has_a_row_in_the_book(superuser, sealed):
    for name in TABLES:
        assert await superuser.fetchval(f"select count(*) from {name} where client_no = $1", sealed), name


async def test_every_column_of_a_sealed_table_is_sealed(superuser):
    for table in FORMS[FORM]:
        rows = await superuser.fetch(
            """
            select attname, format_type(atttypid, atttypmod) as kind from pg_attribute
            where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
            """,
            table.name,
        )
        names = {"integer": "int", "timestamp with time zone": "timestamptz"}
        there = {row["attname"]: names.get(row["kind"], row["kind"]) for row in rows}
        # A column that was added later needs a new form in FORMS: FORMS[2] = FORMS[1] with it, and FORM = 2.
        assert dict(table.columns) == there, table.name


@pytest.mark.parametrize("name", TABLES)
async def test_a_changed_byte_of_any_column_is_found_and_named(name, db, sealed, superuser):
    where, key = await first_row(superuser, name, sealed)
    where = f"client_no = {sealed} and {where}"
    await superuser.execute("set session_replication_role = replica")  # as somebody would who can
    for column, kind in TABLES[name].columns:
        if column in TABLES[name].key or column == "client_no":
            continue
        was = await superuser.fetchval(f"select {column}::text from {name} where {where}")
        touched = MADE[kind] if was is None else TOUCHED[kind].format(column=column)
        await superuser.execute(f"update {name} set {column} = {touched} where {where}")
        (found,) = await findings(db, sealed)
        assert (found.table, found.key) == (name, key), column
        assert found.detail.startswith("was changed after it was sealed at 20"), column
        assert found.column == column, "one byte leads back to what was there"
        await superuser.execute(f"update {name} set {column} = $1::text::{kind} where {where}", was)
    assert await findings(db, sealed) == []


@pytest.mark.parametrize("name", TABLES)
async def test_a_row_that_was_given_to_another_client_is_named(name, db, sealed, superuser):
    where, key = await first_row(superuser, name, sealed)
    other = await make_client(db)
    await superuser.execute("set session_replication_role = replica")
    await superuser.execute(f"update {name} set client_no = $2 where client_no = $1 and {where}", sealed, other)
    (found,) = await findings(db, sealed)
    assert (found.table, found.key, found.detail[:11]) == (name, key, "was deleted")


async def test_what_a_changed_amount_was_is_told(db, sealed, superuser):
    where, key = await first_row(superuser, "ar_item", sealed)
    was = await superuser.fetchval(f"select currency_minor from ar_item where client_no = $1 and {where}", sealed)
    await superuser.execute(
        f"update ar_item set currency_minor = $2 where client_no = $1 and {where}", sealed, was * 10
    )
    (found,) = await findings(db, sealed)
    assert found.column == "currency_minor"
    assert str(found).startswith(f"ar_item {key} was changed after it was sealed at ")
    assert str(found).endswith(f"UTC (seal 1): it was {was}, it is {was * 10}")


@pytest.mark.parametrize("name", TABLES)
async def test_a_deleted_row_is_found_and_named(name, db, sealed, superuser):
    where, key = await first_row(superuser, name, sealed)
    await superuser.execute(f"delete from {name} where client_no = $1 and {where}", sealed)
    (found,) = await findings(db, sealed)
    assert (found.table, found.key) == (name, key)
    assert found.detail.startswith("was deleted after it was sealed")


# A row like the first one, in a place that is sealed already.
SLIPPED = {
    "gl_lot": {"gl_lot_no": "0"},
    "gl_case": {"gl_case_no": "0"},
    "gl_item": {"line_no": "99"},
    "ar_item": {"reference_sequence_no": "99"},
    "document": {"reference_sequence_no": "99", "document_no_key": "'slipped'", "document_uuid": "gen_random_uuid()"},
    "ar_match": {"match_no": "0"},
    "payment": {"payment_no": "0", "fingerprint": "'\\x00'"},
    "gl_period": {"gl_year": "1999"},
}


async def slip_in(superuser, name: str, client_no: int, other: dict[str, str]) -> None:
    columns = [column for column, _ in TABLES[name].columns]
    where, _ = await first_row(superuser, name, client_no)
    await superuser.execute(
        f"insert into {name} ({', '.join(columns)}) select {', '.join(other.get(c, c) for c in columns)} "
        f"from {name} where client_no = $1 and {where}",
        client_no,
    )


@pytest.mark.parametrize("name", TABLES)
async def test_a_row_that_was_slipped_in_is_found_and_named(name, db, sealed, superuser, sealer):
    await slip_in(superuser, name, sealed, SLIPPED[name])
    await sealer.seal_new()
    (found,) = await findings(db, sealed)
    assert found.table == name
    assert found.detail == "was slipped in: no seal covers it"
    assert any(f"{column} {value}" in found.key for column, value in SLIPPED[name].items())


async def test_a_second_document_of_one_reference_is_found(db, sealed, superuser):
    await slip_in(superuser, "document", sealed, {"document_no_key": "'x'", "document_uuid": "gen_random_uuid()"})
    (found,) = await findings(db, sealed)
    assert (found.table, found.detail) == ("document", "was slipped in: no seal covers it")


async def test_rows_that_changed_places_are_both_named(db, sealed, superuser):
    await superuser.execute(
        """
        update gl_item as l set currency_minor = o.currency_minor, gl_minor = o.gl_minor
        from gl_item o
        where l.client_no = $1 and o.client_no = $1 and o.gl_case_no = l.gl_case_no and l.line_no + o.line_no = 3
            and l.gl_case_no = (select min(gl_case_no) from gl_item where client_no = $1)
        """,
        sealed,
    )
    found = await findings(db, sealed)
    assert [(f.table, f.key.rpartition(" ")[2]) for f in found] == [("gl_item", "1"), ("gl_item", "2")]


async def test_what_is_put_back_as_it_was_holds(db, sealed, superuser):
    await superuser.execute("update ar_match set rule = rule || '!' where client_no = $1", sealed)
    assert await findings(db, sealed)
    await superuser.execute("update ar_match set rule = rtrim(rule, '!') where client_no = $1", sealed)
    assert await findings(db, sealed) == []


async def test_another_clients_damage_is_not_ours(db, sealed, superuser):
    other = await make_client(db)
    await superuser.execute("update gl_item set gl_minor = gl_minor + 1 where client_no = $1", sealed)
    assert await findings(db, other) == []


# Seals and heads


@pytest.fixture
async def chain(api, sealed, sealer):
    """A client with five seals."""
    item = (await api.invoice("I-4", 1000, documentDate="2025-03-01"))["arItemId"]
    for number in range(4):
        await pay(api, item, 100, f"Q-{number}", day="2025-03-01")
        await sealer.seal_new()
    return sealed


SEAL_COLUMNS = {
    "sealed_time": "sealed_time + interval '1 microsecond'",
    "lot_mark": "lot_mark + 1",
    "case_mark": "case_mark + 1",
    "match_mark": "match_mark + 1",
    "payment_mark": "payment_mark + 1",
    "period_mark": "period_mark + 1",
    "first_open": "first_open + 1",
    "open_count": "open_count + 1",
    "total_rows": "total_rows + 1",
    "form": "9::smallint",
    "rows_hash": "set_byte(rows_hash, 31, get_byte(rows_hash, 31) # 1)",
    "seal_hash": "set_byte(seal_hash, 0, get_byte(seal_hash, 0) # 1)",
    "members": "set_byte(members, length(members) - 1, get_byte(members, length(members) - 1) # 128)",
}


async def test_every_column_of_a_seal_has_its_test(superuser):
    rows = await superuser.fetch("select attname from pg_attribute where attrelid = 'seal'::regclass and attnum > 0")
    assert {row["attname"] for row in rows} == {"client_no", "seal_no", *SEAL_COLUMNS}


@pytest.mark.parametrize("column", SEAL_COLUMNS)
async def test_a_changed_seal_is_found(column, db, chain, superuser):
    await superuser.execute(
        f"update seal set {column} = {SEAL_COLUMNS[column]} where client_no = $1 and seal_no = 3", chain
    )
    found = await findings(db, chain)
    assert "seal 3" in {f.subject for f in found}
    assert {f.subject for f in found} <= {"seal 3", "seal 4"}, "the next one no longer follows on it"


async def test_a_deleted_seal_is_found(db, chain, superuser):
    await superuser.execute("delete from seal where client_no = $1 and seal_no in (2, 3)", chain)
    assert [str(f) for f in await findings(db, chain)] == ["seals 2 to 3 were deleted"]


async def test_a_chain_cut_short_is_found_by_its_head(db, chain, superuser, sealer):
    assert await sealer.make_heads(real_now() + TOMORROW) >= 1
    assert await findings(db, chain) == []
    await superuser.execute("delete from seal where client_no = $1 and seal_no >= 4", chain)
    found = await findings(db, chain)
    day = real_now().date()
    assert [str(f) for f in found] == [f"seals 4 to 5 were deleted: the head of {day} names seal 5"]
    await sealer.seal_new()  # what they covered is sealed anew, and the head still tells
    assert [str(f) for f in await findings(db, chain)] == [f"seal 5 was deleted: the head of {day} names seal 5"]


HEAD_COLUMNS = {
    "head_date": "head_date - 1",
    "seal_no": "seal_no - 1",
    "seal_hash": "set_byte(seal_hash, 0, get_byte(seal_hash, 0) # 1)",
    "total_rows": "total_rows + 1",
    "key_id": "'0123456789abcdef'",
    "signature": "set_byte(signature, 0, get_byte(signature, 0) # 1)",
}


@pytest.mark.parametrize("column", HEAD_COLUMNS)
async def test_a_changed_head_is_found(column, db, chain, superuser, sealer):
    await sealer.make_heads(real_now() + TOMORROW)
    await superuser.execute(f"update seal_head set {column} = {HEAD_COLUMNS[column]} where client_no = $1", chain)
    (found,) = await findings(db, chain)
    assert found.subject.startswith("the head of ")
    assert found.detail.startswith("is ")


async def test_a_chain_that_was_made_anew_does_not_fit_its_heads(db, chain, superuser, sealer):
    await sealer.make_heads(real_now() + TOMORROW)
    await superuser.execute("delete from seal where client_no = $1", chain)
    await sealer.seal_new()
    found = await findings(db, chain)
    assert any("names seal 5" in str(f) for f in found)


async def test_a_head_that_somebody_else_signed_does_not_count_where_the_key_is_named(db, chain, sealer, signer):
    await sealer.make_heads(real_now() + TOMORROW)
    assert (await verify_client(db, chain, trusted=signer.public_key)).holds
    (found,) = (await verify_client(db, chain, trusted=Signer.of(b"o" * 32).public_key)).findings
    assert "which is not the one that was given" in str(found)


async def test_rows_that_wait_for_a_seal_are_no_fault(db, api, sealed):
    await api.invoice("I-9", 10, documentDate="2025-03-01")
    verified = await verify_client(db, sealed)
    assert verified.findings == []
    assert verified.waiting == 6  # lot, case, two lines, item, document
