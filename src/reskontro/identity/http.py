"""Identity: `/token`, `/refresh`, `/verify`, `/health` and the published keys."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from reskontro.http.access import OwnAuthentication, Public, TokenRefused
from reskontro.http.call import Call, CallHead
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.family import Condition, Meaning
from reskontro.identity.bodies import (
    JWKS_EXAMPLE,
    REFRESH_EXAMPLE,
    REFRESH_FORM_EXAMPLE,
    TOKEN_EXAMPLE,
    TOKEN_FORM_EXAMPLE,
    VERIFIED_EXAMPLE,
    VERIFY_FORM_EXAMPLE,
    AskedBody,
    EntryBody,
    ErrorBody,
    HealthBody,
    JwksBody,
    RefreshForm,
    TokenBody,
    TokenForm,
    VerifiedBody,
    VerifyForm,
    error_answer,
)
from reskontro.identity.domain.refusals import refused
from reskontro.identity.domain.resources import RESKONTRO
from reskontro.identity.parameters import body_parameters, needed, offered_client
from reskontro.identity.service import Identity
from reskontro.identity.tokens import bearer_token
from reskontro.kernel.problems import Refused
from reskontro.platform.languages import text

log = structlog.get_logger(__name__)

BODY_LIMIT_BYTES = 32 * 1024
JWKS_KEPT_S = 300
HEALTH_TIMEOUT_S = 2.0
CLIENT_CREDENTIALS = "client_credentials"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant

STATES: Final = ("Healthy", "Degraded", "Unhealthy")
NOT_STORED: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CHALLENGES: Final = {
    "invalid_client": 'Basic realm="identiverse"',
    "invalid_token": 'Bearer error="invalid_token"',
}


async def post_token(call: Call) -> Reply:
    """A token for client credentials, or for a refresh token."""
    parameters = body_parameters(call.head, call.body_bytes)
    grant_type = needed(parameters, "grant_type")
    if grant_type not in {CLIENT_CREDENTIALS, REFRESH_TOKEN}:
        raise refused("unsupported_grant_type", "The grant is client_credentials or refresh_token.")
    return await _issued(call, parameters, refresh=grant_type == REFRESH_TOKEN)


async def post_refresh(call: Call) -> Reply:
    """A new pair for a refresh token."""
    parameters = body_parameters(call.head, call.body_bytes)
    if parameters.get("grant_type", REFRESH_TOKEN) != REFRESH_TOKEN:
        raise refused("unsupported_grant_type", "The grant is refresh_token.")
    return await _issued(call, parameters, refresh=True)


async def _issued(call: Call, parameters: Mapping[str, str], *, refresh: bool) -> Reply:
    identity = call.context.part(Identity)
    refresh_token = needed(parameters, "refresh_token") if refresh else ""
    offered = offered_client(call.head, parameters, call.context.trusted_proxies)
    if refresh:
        issued = await identity.refresh(offered, refresh_token, parameters.get("scope"))
    else:
        issued = await identity.client_credentials(offered, parameters.get("scope"), parameters.get("resource"))
    return Reply(200, TokenBody.of(issued), NOT_STORED)


async def get_verify(call: Call) -> Reply:
    """What the bearer token of the call grants."""
    identity = call.context.part(Identity)
    try:
        token = bearer_token(call.head.headers.get("authorization"))
        claims = await identity.verify(token, call.query.get("scope"), call.query.get("organizationId"))
    except TokenRefused as bad:
        log.info("token refused", request_id=call.head.request_id, reason=str(bad))
        raise refused("invalid_token", "The token is missing or not valid.") from None
    return Reply(200, VerifiedBody.of(claims, int(identity.now().timestamp())), NOT_STORED)


async def post_verify(call: Call) -> Reply:
    """What a token grants, for a client that proves itself."""
    identity = call.context.part(Identity)
    parameters = body_parameters(call.head, call.body_bytes)
    token = needed(parameters, "token")
    if parameters.keys() & call.query.keys():
        raise refused("invalid_request", "A parameter stands in the body and in the query.")
    organization_id = call.query.get("organizationId")
    if "organizationId" in parameters:
        try:
            organization_id = _organization_id(parameters["organizationId"])
        except ValueError:
            raise refused("invalid_request", "The organizationId is a UUID.") from None
    offered = offered_client(call.head, parameters, call.context.trusted_proxies)
    await identity.authenticate(offered, counts=False)
    try:
        claims = await identity.verify(token, parameters.get("scope", call.query.get("scope")), organization_id)
    except TokenRefused as bad:
        log.info("token refused", request_id=call.head.request_id, reason=str(bad))
        return Reply(200, AskedBody(active=False), NOT_STORED)
    return Reply(200, VerifiedBody.of(claims, int(identity.now().timestamp())), NOT_STORED)


async def get_jwks(call: Call) -> Reply:
    """The published keys."""
    ring = call.context.part(Identity).ring
    await ring.current()
    return Reply(200, ring.jwks(), {"Cache-Control": f"public, max-age={JWKS_KEPT_S}"})


async def get_health(call: Call) -> Reply:
    """Whether the service works. Says nothing about where and how."""
    started = time.perf_counter()
    ring = call.context.part(Identity).ring
    database = "Healthy"
    try:
        async with asyncio.timeout(HEALTH_TIMEOUT_S):
            await ring.current()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        log.warning("database out of reach", error=type(error).__name__)
        database = "Unhealthy"
    keys = "Unhealthy" if not ring.signs() else "Degraded" if ring.is_overdue() else "Healthy"
    states = {"database": database, "signingKeys": keys}
    status = max(states.values(), key=STATES.index)
    elapsed_ms = round((time.perf_counter() - started) * 1000)
    body = HealthBody(status, elapsed_ms, {part: EntryBody(state) for part, state in states.items()})
    return Reply(503 if status == "Unhealthy" else 200, body, {"Cache-Control": "no-store"})


def _organization_id(value: str) -> UUID:
    try:
        if len(value) == 36:
            return UUID(value)
    except ValueError:
        pass
    raise ValueError("a UUID is wanted")


_REFUSALS: Final = {
    429: error_answer("Too many requests or failures. Try again later.", "slow_down"),
    500: error_answer("A mistake of ours.", "server_error"),
    503: error_answer("The service cannot answer now.", "temporarily_unavailable"),
}
_MALFORMED: Final = error_answer(
    "A parameter is missing, repeated or malformed.", "invalid_request", "invalid_scope", "unsupported_grant_type",
    "unauthorized_client", "invalid_grant",
)  # fmt: skip
_UNKNOWN: Final = error_answer("Unknown client or wrong secret.", "invalid_client")
_TOO_LARGE: Final = error_answer("The body is too large.", "invalid_request")

_VERIFY_QUERY: Final = (
    Parameter("scope", str, "Scopes separated by spaces; the token has to hold all of them."),
    Parameter(
        "organizationId",
        _organization_id,
        "An organisation that the token has to name.",
        {"type": "string", "format": "uuid"},
    ),
)
_ANY: Final = ("*/*",)
_BY_SECRET: Final = "The client proves itself with its id and secret."  # noqa: S105 - a sentence

ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="POST",
        path="/token",
        access=OwnAuthentication(_BY_SECRET),
        handler=post_token,
        work=Work.NONE,
        summary="Get a token",
        tag="Tokens",
        description=(
            "Form (or JSON) with `grant_type` (`client_credentials` or `refresh_token`), `client_id`, `client_secret` "
            "(or both by HTTP Basic), and optionally `scope` and `resource`; for `refresh_token` see `/refresh`."
        ),
        answers={
            200: Answer("A token", TokenBody, TOKEN_EXAMPLE),
            400: _MALFORMED,
            401: _UNKNOWN,
            413: _TOO_LARGE,
            **_REFUSALS,
        },
        body_limit_bytes=BODY_LIMIT_BYTES,
        form_body=True,
        form=TokenForm,
        body_example=TOKEN_FORM_EXAMPLE,
        ready_on=_ANY,
    ),
    Endpoint(
        method="POST",
        path="/refresh",
        access=OwnAuthentication(_BY_SECRET),
        handler=post_refresh,
        work=Work.NONE,
        summary="Exchange a refresh token",
        tag="Tokens",
        description=(
            "Form (or JSON) with `refresh_token`, `client_id`, `client_secret` (or both by HTTP Basic), and optionally "
            "`grant_type` (`refresh_token`) and `scope`. A refresh token works once; a second use revokes its chain."
        ),
        answers={
            200: Answer("A new pair", TokenBody, REFRESH_EXAMPLE),
            400: error_answer(
                "The refresh token is unknown, used, revoked or expired.", "invalid_grant", *_MALFORMED.codes
            ),
            401: _UNKNOWN,
            413: _TOO_LARGE,
            **_REFUSALS,
        },
        body_limit_bytes=BODY_LIMIT_BYTES,
        form_body=True,
        form=RefreshForm,
        body_example=REFRESH_FORM_EXAMPLE,
        ready_on=_ANY,
    ),
    Endpoint(
        method="GET",
        path="/verify",
        access=OwnAuthentication("The bearer token is what is asked about."),
        handler=get_verify,
        work=Work.NONE,
        summary="Ask about one's own token",
        tag="Tokens",
        description="Whether the bearer token is valid, with scopes, organisation and revocations of this moment.",
        answers={
            200: Answer("The token is valid", VerifiedBody, VERIFIED_EXAMPLE),
            400: _MALFORMED,
            401: error_answer("The token is missing or not valid.", "invalid_token"),
            403: error_answer("Missing scope or organisation.", "insufficient_scope"),
            **_REFUSALS,
        },
        query=_VERIFY_QUERY,
        ready_on=_ANY,
    ),
    Endpoint(
        method="POST",
        path="/verify",
        access=OwnAuthentication(_BY_SECRET),
        handler=post_verify,
        work=Work.NONE,
        summary="Ask about a token",
        tag="Tokens",
        description=(
            "Form (or JSON) with `token`, `client_id`, `client_secret` (or both by HTTP Basic), and optionally `scope` "
            "and `organizationId`. A token that is not valid is answered with 200 and `active` false."
        ),
        answers={
            200: Answer("The token is valid, or `active` is false", AskedBody, VERIFIED_EXAMPLE),
            400: _MALFORMED,
            401: _UNKNOWN,
            403: error_answer("Missing scope or organisation.", "insufficient_scope"),
            413: _TOO_LARGE,
            **_REFUSALS,
        },
        query=_VERIFY_QUERY,
        body_limit_bytes=BODY_LIMIT_BYTES,
        form_body=True,
        form=VerifyForm,
        body_example=VERIFY_FORM_EXAMPLE,
        ready_on=_ANY,
    ),
    Endpoint(
        method="GET",
        path="/health",
        access=Public("Monitoring asks without a token; the answer names parts and states only."),
        handler=get_health,
        work=Work.NONE,
        summary="Health",
        tag="Service",
        answers={
            200: Answer(
                "It works",
                HealthBody,
                HealthBody("Healthy", 4, {"database": EntryBody("Healthy"), "signingKeys": EntryBody("Healthy")}),
            ),
            500: _REFUSALS[500],
            503: Answer(
                "It does not",
                HealthBody,
                HealthBody(
                    "Unhealthy", 2000, {"database": EntryBody("Unhealthy"), "signingKeys": EntryBody("Healthy")}
                ),
            ),
        },
        ready_on=_ANY,
    ),
    Endpoint(
        method="GET",
        path="/.well-known/jwks.json",
        access=Public("Public keys are public."),
        handler=get_jwks,
        work=Work.NONE,
        summary="The keys that verify tokens",
        tag="Service",
        description="May be kept for five minutes. A key is published a day before it signs and two days after.",
        answers={
            200: Answer("The published keys", JwksBody, JWKS_EXAMPLE),
            500: _REFUSALS[500],
            503: _REFUSALS[503],
        },
        ready_on=_ANY,
    ),
)

_BAD_REQUEST: Final = Meaning(400, "invalid_request", "The request is malformed.")
_BAD_TOKEN: Final = Meaning(401, "invalid_token", "The token is missing or not valid.")
_BAD_SCOPE: Final = Meaning(403, "insufficient_scope", "Missing scope or organisation.")

MEANINGS: Final[Mapping[Condition, Meaning]] = {
    Condition.NOT_JSON: _BAD_REQUEST,
    Condition.WRONG_CONTENT_TYPE: Meaning(400, "invalid_request", "The media type is wrong."),
    Condition.BODY_TOO_LARGE: Meaning(413, "invalid_request", "The body is larger than {limit} KiB."),
    Condition.NOT_ACCEPTABLE: Meaning(406, "invalid_request", "The answer is JSON."),
    Condition.UNKNOWN_PARAMETER: Meaning(400, "invalid_request", "A parameter of the query is unknown."),
    Condition.WRONG_VALUE: Meaning(400, "invalid_request", "A parameter is malformed."),
    Condition.MISSING: Meaning(400, "invalid_request", "A parameter is missing."),
    Condition.TOO_MANY_ELEMENTS: _BAD_REQUEST,
    Condition.PATH_UNKNOWN: Meaning(404, "not_found", "There is nothing under this path."),
    Condition.METHOD_UNKNOWN: Meaning(405, "method_not_allowed", "The method is not allowed here."),
    Condition.TOKEN: _BAD_TOKEN,
    Condition.CLIENT_DENIED: _BAD_SCOPE,
    Condition.SCOPE_DENIED: _BAD_SCOPE,
    Condition.CLIENT_UNKNOWN: Meaning(404, "not_found", "There is no such client."),
    Condition.TOO_MANY_REQUESTS: Meaning(429, "slow_down", "Too many requests. Try again later."),
    Condition.KEY_REUSED: _BAD_REQUEST,
    Condition.INTERNAL: Meaning(500, "server_error", "A mistake of ours. It was logged under the trace id."),
    Condition.UNAVAILABLE: Meaning(503, "temporarily_unavailable", "The service cannot answer now. Try again later."),
}


@dataclass(frozen=True, slots=True)
class IdentityFamily:
    """The published interface of the token service."""

    name: str = "identity"
    title: str = "Identity"
    description: str = "Issues and checks the bearer tokens of the other interfaces."
    base_path: str = ""
    docs_path: str = "/identity"
    audience: str = RESKONTRO
    error_body: type = ErrorBody

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """Its operations."""
        return ENDPOINTS

    @property
    def meanings(self) -> Mapping[Condition, Meaning]:
        """Its names for what can be wrong with any request."""
        return MEANINGS

    def render(self, head: CallHead, refused: Refused) -> Reply:
        """A refusal in the error body of OAuth 2.0, in English: the description may hold ASCII only."""
        fault = refused.faults[0]
        headers: dict[str, Any] = {**refused.headers, **NOT_STORED, "Content-Language": "en"}
        if fault.code in CHALLENGES:
            headers["WWW-Authenticate"] = CHALLENGES[fault.code]
        description = text("en", fault.message, fault.args)
        body = ErrorBody(fault.code, description, head.request_id.replace("-", ""))
        return Reply(refused.status, body, headers)


IDENTITY: Final = IdentityFamily()
