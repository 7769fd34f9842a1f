-- 0012_reports.sql
-- A batch may make a file: one, and one of its own even where another has the same name and bytes. Whom to tell when
-- the batch is finished is kept on it.

set local lock_timeout = '5s';

alter table batch add column email_addresses text[] not null default '{}';

alter table stored_file add column batch_uuid uuid;
create unique index stored_file_of_batch on stored_file (client_no, batch_uuid) where batch_uuid is not null;
drop index stored_file_identity;
create unique index stored_file_identity on stored_file (client_no, file_type, file_name, sha256) where batch_uuid is null;
