-- 0010_insight.sql
-- Frozen movements of closed periods, due dates that were changed, and the way to what was booked late.

set local lock_timeout = '5s';

-- What each GL account of a closed period opened with and how it moved. Written by the closing, in its transaction,
-- for every account that was ever booked to; a later posting cannot change it.
create table gl_movement (
    client_no int not null references client,
    gl_year smallint not null,
    gl_period smallint not null check (gl_period between 1 and 12),
    gl_account_no int not null,
    gl_currency text not null,
    opening_minor bigint not null,
    debit_minor bigint not null check (debit_minor >= 0),
    credit_minor bigint not null check (credit_minor >= 0),
    item_count bigint not null check (item_count >= 0),
    primary key (client_no, gl_year, gl_period, gl_account_no, gl_currency)
);

-- A due date that was moved, with the one that it took the place of: what an item was due on at a past moment.
create table due_date_change (
    client_no int not null,
    reference_no bigint not null,
    reference_sequence_no int not null,
    change_no bigint not null,
    due_date_before date not null,
    due_date_after date not null,
    created_time timestamptz not null,
    primary key (client_no, reference_no, reference_sequence_no, change_no)
);
create sequence due_date_change_no;

-- Questions as of a past moment look for what has come since. Rows are added and stay, mostly in the order of their
-- times, so a summary of each stretch of pages finds the late ones. It costs a posting next to nothing, where a tree
-- would be written to for every row.
create index ar_item_since on ar_item using brin (client_no, voucher_date, created_time) with (autosummarize = on);
create index ar_match_since on ar_match using brin (client_no, match_date, created_time) with (autosummarize = on);
create index gl_case_since on gl_case using brin (client_no, gl_year, gl_period, voucher_date, created_time)
    with (autosummarize = on);

grant usage on sequence due_date_change_no to reskontro_app;
grant select, insert on gl_movement, due_date_change to reskontro_app;

-- The periods that are closed already. The owner is bound by row-level security and has no client: it is let off.
alter table gl_period no force row level security;
alter table gl_case no force row level security;
alter table gl_item no force row level security;
insert into gl_movement (client_no, gl_year, gl_period, gl_account_no, gl_currency, opening_minor, debit_minor,
    credit_minor, item_count)
select client_no, gl_year, gl_period, gl_account_no, gl_currency,
    coalesce(sum(debit - credit) over (
        partition by client_no, gl_account_no, gl_currency, case when gl_account_no >= 3000 then gl_year end
        order by gl_year, gl_period rows between unbounded preceding and 1 preceding
    ), 0), debit, credit, item_count
from (
    select p.client_no, p.gl_year, p.gl_period, a.gl_account_no, a.gl_currency,
        coalesce(sum(l.gl_minor) filter (where l.gl_minor > 0), 0)::bigint as debit,
        coalesce(-sum(l.gl_minor) filter (where l.gl_minor < 0), 0)::bigint as credit, count(l.gl_minor) as item_count
    from gl_period p
    join (
        select l.client_no, l.gl_account_no, c.gl_currency, min(c.gl_year * 12 + c.gl_period) as first
        from gl_item l join gl_case c on c.client_no = l.client_no and c.gl_case_no = l.gl_case_no
        group by 1, 2, 3
    ) as a on a.client_no = p.client_no and a.first <= p.gl_year * 12 + p.gl_period
    left join gl_case c on c.client_no = p.client_no and c.gl_year = p.gl_year and c.gl_period = p.gl_period
        and c.gl_currency = a.gl_currency
    left join gl_item l on l.client_no = c.client_no and l.gl_case_no = c.gl_case_no
        and l.gl_account_no = a.gl_account_no
    group by 1, 2, 3, 4, 5
) as moved;
-- Due dates that were moved before this kept count of it. When, nobody knows but the log: taken to be the last change.
alter table ar_item no force row level security;
alter table ar_item_state no force row level security;
insert into due_date_change (client_no, reference_no, reference_sequence_no, change_no, due_date_before, due_date_after,
    created_time)
select s.client_no, s.reference_no, s.reference_sequence_no, nextval('due_date_change_no'), i.original_due_date,
    s.due_date, s.changed_time
from ar_item_state s
join ar_item i on i.client_no = s.client_no and i.reference_no = s.reference_no
    and i.reference_sequence_no = s.reference_sequence_no
where s.due_date <> i.original_due_date;
alter table ar_item force row level security;
alter table ar_item_state force row level security;

alter table gl_period force row level security;
alter table gl_case force row level security;
alter table gl_item force row level security;

alter table gl_movement enable row level security;
alter table gl_movement force row level security;
create policy own_client on gl_movement using (client_no = current_setting('reskontro.client_no')::int);
alter table due_date_change enable row level security;
alter table due_date_change force row level security;
create policy own_client on due_date_change using (client_no = current_setting('reskontro.client_no')::int);
