"""Verifying a client's seals against its book: the whole chain, every row, every head.

Everything is read on one snapshot, so it can run while others post. Rows that no seal covers yet are counted and are no
fault: the next sweep seals them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from reskontro.ledger.domain.seal_findings import Finding, Suspect, compare_rows, explain_change
from reskontro.ledger.domain.seals import (
    FORM,
    FORMS,
    Key,
    Marks,
    Members,
    Rows,
    Seal,
    UnreadableMembersError,
    read_members,
)
from reskontro.ledger.service.seal_walk import TrustedKeys, Walk, deleted_seals, with_column
from reskontro.ledger.service.sealing import covered_by, next_seal
from reskontro.ledger.store import seals as store
from reskontro.ledger.store.seals import Given
from reskontro.platform.database import Database, Transaction

SEALS_AT_ONCE: Final = 20
EXPLAINED: Final = 20  # changed rows whose column is looked for; the others are named only
EVERYTHING: Final = Given(*[2**62] * 4)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier export of the same client says: the hash of each seal, and the bytes of rows by their keys."""

    seal_hashes: Mapping[int, bytes]
    rows: Callable[[Sequence[tuple[str, Key]]], Mapping[tuple[str, Key], bytes]]


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying one client's seals came to."""

    client_no: int
    seals: int
    rows: int
    heads: int
    waiting: int  # rows that no seal covers yet
    last_seal: str  # the hash of the last seal, in hexadecimal digits
    findings: Sequence[Finding]

    @property
    def holds(self) -> bool:
        """Whether nothing was touched."""
        return not self.findings


@dataclass(slots=True)
class _Check:
    """One client's book beside its seals."""

    tx: Transaction
    walk: Walk
    earlier: Earlier | None
    wrong: list[tuple[Seal, Suspect]] = field(default_factory=list)
    last: Seal | None = None

    async def run(self, progress: Progress) -> None:
        total = await store.count_seals(self.tx)
        done = 0
        while page := await store.seals(self.tx, self.walk.last_seal_no, SEALS_AT_ONCE):
            for seal in page:
                await self._take(seal)
                done += 1
                progress(done, total)
        self.walk.end()
        self._compare_end()
        self.walk.add(await self._explained())

    async def _take(self, seal: Seal) -> None:
        members = self.walk.chain(seal)
        self.last = seal
        if self.earlier is not None and self.earlier.seal_hashes.get(seal.seal_no, seal.seal_hash) != seal.seal_hash:
            said = "is not the one of the export: the chain was made anew after it"
            self.walk.add([Finding(f"seal {seal.seal_no}", said, seal.seal_no)])
        if members is not None:
            found = await self._found(seal.form, members)
            self.wrong += [(seal, suspect) for suspect in self.walk.judge(seal, members, found)]

    async def _found(self, form: int, members: Mapping[str, Members]) -> dict[str, Rows]:
        return {name: await store.digests(self.tx, form, name, of.keys) for name, of in members.items()}

    def _compare_end(self) -> None:
        if self.earlier is None:
            return
        last = max(self.earlier.seal_hashes, default=0)
        if last > self.walk.last_seal_no:
            self.walk.add([deleted_seals(self.walk.last_seal_no + 1, last, ": the export has them")])

    async def _explained(self) -> list[Finding]:
        """What is wrong with the rows, with the column and what it was where that can be told."""
        changed = [(seal, suspect) for seal, suspect in self.wrong if suspect.wrong == "changed"][:EXPLAINED]
        asked = [(suspect.table.name, suspect.key) for _, suspect in changed]
        then = self.earlier.rows(asked) if self.earlier is not None and asked else {}
        explained: dict[tuple[str, Key], tuple[str, str]] = {}
        for seal, suspect in changed:
            name, key = suspect.table.name, suspect.key
            found = await store.contents(self.tx, seal.form, name, [key])
            if not found:
                continue
            now = found[0][1]
            known = then.get((name, key))
            explained[name, key] = (
                compare_rows(suspect.table, known, now)
                if known is not None
                else explain_change(suspect.table, now, suspect.hint)
            )
        findings = []
        for seal, suspect in self.wrong:
            known_column = explained.get((suspect.table.name, suspect.key), ("", ""))
            findings.append(with_column(suspect.finding(seal), *known_column))
        return findings


async def verify_client(
    db: Database,
    client_no: int,
    *,
    trusted: bytes | None = None,
    earlier: Earlier | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Verified:
    """What verifying a client's seals comes to. `trusted` is the only key that counts, where one is named."""
    async with db.transaction(client_no) as tx:
        await store.begin_reading(tx)
        heads = await store.heads(tx)
        keys = TrustedKeys(await store.public_keys(tx.connection), trusted)
        check = _Check(tx, Walk(client_no, keys, heads), earlier)
        await check.run(progress)
        waiting = await waiting_rows(tx)
        check.walk.add(await _slipped_in(tx, check, waiting))
    return Verified(
        client_no,
        check.walk.seals,
        check.walk.rows.total(),
        len(heads),
        sum(len(keys) for keys in waiting.values()),
        check.last.seal_hash.hex() if check.last else "",
        check.walk.findings,
    )


async def waiting_rows(tx: Transaction) -> dict[str, set[Key]]:
    """The keys of the rows that no seal covers and the next ones will, by table."""
    open_seals = await store.open_seals(tx)
    previous = open_seals[-1] if open_seals else None
    try:
        covered = covered_by(open_seals)
    except UnreadableMembersError:
        covered = covered_by([])
    waiting: dict[str, set[Key]] = {}
    # As the sealer would go on, with nobody else posting: what it would find is what waits.
    while found := await store.new_rows(tx, previous.marks if previous else Marks(), covered):
        for name, rows in found.items():
            waiting.setdefault(name, set()).update(rows.keys)
        previous = next_seal(tx.client_no, previous, covered, found, EVERYTHING, datetime.max.replace(tzinfo=UTC))
    return waiting


async def _slipped_in(tx: Transaction, check: _Check, waiting: Mapping[str, set[Key]]) -> list[Finding]:
    """Rows that no seal covers and none will: their place in the book is sealed already."""
    findings: list[Finding] = []
    if not check.walk.whole:
        return findings  # what a seal covered that is gone would be among them
    known = {(suspect.table.name, suspect.key) for _, suspect in check.wrong if suspect.wrong == "added"}
    for table in FORMS[FORM]:
        name = table.name
        expected = check.walk.rows[name] - check.walk.missing[name] + len(waiting.get(name, ()))
        if await store.count_rows(tx, name) == expected:
            continue
        unknown = set(await store.keys_of_table(tx, FORM, name)) - waiting.get(name, set())
        unknown -= await _sealed_keys(tx, name)
        findings += [Suspect(table, key, "added").finding(None) for key in sorted(unknown) if (name, key) not in known]
    return findings


async def _sealed_keys(tx: Transaction, name: str) -> set[Key]:
    keys: set[Key] = set()
    after = 0
    while page := await store.seals(tx, after, SEALS_AT_ONCE):
        after = page[-1].seal_no
        for seal in page:
            try:
                members = read_members(seal.members, seal.form)
            except UnreadableMembersError:
                continue
            if name in members:
                keys.update(members[name].keys)
    return keys


async def unsealed_since(tx: Transaction, now: datetime, older_than: timedelta) -> list[int]:
    """The lots booked longer ago than that of which a case is not sealed, in order."""
    waiting = await waiting_rows(tx)
    cases = [key[0] for key in waiting.get("gl_case", ())]
    lots = [key[0] for key in waiting.get("gl_lot", ())]
    return await store.lots_booked_before(tx, cases, lots, now - older_than)
