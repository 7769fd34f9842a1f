"""The processes behind one `reskontro serve`: started together, started again when one dies, stopped in order.

Each child has a session of its own, so that Ctrl-C in a terminal reaches only the parent, which then decides the order;
and each gets SIGTERM from the kernel if the parent ends without that.
"""

import errno
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

import structlog

from reskontro.platform.child import child_command

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_PAUSE_FIRST_S = 0.1
_PAUSE_MAX_S = 5.0
_QUICK_DEATH_S = 5.0
_QUICK_DEATHS_MAX = 10
_TICK_S = 0.5


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A process to keep running. The command's first part is an absolute path."""

    name: str
    command: Sequence[str]
    pass_fds: Sequence[int] = ()
    environment: Mapping[str, str] | None = None


def run_group(
    specs: Sequence[ChildSpec], *, on_tick: Callable[[], None] | None = None, stop_deadline_s: float = 10
) -> int:
    """Keep the children running until SIGINT, SIGTERM or SIGHUP; the exit status for the whole.

    0 after such a signal, 1 if a child died too often to go on. `on_tick` runs about twice a second; what it raises
    stops the group and is raised again. A second signal kills children that are still ending. Main thread only.
    """
    assert specs, "a group without children has nothing to wait for"
    group = _Group([_Child(spec) for spec in specs])
    with _signals() as signals:
        try:
            while not signals.stop:
                if not group.keep_running():
                    return 1
                signals.wait(_TICK_S)
                if on_tick is not None:
                    on_tick()
            return 0
        finally:
            group.stop(signals, stop_deadline_s)


def listening_socket(host: str, port: int, *, patience_s: float = 10) -> socket.socket:
    """A socket that listens, to be handed to web processes by its number.

    An address in use is tried again for a while: the processes of a killed predecessor need a moment to end.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    end = time.monotonic() + patience_s
    while True:
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(2048)
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            listening.settimeout(0)
            return listening


@dataclass(slots=True)
class _Child:
    spec: ChildSpec
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    start_next_s: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        self.started_s = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - the caller's own command
            child_command(self.spec.command, when_parent_ends=signal.SIGTERM),
            stdin=subprocess.DEVNULL,
            env=self.spec.environment,
            start_new_session=True,
            pass_fds=self.spec.pass_fds,
        )

    def bury(self) -> None:
        """Note that the process has ended and when the next one may start."""
        assert self.process is not None
        lived_s = time.monotonic() - self.started_s
        self.quick_deaths = self.quick_deaths + 1 if lived_s < _QUICK_DEATH_S else 1
        pause_s = min(_PAUSE_MAX_S, _PAUSE_FIRST_S * 2 ** (self.quick_deaths - 1))
        self.start_next_s = time.monotonic() + pause_s
        log.warning(
            "child_ended", child=self.spec.name, status=self.process.returncode, lived_s=round(lived_s, 1),
            starts_again_in_s=pause_s,
        )  # fmt: skip
        self.process = None


@dataclass(slots=True)
class _Signals:
    """Signals as something that can be waited for."""

    wakeup: socket.socket
    stop: int = 0

    def on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop += 1

    def wait(self, limit_s: float) -> None:
        """Sleep until a signal, a child's end included, or for so long."""
        if select.select([self.wakeup], [], [], max(0.0, limit_s))[0]:
            with suppress(BlockingIOError):
                self.wakeup.recv(4096)


@dataclass(slots=True)
class _Group:
    children: list[_Child] = field(default_factory=list)

    def keep_running(self) -> bool:
        """Start what does not run; False if a child died too often."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                child.bury()
            if child.quick_deaths >= _QUICK_DEATHS_MAX:
                log.error("child_given_up", child=child.spec.name, deaths=child.quick_deaths)
                return False
            if child.process is None and time.monotonic() >= child.start_next_s:
                child.start()
        return True

    def stop(self, signals: _Signals, deadline_s: float) -> None:
        """Ask every child to end, and kill those that have not by the deadline, or when somebody asks a second time."""
        running = [child for child in self.children if child.process is not None and child.process.poll() is None]
        asked_before = signals.stop
        for child in running:
            _process_of(child).terminate()
        end = time.monotonic() + deadline_s
        while running and time.monotonic() < end and signals.stop <= max(1, asked_before):
            signals.wait(min(_TICK_S, end - time.monotonic()))
            running = [child for child in running if _process_of(child).poll() is None]
        for child in running:
            log.warning("child_killed", child=child.spec.name, pid=_process_of(child).pid)
            with suppress(ProcessLookupError):
                os.killpg(_process_of(child).pid, signal.SIGKILL)
            _process_of(child).wait()


def _process_of(child: _Child) -> "subprocess.Popen[bytes]":
    assert child.process is not None
    return child.process


@contextmanager
def _signals() -> Iterator[_Signals]:
    """Take over the signals that stop the group and give them back.

    A hang-up that was ignored stays so (nohup). An interrupt does not: a shell lets what it starts with `&` ignore
    it, and whoever sends one to this process means it.
    """
    reader, writer = socket.socketpair()
    with reader, writer:
        reader.settimeout(0)
        writer.settimeout(0)
        signals = _Signals(reader)
        earlier = {}
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                earlier[number] = signal.signal(number, signals.on_stop)
        earlier[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        earlier_wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield signals
        finally:
            signal.set_wakeup_fd(earlier_wakeup)
            for number, handler in earlier.items():
                signal.signal(number, handler)
