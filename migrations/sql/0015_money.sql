-- 0015_money.sql
-- Files of refunds as they went to the bank, what a bank file that came by a call was answered with, what a return may be of.

set local lock_timeout = '5s';

-- A file that orders refunds. Its ids are kept as they were written: the bank's answers name them, and they never come twice.
create table refund_file (
    client_no int not null references client,
    message_id text not null,
    payment_information_id text not null,
    version text not null, -- pain.001.001.03 or .09
    currency text not null,
    from_account_no text not null,
    execution_date date not null,
    transfers int not null check (transfers > 0),
    amount_minor bigint not null check (amount_minor > 0),
    file_uuid uuid not null,
    user_id text not null,
    created_time timestamptz not null,
    primary key (client_no, message_id),
    unique (client_no, payment_information_id),
    foreign key (client_no, file_uuid) references stored_file (client_no, file_uuid)
);
create index refund_by_message on refund (client_no, message_id) where message_id is not null;

-- What a bank file that came by a call was answered with: the same bytes again are answered with it and book nothing.
create table payment_file_answer (
    client_no int not null references client,
    file_uuid uuid not null,
    answer json not null,
    primary key (client_no, file_uuid),
    foreign key (client_no, file_uuid) references stored_file (client_no, file_uuid)
);

-- What a return takes back is found by its reference or by the bank's own one. A filter for each run of pages is written
-- when the run is full, so that a posting pays nothing for it; a B-tree would take 50 bytes and a random page a payment.
create index payment_returnable on payment
    using brin (client_no, kid text_bloom_ops, archive_reference text_bloom_ops)
    with (pages_per_range = 32, autosummarize = on);

grant select, insert on refund_file, payment_file_answer to reskontro_app;

alter table refund_file enable row level security;
alter table refund_file force row level security;
create policy own_client on refund_file using (client_no = current_setting('reskontro.client_no')::int);
alter table payment_file_answer enable row level security;
alter table payment_file_answer force row level security;
create policy own_client on payment_file_answer using (client_no = current_setting('reskontro.client_no')::int);
