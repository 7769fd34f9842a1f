-- 0013_matching.sql
-- Lines of every bank file format, what people decide about them, suggestions, refunds.

set local lock_timeout = '5s';

-- Payers of other countries pay to a bankgiro, a creditor number or an IBAN.
alter table receiving_account
    drop constraint receiving_account_account_no_check,
    add constraint receiving_account_account_no_check check (account_no ~ '^[0-9A-Z]{2,34}$');

-- A line as any format has it, and what lost to the outcome that it got. What OCR giro does not know is empty.
alter table payment
    add column value_date date,
    add column payer_name text not null default '',
    add column end_to_end_id text not null default '',
    add column bank_code text not null default '',
    add column bank_reason text not null default '',
    add column parts json, -- the references of a structured list
    add column placed json, -- the items of a list that was split: reference, sequence, amount
    add column candidates json, -- what else the reference named, and why it was not taken
    add column returns_payment_no bigint; -- of a return: the line that it takes back
create index payment_refused on payment (client_no, payment_no) where outcome = 'REFUSED';

-- What a person, or a rule that the client has set, decided about a line. Cases are those that the decision booked.
create table payment_resolution (
    client_no int not null references client,
    resolution_no bigint not null,
    payment_no bigint not null,
    action text not null, -- PLACED, UNDONE, RETURNED, CLOSED
    gl_case_nos bigint[] not null,
    credits json not null, -- the items that hold the money: reference, sequence
    note text not null,
    explanation json, -- of an accepted suggestion: score and reasons
    user_id text not null,
    created_time timestamptz not null,
    primary key (client_no, resolution_no)
);
create sequence payment_resolution_no;
create index payment_resolution_by_payment on payment_resolution (client_no, payment_no, resolution_no);

-- Where a line stands that somebody has decided about; the others stand where their file left them.
create table payment_state (
    client_no int not null references client,
    payment_no bigint not null,
    status text not null, -- UNPLACED, PLACED, RETURNED, CLOSED
    resolution_no bigint, -- the placement that stands, null for the file's own
    changed_time timestamptz not null,
    primary key (client_no, payment_no)
);
create index payment_state_unplaced on payment_state (client_no, payment_no) where status = 'UNPLACED';

-- What an unplaced line may be for, best first. Made anew whenever it is asked for.
create table payment_suggestion (
    client_no int not null references client,
    payment_no bigint not null,
    best_score smallint not null,
    suggestions json not null,
    made_time timestamptz not null,
    primary key (client_no, payment_no)
);

-- Money that is to go back. What moves on a refund are its status and who did it when.
create table refund (
    client_no int not null references client,
    refund_id text not null, -- the end-to-end id, which comes back from the bank
    account_no bigint not null,
    reference_no bigint not null,
    reference_sequence_no int not null,
    payment_no bigint,
    currency text not null,
    amount_minor bigint not null check (amount_minor > 0),
    receiver_account_no text not null,
    receiver_name text not null,
    message text not null,
    earliest_date date not null,
    proposed_by text not null,
    created_time timestamptz not null,
    status text not null default 'PROPOSED', -- or APPROVED, SENT, PAID, UNCOVERED, REJECTED, CANCELLED
    approved_by text,
    approved_time timestamptz,
    sent_time timestamptz,
    message_id text, -- of the file that it went out in
    bank_status text not null default '',
    bank_reason text not null default '',
    gl_case_no bigint,
    changed_time timestamptz not null,
    primary key (client_no, refund_id),
    foreign key (client_no, account_no) references customer (client_no, account_no),
    check (approved_by is null or lower(approved_by) <> lower(proposed_by)),
    check (status not in ('APPROVED', 'SENT', 'PAID', 'UNCOVERED') or approved_by is not null)
);
create index refund_by_item on refund (client_no, reference_no, reference_sequence_no);
create index refund_active on refund (client_no, status) where status in ('PROPOSED', 'APPROVED', 'SENT', 'UNCOVERED');

grant usage on sequence payment_resolution_no to reskontro_app;
grant select, insert on payment_resolution to reskontro_app;
grant select, insert, update on payment_state, payment_suggestion to reskontro_app;
grant select, insert on refund to reskontro_app;
grant update (status, approved_by, approved_time, sent_time, message_id, bank_status, bank_reason, gl_case_no, changed_time)
    on refund to reskontro_app;

alter table payment_resolution enable row level security;
alter table payment_resolution force row level security;
create policy own_client on payment_resolution using (client_no = current_setting('reskontro.client_no')::int);
alter table payment_state enable row level security;
alter table payment_state force row level security;
create policy own_client on payment_state using (client_no = current_setting('reskontro.client_no')::int);
alter table payment_suggestion enable row level security;
alter table payment_suggestion force row level security;
create policy own_client on payment_suggestion using (client_no = current_setting('reskontro.client_no')::int);
alter table refund enable row level security;
alter table refund force row level security;
create policy own_client on refund using (client_no = current_setting('reskontro.client_no')::int);
