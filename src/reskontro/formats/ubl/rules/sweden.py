"""Sweden: the rules SE-R of Peppol BIS Billing 3.0.21 (2026-05), for sellers with an address there.

The sentences are ours.
"""

from decimal import Decimal

from reskontro.formats.ubl.rules.ask import never
from reskontro.formats.ubl.rules.peppol_identifiers import luhn_of_ten
from reskontro.formats.ubl.rules.rule import Context, Rule, Test, warning
from reskontro.formats.ubl.tree import COUNTRY, Node, UblDocument
from reskontro.formats.ubl.values import number_of

RATES = frozenset({Decimal(25), Decimal(12), Decimal(6)})
F_TAX = "GODKÄND FÖR F-SKATT"


def _in_sweden(party: Node) -> bool:
    return "SE" in party.texts(*COUNTRY)


def _vat_numbers(party: Node) -> list[Node]:
    return [s for s in party.all("cac:PartyTaxScheme") if "VAT" in s.texts("cac:TaxScheme", "cbc:ID")]


def _swedish_vat(party: Node, _: UblDocument) -> bool:
    return _in_sweden(party) and any(s.raw("cbc:CompanyID")[:2] == "SE" for s in _vat_numbers(party))


def _any_seller_swedish_vat(document: UblDocument) -> bool:
    return any(_swedish_vat(party, document) for party in document.seller)


def _any_seller_in_sweden(document: UblDocument) -> bool:
    return any(_in_sweden(party) for party in document.seller)


def _any_buyer_in_sweden(document: UblDocument) -> bool:
    return any(_in_sweden(party) for party in document.buyer)


def _vat_length(party: Node, _: UblDocument) -> bool:
    return len(_vat_numbers(party)[0].value("cbc:CompanyID")) == 14


def _vat_numeric(party: Node, _: UblDocument) -> bool:
    return number_of(_vat_numbers(party)[0].raw("cbc:CompanyID")[2:14]) is not None


def _registered_in_sweden(entity: Node, _: UblDocument) -> bool:
    return entity.has("cbc:CompanyID") and entity.parent is not None and _in_sweden(entity.parent)


def _tax_registration(company_id: Node, _: UblDocument) -> bool:
    scheme = company_id.parent
    party = scheme.parent if scheme is not None else None
    if scheme is None or party is None or not party.has("cac:PartyLegalEntity", "cbc:CompanyID"):
        return False
    return _in_sweden(party) and scheme.value("cac:TaxScheme", "cbc:ID").upper() != "VAT"


def _standard_rate_of_a_swede(category: Node, document: UblDocument) -> bool:
    return "S" in category.texts("cbc:ID") and document.once(_any_seller_swedish_vat)


def _giro(branch: str) -> Test:
    def holds(account: Node, document: UblDocument) -> bool:
        means = account.parent.parent if account.parent is not None else None
        return (
            means is not None
            and document.once(_any_seller_in_sweden)
            and means.value("cbc:PaymentMeansCode") == "30"
            and means.value("cac:PayeeFinancialAccount", "cac:FinancialInstitutionBranch", "cbc:ID") == branch
        )

    return holds


def _numeric(account: Node, _: UblDocument) -> bool:
    return number_of(account.value()) is not None


def _giro_code(means: Node, document: UblDocument) -> bool:
    return document.once(_any_seller_in_sweden) and bool(means.texts("cbc:PaymentMeansCode") & {"50", "56"})


def _domestic_transfer(means: Node, document: UblDocument) -> bool:
    return (
        document.once(_any_seller_in_sweden)
        and document.once(_any_buyer_in_sweden)
        and "31" in means.texts("cbc:PaymentMeansCode")
    )


SELLER_PARTY = "cac:AccountingSupplierParty/cac:Party"
GIRO_ACCOUNT = "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"

CONTEXTS = (
    Context(
        SELLER_PARTY,
        (
            Rule(
                "SE-R-001",
                _vat_length,
                "A Swedish VAT number has 14 characters (BT-31).",
                "Et svensk mva-nummer har 14 tegn (BT-31).",
            ),
            Rule(
                "SE-R-002",
                _vat_numeric,
                "The last 12 characters of a Swedish VAT number are digits (BT-31).",
                "De siste 12 tegnene i et svensk mva-nummer er sifre (BT-31).",
            ),
        ),
        _swedish_vat,
    ),
    Context(
        f"{SELLER_PARTY}/cac:PartyLegalEntity",
        (
            Rule(
                "SE-R-003",
                lambda e, _: number_of(e.raw("cbc:CompanyID")) is not None,
                "A Swedish organisation number is digits only (BT-30).",
                "Et svensk organisasjonsnummer består bare av sifre (BT-30).",
            ),
            Rule(
                "SE-R-004",
                lambda e, _: len(e.value("cbc:CompanyID")) == 10,
                "A Swedish organisation number has 10 digits (BT-30).",
                "Et svensk organisasjonsnummer har 10 sifre (BT-30).",
            ),
            Rule(
                "SE-R-013",
                lambda e, _: luhn_of_ten(e.value("cbc:CompanyID")),
                "The last digit of a Swedish organisation number is its check digit (BT-30).",
                "Siste siffer i et svensk organisasjonsnummer er kontrollsifferet (BT-30).",
            ),
        ),
        _registered_in_sweden,
    ),
    Context(
        f"{SELLER_PARTY}/cac:PartyTaxScheme/cbc:CompanyID",
        (
            Rule(
                "SE-R-005",
                lambda i, _: i.value().upper() == F_TAX,
                "A tax registration of a Swedish seller reads Godkänd för F-skatt (BT-32).",
                "En skatteregistrering for en svensk selger lyder Godkänd för F-skatt (BT-32).",
            ),
        ),
        _tax_registration,
    ),
    Context(
        "cac:TaxCategory | cac:ClassifiedTaxCategory",
        (
            Rule(
                "SE-R-006",
                lambda c, _: number_of(c.raw("cbc:Percent")) in RATES,
                "The standard rated VAT of a Swedish seller is 25, 12 or 6 per cent.",
                "Ordinær avgift fra en svensk selger er 25, 12 eller 6 prosent.",
            ),
        ),
        _standard_rate_of_a_swede,
    ),
    Context(
        GIRO_ACCOUNT,
        (
            warning(
                "SE-R-007",
                _numeric,
                "A Plusgiro number is digits only (BT-84).",
                "Et Plusgiro-nummer består bare av sifre (BT-84).",
            ),
            warning(
                "SE-R-010",
                lambda i, _: 2 <= len(i.value()) <= 8,
                "A Plusgiro number has 2 to 8 digits (BT-84).",
                "Et Plusgiro-nummer har 2 til 8 sifre (BT-84).",
            ),
        ),
        _giro("SE:PLUSGIRO"),
    ),
    Context(
        GIRO_ACCOUNT,
        (
            warning(
                "SE-R-008",
                _numeric,
                "A Bankgiro number is digits only (BT-84).",
                "Et Bankgiro-nummer består bare av sifre (BT-84).",
            ),
            warning(
                "SE-R-009",
                lambda i, _: len(i.value()) in {7, 8},
                "A Bankgiro number has 7 or 8 digits (BT-84).",
                "Et Bankgiro-nummer har 7 eller 8 sifre (BT-84).",
            ),
        ),
        _giro("SE:BANKGIRO"),
    ),
    Context(
        "cac:PaymentMeans",
        (
            warning(
                "SE-R-011",
                never,
                "Bankgiro and Plusgiro are code 30 with the branch SE:BANKGIRO or SE:PLUSGIRO, not 50 or 56 (BT-81).",
                "Bankgiro og Plusgiro er kode 30 med SE:BANKGIRO eller SE:PLUSGIRO, ikke 50 eller 56 (BT-81).",
            ),
        ),
        _giro_code,
    ),
    Context(
        "cac:PaymentMeans",
        (
            warning(
                "SE-R-012",
                never,
                "A transfer between Swedish parties is code 30, not 31 (BT-81).",
                "En overføring mellom svenske parter er kode 30, ikke 31 (BT-81).",
            ),
        ),
        _domestic_transfer,
    ),
)
