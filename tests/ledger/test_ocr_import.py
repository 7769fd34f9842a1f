from datetime import UTC, datetime

import asyncpg
import pytest

from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore
from tests.conftest import SAMPLES
from tests.ledger.conftest import make_client

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SCENARIO = SAMPLES / "ocr_giro" / "constructed_mixed_scenario.txt"
LEDGER = SAMPLES / "ocr_giro" / "constructed_mixed_scenario.ledger.csv"

ACCOUNTS = ("12345678903", "97104133219")

EXPECTED = {
    "1/1": ("SETTLED", "exact", 0),
    "1/2": ("SETTLED", "partial", 60000),
    "1/3": ("SETTLED", "exact", 0),
    "1/4": ("ON-ACCOUNT", "over", 0),
    "1/5": ("ON-ACCOUNT", "possible double payment", 0),
    "1/6": ("QUEUED", "unknown reference", None),
    "1/7": ("QUEUED", "negative line", None),
    "1/8": ("SETTLED", "exact", 0),
    "1/9": ("ON-ACCOUNT", "invoice credited", 0),
    "2/1": ("SETTLED", "exact", 0),
    "2/2": ("SETTLED", "exact", 0),
    "2/3": ("SETTLED", "exact", 0),
}


@pytest.fixture
async def scenario(free_accounts, db, api_for, clock):
    """A client with the claims of the mixed scenario and its two accounts, which are moved to it."""
    clock.moment = NOW
    client_no = await make_client(db)
    async with db.registry() as connection:
        for account in ACCOUNTS:
            await connection.execute(
                "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
                account,
                client_no,
                NOW,
            )
    api = api_for(client_no)
    await api.customer()
    items = {}
    for row in LEDGER.read_text().splitlines()[1:]:
        label, kid, _, number, open_ore, status = row.split(";")
        amount = (10000 if status == "credited" else int(open_ore)) / 100
        document = await api.invoice(f"{label}-{number}", amount, kid=kid, documentDate="2026-11-01")
        if status == "credited":
            await api.invoice(
                f"{label}-CN", amount, documentType="CN", creditedDocumentNo=f"{label}-{number}",
                documentDate="2026-11-01",
            )  # fmt: skip
        items[label] = document["arItemId"]
    return api, items


@pytest.fixture
async def free_accounts(superuser_dsn):
    """The accounts of the scenario belong to nobody before and after."""

    async def free() -> None:
        connection = await asyncpg.connect(superuser_dsn)
        await connection.execute("delete from kid_rule where account_no = any($1::text[])", list(ACCOUNTS))
        await connection.execute("delete from receiving_account where account_no = any($1::text[])", list(ACCOUNTS))
        await connection.close()

    await free()
    yield
    await free()


def run_import(db, tmp_path, path=SCENARIO):
    return import_path(db, Numbers(db), FileStore.open(tmp_path), path, NOW)


async def test_the_mixed_scenario_matches_line_by_line(scenario, db, tmp_path):
    api, items = scenario
    result = await run_import(db, tmp_path)
    got = {line.line: (line.outcome, line.reason, line.open_minor) for line in result.lines}
    assert got == EXPECTED
    assert result.amount_minor == 12346301502
    assert (await api.item(items["E"]))["currencyBalance"] == 800
    assert (await api.item(items["B"]))["currencyBalance"] == 0
    unapplied = {line.line: line.unapplied_minor for line in result.lines if line.unapplied_minor}
    assert unapplied == {"1/4": 10000, "1/5": 125000, "1/9": 10000}
    assert result.mandates == 3
    async with db.reading(api.client_no) as tx:
        rows = await tx.fetch(
            "select payer_no, status = 'ACTIVE', notice from debit_mandate where client_no = $1 order by payer_no",
            api.client_no,
        )
    assert [tuple(row) for row in rows] == [
        ("10000120260003", True, False),
        ("10000320260027", True, True),
        ("10000720260064", False, False),
    ]


async def test_the_same_payments_again_post_nothing(scenario, db, tmp_path):
    await run_import(db, tmp_path)
    again = tmp_path / "again.txt"
    again.write_bytes(SCENARIO.read_bytes())
    result = await run_import(db, tmp_path, again)
    assert {reason for _, reason in result.counts} == {"same line in another file"}


async def test_a_payment_short_by_a_little_closes_the_item(scenario, db, tmp_path):
    api, items = scenario
    posting = {"postingId": "x", "arItemId": items["I"], "voucherDate": "2026-11-02", "currencyAmount": 0.01}
    answer = await api.post("/autopostings/payment", {"metadata": {"userId": "T"}, "autoPostings": [posting]})
    assert answer.status_code == 200
    short = SCENARIO.read_bytes()
    paid, lacking = b"00000000000050000                  001009-", b"00000000000049600                  001009-"
    assert short.count(paid) == 1
    path = tmp_path / "short.txt"
    path.write_bytes(
        short.replace(paid, lacking)
        .replace(b"00000012345728902", b"00000012345728502")
        .replace(b"00000012346301502", b"00000012346301102")
    )
    result = await run_import(db, tmp_path, path)
    lines = {line.line: line for line in result.lines}
    assert (lines["2/1"].outcome, lines["2/1"].reason, lines["2/1"].open_minor) == ("SETTLED", "small difference", 0)
    assert lines["2/2"].reason == "possible double payment"
    matches = (await api.get(f"/aritems/{items['H']}?expand=matches")).json()["matches"]
    assert [(m["voucherType"], m["currencyAmount"]) for m in matches] == [(5, -496), (11, -4)]
