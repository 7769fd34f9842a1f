"""A call as data, what it can come to, and the way of a call: which requests are sent, in which order.

Nothing here waits or sends. The way of a call is a generator: it yields requests and pauses, is given answers, and
returns the body. `connection.py` walks it, once with and once without `async`, so that both do the same.
"""

import time
import uuid
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
import msgspec

T = TypeVar("T")

REFRESH_BEFORE_S = 60.0  # a token is not used in its last minute
LONGEST_PAUSE_S = 30.0
RETRIED = frozenset({429, 503})


class ReskontroError(Exception):
    """A call that did not come to its answer."""


class Refused(ReskontroError):  # noqa: N818 - it says what happened
    """The service answered with a refusal. `problem` is its body, typed where the interface says how it looks."""

    def __init__(self, status: int, problem: Any, headers: Mapping[str, str]) -> None:
        super().__init__(f"{status}: {_sentence(problem)}")
        self.status = status
        self.problem = problem
        self.request_id = headers.get("x-request-id", "")
        self.retry_after_s = _seconds(headers.get("retry-after"))

    @property
    def codes(self) -> tuple[str, ...]:
        """The error codes, the most important one first."""
        errors = getattr(self.problem, "errors", None) or ()
        found = [str(getattr(error, "error_code", None) or getattr(error, "type", "")) for error in errors]
        return tuple(found or [code for code in [getattr(self.problem, "error", "")] if code])


class Unreachable(ReskontroError):  # noqa: N818 - it says what happened
    """No answer came. `sent` says whether the request may have been carried out."""

    def __init__(self, why: str, *, sent: bool) -> None:
        super().__init__(why)
        self.sent = sent


def _sentence(problem: Any) -> str:
    for name in ("message", "detail", "error_description"):
        said = getattr(problem, name, None)
        if said:
            return str(said)
    return str(problem)[:200]


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isdigit() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One call of an operation. `answers` are the types that its statuses are read as; others are refusals."""

    method: str
    path: str
    resource: str = ""  # the product that its token is for; none is needed where it is empty
    path_values: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, object] = field(default_factory=dict)
    body: object = None
    form: Mapping[str, object] | None = None
    content: bytes | None = None  # a body that is neither JSON nor a form, of the type beside it
    content_type: str = ""
    accept: str = "application/json"
    idempotency_key: str | None = None
    takes_key: bool = False
    harmless: bool = False  # a second time does nothing that the first has not
    answers: Mapping[int, tuple[Any, ...]]
    refusals: tuple[Any, ...] = ()

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is doing it once."""
        return self.method == "GET" or self.takes_key or self.harmless


@dataclass(frozen=True, slots=True)
class Pause:
    """Time to wait before the next request."""

    seconds: float


Step = httpx.Request | Pause
Way = Generator[Step, httpx.Response | Unreachable | None, T]


@dataclass(slots=True)
class Token:
    """A bearer token, and when to get the next one, by the monotonic clock."""

    value: str
    good_until: float


@dataclass(slots=True)
class Caller:
    """Who calls where, with the tokens that it holds."""

    base_url: str
    client_id: str
    client_secret: str
    language: str = "en"
    attempts: int = 3
    monotonic: Callable[[], float] = time.monotonic
    tokens: dict[str, Token] = field(default_factory=dict)

    def way(self, call: Call[T]) -> Way[T]:
        """The requests of a call up to its answer; raises Refused or Unreachable.

        Tried again: what never reached the service; 429; and, where doing it twice is doing it once (reading, or
        writing with an idempotency key), 503 and a lost answer. A token that is refused is replaced once.
        """
        key = (call.idempotency_key or str(uuid.uuid4())) if call.takes_key else None
        token_replaced = False
        attempt = 1
        while True:
            token = (yield from self._token(call.resource)) if call.resource else None
            answer = yield self._request(call, token, key)
            if isinstance(answer, Unreachable):
                if attempt >= self.attempts or (answer.sent and not call.repeatable):
                    raise answer
                yield Pause(2.0 ** (attempt - 1) / 4)
                attempt += 1
                continue
            assert answer is not None, "a request is answered"
            if answer.status_code == 401 and token is not None and not token_replaced:
                self.tokens.pop(call.resource, None)
                token_replaced = True
                continue
            again = answer.status_code == 429 or (answer.status_code in RETRIED and call.repeatable)
            if again and answer.status_code not in call.answers and attempt < self.attempts:
                wanted = _seconds(answer.headers.get("retry-after"))
                yield Pause(min(2.0 ** (attempt - 1) / 4 if wanted is None else wanted, LONGEST_PAUSE_S))
                attempt += 1
                continue
            return read(call, answer)

    def _token(self, resource: str) -> Generator[Step, httpx.Response | Unreachable | None, str]:
        held = self.tokens.get(resource)
        if held is not None and self.monotonic() < held.good_until:
            return held.value
        asked: Call[_Granted] = Call(
            method="POST",
            path="/token",
            form={
                "grant_type": "client_credentials",
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "resource": resource,
            },
            answers={200: (_Granted,)},
            refusals=(_NotGranted,),
            harmless=True,
        )
        granted = yield from self.way(asked)
        lives_s = granted.expires_in - min(REFRESH_BEFORE_S, granted.expires_in / 2)
        self.tokens[resource] = Token(granted.access_token, self.monotonic() + lives_s)
        return granted.access_token

    def _request(self, call: Call[Any], token: str | None, key: str | None) -> httpx.Request:
        path = call.path
        for name, value in call.path_values.items():
            path = path.replace(f"{{{name}}}", quote(wire_text(value), safe=""))
        query = {name: wire_text(value) for name, value in call.query.items() if value is not None}
        headers = {"Accept": call.accept, "Accept-Language": self.language, "X-Request-Id": str(uuid.uuid4())}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        content = call.content
        if content is not None:
            headers["Content-Type"] = call.content_type
        elif call.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            content = str(httpx.QueryParams({n: wire_text(v) for n, v in call.form.items() if v is not None})).encode()
        elif call.body is not None:
            headers["Content-Type"] = "application/json"
            content = _encoder.encode(call.body)
        return httpx.Request(call.method, self.base_url + path, params=query, headers=headers, content=content)


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: int


class _NotGranted(msgspec.Struct):
    error: str
    error_description: str = ""


_encoder = msgspec.json.Encoder(decimal_format="number")


def wire_text(value: object) -> str:  # noqa: PLR0911 - a table of kinds
    """A value as it stands in a path or query; several are separated by commas."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case list() | tuple() | set() | frozenset():
            return ",".join(wire_text(one) for one in value)
        case _:
            return str(value)


def read(call: Call[T], answer: httpx.Response) -> T:
    """The body of an answer; raises Refused."""
    status, content = answer.status_code, answer.content
    for kind in call.answers.get(status, ()):
        if kind is bytes:
            return content  # type: ignore[return-value]
        try:
            body: T = msgspec.json.decode(content, type=kind)
        except msgspec.DecodeError:
            if status < 400:
                raise
        else:
            return body
    raise Refused(status, _problem(call.refusals, content), answer.headers)


def _problem(kinds: tuple[Any, ...], content: bytes) -> Any:
    for kind in kinds:
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", errors="replace")
