"""What a rule is, and how a table of rules is asked.

A pattern is an ordered list of contexts; of each pattern only the first context that fits an element is tested on it,
as the official artefacts do it. A context is a path as they write it (`cac:AccountingSupplierParty/cac:Party`, `/` for
the document, ` | ` between alternatives, a leading `/` where the path begins at the document element) and, if need
be, a condition. A rule holds or it does not; what it finds wrong is said in the words beside it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reskontro.formats.ubl.tree import Node, UblDocument


class Severity(StrEnum):
    """`fatal`: the document is refused. `warning`: it is worth a look."""

    FATAL = "fatal"
    WARNING = "warning"


Test = Callable[[Node, UblDocument], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, what has to hold of an element, and what it asks for in English and in Norwegian."""

    id: str
    holds: Test
    en: str
    nb: str
    severity: Severity = Severity.FATAL


@dataclass(frozen=True, slots=True)
class Context:
    """The elements that rules are about."""

    match: str
    rules: tuple[Rule, ...]
    where: Test | None = None


@dataclass(frozen=True, slots=True)
class Stray:
    """A rule that one sweep over the document answers for together with others of its kind."""

    id: str
    en: str
    nb: str
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Sweep:
    """Rules that are answered together: the rules, and what finds the elements that break them."""

    rules: Mapping[str, Stray]
    find: Callable[[UblDocument], Iterator[tuple[Stray, Node]]]


def warning(rule_id: str, holds: Test, en: str, nb: str) -> Rule:
    """A rule that does not make a document invalid."""
    return Rule(rule_id, holds, en, nb, Severity.WARNING)


Pattern = Sequence[Context]
Step = tuple[tuple[str, ...], bool, Test | None, tuple[Rule, ...]]
Chain = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every element of a name, and the chains of which the first context that fits is asked."""

    always: tuple[Rule, ...]
    chains: tuple[Chain, ...]


DOCUMENT_ELEMENTS = ("Invoice", "CreditNote")


# More names than UBL has are none of UBL's: nothing is remembered of them.
MOST_NAMES = 5_000


@dataclass(frozen=True, slots=True)
class _Alternative:
    name: str
    above: tuple[str, ...]
    from_document: bool


class ByName(dict[str, Asked]):
    """For each name of an element what may be asked of it, a chain a pattern.

    A match `*End` fits every name that ends so.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        super().__init__()
        self._patterns = [[(a, c) for c in pattern for a in _alternatives(c.match)] for pattern in patterns]

    def __missing__(self, name: str) -> Asked:
        found = (
            tuple(
                (alternative.above, alternative.from_document, context.where, context.rules)
                for alternative, context in pattern
                if alternative.name == name or (alternative.name[0] == "*" and name.endswith(alternative.name[1:]))
            )
            for pattern in self._patterns
        )
        chains = [chain for chain in found if chain]
        always = [chain for chain in chains if _fits_always(chain[0])]
        asked = Asked(
            tuple(rule for chain in always for rule in chain[0][3]),
            tuple(chain for chain in chains if chain not in always),
        )
        if len(self) < MOST_NAMES:
            self[name] = asked
        return asked


def _fits_always(step: Step) -> bool:
    above, from_document, where, _ = step
    return not above and not from_document and where is None


def first_that_fits(chain: Chain, node: Node, document: UblDocument) -> tuple[Rule, ...]:
    """The rules of the first context of a chain that fits an element."""
    for above, from_document, where, rules in chain:
        parent = node.parent
        for name in above:
            if parent is None or (parent.name != name and not (name == "*" and parent.parent is None)):
                break
            parent = parent.parent
        else:
            if (not from_document or parent is None) and (where is None or where(node, document)):
                return rules
    return ()


def _alternatives(match: str) -> Iterator[_Alternative]:
    for path in match.split(" | "):
        if path == "/":
            yield from (_Alternative(name, (), from_document=True) for name in DOCUMENT_ELEMENTS)
            continue
        *above, name = path.removeprefix("/").split("/")
        yield _Alternative(name, tuple(reversed(above)), from_document=path.startswith("/"))
