"""The audit trail as it is read."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from reskontro.ledger.store.conditions import Conditions
from reskontro.platform.database import Transaction

COLUMNS = """
    log_item_id, log_time, log_level, source, user_id, integration_id, request_id, http_method, path, status_code,
    entity_type, entity_id, customer_no, log_text, changes::text as changes
"""


async def keys(tx: Transaction, conditions: Conditions, limit: int) -> list[UUID]:
    """The ids of those that meet the conditions, newest first."""
    rows = await tx.fetch(
        f"""
        select log_item_id from log_item where client_no = $1{conditions.where()}
        order by log_time desc, log_item_id desc limit {limit:d}
        """,
        tx.client_no,
        *conditions.arguments,
    )
    return [row["log_item_id"] for row in rows]


async def by_ids(tx: Transaction, wanted: Sequence[UUID]) -> list[asyncpg.Record]:
    """The log items of some ids, newest first."""
    return await tx.fetch(
        f"""
        select {COLUMNS} from log_item where client_no = $1 and log_item_id = any($2::uuid[])
        order by log_time desc, log_item_id desc
        """,
        tx.client_no,
        wanted,
    )
