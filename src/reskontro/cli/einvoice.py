"""`reskontro einvoice`: judge invoices and credit notes in UBL. No database is needed."""

import os
import stat
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reskontro.cli.groups import command_group
from reskontro.cli.output import console, display
from reskontro.cli.session import complaints
from reskontro.formats.ubl import Finding, Severity, Verdict, judge
from reskontro.formats.ubl.reading import MOST_BYTES
from reskontro.http.wire import encode
from reskontro.platform.clock import OSLO, real_now

app = command_group()


class Language(StrEnum):
    """The languages of the sentences."""

    ENGLISH = "en"
    NORWEGIAN = "no"


@app.callback()
def einvoice() -> None:
    """Judge e-invoices by EN 16931, Peppol and the rules of Norway, Sweden and Denmark."""


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
    today = real_now().astimezone(OSLO).date()
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


def verdict_on(name: str, today: date) -> Verdict:
    """The verdict on a file; one that cannot be read is not valid, with the reason as its finding."""
    try:
        with open(name, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return _unreadable("it is no ordinary file", "det er ingen vanlig fil")
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be that of a file"
        return _unreadable(reason.lower(), reason.lower())
    return judge(data, today)


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
    record: dict[str, Any] = {
        "file": os.fsencode(name).decode("utf-8", "replace"),
        "valid": verdict.valid,
        "findings": [
            {"rule": f.rule, "severity": f.severity.value, "location": f.location, "text": f.text(language)}
            for f in verdict.findings
        ],
    }
    typer.echo(encode(record))


def _print_table(name: str, verdict: Verdict, language: Language) -> None:
    fatal = sum(finding.severity is Severity.FATAL for finding in verdict.findings)
    warnings = len(verdict.findings) - fatal
    outcome = "valid" if verdict.valid else f"not valid, {fatal} fatal"
    print(display(f"{name}: {outcome}") + (f", {warnings} to look at" if warnings else ""))
    if not verdict.findings:
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("Rule", "Severity", "What is asked for", "Where"):
        table.add_column(heading, overflow="fold")
    for finding in verdict.findings:
        cells = (finding.rule, finding.severity.value, finding.text(language), finding.location)
        table.add_row(*(Text(display(cell)) for cell in cells))
    console().print(table)
