"""Payments that wait, `/reskontro/v1`: the queues, what is suggested, and what a person decides."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Handler, Parameter, Reply, Work
from reskontro.http.wire import Amount, wire_time
from reskontro.kernel.money import AmountTooLargeError, TooManyDecimalsError, to_minor, to_wire
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.matching import Outcome
from reskontro.ledger.http import payment_examples as examples
from reskontro.ledger.http.autopostings import CustomerNo, ItemId, Positive, Uuid
from reskontro.ledger.http.bodies import Metadata, Number
from reskontro.ledger.http.described import ArItemIdText, CurrencyText, DayText, TimeText, one_of
from reskontro.ledger.http.own_answers import AFTER_NUMBER, PAGE_SIZE, READING, next_page, refusals, whole_number
from reskontro.ledger.http.parameters import CLIENT_NO
from reskontro.ledger.http.patterns import ONE_LINE
from reskontro.ledger.service import payment_desk as desk
from reskontro.ledger.service import payment_queue as queues
from reskontro.ledger.service import suggestions
from reskontro.ledger.service.payment_desk import LineHistory, Placed
from reskontro.ledger.service.payment_queue import Queue, QueueRow
from reskontro.ledger.service.payment_shares import Place
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store.numbers import Numbers

STATUSES = ("UNPLACED", "PLACED", "RETURNED", "REFUSED", "CLOSED")
ON_PAGE = 100


def _queue(text: str) -> Queue:
    try:
        return Queue(text.casefold())
    except ValueError:
        raise ValueError("one of unplaced, suggested, double, on-account, refused is wanted") from None


QUEUE = Parameter(
    "queue",
    _queue,
    "Which queue; `unplaced` by default.",
    {"type": "string", "enum": [each.value for each in Queue]},
)
PAYMENT_NO = Parameter(
    "paymentno",
    whole_number(1, "a whole number above zero"),
    "The payment's number.",
    {"type": "integer", "minimum": 1},
)


class SuggestedItem(msgspec.Struct, rename="camel"):
    """What of the payment an item would get."""

    ar_item_id: ArItemIdText
    currency_amount: Number


class SuggestionBody(msgspec.Struct, rename="camel"):
    """Where a payment may belong: a score of 100 at most and its reasons. `leftAmount` would stay on account."""

    rank: int
    score: int
    account_no: int
    items: list[SuggestedItem]
    left_amount: Number
    reasons: list[str]


class PaymentRow(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A payment of a queue; `openAmount` is what waits of it."""

    payment_no: int
    payment_status: Annotated[str, one_of(*STATUSES)]
    settlement_date: DayText
    currency: CurrencyText
    currency_amount: Number
    open_amount: Number
    kid: str
    text: str
    payer_name: str
    reason: str
    score: int | UnsetType = UNSET
    customer_no: str | UnsetType = UNSET
    ar_item_id: ArItemIdText | UnsetType = UNSET
    file_name: str
    file_line_no: int


class PaymentsBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A page of a queue. A payment that stands on several items has a row for each, all on one page."""

    queue: Annotated[str, one_of(*Queue)]
    next_page: str | UnsetType = UNSET
    payments: list[PaymentRow]


class CandidateBody(msgspec.Struct, rename="camel"):
    """An item that the payment's reference named too, and why it was not taken."""

    ar_item_id: ArItemIdText
    why: str


class DecisionBody(msgspec.Struct, rename="camel"):
    """What somebody has decided, by which cases, and why."""

    created_time: TimeText
    action: str
    user_id: str
    gl_case_nos: list[int]
    note: str
    reasons: list[str]


class PaymentBody(msgspec.Struct, rename="camel", kw_only=True):
    """A payment as it stands: what its file made of it and why, what lost, what was decided, what is suggested."""

    payment_no: int
    payment_status: Annotated[str, one_of(*STATUSES)]
    outcome: Annotated[str, one_of(*Outcome)]
    reason: str
    rule: str
    settlement_date: DayText
    currency: CurrencyText
    currency_amount: Number
    kid: str
    text: str
    payer_name: str
    gl_case_nos: list[int]
    candidates: list[CandidateBody]
    decisions: list[DecisionBody]
    suggestions: list[SuggestionBody]


class PlaceInput(msgspec.Struct, rename="camel", omit_defaults=True):
    """Where some of a payment goes: to an item, a document, a customer; without an amount all that is open, or left."""

    ar_item_id: ItemId | None = None
    document_no: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE)] | None = None
    document_uuid: Uuid | None = None
    reference_no: Positive | None = None
    kid: Annotated[str, msgspec.Meta(max_length=30, pattern=ONE_LINE)] | None = None
    account_no: Positive | None = None
    customer_no: CustomerNo | None = None
    currency_amount: Amount | None = None


Note = Annotated[str, msgspec.Meta(max_length=desk.LONGEST_NOTE, pattern=ONE_LINE)]


class PlacementRequest(msgspec.Struct, rename="camel", omit_defaults=True):
    """Where a payment belongs."""

    metadata: Metadata
    places: Annotated[list[PlaceInput], msgspec.Meta(min_length=1, max_length=desk.MOST_PLACES)]
    note: Note | None = None


class AcceptanceRequest(msgspec.Struct, rename="camel"):
    """Which of a payment's suggestions is right; 1 is the best."""

    metadata: Metadata
    rank: Annotated[int, msgspec.Meta(ge=1, le=10)]


class UndoRequest(msgspec.Struct, rename="camel", omit_defaults=True):
    """Who takes back what a payment has booked, and why."""

    metadata: Metadata
    note: Note | None = None


class PlacedBody(msgspec.Struct, rename="camel"):
    """What a placement came to."""

    payment_no: int
    currency: CurrencyText
    settled_amount: Number
    on_account_amount: Number
    gl_case_nos: list[int]


class UndoneBody(msgspec.Struct, rename="camel"):
    """The cases that took a payment back. It is in the queue again."""

    payment_no: int
    gl_case_nos: list[int]


class SuggestionsBody(msgspec.Struct, rename="camel"):
    """The suggestions for a payment, the best first."""

    payment_no: int
    suggestions: list[SuggestionBody]


async def list_payments(call: Call) -> Reply:
    """200 with a page of a queue."""
    queue: Queue = call.query.get("queue", Queue.UNPLACED)
    size: int = call.query.get("pagesize", ON_PAGE)
    page = await queues.list_in(call.tx, queue, call.query.get("after", 0), size)
    following = next_page(call, "payments", {"queue": queue.value}, page.rows[-1].payment_no) if page.more else UNSET
    return Reply(200, PaymentsBody(queue=queue.value, next_page=following, payments=[_row(one) for one in page.rows]))


async def get_payment(call: Call) -> Reply:
    """200 with a payment."""
    number: int = call.path["paymentno"]
    history = await desk.show_in(call.tx, number)
    kept = await suggestions.kept_in(call.tx, number)
    return Reply(200, _payment(call, history, _suggestions(kept, history.line.currency)))


async def suggest_for_payment(call: Call) -> Reply:
    """200 with the suggestions, made anew. Nothing is booked."""
    number: int = call.path["paymentno"]
    history = await desk.show_in(call.tx, number)
    found = await suggestions.suggest_in(call.tx, number, call.now)
    return Reply(200, SuggestionsBody(number, _suggestions(found, history.line.currency)))


async def place_payment(call: Call) -> Reply:
    """200 with what was settled and what is left on account."""
    request: PlacementRequest = call.body
    number: int = call.path["paymentno"]
    currency = (await desk.show_in(call.tx, number)).line.currency
    places = [_place(one, currency, f"places[{index}]") for index, one in enumerate(request.places)]
    actor = call.actor(request.metadata.user_id)
    placed = await desk.place_in(
        call.tx, call.context.part(Numbers), number, places, call.now, actor, note=request.note or ""
    )
    return Reply(200, _placed(placed))


async def accept_suggestion(call: Call) -> Reply:
    """200 with what was settled and what is left on account."""
    request: AcceptanceRequest = call.body
    number: int = call.path["paymentno"]
    await desk.show_in(call.tx, number)
    actor = call.actor(request.metadata.user_id)
    numbers = call.context.part(Numbers)
    return Reply(200, _placed(await suggestions.accept_in(call.tx, numbers, number, request.rank, call.now, actor)))


async def undo_payment(call: Call) -> Reply:
    """200 with the cases that took it back."""
    request: UndoRequest = call.body
    number: int = call.path["paymentno"]
    actor = call.actor(request.metadata.user_id)
    cases = await desk.undo_in(
        call.tx, call.context.part(Numbers), number, call.now, actor, note=request.note or ""
    )  # fmt: skip
    return Reply(200, UndoneBody(number, list(cases)))


def _row(one: QueueRow) -> PaymentRow:
    return PaymentRow(
        payment_no=one.payment_no,
        payment_status=one.status,
        settlement_date=one.settlement_date.isoformat(),
        currency=one.currency,
        currency_amount=to_wire(one.amount_minor, one.currency),
        open_amount=to_wire(one.open_minor, one.currency),
        kid=one.kid,
        text=one.message,
        payer_name=one.payer_name,
        reason=one.reason,
        score=UNSET if one.score is None else one.score,
        customer_no=one.customer_no or UNSET,
        ar_item_id=one.ar_item_id or UNSET,
        file_name=one.file_name,
        file_line_no=one.file_line_no,
    )


def _suggestions(found: list[dict[str, Any]], currency: str) -> list[SuggestionBody]:
    return [
        SuggestionBody(
            rank,
            one["score"],
            one["accountNo"],
            [SuggestedItem(part["arItemId"], to_wire(part["amountMinor"], currency)) for part in one["items"]],
            to_wire(one["leftMinor"], currency),
            one["reasons"],
        )
        for rank, one in enumerate(found, 1)
    ]


def _payment(call: Call, history: LineHistory, found: list[SuggestionBody]) -> PaymentBody:
    line = history.line
    return PaymentBody(
        payment_no=line.payment_no,
        payment_status=line.status,
        outcome=line.outcome,
        reason=line.reason,
        rule=line.rule,
        settlement_date=line.settlement_date.isoformat(),
        currency=line.currency,
        currency_amount=to_wire(line.amount_minor, line.currency),
        kid=line.kid,
        text=line.message,
        payer_name=line.payer_name,
        gl_case_nos=list(line.case_nos),
        candidates=[
            CandidateBody(
                f"{call.client}-{one['accountNo']}-{one['referenceNo']}-{one['referenceSequenceNo']}", one["why"]
            )
            for one in history.candidates
        ],
        decisions=[
            DecisionBody(
                wire_time(one.created_time), one.action, one.user_id, list(one.gl_case_nos), one.note, one.reasons
            )
            for one in history.resolutions
        ],
        suggestions=found,
    )


def _place(one: PlaceInput, currency: str, at: str) -> Place:
    identifiers = Identifiers(
        ar_item_id=one.ar_item_id or "",
        document_no=one.document_no or "",
        document_uuid=one.document_uuid or "",
        reference_no=one.reference_no,
        kid=(one.kid or "").replace(" ", ""),
        account_no=one.account_no,
        customer_no=one.customer_no or "",
    )
    return Place(identifiers, None if one.currency_amount is None else minor_of(one.currency_amount, currency, at))


def minor_of(amount: Amount, currency: str, at: str) -> int:
    """An amount of a body in minor units; raises Refused (422) where it does not fit the currency."""
    try:
        return to_minor(amount, currency)
    except (TooManyDecimalsError, AmountTooLargeError):
        name = f"{at}.currencyAmount"
        raise broken(fault(Code.SUMS, "The amount does not fit its currency", name, amount)) from None


def _placed(placed: Placed) -> PlacedBody:
    return PlacedBody(
        placed.payment_no,
        placed.currency,
        to_wire(placed.settled_minor, placed.currency),
        to_wire(placed.on_account_minor, placed.currency),
        list(placed.gl_case_nos),
    )


PLACING = refusals(
    Code.NOT_IN_LIST, Code.DISAGREE, Code.SUMS, Code.KID, Code.BALANCE, Code.CURRENCY, Code.UNKNOWN_REFERENCE,
    Code.STATE_NOT_ALLOWED, Code.NO_IDENTIFIER,
)  # fmt: skip


def _decision(
    what: str, handler: Handler, title: str, description: str, body: Any, example: Any, answer: Answer
) -> Endpoint:  # fmt: skip
    return Endpoint(
        method="POST",
        path=f"/clients/{{clientno}}/payments/{{paymentno}}/{what}",
        access=Scope("write:arm.ledger"),
        handler=handler,
        work=Work.POST,
        summary=title,
        description=description,
        tag="Payments",
        path_parameters=(CLIENT_NO, PAYMENT_NO),
        body=body,
        body_example=example,
        takes_idempotency_key=True,
        answers={200: answer, **PLACING},
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/payments",
        access=Scope("read:arm.ledger"),
        handler=list_payments,
        work=Work.READ,
        summary="List the payments of a queue",
        description=(
            "By number: `unplaced` is money that is not booked, `suggested` those of it with a suggestion, `double` "
            "money for claims that were paid before, `on-account` all money that is booked and not used up, `refused` "
            "what was asked for by direct debit and did not come."
        ),
        tag="Payments",
        path_parameters=(CLIENT_NO,),
        query=(QUEUE, PAGE_SIZE, AFTER_NUMBER),
        answers={200: Answer("A page of the queue.", PaymentsBody, examples.PAYMENTS), **READING},
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/payments/{paymentno}",
        access=Scope("read:arm.ledger"),
        handler=get_payment,
        work=Work.READ,
        summary="Get one payment with its decisions and suggestions",
        tag="Payments",
        path_parameters=(CLIENT_NO, PAYMENT_NO),
        answers={200: Answer("The payment.", PaymentBody, examples.PAYMENT), **READING},
    ),
    Endpoint(
        method="POST",
        path="/clients/{clientno}/payments/{paymentno}/suggestions",
        access=Scope("write:arm.ledger"),
        handler=suggest_for_payment,
        work=Work.WRITE,
        summary="Look for what an unplaced payment may be for",
        description="The suggestions are made anew and kept. Nothing is booked, whatever the client's rule accepts.",
        tag="Payments",
        path_parameters=(CLIENT_NO, PAYMENT_NO),
        answers={200: Answer("The suggestions, the best first.", SuggestionsBody, examples.SUGGESTIONS), **READING},
    ),
    _decision(
        "placement",
        place_payment,
        "Book an unplaced payment",
        (
            "On items, documents or customers, in the order given. A document is paid with the fees and interest on "
            "its reference, in the client's `posting.allocationOrder`; an item alone; a customer's oldest claims "
            "first. What is left stays on the account of the last one. A payment that went out closes one open credit."
        ),
        PlacementRequest,
        examples.PLACEMENT,
        Answer("Booked.", PlacedBody, examples.PLACED),
    ),
    _decision(
        "acceptance",
        accept_suggestion,
        "Book an unplaced payment as one of its suggestions says",
        "Refused where the items have moved since the suggestion was made.",
        AcceptanceRequest,
        examples.ACCEPTANCE,
        Answer("Booked.", PlacedBody, examples.PLACED),
    ),
    _decision(
        "undo",
        undo_payment,
        "Take back what a payment has booked",
        (
            "Every item is open again by as much as before, small differences included, and the payment is in the "
            "queue again. Refused while it is being refunded."
        ),
        UndoRequest,
        examples.UNDO,
        Answer("Taken back.", UndoneBody, examples.UNDONE),
    ),
)
