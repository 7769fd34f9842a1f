"""What may be uploaded. Source: arm-api, sections 2.11.2 and 3.12."""

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.ledger.domain.file import (
    MOST_BYTES,
    Upload,
    checked_type,
    content_type_of,
    read_content,
    status_of_call,
)

PUBLISHED = "JVBERi0xLjQKJeLjz9MK"


def upload(content=PUBLISHED, **more):
    return Upload(**{"file_type": "ATTACHMENT", "file_name": "terms.pdf", "content": content} | more)


def test_the_published_content_is_read():
    content, digest, wrong = read_content(upload())
    assert wrong is None
    assert (len(content), digest) == (15, sha256(content).hexdigest())
    assert content.startswith(b"%PDF-1.4")


@pytest.mark.parametrize(
    "text",
    [
        "JVBERi0xLjQKJeLjz9M",  # padding missing
        "JVBERi0xLjQKJeLjz9MK\n",
        "JVBERi0x\nLjQKJeLjz9MK",
        " JVBERi0xLjQKJeLjz9MK",
        "JVBERi0xLjQKJeLjz9MK=",
        "JVBERi0xLjQKJeLjz9MK====",
        "YR==",  # a second spelling of the bytes of YQ==
        "YQ==YQ==",
        "YQ=",
        "====",
        "_-8=",  # the alphabet for URLs
        "ÆØÅÆ",
        "\x00\x00\x00\x00",
        "{not base64}",
    ],
)
def test_base64_is_read_strictly(text):
    content, _, wrong = read_content(upload(text))
    assert (content, wrong.code, wrong.field) == (b"", "ARM-2014", "content")


@given(st.binary(min_size=1, max_size=200))
def test_what_is_encoded_is_read_back(content):
    assert read_content(upload(b64encode(content).decode())) == (content, sha256(content).hexdigest(), None)


@given(st.text(max_size=40))
def test_noise_is_content_or_a_fault_and_nothing_else(noise):
    content, _, wrong = read_content(upload(noise))
    assert (wrong is None) == (noise != "" and b64encode(content).decode() == noise)


def test_ten_mebibytes_are_taken_and_one_byte_more_is_not():
    most = b64encode(bytes(MOST_BYTES)).decode()
    assert read_content(upload(most))[2] is None
    for length in (MOST_BYTES + 1, MOST_BYTES + 2, MOST_BYTES + 3, MOST_BYTES + 4):
        wrong = read_content(upload(b64encode(bytes(length)).decode()))[2]
        assert (wrong.code, wrong.args) == ("ARM-2014", {"limit": 10})


def test_an_empty_file_is_not_taken():
    assert read_content(upload(""))[2].code == "ARM-2014"


def test_the_checksum_must_be_that_of_the_content():
    _, digest, _ = read_content(upload())
    assert read_content(upload(checksum_sha256=digest.upper()))[2] is None
    for other in ("0" * 64, "x", digest[:-1]):
        wrong = read_content(upload(checksum_sha256=other))[2]
        assert (wrong.code, wrong.field) == ("ARM-2014", "checksumSha256")


@pytest.mark.parametrize(
    ("sent", "enabled", "importable", "known", "code"),
    [
        ("attachment", ("ATTACHMENT",), (), "ATTACHMENT", None),
        ("ATTACHMENT", ("attachment",), (), "ATTACHMENT", None),
        ("ATTACHMENT", ("OCR",), (), "ATTACHMENT", "ARM-1203"),
        ("ocr", ("OCR",), ("OCR",), "OCR", None),
        ("OCR", ("OCR",), (), "OCR", "ARM-1203"),
        ("REPORT", ("REPORT",), (), "REPORT", "ARM-1203"),
        ("LETTER", ("ATTACHMENT",), (), "LETTER", "ARM-2001"),
    ],
)
def test_a_type_is_known_enabled_and_has_its_importer(sent, enabled, importable, known, code):
    found, wrong = checked_type(upload(file_type=sent), enabled, importable)
    assert (found, wrong.code if wrong else None) == (known, code)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("terms.pdf", "application/pdf"),
        ("A.B.XML", "application/xml"),
        ("OCR.D250320", "application/octet-stream"),
        ("noextension", "application/octet-stream"),
    ],
)
def test_the_media_type_follows_the_extension(name, media_type):
    assert content_type_of(name) == media_type


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ([200], 200),
        ([200, 403], 207),
        ([200, 422, 200], 207),
        ([403, 403], 403),
        ([404], 404),
        ([422], 422),
        ([403, 404], 422),
        ([404, 422], 422),
    ],
)
def test_the_status_of_a_call_is_that_of_its_files_together(statuses, status):
    assert status_of_call(statuses) == status
