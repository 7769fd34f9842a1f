"""What a delivery of Betalingsservice says of itself, and each check of it where one thing is wrong."""

import pytest

from reskontro.cli.bank_file_output import collect
from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import Kind, MandateAction
from tests.formats.bank_files.bs_files import (
    as_bytes,
    beside,
    collection,
    collections_end,
    collections_start,
    end,
    mandate,
    payment,
    payments,
    refused,
    returned,
    section,
    section_end,
    start,
)

DAMAGED_DIGITS = "0123456789"


def read(records):
    return collect(iter_bank_file(as_bytes(records)))


def lines(records):
    return [(each.kind, each.amount_minor) for each in read(records).payments]


def warned(records):
    return [(each.line, each.position, each.code) for each in read(records).warnings]


def faults(records):
    data = records if isinstance(records, bytes) else as_bytes(records)
    with pytest.raises(BankFileRefused) as refusal:
        collect(iter_bank_file(data))
    return [(fault.line, fault.position, fault.code) for fault in refusal.value.faults]


def test_every_code_has_its_meaning():
    records = payments(payment(), refused("0237"), refused("0238"), returned(50_00), total=249_00)
    assert lines(records) == [
        (Kind.PAYMENT, 299_00),
        (Kind.REFUSED, 100_00),
        (Kind.CANCELLED, 100_00),
        (Kind.RETURN, -50_00),
    ]
    assert warned(records) == [(7, 43, "sum")]
    assert lines(payments(payment(), payment(amount=100_00, sign="2"), total=199_00)) == [
        (Kind.PAYMENT, 299_00),
        (Kind.PAYOUT, -100_00),
    ]
    slips = payments(payment("0297"), returned(9_00, "0299"), total=290_00, kind="0215")
    assert lines(slips) == [(Kind.PAYMENT, 299_00), (Kind.RETURN, -9_00)]
    unsigned = payments(payment("0297", sign="0"), returned(9_00, "0299", sign="0"), total=290_00, kind="0215")
    assert lines(unsigned) == lines(slips)


def test_several_sections_and_creditors_and_one_without_payments():
    records = [
        start(),
        section(),
        payment(),
        section_end(1, 299_00),
        section("0215"),
        payment("0297", 1_00),
        section_end(1, 1_00, "0215"),
        section(creditor="00777777"),
        section_end(0, 0, creditor="00777777"),
        end(3, 2, 300_00),
    ]
    found = read(records)
    assert [(group["id"], group["account"], group["net_minor"]) for group in found.groups] == [
        ("0211", "00123456", 299_00),
        ("0215", "00123456", 1_00),
        ("0211", "00777777", 0),
    ]
    assert not found.warnings


def test_a_section_below_zero_has_a_sum_without_sign():
    only = [section(), returned(100_00), section_end(1, 100_00), section(), payment(), section_end(1, 299_00)]
    for stated in (199_00, 399_00):  # the net sum, or the stated sums added up
        assert lines([start(), *only, end(2, 2, stated)]) == [(Kind.RETURN, -100_00), (Kind.PAYMENT, 299_00)]
    assert faults([start(), *only, end(2, 2, 200_00)]) == [(8, 43, "sum")]


def test_sums_of_a_delivery_count_what_was_charged_back_in_one_way():
    both = [payment(), returned(100_00)]
    net, gross = section_end(2, 199_00), section_end(2, 299_00)
    assert read([start(), section(), *both, gross, end(1, 2, 299_00)]).end
    assert faults([start(), section(), *both, net, end(1, 2, 299_00)]) == [(6, 43, "sum")]
    sections = [section(), *both, net, section(), *both, gross]
    assert faults([start(), *sections, end(2, 4, 498_00)]) == [(9, 43, "sum")]


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        (payments(payment(sign="0"), total=299_00), (3, 56, "sign")),
        (payments(returned(299_00, sign="1"), payment(), total=299_00), (3, 56, "sign")),
        (payments(refused(paid=100_00), payment(), total=299_00), (3, 116, "paid-amount")),
        (payments(payment(), returned(50_00, paid=40_00), total=299_00), (4, 116, "paid-amount")),
        (payments(payment("0297", sign="2"), total=299_00, kind="0215"), (3, 56, "sign")),
        (payments(refused("0297"), total=100_00, kind="0215"), (3, 116, "paid-amount")),
        (payments(payment("0235"), total=299_00), (3, 14, "transaction-code")),
        (payments(payment(sign="3"), total=299_00), (3, 56, "sign")),
        (payments(payment(creditor="00999999"), total=299_00), (3, 6, "creditor")),
        (payments(payment(due="000000", paid_on="000000", booked_on="000000"), total=299_00), (3, 110, "date")),
        (payments(payment(), total=299_00, kind="0210"), (2, 14, "section")),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(records, fault):
    assert faults(records) == [fault]


def test_every_fault_is_told_at_once():
    wrong = [start(), section(), payment(), section_end(2, 1), end(2, 3, 5, texts=1, addresses=2)]
    assert faults(wrong) == [
        (4, 32, "count"),
        (4, 43, "sum"),
        (5, 21, "count"),
        (5, 32, "count"),
        (5, 58, "count"),
        (5, 84, "count"),
        (5, 43, "sum"),
    ]
    dates = payments(payment(due="310226", paid_on="320127", booked_on="009927"), total=299_00)
    assert faults(dates) == [(3, 50, "date"), (3, 104, "date"), (3, 110, "date")]
    without_end = [start(), section(), payment(), section(), payment(), section_end(1, 1), end(2, 2, 299_00)]
    assert faults(without_end) == [(4, 1, "record-order"), (6, 43, "sum")]
    assert faults([*without_end[:3], end(1, 1, 299_00)]) == [(4, 1, "record-order")]


def test_a_delivery_without_sections_is_none():
    assert faults([start(), end(0, 0, 0)]) == [(2, None, "no-section")]
    assert faults([start()]) == [(2, None, "truncated")]


def test_what_stands_behind_the_end_is_told_once():
    whole = payments(payment(), total=299_00)
    assert faults([*whole, *whole]) == [(6, 1, "record-order")]
    assert faults([*whole, "and more", "and more"]) == [(6, 1, "record-order")]


def test_a_sum_that_fits_the_amounts_or_the_paid_amounts_says_nothing():
    assert faults(payments(payment(paid=199_00), returned(100_00), total=199_00))[0] == (5, 43, "sum")
    assert lines(payments(payment(paid=250_00), returned(100_00), total=150_00))[0] == (Kind.PAYMENT, 250_00)


def test_lines_beside_a_payment_are_counted_and_their_creditors():
    records = [start(), section(), payment(), beside("052", 1, "x"), section_end(1, 299_00, texts=1)]
    assert read([*records, end(1, 1, 299_00, texts=1)]).end
    records[3] = beside("062", 1, "x", creditor="00999999")
    assert faults([*records, end(1, 1, 299_00, texts=1)]) == [(4, 6, "creditor")]


def test_the_unusual_is_a_warning():
    assert warned(payments(payment(paid=100_00), total=100_00)) == [(3, 116, "paid-amount")]
    assert warned(payments(payment(paid=0), total=299_00)) == [(3, 116, "paid-amount")]
    assert warned(payments(payment(group="00002"), total=299_00)) == [(3, 21, "group")]
    other = [record.replace("BS1", "BX1") for record in payments(payment(), total=299_00)]
    assert warned(other) == [(1, 14, "sub-system"), (5, 14, "sub-system")]


def test_mandates():
    kinds = [("0231", "000000"), ("0232", "201126"), ("0233", "201126"), ("0234", "201126"), ("0230", "000000")]
    records = [
        start("0603"),
        section("0212"),
        *(mandate(code, ends=ends) for code, ends in kinds),
        section_end(5, 0, "0212"),
        end(1, 5, 0, "0603"),
    ]
    found = read(records)
    assert [(each.action, each.code) for each in found.mandates] == [
        (MandateAction.NEW, "0231"),
        (MandateAction.ENDED, "0232"),
        (MandateAction.ENDED, "0233"),
        (MandateAction.ENDED, "0234"),
        (MandateAction.IN_FORCE, "0230"),
    ]
    assert not found.warnings
    records[3] = mandate("0232")
    assert warned(records) == [(4, 56, "end-date")]
    records[3] = mandate("0236", ends="300226")
    assert faults(records) == [(4, 14, "transaction-code")]


def collected(*lines_, count=1, total=299_00, texts=0, addresses=0):
    return [
        start("0601"),
        collections_start(),
        *lines_,
        collections_end(count, total, texts, addresses),
        end(1, count, total, "0601", texts=texts, addresses=addresses),
    ]


def test_a_collection_has_its_name_and_its_texts_as_they_stand():
    name, postal = beside("022", 1, "Søren Ærø"), beside("022", 9, "2100 København Ø")
    text = beside("052", 1, "  indrykket")
    for order in ((name, postal, collection(), text), (collection(), name, postal, text)):
        found = read(collected(*order, texts=1, addresses=2))
        assert [(each.payer_name, each.texts) for each in found.payments] == [("Søren Ærø", ("  indrykket",))]
        assert not found.warnings


def test_an_address_between_two_collections_belongs_to_its_debtor():
    behind, before = beside("022", 1, "A"), beside("022", 1, "B", customer=7)
    records = [collection(), behind, before, collection(customer=7)]
    names = [each.payer_name for each in read(collected(*records, count=2, total=598_00, addresses=2)).payments]
    assert names == ["A", "B"]
    twice = [beside("022", 1, "A"), collection(), beside("022", 1, "B"), collection()]
    names = [each.payer_name for each in read(collected(*twice, count=2, total=598_00, addresses=2)).payments]
    assert names == ["A", "B"]


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        (collected(collection(), beside("052", 1, "x", customer=7), texts=1), (4, 28, "text")),
        (collected(collection(), beside("052", 1, "x", code="0240"), texts=1), (4, 14, "transaction-code")),
        (collected(beside("022", 1, "x", customer=7), collection(), addresses=1), (4, 28, "address")),
        (
            collected(beside("022", 1, "x", customer=7), beside("022", 2, "y"), collection(), addresses=2),
            (4, 28, "address"),
        ),
        (collected(collection(date="30022027")), (3, 52, "date")),
        (collected(collection(code="0236")), (3, 14, "transaction-code")),
        (collected(collection(sign="3")), (3, 60, "sign")),
        (collected(collection(), total=299_01), (4, 43, "sum")),
        (
            collected(collection(), collection(100_00, sign="2"), count=2, total=299_00),
            (5, 43, "sum"),
        ),  # net, and nothing else
        ([start("0601"), collections_start(date="30022027"), *collected(collection())[2:]], (2, 47, "date")),
    ],
)
def test_what_a_delivery_of_collections_refuses(records, fault):
    assert fault in faults(records)


def test_a_section_of_notices_is_read_with_a_warning():
    records = [record.replace("0112", "0117") for record in collected(count=0, total=0)]
    assert warned(records) == [(2, 14, "section")]


def test_letters_of_two_bytes_and_lines_without_end_are_told_as_such():
    text = collected(collection(), beside("052", 1, "Rødgrød"), texts=1)
    with pytest.raises(BankFileRefused, match="UTF-8"):
        collect(iter_bank_file(as_bytes(text, encoding="utf-8")))
    whole = payments(payment(reference="MÅNED"), total=299_00)
    assert faults(as_bytes(whole, encoding="utf-8")) == [(3, None, "record-length")]
    for line_end in ("", "\r"):
        with pytest.raises(BankFileRefused, match="no line end") as refusal:
            collect(iter_bank_file(as_bytes(whole, line_end)))
        assert len(refusal.value.faults) == 1


def test_no_wrong_digit_of_a_line_that_moved_money_changes_the_sum():
    """Whichever way the sum counts, and whatever the digit is of: code, sign, amount, paid amount."""
    for total in (199_00, 299_00):  # net and gross
        records = payments(payment(), refused(), returned(100_00), total=total)
        net = read(records).end.totals.net_minor("DKK")
        for line in range(3, 6):
            for position in (*range(14, 18), *range(56, 70), *range(116, 129)):
                for digit in DAMAGED_DIGITS:
                    record = records[line - 1]
                    hurt = [*records]
                    hurt[line - 1] = record[: position - 1] + digit + record[position:]
                    try:
                        found = read(hurt)
                    except BankFileRefused:
                        continue
                    assert found.end.totals.net_minor("DKK") == net, hurt[line - 1]
