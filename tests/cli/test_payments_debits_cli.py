"""`reskontro payments debits`, as a person and a program meet it."""

import json
from datetime import timedelta

import asyncpg
import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.service import documents
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import BookLock
from tests.cli.test_payments_cli import DAY, NOW, client, document, made_client, run
from tests.ledger.direct_debits.giro_files import mandate_file

__all__ = ["client", "run"]  # fixtures

DUE = (NOW + timedelta(days=30)).date()


@pytest.fixture
async def debited(db, superuser_dsn):
    """A client with an invoice of 321.00 that is due in a month."""
    connection = await asyncpg.connect(superuser_dsn)
    await connection.execute("delete from debit_sender")
    await connection.execute("update business_clock set offset_ms = 0, epoch = epoch + 1")
    await connection.close()
    made = await made_client(db)

    async def use_case(tx):
        new = [document("D", 321_00)._replace(due_date=DUE, document_date=DAY)]
        return await documents.post(tx, Numbers(db), new, NOW, Actor("API", "TestUser"), paths=["document"])

    (posted,) = await db.run(made.client_no, use_case, BookLock.SHARED)
    made.kid = posted.kid
    return made


@pytest.fixture
def agreed(run, debited, tmp_path):
    """The same with an agreement and a mandate."""
    at = ("--client", debited.client_no)
    what = ("--scheme", "avtalegiro", "--creditor", debited.receiving_account, "--sender", "00012345")
    made = run("payments", "debits", "agree", *at, "--user", "Anna", *what, "--next-shipment", 42, "--json")
    assert made.exit_code == 0, made.output
    path = tmp_path / "mandates.txt"
    path.write_bytes(mandate_file([(debited.kid, "1", True)], account=debited.receiving_account))
    taken = run("payments", "import", path)
    assert "1 mandate registered" in taken.stdout
    return debited


def test_claims_from_the_proposal_to_the_file(run, agreed, tmp_path):
    at = ("--client", agreed.client_no, "--scheme", "AVTALEGIRO")
    proposed = json.loads(run("payments", "debits", "propose", *at, "--json").stdout)
    (row,) = proposed["claims"]
    assert (row["kid"], row["amount"]["amount"], row["dueDate"]) == (agreed.kid, 321, DUE.isoformat())
    assert {hold["reason"] for hold in proposed["held"]} == {"it is too late for its due date"}
    shown = run("payments", "debits", "propose", *at)
    assert "NOT CLAIMED" in shown.stdout
    written = run("payments", "debits", "write", *at, "--user", "Anna", "--to", tmp_path, "--json")
    assert written.exit_code == 0, written.output
    shipment = json.loads(written.stdout)
    assert shipment["numberInFile"] == "0000042"
    path = tmp_path / shipment["fileName"]
    again = run("payments", "debits", "write", *at, "--user", "Anna", "--to", tmp_path)
    assert "There is nothing to send." in again.stdout
    copy = tmp_path / "copy.txt"
    once_more = ("payments", "debits", "file", shipment["shipmentNo"], "--client", agreed.client_no, "--to")
    assert run(*once_more, copy).exit_code == 0
    assert copy.read_bytes() == path.read_bytes()
    copy.write_bytes(b"something else")
    refused = run(*once_more, copy)
    assert refused.exit_code == 1
    assert "another content" in refused.stderr
    assert copy.read_bytes() == b"something else"
    read = json.loads(run("payments", "read", path, "--json").stdout)
    assert [one["reference"] for one in read["payments"]] == [agreed.kid]
    (listed,) = json.loads(
        run("payments", "debits", "shipments", "--client", agreed.client_no, "--json").stdout
    )["shipments"]  # fmt: skip
    assert listed["claims"] == 1


def test_a_claim_is_listed_taken_back_or_refused(run, agreed, tmp_path):
    at = ("--client", agreed.client_no)
    who = (*at, "--user", "Anna")
    run("payments", "debits", "write", *who, "--scheme", "AVTALEGIRO", "--to", tmp_path)
    (claim,) = json.loads(run("payments", "debits", "list", *at, "--json").stdout)["claims"]
    assert (claim["status"], claim["documentNo"]) == ("CLAIMED", "D")
    asked = run("payments", "debits", "cancel", claim["claimNo"], *who)
    assert "Anna" in asked.stdout
    refused = run("payments", "debits", "refuse", claim["claimNo"], *who, "--reason", "no such mandate")
    assert refused.exit_code == 0
    (told,) = json.loads(run("payments", "debits", "list", *at, "--status", "refused", "--json").stdout)["claims"]
    assert told["reason"] == "no such mandate"
    over = run("payments", "debits", "cancel", claim["claimNo"], *who)
    assert "The claim is REFUSED" in over.stderr
    assert "claimNo" in run("payments", "debits", "cancel", 999_999, *who).stderr


def test_mandates_are_listed_shown_and_bound(run, agreed):
    at = ("--client", agreed.client_no)
    (row,) = json.loads(run("payments", "debits", "mandates", "list", *at, "--json").stdout)["mandates"]
    assert (row["status"], row["customerNo"], row["notice"]) == ("ACTIVE", "1", True)
    assert run("payments", "debits", "mandates", "list", *at, "--unknown").stdout == "Nothing found.\n"
    bound = run("payments", "debits", "mandates", "bind", row["mandateNo"], *at, "--user", "Anna", "--customer", "2")
    assert "Customer not found" in bound.stderr
    same = run("payments", "debits", "mandates", "bind", row["mandateNo"], *at, "--user", "Anna", "--customer", "1")
    assert same.exit_code == 0
    shown = json.loads(run("payments", "debits", "mandates", "show", row["mandateNo"], *at, "--json").stdout)
    assert [one["action"] for one in shown["changes"]] == ["CHANGED"]
    assert "mandateNo" in run("payments", "debits", "mandates", "show", 999_999, *at).stderr


def test_what_was_not_agreed_on_is_told_in_one_line(run, debited, tmp_path):
    at = ("--client", debited.client_no)
    assert "no such agreement" in run("payments", "debits", "propose", *at, "--scheme", "AUTOGIRO").stderr
    wrong = ("--scheme", "AUTOGIRO", "--creditor", debited.receiving_account, "--sender", "1234567")
    refused = run("payments", "debits", "agree", *at, "--user", "Anna", *wrong)
    assert "bankgiro of 7 or 8 digits" in refused.stderr
    assert "6 digits" in refused.stderr
    assert run("payments", "debits", "agreements", *at).stdout == "Nothing found.\n"
    assert run("payments", "debits", "file", 999_999, *at, "--to", tmp_path).exit_code == 1
