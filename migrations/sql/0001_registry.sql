-- 0001_registry.sql
-- Clients, their receiving accounts and settings, the business clock, idempotency keys.
--
-- Shared tables belong to nobody and are small; a client's table starts with client_no, which is in its primary key,
-- in every unique index and in every statement, and has row-level security forced.

create table client (
    client_no int primary key check (client_no between 1 and 999999),
    organization_id uuid not null unique,
    company_id bigint not null unique,
    legal_name text not null,
    organization_no text not null,
    vat_registered boolean not null,
    address_line1 text not null default '',
    address_line2 text not null default '',
    postal_code text not null default '',
    city_name text not null default '',
    country_code text not null default 'NO',
    sandbox boolean not null,
    created_time timestamptz not null
);

-- One account belongs to one client. A file is authorised account by account.
create table receiving_account (
    account_no text primary key check (account_no ~ '^[0-9]{11}$'),
    client_no int not null references client,
    agreement_no text not null default '',
    currency text not null default 'NOK',
    created_time timestamptz not null
);
create index receiving_account_client on receiving_account (client_no);

-- The bank agreement fixes which lengths and which check character the KIDs of an account have; several may stand.
create table kid_rule (
    account_no text not null references receiving_account,
    kid_length int not null check (kid_length between 2 and 25),
    modulus text not null check (modulus in ('MOD10', 'MOD11', 'MOD10-EXCL-PREFIX')),
    primary key (account_no, kid_length, modulus)
);

-- Business time is real time plus this offset. Only the sandbox moves it; epoch tells every process that it moved.
create table business_clock (
    only_one boolean primary key default true check (only_one),
    offset_ms bigint not null,
    epoch bigint not null
);
insert into business_clock (offset_ms, epoch) values (0, 0);

-- What each living process has seen of the clock; its listening connection carries the same name.
create table business_clock_seen (
    process text primary key,
    epoch bigint not null
);

create table client_config (
    client_no int not null references client,
    config_key text not null,
    value text not null,
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    primary key (client_no, config_key, valid_from, value)
);

-- The numbers that a client's people see. Taken in blocks by a short transaction of its own; gaps are allowed.
create table client_counter (
    client_no int not null references client,
    counter text not null,
    next_no bigint not null check (next_no > 0),
    primary key (client_no, counter)
);

create table idempotency_key (
    client_no int not null references client,
    path text not null,
    key text not null,
    fingerprint bytea not null,
    created_time timestamptz not null,
    status int,
    headers text,
    body bytea,
    primary key (client_no, path, key)
);

alter table client_config enable row level security;
alter table client_config force row level security;
create policy own_client on client_config using (client_no = current_setting('reskontro.client_no')::int);
alter table client_counter enable row level security;
alter table client_counter force row level security;
create policy own_client on client_counter using (client_no = current_setting('reskontro.client_no')::int);
alter table idempotency_key enable row level security;
alter table idempotency_key force row level security;
create policy own_client on idempotency_key using (client_no = current_setting('reskontro.client_no')::int);

grant select, insert, update on client to reskontro_app;
grant select, insert on receiving_account, kid_rule to reskontro_app;
grant select, update on business_clock to reskontro_app;
grant select, insert, update, delete on business_clock_seen to reskontro_app;
grant select, insert, update on client_config, client_counter to reskontro_app;
grant select, insert, update, delete on idempotency_key to reskontro_app;
