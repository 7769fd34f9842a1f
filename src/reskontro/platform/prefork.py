"""Several processes of one kind that share what was imported before them.

Importing an application costs a second of a processor and tens of megabytes. The forks of a process that has done it
start at once and share the memory. Nothing but imports may have happened before: no threads, no event loop, no
connection.
"""

import ctypes
import gc
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NoReturn

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

QUICK_DEATH_S: Final = 5.0
QUICK_DEATHS_MAX: Final = 10
PAUSE_FIRST_S: Final = 0.1
PAUSE_MAX_S: Final = 5.0
STOP_DEADLINE_S: Final = 9.0  # less than this process is given by its own parent

_STOPPING = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG: Final = 1


def run_forks(count: int, run: Callable[[], None]) -> int:
    """Keep `count` forks running until SIGTERM or SIGINT, which is passed on; the exit status for the whole.

    A fork that ends is replaced, after a pause that grows while they end quickly; 1 if they do so too often. Forks end
    with this process. Main thread only.
    """
    gc.collect()
    gc.freeze()  # what is there now stays untouched in every fork
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, (*_STOPPING, signal.SIGCHLD))
    forks: dict[int, float] = {}
    quick_deaths = 0
    fork_next_s = 0.0
    try:
        while True:
            now_s = time.monotonic()
            if now_s >= fork_next_s:
                forks |= {_fork(run): now_s for _ in range(count - len(forks))}
            if _wait_for_signal(1.0 if now_s >= fork_next_s else fork_next_s - now_s) in _STOPPING:
                return 0
            for pid, status, started_s in _take_ended(forks):
                lived_s = time.monotonic() - started_s
                quick_deaths = quick_deaths + 1 if lived_s < QUICK_DEATH_S else 1
                pause_s = min(PAUSE_MAX_S, PAUSE_FIRST_S * 2 ** (quick_deaths - 1))
                fork_next_s = time.monotonic() + pause_s
                log.warning("fork ended", pid=pid, status=status, lived_s=round(lived_s, 1), another_in_s=pause_s)
                if quick_deaths >= QUICK_DEATHS_MAX:
                    return 1
    finally:
        _stop(forks)
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)


def _fork(run: Callable[[], None]) -> int:
    parent = os.getpid()
    sys.stdout.flush()  # what waits to be written is ours, not the fork's
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _be_fork(parent, run)
    return pid


def _be_fork(parent: int, run: Callable[[], None]) -> NoReturn:
    status = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() == parent:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_STOPPING, signal.SIGCHLD))
            random.seed()
            run()
            status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:  # noqa: BLE001 - nothing of the parent's may run in the fork
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _wait_for_signal(limit_s: float) -> int | None:
    found = signal.sigtimedwait((*_STOPPING, signal.SIGCHLD), limit_s)
    return None if found is None else found.si_signo


def _take_ended(forks: dict[int, float]) -> list[tuple[int, int, float]]:
    """The forks that have ended, no longer among the others: exit status (negative: the signal) and when it began."""
    found = []
    for pid in list(forks):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            found.append((pid, os.waitstatus_to_exitcode(status), forks.pop(pid)))
    return found


def _stop(forks: dict[int, float]) -> None:
    for pid in forks:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_DEADLINE_S
    while forks and time.monotonic() < end:
        if not _take_ended(forks):
            signal.sigtimedwait((signal.SIGCHLD,), 0.1)
    for pid in forks:
        log.warning("fork killed", pid=pid)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
