"""Letting the collector of cyclic garbage rest while very many rows are in hand.

Rows are no garbage and make no cycles, but every few hundred new ones have the collector look through all of them: a
quarter of what booking a large file cost this process (tried). What is unused is freed at once all the same.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RESTING = 200_000  # new objects between two looks


class _Rests:
    """Those under way; the first one begins the rest and the last one ends it."""

    count = 0
    before = gc.get_threshold()


@contextmanager
def resting_collector() -> Iterator[None]:
    """Collect rarely for the time of the block. Blocks may overlap, as those of several tasks do."""
    if _Rests.count == 0:
        _Rests.before = gc.get_threshold()
        gc.set_threshold(RESTING, *_Rests.before[1:])
    _Rests.count += 1
    try:
        yield
    finally:
        _Rests.count -= 1
        if _Rests.count == 0:
            gc.set_threshold(*_Rests.before)
