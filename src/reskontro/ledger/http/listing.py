"""Paging of list calls (1.7).

The first call runs the query, fixes its result as a list of keys and hands out a `queryId`; following pages are read by
that id. Rows are read again when a page is fetched.
"""

import secrets
import string
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.call import Call
from reskontro.http.endpoint import Parameter
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.errors import Code, fault, invalid
from reskontro.platform.clock import real_now
from reskontro.platform.database import Transaction

MOST_RECORDS = 10_000
MOST_ON_PAGE = 1_000
ON_PAGE = 100
LEAST_ON_PAGE = 5
TOO_SMALL_BECOMES = 10
KEPT = timedelta(minutes=60)
_ALPHABET = string.ascii_letters + string.digits
_HALVES = struct.Struct(">qq")


def _count(text: str) -> int:
    """A number from 1; one that is longer than any that counts is the largest."""
    if not (text.isascii() and text.isdigit() and text.strip("0")):
        raise ValueError("a whole number from 1 is wanted")
    return int(text) if len(text) <= DIGITS else LARGEST


def _page_size(text: str) -> int:
    """A page size. What is below the least one is no mistake, so zero and less is none either."""
    if text.isascii() and text.removeprefix("-").isdigit() and (text[0] == "-" or not text.strip("0")):
        return 0
    return _count(text)


DIGITS = 9
LARGEST = 10**DIGITS - 1
_SCHEMA = {"type": "integer", "minimum": 1}
_QUERY_ID = {"type": "string", "pattern": r"^[^\x00]*$"}
PAGING = (
    Parameter("maximumcount", _count, "Largest total number of records, 10000 at most.", _SCHEMA),
    Parameter("pagesize", _page_size, "Records a page, 1000 at most; below 5 becomes 10.", {"type": "integer"}),
    Parameter("pageno", _count, "Number of the page, from 1.", _SCHEMA),
    Parameter("query", str, "Id of an earlier query whose result is being paged.", _QUERY_ID),
)
_WITH_QUERY = frozenset({"query", "pageno", "userid"})


UrlText = Annotated[str, msgspec.Meta(extra_json_schema={"format": "uri"})]


class Summary(msgspec.Struct, rename="camel"):
    """What a list's answer says of its pages, as the description of the interface has it."""

    page_no: int
    current_page_size: int
    page_size_limit: int
    total_pages: int
    total_count: int
    maximum_count: int
    query_id: Annotated[str, msgspec.Meta(extra_json_schema={"pattern": "^[A-Za-z0-9]{22}$"})]
    next_page: UrlText | UnsetType = UNSET
    previous_page: UrlText | UnsetType = UNSET
    last_page: UrlText | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a fixed result: its keys, flattened, and what the summary says."""

    keys: Sequence[int]
    summary: dict[str, Any]
    expand: frozenset[str]


def keys_of_uuids(uuids: Iterable[UUID]) -> list[int]:
    """UUIDs as keys of a result, two numbers each."""
    return [half for uuid in uuids for half in _HALVES.unpack(uuid.bytes)]


def uuids_of_keys(keys: Sequence[int]) -> list[UUID]:
    """The UUIDs that such keys are."""
    return [UUID(bytes=_HALVES.pack(*pair)) for pair in zip(keys[::2], keys[1::2], strict=True)]


def sizes(call: Call) -> tuple[int, int]:
    """The effective maximum count and page size of a first call."""
    maximum = min(call.query.get("maximumcount", MOST_RECORDS), MOST_RECORDS)
    given = call.query.get("pagesize")
    if given is None:
        return maximum, min(ON_PAGE, maximum)
    size = TOO_SMALL_BECOMES if given < LEAST_ON_PAGE else min(given, MOST_ON_PAGE)
    if min(given, MOST_ON_PAGE) > maximum:
        raise invalid(fault(Code.MAXIMUM_BELOW_PAGE, "maximumcount is smaller than pagesize", "maximumcount", maximum))
    return maximum, size


async def first_page(
    call: Call,
    resource: str,
    keys: Sequence[int],
    width: int,
    maximum: int,
    size: int,
    more: frozenset[str] = frozenset(),
) -> Page:
    """Fix the result of a first call; `keys` are flattened, `width` numbers a record.

    What the call wants to see of each record holds for its following pages: its expansions, and `more`.
    """
    query_id = "".join(secrets.choice(_ALPHABET) for _ in range(22))
    expand: frozenset[str] = call.query.get("expand", frozenset()) | more
    number = _page_number(call, len(keys) // width, size)
    mine = keys[(number - 1) * size * width : number * size * width]
    total = len(keys) // width
    await call.tx.execute(
        """
        insert into list_query (client_no, query_id, resource, page_size, maximum_count, total_count, expand, keys,
            last_used)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        call.client,
        query_id,
        resource,
        size,
        maximum,
        total,
        ",".join(sorted(expand)),
        list(keys),
        real_now(),
    )
    return _page(call, resource, query_id, mine, width, total, maximum, size, expand)


async def following_page(call: Call, resource: str, width: int) -> Page | None:
    """The page of an earlier query that the call names, None where it names none."""
    query_id = call.query.get("query")
    if query_id is None:
        return None
    others = sorted(set(call.query) - _WITH_QUERY)
    if others:
        raise invalid(*(fault(Code.COMBINATION, "Not allowed together with query", name) for name in others))
    now = real_now()
    number = min(call.query.get("pageno", 1), MOST_RECORDS)  # one that is too high is told below
    row = await call.tx.fetchrow(
        """
        update list_query set last_used = $4
        where client_no = $1 and query_id = $2 and resource = $3 and last_used > $5
        returning page_size, maximum_count, total_count, expand,
            keys[($6::int - 1) * page_size * $7::int + 1 : $6::int * page_size * $7::int] as keys
        """,
        call.client,
        query_id,
        resource,
        now,
        now - KEPT,
        number,
        width,
    )
    if row is None:
        details = [fault(Code.QUERY_UNKNOWN, "Query id unknown or expired", "query", query_id[:40])]
        raise Refused(404, details, summary="Query id unknown or expired")
    expand = frozenset(row["expand"].split(",")) if row["expand"] else frozenset()
    _page_number(call, row["total_count"], row["page_size"])
    return _page(
        call,
        resource,
        query_id,
        row["keys"],
        width,
        row["total_count"],
        row["maximum_count"],
        row["page_size"],
        expand,
    )


def _page_number(call: Call, total: int, size: int) -> int:
    number: int = call.query.get("pageno", 1)
    pages = -(-total // size)
    if number > pages and number > 1:
        raise invalid(fault(Code.PAGE_OUT_OF_RANGE, "There are {pages} pages", "pageno", number, pages=pages))
    return number


def _page(
    call: Call,
    resource: str,
    query_id: str,
    mine: Sequence[int],
    width: int,
    total: int,
    maximum: int,
    size: int,
    expand: frozenset[str],
) -> Page:
    number: int = call.query.get("pageno", 1)
    pages = -(-total // size)
    url = f"{call.url}/clients/{call.client}/{resource}?query={query_id}&pageno="
    summary: dict[str, Any] = {
        "pageNo": number,
        "currentPageSize": len(mine) // width,
        "pageSizeLimit": size,
        "totalPages": pages,
        "totalCount": total,
        "maximumCount": maximum,
    }
    if number < pages:
        summary["nextPage"] = f"{url}{number + 1}"
    if number > 1:
        summary["previousPage"] = f"{url}{number - 1}"
    if pages > 1:
        summary["lastPage"] = f"{url}{pages}"
    summary["queryId"] = query_id
    return Page(mine, summary, expand)


def page_summary(page: Page, bodies: Sequence[object]) -> dict[str, Any]:
    """The summary of a page whose records are these: what was deleted since the query ran is no record of it."""
    return page.summary | {"currentPageSize": len(bodies)}


def page_headers(page: Page) -> dict[str, str]:
    """The headers of a list answer."""
    return {"X-Total-Count": str(page.summary["totalCount"])}


async def forget_old(tx: Transaction) -> None:
    """Remove the results of a client that have lived their time."""
    await tx.execute("delete from list_query where client_no = $1 and last_used < $2", tx.client_no, real_now() - KEPT)
