"""Two clients in every table: what the one does, the other never sees, whatever the statement says.

The rows are made from the catalogue, so that a table that is added later is in this test without being named.
"""

import asyncio
import random
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import pytest

from reskontro.platform.database import Database

A, B = 610_001, 610_002
MOMENT = datetime(2025, 2, 27, 12, tzinfo=UTC)


VALUES = {
    "smallint": 1,
    "integer": 1,
    "bigint": 1,
    "numeric": 1,
    "text": "x",
    "character varying": "x",
    "boolean": True,
    "date": date(2025, 2, 27),
    "timestamp with time zone": MOMENT,
    "uuid": uuid4(),
    "bytea": b"x",
    "json": "{}",
    "bigint[]": [1],
    "text[]": ["x"],
}
OF_COLUMN = {"approved_by": "y", "approved_with": "y"}  # others than who proposed it


@pytest.fixture(scope="module")
async def columns(superuser_dsn, anyio_backend) -> dict[str, dict[str, str]]:
    """The columns of every client's table, with their types."""
    connection = await asyncpg.connect(superuser_dsn)
    rows = await connection.fetch(
        """
        select quote_ident(c.relname) as name, a.attname, format_type(a.atttypid, a.atttypmod) as kind
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
            and a.attnum > 0 and not a.attisdropped
        order by c.relname, a.attnum
        """
    )
    await connection.close()
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["name"], {})[row["attname"]] = row["kind"]
    assert len(found) > 20
    return found


def insert(table: str, kinds: dict[str, str]) -> str:
    places = ", ".join(f"${n}::{kind}" for n, kind in enumerate(kinds.values(), 1))
    return f"insert into {table} ({', '.join(kinds)}) values ({places})"


def row(kinds: dict[str, str], client_no: int) -> list[object]:
    return [client_no if name == "client_no" else OF_COLUMN.get(name, VALUES[kind]) for name, kind in kinds.items()]


@pytest.fixture(scope="module")
async def filled(superuser_dsn, columns):
    """A row of A and one of B in every client's table."""
    connection = await asyncpg.connect(superuser_dsn)
    await connection.execute("set session_replication_role = replica")
    for client_no in (A, B):
        await connection.execute(
            """
            insert into client (client_no, organization_id, company_id, legal_name, organization_no, vat_registered,
                sandbox, created_time)
            values ($1::int, $2, $1::int, 'Firma AS', '984842252', true, true, $3)
            """,
            client_no,
            uuid4(),
            MOMENT,
        )
        for table, kinds in columns.items():
            await connection.execute(insert(table, kinds), *row(kinds, client_no))
    yield connection
    for table in columns:
        await connection.execute(f"delete from {table} where client_no in ({A}, {B})")
    await connection.execute("delete from client where client_no = any($1)", [A, B])
    await connection.close()


@pytest.fixture
async def as_b(app_dsn, filled):
    """A connection of the application's role that works for B."""
    connection = await asyncpg.connect(app_dsn)
    await connection.execute("select set_config('reskontro.client_no', $1, false)", str(B))
    yield connection
    await connection.close()


async def snapshot(filled, table: str) -> list[str]:
    rows = await filled.fetch(f"select t::text as whole from {table} t where client_no = $1", A)
    return [r["whole"] for r in rows]


async def refused_or_nothing(connection, sql: str, *args: object) -> None:
    """The statement is refused, or has found nothing to work on."""
    try:
        tag = await connection.execute(sql, *args)
    except asyncpg.InsufficientPrivilegeError:
        return
    assert tag.split()[-1] == "0", f"{sql}: {tag}"


async def test_reading_finds_nothing_of_the_others(as_b, columns):
    for table in columns:
        seen = await as_b.fetch(f"select client_no from {table}")
        assert {r["client_no"] for r in seen} == {B}, table
        assert await as_b.fetch(f"select * from {table} where client_no = $1", A) == [], table
        assert await as_b.fetch(f"select * from {table} where client_no <> $1 or true", B) != [], table
        counted = await as_b.fetchval(f"select count(*) from {table} where client_no <> {B}")
        assert counted == 0, table


async def test_an_error_of_a_condition_does_not_tell_of_the_others(as_b, columns):
    for table in columns:
        leaky = f"select 1 from {table} where 1 / (client_no - {A}) = 0"
        assert await as_b.fetch(leaky) == [], table


async def test_changing_finds_nothing_of_the_others(as_b, filled, columns):
    for table, kinds in columns.items():
        before = await snapshot(filled, table)
        for name in kinds:
            await refused_or_nothing(as_b, f"update {table} set {name} = {name} where client_no = $1", A)
            break
        other = next(name for name in reversed(kinds) if name != "client_no")
        await refused_or_nothing(as_b, f"update {table} set {other} = {other} where client_no = {A}")
        await refused_or_nothing(as_b, f"delete from {table} where client_no = $1", A)
        assert await snapshot(filled, table) == before, table


async def test_nothing_can_be_added_in_the_others_name(as_b, filled, columns):
    for table, kinds in columns.items():
        before = await snapshot(filled, table)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await as_b.execute(insert(table, kinds), *row(kinds, A))
        assert await snapshot(filled, table) == before, table


async def test_a_conflict_with_the_others_row_does_not_change_it(as_b, filled, columns):
    for table, kinds in columns.items():
        before = await snapshot(filled, table)
        for end in ("on conflict do nothing", "on conflict do nothing returning client_no"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await as_b.fetch(f"{insert(table, kinds)} {end}", *row(kinds, A))
        assert await snapshot(filled, table) == before, table


async def test_a_row_cannot_be_moved_to_another_client(as_b, filled, columns):
    for table in columns:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_b.execute(f"update {table} set client_no = {A} where client_no = {B}")
        counted = await filled.fetchval(f"select count(*) from {table} where client_no = $1", B)
        assert counted == 1, table


async def test_rows_cannot_be_copied_in_or_out_past_the_policy(as_b, columns):
    for table in columns:
        copied = await as_b.fetch(f"select * from {table} where client_no = {A} limit 1")
        assert copied == [], table
    with pytest.raises(asyncpg.FeatureNotSupportedError):
        await as_b.copy_records_to_table("client_counter", records=[(A, "shoe", 1)])


@pytest.mark.parametrize("setting", [None, "", "shoe", "0", "-1", f"{A} or true", f"{A},{B}"])
async def test_without_a_client_there_is_nothing(app_dsn, filled, columns, setting):
    connection = await asyncpg.connect(app_dsn)
    if setting is not None:
        await connection.execute("select set_config('reskontro.client_no', $1, false)", setting)
    for table in columns:
        try:
            assert await connection.fetch(f"select * from {table}") == []
        except (asyncpg.UndefinedObjectError, asyncpg.InvalidTextRepresentationError):
            continue
    await connection.close()


# The pool


@pytest.fixture
async def one_connection(app_dsn, filled):
    database = await Database.connect(app_dsn, connections=1)
    yield database
    await database.close()


async def whose(tx) -> set[int]:
    """Everybody whose customers and counters can be seen."""
    rows = await tx.fetch("select client_no from customer union select client_no from client_counter")
    return {r["client_no"] for r in rows}


async def test_a_connection_that_changes_hands_sees_its_new_clients_rows_only(one_connection):
    for client_no in (A, B, B, A, B, A, A):
        async with one_connection.reading(client_no) as tx:
            assert await whose(tx) == {client_no}
        async with one_connection.transaction(client_no) as tx:
            assert await whose(tx) == {client_no}


async def test_a_connection_has_forgotten_its_client_after_an_error(one_connection):
    for opened in (one_connection.reading, one_connection.transaction):
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with opened(A) as tx:
                await tx.execute("select 1 / 0")
        assert tx.connection.client_no is None
        async with opened(B) as tx:
            assert await whose(tx) == {B}
        with pytest.raises(RuntimeError):
            async with one_connection.transaction(A) as tx:
                raise RuntimeError
        assert tx.connection.client_no is None
        async with opened(B) as tx:
            assert await whose(tx) == {B}


async def test_a_connection_has_forgotten_its_client_after_a_cancelled_call(one_connection):
    async def slow() -> None:
        async with one_connection.transaction(A) as tx:
            await tx.execute("select pg_sleep(30)")

    task = asyncio.create_task(slow())
    async with asyncio.timeout(5):
        while one_connection.pool.get_idle_size():  # noqa: ASYNC110 - the pool has no event for it
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with one_connection.transaction(B) as tx:
        assert await whose(tx) == {B}


async def test_a_client_that_was_changed_in_a_transaction_that_failed_is_not_kept(one_connection):
    async def fails() -> None:
        async with one_connection.transaction(A) as tx:
            await tx.change_client(B)
            assert await whose(tx) == {B}
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    for client_no in (B, A):
        async with one_connection.reading(client_no) as tx:
            assert await whose(tx) == {client_no}
    async with one_connection.transaction(A) as tx:
        await tx.change_client(B)
    for client_no in (B, A, B):
        async with one_connection.reading(client_no) as tx:
            assert await whose(tx) == {client_no}


async def test_nothing_but_the_client_outlives_a_transaction(one_connection):
    async with one_connection.transaction(A) as tx:
        await tx.execute("create temporary table mine on commit drop as select * from customer where client_no = $1", A)
        await tx.execute("set local work_mem = '1MB'")
    async with one_connection.transaction(B) as tx:
        assert await tx.fetchval("select to_regclass('mine')") is None
        assert (
            await tx.fetchval("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
            == 0
        )


async def test_many_at_once_on_few_connections_never_see_each_other(app_dsn, filled):
    database = await Database.connect(app_dsn, connections=3)
    chance = random.Random(1)

    async def use(client_no: int, how: int) -> None:
        try:
            if how == 0:
                async with database.reading(client_no) as tx:
                    assert await whose(tx) == {client_no}
                return
            async with database.transaction(client_no) as tx:
                assert await whose(tx) == {client_no}
                await asyncio.sleep(0)
                if how == 1:
                    await tx.execute("select 1 / 0")
                assert await whose(tx) == {client_no}
        except asyncpg.DivisionByZeroError:
            pass

    await asyncio.gather(*(use(chance.choice((A, B)), chance.randrange(3)) for _ in range(400)))
    await database.close()
