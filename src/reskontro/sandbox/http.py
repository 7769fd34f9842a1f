"""The sandbox's own interface: `/sandbox`. It is registered in the sandbox only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call, CallHead
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.family import Condition, Meaning, refusal
from reskontro.http.problem_body import PROBLEM_JSON, PROBLEM_MEANINGS, ProblemBody, render_problem
from reskontro.http.wire import WireError, parse_time, wire_time
from reskontro.identity.domain.resources import RESKONTRO
from reskontro.kernel.problems import Refused
from reskontro.platform.business_clock import ClockOutOfRangeError, ClockState, read_clock
from reskontro.platform.due_work import DueRunners
from reskontro.sandbox.clock import move_clock
from reskontro.sandbox.durations import parse_duration

BODY_LIMIT_BYTES = 4096

EXAMPLE = {"now": "2025-03-20T09:00:00.000+01:00", "epoch": 3}


class ClockCommand(msgspec.Struct):
    """Where to move the clock: exactly one of the two."""

    now: str | None = None
    advance: str | None = None


class ClockBody(msgspec.Struct):
    """The business time, and how often it has been moved."""

    now: str
    epoch: int


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
    401: Answer("No good token.", ProblemBody, media_type=PROBLEM_JSON),
    403: Answer("The token lacks the scope `operator`.", ProblemBody, media_type=PROBLEM_JSON),
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
        ready_on=("application/json", PROBLEM_JSON),
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
        ready_on=("application/json", PROBLEM_JSON),
        answers={
            200: Answer("The business time after the change.", ClockBody, EXAMPLE),
            400: Answer(
                "Neither or both fields, or a value that cannot be read.",
                ProblemBody,
                media_type=PROBLEM_JSON,
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
        return PROBLEM_MEANINGS

    def render(self, head: CallHead, refused: Refused) -> Reply:
        """The problem of a refusal."""
        return render_problem(head, refused)


SANDBOX = SandboxFamily()
