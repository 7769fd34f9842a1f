"""Bodies of distribution calls as e-invoices. The two bodies are the contract's own (3.1, 3.2)."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontro.formats.ubl.from_distribution import einvoice_of_distribution
from reskontro.formats.ubl.model import Kind
from reskontro.formats.ubl.overview import overview
from reskontro.formats.ubl.writing import NotInOrder, write_ubl
from tests.formats.ubl.ubl_files import DAY

BODIES = json.loads((Path(__file__).parent / "distribution_bodies.json").read_text(encoding="utf-8"))
INVOICE, CREDIT_NOTE = BODIES["invoice"], BODIES["creditnote"]


def written(body):
    return overview(write_ubl(einvoice_of_distribution(body), DAY))


def changed(body, path, value):
    """The body with one value replaced; None takes it away."""
    body = copy.deepcopy(body)
    *above, last = path.split(".")
    node = body
    for step in above:
        node = node[int(step)] if step.isdigit() else node.setdefault(step, {})
    if value is None:
        node.pop(int(last) if last.isdigit() else last)
    else:
        node[int(last) if last.isdigit() else last] = value
    return body


def reasons(body) -> dict[str, str]:
    with pytest.raises(NotInOrder) as refused:
        write_ubl(einvoice_of_distribution(body), DAY)
    return {finding.location: finding.rule for finding in refused.value.verdict.findings}


def test_the_documented_invoice_becomes_an_e_invoice():
    said = written(INVOICE)
    assert (said.number, said.net, said.vat_total, said.payable) == ("90012346", "2000.00", "500.00", "2500.00")
    assert (said.payments[0].reference, said.payments[0].account) == ("9001234600319", "99990000111")
    assert (said.seller.name, said.seller.endpoint) == ("Fjordvarme AS", "0192:310000000")


def test_the_documented_credit_note_becomes_one_its_due_date_with_the_payment():
    document = einvoice_of_distribution(CREDIT_NOTE)
    assert document.kind is Kind.CREDIT_NOTE
    said = overview(write_ubl(document, DAY))
    assert (said.due_date, said.payable) == ("2025-11-17", "1250.00")
    assert {(each.to, each.number) for each in said.references} >= {("order", "PO-7781"), ("invoice", "90012345")}
    assert [(each.file, each.media_type) for each in said.attachments] == [("cn31.pdf", "application/pdf")]


def test_all_that_a_line_can_say_is_written():
    item = INVOICE["Invoice"]["InvoiceLine"][0]["Item"] | {
        "Description": "Heat of October",
        "SellersItemIdentification": {"ID": "H-1"},
        "StandardItemIdentification": {"ID": "7080001234560", "SchemeID": "0160"},
        "OriginCountry": {"IdentificationCode": "NO"},
        "CommodityClassification": [{"ItemClassificationCode": "65434568", "ListID": "STI"}],
        "AdditionalItemProperty": [{"Name": "Meter", "Value": "70-1"}],
    }
    data = write_ubl(einvoice_of_distribution(changed(INVOICE, "Invoice.InvoiceLine.0.Item", item)), DAY)
    for said in (b"Heat of October", b"H-1", b'schemeID="0160"', b"65434568", b"70-1"):
        assert said in data


def test_allowances_prepaid_and_rounding_are_part_of_the_sums():
    body = copy.deepcopy(INVOICE)
    invoice = body["Invoice"]
    category = {"ID": "S", "Percent": "25", "TaxScheme": {"ID": "VAT"}}
    invoice["AllowanceCharge"] = [
        {"ChargeIndicator": False, "AllowanceChargeReason": "Rabatt", "MultiplierFactorNumeric": "10",
         "Amount": "200.00", "BaseAmount": "2000.00", "TaxCategory": category}
    ]  # fmt: skip
    invoice["TaxTotal"] = {
        "TaxAmount": "450.00",
        "TaxSubtotal": [{"TaxableAmount": "1800.00", "TaxAmount": "450.00", "TaxCategory": category}],
    }
    invoice["LegalMonetaryTotal"] = {
        "LineExtensionAmount": "2000.00", "TaxExclusiveAmount": "1800.00", "TaxInclusiveAmount": "2250.00",
        "AllowanceTotalAmount": "200.00", "PrepaidAmount": "50.25", "PayableRoundingAmount": "0.25",
        "PayableAmount": "2200.00",
    }  # fmt: skip
    said = written(body)
    assert (said.prepaid, said.rounding, said.payable) == ("50.25", "0.25", "2200.00")


def test_the_payee_is_written_where_it_is_not_the_seller():
    payee = {"PartyName": {"Name": "Factor AS"}, "PartyLegalEntity": {"CompanyID": "986252932", "SchemeID": "0192"}}
    assert written(changed(INVOICE, "Invoice.PayeeParty", payee)).payee == "Factor AS"


def test_exempt_lines_take_their_reason_from_the_breakdown():
    category = {"ID": "E", "Percent": "0", "TaxScheme": {"ID": "VAT"}}
    body = changed(INVOICE, "Invoice.InvoiceLine.0.Item.ClassifiedTaxCategory", category)
    group = {"TaxableAmount": "2000.00", "TaxAmount": "0.00", "TaxCategory": category | {"TaxExemptionReason": "Helse"}}
    body = changed(body, "Invoice.TaxTotal", {"TaxAmount": "0.00", "TaxSubtotal": [group]})
    body = changed(body, "Invoice.LegalMonetaryTotal.TaxInclusiveAmount", "2000.00")
    assert written(changed(body, "Invoice.LegalMonetaryTotal.PayableAmount", "2000.00")).vat[0].vat == "E 0 %"


@pytest.mark.parametrize(
    ("path", "value", "place", "code"),
    [
        ("ID", "", "Invoice.ID", "distribution-missing"),
        ("IssueDate", "03.11.2025", "Invoice.IssueDate", "distribution-value"),
        ("DueDate", "2025-02-30", "Invoice.DueDate", "distribution-value"),
        ("DocumentCurrencyCode", "KRONER", "Invoice.DocumentCurrencyCode", "distribution-value"),
        ("InvoiceLine", [], "Invoice.InvoiceLine", "distribution-missing"),
        ("InvoiceLine.0.InvoicedQuantity", "NaN", "Invoice.InvoiceLine[0].InvoicedQuantity", "distribution-value"),
        ("InvoiceLine.0.InvoicedQuantity", "1e999", "Invoice.InvoiceLine[0].InvoicedQuantity", "distribution-value"),
        ("InvoiceLine.0.LineExtensionAmount", "2000.01", "Invoice.InvoiceLine[0].LineExtensionAmount",
         "distribution-sum"),
        ("InvoiceLine.0.UnitCode", "furlong", "Invoice.InvoiceLine[0].UnitCode", "distribution-value"),
        ("InvoiceLine.0.Price.BaseQuantity", "0", "Invoice.InvoiceLine[0].Price.BaseQuantity", "distribution-value"),
        ("InvoiceLine.0.Item.ClassifiedTaxCategory.Percent", "24",
         "Invoice.InvoiceLine[0].Item.ClassifiedTaxCategory.Percent", "distribution-rate"),
        ("TaxTotal.TaxAmount", "500.01", "Invoice.TaxTotal.TaxAmount", "distribution-sum"),
        ("TaxTotal.TaxSubtotal.0.TaxableAmount", "1999", "Invoice.TaxTotal.TaxSubtotal[0].TaxableAmount",
         "distribution-sum"),
        ("TaxTotal.TaxSubtotal", [], "Invoice.TaxTotal.TaxSubtotal", "distribution-sum"),
        ("LegalMonetaryTotal.PayableAmount", "2499.99", "Invoice.LegalMonetaryTotal.PayableAmount",
         "distribution-sum"),
        ("LegalMonetaryTotal.PayableAmount", "2500.001", "Invoice.LegalMonetaryTotal.PayableAmount",
         "distribution-value"),
        ("PaymentMeans.0.PaymentID", "9001234600317", "Invoice.PaymentMeans[0].PaymentID", "distribution-kid"),
        ("PaymentMeans.0.PayeeFinancialAccount.ID", "99990000112", "Invoice.PaymentMeans[0].PayeeFinancialAccount.ID",
         "distribution-account"),
        ("AccountingCustomerParty.Party.EndpointID", "", "Invoice.AccountingCustomerParty.Party.EndpointID",
         "distribution-missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(path, value, place, code):
    assert reasons(changed(INVOICE, f"Invoice.{path}", value)).get(place) == code


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("BuyerReference", "", "PEPPOL-EN16931-R003"),
        ("AccountingSupplierParty.Party.EndpointID", "310000001", "PEPPOL-COMMON-R041"),
    ],
)
def test_what_the_rules_ask_is_asked_too(path, value, rule):
    assert rule in reasons(changed(INVOICE, f"Invoice.{path}", value)).values()


def test_a_credit_note_names_what_it_credits():
    assert reasons(changed(CREDIT_NOTE, "Creditnote.BillingReference", []))["Creditnote.BillingReference"]


def test_the_norwegian_word_for_piece_is_not_passed_through():
    body = changed(INVOICE, "Invoice.InvoiceLine.0.UnitCode", "STK")
    assert written(body).lines[0].unit == "EA"


@pytest.mark.parametrize("body", [{}, {"Invoice": "x"}, {"Invoice": {}}, {"Creditnote": {"CreditNoteLine": [1, None]}}])
def test_what_is_no_invoice_is_told(body):
    assert reasons(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.decimals(-5, 5, places=1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def paths(tree, above=()):
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield (*above, str(key))
        yield from paths(value, (*above, str(key)))


@settings(deadline=None, max_examples=150)
@given(path=st.sampled_from([".".join(p) for p in paths(INVOICE)]), value=json_values)
def test_any_value_anywhere_is_written_truthfully_or_refused(path, value):
    body = changed(INVOICE, path, value)
    try:
        document = einvoice_of_distribution(body)
        said = overview(write_ubl(document, DAY))
    except NotInOrder:
        return
    assert Decimal(said.payable) == Decimal(str(body["Invoice"]["LegalMonetaryTotal"]["PayableAmount"]))
