"""What the rows share: the product started as its users start it, rounds and medians, the machine, the table, the file.

A row is a script with `measure(options) -> Row`. It gives to `main` what it is called, and has the rest from here.
"""

import argparse
import base64
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reskontro import __version__
from reskontro.platform.embedded import EmbeddedUrls, running_urls

ROUNDS = 5
WEB_WORKERS = 2
CONNECTIONS = 32
READY_LIMIT_S = 120.0
END_LIMIT_S = 60.0
RESULTS = Path(__file__).parent / "results"
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Row:
    """What one script measured: medians, and every round that they are the median of.

    The aim is one of ours, or, where it is below 1, of the ratio.
    """

    measured: str
    title: str
    unit: str
    ours: float
    ceiling: float
    aim: float
    ours_rounds: Sequence[float]
    ceiling_rounds: Sequence[float]
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Ours as a part of the ceiling."""
        return self.ours / self.ceiling


@dataclass(frozen=True, slots=True)
class Product:
    """A running product, its database, and its environment for commands."""

    base_url: str
    data: Path
    database: EmbeddedUrls
    credentials: Mapping[str, Any]
    environment: Mapping[str, str]

    def token(self, client_id: str) -> str:
        """An access token of one of the sandbox's credentials."""
        found = next(c for c in self.credentials["credentials"] if c["client_id"] == client_id)
        return self.token_of(client_id, found["client_secret"])

    def token_of(self, client_id: str, secret: str) -> str:
        """An access token of any credential."""
        basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        body = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.base_url}/token", body, {"Authorization": f"Basic {basic}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - likewise
            token: str = json.load(answer)["access_token"]
        return token


@contextmanager
def running_product(web_workers: int = WEB_WORKERS) -> Iterator[Product]:
    """The product as `reskontro serve` runs it, on a folder and a port of its own, durable, filled and ready."""
    with tempfile.TemporaryDirectory(prefix="reskontro-bench-") as folder:
        data = Path(folder) / "data"
        port = free_port()
        environment = {name: text for name, text in os.environ.items() if not is_setting(name)} | {
            "RESKONTRO_DATA": str(data),
            "RESKONTRO_PORT": str(port),
            "RESKONTRO_WEB_WORKERS": str(web_workers),
            "RESKONTRO_LOG_LEVEL": "warning",
        }
        log = Path(folder) / "serve.log"
        with log.open("wb") as output:
            process = subprocess.Popen([BIN / "reskontro", "serve"], env=environment, stdout=output, stderr=output)
        try:
            base_url = f"http://127.0.0.1:{port}"
            wait_until_ready(process, base_url, log)
            database = running_urls(data)
            assert database is not None, "the product runs on its embedded database"
            credentials = json.loads((data / "sandbox.json").read_text(encoding="utf-8"))
            yield Product(base_url, data, database, credentials, environment)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(END_LIMIT_S)


def end_in_order() -> None:
    """From now on SIGTERM ends a measurement as Ctrl-C does: the product with it, and nothing stays behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def is_setting(name: str) -> bool:
    """Whether the environment's name is one of the product's settings: none of them may change a measurement."""
    return name.startswith("RESKONTRO_") or name == "DATABASE_URL"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def wait_until_ready(process: "subprocess.Popen[bytes]", base_url: str, log: Path) -> None:
    end = time.monotonic() + READY_LIMIT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base_url}/arm/v1/health", timeout=5) as answer:  # noqa: S310 - our own
                if json.load(answer)["status"] == "UP":
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the product did not start:\n{log.read_text(errors='replace')[-2000:]}")


def in_turns(
    ours: Callable[[int], float], ceiling: Callable[[int], float], rounds: int
) -> tuple[list[float], list[float]]:
    """Both measured `rounds` times in turns, after one round of each that does not count.

    In turns, because whatever else the machine does in a minute should fall on both.
    """
    mine, theirs = [], []
    for number in range(rounds + 1):
        mine.append(ours(number))
        theirs.append(ceiling(number))
        say(f"  round {number or 'warm-up'}: ours {mine[-1]:,.0f}, ceiling {theirs[-1]:,.0f}")
    return mine[1:], theirs[1:]


def median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)


def say(text: str) -> None:
    """Tell whoever waits; the result alone goes to standard output."""
    print(text, file=sys.stderr, flush=True)


def machine() -> dict[str, object]:
    """What the numbers were measured on."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_mib": memory_mib,
        "system": platform.platform(),
        "python": platform.python_version(),
        "filesystem": filesystem(Path(tempfile.gettempdir())),
        "fdatasync_ms": round(fdatasync_ms(), 2),
        "load_before": round(os.getloadavg()[0], 2),
    }


def filesystem(path: Path) -> str:
    """The type of the file system that the data lies on; on a tmpfs nothing is durable."""
    best = ("", "unknown")
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, place, kind, *_ = line.split()
        if path.is_relative_to(place) and len(place) >= len(best[0]):
            best = (place, kind)
    return best[1]


def fdatasync_ms(times: int = 50) -> float:
    """How long one commit's worth of writing takes to be on the disk: what a durable commit costs at least."""
    taken = []
    with tempfile.NamedTemporaryFile(prefix="reskontro-bench-") as file:
        file.write(b"\0" * 8192 * times)
        file.flush()
        os.fsync(file.fileno())
        for number in range(times):
            start = time.perf_counter()
            os.pwrite(file.fileno(), b"\1" * 8192, number * 8192)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def table(rows: Sequence[Row]) -> str:
    """The rows under one another."""
    head = ("", "ours", "ceiling", "ratio", "aim", "")
    lines = [
        (r.title, f"{r.ours:,.0f}", f"{r.ceiling:,.0f}", f"{r.ratio:.2f}", wanted(r.aim), told(r.details)) for r in rows
    ]
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(5)]
    return "\n".join(
        "  ".join(
            text if column == 5 else f"{text:<{widths[0]}}" if column == 0 else f"{text:>{widths[column]}}"
            for column, text in enumerate(line)
        ).rstrip()
        for line in [head, *lines]
    )


def wanted(aim: float) -> str:
    return f"≥ {aim:,.0f}" if aim >= 1 else f"≥ {aim:.2f} of it"


def told(details: Mapping[str, object]) -> str:
    shown = {name: value for name, value in details.items() if not isinstance(value, Mapping)}  # those are for the file
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in shown.items())


def keep(row: Row, about: Mapping[str, object], path: Path) -> None:
    """Write the result with what it was measured on."""
    body = asdict(row) | {
        "ours": round(row.ours),
        "ceiling": round(row.ceiling),
        "ratio": round(row.ratio, 3),
        "ours_rounds": [round(n) for n in row.ours_rounds],
        "ceiling_rounds": [round(n) for n in row.ceiling_rounds],
        "version": __version__,
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": about,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def options(text: str | None) -> argparse.ArgumentParser:
    """What every row takes."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds that count (default %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there")
    return parser


def main(measure: Callable[[argparse.Namespace], Row], parser: argparse.ArgumentParser) -> None:
    """Measure one row, print it, and keep it where that is wanted."""
    chosen = parser.parse_args()
    end_in_order()
    about = machine()
    row = measure(chosen)
    print(table([row]))
    if chosen.json:
        keep(row, about, chosen.json)
