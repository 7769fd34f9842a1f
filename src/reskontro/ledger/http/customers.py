"""Customers (2.8): write one, read one."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.ledger.domain.customer import Customer
from reskontro.ledger.domain.errors import Code
from reskontro.ledger.http import list_examples
from reskontro.ledger.http.customer_bodies import (
    CREATED_EXAMPLE,
    CUSTOMER_EXAMPLE,
    REQUEST_EXAMPLE,
    UPDATED_EXAMPLE,
    BalanceBody,
    CustomerBody,
    CustomerDeletedBody,
    CustomerWriteBody,
    CustomerWrittenBody,
)
from reskontro.ledger.http.items import item_body
from reskontro.ledger.http.parameters import (
    CLIENT_NO,
    FORBIDDEN,
    KEY,
    MALFORMED,
    NOT_FOUND,
    UNAUTHORISED,
    USER_ID,
    broken_by,
    expand,
    key_of,
)
from reskontro.ledger.service import customers as service
from reskontro.ledger.service.customers import CustomerWritten, Mode, Operation
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import item_lists
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import BookLock, Transaction
from reskontro.platform.secrets import FieldCipher


async def _write(call: Call, mode: Mode) -> CustomerWritten:
    body: CustomerWriteBody = call.body
    return await service.write_customer(
        call.tx,
        call.context.part(Numbers),
        call.context.part(FieldCipher),
        None,
        body.customer.input(),
        call.now,
        call.actor(body.metadata.user_id),
        mode,
    )


async def post_customer(call: Call) -> Reply:
    """Create a customer, or update the one that has the number."""
    written = await _write(call, Mode.UPSERT)
    body = CustomerWrittenBody.of(call.client, written, call.language)
    if written.operation is Operation.UPDATED:
        return Reply(200, body)
    at = f"{call.url}/clients/{call.client}/customers/{quote(written.customer.customer_no, safe='')}"
    return Reply(201, body, {"Location": at})


async def put_customer(call: Call) -> Reply:
    """Update the customer that the body names."""
    return Reply(200, CustomerWrittenBody.of(call.client, await _write(call, Mode.UPDATE), call.language))


async def get_customer(call: Call) -> Reply:
    """The customer, with what `expand` adds."""
    customer = await service.get_customer(call.tx, call.context.part(FieldCipher), call.path["customerno"])
    (body,) = await customer_bodies(call, [customer], call.query.get("expand", frozenset()))
    return Reply(200, body)


async def delete_customer(call: Call) -> Reply:
    """Remove the customer, alone with the client's book."""
    actor = call.actor(call.query.get("userid", ""))

    async def use_case(tx: Transaction) -> Customer:
        return await service.delete_customer(tx, call.path["customerno"], call.now, actor)

    gone = await call.context.db.run(call.client, use_case, BookLock.EXCLUSIVE)
    return Reply(200, CustomerDeletedBody.of(gone, call.language))


async def customer_bodies(call: Call, customers: Sequence[Customer], options: frozenset[str]) -> list[CustomerBody]:
    """Customers on the wire, with what `expand` adds."""
    bodies = [CustomerBody.of(call.client, customer) for customer in customers]
    accounts = [customer.account_no for customer in customers]
    if "balance" in options and bodies:
        config = await config_store.read(call.tx, call.today)
        balances = await service.get_balances(call.tx, accounts, config, call.today)
        for body in bodies:
            body.balance = BalanceBody.of(balances[body.account_no])
    if "aritems" in options and bodies:
        items: dict[int, list[Any]] = {account_no: [] for account_no in accounts}
        for row in await item_lists.open_of_accounts(call.tx, accounts, MOST_OPEN_ITEMS, call.now):
            items[row["account_no"]].append(item_body(call.client, call.language, row))
        for body in bodies:
            body.open_ar_items = items[body.account_no]
    return bodies


MOST_OPEN_ITEMS = 100
READ, WRITE = Scope("read:arm.customer"), Scope("write:arm.customer")
CUSTOMER_NO_PARAMETER = Parameter("customerno", key_of(20), "The client's own number of the customer.", KEY)
EXPAND = expand("balance", "aritems")

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/customers",
        access=WRITE,
        handler=post_customer,
        work=Work.WRITE,
        summary="POST (create) one customer",
        description="If `customerNo` already exists the call updates it exactly like PUT.",
        tag="Customers",
        path_parameters=(CLIENT_NO,),
        body=CustomerWriteBody,
        body_example=REQUEST_EXAMPLE,
        takes_idempotency_key=True,
        answers={
            200: Answer("Updated.", CustomerWrittenBody, UPDATED_EXAMPLE),
            201: Answer("Created.", CustomerWrittenBody, CREATED_EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: broken_by(Code.NOT_IN_LIST, Code.CURRENCY, Code.DATE_RANGE),
        },
    ),
    Endpoint(
        method="PUT",
        path="/clients/{clientno}/customers",
        access=WRITE,
        handler=put_customer,
        work=Work.WRITE,
        summary="PUT (update) one customer",
        description=(
            "A field that is missing or null stays as it is. If one field of `postalAddress` is given, all of them are "
            "replaced, and those not given become blank."
        ),
        tag="Customers",
        path_parameters=(CLIENT_NO,),
        body=CustomerWriteBody,
        body_example=REQUEST_EXAMPLE,
        takes_idempotency_key=True,
        answers={
            200: Answer("Updated.", CustomerWrittenBody, UPDATED_EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: broken_by(Code.NOT_IN_LIST, Code.CURRENCY, Code.DATE_RANGE),
        },
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/customers/{customerno}",
        access=READ,
        handler=get_customer,
        work=Work.READ,
        summary="GET one customer",
        tag="Customers",
        path_parameters=(CLIENT_NO, CUSTOMER_NO_PARAMETER),
        query=(EXPAND, USER_ID),
        answers={
            200: Answer("The customer.", CustomerBody, CUSTOMER_EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
    Endpoint(
        method="DELETE",
        path="/clients/{clientno}/customers/{customerno}",
        access=WRITE,
        handler=delete_customer,
        work=Work.NONE,
        summary="DELETE a customer",
        description=(
            "Only a customer without documents, AR items and active payment reservations. Its account number is never "
            "given again."
        ),
        tag="Customers",
        path_parameters=(CLIENT_NO, CUSTOMER_NO_PARAMETER),
        query=(USER_ID,),
        answers={
            200: Answer("Deleted.", CustomerDeletedBody, list_examples.CUSTOMER_DELETED),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: broken_by(Code.CUSTOMER_IN_USE, Code.STATE_NOT_ALLOWED),
        },
    ),
)
