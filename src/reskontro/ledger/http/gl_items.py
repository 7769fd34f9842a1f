"""GL items (2.12): list, one."""

from collections.abc import Callable, Mapping
from typing import Any

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.wire import wire_time
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.codes import GL_ACCOUNT_NAMES, VOUCHER_TYPES
from reskontro.ledger.domain.errors import Code, fault, invalid, not_found
from reskontro.ledger.domain.identifiers import parse_ar_item_id, parse_gl_item_id
from reskontro.ledger.http import list_examples
from reskontro.ledger.http.bodies import Number
from reskontro.ledger.http.described import (
    ArItemIdText,
    ClientNoNumber,
    CurrencyText,
    DayText,
    GlItemIdText,
    PeriodNumber,
    TimeText,
    VoucherTypeNumber,
)
from reskontro.ledger.http.filters import DAY, INTEGER, INTEGERS, TEXT, TIME, day, folded, moment, whole, whole_list
from reskontro.ledger.http.listing import PAGING, Summary, first_page, following_page, page_headers, page_summary, sizes
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, USER_ID
from reskontro.ledger.store import gl_items as store


def _filter(name: str, parse: Callable[[str], object], text: str, schema: Mapping[str, object]) -> Parameter:
    return Parameter(name, parse, text, schema)


_CUSTOMER = "(select c.account_no from customer c where c.client_no = $1 and c.customer_no_key = ?)"
# A transfer, and its reversal, is a case of two references and mostly of two customers: its items say which.
_TRANSFER = """
    select from ar_item t
    where t.client_no = $1 and t.gl_case_no = l.gl_case_no and t.voucher_type in (10, 12)
"""


def _case_has(column: str, wanted: str = "?") -> str:
    """The condition that a case has an account or a reference."""
    return (
        f"(g.{column} = {wanted} or g.voucher_type in (10, 12) and exists ({_TRANSFER} and t.{column} = {wanted}))"
    )  # fmt: skip


def _line_has(column: str) -> str:
    """The condition that the item of a receivables line has an account or a reference."""
    same = "t.reference_sequence_no = l.reference_sequence_no and t.currency_minor = l.currency_minor"
    return (
        f"case when g.voucher_type in (10, 12) then exists ({_TRANSFER} and {same} and t.{column} = ?) "
        f"else g.{column} = ? end"
    )


OF_CUSTOMER = _case_has("account_no", _CUSTOMER)
OF_DOCUMENT = "g.document_no = (select d.document_no from document d where d.client_no = $1 and d.document_no_key = ?)"

# name, how it is read, what it means, its condition (`?` is the value)
FILTERS: tuple[tuple[str, Callable[[str], object], str, Mapping[str, object], str], ...] = (
    ("glaccountno", whole_list, "GL accounts, separated by commas.", INTEGERS, "l.gl_account_no = any(?::bigint[])"),
    ("fromglaccountno", whole, "GL account from, inclusive.", INTEGER, "l.gl_account_no >= ?::bigint"),
    ("toglaccountno", whole, "GL account to, inclusive.", INTEGER, "l.gl_account_no <= ?::bigint"),
    ("glcaseno", whole, "GL case.", INTEGER, "l.gl_case_no = ?"),
    ("gllotno", whole, "Lot.", INTEGER, "g.gl_lot_no = ?"),
    ("glyear", whole, "Accounting year.", INTEGER, "g.gl_year = ?::bigint"),
    ("glperiod", whole, "Accounting period; needs glyear.", INTEGER, "g.gl_period = ?::bigint"),
    ("fromvoucherdate", day, "Voucher date from, inclusive.", DAY, "g.voucher_date >= ?"),
    ("tovoucherdate", day, "Voucher date to, inclusive.", DAY, "g.voucher_date <= ?"),
    ("vouchertype", whole_list, "Voucher types, separated by commas.", INTEGERS, "g.voucher_type = any(?::bigint[])"),
    ("voucherno", whole, "Voucher number.", INTEGER, "g.voucher_no = ?"),
    ("customerno", folded, "Customer number.", TEXT, OF_CUSTOMER),
    ("accountno", whole, "Customer's account.", INTEGER, _case_has("account_no")),
    ("referenceno", whole, "Reference.", INTEGER, _case_has("reference_no")),
    ("documentno", folded, "Document number.", TEXT, OF_DOCUMENT),
    ("fromcreatedtime", moment, "Created from, inclusive.", TIME, "g.created_time >= ?"),
    ("tocreatedtime", moment, "Created before.", TIME, "g.created_time < ?"),
)  # fmt: skip
AR_ITEM = Parameter("aritemid", parse_ar_item_id, "The AR item whose receivables line is wanted.")


class GlItemBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A GL item, as `gl_item_body` makes it. Source: arm-api, section 2.12."""

    client_no: ClientNoNumber
    gl_item_id: GlItemIdText
    gl_case_no: int
    gl_lot_no: int
    line_no: int
    gl_account_no: int
    gl_account_name: str
    voucher_date: DayText
    gl_year: int
    gl_period: PeriodNumber
    voucher_type: VoucherTypeNumber
    voucher_type_description: str
    voucher_no: int
    transaction_text: str
    currency: CurrencyText
    currency_amount: Number
    gl_currency: CurrencyText
    gl_amount: Number
    vat_code: str
    item_group1: str | UnsetType = UNSET
    item_group2: str | UnsetType = UNSET
    item_group3: str | UnsetType = UNSET
    account_no: int | UnsetType = UNSET
    customer_no: str | UnsetType = UNSET
    reference_no: int | UnsetType = UNSET
    document_no: str | UnsetType = UNSET
    ar_item_id: ArItemIdText | UnsetType = UNSET
    reversed_by_gl_case_no: int | UnsetType = UNSET
    created_time: TimeText


class GlItemsBody(msgspec.Struct, rename="camel"):
    """A page of GL items."""

    summary: Summary
    gl_items: list[GlItemBody]


def gl_item_body(call: Call, row: asyncpg.Record) -> dict[str, Any]:
    """The `GlItem` of a row."""
    name = GL_ACCOUNT_NAMES.get(row["gl_account_no"])
    body: dict[str, Any] = {
        "clientNo": call.client,
        "glItemId": f"{call.client}-{row['gl_case_no']}-{row['line_no']}",
        "glCaseNo": row["gl_case_no"],
        "glLotNo": row["gl_lot_no"],
        "lineNo": row["line_no"],
        "glAccountNo": row["gl_account_no"],
        "glAccountName": name.in_language(call.language) if name is not None else "",
        "voucherDate": row["voucher_date"].isoformat(),
        "glYear": row["gl_year"],
        "glPeriod": row["gl_period"],
        "voucherType": row["voucher_type"],
        "voucherTypeDescription": VOUCHER_TYPES[row["voucher_type"]].in_language(call.language),
        "voucherNo": row["voucher_no"],
        "transactionText": row["transaction_text"],
        "currency": row["currency"],
        "currencyAmount": to_wire(row["currency_minor"], row["currency"]),
        "glCurrency": row["gl_currency"],
        "glAmount": to_wire(row["gl_minor"], row["gl_currency"]),
        "vatCode": row["vat_code"],
    }
    receivables = row["reference_sequence_no"] is not None
    for group in ("item_group1", "item_group2", "item_group3"):
        if row[group]:
            body["itemGroup" + group[-1]] = row[group]
    if receivables and row["account_no"] is not None:
        body["accountNo"] = row["account_no"]
        body["customerNo"] = row["customer_no"]
    if row["reference_no"] is not None:
        body["referenceNo"] = row["reference_no"]
    if row["document_no"]:
        body["documentNo"] = row["document_no"]
    if receivables:
        ids = (call.client, row["account_no"], row["reference_no"], row["reference_sequence_no"])
        body["arItemId"] = "-".join(map(str, ids))
    if row["reversed_by"] is not None:
        body["reversedByGlCaseNo"] = row["reversed_by"]
    body["createdTime"] = wire_time(row["created_time"])
    return body


async def list_gl_items(call: Call) -> Reply:
    """GL items by criteria (2.12.1), sorted by case and line."""
    page = await following_page(call, "glitems", 2)
    if page is None:
        if "glperiod" in call.query and "glyear" not in call.query:
            raise invalid(fault(Code.COMBINATION, "glperiod requires glyear", "glperiod"))
        maximum, size = sizes(call)
        conditions = store.Conditions()
        for name, _, _, _, condition in FILTERS:
            if name in call.query:
                conditions.add(condition, call.query[name])
        if "aritemid" in call.query:
            item = call.query["aritemid"]
            wrong = item is None or item.client_no != call.client
            conditions.add(_line_has("account_no"), -1 if wrong else item.account_no)
            conditions.add(_line_has("reference_no"), -1 if wrong else item.reference_no)
            conditions.add("l.reference_sequence_no = ?::bigint", -1 if wrong else item.reference_sequence_no)
        keys = await store.keys(call.tx, conditions, maximum)
        page = await first_page(call, "glitems", keys, 2, maximum, size)
    rows = await store.by_keys(call.tx, page.keys)
    bodies = [gl_item_body(call, row) for row in rows]
    body = {"summary": page_summary(page, bodies), "glItems": bodies}
    return Reply(200, body, page_headers(page))


async def get_gl_item(call: Call) -> Reply:
    """One GL item (2.12.2)."""
    item = parse_gl_item_id(call.path["glitemid"])
    rows = []
    if item is not None and item.client_no == call.client:
        rows = await store.by_keys(call.tx, [item.gl_case_no, item.line_no])
    if not rows:
        raise not_found("glitemid", call.path["glitemid"])
    return Reply(200, gl_item_body(call, rows[0]))


GL_ITEM_ID = Parameter(
    "glitemid", str, "clientNo-glCaseNo-lineNo.", {"type": "string", "pattern": "^[0-9]+-[0-9]+-[0-9]+$"}
)

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/glitems",
        access=Scope("read:arm.ledger"),
        handler=list_gl_items,
        work=Work.READ,
        summary="GET a list of GL items",
        tag="GlItems",
        path_parameters=(CLIENT_NO,),
        query=(*(_filter(n, p, t, s) for n, p, t, s, _ in FILTERS), AR_ITEM, *PAGING, USER_ID),
        answers={
            200: Answer("GL item(s) found.", GlItemsBody, list_examples.GL_ITEMS),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/glitems/{glitemid}",
        access=Scope("read:arm.ledger"),
        handler=get_gl_item,
        work=Work.READ,
        summary="GET one GL item",
        tag="GlItems",
        description="Takes no query parameters.",
        path_parameters=(CLIENT_NO, GL_ITEM_ID),
        answers={
            200: Answer("GL item found.", GlItemBody, list_examples.GL_ITEMS["glItems"][0]),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
