from datetime import UTC, date, datetime
from itertools import count
from uuid import uuid4

import pytest

from reskontro.kernel.kid import Modulus
from reskontro.kernel.problems import Refused
from reskontro.platform.database import Database
from reskontro.tenants import service
from reskontro.tenants.config import ConfigRefused, How, KeyRule, Wanted, values_on
from reskontro.tenants.domain import AccountKidRule, AccountTaken, NameTaken, NewTenant, TenantUnknown

NOW = datetime(2025, 3, 1, 9, tzinfo=UTC)
ORGANIZATION_NO = "984842252"
TYPES = KeyRule("files.uploadTypes", "CODE", ("ATTACHMENT",), multi=True, known_values=("ATTACHMENT", "OCR"))
_numbers = count(710_001)


def new_tenant(**fields) -> NewTenant:
    names = {"client_no": next(_numbers), "legal_name": "Lys AS", "organization_no": ORGANIZATION_NO}
    return NewTenant(**{**names, **fields})


def describe(key: str) -> KeyRule | None:
    return TYPES if key == TYPES.key else None


async def test_a_tenant_is_made_with_its_three_names_and_its_counters(db: Database):
    new = new_tenant(counters={"account": 500_002, "voucher:2025": 57869})

    made = await service.create_tenant(db, new, NOW)

    assert (made.client_no, made.company_id, made.created_time) == (new.client_no, new.client_no, NOW)
    assert not made.sandbox
    assert await service.get_tenant(db, new.client_no) == made
    assert await service.counters(db, new.client_no) == {
        "account": 500_002,
        "bundle": 1,
        "credit_note": 1,
        "ledger_period_report": 1,
        "reference": 1,
        "voucher:2025": 57869,
    }


@pytest.mark.parametrize(
    ("name", "field"), [("client_no", "clientNo"), ("organization_id", "organizationId"), ("company_id", "companyId")]
)
async def test_a_name_that_another_tenant_has_is_refused_and_nothing_is_made(db: Database, name, field):
    first = await service.create_tenant(db, new_tenant(), NOW)
    second = new_tenant(**{"organization_id": uuid4(), name: getattr(first, name)})

    with pytest.raises(NameTaken) as caught:
        await service.create_tenant(db, second, NOW)

    assert caught.value.faults[0].field == field
    if name != "client_no":
        with pytest.raises(TenantUnknown):
            await service.get_tenant(db, second.client_no)
        assert await service.counters(db, second.client_no) == {}


async def test_tenants_are_listed_by_number_after_a_number(db: Database):
    first = await service.create_tenant(db, new_tenant(), NOW)
    second = await service.create_tenant(db, new_tenant(), NOW)

    assert [t.client_no for t in await service.list_tenants(db, first.client_no - 1)][:2] == [
        first.client_no,
        second.client_no,
    ]


async def test_an_account_belongs_to_one_tenant(db: Database):
    first = await service.create_tenant(db, new_tenant(), NOW)
    second = await service.create_tenant(db, new_tenant(), NOW)
    rules = (AccountKidRule(25, Modulus.MOD11), AccountKidRule(7, Modulus.MOD10))

    added = await service.add_account(
        db, first.client_no, "9876 54 00007", NOW, agreement_no="123456789", kid_rules=rules
    )

    assert added.kid_rules == tuple(sorted(rules))
    assert await service.list_accounts(db, first.client_no) == [added]
    for client_no in (first.client_no, second.client_no):
        with pytest.raises(AccountTaken, match="belongs"):
            await service.add_account(db, client_no, "98765400007", NOW)
    assert await service.list_accounts(db, second.client_no) == []


async def test_an_account_without_rules_is_stored(db: Database):
    made = await service.create_tenant(db, new_tenant(), NOW)

    await service.add_account(db, made.client_no, "60110529107", NOW, kid_rules=())

    assert (await service.list_accounts(db, made.client_no))[0].kid_rules == ()


async def test_an_account_of_nobody_is_refused(db: Database):
    with pytest.raises(TenantUnknown):
        await service.add_account(db, 709_999, "86011117947", NOW)


async def test_settings_are_changed_from_a_day_on(db: Database):
    made = await service.create_tenant(db, new_tenant(), NOW)
    march, april = date(2025, 3, 1), date(2025, 4, 1)

    for wanted in (
        Wanted(TYPES.key, "ocr", march, How.BESIDE),
        Wanted(TYPES.key, "ocr", march, How.BESIDE),
        Wanted(TYPES.key, "ATTACHMENT", april, How.NO_LONGER),
    ):
        await service.change_config(db, made.client_no, wanted, describe)

    stored = (await service.list_config(db, made.client_no))[TYPES.key]
    assert values_on(stored, march) == ("ATTACHMENT", "OCR")
    assert values_on(stored, april) == ("OCR",)


async def test_a_value_of_the_same_day_takes_the_earlier_ones_place(db: Database):
    made = await service.create_tenant(db, new_tenant(), NOW)
    on = date(2025, 3, 1)

    for value in ("OCR", "ATTACHMENT"):
        await service.change_config(db, made.client_no, Wanted(TYPES.key, value, on), describe)

    stored = await service.list_config(db, made.client_no, TYPES.key)
    assert [entry.value for entry in stored[TYPES.key]] == ["ATTACHMENT"]


async def test_an_unknown_key_is_refused(db: Database):
    with pytest.raises(ConfigRefused):
        await service.change_config(db, 1, Wanted("no.such.key", "1", date(2025, 3, 1)), describe)


async def test_a_wrong_organisation_number_is_refused_unless_forced(db: Database):
    wrong = new_tenant(organization_no="984842253")

    with pytest.raises(Refused):
        await service.create_tenant(db, wrong, NOW)

    assert (await service.create_tenant(db, wrong, NOW, force=True)).organization_no == "984842253"
