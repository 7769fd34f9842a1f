"""The list of endpoints, walked: what every call meets before its handler, the same for each of them.

The order in which a call is judged: method, accepted media types, token, client of the path, access to that client,
that it exists (for a token of every client), scope, parameters, body. So a caller without a token learns nothing but
the method, and a client's number that cannot be one is told to anybody who has a token.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from msgspec import inspect

from reskontro.app import families
from reskontro.http.access import AnyScope, OwnAuthentication, Public, Scope
from reskontro.http.endpoint import Endpoint
from reskontro.http.family import Condition, Family
from reskontro.http.wire import Amount, ClearableDay, Day, Quantity
from reskontro.platform.settings import Mode

PATH_VALUES = {
    "aritemid": "1000-500001-1-0",
    "glitemid": "1000-1-1",
    "batchuuid": "b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de",
    "fileuuid": "3e4a1b90-0b61-4f1f-9f0c-8ad4b8a3d101",
    "customerno": "543210",
    "documentno": "88776655",
    "autopostingmethod": "payment",
    "configkey": "kid.prefix",
    "logitemid": "e1b2c3d4-5f60-4711-8a9b-0c1d2e3f4a5b",
    "documentbundleid": "1000-904411",
}
LEAKS = re.compile(
    r"Traceback|asyncpg|psycopg|File \"|\.py\b|\bselect \b|\binsert into\b|site-packages|/src/", re.IGNORECASE
)


@dataclass(frozen=True)
class Step:
    """An endpoint of a family."""

    family: Family
    endpoint: Endpoint

    def __str__(self) -> str:
        return f"{self.family.name} {self.endpoint.method} {self.endpoint.path}"

    def url(self, client_no: object, **values: str) -> str:
        path = self.family.base_path + self.endpoint.path
        for name in re.findall(r"\{(\w+)\}", path):
            value = str(client_no) if name == "clientno" else (PATH_VALUES | values).get(name, "1")
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path

    def code(self, condition: Condition) -> tuple[int, str]:
        meaning = self.family.meanings[condition]
        return meaning.status, str(meaning.code)

    @property
    def scopes(self) -> frozenset[str]:
        match self.endpoint.access:
            case Scope(name):
                return frozenset({name})
            case AnyScope(names):
                return frozenset(names)
        return frozenset()

    @property
    def example(self) -> bytes | None:
        if self.endpoint.body is None:
            return None
        return json.dumps(self.endpoint.body_example or {}).encode()


STEPS = [Step(family, endpoint) for family in families(Mode.SANDBOX) for endpoint in family.endpoints]
GUARDED = [step for step in STEPS if isinstance(step.endpoint.access, Scope | AnyScope)]
OF_A_CLIENT = [step for step in GUARDED if step.endpoint.names_client]
WITH_BODY = [step for step in GUARDED if step.endpoint.body is not None]
ARM = [step for step in STEPS if step.family.name == "arm"]


def each(steps: list[Step]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("step", steps, ids=str)


@dataclass
class Caller:
    """Calls a step and looks at what every answer must have."""

    walk: Any

    async def __call__(self, step: Step, token: str | None = None, **given: Any) -> Any:
        client_no = given.pop("client_no", self.walk.client_no)
        method = given.pop("method", step.endpoint.method)
        query = given.pop("query", "")
        headers = dict(given.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        content = given.pop("content", step.example)
        if content is not None:
            headers.setdefault("Content-Type", "application/json")
        values = given.pop("path_values", {})
        assert not given, given
        url = step.url(client_no, **values) + (f"?{query}" if query else "")
        answer = await self.walk.http.request(method, url, content=content, headers=headers)
        assert UUID(answer.headers["x-request-id"])
        assert answer.headers["content-language"] in {"en", "no"}
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not LEAKS.search(answer.text), answer.text
        if answer.status_code >= 400 and step.family.name == "arm" and step.endpoint.path != "/health":
            assert_error_response(answer, step.url(client_no, **values))
        return answer

    def good_token(self, step: Step, *client_nos: int, **more: Any) -> str:
        return self.walk.token(*client_nos, scopes=step.scopes, audience=step.family.audience, **more)


@pytest.fixture
def call(walk) -> Caller:
    return Caller(walk)


def assert_error_response(answer: Any, path: str) -> None:
    """The body has exactly the published fields; the answer of a batch or of postings has its own."""
    body = answer.json()
    if "summary" in body or "batchUuid" in body:
        return
    assert list(body) == ["timestamp", "status", "error", "message", "requestId", "path", "errors"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", body["timestamp"])
    assert datetime.fromisoformat(body["timestamp"]).utcoffset() is not None
    assert body["status"] == answer.status_code
    assert body["error"] == answer.reason_phrase
    assert body["requestId"] == answer.headers["x-request-id"]
    assert body["path"] == path or "%" in path
    assert answer.headers["content-type"] == "application/json"
    assert body["message"]
    assert body["errors"]
    for error in body["errors"]:
        assert [name for name in ("errorCode", "field", "value", "message") if name in error] == list(error)
        assert re.fullmatch(r"ARM-\d{4}", error["errorCode"])
        assert error["message"]
        assert "{" not in error["message"]
        assert isinstance(error.get("field", ""), str)
        assert isinstance(error.get("value", ""), str)


def first(answer: Any) -> tuple[int, str]:
    """The status and the first code of a refusal, in any family."""
    body = answer.json()
    if "errors" not in body:
        return answer.status_code, body.get("error", "")
    return answer.status_code, code_of(body["errors"][0])


def code_of(error: dict[str, str]) -> str:
    return error.get("errorCode") or error["type"].rpartition(":")[2]


def codes(answer: Any) -> dict[str | None, str]:
    return {error.get("field"): code_of(error) for error in answer.json()["errors"]}


# The list itself


@each(STEPS)
def test_an_endpoint_has_a_scope_or_a_stated_reason(step):
    match step.endpoint.access:
        case Scope() | AnyScope():
            assert step.scopes
            assert all(step.scopes)
        case Public(why) | OwnAuthentication(why):
            assert len(why) > 20
        case other:
            pytest.fail(f"{other} is no access")


# Section 1.12 and the statuses of section 2, as far as they are served.
PUBLISHED = {
    ("GET", "/health"): {200, 503},
    ("POST", "/clients/{clientno}/actions"): {201, 400, 401, 403, 404, 422},
    ("GET", "/clients/{clientno}/aritems/{aritemid}"): {200, 400, 401, 403, 404},
    ("PUT", "/clients/{clientno}/aritems"): {200, 400, 401, 403, 404, 422},
    ("POST", "/clients/{clientno}/autopostings/{autopostingmethod}"): {200, 400, 401, 403, 404, 422},
    ("GET", "/clients/{clientno}/batches/{batchuuid}"): {200, 202, 206, 400, 401, 403, 404, 406},
    ("GET", "/clients/{clientno}/aritems"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/customers"): {200, 400, 401, 403, 404},
    ("DELETE", "/clients/{clientno}/customers/{customerno}"): {200, 401, 403, 404, 422},
    ("POST", "/clients/{clientno}/customers/batches"): {202, 400, 401, 403, 404, 422},
    ("PUT", "/clients/{clientno}/customers/batches"): {202, 400, 401, 403, 404, 422},
    ("POST", "/clients/{clientno}/customers"): {200, 201, 400, 401, 403, 404, 422},
    ("PUT", "/clients/{clientno}/customers"): {200, 400, 401, 403, 404, 422},
    ("GET", "/clients/{clientno}/customers/{customerno}"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/documentbundles"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/documentbundles/{documentbundleid}"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/documents"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/files"): {200, 400, 401, 403, 404},
    ("POST", "/clients/{clientno}/documents"): {200, 201, 400, 401, 403, 404, 422},
    ("POST", "/clients/{clientno}/documents/batches"): {202, 400, 401, 403, 404, 422},
    ("GET", "/clients/{clientno}/documents/{documentno}"): {200, 400, 401, 403, 404},
    ("POST", "/clients/{clientno}/files"): {200, 207, 400, 401, 403, 404, 422},
    ("GET", "/clients/{clientno}/files/{fileuuid}"): {200, 400, 401, 403, 404},
    ("POST", "/clients/{clientno}/actions/reports"): {202, 400, 401, 403, 404, 422},
    ("GET", "/codes"): {200, 400, 401, 403},
    ("GET", "/clients/{clientno}/clientconfigs"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/clientconfigs/{configkey}"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/logitems"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/logitems/{logitemid}"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/glitems"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/glitems/{glitemid}"): {200, 401, 403, 404},
    ("POST", "/clients/{clientno}/paymentreservations"): {201, 400, 401, 403, 404, 422},
    ("GET", "/clients/{clientno}/glmovements/latest"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/glmovements"): {200, 400, 401, 403, 404},
    ("GET", "/clients/{clientno}/insights/adbintervals"): {200, 400, 401, 403, 404},
}
SCOPES = {
    "actions": "arm.action",
    "aritems": "arm.ledger",
    "autopostings": "arm.ledger",
    "glitems": "arm.ledger",
    "glmovements": "arm.ledger",
    "insights": "arm.ledger",
    "customers": "arm.customer",
    "documents": "arm.document",
    "files": "arm.file",
    "clientconfigs": "arm.config",
    "documentbundles": "arm.document",
    "logitems": "arm.log",
    "paymentreservations": "arm.ledger",
}


@pytest.mark.parametrize(("method", "path"), PUBLISHED, ids=str)
def test_a_published_endpoint_documents_its_published_statuses(method, path):
    step = next(s for s in ARM if (s.endpoint.method, s.endpoint.path) == (method, path))
    assert set(step.endpoint.answers) >= PUBLISHED[method, path]


@each([step for step in ARM if len(step.endpoint.path.split("/")) > 3 and step.endpoint.path.split("/")[3] in SCOPES])
def test_the_scope_is_the_published_one(step):
    verb = "read" if step.endpoint.method == "GET" else "write"
    assert step.scopes == {f"{verb}:{SCOPES[step.endpoint.path.split('/')[3]]}"}


@each([step for step in ARM if step.endpoint.method in {"POST", "PUT"}])
def test_every_write_takes_an_idempotency_key(step):
    assert step.endpoint.takes_idempotency_key


# Who calls


@each(GUARDED)
async def test_without_a_token_it_is_401(step, call):
    answer = await call(step)
    assert first(answer) == step.code(Condition.TOKEN)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    if step.family.name == "arm":
        assert first(answer) == (401, "ARM-1101")
        assert answer.headers["www-authenticate"] == "Bearer"


@each(GUARDED)
@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Bearer nonsense", "Bearer a.b.c", "Basic YTpi", "bearer\tx", "Bearer \x7f"]
)
async def test_with_a_malformed_token_it_is_401(step, call, authorization):
    answer = await call(step, headers={"Authorization": authorization})
    assert first(answer) == step.code(Condition.TOKEN)
    assert "invalid_token" in answer.headers["www-authenticate"]


@each(GUARDED)
async def test_a_token_for_another_product_is_401(step, call):
    token = call.walk.token(scopes=step.scopes, audience=f"not-{step.family.audience}")
    assert first(await call(step, token)) == step.code(Condition.TOKEN)


@each(GUARDED)
async def test_with_another_scope_it_is_403_and_the_scope_is_named(step, call):
    token = call.walk.token(scopes=frozenset({"read:arm.nothing", "write"}), audience=step.family.audience)
    answer = await call(step, token)
    assert first(answer) == step.code(Condition.SCOPE_DENIED)
    if step.family.name == "arm":
        assert first(answer) == (403, "ARM-1202")
        assert all(scope in answer.json()["errors"][0]["message"] for scope in step.scopes)


@each(OF_A_CLIENT)
async def test_another_clients_token_is_403_whether_the_client_exists_or_not(step, call):
    token = call.good_token(step, call.walk.other_client_no)
    there = await call(step, token)
    nowhere = await call(step, token, client_no=999_998)
    assert first(there) == first(nowhere) == step.code(Condition.CLIENT_DENIED)
    unequal = ("timestamp", "requestId", "path")
    assert {k: v for k, v in there.json().items() if k not in unequal} == {
        k: v for k, v in nowhere.json().items() if k not in unequal
    }


@each(OF_A_CLIENT)
async def test_a_token_of_every_client_learns_that_there_is_no_such_client(step, call):
    token = call.walk.tokens.give(scopes=step.scopes, audience=step.family.audience)
    assert first(await call(step, token, client_no=999_998)) == step.code(Condition.CLIENT_UNKNOWN)


NO_CLIENT = ["0", "-5", "000000", "1" * 23, "0001000", "1000000", "abc", "1.0", "+7", " 1", "１０", "1e3"]


@each(OF_A_CLIENT)
@pytest.mark.parametrize("client_no", NO_CLIENT)
async def test_what_cannot_be_a_client_is_400_for_whoever_has_a_token(step, call, client_no):
    answer = await call(step, call.good_token(step), client_no=client_no)
    assert first(answer) == step.code(Condition.WRONG_VALUE)
    assert codes(answer) == {"clientno": step.code(Condition.WRONG_VALUE)[1]}


@each(OF_A_CLIENT)
async def test_the_token_is_judged_before_the_client_and_the_client_before_the_scope(step, call):
    assert first(await call(step, client_no="abc"))[0] == 401
    neither = call.walk.token(call.walk.other_client_no, scopes=frozenset(), audience=step.family.audience)
    assert first(await call(step, neither)) == step.code(Condition.CLIENT_DENIED)
    assert first(await call(step, neither, client_no="abc")) == step.code(Condition.WRONG_VALUE)
    scopeless = call.walk.token(scopes=frozenset(), audience=step.family.audience)
    assert first(await call(step, scopeless, query="nonsense=1", content=b"noise")) == step.code(Condition.SCOPE_DENIED)


# Parameters

WITH_QUERY = [step for step in OF_A_CLIENT if step.endpoint.query]


@each(OF_A_CLIENT)
async def test_an_unknown_query_parameter_is_400_and_each_is_named(step, call):
    answer = await call(step, call.good_token(step), query="shoe=1&Userid=2&hat=3")
    assert codes(answer) == dict.fromkeys(("shoe", "Userid", "hat"), step.code(Condition.UNKNOWN_PARAMETER)[1])
    assert answer.status_code == 400


@each(OF_A_CLIENT)
async def test_hundreds_of_parameters_are_400(step, call):
    answer = await call(step, call.good_token(step), query="&".join(f"p{n}={n}" for n in range(500)))
    assert answer.status_code == 400


@each(WITH_QUERY)
async def test_a_parameter_that_stands_twice_is_400(step, call):
    name = step.endpoint.query[-1].name
    answer = await call(step, call.good_token(step), query=f"{name}=1&{name}=1")
    assert answer.status_code == 400
    assert codes(answer) == {name: step.code(Condition.WRONG_VALUE)[1]}


@each(OF_A_CLIENT)
async def test_empty_parameters_count_as_absent(step, call):
    query = "&".join([f"{p.name}=" for p in step.endpoint.query] + ["expand", "userid", "shoe="])
    plain = await call(step, call.good_token(step), headers={"Accept-Language": ""})
    empty = await call(step, call.good_token(step), query=query, headers={"Accept-Language": ""})
    gone = {404} if step.endpoint.method == "DELETE" else set()  # what the first call deleted
    assert empty.status_code in {plain.status_code, 200} | gone, empty.text
    if plain.status_code >= 400:
        assert first(empty) == first(plain)


@each([step for step in WITH_QUERY if any(p.name == "expand" for p in step.endpoint.query)])
async def test_an_unknown_expand_option_is_400(step, call):
    answer = await call(step, call.good_token(step), query="expand=all,shoes,Hats")
    assert answer.status_code == 400
    assert [e["errorCode"] for e in answer.json()["errors"]] == ["ARM-1004", "ARM-1004"]
    assert {e["field"] for e in answer.json()["errors"]} == {"expand"}
    fine = await call(step, call.good_token(step), query="expand=ALL")
    assert fine.status_code in {200, 404}


@each(WITH_QUERY)
@pytest.mark.parametrize("value", ["%00", "a%00b", "%ED%A0%80", "%FF", "x" * 5000, "9" * 30, "-1", "'", "%25", "1%0A"])
async def test_no_value_of_a_parameter_is_a_mistake_of_ours(step, call, value):
    token = call.good_token(step)
    for parameter in step.endpoint.query:
        answer = await call(step, token, query=f"{parameter.name}={value}")
        assert answer.status_code in {200, 400, 404}, (parameter.name, answer.text)
        if "%00" in value:
            assert answer.status_code == 400, parameter.name


@each([step for step in OF_A_CLIENT if len(step.endpoint.path_parameters) > 1])
@pytest.mark.parametrize(
    "value", ["\x00", "a\x00b", "\udcff", "x" * 5000, "9" * 40, "-", "'", "%", "a/b", "1-1-1-\u0663"]
)
async def test_no_value_in_a_path_is_a_mistake_of_ours(step, call, value):
    name = step.endpoint.path_parameters[-1].name
    value = value.encode("utf-8", "surrogateescape").decode("latin-1")
    answer = await call(step, call.good_token(step), path_values={name: value})
    assert answer.status_code in {400, 404}, answer.text


# Method, path, media types


@each(STEPS)
async def test_another_method_is_405_with_those_allowed(step, call):
    same = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(step.family.base_path + step.endpoint.path)))
    mine = {s.endpoint.method for s in STEPS if same.fullmatch(s.url(1))}
    if step.endpoint.path.endswith("/documents/batches"):
        mine.add("GET")  # the document whose number is `batches`
    if step.endpoint.path.endswith("/customers/batches"):
        mine |= {"GET", "DELETE"}  # the customer whose number is `batches`
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "SHOE"} - mine:
        answer = await call.walk.http.request(method, step.url(call.walk.client_no))
        assert answer.status_code == 405, method
        allowed = set(answer.headers["allow"].replace(" ", "").split(","))
        assert step.endpoint.method in allowed <= mine
        if step.family.name == "arm" and method != "HEAD":
            assert_error_response(answer, step.url(call.walk.client_no))
            assert first(answer) == (405, "ARM-1009")


@pytest.mark.parametrize("family", [f for f in families(Mode.SANDBOX) if f.base_path], ids=lambda f: f.name)
@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/clients", "/clients/1", "/clients/1/shoes", "/clients//aritems"]
)
async def test_an_unknown_path_is_404_in_the_familys_body(walk, family, path):
    if any(e.path == path.rstrip("/") for e in family.endpoints):
        return
    answer = await walk.http.get(family.base_path + path)
    meaning = family.meanings[Condition.PATH_UNKNOWN]
    assert first(answer) == (meaning.status, meaning.code) if family.name == "arm" else answer.status_code == 404
    if family.name == "arm":
        assert_error_response(answer, family.base_path + path)


@each([step for step in ARM if "*/*" not in step.endpoint.ready_on])
@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml, image/*", "application/json;q=0", "*/*;q=0", "application/jsonx"]
)
async def test_an_answer_that_cannot_be_given_is_406(step, call, accept):
    answer = await call(step, headers={"Accept": accept})
    assert first(answer) == (406, "ARM-1010")


@each(ARM)
@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/*", "application/json", "text/html, */*;q=0.1", "Application/JSON;charset=utf-8"]
)
async def test_json_is_given_to_whoever_takes_it(step, call, accept):
    answer = await call(step, call.good_token(step), headers={"Accept": accept})
    assert answer.status_code != 406 or "batchUuid" in answer.json()


# Bodies


@each(WITH_BODY)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"noise",
        b"{",
        b'{"metadata"',
        b"<xml/>",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"metadata": {"userId": "\xe5"}}',
        b"{} {}",
        b"{'metadata': 1}",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 01}',
        b'{"a": 1e99999999999999999999999}',
        b'{"a": 1, "a": 2}',
        b'{"metadata": {"userId": "a", "userId": "b"}}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"metadata":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"a": "\x00"}',
        b'{"a": "\\x00"}',
    ],
    ids=lambda body: repr(body[:30]),
)
async def test_what_is_not_json_is_400(step, call, body):
    if len(body) > step.endpoint.body_limit_bytes:
        return
    answer = await call(step, call.good_token(step), content=body)
    assert first(answer) == step.code(Condition.NOT_JSON)
    if step.family.name == "arm":
        assert first(answer) == (400, "ARM-1000")


@each(WITH_BODY)
@pytest.mark.parametrize("body", [b"null", b"[]", b"1", b'"x"', b"{}", b'{"\\ud800": 1}', b'{"a": "\\udfff"}'])
async def test_json_of_another_form_is_400(step, call, body):
    answer = await call(step, call.good_token(step), content=body)
    assert answer.status_code == 400
    assert first(answer)[1] != step.code(Condition.NOT_JSON)[1]


@each(WITH_BODY)
async def test_no_depth_of_nesting_is_a_mistake_of_ours(step, call):
    token = call.good_token(step)
    for depth in (10, 200, *range(800, 1000, 4)):
        for before, after in (
            (b'{"metadata":' + b"[" * depth, b"]" * depth + b"}"),
            (b'{"a":' * depth + b"1", b"}" * depth),
        ):
            answer = await call(step, token, content=before + after)
            large = len(before + after) > step.endpoint.body_limit_bytes
            assert answer.status_code == (413 if large else 400), (depth, answer.text)


@each(WITH_BODY)
async def test_a_body_over_the_limit_is_413_declared_or_in_pieces(step, call):
    limit = step.endpoint.body_limit_bytes
    token = call.good_token(step)
    declared = await call(step, token, headers={"Content-Length": str(limit + 1)})
    assert first(declared) == step.code(Condition.BODY_TOO_LARGE)
    huge = await call(step, token, headers={"Content-Length": "9" * 40})
    assert first(huge) == step.code(Condition.BODY_TOO_LARGE)
    taken = 0

    async def pieces() -> Any:
        nonlocal taken
        piece = b" " * min(1024 * 1024, limit)
        while taken < 4 * limit:
            taken += len(piece)
            yield piece

    chunked = await call(step, token, content=pieces())
    assert first(chunked) == step.code(Condition.BODY_TOO_LARGE)
    assert taken <= limit + 2 * 1024 * 1024, "no more is read than has to be"
    if step.family.name == "arm":
        assert {first(declared), first(chunked)} == {(413, "ARM-1011")}


@each([step for step in WITH_BODY if step.family.name == "arm"])
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "",
        "json",
    ],
)
async def test_another_content_type_is_415_for_json_and_400_for_what_is_not(step, call, content_type):
    token = call.good_token(step)
    headers = {"Content-Type": content_type}
    assert first(await call(step, token, headers=headers)) == (415, "ARM-1012")
    assert first(await call(step, token, headers=headers, content=b"a=b")) == (400, "ARM-1000")


@each([step for step in WITH_BODY if step.family.name == "arm"])
@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON", 'application/json;charset="UTF-8"'])
async def test_json_is_taken_however_its_type_is_spelled(step, call, content_type):
    answer = await call(step, call.good_token(step), headers={"Content-Type": content_type})
    assert answer.status_code not in {400, 415}, answer.text


# Every field of every body


@dataclass(frozen=True)
class Place:
    """A field of a body: where it is, of which type."""

    keys: tuple[str | int, ...]
    kind: Any

    def __str__(self) -> str:
        return "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in self.keys).lstrip(".")

    def put(self, tree: Any, value: object) -> Any:
        """The tree with the value at this place; what leads to it is made where it is missing."""
        tree = json.loads(json.dumps(tree))
        node = tree
        for key, after in zip(self.keys, (*self.keys[1:], None), strict=True):
            found = value if after is None else [] if isinstance(after, int) else {}
            if isinstance(key, int):
                node += [found] * (1 if len(node) <= key else 0)
                if after is None:
                    node[key] = found
            elif after is None or node.get(key) is None or node[key] == []:
                node[key] = found
            node = node[key]
        return tree


def places(kind: Any, keys: tuple[str | int, ...] = ()) -> Iterator[Place]:
    match kind:
        case inspect.StructType():
            for member in kind.fields:
                yield from places(member.type, (*keys, member.encode_name))
        case inspect.UnionType():
            for one in kind.types:
                yield from places(one, keys)
        case inspect.ListType() | inspect.VarTupleType():
            yield Place(keys, kind)
            yield from places(kind.item_type, (*keys, 0))
        case inspect.Metadata():
            yield from places(kind.type, keys)
        case inspect.NoneType():
            pass
        case _:
            yield Place(keys, kind)


NUMBER_NOISE = ["12.5", "1", Decimal("1e999999999"), Decimal("1e-999999999"), Decimal(10) ** 13, True, [], {}, ""]
NOISE: dict[Any, list[object]] = {
    inspect.StrType: [5, True, [], {}, "\x00", "a\x00b", "\ud800", "a\udfff", "\x1b[2J\x07"],
    inspect.IntType: ["1", 1.5, True, [], {}, 10**30, -(10**30), Decimal("1e999999999")],
    inspect.BoolType: ["true", 1, 0, [], {}, ""],
    inspect.ListType: ["a", 1, {}, True],
    inspect.VarTupleType: ["a", 1, {}, True],
    Amount: [*NUMBER_NOISE, Decimal("0.001"), Decimal("1.001")],
    Quantity: [*NUMBER_NOISE, Decimal("0.00001")],
    Day: [20250227, "27.02.2025", "2025-02-30", "2025-2-7", "20250227", "2025-W09-4", "1899-12-31", "2200-01-01", "",
          "2025-02-27T00:00:00", "\u0662025-02-27", "2025-02-27\n", [], {}],
    ClearableDay: [20250227, "27.02.2025", "2025-02-30", " ", "2025-02-27\n", [], {}],
}  # fmt: skip


class Raw(json.JSONEncoder):
    """Decimals as they stand, whatever their size."""

    def default(self, o: object) -> str:
        return f"raw:{o}"


def as_json(tree: object) -> bytes:
    return re.sub(r'"raw:([^"]+)"', r"\1", json.dumps(tree, cls=Raw)).encode()


JUDGED_LATER = {
    "files[0].content",  # base64, judged by itself
    "customers[0].customerNo",  # of a batch: judged when its turn comes
}
FIELDS = [
    pytest.param(step, place, id=f"{step.endpoint.method} {step.endpoint.path.rpartition('}/')[2]} {place}")
    for step in WITH_BODY
    if step.family.name == "arm"
    for place in places(inspect.type_info(step.endpoint.body))
    if not isinstance(place.kind, inspect.DictType | inspect.RawType)
]


@pytest.mark.parametrize(("step", "place"), FIELDS)
async def test_noise_in_a_field_is_400_with_its_path(step, place, call):
    if str(place) in JUDGED_LATER:
        return
    token = call.good_token(step)
    kind = place.kind.cls if isinstance(place.kind, inspect.CustomType) else type(place.kind)
    for noise in NOISE[kind]:
        tree = place.put(step.endpoint.body_example, noise)
        answer = await call(step, token, content=as_json(tree))
        assert answer.status_code == 400, (noise, answer.text)
        found = codes(answer)
        assert found.get(str(place)) == "ARM-1002", (noise, answer.text)


@pytest.mark.parametrize(("step", "place"), [p for p in FIELDS if isinstance(p.values[1].kind, inspect.StrType)])
async def test_a_text_is_as_long_as_it_may_be_and_no_longer(step, place, call):
    if place.kind.max_length is None:
        assert str(place) in JUDGED_LATER or place.kind.pattern
        return
    token = call.good_token(step)
    tree = place.put(step.endpoint.body_example, "å" * (place.kind.max_length + 1))
    answer = await call(step, token, content=json.dumps(tree, ensure_ascii=False).encode())
    assert codes(answer).get(str(place)) == "ARM-1002"
    if place.kind.pattern is None or re.search(place.kind.pattern, "a" * place.kind.max_length):
        tree = place.put(step.endpoint.body_example, "a" * place.kind.max_length)
        answer = await call(step, token, content=json.dumps(tree).encode())
        if "errors" in answer.json():
            assert codes(answer).get(str(place)) != "ARM-1002"
        assert answer.status_code < 500


@pytest.mark.parametrize(("step", "place"), [p for p in FIELDS if isinstance(p.values[1].kind, inspect.StrType)])
async def test_a_line_break_at_the_end_does_not_slip_through_a_pattern(step, place, call):
    if place.kind.pattern is None or re.search(place.kind.pattern, "a\nb"):
        return
    answer = await call(
        step, call.good_token(step), content=json.dumps(place.put(step.endpoint.body_example, "a\n")).encode()
    )
    assert codes(answer).get(str(place)) == "ARM-1002"


@pytest.mark.parametrize(
    ("step", "place"), [p for p in FIELDS if isinstance(p.values[1].kind, inspect.ListType | inspect.VarTupleType)]
)
async def test_too_many_elements_are_400(step, place, call):
    most = place.kind.max_length
    assert most is not None, "a bound on every array"
    tree = place.put(step.endpoint.body_example, [{}] * (most + 1))
    answer = await call(step, call.good_token(step), content=json.dumps(tree).encode())
    assert answer.status_code == 400
    assert codes(answer)[str(place)] == "ARM-1007"


@pytest.mark.parametrize(
    ("path", "array", "most"),
    [
        ("/autopostings/payment", "autoPostings", 500),
        ("/documents/batches", "documents", 500),
        ("/customers/batches", "customers", 1000),
    ],
)
async def test_one_element_more_is_one_too_many(walk, path, array, most):
    token = walk.token()
    url = f"/arm/v1/clients/{walk.client_no}{path}"
    for count, code in ((0, "ARM-1003"), (most + 1, "ARM-1007")):
        body = {"metadata": {"userId": "T"}, array: [{}] * count}
        answer = await walk.http.post(url, json=body, headers={"Authorization": f"Bearer {token}"})
        assert first(answer) == (400, code)
        assert codes(answer) == {array: code}


@each([step for step in WITH_BODY if step.family.name == "arm"])
async def test_every_fault_of_a_body_is_told_at_once(step, call):
    required = [
        str(p) for p in places(inspect.type_info(step.endpoint.body)) if len(p.keys) == 2 and p.keys[0] == "metadata"
    ]
    answer = await call(step, call.good_token(step), content=b'{"metadata": {}}')
    assert codes(answer).get(required[0]) == "ARM-1003"
    assert len(answer.json()["errors"]) > 1
    assert set(codes(answer).values()) == {"ARM-1003"}


@each([step for step in WITH_BODY if step.family.name == "arm"])
async def test_whole_numbers_may_be_written_with_a_point(step, call):
    text = json.dumps(step.endpoint.body_example)
    pointed = re.sub(r": (\d+)([,}])", r": \1.0\2", text)
    plain = await call(step, call.good_token(step))
    answer = await call(step, call.good_token(step), content=pointed.encode())
    assert answer.status_code in {plain.status_code, 200}, answer.text


@each([step for step in WITH_BODY if step.family.name == "arm"])
async def test_unknown_body_properties_are_ignored(step, call):
    tree = json.loads(step.example) | {"shoe": {"size": [1, None, "x"]}}
    plain = await call(step, call.good_token(step))
    answer = await call(step, call.good_token(step), content=json.dumps(tree).encode())
    assert answer.status_code in {plain.status_code, 200}, answer.text


# What every answer has


@each(ARM)
async def test_the_request_id_comes_back_or_is_made(step, call):
    mine = str(uuid4())
    answer = await call(step, headers={"X-Request-Id": mine})
    assert answer.headers["x-request-id"] == mine
    for given in ("", "shoe", "7d0b3a4e", mine + "0", "x" * 1000):
        made = (await call(step, headers={"X-Request-Id": given})).headers["x-request-id"]
        assert made not in {given, mine}
        assert str(UUID(made)) == made


@each(GUARDED)
@pytest.mark.parametrize(
    ("accepted", "language"),
    [("nb-NO", "no"), ("nn", "no"), ("no", "no"), ("en", "en"), ("", "en"), ("de", "en"), ("*", "en"),
     ("de;q=1, no;q=0.5, en;q=0.4", "no"), ("en;q=0.1, nb;q=0.2", "no"), (";;q=,=", "en"), ("no;q=x", "en")],
)  # fmt: skip
async def test_the_language_is_negotiated_and_named(step, call, accepted, language):
    answer = await call(step, headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == language
    if step.family.name == "arm":
        english = "The token is missing, malformed, expired or not for this service"
        assert (answer.json()["errors"][0]["message"] == english) is (language == "en")
        assert answer.json()["error"] == "Unauthorized"


async def test_norwegian_messages_are_filled_in(walk):
    headers = {"Authorization": f"Bearer {walk.token()}", "Accept-Language": "nb-NO"}
    answer = await walk.http.get(f"/arm/v1/clients/{walk.client_no}/aritems/1-1-1-1?shoe=1", headers=headers)
    assert answer.json()["errors"][0]["message"] == "Ukjent parameter shoe"
    assert answer.json()["message"] != "The request cannot be understood"


# What goes wrong in the house stays in the house

SECRET = "select password from /srv/reskontro.py where secret = 'hunter2'"


class Broken:
    """A database at which every attempt fails."""

    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object, **__: object) -> Any:
            raise self.error(SECRET)

        return fail


READING = [step for step in OF_A_CLIENT if step.endpoint.method == "GET"]
BREAKS = [
    (READING[0], RuntimeError, Condition.INTERNAL),
    (READING[0], AssertionError, Condition.INTERNAL),
    *((step, ConnectionResetError, Condition.UNAVAILABLE) for step in READING),
    *((step, TimeoutError, Condition.UNAVAILABLE) for step in READING),
]


@pytest.mark.parametrize(("step", "error", "condition"), BREAKS, ids=lambda v: getattr(v, "__name__", str(v)))
async def test_a_mistake_of_ours_tells_the_caller_nothing(step, call, monkeypatch, error, condition):
    monkeypatch.setattr(call.walk.application.context, "db", Broken(error))
    answer = await call(step, call.good_token(step))
    assert first(answer) == step.code(condition)
    assert "hunter2" not in answer.text + str(answer.headers)
    assert ("retry-after" in answer.headers) is (condition is Condition.UNAVAILABLE)


async def test_the_health_of_a_broken_house_is_told_without_a_token(walk, monkeypatch):
    monkeypatch.setattr(walk.application.context, "db", Broken(ConnectionResetError))
    answer = await walk.http.get("/arm/v1/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "DOWN"
    assert answer.json()["components"]["database"] == "DOWN"
    assert "hunter2" not in answer.text


async def test_a_clock_that_cannot_be_asked_is_503_in_the_familys_body(walk, monkeypatch):
    class Unsure:
        certain = False

        def now(self) -> datetime:
            return walk.application.clock.now()

        async def make_certain(self) -> None:
            raise ConnectionResetError(SECRET)

    monkeypatch.setattr(walk.application.context, "clock", Unsure())
    url = f"/arm/v1/clients/{walk.client_no}/aritems/1-1-1-1"
    answer = await walk.http.get(url, headers={"Authorization": f"Bearer {walk.token()}"})
    assert first(answer) == (503, "ARM-9001")
    assert_error_response(answer, url)
