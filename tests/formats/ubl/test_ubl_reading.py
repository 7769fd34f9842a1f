"""What is refused before a rule is asked: attacks, other encodings, other documents, noise."""

import base64
import subprocess
import sys
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
    "UTF-16 without a mark, little end first": (INVOICE.encode("utf-16-le"), "xml-encoding"),
    "UTF-16 without a mark, big end first": (INVOICE.encode("utf-16-be"), "xml-encoding"),
    "UTF-16 that says it is UTF-8": (INVOICE.encode("utf-16"), "xml-encoding"),
    "UTF-32": (INVOICE.encode("utf-32"), "xml-encoding"),
    "UTF-8 of surrogates": (INVOICE.replace("2026-1001", "\ud800").encode("utf-8", "surrogatepass"), "xml-encoding"),
    "an entity of a parameter": (
        changed(INVOICE, ("<Invoice", '<!DOCTYPE I [<!ENTITY % p SYSTEM "http://a.invalid/p">%p;]><Invoice')).encode(),
        "xml-doctype",
    ),
    "a quadratic entity": (
        changed(INVOICE, ("<Invoice", f'<!DOCTYPE I [<!ENTITY a "{"a" * 50_000}">]><Invoice')).encode(),
        "xml-doctype",
    ),
    "a document type in UTF-7": (b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a><a/>', "xml-encoding"),
    "a text that is too long": (
        lambda: INVOICE.replace("Takk for handelen", "x" * (11 * 1024 * 1024)).encode(),
        "xml-not-well-formed",
    ),
    "an attribute that is too long": (
        lambda: in_attribute("&gt;" * 4_000_000).encode(),
        "xml-too-many-parts",
    ),
    "comments without end": (lambda: INVOICE.encode() + b"<!--x-->" * 1_300_000, "xml-too-many-parts"),
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


def test_nothing_is_included_from_elsewhere():
    # XInclude and schema hints are elements and attributes like others: stray, and never followed.
    text = changed(
        INVOICE,
        ("<cbc:ID>2026-1001</cbc:ID>", "<cbc:ID>2026-1001</cbc:ID>" + INCLUDED),
        ("<Invoice", '<Invoice xmlns:x="urn:x" x:schemaLocation="http://a.invalid/a.xsd"'),
    )
    found = fatal_rules(text)
    assert "ubl-schema" in found
    assert b"root:" not in read_xml(text.encode()).xpath("string()").encode()


INCLUDED = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'


def test_a_zip_is_found_behind_blanks_and_in_any_declared_kind():
    for mime in ("application/pdf", "image/png", "application/zip"):
        text = with_attachment(b"PK\x03\x04" + b"\0" * 400, mime).replace("UEsDB", "\n  U E s\tDB")
        assert fatal_rules(text) == {"attachment-zip"}


def test_a_file_of_fifteen_million_bytes_may_be_attached_and_a_zip_of_that_size_not():
    assert verdict_on(with_attachment(b"%PDF" + bytes(11 * 1024 * 1024), "application/pdf")).findings == ()
    assert fatal_rules(with_attachment(b"PK\x03\x04" + bytes(11 * 1024 * 1024))) == {"attachment-zip"}


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


def grown(inside: str) -> bytes:
    return INVOICE.replace("</Invoice>", inside + "</Invoice>").encode()


FIRST, LAST = INVOICE.index("  <cac:InvoiceLine>"), INVOICE.rindex("</cac:InvoiceLine>") + len("</cac:InvoiceLine>")
LARGE = {
    "20 MB of good lines": lambda: grown(INVOICE[FIRST:LAST] * (19 * 1024 * 1024 // len(INVOICE[FIRST:LAST].encode()))),
    "half a million empty lines": lambda: grown("<cac:InvoiceLine/>" * 590_000),
    "an attached file of 19 MB": lambda: with_attachment(b"%PDF" + bytes(14 * 1024 * 1024)).encode(),
}
MOST_GROWN_MB = 900
IN_A_PROCESS = """
import resource, sys
from datetime import date
from reskontro.formats.ubl import judge
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF)
verdict = judge(data, date(2026, 11, 25))
after = resource.getrusage(resource.RUSAGE_SELF)
print((after.ru_maxrss - before.ru_maxrss) // 1024, after.ru_utime - before.ru_utime, len(verdict.findings))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_the_largest_documents_are_judged_in_bounded_memory_and_time(name):
    run = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS], input=LARGE[name](), capture_output=True, check=True, timeout=120
    )
    grown_mb, took_s, findings = run.stdout.split()
    assert int(grown_mb) < MOST_GROWN_MB
    assert float(took_s) < 12 * IN_NO_TIME_S
    assert int(findings) <= 400


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
