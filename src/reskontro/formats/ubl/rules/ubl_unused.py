"""Elements and attributes that UBL has and EN 16931 does not use: the warnings UBL-CR-… and UBL-DT-08 to 28.

The elements are a tree of paths that is walked beside the document's, so that a document pays for what it has and not
for the seven hundred things that it might have. Two of them are no warnings: an invoiced object has neither file nor
description. Source: the validation artefacts of EN 16931 for UBL, release 1.3.16 (2026-04). The sentences are ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reskontro.formats.ubl.rules.ask import LINE_NAMES, never
from reskontro.formats.ubl.rules.rule import Context, Rule, Stray, Sweep, Test, warning
from reskontro.formats.ubl.rules.ubl_unused_paths import UNUSED
from reskontro.formats.ubl.tree import Node, UblDocument

# An attribute wherever it stands.
ATTRIBUTES = {
    "schemeName": "UBL-DT-08",
    "schemeAgencyName": "UBL-DT-09",
    "schemeDataURI": "UBL-DT-10",
    "schemeURI": "UBL-DT-11",
    "format": "UBL-DT-12",
    "unitCodeListIdentifier": "UBL-DT-13",
    "unitCodeListAgencyIdentifier": "UBL-DT-14",
    "unitCodeListAgencyName": "UBL-DT-15",
    "listAgencyName": "UBL-DT-16",
    "listName": "UBL-DT-17",
    "languageID": "UBL-DT-19",
    "listURI": "UBL-DT-20",
    "listSchemeURI": "UBL-DT-21",
    "languageLocaleID": "UBL-DT-22",
    "uri": "UBL-DT-23",
    "currencyCodeListVersionID": "UBL-DT-24",
    "characterSetCode": "UBL-DT-25",
    "encodingCode": "UBL-DT-26",
    "schemeAgencyID": "UBL-DT-27",
    "listAgencyID": "UBL-DT-28",
    "unitCodeListID": "UBL-CR-663",
}

# An attribute of one element. A path that begins with "/" is one from the document element.
ATTRIBUTES_OF = (
    ("UBL-CR-648", "/*/cbc:CustomizationID", "schemeID"),
    ("UBL-CR-649", "/*/cbc:ProfileID", "schemeID"),
    ("UBL-CR-650", "/*/cbc:ID", "schemeID"),
    ("UBL-CR-651", "/*/cbc:SalesOrderID", "schemeID"),
    ("UBL-CR-652", "cac:PartyTaxScheme/cbc:CompanyID", "schemeID"),
    ("UBL-CR-653", "/*/cac:PaymentMeans/cbc:PaymentID", "schemeID"),
    ("UBL-CR-654", "/*/cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID", "schemeID"),
    (
        "UBL-CR-655",
        "/*/cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
        "schemeID",
    ),
    ("UBL-CR-656", "/*/cbc:InvoiceTypeCode", "listID"),
    ("UBL-CR-657", "/*/cbc:DocumentCurrencyCode", "listID"),
    ("UBL-CR-658", "/*/cbc:TaxCurrencyCode", "listID"),
    ("UBL-CR-659", "/*/cac:AdditionalDocumentReference/cbc:DocumentTypeCode", "listID"),
    ("UBL-CR-660", "cac:Country/cbc:IdentificationCode", "listID"),
    ("UBL-CR-661", "/*/cac:PaymentMeans/cbc:PaymentMeansCode", "listID"),
    ("UBL-CR-662", "cbc:AllowanceChargeReasonCode", "listID"),
    ("UBL-CR-667", "cac:BuyersItemIdentification/cbc:ID", "schemeID"),
    ("UBL-CR-668", "cac:SellersItemIdentification/cbc:ID", "schemeID"),
    ("UBL-CR-672", "/*/cbc:CreditNoteTypeCode", "listID"),
    ("UBL-CR-674", "cbc:PrimaryAccountNumberID", "schemeID"),
    ("UBL-CR-675", "cac:CardAccount/cbc:NetworkID", "schemeID"),
    ("UBL-CR-676", "cac:PaymentMandate/cbc:ID", "schemeID"),
    ("UBL-CR-677", "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID", "schemeID"),
    ("UBL-CR-678", "cac:TaxCategory/cbc:ID", "schemeID"),
    ("UBL-CR-679", "cac:ClassifiedTaxCategory/cbc:ID", "schemeID"),
)

# An element wherever its path occurs.
ELEMENTS = (
    ("UBL-CR-664", "cac:FinancialInstitution"),
    ("UBL-CR-669", "cac:Price/cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"),
    ("UBL-CR-670", "cac:Price/cac:AllowanceCharge/cbc:AllowanceChargeReason"),
    ("UBL-CR-671", "cac:Price/cac:AllowanceCharge/cbc:MultiplierFactorNumeric"),
    ("UBL-CR-680", "cac:PaymentMeans/cac:PayerFinancialAccount"),
)


@dataclass(slots=True)
class _Place:
    """What may stand below a path: the rules about it, and the places further down."""

    unused: dict[str, Stray] = field(default_factory=dict)
    below: dict[str, "_Place"] = field(default_factory=dict)


def _stray(rule_id: str, path: str) -> Stray:
    shown = path.removeprefix("/*/").replace("LINE", "line")
    return Stray(
        rule_id, f"{shown} is not used in an invoice by EN 16931.", f"{shown} brukes ikke i en faktura etter EN 16931."
    )


def _tree() -> tuple[_Place, dict[str, Stray]]:
    root, rules = _Place(), {}
    for parent, listed in UNUSED.items():
        place = root
        for step in parent.split("/") if parent else ():
            place = place.below.setdefault(step, _Place())
        words = listed.split()
        for number, name in zip(words[::2], words[1::2], strict=True):
            stray = _stray(f"UBL-CR-{number}", f"{parent}/{name}" if parent else name)
            place.unused[name] = rules[stray.id] = stray
    root.below |= dict.fromkeys(LINE_NAMES, root.below.pop("LINE"))
    return root, rules


_ROOT, _ELEMENT_RULES = _tree()
_ATTRIBUTE_RULES = {
    name: Stray(
        rule_id,
        f"The attribute {name} is not used in an invoice by EN 16931.",
        f"Attributtet {name} brukes ikke i en faktura etter EN 16931.",
    )
    for name, rule_id in ATTRIBUTES.items()
}
_NAMED = Stray(
    "UBL-DT-18",
    "The attribute name is used on a payment means code only.",
    "Attributtet name brukes bare på en kode for betalingsmåte.",
)


def _find(document: UblDocument) -> Iterator[tuple[Stray, Node]]:
    yield from _unused_below(document.root, _ROOT)
    for node in document.nodes:
        for name in node.attributes:
            if (stray := _ATTRIBUTE_RULES.get(name)) is not None:
                yield stray, node
            elif name == "name" and node.name != "cbc:PaymentMeansCode":
                yield _NAMED, node


def _unused_below(node: Node, place: _Place) -> Iterator[tuple[Stray, Node]]:
    for name, children in node.by_name.items():
        if (stray := place.unused.get(name)) is not None:
            yield from ((stray, child) for child in children)
        elif (below := place.below.get(name)) is not None:
            for child in children:
                if child.by_name:
                    yield from _unused_below(child, below)


SWEEP = Sweep({**_ELEMENT_RULES, **{s.id: s for s in _ATTRIBUTE_RULES.values()}, _NAMED.id: _NAMED}, _find)


def _no_attribute(name: str) -> Test:
    return lambda node, _: name not in node.attributes


def _warned(rule_id: str, match: str, what: str, holds: Test) -> Context:
    stray = _stray(rule_id, what)
    return Context(match, (warning(rule_id, holds, stray.en, stray.nb),))


def _is_invoiced_object(node: Node, _: UblDocument) -> bool:
    return node.parent is not None and "130" in node.parent.texts("cbc:DocumentTypeCode")


def _is_another_document(node: Node, _: UblDocument) -> bool:
    kinds = node.parent.texts("cbc:DocumentTypeCode") if node.parent is not None else set()
    return not kinds or bool(kinds - {"130"})


# Each of these is asked for itself: a pattern of its own.
PATTERNS = (
    *((_warned(i, match, f"{match}/@{name}", _no_attribute(name)),) for i, match, name in ATTRIBUTES_OF),
    *((_warned(i, match, match, never),) for i, match in ELEMENTS),
    (
        Context(
            "/*/cbc:UBLVersionID",
            (
                warning(
                    "UBL-CR-002",
                    lambda node, _: node.text == "2.1",
                    "The version of UBL, where it is given, is 2.1.",
                    "UBL-versjonen er 2.1 der den er oppgitt.",
                ),
            ),
        ),
    ),
    (
        Context(
            "/*/cac:PaymentMeans/cbc:PaymentDueDate",
            (
                warning(
                    "UBL-CR-412",
                    lambda _, document: document.is_credit_note,
                    "The due date stands in the payment instructions of a credit note only.",
                    "Forfallsdatoen står bare i en kreditnotas betalingsopplysninger.",
                ),
            ),
        ),
    ),
    (
        Context(
            "cac:AdditionalDocumentReference/cbc:ID",
            (
                warning(
                    "UBL-CR-665",
                    _no_attribute("schemeID"),
                    "Only an invoiced object (type 130) has a scheme.",
                    "Bare et fakturert objekt (type 130) har en ordning.",
                ),
            ),
            _is_another_document,
        ),
    ),
    (
        Context(
            "cac:AdditionalDocumentReference/cac:Attachment",
            (
                Rule(
                    "UBL-CR-666",
                    never,
                    "An invoiced object (type 130) has no attached file.",
                    "Et fakturert objekt (type 130) har ikke noe vedlegg.",
                ),
            ),
            _is_invoiced_object,
        ),
    ),
    (
        Context(
            "cac:AdditionalDocumentReference/cbc:DocumentDescription",
            (
                Rule(
                    "UBL-CR-673",
                    never,
                    "An invoiced object (type 130) has no description.",
                    "Et fakturert objekt (type 130) har ingen beskrivelse.",
                ),
            ),
            _is_invoiced_object,
        ),
    ),
)
