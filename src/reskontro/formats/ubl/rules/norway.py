"""Norway: the rules NO-R of Peppol BIS Billing 3.0.21 (2026-05), for sellers from Norway. The sentences are ours.

Where a seller is from is told by its VAT number, else by its tax representative's, else by its address.
"""

import re

from reskontro.formats.ubl.rules.peppol_identifiers import norwegian
from reskontro.formats.ubl.rules.rule import Context, Rule, warning
from reskontro.formats.ubl.tree import COUNTRY, SELLER, Node, UblDocument
from reskontro.formats.ubl.values import collapsed

NUMBER_AND_MVA = re.compile(r"[0-9]{9}MVA")


def seller_country(document: UblDocument) -> str:
    """Two letters of a VAT number or of an address, XX where there is neither."""
    root = document.root
    for path in (SELLER, ("cac:TaxRepresentativeParty",)):
        prefixes = [
            scheme.raw("cbc:CompanyID")[:2]
            for scheme in root.all(*path, "cac:PartyTaxScheme")
            if "VAT" in scheme.texts("cac:TaxScheme", "cbc:ID")
        ]
        if prefixes and prefixes[0]:
            return collapsed(prefixes[0]).upper()
    if root.has(*SELLER, *COUNTRY):
        return root.value(*SELLER, *COUNTRY).upper()
    return "XX"


def _is_norwegian(_: Node, document: UblDocument) -> bool:
    return document.once(seller_country) == "NO"


def _registered(party: Node, scheme: str) -> list[Node]:
    return [s for s in party.all("cac:PartyTaxScheme") if s.value("cac:TaxScheme", "cbc:ID") == scheme]


def _vat_number(party: Node, _: UblDocument) -> bool:
    numbers = [scheme.raw("cbc:CompanyID") for scheme in _registered(party, "VAT")]
    if not any(number.startswith("NO") for number in numbers):
        return True
    return any(NUMBER_AND_MVA.fullmatch(number[2:]) for number in numbers) and norwegian(numbers[0][2:11])


def _in_the_register(party: Node, _: UblDocument) -> bool:
    return any(scheme.value("cbc:CompanyID") == "Foretaksregisteret" for scheme in _registered(party, "TAX"))


CONTEXTS = (
    Context(
        "cac:AccountingSupplierParty/cac:Party",
        (
            warning(
                "NO-R-002",
                _in_the_register,
                "Limited companies and branches of foreign ones state the word Foretaksregisteret (BT-32; the Register "
                "of Business Enterprises Act, section 10-2).",
                "Aksjeselskaper og filialer av utenlandske selskaper oppgir ordet Foretaksregisteret (BT-32; "
                "foretaksregisterloven § 10-2).",
            ),
            Rule(
                "NO-R-001",
                _vat_number,
                "A Norwegian VAT number is NO, a valid organisation number and MVA, without blanks (BT-31).",
                "Et norsk mva-nummer er NO, et gyldig organisasjonsnummer og MVA, uten mellomrom (BT-31).",
            ),
        ),
        _is_norwegian,
    ),
)
