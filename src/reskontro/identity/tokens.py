"""Access tokens: signed JWTs, made and read.

Only RS256 is read, only with keys that this installation published, and only in the exact form in which it was made.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from reskontro.http.access import Principal, TokenRefused
from reskontro.identity.domain.credentials import Credential
from reskontro.identity.domain.grants import Grant
from reskontro.identity.domain.scopes import with_implied

ALGORITHM = "RS256"
KIND = "JWT"
SKEW_S = 60
LONGEST_TEXT = 16_384  # a token that names a hundred clients and organisations has half of it
EVERY_CLIENT = "*"


class Claims(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a token says. `sid` is the refresh chain that it belongs to, where there is one."""

    iss: str
    aud: str
    sub: str
    client_id: str
    oid: UUID
    scope: str
    orgs: tuple[UUID, ...]
    arm_clients: tuple[int | str, ...]
    iat: int
    nbf: int
    exp: int
    jti: UUID
    sid: UUID | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes as the token names them."""
        return tuple(self.scope.split(" "))

    @property
    def principal(self) -> Principal:
        """The caller as the endpoints see it."""
        every = EVERY_CLIENT in self.arm_clients
        return Principal(
            client_id=self.client_id,
            object_id=self.oid,
            audience=self.aud,
            scopes=with_implied(self.scopes),
            client_nos=None if every else frozenset(no for no in self.arm_clients if isinstance(no, int)),
            organizations=frozenset(self.orgs),
            expires_on=self.exp,
        )


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    typ: str
    alg: str
    kid: str


class KeyUnknown(TokenRefused):
    """The token names a key that this process has not met."""

    def __init__(self, kid: str) -> None:
        super().__init__("unknown key")
        self.kid = kid


_payload = msgspec.json.Decoder(Claims)
_header = msgspec.json.Decoder(_Header)


def claims_of(credential: Credential, grant: Grant, issuer: str, now_s: int, chain_id: UUID | None) -> Claims:
    """The claims of a token that is issued now."""
    issued_s = max(now_s, credential.revoked_before_s)
    return Claims(
        iss=issuer,
        aud=grant.resource,
        sub=credential.client_id,
        client_id=credential.client_id,
        oid=credential.credential_id,
        scope=grant.scope,
        orgs=credential.organizations,
        arm_clients=(EVERY_CLIENT,) if credential.client_nos is None else credential.client_nos,
        iat=issued_s,
        nbf=issued_s,
        exp=issued_s + credential.access_token_s,
        jti=uuid4(),
        sid=chain_id,
    )


def sign(claims: Claims, kid: str, key: RSAKey) -> str:
    """The token with these claims."""
    header = {"typ": KIND, "alg": ALGORITHM, "kid": kid}
    return jws.serialize_compact(header, msgspec.json.encode(claims), key, algorithms=[ALGORITHM])


def _decoded(part: str) -> bytes:
    """The bytes of a part in the one form that stands for them."""
    try:
        decoded = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise TokenRefused("malformed") from None
    if base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() != part:
        raise TokenRefused("malformed")
    return decoded


def read(token: str, key_of: Callable[[str], RSAKey | None], issuer: str, now_s: float) -> tuple[Claims, str]:
    """The claims of a valid token and the name of its key; raises TokenRefused, KeyUnknown for a key not met before.

    The audience is for the caller to compare.
    """
    parts = token.split(".") if len(token) <= LONGEST_TEXT else []
    if len(parts) != 3 or not token.isascii():
        raise TokenRefused("malformed")
    kid = _kid(_decoded(parts[0]))
    _decoded(parts[1])
    _decoded(parts[2])
    key = key_of(kid)
    if key is None:
        raise KeyUnknown(kid)
    try:
        payload = jws.deserialize_compact(token, key, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError):
        raise TokenRefused("bad signature") from None
    claims = _claims(payload)
    if claims.iss != issuer:
        raise TokenRefused("another issuer")
    if now_s >= claims.exp + SKEW_S:
        raise TokenRefused("expired")
    if now_s < claims.nbf - SKEW_S:
        raise TokenRefused("not yet valid")
    return claims, kid


def _kid(header: bytes) -> str:
    found = _strict(_header, header, "malformed header")
    if found.alg != ALGORITHM or found.typ != KIND:
        raise TokenRefused("another algorithm or type")
    kid: str = found.kid
    return kid


def _claims(payload: bytes) -> Claims:
    claims: Claims = _strict(_payload, payload, "malformed claims")
    return claims


def _strict(decoder: "msgspec.json.Decoder[Any]", text: bytes, refusal: str) -> Any:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise TokenRefused(refusal) from None


def bearer_token(authorization: str | None) -> str:
    """The token of an Authorization header; raises TokenRefused."""
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip(" ")
    if scheme.lower() != "bearer" or not token or " " in token:
        raise TokenRefused("no bearer token")
    return token
