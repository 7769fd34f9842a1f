"""Auto postings: all of a call, or none. This module knows the method `payment`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from reskontro.kernel.actor import Actor
from reskontro.kernel.money import TooManyDecimalsError, is_currency, to_minor, to_wire
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import PAYMENT_METHODS, REASON_CODES, VoucherType, canonical, fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.entries import Entries, OpenItem, check, oldest_first
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.identifiers import ArItemId, parse_ar_item_id
from reskontro.ledger.domain.payment import ItemKey, PaymentCase, Standing, book_payment
from reskontro.ledger.domain.periods import LATEST_DAYS_AHEAD, Period
from reskontro.ledger.service.targets import Found, Identifiers, Target, aim, find
from reskontro.ledger.store import autopostings as store
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store.numbers import REFERENCE, Numbers, voucher
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import RunAgainError, Transaction
from reskontro.platform.json_text import decode, encode

PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class NewPosting:
    """An auto posting as it was sent."""

    posting_id: str
    validate_only: bool
    identifiers: Identifiers
    voucher_date: date
    currency: str
    amount: Decimal
    transaction_text: str
    external_id1: str
    payment_id: str
    payment_method: str
    reason_code: str
    gl_account_no: int | None
    match_ar_item_ids: tuple[str, ...]
    auto_match: bool
    fingerprint: bytes


@dataclass(slots=True)
class Judged:
    """A posting with its faults, or with all that is needed to book it."""

    new: NewPosting
    path: str
    faults: list[Fault] = field(default_factory=list)
    earlier: dict[str, Any] | None = None
    target: Target | None = None
    minor: int = 0
    currency: str = ""
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of a call. Nothing was posted where anything failed, or where it was only validated."""

    postings: tuple[Judged, ...]
    validate_only: bool
    failed: bool
    gl_lot_no: int | None


class PostingTakenError(RunAgainError):
    """Another transaction made a posting of the same id meanwhile."""


async def post_payments(
    tx: Transaction, numbers: Numbers, postings: Sequence[NewPosting], now: datetime, actor: Actor
) -> CallOutcome:
    """Book payments, all or none. The transaction holds the client's book."""
    today = business_day(now)
    validate_only = any(p.validate_only for p in postings)
    config = await config_store.read(tx, today)
    closed = await book_store.closed_through(tx)
    earlier = await store.earlier(tx, PAYMENT, [fold(p.posting_id) for p in postings])
    matched = [parse_ar_item_id(text) for p in postings for text in p.match_ar_item_ids]
    keys = [(item.reference_no, item.reference_sequence_no) for item in matched if item is not None]
    found = await find(tx, [p.identifiers for p in postings], keys, config)
    judged = [Judged(new, f"autoPostings[{index}]") for index, new in enumerate(postings)]
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
        _judge(one, found, config, closed, today, tx.client_no)
    fresh = [one for one in judged if one.earlier is None]
    standing = Standing(await _lock(tx, fresh))
    for one in fresh:
        if one.target is not None:
            _judge_items(one, standing, tx.client_no)
    failed = any(one.faults for one in judged)
    if failed or validate_only:
        return CallOutcome(tuple(judged), validate_only, failed, None)
    if not fresh:
        case_nos = [one.earlier["glCaseNo"] for one in judged if one.earlier is not None]
        earlier_lot = await store.common_lot(tx, case_nos)
        return CallOutcome(tuple(judged), validate_only=False, failed=False, gl_lot_no=earlier_lot)
    lot = await _write(tx, numbers, fresh, standing, config, now, actor)
    return CallOutcome(tuple(judged), validate_only=False, failed=False, gl_lot_no=lot)


def _judge(one: Judged, found: Found, config: Config, closed: int | None, today: date, client_no: int) -> None:
    new = one.new

    def wrong(code: Code, message: str, name: str, value: object = None, **args: object) -> None:
        one.faults.append(fault(code, message, f"{one.path}.{name}", value, **args))

    if new.voucher_date > today + timedelta(days=LATEST_DAYS_AHEAD):
        wrong(Code.DATE_RANGE, "At most {days} days ahead", "voucherDate", new.voucher_date, days=LATEST_DAYS_AHEAD)
    period = Period.of(new.voucher_date)
    if closed is not None and period.month_no <= closed:
        wrong(Code.PERIOD_CLOSED, "The period {period} is closed", "voucherDate", new.voucher_date, period=str(period))
    base = config.text("gl.baseCurrency")
    one.currency = (new.currency or base).upper()
    if not is_currency(one.currency) or one.currency != base:
        wrong(Code.CURRENCY, "No rate is known for this currency", "currency", new.currency)
    else:
        try:
            one.minor = to_minor(new.amount, one.currency)
        except TooManyDecimalsError:
            wrong(Code.SUMS, "The amount does not fit its currency", "currencyAmount", new.amount)
    if new.amount <= 0:
        wrong(Code.SUMS, "An amount above zero is wanted", "currencyAmount", new.amount)
    if new.payment_method and canonical(new.payment_method, PAYMENT_METHODS) is None:
        wrong(Code.NOT_IN_LIST, "Not in the code list", "paymentMethod", new.payment_method)
    if new.reason_code and canonical(new.reason_code, REASON_CODES) is None:
        wrong(Code.NOT_IN_LIST, "Not in the code list", "reasonCode", new.reason_code)
    if new.gl_account_no is not None and (
        not 1000 <= new.gl_account_no <= 9999 or new.gl_account_no == config.number("gl.account.receivables")
    ):
        wrong(Code.TYPE_NOT_ALLOWED, "The account cannot be posted to", "glAccountNo", new.gl_account_no)
    one.target, faults = aim(new.identifiers, found, config, client_no, one.path)
    one.faults += faults


async def _lock(tx: Transaction, fresh: Sequence[Judged]) -> list[OpenItem]:
    keys: set[ItemKey] = set()
    accounts: set[int] = set()
    for one in fresh:
        if one.target is None:
            continue
        if one.target.item is not None:
            keys |= {one.target.item, (one.target.item[0], 0)}
        elif one.new.auto_match and not one.new.match_ar_item_ids:
            accounts.add(one.target.account_no)
        for text in one.new.match_ar_item_ids:
            item = parse_ar_item_id(text)
            if item is not None:
                keys |= {(item.reference_no, item.reference_sequence_no), (item.reference_no, 0)}
    if not keys and not accounts:
        return []
    return await store.lock_items(tx, sorted(keys), sorted(accounts))


def _judge_items(one: Judged, standing: Standing, client_no: int) -> None:
    assert one.target is not None
    if one.target.item is not None:
        item = standing.item(one.target.item)
        assert item is not None, "a found item was locked"
        if item.currency != one.currency:
            one.faults.append(
                fault(
                    Code.CURRENCY, "The item is in another currency", f"{one.path}.currency", one.new.currency
                )
            )  # fmt: skip
    for index, text in enumerate(one.new.match_ar_item_ids):
        at = f"{one.path}.matchArItemIds[{index}]"
        parsed = parse_ar_item_id(text)
        item = standing.item((parsed.reference_no, parsed.reference_sequence_no)) if parsed is not None else None
        if item is None or parsed is None or (parsed.client_no, parsed.account_no) != (client_no, item.account_no):
            one.faults.append(fault(Code.UNKNOWN_REFERENCE, "Nothing of this kind exists", at, text))
        elif item.account_no != one.target.account_no:
            one.faults.append(fault(Code.DISAGREE, "The item belongs to another customer", at, text))
        elif item.currency_balance_minor <= 0:
            one.faults.append(fault(Code.BALANCE, "The item is not an open claim", at, text))


def _items_to_settle(one: Judged, standing: Standing) -> list[OpenItem]:
    assert one.target is not None
    if one.new.match_ar_item_ids:
        keys = [parse_ar_item_id(text) for text in dict.fromkeys(one.new.match_ar_item_ids)]
        items = [standing.item((k.reference_no, k.reference_sequence_no)) for k in keys if k is not None]
        return [item for item in items if item is not None]
    if not one.new.auto_match:
        return []
    if one.target.item is not None:
        item = standing.item(one.target.item)
        return [item] if item is not None else []
    return [item for item in oldest_first(standing.of_account(one.target.account_no)) if item.currency == one.currency]


async def _write(
    tx: Transaction,
    numbers: Numbers,
    fresh: list[Judged],
    standing: Standing,
    config: Config,
    now: datetime,
    actor: Actor,
) -> int:
    client_no = tx.client_no
    lot, case_nos = await book_store.case_numbers(tx, len(fresh))
    on_account = sum(1 for one in fresh if one.target is not None and one.target.item is None)
    references = iter(await numbers.take(client_no, REFERENCE, on_account) if on_account else range(0))
    years: dict[int, int] = {}
    for one in fresh:
        years[one.new.voucher_date.year] = years.get(one.new.voucher_date.year, 0) + 1
    vouchers = {year: iter(await numbers.take(client_no, voucher(year), count)) for year, count in years.items()}
    receivables = config.number("gl.account.receivables")
    entries = Entries()
    for one, gl_case_no in zip(fresh, case_nos, strict=True):
        new, target = one.new, one.target
        assert target is not None
        if target.item is not None:
            reference_no = target.item[0]
            sequence_no = standing.next_sequence(reference_no)
            first = standing.item((reference_no, 0))
            kid = first.kid if first is not None else ""
        else:
            reference_no, sequence_no, kid = next(references), 0, new.identifiers.kid
        method = canonical(new.payment_method, PAYMENT_METHODS) or "BANK"
        case = PaymentCase(
            gl_case_no=gl_case_no,
            voucher_no=next(vouchers[new.voucher_date.year]),
            voucher_date=new.voucher_date,
            period=Period.of(new.voucher_date),
            currency=one.currency,
            gl_currency=config.text("gl.baseCurrency"),
            account_no=target.account_no,
            reference_no=reference_no,
            reference_sequence_no=sequence_no,
            kid=kid,
            money_account=new.gl_account_no or config.clearing_account(method),
            receivables_account=receivables,
            amount_minor=one.minor,
            transaction_text=new.transaction_text,
            external_id1=new.external_id1,
            rule="auto-posting" if not new.match_ar_item_ids else "auto-posting-items",
        )
        settlement = book_payment(entries, standing, case, _items_to_settle(one, standing))
        one.result = {
            "glCaseNo": gl_case_no,
            "voucherNo": case.voucher_no,
            "voucherType": int(VoucherType.PAYMENT),
            "arItemIds": [str(ArItemId(client_no, target.account_no, reference_no, sequence_no))],
            "matchedArItemIds": [
                str(ArItemId(client_no, item.account_no, item.reference_no, item.reference_sequence_no))
                for item, _ in settlement.parts
            ],
            "unmatchedCurrencyAmount": to_wire(settlement.left_minor, one.currency),
        }
    entries.balances = standing.balances()
    check(entries, receivables)
    made = await book_store.write(
        tx,
        entries,
        gl_lot_no=lot,
        now=now,
        booked=real_now(),
        origin="auto-posting",
        extra=(
            (
                store.AUTO_POSTINGS,
                [
                    (
                        PAYMENT,
                        fold(o.new.posting_id),
                        o.new.fingerprint,
                        o.result["glCaseNo"],
                        encode(o.result).decode(),
                    )
                    for o in fresh
                ],
            ),
            (
                log_store.ROWS,
                log_store.rows(
                    actor,
                    [
                        log_store.LogEntry(
                            "GL-CASE", str(o.result["glCaseNo"]), f"Payment {o.new.posting_id}", status_code=200
                        )
                        for o in fresh
                    ],
                ),
            ),
        ),
        returning=0,
    )
    if made != len(fresh):
        raise PostingTakenError
    return lot
