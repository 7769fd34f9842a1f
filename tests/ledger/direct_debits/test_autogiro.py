"""Autogiro from a mandate to money: files in and out, and what stands between them."""

import pytest

from reskontro.ledger.domain.direct_debits.schemes import Scheme
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.direct_debits.claiming import Proposal, Written
from tests.ledger.direct_debits import bank_files


@pytest.fixture
async def desk(desk_for):
    desk = await desk_for(Scheme.AUTOGIRO, "2026-11-23T09:00:00")
    await desk.agree()
    await desk.api.customer("101")
    return desk


async def claimed(desk, due: str = "2026-11-30"):
    document = await desk.invoice("F-1", 750, due, "101")
    await desk.take(bank_files.advice([("101", "32")]))
    written = await desk.write()
    assert isinstance(written, Written)
    return document, written


async def test_a_mandate_a_file_and_the_money_with_our_reference(desk):
    document, written = await claimed(desk)
    opening, order = written.content.decode("iso-8859-1").splitlines()
    assert opening.startswith("0120261123AUTOGIRO")
    assert order.rstrip() == "82202611300    00000000000001010000000750000009912346F-1"
    desk.at("2026-12-01T09:00:00")
    await desk.take(bank_files.specification([("101", 75000, "F-1", "0")], "20261130", "20261130"))
    assert await desk.statuses() == ["PAID"]
    assert (await desk.item(document))["currencyBalance"] == 0
    assert await check_client(desk.db, desk.client_no) == []


async def test_no_cover_refuses_and_another_try_does_not(desk):
    document, _ = await claimed(desk)
    desk.at("2026-12-01T09:00:00")
    await desk.take(bank_files.specification([("101", 75000, "F-1", "9")], "20261130", "20261130"))
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason) == ("CLAIMED", "no cover, it will be tried again")
    desk.at("2026-12-03T09:00:00")
    no_cover = bank_files.specification([("101", 75000, "F-1", "1")], "20261130", "20261202")
    await desk.take(no_cover)
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason) == ("REFUSED", "no cover")
    item = await desk.item(document)
    assert (item["currencyBalance"], item["reservedStatus"]) == (750, "")
    events = await desk.events()
    await desk.take(no_cover)
    assert await desk.events() == events
    assert events[-1] == ("DIRECT-DEBIT-REFUSED", "no cover")


async def test_a_refused_order_is_known_by_its_reason(desk):
    await claimed(desk)
    await desk.take(bank_files.refused_orders([("101", 75000, "F-1", "01")], "20261130", "20261123"))
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason_code, claim.reason) == ("REFUSED", "01", "there is no mandate")
    written = await desk.write()
    assert [hold.name for hold in written.plan.held[0].holds] == ["TRIED"]


async def test_what_the_payers_bank_takes_back_opens_the_item_and_ends_the_mandate(desk):
    document, _ = await claimed(desk)
    desk.at("2026-12-10T09:00:00")
    await desk.take(bank_files.specification([("101", 75000, "F-1", "0")], "20261130", "20261130"))
    await desk.take(bank_files.refund("101", 75000, "F-1", "20261130", "20261208", "02"))
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason) == ("RETURNED", "the mandate had been withdrawn")
    assert (await desk.item(document))["currencyBalance"] == 750
    assert await desk.mandates() == {"101": ("ENDED", "101")}
    assert await check_client(desk.db, desk.client_no) == []


async def test_two_payers_with_the_same_reference_are_two_payments(desk):
    await desk.api.customer("102")
    for number in ("101", "102"):
        await desk.invoice(f"F-{number}", 750, "2026-11-30", number)
    await desk.take(bank_files.advice([("101", "32"), ("102", "32")]))
    await desk.write()
    desk.at("2026-12-02T09:00:00")
    for number in ("101", "102"):  # neither file has our reference: due date and amount tell the claim
        await desk.take(bank_files.specification([(number, 75000, "NOVEMBER", "0")], "20261130", "20261130"))
    assert await desk.statuses() == ["PAID", "PAID"]


async def test_a_mandate_of_an_internet_bank_is_answered_by_the_next_file(desk):
    await desk.take(bank_files.internet_mandate("101"))
    assert await desk.mandates() == {"101": ("REQUESTED", "101")}
    await desk.invoice("F-1", 750, "2026-11-30", "101")
    written = await desk.write()
    assert written.content.decode().splitlines()[1].rstrip() == "0400099123460000000000000101"
    assert (written.shipment.claims, written.shipment.answers) == (0, 1)
    assert await desk.mandates() == {"101": ("ANSWERED", "101")}
    assert isinstance(await desk.write(), Proposal)
    await desk.take(bank_files.advice([("101", "32")]))
    assert (await desk.write()).shipment.claims == 1


async def test_an_order_is_taken_back_by_payer_day_amount_and_reference(desk):
    await claimed(desk)
    await desk.invoice("C-1", 750, "2026-11-30", "101", documentType="CN", creditedDocumentNo="F-1")
    written = await desk.write()
    record = written.content.decode().splitlines()[1].rstrip()
    assert record == "2500099123460000000000000101" + "20261130" + "000000075000" + "82" + " " * 8 + "F-1"
    assert await desk.statuses() == ["CANCELLED"]


async def test_the_shared_sample_of_mandates(desk, shared_samples):
    await desk.take(shared_samples / "payments" / "autogiro-se" / "bankgirot_medgivandeavi-new.txt")
    assert await desk.mandates() == {
        "101": ("ACTIVE", "101"),
        "102": ("ENDED", ""),
        "103": ("ENDED", ""),
        "104": ("ACTIVE", ""),
        "105": ("ENDED", ""),
        "2222101": ("ENDED", ""),
        "3331022": ("ACTIVE", ""),
    }


async def test_a_refusal_of_another_order_leaves_a_mandate_in_force(desk):
    await desk.take(bank_files.advice([("101", "32")]))
    await desk.take(bank_files.advice([("101", "10")], "20261124"))
    assert await desk.mandates() == {"101": ("ACTIVE", "101")}
