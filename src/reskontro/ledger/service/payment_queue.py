"""Payments that wait for a person: not booked, or booked and left open on a customer's account."""

from reskontro.ledger.domain.matching import Outcome
from reskontro.ledger.store import payments as store
from reskontro.ledger.store.payments import WaitingPayment
from reskontro.platform.database import Database

__all__ = ["WAITING", "WaitingPayment", "list_waiting"]

AT_ONCE = 1000
WAITING = (Outcome.QUEUED, Outcome.ON_ACCOUNT)


async def list_waiting(db: Database, client_no: int, outcome: Outcome, after: int = 0) -> list[WaitingPayment]:
    """The lines of one outcome that wait, by number, a thousand at most."""
    assert outcome in WAITING, "nobody waits for the others"
    async with db.reading(client_no) as tx:
        return await store.waiting(tx, outcome.value, after, AT_ONCE)
