"""The commands of `reskontro ledger` that are about seals: verify them, export them, say which key signs."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from reskontro.cli.groups import AsJson
from reskontro.cli.output import Column, print_json, print_list, print_record
from reskontro.cli.session import CommandFailed, complaints, open_database, run
from reskontro.ledger.service.checks import clients
from reskontro.ledger.service.seal_check import Verified, verify_client
from reskontro.ledger.service.seal_file import Exported, SealFileError, earlier_export, export_client, verify_file
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database
from reskontro.platform.secrets import FieldKeyUnusable
from reskontro.platform.settings import settings
from reskontro.platform.signatures import Signer

PUBLIC_KEY_BYTES = 32

VERIFIED = (
    Column("clientNo", "Client", right=True),
    Column("seals", "Seals", right=True),
    Column("rows", "Rows", right=True),
    Column("heads", "Heads", right=True),
    Column("waiting", "Not yet sealed", right=True),
    Column("result", "Result"),
)
KEY = (Column("keyId", "Key"), Column("publicKey", "Public key (Ed25519)"))
EXPORTED = (
    Column("clientNo", "Client"),
    Column("seals", "Seals"),
    Column("rows", "Rows"),
    Column("heads", "Heads"),
    Column("sizeBytes", "Bytes"),
    Column("file", "File"),
)

ClientNo = Annotated[
    int | None, typer.Option("--client", help="One client; all of them by default.", min=1, max=999_999)
]
Told = Callable[[int, int], None]


def add_to(app: typer.Typer) -> None:
    """Give the commands to the group."""
    app.command()(verify)
    app.command("export-seals")(export_seals)
    app.command("seal-key")(seal_key)


def verify(
    *,
    client_no: ClientNo = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", help="Verify this export, with no database.", exists=True, dir_okay=False, readable=True
        ),
    ] = None,
    from_export: Annotated[
        Path | None,
        typer.Option(
            "--from-export",
            help="Compare one client with an earlier export.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="The only public key whose signatures count, as `seal-key` printed it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the seals over the postings. The exit status is 1 where anything was touched; it is named."""
    with complaints():
        trusted = None if key is None else _public_key(key)
        if file is not None and (client_no is not None or from_export is not None):
            raise CommandFailed("--file is verified by itself: leave --client and --from-export out")
        if from_export is not None and client_no is None:
            raise CommandFailed("an export is of one client: say which with --client")
    if file is not None:
        results = [_verify_file(file, trusted, as_json=as_json)]
    else:
        results = run(_verify(client_no, from_export, trusted, as_json=as_json))
    _print(results, as_json=as_json)
    if not all(result.holds for result in results):
        raise typer.Exit(1)


def export_seals(
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, writable=True)],
    *,
    client_no: Annotated[int, typer.Option("--client", help="Whose seals.", min=1, max=999_999)],
    as_json: AsJson = False,
) -> None:
    """Write a client's seals, with the rows they cover, to a file that `verify --file` proves with no database."""

    async def command() -> Exported:
        async with open_database() as db:
            await _known(db, client_no)
            with _progress_bar(f"client {client_no}", shown=not as_json) as progress:
                return await export_client(db, client_no, file, real_now(), progress)

    with complaints():
        if not file.resolve().parent.is_dir():
            raise CommandFailed(f"there is no folder {file.resolve().parent}: make it, or name a file elsewhere")
    exported = run(command())
    record = {
        "clientNo": exported.client_no,
        "seals": exported.seals,
        "rows": exported.rows,
        "heads": exported.heads,
        "sizeBytes": exported.size_bytes,
        "file": str(file),
    }
    print_record(EXPORTED, record, as_json=as_json)


def seal_key(*, as_json: AsJson = False) -> None:
    """Print the public half of the key that signs the heads of days; it is made where there is none."""
    with complaints():
        try:
            signer = Signer.from_settings(settings())
        except FieldKeyUnusable as unusable:
            raise CommandFailed(str(unusable)) from None
    print_record(KEY, {"keyId": signer.key_id, "publicKey": signer.public_key.hex()}, as_json=as_json)


def _public_key(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != PUBLIC_KEY_BYTES:
        raise CommandFailed("--key is a public key of 64 hexadecimal digits, as `reskontro ledger seal-key` prints it")
    return found


def _verify_file(file: Path, trusted: bytes | None, *, as_json: bool) -> Verified:
    with complaints(), _progress_bar(file.name, shown=not as_json) as progress:
        try:
            return verify_file(file, trusted=trusted, progress=progress)
        except SealFileError as error:
            raise CommandFailed(str(error)) from None


async def _verify(
    client_no: int | None, from_export: Path | None, trusted: bytes | None, *, as_json: bool
) -> list[Verified]:
    async with open_database() as db:
        if client_no is not None:
            await _known(db, client_no)
        chosen = [each async for each in clients(db)] if client_no is None else [client_no]
        try:
            earlier = None if from_export is None else earlier_export(from_export, chosen[0], trusted=trusted)
        except SealFileError as error:
            raise CommandFailed(str(error)) from None
        results = []
        for each in chosen:
            with _progress_bar(f"client {each}", shown=not as_json) as progress:
                results.append(await verify_client(db, each, trusted=trusted, earlier=earlier, progress=progress))
        return results


async def _known(db: Database, client_no: int) -> None:
    if client_no not in [each async for each in clients(db)]:
        raise CommandFailed(f"there is no client {client_no}: `reskontro tenant list` lists them")


def _record(result: Verified) -> dict[str, Any]:
    return {
        "clientNo": result.client_no,
        "holds": result.holds,
        "seals": result.seals,
        "rows": result.rows,
        "heads": result.heads,
        "waiting": result.waiting,
        "lastSeal": result.last_seal,
        "findings": [
            {
                "subject": finding.subject,
                "detail": finding.detail,
                "sealNo": finding.seal_no,
                "table": finding.table,
                "key": finding.key,
                "column": finding.column,
            }
            for finding in result.findings
        ],
    }


def _print(results: Sequence[Verified], *, as_json: bool) -> None:
    holds = all(result.holds for result in results)
    if as_json:
        print_json({"holds": holds, "clients": [_record(result) for result in results]})
        return
    rows = [_record(result) | {"result": "holds" if result.holds else "TOUCHED"} for result in results]
    print_list("clients", VERIFIED, rows, as_json=False, nothing="There is no client.")
    for result in results:
        for finding in result.findings:
            print(f"client {result.client_no}: {finding}")
    if rows and holds:
        print("Nothing was touched.")


@contextmanager
def _progress_bar(name: str, *, shown: bool) -> Iterator[Told]:
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not (shown and sys.stderr.isatty()),
    )
    task = bar.add_task(name, total=None)
    with bar:
        yield lambda done, total: bar.update(task, completed=done, total=total)
