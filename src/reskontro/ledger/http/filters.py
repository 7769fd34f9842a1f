"""Filters of list calls: how a parameter of the query is read, and the condition that it puts on the rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from reskontro.http.call import Call
from reskontro.http.endpoint import Parameter
from reskontro.http.wire import parse_day, parse_time
from reskontro.ledger.domain.codes import canonical, fold
from reskontro.ledger.domain.errors import Code, fault, invalid
from reskontro.ledger.http.parameters import uuid_of
from reskontro.ledger.store.conditions import Conditions

LARGEST_ID = 2**63 - 1
MOST_VALUES = 100
LONGEST_TEXT = 254

_NO_NUL = r"^[^\x00]*$"
TEXT: Mapping[str, object] = {"type": "string", "pattern": _NO_NUL}
INTEGER: Mapping[str, object] = {"type": "integer", "minimum": 0, "maximum": LARGEST_ID}
UUID_TEXT: Mapping[str, object] = {"type": "string", "format": "uuid"}
# Values separated by commas.
TEXTS: Mapping[str, object] = {
    "type": "array",
    "items": {"type": "string", "pattern": r"^[^\x00,]+$"},
    "maxItems": MOST_VALUES,
}
INTEGERS: Mapping[str, object] = {"type": "array", "items": INTEGER, "maxItems": MOST_VALUES}
UUIDS: Mapping[str, object] = {"type": "array", "items": UUID_TEXT, "maxItems": 20}
DAY: Mapping[str, object] = {"type": "string", "format": "date"}
TIME: Mapping[str, object] = {"type": "string", "format": "date-time"}
FLAG: Mapping[str, object] = {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter and its condition, in which `?` stands for the value; None where the handler has a rule for it."""

    name: str
    parse: Callable[[str], object]
    description: str
    condition: str | None
    schema: Mapping[str, object] = field(default_factory=lambda: TEXT)

    @property
    def parameter(self) -> Parameter:
        """The parameter of the endpoint."""
        return Parameter(self.name, self.parse, self.description, self.schema)


def conditions(call: Call, filters: Sequence[Filter]) -> Conditions:
    """The conditions of the filters that a call gives, all of which hold."""
    found = Conditions()
    for one in filters:
        if one.condition is not None and one.name in call.query:
            found.add(one.condition, call.query[one.name])
    return found


def whole(text: str) -> int:
    """A whole number that fits a key."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or int(text) > LARGEST_ID:
        raise ValueError("a whole number is wanted")
    return int(text)


def whole_list(text: str) -> list[int]:
    """Whole numbers separated by commas."""
    return [whole(part) for part in parts(text)]


def exact(text: str) -> str:
    """A text as it is; one that is too long is found nowhere."""
    return text[: LONGEST_TEXT + 1]


def folded(text: str) -> str:
    """A text as it is compared where case is ignored."""
    return fold(exact(text))


def folded_list(text: str) -> list[str]:
    """Texts separated by commas, as they are compared where case is ignored."""
    return [folded(part) for part in parts(text)]


def parts(text: str, most: int = MOST_VALUES) -> list[str]:
    """What stands between commas."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    if len(found) > most:
        raise ValueError("at most 100 values are allowed" if most == MOST_VALUES else "at most 20 values are allowed")
    return found


def uuid_list(text: str) -> list[UUID]:
    """UUIDs separated by commas, 20 at most."""
    return [uuid_of(part) for part in parts(text, 20)]


def day(text: str) -> date:
    """A date."""
    return parse_day(text)


def moment(text: str) -> datetime:
    """A time with its offset, whose `+` may have become a space on its way."""
    return parse_time(text[:-6] + "+" + text[-5:] if text[-6:-5] == " " else text)


def upper(text: str) -> str:
    """A text in capitals, as currencies are kept."""
    return exact(text).upper()


def flag(text: str) -> bool:
    """`true` or `false`."""
    folded_text = text.casefold()
    if folded_text not in {"true", "false"}:
        raise ValueError("true or false is wanted")
    return folded_text == "true"


def code_of(name: str, codes: Sequence[str]) -> Callable[[str], str]:
    """A code in the spelling of its list; another is refused with the list."""

    def parse(text: str) -> str:
        known = canonical(text, tuple(codes))
        if known is None:
            wrong = fault(Code.WRONG_VALUE, "The value is not one of {codes}", name, text[:60], codes=", ".join(codes))
            raise invalid(wrong)
        return known

    return parse


def codes_of(name: str, codes: Sequence[str]) -> Callable[[str], list[str]]:
    """Codes of a list, separated by commas."""
    one = code_of(name, codes)
    return lambda text: [one(part) for part in parts(text)]


def many_of(codes: Iterable[str]) -> Mapping[str, object]:
    """The schema of a parameter that is some codes, separated by commas."""
    return {"type": "array", "items": {"type": "string", "enum": list(codes)}, "maxItems": MOST_VALUES}


def one_of(codes: Sequence[str]) -> Mapping[str, object]:
    """The schema of a parameter that is one of some codes."""
    return {"type": "string", "enum": list(codes)}
