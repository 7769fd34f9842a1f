"""What one write makes of a customer. Source: arm-api, sections 2.8.1, 2.8.2 and 3.1."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as provided
from hypothesis import strategies as st

from reskontro.kernel.check_digits import national_identity_check_digits_fit, organization_check_digit_fits
from reskontro.ledger.domain.config import Config, ConfigValue
from reskontro.ledger.domain.customer import (
    Customer,
    CustomerInput,
    Distribution,
    PostalAddress,
    canonical_input,
    changed_fields,
    doubtful_fields,
    masked_number,
    merged,
    new_customer,
)

TODAY = date(2025, 3, 20)
PLAIN = Config([], TODAY)
OSLO = PostalAddress("707 Arm street", "", "", "1234", "Oslo", "Norway", "NO")
STORED = replace(
    new_customer("543210", 500002, PLAIN),
    name="Owe Armstrong",
    phone_no="99887766",
    date_of_birth=date(1999, 1, 1),
    year_of_birth=1999,
    postal_address=OSLO,
    postal_address_changed=date(2014, 11, 13),
    postal_return_status=100,
    postal_return_date=date(2025, 1, 10),
    email_address_document=("owe@example.no",),
    distribution=Distribution("H", 90),
    limit_amount_minor=200000,
    ssn="01019921717",
    ssn_country="NO",
)


def write(before=STORED, *, created=False, config=PLAIN, **said):
    given, faults = canonical_input(CustomerInput(customer_no=before.customer_no, **said))
    after, more = merged(before, given, config, TODAY, created=created)
    return after, faults + more


def test_a_new_customer_has_the_published_defaults():
    config = Config([ConfigValue("document.defaultLanguage", "en", date(2020, 1, 1), None)], TODAY)
    after, faults = write(new_customer("1", 500001, config), created=True, name="Kari")
    assert not faults
    assert (after.customer_category, after.language, after.currency) == ("CONS", "en", "NOK")
    assert after.distribution == Distribution("P", 0)
    assert after.vat_liable
    assert after.email_address_document == after.peppol_block_ids == ()
    assert after.postal_address_changed is None


def test_a_new_customer_needs_a_name():
    _, faults = write(new_customer("1", 500001, PLAIN), created=True)
    assert [(f.code, f.field) for f in faults] == [("ARM-1003", "name")]


def test_what_is_not_given_stays():
    after, faults = write()
    assert (after, faults) == (STORED, [])


CLEARED_TEXTS = [f.name for f in fields(Customer) if f.default == "" and f.name not in {"ssn_country", "year_of_birth"}]


@pytest.mark.parametrize("name", CLEARED_TEXTS)
def test_blank_clears_every_optional_text(name):
    after, faults = write(replace(STORED, **{name: "x"}), **{name: ""})
    assert not faults
    assert getattr(after, name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "postal_return_date",
        "stop_reminder_until",
        "stop_debt_collection_until",
        "stop_interest_calc_until",
        "registration_status_date",
        "date_of_birth",
    ],
)
def test_blank_clears_every_date(name):
    after, faults = write(replace(STORED, **{name: date(1999, 1, 10)}), **{name: ""})
    assert not faults
    assert getattr(after, name) is None


def test_a_cleared_code_with_a_default_goes_back_to_it():
    before = replace(STORED, customer_category="COMP", language="en", currency="SEK", limit_amount_minor=None)
    after, _ = write(before, customer_category="", language="", currency="")
    assert (after.customer_category, after.language, after.currency) == ("CONS", "no", "NOK")


def test_a_list_is_replaced_and_an_empty_one_clears():
    assert write(email_address_document=("a@b.no", "c@d.no"))[0].email_address_document == ("a@b.no", "c@d.no")
    assert write(email_address_document=())[0].email_address_document == ()


def test_the_distribution_is_replaced_as_a_whole():
    assert write(distribution=Distribution("M"))[0].distribution == Distribution("M", 0)


def test_an_address_that_changes_counts_from_today_and_clears_the_postal_return():
    after, _ = write(postal_address=PostalAddress(city_name="Bergen"))
    assert after.postal_address == PostalAddress("", "", "", "", "Bergen", "", "")
    assert after.postal_address_changed == TODAY
    assert (after.postal_return_status, after.postal_return_date) == (0, None)


def test_the_same_address_again_changes_nothing():
    assert write(postal_address=replace(OSLO, country_code="no"))[0] == STORED


def test_a_postal_return_that_is_reported_with_the_new_address_stays():
    after, _ = write(
        postal_address=PostalAddress(city_name="Bergen"), postal_return_status=110, postal_return_date=date(2025, 3, 19)
    )
    assert (after.postal_return_status, after.postal_return_date) == (110, date(2025, 3, 19))


def test_a_postal_return_that_is_only_repeated_goes_with_the_old_address():
    after, _ = write(
        postal_address=PostalAddress(city_name="Bergen"),
        postal_return_status=STORED.postal_return_status,
        postal_return_date=STORED.postal_return_date,
    )
    assert (after.postal_return_status, after.postal_return_date) == (0, None)


def test_codes_get_the_spelling_of_their_list():
    after, faults = write(
        customer_category="comp",
        language="NO",
        currency="sek",
        active_status_web="PASSIVE",
        registration_status_code="non-resident",
        price_net_or_gross="b",
        ssn_country="se",
        distribution=Distribution("m"),
    )
    assert not faults
    assert (after.customer_category, after.language, after.currency) == ("COMP", "no", "SEK")
    assert (after.active_status_web, after.registration_status_code) == ("Passive", "NON-RESIDENT")
    assert (after.price_net_or_gross, after.ssn_country, after.distribution.type) == ("B", "SE", "M")


def test_every_wrong_code_is_told():
    _, faults = write(
        customer_category="X",
        language="xx",
        currency="XXX",
        active_status_web="gone",
        registration_status_code="LOST",
        price_net_or_gross="G",
        postal_return_status=7,
        discount_rate=Decimal("100.01"),
        distribution=Distribution("Q", 91),
    )
    assert [(f.code, f.field) for f in faults] == [
        ("ARM-2001", "customerCategory"),
        ("ARM-2001", "priceNetOrGross"),
        ("ARM-2001", "language"),
        ("ARM-2001", "activeStatusWeb"),
        ("ARM-2001", "registrationStatusCode"),
        ("ARM-2001", "postalReturnStatus"),
        ("ARM-2009", "currency"),
        ("ARM-1002", "discountRate"),
        ("ARM-2001", "distribution.type"),
        ("ARM-2001", "distribution.einvoiceCode"),
    ]


def test_the_year_of_birth_follows_the_date():
    assert write(date_of_birth=date(2001, 5, 6))[0].year_of_birth == 2001
    assert write(date_of_birth="")[0].year_of_birth is None
    assert write(date_of_birth="", year_of_birth=1980)[0].year_of_birth == 1980


@pytest.mark.parametrize("said", [{"year_of_birth": 1998}, {"year_of_birth": 1998, "date_of_birth": date(1999, 1, 1)}])
def test_a_year_of_birth_that_is_not_the_date_s_is_refused(said):
    assert [(f.code, f.field) for f in write(**said)[1]] == [("ARM-2010", "yearOfBirth")]


def test_an_organisation_number_is_norwegian_unless_said_otherwise():
    assert write(organization_no="984842252")[0].organization_no_scheme == "0192"
    assert write(organization_no="5560360793", organization_no_scheme="0007")[0].organization_no_scheme == "0007"


def test_a_credit_limit_keeps_its_amount_in_another_currency():
    assert write(currency="SEK")[0].limit_amount_minor == 200000
    assert write(currency="JPY")[0].limit_amount_minor == 2000
    _, faults = write(currency="JPY", limit_amount=Decimal("0.5"))
    assert [(f.code, f.field) for f in faults] == [("ARM-1002", "limitAmount")]


def test_the_masked_identity_number_sent_back_changes_nothing():
    assert masked_number("01019921717") == "*******1717"
    assert write(ssn="*******1717")[0].ssn == "01019921717"


def test_changes_name_what_differs_with_published_names():
    after, _ = write(phone_no="1", postal_address=replace(OSLO, city_name="Bergen"), limit_amount=Decimal("0.5"))
    assert list(changed_fields(STORED, after)) == [
        ("postalReturnStatus", "100", "0"),
        ("postalReturnDate", "2025-01-10", ""),
        ("phoneNo", "99887766", "1"),
        ("limitAmount", "2000", "0.5"),
        ("postalAddressChanged", "2014-11-13", "2025-03-20"),
        ("postalAddress.cityName", "Oslo", "Bergen"),
    ]


def test_wrong_check_digits_are_told_and_not_refused():
    """Of the documented values only the organisation number is right (section 3.1)."""
    after, faults = write(
        replace(STORED, ssn="", ssn_country=""),
        ssn="01019921717",
        bank_account_no="81501757329",
        organization_no="984842252",
        peppol_block_ids=("987654321", "876543210", "976543210"),
    )
    assert not faults
    assert doubtful_fields(STORED, replace(after, ssn="x")) == ["ssn", "bankAccountNo", "peppolBlockIds"]
    assert doubtful_fields(after, after) == []


def test_check_digits():
    assert organization_check_digit_fits("984842252")
    assert not organization_check_digit_fits("984842253")
    assert not organization_check_digit_fits("98484225")
    assert national_identity_check_digits_fit("29029600013")
    assert not national_identity_check_digits_fit("01019921717")
    assert not national_identity_check_digits_fit("2902960001３")


@provided(st.builds(CustomerInput, customer_no=st.just("543210"), discount_rate=st.none(), limit_amount=st.none()))
def test_a_write_said_twice_changes_nothing_the_second_time(said):
    given, _ = canonical_input(said)
    once, _ = merged(STORED, given, PLAIN, TODAY, created=False)
    twice, _ = merged(once, given, PLAIN, date(2025, 3, 21), created=False)
    assert replace(twice, postal_return_status=0, postal_return_date=None) == replace(
        once, postal_return_status=0, postal_return_date=None
    )
