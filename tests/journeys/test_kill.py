"""A load that is cut off by `kill -9` of everything: what was acknowledged is there, once."""

import json
import os
import signal
import subprocess
import threading
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.journeys.test_serve import FIRST_START_LIMIT_S, LATER_START_LIMIT_S, RESKONTRO, Installation

CALLERS = 6
ENOUGH = 150  # acknowledged writes before everything is killed
ARM = "/arm/v1/clients/2218"


def token_of(installation: Installation) -> dict[str, str]:
    told = json.loads((installation.data / "sandbox.json").read_text())
    (entry,) = [each for each in told["credentials"] if each["name"] == "arm-2218"]
    form = {
        "grant_type": "client_credentials",
        "client_id": entry["client_id"],
        "client_secret": entry["client_secret"],
    }
    status, body = installation.call(
        "POST", "/token", urlencode(form), Content_Type="application/x-www-form-urlencoded"
    )
    assert status == 200, body
    return {"Authorization": f"Bearer {body['access_token']}", "Content_Type": "application/json"}


def invoice(number: str) -> str:
    amounts = {"exclVat": 100, "vat": 25, "inclVat": 125}
    line = {
        "lineNo": 1, "lineType": "PLH", "lineText": "Comb", "quantity": 1, "price": 100, "currencyAmounts": amounts,
    }  # fmt: skip
    document = {
        "documentType": "IN", "customerNo": "543210", "documentNo": number, "documentDate": "2026-11-01",
        "currencyAmounts": amounts, "documentLines": [line],
    }  # fmt: skip
    return json.dumps({"metadata": {"userId": "kill"}, "document": document})


@pytest.mark.slow
def test_every_acknowledged_write_survives_the_end_of_every_process_once(tmp_path: Path):
    installation = Installation(tmp_path / "var")
    acknowledged: dict[str, int] = {}
    stopped = threading.Event()

    def call_on(caller: int, headers: dict[str, str]) -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            document_no = f"K{caller}-{number}"
            with suppress(OSError, HTTPException, ValueError):
                status, body = installation.call("POST", f"{ARM}/documents", invoice(document_no), **headers)
                if status == 201:
                    acknowledged[document_no] = body["document"]["glCaseNo"]

    try:
        process = installation.start(FIRST_START_LIMIT_S)
        headers = token_of(installation)
        status, batch = installation.call(
            "POST",
            f"{ARM}/documents/batches",
            json.dumps(
                {
                    "metadata": {"userId": "kill"},
                    "documents": [json.loads(invoice(f"B-{n}"))["document"] for n in range(1, 501)],
                }
            ),
            **headers,
        )
        assert status == 202, batch
        callers = [threading.Thread(target=call_on, args=(n, headers)) for n in range(CALLERS)]
        for caller in callers:
            caller.start()
        installation.wait_for("enough acknowledged writes", lambda: len(acknowledged) >= ENOUGH, 90)
        for pid in installation.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        stopped.set()
        process.wait()
        for caller in callers:
            caller.join()

        installation.start(LATER_START_LIMIT_S)
        headers = token_of(installation)
        for document_no, gl_case_no in acknowledged.items():
            status, body = installation.call("GET", f"{ARM}/documents/{quote(document_no)}", **headers)
            assert (status, body["glCaseNo"]) == (200, gl_case_no)
            repeated, body = installation.call("POST", f"{ARM}/documents", invoice(document_no), **headers)
            assert (repeated, body["document"]["glCaseNo"]) == (200, gl_case_no)

        def batch_is_done() -> bool:
            return installation.call("GET", f"{ARM}/batches/{batch['batchUuid']}", **headers)[0] != 202

        installation.wait_for("the batch", batch_is_done, 90)
        status, body = installation.call("GET", f"{ARM}/batches/{batch['batchUuid']}", **headers)
        assert (status, body["okCount"], len(body["results"])) == (200, 500, 500)
        assert len({result["arItemId"] for result in body["results"]}) == 500

        checked = subprocess.run([RESKONTRO, "ledger", "check"], env=installation.environment, check=False)
        assert checked.returncode == 0
    finally:
        stopped.set()
        installation.end()
