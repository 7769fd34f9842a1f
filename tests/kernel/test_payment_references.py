"""References of Sweden and Denmark and the international one, with the published vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from reskontro.kernel import creditor_reference as rf
from reskontro.kernel import fik
from reskontro.kernel import swedish_reference as se
from reskontro.kernel.identifiers import InvalidIdentifier

WITH_LENGTH = se.OcrRule(length_digit=True)


@pytest.mark.parametrize("text", ["655969", "650861", "659763", "658260", "524967", "525865"])
def test_published_ocr_references_have_check_and_length_digit(text):
    assert se.parse_ocr_reference(text, [WITH_LENGTH]) == text


def test_ocr_references():
    assert se.parse_ocr_reference("1002633") == "1002633"
    with pytest.raises(InvalidIdentifier, match="length"):
        se.parse_ocr_reference("1002633", [WITH_LENGTH])
    assert se.ocr_reference("12345", length_digit=False) == "123455"
    assert se.ocr_reference("12345", length_digit=True) == "1234574"
    assert se.parse_ocr_reference("123455", [se.OcrRule(lengths=frozenset({6}))]) == "123455"
    for wrong in ("1", "12x", "123456", "1" * 26, "-12", "١٢"):
        with pytest.raises(InvalidIdentifier):
            se.parse_ocr_reference(wrong)
    with pytest.raises(ValueError, match="digits"):
        se.ocr_reference("1" * 24, length_digit=True)


@given(st.from_regex(r"[0-9]{1,23}", fullmatch=True), st.booleans())
def test_made_ocr_references_are_read(body, length_digit):
    made = se.ocr_reference(body, length_digit=length_digit)
    assert luhn.is_valid(made)
    assert se.parse_ocr_reference(made, [se.OcrRule(length_digit=length_digit)]) == made


def test_giro_numbers():
    for number in ("9912346", "2407617", "3783511", "9925256"):
        assert se.parse_bankgiro(number.zfill(10)) == number
    assert se.parse_bankgiro("991-2346") == "9912346"
    assert se.display_bankgiro("9912346") == "991-2346"
    assert se.parse_plusgiro("28 65 43-4") == "2865434"
    assert se.display_plusgiro("2865434") == "28 65 43-4"
    assert se.parse_bankgiro("0991-2346") == "9912346"  # the same account however it is filled up
    assert se.parse_plusgiro("0002865434") == "2865434"
    for parse in (se.parse_bankgiro, se.parse_plusgiro):
        for wrong in ("9912347", "x", "123456789", "", "-", "00000000", "٩٩١٢٣٤٦"):
            with pytest.raises(InvalidIdentifier):
                parse(wrong)


def test_fik_vectors():
    assert fik.payment_id("71", "2") == "000000000000026"
    assert fik.payment_id("71", "00404040000066") == "004040400000669"
    assert fik.payment_id("71", "123456789012") == "001234567890128"
    assert fik.payment_id("75", "001234567890123") == "0012345678901237"
    for card_type in ("04", "15", "75"):
        assert len(fik.payment_id(card_type, "7")) == 16
    with pytest.raises(ValueError, match="no payment-ID"):
        fik.payment_id("73", "2")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("+71<000000000000026+80000012<", ("71", "000000000000026", "80000012")),
        ("+73<+80000012<", ("73", "", "80000012")),
        ("+01<+1234567<", ("01", "", "1234567")),
        ("+04<0000000000000026+12345678<", ("04", "0000000000000026", "12345678")),
        ("+15<0000000000000026+12345678<", ("15", "0000000000000026", "12345678")),
        ("75 0012345678901237 +80000012", ("75", "0012345678901237", "80000012")),
    ],
)
def test_code_lines(line, wanted):
    found = fik.parse_fik(line)
    assert (found.card_type, found.payment_id, found.creditor) == wanted
    assert fik.parse_fik(str(found)) == found
    assert fik.fik_in_reference(str(found)) == found


@pytest.mark.parametrize(
    "line", ["+71<000000000000027+80000012<", "+71<26+12345678<", "+99<26+80000012<", "71", "+73<18+80000012<", ""]
)
def test_wrong_code_lines(line):
    with pytest.raises(InvalidIdentifier):
        fik.parse_fik(line)


def test_rf_references():
    assert rf.parse_creditor_reference("RF18 5390 0754 7034") == "RF18539007547034"
    assert rf.creditor_reference("539007547034") == "RF18539007547034"
    assert rf.display_creditor_reference("RF18539007547034") == "RF18 5390 0754 7034"
    for wrong in ("RF19539007547034", "RF18", "18539007547034", "RF18" + "1" * 22):
        with pytest.raises(InvalidIdentifier):
            rf.parse_creditor_reference(wrong)
    for made, same_remainder in (("RF9772", "RF0072"), ("RF9854", "RF0154"), ("RF0236", "RF9936")):
        assert rf.parse_creditor_reference(made) == rf.creditor_reference(made[4:]) == made
        with pytest.raises(InvalidIdentifier):
            rf.parse_creditor_reference(same_remainder)


@given(st.from_regex(r"[0-9A-Z]{1,21}", fullmatch=True))
def test_made_rf_references_are_read(body):
    assert rf.parse_creditor_reference(rf.creditor_reference(body))
