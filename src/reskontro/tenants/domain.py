"""What a tenant is and what its record may say.

A tenant is one firm with three names: the client number of accounts receivable, the organisation of debt collection (a
UUID) and the company of distribution (a number). Money reaches it on receiving accounts, each of which belongs to one
tenant; the bank agreement of an account says which lengths and check characters its KIDs have.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import ModuleType
from uuid import UUID

from stdnum import iban
from stdnum.dk import cvr
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.no import orgnr as norwegian_orgnr
from stdnum.se import orgnr as swedish_orgnr

from reskontro.kernel.account_number import ELEVEN_DIGITS, parse_account_number
from reskontro.kernel.identifiers import InvalidIdentifier
from reskontro.kernel.kid import LONGEST, SHORTEST, Modulus
from reskontro.kernel.money import is_currency
from reskontro.kernel.problems import Fault, Refused
from reskontro.kernel.swedish_reference import parse_bankgiro, parse_plusgiro

LARGEST_CLIENT_NO = 999_999
LARGEST_COMPANY_ID = 2**53 - 1  # JSON's readers keep whole numbers up to here
LONGEST_NAME = 200
LONGEST_ADDRESS_LINE = 100
LONGEST_AGREEMENT_NO = 20
OWN_KID_LENGTH = 21  # of the KIDs that the product hands out

# Where a client's own numbers start, and the largest that fits into its identifiers.
COUNTER_STARTS: Mapping[str, int] = {
    "account": 500_001,
    "reference": 1,
    "bundle": 1,
    "ledger_period_report": 1,
    "credit_note": 1,
}
COUNTER_LIMITS: Mapping[str, int] = {"account": 999_999, "reference": 9_999_999}
LARGEST_NUMBER = 2**53 - 1
_VOUCHER_COUNTER = re.compile(r"voucher:(19|20|21)[0-9]{2}", re.ASCII)

_ORGANIZATION_NUMBERS: Mapping[str, ModuleType] = {"NO": norwegian_orgnr, "SE": swedish_orgnr, "DK": cvr}
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a tenant is."""

    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city_name: str = ""
    country_code: str = "NO"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """What is known of a tenant before it is made. None leaves a name to the product."""

    client_no: int
    legal_name: str
    organization_no: str
    vat_registered: bool = True
    address: Address = Address()
    organization_id: UUID | None = None
    company_id: int | None = None
    counters: Mapping[str, int] = field(default_factory=dict)
    sandbox: bool = False  # made by the sandbox itself; never for a firm of the real world


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A tenant as it is stored."""

    client_no: int
    organization_id: UUID
    company_id: int
    legal_name: str
    organization_no: str
    vat_registered: bool
    address: Address
    sandbox: bool
    created_time: datetime


@dataclass(frozen=True, slots=True, order=True)
class AccountKidRule:
    """One length and modulus that KIDs to an account may have."""

    length: int
    modulus: Modulus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingAccount:
    """An account to which a tenant's payers pay."""

    account_no: str
    client_no: int
    agreement_no: str
    currency: str
    kid_rules: tuple[AccountKidRule, ...]


class TenantUnknown(Refused):
    """There is no tenant of that client number."""

    def __init__(self, client_no: int) -> None:
        super().__init__(
            404, [Fault("TENANT-UNKNOWN", "There is no tenant {client_no}", args={"client_no": client_no})]
        )


class NameTaken(Refused):
    """Another tenant has one of the names."""

    def __init__(self, name: str, value: object) -> None:
        args = {"value": value}
        super().__init__(422, [Fault("TENANT-EXISTS", "{value} is another tenant's", name, str(value), args)])


class AccountTaken(Refused):
    """The account is a tenant's already."""

    def __init__(self, client_no: int) -> None:
        message = "The account belongs to tenant {client_no}: an account belongs to one tenant"
        super().__init__(422, [Fault("ACCOUNT-EXISTS", message, "accountNo", args={"client_no": client_no})])


def parse_organization_no(text: str, country_code: str = "NO", *, force: bool = False) -> str:
    """The organisation number without spaces and dashes. Raises `InvalidIdentifier`.

    The check digit of a Norwegian, Swedish or Danish number must fit; forced, it need not, the form still must.
    """
    kind = "organisation number"
    number = re.sub(r"[\s.-]", "", text)
    if not (number.isascii() and number.isalnum() and len(number) <= 20):
        raise InvalidIdentifier(kind, text, "up to 20 letters and digits are wanted")
    module = _ORGANIZATION_NUMBERS.get(country_code)
    if module is None:
        return number
    try:
        module.validate(number)
    except InvalidChecksum:
        if not force:
            raise InvalidIdentifier(kind, text, "its check digit does not fit; --force takes it all the same") from None
    except ValidationError:
        raise InvalidIdentifier(kind, text, f"it does not have the form of one in {country_code}") from None
    return number


def check_new_tenant(new: NewTenant, *, force: bool = False) -> NewTenant:
    """The tenant with its organisation number in canonical form; raises `Refused` with every fault."""
    faults = [*_name_faults(new), *_address_faults(new.address), *_counter_faults(new.counters)]
    organization_no = ""
    try:
        organization_no = parse_organization_no(new.organization_no, new.address.country_code, force=force)
    except InvalidIdentifier as error:
        faults.append(_fault("organizationNo", str(error)))
    if faults:
        raise Refused(422, faults)
    return NewTenant(
        client_no=new.client_no,
        legal_name=new.legal_name.strip(),
        organization_no=organization_no,
        vat_registered=new.vat_registered,
        address=new.address,
        organization_id=new.organization_id,
        company_id=new.company_id,
        counters={**COUNTER_STARTS, **new.counters},
        sandbox=new.sandbox,
    )


class AccountKind(StrEnum):
    """What the number of a receiving account is. `OTHER` is one whose check digits are not known here."""

    NORWEGIAN = "norwegian"
    BANKGIRO = "bankgiro"
    PLUSGIRO = "plusgiro"
    IBAN = "iban"
    OTHER = "other"


def _iban(text: str) -> str:
    number = re.sub(r"\s", "", text).upper()
    if not iban.is_valid(number):
        raise InvalidIdentifier("account_no", text, "an IBAN whose check digits fit is wanted")
    return number


def _other(text: str) -> str:
    number = re.sub(r"[\s.-]", "", text).upper()
    if not OTHER_ACCOUNT.fullmatch(number):
        raise InvalidIdentifier("account_no", text, "4 to 34 letters and digits are wanted")
    return number


ACCOUNT_PARSERS: Mapping[AccountKind, Callable[[str], str]] = {
    AccountKind.NORWEGIAN: parse_account_number,
    AccountKind.BANKGIRO: parse_bankgiro,
    AccountKind.PLUSGIRO: parse_plusgiro,
    AccountKind.IBAN: _iban,
    AccountKind.OTHER: _other,
}
OTHER_ACCOUNT = re.compile(r"[0-9A-Z]{4,34}")


def check_account(
    account_no: str,
    agreement_no: str,
    currency: str,
    kid_rules: Sequence[AccountKidRule],
    *,
    force: bool = False,
    kind: AccountKind = AccountKind.NORWEGIAN,
) -> str:
    """The account's number as files have it; raises `Refused` with every fault.

    Forced, the check digit of a Norwegian one need not fit.
    """
    faults: list[Fault] = []
    number = re.sub(r"[\s.]", "", account_no)
    try:
        if not (force and kind is AccountKind.NORWEGIAN and ELEVEN_DIGITS.fullmatch(number)):
            number = ACCOUNT_PARSERS[kind](account_no)
    except InvalidIdentifier as error:
        faults.append(_fault("accountNo", str(error)))
    if not (agreement_no.isascii() and len(agreement_no) <= LONGEST_AGREEMENT_NO and (agreement_no + "0").isalnum()):
        faults.append(_fault("agreementNo", f"up to {LONGEST_AGREEMENT_NO} letters and digits are wanted"))
    if not is_currency(currency):
        faults.append(_fault("currency", "a currency's three letters are wanted, such as NOK"))
    faults.extend(
        _fault("kidLength", f"{rule.length} is not from {SHORTEST} to {LONGEST}")
        for rule in kid_rules
        if not SHORTEST <= rule.length <= LONGEST
    )
    if faults:
        raise Refused(422, faults)
    return number


def _name_faults(new: NewTenant) -> list[Fault]:
    faults = []
    if not 1 <= new.client_no <= LARGEST_CLIENT_NO:
        faults.append(_fault("clientNo", f"a number from 1 to {LARGEST_CLIENT_NO} is wanted"))
    if new.company_id is not None and not 1 <= new.company_id <= LARGEST_COMPANY_ID:
        faults.append(_fault("companyId", f"a number from 1 to {LARGEST_COMPANY_ID} is wanted"))
    if not (0 < len(new.legal_name.strip()) <= LONGEST_NAME and new.legal_name.isprintable()):
        faults.append(_fault("legalName", f"1 to {LONGEST_NAME} characters are wanted"))
    return faults


def _address_faults(address: Address) -> list[Fault]:
    lines = {
        "addressLine1": address.line1,
        "addressLine2": address.line2,
        "postalCode": address.postal_code,
        "cityName": address.city_name,
    }
    faults = [
        _fault(name, f"at most {LONGEST_ADDRESS_LINE} characters are wanted")
        for name, line in lines.items()
        if len(line) > LONGEST_ADDRESS_LINE or not line.isprintable()
    ]
    if not _COUNTRY.fullmatch(address.country_code):
        faults.append(_fault("countryCode", "a country's two capital letters are wanted, such as NO"))
    return faults


def _counter_faults(counters: Mapping[str, int]) -> list[Fault]:
    faults = []
    for counter, start in counters.items():
        limit = COUNTER_LIMITS.get(counter, LARGEST_NUMBER)
        if counter not in COUNTER_STARTS and not _VOUCHER_COUNTER.fullmatch(counter):
            known = ", ".join(COUNTER_STARTS)
            faults.append(_fault("counter", f"{counter} is not one of {known}, voucher:<year>"))
        elif not 1 <= start <= limit:
            faults.append(_fault("counter", f"{counter} starts from 1 to {limit}"))
    return faults


def _fault(name: str, message: str) -> Fault:
    return Fault("TENANT-VALUE", "{said}", name, args={"said": message})
