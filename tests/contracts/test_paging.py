"""Section 1.7, held for every list that is paged: sizes, links, and the result that the first call fixes."""

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from reskontro.app import families
from reskontro.http import pipeline
from reskontro.platform.settings import Mode
from tests.ledger.conftest import Api, make_client

USER = {"metadata": {"userId": "TestUser"}}
ROWS = 12
EVER = "fromlogtime=2025-01-01T00:00:00Z"


@dataclass(frozen=True)
class Listed:
    """A list: its path, its array, what identifies a record, filters that leave everything and nothing."""

    resource: str
    array: str
    key: str
    everything: str
    nothing: str

    def __str__(self) -> str:
        return self.resource

    def path(self, query: str = "") -> str:
        return f"/{self.resource}?{self.everything}" + (f"&{query}" if query else "")


LISTS = [
    Listed("aritems", "arItems", "arItemId", "status=all", "customerno=nobody"),
    Listed("customers", "customers", "customerNo", "hasbalance=true", "customerno=nobody"),
    Listed("documents", "documents", "documentNo", "documenttype=IN", "customerno=nobody"),
    Listed("documentbundles", "documentBundles", "documentBundleId", "documenttype=IN", "documenttype=CN"),
    Listed("files", "files", "fileUuid", "direction=IN", "filename=nothing"),
    Listed("glitems", "glItems", "glItemId", "glaccountno=1500", "glcaseno=1"),
    Listed("glmovements", "glMovements", "", "glyear=2025", "glyear=1999"),
    Listed("logitems", "logItems", "logItemId", EVER, "entityid=nothing"),
]
each = pytest.mark.parametrize("listed", LISTS, ids=str)


def test_these_are_all_the_lists():
    arm = next(family for family in families(Mode.SANDBOX) if family.name == "arm")
    paged = {e.path.rpartition("/")[2] for e in arm.endpoints if any(p.name == "pageno" for p in e.query)}
    assert paged == {listed.resource for listed in LISTS}


@pytest.fixture
async def world(api, clock) -> Api:
    """Twelve months, each with a customer, an invoice, a file and a bundle of its own."""
    for number in range(ROWS):
        clock.moment += timedelta(days=30)
        await api.customer(f"C-{number}")
        await api.invoice(f"I-{number}", 100 + number, customer_no=f"C-{number}")
        file = {"fileType": "ATTACHMENT", "fileName": f"{number}.txt", "content": "QQ=="}
        assert (await api.post("/files", USER | {"files": [file]})).status_code == 200
    return api


async def got(api: Api, path: str) -> dict:
    answer = await api.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-total-count"] == str(answer.json()["summary"]["totalCount"])
    return answer.json()


async def refused(api: Api, path: str) -> tuple[int, list[tuple[str, str | None]]]:
    answer = await api.get(path)
    return answer.status_code, [(e["errorCode"], e.get("field")) for e in answer.json()["errors"]]


def keys(listed: Listed, body: dict) -> list[object]:
    rows = body[listed.array]
    if listed.key:
        return [row[listed.key] for row in rows]
    return [(row["glYear"], row["glPeriod"], row["glAccountNo"]) for row in rows]


# What is asked for, then pageSizeLimit and maximumCount.
SIZES = [
    ("", 100, 10_000),
    ("pagesize=5", 5, 10_000),
    ("pagesize=4", 10, 10_000),
    ("pagesize=1", 10, 10_000),
    ("pagesize=0", 10, 10_000),
    ("pagesize=-3", 10, 10_000),
    ("pagesize=1000", 1000, 10_000),
    ("pagesize=1001", 1000, 10_000),
    ("pagesize=99999999999999999999999", 1000, 10_000),
    ("maximumcount=10001", 100, 10_000),
    ("maximumcount=99999999999999999999999", 100, 10_000),
    ("maximumcount=7", 7, 7),
    ("maximumcount=1", 1, 1),
    ("maximumcount=7&pagesize=7", 7, 7),
    ("maximumcount=2&pagesize=2", 10, 2),
    ("maximumcount=000010&pagesize=05", 5, 10),
    ("maximumcount=&pagesize=&pageno=&query=", 100, 10_000),
]


@each
async def test_sizes_have_their_defaults_and_their_caps(world, listed):
    whole = (await got(world, listed.path()))["summary"]["totalCount"]
    assert whole >= ROWS
    for asked, size, maximum in SIZES:
        body = await got(world, listed.path(asked))
        summary = body["summary"]
        total = min(whole, maximum)
        assert (summary["pageSizeLimit"], summary["maximumCount"]) == (size, maximum), asked
        assert (summary["pageNo"], summary["totalCount"]) == (1, total), asked
        assert summary["totalPages"] == -(-total // size), asked
        assert summary["currentPageSize"] == len(body[listed.array]) == min(size, total), asked


@each
async def test_sizes_that_are_none_are_400(world, listed):
    for asked, fault in [
        ("pagesize=8&maximumcount=7", ("ARM-1006", "maximumcount")),
        ("pagesize=1000&maximumcount=999", ("ARM-1006", "maximumcount")),
        ("pagesize=5000&maximumcount=999", ("ARM-1006", "maximumcount")),
        ("maximumcount=0", ("ARM-1002", "maximumcount")),
        ("maximumcount=-1", ("ARM-1002", "maximumcount")),
        ("pagesize=ten", ("ARM-1002", "pagesize")),
        ("pagesize=5.0", ("ARM-1002", "pagesize")),
        ("pagesize=-", ("ARM-1002", "pagesize")),
        ("pagesize=+5", ("ARM-1002", "pagesize")),
        ("pagesize=٥", ("ARM-1002", "pagesize")),
        ("pageno=0", ("ARM-1002", "pageno")),
        ("pageno=-1", ("ARM-1002", "pageno")),
        ("pageno=x", ("ARM-1002", "pageno")),
        ("pagesize=5&pageno=999", ("ARM-1005", "pageno")),
        ("pageno=99999999999999999999999", ("ARM-1005", "pageno")),
        ("PageSize=5", ("ARM-1001", "PageSize")),
        ("pageSize=5", ("ARM-1001", "pageSize")),
    ]:
        assert await refused(world, listed.path(asked)) == (400, [fault]), asked


@each
async def test_pages_are_walked_by_their_links_and_hold_everything_once(world, listed):
    everything = keys(listed, await got(world, listed.path("pagesize=1000")))
    body = await got(world, listed.path("pagesize=5"))
    summary, seen, number = body["summary"], [], 1
    query_id, pages = summary["queryId"], summary["totalPages"]
    assert re.fullmatch(r"[A-Za-z0-9]{22}", query_id)
    url = f"http://testserver/arm/v1/clients/{world.client_no}/{listed.resource}?query={query_id}&pageno="
    while True:
        summary = body["summary"]
        assert list(body) == ["summary", listed.array]
        links = {
            "nextPage": f"{url}{number + 1}" if number < pages else None,
            "previousPage": f"{url}{number - 1}" if number > 1 else None,
            "lastPage": f"{url}{pages}",
        }
        links = {name: link for name, link in links.items() if link is not None}
        assert {name: summary[name] for name in summary if name.endswith("Page")} == links
        known = [*("pageNo", "currentPageSize", "pageSizeLimit", "totalPages", "totalCount", "maximumCount"), *links]
        assert list(summary) == [*known, "queryId"], "in the published order"
        assert (summary["pageNo"], summary["pageSizeLimit"], summary["queryId"]) == (number, 5, query_id)
        seen += keys(listed, body)
        if number == pages:
            break
        link = urlsplit(summary["nextPage"])
        number = int(parse_qs(link.query)["pageno"][0])
        body = await got(world, f"{link.path}?{link.query}&userid=somebody")
    assert seen == everything
    assert len(set(seen)) == len(seen)
    assert (await got(world, f"/{listed.resource}?query={query_id}"))["summary"]["pageNo"] == 1


@each
async def test_one_page_has_no_links(world, listed):
    summary = (await got(world, listed.path("pagesize=1000")))["summary"]
    assert not [name for name in summary if name.endswith("Page")]


@each
async def test_nothing_found_is_an_empty_list(world, listed):
    body = await got(world, f"/{listed.resource}?{listed.nothing}")
    assert body[listed.array] == []
    numbers = {name: body["summary"][name] for name in ("pageNo", "currentPageSize", "totalPages", "totalCount")}
    assert numbers == {"pageNo": 1, "currentPageSize": 0, "totalPages": 0, "totalCount": 0}
    assert (await got(world, f"/{listed.resource}?query={body['summary']['queryId']}"))[listed.array] == []


@each
async def test_a_query_is_of_one_client_and_one_list_and_takes_no_other_filter(world, listed, api_for, db):
    query_id = (await got(world, listed.path("pagesize=5")))["summary"]["queryId"]
    paging = f"/{listed.resource}?query={query_id}"
    name = listed.everything.partition("=")[0]
    assert await refused(world, f"{paging}&{listed.everything}") == (400, [("ARM-1008", name)])
    assert await refused(world, f"{paging}&pagesize=5&maximumcount=10") == (
        400,
        [("ARM-1008", "maximumcount"), ("ARM-1008", "pagesize")],
    )
    assert await refused(world, f"{paging}&pageno=999") == (400, [("ARM-1005", "pageno")])
    assert await refused(world, f"{paging}&pageno=99999999999999999999999") == (400, [("ARM-1005", "pageno")])
    unknown = (404, [("ARM-1303", "query")])
    swapped = query_id.swapcase() if query_id.swapcase() != query_id else "x" * 22
    for other in (swapped, query_id[:-1], "x", "x" * 5000, "%27"):
        assert await refused(world, f"/{listed.resource}?query={other}") == unknown
    elsewhere = next(one for one in LISTS if one.resource != listed.resource)
    assert await refused(world, f"/{elsewhere.resource}?query={query_id}") == unknown
    assert await refused(api_for(await make_client(db)), paging) == unknown


@each
async def test_a_query_lives_for_an_hour_after_its_last_use(world, listed, superuser_dsn):
    query_id = (await got(world, listed.path("pagesize=5")))["summary"]["queryId"]
    connection = await asyncpg.connect(superuser_dsn)

    async def age(minutes: int) -> None:
        await connection.execute(
            "update list_query set last_used = last_used - make_interval(mins => $1) where query_id = $2",
            minutes,
            query_id,
        )

    paging = f"/{listed.resource}?query={query_id}&pageno=2"
    for _ in range(3):
        await age(59)
        await got(world, paging)
    await age(61)
    await connection.close()
    assert await refused(world, paging) == (404, [("ARM-1303", "query")])


async def test_what_was_added_since_is_not_there_and_what_was_deleted_is_passed_over(world):
    for number in range(7):
        await world.customer(f"D-{number}")
    first = await got(world, "/customers?hasbalance=false&pagesize=5")
    assert first["summary"]["totalCount"] == 7
    for number in (1, 5):
        assert (await world.call("DELETE", f"/customers/D-{number}")).status_code == 200
    await world.customer("D-later")
    query = f"/customers?query={first['summary']['queryId']}&pageno="
    pages = [await got(world, f"{query}{number}") for number in (1, 2)]
    assert [[c["customerNo"] for c in page["customers"]] for page in pages] == [
        ["D-0", "D-2", "D-3", "D-4"],
        ["D-6"],
    ]
    assert [page["summary"]["currentPageSize"] for page in pages] == [4, 1]
    assert {page["summary"]["totalCount"] for page in pages} == {7}


async def test_rows_are_read_again_when_a_page_is_fetched(world):
    query_id = (await got(world, "/customers?pagesize=5"))["summary"]["queryId"]
    await world.customer("C-0", name="Another Name")
    again = await got(world, f"/customers?query={query_id}")
    assert again["customers"][0]["name"] == "Another Name"


async def test_each_list_is_in_its_published_order(world):
    clock_order = [f"I-{number}" for number in range(ROWS)]
    items = (await got(world, "/aritems"))["arItems"]
    order = [(i["accountNo"], i["referenceNo"], i["referenceSequenceNo"]) for i in items]
    assert order == sorted(order)
    accounts = [c["accountNo"] for c in (await got(world, "/customers"))["customers"]]
    assert accounts == sorted(accounts)
    documents = [(d["documentDate"], d["documentNo"]) for d in (await got(world, "/documents"))["documents"]]
    assert documents == sorted(documents)
    assert {number for _, number in documents} == set(clock_order)
    bundles = [b["createdTime"] for b in (await got(world, "/documentbundles"))["documentBundles"]]
    assert bundles == sorted(bundles, reverse=True)
    lines = [(g["glCaseNo"], g["lineNo"]) for g in (await got(world, "/glitems"))["glItems"]]
    assert lines == sorted(lines)
    moved = (await got(world, "/glmovements?glyear=2025"))["glMovements"]
    order = [(m["glYear"], m["glPeriod"], m["glAccountNo"]) for m in moved]
    assert order == sorted(order)
    times = [item["logTime"] for item in (await got(world, f"/logitems?{EVER}"))["logItems"]]
    assert times == sorted(times, reverse=True)


async def test_the_envelope_of_1_7(published):
    for number in range(245):
        await published.customer(f"C-{number}")
    summary = (await got(published, "/customers"))["summary"]
    query_id = summary["queryId"]
    url = f"http://testserver/arm/v1/clients/2218/customers?query={query_id}&pageno="
    wanted = {
        "pageNo": 1, "currentPageSize": 100, "pageSizeLimit": 100, "totalPages": 3, "totalCount": 245,
        "maximumCount": 10000, "nextPage": f"{url}2", "lastPage": f"{url}3", "queryId": query_id,
    }  # fmt: skip
    assert summary == wanted
    assert list(summary) == list(wanted)


async def test_the_user_whom_a_read_is_for_is_logged_and_changes_nothing(published, monkeypatch):
    logged: list[tuple[str, dict]] = []

    class Log:
        def info(self, event: str, **told: object) -> None:
            logged.append((event, told))

    monkeypatch.setattr(pipeline, "log", Log())
    plain = await published.get("/customers?userid=")
    named = await published.get("/customers?userid=kari%40firma.no")
    assert named.status_code == plain.status_code == 200
    told = {"path": "/arm/v1/clients/2218/customers", "user_id": "kari@firma.no"}
    assert logged == [("called for a user", told | {"request_id": named.headers["x-request-id"]})]
