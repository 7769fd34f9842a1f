"""A client's settings, as stored."""

from datetime import date
from typing import Any

from reskontro.ledger.domain.config import Config, ConfigValue
from reskontro.platform.database import Transaction

# As a column of a larger reading statement; `$1` is the client.
AS_JSON = """
(select coalesce(json_agg(json_build_array(config_key, value, valid_from, valid_to) order by valid_from, value), '[]')
 from client_config where client_no = $1)
"""


def from_json(rows: list[list[Any]], on: date) -> Config:
    """The settings of a day from the JSON of AS_JSON."""
    return Config(
        (
            ConfigValue(key, value, date.fromisoformat(start), None if end is None else date.fromisoformat(end))
            for key, value, start, end in rows
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
