"""Autogiro statement by statement: each code of each file, its sums, and what a damaged file is told."""

from datetime import date

import pytest

from reskontro.cli.bank_file_output import collect, describe
from reskontro.formats.autogiro.writer import Change, write_autogiro
from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import Kind, MandateAction
from reskontro.formats.writing import NotWritable
from tests.conftest import SAMPLES
from tests.formats.bank_files import swedish_files as bank

TODAY = date(2026, 11, 23)


def read(data):
    return collect(iter_bank_file(data))


def faults(data):
    with pytest.raises(BankFileRefused) as refusal:
        read(data)
    return [(fault.line, fault.position, fault.code) for fault in refusal.value.faults]


def warned(found):
    return [(warning.line, warning.position, warning.code) for warning in found.warnings]


def specification(*records):
    return bank.file_of([bank.opens(bank.SPECIFICATION, "20261123112931972673"), *records])


def old(*records, name=""):
    return bank.file_of([bank.opens_old(name), *records])


def changes(*records, name=bank.CHANGES):
    return bank.file_of([bank.opens(name), *records])


# Payments.


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        ("0", Kind.PAYMENT, ""), (" ", Kind.PAYMENT, ""), ("1", Kind.REFUSED, "1"), ("2", Kind.REFUSED, "2"),
        ("4", Kind.REFUSED, "4"), ("9", Kind.REFUSED, "9"),
    ],
)  # fmt: skip
def test_every_status_of_a_payment_old_and_new(status, kind, reason):
    paid = kind is Kind.PAYMENT
    first, second = bank.line("101", 100, "A"), bank.line("102", 50, "B", status)
    lines = (bank.section("15", 150 if paid else 100, 2 if paid else 1), first, second)
    new = read(specification(*lines, bank.end((1, 2 if paid else 1))))
    before = read(old(first, second, bank.end_old(0, 0, 2, 150)))
    for found in (new, before):
        assert (found.payments[1].kind, found.payments[1].reason) == (kind, reason)
        assert (found.payments[1].booking_date is not None) == paid
        assert found.end.totals.net_minor("SEK") == (150 if paid else 100)


@pytest.mark.parametrize("status", ["3", "5", "A"])
def test_a_status_of_no_known_meaning_refuses(status):
    data = specification(bank.section("15", 0, 0), bank.line("101", 100, "A", status), bank.end((1, 0)))
    assert faults(data) == [(3, 80, "status")]


@pytest.mark.parametrize(("status", "warnings"), [("01", 0), ("02", 0), ("03", 0), ("00", 1), ("04", 1)])
def test_every_status_of_a_refund(status, warnings):
    found = read(specification(bank.section("17", 100, 1), bank.refund("101", 100, "A", status), bank.end(back=(1, 1))))
    (payment,) = found.payments
    assert (payment.kind, payment.amount_minor, payment.reason) == (Kind.RETURN, -100, status)
    assert (payment.value_date, payment.order_date) == (date(2026, 11, 1), TODAY)
    assert warned(found) == [(3, 78, "status")] * warnings


def test_sums_of_an_old_file_hold_to_the_digit():
    lines = (bank.line("101", 1000, "A"), bank.line("102", 500, "B", "1"), bank.line("103", 70, "C", record="32"))
    assert read(old(*lines, bank.end_old(70, 1, 2, 1500))).end.totals.net_minor("SEK") == 930
    for wrong, position, code in (
        (bank.end_old(70, 1, 2, 150), 57, "sum"),
        (bank.end_old(70, 1, 2, 15000), 57, "sum"),
        (bank.end_old(70, 1, 2, 1000), 57, "sum"),
        (bank.end_old(7, 1, 2, 1500), 29, "sum"),
        (bank.end_old(70, 2, 2, 1500), 41, "count"),
        (bank.end_old(70, 1, 3, 1500), 47, "count"),
    ):
        assert faults(old(*lines, wrong)) == [(5, position, code)]


@pytest.mark.parametrize("place", range(6))
def test_each_count_of_a_new_end_record_is_checked(place):
    counts = [1, 1, 1, 1, 1, 1]
    counts[place] += 1
    data = specification(
        bank.section("15", 100, 1),
        bank.line("101", 100),
        bank.section("16", 70, 1),
        bank.line("102", 70, record="32"),
        bank.section("17", 30, 1),
        bank.refund("103", 30),
        bank.end(*(tuple(counts[at : at + 2]) for at in (0, 2, 4))),
    )
    assert faults(data) == [(8, (15, 21, 33, 39, 51, 57)[place], "count")]


def test_wrong_sums_of_sections_and_of_the_end_are_told_together():
    data = specification(bank.section("15", 101, 2), bank.line("101", 100), bank.end((2, 3), (1, 1)))
    assert faults(data) == [
        (2, 51, "sum"), (2, 72, "count"), (4, 15, "count"), (4, 21, "count"), (4, 33, "count"), (4, 39, "count"),
    ]  # fmt: skip


def test_a_section_holds_its_own_records_only():
    assert faults(specification(bank.section("16", 100, 1), bank.line("101", 100), bank.end(out=(1, 1)))) == [
        (3, 1, "record-order")
    ]
    assert faults(specification(bank.line("101", 100), bank.end())) == [(2, 1, "record-order")]
    assert faults(old(bank.refund("101", 100), bank.end_old(0, 0, 0, 0))) == [(2, 1, "record-order")]


def test_a_period_that_there_is_not_is_worth_a_look_and_refuses_what_we_send():
    data = specification(bank.section("15", 100, 1), bank.line("101", 100, period="9"), bank.end((1, 1)))
    assert warned(read(data)) == [(3, 11, "period")]
    for period in "012345678":
        data = specification(
            bank.section("15", 100, 1), bank.line("101", 100, period=period, repeats="006"), bank.end((1, 1))
        )
        found = read(data)
        assert (found.payments[0].sub_code, found.warnings) == (f"{period}006", [])
    assert faults(bank.orders(bank.line("101", 100, status=" ", period="9"))) == [(2, 11, "period")]


def test_what_was_saved_as_unicode_never_makes_a_refusal_a_payment():
    data = old(bank.line("101", 100, "ÅR 1"), bank.line("102", 50, "ÄR 2", "1"), bank.end_old(0, 0, 2, 150))
    assert faults(data.decode("iso-8859-1").encode()) == [(2, None, "record-length"), (3, None, "record-length")]


def test_two_records_on_one_line_are_not_one():
    rows = bank.orders(bank.line("101", 100, status=" "), bank.line("102", 100, status=" ")).split(b"\r\n")
    joined = b"\r\n".join([rows[0], rows[1] + rows[2]])
    assert faults(joined) == [(2, None, "record-length")]


def test_a_part_that_stands_in_the_file_twice_refuses_and_two_parts_do_not():
    part = specification(bank.section("15", 100, 1), bank.line("101", 100), bank.end((1, 1)))
    assert faults(part * 2) == [(8, 1, "twice")]
    later = part.replace(b"112931", b"112932")
    assert len(read(part + later).payments) == 2
    assert len(read(part + bank.file_of([bank.opens(bank.ADVICE), bank.mandates_end(0)])).payments) == 1


def test_a_part_without_a_moment_that_stands_in_the_file_twice_refuses_too():
    part = old(bank.line("101", 100, "A"), bank.end_old(0, 0, 1, 100))
    assert faults(part * 2) == [(6, 1, "twice")]
    other = old(bank.line("101", 100, "B"), bank.end_old(0, 0, 1, 100))
    assert len(read(part + other).payments) == 2
    ours = bank.orders(bank.line("101", 100, status=" "))
    assert (4, 1, "twice") in faults(ours * 2)
    nothing = bank.file_of([bank.opens(bank.ADVICE), bank.mandates_end(0)])
    assert read(nothing * 2).mandates == []


def test_the_register_of_waiting_orders():
    def waits(payer, minor, reference, record="82"):
        return f"{record}{bank.DAY}1006 {payer:0>16}{minor:012d}{'':10}{reference:16}"

    data = old(
        waits("101", 100, "FAKTURA 1"),
        waits("102", 70, "ÅTERBET", "32"),
        bank.end_old(70, 1, 1, 100),
        name="BEVAKNINGSREG",
    )
    found = read(data)
    assert found.start.version == "waiting"
    assert [(p.kind, p.payer_id, p.amount_minor, p.reference, p.sub_code) for p in found.payments] == [
        (Kind.PENDING, "101", 100, "FAKTURA 1", "1006"),
        (Kind.PENDING, "102", -70, "ÅTERBET", "1006"),
    ]
    assert not found.end.totals.currencies
    assert faults(data.replace(b"000000000100", b"000000000101", 1)) == [(4, 57, "sum")]


def test_moments_and_end_records():
    assert warned(read(bank.file_of([bank.opens(bank.SPECIFICATION, "20261123252931972673"), bank.end()]))) == [
        (1, 33, "time")
    ]
    assert faults(bank.file_of([bank.opens(bank.SPECIFICATION, "20261323112931972673"), bank.end()])) == [
        (1, 3, "date")
    ]
    assert faults(specification(bank.end().replace("9900", "9901"))) == [(2, 11, "clearing")]
    assert faults(specification(bank.section("15", 0, 0))) == [(3, None, "truncated")]
    assert faults(b"\xef\xbb\xbf" + specification(bank.end())) == [(1, 1, "unknown-format")]
    assert faults(bank.file_of([bank.opens("NÅGOT HELT ANNAT")])) == [(1, 1, "file-kind")]


# Refused orders and changes.


def test_refused_orders_keep_their_reason_and_a_day_that_is_none():
    data = bank.file_of(
        [
            bank.opens(bank.REFUSED),
            bank.refused("101", 100, "A", "02"),
            bank.refused("102", 70, "B", "12", record="32", day="20261133"),
            bank.refused_end(1, 70, 1, 100),
        ]
    )
    found = read(data)
    assert [(p.kind, p.amount_minor, p.reason, p.texts) for p in found.payments] == [
        (Kind.REFUSED, 100, "02", ()),
        (Kind.REFUSED, -70, "12", ("20261133",)),
    ]
    assert warned(found) == [(3, 3, "date")]
    assert found.end.totals.by_kind == {Kind.REFUSED: 2}


@pytest.mark.parametrize("name", [bank.CHANGES, "old"])
def test_changes_that_were_not_carried_out_are_still_to_come_and_in_no_sum(name):
    records = (
        bank.change("25", "101", 100, "12", reference="A"),
        bank.change("24", "102", 200, "01"),
        bank.change("29", "103", 400, "14", new_day="20261201", reference="B"),
        bank.change("28", "104", 800, "06", direction="32", new_day="20261202"),
        bank.change("03", "105", 1600, "12", direction="32"),
        bank.change("11", "106", 3200, "12"),
        bank.end_old(1600, 1, 3, 3700),
    )
    found = read(old(*records, name="MAK/ÄNDRINGSLISTA") if name == "old" else changes(*records))
    assert [(p.code, p.kind, p.amount_minor, p.reason, p.order_date) for p in found.payments] == [
        ("25", Kind.CANCELLED, 100, "12", None),
        ("24", Kind.PENDING, 200, "01", None),
        ("29", Kind.CANCELLED, 400, "14", date(2026, 12, 1)),
        ("28", Kind.PENDING, -800, "06", date(2026, 12, 2)),
        ("03", Kind.CANCELLED, -1600, "12", None),
        ("11", Kind.CANCELLED, 3200, "12", None),
    ]
    assert [p.reference for p in found.payments] == ["000000000000000A", "", "000000000000000B", "", "", ""]
    assert not found.warnings
    assert not found.end.totals.currencies


def test_changes_of_all_orders_name_nobody_and_say_how_many():
    many = {"direction": "00"}
    found = read(
        changes(
            bank.change("21", "", 3335000, "12", day="00000000", orders="00000023", **many),
            bank.change("22", "", 4000000, "12", orders="00000018", **many),
            bank.change("26", "", 0, "14", day="00000000", orders="00000033", new_day="20261130", **many),
            bank.change("27", "", 0, "14", orders="00000123", new_day="20261130", **many),
            bank.end_old(0, 0, 0, 0),
        )
    )
    assert [(p.code, p.payer_id, p.texts, p.order_date) for p in found.payments] == [
        ("21", "", ("23 orders",), None),
        ("22", "", ("18 orders",), None),
        ("26", "", ("33 orders",), date(2026, 11, 30)),
        ("27", "", ("123 orders",), date(2026, 11, 30)),
    ]
    nobody = bank.change("25", "", 100, "12")
    assert (2, 11, "payer") in faults(changes(nobody, bank.end_old(0, 0, 1, 100)))
    assert faults(changes(bank.change("25", "101", 100, direction="00"), bank.end_old(0, 0, 0, 0))) == [
        (2, 27, "direction")
    ]


def test_the_end_of_a_list_of_changes_counts_what_was_done_or_all_of_it_and_nothing_else():
    records = (bank.change("25", "101", 100, "12"), bank.change("24", "102", 200, "01"))
    assert not read(changes(*records, bank.end_old(0, 0, 1, 100))).warnings
    assert warned(read(changes(*records, bank.end_old(0, 0, 2, 300)))) == [(4, 29, "sum")]
    assert faults(changes(*records, bank.end_old(0, 0, 1, 200))) == [(4, 57, "sum")]
    assert faults(changes(*records, bank.end_old(0, 0, 2, 100))) == [(4, 47, "count")]


@pytest.mark.parametrize("record", ["01", "12", "20", "30", "82"])
def test_a_record_that_is_no_change_refuses(record):
    assert (2, 1, "record-order") in faults(changes(bank.change(record, "101", 100), bank.end_old(0, 0, 1, 100)))


# Mandates.


@pytest.mark.parametrize(
    ("action", "codes"),
    [
        (MandateAction.NEW, ["32"]),
        (MandateAction.ENDED, ["33", "02", "01", "06", "07", "98"]),
        (MandateAction.REFUSED, ["03", "04", "05", "09", "10", "20", "21", "23", "24", "29", "30"]),
    ],
)
def test_every_status_of_a_mandate_old_and_new(action, codes):
    lines = [bank.mandate("101", code) for code in codes]
    new = read(bank.file_of([bank.opens(bank.ADVICE), *lines, bank.mandates_end(len(codes))]))
    before = read(bank.file_of([f"01{bank.DAY}9900{bank.BANKGIRO}AG-MEDAVI", *lines, bank.mandates_end(len(codes))]))
    for found in (new, before):
        assert {mandate.action for mandate in found.mandates} == {action}
        assert [mandate.code for mandate in found.mandates] == codes
    assert (new.start.version, before.start.version) == ("mandates", "mandates-old")


@pytest.mark.parametrize("code", ["00", "08", "31", "99"])
def test_a_mandate_status_of_no_known_meaning_refuses(code):
    assert faults(bank.file_of([bank.opens(bank.ADVICE), bank.mandate("101", code), bank.mandates_end(1)])) == [
        (2, 64, "status")
    ]


def test_days_of_mandates():
    lines = (
        bank.mandate("101", "32", valid="261201"),
        bank.mandate("102", "32", valid="000000"),
        bank.mandate("103", "10", day=""),
        bank.mandate("104", "33", day="00000000"),
    )
    found = read(bank.file_of([bank.opens(bank.ADVICE), *lines, bank.mandates_end(4)]))
    assert [(m.first_day, m.last_day) for m in found.mandates] == [
        (date(2026, 12, 1), None),
        (TODAY, None),
        (None, None),
        (None, None),
    ]
    assert warned(found) == [(4, 66, "date"), (5, 66, "date")]
    wrong = bank.file_of([bank.opens(bank.ADVICE), bank.mandate("101", "32", day="20261131"), bank.mandates_end(1)])
    assert faults(wrong) == [(2, 66, "date")]


def test_a_mandate_of_an_internet_bank_brings_who_the_payer_is():
    found = read((SAMPLES / "bank_files" / "autogiro_internet_mandates.txt").read_bytes())
    (mandate,) = found.mandates
    assert (mandate.payer_name, mandate.payer_address) == ("ANNA ÅBERG", ("STIGEN 1", "12838 SKARPNÄCK"))
    assert describe(found)["mandates"][0]["texts"] == ["JAG ÖNSKAR BETALA MÅNADSVIS"]
    lines = [f"51{bank.DAY}9900{bank.BANKGIRO}AG-EMEDGIV"]
    for payer, name in (("111", "ANNA"), ("112", "BO")):
        lines += [
            f"52{bank.BANKGIRO}{payer:0>16}8901003232323232005556000521     1",
            "53",
            f"54{name:36}C/O {name}",
            "55TESTVÄGEN 2",
            "5600000USA",
        ]
    two = read(bank.file_of([*lines, bank.mandates_end(10, "59")]))
    assert [(m.line, m.payer, m.payer_name, m.payer_address, m.texts) for m in two.mandates] == [
        (2, "111", "ANNA", ("C/O ANNA", "TESTVÄGEN 2", "USA"), ()),
        (7, "112", "BO", ("C/O BO", "TESTVÄGEN 2", "USA"), ()),
    ]
    assert faults(bank.file_of([*lines, bank.mandates_end(2, "59")])) == [(12, 15, "count")]
    assert faults(bank.file_of([lines[0], "53X", bank.mandates_end(1, "59")])) == [(2, 1, "record-order")]


# What we send.

GIRO, PAYER = bank.BANKGIRO, f"{'101':0>16}"
FIELDS = {
    "payer": (12, PAYER), "date": (28, "20261201"), "amount": (36, f"{100:012d}"), "direction": (48, "82"),
    "new date": (50, "20261203"),
}  # fmt: skip
NEEDED = {
    "23": {"payer"},
    "24": {"payer", "date"},
    "25": {"payer", "date", "amount", "direction"},
    "26": {"new date"},
    "27": {"date", "new date"},
    "28": {"payer", "date", "new date"},
    "29": {"payer", "date", "amount", "direction", "new date"},
}
VALUES = {
    "payer": {"payer": "101"}, "date": {"day": date(2026, 12, 1)}, "amount": {"amount_minor": 100},
    "direction": {"pay_out": False}, "new date": {"new_day": date(2026, 12, 3)},
}  # fmt: skip


def record_of(code, names):
    row = list(f"{code}{GIRO}".ljust(80))
    for name in names:
        at, text = FIELDS[name]
        row[at : at + len(text)] = text
    return "".join(row)


def change_of(code, names, **more):
    return Change(code, **{key: value for name in names for key, value in VALUES[name].items()}, **more)


@pytest.mark.parametrize("code", sorted(NEEDED))
def test_a_change_of_ours_names_what_its_code_needs_and_no_more(code):
    needed = NEEDED[code]
    made = write_autogiro(TODAY, "471117", "9912346", changes=[change_of(code, needed)])
    assert made == bank.orders(record_of(code, needed))
    assert read(made).payments[0].code == code
    for name in sorted(needed):
        with pytest.raises(NotWritable, match=f"{name}: it is wanted with code {code}"):
            write_autogiro(TODAY, "471117", "9912346", changes=[change_of(code, needed - {name})])
        assert faults(bank.orders(record_of(code, needed - {name}))) == [(2, FIELDS[name][0] + 1, "missing")]
    for name in sorted(set(FIELDS) - needed):
        with pytest.raises(NotWritable, match=f"{name}: it is not read with code {code}"):
            write_autogiro(TODAY, "471117", "9912346", changes=[change_of(code, needed | {name})])
        assert warned(read(bank.orders(record_of(code, needed | {name})))) == [(2, FIELDS[name][0] + 1, "not-read")]
    if code not in {"25", "29"}:
        with pytest.raises(NotWritable, match="reference: it is not read"):
            write_autogiro(TODAY, "471117", "9912346", changes=[change_of(code, needed, reference="X")])


def test_what_is_wrong_in_a_file_of_ours_is_told():
    assert faults(bank.orders(record_of("25", NEEDED["25"]).replace("82  ", "83  "))) == [(2, 49, "direction")]
    assert faults(bank.orders(record_of("28", NEEDED["28"]).replace("20261203", "20261232"))) == [(2, 51, "date")]
    assert faults(bank.orders(f"09{bank.DAY}9900")) == [(2, 1, "record-order")]
    ended = read(bank.orders(f"03{GIRO}{PAYER}", f"05{GIRO}{PAYER}{GIRO}{'205':0>16}")).mandates
    assert [(m.action, m.first_day, m.last_day, m.sub_code) for m in ended] == [
        (MandateAction.ENDED, None, TODAY, ""),
        (MandateAction.CHANGED, TODAY, None, "205"),
    ]
