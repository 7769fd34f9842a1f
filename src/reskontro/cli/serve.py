"""`reskontro serve`: everything in one process group."""

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Annotated, Any, Final

import typer

from reskontro import __version__
from reskontro.cli.groups import command_group
from reskontro.cli.processes import web_child, worker_child
from reskontro.cli.session import CommandFailed, complaints
from reskontro.cli.start import is_behind, refuse_sandbox_clients, refuse_strong_role, refuse_weak_settings
from reskontro.platform import migrations
from reskontro.platform.embedded import EmbeddedServer
from reskontro.platform.process_group import listening_socket, run_group
from reskontro.platform.settings import Mode, Settings, settings
from reskontro.platform.telemetry import set_up_logging

app = command_group()

READY_LIMIT_S: Final = 30.0
READY_POLL_S: Final = 0.02
HEALTH: Final = "/arm/v1/health"
SANDBOX_FILE: Final = "sandbox.json"
# Of the embedded server's connections: what is kept for commands and upkeep, and what a process needs beside its pool.
EMBEDDED_CONNECTIONS: Final = 100
KEPT_FREE: Final = 20
BESIDE_THE_POOL: Final = 3

Host = Annotated[str | None, typer.Option(help="Where to listen; else RESKONTRO_HOST.", show_default=False)]
Port = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Where to listen; else RESKONTRO_PORT.", show_default=False)
]


@app.command()
def serve(*, host: Host = None, port: Port = None) -> None:
    """Run everything, on the embedded database or the one of DATABASE_URL, until Ctrl-C or SIGTERM."""
    with complaints():
        config = settings_with(host, port)
        set_up_logging(config.log_level)
        refuse_weak_settings(config)
        with ended_by_sigterm(), listening(config) as socket_, _database(config) as database:
            prepare(config, database.app, database.owner)
            status = _run(config, socket_, database)
    raise typer.Exit(status)


def settings_with(host: str | None, port: int | None) -> Settings:
    """The settings, with those given on the command line in place; children find them in the environment."""
    for name, given in (("RESKONTRO_HOST", host), ("RESKONTRO_PORT", port)):
        if given is not None:
            os.environ[name] = str(given)
    return settings()


@contextmanager
def listening(config: Settings) -> Iterator[socket.socket]:
    """The listening socket."""
    try:
        found = listening_socket(config.host, config.port)
    except OSError as error:
        raise CommandFailed(
            f"cannot listen on {config.host}:{config.port} ({error.strerror}): stop what does, or set RESKONTRO_PORT"
        ) from None
    with found:
        yield found


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Until the process group takes over, SIGTERM ends as Ctrl-C does: in order."""

    def end(_number: int, _frame: object) -> None:
        raise SystemExit(0)

    earlier = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(0) from None
    finally:
        signal.signal(signal.SIGTERM, earlier)


class _Database:
    """The database of this run: the embedded server, or somebody else's."""

    def __init__(self, app: str, owner: str | None, embedded: EmbeddedServer | None) -> None:
        self.app = app
        self.owner = owner
        self.embedded = embedded

    def keep_running(self) -> None:
        """Start the embedded server again if it has died."""
        if self.embedded is not None and self.embedded.poll() is not None:
            self.embedded.revive()


@contextmanager
def _database(config: Settings) -> Iterator[_Database]:
    if config.database_url is not None:
        refuse_strong_role(config.database_url)
        yield _Database(config.database_url, config.owner_database_url, None)
        return
    with EmbeddedServer.start(config.data_folder) as server:
        yield _Database(server.urls.app, server.urls.owner, server)


def prepare(config: Settings, app_dsn: str, owner_dsn: str | None) -> None:
    """Bring the schema up to date, and fill the sandbox the first time."""
    if is_behind(owner_dsn or app_dsn):
        if owner_dsn is None:
            raise CommandFailed(
                "the database's schema is older than this version and RESKONTRO_OWNER_DATABASE_URL is not set: set it "
                "to the same database as the role that owns the schema, or hand the output of `reskontro db sql` to "
                "the database's administrator"
            )
        _say("Bringing the schema up to date …")
        migrations.upgrade(owner_dsn, migrations.role_of(app_dsn))
    refuse_sandbox_clients(config, app_dsn)
    if config.mode is Mode.SANDBOX:
        import asyncio  # noqa: PLC0415 - imported by now, by what has looked at the schema

        from reskontro.sandbox.filled import ForeignDatabaseError, is_filled  # noqa: PLC0415 - not for production

        try:
            if not asyncio.run(is_filled(app_dsn, config)):
                from reskontro.sandbox.fill import fill  # noqa: PLC0415 - the first time only

                asyncio.run(fill(owner_dsn or app_dsn, app_dsn, config))
        except ForeignDatabaseError as error:
            raise CommandFailed(str(error)) from None


def children_environment(config: Settings, database: str, *, embedded: bool) -> Mapping[str, str]:
    """What the children find their settings in. The owner's password is none of their business."""
    environment = {name: text for name, text in os.environ.items() if name != "RESKONTRO_OWNER_DATABASE_URL"}
    environment["DATABASE_URL"] = database
    environment["RESKONTRO_DATA"] = str(config.data_folder)
    if embedded:
        share = (EMBEDDED_CONNECTIONS - KEPT_FREE) // (config.web_workers + 1) - BESIDE_THE_POOL
        environment["RESKONTRO_DATABASE_CONNECTIONS"] = str(max(2, min(config.database_connections, share)))
    return environment


def _run(config: Settings, listening_: socket.socket, database: _Database) -> int:
    environment = children_environment(config, database.app, embedded=database.embedded is not None)
    started_reader, started_writer = os.pipe()
    os.set_blocking(started_writer, False)
    children = [web_child(listening_, started_writer, environment), worker_child(environment)]
    threading.Thread(target=_announce, args=(config, started_reader), name="announce", daemon=True).start()
    return run_group(children, on_tick=database.keep_running)


def _announce(config: Settings, started_fd: int) -> None:
    """Wait until every web process has started and the whole is healthy, and say where everything is."""
    end = time.monotonic() + READY_LIMIT_S
    started = 0
    while started < config.web_workers:
        started += len(os.read(started_fd, 64))
    while (health := _health(config)) != "UP" and time.monotonic() < end:
        time.sleep(READY_POLL_S)
    if health == "UP":
        _say(where_everything_is(config))
    else:
        print(f"Not everything works yet: {health}. See the log lines above.", file=sys.stderr)


def _health(config: Settings) -> str:
    connection = HTTPConnection(_reachable(config.host), config.port, timeout=5)
    try:
        connection.request("GET", HEALTH)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError) as error:
        return f"{HEALTH} does not answer ({type(error).__name__})"
    finally:
        connection.close()
    down = [name for name, state in answer.get("components", {}).items() if state != "UP"]
    return "UP" if answer.get("status") == "UP" else f"down: {', '.join(down) or HEALTH}"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - where we listen ourselves


def where_everything_is(config: Settings) -> str:
    """The lines that a start ends with."""
    base, data = config.base_url, config.data_folder
    documents = [f"{base}{path}/docs" for path in documented_paths(config.mode)]
    lines = [
        f"Reskontro {__version__} is ready.",
        "",
        f"  Start page   {base}/",
        *(f"  {'' if number else 'Interfaces':<12} {document}" for number, document in enumerate(documents)),
    ]
    if config.database_url is None:
        lines.append(f"  Data         {data}")
    if (data / SANDBOX_FILE).exists():
        lines.append(f"  Credentials  {data / SANDBOX_FILE}")
    return "\n".join([*lines, "", "Ctrl-C ends it."])


def documented_paths(mode: Mode) -> tuple[str, ...]:
    """The base paths under which documents stand; a test holds this equal to the families that are served."""
    sandbox = ("/sandbox",) if mode is Mode.SANDBOX else ()
    return ("/arm/v1", "/reskontro/v1", "/identity", *sandbox)


def _say(text: str) -> None:
    print(text, flush=True)
