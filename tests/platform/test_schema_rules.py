"""The catalogue against the rules that let the same migrations run on one server and on a distributed one.

A table is a client's or it is shared. Which ones are shared is a list here, each with its reason; everything else has
to be a client's table: `client_no` first of all, in every key, in every reference, and behind row-level security.
"""

from collections import defaultdict

import asyncpg
import pytest

APP, OWNER = "reskontro_test_app", "reskontro_test_owner"

SHARED = {
    "alembic_version": "which migrations have run",
    "client": "the registry itself",
    "receiving_account": "a bank file is given to its client by the account's number",
    "kid_rule": "what the agreement of a receiving account says",
    "business_clock": "one for all",
    "business_clock_seen": "a row of a process",
    "currency_rate": "what a bank has quoted, the same for all",
    "credential": "may act for several clients",
    "credential_secret": "of a credential",
    "credential_client": "of a credential: the clients it may act for",
    "credential_organization": "of a credential",
    "refresh_chain": "of a credential",
    "refresh_token": "of a credential",
    "signing_key": "of the installation",
    "identity_revision": "one for all",
    "debit_sender": "one sender of direct debit files may send for several clients, and the operator counts its files",
    "due_work": "asked over all clients for what is due, as the queue is; it names clients and no row's content",
    "rate_window": "counts callers that nobody knows yet",
    "seal_key": "of the installation",
}
# They live on the coordinator, and are the job library's.
JOBS = frozenset({"pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics"})

APPEND_ONLY = frozenset(
    {
        "action",
        "ar_item",
        "ar_match",
        "auto_posting",
        "batch_result",
        "booked_transmission",
        "debit_mandate_change",
        "debit_shipment",
        "document",
        "document_einvoice",
        "due_date_change",
        "gl_case",
        "gl_case_rate",
        "gl_item",
        "gl_lot",
        "gl_movement",
        "gl_period",
        "ledger_event",
        "ledger_period_report",
        "log_item",
        "payment",
        "payment_resolution",
        "payment_file_answer",
        "payment_id",
        "refund_file",
        "seal",
        "seal_head",
    }
)
DELETABLE = frozenset({"customer", "customer_key", "idempotency_key", "list_query"})


@pytest.fixture(scope="module")
async def catalogue(superuser_dsn, anyio_backend):
    connection = await asyncpg.connect(superuser_dsn)
    yield connection
    await connection.close()


async def tables(catalogue) -> set[str]:
    rows = await catalogue.fetch(
        """
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'f', 'm', 'v')
        """
    )
    return {row["relname"] for row in rows}


async def clients_tables(catalogue) -> set[str]:
    return await tables(catalogue) - set(SHARED) - JOBS


async def test_every_table_is_a_clients_or_is_named_as_shared(catalogue):
    found = await tables(catalogue)
    assert set(SHARED) - {"alembic_version"} <= found
    assert found >= JOBS
    assert found >= APPEND_ONLY
    rows = await catalogue.fetch(
        """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) as kind, a.attnotnull, a.attnum
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'client_no'
        """
    )
    with_client = {row["relname"]: (row["kind"], row["attnotnull"], row["attnum"]) for row in rows}
    for table in found - set(SHARED) - JOBS:
        assert with_client.get(table) == ("integer", True, 1), f"{table}: client_no int not null stands first"


async def test_client_no_is_in_every_primary_key_and_unique_index(catalogue):
    rows = await catalogue.fetch(
        """
        select c.relname as name, i.indexrelid::regclass::text as index, i.indisprimary,
            array(select a.attname::text from unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality as k (n, at)
                  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n order by k.at) as columns
        from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'public'::regnamespace and i.indisunique
        """
    )
    mine = await clients_tables(catalogue)
    primary = {row["name"] for row in rows if row["indisprimary"]}
    assert mine <= primary, "every client's table has a primary key"
    wrong = [(row["index"], row["columns"]) for row in rows if row["name"] in mine and row["columns"][0] != "client_no"]
    assert wrong == []


async def test_every_other_index_of_a_clients_table_begins_with_the_client(catalogue):
    rows = await catalogue.fetch(
        """
        select c.relname as name, i.indexrelid::regclass::text as index,
            (select a.attname from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0]) as first
        from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'public'::regnamespace
        """
    )
    mine = await clients_tables(catalogue)
    assert [row["index"] for row in rows if row["name"] in mine and row["first"] != "client_no"] == []


async def test_foreign_keys_pair_the_client_and_never_point_from_shared_to_a_clients(catalogue):
    rows = await catalogue.fetch(
        """
        select k.conname, k.conrelid::regclass::text as name, k.confrelid::regclass::text as target,
            array(select a.attname::text from unnest(k.conkey) with ordinality as u (n, at)
                  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n order by u.at) as columns,
            array(select a.attname::text from unnest(k.confkey) with ordinality as u (n, at)
                  join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n order by u.at) as targets,
            k.confupdtype, k.confdeltype
        from pg_constraint k
        where k.contype = 'f' and k.connamespace = 'public'::regnamespace
        """
    )
    assert rows
    mine = await clients_tables(catalogue)
    for row in rows:
        pairs = list(zip(row["columns"], row["targets"], strict=True))
        if row["name"] in mine:
            assert row["target"] in mine | {"client"}, f"{row['conname']} points at {row['target']}"
            assert ("client_no", "client_no") in pairs, f"{row['conname']} pairs {pairs}"
        else:
            assert row["target"] not in mine, f"{row['conname']}: {row['name']} is shared"
        assert (row["confupdtype"], row["confdeltype"]) == (b"a", b"a"), f"{row['conname']} cascades"


async def test_there_are_no_triggers_and_no_rules_but_the_job_librarys(catalogue):
    triggers = await catalogue.fetch(
        """
        select tgrelid::regclass::text as name, tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where not tgisinternal and c.relnamespace = 'public'::regnamespace
        """
    )
    assert {row["name"] for row in triggers} <= JOBS
    assert await catalogue.fetch("select tablename, rulename from pg_rules where schemaname = 'public'") == []


async def test_generated_ids_are_bigint(catalogue):
    sequences = await catalogue.fetch(
        "select sequencename, data_type::text, cycle from pg_sequences where schemaname = 'public'"
    )
    ours = [row for row in sequences if not row["sequencename"].startswith("pgqueuer")]
    assert ours
    assert [row["sequencename"] for row in ours if row["data_type"] != "bigint" or row["cycle"]] == []
    generated = await catalogue.fetch(
        """
        select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'public' and (is_identity = 'YES' or column_default like 'nextval%')
        """
    )
    assert {row["table_name"] for row in generated} <= JOBS, "numbers are taken by name"
    numbers = await catalogue.fetch(
        """
        select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'public' and column_name = any($1)
        """,
        ["account_no", "reference_no", "gl_case_no", "gl_lot_no", "match_no", "batch_no", "payment_no", "voucher_no",
         "bundle_no", "report_no", "debit_reference_no", "credit_reference_no", "reverses_gl_case_no"],
    )  # fmt: skip
    kinds = {(row["table_name"], row["column_name"], row["data_type"]) for row in numbers}
    assert {k for k in kinds if k[2] != "bigint"} == {
        ("receiving_account", "account_no", "text"),  # a bank's number
        ("kid_rule", "account_no", "text"),
    }


async def test_money_is_whole_minor_units_and_nothing_is_a_float(catalogue):
    rows = await catalogue.fetch(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
    )
    ours = [row for row in rows if row["table_name"] not in JOBS]
    assert [r for r in ours if r["column_name"].endswith("_minor") and r["data_type"] != "bigint"] == []
    assert [r for r in ours if r["data_type"] in {"real", "double precision", "money"}] == []
    assert [r for r in ours if r["data_type"] == "timestamp without time zone"] == []
    assert [r for r in ours if r["data_type"].startswith("character")] == [] or all(
        r["table_name"] == "alembic_version" for r in ours if r["data_type"].startswith("character")
    )


async def test_no_default_is_volatile(catalogue):
    rows = await catalogue.fetch(
        """
        select table_name, column_name, column_default from information_schema.columns
        where table_schema = 'public' and column_default is not null
        """
    )
    volatile = ("now(", "random", "clock_timestamp", "current_", "gen_random", "nextval")
    ours = [row for row in rows if row["table_name"] not in JOBS]
    assert [r for r in ours if any(word in r["column_default"].lower() for word in volatile)] == []


async def test_nothing_leans_on_an_extension_or_another_collation(catalogue):
    extensions = await catalogue.fetch("select extname from pg_extension")
    assert {row["extname"] for row in extensions} == {"plpgsql"}
    collated = await catalogue.fetch(
        """
        select distinct c.collname from pg_attribute a join pg_class t on t.oid = a.attrelid
        join pg_collation c on c.oid = a.attcollation
        where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p', 'i')
        """
    )
    assert {row["collname"] for row in collated} <= {"default", "C"}


# Who may do what


async def test_row_level_security_is_on_and_forced_for_every_clients_table(catalogue):
    rows = await catalogue.fetch(
        """
        select relname, relrowsecurity, relforcerowsecurity from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        """
    )
    found = {row["relname"]: (row["relrowsecurity"], row["relforcerowsecurity"]) for row in rows}
    assert [table for table in sorted(await clients_tables(catalogue)) if found[table] != (True, True)] == []


async def test_every_policy_is_the_one_that_compares_the_client(catalogue):
    rows = await catalogue.fetch("select tablename, permissive, roles, cmd, qual, with_check from pg_policies")
    by_table = defaultdict(list)
    for row in rows:
        by_table[row["tablename"]].append(row)
    mine = await clients_tables(catalogue)
    assert set(by_table) == mine
    for table, policies in by_table.items():
        assert len(policies) == 1, f"{table}: a second permissive policy would widen the first"
        (policy,) = policies
        assert policy["qual"] == "(client_no = (current_setting('reskontro.client_no'::text))::integer)", table
        assert policy["with_check"] in {None, policy["qual"]}, table
        assert policy["cmd"] == "ALL", table
        assert set(policy["roles"]) & {"public", APP}, table


async def test_the_applications_role_owns_nothing_and_cannot_go_round(catalogue):
    role = await catalogue.fetchrow("select * from pg_roles where rolname = $1", APP)
    assert not role["rolsuper"]
    assert not role["rolbypassrls"]
    assert not role["rolcreaterole"]
    assert not role["rolcreatedb"]
    assert not role["rolreplication"]
    memberships = await catalogue.fetch(
        "select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid where m.member = $1::regrole", APP
    )
    assert memberships == []
    owned = await catalogue.fetch(
        """
        select c.relname from pg_class c where c.relowner = $1::regrole
        union all select p.proname from pg_proc p where p.proowner = $1::regrole
        union all select n.nspname from pg_namespace n where n.nspowner = $1::regrole
        union all select t.typname from pg_type t where t.typowner = $1::regrole
        union all select d.datname from pg_database d where d.datdba = $1::regrole
        """,
        APP,
    )
    assert owned == []


async def privileges(catalogue) -> dict[str, set[str]]:
    """What the application may do with each table, with all of it or with some column."""
    kinds = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    rows = await catalogue.fetch(
        """
        select c.relname, k.kind from pg_class c cross join unnest($2::text[]) as k (kind)
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and (has_table_privilege($1, c.oid, k.kind)
                 or (k.kind in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                     and has_any_column_privilege($1, c.oid, k.kind)))
        """,
        APP,
        kinds,
    )
    found = defaultdict(set)
    for row in rows:
        found[row["relname"]].add(row["kind"])
    return found


async def test_what_is_written_stays_written(catalogue):
    may = await privileges(catalogue)
    assert {table: may[table] for table in APPEND_ONLY} == {table: {"SELECT", "INSERT"} for table in APPEND_ONLY}


async def test_nothing_can_be_truncated_or_pointed_at_or_hooked(catalogue):
    for table, kinds in (await privileges(catalogue)).items():
        assert not kinds & {"TRUNCATE", "TRIGGER", "REFERENCES"}, table


async def test_only_what_is_meant_to_go_can_be_deleted(catalogue):
    may = await privileges(catalogue)
    mine = await clients_tables(catalogue)
    assert {table for table in mine if "DELETE" in may[table]} == DELETABLE
    assert not any("DELETE" in may[table] for table in ("client", "receiving_account", "kid_rule", "signing_key"))
    assert not may["alembic_version"] & {"INSERT", "UPDATE", "DELETE"}


async def test_every_clients_table_can_be_read_and_added_to(catalogue):
    may = await privileges(catalogue)
    for table in await clients_tables(catalogue):
        assert may[table] >= {"SELECT", "INSERT"}, table


async def test_the_application_cannot_create_or_disable_anything(app_dsn):
    connection = await asyncpg.connect(app_dsn)
    for sql in (
        "create table public.shoe (a int)",
        "create function public.shoe() returns int language sql as 'select 1'",
        "alter table ar_item disable row level security",
        "alter table ar_item no force row level security",
        "drop policy own_client on ar_item",
        "create policy wide on ar_item using (true)",
        "truncate ar_item",
        "set role reskontro_test_owner",
        "set session authorization reskontro_test_owner",
        "set session_replication_role = replica",
        "alter role reskontro_test_app bypassrls",
        "select setval('gl_case_no', 1)",
        "lock table ar_item in access exclusive mode",
    ):
        with pytest.raises(asyncpg.PostgresError) as refused:
            await connection.execute(f"begin; {sql}")
        assert isinstance(refused.value, asyncpg.InsufficientPrivilegeError | asyncpg.InvalidParameterValueError), (
            f"{sql}: {refused.value!r}"
        )
        await connection.execute("rollback")
    await connection.close()


async def test_with_row_security_off_nothing_is_given_instead_of_everything(app_dsn):
    connection = await asyncpg.connect(app_dsn)
    await connection.execute("set row_security = off")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch("select * from customer")
    await connection.close()
