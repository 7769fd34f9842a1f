"""The light tree that the rules are asked of: one node an element, its children found by name.

Names are written as in the rules' own paths: `cac:` for aggregates, `cbc:` for values, the bare name for the document
element. `UblDocument` adds what rules of many elements need, worked out once.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from reskontro.formats.ubl.values import NotADate, NotANumber, collapsed, decimal_of, moment_of

ROOTS = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "Invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "CreditNote",
}
PREFIXES = {
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac:",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc:",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext:",
}
MOST_DEPTH = 60

Worked = TypeVar("Worked")
_NOTHING: Mapping[str, Any] = {}


class TooDeep(Exception):  # noqa: N818 - a bound, named for what was found
    """Elements stand within each other deeper than any invoice has them."""


class Node:
    """One element: its name, attributes, text and children."""

    __slots__ = ("_number", "attributes", "by_name", "children", "name", "parent", "text")

    def __init__(self, name: str, text: str, attributes: Mapping[str, str], parent: "Node | None") -> None:
        self.name = name
        self.text = text
        self.attributes = attributes
        self.parent = parent
        self.children: Sequence[Node] = ()
        self.by_name: Mapping[str, list[Node]] = _NOTHING
        self._number: Decimal | None = None

    def all(self, *path: str) -> list["Node"]:
        """The elements at a path below this one."""
        found = [self]
        for step in path:
            found = [child for node in found for child in node.by_name.get(step, ())]
        return found

    def first(self, *path: str) -> "Node | None":
        """The first element at a path."""
        if len(path) == 1:
            of_name = self.by_name.get(path[0])
            return of_name[0] if of_name else None
        found = self.all(*path)
        return found[0] if found else None

    def has(self, *path: str) -> bool:
        """Whether there is an element at a path."""
        return self.first(*path) is not None

    def count(self, *path: str) -> int:
        """How many elements there are at a path."""
        return len(self.all(*path))

    def raw(self, *path: str) -> str:
        """The text of the first element at a path as it stands, empty where there is none."""
        found = self.first(*path)
        return found.text if found is not None else ""

    def value(self, *path: str) -> str:
        """The same with blanks collapsed."""
        return collapsed(self.raw(*path)) if path else collapsed(self.text)

    def filled(self, *path: str) -> bool:
        """Whether the first element at a path has any text."""
        return self.value(*path) != ""

    def texts(self, *path: str) -> set[str]:
        """The texts of all elements at a path, as they stand."""
        return {node.text for node in self.all(*path)}

    def number(self, *path: str) -> Decimal | None:
        """The number at a path, None where there is none. Raises `UnreadableValue` for any other text."""
        found = self.first(*path) if path else self
        if found is None:
            return None
        if found._number is None:  # noqa: SLF001 - its own kind
            try:
                found._number = decimal_of(found.text)  # noqa: SLF001
            except NotANumber:
                raise UnreadableValue(found) from None
        return found._number  # noqa: SLF001

    def moment(self, *path: str) -> int | None:
        """When the day at a path begins, None where there is none. Raises `UnreadableValue` for any other text."""
        found = self.first(*path) if path else self
        if found is None:
            return None
        try:
            return moment_of(found.text)
        except NotADate:
            raise UnreadableValue(found) from None

    def attribute(self, name: str, *path: str) -> str:
        """An attribute of the first element at a path, empty where there is none."""
        found = self.first(*path) if path else self
        return found.attributes.get(name, "") if found is not None else ""

    def location(self) -> str:
        """The path to this element, with its position where it has siblings of its name."""
        steps = []
        node: Node | None = self
        while node is not None:
            siblings = node.parent.by_name[node.name] if node.parent is not None else [node]
            at = next(i for i, sibling in enumerate(siblings, 1) if sibling is node) if len(siblings) > 1 else 0
            steps.append(f"{node.name}[{at}]" if at else node.name)
            node = node.parent
        return "/" + "/".join(reversed(steps))


class UnreadableValue(Exception):  # noqa: N818 - what was found
    """A number or a date was wanted where another text stands."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.name)
        self.node = node


class UblDocument:
    """An invoice or a credit note as a tree, with what its rules ask for more than once.

    `nodes` are all elements in the order of the document.
    """

    def __init__(self, nodes: Sequence[Node], everywhere: Mapping[str, list[Node]]) -> None:
        self.root = nodes[0]
        self.nodes = nodes
        self._everywhere = everywhere
        self._once: dict[Callable[[UblDocument], Any], Any] = {}

    def once(self, what: "Callable[[UblDocument], Worked]") -> "Worked":
        """What a function makes of the document, worked out the first time it is asked for."""
        if what not in self._once:
            self._once[what] = what(self)
        worked: Worked = self._once[what]
        return worked

    @property
    def is_credit_note(self) -> bool:
        """Whether it is a credit note, by the name of its document element."""
        return self.root.name == "CreditNote"

    def everywhere(self, name: str) -> list[Node]:
        """Every element of a name, in the order of the document."""
        return self._everywhere.get(name, [])

    @cached_property
    def seller(self) -> list[Node]:
        """The seller's party: one in every valid document."""
        return [p for s in self.everywhere("cac:AccountingSupplierParty") for p in s.by_name.get("cac:Party", ())]

    @cached_property
    def buyer(self) -> list[Node]:
        """The buyer's party."""
        return [p for s in self.everywhere("cac:AccountingCustomerParty") for p in s.by_name.get("cac:Party", ())]

    @cached_property
    def seller_country(self) -> str:
        """The country of the seller's address as it is written."""
        return self.root.raw(*SELLER, *COUNTRY)

    @cached_property
    def buyer_country(self) -> str:
        """The country of the buyer's address as it is written."""
        return self.root.raw(*BUYER, *COUNTRY)


SELLER = ("cac:AccountingSupplierParty", "cac:Party")
BUYER = ("cac:AccountingCustomerParty", "cac:Party")
COUNTRY = ("cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")


def build(element: Any) -> UblDocument:
    """The light tree of a parsed document without comments. Raises `TooDeep`."""
    names = dict(ROOTS)
    nodes: list[Node] = []
    everywhere: dict[str, list[Node]] = defaultdict(list)

    def grow(element: Any, parent: Node | None, depth: int) -> Node:
        tag = element.tag
        name = names.get(tag)
        if name is None:
            space, _, local = tag.rpartition("}")
            known = PREFIXES.get(space[1:], f"{space}}}" if space else "")
            name = names[tag] = known + local
        attributes = element.items()
        node = Node(name, element.text or "", dict(attributes) if attributes else _NOTHING, parent)
        nodes.append(node)
        everywhere[name].append(node)
        children = [*element]
        if children:
            if depth == MOST_DEPTH:
                raise TooDeep
            by_name: dict[str, list[Node]] = {}
            node.children = [grow(child, node, depth + 1) for child in children]
            for child in node.children:
                by_name.setdefault(child.name, []).append(child)
            node.by_name = by_name
        return node

    grow(element, None, 0)
    return UblDocument(nodes, dict(everywhere))
