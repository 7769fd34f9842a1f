-- 0008_seals.sql
-- Seals over each client's postings, and the signed heads of days. src/reskontro/ledger/domain/seals.py says what they are.

set local lock_timeout = '5s';

-- Public halves of the keys that heads are signed with. Of the installation, so shared.
create table seal_key (
    key_id text primary key,
    public_key bytea not null,
    created_time timestamptz not null
);

create table seal (
    client_no int not null references client,
    seal_no bigint not null check (seal_no > 0),
    sealed_time timestamptz not null,
    -- Up to which number everything is sealed and nothing more can turn up.
    lot_mark bigint not null,
    case_mark bigint not null,
    match_mark bigint not null,
    payment_mark bigint not null,
    first_open bigint not null,
    total_rows bigint not null,
    period_mark int not null,
    open_count int not null,
    form smallint not null,
    rows_hash bytea not null,
    seal_hash bytea not null,
    members bytea not null,
    primary key (client_no, seal_no)
);
-- What a seal keeps of its members is compressed already.
alter table seal alter column members set storage external;

create table seal_head (
    client_no int not null references client,
    head_date date not null,
    seal_no bigint not null,
    seal_hash bytea not null,
    total_rows bigint not null,
    key_id text not null,
    signature bytea not null,
    signed_time timestamptz not null,
    primary key (client_no, head_date)
);

grant select, insert on seal_key, seal, seal_head to reskontro_app;

alter table seal enable row level security;
alter table seal force row level security;
create policy own_client on seal using (client_no = current_setting('reskontro.client_no')::int);
alter table seal_head enable row level security;
alter table seal_head force row level security;
create policy own_client on seal_head using (client_no = current_setting('reskontro.client_no')::int);

-- The clients that have something which no seal covers yet, by one call for all of them. It runs with the caller's rights and
-- goes from client to client as the caller could; the setting is the caller's own again when its transaction ends.
-- A row beyond the marks is covered or is not; there are as many covered ones as the last seal says. The plans are kept:
-- made anew for each client they cost ten times what they find.
create function clients_to_seal() returns setof int language plpgsql
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
as $$
declare
    c int;
    s record;
begin
    for c in select client_no from client order by client_no loop
        perform set_config('reskontro.client_no', c::text, true);
        select lot_mark, case_mark, match_mark, payment_mark, period_mark, open_count into s
        from seal where client_no = c order by seal_no desc limit 1;
        if exists (
            select from (
                select from gl_case where client_no = c and gl_case_no > coalesce(s.case_mark, 0)
                union all
                select from gl_lot where client_no = c and gl_lot_no > coalesce(s.lot_mark, 0)
                union all
                select from ar_match where client_no = c and match_no > coalesce(s.match_mark, 0)
                union all
                select from payment where client_no = c and payment_no > coalesce(s.payment_mark, 0)
                union all
                select from gl_period where client_no = c and gl_year * 100 + gl_period > coalesce(s.period_mark, 0)
            ) as beyond
            offset coalesce(s.open_count, 0)
        ) then
            return next c;
        end if;
    end loop;
end
$$;
revoke execute on function clients_to_seal() from public;
grant execute on function clients_to_seal() to reskontro_app;
