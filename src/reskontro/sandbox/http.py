"""The sandbox's own interface: `/sandbox`. It is registered in the sandbox only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call, CallHead
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.family import Condition, Meaning, refusal
from reskontro.http.wire import WireError, parse_time, wire_time
from reskontro.identity.domain.resources import RESKONTRO
from reskontro.kernel.problems import Refused
from reskontro.platform.business_clock import ClockOutOfRangeError, ClockState, read_clock
from reskontro.platform.due_work import DueRunners
from reskontro.platform.languages import text
from reskontro.sandbox.clock import move_clock
from reskontro.sandbox.durations import parse_duration

BODY_LIMIT_BYTES = 4096

MEANINGS: Mapping[Condition, Meaning] = {
    Condition.NOT_JSON: Meaning(400, "not-json", "The body is not valid JSON"),
    Condition.WRONG_CONTENT_TYPE: Meaning(415, "content-type", "The content type must be application/json"),
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

EXAMPLE = {"now": "2025-03-20T09:00:00.000+01:00", "epoch": 3}


class ClockCommand(msgspec.Struct):
    """Where to move the clock: exactly one of the two."""

    now: str | None = None
    advance: str | None = None


class ClockBody(msgspec.Struct):
    """The business time, and how often it has been moved."""

    now: str
    epoch: int


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


async def get_clock(call: Call) -> Reply:
    """The business time now."""
    return _reply(await read_clock(call.context.db))


async def put_clock(call: Call) -> Reply:
    """Set the clock or move it on. Every process has seen the new time, and what is due has been done, on answering."""
    to = _where_to(call.body)
    try:
        state = await move_clock(call.context.db, call.context.part(DueRunners), to)
    except ClockOutOfRangeError as error:
        raise _wrong("now" if isinstance(to, datetime) else "advance", str(error)) from None
    return _reply(state)


def _reply(state: ClockState) -> Reply:
    return Reply(200, ClockBody(wire_time(state.now()), state.epoch))


def _where_to(command: ClockCommand) -> datetime | timedelta:
    match command:
        case ClockCommand(now=str(moment), advance=None):
            try:
                return parse_time(moment)
            except (WireError, OverflowError) as error:
                raise _wrong("now", str(error), moment) from None
        case ClockCommand(now=None, advance=str(span)):
            try:
                return parse_duration(span)
            except ValueError as error:
                raise _wrong("advance", str(error), span) from None
        case ClockCommand(now=None, advance=None):
            raise refusal(SANDBOX, Condition.MISSING, field="now", message="One of now and advance is wanted")
        case _:
            raise _wrong("advance", "only one of now and advance is wanted", command.advance)


def _wrong(field: str, wanted: str, found: str | None = None) -> Refused:
    shown = None if found is None else found[:60]
    return refusal(SANDBOX, Condition.WRONG_VALUE, field=field, value=shown, message=wanted[:1].upper() + wanted[1:])


_REFUSALS = {
    401: Answer("No good token.", ProblemBody, media_type="application/problem+json"),
    403: Answer("The token lacks the scope `operator`.", ProblemBody, media_type="application/problem+json"),
}

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clock",
        access=Scope("operator"),
        handler=get_clock,
        work=Work.NONE,
        summary="Get the business time",
        tag="Clock",
        ready_on=("application/json", "application/problem+json"),
        answers={200: Answer("The business time.", ClockBody, EXAMPLE), **_REFUSALS},
    ),
    Endpoint(
        method="PUT",
        path="/clock",
        access=Scope("operator"),
        handler=put_clock,
        work=Work.NONE,
        summary="Set or advance the business time",
        description=(
            "`now` sets the clock, `advance` moves it on by an ISO 8601 duration (`PnW` or `PnDTnHnMnS`); exactly one "
            "of them. From then on it ticks. When the answer comes, every process has seen the new time, and the work "
            "that became due has been done."
        ),
        tag="Clock",
        body=ClockCommand,
        body_example={"now": "2025-03-20T09:00:00+01:00"},
        body_limit_bytes=BODY_LIMIT_BYTES,
        ready_on=("application/json", "application/problem+json"),
        answers={
            200: Answer("The business time after the change.", ClockBody, EXAMPLE),
            400: Answer(
                "Neither or both fields, or a value that cannot be read.",
                ProblemBody,
                media_type="application/problem+json",
            ),
            **_REFUSALS,
        },
    ),
)


@dataclass(frozen=True, slots=True)
class SandboxFamily:
    """What only the sandbox has."""

    name: str = "sandbox"
    title: str = "Sandbox"
    description: str = "The sandbox's clock. An installation in production mode does not have this interface."
    base_path: str = "/sandbox"
    docs_path: str = "/sandbox"
    audience: str = RESKONTRO
    error_body: type = ProblemBody
    endpoints: Sequence[Endpoint] = ENDPOINTS

    @property
    def meanings(self) -> Mapping[Condition, Meaning]:
        """Its names for what can be wrong with any request."""
        return MEANINGS

    def render(self, head: CallHead, refused: Refused) -> Reply:
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
        return Reply(refused.status, body, refused.headers, media_type="application/problem+json")


SANDBOX = SandboxFamily()
