"""A document of the receivables ledger as plain records: all that its e-invoice says. Source: arm-api 2.10 and 3.1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reskontro.formats.ubl.model import Attachment


@dataclass(frozen=True, slots=True)
class ArmAmounts:
    """Amounts as they were sent."""

    excl_vat: Decimal
    vat: Decimal
    incl_vat: Decimal


@dataclass(frozen=True, slots=True)
class ArmLine:
    """A line as it was sent; a line of text has its text only."""

    number: int
    is_text: bool
    amounts: ArmAmounts
    article_no: str = ""
    article_name: str = ""
    text: str = ""
    unit: str = ""
    quantity: Decimal = Decimal(0)
    volume_unit: str = ""
    volume: Decimal = Decimal(0)
    price: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ArmParty:
    """The client or the customer."""

    name: str
    organization_no: str = ""
    organization_no_scheme: str = ""
    address_line1: str = ""
    address_line2: str = ""
    address_line3: str = ""
    postal_code: str = ""
    city_name: str = ""
    country_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmDocument:
    """A posted document with all that its e-invoice says.

    `account` is the client's account that takes the KID. `vat_minor_in_gl` is the VAT in the GL currency. Blocked are
    the identities in Peppol to which the customer wants nothing sent.
    """

    document_type: str
    number: str
    day: date
    due_date: date | None
    currency: str
    amounts: ArmAmounts
    lines: Sequence[ArmLine]
    client: ArmParty
    client_vat_registered: bool
    customer: ArmParty
    kid: str = ""
    account: str = ""
    gl_currency: str = "NOK"
    vat_minor_in_gl: int = 0
    address: str = ""
    address_scheme: str = ""
    blocked: Sequence[str] = ()
    buyer_reference: str = ""
    purchase_order: str = ""
    sales_order: str = ""
    credited: str = ""
    message: str = ""
    attachments: Sequence[Attachment] = ()
