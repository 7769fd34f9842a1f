"""Reports (2.2.2): asked for with 202, made as a batch, read as a file."""

from typing import Annotated

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.wire import Day
from reskontro.ledger.domain.errors import Code
from reskontro.ledger.domain.reports.order import ReportInput
from reskontro.ledger.http.bodies import Metadata
from reskontro.ledger.http.described import BatchStatusText, OkText, UuidText
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, broken_by
from reskontro.ledger.http.patterns import END, ONE_LINE
from reskontro.ledger.service import reports as service
from reskontro.ledger.store import config as config_store

CodeText = Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=ONE_LINE)]
# What a person types as an address, without quoted names: one @, a domain with a point, nothing that ends a header.
EmailAddress = Annotated[
    str,
    msgspec.Meta(
        max_length=254, pattern=r"^[^\s@\x00-\x1f\x7f<>,;:\"\\]{1,64}@[^\s@\x00-\x1f\x7f<>,;:\"\\]+\.[^\s@.]{2,}" + END
    ),
]


class ReportBody(msgspec.Struct, rename="camel"):
    """Which report, about what, written how."""

    report_type: CodeText
    format: CodeText | None = None
    language: CodeText | None = None
    gl_year: Annotated[int, msgspec.Meta(ge=1900, le=2199)] | None = None
    gl_period: Annotated[int, msgspec.Meta(ge=1, le=12)] | None = None
    from_date: Day | None = None
    to_date: Day | None = None
    as_of_date: Day | None = None
    customer_no: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=ONE_LINE)] | None = None
    email_address: Annotated[tuple[EmailAddress, ...], msgspec.Meta(max_length=5)] | None = None

    def input(self) -> ReportInput:
        """The request as the domain has it."""
        return ReportInput(
            report_type=self.report_type,
            format=self.format,
            language=self.language,
            gl_year=self.gl_year,
            gl_period=self.gl_period,
            from_date=self.from_date,
            to_date=self.to_date,
            as_of_date=self.as_of_date,
            customer_no=self.customer_no,
            email_addresses=self.email_address or (),
        )


class ReportRequest(msgspec.Struct, rename="camel"):
    """The body of the call."""

    metadata: Metadata
    report: ReportBody


class ReportAccepted(msgspec.Struct, rename="camel"):
    """The batch that makes the report."""

    result_type: OkText
    batch_uuid: UuidText
    batch_type: str
    batch_status: BatchStatusText


async def post_report(call: Call) -> Reply:
    """202: the report is queued."""
    request: ReportRequest = call.body
    config = await config_store.read(call.tx, call.today)
    batch_uuid = await service.ask_for(
        call.tx, call.actor(request.metadata.user_id), config, request.report.input(), call.now
    )
    location = f"{call.url}/clients/{call.client}/batches/{batch_uuid}"
    return Reply(202, ReportAccepted("OK", str(batch_uuid), service.REPORT, "RECEIVED"), {"Location": location})


REQUEST_EXAMPLE = {
    "metadata": {"userId": "TestUser"},
    "report": {"reportType": "LEDGER-PERIOD", "format": "PDF", "glYear": 2025, "glPeriod": 2},
}
ACCEPTED_EXAMPLE = {
    "resultType": "OK",
    "batchUuid": "5f0f1c8e-9d57-4f8f-8a53-2f8c5f1f2d77",
    "batchType": "REPORT",
    "batchStatus": "RECEIVED",
}

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/actions/reports",
        access=Scope(service.SCOPE),
        handler=post_report,
        work=Work.WRITE,
        summary="POST (create) a reports action/generate a report",
        description=(
            "The report is made as a batch of one element; the finished batch has the `fileUuid`. "
            "`LEDGER-PERIOD` gives the period its report number, the one that it has when it is made again."
        ),
        tag="Actions",
        path_parameters=(CLIENT_NO,),
        body=ReportRequest,
        body_example=REQUEST_EXAMPLE,
        takes_idempotency_key=True,
        answers={
            202: Answer("Accepted; the outcome is read by the batch's UUID.", ReportAccepted, ACCEPTED_EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: broken_by(Code.NOT_IN_LIST, Code.PERIOD_CLOSED, Code.DATE_RANGE, Code.STATE_NOT_ALLOWED),
        },
    ),
)
