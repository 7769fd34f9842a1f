"""Tokens for credentials: issued, refreshed, checked."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from joserfc.jwk import RSAKey

from reskontro.http.access import TokenRefused
from reskontro.identity import store
from reskontro.identity.domain.credentials import Credential, is_client_id
from reskontro.identity.domain.grants import Grant, client_credentials_grant, covers, refresh_grant
from reskontro.identity.domain.limits import LONGEST_WINDOW_MS
from reskontro.identity.domain.refresh import CHAIN_LIVES, Verdict, expiry, judge
from reskontro.identity.domain.refusals import BAD_REFRESH_TOKEN, NOT_COVERED, UNKNOWN_CLIENT, refused
from reskontro.identity.hashing import SecretHasher
from reskontro.identity.keys import KeyRing
from reskontro.identity.limits import RateLimits
from reskontro.identity.registry import Registry, secret_id_of
from reskontro.identity.tokens import Claims, KeyUnknown, claims_of, read, sign
from reskontro.platform.clock import real_now
from reskontro.platform.database import Connection, Database
from reskontro.platform.secrets import FieldCipher
from reskontro.platform.settings import Settings

log = structlog.get_logger(__name__)

REFRESH_PREFIX = "rt_"
KEPT_AFTER_CHAIN = timedelta(days=1)

_SECRET_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Offered:
    """What a caller says it is, and from where."""

    client_id: str
    client_secret: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What a caller gets. Times are Unix seconds."""

    access_token: str = field(repr=False)
    not_before: int
    expires_on: int
    resource: str
    scope: str | None = None  # where it differs from the request
    refresh_token: str | None = field(default=None, repr=False)
    refresh_expires_in: int | None = None

    @property
    def expires_in(self) -> int:
        """The seconds that the token lives."""
        return self.expires_on - self.not_before


@dataclass(frozen=True, slots=True)
class Successor:
    """The refresh token that goes out with an access token."""

    chain_id: UUID
    token: str = field(repr=False)
    lives: timedelta


class Identity:
    """The token service of one process. All that it decides on lies in the database."""

    def __init__(self, db: Database, cipher: FieldCipher, issuer: str, now: Callable[[], datetime] = real_now) -> None:
        self.db = db
        self.issuer = issuer
        self.now = now
        self.ring = KeyRing(db, cipher, now)
        self.hasher = SecretHasher()
        self.registry = Registry(db, self.hasher, now)
        self.limits = RateLimits(db, lambda: now().timestamp())

    @classmethod
    def from_settings(cls, db: Database, settings: Settings) -> "Identity":
        """The token service as the settings say."""
        return cls(db, FieldCipher.from_settings(settings), settings.base_url)

    async def start(self) -> None:
        """Make the first signing key where there is none, and read the keys."""
        await self.ring.rotate_if_due()

    def close(self) -> None:
        """End what runs beside the event loop."""
        self.hasher.close()

    async def authenticate(self, offered: Offered, *, counts: bool) -> Credential:
        """The credential that proved itself; raises Refused. With `counts` it is one of the 30 requests a minute."""
        client_id = offered.client_id if is_client_id(offered.client_id) else None
        await self.limits.admit(client_id, offered.address, counts=counts)
        secret_id = secret_id_of(offered.client_secret)
        async with self.db.registry() as connection:
            credential = await store.credential(connection, client_id or "")
            stored = await store.secret_hash(
                connection, client_id or "", secret_id if _SECRET_ID.fullmatch(secret_id) else ""
            )
            await self.ring.keep_up(await store.revision(connection), connection)
        same = await self.hasher.matches(stored, offered.client_secret)
        if credential is None or not same or credential.disabled:
            log.info("client refused", client_id=client_id, known=credential is not None, secret_fits=same)
            await self.limits.failed(client_id, offered.address)
            raise refused("invalid_client", UNKNOWN_CLIENT)
        return credential

    async def client_credentials(
        self, offered: Offered, scope: str | None = None, resource: str | None = None
    ) -> Issued:
        """A token for a client that proves itself; raises Refused."""
        credential = await self.authenticate(offered, counts=True)
        grant = client_credentials_grant(credential, scope, resource)
        signer = await self.ring.signer()
        if not grant.refreshable:
            return self._issue(credential, grant, signer)
        now = self.now()
        chain_id = uuid4()
        refresh_token = _new_refresh_token()
        expires = expiry(now, now)
        issued = self._issue(credential, grant, signer, Successor(chain_id, refresh_token, expires - now))
        async with self.db.registry() as connection, connection.transaction():
            await self._still_enabled(connection, credential)
            await store.add_chain(connection, chain_id, credential.credential_id, grant, now)
            await store.add_refresh_token(connection, _hash(refresh_token), chain_id, now, expires)
        return issued

    async def refresh(self, offered: Offered, refresh_token: str, scope: str | None = None) -> Issued:
        """A new pair for a refresh token, which is spent with that; a spent one revokes its chain. Raises Refused."""
        credential = await self.authenticate(offered, counts=True)
        if not credential.allow_refresh:
            raise refused("unauthorized_client", "The client may not refresh tokens.")
        signer = await self.ring.signer()
        token_hash = _hash(refresh_token)
        now = self.now()
        async with self.db.registry() as connection, connection.transaction():
            await self._still_enabled(connection, credential)
            found = await store.lock_refresh_token(connection, token_hash)
            verdict = judge(found, credential.credential_id, now)
            if verdict is Verdict.GOOD:
                assert found is not None
                grant = refresh_grant(credential, found.scopes, found.resource, scope)
                successor = _new_refresh_token()
                expires = expiry(found.chain_started, now)
                issued = self._issue(credential, grant, signer, Successor(found.chain_id, successor, expires - now))
                await store.spend_refresh_token(connection, token_hash, now)
                await store.add_refresh_token(connection, _hash(successor), found.chain_id, now, expires)
                return issued
            if verdict is Verdict.REUSED:
                assert found is not None
                await store.revoke_chain(connection, found.chain_id, now)
                await store.bump_revision(connection)
        log.warning("refresh token refused", client_id=credential.client_id, verdict=verdict.value)
        raise refused("invalid_grant", BAD_REFRESH_TOKEN)

    async def _still_enabled(self, connection: Connection, credential: Credential) -> None:
        """Refuse a client that was disabled since it proved itself, and hold it until the transaction ends."""
        found = await store.lock_credential(connection, credential.client_id)
        assert found is not None, "a credential is never deleted"
        if found.disabled:
            raise refused("invalid_client", UNKNOWN_CLIENT)

    def _issue(
        self, credential: Credential, grant: Grant, signer: tuple[str, RSAKey], successor: Successor | None = None
    ) -> Issued:
        chain_id = None if successor is None else successor.chain_id
        claims = claims_of(credential, grant, self.issuer, int(self.now().timestamp()), chain_id)
        log.info("token issued", client_id=credential.client_id, jti=str(claims.jti), resource=claims.aud)
        return Issued(
            access_token=sign(claims, *signer),
            not_before=claims.nbf,
            expires_on=claims.exp,
            resource=claims.aud,
            scope=grant.shown_scope,
            refresh_token=None if successor is None else successor.token,
            refresh_expires_in=None if successor is None else int(successor.lives.total_seconds()),
        )

    async def verify(self, token: str, scope: str | None = None, organization_id: UUID | None = None) -> Claims:
        """The claims of a token that holds now, revocations of this moment included.

        Raises TokenRefused for a bad token, Refused where the scopes or the organisation are not covered.
        """
        async with self.db.registry() as connection:
            await self.ring.keep_up(await store.revision(connection), connection)
        claims, _ = await read_learning(self.ring, token, self.issuer, self.now().timestamp())
        async with self.db.registry() as connection:
            credential = await store.credential_by_id(connection, claims.oid)
            if credential is None or credential.disabled or claims.iat < credential.revoked_before_s:
                raise TokenRefused("credential disabled")
            if claims.sid is not None and await store.chain_is_revoked(connection, claims.sid):
                raise TokenRefused("chain revoked")
        organization = None if organization_id is None else str(organization_id)
        if not covers(claims.scopes, [str(one) for one in claims.orgs], scope, organization):
            raise refused("insufficient_scope", NOT_COVERED)
        return claims

    async def sweep(self) -> None:
        """Delete what has ended and make the next signing key where it is time. To be run every few minutes."""
        now = self.now()
        async with self.db.registry() as connection:
            await store.sweep_windows(connection, int(now.timestamp() * 1000) - LONGEST_WINDOW_MS)
            async with connection.transaction():
                await store.sweep_chains(connection, now - CHAIN_LIVES - KEPT_AFTER_CHAIN)
        await self.ring.rotate_if_due()
        await self.ring.forget_retired()


async def read_learning(ring: KeyRing, token: str, issuer: str, now_s: float) -> tuple[Claims, str]:
    """The claims of a valid token and the name of its key, which is looked for where it is new. Raises TokenRefused."""
    try:
        return read(token, ring.find, issuer, now_s)
    except KeyUnknown as unknown:
        if await ring.learn(unknown.kid) is None:
            raise
        return read(token, ring.find, issuer, now_s)


def _new_refresh_token() -> str:
    return REFRESH_PREFIX + secrets.token_urlsafe(32)


def _hash(refresh_token: str) -> bytes:
    """What is stored of a refresh token: 256 random bits need no slow hash."""
    return hashlib.sha256(refresh_token.encode("utf-8", "surrogatepass")).digest()
