"""`reskontro rates`: bring in exchange rates, and look at them."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, print_json, print_list, print_record
from reskontro.cli.session import open_database, run
from reskontro.formats.rate_files import RateFileRefused
from reskontro.kernel.money import is_currency
from reskontro.ledger.domain.exchange import LATEST_AGE_DAYS
from reskontro.ledger.service import rates as service
from reskontro.ledger.service.rates import CountingRate, ImportedRates
from reskontro.platform.business_clock import read_clock
from reskontro.platform.clock import business_day, real_now

app = command_group()

IMPORTED = (
    Column("layout", "Layout"),
    Column("baseCurrency", "Base currency"),
    Column("added", "Added"),
    Column("unchanged", "There already"),
    Column("corrected", "Corrected"),
    Column("skipped", "Passed over"),
    Column("currencies", "Currencies"),
    Column("firstDay", "From"),
    Column("lastDay", "To"),
)
RATES = (
    Column("currency", "Currency"),
    Column("units", "Units", right=True),
    Column("rate", "Rate", right=True),
    Column("baseCurrency", "In"),
    Column("validFrom", "Of"),
    Column("ageDays", "Days old", right=True),
    Column("counts", "Counts"),
    Column("source", "Source"),
)

Base = Annotated[str, typer.Option("--base", metavar="CURRENCY", help="The currency that rates are given in.")]


@app.callback()
def rates() -> None:
    """Bring in exchange rates, and look at them."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)],
    *,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="CURRENCY", help="What the rates are given in; NOK where a file does not say."),
    ] = None,
    correct: Annotated[
        bool,
        typer.Option("--correct", help="Take another rate for a day that has one, for what is posted from now on."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take the rates of a file of Norges Bank, the ECB or our own layout, all of them or none."""
    wanted = None if base is None else _currency(base)
    try:
        imported = run(_import(file.read_bytes(), wanted, correct=correct))
    except RateFileRefused as refused:
        if as_json:
            print_json({"imported": False, "faults": list(refused.faults)})
        for fault in refused.faults:
            print(f"Error: {file.name}: {fault}", file=sys.stderr)
        raise typer.Exit(1) from None
    record = _imported(imported)
    print_record(IMPORTED, record, as_json=as_json)


@app.command("list")
def list_(
    *,
    base: Base = "NOK",
    currency: Annotated[
        str | None, typer.Option(metavar="CURRENCY", help="The history of this one, newest first, 1000 at most.")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to look from; today by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the rates that count on a day, and those that are too old to."""
    base = _currency(base)
    wanted = None if currency is None else _currency(currency)
    found = run(_list(base, wanted, None if on is None else on.date()))
    nothing = "There are no rates: `reskontro rates import` brings them in."
    print_list("rates", RATES, [_record(each) for each in found], as_json=as_json, nothing=nothing)
    if not as_json and any(not each.counts for each in found) and wanted is None:
        print(f"A rate that is more than {LATEST_AGE_DAYS} days old is not posted with.")


async def _import(content: bytes, base: str | None, *, correct: bool) -> ImportedRates:
    async with open_database() as db:
        return await service.import_rates(db, content, real_now(), base_currency=base, correct=correct)


async def _list(base: str, currency: str | None, day: date | None) -> list[CountingRate]:
    async with open_database() as db:
        if day is None:
            day = business_day((await read_clock(db)).now())
        if currency is None:
            return await service.rates_of(db, base, day)
        return await service.history_of(db, base, currency, day)


def _currency(code: str) -> str:
    if not is_currency(code.upper()):
        print(f"Error: {code[:10]!r} is not a currency that amounts can be given in, such as EUR", file=sys.stderr)
        raise typer.Exit(1)
    return code.upper()


def _imported(imported: ImportedRates) -> dict[str, Any]:
    return {
        "layout": imported.layout,
        "baseCurrency": imported.base_currency,
        "added": imported.added,
        "unchanged": imported.unchanged,
        "corrected": imported.corrected,
        "skipped": imported.skipped,
        "currencies": list(imported.currencies),
        "firstDay": imported.first_day.isoformat(),
        "lastDay": imported.last_day.isoformat(),
    }


def _record(found: CountingRate) -> dict[str, Any]:
    rate = found.rate
    return {
        "currency": rate.currency,
        "units": f"{rate.units.normalize():f}",
        "rate": f"{rate.rate.normalize():f}",
        "baseCurrency": rate.base_currency,
        "validFrom": rate.valid_from.isoformat(),
        "ageDays": found.age_days,
        "counts": found.counts,
        "source": rate.source,
    }
