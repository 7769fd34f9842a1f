"""Bank files of every format, from their bytes to the book."""

import json

import asyncpg
import pytest

from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.payments import NO_MONEY, IncomingPayment, Kind
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.incoming import account_forms
from reskontro.ledger.service.bank_file_readers import BankFileReader
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore
from tests.conftest import SAMPLES
from tests.ledger.conftest import NOW

FOLDER = SAMPLES / "bank_files"
WITH_MONEY = (
    "bgmax.txt",
    "bs_0602_net.txt",
    "camt053_08_prefixed.xml",
    "camt054_02_latin.xml",
    "autogiro_payments.txt",
)
WITHOUT = ("bs_0603.txt", "pain002_10.xml", "autogiro_mandates.txt")


def lines_of(name):
    return [one for one in iter_bank_file(FOLDER / name) if isinstance(one, IncomingPayment)]


async def open_accounts(superuser_dsn, client_no, lines):
    """Let the accounts of a file be this client's, whoever had them in another test."""
    connection = await asyncpg.connect(superuser_dsn)
    for account, currency in {(one.account, one.currency) for one in lines}:
        await connection.execute("delete from receiving_account where account_no = any($1)", account_forms(account))
        await connection.execute(
            "insert into receiving_account (account_no, client_no, currency, created_time) values ($1, $2, $3, $4)",
            account_forms(account)[0],
            client_no,
            currency,
            NOW,
        )
    await connection.close()


async def booked(db, client_no, name, clock, folder):
    return await import_path(
        db, Numbers(db), FileStore.open(folder), FOLDER / name, clock.moment, only_client=client_no
    )


@pytest.mark.parametrize("name", WITH_MONEY)
async def test_every_line_of_money_is_kept_once_and_the_books_agree(db, api, clock, tmp_path, name, superuser_dsn):
    lines = lines_of(name)
    latest = max(one.booking_date for one in lines if one.booking_date is not None)
    clock.moment = clock.moment.replace(year=latest.year + 1)
    await open_accounts(superuser_dsn, api.client_no, lines)
    await booked(db, api.client_no, name, clock, tmp_path)
    await booked(db, api.client_no, name, clock, tmp_path)  # the same file again adds nothing
    async with db.reading(api.client_no) as tx:
        rows = await tx.fetch("select kind, amount_minor from payment where client_no = $1", api.client_no)
    kept = sorted((row["kind"].lower(), row["amount_minor"]) for row in rows)
    wanted = sorted(
        (one.kind.value, one.amount_minor) for one in lines if one.kind not in NO_MONEY | {Kind.DEBIT, Kind.PAYOUT}
    )
    assert [minor for _, minor in kept if minor] != []
    assert set(wanted) <= set(kept), json.dumps([kept, wanted])
    assert await check_client(db, api.client_no) == []


@pytest.mark.parametrize("name", WITHOUT)
def test_files_without_money_are_read_and_have_none(name):
    reader = BankFileReader()
    content = (FOLDER / name).read_bytes()
    assert reader.recognises(content[:4096])
    assert [line for line in reader.read(content).lines if line.kind == "payment"] == []


def test_a_banks_answers_are_told_apart_from_its_money():
    answers = BankFileReader().read((FOLDER / "pain002_10.xml").read_bytes()).answers
    assert answers
    assert all(one.refund_id and one.status for one in answers)


def test_what_is_refused_says_where():
    content = (FOLDER / "camt053_08_prefixed.xml").read_bytes()
    with pytest.raises(Refused) as refused:
        BankFileReader().read(content[: len(content) // 2])
    assert all(fault.code == "ARM-2014" and "line" in str(fault.args["text"]) for fault in refused.value.faults)


def test_what_nobody_knows_is_not_recognised():
    assert not BankFileReader().recognises(b"PDF or something else")
