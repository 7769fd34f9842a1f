"""How often a client may ask, and how often it or an address may fail.

The window slides: what counts is how many moments lie within the last minute (or five), not in a minute of the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within so long."""

    most: int
    window_ms: int


TOKEN_REQUESTS: Final = Limit(30, 60_000)
FAILURES: Final = Limit(10, 300_000)
LONGEST_WINDOW_MS: Final = max(TOKEN_REQUESTS.window_ms, FAILURES.window_ms)


def recent(limit: Limit, hits_ms: Sequence[int], now_ms: int) -> tuple[int, ...]:
    """The moments that still count, oldest first; never more than the limit."""
    return tuple(sorted(hit for hit in hits_ms if hit > now_ms - limit.window_ms)[-limit.most :])


def wait_s(limit: Limit, hits_ms: Sequence[int], now_ms: int) -> int:
    """How many seconds to wait until one more is allowed; 0 for at once."""
    counted = recent(limit, hits_ms, now_ms)
    if len(counted) < limit.most:
        return 0
    return max(1, -(-(counted[0] + limit.window_ms - now_ms) // 1000))


def with_one_more(limit: Limit, hits_ms: Sequence[int], now_ms: int) -> tuple[int, ...]:
    """The moments with this one."""
    return recent(limit, (*hits_ms, now_ms), now_ms)
