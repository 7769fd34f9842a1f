"""The registry of credentials, for the operator's commands: create, list, rotate, disable, enable.

A secret is shown once, by the function that makes it; only its hash is kept.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import structlog

from reskontro.identity import store
from reskontro.identity.domain.credentials import (
    Credential,
    NewCredential,
    Secret,
    check,
    existing_credential,
    slot_for_new_secret,
    summary,
    unknown_credential,
    unknown_tenants,
)
from reskontro.identity.hashing import SecretHasher
from reskontro.platform.clock import real_now
from reskontro.platform.database import Connection, Database

log = structlog.get_logger(__name__)

SECRET_ID_CHARACTERS = 8
PAGE = 500


def make_secret() -> str:
    """A new secret: a part that names it, and 32 random bytes."""
    return f"{secrets.token_hex(SECRET_ID_CHARACTERS // 2)}_{secrets.token_urlsafe(32)}"


def secret_id_of(secret: str) -> str:
    """The part of a secret that names it and proves nothing."""
    return secret[:SECRET_ID_CHARACTERS]


class Registry:
    """The credentials of one installation."""

    def __init__(self, db: Database, hasher: SecretHasher, now: Callable[[], datetime] = real_now) -> None:
        self._db = db
        self._hasher = hasher
        self._now = now

    async def create(self, wanted: NewCredential) -> tuple[Credential, str]:
        """The new credential and its secret; raises CredentialRefused."""
        new = check(wanted)
        secret = make_secret()
        secret_hash = await self._hasher.hash(secret)
        now = self._now()
        credential_id = uuid4()
        async with self._db.registry() as connection, connection.transaction():
            new = await _with_tenants(connection, new)
            if not await store.add_credential(connection, credential_id, new, now):
                raise existing_credential(new.client_id)
            await store.put_secret(connection, credential_id, Secret(1, secret_id_of(secret), now), secret_hash)
            credential = await store.credential(connection, new.client_id)
        assert credential is not None, "it was stored"
        log.info("credential created", credential=summary(credential))
        return credential, secret

    async def get(self, client_id: str) -> Credential:
        """The credential of that name; raises CredentialRefused."""
        async with self._db.registry() as connection:
            credential = await store.credential(connection, client_id)
        if credential is None:
            raise unknown_credential(client_id)
        return credential

    async def list(self, after: str = "", limit: int = PAGE) -> list[Credential]:
        """The credentials after a name, in the order of their names."""
        async with self._db.registry() as connection:
            return await store.credentials(connection, after, min(limit, PAGE))

    async def rotate(self, client_id: str, *, end_old: bool = False) -> tuple[Credential, str]:
        """The credential and its new secret. The old one goes on working unless `end_old`; a third ends the oldest."""
        secret = make_secret()
        secret_hash = await self._hasher.hash(secret)
        now = self._now()
        async with self._db.registry() as connection, connection.transaction():
            credential = await _locked(connection, client_id)
            slot = slot_for_new_secret(credential.secrets)
            await store.put_secret(
                connection, credential.credential_id, Secret(slot, secret_id_of(secret), now), secret_hash
            )
            if end_old:
                await store.end_other_secrets(connection, credential.credential_id, slot)
            credential = await _locked(connection, client_id)
        log.info("credential rotated", credential=summary(credential), old_ended=end_old)
        return credential, secret

    async def disable(self, client_id: str) -> Credential:
        """The credential, which gets no tokens any more; those that it has, and its refresh tokens, are revoked."""
        now = self._now()
        async with self._db.registry() as connection, connection.transaction():
            credential = await _locked(connection, client_id)
            await store.disable(connection, credential.credential_id, now, int(now.timestamp()) + 1)
            await store.bump_revision(connection)
            credential = await _locked(connection, client_id)
        log.info("credential disabled", credential=summary(credential))
        return credential

    async def enable(self, client_id: str) -> Credential:
        """The credential, which gets tokens again; those that were revoked stay so."""
        async with self._db.registry() as connection, connection.transaction():
            credential = await _locked(connection, client_id)
            await store.enable(connection, credential.credential_id)
            credential = replace(credential, disabled_time=None)
        log.info("credential enabled", credential=summary(credential))
        return credential


async def _locked(connection: Connection, client_id: str) -> Credential:
    credential = await store.lock_credential(connection, client_id)
    if credential is None:
        raise unknown_credential(client_id)
    return credential


async def _with_tenants(connection: Connection, new: NewCredential) -> NewCredential:
    """The order with the organisations of its clients where it names none; raises where a tenant is unknown."""
    client_nos, organizations = new.client_nos or (), new.organizations or ()
    found = await store.tenants(connection, client_nos, organizations)
    numbers: dict[int, UUID] = dict(found)
    unknown_clients = set(client_nos) - set(numbers)
    unknown_organizations = set(organizations) - set(numbers.values())
    if unknown_clients or unknown_organizations:
        raise unknown_tenants(unknown_clients, unknown_organizations)
    if new.organizations is None:
        return replace(new, organizations=tuple(sorted(numbers[client_no] for client_no in client_nos)))
    return new
