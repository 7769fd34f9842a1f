# Written by scripts/generate_client.py from the OpenAPI document; change that, not this.
# ruff: noqa
"""Identity: Issues and checks the bearer tokens of the other interfaces."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from reskontro_client.calls import Call
from reskontro_client.connection import AsyncConnection, Connection

RESOURCE = ""


class Asked(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a token grants, or only that it is not active."""

    active: bool
    token_type: str | None = None
    client_id: str | None = None
    sub: str | None = None
    iss: str | None = None
    aud: str | None = None
    scope: str | None = None
    organizations: list[UUID] | None = None
    not_before: int | None = None
    expires_on: int | None = None
    expires_in: int | None = None


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The state of one part."""

    status: str


class Error(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is answered instead, with the id of the call for the operator's log."""

    error: str
    error_description: str
    trace_id: str


class Health(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The state of the service: `Healthy`, `Degraded` or `Unhealthy`."""

    status: str
    total_duration_ms: int
    entries: dict[str, Entry]


class Jwk(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One public key."""

    kty: str
    use: str
    alg: str
    kid: str
    n: str
    e: str


class Jwks(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The keys that verify tokens now, and those that will soon."""

    keys: list[Jwk]


class RefreshForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What `/refresh` takes."""

    refresh_token: str
    client_id: str | None = None
    client_secret: str | None = None
    grant_type: Literal["refresh_token"] | None = None
    scope: str | None = None


class Token(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A token. The last three stand only where they apply."""

    access_token: str
    token_type: str
    not_before: int
    expires_in: int
    expires_on: int
    resource: str
    scope: str | None = None
    refresh_token: str | None = None
    refresh_expires_in: int | None = None


class TokenForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What `/token` takes."""

    grant_type: Literal["client_credentials", "refresh_token"]
    client_id: str | None = None
    client_secret: str | None = None
    scope: str | None = None
    resource: str | None = None
    refresh_token: str | None = None


class Verified(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a valid token grants."""

    active: bool
    token_type: str
    client_id: str
    sub: str
    iss: str
    aud: str
    scope: str
    organizations: list[UUID]
    not_before: int
    expires_on: int
    expires_in: int


class VerifyForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What `POST /verify` takes. `scope` and `organizationId` may stand in the query instead."""

    token: str
    client_id: str | None = None
    client_secret: str | None = None
    scope: str | None = None
    organization_id: UUID | None = msgspec.field(name="organizationId", default=None)


class IdentityCalls:
    """The calls of this interface as data, to be given to a connection."""

    def create_token(
        self,
        *,
        grant_type: Literal["client_credentials", "refresh_token"],
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        resource: str | None = None,
        refresh_token: str | None = None,
    ) -> Call[Token]:
        """Get a token. Form (or JSON) with `grant_type` (`client_credentials` or `refresh_token`), `client_id`,
        `client_secret` (or both by HTTP Basic), and optionally `scope` and `resource`; for `refresh_token`
        see `/refresh`.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return Call(
            method="POST",
            path="/token",
            form={
                "grant_type": grant_type,
                "client_id": client_id,
                "client_secret": client_secret,
                "scope": scope,
                "resource": resource,
                "refresh_token": refresh_token,
            },
            answers={200: (Token,)},
            refusals=(Error,),
        )

    def refresh_token(
        self,
        *,
        refresh_token: str,
        client_id: str | None = None,
        client_secret: str | None = None,
        grant_type: Literal["refresh_token"] | None = None,
        scope: str | None = None,
    ) -> Call[Token]:
        """Exchange a refresh token. Form (or JSON) with `refresh_token`, `client_id`, `client_secret` (or both by HTTP
        Basic), and optionally `grant_type` (`refresh_token`) and `scope`. A refresh token works once; a
        second use revokes its chain.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return Call(
            method="POST",
            path="/refresh",
            form={
                "refresh_token": refresh_token,
                "client_id": client_id,
                "client_secret": client_secret,
                "grant_type": grant_type,
                "scope": scope,
            },
            answers={200: (Token,)},
            refusals=(Error,),
        )

    def verify_token(
        self,
        *,
        token: str,
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        organization_id: UUID | None = None,
    ) -> Call[Asked]:
        """Ask about a token. Form (or JSON) with `token`, `client_id`, `client_secret` (or both by HTTP Basic), and
        optionally `scope` and `organizationId`. A token that is not valid is answered with 200 and `active`
        false.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return Call(
            method="POST",
            path="/verify",
            form={
                "token": token,
                "client_id": client_id,
                "client_secret": client_secret,
                "scope": scope,
                "organizationId": organization_id,
            },
            answers={200: (Asked,)},
            refusals=(Error,),
        )

    def get_health(self) -> Call[Health]:
        """Health. No bearer token is needed: Monitoring asks without a token; the answer names parts and states only."""
        return Call(
            method="GET",
            path="/health",
            answers={200: (Health,), 503: (Health,)},
            refusals=(Error,),
        )

    def get_keys(self) -> Call[Jwks]:
        """The keys that verify tokens. May be kept for five minutes. A key is published a day before it signs and two
        days after.

        No bearer token is needed: Public keys are public.
        """
        return Call(
            method="GET",
            path="/.well-known/jwks.json",
            answers={200: (Jwks,)},
            refusals=(Error,),
        )


class Identity:
    """Identity."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.calls = IdentityCalls()

    def create_token(
        self,
        *,
        grant_type: Literal["client_credentials", "refresh_token"],
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        resource: str | None = None,
        refresh_token: str | None = None,
    ) -> Token:
        """Get a token. Form (or JSON) with `grant_type` (`client_credentials` or `refresh_token`), `client_id`,
        `client_secret` (or both by HTTP Basic), and optionally `scope` and `resource`; for `refresh_token`
        see `/refresh`.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return self.connection.call(
            self.calls.create_token(
                grant_type=grant_type,
                client_id=client_id,
                client_secret=client_secret,
                scope=scope,
                resource=resource,
                refresh_token=refresh_token,
            )
        )

    def refresh_token(
        self,
        *,
        refresh_token: str,
        client_id: str | None = None,
        client_secret: str | None = None,
        grant_type: Literal["refresh_token"] | None = None,
        scope: str | None = None,
    ) -> Token:
        """Exchange a refresh token. Form (or JSON) with `refresh_token`, `client_id`, `client_secret` (or both by HTTP
        Basic), and optionally `grant_type` (`refresh_token`) and `scope`. A refresh token works once; a
        second use revokes its chain.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return self.connection.call(
            self.calls.refresh_token(
                refresh_token=refresh_token,
                client_id=client_id,
                client_secret=client_secret,
                grant_type=grant_type,
                scope=scope,
            )
        )

    def verify_token(
        self,
        *,
        token: str,
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        organization_id: UUID | None = None,
    ) -> Asked:
        """Ask about a token. Form (or JSON) with `token`, `client_id`, `client_secret` (or both by HTTP Basic), and
        optionally `scope` and `organizationId`. A token that is not valid is answered with 200 and `active`
        false.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return self.connection.call(
            self.calls.verify_token(
                token=token,
                client_id=client_id,
                client_secret=client_secret,
                scope=scope,
                organization_id=organization_id,
            )
        )

    def get_health(self) -> Health:
        """Health. No bearer token is needed: Monitoring asks without a token; the answer names parts and states only."""
        return self.connection.call(self.calls.get_health())

    def get_keys(self) -> Jwks:
        """The keys that verify tokens. May be kept for five minutes. A key is published a day before it signs and two
        days after.

        No bearer token is needed: Public keys are public.
        """
        return self.connection.call(self.calls.get_keys())


class AsyncIdentity:
    """Identity."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.calls = IdentityCalls()

    async def create_token(
        self,
        *,
        grant_type: Literal["client_credentials", "refresh_token"],
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        resource: str | None = None,
        refresh_token: str | None = None,
    ) -> Token:
        """Get a token. Form (or JSON) with `grant_type` (`client_credentials` or `refresh_token`), `client_id`,
        `client_secret` (or both by HTTP Basic), and optionally `scope` and `resource`; for `refresh_token`
        see `/refresh`.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return await self.connection.call(
            self.calls.create_token(
                grant_type=grant_type,
                client_id=client_id,
                client_secret=client_secret,
                scope=scope,
                resource=resource,
                refresh_token=refresh_token,
            )
        )

    async def refresh_token(
        self,
        *,
        refresh_token: str,
        client_id: str | None = None,
        client_secret: str | None = None,
        grant_type: Literal["refresh_token"] | None = None,
        scope: str | None = None,
    ) -> Token:
        """Exchange a refresh token. Form (or JSON) with `refresh_token`, `client_id`, `client_secret` (or both by HTTP
        Basic), and optionally `grant_type` (`refresh_token`) and `scope`. A refresh token works once; a
        second use revokes its chain.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return await self.connection.call(
            self.calls.refresh_token(
                refresh_token=refresh_token,
                client_id=client_id,
                client_secret=client_secret,
                grant_type=grant_type,
                scope=scope,
            )
        )

    async def verify_token(
        self,
        *,
        token: str,
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        organization_id: UUID | None = None,
    ) -> Asked:
        """Ask about a token. Form (or JSON) with `token`, `client_id`, `client_secret` (or both by HTTP Basic), and
        optionally `scope` and `organizationId`. A token that is not valid is answered with 200 and `active`
        false.

        No bearer token is needed: The client proves itself with its id and secret.
        """
        return await self.connection.call(
            self.calls.verify_token(
                token=token,
                client_id=client_id,
                client_secret=client_secret,
                scope=scope,
                organization_id=organization_id,
            )
        )

    async def get_health(self) -> Health:
        """Health. No bearer token is needed: Monitoring asks without a token; the answer names parts and states only."""
        return await self.connection.call(self.calls.get_health())

    async def get_keys(self) -> Jwks:
        """The keys that verify tokens. May be kept for five minutes. A key is published a day before it signs and two
        days after.

        No bearer token is needed: Public keys are public.
        """
        return await self.connection.call(self.calls.get_keys())
