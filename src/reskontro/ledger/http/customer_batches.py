"""Batches of customers (2.8.6, 2.8.7): accepted with 202, each element judged when its turn comes."""

from typing import Annotated

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.decoding import BodyRefused, convert
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.customer import CustomerInput
from reskontro.ledger.http import list_examples as examples
from reskontro.ledger.http.batches import BatchAcceptedBody, accept, faults_of, read_envelope
from reskontro.ledger.http.bodies import Metadata
from reskontro.ledger.http.customer_bodies import REQUEST_EXAMPLE, CustomerInputBody
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, KEY_REUSED, MALFORMED, NOT_FOUND, UNAUTHORISED
from reskontro.ledger.service.customer_batches import CUSTOMERS_POST, CUSTOMERS_PUT

MOST_CUSTOMERS = 1000
WRITE = "write:arm.customer"


class BatchElement(msgspec.Struct, rename="camel"):
    """What has to be there before a batch is accepted; the rest of a customer is judged when its turn comes."""

    customer_no: str


ToBeJudged = Annotated[
    BatchElement,
    msgspec.Meta(extra_json_schema={"anyOf": [{"$ref": "#/components/schemas/CustomerInputBody"}, {"type": "object"}]}),
]


class CustomerBatchRequest(msgspec.Struct, rename="camel"):
    """A batch of customers."""

    metadata: Metadata
    customers: Annotated[list[ToBeJudged], msgspec.Meta(min_length=1, max_length=MOST_CUSTOMERS)]


def read_customer_batch(content: bytes) -> tuple[str, int]:
    """User and count of a batch in a file, which is the body of the call; raises BatchRefused with what is wrong."""
    sent = read_envelope(CustomerBatchRequest, content)
    return sent.metadata.user_id, len(sent.customers)


def customer_from_tree(tree: object, path: str) -> CustomerInput | tuple[Fault, ...]:
    """A customer of a batch, or every fault of its form."""
    try:
        return convert(CustomerInputBody, tree, path).input()
    except BodyRefused as refused:
        return faults_of(refused)


async def post_batch(call: Call) -> Reply:
    """Accept a batch that creates and updates."""
    return await _accept(call, CUSTOMERS_POST)


async def put_batch(call: Call) -> Reply:
    """Accept a batch that updates."""
    return await _accept(call, CUSTOMERS_PUT)


async def _accept(call: Call, batch_type: str) -> Reply:
    request: CustomerBatchRequest = call.body
    return await accept(call, batch_type, WRITE, request.metadata.user_id, len(request.customers))


BATCH_EXAMPLE = {"metadata": REQUEST_EXAMPLE["metadata"], "customers": [REQUEST_EXAMPLE["customer"]]}
PUT_ACCEPTED = examples.CUSTOMER_BATCH_ACCEPTED | {"batchType": CUSTOMERS_PUT}

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/customers/batches",
        access=Scope(WRITE),
        handler=post_batch,
        work=Work.WRITE,
        summary="POST (create) a batch of customers",
        description="Existing customers are updated. A number that stands twice is written twice, in order.",
        tag="Customers",
        path_parameters=(CLIENT_NO,),
        body=CustomerBatchRequest,
        body_example=BATCH_EXAMPLE,
        takes_idempotency_key=True,
        answers={
            202: Answer(
                "Accepted; the outcome is read by the batch's UUID.",
                BatchAcceptedBody,
                examples.CUSTOMER_BATCH_ACCEPTED,
            ),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: KEY_REUSED,
        },
    ),
    Endpoint(
        method="PUT",
        path="/clients/{clientno}/customers/batches",
        access=Scope(WRITE),
        handler=put_batch,
        work=Work.WRITE,
        summary="PUT (update) a batch of customers",
        description="A number that no customer has fails its element alone.",
        tag="Customers",
        path_parameters=(CLIENT_NO,),
        body=CustomerBatchRequest,
        body_example=BATCH_EXAMPLE,
        takes_idempotency_key=True,
        answers={
            202: Answer("Accepted; the outcome is read by the batch's UUID.", BatchAcceptedBody, PUT_ACCEPTED),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: KEY_REUSED,
        },
    ),
)
