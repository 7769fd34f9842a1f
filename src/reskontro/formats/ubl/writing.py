"""A document of the model as UBL, in the order of the schema, judged before it leaves.

Nothing empty is written: an element that has nothing to say is left out.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from lxml import etree

from reskontro.formats.ubl.judge import Finding, Verdict, judge
from reskontro.formats.ubl.model import (
    Address,
    Adjustment,
    Attachment,
    Card,
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
    Totals,
    Vat,
    totals,
)
from reskontro.formats.ubl.rules import reminder
from reskontro.formats.ubl.rules.peppol import SPECIFICATION
from reskontro.formats.ubl.rules.rule import Severity
from reskontro.kernel.money import exponent

PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = f"{UBL}CommonAggregateComponents-2"
CBC = f"{UBL}CommonBasicComponents-2"
TYPE_CODES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}
ROOTS = {Kind.INVOICE: "Invoice", Kind.CREDIT_NOTE: "CreditNote", Kind.REMINDER: "Invoice"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CREDITOR_SCHEME = "SEPA"
PROJECT_TYPE, OBJECT_TYPE = "50", "130"


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
        name = ROOTS[document.kind]
        space = f"{UBL}{name}-2"
        self.root = etree.Element(f"{{{space}}}{name}", nsmap={None: space, "cac": CAC, "cbc": CBC})

    def written(self) -> bytes:
        self._header()
        self._references()
        self._party(self._group(self.root, "AccountingSupplierParty"), self.document.seller)
        self._party(self._group(self.root, "AccountingCustomerParty"), self.document.buyer)
        if self.document.payee is not None:
            self._payee(self.document.payee)
        if self.document.tax_representative is not None:
            self._tax_representative(self.document.tax_representative)
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

    def _value(self, above: etree._Element, name: str, text: str | None, /, **attributes: str) -> None:
        if text is not None and text.strip():
            for written in (text, *attributes.values()):
                _refuse_other_characters(name, written)
            etree.SubElement(above, f"{{{CBC}}}{name}", attributes).text = text

    def _amount(self, above: etree._Element, name: str, minor: int) -> None:
        text = f"{Decimal(minor).scaleb(-self.places):f}"
        self._value(above, name, text, currencyID=self.document.currency)

    def _identifier(self, above: etree._Element, name: str, identifier: Identifier | None) -> None:
        if identifier is not None:
            scheme = {} if identifier.scheme is None else {"schemeID": identifier.scheme}
            self._value(above, name, identifier.value, **scheme)

    def _day(self, above: etree._Element, name: str, day: date | None) -> None:
        self._value(above, name, None if day is None else day.isoformat())

    def _reference(self, name: str, number: str | None) -> None:
        if number is not None:
            self._value(self._group(self.root, name), "ID", number)

    def _header(self) -> None:
        document, root = self.document, self.root
        is_reminder = document.kind is Kind.REMINDER
        self._value(root, "CustomizationID", reminder.SPECIFICATION if is_reminder else SPECIFICATION)
        self._value(root, "ProfileID", reminder.PROCESS if is_reminder else PROCESS)
        self._value(root, "ID", document.number)
        self._day(root, "IssueDate", document.issue_date)
        type_code = document.type_code or TYPE_CODES.get(document.kind)
        if self.is_credit_note:
            self._day(root, "TaxPointDate", document.tax_point_date)
            self._value(root, "CreditNoteTypeCode", type_code)
            self._value(root, "Note", document.note)
        else:
            self._day(root, "DueDate", document.due_date)
            self._value(root, "InvoiceTypeCode", type_code)
            self._value(root, "Note", document.note)
            self._day(root, "TaxPointDate", document.tax_point_date)
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
            self._day(invoice, "IssueDate", credited.issue_date)
        self._reference("DespatchDocumentReference", document.despatch)
        self._reference("ReceiptDocumentReference", document.receipt)
        if not self.is_credit_note:
            self._reference("OriginatorDocumentReference", document.tender)
        self._reference("ContractDocumentReference", document.contract)
        self._additional()
        if self.is_credit_note:
            self._reference("OriginatorDocumentReference", document.tender)
        else:
            self._reference("ProjectReference", document.project)

    def _additional(self) -> None:
        """The invoiced object, attachments, and of a credit note its project, which has no place of its own there."""
        document = self.document
        if document.invoiced_object is not None:
            self._typed("AdditionalDocumentReference", self.root, document.invoiced_object, OBJECT_TYPE)
        for attachment in document.attachments:
            self._attachment(attachment)
        if self.is_credit_note and document.project is not None:
            self._typed("AdditionalDocumentReference", self.root, Identifier(document.project), PROJECT_TYPE)

    def _typed(self, name: str, above: etree._Element, identifier: Identifier, type_code: str) -> None:
        group = self._group(above, name)
        self._identifier(group, "ID", identifier)
        self._value(group, "DocumentTypeCode", type_code)

    def _attachment(self, attachment: Attachment) -> None:
        group = self._group(self.root, "AdditionalDocumentReference")
        self._value(group, "ID", attachment.number)
        self._value(group, "DocumentDescription", attachment.description)
        if attachment.file is None and attachment.link is None:
            return
        within = self._group(group, "Attachment")
        if (file := attachment.file) is not None:
            self._value(
                within,
                "EmbeddedDocumentBinaryObject",
                b64encode(file.content).decode(),
                mimeCode=file.media_type,
                filename=file.name,
            )
        if attachment.link is not None:
            self._value(self._group(within, "ExternalReference"), "URI", attachment.link)

    def _period(self, above: etree._Element, period: Period | None) -> None:
        if period is not None:
            group = self._group(above, "InvoicePeriod")
            self._day(group, "StartDate", period.start)
            self._day(group, "EndDate", period.end)
            self._value(group, "DescriptionCode", period.vat_point)

    def _party(self, role: etree._Element, party: Party) -> None:
        group = self._group(role, "Party")
        self._identifier(group, "EndpointID", party.endpoint)
        collects = party is self.document.seller and self.document.payee is None
        for identifier in (party.identifier, *party.more_identifiers, self._creditor() if collects else None):
            self._identification(group, identifier)
        if party.trade_name is not None:
            self._value(self._group(group, "PartyName"), "Name", party.trade_name)
        self._address(self._group(group, "PostalAddress"), party.address)
        for number, scheme in ((party.vat_id, "VAT"), (party.tax_registration, "TAX")):
            self._tax_number(group, number, scheme)
        legal = self._group(group, "PartyLegalEntity")
        self._value(legal, "RegistrationName", party.legal_name)
        self._identifier(legal, "CompanyID", party.registration)
        self._value(legal, "CompanyLegalForm", party.legal_form)
        if (contact := party.contact) is not None and any((contact.name, contact.telephone, contact.email)):
            asked = self._group(group, "Contact")
            self._value(asked, "Name", contact.name)
            self._value(asked, "Telephone", contact.telephone)
            self._value(asked, "ElectronicMail", contact.email)

    def _identification(self, party: etree._Element, identifier: Identifier | None) -> None:
        if identifier is not None:
            self._identifier(self._group(party, "PartyIdentification"), "ID", identifier)

    def _creditor(self) -> Identifier | None:
        creditor = self.document.creditor
        return None if creditor is None else Identifier(creditor, CREDITOR_SCHEME)

    def _tax_number(self, above: etree._Element, number: str | None, scheme: str) -> None:
        if number is not None:
            registration = self._group(above, "PartyTaxScheme")
            self._value(registration, "CompanyID", number)
            self._value(self._group(registration, "TaxScheme"), "ID", scheme)

    def _payee(self, payee: Payee) -> None:
        group = self._group(self.root, "PayeeParty")
        for identifier in (payee.identifier, self._creditor()):
            self._identification(group, identifier)
        self._value(self._group(group, "PartyName"), "Name", payee.name)
        if payee.registration is not None:
            self._identifier(self._group(group, "PartyLegalEntity"), "CompanyID", payee.registration)

    def _tax_representative(self, representative: TaxRepresentative) -> None:
        group = self._group(self.root, "TaxRepresentativeParty")
        self._value(self._group(group, "PartyName"), "Name", representative.name)
        self._address(self._group(group, "PostalAddress"), representative.address)
        self._tax_number(group, representative.vat_id, "VAT")

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
        if delivery is None or delivery == Delivery():
            return
        group = self._group(self.root, "Delivery")
        self._day(group, "ActualDeliveryDate", delivery.day)
        if delivery.address is not None or delivery.location is not None:
            location = self._group(group, "DeliveryLocation")
            self._identifier(location, "ID", delivery.location)
            if delivery.address is not None:
                self._address(self._group(location, "Address"), delivery.address)
        if delivery.receiver is not None:
            self._value(self._group(self._group(group, "DeliveryParty"), "PartyName"), "Name", delivery.receiver)

    def _payment(self) -> None:
        document = self.document
        for at, payment in enumerate(document.payments):
            self._means(payment, document.due_date if self.is_credit_note and at == 0 else None)
        if document.terms is not None:
            self._value(self._group(self.root, "PaymentTerms"), "Note", document.terms)

    def _means(self, payment: Payment, due_date: date | None) -> None:
        group = self._group(self.root, "PaymentMeans")
        said = {} if payment.code_name is None else {"name": payment.code_name}
        self._value(group, "PaymentMeansCode", payment.code, **said)
        self._day(group, "PaymentDueDate", due_date)
        self._value(group, "PaymentID", payment.reference)
        if payment.card is not None:
            self._card(self._group(group, "CardAccount"), payment.card)
        if payment.account is not None:
            account = self._group(group, "PayeeFinancialAccount")
            self._value(account, "ID", payment.account)
            self._value(account, "Name", payment.account_name)
            if payment.bank is not None:
                self._value(self._group(account, "FinancialInstitutionBranch"), "ID", payment.bank)
        if payment.mandate is not None:
            mandate = self._group(group, "PaymentMandate")
            self._value(mandate, "ID", payment.mandate)
            if payment.payer_account is not None:
                self._value(self._group(mandate, "PayerFinancialAccount"), "ID", payment.payer_account)

    def _card(self, group: etree._Element, card: Card) -> None:
        self._value(group, "PrimaryAccountNumberID", card.number)
        self._value(group, "NetworkID", card.network)
        self._value(group, "HolderName", card.holder)

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
        if sums.rounding_minor:
            self._amount(group, "PayableRoundingAmount", sums.rounding_minor)
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
        if line.invoiced_object is not None:
            self._typed("DocumentReference", group, line.invoiced_object, OBJECT_TYPE)
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
        if line.origin_country is not None:
            self._value(self._group(group, "OriginCountry"), "IdentificationCode", line.origin_country)
        for kind in line.classifications:
            version = {} if kind.version is None else {"listVersionID": kind.version}
            code = self._group(group, "CommodityClassification")
            self._value(code, "ItemClassificationCode", kind.code, listID=kind.listed_in, **version)
        self._category(group, "ClassifiedTaxCategory", line.vat)
        for attribute in line.attributes:
            said = self._group(group, "AdditionalItemProperty")
            self._value(said, "Name", attribute.name)
            self._value(said, "Value", attribute.value)


def _refuse_other_characters(name: str, text: str) -> None:
    if (found := _NO_XML.search(text)) is not None:
        code = f"U+{ord(found[0]):04X}"
        en, nb = f"XML has no character {code}.", f"XML har ikke tegnet {code}."
        raise NotInOrder(Verdict((Finding("xml-character", Severity.FATAL, name, en, nb),)))


def _any(adjustments: Sequence[Adjustment], *, charges: bool) -> bool:
    return any(adjustment.is_charge is charges for adjustment in adjustments)
