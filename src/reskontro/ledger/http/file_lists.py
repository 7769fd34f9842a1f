"""Files as a list (2.11.1)."""

import asyncio
import re
from base64 import b64encode

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.ledger.domain.codes import OUTPUT_FILE_TYPES, UPLOAD_FILE_TYPES
from reskontro.ledger.domain.errors import Code, fault, invalid
from reskontro.ledger.domain.file import Direction, FileStatus
from reskontro.ledger.http import list_examples as examples
from reskontro.ledger.http.files import FileInfo
from reskontro.ledger.http.filters import (
    FLAG,
    TIME,
    UUIDS,
    Filter,
    code_of,
    conditions,
    flag,
    folded,
    moment,
    one_of,
    uuid_list,
)
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
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, USER_ID
from reskontro.ledger.service.files import visible_types
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import files as store
from reskontro.ledger.store.conditions import Conditions
from reskontro.platform.files import FileStore

RESOURCE = "files"
CONTENT = "content"
TYPES = (*UPLOAD_FILE_TYPES, *OUTPUT_FILE_TYPES)
DIRECTIONS = tuple(direction.value for direction in Direction)
STATUS = tuple(status.value for status in FileStatus)
LAST = "\U0010ffff"  # no text that begins like another one comes after that one and this
_WILD = re.compile(r"[\\%_]")

FILTERS = (
    Filter("fileuuid", uuid_list, "Ids, separated by commas, 20 at most.", "file_uuid = any(?::uuid[])", UUIDS),
    Filter("filetype", code_of("filetype", TYPES), "Type.", "file_type = ?", one_of(TYPES)),
    Filter("filename", folded, "Name; `*` stands for anything.", None),
    Filter("direction", code_of("direction", DIRECTIONS), "Uploaded or produced.", "direction = ?",
           one_of(DIRECTIONS)),
    Filter("filestatus", code_of("filestatus", STATUS), "How far it has come.", "file_status = ?", one_of(STATUS)),
    Filter("documentno", folded, "The document that it belongs to.", "document_no_key <> '' and document_no_key = ?"),
    Filter("customerno", folded, "The customer whom it belongs to.", "customer_no_key <> '' and customer_no_key = ?"),
    Filter("fromcreatedtime", moment, "Created from, inclusive.", "created_time >= ?", TIME),
    Filter("tocreatedtime", moment, "Created before.", "created_time < ?", TIME),
)  # fmt: skip
INCLUDE_CONTENT = Parameter(
    "includecontent", flag, "Whether the content is in the answer; only together with fileuuid.", FLAG
)


class FilesBody(msgspec.Struct, rename="camel"):
    """A page of files."""

    summary: Summary
    files: list[FileInfo]


async def list_files(call: Call) -> Reply:
    """Files by criteria, newest first. Only types that the client may read or upload are there."""
    types = visible_types(await config_store.read(call.tx, call.today))
    page = await following_page(call, RESOURCE, 2)
    if page is None:
        with_content = call.query.get("includecontent", False)
        if with_content and "fileuuid" not in call.query:
            raise invalid(fault(Code.COMBINATION, "includecontent needs fileuuid", "includecontent"))
        maximum, size = sizes(call)
        wanted = conditions(call, FILTERS)
        wanted.add("file_type = any(?::text[])", types)
        if "filename" in call.query:
            _add_name(wanted, call.query["filename"])
        keys = keys_of_uuids(await store.keys(call.tx, wanted, maximum))
        more = frozenset({CONTENT}) if with_content else frozenset()
        page = await first_page(call, RESOURCE, keys, 2, maximum, size, more)
    files = await store.by_ids(call.tx, uuids_of_keys(page.keys), types)
    bodies = [FileInfo.of(call.client, file, call.language) for file in files]
    if CONTENT in page.expand:
        for body, file in zip(bodies, files, strict=True):
            content = await call.context.part(FileStore).get(call.client, file.sha256)
            body.content = (await asyncio.to_thread(b64encode, content)).decode()
    return Reply(200, {"summary": page_summary(page, bodies), "files": bodies}, page_headers(page))


def _add_name(wanted: Conditions, name: str) -> None:
    """The condition of a name: exact, or with its beginning as the index has it and the rest as a pattern."""
    if "*" not in name:
        wanted.add('file_name_key collate "C" = ?', name)
        return
    beginning = name.partition("*")[0]
    if beginning:
        wanted.add('file_name_key collate "C" >= ?', beginning)
        wanted.add('file_name_key collate "C" < ?', beginning + LAST)
    pattern = _WILD.sub(r"\\\g<0>", name).replace("*", "%")
    wanted.add('file_name_key collate "C" like ?', pattern)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/files",
        access=Scope("read:arm.file"),
        handler=list_files,
        work=Work.READ,
        summary="GET one or more OS files",
        tag="Files",
        path_parameters=(CLIENT_NO,),
        query=(*(one.parameter for one in FILTERS), INCLUDE_CONTENT, *PAGING, USER_ID),
        answers={
            200: Answer("File(s) found.", FilesBody, examples.FILES),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
