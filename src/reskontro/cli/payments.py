"""`reskontro payments`: book bank files, look into them, work on what waits for a person."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reskontro.cli import bank_file_output, payments_debits, payments_queue, payments_refunds
from reskontro.cli import payments_output as output
from reskontro.cli.for_client import file_store
from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import print_json
from reskontro.cli.session import CommandFailed, business_now, complaints, database_urls
from reskontro.formats.avtalegiro.document import describe_claims
from reskontro.formats.bank_file import Unknown, iter_bank_file, recognise
from reskontro.formats.betalingsservice.document import describe_lines
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.ocr_giro import describe, read_ocr_giro
from reskontro.formats.payments import FileFormat
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.service.ocr_import import ImportResult
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store.numbers import Numbers, number_pool
from reskontro.platform.database import Database
from reskontro.platform.languages import DEFAULT, text

app = command_group()
app.add_typer(payments_queue.app, name="queue")
app.add_typer(payments_refunds.app, name="refunds")
app.add_typer(payments_debits.app, name="debits")

IMPORT_CONNECTIONS = 2
HEAD_BYTES = 64 * 1024
OWN_MEMBERS: dict[FileFormat | Unknown, Callable[[Path], dict[str, Any]]] = {
    FileFormat.AVTALEGIRO: describe_claims,
    FileFormat.BETALINGSSERVICE: describe_lines,
}
"""What JSON has of a format beside the shape of all; OCR giro has its own way to print."""

File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]
Files = Annotated[list[Path], typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file: a result, or the faults for which it was refused."""

    path: Path
    result: ImportResult | None
    faults: Sequence[Fault] = ()


@app.callback()
def payments() -> None:
    """Book bank files, look into them, work on what waits for a person."""


@app.command("import")
def import_(
    files: Files,
    *,
    client_no: Annotated[
        int | None,
        typer.Option("--client", help="Refuse a file with another client's account.", min=1, max=999_999),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Book bank files, each of them whole or not at all. The exit status is 1 where one was refused."""
    with complaints():
        outcomes = uvloop.run(_import(files, client_no, as_json=as_json))
    if as_json:
        print_json({"files": [_outcome_record(outcome) for outcome in outcomes]})
    if any(outcome.result is None for outcome in outcomes):
        raise typer.Exit(1)


@app.command()
def read(file: File, *, as_json: AsJson = False) -> None:
    """Print what a bank file holds, of any format that is read. Nothing is booked and no database is needed."""
    with file.open("rb") as stream:
        known = recognise(stream.read(HEAD_BYTES))
    try:
        found = bank_file_output.collect(iter_bank_file(file))
    except BankFileRefused as refused:
        _tell_refused_reading(file, known, refused, as_json=as_json)
        raise typer.Exit(1) from None
    if known is FileFormat.OCR:
        _print_ocr(file, found, as_json=as_json)
    elif as_json:
        own = OWN_MEMBERS[known](file) if known in OWN_MEMBERS else {}
        print_json(bank_file_output.describe(found) | own)
    else:
        bank_file_output.print_contents(file.name, found)


@asynccontextmanager
async def _databases() -> AsyncIterator[tuple[Database, Database]]:
    """The pool for the posting and the one for the numbers, which are taken while a posting is under way."""
    with database_urls() as urls:
        db = await Database.connect(urls.app, connections=IMPORT_CONNECTIONS, application_name="reskontro import")
        try:
            counters = await number_pool(urls.app, "reskontro numbers")
            try:
                yield db, counters
            finally:
                await counters.close()
        finally:
            await db.close()


async def _import(paths: Sequence[Path], client_no: int | None, *, as_json: bool) -> list[FileOutcome]:
    outcomes = []
    async with _databases() as (db, counters):
        files = file_store()
        for path in paths:
            with _progress_bar(path.name, shown=not as_json and sys.stderr.isatty()) as progress:
                try:
                    result = await import_path(
                        db,
                        Numbers(counters),
                        files,
                        path,
                        await business_now(db),
                        only_client=client_no,
                        progress=progress,
                    )
                except Refused as refused:
                    outcome = FileOutcome(path, None, refused.faults)
                except OSError as error:
                    if error.filename is None:
                        raise
                    raise CommandFailed(f"{error.filename}: {error.strerror}") from error
                else:
                    outcome = FileOutcome(path, result)
            _tell(outcome, as_json=as_json)
            outcomes.append(outcome)
    return outcomes


@contextmanager
def _progress_bar(name: str, *, shown: bool) -> Iterator[Callable[[int, int], None]]:
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not shown,
    )
    task = bar.add_task(name, total=None)

    def progress(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    with bar:
        yield progress


def _tell(outcome: FileOutcome, *, as_json: bool) -> None:
    if outcome.result is None:
        for fault in outcome.faults:
            print(f"{outcome.path.name}: {text(DEFAULT, fault.message, fault.args)}", file=sys.stderr)
        count = len(outcome.faults)
        print(
            f"Error: {outcome.path.name} was refused for {count} {'fault' if count == 1 else 'faults'}; "
            "nothing of it was booked",
            file=sys.stderr,
        )
    elif not as_json:
        output.print_result(outcome.path.name, outcome.result)


def _outcome_record(outcome: FileOutcome) -> dict[str, object]:
    if outcome.result is None:
        return {
            "file": outcome.path.name,
            "status": "REFUSED",
            "refused": [{"message": text(DEFAULT, fault.message, fault.args)} for fault in outcome.faults],
        }
    return {"file": outcome.path.name, **output.result_record(outcome.result)}


def _print_ocr(file: Path, found: bank_file_output.Contents, *, as_json: bool) -> None:
    """An OCR giro file: the shape of all formats, with the members of its own that it has had from the first."""
    whole = read_ocr_giro(file)
    if not as_json:
        output.print_file(file.name, whole)
        return
    common, own = bank_file_output.describe(found), describe(whole)
    payments = [one | other for one, other in zip(common["payments"], own["payments"], strict=True)]
    print_json(common | own | {"payments": payments})


def _tell_refused_reading(file: Path, known: FileFormat | Unknown, refused: BankFileRefused, *, as_json: bool) -> None:
    if as_json:
        faults = [
            {"line": fault.line, "position": fault.position, "code": fault.code, "message": fault.message}
            for fault in refused.faults
        ]
        print_json({"format": None if isinstance(known, Unknown) else known.value, "refused": faults})
        return
    for fault in refused.faults:
        print(f"{file.name}: {fault}", file=sys.stderr)
    rest = "; reading stopped there" if refused.cut else ""
    print(f"Error: {file.name} would be refused{rest}", file=sys.stderr)
