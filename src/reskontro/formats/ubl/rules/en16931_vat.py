"""EN 16931, rules of the nine VAT categories: the same ten questions asked of each, answered by its row in the table.

Source: the validation artefacts of EN 16931 for UBL, release 1.3.16 (2026-04). The sentences are ours. BR-S-01 does not
look at the tax scheme, nor does the second half of BR-S-02: so it is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from reskontro.formats.ubl.rules.ask import LINE_NAMES, is_allowance, is_charge, under_vat
from reskontro.formats.ubl.rules.rule import Context, Rule, Test
from reskontro.formats.ubl.rules.vat_use import VatUse, vat_sums, vat_use
from reskontro.formats.ubl.tree import COUNTRY, Node, UblDocument
from reskontro.formats.ubl.values import almost_one_around, round2


class Rate(Enum):
    """What the rate of a category may be."""

    ABOVE_ZERO = auto()
    NOT_NEGATIVE = auto()
    ZERO = auto()
    NONE = auto()


class Ids(Enum):
    """Which tax numbers the parties need."""

    SELLER_TAX = auto()
    SELLER_VAT = auto()
    SELLER_TAX_AND_BUYER = auto()
    SELLER_VAT_AND_BUYER_VAT = auto()
    NO_VAT_ID = auto()


@dataclass(frozen=True, slots=True)
class Family:
    """A VAT category: its code, the name in its rules' ids, its own name, and its answers."""

    code: str
    key: str
    en: str
    nb: str
    rate: Rate
    ids: Ids = Ids.SELLER_TAX
    reason_wanted: bool = False
    schemeless_lines_count: bool = False

    @property
    def by_rate(self) -> bool:
        """Whether there may be a group for each rate, with tolerance; else there is one, exactly."""
        return self.rate in {Rate.ABOVE_ZERO, Rate.NOT_NEGATIVE}


FAMILIES = (
    Family("S", "S", "standard rated", "ordinær avgift", Rate.ABOVE_ZERO, schemeless_lines_count=True),
    Family("Z", "Z", "zero rated", "nullsats", Rate.ZERO),
    Family("E", "E", "exempt", "unntatt", Rate.ZERO, reason_wanted=True),
    Family(
        "AE", "AE", "reverse charge", "omvendt avgiftsplikt", Rate.ZERO, Ids.SELLER_TAX_AND_BUYER, reason_wanted=True
    ),
    Family(
        "K",
        "IC",
        "intra-community supply",
        "levering innen EU",
        Rate.ZERO,
        Ids.SELLER_VAT_AND_BUYER_VAT,
        reason_wanted=True,
    ),
    Family("G", "G", "export", "eksport", Rate.ZERO, Ids.SELLER_VAT, reason_wanted=True),
    Family(
        "O", "O", "outside the scope of VAT", "utenfor avgiftsområdet", Rate.NONE, Ids.NO_VAT_ID, reason_wanted=True
    ),
    Family("L", "AF", "Canary Islands tax", "avgift på Kanariøyene", Rate.NOT_NEGATIVE),
    Family("M", "AG", "tax of Ceuta and Melilla", "avgift i Ceuta og Melilla", Rate.NOT_NEGATIVE),
)

IDS_TEXT = {
    Ids.SELLER_TAX: (
        "a VAT or tax number of the seller or a VAT number of the tax representative",
        "et mva- eller skattenummer for selger eller et mva-nummer for avgiftsrepresentanten",
    ),
    Ids.SELLER_VAT: (
        "a VAT number of the seller or of the tax representative",
        "et mva-nummer for selger eller avgiftsrepresentanten",
    ),
    Ids.SELLER_TAX_AND_BUYER: (
        "a VAT or tax number of the seller or representative, and a VAT or registration number of the buyer",
        "et mva- eller skattenummer for selger eller representant, og et mva- eller organisasjonsnummer for kjøper",
    ),
    Ids.SELLER_VAT_AND_BUYER_VAT: (
        "VAT numbers of the seller or representative and of the buyer",
        "mva-numre for selger eller representant og for kjøper",
    ),
    Ids.NO_VAT_ID: (
        "that no VAT number of seller, representative or buyer is given",
        "at intet mva-nummer for selger, representant eller kjøper er oppgitt",
    ),
}
RATE_TEXT = {
    Rate.ABOVE_ZERO: ("a rate above 0", "en sats over 0"),
    Rate.NOT_NEGATIVE: ("a rate of 0 or more", "en sats på 0 eller mer"),
    Rate.ZERO: ("the rate 0", "satsen 0"),
    Rate.NONE: ("no rate", "ingen sats"),
}
WHERE_TEXT = {
    "line": ("A line", "En linje"),
    "allowance": ("An allowance", "Et fradrag"),
    "charge": ("A charge", "Et tillegg"),
}


def _ids_given(use: VatUse, wanted: Ids) -> bool:
    seller_vat = use.seller_vat_id or use.representative_vat_id
    seller_tax = use.seller_tax_id or use.representative_vat_id
    match wanted:
        case Ids.SELLER_TAX:
            return seller_tax
        case Ids.SELLER_VAT:
            return seller_vat
        case Ids.SELLER_TAX_AND_BUYER:
            return seller_tax and (use.buyer_vat_id or use.buyer_legal_id)
        case Ids.SELLER_VAT_AND_BUYER_VAT:
            return seller_vat and use.buyer_vat_id
        case Ids.NO_VAT_ID:
            return not (seller_vat or use.buyer_vat_id)


def _in_breakdown(family: Family) -> Test:
    """-01: what is used stands in the breakdown, and what stands there is used."""
    code = family.code

    def holds(_: Node, document: UblDocument) -> bool:
        use = vat_use(document)
        if family.key == "S":
            used = use.adjustments[code, True] + use.adjustments[code, False]
            used += use.lines[code, True] + use.lines[code, False]
            return (used > 0) == (use.groups[code, True] + use.groups[code, False] > 0)
        if family.by_rate:
            used = use.adjustments[code, True] + use.lines[code, True]
            groups = use.groups[code, True]
            if family.key == "AF" and used:
                groups += use.groups[code, False]
            return (used > 0) == (groups > 0)
        return code not in use.anywhere or use.groups[code, True] == 1

    return holds


def _ids_where(family: Family, where: str) -> Test:
    """-02, -03, -04: a line, an allowance, a charge of the category needs tax numbers."""
    code = family.code

    def holds(_: Node, document: UblDocument) -> bool:
        use = vat_use(document)
        if family.ids is Ids.NO_VAT_ID:
            counts = {"line": use.lines, "allowance": use.document_allowances, "charge": use.document_charges}[where]
        else:
            counts = {"line": use.lines, "allowance": use.allowances, "charge": use.charges}[where]
        if counts[code, True]:
            return _ids_given(use, family.ids)
        return not (where == "line" and family.schemeless_lines_count and counts[code, False])

    return holds


def _rate_is(wanted: Rate) -> Test:
    def holds(category: Node, _: UblDocument) -> bool:
        if wanted is Rate.NONE:
            return not category.has("cbc:Percent")
        rate = category.number("cbc:Percent")
        if rate is None:
            return False
        return {Rate.ABOVE_ZERO: rate > 0, Rate.NOT_NEGATIVE: rate >= 0, Rate.ZERO: rate == 0}[wanted]

    return holds


def _base(family: Family) -> Test:
    """-08: the base of a group is what its lines, charges and allowances come to."""

    def exact(category: Node, document: UblDocument) -> bool:
        base = _of_group(category, "cbc:TaxableAmount")
        sums = vat_sums(document)
        return any(
            sums.has_lines[name] and base == sums.by_category[name].get(family.code, Decimal(0)) for name in LINE_NAMES
        )

    def within_one(category: Node, document: UblDocument) -> bool:
        rate = category.number("cbc:Percent")
        if rate is None:
            return True
        base = _of_group(category, "cbc:TaxableAmount")
        sums = vat_sums(document)
        key = family.code, rate
        for name in LINE_NAMES:
            if family.key == "S":
                asked = key in sums.line_rates[name] or key in sums.adjustment_rates
            else:
                asked = sums.has_lines[name]
            if asked and base is not None and almost_one_around(base, sums.by_rate[name].get(key, Decimal(0))):
                return True
        return False

    return within_one if family.by_rate else exact


def _amount(family: Family) -> Test:
    """-09: the VAT of a group is its base times its rate, or nothing."""

    def nothing(category: Node, _: UblDocument) -> bool:
        return _of_group(category, "cbc:TaxAmount") == 0

    def within_one(category: Node, _: UblDocument) -> bool:
        vat, base = _of_group(category, "cbc:TaxAmount"), _of_group(category, "cbc:TaxableAmount")
        rate = category.number("cbc:Percent")
        if vat is None or base is None or rate is None:
            return False
        return abs(abs(vat) - round2(abs(base) * rate / 100)) < 1

    return within_one if family.by_rate else nothing


def _reason(family: Family) -> Test:
    """-10: an exemption reason is obligatory or forbidden."""

    def holds(category: Node, _: UblDocument) -> bool:
        given = category.has("cbc:TaxExemptionReason") or category.has("cbc:TaxExemptionReasonCode")
        return given == family.reason_wanted

    return holds


def _of_group(category: Node, name: str) -> Decimal | None:
    return category.parent.number(name) if category.parent is not None else None


def _is_of(family: Family) -> Test:
    return lambda category, _: category.value("cbc:ID") == family.code and under_vat(category)


def _is_of_allowance(family: Family) -> Test:
    return lambda category, _: (
        category.value("cbc:ID") == family.code
        and category.parent is not None
        and is_allowance(category.parent)
        and under_vat(category)
    )


def _is_of_charge(family: Family) -> Test:
    return lambda category, _: (
        category.value("cbc:ID") == family.code
        and category.parent is not None
        and is_charge(category.parent)
        and under_vat(category)
    )


def _document_rules(family: Family) -> Iterator[Rule]:
    title = f"{family.code} ({family.en})"
    tittel = f"{family.code} ({family.nb})"
    if family.by_rate:
        yield Rule(
            f"BR-{family.key}-01",
            _in_breakdown(family),
            f"Category {title} stands in the VAT breakdown if and only if something is invoiced under it.",
            f"Kategori {tittel} står i avgiftsoversikten hvis og bare hvis noe er fakturert under den.",
        )
    else:
        yield Rule(
            f"BR-{family.key}-01",
            _in_breakdown(family),
            f"Where category {title} is used, the VAT breakdown has exactly one group of it.",
            f"Når kategori {tittel} er brukt, har avgiftsoversikten nøyaktig én gruppe av den.",
        )
    for no, (where, (en, nb)) in enumerate(WHERE_TEXT.items(), 2):
        ids_en, ids_nb = IDS_TEXT[family.ids]
        yield Rule(
            f"BR-{family.key}-{no:02d}",
            _ids_where(family, where),
            f"{en} of category {title} needs {ids_en}.",
            f"{nb} av kategori {tittel} krever {ids_nb}.",
        )


def _contexts(family: Family) -> Iterator[Context]:
    title = f"{family.code} ({family.en})"
    tittel = f"{family.code} ({family.nb})"
    rate_en, rate_nb = RATE_TEXT[family.rate]
    base_en = "within less than 1.00 " if family.by_rate else ""
    base_nb = "med under 1,00 imellom " if family.by_rate else ""
    amount = (
        (
            "is its base times its rate, with less than 1.00 between",
            "er grunnlaget ganger satsen, med under 1,00 imellom",
        )
        if family.by_rate
        else ("is 0", "er 0")
    )
    reason = (
        (
            "has a reason for the exemption, as a text or as a code",
            "har en grunn til fritaket, som tekst eller som kode",
        )
        if family.reason_wanted
        else ("has no reason for an exemption", "har ingen grunn til fritak")
    )
    yield Context(
        "/*/cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory",
        (
            Rule(
                f"BR-{family.key}-08",
                _base(family),
                f"The base of a group of category {title} is {base_en}what its lines and charges less its allowances "
                "come to.",
                f"Grunnlaget i en gruppe av kategori {tittel} er {base_nb}det linjer og tillegg minus fradrag utgjør.",
            ),
            Rule(
                f"BR-{family.key}-09",
                _amount(family),
                f"The VAT of a group of category {title} {amount[0]}.",
                f"Avgiften i en gruppe av kategori {tittel} {amount[1]}.",
            ),
            Rule(
                f"BR-{family.key}-10",
                _reason(family),
                f"A group of category {title} {reason[0]}.",
                f"En gruppe av kategori {tittel} {reason[1]}.",
            ),
        ),
        _is_of(family),
    )
    wheres = (
        ("06", "allowance", "cac:AllowanceCharge/cac:TaxCategory", _is_of_allowance(family)),
        ("07", "charge", "cac:AllowanceCharge/cac:TaxCategory", _is_of_charge(family)),
        ("05", "line", " | ".join(f"{name}/cac:Item/cac:ClassifiedTaxCategory" for name in LINE_NAMES), _is_of(family)),
    )
    for no, where, match, condition in wheres:
        en, nb = WHERE_TEXT[where]
        rule = Rule(
            f"BR-{family.key}-{no}",
            _rate_is(family.rate),
            f"{en} of category {title} has {rate_en}.",
            f"{nb} av kategori {tittel} har {rate_nb}.",
        )
        yield Context(match, (rule,), condition)


def _delivered(root: Node, document: UblDocument) -> bool:
    if not vat_use(document).groups["K", True]:
        return True
    period = root.first("cac:InvoicePeriod")
    return len(root.raw("cac:Delivery", "cbc:ActualDeliveryDate")) > 1 or (period is not None and bool(period.children))


def _delivered_to_a_country(root: Node, document: UblDocument) -> bool:
    country = root.raw("cac:Delivery", "cac:DeliveryLocation", "cac:Address", *COUNTRY[1:])
    return not vat_use(document).groups["K", True] or len(country) > 1


def _stands_alone(where: str) -> Test:
    def holds(_: Node, document: UblDocument) -> bool:
        use = vat_use(document)
        if not use.groups["O", True]:
            return True
        counts = {"group": use.groups, "line": use.lines, "allowance": use.allowances, "charge": use.charges}[where]
        return not any(count for (category, vat), count in counts.items() if vat and category != "O")

    return holds


ALONE_TEXT = {
    "group": ("no group of another category", "ingen gruppe av en annen kategori"),
    "line": ("no line of another category", "ingen linje av en annen kategori"),
    "allowance": ("no allowance of another category", "intet fradrag av en annen kategori"),
    "charge": ("no charge of another category", "intet tillegg av en annen kategori"),
}

DOCUMENT = (
    *(rule for family in FAMILIES for rule in _document_rules(family)),
    Rule(
        "BR-IC-11",
        _delivered,
        "Where the breakdown has category K (intra-community supply), there is a day of delivery or a period.",
        "Når oversikten har kategori K (levering innen EU), finnes en leveringsdato eller en periode.",
    ),
    Rule(
        "BR-IC-12",
        _delivered_to_a_country,
        "Where the breakdown has category K (intra-community supply), the country of delivery is given.",
        "Når oversikten har kategori K (levering innen EU), er leveringslandet oppgitt.",
    ),
    *(
        Rule(
            f"BR-O-{no}",
            _stands_alone(where),
            f"Where the breakdown has category O (outside the scope of VAT), there is {en}.",
            f"Når oversikten har kategori O (utenfor avgiftsområdet), finnes {nb}.",
        )
        for no, (where, (en, nb)) in enumerate(ALONE_TEXT.items(), 11)
    ),
)

CONTEXTS = tuple(context for family in FAMILIES for context in _contexts(family))
