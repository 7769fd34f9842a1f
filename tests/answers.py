"""Every answer that a test gets from the application is held against the OpenAPI document of its operation.

The check is stricter than the document: a field that the document does not name is a fault, where an integration is
told to pass over it.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from reskontro.app import families
from reskontro.http.openapi import openapi_document
from reskontro.http.wire import encode
from reskontro.platform.settings import Mode

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# Said of every answer, by whatever stands before the operations.
OF_EVERY_ANSWER = {
    "allow", "cache-control", "content-length", "content-security-policy", "content-type", "pragma", "vary",
    "x-content-type-options",
}  # fmt: skip
OF_ANY_PATH = {404, 405}


def document_of(family: Any, base_url: str = "http://testserver") -> dict[str, Any]:
    """The document as a reader gets it."""
    return json.loads(encode(openapi_document(family, base_url, {})))


def closed(schema: Any) -> Any:
    """The schema with no other members than those that it names."""
    if isinstance(schema, list):
        return [closed(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: closed(member) for name, member in schema.items()}
    if isinstance(schema.get("properties"), dict):
        changed.setdefault("additionalProperties", False)
    return changed


class Operations:
    """The operations of all families, found by method and path."""

    def __init__(self) -> None:
        self._by_path: list[tuple[re.Pattern[str], str, dict[str, Any], dict[str, Any]]] = []
        self._found: dict[str, tuple[str, dict[str, Any], dict[str, Any]] | None] = {}
        self._validators: dict[tuple[str, ...], jsonschema_rs.Draft202012Validator] = {}
        for family in families(Mode.SANDBOX):
            document = document_of(family)
            components = closed(document["components"])
            for path, operations in document["paths"].items():
                pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(family.base_path + path.rstrip("/")))
                self._by_path.append((re.compile(pattern + "/?"), family.base_path + path, operations, components))
        # Static segments before parameters, as the router has it.
        self._by_path.sort(key=lambda known: known[1].count("{"))

    def find(self, raw_path: str) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
        if raw_path not in self._found:
            known = [(p, o, c) for pattern, p, o, c in self._by_path if pattern.fullmatch(raw_path)]
            self._found[raw_path] = None if not known else (known[0][0], _merged(known), known[0][2])
        return self._found[raw_path]

    def validator(self, key: tuple[str, ...], schema: Any, components: Any) -> jsonschema_rs.Draft202012Validator:
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                {**closed(schema), "components": components}, validate_formats=True
            )
        return self._validators[key]


def _merged(known: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    """The operations of all paths that fit: one path may have a method that the other has not."""
    merged: dict[str, Any] = {}
    for _, operations, _ in known:
        for method, operation in operations.items():
            merged.setdefault(method, operation)
    return merged


@cache
def operations() -> Operations:
    return Operations()


def faults_of(answer: httpx.Response) -> list[str]:
    """What is in an answer and not in the document. An answer for a path without operations has none."""
    request = answer.request
    raw_path = request.url.raw_path.decode().partition("?")[0]
    found = operations().find(raw_path)
    if found is None or request.method not in METHODS:
        return []
    path, of_path, components = found
    operation = of_path.get(request.method.lower())
    if operation is None:
        return [] if answer.status_code == 405 else [f"{answer.status_code} of a method that is not documented"]
    where = (request.method, path, str(answer.status_code))
    response = operation["responses"].get(where[2])
    if response is None:
        return [f"{' '.join(where)} is not documented"]
    faults = [f"header {name}" for name in answer.headers if not _is_documented(name, response)]
    media_type = answer.headers["content-type"].partition(";")[0]
    content = response.get("content", {})
    if media_type not in content:
        return faults if "*/*" in content else [*faults, f"media type {media_type}"]
    schema = content[media_type].get("schema")
    if schema is not None and media_type.endswith("json"):
        validator = operations().validator((*where, media_type), schema, components)
        body = json.loads(answer.content)
        faults += [f"{'/'.join(map(str, e.instance_path))}: {e.message}"[:500] for e in validator.iter_errors(body)]
        documented = response.get("x-error-codes")
        if answer.status_code >= 400 and documented is not None:
            faults += _code_faults(codes_of(body), documented, operation["responses"])
    return [f"{' '.join(where)}: {fault}" for fault in faults]


def _code_faults(codes: list[str], of_status: list[str], responses: dict[str, Any]) -> list[str]:
    """Codes that the operation does not document. All faults are told at once, and one of them is the status's own."""
    known = {code for response in responses.values() for code in response.get("x-error-codes", ())}
    faults = [f"code {code} of {known}" for code in codes if code not in known]
    return faults if not codes or set(codes) & set(of_status) else [*faults, f"codes {codes} of {of_status}"]


def _is_documented(name: str, response: dict[str, Any]) -> bool:
    return name in OF_EVERY_ANSWER or name in {known.lower() for known in response["headers"]}


def codes_of(body: Any) -> list[str]:
    """The codes of a refusal, in any family's error body; those of the elements where it has results of its own."""
    if "error_description" in body:
        return [body["error"]]
    if "requestId" not in body:
        parts = [*body.get("autoPostings", ()), *(body.get("files", ()) if "summary" in body else ())]
        return [error["errorCode"] for part in parts for error in part.get("errors", ())]
    return [error.get("errorCode") or error["type"].rpartition(":")[2] for error in body["errors"]]


async def hold_to_the_document(answer: httpx.Response) -> None:
    """A hook of a test's client: refuses an answer that the document does not describe."""
    await answer.aread()
    faults = faults_of(answer)
    assert not faults, f"{answer.request.url}: {faults}\n{answer.text[:1000]}"


HOOKS: dict[str, list[Callable[..., Any]]] = {"response": [hold_to_the_document]}
