"""Bank files of `/reskontro/v1`: the bytes in, what became of them out."""

from decimal import Decimal
from typing import Annotated, Any

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.problem_body import PROBLEM_JSON
from reskontro.http.wire import encode
from reskontro.kernel.money import to_wire
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.codes import BANK_FILE_TYPES
from reskontro.ledger.domain.file import MOST_BYTES
from reskontro.ledger.domain.matching import Outcome
from reskontro.ledger.http.described import UuidText, one_of
from reskontro.ledger.http.own_answers import problem
from reskontro.ledger.http.parameters import CLIENT_NO
from reskontro.ledger.service import payment_intake as service
from reskontro.ledger.service.ocr_import import ImportResult
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore

BYTE_TYPES = ("application/octet-stream", "text/plain", "application/xml", "text/xml")
MOST_SHOWN = 1000
PLACED = (Outcome.SETTLED, Outcome.ON_ACCOUNT)


class FileMoney(msgspec.Struct, rename="camel"):
    """What the lines of one currency come to: in the file, and in the book."""

    currency: str
    credits_amount: int | Decimal
    debits_amount: int | Decimal
    settled_amount: int | Decimal
    on_account_amount: int | Decimal


class FileOutcome(msgspec.Struct, rename="camel"):
    """How many lines came to the same."""

    currency: str
    outcome: Annotated[str, one_of(*Outcome)]
    reason: str
    line_count: int
    amount: int | Decimal


class NotPlaced(msgspec.Struct, rename="camel"):
    """A line that waits for a person: its group and number in the file, such as 1/4."""

    payment: str
    reference: str
    currency: str
    amount: int | Decimal
    reason: str


class FileWarning(msgspec.Struct, rename="camel", omit_defaults=True):
    """Something unusual that does not make the file unusable."""

    line: int
    code: str
    message: str
    position: int | None = None


class PaymentFileBody(msgspec.Struct, rename="camel"):
    """What became of a bank file. The same bytes again are answered with the same."""

    file_uuid: UuidText
    file_type: Annotated[str, one_of(*BANK_FILE_TYPES)]
    format: str
    version: str
    line_count: int
    mandate_count: int
    status_count: int
    answer_count: int
    placed_count: int
    queued_count: int
    totals: list[FileMoney]
    outcomes: list[FileOutcome]
    not_placed: list[NotPlaced]
    warnings: list[FileWarning]


def body_of(taken: service.Taken) -> PaymentFileBody:
    """What became of a file, on the wire."""
    summary, parts = taken.summary, [taken.result, *taken.result.others.values()]
    start, totals = summary.start, summary.end.totals
    outcomes = [
        FileOutcome(part.currency, outcome, reason, count, to_wire(part.amounts[outcome, reason], part.currency))
        for part in parts
        for (outcome, reason), count in sorted(part.counts.items())
    ]
    by_currency = {part.currency: part for part in parts}
    return PaymentFileBody(
        file_uuid=str(taken.file.file_uuid),
        file_type=taken.file.file_type,
        format=start.format.value,
        version=start.version,
        line_count=totals.lines,
        mandate_count=summary.end.mandates,
        status_count=summary.end.statuses,
        answer_count=sum(part.answers for part in parts),
        placed_count=sum(one.line_count for one in outcomes if one.outcome in PLACED),
        queued_count=sum(one.line_count for one in outcomes if one.outcome == Outcome.QUEUED),
        totals=[
            _money(currency, totals.credits_minor, totals.debits_minor, by_currency) for currency in totals.currencies
        ],
        outcomes=outcomes,
        not_placed=[one for part in parts for one in _not_placed(part)][:MOST_SHOWN],
        warnings=[FileWarning(one.line, one.code, one.message, one.position) for one in summary.warnings],
    )


def _money(
    currency: str, incoming: dict[str, int], outgoing: dict[str, int], by_currency: dict[str, ImportResult]
) -> FileMoney:
    part = by_currency.get(currency)
    return FileMoney(
        currency,
        to_wire(incoming.get(currency, 0), currency),
        to_wire(outgoing.get(currency, 0), currency),
        to_wire(part.settled_minor if part else 0, currency),
        to_wire(part.unapplied_minor if part else 0, currency),
    )


def _not_placed(part: ImportResult) -> list[NotPlaced]:
    return [
        NotPlaced(line.line, line.kid, part.currency, to_wire(line.amount_minor, part.currency), line.reason)
        for line in part.lines or ()
        if line.outcome == Outcome.QUEUED
    ]


async def take_payment_file(call: Call) -> Reply:
    """Book a bank file: 200 with what became of it, 422 with every fault of it."""
    means = service.Means(db=call.context.db, numbers=call.context.part(Numbers), files=call.context.part(FileStore))
    config = await config_store.read(call.tx, call.today)
    taken = await service.take_file(
        call.tx,
        means,
        call.body_bytes,
        config,
        call.now,
        call.actor(call.who.client_id),
        lambda taken: encode(body_of(taken)),
    )
    if isinstance(taken, Refused):
        return call.family.render(call.head, taken)  # an answer, not a failure: the file and its faults are kept
    return Reply(200, taken)


FILE_EXAMPLE = "NY000010000080800000001000099990000…"
EXAMPLE: dict[str, Any] = {
    "fileUuid": "3e4a1b90-0b61-4f1f-9f0c-8ad4b8a3d101",
    "fileType": "OCR",
    "format": "ocr",
    "version": "",
    "lineCount": 2,
    "mandateCount": 0,
    "statusCount": 0,
    "answerCount": 0,
    "placedCount": 1,
    "queuedCount": 1,
    "totals": [
        {"currency": "NOK", "creditsAmount": 725.5, "debitsAmount": 0, "settledAmount": 625, "onAccountAmount": 0}
    ],
    "outcomes": [
        {"currency": "NOK", "outcome": "QUEUED", "reason": "unknown reference", "lineCount": 1, "amount": 100.5},
        {"currency": "NOK", "outcome": "SETTLED", "reason": "exact", "lineCount": 1, "amount": 625},
    ],
    "notPlaced": [
        {
            "payment": "1/2",
            "reference": "10000120260003",
            "currency": "NOK",
            "amount": 100.5,
            "reason": "unknown reference",
        }
    ],
    "warnings": [],
}

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/payment-files",
        access=Scope("write:arm.file"),
        handler=take_payment_file,
        work=Work.POST,
        summary="Take a bank file",
        tag="Payment files",
        description=(
            "The body is a bank file of any format that is read, known by its content. It is booked whole or not at "
            "all before the call is answered. The same bytes again are answered with the same and book nothing. A file "
            "that is refused is kept with its faults, and looked at anew when it comes again. The file's type must be "
            "in the client's `files.uploadTypes`. Large files are better uploaded as files, which the worker books."
        ),
        path_parameters=(CLIENT_NO,),
        raw_body=BYTE_TYPES,
        body_example=FILE_EXAMPLE,
        body_limit_bytes=MOST_BYTES,
        ready_on=("application/json", PROBLEM_JSON),
        answers={
            200: Answer("What became of the file.", PaymentFileBody, EXAMPLE),
            400: problem("A wrong value or an unknown parameter."),
            401: problem("The token."),
            403: problem("The client, the scope, or the file's type.", service.NOT_ENABLED),
            404: problem("No such client."),
            422: problem("The file is refused, for every fault that is named.", service.REFUSED),
        },
    ),
)
