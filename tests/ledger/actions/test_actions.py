"""Actions as an integration gives them: what each does, what each refuses."""

import asyncio

import pytest

from reskontro.ledger.service.checks import check_client
from tests.ledger.conftest import ALL_SCOPES, set_config

ITEM_STOPS = [
    ("REMINDER", "stopReminderUntil"),
    ("DEBT-COLLECTION", "stopDebtCollectionUntil"),
    ("INTEREST", "stopInterestCalcUntil"),
]
TO_ITEMS = [
    ("DEFER-DUE-DATE", {"toDate": "2025-03-20"}),
    ("SEND-COPY", {}),
    ("SEND-REMINDER", {}),
    ("TRANSFER-TO-DEBT-COLLECTION", {}),
    ("WITHDRAW-FROM-DEBT-COLLECTION", {}),
    ("CANCEL-RESERVATION", {"text": "vipps-1"}),
]


@pytest.mark.parametrize(("what", "field"), ITEM_STOPS)
async def test_an_item_is_stopped_and_resumed(desk, invoice, what, field):
    done = await desk.act(f"STOP-{what}", arItemId=invoice, toDate="2025-04-30")
    assert done["actionStatus"] == "COMPLETED"
    assert {f: v for f, v in (await desk.state(invoice)).items() if f.startswith("stop") and v} == {field: "2025-04-30"}
    await desk.act(f"RESUME-{what}", arItemId=invoice)
    assert (await desk.state(invoice))[field] == ""
    await desk.act(f"RESUME-{what}", arItemId=invoice)


@pytest.mark.parametrize(("what", "field"), ITEM_STOPS)
async def test_a_customer_is_stopped_and_resumed(desk, invoice, what, field):
    done = await desk.act(f"stop-{what.lower()}", customerNo="543210", toDate="2025-04-30")
    assert "arItemId" not in done
    assert done["actionType"] == f"STOP-{what}"
    customer = (await desk.api.get("/customers/543210")).json()
    assert customer[field] == "2025-04-30"
    assert (await desk.state(invoice))[field] == ""
    await desk.act(f"RESUME-{what}", accountNo=done["accountNo"])
    assert (
        field not in (await desk.api.get("/customers/543210")).json()
        or not (await desk.api.get("/customers/543210")).json()[field]
    )


async def test_a_customers_other_values_stay_with_its_stop(desk, api):
    await api.customer("9", ssn="01019921717", phoneNo="99887766", dueDays=10)
    before = (await api.get("/customers/9")).json()
    await desk.act("STOP-INTEREST", customerNo="9", toDate="2025-04-30")
    after = (await api.get("/customers/9")).json()
    assert after == before | {"stopInterestCalcUntil": "2025-04-30"}


@pytest.mark.parametrize("identifier", ["arItemId", "documentNo", "referenceNo", "kid"])
async def test_an_item_is_found_by_each_identifier(desk, api, identifier):
    document = await api.invoice("Find-Me")
    named = document[identifier]
    done = await desk.act("STOP-REMINDER", toDate="2025-04-30", **{identifier: named})
    assert done["arItemId"] == document["arItemId"]
    again = await desk.act(
        "RESUME-REMINDER",
        documentNo="find-me",
        arItemId=document["arItemId"],
        referenceNo=document["referenceNo"],
        kid=document["kid"],
        customerNo="543210",
        accountNo=document["accountNo"],
    )
    assert again["arItemId"] == document["arItemId"]


async def test_a_customers_kid_names_the_customer(desk, api):
    account_no = (await api.customer())["accountNo"]
    from reskontro.kernel.kid import arm_kid

    kid = arm_kid(api.client_no, account_no, 0)
    done = await desk.act("STOP-REMINDER", kid=kid, toDate="2025-04-30")
    assert (done["accountNo"], "arItemId" in done) == (account_no, False)


@pytest.mark.parametrize(
    "named",
    [
        {"arItemId": "1000-500001-999-0"},
        {"arItemId": "shoe"},
        {"documentNo": "nothing"},
        {"referenceNo": 99999},
        {"kid": "5000000000000000000034"},
        {"customerNo": "nobody"},
        {"accountNo": 999999},
    ],
    ids=str,
)
async def test_an_unknown_target_is_404_with_each_identifier_that_names_nothing(desk, invoice, named):
    (field,) = named
    status, codes = await desk.refused("STOP-REMINDER", toDate="2025-04-30", **named)
    if field == "kid" and status == 422:
        assert codes == {"kid": "ARM-2005"}
        return
    assert (status, codes) == (404, {field: "ARM-1302"})
    status, codes = await desk.refused("RESUME-REMINDER", **{"documentNo": "none", "customerNo": "none"} | named)
    assert status == 404
    assert codes == dict.fromkeys({"documentNo", "customerNo", field}, "ARM-1302")


async def test_another_clients_item_is_404(desk, invoice, api_for, db):
    from tests.ledger.conftest import make_client

    other = api_for(await make_client(db))
    await other.customer()
    theirs = (await other.invoice("X"))["arItemId"]
    assert await desk.refused("STOP-REMINDER", toDate="2025-04-30", arItemId=theirs) == (404, {"arItemId": "ARM-1302"})


async def test_identifiers_that_disagree_are_422(desk, invoice, api):
    await api.customer("2")
    other = await api.invoice("I-2", customer_no="2")
    for named in ({"customerNo": "2"}, {"documentNo": "I-2"}, {"accountNo": other["accountNo"]}):
        refused = await desk.refused("STOP-REMINDER", arItemId=invoice, toDate="2025-04-30", **named)
        assert refused[0] == 422
        assert list(refused[1].values()) == ["ARM-2003"]


async def test_no_identifier_is_422(desk):
    assert await desk.refused("STOP-REMINDER", toDate="2025-04-30") == (422, {"arItemId": "ARM-2015"})
    assert await desk.refused("SEND-STATEMENT") == (422, {"arItemId": "ARM-2015"})


@pytest.mark.parametrize(("action_type", "fields"), TO_ITEMS, ids=lambda v: v if isinstance(v, str) else "")
async def test_an_item_is_wanted_where_an_item_is_meant(desk, invoice, action_type, fields):
    assert await desk.refused(action_type, customerNo="543210", **fields) == (422, {"arItemId": "ARM-2015"})


@pytest.mark.parametrize(
    ("action_type", "fields", "codes"),
    [
        ("STOP-REMINDER", {}, {"toDate": "ARM-1003"}),
        ("CANCEL-RESERVATION", {}, {"text": "ARM-1003"}),
        ("CLOSE-PERIOD", {"kid": "1"}, {"toDate": "ARM-1003", "kid": "ARM-1008", "arItemId": "ARM-1008"}),
        ("RESUME-REMINDER", {"toDate": "2025-04-30"}, {"toDate": "ARM-1008"}),
        ("STOP-INTEREST", {"distribution": {"type": "M"}}, {"toDate": "ARM-1003", "distribution": "ARM-1008"}),
        ("SEND-STATEMENT", {}, {"arItemId": "ARM-1008"}),
        ("SEND-COPY", {"distribution": {"type": "n"}}, {"distribution.type": "ARM-1008"}),
    ],
)
async def test_a_form_that_the_type_does_not_have_is_400(desk, invoice, action_type, fields, codes):
    assert await desk.refused(action_type, arItemId=invoice, **fields) == (400, codes)


async def test_everything_that_breaks_a_rule_is_told_at_once(desk, invoice):
    refused = await desk.refused(
        "stop-reminder", arItemId=invoice, fromDate="2025-03-02", toDate="2025-02-01", reasonCode="MOOD"
    )
    assert refused == (422, {"toDate": "ARM-2010", "reasonCode": "ARM-2001"})
    refused = await desk.refused(
        "SEND-COPY", arItemId=invoice, reasonCode="MOOD", distribution={"type": "X", "einvoiceCode": 7}
    )
    assert refused == (
        422,
        {"reasonCode": "ARM-2001", "distribution.type": "ARM-2001", "distribution.einvoiceCode": "ARM-2001"},
    )
    refused = await desk.refused("DANCE", reasonCode="MOOD")
    assert refused == (422, {"actionType": "ARM-2001", "reasonCode": "ARM-2001"})


async def test_a_type_that_is_not_enabled_is_403(desk, invoice, db, api):
    await set_config(db, api.client_no, "action.types", "SEND-COPY", "RESUME-REMINDER")
    refused = await desk.refused("stop-reminder", arItemId=invoice, toDate="2025-04-30")
    assert refused == (403, {"actionType": "ARM-1203"})
    await desk.act("RESUME-REMINDER", arItemId=invoice)


async def test_the_scope_is_write_action(desk, invoice, api_for):
    desk.api = api_for(desk.api.client_no, scopes=ALL_SCOPES - {"write:arm.action"})
    assert (await desk.send("RESUME-REMINDER", arItemId=invoice)).status_code == 403


async def test_a_stop_is_not_for_the_past(desk, invoice):
    assert await desk.refused("STOP-REMINDER", arItemId=invoice, toDate="2025-02-26") == (422, {"toDate": "ARM-2010"})
    await desk.act("STOP-REMINDER", arItemId=invoice, toDate="2025-02-27")


async def test_a_stop_that_begins_later_is_registered_and_begins_then(desk, invoice):
    done = await desk.act("STOP-REMINDER", arItemId=invoice, fromDate="2025-03-10", toDate="2025-04-30")
    assert done["actionStatus"] == "REGISTERED"
    assert "completedTime" not in done
    desk.at("2025-03-09", 23)
    assert await desk.run() == 0
    assert (await desk.state(invoice))["stopReminderUntil"] == ""
    desk.at("2025-03-10", 0)
    assert await desk.run() == 1
    assert (await desk.state(invoice))["stopReminderUntil"] == "2025-04-30"
    assert await desk.status(done) == ("COMPLETED", "")


async def test_a_stop_whose_time_has_gone_by_before_it_could_begin_fails(desk, invoice):
    done = await desk.act("STOP-INTEREST", customerNo="543210", fromDate="2025-03-10", toDate="2025-03-12")
    desk.at("2025-03-13")
    assert await desk.run() == 1
    assert await desk.status(done) == ("FAILED", "A day that is not past is wanted")
    (entry, *_) = await desk.log(entitytype="ACTION")
    assert (entry["logLevel"], entry["source"], entry["userId"]) == ("WARNING", "SYSTEM", "TestUser")


async def test_a_customer_that_was_deleted_meanwhile_is_not_stopped(desk, api):
    await api.customer("9")
    done = await desk.act("STOP-REMINDER", customerNo="9", fromDate="2025-03-10", toDate="2025-04-30")
    assert (await api.call("DELETE", "/customers/9")).status_code == 200
    desk.at("2025-03-10")
    await desk.run()
    assert await desk.status(done) == ("FAILED", "The customer is no more")


async def test_a_customer_that_is_deleted_while_it_is_named_is_404(desk, api, monkeypatch):
    from reskontro.ledger.store import actions as store

    await api.customer("9")
    look = store.customer

    async def deletes_first(tx, account_no):
        monkeypatch.setattr(store, "customer", look)
        assert (await api.call("DELETE", "/customers/9")).status_code == 200
        return await look(tx, account_no)

    monkeypatch.setattr(store, "customer", deletes_first)
    refused = await desk.refused("STOP-REMINDER", customerNo="9", toDate="2025-04-30")
    assert refused == (404, {"customerNo": "ARM-1302"})


async def test_a_due_date_is_deferred_as_by_an_update_of_the_item(desk, invoice):
    await desk.act("DEFER-DUE-DATE", documentNo="I-1", toDate="2025-04-01")
    item = await desk.api.item(invoice)
    assert (item["dueDate"], item["originalDueDate"]) == ("2025-04-01", "2025-03-13")
    assert await desk.refused("DEFER-DUE-DATE", arItemId=invoice, toDate="2025-03-31") == (422, {"toDate": "ARM-2010"})
    assert await desk.refused("DEFER-DUE-DATE", arItemId=invoice, toDate="2026-02-28") == (422, {"toDate": "ARM-2010"})
    await desk.pay(invoice, 625)
    assert await desk.refused("DEFER-DUE-DATE", arItemId=invoice, toDate="2025-04-02") == (422, {"toDate": "ARM-2008"})


async def test_a_copy_leaves_an_event_and_the_document_as_it_is(desk, invoice):
    done = await desk.act("SEND-COPY", documentNo="I-1", distribution={"type": "m"}, reasonCode="other")
    assert done["actionStatus"] == "COMPLETED"
    (event,) = await desk.events()
    document = (await desk.api.get("/documents/I-1")).json()
    assert document["documentStatus"] == "POSTED"
    assert (event.event.kind, event.event.document_no) == ("COPY-WANTED", "I-1")
    assert str(event.event.action_uuid) == done["actionUuid"]
    assert event.event.payload == {
        "documentNo": "I-1",
        "documentUuid": document["documentUuid"],
        "distribution": {"type": "M", "einvoiceCode": 0},
    }


async def test_a_copy_needs_a_document_and_a_channel(desk, api):
    unsent = await api.invoice("N-1", distribution={"type": "N", "einvoiceCode": 0})
    assert await desk.refused("SEND-COPY", documentNo="N-1") == (422, {"distribution": "ARM-2013"})
    await desk.act("SEND-COPY", documentNo="N-1", distribution={"type": "P"})
    await desk.pay(unsent["arItemId"], 25)
    payment = unsent["arItemId"][:-1] + "1"
    assert await desk.refused("SEND-COPY", arItemId=payment) == (422, {"actionType": "ARM-2012"})


async def test_a_statement_leaves_an_event(desk, api):
    await desk.act("SEND-STATEMENT", customerNo="543210", fromDate="2025-01-01", toDate="2025-01-31")
    (event,) = await desk.events()
    told = {"customerNo": "543210", "fromDate": "2025-01-01", "toDate": "2025-01-31"}
    assert (event.event.kind, event.event.item, event.event.payload) == ("STATEMENT-WANTED", None, told)
    assert await desk.refused("SEND-STATEMENT", customerNo="543210", toDate="2025-02-28") == (
        422,
        {"toDate": "ARM-2010"},
    )
    await api.customer("9", distribution={"type": "N", "einvoiceCode": 0})
    assert await desk.refused("SEND-STATEMENT", customerNo="9") == (422, {"distribution": "ARM-2013"})
    kid = (await api.invoice("I-7"))["kid"]
    assert await desk.refused("SEND-STATEMENT", kid=kid) == (422, {"customerNo": "ARM-2015"})


async def test_a_reservation_that_is_not_there_is_404(desk, invoice):
    refused = await desk.refused("CANCEL-RESERVATION", arItemId=invoice, text="vipps-1", actionId="once")
    assert refused == (404, {"text": "ARM-1302"})
    refused = await desk.refused("CANCEL-RESERVATION", arItemId=invoice, text="vipps-2", actionId="once")
    assert refused == (404, {"text": "ARM-1302"}), "a refusal leaves the id free"


# Reminders and debt collection


async def test_a_reminder_is_refused_with_every_reason(desk, invoice):
    assert await desk.told("SEND-REMINDER", arItemId=invoice) == ["The item is not overdue"]
    await desk.act("STOP-REMINDER", arItemId=invoice, toDate="2025-04-30")
    await desk.act("STOP-REMINDER", customerNo="543210", toDate="2025-04-30")
    await desk.reserve(invoice)
    assert await desk.told("SEND-REMINDER", arItemId=invoice) == [
        "The item is not overdue",
        "The item is reserved for a payment",
        "The item is stopped",
        "The customer is stopped",
    ]
    assert await desk.refused("SEND-REMINDER", arItemId=invoice) == (422, {"actionType": "ARM-2013"})
    await desk.pay(invoice, 625)
    payment = invoice[:-1] + "1"
    assert (await desk.refused("SEND-REMINDER", arItemId=payment))[1] == {"actionType": "ARM-2013"}
    assert "The item is not a claim" in await desk.told("SEND-REMINDER", arItemId=payment)


async def test_a_reminder_that_is_asked_for_is_due_in_the_next_night(desk, invoice):
    await desk.night("2025-03-14")
    desk.at("2025-03-14")
    done = await desk.act("SEND-REMINDER", arItemId=invoice, distribution={"type": "P"})
    assert done["actionStatus"] == "REGISTERED"
    assert await desk.told("SEND-REMINDER", arItemId=invoice) == ["The action is registered already"]
    assert await desk.run() == 0
    assert await desk.night("2025-03-15") == 1
    assert await desk.status(done) == ("COMPLETED", "")
    state = await desk.state(invoice)
    assert (state["reminderLevel"], state["lastReminderDate"]) == (1, "2025-03-15")
    (event,) = await desk.events()
    assert (event.event.kind, str(event.event.action_uuid)) == ("REMINDER-DUE", done["actionUuid"])
    assert event.event.payload == {
        "arItemId": invoice,
        "customerNo": "543210",
        "level": 1,
        "dueDate": "2025-03-13",
        "currency": "NOK",
        "balanceMinor": 62500,
        "distribution": {"type": "P", "einvoiceCode": 0},
    }
    desk.at("2025-03-15")
    assert (await desk.act("SEND-REMINDER", arItemId=invoice))["actionStatus"] == "REGISTERED"


async def test_a_reminder_of_what_was_paid_meanwhile_fails(desk, invoice):
    desk.at("2025-03-14")
    done = await desk.act("SEND-REMINDER", arItemId=invoice)
    await desk.pay(invoice, 625)
    await desk.night("2025-03-15")
    assert await desk.status(done) == ("FAILED", "The item is closed")
    assert (await desk.state(invoice))["reminderLevel"] == 0
    assert await desk.events() == []


@pytest.fixture
async def reminded(desk, invoice) -> str:
    """The invoice, reminded of on 27 March; it is the morning of that day."""
    await desk.night("2025-03-14")
    assert await desk.night("2025-03-27") == 1
    return invoice


async def test_what_was_not_reminded_of_is_not_transferred(desk, invoice):
    desk.at("2025-03-14")
    assert await desk.told("TRANSFER-TO-DEBT-COLLECTION", arItemId=invoice) == ["No reminder has been sent"]
    assert await desk.told("WITHDRAW-FROM-DEBT-COLLECTION", arItemId=invoice) == ["The item is not in debt collection"]


async def test_a_transfer_is_marked_at_once_and_handed_over_by_night(desk, reminded):
    done = await desk.act("TRANSFER-TO-DEBT-COLLECTION", arItemId=reminded)
    assert done["actionStatus"] == "REGISTERED"
    assert (await desk.state(reminded))["debtCollectionStatus"] == "MARKED"
    assert await desk.told("TRANSFER-TO-DEBT-COLLECTION", arItemId=reminded) == ["The item is in debt collection"]
    assert await desk.told("SEND-REMINDER", arItemId=reminded) == ["The item is in debt collection"]
    await desk.night("2025-03-28")
    assert await desk.status(done) == ("COMPLETED", "")
    assert (await desk.state(reminded))["debtCollectionStatus"] == "TRANSFERRED"
    event = (await desk.events())[-1]
    assert (event.event.kind, event.event.payload["balanceMinor"]) == ("DEBT-COLLECTION-TRANSFER", 62500)
    await desk.night("2025-05-28")
    assert (await desk.state(reminded))["reminderLevel"] == 1, "the ledger reminds of it no more"
    await desk.act("WITHDRAW-FROM-DEBT-COLLECTION", arItemId=reminded)
    assert (await desk.state(reminded))["debtCollectionStatus"] == ""
    assert (await desk.events())[-1].event.kind == "DEBT-COLLECTION-WITHDRAWAL"


async def test_a_transfer_is_withdrawn_before_the_night(desk, reminded):
    done = await desk.act("TRANSFER-TO-DEBT-COLLECTION", arItemId=reminded)
    await desk.act("WITHDRAW-FROM-DEBT-COLLECTION", arItemId=reminded)
    assert await desk.status(done) == ("FAILED", "The transfer was withdrawn")
    assert [e.event.kind for e in await desk.events()] == ["REMINDER-DUE"], "nobody was told of what did not happen"
    await desk.night("2025-03-28")
    assert (await desk.state(reminded))["debtCollectionStatus"] == ""
    assert (await desk.act("TRANSFER-TO-DEBT-COLLECTION", arItemId=reminded))["actionStatus"] == "REGISTERED"


async def test_a_transfer_of_what_was_paid_or_stopped_meanwhile_fails_and_the_mark_is_gone(desk, reminded):
    done = await desk.act("TRANSFER-TO-DEBT-COLLECTION", arItemId=reminded)
    await desk.act("STOP-DEBT-COLLECTION", customerNo="543210", toDate="2025-04-30")
    await desk.pay(reminded, 625)
    await desk.night("2025-03-28")
    assert await desk.status(done) == ("FAILED", "The item is closed; The customer is stopped")
    assert (await desk.state(reminded))["debtCollectionStatus"] == ""


# Periods


async def test_a_period_is_closed_after_the_one_before_it(desk, invoice, api, db):
    desk.at("2025-04-10")
    assert await desk.refused("CLOSE-PERIOD", toDate="2025-03-31") == (422, {"toDate": "ARM-2013"})
    done = await desk.act("CLOSE-PERIOD", toDate="2025-02-28", actionId="close-2")
    assert done["actionStatus"] == "COMPLETED"
    assert not {"accountNo", "arItemId"} & set(done)
    assert await desk.act("close-period", toDate="2025-02-28", actionId="CLOSE-2") == done
    assert await desk.told("CLOSE-PERIOD", toDate="2025-02-28") == ["2025/2 is closed already"]
    await desk.act("CLOSE-PERIOD", toDate="2025-03-31")
    posted = await api.invoice("LATE", documentDate="2025-02-27")
    assert (posted["glYear"], posted["glPeriod"]) == (2025, 4)
    assert await check_client(db, api.client_no) == []


@pytest.mark.parametrize("day", ["2025-02-27", "2025-03-31", "2025-02-01"])
async def test_only_a_last_day_that_has_come_closes_a_period(desk, day):
    assert await desk.refused("CLOSE-PERIOD", toDate=day) == (422, {"toDate": "ARM-2010"})


async def test_two_who_close_the_same_period_close_it_once(desk, invoice):
    desk.at("2025-03-10")
    answers = await asyncio.gather(*(desk.send("CLOSE-PERIOD", toDate="2025-02-28") for _ in range(4)))
    assert sorted(a.status_code for a in answers) == [201, 422, 422, 422]


# The client's own id


async def test_the_same_action_again_is_answered_as_it_stands_and_done_once(desk, invoice):
    fields = {"actionId": "crm-1", "arItemId": invoice, "toDate": "2025-04-30", "text": "once"}
    first = await desk.act("STOP-REMINDER", **fields)
    await desk.act("RESUME-REMINDER", arItemId=invoice)
    assert await desk.act("STOP-REMINDER", **fields) == first
    assert (await desk.state(invoice))["stopReminderUntil"] == ""
    refused = await desk.refused("STOP-REMINDER", **fields | {"actionId": "CRM-1", "toDate": "2025-05-01"})
    assert refused == (422, {"actionId": "ARM-2002"})


async def test_a_registered_action_again_tells_how_far_it_has_come(desk, invoice):
    desk.at("2025-03-14")
    fields = {"actionId": "r-1", "arItemId": invoice}
    assert (await desk.act("SEND-REMINDER", **fields))["actionStatus"] == "REGISTERED"
    await desk.night("2025-03-15")
    again = await desk.act("SEND-REMINDER", **fields)
    assert (again["actionStatus"], again["completedTime"]) == ("COMPLETED", "2025-03-15T05:00:00.000+01:00")


async def test_one_id_at_once_is_done_once(desk, invoice):
    answers = await asyncio.gather(
        *(desk.send("SEND-COPY", actionId="same", documentNo="I-1") for _ in range(5)),
    )
    assert [a.status_code for a in answers] == [201] * 5
    assert len({a.json()["action"]["actionUuid"] for a in answers}) == 1
    assert len(await desk.events()) == 1


async def test_other_clients_have_ids_of_their_own(desk, invoice, api_for, db):
    from tests.ledger.conftest import make_client

    await desk.act("RESUME-REMINDER", actionId="mine", customerNo="543210")
    desk.api = api_for(await make_client(db))
    await desk.api.customer()
    await desk.act("RESUME-INTEREST", actionId="mine", customerNo="543210")


# The log


async def test_the_log_tells_of_the_action_and_of_what_it_changed(desk, invoice):
    done = await desk.act(
        "STOP-REMINDER", arItemId=invoice, toDate="2025-04-30", reasonCode="dispute", text="Customer disputes line 2"
    )
    (entry,) = await desk.log(entitytype="ACTION")
    assert (entry["entityId"], entry["logText"]) == (done["actionUuid"], "STOP-REMINDER COMPLETED")
    assert (entry["userId"], entry["statusCode"], entry["customerNo"]) == ("TestUser", 201, "543210")
    told = {c["field"]: c["newValue"] for c in entry["changes"]}
    assert told["reasonCode"] == "DISPUTE"
    assert told["text"] == "Customer disputes line 2"
    assert told["toDate"] == "2025-04-30"
    (change,) = await desk.log(entitytype="AR-ITEM", entityid=invoice)
    assert change["changes"] == [{"field": "stopReminderUntil", "oldValue": "", "newValue": "2025-04-30"}]


async def test_a_refusal_changes_and_logs_nothing(desk, invoice):
    await desk.refused("DEFER-DUE-DATE", arItemId=invoice, toDate="2025-01-01")
    assert await desk.log(entitytype="ACTION") == []


async def test_refusals_are_told_in_norwegian_too(desk, invoice):
    body = {"metadata": {"userId": "T"}, "action": {"actionType": "SEND-REMINDER", "arItemId": invoice}}
    answer = await desk.api.post("/actions", body, Accept_Language="no")
    assert answer.json()["message"] == "Handlingen ble avvist"
    assert answer.json()["errors"][0]["message"] == "Posten er ikke forfalt"
