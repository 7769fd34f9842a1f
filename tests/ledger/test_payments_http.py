"""Queues, decisions, refunds and direct debit over `/reskontro/v1`, as an integration works with them."""

import json
from dataclasses import replace

import asyncpg
import pytest

from reskontro.ledger.domain.incoming import LineKind
from reskontro.ledger.domain.refund import RefundStatus
from reskontro.ledger.service import refunds
from reskontro.ledger.service.payment_queue import Queue
from tests.ledger.conftest import make_client
from tests.ledger.incoming_files import line
from tests.ledger.test_allocation import charged, open_of
from tests.ledger.test_payment_desk import PAYER, STRANGE, desk, on_account, stray

__all__ = ["desk"]  # fixtures

ANNA_SAYS, BENT_SAYS = {"metadata": {"userId": "anna"}}, {"metadata": {"userId": "bent"}}


class Own:
    """Calls of one credential."""

    def __init__(self, api, token=None):
        self.api, self.token = api, token or api.token

    async def __call__(self, method, path, body=None, status=200, **headers):
        sent = {"Authorization": f"Bearer {self.token}"} | headers
        content = None if body is None else json.dumps(body)
        if content is not None:
            sent["Content-Type"] = "application/json"
        url = path if path.startswith("/") else f"/reskontro/v1/clients/{self.api.client_no}/{path}"
        answer = await self.api.http.request(method, url, content=content, headers=sent)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def own(api):
    return Own(api)


@pytest.fixture
def other(api, tokens):
    """Another credential of the same client."""
    token = tokens.give(api.client_no)
    tokens.principals[token] = replace(tokens.principals[token], client_id="bank")
    return Own(api, token)


def types(problem):
    return [(error.get("field"), error["type"].rpartition(":")[2]) for error in problem["errors"]]


async def test_a_payment_is_found_looked_at_placed_and_taken_back(desk, own):
    claim = await charged(desk.api)
    number = await stray(desk, 150_00, text="Faktura I-1")
    body = await own("GET", "payments")
    (row,) = body["payments"]
    assert (row["paymentNo"], row["openAmount"], row["reason"]) == (number, 150, "unknown reference")
    assert "nextPage" not in body
    found = (await own("POST", f"payments/{number}/suggestions"))["suggestions"]
    assert found[0]["items"][0]["arItemId"] == claim["arItemId"]
    assert (await own("GET", "payments?queue=suggested"))["payments"][0]["score"] == found[0]["score"]
    shown = await own("GET", f"payments/{number}")
    assert (shown["suggestions"], shown["paymentStatus"], shown["decisions"]) == (found, "UNPLACED", [])

    placing = ANNA_SAYS | {"places": [{"documentNo": "I-1"}], "note": "rang"}
    key = {"Idempotency-Key": "k1"}
    placed = await own("POST", f"payments/{number}/placement", placing, **key)
    assert (placed["settledAmount"], placed["onAccountAmount"]) == (145, 5)
    assert await own("POST", f"payments/{number}/placement", placing, **key) == placed
    assert await open_of(desk.api, claim) == [0, 0, 0]
    assert [one["openAmount"] for one in (await own("GET", "payments?queue=on-account"))["payments"]] == [5]
    problem = await own("POST", f"payments/{number}/placement", placing, 422)
    assert types(problem) == [("paymentNo", "ARM-2013")]

    undone = await own("POST", f"payments/{number}/undo", BENT_SAYS | {"note": "wrong"})
    assert len(undone["glCaseNos"]) == 1
    assert await open_of(desk.api, claim) == [100_00, 38_00, 7_00]
    decisions = (await own("GET", f"payments/{number}"))["decisions"]
    assert [(one["action"], one["userId"], one["note"]) for one in decisions] == [
        ("PLACED", "anna", "rang"), ("UNDONE", "bent", "wrong"),
    ]  # fmt: skip
    await own("POST", f"payments/{number}/acceptance", ANNA_SAYS | {"rank": 1})
    reasons = (await own("GET", f"payments/{number}"))["decisions"][-1]["reasons"]
    assert "the text holds a document's number" in reasons
    await desk.in_order()


async def test_every_fault_of_a_placement_is_named_where_it_stands(desk, own):
    await desk.api.invoice("A", 60)
    number = await stray(desk)
    places = [{"documentNo": "A", "currencyAmount": 61}, {"customerNo": "543210", "currencyAmount": 0}]
    problem = await own("POST", f"payments/{number}/placement", ANNA_SAYS | {"places": places}, 422)
    assert types(problem) == [("places[0].amount", "ARM-2008"), ("places[1].amount", "ARM-2004")]
    nobody = await own("POST", f"payments/{number}/placement", ANNA_SAYS | {"places": [{"kid": STRANGE}]}, 422)
    assert types(nobody) == [("places[0].kid", "ARM-2011")]
    assert types(await own("POST", f"payments/{number}/acceptance", ANNA_SAYS | {"rank": 1}, 422)) == [
        ("rank", "ARM-2001")
    ]
    await own("POST", "payments/999999/undo", ANNA_SAYS, 404)
    for wrong in ("0", "-1", "x", "1" * 20):
        await own("GET", f"payments/{wrong}", None, 400)
    await own("GET", "payments?queue=none", None, 400)


async def test_a_queue_is_read_in_pages_and_no_payment_is_cut_in_two(desk, own):
    await desk.api.invoice("A-0", 10)
    numbers = [await stray(desk, 50_00) for _ in range(3)]
    first = [
        {"documentNo": "A-0", "currencyAmount": 5},
        {"customerNo": "543210", "currencyAmount": 20},
        {"customerNo": "other"},
    ]
    await own("POST", f"payments/{numbers[0]}/placement", ANNA_SAYS | {"places": first})
    for number in numbers[1:]:
        await own("POST", f"payments/{number}/placement", ANNA_SAYS | {"places": [{"customerNo": "other"}]})
    page = await own("GET", "payments?queue=on-account&pagesize=1")
    seen = []
    while True:
        seen.append([one["paymentNo"] for one in page["payments"]])
        if "nextPage" not in page:
            break
        page = await own("GET", page["nextPage"].removeprefix("http://testserver"))
    assert seen == [[numbers[0]] * 2, [numbers[1]], [numbers[2]]]


async def test_a_refund_needs_two_people_and_two_credentials(desk, own, other):
    number = await on_account(desk)
    made = await own("POST", "refunds", ANNA_SAYS | {"refund": {"paymentNo": number, "currencyAmount": 30}}, 201)
    assert (made["refundStatus"], made["toAccount"], made["currencyAmount"]) == ("PROPOSED", PAYER, 30)
    path = f"refunds/{made['refundId']}"
    assert await own("GET", path) == made
    for caller, says in ((own, ANNA_SAYS), (own, BENT_SAYS), (other, ANNA_SAYS)):
        assert types(await caller("POST", f"{path}/approval", says, 422)) == [("userId", "ARM-2013")]
    approved = await other("POST", f"{path}/approval", BENT_SAYS)
    assert (approved["refundStatus"], approved["proposedBy"], approved["approvedBy"]) == ("APPROVED", "anna", "bent")
    assert types(await other("POST", f"{path}/approval", BENT_SAYS, 422)) == [("refundId", "ARM-2013")]
    assert [one["refundId"] for one in (await own("GET", "refunds?status=approved,SENT"))["refunds"]] == [
        made["refundId"]
    ]
    assert (await own("POST", f"{path}/cancellation", ANNA_SAYS))["refundStatus"] == "CANCELLED"
    assert (await own("GET", "refunds"))["refunds"] == []


async def test_a_person_at_the_command_line_approves_what_a_call_has_proposed(desk, own):
    number = await on_account(desk)
    made = await own("POST", "refunds", ANNA_SAYS | {"refund": {"paymentNo": number}}, 201)
    (refund,) = await refunds.list_refunds(desk.db, desk.client_no, [RefundStatus.PROPOSED])
    assert (refund.refund_id, refund.proposed_with) == (made["refundId"], "erp-test")
    assert (await desk.approve(refund)).status is RefundStatus.APPROVED


async def test_the_database_itself_refuses_one_credential_for_both(desk, own):
    number = await on_account(desk)
    made = await own("POST", "refunds", ANNA_SAYS | {"refund": {"paymentNo": number}}, 201)
    with pytest.raises(asyncpg.CheckViolationError):
        async with desk.db.transaction(desk.client_no) as tx:
            await tx.execute(
                "update refund set approved_by = 'x', approved_with = 'erp-test', status = 'APPROVED' "
                "where client_no = $1 and refund_id = $2",
                desk.client_no,
                made["refundId"],
            )


async def test_what_is_wrong_with_a_proposal_is_told_at_once_and_proposing_again_is_not_proposing_twice(desk, own):
    number = await on_account(desk)
    (row,) = await desk.queue(Queue.ON_ACCOUNT)
    wrong = {"paymentNo": number, "currencyAmount": 40.01, "toAccount": "NO93 8601 1117 948"}
    problem = await own("POST", "refunds", ANNA_SAYS | {"refund": wrong}, 422)
    assert types(problem) == [("amount", "ARM-2008"), ("toAccount", "ARM-1002")]
    for refund in ({}, {"paymentNo": number, "arItemId": row.ar_item_id}):
        assert types(await own("POST", "refunds", ANNA_SAYS | {"refund": refund}, 422)) == [
            ("refund.paymentNo", "ARM-2015")
        ]
    await own("POST", "refunds", ANNA_SAYS | {"refund": {"arItemId": "1-2-3-4"}}, 422)
    await own("POST", "refunds", ANNA_SAYS | {"refund": {"arItemId": f"{desk.client_no}-1-9-9"}}, 404)
    await own("POST", "refunds", ANNA_SAYS | {"refund": {"paymentNo": 10**14}}, 404)
    body = ANNA_SAYS | {"refund": {"arItemId": row.ar_item_id, "toAccount": "NO93 8601 1117 947"}}
    made = [await own("POST", "refunds", body, 201, **{"Idempotency-Key": "p"}) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0]["toAccount"] == "NO9386011117947"
    await own("GET", "refunds/RFnone", None, 404)


async def test_refunds_are_read_in_pages(desk, own):
    made = [await desk.propose(await on_account(desk)) for _ in range(3)]
    page, seen = await own("GET", "refunds?pagesize=2"), []
    seen += [one["refundId"] for one in page["refunds"]]
    page = await own("GET", page["nextPage"].removeprefix("http://testserver"))
    seen += [one["refundId"] for one in page["refunds"]]
    assert (sorted(seen), "nextPage" in page) == (sorted(one.refund_id for one in made), False)
    await own("GET", "refunds?status=lost", None, 400)


async def test_what_did_not_come_is_listed(desk, own):
    claim = await desk.api.invoice("A", 60)
    await desk.bank.send(line(60_00, claim["kid"], kind=LineKind.REFUSED, reason="no cover"))
    (row,) = (await own("GET", "payments?queue=refused"))["payments"]
    assert row["paymentStatus"] == "REFUSED"


async def test_another_clients_payments_and_refunds_are_not_there(desk, own, api_for, db):
    number = await stray(desk)
    refund = await desk.propose(await on_account(desk))
    stranger = Own(api_for(await make_client(db)))
    await stranger("GET", f"payments/{number}", None, 404)
    await stranger("POST", f"payments/{number}/undo", ANNA_SAYS, 404)
    await stranger("POST", f"payments/{number}/suggestions", None, 404)
    await stranger("GET", f"refunds/{refund.refund_id}", None, 404)
    await stranger("POST", f"refunds/{refund.refund_id}/approval", BENT_SAYS, 404)
    assert (await stranger("GET", "payments"))["payments"] == []
