"""One start of everything after another, as a person does it, and as a power cut does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from reskontro.identity.domain import resources

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

    def operator(self) -> str:
        """A token of the sandbox's operator."""
        told = json.loads((self.data / "sandbox.json").read_text())
        (operator,) = [entry for entry in told["credentials"] if entry["name"] == "operator"]
        form = {
            "grant_type": "client_credentials",
            "client_id": operator["client_id"],
            "client_secret": operator["client_secret"],
            "resource": resources.RESKONTRO,
            "scope": "operator",
        }
        status, body = self.call("POST", "/token", urlencode(form), Content_Type="application/x-www-form-urlencoded")
        assert status == 200, body
        return body["access_token"]

    def end(self) -> None:
        """Nothing runs any more, whatever went wrong."""
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


def another_worker(installation: Installation, killed: int) -> bool:
    workers = [pid for pid, command in installation.processes().items() if command.endswith("processes worker ")]
    return bool(workers) and killed not in workers and installation.is_healthy()


@pytest.mark.slow
def test_everything_starts_ends_and_starts_again_after_everything_was_killed(tmp_path: Path):
    installation = Installation(tmp_path / "var")
    try:
        process = installation.start(FIRST_START_LIMIT_S)
        assert installation.is_healthy()
        authorization = {"Authorization": f"Bearer {installation.operator()}", "Content_Type": "application/json"}
        status, clock = installation.call(
            "PUT", "/sandbox/clock", '{"now": "2025-03-20T09:00:00+01:00"}', **authorization
        )
        assert (status, clock["now"][:16]) == (200, "2025-03-20T09:00")

        killed = [pid for pid, command in installation.processes().items() if command.endswith("processes worker ")]
        assert len(killed) == 1
        os.kill(killed[0], signal.SIGKILL)
        installation.wait_for("another worker", lambda: another_worker(installation, killed[0]), 60)

        for pid in installation.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        process = installation.start(LATER_START_LIMIT_S)
        authorization["Authorization"] = f"Bearer {installation.operator()}"
        status, later = installation.call("GET", "/sandbox/clock", **authorization)
        assert (status, later["epoch"]) == (200, clock["epoch"]), "nothing that was answered is lost"

        begin = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        process.wait(20)
        assert process.returncode == 0
        assert time.monotonic() - begin < 15
        assert not installation.processes()
    finally:
        installation.end()
