"""`GET /health` (2.1)."""

from typing import Annotated

import msgspec

from reskontro import __version__
from reskontro.http.access import Public
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.wire import wire_time
from reskontro.ledger.http.described import TimeText, one_of
from reskontro.platform.health import components

EXAMPLE = {
    "status": "UP",
    "version": "1.4.0",
    "time": "2025-02-27T17:03:36.176+01:00",
    "components": {"database": "UP", "batchWorker": "UP"},
}


DOWN_EXAMPLE = EXAMPLE | {"status": "DOWN", "components": {"database": "UP", "batchWorker": "DOWN"}}

StateText = Annotated[str, one_of("UP", "DOWN")]


class HealthBody(msgspec.Struct):
    """Whether the service and each of its components answer."""

    status: StateText
    version: str
    time: TimeText
    components: dict[str, StateText]


async def get_health(call: Call) -> Reply:
    """200 while the database and the job worker answer, 503 with the same body otherwise."""
    found = await components(call.context.db)
    up = all(found.values())
    states = {name: "UP" if alive else "DOWN" for name, alive in found.items()}
    return Reply(200 if up else 503, HealthBody("UP" if up else "DOWN", __version__, wire_time(call.now), states))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/health",
        access=Public("Liveness and readiness are asked by machines that have no token."),
        handler=get_health,
        work=Work.NONE,
        summary="Check API health",
        tag="Health",
        answers={
            200: Answer("Up.", HealthBody, EXAMPLE),
            503: Answer("A component is down.", HealthBody, DOWN_EXAMPLE),
        },
    ),
)
