"""Payments that name a customer and not a document, and files that are several clients'."""

from datetime import date

import pytest

from reskontro.kernel.kid import customer_kid
from reskontro.ledger.service import ocr_import
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore
from tests.formats.ocr_giro import ocr_files
from tests.formats.ocr_giro.ocr_files import Line
from tests.ledger.conftest import make_client

DAY = date(2025, 2, 26)


class Giro:
    """Imports files for clients that have one receiving account each."""

    def __init__(self, db, clock, folder):
        self.db = db
        self.clock = clock
        self.folder = folder
        self.sent = 0

    async def open_account(self, client_no):
        async with self.db.registry() as connection:
            await connection.execute(
                "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
                f"{client_no:011d}",
                client_no,
                self.clock.moment,
            )

    async def send(self, **lines_of_client):
        self.sent += 1
        assignments = [
            ocr_files.payments(
                [
                    Line(amount=amount, kid=kid, day=DAY, bank_day=DAY, archive=f"{self.sent:09d}")
                    for amount, kid in lines
                ],
                account=f"{int(client.removeprefix('client_')):011d}",
            )
            for client, lines in lines_of_client.items()
        ]
        path = self.folder / f"{self.sent}.txt"
        records = ocr_files.transmission(*assignments, number=f"{self.sent:07d}", created=DAY)
        path.write_bytes(ocr_files.as_bytes(records))
        return await import_path(
            self.db, Numbers(self.db), FileStore.open(self.folder), path, self.clock.moment
        )  # fmt: skip


@pytest.fixture
def giro(db, clock, tmp_path):
    return Giro(db, clock, tmp_path)


async def pay_by_kid(api, posting_id, kid, amount):
    body = {"postingId": posting_id, "kid": kid, "voucherDate": "2025-02-26", "currencyAmount": amount}
    answer = await api.post("/autopostings/payment", {"metadata": {"userId": "T"}, "autoPostings": [body]})
    assert answer.status_code == 200, answer.text
    return answer.json()["autoPostings"][0]


async def test_a_customers_kid_pays_what_is_open_each_time(api, giro):
    kid = customer_kid(api.client_no, (await api.customer())["accountNo"])
    await giro.open_account(api.client_no)
    for number in range(3):
        await api.invoice(f"I-{number}", 100)
        result = await giro.send(**{f"client_{api.client_no}": [(100_00, kid)]})
        assert result.counts == {("SETTLED", "customer reference"): 1}
        assert (result.settled_minor, result.unapplied_minor) == (100_00, 0)
    for number in range(3, 5):
        await api.invoice(f"I-{number}", 100)
        assert (await pay_by_kid(api, f"P-{number}", kid, 100))["unmatchedCurrencyAmount"] == 0


async def test_a_customers_kid_twice_in_one_file_names_the_customer_both_times(api, giro):
    kid = customer_kid(api.client_no, (await api.customer())["accountNo"])
    await giro.open_account(api.client_no)
    await api.invoice("I-1", 100)
    await giro.send(**{f"client_{api.client_no}": [(60_00, kid), (60_00, kid)]})
    result = await giro.send(**{f"client_{api.client_no}": [(5_00, kid)]})
    assert result.counts == {("ON-ACCOUNT", "customer reference"): 1}


async def test_an_invoice_that_its_customers_kid_closed_is_paid_twice_by_its_own(api, giro):
    kid = customer_kid(api.client_no, (await api.customer())["accountNo"])
    await giro.open_account(api.client_no)
    invoice = await api.invoice("I-1", 100)
    result = await giro.send(**{f"client_{api.client_no}": [(100_00, kid), (100_00, invoice["kid"])]})
    assert [line.reason for line in result.lines] == ["customer reference", "possible double payment"]


async def test_an_item_that_is_named_twice_is_settled_once(api):
    await api.customer()
    item = (await api.invoice("I-1", 500))["arItemId"]
    posting = {"postingId": "P", "arItemId": item, "voucherDate": "2025-02-26", "currencyAmount": 800}
    answer = await api.post(
        "/autopostings/payment",
        {"metadata": {"userId": "T"}, "autoPostings": [posting | {"matchArItemIds": [item, item]}]},
    )
    assert answer.json()["autoPostings"][0]["unmatchedCurrencyAmount"] == 300


@pytest.mark.parametrize("lines_in_run", [1, 2, 3, 2048])
async def test_it_does_not_matter_which_lines_are_decided_together(lines_in_run, db, api, giro, monkeypatch):
    monkeypatch.setattr(ocr_import, "RUN", lines_in_run)
    kid = customer_kid(api.client_no, (await api.customer())["accountNo"])
    await giro.open_account(api.client_no)
    first, second = [await api.invoice(f"I-{number}", 100) for number in range(2)]
    credited = await api.invoice("I-2", 50)
    await api.invoice("C-2", 50, documentType="CN", creditedDocumentNo="I-2")
    lines = [
        (40_00, first["kid"]),
        (30_00, first["kid"]),
        (28_00, first["kid"]),
        (10_00, first["kid"]),
        (150_00, kid),
        (5_00, second["kid"]),
        (10_00, credited["kid"]),
        (10_00, credited["kid"]),
        (1_00, kid),
    ]
    result = await giro.send(**{f"client_{api.client_no}": lines})
    assert [(line.reason, line.settled_minor, line.unapplied_minor) for line in result.lines] == [
        ("partial", 40_00, 0),
        ("partial", 30_00, 0),
        ("small difference", 28_00, 0),
        ("possible double payment", 0, 10_00),
        ("customer reference", 100_00, 50_00),
        ("possible double payment", 0, 5_00),
        ("invoice credited", 0, 10_00),
        ("invoice credited", 0, 10_00),
        ("customer reference", 0, 1_00),
    ]
    assert await check_client(db, api.client_no) == []
    async with db.reading(api.client_no) as tx:
        vouchers = await tx.fetch("select voucher_no from gl_case where client_no = $1 order by 1", api.client_no)
    of_file = [row["voucher_no"] for row in vouchers][-10:]
    assert of_file == list(range(of_file[0], of_file[0] + 10))  # nine payments and a difference, without a gap


async def test_a_clients_log_tells_of_its_own_lines_only(db, api, api_for, giro):
    other = api_for(await make_client(db))
    clients = [api.client_no, other.client_no]
    for client_no in clients:
        await giro.open_account(client_no)
    await api.customer()
    invoice = await api.invoice("I-1", 100)
    lines = {
        f"client_{api.client_no}": [(100_00, invoice["kid"])],
        f"client_{other.client_no}": [(7_00, "10000120260003")],
    }
    result = await giro.send(**lines)
    assert result.counts == {("SETTLED", "exact"): 1, ("QUEUED", "unknown reference"): 1}
    told = []
    for client_no in clients:
        async with db.reading(client_no) as tx:
            told += await tx.fetch(
                "select log_text from log_item where client_no = $1 and log_text like 'File booked%'", client_no
            )
        assert await check_client(db, client_no) == []
    assert [row["log_text"] for row in told] == ["File booked: 1 exact", "File booked: 1 unknown reference"]
