"""Reading in blocks and reading by record are one reader: equal on whatever a file may hold."""

from datetime import date, timedelta
from pathlib import Path

import netsgiro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.formats.ocr_giro import (
    AssignmentEnd,
    OcrFileRefused,
    PaymentBlock,
    ReadWarning,
    iter_ocr_giro,
    read_ocr_giro,
)
from reskontro.formats.ocr_giro import reader as reader_module
from reskontro.formats.ocr_giro.record_reader import RecordReader
from tests.formats.ocr_giro.ocr_files import Line, as_bytes, mandates, payments, transmission

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "samples" / "ocr_giro").glob("*.txt"))
DAY = date(2026, 11, 20)

kids = st.one_of(
    st.text("0123456789", min_size=2, max_size=25),
    st.text("0123456789", min_size=1, max_size=24).map(lambda body: body + "-"),
)
days = st.integers(0, 40).map(lambda back: DAY - timedelta(days=back))
usual = st.builds(
    Line,
    amount=st.integers(1, 10**9),
    kid=kids,
    kind=st.sampled_from(["10", "11", "12", "13", "14", "15", "16", "17", "19"]),
    negative=st.sampled_from([False] * 9 + [True]),
    day=days,
    lump=st.sampled_from(["0120100001", "0120100002"]),
    bank_day=st.one_of(st.none(), days),
    debit=st.sampled_from(["86011117947", "00000000000", "97104133219"]),
    archive=st.integers(0, 10**9 - 1).map("{:09d}".format),
)
with_text = st.builds(
    Line,
    amount=st.integers(1, 10**6),
    kid=st.sampled_from(["", "18"]),
    kind=st.just("21"),
    text=st.one_of(st.none(), st.text("abc æøå 123-", max_size=40)),
)
odd = st.builds(Line, amount=st.integers(0, 3), kid=st.sampled_from(["", "7", "A1", "1-2", "-", "12 3", "18"]))


@st.composite
def lists_of_lines(draw):
    """Payments, few of them drawn and repeated to a length at which blocks are read."""
    lines = draw(st.lists(st.one_of(usual, usual, usual, with_text, odd), min_size=1, max_size=12))
    lines = lines * draw(st.integers(1, 8))
    net = sum(-line.amount if line.negative else line.amount for line in lines)
    return lines if net >= 0 else [*lines, Line(amount=-net)]


def outcome(data, *, by_record):
    """What comes of reading: rows, other events without warnings, warnings, and the faults if it is refused."""
    rows, events, warnings, faults = [], [], [], ()
    try:
        for event in iter_ocr_giro(data, by_record=by_record):
            if isinstance(event, PaymentBlock):
                rows.extend((event.assignment, row) for row in event.rows())
            elif isinstance(event, ReadWarning):
                warnings.append(event)
            else:
                events.append(event)
    except OcrFileRefused as refusal:
        faults = refusal.faults
    return faults or (rows, events, warnings, faults)


def assert_totals_hold(read):
    rows, events, _, _ = read
    for end in (event for event in events if isinstance(event, AssignmentEnd)):
        amounts = [row.amount_minor for assignment, row in rows if assignment == end.ordinal]
        assert sum(amounts) == end.credits_minor - end.negatives_minor
        assert len(amounts) in {end.transactions, 0}
        assert sum(end.lump_sums_minor.values()) == sum(amounts)
        if not {"18", "20"} & set(end.by_type):
            assert sum(amounts) == end.total_minor


@given(lists_of_lines(), st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read_both_ways(lines, end):
    data = as_bytes(transmission(payments(lines), mandates([("1", "18", "J")])), end)
    read = outcome(data, by_record=False)
    assert read == outcome(data, by_record=True)
    rows, _, _, faults = read
    assert not faults
    assert [
        (row.transaction_no, row.transaction_type, abs(row.amount_minor), row.negative, row.kid, row.settlement_date)
        for _, row in rows
    ] == [(n, line.kind, line.amount, line.negative, line.kid, line.day) for n, line in enumerate(lines, 1)]
    assert [(row.bank_date, row.debit_account, row.archive_reference, row.text) for _, row in rows] == [
        (line.bank_day, line.debit.strip("0") and line.debit, line.archive, (line.text or "").rstrip())
        for line in lines
    ]
    assert_totals_hold(read)


@st.composite
def damaged_files(draw):
    """A good file with a cut, a changed, lost or doubled line, two swapped lines, or other bytes in it."""
    if draw(st.booleans()):
        data = draw(st.sampled_from(SAMPLES)).read_bytes()
    else:
        data = as_bytes(transmission(payments(draw(lists_of_lines()))), draw(st.sampled_from(["\n", "\r\n"])))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        lines = data.split(b"\n")
        one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 6)):
            case 0:
                data = data[:at]
            case 1:
                data = data[:at] + draw(st.binary(min_size=1, max_size=3)) + data[at + 1 :]
            case 2:
                data = data[:at] + draw(st.sampled_from([b"0", b"9", b"-", b" ", b"N", b"2", b"\n"])) + data[at + 1 :]
            case 3:
                lines[one], lines[other] = lines[other], lines[one]
                data = b"\n".join(lines)
            case 4:
                data = b"\n".join(lines[:one] + lines[one + 1 :])
            case 5:
                data = b"\n".join([*lines[:one], lines[other], *lines[one:]])
            case _:
                data = data[:at] + data[at + draw(st.integers(1, 100)) :]
    return data


@given(damaged_files())
def test_a_damaged_file_is_refused_for_the_same_reasons_or_its_totals_hold(data):
    read = outcome(data, by_record=False)
    assert read == outcome(data, by_record=True)
    if isinstance(read[0], list):
        assert_totals_hold(read)


@given(damaged_files(), st.integers(8, 500))
def test_pieces_of_any_size_give_the_same(data, chunk_bytes):
    whole = outcome(data, by_record=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader_module, "CHUNK_BYTES", chunk_bytes)
        assert outcome(data, by_record=False) == whole


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(noise):
    with pytest.raises(OcrFileRefused):
        read_ocr_giro(noise)
    with pytest.raises(OcrFileRefused):
        read_ocr_giro(as_bytes(transmission(payments([Line()])))[:82] + noise)


def test_a_long_file_with_odd_lines_here_and_there_is_read_the_same_both_ways():
    lines = [Line(amount=1 + n % 977, kid=f"{n:09d}", day=DAY - timedelta(days=n // 700)) for n in range(3000)]
    for at in (0, 5, 700, 701, 1500, 2998):
        lines[at] = Line(kid="")
    for at in (17, 18, 1200, 1201, 2047, 2999):
        lines[at] = Line(kind="21", kid="", text=f"tekst {at}")
    small = [payments(lines[n : n + 3], number=n + 2) for n in range(0, 60, 3)]
    data = as_bytes(transmission(payments(lines), *small))
    read = outcome(data, by_record=False)
    assert read == outcome(data, by_record=True)
    assert not read[3]
    assert_totals_hold(read)


def test_nearly_all_lines_are_read_in_blocks(monkeypatch):
    one_by_one = []
    read = RecordReader.read
    monkeypatch.setattr(RecordReader, "read", lambda self, line, raw: one_by_one.append(line) or read(self, line, raw))
    lines = [Line(kind="21", kid="", text="tekst") if n % 10 == 0 else Line(kid="001009-") for n in range(5000)]
    file = read_ocr_giro(as_bytes(transmission(payments(lines))))
    assert file.records == 10_504
    assert len(one_by_one) < 40


@given(st.lists(usual.filter(lambda line: not line.negative and "-" not in line.kid), min_size=1, max_size=20))
def test_another_reader_finds_the_same_payments_in_a_clean_file(lines):
    data = as_bytes(transmission(payments(lines)), "\n")
    theirs = netsgiro.parse(data.decode("iso-8859-1")).assignments[0].transactions
    ours = next(read_ocr_giro(data).assignments).payments
    assert [(t.kid, int(t.amount * 100), t.date, t.bank_date) for t in theirs] == [
        (p.kid, p.amount_minor, p.settlement_date, p.bank_date) for p in ours
    ]
