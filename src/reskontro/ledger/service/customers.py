"""Writing and reading customers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, StrEnum

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.customer import (
    CUSTOMER_NO,
    Balance,
    Customer,
    CustomerInput,
    canonical_input,
    changed_fields,
    doubtful_fields,
    masked_number,
    merged,
    new_customer,
)
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.service.reservations import end_past
from reskontro.ledger.store import customers as store
from reskontro.ledger.store import log
from reskontro.ledger.store.log import Change, LogEntry
from reskontro.ledger.store.numbers import ACCOUNT, Numbers
from reskontro.ledger.store.reservations import has_active
from reskontro.platform.clock import business_day
from reskontro.platform.database import Transaction
from reskontro.platform.secrets import FieldCipher

ATTEMPTS = 5  # how often a customer can be made and deleted by others while one write is under way


class Mode(Enum):
    """Whether a number that is not known makes a customer or is a mistake."""

    UPSERT = "upsert"
    UPDATE = "update"


class Operation(StrEnum):
    """What a write did."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"


@dataclass(frozen=True, slots=True)
class CustomerWritten:
    """The whole customer after a write, and whether it is new."""

    customer: Customer
    operation: Operation


class CustomerUnknown(Refused):
    """404: no customer has the number."""

    def __init__(self, customer_no: str, field: str) -> None:
        super().__init__(
            404, [fault(Code.NOT_FOUND, "Customer not found", field, customer_no)], summary="Customer not found"
        )


async def write_customer(
    tx: Transaction,
    numbers: Numbers,
    cipher: FieldCipher,
    config: Config | None,
    given: CustomerInput,
    now: datetime,
    actor: Actor,
    mode: Mode,
    at: str = "customer",
) -> CustomerWritten:
    """Make or change a customer by its number.

    The client's settings are read with the customer where they are not given. `at` is where the input stands in the
    body, for the faults' paths.
    Raises CustomerUnknown, or Refused with every fault of the input.
    """
    given, faults = canonical_input(given)
    today = business_day(now)
    account_no: int | None = None
    for _ in range(ATTEMPTS):
        stored, settings = await store.lock_by_number(tx, given.customer_no, today)
        settings = config or settings
        if stored is not None:
            before = _with_ssn(tx.client_no, cipher, stored)
            after, more = merged(before, given, settings, today, created=False)
            _refuse(faults + more, at)
            same_ssn = before.ssn == after.ssn
            sealed = replace(stored, customer=after) if same_ssn else _sealed(tx.client_no, cipher, after)
            await store.change(tx, before, sealed, actor, now, _entries(before, after))
            return CustomerWritten(after, Operation.UPDATED)
        if mode is Mode.UPDATE:
            _refuse(faults, at)
            raise CustomerUnknown(given.customer_no, f"{at}.customerNo")
        blank = new_customer(given.customer_no, account_no or 0, settings)
        made, more = merged(blank, given, settings, today, created=True)
        _refuse(faults + more, at)
        if account_no is None:
            (account_no,) = await numbers.take(tx.client_no, ACCOUNT)
        made = replace(made, account_no=account_no)
        entries = _entries(None, made)
        if await store.add(tx, _sealed(tx.client_no, cipher, made), actor, now, entries):
            return CustomerWritten(made, Operation.CREATED)
    raise AssertionError("a customer that is taken can be read")


async def get_customer(tx: Transaction, cipher: FieldCipher, customer_no: str) -> Customer:
    """The customer with that number; raises CustomerUnknown."""
    stored = await store.by_number(tx, customer_no) if CUSTOMER_NO.fullmatch(customer_no) else None
    if stored is None:
        raise CustomerUnknown(customer_no, "customerno")
    return _with_ssn(tx.client_no, cipher, stored)


async def delete_customer(tx: Transaction, customer_no: str, now: datetime, actor: Actor) -> Customer:
    """Remove a customer that nothing was ever booked for; what it was comes back.

    The transaction has the client's book alone, so that nothing is being booked for the customer meanwhile.
    Raises CustomerUnknown, or Refused (422, ARM-2007) where it has documents or AR items, or ARM-2013 where a payment
    for it is on its way.
    """
    stored = None
    if CUSTOMER_NO.fullmatch(customer_no):
        stored, _ = await store.lock_by_number(tx, customer_no, business_day(now))
    if stored is None:
        raise CustomerUnknown(customer_no, "customerno")
    customer = stored.customer
    faults = []
    if await store.is_in_use(tx, customer.account_no):
        message = "The customer has documents or AR items"
        faults.append(fault(Code.CUSTOMER_IN_USE, message, "customerno", customer.customer_no))
    if await has_active(tx, customer.account_no, now):
        message = "The customer has an active payment reservation"
        faults.append(fault(Code.STATE_NOT_ALLOWED, message, "customerno", customer.customer_no))
    if faults:
        raise broken(faults, "The customer was not deleted")
    await end_past(tx, customer.account_no, now)
    await store.remove(tx, customer)
    entry = LogEntry("CUSTOMER", customer.customer_no, "Customer deleted", customer.customer_no, 200)
    await log.add(tx, actor, now, [entry])
    return customer


async def customers_of(tx: Transaction, cipher: FieldCipher, accounts: Sequence[int]) -> list[Customer]:
    """The customers with some account numbers, in their order."""
    return [_with_ssn(tx.client_no, cipher, stored) for stored in await store.by_accounts(tx, accounts)]


async def get_balances(tx: Transaction, accounts: Sequence[int], config: Config, today: date) -> dict[int, Balance]:
    """What some customers owe, in the ledger's currency."""
    return await store.balances(tx, accounts, config.text("gl.baseCurrency"), today)


def ssn_fingerprint(cipher: FieldCipher, client_no: int, ssn: str) -> bytes:
    """What a national identity number is found by, within one client, however its digits are spaced."""
    digits = "".join(c for c in ssn.upper() if c.isalnum())
    return cipher.fingerprint(f"{client_no}:{digits}".encode())


def _ssn_context(client_no: int, account_no: int) -> bytes:
    return f"customer.ssn:{client_no}:{account_no}".encode()


def _with_ssn(client_no: int, cipher: FieldCipher, stored: store.StoredCustomer) -> Customer:
    if stored.ssn_encrypted is None:
        return stored.customer
    context = _ssn_context(client_no, stored.customer.account_no)
    return replace(stored.customer, ssn=cipher.decrypt(stored.ssn_encrypted, context).decode())


def _sealed(client_no: int, cipher: FieldCipher, customer: Customer) -> store.StoredCustomer:
    if not customer.ssn:
        return store.StoredCustomer(customer)
    return store.StoredCustomer(
        customer,
        cipher.encrypt(customer.ssn.encode(), _ssn_context(client_no, customer.account_no)),
        ssn_fingerprint(cipher, client_no, customer.ssn),
    )


def _entries(before: Customer | None, after: Customer) -> list[LogEntry]:
    """One entry for the write, and one more where a number looks mistyped."""
    changes = [Change(*change) for change in changed_fields(before, after)]
    done = "Customer created" if before is None else "Customer updated"
    status = 201 if before is None else 200
    number = after.customer_no
    entries = [LogEntry("CUSTOMER", number, done, number, status, changes=changes)]
    doubtful = doubtful_fields(before, after)
    if doubtful:
        told = f"The check digits do not fit: {', '.join(doubtful)}"
        entries.append(LogEntry("CUSTOMER", number, told, number, status, level="WARNING"))
    return entries


def _refuse(faults: list[Fault], at: str) -> None:
    """Raise what is wrong, all of it; a value that cannot be understood weighs more than a broken rule."""
    if not faults:
        return
    placed = [_placed(f, f"{at}.{f.field}" if at else str(f.field)) for f in faults]
    if any(f.code.startswith("ARM-1") for f in placed):
        raise Refused(400, placed, summary="The request cannot be understood")
    raise Refused(422, placed, summary="The customer was rejected")


def _placed(found: Fault, path: str) -> Fault:
    args = {**found.args, "field": path} if "field" in found.args else found.args
    return replace(found, field=path, args=args)


def masked(customer: Customer) -> Customer:
    """The customer as it is shown where the national identity number need not be known."""
    return replace(customer, ssn=masked_number(customer.ssn))
