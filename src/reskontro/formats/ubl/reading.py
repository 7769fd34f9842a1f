"""Bytes to a parsed document, or the reason why not.

What comes from outside is hostile until read. UTF-8 only; no document type, so no entities; no processing instructions;
no network; bounds on the size, the number of elements and attributes, and each text, all of them known before or while
libxml2 reads, so that a refusal costs no more than a glance. Attached files are looked at by their first bytes only;
one that is longer than a text may be is cut to them.
"""

import base64
import binascii
import re
from typing import Any

from lxml import etree

from reskontro.formats.ubl.tree import ROOTS

MOST_BYTES = 20 * 1024 * 1024
MOST_ELEMENTS = 600_000
MOST_ATTRIBUTES = 1_000_000
MOST_ATTACHMENTS = 100
MOST_TAG_BYTES = 32 * 1024
MOST_TEXT_BYTES = 9_000_000  # libxml2 reads texts of up to ten million
LOOKED_AT_BYTES = 400
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\x00<", b"<\x00")
ZIPPED_BY_KIND = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]{1,40})[\"']")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_LONG_TAG = re.compile(rb"<[^<>]{%d}" % MOST_TAG_BYTES)
_LONG_FILE = re.compile(
    rb"(EmbeddedDocumentBinaryObject(?:\s[^<>]*)?>)([A-Za-z0-9+/\s]{%d})[A-Za-z0-9+/=\s]{%d,}(?=</)"
    % (LOOKED_AT_BYTES, MOST_TEXT_BYTES)
)
_ATTACHMENT = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}EmbeddedDocumentBinaryObject"


class UblRefused(Exception):  # noqa: N818 - the file was refused
    """The bytes are no document that can be judged: a code, and the reason in English and Norwegian."""

    def __init__(self, code: str, en: str, nb: str) -> None:
        super().__init__(en)
        self.code = code
        self.en = en
        self.nb = nb


def read_xml(data: bytes) -> Any:
    """The document element of an invoice or a credit note, without comments. Raises `UblRefused`."""
    _refuse_by_the_bytes(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=False,
        encoding="utf-8",
    )
    try:
        element = etree.fromstring(_with_files_cut(data), parser)
    except etree.XMLSyntaxError as error:
        reason = str(error.msg)[:200]
        raise UblRefused(
            "xml-not-well-formed",
            f"The file is not well-formed XML: {reason}",
            f"Filen er ikke velformet XML: {reason}",
        ) from None
    if element.tag not in ROOTS:
        name = etree.QName(element).localname[:80]
        raise UblRefused(
            "not-ubl",
            f"The file is neither a UBL 2.1 Invoice nor a CreditNote: its document element is {name}.",
            f"Filen er verken en UBL 2.1 Invoice eller CreditNote: dokumentelementet er {name}.",
        )
    _refuse_instructions(element)
    _refuse_attachments(element)
    return element


def _refuse_by_the_bytes(data: bytes) -> None:
    """Everything that can be told without parsing."""
    if not data.strip():
        raise UblRefused("xml-empty", "The file is empty.", "Filen er tom.")
    if len(data) > MOST_BYTES:
        raise UblRefused("xml-too-large", "The file is larger than 20 MiB.", "Filen er større enn 20 MiB.")
    declared = _DECLARED.match(data.removeprefix(BYTE_ORDER_MARK).lstrip())
    if data.startswith(OTHER_MARKS) or (declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}):
        raise UblRefused(
            "xml-encoding", "The file is not in UTF-8, the encoding of UBL.", "Filen er ikke i UTF-8, tegnsettet i UBL."
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UblRefused(
            "xml-encoding",
            f"The file is not UTF-8: byte {error.start} belongs to no character.",
            f"Filen er ikke UTF-8: byte {error.start} hører ikke til noe tegn.",
        ) from None
    if _declares_types(data):
        raise UblRefused(
            "xml-doctype",
            "The file declares a document type or an entity, which no invoice needs.",
            "Filen erklærer en dokumenttype eller en entitet, som ingen faktura trenger.",
        )
    # Each element has one "<" or two; each attribute an "=".
    if data.count(b"<") > 2 * MOST_ELEMENTS or data.count(b"=") > MOST_ATTRIBUTES or _LONG_TAG.search(data):
        raise UblRefused(
            "xml-too-many-parts",
            "The file has more elements or attributes than an invoice ever has.",
            "Filen har flere elementer eller attributter enn en faktura noen gang har.",
        )


def _with_files_cut(data: bytes) -> bytes:
    """The document with attached files that are too long for one text cut to what is looked at of them."""
    if len(data) <= MOST_TEXT_BYTES:
        return data
    return _LONG_FILE.sub(lambda found: found[1] + b"".join(found[2].split())[: LOOKED_AT_BYTES // 8 * 4], data)


def _declares_types(data: bytes) -> bool:
    """Whether there is a document type or an entity declared outside comments."""
    if b"<!DOCTYPE" not in data and b"<!ENTITY" not in data:
        return False
    without = _COMMENT.sub(b"", data)
    return b"<!DOCTYPE" in without or b"<!ENTITY" in without


def _refuse_instructions(element: Any) -> None:
    outside = [*element.itersiblings(preceding=True), *element.itersiblings()]
    if any(sibling.tag is etree.PI for sibling in outside) or next(element.iter(etree.PI), None) is not None:
        raise UblRefused(
            "xml-processing-instruction",
            "The file has a processing instruction, which no invoice needs.",
            "Filen har en behandlingsinstruks, som ingen faktura trenger.",
        )


def _refuse_attachments(element: Any) -> None:
    for attachments, attached in enumerate(element.iter(_ATTACHMENT), 1):
        if attachments > MOST_ATTACHMENTS:
            raise UblRefused(
                "attachment-too-many",
                f"The document has more than {MOST_ATTACHMENTS} attached files.",
                f"Dokumentet har mer enn {MOST_ATTACHMENTS} vedlegg.",
            )
        if _begins_as_a_zip(attached.text or "") and attached.get("mimeCode") not in ZIPPED_BY_KIND:
            raise UblRefused(
                "attachment-zip",
                "An attached file is a zip archive, which is none of the kinds that may be attached.",
                "Et vedlegg er et zip-arkiv, som ikke er blant filtypene som kan legges ved.",
            )


def _begins_as_a_zip(text: str) -> bool:
    head = "".join(text[:200].split())[:8]
    try:
        return base64.b64decode(head).startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))
    except (binascii.Error, ValueError):
        return False
