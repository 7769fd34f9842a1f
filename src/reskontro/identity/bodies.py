"""The bodies that go over the wire, in the names and order of the published contract."""

from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.endpoint import Answer
from reskontro.identity.service import Issued
from reskontro.identity.tokens import Claims

ClientId = Annotated[str, msgspec.Meta(description="The credential's id, unless it comes by HTTP Basic.")]
ClientSecret = Annotated[str, msgspec.Meta(description="Its secret, likewise.")]
ScopeText = Annotated[str, msgspec.Meta(description="Scopes separated by spaces; all of the credential's by default.")]


class TokenForm(msgspec.Struct, omit_defaults=True):
    """What `/token` takes."""

    grant_type: Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["client_credentials", "refresh_token"]})]
    client_id: ClientId | UnsetType = UNSET
    client_secret: ClientSecret | UnsetType = UNSET
    scope: ScopeText | UnsetType = UNSET
    resource: Annotated[str, msgspec.Meta(description="The product that the token is for.")] | UnsetType = UNSET
    refresh_token: Annotated[str, msgspec.Meta(description="For the grant of that name.")] | UnsetType = UNSET


class RefreshForm(msgspec.Struct, omit_defaults=True):
    """What `/refresh` takes."""

    refresh_token: str
    client_id: ClientId | UnsetType = UNSET
    client_secret: ClientSecret | UnsetType = UNSET
    grant_type: Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["refresh_token"]})] | UnsetType = UNSET
    scope: ScopeText | UnsetType = UNSET


class VerifyForm(msgspec.Struct, omit_defaults=True):
    """What `POST /verify` takes. `scope` and `organizationId` may stand in the query instead."""

    token: str
    client_id: ClientId | UnsetType = UNSET
    client_secret: ClientSecret | UnsetType = UNSET
    scope: ScopeText | UnsetType = UNSET
    organizationId: Annotated[str, msgspec.Meta(extra_json_schema={"format": "uuid"})] | UnsetType = UNSET  # noqa: N815 - the contract's name


class TokenBody(msgspec.Struct):
    """A token. The last three stand only where they apply."""

    access_token: str
    token_type: str
    not_before: int
    expires_in: int
    expires_on: int
    resource: str
    scope: str | UnsetType = UNSET
    refresh_token: str | UnsetType = UNSET
    refresh_expires_in: int | UnsetType = UNSET

    @classmethod
    def of(cls, issued: Issued) -> "TokenBody":
        """The body of what was issued."""
        return cls(
            access_token=issued.access_token,
            token_type="Bearer",  # noqa: S106 - a kind of token
            not_before=issued.not_before,
            expires_in=issued.expires_in,
            expires_on=issued.expires_on,
            resource=issued.resource,
            scope=UNSET if issued.scope is None else issued.scope,
            refresh_token=UNSET if issued.refresh_token is None else issued.refresh_token,
            refresh_expires_in=UNSET if issued.refresh_expires_in is None else issued.refresh_expires_in,
        )


class VerifiedBody(msgspec.Struct):
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

    @classmethod
    def of(cls, claims: Claims, now_s: int) -> "VerifiedBody":
        """The body for a token's claims."""
        return cls(
            active=True,
            token_type="Bearer",  # noqa: S106 - a kind of token
            client_id=claims.client_id,
            sub=claims.sub,
            iss=claims.iss,
            aud=claims.aud,
            scope=claims.scope,
            organizations=list(claims.orgs),
            not_before=claims.nbf,
            expires_on=claims.exp,
            expires_in=max(0, claims.exp - now_s),
        )


class AskedBody(msgspec.Struct):
    """What a token grants, or only that it is not active."""

    active: bool
    token_type: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    sub: str | UnsetType = UNSET
    iss: str | UnsetType = UNSET
    aud: str | UnsetType = UNSET
    scope: str | UnsetType = UNSET
    organizations: list[UUID] | UnsetType = UNSET
    not_before: int | UnsetType = UNSET
    expires_on: int | UnsetType = UNSET
    expires_in: int | UnsetType = UNSET


class ErrorBody(msgspec.Struct):
    """What is answered instead, with the id of the call for the operator's log."""

    error: str
    error_description: str
    trace_id: str


class EntryBody(msgspec.Struct):
    """The state of one part."""

    status: str


class HealthBody(msgspec.Struct):
    """The state of the service: `Healthy`, `Degraded` or `Unhealthy`."""

    status: str
    totalDurationMs: int  # noqa: N815 - the contract's name
    entries: dict[str, EntryBody]


class JwkBody(msgspec.Struct):
    """One public key."""

    kty: str
    use: str
    alg: str
    kid: str
    n: str
    e: str


class JwksBody(msgspec.Struct):
    """The keys that verify tokens now, and those that will soon."""

    keys: list[JwkBody]


TOKEN_EXAMPLE: Final = TokenBody(
    access_token="eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.c2ln",  # noqa: S106 - the published example
    token_type="Bearer",  # noqa: S106 - a kind of token
    not_before=1741530600,
    expires_in=3600,
    expires_on=1741534200,
    resource="9f1c2b3a-4d5e-4f60-8a7b-1c2d3e4f5a6b",
)
REFRESH_EXAMPLE: Final = TokenBody(
    access_token="eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.c2ln",  # noqa: S106 - the published example
    token_type="Bearer",  # noqa: S106 - a kind of token
    not_before=1741534100,
    expires_in=3600,
    expires_on=1741537700,
    resource="9f1c2b3a-4d5e-4f60-8a7b-1c2d3e4f5a6b",
    refresh_token="rt_5yq2m0",  # noqa: S106 - the published example
    refresh_expires_in=1209600,
)
VERIFIED_EXAMPLE: Final = VerifiedBody(
    active=True,
    token_type="Bearer",  # noqa: S106 - a kind of token
    client_id="my-integration",
    sub="my-integration",
    iss="https://auth.amili.no",
    aud="9f1c2b3a-4d5e-4f60-8a7b-1c2d3e4f5a6b",
    scope="write:collection.case read:collection.case",
    organizations=[UUID("7f0f0f60-21a5-4f0a-9d9b-3a0f5c0d7a11")],
    not_before=1741530600,
    expires_on=1741534200,
    expires_in=1800,
)


CLIENT_EXAMPLE: Final = {"client_id": "my-integration", "client_secret": "…"}
TOKEN_FORM_EXAMPLE: Final = {"grant_type": "client_credentials", **CLIENT_EXAMPLE}
REFRESH_FORM_EXAMPLE: Final = {"refresh_token": "rt_5yq2m0", **CLIENT_EXAMPLE}
VERIFY_FORM_EXAMPLE: Final = {"token": TOKEN_EXAMPLE.access_token, **CLIENT_EXAMPLE}
JWKS_EXAMPLE: Final = JwksBody([JwkBody("RSA", "sig", "RS256", "2025-03-09-1", "0vx7agoebGcQ", "AQAB")])


def error_answer(description: str, error: str, *others: str) -> Answer:
    """A documented refusal, and what else it can be called."""
    example = ErrorBody(error, description, "4bf92f3577b34da6a3ce929d0e0e4736")
    return Answer(description, ErrorBody, example, codes=(error, *others))
