"""When a signing key is published, when it signs, and when it is gone.

A new key is published a day before it signs, so that everybody who keeps a copy of the published keys has met it by
then. The old one stays published until the last token that it can have signed has ended, and a day more. A key that
was withdrawn neither signs nor verifies from that moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from reskontro.identity.domain.credentials import LONGEST_TOKEN_S

OVERLAP: Final = timedelta(hours=24)
LONGEST_TOKEN: Final = timedelta(seconds=LONGEST_TOKEN_S)
SIGNS_FOR: Final = timedelta(days=90)
MAY_WAIT: Final = timedelta(hours=1)
CLOCKS_DIFFER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyLife:
    """A key's name and its moments."""

    kid: str
    created_time: datetime
    signs_from: datetime
    withdrawn_time: datetime | None = None


def _living(keys: Iterable[KeyLife]) -> list[KeyLife]:
    return sorted((k for k in keys if k.withdrawn_time is None), key=lambda k: (k.signs_from, k.created_time, k.kid))


def signing(keys: Iterable[KeyLife], now: datetime) -> KeyLife | None:
    """The key that signs now: the one that began last."""
    begun = [key for key in _living(keys) if key.signs_from <= now]
    return begun[-1] if begun else None


def published(keys: Iterable[KeyLife], now: datetime) -> list[KeyLife]:
    """The keys that verify now, oldest first."""
    living = _living(keys)
    return [
        key
        for key, successor in zip(living, [*living[1:], None], strict=True)
        if successor is None or now < successor.signs_from + LONGEST_TOKEN + OVERLAP
    ]


def retired(keys: Sequence[KeyLife], now: datetime) -> list[KeyLife]:
    """The keys that will never sign again; their private halves can be forgotten."""
    current = signing(keys, now)
    living = _living(keys)
    older = living[: living.index(current)] if current is not None else []
    return older + [key for key in keys if key.withdrawn_time is not None]


def rotation_due(keys: Iterable[KeyLife], now: datetime) -> bool:
    """Whether the next key has to be made: there is none, or the newest is within a day of its end."""
    living = _living(keys)
    return not living or signing(living, now) is None or now >= living[-1].signs_from + SIGNS_FOR - OVERLAP


def rotation_overdue(keys: Iterable[KeyLife], now: datetime) -> bool:
    """Whether the next key should have been made: somebody ought to look why it was not."""
    living = _living(keys)
    return bool(living) and now >= living[-1].signs_from + SIGNS_FOR - OVERLAP + MAY_WAIT


def first_signature(keys: Iterable[KeyLife], now: datetime, *, at_once: bool = False) -> datetime:
    """From when a key that is made now signs: after it was published for a day, or at once where no other key signs.

    At once is a minute ago, so that a machine whose clock is behind does not miss it and make one more.
    """
    return now - CLOCKS_DIFFER if at_once or signing(keys, now) is None else now + OVERLAP
