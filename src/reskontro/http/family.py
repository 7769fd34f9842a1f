"""What differs between the families of contracts: paths, names, error bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from reskontro.http.endpoint import Endpoint, Reply
from reskontro.kernel.problems import Fault, Refused

if TYPE_CHECKING:
    from reskontro.http.call import CallHead


class Condition(Enum):
    """What can be wrong with a request before any area has seen it."""

    NOT_JSON = "not_json"
    WRONG_CONTENT_TYPE = "wrong_content_type"
    BODY_TOO_LARGE = "body_too_large"
    NOT_ACCEPTABLE = "not_acceptable"
    UNKNOWN_PARAMETER = "unknown_parameter"
    WRONG_VALUE = "wrong_value"
    MISSING = "missing"
    TOO_MANY_ELEMENTS = "too_many_elements"
    PATH_UNKNOWN = "path_unknown"
    METHOD_UNKNOWN = "method_unknown"
    TOKEN = "token"  # noqa: S105 - a condition's name
    CLIENT_DENIED = "client_denied"
    SCOPE_DENIED = "scope_denied"
    CLIENT_UNKNOWN = "client_unknown"
    TOO_MANY_REQUESTS = "too_many_requests"
    KEY_REUSED = "key_reused"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a condition is called in a family: its status, its code, its sentence (the key of the catalogue)."""

    status: int
    code: str
    message: str


class Family(Protocol):
    """One published interface."""

    @property
    def name(self) -> str:
        """A word for logs and metrics, such as `arm`."""
        ...

    @property
    def title(self) -> str:
        """The title of its OpenAPI document."""
        ...

    @property
    def description(self) -> str:
        """What it is for, for the reader of its OpenAPI document."""
        ...

    @property
    def base_path(self) -> str:
        """`/arm/v1`; no slash at its end. Empty for Identity."""
        ...

    @property
    def docs_path(self) -> str:
        """Where `openapi.json` and `docs` stand."""
        ...

    @property
    def audience(self) -> str:
        """The audience that its tokens name."""
        ...

    @property
    def error_body(self) -> type:
        """The type of the body of its refusals."""
        ...

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """Its operations."""
        ...

    @property
    def meanings(self) -> Mapping[Condition, Meaning]:
        """Its names for what can be wrong with any request."""
        ...

    def render(self, head: "CallHead", refused: Refused) -> Reply:
        """A refusal in its error body."""
        ...


def refusal(
    family: Family,
    condition: Condition,
    *,
    field: str | None = None,
    value: str | None = None,
    message: str | None = None,
    args: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Refused:
    """The refusal that a family gives for a condition."""
    meaning = family.meanings[condition]
    fault = Fault(meaning.code, message or meaning.message, field, value, args or {})
    return Refused(meaning.status, [fault], summary=meaning.message, headers=headers)
