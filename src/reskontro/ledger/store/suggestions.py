"""What unplaced payments point to, asked for thousands of them at once, and the suggestions that are kept.

Nothing of this has an index of its own, which every posting would pay for: amounts, payers and names are looked for in
one pass over their table for all payments together.
"""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from reskontro.ledger.domain.suggesting import MOST_ITEMS, Claim, Clues
from reskontro.platform.database import Transaction

LOOK_BACK = 2_000_000  # of the newest payments that are asked who has paid for whom
_CLAIM = """i.account_no, i.reference_no, i.reference_sequence_no, i.document_no, i.currency,
    s.currency_balance_minor, s.due_date"""


async def one_pass(tx: Transaction, *, on: bool) -> None:
    """Have the next statements go over whole tables once, or find by key again."""
    await tx.execute(f"set local enable_nestloop = {'off' if on else 'on'}")


async def unplaced(tx: Transaction, payment_nos: Sequence[int] | None, after: int, limit: int) -> list[Clues]:
    """The unplaced payments by number, or those of some numbers."""
    rows = await tx.fetch(
        """
        select p.payment_no, p.amount_minor, p.currency, concat_ws(' ', nullif(p.kid, ''), nullif(p.message, ''),
            (select string_agg(e.part->>'reference', ' ') from json_array_elements(p.parts) as e (part))) as text,
            p.payer_account_no, p.payer_name
        from payment p
        left join payment_state s on s.client_no = p.client_no and s.client_no = $1 and s.payment_no = p.payment_no
        where p.client_no = $1 and p.payment_no > $2 and p.amount_minor > 0
            and coalesce(s.status, case p.outcome when 'QUEUED' then 'UNPLACED' end) = 'UNPLACED'
            and ($3::bigint[] is null or p.payment_no = any($3::bigint[]))
            and (p.outcome = 'QUEUED' or s.status is not null)
        order by p.payment_no limit $4
        """,
        tx.client_no,
        after,
        payment_nos,
        limit,
    )
    return [Clues(*row) for row in rows]


async def claims_by_kid(tx: Transaction, kids: Sequence[str]) -> list[tuple[str, Claim]]:
    """The open claims that carry some KIDs."""
    rows = await tx.fetch(
        f"""
        select k.kid, {_CLAIM}
        from unnest($2::text[]) as k (kid)
        join ar_item i on i.client_no = $1 and i.kid = k.kid and i.reference_sequence_no = 0
        join ar_item_state s on s.client_no = $1 and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and s.currency_balance_minor > 0
        """,
        tx.client_no,
        kids,
    )
    return [(row[0], Claim(*row[1:])) for row in rows]


async def claims_by_document(tx: Transaction, keys: Sequence[str]) -> list[tuple[str, Claim]]:
    """The open claims of some documents, by the folded number."""
    rows = await tx.fetch(
        f"""
        select k.key, {_CLAIM}
        from unnest($2::text[]) as k (key)
        join document d on d.client_no = $1 and d.document_no_key = k.key
        join ar_item i on i.client_no = $1 and i.reference_no = d.reference_no
            and i.reference_sequence_no = d.reference_sequence_no
        join ar_item_state s on s.client_no = $1 and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where d.client_no = $1 and i.client_no = $1 and s.client_no = $1 and s.currency_balance_minor > 0
        """,
        tx.client_no,
        keys,
    )
    return [(row[0], Claim(*row[1:])) for row in rows]


async def customers_by_name(tx: Transaction, names: Sequence[str]) -> list[tuple[str, int]]:
    """The customers of some names, by the name in small letters."""
    rows = await tx.fetch(
        """
        select n.name, c.account_no from unnest($2::text[]) as n (name)
        join customer c on lower(c.name) = n.name
        where c.client_no = $1
        """,
        tx.client_no,
        names,
    )
    return [(row[0], row[1]) for row in rows]


async def customers_of_payers(tx: Transaction, payer_accounts: Sequence[str]) -> list[tuple[str, int]]:
    """For whom some payers' accounts have paid, by the file or by a person's hand."""
    rows = await tx.fetch(
        """
        with payers as (select distinct account from unnest($2::text[]) as u (account)),
        newest as (select coalesce(max(payment_no), 0) - $3::bigint as least from payment where client_no = $1),
        paid as (
            select p.payment_no, p.payer_account_no, p.account_no, p.outcome
            from payers u join payment p on p.payer_account_no = u.account
            where p.client_no = $1 and p.payment_no > (select least from newest)
        )
        select p.payer_account_no, p.account_no
        from paid p
        left join payment_state s on s.client_no = $1 and s.payment_no = p.payment_no
        where p.account_no is not null and s.status is null
        union
        select p.payer_account_no, i.account_no
        from paid p
        join payment_state s on s.client_no = $1 and s.payment_no = p.payment_no and s.status = 'PLACED'
        join payment_resolution r on r.client_no = $1 and r.resolution_no = s.resolution_no
        cross join lateral json_array_elements(r.credits) as e (key)
        join ar_item i on i.client_no = $1 and i.reference_no = (e.key->>0)::bigint
            and i.reference_sequence_no = (e.key->>1)::int
        """,
        tx.client_no,
        payer_accounts,
        LOOK_BACK,
    )
    return [(row[0], row[1]) for row in rows]


async def only_claims(tx: Transaction, amounts: Sequence[int]) -> list[Claim]:
    """Of some amounts those that are open on one claim of all, with the claim."""
    rows = await tx.fetch(
        f"""
        with wanted as (select distinct minor from unnest($2::bigint[]) as u (minor)),
        once as (
            select s.currency_balance_minor, min(s.reference_no) as reference_no,
                min(s.reference_sequence_no) as sequence_no
            from ar_item_state s join wanted w on w.minor = s.currency_balance_minor
            where s.client_no = $1 group by 1 having count(*) = 1
        )
        select {_CLAIM}
        from once o
        join ar_item i on i.reference_no = o.reference_no and i.reference_sequence_no = o.sequence_no
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1
        """,
        tx.client_no,
        amounts,
    )
    return [Claim(*row) for row in rows]


async def open_claims(tx: Transaction, accounts: Sequence[int]) -> list[Claim]:
    """The open claims of some customers, the oldest first, so many of each as are looked at."""
    rows = await tx.fetch(
        f"""
        select account_no, reference_no, reference_sequence_no, document_no, currency, currency_balance_minor, due_date
        from (
            select {_CLAIM}, row_number() over (
                partition by i.account_no order by s.due_date, i.reference_no, i.reference_sequence_no
            ) as n
            from unnest($2::bigint[]) as a (account_no)
            join ar_item i on i.client_no = $1 and i.account_no = a.account_no
            join ar_item_state s on s.client_no = $1 and s.reference_no = i.reference_no
                and s.reference_sequence_no = i.reference_sequence_no
            where i.client_no = $1 and s.client_no = $1 and s.currency_balance_minor > 0
        ) as numbered
        where n <= $3
        order by account_no, n
        """,
        tx.client_no,
        accounts,
        MOST_ITEMS,
    )
    return [Claim(*row) for row in rows]


async def keep(tx: Transaction, rows: Sequence[tuple[int, int, str]], now: datetime) -> None:
    """Keep the suggestions of some payments: number, best score, what they are."""
    await tx.execute(
        """
        insert into payment_suggestion (client_no, payment_no, best_score, suggestions, made_time)
        select $1, u.payment_no, u.score, u.suggestions::json, $2
        from unnest($3::bigint[], $4::smallint[], $5::text[]) as u (payment_no, score, suggestions)
        on conflict (client_no, payment_no) do update
            set best_score = excluded.best_score, suggestions = excluded.suggestions, made_time = excluded.made_time
        """,
        tx.client_no,
        now,
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
    )


async def kept(tx: Transaction, payment_no: int) -> str | None:
    """The suggestions of a payment, None where none were made."""
    row: asyncpg.Record | None = await tx.fetchrow(
        "select suggestions::text as found from payment_suggestion where client_no = $1 and payment_no = $2",
        tx.client_no,
        payment_no,
    )
    return None if row is None else row["found"]
