"""Rows of work with a due moment, and who runs what is due.

Whoever makes work that is due at a business time adds its row in the same transaction. Work that has become needless
leaves its row: whoever runs it looks whether there is still something to do. The rows of one client and kind that are
due are locked together, worked on and removed in one transaction of the client: what is done is done once, and whoever
comes second, the clock's mover behind a worker, waits until the first one has committed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reskontro.platform.database import Database, Transaction

CLIENTS_AT_ONCE: Final = 4
PIECES_A_ROUND: Final = 200
ROWS_A_PIECE: Final = 500

DueHandler = Callable[[Transaction, Sequence[str], datetime], Awaitable[None]]
"""Does the work of some keys in the client's transaction; `now` is the business time. It can be run twice."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A client's due work of one kind."""

    client_no: int
    kind: str


async def add(tx: Transaction, kind: str, keys: Sequence[str], due_time: datetime) -> None:
    """Have work of a kind done for the transaction's client at a business time; a key that waits gets the new time."""
    await add_each(tx, kind, dict.fromkeys(keys, due_time))


async def add_each(tx: Transaction, kind: str, due: Mapping[str, datetime]) -> None:
    """The same, each key at a time of its own."""
    await tx.execute(
        """
        insert into due_work (client_no, kind, key, due_time)
        select $1, $2, u.key, u.due_time from unnest($3::text[], $4::timestamptz[]) as u (key, due_time)
        on conflict (client_no, kind, key) do update set due_time = excluded.due_time
        """,
        tx.client_no,
        kind,
        list(due),
        list(due.values()),
    )


@dataclass(frozen=True, slots=True)
class DueRows:
    """Runs the rows that are due, oldest first, each by its kind's handler."""

    db: Database
    handlers: Mapping[str, DueHandler]

    async def run_due(self, now: datetime) -> int:
        """Do what is due by then, several clients at a time; how many rows were done.

        Work that fails stays, and keeps nobody else's from being done: what it raised is raised when the others' is.
        """
        places = asyncio.Semaphore(CLIENTS_AT_ONCE)

        async def in_turn(piece: Piece) -> int:
            async with places:
                return await self._run(piece, now)

        pieces = await self._due(now)
        outcomes = await asyncio.gather(*(in_turn(piece) for piece in pieces), return_exceptions=True)
        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if failed:
            raise failed[0]
        return sum(outcome for outcome in outcomes if isinstance(outcome, int))

    async def _due(self, now: datetime) -> list[Piece]:
        async with self.db.registry() as connection:
            rows = await connection.fetch(
                """
                select client_no, kind from due_work
                where due_time <= $1 and kind = any($2::text[])
                group by client_no, kind order by min(due_time), client_no, kind limit $3
                """,
                now,
                list(self.handlers),
                PIECES_A_ROUND,
            )
        return [Piece(*row) for row in rows]

    async def _run(self, piece: Piece, now: datetime) -> int:
        async def use_case(tx: Transaction) -> int:
            rows = await tx.fetch(
                """
                select key from due_work where client_no = $1 and kind = $2 and due_time <= $3
                order by due_time, key limit $4 for update
                """,
                tx.client_no,
                piece.kind,
                now,
                ROWS_A_PIECE,
            )
            keys = [row["key"] for row in rows]
            if keys:
                await self.handlers[piece.kind](tx, keys, now)
                await tx.execute(
                    """
                    delete from due_work
                    where client_no = $1 and kind = $2 and key = any($3::text[]) and due_time <= $4
                    """,
                    tx.client_no,
                    piece.kind,
                    keys,
                    now,
                )
            return len(keys)

        return await self.db.run(piece.client_no, use_case)
