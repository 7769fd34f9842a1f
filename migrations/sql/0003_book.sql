-- 0003_book.sql
-- Customers, documents, the book, batches, files and payments.
--
-- The book is append-only: the application's role has no right to update or delete a posting. What moves on an AR item
-- is a narrow row beside it. No foreign key points at a row that nobody can delete and that the same statement wrote;
-- `reskontro ledger check` proves what such a key would only assume.

create sequence gl_case_no;
create sequence gl_lot_no;

create table customer (
    client_no int not null references client,
    account_no bigint not null,
    customer_no text not null,
    customer_no_key text not null,
    name text not null,
    customer_category text not null,
    language text not null,
    currency text not null,
    due_days int,
    price_net_or_gross text not null default '',
    vat_liable boolean not null default true,
    stop_reminder_until date,
    stop_debt_collection_until date,
    stop_interest_calc_until date,
    postal_address_changed date,
    distribution_type text not null,
    einvoice_code int not null default 0,
    -- What is stored and given back as it came: names, addresses, references, lists. ssn is not in it.
    details json not null,
    ssn_encrypted bytea,
    ssn_fingerprint bytea,
    created_time timestamptz not null,
    changed_time timestamptz not null,
    primary key (client_no, account_no),
    unique (client_no, customer_no_key)
);
alter table customer set (fillfactor = 90);

create table document_bundle (
    client_no int not null references client,
    bundle_no bigint not null,
    document_type text not null,
    bundle_status text not null,
    bundle_day date,
    batch_uuid uuid,
    created_time timestamptz not null,
    primary key (client_no, bundle_no)
);
create unique index document_bundle_day on document_bundle (client_no, document_type, bundle_day)
    where bundle_status = 'OPEN' and bundle_day is not null;

create table document (
    client_no int not null,
    document_no_key text not null,
    document_no text not null,
    document_uuid uuid not null,
    document_type text not null,
    bundle_no bigint not null,
    account_no bigint not null,
    reference_no bigint not null,
    reference_sequence_no int not null,
    document_date date not null,
    currency text not null,
    excl_vat_minor bigint not null,
    vat_minor bigint not null,
    incl_vat_minor bigint not null,
    gl_excl_vat_minor bigint not null,
    gl_vat_minor bigint not null,
    gl_incl_vat_minor bigint not null,
    distribution_type text not null,
    fingerprint bytea not null,
    -- The document as it was sent, defaults filled in, without what stands in columns here or on its AR item.
    content json not null,
    created_time timestamptz not null,
    primary key (client_no, document_no_key),
    foreign key (client_no, account_no) references customer (client_no, account_no)
);
create unique index document_by_uuid on document (client_no, document_uuid);

-- What moves on a document: production and distribution.
create table document_state (
    client_no int not null,
    document_no_key text not null,
    document_status text not null,
    distributed_time timestamptz,
    file_uuid uuid,
    changed_time timestamptz not null,
    primary key (client_no, document_no_key)
);

-- One run of postings. created_time is business time, which the items of the run share; booked_time is real time.
create table gl_lot (
    client_no int not null references client,
    gl_lot_no bigint not null,
    origin text not null,
    created_time timestamptz not null,
    booked_time timestamptz not null,
    primary key (client_no, gl_lot_no)
);

create table gl_case (
    client_no int not null,
    gl_case_no bigint not null,
    gl_lot_no bigint not null,
    voucher_type smallint not null,
    voucher_no bigint not null,
    voucher_date date not null,
    gl_year smallint not null,
    gl_period smallint not null check (gl_period between 1 and 12),
    currency text not null,
    gl_currency text not null,
    account_no bigint,
    reference_no bigint,
    document_no text not null,
    reverses_gl_case_no bigint,
    created_time timestamptz not null,
    primary key (client_no, gl_case_no)
);
create index gl_case_by_lot on gl_case (client_no, gl_lot_no);
create index gl_case_reversal on gl_case (client_no, reverses_gl_case_no) where reverses_gl_case_no is not null;

create table gl_item (
    client_no int not null,
    gl_case_no bigint not null,
    line_no smallint not null,
    gl_account_no int not null,
    currency_minor bigint not null,
    gl_minor bigint not null,
    transaction_text text not null,
    vat_code text not null default '',
    reference_sequence_no int,
    item_group1 text not null default '',
    item_group2 text not null default '',
    item_group3 text not null default '',
    primary key (client_no, gl_case_no, line_no)
);

create table ar_item (
    client_no int not null,
    reference_no bigint not null,
    reference_sequence_no int not null,
    account_no bigint not null,
    document_no text not null,
    voucher_type smallint not null,
    voucher_no bigint not null,
    voucher_date date not null,
    original_due_date date not null,
    currency text not null,
    currency_minor bigint not null,
    gl_minor bigint not null,
    kid text not null,
    transaction_text text not null,
    external_id1 text not null,
    gl_case_no bigint not null,
    gl_lot_no bigint not null,
    gl_year smallint not null,
    gl_period smallint not null,
    created_time timestamptz not null,
    primary key (client_no, reference_no, reference_sequence_no),
    foreign key (client_no, account_no) references customer (client_no, account_no),
    check (sign(currency_minor) = sign(gl_minor))
);
create index ar_item_by_account on ar_item (client_no, account_no);
create index ar_item_by_kid on ar_item (client_no, kid) where reference_sequence_no = 0;

create table ar_item_state (
    client_no int not null,
    reference_no bigint not null,
    reference_sequence_no int not null,
    currency_balance_minor bigint not null,
    gl_balance_minor bigint not null,
    due_date date not null,
    changed_time timestamptz not null,
    last_sequence_no int not null default 0, -- on sequence 0: the last sequence number given on this reference
    ledger_period_report_no bigint,
    reserved_status text not null default '',
    transaction_text text, -- these three: null until somebody changes what the item was created with
    external_id1 text,
    ledger_note text,
    stop_reminder_until date,
    stop_debt_collection_until date,
    stop_interest_calc_until date,
    reminder_level smallint not null default 0,
    last_reminder_date date,
    debt_collection_status text not null default '',
    interest_calculated_to date,
    primary key (client_no, reference_no, reference_sequence_no)
);
alter table ar_item_state set (fillfactor = 80);

-- A settlement: what a credit item took from a debit item. Both balances moved by it, in the same transaction.
-- An undone match is a row with opposite amounts that names the first one.
create table ar_match (
    client_no int not null,
    match_no bigint not null,
    debit_reference_no bigint not null,
    debit_sequence_no int not null,
    credit_reference_no bigint not null,
    credit_sequence_no int not null,
    currency_minor bigint not null check (currency_minor <> 0),
    debit_gl_minor bigint not null,
    credit_gl_minor bigint not null,
    match_date date not null,
    undoes_match_no bigint,
    gl_case_no bigint,
    rule text not null,
    created_time timestamptz not null,
    primary key (client_no, match_no)
);
create sequence match_no;
create index ar_match_by_debit on ar_match (client_no, debit_reference_no, debit_sequence_no);
create index ar_match_by_credit on ar_match (client_no, credit_reference_no, credit_sequence_no);

create table gl_period (
    client_no int not null references client,
    gl_year smallint not null,
    gl_period smallint not null check (gl_period between 1 and 12),
    closed_time timestamptz not null,
    primary key (client_no, gl_year, gl_period)
);

create table ledger_period_report (
    client_no int not null references client,
    report_no bigint not null,
    gl_year smallint not null,
    gl_period smallint not null,
    created_time timestamptz not null,
    primary key (client_no, report_no),
    unique (client_no, gl_year, gl_period)
);

create table auto_posting (
    client_no int not null references client,
    method text not null,
    posting_id_key text not null,
    fingerprint bytea not null,
    gl_case_no bigint,
    result json not null,
    created_time timestamptz not null,
    primary key (client_no, method, posting_id_key)
);

create table log_item (
    client_no int not null references client,
    log_item_id uuid not null,
    log_time timestamptz not null,
    log_level text not null,
    source text not null,
    user_id text not null,
    integration_id text not null,
    request_id text not null,
    http_method text not null,
    path text not null,
    status_code int,
    entity_type text not null,
    entity_id text not null,
    customer_no text not null,
    log_text text not null,
    changes json,
    primary key (client_no, log_item_id)
);

create table stored_file (
    client_no int not null references client,
    file_uuid uuid not null,
    file_type text not null,
    file_name text not null,
    content_type text not null,
    file_size bigint not null,
    sha256 text not null,
    direction text not null,
    file_status text not null,
    description text not null,
    customer_no text not null,
    document_no text not null,
    ledger_period_report_no bigint,
    user_id text not null,
    faults json,
    created_time timestamptz not null,
    processed_time timestamptz,
    primary key (client_no, file_uuid)
);
create unique index stored_file_identity on stored_file (client_no, file_type, file_name, sha256);
create index stored_file_by_content on stored_file (client_no, sha256);

create table batch (
    client_no int not null references client,
    batch_uuid uuid not null,
    batch_no bigint not null, -- the order of arrival
    batch_type text not null,
    batch_status text not null,
    scope text not null, -- of the call that made it; reading it needs a scope of the same resource
    user_id text not null,
    integration_id text not null,
    request_id text not null,
    total_count int not null,
    ok_count int not null default 0,
    failed_count int not null default 0,
    done_count int not null default 0,
    bundle_no bigint,
    gl_lot_no bigint,
    payload bytea,
    file_uuid uuid,
    received_time timestamptz not null,
    started_time timestamptz,
    completed_time timestamptz,
    primary key (client_no, batch_uuid)
);
create sequence batch_no;
create index batch_waiting on batch (client_no, batch_no) where batch_status in ('RECEIVED', 'PROCESSING');

create table batch_result (
    client_no int not null,
    batch_uuid uuid not null,
    first_item_no int not null,
    results json not null,
    primary key (client_no, batch_uuid, first_item_no)
);

-- Every line of a bank file that is money, booked or not, with why.
create table payment (
    client_no int not null references client,
    payment_no bigint not null,
    fingerprint bytea not null,
    file_uuid uuid not null,
    file_line_no int not null,
    receiving_account_no text not null,
    kind text not null,
    settlement_date date not null,
    bank_date date,
    currency text not null,
    amount_minor bigint not null,
    kid text not null,
    payer_account_no text not null,
    archive_reference text not null,
    lump_sum_key text not null,
    message text not null,
    outcome text not null,
    reason text not null,
    rule text not null,
    account_no bigint,
    reference_no bigint,
    reference_sequence_no int,
    settled_minor bigint not null,
    unapplied_minor bigint not null,
    gl_case_no bigint,
    created_time timestamptz not null,
    primary key (client_no, payment_no)
);
create sequence payment_no;
create unique index payment_fingerprint on payment (client_no, fingerprint);
create index payment_queue on payment (client_no, outcome, payment_no) where outcome in ('QUEUED', 'ON-ACCOUNT');
create index payment_by_file on payment (client_no, file_uuid);

-- A transmission that was booked; the same one again is a duplicate file.
create table booked_transmission (
    client_no int not null references client,
    format text not null,
    identity text not null,
    file_uuid uuid not null,
    created_time timestamptz not null,
    primary key (client_no, format, identity)
);

create table mandate (
    client_no int not null references client,
    receiving_account_no text not null,
    kid text not null,
    active boolean not null,
    written_notice boolean not null,
    file_uuid uuid not null,
    changed_time timestamptz not null,
    primary key (client_no, receiving_account_no, kid)
);

-- The result that a list call fixed: its keys, in order. Lives 60 minutes of real time after its last use.
create table list_query (
    client_no int not null references client,
    query_id text not null,
    resource text not null,
    page_size int not null,
    maximum_count int not null,
    total_count int not null,
    expand text not null,
    keys bigint[] not null,
    last_used timestamptz not null,
    primary key (client_no, query_id)
);

grant usage on sequence gl_case_no, gl_lot_no, match_no, batch_no, payment_no to reskontro_app;

-- Append-only: what is written stays.
grant select, insert on
    gl_lot, gl_case, gl_item, ar_item, ar_match, document, gl_period, ledger_period_report, auto_posting, log_item,
    batch_result, payment, booked_transmission to reskontro_app;
-- What moves.
grant select, insert, update on
    ar_item_state, document_state, document_bundle, stored_file, batch, mandate to reskontro_app;
grant select, insert, update, delete on customer, list_query to reskontro_app;

-- Row-level security, the second wall between tenants.
alter table customer enable row level security;
alter table customer force row level security;
create policy own_client on customer using (client_no = current_setting('reskontro.client_no')::int);
alter table document_bundle enable row level security;
alter table document_bundle force row level security;
create policy own_client on document_bundle using (client_no = current_setting('reskontro.client_no')::int);
alter table document enable row level security;
alter table document force row level security;
create policy own_client on document using (client_no = current_setting('reskontro.client_no')::int);
alter table document_state enable row level security;
alter table document_state force row level security;
create policy own_client on document_state using (client_no = current_setting('reskontro.client_no')::int);
alter table gl_lot enable row level security;
alter table gl_lot force row level security;
create policy own_client on gl_lot using (client_no = current_setting('reskontro.client_no')::int);
alter table gl_case enable row level security;
alter table gl_case force row level security;
create policy own_client on gl_case using (client_no = current_setting('reskontro.client_no')::int);
alter table gl_item enable row level security;
alter table gl_item force row level security;
create policy own_client on gl_item using (client_no = current_setting('reskontro.client_no')::int);
alter table ar_item enable row level security;
alter table ar_item force row level security;
create policy own_client on ar_item using (client_no = current_setting('reskontro.client_no')::int);
alter table ar_item_state enable row level security;
alter table ar_item_state force row level security;
create policy own_client on ar_item_state using (client_no = current_setting('reskontro.client_no')::int);
alter table ar_match enable row level security;
alter table ar_match force row level security;
create policy own_client on ar_match using (client_no = current_setting('reskontro.client_no')::int);
alter table gl_period enable row level security;
alter table gl_period force row level security;
create policy own_client on gl_period using (client_no = current_setting('reskontro.client_no')::int);
alter table ledger_period_report enable row level security;
alter table ledger_period_report force row level security;
create policy own_client on ledger_period_report using (client_no = current_setting('reskontro.client_no')::int);
alter table auto_posting enable row level security;
alter table auto_posting force row level security;
create policy own_client on auto_posting using (client_no = current_setting('reskontro.client_no')::int);
alter table log_item enable row level security;
alter table log_item force row level security;
create policy own_client on log_item using (client_no = current_setting('reskontro.client_no')::int);
alter table stored_file enable row level security;
alter table stored_file force row level security;
create policy own_client on stored_file using (client_no = current_setting('reskontro.client_no')::int);
alter table batch enable row level security;
alter table batch force row level security;
create policy own_client on batch using (client_no = current_setting('reskontro.client_no')::int);
alter table batch_result enable row level security;
alter table batch_result force row level security;
create policy own_client on batch_result using (client_no = current_setting('reskontro.client_no')::int);
alter table payment enable row level security;
alter table payment force row level security;
create policy own_client on payment using (client_no = current_setting('reskontro.client_no')::int);
alter table booked_transmission enable row level security;
alter table booked_transmission force row level security;
create policy own_client on booked_transmission using (client_no = current_setting('reskontro.client_no')::int);
alter table mandate enable row level security;
alter table mandate force row level security;
create policy own_client on mandate using (client_no = current_setting('reskontro.client_no')::int);
alter table list_query enable row level security;
alter table list_query force row level security;
create policy own_client on list_query using (client_no = current_setting('reskontro.client_no')::int);
