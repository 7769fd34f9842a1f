"""An invoice, a credit note or a reminder in the terms of EN 16931, as a program has them before they are XML.

What can be worked out is not said: `totals` gives the nets, the VAT groups and the sums. Amounts are in minor units of
the document's currency; prices, quantities and rates are `Decimal`. VAT is rounded once a group, never a line. BT and
BG are the numbers of the standard's terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Kind(StrEnum):
    """The documents. A reminder (EHF Reminder 3.0, "purring") is written as an invoice of its own specification."""

    INVOICE = "Invoice"
    CREDIT_NOTE = "CreditNote"
    REMINDER = "Reminder"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number and its scheme, such as 0192 for a Norwegian organisation; a few numbers need none."""

    value: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; the country alone is obligatory (BG-5, BG-8, BG-15)."""

    country: str
    street: str | None = None
    street_2: str | None = None
    line_3: str | None = None
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask (BG-6, BG-9)."""

    name: str | None = None
    telephone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """The seller (BG-4) or the buyer (BG-7). A seller may have further identifiers (BT-29), a buyer one at most."""

    legal_name: str
    address: Address
    endpoint: Identifier
    registration: Identifier | None = None
    vat_id: str | None = None
    tax_registration: str | None = None
    trade_name: str | None = None
    identifier: Identifier | None = None
    contact: Contact | None = None
    legal_form: str | None = None
    more_identifiers: Sequence[Identifier] = ()


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid where that is not the seller, such as a factoring company (BG-10)."""

    name: str
    registration: Identifier | None = None
    identifier: Identifier | None = None


@dataclass(frozen=True, slots=True)
class TaxRepresentative:
    """Who answers for the seller's VAT (BG-11)."""

    name: str
    address: Address
    vat_id: str


@dataclass(frozen=True, slots=True)
class Vat:
    """A VAT category and its rate in per cent; none is given outside the scope of VAT (BT-151, BT-152)."""

    category: str
    rate: Decimal | None
    exemption_reason: str | None = None
    exemption_code: str | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An allowance or a charge, of a line or of the document, where it has VAT of its own (BG-20, 21, 27, 28).

    The amount is what the percentage of the base comes to, where those are given.
    """

    is_charge: bool
    reason: str
    amount_minor: int
    reason_code: str | None = None
    vat: Vat | None = None
    percent: Decimal | None = None
    base_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From and to, both included (BG-14, BG-26). `vat_point` is when VAT becomes due: 3, 35 or 432 (BT-8)."""

    start: date | None = None
    end: date | None = None
    vat_point: str | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """What kind of goods it is, by a list such as UNSPSC, `TST` (BT-158)."""

    code: str
    listed_in: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something said of goods: a name and a value (BG-32)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line (BG-25). `price` is the net price of `per` units; a discount is what was taken off the gross price."""

    number: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    vat: Vat
    per: Decimal = Decimal(1)
    discount: Decimal | None = None
    description: str | None = None
    note: str | None = None
    seller_item: str | None = None
    buyer_item: str | None = None
    standard_item: Identifier | None = None
    order_line: str | None = None
    accounting_cost: str | None = None
    period: Period | None = None
    adjustments: Sequence[Adjustment] = ()
    invoiced_object: Identifier | None = None
    origin_country: str | None = None
    classifications: Sequence[Classification] = ()
    attributes: Sequence[Attribute] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """The card that was paid with (BG-18): at most its last ten digits, the network, whose it is."""

    number: str
    network: str
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """How to pay (BG-16): the means by code and in words (BT-82), a reference such as a KID, the account, bank."""

    code: str
    reference: str | None = None
    account: str | None = None
    bank: str | None = None
    mandate: str | None = None
    payer_account: str | None = None
    account_name: str | None = None
    card: Card | None = None
    code_name: str | None = None


@dataclass(frozen=True, slots=True)
class Credited:
    """An earlier invoice that this document is about (BG-3)."""

    number: str
    issue_date: date | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """When and where it was delivered, and to whom (BG-13)."""

    day: date | None = None
    address: Address | None = None
    location: Identifier | None = None
    receiver: str | None = None


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file within the document (BT-125)."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that goes with this one (BG-24): the file itself, a link to it, or only its name."""

    number: str
    description: str | None = None
    file: AttachedFile | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice, a credit note or a reminder.

    `type_code` is that of the kind where none is given (BT-3). `vat_minor_in_vat_currency` is the VAT total in
    `vat_currency` (BT-6, BT-111). Several `payments` are alternatives, of one code and one reference. `creditor` is who
    collects by direct debit, the payee or else the seller, by the SEPA identifier (BT-90).
    """

    kind: Kind
    number: str
    issue_date: date
    currency: str
    seller: Party
    buyer: Party
    lines: Sequence[Line]
    due_date: date | None = None
    buyer_reference: str | None = None
    order_number: str | None = None
    sales_order: str | None = None
    note: str | None = None
    vat_currency: str | None = None
    vat_minor_in_vat_currency: int | None = None
    accounting_cost: str | None = None
    period: Period | None = None
    credited: Sequence[Credited] = ()
    contract: str | None = None
    project: str | None = None
    delivery: Delivery | None = None
    payments: Sequence[Payment] = ()
    terms: str | None = None
    adjustments: Sequence[Adjustment] = ()
    prepaid_minor: int = 0
    rounding_minor: int = 0
    type_code: str | None = None
    tax_point_date: date | None = None
    despatch: str | None = None
    receipt: str | None = None
    tender: str | None = None
    invoiced_object: Identifier | None = None
    attachments: Sequence[Attachment] = ()
    payee: Payee | None = None
    tax_representative: TaxRepresentative | None = None
    creditor: str | None = None


@dataclass(frozen=True, slots=True)
class VatGroup:
    """What is taxed under one category and rate, and its VAT (BG-23)."""

    vat: Vat
    base_minor: int
    vat_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a document comes to (BG-22), in minor units. `lines_minor` are the nets of its lines, in their order."""

    lines_minor: Sequence[int]
    allowances_minor: int
    charges_minor: int
    groups: Sequence[VatGroup]
    prepaid_minor: int
    rounding_minor: int = 0

    @property
    def line_sum_minor(self) -> int:
        """The sum of the lines (BT-106)."""
        return sum(self.lines_minor)

    @property
    def net_minor(self) -> int:
        """Without VAT (BT-109)."""
        return self.line_sum_minor - self.allowances_minor + self.charges_minor

    @property
    def vat_minor(self) -> int:
        """The VAT (BT-110)."""
        return sum(group.vat_minor for group in self.groups)

    @property
    def gross_minor(self) -> int:
        """With VAT (BT-112)."""
        return self.net_minor + self.vat_minor

    @property
    def payable_minor(self) -> int:
        """To pay (BT-115)."""
        return self.gross_minor - self.prepaid_minor + self.rounding_minor


def line_net_minor(line: Line, places: int) -> int:
    """Quantity times price, rounded, plus charges less allowances (BT-131). The one place a line is rounded."""
    goods = _rounded(line.quantity * line.price / line.per * 10**places)
    return goods + sum(_signed(adjustment) for adjustment in line.adjustments)


def totals(document: Document, places: int) -> Totals:
    """What a document comes to in a currency of so many decimals. VAT is rounded once a group, halves away from 0."""
    nets = [line_net_minor(line, places) for line in document.lines]
    bases: dict[Vat, int] = {}
    for line, net in zip(document.lines, nets, strict=True):
        bases[line.vat] = bases.get(line.vat, 0) + net
    for adjustment in document.adjustments:
        if adjustment.vat is None:
            raise ValueError("an allowance or charge of a document has VAT of its own")
        bases[adjustment.vat] = bases.get(adjustment.vat, 0) + _signed(adjustment)
    groups = [VatGroup(vat, base, _rounded(base * (vat.rate or Decimal(0)) / 100)) for vat, base in bases.items()]
    return Totals(
        lines_minor=nets,
        allowances_minor=sum(a.amount_minor for a in document.adjustments if not a.is_charge),
        charges_minor=sum(a.amount_minor for a in document.adjustments if a.is_charge),
        groups=groups,
        prepaid_minor=document.prepaid_minor,
        rounding_minor=document.rounding_minor,
    )


def _signed(adjustment: Adjustment) -> int:
    return adjustment.amount_minor if adjustment.is_charge else -adjustment.amount_minor


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))
