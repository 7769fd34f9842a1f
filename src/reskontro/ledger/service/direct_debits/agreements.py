"""What a client has agreed on with a bank about direct debit."""

from collections.abc import Sequence
from datetime import datetime

from reskontro.formats.betalingsservice.writer import TEXT_WIDTH
from reskontro.kernel.actor import Actor
from reskontro.kernel.kid import LONGEST
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.direct_debits.schemes import ASSIGNMENT_DIGITS, Agreement, Scheme
from reskontro.ledger.domain.errors import Code, broken, fault, not_found
from reskontro.ledger.store.direct_debits import agreements as store
from reskontro.ledger.store.direct_debits.agreements import Shipment
from reskontro.platform.database import Database, Transaction

AT_ONCE = 1000
GROUP_DIGITS = 5
SUPPLIER_WIDTH = 15


async def agree(
    db: Database,
    client_no: int,
    agreement: Agreement,
    now: datetime,
    actor: Actor,
    *,
    next_shipment_no: int | None = None,
    next_assignment_no: int | None = None,
) -> Agreement:
    """Keep what was agreed on for a creditor number, instead of what was there; raises Refused with every fault.

    The numbers say where the counting goes on of a sender and a creditor that come from another system; a counter never
    goes back. The creditor number has to be a receiving account of the client, since money and mandates come back to
    it.
    """

    async def use_case(tx: Transaction) -> Agreement:
        faults = _faults(agreement, next_shipment_no, next_assignment_no)
        account = await store.account(tx, agreement.creditor_no)
        if account is None or account.client_no != client_no:
            faults.append(fault(Code.UNKNOWN_REFERENCE, "It is not a receiving account of this client", "creditorNo"))
        elif account.currency != agreement.rules.currency:
            faults.append(
                fault(Code.CURRENCY, "The account is in another currency than the scheme", "creditorNo", None)
            )  # fmt: skip
        if faults:
            raise broken(faults)
        await store.keep_sender(tx, agreement.scheme, agreement.sender_no, next_shipment_no, now)
        await store.keep(tx, agreement, next_assignment_no, now, actor.user_id)
        return agreement

    return await db.run(client_no, use_case)


def _faults(agreement: Agreement, next_shipment_no: int | None, next_assignment_no: int | None) -> list[Fault]:
    rules, scheme = agreement.rules, agreement.scheme
    danish = scheme is Scheme.BETALINGSSERVICE
    digits = agreement.sender_no.isascii() and agreement.sender_no.isdigit()
    fits = digits and (
        len(agreement.sender_no) == rules.sender_digits
        if rules.sender_exactly
        else len(agreement.sender_no) <= rules.sender_digits
    )
    tests = (
        ("creditorNo", rules.creditor.fullmatch(agreement.creditor_no) is not None, rules.creditor_in_words),
        ("senderNo", fits, f"{rules.sender_digits} digits"),
        ("debtorGroup", bool(agreement.debtor_group) == danish, "a debtor group with Betalingsservice only"),
        (
            "debtorGroup",
            not agreement.debtor_group
            or (agreement.debtor_group.isdigit() and len(agreement.debtor_group) == GROUP_DIGITS),
            f"{GROUP_DIGITS} digits",
        ),
        ("mandateDigits", (agreement.mandate_digits or 0) <= LONGEST, f"at most {LONGEST}"),
        ("supplierId", _is_text(agreement.supplier_id, SUPPLIER_WIDTH), f"at most {SUPPLIER_WIDTH} characters"),
        ("mainText", _is_text(agreement.main_text, TEXT_WIDTH), f"at most {TEXT_WIDTH} characters of ISO-8859-1"),
        ("nextShipmentNo", _is_counter(next_shipment_no, rules.shipment_digits), f"{rules.shipment_digits} digits"),
        ("nextAssignmentNo", _is_counter(next_assignment_no, ASSIGNMENT_DIGITS), f"{ASSIGNMENT_DIGITS} digits"),
    )
    return [
        fault(Code.WRONG_VALUE, "Wanted: {what}", name, None, what=what) for name, holds, what in tests if not holds
    ]


def _is_text(text: str, width: int) -> bool:
    return len(text) <= width and text.isprintable() and all(ord(character) <= 255 for character in text)


def _is_counter(number: int | None, digits: int) -> bool:
    return number is None or 0 < number < 10**digits


async def list_agreements(db: Database, client_no: int) -> list[Agreement]:
    """The client's agreements."""
    async with db.reading(client_no) as tx:
        return await store.listed(tx)


async def list_shipments(db: Database, client_no: int, after: int = 0) -> list[Shipment]:
    """The files that were written, by number, a thousand at most."""
    async with db.reading(client_no) as tx:
        return await store.shipments(tx, after, AT_ONCE)


async def shipment(db: Database, client_no: int, shipment_no: int) -> Shipment:
    """One of them; refuses an unknown one."""
    async with db.reading(client_no) as tx:
        found = await store.shipment(tx, shipment_no)
    if found is None:
        raise not_found("shipmentNo", shipment_no)
    return found


def chosen(agreements: Sequence[Agreement], scheme: Scheme, creditor_no: str, debtor_group: str) -> Agreement:
    """The agreement that is meant: the only one of its scheme, or the one that is named; refuses none and several."""
    fitting = [
        one
        for one in agreements
        if one.scheme is scheme and creditor_no in {"", one.creditor_no} and debtor_group in {"", one.debtor_group}
    ]
    if not fitting:
        raise not_found("creditorNo", creditor_no or scheme.value, "There is no such agreement on direct debit")
    if len(fitting) > 1:
        raise broken(fault(Code.DISAGREE, "There are several agreements: name one", "creditorNo"))
    return fitting[0]
