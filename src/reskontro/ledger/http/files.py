"""Files (2.11): upload several, read one."""

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.family import Condition, refusal
from reskontro.http.wire import wire_time
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.codes import UPLOAD_FILE_TYPES
from reskontro.ledger.domain.errors import Code, denied
from reskontro.ledger.domain.file import ANY_CONTENT, Direction, FileStatus, StoredFile, Upload, status_of_call
from reskontro.ledger.http.bodies import ErrorDetailBody, Metadata
from reskontro.ledger.http.described import (
    Base64Text,
    ClientNoNumber,
    FileTypeText,
    Sha256Text,
    TimeText,
    UuidText,
    one_of,
)
from reskontro.ledger.http.parameters import (
    CLIENT_NO,
    MALFORMED,
    NOT_ENABLED,
    NOT_FOUND,
    UNAUTHORISED,
    USER_ID,
    broken_by,
    uuid_of,
)
from reskontro.ledger.http.patterns import END, NO_CONTROLS, ONE_LINE, SEEN
from reskontro.ledger.service import files as service
from reskontro.ledger.service.files import Importers, Uploaded
from reskontro.ledger.store import config as config_store
from reskontro.platform.files import FileStore
from reskontro.platform.languages import text

JSON = "application/json"
# No path separators, no control characters, nothing that turns the direction of reading.
FILE_NAME = SEEN + r"[^/\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*" + END
TOKEN = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"  # noqa: S105 - a media type's word, as RFC 6838 has it
MEDIA_TYPE = rf"^({TOKEN}/{TOKEN}(; ?[A-Za-z0-9_-]+=[A-Za-z0-9_.-]+)*)?" + END

FileType = Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=ONE_LINE), one_of(*UPLOAD_FILE_TYPES)]
FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=FILE_NAME)]
MediaType = Annotated[str, msgspec.Meta(max_length=200, pattern=MEDIA_TYPE)]
Key = Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE)]


class UploadInput(msgspec.Struct, rename="camel"):
    """One file to store."""

    file_type: FileType
    file_name: FileName
    content: Base64Text
    content_type: MediaType | None = None
    checksum_sha256: Annotated[str, msgspec.Meta(max_length=128, pattern=ONE_LINE)] | None = None
    description: Annotated[str, msgspec.Meta(max_length=200, pattern=NO_CONTROLS)] | None = None
    document_no: Key | None = None
    customer_no: Key | None = None

    def upload(self) -> Upload:
        """The file as the domain has it."""
        return Upload(
            file_type=self.file_type,
            file_name=self.file_name,
            content=self.content,
            content_type=self.content_type or "",
            checksum_sha256=self.checksum_sha256 or "",
            description=self.description or "",
            customer_no=self.customer_no or "",
            document_no=self.document_no or "",
        )


class UploadBody(msgspec.Struct, rename="camel"):
    """The body of an upload."""

    metadata: Metadata
    files: Annotated[tuple[UploadInput, ...], msgspec.Meta(min_length=1, max_length=20)]


class UploadSummary(msgspec.Struct, rename="camel"):
    """How many files came to what."""

    total_count: int
    ok_count: int
    failed_count: int


class UploadResult(msgspec.Struct, rename="camel", kw_only=True):
    """What came of one file."""

    item_no: int
    result_type: Annotated[str, one_of("OK", "FAILED")]
    status_code: int
    file_uuid: UuidText | UnsetType = UNSET
    file_name: str
    file_size: int | UnsetType = UNSET
    checksum_sha256: Sha256Text | UnsetType = UNSET
    errors: list[ErrorDetailBody]

    @classmethod
    def of(cls, item_no: int, uploaded: Uploaded, language: str) -> "UploadResult":
        """On the wire, in the caller's language."""
        file = uploaded.file
        return cls(
            item_no=item_no,
            result_type="FAILED" if uploaded.faults else "OK",
            status_code=uploaded.status_code,
            file_uuid=str(file.file_uuid) if file else UNSET,
            file_name=uploaded.file_name,
            file_size=file.file_size if file else UNSET,
            checksum_sha256=file.sha256 if file else UNSET,
            errors=_errors(uploaded.faults, language),
        )


class UploadedBody(msgspec.Struct, rename="camel"):
    """What came of an upload."""

    summary: UploadSummary
    files: list[UploadResult]


class FileInfo(msgspec.Struct, rename="camel", kw_only=True):
    """A file in the published order. What has no value is left out."""

    file_uuid: UuidText
    client_no: ClientNoNumber
    file_type: FileTypeText
    file_name: str
    content_type: str
    file_size: int
    checksum_sha256: Sha256Text
    direction: Annotated[str, one_of(*Direction)]
    file_status: Annotated[str, one_of(*FileStatus)]
    description: str | UnsetType = UNSET
    customer_no: str | UnsetType = UNSET
    document_no: str | UnsetType = UNSET
    ledger_period_report_no: int | UnsetType = UNSET
    created_time: TimeText
    processed_time: TimeText | UnsetType = UNSET
    user_id: str
    content: Base64Text | UnsetType = UNSET
    errors: list[ErrorDetailBody] | UnsetType = UNSET

    @classmethod
    def of(cls, client_no: int, file: StoredFile, language: str) -> "FileInfo":
        """On the wire, without the content."""
        report_no = file.ledger_period_report_no
        return cls(
            file_uuid=str(file.file_uuid),
            client_no=client_no,
            file_type=file.file_type,
            file_name=file.file_name,
            content_type=file.content_type,
            file_size=file.file_size,
            checksum_sha256=file.sha256,
            direction=file.direction,
            file_status=file.file_status,
            description=file.description or UNSET,
            customer_no=file.customer_no or UNSET,
            document_no=file.document_no or UNSET,
            ledger_period_report_no=UNSET if report_no is None else report_no,
            created_time=wire_time(file.created_time),
            processed_time=wire_time(file.processed_time) if file.processed_time else UNSET,
            user_id=file.user_id,
            errors=_errors(file.faults, language) if file.faults else UNSET,
        )


def _errors(faults: Sequence[Fault], language: str) -> list[ErrorDetailBody]:
    return [
        ErrorDetailBody(error_code=f.code, field=f.field, value=f.value, message=text(language, f.message, f.args))
        for f in faults
    ]


async def post_files(call: Call) -> Reply:
    """Store the files: 200 all, 207 some, 422 none; 403 or 404 where that is what is wrong with each."""
    body: UploadBody = call.body
    uploaded = await service.upload_files(
        call.tx,
        call.context.part(FileStore),
        call.context.part(Importers),
        await config_store.read(call.tx, call.today),
        [file.upload() for file in body.files],
        call.now,
        call.actor(body.metadata.user_id),
    )
    status = status_of_call([element.status_code for element in uploaded])
    faults = [found for element in uploaded for found in element.faults]
    if status == 403:
        raise denied(*faults)
    if status == 404:
        raise Refused(404, faults, summary="Not found")
    failed = sum(1 for element in uploaded if element.faults)
    return Reply(
        status,
        UploadedBody(
            UploadSummary(len(uploaded), len(uploaded) - failed, failed),
            [UploadResult.of(number, element, call.language) for number, element in enumerate(uploaded, 1)],
        ),
    )


async def get_file(call: Call) -> Reply:
    """The file: described, with its content, or its bytes alone, as `Accept` wants it."""
    config = await config_store.read(call.tx, call.today)
    file = await service.get_file(call.tx, config, call.path["fileuuid"])
    wanted = chosen(call.head.headers.get("accept", ""), file.content_type)
    if wanted is None:
        accept = call.head.headers["accept"][:100]
        raise refusal(call.family, Condition.NOT_ACCEPTABLE, field="Accept", value=accept)
    content = await call.context.part(FileStore).get(call.client, file.sha256)
    if wanted != JSON:
        return Reply(200, content, _download_headers(file.file_name), wanted)
    info = FileInfo.of(call.client, file, call.language)
    info.content = (await asyncio.to_thread(b64encode, content)).decode()
    return Reply(200, info, {"Vary": "Accept"})


def _download_headers(file_name: str) -> dict[str, str]:
    plain = "".join(c if " " <= c <= "~" and c not in '"%' else "_" for c in file_name)
    disposition = f'attachment; filename="{plain}"'
    if plain != file_name:
        disposition += f"; filename*=UTF-8''{quote(file_name, safe='')}"
    return {
        "Content-Disposition": disposition,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Vary": "Accept",
    }


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One part of an Accept header."""

    media_type: str
    weight: float


def chosen(accept: str, own: str) -> str | None:
    """What a file is given as: JSON unless its own type or plain bytes weigh more; None for none of them.

    Of equal weights the more specific one decides, then the one that stands first.
    """
    parts = [_part(text) for text in accept.split(",") if text.strip()]
    if not parts:
        return JSON
    own_bare = own.partition(";")[0].strip().lower()
    offers = ((JSON, JSON), (own, own_bare), (ANY_CONTENT, ANY_CONTENT))
    best: tuple[tuple[float, int, int, int], str] | None = None
    for rank, (given_as, bare) in enumerate(offers):
        match = _match(parts, bare)
        if match is None or match[0] <= 0:
            continue
        weight, specific, position = match
        key = (weight, specific, -position, -rank)
        if best is None or key > best[0]:
            best = key, given_as
    return None if best is None else best[1]


def _part(text: str) -> _Wanted:
    media_type, *parameters = (piece.strip().lower() for piece in text.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return _Wanted(media_type, min(1.0, max(0.0, float(parameter[2:]))))
            except ValueError:
                return _Wanted(media_type, 0.0)
    return _Wanted(media_type, 1.0)


def _match(parts: Sequence[_Wanted], offer: str) -> tuple[float, int, int] | None:
    """Weight, how specific, and position of the part that says most about an offer."""
    forms = {offer: 2, offer.partition("/")[0] + "/*": 1, "*/*": 0}
    found = [(forms[p.media_type], -at, p.weight) for at, p in enumerate(parts) if p.media_type in forms]
    if not found:
        return None
    specific, before, weight = max(found)
    return weight, specific, -before


UPLOAD_EXAMPLE = {
    "metadata": {"userId": "TestUser"},
    "files": [
        {
            "fileType": "ATTACHMENT",
            "fileName": "terms.pdf",
            "contentType": "application/pdf",
            "content": "JVBERi0xLjQKJeLjz9MK",
            "description": "Terms 2025",
        }
    ],
}
UPLOADED_EXAMPLE: dict[str, Any] = {
    "summary": {"totalCount": 1, "okCount": 1, "failedCount": 0},
    "files": [
        {
            "itemNo": 1,
            "resultType": "OK",
            "statusCode": 200,
            "fileUuid": "3e4a1b90-0b61-4f1f-9f0c-8ad4b8a3d101",
            "fileName": "terms.pdf",
            "fileSize": 15,
            "checksumSha256": "1f71fba76d8b649e6b537b4a1ea44346545550d05ffa1ed4537b55489d80ae8f",
            "errors": [],
        }
    ],
}
_FAILED_FILE = {
    "itemNo": 2,
    "resultType": "FAILED",
    "statusCode": 422,
    "fileName": "empty.pdf",
    "errors": [{"errorCode": "ARM-2014", "field": "files[1].content", "message": "The file is empty"}],
}
UPLOADED_PARTLY_EXAMPLE = {
    "summary": {"totalCount": 2, "okCount": 1, "failedCount": 1},
    "files": [UPLOADED_EXAMPLE["files"][0], _FAILED_FILE],
}
NOT_UPLOADED_EXAMPLE = {
    "summary": {"totalCount": 1, "okCount": 0, "failedCount": 1},
    "files": [_FAILED_FILE | {"itemNo": 1}],
}
FILE_EXAMPLE = {
    "fileUuid": "3e4a1b90-0b61-4f1f-9f0c-8ad4b8a3d101",
    "clientNo": 2218,
    "fileType": "ATTACHMENT",
    "fileName": "terms.pdf",
    "contentType": "application/pdf",
    "fileSize": 15,
    "checksumSha256": "1f71fba76d8b649e6b537b4a1ea44346545550d05ffa1ed4537b55489d80ae8f",
    "direction": "IN",
    "fileStatus": "STORED",
    "description": "Terms 2025",
    "createdTime": "2025-03-20T09:12:44.118+01:00",
    "userId": "TestUser",
    "content": "JVBERi0xLjQKJeLjz9MK",
}

# Of the files, each by itself; a file of a batch can be wrong in all that its envelope can be.
FILE_RULES = broken_by(
    Code.NOT_IN_LIST, Code.FILE_CONTENT, Code.NOT_ENABLED, Code.NOT_FOUND, Code.NOT_JSON,
    Code.WRONG_VALUE, Code.MISSING, Code.TOO_MANY_ELEMENTS,
)  # fmt: skip
FILE_UUID = Parameter("fileuuid", uuid_of, "The file's id.", {"type": "string", "format": "uuid"})

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/files",
        access=Scope("write:arm.file"),
        handler=post_files,
        work=Work.WRITE,
        summary="POST (upload) one or more OS files",
        description="Files are independent of each other. A file that was uploaded before is answered with its id.",
        tag="Files",
        path_parameters=(CLIENT_NO,),
        body=UploadBody,
        body_example=UPLOAD_EXAMPLE,
        takes_idempotency_key=True,
        answers={
            200: Answer("All files are stored.", UploadedBody, UPLOADED_EXAMPLE),
            207: Answer("Some files are stored.", UploadedBody, UPLOADED_PARTLY_EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: NOT_ENABLED,
            404: NOT_FOUND,
            422: Answer("No file is stored.", UploadedBody, NOT_UPLOADED_EXAMPLE, codes=FILE_RULES.codes),
        },
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/files/{fileuuid}",
        access=Scope("read:arm.file"),
        handler=get_file,
        work=Work.READ,
        summary="GET one OS file",
        description="JSON with the content in base64; the bytes alone for `application/octet-stream` or its own type.",
        tag="Files",
        path_parameters=(CLIENT_NO, FILE_UUID),
        query=(USER_ID,),
        ready_on=("*/*",),
        answers={
            200: Answer("The file.", FileInfo, FILE_EXAMPLE, raw=True),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: NOT_ENABLED,
            404: NOT_FOUND,
            406: Answer("None of the accepted media types can be given."),
        },
    ),
)
