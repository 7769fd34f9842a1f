"""The body of a distribution call (`Invoice` or `Creditnote`) as an e-invoice, or every reason why it cannot be one.

The body is UBL as JSON: names without prefix, values as text, blank for nothing. Sums that it states are compared with
those of its lines, to the minor unit; none of them is copied. Rates of category S must be in force in the seller's
country; a Norwegian account and its KID must have right check digits, which no rule of Peppol asks. Source:
distribution-invoice-api 3.1 and 3.2; einvoicing, sections 3 to 6.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum import iban

from reskontro.formats.ubl.codes.unit_words import code_of_code
from reskontro.formats.ubl.model import (
    Address,
    Adjustment,
    AttachedFile,
    Attachment,
    Attribute,
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
    Totals,
    Vat,
    line_net_minor,
    totals,
)
from reskontro.formats.ubl.reasons import Reasons
from reskontro.formats.ubl.vat_rates import rates_in_force
from reskontro.kernel.account_number import account_check_digit_fits
from reskontro.kernel.kid import kid_fits_any
from reskontro.kernel.money import exponent, is_currency, to_minor

Tree = Mapping[str, Any]
WRAPPERS = {"Invoice": Kind.INVOICE, "Creditnote": Kind.CREDIT_NOTE}
TRANSFERS = frozenset({"30", "31"})
DEFAULT_SCHEMES = {"NO": "0192", "SE": "0007", "DK": "0184"}
MOST_DIGITS = 30
NOTHING: Tree = {}


def einvoice_of_distribution(body: Tree) -> Document:
    """The e-invoice of a decoded body. Raises `NotInOrder` with every reason why there is none."""
    reasons = Reasons()
    wrapper = next((name for name in WRAPPERS if isinstance(body.get(name), Mapping)), None)
    if wrapper is None:
        reasons.add(
            "distribution-body", "/", "The body has neither an Invoice nor a Creditnote.",
            "Innholdet har verken Invoice eller Creditnote.",
        )  # fmt: skip
        reasons.stop()
    assert wrapper is not None
    return _Body(WRAPPERS[wrapper], _At(body[wrapper], wrapper, reasons), reasons).read()


@dataclass(frozen=True, slots=True)
class _At:
    """A place in the body, from which values are read; what is wrong with them goes to the reasons."""

    tree: Tree
    path: str
    reasons: Reasons

    def place(self, name: str) -> str:
        return f"{self.path}.{name}"

    def below(self, *names: str) -> "_At":
        """The object at a path, empty where there is none."""
        here = self
        for name in names:
            found = here.tree.get(name)
            here = _At(found if isinstance(found, Mapping) else NOTHING, here.place(name), self.reasons)
        return here

    def each(self, name: str) -> Iterator["_At"]:
        """The objects of an array; one object alone counts as an array of it."""
        found = self.tree.get(name)
        elements = found if isinstance(found, list | tuple) else [found]
        for at, element in enumerate(elements):
            if isinstance(element, Mapping):
                yield _At(element, f"{self.place(name)}[{at}]", self.reasons)

    def text(self, name: str) -> str | None:
        """A text, None for a blank one."""
        found = self.tree.get(name)
        return None if found is None or isinstance(found, Mapping | list) else str(found).strip() or None

    def wanted(self, name: str) -> str:
        """A text that must be there."""
        found = self.text(name)
        if found is None:
            self.wrong("distribution-missing", name, "The value is missing.", "Verdien mangler.")
        return found or ""

    def day(self, name: str) -> date | None:
        found = self.text(name)
        if found is None:
            return None
        try:
            if len(found) == len("2025-01-01"):
                return date.fromisoformat(found)
        except ValueError:
            pass
        self.wrong(
            "distribution-value",
            name,
            f"{found[:30]} is no date YYYY-MM-DD.",
            f"{found[:30]} er ingen dato ÅÅÅÅ-MM-DD.",
        )
        return None

    def number(self, name: str) -> Decimal | None:
        found = self.text(name)
        if found is None:
            return None
        try:
            number = Decimal(found) if len(found) <= MOST_DIGITS and "_" not in found else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS:
            return number
        self.wrong("distribution-value", name, f"{found[:30]} is no number.", f"{found[:30]} er ikke et tall.")
        return None

    def wanted_number(self, name: str) -> Decimal | None:
        return self.number(name) if self.wanted(name) else None

    def minor(self, name: str, currency: str) -> int | None:
        number = self.number(name)
        if number is None:
            return None
        try:
            return to_minor(number, currency)
        except ValueError:
            self.wrong(
                "distribution-value", name, "The amount does not fit its currency.", "Beløpet passer ikke til valutaen."
            )
            return None

    def identifier(self, name: str, scheme: str = "SchemeID") -> Identifier | None:
        value = self.text(name)
        return None if value is None else Identifier(value, self.text(scheme))

    def wrong(self, code: str, name: str, en: str, nb: str) -> None:
        self.reasons.add(code, self.place(name), en, nb)


class _Body:
    def __init__(self, kind: Kind, root: _At, reasons: Reasons) -> None:
        self.kind = kind
        self.root = root
        self.reasons = reasons
        currency = root.wanted("DocumentCurrencyCode")
        self.known_currency = is_currency(currency)
        if currency and not self.known_currency:
            root.wrong(
                "distribution-value", "DocumentCurrencyCode", f"{currency[:10]} is no currency.",
                f"{currency[:10]} er ingen valuta.",
            )  # fmt: skip
        self.currency = currency if self.known_currency else "NOK"
        self.places = exponent(self.currency)
        self.supplier = root.below("AccountingSupplierParty", "Party")
        self.seller_country = self.supplier.below("PostalAddress", "Country").text("IdentificationCode") or ""
        self.issue_date = root.day("IssueDate") if root.wanted("IssueDate") else None
        self.exemptions: dict[tuple[str, Decimal | None], tuple[str | None, str | None]] = {}
        for group in root.below("TaxTotal").each("TaxSubtotal"):
            category = group.below("TaxCategory")
            key = (category.text("ID") or "", category.number("Percent"))
            self.exemptions[key] = category.text("TaxExemptionReason"), category.text("TaxExemptionReasonCode")

    def read(self) -> Document:
        root = self.root
        number = root.wanted("ID")
        seller = self._party(self.supplier)
        buyer = self._party(root.below("AccountingCustomerParty", "Party"))
        lines, stated_nets = self._lines()
        credited = self._credited()
        payments = self._payments()
        adjustments = [self._adjustment(each, of_document=True) for each in root.each("AllowanceCharge")]
        attachments = [self._attachment(each) for each in root.each("AdditionalDocumentReference")]
        sums = root.below("LegalMonetaryTotal")
        prepaid, rounding = (
            sums.minor("PrepaidAmount", self.currency),
            sums.minor("PayableRoundingAmount", self.currency),
        )
        due_date, delivery, period = root.day("DueDate"), self._delivery(), self._period(root)
        tax_point = root.day("TaxPointDate")
        self.reasons.stop()
        assert self.issue_date is not None
        document = Document(
            self.kind,
            number,
            self.issue_date,
            self.currency,
            seller,
            buyer,
            lines,
            due_date=due_date,
            buyer_reference=root.text("BuyerReference"),
            order_number=root.below("OrderReference").text("ID"),
            sales_order=root.below("OrderReference").text("SalesOrderID"),
            note=root.text("Note"),
            accounting_cost=root.text("AccountingCost"),
            period=period,
            credited=credited,
            contract=root.below("ContractDocumentReference").text("ID"),
            project=root.below("ProjectReference").text("ID"),
            delivery=delivery,
            payments=payments,
            terms=root.below("PaymentTerms").text("Note"),
            adjustments=adjustments,
            prepaid_minor=prepaid or 0,
            rounding_minor=rounding or 0,
            type_code=root.text("InvoiceTypeCode") if self.kind is Kind.INVOICE else None,
            tax_point_date=tax_point,
            despatch=root.below("DespatchDocumentReference").text("ID"),
            receipt=root.below("ReceiptDocumentReference").text("ID"),
            tender=root.below("OriginatorDocumentReference").text("ID"),
            attachments=attachments,
            payee=self._payee(),
        )
        self._compare(document, stated_nets)
        self.reasons.stop()
        return document

    # Parties

    def _party(self, at: _At) -> Party:
        legal = at.below("PartyLegalEntity")
        country = at.below("PostalAddress", "Country").wanted("IdentificationCode")
        number = legal.text("CompanyID")
        tax = {
            each.below("TaxScheme").text("ID") or "VAT": each.text("CompanyID") for each in at.each("PartyTaxScheme")
        }
        contact = at.below("Contact")
        return Party(
            legal.wanted("RegistrationName"),
            self._address(at.below("PostalAddress"), country),
            Identifier(at.wanted("EndpointID"), at.wanted("SchemeID")),
            Identifier(number, legal.text("SchemeID") or DEFAULT_SCHEMES.get(country)) if number else None,
            vat_id=tax.get("VAT"),
            tax_registration=next((value for scheme, value in tax.items() if scheme != "VAT"), None),
            trade_name=at.below("PartyName").text("Name"),
            identifier=at.below("PartyIdentification").identifier("ID"),
            contact=Contact(contact.text("Name"), contact.text("Telephone"), contact.text("ElectronicMail")),
            legal_form=legal.text("CompanyLegalForm"),
        )

    def _address(self, at: _At, country: str) -> Address:
        return Address(
            country,
            at.text("StreetName"),
            at.text("AdditionalStreetName"),
            at.below("AddressLine").text("Line"),
            at.text("CityName"),
            at.text("PostalZone"),
            at.text("CountrySubentity"),
        )

    def _payee(self) -> Payee | None:
        at = self.root.below("PayeeParty")
        name = at.below("PartyName").text("Name")
        if name is None:
            return None
        registration = at.below("PartyLegalEntity").identifier("CompanyID")
        return Payee(name, registration, at.below("PartyIdentification").identifier("ID"))

    def _delivery(self) -> Delivery | None:
        at = self.root.below("Delivery")
        location = at.below("DeliveryLocation")
        address = location.below("Address")
        country = address.below("Country").text("IdentificationCode")
        if country is None and any(address.text(name) for name in ("StreetName", "CityName", "PostalZone")):
            country = address.below("Country").wanted("IdentificationCode")
        made = Delivery(
            at.day("ActualDeliveryDate"),
            self._address(address, country) if country else None,
            location.identifier("ID"),
            at.below("DeliveryParty", "PartyName").text("Name"),
        )
        return None if made == Delivery() else made

    # References and payment

    def _credited(self) -> Sequence[Credited]:
        found = []
        for each in self.root.each("BillingReference"):
            invoice = each.below("InvoiceDocumentReference")
            if (number := invoice.text("ID")) is not None:
                found.append(Credited(number, invoice.day("IssueDate")))
        if self.kind is Kind.CREDIT_NOTE and not found:
            self.root.wrong(
                "distribution-missing", "BillingReference", "A credit note names the invoice that it credits.",
                "En kreditnota viser til fakturaen den krediterer.",
            )  # fmt: skip
        return found

    def _period(self, at: _At) -> Period | None:
        period = at.below("InvoicePeriod")
        made = Period(period.day("StartDate"), period.day("EndDate"), period.text("DescriptionCode"))
        return None if made == Period() else made

    def _attachment(self, at: _At) -> Attachment:
        within = at.below("Attachment", "EmbeddedDocumentBinaryObject")
        file = None
        if (data := within.text("Data")) is not None:
            try:
                content = base64.b64decode("".join(data.split()), validate=True)
            except (binascii.Error, ValueError):
                within.wrong("distribution-value", "Data", "The content is not base64.", "Innholdet er ikke base64.")
                content = b""
            file = AttachedFile(within.wanted("Filename"), within.wanted("MimeCode"), content)
        link = at.below("Attachment", "ExternalReference").text("URI")
        return Attachment(at.wanted("ID"), at.text("DocumentDescription"), file, link)

    def _payments(self) -> Sequence[Payment]:
        return [self._payment(each) for each in self.root.each("PaymentMeans")]

    def _payment(self, at: _At) -> Payment:
        account = at.below("PayeeFinancialAccount")
        payment = Payment(
            at.wanted("PaymentMeansCode"),
            at.text("PaymentID"),
            account.text("ID"),
            account.below("FinancialInstitutionBranch").text("ID"),
            at.below("PaymentMandate").text("ID"),
            account_name=account.text("Name"),
        )
        if self.seller_country == "NO" and payment.code in TRANSFERS and self.kind is Kind.INVOICE:
            self._norwegian_payment(at, account, payment)
        return payment

    def _norwegian_payment(self, at: _At, account: _At, payment: Payment) -> None:
        number = payment.account or ""
        if not (account_check_digit_fits(number) or iban.is_valid(number)):
            account.wrong(
                "distribution-account",
                "ID",
                "An account number of eleven digits with its check digit, or an IBAN, is wanted.",
                "Et kontonummer med elleve sifre og riktig kontrollsiffer, eller et IBAN, kreves.",
            )
        if payment.reference is not None and not kid_fits_any(payment.reference):
            at.wrong("distribution-kid", "PaymentID", "The KID is not valid.", "KID-en er ikke gyldig.")

    # Lines, VAT and sums

    def _lines(self) -> tuple[Sequence[Line], Sequence[tuple[_At, int | None]]]:
        name = "CreditNoteLine" if self.kind is Kind.CREDIT_NOTE else "InvoiceLine"
        lines, stated = [], []
        for at in self.root.each(name):
            line = self._line(at)
            net = at.minor("LineExtensionAmount", self.currency) if at.wanted("LineExtensionAmount") else None
            if line is not None:
                lines.append(line)
                stated.append((at, net))
        if not lines:
            self.root.wrong("distribution-missing", name, "At least one line is wanted.", "Minst én linje kreves.")
        return lines, stated

    def _line(self, at: _At) -> Line | None:
        item, price = at.below("Item"), at.below("Price")
        quantity = at.wanted_number("CreditedQuantity" if self.kind is Kind.CREDIT_NOTE else "InvoicedQuantity")
        amount, per = price.wanted_number("PriceAmount"), price.number("BaseQuantity")
        unit = code_of_code(at.text("UnitCode") or "")
        if unit is None:
            at.wrong(
                "distribution-value",
                "UnitCode",
                "The unit is none of UNECE rec. 20.",
                "Enheten er ikke i UNECE rec. 20.",
            )
        if per is not None and per <= 0:
            price.wrong("distribution-value", "BaseQuantity", "More than 0 is wanted.", "Mer enn 0 kreves.")
        adjustments = [self._adjustment(each, of_document=False) for each in at.each("AllowanceCharge")]
        vat = self._vat(item.below("ClassifiedTaxCategory"))
        number, name, period = at.wanted("ID"), item.wanted("Name"), self._period(at)
        if quantity is None or amount is None or unit is None or (per is not None and per <= 0):
            return None
        return Line(
            number,
            name,
            quantity,
            unit,
            amount,
            vat,
            Decimal(1) if per is None else per,
            description=item.text("Description"),
            note=at.text("Note"),
            seller_item=item.below("SellersItemIdentification").text("ID"),
            buyer_item=item.below("BuyersItemIdentification").text("ID"),
            standard_item=item.below("StandardItemIdentification").identifier("ID"),
            order_line=at.below("OrderLineReference").text("LineID"),
            accounting_cost=at.text("AccountingCost"),
            period=period,
            adjustments=adjustments,
            origin_country=item.below("OriginCountry").text("IdentificationCode"),
            classifications=[
                Classification(each.wanted("ItemClassificationCode"), each.wanted("ListID"))
                for each in item.each("CommodityClassification")
            ],
            attributes=[
                Attribute(each.wanted("Name"), each.wanted("Value")) for each in item.each("AdditionalItemProperty")
            ],
        )

    def _adjustment(self, at: _At, *, of_document: bool) -> Adjustment:
        indicator = (at.text("ChargeIndicator") or "").casefold()
        if indicator not in {"true", "false"}:
            at.wrong("distribution-value", "ChargeIndicator", "true or false is wanted.", "true eller false kreves.")
        return Adjustment(
            indicator == "true",
            at.text("AllowanceChargeReason") or "",
            (at.minor("Amount", self.currency) if at.wanted("Amount") else None) or 0,
            at.text("AllowanceChargeReasonCode"),
            self._vat(at.below("TaxCategory")) if of_document else None,
            at.number("MultiplierFactorNumeric"),
            at.minor("BaseAmount", self.currency),
        )

    def _vat(self, at: _At) -> Vat:
        category, rate = at.wanted("ID"), at.number("Percent")
        if category == "O":
            rate = None
        elif rate is None:
            at.wanted("Percent")
        elif category == "S" and self.issue_date is not None:
            known = rates_in_force(self.seller_country, self.issue_date)
            if known and rate not in known:
                at.wrong(
                    "distribution-rate",
                    "Percent",
                    f"{rate.normalize():f} % is no rate in force in {self.seller_country} on {self.issue_date}.",
                    f"{rate.normalize():f} % er ingen sats som gjelder i {self.seller_country} {self.issue_date}.",
                )
        reason, code = self.exemptions.get((category, rate), (None, None))
        return Vat(category, None if rate is None else rate.normalize() + 0, reason, code)

    def _compare(self, document: Document, stated_nets: Sequence[tuple[_At, int | None]]) -> None:
        """Every sum that the body states is the one that its lines give."""
        found = totals(document, self.places)
        for line, (at, net) in zip(document.lines, stated_nets, strict=True):
            self._same(at, "LineExtensionAmount", net, line_net_minor(line, self.places))
        tax = self.root.below("TaxTotal")
        self._same(tax, "TaxAmount", self._stated(tax, "TaxAmount"), found.vat_minor)
        self._compare_groups(tax, found)
        sums = self.root.below("LegalMonetaryTotal")
        for name, minor in (
            ("LineExtensionAmount", found.line_sum_minor),
            ("TaxExclusiveAmount", found.net_minor),
            ("TaxInclusiveAmount", found.gross_minor),
            ("PayableAmount", found.payable_minor),
        ):
            self._same(sums, name, self._stated(sums, name), minor)
        for name, minor in (
            ("AllowanceTotalAmount", found.allowances_minor),
            ("ChargeTotalAmount", found.charges_minor),
        ):
            self._same(sums, name, sums.minor(name, self.currency), minor)

    def _compare_groups(self, tax: _At, found: Totals) -> None:
        groups = {(group.vat.category, group.vat.rate): group for group in found.groups}
        for at in tax.each("TaxSubtotal"):
            category = at.below("TaxCategory")
            rate = category.number("Percent")
            name = category.text("ID") or ""
            group = groups.pop((name, None if name == "O" else rate), None)
            if group is None:
                at.wrong(
                    "distribution-sum", "TaxCategory", "No line has this category and rate.",
                    "Ingen linje har denne kategorien og satsen.",
                )  # fmt: skip
                continue
            self._same(at, "TaxableAmount", self._stated(at, "TaxableAmount"), group.base_minor)
            self._same(at, "TaxAmount", self._stated(at, "TaxAmount"), group.vat_minor)
        for category_id, rate in groups:
            shown = category_id if rate is None else f"{category_id} {rate:f} %"
            tax.wrong("distribution-sum", "TaxSubtotal", f"The VAT of {shown} is missing.", f"Mva for {shown} mangler.")

    def _stated(self, at: _At, name: str) -> int | None:
        return at.minor(name, self.currency) if at.wanted(name) else None

    def _same(self, at: _At, name: str, stated: int | None, found: int) -> None:
        if stated is not None and stated != found:
            of_lines, said = (f"{Decimal(minor).scaleb(-self.places):f}" for minor in (found, stated))
            at.wrong(
                "distribution-sum",
                name,
                f"The lines give {of_lines}, the body says {said}.",
                f"Linjene gir {of_lines}, innholdet sier {said}.",
            )
