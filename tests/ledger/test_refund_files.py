"""Refunds by pain.001: approved ones go out once, in a file that is kept, and the bank's answers close them."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.iso20022.pain_001 import Version
from reskontro.formats.payments import FileEnd, IncomingPayment
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.refund import RefundStatus
from reskontro.ledger.service import payment_files, refund_files, refunds
from reskontro.ledger.service.bank_file_readers import BankFileReader
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore
from tests.ledger.conftest import set_config
from tests.ledger.incoming_files import TestReader
from tests.ledger.test_payment_desk import ANNA, PAYER, desk, on_account

__all__ = ["desk"]  # a fixture

FROM = "12345678903"
NS = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.03}"


@pytest.fixture
async def bank(desk, monkeypatch):
    """The desk of a client whose bank agreement is in its settings; its bank answers in pain.002."""
    for key, value in (("fromAccount", FROM), ("bic", "DNBANOKK"), ("customerId", "00012345678")):
        await set_config(desk.db, desk.client_no, f"refund.{key}", value)
    monkeypatch.setattr(payment_files, "READERS", [TestReader(), BankFileReader()])
    return desk


def store(desk):
    return FileStore.open(desk.bank.folder)


async def write(desk, **more):
    return await refund_files.write_refunds(desk.db, store(desk), desk.client_no, desk.now, ANNA, **more)


async def approved(desk, **more):
    """A refund of 40.00 that may go out."""
    refund = await desk.propose(await on_account(desk), **more)
    await desk.approve(refund)
    return refund


async def status(desk, refund):
    async with desk.db.reading(desk.client_no) as tx:
        row = await tx.fetchrow("select * from refund where client_no = $1 and refund_id = $2", tx.client_no,
                                refund.refund_id)  # fmt: skip
    return RefundStatus(row["status"]), row["bank_status"], row["bank_reason"]


def pain_002(message, *, group="", batch=("", ""), transactions=(), serial=1):
    """A bank's answer: on the message, on a batch, on transactions, each with status and reason."""

    def said(name, value):
        code, _, reason = value.partition(" ")
        rest = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
        return f"<{name}>{code}</{name}>{rest}" if code else ""

    rows = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{ref}</OrgnlEndToEndId>{said('TxSts', value)}</TxInfAndSts>"
        for ref, value in transactions
    )
    inside = f"<OrgnlPmtInfId>{batch[0] or 'P'}</OrgnlPmtInfId>{said('PmtInfSts', batch[1])}{rows}"
    payment = f"<OrgnlPmtInfAndSts>{inside}</OrgnlPmtInfAndSts>" if batch[0] or rows else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03">'
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>BANK{serial}</MsgId><CreDtTm>2025-03-05T10:00:0{serial}</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>"
        f"{said('GrpSts', group)}</OrgnlGrpInfAndSts>{payment}</CstmrPmtStsRpt></Document>"
    ).encode()


async def answered(desk, message, **more):
    """The bank's answer comes as a file and is imported."""
    desk.bank.sent += 1
    path = desk.bank.folder / f"answer-{desk.bank.sent}.xml"
    path.write_bytes(pain_002(message, serial=desk.bank.sent % 10, **more))
    result = await payment_files.import_path(
        desk.db, Numbers(desk.db), store(desk), path, desk.now, only_client=desk.client_no
    )  # fmt: skip
    return result.answers, result.strange_answers


async def test_a_refund_goes_from_its_proposal_to_the_bank_and_is_booked_when_it_is_paid_out(bank):
    refund = await approved(bank)
    assert await write(bank) is None  # its day has not come: the bank may still take the payment back
    bank.bank.clock.moment += timedelta(days=6)
    written = await write(bank)
    assert (written.file.transfers, written.file.amount_minor, written.waiting) == (1, 40_00, 0)
    assert await status(bank, refund) == (RefundStatus.SENT, "", "")
    tree = etree.fromstring(written.content)
    assert tree.findtext(f".//{NS}MsgId") == written.file.message_id
    assert tree.findtext(f".//{NS}PmtInfId") == written.file.payment_information_id
    assert tree.findtext(f".//{NS}EndToEndId") == refund.refund_id
    assert tree.findtext(f".//{NS}InstdAmt") == "40.00"
    assert [e.text for e in tree.iter(f"{NS}CtrlSum")] == ["40.00", "40.00"]
    assert tree.findtext(f".//{NS}CdtrAcct/{NS}Id/{NS}Othr/{NS}Id") == PAYER
    assert tree.findtext(f".//{NS}DbtrAcct/{NS}Id/{NS}Othr/{NS}Id") == FROM
    assert tree.findtext(f".//{NS}Ustrd") == "Takk"

    assert await answered(bank, written.file.message_id, group="ACCP") == (1, 0)
    assert await status(bank, refund) == (RefundStatus.SENT, "ACCP", "")
    await answered(bank, written.file.message_id, transactions=[(refund.refund_id, "ACSC")])
    assert (await status(bank, refund))[0] is RefundStatus.PAID
    await answered(bank, written.file.message_id, transactions=[(refund.refund_id, "ACSP")])  # late, and out of order
    assert await status(bank, refund) == (RefundStatus.PAID, "ACSC", "")
    await bank.in_order()


async def test_a_refused_refund_is_put_back_and_its_money_can_be_refunded_again(bank):
    refund = await approved(bank)
    bank.bank.clock.moment += timedelta(days=6)
    written = await write(bank)
    await answered(bank, written.file.message_id, group="PART", transactions=[(refund.refund_id, "RJCT AC03")])
    assert await status(bank, refund) == (RefundStatus.REJECTED, "RJCT", "AC03")
    again = await bank.propose(refund.payment_no, account="NO9386011117947")
    await bank.approve(again)
    bank.bank.clock.moment += timedelta(days=6)
    second = await write(bank)
    assert b"<IBAN>NO9386011117947</IBAN>" in second.content
    assert refund.refund_id.encode() not in second.content
    await bank.in_order()


async def test_a_refused_message_or_batch_puts_back_what_has_no_answer_of_its_own(
    bank,
):
    first, second = await approved(bank), await approved(bank)
    other = await bank.propose(await on_account(bank))  # nobody has approved it yet
    bank.bank.clock.moment += timedelta(days=6)
    written = await write(bank)
    assert written.file.transfers == 2
    await bank.approve(other)
    later = await write(bank)
    await answered(bank, "SOMEBODY-ELSES", group="RJCT")
    await answered(bank, written.file.message_id, group="RJCT AM05", transactions=[(second.refund_id, "ACCP")])
    assert await status(bank, first) == (RefundStatus.REJECTED, "RJCT", "AM05")
    assert await status(bank, second) == (RefundStatus.SENT, "ACCP", "")
    assert (await status(bank, other))[0] is RefundStatus.SENT
    await answered(bank, later.file.message_id, batch=("NOT-OURS", "RJCT"))
    assert (await status(bank, other))[0] is RefundStatus.SENT
    await answered(bank, later.file.message_id, batch=(later.file.payment_information_id, "RJCT AC01"))
    assert await status(bank, other) == (RefundStatus.REJECTED, "RJCT", "AC01")
    await bank.in_order()


async def test_writing_again_sends_nothing_again_and_the_file_is_fetched_byte_for_byte(bank):
    for _ in range(3):
        await approved(bank)
    bank.bank.clock.moment += timedelta(days=6)
    made = [one for one in await asyncio.gather(*(write(bank) for _ in range(4))) if one is not None]
    assert sum(one.file.transfers for one in made) == 3
    assert await write(bank) is None
    for one in made:
        again = await refund_files.written_file(bank.db, store(bank), bank.client_no, one.file.message_id)
        assert (again.content, again.file) == (one.content, one.file)
    assert {f.message_id for f in await refund_files.list_files(bank.db, bank.client_no)} == {
        one.file.message_id for one in made
    }
    with pytest.raises(Refused) as refused:
        await refund_files.written_file(bank.db, store(bank), bank.client_no, "RM0")
    assert refused.value.status == 404


async def test_what_the_bank_must_know_is_asked_for_before_anything_is_marked_as_sent(desk):
    refund = await approved(desk)
    desk.bank.clock.moment += timedelta(days=6)
    with pytest.raises(Refused) as refused:
        await write(desk)
    assert [fault.field for fault in refused.value.faults] == ["refund.fromAccount", "refund.bic", "refund.customerId"]
    assert (await status(desk, refund))[0] is RefundStatus.APPROVED


@pytest.mark.parametrize("version", list(Version))
async def test_the_file_is_valid_and_read_back_as_what_was_approved(bank, version, shared_samples):
    """By the elements of a valid sample; by the schema too, where RESKONTRO_ISO_SCHEMAS names a folder of them."""
    several = [await approved(bank), await approved(bank, account="NO9386011117947")]
    bank.bank.clock.moment += timedelta(days=6)
    written = await write(bank, version=version)
    assert written.file.version == version.value
    events = list(iter_bank_file(written.content))
    paid = [(e.end_to_end_id, abs(e.amount_minor)) for e in events if isinstance(e, IncomingPayment)]
    assert paid == sorted((one.refund_id, 40_00) for one in several)
    assert isinstance(events[-1], FileEnd)

    sample = shared_samples / "payments" / "pain001" / f"constructed_no_refunds_{version.value}.xml"
    known = {}
    for path, names in elements(etree.parse(sample).getroot()):
        known[path] = known.get(path, []) + [name for name in names if name not in known.get(path, [])]
    for path, names in elements(etree.fromstring(written.content)):
        assert names == [name for name in known[path] if name in names], path
    schema = Path(os.environ.get("RESKONTRO_ISO_SCHEMAS", ".")) / f"{version.value}.xsd"
    if schema.exists():
        etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(written.content))


def elements(root, path=""):
    """Each element's path with the names below it in the order in which they first come."""
    names = list(dict.fromkeys(etree.QName(child).localname for child in root))
    yield path, names
    for child in root:
        yield from elements(child, f"{path}/{etree.QName(child).localname}")


async def test_an_answer_that_names_no_refund_of_ours_changes_nothing(bank):
    refund = await approved(bank)
    bank.bank.clock.moment += timedelta(days=6)
    await write(bank)
    assert await answered(bank, "RM" + "0" * 30, transactions=[("RF" + "0" * 30, "RJCT AC03")]) == (0, 1)
    assert (await status(bank, refund))[0] is RefundStatus.SENT
    (sent,) = await refunds.list_refunds(bank.db, bank.client_no, [RefundStatus.SENT])
    assert sent.refund_id == refund.refund_id
