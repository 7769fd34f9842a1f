"""Refunds of credit balances, `/reskontro/v1`: proposed by one, approved by another."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Handler, Parameter, Reply, Work
from reskontro.http.wire import Amount
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.identifiers import ArItemId, parse_ar_item_id
from reskontro.ledger.domain.refund import HOLDING, Refund, RefundStatus
from reskontro.ledger.http import payment_examples as examples
from reskontro.ledger.http.autopostings import ItemId, Positive
from reskontro.ledger.http.bodies import Metadata, Number
from reskontro.ledger.http.described import ArItemIdText, CurrencyText, DayText, one_of
from reskontro.ledger.http.own_answers import PAGE_SIZE, READING, next_page, refusals, statuses
from reskontro.ledger.http.parameters import CLIENT_NO, KEY, key_of
from reskontro.ledger.http.patterns import ONE_LINE
from reskontro.ledger.http.payments import minor_of
from reskontro.ledger.service import refunds as service
from reskontro.ledger.store import refunds as store

ON_PAGE = 100
LONGEST_ACCOUNT = 42  # an IBAN in groups of four
STATUS = statuses("status", RefundStatus, HOLDING, "those that hold their credit")
AFTER = Parameter("after", key_of(35), "Go on after this id, as `nextPage` does.", KEY)
REFUND_ID = Parameter("refundid", key_of(35), "The refund's id, which is its end-to-end id at the bank.", KEY)


class RefundBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A refund as it stands, with the account that it goes to."""

    refund_id: str
    refund_status: Annotated[str, one_of(*RefundStatus)]
    account_no: int
    ar_item_id: ArItemIdText
    payment_no: int | UnsetType = UNSET
    currency: CurrencyText
    currency_amount: Number
    to_account: str
    receiver_name: str
    message: str
    earliest_date: DayText
    proposed_by: str
    approved_by: str | UnsetType = UNSET
    message_id: str | UnsetType = UNSET
    bank_status: str | UnsetType = UNSET
    bank_reason: str | UnsetType = UNSET
    gl_case_no: int | UnsetType = UNSET


class RefundsBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A page of refunds."""

    next_page: str | UnsetType = UNSET
    refunds: list[RefundBody]


class RefundInput(msgspec.Struct, rename="camel", omit_defaults=True):
    """What is to go back: money on account of a payment, or a credit item; all that is free of it without an amount."""

    payment_no: Positive | None = None
    ar_item_id: ItemId | None = None
    currency_amount: Amount | None = None
    to_account: Annotated[str, msgspec.Meta(max_length=LONGEST_ACCOUNT, pattern=ONE_LINE)] | None = None
    receiver_name: Annotated[str, msgspec.Meta(max_length=service.LONGEST_NAME, pattern=ONE_LINE)] | None = None
    message: Annotated[str, msgspec.Meta(max_length=service.LONGEST_MESSAGE, pattern=ONE_LINE)] | None = None


class ProposalRequest(msgspec.Struct, rename="camel"):
    """A refund and who proposes it."""

    metadata: Metadata
    refund: RefundInput


class DecisionRequest(msgspec.Struct, rename="camel"):
    """Who decides."""

    metadata: Metadata


async def list_refunds(call: Call) -> Reply:
    """200 with a page of refunds."""
    wanted = call.query.get(STATUS.name, HOLDING)
    size: int = call.query.get("pagesize", ON_PAGE)
    rows = await store.listed(call.tx, wanted, call.query.get("after", ""), size + 1)
    following: str | UnsetType = UNSET
    if len(rows) > size:
        following = next_page(call, "refunds", {"status": ",".join(wanted)}, rows[size - 1].refund_id)
    return Reply(200, RefundsBody(next_page=following, refunds=[_body(call, one) for one in rows[:size]]))


async def get_refund(call: Call) -> Reply:
    """200 with a refund."""
    return Reply(200, _body(call, await service.show_in(call.tx, call.path["refundid"])))


async def propose_refund(call: Call) -> Reply:
    """201 with the refund, which another person has to approve."""
    request: ProposalRequest = call.body
    sent = request.refund
    if (sent.payment_no is None) == (sent.ar_item_id is None):
        raise broken(fault(Code.NO_IDENTIFIER, "Either a payment or an AR item is wanted", "refund.paymentNo"))
    item = parse_ar_item_id(sent.ar_item_id or "")
    if sent.ar_item_id is not None and (item is None or item.client_no != call.client):
        message = "Nothing of this kind exists"
        raise broken(fault(Code.UNKNOWN_REFERENCE, message, "refund.arItemId", sent.ar_item_id))
    currency = await service.currency_of(call.tx, sent.payment_no, item)
    proposal = service.Proposal(
        sent.payment_no,
        item,
        None if sent.currency_amount is None else minor_of(sent.currency_amount, currency, "refund"),
        sent.to_account or "",
        sent.receiver_name or "",
        sent.message or "",
    )
    made = await service.propose_in(call.tx, proposal, call.now, call.actor(request.metadata.user_id))
    return Reply(201, _body(call, made), {"Location": f"{call.url}/clients/{call.client}/refunds/{made.refund_id}"})


async def approve_refund(call: Call) -> Reply:
    """200 with the refund that may go out."""
    request: DecisionRequest = call.body
    actor = call.actor(request.metadata.user_id)
    return Reply(200, _body(call, await service.approve_in(call.tx, call.path["refundid"], call.now, actor)))


async def cancel_refund(call: Call) -> Reply:
    """200 with the refund that does not go out."""
    request: DecisionRequest = call.body
    actor = call.actor(request.metadata.user_id)
    return Reply(200, _body(call, await service.cancel_in(call.tx, call.path["refundid"], call.now, actor)))


def _body(call: Call, one: Refund) -> RefundBody:
    return RefundBody(
        refund_id=one.refund_id,
        refund_status=one.status.value,
        account_no=one.account_no,
        ar_item_id=str(ArItemId(call.client, one.account_no, one.reference_no, one.reference_sequence_no)),
        payment_no=UNSET if one.payment_no is None else one.payment_no,
        currency=one.currency,
        currency_amount=to_wire(one.amount_minor, one.currency),
        to_account=one.receiver_account_no,
        receiver_name=one.receiver_name,
        message=one.message,
        earliest_date=one.earliest_date.isoformat(),
        proposed_by=one.proposed_by,
        approved_by=one.approved_by or UNSET,
        message_id=one.message_id or UNSET,
        bank_status=one.bank_status or UNSET,
        bank_reason=one.bank_reason or UNSET,
        gl_case_no=UNSET if one.gl_case_no is None else one.gl_case_no,
    )


FOUR_EYES = (
    "By another person than who proposed it, and with another credential: what a call says of its user is not proved. "
    "A person at the command line may approve what a call has proposed."
)


def _decision(what: str, handler: Handler, title: str, description: str, answer: Answer) -> Endpoint:
    return Endpoint(
        method="POST",
        path=f"/clients/{{clientno}}/refunds/{{refundid}}/{what}",
        access=Scope("write:arm.ledger"),
        handler=handler,
        work=Work.POST,
        summary=title,
        description=description,
        tag="Refunds",
        path_parameters=(CLIENT_NO, REFUND_ID),
        body=DecisionRequest,
        body_example=examples.APPROVAL,
        takes_idempotency_key=True,
        answers={200: answer, **refusals(Code.BALANCE, Code.STATE_NOT_ALLOWED)},
    )


PROPOSING: dict[int, Any] = {
    **refusals(
        Code.DISAGREE, Code.SUMS, Code.BALANCE, Code.UNKNOWN_REFERENCE, Code.STATE_NOT_ALLOWED, Code.NO_IDENTIFIER
    )
}
ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/refunds",
        access=Scope("read:arm.ledger"),
        handler=list_refunds,
        work=Work.READ,
        summary="List refunds",
        description="By id, which is no order of time.",
        tag="Refunds",
        path_parameters=(CLIENT_NO,),
        query=(STATUS, PAGE_SIZE, AFTER),
        answers={200: Answer("A page of refunds.", RefundsBody, examples.REFUNDS), **READING},
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/refunds/{refundid}",
        access=Scope("read:arm.ledger"),
        handler=get_refund,
        work=Work.READ,
        summary="Get one refund",
        tag="Refunds",
        path_parameters=(CLIENT_NO, REFUND_ID),
        answers={200: Answer("The refund.", RefundBody, examples.APPROVED), **READING},
    ),
    Endpoint(
        method="POST",
        path="/clients/{clientno}/refunds",
        access=Scope("write:arm.ledger"),
        handler=propose_refund,
        work=Work.POST,
        summary="Propose a refund",
        description=(
            "Of what a payment has left on account, or of a credit item. It goes to the payer's account where the bank "
            "has told it, or to `toAccount`. Nothing is booked or sent before another person has approved it and the "
            "bank has paid it out."
        ),
        tag="Refunds",
        path_parameters=(CLIENT_NO,),
        body=ProposalRequest,
        body_example=examples.PROPOSAL,
        takes_idempotency_key=True,
        answers={201: Answer("Proposed.", RefundBody, examples.REFUND), **PROPOSING},
    ),
    _decision(
        "approval",
        approve_refund,
        "Approve a refund",
        FOUR_EYES,
        Answer("Approved: it goes into the next file.", RefundBody, examples.APPROVED),
    ),
    _decision(
        "cancellation",
        cancel_refund,
        "Take back a refund that was not sent",
        "Its credit is free again.",
        Answer("Cancelled.", RefundBody, examples.CANCELLED),
    ),
)
