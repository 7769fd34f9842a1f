"""Auto postings (2.4)."""

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.wire import Amount, Day
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.autoposting import lacking, misplaced
from reskontro.ledger.domain.codes import AUTO_POSTING_METHODS, canonical
from reskontro.ledger.domain.errors import Code, denied, fault, invalid, missing, not_found
from reskontro.ledger.http import examples
from reskontro.ledger.http.bodies import ErrorDetailBody, Metadata, Number, without_none
from reskontro.ledger.http.described import ArItemIdText, AutoPostingMethodText, VoucherTypeNumber, code
from reskontro.ledger.http.parameters import CLIENT_NO, MALFORMED, NOT_ENABLED, NOT_FOUND, UNAUTHORISED, broken_by
from reskontro.ledger.http.patterns import END, ONE_LINE, SEEN_LINE
from reskontro.ledger.http.repeats import fingerprint
from reskontro.ledger.service import postings as service
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.languages import text

Uuid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}" + END)]
ItemId = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=ONE_LINE)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
CustomerNo = Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE)]
BankAccountNo = Annotated[
    str, msgspec.Meta(max_length=34, pattern="^([0-9]{11}|[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30})" + END)
]


class OptionsInput(msgspec.Struct, rename="camel"):
    """How the call is meant."""

    validate_only: bool | None = None


class PostingInput(msgspec.Struct, rename="camel", omit_defaults=True):
    """One auto posting. Which fields its method takes and needs stands in `domain.autoposting`."""

    posting_id: Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=SEEN_LINE)]
    voucher_date: Day
    currency_amount: Amount | None = None
    options: OptionsInput | None = None
    ar_item_id: ItemId | None = None
    document_no: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE)] | None = None
    document_uuid: Uuid | None = None
    reference_no: Positive | None = None
    kid: Annotated[str, msgspec.Meta(max_length=30, pattern=ONE_LINE)] | None = None
    account_no: Positive | None = None
    customer_no: CustomerNo | None = None
    currency: Annotated[str, msgspec.Meta(max_length=3, pattern=ONE_LINE)] | None = None
    transaction_text: Annotated[str, msgspec.Meta(max_length=100, pattern=ONE_LINE)] | None = None
    external_id1: Annotated[str, msgspec.Meta(max_length=50, pattern=ONE_LINE)] | None = None
    payment_id: Annotated[str, msgspec.Meta(max_length=50, pattern=ONE_LINE)] | None = None
    payment_method: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE), code("paymentMethod", "")] | None = (
        None
    )
    reason_code: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE), code("reasonCode", "")] | None = None
    gl_account_no: Positive | None = None
    match_ar_item_ids: Annotated[list[ItemId], msgspec.Meta(max_length=500)] | None = None
    auto_match: bool | None = None
    vat_amount: Amount | None = None
    due_date: Day | None = None
    bank_account_no: BankAccountNo | None = None
    to_ar_item_id: ItemId | None = None
    to_account_no: Positive | None = None
    to_customer_no: CustomerNo | None = None
    gl_case_no: Positive | None = None


_CASELESS = frozenset(
    {"posting_id", "document_no", "customer_no", "currency", "payment_id", "payment_method", "reason_code",
     "to_customer_no"}
)  # fmt: skip
_NOT_TOLD = frozenset({"options"})  # how a posting is judged, not what it is
_NAMES = tuple(
    (field.encode_name, field.name) for field in msgspec.structs.fields(PostingInput)
)  # on the wire and here


class AutoPostingRequest(msgspec.Struct, rename="camel"):
    """The auto postings of a call: all are posted, or none."""

    metadata: Metadata
    auto_postings: Annotated[list[PostingInput], msgspec.Meta(min_length=1, max_length=500)]


class PostingSummaryBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """What became of a call."""

    auto_posting_method: AutoPostingMethodText
    result_type: Annotated[str, code("resultType")]
    validate_only: bool
    total_count: int
    ok_count: int
    failed_count: int
    batch_rejected_count: int
    gl_lot_no: int | UnsetType = UNSET


class PostingResultBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """What became of one posting. The numbers are there where something was posted."""

    posting_id: str
    result_type: Annotated[str, code("resultType")]
    gl_case_no: int | UnsetType = UNSET
    voucher_no: int | UnsetType = UNSET
    voucher_type: VoucherTypeNumber | UnsetType = UNSET
    ar_item_ids: list[ArItemIdText] | UnsetType = UNSET
    matched_ar_item_ids: list[ArItemIdText] | UnsetType = UNSET
    unmatched_currency_amount: Number | UnsetType = UNSET
    errors: list[ErrorDetailBody]


class AutoPostingsBody(msgspec.Struct, rename="camel"):
    """What became of a call and of each of its postings, as `_body` makes it."""

    summary: PostingSummaryBody
    auto_postings: list[PostingResultBody]


async def post_auto_postings(call: Call) -> Reply:
    """Post, or only validate, the postings of one method."""
    method = canonical(call.path["autopostingmethod"], AUTO_POSTING_METHODS)
    if method is None:
        raise not_found("autopostingmethod", call.path["autopostingmethod"])
    config = await config_store.read(call.tx, call.today)
    if method not in config.many("autoposting.methods"):
        raise denied(fault(Code.NOT_ENABLED, "The method is not enabled for this client", "autopostingmethod", method))
    request: AutoPostingRequest = call.body
    faults = [found for index, sent in enumerate(request.auto_postings) for found in _form_faults(method, sent, index)]
    if faults:
        raise invalid(*faults)
    outcome = await service.post(
        call.tx,
        call.context.part(Numbers),
        method,
        [_new(posting) for posting in request.auto_postings],
        call.now,
        call.actor(request.metadata.user_id),
    )
    body = _body(call, method, outcome)
    if outcome.failed:
        raise FailedCall(body)
    return Reply(200, body)


class FailedCall(Refused):
    """A call of which a posting failed: 422 with the body of the method, and nothing posted."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(422, [fault(Code.SUMS, "A posting failed")])
        self.body = body


def _form_faults(method: str, sent: PostingInput, index: int) -> list[Fault]:
    """Fields that the method cannot do without, and fields that only others have."""
    given = {
        name: value for name, field in _NAMES if (value := getattr(sent, field)) is not None and value not in ("", [])
    }
    at = f"autoPostings[{index}]"
    message = "The method {method} does not take this field"
    return [missing(f"{at}.{name}") for name in lacking(method, given)] + [
        fault(Code.COMBINATION, message, f"{at}.{name}", method=method) for name in misplaced(method, given)
    ]


def _day(day: Day | None) -> date | None:
    return None if day is None else date(day.year, day.month, day.day)


def _new(sent: PostingInput) -> service.NewPosting:
    day = sent.voucher_date
    return service.NewPosting(
        posting_id=sent.posting_id,
        validate_only=sent.options is not None and sent.options.validate_only is True,
        identifiers=Identifiers(
            ar_item_id=sent.ar_item_id or "",
            document_no=sent.document_no or "",
            document_uuid=sent.document_uuid or "",
            reference_no=sent.reference_no,
            kid=(sent.kid or "").replace(" ", ""),
            account_no=sent.account_no,
            customer_no=sent.customer_no or "",
        ),
        voucher_date=date(day.year, day.month, day.day),
        currency=sent.currency or "",
        amount=sent.currency_amount,
        transaction_text=sent.transaction_text or "",
        external_id1=sent.external_id1 or "",
        payment_id=sent.payment_id or "",
        payment_method=sent.payment_method or "",
        reason_code=sent.reason_code or "",
        gl_account_no=sent.gl_account_no,
        match_ar_item_ids=tuple(sent.match_ar_item_ids or ()),
        auto_match=sent.auto_match is not False,
        fingerprint=fingerprint(sent, _CASELESS, _NOT_TOLD),
        vat_amount=sent.vat_amount,
        due_date=_day(sent.due_date),
        bank_account_no=sent.bank_account_no or "",
        receiver=Identifiers(
            ar_item_id=sent.to_ar_item_id or "",
            account_no=sent.to_account_no,
            customer_no=sent.to_customer_no or "",
        ),
        gl_case_no=sent.gl_case_no,
    )


def _body(call: Call, method: str, outcome: service.CallOutcome) -> dict[str, Any]:
    count = len(outcome.postings)
    failed = sum(1 for one in outcome.postings if one.faults)
    overall = "FAILED" if outcome.failed else "VALIDATED" if outcome.validate_only else "OK"
    summary: dict[str, Any] = {
        "autoPostingMethod": method,
        "resultType": overall,
        "validateOnly": outcome.validate_only,
        "totalCount": count,
        "okCount": 0 if outcome.failed else count,
        "failedCount": failed,
        "batchRejectedCount": count - failed if outcome.failed else 0,
    }
    if outcome.gl_lot_no is not None:
        summary["glLotNo"] = outcome.gl_lot_no
    return {"summary": summary, "autoPostings": [_posting(call, one, outcome) for one in outcome.postings]}


def _posting(call: Call, one: service.Judged, outcome: service.CallOutcome) -> dict[str, Any]:
    if outcome.failed:
        result = "FAILED" if one.faults else "BATCH-REJECTED"
    else:
        result = "VALIDATED" if outcome.validate_only else "OK"
    errors = [
        without_none(
            {
                "errorCode": str(found.code),
                "field": found.field,
                "value": found.value,
                "message": text(call.language, found.message, found.args),
            }
        )
        for found in one.faults
    ]
    numbers = dict(one.earlier or one.result) if result == "OK" else {}
    numbers.pop("glLotNo", None)  # a match's, which has no case to find it by; it stands in the summary
    return {"postingId": one.new.posting_id, "resultType": result, **numbers, "errors": errors}


POSTING_RULES = broken_by(
    Code.NOT_IN_LIST, Code.EXISTS, Code.DISAGREE, Code.SUMS, Code.KID, Code.PERIOD_CLOSED,
    Code.BALANCE, Code.CURRENCY, Code.DATE_RANGE, Code.UNKNOWN_REFERENCE,
    Code.TYPE_NOT_ALLOWED, Code.STATE_NOT_ALLOWED, Code.NO_IDENTIFIER,
)  # fmt: skip
METHOD = Parameter(
    "autopostingmethod",
    str,
    "What happened; a code of the list autoPostingMethod.",
    {"type": "string", "enum": list(AUTO_POSTING_METHODS), "x-code-list": "autoPostingMethod"},
)

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/autopostings/{autopostingmethod}",
        access=Scope("write:arm.ledger"),
        handler=post_auto_postings,
        work=Work.POST,
        summary="POST (create) one or more auto postings",
        tag="AutoPostings",
        description="All postings of a call, or none. Each method takes the fields of its own.",
        path_parameters=(CLIENT_NO, METHOD),
        body=AutoPostingRequest,
        body_example=examples.AUTO_POSTING_REQUEST,
        takes_idempotency_key=True,
        answers={
            200: Answer("Everything posted, or everything validated.", AutoPostingsBody, examples.AUTO_POSTING_ANSWER),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: NOT_ENABLED,
            404: NOT_FOUND,
            422: Answer(
                "At least one failed; nothing was posted.",
                AutoPostingsBody,
                examples.AUTO_POSTING_FAILURE,
                codes=POSTING_RULES.codes,
            ),
        },
    ),
)
