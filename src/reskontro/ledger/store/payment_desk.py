"""Lines of bank files as they stand: where their file left them, or where somebody has put them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reskontro.ledger.domain.payment import ItemKey
from reskontro.platform.database import Transaction

STATUS = """coalesce(s.status, case p.outcome when 'SETTLED' then 'PLACED' when 'ON-ACCOUNT' then 'PLACED'
    when 'QUEUED' then 'UNPLACED' when 'RETURNED' then 'RETURNED' when 'REFUSED' then 'REFUSED' else 'CLOSED' end)"""


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A line with where it stands. `case_nos` booked its money, which stands on the items `credits`."""

    payment_no: int
    kind: str
    settlement_date: date
    currency: str
    amount_minor: int
    kid: str
    payer_name: str
    payer_account_no: str
    message: str
    outcome: str
    reason: str
    rule: str
    status: str
    case_nos: tuple[int, ...]
    credits: tuple[ItemKey, ...]
    listed: tuple[ItemKey, ...]
    parts: str | None
    candidates: str | None
    receiving_account_no: str
    account_no: int | None


OWN = (
    "payment_no", "kind", "settlement_date", "currency", "amount_minor", "kid", "payer_name", "payer_account_no",
    "message", "outcome", "reason", "rule", "status", "parts", "candidates", "receiving_account_no", "account_no",
)  # fmt: skip
_LINE = f"""p.payment_no, p.kind, p.settlement_date, p.currency, p.amount_minor, p.kid, p.payer_name,
    p.payer_account_no, p.message, p.outcome, p.reason, p.rule, {STATUS} as status, s.resolution_no, p.gl_case_no,
    p.reference_no, p.reference_sequence_no, p.placed::text as placed, p.parts::text as parts,
    p.candidates::text as candidates, p.receiving_account_no, p.account_no, r.gl_case_nos,
    r.credits::text as credits"""


async def hold(tx: Transaction, payment_nos: Sequence[int], now: datetime) -> None:
    """Hold some lines until the transaction ends, so that two people do not place the same money."""
    await tx.execute(
        """
        insert into payment_state (client_no, payment_no, status, resolution_no, changed_time)
        select p.client_no, p.payment_no,
            case p.outcome when 'QUEUED' then 'UNPLACED' when 'RETURNED' then 'RETURNED' else 'PLACED' end,
            null, $3
        from payment p
        where p.client_no = $1 and p.payment_no = any($2::bigint[])
            and p.outcome in ('SETTLED', 'ON-ACCOUNT', 'QUEUED', 'RETURNED')
        on conflict do nothing
        """,
        tx.client_no,
        payment_nos,
        now,
    )
    await tx.fetch(
        """
        select payment_no from payment_state where client_no = $1 and payment_no = any($2::bigint[])
        order by payment_no for update
        """,
        tx.client_no,
        payment_nos,
    )


async def lines(tx: Transaction, payment_nos: Sequence[int]) -> list[DeskLine]:
    """Some lines as they stand, by number."""
    rows = await tx.fetch(
        f"""
        select {_LINE}
        from payment p
        left join payment_state s on s.client_no = p.client_no and s.client_no = $1 and s.payment_no = p.payment_no
        left join payment_resolution r on r.client_no = p.client_no and r.client_no = $1
            and r.resolution_no = s.resolution_no
        where p.client_no = $1 and p.payment_no = any($2::bigint[])
        order by p.payment_no
        """,
        tx.client_no,
        payment_nos,
    )
    found = []
    for row in rows:
        cases: tuple[int, ...] = ()
        credits_: tuple[ItemKey, ...] = ()
        listed: tuple[ItemKey, ...] = ()
        if row["status"] == "PLACED" and row["resolution_no"] is not None:
            cases = tuple(row["gl_case_nos"])
            credits_ = tuple((one[0], one[1]) for one in json.loads(row["credits"]))
        elif row["status"] == "PLACED":
            cases = (row["gl_case_no"],)
            credits_ = ((row["reference_no"], row["reference_sequence_no"]),)
            listed = tuple((one[0], one[1]) for one in json.loads(row["placed"] or "[]"))
        own = {name: row[name] for name in OWN}
        found.append(DeskLine(**own, case_nos=cases, credits=credits_, listed=listed))
    return found


async def placed_by_cases(tx: Transaction, case_nos: Sequence[int]) -> list[int]:
    """The lines whose money some cases have booked: by their file, or by the placement that stands."""
    rows = await tx.fetch(
        """
        select p.payment_no
        from payment p
        left join payment_state s on s.client_no = p.client_no and s.client_no = $1 and s.payment_no = p.payment_no
        where p.client_no = $1 and p.gl_case_no = any($2::bigint[]) and s.resolution_no is null
        union
        select s.payment_no
        from payment_state s
        join payment_resolution r on r.client_no = s.client_no and r.resolution_no = s.resolution_no
        where s.client_no = $1 and r.client_no = $1 and s.status = 'PLACED' and r.gl_case_nos && $2::bigint[]
        order by 1
        """,
        tx.client_no,
        case_nos,
    )
    return [row["payment_no"] for row in rows]


async def difference_cases(tx: Transaction, case_nos: Sequence[int]) -> list[int]:
    """The cases of small differences that came with payments: the next item of the reference, in the same lot."""
    rows = await tx.fetch(
        """
        select d.gl_case_no
        from gl_case g
        join ar_item i on i.client_no = g.client_no and i.reference_no = g.reference_no
            and i.gl_case_no = g.gl_case_no
        join ar_item d on d.client_no = i.client_no and d.reference_no = i.reference_no
            and d.reference_sequence_no = i.reference_sequence_no + 1 and d.gl_lot_no = i.gl_lot_no
        where g.client_no = $1 and i.client_no = $1 and d.client_no = $1 and g.gl_case_no = any($2::bigint[])
            and g.voucher_type = 5 and d.voucher_type = 11
        """,
        tx.client_no,
        case_nos,
    )
    return [row["gl_case_no"] for row in rows]


async def add_resolution(
    tx: Transaction,
    payment_no: int,
    action: str,
    status: str,
    now: datetime,
    user_id: str,
    *,
    gl_case_nos: Sequence[int] = (),
    credits_: Sequence[ItemKey] = (),
    note: str = "",
    explanation: str | None = None,
) -> int:
    """Keep a decision about a line and move the line; the decision's number comes back."""
    resolution_no: int = await tx.fetchval(
        """
        insert into payment_resolution (client_no, resolution_no, payment_no, action, gl_case_nos, credits, note,
            explanation, user_id, created_time)
        values ($1, nextval('payment_resolution_no'), $2, $3, $4::bigint[], $5::text::json, $6, $7::text::json, $8, $9)
        returning resolution_no
        """,
        tx.client_no,
        payment_no,
        action,
        list(gl_case_nos),
        json.dumps([list(key) for key in credits_]),
        note,
        explanation,
        user_id,
        now,
    )
    await tx.execute(
        """
        insert into payment_state (client_no, payment_no, status, resolution_no, changed_time)
        values ($1, $2, $3, $4, $5)
        on conflict (client_no, payment_no) do update
            set status = excluded.status, resolution_no = excluded.resolution_no, changed_time = excluded.changed_time
        """,
        tx.client_no,
        payment_no,
        status,
        resolution_no if status == "PLACED" else None,
        now,
    )
    return resolution_no


def other_json(payment_no: int) -> str:
    """How a decision keeps the other line that it is about."""
    return json.dumps({"otherPaymentNo": payment_no})


async def taken_back_by(tx: Transaction, payment_no: int) -> int | None:
    """The payment that a return took back: by a person's last word, or else by its file's."""
    found: int | None = await tx.fetchval(
        """
        select coalesce(
            (select (r.explanation->>'otherPaymentNo')::bigint from payment_resolution r
                where r.client_no = $1 and r.payment_no = p.payment_no and r.action = 'RETURNED'
                order by r.resolution_no desc limit 1),
            p.returns_payment_no)
        from payment p where p.client_no = $1 and p.payment_no = $2
        """,
        tx.client_no,
        payment_no,
    )
    return found


@dataclass(frozen=True, slots=True)
class Resolution:
    """A decision about a line."""

    resolution_no: int
    action: str
    gl_case_nos: tuple[int, ...]
    note: str
    explanation: str | None
    user_id: str
    created_time: datetime

    @property
    def reasons(self) -> list[str]:
        """Why a suggestion was made that was accepted; none for other decisions."""
        found: list[str] = json.loads(self.explanation).get("reasons", []) if self.explanation else []
        return found


async def resolutions(tx: Transaction, payment_no: int) -> list[Resolution]:
    """The decisions about a line, the first one first."""
    rows = await tx.fetch(
        """
        select resolution_no, action, gl_case_nos, note, explanation::text as explanation, user_id, created_time
        from payment_resolution where client_no = $1 and payment_no = $2 order by resolution_no
        """,
        tx.client_no,
        payment_no,
    )
    return [Resolution(r[0], r[1], tuple(r[2]), *r[3:]) for r in rows]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of a queue. `open_minor` is what waits of it."""

    payment_no: int
    settlement_date: date
    currency: str
    amount_minor: int
    open_minor: int
    kid: str
    message: str
    payer_name: str
    reason: str
    status: str
    customer_no: str
    ar_item_id: str
    score: int | None
    file_name: str
    file_line_no: int


_ROW = f"""p.payment_no, p.settlement_date, p.currency, p.amount_minor, {{open}} as open_minor, p.kid, p.message,
    p.payer_name, p.reason, {STATUS} as status, coalesce(c.customer_no, '') as customer_no, {{item}} as ar_item_id,
    g.best_score as score, coalesce(f.file_name, '') as file_name, p.file_line_no"""
_JOINS = """left join payment_suggestion g on g.client_no = p.client_no and g.client_no = $1
        and g.payment_no = p.payment_no
    left join stored_file f on f.client_no = p.client_no and f.client_no = $1 and f.file_uuid = p.file_uuid"""


async def unplaced(tx: Transaction, after: int, limit: int, *, suggested: bool = False) -> list[QueueRow]:
    """Money that is not booked, by number: never placed, or put back."""
    rows = await tx.fetch(
        f"""
        select {_ROW.format(open="p.amount_minor", item="''")}
        from (
            select payment_no from payment where client_no = $1 and outcome = 'QUEUED' and payment_no > $2
            union
            select payment_no from payment_state where client_no = $1 and status = 'UNPLACED' and payment_no > $2
        ) as w
        join payment p on p.client_no = $1 and p.payment_no = w.payment_no
        left join payment_state s on s.client_no = $1 and s.payment_no = p.payment_no
        left join customer c on false
        {_JOINS}
        where p.client_no = $1 and coalesce(s.status, 'UNPLACED') = 'UNPLACED'
            and ($4::boolean is false or g.best_score > 0)
        order by p.payment_no limit $3
        """,
        tx.client_no,
        after,
        limit,
        suggested,
    )
    return [QueueRow(*row) for row in rows]


async def refused(tx: Transaction, after: int, limit: int) -> list[QueueRow]:
    """What was asked for and did not come, until somebody has noted it."""
    rows = await tx.fetch(
        f"""
        select {_ROW.format(open="p.amount_minor", item="''")}
        from payment p
        left join payment_state s on s.client_no = p.client_no and s.client_no = $1 and s.payment_no = p.payment_no
        left join customer c on c.client_no = p.client_no and c.client_no = $1 and c.account_no = p.account_no
        {_JOINS}
        where p.client_no = $1 and p.outcome = 'REFUSED' and p.payment_no > $2 and s.status is null
        order by p.payment_no limit $3
        """,
        tx.client_no,
        after,
        limit,
    )
    return [QueueRow(*row) for row in rows]


async def on_account(tx: Transaction, after: int, limit: int, *, double: bool = False) -> list[QueueRow]:
    """Money that is booked and not used up, by number: left by its file, or put there."""
    rows = await tx.fetch(
        f"""
        select {
            _ROW.format(
                open="-i.open_minor", item="concat_ws('-', $1::int, c.account_no, i.reference_no, i.sequence_no)"
            )
        }
        from (
            select p.payment_no, p.account_no, p.reference_no, p.reference_sequence_no as sequence_no,
                t.currency_balance_minor as open_minor
            from payment p
            join ar_item_state t on t.client_no = p.client_no and t.reference_no = p.reference_no
                and t.reference_sequence_no = p.reference_sequence_no
            left join payment_state s on s.client_no = p.client_no and s.client_no = $1
                and s.payment_no = p.payment_no
            where p.client_no = $1 and t.client_no = $1 and p.outcome = 'ON-ACCOUNT' and p.payment_no > $2
                and t.currency_balance_minor <> 0 and s.resolution_no is null
                and coalesce(s.status, 'PLACED') = 'PLACED'
            union all
            select s.payment_no, i.account_no, i.reference_no, i.reference_sequence_no, t.currency_balance_minor
            from payment_state s
            join payment_resolution r on r.client_no = s.client_no and r.resolution_no = s.resolution_no
            cross join lateral json_array_elements(r.credits) as e (key)
            join ar_item i on i.client_no = s.client_no and i.reference_no = (e.key->>0)::bigint
                and i.reference_sequence_no = (e.key->>1)::int
            join ar_item_state t on t.client_no = i.client_no and t.reference_no = i.reference_no
                and t.reference_sequence_no = i.reference_sequence_no
            where s.client_no = $1 and r.client_no = $1 and i.client_no = $1 and t.client_no = $1
                and s.status = 'PLACED' and s.payment_no > $2 and t.currency_balance_minor <> 0
        ) as i
        join payment p on p.client_no = $1 and p.payment_no = i.payment_no
        left join payment_state s on s.client_no = $1 and s.payment_no = p.payment_no
        left join customer c on c.client_no = $1 and c.account_no = i.account_no
        {_JOINS}
        where p.client_no = $1 and ($4::boolean is false or p.reason = 'possible double payment')
        order by p.payment_no, i.reference_no limit $3
        """,
        tx.client_no,
        after,
        limit,
        double,
    )
    return [QueueRow(*row) for row in rows]
