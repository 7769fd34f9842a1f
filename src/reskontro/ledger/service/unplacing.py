"""Taking back what a line of a bank file has booked: by mirrored cases, which open again what was closed.

Nothing is deleted. The case of the payment, that of a small difference which came with it, and what the credits of a
list settled are undone together, so that every item which was open before is open by the same amount again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.adjustments import Run
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.entries import Entries, check
from reskontro.ledger.domain.exchange import Accounts
from reskontro.ledger.domain.payment import ItemKey, Standing
from reskontro.ledger.domain.periods import period_for
from reskontro.ledger.domain.reversal import BookedCase, Reversal, StandingMatch, reverse, why_not
from reskontro.ledger.store import adjustments as case_store
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import payment_desk as desk_store
from reskontro.ledger.store.autopostings import lock_items
from reskontro.ledger.store.numbers import Numbers, voucher
from reskontro.platform.database import Transaction

TEXT = "Payment taken back"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A run that undoes cases, not yet written."""

    entries: Entries
    gl_lot_no: int
    case_nos: tuple[int, ...]


async def take_back(
    tx: Transaction,
    numbers: Numbers,
    config: Config,
    case_nos: Sequence[int],
    listed: Sequence[ItemKey],
    day: date,
    text: str = TEXT,
) -> TakenBack:
    """Undo the cases of a placement. `listed` are the items of a list that was split.

    What somebody has reversed already is left as it is. A closed period gives way to the next open one.
    """
    closed = await book_store.closed_through(tx)
    case_nos = sorted({*case_nos, *await desk_store.difference_cases(tx, case_nos)})
    made = await case_store.items_of_cases(tx, case_nos)
    keys: set[ItemKey] = {(i.reference_no, i.reference_sequence_no) for items in made.values() for i in items}
    keys |= set(listed)
    keys |= {(reference_no, 0) for reference_no, _ in keys}
    items = await lock_items(tx, sorted(keys), []) if keys else []
    cases = await case_store.booked_cases(tx, case_nos, made, listed)
    others = {key for case in cases.values() for m in case.matches for key in (m.debit, m.credit)} - keys
    between = await case_store.matches_of(tx, sorted(listed)) if listed else []
    cases = {number: _with_list(case, [m for m in between if m.gl_case_no == number]) for number, case in cases.items()}
    others |= {key for m in between for key in (m.debit, m.credit)} - keys
    others |= {(reference_no, 0) for reference_no, _ in others} - keys
    if others:
        items += await lock_items(tx, sorted(others), [])
    standing = [case for _, case in sorted(cases.items()) if why_not(case) is None]
    lot, new_nos = await book_store.case_numbers(tx, len(standing))
    period = period_for(day, closed, next_open=True)
    vouchers = iter(await numbers.take(tx.client_no, voucher(period.gl_year), len(standing)) if standing else ())
    run = Run(tx.client_no, Standing(items), _no_reference, lambda _account, _reference: "")
    undone: set[int] = set()
    for booked, case_no in zip(standing, new_nos, strict=False):
        reversal = Reversal(case_no, next(vouchers), day, period, text, "")
        reverse(run, booked, reversal, undone, Accounts.of(config))
    run.entries.balances = run.standing.balances()
    check(run.entries, config.number("gl.account.receivables"))
    return TakenBack(run.entries, lot, tuple(new_nos[: len(standing)]))


async def put_back_reversed(tx: Transaction, reversals: Mapping[int, int], now: datetime, actor: Actor) -> None:
    """Put lines in the queue again whose money some reversals have taken out of the book.

    `reversals` are the new cases by what they reverse. A line that has cases of several customers waits when the last
    of them is reversed.
    """
    wanted = await desk_store.placed_by_cases(tx, sorted(reversals))
    if not wanted:
        return
    await desk_store.hold(tx, wanted, now)
    for line in await desk_store.lines(tx, wanted):
        if line.status != "PLACED":
            continue
        cases = await case_store.booked_cases(tx, line.case_nos, {}, [])
        if any(case.reversed_by is None and number not in reversals for number, case in cases.items()):
            continue
        made = [reversals[number] for number in line.case_nos if number in reversals]
        note = "its case was reversed by a posting"
        await desk_store.add_resolution(
            tx, line.payment_no, "UNDONE", "UNPLACED", now, actor.user_id, gl_case_nos=made, note=note
        )


def _with_list(case: BookedCase, between: Sequence[StandingMatch]) -> BookedCase:
    known = {m.match_no for m in case.matches}
    return replace(case, matches=(*case.matches, *(m for m in between if m.match_no not in known)))


def _no_reference() -> int:
    raise AssertionError("what undoes a case stands on the references of the case")
