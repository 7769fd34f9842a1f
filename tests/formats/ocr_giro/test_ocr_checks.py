"""Each check of the format, on a good file in which one thing is wrong."""

from datetime import date
from io import BytesIO

import pytest

from reskontro.formats.ocr_giro import (
    OcrFileRefused,
    PaymentBlock,
    ReadWarning,
    TransmissionEnd,
    iter_ocr_giro,
    read_ocr_giro,
    sniff,
    validate_ocr_giro,
)
from reskontro.formats.ocr_giro import reader as reader_module
from reskontro.formats.ocr_giro.layouts import parse_date
from tests.formats.ocr_giro.ocr_files import Line, as_bytes, item_1, item_2, item_3, mandates, payments, transmission

MANY = [Line(amount=100 + n, kid=f"{n:013d}7") for n in range(40)]
PAYER = "86011117947"


def changed(records, line, position, text):
    """The records with a text put at a position of a line, both counted from 1."""
    record = records[line - 1]
    return [*records[: line - 1], record[: position - 1] + text + record[position - 1 + len(text) :], *records[line:]]


def faults_of(records, end="\r\n"):
    data = records if isinstance(records, bytes) else as_bytes(records, end)
    with pytest.raises(OcrFileRefused) as refusal:
        validate_ocr_giro(data)
    assert PAYER not in str(refusal.value.faults)
    assert PAYER[:6] not in str(refusal.value.faults)
    return [(fault.line, fault.position, fault.code) for fault in refusal.value.faults]


def warnings_of(records):
    return [(warning.line, warning.position, warning.code) for warning in read_ocr_giro(as_bytes(records)).warnings]


def good(lines=MANY):
    return transmission(payments(lines), mandates([("1", "18", "J"), ("2", "10000720260064", "N")]))


def test_a_good_file_has_neither_fault_nor_warning():
    assert warnings_of(good()) == []
    summary = validate_ocr_giro(as_bytes(good()))
    assert (summary.transactions, summary.records, summary.latest_date) == (42, 88, date(2026, 11, 23))


# Amount items in their places: line 3 is item 1 of the first payment, 4 its item 2, 83 the end of the assignment,
# 84 to 87 the mandates, 88 the end of the transmission.
@pytest.mark.parametrize(
    ("line", "position", "text", "fault"),
    [
        (1, 9, "x", (1, 9, "not-a-number")),
        (2, 25, "1234567890A", (2, 25, "not-a-number")),
        (2, 3, "04", (2, 3, "service")),
        (9, 1, "XX", (9, 1, "record-head")),
        (9, 3, "21", (9, 3, "service")),
        (9, 5, "22", (9, 5, "transaction-type")),
        (9, 5, "09", (9, 5, "transaction-type")),
        (9, 7, "49", (9, 7, "record-order")),
        (9, 9, "00000 4", (9, 9, "not-a-number")),
        (9, 16, "310226", (9, 16, "date")),
        (9, 16, "000000", (9, 16, "date")),
        (9, 22, "O", (9, 22, "not-a-number")),
        (9, 32, "+", (9, 32, "sign")),
        (9, 32, "1", (9, 32, "sign")),
        (9, 33, " " * 14, (9, 33, "not-a-number")),
        (9, 33, "-", (9, 33, "not-a-number")),
        (9, 33, "_", (9, 33, "not-a-number")),
        (9, 33, "9", (9, 33, "amount")),
        (9, 50, "\x00", (9, 50, "control-character")),
        (10, 5, "11", (10, 5, "item-pair")),
        (10, 9, "0000009", (10, 9, "item-pair")),
        (10, 16, "x", (10, 16, "not-a-number")),
        (10, 26, "x", (10, 26, "not-a-number")),
        (10, 35, "\x07", (10, 35, "control-character")),
        (10, 42, "320126", (10, 42, "date")),
        (10, 48, "8601111794x", (10, 48, "not-a-number")),
        (10, 48, "860111 1794", (10, 48, "not-a-number")),
        (83, 9, "00000041", (83, 9, "transaction-count")),
        (83, 17, "00000083", (83, 17, "record-count")),
        (83, 25, "00000000000000001", (83, 25, "sum")),
        (83, 42, "311126", (83, 42, "date")),
        (83, 48, "191126", (83, 48, "date-range")),
        (83, 48, "000000", (83, 48, "date-range")),
        (83, 54, "211126", (83, 54, "date-range")),
        (85, 16, "3", (85, 16, "registration")),
        (85, 42, "X", (85, 42, "notice")),
        (85, 5, "71", (85, 1, "record-head")),
        (87, 9, "00000003", (87, 9, "transaction-count")),
        (87, 17, "00000003", (87, 17, "record-count")),
        (88, 9, "00000041", (88, 9, "transaction-count")),
        (88, 17, "00000087", (88, 17, "record-count")),
        (88, 25, "00000000000000001", (88, 25, "sum")),
        (88, 42, "311126", (88, 42, "date")),
        (88, 3, "09", (88, 1, "record-head")),
    ],
)
def test_one_wrong_field_refuses_the_file_and_is_named(line, position, text, fault):
    assert fault in faults_of(changed(good(), line, position, text))


def test_one_wrong_field_is_one_fault_only():
    assert faults_of(changed(good(), 9, 33, "x")) == [(9, 33, "not-a-number")]


def test_a_record_count_that_is_one_too_low_on_both_levels_refuses_the_file():
    records = changed(changed(good(), 83, 17, "00000081"), 88, 17, "00000087")
    assert faults_of(records) == [(83, 17, "record-count"), (88, 17, "record-count")]


@pytest.mark.parametrize("without", [3, 4, 9, 10, 40, 82])
def test_half_a_payment_refuses_the_file(without):
    records = good()
    del records[without - 1]
    assert {code for _, _, code in faults_of(records)} == {"item-pair"}


@pytest.mark.parametrize(("line", "wanted"), [(2, 2), (83, 83), (84, 84), (87, 87), (88, 88)])
def test_a_missing_start_or_end_refuses_the_file(line, wanted):
    records = good()
    del records[line - 1]
    assert faults_of(records)[0][0] == wanted


def test_behind_an_assignment_of_another_service_the_faults_are_told_too():
    records = changed(changed(good(), 2, 3, "37"), 85, 16, "3")
    assert faults_of(records) == [(2, 3, "service"), (85, 16, "registration")]
    del records[82]  # its end
    assert faults_of(records) == [(2, 3, "service"), (84, 16, "registration")]
    assert faults_of(records[:40]) == [(2, 3, "service"), (41, None, "truncated")]


def test_a_missing_whole_payment_is_seen_by_the_counts():
    records = good()
    del records[8:10]
    codes = [code for _, _, code in faults_of(records)]
    assert codes == ["transaction-count", "record-count", "sum", "transaction-count", "record-count"]


def test_negative_lines_reduce_the_sum_on_both_levels():
    lines = [*MANY, Line(amount=3_000, negative=True)]
    file = read_ocr_giro(as_bytes(good(lines)))
    end = next(file.assignments).end
    assert end.total_minor == end.credits_minor - end.negatives_minor == file.total_minor
    assert end.negatives_minor == 3_000
    ignoring_signs = transmission(payments(lines, total=sum(line.amount for line in lines)))
    assert faults_of(ignoring_signs) == [(85, 25, "sum")]


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("kind", ["18", "20"])
def test_card_reversals_may_be_added_or_deducted_and_that_is_said(kind, sign, negative):
    lines = [Line(amount=500), Line(kind=kind, amount=200, negative=negative)]
    assert warnings_of(transmission(payments(lines, total=500 + sign * 200))) == [(7, 25, "reversal-sum")]
    assert faults_of(transmission(payments(lines, total=500))) == [(7, 25, "sum")]


def test_lump_sums_are_kept_by_day_and_key():
    lines = [Line(amount=1), Line(amount=2, lump="0120100002"), Line(amount=4, day=date(2026, 11, 23))] * 8
    end = next(read_ocr_giro(as_bytes(transmission(payments(lines)))).assignments).end
    assert end.lump_sums_minor == {
        (date(2026, 11, 20), "0120100001"): 8,
        (date(2026, 11, 20), "0120100002"): 16,
        (date(2026, 11, 23), "0120100001"): 32,
    }
    assert end.by_type == {"10": 24}


@pytest.mark.parametrize(
    ("line", "position", "text", "warning"),
    [
        (2, 25, "12345678901", (2, 25, "account-check-digit")),
        (2, 36, "7", (2, 36, "filler")),
        (9, 75, "04", (9, 75, "filler")),
        (9, 77, "1", (9, 77, "filler")),
        (9, 33, "0" * 17, (9, 33, "amount-zero")),
        (9, 50, " " * 25, (9, 50, "kid-missing")),
        (9, 50, f"{'12A4':>25}", (9, 50, "kid-format")),
        (9, 50, f"{'1-4':>25}", (9, 50, "kid-format")),
        (9, 50, f"{'7':>25}", (9, 50, "kid-format")),
        (9, 50, f"{'12 34':>25}", (9, 50, "kid-format")),
        (9, 50, f"{'18':<25}", (9, 50, "kid-format")),
        (10, 59, "7", (10, 59, "filler")),
        (83, 42, "191126", (83, 42, "created-date")),
        (83, 42, "000000", (83, 42, "created-date")),
        (83, 42, "231128", (83, 42, "created-date")),
        (88, 42, "191126", (88, 42, "created-date")),
        (88, 42, "000000", (88, 42, "created-date")),
        (85, 17, f"{'':>25}", (85, 17, "kid-missing")),
    ],
)
def test_the_unusual_is_a_warning_and_nothing_is_lost(line, position, text, warning):
    records = changed(good(), line, position, text)
    if warning[2] == "amount-zero":
        records = [record.replace(f"{sum(line.amount for line in MANY):017d}", f"{4677:017d}") for record in records]
    assert warning in warnings_of(records)
    assert validate_ocr_giro(as_bytes(records)).transactions == 42


def test_a_kid_that_is_none_is_kept_as_found():
    records = changed(good(), 9, 50, f"{'12A4':>25}")
    assert next(read_ocr_giro(as_bytes(records)).assignments).payments[3].kid == "12A4"


@pytest.mark.parametrize("kid", ["10000120260004", "19", "001009-", "9" * 25, "18"])
def test_a_check_digit_never_refuses_a_line(kid):
    assert warnings_of(transmission(payments([Line(kid=kid)] * 20))) == []


def test_transaction_numbers_that_are_no_series_are_warned_of():
    records = good()
    records[2] = records[2][:8] + "0000007" + records[2][15:]
    records[3] = records[3][:8] + "0000007" + records[3][15:]
    assert warnings_of(records) == [(3, 9, "transaction-number"), (5, 9, "transaction-number")]


def test_at_most_a_hundred_warnings_are_told_and_the_rest_is_counted():
    lines = [Line(kid="") for _ in range(250)]
    warnings = read_ocr_giro(as_bytes(transmission(payments(lines)))).warnings
    assert len(warnings) == 101
    assert warnings[-1].message == "150 more warnings were left out"


def test_at_most_a_hundred_faults_are_told():
    lines = [Line(debit="x") for _ in range(250)]
    with pytest.raises(OcrFileRefused) as refusal:
        validate_ocr_giro(as_bytes(transmission(payments(lines))))
    assert len(refusal.value.faults) == 100
    assert refusal.value.cut


def test_item_3_belongs_to_card_payments_with_text():
    line = Line(kind="21", kid="", text="Kaffe")
    assert warnings_of(transmission(payments([line] * 20))) == []
    assert faults_of(transmission(payments([Line(kind="19", text="Kaffe")])))[0] == (5, 7, "item-pair")
    records = transmission(payments([line]))
    assert faults_of([*records[:4], item_3(2, line), *records[5:]]) == [(5, 9, "item-pair")]
    assert faults_of([*records[:5], item_3(1, line), *records[5:]])[0] == (6, 7, "item-pair")


def test_control_characters_in_a_free_text_become_spaces():
    records = transmission(payments([Line(kind="21", kid="", text="Kaffe\tog\x00kake")]))
    file = read_ocr_giro(as_bytes(records))
    assert next(file.assignments).payments[0].text == "Kaffe og kake"
    assert [warning.code for warning in file.warnings] == ["control-character"]


def test_digits_of_a_field_that_is_not_used_do_not_matter():
    assert warnings_of(changed(good(), 10, 35, "1883206")) == []
    assert warnings_of(changed(good(), 10, 35, "A b-C  ")) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", [b"", b"\n", b"\r\n\r\n\n", b"\x1a", b"\r\n\x1a\x1a", b"   \n"])
def test_line_ends_and_what_trails_the_last_record_are_as_they_come(end, tail):
    data = as_bytes(good(), end).rstrip(b"\r\n")
    assert validate_ocr_giro(data + end.encode() * (tail[:1] not in {b"", b"\n", b"\r"}) + tail).warnings == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", [b"\x1a", b"\x1a\x1a", b"\x1a\r\n"])
def test_an_end_mark_may_stand_right_behind_the_last_record(end, tail):
    assert validate_ocr_giro(as_bytes(good(), end).rstrip(b"\r\n") + tail).warnings == ()
    assert faults_of(as_bytes(good()[:-1], end).rstrip(b"\r\n") + tail)[0][2] == "record-length"


@pytest.mark.parametrize("end", ["", "\r"])
def test_a_file_without_line_ends_is_one_fault_that_says_so(end):
    with pytest.raises(OcrFileRefused, match="no line end stands before the next record") as refusal:
        validate_ocr_giro(as_bytes(transmission(payments([Line()])), end))
    assert [(fault.line, fault.code) for fault in refusal.value.faults] == [(1, "record-length")]


def test_two_files_joined_without_a_line_end_between_them_are_told_as_such():
    data = as_bytes(good()).rstrip(b"\r\n") + as_bytes(good())
    with pytest.raises(OcrFileRefused, match=r"line 88: .* no line end stands before the next record"):
        validate_ocr_giro(data)


def test_line_ends_may_differ_within_a_file():
    data = as_bytes(good()[:30], "\n") + as_bytes(good()[30:], "\r\n")
    assert validate_ocr_giro(data).warnings == ()


def test_records_without_their_trailing_characters_are_filled_up():
    records = [record.rstrip("0") if record[6:8] in {"10", "20", "89"} else record for record in good()]
    records[0] = records[0].ljust(31, "0")
    summary = validate_ocr_giro(as_bytes(records))
    assert {warning.code for warning in summary.warnings} == {"trimmed"}
    assert summary.transactions == 42


def test_a_record_that_lost_more_than_filler_is_refused():
    assert faults_of([*good()[:-1], good()[-1][:45]]) == [(88, 42, "not-a-number")]
    assert faults_of([*good()[:9], good()[9][:55], *good()[10:]]) == [(10, 48, "not-a-number")]


def test_records_that_are_too_long_are_refused():
    records = good()
    records[8] += " "
    assert faults_of(records) == [(9, None, "record-length")]
    assert faults_of(as_bytes(good()[:1]) + b"0" * 2_000_000) == [(2, None, "record-length")]


def test_letters_that_became_two_bytes_are_seen_by_the_length_of_their_record():
    records = transmission(payments([Line(kind="21", kid="", text="Håndverk")]))
    data = "".join(record + "\n" for record in records).encode("utf-8")
    assert faults_of(data) == [(5, None, "record-length")]
    with pytest.raises(OcrFileRefused, match="letters take two bytes, as in UTF-8"):
        validate_ocr_giro(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-ocr-giro"),
        (b"\n\n", "not-ocr-giro"),
        (b"%PDF-1.7 and so on", "not-ocr-giro"),
        (b"<?xml version='1.0'?><Document/>", "not-ocr-giro"),
        (b"\xef\xbb\xbfNY000010", "byte-order-mark"),
        (b"\xff\xfeN\x00Y\x00", "byte-order-mark"),
        (b"\x00" * 1000, "not-ocr-giro"),
        (b"NY000020" + b"0" * 72, "not-ocr-giro"),
    ],
)
def test_foreign_content_is_refused_at_once(data, code):
    assert not sniff(data)
    assert faults_of(data) == [(1, 1, code)]


def test_foreign_content_is_not_read_to_its_end():
    stream = BytesIO(b"x" * 50_000_000)
    with pytest.raises(OcrFileRefused):
        validate_ocr_giro(stream)
    assert stream.tell() < 1_000_000


@pytest.mark.parametrize("lines", [1, 2, 3, 4, 50, 83, 84, 86, 87])
def test_a_file_that_ends_too_early_is_refused(lines):
    assert faults_of(good()[:lines])[-1] == (lines + 1, None, "truncated")


def test_an_empty_line_inside_is_refused():
    assert faults_of([*good()[:20], "", *good()[20:]])[0] == (21, None, "empty-line")


def test_a_transmission_without_assignments_is_refused():
    assert faults_of(transmission()) == [(2, None, "no-assignment")]


def test_an_assignment_without_payments_is_counted_as_such():
    assert validate_ocr_giro(as_bytes(transmission(payments([], created=date(2026, 11, 23))))).transactions == 0


def test_transmissions_may_follow_each_other_and_nothing_else_may():
    data = as_bytes(good())
    assert validate_ocr_giro(data + data).transmissions == 2
    assert faults_of(data + b"NY090020".ljust(80, b"0"))[0] == (89, 7, "record-order")
    assert faults_of(data + b"and more\n")[0] == (89, 1, "record-head")


def test_files_with_mandates_only_carry_no_date():
    records = transmission(mandates([("0", "18", "N")]), created=None)
    summary = validate_ocr_giro(as_bytes(records))
    assert (summary.transactions, summary.latest_date, summary.warnings) == (1, None, ())


def test_the_latest_date_of_a_file_is_told_bank_dates_included():
    lines = [Line(), Line(bank_day=date(2026, 12, 24)), Line()]
    assert validate_ocr_giro(as_bytes(transmission(payments(lines)))).latest_date == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("200192", date(1992, 1, 20)),
        ("010170", date(1970, 1, 1)),
        ("311269", date(2069, 12, 31)),
        ("290224", date(2024, 2, 29)),
        ("290223", None),
        ("000000", None),
    ],
)
def test_two_digits_of_a_year_have_their_century(text, day):
    assert parse_date(text) == day


def test_nothing_is_an_event_from_the_first_fault_on():
    records = changed(good(), 41, 33, "x")
    seen = []
    with pytest.raises(OcrFileRefused):
        seen.extend(iter_ocr_giro(as_bytes(records)))
    assert not any(isinstance(event, TransmissionEnd) for event in seen)
    assert all(max(event.line_no) < 41 for event in seen if isinstance(event, PaymentBlock))


def test_a_file_is_read_in_pieces_of_any_size(monkeypatch, tmp_path):
    path = tmp_path / "file.ocr"
    path.write_bytes(as_bytes(good()))
    whole = read_ocr_giro(path)
    for chunk_bytes, low_bytes in ((1, 200), (81, 400), (1000, 3000)):
        monkeypatch.setattr(reader_module, "CHUNK_BYTES", max(chunk_bytes, 8))
        monkeypatch.setattr(reader_module, "LOW_BYTES", low_bytes)
        assert read_ocr_giro(path) == whole
        with path.open("rb") as stream:
            assert read_ocr_giro(stream) == whole


def test_an_amount_may_have_any_digits_up_to_the_largest_one_that_is_booked():
    assert validate_ocr_giro(as_bytes(transmission(payments([Line(amount=10**15)])))).total_minor == 10**15
    assert faults_of(transmission(payments([Line(amount=10**15 + 1)]))) == [(3, 33, "amount")]


def test_warnings_are_events_too():
    events = list(iter_ocr_giro(as_bytes(transmission(payments([Line(kid="")])))))
    assert [event.code for event in events if isinstance(event, ReadWarning)] == ["kid-missing"]


def test_the_items_of_a_payment_are_read_field_by_field():
    line = Line(123_45, "001009-", "15", form="0000000012", archive="091308861", debit="97104133219")
    assert len(item_1(1, line)) == len(item_2(1, line)) == 80
    payment = next(read_ocr_giro(as_bytes(transmission(payments([line])))).assignments).payments[0]
    assert payment == (
        3,
        "15",
        1,
        date(2026, 11, 20),
        "0120100001",
        False,
        123_45,
        "001009-",
        "0000000012",
        "091308861",
        date(2026, 11, 19),
        "97104133219",
        "",
    )
