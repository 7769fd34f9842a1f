"""Norway: EHF Reminder 3.0 ("purring"), an invoice of UBL with a specification and a process of its own.

A reminder is asked every rule of the release in force but those that it cannot follow: it has no type code, and the
reason of a charge may also be REM, the fee of the reminder. It names exactly one invoice, and leaves out what is not
needed to recognise that invoice and pay it. Source: EHF Reminder 3.0 of the Norwegian agency (3.0.3, 2023-02), its
specification and its process in its examples, the terms that it leaves out in its guide. Its own rules have no
published numbers that we could give: the names and the sentences are ours.
"""

from collections.abc import Sequence
from dataclasses import replace

from reskontro.formats.ubl.rules.rule import Context, Pattern, Rule, Test
from reskontro.formats.ubl.tree import Node, UblDocument

SPECIFICATION = (
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    "#conformant#urn:fdc:anskaffelser.no:2019:ehf:reminder:3.0"
)
PROCESS = "urn:fdc:anskaffelser.no:2019:ehf:postaward:g3:06:1.0"
FEE = "REM"

# The type code, which a reminder does not have, and the processes of Peppol, of which its own is none.
NOT_ASKED = frozenset({"BR-04", "PEPPOL-EN16931-R007"})
# A charge of the document may have the reason REM beside those of UNTDID 7161.
WIDER = frozenset({"BR-CL-20", "PEPPOL-EN16931-CL003"})

LEFT_OUT = (
    "/Invoice/cbc:InvoiceTypeCode",
    "/Invoice/cac:InvoicePeriod",
    "/Invoice/cac:OrderReference",
    "/Invoice/cac:DespatchDocumentReference",
    "/Invoice/cac:ReceiptDocumentReference",
    "/Invoice/cac:OriginatorDocumentReference",
    "/Invoice/cac:AdditionalDocumentReference",
    "/Invoice/cac:ProjectReference",
    "/Invoice/cac:Delivery",
    "/Invoice/cac:PaymentMeans/cac:CardAccount",
    "/Invoice/cac:PaymentMeans/cac:PaymentMandate",
    "/Invoice/cac:InvoiceLine/cac:DocumentReference",
    "cac:InvoiceLine/cac:Item/cbc:Description",
    "cac:InvoiceLine/cac:Item/cac:BuyersItemIdentification",
    "cac:InvoiceLine/cac:Item/cac:SellersItemIdentification",
    "cac:InvoiceLine/cac:Item/cac:StandardItemIdentification",
    "cac:InvoiceLine/cac:Item/cac:OriginCountry",
    "cac:InvoiceLine/cac:Item/cac:CommodityClassification",
    "cac:InvoiceLine/cac:Item/cac:AdditionalItemProperty",
)


def is_reminder(document: UblDocument) -> bool:
    """Whether a document says that it is a reminder, by its specification or by its process."""
    root = document.root
    return root.value("cbc:CustomizationID") == SPECIFICATION or root.value("cbc:ProfileID") == PROCESS


def adapted(patterns: Sequence[Pattern]) -> Sequence[Pattern]:
    """The patterns of a release as a reminder is asked them, with its own."""
    return (*(tuple(_adapted(context) for context in pattern) for pattern in patterns), CONTEXTS)


def _adapted(context: Context) -> Context:
    rules = tuple(
        replace(rule, holds=_or_the_fee(rule.holds)) if rule.id in WIDER else rule
        for rule in context.rules
        if rule.id not in NOT_ASKED
    )
    return replace(context, rules=rules)


def _or_the_fee(holds: Test) -> Test:
    return lambda code, document: _is_fee_of_document(code) or holds(code, document)


def _is_fee_of_document(code: Node) -> bool:
    above = code.parent
    return code.value() == FEE and above is not None and above.parent is not None and above.parent.parent is None


def _is(name: str, wanted: str) -> Test:
    return lambda root, _: root.value(name) == wanted


RULES = (
    Rule(
        "reminder-document",
        lambda root, _: root.name == "Invoice",
        "A reminder is a UBL Invoice, not a CreditNote.",
        "En purring er en UBL Invoice, ikke en CreditNote.",
    ),
    Rule(
        "reminder-specification",
        _is("cbc:CustomizationID", SPECIFICATION),
        "The specification of a reminder is that of EHF Reminder 3.0 (BT-24).",
        "Spesifikasjonen for en purring er den for EHF Purring 3.0 (BT-24).",
    ),
    Rule(
        "reminder-process",
        _is("cbc:ProfileID", PROCESS),
        "The business process of a reminder is profile 06 of EHF (BT-23).",
        "Forretningsprosessen for en purring er profil 06 i EHF (BT-23).",
    ),
    Rule(
        "reminder-invoice",
        lambda root, _: root.count("cac:BillingReference") == 1,
        "A reminder names exactly one invoice that it reminds of (BG-3).",
        "En purring viser til nøyaktig én faktura som det purres på (BG-3).",
    ),
)
NOT_USED = Rule(
    "reminder-element",
    lambda _, __: False,
    "A reminder has no such element: it holds what is needed to recognise the invoice and pay it.",
    "En purring har ikke dette elementet: den inneholder det som trengs for å kjenne igjen og betale fakturaen.",
)
CONTEXTS: Pattern = (Context("/", RULES), Context(" | ".join(LEFT_OUT), (NOT_USED,)))
