"""`reskontro payments queue` and `refunds`, as a person and a program meet them."""

import json

import pytest

from reskontro.ledger.service import payment_queue
from tests.cli.test_payments_cli import STRANGE, client, line, run

__all__ = ["client", "run"]  # fixtures


@pytest.fixture
def queued(run, client, tmp_path):
    """The numbers of a stray payment of 77.00 and of one that left 50.00 on account."""
    lines = [line(77_00, STRANGE), line(150_00, client.kids[0])]
    assert run("payments", "import", client.file(tmp_path / "giro.txt", lines)).exit_code == 0
    rows = [
        json.loads(run("payments", "queue", "list", "--client", client.client_no, "--queue", queue, "--json").stdout)
        for queue in ("unplaced", "on-account")
    ]
    return [found["payments"][0]["paymentNo"] for found in rows]


def test_a_payment_is_placed_shown_and_taken_back(run, client, queued):
    stray, _ = queued
    who = ("--client", client.client_no, "--user", "Anna")
    assert "say where the payment belongs" in run("payments", "queue", "place", stray, *who).stderr
    wrong = run("payments", "queue", "place", stray, *who, "--document", "B=much")
    assert "is no amount in NOK" in wrong.stderr
    placed = run("payments", "queue", "place", stray, *who, "--document", "B=70,50", "--note", "rang", "--json")
    assert placed.exit_code == 0, placed.output
    told = json.loads(placed.stdout)
    assert (told["settledAmount"]["amount"], told["onAccountAmount"]["amount"]) == (70.5, 6.5)
    again = run("payments", "queue", "place", stray, *who, "--customer", "1")
    assert again.exit_code == 1
    assert "The payment is PLACED" in again.stderr
    shown = run("payments", "queue", "show", stray, "--client", client.client_no)
    assert "rang" in shown.stdout
    assert "Anna" in shown.stdout
    undone = run("payments", "queue", "undo", stray, *who, "--json")
    assert json.loads(undone.stdout)["paymentNo"] == stray
    record = json.loads(run("payments", "queue", "show", stray, "--client", client.client_no, "--json").stdout)
    assert record["status"] == "UNPLACED"
    assert [one["action"] for one in record["decisions"]] == ["PLACED", "UNDONE"]
    assert run("ledger", "check", "--client", client.client_no).exit_code == 0


def test_suggestions_are_asked_for_and_one_is_accepted(run, client, tmp_path):
    strange = line(250_50, STRANGE, debit="86011117947")
    run("payments", "import", client.file(tmp_path / "giro.txt", [strange]))
    who = ("--client", client.client_no, "--user", "Anna")
    found = json.loads(run("payments", "queue", "suggest", *who, "--json").stdout)
    assert (found["payments"], found["withSuggestion"], found["accepted"]) == (1, 1, 0)
    listed = run("payments", "queue", "list", "--client", client.client_no, "--queue", "suggested", "--json")
    (row,) = json.loads(listed.stdout)["payments"]
    shown = run("payments", "queue", "show", row["paymentNo"], "--client", client.client_no)
    assert "no other open claim of anybody has this amount" in " ".join(shown.stdout.split())
    assert (
        "There is no such suggestion" in run("payments", "queue", "accept", row["paymentNo"], *who, "--rank", 9).stderr
    )
    accepted = run("payments", "queue", "accept", row["paymentNo"], *who)
    assert accepted.exit_code == 0
    assert "250.50" in accepted.stdout


def test_a_refund_needs_a_second_person(run, client, queued):
    _, left = queued
    at = ("--client", client.client_no)
    proposed = run(
        "payments", "queue", "refund", left, *at, "--user", "Anna", "--to-account", "8601 11 17947", "--json"
    )
    assert proposed.exit_code == 0, proposed.output
    refund = json.loads(proposed.stdout)
    assert (refund["status"], refund["amount"]["amount"], refund["toAccount"]) == ("PROPOSED", 50, "*******7947")
    same = run("payments", "refunds", "approve", refund["refundId"], *at, "--user", "anna")
    assert same.exit_code == 1
    assert "another person" in same.stderr
    assert run("payments", "refunds", "approve", refund["refundId"], *at, "--user", "Bent").exit_code == 0
    (row,) = json.loads(run("payments", "refunds", "list", *at, "--json").stdout)["refunds"]
    assert (row["status"], row["approvedBy"]) == ("APPROVED", "Bent")
    early = run("payments", "refunds", "answer", refund["refundId"], *at, "--user", "Bent", "--status", "ACSC")
    assert "The refund is APPROVED" in early.stderr
    unknown = run("payments", "refunds", "answer", refund["refundId"], *at, "--user", "Bent", "--status", "PAID")
    assert unknown.exit_code == 2
    assert run("payments", "refunds", "cancel", refund["refundId"], *at, "--user", "Bent").exit_code == 0
    assert run("payments", "refunds", "list", *at).stdout == "Nothing found.\n"


def test_what_does_not_exist_is_told_in_one_line(run, client):
    at = ("--client", client.client_no)
    assert "paymentNo" in run("payments", "queue", "show", 999_999, *at).stderr
    assert "refundId" in run("payments", "refunds", "approve", "RF1", *at, "--user", "B").stderr
    closed = run("payments", "queue", "close", 999_999, *at, "--user", "B", "--note", "x")
    assert closed.exit_code == 1
    given = run("payments", "queue", "return", 999_999, *at, "--user", "B", "--of", 999_998)
    assert given.exit_code == 1


def test_refunds_are_written_for_the_bank_once_and_the_file_is_fetched_again(run, client, queued, tmp_path):
    _, left = queued
    at = ("--client", client.client_no)
    for key, value in (
        ("refund.holdDays", "0"),
        ("refund.fromAccount", "12345678903"),
        ("refund.bic", "DNBANOKK"),
        ("refund.customerId", "00012345678"),
    ):
        assert run("tenant", "config", client.client_no, key, value).exit_code == 0
    refund = json.loads(
        run("payments", "queue", "refund", left, *at, "--user", "A", "--to-account", "86011117947", "--json").stdout
    )
    run("payments", "refunds", "approve", refund["refundId"], *at, "--user", "B")
    out = tmp_path / "refunds.xml"
    out.touch()
    there = run("payments", "refunds", "write", *at, "--user", "B", "--out", out)
    assert (there.exit_code, "is there already" in there.stderr) == (2, True)
    out.unlink()
    made = run(
        "payments", "refunds", "write", *at, "--user", "B", "--out", out, "--version", "pain.001.001.09", "--json"
    )
    assert made.exit_code == 0, made.output
    file = json.loads(made.stdout)
    assert (file["transfers"], file["amount"]["amount"], file["waiting"]) == (1, 50, 0)
    assert run("payments", "read", out).exit_code == 0
    nothing = run("payments", "refunds", "write", *at, "--user", "B")
    assert (nothing.exit_code, nothing.stdout) == (0, "No approved refund can be sent today.\n")
    (listed,) = json.loads(run("payments", "refunds", "files", *at, "--json").stdout)["refundFiles"]
    assert listed["messageId"] == file["messageId"]
    copy = tmp_path / "copy.xml"
    assert run("payments", "refunds", "fetch", file["messageId"], *at, "--out", copy).exit_code == 0
    assert copy.read_bytes() == out.read_bytes()
    again = run("payments", "refunds", "fetch", file["messageId"], *at, "--out", copy)
    assert "gets it again" in again.stderr
    assert "messageId" in run("payments", "refunds", "fetch", "RM0", *at, "--out", tmp_path / "x").stderr


def test_a_refund_is_shown_with_its_account_and_nobody_decides_without_a_name(run, client, queued):
    _, credit = queued
    at = ("--client", client.client_no)
    made = json.loads(run("payments", "queue", "refund", credit, *at, "--user", " Anna ", "--json").stdout)
    assert (made["proposedBy"], made["toAccount"]) == ("Anna", "*******7947")
    shown = json.loads(run("payments", "refunds", "show", made["refundId"], *at, "--json").stdout)
    assert shown["toAccount"] == "86011117947"
    for name in ("", "  ", "B" * 51, "Bent\u200b"):
        nobody = run("payments", "refunds", "approve", made["refundId"], *at, "--user", name)
        assert nobody.exit_code == 1
        assert "--user: who decides is wanted" in nobody.stderr
    assert "refundId: Not found" in run("payments", "refunds", "show", "RFx", *at).stderr
    wrong = run("payments", "queue", "refund", credit, *at, "--user", "Anna", "--to-account", "NO0011112222333")
    assert "toAccount: The check digits of the account number do not fit" in wrong.stderr


def test_a_queue_that_goes_on_says_so(run, client, tmp_path, monkeypatch):
    lines = [line(77_00, STRANGE, archive=f"{n:09d}") for n in range(3)]
    run("payments", "import", client.file(tmp_path / "giro.txt", lines))
    whole = run("payments", "queue", "list", "--client", client.client_no, "--json")
    numbers = [one["paymentNo"] for one in json.loads(whole.stdout)["payments"]]
    assert (len(numbers), whole.stderr) == (3, "")
    monkeypatch.setattr(payment_queue.page_of_queue, "__defaults__", (0, 2))
    listed = run("payments", "queue", "list", "--client", client.client_no, "--json")
    assert [one["paymentNo"] for one in json.loads(listed.stdout)["payments"]] == numbers[:2]
    assert f"More follow: --after {numbers[1]}" in listed.stderr
