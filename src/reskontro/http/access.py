"""Who calls, and what that allows.

An endpoint states its access: a scope, or why it needs none. There is no third way to register one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified credential: what it is called, what it may do, for whom, until when."""

    client_id: str  # the credential's name, `sub` of the token
    object_id: UUID  # the credential's internal id, `oid`
    audience: str  # the product the token is for
    scopes: frozenset[str]
    client_nos: frozenset[int] | None  # None: every client
    organizations: frozenset[UUID]
    expires_on: int  # Unix seconds

    def may_act_for(self, client_no: int) -> bool:
        """Whether the credential was given this client."""
        return self.client_nos is None or client_no in self.client_nos


@dataclass(frozen=True, slots=True)
class Scope:
    """The endpoint needs a token with this scope."""

    name: str


@dataclass(frozen=True, slots=True)
class AnyScope:
    """The endpoint needs a token with one of these scopes; which of them, its handler says once it has seen the row."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Public:
    """The endpoint needs no token; `why` says so to the reader of the list of endpoints."""

    why: str


@dataclass(frozen=True, slots=True)
class OwnAuthentication:
    """The endpoint checks the caller itself, as a token endpoint does."""

    why: str


Access = Scope | AnyScope | Public | OwnAuthentication


class TokenRefused(Exception):  # noqa: N818 - it says what happened
    """The token is missing, malformed, expired, revoked, for somebody else, or not ours. The reason is for the log."""


class Authenticator(Protocol):
    """Whoever can tell a good token from a bad one."""

    async def principal(self, headers: Mapping[str, str], audience: str) -> Principal:
        """The principal of `Authorization: Bearer …`; raises TokenRefused."""
        ...
