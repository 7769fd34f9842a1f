"""Sealing what was posted, and signing the head of each day.

Nothing tells the sealer of a posting: it looks. One statement for all clients says how far the sequences are. Where
they have not moved since a look at which nobody held a book, there is nothing new. Else one call finds the clients that
have rows which no seal covers, and each of those gets its next seal.

Numbers become visible out of order: a transaction takes its numbers, and commits when it does. So a seal covers what is
visible, whatever its numbers, and names it. What has not to be looked for again lies below the seal's **marks**: a mark
is a number that a sequence had reached before the client's book was seen without any of those who held it then. Numbers
are taken while the book is held, and the book is let go of after the commit has become visible.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Final

import asyncpg
import structlog

from reskontro.ledger.domain.seals import (
    FIRST_SEAL,
    MARKED,
    NO_SEAL_BEFORE,
    Head,
    Marks,
    Rows,
    Seal,
    UnreadableMembersError,
    read_members,
    rows_hash,
    write_members,
)
from reskontro.ledger.store import seals as store
from reskontro.ledger.store.seals import CASES_AT_ONCE, Given
from reskontro.platform.clock import real_now
from reskontro.platform.database import Database, Transaction
from reskontro.platform.signatures import Signer

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

SEAL_EVERY_S: Final = 1.0
LOOK_ANYWAY_S: Final = 60.0  # at what no sequence tells of: a closed period
PUT_OFF_S: Final = 60.0
LONG_LOOK_S: Final = 0.05
LOOKING: Final = 0.2  # of the time, at most: what an import has not committed yet is gone through at each look
AT_ONCE: Final = 4  # clients sealed side by side
HEAD_GRACE: Final = timedelta(minutes=5)  # after the end of a day, for a seal that was being added then

NOTHING_GIVEN: Final = Given(0, 0, 0, 0)


@dataclass(slots=True)
class _Waited:
    """How far the sequences were when these transactions held the client's book, and what is settled since before."""

    given: Given
    held_by: frozenset[str]
    settled: Given = NOTHING_GIVEN


@dataclass(slots=True)
class Sealer:
    """Seals for all clients, again and again. One of all workers has one; what it remembers only saves it work."""

    db: Database
    signer: Signer
    _waited: dict[int, _Waited] = field(default_factory=dict)
    _put_off: dict[int, float] = field(default_factory=dict)  # clients that could not be sealed, until when
    _quiet_at: Given | None = None
    _looked: float = float("-inf")
    _not_before: float = float("-inf")
    _heads_before: date | None = None

    async def sweep(self) -> int:
        """Seal what is new, and make the heads that are missing; how many clients had something.

        Where looking takes long, it is left out until it has taken no more than its part of the time.
        """
        sealed = await self.seal_new() if monotonic() >= self._not_before else 0
        await self.make_heads(real_now())
        return sealed

    async def seal_new(self) -> int:
        """Seal what is new with every client; how many had something."""
        async with self.db.registry() as connection:
            given = await store.given_numbers(connection)
            if given == self._quiet_at and monotonic() - self._looked < LOOK_ANYWAY_S:
                return 0
            self._looked = monotonic()
            held = await store.holders(connection)  # after the sequences, before the rows: the order matters
            found = await store.clients_to_seal(connection)
            took = monotonic() - self._looked
            self._not_before = self._looked + took / LOOKING if took > LONG_LOOK_S else float("-inf")
        clients = [client_no for client_no in found if self._put_off.get(client_no, 0) < self._looked]
        turns = asyncio.Semaphore(AT_ONCE)

        async def seal(client_no: int) -> None:
            settled = self._settled(client_no, given, held.get(client_no, frozenset()))
            async with turns:
                try:
                    await seal_client(self.db, client_no, settled)
                except (UnreadableMembersError, asyncpg.PostgresError):  # one client's must not end the others'
                    log.exception("a client was not sealed", client_no=client_no, tried_again_in_s=PUT_OFF_S)
                    self._put_off[client_no] = monotonic() + PUT_OFF_S

        async with asyncio.TaskGroup() as group:
            for client_no in clients:
                group.create_task(seal(client_no))
        self._quiet_at = None if held or clients else given
        self._waited = {client_no: waited for client_no, waited in self._waited.items() if client_no in held}
        return len(clients)

    def _settled(self, client_no: int, given: Given, held_by: frozenset[str]) -> Given:
        """Up to which numbers nothing of the client's can turn up any more."""
        if not held_by:
            self._waited.pop(client_no, None)
            return given
        waited = self._waited.get(client_no)
        if waited is None:
            self._waited[client_no] = _Waited(given, held_by)
            return NOTHING_GIVEN
        if not waited.held_by & held_by:
            self._waited[client_no] = _Waited(given, held_by, waited.given)
            return waited.given
        return waited.settled

    async def make_heads(self, now: datetime) -> int:
        """Make the heads of all days that are over and have none; how many were made. Looks once for each day."""
        until = (now - HEAD_GRACE).astimezone(UTC).date()
        if self._heads_before == until:
            return 0
        async with self.db.registry() as connection:
            await store.add_key(connection, self.signer.key_id, self.signer.public_key, now)
            clients = [row["client_no"] for row in await connection.fetch("select client_no from client order by 1")]
        made = 0
        for client_no in clients:
            made += await make_heads(self.db, client_no, self.signer, until, now)
        self._heads_before = until
        return made


async def seal_client(db: Database, client_no: int, settled: Given = NOTHING_GIVEN) -> int:
    """Seal all that no seal covered when this began; how many seals were added. `settled` are numbers all visible.

    What is posted meanwhile waits for the next time: while many post, there would always be a few rows more, each few
    with a seal, and all seals that are not settled are read for the next one.
    """

    async def alone(tx: Transaction) -> tuple[Seal, bool] | None:
        return await add_next_seal(tx, settled, real_now())

    async def by_two(tx: Transaction) -> tuple[Seal, bool] | None:
        async with db.transaction(client_no) as beside:
            return await add_next_seal(tx, settled, real_now(), beside)

    added, full = 0, True
    while full:
        much = added > 0 and db.spare_connections >= 2
        last = await db.run(client_no, by_two if much else alone)
        if last is None:
            break
        seal, full = last
        added += 1
        log.debug("sealed", client_no=client_no, seal_no=seal.seal_no, total_rows=seal.total_rows)
    return added


async def add_next_seal(
    tx: Transaction, settled: Given, now: datetime, beside: Transaction | None = None
) -> tuple[Seal, bool] | None:
    """The client's next seal, added, and whether it is full, so that there may be more to seal.

    None where nothing is new, or where somebody else is adding one. A transaction `beside` helps to read.

    Raises UnreadableMembersError where a seal before it was changed.
    """
    await store.begin(tx)
    if not await store.take_chain(tx):
        return None
    open_seals = await store.open_seals(tx)
    previous = open_seals[-1] if open_seals else None
    covered = covered_by(open_seals)
    found = await store.new_rows(tx, previous.marks if previous else Marks(), covered, beside)
    if not found:
        return None
    seal = next_seal(tx.client_no, previous, covered, found, settled, now)
    full = any(len(found.get(table, ())) == CASES_AT_ONCE for table in MARKED)
    return (seal, full) if await store.add_seal(tx, seal) else None


Covered = Mapping[str, Mapping[int, int]]


def covered_by(open_seals: Sequence[Seal]) -> dict[str, dict[int, int]]:
    """The numbers beyond the last seal's marks that seals cover. Raises UnreadableMembersError."""
    covered: dict[str, dict[int, int]] = {table: {} for table in MARKED}
    if not open_seals:
        return covered
    marks = open_seals[-1].marks
    for seal in open_seals:
        if seal.seal_no < open_seals[-1].first_open:
            continue
        members = read_members(seal.members, seal.form)
        for table in MARKED:
            if table in members:
                mark = marks.of(table)
                covered[table] |= {number: seal.seal_no for number, _ in members[table].keys if number > mark}
    return covered


def next_seal(
    client_no: int, previous: Seal | None, covered: Covered, found: Mapping[str, Rows], settled: Given, now: datetime
) -> Seal:
    """The seal over some rows after a client's last one. `covered` are numbers beyond its marks with their seals."""
    seal_no = previous.seal_no + 1 if previous else FIRST_SEAL
    before = previous.marks if previous else Marks()
    marks: dict[str, int] = {}
    first_open, open_count = seal_no + 1, 0
    for table in MARKED:
        numbers = found.get(table, Rows()).firsts
        # Where there was more than a seal takes, what is above its last number has not been looked at.
        looked_to = numbers[-1] if len(numbers) == CASES_AT_ONCE else getattr(settled, table)
        mark = marks[table] = max(before.of(table), min(looked_to, getattr(settled, table)))
        still = [of_seal for number, of_seal in covered[table].items() if number > mark]
        still += [seal_no for number in numbers if number > mark]
        open_count += len(still)
        first_open = min([first_open, *still])
    periods = found["gl_period"].keys if "gl_period" in found else ()
    last_period = max((year * 100 + month for year, month in periods), default=0)
    return Seal(
        client_no=client_no,
        seal_no=seal_no,
        sealed_time=max(now, previous.sealed_time) if previous else now,
        marks=Marks(**marks, gl_period=max(before.gl_period, last_period)),
        first_open=first_open,
        open_count=open_count,
        total_rows=(previous.total_rows if previous else 0) + sum(map(len, found.values())),
        rows_hash=rows_hash(found),
        members=write_members(found),
    ).after(previous.seal_hash if previous else NO_SEAL_BEFORE)


async def make_heads(db: Database, client_no: int, signer: Signer, until: date, now: datetime) -> int:
    """Sign the head of each day before `until` on which the client had something sealed and that has none."""

    async def use_case(tx: Transaction) -> int:
        await store.wait_for_chain(tx)
        last = await store.last_head(tx)
        made = 0
        for day, seal_no, seal_hash, total_rows in await store.days_without_head(
            tx, last.seal_no if last else 0, until
        ):
            head = Head(
                client_no=client_no,
                head_date=day,
                seal_no=seal_no,
                seal_hash=seal_hash,
                total_rows=total_rows,
                key_id=signer.key_id,
            )
            made += await store.add_head(tx, replace(head, signature=signer.sign(head.signed_bytes)), now)
        return made

    return await db.run(client_no, use_case)
