"""Cases that are to be cancelled: what they booked and what it was matched with."""

from collections.abc import Collection, Sequence

from reskontro.ledger.domain.entries import CaseRow, LineRow
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.domain.reversal import BookedCase, CaseItem, StandingMatch
from reskontro.platform.database import Transaction


async def items_of_cases(tx: Transaction, gl_case_nos: Sequence[int]) -> dict[int, list[CaseItem]]:
    """The items that cases made. They stand on the case's reference; those of transfers are found by their case."""
    rows = await tx.fetch(
        """
        select g.gl_case_no, i.reference_no, i.reference_sequence_no, i.currency_minor, i.gl_minor
        from gl_case g
        join ar_item i on i.client_no = g.client_no and i.reference_no = g.reference_no
            and i.gl_case_no = g.gl_case_no
        where g.client_no = $1 and i.client_no = $1 and g.gl_case_no = any($2::bigint[])
            and g.voucher_type not in (10, 12)
        union all
        select gl_case_no, reference_no, reference_sequence_no, currency_minor, gl_minor
        from ar_item where client_no = $1 and gl_case_no = any($2::bigint[]) and voucher_type in (10, 12)
        order by 1, 2, 3
        """,
        tx.client_no,
        gl_case_nos,
    )
    found: dict[int, list[CaseItem]] = {}
    for gl_case_no, *item in rows:
        found.setdefault(gl_case_no, []).append(CaseItem(*item))
    return found


async def matched_by_cases(tx: Transaction, gl_case_nos: Sequence[int]) -> set[ItemKey]:
    """The items that were matched by cases which have booked nothing but what that gained or lost."""
    rows = await tx.fetch(
        """
        select debit_reference_no, debit_sequence_no, credit_reference_no, credit_sequence_no
        from ar_match
        where client_no = $1 and gl_case_no = any($2::bigint[]) and rule = 'auto-posting-difference'
        """,
        tx.client_no,
        gl_case_nos,
    )
    return {key for debit_no, debit_seq, no, seq in rows for key in ((debit_no, debit_seq), (no, seq))}


async def booked_cases(
    tx: Transaction, gl_case_nos: Sequence[int], items: dict[int, list[CaseItem]], matched: Collection[ItemKey] = ()
) -> dict[int, BookedCase]:
    """The cases by number. To be read when their items are locked, and `matched`: those that cases only matched."""
    cases = await tx.fetch(
        """
        select g.gl_case_no, g.voucher_type, g.voucher_no, g.voucher_date, g.gl_year, g.gl_period, g.currency,
            g.gl_currency, g.account_no, g.reference_no, g.document_no, g.reverses_gl_case_no,
            (select min(r.gl_case_no) from gl_case r
             where r.client_no = $1 and r.reverses_gl_case_no = g.gl_case_no) as reversed_by
        from gl_case g where g.client_no = $1 and g.gl_case_no = any($2::bigint[])
        """,
        tx.client_no,
        gl_case_nos,
    )
    lines: dict[int, list[LineRow]] = {}
    for row in await tx.fetch(
        """
        select gl_case_no, line_no, gl_account_no, currency_minor, gl_minor, transaction_text, vat_code,
            reference_sequence_no, item_group1, item_group2, item_group3
        from gl_item where client_no = $1 and gl_case_no = any($2::bigint[]) order by gl_case_no, line_no
        """,
        tx.client_no,
        gl_case_nos,
    ):
        lines.setdefault(row["gl_case_no"], []).append(LineRow(*row))
    keys = sorted({(i.reference_no, i.reference_sequence_no) for made in items.values() for i in made} | set(matched))
    matches = await matches_of(tx, keys)
    found = {}
    for *case, reversed_by in cases:
        case_row = CaseRow(*case)
        made = items.get(case_row.gl_case_no, [])
        own = {(i.reference_no, i.reference_sequence_no) for i in made}
        number = case_row.gl_case_no
        touching = tuple(
            m for m in matches if m.debit in own or m.credit in own or (not own and m.gl_case_no == number)
        )
        found[case_row.gl_case_no] = BookedCase(
            case_row, tuple(lines.get(case_row.gl_case_no, ())), tuple(made), touching, reversed_by
        )
    return found


async def matches_of(tx: Transaction, keys: Sequence[ItemKey]) -> list[StandingMatch]:
    """The matches of some items that nothing has undone."""
    rows = await tx.fetch(
        """
        with touching as (
            select m.* from ar_match m
            join unnest($2::bigint[], $3::int[]) as u (reference_no, sequence_no)
                on u.reference_no = m.debit_reference_no and u.sequence_no = m.debit_sequence_no
            where m.client_no = $1 and m.undoes_match_no is null
            union
            select m.* from ar_match m
            join unnest($2::bigint[], $3::int[]) as u (reference_no, sequence_no)
                on u.reference_no = m.credit_reference_no and u.sequence_no = m.credit_sequence_no
            where m.client_no = $1 and m.undoes_match_no is null
        )
        select t.match_no, t.debit_reference_no, t.debit_sequence_no, t.credit_reference_no, t.credit_sequence_no,
            t.currency_minor, t.debit_gl_minor, t.credit_gl_minor, t.gl_case_no
        from touching t
        where not exists (
            select from ar_match u
            where u.client_no = $1 and u.debit_reference_no = t.debit_reference_no
                and u.debit_sequence_no = t.debit_sequence_no and u.undoes_match_no = t.match_no
        )
        order by t.match_no
        """,
        tx.client_no,
        [reference_no for reference_no, _ in keys],
        [sequence_no for _, sequence_no in keys],
    )
    return [StandingMatch(r[0], (r[1], r[2]), (r[3], r[4]), r[5], r[6], r[7], r[8]) for r in rows]
