"""How fast e-invoices are judged, with the schema and every rule, beside the bare parse of the same bytes.

    python bench/einvoice_judge.py [--invoices 300] [--lines 4] [--long 5000] [--rounds 5] [--json FILE]

Ours is from bytes to the verdict in one process: read safely, checked against the schema, all rules asked. The
ceiling is lxml's parse of the same bytes and nothing else, which no judge can do without. The invoices are ordinary:
four lines, two VAT rates, all parties. One with many lines is judged as well, once a round, and one of half as many:
what they take is in the details, and shows that it grows with the lines.
"""

import argparse
import time
from datetime import date
from decimal import Decimal

from harness import Row, in_turns, main, median, options
from lxml import etree

from reskontro.formats.ubl import judge

DAY = date(2026, 11, 25)
UBL = "urn:oasis:names:specification:ubl:schema:xsd"
NAMESPACES = (
    f'xmlns="{UBL}:Invoice-2" xmlns:cac="{UBL}:CommonAggregateComponents-2" xmlns:cbc="{UBL}:CommonBasicComponents-2"'
)
RATES = (25, 15)
PRICE = Decimal("129.50")


def amount(name: str, number: Decimal) -> str:
    return f'<cbc:{name} currencyID="NOK">{number:.2f}</cbc:{name}>'


def category(element: str, rate: int) -> str:
    scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    return f"<cac:{element}><cbc:ID>S</cbc:ID><cbc:Percent>{rate}</cbc:Percent>{scheme}</cac:{element}>"


def party(role: str, organisation: str, name: str) -> str:
    scheme = "<cac:TaxScheme><cbc:ID>{}</cbc:ID></cac:TaxScheme>"
    registered = (
        f"<cac:PartyTaxScheme><cbc:CompanyID>Foretaksregisteret</cbc:CompanyID>{scheme.format('TAX')}</cac:PartyTaxScheme>"
        if role == "Supplier"
        else ""
    )
    return f"""<cac:Accounting{role}Party><cac:Party><cbc:EndpointID schemeID="0192">{organisation}</cbc:EndpointID>
<cac:PostalAddress><cbc:StreetName>Storgata 1</cbc:StreetName><cbc:CityName>Bergen</cbc:CityName>
<cbc:PostalZone>5003</cbc:PostalZone><cac:Country><cbc:IdentificationCode>NO</cbc:IdentificationCode></cac:Country>
</cac:PostalAddress><cac:PartyTaxScheme><cbc:CompanyID>NO{organisation}MVA</cbc:CompanyID>{scheme.format("VAT")}
</cac:PartyTaxScheme>{registered}<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>
<cbc:CompanyID schemeID="0192">{organisation}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>
</cac:Accounting{role}Party>"""


def line(number: int) -> str:
    return f"""<cac:InvoiceLine><cbc:ID>{number}</cbc:ID><cbc:InvoicedQuantity unitCode="EA">2</cbc:InvoicedQuantity>
{amount("LineExtensionAmount", 2 * PRICE)}<cac:Item><cbc:Description>Levert i uke 44</cbc:Description>
<cbc:Name>Vare {number}</cbc:Name><cac:SellersItemIdentification><cbc:ID>S-{number}</cbc:ID>
</cac:SellersItemIdentification>{category("ClassifiedTaxCategory", RATES[number % 2])}</cac:Item>
<cac:Price>{amount("PriceAmount", PRICE)}</cac:Price></cac:InvoiceLine>"""


def invoice(number: int, lines: int) -> bytes:
    """A valid invoice of so many lines."""
    bases = {rate: 2 * PRICE * sum(RATES[no % 2] == rate for no in range(1, lines + 1)) for rate in RATES}
    vat = {rate: round(base * rate / 100 + Decimal("0.000001"), 2) for rate, base in bases.items()}
    net, of_vat = sum(bases.values(), Decimal(0)), sum(vat.values(), Decimal(0))
    groups = "".join(
        f"<cac:TaxSubtotal>{amount('TaxableAmount', bases[rate])}{amount('TaxAmount', vat[rate])}"
        f"{category('TaxCategory', rate)}</cac:TaxSubtotal>"
        for rate in RATES
        if bases[rate]
    )
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice {NAMESPACES}>
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID><cbc:ID>{number}</cbc:ID>
<cbc:IssueDate>2026-11-02</cbc:IssueDate><cbc:DueDate>2026-11-23</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>NOK</cbc:DocumentCurrencyCode>
<cbc:BuyerReference>Ola Nordmann</cbc:BuyerReference>
{party("Supplier", "991825827", "Fjord Handel AS")}{party("Customer", "986252932", "Vidda Bygg AS")}
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>2345676</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>86011117947</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal>{amount("TaxAmount", of_vat)}{groups}</cac:TaxTotal>
<cac:LegalMonetaryTotal>{amount("LineExtensionAmount", net)}{amount("TaxExclusiveAmount", net)}
{amount("TaxInclusiveAmount", net + of_vat)}{amount("PayableAmount", net + of_vat)}</cac:LegalMonetaryTotal>
{"".join(line(no) for no in range(1, lines + 1))}</Invoice>"""
    return text.encode()


def seconds_to_judge(data: bytes) -> float:
    start = time.perf_counter()
    verdict = judge(data, DAY)
    taken = time.perf_counter() - start
    assert verdict.findings == (), verdict.findings[:3]
    return taken


def measure(chosen: argparse.Namespace) -> Row:
    invoices = [invoice(number, chosen.lines) for number in range(chosen.invoices)]
    long, half = invoice(1, chosen.long), invoice(1, chosen.long // 2)
    of_long: list[float] = []
    of_half: list[float] = []

    def ours(_: int) -> float:
        of_long.append(seconds_to_judge(long))
        of_half.append(seconds_to_judge(half))
        return len(invoices) / sum(seconds_to_judge(data) for data in invoices)

    def ceiling(_: int) -> float:
        start = time.perf_counter()
        for data in invoices:
            etree.fromstring(data)
        return len(invoices) / (time.perf_counter() - start)

    rates = in_turns(ours, ceiling, chosen.rounds)
    return Row(
        measured="einvoice_judge",
        title="Judge e-invoices, a second",
        unit="invoices a second",
        ours=median(rates[0]),
        ceiling=median(rates[1]),
        aim=334,
        ours_rounds=rates[0],
        ceiling_rounds=rates[1],
        details={
            "lines": chosen.lines,
            "bytes": len(invoices[0]),
            "ms_an_invoice": round(1000 / median(rates[0]), 2),
            "long_lines": chosen.long,
            "long_seconds": round(median(of_long[1:]), 3),
            "half_as_long_seconds": round(median(of_half[1:]), 3),
        },
    )


def parser() -> argparse.ArgumentParser:
    wanted = options(__doc__)
    wanted.add_argument("--invoices", type=int, default=300)
    wanted.add_argument("--lines", type=int, default=4)
    wanted.add_argument("--long", type=int, default=5_000)
    return wanted


if __name__ == "__main__":
    main(measure, parser())
