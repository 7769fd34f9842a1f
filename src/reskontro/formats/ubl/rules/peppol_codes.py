"""Peppol BIS Billing, restricted codes and forms: the PEPPOL-EN16931 rules CL, P and F.

Source: Peppol BIS Billing 3.0.21 (2026-05). The sentences are ours.
"""

from reskontro.formats.ubl.codes import document_types, payment, reasons, schemes, world
from reskontro.formats.ubl.rules.en16931_codes import AMOUNTS, MIME_TYPES, has_attribute
from reskontro.formats.ubl.rules.peppol import german_among_themselves, in_approved_process
from reskontro.formats.ubl.rules.rule import Context, Rule, Test
from reskontro.formats.ubl.tree import Node, UblDocument
from reskontro.formats.ubl.values import is_plain_date

DATES = "cbc:IssueDate | cbc:DueDate | cbc:TaxPointDate | cbc:StartDate | cbc:EndDate | cbc:ActualDeliveryDate"
GERMAN_TYPES = frozenset({"326", "384"})
# The reason code of an exemption, and the only category that it fits.
CATEGORY_OF_REASON = (
    ("P0104", "VATEX-EU-G", "G"),
    ("P0105", "VATEX-EU-O", "O"),
    ("P0106", "VATEX-EU-IC", "K"),
    ("P0107", "VATEX-EU-AE", "AE"),
    ("P0108", "VATEX-EU-D", "E"),
    ("P0109", "VATEX-EU-F", "E"),
    ("P0110", "VATEX-EU-I", "E"),
    ("P0111", "VATEX-EU-J", "E"),
)


def _says(word: str) -> Test:
    return lambda code, _: code.parent is not None and word in code.parent.texts("cbc:ChargeIndicator")


def _invoice_type(code: Node, document: UblDocument) -> bool:
    return not in_approved_process(document) or code.value() in document_types.PEPPOL_INVOICE_TYPES


def _credit_note_type(code: Node, document: UblDocument) -> bool:
    return not in_approved_process(document) or code.value() in document_types.PEPPOL_CREDIT_NOTE_TYPES


def _german_type(code: Node, document: UblDocument) -> bool:
    return code.value() not in GERMAN_TYPES or german_among_themselves(document)


def _has_reason(reason: str) -> Test:
    return lambda category, _: reason in {text.upper() for text in category.texts("cbc:TaxExemptionReasonCode")}


def _category_is(wanted: str) -> Test:
    return lambda category, _: category.value("cbc:ID") == wanted


CONTEXTS = (
    Context(
        "cbc:EmbeddedDocumentBinaryObject",
        (
            Rule(
                "PEPPOL-EN16931-CL001",
                lambda node, _: node.attributes["mimeCode"] in MIME_TYPES,
                "An attached file is of a kind that Peppol takes: PDF, PNG, JPEG, CSV, xlsx or ods (BT-125).",
                "Et vedlegg er av en type som Peppol tar: PDF, PNG, JPEG, CSV, xlsx eller ods (BT-125).",
            ),
        ),
        has_attribute("mimeCode"),
    ),
    Context(
        "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode",
        (
            Rule(
                "PEPPOL-EN16931-CL002",
                lambda node, _: node.value() in reasons.ALLOWANCE_REASONS,
                "The reason code of an allowance is one of UNTDID 5189.",
                "Begrunnelseskoden for et fradrag er en fra UNTDID 5189.",
            ),
        ),
        _says("false"),
    ),
    Context(
        "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode",
        (
            Rule(
                "PEPPOL-EN16931-CL003",
                lambda node, _: node.value() in reasons.CHARGE_REASONS,
                "The reason code of a charge is one of UNTDID 7161.",
                "Begrunnelseskoden for et tillegg er en fra UNTDID 7161.",
            ),
        ),
        _says("true"),
    ),
    Context(
        "cac:InvoicePeriod/cbc:DescriptionCode",
        (
            Rule(
                "PEPPOL-EN16931-CL006",
                lambda node, _: node.value() in payment.TAX_POINT_CODES,
                "The code of the tax point is 3, 35 or 432 (BT-8).",
                "Koden for avgiftstidspunktet er 3, 35 eller 432 (BT-8).",
            ),
        ),
    ),
    Context(
        AMOUNTS,
        (
            Rule(
                "PEPPOL-EN16931-CL007",
                lambda node, _: node.attributes.get("currencyID") in world.PEPPOL_CURRENCIES,
                "The currency of an amount is one of ISO 4217.",
                "Valutaen for et beløp er en fra ISO 4217.",
            ),
        ),
    ),
    Context(
        "cbc:InvoiceTypeCode",
        (
            Rule(
                "PEPPOL-EN16931-P0100",
                _invoice_type,
                "The type of an invoice is one that the Peppol process takes (BT-3).",
                "Typen for en faktura er en som Peppol-prosessen tar (BT-3).",
            ),
            Rule(
                "PEPPOL-EN16931-P0112",
                _german_type,
                "The invoice types 326 and 384 are used between German parties only (BT-3).",
                "Fakturatypene 326 og 384 brukes bare mellom tyske parter (BT-3).",
            ),
        ),
    ),
    Context(
        "cbc:CreditNoteTypeCode",
        (
            Rule(
                "PEPPOL-EN16931-P0101",
                _credit_note_type,
                "The type of a credit note is one that the Peppol process takes (BT-3).",
                "Typen for en kreditnota er en som Peppol-prosessen tar (BT-3).",
            ),
        ),
    ),
    Context(
        DATES,
        (
            Rule(
                "PEPPOL-EN16931-F001",
                lambda node, _: is_plain_date(node.text),
                "A date is a day of the calendar written YYYY-MM-DD.",
                "En dato er en kalenderdag skrevet ÅÅÅÅ-MM-DD.",
            ),
        ),
    ),
    Context(
        "cbc:EndpointID",
        (
            Rule(
                "PEPPOL-EN16931-CL008",
                lambda node, _: node.attributes["schemeID"] in schemes.PEPPOL_ADDRESS_SCHEMES,
                "The scheme of an electronic address is one that Peppol takes (BT-34, BT-49).",
                "Ordningen for en elektronisk adresse er en som Peppol tar (BT-34, BT-49).",
            ),
        ),
        has_attribute("schemeID"),
    ),
    *(
        Context(
            "cac:TaxCategory",
            (
                Rule(
                    f"PEPPOL-EN16931-{no}",
                    _category_is(category),
                    f"The reason {reason} stands with category {category} only.",
                    f"Grunnen {reason} står bare sammen med kategori {category}.",
                ),
            ),
            _has_reason(reason),
        )
        for no, reason, category in CATEGORY_OF_REASON
    ),
)
