"""Auto postings: all of a call, or none. This module knows the method `payment`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from reskontro.kernel.actor import Actor
from reskontro.kernel.kid import decode_arm_kid, kid_fits_any
from reskontro.kernel.money import TooManyDecimalsError, is_currency, to_minor, to_wire
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import PAYMENT_METHODS, REASON_CODES, VoucherType, canonical, fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.entries import Entries, OpenItem, check, oldest_first
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.identifiers import ArItemId, parse_ar_item_id
from reskontro.ledger.domain.payment import ItemKey, PaymentCase, Standing, book_payment
from reskontro.ledger.domain.periods import LATEST_DAYS_AHEAD, Period
from reskontro.ledger.store import autopostings as store
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store.numbers import REFERENCE, Numbers, voucher
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import RunAgainError, Transaction
from reskontro.platform.json_text import decode, encode

PAYMENT = "payment"
CUSTOMER_KID_REFERENCE = 0


@dataclass(frozen=True, slots=True)
class NewPosting:
    """An auto posting as it was sent."""

    posting_id: str
    validate_only: bool
    ar_item_id: str
    document_no: str
    document_uuid: str
    reference_no: int | None
    kid: str
    account_no: int | None
    customer_no: str
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
class Target:
    """What a posting is aimed at: a customer's account, and the item where one was named."""

    account_no: int
    item: ItemKey | None


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
    found = await _find(tx, postings, config)
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
        _judge(one, found, config, closed, today)
    fresh = [one for one in judged if one.earlier is None]
    standing = Standing(await _lock(tx, fresh))
    for one in fresh:
        if one.target is not None:
            _judge_items(one, standing, tx.client_no, config)
    failed = any(one.faults for one in judged)
    if failed or validate_only or not fresh:
        return CallOutcome(tuple(judged), validate_only, failed, None)
    lot = await _write(tx, numbers, fresh, standing, config, now, actor)
    return CallOutcome(tuple(judged), validate_only=False, failed=False, gl_lot_no=lot)


Found = dict[tuple[str, str], list[tuple[int, ItemKey | None]]]


async def _find(tx: Transaction, postings: Sequence[NewPosting], config: Config) -> Found:
    wanted = store.Wanted()
    for p in postings:
        item = parse_ar_item_id(p.ar_item_id) if p.ar_item_id else None
        if item is not None:
            wanted.items.append((item.reference_no, item.reference_sequence_no))
        if p.document_no:
            wanted.documents.append(fold(p.document_no))
        if p.document_uuid:
            wanted.uuids.append(UUID(p.document_uuid))
        if p.reference_no is not None:
            wanted.references.append(p.reference_no)
        if p.kid:
            wanted.kids.append(p.kid)
            parts = decode_arm_kid(p.kid, config.text("kid.prefix"))
            if parts is not None and parts.client_no == tx.client_no:
                wanted.accounts.append(parts.account_no)
                wanted.references.append(parts.reference_no)
        if p.account_no is not None:
            wanted.accounts.append(p.account_no)
        if p.customer_no:
            wanted.customers.append(fold(p.customer_no))
        for text in p.match_ar_item_ids:
            matched = parse_ar_item_id(text)
            if matched is not None:
                wanted.items.append((matched.reference_no, matched.reference_sequence_no))
    found: Found = {}
    for kind, key, account_no, reference_no, sequence_no in await store.find(tx, wanted):
        where = None if reference_no is None else (reference_no, sequence_no)
        found.setdefault((kind, key), []).append((account_no, where))
    return found


def _judge(one: Judged, found: Found, config: Config, closed: int | None, today: date) -> None:
    new = one.new

    def wrong(code: Code, message: str, name: str, value: object = None, **args: object) -> None:
        one.faults.append(fault(code, message, f"{one.path}.{name}", value, **args))

    if new.voucher_date > today + timedelta(days=LATEST_DAYS_AHEAD):
        wrong(Code.DATE_RANGE, "At most {days} days ahead", "voucherDate", new.voucher_date, days=LATEST_DAYS_AHEAD)
    period = Period.of(new.voucher_date)
    if closed is not None and period.index <= closed:
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
    _aim(one, found, config, wrong)


def _aim(one: Judged, found: Found, config: Config, wrong: Any) -> None:  # noqa: ANN401 - the closure of its caller
    new = one.new
    named: list[tuple[str, object, list[tuple[int, ItemKey | None]]]] = []
    if new.ar_item_id:
        item = parse_ar_item_id(new.ar_item_id)
        hits = found.get(("item", f"{item.reference_no}-{item.reference_sequence_no}"), []) if item else []
        named.append(("arItemId", new.ar_item_id, [h for h in hits if item and h[0] == item.account_no]))
    if new.document_no:
        named.append(("documentNo", new.document_no, found.get(("document", fold(new.document_no)), [])))
    if new.document_uuid:
        named.append(("documentUuid", new.document_uuid, found.get(("uuid", new.document_uuid), [])))
    if new.reference_no is not None:
        named.append(("referenceNo", new.reference_no, found.get(("reference", str(new.reference_no)), [])))
    if new.kid:
        hits = found.get(("kid", new.kid), [])
        if not hits:
            hits = _decoded(new.kid, found, config)
        if not hits and not kid_fits_any(new.kid):
            wrong(Code.KID, "KID check digit is wrong", "kid", new.kid)
            return
        named.append(("kid", new.kid, hits))
    if new.account_no is not None:
        named.append(("accountNo", new.account_no, found.get(("account", str(new.account_no)), [])))
    if new.customer_no:
        named.append(("customerNo", new.customer_no, found.get(("customer", fold(new.customer_no)), [])))
    if not named:
        wrong(Code.NO_IDENTIFIER, "At least one identifier is wanted", "arItemId")
        return
    unknown = [(name, value) for name, value, hits in named if not hits]
    for name, value in unknown:
        wrong(Code.UNKNOWN_REFERENCE, "Nothing of this kind exists", name, value)
    if unknown:
        return
    accounts = set.intersection(*({account for account, _ in hits} for _, _, hits in named))
    items = [{key for _, key in hits if key is not None} for _, _, hits in named]
    chosen = [keys for keys in items if keys]
    common = set.intersection(*chosen) if chosen else set()
    if len(accounts) != 1 or (chosen and not common):
        wrong(Code.DISAGREE, "The identifiers point to different entities", named[-1][0], named[-1][1])
        return
    if len(common) > 1:
        wrong(Code.DISAGREE, "The identifier points to several items", named[0][0], named[0][1])
        return
    one.target = Target(accounts.pop(), common.pop() if common else None)


def _decoded(kid: str, found: Found, config: Config) -> list[tuple[int, ItemKey | None]]:
    """What a KID of the ledger's own layout names: a customer where its reference is zero, else a document."""
    parts = decode_arm_kid(kid, config.text("kid.prefix"), config.text("kid.checkDigitMethod"))
    if parts is None:
        return []
    if parts.reference_no == CUSTOMER_KID_REFERENCE:
        return found.get(("account", str(parts.account_no)), [])
    hits = found.get(("reference", str(parts.reference_no)), [])
    return [hit for hit in hits if hit[0] == parts.account_no]


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


def _judge_items(one: Judged, standing: Standing, client_no: int, config: Config) -> None:
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
            reference_no, sequence_no, kid = next(references), 0, new.kid
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
                    (PAYMENT, fold(o.new.posting_id), o.new.fingerprint, o.result["glCaseNo"], encode(o.result).decode())
                    for o in fresh
                ],
            ),
            (
                log_store.ROWS,
                log_store.rows(
                    actor,
                    [
                        log_store.LogEntry("GL-CASE", str(o.result["glCaseNo"]), f"Payment {o.new.posting_id}", status_code=200)
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
