"""Proving that a client's book is in order.

What the database cannot refuse by itself is proved over all rows: that cases balance, that items, matches and accounts
say the same, that numbers stand once. Nothing is repaired.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta

from reskontro.ledger.domain.config import Config, ConfigValue
from reskontro.ledger.service.seal_check import unsealed_since
from reskontro.ledger.store import checks as store
from reskontro.ledger.store.checks import CheckResult, Finding
from reskontro.ledger.store.seals import count_rows
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import Database, Transaction

__all__ = ["CheckResult", "Finding", "check_client", "clients", "examine_client"]

RECEIVABLES = "gl.account.receivables"
SEALED = "sealed"
UNSEALED_S = 60  # many times what a sweep takes; a bulk import commits a while after it was booked


async def examine_client(db: Database, client_no: int) -> list[CheckResult]:
    """What every check comes to for one client, all of them on one snapshot of its book."""
    async with db.transaction(client_no) as tx:
        await store.hold_snapshot(tx)
        stored, first = await store.receivables_settings(tx)
        accounts = _accounts_ever(stored, None if first is None else business_day(first))
        return [*[await store.run(tx, check, accounts) for check in store.CHECKS], await _sealed(tx)]


async def check_client(db: Database, client_no: int) -> list[Finding]:
    """What is wrong in one client's book, the first findings of each check. Empty when everything holds."""
    results = [result for result in await examine_client(db, client_no) if not result.is_warning]
    return [finding for result in results for finding in result.first]


async def clients(db: Database) -> AsyncIterator[int]:
    """The numbers of all clients, rising."""
    after = 0
    while True:
        async with db.registry() as connection:
            page = await store.client_nos(connection, after)
        if not page:
            return
        for client_no in page:
            yield client_no
        after = page[-1]


async def _sealed(tx: Transaction) -> CheckResult:
    lots = await unsealed_since(tx, real_now(), timedelta(seconds=UNSEALED_S))
    findings = tuple(
        Finding(SEALED, f"lot {lot_no}", "it is not sealed: does `reskontro worker` run?")
        for lot_no in lots[: store.FIRST]
    )
    title = f"What was booked more than {UNSEALED_S} seconds ago is sealed"
    return CheckResult(SEALED, title, await count_rows(tx, "gl_lot"), len(lots), findings, is_warning=True)


def _accounts_ever(stored: Sequence[ConfigValue], first: date | None) -> list[int]:
    """The accounts that receivables were booked to on any day since the first one, the default where none was set."""
    start = first or date.min
    ends = (value.valid_to for value in stored if value.valid_to is not None and value.valid_to < date.max)
    changes = {value.valid_from for value in stored} | {end + timedelta(days=1) for end in ends}
    days = {start} | {day for day in changes if day > start}
    return sorted({Config(stored, day).number(RECEIVABLES) for day in days})
