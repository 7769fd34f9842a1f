"""The queues of payments that wait for a person, and what they hold.

| queue | holds |
| --- | --- |
| unplaced | money that is not booked: its file did not place it, or somebody has put it back |
| suggested | those of them for which there is a suggestion |
| double | money of claims that were paid before, booked and open on account |
| on-account | all money that is booked and not used up |
| refused | what was asked for and did not come, until somebody has noted it |
"""

from dataclasses import dataclass
from enum import StrEnum

from reskontro.ledger.service.payment_desk import MOST_PLACES
from reskontro.ledger.store import payment_desk as store
from reskontro.ledger.store.payment_desk import QueueRow
from reskontro.platform.database import Database, Transaction

__all__ = ["Page", "Queue", "QueueRow", "list_in", "list_queue", "page_of_queue"]

AT_ONCE = 1000


class Queue(StrEnum):
    """What a line may wait for."""

    UNPLACED = "unplaced"
    SUGGESTED = "suggested"
    DOUBLE = "double"
    ON_ACCOUNT = "on-account"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a queue, and whether others follow."""

    rows: list[QueueRow]
    more: bool


async def list_queue(db: Database, client_no: int, queue: Queue, after: int = 0) -> list[QueueRow]:
    """The lines of a queue by number, about a thousand at most."""
    return (await page_of_queue(db, client_no, queue, after)).rows


async def page_of_queue(db: Database, client_no: int, queue: Queue, after: int = 0, size: int = AT_ONCE) -> Page:
    """The lines of a queue by number, so many or a few more: a payment on several items is not cut in two."""
    async with db.reading(client_no) as tx:
        return await list_in(tx, queue, after, size)


async def list_in(tx: Transaction, queue: Queue, after: int, size: int) -> Page:
    """The same in a transaction."""
    limit = size + MOST_PLACES + 1
    match queue:
        case Queue.UNPLACED | Queue.SUGGESTED:
            rows = await store.unplaced(tx, after, limit, suggested=queue is Queue.SUGGESTED)
        case Queue.REFUSED:
            rows = await store.refused(tx, after, limit)
        case _:
            rows = await store.on_account(tx, after, limit, double=queue is Queue.DOUBLE)
    end = min(size, len(rows))
    while 0 < end < len(rows) and rows[end].payment_no == rows[end - 1].payment_no:
        end += 1
    return Page(rows[:end], more=end < len(rows))
