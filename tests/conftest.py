"""One database server for a test run, one database for each worker, cloned from one that was migrated once."""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
import hypothesis
import pytest

from reskontro.platform import migrations
from reskontro.platform.database import Database
from reskontro.platform.embedded import EmbeddedServer

# How long one example takes says nothing on a machine that does other work too.
hypothesis.settings.register_profile("reskontro", deadline=None)
hypothesis.settings.load_profile("reskontro")

TEMPLATE = "reskontro_template"
SAMPLES = Path(__file__).parent / "samples"
SHARED_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


class Server:
    """The server of a test run: its superuser's DSN, and the roles that the product knows."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.embedded: EmbeddedServer | None = None
        external = os.environ.get("RESKONTRO_TEST_DATABASE_URL")
        if external:
            self.superuser = external
        else:
            self.folder = Path(tempfile.mkdtemp(prefix="reskontro-test-"))
            self.embedded = EmbeddedServer.start(self.folder, durable=False)
            self.superuser = self.embedded.urls.superuser
        self.password = secrets.token_hex(16)

    def prepare(self) -> None:
        """Make the roles and the migrated template."""
        asyncio.run(self._make_template())
        migrations.upgrade(self.dsn("reskontro_test_owner", TEMPLATE), "reskontro_test_app")

    async def _make_template(self) -> None:
        connection = await asyncpg.connect(self.superuser)
        for row in await connection.fetch("select datname from pg_database where datname like 'reskontro_t%'"):
            await connection.execute(f'drop database "{row["datname"]}" with (force)')
        for role in ("reskontro_test_owner", "reskontro_test_app"):
            await connection.execute(f"drop role if exists {role}")
            await connection.execute(f"create role {role} login password '{self.password}'")
        await connection.execute(
            f"create database {TEMPLATE} owner reskontro_test_owner template template0 encoding 'UTF8' "
            "lc_collate 'C' lc_ctype 'C'"
        )
        await connection.close()

    def dsn(self, role: str, database: str) -> str:
        parts = urlsplit(self.superuser)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{role}:{quote(self.password)}@{host}", path=f"/{database}"))

    def stop(self) -> None:
        if self.embedded is not None:
            self.embedded.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


_server: Server | None = None


def pytest_configure(config: pytest.Config) -> None:
    """Start the server where the run is controlled from."""
    global _server  # noqa: PLW0603 - one a process
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    _server = Server()
    _server.prepare()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None:
        _server.stop()


class HandOver:
    """What the controlling process tells its workers."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node) -> None:
        assert _server is not None
        node.workerinput["superuser"] = _server.superuser
        node.workerinput["password"] = _server.password


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    if not manager.has_plugin("reskontro-hand-over"):
        manager.register(HandOver(), "reskontro-hand-over")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def test_server(request: pytest.FixtureRequest) -> Server:
    if _server is not None:
        return _server
    server = Server.__new__(Server)
    server.folder = None
    server.embedded = None
    server.superuser = request.config.workerinput["superuser"]
    server.password = request.config.workerinput["password"]
    return server


async def _superuser(server: Server, sql: str) -> None:
    connection = await asyncpg.connect(server.superuser)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def database_name(test_server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of this worker's own."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"reskontro_test_{worker}"
    asyncio.run(_superuser(test_server, f"create database {name} template {TEMPLATE} owner reskontro_test_owner"))
    yield name
    asyncio.run(_superuser(test_server, f"drop database {name} with (force)"))


@pytest.fixture(scope="session")
def app_dsn(test_server: Server, database_name: str) -> str:
    return test_server.dsn("reskontro_test_app", database_name)


@pytest.fixture(scope="session")
def owner_dsn(test_server: Server, database_name: str) -> str:
    return test_server.dsn("reskontro_test_owner", database_name)


@pytest.fixture(scope="session")
def superuser_dsn(test_server: Server, database_name: str) -> str:
    return urlunsplit(urlsplit(test_server.superuser)._replace(path=f"/{database_name}"))


@pytest.fixture(scope="session")
async def db(app_dsn: str, anyio_backend: str) -> AsyncIterator[Database]:
    """The application's pool on this worker's database."""
    database = await Database.connect(app_dsn, connections=12)
    yield database
    await database.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for the database is a database test."""
    for item in items:
        if "app_dsn" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.db)


@pytest.fixture(scope="session")
def shared_samples() -> Path:
    """The outside world's sample files; tests that read them are skipped where they are not."""
    if not SHARED_SAMPLES.is_dir():
        pytest.skip("the folder shared/samples beside the repository is missing")
    return SHARED_SAMPLES
