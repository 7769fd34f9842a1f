import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import asyncpg
import pytest

from reskontro.platform import embedded, embedded_folder, embedded_making
from reskontro.platform.embedded import (
    EmbeddedDatabaseError,
    EmbeddedServer,
    FolderInUseError,
    database_of,
    running_urls,
)

NOBODY = 65534
as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a database in it and no server: to be copied, not used."""
    folder = tmp_path_factory.mktemp("made")
    EmbeddedServer.start(folder, durable=False).stop()
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(made, tmp_path / "var"))
    shutil.rmtree(tmp_path / "var")  # forty megabytes


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users can reach, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="reskontro-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def query(url: str, sql: str, password: str | None = None) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(url, password=password)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())


def servers_of(data: Path) -> list[int]:
    """The processes that work in the folder's cluster."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve(strict=True) == (data / "postgres" / "data").resolve():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_for(condition: Callable[[], bool], limit_s: float = 20) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def python(
    script: str, *arguments: object, interpreter: str = sys.executable, **options: object
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [interpreter, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def python_as_nobody(script: str, *arguments: object) -> "subprocess.Popen[str]":
    """Python as an ordinary user, who can perhaps not reach the interpreter that runs the tests."""
    packages = embedded_making.postgres_binary("postgres").parents[3]
    source = Path(embedded_making.__file__).parents[2]
    ordinary = {
        "user": NOBODY,
        "group": NOBODY,
        "extra_groups": [],
        "cwd": "/",
        "env": {"PYTHONPATH": f"{source}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
    }
    trial = "import sys, os; import reskontro.platform.embedded_making as m; m.postgres_binary('postgres').stat()"
    for interpreter in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        with suppress(OSError):
            if subprocess.run([interpreter, "-c", trial], check=False, capture_output=True, **ordinary).returncode == 0:
                return python(script, *arguments, interpreter=interpreter, **ordinary)
    pytest.skip("an ordinary user can reach no Python with the product's packages here")


OWNER = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the shell of the run had
from reskontro.platform.embedded import EmbeddedServer
server = EmbeddedServer.start(Path(sys.argv[1]), durable=False)
try:
    print(server.urls.superuser, flush=True)
    sys.stdin.read()
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.stdin.readline()
server.stop()
print("stopped", flush=True)
"""


def test_a_folder_becomes_a_database_with_three_roles(tmp_path: Path):
    with EmbeddedServer.start(tmp_path) as server:
        roles = [query(url, "select current_user") for url in (server.urls.app, server.urls.owner)]
        can = query(
            server.urls.superuser,
            "select array_agg(rolname::text order by rolname) from pg_roles"
            " where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb",
        )
        settings = dict(
            query(
                server.urls.superuser,
                "select array_agg(array[name, setting]) from pg_settings"
                " where name in ('data_checksums', 'listen_addresses', 'fsync', 'synchronous_commit')",
            )
        )
        database = query(
            server.urls.superuser,
            "select array[pg_get_userbyid(datdba)::text, datlocprovider::text, datlocale,"
            " pg_encoding_to_char(encoding)::text] from pg_database where datname = current_database()",
        )

    assert roles == ["reskontro_app", "reskontro_owner"]
    assert can == ["reskontro_super"]
    assert settings == {"data_checksums": "on", "listen_addresses": "", "fsync": "on", "synchronous_commit": "on"}
    assert database == ["reskontro_owner", "b", "C.UTF-8", "UTF8"]


def test_the_application_may_use_temporary_tables_and_make_no_lasting_ones(data: Path):
    with EmbeddedServer.start(data, durable=False) as server:
        query(server.urls.app, "create temporary table t (n int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            query(server.urls.app, "create table t (n int)")
        query(server.urls.owner, "create table t (n int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            query(server.urls.app.replace("/reskontro?", "/postgres?"), "select 1")


def test_what_was_committed_is_there_after_a_restart(data: Path):
    with EmbeddedServer.start(data, durable=False) as server:
        urls = server.urls
        query(urls.owner, "create table kept as select 42 as n")
    assert server.poll() == 0
    server.stop()
    assert servers_of(data) == []

    with EmbeddedServer.start(data, durable=False) as server:
        assert server.urls == urls
        assert query(urls.owner, "select n from kept") == 42


@pytest.mark.parametrize("at_once", [True, False], ids=["started again at once", "started again later"])
def test_a_killed_owner_leaves_no_server_and_loses_nothing(data: Path, at_once: bool):
    owner = python(OWNER, data)
    with owner:
        url = owner.stdout.readline().strip()
        query(url, "create table kept as select 42 as n")
        assert servers_of(data)
        owner.kill()
        if not at_once:
            wait_for(lambda: servers_of(data) == [])

        with EmbeddedServer.start(data, durable=False) as server:
            assert query(server.urls.superuser, "select n from kept") == 42

    assert servers_of(data) == []


def test_a_second_start_is_refused_with_the_number_of_the_first(data: Path):
    owner = python(OWNER, data)
    with owner:
        url = owner.stdout.readline().strip()
        with pytest.raises(FolderInUseError, match=f"in use by process {owner.pid};"):
            EmbeddedServer.start(data)
        assert query(url, "select 1") == 1
        owner.stdin.close()
        assert owner.stdout.read() == "stopped\n"


def test_a_server_started_by_hand_is_left_alone(data: Path):
    with EmbeddedServer.start(data, durable=False) as server:
        server._lock.free()
        (data / "postgres" / "lock").unlink()
        with pytest.raises(FolderInUseError, match="not started by Reskontro"):
            EmbeddedServer.start(data)
        assert query(server.urls.app, "select 1") == 1


def test_ctrl_c_reaches_the_owner_and_not_the_server(data: Path):
    owner = python(OWNER, data, start_new_session=True)
    with owner:
        url = owner.stdout.readline().strip()
        os.killpg(owner.pid, signal.SIGINT)
        assert owner.stdout.readline() == "interrupted\n"
        assert query(url, "select 1") == 1
        owner.stdin.write("go on\n")
        owner.stdin.flush()
        assert owner.stdout.readline() == "stopped\n"


def test_the_server_outlives_the_thread_that_asked_for_it(data: Path):
    started: list[EmbeddedServer] = []
    thread = threading.Thread(target=lambda: started.append(EmbeddedServer.start(data, durable=False)))
    thread.start()
    thread.join()
    with started[0] as server:
        for _ in range(3):
            assert query(server.urls.app, "select 1") == 1
        assert server.poll() is None


def test_a_server_that_died_is_revived_at_the_same_address(data: Path):
    with EmbeddedServer.start(data, durable=False) as server:
        urls = server.urls
        os.kill(server._process.pid, signal.SIGKILL)
        wait_for(lambda: server.poll() is not None)
        assert server.poll() == -signal.SIGKILL
        server.revive()
        assert server.urls == urls
        assert query(urls.app, "select 1") == 1


def test_processes_of_a_dead_server_that_have_not_noticed_are_ended(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded, "_PATIENCE_S", 0.1)

    def be_busy(url: str) -> None:
        with suppress(asyncpg.PostgresError, OSError):
            query(url, "select count(*) from generate_series(1, 1e9::bigint) where generate_series % 7 = 0")

    with EmbeddedServer.start(data, durable=False) as server:
        busy = threading.Thread(target=be_busy, args=[server.urls.app])
        busy.start()
        active = "select count(*) from pg_stat_activity where state = 'active' and usename = 'reskontro_app'"
        wait_for(lambda: query(server.urls.superuser, active) == 1)
        os.kill(server._process.pid, signal.SIGKILL)
        wait_for(lambda: server.poll() is not None)
        server.revive()
        busy.join()
        assert query(server.urls.app, "select 1") == 1


@pytest.mark.parametrize("role", ["reskontro_app", "reskontro_owner", "reskontro_super", "postgres"])
def test_nobody_gets_in_without_the_password(data: Path, role: str):
    with EmbeddedServer.start(data, durable=False) as server:
        host = server.urls.app.rpartition("host=")[2]
        with pytest.raises(asyncpg.InvalidPasswordError):
            query(f"postgresql://{role}@/reskontro?host={host}", "select 1", password="guess")


def test_others_can_reach_neither_the_socket_nor_the_files(data: Path):
    with EmbeddedServer.start(data, durable=False) as server:
        root = data / "postgres"
        command_line = Path(f"/proc/{server._process.pid}/cmdline").read_text()
        modes = {p.name: p.stat().st_mode & 0o777 for p in (root, *root.iterdir(), *(root / "run").iterdir())}

    assert modes == {
        "postgres": 0o700,
        "data": 0o700,
        "lock": 0o600,
        "passwords.json": 0o600,
        "postgres.log": 0o600,
        "run": 0o700,
        ".s.PGSQL.5432": 0o700,
        ".s.PGSQL.5432.lock": 0o600,
    }
    assert server.urls.app.split(":")[2].split("@")[0] not in command_line


@as_root_only
def test_root_s_server_runs_as_nobody_and_the_files_stay_root_s(data: Path):
    with EmbeddedServer.start(data, durable=False) as server:
        inside = Path(f"/proc/{server._process.pid}/uid_map").read_text().split()
        assert inside == [str(NOBODY), "0", "1"]
        assert (data / "postgres" / "data" / "postmaster.pid").stat().st_uid == 0
        assert "CapEff:\t0000000000000000" in Path(f"/proc/{server._process.pid}/status").read_text()


@as_root_only
def test_where_namespaces_are_refused_the_files_are_given_to_nobody(
    made: Path, public_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    data = Path(shutil.copytree(made, public_folder / "var"))
    monkeypatch.setattr(embedded_making, "namespace_is_allowed", lambda _postgres: False)
    with EmbeddedServer.start(data, durable=False) as server:
        assert query(server.urls.app, "select 1") == 1
        assert f"Uid:\t{NOBODY}\t{NOBODY}" in Path(f"/proc/{server._process.pid}/status").read_text()
        assert (data / "postgres" / "data" / "base").stat().st_uid == NOBODY
        assert (data / "postgres" / "passwords.json").stat().st_uid == 0

    monkeypatch.undo()
    with EmbeddedServer.start(data, durable=False) as server:  # and once given away it stays so
        assert query(server.urls.app, "select 1") == 1


@as_root_only
def test_where_namespaces_are_refused_a_new_database_is_nobody_s_from_the_start(
    public_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(embedded_making, "namespace_is_allowed", lambda _postgres: False)
    with EmbeddedServer.start(public_folder / "var", durable=False) as server:
        assert query(server.urls.owner, "select 1") == 1
        assert (public_folder / "var" / "postgres" / "data").stat().st_uid == NOBODY


@as_root_only
def test_a_folder_that_nobody_cannot_reach_is_named(made: Path, public_folder: Path, monkeypatch: pytest.MonkeyPatch):
    closed = public_folder / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(embedded_making, "namespace_is_allowed", lambda _postgres: False)
    with pytest.raises(EmbeddedDatabaseError, match=f"chmod o\\+x {closed}"):
        EmbeddedServer.start(closed / "var", durable=False)


@as_root_only
def test_an_ordinary_user_needs_nothing_special(public_folder: Path):
    os.chown(public_folder, NOBODY, NOBODY)
    owner = python_as_nobody(OWNER, public_folder / "var")
    with owner:
        assert query(owner.stdout.readline().strip(), "select 1") == 1
        assert (public_folder / "var" / "postgres" / "data").stat().st_uid == NOBODY
        owner.stdin.close()
        assert owner.stdout.read() == "stopped\n"


@as_root_only
def test_another_user_is_told_whose_the_database_is(made: Path, public_folder: Path):
    data = Path(shutil.copytree(made, public_folder / "var"))
    data.chmod(0o755)
    script = """
import sys
from pathlib import Path
from reskontro.platform.embedded import EmbeddedDatabaseError, EmbeddedServer, running_urls
for what in (EmbeddedServer.start, running_urls):
    try:
        what(Path(sys.argv[1]))
    except EmbeddedDatabaseError as error:
        print(error)
"""
    stranger = python_as_nobody(script, data)
    told = stranger.communicate()[0].splitlines()
    assert len(told) == 2
    assert all("start as its owner" in line for line in told)


@pytest.mark.parametrize("name", ["with space", "it's", 'quote"d', "50%,x", "å" * 40, "long-" * 30])
def test_any_name_of_a_folder_will_do(made: Path, tmp_path: Path, name: str):
    data = Path(shutil.copytree(made, tmp_path / name))
    with EmbeddedServer.start(data, durable=False) as server:
        assert query(server.urls.app, "select 1") == 1
        assert running_urls(data) == server.urls
        sockets = Path(unquote(server.urls.app.rpartition("host=")[2].partition("&")[0]))
        assert sockets.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(sockets / ".s.PGSQL.5432")) <= 107
    assert sockets == data / "postgres" / "run" or not sockets.exists()


def test_a_socket_folder_prepared_by_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = embedded_folder.EmbeddedFolder(tmp_path / ("long-" * 30))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    wanted = folder.make_socket_folder(os.geteuid())
    assert wanted.parent == Path(tempfile.gettempdir())
    wanted.rmdir()
    wanted.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedDatabaseError, match="choose a shorter RESKONTRO_DATA"):
            folder.make_socket_folder(os.geteuid())
    finally:
        wanted.unlink()


def postmaster_file(data: Path, pid: object) -> None:
    path = data / "postgres" / "data" / "postmaster.pid"
    path.write_text(f"{pid}\n{path.parent}\n1700000000\n5432\n{data}/postgres/run\n\n  1  2\nready   \n")


def test_a_stale_postmaster_file_whose_number_a_stranger_has_now_is_no_obstacle(data: Path):
    postmaster_file(data, os.getpid())
    assert running_urls(data) is None
    EmbeddedServer.start(data, durable=False).stop()


def test_a_stale_postmaster_file_of_a_zombie_is_no_obstacle(data: Path):
    zombie = subprocess.Popen(["/bin/true"])
    wait_for(lambda: ") Z" in Path(f"/proc/{zombie.pid}/stat").read_text())
    postmaster_file(data, zombie.pid)
    assert running_urls(data) is None
    EmbeddedServer.start(data, durable=False).stop()
    zombie.wait()


def test_a_stale_postmaster_file_of_nobody_or_an_empty_one_is_no_obstacle(data: Path):
    postmaster_file(data, 2**22 + 1)
    EmbeddedServer.start(data, durable=False).stop()
    (data / "postgres" / "data" / "postmaster.pid").write_text("")
    EmbeddedServer.start(data, durable=False).stop()


@pytest.mark.parametrize("version", ["16", "19"])
def test_a_database_of_another_version_is_refused_with_what_to_do(data: Path, version: str):
    (data / "postgres" / "data" / "PG_VERSION").write_text(f"{version}\n")
    with pytest.raises(EmbeddedDatabaseError, match=f"is of PostgreSQL {version} and .* brings 18: dump it"):
        EmbeddedServer.start(data)


def test_a_making_that_was_cut_short_is_begun_anew(tmp_path: Path):
    half = tmp_path / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedServer.start(tmp_path, durable=False) as server:
        assert query(server.urls.app, "select 1") == 1
    assert not half.exists()


def test_a_making_that_fails_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded_making, "_roles", lambda _passwords: "create nonsense;\n")
    with pytest.raises(EmbeddedDatabaseError, match=r"could not be made: .*syntax error"):
        EmbeddedServer.start(tmp_path, durable=False)
    assert not (tmp_path / "postgres" / "data").exists()
    monkeypatch.undo()
    EmbeddedServer.start(tmp_path, durable=False).stop()


def test_a_server_that_cannot_start_says_why_on_one_line(data: Path):
    (data / "postgres" / "data" / "local.conf").write_text("shared_buffers = plenty\n")
    with pytest.raises(EmbeddedDatabaseError, match=r"did not start: .*FATAL.*postgres\.log") as raised:
        EmbeddedServer.start(data)
    assert "\n" not in str(raised.value)


def test_own_settings_are_kept(data: Path):
    (data / "postgres" / "data" / "local.conf").write_text("work_mem = '11MB'\nlisten_addresses = '*'\n")
    with EmbeddedServer.start(data, durable=False) as server:
        assert query(server.urls.app, "show work_mem") == "11MB"
        assert query(server.urls.app, "show listen_addresses") == ""


def test_missing_passwords_are_named(data: Path):
    (data / "postgres" / "passwords.json").unlink()
    with pytest.raises(EmbeddedDatabaseError, match=r"passwords.json is missing"):
        EmbeddedServer.start(data)
    assert servers_of(data) == []


def test_a_platform_without_binaries_is_sent_to_a_server_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded_making.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(EmbeddedDatabaseError, match="set DATABASE_URL"):
        EmbeddedServer.start(tmp_path)


def test_too_little_space_is_said_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded_making, "_FREE_MIN_MB", 2**40)
    with pytest.raises(EmbeddedDatabaseError, match="MB of free space and a new database needs"):
        EmbeddedServer.start(tmp_path)
    assert not (tmp_path / "postgres" / "data.new").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedDatabaseError, match=r"/file/var.* choose another RESKONTRO_DATA"):
        EmbeddedServer.start(tmp_path / "file" / "var")


def test_a_command_uses_the_running_server_or_one_of_its_own(data: Path):
    assert running_urls(data) is None
    with database_of(data) as urls:
        assert running_urls(data) == urls
        with database_of(data) as same:
            assert same == urls
            assert query(same.app, "select 1") == 1
        assert query(urls.app, "select 1") == 1
    assert running_urls(data) is None
    assert servers_of(data) == []


def test_a_command_waits_for_a_server_that_is_just_starting(data: Path):
    owner = python(OWNER, data)
    with owner:
        wait_for(lambda: (data / "postgres" / "lock").read_text().strip() == str(owner.pid))
        with database_of(data) as urls:
            assert query(urls.app, "select 1") == 1
        owner.stdin.close()
        assert owner.stdout.read().endswith("stopped\n")


def test_the_log_is_bounded(data: Path, monkeypatch: pytest.MonkeyPatch):
    log = data / "postgres" / "postgres.log"
    monkeypatch.setattr(embedded_folder, "_LOG_MAX_BYTES", 1000)
    log.write_text("x" * 2000)
    EmbeddedServer.start(data, durable=False).stop()
    assert log.read_text()[0] != "x"
    assert (log.parent / "postgres.log.1").read_text() == "x" * 2000


@pytest.mark.parametrize(
    ("memory_mb", "shared_buffers"),
    [(100, "32MB"), (512, "128MB"), (1024, "256MB"), (4096, "512MB"), (16384, "2048MB"), (262144, "4096MB")],
)
def test_the_server_takes_a_modest_part_of_the_memory(memory_mb: int, shared_buffers: str):
    text = embedded_folder.configuration(memory_mb * 1024 * 1024, durable=True)
    assert f"shared_buffers = {shared_buffers}\n" in text
    assert "fsync" not in text
