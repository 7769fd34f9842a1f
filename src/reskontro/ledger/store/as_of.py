"""What was open at a past moment: of the whole ledger by due date, and item by item in order.

Of a moment not long ago, the whole ledger is what is open now, summed in one pass over what moves, and put right for
what has come since: items that do not count yet are taken out, and what matches that do not count yet have moved is
given back. These are few rows, found by summaries of the pages (`ar_item_since`, `ar_match_since`). Where they are
many, it is worked out from all amounts and all matches until then. The items of a page, or of a customer, are worked
out one by one.

`$1` is the client, `$2` the day and `$3` the moment of the question.
"""

from collections.abc import Sequence

import asyncpg

from reskontro.ledger.domain.as_of import AsOf, DueSum
from reskontro.ledger.store.conditions import Conditions
from reskontro.platform.database import Transaction

FIRST_CONDITION = 4
MOST_SINCE = 80_000  # rows; above, it is quicker to work from all amounts
MEMORY_MIB = 64  # of a question that is worked out from all amounts

ORDER = "i.account_no, i.reference_no, i.reference_sequence_no"
_STATE_OF = """
    s.client_no = $1 and s.reference_no = {0}.reference_no and s.reference_sequence_no = {0}.reference_sequence_no
"""
_ITEM = """
    join ar_item i on i.client_no = $1 and i.reference_no = s.reference_no
        and i.reference_sequence_no = s.reference_sequence_no
"""
_COUNTING_ITEM = f"{_ITEM} and i.voucher_date <= $2::date and i.created_time <= $3::timestamptz"
_MATCH = """
    m.match_no, m.debit_reference_no, m.debit_sequence_no, m.credit_reference_no, m.credit_sequence_no,
    m.currency_minor, m.debit_gl_minor, m.credit_gl_minor
"""
# Due dates that were moved later, as they were before.
_DEFERRED = """
    select distinct on (d.reference_no, d.reference_sequence_no) d.reference_no, d.reference_sequence_no,
        d.due_date_before
    from due_date_change d
    where d.client_no = $1 and d.created_time > $3::timestamptz
    order by d.reference_no, d.reference_sequence_no, d.change_no
"""
# Matches that do not count: late ones, those of an item that does not count, and whatever undoes a late one.
_SINCE = f"""
    late_item as materialized (
        select i.reference_no, i.reference_sequence_no from ar_item i
        where i.client_no = $1 and (i.voucher_date > $2::date or i.created_time > $3::timestamptz)
    ),
    late_match as materialized (
        select {_MATCH} from ar_match m
        where m.client_no = $1 and (m.match_date > $2::date or m.created_time > $3::timestamptz)
    ),
    left_out as (
        select * from late_match
        union
        select {_MATCH} from late_item n
        join ar_match m on m.client_no = $1 and m.debit_reference_no = n.reference_no
            and m.debit_sequence_no = n.reference_sequence_no
        union
        select {_MATCH} from late_item n
        join ar_match m on m.client_no = $1 and m.credit_reference_no = n.reference_no
            and m.credit_sequence_no = n.reference_sequence_no
        union
        select {_MATCH} from late_match o
        join ar_match m on m.client_no = $1 and m.debit_reference_no = o.debit_reference_no
            and m.debit_sequence_no = o.debit_sequence_no and m.undoes_match_no = o.match_no
    ),
    given_back as materialized (
        select reference_no, reference_sequence_no, sum(currency_minor) as currency_minor, sum(gl_minor) as gl_minor
        from (
            select debit_reference_no as reference_no, debit_sequence_no as reference_sequence_no, currency_minor,
                debit_gl_minor as gl_minor
            from left_out
            union all
            select credit_reference_no, credit_sequence_no, -currency_minor, -credit_gl_minor from left_out
        ) as side
        group by 1, 2
    ),
    deferred as materialized (
        {_DEFERRED}
    )
"""


def _counts(row: str, day: str) -> str:
    return f"{row}.client_no = $1 and {row}.{day} <= $2::date and {row}.created_time <= $3::timestamptz"


async def due_sums(tx: Transaction, at: AsOf, wanted: Conditions) -> list[DueSum]:
    """What was open of the whole ledger by due date; `wanted` are conditions on the items (`i`)."""
    found: int = await tx.fetchval(
        f"""
        select (select count(*) from (
                select from ar_item i
                where i.client_no = $1 and (i.voucher_date > $2::date or i.created_time > $3::timestamptz)
                limit {MOST_SINCE + 1:d}) as late_item)
            + (select count(*) from (
                select from ar_match m
                where m.client_no = $1 and (m.match_date > $2::date or m.created_time > $3::timestamptz)
                limit {MOST_SINCE + 1:d}) as late_match)
        """,
        tx.client_no,
        at.voucher_date,
        at.booked_at,
    )
    return await (from_now(tx, at, wanted) if found <= MOST_SINCE else from_amounts(tx, at, wanted))


async def from_now(tx: Transaction, at: AsOf, wanted: Conditions) -> list[DueSum]:
    """`due_sums`, for moments since which little has come."""
    only = wanted.where(FIRST_CONDITION)
    item = _ITEM if wanted else ""
    rows = await tx.fetch(
        f"""
        with {_SINCE}
        select due_date, sum(item_count)::bigint, sum(gl_minor)::bigint, sum(currency_minor)::bigint
        from (
            select s.due_date, count(*) as item_count, sum(s.gl_balance_minor) as gl_minor,
                sum(s.currency_balance_minor) as currency_minor
            from ar_item_state s {item}
            where s.client_no = $1 and s.currency_balance_minor <> 0{only}
            group by s.due_date
            union all
            select s.due_date, -1, -s.gl_balance_minor, -s.currency_balance_minor
            from late_item n join ar_item_state s on {_STATE_OF.format("n")} {item}
            where s.currency_balance_minor <> 0{only}
            union all
            select s.due_date,
                (s.currency_balance_minor + b.currency_minor <> 0)::int - (s.currency_balance_minor <> 0)::int,
                b.gl_minor, b.currency_minor
            from given_back b join ar_item_state s on {_STATE_OF.format("b")} {_COUNTING_ITEM}{only}
            union all
            select case x.sign when 1 then d.due_date_before else s.due_date end, x.sign,
                x.sign * (s.gl_balance_minor + coalesce(b.gl_minor, 0)),
                x.sign * (s.currency_balance_minor + coalesce(b.currency_minor, 0))
            from deferred d join ar_item_state s on {_STATE_OF.format("d")} {_COUNTING_ITEM}{only}
            left join given_back b on b.reference_no = d.reference_no
                and b.reference_sequence_no = d.reference_sequence_no
            cross join (values (1), (-1)) as x (sign)
            where s.currency_balance_minor + coalesce(b.currency_minor, 0) <> 0
        ) as part
        group by due_date having sum(item_count) <> 0 or sum(gl_minor) <> 0
        """,
        tx.client_no,
        at.voucher_date,
        at.booked_at,
        *wanted.arguments,
    )
    return [DueSum(*row) for row in rows]


def _taken(side: str, other: str, sign: str) -> str:
    """What the matches that count took from an item on one of their sides."""
    return f"""
        select {sign}m.currency_minor as currency_minor, {sign}m.{side}_gl_minor as gl_minor
        from ar_match m
        join ar_item o on {_counts("o", "voucher_date")} and o.reference_no = m.{other}_reference_no
            and o.reference_sequence_no = m.{other}_sequence_no
        left join ar_match u on {_counts("u", "match_date")} and u.match_no = m.undoes_match_no
        where {_counts("m", "match_date")} and m.{side}_reference_no = i.reference_no
            and m.{side}_sequence_no = i.reference_sequence_no
            and (m.undoes_match_no is null or u.match_no is not null)
    """


# What the matches that count took from every item on either side: reference, sequence, currency and GL amount.
TAKEN = f"""
    select side.reference_no, side.reference_sequence_no, sum(side.currency_minor) as currency_minor,
        sum(side.gl_minor) as gl_minor
    from ar_match m
    join ar_item a on {_counts("a", "voucher_date")} and a.reference_no = m.debit_reference_no
        and a.reference_sequence_no = m.debit_sequence_no
    join ar_item b on {_counts("b", "voucher_date")} and b.reference_no = m.credit_reference_no
        and b.reference_sequence_no = m.credit_sequence_no
    left join ar_match u on {_counts("u", "match_date")} and u.match_no = m.undoes_match_no
    cross join lateral (values
        (m.debit_reference_no, m.debit_sequence_no, m.currency_minor, m.debit_gl_minor),
        (m.credit_reference_no, m.credit_sequence_no, -m.currency_minor, -m.credit_gl_minor)
    ) as side (reference_no, reference_sequence_no, currency_minor, gl_minor)
    where {_counts("m", "match_date")} and (m.undoes_match_no is null or u.match_no is not null)
    group by 1, 2
"""


# Due dates that had been moved by the moment, as they were then.
_MOVED = """
    select distinct on (d.reference_no, d.reference_sequence_no) d.reference_no, d.reference_sequence_no,
        d.due_date_after
    from due_date_change d
    where d.client_no = $1 and d.created_time <= $3::timestamptz
    order by d.reference_no, d.reference_sequence_no, d.change_no desc
"""
_UNDOING = """
    select u.match_no, u.undoes_match_no, u.debit_reference_no, u.credit_reference_no
    from ar_match u where u.client_no = $1 and u.undoes_match_no is not null
"""
# The references whose items are looked at one by one: a match of theirs was undone once, or a due date was moved.
_UNEVEN = """
    select coalesce(range_agg(int8range(t.reference_no, t.reference_no, '[]')), '{}')
    from (
        select debit_reference_no as reference_no from undoing
        union all
        select credit_reference_no from undoing
        union all
        select reference_no from moved
    ) as t
"""
# Matches that undo one that does not count.
_IDLE = f"""
    select coalesce(range_agg(int8range(n.match_no, n.match_no, '[]')), '{{}}')
    from undoing n join ar_match o on o.client_no = $1 and o.match_no = n.undoes_match_no
    where not ({_counts("o", "match_date")})
"""


def _side(side: str, other: str, sign: str, opposite: str) -> str:
    """The matches that count by themselves, as they changed an item on one of their sides."""
    return f"""
        select m.{side}_reference_no as reference_no, m.{side}_sequence_no as reference_sequence_no,
            {sign}m.currency_minor as currency_taken, {sign}m.{side}_gl_minor as gl_taken,
            m.{other}_reference_no as other_reference_no, m.{other}_sequence_no as other_sequence_no,
            {opposite}m.currency_minor as other_currency_taken, {opposite}m.{other}_gl_minor as other_gl_taken
        from ar_match m
        where {_counts("m", "match_date")} and (m.undoes_match_no is null or not m.match_no <@ ({_IDLE}))
    """


async def from_amounts(tx: Transaction, at: AsOf, wanted: Conditions) -> list[DueSum]:
    """`due_sums`, for any moment.

    Items and the sides of matches meet in one join. An item without a match is open, and an item that one match took
    all of is settled: most are one or the other, and are summed or left out as they are met. Only items that are
    matched in parts, or are uneven, are put together one by one. What a match took for an item that does not count is
    given back to the other one.
    """
    only = wanted.where(FIRST_CONDITION)
    async with tx.connection.transaction():
        await tx.execute(f"set local work_mem = '{MEMORY_MIB:d}MB'; set local parallel_tuple_cost = 0")
        rows = await tx.fetch(
            f"""
            with moved as materialized (
                {_MOVED}
            ),
            undoing as materialized (
                {_UNDOING}
            ),
            met as materialized (
                select i.due_date,
                    case when i.reference_no is null then t.other_reference_no else t.reference_no end as reference_no,
                    case when i.reference_no is null then t.other_sequence_no else t.reference_sequence_no end
                        as reference_sequence_no,
                    count(*) as item_count, sum(i.currency_minor) as currency_minor, sum(i.gl_minor) as gl_minor,
                    sum(case when i.reference_no is null then -t.other_currency_taken else t.currency_taken end)
                        as currency_taken,
                    sum(case when i.reference_no is null then -t.other_gl_taken else t.gl_taken end) as gl_taken
                from (
                    select i.reference_no, i.reference_sequence_no, i.account_no, i.currency,
                        i.original_due_date as due_date, i.currency_minor, i.gl_minor
                    from ar_item i
                    where {_counts("i", "voucher_date")}
                ) as i
                full join (
                    {_side("debit", "credit", "", "-")} union all {_side("credit", "debit", "-", "")}
                ) as t on t.reference_no = i.reference_no and t.reference_sequence_no = i.reference_sequence_no
                where (t.currency_taken is distinct from i.currency_minor or t.gl_taken is distinct from i.gl_minor
                    or i.reference_no <@ ({_UNEVEN})) and (i.reference_no is null or true{only})
                group by 1, 2, 3
            ),
            taken as materialized (
                select n.reference_no, n.reference_sequence_no, i.original_due_date, i.gl_minor, i.currency_minor,
                    n.gl_taken + case when n.partly then 0 else i.gl_minor end as gl_taken,
                    n.currency_taken + case when n.partly then 0 else i.currency_minor end as currency_taken
                from (
                    select reference_no, reference_sequence_no, bool_or(due_date is not null) as partly,
                        sum(gl_taken) as gl_taken, sum(currency_taken) as currency_taken
                    from met where reference_no is not null
                    group by 1, 2
                ) as n
                join ar_item i on {_counts("i", "voucher_date")} and i.reference_no = n.reference_no
                    and i.reference_sequence_no = n.reference_sequence_no{only}
            )
            select due_date, sum(item_count)::bigint, sum(gl_minor)::bigint, sum(currency_minor)::bigint
            from (
                select due_date, item_count, gl_minor, currency_minor from met where reference_no is null
                union all
                select original_due_date, 1, gl_minor - gl_taken, currency_minor - currency_taken
                from taken where currency_minor <> currency_taken
                union all
                select case x.sign when 1 then n.due_date_after else i.original_due_date end, x.sign,
                    x.sign * (i.gl_minor - coalesce(t.gl_taken, 0)),
                    x.sign * (i.currency_minor - coalesce(t.currency_taken, 0))
                from moved n
                join ar_item i on {_counts("i", "voucher_date")} and i.reference_no = n.reference_no
                    and i.reference_sequence_no = n.reference_sequence_no{only}
                left join taken t on t.reference_no = n.reference_no
                    and t.reference_sequence_no = n.reference_sequence_no
                cross join (values (1), (-1)) as x (sign)
                where i.currency_minor - coalesce(t.currency_taken, 0) <> 0
            ) as part
            group by due_date having sum(item_count) <> 0 or sum(gl_minor) <> 0
            """,
            tx.client_no,
            at.voucher_date,
            at.booked_at,
            *wanted.arguments,
        )
    return [DueSum(*row) for row in rows]


_DUE_DATE = """
    coalesce(
        (select d.due_date_before from due_date_change d
         where d.client_no = $1 and d.reference_no = i.reference_no
            and d.reference_sequence_no = i.reference_sequence_no and d.created_time > $3::timestamptz
         order by d.change_no limit 1),
        (select s.due_date from ar_item_state s
         where s.client_no = $1 and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no)
    )
"""
_OPEN_ITEMS = f"""
    from ar_item i
    cross join lateral (
        select i.currency_minor - coalesce(sum(t.currency_minor), 0) as currency_balance,
            i.gl_minor - coalesce(sum(t.gl_minor), 0) as gl_balance
        from ({_taken("debit", "credit", "")} union all {_taken("credit", "debit", "-")}) as t
        offset 0
    ) as b
    where {_counts("i", "voucher_date")} and b.currency_balance <> 0
"""


async def due_sums_of_accounts(tx: Transaction, at: AsOf, wanted: Conditions) -> list[DueSum]:
    """As `due_sums`, for conditions that name the items of few customers."""
    rows = await tx.fetch(
        f"""
        select {_DUE_DATE} as due_date, count(*), sum(b.gl_balance)::bigint, sum(b.currency_balance)::bigint
        {_OPEN_ITEMS}{wanted.where(FIRST_CONDITION)}
        group by 1
        """,
        tx.client_no,
        at.voucher_date,
        at.booked_at,
        *wanted.arguments,
    )
    return [DueSum(*row) for row in rows]


async def open_items(
    tx: Transaction, at: AsOf, wanted: Conditions, after: Sequence[int], limit: int
) -> list[asyncpg.Record]:
    """Open items after a key (account, reference, sequence), in order, so many at most."""
    at_key = FIRST_CONDITION + len(wanted.arguments)
    return await tx.fetch(
        f"""
        select i.account_no, i.reference_no, i.reference_sequence_no, c.customer_no, i.document_no, i.voucher_type,
            i.voucher_no, i.voucher_date, {_DUE_DATE} as due_date, i.currency, i.currency_minor, i.gl_minor,
            b.currency_balance::bigint as currency_balance, b.gl_balance::bigint as gl_balance, i.kid, i.gl_case_no,
            i.created_time, g.gl_currency
        from (
            select i.*, b.* {_OPEN_ITEMS}{wanted.where(FIRST_CONDITION)}
                and ({ORDER}) > (${at_key}::bigint, ${at_key + 1}::bigint, ${at_key + 2}::int)
            order by {ORDER} limit ${at_key + 3}
        ) as i
        cross join lateral (select i.currency_balance, i.gl_balance) as b
        join customer c on c.client_no = $1 and c.account_no = i.account_no
        join gl_case g on g.client_no = $1 and g.gl_case_no = i.gl_case_no
        order by {ORDER}
        """,
        tx.client_no,
        at.voucher_date,
        at.booked_at,
        *wanted.arguments,
        *after,
        limit,
    )


async def account_balances(tx: Transaction, at: AsOf) -> list[asyncpg.Record]:
    """What had been booked on each GL account since the first posting: account, currency, minor units, lines.

    The periods that had been closed by then, and ended by then, are summed from their frozen movements.
    """
    return await tx.fetch(
        f"""
        with until as (
            select gl_year, gl_period from gl_period
            where client_no = $1 and closed_time <= $3::timestamptz
                and (make_date(gl_year, gl_period, 1) + interval '1 month')::date - 1 <= $2::date
            order by gl_year desc, gl_period desc limit 1
        )
        select gl_account_no, gl_currency, sum(gl_minor)::bigint as gl_minor, sum(item_count)::bigint as item_count
        from (
            select gl_account_no, gl_currency, debit_minor - credit_minor as gl_minor, item_count from gl_movement
            where client_no = $1
                and gl_year * 12 + gl_period <= coalesce((select gl_year * 12 + gl_period from until), 0)
            union all
            select l.gl_account_no, g.gl_currency, l.gl_minor, 1
            from gl_case g join gl_item l on l.client_no = g.client_no and l.gl_case_no = g.gl_case_no
            where {_counts("g", "voucher_date")} and l.client_no = $1
                and g.gl_year >= coalesce((select gl_year from until), 0::smallint)
                and g.gl_year * 12 + g.gl_period > coalesce((select gl_year * 12 + gl_period from until), 0)
        ) as booked
        group by gl_account_no, gl_currency
        order by gl_account_no, gl_currency
        """,
        tx.client_no,
        at.voucher_date,
        at.booked_at,
    )
