"""Suggestions for unplaced payments: made for thousands at once, kept, accepted by a person or by a client's rule."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.suggesting import (
    Claim,
    Clues,
    Evidence,
    Part,
    Suggestion,
    suggest,
    takes_itself,
    tokens,
)
from reskontro.ledger.service.payment_desk import Placed, place_in
from reskontro.ledger.service.payment_shares import Place
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import incoming as incoming_store
from reskontro.ledger.store import suggestions as store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import business_day
from reskontro.platform.database import BookLock, Database, Transaction

AT_ONCE = 10_000
NAMELESS = frozenset({"", "notprovided"})


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a round came to."""

    payments: int
    with_suggestion: int
    accepted: tuple[int, ...]  # by the client's rule


async def suggest_all(
    db: Database,
    numbers: Numbers,
    client_no: int,
    now: datetime,
    actor: Actor,
    payment_nos: Sequence[int] | None = None,
) -> Suggested:
    """Make suggestions for all unplaced payments, or for some, and accept what the client's rule accepts."""
    total = hits = after = 0
    accepted: list[int] = []
    while True:
        async with db.transaction(client_no) as tx:
            least = (await config_store.read(tx, business_day(now))).number("matching.acceptScore")
            clues = await store.unplaced(tx, payment_nos, after, AT_ONCE)
            made = await _make(tx, clues) if clues else {}
            await store.keep(
                tx, [(number, _best(found), _json(found, client_no)) for number, found in sorted(made.items())], now
            )
        total += len(clues)
        hits += sum(1 for found in made.values() if found)
        for number, found in sorted(made.items()):
            if takes_itself(found, least) is not None and await _accepted_by_rule(
                db, numbers, client_no, number, now, actor
            ):
                accepted.append(number)
        if len(clues) < AT_ONCE:
            return Suggested(total, hits, tuple(accepted))
        after = clues[-1].payment_no


async def list_suggestions(db: Database, client_no: int, payment_no: int) -> list[dict[str, Any]]:
    """The suggestions that are kept for a payment, the best first, in the words of the interface."""
    async with db.reading(client_no) as tx:
        return await kept_in(tx, payment_no)


async def kept_in(tx: Transaction, payment_no: int) -> list[dict[str, Any]]:
    """The same in a transaction."""
    kept = await store.kept(tx, payment_no)
    found: list[dict[str, Any]] = json.loads(kept) if kept else []
    return found


async def suggest_in(tx: Transaction, payment_no: int, now: datetime) -> list[dict[str, Any]]:
    """Make the suggestions for one payment anew and keep them; none for one that is not unplaced. Nothing is booked."""
    clues = await store.unplaced(tx, [payment_no], payment_no - 1, 1)
    for number, found in (await _make(tx, clues)).items() if clues else ():
        await store.keep(tx, [(number, _best(found), _json(found, tx.client_no))], now)
    return await kept_in(tx, payment_no) if clues else []


async def accept(
    db: Database, numbers: Numbers, client_no: int, payment_no: int, rank: int, now: datetime, actor: Actor
) -> Placed:
    """Place a payment as its suggestion of a rank (1 is the best) says; refused where the items have moved since."""

    async def use_case(tx: Transaction) -> Placed:
        return await accept_in(tx, numbers, payment_no, rank, now, actor)

    return await db.run(client_no, use_case, BookLock.SHARED)


async def accept_in(
    tx: Transaction, numbers: Numbers, payment_no: int, rank: int, now: datetime, actor: Actor
) -> Placed:  # fmt: skip
    """The same in a transaction that holds the book."""
    found = await kept_in(tx, payment_no)
    if not 1 <= rank <= len(found):
        raise broken(fault(Code.NOT_IN_LIST, "There is no such suggestion: make them first", "rank", rank))
    return await _accept(tx, numbers, payment_no, found[rank - 1], "suggestion accepted", now, actor)


async def _accepted_by_rule(
    db: Database, numbers: Numbers, client_no: int, payment_no: int, now: datetime, actor: Actor
) -> bool:
    """Whether the best suggestion was accepted; where something moved meanwhile it waits for a person."""

    async def use_case(tx: Transaction) -> None:
        clues = await store.unplaced(tx, [payment_no], payment_no - 1, 1)
        least = (await config_store.read(tx, business_day(now))).number("matching.acceptScore")
        # Made anew: the payments before it may have taken what it was to get.
        found = (await _make(tx, clues)).get(payment_no, []) if clues else []
        best = takes_itself(found, least)
        if best is None:
            raise broken(fault(Code.NOT_IN_LIST, "There is no such suggestion: make them first", "rank", 1))
        await _accept(tx, numbers, payment_no, _record(best, client_no), "suggestion by rule", now, actor)

    try:
        await db.run(client_no, use_case, BookLock.SHARED)
    except Refused:
        return False
    return True


async def _accept(
    tx: Transaction,
    numbers: Numbers,
    payment_no: int,
    chosen: Mapping[str, Any],
    rule: str,
    now: datetime,
    actor: Actor,
) -> Placed:
    places = [
        Place(Identifiers(ar_item_id=part["arItemId"]), part["amountMinor"]) for part in chosen["items"]
    ]  # fmt: skip
    if not places:  # what is left of the others stays on the account of the last one
        places = [Place(Identifiers(account_no=chosen["accountNo"]), on_account=True)]
    explanation = json.dumps({"score": chosen["score"], "reasons": chosen["reasons"]})
    return await place_in(tx, numbers, payment_no, places, now, actor, rule=rule, explanation=explanation)


def _best(found: Sequence[Suggestion]) -> int:
    return found[0].score if found else 0


def _record(one: Suggestion, client_no: int) -> dict[str, Any]:
    return {
        "accountNo": one.account_no,
        "items": [
            {
                "arItemId": str(
                    ArItemId(client_no, one.account_no, part.reference_no, part.reference_sequence_no)
                ),
                "amountMinor": part.minor,
            }
            for part in one.parts
        ],
        "leftMinor": one.left_minor,
        "score": one.score,
        "reasons": list(one.reasons),
    }  # fmt: skip


def _json(found: Sequence[Suggestion], client_no: int) -> str:
    return json.dumps([_record(one, client_no) for one in found])


async def _make(tx: Transaction, clues: Sequence[Clues]) -> dict[int, list[Suggestion]]:
    """The suggestions for some payments."""
    evidence, open_claims = await gather(tx, clues)
    return {one.payment_no: suggest(one, evidence[one.payment_no], open_claims) for one in clues}


async def gather(tx: Transaction, clues: Sequence[Clues]) -> tuple[dict[int, Evidence], dict[int, list[Claim]]]:
    """What the payments point to, and what is open of these customers: a few statements for all of them together."""
    evidence = {one.payment_no: Evidence() for one in clues}
    texts: dict[str, list[int]] = defaultdict(list)
    keys: dict[str, list[int]] = defaultdict(list)
    for one in clues:
        for token in tokens(one.text):
            texts[token].append(one.payment_no)
            keys[fold(token)].append(one.payment_no)
    for kid, claim in await store.claims_by_kid(tx, sorted(texts)):
        for number in texts[kid]:
            evidence[number].kids.append(claim)
    for key, claim in await store.claims_by_document(tx, sorted(keys)):
        for number in keys[key]:
            evidence[number].documents.append((key, claim))
    for key, account_no in (await incoming_store.customers_by_number(tx, sorted(keys))).items():
        for number in keys[key]:
            evidence[number].customers.add(account_no)
    await _gather_who(tx, clues, evidence)
    accounts = sorted({account for one in evidence.values() for account in one.accounts()})
    by_account: dict[int, list[Claim]] = defaultdict(list)
    for claim in await store.open_claims(tx, accounts) if accounts else ():
        by_account[claim.account_no].append(claim)
    return evidence, by_account


async def _gather_who(tx: Transaction, clues: Sequence[Clues], evidence: Mapping[int, Evidence]) -> None:
    """Who has paid, and what has the amount open: asked of whole tables, once for all payments."""
    await store.one_pass(tx, on=True)
    payers = _by((one.payer_account, one.payment_no) for one in clues if set(one.payer_account) - {"0"})
    for account, account_no in await store.customers_of_payers(tx, sorted(payers)) if payers else ():
        for number in payers[account]:
            evidence[number].payers.add(account_no)
    names = _by((one.payer_name.casefold(), one.payment_no) for one in clues if one.payer_name.strip())
    for name, account_no in await store.customers_by_name(tx, sorted(names.keys() - NAMELESS)) if names else ():
        for number in names[name]:
            evidence[number].names.add(account_no)
    only = {
        (claim.currency, claim.balance_minor): claim
        for claim in await store.only_claims(tx, sorted({one.amount_minor for one in clues}))
    }
    await store.one_pass(tx, on=False)
    for one in clues:
        evidence[one.payment_no].only_claim = only.get((one.currency, one.amount_minor))


def _by(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for key, number in pairs:
        found[key].append(number)
    return found


__all__ = ["Part", "Suggested", "accept", "list_suggestions", "suggest_all"]
