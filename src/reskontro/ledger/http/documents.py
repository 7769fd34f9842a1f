"""Documents (2.10): post one, post a batch, read one."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import quote

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.decoding import BodyRefused, decode_part
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.wire import Day, Quantity, encode, wire_time
from reskontro.kernel.money import to_wire
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import DOCUMENT_TYPES, fold
from reskontro.ledger.domain.document import Amounts, NewDocument, NewLine
from reskontro.ledger.domain.errors import Code, broken, invalid, missing, not_found
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.http import customer_bodies, examples, items
from reskontro.ledger.http.batches import BatchAcceptedBody, accept, faults_of, read_envelope
from reskontro.ledger.http.bodies import (
    AmountsBody,
    AmountsInput,
    DistributionBody,
    DistributionInput,
    Metadata,
    Number,
    QuantityNumber,
    day_text,
)
from reskontro.ledger.http.described import (
    ArItemIdText,
    BundleIdText,
    ClientNoNumber,
    CurrencyText,
    DayOrNothing,
    DayText,
    DocumentStatusText,
    DocumentTypeText,
    KidText,
    LineTypeText,
    OkText,
    PeriodNumber,
    TimeText,
    UuidText,
    VoucherTypeNumber,
    code,
    one_of,
)
from reskontro.ledger.http.parameters import (
    CLIENT_NO,
    FORBIDDEN,
    KEY,
    KEY_REUSED,
    MALFORMED,
    NOT_FOUND,
    UNAUTHORISED,
    USER_ID,
    broken_by,
    expand,
    key_of,
)
from reskontro.ledger.http.patterns import END, NO_CONTROLS, ONE_LINE, SEEN_LINE
from reskontro.ledger.service import documents as service
from reskontro.ledger.service.batches import Unreadable, told_no
from reskontro.ledger.store import documents as store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.json_text import decode
from reskontro.platform.languages import text

MOST_DOCUMENTS = 500


def _line(length: int) -> msgspec.Meta:
    return msgspec.Meta(max_length=length, pattern=ONE_LINE)


def _lines(length: int) -> msgspec.Meta:
    return msgspec.Meta(max_length=length, pattern=NO_CONTROLS)


Text = Annotated[str, _line(50)]
Group = Annotated[str, _line(20)]
Uuid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}" + END)]
Email = Annotated[str, msgspec.Meta(max_length=254, pattern=r"^[^@\s<>\x00-\x1f\x7f]+@[^@\s<>\x00-\x1f\x7f]+" + END)]


class LineInput(msgspec.Struct, rename="camel"):
    """A line of a document."""

    line_no: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    line_type: Annotated[str, _line(10), code("lineType")]
    currency_amounts: AmountsInput
    article_no: Annotated[str, _line(30)] | None = None
    article_name: Annotated[str, _line(100)] | None = None
    line_text: Annotated[str, _lines(250)] | None = None
    quantity_unit: Group | None = None
    quantity: Quantity | None = None
    volume_unit: Group | None = None
    volume: Quantity | None = None
    price: Quantity | None = None
    item_group1: Group | None = None
    item_group2: Group | None = None
    item_group3: Group | None = None


class EinvoiceAddressInput(msgspec.Struct, rename="camel"):
    """An electronic address that overrides the customer's."""

    address: Annotated[str, _line(100)] | None = None
    address_scheme: Annotated[str, _line(20)] | None = None
    operator: Annotated[str, _line(50)] | None = None


class CustomCodeInput(msgspec.Struct, rename="camel"):
    """A code that the client has agreed with whoever produces its documents."""

    code: Annotated[str, _line(50)]
    value: Annotated[str, _lines(250)]


class DocumentInput(msgspec.Struct, rename="camel"):
    """A document as it is sent."""

    document_type: Annotated[str, _line(10), one_of("IN", "CN", "RN")]
    customer_no: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=ONE_LINE)]
    document_no: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=SEEN_LINE)]
    document_date: Day
    currency_amounts: AmountsInput
    due_date: Day | None = None
    currency: Annotated[str, _line(3)] | None = None
    language: Annotated[str, _line(5)] | None = None
    kid: Annotated[str, _line(30)] | None = None
    marketing_message_code: Annotated[str, _line(10)] | None = None
    customer_message: Annotated[str, _lines(500)] | None = None
    sales_order_id: Text | None = None
    purchase_order_id: Text | None = None
    seller_reference: Text | None = None
    buyer_reference: Text | None = None
    additional_reference: Text | None = None
    sub_customer_no: Group | None = None
    ledger_note: Annotated[str, _lines(500)] | None = None
    credited_document_no: Group | None = None
    external_id1: Text | None = None
    distribution: DistributionInput | None = None
    einvoice_address: EinvoiceAddressInput | None = None
    email_address: Annotated[list[Email], msgspec.Meta(max_length=10)] | None = None
    attachment_files: Annotated[list[Uuid], msgspec.Meta(max_length=10)] | None = None
    attachment_codes: Annotated[list[Text], msgspec.Meta(max_length=10)] | None = None
    custom_codes: Annotated[list[CustomCodeInput], msgspec.Meta(max_length=20)] | None = None
    document_lines: Annotated[list[LineInput], msgspec.Meta(max_length=1000)] | None = None


class DocumentRequest(msgspec.Struct, rename="camel"):
    """One document."""

    metadata: Metadata
    document: DocumentInput


# Whatever an object is, the batch is accepted: what is no document fails alone, when its turn comes.
ToBeJudged = Annotated[
    msgspec.Raw,
    msgspec.Meta(extra_json_schema={"anyOf": [{"$ref": "#/components/schemas/DocumentInput"}, {"type": "object"}]}),
]


class DocumentBatchRequest(msgspec.Struct, rename="camel"):
    """A batch: the envelope is checked before it is accepted, each document when its turn comes."""

    metadata: Metadata
    documents: Annotated[list[ToBeJudged], msgspec.Meta(min_length=1, max_length=MOST_DOCUMENTS)]

    def __post_init__(self) -> None:
        if not all(bytes(memoryview(document)[:1]) == b"{" for document in self.documents):
            raise ValueError  # which element, is found when the body is walked


class EinvoiceAddressBody(msgspec.Struct, rename="camel"):
    """An electronic address."""

    address: str
    address_scheme: str
    operator: str


class CustomCodeBody(msgspec.Struct, rename="camel"):
    """A code that the client has agreed with whoever produces its documents."""

    code: str
    value: str


class LineBody(msgspec.Struct, rename="camel"):
    """A line of a document."""

    line_no: int
    line_type: LineTypeText
    article_no: str
    article_name: str
    line_text: str
    quantity_unit: str
    quantity: QuantityNumber
    volume_unit: str
    volume: QuantityNumber
    price: QuantityNumber
    item_group1: str
    item_group2: str
    item_group3: str
    currency_amounts: AmountsBody


class DistributionEventBody(msgspec.Struct, rename="camel"):
    """What became of a document on its way."""

    time: TimeText
    type: str
    status: str
    receiver: str
    text: str


class DocumentBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A document, as `document_body` makes it. Source: arm-api, section 2.10."""

    client_no: ClientNoNumber
    account_no: int
    customer_no: str
    document_no: str
    document_uuid: UuidText
    document_type: DocumentTypeText
    document_type_description: str
    document_status: DocumentStatusText
    document_date: DayText
    due_date: DayOrNothing
    original_due_date: DayOrNothing
    currency: CurrencyText
    currency_amounts: AmountsBody
    currency_balance: Number
    kid: KidText
    reference_no: int
    ar_item_id: ArItemIdText
    document_bundle_id: BundleIdText
    created_time: TimeText
    language: str
    marketing_message_code: str
    customer_message: str
    sales_order_id: str
    purchase_order_id: str
    seller_reference: str
    buyer_reference: str
    additional_reference: str
    sub_customer_no: str
    ledger_note: str
    external_id1: str
    distribution: DistributionBody
    einvoice_address: EinvoiceAddressBody
    email_address: list[str]
    attachment_files: list[UuidText]
    attachment_codes: list[str]
    custom_codes: list[CustomCodeBody]
    voucher_type: VoucherTypeNumber
    voucher_no: int
    gl_case_no: int
    gl_lot_no: int
    gl_year: int
    gl_period: PeriodNumber
    gl_amounts: AmountsBody
    credited_document_no: str | UnsetType = UNSET
    distributed_time: TimeText | UnsetType = UNSET
    file_uuid: UuidText | UnsetType = UNSET
    document_lines: list[LineBody] | UnsetType = UNSET
    ar_item: "items.ArItemBody | UnsetType" = UNSET
    customer: "customer_bodies.CustomerBody | UnsetType" = UNSET
    distribution_events: list[DistributionEventBody] | UnsetType = UNSET


class PostedDocumentBody(msgspec.Struct, rename="camel"):
    """A document that was posted: its identifiers and numbers."""

    client_no: ClientNoNumber
    account_no: int
    customer_no: str
    document_no: str
    document_uuid: UuidText
    document_bundle_id: BundleIdText
    document_type: DocumentTypeText
    document_status: DocumentStatusText
    reference_no: int
    ar_item_id: ArItemIdText
    kid: KidText
    voucher_type: VoucherTypeNumber
    voucher_no: int
    gl_case_no: int
    gl_lot_no: int
    gl_year: int
    gl_period: PeriodNumber


class DocumentWrittenBody(msgspec.Struct, rename="camel"):
    """The answer to a post, as `post_document` makes it."""

    result_type: OkText
    operation: Annotated[str, one_of("CREATED", "NONE")]
    message: str
    document: PostedDocumentBody


# What is only kept and given back: the fields that no column holds.
_KEPT = (
    "marketing_message_code",
    "customer_message",
    "sales_order_id",
    "purchase_order_id",
    "seller_reference",
    "buyer_reference",
    "additional_reference",
    "sub_customer_no",
    "credited_document_no",
    "email_address",
    "attachment_files",
    "attachment_codes",
)


def missing_faults(sent: DocumentInput, path: str) -> list[Fault]:
    """The fields that are required by what the document is."""
    faults = []

    def need(field: str) -> None:
        faults.append(missing(f"{path}.{field}"))

    if sent.document_type.upper() in {"IN", "CN"} and not sent.document_lines:
        need("documentLines")
    for index, line in enumerate(sent.document_lines or ()):
        if line.line_type.upper() == "PLH":
            if line.quantity is None:
                need(f"documentLines[{index}].quantity")
            if line.price is None:
                need(f"documentLines[{index}].price")
        elif line.line_type.upper() == "TXT" and not line.line_text:
            need(f"documentLines[{index}].lineText")
    return faults


def _amounts(sent: AmountsInput) -> Amounts:
    return Amounts(sent.excl_vat, sent.vat, sent.incl_vat)


def _line_content(line: LineInput) -> dict[str, Any]:
    amounts = line.currency_amounts
    return {
        "lineNo": line.line_no,
        "lineType": line.line_type.upper(),
        "articleNo": line.article_no or "",
        "articleName": line.article_name or "",
        "lineText": line.line_text or "",
        "quantityUnit": line.quantity_unit or "",
        "quantity": _plain(line.quantity),
        "volumeUnit": line.volume_unit or "",
        "volume": _plain(line.volume),
        "price": _plain(line.price),
        "itemGroup1": line.item_group1 or "",
        "itemGroup2": line.item_group2 or "",
        "itemGroup3": line.item_group3 or "",
        "currencyAmounts": {
            "exclVat": _plain(amounts.excl_vat),
            "vat": _plain(amounts.vat),
            "inclVat": _plain(amounts.incl_vat),
        },
    }


def _plain(number: Decimal | None) -> int | Decimal:
    if not number:
        return 0
    whole = int(number)
    return whole if whole == number else Decimal(format(number.normalize(), "f"))


def new_document(sent: DocumentInput) -> NewDocument:
    """The document as the ledger takes it."""
    content: dict[str, Any] = {name: value for name in _KEPT if (value := getattr(sent, name)) not in (None, "", [])}
    if sent.einvoice_address is not None:
        address = sent.einvoice_address
        content["einvoiceAddress"] = {
            "address": address.address or "",
            "addressScheme": address.address_scheme or "",
            "operator": address.operator or "",
        }
    if sent.custom_codes:
        content["customCodes"] = [{"code": c.code, "value": c.value} for c in sent.custom_codes]
    lines = sent.document_lines or []
    content["lines"] = [_line_content(line) for line in lines]
    amounts = sent.currency_amounts
    channel = sent.distribution.channel if sent.distribution else None
    document_date = _day(sent.document_date)
    due_date = _day(sent.due_date) if sent.due_date is not None else None
    kid = (sent.kid or "").replace(" ", "")
    codes = (sent.document_type, sent.customer_no, sent.document_no, sent.currency, sent.language)
    told = (
        *(fold(each or "") for each in codes), document_date, due_date, kid, sent.external_id1 or "",
        sent.ledger_note or "", channel and (fold(channel[0]), channel[1]), _plain(amounts.excl_vat),
        _plain(amounts.vat), _plain(amounts.incl_vat), content,
    )  # fmt: skip
    return NewDocument(
        document_type=sent.document_type,
        customer_no=sent.customer_no,
        document_no=sent.document_no,
        document_date=document_date,
        due_date=due_date,
        currency=sent.currency or "",
        language=sent.language or "",
        kid=kid,
        credited_document_no=sent.credited_document_no or "",
        external_id1=sent.external_id1 or "",
        ledger_note=sent.ledger_note or "",
        amounts=_amounts(amounts),
        distribution=channel,
        lines=tuple(
            NewLine(
                line.line_no,
                line.line_type,
                line.line_text or line.article_name or "",
                line.price is not None,
                (line.item_group1 or "", line.item_group2 or "", line.item_group3 or ""),
                _amounts(line.currency_amounts),
            )
            for line in lines
        ),
        attachment_files=tuple(sent.attachment_files or ()),
        content=content,
        fingerprint=hashlib.sha256(encode(told)).digest(),
    )


def _day(day: Day) -> date:
    return date(day.year, day.month, day.day)


class _Elements(msgspec.Struct):
    documents: list[msgspec.Raw]


_elements = msgspec.json.Decoder(_Elements)


def documents_of_batch(content: bytes) -> list[NewDocument | Unreadable]:
    """The documents of an accepted batch, each one or every fault of its form."""
    return [_element(raw, f"documents[{index}]") for index, raw in enumerate(_elements.decode(content).documents)]


def _element(raw: msgspec.Raw, path: str) -> NewDocument | Unreadable:
    try:
        sent = decode_part(DocumentInput, raw, path)
    except BodyRefused as refused:
        return Unreadable(faults_of(refused), told_no(decode(bytes(raw)).get("documentNo")))
    faults = missing_faults(sent, path)
    return Unreadable(tuple(faults), told_no(sent.document_no)) if faults else new_document(sent)


def read_document_batch(content: bytes) -> tuple[str, int]:
    """User and count of a batch in a file, which is the body of the call; raises BatchRefused with what is wrong."""
    sent = read_envelope(DocumentBatchRequest, content)
    return sent.metadata.user_id, len(sent.documents)


async def post_document(call: Call) -> Reply:
    """Post one document (2.10.1): 201, or 200 with the stored one for an identical repeat."""
    request: DocumentRequest = call.body
    faults = missing_faults(request.document, "document")
    if faults:
        raise invalid(*faults)
    numbers = call.context.part(Numbers)
    actor = call.actor(request.metadata.user_id)
    outcomes = await service.post(
        call.tx, numbers, [new_document(request.document)], call.now, actor, paths=["document"]
    )
    outcome = outcomes[0]
    if isinstance(outcome, service.Rejected):
        raise broken(list(outcome.faults), "The document was rejected")
    if isinstance(outcome, service.Repeated):
        row = await store.one(call.tx, outcome.document_no)
        assert row is not None
        body = {
            "resultType": "OK",
            "operation": "NONE",
            "message": text(call.language, "Document exists"),
            "document": _posted_of_row(call, row),
        }
        return Reply(200, body)
    location = f"{call.url}/clients/{call.client}/documents/{quote(outcome.document_no, safe='')}"
    return Reply(
        201,
        {
            "resultType": "OK",
            "operation": "CREATED",
            "message": text(call.language, "Document created"),
            "document": _posted(call.client, outcome),
        },
        {"Location": location},
    )


def _posted(client_no: int, posted: service.Posted) -> dict[str, Any]:
    return {
        "clientNo": client_no,
        "accountNo": posted.account_no,
        "customerNo": posted.customer_no,
        "documentNo": posted.document_no,
        "documentUuid": str(posted.document_uuid),
        "documentBundleId": f"{client_no}-{posted.bundle_no}",
        "documentType": posted.document_type,
        "documentStatus": "POSTED",
        "referenceNo": posted.ar_item_id.reference_no,
        "arItemId": str(posted.ar_item_id),
        "kid": posted.kid,
        "voucherType": int(posted.voucher_type),
        "voucherNo": posted.voucher_no,
        "glCaseNo": posted.gl_case_no,
        "glLotNo": posted.gl_lot_no,
        "glYear": posted.period.gl_year,
        "glPeriod": posted.period.gl_period,
    }


def _posted_of_row(call: Call, row: asyncpg.Record) -> dict[str, Any]:
    item_id = ArItemId(call.client, row["account_no"], row["reference_no"], row["reference_sequence_no"])
    return {
        "clientNo": call.client,
        "accountNo": row["account_no"],
        "customerNo": row["customer_no"],
        "documentNo": row["document_no"],
        "documentUuid": str(row["document_uuid"]),
        "documentBundleId": f"{call.client}-{row['bundle_no']}",
        "documentType": row["document_type"],
        "documentStatus": row["document_status"],
        "referenceNo": row["reference_no"],
        "arItemId": str(item_id),
        "kid": row["kid"],
        "voucherType": row["voucher_type"],
        "voucherNo": row["voucher_no"],
        "glCaseNo": row["gl_case_no"],
        "glLotNo": row["gl_lot_no"],
        "glYear": row["gl_year"],
        "glPeriod": row["gl_period"],
    }


async def post_document_batch(call: Call) -> Reply:
    """Accept a batch of documents (2.10.2): 202 with the batch's UUID."""
    request: DocumentBatchRequest = call.body
    return await accept(call, "DOCUMENTS-POST", "write:arm.document", request.metadata.user_id, len(request.documents))


async def get_document(call: Call) -> Reply:
    """One document with its lines (2.10.4)."""
    document_no: str = call.path["documentno"]
    row = await store.one(call.tx, document_no)
    if row is None:
        raise not_found("documentno", document_no)
    body = document_body(call, row)
    options: frozenset[str] = call.query.get("expand", frozenset())
    if options:
        from reskontro.ledger.http.expansions import expand_documents  # noqa: PLC0415 - expansions show documents too

        await expand_documents(call, [body], options)
    return Reply(200, body)


def document_body(call: Call, row: asyncpg.Record, *, lines: bool = True) -> dict[str, Any]:
    """The `Document` of a row, without its expansions."""
    currency, gl_currency = row["currency"], row["gl_currency"]
    content: dict[str, Any] = decode(row["content"])
    item_id = ArItemId(call.client, row["account_no"], row["reference_no"], row["reference_sequence_no"])
    body: dict[str, Any] = {
        "clientNo": call.client,
        "accountNo": row["account_no"],
        "customerNo": row["customer_no"],
        "documentNo": row["document_no"],
        "documentUuid": str(row["document_uuid"]),
        "documentType": row["document_type"],
        "documentTypeDescription": DOCUMENT_TYPES[row["document_type"]].in_language(call.language),
        "documentStatus": row["document_status"],
        "documentDate": row["document_date"].isoformat(),
        "dueDate": day_text(row["due_date"]),
        "originalDueDate": day_text(row["original_due_date"]),
        "currency": currency,
        "currencyAmounts": AmountsBody.of(currency, row["excl_vat_minor"], row["vat_minor"], row["incl_vat_minor"]),
        "currencyBalance": to_wire(row["currency_balance_minor"], currency),
        "kid": row["kid"],
        "referenceNo": row["reference_no"],
        "arItemId": str(item_id),
        "documentBundleId": f"{call.client}-{row['bundle_no']}",
        "createdTime": wire_time(row["created_time"]),
        "language": content.get("language", ""),
        "marketingMessageCode": content.get("marketing_message_code", ""),
        "customerMessage": content.get("customer_message", ""),
        "salesOrderId": content.get("sales_order_id", ""),
        "purchaseOrderId": content.get("purchase_order_id", ""),
        "sellerReference": content.get("seller_reference", ""),
        "buyerReference": content.get("buyer_reference", ""),
        "additionalReference": content.get("additional_reference", ""),
        "subCustomerNo": content.get("sub_customer_no", ""),
        "ledgerNote": row["ledger_note"] or "",
        "externalId1": row["external_id1"],
        "distribution": {"type": content["distributionType"], "einvoiceCode": content["einvoiceCode"]},
        "einvoiceAddress": content.get("einvoiceAddress", {"address": "", "addressScheme": "", "operator": ""}),
        "emailAddress": content.get("email_address", []),
        "attachmentFiles": content.get("attachment_files", []),
        "attachmentCodes": content.get("attachment_codes", []),
        "customCodes": content.get("customCodes", []),
        "voucherType": row["voucher_type"],
        "voucherNo": row["voucher_no"],
        "glCaseNo": row["gl_case_no"],
        "glLotNo": row["gl_lot_no"],
        "glYear": row["gl_year"],
        "glPeriod": row["gl_period"],
        "glAmounts": AmountsBody.of(
            gl_currency, row["gl_excl_vat_minor"], row["gl_vat_minor"], row["gl_incl_vat_minor"]
        ),
    }
    if content.get("credited_document_no"):
        body["creditedDocumentNo"] = content["credited_document_no"]
    if row["distributed_time"] is not None:
        body["distributedTime"] = wire_time(row["distributed_time"])
    if row["file_uuid"] is not None:
        body["fileUuid"] = str(row["file_uuid"])
    if lines:
        body["documentLines"] = content["lines"]
    return body


DOCUMENT_NO = Parameter("documentno", key_of(20), "The document's number, without regard to case.", KEY)

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/documents",
        access=Scope("write:arm.document"),
        handler=post_document,
        work=Work.POST,
        summary="POST (create) one document",
        tag="Documents",
        path_parameters=(CLIENT_NO,),
        body=DocumentRequest,
        body_example=examples.DOCUMENT_REQUEST,
        takes_idempotency_key=True,
        answers={
            201: Answer("Created and posted.", DocumentWrittenBody, examples.DOCUMENT_ANSWER),
            200: Answer("An identical repeat: the stored document.", DocumentWrittenBody, examples.DOCUMENT_REPEATED),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: broken_by(
                Code.NOT_IN_LIST,
                Code.EXISTS,
                Code.DISAGREE,
                Code.SUMS,
                Code.KID,
                Code.PERIOD_CLOSED,
                Code.CURRENCY,
                Code.DATE_RANGE,
                Code.UNKNOWN_REFERENCE,
                Code.TYPE_NOT_ALLOWED,
            ),
        },
    ),
    Endpoint(
        method="POST",
        path="/clients/{clientno}/documents/batches",
        access=Scope("write:arm.document"),
        handler=post_document_batch,
        work=Work.WRITE,
        summary="POST (create) a batch of documents",
        tag="Documents",
        path_parameters=(CLIENT_NO,),
        body=DocumentBatchRequest,
        body_example=examples.DOCUMENT_BATCH_REQUEST,
        takes_idempotency_key=True,
        answers={
            202: Answer(
                "Accepted; the outcome is read by the batch's UUID.", BatchAcceptedBody, examples.BATCH_ACCEPTED
            ),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            422: KEY_REUSED,
        },
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/documents/{documentno}",
        access=Scope("read:arm.document"),
        handler=get_document,
        work=Work.READ,
        summary="GET one document",
        tag="Documents",
        path_parameters=(CLIENT_NO, DOCUMENT_NO),
        query=(expand("documentlines", "aritem", "customer", "distribution"), USER_ID),
        answers={
            200: Answer("Document found.", DocumentBody, examples.DOCUMENT),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
