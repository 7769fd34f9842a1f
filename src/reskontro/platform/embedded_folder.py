"""What lies in the folder of the embedded database, and what is written there.

    <data>/postgres/lock            held by the server and by whoever started it
    <data>/postgres/passwords.json  one generated password a role, mode 600
    <data>/postgres/postgres.log    bounded; one older file beside it
    <data>/postgres/data            PostgreSQL's own
    <data>/postgres/run             the Unix socket, mode 700

Where the path is too long for a socket, a private folder among the machine's temporary ones takes the place of `run`.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

DATABASE: Final = "reskontro"
APP_ROLE: Final = "reskontro_app"
OWNER_ROLE: Final = "reskontro_owner"
SUPERUSER_ROLE: Final = "reskontro_super"
PORT: Final = 5432  # names the socket; nothing listens on a network

_SOCKET_PATH_MAX_BYTES = 107
_LOG_MAX_BYTES = 16 * 1024 * 1024
_MEBIBYTE = 1024 * 1024

_HBA = f"""\
# Written by Reskontro at each start. A password is asked of everybody.
local  all          all                scram-sha-256
local  replication  {SUPERUSER_ROLE}    scram-sha-256
"""


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot be used; the message is one line that says what to do."""


class FolderInUseError(EmbeddedDatabaseError):
    """Another process has started the database of this folder."""


@dataclass(frozen=True, slots=True)
class EmbeddedUrls:
    """How to connect, one address a role. They hold passwords."""

    app: str
    owner: str
    superuser: str


@dataclass(frozen=True, slots=True)
class PostmasterFile:
    """What a running server says about itself in `postmaster.pid`."""

    pid: int
    socket_folder: Path
    accepts_connections: bool


class EmbeddedFolder:
    """The paths of one embedded database."""

    def __init__(self, data_folder: Path) -> None:
        self.data_folder = data_folder.expanduser().resolve()
        self.root = self.data_folder / "postgres"
        self.cluster = self.root / "data"
        self.cluster_in_making = self.root / "data.new"
        self.passwords_file = self.root / "passwords.json"
        self.log = self.root / "postgres.log"
        self.lock_file = self.root / "lock"
        self.postmaster_file = self.cluster / "postmaster.pid"

    def make(self) -> None:
        """Have the folder, readable by its owner only."""
        try:
            self.data_folder.mkdir(parents=True, exist_ok=True)
            self.root.mkdir(mode=0o700, exist_ok=True)
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise self._belongs_to_another_user()
        except OSError as error:
            raise EmbeddedDatabaseError(
                f"{error.filename or self.root} cannot be written ({error.strerror}); choose another RESKONTRO_DATA"
            ) from None

    def postmaster(self) -> PostmasterFile | None:
        """What `postmaster.pid` says, or None if it is missing or half written. It may be stale."""
        try:
            lines = self.postmaster_file.read_text().splitlines()
        except FileNotFoundError:
            return None
        except PermissionError:
            raise self._belongs_to_another_user() from None
        if len(lines) < 5 or not lines[0].isdigit():
            return None
        return PostmasterFile(int(lines[0]), Path(lines[4]), len(lines) > 7 and lines[7].strip() == "ready")

    def is_postgres_of_this_folder(self, pid: int) -> bool:
        """Whether a living process is a server of this folder: not a zombie, not a stranger that got an old number."""
        try:
            return (
                is_alive(pid)
                and Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
                and Path(f"/proc/{pid}/cwd").resolve() == self.cluster
            )
        except OSError:
            return False

    def server_processes(self) -> list[int]:
        """The living processes of servers of this folder."""
        numbers = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
        return [number for number in numbers if self.is_postgres_of_this_folder(number)]

    def urls(self, socket_folder: Path) -> EmbeddedUrls:
        """The addresses for a server whose socket is in this folder."""
        try:
            passwords = json.loads(self.passwords_file.read_text())
        except PermissionError:
            raise self._belongs_to_another_user() from None
        except (FileNotFoundError, ValueError):
            raise EmbeddedDatabaseError(
                f"{self.passwords_file} is missing or damaged: without it nobody can log in; restore it from a backup"
            ) from None
        host = quote(str(socket_folder), safe="/")

        def url(role: str) -> str:
            return f"postgresql://{role}:{passwords[role]}@/{DATABASE}?host={host}&port={PORT}"

        return EmbeddedUrls(app=url(APP_ROLE), owner=url(OWNER_ROLE), superuser=url(SUPERUSER_ROLE))

    def _belongs_to_another_user(self) -> EmbeddedDatabaseError:
        return EmbeddedDatabaseError(f"the database in {self.root} belongs to another user; start as its owner")

    def make_passwords(self) -> dict[str, str]:
        """New passwords, kept in the folder."""
        passwords = {role: secrets.token_urlsafe(32) for role in (APP_ROLE, OWNER_ROLE, SUPERUSER_ROLE)}
        write_private(self.passwords_file, json.dumps(passwords, indent=2) + "\n")
        return passwords

    def make_socket_folder(self, server_uid: int) -> Path:
        """An empty folder of mode 700, ours or the server's, whose path can stand in an address.

        It leaves room for a socket's name, and has no comma, which would part two hosts.
        """
        bases = [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"]  # noqa: S108 - mode 700, owner checked
        short_name = f"reskontro-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]}"
        for path in [self.root / "run", *(Path(base).absolute() / short_name for base in bases if base)]:
            fits = len(os.fsencode(path / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_MAX_BYTES
            if fits and "," not in str(path) and _have_private_folder(path, {os.geteuid(), server_uid}):
                return path
        raise EmbeddedDatabaseError(
            f"no folder for the database's socket: {self.root} is too long a path and {tempfile.gettempdir()} "
            "cannot be used; choose a shorter RESKONTRO_DATA"
        )

    def remove_short_socket_folder(self, folder: Path) -> None:
        """Leave nothing behind outside the data folder."""
        if folder.parent != self.root:
            shutil.rmtree(folder, ignore_errors=True)

    def write_configuration(self, cluster: Path, *, durable: bool) -> None:
        """Write the configuration anew, so that a newer version's settings reach an older folder."""
        write_private(cluster / "pg_hba.conf", _HBA)
        write_private(cluster / "postgresql.conf", configuration(memory_bytes(), durable=durable))
        if not (own_settings := cluster / "local.conf").exists():
            write_private(own_settings, "# Settings of PostgreSQL that differ from Reskontro's go here.\n")

    def open_log(self) -> BinaryIO:
        """The log, written to at its end whatever that is."""
        return os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def bound_log(self) -> None:
        """Move a log that has grown too large aside. The server goes on writing into the same, now empty, file."""
        if self.log.exists() and self.log.stat().st_size > _LOG_MAX_BYTES:
            older = self.log.with_suffix(".log.1")
            try:
                shutil.copyfile(self.log, older)
            except OSError:  # a full disk is the likeliest reason for a large log
                older.unlink(missing_ok=True)
            os.truncate(self.log, 0)

    def give_to(self, uid: int, gid: int) -> None:
        """Make the files another user's, the folder itself last, so that an interrupted change is seen and repeated."""
        for folder, _, files in os.walk(self.cluster, topdown=False):
            for path in (*(Path(folder) / name for name in files), Path(folder)):
                give(path, uid, gid)

    def let_reach(self, uid: int) -> None:
        """Let another user pass through to the database's files; see that no folder above stands in the way."""
        for ours in (self.data_folder, self.root):
            ours.chmod(ours.stat().st_mode | stat.S_IXOTH)
        require_reachable(self.cluster, uid)


class FolderLock:
    """The lock of a folder. The server inherits it, so it is free only when the last of its processes has ended."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, folder: EmbeddedFolder) -> "FolderLock | None":
        """The lock, or None if it is held."""
        descriptor = os.open(folder.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(descriptor)

    @staticmethod
    def holder(folder: EmbeddedFolder) -> int | None:
        """The process that took the lock, if it is still there."""
        text = folder.lock_file.read_text().strip()
        return int(text) if text.isdigit() and is_alive(int(text)) else None

    def free(self) -> None:
        """Give the lock back; a server that is still running keeps it."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def give(path: Path, uid: int, gid: int) -> None:
    """Make a file another user's."""
    try:
        os.chown(path, uid, gid, follow_symlinks=False)
    except OSError as error:
        raise EmbeddedDatabaseError(
            f"the database cannot run as root and {path} cannot be given to user {uid} ({error.strerror}): "
            "run Reskontro as another user than root"
        ) from None


def require_reachable(path: Path, uid: int) -> None:
    """Raise if a user other than root cannot pass through the folders above a path."""
    for folder in path.parents:
        found = folder.stat()
        if not found.st_mode & (stat.S_IXUSR if found.st_uid == uid else stat.S_IXOTH):
            raise EmbeddedDatabaseError(
                f"the database cannot run as root and user {uid} cannot pass through {folder}: "
                f"chmod o+x {folder}, or run Reskontro as another user than root"
            )


def configuration(memory_size_bytes: int, *, durable: bool) -> str:
    """The server's settings, for a small machine that also runs the application."""
    memory_mb = memory_size_bytes // _MEBIBYTE
    shared_buffers_mb = max(32, min(256, memory_mb // 4), min(4096, memory_mb // 8))
    cache_mb = max(64, memory_mb // 2)
    throwaway = "" if durable else "fsync = off\nfull_page_writes = off\n"
    shared_memory = "posix" if _has_large_shared_memory() else "mmap"
    return f"""\
# Written by Reskontro at each start. Own settings go into local.conf beside this file.
max_connections = 100
shared_buffers = {shared_buffers_mb}MB
effective_cache_size = {cache_mb}MB
work_mem = 8MB
maintenance_work_mem = 64MB
dynamic_shared_memory_type = {shared_memory}
random_page_cost = 1.1
jit = off
synchronous_commit = on
wal_compression = off  # the only method here costs a tenth of the processor time of a posting
max_wal_size = 2GB
autovacuum_naptime = 10s  # a new table's statistics come before its plans have become costly
checkpoint_timeout = 15min
password_encryption = scram-sha-256
timezone = UTC
log_timezone = UTC
log_line_prefix = '%m [%p] %q%u@%d '
log_error_verbosity = terse  # the details of an error quote rows
{throwaway}include 'local.conf'
"""


def memory_bytes() -> int:
    """The memory of the machine, or of the container if that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return machine
    return min(machine, int(limit)) if limit.isdigit() else machine


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 600, its owner the folder's, that is either the old or the new one and never half."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        if os.geteuid() == 0:
            owner = path.parent.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    new.replace(path)


def _has_large_shared_memory() -> bool:
    """Whether /dev/shm has room for parallel queries; in containers it is often small or missing."""
    try:
        return os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").total >= 256 * _MEBIBYTE  # noqa: S108 - only looked at
    except OSError:
        return False


def _have_private_folder(path: Path, owners: Collection[int]) -> bool:
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
            return False
        path.chmod(0o700)
        for left_by_a_killed_server in path.glob(".s.PGSQL.*"):
            left_by_a_killed_server.unlink()
    except OSError:
        return False
    return True


def is_alive(pid: int) -> bool:
    """Whether the process is there and not a zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status[status.rindex(")") + 2] not in "ZX"
