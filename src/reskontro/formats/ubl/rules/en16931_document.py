"""EN 16931, business rules of the document: header, parties, references, payment, allowances, totals.

Source: the validation artefacts of EN 16931 for UBL, release 1.3.16 (2026-04). The sentences are ours.
"""

from collections.abc import Callable
from decimal import Decimal

from reskontro.formats.ubl.codes.schemes import VAT_PREFIXES
from reskontro.formats.ubl.rules.ask import always, has_reason, is_allowance, is_charge, two_decimals, under_vat
from reskontro.formats.ubl.rules.rule import Context, Rule, warning
from reskontro.formats.ubl.tree import BUYER, COUNTRY, SELLER, Node, UblDocument
from reskontro.formats.ubl.values import round0, round2

_ZERO = Decimal(0)
LINE_SUM = "cbc:LineExtensionAmount"
EXCLUSIVE, INCLUSIVE = "cbc:TaxExclusiveAmount", "cbc:TaxInclusiveAmount"
ALLOWANCES, CHARGES = "cbc:AllowanceTotalAmount", "cbc:ChargeTotalAmount"
PREPAID, ROUNDING, PAYABLE = "cbc:PrepaidAmount", "cbc:PayableRoundingAmount", "cbc:PayableAmount"


def _currency_of_vat_has_a_total(root: Node, document: UblDocument) -> bool:
    currencies = {
        amount.attribute("currencyID")
        for total in document.everywhere("cac:TaxTotal")
        for amount in total.all("cbc:TaxAmount")
    }
    return root.texts("cbc:TaxCurrencyCode") <= currencies


def _tax_point_once(root: Node, _: UblDocument) -> bool:
    return not (root.has("cbc:TaxPointDate") and root.has("cac:InvoicePeriod", "cbc:DescriptionCode"))


def _gross_is_net_and_vat(root: Node, _: UblDocument) -> bool:
    for currency in root.texts("cbc:DocumentCurrencyCode"):
        vat = [
            amount
            for amount in root.all("cac:TaxTotal", "cbc:TaxAmount")
            if amount.attributes.get("currencyID") == currency
        ]
        net = root.number("cac:LegalMonetaryTotal", EXCLUSIVE)
        gross = root.number("cac:LegalMonetaryTotal", INCLUSIVE)
        if len(vat) != 1 or net is None or gross is None:
            return False
        of_vat = vat[0].number()
        if of_vat is None or gross != round2(net + of_vat):
            return False
    return True


def _italian_split(_: Node, document: UblDocument) -> bool:
    if not _uses_category(document, "B"):
        return True
    return all(country.text == "IT" for country in document.everywhere("cbc:IdentificationCode"))


def _uses_category(document: UblDocument, category: str) -> bool:
    return any(
        category in node.texts("cbc:ID")
        for name in ("cac:TaxCategory", "cac:ClassifiedTaxCategory")
        for node in document.everywhere(name)
    )


def _split_alone(root: Node, document: UblDocument) -> bool:
    def used(category: str) -> bool:
        return (
            category in root.texts("cac:TaxTotal", "cac:TaxSubtotal", "cac:TaxCategory", "cbc:ID")
            or category in root.texts("cac:AllowanceCharge", "cac:TaxCategory", "cbc:ID")
            or any(category in node.texts("cbc:ID") for node in document.everywhere("cac:ClassifiedTaxCategory"))
        )

    return not (used("B") and used("S"))


def _sum_of_lines(totals: Node, document: UblDocument) -> bool:
    lines = document.everywhere("cac:InvoiceLine") + document.everywhere("cac:CreditNoteLine")
    amounts = (line.number(LINE_SUM) for line in lines)
    return totals.number(LINE_SUM) == round2(sum((a for a in amounts if a is not None), start=_ZERO))


def _sum_of(totals: Node, total: str, kind: Callable[[Node], bool]) -> bool:
    wanted = [node for node in totals.parent.all("cac:AllowanceCharge") if kind(node)] if totals.parent else []
    stated = totals.number(total)
    if stated is None:
        return not wanted
    amounts = (node.number("cbc:Amount") for node in wanted)
    return stated == round2(sum((a for a in amounts if a is not None), start=_ZERO))


def _net(totals: Node, _: UblDocument) -> bool:
    lines, allowances, charges = totals.number(LINE_SUM), totals.number(ALLOWANCES), totals.number(CHARGES)
    if lines is None:
        return False
    if allowances is None and charges is None:
        return totals.number(EXCLUSIVE) == lines
    return totals.number(EXCLUSIVE) == round2(lines - (allowances or _ZERO) + (charges or _ZERO))


def _payable(totals: Node, _: UblDocument) -> bool:
    gross, payable = totals.number(INCLUSIVE), totals.number(PAYABLE)
    prepaid, rounding = totals.number(PREPAID), totals.number(ROUNDING)
    if gross is None or payable is None:
        return False
    left = gross if prepaid is None else round2(gross - prepaid)
    return left == (payable if rounding is None else round2(payable - rounding))


def _vat_total(total: Node, _: UblDocument) -> bool:
    groups = total.all("cac:TaxSubtotal")
    amounts = (group.number("cbc:TaxAmount") for group in groups)
    return not groups or total.number("cbc:TaxAmount") == round2(
        sum((a for a in amounts if a is not None), start=_ZERO)
    )


def _vat_of_group(group: Node, _: UblDocument) -> bool:
    rates = [
        category.number("cbc:Percent")
        for category in group.all("cac:TaxCategory")
        if under_vat(category) and category.has("cbc:Percent")
    ]
    vat, base = group.number("cbc:TaxAmount"), group.number("cbc:TaxableAmount")
    rate = rates[0] if rates else None
    if rate is None or round0(rate) == 0:
        return vat is not None and round0(vat) == 0
    if vat is None or base is None:
        return False
    return abs(abs(vat) - round2(abs(base) * rate / 100)) < 1


def _group_has(group: Node, name: str) -> bool:
    return any(under_vat(category) and category.has(name) for category in group.all("cac:TaxCategory"))


def _rate_or_outside_scope(group: Node, _: UblDocument) -> bool:
    return _group_has(group, "cbc:Percent") or any(
        under_vat(category) and category.value("cbc:ID") == "O" for category in group.all("cac:TaxCategory")
    )


def _another_than_the_seller(payee: Node, _: UblDocument) -> bool:
    if payee.parent is None or not payee.has("cac:PartyName", "cbc:Name"):
        return False
    name, ident = ("cac:PartyName", "cbc:Name"), ("cac:PartyIdentification", "cbc:ID")
    seller_names, seller_ids = payee.parent.texts(*SELLER, *name), payee.parent.texts(*SELLER, *ident)
    return not (payee.texts(*name) & seller_names) and not (payee.texts(*ident) & seller_ids)


def _account_for_transfer(means: Node, _: UblDocument) -> bool:
    code = means.value("cbc:PaymentMeansCode")
    return code not in {"30", "58"} or means.has("cac:PayeeFinancialAccount", "cbc:ID")


def _is_transfer(account: Node, _: UblDocument) -> bool:
    return account.parent is not None and bool(account.parent.texts("cbc:PaymentMeansCode") & {"30", "58"})


def _seller_is_identified(supplier: Node, _: UblDocument) -> bool:
    parties = supplier.all("cac:Party")
    return any(
        any(under_vat(scheme) and scheme.has("cbc:CompanyID") for scheme in party.all("cac:PartyTaxScheme"))
        or any(i.attributes.get("schemeID") != "SEPA" for i in party.all("cac:PartyIdentification", "cbc:ID"))
        or party.has("cac:PartyLegalEntity", "cbc:CompanyID")
        for party in parties
    )


def _representative_has_vat_id(party: Node, _: UblDocument) -> bool:
    return any(under_vat(scheme) and scheme.has("cbc:CompanyID") for scheme in party.all("cac:PartyTaxScheme"))


def _starts_with_a_country(scheme: Node, _: UblDocument) -> bool:
    # The official list is searched as one text: two characters across a gap between codes are found as well.
    return scheme.raw("cbc:CompanyID")[:2] in VAT_PREFIXES


def ends_after_it_starts(period: Node, _: UblDocument) -> bool:
    """Whether a period that has both ends has them in order."""
    if not period.has("cbc:StartDate") or not period.has("cbc:EndDate"):
        return True
    starts, ends = period.moment("cbc:StartDate"), period.moment("cbc:EndDate")
    return starts is not None and ends is not None and ends >= starts


def _has_a_bound(period: Node, _: UblDocument) -> bool:
    return any(period.has(name) for name in ("cbc:StartDate", "cbc:EndDate", "cbc:DescriptionCode"))


def _has_vat_category(node: Node, _: UblDocument) -> bool:
    return any(under_vat(category) and category.has("cbc:ID") for category in node.all("cac:TaxCategory"))


HEADER = (
    Rule(
        "BR-01",
        lambda d, _: d.filled("cbc:CustomizationID"),
        "The document says which specification it follows (BT-24).",
        "Dokumentet sier hvilken spesifikasjon det følger (BT-24).",
    ),
    Rule(
        "BR-02",
        lambda d, _: d.filled("cbc:ID"),
        "The document has a number (BT-1).",
        "Dokumentet har et nummer (BT-1).",
    ),
    Rule(
        "BR-03",
        lambda d, _: d.filled("cbc:IssueDate"),
        "The document has a date (BT-2).",
        "Dokumentet har en dato (BT-2).",
    ),
    Rule(
        "BR-04",
        lambda d, _: d.filled("cbc:InvoiceTypeCode") or d.filled("cbc:CreditNoteTypeCode"),
        "The document has a type code (BT-3).",
        "Dokumentet har en typekode (BT-3).",
    ),
    Rule(
        "BR-05",
        lambda d, _: d.filled("cbc:DocumentCurrencyCode"),
        "The document has a currency (BT-5).",
        "Dokumentet har en valuta (BT-5).",
    ),
    Rule(
        "BR-06",
        lambda d, _: d.filled(*SELLER, "cac:PartyLegalEntity", "cbc:RegistrationName"),
        "The seller's registered name is given (BT-27).",
        "Selgers registrerte navn er oppgitt (BT-27).",
    ),
    Rule(
        "BR-07",
        lambda d, _: d.filled(*BUYER, "cac:PartyLegalEntity", "cbc:RegistrationName"),
        "The buyer's registered name is given (BT-44).",
        "Kjøpers registrerte navn er oppgitt (BT-44).",
    ),
    Rule(
        "BR-08",
        lambda d, _: d.has(*SELLER, "cac:PostalAddress"),
        "The seller has a postal address (BG-5).",
        "Selger har en postadresse (BG-5).",
    ),
    Rule(
        "BR-10",
        lambda d, _: d.has(*BUYER, "cac:PostalAddress"),
        "The buyer has a postal address (BG-8).",
        "Kjøper har en postadresse (BG-8).",
    ),
    Rule(
        "BR-16",
        lambda d, _: d.has("cac:InvoiceLine") or d.has("cac:CreditNoteLine"),
        "The document has a line at least (BG-25).",
        "Dokumentet har minst én linje (BG-25).",
    ),
    Rule(
        "BR-53",
        _currency_of_vat_has_a_total,
        "Where a VAT currency is named (BT-6), the VAT total is given in it (BT-111).",
        "Når en avgiftsvaluta er oppgitt (BT-6), er avgiften oppgitt i den (BT-111).",
    ),
    Rule(
        "BR-CO-03",
        _tax_point_once,
        "The tax point is given as a date or as a code, not both (BT-7, BT-8).",
        "Avgiftstidspunktet er oppgitt som dato eller som kode, ikke begge (BT-7, BT-8).",
    ),
    Rule(
        "BR-CO-15",
        _gross_is_net_and_vat,
        "The total with VAT is the total without VAT and the one VAT total in the document's currency (BT-112).",
        "Summen med mva er summen uten mva og den ene avgiftssummen i dokumentets valuta (BT-112).",
    ),
    Rule(
        "BR-CO-18",
        lambda d, _: d.has("cac:TaxTotal", "cac:TaxSubtotal"),
        "There is a VAT group at least (BG-23).",
        "Det er minst én avgiftsgruppe (BG-23).",
    ),
    Rule(
        "BR-DEC-13",
        always,
        "The VAT total has two decimals at most; the official test looks in a wrong place, UBL-DT-01 finds it.",
        "Avgiftssummen har høyst to desimaler; den offisielle prøven ser på feil sted, UBL-DT-01 finner det.",
    ),
    Rule(
        "BR-DEC-15",
        always,
        "The VAT total in the VAT currency has two decimals at most; found by UBL-DT-01, as BR-DEC-13.",
        "Avgiftssummen i avgiftsvalutaen har høyst to desimaler; finnes av UBL-DT-01, som BR-DEC-13.",
    ),
    Rule(
        "BR-B-01",
        _italian_split,
        "Category B is used only where every country of the document is Italy.",
        "Kategori B brukes bare når hvert land i dokumentet er Italia.",
    ),
    Rule(
        "BR-B-02",
        _split_alone,
        "Category B does not stand beside category S.",
        "Kategori B står ikke sammen med kategori S.",
    ),
)

TOTALS = (
    Rule(
        "BR-12",
        lambda t, _: t.has(LINE_SUM),
        "The sum of the lines is given (BT-106).",
        "Summen av linjene er oppgitt (BT-106).",
    ),
    Rule(
        "BR-13",
        lambda t, _: t.has(EXCLUSIVE),
        "The total without VAT is given (BT-109).",
        "Summen uten mva er oppgitt (BT-109).",
    ),
    Rule(
        "BR-14",
        lambda t, _: t.has(INCLUSIVE),
        "The total with VAT is given (BT-112).",
        "Summen med mva er oppgitt (BT-112).",
    ),
    Rule(
        "BR-15",
        lambda t, _: t.has(PAYABLE),
        "The amount to pay is given (BT-115).",
        "Beløpet å betale er oppgitt (BT-115).",
    ),
    Rule(
        "BR-CO-10",
        _sum_of_lines,
        "The sum of the lines (BT-106) is what the lines add up to.",
        "Summen av linjene (BT-106) er det linjene utgjør til sammen.",
    ),
    Rule(
        "BR-CO-11",
        lambda t, _: _sum_of(t, ALLOWANCES, is_allowance),
        "The sum of allowances (BT-107) is what the document's allowances add up to.",
        "Summen av fradrag (BT-107) er det dokumentets fradrag utgjør til sammen.",
    ),
    Rule(
        "BR-CO-12",
        lambda t, _: _sum_of(t, CHARGES, is_charge),
        "The sum of charges (BT-108) is what the document's charges add up to.",
        "Summen av tillegg (BT-108) er det dokumentets tillegg utgjør til sammen.",
    ),
    Rule(
        "BR-CO-13",
        _net,
        "The total without VAT (BT-109) is the lines less allowances plus charges.",
        "Summen uten mva (BT-109) er linjene minus fradrag pluss tillegg.",
    ),
    Rule(
        "BR-CO-16",
        _payable,
        "The amount to pay (BT-115) is the total with VAT less what is prepaid plus the rounding.",
        "Beløpet å betale (BT-115) er summen med mva minus forskudd pluss avrunding.",
    ),
    *(
        Rule(rule_id, two_decimals(name), f"{name} has two decimals at most.", f"{name} har høyst to desimaler.")
        for rule_id, name in (
            ("BR-DEC-09", LINE_SUM),
            ("BR-DEC-10", ALLOWANCES),
            ("BR-DEC-11", CHARGES),
            ("BR-DEC-12", EXCLUSIVE),
            ("BR-DEC-14", INCLUSIVE),
            ("BR-DEC-16", PREPAID),
            ("BR-DEC-17", ROUNDING),
            ("BR-DEC-18", PAYABLE),
        )
    ),
)

ALLOWANCE = (
    Rule(
        "BR-31",
        lambda a, _: a.has("cbc:Amount"),
        "An allowance has an amount (BT-92).",
        "Et fradrag har et beløp (BT-92).",
    ),
    Rule(
        "BR-32",
        _has_vat_category,
        "An allowance has a VAT category (BT-95).",
        "Et fradrag har en avgiftskategori (BT-95).",
    ),
    Rule(
        "BR-33",
        has_reason,
        "An allowance has a reason or a reason code (BT-97, BT-98).",
        "Et fradrag har en begrunnelse eller en kode for den (BT-97, BT-98).",
    ),
    Rule(
        "BR-CO-05",
        always,
        "Reason and reason code of an allowance mean the same; no program can tell.",
        "Begrunnelse og kode for et fradrag betyr det samme; det kan intet program avgjøre.",
    ),
    Rule(
        "BR-CO-21",
        has_reason,
        "An allowance has a reason, a reason code or both.",
        "Et fradrag har en begrunnelse, en kode eller begge.",
    ),
    Rule(
        "BR-DEC-01",
        two_decimals("cbc:Amount"),
        "The amount of an allowance has two decimals at most.",
        "Beløpet for et fradrag har høyst to desimaler.",
    ),
    Rule(
        "BR-DEC-02",
        two_decimals("cbc:BaseAmount"),
        "The base of an allowance has two decimals at most.",
        "Grunnlaget for et fradrag har høyst to desimaler.",
    ),
)

CHARGE = (
    Rule(
        "BR-36", lambda a, _: a.has("cbc:Amount"), "A charge has an amount (BT-99).", "Et tillegg har et beløp (BT-99)."
    ),
    Rule(
        "BR-37",
        _has_vat_category,
        "A charge has a VAT category (BT-102).",
        "Et tillegg har en avgiftskategori (BT-102).",
    ),
    Rule(
        "BR-38",
        has_reason,
        "A charge has a reason or a reason code (BT-104, BT-105).",
        "Et tillegg har en begrunnelse eller en kode for den (BT-104, BT-105).",
    ),
    Rule(
        "BR-CO-06",
        always,
        "Reason and reason code of a charge mean the same; no program can tell.",
        "Begrunnelse og kode for et tillegg betyr det samme; det kan intet program avgjøre.",
    ),
    Rule(
        "BR-CO-22",
        has_reason,
        "A charge has a reason, a reason code or both.",
        "Et tillegg har en begrunnelse, en kode eller begge.",
    ),
    Rule(
        "BR-DEC-05",
        two_decimals("cbc:Amount"),
        "The amount of a charge has two decimals at most.",
        "Beløpet for et tillegg har høyst to desimaler.",
    ),
    Rule(
        "BR-DEC-06",
        two_decimals("cbc:BaseAmount"),
        "The base of a charge has two decimals at most.",
        "Grunnlaget for et tillegg har høyst to desimaler.",
    ),
)

VAT_GROUP = (
    Rule(
        "BR-45",
        lambda g, _: g.has("cbc:TaxableAmount"),
        "A VAT group has a base (BT-116).",
        "En avgiftsgruppe har et grunnlag (BT-116).",
    ),
    Rule(
        "BR-46",
        lambda g, _: g.has("cbc:TaxAmount"),
        "A VAT group has a VAT amount (BT-117).",
        "En avgiftsgruppe har et avgiftsbeløp (BT-117).",
    ),
    Rule(
        "BR-47",
        lambda g, _: _group_has(g, "cbc:ID"),
        "A VAT group has a category (BT-118).",
        "En avgiftsgruppe har en kategori (BT-118).",
    ),
    Rule(
        "BR-48",
        _rate_or_outside_scope,
        "A VAT group has a rate (BT-119), unless it is outside the scope of VAT.",
        "En avgiftsgruppe har en sats (BT-119), med mindre den er utenfor avgiftsområdet.",
    ),
    Rule(
        "BR-CO-17",
        _vat_of_group,
        "The VAT of a group is its base times its rate, with less than 1.00 between (BT-117).",
        "Avgiften i en gruppe er grunnlaget ganger satsen, med under 1,00 imellom (BT-117).",
    ),
    Rule(
        "BR-DEC-19",
        two_decimals("cbc:TaxableAmount"),
        "The base of a VAT group has two decimals at most.",
        "Grunnlaget i en avgiftsgruppe har høyst to desimaler.",
    ),
    Rule(
        "BR-DEC-20",
        two_decimals("cbc:TaxAmount"),
        "The VAT of a group has two decimals at most.",
        "Avgiften i en gruppe har høyst to desimaler.",
    ),
)

SELLER_PATH = "cac:AccountingSupplierParty/cac:Party"
BUYER_PATH = "cac:AccountingCustomerParty/cac:Party"


def _country(rule_id: str, en: str, nb: str) -> tuple[Rule]:
    return (Rule(rule_id, lambda a, _: a.filled(*COUNTRY[1:]), en, nb),)


CONTEXTS = (
    Context(
        "cac:AdditionalDocumentReference",
        (
            Rule(
                "BR-52",
                lambda r, _: r.filled("cbc:ID"),
                "An additional document has an identifier (BT-122).",
                "Et tilleggsdokument har en identifikator (BT-122).",
            ),
        ),
    ),
    Context(
        f"{BUYER_PATH}/cbc:EndpointID",
        (
            Rule(
                "BR-63",
                lambda e, _: "schemeID" in e.attributes,
                "The buyer's electronic address names its scheme (BT-49).",
                "Kjøpers elektroniske adresse oppgir ordningen sin (BT-49).",
            ),
        ),
    ),
    Context(
        f"{BUYER_PATH}/cac:PostalAddress",
        _country("BR-11", "The buyer's address has a country (BT-55).", "Kjøpers adresse har et land (BT-55)."),
    ),
    Context(
        "cac:PaymentMeans/cac:CardAccount/cbc:PrimaryAccountNumberID",
        (
            warning(
                "BR-51",
                lambda n, _: len(n.value()) <= 10,
                "Of a card number no more than the first six and last four digits are shown (BT-87).",
                "Av et kortnummer vises høyst de seks første og fire siste sifrene (BT-87).",
            ),
        ),
    ),
    Context(
        "cac:Delivery/cac:DeliveryLocation/cac:Address",
        (
            Rule(
                "BR-57",
                lambda a, _: a.has(*COUNTRY[1:]),
                "An address of delivery has a country (BT-80).",
                "En leveringsadresse har et land (BT-80).",
            ),
        ),
    ),
    Context("/*/cac:AllowanceCharge", ALLOWANCE, is_allowance),
    Context("/*/cac:AllowanceCharge", CHARGE, is_charge),
    Context("cac:LegalMonetaryTotal", TOTALS),
    Context(
        "cac:PayeeParty",
        (
            Rule(
                "BR-17",
                _another_than_the_seller,
                "The payee has a name, and is another than the seller by name and identifier (BT-59).",
                "Betalingsmottakeren har et navn, og er en annen enn selger etter navn og identifikator (BT-59).",
            ),
        ),
    ),
    Context(
        "cac:PaymentMeans/cac:PayeeFinancialAccount",
        (
            Rule(
                "BR-50",
                lambda a, _: a.filled("cbc:ID"),
                "A credit transfer names the account to pay to (BT-84).",
                "En kredittoverføring oppgir kontoen det skal betales til (BT-84).",
            ),
        ),
        _is_transfer,
    ),
    Context(
        "cac:PaymentMeans",
        (
            Rule(
                "BR-49",
                lambda m, _: m.has("cbc:PaymentMeansCode"),
                "Payment instructions have a code (BT-81).",
                "Betalingsopplysninger har en kode (BT-81).",
            ),
            Rule(
                "BR-61",
                _account_for_transfer,
                "Payment by credit transfer (30, 58) has an account (BT-84).",
                "Betaling ved kredittoverføring (30, 58) har en konto (BT-84).",
            ),
        ),
    ),
    Context(
        "cac:BillingReference",
        (
            Rule(
                "BR-55",
                lambda r, _: r.has("cac:InvoiceDocumentReference", "cbc:ID"),
                "A reference to an earlier invoice has its number (BT-25).",
                "En henvisning til en tidligere faktura har nummeret på den (BT-25).",
            ),
        ),
    ),
    Context(
        "cac:AccountingSupplierParty",
        (
            Rule(
                "BR-CO-26",
                _seller_is_identified,
                "The seller has an identifier, a registration number or a VAT number (BT-29, BT-30, BT-31).",
                "Selger har en identifikator, et organisasjonsnummer eller et mva-nummer (BT-29, BT-30, BT-31).",
            ),
        ),
    ),
    Context(
        f"{SELLER_PATH}/cbc:EndpointID",
        (
            Rule(
                "BR-62",
                lambda e, _: "schemeID" in e.attributes,
                "The seller's electronic address names its scheme (BT-34).",
                "Selgers elektroniske adresse oppgir ordningen sin (BT-34).",
            ),
        ),
    ),
    Context(
        f"{SELLER_PATH}/cac:PostalAddress",
        _country("BR-09", "The seller's address has a country (BT-40).", "Selgers adresse har et land (BT-40)."),
    ),
    Context(
        "cac:TaxRepresentativeParty",
        (
            Rule(
                "BR-18",
                lambda p, _: p.filled("cac:PartyName", "cbc:Name"),
                "The seller's tax representative has a name (BT-62).",
                "Selgers avgiftsrepresentant har et navn (BT-62).",
            ),
            Rule(
                "BR-19",
                lambda p, _: p.has("cac:PostalAddress"),
                "The seller's tax representative has an address (BG-12).",
                "Selgers avgiftsrepresentant har en adresse (BG-12).",
            ),
            Rule(
                "BR-56",
                _representative_has_vat_id,
                "The seller's tax representative has a VAT number (BT-63).",
                "Selgers avgiftsrepresentant har et mva-nummer (BT-63).",
            ),
        ),
    ),
    Context(
        "cac:TaxRepresentativeParty/cac:PostalAddress",
        _country(
            "BR-20",
            "The tax representative's address has a country (BT-69).",
            "Avgiftsrepresentantens adresse har et land (BT-69).",
        ),
    ),
    Context(
        "/*/cac:TaxTotal",
        (
            Rule(
                "BR-CO-14",
                _vat_total,
                "The VAT total (BT-110) is what the VAT groups add up to.",
                "Avgiftssummen (BT-110) er det avgiftsgruppene utgjør til sammen.",
            ),
        ),
    ),
    Context("cac:TaxTotal/cac:TaxSubtotal", VAT_GROUP),
    Context(
        "cac:PartyTaxScheme",
        (
            Rule(
                "BR-CO-09",
                _starts_with_a_country,
                "A VAT number begins with its country's two letters, EL for Greece (BT-31, BT-48, BT-63).",
                "Et mva-nummer begynner med landets to bokstaver, EL for Hellas (BT-31, BT-48, BT-63).",
            ),
        ),
        lambda scheme, _: under_vat(scheme),
    ),
    Context(
        "cac:InvoicePeriod",
        (
            Rule(
                "BR-29",
                ends_after_it_starts,
                "The invoicing period does not end before it starts (BT-73, BT-74).",
                "Faktureringsperioden slutter ikke før den begynner (BT-73, BT-74).",
            ),
            Rule(
                "BR-CO-19",
                _has_a_bound,
                "An invoicing period has a start, an end or a code for the tax point.",
                "En faktureringsperiode har en start, en slutt eller en kode for avgiftstidspunktet.",
            ),
        ),
    ),
)
