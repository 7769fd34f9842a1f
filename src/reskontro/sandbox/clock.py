"""Moving the sandbox's clock: every process sees the new time, and what has become due is done."""

from datetime import datetime, timedelta

from reskontro.platform.business_clock import ClockState, advance_clock, set_clock
from reskontro.platform.database import Database
from reskontro.platform.due_work import DueRunners


async def move_clock(db: Database, due: DueRunners, to: datetime | timedelta) -> ClockState:
    """The clock, set to a moment or moved on by a span, when what is due by then has been done."""
    state = await (set_clock(db, to) if isinstance(to, datetime) else advance_clock(db, to))
    await due.run_due(state.now())
    return state
