"""The signing keys of this installation as one process knows them.

They lie in the database, the private halves encrypted. A process reads them again when the revision says that
something changed, and when it meets a key that it does not know, which cannot be more often than every few seconds.
"""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from joserfc.jwk import RSAKey

from reskontro.identity import store
from reskontro.identity.domain.refusals import refused
from reskontro.identity.domain.signing_keys import (
    KeyLife,
    first_signature,
    published,
    retired,
    rotation_due,
    rotation_overdue,
    signing,
)
from reskontro.identity.store import StoredKey
from reskontro.identity.tokens import ALGORITHM
from reskontro.platform.clock import real_now
from reskontro.platform.database import Connection, Database
from reskontro.platform.secrets import FieldCipher, FieldKeyUnusable

log = structlog.get_logger(__name__)

KEY_BITS = 3072
LOOK_AGAIN_S = 5.0


def _context(kid: str) -> bytes:
    return f"signing_key.private_key {kid}".encode()


class _Made(NamedTuple):
    """A new key: its name, its public half, its private half encrypted."""

    kid: str
    public_jwk: str
    private_key: bytes


def _make(cipher: FieldCipher) -> _Made:
    """A new key; blocks for a tenth of a second or more."""
    key = RSAKey.generate_key(KEY_BITS)
    kid = key.thumbprint()
    private_key = cipher.encrypt(key.as_pem(private=True), _context(kid))
    return _Made(kid, json.dumps(key.as_dict(private=False)), private_key)


class KeyRing:
    """The keys that this process signs and verifies with."""

    def __init__(self, db: Database, cipher: FieldCipher, now: Callable[[], datetime] = real_now) -> None:
        self.revision = 0
        self._db = db
        self._cipher = cipher
        self._now = now
        self._lives: list[KeyLife] = []
        self._public: dict[str, RSAKey] = {}
        self._encrypted: dict[str, bytes] = {}
        self._private: dict[str, RSAKey] = {}
        self._looked_at = float("-inf")

    async def load(self, connection: Connection) -> None:
        """Read the keys."""
        revision = await store.revision(connection)
        stored = await store.signing_keys(connection)
        self._public = {k.life.kid: self._public.get(k.life.kid) or _public_key(k.public_jwk) for k in stored}
        self._encrypted = {k.life.kid: k.private_key for k in stored if k.private_key is not None}
        self._private = {kid: key for kid, key in self._private.items() if kid in self._encrypted}
        self._lives = [k.life for k in stored]
        self.revision = revision

    async def keep_up(self, revision: int, connection: Connection) -> None:
        """Read the keys again where something changed since they were read."""
        if revision != self.revision:
            await self.load(connection)

    def find(self, kid: str) -> RSAKey | None:
        """The key that verifies under that name now, as far as this process knows."""
        if kid not in self._public or not any(life.kid == kid for life in published(self._lives, self._now())):
            return None
        return self._public[kid]

    async def learn(self, kid: str) -> RSAKey | None:
        """The key of that name, looked for in the database; at most once in five seconds, whoever asks."""
        if self.find(kid) is None and time.monotonic() - self._looked_at >= LOOK_AGAIN_S:
            self._looked_at = time.monotonic()
            async with self._db.registry() as connection:
                await self.load(connection)
        return self.find(kid)

    async def signer(self) -> tuple[str, RSAKey]:
        """The key that signs now, with its name; the first one is made here."""
        if signing(self._lives, self._now()) is None:
            await self.rotate_if_due()
        life = signing(self._lives, self._now())
        assert life is not None, "a key was made"
        try:
            return life.kid, self._private_key(life.kid)
        except FieldKeyUnusable as unusable:
            log.warning("the signing key cannot be read", kid=life.kid, reason=str(unusable))
            raise refused("temporarily_unavailable", "No token can be signed now.", {"Retry-After": "30"}) from None

    async def current(self) -> None:
        """Know the keys as they are now; the first one is made here."""
        async with self._db.registry() as connection:
            await self.keep_up(await store.revision(connection), connection)
        if signing(self._lives, self._now()) is None:
            await self.rotate_if_due()

    def is_overdue(self) -> bool:
        """Whether the next key should have been made."""
        return rotation_overdue(self._lives, self._now())

    def signs(self) -> bool:
        """Whether this process can sign now."""
        life = signing(self._lives, self._now())
        try:
            return life is not None and self._private_key(life.kid) is not None
        except FieldKeyUnusable:
            return False

    def _private_key(self, kid: str) -> RSAKey:
        if kid not in self._private:
            self._private[kid] = RSAKey.import_key(self._cipher.decrypt(self._encrypted[kid], _context(kid)))
        return self._private[kid]

    def jwks(self) -> dict[str, Any]:
        """The published keys as a JSON Web Key Set."""
        return {"keys": [_public_jwk(life.kid, self._public[life.kid]) for life in published(self._lives, self._now())]}

    async def rotate_if_due(self) -> bool:
        """Make the next key where it is time; whether one was made. Reads the keys in any case."""
        async with self._db.registry() as connection:
            await self.load(connection)
        return rotation_due(self._lives, self._now()) and await self._add(only_if_due=True)

    async def rotate(self, *, withdraw_others: bool = False) -> None:
        """Make the next key, which signs after a day; with `withdraw_others` it signs at once and no other is valid."""
        await self._add(withdraw_others=withdraw_others)

    async def _add(self, *, only_if_due: bool = False, withdraw_others: bool = False) -> bool:
        made = await asyncio.to_thread(_make, self._cipher)
        added = False
        async with self._db.registry() as connection, connection.transaction():
            await store.lock_revision(connection)
            now = self._now()
            lives = [k.life for k in await store.signing_keys(connection)]
            if not only_if_due or rotation_due(lives, now):
                if withdraw_others:
                    await store.withdraw_signing_keys(connection, [life.kid for life in lives], now)
                life = KeyLife(made.kid, now, first_signature(lives, now, at_once=withdraw_others))
                await store.add_signing_key(connection, StoredKey(life, made.public_jwk, made.private_key))
                await store.bump_revision(connection)
                log.info("signing key made", kid=life.kid, signs_from=life.signs_from.isoformat())
                added = True
        async with self._db.registry() as connection:
            await self.load(connection)
        return added

    async def forget_retired(self) -> None:
        """Forget the private halves of keys that will not sign again."""
        async with self._db.registry() as connection:
            lives = [k.life for k in await store.signing_keys(connection)]
            await store.forget_private_keys(connection, [life.kid for life in retired(lives, self._now())])


def _public_key(text: str) -> RSAKey:
    return RSAKey.import_key(json.loads(text))


def _public_jwk(kid: str, key: RSAKey) -> dict[str, Any]:
    public = key.as_dict(private=False)
    return {"kty": "RSA", "use": "sig", "alg": ALGORITHM, "kid": kid, "n": public["n"], "e": public["e"]}
