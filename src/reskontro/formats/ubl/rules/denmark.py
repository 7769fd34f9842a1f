"""Denmark: the rules DK-R of Peppol BIS Billing 3.0.21 (2026-05), for sellers with an address there.

The sentences are ours. Most of them are about trade between two Danish parties. The artefact accepts
a version of the classification both written out and with the last point left out.
"""

import re

from reskontro.formats.ubl.rules.ask import LINES
from reskontro.formats.ubl.rules.rule import Context, Rule
from reskontro.formats.ubl.tree import SELLER, Node, UblDocument
from reskontro.formats.ubl.values import number_of

PAYMENT_CODES = frozenset({"1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97"})
CLASSIFICATION_VERSIONS = frozenset({"19.05.01", "19.0501", "26.08.01", "26.0801"})
GIRO_CARDS = frozenset({"01#", "04#", "15#"})
FIK_CARDS = frozenset({"71#", "73#", "75#"})
LEGAL_ID = ("cac:PartyLegalEntity", "cbc:CompanyID")
ACCOUNT = ("cac:PayeeFinancialAccount", "cbc:ID")
GIRO_ACCOUNT = re.compile(r"[0-9]{7,8}")


def _seller_in_denmark(_: Node, document: UblDocument) -> bool:
    return document.seller_country == "DK"


def _both_in_denmark(_: Node, document: UblDocument) -> bool:
    return document.seller_country == "DK" and document.buyer_country == "DK"


def _both_and_invoice(_: Node, document: UblDocument) -> bool:
    return not document.is_credit_note and _both_in_denmark(_, document)


def _scheme_is_cvr(party: Node, *path: str) -> bool:
    return not party.has(*path, *LEGAL_ID) or party.attribute("schemeID", *path, *LEGAL_ID).strip() == "0184"


def _credit_not_negative(root: Node, document: UblDocument) -> bool:
    if not document.is_credit_note or document.buyer_country != "DK":
        return True
    payable = number_of(root.raw("cac:LegalMonetaryTotal", "cbc:PayableAmount"))
    return payable is None or payable >= 0


def _has_scheme(identification: Node, _: UblDocument) -> bool:
    return not identification.has("cbc:ID") or identification.attribute("schemeID", "cbc:ID").strip() != ""


def _bank_and_registration(means: Node, _: UblDocument) -> bool:
    if not means.texts("cbc:PaymentMeansCode") & {"31", "42"}:
        return True
    return means.filled(*ACCOUNT) and means.filled(
        "cac:PayeeFinancialAccount", "cac:FinancialInstitutionBranch", "cbc:ID"
    )


def _mandate_and_payer(means: Node, _: UblDocument) -> bool:
    if "49" not in means.texts("cbc:PaymentMeansCode"):
        return True
    return means.filled("cac:PaymentMandate", "cbc:ID") and means.filled(
        "cac:PaymentMandate", "cac:PayerFinancialAccount", "cbc:ID"
    )


def _giro(means: Node, _: UblDocument) -> bool:
    if "50" not in means.texts("cbc:PaymentMeansCode"):
        return True
    return means.raw("cbc:PaymentID")[:3] in GIRO_CARDS and GIRO_ACCOUNT.fullmatch(means.raw(*ACCOUNT)) is not None


def _giro_reference(means: Node, _: UblDocument) -> bool:
    reference = means.raw("cbc:PaymentID")
    if "50" not in means.texts("cbc:PaymentMeansCode") or reference[:3] not in {"04#", "15#"}:
        return True
    return len(reference) == 19


def _fik(means: Node, _: UblDocument) -> bool:
    if "93" not in means.texts("cbc:PaymentMeansCode"):
        return True
    return means.raw("cbc:PaymentID")[:3] in FIK_CARDS and len(means.raw(*ACCOUNT)) == 8


def _fik_reference(means: Node, _: UblDocument) -> bool:
    reference = means.raw("cbc:PaymentID")
    if "93" not in means.texts("cbc:PaymentMeansCode") or reference[:3] not in {"71#", "75#"}:
        return True
    return len(reference) in {18, 19}


def _classification(line: Node, _: UblDocument) -> bool:
    codes = line.all("cac:Item", "cac:CommodityClassification", "cbc:ItemClassificationCode")
    if not any(code.attributes.get("listID") == "TST" for code in codes):
        return True
    return any(code.attributes.get("listVersionID") in CLASSIFICATION_VERSIONS for code in codes)


def _tax_named(adjustment: Node, _: UblDocument) -> bool:
    if "ZZZ" not in adjustment.texts("cbc:AllowanceChargeReasonCode"):
        return True
    reason = adjustment.raw("cbc:AllowanceChargeReason")
    if "#" in reason and not reason.startswith("#") and not reason.endswith("#"):
        return True
    number = number_of(reason)
    return len(adjustment.value("cbc:AllowanceChargeReason")) == 4 and number is not None and 0 <= number <= 9999


PARTY_IDS = (
    "/*/cac:AccountingSupplierParty/cac:Party/cac:PartyIdentification"
    " | /*/cac:AccountingCustomerParty/cac:Party/cac:PartyIdentification"
)

CONTEXTS = (
    Context(
        "/",
        (
            Rule(
                "DK-R-002",
                lambda d, _: d.filled(*SELLER, *LEGAL_ID),
                "A Danish seller gives its CVR number (BT-30).",
                "En dansk selger oppgir CVR-nummeret sitt (BT-30).",
            ),
            Rule(
                "DK-R-014",
                lambda d, _: _scheme_is_cvr(d, *SELLER),
                "The registration number of a Danish seller has the scheme 0184 (BT-30).",
                "Organisasjonsnummeret til en dansk selger har ordningen 0184 (BT-30).",
            ),
            Rule(
                "DK-R-016",
                _credit_not_negative,
                "A credit note between Danish parties has no negative amount to pay (BT-115).",
                "En kreditnota mellom danske parter har ikke negativt beløp å betale (BT-115).",
            ),
        ),
        _seller_in_denmark,
    ),
    Context(
        PARTY_IDS,
        (
            Rule(
                "DK-R-013",
                _has_scheme,
                "Identifiers of Danish parties name their scheme (BT-29, BT-46).",
                "Identifikatorer for danske parter oppgir ordningen sin (BT-29, BT-46).",
            ),
        ),
        _both_in_denmark,
    ),
    Context(
        "/*/cac:PaymentMeans",
        (
            Rule(
                "DK-R-005",
                lambda m, _: m.raw("cbc:PaymentMeansCode") in PAYMENT_CODES,
                "Between Danish parties the means of payment is 1, 10, 31, 42, 48, 49, 50, 58, 59, 93 or 97 (BT-81).",
                "Mellom danske parter er betalingsmåten 1, 10, 31, 42, 48, 49, 50, 58, 59, 93 eller 97 (BT-81).",
            ),
            Rule(
                "DK-R-006",
                _bank_and_registration,
                "A Danish bank transfer (31, 42) has an account and a registration number (BT-84, BT-86).",
                "En dansk bankoverføring (31, 42) har konto og registreringsnummer (BT-84, BT-86).",
            ),
            Rule(
                "DK-R-007",
                _mandate_and_payer,
                "A Danish direct debit (49) has a mandate and the payer's account (BT-89, BT-91).",
                "En dansk direktebelastning (49) har fullmakt og betalers konto (BT-89, BT-91).",
            ),
            Rule(
                "DK-R-008",
                _giro,
                "A Danish giro payment (50) has a reference on 01#, 04# or 15# and an account of 7 or 8 digits.",
                "En dansk girobetaling (50) har en referanse på 01#, 04# eller 15# og en konto på 7 eller 8 sifre.",
            ),
            Rule(
                "DK-R-009",
                _giro_reference,
                "After 04# and 15# a Danish giro reference has 16 digits (BT-83).",
                "Etter 04# og 15# har en dansk giroreferanse 16 sifre (BT-83).",
            ),
            Rule(
                "DK-R-010",
                _fik,
                "A Danish FIK payment (93) has a reference on 71#, 73# or 75# and a creditor number of 8 digits.",
                "En dansk FIK-betaling (93) har en referanse på 71#, 73# eller 75# og et kreditornummer på 8 sifre.",
            ),
            Rule(
                "DK-R-011",
                _fik_reference,
                "After 71# and 75# a Danish FIK reference has 15 or 16 digits (BT-83).",
                "Etter 71# og 75# har en dansk FIK-referanse 15 eller 16 sifre (BT-83).",
            ),
        ),
        _both_and_invoice,
    ),
    Context(
        "/*/cac:AccountingCustomerParty/cac:Party",
        (
            Rule(
                "DK-R-017",
                lambda party, _: _scheme_is_cvr(party),
                "The registration number of a Danish buyer has the scheme 0184 (BT-47).",
                "Organisasjonsnummeret til en dansk kjøper har ordningen 0184 (BT-47).",
            ),
        ),
        _both_in_denmark,
    ),
    Context(
        " | ".join(f"/*/{line}" for line in LINES.split(" | ")),
        (
            Rule(
                "DK-R-003",
                _classification,
                "A UNSPSC classification (TST) between Danish parties is of version 19.05.01 or 26.08.01 (BT-158).",
                "En UNSPSC-klassifisering (TST) mellom danske parter er av versjon 19.05.01 eller 26.08.01 (BT-158).",
            ),
        ),
        _both_in_denmark,
    ),
    Context(
        "cac:AllowanceCharge",
        (
            Rule(
                "DK-R-004",
                _tax_named,
                "A Danish tax that is not VAT (ZZZ) names its four digits, or two texts with # between.",
                "En dansk avgift som ikke er mva (ZZZ) oppgir fire sifre, eller to tekster med # imellom.",
            ),
        ),
        _both_in_denmark,
    ),
)
