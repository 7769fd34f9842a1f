"""Lines of bank files: what their references name, and what is kept of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reskontro.ledger.domain.entries import OpenItem
from reskontro.ledger.domain.matching import Closed
from reskontro.platform.database import Connection, Transaction

# A server that has not counted a table yet may take any index of the client, and read all of it for each that is looked
# for. Asked for as a range that is one value, in its order, rows come from the only index that has that order.
KNOWN = """
select f.fingerprint
from unnest($2::bytea[]) as f (fingerprint) cross join lateral (
    select from payment p
    where p.client_no = $1 and p.fingerprint >= f.fingerprint and p.fingerprint <= f.fingerprint
    order by p.fingerprint offset 0
) as p
"""
CLOSED_BY = """
select m.reference_no, bool_and(o.voucher_type = 4) as credited
from (
    select r.reference_no, m.credit_reference_no, m.credit_sequence_no
    from unnest($2::bigint[]) as r (reference_no)
    cross join lateral (
        select m.credit_reference_no, m.credit_sequence_no, m.currency_minor from ar_match m
        where m.client_no = $1 and m.debit_reference_no = r.reference_no
            and m.debit_sequence_no >= 0 and m.debit_sequence_no <= 0
        order by m.debit_sequence_no offset 0
    ) as m
    group by 1, 2, 3 having sum(m.currency_minor) <> 0
) as m
cross join lateral (
    select i.voucher_type from ar_item i
    where i.client_no = $1 and i.reference_no = m.credit_reference_no
        and i.reference_sequence_no = m.credit_sequence_no
    offset 0
) as o
group by 1
"""


@dataclass(frozen=True, slots=True)
class ReceivingAccount:
    """An account of the register: whose it is, its currency, the lengths of its KIDs."""

    account_no: str
    client_no: int
    currency: str
    kid_lengths: tuple[int, ...]


async def receiving_accounts(connection: Connection, account_nos: Sequence[str]) -> dict[str, ReceivingAccount]:
    """The registered ones of some accounts."""
    rows = await connection.fetch(
        """
        select a.account_no, a.client_no, a.currency,
            array(select distinct k.kid_length from kid_rule k where k.account_no = a.account_no) as kid_lengths
        from receiving_account a where a.account_no = any($1::text[])
        """,
        list(account_nos),
    )
    return {
        row["account_no"]: ReceivingAccount(
            row["account_no"], row["client_no"], row["currency"], tuple(row["kid_lengths"])
        )
        for row in rows
    }


async def known_fingerprints(tx: Transaction, fingerprints: Sequence[bytes]) -> set[bytes]:
    """Those of some lines that are here already."""
    rows = await tx.fetch(KNOWN, tx.client_no, fingerprints)
    return {row["fingerprint"] for row in rows}


_ITEM = """i.reference_no, i.reference_sequence_no, i.account_no, i.document_no, i.currency, i.currency_minor,
    s.currency_balance_minor, s.gl_balance_minor, s.due_date, i.kid, s.last_sequence_no"""


async def lock_by_kid(tx: Transaction, kids: Sequence[str]) -> list[OpenItem]:
    """The first items of the references that carry some KIDs, locked in one order.

    A payment on a customer's account carries the customer's KID and is nothing that a payment is for.
    """
    rows = await tx.fetch(
        f"""
        select {_ITEM}
        from unnest($2::text[]) as k (kid)
        join ar_item i on i.kid = k.kid and i.reference_sequence_no = 0 and i.voucher_type <> 5
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = 0
        where i.client_no = $1 and s.client_no = $1
        order by i.reference_no
        for update of s
        """,
        tx.client_no,
        kids,
    )
    return [OpenItem(*row) for row in rows]


async def lock_by_reference(tx: Transaction, references: Sequence[int]) -> list[OpenItem]:
    """The first items of some references, locked in one order."""
    rows = await tx.fetch(
        f"""
        select {_ITEM}
        from unnest($2::bigint[]) as r (reference_no)
        join ar_item i on i.reference_no = r.reference_no and i.reference_sequence_no = 0
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = 0
        where i.client_no = $1 and s.client_no = $1
        order by i.reference_no
        for update of s
        """,
        tx.client_no,
        references,
    )
    return [OpenItem(*row) for row in rows]


async def lock_fees_and_interest(tx: Transaction, references: Sequence[int]) -> list[OpenItem]:
    """The open fees and interest that stand beside the first items of some references: fees before interest."""
    rows = await tx.fetch(
        f"""
        select {_ITEM}, i.voucher_type
        from unnest($2::bigint[]) as r (reference_no)
        join ar_item i on i.reference_no = r.reference_no and i.reference_sequence_no > 0
            and i.voucher_type in (6, 7)
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and s.currency_balance_minor > 0
        order by i.reference_no, i.reference_sequence_no
        for update of s
        """,
        tx.client_no,
        references,
    )
    found = [(row["voucher_type"], OpenItem(*row[:-1])) for row in rows]
    return [item for _, item in sorted(found, key=lambda one: (one[1].reference_no, -one[0], one[1]))]


async def customer_names(tx: Transaction, accounts: Sequence[int]) -> dict[int, str]:
    """The names of some customers by their accounts."""
    rows = await tx.fetch(
        "select account_no, name from customer where client_no = $1 and account_no = any($2::bigint[])",
        tx.client_no,
        accounts,
    )
    return {row["account_no"]: row["name"] for row in rows}


async def lock_open_of_accounts(tx: Transaction, accounts: Sequence[int]) -> list[OpenItem]:
    """The open items of some customers, locked in one order."""
    rows = await tx.fetch(
        f"""
        select {_ITEM}
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and i.account_no = any($2::bigint[])
            and s.currency_balance_minor <> 0
        order by i.reference_no, i.reference_sequence_no
        for update of s
        """,
        tx.client_no,
        accounts,
    )
    return [OpenItem(*row) for row in rows]


async def customers(tx: Transaction, accounts: Sequence[int]) -> set[int]:
    """Those of some account numbers that a customer has."""
    rows = await tx.fetch(
        "select account_no from customer where client_no = $1 and account_no = any($2::bigint[])",
        tx.client_no,
        accounts,
    )
    return {row["account_no"] for row in rows}


async def closed_by(tx: Transaction, references: Sequence[int]) -> dict[tuple[int, int], Closed]:
    """What closed the first items of some references: credit notes alone, or money."""
    rows = await tx.fetch(CLOSED_BY, tx.client_no, references)
    return {(row["reference_no"], 0): Closed.CREDITED if row["credited"] else Closed.PAID for row in rows}


async def add_transmission(
    tx: Transaction, identity: str, file_uuid: UUID, now: datetime, file_format: str = "OCR"
) -> bool:
    """Note that a transmission was booked; False where the same one was before."""
    made = await tx.fetchval(
        """
        insert into booked_transmission (client_no, format, identity, file_uuid, created_time)
        values ($1, $5, $2, $3, $4) on conflict do nothing returning true
        """,
        tx.client_no,
        identity,
        file_uuid,
        now,
        file_format,
    )
    return bool(made)
