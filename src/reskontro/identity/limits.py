"""Counts requests and failures in the database, so that the limits hold over all processes together."""

from collections.abc import Callable

from reskontro.identity import store
from reskontro.identity.domain.limits import FAILURES, TOKEN_REQUESTS, Limit, wait_s, with_one_more
from reskontro.identity.domain.refusals import slow_down
from reskontro.platform.database import Database


class RateLimits:
    """The counters of one installation."""

    def __init__(self, db: Database, seconds: Callable[[], float]) -> None:
        self._db = db
        self._seconds = seconds

    def now_ms(self) -> int:
        """Real time in Unix milliseconds."""
        return int(self._seconds() * 1000)

    async def admit(self, client_id: str | None, address: str, *, counts: bool) -> None:
        """Let an attempt of a client from an address through, counting it as a token request; raises Refused."""
        await self._count(_failures(client_id, address), _requests(client_id) if counts else {})

    async def failed(self, client_id: str | None, address: str) -> None:
        """Count a failure; raises Refused where others, under way at the same time, have used up the limit."""
        failures = _failures(client_id, address)
        await self._count(failures, failures)

    async def _count(self, checked: dict[str, Limit], counted: dict[str, Limit]) -> None:
        now_ms = self.now_ms()
        limits = checked | counted
        async with self._db.registry() as connection, connection.transaction():
            hits = await store.lock_hits(connection, list(limits), now_ms)
            wait = max(wait_s(limit, hits[subject], now_ms) for subject, limit in limits.items())
            if wait == 0:
                for subject, limit in counted.items():
                    await store.keep_hits(connection, subject, with_one_more(limit, hits[subject], now_ms))
        if wait:
            raise slow_down(wait)


def _failures(client_id: str | None, address: str) -> dict[str, Limit]:
    subjects = {f"failures:address:{address}": FAILURES}
    if client_id is not None:
        subjects[f"failures:client:{client_id}"] = FAILURES
    return subjects


def _requests(client_id: str | None) -> dict[str, Limit]:
    return {} if client_id is None else {f"requests:client:{client_id}": TOKEN_REQUESTS}
