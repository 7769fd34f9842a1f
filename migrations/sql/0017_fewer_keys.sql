-- What a posting is held to by the book's lock is not looked up once more for each of its rows. A row that refers to the
-- client would lock the client's one row for every transaction that posts, all at once, and each would write who does.
-- A customer is removed only by who has the book alone; `reskontro ledger check` finds an item without one.
alter table gl_lot drop constraint gl_lot_client_no_fkey;
alter table log_item drop constraint log_item_client_no_fkey;
alter table ar_item drop constraint ar_item_client_no_account_no_fkey;
