"""AR items as a list (2.3.1)."""

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.ledger.domain.errors import Code, fault, invalid
from reskontro.ledger.http import list_examples as examples
from reskontro.ledger.http.expansions import expand_items
from reskontro.ledger.http.filters import (
    DAY,
    INTEGER,
    INTEGERS,
    TIME,
    Filter,
    code_of,
    conditions,
    day,
    exact,
    folded,
    moment,
    one_of,
    upper,
    whole,
    whole_list,
)
from reskontro.ledger.http.items import ArItemBody, item_body
from reskontro.ledger.http.listing import PAGING, Summary, first_page, following_page, page_headers, page_summary, sizes
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, USER_ID, expand
from reskontro.ledger.store import item_lists as store
from reskontro.ledger.store.reservations import current_status

RESOURCE = "aritems"
EXPAND = expand("customer", "document", "matches", "reservations", "followup")
STATUS = ("open", "closed", "all")
RESERVED = {
    code: f"({current_status('?')}) = '{status}'"
    for code, status in (("none", ""), ("PARTLY-RESERVED", "PARTLY-RESERVED"), ("RESERVED", "RESERVED"))
}

# The conditions that name few items.
PINNING = (
    Filter(
        "customerno",
        folded,
        "Customer number.",
        "i.account_no = (select c.account_no from customer c where c.client_no = $1 and c.customer_no_key = ?)",
    ),
    Filter("accountno", whole, "Customer's account.", "i.account_no = ?", INTEGER),
    Filter("referenceno", whole, "Reference: all its items.", "i.reference_no = ?", INTEGER),
    Filter(
        "documentno",
        folded,
        "Document number.",
        """(i.reference_no, i.reference_sequence_no) in (
            select d.reference_no, d.reference_sequence_no from document d
            where d.client_no = $1 and d.document_no_key = ?)""",
    ),
    Filter(
        "kid",
        exact,
        "Payment identifier.",
        """i.kid = ? and i.reference_no in (
            select k.reference_no from ar_item k
            where k.client_no = $1 and k.kid = ? and (k.reference_sequence_no = 0 or k.voucher_type = 4))""",
    ),
    Filter(
        "externalid1",
        exact,
        "Identifier of an external system.",
        """(i.reference_no, i.reference_sequence_no) in (
            select x.reference_no, x.reference_sequence_no from ar_item x
            where x.client_no = $1 and x.external_id1 <> '' and x.external_id1 = ? and not exists (
                select from ar_item_state xs where xs.client_no = $1 and xs.reference_no = x.reference_no
                    and xs.reference_sequence_no = x.reference_sequence_no and xs.external_id1 is not null)
            union all
            select xs.reference_no, xs.reference_sequence_no from ar_item_state xs
            where xs.client_no = $1 and xs.external_id1 <> '' and xs.external_id1 = ?)""",
    ),
    Filter("voucherno", whole, "Voucher number.", "i.voucher_no = ?", INTEGER),
    Filter("glcaseno", whole, "GL case.", "i.gl_case_no = ?", INTEGER),
    Filter("gllotno", whole, "Lot.", "i.gl_lot_no = ?", INTEGER),
)
ITEM_FILTERS = (
    Filter(
        "vouchertype", whole_list, "Voucher types, separated by commas.", "i.voucher_type = any(?::bigint[])", INTEGERS
    ),
    Filter("currency", upper, "Currency.", "i.currency = ?"),
    Filter("fromvoucherdate", day, "Voucher date from, inclusive.", "i.voucher_date >= ?", DAY),
    Filter("tovoucherdate", day, "Voucher date to, inclusive.", "i.voucher_date <= ?", DAY),
    Filter("fromcreatedtime", moment, "Created from, inclusive.", "i.created_time >= ?", TIME),
    Filter("tocreatedtime", moment, "Created before.", "i.created_time < ?", TIME),
    Filter("glyear", whole, "Accounting year.", "i.gl_year = ?::bigint", INTEGER),
    Filter("glperiod", whole, "Accounting period; needs glyear.", "i.gl_period = ?::bigint", INTEGER),
)  # fmt: skip
STATE_FILTERS = (
    Filter("status", code_of("status", STATUS), "open: something is left to pay; all by default.", None,
           one_of(STATUS)),
    Filter("reservedstatus", code_of("reservedstatus", tuple(RESERVED)), "How far the item is reserved.", None,
           one_of(tuple(RESERVED))),
    Filter("fromduedate", day, "Due date from, inclusive.", "s.due_date >= ?", DAY),
    Filter("toduedate", day, "Due date to, inclusive.", "s.due_date <= ?", DAY),
    Filter("fromchangedtime", moment, "Created or changed since, inclusive.", "s.changed_time >= ?", TIME),
    Filter("ledgerperiodreportno", whole, "Period report.", "s.ledger_period_report_no = ?", INTEGER),
)  # fmt: skip


class ArItemsBody(msgspec.Struct, rename="camel"):
    """A page of AR items."""

    summary: Summary
    ar_items: list[ArItemBody]


async def list_items(call: Call) -> Reply:
    """AR items by criteria, sorted by account, reference and sequence."""
    page = await following_page(call, RESOURCE, 2)
    if page is None:
        if "glperiod" in call.query and "glyear" not in call.query:
            raise invalid(fault(Code.COMBINATION, "glperiod requires glyear", "glperiod"))
        maximum, size = sizes(call)
        states = conditions(call, STATE_FILTERS)
        match call.query.get("status"):
            case "open":
                states.add("s.currency_balance_minor <> 0")
            case "closed":
                states.add("s.currency_balance_minor = 0")
        if "reservedstatus" in call.query:
            reserved: str = call.query["reservedstatus"]
            states.add(RESERVED[reserved], call.now)
        items = conditions(call, PINNING + ITEM_FILTERS)
        pinned = any(one.name in call.query for one in PINNING)
        keys = await store.keys(call.tx, items, states, maximum, pinned=pinned)
        page = await first_page(call, RESOURCE, keys, 2, maximum, size)
    bodies = [item_body(call.client, call.language, row) for row in await store.by_keys(call.tx, page.keys, call.now)]
    await expand_items(call, bodies, page.expand)
    return Reply(200, {"summary": page_summary(page, bodies), "arItems": bodies}, page_headers(page))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/aritems",
        access=Scope("read:arm.ledger"),
        handler=list_items,
        work=Work.READ,
        summary="GET a list of AR items",
        tag="ArItems",
        path_parameters=(CLIENT_NO,),
        query=(
            *(one.parameter for one in (*PINNING, *ITEM_FILTERS, *STATE_FILTERS)),
            EXPAND,
            *PAGING,
            USER_ID,
        ),
        answers={
            200: Answer("AR item(s) found.", ArItemsBody, examples.AR_ITEMS),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
