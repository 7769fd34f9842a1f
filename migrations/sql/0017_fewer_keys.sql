-- 0017_fewer_keys.sql
-- Postings that look up no foreign keys, and tables whose columns the server knows before it has counted them.

set local lock_timeout = '5s';

-- What a posting is held to by the book's lock is not looked up once more for each of its rows. A row that refers to the
-- client would lock the client's one row for every transaction that posts, all at once, and each would write who does.
-- A customer is removed only by who has the book alone; `reskontro ledger check` finds an item without one.
alter table gl_lot drop constraint gl_lot_client_no_fkey;
alter table log_item drop constraint log_item_client_no_fkey;
alter table ar_item drop constraint ar_item_client_no_account_no_fkey;

-- Until a table has been analysed the server believes that a client has one two-hundredth of it, and a number of rows as
-- small for each further column: it then reads all of a client's rows where one is looked for by its key. So it is told
-- what the first analysis will find. From version 18 on; before, the first minute of a new database is slower.
do $$
declare
    found record;
begin
    if current_setting('server_version_num')::int < 180000 then
        return;
    end if;
    for found in
        select c.relname, a.attname, k.n_distinct
        from (values
            ('client_no', 1.0), ('reference_sequence_no', 2.0), ('voucher_type', 4.0), ('currency', 1.0),
            ('reference_no', -0.8), ('kid', -0.8), ('gl_case_no', -0.5), ('gl_lot_no', -0.5), ('account_no', -0.3),
            ('currency_balance_minor', -0.3), ('document_no_key', -1.0), ('document_uuid', -1.0),
            ('customer_no_key', -1.0), ('posting_id_key', -1.0), ('payment_no', -1.0), ('match_no', -1.0)
        ) as k (attname, n_distinct)
        join pg_attribute a on a.attname = k.attname
        join pg_class c on c.oid = a.attrelid and c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    loop
        perform pg_restore_attribute_stats(
            'schemaname', 'public', 'relname', found.relname::text, 'attname', found.attname::text,
            'inherited', false, 'null_frac', 0::real, 'avg_width', 8, 'n_distinct', found.n_distinct::real
        );
    end loop;
end $$;
