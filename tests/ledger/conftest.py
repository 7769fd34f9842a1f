"""A client of its own for each test, and the application with a clock that stands still."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from reskontro.app import Application, build, families
from reskontro.http.access import Principal, TokenRefused
from reskontro.identity.domain.resources import ARM
from reskontro.platform.clock import StandingClock
from reskontro.platform.database import Database
from reskontro.platform.settings import Mode, Settings
from tests.answers import HOOKS

NOW = datetime(2025, 2, 27, 16, 3, 36, 176_000, tzinfo=UTC)
ALL_SCOPES = frozenset(
    f"{verb}:arm.{what}"
    for verb in ("read", "write")
    for what in ("customer", "document", "ledger", "action", "file", "config", "log")
)
FIELD_KEY = (b"k" * 32).hex()  # of every application of a test run: they share the signing keys in the database
_numbers = count(1000)


@dataclass
class KnownTokens:
    """An authenticator that knows the tokens it has given."""

    principals: dict[str, Principal] = field(default_factory=dict)

    def give(self, *client_nos: int, scopes: frozenset[str] = ALL_SCOPES, audience: str = ARM) -> str:
        token = uuid4().hex
        self.principals[token] = Principal(
            "erp-test", uuid4(), audience, scopes, frozenset(client_nos) if client_nos else None, frozenset(), 2**40
        )
        return token

    async def principal(self, headers, audience: str) -> Principal:
        kind, _, token = headers.get("authorization", "").partition(" ")
        found = self.principals.get(token)
        if kind != "Bearer" or found is None or found.audience != audience:
            raise TokenRefused("not one of ours")
        return found


async def make_client(db: Database, client_no: int | None = None, **starts: int) -> int:
    """A client with an account and its counters."""
    client_no = client_no or next(_numbers)
    async with db.registry() as connection:
        await connection.execute(
            """
            insert into client (client_no, organization_id, company_id, legal_name, organization_no, vat_registered,
                sandbox, created_time)
            values ($1, $2, $3, 'Firma AS', '984842252', true, true, $4)
            """,
            client_no,
            uuid4(),
            client_no,
            NOW,
        )
    async with db.transaction(client_no) as tx:
        for counter, next_no in ({"account": 500001} | starts).items():
            await tx.execute(
                "insert into client_counter (client_no, counter, next_no) values ($1, $2, $3)",
                client_no,
                counter,
                next_no,
            )
    return client_no


async def set_config(db: Database, client_no: int, key: str, *values: str) -> None:
    async with db.transaction(client_no) as tx:
        for value in values:
            await tx.execute(
                "insert into client_config (client_no, config_key, value, valid_from) values ($1, $2, $3, $4)",
                client_no,
                key,
                value,
                date(2000, 1, 1),
            )


@pytest.fixture
async def tenant(db: Database) -> int:
    return await make_client(db)


@pytest.fixture
async def no_rates(superuser_dsn) -> AsyncIterator[None]:
    """The shared table of exchange rates, empty before and after: nobody else may change or delete them."""
    connection = await asyncpg.connect(superuser_dsn)
    await connection.execute("delete from currency_rate")
    yield
    await connection.execute("delete from currency_rate")
    await connection.close()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def tokens() -> KnownTokens:
    return KnownTokens()


@pytest.fixture
async def application(app_dsn, tmp_path, clock, tokens) -> AsyncIterator[Application]:
    """A running application on this worker's database, with a standing clock and known tokens."""
    config = Settings(
        DATABASE_URL=app_dsn, data=tmp_path, public_base_url="http://testserver", mode=Mode.SANDBOX,
        database_connections=6, field_key=FIELD_KEY,
    )  # fmt: skip
    application = Application(config, families(config.mode), authenticator=tokens, clock=clock)
    application.asgi = build(application)
    async with application.lifespan(None):
        yield application


@dataclass
class Api:
    """The interface of one client, as an integration calls it."""

    http: httpx.AsyncClient
    client_no: int
    token: str

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.token}"} | {n.replace("_", "-"): v for n, v in headers.items()}
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        url = path if path.startswith("/arm") else f"/arm/v1/clients/{self.client_no}{path}"
        return await self.http.request(method, url, content=content, headers=sent)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.call("GET", path, **headers)

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.call("POST", path, body, **headers)

    async def put(self, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.call("PUT", path, body, **headers)

    async def customer(self, customer_no: str = "543210", **fields: object) -> dict:
        body = {"customerNo": customer_no, "name": "Owe Armstrong"} | fields
        answer = await self.post("/customers", {"metadata": {"userId": "TestUser"}, "customer": body})
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()["customer"]

    async def invoice(self, document_no: str, incl_vat: float = 625, *, customer_no: str = "543210", **fields) -> dict:
        answer = await self.post_document(document_no, incl_vat, customer_no=customer_no, **fields)
        assert answer.status_code == 201, answer.text
        return answer.json()["document"]

    async def post_document(self, document_no: str, incl_vat: float = 625, **fields) -> httpx.Response:
        document = new_invoice(document_no, incl_vat, **fields)
        return await self.post("/documents", {"metadata": {"userId": "TestUser"}, "document": document})

    async def item(self, ar_item_id: str) -> dict:
        answer = await self.get(f"/aritems/{ar_item_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


def new_invoice(document_no: str, incl_vat: float = 625, *, customer_no: str = "543210", **fields) -> dict:
    """An invoice of one line without VAT."""
    amounts = {"exclVat": incl_vat, "vat": 0, "inclVat": incl_vat}
    line = {
        "lineNo": 1,
        "lineType": "PLH",
        "lineText": "Comb",
        "quantity": 1,
        "price": incl_vat,
        "currencyAmounts": amounts,
    }
    return {
        "documentType": "IN",
        "customerNo": customer_no,
        "documentNo": document_no,
        "documentDate": "2025-02-27",
        "currencyAmounts": amounts,
        "documentLines": [line],
    } | fields


ApiFor = Callable[..., Api]


@pytest.fixture
async def http(application) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", event_hooks=HOOKS) as client:
        yield client


@pytest.fixture
async def api_for(http, tokens) -> ApiFor:
    def make(client_no: int, *, scopes: frozenset[str] = ALL_SCOPES) -> Api:
        return Api(http, client_no, tokens.give(client_no, scopes=scopes))

    return make


@pytest.fixture
async def api(api_for, tenant) -> Api:
    return api_for(tenant)


__all__ = ["UUID", "Api", "KnownTokens", "make_client", "new_invoice", "set_config"]
