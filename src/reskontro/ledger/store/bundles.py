"""Document bundles and what their documents come to."""

from collections.abc import Sequence

import asyncpg

from reskontro.ledger.store.conditions import Conditions
from reskontro.platform.database import Transaction

COLUMNS = "bundle_no, document_type, bundle_status, batch_uuid, created_time, distributed_time"


async def keys(tx: Transaction, conditions: Conditions, limit: int) -> list[int]:
    """The numbers of those that meet the conditions, newest first."""
    rows = await tx.fetch(
        f"""
        select bundle_no from document_bundle where client_no = $1{conditions.where()}
        order by created_time desc, bundle_no desc limit {limit:d}
        """,
        tx.client_no,
        *conditions.arguments,
    )
    return [row["bundle_no"] for row in rows]


async def by_numbers(tx: Transaction, wanted: Sequence[int]) -> list[asyncpg.Record]:
    """The bundles of some numbers, newest first."""
    return await tx.fetch(
        f"""
        select {COLUMNS} from document_bundle where client_no = $1 and bundle_no = any($2::bigint[])
        order by created_time desc, bundle_no desc
        """,
        tx.client_no,
        wanted,
    )


async def sums(tx: Transaction, wanted: Sequence[int]) -> list[asyncpg.Record]:
    """How many documents some bundles have and what they come to, by channel and currency."""
    return await tx.fetch(
        """
        select bundle_no, distribution_type, currency, count(*) as count, sum(excl_vat_minor)::bigint as excl_vat_minor,
            sum(vat_minor)::bigint as vat_minor, sum(incl_vat_minor)::bigint as incl_vat_minor
        from document where client_no = $1 and bundle_no = any($2::bigint[])
        group by bundle_no, distribution_type, currency
        order by bundle_no, distribution_type, currency
        """,
        tx.client_no,
        wanted,
    )
