"""What reading a bank file finds beside its contents: faults, warnings, and the refusal that the faults become.

A fault refuses the whole file; a warning is about something unusual that does not make the file unusable. Reading goes
on after a fault, so that one refusal names all of them, a hundred at most.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST_FAULTS = 100
MOST_WARNINGS = 100
MOST_DIGITS_SHOWN = 7
MOST_SHOWN = 60

DIGIT = re.compile(r"\d")
Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a file is refused: the line, the position in it where there is one, a stable code, a sentence."""

    line: int
    position: int | None
    code: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.position is None else f"line {self.line}, position {self.position}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something unusual that does not make the file unusable; the line it is about is kept."""

    line: int
    position: int | None
    code: str
    message: str


class BankFileRefused(Exception):  # noqa: N818  the name is the outcome
    """The file is not used: its faults in file order, at most a hundred; `cut` when reading stopped before the end."""

    def __init__(self, faults: Sequence[Fault], *, cut: bool = False) -> None:
        assert faults, "a refusal has a reason"
        self.faults = tuple(faults)
        self.cut = cut
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(f"{self.faults[0]}{more}")


class Findings(Generic[Event]):
    """The findings so far. From the first fault on, events are left out: nothing of the file will be used."""

    refused: type[BankFileRefused] = BankFileRefused

    def __init__(self) -> None:
        self.line = 0
        self.events: list[Event | ReadWarning] = []
        self.faults: list[Fault] = []
        self.warnings = 0

    def publish(self, event: Event | ReadWarning) -> None:
        """Note an event."""
        if not self.faults:
            self.events.append(event)

    def fault(self, position: int | None, code: str, message: str) -> None:
        """Note a reason to refuse the file; the hundredth ends the reading."""
        self.faults.append(Fault(self.line, position, code, message))
        if len(self.faults) >= MOST_FAULTS:
            raise self.refused(self.faults, cut=True)

    def give_up(self, position: int | None, code: str, message: str) -> None:
        """Note a fault after which nothing can be made of the rest, and end the reading."""
        self.fault(position, code, message)
        raise self.refused(self.faults, cut=True)

    def warn(self, position: int | None, code: str, message: str) -> None:
        """Note something unusual; all are counted, a hundred are events."""
        self.warnings += 1
        if self.warnings <= MOST_WARNINGS:
            self.publish(ReadWarning(self.line, position, code, message))

    def drain(self) -> list[Event | ReadWarning]:
        """The events since the last call."""
        events, self.events = self.events, []
        return events

    def end(self) -> None:
        """Say the last word at the end of a file: refuse it, or count the warnings that were left out."""
        if self.faults:
            raise self.refused(self.faults)
        if self.warnings > MOST_WARNINGS:
            left_out = self.warnings - MOST_WARNINGS
            message = f"{left_out} more warnings were left out"
            self.events.append(ReadWarning(self.line, None, "more-warnings", message))


def shown(text: str, *, personal: bool = False) -> str:
    """A piece of a file as it may stand in a message: quoted, with `#` for its digits if they may be an account's."""
    digits = len(DIGIT.findall(text))
    masked = DIGIT.sub("#", text) if personal or digits > MOST_DIGITS_SHOWN else text
    return repr(masked if len(masked) <= MOST_SHOWN else masked[:MOST_SHOWN] + "…")
