"""A customer, and what one write makes of it.

A field that is not given, or null, stays as it is. `""` clears an optional text or date; a code with a default goes
back to its default. A list that is given replaces the stored one, the distribution is replaced as a whole, and so is
the postal address as soon as one of its fields is given: what is not given of it becomes blank. A postal address that
changes was right today, and mail that came back from the old one says nothing any more.

Source: arm-api, sections 2.8.1, 2.8.2 and 3.1.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from reskontro.kernel.account_number import account_check_digit_fits
from reskontro.kernel.check_digits import national_identity_check_digits_fit, organization_check_digit_fits
from reskontro.kernel.money import is_currency, to_minor, to_wire
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import (
    ACTIVE_STATUS_WEB,
    CUSTOMER_CATEGORIES,
    DISTRIBUTION_TYPES,
    EINVOICE_CODES,
    LANGUAGES,
    POSTAL_RETURN_STATUS,
    PRICE_NET_OR_GROSS,
    REGISTRATION_STATUS,
    canonical,
    fold,
)
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, fault

CUSTOMER_NO = re.compile(r"[A-Za-z0-9._/-]{1,20}", re.ASCII)
DEFAULT_CATEGORY = "CONS"
DEFAULT_SCHEME = "0192"  # the Norwegian register of business enterprises
DEFAULT_SSN_COUNTRY = "NO"
NO_POSTAL_RETURN = 0


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """The postal address field group. Blank is a value."""

    address_line1: str = ""
    address_line2: str = ""
    address_line3: str = ""
    postal_code: str = ""
    city_name: str = ""
    country_text: str = ""
    country_code: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """The preferred channel."""

    type: str = "P"
    einvoice_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as it is stored, in the published order. Numbers that have no value are None, texts are blank."""

    account_no: int
    customer_no: str
    name: str
    postal_return_status: int = NO_POSTAL_RETURN
    postal_return_date: date | None = None
    customer_category: str
    phone_no: str = ""
    secondary_phone_no: str = ""
    organization_no: str = ""
    organization_no_scheme: str = ""
    date_of_birth: date | None = None
    year_of_birth: int | None = None
    ssn: str = field(default="", repr=False)
    ssn_country: str = ""
    informal_name: str = ""
    customer_group_code: str = ""
    price_net_or_gross: str = ""
    language: str
    currency: str
    seller_reference: str = ""
    buyer_reference: str = ""
    bank_account_no: str = field(default="", repr=False)
    stop_reminder_until: date | None = None
    stop_debt_collection_until: date | None = None
    stop_interest_calc_until: date | None = None
    due_days: int | None = None
    vat_liable: bool = True
    discount_rate: Decimal | None = None
    active_status_web: str = ""
    customer_message: str = ""
    limit_amount_minor: int | None = None
    registration_status_code: str = ""
    registration_status_date: date | None = None
    postal_address_changed: date | None = None
    postal_address: PostalAddress = PostalAddress()
    email_address_document: tuple[str, ...] = ()
    secondary_email_address: tuple[str, ...] = ()
    distribution: Distribution = Distribution()
    efaktura_block_ids: tuple[str, ...] = ()
    peppol_block_ids: tuple[str, ...] = ()
    digipost_block_ids: tuple[str, ...] = ()


DayInput = date | Literal[""] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerInput:
    """What a write says of a customer; None is not said. The address, where it is given, is the whole of it."""

    customer_no: str
    name: str | None = None
    postal_return_status: int | None = None
    postal_return_date: DayInput = None
    customer_category: str | None = None
    phone_no: str | None = None
    secondary_phone_no: str | None = None
    organization_no: str | None = None
    organization_no_scheme: str | None = None
    date_of_birth: DayInput = None
    year_of_birth: int | None = None
    ssn: str | None = field(default=None, repr=False)
    ssn_country: str | None = None
    informal_name: str | None = None
    customer_group_code: str | None = None
    price_net_or_gross: str | None = None
    language: str | None = None
    currency: str | None = None
    seller_reference: str | None = None
    buyer_reference: str | None = None
    bank_account_no: str | None = field(default=None, repr=False)
    stop_reminder_until: DayInput = None
    stop_debt_collection_until: DayInput = None
    stop_interest_calc_until: DayInput = None
    due_days: int | None = None
    vat_liable: bool | None = None
    discount_rate: Decimal | None = None
    active_status_web: str | None = None
    customer_message: str | None = None
    limit_amount: Decimal | None = None
    registration_status_code: str | None = None
    registration_status_date: DayInput = None
    postal_address: PostalAddress | None = None
    email_address_document: tuple[str, ...] | None = None
    secondary_email_address: tuple[str, ...] | None = None
    distribution: Distribution | None = None
    efaktura_block_ids: tuple[str, ...] | None = None
    peppol_block_ids: tuple[str, ...] | None = None
    digipost_block_ids: tuple[str, ...] | None = None


CODE_LISTS: Mapping[str, tuple[str, ...]] = {
    "customer_category": CUSTOMER_CATEGORIES,
    "price_net_or_gross": PRICE_NET_OR_GROSS,
    "language": LANGUAGES,
    "active_status_web": ACTIVE_STATUS_WEB,
    "registration_status_code": REGISTRATION_STATUS,
}
DAYS = frozenset(f.name for f in fields(CustomerInput) if f.type == DayInput)
# What is simply replaced by what is given; the rest has a rule of its own in `merged`.
REPLACED = tuple(
    f.name for f in fields(CustomerInput) if f.name not in {"customer_no", "ssn", "limit_amount", "postal_address"}
)


def wire_name(name: str) -> str:
    """A field's published name: `postalReturnStatus`."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def canonical_input(given: CustomerInput) -> tuple[CustomerInput, list[Fault]]:
    """The input with its codes in their lists' spelling, and what is wrong with it whatever is stored."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, codes in CODE_LISTS.items():
        code = getattr(given, name)
        if code:
            found[name] = _listed(code, codes, wire_name(name), faults)
    if given.postal_return_status is not None and given.postal_return_status not in POSTAL_RETURN_STATUS:
        faults.append(_not_listed(given.postal_return_status, POSTAL_RETURN_STATUS, "postalReturnStatus"))
    if given.currency:
        found["currency"] = given.currency.upper()
        if not is_currency(found["currency"]):
            faults.append(fault(Code.CURRENCY, "The currency is unknown", "currency", given.currency))
    if given.ssn_country:
        found["ssn_country"] = given.ssn_country.upper()
    if given.postal_address is not None:
        country = given.postal_address.country_code.upper()
        found["postal_address"] = replace(given.postal_address, country_code=country)
    if given.discount_rate is not None and not 0 <= given.discount_rate <= 100:
        args = {"least": 0, "most": 100}
        message = "A number from {least} to {most} is wanted"
        faults.append(fault(Code.WRONG_VALUE, message, "discountRate", given.discount_rate, **args))
    if given.distribution is not None:
        found["distribution"] = _canonical_channel(given.distribution, faults)
    return replace(given, **found), faults


def _canonical_channel(channel: Distribution, faults: list[Fault]) -> Distribution:
    kind = _listed(channel.type, DISTRIBUTION_TYPES, "distribution.type", faults)
    if channel.einvoice_code not in EINVOICE_CODES:
        faults.append(_not_listed(channel.einvoice_code, EINVOICE_CODES, "distribution.einvoiceCode"))
    return Distribution(kind, channel.einvoice_code)


def _listed(code: str, codes: tuple[str, ...], at: str, faults: list[Fault]) -> str:
    known = canonical(code, codes)
    if known is None:
        faults.append(_not_listed(code, codes, at))
        return code
    return known


def _not_listed(code: object, codes: tuple[object, ...], at: str) -> Fault:
    return fault(Code.NOT_IN_LIST, "The value is not one of {codes}", at, code, codes=", ".join(map(str, codes)))


def new_customer(customer_no: str, account_no: int, config: Config) -> Customer:
    """A customer of whom nothing but the number is known: the defaults."""
    return Customer(
        account_no=account_no,
        customer_no=customer_no,
        name="",
        customer_category=DEFAULT_CATEGORY,
        language=config.text("document.defaultLanguage"),
        currency=config.text("gl.baseCurrency"),
    )


def merged(
    before: Customer, given: CustomerInput, config: Config, today: date, *, created: bool
) -> tuple[Customer, list[Fault]]:
    """What the write makes of the customer, and what is wrong with that."""
    found: dict[str, Any] = {}
    for name in REPLACED:
        value = getattr(given, name)
        if value is not None:
            found[name] = None if value == "" and name in DAYS else value
    if given.ssn is not None and given.ssn != masked_number(before.ssn):
        found["ssn"] = given.ssn
    found |= _defaults_of_cleared(given, config)
    found |= _completed(before, given, found)
    after = replace(before, **found)
    if given.postal_address is not None and given.postal_address != before.postal_address:
        after = _moved(before, after, given.postal_address, today)
    after, faults = _with_limit(before, after, given)
    if created and given.name is None:
        faults.append(Fault(Code.MISSING.value, "{field} is required", "name", None, {"field": "name"}))
    born = after.date_of_birth
    if born is not None and after.year_of_birth != born.year:
        at = "yearOfBirth" if given.year_of_birth is not None else "dateOfBirth"
        message = "The year of birth and the date of birth do not agree"
        faults.append(fault(Code.DATE_RANGE, message, at, given.year_of_birth or born))
    return after, faults


def _defaults_of_cleared(given: CustomerInput, config: Config) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if given.customer_category == "":
        found["customer_category"] = DEFAULT_CATEGORY
    if given.language == "":
        found["language"] = config.text("document.defaultLanguage")
    if given.currency == "":
        found["currency"] = config.text("gl.baseCurrency")
    return found


def _completed(before: Customer, given: CustomerInput, found: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from what is given: the schemes of numbers, the year of a date of birth."""
    more: dict[str, Any] = {}
    if given.organization_no and not found.get("organization_no_scheme", before.organization_no_scheme):
        more["organization_no_scheme"] = DEFAULT_SCHEME
    if found.get("ssn") and not found.get("ssn_country", before.ssn_country):
        more["ssn_country"] = DEFAULT_SSN_COUNTRY
    if given.year_of_birth is None and given.date_of_birth is not None:
        more["year_of_birth"] = given.date_of_birth.year if given.date_of_birth else None
    return more


def _moved(before: Customer, after: Customer, address: PostalAddress, today: date) -> Customer:
    """The customer at another address; a postal return stays only where the same write reports it anew."""
    after = replace(after, postal_address=address, postal_address_changed=today)
    if after.postal_return_status == before.postal_return_status:
        after = replace(after, postal_return_status=NO_POSTAL_RETURN)
    if after.postal_return_date == before.postal_return_date:
        after = replace(after, postal_return_date=None)
    return after


def _with_limit(before: Customer, after: Customer, given: CustomerInput) -> tuple[Customer, list[Fault]]:
    """The customer with the credit limit in its currency, which keeps its amount when only the currency changes."""
    if given.limit_amount is None and (before.limit_amount_minor is None or before.currency == after.currency):
        return after, []
    if not is_currency(after.currency):
        return after, []  # told before
    amount = given.limit_amount
    if amount is None:
        assert before.limit_amount_minor is not None
        amount = Decimal(to_wire(before.limit_amount_minor, before.currency))
    try:
        return replace(after, limit_amount_minor=to_minor(amount, after.currency)), []
    except ValueError:
        message = "The amount has more decimals than the currency {currency}"
        return after, [fault(Code.WRONG_VALUE, message, "limitAmount", amount, currency=after.currency)]


def masked_number(number: str) -> str:
    """A personal number as it is shown where it need not be known: its last four characters."""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 4 else "*" * len(number)


def changed_fields(before: Customer | None, after: Customer) -> Iterator[tuple[str, str, str]]:
    """Published name, old and new text of each field that differs; of a new customer, of each that has a value."""
    for f in fields(Customer):
        if f.name in {"account_no", "customer_no"}:
            continue
        old, new = getattr(before, f.name) if before else None, getattr(after, f.name)
        if old == new:
            continue
        if f.name == "limit_amount_minor":
            old_text = "" if before is None else _limit_text(before)
            yield "limitAmount", old_text, _limit_text(after)
        elif isinstance(new, PostalAddress | Distribution):
            yield from _changed_parts(wire_name(f.name), old, new)
        elif (old_text := _text(old)) != (new_text := _text(new)):
            yield wire_name(f.name), old_text, new_text


def _changed_parts(of: str, old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    for part in fields(new):
        old_text, new_text = _text(getattr(old, part.name) if old else None), _text(getattr(new, part.name))
        if old_text != new_text:
            yield f"{of}.{wire_name(part.name)}", old_text, new_text


def _limit_text(customer: Customer) -> str:
    return "" if customer.limit_amount_minor is None else str(to_wire(customer.limit_amount_minor, customer.currency))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def doubtful_fields(before: Customer | None, after: Customer) -> list[str]:
    """The published names of the fields that this write gave a number whose check digits do not fit."""
    doubtful = []
    if after.organization_no and after.organization_no_scheme == DEFAULT_SCHEME:
        told = before is None or before.organization_no != after.organization_no
        if told and not organization_check_digit_fits(after.organization_no.replace(" ", "")):
            doubtful.append("organizationNo")
    if after.ssn and after.ssn_country == DEFAULT_SSN_COUNTRY:
        told = before is None or before.ssn != after.ssn
        if told and not national_identity_check_digits_fit(after.ssn.replace(" ", "")):
            doubtful.append("ssn")
    number = after.bank_account_no.replace(" ", "").replace(".", "")
    if len(number) == 11 and number.isdigit():
        told = before is None or before.bank_account_no != after.bank_account_no
        if told and not account_check_digit_fits(number):
            doubtful.append("bankAccountNo")
    known = set(before.peppol_block_ids) if before else set()
    nine = [i for i in after.peppol_block_ids if i not in known and len(i) == 9 and i.isdigit()]
    if not all(map(organization_check_digit_fits, nine)):
        doubtful.append("peppolBlockIds")
    return doubtful


@dataclass(frozen=True, slots=True)
class Balance:
    """What a customer owes, in the currency of the ledger."""

    currency: str
    gl_balance_minor: int
    overdue_gl_balance_minor: int
    open_item_count: int
    oldest_due_date: date | None


class SearchKind(StrEnum):
    """What customers are found by exactly."""

    ORGANIZATION = "organization"
    PHONE = "phone"
    EMAIL = "email"
    POSTAL_CODE = "postal"
    CATEGORY = "category"
    GROUP = "group"
    WEB_STATUS = "web"


SearchKey = tuple[str, str]


def organization_key(number: str) -> str:
    """An organisation number as it is compared: spaces and case do not count."""
    return fold(number.replace(" ", ""))


def phone_key(number: str) -> str:
    """A phone number as it is compared: its digits."""
    return "".join(character for character in number if character in "0123456789")


def search_keys(customer: Customer) -> frozenset[SearchKey]:
    """The kinds and folded values that the customer is found by."""
    keys = [
        (SearchKind.ORGANIZATION, organization_key(customer.organization_no)),
        (SearchKind.PHONE, phone_key(customer.phone_no)),
        (SearchKind.PHONE, phone_key(customer.secondary_phone_no)),
        (SearchKind.POSTAL_CODE, fold(customer.postal_address.postal_code)),
        (SearchKind.CATEGORY, fold(customer.customer_category)),
        (SearchKind.GROUP, fold(customer.customer_group_code)),
        (SearchKind.WEB_STATUS, fold(customer.active_status_web)),
        *((SearchKind.EMAIL, fold(a)) for a in (*customer.email_address_document, *customer.secondary_email_address)),
    ]
    return frozenset((kind.value, key) for kind, key in keys if key)
