"""Taking the ledger's events: in order, each once, none passed over.

How numbers that become visible out of order are dealt with stands in decision 0025.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from reskontro.ledger.domain.events import LedgerEvent
from reskontro.ledger.store import events as store
from reskontro.platform.database import Database, Transaction

AT_ONCE = 100

Handle = Callable[[Transaction, Sequence[LedgerEvent]], Awaitable[None]]


async def take(db: Database, client_no: int, consumer: str, handle: Handle, now: datetime, most: int = AT_ONCE) -> int:
    """Hand a consumer the next of a client's events; how many comes back, 0 where none can be taken now.

    What `handle` does and how far the consumer has come are one transaction: what it writes there is done once for
    each event. An effect outside the database has to be known again by the event's number.
    """
    try:
        async with db.transaction(client_no) as tx:
            through = await store.settled_through(tx, await store.cursor(tx, consumer))
    except store.NotSettledError:
        return 0

    async def use_case(tx: Transaction) -> int:
        after = await store.lock_cursor(tx, consumer, now)
        events = await store.read(tx, after, through, most)
        if events:
            await handle(tx, events)
            await store.move_cursor(tx, consumer, events[-1].event_no, now)
        return len(events)

    return await db.run(client_no, use_case)
