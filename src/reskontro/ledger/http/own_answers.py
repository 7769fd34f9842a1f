"""What endpoints of `/reskontro/v1` that read and decide share: pages by number or id, and refusals as problems."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from urllib.parse import urlencode

from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Parameter
from reskontro.http.problem_body import PROBLEM_JSON, ProblemBody
from reskontro.ledger.domain.errors import Code

MOST_ON_PAGE = 1000


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:6]) <= MOST_ON_PAGE:
        raise ValueError(f"a whole number from 1 to {MOST_ON_PAGE} is wanted")
    return int(text)


def whole_number(least: int, wanted: str) -> Callable[[str], int]:
    """Reads a whole number of so much at least, of those that the database gives out."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not least <= int(text[:19]) < 10**15:
            raise ValueError(f"{wanted} is wanted")
        return int(text)

    return parse


PAGE_SIZE = Parameter(
    "pagesize", _size, "How many; 100 by default.", {"type": "integer", "minimum": 1, "maximum": MOST_ON_PAGE}
)
AFTER_NUMBER = Parameter(
    "after",
    whole_number(0, "a whole number"),
    "Go on after this number, as `nextPage` does.",
    {"type": "integer", "minimum": 0},
)


def statuses(name: str, kinds: type[StrEnum], default: Sequence[StrEnum], which: str) -> Parameter:
    """One or several statuses, separated by commas; without them `default`, which are `which`."""
    known = {each.value.casefold(): each for each in kinds}

    def parse(text: str) -> tuple[StrEnum, ...]:
        wanted = [part.strip().casefold() for part in text.split(",")]
        if not set(wanted) <= known.keys():
            raise ValueError("statuses of the list are wanted, separated by commas")
        return tuple(dict.fromkeys(known[each] for each in wanted))

    by_default = ", ".join(f"`{each.value}`" for each in default)
    text = f"Only of these statuses, separated by commas; {which} by default: {by_default}."
    one = "|".join(each.value for each in kinds)
    return Parameter(name, parse, text, {"type": "string", "pattern": f"^({one})(,({one}))*$"})


def next_page(call: Call, path: str, more: Mapping[str, object], last: object) -> str:
    """The address of what follows the last row of a page; `more` are the call's other parameters."""
    query = dict(more)
    if "pagesize" in call.query:
        query["pagesize"] = call.query["pagesize"]
    return f"{call.url}/clients/{call.client}/{path}?{urlencode(query | {'after': last}, doseq=True)}"


def problem(text: str, *codes: str) -> Answer:
    """A refusal with its text and codes."""
    return Answer(text, ProblemBody, media_type=PROBLEM_JSON, codes=codes)


READING: Mapping[int, Answer] = {
    400: problem("The request cannot be understood; every fault is named."),
    401: problem("The token is missing, malformed, expired, or not for this service."),
    403: problem("The token has no access to this client, or lacks the scope."),
    404: problem("There is no such client, or no such thing of it.", Code.NOT_FOUND),
}


def refusals(*codes: Code) -> Mapping[int, Answer]:
    """The refusals of a decision: those of reading, and the rules that it can break."""
    wrong = problem("The request cannot be understood; every fault is named.", Code.WRONG_VALUE)
    return {
        **READING,
        400: wrong,
        422: problem("The request breaks a rule; every fault is named.", Code.WRONG_VALUE, *codes),
    }
