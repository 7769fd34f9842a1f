"""AvtaleGiro from a mandate to money: files in and out, and what stands between them."""

import pytest

from reskontro.formats.avtalegiro import iter_claims
from reskontro.formats.payments import IncomingPayment
from reskontro.kernel.kid import arm_kid
from reskontro.ledger.domain.direct_debits.schemes import Scheme
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.direct_debits import claiming
from reskontro.ledger.service.direct_debits.claiming import Proposal, Written
from tests.ledger.direct_debits.conftest import free
from tests.ledger.direct_debits.giro_files import mandate_file, payment_file


@pytest.fixture
async def desk(desk_for):
    desk = await desk_for(Scheme.AVTALEGIRO, "2026-11-23T09:00:00")
    await desk.agree(next_shipment_no=2311001, next_assignment_no=2311001)
    await desk.api.customer()
    return desk


def lines_of(content: bytes) -> list[tuple[str, str, int, str]]:
    return [
        (one.kind.value, one.reference, one.amount_minor, str(one.value_date))
        for one in iter_claims(content)
        if isinstance(one, IncomingPayment)
    ]


async def claimed(desk, amount: float = 625, due: str = "2026-12-15"):
    """An invoice that has been claimed, with the file."""
    document = await desk.invoice("F-1", amount, due)
    await desk.take(mandate_file([(document["kid"], "1", True)]))
    written = await desk.write()
    assert isinstance(written, Written)
    return document, written


async def test_a_mandate_given_with_an_old_kid_serves_the_customers_next_invoices(desk):
    old = arm_kid(desk.client_no, 500001, 4711)
    await desk.take(mandate_file([(old, "1", False)]))
    assert await desk.mandates() == {old: ("ACTIVE", "543210")}
    document = await desk.invoice("F-1", 625, "2026-12-15")
    proposal = await desk.propose()
    assert [one.kid for one in proposal.plan.claims] == [document["kid"]]
    assert await desk.claims() == []
    written = await desk.write()
    assert lines_of(written.content) == [("claim", document["kid"], 62500, "2026-12-15")]
    assert (await desk.item(document))["reservedStatus"] == "RESERVED"
    assert await desk.events() == [("DIRECT-DEBIT-CLAIMED", "")]


async def test_writing_again_claims_nothing_again_and_the_file_is_kept_byte_for_byte(desk):
    _, written = await claimed(desk)
    again = await desk.write()
    assert isinstance(again, Proposal)
    assert await desk.statuses() == ["CLAIMED"]
    shipment, content = await claiming.content_of(
        desk.db, desk.files, desk.client_no, written.shipment.shipment_no
    )  # fmt: skip
    assert content == written.content
    assert (shipment.number_in_file, shipment.claims_assignment_no) == ("2311001", "2311001")


async def test_the_claim_is_closed_by_the_payment_of_type_15(desk):
    document, _ = await claimed(desk)
    desk.at("2026-12-16T09:00:00")
    await desk.take(payment_file([(document["kid"], 62500, "15")], "151226"))
    assert await desk.statuses() == ["PAID"]
    item = await desk.item(document)
    assert (item["currencyBalance"], item["reservedStatus"]) == (0, "")
    assert await check_client(desk.db, desk.client_no) == []


async def test_what_is_paid_in_another_way_before_it_is_due_is_taken_back(desk):
    document, written = await claimed(desk)
    desk.at("2026-12-01T09:00:00")
    await desk.take(payment_file([(document["kid"], 62500, "10")], "301126"))
    assert await desk.statuses() == ["CLAIMED"]
    (back,) = (await desk.propose()).plan.cancellations
    assert back.in_time
    second = await desk.write()
    assert lines_of(second.content) == [("cancellation", document["kid"], 62500, "2026-12-15")]
    assert second.shipment.cancellations_assignment_no == "2311002"
    assert second.shipment.number_in_file != written.shipment.number_in_file
    assert await desk.statuses() == ["CANCELLED"]


async def test_a_changed_amount_is_taken_back_and_claimed_anew_in_one_file(desk):
    document, _ = await claimed(desk)
    await desk.invoice("C-1", 125, "2026-12-15", documentType="CN", creditedDocumentNo="F-1")
    second = await desk.write()
    assert lines_of(second.content) == [
        ("claim", document["kid"], 50000, "2026-12-15"),
        ("cancellation", document["kid"], 62500, "2026-12-15"),
    ]
    assert await desk.statuses() == ["CANCELLED", "CLAIMED"]
    assert (await desk.item(document))["reservedStatus"] == "RESERVED"
    desk.at("2026-12-16T09:00:00")
    await desk.take(payment_file([(document["kid"], 50000, "15")], "151226"))
    assert await desk.statuses() == ["CANCELLED", "PAID"]


async def test_a_change_that_comes_too_late_is_told_and_the_claim_stands(desk):
    await claimed(desk)
    desk.at("2026-12-14T09:00:00")
    await desk.invoice("C-1", 125, "2026-12-15", documentType="CN", creditedDocumentNo="F-1")
    proposal = await desk.write()
    assert isinstance(proposal, Proposal)
    assert [one.in_time for one in proposal.plan.cancellations] == [False]
    assert await desk.statuses() == ["CLAIMED"]


async def test_too_late_is_told_and_not_moved(desk):
    document = await desk.invoice("F-1", 625, "2026-11-26")
    await desk.take(mandate_file([(document["kid"], "1", True)]))
    written = await desk.write()
    assert isinstance(written, Proposal)
    (held,) = written.plan.held
    assert [hold.name for hold in held.holds] == ["TOO_LATE"]


async def test_a_claim_that_somebody_takes_back_is_not_made_again(desk):
    document, _ = await claimed(desk)
    (claim,) = await desk.claims()
    assert (await desk.ask(claim.claim_no)).cancel_asked_by == "Anna"
    second = await desk.write()
    assert [kind for kind, *_ in lines_of(second.content)] == ["cancellation"]
    assert (await desk.item(document))["reservedStatus"] == ""
    third = await desk.write()
    assert [hold.name for hold in third.plan.held[0].holds] == ["TRIED"]


async def test_a_refusal_that_a_person_notes_leaves_the_item_open(desk):
    document, _ = await claimed(desk)
    (claim,) = await desk.claims()
    refused = await desk.refuse(claim.claim_no, "mandate does not exist")
    assert refused.status == "REFUSED"
    item = await desk.item(document)
    assert (item["currencyBalance"], item["reservedStatus"]) == (625, "")
    assert (await desk.events())[-1] == ("DIRECT-DEBIT-REFUSED", "mandate does not exist")
    assert await desk.refuse(claim.claim_no, "again") == refused


async def test_silence_ends_the_claim_a_week_after_the_due_date(desk):
    document, _ = await claimed(desk)
    desk.at("2026-12-22T22:00:00")
    await desk.sweep()
    assert await desk.statuses() == ["CLAIMED"]
    desk.at("2026-12-22T23:00:00")
    await desk.sweep()
    assert await desk.statuses() == ["LAPSED"]
    assert (await desk.item(document))["reservedStatus"] == ""
    assert (await desk.events())[-1] == ("DIRECT-DEBIT-REFUSED", "no money and no answer came")


async def test_a_mandate_that_ends_ends_claiming(desk):
    document = await desk.invoice("F-1", 625, "2026-12-15")
    await desk.take(mandate_file([(document["kid"], "1", True)], "0000001"))
    await desk.take(mandate_file([(document["kid"], "2", True)], "0000002"))
    assert await desk.mandates() == {document["kid"]: ("ENDED", "543210")}
    assert isinstance(await desk.write(), Proposal)
    await desk.take(mandate_file([(document["kid"], "1", True)], "0000001"))  # the first file again changes nothing
    assert await desk.mandates() == {document["kid"]: ("ENDED", "543210")}


async def test_a_full_list_ends_what_it_does_not_name(desk):
    one, other = (arm_kid(desk.client_no, account, 1) for account in (500001, 500002))
    await desk.take(mandate_file([(one, "1", True), (other, "1", True)], "0000001"))
    await desk.take(mandate_file([(one, "0", False)], "0000002"))
    assert await desk.mandates() == {one: ("ACTIVE", "543210"), other: ("ENDED", "")}


async def test_a_mandate_of_nobody_is_kept_and_found_when_its_customer_is_there(desk):
    kid = arm_kid(desk.client_no, 500002, 7)
    await desk.take(mandate_file([(kid, "1", True)]))
    assert await desk.mandates() == {kid: ("ACTIVE", "")}
    await desk.api.customer("77")
    await desk.propose()
    assert await desk.mandates() == {kid: ("ACTIVE", "77")}


async def test_the_shared_sample_of_claims_is_written_again(desk_for, shared_samples):
    """Field by field, but for what the sample's second claim has as a notice by the bank, and our own references."""
    desk = await desk_for(Scheme.AVTALEGIRO, "2026-11-23T09:00:00")
    await desk.agree(mandate_digits=6, next_shipment_no=2311000, next_assignment_no=2311000)
    await desk.api.customer("2", name="Olsen")
    await desk.invoice("20262", 450, "2026-12-01", "2", kid="10000220260010")
    await desk.take(mandate_file([("10000220260010", "1", False)]))
    await desk.write()
    (claim,) = await desk.claims()
    await desk.ask(claim.claim_no)
    for number, name, kid, amount, due in (
        ("3", "Åse Bjørge", "10000320260027", 999, "2026-12-15"),
        ("1", "Nordmann", "10000120260003", 1250, "2026-12-20"),
        ("7", "Hansen", "10000720260064", 300, "2027-01-04"),
    ):
        await desk.api.customer(number, name=name)
        await desk.invoice(f"2026{number}", amount, due, number, kid=kid)
        await desk.take(mandate_file([(kid, "1", True)], f"000001{number}"))
    ours = (await desk.write()).content.splitlines()
    sample = shared_samples / "payments" / "avtalegiro" / "constructed_claims_and_cancellation.txt"
    theirs = [line for line in sample.read_bytes().splitlines() if line[4:8] != b"2149"]
    assert [_comparable(line) for line in ours] == [_comparable(line) for line in theirs]


def _comparable(line: bytes) -> bytes:
    """A record without who notifies, without the payer's reference, without the count of records."""
    if line[6:8] == b"88" or line[:8] == b"NY000089":
        return line[:16] + line[24:]
    if line[4:6] == b"21":
        line = line[:4] + b"02" + line[6:]
    return line[:50] if line[6:8] == b"31" else line


async def test_the_shared_sample_of_mandates_is_taken_once(desk_for, shared_samples, superuser_dsn):
    desk = await desk_for(Scheme.AVTALEGIRO, "2026-11-23T09:00:00")
    async with desk.db.registry() as connection:
        await connection.execute(
            "insert into receiving_account (account_no, client_no, created_time) values ('99991042764', $1, $2) "
            "on conflict do nothing",
            desk.client_no,
            desk.clock.now(),
        )
    sample = shared_samples / "payments" / "avtalegiro" / "netsgiro_avtalegiro_agreements.txt"
    for _ in range(2):
        assert (await desk.take(sample)).mandates == 16
    assert {status for status, _ in (await desk.mandates()).values()} == {"ACTIVE"}
    async with desk.db.reading(desk.client_no) as tx:
        rows = await tx.fetch(
            "select notice, count(*) from debit_mandate_change where client_no = $1 group by notice order by notice",
            desk.client_no,
        )
    assert [tuple(row) for row in rows] == [(False, 5), (True, 11)]
    await free(superuser_dsn, "99991042764")


async def test_what_is_paid_in_another_way_when_it_is_due_closes_the_claim(desk):
    document, _ = await claimed(desk)
    desk.at("2026-12-16T09:00:00")
    await desk.take(payment_file([(document["kid"], 60000, "10")], "151226"))
    assert await desk.statuses() == ["CLAIMED"]
    await desk.take(payment_file([(document["kid"], 2500, "10")], "161226", "0000008"))
    assert await desk.statuses() == ["PAID"]


async def test_money_that_comes_for_a_claim_that_was_taken_back_is_told(desk):
    document, _ = await claimed(desk)
    (claim,) = await desk.claims()
    await desk.ask(claim.claim_no)
    await desk.write()
    desk.at("2026-12-16T09:00:00")
    await desk.take(payment_file([(document["kid"], 62500, "15")], "151226"))
    assert await desk.statuses() == ["PAID"]
    assert (await desk.item(document))["currencyBalance"] == 0
