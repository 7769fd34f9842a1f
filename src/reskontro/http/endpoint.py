"""The list of endpoints: data that registers them, documents them and that tests walk."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from reskontro.http.access import Access, AnyScope, Scope
from reskontro.platform.database import BookLock

if TYPE_CHECKING:
    from reskontro.http.call import Call

BODY_LIMIT_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back. `body` is bytes as they are, None for nothing, or anything that `wire.encode` takes."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


Handler = Callable[["Call"], Awaitable[Reply]]


class Work(Enum):
    """What a handler does with the database."""

    NONE = "none"  # nothing, or its own transactions
    READ = "read"  # single reading statements of one client, `call.tx`
    WRITE = "write"  # one transaction of one client, `call.tx`, run again on a conflict
    POST = "post"  # as WRITE, holding the client's book with the other postings


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path or query parameter: how its text is read (a ValueError says what was wanted) and what it means."""

    name: str
    parse: Callable[[str], object]
    description: str
    schema: Mapping[str, object] = field(default_factory=lambda: {"type": "string"})
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One documented answer: the type of its body, what it means, the published example.

    `codes` are the error codes that it can carry besides those of the conditions that every call can meet. `raw` says
    that plain bytes can be had instead of the body.
    """

    description: str
    body: Any = None
    example: Any = None
    media_type: str = "application/json"
    codes: tuple[str, ...] = ()
    raw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation of a family. `path` is below the family's base path and names its parameters in braces."""

    method: str
    path: str
    access: Access
    handler: Handler
    work: Work
    summary: str
    tag: str
    answers: Mapping[int, Answer]
    description: str = ""
    path_parameters: Sequence[Parameter] = ()
    query: Sequence[Parameter] = ()
    body: Any = None
    body_example: Any = None
    body_limit_bytes: int = BODY_LIMIT_BYTES
    form_body: bool = False  # application/x-www-form-urlencoded is read by the handler
    form: Any = None  # the type of its fields, for the document; the handler takes them as a form or as JSON
    raw_body: tuple[str, ...] = ()  # the media types of a body whose bytes the handler reads itself
    takes_idempotency_key: bool = False
    ready_on: tuple[str, ...] = ("application/json",)  # the media types that it can give

    def __post_init__(self) -> None:
        """Refuse an endpoint that nobody guards, or that works for a client without naming one."""
        assert self.path == "" or self.path.startswith("/"), self.path
        if self.work in {Work.READ, Work.WRITE, Work.POST}:
            assert "{clientno}" in self.path, f"{self.path}: a client's rows need a client in the path"
            assert isinstance(self.access, Scope | AnyScope), f"{self.path}: a client's rows need a scope"

    @property
    def lock(self) -> BookLock | None:
        """How the client's book is held while the handler runs."""
        return BookLock.SHARED if self.work is Work.POST else None

    @property
    def takes_body(self) -> bool:
        """Whether a call has a body that is read."""
        return self.body is not None or self.form_body or bool(self.raw_body)

    @property
    def names_client(self) -> bool:
        """Whether the path names a client."""
        return "{clientno}" in self.path
