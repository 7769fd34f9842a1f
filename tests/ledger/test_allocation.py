"""A KID that covers a claim, its fees and its interest: the order is the client's setting and stands in the matches."""

import pytest

from reskontro.ledger.domain.incoming import Naming
from reskontro.ledger.service.checks import check_client
from tests.ledger.conftest import set_config
from tests.ledger.incoming_files import Bank, line
from tests.ledger.test_incoming_import import rows
from tests.ledger.test_payments_on_account import Giro

CLAIM, FEE, INTEREST = 100_00, 38_00, 7_00
TOTAL = CLAIM + FEE + INTEREST
P, F = "PRINCIPAL-FIRST", "FEES-FIRST"


async def charged(api):
    """An invoice of 100.00 with a fee of 38.00 and interest of 7.00 on its reference."""
    invoice = await api.invoice("I-1", CLAIM / 100)
    for method, minor in (("interest", INTEREST), ("fee", FEE)):
        posting = {
            "postingId": method, "arItemId": invoice["arItemId"], "currencyAmount": minor / 100,
            "voucherDate": "2025-02-20",
        }  # fmt: skip
        answer = await api.post(f"/autopostings/{method}", {"metadata": {"userId": "T"}, "autoPostings": [posting]})
        assert answer.status_code == 200, answer.text
    return invoice


async def open_of(api, invoice):
    """What is open of claim, fee and interest."""
    reference = invoice["arItemId"].rsplit("-", 1)[0]
    return [round((await api.item(f"{reference}-{n}"))["currencyBalance"] * 100) for n in (0, 2, 1)]


@pytest.fixture(params=["ocr", "camt"])
async def pay(request, api, db, clock, tmp_path, monkeypatch):
    """Pays by a file of OCR giro, and by one of the way that all other formats go."""
    await api.customer()
    bank = (
        Giro(db, clock, tmp_path) if request.param == "ocr" else Bank(db, clock, tmp_path, api.client_no, monkeypatch)
    )
    if request.param == "ocr":
        await bank.open_account(api.client_no)
        return lambda *paid: bank.send(**{f"client_{api.client_no}": [*paid]})
    await bank.open_account()
    return lambda *paid: bank.send(*(line(minor, kid) for minor, kid in paid))


@pytest.mark.parametrize(
    ("order", "paid", "left", "reason", "on_account"),
    [
        (P, TOTAL, [0, 0, 0], "exact", 0),
        (F, TOTAL, [0, 0, 0], "exact", 0),
        (P, CLAIM, [0, FEE, INTEREST], "exact", 0),
        (F, CLAIM, [45_00, 0, 0], "partial", 0),
        (P, 50_00, [50_00, FEE, INTEREST], "partial", 0),
        (F, 50_00, [95_00, 0, 0], "partial", 0),
        (F, 20_00, [CLAIM, 18_00, INTEREST], "partial", 0),
        (P, 110_00, [0, 28_00, INTEREST], "partial", 0),
        (P, 140_00, [0, 0, 0], "small difference", 0),
        (F, 140_00, [0, 0, 0], "small difference", 0),
        (P, 96_00, [4_00, FEE, INTEREST], "partial", 0),
        (F, 200_00, [0, 0, 0], "over", 55_00),
    ],
)
async def test_the_order_is_the_clients(api, db, pay, order, paid, left, reason, on_account):
    await set_config(db, api.client_no, "posting.allocationOrder", order)
    invoice = await charged(api)
    (told,) = (await pay((paid, invoice["kid"]))).lines
    assert (told.reason, told.unapplied_minor) == (reason, on_account)
    assert await open_of(api, invoice) == left
    async with db.reading(api.client_no) as tx:
        used = await tx.fetch("select distinct rule from ar_match where client_no = $1", api.client_no)
    wanted = "exact reference, " + ("principal first" if order == P else "fees first")
    assert {row["rule"] for row in used} - {"small difference"} == {wanted}
    assert await check_client(db, api.client_no) == []


async def test_what_came_before_counts_also_in_the_same_file(api, db, pay):
    invoice = await charged(api)
    kid = invoice["kid"]
    told = (await pay((CLAIM, kid), (FEE, kid), (INTEREST, kid), (1_00, kid))).lines
    assert [one.reason for one in told] == ["exact", "partial", "exact", "possible double payment"]
    assert await open_of(api, invoice) == [0, 0, 0]
    assert await check_client(db, api.client_no) == []


async def test_a_claim_without_fees_names_no_order(api, db, pay):
    invoice = await api.invoice("I-1", 100)
    await pay((40_00, invoice["kid"]), (60_00, invoice["kid"]))
    async with db.reading(api.client_no) as tx:
        assert {row[0] for row in await tx.fetch("select rule from ar_match where client_no = $1", tx.client_no)} == {
            "exact reference"
        }


@pytest.mark.parametrize(
    ("minor", "payer", "reason"),
    [
        (100_00, "", "exact"),
        (100_00, "Nordmann, OLA", "exact"),
        (100_00, "Ola Kristian Nordmann", "exact"),
        (100_00, "Kari Nordmann", "document number with another amount or payer"),
        (99_00, "Ola Nordmann", "document number with another amount or payer"),
        (300_00, "", "document number with another amount or payer"),
    ],
)
async def test_a_documents_number_alone_places_only_what_is_certain(
    api, db, clock, tmp_path, monkeypatch, minor, payer, reason
):
    await api.customer(name="Ola Nordmann")
    bank = Bank(db, clock, tmp_path, api.client_no, monkeypatch)
    await bank.open_account()
    await api.invoice("I-1", 100)
    (told,) = (await bank.send(line(minor, "I-1", naming=Naming.DOCUMENT, payer_name=payer))).lines
    assert told.reason == reason
    (kept,) = await rows(db, api.client_no)
    assert kept
    assert await check_client(db, api.client_no) == []
