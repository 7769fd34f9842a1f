"""Payment reservations, what they reserve of items, and the payment ids that are taken.

An item's state holds the sum of its reservations that are ACTIVE, and the status that follows from it and the balance.
A reservation that is past its time stays ACTIVE until the sweep has been there; whoever reads looks at the time too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.domain.reservation import ItemGround, OpenClaim, Status, Terms
from reskontro.platform.database import Transaction
from reskontro.platform.rows import RowInsert

# As a part of a run of postings: the payment ids of what it posts. One that is taken already is left as it is.
PAYMENT_IDS = RowInsert(
    "payment_id",
    (("client_no", "$1::int"), ("created_time", "$3::timestamptz")),
    (("payment_id_key", "text"),),
    suffix="on conflict do nothing",
)


def status_of(balance: str, reserved: str) -> str:
    """The SQL of `domain.reservation.reserved_status`; no reservation is a sum of null."""
    return (
        f"case when {reserved} is null or {balance} <= 0 then '' "
        f"when {reserved} < {balance} then 'PARTLY-RESERVED' else 'RESERVED' end"
    )


_OF_ITEM = """
    r.client_no = $1 and r.reference_no = s.reference_no and r.reference_sequence_no = s.reference_sequence_no
    and r.status = 'ACTIVE'
"""


def current_status(now: str) -> str:
    """The SQL of the reserved status of a state `s` at a moment: no reservation is looked at where none was made."""
    return f"""
        case when s.reserved_minor is null then '' else (
            select {status_of("s.currency_balance_minor", "sum(r.currency_minor)")}
            from payment_reservation r where {_OF_ITEM} and r.expires_time > {now}
        ) end
    """


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whose claims are reserved, and the item where one is: its document's number, and how it stands."""

    account_no: int
    customer_no: str
    currency: str
    document_no: str = ""
    item: ItemGround | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """A stored reservation, as it was made."""

    reservation_uuid: UUID
    payment_id: str
    account_no: int
    customer_no: str
    item: ItemKey | None
    terms: Terms
    text: str
    created_time: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A reservation that has ended: which one, whose, on which item."""

    reservation_uuid: UUID
    payment_id: str
    account_no: int
    customer_no: str
    item: ItemKey | None


async def is_taken(tx: Transaction, payment_id_key: str) -> bool:
    """Whether a reservation or a posted payment has the id."""
    return bool(
        await tx.fetchval(
            "select true from payment_id where client_no = $1 and payment_id_key = $2", tx.client_no, payment_id_key
        )
    )


async def lock_item(tx: Transaction, item: ItemKey, now: datetime) -> Receiver:
    """An item that exists, locked, with what is reserved of it at the moment."""
    row = await tx.fetchrow(
        """
        select i.account_no, c.customer_no, i.currency, i.document_no, i.currency_minor, s.currency_balance_minor,
            s.reserved_minor
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        join customer c on c.client_no = i.client_no and c.account_no = i.account_no
        where i.client_no = $1 and s.client_no = $1 and c.client_no = $1
            and i.reference_no = $2 and i.reference_sequence_no = $3
        for update of s
        """,
        tx.client_no,
        *item,
    )
    assert row is not None, "an item is never removed"
    reserved_minor = 0
    if row["reserved_minor"] is not None:  # what is past its time no longer counts; seen by a snapshot after the lock
        reserved_minor = await tx.fetchval(
            """
            select coalesce(sum(currency_minor), 0)::bigint from payment_reservation
            where client_no = $1 and reference_no = $2 and reference_sequence_no = $3 and status = 'ACTIVE'
                and expires_time > $4
            """,
            tx.client_no,
            *item,
            now,
        )
    ground = ItemGround(row["currency"], row["currency_minor"], row["currency_balance_minor"], reserved_minor)
    return Receiver(row["account_no"], row["customer_no"], row["currency"], row["document_no"], ground)


async def customer(tx: Transaction, account_no: int) -> Receiver | None:
    """The customer with an account number, None where it was deleted meanwhile."""
    row = await tx.fetchrow(
        "select account_no, customer_no, currency from customer where client_no = $1 and account_no = $2",
        tx.client_no,
        account_no,
    )
    return None if row is None else Receiver(*row)


async def add(tx: Transaction, made: Reservation, payment_id_key: str, expires_time: datetime) -> bool:
    """Store a reservation; False where somebody took its payment id meanwhile."""
    reference_no, sequence_no = made.item or (None, None)
    terms = made.terms
    stored = await tx.fetchval(
        """
        with taken as (
            insert into payment_id (client_no, payment_id_key, created_time) values ($1, $3, $15)
            on conflict do nothing returning payment_id_key
        )
        insert into payment_reservation (client_no, payment_reservation_uuid, payment_id_key, payment_id, account_no,
            reference_no, reference_sequence_no, currency, currency_minor, payment_date, valid_until, expires_time,
            payment_method, reservation_text, created_time)
        select $1, $2, payment_id_key, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 from taken
        returning true
        """,
        tx.client_no,
        made.reservation_uuid,
        payment_id_key,
        made.payment_id,
        made.account_no,
        reference_no,
        sequence_no,
        terms.currency,
        terms.amount_minor,
        terms.payment_date,
        terms.valid_until,
        expires_time,
        terms.payment_method,
        made.text,
        made.created_time,
    )
    return bool(stored)


async def add_many(
    tx: Transaction, made: Sequence[Reservation], keys: Sequence[str], expires: Sequence[datetime], now: datetime
) -> int:
    """Store reservations of items; how many. Those whose payment id somebody took meanwhile are left out."""
    rows = await tx.fetch(
        """
        with taken as (
            insert into payment_id (client_no, payment_id_key, created_time)
            select $1, u.key, $2 from unnest($4::text[]) as u (key)
            on conflict do nothing returning payment_id_key
        )
        insert into payment_reservation (client_no, payment_reservation_uuid, payment_id_key, payment_id, account_no,
            reference_no, reference_sequence_no, currency, currency_minor, payment_date, valid_until, expires_time,
            payment_method, reservation_text, created_time)
        select $1, u.uuid, u.key, u.id, u.account_no, u.reference_no, u.sequence_no, u.currency, u.minor, u.paid,
            u.until, u.expires, u.method, u.said, $2
        from unnest($3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::int[], $9::text[],
            $10::bigint[], $11::date[], $12::date[], $13::timestamptz[], $14::text[], $15::text[])
            as u (uuid, key, id, account_no, reference_no, sequence_no, currency, minor, paid, until, expires, method,
                said)
        join taken t on t.payment_id_key = u.key
        returning true
        """,
        tx.client_no,
        now,
        [each.reservation_uuid for each in made],
        keys,
        [each.payment_id for each in made],
        [each.account_no for each in made],
        [None if each.item is None else each.item[0] for each in made],
        [None if each.item is None else each.item[1] for each in made],
        [each.terms.currency for each in made],
        [each.terms.amount_minor for each in made],
        [each.terms.payment_date for each in made],
        [each.terms.valid_until for each in made],
        expires,
        [each.terms.payment_method for each in made],
        [each.text for each in made],
    )
    return len(rows)


_ENDED = """
    r.payment_reservation_uuid, r.payment_id, r.account_no,
    coalesce((select c.customer_no from customer c where c.client_no = $1 and c.account_no = r.account_no), '')
        as customer_no,
    r.reference_no, r.reference_sequence_no
"""


async def active_of_payments(tx: Transaction, payment_id_keys: Sequence[str], now: datetime) -> list[Ended]:
    """The reservations that payments with some ids release."""
    rows = await tx.fetch(
        f"""
        select {_ENDED} from payment_reservation r
        where r.client_no = $1 and r.payment_id_key = any($2::text[]) and r.status = 'ACTIVE' and r.expires_time > $3
        """,
        tx.client_no,
        payment_id_keys,
        now,
    )
    return [_ended(row) for row in rows]


async def past(tx: Transaction, reservation_uuids: Sequence[UUID], now: datetime) -> list[Ended]:
    """Those of some reservations whose last valid day is over and that nothing has ended."""
    rows = await tx.fetch(
        f"""
        select {_ENDED} from payment_reservation r
        where r.client_no = $1 and r.payment_reservation_uuid = any($2::uuid[]) and r.status = 'ACTIVE'
            and r.expires_time <= $3
        """,
        tx.client_no,
        reservation_uuids,
        now,
    )
    return [_ended(row) for row in rows]


async def past_of_account(tx: Transaction, account_no: int, now: datetime) -> list[Ended]:
    """Those on a customer's account or items whose last valid day is over and that nothing has ended."""
    rows = await tx.fetch(
        f"""
        select {_ENDED} from payment_reservation r
        where r.client_no = $1 and r.account_no = $2 and r.status = 'ACTIVE' and r.expires_time <= $3
        """,
        tx.client_no,
        account_no,
        now,
    )
    return [_ended(row) for row in rows]


async def of_payment(tx: Transaction, item: ItemKey, payment_id_key: str, now: datetime) -> tuple[Ended, Status] | None:
    """The reservation on an item with a payment id, and where it stands at the moment."""
    row = await tx.fetchrow(
        f"""
        select {_ENDED}, r.status, r.expires_time from payment_reservation r
        where r.client_no = $1 and r.reference_no = $2 and r.reference_sequence_no = $3 and r.payment_id_key = $4
        """,
        tx.client_no,
        *item,
        payment_id_key,
    )
    return None if row is None else (_ended(row), at_moment(row, now))


async def lock_states(tx: Transaction, items: Sequence[ItemKey]) -> None:
    """Lock what moves on some items, in one order."""
    await tx.execute(
        """
        select from ar_item_state s
        join unnest($2::bigint[], $3::int[]) as u (reference_no, sequence_no)
            on s.reference_no = u.reference_no and s.reference_sequence_no = u.sequence_no
        where s.client_no = $1
        order by s.reference_no, s.reference_sequence_no
        for update of s
        """,
        tx.client_no,
        [reference_no for reference_no, _ in items],
        [sequence_no for _, sequence_no in items],
    )


async def end(tx: Transaction, reservation_uuids: Sequence[UUID], status: Status, now: datetime) -> set[UUID]:
    """End those of some reservations that are ACTIVE; which ones comes back."""
    rows = await tx.fetch(
        """
        update payment_reservation set status = $3, ended_time = $4
        where client_no = $1 and payment_reservation_uuid = any($2::uuid[]) and status = 'ACTIVE'
        returning payment_reservation_uuid
        """,
        tx.client_no,
        reservation_uuids,
        status.value,
        now,
    )
    return {row["payment_reservation_uuid"] for row in rows}


async def recompute(tx: Transaction, items: Sequence[ItemKey], now: datetime) -> None:
    """Bring what is reserved of some items in line with their reservations, as they stand after what came before."""
    await tx.execute(
        f"""
        update ar_item_state as s
        set reserved_minor = x.reserved_minor, changed_time = $4,
            reserved_status = {status_of("s.currency_balance_minor", "x.reserved_minor")}
        from (
            select u.reference_no, u.sequence_no, (
                select sum(r.currency_minor)::bigint from payment_reservation r
                where r.client_no = $1 and r.reference_no = u.reference_no
                    and r.reference_sequence_no = u.sequence_no and r.status = 'ACTIVE'
            ) as reserved_minor
            from unnest($2::bigint[], $3::int[]) as u (reference_no, sequence_no)
        ) as x
        where s.client_no = $1 and s.reference_no = x.reference_no and s.reference_sequence_no = x.sequence_no
        """,
        tx.client_no,
        [reference_no for reference_no, _ in items],
        [sequence_no for _, sequence_no in items],
        now,
    )


async def of_items(tx: Transaction, wanted: Sequence[int]) -> list[asyncpg.Record]:
    """Every reservation that was made on some items, oldest first."""
    return await tx.fetch(
        """
        select reference_no, reference_sequence_no, payment_id, currency, currency_minor, payment_date, valid_until,
            status, expires_time
        from payment_reservation
        where client_no = $1
            and (reference_no, reference_sequence_no) in (select * from unnest($2::bigint[], $3::int[]))
        order by created_time, payment_id_key
        """,
        tx.client_no,
        wanted[::2],
        wanted[1::2],
    )


async def has_active(tx: Transaction, account_no: int, now: datetime) -> bool:
    """Whether a payment to a customer is on its way."""
    return bool(
        await tx.fetchval(
            """
            select exists (
                select from payment_reservation
                where client_no = $1 and account_no = $2 and status = 'ACTIVE' and expires_time > $3
            )
            """,
            tx.client_no,
            account_no,
            now,
        )
    )


async def open_claims(tx: Transaction, account_no: int, now: datetime) -> list[OpenClaim]:
    """A customer's open debit items with what is reserved of each at the moment."""
    rows = await tx.fetch(
        f"""
        select i.reference_no, i.reference_sequence_no, s.due_date, i.currency, s.currency_balance_minor,
            case when s.reserved_minor is null then 0 else (
                select coalesce(sum(r.currency_minor), 0)::bigint
                from payment_reservation r where {_OF_ITEM} and r.expires_time > $3
            ) end as reserved_minor
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and i.account_no = $2 and s.currency_balance_minor > 0
        """,
        tx.client_no,
        account_no,
        now,
    )
    return [OpenClaim((row[0], row[1]), *row[2:]) for row in map(tuple, rows)]


async def accounts_reserved(tx: Transaction, accounts: Sequence[int], now: datetime) -> list[int]:
    """Those of some accounts on which something is reserved as a whole at the moment."""
    rows = await tx.fetch(
        """
        select distinct account_no from payment_reservation
        where client_no = $1 and account_no = any($2::bigint[]) and reference_no is null and status = 'ACTIVE'
            and expires_time > $3
        order by account_no
        """,
        tx.client_no,
        accounts,
        now,
    )
    return [row["account_no"] for row in rows]


async def on_account(tx: Transaction, account_no: int, now: datetime) -> dict[str, int]:
    """What is reserved on a customer's account at the moment, in minor units by currency."""
    rows = await tx.fetch(
        """
        select currency, sum(currency_minor)::bigint from payment_reservation
        where client_no = $1 and account_no = $2 and reference_no is null and status = 'ACTIVE' and expires_time > $3
        group by currency
        """,
        tx.client_no,
        account_no,
        now,
    )
    return {row[0]: row[1] for row in rows}


def at_moment(row: asyncpg.Record, now: datetime) -> Status:
    """Where a reservation stands at a moment: one past its time has expired, with the sweep or before it."""
    status = Status(row["status"])
    expires_time: datetime = row["expires_time"]
    return Status.EXPIRED if status is Status.ACTIVE and expires_time <= now else status


def _ended(row: asyncpg.Record) -> Ended:
    reference_no, sequence_no = row["reference_no"], row["reference_sequence_no"]
    item = None if reference_no is None else (reference_no, sequence_no)
    return Ended(row["payment_reservation_uuid"], row["payment_id"], row["account_no"], row["customer_no"], item)
