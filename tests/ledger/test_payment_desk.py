"""What people do with payments that wait: place, undo, return, close, suggest, refund."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.domain.incoming import LineKind
from reskontro.ledger.domain.refund import RefundStatus
from reskontro.ledger.service import payment_desk, refunds, suggestions
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.payment_queue import Queue, list_queue
from reskontro.ledger.service.payment_shares import Place
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store.numbers import Numbers
from tests.ledger.conftest import set_config
from tests.ledger.incoming_files import Bank, line, returned

ANNA, BENT = Actor("SYSTEM", "Anna"), Actor("SYSTEM", "Bent")
STRANGE = "10000120260003"
PAYER = "86011117947"


class Desk:
    """One client's desk."""

    def __init__(self, api, bank):
        self.api, self.bank = api, bank
        self.db, self.client_no = bank.db, api.client_no

    @property
    def now(self):
        return self.bank.clock.moment

    @property
    def means(self):
        return self.db, Numbers(self.db), self.client_no

    async def queue(self, queue=Queue.UNPLACED):
        return await list_queue(self.db, self.client_no, queue)

    async def place(self, number, *places, **more):
        return await payment_desk.place(*self.means, number, places, self.now, ANNA, **more)

    async def undo(self, number):
        return await payment_desk.undo(*self.means, number, self.now, BENT)

    async def status(self, number):
        return (await payment_desk.show(self.db, self.client_no, number)).line.status

    async def balance(self, document):
        return round((await self.api.item(document["arItemId"]))["currencyBalance"] * 100)

    async def suggest(self):
        return await suggestions.suggest_all(*self.means, self.now, ANNA)

    async def propose(self, number, minor=None, account="", **more):
        proposal = refunds.Proposal(number, None, minor, account, "Kari", "Takk")
        return await refunds.propose(self.db, self.client_no, proposal, self.now, more.get("actor", ANNA))

    async def approve(self, refund, actor=BENT):
        return await refunds.approve(self.db, self.client_no, refund.refund_id, self.now, actor)

    async def take(self, message_id="M1"):
        async with self.db.transaction(self.client_no) as tx:
            return await refunds.take_to_send(tx, "NOK", message_id, self.now, ANNA)

    async def send(self, message_id="M1"):
        return (await self.take(message_id)).sent

    async def answer(self, refund, status, reason=""):
        given = refunds.Answer(refund.refund_id, status, reason)
        return await refunds.answer(*self.means, given, self.now, ANNA)

    async def in_order(self):
        assert await check_client(self.db, self.client_no) == []

    async def refund_on_its_way(self, number, **more):
        refund = await self.propose(number, **more)
        await self.approve(refund)
        self.bank.clock.moment += timedelta(days=6)
        assert [one.refund_id for one in await self.send()] == [refund.refund_id]
        return refund


@pytest.fixture
async def desk(db, api, clock, tmp_path, monkeypatch):
    bank = Bank(db, clock, tmp_path, api.client_no, monkeypatch)
    await bank.open_account()
    await api.customer()
    await api.customer("other")
    return Desk(api, bank)


def on(document, minor=None):
    return Place(Identifiers(ar_item_id=document["arItemId"]), minor)


def refusal(error):
    return error.value.faults[0].message


async def stray(desk, amount=100_00, **fields):
    """A payment that nobody can place; its number."""
    await desk.bank.send(line(amount, STRANGE, archive_reference=f"S{desk.bank.sent}", **fields))
    return (await desk.queue())[-1].payment_no


async def test_a_payment_is_placed_on_what_is_named_and_the_rest_stays_on_account(desk):
    a, b = await desk.api.invoice("A", 60), await desk.api.invoice("B", 70)
    number = await stray(desk, 150_00)
    placed = await desk.place(number, on(a), on(b, 40_00), note="rang")
    assert (placed.settled_minor, placed.on_account_minor, len(placed.gl_case_nos)) == (100_00, 50_00, 1)
    assert [await desk.balance(a), await desk.balance(b)] == [0, 30_00]
    assert await desk.queue() == []
    assert [(row.payment_no, row.open_minor) for row in await desk.queue(Queue.ON_ACCOUNT)] == [(number, 50_00)]
    history = await payment_desk.show(desk.db, desk.client_no, number)
    assert [(one.action, one.user_id, one.note) for one in history.resolutions] == [("PLACED", "Anna", "rang")]
    await desk.in_order()


async def test_a_payment_of_several_customers_has_a_case_for_each_and_is_undone_as_one(desk):
    a = await desk.api.invoice("A", 60)
    b = await desk.api.invoice("B", 70, customer_no="other")
    number = await stray(desk, 120_00)
    placed = await desk.place(number, on(a), on(b))
    assert (len(placed.gl_case_nos), placed.on_account_minor) == (2, 0)
    assert [await desk.balance(a), await desk.balance(b)] == [0, 10_00]
    assert len(await desk.undo(number)) == 2
    assert [await desk.balance(a), await desk.balance(b)] == [60_00, 70_00]
    assert [row.payment_no for row in await desk.queue()] == [number]
    await desk.place(number, Place(Identifiers(customer_no="other")))
    assert await desk.balance(b) == 0
    await desk.in_order()


async def test_what_cannot_be_placed_says_every_fault_and_changes_nothing(desk):
    a = await desk.api.invoice("A", 60)
    closed = await desk.api.invoice("B", 10)
    await desk.bank.send(line(10_00, closed["kid"]))
    number = await stray(desk)
    with pytest.raises(Refused) as refused:
        await desk.place(number, on(closed), on(a, 60_01), on(a, 200_00))
    assert [fault.message for fault in refused.value.faults] == [
        "The item is not an open claim", "More than the open balance", "No more than the payment",
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        await desk.place(number, Place(Identifiers(document_no="nobody's")))
    assert refusal(refused) == "Nothing of this kind exists"
    with pytest.raises(Refused) as refused:
        await desk.place(999_999_999, on(a))
    assert refused.value.status == 404
    await desk.place(number, on(a))
    with pytest.raises(Refused) as refused:
        await desk.place(number, on(a))
    assert refused.value.faults[0].args["status"] == "PLACED"


async def test_undoing_a_short_payment_takes_its_small_difference_back(desk):
    a = await desk.api.invoice("A", 60)
    await desk.bank.send(line(57_00, a["kid"]))
    async with desk.db.reading(desk.client_no) as tx:
        number = await tx.fetchval("select payment_no from payment where client_no = $1", desk.client_no)
    assert await desk.balance(a) == 0
    assert len(await desk.undo(number)) == 2
    assert await desk.balance(a) == 60_00
    with pytest.raises(Refused):
        await desk.undo(number)
    await desk.in_order()


async def test_what_the_bank_took_off_closes_the_credit_that_a_person_names(desk):
    note = await desk.api.invoice("C", 50, documentType="CN")
    await desk.bank.send(line(-50_00, note["kid"], kind=LineKind.DEDUCTION))
    (row,) = await desk.queue()
    assert row.reason == "negative line"
    await desk.place(row.payment_no, on(note))
    assert await desk.balance(note) == 0
    await desk.in_order()
    await desk.undo(row.payment_no)
    assert await desk.balance(note) == -50_00
    await desk.in_order()


async def test_a_return_that_waits_is_told_which_payment_it_takes_back(desk):
    a = await desk.api.invoice("A", 60)
    await desk.bank.send(line(60_00, a["kid"]), returned(60_00, text="retur"), line(1_00, STRANGE))
    back, other = await desk.queue()
    assert back.reason == "return of an unknown payment"
    async with desk.db.reading(desk.client_no) as tx:
        original = await tx.fetchval("select min(payment_no) from payment where client_no = $1", desk.client_no)
    with pytest.raises(Refused):
        await payment_desk.give_back(*desk.means, back.payment_no, other.payment_no, desk.now, ANNA)
    await payment_desk.give_back(*desk.means, back.payment_no, original, desk.now, ANNA)
    assert await desk.balance(a) == 60_00
    assert [await desk.status(one) for one in (back.payment_no, original)] == ["RETURNED", "RETURNED"]
    await desk.in_order()


async def test_what_did_not_come_waits_until_somebody_has_noted_it(desk):
    a = await desk.api.invoice("A", 60)
    await desk.bank.send(line(60_00, a["kid"], kind=LineKind.REFUSED, reason="no cover"))
    (row,) = await desk.queue(Queue.REFUSED)
    await payment_desk.close(desk.db, desk.client_no, row.payment_no, desk.now, ANNA, note="rang")
    await payment_desk.close(desk.db, desk.client_no, row.payment_no, desk.now, ANNA, note="rang")
    assert await desk.queue(Queue.REFUSED) == []
    number = await stray(desk)
    with pytest.raises(Refused):
        await payment_desk.close(desk.db, desk.client_no, number, desk.now, ANNA, note="money is not closed")


async def test_suggestions_are_made_from_text_payer_and_amount_and_one_is_accepted(desk):
    a, b = await desk.api.invoice("INV-10017", 60), await desk.api.invoice("INV-10018", 70)
    theirs = await desk.api.invoice("X-1", 33, customer_no="other")
    await desk.bank.send(line(33_00, theirs["kid"], payer_account=PAYER))
    later = await desk.api.invoice("X-2", 44, customer_no="other")
    await desk.bank.send(
        line(60_00, text="Faktura INV-10017"), line(130_00, text="kunde 543210"), line(44_00, payer_account=PAYER),
        line(999_99, text="Hei"),
    )  # fmt: skip
    found = await desk.suggest()
    assert (found.payments, found.with_suggestion, found.accepted) == (4, 3, ())
    by_document, by_customer, by_payer = await desk.queue(Queue.SUGGESTED)
    assert by_document.score == 100
    (best, *_) = await suggestions.list_suggestions(desk.db, desk.client_no, by_customer.payment_no)
    assert sorted(one["arItemId"] for one in best["items"]) == sorted([a["arItemId"], b["arItemId"]])
    assert await desk.balance(a) == 60_00  # nothing was booked
    await suggestions.accept(*desk.means, by_payer.payment_no, 1, desk.now, ANNA)
    assert await desk.balance(later) == 0
    await suggestions.accept(*desk.means, by_document.payment_no, 1, desk.now, ANNA)
    with pytest.raises(Refused):  # one of its items is closed by now
        await suggestions.accept(*desk.means, by_customer.payment_no, 1, desk.now, ANNA)
    await desk.in_order()


async def test_a_rule_of_the_client_accepts_what_is_certain_and_only_once(desk):
    await set_config(desk.db, desk.client_no, "matching.acceptScore", "85")
    a = await desk.api.invoice("INV-10017", 60)
    await desk.bank.send(line(60_00, text="INV-10017"), line(60_00, text="INV-10017", archive_reference="2"))
    found = await desk.suggest()
    assert len(found.accepted) == 1
    assert await desk.balance(a) == 0
    history = await payment_desk.show(desk.db, desk.client_no, found.accepted[0])
    assert "the text holds a document's number" in history.resolutions[0].explanation
    assert len(await desk.queue()) == 1


async def on_account(desk, amount=40_00):
    """A payment of which something is left on account; its number."""
    invoice = await desk.api.invoice(f"O-{desk.bank.sent}", 60)
    await desk.bank.send(line(60_00 + amount, invoice["kid"], payer_account=PAYER))
    return (await desk.queue(Queue.ON_ACCOUNT))[-1].payment_no


async def test_a_refund_is_approved_by_another_person_sent_when_its_day_has_come_and_booked_when_paid(desk):
    number = await on_account(desk)
    refund = await desk.propose(number, 30_00)
    assert refund.receiver_account_no == PAYER
    for same in (ANNA, Actor("SYSTEM", " anna ")):
        with pytest.raises(Refused) as refused:
            await desk.approve(refund, same)
        assert refusal(refused) == "A refund is approved by another person than who proposed it"
    assert await desk.send() == []
    await desk.approve(refund)
    assert await desk.send() == []  # the bank may still take the payment back
    desk.bank.clock.moment += timedelta(days=6)
    (sent,) = await desk.send("M1")
    assert (sent.status, sent.amount_minor) == (RefundStatus.SENT, 30_00)
    assert await desk.send("M2") == []
    assert (await desk.answer(refund, "ACCP")).status is RefundStatus.SENT
    assert [row.open_minor for row in await desk.queue(Queue.ON_ACCOUNT)] == [40_00]
    for _ in range(2):
        paid = await desk.answer(refund, "ACSC")
        assert paid.status is RefundStatus.PAID
        assert [row.open_minor for row in await desk.queue(Queue.ON_ACCOUNT)] == [10_00]
    await desk.in_order()
    with pytest.raises(Refused) as refused:
        await desk.undo(number)
    assert refusal(refused).startswith("The payment is being refunded")


async def test_a_credit_is_not_promised_twice(desk):
    number = await on_account(desk)
    first = await desk.propose(number, 30_00)
    with pytest.raises(Refused) as refused:
        await desk.propose(number, 10_01)
    assert refused.value.faults[0].args["free"] == 10
    await refunds.cancel(desk.db, desk.client_no, first.refund_id, desk.now, ANNA)
    assert (await desk.propose(number)).amount_minor == 40_00


async def test_a_refused_refund_is_put_back_and_one_that_came_back_is_reversed(desk):
    number = await on_account(desk)
    first = await desk.refund_on_its_way(number)
    assert (await desk.answer(first, "RJCT", "AC03")).bank_reason == "AC03"
    assert [row.open_minor for row in await desk.queue(Queue.ON_ACCOUNT)] == [40_00]
    second = await desk.refund_on_its_way(number, account="NO9386011117947")
    paid = await desk.bank.send(line(-40_00, kind=LineKind.DEBIT, end_to_end_id=second.refund_id))
    assert [one.reason for one in paid.lines] == ["refund paid out"]
    assert await desk.queue(Queue.ON_ACCOUNT) == []
    back = await desk.bank.send(line(40_00, kind=LineKind.REVERSAL, end_to_end_id=second.refund_id))
    assert [one.reason for one in back.lines] == ["refund came back"]
    assert [row.open_minor for row in await desk.queue(Queue.ON_ACCOUNT)] == [40_00]
    await desk.in_order()


async def test_a_file_of_the_banks_answers_closes_refunds(desk):
    refund = await desk.refund_on_its_way(await on_account(desk))
    stranger = refunds.Answer("RF" + "0" * 30, "RJCT", "")
    await desk.bank.send(answers=[refunds.Answer(refund.refund_id, "ACSC", ""), stranger])
    (paid,) = await refunds.list_refunds(desk.db, desk.client_no, [RefundStatus.PAID])
    assert paid.gl_case_no is not None


async def test_a_refund_whose_credit_was_used_meanwhile_waits_for_a_person(desk):
    number = await on_account(desk)
    (row,) = await desk.queue(Queue.ON_ACCOUNT)
    refund = await desk.refund_on_its_way(number)
    claim = await desk.api.invoice("Z", 40)
    body = {"postingId": "m", "matchArItemIds": [claim["arItemId"], row.ar_item_id], "voucherDate": "2025-03-05"}
    body["arItemId"] = claim["arItemId"]
    answer = await desk.api.post("/autopostings/match", {"metadata": {"userId": "T"}, "autoPostings": [body]})
    assert answer.status_code == 200, answer.text
    assert (await desk.answer(refund, "ACSC")).status is RefundStatus.UNCOVERED
    assert (await desk.answer(refund, "ACSC")).status is RefundStatus.UNCOVERED
    assert (await desk.answer(refund, "RJCT")).status is RefundStatus.REJECTED
    await desk.in_order()


async def test_what_is_wrong_with_a_proposal_is_told_at_once(desk):
    number = await stray(desk)
    with pytest.raises(Refused) as refused:
        await desk.propose(number)
    assert refusal(refused) == "Only money on account is refunded: place it first"
    await desk.place(number, Place(Identifiers(customer_no="543210")))
    proposal = refunds.Proposal(number, None, 100_01, "12?", "x" * 71, "y" * 141)
    with pytest.raises(Refused) as refused:
        await refunds.propose(desk.db, desk.client_no, proposal, desk.now, Actor("SYSTEM", ""))
    assert [fault.field for fault in refused.value.faults] == ["amount", "toAccount", "message", "name", "userId"]
    (row,) = await desk.queue(Queue.ON_ACCOUNT)
    nobody = parse_ar_item_id(f"{desk.client_no}-500001-99-0")
    with pytest.raises(Refused) as refused:
        await refunds.propose(
            desk.db, desk.client_no, refunds.Proposal(None, nobody, None, PAYER, "", ""), desk.now, ANNA
        )  # fmt: skip
    assert refused.value.status == 404
    item = parse_ar_item_id(row.ar_item_id)
    made = await refunds.propose(
        desk.db, desk.client_no, refunds.Proposal(None, item, None, PAYER, "", ""), desk.now, ANNA
    )  # fmt: skip
    assert made.amount_minor == 100_00


async def test_the_database_itself_refuses_one_person_for_both(desk):
    refund = await desk.propose(await on_account(desk))
    with pytest.raises(asyncpg.CheckViolationError):
        async with desk.db.transaction(desk.client_no) as tx:
            await tx.execute(
                "update refund set approved_by = 'ANNA', status = 'APPROVED' where client_no = $1 and refund_id = $2",
                desk.client_no,
                refund.refund_id,
            )


async def test_the_same_money_is_placed_once_however_many_place_it_at_once(desk):
    claims = [await desk.api.invoice(f"A-{n}", 100) for n in range(4)]
    number = await stray(desk)
    outcomes = await asyncio.gather(*(desk.place(number, on(one)) for one in claims), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["Placed", "Refused", "Refused", "Refused"]
    assert sum([await desk.balance(one) for one in claims]) == 300_00
    undone = await asyncio.gather(desk.undo(number), desk.undo(number), return_exceptions=True)
    assert sorted(type(one).__name__ for one in undone) == ["Refused", "tuple"]
    assert sum([await desk.balance(one) for one in claims]) == 400_00
    await desk.in_order()
