"""The rules one by one on documents of our own, and what holds of all of them."""

import re
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from reskontro.formats.ubl import RELEASES, Release, judge, release_on
from reskontro.formats.ubl.judge import MOST_PLACES
from reskontro.formats.ubl.rules import reminder
from reskontro.formats.ubl.rules.table import FAMILIES, family_of, page
from tests.formats.ubl.ubl_files import DAY, broken_rules, changed, fatal_rules, fragment, own, verdict_on

INVOICE = own("everything-invoice")
CREDIT_NOTE = own("everything-credit-note")
RULES = list(RELEASES[-1].rules())
PAGE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "einvoice-rules.md"
WANTED = {
    "Elements that are not used": 678,
    "Data types and attributes": 24,
    "UBL syntax": 54,
    "EN 16931, business rules": 58,
    "EN 16931, code lists": 23,
    "EN 16931, conditions and sums": 23,
    "EN 16931, decimals": 21,
    "VAT category S": 10,
    "VAT category Z": 10,
    "VAT category E": 10,
    "VAT category AE": 10,
    "VAT category K": 12,
    "VAT category G": 10,
    "VAT category O": 14,
    "VAT category L": 10,
    "VAT category M": 10,
    "VAT category B": 2,
    "Peppol": 46,
    "Peppol, identifiers": 17,
    "Norway": 2,
    "Norway, reminders (EHF Reminder 3.0)": 5,
    "Sweden": 13,
    "Denmark": 14,
}


def test_every_rule_of_the_release_is_there_once():
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids)) == 979 + 92 + len(reminder.RULES) + 1
    families = {title: len(list(rules)) for title, rules in groupby(sorted(map(family_of, ids)))}
    assert families == WANTED
    assert {title for _, title in FAMILIES} == set(WANTED)


def test_every_rule_speaks_english_and_norwegian():
    english = re.compile(r"\b(the|is|are|not|has|have)\b")
    for rule in RULES:
        assert rule.en.endswith("."), rule.id
        assert rule.nb.endswith("."), rule.id
        assert rule.en != rule.nb, rule.id
        assert not english.search(rule.nb), rule.id


def test_the_page_of_rules_is_the_rules():
    assert PAGE.read_text(encoding="utf-8") == page(RELEASES[-1])


@pytest.mark.parametrize("name", ["everything-invoice", "everything-credit-note"])
def test_a_document_with_everything_in_it_is_valid(name):
    assert verdict_on(own(name)).findings == ()


# What is changed in the invoice, and the fatal rules that say so.
CASES = {
    "a sum of lines a cent off": ([("1495.00", "1495.01")], {"BR-CO-10", "BR-CO-13"}),
    "three decimals": ([("1820.00", "1820.000")], {"BR-DEC-14", "UBL-DT-01"}),
    "a line net 0.02 off": (
        [
            ("945.00", "945.02"),
            ("1495.00", "1495.02"),
            ("1550.00", "1550.02"),
            ("1820.00", "1820.02"),
            ("1020.00", "1020.02"),
        ],
        set(),
    ),
    "a line net 0.03 off": (
        [
            ("945.00", "945.03"),
            ("1495.00", "1495.03"),
            ("1550.00", "1550.03"),
            ("1820.00", "1820.03"),
            ("1020.00", "1020.03"),
        ],
        {"PEPPOL-EN16931-R120"},
    ),
    "a VAT base 1.00 off": ([(">900.00</cbc:TaxableAmount>", ">901.00</cbc:TaxableAmount>")], {"BR-S-08"}),
    "a VAT base 0.99 off": ([(">900.00</cbc:TaxableAmount>", ">900.99</cbc:TaxableAmount>")], set()),
    "an exempt base 0.01 off": ([(">50.00</cbc:TaxableAmount>", ">50.01</cbc:TaxableAmount>")], {"BR-E-08"}),
    "an exemption without a reason": (
        [("<cbc:TaxExemptionReason>Unntatt etter kapittel 3</cbc:TaxExemptionReason>", "")],
        {"BR-E-10"},
    ),
    "no buyer's reference and no order": (
        [
            ("<cbc:BuyerReference>Ola Nordmann</cbc:BuyerReference>", ""),
            (
                "<cac:OrderReference><cbc:ID>PO-55</cbc:ID><cbc:SalesOrderID>SO-66</cbc:SalesOrderID></cac:OrderReference>",
                "",
            ),
        ],
        {"PEPPOL-EN16931-R003"},
    ),
    "another process": ([("billing:01:1.0", "billing:04:1.0")], {"PEPPOL-EN16931-R007"}),
    "a process with response": (
        [("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "urn:peppol:bis:billing_with_response")],
        set(),
    ),
    "a specification with a suffix": ([("billing:3.0<", "billing:3.0#conformant<")], set()),
    "a specification with two colons": ([("billing:3.0<", "billing:3.0::x<")], {"PEPPOL-EN16931-R004"}),
    "a VAT number with blanks": ([("NO912345688MVA", "NO 912345688 MVA")], {"NO-R-001"}),
    "an organisation number with a wrong check digit": (
        [('<cbc:EndpointID schemeID="0192">912345688', '<cbc:EndpointID schemeID="0192">912345689')],
        {"PEPPOL-COMMON-R041"},
    ),
    "a GLN with a wrong check digit as a place": ([("7080000000008", "7080000000009")], set()),
    "an unknown unit": ([('unitCode="EA"', 'unitCode="STYKK"')], {"BR-CL-23", "PEPPOL-EN16931-R130"}),
    "an unknown currency of an amount": (
        [('currencyID="NOK">1820.00', 'currencyID="KR">1820.00')],
        {"BR-CL-03", "PEPPOL-EN16931-CL007", "PEPPOL-EN16931-R051"},
    ),
    "an address scheme of EN 16931 only": (
        [('<cbc:EndpointID schemeID="0192">', '<cbc:EndpointID schemeID="0037">')],
        {"PEPPOL-EN16931-CL008"},
    ),
    "an empty element": ([("<cbc:BuyerReference>Ola Nordmann<", "<cbc:BuyerReference> <")], {"PEPPOL-EN16931-R008"}),
    "a line period before the document's": ([("2026-10-05", "2026-09-30")], {"PEPPOL-EN16931-R110"}),
    "a line period that ends first": ([("2026-10-05", "2026-10-21")], {"BR-30"}),
    "two payment references": (
        [
            (
                "</cac:PaymentMeans>",
                "</cac:PaymentMeans><cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>99</cbc:PaymentID><cac:PayeeFinancialAccount><cbc:ID>1</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>",
            )
        ],
        {"UBL-SR-44"},
    ),
    "transfer without an account": (
        [("<cbc:ID>NO9386011117947</cbc:ID><cbc:Name>Drift</cbc:Name>", "<cbc:Name>Drift</cbc:Name>")],
        {"BR-50", "BR-61"},
    ),
    "a payee with the seller's name": (
        [("Nordisk Finans AS", "Fjord Handel AS")],
        {"BR-17", "UBL-SR-19", "UBL-SR-20", "UBL-SR-21"},
    ),
    "a percentage without its base": (
        [('<cbc:BaseAmount currencyID="NOK">900.00</cbc:BaseAmount>', "")],
        {"PEPPOL-EN16931-R041"},
    ),
    "an indicator 0 in place of false": (
        [
            (
                "<cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReasonCode>95</cbc:AllowanceChargeReasonCode><cbc:AllowanceChargeReason>Kunderabatt",
                "<cbc:ChargeIndicator>0</cbc:ChargeIndicator><cbc:AllowanceChargeReasonCode>95</cbc:AllowanceChargeReasonCode><cbc:AllowanceChargeReason>Kunderabatt",
            )
        ],
        {"PEPPOL-EN16931-R043"},
    ),
    "a discount that is no discount": (
        [('<cbc:Amount currencyID="NOK">5.00', '<cbc:Amount currencyID="NOK">4.99')],
        {"PEPPOL-EN16931-R046"},
    ),
    "a file with an invoiced object": (
        [
            (
                "<cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>",
                "<cbc:DocumentTypeCode>130</cbc:DocumentTypeCode><cac:Attachment><cac:ExternalReference><cbc:URI>x</cbc:URI></cac:ExternalReference></cac:Attachment></cac:AdditionalDocumentReference>",
            )
        ],
        {"UBL-CR-666"},
    ),
    "a German type": ([(">380<", ">384<")], {"PEPPOL-EN16931-P0112"}),
    "a type of a credit note": ([(">380<", ">381<")], {"BR-CL-01", "PEPPOL-EN16931-P0100"}),
    "a subject that is none": ([("#AAI#", "#QQQ#")], {"BR-CL-08"}),
    "an exemption that fits another category": (
        [
            (
                "<cbc:TaxExemptionReason>Unntatt etter kapittel 3</cbc:TaxExemptionReason>",
                "<cbc:TaxExemptionReasonCode>vatex-eu-g</cbc:TaxExemptionReasonCode>",
            )
        ],
        {"PEPPOL-EN16931-P0104"},
    ),
    "no VAT total in the VAT currency": (
        [('<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">23.45</cbc:TaxAmount></cac:TaxTotal>', "")],
        {"BR-53", "PEPPOL-EN16931-R054", "PEPPOL-EN16931-R055"},
    ),
    "elements in another order": (
        [
            (
                "<cbc:ID>2026-1001</cbc:ID>\n  <cbc:IssueDate>2026-11-02</cbc:IssueDate>",
                "<cbc:IssueDate>2026-11-02</cbc:IssueDate>\n  <cbc:ID>2026-1001</cbc:ID>",
            )
        ],
        {"ubl-schema"},
    ),
    "a price in words": (
        [('<cbc:PriceAmount currencyID="NOK">95.00', '<cbc:PriceAmount currencyID="NOK">95,00')],
        {"ubl-schema", "ubl-value"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_breaks_the_rules_that_are_about_it_and_no_other(name):
    changes, rules = CASES[name]
    assert fatal_rules(changed(INVOICE, *changes)) == rules


def test_a_credit_note_has_one_project_at_most():
    start = CREDIT_NOTE.index("<cac:AdditionalDocumentReference><cbc:ID>P-9")
    project = CREDIT_NOTE[start : CREDIT_NOTE.index("<cac:OriginatorDocumentReference>")]
    assert fatal_rules(changed(CREDIT_NOTE, (project, project * 2))) == {"PEPPOL-EN16931-R080"}


def test_a_stray_element_and_a_stray_attribute_are_worth_a_look():
    text = changed(
        INVOICE,
        (
            "<cbc:IssueDate>2026-11-02</cbc:IssueDate>",
            "<cbc:UUID>1</cbc:UUID><cbc:IssueDate>2026-11-02</cbc:IssueDate>",
        ),
        ("<cbc:Note>Netto", '<cbc:Note languageID="nb">Netto'),
    )
    verdict = verdict_on(text)
    assert verdict.valid
    assert [(f.rule, f.severity, f.location) for f in verdict.findings] == [
        ("UBL-CR-005", "warning", "/Invoice/cbc:UUID"),
        ("UBL-DT-19", "warning", "/Invoice/cac:PaymentTerms/cbc:Note"),
    ]


def test_of_a_pattern_only_the_first_context_is_asked():
    # A percentage without its base is not asked whether it adds up, nor what its indicator says.
    inside = (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>perhaps</cbc:ChargeIndicator>"
        "<cbc:MultiplierFactorNumeric>5</cbc:MultiplierFactorNumeric></cac:AllowanceCharge>"
    )
    found = broken_rules(fragment(inside))
    assert "PEPPOL-EN16931-R041" in found
    assert "PEPPOL-EN16931-R043" not in found


def test_a_category_under_another_tax_is_not_counted_but_by_the_two_rules_that_do():
    line = (
        "<cac:InvoiceLine><cac:Item><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cac:TaxScheme><cbc:ID>GST</cbc:ID>"
        "</cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item></cac:InvoiceLine>"
    )
    found = broken_rules(fragment(line))
    assert {"BR-S-01", "BR-S-02"} <= found
    assert "BR-S-05" not in found


def test_one_mistake_on_every_line_is_told_a_hundred_times():
    start, end = INVOICE.index("  <cac:InvoiceLine>"), INVOICE.rindex("</cac:InvoiceLine>") + len("</cac:InvoiceLine>")
    line = INVOICE[start:end]
    text = INVOICE[:start] + line.replace('unitCode="EA"', 'unitCode="X"') * 60 + INVOICE[end:]
    found = [f for f in verdict_on(text).findings if f.rule == "BR-CL-23"]
    assert len(found) == MOST_PLACES
    assert found[0].location == "/Invoice/cac:InvoiceLine[1]/cbc:InvoicedQuantity"


def test_the_release_in_force_is_chosen_by_the_day():
    first = RELEASES[0]
    later = Release("later", first.valid_from + timedelta(days=100), (), ())
    both = (first, later)
    assert release_on(later.valid_from - timedelta(days=1), both) is first
    assert release_on(later.valid_from, both) is later
    assert release_on(date(2020, 1, 1), both) is first
    assert judge(b"<a/>", DAY) == judge(b"<a/>", date(2020, 1, 1))
