-- 0018_lines_of_files.sql
-- The lines of bank files look up no foreign key: an import that holds its client's book would look for the client, and lock
-- its row, once more for each line. The product removes no client.

set local lock_timeout = '5s';

alter table payment drop constraint payment_client_no_fkey;

-- What the server is told of new tables (0017) lacked the keys that matches and lines are found by.
do $$
declare
    found record;
begin
    if current_setting('server_version_num')::int < 180000 then
        return;
    end if;
    for found in
        select * from (values
            ('ar_match', 'debit_reference_no', -0.8), ('ar_match', 'credit_reference_no', -0.8),
            ('ar_match', 'debit_sequence_no', 2.0), ('payment', 'fingerprint', -1.0)
        ) as k (relname, attname, n_distinct)
        where not exists (
            select from pg_stats s where s.schemaname = 'public' and s.tablename = k.relname and s.attname = k.attname
        )
    loop
        perform pg_restore_attribute_stats(
            'schemaname', 'public', 'relname', found.relname, 'attname', found.attname, 'inherited', false,
            'null_frac', 0::real, 'avg_width', 8, 'n_distinct', found.n_distinct::real
        );
    end loop;
end $$;
