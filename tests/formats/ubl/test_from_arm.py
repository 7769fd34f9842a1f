"""Documents of the ledger as e-invoices: what becomes of them, and why some do not."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontro.formats.ubl.arm_records import ArmAmounts, ArmDocument, ArmLine, ArmParty
from reskontro.formats.ubl.from_arm import einvoice_of_arm, rates_that_fit
from reskontro.formats.ubl.model import AttachedFile, Attachment, Kind, totals
from reskontro.formats.ubl.overview import overview
from reskontro.formats.ubl.vat_rates import rates_in_force
from reskontro.formats.ubl.writing import NotInOrder, write_ubl
from tests.formats.ubl.ubl_files import DAY

D = Decimal
CLIENT = ArmParty("Fjord Handel AS", "991 825 827", country_code="NO", city_name="Bergen", postal_code="5003")
CUSTOMER = ArmParty("Vidda Bygg AS", "986252932", "0192", "Storgata 1", postal_code="3580", country_code="NO")


def line(number=1, excl="500", vat="125", incl=None, quantity="2", price="250", **more) -> ArmLine:
    amounts = ArmAmounts(D(excl), D(vat), D(excl) + D(vat) if incl is None else D(incl))
    given = {"article_no": "1300", "article_name": "Comb", "text": "Red comb", "unit": "pcs"} | more
    return ArmLine(number, is_text=False, amounts=amounts, quantity=D(quantity), price=D(price), **given)


def text_line(text, number=9) -> ArmLine:
    return ArmLine(number, is_text=True, amounts=ArmAmounts(D(0), D(0), D(0)), text=text)


def document(*lines: ArmLine, **more) -> ArmDocument:
    lines = lines or (line(),)
    priced = [each.amounts for each in lines]
    sums = ArmAmounts(*(sum((getattr(a, name) for a in priced), D(0)) for name in ("excl_vat", "vat", "incl_vat")))
    given = {
        "document_type": "IN",
        "number": "88776655",
        "day": date(2025, 2, 27),
        "due_date": date(2025, 3, 13),
        "currency": "NOK",
        "amounts": sums,
        "lines": lines,
        "client": CLIENT,
        "client_vat_registered": True,
        "customer": CUSTOMER,
        "kid": "500221850000200350786",
        "account": "86011117947",
        "buyer_reference": "A1982",
    } | more
    return ArmDocument(**given)


def reasons(given: ArmDocument) -> dict[str, str]:
    with pytest.raises(NotInOrder) as refused:
        write_ubl(einvoice_of_arm(given), DAY)
    return {finding.location: finding.rule for finding in refused.value.verdict.findings}


def test_a_clean_document_is_written_with_its_own_amounts():
    said = overview(write_ubl(einvoice_of_arm(document(line(), text_line("Thank you"))), DAY))
    assert (said.net, said.vat_total, said.gross, said.payable) == ("500.00", "125.00", "625.00", "625.00")
    assert said.seller.vat_number == "NO991825827MVA"
    assert said.buyer.endpoint == "0192:986252932"
    assert (said.payments[0].reference, said.payments[0].account) == ("500221850000200350786", "86011117947")
    assert [(each.name, each.unit, each.vat) for each in said.lines] == [("Comb", "EA", "S 25 %")]


# The first document of the documented batch (arm-api, 2.10.2), the customer with the organisation number of the list.
PUBLISHED = document(
    line(1, "200", "50", quantity="1", price="200", unit="kg"),
    line(2, "5000", "150", "6250", quantity="1", price="5000", unit="dozen", article_no="1500", article_name="Pill",
         text="Purple pill"),
    text_line("This is a text line with no amounts", 3),
    amounts=ArmAmounts(D(5200), D(1300), D(6500)),
    customer=replace(CUSTOMER, name="Owe Armstrong", organization_no="984842252"),
    address="test@armresttest.no",
    sales_order="B-0564311",
    message="Happy holidays!",
)  # fmt: skip


def test_the_documented_example_is_no_e_invoice_and_says_why():
    with pytest.raises(NotInOrder) as refused:
        einvoice_of_arm(PUBLISHED)
    assert [(f.rule, f.location, f.en) for f in refused.value.verdict.findings] == [
        ("arm-address", "einvoiceAddress.addressScheme",
         "The electronic address test@armresttest.no has no scheme, so it is none of the Peppol network's."),
        ("arm-sum", "documentLines[1].currencyAmounts",
         "The amount without VAT and the VAT do not add up to the amount with VAT: 5000 + 150 ≠ 6250."),
        ("arm-vat", "documentLines[1].currencyAmounts",
         "The VAT (150 / 5000) is that of no rate in force on 2025-02-27: 25, 15, 12, 11.11 %."),
        ("arm-total", "currencyAmounts.vat",
         "The lines come to 200, with VAT rounded once a rate; the document says 1300."),
    ]  # fmt: skip


def test_the_documented_example_with_its_faults_corrected_is_one():
    first, second, text = PUBLISHED.lines
    right = replace(second, amounts=ArmAmounts(D(5000), D(1250), D(6250)))
    made = einvoice_of_arm(replace(PUBLISHED, lines=(first, right, text), address=""))
    said = overview(write_ubl(made, DAY))
    assert (said.net, said.vat_total, said.payable, said.note) == ("5200.00", "1300.00", "6500.00", "Happy holidays!")
    assert [each.unit for each in said.lines] == ["KGM", "DZN"]
    assert made.lines[1].note == "This is a text line with no amounts"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"document_type": "RN"}, {"documentType": "arm-type"}),
        ({"buyer_reference": ""}, {"buyerReference": "arm-reference"}),
        ({"customer": replace(CUSTOMER, organization_no="")}, {"customer.organizationNo": "arm-buyer"}),
        ({"customer": replace(CUSTOMER, country_code="")}, {"customer.postalAddress.countryCode": "arm-buyer"}),
        ({"client": replace(CLIENT, organization_no="")}, {"client.organizationNo": "arm-seller"}),
        ({"client": replace(CLIENT, country_code="FI")}, {"client.countryCode": "arm-seller"}),
        ({"account": ""}, {"client.receivingAccounts": "arm-account"}),
        ({"blocked": ["0192:986252932"]}, {"customer.peppolBlockIds": "arm-blocked"}),
        ({"client_vat_registered": False}, {"documentLines[0].currencyAmounts": "arm-vat"}),
        ({"amounts": ArmAmounts(D("500.50"), D("124.50"), D(625))},
         {"currencyAmounts.exclVat": "arm-total", "currencyAmounts.vat": "arm-total"}),
        ({"lines": (text_line("a"),)}, {"documentLines": "arm-lines", "currencyAmounts.exclVat": "arm-total",
                                        "currencyAmounts.vat": "arm-total"}),
    ],
)  # fmt: skip
def test_what_is_missing_or_does_not_add_up_is_told(change, wanted):
    found = reasons(document(**change))
    assert {place: found.get(place) for place in wanted} == wanted


@pytest.mark.parametrize(
    ("given", "place", "code"),
    [
        (line(excl="500", vat="0"), "documentLines[0].currencyAmounts", "arm-vat"),
        (line(excl="500", vat="30"), "documentLines[0].currencyAmounts", "arm-vat"),  # 6 % was, and is no more
        (line(excl="0.04", vat="0.01", quantity="1", price="0.04"), "documentLines[0].currencyAmounts", "arm-vat"),
        (line(quantity="3"), "documentLines[0].price", "arm-price"),
        (line(quantity="0"), "documentLines[0].price", "arm-price"),
        (line(unit="furlong"), "documentLines[0].quantityUnit", "arm-unit"),
        (line(article_no="", article_name="", text=""), "documentLines[0]", "arm-line-name"),
        (line(excl="0.005", vat="0.001"), "documentLines[0].currencyAmounts", "arm-amount"),
    ],
)
def test_a_line_that_cannot_be_written_truthfully_is_told(given, place, code):
    assert reasons(document(given))[place] == code


def test_every_reason_is_told_at_once():
    given = document(line(quantity="3", unit="furlong"), buyer_reference="", account="", customer=ArmParty(""))
    assert set(reasons(given).values()) == {
        "arm-reference", "arm-buyer", "arm-account", "arm-unit", "arm-price",
    }  # fmt: skip


def test_a_wrong_check_digit_is_found_by_the_rules():
    found = reasons(document(customer=replace(CUSTOMER, organization_no="986252933")))
    assert "PEPPOL-COMMON-R041" in found.values()


def test_vat_rounded_by_line_is_not_the_vat_of_an_e_invoice():
    small = [line(number, "0.10", "0.03", quantity="1", price="0.10") for number in (1, 2, 3)]
    assert reasons(document(*small))["currencyAmounts.vat"] == "arm-total"


def test_a_price_with_vat_becomes_one_without():
    exact = einvoice_of_arm(document(line(price="312.50")))
    assert (exact.lines[0].price, exact.lines[0].per) == (D(250), D(1))
    inexact = line(excl="260.87", vat="65.22", quantity="3", price="108.6966")
    made = einvoice_of_arm(document(replace(inexact, price=D("108.69666"))))
    assert (made.lines[0].price, made.lines[0].per) == (D("260.87"), D(3))
    assert overview(write_ubl(made, DAY)).net == "260.87"


def test_a_deduction_is_a_negative_quantity():
    less = line(2, "-100", "-25", quantity="1", price="-100")
    made = einvoice_of_arm(document(line(), less))
    assert (made.lines[1].quantity, made.lines[1].price) == (D(-1), D(100))
    assert overview(write_ubl(made, DAY)).payable == "500.00"


def test_a_client_outside_the_vat_register_writes_no_vat_number():
    made = einvoice_of_arm(document(line(vat="0"), client_vat_registered=False))
    said = overview(write_ubl(made, DAY))
    assert (said.seller.vat_number, said.lines[0].vat, said.payable) == ("", "O", "500.00")


def test_a_credit_note_names_what_it_credits_and_asks_for_no_payment():
    made = einvoice_of_arm(document(document_type="CN", credited="88776600", account=""))
    assert made.kind is Kind.CREDIT_NOTE
    said = overview(write_ubl(made, DAY))
    assert [each.number for each in said.references] == ["A1982", "88776600"]
    assert said.payments == ()


def test_vat_in_kroner_stands_beside_that_in_a_foreign_currency():
    made = einvoice_of_arm(document(currency="EUR", vat_minor_in_gl=1_400_00))
    assert b'<cbc:TaxAmount currencyID="NOK">1400.00' in write_ubl(made, DAY)


def test_an_address_with_a_scheme_goes_before_the_organisation_number():
    for where in ({"address": "7080001234560", "address_scheme": "0088"}, {"address": "0088:7080001234560"}):
        said = overview(write_ubl(einvoice_of_arm(document(**where)), DAY))
        assert said.buyer.endpoint == "0088:7080001234560"


def test_attachments_go_with_it():
    attached = Attachment("1", file=AttachedFile("terms.pdf", "application/pdf", b"%PDF-1.4"))
    said = overview(write_ubl(einvoice_of_arm(document(attachments=[attached])), DAY))
    assert [(each.file, each.media_type) for each in said.attachments] == [("terms.pdf", "application/pdf")]


def test_the_rates_are_those_of_the_day():
    assert rates_in_force("NO", date(2020, 6, 1)) == [D(25), D(15), D("11.11"), D(6)]
    assert rates_in_force("NO", date(2026, 11, 25)) == [D(25), D(15), D(12), D("11.11")]
    assert rates_in_force("SE", date(2026, 11, 25)) == [D(25), D(12), D(6)]
    assert rates_in_force("DK", date(2026, 11, 25)) == [D(25)]
    assert rates_in_force("XX", date(2026, 11, 25)) == []
    assert rates_that_fit(500_00, 125_00, [D(25), D(15)]) == [D(25)]


clean_lines = st.lists(
    st.builds(
        lambda quantity, price, rate: (quantity, price, rate),
        st.integers(1, 50),
        st.decimals(2, 5000, places=2),
        st.sampled_from([25, 15, 12]),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(clean_lines, st.integers(-2, 2), st.booleans())
def test_it_is_written_with_the_documents_own_sums_or_not_at_all(given, off, with_vat):
    """VAT rounded by line, and now and then an øre off: either every sum is the document's, or it is refused."""
    lines = []
    for number, (quantity, price, rate) in enumerate(given, 1):
        excl = quantity * price
        vat = (excl * rate / 100).quantize(D("0.01"), ROUND_HALF_UP)
        shown = (excl + vat) / quantity if with_vat else price
        lines.append(line(number, str(excl), str(vat), quantity=str(quantity), price=str(shown)))
    made = document(*lines)
    amounts = made.amounts
    made = replace(
        made, amounts=ArmAmounts(amounts.excl_vat, amounts.vat + D(off) / 100, amounts.incl_vat + D(off) / 100)
    )
    try:
        found = totals(einvoice_of_arm(made), 2)
    except NotInOrder as found_wrong:
        refused = {finding.rule for finding in found_wrong.verdict.findings}
    else:
        refused = set()
    if refused:
        assert refused == {"arm-total"}
        return
    assert D(found.payable_minor) / 100 == made.amounts.incl_vat
    assert D(found.vat_minor) / 100 == made.amounts.vat
    write_ubl(einvoice_of_arm(made), DAY)
