"""A token service without the rest of the application, and who calls it, each from an address of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx

from reskontro.http.call import Context
from reskontro.http.pipeline import Pipeline
from reskontro.identity.authenticator import TokenAuthenticator
from reskontro.identity.http import IDENTITY
from reskontro.identity.service import Identity
from reskontro.platform.clock import OffsetClock
from reskontro.platform.secrets import FieldCipher
from tests.answers import HOOKS

ISSUER = "http://testserver"
CIPHER = FieldCipher([b"k" * 32])

_addresses = count(1)


class Moment:
    """A real time that can be moved."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


class Caller:
    """A client of one token service, from one address."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def token(self, client_id: str, secret: str, **more: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        return await self.http.post("/token", data=form | more)

    async def refresh(self, client_id: str, secret: str, refresh_token: str, **more: str) -> httpx.Response:
        form = {"client_id": client_id, "client_secret": secret, "refresh_token": refresh_token}
        return await self.http.post("/refresh", data=form | more)

    async def verify(self, token: str, **query: str) -> httpx.Response:
        return await self.http.get("/verify", headers={"Authorization": f"Bearer {token}"}, params=query)


def application(identity: Identity, trusted_proxies: frozenset[str] = frozenset()):
    """The endpoints of identity alone."""
    context = Context(
        db=identity.db,
        clock=OffsetClock(),
        authenticator=TokenAuthenticator.of(identity),
        base_url=identity.issuer,
        trusted_proxies=trusted_proxies,
        parts={Identity: identity},
    )
    paths = {endpoint.path for endpoint in IDENTITY.endpoints}
    routes = {
        path: Pipeline(IDENTITY, [e for e in IDENTITY.endpoints if e.path == path], lambda: context) for path in paths
    }

    async def app(scope, receive, send) -> None:
        await routes[scope["path"]](scope, receive, send, {})

    return app


@asynccontextmanager
async def calling(
    identity: Identity, address: str | None = None, trusted_proxies: frozenset[str] = frozenset()
) -> AsyncIterator[Caller]:
    number = next(_addresses)
    peer = address or f"198.51.{number // 250}.{number % 250 + 1}"
    transport = httpx.ASGITransport(application(identity, trusted_proxies), client=(peer, 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER, event_hooks=HOOKS) as http:
        yield Caller(http)
