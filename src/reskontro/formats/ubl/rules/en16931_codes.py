"""EN 16931, code rules: where a code stands, it is one of its list.

Source: the validation artefacts of EN 16931 for UBL, release 1.3.16 (2026-04). The sentences are ours.
"""

from collections.abc import Set as AbstractSet

from reskontro.formats.ubl.codes import document_types, payment, reasons, references, schemes, units, world
from reskontro.formats.ubl.rules.ask import is_allowance, is_charge
from reskontro.formats.ubl.rules.rule import Context, Rule, Test
from reskontro.formats.ubl.tree import Node, UblDocument
from reskontro.formats.ubl.values import collapsed

AMOUNTS = " | ".join(
    f"cbc:{name}Amount"
    for name in (
        "",
        "Base",
        "Price",
        "Tax",
        "Taxable",
        "LineExtension",
        "TaxExclusive",
        "TaxInclusive",
        "AllowanceTotal",
        "ChargeTotal",
        "Prepaid",
        "PayableRounding",
        "Payable",
    )
)
MIME_TYPES = frozenset(
    {
        "application/pdf",
        "image/png",
        "image/jpeg",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
_REASON_CODE = "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"


def _text_in(codes: AbstractSet[str]) -> Test:
    return lambda node, _: node.value() in codes


def _attribute_in(name: str, codes: AbstractSet[str]) -> Test:
    return lambda node, _: collapsed(node.attributes.get(name, "")) in codes


def has_attribute(name: str) -> Test:
    """The condition that an element has an attribute."""
    return lambda node, _: name in node.attributes


def _type_code(node: Node, _: UblDocument) -> bool:
    types = document_types.INVOICE_TYPES if node.name == "cbc:InvoiceTypeCode" else document_types.CREDIT_NOTE_TYPES
    return node.value() in types


def _note_subject(node: Node, _: UblDocument) -> bool:
    rest = node.text.partition("#")[2]
    subject, closed = rest.partition("#")[:2]
    return not closed or len(subject) != 3 or subject in references.NOTE_SUBJECTS


def _party_scheme(node: Node, _: UblDocument) -> bool:
    scheme = collapsed(node.attributes.get("schemeID", ""))
    if scheme in schemes.IDENTIFIER_SCHEMES:
        return True
    return scheme == "SEPA" and (_within(node, "cac:AccountingSupplierParty") or _within(node, "cac:PayeeParty"))


def _within(node: Node, name: str) -> bool:
    above = node.parent
    while above is not None and above.name != name:
        above = above.parent
    return above is not None


def _is_invoiced_object(reference_id: Node, _: UblDocument) -> bool:
    return (
        "schemeID" in reference_id.attributes
        and reference_id.parent is not None
        and "130" in reference_id.parent.texts("cbc:DocumentTypeCode")
    )


def _above(test: Test) -> Test:
    return lambda node, document: node.parent is not None and test(node.parent, document)


def _codes(match: str, rule_id: str, holds: Test, what: tuple[str, str], where: Test | None = None) -> Context:
    en, nb = what
    rule = Rule(rule_id, holds, f"{en} is one of its code list.", f"{nb} er en av kodelisten.")
    return Context(match, (rule,), where)


# The subject of a note stands in the first pattern, the other codes in one of their own.
NOTES = (
    Context(
        "/*/cbc:Note",
        (
            Rule(
                "BR-CL-08",
                _note_subject,
                "A subject between number signs at the head of a note is one of the code list (BT-21).",
                "Et emne mellom nummertegn først i en merknad er en av kodelisten (BT-21).",
            ),
        ),
    ),
)

CONTEXTS = (
    _codes(
        "cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode",
        "BR-CL-01",
        _type_code,
        ("The type of the document (BT-3)", "Dokumentets type (BT-3)"),
    ),
    _codes(
        AMOUNTS,
        "BR-CL-03",
        _attribute_in("currencyID", world.CURRENCIES),
        ("The currency of an amount", "Valutaen for et beløp"),
    ),
    _codes(
        "cbc:DocumentCurrencyCode",
        "BR-CL-04",
        _text_in(world.CURRENCIES),
        ("The document's currency (BT-5)", "Dokumentets valuta (BT-5)"),
    ),
    _codes(
        "cbc:TaxCurrencyCode",
        "BR-CL-05",
        _text_in(world.CURRENCIES),
        ("The VAT currency (BT-6)", "Avgiftsvalutaen (BT-6)"),
    ),
    _codes(
        "cac:InvoicePeriod/cbc:DescriptionCode",
        "BR-CL-06",
        _text_in(payment.TAX_POINT_CODES),
        ("The code of the tax point (BT-8)", "Koden for avgiftstidspunktet (BT-8)"),
    ),
    _codes(
        "cac:AdditionalDocumentReference/cbc:ID | cac:DocumentReference/cbc:ID",
        "BR-CL-07",
        _attribute_in("schemeID", references.REFERENCE_QUALIFIERS),
        ("The scheme of an invoiced object (BT-18, BT-128)", "Ordningen for et fakturert objekt (BT-18, BT-128)"),
        _is_invoiced_object,
    ),
    _codes(
        "cac:PartyIdentification/cbc:ID",
        "BR-CL-10",
        _party_scheme,
        ("The scheme of a party's identifier", "Ordningen for en parts identifikator"),
        has_attribute("schemeID"),
    ),
    _codes(
        "cac:PartyLegalEntity/cbc:CompanyID",
        "BR-CL-11",
        _attribute_in("schemeID", schemes.IDENTIFIER_SCHEMES),
        ("The scheme of a registration number", "Ordningen for et organisasjonsnummer"),
        has_attribute("schemeID"),
    ),
    _codes(
        "cac:CommodityClassification/cbc:ItemClassificationCode",
        "BR-CL-13",
        _attribute_in("listID", references.ITEM_CLASSES),
        ("The list of an item's classification (BT-158)", "Listen for en vares klassifisering (BT-158)"),
        has_attribute("listID"),
    ),
    _codes("cac:Country/cbc:IdentificationCode", "BR-CL-14", _text_in(world.COUNTRIES), ("A country", "Et land")),
    _codes(
        "cac:OriginCountry/cbc:IdentificationCode",
        "BR-CL-15",
        _text_in(world.COUNTRIES),
        ("The country of origin of an item (BT-159)", "Opphavslandet for en vare (BT-159)"),
    ),
    _codes(
        "cac:PaymentMeans/cbc:PaymentMeansCode",
        "BR-CL-16",
        _text_in(payment.PAYMENT_MEANS),
        ("The means of payment (BT-81)", "Betalingsmåten (BT-81)"),
    ),
    _codes(
        "cac:TaxCategory/cbc:ID", "BR-CL-17", _text_in(payment.VAT_CATEGORIES), ("A VAT category", "En avgiftskategori")
    ),
    _codes(
        "cac:ClassifiedTaxCategory/cbc:ID",
        "BR-CL-18",
        _text_in(payment.VAT_CATEGORIES),
        ("The VAT category of a line (BT-151)", "Avgiftskategorien på en linje (BT-151)"),
    ),
    _codes(
        _REASON_CODE,
        "BR-CL-19",
        _text_in(reasons.ALLOWANCE_REASONS),
        ("The reason code of an allowance", "Begrunnelseskoden for et fradrag"),
        _above(is_allowance),
    ),
    _codes(
        _REASON_CODE,
        "BR-CL-20",
        _text_in(reasons.CHARGE_REASONS),
        ("The reason code of a charge", "Begrunnelseskoden for et tillegg"),
        _above(is_charge),
    ),
    _codes(
        "cac:StandardItemIdentification/cbc:ID",
        "BR-CL-21",
        _attribute_in("schemeID", schemes.IDENTIFIER_SCHEMES),
        (
            "The scheme of an item's standard identifier (BT-157)",
            "Ordningen for en vares standardidentifikator (BT-157)",
        ),
        has_attribute("schemeID"),
    ),
    _codes(
        "cbc:TaxExemptionReasonCode",
        "BR-CL-22",
        lambda node, _: node.value().upper() in reasons.EXEMPTION_REASONS,
        ("The reason code of an exemption (BT-121)", "Koden for et fritak (BT-121)"),
    ),
    _codes(
        "cbc:InvoicedQuantity | cbc:BaseQuantity | cbc:CreditedQuantity",
        "BR-CL-23",
        _attribute_in("unitCode", units.UNITS),
        ("The unit of a quantity (BT-130, BT-150)", "Enheten for et antall (BT-130, BT-150)"),
        has_attribute("unitCode"),
    ),
    _codes(
        "cbc:EmbeddedDocumentBinaryObject",
        "BR-CL-24",
        lambda node, _: node.attributes.get("mimeCode") in MIME_TYPES,
        ("The kind of an attached file (BT-125)", "Filtypen for et vedlegg (BT-125)"),
        has_attribute("mimeCode"),
    ),
    _codes(
        "cbc:EndpointID",
        "BR-CL-25",
        _attribute_in("schemeID", schemes.ADDRESS_SCHEMES),
        ("The scheme of an electronic address (BT-34, BT-49)", "Ordningen for en elektronisk adresse (BT-34, BT-49)"),
        has_attribute("schemeID"),
    ),
    _codes(
        "cac:DeliveryLocation/cbc:ID",
        "BR-CL-26",
        _attribute_in("schemeID", schemes.IDENTIFIER_SCHEMES),
        ("The scheme of a place of delivery (BT-71)", "Ordningen for et leveringssted (BT-71)"),
        has_attribute("schemeID"),
    ),
)
