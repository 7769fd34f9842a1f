"""What the references of bank lines name: claims, documents, customers.

A reference is looked up as it stands on a claim, to the letter. What is not found so is looked for without its leading
zeros and with those of the account's agreement, then by what a KID of the ledger's own layout says itself. A reference
that several formats wrap (a creditor reference, a Danish code line) is looked up as what it wraps after that. Two hits
are no hit; that is decided elsewhere. Source: payment-formats, section 9.2 (step 4).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stdnum import iso11649

from reskontro.kernel.kid import ArmKid, decode_arm_kid
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.entries import OpenItem
from reskontro.ledger.domain.matching import Closed, Hits, Rule
from reskontro.ledger.store import incoming as incoming_store
from reskontro.ledger.store import payments as store
from reskontro.platform.database import Transaction

CODE_LINE = re.compile(r"\+?(?:04|15|71|75)<([0-9]{15,16})(?:\+[0-9]{7,8}<?)?")


@dataclass(slots=True)
class Found:
    """What the references of a run's lines name."""

    by_kid: dict[str, tuple[Rule, list[OpenItem]]] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)  # KID of a customer to account
    open_of_account: list[OpenItem] = field(default_factory=list)
    by_document: dict[str, list[OpenItem]] = field(default_factory=dict)  # folded number
    by_customer: dict[str, int] = field(default_factory=dict)  # folded number to account
    closed_by: dict[tuple[int, int], Closed] = field(default_factory=dict)
    duplicates: set[bytes] = field(default_factory=set)
    beside: dict[int, list[OpenItem]] = field(default_factory=dict)  # fees and interest by their reference
    names: dict[int, str] = field(default_factory=dict)  # of customers whose documents were named, by account

    def items(self) -> Iterator[OpenItem]:
        """Every item that was found, some of them twice."""
        for _, hits in self.by_kid.values():
            yield from hits
        yield from self.open_of_account
        for hits in self.by_document.values():
            yield from hits
        for more in self.beside.values():
            yield from more

    def of_reference(self, hits: Sequence[OpenItem]) -> tuple[OpenItem, ...]:
        """The open fees and interest on the references of some items, fees before interest."""
        return tuple(one for hit in hits for one in self.beside.get(hit.reference_no, ()))

    def reference(self, kid: str) -> Hits:
        """What a reference names."""
        rule, items = self.by_kid.get(kid, (Rule.OWN_LAYOUT, []))
        return Hits(rule, tuple(items), self.customers.get(kid), self.of_reference(items))

    def document(self, number: str) -> Hits:
        """What a document's number names."""
        items = self.by_document.get(fold(number), [])
        name = self.names.get(items[0].account_no, "") if len(items) == 1 else ""
        return Hits(Rule.DOCUMENT, tuple(items), None, self.of_reference(items), name)

    def customer(self, number: str) -> Hits:
        """Whom the payee's number of a payer names."""
        return Hits(Rule.CUSTOMER, (), self.by_customer.get(fold(number)))


async def find_references(
    tx: Transaction, wanted: Mapping[str, Collection[int]], prefix: str, method: str
) -> Found:  # fmt: skip
    """Lock and give what some references name; each comes with the lengths that its account's agreement allows."""
    found = Found()
    for item in await store.lock_by_kid(tx, sorted(wanted)):
        found.by_kid.setdefault(item.kid, (Rule.EXACT, []))[1].append(item)
    missed = [kid for kid in wanted if kid not in found.by_kid]
    if missed:
        await _find_zeros(tx, missed, wanted, found)
        await _find_own_layout(tx, [kid for kid in missed if kid not in found.by_kid], prefix, method, found)
    await find_closed(tx, found)
    await find_beside(tx, found)
    return found


async def find_beside(tx: Transaction, found: Found) -> None:
    """Look for fees and interest on the references that were named; nearly all of them have nothing beside."""
    named = [item for _, hits in found.by_kid.values() for item in hits]
    named += [item for hits in found.by_document.values() for item in hits]
    references = {item.reference_no for item in named if item.reference_sequence_no == 0 and item.last_sequence_no > 0}
    wanted = sorted(references - found.beside.keys())
    for item in await store.lock_fees_and_interest(tx, wanted) if wanted else ():
        found.beside.setdefault(item.reference_no, []).append(item)


async def find_closed(tx: Transaction, found: Found) -> None:
    """Learn what closed the items that were found and are not open."""
    closed = sorted({item.reference_no for item in found.items() if item.currency_balance_minor == 0})
    if closed:
        found.closed_by = await store.closed_by(tx, closed)


async def _find_zeros(
    tx: Transaction, missed: Sequence[str], wanted: Mapping[str, Collection[int]], found: Found
) -> None:
    """The references that are found without their leading zeros, or with those of the account's agreement."""
    variants: dict[str, list[str]] = {}
    for kid in missed:
        bare = kid.lstrip("0")
        forms = {bare} | {bare.zfill(length) for length in wanted[kid] if length >= len(bare)}
        for form in forms - {kid, ""}:
            variants.setdefault(form, []).append(kid)
    for item in await store.lock_by_kid(tx, sorted(variants)):
        for kid in variants[item.kid]:
            found.by_kid.setdefault(kid, (Rule.LEADING_ZEROS, []))[1].append(item)


async def _find_own_layout(tx: Transaction, missed: Sequence[str], prefix: str, method: str, found: Found) -> None:
    """The references that say themselves which item or customer they mean."""
    decoded: dict[str, ArmKid] = {}
    for kid in missed:
        parts = decode_arm_kid(kid, prefix, method)
        if parts is not None and parts.client_no == tx.client_no:
            decoded[kid] = parts
    claims = {(p.account_no, p.reference_no): kid for kid, p in decoded.items() if p.reference_no}
    references = sorted({reference_no for _, reference_no in claims})
    for item in await store.lock_by_reference(tx, references) if references else ():
        named = claims.get((item.account_no, item.reference_no))
        if named is not None:
            found.by_kid[named] = (Rule.OWN_LAYOUT, [item])
    accounts = {parts.account_no for parts in decoded.values() if parts.reference_no == 0}
    if accounts:
        known = await store.customers(tx, sorted(accounts))
        found.customers = {
            kid: parts.account_no
            for kid, parts in decoded.items()
            if parts.reference_no == 0 and parts.account_no in known
        }
        found.open_of_account = await store.lock_open_of_accounts(tx, sorted(known))


def wrapped(reference: str) -> str:
    """The reference inside a creditor reference (ISO 11649) or a Danish code line; empty where there is none."""
    if reference.startswith("RF") and iso11649.is_valid(reference):
        return reference[4:]
    line = CODE_LINE.fullmatch(reference)
    return line[1] if line else ""


async def find_wrapped(
    tx: Transaction, wanted: Mapping[str, Collection[int]], prefix: str, method: str, found: Found
) -> None:
    """Look for what references wrap, where they are not found as they stand."""
    inner = {
        inside: (kid, wanted[kid])
        for kid in wanted
        if kid not in found.by_kid and kid not in found.customers and (inside := wrapped(kid))
    }
    if not inner:
        return
    inside_found = await find_references(
        tx, {inside: lengths for inside, (_, lengths) in inner.items()}, prefix, method
    )
    for inside, (kid, _) in inner.items():
        if inside in inside_found.by_kid:
            found.by_kid[kid] = (Rule.CREDITOR_REFERENCE, inside_found.by_kid[inside][1])
    found.beside |= inside_found.beside
    found.closed_by |= inside_found.closed_by


async def find_named(tx: Transaction, documents: Collection[str], customers: Collection[str], found: Found) -> None:
    """Look for documents and customers by their numbers."""
    for key, item in await incoming_store.lock_by_document(tx, sorted({fold(one) for one in documents})):
        found.by_document.setdefault(key, []).append(item)
    accounts = sorted({item.account_no for hits in found.by_document.values() for item in hits})
    found.names = await store.customer_names(tx, accounts) if accounts else {}
    found.by_customer = await incoming_store.customers_by_number(tx, sorted({fold(one) for one in customers}))
    known = sorted(set(found.by_customer.values()))
    if known:
        held = {(item.reference_no, item.reference_sequence_no) for item in found.open_of_account}
        found.open_of_account += [
            item
            for item in await store.lock_open_of_accounts(tx, known)
            if (item.reference_no, item.reference_sequence_no) not in held
        ]
