"""A document of the receivables ledger as an e-invoice, or every reason why it cannot be one.

Nothing is bent to fit. The lines must add up in themselves and to the document; the rate of a line is the one in force
whose VAT its amounts show; VAT is rounded once a rate, as e-invoices have it, and must then be the document's own. The
price of a line is taken as without or with VAT, whichever gives its amounts. A line of text stands as a note on the
line above it, or on the document where there is none. Source: arm-api 2.10 and 3.1; einvoicing, sections 3 to 6.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from reskontro.formats.ubl.arm_records import ArmAmounts, ArmDocument, ArmLine, ArmParty
from reskontro.formats.ubl.codes.unit_words import code_of_word
from reskontro.formats.ubl.model import (
    Address,
    Attribute,
    Credited,
    Document,
    Identifier,
    Kind,
    Line,
    Party,
    Payment,
    Vat,
    totals,
)
from reskontro.formats.ubl.reasons import Reasons
from reskontro.formats.ubl.vat_rates import rates_in_force
from reskontro.kernel.money import AmountTooLargeError, TooManyDecimalsError, exponent, to_minor

KINDS = {"IN": Kind.INVOICE, "CN": Kind.CREDIT_NOTE}
SCHEMES = {"NO": "0192", "SE": "0007", "DK": "0184"}
CREDIT_TRANSFER = "30"
OUTSIDE = Vat("O", None, "Selgeren er ikke registrert i Merverdiavgiftsregisteret", "VATEX-EU-O")
_SCHEME_AND_NUMBER = re.compile(r"(\d{4}):(.+)")
_MOST_PRICE_DECIMALS = 4


def einvoice_of_arm(document: ArmDocument) -> Document:
    """The document as an e-invoice. Raises `NotInOrder` with every reason why it cannot be one."""
    return _Reading(document).read()


def rates_that_fit(excl_minor: int, vat_minor: int, rates: Sequence[Decimal]) -> list[Decimal]:
    """The rates whose VAT on an amount is, rounded to a whole minor unit, the VAT given."""
    return [rate for rate in rates if _whole(excl_minor * rate / 100) == vat_minor]


@dataclass(frozen=True, slots=True)
class _Minor:
    excl: int
    vat: int
    incl: int


class _Reading:
    def __init__(self, document: ArmDocument) -> None:
        self.document = document
        self.reasons = Reasons()
        self.places = exponent(document.currency)
        self.seller_country = document.client.country_code.upper()
        self.rates = rates_in_force(self.seller_country, document.day)
        self.notes = [document.message] if document.message else []
        self.lines: list[Line] = []

    def read(self) -> Document:
        document = self.document
        kind = KINDS.get(document.document_type)
        if kind is None:
            self._wrong(
                "arm-type",
                "documentType",
                f"Only an invoice (IN) or a credit note (CN) is an e-invoice; this is {document.document_type}.",
                f"Bare en faktura (IN) eller kreditnota (CN) er en e-faktura; dette er {document.document_type}.",
            )
        if not (document.buyer_reference or document.purchase_order):
            self._wrong(
                "arm-reference",
                "buyerReference",
                "The buyer's reference or purchase order is wanted in an e-invoice.",
                "Kjøpers referanse eller bestillingsnummer kreves i en e-faktura.",
            )
        seller, buyer = self._seller(), self._buyer()
        payments = self._payments(kind)
        stated = self._stated(document.amounts, "currencyAmounts")
        for at, line in enumerate(document.lines):
            self._line(line, f"documentLines[{at}]")
        if not any(not line.is_text for line in document.lines):
            self._wrong(
                "arm-lines", "documentLines", "An e-invoice has a line with a price.", "En e-faktura har en prislinje."
            )
        if self.reasons.findings and stated is not None:
            self._compare_with_lines(stated)
        self.reasons.stop()
        assert kind is not None
        assert seller is not None
        assert buyer is not None
        assert stated is not None
        foreign = document.currency != document.gl_currency and stated.vat != 0
        made = Document(
            kind,
            document.number,
            document.day,
            document.currency,
            seller,
            buyer,
            tuple(self.lines),
            due_date=document.due_date if kind is Kind.INVOICE else None,
            buyer_reference=document.buyer_reference or None,
            order_number=document.purchase_order or None,
            sales_order=document.sales_order or None,
            note="\n".join(self.notes) or None,
            credited=(Credited(document.credited),) if document.credited else (),
            payments=payments,
            attachments=document.attachments,
            vat_currency=document.gl_currency if foreign else None,
            vat_minor_in_vat_currency=document.vat_minor_in_gl if foreign else None,
        )
        self._compare(made, stated)
        self.reasons.stop()
        return made

    def _wrong(self, code: str, place: str, en: str, nb: str) -> None:
        self.reasons.add(code, place, en, nb)

    def _stated(self, amounts: ArmAmounts, place: str) -> _Minor | None:
        """The amounts in minor units, None for those that do not fit the currency; told where they do not add up."""
        try:
            minor = _Minor(
                *(to_minor(a, self.document.currency) for a in (amounts.excl_vat, amounts.vat, amounts.incl_vat))
            )
        except (TooManyDecimalsError, AmountTooLargeError):
            self._wrong(
                "arm-amount", place, "The amount does not fit its currency.", "Beløpet passer ikke til valutaen."
            )
            return None
        if minor.excl + minor.vat != minor.incl:
            given = f"{_plain(amounts.excl_vat)} + {_plain(amounts.vat)} ≠ {_plain(amounts.incl_vat)}"
            self._wrong(
                "arm-sum",
                place,
                f"The amount without VAT and the VAT do not add up to the amount with VAT: {given}.",
                f"Beløpet uten mva og mva blir ikke beløpet med mva: {given}.",
            )
        return minor

    # Parties

    def _seller(self) -> Party | None:
        client = self.document.client
        scheme = SCHEMES.get(self.seller_country)
        if scheme is None:
            self._wrong(
                "arm-seller",
                "client.countryCode",
                f"Only sellers in Norway, Sweden and Denmark are known; the client is in {client.country_code or '?'}.",
                f"Bare selgere i Norge, Sverige og Danmark er kjent; klienten er i {client.country_code or '?'}.",
            )
            return None
        number = re.sub(r"[\s.-]", "", client.organization_no)
        if not number:
            self._wrong(
                "arm-seller", "client.organizationNo", "The client has no organisation number.",
                "Klienten har ikke organisasjonsnummer.",
            )  # fmt: skip
            return None
        identifier = Identifier(number, scheme)
        vat_numbers = {"NO": f"NO{number}MVA", "SE": f"SE{number}01", "DK": f"DK{number}"}
        return Party(
            client.name,
            self._address(client, "client"),
            identifier,
            identifier,
            vat_id=vat_numbers[self.seller_country] if self.document.client_vat_registered else None,
        )

    def _buyer(self) -> Party | None:
        customer = self.document.customer
        number = re.sub(r"[\s.-]", "", customer.organization_no)
        registration = None
        if number:
            registration = Identifier(number, customer.organization_no_scheme or "0192")
        else:
            self._wrong(
                "arm-buyer",
                "customer.organizationNo",
                "The customer has no organisation number: an e-invoice goes to a firm or a public body.",
                "Kunden har ikke organisasjonsnummer: en e-faktura går til et foretak eller en offentlig virksomhet.",
            )
        if not customer.country_code:
            self._wrong(
                "arm-buyer",
                "customer.postalAddress.countryCode",
                "The customer's address has no country code.",
                "Kundens adresse har ikke landkode.",
            )
        endpoint = self._endpoint(registration)
        if endpoint is None:
            return None
        if {endpoint.value, f"{endpoint.scheme}:{endpoint.value}"} & set(self.document.blocked):
            self._wrong(
                "arm-blocked",
                "customer.peppolBlockIds",
                f"The customer wants no e-invoice at {endpoint.scheme}:{endpoint.value}.",
                f"Kunden vil ikke ha e-faktura på {endpoint.scheme}:{endpoint.value}.",
            )
        return Party(customer.name, self._address(customer, "customer"), endpoint, registration)

    def _endpoint(self, registration: Identifier | None) -> Identifier | None:
        address, scheme = self.document.address.strip(), self.document.address_scheme.strip()
        if not address:
            return registration
        both = _SCHEME_AND_NUMBER.fullmatch(address)
        if both is not None and scheme in {"", both[1]}:
            return Identifier(both[2], both[1])
        if scheme:
            return Identifier(address, scheme)
        self._wrong(
            "arm-address",
            "einvoiceAddress.addressScheme",
            f"The electronic address {address} has no scheme, so it is none of the Peppol network's.",
            f"Den elektroniske adressen {address} har ingen ordning (scheme), og er derfor ingen adresse i Peppol.",
        )
        return None

    def _address(self, party: ArmParty, place: str) -> Address:
        if not party.name.strip():
            self._wrong("arm-name", f"{place}.name", "The name is missing.", "Navnet mangler.")
        return Address(
            party.country_code.upper(),
            party.address_line1 or None,
            party.address_line2 or None,
            party.address_line3 or None,
            party.city_name or None,
            party.postal_code or None,
        )

    def _payments(self, kind: Kind | None) -> Sequence[Payment]:
        """The account and the KID of an invoice; a credit note is not paid."""
        document = self.document
        if kind is not Kind.INVOICE or document.amounts.incl_vat == 0:
            return ()
        if not document.account:
            self._wrong(
                "arm-account",
                "client.receivingAccounts",
                "The client has no receiving account in this currency that takes the KID.",
                "Klienten har ingen konto i denne valutaen som tar imot KID-en.",
            )
            return ()
        return (Payment(CREDIT_TRANSFER, document.kid or None, document.account),)

    # Lines

    def _line(self, line: ArmLine, place: str) -> None:
        if line.is_text:
            self._note(line.text)
            return
        minor = self._stated(line.amounts, f"{place}.currencyAmounts")
        if minor is None:
            return
        vat = self._vat(minor, f"{place}.currencyAmounts")
        unit = code_of_word(line.unit)
        if unit is None:
            self._wrong(
                "arm-unit",
                f"{place}.quantityUnit",
                f"No code is known for the unit {line.unit}.",
                f"Ingen kode er kjent for enheten {line.unit}.",
            )
        priced = self._priced(line, minor, place)
        name = line.article_name or line.text or line.article_no
        if not name.strip():
            self._wrong(
                "arm-line-name", place, "The line has neither name nor text.", "Linjen har verken navn eller tekst."
            )
        if vat is None or unit is None or priced is None:
            return
        quantity, price, per = priced
        volume = f"{_plain(line.volume)} {line.volume_unit}".strip() if line.volume else ""
        self.lines.append(
            Line(
                str(line.number),
                name,
                quantity,
                unit,
                price,
                vat,
                per,
                description=line.text if line.text and line.text != name else None,
                seller_item=line.article_no or None,
                attributes=(Attribute("Volume", volume),) if volume else (),
            )
        )

    def _note(self, text: str) -> None:
        """A text goes to the line above, or to the document."""
        if not self.lines:
            self.notes.append(text)
            return
        above = self.lines[-1]
        self.lines[-1] = replace(above, note=f"{above.note}\n{text}" if above.note else text)

    def _vat(self, minor: _Minor, place: str) -> Vat | None:
        """The category and rate that the amounts of a line show."""
        if minor.vat == 0 and not self.document.client_vat_registered:
            return OUTSIDE
        if not self.document.client_vat_registered:
            self._wrong(
                "arm-vat",
                place,
                "The line has VAT, and the client is not registered for VAT.",
                "Linjen har mva, og klienten er ikke registrert i Merverdiavgiftsregisteret.",
            )
            return None
        if minor.vat == 0:
            self._wrong(
                "arm-vat",
                place,
                "The line has no VAT, and the document does not say why: exempt, zero-rated, exported and reverse "
                "charge are different categories in an e-invoice.",
                "Linjen har ikke mva, og dokumentet sier ikke hvorfor: unntatt, fritatt, eksport og omvendt "
                "avgiftsplikt er ulike kategorier i en e-faktura.",
            )
            return None
        fitting = rates_that_fit(minor.excl, minor.vat, self.rates)
        if len(fitting) == 1:
            return Vat("S", fitting[0])
        known = ", ".join(_plain(rate) for rate in self.rates)
        on = self.document.day.isoformat()
        if fitting:
            self._wrong(
                "arm-vat",
                place,
                f"The amounts are too small to tell which rate they have: {', '.join(map(_plain, fitting))} % all fit.",
                f"Beløpene er for små til å vise hvilken sats de har: {', '.join(map(_plain, fitting))} % passer alle.",
            )
        else:
            vat, excl = (_plain(Decimal(minor).scaleb(-self.places)) for minor in (minor.vat, minor.excl))
            shown = f"{vat} / {excl}"
            self._wrong(
                "arm-vat",
                place,
                f"The VAT ({shown}) is that of no rate in force on {on}: {known} %.",
                f"Merverdiavgiften ({shown}) svarer ikke til noen sats som gjelder {on}: {known} %.",
            )
        return None

    def _priced(self, line: ArmLine, minor: _Minor, place: str) -> tuple[Decimal, Decimal, Decimal] | None:
        """Quantity, price without VAT, and of how many units the price is, whose product is the amount without VAT."""
        goods = _whole((line.quantity * line.price).scaleb(self.places))
        if line.quantity == 0 or goods not in {minor.excl, minor.incl}:
            given = f"{_plain(line.quantity)} × {_plain(line.price)}"
            self._wrong(
                "arm-price",
                f"{place}.price",
                f"Quantity times price ({given}) is neither the amount without VAT nor the amount with VAT.",
                f"Antall ganger pris ({given}) er verken beløpet uten mva eller beløpet med mva.",
            )
            return None
        if goods == minor.excl:
            quantity, price, per = line.quantity, line.price, Decimal(1)
        else:
            net = Decimal(minor.excl).scaleb(-self.places)
            price = (net / line.quantity).quantize(Decimal(1).scaleb(-_MOST_PRICE_DECIMALS))
            quantity, per = line.quantity, Decimal(1)
            if price * quantity != net:  # no price without VAT is exact: it is given for all of the units together
                price, per = (net if quantity > 0 else -net), abs(quantity)
        return (-quantity, -price, per) if price < 0 else (quantity, price, per)

    # Sums

    def _compare_with_lines(self, stated: _Minor) -> None:
        """What the lines say together, told also where no e-invoice could be made of them."""
        priced = [line.amounts for line in self.document.lines if not line.is_text]
        for name, sum_of_lines, minor in (
            ("exclVat", sum((a.excl_vat for a in priced), Decimal()), stated.excl),
            ("vat", sum((a.vat for a in priced), Decimal()), stated.vat),
        ):
            if sum_of_lines.scaleb(self.places) != minor:
                self._differs(f"currencyAmounts.{name}", sum_of_lines, Decimal(minor).scaleb(-self.places))

    def _compare(self, made: Document, stated: _Minor) -> None:
        """What the e-invoice comes to is what the document says, to the minor unit."""
        found = totals(made, self.places)
        for name, minor, wanted in (
            ("exclVat", found.net_minor, stated.excl),
            ("vat", found.vat_minor, stated.vat),
            ("inclVat", found.gross_minor, stated.incl),
        ):
            if minor != wanted:
                self._differs(
                    f"currencyAmounts.{name}", Decimal(minor).scaleb(-self.places), Decimal(wanted).scaleb(-self.places)
                )

    def _differs(self, place: str, of_lines: Decimal, stated: Decimal) -> None:
        self._wrong(
            "arm-total",
            place,
            f"The lines come to {_plain(of_lines)}, with VAT rounded once a rate; the document says {_plain(stated)}.",
            f"Linjene blir {_plain(of_lines)}, med mva avrundet én gang per sats; dokumentet sier {_plain(stated)}.",
        )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))
