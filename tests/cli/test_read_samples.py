"""`reskontro payments read FILE --json` over every sample from outside: one shape, and what is written beside it."""

import hashlib
import json
from collections import Counter, defaultdict
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from reskontro.cli.main import app
from tests.formats.bank_files.damages import OUTSIDE

MEMBERS = {
    "format",
    "version",
    "identity",
    "created",
    "totals",
    "groups",
    "payments",
    "mandates",
    "statuses",
    "warnings",
}
LINE = {
    "line", "position", "group", "ordinal", "kind", "account", "amount_minor", "currency", "date", "value_date",
    "order_date", "reference_kind", "reference", "reference_code", "parts", "payer_name", "payer_address",
    "payer_account", "payer_id", "texts",
    "archive_reference", "end_to_end_id", "lump", "code", "sub_code", "reason",
}  # fmt: skip
NO_MONEY = {"card", "pending", "refused", "cancelled"}
ORDERS = {"claim", "cancellation", "transfer"}


def expectations():
    """Each sample with what is written beside it."""
    if not OUTSIDE:
        return []
    entries = json.loads((OUTSIDE[0].parents[1] / "expected.json").read_text("utf-8"))
    return [pytest.param(OUTSIDE[0].parents[1] / entry["file"], entry, id=entry["file"]) for entry in entries]


def read(path):
    done = CliRunner().invoke(app, ["payments", "read", str(path), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_every_sample_has_its_expectation(shared_samples):
    named = {parameter.values[0] for parameter in expectations()}
    assert named == {path for path in OUTSIDE if path.parent.name != "schemas"}


@pytest.mark.parametrize(("path", "entry"), expectations())
def test_a_sample_is_read_in_the_one_shape_or_refused_with_a_reason(path, entry):
    assert hashlib.sha256(path.read_bytes()).hexdigest()[:16] == entry["sha256_16"]
    status, found = read(path)
    assert found["format"] == entry["format"]
    if entry["read"] != "ok":
        assert status == 1
        assert found["refused"]
        assert all(fault["line"] > 0 and fault["message"] and fault["code"] for fault in found["refused"])
        assert "payments" not in found
        return
    assert status == 0
    assert set(found) >= MEMBERS
    assert all(set(payment) >= LINE for payment in found["payments"])
    assert_totals(found)
    comes_to(entry, found)


OWN_MEMBERS = {"ocr", "avtalegiro", "betalingsservice"}
"""Formats that are written in the words of what stands beside the samples, too."""


@pytest.mark.parametrize(("path", "entry"), [one for one in expectations() if one.values[1]["format"] in OWN_MEMBERS])
def test_every_member_that_is_written_beside_a_sample_is_there_and_the_same(path, entry):
    found = read(path)[1]
    assert {name: found.get(name) for name in entry["expect"]} == {
        name: as_written(expected, found.get(name)) for name, expected in entry["expect"].items()
    }


def as_written(expected, found):
    """What was expected, with the members that were found beside it."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return found | {name: as_written(value, found.get(name)) for name, value in expected.items()}
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [as_written(one, other) for one, other in zip(expected, found, strict=True)]
    return expected


def assert_totals(found):
    """The totals are those of the lines, signs and kinds and all."""
    payments, totals = found["payments"], found["totals"]
    assert totals["payments"] == len(payments)
    assert totals["by_kind"] == Counter(payment["kind"] for payment in payments)
    money: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    orders: Counter[str] = Counter()
    for payment in payments:
        amount, currency = payment["amount_minor"], payment["currency"]
        if payment["kind"] in ORDERS:
            orders[currency] += abs(amount)
        elif payment["kind"] not in NO_MONEY:
            money[currency][amount < 0] += abs(amount)
    assert totals["orders_minor"] == orders
    assert totals["by_currency"] == {
        currency: {"credits_minor": credit, "debits_minor": debit, "net_minor": credit - debit}
        for currency, (credit, debit) in money.items()
    }


def comes_to(entry, found):  # noqa: C901, PLR0912 - a case for each format
    """What is written beside the file: totals, days, references and signs, for its format."""
    expected, payments, totals = entry["expect"], found["payments"], found["totals"]
    match entry["format"]:
        case "ocr":
            assert found["total_ore"] == expected["total_ore"]
            assigned = [one for one in expected["assignments"] if "kids" in one]
            assert [payment["reference"] for payment in payments] == [kid for one in assigned for kid in one["kids"]]
            by_group = defaultdict(list)
            for payment in payments:
                by_group[payment["group"]].append(payment)
            for one, lines in zip(assigned, by_group.values(), strict=True):
                assert sum(line["amount_minor"] for line in lines) == one["net_ore"]
                assert sum(-line["amount_minor"] for line in lines if line["amount_minor"] < 0) == one["negatives_ore"]
                assert Counter(line["code"] for line in lines) == one["by_type"]
                for line, wanted in ((lines[0], one["first"]), (lines[-1], one["last"])):
                    assert (line["date"], line["order_date"]) == (wanted["date"], wanted["bankdate"])
                    assert line["amount_minor"] == (-1 if wanted["sign"] == "-" else 1) * wanted["amount"]
        case "camt":
            entries = [line for group in expected["groups"] for line in group["entries"]]
            net = defaultdict(Decimal)
            for line in entries:
                if line["status"] == "BOOK":
                    net[line["ccy"]] += Decimal(line["amount"]) * (1 if line["ind"] == "CRDT" else -1)
            assert {
                currency: Decimal(sums["net_minor"]) / 100 for currency, sums in totals["by_currency"].items()
            } == net
            booked = {line["booked"] for line in entries if line["status"] == "BOOK" and "booked" in line}
            assert {payment["date"] for payment in payments if payment["kind"] != "pending"} == booked
        case "bgmax":
            deposits = expected["deposits"]
            assert sum(sums["net_minor"] for sums in totals["by_currency"].values()) == sum(
                deposit["amount_ore"] for deposit in deposits
            )
            counts = expected["counts"]
            assert totals["payments"] == counts["tk20"] + counts["tk21"]
            assert len(found["groups"]) == counts["tk15"]
            wanted = [line for deposit in deposits for line in deposit["payments"]]
            for payment, line in zip(payments, wanted, strict=True):
                assert (payment["reference_code"], payment["sub_code"]) == (line["refcode"], line["channel"])
                assert (payment["texts"], payment["payer_name"]) == (line.get("info", []), line.get("payer", ""))
                assert [
                    [part["sign"], part["reference"], abs(part["amount_minor"] or 0), part["document"]]
                    for part in payment["parts"]
                ] == line.get("extra_refs", [])
        case "autogiro" if "end_record_count" in expected:
            assert len(found["mandates"]) == int(expected["end_record_count"])
        case "autogiro" if "payments" in expected:
            assert [abs(payment["amount_minor"]) for payment in payments] == [
                line["amount_ore"] for line in expected["payments"]
            ]
        case "autogiro":
            assert [payment["reason"] for payment in payments] == expected["reasons"]
        case "betalingsservice":
            assert len(payments) + len(found["mandates"]) == len(expected["records_042"])
        case "pain001":
            assert totals["orders_minor"] == {"NOK": int(Decimal(expected["ctrl_sum"]) * 100)}
            assert totals["payments"] == expected["tx"]
        case "pain002":
            assert found["statuses"][0]["status"] == expected["group_status"]
        case "avtalegiro":
            mandates = [m for one in expected["assignments"] for m in one.get("mandates", ())]
            assert len(found["mandates"]) == len(mandates)
            assert totals["orders_minor"] == ({} if mandates else {"NOK": expected["total_ore"]})


def test_the_scenario_that_is_matched_line_by_line_is_the_one_from_outside(shared_samples):
    """`test_the_mixed_scenario_matches_line_by_line` books our copy; what it wants of each line stands beside it."""
    from tests.ledger.test_ocr_import import SCENARIO

    outside = shared_samples / "payments" / "ocr-giro" / "constructed_mixed_scenario.txt"
    assert SCENARIO.read_bytes() == outside.read_bytes()
