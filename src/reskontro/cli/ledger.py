"""`reskontro ledger`: prove that the books are in order."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from reskontro.cli import ledger_seals
from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, print_json, print_list
from reskontro.cli.session import CommandFailed, open_database, run
from reskontro.ledger.service import checks as service
from reskontro.ledger.service.checks import CheckResult

app = command_group()
ledger_seals.add_to(app)

RESULTS = (
    Column("clientNo", "Client", right=True),
    Column("title", "What must hold"),
    Column("lookedAt", "Looked at", right=True),
    Column("result", "Result"),
)
FINDINGS = (
    Column("clientNo", "Client", right=True),
    Column("check", "Check"),
    Column("subject", "Where"),
    Column("detail", "What is wrong, amounts in minor units"),
)

Examined = Sequence[tuple[int, Sequence[CheckResult]]]


@app.callback()
def ledger() -> None:
    """Check and verify a client's book, close its periods."""


@app.command()
def check(
    client_no: Annotated[
        int | None, typer.Option("--client", help="One client; all of them by default.", min=1, max=999_999)
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Prove that the books are in order. The exit status is 1 where anything is wrong."""
    examined = run(_examine(client_no))
    holds = all(result.holds or result.is_warning for _, results in examined for result in results)
    if as_json:
        print_json({"holds": holds, "clients": [_record(each, results) for each, results in examined]})
    else:
        _print(examined)
    if not holds:
        raise typer.Exit(1)


async def _examine(client_no: int | None) -> Examined:
    async with open_database() as db:
        known = [each async for each in service.clients(db)]
        if client_no is not None and client_no not in known:
            raise CommandFailed(f"there is no client {client_no}: `reskontro tenant list` lists them")
        chosen = known if client_no is None else [client_no]
        return [(each, await service.examine_client(db, each)) for each in chosen]


def _record(client_no: int, results: Sequence[CheckResult]) -> dict[str, Any]:
    return {
        "clientNo": client_no,
        "holds": all(result.holds or result.is_warning for result in results),
        "checks": [
            {
                "check": result.name,
                "title": result.title,
                "lookedAt": result.looked_at,
                "found": result.found,
                "warning": result.is_warning,
                "first": [{"subject": finding.subject, "detail": finding.detail} for finding in result.first],
            }
            for result in results
        ],
    }


def _found(result: CheckResult) -> str:
    return f"warning: {result.found} found" if result.is_warning else f"{result.found} found"


def _print(examined: Examined) -> None:
    rows = [
        {
            "clientNo": client_no,
            "title": result.title,
            "lookedAt": result.looked_at,
            "result": "holds" if result.holds else _found(result),
        }
        for client_no, results in examined
        for result in results
    ]
    print_list("checks", RESULTS, rows, as_json=False, nothing="There is no client.")
    findings = [
        {"clientNo": client_no, "check": finding.check, "subject": finding.subject, "detail": finding.detail}
        for client_no, results in examined
        for result in results
        for finding in result.first
    ]
    if findings:
        print_list("findings", FINDINGS, findings, as_json=False)
    left_out = sum(result.found - len(result.first) for _, results in examined for result in results)
    if left_out:
        print(f"{left_out} more were found and are not shown.")
    if rows and not findings:
        print("Everything holds.")
