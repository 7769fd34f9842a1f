"""What must hold in a client's book, each as one statement over its rows.

A check selects what is wrong: a number to order by, what it is about, what is wrong with it. Nothing selected means
that it holds. Amounts in the texts are minor units. `$1` is the client, `$2` the accounts that its receivables are or
were booked to.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reskontro.kernel.money import NO_DECIMALS
from reskontro.ledger.domain.config import ConfigValue
from reskontro.ledger.store.reservations import status_of
from reskontro.platform.database import Connection, Transaction

FIRST = 20  # findings of a check that are told one by one; the others are counted
CLIENTS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold: its name, the sentence that must be true, what is looked at, what would be wrong."""

    name: str
    title: str
    looked_at: str
    wrong: str

    @property
    def sql(self) -> str:
        """The statement: how much was looked at, how much is wrong, the first of it."""
        return f"""
            with wrong (place, subject, detail) as ({self.wrong})
            select ({self.looked_at}) as looked_at, (select count(*) from wrong) as found,
                (select json_agg(json_build_array(f.subject, f.detail))
                 from (select subject, detail from wrong order by place, subject, detail limit {FIRST}) as f) as first
            where $1::int is not null and $2::int[] is not null
        """


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the check that found it, what it is about, what is wrong with it."""

    check: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check came to. `first` are the first of the findings. What is a warning says nothing about the book."""

    name: str
    title: str
    looked_at: int
    found: int
    first: tuple[Finding, ...]
    is_warning: bool = False

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return self.found == 0


def _exponent(column: str) -> str:
    """How many decimals the currency of a column has, as SQL."""
    return f"case when {column} = any('{{{NO_DECIMALS.replace(' ', ',')}}}'::text[]) then 0 else 2 end"


_CASES = "select count(*) from gl_case where client_no = $1"
_ITEMS = "select count(*) from ar_item where client_no = $1"
_MATCHES = "select count(*) from ar_match where client_no = $1"

CHECKS: tuple[Check, ...] = (
    Check(
        "cases-balance",
        "Every case sums to zero, in its own and in the GL currency",
        _CASES,
        """
        select gl_case_no, 'case ' || gl_case_no,
            'its lines sum to ' || sum(gl_minor) || ' (GL) and ' || sum(currency_minor) || ' (currency)'
        from gl_item where client_no = $1
        group by gl_case_no having sum(gl_minor) <> 0 or sum(currency_minor) <> 0
        """,
    ),
    Check(
        "cases-whole",
        "Every case has its lines and its lot, and every line its case",
        _CASES,
        """
        select c.gl_case_no, 'case ' || c.gl_case_no, 'it has no lines'
        from gl_case c
        where c.client_no = $1
            and not exists (select from gl_item l where l.client_no = $1 and l.gl_case_no = c.gl_case_no)
        union all
        select c.gl_case_no, 'case ' || c.gl_case_no, 'its lot ' || c.gl_lot_no || ' does not exist'
        from gl_case c
        where c.client_no = $1
            and not exists (select from gl_lot o where o.client_no = $1 and o.gl_lot_no = c.gl_lot_no)
        union all
        select l.gl_case_no, 'case ' || l.gl_case_no, 'line ' || l.line_no || ' belongs to no case'
        from gl_item l
        where l.client_no = $1
            and not exists (select from gl_case c where c.client_no = $1 and c.gl_case_no = l.gl_case_no)
        """,
    ),
    Check(
        "lines-and-items",
        "Every receivables line has one AR item of the same amount, and every item one such line; "
        "one for an exchange difference has none",
        _ITEMS,
        """
        select gl_case_no, 'case ' || gl_case_no,
            'sequence ' || sequence_no || ': ' || coalesce(l.count, 0) || ' lines and ' || coalesce(i.count, 0)
                || ' items of ' || currency_minor || ' (currency), ' || gl_minor || ' (GL)'
        from (
            select gl_case_no, reference_sequence_no as sequence_no, currency_minor, gl_minor, count(*)
            from gl_item where client_no = $1 and reference_sequence_no is not null
            group by 1, 2, 3, 4
        ) as l
        full join (
            select gl_case_no, reference_sequence_no as sequence_no, currency_minor, gl_minor, count(*)
            from ar_item where client_no = $1
            group by 1, 2, 3, 4
        ) as i using (gl_case_no, sequence_no, currency_minor, gl_minor)
        where l.count is distinct from i.count
        union all
        select gl_case_no, 'case ' || gl_case_no,
            'line ' || line_no || ' on account ' || gl_account_no
                || case when reference_sequence_no is null then ' names no item' else ' names an item' end
        from gl_item
        where client_no = $1 and (gl_account_no = any($2)) <> (reference_sequence_no is not null)
            and not (reference_sequence_no is null and currency_minor = 0 and gl_minor <> 0)
        """,
    ),
    Check(
        "exchange-differences",
        "What matches gained or lost in the GL currency is what their cases booked on the receivables account",
        _MATCHES,
        """
        select gl_case_no, 'case ' || gl_case_no,
            'its matches differ by ' || coalesce(m.minor, 0) || ', it booked ' || coalesce(l.minor, 0) || ' (GL)'
        from (
            select gl_case_no, sum(credit_gl_minor - debit_gl_minor) as minor
            from ar_match
            where client_no = $1 and gl_case_no is not null and credit_gl_minor <> debit_gl_minor
            group by gl_case_no
        ) as m
        full join (
            select gl_case_no, sum(gl_minor) as minor
            from gl_item
            where client_no = $1 and gl_account_no = any($2) and reference_sequence_no is null
            group by gl_case_no
        ) as l using (gl_case_no)
        where coalesce(m.minor, 0) <> coalesce(l.minor, 0)
        union all
        select match_no, 'match ' || match_no, 'it differs and has no case'
        from ar_match where client_no = $1 and gl_case_no is null and credit_gl_minor <> debit_gl_minor
        """,
    ),
    Check(
        "case-rates",
        "A case in a foreign currency keeps the rate that its items were converted with, and no other case has one",
        _CASES,
        f"""
        select gl_case_no, 'case ' || gl_case_no, detail
        from (
            select coalesce(c.gl_case_no, r.gl_case_no) as gl_case_no,
                case
                    when c.gl_case_no is null then 'it has a rate, and is in the GL currency or does not exist'
                    when c.currency <> c.gl_currency and r.gl_case_no is null and c.voucher_type not in (10, 12)
                            and i.gl_case_no is not null
                        then 'it made an item and has no rate'
                    when r.gl_case_no is not null and i.gl_case_no is not null
                            and abs(i.gl_minor) <> greatest(sign(abs(i.currency_minor)), round(
                                abs(i.currency_minor) * r.rate / r.units
                                    * power(10::numeric, {_exponent("c.gl_currency")} - {_exponent("c.currency")})))
                        then 'an item of ' || i.currency_minor || ' has ' || i.gl_minor
                            || ' (GL), which is not what its rate gives'
                end as detail
            from (select * from gl_case where client_no = $1 and currency <> gl_currency) as c
            full join (select * from gl_case_rate where client_no = $1) as r using (gl_case_no)
            left join ar_item i on i.client_no = $1 and i.gl_case_no = c.gl_case_no
                and i.reference_no = c.reference_no
        ) as judged
        where detail is not null
        """,
    ),
    Check(
        "items-and-cases",
        "Every AR item agrees with the case that made it",
        _ITEMS,
        """
        select i.reference_no, 'item ' || i.reference_no || '-' || i.reference_sequence_no,
            case when c.gl_case_no is null then 'its case ' || i.gl_case_no || ' does not exist'
                else 'its case ' || i.gl_case_no || ' has another voucher, period, lot or currency' end
        from ar_item i
        left join gl_case c on c.client_no = i.client_no and c.client_no = $1 and c.gl_case_no = i.gl_case_no
        where i.client_no = $1
            and (c.gl_case_no is null
                or (i.voucher_type, i.voucher_no, i.voucher_date, i.gl_year, i.gl_period, i.gl_lot_no, i.currency)
                    <> (c.voucher_type, c.voucher_no, c.voucher_date, c.gl_year, c.gl_period, c.gl_lot_no, c.currency))
        """,
    ),
    Check(
        "items-and-states",
        "Every AR item has one row of what moves, and every such row an item",
        _ITEMS,
        """
        select reference_no, 'item ' || reference_no || '-' || reference_sequence_no,
            case when s.client_no is null then 'it has no state' else 'there is a state and no item' end
        from (select client_no, reference_no, reference_sequence_no from ar_item where client_no = $1) as i
        full join (select client_no, reference_no, reference_sequence_no from ar_item_state where client_no = $1) as s
            using (reference_no, reference_sequence_no)
        where i.client_no is null or s.client_no is null
        """,
    ),
    Check(
        "receivables-balance",
        "The open items together are the balance of the receivables account",
        _ITEMS,
        """
        select 0, 'account ' || array_to_string($2, ', '),
            'it stands at ' || a.minor || ', the open items together at ' || s.minor || ' (GL)'
        from (select coalesce(sum(gl_minor), 0) as minor from gl_item
              where client_no = $1 and gl_account_no = any($2)) as a,
            (select coalesce(sum(gl_balance_minor), 0) as minor from ar_item_state where client_no = $1) as s
        where a.minor <> s.minor
        """,
    ),
    Check(
        "balances-explained",
        "An item's amount less what was matched with it is its balance",
        _ITEMS,
        """
        select i.reference_no, 'item ' || i.reference_no || '-' || i.reference_sequence_no,
            'amount and matches give ' || i.currency_minor - coalesce(m.currency_minor, 0) || ' (currency), '
                || i.gl_minor - coalesce(m.gl_minor, 0) || ' (GL), the balance is ' || s.currency_balance_minor
                || ' (currency), ' || s.gl_balance_minor || ' (GL)'
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        left join (
            select reference_no, sequence_no, sum(currency_minor) as currency_minor, sum(gl_minor) as gl_minor
            from (
                select debit_reference_no as reference_no, debit_sequence_no as sequence_no, currency_minor,
                    debit_gl_minor as gl_minor
                from ar_match where client_no = $1
                union all
                select credit_reference_no, credit_sequence_no, -currency_minor, -credit_gl_minor
                from ar_match where client_no = $1
            ) as taken
            group by 1, 2
        ) as m on m.reference_no = i.reference_no and m.sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1
            and (i.currency_minor - coalesce(m.currency_minor, 0) <> s.currency_balance_minor
                or i.gl_minor - coalesce(m.gl_minor, 0) <> s.gl_balance_minor)
        """,
    ),
    Check(
        "balances-bounded",
        "A balance has the sign of its amount and is not larger",
        _ITEMS,
        """
        select i.reference_no, 'item ' || i.reference_no || '-' || i.reference_sequence_no,
            'a balance of ' || s.currency_balance_minor || ' (currency), ' || s.gl_balance_minor
                || ' (GL) on an amount of ' || i.currency_minor || ' (currency), ' || i.gl_minor || ' (GL)'
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        left join gl_case g on g.client_no = i.client_no and g.client_no = $1 and g.gl_case_no = i.gl_case_no
        where i.client_no = $1 and s.client_no = $1
            and (abs(s.currency_balance_minor) > abs(i.currency_minor) or abs(s.gl_balance_minor) > abs(i.gl_minor)
                or sign(s.currency_balance_minor) * sign(i.currency_minor) < 0
                or sign(s.gl_balance_minor) * sign(i.gl_minor) < 0
                or (s.currency_balance_minor = 0 and s.gl_balance_minor <> 0)
                or (s.currency_balance_minor <> 0 and s.gl_balance_minor = 0 and g.currency = g.gl_currency))
        """,
    ),
    Check(
        "matches-fit",
        "A match settles a debit with a credit of the same customer and currency; an undone one is undone once",
        _MATCHES,
        """
        select match_no, 'match ' || match_no, detail
        from (
            select m.match_no,
                case
                    when d.client_no is null or c.client_no is null then 'one of its items does not exist'
                    when d.account_no <> c.account_no
                        then 'it crosses the customers ' || d.account_no || ' and ' || c.account_no
                    when d.currency <> c.currency
                        then 'it crosses the currencies ' || d.currency || ' and ' || c.currency
                    when d.currency_minor <= 0 or c.currency_minor >= 0 then 'its items are not a debit and a credit'
                    when m.gl_case_no is not null and g.client_no is null
                        then 'its case ' || m.gl_case_no || ' does not exist'
                    when m.undoes_match_no is null and m.currency_minor < 0 then 'it is below zero and undoes nothing'
                    when m.undoes_match_no is not null and u.client_no is null
                        then 'the match ' || m.undoes_match_no || ' that it undoes does not exist'
                    when (m.debit_reference_no, m.debit_sequence_no, m.credit_reference_no, m.credit_sequence_no,
                            m.currency_minor, m.debit_gl_minor, m.credit_gl_minor)
                        <> (u.debit_reference_no, u.debit_sequence_no, u.credit_reference_no, u.credit_sequence_no,
                            -u.currency_minor, -u.debit_gl_minor, -u.credit_gl_minor)
                        then 'it is not the opposite of the match ' || m.undoes_match_no || ' that it undoes'
                end as detail
            from ar_match m
            left join ar_item d on d.client_no = m.client_no and d.client_no = $1
                and d.reference_no = m.debit_reference_no and d.reference_sequence_no = m.debit_sequence_no
            left join ar_item c on c.client_no = m.client_no and c.client_no = $1
                and c.reference_no = m.credit_reference_no and c.reference_sequence_no = m.credit_sequence_no
            left join gl_case g on g.client_no = m.client_no and g.client_no = $1 and g.gl_case_no = m.gl_case_no
            left join ar_match u on u.client_no = m.client_no and u.client_no = $1 and u.match_no = m.undoes_match_no
            where m.client_no = $1
        ) as judged
        where detail is not null
        union all
        select undoes_match_no, 'match ' || undoes_match_no, 'it was undone ' || count(*) || ' times'
        from ar_match where client_no = $1 and undoes_match_no is not null
        group by undoes_match_no having count(*) > 1
        """,
    ),
    Check(
        "closed-periods",
        "Nothing was booked in a period after it was closed",
        _CASES,
        """
        select c.gl_case_no, 'case ' || c.gl_case_no,
            'it was booked in ' || c.gl_year || '/' || c.gl_period || ', which was closed'
        from gl_case c
        where c.client_no = $1
            and exists (
                select from gl_period p
                where p.client_no = $1 and p.closed_time < c.created_time
                    and p.gl_year * 12 + p.gl_period >= c.gl_year * 12 + c.gl_period
            )
        """,
    ),
    Check(
        "frozen-movements",
        "The frozen movements of a closed period are what was booked in it, and open with what was brought forward",
        "select count(*) from gl_movement where client_no = $1",
        """
        select gl_year * 12 + gl_period, 'account ' || gl_account_no || ' in ' || gl_year || '/' || gl_period,
            case
                when b.item_count is null and (f.debit_minor, f.credit_minor, f.item_count) <> (0, 0, 0)
                    or b.item_count is not null and (f.debit_minor, f.credit_minor, f.item_count)
                        is distinct from (b.debit_minor, b.credit_minor, b.item_count)
                    then coalesce(f.debit_minor || ' debit, ' || f.credit_minor || ' credit, ' || f.item_count
                        || ' lines are frozen', 'nothing is frozen') || ', '
                        || coalesce(b.debit_minor || ' debit, ' || b.credit_minor || ' credit, ' || b.item_count
                        || ' lines', 'nothing') || ' booked'
                when f.opening_minor <> f.brought_minor
                    then 'it opens with ' || f.opening_minor || ', brought forward was ' || f.brought_minor
            end
        from (
            select *, coalesce(sum(debit_minor - credit_minor) over (
                partition by gl_account_no, gl_currency, case when gl_account_no >= 3000 then gl_year end
                order by gl_year, gl_period rows between unbounded preceding and 1 preceding
            ), 0) as brought_minor
            from gl_movement where client_no = $1
        ) as f
        full join (
            select c.gl_year, c.gl_period, l.gl_account_no, c.gl_currency,
                coalesce(sum(l.gl_minor) filter (where l.gl_minor > 0), 0) as debit_minor,
                coalesce(-sum(l.gl_minor) filter (where l.gl_minor < 0), 0) as credit_minor, count(*) as item_count
            from gl_case c
            join gl_item l on l.client_no = c.client_no and l.gl_case_no = c.gl_case_no
            where c.client_no = $1 and l.client_no = $1
                and c.gl_year * 12 + c.gl_period
                    <= (select max(p.gl_year * 12 + p.gl_period) from gl_period p where p.client_no = $1)
            group by 1, 2, 3, 4
        ) as b using (gl_year, gl_period, gl_account_no, gl_currency)
        where b.item_count is null and (f.debit_minor, f.credit_minor, f.item_count) <> (0, 0, 0)
            or b.item_count is not null and (f.debit_minor, f.credit_minor, f.item_count)
                is distinct from (b.debit_minor, b.credit_minor, b.item_count)
            or f.opening_minor <> f.brought_minor
        union all
        select m.gl_year * 12 + m.gl_period, 'account ' || m.gl_account_no || ' in ' || m.gl_year || '/' || m.gl_period,
            'its period is not closed'
        from gl_movement m
        where m.client_no = $1 and not exists (
            select from gl_period p
            where p.client_no = $1 and p.gl_year = m.gl_year and p.gl_period = m.gl_period
        )
        """,
    ),
    Check(
        "period-reports",
        "A period report is of a closed period, and an item is in the report of its own period",
        "select count(*) from ledger_period_report where client_no = $1",
        """
        select r.report_no, 'report ' || r.report_no,
            'its period ' || r.gl_year || '/' || r.gl_period || ' is not closed'
        from ledger_period_report r
        where r.client_no = $1 and not exists (
            select from gl_period p
            where p.client_no = $1 and p.gl_year = r.gl_year and p.gl_period = r.gl_period
        )
        union all
        select i.reference_no, 'item ' || i.reference_no || '-' || i.reference_sequence_no,
            'it is of ' || i.gl_year || '/' || i.gl_period || ' and in report ' || s.ledger_period_report_no
                || coalesce(' of ' || r.gl_year || '/' || r.gl_period, ', which does not exist')
        from ar_item_state s
        join ar_item i on i.client_no = s.client_no and i.reference_no = s.reference_no
            and i.reference_sequence_no = s.reference_sequence_no
        left join ledger_period_report r on r.client_no = $1 and r.report_no = s.ledger_period_report_no
        where s.client_no = $1 and i.client_no = $1 and s.ledger_period_report_no is not null
            and (r.gl_year, r.gl_period) is distinct from (i.gl_year, i.gl_period)
        """,
    ),
    Check(
        "due-dates",
        "An item's due date is its first one, or what it was moved to last",
        _ITEMS,
        """
        select i.reference_no, 'item ' || i.reference_no || '-' || i.reference_sequence_no,
            'it is due on ' || s.due_date || case when d.due_date_after is null
                then ', first it was on ' || i.original_due_date || ', and no change is told'
                else ', the last change says ' || d.due_date_after end
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        left join (
            select distinct on (reference_no, reference_sequence_no) reference_no, reference_sequence_no,
                due_date_after
            from due_date_change where client_no = $1
            order by reference_no, reference_sequence_no, change_no desc
        ) as d on d.reference_no = i.reference_no and d.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and s.due_date <> coalesce(d.due_date_after, i.original_due_date)
        """,
    ),
    Check(
        "voucher-numbers",
        "A voucher number stands once in a year",
        _CASES,
        """
        select voucher_no, 'voucher ' || voucher_no || ' of ' || gl_year, 'it stands on ' || count(*) || ' cases'
        from gl_case where client_no = $1
        group by gl_year, voucher_no having count(*) > 1
        """,
    ),
    Check(
        "sequence-numbers",
        "The items of a reference are numbered without gaps from 0, belong to one customer, and the last is remembered",
        _ITEMS,
        """
        select i.reference_no, 'reference ' || i.reference_no,
            i.count || ' items up to sequence ' || i.last || ', ' || coalesce(s.last_sequence_no::text, 'none')
                || ' remembered' || case when i.first_account <> i.last_account then ', several customers' else '' end
        from (
            select reference_no, count(*), max(reference_sequence_no) as last,
                min(account_no) as first_account, max(account_no) as last_account
            from ar_item where client_no = $1 group by reference_no
        ) as i
        left join (
            select reference_no, last_sequence_no from ar_item_state where client_no = $1 and reference_sequence_no = 0
        ) as s on s.reference_no = i.reference_no
        where i.count <> i.last + 1 or s.last_sequence_no is distinct from i.last or i.first_account <> i.last_account
        """,
    ),
    Check(
        "items-and-customers",
        "Every AR item has its customer",
        _ITEMS,
        """
        select i.reference_no, 'AR item ' || i.account_no || '-' || i.reference_no || '-' || i.reference_sequence_no,
            'there is no customer with the account ' || i.account_no
        from ar_item i
        left join customer c on c.client_no = i.client_no and c.client_no = $1 and c.account_no = i.account_no
        where i.client_no = $1 and c.client_no is null
        """,
    ),
    Check(
        "documents-and-items",
        "Every document has its AR item and its state, and every item of a document its document",
        "select count(*) from document where client_no = $1",
        """
        select reference_no, 'document ' || document_no, detail
        from (
            select d.reference_no, d.document_no,
                case
                    when i.client_no is null then 'it has no item'
                    when i.account_no <> d.account_no or i.document_no <> d.document_no or i.currency <> d.currency
                        or i.currency_minor <> case when d.document_type = 'CN' then -d.incl_vat_minor
                            else d.incl_vat_minor end
                        then 'its item has another customer, number, currency or amount'
                    when d.excl_vat_minor + d.vat_minor <> d.incl_vat_minor then 'its amounts do not add up'
                    when s.client_no is null then 'it has no state'
                end as detail
            from document d
            left join ar_item i on i.client_no = d.client_no and i.client_no = $1 and i.reference_no = d.reference_no
                and i.reference_sequence_no = d.reference_sequence_no
            left join document_state s on s.client_no = d.client_no and s.client_no = $1
                and s.document_no_key = d.document_no_key
            where d.client_no = $1
        ) as judged
        where detail is not null
        union all
        select i.reference_no, 'item ' || i.reference_no || '-' || i.reference_sequence_no,
            'there is no document ' || i.document_no
        from ar_item i
        where i.client_no = $1 and (i.voucher_type in (3, 4) or i.voucher_type = 6 and i.document_no <> '')
            and not exists (
                select from document d
                where d.client_no = $1 and d.reference_no = i.reference_no
                    and d.reference_sequence_no = i.reference_sequence_no
            )
        union all
        select 0, 'document ' || s.document_no_key, 'there is a state and no document'
        from document_state s
        where s.client_no = $1
            and not exists (
                select from document d where d.client_no = $1 and d.document_no_key = s.document_no_key
            )
        """,
    ),
    Check(
        "payments-booked",
        "A line of a bank file is booked with its amount, settled or on account, or it waits and is not booked",
        "select count(*) from payment where client_no = $1",
        """
        select payment_no, 'payment ' || payment_no, detail
        from (
            select p.payment_no,
                case
                    when p.gl_case_no is null and p.outcome in ('SETTLED', 'ON-ACCOUNT') then 'it has no case'
                    when p.gl_case_no is not null and p.outcome not in ('SETTLED', 'ON-ACCOUNT')
                        then 'it waits and has the case ' || p.gl_case_no
                    when p.gl_case_no is null and (p.settled_minor, p.unapplied_minor) <> (0, 0)
                        then 'it is not booked and has settled ' || p.settled_minor || ', left ' || p.unapplied_minor
                    when p.gl_case_no is not null and c.client_no is null
                        then 'its case ' || p.gl_case_no || ' does not exist'
                    when p.gl_case_no is not null and p.settled_minor + p.unapplied_minor <> p.amount_minor
                        then 'of ' || p.amount_minor || ', ' || p.settled_minor || ' was settled and '
                            || p.unapplied_minor || ' left on account'
                    when p.gl_case_no is not null and (i.client_no is null or i.gl_case_no <> p.gl_case_no
                            or i.account_no <> p.account_no or i.currency <> p.currency
                            or i.currency_minor <> -p.amount_minor)
                        then 'its item has another case, customer, currency or amount'
                    when p.gl_case_no is not null and coalesce(m.settled_minor, 0) <> p.settled_minor
                        then 'it says that it settled ' || p.settled_minor || ', its matches say '
                            || coalesce(m.settled_minor, 0)
                    when f.client_no is null then 'its file ' || p.file_uuid || ' does not exist'
                end as detail
            from payment p
            left join gl_case c on c.client_no = p.client_no and c.client_no = $1 and c.gl_case_no = p.gl_case_no
            left join ar_item i on i.client_no = p.client_no and i.client_no = $1 and i.reference_no = p.reference_no
                and i.reference_sequence_no = p.reference_sequence_no
            left join (
                select gl_case_no, credit_reference_no, credit_sequence_no, sum(currency_minor) as settled_minor
                from ar_match where client_no = $1 and gl_case_no is not null and undoes_match_no is null
                group by 1, 2, 3
            ) as m on m.gl_case_no = p.gl_case_no and m.credit_reference_no = p.reference_no
                and m.credit_sequence_no = p.reference_sequence_no
            left join stored_file f on f.client_no = p.client_no and f.client_no = $1 and f.file_uuid = p.file_uuid
            where p.client_no = $1
        ) as judged
        where detail is not null
        """,
    ),
    Check(
        "payments-placed",
        "A line that somebody has placed stands on items of its amount, and one that nobody has touched on its file's",
        "select count(*) from payment_state where client_no = $1",
        """
        select payment_no, 'payment ' || payment_no, detail
        from (
            select s.payment_no,
                case
                    when p.client_no is null then 'there is a state and no payment'
                    when s.status <> 'PLACED' then null
                    when s.resolution_no is null and p.gl_case_no is null then 'it stands as placed and has no case'
                    when s.resolution_no is null then null
                    when r.client_no is null or r.action <> 'PLACED' or r.payment_no <> s.payment_no
                        then 'the decision ' || s.resolution_no || ' that placed it does not exist'
                    when h.minor is distinct from -p.amount_minor
                        then 'it is ' || p.amount_minor || ', its items come to ' || coalesce(-h.minor, 0)
                end as detail
            from payment_state s
            left join payment p on p.client_no = s.client_no and p.client_no = $1 and p.payment_no = s.payment_no
            left join payment_resolution r on r.client_no = s.client_no and r.client_no = $1
                and r.resolution_no = s.resolution_no
            left join lateral (
                select sum(i.currency_minor)::bigint as minor
                from json_array_elements(r.credits) as e (key)
                join ar_item i on i.client_no = $1 and i.reference_no = (e.key->>0)::bigint
                    and i.reference_sequence_no = (e.key->>1)::int
                where i.client_no = $1 and i.gl_case_no = any(r.gl_case_nos)
            ) as h on true
            where s.client_no = $1
        ) as judged
        where detail is not null
        """,
    ),
    Check(
        "refunds-booked",
        "A refund that was paid out is booked with its amount, one that came back is reversed, no other is booked",
        "select count(*) from refund where client_no = $1",
        """
        select reference_no, 'refund ' || refund_id, detail
        from (
            select r.reference_no, r.refund_id,
                case
                    when r.status = 'PAID' and i.client_no is null then 'it was paid out and is not booked'
                    when r.status = 'PAID' and back.client_no is not null then 'it was paid out and is reversed'
                    when r.gl_case_no is not null and (i.client_no is null or i.currency_minor <> r.amount_minor)
                        then 'it is ' || r.amount_minor || ', booked are ' || coalesce(i.currency_minor, 0)
                    when r.status = 'REJECTED' and r.gl_case_no is not null and back.client_no is null
                        then 'it came back and its case ' || r.gl_case_no || ' stands'
                    when r.status not in ('PAID', 'REJECTED') and r.gl_case_no is not null then 'it is booked early'
                end as detail
            from refund r
            left join ar_item i on i.client_no = r.client_no and i.client_no = $1 and i.gl_case_no = r.gl_case_no
                and i.voucher_type = 9 and i.reference_no = r.reference_no
            left join gl_case back on back.client_no = r.client_no and back.client_no = $1
                and back.reverses_gl_case_no = r.gl_case_no
            where r.client_no = $1
        ) as judged
        where detail is not null
        """,
    ),
    Check(
        "postings-booked",
        "Every auto posting has its case, and every case of one its posting, which keeps it from being made twice",
        "select count(*) from auto_posting where client_no = $1",
        """
        select a.gl_case_no, 'posting ' || a.posting_id_key || ' (' || a.method || ')',
            'its case ' || a.gl_case_no || ' does not exist'
        from auto_posting a
        where a.client_no = $1 and a.gl_case_no is not null
            and not exists (select from gl_case c where c.client_no = $1 and c.gl_case_no = a.gl_case_no)
        union all
        select c.gl_case_no, 'case ' || c.gl_case_no, 'no auto posting has made it'
        from gl_lot o
        join gl_case c on c.client_no = o.client_no and c.gl_lot_no = o.gl_lot_no
        left join auto_posting a on a.client_no = $1 and a.gl_case_no = c.gl_case_no
        where o.client_no = $1 and c.client_no = $1 and o.origin = 'auto-posting' and a.gl_case_no is null
        """,
    ),
    Check(
        "open-kids",
        "A KID stands on one open document at most",
        """
        select count(*) from document d
        join ar_item_state s on s.client_no = d.client_no and s.reference_no = d.reference_no
            and s.reference_sequence_no = d.reference_sequence_no
        where d.client_no = $1 and s.client_no = $1 and d.document_type <> 'CN' and s.currency_balance_minor <> 0
        """,
        """
        select min(i.reference_no), 'KID ' || i.kid,
            'it stands on ' || count(*) || ' open documents, among them ' || min(d.document_no) || ' and '
                || max(d.document_no)
        from document d
        join ar_item i on i.client_no = d.client_no and i.reference_no = d.reference_no
            and i.reference_sequence_no = d.reference_sequence_no
        join ar_item_state s on s.client_no = d.client_no and s.reference_no = d.reference_no
            and s.reference_sequence_no = d.reference_sequence_no
        where d.client_no = $1 and i.client_no = $1 and s.client_no = $1 and d.document_type <> 'CN'
            and s.currency_balance_minor <> 0 and i.kid <> ''
        group by i.kid having count(*) > 1
        """,
    ),
    Check(
        "reserved-status",
        "What is reserved of an item, and how far, is what its active reservations say",
        _ITEMS,
        f"""
        select coalesce(s.reference_no, r.reference_no),
            'item ' || coalesce(s.reference_no, r.reference_no) || '-'
                || coalesce(s.reference_sequence_no, r.reference_sequence_no),
            'it is "' || coalesce(s.reserved_status, '') || '" with ' || coalesce(s.reserved_minor, 0)
                || ' reserved of ' || coalesce(s.currency_balance_minor, 0) || ', its reservations sum to '
                || coalesce(r.reserved_minor, 0)
        from (select * from ar_item_state where client_no = $1) as s
        full join (
            select reference_no, reference_sequence_no, sum(currency_minor) as reserved_minor from payment_reservation
            where client_no = $1 and status = 'ACTIVE' and reference_no is not null group by 1, 2
        ) as r on r.reference_no = s.reference_no and r.reference_sequence_no = s.reference_sequence_no
        where (s.reserved_minor is not null or s.reserved_status <> '' or r.reserved_minor is not null) and (
            s.client_no is null or s.reserved_minor is distinct from r.reserved_minor
            or s.reserved_status <> {status_of("s.currency_balance_minor", "r.reserved_minor")}
        )
        """,
    ),
    Check(
        "reservations-whole",
        "A reservation has its payment id and a claim of its customer in its currency, and an active one its customer "
        "and the moment at which it ends",
        "select count(*) from payment_reservation where client_no = $1",
        """
        select account_no, 'reservation ' || payment_id, detail
        from (
            select r.account_no, r.payment_id,
                case
                    when r.status not in ('ACTIVE', 'USED', 'EXPIRED', 'CANCELLED')
                        then 'it has the status ' || r.status
                    when p.client_no is null then 'its payment id is not noted'
                    when r.reference_no is not null and (i.client_no is null or i.account_no <> r.account_no
                            or i.currency <> r.currency or i.currency_minor <= 0)
                        then 'its item is none, a credit, or of another customer or currency'
                    when r.status = 'ACTIVE' and c.client_no is null then 'its customer does not exist'
                    when r.status = 'ACTIVE' and d.due_time is distinct from r.expires_time
                        then 'it ends at no moment, or at another than its own'
                end as detail
            from payment_reservation r
            left join payment_id p on p.client_no = r.client_no and p.client_no = $1
                and p.payment_id_key = r.payment_id_key
            left join ar_item i on i.client_no = r.client_no and i.client_no = $1 and i.reference_no = r.reference_no
                and i.reference_sequence_no = r.reference_sequence_no
            left join customer c on c.client_no = r.client_no and c.client_no = $1 and c.account_no = r.account_no
            left join due_work d on d.client_no = r.client_no and d.client_no = $1
                and d.kind = 'reservation-expiry' and d.key = r.payment_reservation_uuid::text
            where r.client_no = $1
        ) as judged
        where detail is not null
        """,
    ),
    Check(
        "batches-complete",
        "A finished batch has a result for each of its elements, and a file that was worked on an outcome",
        """
        select count(*) from batch
        where client_no = $1 and batch_status in ('COMPLETED', 'COMPLETED-WITH-ERRORS', 'REJECTED')
        """,
        """
        select b.batch_no, 'batch ' || b.batch_uuid,
            b.total_count || ' elements, ' || b.ok_count || ' well, ' || b.failed_count || ' failed, '
                || coalesce(r.count, 0) || ' results'
        from batch b
        left join (
            select batch_uuid, sum(json_array_length(results)) as count
            from batch_result where client_no = $1 group by batch_uuid
        ) as r on r.batch_uuid = b.batch_uuid
        where b.client_no = $1 and b.batch_status in ('COMPLETED', 'COMPLETED-WITH-ERRORS', 'REJECTED')
            and b.batch_type <> 'FILE-IMPORT'
            and (b.total_count <> b.ok_count + b.failed_count or b.total_count <> coalesce(r.count, 0))
        union all
        select b.batch_no, 'batch ' || b.batch_uuid, 'its file has no outcome'
        from batch b
        left join stored_file f on f.client_no = b.client_no and f.client_no = $1 and f.file_uuid = b.file_uuid
        where b.client_no = $1 and b.batch_status in ('COMPLETED', 'COMPLETED-WITH-ERRORS', 'REJECTED')
            and b.batch_type = 'FILE-IMPORT' and coalesce(f.file_status, '') not in ('PROCESSED', 'FAILED')
        """,
    ),
)


async def run(tx: Transaction, check: Check, receivables: Sequence[int]) -> CheckResult:
    """What a check comes to."""
    row = await tx.fetchrow(check.sql, tx.client_no, list(receivables))
    assert row is not None
    first = json.loads(row["first"]) if row["first"] else []
    findings = tuple(Finding(check.name, subject, detail) for subject, detail in first)
    return CheckResult(check.name, check.title, row["looked_at"], row["found"], findings)


async def hold_snapshot(tx: Transaction) -> None:
    """Let the transaction, which has read nothing yet, see one state of the book and write nothing."""
    await tx.execute("set transaction isolation level repeatable read, read only")


async def receivables_settings(tx: Transaction) -> tuple[list[ConfigValue], datetime | None]:
    """Every value that the account of receivables has or had, and when the client's first case was made."""
    rows = await tx.fetch(
        """
        select config_key, value, valid_from, valid_to from client_config
        where client_no = $1 and config_key = 'gl.account.receivables' order by valid_from, value
        """,
        tx.client_no,
    )
    first: datetime | None = await tx.fetchval(
        "select min(created_time) from gl_case where client_no = $1", tx.client_no
    )
    return [ConfigValue(*row) for row in rows], first


async def client_nos(connection: Connection, after: int) -> list[int]:
    """The next clients by number; an empty list where there are no more."""
    rows = await connection.fetch(
        "select client_no from client where client_no > $1 order by client_no limit $2", after, CLIENTS_AT_ONCE
    )
    return [row["client_no"] for row in rows]
