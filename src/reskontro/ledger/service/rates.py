"""Exchange rates come in, whole files at a time, and are looked at.

A rate that stands for a day is never changed. Another one for the same day is refused, unless it is told to correct it:
then it is a new version, which counts for what is posted from then on. What was posted keeps the rate that it has.
"""

from dataclasses import dataclass
from datetime import date, datetime

from reskontro.formats.rate_files import MOST_FAULTS, RateFile, RateFileRefused, read_rates
from reskontro.ledger.domain.exchange import LATEST_AGE_DAYS, Quote, Rate
from reskontro.ledger.store import rates as store
from reskontro.platform.database import Database

CHUNK = 20_000  # rates of one statement
LONGEST_HISTORY = 1000


@dataclass(frozen=True, slots=True)
class ImportedRates:
    """What became of a file of rates: how many were new, there already, corrected; what its rows spanned."""

    layout: str
    base_currency: str
    added: int
    unchanged: int
    corrected: int
    skipped: int
    currencies: tuple[str, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class CountingRate:
    """A rate as it is listed for a day; `counts` is whether it is recent enough to be posted with."""

    rate: Rate
    age_days: int

    @property
    def counts(self) -> bool:
        """Whether a posting of the day takes it."""
        return self.age_days <= LATEST_AGE_DAYS


async def import_rates(
    db: Database, content: bytes, now: datetime, *, base_currency: str | None = None, correct: bool = False
) -> ImportedRates:
    """Add the rates of a file, all of them or none. Raises `RateFileRefused` with every fault and its line.

    The same file a second time changes nothing.
    """
    found = read_rates(content, base_currency)
    async with db.registry() as connection, connection.transaction():
        await store.hold_imports(connection)
        days = [quoted.day for quoted in found.rates]
        currencies = tuple(sorted({quoted.currency for quoted in found.rates}))
        first, last = min(days), max(days)
        standing = await store.standing(connection, found.base_currency, currencies, first, last)
        new: list[tuple[int, Quote]] = []
        other: list[tuple[Quote, Rate]] = []
        for quoted in found.rates:
            quote = Quote(quoted.currency, quoted.day, quoted.units, quoted.rate, quoted.source, quoted.line)
            version, stands = standing.get((quote.currency, quote.valid_from), (0, None))
            if stands is None:
                new.append((1, quote))
            elif quote.units * stands.rate != quote.rate * stands.units:
                other.append((quote, stands))
                new.append((version + 1, quote))
        if other and not correct:
            raise RateFileRefused(_refusals(found, other))
        for at in range(0, len(new), CHUNK):
            await store.add(connection, found.base_currency, new[at : at + CHUNK], now)
    unchanged = len(found.rates) - len(new)
    added = len(new) - len(other)
    return ImportedRates(
        found.layout, found.base_currency, added, unchanged, len(other), found.skipped, currencies, first, last
    )  # fmt: skip


def _refusals(found: RateFile, other: list[tuple[Quote, Rate]]) -> list[str]:
    told = [
        f"line {quote.line}: {stands.units.normalize():f} {quote.currency} of {quote.valid_from} stand at "
        f"{stands.rate.normalize():f} {found.base_currency} ({stands.source}), not at {quote.rate.normalize():f} for "
        f"{quote.units.normalize():f}"
        for quote, stands in other[:MOST_FAULTS]
    ]
    more = len(other) - MOST_FAULTS
    return told + ([f"and {more} more"] if more > 0 else [])


async def rates_of(db: Database, base_currency: str, day: date) -> list[CountingRate]:
    """The last rate of every currency until a day, by currency, also those that are too old to count."""
    async with db.registry() as connection:
        found = await store.counting(connection, base_currency, day)
    return [CountingRate(rate, (day - rate.valid_from).days) for rate in found]


async def history_of(db: Database, base_currency: str, currency: str, day: date) -> list[CountingRate]:
    """The rates of one currency until a day, the newest first, 1000 at most."""
    async with db.registry() as connection:
        found = await store.history(connection, base_currency, currency, day, LONGEST_HISTORY)
    return [CountingRate(rate, (day - rate.valid_from).days) for rate in found]
