"""Path and query parameters that several endpoints share."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from reskontro.http.access import Scope
from reskontro.http.endpoint import Answer, Endpoint, Parameter
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
FORBIDDEN = Answer("The token has no access to this client, or lacks the scope.", codes=_codes("ARM-1201", "ARM-1202"))
NOT_ENABLED = Answer(
    "The token has no access to this client, or lacks the scope, or what is asked for is not enabled (`ARM-1203`).",
    codes=_codes("ARM-1201", "ARM-1203"),
)
NOT_FOUND = Answer("Not found.", codes=_codes("ARM-1301", "ARM-1399"))
MALFORMED = Answer("The request cannot be understood; every fault is named.", codes=_codes("ARM-1000", "ARM-1008"))


def broken_by(*codes: Code, description: str = "The request breaks a rule; every fault is named.") -> Answer:
    """The 422 of an operation: the rules that its request can break."""
    return Answer(description, codes=tuple(code.value for code in codes))


KEY_REUSED = broken_by(Code.EXISTS, description="The `Idempotency-Key` was used with another body.")

# What only calls of some kind can meet.
_OF_BODIES = frozenset({Code.NOT_JSON.value, Code.MISSING.value, Code.TOO_MANY_ELEMENTS.value})
_OF_PAGES = frozenset({Code.PAGE_OUT_OF_RANGE.value, Code.MAXIMUM_BELOW_PAGE.value, Code.QUERY_UNKNOWN.value})
# Parameters and bodies whose parts may not go together.
_COMBINED = frozenset({"query", "glperiod", "includecontent", "code"})
_COMBINED_TAGS = frozenset({"ArItems", "AutoPostings", "Actions"})


def narrowed(endpoint: Endpoint) -> Endpoint:
    """The operation whose answers of 400, 403 and 404 name the codes that it can give, and no other."""
    query = {parameter.name for parameter in endpoint.query}
    never: set[str] = set()
    if endpoint.body is None:
        never |= _OF_BODIES
    if "pageno" not in query:
        never |= _OF_PAGES
    if "expand" not in query:
        never.add(Code.UNKNOWN_EXPAND)
    if not query & _COMBINED and not (endpoint.body is not None and endpoint.tag in _COMBINED_TAGS):
        never.add(Code.COMBINATION)
    if not endpoint.names_client:
        never |= {Code.CLIENT_DENIED, Code.CLIENT_UNKNOWN}
    if isinstance(endpoint.access, Scope) and "pageno" in query:
        never.add(Code.NOT_FOUND)  # a list of nothing is empty
    answers = {
        status: replace(answer, codes=tuple(code for code in answer.codes if code not in never))
        for status, answer in endpoint.answers.items()
    }
    return replace(endpoint, answers=answers)
