"""Whether the parts that a call leans on are alive.

A job worker holds a connection named `reskontro worker`; where no such connection stands, no worker runs.
"""

import asyncio

import asyncpg

from reskontro.platform.database import Database

WORKER_NAME = "reskontro worker"
LIMIT_S = 3.0


async def components(db: Database) -> dict[str, bool]:
    """Alive or not: `database`, `batchWorker`."""
    try:
        async with asyncio.timeout(LIMIT_S), db.registry() as connection:
            worker = await connection.fetchval(
                """
                select exists (
                    select from pg_stat_activity where application_name = $1 and datname = current_database()
                )
                """,
                WORKER_NAME,
            )
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        return {"database": False, "batchWorker": False}
    return {"database": True, "batchWorker": bool(worker)}
