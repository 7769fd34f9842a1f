"""Files from outside and our own, with what they must yield."""

import hashlib
import json
from pathlib import Path

import netsgiro
import pytest

from reskontro.formats.ocr_giro import OcrFileRefused, describe, read_ocr_giro, sniff, validate_ocr_giro

OWN = Path(__file__).resolve().parents[2] / "samples" / "ocr_giro"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "samples" / "payments"
NAMES = [
    "ocr-giro/netsgiro_ocr_giro_transactions.txt",
    "ocr-giro/java_netsgiro_ocr1_net_negative.txt",
    "ocr-giro/constructed_mixed_scenario.txt",
    "avtalegiro/netsgiro_avtalegiro_agreements.txt",
    "avtalegiro/mps_documented_mandates_example.txt",
]
CLAIMS = ["avtalegiro/netsgiro_avtalegiro_payment_request.txt", "avtalegiro/constructed_claims_and_cancellation.txt"]


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name}: the folder of shared samples is not here")
    return path


def expectation(name):
    entries = json.loads(shared("expected.json").read_text("utf-8"))
    return next(entry for entry in entries if entry["file"] == name)


def assert_holds(expected, found):
    """Whatever is expected is there, by the same name and with the same value; more may be there."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert name in found
            assert_holds(value, found[name])
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(expected, found, strict=True):
            assert_holds(one, other)
    else:
        assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_shared_sample_yields_what_is_written_beside_it(name):
    path = shared(name)
    entry = expectation(name)
    assert hashlib.sha256(path.read_bytes()).hexdigest()[:16] == entry["sha256_16"]
    described = describe(read_ocr_giro(path))
    assert described["format"] == entry["format"]
    assert_holds(entry["expect"], described)
    assert sniff(path.read_bytes()[:200])
    json.dumps(described)


@pytest.mark.parametrize("name", NAMES)
def test_summary_and_whole_file_agree(name):
    path = shared(name)
    file, summary = read_ocr_giro(path), validate_ocr_giro(path)
    assert (summary.records, summary.total_minor) == (file.records, file.total_minor)
    assert summary.transmissions == len(file.transmissions) == 1
    assert summary.warnings == file.warnings


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_on_their_way_out_are_not_taken_for_payments(name):
    data = shared(name).read_bytes()
    assert not sniff(data[:200])
    with pytest.raises(OcrFileRefused) as refusal:
        read_ocr_giro(data)
    assert refusal.value.faults[0].line == 2
    assert {fault.code for fault in refusal.value.faults} == {"service"}  # one for each assignment


def test_every_other_shared_sample_is_refused_as_foreign():
    for path in sorted(shared("SOURCES.md").parent.rglob("*.*")):
        name = path.relative_to(SHARED).as_posix()
        if path.is_file() and name not in NAMES + CLAIMS:
            assert not sniff(path.read_bytes()[:200])
            with pytest.raises(OcrFileRefused, match=r"not an OCR giro file|byte order mark"):
                read_ocr_giro(path)


@pytest.mark.parametrize("name", ["ocr-giro/netsgiro_ocr_giro_transactions.txt"])
def test_another_reader_finds_the_same_payments(name):
    path = shared(name)
    theirs = netsgiro.parse(path.read_text("iso-8859-1"))
    ours = read_ocr_giro(path)
    transactions = theirs.assignments[0].transactions
    payments = ours.transmissions[0].assignments[0].payments
    assert [(t.kid, int(t.amount * 100), t.debit_account) for t in transactions] == [
        (p.kid, p.amount_minor, p.debit_account) for p in payments
    ]


def test_our_own_mixed_file_has_two_accounts_and_mandates():
    file = read_ocr_giro(OWN / "constructed_mixed_scenario.txt")
    described = describe(file)
    assert [assignment["service"] for assignment in described["assignments"]] == ["09", "09", "21"]
    assert [assignment["transactions"] for assignment in described["assignments"]] == [9, 3, 3]
    assert (described["records"], described["total_ore"]) == (35, 123_463_015_02)
    assert described["payments"][6] == {
        "line": 15,
        "assignment": 1,
        "type": "10",
        "no": 7,
        "date": "2026-11-23",
        "kid": "10000520260041",
        "sign": "-",
        "archive": "100000007",
        "bankdate": "2026-11-23",
        "debit": "00000000000",
        "amount_ore": -250_00,
        "form": "0000000000",
        "lump": "0123100001",
        "text": "",
    }
    assert [kid for assignment in described["assignments"] for kid in assignment.get("kids", [])][9] == "001009-"


def test_our_own_card_file_has_texts_and_reversals():
    file = read_ocr_giro(OWN / "constructed_card_payments.txt")
    assignment = next(file.assignments)
    assert [(p.transaction_type, p.kid, p.text) for p in assignment.payments] == [
        ("19", "10000120260003", ""),
        ("21", "", "Håndverk på kai 3"),
        ("20", "", "Retur, kvittering 77"),
        ("21", "18", "med KID"),
        ("10", "123456782", ""),
    ]
    assert (assignment.end.credits_minor, assignment.end.total_minor) == (1_310_00, 1_310_00)
    assert [warning.code for warning in file.warnings] == ["reversal-sum"]


def test_our_own_file_of_two_transmissions_is_read_as_both():
    file = read_ocr_giro(OWN / "constructed_two_transmissions.txt")
    assert [t.start.number for t in file.transmissions] == ["0000301", "0000302"]
    assert [a.start.ordinal for a in file.assignments] == [1, 2]
    assert file.total_minor == 350_00
    assert not file.warnings
