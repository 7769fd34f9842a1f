-- 0016_einvoices.sql
-- What became of a document as an e-invoice, and how a client's papers look.

set local lock_timeout = '5s';

-- Kept with the document's paper, once and for all: the file of the UBL, or every reason why there is none.
create table document_einvoice (
    client_no int not null references client,
    document_no_key text not null,
    file_uuid uuid,
    reasons json not null, -- empty where there is a file
    made_time timestamptz not null,
    primary key (client_no, document_no_key),
    foreign key (client_no, document_no_key) references document (client_no, document_no_key)
);

create table branding (
    client_no int not null references client,
    colour text not null,
    logo bytea,
    foot text[] not null,
    texts json not null, -- by language and key
    user_id text not null,
    changed_time timestamptz not null,
    primary key (client_no)
);

grant select, insert on document_einvoice to reskontro_app;
grant select, insert, update on branding to reskontro_app;

alter table document_einvoice enable row level security;
alter table document_einvoice force row level security;
create policy own_client on document_einvoice using (client_no = current_setting('reskontro.client_no')::int);
alter table branding enable row level security;
alter table branding force row level security;
create policy own_client on branding using (client_no = current_setting('reskontro.client_no')::int);
