"""What is done with tenants. A tenant is never deleted: its book and its numbers outlive it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from reskontro.kernel.kid import Modulus
from reskontro.platform.database import Database, Transaction
from reskontro.tenants import store
from reskontro.tenants.config import (
    DECISIONS,
    Change,
    ConfigRefused,
    Describe,
    Guard,
    StoredValue,
    Wanted,
    canonical_value,
    values_on,
)
from reskontro.tenants.domain import (
    OWN_KID_LENGTH,
    AccountKidRule,
    AccountKind,
    AccountTaken,
    NameTaken,
    NewTenant,
    ReceivingAccount,
    Tenant,
    TenantUnknown,
    check_account,
    check_new_tenant,
)

OWN_KID_RULES = (AccountKidRule(OWN_KID_LENGTH, Modulus.MOD10_EXCL_PREFIX),)


async def create_tenant(db: Database, new: NewTenant, now: datetime, *, force: bool = False) -> Tenant:
    """Make a tenant with its counters. Names that are not given: a random organisation, the client's number as company.

    Forced, the check digit of the organisation number need not fit.
    """
    checked = check_new_tenant(new, force=force)
    organization_id = checked.organization_id or uuid4()
    company_id = checked.company_id or checked.client_no

    async def make(tx: Transaction) -> Tenant:
        made = await store.add_tenant(tx, checked, organization_id, company_id, now)
        if made is None:
            taken = await store.taken_name(tx, organization_id, company_id)
            names = {"clientNo": checked.client_no, "organizationId": organization_id, "companyId": company_id}
            raise NameTaken(taken, names[taken])
        await store.add_counters(tx, checked.counters)
        return made

    return await db.run(checked.client_no, make)


async def get_tenant(db: Database, client_no: int) -> Tenant:
    """One tenant; raises TenantUnknown."""
    async with db.registry() as connection:
        found = await store.tenant(connection, client_no)
    if found is None:
        raise TenantUnknown(client_no)
    return found


async def list_tenants(db: Database, after_client_no: int = 0) -> list[Tenant]:
    """Tenants after one, by client number, at most `store.LIST_LIMIT`."""
    async with db.registry() as connection:
        return await store.tenants(connection, after_client_no)


async def counters(db: Database, client_no: int) -> dict[str, int]:
    """The next number of each of a tenant's counters."""
    async with db.reading(client_no) as tx:
        return await store.counters(tx)


async def add_account(
    db: Database,
    client_no: int,
    account_no: str,
    now: datetime,
    *,
    agreement_no: str = "",
    currency: str = "NOK",
    kid_rules: Sequence[AccountKidRule] = OWN_KID_RULES,
    force: bool = False,
    kind: AccountKind = AccountKind.NORWEGIAN,
) -> ReceivingAccount:
    """Give a tenant a receiving account; raises AccountTaken. Forced, the check digit need not fit."""
    number = check_account(account_no, agreement_no, currency, kid_rules, force=force, kind=kind)
    await get_tenant(db, client_no)
    account = ReceivingAccount(
        account_no=number,
        client_no=client_no,
        agreement_no=agreement_no,
        currency=currency,
        kid_rules=tuple(sorted(set(kid_rules))),
    )
    async with db.registry() as connection:
        owner = await store.add_account(connection, account, account.kid_rules, now)
    if owner is not None:
        raise AccountTaken(owner)
    return account


async def list_accounts(db: Database, client_no: int) -> list[ReceivingAccount]:
    """A tenant's receiving accounts; raises TenantUnknown."""
    await get_tenant(db, client_no)
    async with db.registry() as connection:
        return await store.accounts(connection, client_no)


async def list_config(db: Database, client_no: int, key: str | None = None) -> dict[str, list[StoredValue]]:
    """The stored values of a tenant's settings, by key and day; raises TenantUnknown."""
    await get_tenant(db, client_no)
    async with db.reading(client_no) as tx:
        return await store.config_values(tx, key)


async def change_config(
    db: Database, client_no: int, wanted: Wanted, describe: Describe, guard: Guard | None = None
) -> Change:
    """Change a setting from a day on, and give what was written; raises TenantUnknown and ConfigRefused.

    `guard` may refuse a change by what else is known of the tenant.
    """
    rule = describe(wanted.key)
    if rule is None:
        raise ConfigRefused(wanted.key, "the product knows no such key")
    value = canonical_value(rule, wanted.value)
    decide = DECISIONS[wanted.how]
    await get_tenant(db, client_no)

    async def use_case(tx: Transaction) -> Change:
        await store.lock_config(tx)
        stored = (await store.config_values(tx, rule.key)).get(rule.key, [])
        change = decide(rule, stored, value, wanted.valid_from)
        if guard is not None and change != Change():
            before = values_on(stored, wanted.valid_from) or rule.default
            await guard(tx, rule.key, before, StoredValue(wanted.valid_from, value))
        await store.change_config(tx, rule.key, change)
        return change

    return await db.run(client_no, use_case)
