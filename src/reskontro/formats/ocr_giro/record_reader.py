"""Reading an OCR giro file one record at a time, with everything said that is wrong.

`RecordReader` is told each line in turn and keeps what it learns in `found`. It is the whole truth about the format;
`block_reader` is a faster way through lines on which this one would find nothing to remark. Reading goes on after a
fault, so that one refusal names all of them; counts and sums are compared only where every record could be read.
"""

import re
from collections.abc import Callable
from enum import Enum, auto

from reskontro.formats.fixed_width import why_too_long
from reskontro.formats.ocr_giro import layouts
from reskontro.formats.ocr_giro.end_records import mandates_end, payments_end, transmission_end
from reskontro.formats.ocr_giro.findings import Findings
from reskontro.formats.ocr_giro.layouts import CONTROL, NO_DATE, RECORD_LENGTH, Layout, parse_date, shown
from reskontro.formats.ocr_giro.records import (
    MOST_IN_BLOCK,
    AssignmentStart,
    Mandate,
    MandateBlock,
    Payment,
    PaymentBlock,
    TransmissionStart,
)
from reskontro.formats.ocr_giro.tally import AssignmentTally, TransmissionTally, latest
from reskontro.kernel.account_number import account_check_digit_fits
from reskontro.kernel.kid import FORMAT_IN_WORDS, has_kid_format
from reskontro.kernel.money import LARGEST_MINOR

HEAD = re.compile("NY[0-9]{6}")
ENDS_A_FILE = b"NY000089"  # an old system's mark of the end, Ctrl-Z, may stand right behind it
BEGINS_A_PAYMENT = re.compile(b"NY[0-9]{4}30").match
TRANSACTION_TYPES = frozenset(str(number) for number in range(10, 22))
CARD_TYPES = frozenset({"18", "19", "20", "21"})
TEXT_TYPES = frozenset({"20", "21"})


class Stage(Enum):
    """Where in the file the next record stands."""

    OUTSIDE = auto()
    TRANSMISSION = auto()
    PAYMENTS = auto()
    MANDATES = auto()
    FOREIGN = auto()  # in an assignment of another service, for which the file is refused


WANTED = {
    Stage.OUTSIDE: "a start of transmission (10)",
    Stage.TRANSMISSION: "a start of assignment (20) or the end of transmission (89)",
    Stage.PAYMENTS: "an amount item (30, 31, 32) or the end of assignment (88)",
    Stage.MANDATES: "a mandate (70) or the end of assignment (88)",
    Stage.FOREIGN: "the end of assignment (88)",
}


class RecordReader:
    """The state between two records of a file, and what has been found so far."""

    def __init__(self) -> None:
        self.found = Findings()
        self.stage = Stage.OUTSIDE
        self.transmissions = 0
        self.assignments = 0
        self.transmission = TransmissionTally()
        self.assignment = AssignmentTally(0)
        self._rows: list[Payment] = []
        self._mandates: list[Mandate] = []
        self._item_1: Payment | None = None
        self._waiting: Payment | None = None
        self._handlers: dict[str, tuple[Stage, Callable[[str, int], None]]] = {
            "10": (Stage.OUTSIDE, self._start_transmission),
            "20": (Stage.TRANSMISSION, self._start_assignment),
            "30": (Stage.PAYMENTS, self._amount_item_1),
            "31": (Stage.PAYMENTS, self._amount_item_2),
            "32": (Stage.PAYMENTS, self._amount_item_3),
            "70": (Stage.MANDATES, self._mandate),
            "89": (Stage.TRANSMISSION, self._end_transmission),
        }

    def read(self, line: int, raw: bytes) -> None:
        """Take one record, without its line end. Raises `OcrFileRefused` only when the rest can be left unread."""
        self.found.line = line
        if not raw.strip(b" \t\r\x1a"):
            if self.stage is not Stage.OUTSIDE or not self.transmissions:
                self._damage(None, "empty-line", "an empty line stands before the end of transmission")
            return
        self._count_record()
        if raw.startswith(ENDS_A_FILE):
            raw = raw.rstrip(b"\x1a")
        length = len(raw)
        if length > RECORD_LENGTH:
            self._leave_payment()
            why = why_too_long(raw, RECORD_LENGTH, b"NY")
            message = f"a record has {RECORD_LENGTH} characters, {length} were found{why}"
            if why and line == 1:
                self.found.give_up(None, "record-length", message)
            self._damage(None, "record-length", message)
            return
        text = raw.decode("iso-8859-1")
        if HEAD.match(text) is None:
            message = f"a record begins with NY and six digits, {shown(text[:8])} was found"
            self._leave_payment()
            self._damage(1, "record-head", message)
            return
        if length < RECORD_LENGTH:
            self.found.warn(None, "trimmed", f"the record has {length} characters and was filled up to {RECORD_LENGTH}")
            text = text.ljust(RECORD_LENGTH)
        self._dispatch(text, length)

    def end_of_file(self) -> None:
        """Say what is missing when no line is left."""
        self.found.line += 1
        if self.stage is not Stage.OUTSIDE or not self.transmissions:
            self._damage(None, "truncated", f"the file ends where {WANTED[self.stage]} was wanted")

    def settle(self, next_head: bytes) -> bool:
        """Whether the next record begins a payment, inside an assignment of payments that lacks nothing so far."""
        if self.stage is not Stage.PAYMENTS or self._item_1 is not None or not BEGINS_A_PAYMENT(next_head):
            return False
        self._finish_payment()
        return True

    def take_block(self, block: PaymentBlock, records: int) -> None:
        """Add payments that were read by other means and are known to be without any remark."""
        self.flush()
        self.found.publish(block)
        self.assignment.add(block)
        self.assignment.next_no = block.transaction_no[-1] + 1
        self.assignment.records += records
        self.transmission.records += records

    def flush(self) -> None:
        """Turn the payments and mandates read so far into events."""
        if self._rows:
            columns = zip(*self._rows, strict=True)
            block = PaymentBlock(self.assignment.ordinal, *columns)
            self._rows = []
            self.assignment.add(block)
            self.found.publish(block)
        if self._mandates:
            self.found.publish(MandateBlock(self.assignment.ordinal, tuple(self._mandates)))
            self._mandates = []

    def _dispatch(self, text: str, length: int) -> None:
        record = text[6:8]
        if record == "88" and self.stage in {Stage.PAYMENTS, Stage.MANDATES}:
            self._end_assignment(text, length)
            return
        if self.stage is Stage.FOREIGN:
            if record not in {"10", "20", "88", "89"}:
                return
            self.stage = Stage.TRANSMISSION
            if record == "88":
                return
        if record not in self._handlers:
            self._out_of_order(record)
            return
        stage, handler = self._handlers[record]
        if stage is not self.stage:
            self._out_of_order(record)
            self._recover(record)
        if stage is self.stage:
            handler(text, length)

    def _out_of_order(self, record: str) -> None:
        self._damage(7, "record-order", f"record type {record} was found where {WANTED[self.stage]} was wanted")

    def _recover(self, record: str) -> None:
        """Go on at the next place that a record type names; sums of what lies before are not compared any more."""
        if record == "10":
            self._leave_assignment()
            self.stage = Stage.OUTSIDE
        elif record in {"20", "89"} and self.stage is not Stage.OUTSIDE:
            self._leave_assignment()
            self.stage = Stage.TRANSMISSION

    def _leave_assignment(self) -> None:
        self._item_1 = self._waiting = None
        self.flush()

    def _start_transmission(self, text: str, length: int) -> None:
        if not self._head_is(text, "NY000010"):
            return
        self.stage = Stage.TRANSMISSION
        self.transmissions += 1
        self.transmission = TransmissionTally()
        values = self._values(layouts.TRANSMISSION_START, text, length)
        if values is not None:
            self.found.publish(TransmissionStart(self.found.line, *values))

    def _start_assignment(self, text: str, length: int) -> None:
        service, kind = text[2:4], text[4:6]
        stage = {("09", "00"): Stage.PAYMENTS, ("21", "24"): Stage.MANDATES}.get((service, kind))
        if stage is None:
            message = f"OCR giro (09, 00) or mandates (21, 24) were wanted, service {service}, type {kind} was found"
            self._damage(3, "service", message)
            self.stage = Stage.FOREIGN
            self.transmission.assignments += 1
            return
        self.stage = stage
        self.assignments += 1
        self.assignment = AssignmentTally(self.assignments)
        self.transmission.assignments += 1
        self.transmission.payment_assignments += stage is Stage.PAYMENTS
        values = self._values(layouts.ASSIGNMENT_START, text, length)
        if values is None:
            return
        agreement, number, account = values
        if not account_check_digit_fits(account):
            self.found.warn(25, "account-check-digit", "the check digit of the receiving account does not fit")
        agreement = agreement if stage is Stage.PAYMENTS else ""
        self.found.publish(
            AssignmentStart(self.found.line, self.assignments, service, kind, account, number, agreement)
        )

    def _amount_item_1(self, text: str, length: int) -> None:
        self._finish_payment()
        kind = self._transaction_type(text)
        values = self._values(layouts.AMOUNT_ITEM_1, text, length)
        if kind is None or values is None:
            return
        number, settled, lump_key, sign, amount, kid_field, issuer = values
        day = parse_date(settled)
        if day is None:
            self._damage(16, "date", f"settlement date: {shown(settled)} is no day (DDMMYY)")
        amount_minor = int(amount)
        if amount_minor > LARGEST_MINOR:
            self._damage(33, "amount", f"amount: more than {LARGEST_MINOR} øre")
        self._card_issuer(kind, issuer, length)
        if day is None or amount_minor > LARGEST_MINOR:
            return
        if not amount_minor:
            self.found.warn(33, "amount-zero", "the amount is zero")
        self._serial(int(number))
        negative = sign == "-"
        self._item_1 = Payment(
            self.found.line,
            kind,
            int(number),
            day,
            lump_key,
            negative,
            -amount_minor if negative else amount_minor,
            self._kid(kid_field, 50, may_lack=kind in TEXT_TYPES),
            "",
            "",
            None,
            "",
            "",
        )

    def _amount_item_2(self, text: str, length: int) -> None:
        first, self._item_1 = self._item_1, None
        kind = self._transaction_type(text)
        values = self._values(layouts.AMOUNT_ITEM_2, text, length)
        if first is None:
            if not self.assignment.damaged:
                self._damage(7, "item-pair", "amount item 2 was found without an amount item 1 before it")
            return
        if kind is None or values is None:
            return
        number, form_no, archive_reference, bank_date, debit_account = values
        if not self._same_transaction(first, kind, number):
            return
        day = None if bank_date == NO_DATE else parse_date(bank_date)
        if day is None and bank_date != NO_DATE:
            self._damage(42, "date", f"bank date: {shown(bank_date)} is no day (DDMMYY)")
            return
        payment = first._replace(
            form_no=form_no,
            archive_reference=archive_reference,
            bank_date=day,
            debit_account=debit_account if debit_account.strip("0") else "",
        )
        if kind in TEXT_TYPES:
            self._waiting = payment
        else:
            self._add(payment)

    def _amount_item_3(self, text: str, length: int) -> None:
        waiting, self._waiting = self._waiting, None
        kind = self._transaction_type(text)
        values = self._values(layouts.AMOUNT_ITEM_3, text, length)
        if waiting is None:
            if not self.assignment.damaged:
                self._damage(7, "item-pair", "amount item 3 follows items 1 and 2 of transaction types 20 and 21 only")
            return
        if kind is None or values is None:
            return
        number, free_text = values
        if self._same_transaction(waiting, kind, number):
            self._add(waiting._replace(text=CONTROL.sub(" ", free_text).rstrip()))

    def _mandate(self, text: str, length: int) -> None:
        self.assignment.transactions += 1
        values = self._values(layouts.MANDATE, text, length)
        if not self._head_is(text, "NY219470") or values is None:
            return
        serial, registration, kid_field, notice = values
        if registration not in {"0", "1", "2"}:
            self._damage(16, "registration", f"registration type: 0, 1 or 2 was wanted, {shown(registration)} found")
        if notice not in {"J", "N"}:
            self._damage(42, "notice", f"written notice: J or N was wanted, {shown(notice)} found")
        self._serial(int(serial))
        kid = self._kid(kid_field, 17, may_lack=False)
        self._mandates.append(Mandate(self.found.line, int(serial), registration, kid, notice == "J"))
        if len(self._mandates) >= MOST_IN_BLOCK:
            self.flush()

    def _end_assignment(self, text: str, length: int) -> None:
        self._finish_payment()
        self.flush()
        tally, whole = self.assignment, self.transmission
        payments = self.stage is Stage.PAYMENTS
        self.stage = Stage.TRANSMISSION
        values = self._values(layouts.ASSIGNMENT_END if payments else layouts.MANDATES_END, text, length)
        if not self._head_is(text, "NY090088" if payments else "NY212488") or values is None:
            return
        end = (payments_end if payments else mandates_end)(values, tally, self.found)
        whole.transactions += tally.transactions
        whole.total_minor += end.total_minor
        whole.latest_created = latest(whole.latest_created, end.created_on)
        whole.latest_date = latest(whole.latest_date, end.created_on, tally.last_date, tally.last_bank_date)
        self.found.publish(end)

    def _end_transmission(self, text: str, length: int) -> None:
        self.stage = Stage.OUTSIDE
        values = self._values(layouts.TRANSMISSION_END, text, length)
        if self._head_is(text, "NY000089") and values is not None:
            self.found.publish(transmission_end(values, self.transmission, self.found))

    def _transaction_type(self, text: str) -> str | None:
        service, kind = text[2:4], text[4:6]
        if service != "09":
            self._damage(3, "service", f"service 09 was wanted in this assignment, {service} found")
            return None
        if kind not in TRANSACTION_TYPES:
            self._damage(5, "transaction-type", f"transaction type: 10 to 21 was wanted, {kind} found")
            return None
        return kind

    def _same_transaction(self, payment: Payment, kind: str, number: str) -> bool:
        if kind != payment.transaction_type:
            message = f"transaction type {kind} was found, amount item 1 has {payment.transaction_type}"
            self._damage(5, "item-pair", message)
        if int(number) != payment.transaction_no:
            message = f"transaction number {int(number)} was found, amount item 1 has {payment.transaction_no}"
            self._damage(9, "item-pair", message)
        return kind == payment.transaction_type and int(number) == payment.transaction_no

    def _card_issuer(self, kind: str, issuer: str, length: int) -> None:
        if kind in CARD_TYPES and not (issuer.isascii() and issuer.isdigit()):
            self._damage(75, "not-a-number", f"card issuer: 2 digits were wanted, {shown(issuer)} found")
        elif kind not in CARD_TYPES and issuer[: max(0, length - 74)].strip("0"):
            self.found.warn(75, "filler", f"filler: zeros were wanted, {shown(issuer)} found")

    def _kid(self, field: str, position: int, *, may_lack: bool) -> str:
        """The KID as found, without the spaces that fill its field; anything unusual about it is a warning."""
        kid = field.strip(" ")
        if not kid:
            if not may_lack:
                self.found.warn(position, "kid-missing", "no KID was found")
        elif not has_kid_format(kid):
            self.found.warn(position, "kid-format", f"KID: {FORMAT_IN_WORDS}, {shown(kid)} found")
        elif field[-1] == " ":
            self.found.warn(position, "kid-format", "the KID is not aligned to the right")
        return kid

    def _serial(self, number: int) -> None:
        wanted = self.assignment.next_no
        if number != wanted:
            self.found.warn(9, "transaction-number", f"transaction number {wanted} was wanted, {number} found")
        self.assignment.next_no = number + 1

    def _finish_payment(self) -> None:
        if self._item_1 is not None:
            self._item_1 = None
            self._damage(7, "item-pair", "amount item 2 is missing before this record")
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._add(waiting)

    def _leave_payment(self) -> None:
        """Expect no further item of the payment that is open: the record that could have been it is unreadable."""
        self._item_1 = None
        self._finish_payment()

    def _add(self, payment: Payment) -> None:
        self._rows.append(payment)
        if len(self._rows) >= MOST_IN_BLOCK:
            self.flush()

    def _head_is(self, text: str, wanted: str) -> bool:
        if text[:8] == wanted:
            return True
        self._damage(1, "record-head", f"{wanted} was wanted, {text[:8]} found")
        return False

    def _values(self, layout: Layout, text: str, length: int) -> tuple[str, ...] | None:
        values = layout.read(text)
        if values is not None:
            return values
        fits = True
        for remark in layout.remarks(text, length):
            if remark.is_fault:
                fits = False
                self._damage(remark.position, remark.code, remark.message)
            else:
                self.found.warn(remark.position, remark.code, remark.message)
        return layout.slices(text) if fits else None

    def _count_record(self) -> None:
        if self.stage is not Stage.OUTSIDE:
            self.transmission.records += 1
        if self.stage in {Stage.PAYMENTS, Stage.MANDATES}:
            self.assignment.records += 1

    def _damage(self, position: int | None, code: str, message: str) -> None:
        """A fault that leaves counts and sums without meaning."""
        self.assignment.damaged = True
        self.transmission.damaged = True
        self.found.fault(position, code, message)
