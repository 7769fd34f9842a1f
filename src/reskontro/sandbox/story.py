"""The story of the published example, told through the ordinary services at a clock that stands still.

Client 2218 invoices customer 543210, whose account becomes 500002: document 88776655 of 625.00. The period is closed
and reported, 500.63 is paid by bank file, and the due date is moved. Only where the numbers start is set by hand.

Each step can be told again: what is there already is left as it is.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg

from reskontro.http.decoding import convert
from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.customer import CustomerInput
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.http import examples
from reskontro.ledger.http.customer_bodies import REQUEST_EXAMPLE, CustomerInputBody
from reskontro.ledger.http.documents import DocumentInput, new_document
from reskontro.ledger.service import customers, documents, periods
from reskontro.ledger.service.customers import Mode
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store import items as item_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store.numbers import Numbers, set_next, voucher
from reskontro.ledger.store.periods import is_closed
from reskontro.platform.clock import OSLO
from reskontro.platform.database import BookLock, Database, Transaction
from reskontro.platform.files import FileStore
from reskontro.platform.secrets import FieldCipher

CLIENT_NO = 2218
ACCOUNT_NO = "12345678903"
AGREEMENT_NO = "001234567"
COUNTERS = {
    "account": 500_001,
    "reference": 35_078,
    "bundle": 904_411,
    "ledger_period_report": 2564,
    voucher(2025): 57_869,
}
EXTERNAL_ID = "9Pb3bfEjKr2iFPxKNIGHhB"
FEBRUARY = Period(2025, 2)
ITEM = ArItemId(CLIENT_NO, 500_002, 35_078, 0)
KID = "500221850000200350786"
PAID_MINOR = 500_63
TELLER = Actor("SYSTEM", "sandbox")

# When each step happens; times of the published example where it has them.
CUSTOMERS_AT = datetime(2025, 2, 27, 16, 58, 12, 40_000, tzinfo=OSLO)
INVOICED_AT = datetime(2025, 2, 27, 17, 3, 36, 176_000, tzinfo=OSLO)
CLOSED_AT = datetime(2025, 3, 5, 2, 0, 0, tzinfo=OSLO)
REPORTED_AT = datetime(2025, 3, 5, 2, 0, 9, 512_000, tzinfo=OSLO)
PAID_AT = datetime(2025, 3, 10, 6, 31, 2, 410_000, tzinfo=OSLO)
DEFERRED_AT = datetime(2025, 3, 20, 9, 12, 44, 118_000, tzinfo=OSLO)


class Story:
    """The teller's means."""

    def __init__(self, db: Database, owner_dsn: str, cipher: FieldCipher, files: FileStore) -> None:
        self._db = db
        self._owner_dsn = owner_dsn
        self._cipher = cipher
        self._files = files

    async def tell(self) -> None:
        """Tell it from the beginning, or from where it was left."""
        await self._customers()
        await self._invoice()
        await self._close_february()
        await self._payment()
        await self._defer()

    async def _customers(self) -> None:
        neighbour = {
            "customerNo": "543209",
            "name": "Kari Nordmann",
            "customerCategory": "CONS",
            "language": "no",
            "currency": "NOK",
            "dueDays": 14,
            "postalAddress": {
                "addressLine1": "Storgata 1",
                "postalCode": "0155",
                "cityName": "Oslo",
                "countryCode": "NO",
            },
            "emailAddressDocument": ["kari@example.no"],
            "distribution": {"type": "M", "einvoiceCode": 0},
        }
        numbers = Numbers(self._db)
        trees: tuple[Any, ...] = (neighbour, REQUEST_EXAMPLE["customer"])
        for tree in trees:
            if not await self._has_customer(str(tree["customerNo"])):
                await self._customer(numbers, convert(CustomerInputBody, tree, "customer").input())

    async def _customer(self, numbers: Numbers, given: CustomerInput) -> None:
        async def write(tx: Transaction) -> None:
            await customers.write_customer(tx, numbers, self._cipher, None, given, CUSTOMERS_AT, TELLER, Mode.UPSERT)

        await self._db.run(CLIENT_NO, write)

    async def _has_customer(self, customer_no: str) -> bool:
        async with self._db.reading(CLIENT_NO) as tx:
            found: bool = await tx.fetchval(
                "select exists (select from customer where client_no = $1 and customer_no_key = $2)",
                CLIENT_NO,
                customer_no,
            )
        return found

    async def _invoice(self) -> None:
        if await self._item(ITEM) is not None:
            return
        await self._let_numbers_start(gl_case_no=1_165_723, gl_lot_no=6_852_398)
        tree = examples.DOCUMENT_REQUEST["document"] | {"externalId1": EXTERNAL_ID}
        new = new_document(convert(DocumentInput, tree, "document"))
        numbers = Numbers(self._db)

        async def post(tx: Transaction) -> Sequence[documents.Outcome]:
            return await documents.post(tx, numbers, [new], INVOICED_AT, TELLER, paths=["document"])

        outcomes = await self._db.run(CLIENT_NO, post, BookLock.SHARED)
        assert isinstance(outcomes[0], documents.Posted), outcomes

    async def _close_february(self) -> None:
        numbers = Numbers(self._db)

        async def close(tx: Transaction) -> None:
            if not await is_closed(tx, FEBRUARY):
                await periods.close_period(tx, FEBRUARY, CLOSED_AT, TELLER)

        async def report(tx: Transaction) -> None:
            await periods.report_period(tx, numbers, FEBRUARY, REPORTED_AT, TELLER)

        await self._db.run(CLIENT_NO, close, BookLock.EXCLUSIVE)
        await self._db.run(CLIENT_NO, report)

    async def _payment(self) -> None:
        if await self._item(ITEM._replace(reference_sequence_no=1)) is not None:
            return
        await self._let_numbers_start(gl_case_no=1_166_010, gl_lot_no=6_853_001)
        await set_next(self._db, CLIENT_NO, voucher(2025), 58_012)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "ocr-2025-03-10.txt"
            path.write_bytes(bank_file(date(2025, 3, 10), date(2025, 3, 9), PAID_MINOR, KID))
            await import_path(self._db, Numbers(self._db), self._files, path, PAID_AT)

    async def _defer(self) -> None:
        async def change(tx: Transaction) -> None:
            row = await item_store.lock(tx, ITEM)
            assert row is not None, "the invoice was posted"
            due_date = date(2025, 4, 1)
            if row["due_date"] == due_date:
                return
            await item_store.change(
                tx,
                ITEM,
                due_date=due_date,
                transaction_text=row["transaction_text"],
                external_id1=row["external_id1"],
                ledger_note=row["ledger_note"],
                stops=(None, None, None),
                now=DEFERRED_AT,
            )
            changes = [log_store.Change("dueDate", str(row["due_date"]), str(due_date))]
            entry = log_store.LogEntry("AR-ITEM", str(ITEM), "AR item updated", "543210", 200, changes=changes)
            await log_store.add(tx, TELLER, DEFERRED_AT, [entry])

        await self._db.run(CLIENT_NO, change)

    async def _item(self, item: ArItemId) -> asyncpg.Record | None:
        async with self._db.reading(CLIENT_NO) as tx:
            return await item_store.one(tx, item, DEFERRED_AT)

    async def _let_numbers_start(self, *, gl_case_no: int, gl_lot_no: int) -> None:
        """Let the numbers that run over all clients go on where the example needs them; they never go back."""
        connection = await asyncpg.connect(self._owner_dsn)
        try:
            for sequence, number in (("gl_case_no", gl_case_no), ("gl_lot_no", gl_lot_no)):
                await connection.execute(
                    f"select setval('{sequence}', $1, false) where (select last_value from {sequence}) < $1",
                    number,
                )
        finally:
            await connection.close()


def bank_file(settled: date, ordered: date, amount_minor: int, kid: str) -> bytes:
    """An OCR giro file with one payment to the client's account."""
    day = f"{settled:%d%m%y}"
    records = [
        "NY000010" + "00008080" + "0000100" + "00002218",
        "NY090020" + AGREEMENT_NO + "0000001" + ACCOUNT_NO,
        f"NY091030{1:07d}{day}01{settled:%d}0000100{amount_minor:017d}{kid:>25}",
        f"NY091031{1:07d}{0:010d}{100000001:09d}{0:07d}{ordered:%d%m%y}86011117947",
        f"NY090088{1:08d}{4:08d}{amount_minor:017d}{day}{day}{day}",
        f"NY000089{1:08d}{6:08d}{amount_minor:017d}{day}",
    ]
    return "".join(record.ljust(80, "0") + "\r\n" for record in records).encode("latin-1")
