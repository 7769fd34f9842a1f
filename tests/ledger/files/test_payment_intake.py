"""`POST /reskontro/v1/clients/{clientno}/payment-files`: any bank file, answered at once."""

import asyncio
import json

import pytest

from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.payments import ORDERS, GroupStart, IncomingPayment, MandateChange
from reskontro.ledger.domain.codes import BANK_FILE_TYPES, UPLOAD_FILE_TYPES
from reskontro.ledger.service import bank_file_readers, payment_files, payment_intake
from reskontro.ledger.service.bank_file_readers import BankFileReader
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.files import Importers
from tests.conftest import SAMPLES
from tests.formats.ocr_giro import ocr_files
from tests.ledger.conftest import NOW, make_client, set_config
from tests.ledger.test_bank_file_readers import open_accounts

OCR = "text/plain"
STRANGE = "10000120260003"


class Sender:
    """A client that may send every bank file, and its receiving account."""

    def __init__(self, api, db):
        self.api, self.db, self.client_no = api, db, api.client_no
        self.account = f"{self.client_no:011d}"

    async def __call__(self, content, media_type="application/octet-stream", **headers):
        path = f"/reskontro/v1/clients/{self.client_no}/payment-files"
        sent = {"Authorization": f"Bearer {self.api.token}", "Content-Type": media_type} | headers
        return await self.api.http.post(path, content=content, headers=sent)

    def giro(self, lines, number="0000001"):
        made = [ocr_files.Line(amount, kid, day=NOW.date(), bank_day=NOW.date()) for amount, kid in lines]
        records = ocr_files.payments(made, account=self.account, created=NOW.date())
        return ocr_files.as_bytes(ocr_files.transmission(records, number=number, created=NOW.date()))

    async def rows(self, table):
        async with self.db.reading(self.client_no) as tx:
            return await tx.fetch(f"select * from {table} where client_no = $1", self.client_no)


@pytest.fixture
async def send(api, db, monkeypatch):
    monkeypatch.setattr(payment_files, "READERS", [BankFileReader()])
    await set_config(db, api.client_no, "files.uploadTypes", *BANK_FILE_TYPES)
    await api.customer()
    async with db.registry() as connection:
        await connection.execute(
            "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
            f"{api.client_no:011d}",
            api.client_no,
            NOW,
        )
    return Sender(api, db)


async def test_every_format_that_is_read_has_a_type_and_an_importer(application):
    importers = application.current().part(Importers)
    assert set(BANK_FILE_TYPES) <= set(UPLOAD_FILE_TYPES)
    assert set(importers) == set(UPLOAD_FILE_TYPES) - {"ATTACHMENT"}


async def test_a_file_is_booked_and_the_answer_says_what_was_placed_and_what_waits(send):
    invoice = await send.api.invoice("A", 100)
    answer = await send(send.giro([(100_00, invoice["kid"]), (25_50, STRANGE)]), OCR)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["fileType"], body["format"], body["lineCount"]) == ("OCR", "ocr", 2)
    assert (body["placedCount"], body["queuedCount"]) == (1, 1)
    assert body["totals"] == [
        {"currency": "NOK", "creditsAmount": 125.5, "debitsAmount": 0, "settledAmount": 100, "onAccountAmount": 0}
    ]
    assert body["notPlaced"] == [
        {"payment": "1/2", "reference": STRANGE, "currency": "NOK", "amount": 25.5, "reason": "unknown reference"}
    ]
    assert (await send.api.item(invoice["arItemId"]))["currencyBalance"] == 0
    kept = await send.api.get(f"/files/{body['fileUuid']}", Accept="application/octet-stream")
    assert kept.content == send.giro([(100_00, invoice["kid"]), (25_50, STRANGE)])
    assert await check_client(send.db, send.client_no) == []


async def test_the_same_bytes_again_have_the_same_answer_and_one_effect_however_many_send_them(send):
    invoice = await send.api.invoice("A", 100)
    content = send.giro([(60_00, invoice["kid"]), (1_00, STRANGE)])
    answers = await asyncio.gather(*(send(content, OCR) for _ in range(5)))
    again = await send(content, "application/octet-stream")
    assert {one.status_code for one in (*answers, again)} == {200}
    assert len({one.content for one in (*answers, again)}) == 1
    assert len(await send.rows("payment")) == 2
    assert len(await send.rows("stored_file")) == 1
    assert (await send.api.item(invoice["arItemId"]))["currencyBalance"] == 40


async def test_a_file_is_read_once_and_its_repeat_not_at_all(send, monkeypatch, superuser_dsn):
    """OCR giro is looked at once more for its sums; every other format is read once."""
    read = []

    def counting(content):
        read.append("read")
        return iter_bank_file(content)

    sample = (SAMPLES / "bank_files" / "camt054_02_latin.xml").read_bytes().replace(b"2026-", b"2024-")
    lines = [one for one in iter_bank_file(sample) if isinstance(one, IncomingPayment)]
    await open_accounts(superuser_dsn, send.client_no, lines)
    monkeypatch.setattr(bank_file_readers, "iter_bank_file", counting)
    monkeypatch.setattr(payment_intake, "validate_bank_file", lambda _: read.append("read again"))
    first = await send(sample)
    assert first.status_code == 200, first.text
    assert read == ["read"]
    assert (await send(sample)).content == first.content
    assert read == ["read"]


async def test_a_file_is_refused_with_every_fault_and_its_line_is_kept_and_taken_when_it_is_right(send):
    invoice = await send.api.invoice("A", 100)
    content = send.giro([(60_00, invoice["kid"])])
    two = send.giro([(60_00, invoice["kid"]), (1_00, STRANGE)]).split(b"\r\n")
    broken = b"\r\n".join(r[:15] + b"990199" + r[21:] if r[6:8] == b"30" else r for r in two)
    refused = await send(broken, OCR)
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["type"] == "urn:reskontro:problem:file-refused"
    assert all(error["field"].startswith("line ") for error in problem["errors"])
    assert [error["field"] for error in problem["errors"]] == ["line 3, position 16", "line 5, position 16"]
    assert (await send(broken, OCR)).json()["errors"] == problem["errors"]
    (file,) = await send.rows("stored_file")
    assert (file["file_status"], len(json.loads(file["faults"]))) == ("FAILED", len(problem["errors"]))
    assert await send.rows("payment") == []

    second = f"9{send.client_no:010d}"
    strange = content.replace(send.account.encode(), second.encode())
    nobody = await send(strange, OCR)
    assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "line 2")
    async with send.db.registry() as connection:
        await connection.execute(
            "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
            second,
            send.client_no,
            NOW,
        )
    taken = await send(strange, OCR)
    assert (taken.status_code, taken.json()["placedCount"]) == (200, 1)


@pytest.mark.parametrize("content", [b"", b"noise", b"<a/>", bytes(50), b"NY000011", b"<!DOCTYPE x>"], ids=range(6))
async def test_what_is_no_bank_file_is_refused_and_not_kept(send, content):
    answer = await send(content)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "line 1")
    assert await send.rows("stored_file") == []


async def test_a_type_that_the_client_may_not_send_and_another_clients_account(send, api_for):
    other = api_for(await make_client(send.db))
    theirs = Sender(other, send.db)
    denied = await theirs(send.giro([(1_00, STRANGE)]), OCR)
    assert (denied.status_code, denied.json()["type"]) == (403, "urn:reskontro:problem:file-type-not-enabled")
    await set_config(send.db, other.client_no, "files.uploadTypes", "OCR")
    assert (await theirs(send.giro([(1_00, STRANGE)]), OCR)).status_code == 422
    assert (await theirs((SAMPLES / "bank_files" / "bgmax.txt").read_bytes())).status_code == 403
    assert await theirs.rows("payment") == []


def accounts_of(content):
    events = list(iter_bank_file(content))
    lines = [one for one in events if isinstance(one, IncomingPayment)]
    groups = [one for one in events if isinstance(one, GroupStart) and one.account]
    return lines, groups + [one for one in events if isinstance(one, MandateChange)]


@pytest.mark.parametrize("path", sorted((SAMPLES / "bank_files").iterdir()), ids=lambda path: path.name)
async def test_every_format_is_taken(send, path, clock, superuser_dsn):
    content = path.read_bytes()
    lines, others = accounts_of(content)
    await open_accounts(superuser_dsn, send.client_no, [*lines, *(Named(one.account, "NOK") for one in others)])
    clock.moment = clock.moment.replace(year=2030)
    answer = await send(content)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["lineCount"] == len(lines)
    assert body["fileType"] in BANK_FILE_TYPES
    assert (await send(content)).content == answer.content
    assert await check_client(send.db, send.client_no) == []


async def test_every_file_from_outside_is_taken_or_refused_as_it_is_read(send, shared_samples, clock, superuser_dsn):
    folder = shared_samples / "payments"
    clock.moment = clock.moment.replace(year=2030)
    for entry in json.loads((folder / "expected.json").read_text("utf-8")):
        content = (folder / entry["file"]).read_bytes()
        if entry["read"] != "ok":
            answer = await send(content)
            assert [error["field"] for error in answer.json()["errors"]] == [
                "line 67, position 3",
                "line 67, position 27",
            ]
            continue
        lines, groups = accounts_of(content)
        ours = any(one.kind in ORDERS for one in lines)
        await open_accounts(superuser_dsn, send.client_no, lines)
        if not ours:  # the accounts of mandates are not those of lines
            await open_accounts(superuser_dsn, send.client_no, [Named(one.account, "NOK") for one in groups])
        answer = await send(content)
        assert answer.status_code == (422 if ours else 200), (entry["file"], answer.text)
        if not ours:
            assert answer.json()["format"] == next(iter(iter_bank_file(content))).format.value
            assert answer.json()["lineCount"] == len(lines)
    assert await check_client(send.db, send.client_no) == []


class Named:
    """An account of a file without lines."""

    def __init__(self, account, currency):
        self.account, self.currency = account, currency
