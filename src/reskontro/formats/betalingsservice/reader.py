"""Reading the deliveries 0602 (payments) and 0603 (mandates) of Betalingsservice as a stream, and 0601, our own.

`002 ( 012 (022|042|052|062)* 092 )+ 992`. What is checked: the order of the records, numbers and dates, that records
belong to the creditor, that a sign and a paid amount go with what the code says, and the counts and sums of each
section and of the delivery. A section's sum may count the payments alone or the payments less what was charged back;
the reader accepts either, the same in all of a delivery, and says which in a warning where the two differ.
"""

from collections.abc import Iterator
from datetime import date

from reskontro.formats.betalingsservice import layouts
from reskontro.formats.betalingsservice.collections import CURRENCY, Collector
from reskontro.formats.betalingsservice.layouts import LENGTH
from reskontro.formats.betalingsservice.sums import Counting, Sums
from reskontro.formats.findings import Findings, shown
from reskontro.formats.fixed_width import (
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
    Kind,
    MandateAction,
    MandateChange,
    ReferenceKind,
    Totals,
)

BEGINS = b"BS002"
NO_DATE = "000000"
PAYMENT_KINDS = {
    "0236": Kind.PAYMENT,
    "0237": Kind.REFUSED,
    "0238": Kind.CANCELLED,
    "0239": Kind.RETURN,
    "0297": Kind.PAYMENT,
    "0299": Kind.RETURN,
}
MANDATE_ACTIONS = {
    "0230": MandateAction.IN_FORCE,
    "0231": MandateAction.NEW,
    "0232": MandateAction.ENDED,
    "0233": MandateAction.ENDED,
    "0234": MandateAction.ENDED,
}
SIGNS = {"0236": "12", "0239": "2", "0297": "01", "0299": "02"}
"""The signs that money has that moved. A payment may be a paying out; of slips no sign is confirmed."""
SECTIONS = {
    "0601": frozenset({"0112", "0117"}),
    "0602": frozenset({"0211", "0215"}),
    "0603": frozenset({"0210", "0212"}),
}
LINES = {"0601": layouts.COLLECTION, "0602": layouts.PAYMENT, "0603": layouts.MANDATE}
NOTICES = "0117"
SUB_SYSTEM = "BS1"
BESIDE = frozenset({"BS022", "BS052", "BS062"})
CODES_OF_LINES = {"BS022": "0240", "BS052": "0241"}
NO_GROUP = frozenset({"", "00000"})
WANTED = {
    "start": "the start of the delivery (002)",
    "delivery": "a section (012) or the end of the delivery (992)",
    "section": "a record of the section (022, 042, 052, 062) or its end (092)",
    "end": "nothing more",
}
ANY = frozenset(Counting)
OF_COLLECTIONS = frozenset({Counting.NET})
SAID = {Counting.NET: "less", Counting.GROSS: "without"}


class BetalingsserviceReader:
    """The state between two records of a delivery."""

    def __init__(self) -> None:
        self.found: Findings[FileEvent] = Findings()
        self.totals = Totals()
        self.mandates = 0
        self.stage = "start"
        self.type = ""
        self.supplier = ""
        self.sections = 0
        self.section = ""
        self.creditor = ""
        self.group = ""
        self.sums = Sums()
        self.all = Sums()
        self._counting = ANY
        self._stated_minor = 0
        self._collector = Collector(self.found, self.totals, self._damage)

    def read(self, line: int, raw: bytes) -> None:  # noqa: C901  one case for each record
        """Take one record, without its line end."""
        self.found.line = line
        if is_empty(raw):
            if self.stage != "end":
                self._damage(None, "empty-line", "an empty line stands before the end of the delivery")
            return
        text = record(raw, LENGTH, self.found, begins=b"BS")
        head = text[:5]
        if head not in BESIDE:
            self._collector.give(text[27:42].strip() if head == "BS042" else "")
        if self.stage == "section" and head in {"BS012", "BS992"}:
            self._damage(1, "record-order", f"record {head} was found where the end of the section (092) was wanted")
            self.stage = "delivery"
        match head, self.stage:
            case "BS002", "start":
                self._start(text)
            case "BS012", "delivery":
                self._section(text)
            case "BS042", "section":
                self._line(text)
            case "BS022" | "BS052" | "BS062", "section":
                self.sums.count_022 += head == "BS022"
                self.sums.count_052 += head != "BS022"
                self._beside(head, text)
            case "BS092", "section":
                self._section_end(text)
            case "BS992", "delivery":
                self._end(text)
            case _, "end":
                what = "another delivery begins, a file holds one" if head == "BS002" else "it is behind the end"
                self.found.give_up(1, "record-order", f"nothing more was wanted: {what}")
            case _:
                message = f"record {shown(head)} was found where {WANTED[self.stage]} was wanted"
                self._damage(1, "record-order", message)

    def end_of_file(self) -> None:
        """Say what is missing when no line is left, or that the delivery is whole."""
        if self.stage != "end":
            self.found.line += 1
            self._damage(None, "truncated", f"the file ends where {WANTED[self.stage]} was wanted")
        self.found.end()
        self.found.publish(FileEnd(self.found.line, self.totals, mandates=self.mandates))

    def _start(self, text: str) -> None:
        self.stage = "delivery"
        self.type, self.supplier = text[16:20], text[5:13]
        if self.type not in SECTIONS:
            message = f"delivery {', '.join(SECTIONS)} was wanted, {shown(self.type)} was found"
            self.found.give_up(17, "delivery-type", message)
        values = self._values(layouts.DELIVERY_START, text)
        if values is None:
            return
        if values["sub-system"] != SUB_SYSTEM:
            self.found.warn(
                14, "sub-system", f"sub-system: {SUB_SYSTEM} was wanted, {shown(values['sub-system'])} found"
            )
        created = self._day(values["date"], 50, "date")
        identity = {"delivery": values["delivery"], "supplier": values["supplier"], "created": values["date"]}
        version, day = self.type, created.isoformat() if created else ""
        self.found.publish(FileStart(FileFormat.BETALINGSSERVICE, version, identity, day))

    def _section(self, text: str) -> None:
        self.stage = "section"
        self.sections += 1
        self.sums = Sums()
        self.section, self.creditor, self.group = text[13:17], text[5:13], ""
        ours = self.type == "0601"
        values = self._values(layouts.COLLECTIONS_START if ours else layouts.SECTION_START, text)
        if values is None:
            return
        if self.section not in SECTIONS[self.type]:
            wanted = " or ".join(sorted(SECTIONS[self.type]))
            self._damage(14, "section", f"section {wanted} was wanted, {shown(self.section)} found")
        elif self.section == NOTICES:
            self.found.warn(14, "section", "section 0117 is read as one of collections, its layout is not confirmed")
        self.group = values["group"]
        if ours and values["date"].strip("0") and day_of(values["date"], "DDMMYYYY") is None:
            self._damage(47, "date", f"date: {shown(values['date'])} is no day (DDMMYYYY)")
        if values["date"].strip("0") and not ours:
            self._day(values["date"], 50, "date")
        self.found.publish(GroupStart(self.found.line, self.sections, self.section, self.creditor, CURRENCY))

    def _line(self, text: str) -> None:
        self.sums.count_042 += 1
        values = self._values(LINES[self.type], text)
        if values is None:
            return
        if values["creditor"] != self.creditor:
            self._damage(6, "creditor", "the record is another creditor's than its section")
        self._same_group(values["group"], 23 if self.type == "0601" else 21)
        match self.type:
            case "0601":
                self._collector.collection(values, self.sums, self.sections, self.section)
            case "0602":
                self._payment(values)
            case _:
                self._mandate(values)

    def _beside(self, head: str, text: str) -> None:
        """A line of address or text, which is its creditor's; in our own delivery it belongs to a collection."""
        if text[5:13] != self.creditor:
            self._damage(6, "creditor", "the record is another creditor's than its section")
        if self.type != "0601" or head not in CODES_OF_LINES:
            return
        values = self._values(layouts.ADDRESS_LINE if head == "BS022" else layouts.TEXT_LINE, text)
        if values is None:
            return
        if values["code"] != CODES_OF_LINES[head]:
            self._damage(14, "transaction-code", f"{CODES_OF_LINES[head]} was wanted, {shown(values['code'])} found")
        if head == "BS022":
            self._collector.address(values)
        else:
            self._collector.text(values, text[52:112].rstrip(), known=not self.sums.damaged)

    def _payment(self, values: dict[str, str]) -> None:
        code, sign = values["code"], values["sign"]
        kind = PAYMENT_KINDS.get(code)
        if kind is None:
            wanted = ", ".join(PAYMENT_KINDS)
            self._damage(14, "transaction-code", f"one of {wanted} was wanted, {shown(code)} found")
            return
        if sign not in {"0", "1", "2"}:
            self._damage(56, "sign", f"sign: 0, 1 or 2 was wanted, {shown(sign)} found")
            return
        self._sign_goes_with_the_code(code, kind, values)
        due = self._day(values["date"], 50, "date")
        paid_on = self._day(values["paid on"], 104, "payment date")
        booked_on = self._day(values["booked on"], 110, "booking date")
        amount, paid = int(values["amount"]), int(values["paid"])
        moved = kind in {Kind.PAYMENT, Kind.RETURN}
        if moved and paid != amount:
            self._paid_another_amount(kind, paid)
        money = paid if moved and paid else amount
        if kind is Kind.PAYMENT and sign == "2":
            kind = Kind.PAYOUT
            self.sums.pays_out = True
        if kind is Kind.RETURN:
            self.sums.returned_minor += money
        elif moved:
            self.sums.paid_minor += money if kind is Kind.PAYMENT else -money
            self.sums.asked_minor += amount if kind is Kind.PAYMENT else -amount
        dates = {values["date"], values["paid on"], values["booked on"]}
        if moved and dates == {NO_DATE}:
            self._damage(110, "date", "a payment has no date")
        signed = -money if kind in {Kind.RETURN, Kind.PAYOUT} or (not moved and sign == "2") else money
        if moved and not money:
            self.found.warn(57, "amount-zero", "the amount is zero")
        payment = IncomingPayment(
            self.found.line,
            1,
            self.sections,
            self.totals.lines + 1,
            kind,
            self.creditor,
            signed,
            CURRENCY,
            (booked_on or paid_on or due) if moved or kind is Kind.PAYOUT else None,
            paid_on,
            due,
            ReferenceKind.CUSTOMER,
            values["customer"],
            (),
            "",
            "",
            "",
            (values["reference"],) if values["reference"] else (),
            values["mandate"],
            values["reference"],
            self.section,
            code,
            values["group"],
            code if kind not in {Kind.PAYMENT, Kind.PAYOUT} else "",
        )
        self.totals.add(payment)
        self.found.publish(payment)

    def _paid_another_amount(self, kind: Kind, paid: int) -> None:
        if not paid:
            self.found.warn(116, "paid-amount", "the paid amount is zeros; the amount is taken")
            return
        self.sums.uneven = True
        if kind is Kind.RETURN:
            self._damage(116, "paid-amount", "what was charged back is not the amount, and no sum need hold it")
        else:
            self.found.warn(116, "paid-amount", "the paid amount differs from the amount, and is taken")

    def _sign_goes_with_the_code(self, code: str, kind: Kind, values: dict[str, str]) -> None:
        """What contradicts itself is one of the two by accident, and a sum of either kind may hide it."""
        sign, amount, paid = values["sign"], int(values["amount"]), int(values["paid"])
        if kind in {Kind.REFUSED, Kind.CANCELLED}:
            if paid:
                self._damage(116, "paid-amount", f"code {code} says that nothing was paid, the paid amount is not zero")
            return
        if amount and not paid and values["paid on"] == values["booked on"] == NO_DATE:
            message = f"code {code} says that money moved, the paid amount and its dates are zeros"
            self._damage(116, "paid-amount", message)
        wanted = SIGNS[code]
        if sign not in wanted and (sign != "0" or amount or paid):
            self._damage(56, "sign", f"sign: {' or '.join(wanted)} was wanted with code {code}, {shown(sign)} found")

    def _mandate(self, values: dict[str, str]) -> None:
        action = MANDATE_ACTIONS.get(values["code"])
        if action is None:
            wanted = ", ".join(MANDATE_ACTIONS)
            self._damage(14, "transaction-code", f"one of {wanted} was wanted, {shown(values['code'])} found")
            return
        first, last = self._day(values["start"], 50, "start date"), self._day(values["end"], 56, "end date")
        if (action is MandateAction.ENDED) != (values["end"] != NO_DATE):
            self.found.warn(56, "end-date", "a mandate that ended has an end date, and no other has one")
        self.mandates += 1
        self.found.publish(
            MandateChange(
                self.found.line,
                self.sections,
                action,
                self.creditor,
                values["customer"],
                values["mandate"],
                "",
                "",
                values["code"],
                values["group"],
                first,
                last,
                None,
            )
        )

    def _section_end(self, text: str) -> None:
        self.stage = "delivery"
        values = self._values(layouts.COLLECTIONS_END if self.type == "0601" else layouts.SECTION_END, text)
        if values is None:
            return
        if values["creditor"] != self.creditor or values["section"] != self.section:
            self._damage(6, "section", "the end is another section's than its start")
        self._same_group(values["group"], 23 if self.type == "0601" else 21)
        self._counts(values, self.sums)
        self._counting = self._sum(values, self.sums)
        self.all.add(self.sums)
        self._stated_minor += int(values["sum"])
        self.found.publish(
            GroupEnd(
                self.found.line,
                self.sections,
                self.sums.count_042,
                self.sums.count_042,
                self.sums.net_minor,
                CURRENCY,
                id=self.section,
                account=self.creditor,
            )
        )

    def _end(self, text: str) -> None:
        self.stage = "end"
        values = self._values(layouts.DELIVERY_END, text)
        if values is None:
            return
        if values["type"] != self.type or values["supplier"] != self.supplier:
            self._damage(6, "delivery", "the end is another delivery's than its start")
        if values["sub-system"] != SUB_SYSTEM:
            self.found.warn(
                14, "sub-system", f"sub-system: {SUB_SYSTEM} was wanted, {shown(values['sub-system'])} found"
            )
        if not self.sections:
            self.found.fault(None, "no-section", "the delivery holds no section")
        if not self.all.damaged and int(values["sections"]) != self.sections:
            message = f"sections: {int(values['sections'])} is stated, {self.sections} were found"
            self.found.fault(21, "count", message)
        self._counts(values, self.all)
        if int(values["sum"]) != self._stated_minor:  # sums below zero have no sign: they may be added as they stand
            self._sum(values, self.all)

    def _counts(self, values: dict[str, str], sums: Sums) -> None:
        if sums.damaged:
            return
        for name, position, counted in (
            ("count 042", 32, sums.count_042),
            ("count 052", 58, sums.count_052),
            ("count 022", 84, sums.count_022),
        ):
            stated = int(values[name] or 0)
            if stated != counted:
                self.found.fault(position, "count", f"{name}: {stated} is stated, {counted} were found")

    def _sum(self, values: dict[str, str], sums: Sums) -> frozenset[Counting]:
        """Which countings a sum may be by; none is a fault. What collections come to is net."""
        if sums.damaged:
            return self._counting
        found = sums.countings(int(values["sum"])) & (OF_COLLECTIONS if self.type == "0601" else ANY)
        if not found:
            message = (
                f"sum: {int(values['sum'])} øre is stated, the payments are {sums.paid_minor}, net {sums.net_minor}"
            )
            self.found.fault(43, "sum", message)
            return self._counting
        alike = self._counting & found
        if not alike:
            self.found.fault(43, "sum", "sum: it counts what was charged back in another way than a sum before it")
        elif sums.returned_minor and len(found) == 1 and self.type == "0602":
            self.found.warn(43, "sum", f"the sum counts the payments {SAID[next(iter(found))]} what was charged back")
        return alike or self._counting

    def _values(self, layout: Layout, text: str) -> dict[str, str] | None:
        values = layout.read(text, self.found)
        if values is None:
            self.sums.damaged = self.all.damaged = True
        return values

    def _same_group(self, found: str, position: int) -> None:
        if found != self.group and not NO_GROUP.intersection({found, self.group}):
            self.found.warn(position, "group", f"debtor group: {self.group} was wanted, {found} found")

    def _day(self, text: str, position: int, name: str) -> date | None:
        if text == NO_DATE:
            return None
        day = day_of(text, "DDMMYY")
        if day is None:
            self._damage(position, "date", f"{name}: {shown(text)} is no day (DDMMYY)")
        return day

    def _damage(self, position: int | None, code: str, message: str) -> None:
        """A fault that leaves counts and sums without meaning."""
        self.sums.damaged = self.all.damaged = True
        self.found.fault(position, code, message)


def iter_betalingsservice(source: Source) -> Iterator[FileEvent]:
    """The events of a delivery in its order. Raises `BankFileRefused` at the end, or where it must stop."""
    reader = BetalingsserviceReader()
    with opened(source) as stream:
        for line, raw in lines(stream):
            if line == 1:
                message = "not a delivery of Betalingsservice: it does not begin with BS002"
                refuse_foreign(raw, BEGINS, "not-betalingsservice", message)
            reader.read(line, raw)
            yield from reader.found.drain()
        if not reader.found.line:
            refuse_foreign(b"", BEGINS, "not-betalingsservice", "not a delivery of Betalingsservice")
        reader.end_of_file()
        yield from reader.found.drain()
