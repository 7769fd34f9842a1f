"""Papers made by a child process, one after the other.

Typst keeps what it has set in memory for as long as its process lives (ten thousand rows are about a gigabyte), so it
gets a process that ends when the work at hand is done. Frames go both ways: eight bytes of length, then the content. A
job is JSON with template and data, an answer one byte for how it went and the PDF, or what is wrong.
"""

import asyncio
import json
import signal
import struct
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from reskontro.documents.fonts import faces_alone
from reskontro.platform.child import child_command

LENGTH: Final = struct.Struct(">Q")
MADE, REFUSED = b"+", b"-"
PRESS: Final = "reskontro.documents.press"  # not imported here: it brings typst, which no other process has a use for
LIMIT_S: Final = 300.0
NOTHING: Final[Mapping[str, bytes]] = {}


class CompileError(RuntimeError):
    """The template cannot be set with these data: a mistake of ours."""


class TypesetterEndedError(RuntimeError):
    """The process ended before it had answered, such as for want of memory, or took longer than it may."""


class Typesetter:
    """A process that makes papers until it is closed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def open(cls) -> "AsyncIterator[Typesetter]":
        """A typesetter for the time of the block; its process does not outlive it, nor this one."""
        with faces_alone() as fonts:
            command = child_command([sys.executable, "-m", PRESS, fonts], when_parent_ends=signal.SIGKILL)
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            try:
                yield cls(process)
            finally:
                if process.returncode is None:
                    process.kill()
                await process.wait()
                _close(process)

    async def pdf(self, template: str, data: Mapping[str, Any], files: Mapping[str, bytes] = NOTHING) -> bytes:
        """The PDF of a template with its data, and files beside it. Raises CompileError and TypesetterEndedError."""
        beside = {name: b64encode(content).decode() for name, content in files.items()}
        job = json.dumps({"template": template, "data": data, "files": beside}, ensure_ascii=False).encode()
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            async with asyncio.timeout(LIMIT_S):
                stdin.write(LENGTH.pack(len(job)))
                stdin.write(job)
                await stdin.drain()
                (length,) = LENGTH.unpack(await stdout.readexactly(LENGTH.size))
                answer = await stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError) as error:
            raise TypesetterEndedError(f"the typesetter ended while it made {template}") from error
        if answer[:1] == REFUSED:
            raise CompileError(answer[1:].decode())
        return answer[1:]


def _close(process: asyncio.subprocess.Process) -> None:
    """Let the pipes go, which the library leaves to the collector."""
    if process.stdin is not None:
        process.stdin.close()
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()
