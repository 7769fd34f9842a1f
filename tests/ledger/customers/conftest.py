from datetime import UTC, datetime

import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import Database


class PlainCipher:
    """Seals by writing the context in front; what it seals can be read in a test."""

    def encrypt(self, plain, context):
        return context + b"|" + plain[::-1]

    def decrypt(self, sealed, context):
        before, _, plain = sealed.partition(b"|")
        assert before == context, "sealed for something else"
        return plain[::-1]

    def fingerprint(self, plain):
        return b"fp:" + plain


class Ledger:
    """A client that has nothing yet."""

    def __init__(self, db, numbers, client_no):
        self.db = db
        self.numbers = numbers
        self.client_no = client_no
        self.cipher = PlainCipher()
        self.actor = Actor("API", "TestUser", "erp", "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11", "POST", "/x")
        self.now = datetime(2025, 3, 20, 9, 0, tzinfo=UTC)

    async def rows(self, sql, *more):
        async with self.db.reading(self.client_no) as tx:
            return await tx.fetch(sql, self.client_no, *more)


@pytest.fixture(scope="session")
async def numbers(app_dsn, anyio_backend):
    database = await Database.connect(app_dsn, connections=2)
    yield Numbers(database)
    await database.close()


@pytest.fixture
def ledger(db, numbers, tenant):
    return Ledger(db, numbers, tenant)
