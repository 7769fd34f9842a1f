"""How a client's papers look, as it is kept: colour, logo, foot, texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reskontro.platform.database import Transaction
from reskontro.platform.json_text import decode, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLook:
    """A client's look: texts by language and key, the logo as PNG or SVG."""

    colour: str
    logo: bytes | None
    foot: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str]]


async def get(tx: Transaction) -> StoredLook | None:
    """The client's look, None where it never said one."""
    row = await tx.fetchrow(
        "select colour, logo, foot, texts::text as texts from branding where client_no = $1", tx.client_no
    )
    if row is None:
        return None
    return StoredLook(colour=row["colour"], logo=row["logo"], foot=tuple(row["foot"]), texts=decode(row["texts"]))


async def put(tx: Transaction, look: StoredLook, user_id: str, now: datetime) -> None:
    """Keep a look in place of the one before."""
    await tx.execute(
        """
        insert into branding (client_no, colour, logo, foot, texts, user_id, changed_time)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (client_no) do update
        set colour = excluded.colour, logo = excluded.logo, foot = excluded.foot, texts = excluded.texts,
            user_id = excluded.user_id, changed_time = excluded.changed_time
        """,
        tx.client_no,
        look.colour,
        look.logo,
        list(look.foot),
        encode(look.texts).decode(),
        user_id,
        now,
    )
