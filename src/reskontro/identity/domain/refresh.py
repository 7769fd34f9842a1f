"""The life of refresh tokens.

A refresh token lives 14 days, works once and is replaced by its successor; tokens that follow each other are a chain,
which ends 90 days after its first. A spent token that comes back shows that it was copied: the chain is revoked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

TOKEN_LIVES: Final = timedelta(days=14)
CHAIN_LIVES: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A refresh token with the chain that it belongs to."""

    chain_id: UUID
    credential_id: UUID
    scopes: tuple[str, ...]
    resource: str
    chain_started: datetime
    chain_revoked: datetime | None
    expires_time: datetime
    spent_time: datetime | None


class Verdict(Enum):
    """What a presented refresh token is."""

    GOOD = "good"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    REUSED = "reused"  # its chain has to be revoked
    EXPIRED = "expired"


def judge(token: RefreshToken | None, credential_id: UUID, now: datetime) -> Verdict:
    """What a refresh token is when a credential presents it. Another's token is as good as an unknown one."""
    if token is None or token.credential_id != credential_id:
        return Verdict.UNKNOWN
    if token.chain_revoked is not None:
        return Verdict.REVOKED
    if token.spent_time is not None:
        return Verdict.REUSED
    if now >= token.expires_time:
        return Verdict.EXPIRED
    return Verdict.GOOD


def expiry(chain_started: datetime, now: datetime) -> datetime:
    """When a token that is issued now ends: after its own life, and never later than its chain."""
    return min(now + TOKEN_LIVES, chain_started + CHAIN_LIVES)
