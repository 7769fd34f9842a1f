"""Files from outside, with what is written beside them."""

import json
from decimal import Decimal

import pytest

from reskontro.cli.bank_file_output import collect, describe
from reskontro.formats.bank_file import Unknown, iter_bank_file, recognise, validate_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.iso20022.values import amount_minor
from reskontro.formats.payments import Kind, ReferenceKind

FORMATS = {"ocr", "avtalegiro", "camt", "pain001", "pain002", "bgmax", "autogiro", "betalingsservice"}


@pytest.fixture
def folder(shared_samples):
    return shared_samples / "payments"


@pytest.fixture
def entries(folder):
    return json.loads((folder / "expected.json").read_text("utf-8"))


def read(folder, entry):
    return collect(iter_bank_file(folder / entry["file"]))


def of_format(entries, *formats):
    return [entry for entry in entries if entry["format"] in formats and entry["read"] == "ok"]


def test_every_file_is_known_by_its_content_and_read_or_refused_as_written(folder, entries):
    assert {entry["format"] for entry in entries} == FORMATS
    for entry in entries:
        path = folder / entry["file"]
        known = recognise(path.read_bytes()[:65536])
        assert not isinstance(known, Unknown)
        assert known.value == entry["format"] or (known.value, entry["format"]) == ("ocr", "avtalegiro")
        if entry["read"] == "ok":
            found = read(folder, entry)
            json.dumps(describe(found))
            assert validate_bank_file(path).end == found.end
        else:
            with pytest.raises(BankFileRefused) as refusal:
                read(folder, entry)
            assert [(fault.line, fault.position) for fault in refusal.value.faults] == [(67, 3), (67, 27)]


def test_camt_entries_transactions_and_references(folder, entries):
    for entry in of_format(entries, "camt"):
        found, expected = read(folder, entry), entry["expect"]
        assert found.start.version == expected["version"]
        assert found.start.identity["message_id"] == expected["msgid"]
        assert len(found.groups) == len(expected["groups"])
        payments = iter(found.payments)
        for group, wanted in zip(found.groups, expected["groups"], strict=True):
            assert (group["id"], group["account"], group["currency"]) == (
                wanted["id"],
                wanted["account"],
                wanted["ccy"],
            )
            assert group["copy"] == wanted.get("copy", "")
            balances = [
                [b["code"], b["amount_minor"]] for b in group["balances"]
            ]  # fmt: skip
            assert balances == [
                [code, amount_minor(text, wanted["ccy"]) * (1 if sign == "CRDT" else -1)]
                for code, text, sign in wanted.get("balances", [])
            ]
            for lump, line in zip(group["lump_sums"], wanted["entries"], strict=True):
                sign = 1 if line["ind"] == "CRDT" else -1
                assert lump["amount_minor"] == sign * amount_minor(line["amount"], line["ccy"])
                assert (lump["currency"], lump["status"]) == (line["ccy"], line["status"])
                assert lump["code"] == line["bank_code"]
                assert lump["sub_code"] == line.get("proprietary_code", "")
                assert lump["date"] == line.get("booked")
                assert lump["reversed"] == (line.get("reversal") == "true")
                assert lump["payments"] == len(line["tx"])
                for transaction in line["tx"] or [None]:
                    assert_transaction(next(payments), transaction, line, sign)
        assert next(payments, None) is None


def assert_transaction(payment, transaction, line, sign):
    if transaction is None:
        assert payment.amount_minor == sign * amount_minor(line["amount"], line["ccy"])
        return
    assert payment.amount_minor == sign * amount_minor(transaction["amount"], line["ccy"])
    assert list(payment.texts) == transaction.get("text", [])
    if payment.kind is not Kind.DEBIT:
        assert payment.payer_name == transaction.get("debtor", "")
    if "acct_svcr_ref" in transaction:
        assert payment.archive_reference == transaction["acct_svcr_ref"]
    references = transaction.get("refs", [])
    scored = [reference for code, reference, *_ in references if code == "SCOR"]
    if scored:
        assert payment.reference == scored[0]
    if len(references) > 1:
        assert [part.reference for part in payment.parts] == [ref[1] or ref[4] for ref in references]
        for part, (_, _, remitted, document, _) in zip(payment.parts, references, strict=True):
            if remitted:
                assert part.amount_minor == amount_minor(remitted, line["ccy"])
            assert document is None or part.document == document
    pending = line["status"] != "BOOK"
    reversal = line.get("reversal") == "true"
    kind = Kind.PENDING if pending else Kind.PAYMENT if sign > 0 else Kind.RETURN if reversal else Kind.DEBIT
    assert payment.kind is kind


def test_bgmax_deposits_payments_and_their_references(folder, entries):
    for entry in of_format(entries, "bgmax"):
        found, expected = read(folder, entry), entry["expect"]
        assert dict(found.start.identity) == {"timestamp": expected["timestamp"], "flag": expected["flag"]}
        payments = iter(found.payments)
        for group, deposit in zip(found.groups, expected["deposits"], strict=True):
            assert (group["account"], group["currency"]) == (deposit["bankgiro"], deposit["currency"])
            assert group["net_minor"] == deposit["amount_ore"]
            for wanted in deposit["payments"]:
                payment = next(payments)
                assert payment.amount_minor == wanted["amount_ore"]
                assert payment.payer_name == wanted.get("payer", "")
                assert payment.sub_code == wanted["channel"]
                assert list(payment.texts) == wanted.get("info", [])
                assert payment.booking_date.isoformat() == group["date"]
                if wanted["ref"]:
                    assert payment.reference == wanted["ref"]
                    assert (payment.reference_kind is ReferenceKind.OCR) == (wanted["refcode"] == "2")
                assert [
                    [
                        "-" if (part.amount_minor or 0) < 0 else "+",
                        part.reference,
                        abs(part.amount_minor or 0),
                        part.document,
                    ]
                    for part in payment.parts
                ] == wanted.get("extra_refs", [])
        assert (found.warnings != []) == ("garbled" in entry.get("note", ""))


def test_autogiro_payments_mandates_and_refusals(folder, entries):
    payments, mandates, refused = (read(folder, e) for e in sorted(of_format(entries, "autogiro"), key=by_name))
    expected = {entry["file"]: entry["expect"] for entry in of_format(entries, "autogiro")}
    wanted = next(e["payments"] for e in expected.values() if "payments" in e)
    assert len(payments.payments) == len(wanted)
    for payment, line in zip(payments.payments, wanted, strict=True):
        assert (payment.code, payment.payer_id, payment.reference) == (line["tk"], line["payer"], line["ref"])
        assert abs(payment.amount_minor) == line["amount_ore"]
        assert payment.value_date.strftime("%Y%m%d") == line["date"]
        failed = line["tk"] != "77" and line["status"] != "0"
        kinds = {"82": Kind.PAYMENT, "32": Kind.PAYOUT, "77": Kind.RETURN}
        assert payment.kind is (Kind.REFUSED if failed else kinds[line["tk"]])
        assert payment.reason == ("" if line["status"] == "0" else line["status"])
        if line["tk"] == "77":
            assert payment.order_date.strftime("%Y%m%d") == line["refund_date"]
    sections = next(e["sections"] for e in expected.values() if "sections" in e)
    assert [(g["id"], abs(g["net_minor"]), g["entries"]) for g in payments.groups] == [
        (section["tk"], section["amount_ore"], section["count"]) for section in sections
    ]
    records = next(e["records"] for e in expected.values() if "records" in e)
    assert [(m.payer, m.payer_account, m.payer_id, m.sub_code, m.code) for m in mandates.mandates] == [
        (r["payer"], r["account"], r["id"], r["info"], r["status"]) for r in records
    ]
    wanted = next(e for e in expected.values() if "reasons" in e)
    assert [payment.reason for payment in refused.payments] == wanted["reasons"]
    incoming = [p.amount_minor for p in refused.payments if p.amount_minor > 0]
    outgoing = [-p.amount_minor for p in refused.payments if p.amount_minor < 0]
    assert {"count": len(incoming), "amount_ore": sum(incoming)} == wanted["rejected_in"]
    assert {"count": len(outgoing), "amount_ore": sum(outgoing)} == wanted["rejected_out"]
    assert [(warning.line, warning.code) for warning in refused.warnings] == [(6, "date")]


def by_name(entry):
    return ["betalningsspec", "medgivande", "avvisade"].index(
        entry["file"].split("_")[1].split("avi-")[0].split("-")[0]
    )


def test_betalingsservice_lines(folder, entries):
    for entry in of_format(entries, "betalingsservice"):
        found = read(folder, entry)
        lines = entry["expect"]["records_042"]
        if found.start.version == "0603":
            assert [(m.code, m.payer, m.mandate, m.first_day.strftime("%d%m%y")) for m in found.mandates] == [
                (line["tk"], line["customer"], line["mandate"], line["start"]) for line in lines
            ]
            assert [m.last_day.strftime("%d%m%y") if m.last_day else "000000" for m in found.mandates] == [
                line["end"] for line in lines
            ]
            continue
        kinds = {"0236": Kind.PAYMENT, "0237": Kind.REFUSED, "0239": Kind.RETURN, "0280": Kind.CLAIM}
        for payment, line in zip(found.payments, lines, strict=True):
            assert (payment.code, payment.reference, payment.archive_reference) == (
                line["tk"],
                line["customer"],
                line["mandate"],
            )
            assert payment.kind is kinds[line["tk"]]
            assert payment.end_to_end_id == line["ref"]
            assert payment.amount_minor == (-1 if line["sign"] == "2" else 1) * line["amount_ore"]
            if line.get("booked", "000000") != "000000":
                assert payment.booking_date.strftime("%d%m%y") == line["booked"]


def test_pain_messages(folder, entries):
    for entry in of_format(entries, "pain002"):
        found, expected = read(folder, entry), entry["expect"]
        assert found.statuses[0].status == expected["group_status"]
        assert found.statuses[0].original == expected.get("original_msgid", found.statuses[0].original)
        assert [[s.original, s.status, *s.reasons] for s in found.statuses[1:]] == expected.get("tx", [])
    for entry in of_format(entries, "pain001"):
        found, expected = read(folder, entry), entry["expect"]
        assert len(found.payments) == expected["tx"]
        assert found.end.totals.orders_minor == {"NOK": int(Decimal(expected["ctrl_sum"]) * 100)}


def test_claims(folder, entries):
    for entry in of_format(entries, "avtalegiro"):
        found, expected = read(folder, entry), entry["expect"]
        if found.mandates:
            wanted = [line for assignment in expected["assignments"] for line in assignment["mandates"]]
            assert [(m.code, m.payer, "J" if m.notice else "N") for m in found.mandates] == [
                (line["reg"], line["kid"], line["notify"]) for line in wanted
            ]
            continue
        assert found.end.totals.orders_minor == {"NOK": expected["total_ore"]}
        assert found.end.line == expected["records"]
        for group, assignment in zip(found.groups, expected["assignments"], strict=True):
            assert (group["account"], group["id"]) == (assignment["account"], assignment["number"])
            assert group["net_minor"] == assignment["net_ore"]
            claims = [payment for payment in found.payments if payment.group == group["ordinal"]]
            assert [claim.reference for claim in claims] == assignment["kids"]
            for claim, line in ((claims[0], assignment["first"]), (claims[-1], assignment["last"])):
                assert (claim.code, claim.value_date.isoformat()) == (line["type"], line["date"])
                assert (claim.payer_name, claim.end_to_end_id) == (line["shortname"], line["ref"])
