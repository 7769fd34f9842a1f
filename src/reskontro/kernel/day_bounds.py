"""Bounds that cut days into intervals, as a setting or a caller writes them: `0,14,30,60,90`."""

from itertools import pairwise

MOST_BOUNDS = 20
LARGEST_BOUND = 36_500  # a hundred years


def parse_day_bounds(text: str) -> tuple[int, ...]:
    """The upper bounds of intervals in days, rising. Raises ValueError with what is wanted."""
    parts = [part.strip() for part in text.split(",")]
    if not 1 <= len(parts) <= MOST_BOUNDS or not all(p.isascii() and p.isdigit() and len(p) <= 5 for p in parts):
        raise ValueError("1 to 20 whole numbers of days, separated by commas, are wanted")
    bounds = tuple(map(int, parts))
    if bounds[-1] > LARGEST_BOUND or any(low >= high for low, high in pairwise(bounds)):
        raise ValueError("rising numbers of days, 36500 at most, are wanted")
    return bounds
