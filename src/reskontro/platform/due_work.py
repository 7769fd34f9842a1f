"""Work that is due at a business time.

Such work is a row with its due moment. Whoever runs it claims the rows, so that it may run in several processes at
once: the job worker asks every second, and whoever moves the clock asks before answering.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

ROUNDS_MAX: Final = 1000


class DueWork(Protocol):
    """An area's work with a due moment."""

    async def run_due(self, now: datetime) -> int:
        """Do what is due by then, oldest first; how much was done."""
        ...


@dataclass(frozen=True, slots=True)
class DueRunners:
    """All work with a due moment, in the order in which it is asked."""

    runners: Sequence[DueWork] = ()

    async def run_due(self, now: datetime) -> int:
        """Ask everybody until nobody has anything left: work that is done may make other work due."""
        total = 0
        for _ in range(ROUNDS_MAX):
            done = 0
            for runner in self.runners:
                done += await runner.run_due(now)
            if done == 0:
                return total
            total += done
        raise AssertionError(f"work that is due never ends: {total} done in {ROUNDS_MAX} rounds")
