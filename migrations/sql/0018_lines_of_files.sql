-- 0018_lines_of_files.sql
-- The lines of bank files look up no foreign key: an import that holds its client's book would look for the client, and lock
-- its row, once more for each line. The product removes no client.

set local lock_timeout = '5s';

alter table payment drop constraint payment_client_no_fkey;
