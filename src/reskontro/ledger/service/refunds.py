"""Refunds of credit balances, from the proposal to the book.

A refund is of one credit item, such as what a payment left on account. One person proposes it and another one approves
it. Nothing is booked before the money has left the account: then the `refund` auto posting is made, once, under the
refund's own id. A refusal by the bank puts the refund back, and the credit is open as it was.

`refund_files` writes the file to the bank: it takes the refunds from `take_to_send`, which marks them in the same
transaction. What the bank answers goes to `take_answer`, or to `take_message_answer` where it is of a whole file.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import uuid4

from stdnum import iban

from reskontro.kernel.account_number import account_check_digit_fits
from reskontro.kernel.actor import Actor
from reskontro.kernel.money import to_wire
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.autoposting import REFUND, REVERSAL
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, broken, fault, missing, not_found
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.periods import period_for
from reskontro.ledger.domain.refund import (
    PAID_OUT,
    REFUSED,
    Refund,
    RefundEvent,
    RefundNotAllowed,
    RefundStatus,
    advance,
    is_second_person,
)
from reskontro.ledger.service import postings
from reskontro.ledger.service.postings.records import NewPosting
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import payment_desk as desk_store
from reskontro.ledger.store import refund_files as file_rows
from reskontro.ledger.store import refunds as store
from reskontro.ledger.store.autopostings import lock_items
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import business_day
from reskontro.platform.database import BookLock, Database, Transaction

REFUND_ID = re.compile(r"RF[0-9a-f]{30}")  # 32 characters; an end-to-end id has 35 at most
LONGEST_MESSAGE = 140
LONGEST_NAME = 70
LONGEST_USER = 50
AT_ONCE = 1000
NEVER_SENT = frozenset({RefundStatus.PROPOSED, RefundStatus.APPROVED, RefundStatus.CANCELLED})
NORWEGIAN_DIGITS = 11
ACCOUNT = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}|[0-9]{8,16}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be refunded: a line's money on account, or a credit item; all of it where no amount is said."""

    payment_no: int | None
    item: ArItemId | None
    amount_minor: int | None
    receiver_account_no: str
    receiver_name: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bank says of one refund: a status of ISO 20022 and its reason."""

    refund_id: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class MessageAnswer:
    """What a bank says of a whole message that we sent, or of one batch in it where `batch_id` is not empty."""

    message_id: str
    batch_id: str
    status: str
    reason: str


def is_refund_id(text: str) -> bool:
    """Whether an end-to-end id is of the form that refunds have."""
    return REFUND_ID.fullmatch(text) is not None


async def propose(db: Database, client_no: int, proposal: Proposal, now: datetime, actor: Actor) -> Refund:
    """Propose a refund; its id comes back with it. Raises Refused with every fault."""

    async def use_case(tx: Transaction) -> Refund:
        return await propose_in(tx, proposal, now, actor)

    return await db.run(client_no, use_case, BookLock.SHARED)


async def currency_of(tx: Transaction, payment_no: int | None, item: ArItemId | None) -> str:
    """The currency of what is to be refunded; raises Refused (404) where there is no such payment or item."""
    if payment_no is not None:
        lines = await desk_store.lines(tx, [payment_no])
        if not lines:
            raise not_found("paymentNo", payment_no)
        return lines[0].currency
    assert item is not None, "a proposal names a line or an item"
    key = (item.reference_no, item.reference_sequence_no)
    for one in await lock_items(tx, [key], []):
        if (one.reference_no, one.reference_sequence_no, one.account_no) == (*key, item.account_no):
            return one.currency
    raise not_found("arItemId", item)


async def propose_in(tx: Transaction, proposal: Proposal, now: datetime, actor: Actor) -> Refund:
    """The same in a transaction that holds the book."""
    config = await config_store.read(tx, business_day(now))
    key, settled_on, payer_account = await _credit(tx, proposal, now)
    items = await lock_items(tx, [key], [])
    item = next((one for one in items if (one.reference_no, one.reference_sequence_no) == key), None)
    if item is None or (proposal.item is not None and proposal.item.account_no != item.account_no):
        raise not_found("arItemId", proposal.item)
    open_minor = -item.currency_balance_minor - await store.held_minor(tx, *key)
    amount = open_minor if proposal.amount_minor is None else proposal.amount_minor
    account = re.sub(r"[\s.]", "", proposal.receiver_account_no).upper() or payer_account
    faults = []
    if not 0 < amount <= open_minor:
        free = to_wire(max(open_minor, 0), item.currency)
        faults.append(fault(Code.BALANCE, "At most {free} of the credit is free", "amount", None, free=free))
    if not account:
        faults.append(fault(Code.NO_IDENTIFIER, "The payer's account is not known: say where to pay", "toAccount"))
    elif ACCOUNT.fullmatch(account) is None:
        faults.append(fault(Code.WRONG_VALUE, "An account number or an IBAN is wanted", "toAccount"))
    elif proposal.receiver_account_no and not _may_exist(account, config):
        faults.append(fault(Code.WRONG_VALUE, "The check digits of the account number do not fit", "toAccount"))
    for name, value, longest in (
        ("message", proposal.message, LONGEST_MESSAGE),
        ("name", proposal.receiver_name, LONGEST_NAME),
    ):
        if len(value) > longest or not value.isprintable():
            faults.append(
                fault(Code.WRONG_VALUE, "At most {longest} characters that can be read", name, None, longest=longest)
            )
    faults += _wrong_user(actor)
    if faults:
        raise broken(faults)
    hold = timedelta(days=config.number("refund.holdDays"))
    refund = Refund(
        f"RF{uuid4().hex[:30]}", item.account_no, *key, proposal.payment_no, item.currency, amount, account,
        proposal.receiver_name, proposal.message, settled_on + hold, actor.user_id.strip(), RefundStatus.PROPOSED,
        None, None, "", "", None, actor.integration_id,
    )  # fmt: skip
    await store.add(tx, refund, now)
    await _log(tx, refund, now, actor, f"Refund {refund.refund_id} proposed")
    return refund


def _may_exist(account: str, config: Config) -> bool:
    """Whether the check digits of an account that somebody typed fit; of national numbers Norway's are known."""
    if account[:2].isalpha():
        return bool(iban.is_valid(account))
    norwegian = config.text("gl.baseCurrency") == "NOK" and len(account) == NORWEGIAN_DIGITS
    return account_check_digit_fits(account) if norwegian else True


def _wrong_user(actor: Actor) -> list[Fault]:
    """What is wrong with the name of the person who decides; one that can be read and fits has no faults."""
    if not actor.user_id.strip():
        return [missing("userId")]
    if len(actor.user_id) > LONGEST_USER or not actor.user_id.isprintable():
        return [
            fault(
                Code.WRONG_VALUE, "At most {longest} characters that can be read", "userId", None, longest=LONGEST_USER
            )
        ]
    return []


async def _credit(tx: Transaction, proposal: Proposal, now: datetime) -> tuple[tuple[int, int], date, str]:
    """The credit item, the day its money came, and the account it came from where that is known."""
    if proposal.payment_no is None:
        assert proposal.item is not None, "a proposal names a line or an item"
        return (proposal.item.reference_no, proposal.item.reference_sequence_no), business_day(now), ""
    lines = await desk_store.lines(tx, [proposal.payment_no])
    if not lines:
        raise not_found("paymentNo", proposal.payment_no)
    line = lines[0]
    if line.status != "PLACED":
        raise broken(
            fault(Code.STATE_NOT_ALLOWED, "Only money on account is refunded: place it first", "paymentNo")
        )  # fmt: skip
    if len(line.credits) != 1:
        raise broken(fault(Code.DISAGREE, "The payment stands on several items: name one", "arItemId"))
    payer = "" if set(line.payer_account_no) <= {"0"} else line.payer_account_no
    return line.credits[0], line.settlement_date, payer


async def approve(db: Database, client_no: int, refund_id: str, now: datetime, actor: Actor) -> Refund:
    """Approve a refund as a second person; the one who proposed it is refused, and so is what is no credit any more.

    What calls the interface says its user and proves its credential: over the interface both have to be others.
    """

    async def use_case(tx: Transaction) -> Refund:
        return await approve_in(tx, refund_id, now, actor)

    return await db.run(client_no, use_case)


async def approve_in(tx: Transaction, refund_id: str, now: datetime, actor: Actor) -> Refund:
    """The same in a transaction."""
    faults = _wrong_user(actor)
    if faults:
        raise broken(faults)
    refund = await _locked(tx, refund_id)
    status = _advance(refund, RefundEvent.APPROVE)
    if not is_second_person(refund.proposed_by, actor.user_id):
        message = "A refund is approved by another person than who proposed it"
        raise broken(fault(Code.STATE_NOT_ALLOWED, message, "userId"))
    if actor.integration_id and actor.integration_id == refund.proposed_with:
        message = "A refund is approved with another credential than it was proposed with"
        raise broken(fault(Code.STATE_NOT_ALLOWED, message, "userId"))
    key = (refund.reference_no, refund.reference_sequence_no)
    items = await lock_items(tx, [key], [])
    (item,) = [one for one in items if (one.reference_no, one.reference_sequence_no) == key]
    free_minor = refund.amount_minor - item.currency_balance_minor - await store.held_minor(tx, *key)
    if refund.amount_minor > free_minor:
        free = to_wire(max(free_minor, 0), item.currency)
        raise broken(fault(Code.BALANCE, "At most {free} of the credit is free", "refundId", refund_id, free=free))
    who, credential = actor.user_id.strip(), actor.integration_id
    await store.move(tx, refund_id, status, now, approved_by=who, approved_with=credential)
    await _log(tx, refund, now, actor, f"Refund {refund_id} approved")
    return refund._replace(status=status, approved_by=who, approved_with=credential)


async def cancel(db: Database, client_no: int, refund_id: str, now: datetime, actor: Actor) -> Refund:
    """Take back a refund that was not sent; its credit is free again."""

    async def use_case(tx: Transaction) -> Refund:
        return await cancel_in(tx, refund_id, now, actor)

    return await db.run(client_no, use_case)


async def cancel_in(tx: Transaction, refund_id: str, now: datetime, actor: Actor) -> Refund:
    """The same in a transaction."""
    faults = _wrong_user(actor)
    if faults:
        raise broken(faults)
    refund = await _locked(tx, refund_id)
    status = _advance(refund, RefundEvent.CANCEL)
    await store.move(tx, refund_id, status, now)
    await _log(tx, refund, now, actor, f"Refund {refund_id} cancelled")
    return refund._replace(status=status)


async def show(db: Database, client_no: int, refund_id: str) -> Refund:
    """A refund as it stands, with the whole account that it goes to: who approves it has to see that."""
    async with db.reading(client_no) as tx:
        return await show_in(tx, refund_id)


async def show_in(tx: Transaction, refund_id: str) -> Refund:
    """The same in a transaction."""
    refund = await store.get(tx, refund_id)
    if refund is None:
        raise not_found("refundId", refund_id)
    return refund


class ToSend(NamedTuple):
    """What goes out now, and what stays behind because something else has used its credit."""

    sent: list[Refund]
    uncovered: list[Refund]


async def take_to_send(
    tx: Transaction, currency: str, message_id: str, now: datetime, actor: Actor, limit: int = AT_ONCE
) -> ToSend:
    """The refunds that are to be sent now, marked as sent in `message_id`. The file is written in this transaction.

    Only approved ones whose day has come: money that may be returned by the bank is not sent before that is unlikely.
    Nor is money that is no credit any more.
    """
    refunds = await store.lock_to_send(tx, currency, business_day(now), limit)
    covered = await _covered(tx, refunds)
    for refund in covered:
        await store.move(tx, refund.refund_id, advance(refund.status, RefundEvent.SEND), now, message_id=message_id)
        await _log(tx, refund, now, actor, f"Refund {refund.refund_id} sent in {message_id}")
    sent = [refund._replace(status=RefundStatus.SENT, message_id=message_id) for refund in covered]
    ids = {refund.refund_id for refund in covered}
    return ToSend(sent, [refund for refund in refunds if refund.refund_id not in ids])


async def _covered(tx: Transaction, refunds: Sequence[Refund]) -> list[Refund]:
    """Those of some refunds whose credit is there, after what has gone out of it and is not booked yet."""
    keys = sorted({(refund.reference_no, refund.reference_sequence_no) for refund in refunds})
    items = await lock_items(tx, keys, []) if keys else []
    free = {(item.reference_no, item.reference_sequence_no): -item.currency_balance_minor for item in items}
    for key, minor in (await store.gone_out(tx, keys) if keys else {}).items():
        free[key] -= minor
    covered = []
    for refund in refunds:
        key = (refund.reference_no, refund.reference_sequence_no)
        if refund.amount_minor <= free[key]:
            free[key] -= refund.amount_minor
            covered.append(refund)
    return covered


async def take_answer(tx: Transaction, numbers: Numbers, answer: Answer, now: datetime, actor: Actor) -> bool:
    """Close a refund or put it back by a bank's answer; whether it was one of ours that was sent.

    The transaction holds the client's book. The same answer again changes nothing.
    """
    refund = await store.lock(tx, answer.refund_id)
    if refund is None:
        return False
    if refund.status in NEVER_SENT:
        text = f"Refund {refund.refund_id} was not sent, and a bank answers {answer.status}"
        await _log(tx, refund, now, actor, text, "WARNING")
        return False
    if answer.status in PAID_OUT:
        await _pay(tx, numbers, refund, answer, now, actor)
    elif answer.status in REFUSED:
        await _put_back(tx, numbers, refund, answer, now, actor)
    elif refund.status in {RefundStatus.SENT, RefundStatus.UNCOVERED}:  # what is decided stays: states go forward
        await store.move(
            tx, refund.refund_id, refund.status, now, bank_status=answer.status, bank_reason=answer.reason
        )  # fmt: skip
    return True


async def take_message_answer(
    tx: Transaction,
    numbers: Numbers,
    answer: MessageAnswer,
    named: Collection[str],
    now: datetime,
    actor: Actor,
) -> int:
    """Give an answer on a whole message to those of its refunds that nothing has decided; how many took it.

    A refund in `named` has an answer of its own in the same file. That a message is partly taken says nothing of any.
    """
    if answer.status == "PART":
        return 0
    undecided = await file_rows.open_refunds_of(tx, answer.message_id, answer.batch_id)
    mine = [refund_id for refund_id in undecided if refund_id not in named]
    for refund_id in mine:
        await take_answer(tx, numbers, Answer(refund_id, answer.status, answer.reason), now, actor)
    return len(mine)


async def answer(db: Database, numbers: Numbers, client_no: int, given: Answer, now: datetime, actor: Actor) -> Refund:
    """Close a refund or put it back, as an operator who has seen the bank's answer."""

    async def use_case(tx: Transaction) -> Refund:
        before = await _locked(tx, given.refund_id)
        if before.status in NEVER_SENT:
            raise broken(_state(before))
        await take_answer(tx, numbers, given, now, actor)
        return await _locked(tx, given.refund_id)

    return await db.run(client_no, use_case, BookLock.SHARED)


async def list_refunds(
    db: Database, client_no: int, statuses: Sequence[RefundStatus], after: str = ""
) -> list[Refund]:  # fmt: skip
    """Refunds of some statuses by id, a thousand at most."""
    async with db.reading(client_no) as tx:
        return await store.listed(tx, statuses, after, AT_ONCE)


async def _pay(
    tx: Transaction, numbers: Numbers, refund: Refund, answer: Answer, now: datetime, actor: Actor
) -> None:  # fmt: skip
    """Book a refund that was paid out; one whose credit was used meanwhile waits for a person."""
    if refund.status in {RefundStatus.PAID, RefundStatus.REJECTED}:
        return
    paid = _advance(refund, RefundEvent.PAY)
    closed = await book_store.closed_through(tx)
    day = _open_day(business_day(now), closed)
    item = ArItemId(tx.client_no, refund.account_no, refund.reference_no, refund.reference_sequence_no)
    posting = _posting(f"refund-{refund.refund_id}", day, refund, Identifiers(ar_item_id=str(item)))
    outcome = await postings.post(tx, numbers, REFUND, [posting], now, actor)
    (one,) = outcome.postings
    if outcome.failed:
        status: RefundStatus = refund.status
        if status is RefundStatus.SENT:
            status = _advance(refund, RefundEvent.FIND_UNCOVERED)
        await store.move(
            tx, refund.refund_id, status, now, bank_status=answer.status, bank_reason="the credit was used meanwhile"
        )
        await _log(tx, refund, now, actor, f"Refund {refund.refund_id} paid out, its credit was used meanwhile")
        return
    case_no = (one.earlier or one.result)["glCaseNo"]
    await store.move(
        tx, refund.refund_id, paid, now, bank_status=answer.status, bank_reason=answer.reason, gl_case_no=case_no
    )
    await _log(tx, refund, now, actor, f"Refund {refund.refund_id} paid out")


async def _put_back(
    tx: Transaction, numbers: Numbers, refund: Refund, answer: Answer, now: datetime, actor: Actor
) -> None:
    """Put a refund back that was refused or came back; what was booked of it is reversed, if nobody has done it yet."""
    if refund.status is RefundStatus.REJECTED:
        return
    status = _advance(refund, RefundEvent.REJECT)
    if refund.status is RefundStatus.PAID:
        closed = await book_store.closed_through(tx)
        day = _open_day(business_day(now), closed)
        posting = _posting(f"refund-back-{refund.refund_id}", day, refund, Identifiers())
        outcome = await postings.post(tx, numbers, REVERSAL, [posting], now, actor)
        faults = [one for each in outcome.postings for one in each.faults]
        if any(one.code != Code.STATE_NOT_ALLOWED for one in faults):
            raise broken(faults)
    await store.move(tx, refund.refund_id, status, now, bank_status=answer.status, bank_reason=answer.reason)
    await _log(tx, refund, now, actor, f"Refund {refund.refund_id} put back: {answer.reason or answer.status}")


def _posting(posting_id: str, day: date, refund: Refund, identifiers: Identifiers) -> NewPosting:
    reversal = identifiers == Identifiers()
    return NewPosting(
        posting_id=posting_id,
        validate_only=False,
        identifiers=identifiers,
        voucher_date=day,
        currency="" if reversal else refund.currency,
        amount=None if reversal else Decimal(to_wire(refund.amount_minor, refund.currency)),
        transaction_text="",
        external_id1="",
        payment_id="",
        payment_method="" if reversal else "BANK",
        reason_code="",
        gl_account_no=None,
        match_ar_item_ids=(),
        auto_match=True,
        fingerprint=refund.refund_id.encode(),
        bank_account_no="" if reversal else refund.receiver_account_no,
        gl_case_no=refund.gl_case_no if reversal else None,
    )


def _open_day(today: date, closed_through: int | None) -> date:
    """Today, or the first day of the next open period where today's is closed."""
    period = period_for(today, closed_through, next_open=True)
    return max(today, date(period.gl_year, period.gl_period, 1))


async def _locked(tx: Transaction, refund_id: str) -> Refund:
    refund = await store.lock(tx, refund_id)
    if refund is None:
        raise not_found("refundId", refund_id)
    return refund


def _advance(refund: Refund, event: RefundEvent) -> RefundStatus:
    try:
        return advance(refund.status, event)
    except RefundNotAllowed:
        raise broken(_state(refund)) from None


def _state(refund: Refund) -> Fault:
    return fault(
        Code.STATE_NOT_ALLOWED, "The refund is {status}", "refundId", refund.refund_id, status=refund.status.value
    )


async def _log(
    tx: Transaction, refund: Refund, now: datetime, actor: Actor, text: str, level: str = "INFO"
) -> None:  # fmt: skip
    item = ArItemId(tx.client_no, refund.account_no, refund.reference_no, refund.reference_sequence_no)
    await log_store.add(tx, actor, now, [log_store.LogEntry("AR-ITEM", str(item), text, level=level)])
