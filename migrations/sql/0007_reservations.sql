-- 0007_reservations.sql
-- Payments that are on their way, and work that is due at a business time.

set local lock_timeout = '5s';

-- Work due at a business time: a row with its due moment, asked for over all clients, as queued jobs are. A key says what
-- is to be done to the kind of work that it belongs to, and nothing to anybody else.
create table due_work (
    client_no int not null references client,
    kind text not null,
    key text not null,
    due_time timestamptz not null,
    primary key (client_no, kind, key)
);
create index due_work_in_order on due_work (due_time, client_no, kind);
grant select, insert, update, delete on due_work to reskontro_app;

-- Every payment id that is taken: by a reservation, or by a posted payment. Two calls that take the same one meet here.
-- Payments posted before this table was there left no id behind.
create table payment_id (
    client_no int not null references client,
    payment_id_key text not null,
    created_time timestamptz not null,
    primary key (client_no, payment_id_key)
);
grant select, insert on payment_id to reskontro_app;

-- A reservation stands on an item, or on a customer's account as a whole. What moves is its status alone. There is no
-- reference to the customer: one whose reservations are past can be deleted.
create table payment_reservation (
    client_no int not null references client,
    payment_reservation_uuid uuid not null,
    payment_id_key text not null,
    payment_id text not null,
    account_no bigint not null,
    reference_no bigint,
    reference_sequence_no int,
    currency text not null,
    currency_minor bigint not null check (currency_minor > 0),
    payment_date date not null,
    valid_until date not null,
    expires_time timestamptz not null, -- the end of the last day on which it is valid
    payment_method text not null,
    reservation_text text not null,
    created_time timestamptz not null,
    status text not null default 'ACTIVE', -- or USED, EXPIRED, CANCELLED
    ended_time timestamptz check ((ended_time is null) = (status = 'ACTIVE')),
    primary key (client_no, payment_reservation_uuid),
    check ((reference_no is null) = (reference_sequence_no is null))
);
create unique index payment_reservation_by_payment on payment_reservation (client_no, payment_id_key);
create index payment_reservation_by_item on payment_reservation (client_no, reference_no, reference_sequence_no)
    where reference_no is not null;
create index payment_reservation_active on payment_reservation (client_no, account_no) where status = 'ACTIVE';
grant select, insert on payment_reservation to reskontro_app;
grant update (status, ended_time) on payment_reservation to reskontro_app;

-- The sum of an item's reservations that are ACTIVE, null where none is: what moves a balance gets the reserved status
-- from the row that it writes anyway, and looks at no reservation.
alter table ar_item_state add column reserved_minor bigint;

alter table payment_id enable row level security;
alter table payment_id force row level security;
create policy own_client on payment_id using (client_no = current_setting('reskontro.client_no')::int);
alter table payment_reservation enable row level security;
alter table payment_reservation force row level security;
create policy own_client on payment_reservation using (client_no = current_setting('reskontro.client_no')::int);
