-- 0019_two_callers.sql
-- A refund knows with which credential it was proposed and approved. What a call says of its user is not proved, so two
-- names do not make two persons where one credential gives both. A person at the command line has none.

set local lock_timeout = '5s';

alter table refund add column proposed_with text not null default '';
alter table refund add column approved_with text not null default '';
alter table refund add constraint refund_of_two_callers check (approved_with = '' or approved_with <> proposed_with);
grant update (approved_with) on refund to reskontro_app;

-- A posting that reverses a case finds the line of a bank file that the case has booked. Cases and lines rise together, so
-- runs of pages are told by their first and last case; a posting pays nothing for it.
create index payment_by_case on payment using brin (client_no, gl_case_no)
    with (pages_per_range = 32, autosummarize = on);
