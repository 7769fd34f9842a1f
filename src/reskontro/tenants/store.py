"""The SQL of tenants. `client`, `receiving_account` and `kid_rule` are shared tables; the rest is the client's own."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from reskontro.kernel.kid import Modulus
from reskontro.platform.database import Connection, Transaction
from reskontro.tenants.config import Change, StoredValue
from reskontro.tenants.domain import AccountKidRule, Address, NewTenant, ReceivingAccount, Tenant

LIST_LIMIT = 1000

_TENANT = """
    select client_no, organization_id, company_id, legal_name, organization_no, vat_registered, sandbox, created_time,
           address_line1, address_line2, postal_code, city_name, country_code
    from client
"""


def _tenant(row: asyncpg.Record) -> Tenant:
    return Tenant(
        client_no=row["client_no"],
        organization_id=row["organization_id"],
        company_id=row["company_id"],
        legal_name=row["legal_name"],
        organization_no=row["organization_no"],
        vat_registered=row["vat_registered"],
        address=Address(
            row["address_line1"], row["address_line2"], row["postal_code"], row["city_name"], row["country_code"]
        ),
        sandbox=row["sandbox"],
        created_time=row["created_time"],
    )


async def add_tenant(
    tx: Transaction, new: NewTenant, organization_id: UUID, company_id: int, now: datetime
) -> Tenant | None:
    """The stored tenant, or None where another tenant has one of its names."""
    row = await tx.fetchrow(
        """
        insert into client (client_no, organization_id, company_id, legal_name, organization_no, vat_registered,
                            address_line1, address_line2, postal_code, city_name, country_code, sandbox, created_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict do nothing
        returning *
        """,
        tx.client_no,
        organization_id,
        company_id,
        new.legal_name,
        new.organization_no,
        new.vat_registered,
        new.address.line1,
        new.address.line2,
        new.address.postal_code,
        new.address.city_name,
        new.address.country_code,
        new.sandbox,
        now,
    )
    return None if row is None else _tenant(row)


async def taken_name(tx: Transaction, organization_id: UUID, company_id: int) -> str:
    """Which of the names is another tenant's."""
    row = await tx.fetchrow(
        """
        select client_no = $1 as client_no, organization_id = $2 as organization_id
        from client where client_no = $1 or organization_id = $2 or company_id = $3
        order by client_no = $1 desc, organization_id = $2 desc limit 1
        """,
        tx.client_no,
        organization_id,
        company_id,
    )
    if row is not None and row["client_no"]:
        return "clientNo"
    return "organizationId" if row is not None and row["organization_id"] else "companyId"


async def add_counters(tx: Transaction, counters: Mapping[str, int]) -> None:
    """Let counters start at their numbers."""
    await tx.execute(
        """
        insert into client_counter (client_no, counter, next_no)
        select $1, counter, next_no from unnest($2::text[], $3::bigint[]) as given (counter, next_no)
        """,
        tx.client_no,
        list(counters),
        list(counters.values()),
    )


async def counters(tx: Transaction) -> dict[str, int]:
    """The next number of each counter."""
    rows = await tx.fetch(
        "select counter, next_no from client_counter where client_no = $1 order by counter", tx.client_no
    )
    return {row["counter"]: row["next_no"] for row in rows}


async def tenant(connection: Connection, client_no: int) -> Tenant | None:
    """One tenant."""
    row = await connection.fetchrow(_TENANT + "where client_no = $1", client_no)
    return None if row is None else _tenant(row)


async def tenants(connection: Connection, after_client_no: int) -> list[Tenant]:
    """Tenants after one, by client number, at most LIST_LIMIT."""
    rows = await connection.fetch(
        _TENANT + "where client_no > $1 order by client_no limit $2", after_client_no, LIST_LIMIT
    )
    return [_tenant(row) for row in rows]


async def add_account(
    connection: Connection, account: ReceivingAccount, kid_rules: Sequence[AccountKidRule], now: datetime
) -> int | None:
    """Store a receiving account with its rules in one statement. The tenant that has it already, or None."""
    added = await connection.fetchval(
        """
        with account as (
            insert into receiving_account (account_no, client_no, agreement_no, currency, created_time)
            values ($1, $2, $3, $4, $5)
            on conflict do nothing
            returning account_no
        ), rules as (
            insert into kid_rule (account_no, kid_length, modulus)
            select account.account_no, given.kid_length, given.modulus
            from account, unnest($6::int[], $7::text[]) as given (kid_length, modulus)
        )
        select account_no from account
        """,
        account.account_no,
        account.client_no,
        account.agreement_no,
        account.currency,
        now,
        [rule.length for rule in kid_rules],
        [rule.modulus.value for rule in kid_rules],
    )
    if added is not None:
        return None
    owner: int = await connection.fetchval(
        "select client_no from receiving_account where account_no = $1", account.account_no
    )
    return owner


async def accounts(connection: Connection, client_no: int) -> list[ReceivingAccount]:
    """A tenant's receiving accounts."""
    rows = await connection.fetch(
        """
        select a.account_no, a.client_no, a.agreement_no, a.currency,
               array_agg(r.kid_length order by r.kid_length, r.modulus) filter (where r.modulus is not null) as lengths,
               array_agg(r.modulus order by r.kid_length, r.modulus) filter (where r.modulus is not null) as moduli
        from receiving_account a left join kid_rule r on r.account_no = a.account_no
        where a.client_no = $1
        group by a.account_no
        order by a.account_no
        """,
        client_no,
    )
    return [
        ReceivingAccount(
            account_no=row["account_no"],
            client_no=row["client_no"],
            agreement_no=row["agreement_no"],
            currency=row["currency"],
            kid_rules=tuple(
                AccountKidRule(length, Modulus(modulus))
                for length, modulus in zip(row["lengths"] or (), row["moduli"] or (), strict=True)
            ),
        )
        for row in rows
    ]


async def config_values(tx: Transaction, key: str | None = None) -> dict[str, list[StoredValue]]:
    """The stored values of every key, or of one, by key and day."""
    rows = await tx.fetch(
        """
        select config_key, valid_from, value, valid_to from client_config
        where client_no = $1 and ($2::text is null or config_key = $2)
        order by config_key, valid_from, value
        """,
        tx.client_no,
        key,
    )
    found: dict[str, list[StoredValue]] = {}
    for row in rows:
        found.setdefault(row["config_key"], []).append(StoredValue(row["valid_from"], row["value"], row["valid_to"]))
    return found


async def lock_config(tx: Transaction) -> None:
    """Let changes of one tenant's settings wait for each other; postings, which only refer to the row, do not."""
    await tx.fetchval("select client_no from client where client_no = $1 for no key update", tx.client_no)


async def change_config(tx: Transaction, key: str, change: Change) -> None:
    """Write a change."""
    for entry, value in change.replace:
        await tx.execute(
            """
            update client_config set value = $5
            where client_no = $1 and config_key = $2 and valid_from = $3 and value = $4
            """,
            tx.client_no,
            key,
            entry.valid_from,
            entry.value,
            value,
        )
    for entry, last_day in change.end:
        await tx.execute(
            """
            update client_config set valid_to = $5
            where client_no = $1 and config_key = $2 and valid_from = $3 and value = $4
            """,
            tx.client_no,
            key,
            entry.valid_from,
            entry.value,
            last_day,
        )
    await _add_values(tx, key, change.add)


async def _add_values(tx: Transaction, key: str, values: Sequence[StoredValue]) -> None:
    last_days: list[date | None] = [entry.valid_to for entry in values]
    await tx.execute(
        """
        insert into client_config (client_no, config_key, value, valid_from, valid_to)
        select $1, $2, value, valid_from, valid_to
        from unnest($3::text[], $4::date[], $5::date[]) as given (value, valid_from, valid_to)
        """,
        tx.client_no,
        key,
        [entry.value for entry in values],
        [entry.valid_from for entry in values],
        last_days,
    )
