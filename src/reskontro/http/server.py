"""The web server of one process: uvicorn, with bounds on what it waits for and keeps before a request is whole.

uvicorn bounds neither the size of a request's head nor the time that a caller may take to send one, so this does. The
caller's address is the peer's: `X-Forwarded-For` is read where the address matters, from trusted proxies only.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from litestar.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT_BYTES: Final = 64 * 1024
HEAD_LIMIT_S: Final = 20.0
BODY_LIMIT_S: Final = 300.0
KEEP_ALIVE_S: Final = 65
BACKLOG: Final = 2048
CONNECTIONS_MAX: Final = 1000  # of one process; beyond that 503 at once
GRACEFUL_LIMIT_S: Final = 8

_HEAD_TOO_LARGE: Final = b"The request's head is larger than 64 KiB\n"


class _HeadTooLarge(Exception):  # noqa: N818 - ends the parser's run
    pass


class BoundedProtocol(HttpToolsProtocol):
    """One connection. A request that arrives in one piece costs no timer."""

    _head_bytes = 0
    _head_open = True  # waited for, or half here
    _body_open = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_LIMIT_S, self._on_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, unless it is more of a head than we read."""
        waited_for_head, waited_for_body = self._head_open, self._body_open
        super().data_received(data)
        if waited_for_head and self._head_open:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_LIMIT_BYTES:
                self._refuse_head()
        if (waited_for_head, waited_for_body) != (self._head_open, self._body_open):
            self._stop_timer()
            if self._head_open or self._body_open:
                limit_s = HEAD_LIMIT_S if self._head_open else BODY_LIMIT_S
                self._timer = self.loop.call_later(limit_s, self._on_late)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head_open, self._head_bytes = True, 0

    def on_url(self, url: bytes) -> None:
        """A part of the request's target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._head_open, self._body_open = False, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._body_open = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be parsed."""
        if self._head_bytes > HEAD_LIMIT_BYTES:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def _count(self, size_bytes: int) -> None:
        self._head_bytes += size_bytes
        if self._head_bytes > HEAD_LIMIT_BYTES:
            raise _HeadTooLarge

    def _refuse_head(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\nconnection: close\r\n"
                b"content-length: " + str(len(_HEAD_TOO_LARGE)).encode() + b"\r\n\r\n" + _HEAD_TOO_LARGE
            )
            self.transport.close()

    def _on_late(self) -> None:
        self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()


def run_server(app: ASGIApp, listening: socket.socket, on_started: Callable[[], None] = lambda: None) -> None:
    """Serve on a listening socket until SIGTERM or SIGINT; `on_started` is called when the application has started."""
    served: Any = app
    config = uvicorn.Config(
        served,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACEFUL_LIMIT_S,
    )
    _Server(config, on_started).run(sockets=[listening])
