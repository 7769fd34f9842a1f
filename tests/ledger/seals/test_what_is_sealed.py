"""Every table to which rows are only added is sealed, or has a stated reason and, where it is about money, a check."""

import asyncpg

from reskontro.ledger.domain.seals import FORM, FORMS
from reskontro.ledger.store.checks import CHECKS

# Source: decision 0033. The name of the check, or "" for what is not about money.
NOT_SEALED = {
    "gl_case_rate": "case-rates",
    "gl_movement": "frozen-movements",
    "auto_posting": "postings-booked",
    "ledger_period_report": "period-reports",
    "payment_resolution": "payments-placed",
    "due_date_change": "due-dates",
    "payment_id": "",
    "action": "",
    "ledger_event": "",
    "log_item": "",
    "batch_result": "",
    "booked_transmission": "",
    "payment_file_answer": "",
    "refund_file": "",
    "debit_mandate_change": "",
    "debit_shipment": "",
    "document_einvoice": "",
}
OF_THE_CHAIN = {"seal", "seal_head"}
OF_THE_REGISTRY = {"receiving_account", "credential_client"}  # shared, and no row of any book


async def test_what_is_only_added_to_is_sealed_or_checked(app_dsn):
    connection = await asyncpg.connect(app_dsn)
    rows = await connection.fetch(
        """
        select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_no'
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
            and has_table_privilege(c.oid, 'insert')
            and not has_any_column_privilege(c.oid, 'update')
            and not has_table_privilege(c.oid, 'delete')
        """
    )
    await connection.close()
    found = {row["relname"] for row in rows} - OF_THE_CHAIN - OF_THE_REGISTRY
    sealed = {table.name for table in FORMS[FORM]}
    assert sealed <= found, "what is sealed is only added to"
    assert found - sealed == set(NOT_SEALED)
    assert {name for name in NOT_SEALED.values() if name} <= {check.name for check in CHECKS}
