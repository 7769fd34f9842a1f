# ruff: noqa: D102 - the members of the records are named for what they are
"""From a reader's record of a line to the ledger's: the one page between the formats and everything behind them.

Readers of all formats give records of one shape, which is described here by what is taken from it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from reskontro.ledger.domain.incoming import Incoming, LineKind, ListPart, Naming

NAMINGS: Mapping[str, Naming] = {
    "kid": Naming.REFERENCE,
    "ocr": Naming.REFERENCE,
    "fik": Naming.REFERENCE,
    "rf": Naming.REFERENCE,
    "scor": Naming.REFERENCE,
    "invoice": Naming.DOCUMENT,
    "customer": Naming.CUSTOMER,
    "free": Naming.TEXT,  # what a payer wrote as a reference, or what the bank found to be none, only suggests
    "wrong": Naming.TEXT,
    "none": Naming.TEXT,
}


class PartRecord(Protocol):
    """One of several references of a record."""

    @property
    def kind(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def amount_minor(self) -> int | None: ...


class LineRecord(Protocol):
    """A record of one line about money. Amounts are signed as seen from the receiving account."""

    @property
    def line(self) -> int: ...
    @property
    def group(self) -> int: ...
    @property
    def ordinal(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def booking_date(self) -> date | None: ...
    @property
    def value_date(self) -> date | None: ...
    @property
    def order_date(self) -> date | None: ...
    @property
    def reference_kind(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def parts(self) -> Sequence[PartRecord]: ...
    @property
    def payer_name(self) -> str: ...
    @property
    def payer_account(self) -> str: ...
    @property
    def texts(self) -> Sequence[str]: ...
    @property
    def archive_reference(self) -> str: ...
    @property
    def end_to_end_id(self) -> str: ...
    @property
    def lump(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def reason(self) -> str: ...


def line_of(record: LineRecord) -> Incoming:
    """The ledger's record of a line."""
    listed = len(record.parts) > 1 or any(part.reference != record.reference for part in record.parts)
    return Incoming(
        line_no=record.line,
        label=f"{record.group}/{record.ordinal}",
        kind=LineKind(record.kind),
        account=record.account,
        amount_minor=record.amount_minor,
        currency=record.currency,
        booking_date=record.booking_date,
        value_date=record.value_date,
        order_date=record.order_date,
        naming=NAMINGS[record.reference_kind],
        reference="" if listed else record.reference,
        parts=tuple(ListPart(NAMINGS[part.kind], part.reference, part.amount_minor) for part in record.parts if listed),
        payer_name=record.payer_name,
        payer_account=record.payer_account,
        text=" ".join(" ".join(record.texts).split()),
        archive_reference=record.archive_reference.strip(),
        end_to_end_id="" if record.end_to_end_id == NOT_PROVIDED else record.end_to_end_id,
        lump=record.lump,
        code=record.code,
        reason=record.reason,
    )


NOT_PROVIDED = "NOTPROVIDED"  # what payers' banks write where the payer gave no id
