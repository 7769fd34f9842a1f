"""Calls that are made from the documents alone, good ones and bad ones, against the running application.

The number of calls an operation is `RESKONTRO_FUZZ_EXAMPLES` (of each kind; 5 where it is unset, which is what
`./check` runs). The calls are the same in each run unless `RESKONTRO_FUZZ_SEED` names another beginning.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from reskontro.app import Application, build, families
from reskontro.identity.domain.scopes import CATALOGUE
from reskontro.platform.clock import StandingClock
from reskontro.platform.database import Database
from reskontro.platform.settings import Mode, Settings
from tests.answers import document_of, faults_of
from tests.ledger.conftest import FIELD_KEY, NOW, Api, KnownTokens, make_client

EXAMPLES = int(os.environ.get("RESKONTRO_FUZZ_EXAMPLES", "5"))
SEED = int(os.environ.get("RESKONTRO_FUZZ_SEED", "2218"))
BASE_URL = "http://testserver"

load_all_checks()
CHECKED = CHECKS.get_by_names(
    [
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
SERVER_ERRORS = CHECKS.get_by_names(["not_a_server_error"])  # 503 is how health says that no worker runs
REJECTION = CHECKS.get_by_names(["negative_data_rejection"])

OPERATIONS = {
    f"{family.name} {operation.ok().label}": (family, operation.ok())
    for family in families(Mode.SANDBOX)
    for operation in schemathesis.openapi.from_dict(document_of(family)).get_all_operations()
}
# Whose negative data is judged elsewhere, or not at all by the contract.
LENIENT: dict[str, str] = {}


@dataclass
class Served:
    """A running application in a thread with its own loop, what is in its ledger, and how it is called."""

    loop: asyncio.AbstractEventLoop
    http: httpx.AsyncClient
    tokens: dict[str, str]
    client_no: int
    known: dict[str, list[str]]

    def wait(self, coroutine: Any) -> Any:
        future: Future[Any] = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        return future.result(30)

    def send(self, case: Case, audience: str) -> httpx.Response:
        sent = case.as_transport_kwargs(base_url=str(case.operation.base_url or BASE_URL))
        headers = {name: value for name, value in sent["headers"].items() if name.lower() != "authorization"}
        if audience in self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[audience]}"
        content = sent.get("data")
        body: Any = {"content": content} if isinstance(content, bytes | str) else {"data": content}
        if sent.get("json") is not None:
            body = {"json": sent["json"]}
        answer: httpx.Response = self.wait(
            self.http.request(sent["method"], sent["url"], params=sent.get("params"), headers=headers, **body)
        )
        return answer


async def _ledger(http: httpx.AsyncClient, db: Database, token_of: KnownTokens) -> tuple[int, dict[str, list[str]]]:
    """A client with something of everything, and the keys by which it is found."""
    client_no = await make_client(db)
    api = Api(http, client_no, token_of.give(client_no))
    await api.customer("543210", emailAddressDocument=["owe@example.no"])
    document = await api.invoice("88776655", 625)
    posting = {"postingId": "P1", "documentNo": "88776655", "voucherDate": "2025-02-27", "currencyAmount": 500.63}
    metadata = {"userId": "TestUser"}
    assert (
        await api.post("/autopostings/payment", {"metadata": metadata, "autoPostings": [posting]})
    ).status_code == 200
    upload = {"fileType": "ATTACHMENT", "fileName": "terms.pdf", "content": "JVBERi0xLjQKJeLjz9MK"}
    files = await api.post("/files", {"metadata": metadata, "files": [upload]})
    batch = await api.post("/customers/batches", {"metadata": metadata, "customers": [{"customerNo": "1"}]})
    logged = await api.get("/logitems")
    return client_no, {
        "aritemid": [document["arItemId"]],
        "glitemid": [f"{client_no}-{document['glCaseNo']}-1"],
        "batchuuid": [batch.json()["batchUuid"]],
        "fileuuid": [files.json()["files"][0]["fileUuid"]],
        "customerno": ["543210"],
        "documentno": ["88776655"],
        "configkey": ["kid.prefix"],
        "logitemid": [logged.json()["logItems"][0]["logItemId"]],
        "documentbundleid": [document["documentBundleId"]],
    }


@pytest.fixture(scope="module")
def served(app_dsn, tmp_path_factory) -> Iterator[Served]:
    config = Settings(
        DATABASE_URL=app_dsn, data=tmp_path_factory.mktemp("fuzz"), public_base_url=BASE_URL, mode=Mode.SANDBOX,
        database_connections=4, field_key=FIELD_KEY,
    )  # fmt: skip
    known_tokens = KnownTokens()
    application = Application(config, families(config.mode), authenticator=known_tokens, clock=StandingClock(NOW))
    asgi = build(application)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="served")
    thread.start()
    stack = AsyncExitStack()

    async def start() -> Served:
        await stack.enter_async_context(application.lifespan(None))  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app=asgi, raise_app_exceptions=False)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=BASE_URL))
        assert application.context is not None
        client_no, known = await _ledger(http, application.context.db, known_tokens)
        tokens = {
            family.name: known_tokens.give(client_no, scopes=frozenset(CATALOGUE), audience=family.audience)
            for family in application.families
            if family.name != "identity"
        }
        return Served(loop, http, tokens, client_no, known)

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(60)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def path_values(served: Served, operation: Any) -> dict[str, str]:
    """The keys of what is there, so that good calls find something."""
    names = [parameter.name for parameter in operation.path_parameters]
    return {name: served.known[name][0] for name in names if name in served.known} | (
        {"clientno": str(served.client_no)} if "clientno" in names else {}
    )


def run(served: Served, family: Any, operation: Any, mode: GenerationMode, *, found: bool) -> None:
    """Make calls of one kind and look at each answer."""
    fixed = path_values(served, operation) if found else {}
    if not found and any(parameter.name == "clientno" for parameter in operation.path_parameters):
        fixed = {"clientno": str(served.client_no)} if mode is GenerationMode.POSITIVE else {}
    strategy = operation.as_strategy(generation_mode=mode, path_parameters=fixed or None)

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def look(case: Case) -> None:
        answer = served.send(case, family.name)
        checks = CHECKED if answer.status_code == 503 else CHECKED + SERVER_ERRORS
        checks = checks if mode is GenerationMode.POSITIVE or _empties(case) else checks + REJECTION
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as failed:
            pytest.fail(f"{case.as_curl_command()}\n{answer.status_code} {answer.text[:600]}\n{failed.exceptions}")
        assert faults_of(answer) == [], case.as_curl_command()

    look()


def _empties(case: Case) -> bool:
    """Whether a parameter is empty, which counts as absent."""
    return any(value in ("", None, [], {}) for value in (case.query or {}).values())


@pytest.mark.parametrize("label", OPERATIONS)
def test_good_calls_get_documented_answers(served, label):
    family, operation = OPERATIONS[label]
    run(served, family, operation, GenerationMode.POSITIVE, found=True)


def takes_data(operation: Any) -> bool:
    """Whether there is anything in a call that can be wrong.

    Headers can not: a wrong one is passed over. Nor can a body of XML: any bytes get a verdict.
    """
    bodies = [body for body in operation.body if not body.media_type.endswith("/xml")]
    return bool([*operation.path_parameters, *operation.query, *bodies])


@pytest.mark.parametrize("label", [label for label, (_, operation) in OPERATIONS.items() if takes_data(operation)])
def test_bad_calls_are_refused_as_documented(served, label):
    family, operation = OPERATIONS[label]
    run(served, family, operation, GenerationMode.NEGATIVE, found=False)
