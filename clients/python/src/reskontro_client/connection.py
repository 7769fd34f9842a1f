"""Connections: what walks the way of a call, waiting or not."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import httpx

from reskontro_client.calls import Call, Caller, Pause, Unreachable

T = TypeVar("T")
Body = TypeVar("Body")
TIMEOUT_S = 30.0


class PageSummary(Protocol):
    """What a list answer says of its pages."""

    @property
    def query_id(self) -> str:
        """The id under which its following pages are read."""
        ...

    @property
    def total_pages(self) -> int:
        """How many there are."""
        ...


class Page(Protocol):
    """A list answer."""

    @property
    def summary(self) -> Any:
        """A `PageSummary`."""
        ...


P = TypeVar("P", bound=Page)


def _unreachable(error: httpx.TransportError) -> Unreachable:
    never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return Unreachable(f"{type(error).__name__}: {error}", sent=not never_sent)


class Connection:
    """A connection that waits. Made with a base URL and a credential's id and secret; used as a context manager.

    `attempts` is how often a call is tried where trying again is safe, `language` the language of texts (`en` or `no`),
    `http` a client of one's own, with its proxies, certificates and limits.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str = "",
        client_secret: str = "",
        *,
        language: str = "en",
        attempts: int = 3,
        http: httpx.Client | None = None,
    ) -> None:
        self.caller = Caller(base_url.rstrip("/"), client_id, client_secret, language, attempts)
        self._http = http or httpx.Client(timeout=TIMEOUT_S)

    def call(self, call: Call[T]) -> T:
        """The answer of a call; raises Refused or Unreachable."""
        way = self.caller.way(call)
        given: httpx.Response | Unreachable | None = None
        while True:
            try:
                step = way.send(given)
            except StopIteration as end:
                answer: T = end.value
                return answer
            if isinstance(step, Pause):
                time.sleep(step.seconds)
                given = None
                continue
            try:
                given = self._http.send(step)
            except httpx.TransportError as error:
                given = _unreachable(error)

    def pages(self, first: Call[P], following: Callable[[str, int], Call[P]]) -> Iterator[P]:
        """The pages of a list, one after the other; what was found is fixed by the first."""
        page = self.call(first)
        yield page
        summary: PageSummary = page.summary
        for number in range(2, summary.total_pages + 1):
            yield self.call(following(summary.query_id, number))

    def close(self) -> None:
        """Close the connections below."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class AsyncConnection:
    """The same for asynchronous programs."""

    def __init__(
        self,
        base_url: str,
        client_id: str = "",
        client_secret: str = "",
        *,
        language: str = "en",
        attempts: int = 3,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self.caller = Caller(base_url.rstrip("/"), client_id, client_secret, language, attempts)
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT_S)

    async def call(self, call: Call[T]) -> T:
        """The answer of a call; raises Refused or Unreachable."""
        way = self.caller.way(call)
        given: httpx.Response | Unreachable | None = None
        while True:
            try:
                step = way.send(given)
            except StopIteration as end:
                answer: T = end.value
                return answer
            if isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
                given = None
                continue
            try:
                given = await self._http.send(step)
            except httpx.TransportError as error:
                given = _unreachable(error)

    async def pages(self, first: Call[P], following: Callable[[str, int], Call[P]]) -> AsyncIterator[P]:
        """The pages of a list, one after the other; what was found is fixed by the first."""
        page = await self.call(first)
        yield page
        summary: PageSummary = page.summary
        for number in range(2, summary.total_pages + 1):
            yield await self.call(following(summary.query_id, number))

    async def close(self) -> None:
        """Close the connections below."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.close()
