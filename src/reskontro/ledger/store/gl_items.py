"""GL items: lines of cases, read with their case."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg

from reskontro.platform.database import Transaction

COLUMNS = """
    l.gl_case_no, g.gl_lot_no, l.line_no, l.gl_account_no, g.voucher_date, g.gl_year, g.gl_period, g.voucher_type,
    g.voucher_no, l.transaction_text, g.currency, l.currency_minor, g.gl_currency, l.gl_minor, l.vat_code,
    coalesce(t.account_no, g.account_no) as account_no, c.customer_no,
    coalesce(t.reference_no, g.reference_no) as reference_no, g.document_no, l.reference_sequence_no,
    l.item_group1, l.item_group2, l.item_group3, r.gl_case_no as reversed_by, g.created_time
"""
# The items of a transfer, and of its reversal, stand on two references: they are looked up (`t`).
FROM = """
    from gl_item l
    join gl_case g on g.client_no = l.client_no and g.gl_case_no = l.gl_case_no
    left join ar_item t on t.client_no = l.client_no and t.client_no = $1 and t.gl_case_no = l.gl_case_no
        and t.voucher_type in (10, 12) and g.voucher_type in (10, 12)
        and t.reference_sequence_no = l.reference_sequence_no and t.currency_minor = l.currency_minor
    left join customer c on c.client_no = g.client_no and c.account_no = coalesce(t.account_no, g.account_no)
    left join gl_case r on r.client_no = g.client_no and r.reverses_gl_case_no = g.gl_case_no
    where l.client_no = $1 and g.client_no = $1
"""


@dataclass(slots=True)
class Conditions:
    """Conditions on `l` and `g` with their arguments; `$1` is the client."""

    sql: list[str] = field(default_factory=list)
    arguments: list[object] = field(default_factory=list)

    def add(self, condition: str, argument: object) -> None:
        """Add a condition in which `?` stands for the argument."""
        self.arguments.append(argument)
        self.sql.append(condition.replace("?", f"${len(self.arguments) + 1}"))


async def keys(tx: Transaction, conditions: Conditions, limit: int) -> list[int]:
    """The keys that meet the conditions, in order: case and line of one, case and line of the next."""
    where = "".join(f" and {condition}" for condition in conditions.sql)
    rows = await tx.fetch(
        f"""
        select l.gl_case_no, l.line_no
        from gl_item l join gl_case g on g.client_no = l.client_no and g.gl_case_no = l.gl_case_no
        where l.client_no = $1 and g.client_no = $1{where}
        order by l.gl_case_no, l.line_no limit {limit:d}
        """,
        tx.client_no,
        *conditions.arguments,
    )
    return [number for row in rows for number in row]


async def by_keys(tx: Transaction, wanted: Sequence[int]) -> list[asyncpg.Record]:
    """The items of some keys, in order."""
    return await tx.fetch(
        f"""
        select {COLUMNS} {FROM}
            and (l.gl_case_no, l.line_no) in (select * from unnest($2::bigint[], $3::int[]))
        order by l.gl_case_no, l.line_no
        """,
        tx.client_no,
        wanted[::2],
        wanted[1::2],
    )
