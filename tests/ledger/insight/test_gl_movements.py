"""GL movements (2.13): closed periods are frozen, open ones are computed."""

from datetime import UTC, datetime

import asyncpg
import pytest

from reskontro.kernel.problems import Refused
from reskontro.ledger.service.checks import check_client
from reskontro.platform.migrations import migrations_folder

OPENED = datetime(2024, 12, 10, 9, tzinfo=UTC)


@pytest.fixture
async def listed(api):
    async def call(query=""):
        answer = await api.get(f"/glmovements{query}")
        assert answer.status_code == 200, answer.text
        return [
            (m["glYear"], m["glPeriod"], m["glAccountNo"], m["openingBalance"], m["movementAmount"], m["periodClosed"])
            for m in answer.json()["glMovements"]
        ]

    return call


@pytest.fixture
async def refused(api):
    async def call(path):
        answer = await api.get(path)
        return answer.status_code, [(e["errorCode"], e.get("field")) for e in answer.json()["errors"]]

    return call


@pytest.fixture
async def two_years(api, clock, close, pay):
    """An invoice of 625 in December, closed; paid in January, closed; another of 100 in February."""
    clock.moment = OPENED
    await api.customer()
    invoice = await api.invoice("1", documentDate="2024-12-10")
    clock.moment = datetime(2025, 1, 5, 9, tzinfo=UTC)
    await close(2024, 12)
    await pay("2025-01-05", 500.63, arItemId=invoice["arItemId"])
    clock.moment = datetime(2025, 2, 3, 9, tzinfo=UTC)
    await close(2025, 1)
    await api.invoice("2", 100, documentDate="2025-02-03")


async def test_the_year_change(two_years, listed):
    assert await listed("?fromglyear=2024") == [
        (2024, 12, 1500, 0, 625, True),
        (2024, 12, 3100, 0, -625, True),
        (2025, 1, 1500, 625, -500.63, True),
        (2025, 1, 1920, 0, 500.63, True),
        (2025, 2, 1500, 124.37, 100, False),
        (2025, 2, 1920, 500.63, 0, False),
        (2025, 2, 3100, 0, -100, False),
    ]


async def test_the_current_year_is_the_default_and_zero_accounts_are_asked_for(two_years, listed):
    default = await listed()
    assert {row[0] for row in default} == {2025}
    assert default == await listed("?glyear=2025") == await listed("?glyear=2025&includezero=FALSE")
    with_zero = await listed("?includezero=true")
    assert [row for row in with_zero if row not in default] == [(2025, 1, 3100, 0, 0, True)]
    assert await listed("?glyear=2026") == []
    assert await listed("?glyear=2023") == []


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?glyear=2025&glperiod=1", {(2025, 1, 1500), (2025, 1, 1920)}),
        ("?glyear=2025&closed=true", {(2025, 1, 1500), (2025, 1, 1920)}),
        ("?closed=False", {(2025, 2, 1500), (2025, 2, 1920), (2025, 2, 3100)}),
        ("?closed=ALL&glaccountno=1920", {(2025, 1, 1920), (2025, 2, 1920)}),
        ("?glaccountno=3100,1920&glyear=2025&glperiod=2", {(2025, 2, 1920), (2025, 2, 3100)}),
        ("?fromglaccountno=1501&toglaccountno=1920", {(2025, 1, 1920), (2025, 2, 1920)}),
        ("?toglyear=2024", {(2024, 12, 1500), (2024, 12, 3100)}),
        (
            "?fromglyear=2024&fromglperiod=12&toglyear=2025&toglperiod=1&glaccountno=1500",
            {(2024, 12, 1500), (2025, 1, 1500)},
        ),
        ("?fromglyear=2025&fromglperiod=2&glaccountno=1500", {(2025, 2, 1500)}),
    ],
)
async def test_filters(query, wanted, two_years, listed):
    assert {row[:3] for row in await listed(query)} == wanted


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("?glperiod=1", [("ARM-1008", "glperiod")]),
        ("?fromglperiod=1&toglperiod=2", [("ARM-1008", "fromglperiod"), ("ARM-1008", "toglperiod")]),
        ("?glyear=2025&fromglyear=2024&toglyear=2025", [("ARM-1008", "fromglyear"), ("ARM-1008", "toglyear")]),
        ("?fromglyear=2025&toglyear=2024", [("ARM-1008", "toglyear")]),
        ("?glyear=99", [("ARM-1002", "glyear")]),
        ("?glyear=2025&glperiod=13", [("ARM-1002", "glperiod")]),
        ("?closed=maybe&includezero=1", [("ARM-1002", "closed"), ("ARM-1002", "includezero")]),
        ("?glaccountno=a", [("ARM-1002", "glaccountno")]),
    ],
)
async def test_what_does_not_go_together_is_400(query, faults, refused):
    assert await refused(f"/glmovements{query}") == (400, faults)


async def test_pages_are_read_by_their_query(two_years, api):
    first = (await api.get("/glmovements?fromglyear=2024&pagesize=5")).json()
    assert (first["summary"]["totalCount"], first["summary"]["totalPages"]) == (7, 2)
    second = (await api.get(f"/glmovements?query={first['summary']['queryId']}&pageno=2")).json()
    assert [(m["glPeriod"], m["glAccountNo"]) for m in second["glMovements"]] == [(2, 1920), (2, 3100)]
    few = (await api.get("/glmovements?fromglyear=2024&maximumcount=3")).json()
    assert (few["summary"]["totalCount"], len(few["glMovements"])) == (3, 3)


async def test_what_is_frozen_does_not_change(two_years, api, listed, close, db):
    frozen = await listed("?closed=true&fromglyear=2024")
    late = await api.invoice("3", 50, documentDate="2025-01-15")
    assert (late["glYear"], late["glPeriod"]) == (2025, 2)
    assert await listed("?closed=true&fromglyear=2024") == frozen
    for statement in ("update gl_movement set debit_minor = 0", "delete from gl_movement"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(api.client_no) as tx:
                await tx.execute(f"{statement} where client_no = $1", api.client_no)
    assert await check_client(db, api.client_no) == []


async def test_a_closed_period_is_what_it_was_while_open(two_years, listed, close, db, api):
    before = [row[:5] for row in await listed("?includezero=true&fromglyear=2024")]
    await close(2025, 2)
    assert [row[:5] for row in await listed("?includezero=true&fromglyear=2024")] == before
    assert all(row[5] for row in await listed())
    assert await check_client(db, api.client_no) == []


async def why_not(closing):
    with pytest.raises(Refused) as refused:
        await closing
    (found,) = refused.value.faults
    assert (refused.value.status, found.code) == (422, "ARM-2013")
    return found.args["text"]


async def test_periods_are_closed_in_order(two_years, close):
    assert await why_not(close(2025, 3)) == "2025/2 has to be closed first"
    assert await why_not(close(2025, 1)) == "2025/1 is closed already"


async def test_the_first_closing_may_be_any_period_that_nothing_was_booked_before(api, clock, close, refused, listed):
    clock.moment = datetime(2025, 2, 3, 9, tzinfo=UTC)
    assert await refused("/glmovements/latest") == (404, [("ARM-1302", "glmovements")])
    await close(2024, 6)
    latest = (await api.get("/glmovements/latest")).json()
    assert (latest["glYear"], latest["glPeriod"], latest["glMovements"]) == (2024, 6, [])
    assert await listed("?fromglyear=2024") == []
    assert await why_not(close(2024, 8)) == "2024/7 has to be closed first"


async def test_the_first_closing_waits_for_what_was_booked_before(api, clock, close):
    clock.moment = datetime(2025, 2, 3, 9, tzinfo=UTC)
    await api.customer()
    await api.invoice("1", documentDate="2025-01-15")
    assert await why_not(close(2025, 2)) == "2025/1 has to be closed first"
    await close(2025, 1)


async def test_the_latest_closed_period_in_norwegian(two_years, api):
    latest = (await api.get("/glmovements/latest?glaccountno=1500,3100", Accept_Language="nb")).json()
    assert (latest["glYear"], latest["glPeriod"], latest["closedTime"]) == (2025, 1, "2025-02-03T10:00:00.000+01:00")
    (receivables,) = latest["glMovements"]
    assert receivables["glAccountName"] == "Kundefordringer"
    assert (receivables["openingBalance"], receivables["debitAmount"], receivables["creditAmount"]) == (625, 0, 500.63)
    assert (receivables["closingBalance"], receivables["itemCount"]) == (124.37, 1)


async def test_the_migration_freezes_what_a_closing_would_have(two_years, api, close, superuser_dsn):
    await close(2025, 2)
    script = (migrations_folder() / "sql" / "0010_insight.sql").read_text(encoding="utf-8")
    insert = next(part for part in script.split(";\n") if "insert into gl_movement" in part)
    mine = "select * from gl_movement where client_no = $1 order by gl_year, gl_period, gl_account_no"
    connection = await asyncpg.connect(superuser_dsn)
    try:
        frozen = [tuple(row) for row in await connection.fetch(mine, api.client_no)]
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("delete from gl_movement")
        await connection.execute(insert)
        assert [tuple(row) for row in await connection.fetch(mine, api.client_no)] == frozen
        await transaction.rollback()
    finally:
        await connection.close()
