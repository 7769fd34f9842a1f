"""Conditions of a list's filters, put together as a call gives them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Conditions:
    """Conditions with their arguments; `$1` of the statement is the client."""

    _pairs: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)

    def add(self, condition: str, *argument: object) -> None:
        """Add a condition in which each `?` stands for the argument; one without an argument has none."""
        assert len(argument) == min(1, condition.count("?")), condition
        self._pairs.append((condition, argument))

    def where(self, first: int = 2) -> str:
        """All of them, each led by `and`; their arguments are numbered from `first`."""
        parts = []
        for condition, argument in self._pairs:
            parts.append(f" and {condition.replace('?', f'${first}')}")
            first += len(argument)
        return "".join(parts)

    @property
    def arguments(self) -> list[object]:
        """The arguments in their order."""
        return [value for _, argument in self._pairs for value in argument]

    def __bool__(self) -> bool:
        return bool(self._pairs)
