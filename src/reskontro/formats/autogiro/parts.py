"""What was found in one part of an Autogiro file, and how it differs from what the part's end record states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from reskontro.formats.autogiro.files import File, Opening


@dataclass(slots=True)
class Direction:
    """Lines and öre of one direction: in, out or refunded."""

    sections: int = 0
    count: int = 0
    minor: int = 0

    def add(self, minor: int) -> None:
        """Count one line."""
        self.count += 1
        self.minor += minor


def _directions() -> dict[str, Direction]:
    return {code: Direction() for code in ("15", "16", "17")}


@dataclass(slots=True)
class Part:
    """What was found so far, by the section that lines belong to: `every` line, and those that were carried out.

    It is `damaged` when a line could not be counted, so that its numbers say nothing more.
    """

    opening: Opening
    ordinal: int
    done: dict[str, Direction] = field(default_factory=_directions)
    every: dict[str, Direction] = field(default_factory=_directions)
    mandates: int = 0
    lines: int = 0
    damaged: bool = False


@dataclass(slots=True)
class Section:
    """A section of the new payment specification: what it states, and what was found in it."""

    line: int
    code: str
    day: date | None
    serial: str
    account: str
    stated_minor: int
    stated_count: int
    found: Direction = field(default_factory=Direction)
    lines: int = 0


class Difference(NamedTuple):
    """A number of an end record that is not what was found; öre where it is an amount."""

    name: str
    position: int
    stated: int
    found: int


def differences(part: Part, values: Mapping[str, str]) -> tuple[list[Difference], bool]:
    """What does not agree with the end record, and whether it agrees only with changes counted that were not done."""
    if part.opening.file is not File.CHANGED:
        return _differences(_facts(part), values), False
    done = _differences(_old_facts(part.done), values)
    every = _differences(_old_facts(part.every), values)
    return ([], True) if done and not every else (done, False)


Facts = Iterator[tuple[str, int, int]]


def _differences(facts: Facts, values: Mapping[str, str]) -> list[Difference]:
    compared = [Difference(name, position, int(values[name]), found) for name, position, found in facts]
    return [each for each in compared if each.stated != each.found]


def _facts(part: Part) -> Facts:
    done, every = part.done, part.every
    match part.opening.file:
        case File.PAYMENTS:
            for name, position, code in (("in", 15, "15"), ("out", 33, "16"), ("refunded", 51, "17")):
                yield f"sections {name}", position, done[code].sections
                yield f"records {name}", position + 6, done[code].count
        case File.MANDATES | File.INTERNET_MANDATES:
            yield "count", 15, part.mandates
        case File.REFUSED:
            yield "count out", 15, every["16"].count
            yield "amount out", 21, every["16"].minor
            yield "count in", 33, every["15"].count
            yield "amount in", 39, every["15"].minor
        case _:
            yield from _old_facts(every)


def _old_facts(found: Mapping[str, Direction]) -> Facts:
    yield "amount out", 29, found["16"].minor
    yield "count out", 41, found["16"].count
    yield "count in", 47, found["15"].count
    yield "amount in", 57, found["15"].minor
