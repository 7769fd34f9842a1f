"""Reports: asked for at once, made by the job worker when the client's earlier batches are done.

A report is one batch with one element. What it is about is settled when it is asked for: a report made later, or once
more after its worker was killed, is the same. Its rows are read in one snapshot and written as they come; its file, its
result and the batch's progress are one transaction, so a batch has one file however often it was begun.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
import structlog

from reskontro.documents.report_csv import write_csv
from reskontro.documents.report_json import write_json
from reskontro.documents.report_pdf import MOST_ROWS, TEMPLATE, TooManyRowsError, pdf_data
from reskontro.documents.typesetter import CompileError, Typesetter, TypesetterEndedError
from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault, Refused
from reskontro.kernel.report import Report
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, broken, fault, invalid, not_found
from reskontro.ledger.domain.reports.order import (
    DatesInWrongOrder,
    Format,
    NotUnderstood,
    ReportInput,
    ReportOrder,
    ReportType,
    UnknownCode,
    file_name,
    order_of,
)
from reskontro.ledger.service import batches
from reskontro.ledger.service.files import NewFile, keep_produced
from reskontro.ledger.service.periods import report_period
from reskontro.ledger.service.report_contents import bounds_of, report
from reskontro.ledger.store import batches as batch_store
from reskontro.ledger.store import checks as check_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import periods as period_store
from reskontro.ledger.store import reports as store
from reskontro.ledger.store.batches import Waiting
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import Clock, business_day
from reskontro.platform.database import Database, Transaction
from reskontro.platform.files import FileStore
from reskontro.platform.json_text import encode

log = structlog.get_logger(__name__)

REPORT = "REPORT"
SCOPE = "write:arm.action"
FILE_TYPES: Mapping[ReportType, str] = {ReportType.LEDGER_PERIOD: "LEDGER-PERIOD-REPORT"}
CONTENT_TYPES: Mapping[Format, str] = {
    Format.PDF: "application/pdf",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
}

_ORDER = msgspec.json.Decoder(ReportOrder)
_WRITERS: Mapping[Format, Callable[[Report, BinaryIO], Awaitable[None]]] = {
    Format.CSV: write_csv,
    Format.JSON: write_json,
}


async def ask_for(tx: Transaction, actor: Actor, config: Config, asked: ReportInput, now: datetime) -> UUID:
    """Queue a report; the UUID of its batch comes back.

    Raises Refused: 400 for fields that are missing or do not go together, 404 for a customer that is not there, 422
    for codes that are in no list, days in the wrong order, a period that is not closed, intervals that are none.
    """
    order = _order(asked, config, now)
    if order.customer_no is not None:
        about = await store.client(tx, order.customer_no)
        if about.account_no is None:
            raise not_found("report.customerNo", order.customer_no, "Customer not found")
    if order.report_type is ReportType.LEDGER_PERIOD:
        await _must_be_closed(tx, order)
    if order.report_type is ReportType.ADB:
        bounds_of(config)
    batch_uuid = await batches.accept(
        tx, actor, now, batch_type=REPORT, scope=SCOPE, total_count=1, payload=encode(order)
    )
    if asked.email_addresses:
        await store.keep_notified(tx, batch_uuid, asked.email_addresses)
    return batch_uuid


def _order(asked: ReportInput, config: Config, now: datetime) -> ReportOrder:
    try:
        return order_of(asked, config.text("document.defaultLanguage"), now, business_day(now))
    except NotUnderstood as error:
        raise invalid(*error.faults) from None
    except (UnknownCode, DatesInWrongOrder) as error:
        raise broken(list(error.faults), "No report was made") from None


async def _must_be_closed(tx: Transaction, order: ReportOrder) -> None:
    period = order.first_period
    assert period is not None, "a period report has its period"
    if not await period_store.is_closed(tx, period):
        raise broken(
            fault(
                Code.PERIOD_CLOSED,
                "The period {period} is not closed",
                "report.glPeriod",
                str(period),
                period=str(period),
            ),
            "No report was made",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMaker:
    """Works on batches of reports. One paper is set at a time: a long one takes a gigabyte while it lasts."""

    db: Database
    numbers: Numbers
    clock: Clock
    files: FileStore
    typesetting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def work(self, client_no: int, waiting: Waiting) -> None:
        """Make the report of a batch, unless it was made, and finish the batch."""
        if waiting.done_count == 0:
            async with self.db.reading(client_no) as tx:
                order = _ORDER.decode(await batch_store.payload(tx, waiting.batch_uuid))
            if waiting.batch_status == "RECEIVED":
                async with self.db.transaction(client_no) as tx:
                    await batches.start(tx, waiting, self.clock.now())
            try:
                await self._make(client_no, waiting, order)
            except Refused as refused:
                await self._fail(client_no, waiting, refused.faults)
            except (CompileError, TypesetterEndedError):
                # It would fail again, and hold up what this client sent after it.
                log.exception("report not made", client_no=client_no, batch=str(waiting.batch_uuid))
                await self._fail(client_no, waiting, [fault(Code.INTERNAL, "Internal error")])
        status = await batches.finish(self.db, client_no, waiting, self.clock.now())
        log.info("batch finished", client_no=client_no, batch=str(waiting.batch_uuid), status=status)

    async def _make(self, client_no: int, waiting: Waiting, order: ReportOrder) -> None:
        actor = batches.actor_of(waiting)
        report_no = None
        if order.report_type is ReportType.LEDGER_PERIOD:
            period = order.first_period
            assert period is not None, "a period report has its period"
            now = self.clock.now()
            report_no = await self.db.run(client_no, lambda tx: report_period(tx, self.numbers, period, now, actor))
        # `on` is the day it was asked for: a report that is made again has the same name.
        name = file_name(order, client_no, business_day(order.made))
        with TemporaryFile(prefix="reskontro-report-") as content:  # without a name: nothing of it outlives the worker
            customer_no = await self._write(client_no, order, content)
            content.flush()
            made = NewFile(
                file_type=FILE_TYPES.get(order.report_type, "REPORT"),
                file_name=name,
                content=content,
                content_type=CONTENT_TYPES[order.format],
                customer_no=customer_no,
                ledger_period_report_no=report_no,
            )
            await self.db.run(client_no, lambda tx: self._keep(tx, waiting, made, actor))

    async def _write(self, client_no: int, order: ReportOrder, out: BinaryIO) -> str:
        """Write the report from one snapshot of the book; the number of the customer that it is about comes back."""
        async with self.db.transaction(client_no) as tx:
            await check_store.hold_snapshot(tx)
            config = await config_store.read(tx, business_day(order.made))
            about = await store.client(tx, order.customer_no)
            if order.customer_no is not None and about.account_no is None:
                raise not_found("report.customerNo", order.customer_no, "Customer not found")
            contents = await report(tx, order, config, about)
            if order.format is not Format.PDF:
                await _WRITERS[order.format](contents, out)
                return about.customer_no
            try:
                data = await pdf_data(contents)
            except TooManyRowsError:
                message = "A PDF has at most {most} rows; CSV and JSON have any number"
                raise broken(fault(Code.COMBINATION, message, "report.format", "PDF", most=MOST_ROWS)) from None
        out.write(await self._set(data))
        return about.customer_no

    async def _set(self, data: Mapping[str, Any]) -> bytes:
        async with self.typesetting, Typesetter.open() as typesetter:
            return await typesetter.pdf(TEMPLATE, data)

    async def _keep(self, tx: Transaction, waiting: Waiting, made: NewFile, actor: Actor) -> None:
        await batch_store.advance(tx, waiting.batch_uuid, 0, 1)
        file = await keep_produced(tx, self.files, made, self.clock.now(), actor, batch_uuid=waiting.batch_uuid)
        result = {"resultType": "OK", "operation": "CREATED", "fileUuid": str(file.file_uuid), "errors": []}
        await batch_store.add_results(tx, waiting.batch_uuid, 1, [{"itemNo": 1} | result], 1)

    async def _fail(self, client_no: int, waiting: Waiting, faults: Sequence[Fault]) -> None:
        errors = [batches.fault_tree(found) for found in faults]
        result = {"itemNo": 1, "resultType": "FAILED", "operation": "NONE", "errors": errors}

        async def use_case(tx: Transaction) -> None:
            await batch_store.advance(tx, waiting.batch_uuid, 0, 1)
            await batch_store.add_results(tx, waiting.batch_uuid, 1, [result], 0)

        await self.db.run(client_no, use_case)
