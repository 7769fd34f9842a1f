"""A whole OCR giro file as one value, and its form for programs.

For files of a size that a person looks at. What posts payments reads the events of `reader` instead, in flat memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from reskontro.formats.ocr_giro.reader import Source, iter_ocr_giro
from reskontro.formats.ocr_giro.records import (
    AssignmentEnd,
    AssignmentStart,
    Mandate,
    MandateBlock,
    Payment,
    PaymentBlock,
    ReadWarning,
    TransmissionEnd,
    TransmissionStart,
)

NO_ACCOUNT = "0" * 11


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment with everything in it: payments (service 09) or mandates (service 21)."""

    start: AssignmentStart
    payments: tuple[Payment, ...]
    mandates: tuple[Mandate, ...]
    end: AssignmentEnd


@dataclass(frozen=True, slots=True)
class Transmission:
    """One transmission; a file that a bank put together can hold several."""

    start: TransmissionStart
    assignments: tuple[Assignment, ...]
    end: TransmissionEnd


@dataclass(frozen=True, slots=True)
class OcrFile:
    """A file that is in order from its first to its last record."""

    transmissions: tuple[Transmission, ...]
    warnings: tuple[ReadWarning, ...]

    @property
    def assignments(self) -> Iterator[Assignment]:
        """The assignments of all transmissions."""
        return (assignment for transmission in self.transmissions for assignment in transmission.assignments)

    @property
    def records(self) -> int:
        """The number of records in all transmissions."""
        return sum(transmission.end.records for transmission in self.transmissions)

    @property
    def total_minor(self) -> int:
        """The net sum of all transmissions, in øre."""
        return sum(transmission.end.total_minor for transmission in self.transmissions)


def read_ocr_giro(source: Source) -> OcrFile:
    """The whole file. Raises `OcrFileRefused`."""
    transmissions: list[Transmission] = []
    assignments: list[Assignment] = []
    payments: list[Payment] = []
    mandates: list[Mandate] = []
    warnings: list[ReadWarning] = []
    opened: list[TransmissionStart] = []
    begun: list[AssignmentStart] = []
    for event in iter_ocr_giro(source):
        match event:
            case TransmissionStart():
                opened.append(event)
            case AssignmentStart():
                begun.append(event)
            case PaymentBlock():
                payments.extend(event.rows())
            case MandateBlock():
                mandates.extend(event.mandates)
            case AssignmentEnd():
                assignments.append(Assignment(begun.pop(), tuple(payments), tuple(mandates), event))
                payments, mandates = [], []
            case TransmissionEnd():
                transmissions.append(Transmission(opened.pop(), tuple(assignments), event))
                assignments = []
            case ReadWarning():
                warnings.append(event)
    return OcrFile(tuple(transmissions), tuple(warnings))


def describe(file: OcrFile) -> dict[str, Any]:
    """A file as it goes out as JSON: amounts in øre, dates as `YYYY-MM-DD`.

    `format` is `ocr`, or `avtalegiro` for a file that holds mandates only. `transmission` is the first of
    `transmissions`; `assignment` in a payment counts the file's assignments from 1.
    """
    assignments = list(file.assignments)
    transmissions = [_transmission(transmission) for transmission in file.transmissions]
    return {
        "format": "ocr" if any(assignment.start.service == "09" for assignment in assignments) else "avtalegiro",
        "transmission": {name: transmissions[0][name] for name in ("sender", "number", "recipient")},
        "transmissions": transmissions,
        "records": file.records,
        "total_ore": file.total_minor,
        "assignments": [_assignment(assignment) for assignment in assignments],
        "payments": [
            _payment(payment, assignment.start.ordinal) for assignment in assignments for payment in assignment.payments
        ],
        "warnings": [
            {"line": warning.line, "position": warning.position, "code": warning.code, "message": warning.message}
            for warning in file.warnings
        ],
    }


def _transmission(transmission: Transmission) -> dict[str, Any]:
    start, end = transmission.start, transmission.end
    return {
        "sender": start.sender,
        "number": start.number,
        "recipient": start.recipient,
        "created": _day(end.created_on),
        "records": end.records,
        "transactions": end.transactions,
        "total_ore": end.total_minor,
    }


def _assignment(assignment: Assignment) -> dict[str, Any]:
    start, end = assignment.start, assignment.end
    described: dict[str, Any] = {
        "service": start.service,
        "type": start.type,
        "account": start.account,
        "number": start.number,
        "transactions": end.transactions,
    }
    if start.service == "21":
        mandates = [
            {"reg": mandate.registration, "kid": mandate.kid, "notify": "J" if mandate.notice else "N"}
            for mandate in assignment.mandates
        ]
        return described | {"mandates": mandates}
    described |= {
        "agreement": start.agreement,
        "net_ore": end.total_minor,
        "credits_ore": end.credits_minor,
        "negatives_ore": end.negatives_minor,
        "by_type": dict(end.by_type),
        "created": _day(end.created_on),
        "kids": [payment.kid for payment in assignment.payments],
        "lump_sums_ore": {
            f"{day.isoformat()} {lump_key}": amount for (day, lump_key), amount in end.lump_sums_minor.items()
        },
    }
    if assignment.payments:
        described |= {"first": _line(assignment.payments[0]), "last": _line(assignment.payments[-1])}
    return described


def _line(payment: Payment) -> dict[str, Any]:
    """A payment as the file has it: the amount without its sign, the text only where there is one."""
    line = {
        "type": payment.transaction_type,
        "no": payment.transaction_no,
        "date": payment.settlement_date.isoformat(),
        "amount": abs(payment.amount_minor),
        "kid": payment.kid,
        "sign": "-" if payment.negative else "0",
        "archive": payment.archive_reference,
        "bankdate": _day(payment.bank_date),
        "debit": payment.debit_account or NO_ACCOUNT,
    }
    return line | {"text": payment.text} if payment.text else line


def _payment(payment: Payment, assignment: int) -> dict[str, Any]:
    line = _line(payment)
    del line["amount"]
    return {
        "line": payment.line_no,
        "assignment": assignment,
        **line,
        "amount_ore": payment.amount_minor,
        "form": payment.form_no,
        "lump": payment.lump_key,
        "text": payment.text,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
