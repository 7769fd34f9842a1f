"""Which VAT categories a document uses, where, and what its lines, allowances and charges come to in each.

One pass over the document, so that rules of each group cost the same however many lines there are. A category stands
under VAT or under another tax scheme; most rules look at the former only.
"""

from collections import Counter, defaultdict
from decimal import Decimal

from reskontro.formats.ubl.rules.ask import LINE_NAMES, is_allowance, is_charge, under_vat
from reskontro.formats.ubl.tree import Node, UblDocument

Category = str
_ZERO = Decimal(0)


class VatUse:
    """What `vat_use` gives back; each counter is by category and whether it stands under VAT."""

    def __init__(self, document: UblDocument) -> None:
        self.lines: Counter[tuple[Category, bool]] = Counter()
        self.adjustments: Counter[tuple[Category, bool]] = Counter()
        self.allowances: Counter[tuple[Category, bool]] = Counter()
        self.charges: Counter[tuple[Category, bool]] = Counter()
        self.document_allowances: Counter[tuple[Category, bool]] = Counter()
        self.document_charges: Counter[tuple[Category, bool]] = Counter()
        self.groups: Counter[tuple[Category, bool]] = Counter()
        self.anywhere: set[Category] = set()
        self._count_lines(document)
        self._count_categories(document)
        self._count_groups(document)
        self.seller_tax_id, self.seller_vat_id = _tax_ids(document.seller)
        _, self.buyer_vat_id = _tax_ids(document.buyer)
        self.buyer_legal_id = any(party.has("cac:PartyLegalEntity", "cbc:CompanyID") for party in document.buyer)
        _, self.representative_vat_id = _tax_ids(document.everywhere("cac:TaxRepresentativeParty"))

    def _count_lines(self, document: UblDocument) -> None:
        for node in document.everywhere("cac:ClassifiedTaxCategory"):
            category, vat = node.value("cbc:ID"), under_vat(node)
            self.lines[category, vat] += 1
            if vat:
                self.anywhere.add(category)

    def _count_categories(self, document: UblDocument) -> None:
        for node in document.everywhere("cac:TaxCategory"):
            key = node.value("cbc:ID"), under_vat(node)
            if key[1] and node.has("cbc:ID"):
                self.anywhere.add(key[0])
            above = node.parent
            if above is None or above.name != "cac:AllowanceCharge":
                continue
            of_document = above.parent is document.root
            self.adjustments[key] += 1
            if is_allowance(above):
                self.allowances[key] += 1
                self.document_allowances[key] += of_document
            elif is_charge(above):
                self.charges[key] += 1
                self.document_charges[key] += of_document

    def _count_groups(self, document: UblDocument) -> None:
        for node in document.root.all("cac:TaxTotal", "cac:TaxSubtotal", "cac:TaxCategory"):
            self.groups[node.value("cbc:ID"), under_vat(node)] += 1


class VatSums:
    """What the lines, allowances and charges of a document come to, by category and by category and rate."""

    def __init__(self, document: UblDocument) -> None:
        self.by_category: dict[str, dict[Category, Decimal]] = {}
        self.by_rate: dict[str, dict[tuple[Category, Decimal], Decimal]] = {}
        self.line_rates: dict[str, set[tuple[Category, Decimal]]] = {}
        self.adjustment_rates: set[tuple[Category, Decimal]] = set()
        self.has_lines = {name: bool(document.everywhere(name)) for name in LINE_NAMES}
        adjusted, adjusted_by_rate = self._sum_adjustments(document)
        for name in LINE_NAMES:
            self.by_category[name] = defaultdict(Decimal, adjusted)
            self.by_rate[name] = defaultdict(Decimal, adjusted_by_rate)
            self.line_rates[name] = set()
            for line in document.everywhere(name):
                self._add_line(document, name, line)

    def _sum_adjustments(
        self, document: UblDocument
    ) -> tuple[dict[Category, Decimal], dict[tuple[Category, Decimal], Decimal]]:
        by_category: dict[Category, Decimal] = defaultdict(Decimal)
        by_rate: dict[tuple[Category, Decimal], Decimal] = defaultdict(Decimal)
        for node in document.everywhere("cac:AllowanceCharge"):
            categories, rates = _categories_and_rates(node.by_name.get("cac:TaxCategory", []))
            self.adjustment_rates |= {(category, rate) for category in categories for rate in rates}
            if node.parent is not document.root or not (is_allowance(node) or is_charge(node)):
                continue
            amount = node.number("cbc:Amount") or _ZERO
            signed = -amount if is_allowance(node) else amount
            for category in categories:
                by_category[category] += signed
                for rate in rates:
                    by_rate[category, rate] += signed
        return by_category, by_rate

    def _add_line(self, document: UblDocument, name: str, line: Node) -> None:
        categories, rates = _categories_and_rates(line.all("cac:Item", "cac:ClassifiedTaxCategory"))
        amount = line.number("cbc:LineExtensionAmount") or _ZERO
        for category in categories:
            if line.parent is document.root:
                self.by_category[name][category] += amount
            for rate in rates:
                self.line_rates[name].add((category, rate))
                if line.parent is document.root:
                    self.by_rate[name][category, rate] += amount


def vat_use(document: UblDocument) -> VatUse:
    """How a document uses VAT categories, worked out once."""
    return document.once(VatUse)


def vat_sums(document: UblDocument) -> VatSums:
    """What a document's categories come to, worked out once. Raises `UnreadableValue`."""
    return document.once(VatSums)


def _categories_and_rates(nodes: list[Node]) -> tuple[set[Category], set[Decimal]]:
    rates = {node.number("cbc:Percent") for node in nodes}
    return {node.value("cbc:ID") for node in nodes}, {rate for rate in rates if rate is not None}


def _tax_ids(parties: list[Node]) -> tuple[bool, bool]:
    """Whether parties have a tax registration of any scheme, and one of VAT."""
    schemes = [s for party in parties for s in party.all("cac:PartyTaxScheme") if s.has("cbc:CompanyID")]
    return bool(schemes), any(under_vat(scheme) for scheme in schemes)
