"""Reading a Bg Max file as a stream: `01 ( 05 (20|21 22* 23* 25* 26 27 28 29)* 15 )* 70`.

A deposit's day and serial number stand behind its payments, so a file is gone through twice: once for these, once for
the payments.
What is checked: the order of the records, numbers and dates, the sum and the number of payments of each deposit, the
sum of a payment's references where all of them have amounts, and the four counts of the end record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import BinaryIO

from reskontro.formats.bgmax import layouts
from reskontro.formats.findings import Findings, shown
from reskontro.formats.fixed_width import (
    Layout,
    Source,
    day_of,
    has_time,
    is_empty,
    lines,
    may_be_unicode,
    opened,
    record,
    refuse_foreign,
)
from reskontro.formats.payments import (
    FileEnd,
    FileEvent,
    FileFormat,
    FileStart,
    GroupEnd,
    GroupStart,
    IncomingPayment,
    Kind,
    Part,
    ReferenceKind,
    Totals,
)
from reskontro.kernel.money import LARGEST_MINOR
from reskontro.kernel.swedish_reference import check_digit_fits

LENGTH = 80
BEGINS = b"01BGMAX"
OLDEST = date(1990, 1, 1)
CURRENCIES = frozenset({"SEK", "EUR"})
REFERENCE_KINDS = {
    "0": ReferenceKind.FREE,
    "1": ReferenceKind.FREE,
    "2": ReferenceKind.OCR,
    "3": ReferenceKind.FREE,
    "4": ReferenceKind.FREE,
    "5": ReferenceKind.WRONG,
    "": ReferenceKind.FREE,
}
NO_REFERENCE = frozenset({"0", "1"})
CHANNELS = frozenset({"1", "2", "3", "4", ""})
MOST_DETAILS = 1000
DETAILS = {
    "25": layouts.INFORMATION,
    "26": layouts.NAME,
    "27": layouts.STREET,
    "28": layouts.CITY,
    "29": layouts.ORGANISATION,
}


@dataclass(slots=True)
class Counts:
    """Records met in the whole file."""

    payments: int = 0
    deductions: int = 0
    references: int = 0
    deposits: int = 0


class BgMaxReader:
    """The state between two records of a file. `deposits` are the deposits' days and serials, in their order."""

    def __init__(self, deposits: list[tuple[str, str]]) -> None:
        self.found: Findings[FileEvent] = Findings()
        self.deposits = deposits
        self.totals = Totals()
        self.counts = Counts()
        self.stage = "start"
        self.file_day: date | None = None
        self.deposit = 0
        self.bankgiro = ""
        self.currency = ""
        self.day: date | None = None
        self.lump = ""
        self.net_minor = 0
        self.lines = 0
        self.unread = False  # an amount of this deposit could not be read
        self.disordered = False  # a record of this deposit was not where it belongs, so that its counts tell nothing
        self.disordered_anywhere = False
        self._payment: IncomingPayment | None = None
        self._parts: list[Part] = []
        self._amounts: list[int] = []
        self._texts: list[str] = []
        self._details: dict[str, dict[str, str]] = {}
        self._told_of_unicode = False

    def read(self, line: int, raw: bytes) -> None:
        """Take one record, without its line end."""
        self.found.line = line
        if is_empty(raw):
            if self.stage != "end":
                self._damage(None, "empty-line", "an empty line stands before the end record")
            return
        text = self._text(raw)
        code = text[:2]
        match code, self.stage:
            case "01", "start":
                self._start(text)
            case "05", "file":
                self._opening(text)
            case "20" | "21", "deposit":
                self._money(code, text)
            case "22" | "23", "deposit":
                self._reference(code, text)
            case "25" | "26" | "27" | "28" | "29", "deposit":
                self._detail(code, text)
            case "15", "deposit":
                self._deposit(text)
            case "70", "file":
                self._end(text)
            case _:
                self._damage(1, "record-order", f"record {shown(code)} was found where {WANTED[self.stage]} was wanted")

    def _text(self, raw: bytes) -> str:
        if may_be_unicode(raw) and not self._told_of_unicode:
            self._told_of_unicode = True
            message = "the file may have been saved as Unicode text: then names are garbled and what follows has moved"
            self.found.warn(None, "encoding", message)
        faults = len(self.found.faults)
        text = record(raw, LENGTH, self.found, tabs=True)
        if len(self.found.faults) > faults:
            self.unread = True  # its sum would only say the same again
        return text

    def end_of_file(self) -> None:
        """Say what is missing when no line is left, or that the file is whole."""
        if self.stage != "end":
            self.found.line += 1
            self._damage(None, "truncated", f"the file ends where {WANTED[self.stage]} was wanted")
        self.found.end()
        self.found.publish(FileEnd(self.found.line, self.totals))

    def _start(self, text: str) -> None:
        self.stage = "file"
        values = self._values(layouts.START, text)
        if values is None:
            return
        if values["version"] != "01":
            self._damage(23, "version", f"layout version 01 was wanted, {shown(values['version'])} found")
        self.file_day = day_of(values["timestamp"][:8], "YYYYMMDD")
        if self.file_day is None:
            self._damage(25, "date", "the timestamp does not begin with a day")
        elif not has_time(values["timestamp"]):
            self.found.warn(33, "time", "the timestamp has no time of day (HHMMSS)")
        if values["flag"] not in {"P", "T"}:
            self._damage(45, "flag", f"P (production) or T (test) was wanted, {shown(values['flag'])} found")
        elif values["flag"] == "T":
            self.found.warn(45, "test-file", "the file is marked as a test")
        identity = {"timestamp": values["timestamp"], "flag": values["flag"]}
        self.found.publish(FileStart(FileFormat.BGMAX, values["version"], identity, values["timestamp"]))

    def _opening(self, text: str) -> None:
        self.stage = "deposit"
        self.deposit += 1
        self.net_minor = self.lines = 0
        self.unread = self.disordered = False
        self.day, self.lump = self._deposit_ahead()
        values = self._values(layouts.OPENING, text)
        if values is None:
            self.currency = ""
            return
        self.bankgiro = values["bankgiro"].lstrip("0") or values["plusgiro"].lstrip("0")
        if not check_digit_fits(self.bankgiro):
            self.found.warn(3, "bankgiro", "the check digit of the receiving bankgiro does not fit")
        self.currency = values["currency"]
        if self.currency not in CURRENCIES:
            self._damage(23, "currency", f"SEK or EUR was wanted, {shown(self.currency)} found")
        self.found.publish(GroupStart(self.found.line, self.deposit, "", self.bankgiro, self.currency))

    def _deposit_ahead(self) -> tuple[date | None, str]:
        """The day and serial of this deposit, from the first way through the file; a garbled day is the file's own."""
        text, serial = self.deposits[self.deposit - 1] if self.deposit <= len(self.deposits) else ("", "")
        day = day_of(text, "YYYYMMDD")
        return (self.file_day if day is None or day < OLDEST else day), serial or str(self.deposit)

    def _money(self, code: str, text: str) -> None:
        self._finish()
        self.lines += 1
        if code == "20":
            self.counts.payments += 1
        else:
            self.counts.deductions += 1
        values = self._values(layouts.PAYMENT, text)
        if values is None:
            return
        amount = self._amount(values["amount"], 38)
        kind = self._reference_kind(values["reference code"], values["reference"])
        if values["channel"] not in CHANNELS:
            self.found.warn(57, "channel", f"channel: 1 to 4 was wanted, {shown(values['channel'])} found")
        deduction = values["deduction code"]
        if deduction not in ({""} if code == "20" else {"", "0", "1", "2"}):
            self.found.warn(71, "deduction-code", f"deduction code: {shown(deduction)} found")
        signed = amount if code == "20" else -amount
        self.net_minor += signed
        sender = values["sender"].strip().lstrip("0")
        self._payment = IncomingPayment(
            self.found.line,
            1,
            self.deposit,
            0,
            Kind.PAYMENT if code == "20" else Kind.DEDUCTION,
            self.bankgiro,
            signed,
            self.currency,
            self.day,
            self.day,
            None,
            kind,
            values["reference"],
            (),
            "",
            sender,
            "",
            (),
            values["serial"],
            "",
            self.lump,
            code,
            values["channel"],
            deduction if code == "21" else "",
            values["reference code"],
        )

    def _reference(self, code: str, text: str) -> None:
        self.counts.references += 1
        values = self._values(layouts.PAYMENT, text)
        if self._payment is None:
            self._alone(code)
            return
        if values is None:
            return
        amount = self._amount(values["amount"], 38)
        kind = self._reference_kind(values["reference code"], values["reference"])
        takes_off = code == "23"
        signed = -amount if takes_off else amount
        if len(self._parts) >= MOST_DETAILS:
            self.found.give_up(None, "too-many", f"a payment has more than {MOST_DETAILS} references")
        self._amounts.append(signed)
        told = signed if amount else None
        self._parts.append(Part(kind, values["reference"], told, values["reference code"], takes_off))

    def _detail(self, code: str, text: str) -> None:
        values = self._values(DETAILS[code], text)
        payment = self._payment
        if payment is None:
            self._alone(code)
            return
        if values is None:
            return
        if code == "25":
            if len(self._texts) >= MOST_DETAILS:
                self.found.give_up(None, "too-many", f"a payment has more than {MOST_DETAILS} texts")
            self._texts.append(text[2:52].rstrip())
        elif code in self._details:
            self.found.warn(1, "repeated", f"record {code} stands twice in a payment; the first one is taken")
        else:
            self._details[code] = values

    def _alone(self, code: str) -> None:
        if not (self.unread or self.disordered):
            self._damage(1, "record-order", f"record {code} was found without a payment before it")

    def _finish(self) -> None:
        """Give on the payment whose records were read."""
        payment, self._payment = self._payment, None
        parts, self._parts = self._parts, []
        amounts, self._amounts = self._amounts, []
        texts, self._texts = self._texts, []
        details, self._details = self._details, {}
        if payment is None:
            return
        if any(amounts):
            comes_to = sum(amounts)
            if payment.kind is Kind.DEDUCTION:  # its references are told as taking off, or as what is taken off
                comes_to = abs(comes_to)
            fits = comes_to == abs(payment.amount_minor)
            message = "the references of a payment do not add up to it"
            here, self.found.line = self.found.line, payment.line
            if not fits and all(amounts):
                self._damage(38, "references", message)
            elif not fits:
                self.found.warn(38, "references", message)
            self.found.line = here
        if not payment.amount_minor:
            self.found.warn(38, "amount-zero", "the amount is zero")
        if not payment.reference and len(parts) == 1 and not parts[0].takes_off:
            payment = payment._replace(reference_kind=parts[0].kind, reference=parts[0].reference)
        payment = payment._replace(
            ordinal=self.totals.lines + 1,
            parts=tuple(parts),
            texts=tuple(texts),
            payer_name=details.get("26", {}).get("name", ""),
            payer_address=_address(details),
            payer_id=details.get("29", {}).get("number", ""),
        )
        self.totals.add(payment)
        self.found.publish(payment)

    def _deposit(self, text: str) -> None:
        self._finish()
        self.stage = "file"
        self.counts.deposits += 1
        values = self._values(layouts.DEPOSIT, text)
        if values is None:
            return
        day = day_of(values["date"], "YYYYMMDD")
        if day is None:
            self._damage(38, "date", f"deposit date: {shown(values['date'], personal=True)} is no day (YYYYMMDD)")
        elif day < OLDEST:
            self.found.warn(38, "date", "the year of the deposit is garbled; the day of the file is taken")
        if self.currency and values["currency"] != self.currency:
            self._damage(69, "currency", f"{self.currency} was wanted, {shown(values['currency'])} found")
        if not (self.unread or self.disordered) and int(values["amount"]) != self.net_minor:
            self._damage(51, "sum", f"the deposit is {int(values['amount'])}, its payments are {self.net_minor}")
        if not self.disordered and int(values["payments"]) != self.lines:
            message = f"{int(values['payments'])} payments are stated, {self.lines} were found"
            self._damage(72, "count", message)
        self.found.publish(
            GroupEnd(
                self.found.line,
                self.deposit,
                self.lines,
                self.lines,
                self.net_minor,
                self.currency,
                self.day,
                values["serial"],
                self.bankgiro,
                bank_account=values["account"].lstrip("0"),
            )
        )

    def _end(self, text: str) -> None:
        self.stage = "end"
        values = self._values(layouts.END, text)
        if values is None or self.disordered_anywhere:
            return
        counts = self.counts
        for name, position, counted in (
            ("payments", 3, counts.payments),
            ("deductions", 11, counts.deductions),
            ("references", 19, counts.references),
            ("deposits", 27, counts.deposits),
        ):
            if int(values[name]) != counted:
                self._damage(position, "count", f"{int(values[name])} {name} are stated, {counted} were found")

    def _values(self, layout: Layout, text: str) -> dict[str, str] | None:
        values = layout.read(text, self.found)
        if values is None:
            self.unread = True
        return values

    def _amount(self, text: str, position: int) -> int:
        amount = int(text)
        if amount > LARGEST_MINOR:
            self._damage(position, "amount", f"amount: more than {LARGEST_MINOR} öre")
        return amount

    def _reference_kind(self, code: str, reference: str) -> ReferenceKind:
        kind = REFERENCE_KINDS.get(code)
        if kind is None:
            self._damage(56, "reference-code", f"reference code: 0 to 5 was wanted, {shown(code)} found")
            return ReferenceKind.FREE
        if bool(reference) == (code in NO_REFERENCE) and code:
            there = "there is one" if reference else "there is none"
            self.found.warn(56, "reference-code", f"reference code {code} does not go with the reference: {there}")
        return kind if reference else ReferenceKind.NONE

    def _damage(self, position: int | None, code: str, message: str) -> None:
        if code == "record-order":
            self.disordered = self.disordered_anywhere = True
        self.found.fault(position, code, message)


def _address(details: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """The lines of a payer's address as they go on an envelope: further name, street, postal code and city, country."""
    name, street, city = (details.get(code, {}) for code in ("26", "27", "28"))
    place = f"{street.get('postal code', '')} {city.get('city', '')}".strip()
    country = city.get("country", "") or city.get("country code", "")
    return tuple(line for line in (name.get("extra name", ""), street.get("street", ""), place, country) if line)


WANTED = {
    "start": "the start record (01)",
    "file": "a deposit (05) or the end record (70)",
    "deposit": "a payment (20, 21), its records (22 to 29) or the deposit record (15)",
    "end": "nothing more",
}


def iter_bgmax(source: Source) -> Iterator[FileEvent]:
    """The events of a Bg Max file in its order. Raises `BankFileRefused` at the end, or where it must stop."""
    with opened(source) as given:
        stream = given if given.seekable() else BytesIO(given.read())
        begin = stream.tell()
        refuse_foreign(
            stream.read(len(BEGINS)), BEGINS, "not-bgmax", "not a Bg Max file: it does not begin with 01BGMAX"
        )
        stream.seek(begin)
        deposits = _deposits(stream)
        stream.seek(begin)
        reader = BgMaxReader(deposits)
        for line, raw in lines(stream):
            reader.read(line, raw)
            yield from reader.found.drain()
        reader.end_of_file()
        yield from reader.found.drain()


def _deposits(stream: BinaryIO) -> list[tuple[str, str]]:
    records = (raw.decode("iso-8859-1").expandtabs(8) for _, raw in lines(stream) if raw[:2] == b"15")
    return [(text[37:45], text[45:50].strip()) for text in records]
