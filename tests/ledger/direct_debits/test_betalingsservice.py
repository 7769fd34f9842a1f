"""Betalingsservice from a mandate to money: deliveries 0603, 0601 and 0602, and what stands between them."""

import pytest

from reskontro.ledger.domain.direct_debits.schemes import Scheme
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.direct_debits.claiming import Proposal, Written
from tests.ledger.direct_debits.bank_files import danish_mandate, danish_payment, delivery

MANDATES = delivery("0603", "0212", [danish_mandate("0231", "100001", "1")], "1")


@pytest.fixture
async def desk(desk_for):
    desk = await desk_for(Scheme.BETALINGSSERVICE, "2026-11-23T09:00:00")
    await desk.agree(
        next_shipment_no=2026112301, supplier_id="LEV1", main_text="Hovedtekst til betalingsoversigten"
    )  # fmt: skip
    await desk.api.customer("100001")
    return desk


async def claimed(desk):
    document = await desk.invoice("JAN 2027", 299, "2027-01-01", "100001")
    await desk.take(MANDATES)
    written = await desk.write()
    assert isinstance(written, Written)
    return document, written


async def paid(desk, code: str, number: str, text: str = "JAN 2027", net: int = 0):
    line = danish_payment(code, "100001", "1", "010127", 29900, text, "040127")
    await desk.take(delivery("0602", "0211", [line], number, net))


async def test_a_mandate_a_delivery_and_the_money(desk):
    document, _ = await claimed(desk)
    assert await desk.mandates() == {"000000000100001": ("ACTIVE", "100001")}
    desk.at("2027-01-06T09:00:00")
    await paid(desk, "0236", "2", net=29900)
    assert await desk.statuses() == ["PAID"]
    assert (await desk.item(document))["currencyBalance"] == 0
    await paid(desk, "0239", "3", net=29900)
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason_code, claim.reason) == ("RETURNED", "0239", "charged back")
    assert (await desk.item(document))["currencyBalance"] == 299
    assert await check_client(desk.db, desk.client_no) == []


@pytest.mark.parametrize(("code", "status"), [("0237", "REFUSED"), ("0238", "CANCELLED")])
async def test_what_did_not_come_leaves_the_item_open(desk, code, status):
    document, _ = await claimed(desk)
    desk.at("2027-01-06T09:00:00")
    await paid(desk, code, "2")
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason_code) == (status, code)
    item = await desk.item(document)
    assert (item["currencyBalance"], item["reservedStatus"]) == (299, "")
    assert (await desk.events())[-1][0] == "DIRECT-DEBIT-REFUSED"


async def test_the_shared_samples_mandates_in_and_collections_out(desk, shared_samples):
    """The sample's records but for our references and texts."""
    folder = shared_samples / "payments" / "betalingsservice-dk"
    await desk.take(folder / "constructed_0603_mandates.txt")
    await desk.api.customer("100002")
    for number, amount in (("100001", 299), ("100002", 1499.5)):
        await desk.invoice(f"J-{number}", amount, "2027-01-01", number)
    ours = _comparable((await desk.write()).content)
    theirs = _comparable((folder / "constructed_0601_collections.txt").read_bytes())
    assert ours == theirs
    assert (await desk.mandates())["000000000100003"] == ("ENDED", "")
    desk.at("2027-01-06T09:00:00")
    await desk.take(folder / "constructed_0602_payments.txt")  # its references are not ours: day and amount tell
    assert await desk.statuses() == ["PAID", "PAID"]


def _comparable(content: bytes) -> list[bytes]:
    """Records without texts, references and the count of texts."""
    kept = []
    for line in content.splitlines():
        if line[:5] in {b"BS092", b"BS992"}:
            kept.append(line[:57] + line[68:])
        elif line[:5] == b"BS042":
            kept.append(line[:73] + line[103:])
        elif line[:5] != b"BS052":
            kept.append(line)
    return kept


async def test_no_record_takes_a_claim_back_so_a_person_is_told(desk):
    await claimed(desk)
    await desk.invoice("C-1", 299, "2027-01-01", "100001", documentType="CN", creditedDocumentNo="JAN 2027")
    proposal = await desk.write()
    assert isinstance(proposal, Proposal)
    assert [(one.in_time, one.why.name) for one in proposal.plan.cancellations] == [(False, "NOTHING_OPEN")]


async def test_what_is_due_after_the_next_run_waits(desk):
    await desk.invoice("FEB 2027", 299, "2027-02-01", "100001")
    await desk.take(MANDATES)
    proposal = await desk.write()
    assert [hold.name for hold in proposal.plan.held[0].holds] == ["TOO_EARLY"]


async def test_a_payment_without_a_claim_goes_to_the_customer_of_the_mandate(desk):
    document = await desk.invoice("X-1", 299, "2027-01-01", "100001")
    await desk.take(MANDATES)
    desk.at("2027-01-06T09:00:00")
    await paid(desk, "0236", "2", "OLD SYSTEM", 29900)
    assert (await desk.item(document))["currencyBalance"] == 0
