"""Reading Autogiro files from Bankgirot as a stream: payments, mandates, refused and changed orders, old and new.

A file is one or more parts, each from its opening record to its end record. What is checked: the order of the records,
numbers and dates, and all counts and sums: in the new payment specification those of each section, which hold paid
lines only, and the end record's; in the old one the end record's, which hold failed lines too; in a list of changes the
end record's, which hold what was carried out.
"""

from collections.abc import Iterator
from datetime import date
from hashlib import blake2b

from reskontro.formats.autogiro import codes, layouts
from reskontro.formats.autogiro.files import SAME_LAYOUT_EVER, File, Opening, begins_autogiro, opening_of
from reskontro.formats.autogiro.mandates import action_of, with_details
from reskontro.formats.autogiro.parts import Part, Section, differences
from reskontro.formats.findings import BankFileRefused, Fault, Findings, shown
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
    MandateAction,
    MandateChange,
    ReferenceKind,
    Totals,
)

LENGTH = 80
CURRENCY = "SEK"
CLEARING = "9900"
AT_ONCE = "GENAST"
DATE_ALONE = len("YYYYMMDD")
NOT_COUNTED = frozenset({"record-order", "status", "direction"})
"""Faults after which it is not known what a line adds to the counts and sums of its part."""


class AutogiroReader:
    """The state between two records of a file."""

    def __init__(self) -> None:
        self.found: Findings[FileEvent] = Findings()
        self.totals = Totals()
        self.mandates = 0
        self.groups = 0
        self.parts = 0
        self.part: Part | None = None
        self.section: Section | None = None
        self.digest = blake2b(digest_size=16)  # of the part's records
        self.digests: set[bytes] = set()
        self.mandate: MandateChange | None = None

    def read(self, line: int, raw: bytes) -> None:
        """Take one record, without its line end."""
        self.found.line = line
        if is_empty(raw):
            if self.part is not None or not self.parts:
                self._damage(None, "empty-line", "an empty line stands before the end record")
            return
        faults = len(self.found.faults)
        text = record(raw, LENGTH, self.found, tabs=True)
        if len(self.found.faults) > faults and self.part is not None:
            self.part.damaged = True  # its sums would only say the same again
        code = text[:2]
        if may_be_unicode(raw):
            message = "the line may have been saved as Unicode text: then what stands behind its letters has moved"
            self.found.warn(None, "encoding", message)
        part = self.part
        if part is None:
            self._open(code, text)
            return
        if code != "01":
            self.digest.update(text.encode("iso-8859-1"))
        if part.opening.file is File.ORDERS:
            self._ours(part, code, text)
        elif code == ("59" if part.opening.file is File.INTERNET_MANDATES else "09"):
            self._end(part, text)
        else:
            handler = {
                File.PAYMENTS: self._new_payments,
                File.OLD_PAYMENTS: self._old_payments,
                File.WAITING: self._waiting,
                File.MANDATES: self._mandate,
                File.INTERNET_MANDATES: self._internet_mandate,
                File.REFUSED: self._refused,
                File.CHANGED: self._changed,
            }[part.opening.file]
            handler(part, code, text)

    def end_of_file(self) -> None:
        """Say what is missing when no line is left, or that the file is whole."""
        if self.part is not None and self.part.opening.file is File.ORDERS:
            self._end_ours(self.part)
        if self.part is not None or not self.parts:
            self.found.line += 1
            wanted = "an end record" if self.part is not None else "an opening record"
            self._damage(None, "truncated", f"the file ends where {wanted} was wanted")
        self.found.end()
        self.found.publish(FileEnd(self.found.line, self.totals, mandates=self.mandates))

    def _open(self, code: str, text: str) -> None:
        opening = opening_of(text)
        if opening is None:
            if self.parts:
                self._damage(1, "record-order", f"record {shown(code)} was found after the end record")
            else:
                self.found.give_up(1, "file-kind", "the opening record names no Autogiro file that is read")
            return
        self.parts += 1
        self.part = Part(opening, self.parts)
        if day_of(opening.created[:8], "YYYYMMDD") is None:
            self._damage(3, "date", "the opening record has no day")
        elif len(opening.created) > DATE_ALONE and not has_time(opening.created):
            self.found.warn(33, "time", "the opening record has no time of day (HHMMSS)")
        self.digest = blake2b(text.encode("iso-8859-1"), digest_size=16)
        if self.parts == 1:
            identity = {"created": opening.created, "customer": opening.customer, "bankgiro": opening.bankgiro}
            identity["file"] = opening.file.value
            version = opening.file.value
            if opening.old and opening.file not in SAME_LAYOUT_EVER:
                version += "-old"
            self.found.publish(FileStart(FileFormat.AUTOGIRO, version, identity, opening.created))
        if opening.file is not File.PAYMENTS:
            self._group(opening.file.value)

    def _group(self, name: str) -> None:
        assert self.part is not None
        self.groups += 1
        bankgiro = self.part.opening.bankgiro
        self.found.publish(GroupStart(self.found.line, self.groups, name, bankgiro, CURRENCY))

    # Payment specifications.

    def _new_payments(self, part: Part, code: str, text: str) -> None:
        if code in {"15", "16", "17"}:
            self._end_section(part)
            self._start_section(part, code, text)
        elif code not in codes.SECTION_OF:
            self._damage(1, "record-order", f"a section or a payment was wanted, record {shown(code)} was found")
        elif self.section is None or self.section.code != codes.SECTION_OF[code]:
            if not part.damaged:
                self._damage(1, "record-order", f"record {code} belongs in a section {codes.SECTION_OF[code]}")
        else:
            self.section.lines += 1
            self._payment(part, code, text, self.section.day)

    def _start_section(self, part: Part, code: str, text: str) -> None:
        part.done[code].sections += 1
        self._group(code)
        values = self._values(layouts.SECTION, text)
        if values is None:
            self.section = Section(self.found.line, code, None, "", "", 0, 0)
            return
        day = day_of(values["date"], "YYYYMMDD")
        if day is None:
            self._damage(38, "date", "the section's date is no day (YYYYMMDD)")
        amount, count = int(values["amount"]), int(values["count"])
        account = values["account"].lstrip("0")
        self.section = Section(self.found.line, code, day, values["serial"], account, amount, count)

    def _end_section(self, part: Part) -> None:
        section, self.section = self.section, None
        if section is None:
            return
        here, self.found.line = self.found.line, section.line
        if not part.damaged:
            if section.stated_minor != section.found.minor:
                message = f"the section is {section.stated_minor}, its paid lines are {section.found.minor}"
                self._damage(51, "sum", message)
            if section.stated_count != section.found.count:
                message = f"{section.stated_count} paid lines are stated, {section.found.count} were found"
                self._damage(72, "count", message)
        self.found.line = here
        part.done[section.code].count += section.found.count
        net = section.found.minor if section.code == "15" else -section.found.minor
        bankgiro = part.opening.bankgiro
        self.found.publish(
            GroupEnd(
                here,
                self.groups,
                section.found.count,
                section.lines,
                net,
                CURRENCY,
                section.day,
                section.serial,
                bankgiro,
                bank_account=section.account,
            )
        )

    def _old_payments(self, part: Part, code: str, text: str) -> None:
        if code not in {"82", "32"}:
            self._damage(1, "record-order", f"a payment (82, 32) was wanted, record {shown(code)} was found")
            return
        self._payment(part, code, text, None)

    def _payment(self, part: Part, code: str, text: str, section_day: date | None) -> None:
        refund = code == "77"
        values = self._values(layouts.REFUND if refund else layouts.PAYMENT, text)
        if values is None:
            return
        status, amount = values["status"], int(values["amount"])
        day = day_of(values["date"], "YYYYMMDD")
        if day is None:
            self._damage(3, "date", f"date: {shown(values['date'])} is no day (YYYYMMDD)")
        refunded = day_of(values["refund date"], "YYYYMMDD") if refund else None
        if refund and refunded is None:
            self._damage(70, "date", "the refund date is no day (YYYYMMDD)")
        if not refund and status not in codes.STATUSES:
            self._damage(80, "status", f"status: 0, 1, 2, 9 or nothing was wanted, {shown(status)} found")
        if refund and status not in codes.REFUND_STATUSES:
            self.found.warn(78, "status", f"status: 01, 02 or 03 was wanted, {shown(status)} found")
        if values["period"] not in codes.PERIODS or (values["repeats"] and not values["repeats"].isdecimal()):
            told = shown(values["period"] + values["repeats"])
            self.found.warn(11, "period", f"period: 0 to 8 and a number of times was wanted, {told} found")
        paid = refund or status in codes.PAID
        if paid and self.section is not None:
            self.section.found.add(amount)
        part.every[codes.SECTION_OF[code]].add(amount)
        kind = {"82": Kind.PAYMENT, "32": Kind.PAYOUT, "77": Kind.RETURN}[code] if paid else Kind.REFUSED
        self._give(
            part,
            kind,
            code,
            values,
            amount if code == "82" else -amount,
            booked=(section_day or refunded or day) if paid else None,
            day=day,
            reason=status if refund or status not in codes.PAID else "",
            order=refunded if refund else None,
        )

    # Waiting, refused and changed orders.

    def _waiting(self, part: Part, code: str, text: str) -> None:
        if code not in {"82", "32"}:
            self._damage(1, "record-order", f"a waiting order (82, 32) was wanted, record {shown(code)} was found")
            return
        values = self._values(layouts.WAITING, text)
        if values is None:
            return
        amount = int(values["amount"])
        part.every[codes.SECTION_OF[code]].add(amount)
        signed = amount if code == "82" else -amount
        self._give(part, Kind.PENDING, code, values, signed, day=self._any_day(values["date"]), reason="")

    def _refused(self, part: Part, code: str, text: str) -> None:
        if code not in {"82", "32"}:
            self._damage(1, "record-order", f"a refused order (82, 32) was wanted, record {shown(code)} was found")
            return
        values = self._values(layouts.REFUSED, text)
        if values is None:
            return
        amount = int(values["amount"])
        part.every[codes.SECTION_OF[code]].add(amount)
        signed = amount if code == "82" else -amount
        self._give(part, Kind.REFUSED, code, values, signed, day=self._any_day(values["date"]), reason=values["reason"])

    def _changed(self, part: Part, code: str, text: str) -> None:
        if code not in codes.CHANGES:
            self._damage(1, "record-order", f"a changed order (03, 11, 21 to 29) was wanted, {shown(code)} was found")
            return
        values = self._values(layouts.CHANGED, text)
        if values is None:
            return
        amount, direction, comment = int(values["amount"]), values["direction"], values["comment"]
        about_all = code in codes.WHOLE and not direction.strip("0") and not values["payer"].strip("0")
        if not about_all and direction not in {"82", "32"}:
            self._damage(27, "direction", f"direction: 82 or 32 was wanted, {shown(direction)} found")
            return
        if not about_all and not values["payer"]:
            self._damage(11, "payer", f"payer: a number was wanted in record {code}, spaces were found")
        if not values["reference"].strip("0"):
            values["reference"] = ""
        carried_out = comment in codes.CARRIED_OUT
        if not about_all:
            part.every[codes.SECTION_OF[direction]].add(amount)
            if carried_out:
                part.done[codes.SECTION_OF[direction]].add(amount)
        self._give(
            part,
            Kind.CANCELLED if carried_out else Kind.PENDING,
            code,
            values,
            -amount if direction == "32" else amount,
            day=self._any_day(values["date"]),
            order=day_of(values["new date"], "YYYYMMDD") if code in codes.MOVES else None,
            reason=comment,
            texts=(f"{int(values['orders'])} orders",) if about_all and values["orders"].isdecimal() else (),
        )

    def _any_day(self, text: str) -> date | None:
        """The day of an order that never was: what is no day stays a text."""
        day = day_of(text, "YYYYMMDD")
        if day is None and text.strip("0"):
            self.found.warn(3, "date", f"date: {shown(text)} is no day")
        return day

    def _give(
        self,
        part: Part,
        kind: Kind,
        code: str,
        values: dict[str, str],
        amount_minor: int,
        *,
        day: date | None,
        reason: str,
        booked: date | None = None,
        order: date | None = None,
        texts: tuple[str, ...] = (),
    ) -> None:
        if kind in {Kind.PAYMENT, Kind.PAYOUT, Kind.RETURN} and not amount_minor:
            self.found.warn(32, "amount-zero", "the amount is zero")
        part.lines += 1
        bankgiro = values.get("bankgiro", "").lstrip("0")
        if bankgiro and bankgiro != part.opening.bankgiro:
            self.found.warn(44, "bankgiro", "the line names another bankgiro than the opening record")
        reference = values["reference"]
        payment = IncomingPayment(
            self.found.line,
            1,
            self.groups,
            self.totals.lines + 1,
            kind,
            bankgiro or part.opening.bankgiro,
            amount_minor,
            CURRENCY,
            booked,
            day,
            order,
            ReferenceKind.FREE if reference else ReferenceKind.NONE,
            reference,
            (),
            "",
            "",
            values["payer"].lstrip("0") or ("0" if values["payer"] else ""),
            texts if day is not None or not values["date"].strip("0 ") else (values["date"], *texts),
            "",
            "",
            self.section.serial if self.section is not None else "",
            code,
            values.get("period", "") + values.get("repeats", ""),
            reason,
        )
        self.totals.add(payment)
        self.found.publish(payment)

    # What we send: it has no end record, a part ends where the next opens.

    def _ours(self, part: Part, code: str, text: str) -> None:
        if code == "01":  # where one part ends and another one begins
            self._end_ours(part)
            self._open(code, text)
        elif code in {"82", "32"}:
            self._order(part, code, text)
        elif code in codes.OUR_CHANGES:
            self._our_change(part, code, text)
        elif code in codes.OUR_MANDATES:
            layout, action = codes.OUR_MANDATES[code]
            values = self._values(layout, text)
            if values is not None:
                if values.get("information") == "AV":
                    action = MandateAction.REFUSED
                day = day_of(part.opening.created[:8], "YYYYMMDD")
                known = {"account": "", "identity": "", "information": ""} | values
                known["information"] = values.get("new payer", known["information"]).lstrip("0")
                over = action in {MandateAction.ENDED, MandateAction.REFUSED}
                self._change(part, action, known, code, None if over else day, day if over else None)
        else:
            self._damage(1, "record-order", f"a mandate or an order was wanted, record {shown(code)} was found")

    def _order(self, part: Part, code: str, text: str) -> None:
        values = self._values(layouts.ORDER, text)
        if values is None:
            return
        amount, day = int(values["amount"]), day_of(values["date"], "YYYYMMDD")
        if day is None and values["date"] != AT_ONCE:
            self._damage(3, "date", f"date: {shown(values['date'])} is no day (YYYYMMDD) and not {AT_ONCE}")
        if values["period"] not in codes.PERIODS:
            self._damage(11, "period", f"period: 0 to 8 was wanted, {shown(values['period'])} found")
        part.every[codes.SECTION_OF[code]].add(amount)
        kind, signed = (Kind.CLAIM, amount) if code == "82" else (Kind.TRANSFER, -amount)
        self._give(part, kind, code, values, signed, day=day, reason="")

    def _our_change(self, part: Part, code: str, text: str) -> None:
        values = self._values(layouts.CHANGE, text)
        if values is None:
            return
        for name in codes.OUR_CHANGES[code]:
            if not values[name].strip("0"):
                message = f"{name}: it is wanted in record {code}, nothing was found"
                self._damage(layouts.CHANGE.positions[name], "missing", message)
        for name in ("payer", "date", "amount", "direction", "new date"):
            if name not in codes.OUR_CHANGES[code] and values[name].strip("0"):
                message = f"{name}: it is not read in record {code}"
                self.found.warn(layouts.CHANGE.positions[name], "not-read", message)
        if values["direction"].strip("0") and values["direction"] not in {"82", "32"}:
            self._damage(49, "direction", f"direction: 82 or 32 was wanted, {shown(values['direction'])} found")
        days = [day_of(values[name], "YYYYMMDD") for name in ("date", "new date")]
        for day, name, position in zip(days, ("date", "new date"), (29, 51), strict=True):
            if day is None and values[name].strip("0"):
                self._damage(position, "date", f"{name}: {shown(values[name])} is no day (YYYYMMDD)")
        amount = int(values["amount"] or 0)
        signed = -amount if values["direction"] == "32" else amount
        self._give(part, Kind.CANCELLATION, code, values, signed, day=days[0], order=days[1], reason="")

    def _end_ours(self, part: Part) -> None:
        self._look_for_twin(part)
        self.part = None
        net = part.every["15"].minor - part.every["16"].minor
        bankgiro = part.opening.bankgiro
        self.found.publish(
            GroupEnd(self.found.line, self.groups, part.lines, part.lines, net, CURRENCY, account=bankgiro)
        )

    # Mandates.

    def _mandate(self, part: Part, code: str, text: str) -> None:
        if code != "73":
            self._damage(1, "record-order", f"a mandate (73) was wanted, record {shown(code)} was found")
            return
        part.mandates += 1
        values = self._values(layouts.MANDATE, text)
        if values is None:
            return
        status = values["status"]
        action = action_of(status)
        if action is None:
            self._damage(64, "status", f"status {shown(status)} has no known meaning")
            return
        day = day_of(values["date"], "YYYYMMDD")
        if not values["date"].strip("0"):
            self.found.warn(66, "date", "the line has no date")
        elif day is None:
            self._damage(66, "date", f"date: {shown(values['date'])} is no day (YYYYMMDD)")
        valid = values["valid from"]
        first = day_of(valid, "YYMMDD") if valid.strip("0") else None
        ended = action is not MandateAction.NEW
        self._change(part, action, values, status, (None if ended else first or day), day if ended else None)

    def _internet_mandate(self, part: Part, code: str, text: str) -> None:
        part.mandates += 1
        if code in codes.DETAILS:
            values = self._values(codes.DETAILS[code], text)
            if self.mandate is None:
                if not part.damaged:
                    self._damage(1, "record-order", f"record {code} was found without a mandate (52) before it")
            elif values is not None:
                self.mandate = with_details(self.mandate, code, values)
            return
        self._finish_mandate()
        if code != "52":
            self._damage(1, "record-order", f"a mandate (52) was wanted, record {shown(code)} was found")
            return
        values = self._values(layouts.INTERNET_MANDATE, text)
        if values is not None:
            day = day_of(part.opening.created[:8], "YYYYMMDD")
            self.mandate = self._mandate_of(part, MandateAction.NEW, values, "52", day, None)

    def _finish_mandate(self) -> None:
        """Give on the internet mandate whose records were read."""
        mandate, self.mandate = self.mandate, None
        if mandate is not None:
            self.mandates += 1
            self.found.publish(mandate)

    def _change(
        self,
        part: Part,
        action: MandateAction,
        values: dict[str, str],
        code: str,
        first: date | None,
        last: date | None,
    ) -> None:
        self.mandates += 1
        self.found.publish(self._mandate_of(part, action, values, code, first, last))

    def _mandate_of(
        self,
        part: Part,
        action: MandateAction,
        values: dict[str, str],
        code: str,
        first: date | None,
        last: date | None,
    ) -> MandateChange:
        bankgiro, account = values["bankgiro"].lstrip("0"), values["account"]
        if bankgiro and bankgiro != part.opening.bankgiro:
            self.found.warn(3, "bankgiro", "the line names another bankgiro than the opening record")
        return MandateChange(
            self.found.line,
            self.groups,
            action,
            bankgiro or part.opening.bankgiro,
            values["payer"].lstrip("0") or "0",
            "",
            account if account.strip("0") else "",
            values["identity"],
            code,
            values["information"],
            first,
            last,
            None,
        )

    # The end.

    def _end(self, part: Part, text: str) -> None:
        self._end_section(part)
        self._finish_mandate()
        file = part.opening.file
        layout = {
            File.PAYMENTS: layouts.PAYMENTS_END,
            File.OLD_PAYMENTS: layouts.OLD_PAYMENTS_END,
            File.WAITING: layouts.OLD_PAYMENTS_END,
            File.MANDATES: layouts.MANDATES_END,
            File.INTERNET_MANDATES: layouts.MANDATES_END,
            File.REFUSED: layouts.REFUSED_END,
            File.CHANGED: layouts.OLD_PAYMENTS_END,
        }[file]
        values = self._values(layout, text)
        damaged = part.damaged
        self._look_for_twin(part)
        self.part = None
        if values is None:
            return
        if values["clearing"] != CLEARING:
            self._damage(11, "clearing", f"9900 was wanted, {shown(values['clearing'])} found")
        if day_of(values["date"], "YYYYMMDD") is None:
            self._damage(3, "date", f"date: {shown(values['date'])} is no day (YYYYMMDD)")
        if not damaged:
            self._compare(part, values)
        if file is not File.PAYMENTS:
            signed = (part.every["15"].minor - part.every["16"].minor) if file is File.OLD_PAYMENTS else 0
            bankgiro = part.opening.bankgiro
            self.found.publish(
                GroupEnd(self.found.line, self.groups, part.lines, part.lines, signed, CURRENCY, account=bankgiro)
            )

    def _look_for_twin(self, part: Part) -> None:
        digest = self.digest.digest()
        if digest in self.digests and (part.lines or part.mandates):
            self._damage(1, "twice", "a part with the same records stands in the file already")
        self.digests.add(digest)

    def _compare(self, part: Part, values: dict[str, str]) -> None:
        found, with_the_undone = differences(part, values)
        if with_the_undone:
            self.found.warn(29, "sum", "the counts and sums hold changes that were not carried out as well")
        for each in found:
            code = "sum" if each.name.startswith("amount") else "count"
            self._damage(each.position, code, f"{each.name}: {each.stated} is stated, {each.found} was found")

    def _values(self, layout: Layout, text: str) -> dict[str, str] | None:
        values = layout.read(text, self.found)
        if values is None and self.part is not None:
            self.part.damaged = True
        return values

    def _damage(self, position: int | None, code: str, message: str) -> None:
        if self.part is not None and code in NOT_COUNTED:
            self.part.damaged = True
        self.found.fault(position, code, message)


def iter_autogiro(source: Source) -> Iterator[FileEvent]:
    """The events of an Autogiro file in its order. Raises `BankFileRefused` at the end, or where it must stop."""
    reader = AutogiroReader()
    foreign = "not an Autogiro file from Bankgirot"
    with opened(source) as stream:
        for line, raw in lines(stream):
            if line == 1:
                refuse_foreign(raw, b"", "not-autogiro", foreign)
                if not begins_autogiro(raw.decode("iso-8859-1")):
                    raise BankFileRefused([Fault(1, 1, "not-autogiro", foreign)], cut=True)
            reader.read(line, raw)
            yield from reader.found.drain()
        if not reader.found.line:
            raise BankFileRefused([Fault(1, 1, "not-autogiro", f"{foreign}: the file is empty")], cut=True)
        reader.end_of_file()
        yield from reader.found.drain()
