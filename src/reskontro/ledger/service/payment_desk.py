"""What people do with lines of bank files: place them, take them back, note what did not come.

A line is never changed. Each decision is a row of its own that names the cases which it booked, and a narrow row says
where the line stands now. Whoever decides holds that row, so that the same money is not placed twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain import adjustments
from reskontro.ledger.domain.adjustments import Aim, Counter, Event, Run, Unbookable
from reskontro.ledger.domain.codes import VOUCHER_TYPES, VoucherType
from reskontro.ledger.domain.config import FEES_FIRST, Config
from reskontro.ledger.domain.entries import Entries, check
from reskontro.ledger.domain.errors import Code, broken, fault, not_found
from reskontro.ledger.domain.exchange import Exchange
from reskontro.ledger.domain.matching import allocation_rule
from reskontro.ledger.domain.payment import ItemKey, PaymentCase, Standing, book_settlement
from reskontro.ledger.domain.periods import period_for
from reskontro.ledger.domain.refund import HOLDING, RefundStatus
from reskontro.ledger.service.payment_shares import Place, Share, beside_share, lock_for, shares_of, there
from reskontro.ledger.service.targets import Target, aim, find
from reskontro.ledger.service.unplacing import take_back
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import payment_desk as store
from reskontro.ledger.store import rates as rate_store
from reskontro.ledger.store import refunds as refund_store
from reskontro.ledger.store.autopostings import lock_items
from reskontro.ledger.store.numbers import REFERENCE, Numbers, voucher
from reskontro.ledger.store.payment_desk import DeskLine, Resolution
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import BookLock, Database, Transaction

RULE = "placed by hand"
ORIGIN = "payment-desk"
MOST_PLACES = 50
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Placed:
    """What a placement came to."""

    payment_no: int
    gl_case_nos: tuple[int, ...]
    settled_minor: int
    on_account_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class LineHistory:
    """A line as it stands, with every decision about it."""

    line: DeskLine
    resolutions: tuple[Resolution, ...]

    @property
    def candidates(self) -> list[dict[str, Any]]:
        """The items that its reference named too: `accountNo`, `referenceNo`, `referenceSequenceNo` and `why`."""
        found: list[dict[str, Any]] = json.loads(self.line.candidates) if self.line.candidates else []
        return found


async def show(db: Database, client_no: int, payment_no: int) -> LineHistory:
    """A line and what was decided about it."""
    async with db.reading(client_no) as tx:
        return await show_in(tx, payment_no)


async def show_in(tx: Transaction, payment_no: int) -> LineHistory:
    """The same in a transaction."""
    lines = await store.lines(tx, [payment_no])
    if not lines:
        raise not_found("paymentNo", payment_no)
    return LineHistory(lines[0], tuple(await store.resolutions(tx, payment_no)))


async def place(
    db: Database,
    numbers: Numbers,
    client_no: int,
    payment_no: int,
    places: Sequence[Place],
    now: datetime,
    actor: Actor,
    *,
    note: str = "",
) -> Placed:
    """Book an unplaced line on the items or customers named; raises Refused with every fault."""

    async def use_case(tx: Transaction) -> Placed:
        return await place_in(tx, numbers, payment_no, places, now, actor, note=note)

    return await db.run(client_no, use_case, BookLock.SHARED)


async def place_in(
    tx: Transaction,
    numbers: Numbers,
    payment_no: int,
    places: Sequence[Place],
    now: datetime,
    actor: Actor,
    *,
    note: str = "",
    rule: str = RULE,
    explanation: str | None = None,
) -> Placed:
    """The same in a transaction that holds the book."""
    assert 0 < len(places) <= MOST_PLACES, "as many places as a person can name"
    line = await _held(tx, payment_no, now)
    if line.status != "UNPLACED":
        raise broken(_state(line, "The payment is {status}, and only an unplaced one is placed: take it back first"))
    _check_note(note)
    config = await config_store.read(tx, business_day(now))
    targets = await _targets(tx, places, config)
    if line.amount_minor < 0:
        return await _pay_out(tx, numbers, line, places, targets, config, now, actor, note)
    standing, beside = await lock_for(tx, places, targets)
    fees_first = config.text("posting.allocationOrder") == FEES_FIRST
    shares = shares_of(line, list(zip(places, targets, strict=True)), standing, beside, fees_first=fees_first)
    for share in shares:
        share.rule = allocation_rule(rule, beside_share(share, beside), fees_first=fees_first)
    entries, credits_, lot = await _book(tx, numbers, line, shares, standing, config)
    case_nos = tuple(case.gl_case_no for case in entries.cases)
    await _write(tx, entries, lot, now)
    await store.add_resolution(
        tx, payment_no, "PLACED", "PLACED", now, actor.user_id, gl_case_nos=case_nos, credits_=credits_, note=note,
        explanation=explanation,
    )  # fmt: skip
    await _log(tx, actor, now, case_nos, f"Payment {payment_no} placed: {rule}")
    on_account = sum(share.on_account_minor for share in shares)
    return Placed(payment_no, case_nos, line.amount_minor - on_account, on_account, line.currency)


async def undo(
    db: Database, numbers: Numbers, client_no: int, payment_no: int, now: datetime, actor: Actor, *, note: str = ""
) -> tuple[int, ...]:
    """Take back what a line has booked and put it back in the queue; the cases that did it come back.

    Every item that it had settled is open again by as much. Refused while the money is being refunded.

    A return that took the wrong payment back is undone as well: both lines wait again, for a person to place them.
    """

    async def use_case(tx: Transaction) -> tuple[int, ...]:
        return await undo_in(tx, numbers, payment_no, now, actor, note=note)

    return await db.run(client_no, use_case, BookLock.SHARED)


async def undo_in(
    tx: Transaction, numbers: Numbers, payment_no: int, now: datetime, actor: Actor, *, note: str = ""
) -> tuple[int, ...]:
    """The same in a transaction that holds the book."""
    _check_note(note)
    line = await _held(tx, payment_no, now)
    if line.status == "RETURNED" and line.amount_minor < 0:
        return await _undo_return(tx, line, now, actor, note)
    if line.status != "PLACED":
        raise broken(_state(line, "The payment is {status}, and only a placed one is taken back"))
    if await refund_store.of_items(tx, line.credits, (*HOLDING, RefundStatus.PAID)):
        message = "The payment is being refunded: cancel the refund first, if it was not sent"
        raise broken(fault(Code.STATE_NOT_ALLOWED, message, "paymentNo", payment_no))
    config = await config_store.read(tx, business_day(now))
    back = await take_back(tx, numbers, config, line.case_nos, line.listed, business_day(now))
    if back.entries.cases:
        await _write(tx, back.entries, back.gl_lot_no, now)
    await store.add_resolution(
        tx, payment_no, "UNDONE", "UNPLACED", now, actor.user_id, gl_case_nos=back.case_nos, note=note
    )
    await _log(tx, actor, now, back.case_nos, f"Payment {payment_no} taken back")
    return back.case_nos


async def _undo_return(tx: Transaction, line: DeskLine, now: datetime, actor: Actor, note: str) -> tuple[int, ...]:
    """Put a return and the payment that it took back in the queue again; no case is made, what is open stays open."""
    original_no = await store.taken_back_by(tx, line.payment_no)
    assert original_no is not None, "a return has taken a payment back"
    await store.hold(tx, [original_no], now)
    (original,) = await store.lines(tx, [original_no])
    assert original.status == "RETURNED", "what a return took back waits for it"
    for number in (original_no, line.payment_no):
        await store.add_resolution(tx, number, "UNDONE", "UNPLACED", now, actor.user_id, note=note)
    return ()


async def close(db: Database, client_no: int, payment_no: int, now: datetime, actor: Actor, *, note: str) -> None:
    """Note that somebody has seen a line about money that did not come. Money itself is placed, not closed."""

    async def use_case(tx: Transaction) -> None:
        line = await _held(tx, payment_no, now)
        if line.status == "CLOSED" and line.outcome == "REFUSED":
            return
        nothing = line.status == "UNPLACED" and line.amount_minor == 0  # from before such lines were left out
        if line.status != "REFUSED" and not nothing:
            raise broken(_state(line, "The payment is {status}: only what did not come is closed, money is placed"))
        _check_note(note)
        await store.add_resolution(tx, payment_no, "CLOSED", "CLOSED", now, actor.user_id, note=note)

    await db.run(client_no, use_case)


async def give_back(
    db: Database,
    numbers: Numbers,
    client_no: int,
    payment_no: int,
    original_no: int,
    now: datetime,
    actor: Actor,
) -> tuple[int, ...]:
    """Say which payment a waiting return takes back; that one is undone and both are out of the queue."""

    async def use_case(tx: Transaction) -> tuple[int, ...]:
        await store.hold(tx, sorted({payment_no, original_no}), now)
        found = {line.payment_no: line for line in await store.lines(tx, [payment_no, original_no])}
        if payment_no not in found or original_no not in found:
            raise not_found("paymentNo", payment_no if payment_no not in found else original_no)
        line, original = found[payment_no], found[original_no]
        if line.status != "UNPLACED" or line.amount_minor >= 0:
            raise broken(_state(line, "The payment is {status}: a waiting line that took money back is wanted"))
        if original.status not in {"UNPLACED", "PLACED"}:
            raise broken(_state(original))
        if (original.amount_minor, original.currency) != (-line.amount_minor, line.currency):
            raise broken(fault(Code.SUMS, "The payment has another amount than the return", "original", original_no))
        statuses = (*HOLDING, RefundStatus.PAID)
        if original.credits and await refund_store.of_items(tx, original.credits, statuses):
            raise broken(
                fault(
                    Code.STATE_NOT_ALLOWED,
                    "The payment is being refunded: cancel the refund first, if it was not sent",
                    "original",
                    original_no,
                )
            )
        config = await config_store.read(tx, business_day(now))
        case_nos: tuple[int, ...] = ()
        if original.status == "PLACED":
            day = line.settlement_date
            back = await take_back(tx, numbers, config, original.case_nos, original.listed, day, "Payment returned")
            case_nos = back.case_nos
            if back.entries.cases:
                await _write(tx, back.entries, back.gl_lot_no, now)
        for number, other in ((original_no, payment_no), (payment_no, original_no)):
            cases = case_nos if number == original_no else ()
            note = f"taken back by line {other}" if number == original_no else f"takes back line {other}"
            await store.add_resolution(
                tx, number, "RETURNED", "RETURNED", now, actor.user_id, gl_case_nos=cases, note=note,
                explanation=store.other_json(other),
            )  # fmt: skip
        return case_nos

    return await db.run(client_no, use_case, BookLock.SHARED)


def _check_note(note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise broken(fault(Code.WRONG_VALUE, "At most {longest} characters", "note", None, longest=LONGEST_NOTE))


async def _held(tx: Transaction, payment_no: int, now: datetime) -> DeskLine:
    await store.hold(tx, [payment_no], now)
    lines = await store.lines(tx, [payment_no])
    if not lines:
        raise not_found("paymentNo", payment_no)
    return lines[0]


def _state(line: DeskLine, message: str = "The payment is {status}") -> Fault:
    return fault(Code.STATE_NOT_ALLOWED, message, "paymentNo", line.payment_no, status=line.status)


async def _targets(tx: Transaction, places: Sequence[Place], config: Config) -> list[Target]:
    found = await find(tx, [one.identifiers for one in places], [], config)
    targets = []
    faults: list[Fault] = []
    for index, one in enumerate(places):
        target, wrong = aim(one.identifiers, found, config, tx.client_no, f"places[{index}]")
        faults += wrong
        if target is not None:
            targets.append(target)
    if faults:
        raise broken(faults)
    return targets


async def _book(
    tx: Transaction,
    numbers: Numbers,
    line: DeskLine,
    shares: Sequence[Share],
    standing: Standing,
    config: Config,
) -> tuple[Entries, list[ItemKey], int]:
    """A case for each customer; the items that hold the money, and the lot."""
    base = config.text("gl.baseCurrency")
    exchange = None
    if line.currency != base:
        rate = await rate_store.rate_on(tx, base, line.currency, line.settlement_date)
        if rate is None:
            raise broken(fault(Code.CURRENCY, "No rate is known for this currency", "currency", line.currency))
        exchange = Exchange.of(rate, config)
    period = period_for(line.settlement_date, await book_store.closed_through(tx), next_open=True)
    lot, case_nos = await book_store.case_numbers(tx, len(shares))
    vouchers = await numbers.take(tx.client_no, voucher(period.gl_year), len(shares))
    loose = sum(1 for share in shares if not share.parts)
    references = iter(await numbers.take(tx.client_no, REFERENCE, loose) if loose else range(0))
    entries = Entries()
    credits_: list[ItemKey] = []
    for share, case_no, voucher_no in zip(shares, case_nos, vouchers, strict=False):
        if share.parts:
            first = standing.item((next(iter(share.parts))[0], 0))
            assert first is not None, "the first items of references were locked"
            reference_no, kid = first.reference_no, first.kid
            sequence_no = standing.next_sequence(reference_no)
        else:
            reference_no, sequence_no, kid = next(references), 0, ""
        case = PaymentCase(
            gl_case_no=case_no,
            voucher_no=voucher_no,
            voucher_date=line.settlement_date,
            period=period,
            currency=line.currency,
            gl_currency=base,
            account_no=share.account_no,
            reference_no=reference_no,
            reference_sequence_no=sequence_no,
            kid=kid,
            money_account=_money_account(config, line),
            receivables_account=config.number("gl.account.receivables"),
            amount_minor=share.minor,
            transaction_text="",
            external_id1="",
            rule=share.rule,
            exchange=exchange,
        )
        parts = [(there(standing, key), part) for key, part in share.parts.items()]
        book_settlement(entries, standing, case, parts)
        credits_.append((reference_no, sequence_no))
    entries.balances = standing.balances()
    check(entries, config.number("gl.account.receivables"))
    return entries, credits_, lot


async def _pay_out(
    tx: Transaction,
    numbers: Numbers,
    line: DeskLine,
    places: Sequence[Place],
    targets: Sequence[Target],
    config: Config,
    now: datetime,
    actor: Actor,
    note: str,
) -> Placed:
    """Book a line that the bank took off a sum: it closes an open credit, such as the credit note that it names."""
    if len(targets) != 1 or targets[0].item is None:
        raise broken(fault(Code.NO_IDENTIFIER, "Money that went out is placed on one open credit", "places"))
    if places[0].amount_minor not in {None, -line.amount_minor}:
        raise broken(fault(Code.SUMS, "Money that went out is placed as a whole: give no amount", "places[0].amount"))
    target = targets[0]
    assert target.item is not None
    items = await lock_items(tx, sorted({target.item, (target.item[0], 0)}), [])
    base = config.text("gl.baseCurrency")
    rate = None
    if line.currency != base:
        rate = await rate_store.rate_on(tx, base, line.currency, line.settlement_date)
        if rate is None:
            raise broken(fault(Code.CURRENCY, "No rate is known for this currency", "currency", line.currency))
    period = period_for(line.settlement_date, await book_store.closed_through(tx), next_open=True)
    lot, (case_no, *_) = await book_store.case_numbers(tx, 1)
    (voucher_no,) = await numbers.take(tx.client_no, voucher(period.gl_year), 1)
    event = Event(
        gl_case_no=case_no,
        voucher_no=voucher_no,
        voucher_type=VoucherType.REFUND,
        voucher_date=line.settlement_date,
        period=period,
        currency=line.currency,
        gl_currency=base,
        receivables_account=config.number("gl.account.receivables"),
        transaction_text=VOUCHER_TYPES[VoucherType.REFUND].en,
        external_id1="",
        rule=RULE,
        exchange=Exchange.of(rate, config) if rate is not None else None,
    )
    run = Run(tx.client_no, Standing(items), _no_reference, lambda _account, _reference: "")
    counters = [Counter(_money_account(config, line), line.amount_minor)]
    wanted = Aim(target.account_no, target.item, (target.item,), auto_match=True, path="places[0]")
    try:
        booked = adjustments.book(run, event, wanted, sign=1, counters=counters, covered=True)
    except Unbookable as refused:
        raise broken(list(refused.faults)) from None
    run.entries.balances = run.standing.balances()
    check(run.entries, event.receivables_account)
    await _write(tx, run.entries, lot, now)
    credits_ = [(name.reference_no, name.reference_sequence_no) for name in booked.items]
    await store.add_resolution(
        tx, line.payment_no, "PLACED", "PLACED", now, actor.user_id, gl_case_nos=[case_no], credits_=credits_, note=note
    )
    await _log(tx, actor, now, [case_no], f"Payment {line.payment_no} placed: {RULE}")
    return Placed(line.payment_no, (case_no,), line.amount_minor, 0, line.currency)


def _no_reference() -> int:
    raise AssertionError("what goes out stands on the reference of the credit")


def _money_account(config: Config, line: DeskLine) -> int:
    """The account that the line's money is on: OCR giro names its kinds by two digits."""
    return config.clearing_account("OCR" if line.kind.isdigit() else "BANK")


async def _write(tx: Transaction, entries: Entries, lot: int, now: datetime) -> None:
    await book_store.write(tx, entries, gl_lot_no=lot, now=now, booked=real_now(), origin=ORIGIN)


async def _log(tx: Transaction, actor: Actor, now: datetime, case_nos: Sequence[int], text: str) -> None:
    entries = [log_store.LogEntry("GL-CASE", str(case_no), text) for case_no in case_nos]
    if entries:
        await log_store.add(tx, actor, now, entries)
