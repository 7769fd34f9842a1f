-- 0005_lists.sql
-- What lists are searched by. Each index says which filter it serves; a filter without one is answered by reading a
-- whole client's rows in an index that holds what it looks at.

set local lock_timeout = '5s';

-- AR items in the order of their list, with what most filters look at: voucher type and date, created time, period and
-- currency are compared without visiting the rows. It takes the place of the index by account, which it begins with.
create index ar_item_in_order on ar_item (client_no, account_no, reference_no, reference_sequence_no)
    include (voucher_type, voucher_date, created_time, gl_year, gl_period, currency);
drop index ar_item_by_account;
-- New rows are told to be visible to all soon, so that the index alone can answer.
alter table ar_item set (autovacuum_vacuum_insert_scale_factor = 0.02);

-- The primary key leads from an item's state to its place in the order of the list.
alter table ar_item drop constraint ar_item_pkey,
    add constraint ar_item_pkey primary key (client_no, reference_no, reference_sequence_no) include (account_no);

-- Filter kid. The items of a reference carry the KID of its first one; only a credit note may bring its own.
create index ar_item_kid on ar_item (client_no, kid) where reference_sequence_no = 0 or voucher_type = 4;
drop index ar_item_by_kid;

-- Filter externalid1, as created and as changed later. Costs nothing where it is not used.
create index ar_item_by_external_id on ar_item (client_no, external_id1) where external_id1 <> '';
create index ar_item_state_by_external_id on ar_item_state (client_no, external_id1) where external_id1 <> '';

-- The filters status=open, due dates and fromchangedtime have no index of their own: one on what moves would end the
-- in-place updates of ar_item_state, which every payment makes (tried: imports fell to half their rate).

-- Customers: names by any part of them, read in the order of the list; the number by its fingerprint; changes.
alter table customer add column name_key text not null default '';
create index customer_in_order on customer (client_no, account_no) include (name_key);
create index customer_by_ssn on customer (client_no, ssn_fingerprint) where ssn_fingerprint is not null;
create index customer_by_change on customer (client_no, changed_time);

-- What customers are found by exactly: one row for each value, folded. Kinds: organization, phone, email, postal,
-- category, group, web.
create table customer_key (
    client_no int not null,
    kind text not null,
    key text not null,
    account_no bigint not null,
    primary key (client_no, kind, key, account_no)
);
grant select, insert, delete on customer_key to reskontro_app;
alter table customer_key enable row level security;
alter table customer_key force row level security;
create policy own_client on customer_key using (client_no = current_setting('reskontro.client_no')::int);

-- The owner is bound by row-level security too, and has no client: it is let off while it fills what is new.
alter table customer no force row level security;
alter table customer_key no force row level security;
update customer set name_key = lower(name);
insert into customer_key (client_no, kind, key, account_no)
select distinct c.client_no, k.kind, k.key, c.account_no
from customer c, lateral (
    select 'organization', lower(replace(c.details->>'organization_no', ' ', ''))
    union select 'phone', regexp_replace(c.details->>'phone_no', '[^0-9]', '', 'g')
    union select 'phone', regexp_replace(c.details->>'secondary_phone_no', '[^0-9]', '', 'g')
    union select 'email', lower(e) from json_array_elements_text(c.details->'email_address_document') as e
    union select 'email', lower(e) from json_array_elements_text(c.details->'secondary_email_address') as e
    union select 'postal', lower(c.details->'postal_address'->>'postal_code')
    union select 'category', lower(c.customer_category)
    union select 'group', lower(c.details->>'customer_group_code')
    union select 'web', lower(c.details->>'active_status_web')
) as k (kind, key)
where k.key <> '';
alter table customer force row level security;
alter table customer_key force row level security;

-- Documents in the order of their list, with what its filters look at. The rows are wide: they are not visited.
alter table document
    add column sales_order_key text not null default '',
    add column purchase_order_key text not null default '',
    add column sub_customer_key text not null default '';
create index document_in_order on document (client_no, document_date, document_no_key collate "C")
    include (document_type, distribution_type, created_time, reference_no, reference_sequence_no);
alter table document set (autovacuum_vacuum_insert_scale_factor = 0.02);
-- Filter referenceno, the way from an AR item to its document, and the rows of a page.
create index document_by_reference on document (client_no, reference_no, reference_sequence_no);
-- Filter documentbundleid, and the sums of a bundle.
create index document_by_bundle on document (client_no, bundle_no);
-- Filters salesorderid, purchaseorderid, subcustomerno. They cost nothing where they are not used.
create index document_by_sales_order on document (client_no, sales_order_key) where sales_order_key <> '';
create index document_by_purchase_order on document (client_no, purchase_order_key) where purchase_order_key <> '';
create index document_by_sub_customer on document (client_no, sub_customer_key) where sub_customer_key <> '';
-- The customer of a document is its AR item's, which cannot be deleted while the item is there. A second reference to
-- it would read every document when a customer is deleted.
alter table document drop constraint document_client_no_account_no_fkey;
alter table document no force row level security;
update document set sales_order_key = lower(coalesce(content->>'sales_order_id', '')),
    purchase_order_key = lower(coalesce(content->>'purchase_order_id', '')),
    sub_customer_key = lower(coalesce(content->>'sub_customer_no', ''))
where coalesce(content->>'sales_order_id', content->>'purchase_order_id', content->>'sub_customer_no') is not null;
alter table document force row level security;

-- Bundles, newest first.
alter table document_bundle add column distributed_time timestamptz;
create index document_bundle_by_time on document_bundle (client_no, created_time, bundle_no);

-- Files, newest first; filters filename (exact, or by its beginning), documentno, customerno.
alter table stored_file
    add column file_name_key text not null default '',
    add column document_no_key text not null default '',
    add column customer_no_key text not null default '';
alter table stored_file no force row level security;
update stored_file set file_name_key = lower(file_name), document_no_key = lower(document_no),
    customer_no_key = lower(customer_no);
alter table stored_file force row level security;
create index stored_file_by_time on stored_file (client_no, created_time, file_uuid)
    include (file_type, direction, file_status);
create index stored_file_by_name on stored_file (client_no, file_name_key collate "C");
create index stored_file_by_document on stored_file (client_no, document_no_key) where document_no_key <> '';
create index stored_file_by_customer on stored_file (client_no, customer_no_key) where customer_no_key <> '';

-- Log items, newest first.
create index log_item_by_time on log_item (client_no, log_time, log_item_id);
