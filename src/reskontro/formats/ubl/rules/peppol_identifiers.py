"""Peppol, the rules about identifiers: a number that names its scheme has the form and the check digit of the scheme.

Source: Peppol BIS Billing 3.0.21 (2026-05), the rules PEPPOL-COMMON. The sentences are ours.
"""

import re

from reskontro.formats.ubl.rules.rule import Context, Rule, Severity, Test
from reskontro.formats.ubl.tree import Node, UblDocument

_DIGITS = re.compile(r"[0-9]+")
_CODICE_FISCALE = re.compile(r"[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}.{3}[0-9][A-Za-z]", re.DOTALL)
_WHOLE = re.compile(r"[+-]?[0-9]+")
ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)


def gln(text: str) -> bool:
    """Whether a text is digits of which the last is the GS1 check digit, weights 3 and 1 from the right."""
    if _DIGITS.fullmatch(text) is None:
        return False
    weighted = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(text[:-1])))
    return (10 - weighted % 10) % 10 == int(text[-1])


def norwegian(text: str) -> bool:
    """Whether a text is nine digits of which the last is the check digit modulus 11."""
    if re.fullmatch(r"[0-9]{9}", text) is None or int(text) == 0:
        return False
    weighted = sum(int(digit) * (at % 6 + 2) for at, digit in enumerate(reversed(text[:-1])))
    return (11 - weighted % 11) % 11 == int(text[-1])


def luhn_of_ten(text: str) -> bool:
    """Whether the tenth of a text of digits is the check digit of the first nine, modulus 10."""
    if _DIGITS.fullmatch(text) is None or len(text) < 10:
        return False
    total = 0
    for at, digit in enumerate(reversed(text[:9])):
        doubled = int(digit) * 2 if at % 2 == 0 else int(digit)
        total += doubled % 10 + doubled // 10
    return (10 - total % 10) % 10 == int(text[9])


def belgian(text: str) -> bool:
    """Whether a text is ten digits of which the last two are 97 less the remainder of the first eight."""
    return re.fullmatch(r"[0-9]{10}", text) is not None and int(text[8:]) == 97 - int(text[:8]) % 97


def australian(text: str) -> bool:
    """Whether a text is eleven digits of which the weighted sum, one taken off the first, is a multiple of 89."""
    if re.fullmatch(r"[0-9]{11}", text) is None:
        return False
    digits = [int(text[0]) - 1, *map(int, text[1:])]
    return sum(digit * weight for digit, weight in zip(digits, ABN_WEIGHTS, strict=True)) % 89 == 0


def _codice_fiscale(text: str) -> bool:
    if len(text) == 11:
        return _WHOLE.fullmatch(text) is not None
    return _CODICE_FISCALE.fullmatch(text) is not None


def _partita_iva(text: str) -> bool:
    number = text[2:]
    if text[:2] not in {"IT", "it"}:
        return True
    if len(number) != 11 or _DIGITS.fullmatch(number) is None:
        return False
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    return sum(doubled[int(digit)] if at % 2 else int(digit) for at, digit in enumerate(number)) % 10 == 0


def _danish_cvr(node: Node) -> bool:
    text = node.text
    return re.fullmatch(r"(?:DK)?[0-9]{8}", text) is not None


def _form(pattern: str) -> Test:
    compiled = re.compile(pattern)
    return lambda node, _: compiled.fullmatch(node.value()) is not None


def _scheme(scheme: str) -> Test:
    return lambda node, _: node.attributes.get("schemeID") == scheme


EVERYWHERE = "cbc:EndpointID | cac:PartyIdentification/cbc:ID | cbc:CompanyID"


def _identifier(
    scheme: str, no: str, holds: Test, names: tuple[str, str], *, match: str = EVERYWHERE, fatal: bool = True
) -> Context:
    en, nb = names
    rule = Rule(
        f"PEPPOL-COMMON-R{no}",
        holds,
        f"{en} (scheme {scheme}) has the right form and check digit.",
        f"{nb} (ordning {scheme}) har riktig form og kontrollsiffer.",
        Severity.FATAL if fatal else Severity.WARNING,
    )
    return Context(match, (rule,), _scheme(scheme))


def _swedish(node: Node, _: UblDocument) -> bool:
    return len(node.value()) == 10 and luhn_of_ten(node.value())


def _dutch_vat_id(node: Node, _: UblDocument) -> bool:
    scheme = node.parent
    return scheme is not None and scheme.value("cac:TaxScheme", "cbc:ID") == "VAT" and node.value().startswith("NL")


CONTEXTS = (
    _identifier("0088", "040", lambda node, _: gln(node.value()), ("A GLN", "Et GLN")),
    _identifier(
        "0192",
        "041",
        lambda node, _: norwegian(node.value()),
        ("A Norwegian organisation number", "Et norsk organisasjonsnummer"),
    ),
    _identifier("0184", "042", lambda node, _: _danish_cvr(node), ("A Danish CVR number", "Et dansk CVR-nummer")),
    _identifier(
        "0096",
        "052",
        lambda node, _: re.fullmatch(r"[0-9]{10}", node.text) is not None,
        ("A Danish P-number", "Et dansk P-nummer"),
    ),
    _identifier(
        "0198",
        "053",
        lambda node, _: re.fullmatch(r"DK[0-9]{8}", node.text) is not None,
        ("A Danish SE-number", "Et dansk SE-nummer"),
    ),
    _identifier(
        "0208",
        "043",
        lambda node, _: belgian(node.value()),
        ("A Belgian enterprise number", "Et belgisk foretaksnummer"),
    ),
    _identifier("0201", "044", _form(r"[A-Za-z0-9]{6}"), ("An Italian IPA code", "En italiensk IPA-kode"), fatal=False),
    _identifier(
        "0210",
        "045",
        lambda node, _: _codice_fiscale(node.value()),
        ("An Italian tax code", "En italiensk skattekode"),
        fatal=False,
    ),
    _identifier(
        "9907",
        "046",
        lambda node, _: _codice_fiscale(node.value()),
        ("An Italian tax code as an address", "En italiensk skattekode som adresse"),
        match="cbc:EndpointID",
        fatal=False,
    ),
    _identifier(
        "0211",
        "047",
        lambda node, _: _partita_iva(node.value()),
        ("An Italian VAT number", "Et italiensk mva-nummer"),
        fatal=False,
    ),
    _identifier("0007", "049", _swedish, ("A Swedish organisation number", "Et svensk organisasjonsnummer")),
    _identifier(
        "0151",
        "050",
        lambda node, _: australian(node.value()),
        ("An Australian business number", "Et australsk foretaksnummer"),
    ),
    _identifier(
        "0106",
        "054",
        _form(r"[0-9]{8}"),
        ("A Dutch chamber of commerce number", "Et nederlandsk handelskammernummer"),
        fatal=False,
    ),
    _identifier(
        "0190",
        "055",
        _form(r"[0-9]{20}"),
        ("A Dutch number of a public body", "Et nederlandsk nummer for offentlig organ"),
        fatal=False,
    ),
    _identifier(
        "9944", "056-1", _form(r"NL[0-9]{9}B[0-9]{2}"), ("A Dutch VAT number", "Et nederlandsk mva-nummer"), fatal=False
    ),
    Context(
        "cac:PartyTaxScheme/cbc:CompanyID",
        (
            Rule(
                "PEPPOL-COMMON-R056-2",
                _form(r"NL[0-9]{9}B[0-9]{2}"),
                "A Dutch VAT number is NL, nine digits, B and two digits.",
                "Et nederlandsk mva-nummer er NL, ni sifre, B og to sifre.",
                Severity.WARNING,
            ),
        ),
        _dutch_vat_id,
    ),
    _identifier(
        "0217", "057", _form(r"[0-9]{12}"), ("A Dutch establishment number", "Et nederlandsk filialnummer"), fatal=False
    ),
)
