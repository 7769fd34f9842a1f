"""The processes behind `serve` and `web`: `python -m reskontro.cli.processes web 5 7` or `… worker`.

A module of its own, so that a child imports nothing that only the command line needs. The numbers are inherited
descriptors: the listening socket, and a pipe that is told when the application has started. Settings come through the
environment, the database's address among them.
"""

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from reskontro.platform.process_group import ChildSpec
from reskontro.platform.settings import Settings, settings

STARTED = b"."


def web_children(
    config: Settings, listening: socket.socket, started_fd: int, environment: Mapping[str, str]
) -> list[ChildSpec]:
    """The web processes, which share the socket."""
    fds = (listening.fileno(), started_fd)
    command = _command("web", *(str(fd) for fd in fds))
    return [
        ChildSpec(f"web {number}", command, pass_fds=fds, environment=environment)
        for number in range(1, config.web_workers + 1)
    ]


def worker_child(environment: Mapping[str, str]) -> ChildSpec:
    """The job worker."""
    return ChildSpec("worker", _command("worker"), environment=environment)


def _command(*arguments: str) -> Sequence[str]:
    return [sys.executable, "-P", "-m", __name__, *arguments]


def run_web(listening: socket.socket, started_fd: int | None = None) -> None:
    """Serve on a listening socket until told to stop."""
    from reskontro.app import create_app  # noqa: PLC0415 - the parent process needs no application
    from reskontro.http.server import run_server  # noqa: PLC0415 - likewise

    def say_started() -> None:
        if started_fd is not None:
            with suppress(OSError):  # whoever waited has gone
                os.write(started_fd, STARTED)

    run_server(create_app(settings()), listening, say_started)


def run_worker() -> None:
    """Work until told to stop."""
    import uvloop  # noqa: PLC0415 - the parent process needs no worker

    from reskontro.app import run_worker as work  # noqa: PLC0415 - likewise

    uvloop.run(work(settings()))


def main(arguments: Sequence[str]) -> None:
    """Be the process that the arguments name."""
    match arguments:
        case ["web", listening_fd, started_fd]:
            run_web(socket.socket(fileno=int(listening_fd)), int(started_fd))
        case ["worker"]:
            run_worker()
        case _:
            raise SystemExit("this is started by `reskontro serve` and `reskontro web`")


if __name__ == "__main__":
    main(sys.argv[1:])
