"""GL movements of a range of periods: frozen ones of closed periods, open ones as they stand at this moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from reskontro.ledger.domain.movements import Movement, run_on
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.store import movements as store
from reskontro.platform.database import Transaction


@dataclass(frozen=True, slots=True)
class ShownMovement:
    """A movement, and when its period was closed; None while it is open."""

    movement: Movement
    closed_time: datetime | None


async def movements(
    tx: Transaction, first: Period, last: Period, today: date, wanted: Callable[[Movement], bool]
) -> list[ShownMovement]:
    """The movements from `first` to `last`, in the order of period and account.

    They end with the last period that is closed, was booked in or has begun: what no period has seen is not foretold.
    """
    begun = [Period.of(today), await store.last_used(tx), *(c.period for c in [await store.last_closed(tx)] if c)]
    last = min(last, max(period for period in begun if period is not None))
    if first > last:
        return []
    standing = await store.standing(tx, first, last)
    until = standing.last
    before = [m for m in standing.frozen if until is not None and m.period == until.period]
    times = {closed.period: closed.closed_time for closed in standing.closed}
    frozen = [m for m in standing.frozen if first <= m.period <= last]
    return [
        ShownMovement(m, times.get(m.period))
        for m in (*frozen, *run_on(before, standing.sums, last))
        if m.period >= first and wanted(m)
    ]


async def latest(tx: Transaction) -> tuple[store.ClosedPeriod, list[Movement]] | None:
    """The latest closed period with its frozen movements; None where none is closed."""
    closed = await store.last_closed(tx)
    return None if closed is None else (closed, await store.of_period(tx, closed.period))
