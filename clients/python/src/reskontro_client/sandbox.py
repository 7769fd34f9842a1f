# Written by scripts/generate_client.py from the OpenAPI document; change that, not this.
# ruff: noqa
"""Sandbox: The sandbox's clock. An installation in production mode does not have this interface."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from reskontro_client.calls import Call
from reskontro_client.connection import AsyncConnection, Connection

RESOURCE = "91f6b2d8-c47a-4e05-9c3e-6a2d8b7f0e54"


class Clock(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The business time, and how often it has been moved."""

    now: str
    epoch: int


class ClockCommand(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Where to move the clock: exactly one of the two."""

    now: str | None = None
    advance: str | None = None


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The body of every refusal, `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[ProblemError]


class ProblemError(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One thing that is wrong."""

    type: str
    detail: str
    field: str | None = None
    value: str | None = None


class SandboxCalls:
    """The calls of this interface as data, to be given to a connection."""

    def get_clock(self) -> Call[Clock]:
        """Get the business time."""
        return Call(
            method="GET",
            path="/sandbox/clock",
            resource=RESOURCE,
            answers={200: (Clock,)},
            refusals=(Problem,),
        )

    def move_clock(self, *, now: str | None = None, advance: str | None = None) -> Call[Clock]:
        """Set or advance the business time. `now` sets the clock, `advance` moves it on by an ISO 8601 duration (`PnW`
        or `PnDTnHnMnS`); exactly one of them. From then on it ticks. When the answer comes, every process
        has seen the new time, and the work that became due has been done.
        """
        return Call(
            method="PUT",
            path="/sandbox/clock",
            resource=RESOURCE,
            body={name: value for name, value in {"now": now, "advance": advance}.items() if value is not None},
            answers={200: (Clock,)},
            refusals=(Problem,),
        )


class Sandbox:
    """Sandbox."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.calls = SandboxCalls()

    def get_clock(self) -> Clock:
        """Get the business time."""
        return self.connection.call(self.calls.get_clock())

    def move_clock(self, *, now: str | None = None, advance: str | None = None) -> Clock:
        """Set or advance the business time. `now` sets the clock, `advance` moves it on by an ISO 8601 duration (`PnW`
        or `PnDTnHnMnS`); exactly one of them. From then on it ticks. When the answer comes, every process
        has seen the new time, and the work that became due has been done.
        """
        return self.connection.call(self.calls.move_clock(now=now, advance=advance))


class AsyncSandbox:
    """Sandbox."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.calls = SandboxCalls()

    async def get_clock(self) -> Clock:
        """Get the business time."""
        return await self.connection.call(self.calls.get_clock())

    async def move_clock(self, *, now: str | None = None, advance: str | None = None) -> Clock:
        """Set or advance the business time. `now` sets the clock, `advance` moves it on by an ISO 8601 duration (`PnW`
        or `PnDTnHnMnS`); exactly one of them. From then on it ticks. When the answer comes, every process
        has seen the new time, and the work that became due has been done.
        """
        return await self.connection.call(self.calls.move_clock(now=now, advance=advance))
