"""Writes the modules of the Python client from the OpenAPI documents: `python scripts/generate_client.py`.

One module a family: its records, its calls as data, and one class each for programs that wait and that do not. With
`--check` nothing is written, and the exit status says whether the files are up to date.
"""

import json
import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from reskontro.app import families
from reskontro.http.openapi import openapi_document
from reskontro.http.wire import encode
from reskontro.platform.settings import Mode

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "clients" / "python" / "src" / "reskontro_client"
REF = "#/components/schemas/"
LINE = 116
CLEARABLE = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
# Words of parameter names that no property is made of.
MORE_WORDS = ("from", "to", "has", "on", "includes", "include", "as", "valid", "of")
PAGING = {"query", "pageno"}
NAMES = {
    "postEinvoicesCheck": "check_einvoice",
    "postToken": "create_token",
    "postRefresh": "refresh_token",
    "postVerify": "verify_token",
    "getWellKnownJwksJson": "get_keys",
    "putClock": "move_clock",
    "postClientsClientnoFiles": "upload_files",
}
_CALLS_ARE_DATA = '    """The calls of this interface as data, to be given to a connection."""'
LEFT_OUT = {"getVerify"}  # asks about the token that it is sent with; a connection looks after its own


def snake(name: str) -> str:
    """`externalId1` as `external_id1`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """`external_id1` as `externalId1`, as msgspec renames."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def singular(noun: str) -> str:
    """`ar_items` as `ar_item`, `batches` as `batch`."""
    if noun.endswith("ches"):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


class Words:
    """Names that are written without capitals, taken apart by the words of all names that have them."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.whole: dict[str, str] = {}
        self.words: set[str] = set(MORE_WORDS)
        for schema in document["components"]["schemas"].values():
            for name in schema.get("properties", ()):
                self._learn(name)
        for tag in document["tags"]:
            self._learn(tag["name"])

    def _learn(self, name: str) -> None:
        parted = snake(name)
        self.whole.setdefault(name.lower(), parted)
        self.words.update(parted.split("_"))

    def __call__(self, name: str) -> str:
        """`fromvoucherdate` as `from_voucher_date`; a name with unknown parts as it is."""
        lower = name.lower()
        if name != lower:
            return snake(name)
        return self.whole.get(lower) or "_".join(self._best(lower) or [lower])

    def _best(self, text: str) -> list[str] | None:
        best: list[list[str] | None] = [[], *([None] * len(text))]
        for end in range(1, len(text) + 1):
            for start in range(end):
                before, word = best[start], text[start:end]
                if before is not None and word in self.words:
                    now = best[end]
                    if now is None or len(before) + 1 < len(now):
                        best[end] = [*before, word]
        return best[-1]


@dataclass
class Argument:
    """A parameter of a method."""

    name: str
    wire: str
    type: str
    required: bool


@dataclass
class Operation:
    """What is known of an operation, in the words of Python."""

    name: str
    method: str
    path: str
    about: str
    codes: Sequence[str]
    secured: bool
    path_arguments: list[Argument]
    body: list[Argument]
    query: list[Argument]
    takes_key: bool
    is_form: bool
    answer: str
    answers: Mapping[int, str]
    refusals: Sequence[str]
    elements: tuple[str, str] | None = None  # of a list: the member that holds them and their type
    accept: str = ""
    raw_type: str = ""  # the media type of a body that is bytes

    @property
    def arguments(self) -> list[Argument]:
        """Path, body and query, without the client, required ones first."""
        named = [*self.body, *self.query]
        return sorted(named, key=lambda one: not one.required)


@dataclass
class Module:
    """The module of one family."""

    name: str
    document: Mapping[str, Any]
    operations: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the operations."""
        self.words = Words(self.document)
        self.schemas: Mapping[str, Any] = self.document["components"]["schemas"]
        flows = self.document["components"].get("securitySchemes", {})
        self.resource = next((scheme["x-resource"] for scheme in flows.values()), "")
        self.error = self._error_schema()
        for path, of_path in self.document["paths"].items():
            for method, operation in of_path.items():
                if operation["operationId"] in LEFT_OUT:
                    continue
                self.operations += self._operations(path, method.upper(), operation)
        names = [operation.name for operation in self.operations]
        assert len(set(names)) == len(names), f"two operations of one name: {sorted(names)}"

    @cached_property
    def of_client(self) -> bool:
        """Whether its paths name a client."""
        return any("{clientno}" in path for path in self.document["paths"])

    def _error_schema(self) -> str:
        for of_path in self.document["paths"].values():
            for operation in of_path.values():
                for content in operation["responses"]["500"].get("content", {}).values():
                    return str(content["schema"]["$ref"].removeprefix(REF))
        raise AssertionError("every operation documents 500")

    # Types

    def type_of(self, schema: Mapping[str, Any], *, sent: bool) -> str:  # noqa: C901, PLR0911 - a table of kinds
        """The type of a value; what is sent may be wider, what is read stays open to new codes."""
        if "anyOf" in schema:
            kinds = [kind for kind in schema["anyOf"] if kind.get("type") != "null"]
            if any("$ref" in kind for kind in kinds):
                kinds = [kind for kind in kinds if "$ref" in kind]
            found = list(dict.fromkeys(self.type_of(kind, sent=sent) for kind in kinds))
            if len(kinds) < len(schema["anyOf"]) and any(k.get("type") == "null" for k in schema["anyOf"]):
                found.append("None")
            return " | ".join(found)
        if "$ref" in schema:
            return str(schema["$ref"].removeprefix(REF))
        match schema.get("type"):
            case "string":
                return _text_type(schema, sent=sent)
            case "integer":
                return _literal(schema, "int", sent=sent)
            case "number":
                return "Decimal | int" if sent else "Decimal"
            case "boolean":
                return "bool"
            case "array":
                element = self.type_of(schema.get("items", {}), sent=sent)
                return f"Sequence[{element}]" if sent else f"list[{element}]"
            case "object" if isinstance(schema.get("additionalProperties"), dict):
                return f"dict[str, {self.type_of(schema['additionalProperties'], sent=sent)}]"
            case "object":
                return "dict[str, Any]"
        return "str" if "const" in schema or "enum" in schema else "Any"

    def _reached(self, *, sent: bool) -> set[str]:
        """The records of what is sent, or of what is read."""
        found: set[str] = set()
        waiting: list[Any] = []
        for of_path in self.document["paths"].values():
            for operation in of_path.values():
                part = operation.get("requestBody", {}) if sent else operation["responses"]
                waiting.append(part)
        while waiting:
            part = waiting.pop()
            if isinstance(part, list):
                waiting += part
            elif isinstance(part, dict):
                waiting += [member for name, member in part.items() if name not in {"example", "examples"}]
                name = str(part.get("$ref", "")).removeprefix(REF)
                if name in self.schemas and name not in found:
                    found.add(name)
                    waiting.append(self.schemas[name])
        return found

    # Operations

    def _operations(self, path: str, method: str, operation: Mapping[str, Any]) -> Iterator[Operation]:
        parameters = [one for one in operation["parameters"] if "name" in one]
        keys = [one for one in operation["parameters"] if one.get("$ref", "").endswith("/IdempotencyKey")]
        in_path = [self._argument(p) for p in parameters if p["in"] == "path" and p["name"] != "clientno"]
        query = [self._argument(p) for p in parameters if p["in"] == "query"]
        body, is_form = self._body(operation.get("requestBody"))
        query = [argument for argument in query if argument.wire not in {member.wire for member in body}]
        answers, refusals = self._answers(method, operation["responses"])
        kinds = list(dict.fromkeys(kind for status, kind in answers.items() if status < 400))
        responses = operation["responses"]
        codes = [c for status in ("404", "422") for c in responses.get(status, {}).get("x-error-codes", ())]
        said = (operation["summary"], operation.get("description", ""))
        made = Operation(
            name=NAMES.get(operation["operationId"]) or self._name(path, method, query),
            method=method,
            path=path,
            about=". ".join(part.rstrip(".") for part in said if part) + ".",
            codes=codes,
            secured=bool(operation["security"]),
            path_arguments=in_path,
            body=body,
            query=query,
            takes_key=bool(keys),
            is_form=is_form,
            raw_type=_raw_type(operation.get("requestBody")),
            answer=" | ".join(kinds),
            answers=answers,
            refusals=refusals,
        )
        if {argument.wire for argument in query} >= PAGING:
            made.elements = self._elements(kinds[0])
        yield made
        if "*/*" in operation["responses"].get("200", {}).get("content", {}):
            about = "The bytes alone: " + made.about[:1].lower() + made.about[1:]
            yield Operation(
                **{
                    **{name: getattr(made, name) for name in made.__dataclass_fields__},
                    "name": made.name + "_bytes",
                    "about": about,
                    "answer": "bytes",
                    "answers": {200: "bytes"},
                    "accept": "application/octet-stream",
                }
            )

    def _argument(self, parameter: Mapping[str, Any]) -> Argument:
        kind = self.type_of(parameter["schema"], sent=True)
        if parameter["in"] == "path" and kind.startswith("Literal"):
            kind = "str"
        return Argument(_safe(self.words(parameter["name"])), parameter["name"], kind, parameter.get("required", False))

    def _body(self, body: Mapping[str, Any] | None) -> tuple[list[Argument], bool]:
        """The members of the body as arguments, and whether it goes as a form."""
        if body is None:
            return [], False
        is_form = "application/x-www-form-urlencoded" in body["content"]
        if _raw_type(body):
            return [Argument("content", "content", "bytes", required=True)], is_form
        content = next(iter(body["content"].values()))
        schema = content["schema"]
        schema = self.schemas[schema["$ref"].removeprefix(REF)] if "$ref" in schema else schema
        required = schema.get("required", ())
        return [
            Argument(_safe(snake(name)), name, _not_none(self.type_of(member, sent=True)), name in required)
            for name, member in schema.get("properties", {}).items()
        ], is_form

    def _answers(self, method: str, responses: Mapping[str, Any]) -> tuple[dict[int, str], list[str]]:
        """What statuses are read as, and what refusals are read as."""
        answers: dict[int, str] = {}
        refusals: list[str] = []
        for status, response in responses.items():
            content = [c for m, c in response.get("content", {}).items() if m.endswith("json") and "schema" in c]
            kinds = [kind for c in content for kind in self.type_of(c["schema"], sent=False).split(" | ")]
            if int(status) < 400:
                answers[int(status)] = kinds[0] if kinds else "bytes"
                continue
            for kind in kinds:
                if method == "GET" and kind in answers.values():
                    answers[int(status)] = kind  # a result, such as a batch of which nothing could be done
                elif kind != self.error and kind not in refusals:
                    refusals.append(kind)
        return answers, [*refusals, self.error]

    def _elements(self, kind: str) -> tuple[str, str]:
        (member,) = [name for name in self.schemas[kind]["properties"] if name != "summary"]
        element = self.type_of(self.schemas[kind]["properties"][member]["items"], sent=False)
        return snake(member), element

    def _name(self, path: str, method: str, query: Iterable[Argument]) -> str:
        """`list_ar_items`, `get_ar_item`, `create_document`, `create_document_batch`, `update_customer`."""
        parts = [part for part in path.strip("/").split("/") if part not in {"clients", "{clientno}"}]
        nouns = [self.words(re.sub(r"\W", "", part)) for part in parts if not part.startswith("{")]
        one = bool(parts) and parts[-1].startswith("{")
        *outer, last = nouns
        before = "".join(f"{singular(noun)}_" for noun in outer)
        match method:
            case "GET" if {argument.wire for argument in query} >= PAGING:
                return f"list_{before}{last}"
            case "GET":
                return f"get_{before}{singular(last) if one else last}"
            case "POST" if one:
                return f"create_{before}{last}"
            case "POST":
                return f"create_{before}{singular(last)}"
            case "PUT":
                return f"update_{before}{singular(last)}"
        return f"{method.lower()}_{before}{singular(last)}"

    # Text

    def text(self) -> str:
        """The module."""
        sent, read = self._reached(sent=True), self._reached(sent=False)
        parts = [self._head()]
        parts += [self._record(name, sent=name in sent and name not in read) for name in sorted(sent | read)]
        parts += [self._calls(), self._client("Connection", ""), self._client("AsyncConnection", "async ")]
        return "\n\n".join(parts) + "\n"

    def _head(self) -> str:
        return f'''# Written by scripts/generate_client.py from the OpenAPI document; change that, not this.
# ruff: noqa
"""{self.document["info"]["title"]}: {self.document["info"]["description"]}"""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from reskontro_client.calls import Call
from reskontro_client.connection import AsyncConnection, Connection

RESOURCE = "{self.resource}"
'''

    def _record(self, name: str, *, sent: bool) -> str:
        schema = self.schemas[name]
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        names = {wire: _safe(snake(wire)) for wire in properties}
        renamed = all(camel(own) == wire for wire, own in names.items()) and any(w != o for w, o in names.items())
        lines = []
        for wire, own in names.items():
            kind = self.type_of(properties[wire], sent=sent)
            needs_name = not renamed and own != wire
            if wire in required:
                lines.append(f"    {own}: {kind}" + (f' = msgspec.field(name="{wire}")' if needs_name else ""))
                continue
            kind = kind if kind.endswith("None") else f"{kind} | None"
            default = f'msgspec.field(name="{wire}", default=None)' if needs_name else "None"
            lines.append(f"    {own}: {kind} = {default}")
        options = "kw_only=True, omit_defaults=True" + (', rename="camel"' if renamed else "")
        about = _wrapped(schema.get("description", f"{name}."), "    ")
        return f'class {name}(msgspec.Struct, {options}):\n    """{about}"""\n\n' + "\n".join(lines) + "\n"

    def _calls(self) -> str:
        title = self.name.title()
        lines = [f"class {title}Calls:", _CALLS_ARE_DATA, ""]
        if self.of_client:
            lines += ["    def __init__(self, client_no: int) -> None:", "        self.client_no = client_no", ""]
        for one in self.operations:
            lines += [self._signature(one, one.name, "def", f"Call[{one.answer}]"), f'        """{self._about(one)}"""']
            lines += ["        return Call(", *self._call(one), "        )", ""]
        return "\n".join(lines)

    def _call(self, one: Operation) -> Iterator[str]:
        base = "/" if one.path == "/" else one.path
        prefix = self.document["servers"][0]["url"].removeprefix("http://localhost")
        yield f'            method="{one.method}",'
        yield f'            path="{prefix.rstrip("/") + base}",'
        if one.secured:
            yield "            resource=RESOURCE,"
        values = [f'"{a.wire}": {a.name}' for a in one.path_arguments]
        if "{clientno}" in one.path:
            values.insert(0, '"clientno": self.client_no')
        if values:
            yield f"            path_values={{{', '.join(values)}}},"
        if one.query:
            yield f"            query={{{', '.join(f'{chr(34)}{a.wire}{chr(34)}: {a.name}' for a in one.query)}}},"
        if one.body and one.is_form:
            yield f"            form={{{', '.join(f'{chr(34)}{a.wire}{chr(34)}: {a.name}' for a in one.body)}}},"
        elif one.raw_type:
            yield "            content=content,"
            yield f'            content_type="{one.raw_type}",'
            yield "            harmless=True,"
        elif one.body:
            members = ", ".join(f'"{a.wire}": {a.name}' for a in one.body)
            needed = all(argument.required for argument in one.body)
            yield (
                f"            body={{{members}}},"
                if needed
                else (
                    f"            body={{name: value for name, value in {{{members}}}.items() if value is not None}},"
                )
            )
        if one.accept:
            yield f'            accept="{one.accept}",'
        if one.takes_key:
            yield "            idempotency_key=idempotency_key,"
            yield "            takes_key=True,"
        yield f"            answers={{{', '.join(f'{status}: ({kind},)' for status, kind in one.answers.items())}}},"
        yield f"            refusals=({''.join(f'{kind}, ' for kind in one.refusals)}),"

    def _signature(self, one: Operation, name: str, kind: str, answer: str, without: Iterable[str] = ()) -> str:
        parts = ["self", *(f"{a.name}: {a.type}" for a in one.path_arguments)]
        wanted = [argument for argument in one.arguments if argument.wire not in without]
        named = [f"{a.name}: {a.type}" + ("" if a.required else " | None = None") for a in wanted]
        if one.takes_key:
            named.append("idempotency_key: str | None = None")
        if named:
            parts += ["*", *named]
        return f"    {kind} {name}({', '.join(parts)}) -> {answer}:"

    def _passed(self, one: Operation, changes: Mapping[str, str] | None = None) -> str:
        changed = changes or {}
        parts = [a.name for a in one.path_arguments]
        parts += [f"{a.name}={changed.get(a.wire, a.name)}" for a in one.arguments if changed.get(a.wire) != ""]
        parts += ["idempotency_key=idempotency_key"] if one.takes_key else []
        return ", ".join(parts)

    def _about(self, one: Operation) -> str:
        codes = f"\n\nCan be refused with {', '.join(one.codes)}." if one.codes else ""
        return _wrapped(one.about + codes, "        ")

    def _client(self, connection: str, kind: str) -> str:
        title = ("Async" if kind else "") + self.name.title()
        wait = "await " if kind else ""
        client = ", client_no: int" if self.of_client else ""
        about = self.document["info"]["title"] + (" of one client, over a connection." if client else ".")
        lines = [
            f"class {title}:",
            f'    """{about}"""',
            "",
            f"    def __init__(self, connection: {connection}{client}) -> None:",
            "        self.connection = connection",
            f"        self.calls = {self.name.title()}Calls({'client_no' if client else ''})",
            "",
        ]
        for one in self.operations:
            lines += [
                self._signature(one, one.name, f"{kind}def", one.answer),
                f'        """{self._about(one)}"""',
                f"        return {wait}self.connection.call(self.calls.{one.name}({self._passed(one)}))",
                "",
            ]
            if one.elements is not None:
                lines += [*self._iterator(one, kind), ""]
        return "\n".join(lines)

    def _iterator(self, one: Operation, kind: str) -> Iterator[str]:
        assert one.elements is not None
        member, element = one.elements
        outer = "AsyncIterator" if kind else "Iterator"
        name = "each_" + singular(one.name.removeprefix("list_"))
        yield self._signature(one, name, f"{kind}def", f"{outer}[{element}]", PAGING)
        yield f'        """Every element of `{one.name}`, page after page of a result that the first page fixes."""'
        yield f"        first = self.calls.{one.name}({self._passed(one, dict.fromkeys(PAGING, ''))})"
        following = f"self.calls.{one.name}(query=query, page_no=page_no)"
        yield f"        {kind}for page in self.connection.pages(first, lambda query, page_no: {following}):"
        yield f"            for element in page.{member}:"
        yield "                yield element"


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _not_none(kind: str) -> str:
    return kind.removesuffix(" | None")


def _raw_type(body: Mapping[str, Any] | None) -> str:
    """The media type of a body that is neither JSON nor a form; what is judged and not kept may be sent twice."""
    types = list(body["content"]) if body is not None else []
    return types[0] if types and not any(each.endswith(("json", "urlencoded")) for each in types) else ""


def _literal(schema: Mapping[str, Any], plain: str, *, sent: bool) -> str:
    if not sent or "enum" not in schema:
        return plain
    return f"Literal[{', '.join(json.dumps(value) for value in schema['enum'])}]"


def _text_type(schema: Mapping[str, Any], *, sent: bool) -> str:
    match schema.get("format"):
        case "date":
            return "datetime.date"
        case "date-time":
            return "datetime.datetime"
        case "uuid":
            return "UUID"
    if sent and schema.get("pattern") == CLEARABLE:
        return "datetime.date | str"
    return _literal(schema, "str", sent=sent)


def _wrapped(text: str, indent: str) -> str:
    parts = [
        "\n".join(textwrap.wrap(part.strip(), LINE - len(indent), subsequent_indent=indent, break_long_words=False))
        for part in text.replace("\\", "\\\\").replace('"""', "'''").split("\n\n")
    ]
    joined = f"\n\n{indent}".join(parts)
    return f"{joined}\n{indent}" if "\n" in joined else joined


def formatted(text: str) -> str:
    """The text as the formatter writes it."""
    ruff = Path(sys.executable).parent / "ruff"
    command = [str(ruff), "format", "--stdin-filename", str(FOLDER / "arm.py"), "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - our own tool
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules() -> dict[Path, str]:
    """What the modules should hold."""
    return {
        FOLDER / f"{family.name}.py": formatted(
            Module(family.name, json.loads(encode(openapi_document(family, "http://localhost", {})))).text()
        )
        for family in families(Mode.SANDBOX)
    }


def main() -> int:
    """Write the modules, or say which are old."""
    old = [path for path, text in modules().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in old:
            print(f"{path.relative_to(ROOT)} is not up to date: python scripts/generate_client.py")
        return 1 if old else 0
    for path in old:
        path.write_text(modules()[path], encoding="utf-8")
        print(f"{path.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
