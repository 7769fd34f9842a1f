"""What the sections of a delivery add up to, and how the sums that are stated may count what was charged back."""

from dataclasses import dataclass
from enum import Enum, auto


class Counting(Enum):
    """How a sum counts what was charged back: taken off, or left out."""

    NET = auto()
    GROSS = auto()


@dataclass(slots=True)
class Sums:
    """Counts of records and sums of amounts: of what was paid and of what was charged back.

    `asked_minor` is what would have been paid if every paid amount were the amount beside it; `uneven` when one is not.
    `pays_out` when a payment was a paying out. `damaged` when a record could not be read, so that counts and sums have
    no meaning.
    """

    damaged: bool = False
    uneven: bool = False
    pays_out: bool = False
    count_042: int = 0
    count_052: int = 0
    count_022: int = 0
    paid_minor: int = 0
    asked_minor: int = 0
    returned_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What came in."""
        return self.paid_minor - self.returned_minor

    def add(self, other: "Sums") -> None:
        """Count a section into the delivery."""
        self.uneven = self.uneven or other.uneven
        self.pays_out = self.pays_out or other.pays_out
        self.count_042 += other.count_042
        self.count_052 += other.count_052
        self.count_022 += other.count_022
        self.paid_minor += other.paid_minor
        self.asked_minor += other.asked_minor
        self.returned_minor += other.returned_minor

    def countings(self, stated_minor: int) -> frozenset[Counting]:
        """The ways of counting that give a stated sum, none where one wrong digit may have made it fit.

        A sum has no sign: it may be what is below zero, if no digit alone turned what came into what went. Where a
        paid amount is not the amount beside it, the sum must not fit the amounts as well.
        """
        found = set()
        sure = not self.uneven and not self.pays_out
        if stated_minor == (abs(self.net_minor) if sure else self.net_minor):
            found.add(Counting.NET)
        if stated_minor == self.paid_minor:
            found.add(Counting.GROSS)
        if self.uneven and stated_minor in {self.asked_minor, self.asked_minor - self.returned_minor}:
            return frozenset()
        return frozenset(found)
