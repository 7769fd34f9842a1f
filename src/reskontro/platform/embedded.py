"""The embedded PostgreSQL: made, started, guarded and stopped by the process that needs it.

The server is a child that gets a fast shutdown from the kernel when its starter ends, however that happens. It never
runs as root: root starts it in a user namespace where it is nobody and the files stay root's, or, where that is
refused, gives the files to an unprivileged user. It listens on a Unix socket in a private folder and asks everybody for
a password.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from reskontro.platform.embedded_folder import (
    PORT,
    EmbeddedDatabaseError,
    EmbeddedFolder,
    EmbeddedUrls,
    FolderInUseError,
    FolderLock,
    give,
    is_alive,
)
from reskontro.platform.embedded_making import (
    ENVIRONMENT,
    RunAs,
    check_version,
    first_complaint,
    make_cluster,
    postgres_binary,
    run_as,
)

__all__ = ["EmbeddedDatabaseError", "EmbeddedServer", "EmbeddedUrls", "FolderInUseError", "database_of", "running_urls"]

_START_LIMIT_S = 300  # recovery after a power cut reads up to max_wal_size
_STOP_LIMIT_S = 60
_LEFT_BEHIND_LIMIT_S = 60
_LIVING_HOLDER_LIMIT_S = 0.5  # a process that is being killed lives a moment longer
_PATIENCE_S = 2
_LOG_LOOK_S = 5
_PAUSE_S = 0.01


class EmbeddedServer:
    """A running embedded server. It ends with `stop`, or with the process that started it."""

    urls: EmbeddedUrls

    def __init__(self, folder: EmbeddedFolder, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._launch()

    @classmethod
    def start(cls, data_folder: Path, *, durable: bool = True) -> Self:
        """A server on this folder that accepts connections; the database is made if there is none.

        Not durable means that a crash of the machine may lose everything: for tests.
        """
        return cls(EmbeddedFolder(data_folder), durable=durable)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def poll(self) -> int | None:
        """None while the server runs, else how it ended (negative: the signal that ended it)."""
        return self._process.poll()

    def revive(self) -> None:
        """Start the server again after it has died; the addresses stay the same."""
        assert self.poll() is not None, "only a dead server is revived"
        self.stop()
        self._launch(again=True)

    def stop(self) -> None:
        """Break off running statements, write everything down and end. Twice is as good as once."""
        for how, limit_s in ((signal.SIGINT, _STOP_LIMIT_S), (signal.SIGQUIT, _PATIENCE_S), (signal.SIGKILL, None)):
            if self._process.poll() is None:
                self._process.send_signal(how)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(limit_s)
        self._stopping.set()
        self._folder.remove_short_socket_folder(self._socket_folder)
        self._lock.free()

    def _launch(self, *, again: bool = False) -> None:
        if sys.platform != "linux":
            raise EmbeddedDatabaseError("the embedded database runs on Linux only; set DATABASE_URL to a server")
        postgres = postgres_binary("postgres")
        self._folder.make()
        self._lock = _take_lock(self._folder, reviving=again)
        try:
            self._launch_locked(postgres)
        except OSError as error:
            self._lock.free()
            raise EmbeddedDatabaseError(f"{error.filename or self._folder.root}: {error.strerror}") from error
        except BaseException:
            self._lock.free()
            raise

    def _launch_locked(self, postgres: Path) -> None:
        folder = self._folder
        check_version(folder)
        _remove_stale_postmaster_file(folder)
        server_user = run_as(folder, postgres)
        if not folder.cluster.exists():
            make_cluster(folder, server_user, self._lock, durable=self._durable)
        folder.write_configuration(folder.cluster, durable=self._durable)
        folder.bound_log()
        self._socket_folder = folder.make_socket_folder(server_user.uid)
        if server_user.owns_files:
            give(self._socket_folder, server_user.uid, server_user.gid)
        self.urls = folder.urls(self._socket_folder)
        log_start_bytes = folder.log.stat().st_size if folder.log.exists() else 0
        self._spawn(_server_command(postgres, folder, self._socket_folder), server_user)
        try:
            self._wait_until_ready(log_start_bytes)
        except BaseException:
            self.stop()
            raise

    def _spawn(self, command: Sequence[str], server_user: RunAs) -> None:
        """Start the server from a thread that lives as long as it: what the kernel watches is the thread."""
        self._stopping = threading.Event()
        spawned: Future[subprocess.Popen[bytes]] = Future()
        threading.Thread(
            target=self._keep,
            args=(server_user.command(command, signal.SIGINT), spawned, self._stopping),
            name="embedded-database",
            daemon=True,
        ).start()
        self._process = spawned.result()

    def _keep(
        self, command: Sequence[str], spawned: "Future[subprocess.Popen[bytes]]", stopping: threading.Event
    ) -> None:
        # The server inherits from this thread that it waits for a processor and does not take one from whoever has just
        # written to it: fewer switches on a small busy machine (tried: a tenth more postings, p99 a third lower).
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        try:
            with self._folder.open_log() as log:
                process = subprocess.Popen(  # noqa: S603 - the binary from the installed package
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=ENVIRONMENT,
                    cwd="/",
                    start_new_session=True,  # the terminal's Ctrl-C is for us, not for the server
                    pass_fds=[self._lock.descriptor],
                )
        except OSError as error:
            spawned.set_exception(error)
            return
        spawned.set_result(process)
        while not stopping.wait(_LOG_LOOK_S) and process.poll() is None:
            with suppress(OSError):
                self._folder.bound_log()

    def _wait_until_ready(self, log_start_bytes: int) -> None:
        end = time.monotonic() + _START_LIMIT_S
        while self._process.poll() is None and time.monotonic() < end:
            said = self._folder.postmaster()
            if said is not None and said.pid == self._process.pid and said.accepts_connections:
                return
            time.sleep(_PAUSE_S)
        why = first_complaint(self._folder.log, log_start_bytes)
        raise EmbeddedDatabaseError(f"the database did not start: {why} (see {self._folder.log})")


def running_urls(data_folder: Path) -> EmbeddedUrls | None:
    """The addresses of the server that runs on this folder, or None if none accepts connections."""
    folder = EmbeddedFolder(data_folder)
    said = folder.postmaster()
    if said is None or not said.accepts_connections or not is_alive(said.pid):
        return None
    with socket.socket(socket.AF_UNIX) as trial:
        try:
            trial.connect(str(said.socket_folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return None
    return folder.urls(said.socket_folder)


@contextmanager
def database_of(data_folder: Path) -> Iterator[EmbeddedUrls]:
    """The database of this folder: of the server that runs there, else of one for the time of the block."""
    end = time.monotonic() + _LEFT_BEHIND_LIMIT_S
    while True:
        if (running := running_urls(data_folder)) is not None:
            yield running
            return
        try:
            server = EmbeddedServer.start(data_folder)
        except FolderInUseError:  # just starting or just stopping
            if time.monotonic() > end:
                raise
            time.sleep(_PAUSE_S)
            continue
        with server:
            yield server.urls
        return


def _server_command(postgres: Path, folder: EmbeddedFolder, socket_folder: Path) -> list[str]:
    """What must hold whatever the configuration says is on the command line."""
    quoted = str(socket_folder).replace('"', '""')
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        "hba_file": str(folder.cluster / "pg_hba.conf"),
        "logging_collector": "off",
    }
    return [str(postgres), "-D", str(folder.cluster), *(f"--{name}={value}" for name, value in settings.items())]


def _take_lock(folder: EmbeddedFolder, *, reviving: bool) -> FolderLock:
    """The folder's lock. A server whose starter was killed is on its way out: wait for it, and help if it lingers."""
    begin = time.monotonic()
    asked_to_end = False
    while (lock := FolderLock.take(folder)) is None:
        waited_s = time.monotonic() - begin
        holder = None if reviving else FolderLock.holder(folder)
        if waited_s > (_LEFT_BEHIND_LIMIT_S if holder is None else _LIVING_HOLDER_LIMIT_S):
            who = f"process {holder}" if holder is not None else "a server that was left behind and does not end"
            raise FolderInUseError(
                f"the database in {folder.root} is in use by {who}; stop that first, or choose another RESKONTRO_DATA"
            )
        if waited_s > _PATIENCE_S and not asked_to_end:
            _end_what_was_left_behind(folder)
            asked_to_end = True
        time.sleep(_PAUSE_S)
    return lock


def _end_what_was_left_behind(folder: EmbeddedFolder) -> None:
    """Ask a server to end, or, if it is dead, those of its processes that are too busy to have noticed."""
    said = folder.postmaster()
    if said is not None and folder.is_postgres_of_this_folder(said.pid):
        os.kill(said.pid, signal.SIGINT)
        return
    for pid in folder.server_processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


def _remove_stale_postmaster_file(folder: EmbeddedFolder) -> None:
    """Remove a `postmaster.pid` that PostgreSQL would wrongly believe.

    The lock is ours, so no server that Reskontro started is alive. A number that no process has now PostgreSQL sees
    through by itself, with a check for processes left behind.
    """
    try:
        number = folder.postmaster_file.read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return
    if number.isdigit() and folder.is_postgres_of_this_folder(int(number)):
        raise FolderInUseError(
            f"the database in {folder.root} is in use by process {number}, a server not started by Reskontro; stop it"
        )
    if not number.isdigit() or Path(f"/proc/{number}").exists():
        folder.postmaster_file.unlink()
