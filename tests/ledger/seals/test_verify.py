"""Whoever touches a sealed row, a seal or a head is found, and what was touched is named."""

from reskontro.ledger.service.seal_check import verify_client
from tests.ledger.seals.conftest import pay


async def test_a_sealed_book_holds(db, sealed):
    verified = await verify_client(db, sealed)
    assert verified.findings == []
    assert verified.waiting == 0
    assert verified.rows > 20
