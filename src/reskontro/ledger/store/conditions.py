"""Conditions of a list's filters, put together as a call gives them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Conditions:
    """Conditions and their arguments; `$1` is the client."""

    sql: list[str] = field(default_factory=list)
    arguments: list[object] = field(default_factory=list)

    def add(self, condition: str, argument: object) -> None:
        """Add a condition in which `?` stands for the argument."""
        self.arguments.append(argument)
        self.sql.append(condition.replace("?", f"${len(self.arguments) + 1}"))

    def add_plain(self, condition: str) -> None:
        """Add a condition without an argument."""
        self.sql.append(condition)

    @property
    def where(self) -> str:
        """All of them, each led by `and`."""
        return "".join(f" and {condition}" for condition in self.sql)
