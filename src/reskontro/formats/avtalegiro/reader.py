"""Reading AvtaleGiro claims and cancellations: what we send, as the operator will read it.

For whoever wants to know what is in such a file before it goes, and for the tests of the writer. Every count, sum and
date of the end records is checked. What makes the operator refuse a file is a fault; what may be another system's
habit, such as transaction numbers that are no series, is a warning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reskontro.formats.findings import Findings, shown
from reskontro.formats.fixed_width import (
    Field,
    Kind,
    Layout,
    Source,
    day_of,
    is_empty,
    lines,
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
    ReferenceKind,
    Totals,
)
from reskontro.formats.payments import Kind as PaymentKind
from reskontro.kernel.account_number import account_check_digit_fits
from reskontro.kernel.kid import FORMAT_IN_WORDS, has_kid_format
from reskontro.kernel.money import LARGEST_MINOR

LENGTH = 80
CURRENCY = "NOK"
MOST_LINES = 42
COLUMN = 40

TRANSMISSION = Layout(
    Field("sender", 9, 16, Kind.DIGITS),
    Field("number", 17, 23, Kind.DIGITS),
    Field("recipient", 24, 31, Kind.DIGITS),
    Field("filler", 32, 80, Kind.ZEROS),
)
ASSIGNMENT = Layout(
    Field("filler", 9, 17, Kind.ZEROS),
    Field("number", 18, 24, Kind.DIGITS),
    Field("account", 25, 35, Kind.DIGITS),
    Field("filler", 36, 80, Kind.ZEROS),
)
ITEM_1 = Layout(
    Field("number", 9, 15, Kind.DIGITS),
    Field("due", 16, 21, Kind.DIGITS),
    Field("filler", 22, 32, Kind.BLANK),
    Field("amount", 33, 49, Kind.DIGITS),
    Field("kid", 50, 74),
    Field("filler", 75, 80, Kind.ZEROS),
)
ITEM_2 = Layout(
    Field("number", 9, 15, Kind.DIGITS),
    Field("name", 16, 25),
    Field("filler", 26, 50, Kind.BLANK),
    Field("reference", 51, 75),
    Field("filler", 76, 80, Kind.ZEROS),
)
SPECIFICATION = Layout(
    Field("number", 9, 15, Kind.DIGITS),
    Field("notice", 16, 16, Kind.DIGITS),
    Field("line", 17, 19, Kind.DIGITS),
    Field("column", 20, 20, Kind.DIGITS),
    Field("text", 21, 60),
    Field("filler", 61, 80, Kind.ZEROS),
)
END = Layout(
    Field("transactions", 9, 16, Kind.DIGITS),
    Field("records", 17, 24, Kind.DIGITS),
    Field("sum", 25, 41, Kind.DIGITS),
    Field("first", 42, 47, Kind.DIGITS),
    Field("last", 48, 53, Kind.DIGITS),
    Field("filler", 54, 80, Kind.ZEROS),
)
TRANSMISSION_END = Layout(
    Field("transactions", 9, 16, Kind.DIGITS),
    Field("records", 17, 24, Kind.DIGITS),
    Field("sum", 25, 41, Kind.DIGITS),
    Field("first", 42, 47, Kind.DIGITS),
    Field("filler", 48, 80, Kind.ZEROS),
)
CLAIM_TYPES = {"00": frozenset({"02", "21"}), "36": frozenset({"93"})}
CANCELLATIONS = "36"
BANK_NOTIFIES = "21"
STARTS = frozenset({"NY210020", "NY213620"})
ENDS = frozenset({"NY210088", "NY213688", "NY000089"})
OPERATOR = "00008080"


@dataclass(slots=True)
class Sums:
    """What was found in an assignment or a transmission so far; `damaged` when a record of it could not be read."""

    damaged: bool = False
    transactions: int = 0
    records: int = 1
    minor: int = 0
    first: date | None = None
    last: date | None = None

    def add(self, amount_minor: int, day: date) -> None:
        """Count a claim."""
        self.transactions += 1
        self.minor += amount_minor
        self.first = day if self.first is None else min(self.first, day)
        self.last = day if self.last is None else max(self.last, day)


class ClaimReader:
    """The state between two records of a transmission."""

    def __init__(self) -> None:
        self.found: Findings[FileEvent] = Findings()
        self.totals = Totals()
        self.stage = "start"
        self.groups = 0
        self.type = ""
        self.account = ""
        self.number = ""
        self.all = Sums()
        self.sums = Sums()
        self._numbers: set[str] = set()
        self._claim: IncomingPayment | None = None
        self._transaction = 0
        self._item_2 = False
        self._told = False  # what an item belongs to could not be read, which was said
        self._texts: list[tuple[tuple[int, int], str]] = []

    def read(self, line: int, raw: bytes) -> None:
        """Take one record, without its line end."""
        self.found.line = line
        if is_empty(raw):
            if self.stage != "end":
                self._damage(None, "empty-line", "an empty line stands before the end of transmission")
            return
        text = record(raw, LENGTH, self.found, begins=b"NY")
        head = text[:8]
        self.all.records += self.stage != "start"
        if self.stage == "end":
            self.found.give_up(1, "record-order", "something stands behind the end of transmission")
        if self.stage == "assignment" and head in STARTS | ENDS and head != f"NY21{self.type}88":
            self._damage(1, "record-order", f"the end of assignment was wanted, {shown(head)} found")
            self._finish()
            self.stage = "transmission"
        if self.stage == "start":
            self._start(head, text)
        elif self.stage == "transmission" and head in STARTS:
            self._assignment(text)
        elif self.stage == "transmission" and head == "NY000089":
            self._end(text)
        elif self.stage == "assignment":
            self._in_assignment(head, text)
        else:
            self._damage(1, "record-order", f"record {shown(head)} was found out of its place")

    def _in_assignment(self, head: str, text: str) -> None:
        self.sums.records += 1
        if head == f"NY21{self.type}88":
            self._assignment_end(text)
        elif head[:4] == "NY21" and head[4:6] in CLAIM_TYPES[self.type] and head[6:8] in {"30", "31", "49"}:
            {"30": self._first, "31": self._second, "49": self._specification}[head[6:8]](text)
        else:
            self._told = True
            self._damage(1, "record-order", f"a claim or the end of assignment was wanted, {shown(head)} found")

    def end_of_file(self) -> None:
        """Say what is missing when no line is left, or that the file is whole."""
        if self.stage != "end":
            self.found.line += 1
            self._damage(None, "truncated", "the file ends before its end of transmission")
        self.found.end()
        self.found.publish(FileEnd(self.found.line, self.totals))

    def _start(self, head: str, text: str) -> None:
        self.stage = "transmission"
        if head != "NY000010":
            self._damage(1, "record-order", "a start of transmission was wanted")
        values = self._values(TRANSMISSION, text)
        if values is not None:
            if values["recipient"] != OPERATOR:
                message = f"recipient: {OPERATOR}, the operator, was wanted, {values['recipient']} found"
                self.found.fault(24, "recipient", message)
            identity = {name: values[name] for name in ("sender", "number", "recipient")}
            self.found.publish(FileStart(FileFormat.AVTALEGIRO, "claims", identity, ""))

    def _assignment(self, text: str) -> None:
        self.stage = "assignment"
        self.groups += 1
        self.type = text[4:6]
        self.sums = Sums()
        self._transaction = 0
        values = self._values(ASSIGNMENT, text)
        if values is None:
            return
        self.account, self.number = values["account"], values["number"]
        if not account_check_digit_fits(self.account):
            self.found.warn(25, "account-check-digit", "the check digit of the payee's account does not fit")
        if self.number in self._numbers:
            self.found.warn(18, "assignment-number", f"assignment number {self.number} was there before")
        self._numbers.add(self.number)
        self.found.publish(GroupStart(self.found.line, self.groups, self.number, self.account, CURRENCY))

    def _first(self, text: str) -> None:
        self._finish()
        values = self._values(ITEM_1, text)
        self._told = values is None
        if values is None:
            return
        due, amount, kid = day_of(values["due"], "DDMMYY"), int(values["amount"]), values["kid"]
        if due is None:
            self._told = True
            self._damage(16, "date", f"due date: {shown(values['due'])} is no day (DDMMYY)")
            return
        if amount > LARGEST_MINOR:
            self._damage(33, "amount", f"amount: more than {LARGEST_MINOR} øre")
        if not has_kid_format(kid):
            self._damage(50, "kid", f"KID: {FORMAT_IN_WORDS}, {shown(kid)} found")
        elif text[73] == " ":
            self.found.warn(50, "kid-format", "the KID is not aligned to the right")
        if not amount:
            self.found.warn(33, "amount-zero", "the amount is zero")
        number, wanted = int(values["number"]), self._transaction + 1
        if self.type == "00" and number != wanted:
            self.found.warn(9, "transaction-number", f"transaction number {wanted} was wanted, {number} found")
        self._transaction = number
        self.sums.add(amount, due)
        self._claim = IncomingPayment(
            self.found.line,
            1,
            self.groups,
            0,
            PaymentKind.CLAIM if self.type == "00" else PaymentKind.CANCELLATION,
            self.account,
            amount,
            CURRENCY,
            None,
            due,
            None,
            ReferenceKind.KID,
            kid,
            (),
            "",
            "",
            "",
            (),
            "",
            "",
            self.number,
            text[4:6],
            values["number"],
            "",
        )

    def _second(self, text: str) -> None:
        values = self._values(ITEM_2, text)
        if values is None or not self._belongs(values["number"]):
            return
        assert self._claim is not None
        if self._item_2:
            self._damage(7, "item-pair", "the claim has an amount item 2 already")
        self._item_2 = True
        self._claim = self._claim._replace(payer_name=values["name"], end_to_end_id=values["reference"])

    def _specification(self, text: str) -> None:
        values = self._values(SPECIFICATION, text)
        if values is None or not self._belongs(values["number"]):
            return
        line, column = int(values["line"]), int(values["column"])
        if values["notice"] != "4" or not 1 <= line <= MOST_LINES or column not in {1, 2}:
            self._damage(16, "specification", "notice 4, a line from 1 to 42 and column 1 or 2 were wanted")
            return
        place = (line, column)
        if any(place == other for other, _ in self._texts):
            self._damage(17, "specification", "the line and column were there before")
            return
        if not values["text"]:
            self.found.warn(21, "specification", "an empty line of specification must not be sent")
        if self.type == "00" and text[4:6] != BANK_NOTIFIES:
            self.found.warn(
                7, "specification", "the bank passes over the specification of a claim that it does not tell"
            )
        self._texts.append((place, text[20:60]))

    def _belongs(self, number: str) -> bool:
        """Whether a record is of the claim before it. What follows an item 1 that could not be read is passed over."""
        fits = self._claim is not None and int(number) == self._transaction
        if not fits and not self._told:
            self._damage(9, "item-pair", "the record follows no amount item 1 of its number")
        return fits

    def _finish(self) -> None:
        claim, self._claim = self._claim, None
        texts, self._texts = self._texts, []
        item_2, self._item_2 = self._item_2, False
        if claim is None:
            return
        if not item_2 and claim.kind is PaymentKind.CLAIM:
            self._damage(7, "item-pair", "amount item 2 is missing before this record")
        claim = claim._replace(ordinal=self.totals.lines + 1, texts=_joined(dict(texts)))
        self.totals.add(claim)
        self.found.publish(claim)

    def _assignment_end(self, text: str) -> None:
        self._finish()
        self.stage = "transmission"
        self._compare(self._values(END, text), self.sums)
        self.all.transactions += self.sums.transactions
        self.all.minor += self.sums.minor
        if self.sums.first is not None:
            self.all.first = self.sums.first if self.all.first is None else min(self.all.first, self.sums.first)
        count = self.sums.transactions
        self.found.publish(
            GroupEnd(
                self.found.line,
                self.groups,
                count,
                count,
                self.sums.minor,
                CURRENCY,
                id=self.number,
                account=self.account,
            )
        )

    def _end(self, text: str) -> None:
        self.stage = "end"
        values = self._values(TRANSMISSION_END, text)
        if not self.groups:
            self.found.fault(None, "no-assignment", "the transmission holds no assignment")
        self._compare(values, self.all)

    def _compare(self, values: dict[str, str] | None, sums: Sums) -> None:
        if values is None or sums.damaged:
            return
        facts = (
            ("transactions", 9, sums.transactions),
            ("records", 17, sums.records),
            ("sum", 25, sums.minor),
        )
        for name, position, counted in facts:
            if int(values[name]) != counted:
                self.found.fault(position, "count", f"{name}: {int(values[name])} is stated, {counted} was found")
        for name, position, day in (("first", 42, sums.first), ("last", 48, sums.last)):
            if day is not None and name in values and day_of(values[name], "DDMMYY") != day:
                message = f"{name} due date: {shown(values[name])} is stated, the claims have {day}"
                self.found.fault(position, "date-range", message)

    def _values(self, layout: Layout, text: str) -> dict[str, str] | None:
        values = layout.read(text, self.found)
        if values is None:
            self.sums.damaged = self.all.damaged = True
        return values

    def _damage(self, position: int | None, code: str, message: str) -> None:
        """A fault that leaves counts and sums without meaning."""
        self.sums.damaged = self.all.damaged = True
        self.found.fault(position, code, message)


def _joined(parts: dict[tuple[int, int], str]) -> tuple[str, ...]:
    """The lines of a specification from its parts of 40 characters by line and column; what lies between is empty."""
    last = max((line for line, _ in parts), default=0)
    return tuple(
        f"{parts.get((line, 1), ''):{COLUMN}}{parts.get((line, 2), '')}".rstrip() for line in range(1, last + 1)
    )


def iter_claims(source: Source) -> Iterator[FileEvent]:
    """The events of a file of claims in its order. Raises `BankFileRefused` at the end, or where it must stop."""
    reader = ClaimReader()
    with opened(source) as stream:
        for line, raw in lines(stream):
            if line == 1:
                message = "not a file of AvtaleGiro claims: it does not begin with NY000010"
                refuse_foreign(raw, b"NY000010", "not-avtalegiro", message)
            reader.read(line, raw)
            yield from reader.found.drain()
        if not reader.found.line:
            refuse_foreign(b"", b"NY", "not-avtalegiro", "not a file of AvtaleGiro claims")
        reader.end_of_file()
        yield from reader.found.drain()
