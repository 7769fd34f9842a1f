"""Log items (2.15)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import pytest

from reskontro.ledger.http import list_examples as examples
from tests.ledger.conftest import ALL_SCOPES, make_client

PUBLISHED = examples.LOG_ITEMS["logItems"][0]


async def logged(api, query=""):
    answer = await api.get(f"/logitems{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["logItems"]


async def test_the_published_log_item(api, application, clock):
    await api.customer()
    item = await api.invoice("88776655", dueDate="2025-03-13")
    clock.moment = datetime(2025, 3, 20, 8, 12, 44, 118_000, tzinfo=UTC)
    body = {"metadata": {"userId": "TestUser"}, "arItem": {"arItemId": item["arItemId"], "dueDate": "2025-04-01"}}
    request_id = "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11"
    assert (await api.put("/aritems", body, X_Request_Id=request_id)).status_code == 200
    answer = await api.get("/logitems")
    got = answer.json()
    assert list(got) == ["summary", "logItems"]
    assert list(got["summary"]) == list(examples.LOG_ITEMS["summary"])
    assert got["summary"] | {"queryId": ""} == examples.LOG_ITEMS["summary"] | {"queryId": ""}
    assert answer.headers["x-total-count"] == "1"
    (found,) = got["logItems"]
    assert list(found) == list(PUBLISHED)
    own = {
        "logItemId": found["logItemId"],
        "clientNo": api.client_no,
        "integrationId": "erp-test",
        "path": f"/arm/v1/clients/{api.client_no}/aritems",
        "entityId": item["arItemId"],
    }
    assert found == PUBLISHED | own
    assert UUID(found["logItemId"])
    assert (await api.get(f"/logitems/{found['logItemId']}")).json() == found


async def test_the_last_seven_days_newest_first(api, clock):
    start = clock.moment
    for days in range(10):
        clock.moment = start + timedelta(days=days)
        await api.customer(f"C-{days}")
    assert [item["entityId"] for item in await logged(api)] == [f"C-{n}" for n in range(9, 1, -1)]
    until = quote((start + timedelta(days=3)).isoformat())
    assert [item["entityId"] for item in await logged(api, f"?tologtime={until}")] == ["C-2", "C-1", "C-0"]
    # A plus that was not escaped has become a space.
    since = (start - timedelta(days=1)).isoformat(timespec="milliseconds")
    assert len(await logged(api, f"?fromlogtime={since}")) == 10


async def test_each_filter(api, clock):
    await api.customer("Abc")
    await api.customer("abd", ssn="01019921717", bankAccountNo="81501757329")
    await api.post("/customers", {"metadata": {"userId": "Kari"}, "customer": {"customerNo": "abe", "name": "X"}},
                   X_Request_Id="7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11")  # fmt: skip
    await api.invoice("I-1", customer_no="Abc")

    async def ids(query):
        return sorted({item["entityId"] for item in await logged(api, query)})

    assert await ids("") == ["Abc", "I-1", "abd", "abe"]
    assert await ids("?loglevel=warning") == ["abd"]
    assert await ids("?source=api&entitytype=document") == ["I-1"]
    assert await ids("?source=batch") == []
    assert await ids("?entityid=ABC") == ["Abc"]
    assert await ids("?customerno=ABC") == ["Abc", "I-1"]
    assert await ids("?loguserid=kari") == ["abe"]
    assert await ids("?loguserid=kari&userid=anybody") == ["abe"]
    assert await ids("?requestid=7D0B3A4E-6d3c-4d2f-9a61-0c1f6a0b8f11") == ["abe"]


async def test_personal_numbers_are_masked(api):
    await api.customer(ssn="01019921717", bankAccountNo="81501757329")
    answer = await api.get("/logitems")
    assert "01019921717" not in answer.text
    assert "81501757329" not in answer.text
    changes = {c["field"]: c["newValue"] for item in answer.json()["logItems"] for c in item["changes"]}
    assert (changes["ssn"], changes["bankAccountNo"]) == ("*******1717", "*******7329")


async def test_pages_are_fixed_by_the_first_call(api):
    for number in range(12):
        await api.customer(f"C-{number}")
    first = (await api.get("/logitems?pagesize=5")).json()
    await api.customer("later")
    seen = [item["logItemId"] for item in first["logItems"]]
    for page in (2, 3):
        url = f"/logitems?query={first['summary']['queryId']}&pageno={page}"
        following = (await api.get(url)).json()
        seen += [item["logItemId"] for item in following["logItems"]]
    assert following["summary"]["totalCount"] == 12
    assert following["summary"]["currentPageSize"] == 2
    assert "nextPage" not in following["summary"]
    assert len(set(seen)) == 12
    beyond = await api.get(f"/logitems?query={first['summary']['queryId']}&pageno=4")
    assert beyond.json()["errors"][0]["errorCode"] == "ARM-1005"
    elsewhere = await api.get(f"/glitems?query={first['summary']['queryId']}")
    assert elsewhere.json()["errors"][0]["errorCode"] == "ARM-1303"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("?loglevel=loud", 400, "ARM-1002"),
        ("?fromlogtime=2025-03-20", 400, "ARM-1002"),
        ("?pageno=2", 400, "ARM-1005"),
        ("?pagesize=50&maximumcount=10", 400, "ARM-1006"),
        ("/not-a-uuid", 400, "ARM-1002"),
        ("/e1b2c3d4-5f60-4711-8a9b-0c1d2e3f4a5b", 404, "ARM-1302"),
    ],
)
async def test_what_cannot_be_asked(api, path, status, code):
    answer = await api.get(f"/logitems{path}")
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (status, code)


async def test_the_log_needs_its_scope_and_its_client(api, api_for, db):
    await api.customer()
    (item,) = await logged(api)
    assert (await api_for(api.client_no, scopes=ALL_SCOPES - {"read:arm.log"}).get("/logitems")).status_code == 403
    other = api_for(await make_client(db))
    assert (await other.get(f"/logitems/{item['logItemId']}")).status_code == 404
