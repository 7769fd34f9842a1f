"""`reskontro payments` and `reskontro ledger` as a person and a program meet them, on a client with three invoices."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest
from typer.testing import CliRunner

from reskontro.cli.main import app
from reskontro.kernel.actor import Actor
from reskontro.kernel.kid import customer_kid
from reskontro.ledger.domain.document import Amounts, NewDocument, NewLine
from reskontro.ledger.service import documents
from reskontro.ledger.store.numbers import ACCOUNT, Numbers
from reskontro.platform.database import BookLock
from reskontro.platform.settings import settings
from tests.conftest import SAMPLES
from tests.formats.ocr_giro import ocr_files
from tests.formats.ocr_giro.ocr_files import Line
from tests.ledger.conftest import make_client

NOW = datetime.now(UTC)
DAY = NOW.date() - timedelta(days=2)
STRANGE = "10000120260003"
SCENARIO = SAMPLES / "ocr_giro" / "constructed_mixed_scenario.txt"


@pytest.fixture
def run(app_dsn, monkeypatch, tmp_path):
    """Runs a command on the test's database; its output is a pipe's."""
    monkeypatch.setenv("DATABASE_URL", app_dsn)
    monkeypatch.setenv("RESKONTRO_DATA", str(tmp_path / "data"))
    settings.cache_clear()

    def command(*arguments: object):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    yield command
    settings.cache_clear()


class Client:
    """A client with one customer and three open invoices of 100.00, 250.50 and 1 234.50."""

    def __init__(self, client_no, account_no, kids):
        self.client_no = client_no
        self.account_no = account_no
        self.receiving_account = f"{client_no:011d}"
        self.kids = kids

    def file(self, path, lines, number="0000001"):
        records = ocr_files.payments(lines, account=self.receiving_account, created=DAY)
        path.write_bytes(ocr_files.as_bytes(ocr_files.transmission(records, number=number, created=DAY)))
        return path


def line(amount, kid, **fields):
    return Line(**{"amount": amount, "kid": kid, "day": DAY, "bank_day": DAY} | fields)


async def made_client(db) -> Client:
    client_no = await make_client(db)
    numbers = Numbers(db)
    account_no = (await numbers.take(client_no, ACCOUNT))[0]
    async with db.registry() as connection:
        await connection.execute(
            "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
            f"{client_no:011d}",
            client_no,
            NOW,
        )

    async def use_case(tx):
        await tx.execute(
            """
            insert into customer (client_no, account_no, customer_no, customer_no_key, name, customer_category,
                language, currency, distribution_type, details, created_time, changed_time)
            values ($1, $2, '1', '1', 'Ola', 'CONS', 'no', 'NOK', 'P', '{}', $3, $3)
            """,
            client_no,
            account_no,
            NOW,
        )
        new = [document(number, minor) for number, minor in (("A", 100_00), ("B", 250_50), ("C", 1234_50))]
        actor = Actor("API", "TestUser")
        return await documents.post(tx, numbers, new, NOW, actor, paths=["document"] * len(new))

    posted = await db.run(client_no, use_case, BookLock.SHARED)
    return Client(client_no, account_no, [one.kid for one in posted])


def document(number, minor):
    amounts = Amounts(Decimal(minor) / 100, Decimal(0), Decimal(minor) / 100)
    return NewDocument(
        document_type="IN",
        customer_no="1",
        document_no=number,
        document_date=DAY - timedelta(days=20),
        due_date=None,
        currency="",
        language="",
        kid="",
        credited_document_no="",
        external_id1="",
        ledger_note="",
        amounts=amounts,
        distribution=None,
        lines=(NewLine(1, "PLH", "Comb", has_price=True, item_groups=("", "", ""), amounts=amounts),),
        attachment_files=(),
        content={},
        fingerprint=number.encode(),
    )


# The commands run their own event loop, so that the tests of them are not coroutines.
@pytest.fixture
async def client(db) -> Client:
    return await made_client(db)


@pytest.fixture
async def other(db) -> Client:
    return await made_client(db)


def test_a_file_is_booked_and_told_by_outcome(run, client, tmp_path):
    a, b, c = client.kids
    lines = [line(100_00, a), line(200_00, b), line(1300_00, c), line(77_00, STRANGE), line(5_00, a, negative=True)]
    path = client.file(tmp_path / "giro.txt", lines)

    result = run("payments", "import", path)

    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    told = [" ".join(row.split()) for row in result.stdout.splitlines()]
    assert "giro.txt: 5 payments" in told
    assert "SETTLED exact 1 100,00" in told
    assert "SETTLED partial 1 200,00" in told
    assert "ON-ACCOUNT over 1 1 300,00" in told
    assert "QUEUED unknown reference 1 77,00" in told
    assert "QUEUED negative line 1 -5,00" in told
    assert "Total 5 1 672,00" in told
    assert "giro.txt: 1 534,50 settled and 65,50 left on account, 1 600,00 booked." in told
    assert "Not booked, waiting for a person: 2 payments" in told
    assert f"1/4 {STRANGE} 77,00 unknown reference" in told


def test_the_same_for_programs(run, client, tmp_path):
    a, b, _ = client.kids
    path = client.file(tmp_path / "giro.txt", [line(100_00, a), line(300_00, b)])

    (told,) = json.loads(run("payments", "import", path, "--client", client.client_no, "--json").stdout)["files"]

    assert told["file"] == "giro.txt"
    assert told["status"] == "BOOKED"
    assert (told["lines"], told["amount"], told["settledAmount"], told["onAccountAmount"]) == (2, 400, 350.5, 49.5)
    assert told["outcomes"] == [
        {"outcome": "SETTLED", "reason": "exact", "lines": 1, "amount": 100},
        {"outcome": "ON-ACCOUNT", "reason": "over", "lines": 1, "amount": 300},
    ]
    assert told["payments"][1] == {
        "payment": "1/2",
        "kid": b,
        "amount": 300,
        "outcome": "ON-ACCOUNT",
        "reason": "over",
        "arItemId": f"{client.client_no}-{client.account_no}-2-0",
        "settledAmount": 250.5,
        "onAccountAmount": 49.5,
    }


def test_a_file_that_was_booked_before_is_told_and_books_nothing(run, client, tmp_path):
    lines = [line(100_00, client.kids[0]), line(7_00, STRANGE)]
    first = client.file(tmp_path / "giro.txt", lines)
    assert run("payments", "import", first).exit_code == 0

    for path in (
        first,
        client.file(tmp_path / "again.txt", lines),
        client.file(tmp_path / "new.txt", lines, "0000002"),
    ):
        again = run("payments", "import", path)
        assert again.exit_code == 0
        assert again.stdout == f"{path.name}: nothing was booked, all 2 payments had been booked before.\n"
        assert json.loads(run("payments", "import", path, "--json").stdout)["files"][0]["status"] == "DUPLICATE"
    queued = json.loads(run("payments", "queue", "list", "--client", client.client_no, "--json").stdout)["payments"]
    assert len(queued) == 1


def test_a_file_that_is_not_in_order_is_refused_with_every_fault_and_its_line(run, client, tmp_path):
    good = client.file(tmp_path / "good.txt", [line(100_00, client.kids[0])], "0000003")
    path = client.file(tmp_path / "giro.txt", [line(250_50, client.kids[1]), line(1_00, STRANGE)])
    records = path.read_bytes().splitlines(keepends=True)
    records[2] = records[2][:32] + b"x" + records[2][33:]
    records[5] = records[5][:47] + b"y" + records[5][48:]
    path.write_bytes(b"".join(records))
    before = path.read_bytes()

    result = run("payments", "import", path, good)

    assert result.exit_code == 1
    faults = result.stderr.splitlines()
    assert [fault.partition(":")[0] for fault in faults[:-1]] == ["giro.txt"] * (len(faults) - 1)
    assert any("line 3, position 33" in fault for fault in faults)
    assert any("line 6, position 48" in fault for fault in faults)
    assert faults[-1] == f"Error: giro.txt was refused for {len(faults) - 1} faults; nothing of it was booked"
    assert "good.txt: 1 payment" in result.stdout  # files are independent of each other
    assert "giro.txt" not in result.stdout
    assert path.read_bytes() == before
    told = json.loads(run("payments", "import", path, "--json").stdout)["files"]
    assert told[0]["status"] == "REFUSED"
    assert len(told[0]["refused"]) == len(faults) - 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7\n", "not a bank file to read: it is a PDF document"),
        (b"", "not a bank file to read: it is empty"),
        (b"\xef\xbb\xbf" + SCENARIO.read_bytes(), "it looks like ocr but begins with a byte order mark"),
        ((SAMPLES / "bank_orders" / "avtalegiro_claims.txt").read_bytes(), "a file that a bank is sent (avtalegiro)"),
        ((SAMPLES / "bank_orders" / "bs_0601.txt").read_bytes(), "a file that a bank is sent (betalingsservice)"),
    ],
)
def test_what_cannot_be_booked_is_named_for_what_it_is(run, tmp_path, content, told):
    path = tmp_path / "file"
    path.write_bytes(content)
    result = run("payments", "import", path)
    assert result.exit_code == 1
    assert told in result.stderr


def test_an_account_of_another_client_is_refused(run, client, other, tmp_path):
    path = client.file(tmp_path / "giro.txt", [line(100_00, client.kids[0])])
    result = run("payments", "import", path, "--client", other.client_no)
    assert result.exit_code == 1
    assert "line 2: the account of assignment 1 is not an account of this client" in result.stderr
    assert client.receiving_account not in result.output


def test_a_file_of_several_clients_is_booked_for_each(run, client, other, tmp_path, db):
    path = tmp_path / "both.txt"
    assignments = [
        ocr_files.payments([line(100_00, each.kids[0])], account=each.receiving_account, number=n, created=DAY)
        for n, each in enumerate((client, other), 1)
    ]
    path.write_bytes(ocr_files.as_bytes(ocr_files.transmission(*assignments, created=DAY)))
    told = json.loads(run("payments", "import", path, "--json").stdout)["files"][0]
    assert [(row["payment"], row["arItemId"].split("-")[0]) for row in told["payments"]] == [
        ("1/1", str(client.client_no)),
        ("2/1", str(other.client_no)),
    ]
    for each in (client, other):
        assert run("ledger", "check", "--client", each.client_no).exit_code == 0


def test_what_waits_is_listed(run, client, tmp_path):
    kid = customer_kid(client.client_no, client.account_no)
    lines = [line(77_00, STRANGE), line(2000_00, kid), line(100_00, client.kids[0])]
    run("payments", "import", client.file(tmp_path / "giro.txt", lines))

    queued = run("payments", "queue", "list", "--client", client.client_no)
    on_account = run("payments", "queue", "list", "--client", client.client_no, "--queue", "on-account", "--json")

    assert queued.exit_code == 0
    assert "unknown reference" in queued.stdout
    assert "77,00" in queued.stdout
    rows = json.loads(on_account.stdout)["payments"]
    assert [(row["amount"], row["openAmount"], row["customerNo"], row["reason"]) for row in rows] == [
        (2000, 415, "1", "customer reference"),
        (100, 100, "1", "possible double payment"),
    ]
    assert [row["fileLineNo"] for row in rows] == [5, 7]
    last = run(
        "payments",
        "queue",
        "list",
        "--client",
        client.client_no,
        "--queue",
        "ON-ACCOUNT",
        "--after",
        rows[1]["paymentNo"],
    )
    assert last.stdout == "Nothing waits.\n"
    assert "999998" in run("payments", "queue", "list", "--client", 999_998).stderr


def test_a_file_is_read_without_a_database(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("RESKONTRO_DATA", str(tmp_path))
    settings.cache_clear()
    for_people = CliRunner().invoke(app, ["payments", "read", str(SCENARIO)])
    for_programs = CliRunner().invoke(app, ["payments", "read", str(SCENARIO), "--json"])
    settings.cache_clear()
    assert for_people.exit_code == 0
    assert "12 payments, 3 mandates, 123 463 015,02 in all" in for_people.stdout
    assert "9710 41 33219" in for_people.stdout
    assert "AvtaleGiro" in for_people.stdout
    told = json.loads(for_programs.stdout)
    assert (told["format"], told["total_ore"], len(told["payments"])) == ("ocr", 12346301502, 12)
    assert list(tmp_path.iterdir()) == []


def test_reading_a_file_that_would_be_refused_says_why(tmp_path):
    path = tmp_path / "giro.txt"
    path.write_bytes(SCENARIO.read_bytes().replace(b"NY09", b"NY08", 1))
    for_people = CliRunner().invoke(app, ["payments", "read", str(path)])
    for_programs = CliRunner().invoke(app, ["payments", "read", str(path), "--json"])
    assert (for_people.exit_code, for_programs.exit_code) == (1, 1)
    assert for_people.stdout == ""
    assert for_people.stderr.startswith("giro.txt: line 2")
    told = json.loads(for_programs.stdout)
    assert told["format"] == "ocr"
    assert set(told["refused"][0]) == {"line", "position", "code", "message"}


def test_a_missing_file_is_not_understood(run, tmp_path):
    assert run("payments", "import", tmp_path / "none.txt").exit_code == 2


def test_a_book_in_order_passes_the_check(run, client):
    for_people = run("ledger", "check", "--client", client.client_no)
    assert for_people.exit_code == 0, for_people.output
    assert "Everything holds." in for_people.stdout
    told = json.loads(run("ledger", "check", "--client", client.client_no, "--json").stdout)
    assert told["holds"] is True
    assert {check["found"] for check in told["clients"][0]["checks"]} == {0}


@pytest.fixture
async def damaged(client, superuser_dsn) -> Client:
    connection = await asyncpg.connect(superuser_dsn)
    await connection.execute("delete from gl_item where client_no = $1 and line_no = 2", client.client_no)
    await connection.close()
    return client


def test_a_damaged_book_fails_the_check(run, damaged):
    result = run("ledger", "check", "--client", damaged.client_no)
    assert result.exit_code == 1
    assert "3 found" in result.stdout
    assert "its lines sum to" in result.stdout
    assert "Everything holds" not in result.stdout
    told = json.loads(run("ledger", "check", "--client", damaged.client_no, "--json").stdout)
    assert told["holds"] is False
    found = {check["check"]: check for check in told["clients"][0]["checks"]}["cases-balance"]
    assert found["found"] == len(found["first"]) == 3


def test_an_unknown_client_is_named(run):
    assert "999998" in run("ledger", "check", "--client", 999_998).stderr


@pytest.mark.parametrize("path", sorted((SAMPLES / "bank_files").iterdir()), ids=lambda path: path.name)
def test_reading_any_bank_file_has_one_shape(path):
    for_people = CliRunner().invoke(app, ["payments", "read", str(path)])
    for_programs = CliRunner().invoke(app, ["payments", "read", str(path), "--json"])
    assert (for_people.exit_code, for_programs.exit_code) == (0, 0), for_people.output
    assert for_people.stdout.startswith(f"{path.name}: ")
    told = json.loads(for_programs.stdout)
    shape = {"format", "version", "identity", "totals", "groups", "payments", "mandates", "statuses", "warnings"}
    assert shape <= told.keys()
    assert told["totals"]["payments"] == len(told["payments"])
    common = {"line", "kind", "amount_minor", "currency", "date", "reference_kind", "reference", "archive_reference"}
    assert all(common <= payment.keys() for payment in told["payments"])


def test_an_ocr_file_has_the_shape_of_all_formats_too():
    told = json.loads(CliRunner().invoke(app, ["payments", "read", str(SCENARIO), "--json"]).stdout)
    assert told["totals"]["by_currency"]["NOK"]["net_minor"] == told["total_ore"]
    assert [payment["amount_minor"] for payment in told["payments"]] == [p["amount_ore"] for p in told["payments"]]
    assert told["payments"][6]["kind"] == "deduction"


def test_a_file_of_no_format_is_refused_with_a_reason(tmp_path):
    path = tmp_path / "statement.xml"
    path.write_text("<html></html>", "utf-8")
    for_people = CliRunner().invoke(app, ["payments", "read", str(path)])
    for_programs = CliRunner().invoke(app, ["payments", "read", str(path), "--json"])
    assert (for_people.exit_code, for_programs.exit_code) == (1, 1)
    assert "not a bank file to read" in for_people.stderr
    assert json.loads(for_programs.stdout)["format"] is None
