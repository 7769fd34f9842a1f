"""Log items (2.15): what was changed, when, by whom."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.wire import wire_time
from reskontro.ledger.domain.errors import not_found
from reskontro.ledger.http import list_examples as examples
from reskontro.ledger.http.described import ClientNoNumber, TimeText, UuidText
from reskontro.ledger.http.described import one_of as said_one_of
from reskontro.ledger.http.filters import TIME, Filter, code_of, conditions, folded, moment, one_of
from reskontro.ledger.http.listing import (
    PAGING,
    Summary,
    first_page,
    following_page,
    keys_of_uuids,
    page_headers,
    page_summary,
    sizes,
    uuids_of_keys,
)
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, USER_ID, uuid_of
from reskontro.ledger.store import log_items as store
from reskontro.platform.json_text import decode

RESOURCE = "logitems"
DEFAULT_DAYS = timedelta(days=7)
LEVELS = ("INFO", "WARNING", "ERROR")
SOURCES = ("API", "BATCH", "IMPORT", "SYSTEM")
ENTITY_TYPES = ("CUSTOMER", "DOCUMENT", "AR-ITEM", "GL-CASE", "BATCH", "FILE", "RESERVATION", "ACTION")


FILTERS = (
    Filter("fromlogtime", moment, "From, inclusive; seven days back by default.", "log_time >= ?", TIME),
    Filter("tologtime", moment, "Before this time.", "log_time < ?", TIME),
    Filter("loglevel", code_of("loglevel", LEVELS), "How grave it is.", "log_level = ?", one_of(LEVELS)),
    Filter("source", code_of("source", SOURCES), "Where it came from.", "source = ?", one_of(SOURCES)),
    Filter(
        "entitytype",
        code_of("entitytype", ENTITY_TYPES),
        "What kind of thing it is about.",
        "entity_type = ?",
        one_of(ENTITY_TYPES),
    ),
    Filter("entityid", folded, "What it is about.", "lower(entity_id) = ?"),
    Filter("customerno", folded, "The customer whom it is about.", "lower(customer_no) = ?"),
    Filter("requestid", folded, "The call that it tells of.", "request_id = ?"),
    Filter("loguserid", folded, "The user who was named in the call that it tells of.", "lower(user_id) = ?"),
)


class LogChangeBody(msgspec.Struct, rename="camel"):
    """A value that changed."""

    field: str
    old_value: str
    new_value: str


class LogItemBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A log item, as `log_item_body` makes it. Source: arm-api, section 2.15."""

    log_item_id: UuidText
    client_no: ClientNoNumber
    log_time: TimeText
    log_level: Annotated[str, said_one_of(*LEVELS)]
    source: Annotated[str, said_one_of(*SOURCES)]
    user_id: str
    integration_id: str
    request_id: str
    http_method: str
    path: str
    status_code: int | UnsetType = UNSET
    entity_type: Annotated[str, said_one_of(*ENTITY_TYPES)]
    entity_id: str
    customer_no: str
    log_text: str
    changes: list[LogChangeBody]


class LogItemsBody(msgspec.Struct, rename="camel"):
    """A page of log items."""

    summary: Summary
    log_items: list[LogItemBody]


def log_item_body(client_no: int, row: asyncpg.Record) -> dict[str, Any]:
    """The `LogItem` of a row."""
    body: dict[str, Any] = {
        "logItemId": str(row["log_item_id"]),
        "clientNo": client_no,
        "logTime": wire_time(row["log_time"]),
        "logLevel": row["log_level"],
        "source": row["source"],
        "userId": row["user_id"],
        "integrationId": row["integration_id"],
        "requestId": row["request_id"],
        "httpMethod": row["http_method"],
        "path": row["path"],
    }
    if row["status_code"] is not None:
        body["statusCode"] = row["status_code"]
    return body | {
        "entityType": row["entity_type"],
        "entityId": row["entity_id"],
        "customerNo": row["customer_no"],
        "logText": row["log_text"],
        "changes": decode(row["changes"]) if row["changes"] else [],
    }


async def list_log_items(call: Call) -> Reply:
    """Log items by criteria, newest first; of the last seven days where no beginning is given."""
    page = await following_page(call, RESOURCE, 2)
    if page is None:
        maximum, size = sizes(call)
        wanted = conditions(call, FILTERS)
        if "fromlogtime" not in call.query:
            until: datetime = call.query.get("tologtime", call.now)
            wanted.add("log_time >= ?", until - DEFAULT_DAYS)
        keys = keys_of_uuids(await store.keys(call.tx, wanted, maximum))
        page = await first_page(call, RESOURCE, keys, 2, maximum, size)
    rows = await store.by_ids(call.tx, uuids_of_keys(page.keys))
    bodies = [log_item_body(call.client, row) for row in rows]
    body = {"summary": page_summary(page, bodies), "logItems": bodies}
    return Reply(200, body, page_headers(page))


async def get_log_item(call: Call) -> Reply:
    """One log item."""
    rows = await store.by_ids(call.tx, [call.path["logitemid"]])
    if not rows:
        raise not_found("logitemid", call.path["logitemid"])
    return Reply(200, log_item_body(call.client, rows[0]))


LOG_ITEM_ID = Parameter("logitemid", uuid_of, "The log item's id.", {"type": "string", "format": "uuid"})

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/logitems",
        access=Scope("read:arm.log"),
        handler=list_log_items,
        work=Work.READ,
        summary="GET a list of log items",
        tag="LogItems",
        path_parameters=(CLIENT_NO,),
        query=(*(one.parameter for one in FILTERS), *PAGING, USER_ID),
        answers={
            200: Answer("Log item(s) found.", LogItemsBody, examples.LOG_ITEMS),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/logitems/{logitemid}",
        access=Scope("read:arm.log"),
        handler=get_log_item,
        work=Work.READ,
        summary="GET one log item",
        tag="LogItems",
        path_parameters=(CLIENT_NO, LOG_ITEM_ID),
        query=(USER_ID,),
        answers={
            200: Answer("Log item found.", LogItemBody, examples.LOG_ITEMS["logItems"][0]),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
