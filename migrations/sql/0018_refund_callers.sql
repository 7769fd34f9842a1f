-- 0018_refund_callers.sql
-- A refund knows with which credential it was proposed and approved. What a call says of its user is not proved, so two
-- names do not make two persons where one credential gives both. A person at the command line has none.

set local lock_timeout = '5s';

alter table refund add column proposed_with text not null default '';
alter table refund add column approved_with text not null default '';
alter table refund add constraint refund_of_two_callers check (approved_with = '' or approved_with <> proposed_with);
grant update (approved_with) on refund to reskontro_app;
