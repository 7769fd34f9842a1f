"""A client's settings, as stored."""

import json
from datetime import date
from functools import lru_cache

from reskontro.ledger.domain.config import Config, ConfigValue
from reskontro.platform.database import Transaction

KEPT = 1024  # settings of a client on a day that a process keeps, by the text that the database gave

# As a column of a larger reading statement; `$1` is the client.
AS_JSON = """
(select json_agg(json_build_array(valid_from, value, config_key, valid_to))::text
 from client_config where client_no = $1)
"""


@lru_cache(maxsize=KEPT)
def from_json(text: str | None, on: date) -> Config:
    """The settings of a day from the text of AS_JSON. They are read anew only where the text is another one."""
    rows = sorted(json.loads(text), key=lambda row: row[:2]) if text else []
    return Config(
        (
            ConfigValue(key, value, date.fromisoformat(start), None if end is None else date.fromisoformat(end))
            for start, value, key, end in rows
        ),
        on,
    )


async def read(tx: Transaction, on: date) -> Config:
    """The client's settings on a day."""
    return Config(await read_all(tx), on)


async def read_all(tx: Transaction) -> list[ConfigValue]:
    """Every value that was ever stored, oldest first."""
    rows = await tx.fetch(
        """
        select config_key, value, valid_from, valid_to from client_config
        where client_no = $1 order by valid_from, value
        """,
        tx.client_no,
    )
    return [ConfigValue(*row) for row in rows]
