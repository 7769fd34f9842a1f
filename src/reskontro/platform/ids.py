"""Identifiers that nobody has to give out.

They begin with the time (UUID version 7, RFC 9562, section 5.7), so that an index over them grows at its end: new rows
are found in the few pages that are in memory already, and a page that has become full is left full.
"""

import os
from collections.abc import Callable
from time import time_ns
from typing import Final
from uuid import UUID

from asyncpg.pgproto import pgproto

_RANDOM_BYTES = 10
_NS_A_MS = 1_000_000
# The driver's own kind, which is made and written in less time.
_Uuid: Final[Callable[[bytes], UUID]] = pgproto.UUID


def new_uuid() -> UUID:
    """An identifier that nothing else has."""
    random = os.urandom(_RANDOM_BYTES)
    return _Uuid(
        b"%b%c%c%c%b"
        % (
            (time_ns() // _NS_A_MS).to_bytes(6, "big"),
            0x70 | random[0] & 0x0F,
            random[1],
            0x80 | random[2] & 0x3F,
            random[3:],
        )
    )
