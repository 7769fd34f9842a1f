"""Document bundles (2.9): list, one."""

from collections.abc import Sequence
from typing import Annotated, cast

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.wire import wire_time
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.code_types import CODE_TYPES
from reskontro.ledger.domain.codes import DOCUMENT_TYPES
from reskontro.ledger.domain.errors import not_found
from reskontro.ledger.domain.identifiers import parse_bundle_id
from reskontro.ledger.http import list_examples as examples
from reskontro.ledger.http.bodies import Number
from reskontro.ledger.http.described import (
    BundleIdText,
    BundleStatusText,
    ClientNoNumber,
    CurrencyText,
    DistributionTypeText,
    TimeText,
    UuidText,
    code,
)
from reskontro.ledger.http.documents import DocumentBody, document_body
from reskontro.ledger.http.filters import TIME, Filter, code_of, conditions, moment, one_of
from reskontro.ledger.http.listing import (
    MOST_RECORDS,
    PAGING,
    Summary,
    first_page,
    following_page,
    page_headers,
    page_summary,
    sizes,
)
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
from reskontro.ledger.store import bundles as store
from reskontro.ledger.store import document_lists
from reskontro.ledger.store.conditions import Conditions

RESOURCE = "documentbundles"
STATUS = tuple(CODE_TYPES["bundleStatus"])
TYPES = tuple(DOCUMENT_TYPES)

FILTERS = (
    Filter("fromcreatedtime", moment, "Created from, inclusive.", "created_time >= ?", TIME),
    Filter("tocreatedtime", moment, "Created before.", "created_time < ?", TIME),
    Filter("bundlestatus", code_of("bundlestatus", STATUS), "How far it has come.", "bundle_status = ?",
           one_of(STATUS)),
    Filter("documenttype", code_of("documenttype", TYPES), "What all its documents are.", "document_type = ?",
           one_of(TYPES)),
    Filter("batchuuid", uuid_of, "The batch that it came from.", "batch_uuid = ?",
           {"type": "string", "format": "uuid"}),
)  # fmt: skip


class TotalsBody(msgspec.Struct, rename="camel"):
    """What the documents of one currency come to."""

    currency: CurrencyText
    excl_vat: Number
    vat: Number
    incl_vat: Number


class DistributionCountBody(msgspec.Struct, rename="camel"):
    """How many documents go by a channel."""

    type: DistributionTypeText
    count: int


class BundleBody(msgspec.Struct, rename="camel", kw_only=True):
    """A bundle in the published order."""

    document_bundle_id: BundleIdText
    client_no: ClientNoNumber
    document_type: Annotated[str, code("documentType", "")]
    bundle_status: BundleStatusText
    batch_uuid: UuidText | UnsetType = UNSET
    document_count: int
    totals: list[TotalsBody]
    distribution_summary: list[DistributionCountBody]
    created_time: TimeText
    distributed_time: TimeText | UnsetType = UNSET
    documents: list[DocumentBody] | UnsetType = UNSET


class BundlesBody(msgspec.Struct, rename="camel"):
    """A page of bundles."""

    summary: Summary
    document_bundles: list[BundleBody]


async def list_bundles(call: Call) -> Reply:
    """Bundles by criteria, newest first."""
    page = await following_page(call, RESOURCE, 1)
    if page is None:
        maximum, size = sizes(call)
        keys = await store.keys(call.tx, conditions(call, FILTERS), maximum)
        page = await first_page(call, RESOURCE, keys, 1, maximum, size)
    bodies = await _bodies(call, page.keys)
    return Reply(200, {"summary": page_summary(page, bodies), "documentBundles": bodies}, page_headers(page))


async def get_bundle(call: Call) -> Reply:
    """One bundle, with its documents where they are asked for."""
    text: str = call.path["documentbundleid"]
    bundle = parse_bundle_id(text)
    bodies = []
    if bundle is not None and bundle.client_no == call.client:
        bodies = await _bodies(call, [bundle.bundle_no])
    if not bodies or bundle is None:
        raise not_found("documentbundleid", text)
    if "documents" in call.query.get("expand", ()):
        wanted = Conditions()
        wanted.add("d.bundle_no = ?", bundle.bundle_no)
        nothing = Conditions()
        keys = await document_lists.keys(call.tx, wanted, nothing, nothing, MOST_RECORDS, pinned=True)
        rows = await document_lists.by_keys(call.tx, keys)
        documents = [document_body(call, row, lines=False) for row in rows]
        bodies[0].documents = cast("list[DocumentBody]", documents)  # the same on the wire
    return Reply(200, bodies[0])


async def _bodies(call: Call, numbers: Sequence[int]) -> list[BundleBody]:
    sums: dict[int, list[asyncpg.Record]] = {}
    for row in await store.sums(call.tx, numbers):
        sums.setdefault(row["bundle_no"], []).append(row)
    return [_body(call, row, sums.get(row["bundle_no"], [])) for row in await store.by_numbers(call.tx, numbers)]


def _body(call: Call, row: asyncpg.Record, sums: Sequence[asyncpg.Record]) -> BundleBody:
    totals: dict[str, list[int]] = {}
    channels: dict[str, int] = {}
    for part in sums:
        so_far = totals.setdefault(part["currency"], [0, 0, 0])
        for index, name in enumerate(("excl_vat_minor", "vat_minor", "incl_vat_minor")):
            so_far[index] += part[name]
        channels[part["distribution_type"]] = channels.get(part["distribution_type"], 0) + part["count"]
    distributed = row["distributed_time"]
    return BundleBody(
        document_bundle_id=f"{call.client}-{row['bundle_no']}",
        client_no=call.client,
        document_type=row["document_type"],
        bundle_status=row["bundle_status"],
        batch_uuid=UNSET if row["batch_uuid"] is None else str(row["batch_uuid"]),
        document_count=sum(channels.values()),
        totals=[
            TotalsBody(currency, *(to_wire(minor, currency) for minor in amounts))
            for currency, amounts in sorted(totals.items())
        ],
        distribution_summary=[DistributionCountBody(kind, count) for kind, count in channels.items()],
        created_time=wire_time(row["created_time"]),
        distributed_time=UNSET if distributed is None else wire_time(distributed),
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/documentbundles",
        access=Scope("read:arm.document"),
        handler=list_bundles,
        work=Work.READ,
        summary="GET a list of document bundles",
        tag="DocumentBundles",
        path_parameters=(CLIENT_NO,),
        query=(*(one.parameter for one in FILTERS), *PAGING, USER_ID),
        answers={
            200: Answer("Document bundle(s) found.", BundlesBody, examples.DOCUMENT_BUNDLES),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/documentbundles/{documentbundleid}",
        access=Scope("read:arm.document"),
        handler=get_bundle,
        work=Work.READ,
        summary="GET one document bundle",
        tag="DocumentBundles",
        path_parameters=(CLIENT_NO, Parameter("documentbundleid", str, "clientNo-runningNo.")),
        query=(expand("documents"), USER_ID),
        answers={
            200: Answer("Document bundle found.", BundleBody, examples.DOCUMENT_BUNDLES["documentBundles"][0]),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
