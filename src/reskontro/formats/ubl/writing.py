"""A document of the model as UBL, in the order of the schema, judged before it leaves.

Nothing empty is written: an element that has nothing to say is left out.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from lxml import etree

from reskontro.formats.ubl.judge import Verdict, judge
from reskontro.formats.ubl.model import (
    Address,
    Adjustment,
    Document,
    Identifier,
    Kind,
    Line,
    Party,
    Payment,
    Period,
    Totals,
    Vat,
    totals,
)
from reskontro.formats.ubl.rules.peppol import SPECIFICATION
from reskontro.kernel.money import exponent

PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = f"{UBL}CommonAggregateComponents-2"
CBC = f"{UBL}CommonBasicComponents-2"
TYPE_CODES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}
PROJECT_TYPE = "50"


class NotInOrder(ValueError):  # noqa: N818 - what is wrong with the document
    """The document breaks rules; the verdict says which."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(", ".join(sorted({finding.rule for finding in verdict.findings})))
        self.verdict = verdict


def write_ubl(document: Document, on: date) -> bytes:
    """The document as UBL, valid by the rules in force on a day. Raises `NotInOrder`."""
    data = _Writer(document).written()
    verdict = judge(data, on)
    if not verdict.valid:
        raise NotInOrder(verdict)
    return data


class _Writer:
    """One document being written: its kind, its currency and what it comes to."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.places = exponent(document.currency)
        self.totals: Totals = totals(document, self.places)
        self.is_credit_note = document.kind is Kind.CREDIT_NOTE
        self.root = etree.Element(
            f"{{{UBL}{document.kind.value}-2}}{document.kind.value}",
            nsmap={None: f"{UBL}{document.kind.value}-2", "cac": CAC, "cbc": CBC},
        )

    def written(self) -> bytes:
        self._header()
        self._references()
        self._party(self._group(self.root, "AccountingSupplierParty"), self.document.seller)
        self._party(self._group(self.root, "AccountingCustomerParty"), self.document.buyer)
        self._delivery()
        self._payment()
        for adjustment in self.document.adjustments:
            self._adjustment(self.root, adjustment)
        self._vat()
        self._sums()
        for line, net in zip(self.document.lines, self.totals.lines_minor, strict=True):
            self._line(line, net)
        written: bytes = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return written

    def _group(self, above: etree._Element, name: str) -> etree._Element:
        return etree.SubElement(above, f"{{{CAC}}}{name}")

    def _value(self, above: etree._Element, name: str, text: str | None, **attributes: str) -> None:
        if text is not None and text.strip():
            etree.SubElement(above, f"{{{CBC}}}{name}", attributes).text = text

    def _amount(self, above: etree._Element, name: str, minor: int) -> None:
        text = f"{Decimal(minor).scaleb(-self.places):f}"
        self._value(above, name, text, currencyID=self.document.currency)

    def _identifier(self, above: etree._Element, name: str, identifier: Identifier | None) -> None:
        if identifier is not None:
            self._value(above, name, identifier.value, schemeID=identifier.scheme)

    def _reference(self, name: str, number: str | None) -> None:
        if number is not None:
            self._value(self._group(self.root, name), "ID", number)

    def _header(self) -> None:
        document, root = self.document, self.root
        self._value(root, "CustomizationID", SPECIFICATION)
        self._value(root, "ProfileID", PROCESS)
        self._value(root, "ID", document.number)
        self._value(root, "IssueDate", document.issue_date.isoformat())
        if self.is_credit_note:
            self._value(root, "CreditNoteTypeCode", TYPE_CODES[document.kind])
        else:
            self._value(root, "DueDate", document.due_date.isoformat() if document.due_date else None)
            self._value(root, "InvoiceTypeCode", TYPE_CODES[document.kind])
        self._value(root, "Note", document.note)
        self._value(root, "DocumentCurrencyCode", document.currency)
        self._value(root, "TaxCurrencyCode", document.vat_currency)
        self._value(root, "AccountingCost", document.accounting_cost)
        self._value(root, "BuyerReference", document.buyer_reference)

    def _references(self) -> None:
        document, root = self.document, self.root
        self._period(root, document.period)
        if document.order_number is not None or document.sales_order is not None:
            order = self._group(root, "OrderReference")
            self._value(order, "ID", document.order_number or "NA")
            self._value(order, "SalesOrderID", document.sales_order)
        for credited in document.credited:
            invoice = self._group(self._group(root, "BillingReference"), "InvoiceDocumentReference")
            self._value(invoice, "ID", credited.number)
            self._value(invoice, "IssueDate", credited.issue_date.isoformat() if credited.issue_date else None)
        self._reference("ContractDocumentReference", document.contract)
        if document.project is None:
            return
        if self.is_credit_note:
            project = self._group(root, "AdditionalDocumentReference")
            self._value(project, "ID", document.project)
            self._value(project, "DocumentTypeCode", PROJECT_TYPE)
        else:
            self._reference("ProjectReference", document.project)

    def _period(self, above: etree._Element, period: Period | None) -> None:
        if period is not None:
            group = self._group(above, "InvoicePeriod")
            self._value(group, "StartDate", period.start.isoformat())
            self._value(group, "EndDate", period.end.isoformat())

    def _party(self, role: etree._Element, party: Party) -> None:
        group = self._group(role, "Party")
        self._identifier(group, "EndpointID", party.endpoint)
        if party.identifier is not None:
            self._identifier(self._group(group, "PartyIdentification"), "ID", party.identifier)
        if party.trade_name is not None:
            self._value(self._group(group, "PartyName"), "Name", party.trade_name)
        self._address(self._group(group, "PostalAddress"), party.address)
        for number, scheme in ((party.vat_id, "VAT"), (party.tax_registration, "TAX")):
            if number is not None:
                registration = self._group(group, "PartyTaxScheme")
                self._value(registration, "CompanyID", number)
                self._value(self._group(registration, "TaxScheme"), "ID", scheme)
        legal = self._group(group, "PartyLegalEntity")
        self._value(legal, "RegistrationName", party.legal_name)
        self._identifier(legal, "CompanyID", party.registration)
        if (contact := party.contact) is not None and any((contact.name, contact.telephone, contact.email)):
            asked = self._group(group, "Contact")
            self._value(asked, "Name", contact.name)
            self._value(asked, "Telephone", contact.telephone)
            self._value(asked, "ElectronicMail", contact.email)

    def _address(self, group: etree._Element, address: Address) -> None:
        self._value(group, "StreetName", address.street)
        self._value(group, "AdditionalStreetName", address.street_2)
        self._value(group, "CityName", address.city)
        self._value(group, "PostalZone", address.postal_code)
        self._value(group, "CountrySubentity", address.region)
        if address.line_3 is not None:
            self._value(self._group(group, "AddressLine"), "Line", address.line_3)
        self._value(self._group(group, "Country"), "IdentificationCode", address.country)

    def _delivery(self) -> None:
        delivery = self.document.delivery
        if delivery is None or (delivery.day is None and delivery.address is None):
            return
        group = self._group(self.root, "Delivery")
        self._value(group, "ActualDeliveryDate", delivery.day.isoformat() if delivery.day else None)
        if delivery.address is not None:
            self._address(self._group(self._group(group, "DeliveryLocation"), "Address"), delivery.address)

    def _payment(self) -> None:
        document = self.document
        if document.payment is not None:
            self._means(document.payment)
        if document.terms is not None:
            self._value(self._group(self.root, "PaymentTerms"), "Note", document.terms)

    def _means(self, payment: Payment) -> None:
        group = self._group(self.root, "PaymentMeans")
        self._value(group, "PaymentMeansCode", payment.code)
        if self.is_credit_note and self.document.due_date is not None:
            self._value(group, "PaymentDueDate", self.document.due_date.isoformat())
        self._value(group, "PaymentID", payment.reference)
        if payment.account is not None:
            account = self._group(group, "PayeeFinancialAccount")
            self._value(account, "ID", payment.account)
            if payment.bank is not None:
                self._value(self._group(account, "FinancialInstitutionBranch"), "ID", payment.bank)
        if payment.mandate is not None:
            mandate = self._group(group, "PaymentMandate")
            self._value(mandate, "ID", payment.mandate)
            if payment.payer_account is not None:
                self._value(self._group(mandate, "PayerFinancialAccount"), "ID", payment.payer_account)

    def _adjustment(self, above: etree._Element, adjustment: Adjustment) -> None:
        group = self._group(above, "AllowanceCharge")
        self._value(group, "ChargeIndicator", "true" if adjustment.is_charge else "false")
        self._value(group, "AllowanceChargeReasonCode", adjustment.reason_code)
        self._value(group, "AllowanceChargeReason", adjustment.reason)
        if adjustment.percent is not None:
            self._value(group, "MultiplierFactorNumeric", f"{adjustment.percent:f}")
        self._amount(group, "Amount", adjustment.amount_minor)
        if adjustment.base_minor is not None:
            self._amount(group, "BaseAmount", adjustment.base_minor)
        if adjustment.vat is not None:
            self._category(group, "TaxCategory", adjustment.vat)

    def _category(self, above: etree._Element, name: str, vat: Vat, *, with_reason: bool = False) -> None:
        group = self._group(above, name)
        self._value(group, "ID", vat.category)
        self._value(group, "Percent", None if vat.rate is None else f"{vat.rate:f}")
        if with_reason:
            self._value(group, "TaxExemptionReasonCode", vat.exemption_code)
            self._value(group, "TaxExemptionReason", vat.exemption_reason)
        self._value(self._group(group, "TaxScheme"), "ID", "VAT")

    def _vat(self) -> None:
        total = self._group(self.root, "TaxTotal")
        self._amount(total, "TaxAmount", self.totals.vat_minor)
        for group in self.totals.groups:
            subtotal = self._group(total, "TaxSubtotal")
            self._amount(subtotal, "TaxableAmount", group.base_minor)
            self._amount(subtotal, "TaxAmount", group.vat_minor)
            self._category(subtotal, "TaxCategory", group.vat, with_reason=True)
        currency, minor = self.document.vat_currency, self.document.vat_minor_in_vat_currency
        if currency is not None and minor is not None:
            text = f"{Decimal(minor).scaleb(-exponent(currency)):f}"
            self._value(self._group(self.root, "TaxTotal"), "TaxAmount", text, currencyID=currency)

    def _sums(self) -> None:
        group, sums = self._group(self.root, "LegalMonetaryTotal"), self.totals
        self._amount(group, "LineExtensionAmount", sums.line_sum_minor)
        self._amount(group, "TaxExclusiveAmount", sums.net_minor)
        self._amount(group, "TaxInclusiveAmount", sums.gross_minor)
        if _any(self.document.adjustments, charges=False):
            self._amount(group, "AllowanceTotalAmount", sums.allowances_minor)
        if _any(self.document.adjustments, charges=True):
            self._amount(group, "ChargeTotalAmount", sums.charges_minor)
        if sums.prepaid_minor:
            self._amount(group, "PrepaidAmount", sums.prepaid_minor)
        self._amount(group, "PayableAmount", sums.payable_minor)

    def _line(self, line: Line, net_minor: int) -> None:
        group = self._group(self.root, "CreditNoteLine" if self.is_credit_note else "InvoiceLine")
        self._value(group, "ID", line.number)
        self._value(group, "Note", line.note)
        quantity = "CreditedQuantity" if self.is_credit_note else "InvoicedQuantity"
        self._value(group, quantity, f"{line.quantity:f}", unitCode=line.unit)
        self._amount(group, "LineExtensionAmount", net_minor)
        self._value(group, "AccountingCost", line.accounting_cost)
        self._period(group, line.period)
        if line.order_line is not None:
            self._value(self._group(group, "OrderLineReference"), "LineID", line.order_line)
        for adjustment in line.adjustments:
            self._adjustment(group, adjustment)
        self._item(self._group(group, "Item"), line)
        price = self._group(group, "Price")
        self._value(price, "PriceAmount", f"{line.price:f}", currencyID=self.document.currency)
        self._value(price, "BaseQuantity", f"{line.per:f}" if line.per != 1 else None, unitCode=line.unit)
        if line.discount is not None:
            discount = self._group(price, "AllowanceCharge")
            self._value(discount, "ChargeIndicator", "false")
            self._value(discount, "Amount", f"{line.discount:f}", currencyID=self.document.currency)
            self._value(discount, "BaseAmount", f"{line.price + line.discount:f}", currencyID=self.document.currency)

    def _item(self, group: etree._Element, line: Line) -> None:
        self._value(group, "Description", line.description)
        self._value(group, "Name", line.name)
        for name, number in (("Buyers", line.buyer_item), ("Sellers", line.seller_item)):
            if number is not None:
                self._value(self._group(group, f"{name}ItemIdentification"), "ID", number)
        if line.standard_item is not None:
            self._identifier(self._group(group, "StandardItemIdentification"), "ID", line.standard_item)
        self._category(group, "ClassifiedTaxCategory", line.vat)


def _any(adjustments: Sequence[Adjustment], *, charges: bool) -> bool:
    return any(adjustment.is_charge is charges for adjustment in adjustments)
