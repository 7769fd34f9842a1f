"""Whatever the model can say of a trade is written so that every rule holds of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reskontro.formats.ubl import judge
from reskontro.formats.ubl.model import (
    Address,
    Adjustment,
    AttachedFile,
    Attachment,
    Attribute,
    Card,
    Classification,
    Contact,
    Credited,
    Delivery,
    Document,
    Identifier,
    Kind,
    Line,
    Party,
    Payee,
    Payment,
    Period,
    TaxRepresentative,
    Vat,
    line_net_minor,
    totals,
)
from reskontro.formats.ubl.overview import overview
from reskontro.formats.ubl.writing import NotInOrder, write_ubl
from tests.formats.ubl.ubl_files import DAY

SELLER = Party(
    legal_name="Fjord Handel AS",
    address=Address("NO", "Storgata 1", city="Bergen", postal_code="5003"),
    endpoint=Identifier("991825827", "0192"),
    registration=Identifier("991825827", "0192"),
    vat_id="NO991825827MVA",
    tax_registration="Foretaksregisteret",
)
BUYER = Party(
    legal_name="Vidda Bygg AS",
    address=Address("NO"),
    endpoint=Identifier("986252932", "0192"),
    registration=Identifier("986252932", "0192"),
    vat_id="NO986252932MVA",
)
FACTOR = Identifier("986252932", "0192")
EXEMPT = Vat("E", Decimal(0), exemption_reason="Unntatt etter kapittel 3")
S25 = Vat("S", Decimal(25))
LINE = Line("1", "Time", Decimal(1), "HUR", Decimal("0.10"), S25)
DOCUMENT = Document(
    Kind.INVOICE,
    "1001",
    date(2026, 11, 2),
    "NOK",
    SELLER,
    BUYER,
    [LINE],
    due_date=date(2026, 11, 23),
    buyer_reference="Ola",
    payments=[Payment("30", reference="2345676", account="86011117947")],
)

CREDITOR = "NO98ZZZ991825827"
DIRECT_DEBIT = Payment("49", reference="2345676", mandate="M-1", payer_account="86011117947")

texts = st.text(alphabet="abcdefæøåABCÆØÅ0123456789 .,&<>'\"-/", min_size=1, max_size=30).filter(str.strip)
maybe = st.none() | texts
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
periods = st.builds(lambda a, b: Period(min(a, b), max(a, b)), days, days)
ascii_texts = st.text(alphabet="abcABC0123456789-", min_size=1, max_size=20)
objects = st.none() | st.builds(Identifier, ascii_texts, st.none() | st.just("AUN"))
files = st.builds(
    AttachedFile,
    ascii_texts.map("{}.pdf".format),
    st.sampled_from(["application/pdf", "image/png", "text/csv"]),
    st.binary(min_size=1, max_size=60).map(b"%PDF".__add__),
)
attachments = st.builds(Attachment, ascii_texts, maybe, st.none() | files, st.none() | st.just("https://example.no/a"))
vats = st.sampled_from(
    [
        S25,
        Vat("S", Decimal(15)),
        Vat("S", Decimal(12)),
        Vat("S", Decimal("11.11")),
        Vat("Z", Decimal(0)),
        EXEMPT,
        Vat("AE", Decimal(0), exemption_code="VATEX-EU-AE"),
        Vat("G", Decimal(0), exemption_code="VATEX-EU-G"),
    ]
)


def adjustments(of_document):
    def made(is_charge, reason, base_minor, percent):
        if percent is None:
            return Adjustment(is_charge, reason, base_minor)
        amount = int((base_minor * percent / 100).quantize(Decimal(1)))
        return Adjustment(is_charge, reason, amount, percent=percent, base_minor=base_minor)

    percents = st.none() | st.decimals(0, 100, places=1)
    plain = st.builds(made, st.booleans(), texts, st.integers(0, 5_000_00), percents)
    return st.builds(lambda a, vat: replace(a, vat=vat), plain, vats) if of_document else plain


lines = st.builds(
    Line,
    number=st.integers(1, 9999).map(str),
    name=texts,
    quantity=st.decimals(-1000, 1000, places=3),
    unit=st.sampled_from(["EA", "HUR", "KWH", "MON"]),
    price=st.decimals(0, 10_000, places=4) | st.decimals(0, 10, places=9),
    vat=vats,
    per=st.sampled_from([Decimal(1), Decimal(100), Decimal(3)]),
    discount=st.none() | st.decimals(0, 100, places=2),
    description=maybe,
    note=maybe,
    seller_item=maybe,
    buyer_item=maybe,
    order_line=maybe,
    accounting_cost=maybe,
    adjustments=st.lists(adjustments(of_document=False), max_size=3),
    invoiced_object=objects,
    origin_country=st.none() | st.sampled_from(["NO", "SE"]),
    classifications=st.lists(st.builds(Classification, ascii_texts, st.just("TST"), st.none()), max_size=2),
    attributes=st.lists(st.builds(Attribute, texts, texts), max_size=2),
)
documents = st.builds(
    Document,
    kind=st.sampled_from([Kind.INVOICE, Kind.CREDIT_NOTE]),
    number=texts,
    issue_date=days,
    currency=st.sampled_from(["NOK", "SEK", "DKK", "EUR"]),
    seller=st.builds(
        lambda trade, name, more: replace(
            SELLER, trade_name=trade, contact=Contact(name=name), more_identifiers=[Identifier(each) for each in more]
        ),
        maybe,
        maybe,
        st.lists(ascii_texts, max_size=2),
    ),
    buyer=st.just(BUYER),
    lines=st.lists(lines, min_size=1, max_size=6),
    due_date=st.none() | days,
    buyer_reference=texts,
    order_number=maybe,
    sales_order=maybe,
    note=maybe,
    accounting_cost=maybe,
    period=st.none() | periods,
    credited=st.lists(st.builds(Credited, texts, st.none() | days), max_size=2),
    contract=maybe,
    project=maybe,
    delivery=st.none() | st.builds(Delivery, st.none() | days, st.none() | st.just(Address("NO", city="Bodø"))),
    payments=st.sampled_from([(), DOCUMENT.payments, [replace(p, code_name="Overføring") for p in DOCUMENT.payments]])
    | st.just([DIRECT_DEBIT]),
    terms=maybe,
    adjustments=st.lists(adjustments(of_document=True), max_size=4),
    prepaid_minor=st.integers(0, 100_00),
    rounding_minor=st.integers(-49, 50),
    tax_point_date=st.none() | days,
    despatch=maybe,
    receipt=maybe,
    tender=maybe,
    invoiced_object=objects,
    attachments=st.lists(attachments, max_size=2),
    payee=st.none() | st.builds(Payee, ascii_texts.map("Factor {}".format), st.none() | st.just(FACTOR)),
    tax_representative=st.none() | st.just(TaxRepresentative("Skatt AS", Address("NO"), "NO986252932MVA")),
    creditor=st.none() | st.just(CREDITOR),
)
reminders = st.builds(
    Document,
    kind=st.just(Kind.REMINDER),
    number=texts,
    issue_date=days,
    currency=st.sampled_from(["NOK", "EUR"]),
    seller=st.just(SELLER),
    buyer=st.just(BUYER),
    lines=st.lists(
        st.builds(
            Line,
            number=st.integers(1, 9999).map(str),
            name=texts,
            quantity=st.decimals(1, 100, places=2),
            unit=st.just("EA"),
            price=st.decimals(0, 10_000, places=2),
            vat=vats,
        ),
        min_size=1,
        max_size=3,
    ),
    due_date=st.none() | days,
    buyer_reference=texts,
    note=maybe,
    credited=st.lists(st.builds(Credited, texts, st.none() | days), min_size=1, max_size=1),
    contract=maybe,
    payments=st.just(()) | st.just(DOCUMENT.payments),
    adjustments=st.lists(
        st.builds(
            Adjustment,
            is_charge=st.just(True),  # noqa: FBT003 - a strategy
            reason=texts,
            amount_minor=st.integers(1, 100_00),
            reason_code=st.just("REM"),
            vat=st.just(EXEMPT),
        ),
        max_size=1,
    ),
)


@settings(deadline=None, max_examples=60)
@given(documents)
def test_what_the_model_says_is_written_so_that_every_rule_holds(document):
    written = write_ubl(document, DAY)
    assert judge(written, DAY).findings == ()


@settings(deadline=None, max_examples=40)
@given(reminders)
def test_a_reminder_is_written_so_that_every_rule_holds(document):
    written = write_ubl(document, DAY)
    assert b"InvoiceTypeCode" not in written
    assert judge(written, DAY).findings == ()


@settings(deadline=None, max_examples=60)
@given(documents)
def test_the_sums_are_those_of_the_parts_and_vat_is_rounded_once_a_group(document):
    found = totals(document, 2)
    assert found.lines_minor == [line_net_minor(line, 2) for line in document.lines]
    assert sum(group.base_minor for group in found.groups) == found.net_minor
    for group in found.groups:
        assert abs(group.base_minor * group.vat.rate / 100 - group.vat_minor) <= Decimal("0.5")


def test_three_lines_of_ten_oere_bear_eight_oere_of_vat_and_not_nine():
    found = totals(replace(DOCUMENT, lines=[LINE, replace(LINE, number="2"), replace(LINE, number="3")]), 2)
    assert (found.net_minor, found.vat_minor, found.payable_minor) == (30, 8, 38)


def test_a_vat_total_in_another_currency_stands_by_itself():
    document = replace(DOCUMENT, currency="EUR", vat_currency="NOK", vat_minor_in_vat_currency=35)
    root = etree.fromstring(write_ubl(document, DAY))
    assert [total.get("currencyID") for total in root.iterfind("{*}TaxTotal/{*}TaxAmount")] == ["EUR", "NOK"]


@settings(deadline=None, max_examples=40)
@given(documents, st.sampled_from(["SEK", "EUR"]), st.decimals("0.01", 20, places=6))
def test_sums_are_exact_in_every_currency_and_the_vat_stands_in_the_other_too(document, currency, rate):
    other = "NOK" if currency != document.currency else "DKK"
    vat_minor = int((totals(document, 2).vat_minor * rate).quantize(Decimal(1)))
    priced = replace(document, currency=currency, vat_currency=other, vat_minor_in_vat_currency=vat_minor)
    written = write_ubl(priced, DAY)
    assert judge(written, DAY).findings == ()
    found, said = totals(priced, 2), overview(written)
    wanted = (found.net_minor, found.vat_minor, found.gross_minor, found.payable_minor)
    amounts = (said.net, said.vat_total, said.gross, said.payable)
    assert [Decimal(amount) for amount in amounts] == [Decimal(minor).scaleb(-2) for minor in wanted]
    assert found.gross_minor == found.net_minor + sum(group.vat_minor for group in found.groups)


def test_the_creditor_stands_with_who_is_paid():
    debit = replace(DOCUMENT, payments=[DIRECT_DEBIT], creditor=CREDITOR)
    path = "{*}Party/{*}PartyIdentification/{*}ID[@schemeID='SEPA']"
    root = etree.fromstring(write_ubl(debit, DAY))
    assert root.findtext("{*}AccountingSupplierParty/" + path) == CREDITOR
    root = etree.fromstring(write_ubl(replace(debit, payee=Payee("Factor AS", FACTOR)), DAY))
    assert root.find("{*}AccountingSupplierParty/" + path) is None
    assert root.findtext("{*}PayeeParty/{*}PartyIdentification/{*}ID") == CREDITOR


def test_outside_the_scope_of_vat_there_is_no_rate_and_no_vat_number():
    outside = Vat("O", None, exemption_reason="Utenfor merverdiavgiftsloven")
    document = replace(
        DOCUMENT,
        seller=replace(SELLER, vat_id=None, tax_registration=None),
        buyer=replace(BUYER, vat_id=None),
        lines=[replace(LINE, vat=outside)],
    )
    assert b"Percent" not in write_ubl(document, DAY)


def test_who_is_paid_and_the_card_stand_in_the_order_of_the_schema():
    document = replace(
        DOCUMENT,
        payments=[Payment("48", reference="2345676", card=Card("1234", "Visa", "Ola Nordmann"))],
        payee=Payee("Factor AS", FACTOR, Identifier("7080001234560", "0088")),
        delivery=Delivery(date(2026, 11, 1), Address("NO"), Identifier("7080001234560", "0088"), "Vidda Bygg, lager"),
        type_code="393",
    )
    root = etree.fromstring(write_ubl(document, DAY))
    assert root.findtext("{*}InvoiceTypeCode") == "393"
    assert root.findtext("{*}PayeeParty/{*}PartyName/{*}Name") == "Factor AS"
    assert root.findtext("{*}PaymentMeans/{*}CardAccount/{*}PrimaryAccountNumberID") == "1234"
    assert root.findtext("{*}Delivery/{*}DeliveryParty/{*}PartyName/{*}Name") == "Vidda Bygg, lager"


REMINDER = replace(DOCUMENT, kind=Kind.REMINDER, credited=[Credited("1000", date(2026, 9, 1))])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"credited": ()}, "reminder-invoice"),
        ({"credited": [Credited("1"), Credited("2")]}, "reminder-invoice"),
        ({"order_number": "PO-1"}, "reminder-element"),
        ({"type_code": "380"}, "reminder-element"),
        ({"lines": [replace(LINE, description="More")]}, "reminder-element"),
        (
            {
                "lines": [
                    replace(
                        LINE, adjustments=[Adjustment(is_charge=True, reason="Fee", amount_minor=1, reason_code="REM")]
                    )
                ]
            },
            "PEPPOL-EN16931-CL003",
        ),
        ({"buyer_reference": None}, "PEPPOL-EN16931-R003"),
    ],
)
def test_a_reminder_says_no_more_than_a_reminder_may(change, rule):
    assert write_ubl(REMINDER, DAY)
    with pytest.raises(NotInOrder) as refused:
        write_ubl(replace(REMINDER, **change), DAY)
    assert rule in {finding.rule for finding in refused.value.verdict.findings}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"buyer_reference": None}, "PEPPOL-EN16931-R003"),
        ({"seller": replace(SELLER, vat_id=None, tax_registration=None)}, "BR-S-02"),
        ({"seller": replace(SELLER, endpoint=Identifier("991825828", "0192"))}, "PEPPOL-COMMON-R041"),
        ({"lines": []}, "BR-16"),
        ({"note": "a\x00b"}, "xml-character"),
        ({"note": "a\ud800"}, "xml-character"),
        ({"lines": [replace(LINE, price=Decimal(-1))]}, "BR-27"),
        ({"payments": [Payment("30", reference="1")]}, "BR-61"),
        # The official rules know no currency without decimals: a line of half a unit is more than 0.02 off.
        ({"currency": "ISK", "lines": [replace(LINE, price=Decimal("10.5"))]}, "PEPPOL-EN16931-R120"),
    ],
)
def test_what_breaks_a_rule_does_not_leave(change, rule):
    with pytest.raises(NotInOrder, match=rule) as refused:
        write_ubl(replace(DOCUMENT, **change), DAY)
    assert rule in {finding.rule for finding in refused.value.verdict.findings}
