"""One start of everything after another, as a person does it, and as a power cut does."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from reskontro_client import Connection
from reskontro_client.sandbox import Sandbox

RESKONTRO = Path(sys.executable).parent / "reskontro"
FIRST_START_LIMIT_S = 60
LATER_START_LIMIT_S = 60


class Installation:
    """A data folder, a port, and what runs there."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.started: subprocess.Popen[bytes] | None = None
        self.connections: list[Connection] = []
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("RESKONTRO_", "DATABASE_URL"))} | {
            "RESKONTRO_DATA": str(data),
            "RESKONTRO_PORT": str(self.port),
            "RESKONTRO_WEB_WORKERS": "2",
        }

    def start(self, limit_s: float) -> "subprocess.Popen[bytes]":
        """A start that has said that it is ready."""
        output = self.data.with_suffix(".out")
        with output.open("wb") as out, output.with_suffix(".err").open("ab") as errors:
            process = subprocess.Popen(
                [RESKONTRO, "serve"], env=self.environment, stdout=out, stderr=errors, start_new_session=True
            )
        self.started = process

        def is_ready() -> bool:
            assert process.poll() is None, f"ended with {process.returncode}: {output.read_text()}"
            return "Ctrl-C ends it." in output.read_text()

        self.wait_for("the start", is_ready, limit_s)
        said = output.read_text()
        assert f"http://127.0.0.1:{self.port}/arm/v1/docs" in said
        assert str(self.data / "sandbox.json") in said
        return process

    def wait_for(self, what: str, condition: Callable[[], bool], limit_s: float) -> None:
        end = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"{what} took longer than {limit_s} s\n{self.state()}")
            time.sleep(0.02)

    def state(self) -> str:
        """What a person would look at."""
        try:
            health: object = self.call("GET", "/arm/v1/health")
        except (OSError, HTTPException) as error:
            health = repr(error)
        log = self.data.with_suffix(".err").read_text()[-3000:]
        return "\n".join([f"health: {health}", *(f"{pid} {line}" for pid, line in self.processes().items()), log])

    def call(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body.encode(), {name.replace("_", "-"): v for name, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def is_healthy(self) -> bool:
        with suppress(OSError, HTTPException):
            return self.call("GET", "/arm/v1/health")[0] == 200
        return False

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def credential(self, name: str) -> dict[str, Any]:
        """One of the credentials that the first fill made."""
        told = json.loads((self.data / "sandbox.json").read_text())
        (found,) = [entry for entry in told["credentials"] if entry["name"] == name]
        return found

    def connection(self, name: str) -> Connection:
        """The client's connection for a credential; no call is tried twice, so that a test sees what happens."""
        known = self.credential(name)
        made = Connection(self.base_url, known["client_id"], known["client_secret"], attempts=1)
        self.connections.append(made)
        return made

    def end(self) -> None:
        """Nothing runs any more, whatever went wrong."""
        for connection in self.connections:
            connection.close()
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.started is not None:
            self.started.wait()

    def processes(self) -> dict[int, str]:
        """Every living process of this installation with its command."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                ours = str(self.data).encode() in (folder / "environ").read_bytes() or str(self.data) in command
                if ours and ") Z" not in (folder / "stat").read_text():
                    found[int(folder.name)] = command
        return {pid: command for pid, command in found.items() if pid != os.getpid()}


def run_the_example(installation: Installation) -> None:
    """What the client's README shows, as it stands there."""
    readme = Path(__file__).resolve().parents[2] / "clients" / "python" / "README.md"
    example = re.search(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    known = installation.credential("arm-2218")
    names = {"base_url": installation.base_url, "client_no": 2218}
    output = io.StringIO()
    with redirect_stdout(output):
        exec(example[1], names | {name: known[name] for name in ("client_id", "client_secret")})  # noqa: S102 - our own text
    said = output.getvalue().splitlines()
    assert said[0] == "2218-500002-35078-0 124.37"
    assert said[-1].startswith("404 ('ARM-1302',) ")


def another_worker(installation: Installation, killed: int) -> bool:
    workers = [pid for pid, command in installation.processes().items() if command.endswith("processes worker ")]
    return bool(workers) and killed not in workers and installation.is_healthy()


@pytest.mark.slow
def test_everything_starts_ends_and_starts_again_after_everything_was_killed(tmp_path: Path):
    installation = Installation(tmp_path / "var")
    try:
        process = installation.start(FIRST_START_LIMIT_S)
        assert installation.is_healthy()
        with installation.connection("operator") as connection:
            clock = Sandbox(connection).move_clock(now="2025-03-20T09:00:00+01:00")
        assert clock.now[:16] == "2025-03-20T09:00"
        run_the_example(installation)

        killed = [pid for pid, command in installation.processes().items() if command.endswith("processes worker ")]
        assert len(killed) == 1
        os.kill(killed[0], signal.SIGKILL)
        installation.wait_for("another worker", lambda: another_worker(installation, killed[0]), 60)

        for pid in installation.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        process = installation.start(LATER_START_LIMIT_S)
        with installation.connection("operator") as connection:
            later = Sandbox(connection).get_clock()
        assert later.epoch == clock.epoch, "nothing that was answered is lost"

        begin = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        process.wait(20)
        assert process.returncode == 0
        assert time.monotonic() - begin < 15
        assert not installation.processes()
    finally:
        installation.end()
