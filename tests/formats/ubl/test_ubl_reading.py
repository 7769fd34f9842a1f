"""What is refused before a rule is asked: attacks, other encodings, other documents, noise."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.formats.ubl import UblRefused, read_xml
from tests.formats.ubl.ubl_files import changed, fatal_rules, fragment, own, verdict_on

INVOICE = own("everything-invoice")
IN_NO_TIME_S = 5.0  # a generous bound on a shared machine; each of these takes milliseconds


def with_attachment(content: bytes, mime: str = "text/csv") -> str:
    encoded = base64.b64encode(content).decode()
    return changed(INVOICE, ("ZGFnO3RpbWVyCg==", encoded), ('mimeCode="text/csv"', f'mimeCode="{mime}"'))


def in_attribute(text: str) -> str:
    return changed(INVOICE, ('unitCode="EA"', f'unitCode="{text}"'))


BOMB = (
    '<!DOCTYPE Invoice [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
ATTACKS = {
    "nothing": (b"", "xml-empty"),
    "blanks": (b" \n\t ", "xml-empty"),
    "noise": (bytes(range(1, 256)), "xml-encoding"),
    "text": (b"an invoice, please", "xml-not-well-formed"),
    "cut off": (INVOICE[:4000].encode(), "xml-not-well-formed"),
    "a zero byte": (INVOICE.replace("<cbc:ID>2026-1001", "<cbc:ID>\0").encode(), "xml-not-well-formed"),
    "billion laughs": (changed(INVOICE, ("<Invoice", BOMB + "<Invoice")).encode(), "xml-doctype"),
    "a file as entity": (
        changed(INVOICE, ("<Invoice", '<!DOCTYPE I [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice')).encode(),
        "xml-doctype",
    ),
    "a document type from afar": (
        changed(INVOICE, ("<Invoice", '<!DOCTYPE Invoice SYSTEM "http://example.invalid/x.dtd"><Invoice')).encode(),
        "xml-doctype",
    ),
    "an unknown entity": (changed(INVOICE, ("2026-1001", "&unknown;")).encode(), "xml-not-well-formed"),
    "an instruction before": (
        changed(INVOICE, ("<Invoice", '<?xml-stylesheet href="http://example.invalid/x.xsl"?><Invoice')).encode(),
        "xml-processing-instruction",
    ),
    "an instruction within": (
        changed(INVOICE, ("<cbc:ID>", "<?php x?><cbc:ID>")).encode(),
        "xml-processing-instruction",
    ),
    "UTF-16": (INVOICE.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"), "xml-encoding"),
    "Latin-1, declared": (
        INVOICE.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("iso-8859-1"),
        "xml-encoding",
    ),
    "Latin-1, undeclared": (INVOICE.encode("iso-8859-1"), "xml-encoding"),
    "UTF-7": (INVOICE.replace('encoding="UTF-8"', 'encoding="UTF-7"').encode(), "xml-encoding"),
    "too large": (lambda: b"<a>" + b" " * (20 * 1024 * 1024) + b"</a>", "xml-too-large"),
    "too many elements": (lambda: b"<a>" + b"<b/>" * 1_300_000 + b"</a>", "xml-too-many-parts"),
    "too many attributes": (
        lambda: b"<a>" + b"".join(b'<b a%d=""/>' % n for n in range(1_100_000)) + b"</a>",
        "xml-too-many-parts",
    ),
    "one endless tag": (lambda: b"<a " + b"".join(b'a%d="" ' % n for n in range(20_000)) + b"/>", "xml-too-many-parts"),
    "a deep nest": (b"<a>" * 200_000 + b"</a>" * 200_000, "xml-not-well-formed"),
    "another document": (b"<Order xmlns='urn:x'/>", "not-ubl"),
    "the right name of another": (b"<Invoice xmlns='urn:x'/>", "not-ubl"),
    "a zip attached as CSV": (with_attachment(b"PK\x03\x04" + b"\0" * 400).encode(), "attachment-zip"),
    "too many attachments": (
        INVOICE.replace(
            "<cac:Attachment>",
            "<cac:Attachment>" + "<cbc:EmbeddedDocumentBinaryObject>AA==</cbc:EmbeddedDocumentBinaryObject>" * 101,
        ).encode(),
        "attachment-too-many",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_a_reason_and_at_once(name):
    made, code = ATTACKS[name]
    data = made() if callable(made) else made  # the large ones are made when they are needed
    start = time.perf_counter()
    verdict = verdict_on(data)
    assert time.perf_counter() - start < IN_NO_TIME_S
    (finding,) = verdict.findings
    assert (finding.rule, finding.severity, verdict.valid) == (code, "fatal", False)
    assert finding.en != finding.nb
    with pytest.raises(UblRefused, match=r".") as refused:
        read_xml(data)
    assert refused.value.code == code


def test_elements_of_the_document_nest_sixty_deep_at_most():
    deep = changed(
        INVOICE, ("<cac:PaymentTerms>", "<cac:PaymentTerms>" * 70), ("</cac:PaymentTerms>", "</cac:PaymentTerms>" * 70)
    )
    assert fatal_rules(deep) == {"xml-too-deep"}


def test_a_spreadsheet_is_a_zip_that_may_be_attached():
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert verdict_on(with_attachment(b"PK\x03\x04" + b"\0" * 400, sheet)).valid


def test_comments_are_nothing_even_within_a_text_and_with_a_document_type_in_them():
    text = changed(INVOICE, ("2026-1001", "2026-<!-- <!DOCTYPE a> <?x?> -->1001"), ("<Invoice", "<!-- a --><Invoice"))
    assert verdict_on(text).findings == ()


def test_a_byte_order_mark_is_no_fault():
    assert verdict_on(b"\xef\xbb\xbf" + INVOICE.encode()).valid


OUT_OF_ORDER = {
    "lines without end": "<cac:InvoiceLine/>" * 500_000,
    "totals beside allowances": "<cac:AllowanceCharge/>" * 100_000 + "<cac:LegalMonetaryTotal/>" * 100_000,
    "a name an element": "".join(f"<a{number}/>" for number in range(300_000)),
    "totals beside allowances, few": "<cac:AllowanceCharge/>" * 1_450 + "<cac:LegalMonetaryTotal/>" * 1_450,
}


@pytest.mark.parametrize("name", OUT_OF_ORDER)
def test_what_follows_no_schema_costs_no_more_than_its_length(name):
    data = fragment(OUT_OF_ORDER[name]).encode()
    start = time.process_time()
    assert "ubl-schema" in {finding.rule for finding in verdict_on(data).findings}
    assert time.process_time() - start < 4 * IN_NO_TIME_S


@given(st.binary(max_size=300))
def test_any_bytes_get_a_verdict(data):
    assert not verdict_on(data).valid


@given(at=st.integers(0, len(INVOICE.encode()) - 1), byte=st.integers(0, 255))
def test_any_document_with_one_other_byte_gets_a_verdict(at, byte):
    data = bytearray(INVOICE.encode())
    data[at] = byte
    for finding in verdict_on(bytes(data)).findings:
        assert finding.location.startswith("/")
