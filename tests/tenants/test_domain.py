from uuid import UUID

import pytest

from reskontro.kernel.identifiers import InvalidIdentifier
from reskontro.kernel.kid import Modulus
from reskontro.kernel.problems import Refused
from reskontro.tenants.domain import (
    COUNTER_STARTS,
    AccountKidRule,
    AccountKind,
    Address,
    NewTenant,
    check_account,
    check_new_tenant,
    parse_organization_no,
)

RIGHT = "984842252"  # the organisation number that the published interface names as its publisher's
WRONG = "984842253"


def fields(refused: Refused) -> set[str | None]:
    return {fault.field for fault in refused.faults}


def test_an_organisation_number_is_kept_without_its_spaces():
    assert parse_organization_no("984 842 252") == RIGHT


def test_a_wrong_check_digit_is_refused_unless_forced():
    with pytest.raises(InvalidIdentifier, match="check digit"):
        parse_organization_no(WRONG)
    assert parse_organization_no(WRONG, force=True) == WRONG


def test_force_does_not_take_a_number_of_another_form():
    with pytest.raises(InvalidIdentifier):
        parse_organization_no("98484225", force=True)


@pytest.mark.parametrize(("country", "number"), [("SE", "202100-5489"), ("DK", "13585628"), ("DE", "HRB 123456 B")])
def test_other_countries_have_other_numbers(country, number):
    assert parse_organization_no(number, country)


def test_a_tenant_gets_the_usual_starts_and_those_that_were_given():
    new = NewTenant(
        client_no=2218,
        legal_name="  Lys AS ",
        organization_no=RIGHT,
        counters={"account": 500_002, "voucher:2025": 57869},
    )

    checked = check_new_tenant(new)

    assert checked.legal_name == "Lys AS"
    assert checked.counters == {**COUNTER_STARTS, "account": 500_002, "voucher:2025": 57869}


def test_every_fault_of_a_tenant_is_named():
    new = NewTenant(
        client_no=1_000_000,
        legal_name=" ",
        organization_no=WRONG,
        company_id=0,
        address=Address(line1="x" * 101, country_code="Norge"),
        organization_id=UUID(int=1),
        counters={"invoice": 1, "account": 1_000_000},
    )

    with pytest.raises(Refused) as caught:
        check_new_tenant(new)

    assert fields(caught.value) == {"clientNo", "legalName", "companyId", "addressLine1", "countryCode", "counter"}


def test_a_receiving_account_is_eleven_digits_with_the_right_check_digit():
    assert check_account("8601.11.17947", "", "NOK", ()) == "86011117947"
    with pytest.raises(Refused):
        check_account("86011117948", "", "NOK", ())
    assert check_account("86011117948", "", "NOK", (), force=True) == "86011117948"
    with pytest.raises(Refused):
        check_account("8601111794", "", "NOK", (), force=True)


def test_every_fault_of_an_account_is_named_and_the_number_is_not_repeated():
    with pytest.raises(Refused) as caught:
        check_account("86011117948", "12-3", "kroner", (AccountKidRule(26, Modulus.MOD10),))

    assert fields(caught.value) == {"accountNo", "agreementNo", "currency", "kidLength"}
    assert not any("86011117948" in str(fault.args) for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (AccountKind.BANKGIRO, "991-2346", "9912346"),
        (AccountKind.IBAN, "SE45 5000 0000 0583 9825 7466", "SE4550000000058398257466"),
        (AccountKind.OTHER, "3001-234567", "3001234567"),
    ],
)
def test_accounts_elsewhere_are_kept_as_files_name_them(kind, given, kept):
    assert check_account(given, "", "SEK", (), kind=kind) == kept


@pytest.mark.parametrize(
    ("kind", "given"), [(AccountKind.BANKGIRO, "991-2345"), (AccountKind.IBAN, "SE45 5000"), (AccountKind.OTHER, "x!")]
)
def test_accounts_elsewhere_are_looked_at_too(kind, given):
    with pytest.raises(Refused):
        check_account(given, "", "SEK", (), kind=kind)
