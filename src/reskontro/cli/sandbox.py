"""`reskontro sandbox`: look at the sandbox and move its clock."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, print_record
from reskontro.cli.session import CommandFailed, open_database, run
from reskontro.http.wire import WireError, parse_time, wire_time
from reskontro.platform.business_clock import ClockOutOfRangeError, ClockState, read_clock
from reskontro.platform.settings import Mode, settings
from reskontro.sandbox.clock import move_clock
from reskontro.sandbox.durations import parse_duration

app = command_group()

COLUMNS = (Column("now", "Business time"), Column("epoch", "Moved so often"))


@app.callback()
def sandbox() -> None:
    """Look at the sandbox and move its clock."""


@app.command()
def clock(
    to: Annotated[
        str | None, typer.Option("--set", help="Set it, for example to 2025-03-20T09:00:00+01:00.", show_default=False)
    ] = None,
    advance: Annotated[
        str | None, typer.Option("--advance", help="Move it on, for example by P14D.", show_default=False)
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the business time, or set it, or move it on and do what has become due."""
    state = run(_clock(to, advance))
    print_record(COLUMNS, {"now": wire_time(state.now()), "epoch": state.epoch}, as_json=as_json)


async def _clock(to: str | None, advance: str | None) -> ClockState:
    if settings().mode is Mode.PRODUCTION:
        raise CommandFailed("the clock of an installation in production mode is real time and cannot be moved")
    if to is not None and advance is not None:
        raise CommandFailed("only one of --set and --advance is wanted")
    where_to = _where_to(to, advance)
    from reskontro.ledger import parts as ledger_parts  # noqa: PLC0415 - looking at the clock does without it

    async with open_database() as db:
        if where_to is None:
            return await read_clock(db)
        try:
            due = ledger_parts.due_work(db, ledger_parts.parts(settings(), db))
            return await move_clock(db, due, where_to)
        except ClockOutOfRangeError as error:
            raise CommandFailed(str(error)) from None


def _where_to(to: str | None, advance: str | None) -> datetime | timedelta | None:
    try:
        if to is not None:
            return parse_time(to)
        return None if advance is None else parse_duration(advance)
    except (WireError, ValueError, OverflowError) as error:
        raise CommandFailed(f"{'--set' if to is not None else '--advance'}: {error}") from None
