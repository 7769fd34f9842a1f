"""Customers (2.8): write one, read one."""

from urllib.parse import quote

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.ledger.http.customer_bodies import (
    CREATED_EXAMPLE,
    CUSTOMER_EXAMPLE,
    REQUEST_EXAMPLE,
    UPDATED_EXAMPLE,
    BalanceBody,
    CustomerBody,
    CustomerWriteBody,
    CustomerWrittenBody,
)
from reskontro.ledger.http.items import open_item_bodies
from reskontro.ledger.http.parameters import (
    BROKEN,
    CLIENT_NO,
    FORBIDDEN,
    MALFORMED,
    NOT_FOUND,
    UNAUTHORISED,
    USER_ID,
    expand,
    key_of,
)
from reskontro.ledger.service import customers as service
from reskontro.ledger.service.customers import CustomerWritten, Mode, Operation
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store.numbers import Numbers
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
    body = CustomerBody.of(call.client, customer)
    if "balance" in call.query.get("expand", ()):
        config = await config_store.read(call.tx, call.today)
        body.balance = BalanceBody.of(await service.get_balance(call.tx, customer, config, call.today))
    if "aritems" in call.query.get("expand", ()):
        body.open_ar_items = [*await open_item_bodies(call, customer.account_no)]
    return Reply(200, body)


async def customer_body_of(call: Call, customer_no: str) -> CustomerBody:
    """A customer within another answer; the national identity number only for who may read customers."""
    customer = await service.get_customer(call.tx, call.context.part(FieldCipher), customer_no)
    may_read = READ.name in call.who.scopes
    return CustomerBody.of(call.client, customer if may_read else service.masked(customer))


READ, WRITE = Scope("read:arm.customer"), Scope("write:arm.customer")
CUSTOMER_NO_PARAMETER = Parameter("customerno", key_of(20), "The client's own number of the customer.")
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
            422: BROKEN,
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
            422: BROKEN,
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
)
