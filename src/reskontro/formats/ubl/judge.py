"""Judging a document: everything that the rules find wrong with it, each finding with its rule, severity and place.

Bytes of any kind get a verdict; what cannot be read is a finding with its reason. A document that breaks the schema is
asked the rules all the same, so that all that is wrong is said at once, unless it is large: the rules are linear in the
length of documents that follow the schema, and of no others.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import localcontext
from typing import Any

from reskontro.formats.ubl.reading import UblRefused, read_xml
from reskontro.formats.ubl.rules.releases import Release, release_on
from reskontro.formats.ubl.rules.rule import Rule, Severity, Stray, first_that_fits
from reskontro.formats.ubl.schema import MOST_WITH_PATHS, schema_faults
from reskontro.formats.ubl.tree import Node, TooDeep, UblDocument, UnreadableValue, build
from reskontro.formats.ubl.values import EXACT

# A rule is reported at so many places at most; a long document with one mistake in it has it on every line.
MOST_PLACES = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found wrong at one place: `location` is the path of the element."""

    rule: str
    severity: Severity
    location: str
    en: str
    nb: str

    def text(self, language: str) -> str:
        """What it says in `en` or `no`."""
        return self.nb if language == "no" else self.en


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a document is valid, and all that was found, in the order of the document."""

    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing fatal was found."""
        return not any(finding.severity is Severity.FATAL for finding in self.findings)


def judge(data: bytes, on: date) -> Verdict:
    """The verdict on a document by the rules in force on a day."""
    try:
        element = read_xml(data)
        document = build(element)
    except UblRefused as refused:
        return Verdict((Finding(refused.code, Severity.FATAL, "/", refused.en, refused.nb),))
    except TooDeep:
        return Verdict((_too_deep(),))
    out_of_order = tuple(_schema_findings(element, len(document.nodes)))
    if out_of_order and len(document.nodes) > MOST_WITH_PATHS:
        return Verdict(out_of_order)
    return Verdict((*out_of_order, *judge_document(document, release_on(on))))


def judge_document(document: UblDocument, release: Release) -> Iterator[Finding]:
    """What the rules of a release find wrong with a document that was read."""
    places: Counter[str] = Counter()
    for rule, node in _broken(document, release):
        places[rule.id] += 1
        if places[rule.id] <= MOST_PLACES:
            yield Finding(rule.id, rule.severity, node.location(), rule.en, rule.nb)


def _broken(document: UblDocument, release: Release) -> Iterator[tuple[Rule | Stray, Node]]:
    by_name = release.asked_of(document)
    unreadable: set[int] = set()
    with localcontext(EXACT):
        for node in document.nodes:
            asked = by_name[node.name]
            rules = asked.always
            for chain in asked.chains:
                rules += first_that_fits(chain, node, document)
            for rule in rules:
                try:
                    holds = rule.holds(node, document)
                except UnreadableValue as found:
                    if id(found.node) not in unreadable:
                        unreadable.add(id(found.node))
                        yield UNREADABLE_VALUE, found.node
                    continue
                if not holds:
                    yield rule, node
        for sweep in release.sweeps:
            yield from sweep.find(document)


def _schema_findings(element: Any, elements: int) -> Iterator[Finding]:
    for location, reason in schema_faults(element, elements):
        en = f"The document does not follow the UBL 2.1 schema: {reason}"
        nb = f"Dokumentet følger ikke UBL 2.1-skjemaet: {reason}"
        yield Finding("ubl-schema", Severity.FATAL, location, en, nb)


def _too_deep() -> Finding:
    return Finding(
        "xml-too-deep",
        Severity.FATAL,
        "/",
        "Elements stand within each other deeper than an invoice ever has them.",
        "Elementer står dypere inni hverandre enn en faktura noen gang har dem.",
    )


UNREADABLE_VALUE = Stray(
    "ubl-value",
    "The text is not the number or the date that a rule has to calculate with.",
    "Teksten er ikke det tallet eller den datoen som en regel skal regne med.",
    Severity.FATAL,
)
