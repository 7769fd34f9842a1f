"""`reskontro papers`: how a client's papers look. A preview without a client needs no database."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from reskontro.cli.groups import command_group
from reskontro.cli.session import CommandFailed, complaints, open_database, run
from reskontro.documents.letters.preview import Kind
from reskontro.documents.letters.records import Branding, Language
from reskontro.documents.typesetter import CompileError
from reskontro.ledger.service import branding as service
from reskontro.ledger.store.branding import StoredLook
from reskontro.platform.clock import real_now

app = command_group()

ClientOption = Annotated[int | None, typer.Option("--client", metavar="N", help="The client's number.")]
Logo = Annotated[
    Path | None,
    typer.Option("--logo", metavar="FILE", help="A PNG or an SVG.", exists=True, dir_okay=False, readable=True),
]
Colour = Annotated[str | None, typer.Option("--colour", metavar="#RRGGBB", help="Of titles and rules.")]
Foot = Annotated[
    list[str] | None, typer.Option("--foot", metavar="TEXT", help="A line at the bottom of each page; again for more.")
]
COMMAND_LINE = "cli"


@app.callback()
def papers() -> None:
    """Say how a client's papers look, and see it on made-up ones before anything is sent."""


@app.command()
def preview(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The PDF to write.")],
    kind: Annotated[Kind, typer.Option(help="The kind of the paper.")] = Kind.INVOICE,
    language: Annotated[Language, typer.Option(help="Its language.")] = Language.BOKMAAL,
    client_no: ClientOption = None,
    logo: Logo = None,
    colour: Colour = None,
    foot: Foot = None,
) -> None:
    """Write the PDF of a made-up paper: in a client's look, changed by what is given here; nothing is kept."""

    async def command() -> bytes:
        kept = service.PLAIN
        if client_no is not None:
            async with open_database() as db, db.reading(client_no) as tx:
                kept = await service.look_of(tx)
        return await _drawn(service.branding(_changed(kept, logo, colour, foot)), kind, language)

    pdf = run(command())
    with complaints():
        try:
            out.write_bytes(pdf)
        except OSError as error:
            raise CommandFailed(f"{out} cannot be written: {error.strerror}") from None
    typer.echo(f"{out}: {kind.value} in {language.value}")


@app.command()
def look(
    client_no: Annotated[int, typer.Option("--client", metavar="N", help="The client's number.")],
    *,
    logo: Logo = None,
    colour: Colour = None,
    foot: Foot = None,
    plain: Annotated[bool, typer.Option("--plain", help="Begin with the plain look, not with the client's.")] = False,
) -> None:
    """Keep how a client's papers look from now on. What is given is changed, the rest stays."""

    async def command() -> StoredLook:
        async with open_database() as db:
            async with db.reading(client_no) as tx:
                kept = service.PLAIN if plain else await service.look_of(tx)
            wanted = _changed(kept, logo, colour, foot)
            await _drawn(service.branding(wanted), Kind.INVOICE, Language.BOKMAAL)
            await db.run(client_no, lambda tx: service.set_look(tx, wanted, COMMAND_LINE, real_now()))
        return wanted

    kept = run(command())
    logo_told = "no logo" if kept.logo is None else f"a logo of {len(kept.logo)} bytes"
    typer.echo(f"Client {client_no}: {kept.colour}, {logo_told}, {len(kept.foot)} lines at the foot")


def _changed(kept: StoredLook, logo: Path | None, colour: str | None, foot: list[str] | None) -> StoredLook:
    return replace(
        kept,
        logo=kept.logo if logo is None else logo.read_bytes(),
        colour=kept.colour if colour is None else colour,
        foot=kept.foot if foot is None else tuple(foot),
    )


async def _drawn(wanted: Branding, kind: Kind, language: Language) -> bytes:
    try:
        async with asyncio.timeout(60):
            return await service.preview_of(wanted, kind, language)
    except CompileError:
        raise CommandFailed("the logo cannot be drawn") from None
