"""A client whose reports are asked for, made and read."""

import base64
import csv
import io
import json
from dataclasses import dataclass
from typing import Any

import pypdf
import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.parts import client_work
from reskontro.ledger.service.periods import close_period
from reskontro.platform.database import BookLock
from reskontro.platform.jobs import WorkContext
from tests.ledger.conftest import Api

CLERK = Actor("API", "Clerk", "erp-test", "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11", "POST", "/x")


@dataclass
class Reports:
    """A client's reports."""

    api: Api
    context: WorkContext
    clock: Any

    async def ask(self, report_type: str, **fields: Any) -> Any:
        body = {"metadata": {"userId": "TestUser"}, "report": {"reportType": report_type} | fields}
        return await self.api.post("/actions/reports", body)

    async def work(self) -> None:
        work = client_work(self.context)
        while await work(self.context, self.api.client_no):
            pass

    async def batch(self, batch_uuid: str) -> tuple[int, dict[str, Any]]:
        answer = await self.api.get(f"/batches/{batch_uuid}")
        return answer.status_code, answer.json()

    async def made(self, report_type: str, **fields: Any) -> dict[str, Any]:
        """The file of a report: its description, its bytes as `content`."""
        answer = await self.ask(report_type, **fields)
        assert answer.status_code == 202, answer.text
        await self.work()
        status, batch = await self.batch(answer.json()["batchUuid"])
        assert (status, batch["batchStatus"]) == (200, "COMPLETED"), batch
        (result,) = batch["results"]
        file = (await self.api.get(f"/files/{result['fileUuid']}")).json()
        return file | {"content": base64.b64decode(file["content"])}

    async def json(self, report_type: str, **fields: Any) -> Any:
        return json.loads((await self.made(report_type, format="JSON", **fields))["content"])

    async def csv(self, report_type: str, **fields: Any) -> list[list[str]]:
        text = (await self.made(report_type, format="CSV", **fields))["content"].decode("utf-8-sig")
        delimiter = "," if fields.get("language") == "en" else ";"
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))

    async def pdf(self, report_type: str, **fields: Any) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO((await self.made(report_type, format="PDF", **fields))["content"]))

    async def close(self, year: int, period: int) -> None:
        now = self.clock.now()
        await self.context.db.run(
            self.api.client_no,
            lambda tx: close_period(tx, Period(year, period), now, CLERK),
            BookLock.EXCLUSIVE,
        )

    async def pay(self, item: str, amount: float, day: str, posting_id: str = "P-1") -> None:
        posting = {"postingId": posting_id, "arItemId": item, "voucherDate": day, "currencyAmount": amount}
        answer = await self.api.post(
            "/autopostings/payment", {"metadata": {"userId": "TestUser"}, "autoPostings": [posting]}
        )
        assert answer.status_code == 200, answer.text

    async def rows(self, sql: str, *more: object) -> list[Any]:
        async with self.context.db.reading(self.api.client_no) as tx:
            return await tx.fetch(sql, self.api.client_no, *more)


@pytest.fixture
async def reports(api, application, clock) -> Reports:
    context = WorkContext(db=application.context.db, clock=clock, parts=application.context.parts)
    return Reports(api, context, clock)


def text_of(pdf: pypdf.PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages)


__all__ = ["Reports", "text_of"]
