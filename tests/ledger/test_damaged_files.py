"""Damaged files on their way to the book: refused whole, or taken whole, whatever happened to them.

`RESKONTRO_FUZZ_SECONDS` makes a long run of it, as of the readers' own test.
"""

import json

import pytest

from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import IncomingPayment
from reskontro.kernel.problems import Refused
from reskontro.ledger.service import payment_files
from reskontro.ledger.service.bank_file_readers import BankFileReader
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore
from tests.formats.bank_files.damages import FILES, damaged, rounds
from tests.ledger.conftest import NOW, make_client
from tests.ledger.test_bank_file_readers import open_accounts

FEW = 5


def lines_of(data: bytes) -> list[IncomingPayment] | None:
    try:
        return [event for event in iter_bank_file(data) if isinstance(event, IncomingPayment)]
    except BankFileRefused:
        return None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
async def test_a_damaged_file_is_booked_whole_or_not_at_all(path, db, tmp_path, superuser_dsn, monkeypatch):
    monkeypatch.setattr(payment_files, "READERS", [BankFileReader()])
    data = path.read_bytes()
    now = NOW.replace(year=2030)
    client_no = await make_client(db)
    await open_accounts(superuser_dsn, client_no, lines_of(data) or [])
    files = FileStore.open(tmp_path)
    for number, random in enumerate(rounds(path, FEW)):
        hurt = damaged(data, random)
        there = tmp_path / f"{number}.file"
        there.write_bytes(hurt)
        before = await rows(db, client_no)
        try:
            result = await import_path(db, Numbers(db), files, there, now, only_client=client_no)
        except Refused:
            assert await rows(db, client_no) == before
            continue
        lines = lines_of(hurt)
        assert lines is not None, "what the reader refuses is not booked"
        told = sum(one.transactions for one in (result, *result.others.values()))
        assert told == len(lines), json.dumps([path.name, number])
        known = sum(
            count
            for one in (result, *result.others.values())
            for (outcome, _), count in one.counts.items()
            if outcome == "DUPLICATE"
        )
        assert await rows(db, client_no) == before + told - known
        there.unlink()
    assert await check_client(db, client_no) == []


async def rows(db, client_no) -> int:
    async with db.reading(client_no) as tx:
        count: int = await tx.fetchval("select count(*) from payment where client_no = $1", client_no)
    return count
