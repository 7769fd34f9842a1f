"""Worker and web processes killed at random moments while batches are worked on: every document, once.

`KILL_DOCUMENTS=100000` makes it the long run; the suite's is short. `KILL_SEED` repeats one run's moments.
"""

import json
import os
import random
import signal
import subprocess
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.journeys.raw_calls import ARM, invoice, token_of
from tests.journeys.test_serve import FIRST_START_LIMIT_S, RESKONTRO, Installation

DOCUMENTS = int(os.environ.get("KILL_DOCUMENTS", "3000"))
SEED = int(os.environ.get("KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
SIZE = 500
PAUSES_S = (0.3, 2.0)  # between two kills
IN_A_ROW = 4  # then a longer pause: a process that dies ten times in a row within seconds is given up, as it should be
LONG_PAUSE_S = 6.0
FIRST_PAUSE_S = 0.1
LIMIT_S = 60 + DOCUMENTS / 200


def batch(number: int) -> str:
    documents = [json.loads(invoice(f"R{number}-{n}"))["document"] for n in range(SIZE)]
    return json.dumps({"metadata": {"userId": "kill"}, "documents": documents})


class Killer(threading.Thread):
    """Kills the worker, or one of the web processes, again and again until it is told to end."""

    def __init__(self, installation: Installation, moments: random.Random) -> None:
        super().__init__()
        self.installation = installation
        self.moments = moments
        self.ending = threading.Event()
        self.killed: dict[str, int] = {"worker": 0, "web": 0}

    def pause_s(self) -> float:
        count = sum(self.killed.values())
        if count == 0:
            return FIRST_PAUSE_S
        return LONG_PAUSE_S if count % IN_A_ROW == 0 else self.moments.uniform(*PAUSES_S)

    def run(self) -> None:
        while not self.ending.wait(self.pause_s()):
            kind = self.moments.choice(sorted(self.killed))
            living = [p for p, command in self.installation.processes().items() if f"processes {kind} " in command]
            if living:
                with suppress(ProcessLookupError):
                    os.kill(self.moments.choice(sorted(living)[-2:]), signal.SIGKILL)
                    self.killed[kind] += 1


@pytest.mark.slow
def test_every_document_of_every_batch_has_one_outcome_whatever_is_killed(tmp_path: Path):
    installation = Installation(tmp_path / "var")
    killer = Killer(installation, random.Random(SEED))

    def tried(method: str, path: str, body: str = "", **more: str):
        """The answer, after as many attempts as it takes while processes come and go."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            with suppress(OSError, HTTPException, ValueError):
                status, told = installation.call(method, path, body, **headers, **more)
                if status != 503:
                    return status, told
            time.sleep(0.05)
        pytest.fail(f"no answer within {LIMIT_S} s (seed {SEED})\n{installation.state()}")

    try:
        installation.start(FIRST_START_LIMIT_S)
        headers = token_of(installation)
        killer.start()
        batches = {}
        for number in range(DOCUMENTS // SIZE):
            status, told = tried("POST", f"{ARM}/documents/batches", batch(number), Idempotency_Key=f"kill-{number}")
            assert status == 202, told
            batches[number] = told["batchUuid"]
        for number, batch_uuid in batches.items():
            end = time.monotonic() + LIMIT_S
            while (answer := tried("GET", f"{ARM}/batches/{batch_uuid}"))[0] == 202:
                assert time.monotonic() < end, f"a batch is stuck (seed {SEED})\n{installation.state()}"
                time.sleep(0.1)
            status, told = answer
            assert (status, told["okCount"], told["failedCount"]) == (200, SIZE, 0), told
            results = told["results"]
            assert [result["itemNo"] for result in results] == list(range(1, SIZE + 1))
            assert [result["documentNo"] for result in results] == [f"R{number}-{n}" for n in range(SIZE)]
            assert {result["operation"] for result in results} == {"CREATED"}
            assert len({result["arItemId"] for result in results}) == SIZE
        killer.ending.set()
        killer.join()
        assert sum(killer.killed.values()), "something was killed meanwhile"
        checked = subprocess.run([RESKONTRO, "ledger", "check"], env=installation.environment, check=False)
        assert checked.returncode == 0
    finally:
        killer.ending.set()
        installation.end()
