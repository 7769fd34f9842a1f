"""The processes behind `serve`: `python -m reskontro.cli.processes web 5 7` or `… worker`.

A child imports nothing here that only its parent or the command line needs: their start is the start of the whole. The
numbers are inherited descriptors: the listening socket, and a pipe that is told when a web process has started.
Settings come through the environment, the database's address among them.
"""

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reskontro.platform.process_group import ChildSpec

STARTED: Final = b"."
# What structlog uses where it is there, for tracebacks in colour: a seventh of a second that no child has use for.
UNUSED: Final = "rich"


def web_child(listening: socket.socket, started_fd: int, environment: Mapping[str, str]) -> "ChildSpec":
    """The process whose forks are the web processes, which share the socket."""
    from reskontro.platform.process_group import ChildSpec  # noqa: PLC0415 - the parent's

    fds = (listening.fileno(), started_fd)
    return ChildSpec("web", _command("web", *(str(fd) for fd in fds)), pass_fds=fds, environment=environment)


def worker_child(environment: Mapping[str, str]) -> "ChildSpec":
    """The job worker."""
    from reskontro.platform.process_group import ChildSpec  # noqa: PLC0415 - the parent's

    return ChildSpec("worker", _command("worker"), environment=environment)


def _command(*arguments: str) -> Sequence[str]:
    return [sys.executable, "-P", "-m", __name__, *arguments]


def run_web(listening: socket.socket, started_fd: int | None = None) -> int:
    """Serve on a listening socket until told to stop; the exit status."""
    from reskontro.app import create_app  # noqa: PLC0415 - the child's
    from reskontro.http.server import run_server  # noqa: PLC0415 - the child's
    from reskontro.platform.prefork import run_forks  # noqa: PLC0415 - the child's
    from reskontro.platform.settings import settings  # noqa: PLC0415 - the child's

    def say_started() -> None:
        if started_fd is not None:
            with suppress(OSError):  # whoever waited has gone
                os.write(started_fd, STARTED)

    return run_forks(settings().web_workers, lambda: run_server(create_app(settings()), listening, say_started))


def run_worker() -> None:
    """Work until told to stop."""
    import uvloop  # noqa: PLC0415 - the child's

    from reskontro.platform.settings import settings  # noqa: PLC0415 - the child's
    from reskontro.work import run_worker as work  # noqa: PLC0415 - the child's

    uvloop.run(work(settings()))


def main(arguments: Sequence[str]) -> None:
    """Be the process that the arguments name."""
    sys.modules[UNUSED] = None  # type: ignore[assignment]
    match arguments:
        case ["web", listening_fd, started_fd]:
            raise SystemExit(run_web(socket.socket(fileno=int(listening_fd)), int(started_fd)))
        case ["worker"]:
            run_worker()
        case _:
            raise SystemExit("this is started by `reskontro serve` and `reskontro web`")


if __name__ == "__main__":
    main(sys.argv[1:])
