"""Customers: what the ledger computes with stands in columns, what is only kept in one JSON value.

The national identity number is neither: it is stored encrypted, with a fingerprint to find it by, and a record that
comes from here has none. A write and its log entries are one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import asyncpg
import msgspec

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.customer import Balance, Customer, Distribution, SearchKey, search_keys
from reskontro.ledger.store import config, log
from reskontro.ledger.store.conditions import Conditions
from reskontro.platform.database import Transaction


@dataclass(frozen=True, slots=True)
class StoredCustomer:
    """A customer without the national identity number, and that number as it is stored."""

    customer: Customer
    ssn_encrypted: bytes | None = None
    ssn_fingerprint: bytes | None = None


COLUMNS = (
    "name",
    "customer_category",
    "language",
    "currency",
    "due_days",
    "price_net_or_gross",
    "vat_liable",
    "stop_reminder_until",
    "stop_debt_collection_until",
    "stop_interest_calc_until",
    "postal_address_changed",
)
APART = frozenset({"account_no", "customer_no", "ssn", "distribution", *COLUMNS})
DETAILS = tuple((f.name, f.default) for f in fields(Customer) if f.name not in APART)

SELECTED = f"""
    account_no, customer_no, {", ".join(COLUMNS)}, distribution_type, einvoice_code, details,
    ssn_encrypted, ssn_fingerprint
"""
WRITTEN = ("name_key", *COLUMNS, "distribution_type", "einvoice_code", "details", "ssn_encrypted", "ssn_fingerprint")
LOG_ARGUMENTS = 16  # of log.ADD, the client and the time among them: $1 and $2
AT = {name: f"${LOG_ARGUMENTS + 4 + index}" for index, name in enumerate(WRITTEN)}
KEYS_AT = LOG_ARGUMENTS + 4 + len(WRITTEN)  # kinds and keys that are new, then those that are gone

# S608: the texts that are put together are the constants above.
ADD_KEYS = f"""
insert into customer_key (client_no, kind, key, account_no)
select $1, u.kind, u.key, $17 from unnest(${KEYS_AT}::text[], ${KEYS_AT + 1}::text[]) as u (kind, key)
"""
REMOVE_KEYS = f"""
delete from customer_key
where client_no = $1 and account_no = $17
    and (kind, key) in (select * from unnest(${KEYS_AT + 2}::text[], ${KEYS_AT + 3}::text[]))
"""
ADD = f"""
with added as (
    insert into customer (client_no, created_time, changed_time, account_no, customer_no, customer_no_key,
        {", ".join(WRITTEN)})
    values ($1, $2, $2, $17, $18, $19, {", ".join(AT.values())})
    on conflict do nothing
    returning account_no
), logged as ({log.ADD} where exists (select from added)), found_by as ({ADD_KEYS} where exists (select from added))
select account_no from added
"""
CHANGE = f"""
with logged as ({log.ADD}), not_found_by as ({REMOVE_KEYS}), found_by as ({ADD_KEYS} on conflict do nothing)
update customer set changed_time = $2, {", ".join(f"{name} = {at}" for name, at in AT.items())}
where client_no = $1 and account_no = $17 and customer_no = $18 and customer_no_key = $19
"""
REMOVE = """
with gone as (
    delete from customer_key
    where client_no = $1 and account_no = $2 and (kind, key) in (select * from unnest($3::text[], $4::text[]))
)
delete from customer where client_no = $1 and account_no = $2
"""
GET = f"select {SELECTED} from customer where client_no = $1 and customer_no_key = $2"
LOCK = f"""
select {config.AS_JSON} as config, c.*
from (select $1::int as client_no) as own
left join lateral ({GET} for update) as c on true
"""


async def by_number(tx: Transaction, customer_no: str) -> StoredCustomer | None:
    """The customer with that number in whatever case."""
    row = await tx.fetchrow(GET, tx.client_no, fold(customer_no))
    return None if row is None else _stored(row)


async def lock_by_number(tx: Transaction, customer_no: str, on: date) -> tuple[StoredCustomer | None, Config]:
    """The customer with that number in whatever case, locked for a write, and the client's settings on a day."""
    row = await tx.fetchrow(LOCK, tx.client_no, fold(customer_no))
    assert row is not None, "the client's settings are one row"
    settings = config.from_json(row["config"], on)
    return None if row["account_no"] is None else _stored(row), settings


async def add(
    tx: Transaction, stored: StoredCustomer, actor: Actor, now: datetime, entries: Sequence[log.LogEntry]
) -> bool:
    """Add a customer with its log entries; False, and nothing written, where the number is taken."""
    keys = _key_columns(search_keys(stored.customer))
    added = await tx.fetchval(ADD, tx.client_no, *log.arguments(actor, now, entries), *_arguments(stored), *keys)
    return added is not None


async def change(
    tx: Transaction,
    before: Customer,
    stored: StoredCustomer,
    actor: Actor,
    now: datetime,
    entries: Sequence[log.LogEntry],
) -> None:
    """Write a locked customer's new values with the log entries."""
    old, new = search_keys(before), search_keys(stored.customer)
    keys = [*_key_columns(new - old), *_key_columns(old - new)]
    tag = await tx.execute(CHANGE, tx.client_no, *log.arguments(actor, now, entries), *_arguments(stored), *keys)
    assert tag == "UPDATE 1", "the row is locked"


async def is_in_use(tx: Transaction, account_no: int) -> bool:
    """Whether a customer has AR items, and so perhaps documents, each of which has an item."""
    found: bool = await tx.fetchval(
        "select exists (select from ar_item where client_no = $1 and account_no = $2)", tx.client_no, account_no
    )
    return found


async def remove(tx: Transaction, customer: Customer) -> None:
    """Remove a locked customer."""
    keys = _key_columns(search_keys(customer))
    tag = await tx.execute(REMOVE, tx.client_no, customer.account_no, *keys)
    assert tag == "DELETE 1", "the row is locked"


async def by_accounts(tx: Transaction, accounts: Sequence[int]) -> list[StoredCustomer]:
    """The customers with some account numbers, in their order."""
    rows = await tx.fetch(
        f"select {SELECTED} from customer where client_no = $1 and account_no = any($2::bigint[]) order by account_no",
        tx.client_no,
        accounts,
    )
    return [_stored(row) for row in rows]


async def balances(tx: Transaction, accounts: Sequence[int], currency: str, today: date) -> dict[int, Balance]:
    """What some customers owe. Overdue is what was due before today; the oldest due date is that of an open claim."""
    rows = await tx.fetch(
        """
        select i.account_no, sum(s.gl_balance_minor)::bigint,
            coalesce(sum(s.gl_balance_minor) filter (where s.due_date < $3), 0)::bigint,
            count(*)::int,
            min(s.due_date) filter (where s.currency_balance_minor > 0)
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and i.account_no = any($2::bigint[])
            and s.currency_balance_minor <> 0
        group by i.account_no
        """,
        tx.client_no,
        accounts,
        today,
    )
    nothing = {account_no: Balance(currency, 0, 0, 0, None) for account_no in accounts}
    return nothing | {account_no: Balance(currency, *sums) for account_no, *sums in rows}


async def keys(tx: Transaction, conditions: Conditions, kinds: Sequence[tuple[str, str]], limit: int) -> list[int]:
    """The account numbers of the customers that meet the conditions and have the search keys, in order."""
    joins = ""
    at = 2 + len(conditions.arguments)
    for number in range(len(kinds)):
        k, kind, key = f"k{number}", f"${at + 2 * number}", f"${at + 2 * number + 1}"
        joins += f"""
        join customer_key {k} on {k}.client_no = c.client_no and {k}.account_no = c.account_no
            and {k}.client_no = $1 and {k}.kind = {kind} and {k}.key = {key}
        """
    rows = await tx.fetch(
        f"""
        select c.account_no from customer c {joins}
        where c.client_no = $1{conditions.where()}
        order by c.account_no limit {limit:d}
        """,
        tx.client_no,
        *conditions.arguments,
        *(part for pair in kinds for part in pair),
    )
    return [row["account_no"] for row in rows]


def _arguments(stored: StoredCustomer) -> list[object]:
    customer = stored.customer
    return [
        customer.account_no,
        customer.customer_no,
        fold(customer.customer_no),
        fold(customer.name),
        *(getattr(customer, name) for name in COLUMNS),
        customer.distribution.type,
        customer.distribution.einvoice_code,
        _details(customer),
        stored.ssn_encrypted,
        stored.ssn_fingerprint,
    ]


def _key_columns(keys: frozenset[SearchKey]) -> list[list[str]]:
    ordered = sorted(keys)
    return [[kind for kind, _ in ordered], [key for _, key in ordered]]


def _details(customer: Customer) -> str:
    """The rest as JSON, without what has its default."""
    rest = {name: value for name, default in DETAILS if (value := getattr(customer, name)) != default}
    return msgspec.json.encode(rest).decode()


def _stored(row: asyncpg.Record) -> StoredCustomer:
    tree: dict[str, Any] = msgspec.json.decode(row["details"])
    tree["account_no"], tree["customer_no"] = row["account_no"], row["customer_no"]
    tree |= {name: row[name] for name in COLUMNS}
    tree["distribution"] = Distribution(row["distribution_type"], row["einvoice_code"])
    return StoredCustomer(msgspec.convert(tree, Customer), row["ssn_encrypted"], row["ssn_fingerprint"])
