"""Customers on the wire (2.8, 3.1): what is read, what is answered, the published examples."""

from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.wire import Amount, ClearableDay
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.customer import Balance, Customer, CustomerInput, DayInput, Distribution, PostalAddress
from reskontro.ledger.http import items
from reskontro.ledger.http.bodies import DistributionBody, Metadata, Number, day_text
from reskontro.ledger.http.described import ClientNoNumber, DayOrNothing, OkText, code, number_code, one_of
from reskontro.ledger.http.patterns import END, NO_CONTROLS, ONE_LINE, SEEN_TEXT
from reskontro.ledger.service.customers import CustomerWritten, Operation, masked
from reskontro.platform.languages import text


def _most(length: int) -> msgspec.Meta:
    return msgspec.Meta(max_length=length, pattern=NO_CONTROLS)


Text10 = Annotated[str, _most(10)]
Text20 = Annotated[str, _most(20)]
Text34 = Annotated[str, _most(34)]
Text50 = Annotated[str, _most(50)]
Text500 = Annotated[str, _most(500)]
CodeText = Annotated[str, _most(20)]
PhoneNo = Annotated[str, msgspec.Meta(max_length=20, pattern=r"^\+?[0-9 ]*" + END)]
CountryCode = Annotated[str, msgspec.Meta(pattern="^([A-Za-z]{2})?" + END)]
Email = Annotated[str, msgspec.Meta(min_length=1, max_length=254, pattern=ONE_LINE)]
Emails = Annotated[tuple[Email, ...], msgspec.Meta(max_length=10)]
BlockId = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=NO_CONTROLS)]
BlockIds = Annotated[tuple[BlockId, ...], msgspec.Meta(max_length=20)]
PostalReturnNumber = Annotated[int, number_code("postalReturnStatus")]


class PostalAddressInput(msgspec.Struct, rename="camel"):
    """The postal address field group: as soon as one field is given, those not given become blank."""

    address_line1: Text50 | None = None
    address_line2: Text50 | None = None
    address_line3: Text50 | None = None
    postal_code: Text10 | None = None
    city_name: Text50 | None = None
    country_text: Text50 | None = None
    country_code: CountryCode | None = None

    def group(self) -> PostalAddress | None:
        """The whole group; None where no field of it is given."""
        parts = msgspec.structs.astuple(self)
        return None if all(part is None for part in parts) else PostalAddress(*(part or "" for part in parts))


class CustomerDistributionInput(msgspec.Struct, rename="camel"):
    """The preferred channel. Replaced as a whole."""

    type: Annotated[str, _most(20), code("distributionType")]
    einvoice_code: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1), number_code("einvoiceCode")] | None = None


class CustomerInputBody(msgspec.Struct, rename="camel"):
    """A customer as it is written. Missing or null: unchanged. `""` clears, `[]` clears."""

    customer_no: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern="^[A-Za-z0-9._/-]*" + END)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=SEEN_TEXT)] | None = None
    postal_return_status: (
        Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1), number_code("postalReturnStatus")] | None
    ) = None
    postal_return_date: ClearableDay | None = None
    customer_category: Annotated[str, _most(20), code("customerCategory", "")] | None = None
    phone_no: PhoneNo | None = None
    secondary_phone_no: PhoneNo | None = None
    organization_no: Text20 | None = None
    organization_no_scheme: Text10 | None = None
    date_of_birth: ClearableDay | None = None
    year_of_birth: Annotated[int, msgspec.Meta(ge=1900, le=2199)] | None = None
    ssn: Text20 | None = None
    ssn_country: CountryCode | None = None
    informal_name: Text50 | None = None
    customer_group_code: Text20 | None = None
    price_net_or_gross: Annotated[str, _most(20), code("priceNetOrGross", "")] | None = None
    language: CodeText | None = None
    currency: CodeText | None = None
    seller_reference: Text50 | None = None
    buyer_reference: Text50 | None = None
    bank_account_no: Text34 | None = None
    stop_reminder_until: ClearableDay | None = None
    stop_debt_collection_until: ClearableDay | None = None
    stop_interest_calc_until: ClearableDay | None = None
    due_days: Annotated[int, msgspec.Meta(ge=0, le=365)] | None = None
    vat_liable: bool | None = None
    discount_rate: Amount | None = None
    active_status_web: Annotated[str, _most(20), code("activeStatusWeb", "")] | None = None
    customer_message: Text500 | None = None
    limit_amount: Amount | None = None
    registration_status_code: Annotated[str, _most(20), code("registrationStatusCode", "")] | None = None
    registration_status_date: ClearableDay | None = None
    postal_address: PostalAddressInput | None = None
    email_address_document: Emails | None = None
    secondary_email_address: Emails | None = None
    distribution: CustomerDistributionInput | None = None
    efaktura_block_ids: BlockIds | None = None
    peppol_block_ids: BlockIds | None = None
    digipost_block_ids: BlockIds | None = None

    def input(self) -> CustomerInput:
        """What the write says, as the domain has it."""
        said = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return CustomerInput(**{name: _plain(value) for name, value in said if value is not None})


class CustomerWriteBody(msgspec.Struct, rename="camel"):
    """The body of a write."""

    metadata: Metadata
    customer: CustomerInputBody


def _plain(value: Any) -> Any:
    """A value of the wire as the domain has it."""
    match value:
        case ClearableDay():
            day: DayInput = value.day or ""
            return day
        case Decimal():
            return Decimal(value)
        case PostalAddressInput():
            return value.group()
        case CustomerDistributionInput():
            return Distribution(value.type, value.einvoice_code or 0)
        case _:
            return value


class PostalAddressBody(msgspec.Struct, rename="camel"):
    """The postal address; all seven fields, blank where there is nothing."""

    address_line1: str
    address_line2: str
    address_line3: str
    postal_code: str
    city_name: str
    country_text: str
    country_code: str


class BalanceBody(msgspec.Struct, rename="camel"):
    """What the customer owes."""

    gl_balance: Number
    overdue_gl_balance: Number
    open_item_count: int
    oldest_due_date: DayOrNothing

    @classmethod
    def of(cls, balance: Balance) -> "BalanceBody":
        """On the wire."""
        return cls(
            to_wire(balance.gl_balance_minor, balance.currency),
            to_wire(balance.overdue_gl_balance_minor, balance.currency),
            balance.open_item_count,
            day_text(balance.oldest_due_date),
        )


class CustomerBody(msgspec.Struct, rename="camel", kw_only=True):
    """A customer in the published order. A text or date without a value is `""`, a number without one is left out."""

    client_no: ClientNoNumber
    account_no: int
    customer_no: str
    name: str
    postal_return_status: PostalReturnNumber
    postal_return_date: DayOrNothing
    customer_category: Annotated[str, code("customerCategory")]
    phone_no: str
    secondary_phone_no: str
    organization_no: str
    organization_no_scheme: str
    date_of_birth: DayOrNothing
    year_of_birth: int | UnsetType = UNSET
    ssn: str
    ssn_country: str
    informal_name: str
    customer_group_code: str
    price_net_or_gross: Annotated[str, code("priceNetOrGross", "")]
    language: str
    currency: str
    seller_reference: str
    buyer_reference: str
    bank_account_no: str
    stop_reminder_until: DayOrNothing
    stop_debt_collection_until: DayOrNothing
    stop_interest_calc_until: DayOrNothing
    due_days: int | UnsetType = UNSET
    vat_liable: bool
    discount_rate: Number | UnsetType = UNSET
    active_status_web: Annotated[str, code("activeStatusWeb", "")]
    customer_message: str
    limit_amount: Number | UnsetType = UNSET
    registration_status_code: Annotated[str, code("registrationStatusCode", "")]
    registration_status_date: DayOrNothing
    postal_address_changed: DayOrNothing
    postal_address: PostalAddressBody
    email_address_document: tuple[str, ...]
    secondary_email_address: tuple[str, ...]
    distribution: DistributionBody
    efaktura_block_ids: tuple[str, ...]
    peppol_block_ids: tuple[str, ...]
    digipost_block_ids: tuple[str, ...]
    balance: BalanceBody | UnsetType = UNSET
    open_ar_items: "list[items.ArItemBody] | UnsetType" = UNSET

    @classmethod
    def of(cls, client_no: int, customer: Customer) -> "CustomerBody":
        """On the wire."""
        limit, address = customer.limit_amount_minor, customer.postal_address
        return cls(
            client_no=client_no,
            account_no=customer.account_no,
            customer_no=customer.customer_no,
            name=customer.name,
            postal_return_status=customer.postal_return_status,
            postal_return_date=day_text(customer.postal_return_date),
            customer_category=customer.customer_category,
            phone_no=customer.phone_no,
            secondary_phone_no=customer.secondary_phone_no,
            organization_no=customer.organization_no,
            organization_no_scheme=customer.organization_no_scheme,
            date_of_birth=day_text(customer.date_of_birth),
            year_of_birth=_or_unset(customer.year_of_birth),
            ssn=customer.ssn,
            ssn_country=customer.ssn_country,
            informal_name=customer.informal_name,
            customer_group_code=customer.customer_group_code,
            price_net_or_gross=customer.price_net_or_gross,
            language=customer.language,
            currency=customer.currency,
            seller_reference=customer.seller_reference,
            buyer_reference=customer.buyer_reference,
            bank_account_no=customer.bank_account_no,
            stop_reminder_until=day_text(customer.stop_reminder_until),
            stop_debt_collection_until=day_text(customer.stop_debt_collection_until),
            stop_interest_calc_until=day_text(customer.stop_interest_calc_until),
            due_days=_or_unset(customer.due_days),
            vat_liable=customer.vat_liable,
            discount_rate=UNSET if customer.discount_rate is None else _number(customer.discount_rate),
            active_status_web=customer.active_status_web,
            customer_message=customer.customer_message,
            limit_amount=UNSET if limit is None else to_wire(limit, customer.currency),
            registration_status_code=customer.registration_status_code,
            registration_status_date=day_text(customer.registration_status_date),
            postal_address_changed=day_text(customer.postal_address_changed),
            postal_address=PostalAddressBody(
                address.address_line1,
                address.address_line2,
                address.address_line3,
                address.postal_code,
                address.city_name,
                address.country_text,
                address.country_code,
            ),
            email_address_document=customer.email_address_document,
            secondary_email_address=customer.secondary_email_address,
            distribution=DistributionBody(customer.distribution.type, customer.distribution.einvoice_code),
            efaktura_block_ids=customer.efaktura_block_ids,
            peppol_block_ids=customer.peppol_block_ids,
            digipost_block_ids=customer.digipost_block_ids,
        )


def _or_unset(number: int | None) -> int | UnsetType:
    return UNSET if number is None else number


def _number(rate: Decimal) -> Number:
    """Whole rates as whole numbers, others without trailing zeros."""
    return int(rate) if rate == rate.to_integral_value() else rate.normalize()


class CustomerWrittenBody(msgspec.Struct, rename="camel"):
    """The answer to a write. The national identity number is masked in it."""

    result_type: OkText
    operation: Annotated[str, one_of("CREATED", "UPDATED")]
    message: str
    customer: CustomerBody

    @classmethod
    def of(cls, client_no: int, written: CustomerWritten, language: str) -> "CustomerWrittenBody":
        """On the wire, in the caller's language."""
        message = text(language, MESSAGES[written.operation])
        return cls("OK", written.operation, message, CustomerBody.of(client_no, masked(written.customer)))


class CustomerDeletedBody(msgspec.Struct, rename="camel"):
    """The answer to a deletion."""

    result_type: OkText
    operation: Annotated[str, one_of("DELETED")]
    message: str
    customer_no: str
    account_no: int

    @classmethod
    def of(cls, customer: Customer, language: str) -> "CustomerDeletedBody":
        """On the wire, in the caller's language."""
        message = text(language, "Customer deleted")
        return cls("OK", "DELETED", message, customer.customer_no, customer.account_no)


MESSAGES = {Operation.CREATED: "Customer created", Operation.UPDATED: "Customer updated"}

REQUEST_EXAMPLE = {
    "metadata": {"userId": "TestUser"},
    "customer": {
        "customerNo": "543210",
        "name": "Owe Armstrong",
        "customerCategory": "CONS",
        "phoneNo": "99887766",
        "dateOfBirth": "1999-01-01",
        "language": "no",
        "currency": "NOK",
        "dueDays": 10,
        "vatLiable": True,
        "postalAddress": {
            "addressLine1": "C/O ARMchair industries",
            "addressLine2": "707 Arm street",
            "addressLine3": "",
            "postalCode": "1234",
            "cityName": "Oslo",
            "countryText": "Norway",
            "countryCode": "NO",
        },
        "emailAddressDocument": ["owe@example.no"],
        "distribution": {"type": "M", "einvoiceCode": 0},
    },
}
CUSTOMER_EXAMPLE = {
    "clientNo": 2218,
    "accountNo": 500002,
    "customerNo": "543210",
    "name": "Owe Armstrong",
    "postalReturnStatus": 100,
    "postalReturnDate": "2025-01-10",
    "customerCategory": "CONS",
    "phoneNo": "99887766",
    "secondaryPhoneNo": "99775533",
    "organizationNo": "984842252",
    "organizationNoScheme": "0192",
    "dateOfBirth": "1999-01-01",
    "yearOfBirth": 1999,
    "ssn": "01019921717",
    "ssnCountry": "NO",
    "informalName": "Oa",
    "customerGroupCode": "VIP",
    "priceNetOrGross": "B",
    "language": "no",
    "currency": "NOK",
    "sellerReference": "VAA",
    "buyerReference": "OA",
    "bankAccountNo": "81501757329",
    "stopReminderUntil": "2026-12-31",
    "stopDebtCollectionUntil": "2026-12-31",
    "stopInterestCalcUntil": "2026-12-31",
    "dueDays": 10,
    "vatLiable": True,
    "discountRate": 5.5,
    "activeStatusWeb": "Passive",
    "customerMessage": "Keep it up!",
    "limitAmount": 2000,
    "registrationStatusCode": "FICTITIOUS",
    "registrationStatusDate": "2025-03-06",
    "postalAddressChanged": "2014-11-13",
    "postalAddress": {
        "addressLine1": "C/O ARMchair industries",
        "addressLine2": "707 Arm street",
        "addressLine3": "Appartment 8",
        "postalCode": "1234",
        "cityName": "Oslo",
        "countryText": "Norway",
        "countryCode": "NO",
    },
    "emailAddressDocument": ["amili@testarmrest.no"],
    "secondaryEmailAddress": ["amili@testarmrest.no"],
    "distribution": {"type": "H", "einvoiceCode": 90},
    "efakturaBlockIds": ["12345678", "23456789", "34567890"],
    "peppolBlockIds": ["987654321", "876543210", "976543210"],
    "digipostBlockIds": ["owe.armstrong#6UY", "bill.lossius#8HM"],
}
CREATED_EXAMPLE = {
    "resultType": "OK",
    "operation": "CREATED",
    "message": "Customer created",
    "customer": CUSTOMER_EXAMPLE | {"ssn": "*******1717"},
}
UPDATED_EXAMPLE = CREATED_EXAMPLE | {"operation": "UPDATED", "message": "Customer updated"}
