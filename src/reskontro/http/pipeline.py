"""The way of a call through an endpoint: the same for every family, in one order.

Request id, method, media type, token, client, scope, parameters, body, transaction, idempotency, handler, answer.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from litestar.types import HTTPReceiveMessage, HTTPScope, Receive, Send

from reskontro.http.access import AnyScope, Principal, Scope, TokenRefused
from reskontro.http.call import Call, CallHead, Context
from reskontro.http.decoding import BodyFault, BodyRefused, decode
from reskontro.http.endpoint import Endpoint, Parameter, Reply, Work
from reskontro.http.family import Condition, Family, refusal
from reskontro.http.idempotency import Key, KeyReused, earlier_reply, keep_reply, parse_key
from reskontro.http.wire import encode
from reskontro.kernel.problems import Fault, Refused
from reskontro.platform.database import RunAgainError, Transaction
from reskontro.platform.ids import new_uuid
from reskontro.platform.telemetry import REQUEST_SECONDS

log = structlog.get_logger("reskontro.http")

CLIENT_NO = re.compile(r"[0-9]{1,6}")
_WEIGHT_ZERO = re.compile(r"(^|;)\s*q\s*=\s*0(\.0*)?\s*(;|$)", re.IGNORECASE)
UNAVAILABLE_RETRY_S = 5
JSON = "application/json"

_UNAVAILABLE = (
    RunAgainError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
    ConnectionError,
    TimeoutError,
)

_BODY_CONDITIONS = {
    "json": Condition.NOT_JSON,
    "type": Condition.WRONG_VALUE,
    "missing": Condition.MISSING,
    "count": Condition.TOO_MANY_ELEMENTS,
}


class Pipeline:
    """All methods of one path of one family."""

    def __init__(self, family: Family, endpoints: Sequence[Endpoint], context: Callable[[], Context]) -> None:
        self.family = family
        self.by_method = {endpoint.method: endpoint for endpoint in endpoints}
        assert len(self.by_method) == len(endpoints), "one endpoint a method and path"
        self.context = context
        self.allow = ", ".join(sorted(self.by_method))

    async def __call__(
        self, scope: HTTPScope, receive: Receive, send: Send, path_parameters: Mapping[str, str]
    ) -> None:
        """Answer one call."""
        started = time.perf_counter()
        context = self.context()
        head = new_head(scope, context)
        endpoint: Endpoint | None = None
        try:
            if not context.clock.certain:
                await context.clock.make_certain()
                head.received = context.clock.now()
            endpoint = self.by_method.get(head.method)
            if endpoint is None:
                raise self._method_unknown(head.method)  # noqa: TRY301 - rendered like every other refusal
            reply = _encoded(await self._answer(endpoint, context, head, path_parameters, receive))
        except Refused as refused:
            reply = (
                self.family.render(head, refused)
                if refused.body is None
                else Reply(refused.status, refused.body, refused.headers)
            )
        except Exception as error:  # noqa: BLE001 - the HTTP edge: one of the two places
            reply = self.family.render(head, _unexpected(self.family, head, error))
        await send_reply(send, head, reply)
        path = endpoint.path if endpoint is not None else "?"
        REQUEST_SECONDS.labels(self.family.name, head.method, path, reply.status).observe(time.perf_counter() - started)

    def _method_unknown(self, method: str) -> Refused:
        return refusal(self.family, Condition.METHOD_UNKNOWN, value=method, headers={"Allow": self.allow})

    async def _answer(
        self,
        endpoint: Endpoint,
        context: Context,
        head: CallHead,
        raw_path: Mapping[str, str],
        receive: Receive,
    ) -> Reply:
        family = self.family
        _check_accept(family, endpoint, head)
        principal = await _principal(family, endpoint, context, head)
        client_no = await _client(family, endpoint, context, principal, raw_path)
        if principal is not None:
            _check_scope(family, endpoint, principal)
        path, query = _parameters(family, endpoint, raw_path, head)
        if "userid" in query:  # reads leave no log item
            log.info("called for a user", request_id=head.request_id, path=head.path, user_id=query["userid"])
        body_bytes = b""
        body = None
        if endpoint.raw_body:
            _check_raw_type(family, endpoint, head)
        if endpoint.takes_body:
            body_bytes = await read_body(family, endpoint, head, receive)
            if endpoint.body is not None:
                body = _decoded(family, endpoint, head, body_bytes)
        call = Call(
            context=context,
            family=family,
            endpoint=endpoint,
            head=head,
            principal=principal,
            client_no=client_no,
            path=path,
            query=query,
            body=body,
            body_bytes=body_bytes,
        )
        return await _work(call)


def _encoded(reply: Reply) -> Reply:
    """The answer with its body as bytes, so that what cannot be encoded is a mistake of ours and not a cut line."""
    if reply.body is None or isinstance(reply.body, bytes):
        return reply
    return Reply(reply.status, encode(reply.body), reply.headers, reply.media_type)


def new_head(scope: HTTPScope, context: Context) -> CallHead:
    """The head of a call with its request id: the caller's own where it is a UUID."""
    head = CallHead(scope, "", context.clock.now())
    given = head.headers.get("x-request-id", "")
    try:
        head.request_id = str(UUID(given)) if given else str(new_uuid())
    except ValueError:
        head.request_id = str(new_uuid())
    return head


async def send_reply(send: Send, head: CallHead, reply: Reply) -> None:
    """Put an answer on the wire."""
    body = reply.body if isinstance(reply.body, bytes) else b"" if reply.body is None else encode(reply.body)
    headers = [
        (b"content-type", reply.media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", head.request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    names = {name.lower() for name in reply.headers}
    if "content-language" not in names:
        headers.append((b"content-language", head.language.encode()))
    if "cache-control" not in names:
        headers.append((b"cache-control", b"no-store"))
    headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _unexpected(family: Family, head: CallHead, error: Exception) -> Refused:
    if isinstance(error, _UNAVAILABLE):  # the last of several attempts at it, where it was a conflict
        log.warning("unavailable", request_id=head.request_id, error=type(error).__name__)
        return refusal(family, Condition.UNAVAILABLE, headers={"Retry-After": str(UNAVAILABLE_RETRY_S)})
    log.error("mistake of ours", request_id=head.request_id, path=head.path, exc_info=error)
    return refusal(family, Condition.INTERNAL)


def _check_accept(family: Family, endpoint: Endpoint, head: CallHead) -> None:
    accept = head.headers.get("accept", "")
    if accept in {"", "*/*"} or "*/*" in endpoint.ready_on:
        return
    wanted: dict[str, bool] = {}
    for part in accept.split(","):
        media_type, _, parameters = part.partition(";")
        wanted[media_type.strip().lower()] = not _WEIGHT_ZERO.search(parameters)
    for media_type in endpoint.ready_on:
        forms = (media_type, media_type.partition("/")[0] + "/*", "*/*")
        if next((wanted[form] for form in forms if form in wanted), False):
            return
    raise refusal(family, Condition.NOT_ACCEPTABLE, field="Accept", value=accept[:100])


async def _principal(family: Family, endpoint: Endpoint, context: Context, head: CallHead) -> Principal | None:
    if not isinstance(endpoint.access, Scope | AnyScope):
        return None
    try:
        return await context.authenticator.principal(head.headers, family.audience)
    except TokenRefused as refused:
        log.info("token refused", request_id=head.request_id, reason=str(refused))
        challenge = 'Bearer error="invalid_token"' if "authorization" in head.headers else "Bearer"
        raise refusal(family, Condition.TOKEN, headers={"WWW-Authenticate": challenge}) from None


def _check_scope(family: Family, endpoint: Endpoint, principal: Principal) -> None:
    match endpoint.access:
        case Scope(name) if name not in principal.scopes:
            raise refusal(family, Condition.SCOPE_DENIED, args={"scope": name})
        case AnyScope(names) if principal.scopes.isdisjoint(names):
            raise refusal(family, Condition.SCOPE_DENIED, args={"scope": " or ".join(names)})


async def _client(
    family: Family, endpoint: Endpoint, context: Context, principal: Principal | None, raw_path: Mapping[str, Any]
) -> int | None:
    if not endpoint.names_client:
        return None
    assert principal is not None
    text = raw_path["clientno"]
    if not CLIENT_NO.fullmatch(text) or int(text) == 0:
        raise refusal(
            family,
            Condition.WRONG_VALUE,
            field="clientno",
            value=text[:30],
            message="A whole number from 1 to 999999 is wanted",
        )
    client_no = int(text)
    if not principal.may_act_for(client_no):
        raise refusal(family, Condition.CLIENT_DENIED)
    if principal.client_nos is None:
        async with context.db.registry() as connection:
            if not await connection.fetchval("select true from client where client_no = $1", client_no):
                raise refusal(family, Condition.CLIENT_UNKNOWN, field="clientno", value=text)
    return client_no


def _parameters(
    family: Family, endpoint: Endpoint, raw_path: Mapping[str, Any], head: CallHead
) -> tuple[dict[str, Any], dict[str, Any]]:
    faults: list[Fault] = []
    path: dict[str, Any] = {}
    for parameter in endpoint.path_parameters:
        _read(family, parameter, raw_path[parameter.name], path, faults)
    query: dict[str, Any] = {}
    if head.query_string:
        _read_query(family, endpoint, head, query, faults)
    for parameter in endpoint.query:
        if parameter.required and parameter.name not in query:
            meaning = family.meanings[Condition.MISSING]
            faults.append(Fault(meaning.code, "{field} is required", parameter.name, None, {"field": parameter.name}))
    if faults:
        raise Refused(400, faults, summary="The request cannot be understood")
    return path, query


def _read_query(family: Family, endpoint: Endpoint, head: CallHead, query: dict[str, Any], faults: list[Fault]) -> None:
    known = {parameter.name: parameter for parameter in endpoint.query}
    wrong = family.meanings[Condition.WRONG_VALUE]
    try:
        pairs = head.pairs()
    except ValueError:
        faults.append(Fault(wrong.code, "Too many query parameters"))
        return
    for name, value in pairs:
        if name not in known:
            meaning = family.meanings[Condition.UNKNOWN_PARAMETER]
            faults.append(Fault(meaning.code, meaning.message, name[:60], None, {"name": name[:60]}))
        elif name in query:
            faults.append(Fault(wrong.code, "The parameter stands twice", name))
        elif "\x00" in value:  # the database cannot be asked for it
            faults.append(Fault(wrong.code, "A character is not allowed here, or the form is wrong", name))
        else:
            _read(family, known[name], value, query, faults)


def _read(family: Family, parameter: Parameter, text: str, into: dict[str, Any], faults: list[Fault]) -> None:
    try:
        into[parameter.name] = parameter.parse(text)
    except Refused as refused:
        if refused.status != 400:
            raise
        faults.extend(refused.faults)
    except ValueError as error:
        meaning = family.meanings[Condition.WRONG_VALUE]
        wanted = str(error)
        faults.append(Fault(meaning.code, wanted[:1].upper() + wanted[1:], parameter.name, text[:60]))


async def read_body(family: Family, endpoint: Endpoint, head: CallHead, receive: Receive) -> bytes:
    """The body, never more than the endpoint's limit of it."""
    limit = endpoint.body_limit_bytes
    too_large = refusal(family, Condition.BODY_TOO_LARGE, args={"limit": limit // 1024})
    declared = head.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise too_large
    parts: list[bytes] = []
    size = 0
    while True:
        message: HTTPReceiveMessage = await receive()  # type: ignore[assignment]
        if message["type"] != "http.request":
            raise ConnectionResetError("the caller went away")
        parts.append(message["body"])
        size += len(message["body"])
        if size > limit:
            raise too_large
        if not message["more_body"]:
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _decoded(family: Family, endpoint: Endpoint, head: CallHead, body: bytes) -> Any:
    media_type, _, parameters = head.headers.get("content-type", "").lower().partition(";")
    try:
        decoded = decode(endpoint.body, body)
    except BodyRefused as refused:
        faults = [_body_fault(family, fault) for fault in refused.faults]
        raise Refused(400, faults, summary="The request cannot be understood") from None
    charset = parameters.partition("charset=")[2].strip(' "')
    if media_type.strip() != JSON or charset not in {"", "utf-8", "utf8"}:
        raise _wrong_type(family, media_type, JSON)
    return decoded


def _check_raw_type(family: Family, endpoint: Endpoint, head: CallHead) -> None:
    """Refuse a body of another media type before it is read."""
    media_type = head.headers.get("content-type", "").lower().partition(";")[0]
    if media_type.strip() not in endpoint.raw_body:
        raise _wrong_type(family, media_type, endpoint.raw_body[0])


def _wrong_type(family: Family, media_type: str, wanted: str) -> Refused:
    value = (media_type or "-")[:60]
    return refusal(family, Condition.WRONG_CONTENT_TYPE, field="Content-Type", value=value, args={"media_type": wanted})


def _body_fault(family: Family, fault: BodyFault) -> Fault:
    meaning = family.meanings[_BODY_CONDITIONS[fault.kind]]
    return Fault(meaning.code, fault.message, fault.path, fault.value, fault.args)


async def _work(call: Call) -> Reply:
    endpoint, client_no = call.endpoint, call.client_no
    if endpoint.work is Work.NONE:
        return await endpoint.handler(call)
    assert client_no is not None
    if endpoint.work is Work.READ:
        async with call.context.db.reading(client_no) as tx:
            call.tx_ = tx
            return await endpoint.handler(call)
    key = _idempotency_key(call)

    async def use_case(tx: Transaction) -> Reply:
        call.tx_ = tx
        if key is None:
            return await endpoint.handler(call)
        try:
            earlier = await earlier_reply(tx, key)
        except KeyReused:
            raise refusal(call.family, Condition.KEY_REUSED, field="Idempotency-Key", value=key.key[:60]) from None
        if earlier is not None:
            return earlier
        return await keep_reply(tx, key, await endpoint.handler(call))

    return await call.context.db.run(client_no, use_case, endpoint.lock)


def _idempotency_key(call: Call) -> Key | None:
    if not call.endpoint.takes_idempotency_key:
        return None
    try:
        return parse_key(call.head.headers.get("idempotency-key"), call.head.method, call.head.path, call.body_bytes)
    except ValueError as error:
        raise refusal(
            call.family, Condition.WRONG_VALUE, field="Idempotency-Key", message=str(error)[0].upper() + str(error)[1:]
        ) from None
