"""Entries read by their likeness and by the parser: the same events, the same faults, the same places."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontro.formats.findings import BankFileRefused
from reskontro.formats.iso20022 import xml_stream
from reskontro.formats.iso20022.camt_reader import CamtReader, iter_camt
from tests.conftest import SAMPLES

FILES = sorted((SAMPLES / "bank_files").glob("camt*.xml"))
SPICE = (
    b"<!-- <c:Ntry> -->",
    b"<![CDATA[x]]>",
    b"<?a b?>",
    b"\r\n",
    b"\r",
    b"&amp;",
    b"]]>",
    b"<a/>",
    b"\xe5",
    b"x",
    b"",
)


def outcome(data, *, by_element):
    try:
        return list(iter_camt(data, by_element=by_element))
    except BankFileRefused as refused:
        return refused.faults


def agrees(data):
    assert outcome(data, by_element=False) == outcome(data, by_element=True)


def entry(data):
    opening = b"<c:Ntry>" if b"<c:Ntry>" in data else b"<Ntry>"
    start = data.index(opening)
    closing = opening.replace(b"<", b"</")
    return data[start : data.index(closing) + len(closing)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_ways_agree_on_whole_and_on_damaged_files(path):
    data = path.read_bytes()
    agrees(data)
    agrees(data.replace(b"\n", b"\r\n"))

    @settings(max_examples=200, deadline=None, database=None)
    @given(st.integers(0, len(data) - 1), st.integers(0, 60), st.sampled_from(SPICE), st.integers(0, 3))
    def try_one(at, length, spice, copies):
        spiced = data[:at] + spice + data[at + length :]
        agrees(spiced)
        agrees(data[:at] + spice + data[at:])
        one = entry(data)
        agrees(spiced.replace(one, one * (copies + 1), 1))

    try_one()


@pytest.mark.parametrize("chunk_bytes", [7, 64, 1000])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_where_a_file_is_cut_into_chunks_does_not_matter(path, chunk_bytes, monkeypatch):
    data = path.read_bytes()
    whole = outcome(data, by_element=True)
    monkeypatch.setattr(xml_stream, "CHUNK_BYTES", chunk_bytes)
    assert outcome(data, by_element=False) == whole


def test_entries_that_are_alike_are_not_given_to_the_parser():
    data = (SAMPLES / "bank_files" / "camt053_08_prefixed.xml").read_bytes()
    one = entry(data)
    reader = CamtReader()
    many = data.replace(one, one * 50, 1)
    for _ in reader.xml.read(BytesIO(many), reader.message, alike="Ntry"):
        reader.found.drain()
    with pytest.raises(BankFileRefused):  # the sums are those of one
        reader.end()
    alike = reader.xml._alike
    assert alike.on
    assert (alike._replayed, alike._derived, alike._patterns) == (52, 3, 1)


def entry_of(*, number=1, text="", payer="", account="", amount="1.00", transactions=1, indent="\n  "):
    """An entry in one of several likenesses."""
    rows = [
        "<Ntry>",
        f"  <NtryRef>{number}</NtryRef><Amt Ccy='DKK'>{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>",
        "  <BookgDt>",
        "    <Dt>2026-11-23</Dt>",
        "  </BookgDt>",
        "  <NtryDtls>",
    ]
    for _ in range(transactions):
        rows += ["    <TxDtls><RltdPties>"]
        rows += [f"      <Dbtr><Nm>{payer}</Nm></Dbtr>"] if payer else []
        rows += [f"      <DbtrAcct><Id><IBAN>{account}</IBAN></Id></DbtrAcct>"] if account else []
        rows += ["    </RltdPties>", f"    <RmtInf><Ustrd>{text}</Ustrd><Ustrd/><Ustrd>x</Ustrd></RmtInf></TxDtls>"]
    return indent.join([*rows, "  </NtryDtls>", "</Ntry>"])


def file_of(entries, *, encoding="utf-8", between="\n  ", prefix=""):
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02">\n'
        "<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-23T10:00:00</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>N</Id><Acct><Id><IBAN>DK5000400440116243</IBAN></Id></Acct>{prefix}"
        + between
        + between.join(entries)
        + "\n</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )
    return text.encode(encoding)


PAYERS = ("", "Kari", "Søren Ærø", "\u00a0Ola", "a>b", "x]]>y", "tab\there", "", "\u200bzero", "R&amp;D", "Ola\u2028")
LIKENESSES = st.builds(
    entry_of,
    number=st.integers(1, 10**9),
    text=st.sampled_from(("", " ", "Faktura 1", "  Faktura", "line\nline", "line\r\nline", "x" * 400, "<!--y-->")),
    payer=st.sampled_from(PAYERS),
    account=st.sampled_from(("", "DK5000400440116243")),
    amount=st.sampled_from(("1.00", "0.00", "12", "1.234", "-1", "1,00", "99999999999999999.00")),
    transactions=st.sampled_from((1, 1, 1, 2)),
)


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.lists(LIKENESSES, min_size=1, max_size=4),
    st.lists(st.integers(0, 3), min_size=1, max_size=120),
    st.sampled_from(("utf-8", "iso-8859-1", "us-ascii")),
    st.sampled_from(("\n  ", "", "\r\n", "\n\n", "\n<!-- -->", "\n" * 300, "\ntext\n")),
    st.integers(0, 10**6),
    st.sampled_from((*SPICE, b"<!--", b"</Ntry>", b"<Ntry>", b'"', b"<a b='")),
)
def test_both_ways_agree_where_likenesses_are_mixed(shapes, order, encoding, between, at, spice):
    entries = [shapes[number % len(shapes)] for number in order]
    data = file_of(
        [each.encode(encoding, "xmlcharrefreplace").decode(encoding) for each in entries],
        encoding=encoding,
        between=between,
    )
    agrees(data)
    at %= len(data)
    agrees(data[:at] + spice + data[at:])
    agrees(data[:at])


@pytest.mark.parametrize("between", ["\n\x0b", "\x0c\n", "\r", "\n\r", "\r\n", "\n\u00a0", "\n\u2028"])
def test_white_space_between_entries_is_that_of_xml(between):
    data = file_of([entry_of(number=number) for number in range(30)])
    agrees(data.replace(b"</Ntry>\n  ", b"</Ntry>" + between.encode()))
    agrees(data.replace(b"</Ntry>\n  ", b"</Ntry>" + between.encode(), 25))
    agrees(data[::-1].replace(b"  \n>yrtN/<", between.encode()[::-1] + b">yrtN/<", 3)[::-1])


@pytest.mark.parametrize("quote", [b'"', b"'"])
def test_an_entry_in_the_value_of_an_attribute_is_no_entry(quote):
    data = file_of([entry_of(number=number) for number in range(30)], prefix="<AddtlNtfctnInf a='>\n'/>")
    opening = b"<AddtlNtfctnInf a=" + quote + b">\n"
    agrees(data.replace(b"<AddtlNtfctnInf a='>\n'/>", opening).replace(b"\n</Ntfctn>", quote + b"/></Ntfctn>"))
    agrees(data.replace(b"<AddtlNtfctnInf a='>\n'/>", b"").replace(b"</Ntry>\n  ", b"</Ntry>" + opening, 20))


def test_entries_on_one_line_and_entries_of_empty_lines_keep_their_places():
    one_line = [entry_of(number=number, indent="", payer="Ærø") for number in range(3000)]
    spread = [entry_of(number=number, indent="\n" * 200) for number in range(200)]
    agrees(file_of(one_line, between=""))
    agrees(file_of([*one_line, one_line[0].replace("BOOK", "BOKK")], between=""))
    agrees(file_of([*spread, spread[0].replace("BOOK", "BOKK"), *one_line], between="\n" * 200))


def test_texts_with_spaces_before_them_are_of_one_likeness():
    data = file_of([entry_of(number=number, text=f"{' ' * (number % 3)}Faktura {number}") for number in range(300)])
    reader = CamtReader()
    for _ in reader.xml.read(BytesIO(data), reader.message, alike="Ntry"):
        reader.found.drain()
    assert reader.xml._alike._derived == 1
    agrees(data)
