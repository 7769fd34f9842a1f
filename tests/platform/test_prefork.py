import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

SCRIPT = """
import os, signal, sys, time
from reskontro.platform import prefork
from reskontro.platform.telemetry import set_up_logging

prefork.PAUSE_FIRST_S = 0.001
set_up_logging()

def run():
    os.write(1, f"fork {os.getpid()}\\n".encode())  # in one piece: both write to one pipe
    if sys.argv[1] == "dies":
        sys.exit(3)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(0.05)  # a signal just before a long sleep would wait for its end

status = prefork.run_forks(2, run)
print("ended", status, flush=True)
sys.exit(status)
"""


@contextmanager
def running(how: str):
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, how], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def fork_of(process: "subprocess.Popen[str]") -> int:
    word, pid = process.stdout.readline().split()
    assert word == "fork"
    return int(pid)


def wait_for_end(*pids: int) -> None:
    end = time.monotonic() + 10
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_a_fork_that_ends_is_replaced_and_all_end_with_a_signal():
    with running("stays") as process:
        first, second = fork_of(process), fork_of(process)
        os.kill(first, signal.SIGKILL)
        third = fork_of(process)
        assert len({first, second, third}) == 3
        process.terminate()
        assert process.stdout.readline() == "ended 0\n"
        assert process.wait(10) == 0
        assert not any(is_alive(pid) for pid in (second, third))


def test_forks_end_when_the_process_that_made_them_is_killed():
    with running("stays") as process:
        forks = fork_of(process), fork_of(process)
        process.kill()
        wait_for_end(*forks)


def test_forks_that_cannot_live_are_given_up():
    with running("dies") as process:
        lines = process.stdout.read().splitlines()
        assert process.wait(10) == 1
    assert lines[-1] == "ended 1"
    assert 10 <= sum(line.startswith("fork") for line in lines) <= 12
