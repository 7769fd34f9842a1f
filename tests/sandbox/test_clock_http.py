import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from reskontro.app import Application, build, families
from reskontro.http.access import Principal, TokenRefused
from reskontro.platform.business_clock import LISTENER_NAME, set_clock
from reskontro.platform.clock import real_now
from reskontro.platform.due_work import DueRunners
from reskontro.platform.settings import Mode, Settings
from tests.answers import HOOKS

MARCH = "2025-03-20T09:00:00+01:00"


class Tokens:
    """Tokens whose text is their scope."""

    async def principal(self, headers, audience: str) -> Principal:
        scope = headers.get("authorization", "").removeprefix("Bearer ")
        if not scope:
            raise TokenRefused
        return Principal("operator", uuid4(), audience, frozenset({scope}), None, frozenset(), 2**40)


class Due:
    """Work that becomes due; notes when it was asked."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []
        self.left = 2

    async def run_due(self, now: datetime) -> int:
        self.asked.append(now)
        self.left -= 1
        return max(0, self.left)


@asynccontextmanager
async def instance(dsn: str, folder, due: Due):
    """One web process, with a caller who is the operator."""
    config = Settings(DATABASE_URL=dsn, data=folder, public_base_url="http://testserver", database_connections=4)
    application = Application(config, families(Mode.SANDBOX), authenticator=Tokens())
    asgi = build(application)
    async with application.lifespan(None):
        application.current().parts[DueRunners] = DueRunners([due])
        headers = {"Authorization": "Bearer operator"}
        transport = httpx.ASGITransport(app=asgi)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://testserver", headers=headers, event_hooks=HOOKS
        ) as caller:
            yield caller


@pytest.fixture
def due() -> Due:
    return Due()


@pytest.fixture
async def two(app_dsn, db, tmp_path, due):
    """Two web processes of one installation."""
    async with instance(app_dsn, tmp_path, due) as one, instance(app_dsn, tmp_path, due) as other:
        yield one, other
    await set_clock(db, real_now())


async def time_of(caller: httpx.AsyncClient) -> datetime:
    """The time that any answer of any interface shows."""
    return datetime.fromisoformat((await caller.get("/arm/v1/health")).json()["time"])


async def test_every_process_has_the_new_time_when_the_answer_comes(two):
    for hour in range(5):
        moment = f"2025-03-20T{10 + hour}:00:00+01:00"
        answer = await two[0].put("/sandbox/clock", json={"now": moment})
        assert answer.status_code == 200
        for caller in two:
            assert 0 <= (await time_of(caller) - datetime.fromisoformat(moment)).total_seconds() < 5


async def test_the_answer_is_the_time_with_its_zone_and_the_count_of_moves(two):
    first = (await two[0].put("/sandbox/clock", json={"now": MARCH})).json()
    second = (await two[1].put("/sandbox/clock", json={"advance": "P14D"})).json()
    assert first["now"].startswith("2025-03-20T09:00:0")
    assert second["now"].startswith("2025-04-03T10:00:0"), "fourteen days of 24 hours; summer time has come"
    assert second["now"].endswith("+02:00")
    assert second["epoch"] == first["epoch"] + 1
    third = (await two[0].get("/sandbox/clock")).json()
    assert third["epoch"] == second["epoch"]
    assert third["now"] >= second["now"]


async def test_what_has_become_due_is_done_before_the_answer_until_nothing_is_left(two, due):
    await two[0].put("/sandbox/clock", json={"now": MARCH})
    assert len(due.asked) == 2
    assert all(moment >= datetime.fromisoformat(MARCH).astimezone(UTC) for moment in due.asked)


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "now", "One of now and advance is wanted"),
        ({"now": MARCH, "advance": "P1D"}, "advance", "Only one of now and advance is wanted"),
        ({"now": "2025-03-20T09:00:00"}, "now", "offset"),
        ({"now": "tomorrow"}, "now", "A timestamp such as"),
        ({"now": "0001-01-01T00:00:00+14:00"}, "now", ""),
        ({"now": "1969-01-01T00:00:00Z"}, "now", "between 1970 and 2199"),
        ({"now": 5}, "now", "A string is wanted"),
        ({"advance": "P1M"}, "advance", "A duration such as P14D"),
        ({"advance": "P999999D"}, "advance", "between 1970 and 2199"),
        ({"advance": ["P1D"]}, "advance", "A string is wanted"),
    ],
)
async def test_what_cannot_be_done_names_the_field_and_moves_nothing(two, body, field, said):
    before = (await two[0].get("/sandbox/clock")).json()["epoch"]
    answer = await two[0].put("/sandbox/clock", json=body)
    problem = answer.json()
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["requestId"] == answer.headers["x-request-id"]
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert problem["errors"][0]["field"] == field
    assert said in problem["errors"][0]["detail"]
    assert (await two[0].get("/sandbox/clock")).json()["epoch"] == before


async def test_only_an_operator_moves_the_clock(two):
    for headers, status in (({"Authorization": ""}, 401), ({"Authorization": "Bearer read:arm.ledger"}, 403)):
        assert (await two[0].put("/sandbox/clock", json={"now": MARCH}, headers=headers)).status_code == status
        assert (await two[0].get("/sandbox/clock", headers=headers)).status_code == status


async def test_a_process_that_does_not_hear_of_the_change_looks_for_itself(two, db):
    async with db.registry() as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and starts_with(application_name, $1)",
            LISTENER_NAME,
        )
    await asyncio.sleep(0)
    await two[0].put("/sandbox/clock", json={"now": MARCH})
    assert 0 <= (await time_of(two[1]) - datetime.fromisoformat(MARCH)).total_seconds() < 5


def test_production_has_no_clock_to_move():
    assert "sandbox" not in {family.name for family in families(Mode.PRODUCTION)}
