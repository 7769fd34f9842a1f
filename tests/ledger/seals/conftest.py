"""A book with a row in every sealed table, and hands that go past the application's rights."""

from datetime import date
from itertools import count

import asyncpg
import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.service.periods import close_period
from reskontro.ledger.service.sealing import Sealer
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import BookLock
from reskontro.platform.files import FileStore
from reskontro.platform.signatures import Signer
from tests.formats.ocr_giro import ocr_files
from tests.formats.ocr_giro.ocr_files import Line

DAY = date(2025, 2, 26)
ACTOR = Actor("TEST", "T", "T", "T")
_names = count(1)


@pytest.fixture
async def superuser(superuser_dsn):
    connection = await asyncpg.connect(superuser_dsn)
    yield connection
    await connection.close()


@pytest.fixture
def signer() -> Signer:
    return Signer.of(b"s" * 32)


@pytest.fixture
def sealer(db, signer) -> Sealer:
    return Sealer(db, signer)


@pytest.fixture
async def book(db, api, clock, tmp_path):
    """A client's number: invoices, a credit note, a transfer, payments of both kinds, a closed period."""
    client_no = api.client_no
    account = f"{client_no:011d}"
    async with db.registry() as connection:
        await connection.execute(
            "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
            account,
            client_no,
            clock.moment,
        )
    await api.customer()
    await api.customer("2")
    first = await api.invoice("I-1", 500)
    second = await api.invoice("I-2", 300, orderReference="ø")
    await api.invoice("I-3", 100, customer_no="2")
    await api.invoice("C-1", 120, documentType="CN", creditedDocumentNo="I-1")
    await pay(api, first["arItemId"], 100)
    lines = [
        Line(amount=350_00, kid=second["kid"], day=DAY, bank_day=DAY),
        Line(amount=10_00, kid="10000120260003", day=DAY, bank_day=DAY),
    ]
    path = tmp_path / f"giro-{next(_names)}.txt"
    records = ocr_files.payments(lines, account=account)
    path.write_bytes(ocr_files.as_bytes(ocr_files.transmission(records, created=DAY)))
    await import_path(db, Numbers(db), FileStore.open(tmp_path), path, clock.moment)

    async def close(tx):
        await close_period(tx, Period(2025, 2), clock.moment, ACTOR)

    await db.run(client_no, close, BookLock.EXCLUSIVE)
    return client_no


async def pay(api, ar_item_id: str, amount: float, posting_id: str = "P", day: str = "2025-02-26") -> None:
    posting = {"postingId": posting_id, "arItemId": ar_item_id, "voucherDate": day, "currencyAmount": amount}
    answer = await api.post("/autopostings/payment", {"metadata": {"userId": "T"}, "autoPostings": [posting]})
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def sealed(sealer, book) -> int:
    """The book, sealed."""
    await sealer.seal_new()
    return book
