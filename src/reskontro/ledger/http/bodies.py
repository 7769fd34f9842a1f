"""Wire types that several resources share. Names and order are the published ones."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from reskontro.http.wire import Amount, wire_time
from reskontro.kernel.money import to_wire
from reskontro.ledger.http.described import (
    DistributionTypeText,
    EinvoiceCodeNumber,
    ErrorCodeText,
    code,
    number_code,
)
from reskontro.ledger.http.patterns import ONE_LINE, SEEN_LINE

# An amount in an answer: at most two decimals, no trailing zeros.
Number = Annotated[int | Decimal, msgspec.Meta(extra_json_schema={"multipleOf": 0.01})]
QuantityNumber = Annotated[int | Decimal, msgspec.Meta(extra_json_schema={"multipleOf": 0.0001})]

UserId = Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=SEEN_LINE)]


class Metadata(msgspec.Struct, rename="camel"):
    """Who the call is made for."""

    user_id: UserId


class AmountsInput(msgspec.Struct, rename="camel"):
    """Amounts of a document or a line; `exclVat + vat = inclVat`."""

    excl_vat: Amount
    vat: Amount
    incl_vat: Amount


class AmountsBody(msgspec.Struct, rename="camel"):
    """Amounts in an answer."""

    excl_vat: Number
    vat: Number
    incl_vat: Number

    @classmethod
    def of(cls, currency: str, excl_vat: int, vat: int, incl_vat: int) -> "AmountsBody":
        """From minor units of a currency."""
        return cls(to_wire(excl_vat, currency), to_wire(vat, currency), to_wire(incl_vat, currency))


class DistributionInput(msgspec.Struct, rename="camel"):
    """A channel. Replaced as a whole."""

    type: Annotated[str, msgspec.Meta(max_length=10, pattern=ONE_LINE), code("distributionType")]
    einvoice_code: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1), number_code("einvoiceCode")] | None = None

    @property
    def channel(self) -> tuple[str, int]:
        """Type and e-invoice code; without one it is 0."""
        return self.type, self.einvoice_code or 0


class DistributionBody(msgspec.Struct, rename="camel"):
    """A channel."""

    type: DistributionTypeText
    einvoice_code: EinvoiceCodeNumber


class ErrorDetailBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """One thing that is wrong with an element of a call."""

    error_code: ErrorCodeText
    field: str | None = None
    value: str | None = None
    message: str


def day_text(day: date | None) -> str:
    """A date on the wire; no date is the empty string."""
    return "" if day is None else day.isoformat()


def time_text(moment: datetime | None) -> str | None:
    """A time on the wire; None is left out."""
    return None if moment is None else wire_time(moment)


def without_none(body: dict[str, Any]) -> dict[str, Any]:
    """The body without the members that have no value."""
    return {name: value for name, value in body.items() if value is not None}
