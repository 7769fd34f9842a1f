"""`GET /health` (2.1)."""

from reskontro import __version__
from reskontro.http.access import Public
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.wire import wire_time
from reskontro.platform.health import components

EXAMPLE = {
    "status": "UP",
    "version": "1.4.0",
    "time": "2025-02-27T17:03:36.176+01:00",
    "components": {"database": "UP", "batchWorker": "UP"},
}


async def get_health(call: Call) -> Reply:
    """200 while the database and the job worker answer, 503 with the same body otherwise."""
    found = await components(call.context.db)
    up = all(found.values())
    body = {
        "status": "UP" if up else "DOWN",
        "version": __version__,
        "time": wire_time(call.now),
        "components": {name: "UP" if alive else "DOWN" for name, alive in found.items()},
    }
    return Reply(200 if up else 503, body)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/health",
        access=Public("Liveness and readiness are asked by machines that have no token."),
        handler=get_health,
        work=Work.NONE,
        summary="Check API health",
        tag="Health",
        answers={200: Answer("Up.", dict, EXAMPLE), 503: Answer("A component is down.", dict)},
    ),
)
