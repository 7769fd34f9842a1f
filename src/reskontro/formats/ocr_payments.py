"""OCR giro in the one shape of all bank files.

What is booked from OCR giro reads its blocks of columns; this is for whoever wants every format alike.
"""

from collections.abc import Iterator

from reskontro.formats.ocr_giro import (
    AssignmentEnd,
    AssignmentStart,
    Mandate,
    MandateBlock,
    PaymentBlock,
    ReadWarning,
    Source,
    TransmissionEnd,
    TransmissionStart,
    iter_ocr_giro,
)
from reskontro.formats.ocr_giro.records import Payment
from reskontro.formats.payments import (
    FileEnd,
    FileEvent,
    FileFormat,
    FileStart,
    GroupEnd,
    GroupStart,
    IncomingPayment,
    Kind,
    MandateAction,
    MandateChange,
    ReferenceKind,
    Totals,
)

CURRENCY = "NOK"
CARD_TYPES = frozenset({"18", "19", "20", "21"})
ACTIONS = {"0": MandateAction.IN_FORCE, "1": MandateAction.CHANGED, "2": MandateAction.ENDED}


def iter_ocr_payments(source: Source) -> Iterator[FileEvent]:  # noqa: C901  one case for each event
    """The events of an OCR giro file in its order. Raises `BankFileRefused` at the end, or where it must stop."""
    totals = Totals()
    account, mandates, started, last_line = "", 0, False, 0
    for event in iter_ocr_giro(source):
        match event:
            case TransmissionStart():
                if not started:
                    identity = {"sender": event.sender, "number": event.number, "recipient": event.recipient}
                    yield FileStart(FileFormat.OCR, "", identity, "")
                started = True
            case AssignmentStart():
                account = event.account
                yield GroupStart(event.line, event.ordinal, event.number, account, CURRENCY)
            case PaymentBlock():
                for row in event.rows():
                    payment = _payment(row, event.assignment, account, totals.lines + 1)
                    totals.add(payment)
                    yield payment
            case MandateBlock():
                for mandate in event.mandates:
                    mandates += 1
                    yield _mandate(mandate, event.assignment, account)
            case AssignmentEnd():
                yield GroupEnd(
                    event.line,
                    event.ordinal,
                    event.transactions,
                    event.transactions,
                    event.total_minor,
                    CURRENCY,
                    account=account,
                )
            case TransmissionEnd():
                last_line = event.line
            case ReadWarning():
                yield event
    yield FileEnd(last_line, totals, mandates=mandates)


def _payment(row: Payment, group: int, account: str, ordinal: int) -> IncomingPayment:
    money = Kind.DEDUCTION if row.negative else Kind.PAYMENT
    kind = Kind.CARD if row.transaction_type in CARD_TYPES else money
    return IncomingPayment(
        row.line_no,
        1,
        group,
        ordinal,
        kind,
        account,
        row.amount_minor,
        CURRENCY,
        row.settlement_date,
        row.settlement_date,
        row.bank_date,
        ReferenceKind.KID if row.kid else ReferenceKind.NONE,
        row.kid,
        (),
        "",
        row.debit_account,
        "",
        (row.text,) if row.text else (),
        row.archive_reference,
        "",
        f"{row.settlement_date.isoformat()} {row.lump_key}",
        row.transaction_type,
        "",
        "",
    )


def _mandate(mandate: Mandate, group: int, account: str) -> MandateChange:
    return MandateChange(
        mandate.line_no,
        group,
        ACTIONS[mandate.registration],
        account,
        mandate.kid,
        "",
        "",
        "",
        mandate.registration,
        "",
        None,
        None,
        mandate.notice,
    )
