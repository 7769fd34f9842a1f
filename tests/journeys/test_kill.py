"""A load that is cut off by `kill -9` of everything: what was acknowledged is there, once."""

import datetime as dt
import os
import signal
import subprocess
import threading
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from reskontro_client import ReskontroError
from reskontro_client.arm import AmountsInput, Arm, DocumentInput, LineInput, Metadata

from tests.journeys.test_serve import FIRST_START_LIMIT_S, LATER_START_LIMIT_S, RESKONTRO, Installation

CALLERS = 6
ENOUGH = 150  # acknowledged writes before everything is killed
WHO = Metadata(user_id="kill")


def arm_of(installation: Installation) -> Arm:
    return Arm(installation.connection("arm-2218"), 2218)


def invoice(number: str) -> DocumentInput:
    amounts = AmountsInput(excl_vat=Decimal(100), vat=Decimal(25), incl_vat=Decimal(125))
    line = LineInput(line_no=1, line_type="PLH", line_text="Comb", quantity=1, price=100, currency_amounts=amounts)
    return DocumentInput(
        document_type="IN",
        customer_no="543210",
        document_no=number,
        document_date=dt.date(2026, 11, 1),
        currency_amounts=amounts,
        document_lines=[line],
    )


@pytest.mark.slow
def test_every_acknowledged_write_survives_the_end_of_every_process_once(tmp_path: Path):
    installation = Installation(tmp_path / "var")
    acknowledged: dict[str, int] = {}
    stopped = threading.Event()

    def call_on(caller: int, arm: Arm) -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            document_no = f"K{caller}-{number}"
            with suppress(ReskontroError):
                written = arm.create_document(metadata=WHO, document=invoice(document_no))
                acknowledged[document_no] = written.document.gl_case_no

    try:
        process = installation.start(FIRST_START_LIMIT_S)
        arm = arm_of(installation)
        batch = arm.create_document_batch(metadata=WHO, documents=[invoice(f"B-{n}") for n in range(1, 501)])
        callers = [threading.Thread(target=call_on, args=(n, arm_of(installation))) for n in range(CALLERS)]
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
        arm = arm_of(installation)
        for document_no, gl_case_no in acknowledged.items():
            assert arm.get_document(document_no).gl_case_no == gl_case_no
            repeated = arm.create_document(metadata=WHO, document=invoice(document_no))
            assert (repeated.operation, repeated.document.gl_case_no) == ("NONE", gl_case_no)

        def batch_is_done() -> bool:
            return arm.get_batch(batch.batch_uuid).batch_status not in {"RECEIVED", "PROCESSING"}

        installation.wait_for("the batch", batch_is_done, 90)
        done = arm.get_batch(batch.batch_uuid)
        assert (done.batch_status, done.ok_count, len(done.results)) == ("COMPLETED", 500, 500)
        assert len({result.ar_item_id for result in done.results}) == 500

        checked = subprocess.run([RESKONTRO, "ledger", "check"], env=installation.environment, check=False)
        assert checked.returncode == 0
    finally:
        stopped.set()
        installation.end()
