"""Whether a sandbox is filled, found out without importing what fills it: every start asks."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import asyncpg

from reskontro.platform.settings import Settings

FILE: Final = "sandbox.json"
CLIENT_NO: Final = 2218
CREDENTIAL_NAMES: Final = ("arm-2218", "arm-9001", "collection", "distribution", "operator")


class ForeignDatabaseError(Exception):
    """The database holds a client that no sandbox made."""


async def is_filled(app_dsn: str, config: Settings) -> bool:
    """Whether the file is there and tells of this database; a new address is written into it.

    Raises ForeignDatabaseError for a database that holds a client which no sandbox made.
    """
    path = config.data_folder / FILE
    connection = await asyncpg.connect(app_dsn)
    try:
        foreign = await connection.fetchval("select client_no from client where not sandbox order by client_no limit 1")
        known = await connection.fetchval("select organization_id::text from client where client_no = $1", CLIENT_NO)
        there = await connection.fetch(
            "select client_id from credential where client_id = any($1::text[])", list(CREDENTIAL_NAMES)
        )
    finally:
        await connection.close()
    if foreign is not None:
        raise ForeignDatabaseError(
            f"the database holds client {foreign}, which was made in production mode: a sandbox does not run on it. "
            "Set RESKONTRO_MODE=production, or give the sandbox a database of its own"
        )
    told = _told(path)
    if known is None or told.get("organization_id") != known or len(there) != len(CREDENTIAL_NAMES):
        return False
    if told.get("base_url") != config.base_url:
        replace(path, told | {"base_url": config.base_url})
    return True


def _told(path: Path) -> dict[str, Any]:
    """What the file says, nothing where there is none that can be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        names = {entry["client_id"] for entry in told["credentials"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return told if names == set(CREDENTIAL_NAMES) else {}


def replace(path: Path, body: Mapping[str, Any]) -> None:
    """Write the file whole, readable for its owner alone."""
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(body, file, indent=2, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    new.chmod(0o600)
    new.replace(path)
