"""EN 16931, business rules of lines: what a line has, its period, its allowances and charges, its item and price.

Source: the validation artefacts of EN 16931 for UBL, release 1.3.16 (2026-04). The sentences are ours.
"""

from reskontro.formats.ubl.rules.ask import LINES, always, has_reason, is_allowance, is_charge, two_decimals, under_vat
from reskontro.formats.ubl.rules.en16931_document import ends_after_it_starts
from reskontro.formats.ubl.rules.rule import Context, Rule
from reskontro.formats.ubl.tree import Node, UblDocument


def _quantity(line: Node) -> Node | None:
    return line.first("cbc:InvoicedQuantity") or line.first("cbc:CreditedQuantity")


def _has_unit(line: Node, _: UblDocument) -> bool:
    quantity = _quantity(line)
    return quantity is not None and "unitCode" in quantity.attributes


def _price_not_negative(line: Node, _: UblDocument) -> bool:
    price = line.number("cac:Price", "cbc:PriceAmount")
    return price is not None and price >= 0


def _gross_price_not_negative(line: Node, _: UblDocument) -> bool:
    gross = line.number("cac:Price", "cac:AllowanceCharge", "cbc:BaseAmount")
    return gross is None or gross >= 0


def _has_vat_category(line: Node, _: UblDocument) -> bool:
    return any(
        under_vat(category) and category.has("cbc:ID") for category in line.all("cac:Item", "cac:ClassifiedTaxCategory")
    )


LINE = (
    Rule(
        "BR-21",
        lambda n, _: n.filled("cbc:ID"),
        "A line has an identifier (BT-126).",
        "En linje har en identifikator (BT-126).",
    ),
    Rule(
        "BR-22",
        lambda n, _: _quantity(n) is not None,
        "A line has a quantity (BT-129).",
        "En linje har et antall (BT-129).",
    ),
    Rule(
        "BR-23", _has_unit, "The quantity of a line has a unit (BT-130).", "Antallet på en linje har en enhet (BT-130)."
    ),
    Rule(
        "BR-24",
        lambda n, _: n.has("cbc:LineExtensionAmount"),
        "A line has a net amount (BT-131).",
        "En linje har et nettobeløp (BT-131).",
    ),
    Rule(
        "BR-25",
        lambda n, _: n.filled("cac:Item", "cbc:Name"),
        "The item of a line has a name (BT-153).",
        "Varen på en linje har et navn (BT-153).",
    ),
    Rule(
        "BR-26",
        lambda n, _: n.has("cac:Price", "cbc:PriceAmount"),
        "A line has a net price (BT-146).",
        "En linje har en nettopris (BT-146).",
    ),
    Rule(
        "BR-27",
        _price_not_negative,
        "The net price is not negative; the quantity may be (BT-146).",
        "Nettoprisen er ikke negativ; antallet kan være det (BT-146).",
    ),
    Rule(
        "BR-28",
        _gross_price_not_negative,
        "The gross price is not negative (BT-148).",
        "Bruttoprisen er ikke negativ (BT-148).",
    ),
    Rule(
        "BR-CO-04",
        _has_vat_category,
        "A line has a VAT category (BT-151).",
        "En linje har en avgiftskategori (BT-151).",
    ),
    Rule(
        "BR-DEC-23",
        two_decimals("cbc:LineExtensionAmount"),
        "The net amount of a line has two decimals at most.",
        "Nettobeløpet på en linje har høyst to desimaler.",
    ),
)

ALLOWANCE = (
    Rule(
        "BR-41",
        lambda a, _: a.has("cbc:Amount"),
        "An allowance of a line has an amount (BT-136).",
        "Et fradrag på en linje har et beløp (BT-136).",
    ),
    Rule(
        "BR-42",
        has_reason,
        "An allowance of a line has a reason or a reason code (BT-139, BT-140).",
        "Et fradrag på en linje har en begrunnelse eller en kode for den (BT-139, BT-140).",
    ),
    Rule(
        "BR-CO-07",
        always,
        "Reason and reason code of a line's allowance mean the same; no program can tell.",
        "Begrunnelse og kode for et fradrag på en linje betyr det samme; det kan intet program avgjøre.",
    ),
    Rule(
        "BR-CO-23",
        has_reason,
        "An allowance of a line has a reason, a reason code or both.",
        "Et fradrag på en linje har en begrunnelse, en kode eller begge.",
    ),
    Rule(
        "BR-DEC-24",
        two_decimals("cbc:Amount"),
        "The amount of a line's allowance has two decimals at most.",
        "Beløpet for et fradrag på en linje har høyst to desimaler.",
    ),
    Rule(
        "BR-DEC-25",
        two_decimals("cbc:BaseAmount"),
        "The base of a line's allowance has two decimals at most.",
        "Grunnlaget for et fradrag på en linje har høyst to desimaler.",
    ),
)

CHARGE = (
    Rule(
        "BR-43",
        lambda a, _: a.has("cbc:Amount"),
        "A charge of a line has an amount (BT-141).",
        "Et tillegg på en linje har et beløp (BT-141).",
    ),
    Rule(
        "BR-44",
        has_reason,
        "A charge of a line has a reason or a reason code (BT-144, BT-145).",
        "Et tillegg på en linje har en begrunnelse eller en kode for den (BT-144, BT-145).",
    ),
    Rule(
        "BR-CO-08",
        always,
        "Reason and reason code of a line's charge mean the same; no program can tell.",
        "Begrunnelse og kode for et tillegg på en linje betyr det samme; det kan intet program avgjøre.",
    ),
    Rule(
        "BR-CO-24",
        has_reason,
        "A charge of a line has a reason, a reason code or both.",
        "Et tillegg på en linje har en begrunnelse, en kode eller begge.",
    ),
    Rule(
        "BR-DEC-27",
        two_decimals("cbc:Amount"),
        "The amount of a line's charge has two decimals at most.",
        "Beløpet for et tillegg på en linje har høyst to desimaler.",
    ),
    Rule(
        "BR-DEC-28",
        two_decimals("cbc:BaseAmount"),
        "The base of a line's charge has two decimals at most.",
        "Grunnlaget for et tillegg på en linje har høyst to desimaler.",
    ),
)


def _of_lines(path: str) -> str:
    return " | ".join(f"{line}/{path}" for line in LINES.split(" | "))


# The periods of lines come before those of documents: see the order in `releases`.
CONTEXTS = (
    Context(LINES, LINE),
    Context(_of_lines("cac:AllowanceCharge"), ALLOWANCE, is_allowance),
    Context(_of_lines("cac:AllowanceCharge"), CHARGE, is_charge),
    Context(
        _of_lines("cac:InvoicePeriod"),
        (
            Rule(
                "BR-30",
                ends_after_it_starts,
                "The period of a line does not end before it starts (BT-134, BT-135).",
                "Perioden på en linje slutter ikke før den begynner (BT-134, BT-135).",
            ),
            Rule(
                "BR-CO-20",
                lambda p, _: p.has("cbc:StartDate") or p.has("cbc:EndDate"),
                "The period of a line has a start or an end.",
                "Perioden på en linje har en start eller en slutt.",
            ),
        ),
    ),
    Context(
        "cac:AdditionalItemProperty",
        (
            Rule(
                "BR-54",
                lambda p, _: p.has("cbc:Name") and p.has("cbc:Value"),
                "An attribute of an item has a name and a value (BT-160, BT-161).",
                "En egenskap ved en vare har et navn og en verdi (BT-160, BT-161).",
            ),
        ),
    ),
    Context(
        _of_lines("cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode"),
        (
            Rule(
                "BR-65",
                lambda c, _: "listID" in c.attributes,
                "A classification of an item names its list (BT-158).",
                "En klassifisering av en vare oppgir listen (BT-158).",
            ),
        ),
    ),
    Context(
        _of_lines("cac:Item/cac:StandardItemIdentification/cbc:ID"),
        (
            Rule(
                "BR-64",
                lambda i, _: "schemeID" in i.attributes,
                "A standard identifier of an item names its scheme (BT-157).",
                "En standardidentifikator for en vare oppgir ordningen sin (BT-157).",
            ),
        ),
    ),
)
