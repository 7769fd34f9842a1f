"""Refusals as problems (RFC 9457), the error body of our own families."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from reskontro.http.call import CallHead
from reskontro.http.endpoint import Reply
from reskontro.http.family import Condition, Meaning
from reskontro.kernel.problems import Refused
from reskontro.platform.languages import text

PROBLEM_JSON = "application/problem+json"

PROBLEM_MEANINGS: Mapping[Condition, Meaning] = {
    Condition.NOT_JSON: Meaning(400, "not-json", "The body is not valid JSON"),
    Condition.WRONG_CONTENT_TYPE: Meaning(415, "content-type", "Another content type is wanted: {media_type}"),
    Condition.BODY_TOO_LARGE: Meaning(413, "body-too-large", "The body is larger than {limit} KiB"),
    Condition.NOT_ACCEPTABLE: Meaning(406, "not-acceptable", "None of the accepted media types can be given"),
    Condition.UNKNOWN_PARAMETER: Meaning(400, "unknown-parameter", "Unknown query parameter {name}"),
    Condition.WRONG_VALUE: Meaning(400, "wrong-value", "The value has the wrong type, format or length"),
    Condition.MISSING: Meaning(400, "missing", "A required field is missing"),
    Condition.TOO_MANY_ELEMENTS: Meaning(400, "too-many-elements", "Too many elements"),
    Condition.PATH_UNKNOWN: Meaning(404, "not-found", "No such resource"),
    Condition.METHOD_UNKNOWN: Meaning(405, "method", "The method is not allowed here"),
    Condition.TOKEN: Meaning(401, "token", "The token is missing, malformed, expired or not for this service"),
    Condition.CLIENT_DENIED: Meaning(403, "client-denied", "The token has no access to this client"),
    Condition.SCOPE_DENIED: Meaning(403, "scope-denied", "The token lacks the scope {scope}"),
    Condition.CLIENT_UNKNOWN: Meaning(404, "client-unknown", "Client not found"),
    Condition.TOO_MANY_REQUESTS: Meaning(429, "too-many-requests", "Too many requests"),
    Condition.KEY_REUSED: Meaning(422, "key-reused", "The Idempotency-Key was used with another body"),
    Condition.INTERNAL: Meaning(500, "internal", "Internal error"),
    Condition.UNAVAILABLE: Meaning(503, "unavailable", "Temporarily unavailable"),
}


class ProblemError(msgspec.Struct, omit_defaults=True):
    """One thing that is wrong."""

    type: str
    detail: str
    field: str | None = None
    value: str | None = None


class ProblemBody(msgspec.Struct, rename="camel"):
    """The body of every refusal, `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[ProblemError]


def render_problem(head: CallHead, refused: Refused) -> Reply:
    """The problem of a refusal."""
    first = refused.faults[0]
    body = ProblemBody(
        type=f"urn:reskontro:problem:{first.code}",
        title=HTTPStatus(refused.status).phrase,
        status=refused.status,
        detail=text(head.language, refused.summary or first.message, first.args),
        request_id=head.request_id,
        errors=[
            ProblemError(
                type=f"urn:reskontro:problem:{fault.code}",
                detail=text(head.language, fault.message, fault.args),
                field=fault.field,
                value=fault.value,
            )
            for fault in refused.faults
        ],
    )
    return Reply(refused.status, body, refused.headers, media_type=PROBLEM_JSON)
