"""Why records cannot become an e-invoice: the same findings as those of the rules, at the places of the records."""

from dataclasses import dataclass, field

from reskontro.formats.ubl.judge import Finding, Verdict
from reskontro.formats.ubl.rules.rule import Severity
from reskontro.formats.ubl.writing import NotInOrder


@dataclass(slots=True)
class Reasons:
    """What was found so far."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, place: str, en: str, nb: str) -> None:
        """One more reason, at a field of the records."""
        self.findings.append(Finding(code, Severity.FATAL, place, en, nb))

    def stop(self) -> None:
        """Raise `NotInOrder` with all of them, if there are any."""
        if self.findings:
            raise NotInOrder(Verdict(tuple(self.findings)))
