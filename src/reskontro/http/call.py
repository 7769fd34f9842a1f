"""One call, from its head to what a handler works with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from reskontro.http.access import Authenticator, Principal
from reskontro.kernel.actor import Actor
from reskontro.platform.clock import Clock, business_day
from reskontro.platform.database import Database, Transaction
from reskontro.platform.languages import negotiate

if TYPE_CHECKING:
    from reskontro.http.endpoint import Endpoint
    from reskontro.http.family import Family

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Context:
    """What a web process holds for its handlers. `parts` are the areas' own (file store, sandbox and the like)."""

    db: Database
    clock: Clock
    authenticator: Authenticator
    base_url: str
    trusted_proxies: frozenset[str] = frozenset()
    parts: dict[type, Any] = field(default_factory=dict)

    def part(self, kind: type[T]) -> T:
        """The area's part of that type."""
        found = self.parts[kind]
        assert isinstance(found, kind)
        return found


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by name; one that stands twice has both values, so that a second `Authorization` spoils the first."""
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1"), value_bytes.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


class CallHead:
    """Method, path, headers and query of a call; what an error body needs."""

    __slots__ = ("headers", "language", "method", "path", "peer", "query_string", "received", "request_id")

    def __init__(self, scope: Any, request_id: str, received: datetime) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query_string: bytes = scope["query_string"]
        self.headers = _headers(scope["headers"])
        self.peer: str = (scope.get("client") or ("",))[0]
        self.request_id = request_id
        self.received = received  # business time
        self.language = negotiate(self.headers.get("accept-language", ""))

    def pairs(self) -> list[tuple[str, str]]:
        """The query's names and values; an empty value counts as absent."""
        if not self.query_string:
            return []
        text = self.query_string.decode("latin-1")
        return [(n, v) for n, v in parse_qsl(text, keep_blank_values=True, max_num_fields=200) if v != ""]


class Call:
    """What a handler works with."""

    __slots__ = (
        "body",
        "body_bytes",
        "client_no",
        "context",
        "endpoint",
        "family",
        "head",
        "path",
        "principal",
        "query",
        "tx_",
    )

    def __init__(
        self,
        *,
        context: Context,
        family: "Family",
        endpoint: "Endpoint",
        head: CallHead,
        principal: Principal | None,
        client_no: int | None,
        path: Mapping[str, Any],
        query: Mapping[str, Any],
        body: Any,
        body_bytes: bytes,
    ) -> None:
        self.context = context
        self.family = family
        self.endpoint = endpoint
        self.head = head
        self.principal = principal
        self.client_no = client_no
        self.path = path
        self.query = query
        self.body = body
        self.body_bytes = body_bytes
        self.tx_: Transaction | None = None

    @property
    def tx(self) -> Transaction:
        """The transaction that the endpoint asked for."""
        assert self.tx_ is not None, "the endpoint's work is NONE"
        return self.tx_

    @property
    def who(self) -> Principal:
        """The caller of an endpoint that needs a scope."""
        assert self.principal is not None, "the endpoint is public"
        return self.principal

    @property
    def client(self) -> int:
        """The client of the path."""
        assert self.client_no is not None, "the path names no client"
        return self.client_no

    @property
    def now(self) -> datetime:
        """The business time of the call."""
        return self.head.received

    @property
    def today(self) -> date:
        """The business day of the call."""
        return business_day(self.head.received)

    @property
    def language(self) -> str:
        """`en` or `no`."""
        return self.head.language

    @property
    def url(self) -> str:
        """The public URL of the family's base path, for links and Location."""
        return self.context.base_url + self.family.base_path

    def actor(self, user_id: str) -> Actor:
        """The caller as the audit trail names it."""
        return Actor("API", user_id, self.who.client_id, self.head.request_id, self.head.method, self.head.path)
