"""The SQL of identity. Its tables are shared: a credential may act for many clients and belongs to none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from reskontro.identity.domain.credentials import Credential, NewCredential, Secret
from reskontro.identity.domain.grants import Grant
from reskontro.identity.domain.refresh import RefreshToken
from reskontro.identity.domain.signing_keys import KeyLife
from reskontro.platform.database import Connection

SWEPT_AT_ONCE = 10_000

_CREDENTIAL = """
    select c.credential_id, c.client_id, c.description, c.resource, c.scopes, c.all_clients, c.access_token_s,
           c.allow_refresh, c.disabled_time, c.revoked_before_s, c.created_time,
           array(select k.client_no from credential_client k
                 where k.credential_id = c.credential_id order by k.client_no) as client_nos,
           array(select o.organization_id from credential_organization o
                 where o.credential_id = c.credential_id order by o.organization_id) as organizations,
           array(select s.slot from credential_secret s
                 where s.credential_id = c.credential_id order by s.slot) as slots,
           array(select s.secret_id from credential_secret s
                 where s.credential_id = c.credential_id order by s.slot) as secret_ids,
           array(select s.created_time from credential_secret s
                 where s.credential_id = c.credential_id order by s.slot) as secret_times
    from credential c
"""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A signing key as it is stored; the private half is encrypted, and None once forgotten."""

    life: KeyLife
    public_jwk: str
    private_key: bytes | None


@dataclass(frozen=True, slots=True)
class Revocations:
    """What no longer holds although its token has not ended."""

    revision: int
    revoked_before_s: Mapping[UUID, int]  # by credential
    chains: frozenset[UUID]


def _credential(row: asyncpg.Record) -> Credential:
    secrets = zip(row["slots"], row["secret_ids"], row["secret_times"], strict=True)
    return Credential(
        credential_id=row["credential_id"],
        client_id=row["client_id"],
        description=row["description"],
        resource=row["resource"],
        scopes=tuple(row["scopes"]),
        client_nos=None if row["all_clients"] else tuple(row["client_nos"]),
        organizations=tuple(row["organizations"]),
        access_token_s=row["access_token_s"],
        allow_refresh=row["allow_refresh"],
        disabled_time=row["disabled_time"],
        revoked_before_s=row["revoked_before_s"],
        created_time=row["created_time"],
        secrets=tuple(Secret(*secret) for secret in secrets),
    )


async def credential(connection: Connection, client_id: str) -> Credential | None:
    """The credential of that name."""
    row = await connection.fetchrow(_CREDENTIAL + "where c.client_id = $1", client_id)
    return None if row is None else _credential(row)


async def credential_by_id(connection: Connection, credential_id: UUID) -> Credential | None:
    """The credential with that internal id."""
    row = await connection.fetchrow(_CREDENTIAL + "where c.credential_id = $1", credential_id)
    return None if row is None else _credential(row)


async def credentials(connection: Connection, after: str, limit: int) -> list[Credential]:
    """The credentials after a name, in the order of their names."""
    sql = _CREDENTIAL + "where c.client_id > $1 order by c.client_id limit $2"
    return [_credential(row) for row in await connection.fetch(sql, after, limit)]


async def lock_credential(connection: Connection, client_id: str) -> Credential | None:
    """The credential, held until the transaction ends."""
    await connection.execute("select from credential where client_id = $1 for update", client_id)
    return await credential(connection, client_id)


async def add_credential(connection: Connection, credential_id: UUID, new: NewCredential, now: datetime) -> bool:
    """Store a credential; False where the name is taken."""
    added = await connection.fetchval(
        """
        insert into credential (credential_id, client_id, description, resource, scopes, all_clients, access_token_s,
                                allow_refresh, created_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (client_id) do nothing
        returning true
        """,
        credential_id,
        new.client_id,
        new.description,
        new.resource,
        list(new.scopes),
        new.client_nos is None,
        new.access_token_s,
        new.allow_refresh,
        now,
    )
    if not added:
        return False
    await connection.execute(
        "insert into credential_client (credential_id, client_no) select $1, unnest($2::int[])",
        credential_id,
        list(new.client_nos or ()),
    )
    await connection.execute(
        "insert into credential_organization (credential_id, organization_id) select $1, unnest($2::uuid[])",
        credential_id,
        list(new.organizations or ()),
    )
    return True


async def tenants(
    connection: Connection, client_nos: Sequence[int], organizations: Sequence[UUID]
) -> list[tuple[int, UUID]]:
    """Those of the clients and organisations that exist, each as number and organisation."""
    rows = await connection.fetch(
        "select client_no, organization_id from client where client_no = any($1) or organization_id = any($2)",
        list(client_nos),
        list(organizations),
    )
    return [(row["client_no"], row["organization_id"]) for row in rows]


async def put_secret(connection: Connection, credential_id: UUID, secret: Secret, secret_hash: str) -> None:
    """Store a secret in its slot, in place of the one that was there."""
    await connection.execute(
        """
        insert into credential_secret (credential_id, slot, secret_id, secret_hash, created_time)
        values ($1, $2, $3, $4, $5)
        on conflict (credential_id, slot) do update
            set secret_id = excluded.secret_id, secret_hash = excluded.secret_hash,
                created_time = excluded.created_time
        """,
        credential_id,
        secret.slot,
        secret.secret_id,
        secret_hash,
        secret.created_time,
    )


async def end_other_secrets(connection: Connection, credential_id: UUID, slot: int) -> None:
    """Delete every secret but the one in a slot."""
    await connection.execute(
        "delete from credential_secret where credential_id = $1 and slot <> $2", credential_id, slot
    )


async def secret_hash(connection: Connection, client_id: str, secret_id: str) -> str | None:
    """The stored hash of a credential's secret of that name."""
    stored: str | None = await connection.fetchval(
        """
        select s.secret_hash from credential_secret s join credential c on c.credential_id = s.credential_id
        where c.client_id = $1 and s.secret_id = $2
        order by s.slot limit 1
        """,
        client_id,
        secret_id,
    )
    return stored


async def disable(connection: Connection, credential_id: UUID, now: datetime, revoked_before_s: int) -> None:
    """Disable a credential and revoke its tokens and refresh chains."""
    await connection.execute(
        """
        update credential set disabled_time = coalesce(disabled_time, $2),
                              revoked_before_s = greatest(revoked_before_s, $3)
        where credential_id = $1
        """,
        credential_id,
        now,
        revoked_before_s,
    )
    await connection.execute(
        "update refresh_chain set revoked_time = $2 where credential_id = $1 and revoked_time is null",
        credential_id,
        now,
    )


async def enable(connection: Connection, credential_id: UUID) -> None:
    """Let a credential get tokens again; those that were revoked stay so."""
    await connection.execute("update credential set disabled_time = null where credential_id = $1", credential_id)


async def bump_revision(connection: Connection) -> None:
    """Tell every process that keys or revocations changed. Holds the row until the transaction ends."""
    await connection.execute("update identity_revision set revision = revision + 1")


async def revision(connection: Connection) -> int:
    """How many changes there were."""
    found = await connection.fetchval("select revision from identity_revision")
    assert isinstance(found, int), "the migration made the row"
    return found


async def lock_revision(connection: Connection) -> None:
    """Be the only one to change keys until the transaction ends."""
    await connection.execute("select from identity_revision for update")


async def revocations(connection: Connection, since: datetime) -> Revocations:
    """What was revoked since a moment; older tokens have ended."""
    seen = await revision(connection)  # before the rest: a change in between is read again at the next look
    rows = await connection.fetch(
        "select credential_id, revoked_before_s from credential where revoked_before_s > $1", int(since.timestamp())
    )
    chains = await connection.fetch("select chain_id from refresh_chain where revoked_time > $1", since)
    return Revocations(
        seen,
        {row["credential_id"]: row["revoked_before_s"] for row in rows},
        frozenset(row["chain_id"] for row in chains),
    )


async def chain_is_revoked(connection: Connection, chain_id: UUID) -> bool:
    """Whether the chain was revoked, or is gone."""
    return not await connection.fetchval(
        "select true from refresh_chain where chain_id = $1 and revoked_time is null", chain_id
    )


async def add_chain(connection: Connection, chain_id: UUID, credential_id: UUID, grant: Grant, now: datetime) -> None:
    """Begin a chain of refresh tokens."""
    await connection.execute(
        """
        insert into refresh_chain (chain_id, credential_id, scopes, resource, started_time)
        values ($1, $2, $3, $4, $5)
        """,
        chain_id,
        credential_id,
        list(grant.scopes),
        grant.resource,
        now,
    )


async def add_refresh_token(
    connection: Connection, token_hash: bytes, chain_id: UUID, now: datetime, expires: datetime
) -> None:
    """Store a refresh token by its hash."""
    await connection.execute(
        "insert into refresh_token (token_hash, chain_id, issued_time, expires_time) values ($1, $2, $3, $4)",
        token_hash,
        chain_id,
        now,
        expires,
    )


async def lock_refresh_token(connection: Connection, token_hash: bytes) -> RefreshToken | None:
    """The refresh token with its chain, which is held until the transaction ends."""
    await connection.execute(
        """
        select from refresh_chain where chain_id = (select chain_id from refresh_token where token_hash = $1)
        for update
        """,
        token_hash,
    )
    row = await connection.fetchrow(
        """
        select h.chain_id, h.credential_id, h.scopes, h.resource, h.started_time as chain_started,
               h.revoked_time as chain_revoked, t.expires_time, t.spent_time
        from refresh_token t join refresh_chain h on h.chain_id = t.chain_id
        where t.token_hash = $1
        """,
        token_hash,
    )
    return None if row is None else RefreshToken(**{**row, "scopes": tuple(row["scopes"])})


async def spend_refresh_token(connection: Connection, token_hash: bytes, now: datetime) -> None:
    """Mark a refresh token as used."""
    await connection.execute("update refresh_token set spent_time = $2 where token_hash = $1", token_hash, now)


async def revoke_chain(connection: Connection, chain_id: UUID, now: datetime) -> None:
    """Revoke a chain with all its tokens."""
    await connection.execute(
        "update refresh_chain set revoked_time = $2 where chain_id = $1 and revoked_time is null", chain_id, now
    )


async def signing_keys(connection: Connection) -> list[StoredKey]:
    """Every signing key, oldest first."""
    rows = await connection.fetch(
        """
        select kid, public_jwk, private_key, created_time, signs_from, withdrawn_time
        from signing_key order by signs_from, created_time
        """
    )
    return [
        StoredKey(
            KeyLife(row["kid"], row["created_time"], row["signs_from"], row["withdrawn_time"]),
            row["public_jwk"],
            row["private_key"],
        )
        for row in rows
    ]


async def add_signing_key(connection: Connection, key: StoredKey) -> None:
    """Store a signing key."""
    await connection.execute(
        "insert into signing_key (kid, public_jwk, private_key, created_time, signs_from) values ($1, $2, $3, $4, $5)",
        key.life.kid,
        key.public_jwk,
        key.private_key,
        key.life.created_time,
        key.life.signs_from,
    )


async def withdraw_signing_keys(connection: Connection, kids: Sequence[str], now: datetime) -> None:
    """Let keys neither sign nor verify from now on."""
    await connection.execute(
        "update signing_key set withdrawn_time = $2, private_key = null where kid = any($1) and withdrawn_time is null",
        list(kids),
        now,
    )


async def forget_private_keys(connection: Connection, kids: Sequence[str]) -> None:
    """Forget the private halves of keys that have signed their last."""
    await connection.execute(
        "update signing_key set private_key = null where kid = any($1) and private_key is not null", list(kids)
    )


async def lock_hits(connection: Connection, subjects: Sequence[str], now_ms: int) -> dict[str, tuple[int, ...]]:
    """The moments that were counted for each subject, held until the transaction ends; always locked in one order."""
    ordered = sorted(set(subjects))
    await connection.execute(
        """
        insert into rate_window (subject, hits_ms, last_ms) select unnest($1::text[]), '{}', $2
        on conflict (subject) do nothing
        """,
        ordered,
        now_ms,
    )
    rows = await connection.fetch(
        "select subject, hits_ms from rate_window where subject = any($1) order by subject for update", ordered
    )
    return dict.fromkeys(ordered, ()) | {row["subject"]: tuple(row["hits_ms"]) for row in rows}


async def keep_hits(connection: Connection, subject: str, hits_ms: Sequence[int]) -> None:
    """Store the moments that count for a subject."""
    await connection.execute(
        """
        insert into rate_window (subject, hits_ms, last_ms) values ($1, $2, $3)
        on conflict (subject) do update set hits_ms = excluded.hits_ms, last_ms = excluded.last_ms
        """,
        subject,
        list(hits_ms),
        max(hits_ms, default=0),
    )


async def sweep_windows(connection: Connection, before_ms: int) -> None:
    """Delete what no longer counts towards any limit."""
    await connection.execute(
        """
        delete from rate_window where last_ms < $1
            and subject = any(array(select subject from rate_window where last_ms < $1 limit $2))
        """,
        before_ms,
        SWEPT_AT_ONCE,
    )


async def sweep_chains(connection: Connection, started_before: datetime) -> None:
    """Delete chains that have ended, with their tokens."""
    ended = await connection.fetch(
        "select chain_id from refresh_chain where started_time < $1 limit $2", started_before, SWEPT_AT_ONCE
    )
    chains = [row["chain_id"] for row in ended]
    await connection.execute("delete from refresh_token where chain_id = any($1)", chains)
    await connection.execute("delete from refresh_chain where chain_id = any($1)", chains)
