"""Taking mandates from files, finding whose they are, and what people do with them.

A mandate is bound to the customer whom its KID names, or who has its customer number. One of nobody is kept and listed,
and looked for again whenever claims are made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reskontro.kernel.actor import Actor
from reskontro.kernel.kid import decode_arm_kid
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.direct_debits.mandates import (
    Mandate,
    MandateChange,
    MandateKey,
    MandateNews,
    MandateStatus,
    decide,
    fingerprints,
    missing,
    payer_forms,
)
from reskontro.ledger.domain.direct_debits.schemes import Agreement, Scheme, bound_part
from reskontro.ledger.domain.errors import Code, broken, fault, not_found
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import incoming as incoming_store
from reskontro.ledger.store.direct_debits import agreements as agreement_store
from reskontro.ledger.store.direct_debits import mandates as store
from reskontro.ledger.store.direct_debits.mandates import Listed, Past
from reskontro.platform.clock import business_day
from reskontro.platform.database import Database, RunAgainError, Transaction

AT_ONCE = 1000
TAKEN_AT_ONCE = 5000
STANDING = (MandateStatus.REQUESTED, MandateStatus.ANSWERED, MandateStatus.ACTIVE)


class MandateTakenError(RunAgainError):
    """Another import stored the same mandate meanwhile."""


@dataclass(frozen=True, slots=True)
class MandateHistory:
    """A mandate with every change of it."""

    mandate: Mandate
    customer_no: str
    changes: tuple[Past, ...]


async def take(
    tx: Transaction, identity: str, news: Sequence[MandateNews], file_uuid: UUID, now: datetime, actor: Actor
) -> None:
    """Take a file's mandates, once; `identity` tells the file from others of its format.

    Not to be called for a file whose bytes were taken before: a line that changed nothing leaves no trace.
    """
    if not news:
        return
    today = business_day(now)
    prints = fingerprints(identity, news)
    fresh = False
    for start in range(0, len(news), TAKEN_AT_ONCE):
        part, part_prints = news[start : start + TAKEN_AT_ONCE], prints[start : start + TAKEN_AT_ONCE]
        known = await store.known_fingerprints(tx, part_prints)
        fresh = fresh or len(known) < len(part)
        standing = await store.lock_keys(tx, list(dict.fromkeys(one.key for one in part)))
        decided = decide(standing, part, part_prints, known, today)
        await _keep(tx, standing, decided.standing, decided.changes, file_uuid, now, actor)
    listed = sorted({one.key.creditor_no for one in news if one.full_list})
    if listed and fresh:
        gone = missing(await store.lock_active(tx, listed), news, today)
        if gone:
            await store.write(tx, [change.mandate for change in gone], now)
            await store.add_changes(tx, gone, file_uuid, now, actor.user_id)


async def _keep(
    tx: Transaction,
    before: Mapping[MandateKey, Mandate],
    after: Mapping[MandateKey, Mandate],
    changes: Sequence[MandateChange],
    file_uuid: UUID,
    now: datetime,
    actor: Actor,
) -> None:
    """Write mandates as they stand, with the customers who were found, and what changed them."""
    if not changes:
        return
    moved = [mandate for key, mandate in after.items() if mandate != before.get(key)]
    whose = await _whose(tx, [one for one in moved if one.account_no is None], now)
    moved = [one._replace(account_no=whose.get(one.key, one.account_no)) for one in moved]
    new = [one for one in moved if one.key not in before]
    numbers = {key: mandate.mandate_no for key, mandate in before.items()}
    if new:
        made = await store.add(tx, new, now)
        if len(made) < len(new):
            raise MandateTakenError
        numbers |= made
    changed = [one for one in moved if one.key in before]
    if changed:
        await store.write(tx, changed, now)
    rows = [
        change._replace(
            mandate=change.mandate._replace(
                mandate_no=numbers[change.mandate.key],
                account_no=whose.get(change.mandate.key, change.mandate.account_no),
            )
        )
        for change in changes
    ]
    await store.add_changes(tx, rows, file_uuid, now, actor.user_id)


async def _whose(tx: Transaction, mandates: Sequence[Mandate], now: datetime) -> dict[MandateKey, int]:
    """The accounts of the customers whose mandates these are, of those who are found. Two customers are nobody."""
    found: dict[MandateKey, int] = {}
    kids = [one for one in mandates if one.scheme is Scheme.AVTALEGIRO]
    if kids:
        found |= await _by_kid(tx, kids, now)
    numbered = [one for one in mandates if one.scheme is not Scheme.AVTALEGIRO]
    if numbered:
        forms = {one.key: payer_forms(one.key.payer_no) for one in numbered}
        keys = sorted({fold(form) for each in forms.values() for form in each})
        known = await incoming_store.customers_by_number(tx, keys)
        for key, each in forms.items():
            accounts = {known[fold(form)] for form in each if fold(form) in known}
            if len(accounts) == 1:
                found[key] = accounts.pop()
    return found


async def _by_kid(tx: Transaction, mandates: Sequence[Mandate], now: datetime) -> dict[MandateKey, int]:
    config = await config_store.read(tx, business_day(now))
    prefix, method = config.text("kid.prefix"), config.text("kid.checkDigitMethod")
    agreed: dict[str, Agreement] = {one.creditor_no: one for one in await agreement_store.listed(tx, Scheme.AVTALEGIRO)}
    own: dict[MandateKey, int] = {}
    parts: dict[MandateKey, str] = {}
    for one in mandates:
        said = decode_arm_kid(one.key.payer_no, prefix, method)
        if said is not None and said.client_no == tx.client_no:
            own[one.key] = said.account_no
        agreement = agreed.get(one.key.creditor_no)
        digits = agreement.mandate_digits if agreement is not None else None
        parts[one.key] = bound_part(one.key.payer_no, digits, prefix)
    customers = await store.customers_of_accounts(tx, sorted(set(own.values())))
    found = {key: account_no for key, account_no in own.items() if account_no in customers}
    left = [key for key in parts if key not in found]
    if left:
        owners = await store.accounts_of_kids(tx, [parts[key] for key in left], [len(key.payer_no) for key in left])
        for key in left:
            accounts = owners.get(parts[key], set())
            if len(accounts) == 1:
                found[key] = min(accounts)
    return found


async def bind_unknown(tx: Transaction, now: datetime, actor: Actor) -> int:
    """Look again for the customers of mandates that nobody was known for; how many were found."""
    found = 0
    after = 0
    while mandates := await store.lock_unknown(tx, after, TAKEN_AT_ONCE):
        after = mandates[-1].mandate_no
        whose = await _whose(tx, mandates, now)
        bound = [one._replace(account_no=whose[one.key]) for one in mandates if one.key in whose]
        if bound:
            await _bind(tx, bound, "found by its reference", now, actor)
            found += len(bound)
    return found


async def _bind(tx: Transaction, mandates: Sequence[Mandate], why: str, now: datetime, actor: Actor) -> None:
    await store.write(tx, mandates, now)
    changes = [MandateChange(one, "BOUND", "", why, None, None) for one in mandates]
    await store.add_changes(tx, changes, None, now, actor.user_id)


async def bind(
    db: Database, client_no: int, mandate_no: int, customer_no: str, now: datetime, actor: Actor
) -> MandateHistory:
    """Say whose a mandate is; refuses an unknown mandate or customer."""

    async def use_case(tx: Transaction) -> None:
        mandate = await store.lock(tx, mandate_no)
        if mandate is None:
            raise not_found("mandateNo", mandate_no)
        accounts = await incoming_store.customers_by_number(tx, [fold(customer_no)])
        if not accounts:
            raise broken(fault(Code.UNKNOWN_REFERENCE, "Customer not found", "customerNo", customer_no))
        account_no = accounts[fold(customer_no)]
        if mandate.account_no != account_no:
            await _bind(tx, [mandate._replace(account_no=account_no)], f"bound to {customer_no}", now, actor)

    await db.run(client_no, use_case)
    return await show(db, client_no, mandate_no)


async def show(db: Database, client_no: int, mandate_no: int) -> MandateHistory:
    """A mandate and how it came to be so."""

    async def use_case(tx: Transaction) -> MandateHistory:
        mandate = await store.lock(tx, mandate_no)
        if mandate is None:
            raise not_found("mandateNo", mandate_no)
        accounts = [] if mandate.account_no is None else [mandate.account_no]
        customers = await store.customers_of_accounts(tx, accounts)
        changes = tuple(await store.history(tx, mandate_no))
        return MandateHistory(mandate, next(iter(customers.values()), ""), changes)

    return await db.run(client_no, use_case)


async def list_mandates(
    db: Database, client_no: int, statuses: Sequence[MandateStatus] = STANDING, after: int = 0, *, unknown: bool = False
) -> list[Listed]:
    """Mandates by number, a thousand at most; with `unknown` only those of nobody."""
    async with db.reading(client_no) as tx:
        return await store.listed(tx, statuses, after, AT_ONCE, unknown=unknown)


async def answer_requests(tx: Transaction, creditor_no: str, now: datetime, actor: Actor) -> list[Mandate]:
    """The mandates that were asked for in an internet bank and are accepted now, marked as answered.

    The answer stands in the file of this transaction. Those of customers who are not known wait.
    """
    requested = await store.lock_requested(tx, creditor_no)
    if requested:
        answered = [one._replace(status=MandateStatus.ANSWERED) for one in requested]
        await store.write(tx, answered, now)
        changes = [MandateChange(one, "ANSWERED", "", "accepted by the payee", None, None) for one in answered]
        await store.add_changes(tx, changes, None, now, actor.user_id)
    return requested


async def end_withdrawn(
    tx: Transaction, mandates: Sequence[int], why: str, file_uuid: UUID, now: datetime, actor: Actor
) -> None:
    """End mandates of which the payer's bank says that they are gone."""
    for mandate_no in mandates:
        mandate = await store.lock(tx, mandate_no)
        if mandate is not None and mandate.status is MandateStatus.ACTIVE:
            ended = mandate._replace(status=MandateStatus.ENDED, ended_on=business_day(now), ended_why=why)
            await store.write(tx, [ended], now)
            await store.add_changes(
                tx, [MandateChange(ended, "ENDED", "", why, None, None)], file_uuid, now, actor.user_id
            )
