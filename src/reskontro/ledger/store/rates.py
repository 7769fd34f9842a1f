"""Exchange rates: which one counts, and adding what a source has quoted."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from reskontro.ledger.domain.exchange import LATEST_AGE_DAYS, Quote, Rate
from reskontro.platform.database import Connection, Transaction

IMPORT_LOCK = 6  # the key of the advisory lock of imports; they are rare


async def rates_on(
    tx: Transaction, base_currency: str, wanted: Collection[tuple[str, date]]
) -> dict[tuple[str, date], Rate]:
    """The rates that count for some currencies, each on its day: the last one quoted, not more than some days before.

    What is not known is not in it. One round trip.
    """
    rows = await tx.fetch(
        """
        select u.currency, u.day, r.valid_from, r.units, r.rate, r.source
        from unnest($1::text[], $2::date[]) as u (currency, day)
        cross join lateral (
            select r.valid_from, r.units, r.rate, r.source
            from currency_rate r
            where r.base_currency = $3 and r.currency = u.currency
                and r.valid_from between u.day - $4::int and u.day
            order by r.valid_from desc, r.version desc limit 1
        ) as r
        """,
        [currency for currency, _ in wanted],
        [day for _, day in wanted],
        base_currency,
        LATEST_AGE_DAYS,
    )
    return {(currency, day): Rate(currency, base_currency, *rate) for currency, day, *rate in rows}


async def rate_on(tx: Transaction, base_currency: str, currency: str, day: date) -> Rate | None:
    """The rate of a currency that counts on a day, None where none is known: then it is ARM-2009, never 1."""
    return (await rates_on(tx, base_currency, [(currency, day)])).get((currency, day))


async def hold_imports(connection: Connection) -> None:
    """Let no other import of rates go on until the transaction has ended."""
    await connection.execute("select pg_advisory_xact_lock($1, 0)", IMPORT_LOCK)


async def standing(
    connection: Connection, base_currency: str, currencies: Sequence[str], first: date, last: date
) -> dict[tuple[str, date], tuple[int, Rate]]:
    """The newest version of every rate of some currencies in a span of days, by currency and day."""
    rows = await connection.fetch(
        """
        select distinct on (currency, valid_from) currency, valid_from, version, units, rate, source
        from currency_rate
        where base_currency = $1 and currency = any($2::text[]) and valid_from between $3 and $4
        order by currency, valid_from, version desc
        """,
        base_currency,
        currencies,
        first,
        last,
    )
    return {
        (r["currency"], r["valid_from"]): (
            r["version"],
            Rate(r["currency"], base_currency, r["valid_from"], r["units"], r["rate"], r["source"]),
        )
        for r in rows
    }


async def add(
    connection: Connection, base_currency: str, quotes: Sequence[tuple[int, Quote]], now: datetime
) -> None:  # fmt: skip
    """Add rates, each with its version."""
    await connection.execute(
        """
        insert into currency_rate (base_currency, currency, valid_from, version, units, rate, source, created_time)
        select $1, u.currency, u.valid_from, u.version, u.units, u.rate, u.source, $2
        from unnest($3::text[], $4::date[], $5::int[], $6::numeric[], $7::numeric[], $8::text[])
            as u (currency, valid_from, version, units, rate, source)
        """,
        base_currency,
        now,
        [quote.currency for _, quote in quotes],
        [quote.valid_from for _, quote in quotes],
        [version for version, _ in quotes],
        [quote.units for _, quote in quotes],
        [quote.rate for _, quote in quotes],
        [quote.source for _, quote in quotes],
    )


async def counting(connection: Connection, base_currency: str, day: date) -> list[Rate]:
    """The last rate of every currency that was quoted until a day, however old, by currency."""
    rows = await connection.fetch(
        """
        select distinct on (currency) currency, base_currency, valid_from, units, rate, source
        from currency_rate where base_currency = $1 and valid_from <= $2
        order by currency, valid_from desc, version desc
        """,
        base_currency,
        day,
    )
    return [Rate(*row) for row in rows]


async def history(connection: Connection, base_currency: str, currency: str, until: date, limit: int) -> list[Rate]:
    """The rates of one currency until a day, the newest first; of each day the version that stands."""
    rows = await connection.fetch(
        """
        select distinct on (valid_from) currency, base_currency, valid_from, units, rate, source
        from currency_rate where base_currency = $1 and currency = $2 and valid_from <= $3
        order by valid_from desc, version desc limit $4
        """,
        base_currency,
        currency,
        until,
        limit,
    )
    return [Rate(*row) for row in rows]
