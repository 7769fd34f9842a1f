"""Bank files sent by calls that `kill -9` of everything cuts off: nothing of one is seen; sent again, all of it is."""

import datetime as dt
import hashlib
import json
import os
import signal
import subprocess
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.formats.bank_files.camt_notifications import notification
from tests.formats.ocr_giro import ocr_files
from tests.journeys.test_kill import WHO, arm_of, invoice
from tests.journeys.test_kill_batches import token_of
from tests.journeys.test_serve import FIRST_START_LIMIT_S, LATER_START_LIMIT_S, RESKONTRO, Installation

ACCOUNT = "12345678903"  # of the sandbox's client 2218
LINES, INVOICES = 6000, 20
STRANGE = "10000120260003"
LIMIT_S = 120
FILES = "/reskontro/v1/clients/2218/payment-files"


def giro(kids: list[str], day: dt.date) -> bytes:
    lines = [
        ocr_files.Line(1, kid_of(kids, n), day=day, bank_day=day, archive=f"{n:09d}") for n in range(LINES)
    ]  # fmt: skip
    records = ocr_files.payments(lines, account=ACCOUNT, created=day)
    return ocr_files.as_bytes(ocr_files.transmission(records, created=day))


def camt(kids: list[str], day: dt.date) -> bytes:
    return notification([(1, kid_of(kids, n)) for n in range(LINES)], account=ACCOUNT, day=day)


def kid_of(kids: list[str], n: int) -> str:
    return STRANGE if n % 7 == 0 else kids[n % len(kids)]


def send(installation: Installation, headers: dict[str, str], content: bytes) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", installation.port, timeout=LIMIT_S)
    try:
        connection.request("POST", FILES, content, headers | {"Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("made", [giro, camt])
def test_a_file_that_is_cut_off_books_nothing_and_the_same_bytes_again_book_all(tmp_path: Path, made: Any):
    installation = Installation(tmp_path / "var")
    answers: list[tuple[int, bytes]] = []

    def balances() -> list[float]:
        urls = [f"/arm/v1/clients/2218/aritems/{one}" for one in ids]
        return [installation.call("GET", url, **headers)[1]["currencyBalance"] for url in urls]

    try:
        process = installation.start(FIRST_START_LIMIT_S)
        for kind in ("OCR", "CAMT054"):
            configured = [RESKONTRO, "tenant", "config", "2218", "files.uploadTypes", kind, "--add"]
            subprocess.run(configured, env=installation.environment, check=False, capture_output=True)
        arm = arm_of(installation)
        numbers = [f"KP-{n}" for n in range(INVOICES)]
        documents = [arm.create_document(metadata=WHO, document=invoice(number)).document for number in numbers]
        kids, ids = [str(one.kid) for one in documents], [one.ar_item_id for one in documents]
        headers = token_of(installation)
        content = made(kids, dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1))
        digest = hashlib.sha256(content).hexdigest()
        before = balances()

        def call() -> None:
            with suppress(OSError, HTTPException):
                answers.append(send(installation, headers, content))

        caller = threading.Thread(target=call)
        caller.start()
        installation.wait_for("the bytes", lambda: any(installation.data.rglob(f"*{digest[:60]}*")), LIMIT_S)
        for pid in installation.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        caller.join()
        assert answers == [], "the booking was to be killed before its end"

        installation.start(LATER_START_LIMIT_S)
        headers = token_of(installation)
        assert balances() == before
        waiting = installation.call("GET", "/reskontro/v1/clients/2218/payments", **headers)
        assert waiting == (200, {"queue": "unplaced", "payments": []})
        status, first = send(installation, headers, content)
        assert status == 200, first
        told = json.loads(first)
        strange = len(range(0, LINES, 7))
        assert (told["lineCount"], told["queuedCount"]) == (LINES, strange)
        (total,) = told["totals"]
        assert (total["creditsAmount"], total["settledAmount"]) == (LINES / 100, (LINES - strange) / 100)
        assert round(sum(before) - sum(balances()), 2) == (LINES - strange) / 100
        assert send(installation, headers, content) == (200, first)
        checked = subprocess.run([RESKONTRO, "ledger", "check"], env=installation.environment, check=False)
        assert checked.returncode == 0
    finally:
        installation.end()
