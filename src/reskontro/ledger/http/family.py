"""The accounts-receivable interface as one of the API families."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from reskontro.http.call import CallHead
from reskontro.http.endpoint import Endpoint, Reply
from reskontro.http.family import Condition, Meaning
from reskontro.http.wire import wire_time
from reskontro.identity.domain.resources import ARM
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.errors import Code
from reskontro.ledger.http import (
    actions,
    autopostings,
    batches,
    bundles,
    client_configs,
    codes,
    customer_batches,
    customer_lists,
    customers,
    document_lists,
    documents,
    file_lists,
    files,
    gl_items,
    gl_movements,
    health,
    insights,
    item_lists,
    items,
    log_items,
    reports,
    reservations,
)
from reskontro.ledger.http.bodies import ErrorDetailBody
from reskontro.ledger.http.described import TimeText, UuidText
from reskontro.ledger.http.parameters import narrowed
from reskontro.platform.languages import text

MEANINGS: Mapping[Condition, Meaning] = {
    Condition.NOT_JSON: Meaning(400, Code.NOT_JSON, "The body is not valid JSON"),
    Condition.WRONG_CONTENT_TYPE: Meaning(415, Code.CONTENT_TYPE, "The content type must be application/json"),
    Condition.BODY_TOO_LARGE: Meaning(413, Code.BODY_TOO_LARGE, "The body is larger than {limit} KiB"),
    Condition.NOT_ACCEPTABLE: Meaning(406, Code.NOT_ACCEPTABLE, "None of the accepted media types can be given"),
    Condition.UNKNOWN_PARAMETER: Meaning(400, Code.UNKNOWN_PARAMETER, "Unknown query parameter {name}"),
    Condition.WRONG_VALUE: Meaning(400, Code.WRONG_VALUE, "The value has the wrong type, format or length"),
    Condition.MISSING: Meaning(400, Code.MISSING, "A required field is missing"),
    Condition.TOO_MANY_ELEMENTS: Meaning(400, Code.TOO_MANY_ELEMENTS, "Too many elements"),
    Condition.PATH_UNKNOWN: Meaning(404, Code.NOT_FOUND, "No such resource"),
    Condition.METHOD_UNKNOWN: Meaning(405, Code.METHOD, "The method is not allowed here"),
    Condition.TOKEN: Meaning(401, Code.TOKEN, "The token is missing, malformed, expired or not for this service"),
    Condition.CLIENT_DENIED: Meaning(403, Code.CLIENT_DENIED, "The token has no access to this client"),
    Condition.SCOPE_DENIED: Meaning(403, Code.SCOPE_DENIED, "The token lacks the scope {scope}"),
    Condition.CLIENT_UNKNOWN: Meaning(404, Code.CLIENT_UNKNOWN, "Client not found"),
    Condition.TOO_MANY_REQUESTS: Meaning(429, Code.TOO_MANY_REQUESTS, "Too many requests"),
    Condition.KEY_REUSED: Meaning(422, Code.EXISTS, "The Idempotency-Key was used with another body"),
    Condition.INTERNAL: Meaning(500, Code.INTERNAL, "Internal error"),
    Condition.UNAVAILABLE: Meaning(503, Code.UNAVAILABLE, "Temporarily unavailable"),
}


class ErrorResponse(msgspec.Struct, rename="camel"):
    """The body of every refusal."""

    timestamp: TimeText
    status: int
    error: str
    message: str
    request_id: UuidText
    path: str
    errors: list[ErrorDetailBody]


def error_detail(language: str, fault: Fault) -> ErrorDetailBody:
    """A fault as the interface writes it."""
    message = text(language, fault.message, fault.args)
    return ErrorDetailBody(error_code=fault.code, field=fault.field, value=fault.value, message=message)


@dataclass(frozen=True, slots=True)
class ArmFamily:
    """Accounts receivable. Source: arm-api."""

    name: str = "arm"
    title: str = "Accounts receivable (ARM)"
    description: str = (
        "Customers, documents, AR and GL items, GL movements, auto postings, payment reservations, actions, "
        "batches, files, settings and log of one client's receivables ledger."
    )
    base_path: str = "/arm/v1"
    docs_path: str = "/arm/v1"
    audience: str = ARM
    error_body: type = ErrorResponse
    endpoints: Sequence[Endpoint] = tuple(
        narrowed(endpoint)
        for endpoint in (
            *health.ENDPOINTS,
            *actions.ENDPOINTS,
            *item_lists.ENDPOINTS,
            *items.ENDPOINTS,
            *autopostings.ENDPOINTS,
            *batches.ENDPOINTS,
            *client_configs.ENDPOINTS,
            *codes.ENDPOINTS,
            *customers.ENDPOINTS,
            *customer_lists.ENDPOINTS,
            *customer_batches.ENDPOINTS,
            *documents.ENDPOINTS,
            *document_lists.ENDPOINTS,
            *bundles.ENDPOINTS,
            *files.ENDPOINTS,
            *file_lists.ENDPOINTS,
            *gl_items.ENDPOINTS,
            *gl_movements.ENDPOINTS,
            *insights.ENDPOINTS,
            *log_items.ENDPOINTS,
            *reservations.ENDPOINTS,
            *reports.ENDPOINTS,
        )
    )

    @property
    def meanings(self) -> Mapping[Condition, Meaning]:
        """Its names for what can be wrong with any request."""
        return MEANINGS

    def render(self, head: CallHead, refused: Refused) -> Reply:
        """The `ErrorResponse` of a refusal."""
        first = refused.faults[0]
        summary = text(head.language, refused.summary or first.message, first.args)
        body = ErrorResponse(
            timestamp=wire_time(head.received),
            status=refused.status,
            error=HTTPStatus(refused.status).phrase,
            message=summary,
            request_id=head.request_id,
            path=head.path,
            errors=[error_detail(head.language, fault) for fault in refused.faults],
        )
        return Reply(refused.status, body, refused.headers)


ARM_FAMILY = ArmFamily()
