-- 0011_actions.sql
-- Actions, what they hand over to other parts of the product, and the nightly follow-up.

set local lock_timeout = '5s';

-- An instruction as it was given. What moves on it is a narrow row beside it.
create table action (
    client_no int not null references client,
    action_uuid uuid not null,
    action_id text not null, -- the client's own id, '' without one
    action_id_key text, -- folded, null without one
    fingerprint bytea not null,
    action_type text not null,
    account_no bigint, -- the target: a customer's account, with an item where one is named
    reference_no bigint,
    reference_sequence_no int,
    from_date date,
    to_date date,
    reason_code text not null,
    action_text text not null,
    distribution_type text,
    einvoice_code int,
    user_id text not null,
    integration_id text not null,
    request_id text not null,
    created_time timestamptz not null,
    primary key (client_no, action_uuid)
);
create unique index action_by_id on action (client_no, action_id_key) where action_id_key is not null;
create index action_by_item on action (client_no, reference_no, reference_sequence_no) where reference_no is not null;

create table action_state (
    client_no int not null,
    action_uuid uuid not null,
    action_status text not null,
    due_time timestamptz, -- business time, of what was registered for later
    completed_time timestamptz,
    failure text not null, -- why it failed, in English
    changed_time timestamptz not null,
    primary key (client_no, action_uuid)
);
create index action_due on action_state (client_no, due_time) where action_status = 'REGISTERED';

-- What happened in the ledger that another part of the product acts on. Written in the transaction in which it
-- happened, and read in the order of its numbers.
create table ledger_event (
    client_no int not null references client,
    event_no bigint not null,
    kind text not null,
    account_no bigint not null,
    reference_no bigint,
    reference_sequence_no int,
    document_no text not null,
    action_uuid uuid,
    payload json not null,
    created_time timestamptz not null,
    primary key (client_no, event_no)
);
create sequence ledger_event_no;

-- How far each consumer has come.
create table ledger_event_cursor (
    client_no int not null references client,
    consumer text not null,
    event_no bigint not null,
    changed_time timestamptz not null,
    primary key (client_no, consumer)
);

-- A client's nightly follow-up: when it is due, and where a run that is under way goes on. Whoever works on a client's
-- follow-up holds this row.
create table follow_up_run (
    client_no int not null references client,
    next_time timestamptz not null,
    after_reference_no bigint,
    after_sequence_no int,
    primary key (client_no)
);

grant usage on sequence ledger_event_no to reskontro_app;
grant select, insert on action, ledger_event to reskontro_app;
grant select, insert, update on action_state, ledger_event_cursor, follow_up_run to reskontro_app;

alter table action enable row level security;
alter table action force row level security;
create policy own_client on action using (client_no = current_setting('reskontro.client_no')::int);
alter table action_state enable row level security;
alter table action_state force row level security;
create policy own_client on action_state using (client_no = current_setting('reskontro.client_no')::int);
alter table ledger_event enable row level security;
alter table ledger_event force row level security;
create policy own_client on ledger_event using (client_no = current_setting('reskontro.client_no')::int);
alter table ledger_event_cursor enable row level security;
alter table ledger_event_cursor force row level security;
create policy own_client on ledger_event_cursor using (client_no = current_setting('reskontro.client_no')::int);
alter table follow_up_run enable row level security;
alter table follow_up_run force row level security;
create policy own_client on follow_up_run using (client_no = current_setting('reskontro.client_no')::int);
