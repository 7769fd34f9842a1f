"""Agreements on direct debit, the senders of files, and the files that were written."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from reskontro.ledger.domain.direct_debits.schemes import Agreement, Notifies, Scheme
from reskontro.platform.database import Transaction

_AGREEMENT = """scheme, creditor_no, debtor_group, sender_no, notifies, mandate_digits, supplier_id, main_text"""


def _agreement(row: asyncpg.Record) -> Agreement:
    scheme, creditor_no, debtor_group, sender_no, notifies, mandate_digits, supplier_id, main_text = row
    return Agreement(
        scheme=Scheme(scheme), creditor_no=creditor_no, debtor_group=debtor_group, sender_no=sender_no,
        notifies=Notifies(notifies), mandate_digits=mandate_digits, supplier_id=supplier_id, main_text=main_text,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipment:
    """A file that was written: what it is called, the numbers in it, what it holds. Minor units of its currency."""

    shipment_no: int
    scheme: Scheme
    creditor_no: str
    debtor_group: str
    sender_no: str
    number_in_file: str
    claims_assignment_no: str
    cancellations_assignment_no: str
    file_uuid: UUID
    file_name: str
    claims: int
    cancellations: int
    answers: int
    amount_minor: int
    currency: str
    user_id: str
    created_time: datetime


_SHIPMENT = ", ".join(Shipment.__dataclass_fields__)


def _shipment(row: asyncpg.Record) -> Shipment:
    values = dict(row)
    return Shipment(**values | {"scheme": Scheme(values["scheme"])})


async def keep_sender(tx: Transaction, scheme: Scheme, sender_no: str, next_no: int | None, now: datetime) -> None:
    """Make a sender known, and let its files be counted from a number, where one is given that is not behind."""
    await tx.execute(
        """
        insert into debit_sender as s (scheme, sender_no, next_shipment_no, created_time)
        values ($1, $2, coalesce($3::bigint, 1), $4)
        on conflict (scheme, sender_no) do update
            set next_shipment_no = greatest(s.next_shipment_no, coalesce($3::bigint, s.next_shipment_no))
        """,
        scheme.value,
        sender_no,
        next_no,
        now,
    )


async def keep(
    tx: Transaction, agreement: Agreement, next_assignment_no: int | None, now: datetime, user_id: str
) -> None:
    """Store an agreement, or change the one of its creditor number and group."""
    await tx.execute(
        """
        insert into debit_agreement as a (client_no, creditor_no, debtor_group, scheme, sender_no, notifies,
            mandate_digits, supplier_id, main_text, next_assignment_no, changed_by, created_time, changed_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10::bigint, 1), $11, $12, $12)
        on conflict (client_no, creditor_no, debtor_group) do update
            set scheme = excluded.scheme, sender_no = excluded.sender_no, notifies = excluded.notifies,
                mandate_digits = excluded.mandate_digits, supplier_id = excluded.supplier_id,
                main_text = excluded.main_text, changed_by = excluded.changed_by, changed_time = excluded.changed_time,
                next_assignment_no = greatest(a.next_assignment_no, coalesce($10::bigint, a.next_assignment_no))
        """,
        tx.client_no,
        agreement.creditor_no,
        agreement.debtor_group,
        agreement.scheme.value,
        agreement.sender_no,
        agreement.notifies.value,
        agreement.mandate_digits,
        agreement.supplier_id,
        agreement.main_text,
        next_assignment_no,
        user_id,
        now,
    )


async def listed(tx: Transaction, scheme: Scheme | None = None) -> list[Agreement]:
    """The client's agreements, all or those of a scheme."""
    rows = await tx.fetch(
        f"""
        select {_AGREEMENT} from debit_agreement
        where client_no = $1 and ($2::text is null or scheme = $2) order by scheme, creditor_no, debtor_group
        """,
        tx.client_no,
        None if scheme is None else scheme.value,
    )
    return [_agreement(row) for row in rows]


async def lock(tx: Transaction, creditor_no: str, debtor_group: str) -> Agreement | None:
    """An agreement, held until the transaction ends: whoever holds it writes its next file."""
    row = await tx.fetchrow(
        f"""
        select {_AGREEMENT} from debit_agreement
        where client_no = $1 and creditor_no = $2 and debtor_group = $3 for update
        """,
        tx.client_no,
        creditor_no,
        debtor_group,
    )
    return None if row is None else _agreement(row)


async def take_assignment_numbers(tx: Transaction, agreement: Agreement, count: int) -> list[int]:
    """The next numbers of assignments under a held agreement."""
    after: int = await tx.fetchval(
        """
        update debit_agreement set next_assignment_no = next_assignment_no + $4::int
        where client_no = $1 and creditor_no = $2 and debtor_group = $3 returning next_assignment_no
        """,
        tx.client_no,
        agreement.creditor_no,
        agreement.debtor_group,
        count,
    )
    return list(range(after - count, after))


async def take_shipment_number(tx: Transaction, scheme: Scheme, sender_no: str) -> int:
    """The next number of a sender's files. Other clients' files of the sender wait until the transaction ends."""
    number: int = await tx.fetchval(
        """
        update debit_sender set next_shipment_no = next_shipment_no + 1
        where scheme = $1 and sender_no = $2 returning next_shipment_no - 1
        """,
        scheme.value,
        sender_no,
    )
    return number


async def next_shipment_no(tx: Transaction) -> int:
    """The number of a new shipment."""
    number: int = await tx.fetchval("select nextval('debit_shipment_no')")
    return number


async def add_shipment(tx: Transaction, made: Shipment) -> None:
    """Keep what was written."""
    values = [getattr(made, name) for name in Shipment.__dataclass_fields__]
    places = ", ".join(f"${number}" for number in range(2, len(values) + 2))
    await tx.execute(
        f"insert into debit_shipment (client_no, {_SHIPMENT}) values ($1, {places})",
        tx.client_no,
        *(value.value if isinstance(value, Scheme) else value for value in values),
    )


async def shipments(tx: Transaction, after: int, limit: int) -> list[Shipment]:
    """The shipments after a number."""
    rows = await tx.fetch(
        f"""
        select {_SHIPMENT} from debit_shipment
        where client_no = $1 and shipment_no > $2 order by shipment_no limit $3
        """,
        tx.client_no,
        after,
        limit,
    )
    return [_shipment(row) for row in rows]


async def shipment(tx: Transaction, shipment_no: int) -> Shipment | None:
    """One shipment."""
    row = await tx.fetchrow(
        f"select {_SHIPMENT} from debit_shipment where client_no = $1 and shipment_no = $2", tx.client_no, shipment_no
    )
    return None if row is None else _shipment(row)


class Account(NamedTuple):
    """Whose a receiving account is, and in which currency."""

    client_no: int
    currency: str


async def account(tx: Transaction, account_no: str) -> Account | None:
    """A receiving account of the register, whoever has it."""
    row = await tx.fetchrow("select client_no, currency from receiving_account where account_no = $1", account_no)
    return None if row is None else Account(*row)
