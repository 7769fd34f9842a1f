"""The published interfaces, called as an integration calls them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import httpx
import pytest

from reskontro.app import Application, build, families
from reskontro.platform.clock import StandingClock
from reskontro.platform.settings import Mode, Settings
from tests.answers import HOOKS
from tests.ledger.conftest import (
    FIELD_KEY,
    NOW,
    Api,
    KnownTokens,
    api,
    api_for,
    application,
    clock,
    http,
    make_client,
    tenant,
    tokens,
)

__all__ = ["api", "api_for", "application", "clock", "http", "tenant", "tokens"]

PUBLISHED_CLIENT = 2218


@dataclass
class Counters:
    """Where the numbers that run over all clients, and the client's own, go on."""

    owner_dsn: str
    application: Application
    client_no: int

    async def go_on(self, *, gl_case_no: int, gl_lot_no: int, **own: int) -> None:
        """Let the next numbers be these. Blocks that the process holds are thrown away."""
        from reskontro.ledger.store.numbers import Numbers, set_next

        connection = await asyncpg.connect(self.owner_dsn)
        await connection.execute("select setval('gl_case_no', $1, false)", gl_case_no)
        await connection.execute("select setval('gl_lot_no', $1, false)", gl_lot_no)
        await connection.close()
        self.application.context.part(Numbers)._blocks.clear()
        for counter, next_no in own.items():
            await set_next(self.application.context.db, self.client_no, counter.replace("__", ":"), next_no)


async def forget_client(superuser_dsn: str, client_no: int) -> None:
    """Remove every row of a client, which nobody but a superuser can."""
    connection = await asyncpg.connect(superuser_dsn)
    await connection.execute("set session_replication_role = replica")
    tables = await connection.fetch(
        """
        select quote_ident(c.relname) as name from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'client_no'
        """
    )
    async with connection.transaction():
        for table in tables:
            await connection.execute(f"delete from {table['name']} where client_no = $1", client_no)
    await connection.close()


@pytest.fixture
async def published(db, superuser_dsn, api_for) -> AsyncIterator[Api]:
    """Client 2218 of the published examples, without rows; its first customer gets account 500002."""
    await forget_client(superuser_dsn, PUBLISHED_CLIENT)
    await make_client(db, PUBLISHED_CLIENT, account=500002)
    yield api_for(PUBLISHED_CLIENT)
    await forget_client(superuser_dsn, PUBLISHED_CLIENT)


@pytest.fixture
def counters(owner_dsn, application) -> Counters:
    return Counters(owner_dsn, application, PUBLISHED_CLIENT)


@dataclass
class Walk:
    """One running application for all steps of the walk, and two clients in it."""

    application: Application
    http: httpx.AsyncClient
    tokens: KnownTokens
    client_no: int
    other_client_no: int

    def token(self, *client_nos: int, **more: object) -> str:
        return self.tokens.give(*(client_nos or (self.client_no,)), **more)


@pytest.fixture(scope="session")
async def walk(app_dsn, db, tmp_path_factory, anyio_backend) -> AsyncIterator[Walk]:
    config = Settings(
        DATABASE_URL=app_dsn,
        data=tmp_path_factory.mktemp("walk"),
        public_base_url="http://testserver",
        mode=Mode.SANDBOX,
        database_connections=6,
        field_key=FIELD_KEY,
    )
    known = KnownTokens()
    application = Application(config, families(config.mode), authenticator=known, clock=StandingClock(NOW))
    asgi = build(application)
    async with application.lifespan(None):
        transport = httpx.ASGITransport(app=asgi, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", event_hooks=HOOKS) as client:
            yield Walk(application, client, known, await make_client(db), await make_client(db))
