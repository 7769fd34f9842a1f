"""Files that are exchanged: what may be uploaded, and how its content is read.

Source: arm-api, sections 2.11 and 3.12.
"""

import binascii
from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import OUTPUT_FILE_TYPES, UPLOAD_FILE_TYPES, canonical
from reskontro.ledger.domain.errors import Code, fault

MOST_BYTES = 10 * 1024 * 1024
MOST_BASE64 = (MOST_BYTES + 2) // 3 * 4
IMPORT_TYPES = frozenset(UPLOAD_FILE_TYPES) - {"ATTACHMENT"}

CONTENT_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    "htm": "text/html",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}
ANY_CONTENT = "application/octet-stream"


class FileStatus(StrEnum):
    """How far a file has come. Only import files move on."""

    STORED = "STORED"
    PROCESSING = "PROCESSING"
    PROCESSED = "PROCESSED"
    FAILED = "FAILED"


class Direction(StrEnum):
    """Uploaded or produced."""

    IN = "IN"
    OUT = "OUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it was sent: `content` is base64."""

    file_type: str
    file_name: str
    content: str = field(repr=False)
    content_type: str = ""
    checksum_sha256: str = ""
    description: str = ""
    customer_no: str = ""
    document_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that is kept. Its bytes lie in the file store under its SHA-256."""

    file_uuid: UUID
    file_type: str
    file_name: str
    content_type: str
    file_size: int
    sha256: str
    direction: Direction
    file_status: FileStatus
    description: str = ""
    customer_no: str = ""
    document_no: str = ""
    ledger_period_report_no: int | None = None
    user_id: str
    faults: tuple[Fault, ...] = ()
    created_time: datetime
    processed_time: datetime | None = None
    batch_uuid: UUID | None = None  # of the batch that made it

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes an upload the same one as before."""
        return self.file_type, self.file_name, self.sha256


def content_type_of(file_name: str) -> str:
    """The media type by the name's extension."""
    return CONTENT_TYPES.get(file_name.rpartition(".")[2].lower(), ANY_CONTENT)


def checked_type(upload: Upload, enabled: Collection[str], importable: Collection[str]) -> tuple[str, Fault | None]:
    """The file type in its list's spelling, and why a file of it is not taken. An import needs its importer."""
    known = canonical(upload.file_type, (*UPLOAD_FILE_TYPES, *OUTPUT_FILE_TYPES))
    if known is None:
        codes = ", ".join(UPLOAD_FILE_TYPES)
        wrong = fault(Code.NOT_IN_LIST, "The value is not one of {codes}", "fileType", upload.file_type, codes=codes)
        return upload.file_type, wrong
    folded = {code.casefold() for code in enabled}
    allowed = known in UPLOAD_FILE_TYPES and known.casefold() in folded
    if not allowed or (known in IMPORT_TYPES and known not in importable):
        message = "The file type {type} is not enabled for this client"
        return known, fault(Code.NOT_ENABLED, message, "fileType", upload.file_type, type=known)
    return known, None


def read_content(upload: Upload) -> tuple[bytes, str, Fault | None]:
    """The bytes, their SHA-256, and what is wrong with them.

    Base64 is read strictly: no other characters, no line breaks, no missing padding, no second spelling of the same
    bytes.
    """
    if not upload.content:
        return b"", "", fault(Code.FILE_CONTENT, "The file is empty", "content")
    if len(upload.content) > MOST_BASE64:
        return b"", "", _too_large()
    content = _decoded(upload.content)
    if content is None:
        return b"", "", fault(Code.FILE_CONTENT, "The content is not base64", "content")
    if len(content) > MOST_BYTES:
        return b"", "", _too_large()
    digest = sha256(content).hexdigest()
    wanted = upload.checksum_sha256.lower()
    if wanted and wanted != digest:
        message = "The SHA-256 of the content is another one"
        return content, digest, fault(Code.FILE_CONTENT, message, "checksumSha256", upload.checksum_sha256)
    return content, digest, None


def _decoded(text: str) -> bytes | None:
    try:
        content = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return content if b64encode(content).decode() == text else None


def _too_large() -> Fault:
    return fault(Code.FILE_CONTENT, "The file is larger than {limit} MiB", "content", limit=MOST_BYTES // 1024 // 1024)


def status_of_call(statuses: Collection[int]) -> int:
    """The status of an upload of several files from those of its elements."""
    kinds = set(statuses)
    if kinds == {200}:
        return 200
    if 200 in kinds:
        return 207
    return kinds.pop() if kinds in ({403}, {404}) else 422
