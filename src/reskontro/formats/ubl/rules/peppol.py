"""Peppol BIS Billing, the general rules: process, parties, allowances, currency, periods, line arithmetic, price.

Source: Peppol BIS Billing 3.0.21 (2026-05), the rules PEPPOL-EN16931-R. The sentences are ours.
"""

from collections.abc import Iterable
from decimal import Decimal

from reskontro.formats.ubl.rules.ask import LINES, never
from reskontro.formats.ubl.rules.en16931_codes import AMOUNTS, has_attribute
from reskontro.formats.ubl.rules.rule import Context, Rule, Test
from reskontro.formats.ubl.tree import Node, UblDocument
from reskontro.formats.ubl.values import BLANKS, collapsed, round2

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESSES = frozenset(
    {
        "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "urn:peppol:bis:billing_with_response",
        "urn:peppol:france:billing:regulated",
        "urn:peppol:france:billing:non-regulated",
    }
)
DIRECT_DEBIT = frozenset({"49", "59"})
SLACK = Decimal("0.02")
_ZERO, _ONE = Decimal(0), Decimal(1)
_ALLOWANCE = (
    "/*/cac:AllowanceCharge | /*/cac:InvoiceLine/cac:AllowanceCharge | /*/cac:CreditNoteLine/cac:AllowanceCharge"
)


def in_approved_process(document: UblDocument) -> bool:
    """Whether the process of a document is one that Peppol knows."""
    return document.root.value("cbc:ProfileID") in PROCESSES


def german_among_themselves(document: UblDocument) -> bool:
    """Whether seller and buyer both have an address in Germany."""
    return {collapsed(country).upper() for country in (document.seller_country, document.buyer_country)} == {"DE"}


def _specification(root: Node, _: UblDocument) -> bool:
    text = root.value("cbc:CustomizationID")
    return text.startswith(SPECIFICATION) and "::" not in text


def _totals(root: Node, *, with_groups: bool) -> int:
    return sum(total.has("cac:TaxSubtotal") is with_groups for total in root.all("cac:TaxTotal"))


def _same_sign(root: Node, _: UblDocument) -> bool:
    if not root.has("cbc:TaxCurrencyCode"):
        return True

    def amounts(name: str) -> list[Decimal]:
        currency = root.value(name)
        found = (
            amount.number()
            for amount in root.all("cac:TaxTotal", "cbc:TaxAmount")
            if amount.attributes.get("currencyID") == currency
        )
        return [amount for amount in found if amount is not None]

    of_vat, of_document = amounts("cbc:TaxCurrencyCode"), amounts("cbc:DocumentCurrencyCode")
    negative = any(a <= 0 for a in of_vat) and any(a <= 0 for a in of_document)
    return negative or (any(a >= 0 for a in of_vat) and any(a >= 0 for a in of_document))


def _another_currency(code: Node, _: UblDocument) -> bool:
    return code.parent is None or code.value() != code.parent.value("cbc:DocumentCurrencyCode")


def _amount_is_percentage(node: Node, _: UblDocument) -> bool:
    percent, base = node.number("cbc:MultiplierFactorNumeric"), node.number("cbc:BaseAmount")
    if percent is None or base is None:
        return True
    return abs((node.number("cbc:Amount") or _ZERO) - base * percent / 100) <= SLACK


def _says_true_or_false(node: Node, _: UblDocument) -> bool:
    return node.value("cbc:ChargeIndicator") in {"true", "false"}


def _percent_alone(node: Node, _: UblDocument) -> bool:
    return node.has("cbc:MultiplierFactorNumeric") and not node.has("cbc:BaseAmount")


def _base_alone(node: Node, _: UblDocument) -> bool:
    return node.has("cbc:BaseAmount") and not node.has("cbc:MultiplierFactorNumeric")


def _in_document_currency(amount: Node, document: UblDocument) -> bool:
    return amount.attributes.get("currencyID") in document.root.texts("cbc:DocumentCurrencyCode")


def _not_the_vat_in_vat_currency(amount: Node, _: UblDocument) -> bool:
    """All amounts but a VAT total without groups."""
    if amount.name != "cbc:TaxAmount":
        return True
    above = amount.parent
    if above is None:
        return False
    return above.name == "cac:TaxSubtotal" or (above.name == "cac:TaxTotal" and above.has("cac:TaxSubtotal"))


def _document_has(name: str) -> Test:
    return lambda _, document: document.root.has("cac:InvoicePeriod", name)


def _starts_within(start: Node, document: UblDocument) -> bool:
    own, whole = start.moment(), document.root.moment("cac:InvoicePeriod", "cbc:StartDate")
    return own is not None and whole is not None and own >= whole


def _ends_within(end: Node, document: UblDocument) -> bool:
    own, whole = end.moment(), document.root.moment("cac:InvoicePeriod", "cbc:EndDate")
    return own is not None and whole is not None and own <= whole


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return round2(sum((amount for amount in amounts if amount is not None), start=_ZERO))


def _line_adds_up(line: Node, document: UblDocument) -> bool:
    quantity = line.number("cbc:CreditedQuantity" if document.is_credit_note else "cbc:InvoicedQuantity")
    price = line.number("cac:Price", "cbc:PriceAmount") or _ZERO
    per = line.number("cac:Price", "cbc:BaseQuantity") or _ONE
    wanted = (_ONE if quantity is None else quantity) * price / per
    if adjustments := line.by_name.get("cac:AllowanceCharge"):
        says = {"true": _ZERO, "false": _ZERO}
        for kind in says:
            of_kind = [a for a in adjustments if a.value("cbc:ChargeIndicator") == kind]
            says[kind] = _sum(amount.number() for a in of_kind for amount in a.all("cbc:Amount"))
        wanted += says["true"] - says["false"]
    return abs((line.number("cbc:LineExtensionAmount") or _ZERO) - wanted) <= SLACK


def _base_quantity_positive(line: Node, _: UblDocument) -> bool:
    per = line.number("cac:Price", "cbc:BaseQuantity")
    return per is None or per > 0


def _only_objects(line: Node, _: UblDocument) -> bool:
    return not line.has("cac:DocumentReference") or "130" in line.texts("cac:DocumentReference", "cbc:DocumentTypeCode")


def _net_price(discount: Node, _: UblDocument) -> bool:
    gross = discount.number("cbc:BaseAmount")
    if gross is None or discount.parent is None:
        return True
    net, off = discount.parent.number("cbc:PriceAmount"), discount.number("cbc:Amount")
    return net is not None and off is not None and net == gross - off


def _same_unit(base: Node, document: UblDocument) -> bool:
    line = base.parent.parent if base.parent is not None else None
    if line is None or not (line.has("cbc:InvoicedQuantity") or line.has("cbc:CreditedQuantity")):
        return True
    quantity = line.first("cbc:CreditedQuantity" if document.is_credit_note else "cbc:InvoicedQuantity")
    return quantity is not None and quantity.attributes.get("unitCode") == base.attributes["unitCode"]


def _has_content(node: Node, _: UblDocument) -> bool:
    return bool(node.children) or node.text.strip(BLANKS) != ""


EMPTY = (
    Context(
        "*",
        (
            Rule(
                "PEPPOL-EN16931-R008",
                _has_content,
                "No element is empty or blank.",
                "Intet element er tomt eller blankt.",
            ),
        ),
    ),
)

CREDIT_NOTE = (
    Context(
        "/",
        (
            Rule(
                "PEPPOL-EN16931-R080",
                lambda d, _: (
                    sum("50" in r.texts("cbc:DocumentTypeCode") for r in d.all("cac:AdditionalDocumentReference")) <= 1
                ),
                "A credit note has at most one project (an additional document of type 50).",
                "En kreditnota har høyst ett prosjekt (et tilleggsdokument av type 50).",
            ),
        ),
        lambda _, document: document.is_credit_note,
    ),
)

DOCUMENT = (
    Rule(
        "PEPPOL-EN16931-R001",
        lambda d, _: d.has("cbc:ProfileID"),
        "The business process is given (BT-23).",
        "Forretningsprosessen er oppgitt (BT-23).",
    ),
    Rule(
        "PEPPOL-EN16931-R007",
        lambda _, document: in_approved_process(document),
        "The business process is one that Peppol has approved (BT-23).",
        "Forretningsprosessen er en som Peppol har godkjent (BT-23).",
    ),
    Rule(
        "PEPPOL-EN16931-R002",
        lambda d, document: d.count("cbc:Note") <= 1 or german_among_themselves(document),
        "The document has at most one note, except between Germans (BT-22).",
        "Dokumentet har høyst én merknad, unntatt mellom tyske parter (BT-22).",
    ),
    Rule(
        "PEPPOL-EN16931-R003",
        lambda d, _: d.has("cbc:BuyerReference") or d.has("cac:OrderReference", "cbc:ID"),
        "The document has the buyer's reference or an order number (BT-10, BT-13).",
        "Dokumentet har kjøpers referanse eller et ordrenummer (BT-10, BT-13).",
    ),
    Rule(
        "PEPPOL-EN16931-R004",
        _specification,
        f"The specification begins with {SPECIFICATION} (BT-24).",
        f"Spesifikasjonen begynner med {SPECIFICATION} (BT-24).",
    ),
    Rule(
        "PEPPOL-EN16931-R053",
        lambda d, _: _totals(d, with_groups=True) == 1,
        "Exactly one VAT total has the VAT groups (BG-22).",
        "Nøyaktig én avgiftssum har avgiftsgruppene (BG-22).",
    ),
    Rule(
        "PEPPOL-EN16931-R054",
        lambda d, _: _totals(d, with_groups=False) == int(d.has("cbc:TaxCurrencyCode")),
        "There is one VAT total without groups if a VAT currency is given, else none (BT-111).",
        "Det er én avgiftssum uten grupper hvis en avgiftsvaluta er oppgitt, ellers ingen (BT-111).",
    ),
    Rule(
        "PEPPOL-EN16931-R055",
        _same_sign,
        "The VAT totals in both currencies have the same sign (BT-110, BT-111).",
        "Avgiftssummene i begge valutaer har samme fortegn (BT-110, BT-111).",
    ),
)

LINE = (
    Rule(
        "PEPPOL-EN16931-R120",
        _line_adds_up,
        "The net amount of a line is quantity times price, plus charges, less allowances, within 0.02 (BT-131).",
        "Nettobeløpet på en linje er antall ganger pris pluss tillegg minus fradrag, innen 0,02 (BT-131).",
    ),
    Rule(
        "PEPPOL-EN16931-R121",
        _base_quantity_positive,
        "The quantity that a price is for is above zero (BT-149).",
        "Antallet en pris gjelder for er over null (BT-149).",
    ),
    Rule(
        "PEPPOL-EN16931-R100",
        lambda n, _: n.count("cac:DocumentReference") <= 1,
        "A line has at most one invoiced object (BT-128).",
        "En linje har høyst ett fakturert objekt (BT-128).",
    ),
    Rule(
        "PEPPOL-EN16931-R101",
        _only_objects,
        "A document named on a line is an invoiced object, type 130 (BT-128).",
        "Et dokument oppgitt på en linje er et fakturert objekt, type 130 (BT-128).",
    ),
)


def _endpoint(rule_id: str, en: str, nb: str) -> tuple[Rule]:
    return (Rule(rule_id, lambda party, _: party.has("cbc:EndpointID"), en, nb),)


CONTEXTS = (
    Context("/", DOCUMENT),
    Context(
        "cbc:TaxCurrencyCode",
        (
            Rule(
                "PEPPOL-EN16931-R005",
                _another_currency,
                "The VAT currency is another than the document's (BT-6).",
                "Avgiftsvalutaen er en annen enn dokumentets (BT-6).",
            ),
        ),
    ),
    Context(
        "cac:AccountingCustomerParty/cac:Party",
        _endpoint(
            "PEPPOL-EN16931-R010",
            "The buyer has an electronic address (BT-49).",
            "Kjøper har en elektronisk adresse (BT-49).",
        ),
    ),
    Context(
        "cac:AccountingSupplierParty/cac:Party",
        _endpoint(
            "PEPPOL-EN16931-R020",
            "The seller has an electronic address (BT-34).",
            "Selger har en elektronisk adresse (BT-34).",
        ),
    ),
    Context(
        _ALLOWANCE,
        (
            Rule(
                "PEPPOL-EN16931-R041",
                never,
                "A percentage of an allowance or charge has its base beside it.",
                "En prosentsats for et fradrag eller tillegg har grunnlaget ved siden av seg.",
            ),
        ),
        _percent_alone,
    ),
    Context(
        _ALLOWANCE,
        (
            Rule(
                "PEPPOL-EN16931-R042",
                never,
                "A base of an allowance or charge has its percentage beside it.",
                "Et grunnlag for et fradrag eller tillegg har prosentsatsen ved siden av seg.",
            ),
        ),
        _base_alone,
    ),
    Context(
        _ALLOWANCE,
        (
            Rule(
                "PEPPOL-EN16931-R040",
                _amount_is_percentage,
                "An allowance or charge is its base times its percentage, within 0.02.",
                "Et fradrag eller tillegg er grunnlaget ganger prosentsatsen, innen 0,02.",
            ),
            Rule(
                "PEPPOL-EN16931-R043",
                _says_true_or_false,
                "An allowance or charge says which it is with the word true or false.",
                "Et fradrag eller tillegg sier hva det er med ordet true eller false.",
            ),
        ),
    ),
    Context(
        "cac:PaymentMeans",
        (
            Rule(
                "PEPPOL-EN16931-R061",
                lambda m, _: m.has("cac:PaymentMandate", "cbc:ID"),
                "Direct debit (49, 59) has a mandate (BT-89).",
                "Direktebelastning (49, 59) har en fullmakt (BT-89).",
            ),
        ),
        lambda means, _: means.value("cbc:PaymentMeansCode") in DIRECT_DEBIT,
    ),
    Context(
        AMOUNTS,
        (
            Rule(
                "PEPPOL-EN16931-R051",
                _in_document_currency,
                "Every amount is in the document's currency, except the VAT total in the VAT currency (BT-5, BT-111).",
                "Hvert beløp er i dokumentets valuta, unntatt avgiftssummen i avgiftsvalutaen (BT-5, BT-111).",
            ),
        ),
        _not_the_vat_in_vat_currency,
    ),
    Context(
        "/*/cac:InvoiceLine/cac:InvoicePeriod/cbc:StartDate | /*/cac:CreditNoteLine/cac:InvoicePeriod/cbc:StartDate",
        (
            Rule(
                "PEPPOL-EN16931-R110",
                _starts_within,
                "The period of a line does not start before the document's (BT-134).",
                "Perioden på en linje begynner ikke før dokumentets (BT-134).",
            ),
        ),
        _document_has("cbc:StartDate"),
    ),
    Context(
        "/*/cac:InvoiceLine/cac:InvoicePeriod/cbc:EndDate | /*/cac:CreditNoteLine/cac:InvoicePeriod/cbc:EndDate",
        (
            Rule(
                "PEPPOL-EN16931-R111",
                _ends_within,
                "The period of a line does not end after the document's (BT-135).",
                "Perioden på en linje slutter ikke etter dokumentets (BT-135).",
            ),
        ),
        _document_has("cbc:EndDate"),
    ),
    Context(LINES, LINE),
    Context(
        "cac:Price/cac:AllowanceCharge",
        (
            Rule(
                "PEPPOL-EN16931-R044",
                lambda a, _: a.value("cbc:ChargeIndicator") == "false",
                "On a price there are discounts only (BT-147).",
                "På en pris finnes bare rabatter (BT-147).",
            ),
            Rule(
                "PEPPOL-EN16931-R046",
                _net_price,
                "The net price is the gross price less the discount, exactly (BT-146).",
                "Nettoprisen er bruttoprisen minus rabatten, nøyaktig (BT-146).",
            ),
        ),
    ),
    Context(
        "cac:Price/cbc:BaseQuantity",
        (
            Rule(
                "PEPPOL-EN16931-R130",
                _same_unit,
                "The quantity that a price is for has the unit of the line's quantity (BT-150).",
                "Antallet en pris gjelder for har samme enhet som linjens antall (BT-150).",
            ),
        ),
        has_attribute("unitCode"),
    ),
)
