"""`reskontro credential`: who may call the interfaces."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import typer

from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, print_list, print_record
from reskontro.cli.session import open_database, run
from reskontro.identity.domain.credentials import USUAL_TOKEN_S, Credential, NewCredential
from reskontro.identity.domain.resources import product_of
from reskontro.identity.domain.scopes import CATALOGUE
from reskontro.identity.hashing import SecretHasher
from reskontro.identity.registry import PAGE, Registry

app = command_group()

ClientId = Annotated[str, typer.Argument(metavar="CLIENT_ID", help="3 to 64 characters of a-z, 0-9 and -.")]

COLUMNS = (
    Column("clientId", "Client id"),
    Column("description", "Description"),
    Column("resource", "Resource"),
    Column("scopes", "Scopes"),
    Column("clients", "Clients"),
    Column("organizations", "Organisations"),
    Column("accessTokenSeconds", "Token lives (s)"),
    Column("allowRefresh", "Refresh"),
    Column("disabled", "Disabled"),
    Column("secretIds", "Secrets"),
    Column("createdTime", "Created"),
)
LISTED = tuple(c for c in COLUMNS if c.name not in {"description", "organizations", "accessTokenSeconds"})
WITH_SECRET = (*COLUMNS, Column("clientSecret", "Secret"))
MOST_LISTED = 10_000


@app.callback()
def credential() -> None:
    """Make and end the credentials that call the interfaces."""


@app.command()
def create(
    client_id: ClientId,
    *,
    scope: Annotated[list[str], typer.Option(help="A scope; may be repeated. `credential scopes` lists them.")],
    client: Annotated[list[int] | None, typer.Option(help="A client that it acts for; may be repeated.")] = None,
    organization: Annotated[
        list[UUID] | None, typer.Option(help="An organisation that it acts for; by default those of its clients.")
    ] = None,
    resource: Annotated[
        str | None, typer.Option(help="The product that its tokens are for; by default that of the first scope.")
    ] = None,
    lifetime: Annotated[int, typer.Option(help="How many seconds a token lives, 300 to 86400.")] = USUAL_TOKEN_S,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    all_clients: Annotated[bool, typer.Option("--all-clients", help="It acts for every client.")] = False,
    allow_refresh: Annotated[bool, typer.Option("--allow-refresh", help="It may get refresh tokens.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a credential and print its secret, which is shown this once."""
    if all_clients and client:
        raise typer.BadParameter("--client and --all-clients exclude each other")
    wanted = NewCredential(
        client_id=client_id,
        scopes=scope,
        description=description,
        resource=resource,
        client_nos=None if all_clients else client or (),
        organizations=organization or None,
        access_token_s=lifetime,
        allow_refresh=allow_refresh,
    )

    async def command() -> tuple[Credential, str]:
        async with _registry() as registry:
            return await registry.create(wanted)

    _print_with_secret(*run(command()), as_json=as_json)


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the credentials."""

    async def command() -> list[Credential]:
        found: list[Credential] = []
        async with _registry() as registry:
            while len(found) < MOST_LISTED:
                page = await registry.list(found[-1].client_id if found else "")
                found += page
                if len(page) < PAGE:
                    break
        return found

    print_list("credentials", LISTED, [_record(found) for found in run(command())], as_json=as_json)


@app.command()
def scopes(*, as_json: AsJson = False) -> None:
    """List the scopes that a credential can have."""
    columns = [Column("scope", "Scope"), Column("resource", "Resource"), Column("allows", "Allows to")]
    rows = [
        {"scope": name, "resource": product_of(meaning.resource), "allows": meaning.allows}
        for name, meaning in CATALOGUE.items()
    ]
    print_list("scopes", columns, rows, as_json=as_json)


@app.command()
def rotate(
    client_id: ClientId,
    *,
    end_old: Annotated[bool, typer.Option("--end-old", help="End every older secret at once.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a second secret and print it; the first goes on working. A third ends the oldest."""

    async def command() -> tuple[Credential, str]:
        async with _registry() as registry:
            return await registry.rotate(client_id, end_old=end_old)

    _print_with_secret(*run(command()), as_json=as_json)


@app.command()
def disable(client_id: ClientId, *, as_json: AsJson = False) -> None:
    """Give a credential no more tokens, and revoke those that it has."""

    async def command() -> Credential:
        async with _registry() as registry:
            return await registry.disable(client_id)

    print_record(COLUMNS, _record(run(command())), as_json=as_json)


@app.command()
def enable(client_id: ClientId, *, as_json: AsJson = False) -> None:
    """Give a disabled credential tokens again; those that were revoked stay so."""

    async def command() -> Credential:
        async with _registry() as registry:
            return await registry.enable(client_id)

    print_record(COLUMNS, _record(run(command())), as_json=as_json)


@asynccontextmanager
async def _registry() -> AsyncIterator[Registry]:
    hasher = SecretHasher()
    try:
        async with open_database() as db:
            yield Registry(db, hasher)
    finally:
        hasher.close()


def _record(found: Credential) -> Mapping[str, Any]:
    return {
        "clientId": found.client_id,
        "description": found.description,
        "resource": product_of(found.resource),
        "resourceId": found.resource,
        "scopes": list(found.scopes),
        "clients": ["*"] if found.client_nos is None else list(found.client_nos),
        "organizations": [str(organization) for organization in found.organizations],
        "accessTokenSeconds": found.access_token_s,
        "allowRefresh": found.allow_refresh,
        "disabled": found.disabled,
        "secretIds": [secret.secret_id for secret in found.secrets],
        "createdTime": found.created_time,
    }


def _print_with_secret(found: Credential, secret: str, *, as_json: bool) -> None:
    print_record(WITH_SECRET, {**_record(found), "clientSecret": secret}, as_json=as_json)
    if not as_json:
        print("\nKeep the secret now: it is not stored and cannot be shown again.")
