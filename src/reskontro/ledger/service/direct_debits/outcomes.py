"""What became of claims: money for them, refusals, money that went back, and silence.

Lines of direct debit's own files name a payer and our reference. What they are about is looked up among the claims
before they are matched, so that their money finds the item, and a return its payment. The other formats name the item
itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.direct_debits import reasons
from reskontro.ledger.domain.direct_debits.claims import (
    ANSWER_DAYS,
    Claim,
    ClaimEvent,
    ClaimStatus,
    DebitLine,
    advance,
    claim_of,
)
from reskontro.ledger.domain.direct_debits.schemes import Scheme
from reskontro.ledger.domain.errors import Code, broken, fault, not_found
from reskontro.ledger.domain.events import EventKind
from reskontro.ledger.domain.incoming import Incoming, LineKind, Naming
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.domain.reservation import Status
from reskontro.ledger.service import reservations
from reskontro.ledger.service.direct_debits import mandates, telling
from reskontro.ledger.store import events as event_store
from reskontro.ledger.store import incoming as incoming_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store.direct_debits import claims as store
from reskontro.ledger.store.direct_debits import mandates as mandate_store
from reskontro.ledger.store.direct_debits.claims import Settled, TakenLine
from reskontro.platform.clock import end_of_business_day
from reskontro.platform.database import Database, Transaction

SCHEMES = {"autogiro": Scheme.AUTOGIRO, "betalingsservice": Scheme.BETALINGSSERVICE}
WAITING = frozenset({"82", "32"})  # Autogiro: orders that the bank has, as its register lists them
COLLECTED = "15"  # OCR giro's type of a payment by AvtaleGiro
SYSTEM = Actor("SYSTEM", "direct-debit")
SETTLED_OTHERWISE = "the item was settled otherwise"
NO_ANSWER = "no money and no answer came"


@dataclass(slots=True)
class KnownLines:
    """A file's lines as they are matched, and the claims that some of them are about, by line number."""

    scheme: Scheme | None
    lines: Sequence[Incoming]
    claims: dict[int, Claim] = field(default_factory=dict)


async def know_lines(tx: Transaction, file_format: str, lines: Sequence[Incoming]) -> KnownLines:
    """The lines of a file of direct debit, each with the claim or the customer that it is about."""
    scheme = SCHEMES.get(file_format)
    payers = sorted({line.payer_no for line in lines if line.payer_no}) if scheme is not None else []
    if scheme is None or not payers:
        return KnownLines(scheme, lines)
    accounts = sorted({line.account for line in lines})
    claims: dict[tuple[str, str], list[Claim]] = {}
    for claim in await store.of_payers(tx, accounts, payers):
        claims.setdefault((claim.creditor_no, claim.payer_no), []).append(claim)
    customers = await _customers(tx, accounts, payers)
    known = KnownLines(scheme, [])
    named = []
    for line in lines:
        about = claim_of(_debit_line(line, scheme), claims.get((line.account, line.payer_no), ()))
        if about is not None:
            known.claims[line.line_no] = about
        named.append(_named(line, about, customers))
    known.lines = named
    return known


async def _customers(tx: Transaction, accounts: Sequence[str], payers: Sequence[str]) -> dict[tuple[str, str], str]:
    """The numbers of the customers of some payers, of those who have one."""
    found = await mandate_store.of_payers(tx, accounts, payers)
    whose = {(one.key.creditor_no, one.key.payer_no): one.account_no for one in found if one.account_no is not None}
    numbers = await mandate_store.customers_of_accounts(tx, sorted(set(whose.values())))
    return {key: numbers[account_no] for key, account_no in whose.items() if account_no in numbers}


def _debit_line(line: Incoming, scheme: Scheme) -> DebitLine:
    if scheme is Scheme.AUTOGIRO:
        return DebitLine(line.payer_no, "", line.reference, line.due_date, abs(line.amount_minor))
    return DebitLine(
        line.payer_no, line.archive_reference, line.end_to_end_id, line.due_date, abs(line.amount_minor)
    )  # fmt: skip


def _named(line: Incoming, about: Claim | None, customers: dict[tuple[str, str], str]) -> Incoming:
    """The line with the reference of the item, or else the number that the ledger has of its customer."""
    if line.kind not in {LineKind.PAYMENT, LineKind.RETURN}:
        return line
    if about is not None:
        text = " ".join(part for part in (line.reference.strip(), line.text) if part)
        return line._replace(naming=Naming.REFERENCE, reference=about.kid, text=text)
    customer_no = customers.get((line.account, line.payer_no))
    if line.naming is Naming.CUSTOMER and customer_no is not None:
        return line._replace(reference=customer_no)
    return line


async def begin(tx: Transaction) -> int | None:
    """A number that comes before those of the lines that are taken now; None where the client has no claims."""
    if not await store.has_any(tx):
        return None
    (number,) = await incoming_store.payment_numbers(tx, 1)
    return number


async def take(
    tx: Transaction, begun: int | None, known: KnownLines | None, file_uuid: UUID, now: datetime, actor: Actor
) -> None:
    """Close claims by what a file has brought; lines that were here before bring nothing."""
    if begun is None:
        return
    settled = await store.settled(tx, file_uuid, begun, now)
    rows = await store.taken_lines(tx, file_uuid, begun, sorted({one.gl_case_no for one in settled}))
    if not rows:
        return
    await _take_money(tx, settled, rows, None if known is None else known.scheme, now, actor)
    await _take_returns(tx, rows, known, file_uuid, now, actor)
    if known is not None and known.scheme is not None:
        await _take_refusals(tx, rows, known, known.scheme, now, actor)


async def _take_money(
    tx: Transaction,
    taken: Sequence[Settled],
    rows: Sequence[TakenLine],
    scheme: Scheme | None,
    now: datetime,
    actor: Actor,
) -> None:
    """Close the claims of the items that lines have settled."""
    by_case = {row.gl_case_no: row for row in rows if row.gl_case_no is not None}
    settled = [one for one in taken if one.gl_case_no in by_case]
    if not settled:
        return
    claims = {claim.claim_no: claim for claim in await store.lock(tx, sorted({one.claim_no for one in settled}))}
    paid: dict[ItemKey, tuple[Claim, int]] = {}
    for one in settled:
        claim, row = claims[one.claim_no], by_case[one.gl_case_no]
        if scheme is None:
            direct = row.kind == COLLECTED and claim.scheme is Scheme.AVTALEGIRO
        else:
            direct = claim.scheme is scheme
        in_another_way = (
            claim.status is ClaimStatus.CLAIMED and one.balance_minor == 0 and row.settlement_date >= claim.due_date
        )
        if not (direct or in_another_way) or advance(claim.status, ClaimEvent.PAY) is None:
            continue
        known = paid.get(claim.item)
        if known is None or _likelier(claim) > _likelier(known[0]):
            paid[claim.item] = (claim, row.payment_no)
    closed = sorted(paid.values(), key=lambda pair: pair[0].claim_no)
    if not closed:
        return
    await store.pay(tx, [claim.claim_no for claim, _ in closed], [payment_no for _, payment_no in closed], now)
    await reservations.release(tx, [telling.payment_id(claim.claim_no) for claim, _ in closed], now, actor)
    said = [telling.log_entry(tx, claim, f"paid by payment {payment_no}") for claim, payment_no in closed]
    await log_store.add(tx, actor, now, said)


def _likelier(claim: Claim) -> tuple[bool, int]:
    """An item's outstanding claim is the one that is paid, else its newest."""
    return claim.status is ClaimStatus.CLAIMED, claim.claim_no


async def _take_returns(
    tx: Transaction, rows: Sequence[TakenLine], known: KnownLines | None, file_uuid: UUID, now: datetime, actor: Actor
) -> None:
    returned = [row for row in rows if row.kind == LineKind.RETURN]
    if not returned:
        return
    payments = [row.returns_payment_no for row in returned if row.returns_payment_no is not None]
    by_payment = {claim.payment_no: claim for claim in await store.of_payments(tx, payments)}
    ended: list[Claim] = []
    gone: dict[int, str] = {}
    for row in returned:
        about = known.claims.get(row.file_line_no) if known is not None else None
        claim = (by_payment.get(row.returns_payment_no) if row.returns_payment_no is not None else None) or about
        if claim is None:
            continue
        code = row.bank_reason
        why = reasons.of_return(claim.scheme, code)
        ended.append(claim._replace(reason_code=code, reason=why))
        if claim.scheme is Scheme.AUTOGIRO and code in reasons.MANDATE_GONE:
            gone[claim.mandate_no] = why
    await _end(tx, ended, ClaimEvent.RETURN, now, actor)
    for mandate_no, why in sorted(gone.items()):
        await mandates.end_withdrawn(tx, [mandate_no], why, file_uuid, now, actor)


async def _take_refusals(
    tx: Transaction, rows: Sequence[TakenLine], known: KnownLines, scheme: Scheme, now: datetime, actor: Actor
) -> None:
    refused, cancelled = [], []
    for row in rows:
        about = known.claims.get(row.file_line_no)
        code = row.bank_reason
        swedish = scheme is Scheme.AUTOGIRO
        if about is not None and swedish and row.kind == LineKind.PENDING and row.bank_code not in WAITING:
            await _not_carried_out(tx, about, code, now, actor)
        if about is None or row.kind not in {LineKind.REFUSED, LineKind.CANCELLED}:
            continue
        if swedish and row.kind == LineKind.REFUSED and code == reasons.WILL_BE_RETRIED:
            await _note(tx, about, code, reasons.of_refusal(scheme, code), now)
        elif swedish and row.kind == LineKind.CANCELLED and row.bank_code in reasons.MOVED:
            await _note(tx, about, code, "moved to another day at the bank", now)
        elif row.kind == LineKind.REFUSED:
            refused.append(about._replace(reason_code=code, reason=reasons.of_refusal(scheme, code)))
        else:
            words = reasons.of_refusal(scheme, code) if scheme is Scheme.BETALINGSSERVICE else "cancelled at the bank"
            cancelled.append(about._replace(reason_code=code, reason=words))
    await _end(tx, refused, ClaimEvent.REFUSE, now, actor)
    await _end(tx, cancelled, ClaimEvent.CANCEL, now, actor)


async def _not_carried_out(tx: Transaction, claim: Claim, code: str, now: datetime, actor: Actor) -> None:
    """Keep that Bankgirot did not cancel or move an order: its money may come all the same."""
    words = f"the change was not carried out at the bank, code {code}"
    await _note(tx, claim, code, words, now)
    entry = telling.log_entry(tx, claim, f"({claim.status.value}): {words}")
    await log_store.add(tx, actor, now, [replace(entry, level="WARNING")])


async def _note(tx: Transaction, claim: Claim, code: str, words: str, now: datetime) -> None:
    """Keep what the bank says of a claim that goes on."""
    for held in await store.lock(tx, [claim.claim_no]):
        if held.status is ClaimStatus.CLAIMED:
            await store.move(tx, held.claim_no, held.status, now, reason_code=code, reason=words)


async def _end(tx: Transaction, ended: Sequence[Claim], event: ClaimEvent, now: datetime, actor: Actor) -> None:
    """End some claims with their reasons; those whose status does not allow it stay as they are."""
    if not ended:
        return
    why = {claim.claim_no: (claim.reason_code, claim.reason) for claim in ended}
    moved = []
    for claim in await store.lock(tx, sorted(why)):
        status = advance(claim.status, event)
        if status is None:
            continue
        code, words = why[claim.claim_no]
        await store.move(tx, claim.claim_no, status, now, reason_code=code, reason=words)
        moved.append(claim._replace(status=status, reason_code=code, reason=words))
    await _tell(tx, moved, now, actor)


async def _tell(tx: Transaction, moved: Sequence[Claim], now: datetime, actor: Actor) -> None:
    """Let go what the ended claims reserve, and leave a log item and an event for each."""
    if not moved:
        return
    payment_ids = [telling.payment_id(claim.claim_no) for claim in moved]
    await reservations.release(tx, payment_ids, now, actor, Status.CANCELLED)
    numbers = await mandate_store.customers_of_accounts(tx, sorted({claim.account_no for claim in moved}))
    said = [
        telling.log_entry(tx, claim, f"is {claim.status.value}: {claim.reason}") for claim in moved
    ]  # fmt: skip
    await log_store.add(tx, actor, now, said)
    await event_store.add(
        tx,
        [
            telling.event(tx, EventKind.DEBIT_REFUSED, claim, numbers.get(claim.account_no, ""))
            for claim in moved
            if claim.reason != SETTLED_OTHERWISE
        ],
        now,
    )


async def refuse(db: Database, client_no: int, claim_no: int, reason: str, now: datetime, actor: Actor) -> Claim:
    """Note that a bank has refused a claim, as an operator who has read its list.

    AvtaleGiro's refusals come as lists for people. Refuses a claim that has ended in another way.
    """

    async def use_case(tx: Transaction) -> Claim:
        found = await store.lock(tx, [claim_no])
        if not found:
            raise not_found("claimNo", claim_no)
        claim = found[0]
        if claim.status is not ClaimStatus.REFUSED:
            if advance(claim.status, ClaimEvent.REFUSE) is None:
                message = "The claim is {status}"
                raise broken(fault(Code.STATE_NOT_ALLOWED, message, "claimNo", claim_no, status=claim.status.value))
            await _end(tx, [claim._replace(reason_code="", reason=reason)], ClaimEvent.REFUSE, now, actor)
        return (await store.lock(tx, [claim_no]))[0]

    return await db.run(client_no, use_case)


async def lapse(tx: Transaction, keys: Sequence[str], now: datetime) -> None:
    """End those of some claims for which nothing came in time; the others have ended before. A `DueHandler`."""
    late = [
        claim
        for claim in await store.lock(tx, sorted(map(int, keys)))
        if claim.status is ClaimStatus.CLAIMED
        and end_of_business_day(claim.due_date + timedelta(days=ANSWER_DAYS)) <= now
    ]
    if not late:
        return
    balances = await store.open_items(tx, [claim.item for claim in late])
    ended = [
        claim._replace(reason_code="", reason=NO_ANSWER if balances.get(claim.item, 0) > 0 else SETTLED_OTHERWISE)
        for claim in late
    ]
    await _end(tx, ended, ClaimEvent.LAPSE, now, SYSTEM)
