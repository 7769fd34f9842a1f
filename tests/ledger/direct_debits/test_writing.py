"""Writing files: what happens when two write, when one breaks, when a sender is shared."""

import asyncio

import pytest

from reskontro.formats.bank_file import validate_bank_file
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.direct_debits.schemes import Notifies, Scheme
from reskontro.ledger.service import payment_files
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.direct_debits import claiming
from reskontro.ledger.service.direct_debits.claiming import Proposal, Written
from tests.ledger.conftest import make_client, set_config
from tests.ledger.direct_debits.conftest import Desk
from tests.ledger.direct_debits.giro_files import mandate_file


@pytest.fixture
async def desk(desk_for):
    desk = await desk_for(Scheme.AVTALEGIRO, "2026-11-23T09:00:00")
    await desk.agree()
    await desk.api.customer()
    return desk


async def with_invoices(desk, count: int = 3):
    documents = [await desk.invoice(f"F-{n}", 100 + n, "2026-12-15") for n in range(count)]
    await desk.take(mandate_file([(documents[0]["kid"], "1", True)]))
    return documents


async def test_of_two_who_write_at_once_one_claims(desk):
    await with_invoices(desk)
    found = await asyncio.gather(*(desk.write() for _ in range(3)))
    assert sorted(type(one).__name__ for one in found) == ["Proposal", "Proposal", "Written"]
    assert await desk.statuses() == ["CLAIMED"] * 3


async def test_a_writer_that_dies_claims_nothing_and_uses_no_number(desk, monkeypatch):
    documents = await with_invoices(desk)
    real = claiming.event_store.add

    async def die(*_):
        raise RuntimeError("killed")

    monkeypatch.setattr(claiming.event_store, "add", die)
    with pytest.raises(RuntimeError, match="killed"):
        await desk.write()
    assert await desk.claims() == []
    assert (await desk.item(documents[0]))["reservedStatus"] == ""
    monkeypatch.setattr(claiming.event_store, "add", real)
    written = await desk.write()
    assert (written.shipment.number_in_file, written.shipment.claims_assignment_no) == ("0000001", "0000001")
    assert await check_client(desk.db, desk.client_no) == []


async def test_an_import_that_dies_takes_no_mandate(desk, monkeypatch):
    kid = (await desk.invoice("F-1", 100, "2026-12-15"))["kid"]
    real = payment_files._finish

    async def die(*_):
        raise RuntimeError("killed")

    monkeypatch.setattr(payment_files, "_finish", die)
    with pytest.raises(RuntimeError, match="killed"):
        await desk.take(mandate_file([(kid, "1", True)]))
    assert await desk.mandates() == {}
    monkeypatch.setattr(payment_files, "_finish", real)
    await desk.take(mandate_file([(kid, "1", True)]))
    assert list(await desk.mandates()) == [kid]


async def test_the_file_is_read_over_the_interface_too(desk):
    await with_invoices(desk)
    written = await desk.write()
    await set_config(desk.db, desk.client_no, "files.readTypes", "AVTALEGIRO-CLAIMS")
    answer = await desk.api.get(f"/files/{written.shipment.file_uuid}", Accept="application/octet-stream")
    assert answer.status_code == 200, answer.text
    assert answer.content == written.content


async def test_the_bank_tells_the_payer_what_it_is_for(desk):
    await desk.agree(Notifies.BANK)
    await desk.invoice("F-9", 1250.5, "2026-12-20")
    await desk.invoice("F-8", 10, "2026-12-14")
    await with_invoices(desk, 1)
    written = await desk.write()
    assert validate_bank_file(written.content).end.totals.lines == 2
    lines = written.content.decode("iso-8859-1").splitlines()
    assert [line[:8] for line in lines[2:-2]] == ["NY212130", "NY212131", "NY212149", "NY212149"] * 2
    assert lines[8][20:60].rstrip() == "Faktura F-9"
    assert lines[9][20:60].strip() == "kr 1250,50"
    assert [hold.name for hold in written.plan.held[0].holds] == ["TOO_LATE"]


async def test_what_is_due_later_is_left_to_another_file(desk):
    await with_invoices(desk, 1)
    await desk.invoice("LATER", 100, "2027-03-01")
    written = await desk.write(due_to=desk.clock.now().date().replace(month=12, day=31))
    assert written.shipment.claims == 1
    assert (await desk.write()).shipment.claims == 1


async def test_a_customer_who_is_stopped_is_not_claimed(desk):
    await with_invoices(desk, 1)
    await desk.api.customer("77", stopReminderUntil="2026-12-31")
    document = await desk.invoice("S-1", 100, "2026-12-15", "77")
    await desk.take(mandate_file([(document["kid"], "1", True)], "0000002"))
    written = await desk.write()
    assert written.shipment.claims == 1
    assert [hold.name for hold in written.plan.held[0].holds] == ["CUSTOMER_STOPPED"]


async def test_an_item_that_a_payment_is_on_its_way_for_is_not_claimed(desk):
    documents = await with_invoices(desk, 1)
    body = {"paymentId": "card-1", "kid": documents[0]["kid"], "currencyAmount": 10, "validUntil": "2026-12-31"}
    answer = await desk.api.post(
        "/paymentreservations", {"metadata": {"userId": "T"}, "paymentReservation": body}
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    proposal = await desk.write()
    assert isinstance(proposal, Proposal)
    assert [hold.name for hold in proposal.plan.held[0].holds] == ["RESERVED"]


async def test_an_agreement_is_refused_with_every_fault(desk):
    with pytest.raises(Refused) as refused:
        await desk.agree(next_shipment_no=10**7, supplier_id="x" * 16)
    assert {fault.field for fault in refused.value.faults} == {"nextShipmentNo", "supplierId"}


async def another(desk, api_for, account: str | None = None):
    """Another client, with an account where one is said."""
    client_no = await make_client(desk.db)
    if account is not None:
        async with desk.db.registry() as connection:
            await connection.execute(
                "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
                account,
                client_no,
                desk.clock.now(),
            )
    return Desk(api_for(client_no), desk.db, desk.clock, desk.folder, desk.scheme)


async def test_a_creditor_number_of_another_client_is_not_told_apart_from_none(desk, api_for):
    other = await another(desk, api_for)
    with pytest.raises(Refused) as refused:
        await other.agree()
    assert [fault.message for fault in refused.value.faults] == ["It is not a receiving account of this client"]


async def test_two_clients_of_one_sender_share_its_numbers(desk, api_for):
    await with_invoices(desk, 1)
    first = await desk.write()
    account = f"9{desk.client_no:010d}"
    other = await another(desk, api_for, account)
    await other.agree(creditor_no=account)
    await other.api.customer()
    document = await other.invoice("F-1", 100, "2026-12-15")
    await other.take(mandate_file([(document["kid"], "1", True)], account=account))
    second = await other.write()
    assert isinstance(second, Written)
    numbers = [first.shipment.number_in_file, second.shipment.number_in_file]
    assert numbers == ["0000001", "0000002"]
    assert second.shipment.claims_assignment_no == "0000001"
