"""Bg Max statement by statement: each code, each count, each sum, and what a damaged file is told."""

import pytest

from reskontro.cli.bank_file_output import collect, describe
from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import Kind, ReferenceKind
from tests.formats.bank_files import swedish_files as bank

ONE = (1, 0, 0, 1)


def read(data):
    return collect(iter_bank_file(data))


def faults(data):
    with pytest.raises(BankFileRefused) as refusal:
        read(data)
    return [(fault.line, fault.position, fault.code) for fault in refusal.value.faults]


def warned(found):
    return [(warning.line, warning.position, warning.code) for warning in found.warnings]


def one(payment, *details, net=100, counts=ONE):
    return bank.bgmax(bank.opening(), payment, *details, bank.deposit(net, 1), counts=counts)


@pytest.mark.parametrize(
    ("code", "reference", "kind"),
    [
        ("0", "", ReferenceKind.NONE),
        ("1", "", ReferenceKind.NONE),
        ("2", "655969", ReferenceKind.OCR),
        ("3", "655969 658260", ReferenceKind.FREE),
        ("4", "FAKTURA 12", ReferenceKind.FREE),
        ("5", "655960", ReferenceKind.WRONG),
    ],
)
def test_every_reference_code_is_told_with_what_it_means(code, reference, kind):
    found = read(one(bank.payment(reference, 100, code)))
    (payment,) = found.payments
    assert (payment.reference_kind, payment.reference, payment.reference_code) == (kind, reference, code)
    assert describe(found)["payments"][0]["reference_code"] == code
    assert not found.warnings


@pytest.mark.parametrize(("code", "reference"), [("0", "655969"), ("1", "655969"), ("2", ""), ("3", ""), ("5", "")])
def test_a_code_that_does_not_go_with_its_reference_is_worth_a_look(code, reference):
    assert warned(read(one(bank.payment(reference, 100, code)))) == [(3, 56, "reference-code")]


@pytest.mark.parametrize("code", ["6", "9"])
def test_an_unknown_reference_code_refuses(code):
    assert faults(one(bank.payment("655969", 100, code))) == [(3, 56, "reference-code")]


def test_names_and_addresses_belong_to_the_payment_before_them():
    found = read(
        bank.bgmax(
            bank.opening(),
            bank.payment("655969", 100),
            f"26{'Ån & Älv AB':35}{'Att: Östen':35}",
            f"27{'Kajen 4':35}{'411 01':9}",
            f"28{'Göteborg':35}{'Sverige':35}SE",
            "29005566778899",
            bank.payment("658260", 50, sender="0000000000"),
            bank.payment("524967", 25),
            f"26{'Båt AB':35}",
            f"28{'Oslo':35}{'':35}NO",
            bank.deposit(175, 3),
            counts=(3, 0, 0, 1),
        )
    )
    assert [(p.payer_name, p.payer_address, p.payer_id, p.payer_account) for p in found.payments] == [
        ("Ån & Älv AB", ("Att: Östen", "Kajen 4", "411 01 Göteborg", "Sverige"), "005566778899", "3783511"),
        ("", (), "", ""),
        ("Båt AB", ("Oslo", "NO"), "", "3783511"),
    ]
    assert describe(found)["payments"][2]["payer_address"] == ["Oslo", "NO"]


def test_a_name_that_stands_twice_is_told():
    found = read(one(bank.payment("655969", 100), "26ÅSA", "26ANNA"))
    assert found.payments[0].payer_name == "ÅSA"
    assert warned(found) == [(5, 1, "repeated")]


def test_references_add_up_and_keep_their_sign_without_an_amount():
    parts = (
        bank.payment("655969", 1000, record="22"),
        bank.payment("658260", 500, record="22"),
        bank.payment("650861", 400, "5", record="22"),
        bank.payment("524967", 500, record="23"),
    )
    (payment,) = read(one(bank.payment("", 1400, "0"), *parts, net=1400, counts=(1, 0, 4, 1))).payments
    assert [(part.reference, part.amount_minor, part.document) for part in payment.parts] == [
        ("655969", 1000, "2"), ("658260", 500, "2"), ("650861", 400, "5"), ("524967", -500, "2"),
    ]  # fmt: skip
    zero = (bank.payment("655969", 0, record="22"), bank.payment("524967", 0, record="23"))
    found = read(one(bank.payment("", 100, "0"), *zero, counts=(1, 0, 2, 1)))
    assert [(part["sign"], part["amount_minor"]) for part in describe(found)["payments"][0]["parts"]] == [
        ("+", None), ("-", None),
    ]  # fmt: skip
    wrong = (bank.payment("655969", 1000, record="22"), bank.payment("658260", 401, record="22"))
    assert faults(one(bank.payment("", 1400, "0"), *wrong, net=1400, counts=(1, 0, 2, 1))) == [(3, 38, "references")]


@pytest.mark.parametrize("record", ["22", "23"])
def test_a_deduction_may_have_references_of_either_sign(record):
    found = read(
        bank.bgmax(
            bank.opening(),
            bank.payment("655969", 100),
            bank.payment("", 30, "0", record="21", deduction="1"),
            bank.payment("658260", 30, record=record),
            bank.deposit(70, 2),
            counts=(1, 1, 1, 1),
        )
    )
    assert [(p.kind, p.amount_minor, p.reason) for p in found.payments] == [
        (Kind.PAYMENT, 100, ""),
        (Kind.DEDUCTION, -30, "1"),
    ]
    assert found.payments[1].reference == ("658260" if record == "22" else "")


def test_several_deposits_and_currencies_have_sums_of_their_own():
    found = read(
        bank.bgmax(
            bank.opening(),
            bank.payment("655969", 100),
            bank.deposit(100, 1, day="20261120"),
            bank.opening("EUR"),
            bank.payment("655969", 250),
            bank.payment("655969", 50, record="21", deduction="2"),
            bank.deposit(200, 2, "EUR", day="20261121"),
            counts=(2, 1, 0, 2),
        )
    )
    assert [(g["currency"], g["net_minor"], g["date"]) for g in describe(found)["groups"]] == [
        ("SEK", 100, "2026-11-20"),
        ("EUR", 200, "2026-11-21"),
    ]
    assert [(g["serial"], g["bank_account"]) for g in found.groups] == [("00056", "58410000010098232")] * 2
    assert {payment.lump for payment in found.payments} == {"00056"}
    assert describe(found)["totals"]["by_currency"]["EUR"] == {
        "credits_minor": 250,
        "debits_minor": 50,
        "net_minor": 200,
    }


@pytest.mark.parametrize("at", range(4))
def test_each_count_of_the_end_record_is_checked(at):
    records = (bank.opening(), bank.payment("", 100, "0"), bank.payment("655969", 100, record="22"))
    right = [1, 0, 1, 1]
    right[at] += 1
    assert faults(bank.bgmax(*records, bank.deposit(100, 1), counts=tuple(right))) == [(6, 3 + 8 * at, "count")]


def test_all_that_is_wrong_is_said_at_once():
    data = bank.bgmax(
        bank.opening("NOK"), bank.payment("655969", 100, "7"), bank.deposit(100, 1, "NOK"),
        bank.opening(), bank.payment("655969", 100), bank.deposit(101, 2, "EUR"),
        counts=(3, 0, 0, 2), flag="X",
    )  # fmt: skip
    assert faults(data) == [
        (1, 45, "flag"), (2, 23, "currency"), (3, 56, "reference-code"),
        (7, 69, "currency"), (7, 51, "sum"), (7, 72, "count"), (8, 3, "count"),
    ]  # fmt: skip


def test_flags_moments_and_bankgiro_numbers():
    payment = bank.payment("655969", 100)
    rest = (bank.opening(), payment, bank.deposit(100, 1))
    assert warned(read(bank.bgmax(*rest, counts=ONE, flag="T"))) == [(1, 45, "test-file")]
    assert warned(read(bank.bgmax(*rest, counts=ONE, moment="20261123243035010331"))) == [(1, 33, "time")]
    assert faults(bank.bgmax(*rest, counts=ONE, moment="20261323173035010331")) == [(1, 25, "date")]
    wrong = read(bank.bgmax(bank.opening(bankgiro="0009912347"), *rest[1:], counts=ONE))
    assert warned(wrong) == [(2, 3, "bankgiro")]
    other = read(bank.bgmax(bank.opening(bankgiro="0" * 10, plusgiro="2865434"), *rest[1:], counts=ONE))
    assert (other.payments[0].account, other.warnings) == ("2865434", [])


@pytest.mark.parametrize(
    "shape",
    [
        lambda data: data.replace(b"\r\n", b"\n"),
        bytes.rstrip,
        lambda data: b"\n".join(row.rstrip() for row in data.split(b"\r\n")),
        lambda data: data + b"\r\n   \r\n\x1a",
    ],
)
def test_line_ends_lost_blanks_and_empty_lines_at_the_end_change_nothing(shape):
    data = one(bank.payment("655969", 100), "25Tack för lånet", f"26{'Ån & Älv AB':35}")
    assert read(shape(data)).payments == read(data).payments


def test_a_file_that_was_saved_as_another_text_is_told_so():
    data = one(bank.payment("655969", 100), f"26{'Ån & Älv AB':35}", f"26{'Ö':35}")
    assert warned(read(data.decode("iso-8859-1").encode()))[0] == (4, None, "encoding")
    for marked in (b"\xef\xbb\xbf" + data, data.decode("iso-8859-1").encode("utf-16")):
        with pytest.raises(BankFileRefused, match="looks like bgmax but begins with a byte order mark"):
            read(marked)
    assert faults(data.decode("iso-8859-1").encode("cp037")) == [(1, 1, "unknown-format")]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (slice(1, None), (1, 1, "unknown-format")),
        ([0, 2, 3, 4], (2, 1, "record-order")),
        ([0, 1, 3, 4], (4, 3, "count")),
        ([0, 1, 2, 4], (4, 1, "record-order")),
        ([0, 1, 2, 3], (5, None, "truncated")),
        ([0], (2, None, "truncated")),
        ([0, 1, 3, 2, 4], (4, 1, "record-order")),
        ([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], (6, 1, "record-order")),
    ],
)
def test_records_that_are_missing_swapped_or_doubled_refuse(rows, fault):
    data = one(bank.payment("655969", 100)).splitlines(keepends=True)
    kept = data[rows] if isinstance(rows, slice) else [data[at] for at in rows]
    assert fault in faults(b"".join(kept))


def test_a_record_that_is_too_long_is_one_fault_and_no_sum_is_blamed_for_it():
    data = one(bank.payment("655969", 100)).splitlines()
    data[2] += b" 1"
    assert faults(b"\r\n".join(data)) == [(3, None, "record-length")]
