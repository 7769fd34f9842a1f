"""HTTP load by wrk, whose scripts tell the result as JSON."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness import CONNECTIONS

# Printed by wrk when it has ended. Latencies are in microseconds.
DONE = """
function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format('RESULT {"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "failed": %d}',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk found."""

    per_s: float
    p50_ms: float
    p99_ms: float


def run(url: str, script: str, folder: Path, seconds: int, environment: Mapping[str, str]) -> Load:
    """Call an address for some seconds; raises where an answer was an error or a connection broke."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is missing (Debian: apt-get install wrk)")
    path = folder / "load.lua"
    path.write_text(script + DONE, encoding="utf-8")
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(path), url]
    told = subprocess.run(command, capture_output=True, text=True, env=dict(environment), check=True).stdout
    result = json.loads(next(line for line in told.splitlines() if line.startswith("RESULT "))[7:])
    assert result["failed"] == 0, f"{result['failed']} of {result['requests']} calls failed"
    return Load(result["requests"] / result["duration_us"] * 1e6, result["p50_us"] / 1000, result["p99_us"] / 1000)
