"""Good tokens told from bad ones, fast enough for every call.

A token's signature is checked when it is first seen; after that it is found in a table, until it ends, is revoked, or
its key is withdrawn. Revocations are read from the database where they changed, which is looked at every two seconds
beside the calls; a process that has not looked for five seconds looks before it answers.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog

from reskontro.http.access import Authenticator, Principal, TokenRefused
from reskontro.identity import store
from reskontro.identity.domain.signing_keys import LONGEST_TOKEN
from reskontro.identity.keys import KeyRing
from reskontro.identity.service import Identity, read_learning
from reskontro.identity.store import Revocations
from reskontro.identity.tokens import SKEW_S, bearer_token
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database

log = structlog.get_logger(__name__)

MOST_SEEN = 10_000
LOOK_EVERY_S = 2.0
LOOK_FIRST_AFTER_S = 5.0


class _Seen(NamedTuple):
    """A token that was found good."""

    principal: Principal
    ends_s: float
    kid: str
    issued_s: int
    chain_id: UUID | None


class TokenAuthenticator(Authenticator):
    """The authenticator of the families that take bearer tokens."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        issuer: str,
        now: Callable[[], datetime] = real_now,
        seconds: Callable[[], float] = time.time,
    ) -> None:
        self._db = db
        self._ring = ring
        self._issuer = issuer
        self._now = now
        self._seconds = seconds
        self._seen: dict[str, _Seen] = {}
        self._revoked = Revocations(0, {}, frozenset())
        self._looked_at = float("-inf")
        self._look_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, identity: Identity) -> "TokenAuthenticator":
        """The authenticator for the tokens of a token service."""
        return cls(identity.db, identity.ring, identity.issuer, identity.now, lambda: identity.now().timestamp())

    async def principal(self, headers: Mapping[str, str], audience: str) -> Principal:
        """The principal of `Authorization: Bearer …`; raises TokenRefused."""
        moment = time.monotonic()
        if moment >= self._look_at:
            await self._look(moment)
        authorization = headers.get("authorization", "")
        seen = self._seen.get(authorization)
        if seen is None:
            seen = await self._first_sight(authorization)
        if self._seconds() >= seen.ends_s:
            self._seen.pop(authorization, None)
            raise TokenRefused("expired")
        if seen.principal.audience != audience:
            raise TokenRefused("for another audience")
        return seen.principal

    async def _first_sight(self, authorization: str) -> _Seen:
        token = bearer_token(authorization)
        claims, kid = await read_learning(self._ring, token, self._issuer, self._seconds())
        seen = _Seen(claims.principal, claims.exp + SKEW_S, kid, claims.iat, claims.sid)
        if self._is_revoked(seen):
            raise TokenRefused("revoked")
        if len(self._seen) >= MOST_SEEN:
            for oldest in list(self._seen)[: MOST_SEEN // 10]:
                del self._seen[oldest]
        self._seen[f"Bearer {token}"] = seen
        return seen

    def _is_revoked(self, seen: _Seen) -> bool:
        before_s = self._revoked.revoked_before_s.get(seen.principal.object_id, 0)
        return seen.issued_s < before_s or seen.chain_id in self._revoked.chains

    async def _look(self, moment: float) -> None:
        """See to it that revocations are looked at; waits for that only where the last look is too long ago."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_now())
            self._looking.add_done_callback(_log_failure)
        self._look_at = moment + LOOK_EVERY_S
        if moment - self._looked_at >= LOOK_FIRST_AFTER_S:
            self._look_at = float("-inf")  # whoever comes while this runs waits too
            await asyncio.shield(self._looking)
            self._look_at = time.monotonic() + LOOK_EVERY_S

    async def _look_now(self) -> None:
        moment = time.monotonic()
        async with self._db.registry() as connection:
            if await store.revision(connection) != self._revoked.revision:
                since = self._now() - LONGEST_TOKEN - timedelta(seconds=2 * SKEW_S)
                revoked = await store.revocations(connection, since)
                await self._ring.keep_up(revoked.revision, connection)
                self._revoked = revoked
                kept = [(t, s) for t, s in self._seen.items() if not self._is_revoked(s) and self._ring.find(s.kid)]
                self._seen = dict(kept)
        self._looked_at = moment

    async def close(self) -> None:
        """Wait for a look that is under way."""
        if self._looking is not None:
            await asyncio.wait([self._looking])


def _log_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.warning("revocations could not be read", error=type(task.exception()).__name__)
