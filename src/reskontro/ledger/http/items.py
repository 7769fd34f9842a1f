"""AR items (2.3): read one, update one."""

from datetime import date
from typing import Annotated

import asyncpg
import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.openapi import LEFT_OUT
from reskontro.http.wire import ClearableDay, Day, wire_time
from reskontro.kernel.money import to_wire
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.codes import VOUCHER_TYPES
from reskontro.ledger.domain.credit_note import CreditType
from reskontro.ledger.domain.document import Amounts
from reskontro.ledger.domain.errors import Code, broken, fault, invalid, missing, not_found
from reskontro.ledger.domain.identifiers import ArItemId, parse_ar_item_id
from reskontro.ledger.http import customer_bodies, documents, examples
from reskontro.ledger.http.bodies import AmountsInput, DistributionInput, Metadata, Number
from reskontro.ledger.http.described import (
    ArItemIdText,
    ClientNoNumber,
    CurrencyText,
    DayOrNothing,
    DayText,
    KidText,
    OkText,
    PeriodNumber,
    ReservedStatusText,
    TimeText,
    UuidText,
    VoucherTypeNumber,
    code,
    one_of,
)
from reskontro.ledger.http.parameters import (
    CLIENT_NO,
    FORBIDDEN,
    MALFORMED,
    NOT_FOUND,
    UNAUTHORISED,
    USER_ID,
    broken_by,
    expand,
)
from reskontro.ledger.http.patterns import NO_CONTROLS, ONE_LINE, SEEN_LINE
from reskontro.ledger.service.credit_notes import CreditNote, NewCreditNote, credit
from reskontro.ledger.service.items import STOPS, ItemUpdate, change_item
from reskontro.ledger.store import items as store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform import languages

NOTHING: frozenset[str] = frozenset()


class MatchBody(msgspec.Struct, rename="camel"):
    """A settlement against an item. Source: arm-api, section 2.3."""

    ar_item_id: ArItemIdText
    voucher_type: VoucherTypeNumber
    voucher_type_description: str
    voucher_no: int
    match_date: DayText
    currency_amount: Number
    gl_amount: Number


class ItemReservationBody(msgspec.Struct, rename="camel"):
    """A payment that is on its way to an item. Source: arm-api, section 2.3."""

    payment_id: str
    currency: CurrencyText
    currency_amount: Number
    payment_date: DayText
    valid_until: DayText
    status: Annotated[str, one_of("ACTIVE", "USED", "EXPIRED", "CANCELLED")]


class FollowUpBody(msgspec.Struct, rename="camel"):
    """How far the follow-up of an item has come. Source: arm-api, section 2.3."""

    reminder_level: Annotated[int, msgspec.Meta(ge=0, le=9)]
    last_reminder_date: DayOrNothing
    stop_reminder_until: DayOrNothing
    stop_debt_collection_until: DayOrNothing
    stop_interest_calc_until: DayOrNothing
    debt_collection_status: str
    interest_calculated_to: DayOrNothing


class ArItemBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """An AR item. Source: arm-api, section 2.3."""

    client_no: ClientNoNumber
    account_no: int
    reference_no: int
    reference_sequence_no: int
    ar_item_id: ArItemIdText
    customer_no: str
    document_no: str
    voucher_date: DayText
    due_date: DayText
    original_due_date: DayText
    currency: CurrencyText
    currency_amount: Number
    currency_balance: Number
    gl_amount: Number
    gl_balance: Number
    kid: KidText
    voucher_type: VoucherTypeNumber
    voucher_type_description: str
    voucher_no: int
    transaction_text: str
    gl_case_no: int
    gl_lot_no: int
    gl_year: int
    gl_period: PeriodNumber
    external_id1: str
    ledger_period_report_no: Annotated[int, LEFT_OUT] | msgspec.UnsetType  # no default: made by position, which is fast
    reserved_status: ReservedStatusText
    created_time: TimeText
    customer: "customer_bodies.CustomerBody | msgspec.UnsetType" = msgspec.UNSET
    document: "documents.DocumentBody | msgspec.UnsetType" = msgspec.UNSET
    matches: list[MatchBody] | msgspec.UnsetType = msgspec.UNSET
    reservations: list[ItemReservationBody] | msgspec.UnsetType = msgspec.UNSET
    follow_up: FollowUpBody | msgspec.UnsetType = msgspec.UNSET


def item_body(client_no: int, language: str, row: asyncpg.Record) -> ArItemBody:
    """The `ArItem` of a row, without its expansions."""
    (
        account_no, reference_no, sequence_no, customer_no, document_no, voucher_date, due_date, original_due_date,
        currency, currency_minor, currency_balance, gl_minor, gl_balance, kid, voucher_type, voucher_no, text,
        gl_case_no, gl_lot_no, gl_year, gl_period, external_id1, report_no, reserved, created, gl_currency,
    ) = row  # fmt: skip
    return ArItemBody(
        client_no,
        account_no,
        reference_no,
        sequence_no,
        f"{client_no}-{account_no}-{reference_no}-{sequence_no}",
        customer_no,
        document_no,
        voucher_date.isoformat(),
        due_date.isoformat(),
        original_due_date.isoformat(),
        currency,
        to_wire(currency_minor, currency),
        to_wire(currency_balance, currency),
        to_wire(gl_minor, gl_currency),
        to_wire(gl_balance, gl_currency),
        kid,
        voucher_type,
        VOUCHER_TYPES[voucher_type].in_language(language),
        voucher_no,
        text,
        gl_case_no,
        gl_lot_no,
        gl_year,
        gl_period,
        external_id1,
        msgspec.UNSET if report_no is None else report_no,
        reserved,
        wire_time(created),
    )


def _addressed(call: Call, text: str) -> ArItemId:
    item = parse_ar_item_id(text)
    if item is None or item.client_no != call.client:
        raise not_found("aritemid", text)
    return item


async def get_item(call: Call) -> Reply:
    """One item (2.3.2); an id of another form or client is not found."""
    item = _addressed(call, call.path["aritemid"])
    row = await store.one(call.tx, item, call.now)
    if row is None:
        raise not_found("aritemid", call.path["aritemid"])
    body = item_body(call.client, call.language, row)
    options = call.query.get("expand", NOTHING)
    if options:
        from reskontro.ledger.http.expansions import expand_items  # noqa: PLC0415 - expansions show items too

        await expand_items(call, [body], options)
    return Reply(200, body)


class CreditNoteInput(msgspec.Struct, rename="camel"):
    """A credit note for the item's document; amounts with PARTIAL only."""

    credit_type: Annotated[str, msgspec.Meta(max_length=10, pattern=ONE_LINE), one_of("FULL", "BALANCE", "PARTIAL")]
    currency_amounts: AmountsInput | None = None
    document_no: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=SEEN_LINE)] | None = None
    document_date: Day | None = None
    customer_message: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_CONTROLS)] | None = None
    reason_code: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE), code("reasonCode", "")] | None = None
    distribution: DistributionInput | None = None


class ItemChanges(msgspec.Struct, rename="camel"):
    """What may change on an item. Missing and null mean unchanged."""

    ar_item_id: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=ONE_LINE)]
    due_date: Day | None = None
    transaction_text: Annotated[str, msgspec.Meta(max_length=100, pattern=ONE_LINE)] | None = None
    external_id1: Annotated[str, msgspec.Meta(max_length=50, pattern=ONE_LINE)] | None = None
    ledger_note: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_CONTROLS)] | None = None
    stop_reminder_until: ClearableDay | None = None
    stop_debt_collection_until: ClearableDay | None = None
    stop_interest_calc_until: ClearableDay | None = None
    credit_note: CreditNoteInput | None = None


class ItemRequest(msgspec.Struct, rename="camel"):
    """An update of one item, which is addressed in the body."""

    metadata: Metadata
    ar_item: ItemChanges


class CreditNoteBody(msgspec.Struct, rename="camel"):
    """The credit note that an update made."""

    document_no: str
    document_uuid: UuidText
    ar_item_id: ArItemIdText
    gl_case_no: int
    gl_lot_no: int
    voucher_no: int
    currency_amount: Number


class ItemUpdatedBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """The answer to an update."""

    result_type: OkText
    message: str
    ar_item: ArItemBody
    credit_note: CreditNoteBody | msgspec.UnsetType = msgspec.UNSET


_CHANGEABLE = ("due_date", "transaction_text", "external_id1", "ledger_note", *STOPS)


async def put_item(call: Call) -> Reply:
    """Change details of an item (2.3.3)."""
    request: ItemRequest = call.body
    sent = request.ar_item
    if sent.credit_note is None and all(getattr(sent, name) is None for name in _CHANGEABLE):
        raise invalid(fault(Code.MISSING, "At least one field to change is required", "arItem"))
    new_credit_note = _credit_note(sent.credit_note) if sent.credit_note is not None else None
    item = parse_ar_item_id(sent.ar_item_id)
    if item is None or item.client_no != call.client:
        raise not_found("arItem.arItemId", sent.ar_item_id)
    actor = call.actor(request.metadata.user_id)
    credit_note: CreditNoteBody | msgspec.UnsetType = msgspec.UNSET
    refusals: list[Refused] = []  # of the change and of the credit note, told together
    try:
        await change_item(call.tx, item, _changes(sent), call.now, actor)
    except Refused as refused:
        refusals.append(refused)
    if new_credit_note is not None and not any(one.status == 404 for one in refusals):
        numbers = call.context.part(Numbers)
        try:
            made = await credit(call.tx, numbers, item, new_credit_note, call.now, actor, "arItem.creditNote")
            credit_note = _credit_note_body(made)
        except Refused as refused:
            refusals.append(refused)
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise broken([one for refused in refusals for one in refused.faults], "The AR item was not changed")
    after = await store.one(call.tx, item, call.now)
    assert after is not None
    body = item_body(call.client, call.language, after)
    message = languages.text(call.language, "AR item updated")
    return Reply(200, ItemUpdatedBody("OK", message, body, credit_note))


def _changes(sent: ItemChanges) -> ItemUpdate:
    stops: dict[str, ClearableDay | None] = {name: getattr(sent, name) for name in STOPS}
    due = sent.due_date
    return ItemUpdate(
        due_date=None if due is None else date(due.year, due.month, due.day),
        transaction_text=sent.transaction_text,
        external_id1=sent.external_id1,
        ledger_note=sent.ledger_note,
        stops={name: given.day for name, given in stops.items() if given is not None},
    )


def _credit_note(sent: CreditNoteInput) -> NewCreditNote:
    """The credit note as the ledger takes it; raises Refused where amounts are missing or not wanted."""
    at = "arItem.creditNote.currencyAmounts"
    partial = sent.credit_type.upper() == CreditType.PARTIAL
    if partial and sent.currency_amounts is None:
        raise invalid(missing(at))
    if not partial and sent.currency_amounts is not None:
        raise invalid(fault(Code.COMBINATION, "Only PARTIAL takes amounts", at))
    amounts, day, channel = sent.currency_amounts, sent.document_date, sent.distribution
    return NewCreditNote(
        credit_type=sent.credit_type,
        amounts=Amounts(amounts.excl_vat, amounts.vat, amounts.incl_vat) if amounts is not None else None,
        document_no=sent.document_no or "",
        document_date=date(day.year, day.month, day.day) if day is not None else None,
        customer_message=sent.customer_message or "",
        reason_code=sent.reason_code or "",
        distribution=channel.channel if channel is not None else None,
    )


def _credit_note_body(made: CreditNote) -> CreditNoteBody:
    posted = made.posted
    return CreditNoteBody(
        posted.document_no,
        str(posted.document_uuid),
        str(posted.ar_item_id),
        posted.gl_case_no,
        posted.gl_lot_no,
        posted.voucher_no,
        to_wire(made.minor, made.currency),
    )


AR_ITEM_ID = Parameter(
    "aritemid",
    str,
    "clientNo-accountNo-referenceNo-referenceSequenceNo.",
    {"type": "string", "pattern": r"^\d+-\d+-\d+-\d+$"},
)

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/aritems/{aritemid}",
        access=Scope("read:arm.ledger"),
        handler=get_item,
        work=Work.READ,
        summary="GET one AR item",
        tag="ArItems",
        path_parameters=(CLIENT_NO, AR_ITEM_ID),
        query=(expand("customer", "document", "matches", "reservations", "followup"), USER_ID),
        answers={
            200: Answer("AR item found.", ArItemBody, examples.AR_ITEM),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
    Endpoint(
        method="PUT",
        path="/clients/{clientno}/aritems",
        access=Scope("write:arm.ledger"),
        handler=put_item,
        work=Work.POST,
        summary="PUT (update) AR item details",
        tag="ArItems",
        description=(
            "The item is addressed in the body. Missing and null fields stay as they are. With `creditNote` the item's "
            "document is credited in the same transaction."
        ),
        path_parameters=(CLIENT_NO,),
        body=ItemRequest,
        body_example=examples.AR_ITEM_UPDATE,
        takes_idempotency_key=True,
        answers={
            200: Answer("Changed, and credited where that was asked for.", ItemUpdatedBody, examples.AR_ITEM_UPDATED),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: broken_by(
                Code.NOT_IN_LIST,
                Code.EXISTS,
                Code.SUMS,
                Code.PERIOD_CLOSED,
                Code.BALANCE,
                Code.CURRENCY,
                Code.DATE_RANGE,
                Code.TYPE_NOT_ALLOWED,
                Code.STATE_NOT_ALLOWED,
            ),
        },
    ),
)
