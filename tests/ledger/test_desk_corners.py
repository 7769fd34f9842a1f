"""What people, banks and clocks do to payments that nobody has thought of: each was found by trying."""

import asyncio
from datetime import date, time, timedelta

import pytest

from reskontro.kernel.actor import Actor
from reskontro.kernel.bank_days import Country
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.incoming import LineKind
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.domain.refund import RefundStatus, bank_country, execution_day, is_second_person
from reskontro.ledger.service import payment_desk, refunds, suggestions
from reskontro.ledger.service.payment_queue import Queue
from reskontro.ledger.service.payment_shares import Place
from reskontro.ledger.service.periods import close_period
from reskontro.ledger.service.targets import Identifiers
from reskontro.platform.database import BookLock
from tests.ledger.conftest import set_config
from tests.ledger.incoming_files import line, returned
from tests.ledger.test_allocation import charged, open_of
from tests.ledger.test_payment_desk import ANNA, PAYER, STRANGE, desk, on, on_account, refusal, stray

__all__ = ["desk"]  # a fixture


async def post(desk, method, **posting):
    body = {"metadata": {"userId": "T"}, "autoPostings": [{"postingId": method} | posting]}
    answer = await desk.api.post(f"/autopostings/{method}", body)
    assert answer.status_code == 200, answer.text


async def use_up(desk, row, minor=None):
    """The credit of a queue's row, or some of it, settles another invoice."""
    claim = await desk.api.invoice(f"Z-{row.payment_no}", (minor or row.open_minor) / 100)
    items = [claim["arItemId"], row.ar_item_id]
    await post(desk, "match", postingId=f"m-{row.payment_no}", arItemId=claim["arItemId"], matchArItemIds=items,
               voucherDate="2025-02-27")  # fmt: skip


async def standing(desk, refund):
    (found,) = [
        one
        for one in await refunds.list_refunds(desk.db, desk.client_no, list(RefundStatus))
        if one.refund_id == refund.refund_id
    ]
    return found


async def test_a_line_of_no_money_is_kept_and_waits_for_nobody(desk):
    told = await desk.bank.send(line(0, STRANGE), line(0, text="interest"), line(0, kind=LineKind.REVERSAL))
    assert [(one.outcome, one.reason) for one in told.lines] == [("INFORMATION", "no amount")] * 3
    assert await desk.queue() == []


async def test_what_a_suggestion_leaves_on_account_stays_there(desk):
    named, other = await desk.api.invoice("INV-10017", 60), await desk.api.invoice("INV-10018", 70)
    await desk.bank.send(line(150_00, text="Faktura INV-10017"), line(5_00, payer_name="Ola Nordmann"))
    await desk.suggest()
    first, _ = await desk.queue()
    (best, *_) = await suggestions.list_suggestions(desk.db, desk.client_no, first.payment_no)
    placed = await suggestions.accept(*desk.means, first.payment_no, 1, desk.now, ANNA)
    assert (placed.settled_minor, placed.on_account_minor) == (60_00, best["leftMinor"]) == (60_00, 90_00)
    assert [await desk.balance(named), await desk.balance(other)] == [0, 70_00]
    await desk.in_order()


async def test_a_suggestion_of_a_customer_without_claims_settles_none_that_came_later(desk):
    await desk.bank.send(line(5_00, text="kunde 543210"))
    await desk.suggest()
    (row,) = await desk.queue()
    later = await desk.api.invoice("L", 60)
    placed = await suggestions.accept(*desk.means, row.payment_no, 1, desk.now, ANNA)
    assert (placed.on_account_minor, await desk.balance(later)) == (5_00, 60_00)


@pytest.mark.parametrize("name", ["Anna\u200b", "An\u00adna", "\uff21nna", "anna ", "ANNA\n", "A\u2060nna", " "])
def test_a_name_that_looks_the_same_is_the_same_person(name):
    assert not is_second_person("Anna", name)


async def test_who_approves_has_a_name_that_can_be_read_and_kept(desk):
    refund = await desk.propose(await on_account(desk))
    for name in ("Bent\u200b", "B" * 51, "", "B\nC"):
        with pytest.raises(Refused) as refused:
            await desk.approve(refund, Actor("SYSTEM", name))
        assert [fault.field for fault in refused.value.faults] == ["userId"]
    assert (await standing(desk, refund)).status is RefundStatus.PROPOSED


@pytest.mark.parametrize("status", ["ACSC", "RJCT", "ACCP"])
async def test_an_answer_on_a_refund_that_was_not_sent_is_strange_and_stops_no_file(desk, status):
    refund = await desk.propose(await on_account(desk))
    for now in (RefundStatus.PROPOSED, RefundStatus.APPROVED):
        told = await desk.bank.send(line(1_00, STRANGE), answers=[refunds.Answer(refund.refund_id, status, "")])
        assert (told.transactions, told.answers, told.strange_answers) == (1, 0, 1)
        assert (await standing(desk, refund)).status is now
        if now is RefundStatus.PROPOSED:
            await desk.approve(refund)
    debit = await desk.bank.send(line(-40_00, kind=LineKind.DEBIT, end_to_end_id=refund.refund_id))
    assert debit.lines[0].reason == "debit of the account"
    with pytest.raises(Refused):
        await desk.answer(refund, status)
    await desk.in_order()


async def test_a_debit_of_another_amount_does_not_close_the_refund_that_it_names(desk):
    refund = await desk.refund_on_its_way(await on_account(desk))
    told = await desk.bank.send(line(-5_00, kind=LineKind.DEBIT, end_to_end_id=refund.refund_id))
    assert told.lines[0].reason == "refund with another amount"
    assert (await standing(desk, refund)).status is RefundStatus.SENT
    assert [row.amount_minor for row in await desk.queue()] == [-5_00]
    await desk.in_order()


async def test_a_refund_whose_case_somebody_has_reversed_is_put_back_all_the_same(desk):
    refund = await desk.refund_on_its_way(await on_account(desk))
    paid = await desk.answer(refund, "ACSC")
    await post(desk, "reversal", glCaseNo=paid.gl_case_no, voucherDate="2025-03-05")
    await desk.bank.send(answers=[refunds.Answer(refund.refund_id, "RJCT", "AC03")])
    assert (await standing(desk, refund)).status is RefundStatus.REJECTED
    assert [row.open_minor for row in await desk.queue(Queue.ON_ACCOUNT)] == [40_00]
    await desk.in_order()


async def test_a_refund_whose_credit_was_used_is_neither_approved_nor_sent(desk):
    approved = await desk.propose(await on_account(desk))
    proposed = await desk.propose(await on_account(desk))
    await desk.approve(approved)
    first, second = await desk.queue(Queue.ON_ACCOUNT)
    await use_up(desk, first)
    desk.bank.clock.moment += timedelta(days=6)
    sent, uncovered = await desk.take()
    assert (sent, [one.refund_id for one in uncovered]) == ([], [approved.refund_id])
    assert (await standing(desk, approved)).status is RefundStatus.APPROVED
    desk.bank.clock.moment -= timedelta(days=6)
    await use_up(desk, second)
    with pytest.raises(Refused) as refused:
        await desk.approve(proposed)
    assert refusal(refused) == "At most {free} of the credit is free"
    await desk.in_order()


async def test_what_has_gone_out_of_a_credit_is_not_sent_again_before_it_is_booked(desk):
    number = await on_account(desk)
    refunds_ = []
    for minor in (30_00, 10_00):
        refunds_.append(await desk.propose(number, minor))
        await desk.approve(refunds_[-1])
    first, second = sorted(refunds_)
    (row,) = await desk.queue(Queue.ON_ACCOUNT)
    desk.bank.clock.moment += timedelta(days=6)
    async with desk.db.transaction(desk.client_no) as tx:
        sent, uncovered = await refunds.take_to_send(tx, "NOK", "M1", desk.now, ANNA, limit=1)
    assert ([one.refund_id for one in sent], uncovered) == ([first.refund_id], [])
    await use_up(desk, row, 1_00)
    sent, uncovered = await desk.take("M2")
    assert (sent, [one.refund_id for one in uncovered]) == ([], [second.refund_id])
    await desk.in_order()


async def test_of_three_files_that_return_one_payment_at_once_one_does(desk):
    claim = await desk.api.invoice("A", 60)
    await desk.bank.send(line(60_00, claim["kid"], payer_account=PAYER))
    told = await asyncio.gather(
        *(desk.bank.send(returned(60_00, claim["kid"], archive_reference=f"R{n}")) for n in range(3))
    )
    assert sorted(one.lines[0].outcome for one in told) == ["QUEUED", "QUEUED", "RETURNED"]
    assert await desk.balance(claim) == 60_00
    await desk.in_order()


async def test_a_return_finds_the_payment_of_its_archive_reference_among_many_of_one_kid(desk):
    claim = await desk.api.invoice("A", 60)
    await desk.bank.send(*(line(1_00, claim["kid"], archive_reference=f"M{n}") for n in range(30)))
    told = await desk.bank.send(returned(1_00, claim["kid"], archive_reference="M29"))
    assert told.lines[0].outcome == "RETURNED"
    assert await desk.balance(claim) == 31_00


@pytest.mark.parametrize("minor", [2**53 + 1, 10**17 - 1])
async def test_the_largest_amounts_are_placed_and_taken_back_to_the_last_ore(desk, minor):
    await desk.bank.send(line(minor, STRANGE))
    (row,) = await desk.queue()
    claim = await desk.api.invoice("A", 60)
    placed = await desk.place(row.payment_no, on(claim))
    assert (placed.settled_minor, placed.on_account_minor) == (60_00, minor - 60_00)
    await desk.undo(row.payment_no)
    assert (await desk.queue())[0].open_minor == minor
    await desk.in_order()


async def test_an_amount_of_nothing_is_told_apart_from_one_that_is_too_large(desk):
    claim, number = await desk.api.invoice("A", 60), await stray(desk)
    for minor, message in (
        (0, "An amount above zero is wanted"), (-1, "An amount above zero is wanted"),
        (10**30, "No more than the payment"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await desk.place(number, on(claim, minor))
        assert refusal(refused) == message


async def test_a_part_of_what_went_out_is_not_taken_for_all_of_it(desk):
    note = await desk.api.invoice("C", 50, documentType="CN")
    await desk.bank.send(line(-50_00, note["kid"], kind=LineKind.DEDUCTION))
    (row,) = await desk.queue()
    with pytest.raises(Refused) as refused:
        await desk.place(row.payment_no, on(note, 20_00))
    assert refusal(refused) == "Money that went out is placed as a whole: give no amount"
    await desk.place(row.payment_no, on(note, 50_00))
    assert await desk.balance(note) == 0


@pytest.mark.parametrize(("order", "left"), [("PRINCIPAL-FIRST", [50_00, 38_00, 7_00]), ("FEES-FIRST", [95_00, 0, 0])])
async def test_a_document_that_a_person_names_is_paid_in_the_clients_order(desk, order, left):
    await set_config(desk.db, desk.client_no, "posting.allocationOrder", order)
    claim = await charged(desk.api)
    number = await stray(desk, 50_00)
    await desk.place(number, Place(Identifiers(document_no="I-1")))
    assert await open_of(desk.api, claim) == left
    async with desk.db.reading(desk.client_no) as tx:
        rules = {row[0] for row in await tx.fetch("select rule from ar_match where client_no = $1", desk.client_no)}
    assert rules == {f"placed by hand, {'fees' if order == 'FEES-FIRST' else 'principal'} first"}
    await desk.undo(number)
    assert await open_of(desk.api, claim) == [100_00, 38_00, 7_00]
    await desk.place(number, on(claim))  # the item itself is what is meant
    assert await open_of(desk.api, claim) == [50_00, 38_00, 7_00]
    await desk.in_order()


async def test_a_document_is_paid_with_all_that_is_beside_it_and_the_rest_stays_on_account(desk):
    claim = await charged(desk.api)
    number = await stray(desk, 200_00)
    placed = await desk.place(
        number, Place(Identifiers(document_no="I-1"), 145_00), Place(Identifiers(kid=claim["kid"]))
    )
    assert (placed.settled_minor, placed.on_account_minor) == (145_00, 55_00)
    assert await open_of(desk.api, claim) == [0, 0, 0]
    await desk.in_order()


@pytest.mark.parametrize(
    ("country", "day", "at", "wanted"),
    [
        (Country.NORWAY, date(2026, 11, 25), time(13, 59), date(2026, 11, 25)),
        (Country.NORWAY, date(2026, 11, 25), time(14, 1), date(2026, 11, 26)),
        (Country.NORWAY, date(2026, 11, 27), time(15), date(2026, 11, 30)),  # a Friday
        (Country.NORWAY, date(2026, 4, 1), time(15), date(2026, 4, 7)),  # before Maundy Thursday
        (Country.SWEDEN, date(2026, 12, 24), time(9), date(2026, 12, 28)),
        (Country.NORWAY, date(2026, 12, 24), time(9), date(2026, 12, 24)),
        (Country.DENMARK, date(2026, 5, 1), time(9), date(2026, 5, 1)),
        (None, date(2026, 11, 28), time(9), date(2026, 11, 30)),
        (None, date(2026, 11, 27), time(15), date(2026, 11, 30)),
    ],
)
def test_a_refund_is_to_be_paid_on_a_bank_day_that_is_not_past(country, day, at, wanted):
    assert execution_day(country, day, at) == wanted


def test_an_account_says_where_its_bank_is():
    assert bank_country("SE4550000000058398257466", "NOK") is Country.SWEDEN
    assert bank_country("12345678903", "NOK") is Country.NORWAY
    assert bank_country("FI2112345600000785", "NOK") is None


async def test_what_waits_and_what_did_not_come_say_where_they_stand(desk):
    number = await stray(desk)
    with pytest.raises(Refused) as refused:
        await desk.undo(number)
    assert refused.value.faults[0].args["status"] == "UNPLACED"
    with pytest.raises(Refused):
        await payment_desk.close(desk.db, desk.client_no, number, desk.now, ANNA, note="x")


async def test_files_with_the_same_lines_that_come_at_once_book_each_of_them_once(desk):
    claims = [await desk.api.invoice(f"A-{n}", 100) for n in range(5)]
    lines = [line(100_00, one["kid"], archive_reference=f"L{n}") for n, one in enumerate(claims)]
    told = await asyncio.gather(
        *(desk.bank.send(*lines[:4]), desk.bank.send(*lines[1:]), desk.bank.send(*reversed(lines)))
    )
    outcomes = sorted(one.outcome for each in told for one in each.lines)
    assert outcomes == ["DUPLICATE"] * 8 + ["SETTLED"] * 5
    assert [await desk.balance(one) for one in claims] == [0] * 5
    await desk.in_order()


async def test_a_payment_of_a_closed_year_is_booked_placed_returned_and_taken_back_in_an_open_period(desk):
    claim, other = await desk.api.invoice("A", 60), await desk.api.invoice("B", 60)
    closed = Period(2025, 1)
    await desk.db.run(desk.client_no, lambda tx: close_period(tx, closed, desk.now, ANNA), BookLock.EXCLUSIVE)
    old = date(2024, 12, 30)
    await desk.bank.send(
        line(60_00, claim["kid"], booking_date=old), line(60_00, STRANGE, booking_date=old, archive_reference="S")
    )
    (row,) = await desk.queue()
    await desk.place(row.payment_no, on(other))
    assert [await desk.balance(claim), await desk.balance(other)] == [0, 0]
    await desk.undo(row.payment_no)
    await desk.bank.send(returned(60_00, claim["kid"], booking_date=old))
    assert [await desk.balance(claim), await desk.balance(other)] == [60_00, 60_00]
    async with desk.db.reading(desk.client_no) as tx:
        cases = await tx.fetch(
            "select voucher_date, gl_year, gl_period from gl_case where client_no = $1 and voucher_type <> 3",
            desk.client_no,
        )
    assert {(one["gl_year"], one["gl_period"]) for one in cases} == {(2025, 2)}
    assert {one["voucher_date"] for one in cases} == {old, desk.now.date()}
    await desk.in_order()


async def test_a_return_that_took_the_wrong_payment_back_is_undone_and_both_wait(desk):
    right, wrong = await desk.api.invoice("A", 60), await desk.api.invoice("B", 60)
    await desk.bank.send(line(60_00, wrong["kid"]), line(60_00, right["kid"], archive_reference="R"))
    told = await desk.bank.send(returned(60_00, wrong["kid"]))
    assert told.lines[0].outcome == "RETURNED"
    async with desk.db.reading(desk.client_no) as tx:
        first, second, back = [row[0] for row in await tx.fetch(
            "select payment_no from payment where client_no = $1 order by payment_no", desk.client_no
        )]  # fmt: skip
    with pytest.raises(Refused):
        await desk.undo(first)  # the return is what is undone
    assert await desk.undo(back) == ()
    assert [row.payment_no for row in await desk.queue()] == [first, back]
    await desk.place(first, on(wrong))
    await payment_desk.give_back(*desk.means, back, second, desk.now, ANNA)
    assert [await desk.balance(right), await desk.balance(wrong)] == [60_00, 0]
    await desk.undo(back)
    assert [row.payment_no for row in await desk.queue()] == [second, back]
    await payment_desk.give_back(*desk.means, back, second, desk.now, ANNA)
    assert [await desk.status(one) for one in (first, second, back)] == ["PLACED", "RETURNED", "RETURNED"]
    assert await desk.queue() == []
    await desk.in_order()


async def test_a_return_in_its_payments_own_file_is_undone_too(desk):
    claim = await desk.api.invoice("A", 60)
    await desk.bank.send(line(60_00, claim["kid"]), returned(60_00, claim["kid"]))
    async with desk.db.reading(desk.client_no) as tx:
        back = await tx.fetchval("select max(payment_no) from payment where client_no = $1", desk.client_no)
    await desk.undo(back)
    assert sorted(row.amount_minor for row in await desk.queue()) == [-60_00, 60_00]
    await desk.in_order()


async def test_a_payment_whose_case_a_posting_has_reversed_waits_again(desk):
    a, b = await desk.api.invoice("A", 60), await desk.api.invoice("B", 70, customer_no="other")
    await desk.bank.send(line(60_00, a["kid"]))
    by_hand = await stray(desk, 130_00)
    placed = await desk.place(by_hand, on(b), Place(Identifiers(customer_no="543210")))
    async with desk.db.reading(desk.client_no) as tx:
        number, case_no = await tx.fetchrow(
            "select payment_no, gl_case_no from payment where client_no = $1 and outcome = 'SETTLED'", desk.client_no
        )
    assert await desk.queue() == []
    await post(desk, "reversal", postingId="1", glCaseNo=case_no, voucherDate="2025-02-27")
    assert [row.payment_no for row in await desk.queue()] == [number]
    await post(desk, "reversal", postingId="2", glCaseNo=placed.gl_case_nos[0], voucherDate="2025-02-27")
    assert await desk.status(by_hand) == "PLACED"  # a part of it is still in the book
    await post(desk, "reversal", postingId="3", glCaseNo=placed.gl_case_nos[1], voucherDate="2025-02-27")
    assert [row.open_minor for row in await desk.queue()] == [60_00, 130_00]
    history = await payment_desk.show(desk.db, desk.client_no, number)
    assert [(one.action, one.note) for one in history.resolutions] == [("UNDONE", "its case was reversed by a posting")]
    await desk.place(number, on(a))
    assert await desk.balance(a) == 0
    await desk.in_order()


async def test_money_that_is_no_customers_goes_to_an_account_of_its_own(desk):
    number = await stray(desk, 12_50, text="interest")
    await desk.place(number, Place(Identifiers(customer_no="other")))
    (row,) = await desk.queue(Queue.ON_ACCOUNT)
    await post(
        desk, "refund", arItemId=row.ar_item_id, currencyAmount=12.5, glAccountNo=8050, voucherDate="2025-02-27",
        transactionText="Interest from the bank",
    )  # fmt: skip
    assert await desk.queue(Queue.ON_ACCOUNT) == []
    async with desk.db.reading(desk.client_no) as tx:
        booked = await tx.fetch(
            "select gl_account_no, sum(gl_minor)::int as minor from gl_item where client_no = $1 group by 1",
            desk.client_no,
        )
    assert {one["gl_account_no"]: one["minor"] for one in booked if one["minor"]} == {1920: 12_50, 8050: -12_50}
    await desk.in_order()
