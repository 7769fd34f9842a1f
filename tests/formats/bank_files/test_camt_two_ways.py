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
    assert (alike._replayed, alike._derived) == (52, 3)
