"""One call of auto postings: looked up, judged, and booked in one run.

Where only booking shows how many numbers are needed, or something is wrong already, or the call only validates, it is
tried on a copy first. Else it is booked at once; the numbers of a call that turns out not to be bookable go back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.adjustments import Unbookable
from reskontro.ledger.domain.autoposting import METHODS, PAYMENT, REFUND, REVERSAL, WRITE_OFF
from reskontro.ledger.domain.codes import VOUCHER_TYPES, fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.entries import check
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.domain.payment import ItemKey, Standing
from reskontro.ledger.domain.reversal import BookedCase
from reskontro.ledger.service.postings.booking import Booking, Sources
from reskontro.ledger.service.postings.judging import Judge
from reskontro.ledger.service.postings.records import CallOutcome, Judged, NewPosting
from reskontro.ledger.service.reservations import release
from reskontro.ledger.service.targets import Identifiers, find
from reskontro.ledger.service.unplacing import put_back_reversed
from reskontro.ledger.store import adjustments as case_store
from reskontro.ledger.store import autopostings as store
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import rates as rate_store
from reskontro.ledger.store.numbers import REFERENCE, Numbers, voucher
from reskontro.ledger.store.reservations import PAYMENT_IDS
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import RunAgainError, Transaction
from reskontro.platform.json_text import decode, encode

LOT = "glLotNo"  # kept with a result that has no case to find its lot by
ON_ITEMS = frozenset({PAYMENT, WRITE_OFF})  # one case a posting, and no new reference where the posting names its item


class PostingTakenError(RunAgainError):
    """Another transaction made a posting of the same id meanwhile."""


class _ReferenceWantedError(Exception):
    """A posting makes an item of its own after all."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a run is booked on: the locked items and, for reversals, the cases as they stand."""

    standing: Standing
    cases: Mapping[int, BookedCase]


@dataclass(slots=True)
class _Tally:
    """How many numbers a run needs."""

    cases: int = 0
    references: int = 0
    years: dict[int, int] = field(default_factory=dict)

    def case(self) -> int:
        """A number that stands for the next case."""
        self.cases += 1
        return self.cases

    def voucher(self, year: int) -> int:
        """A number that stands for the next voucher of a year."""
        self.years[year] = self.years.get(year, 0) + 1
        return self.years[year]

    def reference(self) -> int:
        """A number that stands for the next reference; no reference has it."""
        self.references += 1
        return -self.references


async def post(
    tx: Transaction, numbers: Numbers, method: str, postings: Sequence[NewPosting], now: datetime, actor: Actor
) -> CallOutcome:
    """Book postings of a method, all or none. The transaction holds the client's book."""
    today = business_day(now)
    validate_only = any(p.validate_only for p in postings)
    config = await config_store.read(tx, today)
    closed = await book_store.closed_through(tx)
    earlier = await store.earlier(tx, method, [fold(p.posting_id) for p in postings])
    named = [parse_ar_item_id(text) for p in postings for text in p.match_ar_item_ids]
    keys = [(item.reference_no, item.reference_sequence_no) for item in named if item is not None]
    wanted = [p.identifiers for p in postings] + [p.receiver for p in postings if p.receiver != Identifiers()]
    found = await find(tx, wanted, keys, config)
    judged = [Judged(new, f"autoPostings[{index}]") for index, new in enumerate(postings)]
    judge = Judge(method, found, config, closed, today, tx.client_no)
    seen: set[str] = set()
    for one in judged:
        key = fold(one.new.posting_id)
        if key in earlier and earlier[key][0] == one.new.fingerprint:
            one.earlier = decode(earlier[key][1])
            continue
        if key in earlier or key in seen:
            one.faults.append(
                fault(Code.EXISTS, "postingId already exists", f"{one.path}.postingId", one.new.posting_id)
            )
        seen.add(key)
        judge.judge(one)
    fresh = [one for one in judged if one.earlier is None]
    ground = await _lock(tx, method, fresh)
    await _convert(tx, judge, fresh, ground.standing)
    if fresh and not validate_only and method in ON_ITEMS and all(_is_on_an_item(one) for one in judged):
        try:
            lot = await _book_at_once(tx, numbers, method, fresh, ground, config, now, actor)
        except _ReferenceWantedError:
            for one in fresh:
                one.faults.clear()  # they are found again when it is tried
        else:
            return CallOutcome(tuple(judged), validate_only=False, failed=lot is None, gl_lot_no=lot)
    tally = _Tally()
    _try(method, config, tx.client_no, ground, fresh, tally)
    failed = any(one.faults for one in judged)
    if failed or validate_only:
        return CallOutcome(tuple(judged), validate_only, failed, None)
    if not fresh:
        return CallOutcome(tuple(judged), validate_only=False, failed=False, gl_lot_no=await _common_lot(tx, judged))
    lot = await _book_tried(tx, numbers, method, fresh, ground, tally, config, now, actor)
    return CallOutcome(tuple(judged), validate_only=False, failed=False, gl_lot_no=lot)


async def _convert(tx: Transaction, judge: Judge, fresh: Sequence[Judged], standing: Standing) -> None:
    """Judge the amounts. Rates are asked for only where something is to be converted."""
    for one in fresh:
        judge.choose_currency(one, standing)
    wanted = {(one.currency, one.new.voucher_date) for one in fresh if judge.needs_rate(one)}
    rates = await rate_store.rates_on(tx, judge.config.text("gl.baseCurrency"), wanted) if wanted else {}
    for one in fresh:
        judge.judge_amounts(one, rates)


async def _common_lot(tx: Transaction, judged: Sequence[Judged]) -> int | None:
    """The lot of results that were all made in one, None where they were made in several."""
    results = [one.earlier for one in judged if one.earlier is not None]
    lots = {result[LOT] for result in results if LOT in result}
    case_nos = [result["glCaseNo"] for result in results if "glCaseNo" in result]
    if case_nos:
        return await store.common_lot(tx, case_nos)
    return lots.pop() if len(lots) == 1 else None


async def _lock(tx: Transaction, method: str, fresh: Sequence[Judged]) -> _Ground:
    """Lock what the postings may settle, and read the cases that are to be cancelled."""
    case_nos = sorted({one.new.gl_case_no for one in fresh if one.new.gl_case_no is not None})
    made = await case_store.items_of_cases(tx, case_nos) if method == REVERSAL and case_nos else {}
    keys: set[ItemKey] = {(i.reference_no, i.reference_sequence_no) for items in made.values() for i in items}
    accounts: set[int] = set()
    for one in fresh:
        keys |= set(one.named)
        keys |= {target.item for target in (one.target, one.receiver) if target is not None and target.item is not None}
        if one.target is not None and (one.target.item is None or method == REFUND) and not one.named:
            accounts.add(one.target.account_no)
    bare = [case_no for case_no in case_nos if case_no not in made]
    matched = await case_store.matched_by_cases(tx, bare) if method == REVERSAL and bare else set()
    keys |= matched
    keys |= {(reference_no, 0) for reference_no, _ in keys}
    items = await store.lock_items(tx, sorted(keys), sorted(accounts)) if keys or accounts else []
    cases = await case_store.booked_cases(tx, case_nos, made, matched) if method == REVERSAL and case_nos else {}
    others = {key for case in cases.values() for m in case.matches for key in (m.debit, m.credit)} - keys
    if others:
        items += await store.lock_items(tx, sorted(others), [])
    return _Ground(Standing(items), cases)


def _try(method: str, config: Config, client_no: int, ground: _Ground, fresh: Sequence[Judged], tally: _Tally) -> None:
    """Book the postings on a copy, to see what cannot be booked after the ones before it, and to count numbers."""
    sources = Sources(tally.case, tally.voucher, tally.reference)
    booking = Booking(method, config, client_no, ground.standing.copy(), ground.cases, sources)
    for one in fresh:
        if one.faults:
            continue
        try:
            booking.book(one)
        except Unbookable as refused:
            one.faults += refused.faults
    if not any(one.faults for one in fresh):
        check(booking.run.entries, config.number("gl.account.receivables"))


def _is_on_an_item(one: Judged) -> bool:
    """Whether a posting was made before, or has no faults and names the item that it is booked on."""
    return one.earlier is not None or (not one.faults and one.target is not None and one.target.item is not None)


async def _book_at_once(
    tx: Transaction,
    numbers: Numbers,
    method: str,
    fresh: Sequence[Judged],
    ground: _Ground,
    config: Config,
    now: datetime,
    actor: Actor,
) -> int | None:
    """Book the postings; the lot, None where some cannot be booked and have their faults.

    Raises _ReferenceWantedError where more numbers are needed than were taken. Nothing is written then, as with None.
    """
    lot, case_nos = await book_store.case_numbers(tx, len(fresh))
    years = Counter(one.new.voucher_date.year for one in fresh)
    taken = {year: await numbers.take(tx.client_no, voucher(year), count) for year, count in years.items()}
    booking = Booking(
        method, config, tx.client_no, ground.standing.copy(), ground.cases, _sources(case_nos, taken, None)
    )
    written = False
    try:
        for one in fresh:
            try:
                one.result = booking.book(one)
            except Unbookable as refused:
                one.faults += refused.faults
        if not any(one.faults for one in fresh):
            await _write(tx, method, fresh, booking, lot, now, actor)
            written = True
    finally:
        if not written:
            for year, these in taken.items():
                numbers.give_back(tx.client_no, voucher(year), these)
    return lot if written else None


async def _book_tried(
    tx: Transaction,
    numbers: Numbers,
    method: str,
    fresh: Sequence[Judged],
    ground: _Ground,
    tally: _Tally,
    config: Config,
    now: datetime,
    actor: Actor,
) -> int:
    """Book the postings that were tried, with as many numbers as they needed; the lot."""
    lot, case_nos = await book_store.case_numbers(tx, tally.cases)
    references = await numbers.take(tx.client_no, REFERENCE, tally.references) if tally.references else range(0)
    taken = {year: await numbers.take(tx.client_no, voucher(year), count) for year, count in tally.years.items()}
    booking = Booking(
        method, config, tx.client_no, ground.standing, ground.cases, _sources(case_nos, taken, references)
    )
    for one in fresh:
        one.result = booking.book(one)
    await _write(tx, method, fresh, booking, lot, now, actor)
    return lot


def _sources(case_nos: Sequence[int], taken: Mapping[int, range], references: range | None) -> Sources:
    """The numbers, each given once. Without references, asking for one raises _ReferenceWantedError."""
    cases = iter(case_nos)
    vouchers: dict[int, Iterator[int]] = {year: iter(these) for year, these in taken.items()}

    def none_taken() -> int:
        raise _ReferenceWantedError

    reference = none_taken if references is None else iter(references).__next__
    return Sources(cases.__next__, lambda year: next(vouchers[year]), reference)


async def _write(
    tx: Transaction, method: str, fresh: Sequence[Judged], booking: Booking, lot: int, now: datetime, actor: Actor
) -> None:
    entries = booking.run.entries
    entries.balances = booking.run.standing.balances()
    check(entries, booking.config.number("gl.account.receivables"))
    payment_ids = [one.new.payment_id for one in fresh if one.new.payment_id]
    made = await book_store.write(
        tx,
        entries,
        gl_lot_no=lot,
        now=now,
        booked=real_now(),
        origin="auto-posting",
        extra=(
            (store.AUTO_POSTINGS, [_record(method, one, lot) for one in fresh]),
            (log_store.ROWS, log_store.rows(actor, [_log_entry(method, one) for one in fresh])),
            *(((PAYMENT_IDS, [(fold(payment_id),) for payment_id in payment_ids]),) if payment_ids else ()),
        ),
        returning=0,
    )
    if made != len(fresh):
        raise PostingTakenError
    if payment_ids:
        await release(tx, payment_ids, now, actor)
    if method == REVERSAL:
        reversals = {one.new.gl_case_no: int(one.result["glCaseNo"]) for one in fresh if one.new.gl_case_no is not None}
        await put_back_reversed(tx, reversals, now, actor)


def _record(method: str, one: Judged, lot: int) -> tuple[object, ...]:
    gl_case_no = one.result.get("glCaseNo")
    kept: dict[str, Any] = one.result if gl_case_no is not None else one.result | {LOT: lot}
    return method, fold(one.new.posting_id), one.new.fingerprint, gl_case_no, encode(kept).decode()


def _log_entry(method: str, one: Judged) -> log_store.LogEntry:
    voucher_type = METHODS[method].voucher_type
    told = (("reasonCode", one.new.reason_code), ("bankAccountNo", one.new.bank_account_no))
    changes = [log_store.Change(name, "", value) for name, value in told if value]
    if voucher_type is None:
        text = f"Match {one.new.posting_id}"
        return log_store.LogEntry("AR-ITEM", one.result["matchedArItemIds"][0], text, status_code=200, changes=changes)
    text = f"{VOUCHER_TYPES[voucher_type].en} {one.new.posting_id}"
    return log_store.LogEntry("GL-CASE", str(one.result["glCaseNo"]), text, status_code=200, changes=changes)
