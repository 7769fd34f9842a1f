-- 0002_identity.sql
-- Credentials with their secrets, refresh tokens, signing keys, limits of frequency.
--
-- Shared tables: a credential may act for many clients and belongs to none, so no row-level security.

create table credential (
    credential_id uuid primary key,
    client_id text not null unique check (client_id ~ '^[a-z0-9-]{3,64}$'),
    description text not null default '',
    resource text not null,
    scopes text[] not null check (cardinality(scopes) > 0),
    all_clients boolean not null,
    access_token_s int not null check (access_token_s between 300 and 86400),
    allow_refresh boolean not null,
    disabled_time timestamptz,
    revoked_before_s bigint not null default 0,
    created_time timestamptz not null
);

-- Two slots are two secrets at most. secret_id is the first part of the secret, which names it and proves nothing.
create table credential_secret (
    credential_id uuid not null references credential,
    slot int not null check (slot in (1, 2)),
    secret_id text not null,
    secret_hash text not null,
    created_time timestamptz not null,
    primary key (credential_id, slot)
);

create table credential_client (
    credential_id uuid not null references credential,
    client_no int not null references client,
    primary key (credential_id, client_no)
);

create table credential_organization (
    credential_id uuid not null references credential,
    organization_id uuid not null references client (organization_id),
    primary key (credential_id, organization_id)
);

create table refresh_chain (
    chain_id uuid primary key,
    credential_id uuid not null references credential,
    scopes text[] not null,
    resource text not null,
    started_time timestamptz not null,
    revoked_time timestamptz
);
create index refresh_chain_credential on refresh_chain (credential_id) where revoked_time is null;
create index refresh_chain_started on refresh_chain (started_time);
create index refresh_chain_revoked on refresh_chain (revoked_time) where revoked_time is not null;

create table refresh_token (
    token_hash bytea primary key,
    chain_id uuid not null references refresh_chain,
    issued_time timestamptz not null,
    expires_time timestamptz not null,
    spent_time timestamptz
);
create index refresh_token_chain on refresh_token (chain_id);

-- The private half is encrypted with a key from outside the database, and forgotten when it has signed its last.
create table signing_key (
    kid text primary key,
    public_jwk text not null,
    private_key bytea,
    created_time timestamptz not null,
    signs_from timestamptz not null,
    withdrawn_time timestamptz
);

-- Counts changes that every process has to hear of: keys, disabled credentials, revoked chains.
create table identity_revision (
    only_one boolean primary key default true check (only_one),
    revision bigint not null
);
insert into identity_revision (revision) values (1);

-- The moments that count towards a limit, in Unix milliseconds of real time.
create table rate_window (
    subject text primary key,
    hits_ms bigint[] not null,
    last_ms bigint not null
);
create index rate_window_last on rate_window (last_ms);

grant select, insert on credential, credential_client, credential_organization, signing_key to reskontro_app;
grant update (disabled_time, revoked_before_s) on credential to reskontro_app;
grant update (private_key, withdrawn_time) on signing_key to reskontro_app;
grant select, insert, update, delete on credential_secret, rate_window to reskontro_app;
grant select, insert, delete on refresh_chain, refresh_token to reskontro_app;
grant update (revoked_time) on refresh_chain to reskontro_app;
grant update (spent_time) on refresh_token to reskontro_app;
grant select on identity_revision to reskontro_app;
grant update (revision) on identity_revision to reskontro_app;
