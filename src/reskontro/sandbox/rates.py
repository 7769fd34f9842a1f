"""Made-up exchange rates, so that a stranger can try foreign currency whenever the clock is likely to be put.

One rate a week for a few currencies, from the year of the story until some time after the sandbox was filled. They go
up and down by a fixed pattern and are nobody's real rates; their source says so.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from reskontro.ledger.service.rates import import_rates
from reskontro.platform.clock import business_day
from reskontro.platform.database import Database

SOURCE = "sandbox, made up"
FIRST = date(2025, 1, 1)
STEP = timedelta(days=7)  # as long as a rate counts
AHEAD = timedelta(days=400)
# Units of the currency, what they cost in hundredths of an øre at first, and by how much of a thousandth they swing.
START = {"EUR": (1, 11_7000, 25), "USD": (1, 11_1000, 40), "GBP": (1, 14_0500, 30), "SEK": (100, 102_4000, 20),
         "DKK": (100, 156_8500, 25), "JPY": (100, 7_3500, 45)}  # fmt: skip
PATTERN = (0, 2, 5, 3, 7, 10, 8, 4, -1, -4, -3, -7, -10, -6, -8, -2, 1, 6, 9, 3, -2, -5, 0)


def quotes(until: date) -> Iterator[str]:
    """The rates as lines of our own layout, up to a day."""
    yield "currency;valid_from;units;rate;source"
    weeks = (until - FIRST) // STEP
    for currency, (units, start, swing) in START.items():
        for week in range(weeks + 1):
            rate = start + start * swing * PATTERN[week % len(PATTERN)] // 10_000
            day = FIRST + week * STEP
            yield f"{currency};{day.isoformat()};{units};{rate // 10_000}.{rate % 10_000:04d};{SOURCE}"


async def fill(db: Database, now: datetime) -> None:
    """Bring the rates in; those that are there stay as they are."""
    content = "\n".join(quotes(business_day(now) + AHEAD))
    await import_rates(db, content.encode(), now)
