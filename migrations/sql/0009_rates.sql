-- 0009_rates.sql
-- Exchange rates, and which of them a case was converted with.

set local lock_timeout = '5s';

-- Shared: what `units` of a currency were worth in a base currency, as a source quoted it for a day. A rate is never
-- changed; a corrected one is another version, which counts from when it is here. What was posted keeps what it had.
create table currency_rate (
    base_currency text not null,
    currency text not null,
    valid_from date not null,
    version int not null check (version > 0),
    units numeric not null check (units > 0),
    rate numeric not null check (rate > 0),
    source text not null,
    created_time timestamptz not null,
    primary key (base_currency, currency, valid_from, version),
    check (base_currency <> currency)
);
grant select, insert on currency_rate to reskontro_app;

-- The rate of a case in a foreign currency; a case in the GL currency has no such row, nor has one that only moves,
-- matches or takes back what is there.
create table gl_case_rate (
    client_no int not null,
    gl_case_no bigint not null,
    units numeric not null check (units > 0),
    rate numeric not null check (rate > 0),
    rate_date date not null,
    source text not null,
    primary key (client_no, gl_case_no)
);
grant select, insert on gl_case_rate to reskontro_app;
alter table gl_case_rate enable row level security;
alter table gl_case_rate force row level security;
create policy own_client on gl_case_rate using (client_no = current_setting('reskontro.client_no')::int);

-- The way from a case that booked nothing but the exchange differences of a match to what it matched.
create index ar_match_of_difference on ar_match (client_no, gl_case_no) where rule = 'auto-posting-difference';
