"""Slow hashes of secrets, taken off the event loop and never more than a few at once."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from reskontro.identity.domain.refusals import refused

AT_ONCE = 2
MOST_WAITING = 100
LONGEST_SECRET = 256


class SecretHasher:
    """Argon2id (19 MiB, two passes). Where there is nothing to compare with, it takes the same time to say no."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="secret-hash")
        self._under_way = 0
        self._nobody = self._hasher.hash(secrets.token_urlsafe(32))

    def hash_now(self, secret: str) -> str:
        """The hash to store; blocks."""
        return self._hasher.hash(secret)

    async def hash(self, secret: str) -> str:
        """The hash to store."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, secret)

    async def matches(self, stored: str | None, secret: str) -> bool:
        """Whether the secret is the one that was stored; refuses for now when too many wait."""
        if self._under_way >= MOST_WAITING:
            raise refused("temporarily_unavailable", "Too many requests at once.", {"Retry-After": "1"})
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._compare, stored, secret)
        finally:
            self._under_way -= 1

    def _compare(self, stored: str | None, secret: str) -> bool:
        fits = stored is not None and len(secret) <= LONGEST_SECRET
        offered = secret[:LONGEST_SECRET].encode("utf-8", "surrogatepass")
        try:
            same = self._hasher.verify(stored if stored is not None else self._nobody, offered)
        except (VerificationError, InvalidHashError):
            return False
        return same and fits

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
