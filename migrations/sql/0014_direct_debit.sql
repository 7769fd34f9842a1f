-- 0014_direct_debit.sql
-- Direct debit in Norway, Sweden and Denmark: agreements, mandates with their history, files to banks, claims.

set local lock_timeout = '5s';

-- Who sends files to an operator. One sender may send for several clients, and the operator counts its files.
create table debit_sender (
    scheme text not null, -- AVTALEGIRO, AUTOGIRO, BETALINGSSERVICE
    sender_no text not null,
    next_shipment_no bigint not null check (next_shipment_no > 0),
    created_time timestamptz not null,
    primary key (scheme, sender_no)
);

-- What a client has agreed on for one creditor number. Whoever writes a file holds the row.
create table debit_agreement (
    client_no int not null references client,
    creditor_no text not null,
    debtor_group text not null, -- Denmark only, else empty
    scheme text not null,
    sender_no text not null,
    notifies text not null, -- PAYEE, BANK
    mandate_digits smallint check (mandate_digits between 0 and 25), -- null: the customer's part of the ledger's own KIDs
    supplier_id text not null,
    main_text text not null,
    next_assignment_no bigint not null check (next_assignment_no > 0),
    changed_by text not null,
    created_time timestamptz not null,
    changed_time timestamptz not null,
    primary key (client_no, creditor_no, debtor_group)
);

-- A mandate as it stands. How it came to that is in debit_mandate_change.
create table debit_mandate (
    client_no int not null references client,
    mandate_no bigint not null,
    scheme text not null,
    creditor_no text not null,
    debtor_group text not null,
    payer_no text not null, -- a KID, or the payee's number of the payer
    agreement_no text not null, -- Betalingsservice's number of the mandate, else empty
    account_no bigint, -- the customer's; null where nobody knows whose it is
    payer_account_no text not null,
    notice boolean, -- whether the payer wants to be told in writing; null where the scheme does not say
    status text not null, -- REQUESTED, ANSWERED, ACTIVE, ENDED, REFUSED
    valid_from date,
    ended_on date,
    ended_why text not null,
    created_time timestamptz not null,
    changed_time timestamptz not null,
    primary key (client_no, mandate_no)
);
create sequence debit_mandate_no;
create unique index debit_mandate_key on debit_mandate (client_no, creditor_no, payer_no, agreement_no, debtor_group);
create index debit_mandate_of_customer on debit_mandate (client_no, account_no) where status = 'ACTIVE';
create index debit_mandate_unknown on debit_mandate (client_no, mandate_no) where account_no is null;

create table debit_mandate_change (
    client_no int not null references client,
    change_no bigint not null,
    mandate_no bigint not null,
    action text not null, -- IN-FORCE, NEW, CHANGED, ENDED, REFUSED, MISSING, ANSWERED, BOUND
    status text not null,
    account_no bigint,
    notice boolean,
    valid_from date,
    ended_on date,
    code text not null,
    why text not null,
    file_uuid uuid,
    file_line_no int,
    fingerprint bytea, -- of a line of a file
    user_id text not null,
    created_time timestamptz not null,
    primary key (client_no, change_no)
);
create sequence debit_mandate_change_no;
create unique index debit_mandate_change_line on debit_mandate_change (client_no, fingerprint);
create index debit_mandate_change_by_mandate on debit_mandate_change (client_no, mandate_no, change_no);

-- A file that was written for a bank, with its numbers.
create table debit_shipment (
    client_no int not null references client,
    shipment_no bigint not null,
    scheme text not null,
    creditor_no text not null,
    debtor_group text not null,
    sender_no text not null,
    number_in_file text not null,
    claims_assignment_no text not null,
    cancellations_assignment_no text not null,
    file_uuid uuid not null,
    file_name text not null,
    claims int not null,
    cancellations int not null,
    answers int not null,
    amount_minor bigint not null,
    currency text not null,
    user_id text not null,
    created_time timestamptz not null,
    primary key (client_no, shipment_no)
);
create sequence debit_shipment_no;

create table debit_claim (
    client_no int not null references client,
    claim_no bigint not null,
    shipment_no bigint not null,
    scheme text not null,
    creditor_no text not null,
    debtor_group text not null,
    mandate_no bigint not null,
    payer_no text not null,
    agreement_no text not null,
    account_no bigint not null,
    reference_no bigint not null,
    reference_sequence_no int not null,
    kid text not null,
    reference text not null,
    payer_name text not null,
    currency text not null,
    amount_minor bigint not null check (amount_minor > 0),
    due_date date not null,
    created_time timestamptz not null,
    status text not null default 'CLAIMED', -- or PAID, REFUSED, RETURNED, CANCELLED, LAPSED
    cancel_asked_by text not null default '',
    cancel_shipment_no bigint,
    payment_no bigint,
    reason_code text not null default '',
    reason text not null default '',
    changed_time timestamptz not null,
    primary key (client_no, claim_no),
    foreign key (client_no, reference_no, reference_sequence_no) references ar_item,
    foreign key (client_no, shipment_no) references debit_shipment,
    foreign key (client_no, mandate_no) references debit_mandate
);
create sequence debit_claim_no;
-- An item has one outstanding claim at most.
create unique index debit_claim_outstanding on debit_claim (client_no, reference_no, reference_sequence_no)
    where status = 'CLAIMED';
create index debit_claim_by_item on debit_claim (client_no, reference_no, reference_sequence_no);
create index debit_claim_by_payer on debit_claim (client_no, creditor_no, payer_no);
create index debit_claim_by_payment on debit_claim (client_no, payment_no) where payment_no is not null;

-- Mandates of AvtaleGiro were kept without a history. They go on here; a version that runs beside this one can no longer
-- take files with mandates, and loses none.
alter table mandate no force row level security;
insert into debit_mandate (client_no, mandate_no, scheme, creditor_no, debtor_group, payer_no, agreement_no, account_no,
    payer_account_no, notice, status, valid_from, ended_on, ended_why, created_time, changed_time)
select client_no, nextval('debit_mandate_no'), 'AVTALEGIRO', receiving_account_no, '', kid, '', null, '', written_notice,
    case when active then 'ACTIVE' else 'ENDED' end, null,
    case when active then null else (changed_time at time zone 'Europe/Oslo')::date end,
    case when active then '' else 'ended by the payer' end, changed_time, changed_time
from mandate;
insert into debit_mandate_change (client_no, change_no, mandate_no, action, status, account_no, notice, valid_from,
    ended_on, code, why, file_uuid, file_line_no, fingerprint, user_id, created_time)
select d.client_no, nextval('debit_mandate_change_no'), d.mandate_no, case when m.active then 'NEW' else 'ENDED' end,
    d.status, null, d.notice, null, d.ended_on, '', 'kept from before', m.file_uuid, null, null, '', m.changed_time
from mandate m
join debit_mandate d on d.client_no = m.client_no and d.creditor_no = m.receiving_account_no and d.payer_no = m.kid;
drop table mandate;

grant usage on sequence debit_mandate_no, debit_mandate_change_no, debit_shipment_no, debit_claim_no to reskontro_app;
grant select, insert, update on debit_sender, debit_agreement, debit_mandate to reskontro_app;
grant select, insert on debit_mandate_change, debit_shipment, debit_claim to reskontro_app;
grant update (status, cancel_asked_by, cancel_shipment_no, payment_no, reason_code, reason, changed_time)
    on debit_claim to reskontro_app;

alter table debit_agreement enable row level security;
alter table debit_agreement force row level security;
create policy own_client on debit_agreement using (client_no = current_setting('reskontro.client_no')::int);
alter table debit_mandate enable row level security;
alter table debit_mandate force row level security;
create policy own_client on debit_mandate using (client_no = current_setting('reskontro.client_no')::int);
alter table debit_mandate_change enable row level security;
alter table debit_mandate_change force row level security;
create policy own_client on debit_mandate_change using (client_no = current_setting('reskontro.client_no')::int);
alter table debit_shipment enable row level security;
alter table debit_shipment force row level security;
create policy own_client on debit_shipment using (client_no = current_setting('reskontro.client_no')::int);
alter table debit_claim enable row level security;
alter table debit_claim force row level security;
create policy own_client on debit_claim using (client_no = current_setting('reskontro.client_no')::int);
