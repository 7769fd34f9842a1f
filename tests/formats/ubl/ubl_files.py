"""Documents for tests: ours, and small changes to them."""

from datetime import date
from pathlib import Path

from reskontro.formats.ubl import Severity, Verdict, judge

OWN = Path(__file__).resolve().parents[2] / "samples" / "einvoice"
DAY = date(2026, 11, 25)
CAC = 'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
CBC = 'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'


def own(name: str) -> str:
    return (OWN / f"{name}.xml").read_text(encoding="utf-8")


def changed(text: str, *changes: tuple[str, str]) -> str:
    """A document with texts in it replaced, each of which has to be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def verdict_on(text: str | bytes) -> Verdict:
    return judge(text.encode() if isinstance(text, str) else text, DAY)


def broken_rules(text: str | bytes) -> set[str]:
    return {finding.rule for finding in verdict_on(text).findings}


def fatal_rules(text: str | bytes) -> set[str]:
    return {finding.rule for finding in verdict_on(text).findings if finding.severity is Severity.FATAL}


def fragment(inside: str, kind: str = "Invoice") -> str:
    """A document of a few elements only, as the unit tests of the official rules have them."""
    return f'<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2" {CAC} {CBC}>{inside}</{kind}>'
