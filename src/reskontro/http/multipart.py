"""A file out of a form (`multipart/form-data`, RFC 7578). The body is in memory and bounded before it comes here."""

import re
from dataclasses import dataclass

MOST_PARTS = 20
LONGEST_HEAD = 4096
_BOUNDARY = re.compile(r"boundary=(?:\"([^\"\r\n]{1,70})\"|([^\s;\"]{1,70}))", re.IGNORECASE)
_PARAMETER = r"(?:^|;)\s*{name}=\"((?:[^\"\\]|\\.)*)\""
_NAME = re.compile(_PARAMETER.format(name="name"), re.IGNORECASE)
_FILE_NAME = re.compile(_PARAMETER.format(name="filename"), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that a form brought: the name that it had there, and its bytes."""

    name: str
    content: bytes


def uploaded_file(content_type: str, body: bytes, field: str) -> UploadedFile | None:
    """The first file of a field, None where the form has none or is none. A browser sends no choice as no name."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        return None
    separator = b"\r\n--" + (found[1] or found[2]).encode("latin-1", "replace")
    parts = (b"\r\n" + body).split(separator, MOST_PARTS)
    for part in parts[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        if not blank or len(head) > LONGEST_HEAD or part.startswith(b"--"):
            continue
        disposition = _disposition(head)
        name, file_name = _NAME.search(disposition), _FILE_NAME.search(disposition)
        if name is not None and name[1] == field and file_name is not None and file_name[1]:
            return UploadedFile(_as_it_was(file_name[1]), content)
    return None


def _disposition(head: bytes) -> str:
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            return value
    return ""


def _as_it_was(file_name: str) -> str:
    """The name of the file without folders; browsers write quotes and line ends in it as in an address."""
    for written, meant in (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"), ('\\"', '"')):
        file_name = file_name.replace(written, meant)
    return re.split(r"[/\\]", file_name)[-1][:200]
