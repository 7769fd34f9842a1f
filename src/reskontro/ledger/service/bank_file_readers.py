"""The readers of bank files as the import wants them: a whole file in order, with its lines in the ledger's shape.

OCR giro is not among them: it has a faster way of its own. Files that a bank is sent, such as claims and orders to pay,
are recognised and refused: they say what was asked for, not what happened.
"""

from collections.abc import Iterator

from reskontro.formats.bank_file import Frame, Unknown, iter_bank_file, recognise
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.findings import Fault as ReaderFault
from reskontro.formats.payments import (
    ORDERS,
    FileFormat,
    FileStart,
    IncomingPayment,
    MandateChange,
    PaymentStatus,
    ReferenceKind,
)
from reskontro.kernel.kid import kid_fits_any
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.direct_debits.mandates import MandateKey, MandateNews, Told
from reskontro.ledger.domain.direct_debits.schemes import Scheme
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.incoming import Incoming, Naming, normal_reference
from reskontro.ledger.service.incoming_import import ReadFile
from reskontro.ledger.service.incoming_records import line_of
from reskontro.ledger.service.refunds import Answer, MessageAnswer

OWN_WAY = frozenset({FileFormat.OCR})
SENT = frozenset({FileFormat.AVTALEGIRO, FileFormat.PAIN_001})
ORDERS_OF_OURS = frozenset({(FileFormat.AUTOGIRO, "orders"), (FileFormat.BETALINGSSERVICE, "0601")})
BY_VERSION = {"camt.053": "CAMT053", "camt.054": "CAMT054", "0602": "BS602", "0603": "BS603"}
BATCH, TRANSACTION = "batch", "transaction"
TEST, TEST_AT = "T", 45  # Bg Max's mark of a file that was made to try, and where it stands
REFUSED = "The file was refused"
SCHEMES = {FileFormat.AUTOGIRO: Scheme.AUTOGIRO, FileFormat.BETALINGSSERVICE: Scheme.BETALINGSSERVICE}


class BankFileReader:
    """Reads every format but OCR giro."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins so is of one of them."""
        known = recognise(head)
        return not isinstance(known, Unknown) and known not in OWN_WAY

    def read(self, content: bytes) -> ReadFile:
        """The whole file; raises Refused (422, ARM-2014) with every fault and where it is."""
        frame = Frame()
        lines: list[Incoming] = []
        answers: list[Answer] = []
        mandates: list[MandateNews] = []
        on_messages: list[MessageAnswer] = []
        try:
            for event in frame.watch(iter_bank_file(content)):
                start = frame.start
                match event:
                    case IncomingPayment() if event.kind not in ORDERS:
                        lines.append(_line(event, start))
                    case MandateChange() if start is not None and start.format in SCHEMES:
                        mandates.append(_mandate(event, SCHEMES[start.format]))
                    case PaymentStatus(level=level) if level == TRANSACTION:
                        answers.append(Answer(event.original, event.status, " ".join(event.reasons)))
                    case PaymentStatus():
                        batch = event.original_batch if event.level == BATCH else ""
                        reason = " ".join(event.reasons)
                        on_messages.append(MessageAnswer(event.original_message, batch, event.status, reason))
                    case _:
                        pass
        except BankFileRefused as refused:
            raise broken(list(_faults(refused)), REFUSED) from None
        summary = frame.summary()
        start = summary.start
        if is_order(start):
            message = f"a file that a bank is sent ({start.format.value}): nothing in it has happened"
            raise broken(_fault(message), REFUSED)
        if start.format is FileFormat.BGMAX and start.identity["flag"] == TEST:
            marked = ReaderFault(1, TEST_AT, "test-file", "the file is marked as a test: no money has come")
            raise broken(_fault(str(marked)), REFUSED)
        identity = " ".join(f"{name}={text}" for name, text in sorted(start.identity.items()) if text)
        return ReadFile(
            start.format.value, file_type_of(start), identity, lines, answers, mandates, on_messages, summary
        )  # fmt: skip


def _line(event: IncomingPayment, start: FileStart | None) -> Incoming:
    """A line; in direct debit's own files with the payee's number of the payer."""
    line = line_of(event)
    match start.format if start is not None else None:
        case FileFormat.AUTOGIRO:
            return _unchecked(line._replace(payer_no=event.payer_id, due_date=event.value_date), event)
        case FileFormat.BETALINGSSERVICE:
            return line._replace(payer_no=event.reference, due_date=event.order_date)
        case FileFormat.BGMAX:
            return _unchecked(line, event)
        case _:
            return line


def _unchecked(line: Incoming, event: IncomingPayment) -> Incoming:
    """A line whose reference nobody has checked: what has a fitting check digit is looked up all the same.

    Bg Max tells it of a bankgiro without an agreement on references (codes 3 and 4); Autogiro checks none. Source:
    payment-formats, 6.1 and 9.2 (step 4).
    """
    parts = tuple(
        part._replace(naming=Naming.REFERENCE) if _may_be_ours(told.kind, told.reference) else part
        for part, told in zip(line.parts, event.parts, strict=False)
    )
    ours = _may_be_ours(event.reference_kind, line.reference)
    return line._replace(naming=Naming.REFERENCE if ours else line.naming, parts=parts)


def _may_be_ours(kind: ReferenceKind, reference: str) -> bool:
    return kind is ReferenceKind.FREE and kid_fits_any(normal_reference(reference))


def _mandate(change: MandateChange, scheme: Scheme) -> MandateNews:
    """What a line says of a mandate; the payer's personal number is not taken."""
    group = change.sub_code if scheme is Scheme.BETALINGSSERVICE else ""
    key = MandateKey(change.account, group, change.payer, change.mandate)
    return MandateNews(
        change.line, scheme, key, Told(change.action.value), change.code, change.sub_code, change.payer_account,
        change.first_day, change.last_day, change.notice,
    )  # fmt: skip


def file_type_of(start: FileStart) -> str:
    """The type that a stored file of this format has, such as CAMT053 or BGMAX."""
    named = next((code for begins, code in BY_VERSION.items() if start.version.startswith(begins)), None)
    return named or start.format.value.upper()


def is_order(start: FileStart) -> bool:
    """Whether a file is one that a bank is sent: it says what is asked for, and nothing in it has happened."""
    return start.format in SENT or (start.format, start.version) in ORDERS_OF_OURS


def _faults(refused: BankFileRefused) -> Iterator[Fault]:
    return (_fault(str(one)) for one in refused.faults)


def _fault(message: str) -> Fault:
    return fault(Code.FILE_CONTENT, "{text}", "content", None, text=message)
