"""Mandates: how they stand, how they came to it, and whose they may be."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from reskontro.ledger.domain.direct_debits.mandates import Mandate, MandateChange, MandateKey, MandateStatus
from reskontro.ledger.domain.direct_debits.schemes import Scheme
from reskontro.platform.database import Transaction

_MANDATE = """mandate_no, scheme, creditor_no, debtor_group, payer_no, agreement_no, account_no, payer_account_no,
    notice, status, valid_from, ended_on, ended_why"""


def _mandate(row: asyncpg.Record | tuple[Any, ...]) -> Mandate:
    number, scheme, creditor_no, debtor_group, payer_no, agreement_no, account_no, account, notice, status, *rest = row
    key = MandateKey(creditor_no, debtor_group, payer_no, agreement_no)
    return Mandate(number, Scheme(scheme), key, account_no, account, notice, MandateStatus(status), *rest)


async def lock_keys(tx: Transaction, keys: Collection[MandateKey]) -> dict[MandateKey, Mandate]:
    """Those of some mandates that are there, held until the transaction ends."""
    columns: list[list[str]] = [[key[at] for key in keys] for at in range(4)]
    rows = await tx.fetch(
        f"""
        select {_MANDATE} from debit_mandate
        where client_no = $1 and (creditor_no, debtor_group, payer_no, agreement_no) in (
            select * from unnest($2::text[], $3::text[], $4::text[], $5::text[])
        )
        order by mandate_no for update
        """,
        tx.client_no,
        *columns,
    )
    return {mandate.key: mandate for mandate in map(_mandate, rows)}


async def lock_active(tx: Transaction, creditor_nos: Sequence[str]) -> list[Mandate]:
    """The mandates of some creditor numbers that are in force, held until the transaction ends."""
    rows = await tx.fetch(
        f"""
        select {_MANDATE} from debit_mandate
        where client_no = $1 and creditor_no = any($2::text[]) and status = 'ACTIVE' order by mandate_no for update
        """,
        tx.client_no,
        creditor_nos,
    )
    return [_mandate(row) for row in rows]


async def lock(tx: Transaction, mandate_no: int) -> Mandate | None:
    """One mandate, held until the transaction ends."""
    row = await tx.fetchrow(
        f"select {_MANDATE} from debit_mandate where client_no = $1 and mandate_no = $2 for update",
        tx.client_no,
        mandate_no,
    )
    return None if row is None else _mandate(row)


async def known_fingerprints(tx: Transaction, prints: Sequence[bytes]) -> set[bytes]:
    """Those of some lines that were taken before."""
    rows = await tx.fetch(
        "select fingerprint from debit_mandate_change where client_no = $1 and fingerprint = any($2::bytea[])",
        tx.client_no,
        prints,
    )
    return {row["fingerprint"] for row in rows}


async def add(tx: Transaction, new: Sequence[Mandate], now: datetime) -> dict[MandateKey, int]:
    """Store mandates that were not there; their numbers."""
    rows = await tx.fetch(
        """
        insert into debit_mandate (client_no, mandate_no, scheme, creditor_no, debtor_group, payer_no, agreement_no,
            account_no, payer_account_no, notice, status, valid_from, ended_on, ended_why, created_time, changed_time)
        select $1, nextval('debit_mandate_no'), u.*, $2, $2
        from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::bool[],
            $11::text[], $12::date[], $13::date[], $14::text[]) as u
        on conflict (client_no, creditor_no, payer_no, agreement_no, debtor_group) do nothing
        returning creditor_no, debtor_group, payer_no, agreement_no, mandate_no
        """,
        tx.client_no,
        now,
        [m.scheme.value for m in new],
        *([m.key[at] for m in new] for at in range(4)),
        *_moving(new),
    )
    return {MandateKey(*row[:4]): row[4] for row in map(tuple, rows)}


async def write(tx: Transaction, mandates: Sequence[Mandate], now: datetime) -> None:
    """Write how some held mandates stand now."""
    await tx.execute(
        """
        update debit_mandate as d
        set account_no = u.account_no, payer_account_no = u.payer_account_no, notice = u.notice, status = u.status,
            valid_from = u.valid_from, ended_on = u.ended_on, ended_why = u.ended_why, changed_time = $2
        from unnest($3::bigint[], $4::bigint[], $5::text[], $6::bool[], $7::text[], $8::date[], $9::date[], $10::text[])
            as u (mandate_no, account_no, payer_account_no, notice, status, valid_from, ended_on, ended_why)
        where d.client_no = $1 and d.mandate_no = u.mandate_no
        """,
        tx.client_no,
        now,
        [m.mandate_no for m in mandates],
        *_moving(mandates),
    )


def _moving(mandates: Sequence[Mandate]) -> list[list[object]]:
    """What of mandates moves, as columns."""
    return [
        [m.account_no for m in mandates],
        [m.payer_account_no for m in mandates],
        [m.notice for m in mandates],
        [m.status.value for m in mandates],
        [m.valid_from for m in mandates],
        [m.ended_on for m in mandates],
        [m.ended_why for m in mandates],
    ]


async def add_changes(
    tx: Transaction, changes: Sequence[MandateChange], file_uuid: UUID | None, now: datetime, user_id: str
) -> None:
    """Write the history of what was changed, in order."""
    await tx.execute(
        """
        insert into debit_mandate_change (client_no, change_no, mandate_no, action, status, account_no, notice,
            valid_from, ended_on, code, why, file_uuid, file_line_no, fingerprint, user_id, created_time)
        select $1, nextval('debit_mandate_change_no'), u.mandate_no, u.action, u.status, u.account_no, u.notice,
            u.valid_from, u.ended_on, u.code, u.why, $2, u.line_no, u.fingerprint, $3, $4
        from unnest($5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bool[], $10::date[], $11::date[],
            $12::text[], $13::text[], $14::int[], $15::bytea[])
            as u (mandate_no, action, status, account_no, notice, valid_from, ended_on, code, why, line_no, fingerprint)
        """,
        tx.client_no,
        file_uuid,
        user_id,
        now,
        [c.mandate.mandate_no for c in changes],
        [c.action for c in changes],
        [c.mandate.status.value for c in changes],
        [c.mandate.account_no for c in changes],
        [c.mandate.notice for c in changes],
        [c.mandate.valid_from for c in changes],
        [c.mandate.ended_on for c in changes],
        [c.code for c in changes],
        [c.why for c in changes],
        [c.line_no for c in changes],
        [c.fingerprint for c in changes],
    )


class Past(NamedTuple):
    """One change of a mandate, as it is told."""

    change_no: int
    action: str
    status: str
    account_no: int | None
    notice: bool | None
    valid_from: date | None
    ended_on: date | None
    code: str
    why: str
    file_uuid: UUID | None
    file_line_no: int | None
    user_id: str
    created_time: datetime


async def history(tx: Transaction, mandate_no: int) -> list[Past]:
    """Every change of a mandate in its order."""
    rows = await tx.fetch(
        f"""
        select {", ".join(Past._fields)} from debit_mandate_change
        where client_no = $1 and mandate_no = $2 order by change_no
        """,
        tx.client_no,
        mandate_no,
    )
    return [Past(*row) for row in rows]


class Listed(NamedTuple):
    """A mandate with the number of its customer, empty where nobody knows whose it is."""

    mandate: Mandate
    customer_no: str


async def listed(
    tx: Transaction, statuses: Sequence[MandateStatus], after: int, limit: int, *, unknown: bool
) -> list[Listed]:
    """Mandates of some statuses by number; only those of nobody where `unknown`."""
    rows = await tx.fetch(
        f"""
        select {_MANDATE}, coalesce((select c.customer_no from customer c
            where c.client_no = $1 and c.account_no = d.account_no), '') as customer
        from debit_mandate d
        where d.client_no = $1 and d.status = any($2::text[]) and d.mandate_no > $3 and (not $5 or d.account_no is null)
        order by d.mandate_no limit $4
        """,
        tx.client_no,
        [status.value for status in statuses],
        after,
        limit,
        unknown,
    )
    return [Listed(_mandate(tuple(row)[:-1]), row["customer"]) for row in rows]


async def lock_unknown(tx: Transaction, after: int, limit: int) -> list[Mandate]:
    """The mandates that are in force or asked for and of which nobody knows whose they are, held."""
    rows = await tx.fetch(
        f"""
        select {_MANDATE} from debit_mandate
        where client_no = $1 and account_no is null and status in ('ACTIVE', 'REQUESTED') and mandate_no > $2
        order by mandate_no limit $3 for update
        """,
        tx.client_no,
        after,
        limit,
    )
    return [_mandate(row) for row in rows]


async def lock_requested(tx: Transaction, creditor_no: str) -> list[Mandate]:
    """The mandates of a creditor number that wait for an answer and whose customers are known, held."""
    rows = await tx.fetch(
        f"""
        select {_MANDATE} from debit_mandate
        where client_no = $1 and creditor_no = $2 and status = 'REQUESTED' and account_no is not null
        order by mandate_no for update
        """,
        tx.client_no,
        creditor_no,
    )
    return [_mandate(row) for row in rows]


async def of_payers(tx: Transaction, creditor_nos: Sequence[str], payer_nos: Sequence[str]) -> list[Mandate]:
    """The mandates of some payers."""
    rows = await tx.fetch(
        f"""
        select {_MANDATE} from debit_mandate
        where client_no = $1 and creditor_no = any($2::text[]) and payer_no = any($3::text[]) order by mandate_no
        """,
        tx.client_no,
        creditor_nos,
        payer_nos,
    )
    return [_mandate(row) for row in rows]


async def customers_of_accounts(tx: Transaction, accounts: Sequence[int]) -> dict[int, str]:
    """The numbers of some accounts' customers."""
    rows = await tx.fetch(
        "select account_no, customer_no from customer where client_no = $1 and account_no = any($2::bigint[])",
        tx.client_no,
        accounts,
    )
    return {row["account_no"]: row["customer_no"] for row in rows}


async def accounts_of_kids(tx: Transaction, parts: Sequence[str], widths: Sequence[int]) -> dict[str, set[int]]:
    """Whose items have KIDs that begin with some parts and are so many characters long; two of each are enough."""
    rows = await tx.fetch(
        """
        select u.part, x.account_no
        from unnest($2::text[], $3::int[]) as u (part, width)
        cross join lateral (
            select distinct i.account_no from ar_item i
            where i.client_no = $1 and i.reference_sequence_no = 0 and i.kid >= u.part and i.kid < u.part || '~'
                and length(i.kid) = u.width
            limit 2
        ) as x
        """,
        tx.client_no,
        parts,
        widths,
    )
    found: dict[str, set[int]] = {}
    for row in rows:
        found.setdefault(row["part"], set()).add(row["account_no"])
    return found
