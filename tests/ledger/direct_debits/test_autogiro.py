"""Autogiro from a mandate to money: files in and out, and what stands between them."""

import pytest

from reskontro.kernel.problems import Refused
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


@pytest.mark.parametrize("record", ["03", "11", "23", "24", "25"])
async def test_an_order_that_is_cancelled_at_the_bank_lets_its_item_go(desk, record):
    document, _ = await claimed(desk)
    await desk.take(bank_files.changed_orders(record, [("101", 75000, "F-1", "12")], "20261130", "20261125"))
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason_code, claim.reason) == ("CANCELLED", "12", "cancelled at the bank")
    assert (await desk.item(document))["reservedStatus"] == ""


async def test_a_moved_order_goes_on_and_is_paid_on_its_new_day(desk):
    document, _ = await claimed(desk)
    moved = bank_files.changed_orders("29", [("101", 75000, "F-1", "14")], "20261130", "20261125", "20261203")
    await desk.take(moved)
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason) == ("CLAIMED", "moved to another day at the bank")
    desk.at("2026-12-04T09:00:00")
    await desk.take(bank_files.specification([("101", 75000, "F-1", "0")], "20261203", "20261203"))
    assert await desk.statuses() == ["PAID"]
    assert (await desk.item(document))["currencyBalance"] == 0


@pytest.mark.parametrize("record", ["25", "29"])
async def test_a_change_that_was_not_carried_out_leaves_the_claim_to_its_money(desk, record):
    document, _ = await claimed(desk)
    await desk.take(bank_files.changed_orders(record, [("101", 75000, "F-1", "10")], "20261130", "20261125"))
    (claim,) = await desk.claims()
    assert claim.status == "CLAIMED"
    assert (claim.reason_code, claim.reason) == ("10", "the change was not carried out at the bank, code 10")
    assert (await desk.item(document))["reservedStatus"] != ""
    desk.at("2026-12-01T09:00:00")
    await desk.take(bank_files.specification([("101", 75000, "F-1", "0")], "20261130", "20261130"))
    assert await desk.statuses() == ["PAID"]
    assert await check_client(desk.db, desk.client_no) == []


async def test_a_cancellation_that_the_bank_did_not_do_is_told_and_its_money_is_taken(desk):
    document, _ = await claimed(desk)
    (claim,) = await desk.claims()
    await desk.ask(claim.claim_no)
    await desk.write()
    assert await desk.statuses() == ["CANCELLED"]
    await desk.take(bank_files.changed_orders("25", [("101", 75000, "F-1", "13")], "20261130", "20261125"))
    async with desk.db.reading(desk.client_no) as tx:
        told = await tx.fetch(
            "select log_text from log_item where client_no = $1 and log_level = 'WARNING'", desk.client_no
        )
    assert [row["log_text"] for row in told] == [
        f"Direct debit claim {claim.claim_no} (CANCELLED): the change was not carried out at the bank, code 13"
    ]
    desk.at("2026-12-01T09:00:00")
    await desk.take(bank_files.specification([("101", 75000, "F-1", "0")], "20261130", "20261130"))
    assert await desk.statuses() == ["PAID"]
    assert (await desk.item(document))["currencyBalance"] == 0


async def test_the_register_of_waiting_orders_changes_nothing(desk):
    await claimed(desk)
    opening = f"0120261124AUTOGIRO9900{'BEVAKNINGSREG':40}471117{bank_files.BANKGIRO}"
    waits = f"82202611300    {'101':0>16}{75000:012d}{'':10}F-1"
    end = f"09202611249900{'':14}{0:012d}{0:06d}{1:06d}0000{75000:012d}{0:012d}"
    await desk.take(f"{opening}\r\n{waits}\r\n{end}".encode())
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason) == ("CLAIMED", "")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("02", "the account is not allowed, or closed"),
        ("03", "the mandate is stopped"),
        ("07", "wrong number of times"),
        ("24", "more than the largest amount of the mandate"),
        ("99", "refused, code 99"),
    ],
)
async def test_refused_orders_say_why_in_words(desk, code, words):
    await claimed(desk)
    await desk.take(bank_files.refused_orders([("101", 75000, "F-1", code)], "20261130", "20261123"))
    (claim,) = await desk.claims()
    assert (claim.status, claim.reason_code, claim.reason) == ("REFUSED", code, words)


@pytest.mark.parametrize(("code", "open_after"), [("2", 0), ("3", 0), ("4", 0), ("5", 750)])
async def test_a_bankgiro_whose_bank_checks_nothing_is_matched_by_the_exact_reference(desk, code, open_after):
    document = await desk.invoice("F-1", 750, "2026-11-30", "101")
    kid = (await desk.item(document))["kid"]
    await desk.take(bank_files.bgmax([(kid, 75000, code)], "20261123"))
    assert (await desk.item(document))["currencyBalance"] == open_after
    assert await check_client(desk.db, desk.client_no) == []


async def test_a_further_reference_without_an_amount_waits_for_a_person(desk):
    document = await desk.invoice("F-1", 750, "2026-11-30", "101")
    kid = (await desk.item(document))["kid"]
    rows = bank_files.bgmax([(kid, 75000, "2")], "20261123").split(b"\r\n")
    rows.insert(3, f"22{'0' * 10}{'655969':25}{0:018d}21".ljust(80).encode())
    rows[5] = rows[5].replace(b"70000000010000000000000000", b"70000000010000000000000001")
    await desk.take(b"\r\n".join(rows))
    assert (await desk.item(document))["currencyBalance"] == 750
    async with desk.db.reading(desk.client_no) as tx:
        (row,) = await tx.fetch("select outcome, reason from payment where client_no = $1", desk.client_no)
    assert row["outcome"] == "QUEUED"


async def test_a_file_that_is_marked_as_a_test_is_not_booked(desk):
    document = await desk.invoice("F-1", 750, "2026-11-30", "101")
    kid = (await desk.item(document))["kid"]
    content = bank_files.bgmax([(kid, 75000, "2")], "20261123")
    with pytest.raises(Refused) as refused:
        await desk.take(content.replace(b"035010331P", b"035010331T"))
    (fault,) = refused.value.faults
    assert fault.args["text"] == "line 1, position 45: the file is marked as a test: no money has come"
    assert (await desk.item(document))["currencyBalance"] == 750


async def test_money_without_a_claim_of_ours_finds_its_invoice_by_the_exact_reference(desk):
    document = await desk.invoice("F-1", 750, "2026-11-30", "101", kid="655969")
    await desk.invoice("F-2", 750, "2026-11-30", "101", kid="658260")
    await desk.take(bank_files.specification([("101", 75000, "655969", "0")], "20261123", "20261123"))
    assert (await desk.item(document))["currencyBalance"] == 0
    await desk.take(bank_files.refund("101", 75000, "655969".zfill(16), "20261123", "20261123", "03"))
    assert (await desk.item(document))["currencyBalance"] == 750
    assert await check_client(desk.db, desk.client_no) == []
