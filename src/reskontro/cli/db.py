"""`reskontro db`: the schema."""

import asyncio

import typer

from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, print_json, print_record
from reskontro.cli.session import complaints, database_urls, owner_url
from reskontro.platform import migrations
from reskontro.platform.settings import settings

app = command_group()

EMPTY = "base"


@app.callback()
def db() -> None:
    """Bring the schema up to date, print its SQL."""


@app.command()
def migrate(*, as_json: AsJson = False) -> None:
    """Bring the schema up to date, as the role that owns it, and print what was done."""
    with complaints(), owner_url(make=True) as urls:
        assert urls.owner is not None
        before = asyncio.run(migrations.current_revision(urls.owner))
        if before != migrations.HEAD:
            migrations.upgrade(urls.owner, urls.app_role)
        after = asyncio.run(migrations.current_revision(urls.owner))
    if as_json:
        print_json({"before": before, "after": after, "changed": before != after})
    elif before == after:
        print(f"The schema was up to date, at revision {after}.")
    else:
        print(f"The schema was {_named(before)} and is now at revision {after}.")


@app.command()
def sql(
    from_revision: str = typer.Option("", "--from", help="After this revision; by default, the database's own."),
    app_role: str = typer.Option(
        "", "--role", help="The application's role; by default, the one of the database's URL."
    ),
) -> None:
    """Print the SQL of the revisions that the database lacks, for a database administrator."""
    with complaints():
        start, role = from_revision, app_role
        if settings().database_url is None and start and role:
            migrations.print_sql(role, start)
            return
        with database_urls() as urls:
            start = start or asyncio.run(migrations.current_revision(urls.owner or urls.app)) or EMPTY
            migrations.print_sql(role or urls.app_role, start)


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Say at which revision the schema is. Ends with status 1 if it is not this version's."""
    with complaints(), database_urls() as urls:
        found = asyncio.run(migrations.current_revision(urls.owner or urls.app))
    current = found == migrations.HEAD
    record = {"revision": found, "newest": migrations.HEAD, "upToDate": current}
    columns = [Column("revision", "Revision"), Column("newest", "Newest"), Column("upToDate", "Up to date")]
    print_record(columns, record, as_json=as_json)
    if not current:
        raise typer.Exit(1)


def _named(revision: str | None) -> str:
    return "empty" if revision is None else f"at revision {revision}"
