"""The OpenAPI 3.1 document of a family, from its list of endpoints.

Whatever a call can meet before its handler (token, scope, client, body, limits) is documented here for every endpoint;
what an endpoint documents itself comes first. The examples of refusals are made by the family's own rendering.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec

from reskontro import __version__
from reskontro.http.access import AnyScope, Scope
from reskontro.http.call import CallHead
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply
from reskontro.http.family import Condition, Family, refusal
from reskontro.http.wire import LARGEST, Amount, ClearableDay, Day, Quantity, encode

OPENAPI = "3.1.0"
SECURITY = "oauth2"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
REF = "#/components/schemas/{name}"
EXAMPLE_TIME = datetime(2025, 2, 27, 16, 3, 36, 176000, UTC)
EXAMPLE_REQUEST_ID = "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11"
REFUSAL_ARGUMENTS = {"scope": "…", "name": "…", "limit": 0, "media_type": JSON}

# Says of a field that it is left out where it has no value, though its type has no default.
MARK = "x-left-out"
LEFT_OUT = msgspec.Meta(extra_json_schema={MARK: True})

_DAY_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
WIRE_TYPES: Mapping[type, Mapping[str, object]] = {
    Amount: {
        "type": "number",
        "multipleOf": 0.01,
        "exclusiveMinimum": -int(LARGEST),
        "exclusiveMaximum": int(LARGEST),
        "description": "An amount of money, at most two decimals.",
    },
    Quantity: {
        "type": "number",
        "multipleOf": 0.0001,
        "exclusiveMinimum": -int(LARGEST),
        "exclusiveMaximum": int(LARGEST),
        "description": "A quantity or price of a unit, at most four decimals.",
    },
    Day: {"type": "string", "format": "date", "description": "A date between 1900 and 2199."},
    ClearableDay: {
        "type": "string",
        "pattern": f"^({_DAY_PATTERN})?$",
        "description": "A date, or the empty string, which clears what is stored.",
    },
}

HEADER_PARAMETERS: Mapping[str, Mapping[str, object]] = {
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "The language of texts: `en` (default) or `no`.",
        "schema": {"type": "string"},
        "example": "en",
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "A UUID that names the call, given back in the answer. One is made where there is none.",
        "schema": {"type": "string"},
        "example": EXAMPLE_REQUEST_ID,
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same call with the same key gives the first answer again, for 24 hours.",
        "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$"},
        "example": "order-5521-1",
    },
}
RESPONSE_HEADERS: Mapping[str, Mapping[str, object]] = {
    "RequestId": {"description": "The call's name.", "schema": {"type": "string", "format": "uuid"}},
    "ContentLanguage": {"description": "The language of the answer's texts.", "schema": {"enum": ["en", "no"]}},
    "TotalCount": {"description": "The same as `summary.totalCount`.", "schema": {"type": "integer", "minimum": 0}},
    "Location": {"description": "Where what was made is found.", "schema": {"type": "string", "format": "uri"}},
    "Disposition": {"description": "The name of the file, for bytes alone.", "schema": {"type": "string"}},
    "RetryAfter": {"description": "After how many seconds it is worth trying again.", "schema": {"type": "integer"}},
    "WwwAuthenticate": {"description": "How to prove who calls.", "schema": {"type": "string"}},
}


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


_COMMON_HEADERS = {"X-Request-Id": _header("RequestId"), "Content-Language": _header("ContentLanguage")}
_HEADERS_BY_STATUS = {
    401: {"WWW-Authenticate": _header("WwwAuthenticate")},
    429: {"Retry-After": _header("RetryAfter")},
    503: {"Retry-After": _header("RetryAfter")},
}


def openapi_document(family: Family, base_url: str, scope_meanings: Mapping[str, str]) -> dict[str, Any]:
    """The document of a family that is reached at a base URL; `scope_meanings` says what scopes allow."""
    return _Document(family, base_url, scope_meanings).build()


def operation_id(endpoint: Endpoint) -> str:
    """A name made of method and path, so that it stays as long as they do: `getClientsClientnoAritems`."""
    words = re.findall(r"[A-Za-z0-9]+", endpoint.path) or ["root"]
    return endpoint.method.lower() + "".join(word[:1].upper() + word[1:] for word in words)


def conditions_of(endpoint: Endpoint) -> Iterator[Condition]:
    """What can be wrong with a call of an endpoint before its handler has seen it."""
    yield Condition.UNKNOWN_PARAMETER
    if endpoint.path_parameters or endpoint.query or endpoint.body is not None:
        yield Condition.WRONG_VALUE
    yield Condition.INTERNAL
    yield Condition.UNAVAILABLE
    if "*/*" not in endpoint.ready_on:
        yield Condition.NOT_ACCEPTABLE
    if isinstance(endpoint.access, Scope | AnyScope):
        yield Condition.TOKEN
        yield Condition.SCOPE_DENIED
        yield Condition.TOO_MANY_REQUESTS
    if endpoint.names_client:
        yield Condition.CLIENT_DENIED
        yield Condition.CLIENT_UNKNOWN
    if endpoint.takes_body:
        yield Condition.BODY_TOO_LARGE
    if endpoint.body is not None:
        yield Condition.NOT_JSON
        yield Condition.MISSING
        yield Condition.TOO_MANY_ELEMENTS
    if endpoint.body is not None or endpoint.raw_body:
        yield Condition.WRONG_CONTENT_TYPE
    if endpoint.takes_idempotency_key:
        yield Condition.KEY_REUSED


class _Document:
    def __init__(self, family: Family, base_url: str, scope_meanings: Mapping[str, str]) -> None:
        self.family = family
        self.base_url = base_url
        self.scope_meanings = scope_meanings
        self.error_body: Any = family.error_body
        self.schemas, self.components = _schemas(self._types())

    def build(self) -> dict[str, Any]:
        family = self.family
        paths: dict[str, dict[str, Any]] = {}
        for endpoint in family.endpoints:
            operations = paths.setdefault(endpoint.path or "/", {})
            operations[endpoint.method.lower()] = self._operation(endpoint)
        components: dict[str, Any] = {
            "schemas": self.components,
            "parameters": HEADER_PARAMETERS,
            "headers": RESPONSE_HEADERS,
        }
        if scopes := sorted({name for endpoint in family.endpoints for name in _scopes(endpoint)}):
            components["securitySchemes"] = {SECURITY: self._security_scheme(scopes)}
        return {
            "openapi": OPENAPI,
            "info": {"title": family.title, "description": family.description, "version": __version__},
            "servers": [{"url": self.base_url + family.base_path or "/"}],
            "tags": [{"name": tag} for tag in dict.fromkeys(endpoint.tag for endpoint in family.endpoints)],
            "paths": paths,
            "components": components,
        }

    def _types(self) -> list[Any]:
        """Every type of the family's bodies, each once."""
        types: list[Any] = [self.error_body]
        for endpoint in self.family.endpoints:
            types += [endpoint.body, endpoint.form, *(answer.body for answer in endpoint.answers.values())]
        unique: list[Any] = []
        for kind in types:
            if kind is not None and kind not in unique:
                unique.append(kind)
        return unique

    def _schema(self, kind: Any) -> dict[str, Any]:
        return next(schema for known, schema in self.schemas if known == kind)

    def _security_scheme(self, scopes: Sequence[str]) -> dict[str, Any]:
        audience = self.family.audience
        flow = {
            "tokenUrl": f"{self.base_url}/token",
            "scopes": {scope: self.scope_meanings.get(scope, "") for scope in scopes},
        }
        return {
            "type": "oauth2",
            "description": f"A bearer token for a credential's id and secret, with the `resource` {audience}.",
            "flows": {"clientCredentials": flow},
            "x-resource": audience,
        }

    def _operation(self, endpoint: Endpoint) -> dict[str, Any]:
        operation: dict[str, Any] = {
            "operationId": operation_id(endpoint),
            "summary": endpoint.summary,
            "tags": [endpoint.tag],
            "parameters": _parameters(endpoint),
            "responses": self._responses(endpoint),
            "security": [{SECURITY: [scope]} for scope in _scopes(endpoint)],
        }
        about = [endpoint.description]
        if not isinstance(endpoint.access, Scope | AnyScope):
            about.append(f"No bearer token is needed: {endpoint.access.why}")
        if description := "\n\n".join(part for part in about if part):
            operation["description"] = description
        if endpoint.takes_body:
            operation["requestBody"] = self._request_body(endpoint)
        return operation

    def _request_body(self, endpoint: Endpoint) -> dict[str, Any]:
        if endpoint.raw_body:
            raw = {"schema": {"type": "string"}, "example": endpoint.body_example}
            return {"required": True, "content": dict.fromkeys(endpoint.raw_body, raw)}
        kind = endpoint.form if endpoint.body is None else endpoint.body
        content: dict[str, Any] = {"schema": {"type": "object"} if kind is None else self._schema(kind)}
        if endpoint.body_example is not None:
            content["example"] = _plain(endpoint.body_example)
        media_types = (FORM, JSON) if endpoint.form_body else (JSON,)
        return {"required": True, "content": dict.fromkeys(media_types, content)}

    def _responses(self, endpoint: Endpoint) -> dict[str, Any]:
        conditions: dict[int, list[Condition]] = {}
        for condition in conditions_of(endpoint):
            conditions.setdefault(self.family.meanings[condition].status, []).append(condition)
        return {
            str(status): self._response(endpoint, status, endpoint.answers.get(status), conditions.get(status, []))
            for status in sorted(conditions.keys() | endpoint.answers.keys())
        }

    def _response(
        self, endpoint: Endpoint, status: int, answer: Answer | None, conditions: Sequence[Condition]
    ) -> dict[str, Any]:
        """One status: what the endpoint says of it, and the refusals that any call can meet with it."""
        first = self.family.meanings[conditions[0]].message if conditions else ""
        described = answer.description if answer is not None else re.sub(r":?\s*\{\w+\}", "", first)
        response: dict[str, Any] = {
            "description": described or HTTPStatus(status).phrase,
            "headers": _headers(endpoint, status, answer),
        }
        codes = [str(self.family.meanings[condition].code) for condition in conditions]
        codes += [str(code) for code in answer.codes] if answer is not None else []
        if codes:
            response["x-error-codes"] = list(dict.fromkeys(codes))
        content: dict[str, dict[str, Any]] = {}
        own = answer.body if answer is not None else None
        if answer is not None and own is not None:
            content[answer.media_type] = {"schema": self._schema(own)}
            if answer.example is not None:
                content[answer.media_type]["example"] = _plain(answer.example)
        elif answer is not None and answer.media_type != JSON:
            content[answer.media_type] = {}
        if answer is not None and answer.raw:
            content["*/*"] = {}
        if conditions or (status >= 400 and own is None and not content):
            self._add_refusals(content, own, conditions)
        return response | ({"content": content} if content else {})

    def _add_refusals(self, content: dict[str, dict[str, Any]], own: Any, conditions: Sequence[Condition]) -> None:
        """Add the family's error body to what a status can carry, with an example of each condition."""
        media_type = self._rendered(Condition.INTERNAL).media_type
        schema = self._schema(self.error_body)
        if media_type not in content:
            content[media_type] = {"schema": schema}
            if conditions:
                examples = {
                    condition.value: {"value": _plain(self._rendered(condition).body)} for condition in conditions
                }
                content[media_type]["examples"] = examples
        elif own is not self.error_body:
            content[media_type]["schema"] = {"anyOf": [content[media_type]["schema"], schema]}

    def _rendered(self, condition: Condition) -> Reply:
        path = f"{self.family.base_path}/…"
        scope = {"method": "GET", "path": path, "query_string": b"", "headers": []}
        head = CallHead(scope, EXAMPLE_REQUEST_ID, EXAMPLE_TIME)
        return self.family.render(head, refusal(self.family, condition, args=REFUSAL_ARGUMENTS))


def _headers(endpoint: Endpoint, status: int, answer: Answer | None) -> dict[str, Any]:
    """The headers of a status."""
    headers = {**_COMMON_HEADERS, **_HEADERS_BY_STATUS.get(status, {})}
    if status == 200 and any(parameter.name == "pageno" for parameter in endpoint.query):
        headers["X-Total-Count"] = _header("TotalCount")
    if status in {201, 202} and endpoint.method != "GET":
        headers["Location"] = _header("Location")
    if status == 202 and endpoint.method == "GET":
        headers["Retry-After"] = _header("RetryAfter")
    if answer is not None and answer.raw:
        headers["Content-Disposition"] = _header("Disposition")
    return headers


def _scopes(endpoint: Endpoint) -> tuple[str, ...]:
    """The scopes of which a token needs one."""
    match endpoint.access:
        case Scope(name):
            return (name,)
        case AnyScope(names):
            return names
        case _:
            return ()


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    documented = {parameter.name: parameter for parameter in endpoint.path_parameters}
    parameters = []
    for name in re.findall(r"\{(\w+)\}", endpoint.path):
        known = documented.get(name) or Parameter(name, str, "")
        parameters.append(_parameter(known, "path", required=True))
    parameters += [_parameter(each, "query", required=each.required) for each in endpoint.query]
    headers = ["AcceptLanguage", "RequestId"]
    if endpoint.takes_idempotency_key:
        headers.append("IdempotencyKey")
    return parameters + [{"$ref": f"#/components/parameters/{header}"} for header in headers]


def _parameter(parameter: Parameter, where: str, *, required: bool) -> dict[str, Any]:
    described = {
        "name": parameter.name,
        "in": where,
        "required": required,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }
    if parameter.schema.get("type") == "array":  # one text with commas
        described |= {"style": "form", "explode": False}
    return described


def _schemas(types: Sequence[Any]) -> tuple[list[tuple[Any, dict[str, Any]]], dict[str, Any]]:
    """The schema of each type, and the components that they refer to."""

    def of_wire_type(kind: type) -> dict[str, Any]:
        if kind not in WIRE_TYPES:
            raise NotImplementedError(f"no schema for {kind}")
        return dict(WIRE_TYPES[kind])

    schemas, components = msgspec.json.schema_components(types, schema_hook=of_wire_type, ref_template=REF)
    names = _published_names(components)
    renamed = {names[name]: schema | {"title": names[name]} for name, schema in _named(components, names).items()}
    for schema in renamed.values():
        properties = schema.get("properties", {})
        schema["required"] = [name for name in schema.get("required", ()) if not properties[name].pop(MARK, False)]
    found = [_numbers(_named(schema, names)) for schema in schemas]
    return list(zip(types, found, strict=True)), _numbers(renamed)


def _published_names(components: Mapping[str, Any]) -> dict[str, str]:
    """What the schemas are called outside: `ArItem` for the class `ArItemBody`."""
    names: dict[str, str] = {}
    for name in components:
        assert "." not in name, f"two classes of one name: {name}"
        short = name.removesuffix("Body") or name
        names[name] = name if short in components else short
    return names


def _named(schema: Any, names: Mapping[str, str]) -> Any:
    """The schema with its references under the published names."""
    if isinstance(schema, list):
        return [_named(element, names) for element in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: _named(member, names) for name, member in schema.items()}
    if "$ref" in changed:
        before, _, name = changed["$ref"].rpartition("/")
        changed["$ref"] = f"{before}/{names.get(name, name)}"
    return changed


def _numbers(schema: Any) -> Any:
    """The schema with decimals as numbers, which is how answers are encoded."""
    if isinstance(schema, list):
        return [_numbers(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "string" and schema.get("format") == "decimal":
        return {"type": "number", **{k: v for k, v in schema.items() if k not in {"type", "format"}}}
    changed = {name: _numbers(member) for name, member in schema.items()}
    choices = changed.get("anyOf", [])
    if {"type": "number"} in choices and {"type": "integer"} in choices:
        changed["anyOf"] = [choice for choice in choices if choice != {"type": "integer"}]
        if len(changed["anyOf"]) == 1:
            changed |= changed.pop("anyOf")[0]
    return changed


def _plain(example: object) -> Any:
    """An example as the JSON that would be sent."""
    return json.loads(encode(example))
