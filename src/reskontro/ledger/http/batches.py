"""Batches (2.5): accepting one, reading how far it is and what became of each element."""

from typing import Annotated, Any, TypeVar

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import AnyScope
from reskontro.http.call import Call
from reskontro.http.decoding import BodyRefused
from reskontro.http.decoding import decode as decode_body
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.family import Condition, refusal
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.errors import Code, not_found
from reskontro.ledger.http import examples
from reskontro.ledger.http.bodies import ErrorDetailBody, time_text, without_none
from reskontro.ledger.http.described import (
    ArItemIdText,
    BatchStatusText,
    BundleIdText,
    ClientNoNumber,
    KidText,
    OkText,
    TimeText,
    UuidText,
    one_of,
)
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, USER_ID, uuid_of
from reskontro.ledger.service import batches as service
from reskontro.ledger.service.batch_files import BatchRefused
from reskontro.ledger.store import batches as store
from reskontro.platform.json_text import decode
from reskontro.platform.languages import text

STATUS = {
    "RECEIVED": 202,
    "PROCESSING": 202,
    "COMPLETED": 200,
    "COMPLETED-WITH-ERRORS": 206,
    "REJECTED": 406,
}
RETRY_AFTER_S = 5
BatchTypeText = Annotated[str, one_of("CUSTOMERS-POST", "CUSTOMERS-PUT", "DOCUMENTS-POST", "REPORT")]
T = TypeVar("T")


class BatchAcceptedBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """The answer to a batch that was accepted."""

    result_type: OkText
    batch_uuid: UuidText
    batch_type: BatchTypeText
    batch_status: BatchStatusText
    total_count: int | UnsetType = UNSET


class BatchResultBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """What became of an element of a batch."""

    item_no: int
    result_type: Annotated[str, one_of("OK", "FAILED")]
    operation: Annotated[str, one_of("CREATED", "UPDATED", "NONE")] | UnsetType = UNSET
    customer_no: str | UnsetType = UNSET
    account_no: int | UnsetType = UNSET
    document_no: str | UnsetType = UNSET
    document_uuid: UuidText | UnsetType = UNSET
    ar_item_id: ArItemIdText | UnsetType = UNSET
    kid: KidText | UnsetType = UNSET
    reference_no: int | UnsetType = UNSET
    file_uuid: UuidText | UnsetType = UNSET
    errors: list[ErrorDetailBody]


class BatchBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A batch, as `get_batch` makes it. Source: arm-api, section 2.5."""

    batch_uuid: UuidText
    client_no: ClientNoNumber
    batch_type: BatchTypeText
    batch_status: BatchStatusText
    user_id: str
    received_time: TimeText
    started_time: TimeText | UnsetType = UNSET
    completed_time: TimeText | UnsetType = UNSET
    total_count: int
    ok_count: int | UnsetType = UNSET
    failed_count: int | UnsetType = UNSET
    document_bundle_id: BundleIdText | UnsetType = UNSET
    results: list[BatchResultBody] | UnsetType = UNSET


def faults_of(refused: BodyRefused) -> tuple[Fault, ...]:
    """What is wrong with the form of a body or a part of it, with the interface's codes."""
    return tuple(Fault(CODES.get(f.kind, Code.WRONG_VALUE), f.message, f.path, f.value, f.args) for f in refused.faults)


CODES = {"json": Code.NOT_JSON, "missing": Code.MISSING, "count": Code.TOO_MANY_ELEMENTS}


def read_envelope(kind: type[T], content: bytes) -> T:
    """A batch in a file, of which only the envelope is looked at; raises BatchRefused with what is wrong."""
    try:
        return decode_body(kind, content)
    except BodyRefused as refused:
        raise BatchRefused(faults_of(refused)) from None


async def accept(call: Call, batch_type: str, scope: str, user_id: str, total_count: int) -> Reply:
    """202: the batch of this call's body is stored and its work queued."""
    batch_uuid = await service.accept(
        call.tx,
        call.actor(user_id),
        call.now,
        batch_type=batch_type,
        scope=scope,
        total_count=total_count,
        payload=call.body_bytes,
    )
    body = BatchAcceptedBody("OK", str(batch_uuid), batch_type, "RECEIVED", total_count)
    return Reply(202, body, {"Location": f"{call.url}/clients/{call.client}/batches/{batch_uuid}"})


async def get_batch(call: Call) -> Reply:
    """A batch: 202 while it runs, 200, 206 or 406 once it is finished."""
    row = await store.one(call.tx, call.path["batchuuid"], call.now)
    if row is None:
        raise not_found("batchuuid", call.path["batchuuid"])
    if row["scope"] not in call.who.scopes:
        raise refusal(call.family, Condition.SCOPE_DENIED, args={"scope": row["scope"]})
    status = STATUS[row["batch_status"]]
    body = _body(call, row)
    if status == 202:
        return Reply(202, body, {"Retry-After": str(RETRY_AFTER_S)})
    body["results"] = [
        _result(call.language, result)
        for chunk in await store.results(call.tx, row["batch_uuid"])
        for result in decode(chunk)
    ]
    return Reply(status, body)


def _body(call: Call, row: asyncpg.Record) -> dict[str, Any]:
    finished = row["completed_time"] is not None
    return without_none(
        {
            "batchUuid": str(row["batch_uuid"]),
            "clientNo": call.client,
            "batchType": row["batch_type"],
            "batchStatus": row["batch_status"],
            "userId": row["user_id"],
            "receivedTime": time_text(row["received_time"]),
            "startedTime": time_text(row["started_time"]),
            "completedTime": time_text(row["completed_time"]),
            "totalCount": row["total_count"],
            "okCount": row["ok_count"] if finished else None,
            "failedCount": row["failed_count"] if finished else None,
            "documentBundleId": None if row["bundle_no"] is None else f"{call.client}-{row['bundle_no']}",
        }
    )


def _result(language: str, stored: dict[str, Any]) -> dict[str, Any]:
    errors = []
    for tree in stored["errors"]:
        fault = service.fault_of_tree(tree)
        errors.append(
            without_none(
                {
                    "errorCode": fault.code,
                    "field": fault.field,
                    "value": fault.value,
                    "message": text(language, fault.message, fault.args),
                }
            )
        )
    return stored | {"errors": errors}


BATCH_UUID = Parameter("batchuuid", uuid_of, "The batch's UUID, lower case.", {"type": "string", "format": "uuid"})

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/batches/{batchuuid}",
        access=AnyScope(("write:arm.document", "write:arm.customer", "write:arm.action")),
        handler=get_batch,
        work=Work.READ,
        summary="GET one batch",
        tag="Batches",
        description="Needs the scope of the call that made the batch. 206 and 406 are results, not refusals.",
        path_parameters=(CLIENT_NO, BATCH_UUID),
        query=(USER_ID,),
        answers={
            200: Answer("Finished, every element is done.", BatchBody, examples.BATCH_COMPLETED),
            202: Answer("Received or in process.", BatchBody, examples.BATCH_RECEIVED),
            206: Answer("Finished, some elements failed.", BatchBody, examples.BATCH),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
            406: Answer("Refused as a whole, or every element failed.", BatchBody, examples.BATCH_REJECTED),
        },
    ),
)
