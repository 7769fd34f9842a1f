"""Our own samples, and what each format refuses, with the line and the position."""

import io
import tracemalloc
from datetime import date

import pytest

from reskontro.cli.bank_file_output import collect
from reskontro.formats.bank_file import Unknown, iter_bank_file, recognise
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import FileFormat, Kind, MandateAction, ReferenceKind
from tests.conftest import SAMPLES

OWN = SAMPLES / "bank_files"
ORDERS = SAMPLES / "bank_orders"
CAMT_08 = (OWN / "camt053_08_prefixed.xml").read_bytes()
CAMT_02 = (OWN / "camt054_02_latin.xml").read_bytes()


def read(name):
    return collect(iter_bank_file(OWN / name))


def faults(data):
    with pytest.raises(BankFileRefused) as refusal:
        collect(iter_bank_file(data))
    return [(fault.line, fault.position, fault.code) for fault in refusal.value.faults]


def lines(found):
    return [(p.kind, p.amount_minor, p.reference, p.booking_date) for p in found.payments]


def test_bgmax_with_references_and_a_deduction():
    found = read("bgmax.txt")
    day = date(2026, 9, 8)
    assert lines(found) == [
        (Kind.PAYMENT, 1500_00, "1234574", day),
        (Kind.PAYMENT, 1400_00, "", day),
        (Kind.DEDUCTION, -300_00, "1234574", day),
    ]
    assert [part.amount_minor for part in found.payments[1].parts] == [1000_00, 900_00, -500_00]
    assert found.payments[0].payer_name == "Ån & Älv AB"
    assert (found.payments[0].payer_account, found.payments[0].payer_id) == ("3783511", "005566778899")
    assert found.end.totals.net_minor("SEK") == 2600_00
    tabbed = read("bgmax_tabs.txt")
    assert lines(tabbed) == lines(found)


def test_autogiro_new_and_old():
    new, old = read("autogiro_payments.txt"), read("autogiro_payments_old.txt")
    day = date(2026, 11, 23)
    assert lines(new) == [
        (Kind.PAYMENT, 300_00, "FAKTURA 1", day),
        (Kind.PAYMENT, 200_00, "FAKTURA 2", day),
        (Kind.REFUSED, 200_00, "FAKTURA 3", None),
        (Kind.PAYOUT, -75_00, "ÅTERBETALNING", day),
        (Kind.RETURN, -300_00, "FAKTURA 0", day),
    ]
    assert [p.reason for p in new.payments] == ["", "", "1", "", "02"]
    assert lines(old) == [
        (Kind.PAYMENT, 300_00, "FAKTURA 1", day),
        (Kind.REFUSED, 200_00, "FAKTURA 3", None),
        (Kind.PAYOUT, -75_00, "RETUR", day),
    ]
    refused, changed = read("autogiro_refused_old.txt"), read("autogiro_changes.txt")
    assert [(p.kind, p.amount_minor, p.reason) for p in refused.payments] == [
        (Kind.REFUSED, 500_00, "01"),
        (Kind.REFUSED, -100_00, "02"),
    ]
    assert refused.payments[1].texts == ("20261199",)
    assert [(p.kind, p.amount_minor, p.reason) for p in changed.payments] == [
        (Kind.CANCELLED, 300_00, "12"),
        (Kind.CANCELLED, -75_00, "14"),
    ]


def test_autogiro_mandates():
    new, old, internet = (read(f"autogiro_{n}.txt") for n in ("mandates", "mandates_old", "internet_mandates"))
    assert [(m.action, m.payer, m.code) for m in new.mandates] == [
        (MandateAction.NEW, "101", "32"),
        (MandateAction.ENDED, "102", "02"),
        (MandateAction.REFUSED, "103", "23"),
    ]
    assert [(m.action, m.first_day) for m in old.mandates] == [
        (MandateAction.NEW, date(2026, 12, 1)),
        (MandateAction.ENDED, None),
    ]
    assert [(m.action, m.payer, m.payer_account) for m in internet.mandates] == [
        (MandateAction.NEW, "111", "8901003232323232")
    ]


@pytest.mark.parametrize("name", ["net", "gross"])
def test_betalingsservice_sums_of_either_kind(name):
    found = read(f"bs_0602_{name}.txt")
    assert [(p.kind, p.amount_minor) for p in found.payments] == [
        (Kind.PAYMENT, 299_00),
        (Kind.REFUSED, 100_00),
        (Kind.RETURN, -199_00),
    ]
    assert {warning.code for warning in found.warnings} == {"sum"}
    assert [m.action for m in read("bs_0603.txt").mandates] == [MandateAction.IN_FORCE, MandateAction.ENDED]


def test_camt_with_prefix_byte_order_mark_returns_and_a_copy():
    found = read("camt053_08_prefixed.xml")
    day = date(2026, 11, 23)
    assert lines(found) == [
        (Kind.PAYMENT, 1000_00, "1234574", day),
        (Kind.PAYMENT, 247_50, "RF18539007547034", day),
        (Kind.REVERSAL, 2_50, "", day),
        (Kind.RETURN, -30_00, "1234574", day),
    ]
    kinds = [payment.reference_kind for payment in found.payments]
    assert kinds == [ReferenceKind.OCR, ReferenceKind.RF, ReferenceKind.NONE, ReferenceKind.OCR]
    assert (found.payments[0].payer_name, found.payments[3].reason) == ("Ån & Älv AB", "AC04")
    assert found.groups[0]["copy"] == "DUPL"
    assert not found.warnings


def test_camt_in_latin_with_a_danish_reference():
    found = read("camt054_02_latin.xml")
    first = found.payments[0]
    assert (first.reference_kind, first.reference, first.parts[0].document) == (
        ReferenceKind.FIK,
        "000000000000026",
        "71",
    )
    assert first.payer_name == "Søren Ærø"
    assert found.payments[1].texts == ("Kontant indbetaling på måned",)
    assert [warning.code for warning in found.warnings] == ["date"]
    assert found.payments[2].kind is Kind.PENDING


def test_pain_002_on_all_levels():
    found = read("pain002_10.xml")
    assert [(s.level, s.original, s.status, s.reasons, s.amount_minor) for s in found.statuses] == [
        ("batch", "R-1-1", "RJCT", ("AC02",), None),
        ("transaction", "E-2", "RJCT", ("AC03",), 1250_00),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b">1119.5<", b">1119.6<", "balance"),
        (b"<c:NbOfNtries>3<", b"<c:NbOfNtries>4<", "summary"),
        (b"<c:Sum>1280<", b"<c:Sum>1281<", "summary"),
        (b"<c:Amt>1220.00<", b"<c:Amt>1220.01<", "summary"),
        (b"<c:NbOfTxs>2<", b"<c:NbOfTxs>3<", "batch-count"),
        (b'"SEK">1247.50<', b'"SEK">1247.51<', "batch-sum"),
        (b">247.50<", b">247.51<", "batch-sum"),
        (b">1247.5<", b">1247.555<", "amount"),
        (b">1247.5<", b">-1247.5<", "amount"),
        (b'Ccy="SEK">1247.5<', b'Ccy="EUR">1247.5<', "currency"),
        (b'Ccy="SEK">1247.5<', b">1247.5<", "amount"),
        (b"2026-11-23T23:30:00+01:00", b"2026-13-23T23:30:00+01:00", "date"),
        (b"<c:Cd>BOOK<", b"<c:Cd>BOKK<", "status"),
        (b"<c:MsgId>M-8</c:MsgId>", b"", "identification"),
        (b"camt.053.001.08", b"camt.053.001.04", "not-camt"),
    ],
)
def test_what_camt_refuses(old, new, code):
    assert old in CAMT_08
    found = faults(CAMT_08.replace(old, new, 1))
    assert code in {found_code for _, _, found_code in found}
    assert all(line >= 1 and (position or 1) >= 1 for line, position, _ in found)


def test_xml_that_is_an_attack_is_refused():
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    body = CAMT_02.split(b"\n", 1)[1]
    assert faults(entity + body) == [(1, 34, "doctype")]
    outside = b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'
    assert faults(outside + body)[0][2] == "doctype"
    deep = CAMT_02.replace(b"<Id>N-2</Id>", b"<Id>N-2</Id>" + b"<a>" * 100_000, 1)
    assert faults(deep)[-1][2] == "too-deep"
    long = CAMT_02.replace(b"N-2", b"N" * 5_000_000, 1)
    assert faults(long)[-1][2] == "too-long"
    tag = CAMT_02.replace(b"<Id>N-2", b'<Id a="' + b"N" * 5_000_000 + b'">N-2', 1)
    assert faults(tag)[-1][2] == "too-long"
    assert faults(CAMT_02.replace(b"ISO-8859-1", b"x-none", 1))[0][2] in {"encoding", "not-well-formed"}


def test_a_transaction_that_is_not_its_entry_is_refused_unless_charges_make_the_difference():
    changed = CAMT_02.replace(b'<TxAmt><Amt Ccy="DKK">1000.00', b'<TxAmt><Amt Ccy="DKK">1010.00', 1)
    assert faults(changed)[0] == (9, 1, "entry-sum")
    charged = changed.replace(b"<NtryDtls>", b'<Chrgs><Amt Ccy="DKK">10.00</Amt></Chrgs><NtryDtls>', 1)
    found = collect(iter_bank_file(charged))
    assert found.payments[0].amount_minor == 1010_00


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("bgmax.txt", b"000000000000260000SEK", b"000000000000260001SEK", (14, 51, "sum")),
        ("bgmax.txt", b"SEK00000003", b"SEK00000004", (14, 72, "count")),
        ("bgmax.txt", b"0000000200000001", b"0000000300000001", (15, 3, "count")),
        ("bgmax.txt", b"000000000000090000", b"000000000000090001", (8, 38, "references")),
        ("bgmax.txt", b"20260908000", b"20260931000", (14, 38, "date")),
        ("autogiro_payments.txt", b"000000000000050000   ", b"000000000000050001   ", (2, 51, "sum")),
        ("autogiro_payments.txt", b"9900000001000000000002", b"9900000001000000000003", (10, 21, "count")),
        ("autogiro_payments_old.txt", b"0000000000050000", b"0000000000050001", (5, 57, "sum")),
        ("autogiro_mandates.txt", b"99000000003", b"99000000004", (5, 15, "count")),
        ("autogiro_refused_old.txt", b"000000010000", b"000000010001", (4, 21, "sum")),
        ("bs_0602_net.txt", b"000000000010000", b"000000000010001", (6, 43, "sum")),
        ("bs_0603.txt", b"00000000002000", b"00000000003000", (5, 32, "count")),
        ("pain002_10.xml", b"<TxSts>RJCT", b"<TxSts>XXXX", (6, 56, "status")),
    ],
)
def test_what_each_format_refuses(name, old, new, fault):
    data = (OWN / name).read_bytes()
    assert old in data
    assert fault in faults(data.replace(old, new, 1))


@pytest.mark.parametrize("path", sorted([*OWN.iterdir(), *ORDERS.iterdir()]), ids=lambda path: path.name)
def test_a_file_is_known_without_its_name_and_read_alike_from_bytes_and_streams(path):
    data = path.read_bytes()
    assert isinstance(recognise(data[:4096]), FileFormat)
    whole = collect(iter_bank_file(path))
    assert collect(iter_bank_file(data)) == whole
    assert collect(iter_bank_file(Trickle(data))) == whole
    with pytest.raises(BankFileRefused):
        collect(iter_bank_file(data[: len(data) * 2 // 3]))


class Trickle(io.RawIOBase):
    """A file that gives seven bytes at a time and cannot be wound back."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        piece = self.data.read(min(7, len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("data", [b"", b"  \n", b"PK\x03\x04", b"<html/>", b"a;b;c", b"<?xml version='1.0'?><x/>"])
def test_what_is_no_bank_file(data):
    assert faults(data) == [(1, 1, "unknown-format")]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04" + b"x" * 40, "a ZIP archive"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1", "an old office document"),
        (b"\x89PNG\r\n", "an image"),
        (b'{"format": "ocr"}', "JSON"),
        (b"UNB+UNOC:3", "EDIFACT"),
        (b"<html>", "XML of no ISO 20022 message"),
        (b"\x1a\r\n\x00", "empty"),
        (b"\xef\xbb\xbf" + (OWN / "bs_0603.txt").read_bytes(), "betalingsservice but begins with a byte order mark"),
        (b"\xef\xbb\xbf" + (ORDERS / "avtalegiro_claims.txt").read_bytes(), "avtalegiro but begins with a byte order"),
        ((OWN / "bgmax.txt").read_bytes().decode("latin-1").encode("utf-16"), "bgmax but begins with a byte order"),
        (b"\r\n" + (OWN / "bgmax.txt").read_bytes(), "bgmax but its first record does not stand at its beginning"),
        ((OWN / "bs_0603.txt").read_bytes().lower(), "begins like no bank file"),
    ],
)
def test_what_is_no_bank_file_is_named(data, what):
    known = recognise(data)
    assert isinstance(known, Unknown)
    assert what in known.what
    assert faults(data) == [(1, 1, "unknown-format")]


def test_memory_stays_flat_however_many_transactions_an_entry_has():
    head, tail = CAMT_02.split(b"<NtryDtls>", 1)
    transaction = b'<TxDtls><AmtDtls><TxAmt><Amt Ccy="DKK">1.00</Amt></TxAmt></AmtDtls></TxDtls>'
    count = 20_000
    body = b"".join((head, b"<NtryDtls>", transaction * count, b"</NtryDtls>", tail.split(b"</NtryDtls>", 1)[1]))
    body = body.replace(b">1000.00<", b">20000.00<", 1).replace(b"<Sum>1100.00", b"<Sum>20100.00", 1)
    stream = iter_bank_file(io.BytesIO(body))
    tracemalloc.start()
    found = sum(1 for _ in stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found > count
    assert peak < 8 * 2**20


def test_an_entry_outside_its_statement_is_not_passed_over():
    rows = CAMT_08.split(b"\n")
    rows[2], rows[6] = rows[6], rows[2]
    assert faults(b"\n".join(rows))[0][2] in {"misplaced", "order"}
