"""Claiming: what a file that is sent now would hold, and writing it.

The file, its row, the claims, what is reserved of the items, the events and the answers to mandates are one
transaction; the bytes are stored before it ends. Whoever writes holds the agreement, so two files of it are written one
after the other, and the second finds what the first has claimed. A killed writer leaves bytes that nobody names, and no
claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from reskontro.formats.writing import NotWritable
from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.direct_debits.claims import (
    ANSWER_DAYS,
    Candidate,
    Claim,
    ClaimStatus,
    Plan,
    plan,
)
from reskontro.ledger.domain.direct_debits.cutoffs import LocalMoment, window
from reskontro.ledger.domain.direct_debits.mandates import Mandate
from reskontro.ledger.domain.direct_debits.schemes import (
    ASSIGNMENT_DIGITS,
    RULES,
    Agreement,
    Scheme,
    number_in_file,
)
from reskontro.ledger.domain.errors import Code, broken, fault, not_found
from reskontro.ledger.domain.events import EventKind
from reskontro.ledger.domain.reservation import Status, Terms
from reskontro.ledger.service import files as file_service
from reskontro.ledger.service import reservations
from reskontro.ledger.service.direct_debits import debit_files, mandates, telling
from reskontro.ledger.service.direct_debits.agreements import chosen
from reskontro.ledger.service.files import NewFile
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import events as event_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store.direct_debits import agreements as agreement_store
from reskontro.ledger.store.direct_debits import claims as store
from reskontro.ledger.store.direct_debits.agreements import Shipment
from reskontro.ledger.store.direct_debits.claims import Listed
from reskontro.ledger.store.reservations import Reservation
from reskontro.platform import due_rows
from reskontro.platform.clock import OSLO, business_day, end_of_business_day
from reskontro.platform.database import Database, Transaction
from reskontro.platform.files import FileStore

AT_ONCE = 1000
LAPSE = "direct-debit-lapse"  # the kind of due work; its keys are claims' numbers


@dataclass(frozen=True, slots=True)
class Which:
    """The agreement that is meant; empty names leave it to there being only one."""

    scheme: Scheme
    creditor_no: str = ""
    debtor_group: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file would hold that is sent now."""

    agreement: Agreement
    plan: Plan
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and what was left out of it."""

    shipment: Shipment
    content: bytes
    plan: Plan


def local_moment(now: datetime) -> LocalMoment:
    """The day and the time of day at the banks, which keep the same time in all three countries."""
    local = now.astimezone(OSLO)
    return LocalMoment(local.date(), local.time())


async def propose(db: Database, client_no: int, which: Which, now: datetime, actor: Actor) -> Proposal:
    """What could be claimed and taken back now, and what not with the reasons. Nothing is claimed."""

    async def use_case(tx: Transaction) -> Proposal:
        await tx.hold_book()  # here and not at the beginning: one plan for a key would be a bad one for all of a client
        agreement = await _agreement(tx, which)
        await mandates.bind_unknown(tx, now, actor)
        return await _propose(tx, agreement, now)

    return await db.run(client_no, use_case)


async def _agreement(tx: Transaction, which: Which) -> Agreement:
    known = await agreement_store.listed(tx, which.scheme)
    found = chosen(known, which.scheme, which.creditor_no, which.debtor_group)
    held = await agreement_store.lock(tx, found.creditor_no, found.debtor_group)
    assert held is not None, "agreements are not removed"
    return held


async def _propose(tx: Transaction, agreement: Agreement, now: datetime) -> Proposal:
    config = await config_store.read(tx, business_day(now))
    sent = local_moment(now)
    days = window(agreement.scheme, agreement.notifies, sent)
    await store.lock_candidates(tx, agreement)
    outstanding = await store.lock_outstanding(tx, agreement)
    candidates = await store.candidates(tx, agreement, now)
    planned = plan(candidates, outstanding, agreement, days, sent, config.text("kid.prefix"))
    return Proposal(agreement, planned, *days)


async def write(
    db: Database,
    files: FileStore,
    client_no: int,
    which: Which,
    now: datetime,
    actor: Actor,
    *,
    due_to: date | None = None,
) -> Written | Proposal:
    """Write the file for the bank; where there is nothing to send, the proposal comes back and nothing is written.

    `due_to` leaves claims that are due later to another file.
    """

    async def use_case(tx: Transaction) -> Written | Proposal:
        await tx.hold_book()  # here and not at the beginning: one plan for a key would be a bad one for all of a client
        agreement = await _agreement(tx, which)
        await mandates.bind_unknown(tx, now, actor)
        proposal = await _propose(tx, agreement, now)
        planned = _until(proposal.plan, due_to)
        answered: list[Mandate] = []
        if agreement.scheme is Scheme.AUTOGIRO:
            answered = await mandates.answer_requests(tx, agreement.creditor_no, now, actor)
        if not (planned.claims or planned.to_cancel or answered):
            return proposal
        return await _write(tx, files, agreement, planned, answered, now, actor)

    return await db.run(client_no, use_case)


def _until(planned: Plan, due_to: date | None) -> Plan:
    if due_to is None:
        return planned
    replaced = {one.claim.item for one in planned.cancellations}
    claims = tuple(one for one in planned.claims if one.due_date <= due_to or one.item in replaced)
    return planned._replace(claims=claims)


async def _write(
    tx: Transaction,
    files: FileStore,
    agreement: Agreement,
    planned: Plan,
    answered: Sequence[Mandate],
    now: datetime,
    actor: Actor,
) -> Written:
    scheme, rules = agreement.scheme, agreement.rules
    shipment_no = await agreement_store.next_shipment_no(tx)
    claims = [_claim(one, agreement, shipment_no) for one in planned.claims]
    claims_no, cancellations_no = await _assignment_numbers(tx, agreement, bool(claims), bool(planned.to_cancel))
    counter = await agreement_store.take_shipment_number(tx, scheme, agreement.sender_no)
    number = number_in_file(counter, rules.shipment_digits)
    made = debit_files.Wanted(
        agreement, number, claims_no, cancellations_no, business_day(now), claims, planned.to_cancel, answered
    )
    try:
        content = debit_files.written(made)
    except NotWritable as wrong:
        message = "The file cannot be written: {text}"
        raise broken([fault(Code.WRONG_VALUE, message, "", None, text=each) for each in wrong.faults]) from None
    file_type, file_name = debit_files.named(made)
    stored = await file_service.keep_produced(
        tx, files, NewFile(file_type=file_type, file_name=file_name, content=content, content_type="text/plain"), now,
        actor,
    )  # fmt: skip
    shipment = Shipment(
        shipment_no, scheme, agreement.creditor_no, agreement.debtor_group, agreement.sender_no, number, claims_no,
        cancellations_no, stored.file_uuid, file_name, len(claims), len(planned.to_cancel), len(answered),
        sum(claim.amount_minor for claim in claims), rules.currency, actor.user_id, now,
    )  # fmt: skip
    await agreement_store.add_shipment(tx, shipment)
    await _take_back(tx, planned, shipment_no, now, actor)
    if claims:
        await _add(tx, claims, planned.claims, now, actor)
    return Written(shipment, content, planned)


async def _assignment_numbers(tx: Transaction, agreement: Agreement, *wanted: bool) -> list[str]:
    """Numbers for the assignments that are wanted, empty for those that are not; only AvtaleGiro has them."""
    if agreement.scheme is not Scheme.AVTALEGIRO or not any(wanted):
        return ["" for _ in wanted]
    taken = iter(await agreement_store.take_assignment_numbers(tx, agreement, sum(wanted)))
    return [number_in_file(next(taken), ASSIGNMENT_DIGITS) if each else "" for each in wanted]


def _claim(one: Candidate, agreement: Agreement, shipment_no: int) -> Claim:
    return Claim(
        0, shipment_no, agreement.scheme, agreement.creditor_no, agreement.debtor_group, one.mandate_no,
        one.mandate.payer_no, one.mandate.agreement_no, one.account_no, *one.item, one.kid,
        debit_files.reference_of(one, agreement), debit_files.short_name(one.customer_name), one.currency,
        one.balance_minor, one.due_date, ClaimStatus.CLAIMED, "", None, None, "", "",
    )  # fmt: skip


async def _take_back(tx: Transaction, planned: Plan, shipment_no: int, now: datetime, actor: Actor) -> None:
    back = [one for one in planned.cancellations if one.in_time]
    if not back:
        return
    claims = [one.claim for one in back]
    await store.cancel(tx, [claim.claim_no for claim in claims], shipment_no, [one.why.value for one in back], now)
    payment_ids = [telling.payment_id(claim.claim_no) for claim in claims]
    await reservations.release(tx, payment_ids, now, actor, Status.CANCELLED)
    said = [telling.log_entry(tx, one.claim, f"taken back: {one.why.value}") for one in back]
    await log_store.add(tx, actor, now, said)


async def _add(
    tx: Transaction, claims: Sequence[Claim], candidates: Sequence[Candidate], now: datetime, actor: Actor
) -> None:
    """Keep the claims, reserve what they are for, tell of them, and have them looked at when an answer is late."""
    numbers = await store.add(tx, claims, now)
    claims = [claim._replace(claim_no=numbers[claim.item]) for claim in claims]
    customers = [one.customer_no for one in candidates]
    held = [_reservation(claim, customer_no, now) for claim, customer_no in zip(claims, customers, strict=True)]
    await reservations.reserve_many(tx, held, now, actor)
    await event_store.add(
        tx,
        [
            telling.event(tx, EventKind.DEBIT_CLAIMED, claim, customer_no)
            for claim, customer_no in zip(claims, customers, strict=True)
        ],
        now,
    )
    await log_store.add(tx, actor, now, [telling.log_entry(tx, claim, "written") for claim in claims])
    waiting = timedelta(days=ANSWER_DAYS)
    await due_rows.add_each(
        tx, LAPSE, {str(claim.claim_no): end_of_business_day(claim.due_date + waiting) for claim in claims}
    )


def _reservation(claim: Claim, customer_no: str, now: datetime) -> Reservation:
    until = claim.due_date + timedelta(days=ANSWER_DAYS)
    method = "AVTALEGIRO" if claim.scheme is Scheme.AVTALEGIRO else "OTHER"
    terms = Terms(claim.currency, claim.amount_minor, claim.due_date, until, method)
    text = f"Direct debit claim {claim.claim_no}"
    return Reservation(
        uuid4(), telling.payment_id(claim.claim_no), claim.account_no, customer_no, claim.item, terms, text, now
    )


async def ask_to_cancel(db: Database, client_no: int, claim_no: int, now: datetime, actor: Actor) -> Claim:
    """Have a claim taken back by the next file; refuses one that is not outstanding, or that no file can take back."""

    async def use_case(tx: Transaction) -> Claim:
        claim = await _locked(tx, claim_no)
        if claim.status is not ClaimStatus.CLAIMED:
            raise _state(claim)
        if not RULES[claim.scheme].cancels:
            message = "Files of {scheme} take no claim back: ask the operator"
            raise broken(fault(Code.STATE_NOT_ALLOWED, message, "claimNo", claim_no, scheme=claim.scheme.value))
        await store.ask_to_cancel(tx, claim_no, actor.user_id, now)
        await log_store.add(tx, actor, now, [telling.log_entry(tx, claim, "to be taken back")])
        return claim._replace(cancel_asked_by=actor.user_id)

    return await db.run(client_no, use_case)


async def _locked(tx: Transaction, claim_no: int) -> Claim:
    found = await store.lock(tx, [claim_no])
    if not found:
        raise not_found("claimNo", claim_no)
    return found[0]


def _state(claim: Claim) -> Refused:
    message = "The claim is {status}"
    return broken(fault(Code.STATE_NOT_ALLOWED, message, "claimNo", claim.claim_no, status=claim.status.value))


async def list_claims(db: Database, client_no: int, statuses: Sequence[ClaimStatus], after: int = 0) -> list[Listed]:
    """Claims of some statuses by number, a thousand at most."""
    async with db.reading(client_no) as tx:
        return await store.listed(tx, statuses, after, AT_ONCE)


async def content_of(db: Database, files: FileStore, client_no: int, shipment_no: int) -> tuple[Shipment, bytes]:
    """A file that was written, byte for byte."""
    async with db.reading(client_no) as tx:
        shipment = await agreement_store.shipment(tx, shipment_no)
        if shipment is None:
            raise not_found("shipmentNo", shipment_no)
        return shipment, await file_service.content_of(tx, files, shipment.file_uuid)
