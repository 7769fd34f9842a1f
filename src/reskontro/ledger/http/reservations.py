"""Payment reservations (2.16): a payment was initiated elsewhere and will arrive later."""

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.wire import Amount, Day, wire_time
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.errors import Code
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.reservation import NewReservation, Status
from reskontro.ledger.http import reservation_examples as examples
from reskontro.ledger.http.autopostings import CustomerNo, ItemId, Positive, Uuid
from reskontro.ledger.http.bodies import Metadata, Number
from reskontro.ledger.http.described import (
    ArItemIdText,
    ClientNoNumber,
    CurrencyText,
    DayText,
    OkText,
    ReservedStatusText,
    TimeText,
    UuidText,
    one_of,
)
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, broken_by
from reskontro.ledger.http.patterns import ONE_LINE, SEEN_LINE
from reskontro.ledger.service import reservations as service
from reskontro.ledger.service.reservations import Reserved
from reskontro.ledger.service.targets import Identifiers

AT = "paymentReservation"


class ReservationInput(msgspec.Struct, rename="camel"):
    """A payment on its way: for what, how much, when, until when it is waited for."""

    payment_id: Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=SEEN_LINE)]
    currency_amount: Amount
    ar_item_id: ItemId | None = None
    document_no: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE)] | None = None
    document_uuid: Uuid | None = None
    reference_no: Positive | None = None
    kid: Annotated[str, msgspec.Meta(max_length=30, pattern=ONE_LINE)] | None = None
    account_no: Positive | None = None
    customer_no: CustomerNo | None = None
    currency: Annotated[str, msgspec.Meta(max_length=3, pattern=ONE_LINE)] | None = None
    payment_date: Day | None = None
    valid_until: Day | None = None
    payment_method: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE)] | None = None
    text: Annotated[str, msgspec.Meta(max_length=100, pattern=ONE_LINE)] | None = None


class ReservationRequest(msgspec.Struct, rename="camel"):
    """One payment reservation."""

    metadata: Metadata
    payment_reservation: ReservationInput


class ReservationBody(msgspec.Struct, rename="camel", kw_only=True):
    """The reservation that was made. One on a customer's account names no item and no document."""

    payment_reservation_uuid: UuidText
    client_no: ClientNoNumber
    account_no: int
    customer_no: str
    ar_item_id: ArItemIdText | UnsetType = UNSET
    reference_no: int | UnsetType = UNSET
    document_no: str | UnsetType = UNSET
    payment_id: str
    currency: CurrencyText
    currency_amount: Number
    payment_date: DayText
    valid_until: DayText
    status: Annotated[str, one_of(*(status.value for status in Status))]
    created_time: TimeText


class ReservedItemBody(msgspec.Struct, rename="camel"):
    """The reserved item as it stands now."""

    ar_item_id: ArItemIdText
    currency_balance: Number
    reserved_status: ReservedStatusText


class ReservedBody(msgspec.Struct, rename="camel"):
    """What became of the call; `arItem` where an item is reserved."""

    result_type: OkText
    payment_reservation: ReservationBody
    ar_item: ReservedItemBody | UnsetType = UNSET


async def post_payment_reservation(call: Call) -> Reply:
    """Reserve an open amount for a payment."""
    request: ReservationRequest = call.body
    sent = request.payment_reservation
    identifiers = Identifiers(
        ar_item_id=sent.ar_item_id or "",
        document_no=sent.document_no or "",
        document_uuid=sent.document_uuid or "",
        reference_no=sent.reference_no,
        kid=(sent.kid or "").replace(" ", ""),
        account_no=sent.account_no,
        customer_no=sent.customer_no or "",
    )
    new = NewReservation(
        payment_id=sent.payment_id,
        currency=sent.currency or "",
        amount=sent.currency_amount,
        payment_date=_day(sent.payment_date),
        valid_until=_day(sent.valid_until),
        payment_method=sent.payment_method or "",
        text=sent.text or "",
    )
    actor = call.actor(request.metadata.user_id)
    return _reply(call, await service.reserve(call.tx, identifiers, new, call.now, actor, AT))


def _reply(call: Call, reserved: Reserved) -> Reply:
    """201. An item's reservation is read with the item, so that is its location; a customer's has none of its own."""
    made, terms, receiver = reserved.reservation, reserved.reservation.terms, reserved.receiver
    ar_item_id: str | UnsetType = UNSET
    item: ReservedItemBody | UnsetType = UNSET
    headers: dict[str, Any] = {}
    if made.item is not None and receiver.item is not None:
        ar_item_id = str(ArItemId(call.client, made.account_no, *made.item))
        balance = to_wire(receiver.item.balance_minor, terms.currency)
        item = ReservedItemBody(ar_item_id, balance, reserved.reserved_status.value)
        headers["Location"] = f"{call.url}/clients/{call.client}/aritems/{ar_item_id}?expand=reservations"
    body = ReservationBody(
        payment_reservation_uuid=str(made.reservation_uuid),
        client_no=call.client,
        account_no=made.account_no,
        customer_no=made.customer_no,
        ar_item_id=ar_item_id,
        reference_no=UNSET if made.item is None else made.item[0],
        document_no=UNSET if made.item is None else receiver.document_no,
        payment_id=made.payment_id,
        currency=terms.currency,
        currency_amount=to_wire(terms.amount_minor, terms.currency),
        payment_date=terms.payment_date.isoformat(),
        valid_until=terms.valid_until.isoformat(),
        status=Status.ACTIVE.value,
        created_time=wire_time(made.created_time),
    )
    return Reply(201, ReservedBody("OK", body, item), headers)


def _day(day: Day | None) -> date | None:
    return None if day is None else date(day.year, day.month, day.day)


RESERVATION_RULES = broken_by(
    Code.NOT_IN_LIST, Code.EXISTS, Code.DISAGREE, Code.SUMS, Code.KID, Code.BALANCE,
    Code.CURRENCY, Code.DATE_RANGE, Code.TYPE_NOT_ALLOWED, Code.NO_IDENTIFIER,
)  # fmt: skip
ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/paymentreservations",
        access=Scope("write:arm.ledger"),
        handler=post_payment_reservation,
        work=Work.POST,
        summary="POST (create) a new payment reservation",
        description=(
            "Reserves the open amount of an item, or of a customer's account, for a payment that was initiated "
            "elsewhere: nothing that is reserved is reminded of. The `payment` posted with the same `paymentId` "
            "releases it; otherwise it ends after `validUntil`. The balance does not change."
        ),
        tag="PaymentReservations",
        path_parameters=(CLIENT_NO,),
        body=ReservationRequest,
        body_example=examples.RESERVATION_REQUEST,
        takes_idempotency_key=True,
        answers={
            201: Answer("Reserved.", ReservedBody, examples.RESERVATION_ANSWER),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: Answer(
                "What an identifier names does not exist; every other fault is named too.",
                codes=NOT_FOUND.codes + RESERVATION_RULES.codes,
            ),
            422: RESERVATION_RULES,
        },
    ),
)
