"""The table of all rules as a page: `python -m reskontro.formats.ubl.rules.table > docs/guide/einvoice-rules.md`."""

import sys
from collections.abc import Iterator

from reskontro.formats.ubl.rules.releases import RELEASES, Release
from reskontro.formats.ubl.rules.rule import Rule, Severity, Stray

FAMILIES = (
    ("UBL-CR-", "Elements that are not used"),
    ("UBL-DT-", "Data types and attributes"),
    ("UBL-SR-", "UBL syntax"),
    ("BR-CL-", "EN 16931, code lists"),
    ("BR-CO-", "EN 16931, conditions and sums"),
    ("BR-DEC-", "EN 16931, decimals"),
    ("BR-S-", "VAT category S"),
    ("BR-Z-", "VAT category Z"),
    ("BR-E-", "VAT category E"),
    ("BR-AE-", "VAT category AE"),
    ("BR-IC-", "VAT category K"),
    ("BR-G-", "VAT category G"),
    ("BR-O-", "VAT category O"),
    ("BR-AF-", "VAT category L"),
    ("BR-AG-", "VAT category M"),
    ("BR-B-", "VAT category B"),
    ("BR-", "EN 16931, business rules"),
    ("PEPPOL-COMMON-", "Peppol, identifiers"),
    ("PEPPOL-EN16931-", "Peppol"),
    ("NO-", "Norway"),
    ("SE-", "Sweden"),
    ("DK-", "Denmark"),
    ("reminder-", "Norway, reminders (EHF Reminder 3.0)"),
)


def family_of(rule_id: str) -> str:
    """The title of the family that a rule belongs to."""
    return next(title for prefix, title in FAMILIES if rule_id.startswith(prefix))


def page(release: Release) -> str:
    """The rules of a release in Markdown, a table a family."""
    return "\n".join(_lines(release)) + "\n"


def _lines(release: Release) -> Iterator[str]:
    families: dict[str, list[Rule | Stray]] = {}
    for rule in release.rules():
        families.setdefault(family_of(rule.id), []).append(rule)
    fatal = sum(rule.severity is Severity.FATAL for rule in release.rules())
    yield "# The rules of e-invoices"
    yield ""
    of_all = f"{sum(map(len, families.values()))} rules, {fatal} of them fatal"
    yield f"{release.name}, in force from {release.valid_from.isoformat()}: {of_all}."
    yield "How they are used: [E-invoices](einvoice.md)."
    yield ""
    yield "This page is made from the rules themselves by `python -m reskontro.formats.ubl.rules.table`."
    for _, title in sorted(FAMILIES, key=lambda family: family[1]):
        rules = sorted(families[title], key=lambda rule: rule.id)
        yield ""
        yield f"## {title} ({len(rules)})"
        yield ""
        yield "| rule | | what is asked for |"
        yield "| --- | --- | --- |"
        for rule in rules:
            yield f"| `{rule.id}` | {rule.severity.value} | {rule.en} |"


if __name__ == "__main__":
    sys.stdout.write(page(RELEASES[-1]))
