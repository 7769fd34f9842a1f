"""`Idempotency-Key`: the first answer again, and never a second effect.

The row is written in the transaction that it protects: success is stored with the write, a refusal rolls back and
stores nothing. A second call in flight waits on the first one's row. Kept for 24 hours of real time.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta

from reskontro.http.endpoint import Reply
from reskontro.http.wire import encode
from reskontro.platform.clock import real_now
from reskontro.platform.database import Transaction

KEPT = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KeyReused(Exception):  # noqa: N818 - it says what happened
    """The key was used with another body."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it was sent, where, with what."""

    key: str
    path: str
    fingerprint: bytes


def parse_key(header: str | None, method: str, path: str, body: bytes) -> Key | None:
    """The key of a call, None without one; raises ValueError for a key that is not 1 to 255 printable characters."""
    if header is None or header == "":
        return None
    if not _KEY.fullmatch(header):
        raise ValueError("1 to 255 printable ASCII characters are wanted")
    return Key(header, f"{method} {path}", hashlib.sha256(body).digest())


async def earlier_reply(tx: Transaction, key: Key) -> Reply | None:
    """Claim the key for this transaction, or give the first call's answer; raises KeyReused."""
    now = real_now()
    claimed = await tx.fetchval(
        """
        insert into idempotency_key as k (client_no, path, key, fingerprint, created_time)
        values ($1, $2, $3, $4, $5)
        on conflict (client_no, path, key) do update
            set fingerprint = excluded.fingerprint, created_time = excluded.created_time,
                status = null, headers = null, body = null
            where k.created_time < $6
        returning true
        """,
        tx.client_no,
        key.path,
        key.key,
        key.fingerprint,
        now,
        now - KEPT,
    )
    if claimed:
        return None
    row = await tx.fetchrow(
        """
        select fingerprint, status, headers, body from idempotency_key
        where client_no = $1 and path = $2 and key = $3
        """,
        tx.client_no,
        key.path,
        key.key,
    )
    assert row is not None, "the key that was in the way is there"
    assert row["status"] is not None, "a committed key has its answer"
    if row["fingerprint"] != key.fingerprint:
        raise KeyReused
    return Reply(row["status"], row["body"], json.loads(row["headers"]))


async def keep_reply(tx: Transaction, key: Key, reply: Reply) -> Reply:
    """Store the answer with the write; an answer that refuses is not stored and the key stays free."""
    body = reply.body if isinstance(reply.body, bytes) or reply.body is None else encode(reply.body)
    if reply.status >= 400:
        await tx.execute(
            "delete from idempotency_key where client_no = $1 and path = $2 and key = $3",
            tx.client_no,
            key.path,
            key.key,
        )
    else:
        await tx.execute(
            """
            update idempotency_key set status = $4, headers = $5, body = $6
            where client_no = $1 and path = $2 and key = $3
            """,
            tx.client_no,
            key.path,
            key.key,
            reply.status,
            json.dumps(dict(reply.headers)),
            body,
        )
    return Reply(reply.status, body, reply.headers, reply.media_type)


async def forget_old(tx: Transaction) -> None:
    """Remove a client's keys that have lived their time."""
    await tx.execute(
        "delete from idempotency_key where client_no = $1 and created_time < $2", tx.client_no, real_now() - KEPT
    )
