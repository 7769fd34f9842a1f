"""From a path to its endpoints.

The families' endpoints are data, so their routing is too: a tree of path segments, static ones before parameters. It
stands before the web framework: the framework's own raw handlers cannot have path parameters
(they fail on routing), and its ordinary ones would parse what the pipeline parses with the families' own errors.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from litestar.enums import ScopeType
from litestar.types import HTTPScope, Receive, Send
from litestar.types import Scope as AsgiScope

from reskontro.http.call import Context
from reskontro.http.endpoint import Endpoint
from reskontro.http.family import Condition, Family, refusal
from reskontro.http.pipeline import Pipeline, new_head, send_reply

Asgi = Callable[[AsgiScope, Receive, Send], Awaitable[None]]


@dataclass(slots=True)
class _Node:
    static: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "tuple[str, _Node] | None" = None
    pipeline: Pipeline | None = None


class Router:
    """All families on one origin. The last one answers for what is under none of them.

    `framework` is given what is not a call: the start and the end of the process.
    """

    def __init__(
        self,
        routes: Sequence[tuple[Family, Sequence[Endpoint]]],
        context: Callable[[], Context],
        framework: Asgi,
    ) -> None:
        self._context = context
        self._framework = framework
        self._root = _Node()
        families = [family for family, _ in routes]
        self._rest = families[-1]
        # The longest base path first; Identity's paths stand at the root and have none.
        self._families = sorted((f for f in families if f.base_path), key=lambda f: -len(f.base_path))
        by_path: dict[str, tuple[Family, list[Endpoint]]] = {}
        for family, endpoints in routes:
            for endpoint in endpoints:
                by_path.setdefault(family.base_path + endpoint.path, (family, []))[1].append(endpoint)
        for path, (family, of_path) in by_path.items():
            self._add(path, Pipeline(family, of_path, context))

    def _add(self, path: str, pipeline: Pipeline) -> None:
        node = self._root
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                name = segment.strip("{}")
                if node.parameter is None:
                    node.parameter = (name, _Node())
                assert node.parameter[0] == name, f"{path}: one name for one place"
                node = node.parameter[1]
            else:
                node = node.static.setdefault(segment, _Node())
        assert node.pipeline is None, path
        node.pipeline = pipeline

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer a call, or hand what is none to the framework."""
        if scope["type"] != ScopeType.HTTP:
            await self._framework(scope, receive, send)
            return
        path = scope["path"]
        raw = scope.get("raw_path") or b""
        # A key may hold a slash, which comes as %2F: then the path is taken apart before it is decoded.
        if b"%2f" in raw.lower():
            segments = [unquote(part) for part in raw.decode("latin-1").strip("/").split("/")]
        else:
            segments = path.strip("/").split("/")
        found = self._match(self._root, segments, 0, scope["method"])
        if found is not None:
            pipeline, parameters = found
            await pipeline(scope, receive, send, parameters)
            return
        for family in self._families:
            if path == family.base_path or path.startswith(family.base_path + "/"):
                await self._unknown(family, scope, send)
                return
        await self._unknown(self._rest, scope, send)

    async def _unknown(self, family: Family, scope: HTTPScope, send: Send) -> None:
        head = new_head(scope, self._context())
        await send_reply(send, head, family.render(head, refusal(family, Condition.PATH_UNKNOWN)))

    def _match(
        self, node: _Node, segments: Sequence[str], at: int, method: str
    ) -> tuple[Pipeline, dict[str, str]] | None:
        """The pipeline of a path; where a static and a parameter's one both fit, the one that has the method."""
        if at == len(segments):
            return None if node.pipeline is None else (node.pipeline, {})
        found = None
        below = node.static.get(segments[at])
        if below is not None:
            found = self._match(below, segments, at + 1, method)
            if found is not None and method in found[0].by_method:
                return found
        if node.parameter is not None and segments[at]:
            name, below = node.parameter
            other = self._match(below, segments, at + 1, method)
            if other is not None and (found is None or method in other[0].by_method):
                other[1][name] = segments[at]
                return other
        return found
