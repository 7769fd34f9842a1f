"""A thousand small changes to our own documents, each with its verdict: every rule breaks somewhere.

What the rules of EN 16931 and the UBL syntax say of each was asked of the official stylesheet (1.3.16); the rules of
Peppol and of the countries are read from their contract. Changes are XPath, what is done there, and the new text.
"""

import copy
import json

import pytest
from lxml import etree

from reskontro.formats.ubl import RELEASES, Severity, judge
from tests.formats.ubl.ubl_files import DAY, OWN, fragment

ROWS = [json.loads(row) for row in (OWN / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()]
NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())
BATCH = 50
# Rules that no program can break: four that always hold, two that the official artefact looks for in the wrong place.
NEVER_BROKEN = {"BR-CO-05", "BR-CO-06", "BR-CO-07", "BR-CO-08", "BR-DEC-13", "BR-DEC-15"}
BROKEN_ELSEWHERE = {"UBL-DT-13", "UBL-DT-14", "UBL-DT-22", "UBL-SR-09", "UBL-SR-15", "UBL-SR-22", "UBL-SR-27"}


def start(name):
    return etree.parse(OWN / f"everything-{name}.xml", etree.XMLParser(remove_comments=True)).getroot()


STARTS = {name: start(name) for name in ("invoice", "credit-note")}


def edited(row):
    root = copy.deepcopy(STARTS[row["of"]])
    for path, what, *rest in row["edits"]:
        value = rest[0] if rest else ""
        found = root.xpath(path, namespaces=NAMESPACES)
        for element in found if what in {"all", "dropall"} else found[:1]:
            edit(element, what, value)
    return etree.tostring(root, encoding="UTF-8")


def edit(element, what, value):
    match what:
        case "drop" | "dropall":
            element.getparent().remove(element)
        case "twice":
            element.addnext(copy.deepcopy(element))
        case "text" | "all":
            element.text = value
        case "before":
            element.addprevious(etree.fromstring(f"<x {DECLARED}>{value}</x>")[0])
        case "attribute":
            name, given, text = value.partition("=")
            if given:
                element.set(name, text)
            else:
                del element.attrib[name]
        case _:
            raise AssertionError(what)


def found(row):
    findings = judge(edited(row), DAY).findings
    return {severity: sorted({f.rule for f in findings if f.severity is severity}) for severity in Severity}


@pytest.mark.parametrize("first", range(0, len(ROWS), BATCH))
def test_each_change_gets_its_verdict(first):
    for row in ROWS[first : first + BATCH]:
        verdict = found(row)
        assert verdict == {Severity.FATAL: row["fatal"], Severity.WARNING: row["warning"]}, row["edits"]


def test_every_rule_that_can_break_does_so_somewhere_and_stays_silent_elsewhere():
    broken = {rule for row in ROWS for rule in (*row["fatal"], *row["warning"])}
    rules = {rule.id for rule in RELEASES[-1].rules() if not rule.id.startswith(("UBL-CR-", "reminder-"))}
    assert rules - broken <= NEVER_BROKEN | BROKEN_ELSEWHERE
    assert not broken & NEVER_BROKEN
    assert sum(not row["fatal"] and not row["warning"] for row in ROWS) > 300


def test_a_vat_base_exactly_one_off_is_judged_in_the_binary_arithmetic_of_the_official_rules():
    # 1604.3 - 1 is a hair below 1603.3 in binary, 901 - 1 is 900.
    assert rule_on_bases("1603.30", "1604.30") == set()
    assert rule_on_bases("900.00", "901.00") == {"BR-S-08"}


def rule_on_bases(lines, base):
    inside = (
        f"<cac:TaxTotal><cac:TaxSubtotal><cbc:TaxableAmount>{base}</cbc:TaxableAmount><cac:TaxCategory><cbc:ID>S</cbc:ID>"
        "<cbc:Percent>25</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>"
        "</cac:TaxSubtotal></cac:TaxTotal><cac:InvoiceLine>"
        f"<cbc:LineExtensionAmount>{lines}</cbc:LineExtensionAmount><cac:Item><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID>"
        "<cbc:Percent>25</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory>"
        "</cac:Item></cac:InvoiceLine>"
    )
    return {f.rule for f in judge(fragment(inside).encode(), DAY).findings} & {"BR-S-08"}
