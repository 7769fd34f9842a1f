"""`reskontro tenant`: the firms whose receivables are kept. A tenant is never deleted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, print_json, print_list, print_record
from reskontro.cli.session import CommandFailed, open_database, run
from reskontro.kernel.account_number import display_account_number
from reskontro.kernel.kid import Modulus
from reskontro.ledger.domain.config import KEYS, KNOWN_VALUES, describe_key
from reskontro.ledger.service.settings import guard_of_postings
from reskontro.platform.business_clock import read_clock
from reskontro.platform.clock import business_day
from reskontro.platform.database import Database
from reskontro.platform.settings import Mode, settings
from reskontro.tenants import service
from reskontro.tenants.config import How, KeyRule, StoredValue, Wanted, values_on
from reskontro.tenants.domain import AccountKidRule, AccountKind, Address, NewTenant, ReceivingAccount, Tenant

app = command_group()
accounts = command_group()
app.add_typer(accounts, name="account")

ClientNo = Annotated[int, typer.Argument(metavar="CLIENT_NO", help="The tenant's client number.", min=1, max=999_999)]

NAMES = (
    Column("clientNo", "Client", right=True),
    Column("legalName", "Name"),
    Column("organizationNo", "Organisation no."),
    Column("companyId", "Company", right=True),
    Column("organizationId", "Organisation id"),
    Column("sandbox", "Sandbox"),
)
DETAILS = (
    *(Column(column.name, column.heading) for column in NAMES),
    Column("vatRegistered", "VAT registered"),
    Column("address", "Address"),
    Column("createdTime", "Created"),
)
ACCOUNT = (
    Column("accountNo", "Account"),
    Column("currency", "Currency"),
    Column("agreementNo", "Agreement"),
    Column("kidRules", "KIDs"),
)
CONFIG = (
    Column("configKey", "Key"),
    Column("value", "Value"),
    Column("validFrom", "From"),
    Column("validTo", "To"),
    Column("isDefault", "Default"),
    Column("description", "Meaning"),
)


@app.callback()
def tenant() -> None:
    """Make and change tenants: the firms whose receivables are kept."""


@accounts.callback()
def account() -> None:
    """A tenant's receiving accounts."""


@app.command()
def create(
    client_no: ClientNo,
    *,
    name: Annotated[str, typer.Option(help="Its legal name.")],
    organization_no: Annotated[str, typer.Option("--organization-no", help="Its organisation number.")],
    vat_registered: Annotated[bool, typer.Option(help="Whether it is in the VAT register.")] = True,
    address: Annotated[list[str] | None, typer.Option(help="A line of its address; may be given twice.")] = None,
    postal_code: Annotated[str, typer.Option(help="Its postal code.")] = "",
    city: Annotated[str, typer.Option(help="Its postal town.")] = "",
    country: Annotated[str, typer.Option(help="Its country, two letters.")] = "NO",
    organization_id: Annotated[
        UUID | None, typer.Option(help="Its name in debt collection; a new one by default.")
    ] = None,
    company_id: Annotated[
        int | None, typer.Option(help="Its name in distribution; the client number by default.")
    ] = None,
    start: Annotated[
        list[str] | None,
        typer.Option(metavar="COUNTER=NUMBER", help="Where numbers start, such as account=500002 or voucher:2025=1."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take a wrong check digit of the organisation number.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a tenant, with the numbers of its own starting where they are wanted."""
    lines = [*(address or []), "", ""]
    if len(lines) > 4:
        raise typer.BadParameter("an address has two lines at most", param_hint="--address")
    new = NewTenant(
        client_no=client_no,
        legal_name=name,
        organization_no=organization_no,
        vat_registered=vat_registered,
        address=Address(lines[0], lines[1], postal_code, city, country),
        organization_id=organization_id,
        company_id=company_id,
        counters=_starts(start or ()),
        sandbox=settings().mode is Mode.SANDBOX,
    )

    async def command() -> tuple[Tenant, Mapping[str, int]]:
        async with open_database() as db:
            made = await service.create_tenant(db, new, await _now(db), force=force)
            return made, await service.counters(db, client_no)

    _print_tenant(*run(command()), as_json=as_json)


@app.command()
def show(client_no: ClientNo, *, as_json: AsJson = False) -> None:
    """Show a tenant with its next numbers."""

    async def command() -> tuple[Tenant, Mapping[str, int]]:
        async with open_database() as db:
            return await service.get_tenant(db, client_no), await service.counters(db, client_no)

    _print_tenant(*run(command()), as_json=as_json)


@app.command("list")
def list_(
    *,
    after: Annotated[int, typer.Option(help="Go on after this client number; a list has 1000 at most.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List the tenants."""

    async def command() -> list[Tenant]:
        async with open_database() as db:
            return await service.list_tenants(db, after)

    print_list("tenants", NAMES, [_tenant_record(found) for found in run(command())], as_json=as_json)


@app.command()
def config(
    client_no: ClientNo,
    key: Annotated[str, typer.Argument(help="A setting's key; without one, all are listed.")] = "",
    value: Annotated[str, typer.Argument(help="Its new value; without one, the key's values are listed.")] = "",
    *,
    valid_from: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day; today by default.")
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Beside the values that a multi-valued key has.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="End one value of a multi-valued key.")] = False,
    history: Annotated[bool, typer.Option("--history", help="List past and future values too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List a tenant's settings, or change one from a day on."""
    if add and remove:
        raise typer.BadParameter("--add and --remove exclude each other")
    if (add or remove) and not value:
        raise typer.BadParameter("--add and --remove need a key and a value")
    rule = _describe(key) if key else None
    how = How.BESIDE if add else How.NO_LONGER if remove else How.ALONE

    async def command() -> tuple[Mapping[str, Sequence[StoredValue]], date]:
        async with open_database() as db:
            today = business_day(await _now(db))
            if key and rule is None:
                raise CommandFailed(f"there is no setting {key}: `reskontro tenant config {client_no}` lists them")
            day = valid_from.date() if valid_from else today
            if value:
                guard = guard_of_postings(today)
                await service.change_config(db, client_no, Wanted(key, value, day, how), _describe, guard)
            return await service.list_config(db, client_no, rule.key if rule else None), day

    stored, day = run(command())
    keys = [rule.key] if rule else sorted({*KEYS, *stored})
    rows = [row for each in keys for row in _config_rows(each, stored.get(each, ()), None if history else day)]
    print_list("clientConfigs", CONFIG, rows if as_json else _joined(rows), as_json=as_json)


@accounts.command("add")
def account_add(
    client_no: ClientNo,
    account_no: Annotated[str, typer.Argument(metavar="ACCOUNT_NO", help="Its number as bank files have it.")],
    *,
    kind: Annotated[
        AccountKind, typer.Option(help="What the number is: its check digits are looked at.")
    ] = AccountKind.NORWEGIAN,
    agreement: Annotated[str, typer.Option(help="The bank's agreement number for the account's files.")] = "",
    currency: Annotated[str, typer.Option(help="The account's currency.")] = "NOK",
    kid_length: Annotated[list[int] | None, typer.Option(help="A length of its KIDs; may be repeated.")] = None,
    modulus: Annotated[list[Modulus] | None, typer.Option(help="A check of its KIDs; may be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Take a wrong check digit of the account.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give a tenant a receiving account. By default its KIDs are those that Reskontro hands out."""
    own = service.OWN_KID_RULES[0]
    has_rules = bool(kid_length or modulus) or kind is AccountKind.NORWEGIAN
    lengths, checks = (kid_length or [own.length], modulus or [own.modulus]) if has_rules else ([], [])
    rules = [AccountKidRule(length, each) for length in lengths for each in checks]

    async def command() -> ReceivingAccount:
        async with open_database() as db:
            return await service.add_account(
                db,
                client_no,
                account_no,
                await _now(db),
                agreement_no=agreement,
                currency=currency,
                kid_rules=rules,
                force=force,
                kind=kind,
            )

    _print_accounts([run(command())], as_json=as_json)


@accounts.command("list")
def account_list(client_no: ClientNo, *, as_json: AsJson = False) -> None:
    """List a tenant's receiving accounts."""

    async def command() -> list[ReceivingAccount]:
        async with open_database() as db:
            return await service.list_accounts(db, client_no)

    _print_accounts(run(command()), as_json=as_json)


async def _now(db: Database) -> datetime:
    """The business time."""
    return (await read_clock(db)).now()


def _starts(given: Iterable[str]) -> dict[str, int]:
    starts = {}
    for text in given:
        counter, _, number = text.rpartition("=")
        if not counter or not (number.isascii() and number.isdigit() and len(number) <= 16):
            raise typer.BadParameter(f"{text!r} is not COUNTER=NUMBER", param_hint="--start")
        starts[counter] = int(number)
    return starts


def _describe(key: str) -> KeyRule | None:
    """What tenants need to know of a key of the ledger's settings."""
    spelled = {known.casefold(): known for known in KEYS}.get(key.casefold(), key)
    known = describe_key(spelled)
    if known is None:
        return None
    values = KNOWN_VALUES.get(spelled, known.default if known.multi else ())
    return KeyRule(spelled, known.value_type.value, known.default, known.multi, values)


def _tenant_record(found: Tenant) -> dict[str, Any]:
    return {
        "clientNo": found.client_no,
        "legalName": found.legal_name,
        "organizationNo": found.organization_no,
        "companyId": found.company_id,
        "organizationId": found.organization_id,
        "sandbox": found.sandbox,
        "vatRegistered": found.vat_registered,
        "addressLine1": found.address.line1,
        "addressLine2": found.address.line2,
        "postalCode": found.address.postal_code,
        "cityName": found.address.city_name,
        "countryCode": found.address.country_code,
        "createdTime": found.created_time,
    }


def _print_tenant(found: Tenant, counters: Mapping[str, int], *, as_json: bool) -> None:
    record = {**_tenant_record(found), "nextNumbers": counters}
    if as_json:
        print_json(record)
        return
    town = f"{found.address.postal_code} {found.address.city_name}".strip()
    parts = (found.address.line1, found.address.line2, town, found.address.country_code)
    record["address"] = [part for part in parts if part]
    numbers = tuple(Column(name, f"Next {name.replace('_', ' ')}") for name in counters)
    print_record((*DETAILS, *numbers), {**record, **counters}, as_json=False)


def _print_accounts(found: Sequence[ReceivingAccount], *, as_json: bool) -> None:
    rows = [
        {
            "accountNo": each.account_no if as_json else display_account_number(each.account_no),
            "clientNo": each.client_no,
            "currency": each.currency,
            "agreementNo": each.agreement_no,
            "kidRules": [
                {"length": rule.length, "modulus": rule.modulus} if as_json else f"{rule.length} digits {rule.modulus}"
                for rule in each.kid_rules
            ],
        }
        for each in found
    ]
    print_list("accounts", ACCOUNT, rows, as_json=as_json)


def _config_rows(key: str, stored: Sequence[StoredValue], day: date | None) -> list[dict[str, Any]]:
    """The values of a key on a day, the defaults where none is stored; without a day, all that are stored."""
    known = describe_key(key)
    about = {"configKey": key, "description": known.description.en if known else ""}
    if day is None or values_on(stored, day):
        return [
            {
                **about,
                "value": entry.value,
                "validFrom": entry.valid_from,
                "validTo": entry.valid_to,
                "isDefault": False,
            }
            for entry in sorted(stored)
            if day is None or entry.holds_on(day)
        ]
    defaults = known.default if known else ()
    return [{**about, "value": value, "validFrom": None, "validTo": None, "isDefault": True} for value in defaults]


def _joined(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the values of a key that hold on the same days on one line."""
    joined: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        line = joined.setdefault((row["configKey"], row["validFrom"], row["validTo"]), {**row, "value": []})
        line["value"].append(row["value"])
    return list(joined.values())
