"""`reskontro einvoice`: judge documents in UBL, show them, write those of the ledger. Only `write` needs a database."""

import os
import stat
import sys
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from reskontro.cli.einvoice_output import (
    comparison_record,
    outcome_of,
    overview_record,
    print_comparison,
    print_findings,
    print_overview,
)
from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import WIDTH_OF_A_PIPE, display, print_json
from reskontro.cli.session import CommandFailed, complaints, open_database, run
from reskontro.formats.ubl import Finding, Severity, UblRefused, Verdict, judge
from reskontro.formats.ubl.arm_records import ArmDocument
from reskontro.formats.ubl.from_arm import einvoice_of_arm
from reskontro.formats.ubl.overview import overview
from reskontro.formats.ubl.reading import MOST_BYTES
from reskontro.formats.ubl.tree import TooDeep
from reskontro.formats.ubl.writing import NotInOrder, write_ubl
from reskontro.http.wire import encode
from reskontro.platform.clock import OSLO, real_now
from reskontro.platform.settings import settings

app = command_group()


class Language(StrEnum):
    """The languages of the sentences."""

    ENGLISH = "en"
    NORWEGIAN = "no"


@app.callback()
def einvoice() -> None:
    """Judge e-invoices by EN 16931, Peppol and the rules of Norway, Sweden and Denmark; show them; write them."""


@app.command()
def check(
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE...")] = None,
    *,
    listed: Annotated[
        Path | None,
        typer.Option(
            "--list",
            metavar="FILE",
            help="A file with the names of files, one a line.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print a line of JSON a file, for programs.")] = False,
    language: Annotated[Language, typer.Option(help="The language of the findings.")] = Language.ENGLISH,
) -> None:
    """Say for each file whether it is valid, and all that is wrong with it. The exit status is 1 where one is not."""
    if not files and listed is None:
        raise typer.BadParameter("name a file at least, or a list of files with --list")
    today = _today()
    valid = True
    with complaints():
        for name in (*(files or ()), *(_names_in(listed) if listed is not None else ())):
            verdict = verdict_on(name, today)
            valid = valid and verdict.valid
            if jsonl:
                _print_line(name, verdict, language)
            else:
                _print_table(name, verdict, language)
    if not valid:
        raise typer.Exit(1)


@app.command()
def show(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    *,
    as_json: AsJson = False,
    language: Annotated[Language, typer.Option(help="The language of the findings.")] = Language.ENGLISH,
) -> None:
    """Show what a document says, and the verdict on it. The exit status is 1 where it is not valid."""
    with complaints():
        data, verdict = _read(file, _today())
        try:
            says = overview(data) if data is not None else None
        except (UblRefused, TooDeep):
            says = None
        if as_json:
            print_json({**_record(file, verdict, language), "document": overview_record(says) if says else None})
        else:
            if says is not None:
                print_overview(says)
            _print_table(file, verdict, language)
    if not verdict.valid:
        raise typer.Exit(1)


@app.command()
def write(
    client_no: Annotated[int, typer.Option("--client", metavar="N", help="The client's number.")],
    document_no: Annotated[str, typer.Option("--document", metavar="NO", help="The document's number.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where it is written; standard output by default.")
    ] = None,
    language: Annotated[Language, typer.Option(help="The language of the reasons.")] = Language.ENGLISH,
) -> None:
    """Write a document of the ledger as UBL, or say every reason why it is none. The exit status is 1 then."""
    # Imported here, so that judging a file does not wait for what only the ledger needs.
    from reskontro.ledger.service.einvoices import arm_document  # noqa: PLC0415
    from reskontro.platform.files import FileStore  # noqa: PLC0415

    async def command() -> ArmDocument:
        config = settings()
        async with open_database() as db:
            files = FileStore.open(config.data_folder, config.files_url)
            return await arm_document(db, files, client_no, document_no)

    document = run(command())
    try:
        data = write_ubl(einvoice_of_arm(document), _today())
    except NotInOrder as refused:
        print(display(f"{document_no} is no e-invoice:"), file=sys.stderr)
        print_findings(refused.verdict, language, Console(stderr=True, width=_width()))
        raise typer.Exit(1) from None
    with complaints():
        if out is None:
            sys.stdout.buffer.write(data)
        else:
            _keep(out, data)


@app.command()
def compare(
    files: Annotated[list[str], typer.Argument(metavar="FILE...")],
    *,
    artefacts: Annotated[
        Path,
        typer.Option(
            "--artefacts",
            metavar="DIR",
            help="A folder with the official stylesheets (*.xslt), of EN 16931 and of Peppol.",
            exists=True,
            file_okay=False,
            readable=True,
        ),
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print a line of JSON a file, for programs.")] = False,
) -> None:
    """Judge files by the official artefacts too, and show where they differ. The exit status is 1 where they do."""
    from reskontro.formats.ubl.official import Artefacts, ArtefactsUnusable  # noqa: PLC0415 - for this command only

    today = _today()
    agrees = True
    with complaints():
        try:
            official = Artefacts.open(artefacts)
        except ArtefactsUnusable as reason:
            raise CommandFailed(str(reason)) from None
        if not jsonl:
            print(display(f"{', '.join(official.names)}: {len(official.rules)} rules"))
        for name in files:
            data, verdict = _read(name, today)
            if data is None:
                raise CommandFailed(f"{name}: {verdict.findings[0].en}")
            compared = official.compare(data, today)
            agrees = agrees and compared.agrees
            if jsonl:
                typer.echo(encode({"file": name, **comparison_record(compared)}))
            else:
                print_comparison(name, compared)
    if not agrees:
        raise typer.Exit(1)


def _keep(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise CommandFailed(f"{out} cannot be written: {error.strerror}") from None


def _width() -> int | None:
    return None if sys.stderr.isatty() else WIDTH_OF_A_PIPE


def _today() -> date:
    return real_now().astimezone(OSLO).date()


def verdict_on(name: str, today: date) -> Verdict:
    """The verdict on a file; one that cannot be read is not valid, with the reason as its finding."""
    return _read(name, today)[1]


def _read(name: str, today: date) -> tuple[bytes | None, Verdict]:
    """The bytes of a file, None where it cannot be read, and the verdict on it."""
    try:
        with open(name, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None, _unreadable("it is no ordinary file", "det er ingen vanlig fil")
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be that of a file"
        return None, _unreadable(reason.lower(), reason.lower())
    return data, judge(data, today)


def _open_at_once(name: str, flags: int) -> int:
    """A pipe that nobody writes to is not waited for."""
    return os.open(name, flags | os.O_NONBLOCK)


def _unreadable(en: str, nb: str) -> Verdict:
    finding = Finding(
        "file-unreadable", Severity.FATAL, "/", f"The file cannot be read: {en}.", f"Filen kan ikke leses: {nb}."
    )
    return Verdict((finding,))


def _names_in(listed: Path) -> Iterator[str]:
    with listed.open("rb") as lines:
        for line in lines:
            if name := os.fsdecode(line.strip()):
                yield name


def _print_line(name: str, verdict: Verdict, language: Language) -> None:
    typer.echo(encode(_record(name, verdict, language)))


def _record(name: str, verdict: Verdict, language: Language) -> dict[str, Any]:
    return {
        "file": os.fsencode(name).decode("utf-8", "replace"),
        "valid": verdict.valid,
        "findings": [
            {"rule": f.rule, "severity": f.severity.value, "location": f.location, "text": f.text(language)}
            for f in verdict.findings
        ],
    }


def _print_table(name: str, verdict: Verdict, language: Language) -> None:
    print(display(f"{name}: {outcome_of(verdict)}"))
    print_findings(verdict, language)
