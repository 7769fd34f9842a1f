import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reskontro.platform import process_group
from reskontro.platform.process_group import ChildSpec, listening_socket, run_group

# Writes down that it started, and how it ended.
CHILD = """
import os, signal, sys, time
name, folder = sys.argv[1:]
def note(text):
    with open(os.path.join(folder, "notes"), "a") as file:
        file.write(f"{name} {text} {os.getpid()}\\n")
def on_term(*_):
    note("ended")
    sys.exit(0)
signal.signal(signal.SIGTERM, on_term)
note("started")
while True:
    time.sleep(60)
"""
STUBBORN = CHILD.replace("sys.exit(0)", "pass")
DYING = CHILD.replace("while True:\n    time.sleep(60)", "sys.exit(3)")

PARENT = """
import sys
from reskontro.platform.process_group import ChildSpec, run_group
folder, child, deadline_s, *names = sys.argv[1:]
specs = [ChildSpec(name, [sys.executable, "-c", child, name, folder]) for name in names]
status = run_group(specs, stop_deadline_s=float(deadline_s))
with open(folder + "/notes", "a") as file:
    file.write("parent ended 0\\n")
sys.exit(status)
"""


def notes(folder: Path) -> list[tuple[str, str, int]]:
    path = folder / "notes"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(name, what, int(pid)) for name, what, pid in (line.split() for line in lines)]


def started(folder: Path) -> dict[str, int]:
    """The newest process of each name."""
    return {name: pid for name, what, pid in notes(folder) if what == "started"}


def is_alive(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def wait_for(condition: Callable[[], bool], limit_s: float = 20) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def parent(folder: Path, *names: str, child: str = CHILD, deadline_s: float = 10) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), child, str(deadline_s), *names], start_new_session=True
    )
    wait_for(lambda: started(folder).keys() == set(names))
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_whole_terminal_ends_the_children_before_the_parent(tmp_path: Path, number: signal.Signals):
    with parent(tmp_path, "web", "worker") as group:
        children = started(tmp_path).values()
        os.killpg(group.pid, number)
        assert group.wait(10) == 0

    assert sorted(notes(tmp_path)[2:4]) == sorted((n, "ended", pid) for n, pid in started(tmp_path).items())
    assert notes(tmp_path)[4:] == [("parent", "ended", 0)]
    assert not any(is_alive(pid) for pid in children)


def test_a_child_that_dies_is_started_again(tmp_path: Path):
    with parent(tmp_path, "web", "worker") as group:
        first = started(tmp_path)
        os.kill(first["web"], signal.SIGKILL)
        wait_for(lambda: started(tmp_path)["web"] != first["web"])
        assert started(tmp_path)["worker"] == first["worker"]
        group.terminate()
        assert group.wait(10) == 0


def test_the_children_of_a_killed_parent_are_asked_to_end(tmp_path: Path):
    with parent(tmp_path, "web", "worker") as group:
        children = started(tmp_path)
        group.kill()
        wait_for(lambda: not any(is_alive(pid) for pid in children.values()))
    assert [what for _, what, _ in notes(tmp_path)].count("ended") == 2


def test_a_child_that_does_not_end_in_time_is_killed(tmp_path: Path):
    with parent(tmp_path, "web", child=STUBBORN, deadline_s=0.2) as group:
        group.terminate()
        assert group.wait(10) == 0
    assert not is_alive(started(tmp_path)["web"])


def test_who_asks_twice_does_not_wait_for_the_deadline(tmp_path: Path):
    with parent(tmp_path, "web", child=STUBBORN, deadline_s=600) as group:
        group.send_signal(signal.SIGINT)
        wait_for(lambda: ("web", "ended") in [(name, what) for name, what, _ in notes(tmp_path)])
        group.send_signal(signal.SIGINT)
        assert group.wait(10) == 0
    assert not is_alive(started(tmp_path)["web"])


def test_a_child_that_cannot_live_is_given_up_and_the_others_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process_group, "_PAUSE_FIRST_S", 0.001)
    monkeypatch.setattr(process_group, "_QUICK_DEATHS_MAX", 3)
    specs = [
        ChildSpec(name, [sys.executable, "-c", script, name, str(tmp_path)])
        for name, script in (("good", CHILD), ("bad", DYING))
    ]

    assert run_group(specs) == 1

    assert [name for name, _, _ in notes(tmp_path)].count("bad") == 3
    assert not any(is_alive(pid) for pid in started(tmp_path).values())


def test_the_pauses_between_starts_grow_and_are_bounded(tmp_path: Path):
    child = process_group._Child(ChildSpec("web", ["/bin/false"]))
    pauses = []
    for _ in range(8):
        child.start()
        child.process.wait()
        child.bury()
        pauses.append(round(child.start_next_s - time.monotonic(), 1))
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_what_the_tick_raises_stops_the_group_and_is_raised_again(tmp_path: Path):
    def tick() -> None:
        if started(tmp_path):
            raise RuntimeError("the database is gone")

    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)]
    with pytest.raises(RuntimeError, match="the database is gone"):
        run_group([ChildSpec("web", [sys.executable, "-c", CHILD, "web", str(tmp_path)])], on_tick=tick)

    assert not is_alive(started(tmp_path)["web"])
    after = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)]
    assert after == before


def test_children_serve_from_the_inherited_socket(tmp_path: Path):
    answering = """
import socket, sys
listening = socket.socket(fileno=int(sys.argv[1]))
listening.setblocking(True)
while True:
    connection, _ = listening.accept()
    connection.sendall(b"hello")
    connection.close()
"""
    answers = []

    def tick() -> None:
        with socket.create_connection(listening.getsockname()) as connection:
            answers.append(connection.recv(100))
        os.kill(os.getpid(), signal.SIGTERM)

    with listening_socket("127.0.0.1", 0) as listening:
        number = listening.fileno()
        command = [sys.executable, "-c", answering, str(number)]
        assert run_group([ChildSpec("web", command, pass_fds=[number])], on_tick=tick) == 0

    assert answers == [b"hello"]


def test_an_address_that_is_still_in_use_is_waited_for():
    with listening_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(OSError, match="Address already in use"):
            listening_socket("127.0.0.1", port, patience_s=0.1)
    listening_socket("127.0.0.1", port).close()
