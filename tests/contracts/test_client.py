"""The Python client: its files are those of the documents, and it does what its page says."""

import ast
import json
import re
import runpy
import sys
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from reskontro_client import AsyncConnection, Connection, Refused, Unreachable
from reskontro_client import connection as connections
from reskontro_client.arm import (
    RESOURCE,
    Amounts,
    Arm,
    AsyncArm,
    AutoPostings,
    CustomerInput,
    ErrorResponse,
    Metadata,
    PostingInput,
)
from reskontro_client.reskontro import Reskontro

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "clients" / "python"
METADATA = Metadata(user_id="TestUser")


def test_the_modules_are_those_of_the_documents(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    generated = runpy.run_path(str(ROOT / "scripts" / "generate_client.py"))["modules"]()
    old = [path.name for path, text in generated.items() if path.read_text(encoding="utf-8") != text]
    assert old == [], "python scripts/generate_client.py"


def test_it_needs_nothing_but_what_it_declares():
    allowed = {"httpx", "msgspec", "reskontro_client", *sys.stdlib_module_names}
    for file in (CLIENT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, file


# A service of the test's own


class Service:
    """Answers from a list, and what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.tokens = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            self.tokens += 1
            assert dict(httpx.QueryParams(request.content.decode()))["resource"] == RESOURCE
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 3600})
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[float]:
    paused: list[float] = []
    monkeypatch.setattr(connections.time, "sleep", paused.append)
    return paused


def arm_of(service: Service) -> Arm:
    http = httpx.Client(transport=httpx.MockTransport(service))
    return Arm(Connection("http://reskontro.example", "me", "secret", http=http), 2218)


def refusal(status: int, code: str, **headers: str) -> httpx.Response:
    body = {
        "timestamp": "2025-02-27T17:03:36.176+01:00", "status": status, "error": "x", "message": "No", "path": "/",
        "requestId": "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11", "errors": [{"errorCode": code, "message": "No"}],
    }  # fmt: skip
    return httpx.Response(status, json=body, headers={n.replace("_", "-"): v for n, v in headers.items()})


CONFIG = {"clientNo": 2218, "configKey": "kid.prefix", "description": "x", "valueType": "STRING", "values": []}
DELETED = {"resultType": "OK", "operation": "DELETED", "message": "x", "customerNo": "1", "accountNo": 500001}


def test_one_token_serves_until_its_last_minute():
    service = Service(*[httpx.Response(200, json=CONFIG)] * 3)
    arm = arm_of(service)
    moment = 0.0
    arm.connection.caller.monotonic = lambda: moment
    arm.get_client_config("kid.prefix")
    moment = 3539
    arm.get_client_config("kid.prefix")
    assert service.tokens == 1
    moment = 3541
    arm.get_client_config("kid.prefix")
    assert service.tokens == 2
    assert [request.headers["authorization"] for request in service.asked] == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_token_that_is_refused_is_replaced_once():
    service = Service(refusal(401, "ARM-1101"), httpx.Response(200, json=CONFIG))
    assert arm_of(service).get_client_config("kid.prefix").config_key == "kid.prefix"
    service = Service(refusal(401, "ARM-1101"), refusal(401, "ARM-1101"))
    with pytest.raises(Refused) as refused:
        arm_of(service).get_client_config("kid.prefix")
    assert (refused.value.status, refused.value.codes, service.tokens) == (401, ("ARM-1101",), 2)
    assert isinstance(refused.value.problem, ErrorResponse)


def test_reading_is_tried_again_and_waits_as_it_is_told(pauses):
    service = Service(
        refusal(503, "ARM-9001", Retry_After="7"), httpx.ReadTimeout("x"), httpx.Response(200, json=CONFIG)
    )
    arm_of(service).get_client_config("kid.prefix")
    assert pauses == [7.0, 0.5]


def test_a_write_is_tried_again_under_one_key(pauses):
    done = {"summary": {"autoPostingMethod": "fee", "resultType": "OK", "validateOnly": False, "totalCount": 1,
            "okCount": 1, "failedCount": 0, "batchRejectedCount": 0}, "autoPostings": []}  # fmt: skip
    service = Service(httpx.ReadError("x"), refusal(503, "ARM-9001"), httpx.Response(200, json=done))
    posting = PostingInput(posting_id="F-1", voucher_date="2025-03-01", currency_amount=Decimal("70.50"))
    answer = arm_of(service).create_auto_postings("fee", metadata=METADATA, auto_postings=[posting])
    assert answer.summary.result_type == "OK"
    keys = {request.headers["idempotency-key"] for request in service.asked}
    assert (len(service.asked), len(keys)) == (3, 1)
    sent = json.loads(service.asked[0].content)
    assert sent["autoPostings"] == [{"postingId": "F-1", "voucherDate": "2025-03-01", "currencyAmount": 70.5}]


def test_a_deletion_is_not_tried_again_after_a_lost_answer():
    service = Service(httpx.ReadError("x"))
    with pytest.raises(Unreachable) as lost:
        arm_of(service).delete_customer("1")
    assert lost.value.sent
    service = Service(httpx.ConnectError("x"), httpx.Response(200, json=DELETED))
    assert arm_of(service).delete_customer("1").account_no == 500001


def test_it_gives_up_after_three_attempts():
    service = Service(*[refusal(429, "ARM-1013", Retry_After="1")] * 3)
    with pytest.raises(Refused) as refused:
        arm_of(service).get_client_config("kid.prefix")
    assert (refused.value.status, refused.value.retry_after_s, len(service.asked)) == (429, 1.0, 3)


# The running application


@pytest.fixture
def async_arm(application, tokens, tenant) -> AsyncArm:
    transport = httpx.ASGITransport(app=application.asgi, raise_app_exceptions=False)
    connection = AsyncConnection("http://testserver", http=httpx.AsyncClient(transport=transport))
    connection.caller.tokens[RESOURCE] = connections_token(tokens.give(tenant))
    return AsyncArm(connection, tenant)


def connections_token(value: str):
    from reskontro_client.calls import Token

    return Token(value, float("inf"))


async def test_a_story_through_the_asynchronous_client(async_arm):
    arm = async_arm
    async with arm.connection:
        for number in range(12):
            written = await arm.create_customer(
                metadata=METADATA, customer=CustomerInput(customer_no=f"C-{number}", name="Owe")
            )
            assert written.operation == "CREATED"
        found = [each.customer_no async for each in arm.each_customer(page_size=5)]
        assert found == [f"C-{number}" for number in range(12)]
        with pytest.raises(Refused) as refused:
            await arm.get_customer("nobody")
        assert (refused.value.status, refused.value.codes) == (404, ("ARM-1302",))
        with pytest.raises(Refused) as refused:
            await arm.create_auto_postings(
                "fee",
                metadata=METADATA,
                auto_postings=[PostingInput(posting_id="F", voucher_date="2025-02-27", currency_amount=1, kid="1")],
            )
        assert isinstance(refused.value.problem, AutoPostings | ErrorResponse)


def readme_example() -> str:
    found = re.search(r"```python\n(.*?)```", (CLIENT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_amounts_are_decimals():
    from msgspec.json import decode

    assert decode(b'{"exclVat": 0.1, "vat": 0, "inclVat": 124.37}', type=Amounts).incl_vat == Decimal("124.37")


def test_a_document_goes_as_its_bytes():
    verdict = {"valid": False, "findings": [{"rule": "xml-empty", "severity": "fatal", "location": "/", "text": "x"}]}
    service = Service(refusal(503, "ARM-9001"), httpx.Response(200, json=verdict))
    connection = arm_of(service).connection
    found = Reskontro(connection, 2218).check_einvoice(content=b"<a/>")
    assert (found.valid, found.findings[0].rule) == (False, "xml-empty")
    sent = [(each.content, each.headers["content-type"]) for each in service.asked]
    assert sent == [(b"<a/>", "application/xml")] * 2
