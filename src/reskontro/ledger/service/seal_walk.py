"""Going along a chain of seals: what both ways of verifying share, from the database and from a file.

The walk is given the seals in order, with the rows that each covers as they are found now. It knows nothing of where
they come from.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reskontro.ledger.domain.seal_findings import Finding, Suspect, suspects
from reskontro.ledger.domain.seals import (
    FIRST_SEAL,
    FORM,
    FORMS,
    NO_SEAL_BEFORE,
    Head,
    Members,
    Rows,
    Seal,
    UnreadableMembersError,
    read_members,
    rows_hash,
)
from reskontro.platform.signatures import is_signed, key_id_of


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """The keys whose signatures count: all that are known, or the one that was named."""

    known: Mapping[str, bytes]
    only: bytes | None = None

    def fault(self, head: Head) -> str:
        """What is wrong with a head's signature, empty where nothing is."""
        key = self.known.get(head.key_id) if self.only is None else self.only
        if self.only is not None and head.key_id != key_id_of(self.only):
            return f"is signed with the key {head.key_id}, which is not the one that was given"
        if key is None or key_id_of(key) != head.key_id:
            return f"is signed with the key {head.key_id}, which is not known"
        return "" if is_signed(key, head.signature, head.signed_bytes) else "is not what was signed"


@dataclass(slots=True)
class Walk:
    """One client's chain as far as it was gone along."""

    client_no: int
    keys: TrustedKeys
    heads: Sequence[Head]
    findings: list[Finding] = field(default_factory=list)
    seals: int = 0
    last_seal_no: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    whole: bool = True  # whether it is known of every seal which rows it covers
    _previous: bytes | None = NO_SEAL_BEFORE
    _heads_of: dict[int, list[Head]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for head in self.heads:
            self._heads_of[head.seal_no].append(head)

    def chain(self, seal: Seal) -> Mapping[str, Members] | None:
        """Take the next seal: its place, its hash, its heads. Its members come back, None where they prove nothing."""
        expected = self.last_seal_no + 1
        if seal.seal_no > expected:
            self.findings.append(deleted_seals(expected, seal.seal_no - 1))
            self._previous = None
            self.whole = False
        self.seals += 1
        self.last_seal_no = seal.seal_no
        intact = self._is_intact(seal)
        members: Mapping[str, Members] = {}
        try:
            members = read_members(seal.members, seal.form if seal.form in FORMS else FORM)
        except UnreadableMembersError:
            self.whole = False
        self._previous = seal.seal_hash
        self._judge_heads(seal)
        for name, of_table in members.items():
            self.rows[name] += len(of_table.keys)
        return members if intact else None

    def _is_intact(self, seal: Seal) -> bool:
        if seal.form not in FORMS:
            self._say(f"seal {seal.seal_no}", f"was changed: there is no form {seal.form}", seal.seal_no)
            return False
        if self._previous is not None and seal.hash_after(self._previous) != seal.seal_hash:
            said = "was changed" if seal.seal_no == FIRST_SEAL else "was changed, or the seal before it was replaced"
            self._say(f"seal {seal.seal_no}", f"{said}: its hash is not that of what it says", seal.seal_no)
            return False
        return True

    def _judge_heads(self, seal: Seal) -> None:
        for head in self._heads_of.pop(seal.seal_no, ()):
            fault = self.keys.fault(head)
            if fault:
                self._say(f"the head of {head.head_date}", fault, seal.seal_no)
            elif (head.seal_hash, head.total_rows) != (seal.seal_hash, seal.total_rows):
                self._say(
                    f"seal {seal.seal_no}", f"was replaced after the head of {head.head_date} was signed", seal.seal_no
                )

    def judge(self, seal: Seal, members: Mapping[str, Members], found: Mapping[str, Rows]) -> list[Suspect]:
        """The rows of a seal that are not as they were sealed."""
        if rows_hash(found, seal.form) == seal.rows_hash:
            return []
        wrong = suspects(seal.form, members, found)
        for suspect in wrong:
            if suspect.wrong == "missing":
                self.missing[suspect.table.name] += 1
        if not wrong:
            self._say(
                f"seal {seal.seal_no}", "covers a row that was changed, and it cannot be told which", seal.seal_no
            )
        return wrong

    def end(self) -> None:
        """Nothing follows: heads whose seal has not come name seals that were taken away."""
        for head in sorted((h for heads in self._heads_of.values() for h in heads), key=lambda h: h.head_date):
            fault = self.keys.fault(head)
            if fault:
                self._say(f"the head of {head.head_date}", fault, head.seal_no)
            elif head.seal_no > self.last_seal_no:
                why = f": the head of {head.head_date} names seal {head.seal_no}"
                self.findings.append(deleted_seals(self.last_seal_no + 1, head.seal_no, why))
        self._heads_of.clear()

    def add(self, findings: Iterable[Finding]) -> None:
        """Note what was found elsewhere."""
        self.findings += findings

    def _say(self, subject: str, detail: str, seal_no: int) -> None:
        self.findings.append(Finding(subject, detail, seal_no))


def deleted_seals(first: int, last: int, why: str = "") -> Finding:
    """That seals are gone, and how that is known."""
    if first == last:
        return Finding(f"seal {first}", f"was deleted{why}", first)
    return Finding(f"seals {first} to {last}", f"were deleted{why}", first)


def with_column(finding: Finding, column: str, told: str) -> Finding:
    """The finding with the column that was changed, where it is known."""
    if not column:
        return finding
    return replace(finding, column=column, detail=f"{finding.detail}: {told}")
