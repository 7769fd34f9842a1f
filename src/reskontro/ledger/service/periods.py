"""Closing a period, and the report of a closed one.

Closing writes what every GL account moved by (`gl_movement`). Nothing is booked in the period from then on, and the
application has no right to change those rows: they are the period's for good.
"""

from datetime import datetime

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.movements import carry
from reskontro.ledger.domain.periods import ClosingRefusedError, Period, may_close
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import movements as movement_store
from reskontro.ledger.store import periods as store
from reskontro.ledger.store.numbers import LEDGER_PERIOD_REPORT, Numbers
from reskontro.platform.database import Transaction


async def close_period(tx: Transaction, period: Period, now: datetime, actor: Actor) -> None:
    """Close a period and freeze its movements. The transaction has the client's book alone: nobody posts meanwhile.

    Raises Refused (422, ARM-2013) where an earlier one has to be closed first, or it is closed already.
    """
    faults = await closing_faults(tx, period, "period")
    if faults:
        raise broken(faults, "The period was not closed")
    closed = await book_store.closed_through(tx)
    before = [] if closed is None else await movement_store.of_period(tx, Period.from_month_no(closed))
    sums = await movement_store.sums_of_period(tx, period)
    await store.close(tx, period, now)
    await movement_store.freeze(tx, carry(before, period, sums))
    await log_store.add(tx, actor, now, [log_store.LogEntry("ACTION", str(period), f"Period {period} closed")])


async def closing_faults(tx: Transaction, period: Period, at: str) -> list[Fault]:
    """Why a period cannot be closed now, nothing where it can; `at` is the field that named it."""
    closed = await book_store.closed_through(tx)
    try:
        may_close(period, closed, await store.first_used(tx) if closed is None else None)
    except ClosingRefusedError as refused:
        return [fault(Code.STATE_NOT_ALLOWED, "{text}", at, str(period), text=str(refused))]
    return []


async def report_period(tx: Transaction, numbers: Numbers, period: Period, now: datetime, actor: Actor) -> int:
    """The number of a closed period's report, stamped on every item of the period that has none yet.

    Running it again gives the same number. Raises Refused (422, ARM-2006) where the period is not closed.
    """
    if not await store.is_closed(tx, period):
        raise broken(
            fault(Code.PERIOD_CLOSED, "The period {period} is not closed", "period", str(period), period=str(period)),
            "No report was made",
        )
    wanted = (await numbers.take(tx.client_no, LEDGER_PERIOD_REPORT))[0]
    number = await store.report_no(tx, period, wanted, now)
    stamped = await store.stamp(tx, period, number, now)
    entry = log_store.LogEntry("ACTION", str(period), f"Ledger period report {number}: {stamped} items")
    await log_store.add(tx, actor, now, [entry])
    return number
