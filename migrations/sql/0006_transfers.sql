-- 0006_transfers.sql
-- A transfer makes items on two references, so its case does not lead to both of them, nor does its reversal's.

set local lock_timeout = '5s';

create index ar_item_of_transfer on ar_item (client_no, gl_case_no) where voucher_type in (10, 12);
