"""Documents as a list (2.10.3)."""

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.ledger.domain.code_types import CODE_TYPES
from reskontro.ledger.domain.codes import DISTRIBUTION_TYPES, DOCUMENT_TYPES
from reskontro.ledger.domain.identifiers import parse_bundle_id
from reskontro.ledger.http import list_examples as examples
from reskontro.ledger.http.documents import DocumentBody, document_body
from reskontro.ledger.http.expansions import expand_documents
from reskontro.ledger.http.filters import (
    DAY,
    INTEGER,
    TEXTS,
    TIME,
    UUID_TEXT,
    Filter,
    code_of,
    codes_of,
    conditions,
    day,
    exact,
    folded,
    folded_list,
    many_of,
    moment,
    one_of,
    whole,
)
from reskontro.ledger.http.listing import PAGING, Summary, first_page, following_page, page_headers, page_summary, sizes
from reskontro.ledger.http.parameters import (
    CLIENT_NO,
    FORBIDDEN,
    MALFORMED,
    NOT_FOUND,
    UNAUTHORISED,
    USER_ID,
    expand,
    uuid_of,
)
from reskontro.ledger.store import document_lists as store

RESOURCE = "documents"
STATUS = tuple(CODE_TYPES["documentStatus"])
EXPAND = expand("documentlines", "aritem", "customer", "distribution")

# The documents of some AR items.
OF_ITEMS = """(d.reference_no, d.reference_sequence_no) in (
    select x.reference_no, x.reference_sequence_no from ar_item x where x.client_no = $1 and {})"""
OF_EXTERNAL_ID = """(d.reference_no, d.reference_sequence_no) in (
    select x.reference_no, x.reference_sequence_no from ar_item x
    where x.client_no = $1 and x.external_id1 <> '' and x.external_id1 = ? and not exists (
        select from ar_item_state xs where xs.client_no = $1 and xs.reference_no = x.reference_no
            and xs.reference_sequence_no = x.reference_sequence_no and xs.external_id1 is not null)
    union all
    select xs.reference_no, xs.reference_sequence_no from ar_item_state xs
    where xs.client_no = $1 and xs.external_id1 <> '' and xs.external_id1 = ?)"""
OF_CUSTOMER = "x.account_no = (select c.account_no from customer c where c.client_no = $1 and c.customer_no_key = ?)"

# The conditions that name few documents.
PINNING = (
    Filter("customerno", folded, "Customer number.", OF_ITEMS.format(OF_CUSTOMER)),
    Filter("accountno", whole, "Customer's account.", OF_ITEMS.format("x.account_no = ?"), INTEGER),
    Filter(
        "documentno", folded_list, "Document numbers, separated by commas.", "d.document_no_key = any(?::text[])", TEXTS
    ),
    Filter("documentuuid", uuid_of, "The document's id.", "d.document_uuid = ?", UUID_TEXT),
    Filter(
        "kid",
        exact,
        "Payment identifier.",
        OF_ITEMS.format("x.kid = ? and (x.reference_sequence_no = 0 or x.voucher_type = 4)"),
    ),
    Filter("referenceno", whole, "Reference.", "d.reference_no = ?", INTEGER),
    Filter("documentbundleid", parse_bundle_id, "The bundle.", None),
    Filter("salesorderid", folded, "Sales order.", "d.sales_order_key <> '' and d.sales_order_key = ?"),
    Filter("purchaseorderid", folded, "Purchase order.", "d.purchase_order_key <> '' and d.purchase_order_key = ?"),
    Filter("subcustomerno", folded, "Sub customer.", "d.sub_customer_key <> '' and d.sub_customer_key = ?"),
    Filter("externalid1", exact, "Identifier of an external system.", OF_EXTERNAL_ID),
)
DOCUMENT_FILTERS = (
    Filter(
        "documenttype",
        codes_of("documenttype", tuple(DOCUMENT_TYPES)),
        "Document types, separated by commas.",
        "d.document_type = any(?::text[])",
        many_of(DOCUMENT_TYPES),
    ),
    Filter("fromdocumentdate", day, "Document date from, inclusive.", "d.document_date >= ?", DAY),
    Filter("todocumentdate", day, "Document date to, inclusive.", "d.document_date <= ?", DAY),
    Filter("fromcreatedtime", moment, "Created from, inclusive.", "d.created_time >= ?", TIME),
    Filter("tocreatedtime", moment, "Created before.", "d.created_time < ?", TIME),
    Filter(
        "distributiontype",
        code_of("distributiontype", DISTRIBUTION_TYPES),
        "Channel.",
        "d.distribution_type = ?",
        one_of(DISTRIBUTION_TYPES),
    ),
)
ITEM_FILTERS = (
    Filter("fromduedate", day, "Due date from, inclusive.", "s.due_date >= ?", DAY),
    Filter("toduedate", day, "Due date to, inclusive.", "s.due_date <= ?", DAY),
)
STATE_FILTERS = (
    Filter(
        "documentstatus",
        code_of("documentstatus", STATUS),
        "How far the document has come.",
        "ds.document_status = ?",
        one_of(STATUS),
    ),
)
FILTERS = (*PINNING, *DOCUMENT_FILTERS, *ITEM_FILTERS, *STATE_FILTERS)


class DocumentsBody(msgspec.Struct, rename="camel"):
    """A page of documents."""

    summary: Summary
    documents: list[DocumentBody]


async def list_documents(call: Call) -> Reply:
    """Documents by criteria, sorted by date and number."""
    page = await following_page(call, RESOURCE, 2)
    if page is None:
        maximum, size = sizes(call)
        wanted = conditions(call, PINNING + DOCUMENT_FILTERS)
        if "documentbundleid" in call.query:
            bundle = call.query["documentbundleid"]
            ours = bundle is not None and bundle.client_no == call.client
            wanted.add("d.bundle_no = ?", bundle.bundle_no if ours else -1)
        keys = await store.keys(
            call.tx,
            wanted,
            conditions(call, ITEM_FILTERS),
            conditions(call, STATE_FILTERS),
            maximum,
            pinned=any(one.name in call.query for one in PINNING),
        )
        page = await first_page(call, RESOURCE, keys, 2, maximum, size)
    lines = "documentlines" in page.expand
    bodies = [document_body(call, row, lines=lines) for row in await store.by_keys(call.tx, page.keys)]
    await expand_documents(call, bodies, page.expand)
    return Reply(200, {"summary": page_summary(page, bodies), "documents": bodies}, page_headers(page))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/documents",
        access=Scope("read:arm.document"),
        handler=list_documents,
        work=Work.READ,
        summary="GET a list of documents",
        tag="Documents",
        path_parameters=(CLIENT_NO,),
        query=(*(one.parameter for one in FILTERS), EXPAND, *PAGING, USER_ID),
        answers={
            200: Answer("Document(s) found.", DocumentsBody, examples.DOCUMENTS),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
