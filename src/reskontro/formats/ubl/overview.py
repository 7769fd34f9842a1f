"""What a document says, for a person to read: parties, references, lines, VAT, totals, how to pay.

Everything is text as it stands in the document, whether it is right or not; what the document does not say is empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reskontro.formats.ubl.reading import read_xml
from reskontro.formats.ubl.rules.reminder import is_reminder
from reskontro.formats.ubl.tree import BUYER, COUNTRY, SELLER, Node, UblDocument, build

LONGEST_TEXT = 500


class DocumentKind(StrEnum):
    """What a document says that it is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "creditNote"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class PartySaid:
    """A party: its name, its numbers, where it is and where it takes documents."""

    name: str
    number: str
    vat_number: str
    address: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class ReferenceSaid:
    """A number that leads elsewhere, and what it is the number of."""

    to: str
    number: str


@dataclass(frozen=True, slots=True)
class LineSaid:
    """A line."""

    number: str
    name: str
    quantity: str
    unit: str
    price: str
    vat: str
    net: str


@dataclass(frozen=True, slots=True)
class VatSaid:
    """A category and rate with what is taxed and the VAT of it."""

    vat: str
    base: str
    amount: str


@dataclass(frozen=True, slots=True)
class PaymentSaid:
    """A way to pay: the code of the means, the reference, the account and its bank."""

    means: str
    reference: str
    account: str
    bank: str


@dataclass(frozen=True, slots=True)
class AttachmentSaid:
    """A document that goes with this one."""

    number: str
    description: str
    file: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A document as it says that it is. Sums have the names of EN 16931's terms."""

    kind: DocumentKind
    number: str
    issue_date: str
    due_date: str
    currency: str
    note: str
    terms: str
    seller: PartySaid
    buyer: PartySaid
    payee: str
    references: Sequence[ReferenceSaid]
    lines: Sequence[LineSaid]
    adjustments: Sequence[ReferenceSaid]
    vat: Sequence[VatSaid]
    net: str
    vat_total: str
    gross: str
    prepaid: str
    rounding: str
    payable: str
    payments: Sequence[PaymentSaid]
    attachments: Sequence[AttachmentSaid]


REFERENCES = (
    ("the buyer's reference", ("cbc:BuyerReference",)),
    ("order", ("cac:OrderReference", "cbc:ID")),
    ("sales order", ("cac:OrderReference", "cbc:SalesOrderID")),
    ("invoice", ("cac:BillingReference", "cac:InvoiceDocumentReference", "cbc:ID")),
    ("contract", ("cac:ContractDocumentReference", "cbc:ID")),
    ("project", ("cac:ProjectReference", "cbc:ID")),
    ("despatch advice", ("cac:DespatchDocumentReference", "cbc:ID")),
    ("receipt advice", ("cac:ReceiptDocumentReference", "cbc:ID")),
    ("tender", ("cac:OriginatorDocumentReference", "cbc:ID")),
    ("the buyer's accounting", ("cbc:AccountingCost",)),
)


def overview(data: bytes) -> Overview:
    """What the bytes of a document say. Raises `UblRefused` or `TooDeep` for what is no document."""
    return overview_of(build(read_xml(data)))


def overview_of(document: UblDocument) -> Overview:
    """What a document says that was read."""
    root = document.root
    totals = root.first("cac:LegalMonetaryTotal")
    return Overview(
        kind=_kind(document),
        number=_text(root, "cbc:ID"),
        issue_date=_text(root, "cbc:IssueDate"),
        due_date=_text(root, "cbc:DueDate") or _text(root, "cac:PaymentMeans", "cbc:PaymentDueDate"),
        currency=_text(root, "cbc:DocumentCurrencyCode"),
        note=_text(root, "cbc:Note"),
        terms=_text(root, "cac:PaymentTerms", "cbc:Note"),
        seller=_party(root.first(*SELLER)),
        buyer=_party(root.first(*BUYER)),
        payee=_text(root, "cac:PayeeParty", "cac:PartyName", "cbc:Name"),
        references=tuple(_references(root)),
        lines=tuple(_line(line) for line in (*root.all("cac:InvoiceLine"), *root.all("cac:CreditNoteLine"))),
        adjustments=tuple(_adjustment(found) for found in root.all("cac:AllowanceCharge")),
        vat=tuple(_vat(group) for group in root.all("cac:TaxTotal", "cac:TaxSubtotal")),
        net=_text(totals, "cbc:TaxExclusiveAmount"),
        vat_total=_text(root, "cac:TaxTotal", "cbc:TaxAmount"),
        gross=_text(totals, "cbc:TaxInclusiveAmount"),
        prepaid=_text(totals, "cbc:PrepaidAmount"),
        rounding=_text(totals, "cbc:PayableRoundingAmount"),
        payable=_text(totals, "cbc:PayableAmount"),
        payments=tuple(_payment(means) for means in root.all("cac:PaymentMeans")),
        attachments=tuple(_attachment(each) for each in root.all("cac:AdditionalDocumentReference")),
    )


def _kind(document: UblDocument) -> DocumentKind:
    if is_reminder(document):
        return DocumentKind.REMINDER
    return DocumentKind.CREDIT_NOTE if document.is_credit_note else DocumentKind.INVOICE


def _text(node: Node | None, *path: str) -> str:
    return node.value(*path)[:LONGEST_TEXT] if node is not None else ""


def _number(node: Node | None, *path: str) -> str:
    """A number, after its scheme where it has one."""
    found = node.first(*path) if node is not None else None
    if found is None:
        return ""
    scheme = found.attributes.get("schemeID", "")
    return f"{scheme}:{_text(found)}" if scheme else _text(found)


def _party(party: Node | None) -> PartySaid:
    parts = (
        _text(party, "cac:PostalAddress", "cbc:StreetName"),
        _text(party, "cac:PostalAddress", "cbc:AdditionalStreetName"),
        " ".join(
            filter(None, (_text(party, "cac:PostalAddress", f"cbc:{name}") for name in ("PostalZone", "CityName")))
        ),
        _text(party, *COUNTRY),
    )
    return PartySaid(
        name=_text(party, "cac:PartyLegalEntity", "cbc:RegistrationName") or _text(party, "cac:PartyName", "cbc:Name"),
        number=_number(party, "cac:PartyLegalEntity", "cbc:CompanyID"),
        vat_number=_vat_number(party),
        address=", ".join(part for part in parts if part),
        endpoint=_number(party, "cbc:EndpointID"),
    )


def _vat_number(party: Node | None) -> str:
    for scheme in party.all("cac:PartyTaxScheme") if party is not None else ():
        if _text(scheme, "cac:TaxScheme", "cbc:ID").upper() == "VAT":
            return _text(scheme, "cbc:CompanyID")
    return ""


def _references(root: Node) -> Iterator[ReferenceSaid]:
    for name, path in REFERENCES:
        for found in root.all(*path):
            yield ReferenceSaid(name, _text(found))


def _category(category: Node | None) -> str:
    rate = _text(category, "cbc:Percent")
    return f"{_text(category, 'cbc:ID')} {rate} %" if rate else _text(category, "cbc:ID")


def _line(line: Node) -> LineSaid:
    quantity = line.first("cbc:InvoicedQuantity") or line.first("cbc:CreditedQuantity")
    return LineSaid(
        number=_text(line, "cbc:ID"),
        name=_text(line, "cac:Item", "cbc:Name"),
        quantity=_text(quantity),
        unit=quantity.attributes.get("unitCode", "") if quantity is not None else "",
        price=_text(line, "cac:Price", "cbc:PriceAmount"),
        vat=_category(line.first("cac:Item", "cac:ClassifiedTaxCategory")),
        net=_text(line, "cbc:LineExtensionAmount"),
    )


def _adjustment(found: Node) -> ReferenceSaid:
    reason = _text(found, "cbc:AllowanceChargeReason") or _text(found, "cbc:AllowanceChargeReasonCode")
    sign = "" if _text(found, "cbc:ChargeIndicator") in {"true", "1"} else "-"
    return ReferenceSaid(reason, sign + _text(found, "cbc:Amount"))


def _vat(group: Node) -> VatSaid:
    return VatSaid(
        _category(group.first("cac:TaxCategory")), _text(group, "cbc:TaxableAmount"), _text(group, "cbc:TaxAmount")
    )


def _payment(means: Node) -> PaymentSaid:
    account = means.first("cac:PayeeFinancialAccount")
    return PaymentSaid(
        means=_text(means, "cbc:PaymentMeansCode"),
        reference=_text(means, "cbc:PaymentID"),
        account=_text(account, "cbc:ID"),
        bank=_text(account, "cac:FinancialInstitutionBranch", "cbc:ID"),
    )


def _attachment(each: Node) -> AttachmentSaid:
    file = each.first("cac:Attachment", "cbc:EmbeddedDocumentBinaryObject")
    link = _text(each, "cac:Attachment", "cac:ExternalReference", "cbc:URI")
    return AttachmentSaid(
        number=_text(each, "cbc:ID"),
        description=_text(each, "cbc:DocumentDescription"),
        file=file.attributes.get("filename", "") if file is not None else link,
        media_type=file.attributes.get("mimeCode", "") if file is not None else "",
    )
