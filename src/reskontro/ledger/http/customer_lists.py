"""Customers as a list (2.8.3)."""

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.ledger.domain.codes import ACTIVE_STATUS_WEB, CUSTOMER_CATEGORIES, fold
from reskontro.ledger.domain.customer import SearchKind, organization_key, phone_key
from reskontro.ledger.http.customer_bodies import CUSTOMER_EXAMPLE, CustomerBody
from reskontro.ledger.http.customers import EXPAND, customer_bodies
from reskontro.ledger.http.filters import (
    FLAG,
    INTEGERS,
    TEXT,
    TEXTS,
    TIME,
    Filter,
    code_of,
    conditions,
    exact,
    flag,
    folded,
    folded_list,
    moment,
    one_of,
    whole_list,
)
from reskontro.ledger.http.listing import PAGING, Summary, first_page, following_page, page_headers, page_summary, sizes
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, USER_ID
from reskontro.ledger.service import customers as service
from reskontro.ledger.store import customers as store
from reskontro.platform.secrets import FieldCipher

RESOURCE = "customers"
LEAST_OF_A_NAME = 3
OWING = """(
    select i.account_no from ar_item_state s
    join ar_item i on i.client_no = s.client_no and i.reference_no = s.reference_no
        and i.reference_sequence_no = s.reference_sequence_no and i.client_no = $1
    where s.client_no = $1 and s.currency_balance_minor <> 0
    group by i.account_no having sum(s.gl_balance_minor) <> 0
)"""


def _name(text: str) -> str:
    if len(text) < LEAST_OF_A_NAME:
        raise ValueError("at least 3 characters are wanted")
    return folded(text)


FILTERS = (
    Filter(
        "customerno", folded_list, "Customer numbers, separated by commas.", "c.customer_no_key = any(?::text[])", TEXTS
    ),
    Filter("accountno", whole_list, "Accounts, separated by commas.", "c.account_no = any(?::bigint[])", INTEGERS),
    Filter(
        "name",
        _name,
        "A part of the name, 3 characters at least.",
        "position(? in c.name_key) > 0",
        {**TEXT, "minLength": 3},
    ),
    Filter("fromchangedtime", moment, "Created or changed since, inclusive.", "c.changed_time >= ?", TIME),
)
# Parameters that name a search key: the kind, and how the text is folded.
SEARCHES = (
    (SearchKind.ORGANIZATION, Parameter("organizationno", organization_key, "Organisation number.", TEXT)),
    (SearchKind.PHONE, Parameter("phoneno", phone_key, "One of the phone numbers; only its digits count.", TEXT)),
    (SearchKind.EMAIL, Parameter("emailaddress", folded, "One of the e-mail addresses.", TEXT)),
    (SearchKind.POSTAL_CODE, Parameter("postalcode", folded, "Postal code.", TEXT)),
    (
        SearchKind.CATEGORY,
        Parameter(
            "customercategory",
            lambda text: fold(code_of("customercategory", CUSTOMER_CATEGORIES)(text)),
            "Category.",
            one_of(CUSTOMER_CATEGORIES),
        ),
    ),
    (SearchKind.GROUP, Parameter("customergroupcode", folded, "The client's own group.", TEXT)),
    (
        SearchKind.WEB_STATUS,
        Parameter(
            "activestatusweb",
            lambda text: fold(code_of("activestatusweb", ACTIVE_STATUS_WEB)(text)),
            "Status on the web.",
            one_of(ACTIVE_STATUS_WEB),
        ),
    ),
)
SSN = Parameter("ssn", exact, "National identity number; spaces do not count.", TEXT)
HAS_BALANCE = Parameter("hasbalance", flag, "Whether the balance is another one than zero.", FLAG)


class CustomersBody(msgspec.Struct, rename="camel"):
    """A page of customers."""

    summary: Summary
    customers: list[CustomerBody]


async def list_customers(call: Call) -> Reply:
    """Customers by criteria, sorted by account."""
    cipher = call.context.part(FieldCipher)
    page = await following_page(call, RESOURCE, 1)
    if page is None:
        maximum, size = sizes(call)
        wanted = conditions(call, FILTERS)
        if "ssn" in call.query:
            wanted.add("c.ssn_fingerprint = ?", service.ssn_fingerprint(cipher, call.client, call.query["ssn"]))
        if "hasbalance" in call.query:
            wanted.add(f"c.account_no {'in' if call.query['hasbalance'] else 'not in'} {OWING}")
        kinds = [(kind.value, call.query[one.name]) for kind, one in SEARCHES if one.name in call.query]
        keys = await store.keys(call.tx, wanted, kinds, maximum)
        page = await first_page(call, RESOURCE, keys, 1, maximum, size)
    customers = await service.customers_of(call.tx, cipher, page.keys)
    bodies = await customer_bodies(call, customers, page.expand)
    return Reply(200, {"summary": page_summary(page, bodies), "customers": bodies}, page_headers(page))


EXAMPLE = {
    "summary": {
        "pageNo": 1,
        "currentPageSize": 1,
        "pageSizeLimit": 100,
        "totalPages": 1,
        "totalCount": 1,
        "maximumCount": 10000,
        "queryId": "8NlwdOIM1YLVFApvQFONTw",
    },
    "customers": [CUSTOMER_EXAMPLE],
}

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/customers",
        access=Scope("read:arm.customer"),
        handler=list_customers,
        work=Work.READ,
        summary="GET a list of customers",
        tag="Customers",
        path_parameters=(CLIENT_NO,),
        query=(
            *(one.parameter for one in FILTERS),
            SSN,
            *(one for _, one in SEARCHES),
            HAS_BALANCE,
            EXPAND,
            *PAGING,
            USER_ID,
        ),
        answers={
            200: Answer("Customer(s) found.", CustomersBody, EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
