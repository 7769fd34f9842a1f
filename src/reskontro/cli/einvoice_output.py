"""What `reskontro einvoice` prints: verdicts, and what a document says."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reskontro.cli.output import console, display
from reskontro.formats.ubl import Severity, Verdict
from reskontro.formats.ubl.official import Comparison
from reskontro.formats.ubl.overview import DocumentKind, Overview, PartySaid

MOST_LINES = 100  # of a table that a person reads; JSON has them all
KINDS = {
    DocumentKind.INVOICE: "Invoice",
    DocumentKind.CREDIT_NOTE: "Credit note",
    DocumentKind.REMINDER: "Reminder",
}


def outcome_of(verdict: Verdict) -> str:
    """The verdict in a few words."""
    fatal = sum(finding.severity is Severity.FATAL for finding in verdict.findings)
    warnings = len(verdict.findings) - fatal
    outcome = "valid" if verdict.valid else f"not valid, {fatal} fatal"
    return outcome + (f", {warnings} to look at" if warnings else "")


def print_findings(verdict: Verdict, language: str, to: Console | None = None) -> None:
    """The findings as a table, nothing where there are none."""
    if not verdict.findings:
        return
    rows = [(f.rule, f.severity.value, f.text(language), f.location) for f in verdict.findings]
    _print(("Rule", "Severity", "What is asked for", "Where"), rows, to=to)


def print_comparison(name: str, compared: Comparison) -> None:
    """Where the official artefacts and our rules differ about a file."""
    told = "they agree" if compared.agrees else "they differ"
    print(display(f"{name}: {compared.error or told}"))
    rows = [
        (title, ", ".join(sorted(rules)))
        for title, rules in (
            ("Both", compared.both),
            ("Official only", compared.only_official),
            ("Ours only", compared.only_ours),
            ("Not ours to ask", compared.not_known),
        )
        if rules
    ]
    if rows:
        _print(("Found by", "Rules"), rows)


def comparison_record(compared: Comparison) -> dict[str, Any]:
    """The same as programs read it."""
    return {
        "agrees": compared.agrees,
        "both": sorted(compared.both),
        "onlyOfficial": sorted(compared.only_official),
        "onlyOurs": sorted(compared.only_ours),
        "notOurs": sorted(compared.not_known),
        "error": compared.error,
    }


def print_overview(says: Overview) -> None:
    """A document as a person reads it."""
    print(display(f"{KINDS[says.kind]} {says.number or '(no number)'}"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in _facts(says):
        if value:
            table.add_row(name, Text(display(value)))
    console().print(table)
    lines = [(e.number, e.name, e.quantity, e.unit, e.price, e.vat, e.net) for e in says.lines]
    _print(("Line", "What", "Quantity", "Unit", "Price", "VAT", f"Net {says.currency}"), lines, right=(2, 4, 6))
    if says.adjustments:
        _print(("Allowance or charge", "Amount"), [(e.to, e.number) for e in says.adjustments], right=(1,))
    _print(("VAT", "Of", "VAT amount"), [(e.vat, e.base, e.amount) for e in says.vat], right=(1, 2))
    sums = [
        ("Without VAT", says.net),
        ("VAT", says.vat_total),
        ("With VAT", says.gross),
        ("Prepaid", says.prepaid),
        ("Rounding", says.rounding),
        ("To pay", says.payable),
    ]
    _print(("Total", says.currency), [(name, amount) for name, amount in sums if amount], right=(1,))


def overview_record(says: Overview) -> dict[str, Any]:
    """A document as programs read it: names in camelCase, every value a text."""
    record: dict[str, Any] = _plain(says)
    return record


def _facts(says: Overview) -> Iterator[tuple[str, str]]:
    yield "Issued", says.issue_date
    yield "Due", says.due_date
    yield "From", _party(says.seller)
    yield "To", _party(says.buyer)
    yield "Paid to", says.payee
    for reference in says.references:
        yield f"{reference.to[:1].upper()}{reference.to[1:]}", reference.number
    for payment in says.payments:
        account = f"account {payment.account}" if payment.account else ""
        reference_text = f"reference {payment.reference}" if payment.reference else ""
        yield "Payment", ", ".join(filter(None, (f"means {payment.means}", account, payment.bank, reference_text)))
    for attached in says.attachments:
        yield "Attached", ", ".join(filter(None, (attached.number, attached.description, attached.file)))
    yield "Terms", says.terms
    yield "Note", says.note


def _party(party: PartySaid) -> str:
    parts = (
        party.name,
        party.address,
        party.number,
        party.vat_number,
        f"at {party.endpoint}" if party.endpoint else "",
    )
    return ", ".join(part for part in parts if part)


def _print(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), to: Console | None = None
) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for at, heading in enumerate(headings):
        table.add_column(heading, justify="right" if at in right else "left", overflow="fold")
    for row in rows[:MOST_LINES]:
        table.add_row(*(Text(display(cell)) for cell in row))
    (to or console()).print(table)
    if len(rows) > MOST_LINES:
        print(f"… and {len(rows) - MOST_LINES} more: --json has them all.")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {_camel(each.name): _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(element) for element in value]
    return str(value)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
