"""`reskontro payments debits mandates`: payers' permissions, how they came to be so, and whose they are."""

from datetime import datetime
from typing import Annotated, Any

import typer

from reskontro.cli.for_client import last_digits, person, run_for
from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, print_list, print_record
from reskontro.ledger.domain.direct_debits.mandates import Mandate, MandateStatus
from reskontro.ledger.service.direct_debits import mandates
from reskontro.ledger.service.direct_debits.mandates import STANDING, MandateHistory
from reskontro.ledger.store.direct_debits.mandates import Listed
from reskontro.platform.database import Database

app = command_group()

ClientNo = Annotated[int, typer.Option("--client", help="Whose mandates.", min=1, max=999_999)]
MandateNo = Annotated[int, typer.Argument(metavar="MANDATE", help="The mandate's number.", min=1)]

MANDATE = (
    Column("mandateNo", "No.", right=True),
    Column("status", "Status"),
    Column("scheme", "Scheme"),
    Column("creditorNo", "Creditor"),
    Column("payerNo", "KID or payer number", right=True),
    Column("agreementNo", "Agreement"),
    Column("customerNo", "Customer"),
    Column("notice", "Written notice"),
    Column("validFrom", "From"),
    Column("endedOn", "Ended on"),
    Column("endedWhy", "Why"),
)
CHANGES = (
    Column("createdTime", "When"),
    Column("action", "What"),
    Column("status", "Status after it"),
    Column("notice", "Written notice"),
    Column("code", "Code"),
    Column("why", "Why"),
    Column("fileLineNo", "Line", right=True),
    Column("user", "Who"),
)


@app.callback()
def mandates_() -> None:
    """Payers' permissions to collect by direct debit."""


@app.command("list")
def list_(
    client_no: ClientNo,
    *,
    status: Annotated[
        list[MandateStatus] | None,
        typer.Option(help="May stand several times; those that stand by default.", case_sensitive=False),
    ] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Only those of which no customer is known.")] = False,
    after: Annotated[int, typer.Option(help="Go on after this number; a list has 1000 at most.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List mandates."""

    async def command(db: Database, _: datetime) -> list[Listed]:
        return await mandates.list_mandates(db, client_no, status or STANDING, after, unknown=unknown)

    rows = [_record(one.mandate, one.customer_no) for one in run_for(client_no, command)]
    print_list("mandates", MANDATE, rows, as_json=as_json)


@app.command()
def show(mandate_no: MandateNo, client_no: ClientNo, *, as_json: AsJson = False) -> None:
    """Show a mandate with every change of it."""

    async def command(db: Database, _: datetime) -> MandateHistory:
        return await mandates.show(db, client_no, mandate_no)

    _print(run_for(client_no, command), as_json=as_json)


@app.command()
def bind(
    mandate_no: MandateNo,
    client_no: ClientNo,
    customer: Annotated[str, typer.Option("--customer", help="The number of the customer whose mandate it is.")],
    user: Annotated[str, typer.Option("--user", help="Who says so; it is kept with the mandate.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say whose mandate it is."""

    async def command(db: Database, now: datetime) -> MandateHistory:
        return await mandates.bind(db, client_no, mandate_no, customer, now, person(user))

    _print(run_for(client_no, command), as_json=as_json)


def _print(found: MandateHistory, *, as_json: bool) -> None:
    record = _record(found.mandate, found.customer_no)
    changes = [
        {
            "createdTime": one.created_time,
            "action": one.action,
            "status": one.status,
            "accountNo": one.account_no,
            "notice": one.notice,
            "validFrom": one.valid_from,
            "endedOn": one.ended_on,
            "code": one.code or None,
            "why": one.why,
            "fileUuid": str(one.file_uuid) if one.file_uuid else None,
            "fileLineNo": one.file_line_no,
            "user": one.user_id or None,
        }
        for one in found.changes
    ]
    if as_json:
        print_record(MANDATE, record | {"changes": changes}, as_json=True)
        return
    print_record(MANDATE, record, as_json=False)
    print_list("changes", CHANGES, changes, as_json=False)


def _record(one: Mandate, customer_no: str) -> dict[str, Any]:
    """A mandate as it is printed; of the payer's account the last digits."""
    return {
        "mandateNo": one.mandate_no,
        "status": one.status.value,
        "scheme": one.scheme.value,
        "creditorNo": one.key.creditor_no,
        "debtorGroup": one.key.debtor_group or None,
        "payerNo": one.key.payer_no,
        "agreementNo": one.key.agreement_no or None,
        "customerNo": customer_no or None,
        "payerAccount": last_digits(one.payer_account_no) if one.payer_account_no else None,
        "notice": one.notice,
        "validFrom": one.valid_from,
        "endedOn": one.ended_on,
        "endedWhy": one.ended_why or None,
    }
