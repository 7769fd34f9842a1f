"""Worker and web processes killed at random moments while batches are worked on: every document and payment, once.

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
PAYMENTS = 20  # beside each batch
PAID = "kill"
PAUSES_S = (0.3, 2.0)  # between two kills
IN_A_ROW = 4  # then a longer pause: a process that dies ten times in a row within seconds is given up, as it should be
LONG_PAUSE_S = 6.0
FIRST_PAUSE_S = 0.1
LIMIT_S = 60 + DOCUMENTS / 200


def batch(number: int) -> str:
    documents = [json.loads(invoice(f"R{number}-{n}"))["document"] for n in range(SIZE)]
    return json.dumps({"metadata": {"userId": "kill"}, "documents": documents})


def payment(posting_id: str) -> str:
    posting = {
        "postingId": posting_id, "customerNo": "543210", "voucherDate": "2026-11-01", "currencyAmount": 1,
        "autoMatch": False, "externalId1": PAID,
    }  # fmt: skip
    return json.dumps({"metadata": {"userId": "kill"}, "autoPostings": [posting]})


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
            fewest = min(self.killed.values())
            kind = self.moments.choice([kind for kind, count in sorted(self.killed.items()) if count == fewest])
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
        batches, booked = {}, {}
        number = 0
        # Longer where not both kinds of process were killed in time, which a quick machine may be done before.
        while number < DOCUMENTS // SIZE or (min(killer.killed.values()) == 0 and number < DOCUMENTS // SIZE + 10):
            status, told = tried("POST", f"{ARM}/documents/batches", batch(number), Idempotency_Key=f"kill-{number}")
            assert status == 202, told
            batches[number] = told["batchUuid"]
            for posting_id in (f"P{number}-{n}" for n in range(PAYMENTS)):
                status, told = tried("POST", f"{ARM}/autopostings/payment", payment(posting_id))
                assert status == 200, told
                booked[posting_id] = told["autoPostings"][0]["glCaseNo"]
            number += 1
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
        assert min(killer.killed.values()) > 0, f"both were killed meanwhile (seed {SEED}): {killer.killed}"
        installation.wait_for("the end of the killing", installation.is_healthy, LIMIT_S)
        for posting_id, gl_case_no in booked.items():
            status, told = tried("POST", f"{ARM}/autopostings/payment", payment(posting_id))
            assert (status, told["autoPostings"][0]["glCaseNo"]) == (200, gl_case_no)
        status, told = tried("GET", f"{ARM}/aritems?externalid1={PAID}")
        assert told["summary"]["totalCount"] == len(set(booked.values())) == len(booked), "each once"
        status, told = tried("GET", f"{ARM}/documents?todocumentdate=2026-11-01&fromdocumentdate=2026-11-01")
        assert told["summary"]["totalCount"] == min(10_000, len(batches) * SIZE), "no document more"
        checked = subprocess.run([RESKONTRO, "ledger", "check"], env=installation.environment, check=False)
        assert checked.returncode == 0
    finally:
        killer.ending.set()
        installation.end()
