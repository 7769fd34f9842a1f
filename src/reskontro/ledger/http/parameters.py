"""Path and query parameters that several endpoints share."""

from collections.abc import Callable
from uuid import UUID

from reskontro.http.endpoint import Answer, Parameter
from reskontro.ledger.domain.errors import Code, fault, invalid

CLIENT_NO = Parameter(
    "clientno",
    str,
    "The client's number.",
    {"type": "integer", "minimum": 1, "maximum": 999999},
)


def _user_id(text: str) -> str:
    if len(text) > 50:
        raise ValueError("at most 50 characters are allowed")
    return text


USER_ID = Parameter(
    "userid",
    _user_id,
    "On whose behalf the call is made; logged, never used for authorisation.",
    {"type": "string", "maxLength": 50, "pattern": r"^[^\x00]*$"},
)


def expand(*options: str) -> Parameter:
    """`expand`: a comma list of options; `all` stands for each of them."""

    def parse(text: str) -> frozenset[str]:
        wanted = {option.strip().casefold() for option in text.split(",") if option.strip()}
        unknown = sorted(wanted - set(options) - {"all"})
        if unknown:
            raise invalid(
                *(
                    fault(Code.UNKNOWN_EXPAND, "Unknown expand option {option}", "expand", o, option=o[:30])
                    for o in unknown
                )
            )
        return frozenset(options) if "all" in wanted else frozenset(wanted)

    schema = {"type": "array", "items": {"type": "string", "enum": [*options, "all"]}}
    return Parameter(
        "expand", parse, f"Nested objects to add: {', '.join(options)} or all, separated by commas.", schema
    )


def uuid_of(text: str) -> UUID:
    """A UUID in its usual form, lower case."""
    try:
        value = UUID(text)
    except ValueError:
        raise ValueError("a UUID is wanted") from None
    if str(value) != text:
        raise ValueError("a UUID in lower case is wanted")
    return value


KEY = {"type": "string", "pattern": r"^[^\x00]+$"}


def key_of(most: int) -> Callable[[str], str]:
    """A customer's or document's own number, as text."""

    def parse(text: str) -> str:
        if "\x00" in text:
            raise ValueError("a character is not allowed here, or the form is wrong")
        return text[: most + 1]  # a longer one is found nowhere

    return parse


def _codes(first: str, last: str) -> tuple[str, ...]:
    return tuple(code.value for code in Code if first <= code <= last)


UNAUTHORISED = Answer(
    "The token is missing, malformed, expired, or not for this service.", codes=_codes("ARM-1101", "ARM-1199")
)
FORBIDDEN = Answer("The token has no access to this client, or lacks the scope.", codes=_codes("ARM-1201", "ARM-1299"))
NOT_FOUND = Answer("Not found.", codes=_codes("ARM-1301", "ARM-1399"))
MALFORMED = Answer("The request cannot be understood; every fault is named.", codes=_codes("ARM-1000", "ARM-1008"))
BROKEN = Answer("The request breaks a rule; every fault is named.", codes=_codes("ARM-2001", "ARM-2999"))
