"""The commands about seals, as a person and a program meet them."""

import asyncio
import json

import asyncpg
import pytest

from reskontro.ledger.parts import seal_sweep
from reskontro.platform.database import Database
from reskontro.platform.settings import settings
from tests.cli import test_commands

run, succeeded, refused = test_commands.run, test_commands.succeeded, test_commands.refused

CLIENT = 720_101


@pytest.fixture
def sealed(run, app_dsn, superuser_dsn) -> int:
    """A client with one lot, sealed by the worker's sweep."""

    async def post() -> None:
        connection = await asyncpg.connect(superuser_dsn)
        await connection.execute("delete from seal where client_no = $1", CLIENT)
        await connection.execute("delete from gl_lot where client_no = $1", CLIENT)
        await connection.execute(
            "insert into gl_lot (client_no, gl_lot_no, origin, created_time, booked_time) "
            "values ($1, nextval('gl_lot_no'), 'test', now(), now())",
            CLIENT,
        )
        await connection.close()
        db = await Database.connect(app_dsn, connections=2)
        await seal_sweep(db, settings()).run(None)
        await db.close()

    if run("tenant", "show", CLIENT).exit_code:
        succeeded(run("tenant", "create", CLIENT, "--name", "Segl AS", "--organization-no", "984842252"))
    asyncio.run(post())
    return CLIENT


def touch(superuser_dsn) -> None:
    async def touch() -> None:
        connection = await asyncpg.connect(superuser_dsn)
        await connection.execute("update gl_lot set origin = 'tesu' where client_no = $1", CLIENT)
        await connection.close()

    asyncio.run(touch())


def test_what_was_not_touched_holds(run, sealed):
    shown = succeeded(run("ledger", "verify", "--client", sealed))
    assert "Nothing was touched." in shown
    told = json.loads(succeeded(run("ledger", "verify", "--client", sealed, "--json")))
    assert (told["holds"], told["clients"][0]["seals"], told["clients"][0]["rows"]) == (True, 1, 1)
    assert len(told["clients"][0]["lastSeal"]) == 64


def test_an_export_is_verified_with_no_database_and_names_what_was_touched(
    run, sealed, superuser_dsn, tmp_path, monkeypatch
):
    file = tmp_path / "seals.jsonl"
    exported = json.loads(succeeded(run("ledger", "export-seals", file, "--client", sealed, "--json")))
    assert (exported["seals"], exported["rows"]) == (1, 1)
    touch(superuser_dsn)
    for more in ([], ["--from-export", file]):
        result = run("ledger", "verify", "--client", sealed, *more)
        assert result.exit_code == 1
        assert "TOUCHED" in result.stdout
        assert "was 'test', i" in result.stdout
    finding = json.loads(run("ledger", "verify", "--client", sealed, "--json").stdout)["clients"][0]["findings"][0]
    assert (finding["table"], finding["column"]) == ("gl_lot", "origin")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    settings.cache_clear()
    key = json.loads(succeeded(run("ledger", "seal-key", "--json")))["publicKey"]
    assert "Nothing was touched." in succeeded(run("ledger", "verify", "--file", file, "--key", key))
    file.write_text(file.read_text().replace('"test"', '"tesu"'))
    result = run("ledger", "verify", "--file", file)
    assert result.exit_code == 1
    assert "it was 'test', it is 'tesu'" in result.stdout


def test_what_is_asked_wrongly_is_told_what_to_do(run, sealed, tmp_path):
    file = tmp_path / "none"
    file.write_text("shoe\n")
    assert "reskontro tenant list" in refused(run("ledger", "verify", "--client", 719_999))
    assert "leave --client" in refused(run("ledger", "verify", "--client", sealed, "--file", file))
    assert "say which with --client" in refused(run("ledger", "verify", "--from-export", file))
    assert "64 hexadecimal digits" in refused(run("ledger", "verify", "--key", "x"))
    assert "this is no file of seals" in refused(run("ledger", "verify", "--file", file))
    assert "there is no folder" in refused(run("ledger", "export-seals", tmp_path / "a" / "b", "--client", sealed))
