"""How a case is cancelled: by a case that is its mirror.

Every GL line comes again with the opposite amount. Whatever was matched with an item of the case is undone, by a row
that names the match, so that both sides are open again as far as nothing else settled them. Then each item of the case
gets one of the opposite sign on its reference, the next sequence, and the two settle each other: the case is gone from
what is open, and what it had settled is open again.

In a foreign currency nothing is converted anew: the mirror has the amounts of the case. Only the lines of exchange
differences are not mirrored one by one; they follow the matches. Whatever an undone match had gained or lost is taken
back by the case that undoes it, also where another case had booked it, and nothing is taken back twice.
Source: arm-api, section 2.4.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from reskontro.ledger.domain.adjustments import Booked, ItemName, Run, name_of
from reskontro.ledger.domain.codes import VOUCHER_TYPES, VoucherType
from reskontro.ledger.domain.entries import CaseRow, ItemRow, LineRow, MatchRow, OpenItem
from reskontro.ledger.domain.exchange import Accounts, difference_lines, is_difference
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.domain.periods import Period

RULE = "reversal"


class StandingMatch(NamedTuple):
    """A match that nothing has undone."""

    match_no: int
    debit: ItemKey
    credit: ItemKey
    currency_minor: int
    debit_gl_minor: int
    credit_gl_minor: int
    gl_case_no: int | None = None  # of the case that matched


class CaseItem(NamedTuple):
    """An item that the case made."""

    reference_no: int
    reference_sequence_no: int
    currency_minor: int
    gl_minor: int


@dataclass(frozen=True, slots=True)
class BookedCase:
    """A case as it stands in the book, with its lines, its items and what its items were matched with.

    One without items has booked exchange differences, and its matches are those that it booked them of.
    """

    case: CaseRow
    lines: tuple[LineRow, ...]
    items: tuple[CaseItem, ...]
    matches: tuple[StandingMatch, ...]
    reversed_by: int | None


@dataclass(frozen=True, slots=True)
class Reversal:
    """The case that cancels another one."""

    gl_case_no: int
    voucher_no: int
    voucher_date: date
    period: Period
    transaction_text: str
    external_id1: str


def why_not(booked: BookedCase, *, reversed_in_run: bool = False) -> str | None:
    """Why a case cannot be cancelled, as a key of the catalogue."""
    if booked.case.voucher_type == VoucherType.REVERSAL:
        return "A reversal is not reversed"
    if booked.reversed_by is not None or reversed_in_run:
        return "The case is reversed already"
    return None


def nothing_left(booked: BookedCase, undone: set[int]) -> bool:
    """Whether a case that only matched has nothing left to cancel, because its matches are undone."""
    return not booked.items and all(one.match_no in undone for one in booked.matches)


def reverse(run: Run, booked: BookedCase, reversal: Reversal, undone: set[int], accounts: Accounts) -> Booked:
    """Cancel a case. `undone` are the matches that this run has undone already."""
    start = len(run.entries.matches)
    opened = _undo(run, booked, reversal, undone)
    differences = run.entries.matches[start:]
    text = reversal.transaction_text or VOUCHER_TYPES[VoucherType.REVERSAL].en
    old = booked.case
    run.entries.cases.append(
        CaseRow(
            reversal.gl_case_no, VoucherType.REVERSAL, reversal.voucher_no, reversal.voucher_date,
            reversal.period.gl_year, reversal.period.gl_period, old.currency, old.gl_currency, old.account_no,
            old.reference_no, "", old.gl_case_no,
        )
    )  # fmt: skip
    sequences: dict[tuple[int, int, int], list[int]] = {}  # of the new items, by what their originals' lines show
    names: list[ItemName] = []
    originals = [] if booked.items else opened
    for item in booked.items:
        key = (item.reference_no, item.reference_sequence_no)
        original = run.standing.item(key)
        first = run.standing.item((item.reference_no, 0))
        assert original is not None, "the items of the case were locked"
        assert first is not None, "and the first ones of their references"
        sequence_no = run.standing.next_sequence(item.reference_no)
        _match_with_original(run, original, sequence_no, reversal)
        left, gl_left = (
            original.currency_balance_minor - item.currency_minor,
            original.gl_balance_minor - item.gl_minor,
        )
        run.entries.items.append(
            ItemRow(
                item.reference_no, sequence_no, original.account_no, "", VoucherType.REVERSAL, reversal.voucher_no,
                reversal.voucher_date, reversal.voucher_date, original.currency, -item.currency_minor,
                -item.gl_minor, first.kid, text, reversal.external_id1, reversal.gl_case_no,
                reversal.period.gl_year, reversal.period.gl_period, left, gl_left, 0, None,
            )
        )  # fmt: skip
        shown = (item.reference_sequence_no, item.currency_minor, item.gl_minor)
        sequences.setdefault(shown, []).append(sequence_no)
        names.append(ItemName(original.account_no, item.reference_no, sequence_no))
        originals.append(name_of(original))
    mirrored = [line for line in booked.lines if not is_difference(line)]
    for line_no, line in enumerate(mirrored, 1):
        sequence = line.reference_sequence_no
        if sequence is not None:
            sequence = sequences[sequence, line.currency_minor, line.gl_minor].pop()
        run.entries.lines.append(
            line._replace(
                gl_case_no=reversal.gl_case_no, line_no=line_no, currency_minor=-line.currency_minor,
                gl_minor=-line.gl_minor, reference_sequence_no=sequence,
            )
        )  # fmt: skip
    run.entries.lines += difference_lines(reversal.gl_case_no, len(mirrored) + 1, differences, accounts)
    return Booked(tuple(names), tuple(originals), 0)


def _undo(run: Run, booked: BookedCase, reversal: Reversal, undone: set[int]) -> list[ItemName]:
    """Undo the matches of a case; the items that are open again come back, each once."""
    opened: dict[ItemName, None] = {}
    for one in booked.matches:
        if one.match_no in undone:
            continue
        undone.add(one.match_no)
        run.standing.reopen(one.debit, one.currency_minor, one.debit_gl_minor)
        run.standing.reopen(one.credit, -one.currency_minor, -one.credit_gl_minor)
        run.entries.matches.append(
            MatchRow(
                *one.debit, *one.credit, -one.currency_minor, -one.debit_gl_minor, -one.credit_gl_minor,
                reversal.voucher_date, one.match_no, reversal.gl_case_no, RULE,
            )
        )  # fmt: skip
        for key in (one.debit, one.credit):
            item = run.standing.item(key)
            assert item is not None, "what the case matched was locked"
            opened[name_of(item)] = None
    return list(opened)


def _match_with_original(run: Run, original: OpenItem, sequence_no: int, reversal: Reversal) -> None:
    """Let the new item settle its original, which is open as a whole once its matches are undone."""
    part = abs(original.currency_balance_minor)
    if part:
        old, new = (original.reference_no, original.reference_sequence_no), (original.reference_no, sequence_no)
        debit, credit = (old, new) if original.currency_minor > 0 else (new, old)
        gl_part = run.standing.take(original, part)
        run.entries.matches.append(
            MatchRow(*debit, *credit, part, gl_part, gl_part, reversal.voucher_date, None, reversal.gl_case_no, RULE)
        )
