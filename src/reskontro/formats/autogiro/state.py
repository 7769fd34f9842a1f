"""What is known between two records of an Autogiro file, and how its lines are given on."""

from datetime import date
from hashlib import blake2b

from reskontro.formats.autogiro.parts import Part, Section
from reskontro.formats.findings import Findings, shown
from reskontro.formats.fixed_width import Layout, day_of
from reskontro.formats.payments import (
    FileEvent,
    GroupStart,
    IncomingPayment,
    Kind,
    MandateAction,
    MandateChange,
    ReferenceKind,
    Totals,
)

CURRENCY = "SEK"
NOT_COUNTED = frozenset({"record-order", "status", "direction"})
"""Faults after which it is not known what a line adds to the counts and sums of its part."""


class State:
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

    def group(self, name: str) -> None:
        """Begin a group of lines that has sums of its own."""
        assert self.part is not None
        self.groups += 1
        bankgiro = self.part.opening.bankgiro
        self.found.publish(GroupStart(self.found.line, self.groups, name, bankgiro, CURRENCY))

    def give(
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
        """Count a line about money and give it on."""
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

    def any_day(self, text: str) -> date | None:
        """The day of an order that never was: what is no day stays a text."""
        day = day_of(text, "YYYYMMDD")
        if day is None and text.strip("0"):
            self.found.warn(3, "date", f"date: {shown(text)} is no day")
        return day

    def change(
        self,
        part: Part,
        action: MandateAction,
        values: dict[str, str],
        code: str,
        first: date | None,
        last: date | None,
    ) -> None:
        """Count a line about a mandate and give it on."""
        self.mandates += 1
        self.found.publish(self.mandate_of(part, action, values, code, first, last))

    def mandate_of(
        self,
        part: Part,
        action: MandateAction,
        values: dict[str, str],
        code: str,
        first: date | None,
        last: date | None,
    ) -> MandateChange:
        """What a line with some values says of a mandate."""
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

    def begin_digest(self, text: str) -> None:
        """Begin anew with the opening record of a part."""
        self.digest = blake2b(text.encode("iso-8859-1"), digest_size=16)

    def look_for_twin(self, part: Part) -> None:
        """Refuse a part that has the records of one before it."""
        digest = self.digest.digest()
        if digest in self.digests and (part.lines or part.mandates):
            self.damage(1, "twice", "a part with the same records stands in the file already")
        self.digests.add(digest)

    def values(self, layout: Layout, text: str) -> dict[str, str] | None:
        """A record's values by name; None where one is not what it must be, and the part is damaged then."""
        values = layout.read(text, self.found)
        if values is None and self.part is not None:
            self.part.damaged = True
        return values

    def damage(self, position: int | None, code: str, message: str) -> None:
        """Note a reason to refuse the file."""
        if self.part is not None and code in NOT_COUNTED:
            self.part.damaged = True
        self.found.fault(position, code, message)
