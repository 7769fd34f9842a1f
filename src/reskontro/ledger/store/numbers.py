"""The numbers that a client's people see.

A number is taken from its one counter row in blocks, by a short transaction of its own on a connection of its own, so
that no counter lock is held across a posting and no posting waits for a connection while it holds one. A block grows
while numbers are taken quickly and is thrown away when it has lain for a second: numbers rise nearly in the order in
which they were given, and gaps are allowed.
"""

import asyncio
import time
from dataclasses import dataclass, field

from reskontro.platform.database import Database

LARGEST_BLOCK = 256
KEPT_S = 1.0
CONNECTIONS = 2
QUICK_S = 0.25

ACCOUNT, REFERENCE, BUNDLE = "account", "reference", "bundle"
LEDGER_PERIOD_REPORT, CREDIT_NOTE = "ledger_period_report", "credit_note"


def voucher(gl_year: int) -> str:
    """The counter of voucher numbers, which run by client and GL year."""
    return f"voucher:{gl_year}"


async def number_pool(dsn: str, application_name: str = "reskontro") -> Database:
    """The pool that numbers are taken on, so that taking them never waits for a posting.

    It does not wait for the disk when it commits a block: a number is used by a posting that commits later, and a
    commit is on the disk after every one before it.
    """
    return await Database.connect(dsn, connections=CONNECTIONS, application_name=application_name, waits_for_disk=False)


@dataclass(slots=True)
class _Block:
    next_no: int = 0
    end_no: int = 0
    size: int = 1
    taken_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Numbers:
    """The blocks of this process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._blocks: dict[tuple[int, str], _Block] = {}

    async def take(self, client_no: int, counter: str, count: int = 1) -> range:
        """`count` numbers in a row that nobody else gets."""
        assert count > 0, "a number is wanted"
        block = self._blocks.setdefault((client_no, counter), _Block())
        async with block.lock:
            now = time.monotonic()
            if block.end_no - block.next_no < count or now - block.taken_at > KEPT_S:
                quick = now - block.taken_at < QUICK_S
                block.size = min(block.size * 2, LARGEST_BLOCK) if quick else 1
                await self._refill(client_no, counter, block, max(count, block.size))
                block.taken_at = time.monotonic()
            first = block.next_no
            block.next_no += count
            return range(first, first + count)

    def give_back(self, client_no: int, counter: str, numbers: range) -> None:
        """Numbers that were taken and not used are given again, unless others were taken since."""
        block = self._blocks[client_no, counter]
        if block.next_no == numbers.stop:
            block.next_no = numbers.start

    async def _refill(self, client_no: int, counter: str, block: _Block, count: int) -> None:
        async with self._db.reading(client_no) as tx:
            after = await tx.fetchval(
                """
                insert into client_counter as c (client_no, counter, next_no) values ($1, $2, 1 + $3::bigint)
                on conflict (client_no, counter) do update set next_no = c.next_no + $3::bigint
                returning next_no
                """,
                client_no,
                counter,
                count,
            )
        block.next_no = after - count
        block.end_no = after


async def set_next(db: Database, client_no: int, counter: str, next_no: int) -> None:
    """Let a counter go on at a number, which must not have been given before."""
    async with db.transaction(client_no) as tx:
        await tx.execute(
            """
            insert into client_counter as c (client_no, counter, next_no) values ($1, $2, $3)
            on conflict (client_no, counter) do update set next_no = greatest(c.next_no, excluded.next_no)
            """,
            client_no,
            counter,
            next_no,
        )
