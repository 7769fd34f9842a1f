"""The rule sets and the days they are in force from.

A release is added beside the one in force, with the day from which it is obligatory; a document is judged by the rules
of the day that it is judged on. Peppol publishes two a year, around 20 May and 20 November, each obligatory three
months later: 3.0.22 is announced for 2027-02-24.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from reskontro.formats.ubl.rules import (
    denmark,
    en16931_codes,
    en16931_document,
    en16931_lines,
    en16931_vat,
    norway,
    peppol,
    peppol_codes,
    peppol_identifiers,
    reminder,
    sweden,
    ubl_syntax,
    ubl_unused,
)
from reskontro.formats.ubl.rules.rule import ByName, Context, Pattern, Rule, Stray, Sweep
from reskontro.formats.ubl.tree import UblDocument


@dataclass(frozen=True, slots=True)
class Release:
    """The rules in force from a day on: patterns of contexts, and sweeps."""

    name: str
    valid_from: date
    patterns: Sequence[Pattern]
    sweeps: Sequence[Sweep]
    by_name: ByName = field(init=False, repr=False, compare=False)
    of_reminders: ByName = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", ByName(self.patterns))
        object.__setattr__(self, "of_reminders", ByName(reminder.adapted(self.patterns)))

    def asked_of(self, document: UblDocument) -> ByName:
        """What is asked of the elements of a document, by what it says that it is."""
        return self.of_reminders if reminder.is_reminder(document) else self.by_name

    def rules(self) -> Iterator[Rule | Stray]:
        """Every rule of the release, once each."""
        seen: set[str] = set()
        for pattern in (*self.patterns, reminder.CONTEXTS):
            for context in pattern:
                for rule in context.rules:
                    if rule.id not in seen:
                        seen.add(rule.id)
                        yield rule
        for sweep in self.sweeps:
            yield from sweep.rules.values()


EN16931: Sequence[Pattern] = (
    (
        *en16931_lines.CONTEXTS,
        Context("/", (*en16931_document.HEADER, *en16931_vat.DOCUMENT)),
        *en16931_codes.NOTES,
        *en16931_document.CONTEXTS,
        *en16931_vat.CONTEXTS,
    ),
    ubl_syntax.CONTEXTS,
    (ubl_syntax.AMOUNT, ubl_syntax.BINARY_OBJECT),
    en16931_codes.CONTEXTS,
    *ubl_unused.PATTERNS,
)
PEPPOL: Sequence[Pattern] = (
    peppol.EMPTY,
    peppol.CREDIT_NOTE,
    (*peppol.CONTEXTS, *peppol_identifiers.CONTEXTS),
    norway.CONTEXTS,
    denmark.CONTEXTS,
    sweden.CONTEXTS,
    peppol_codes.CONTEXTS,
)

RELEASES = (
    Release(
        "Peppol BIS Billing 3.0.21 with EN 16931 1.3.16", date(2026, 8, 24), (*EN16931, *PEPPOL), (ubl_unused.SWEEP,)
    ),
)


def release_on(day: date, releases: Sequence[Release] = RELEASES) -> Release:
    """The release in force on a day; days before the first known release are judged by the first."""
    in_force = [release for release in releases if release.valid_from <= day]
    return max(in_force, key=lambda release: release.valid_from) if in_force else releases[0]
