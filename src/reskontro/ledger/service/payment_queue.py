"""The queues of payments that wait for a person, and what they hold.

| queue | holds |
| --- | --- |
| unplaced | money that is not booked: its file did not place it, or somebody has put it back |
| suggested | those of them for which there is a suggestion |
| double | money of claims that were paid before, booked and open on account |
| on-account | all money that is booked and not used up |
| refused | what was asked for and did not come, until somebody has noted it |
"""

from enum import StrEnum

from reskontro.ledger.store import payment_desk as store
from reskontro.ledger.store.payment_desk import QueueRow
from reskontro.platform.database import Database

__all__ = ["Queue", "QueueRow", "list_queue"]

AT_ONCE = 1000


class Queue(StrEnum):
    """What a line may wait for."""

    UNPLACED = "unplaced"
    SUGGESTED = "suggested"
    DOUBLE = "double"
    ON_ACCOUNT = "on-account"
    REFUSED = "refused"


async def list_queue(db: Database, client_no: int, queue: Queue, after: int = 0) -> list[QueueRow]:
    """The lines of a queue by number, a thousand at most."""
    async with db.reading(client_no) as tx:
        match queue:
            case Queue.UNPLACED | Queue.SUGGESTED:
                return await store.unplaced(tx, after, AT_ONCE, suggested=queue is Queue.SUGGESTED)
            case Queue.REFUSED:
                return await store.refused(tx, after, AT_ONCE)
            case _:
                return await store.on_account(tx, after, AT_ONCE, double=queue is Queue.DOUBLE)
