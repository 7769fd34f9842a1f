"""The first answer again, and never a second effect: `Idempotency-Key`, and the natural keys of section 1.10."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from reskontro.app import families
from reskontro.http.endpoint import Reply
from reskontro.http.idempotency import KEPT, earlier_reply, keep_reply, parse_key
from reskontro.platform.clock import real_now
from reskontro.platform.settings import Mode
from tests.ledger.conftest import Api, make_client, new_invoice

USER = {"metadata": {"userId": "TestUser"}}
MANY = 200


@dataclass(frozen=True)
class Write:
    """A call that takes a key: what it needs, what is sent, and something else that would be accepted too."""

    method: str
    path: str
    prepare: Callable[[Api], Awaitable[dict[str, Any]]]
    other: Callable[[dict[str, Any]], dict[str, Any]]
    bad: Callable[[dict[str, Any]], dict[str, Any]]
    bad_status: int

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    async def send(self, api: Api, body: dict[str, Any], key: str | None = None) -> Any:
        headers = {} if key is None else {"Idempotency_Key": key}
        return await api.call(self.method, self.path, body, **headers)


async def an_item(api: Api) -> dict[str, Any]:
    await api.customer()
    item = await api.invoice("I-0", 500)
    return USER | {"arItem": {"arItemId": item["arItemId"], "dueDate": "2025-05-01"}}


async def an_action(api: Api) -> dict[str, Any]:
    await api.customer()
    item = await api.invoice("I-0", 500)
    return USER | {"action": {"actionType": "SEND-COPY", "documentNo": item["documentNo"]}}


async def a_payment(api: Api) -> dict[str, Any]:
    await api.customer()
    item = await api.invoice("I-0", 500)
    posting = {"arItemId": item["arItemId"], "voucherDate": "2025-02-27", "currencyAmount": 100}
    return USER | {"autoPostings": [{"postingId": "P-1", **posting}]}


async def a_customer(_: Api) -> dict[str, Any]:
    return USER | {"customer": {"customerNo": "C-1", "name": "Owe Armstrong"}}


async def a_known_customer(api: Api) -> dict[str, Any]:
    await api.customer("C-1")
    return await a_customer(api)


async def a_document(api: Api) -> dict[str, Any]:
    await api.customer()
    return USER | {"document": new_invoice("I-1", 500)}


async def a_batch(api: Api) -> dict[str, Any]:
    await api.customer()
    return USER | {"documents": [new_invoice("I-1", 500)]}


async def a_customer_batch(api: Api) -> dict[str, Any]:
    await api.customer("C-1")
    return USER | {"customers": [{"customerNo": "C-1", "name": "Owe Armstrong"}]}


async def a_reservation(api: Api) -> dict[str, Any]:
    await api.customer()
    item = await api.invoice("I-0", 500)
    reservation = {"paymentId": "R-1", "arItemId": item["arItemId"], "currencyAmount": 100}
    return USER | {"paymentReservation": reservation}


async def a_file(_: Api) -> dict[str, Any]:
    return USER | {"files": [{"fileType": "ATTACHMENT", "fileName": "a.txt", "content": "QQ=="}]}


async def a_report(_: Api) -> dict[str, Any]:
    return USER | {"report": {"reportType": "OPEN-ITEMS", "asOfDate": "2025-02-27"}}


def changed(*path: str | int, to: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        body = json.loads(json.dumps(body))
        node = body
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = to
        return body

    return change


WRITES = [
    Write("PUT", "/aritems", an_item, changed("arItem", "dueDate", to="2025-05-02"),
          changed("arItem", "dueDate", to="1999-01-01"), 422),
    Write("POST", "/autopostings/payment", a_payment, changed("autoPostings", 0, "postingId", to="P-2"),
          changed("autoPostings", 0, "kid", to="123"), 422),
    Write("POST", "/customers", a_customer, changed("customer", "name", to="Another"),
          changed("customer", "currency", to="XXX"), 422),
    Write("PUT", "/customers", a_known_customer, changed("customer", "name", to="Another"),
          changed("customer", "customerNo", to="nobody"), 404),
    Write("POST", "/documents", a_document, changed("document", "documentNo", to="I-2"),
          changed("document", "customerNo", to="nobody"), 422),
    Write("POST", "/documents/batches", a_batch, changed("documents", 0, "documentNo", to="I-2"),
          changed("documents", to=[]), 400),
    Write("POST", "/files", a_file, changed("files", 0, "fileName", to="b.txt"),
          changed("files", 0, "content", to="!"), 422),
    *(Write(method, "/customers/batches", a_customer_batch, changed("customers", 0, "name", to="Another"),
            changed("customers", to=[]), 400) for method in ("POST", "PUT")),
    Write("POST", "/paymentreservations", a_reservation, changed("paymentReservation", "paymentId", to="R-2"),
          changed("paymentReservation", "currencyAmount", to=500.01), 422),
    Write("POST", "/actions", an_action, changed("action", "distribution", to={"type": "P"}),
          changed("action", "documentNo", to="nothing"), 404),
    Write("POST", "/actions/reports", a_report, changed("report", "asOfDate", to="2025-02-28"),
          changed("report", "reportType", to="SHOES"), 422),
]  # fmt: skip
each = pytest.mark.parametrize("write", WRITES, ids=str)

# Neither the counters' gaps nor the keys themselves are effects.
NO_EFFECTS = {"client_counter", "idempotency_key", "client_config"}


@pytest.fixture
def effects(superuser_dsn):
    """How many rows a client has, table by table."""

    async def count(client_no: int) -> dict[str, int]:
        connection = await asyncpg.connect(superuser_dsn)
        tables = await connection.fetch(
            """
            select quote_ident(c.relname) as name from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'client_no'
                and c.relrowsecurity
            order by 1
            """
        )
        found = {}
        for table in tables:
            if table["name"] not in NO_EFFECTS:
                sql = f"select count(*) from {table['name']} where client_no = $1"
                found[table["name"]] = await connection.fetchval(sql, client_no)
        await connection.close()
        return found

    return count


def test_these_are_all_the_calls_that_take_a_key():
    arm = next(family for family in families(Mode.SANDBOX) if family.name == "arm")
    taking = {
        (e.method, e.path.removeprefix("/clients/{clientno}").replace("{autopostingmethod}", "payment"))
        for e in arm.endpoints
        if e.takes_idempotency_key
    }
    assert taking == {(w.method, w.path) for w in WRITES}


@each
async def test_the_same_call_again_gives_the_first_answer_and_has_one_effect(write, api, effects):
    body = await write.prepare(api)
    first = await write.send(api, body, "key-1")
    assert first.status_code in {200, 201, 202}, first.text
    after = await effects(api.client_no)
    again = await write.send(api, body, "key-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.get("location") == first.headers.get("location")
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await effects(api.client_no) == after


@each
async def test_the_same_key_with_another_body_is_refused(write, api, effects):
    body = await write.prepare(api)
    await write.send(api, body, "key-1")
    after = await effects(api.client_no)
    for other in (write.other(body), write.bad(body), body | {"shoe": 1}):
        answer = await write.send(api, other, "key-1")
        if answer.status_code == 400:
            continue  # a body that cannot be understood is refused before any key is looked at
        assert answer.status_code == 422
        assert answer.json()["errors"] == [
            {
                "errorCode": "ARM-2002",
                "field": "Idempotency-Key",
                "value": "key-1",
                "message": "The Idempotency-Key was used with another body",
            }
        ]
    assert await effects(api.client_no) == after


@each
async def test_a_refusal_stores_nothing_and_the_key_stays_free(write, api, effects):
    body = await write.prepare(api)
    before = await effects(api.client_no)
    refused = await write.send(api, write.bad(body), "key-1")
    assert refused.status_code == write.bad_status, refused.text
    ignored = {"log_item"}  # a refusal may be told in the audit trail
    after = await effects(api.client_no)
    assert {t: n for t, n in after.items() if t not in ignored} == {t: n for t, n in before.items() if t not in ignored}
    repaired = await write.send(api, body, "key-1")
    assert repaired.status_code in {200, 201, 202}, repaired.text


@each
async def test_many_at_once_with_one_key_have_one_effect_and_one_answer(write, api, effects):
    body = await write.prepare(api)
    before = await effects(api.client_no)
    answers = await asyncio.gather(*(write.send(api, body, "key-1") for _ in range(40)))
    assert {a.status_code for a in answers} <= {200, 201, 202}, answers[0].text
    assert len({(a.status_code, a.content, a.headers.get("location")) for a in answers}) == 1
    after = await effects(api.client_no)
    assert max(after[table] - before[table] for table in after if table != "gl_item") <= 1


async def test_the_key_is_judged_after_the_token_and_the_scope(api, api_for):
    body = await a_document(api)
    assert (await WRITES[4].send(api, body, "key-1")).status_code == 201
    reader = api_for(api.client_no, scopes=frozenset({"read:arm.document"}))
    assert (await WRITES[4].send(reader, body, "key-1")).status_code == 403


@pytest.mark.parametrize("key", ["x" * 256, "a b", "a\tb", "a\x7fb"])
async def test_a_key_that_is_none_is_400(api, key):
    answer = await WRITES[2].send(api, await a_customer(api), key)
    assert answer.status_code == 400
    assert [(e["errorCode"], e["field"]) for e in answer.json()["errors"]] == [("ARM-1002", "Idempotency-Key")]


async def test_an_empty_key_is_none(api):
    body = await a_customer(api)
    assert [(await WRITES[2].send(api, body, "")).status_code for _ in range(2)] == [201, 200]


async def test_a_key_belongs_to_its_client_and_to_its_path(api, api_for, db):
    other = api_for(await make_client(db))
    body = await a_document(api)
    await other.customer()
    mine, theirs = await WRITES[4].send(api, body, "key-1"), await WRITES[4].send(other, body, "key-1")
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["document"]["clientNo"] != theirs.json()["document"]["clientNo"]
    assert (await WRITES[2].send(api, await a_customer(api), "key-1")).status_code == 201
    assert (await WRITES[3].send(api, await a_customer(api), "key-1")).json()["operation"] == "UPDATED"


async def test_a_key_is_free_again_after_24_hours(api, superuser_dsn):
    body = await a_customer(api)
    assert (await WRITES[2].send(api, body, "key-1")).json()["operation"] == "CREATED"
    connection = await asyncpg.connect(superuser_dsn)
    age = "update idempotency_key set created_time = $2 where client_no = $1"
    await connection.execute(age, api.client_no, real_now() - KEPT + timedelta(seconds=30))
    assert (await WRITES[2].send(api, body, "key-1")).json()["operation"] == "CREATED"
    await connection.execute(age, api.client_no, real_now() - KEPT - timedelta(seconds=1))
    await connection.close()
    assert (await WRITES[2].send(api, write_other := WRITES[2].other(body), "key-1")).json()["operation"] == "UPDATED"
    assert (await WRITES[2].send(api, write_other, "key-1")).json()["operation"] == "UPDATED"
    assert (await WRITES[2].send(api, body, "key-1")).status_code == 422


async def wait_for_lock(db, holder) -> None:
    """Until somebody waits for the holder's transaction."""
    pid = await holder.fetchval("select pg_backend_pid()")
    async with db.registry() as connection:
        for _ in range(200):
            waiting = "select exists (select from pg_stat_activity where $1 = any(pg_blocking_pids(pid)))"
            if await connection.fetchval(waiting, pid):
                return
            await asyncio.sleep(0.02)
    pytest.fail("nobody waits")


@pytest.mark.parametrize("ends", ["commit", "rollback"])
async def test_the_second_of_two_in_flight_waits_for_the_first(api, db, ends):
    api.http.event_hooks = {}  # the kept answer is made up
    body = await a_customer(api)
    sent = json.dumps(body).encode()
    path = f"/arm/v1/clients/{api.client_no}/customers"
    key = parse_key("key-1", "POST", path, sent)
    first = Reply(201, b'{"the": "first"}', {"Location": "http://testserver/there"})
    second = None
    try:
        async with db.transaction(api.client_no) as tx:
            assert await earlier_reply(tx, key) is None
            second = asyncio.create_task(WRITES[2].send(api, body, "key-1"))
            await wait_for_lock(db, tx)
            assert not second.done()
            await keep_reply(tx, key, first)
            if ends == "rollback":
                raise RuntimeError("the first one fails")  # noqa: TRY301 - as a handler does
    except RuntimeError:
        assert ends == "rollback"
    answer = await second
    if ends == "commit":
        assert (answer.status_code, answer.content) == (201, first.body)
        assert answer.headers["location"] == "http://testserver/there"
        assert (await api.get("/customers/C-1")).status_code == 404
    else:
        assert answer.json()["operation"] == "CREATED"
        assert (await api.get("/customers/C-1")).status_code == 200


# Natural keys


async def test_the_same_document_many_times_at_once_is_made_once(api, effects):
    body = await a_document(api)
    before = await effects(api.client_no)
    answers = await asyncio.gather(*(WRITES[4].send(api, body) for _ in range(MANY)))
    assert sorted({a.status_code for a in answers}) == [200, 201]
    assert [a.status_code for a in answers].count(201) == 1
    assert len({json.dumps(a.json()["document"]) for a in answers}) == 1
    after = await effects(api.client_no)
    assert {t: after[t] - before[t] for t in after if after[t] != before[t]} == {
        "ar_item": 1,
        "ar_item_state": 1,
        "document": 1,
        "document_bundle": 1,
        "document_state": 1,
        "gl_case": 1,
        "gl_item": 2,
        "gl_lot": 1,
        "log_item": 1,
    }


async def test_many_calls_with_one_key_at_once_are_one(api, effects):
    body = await a_document(api)
    before = await effects(api.client_no)
    answers = await asyncio.gather(*(WRITES[4].send(api, body, "key-1") for _ in range(MANY)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    after = await effects(api.client_no)
    assert after["ar_item"] - before["ar_item"] == 1


async def test_of_different_documents_with_one_number_exactly_one_is_made(api):
    await api.customer()
    answers = await asyncio.gather(*(api.post_document("I-1", 100 + n) for n in range(60)))
    made = [a for a in answers if a.status_code == 201]
    refused = [a for a in answers if a.status_code == 422]
    assert (len(made), len(refused)) == (1, 59)
    assert {e["errorCode"] for a in refused for e in a.json()["errors"]} == {"ARM-2002"}
    amount = made[0].json()["document"]["arItemId"]
    assert (await api.item(amount))["currencyAmount"] == next(100 + n for n, a in enumerate(answers) if a in made)


async def test_the_case_of_a_document_number_does_not_make_it_another(api):
    await api.customer()
    answers = await asyncio.gather(*(api.post_document(no) for no in ("Åß-1x", "åß-1X", "åSS-1x", "Åß-1X")))
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 201], "values are compared without regard to case"
    assert (await api.get("/documents/åss-1x")).json()["documentNo"] in {"Åß-1x", "åß-1X", "åSS-1x", "Åß-1X"}
    assert len((await api.get("/glitems?documentno=åss-1X")).json()["glItems"]) == 2


async def test_the_same_posting_many_times_at_once_is_booked_once(api):
    body = await a_payment(api)
    answers = await asyncio.gather(*(WRITES[1].send(api, body) for _ in range(60)))
    assert {a.status_code for a in answers} == {200}
    assert len({json.dumps(a.json()["autoPostings"]) for a in answers}) == 1
    item = body["autoPostings"][0]["arItemId"]
    assert (await api.item(item))["currencyBalance"] == 400


async def test_an_identical_posting_gives_the_original_numbers_and_lot(api):
    body = await a_payment(api)
    first, again = await WRITES[1].send(api, body), await WRITES[1].send(api, body)
    assert again.json() == first.json()


async def test_another_posting_with_the_same_id_fails(api):
    body = await a_payment(api)
    assert (await WRITES[1].send(api, body)).status_code == 200
    answer = await WRITES[1].send(api, changed("autoPostings", 0, "currencyAmount", to=99)(body))
    assert answer.status_code == 422
    (posting,) = answer.json()["autoPostings"]
    assert (posting["resultType"], posting["errors"][0]["errorCode"]) == ("FAILED", "ARM-2002")
    assert posting["errors"][0]["field"] == "autoPostings[0].postingId"


async def test_different_postings_with_one_id_at_once_book_exactly_one(api):
    body = await a_payment(api)
    bodies = [changed("autoPostings", 0, "currencyAmount", to=n + 1)(body) for n in range(40)]
    answers = await asyncio.gather(*(WRITES[1].send(api, b) for b in bodies))
    assert sorted(a.status_code for a in answers) == [200] + [422] * 39
    paid = next(n + 1 for n, a in enumerate(answers) if a.status_code == 200)
    assert (await api.item(body["autoPostings"][0]["arItemId"]))["currencyBalance"] == 500 - paid


async def test_the_same_customer_many_times_at_once_is_made_once(api, effects):
    body = await a_customer(api)
    answers = await asyncio.gather(*(WRITES[2].send(api, body) for _ in range(60)))
    assert sorted(a.status_code for a in answers) == [200] * 59 + [201]
    assert len({a.json()["customer"]["accountNo"] for a in answers}) == 1
    assert (await effects(api.client_no))["customer"] == 1


async def test_the_same_file_many_times_at_once_is_stored_once(api, effects):
    body = await a_file(api)
    answers = await asyncio.gather(*(WRITES[6].send(api, body) for _ in range(40)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.json()["files"][0]["fileUuid"] for a in answers}) == 1
    assert (await effects(api.client_no))["stored_file"] == 1


async def test_one_kid_for_two_documents_at_once_is_given_to_one(api):
    await api.customer()
    kid = "1234567897"
    answers = await asyncio.gather(*(api.post_document(f"I-{n}", 10, kid=kid) for n in range(20)))
    assert sorted(a.status_code for a in answers) == [201] + [422] * 19
    assert {a.json()["errors"][0]["field"] for a in answers if a.status_code == 422} == {"document.kid"}


async def test_many_payments_of_one_item_at_once_never_take_more_than_it_has(api):
    body = await a_payment(api)
    bodies = [changed("autoPostings", 0, "postingId", to=f"P-{n}")(body) for n in range(40)]
    answers = await asyncio.gather(*(WRITES[1].send(api, b, str(uuid4())) for b in bodies))
    assert {a.status_code for a in answers} == {200}
    unmatched = sum(a.json()["autoPostings"][0]["unmatchedCurrencyAmount"] for a in answers)
    assert unmatched == 40 * 100 - 500
    assert (await api.item(body["autoPostings"][0]["arItemId"]))["currencyBalance"] == 0


# Values are not case-sensitive (1.3), and an empty value is one that was not sent.


async def test_a_document_is_the_same_in_whatever_case_its_codes_are(api):
    await api.customer("C-1")
    document = new_invoice("I-1", 500, customer_no="C-1", currency="NOK", language="no", externalId1="Ab")
    document["distribution"] = {"type": "M", "einvoiceCode": 0}
    first = await api.post("/documents", USER | {"document": document})
    assert first.status_code == 201, first.text
    same = document | {"documentType": "in", "customerNo": "c-1", "documentNo": "i-1", "currency": "nok"}
    same |= {"language": "NO", "distribution": {"type": "m", "einvoiceCode": None}, "kid": "", "ledgerNote": None}
    again = await api.post("/documents", USER | {"document": same})
    assert (again.status_code, again.json()["document"]) == (200, first.json()["document"])
    for field, value in (("externalId1", "aB"), ("ledgerNote", "x"), ("currency", "SEK"), ("kid", "1230")):
        other = await api.post("/documents", USER | {"document": document | {field: value}})
        assert other.status_code == 422, field
        assert "ARM-2002" in {error["errorCode"] for error in other.json()["errors"]}


async def test_a_posting_is_the_same_in_whatever_case_its_codes_are(api):
    body = await a_payment(api)
    posting = body["autoPostings"][0] | {"currency": "NOK", "paymentMethod": "VIPPS", "transactionText": "Vipps"}
    first = (await WRITES[1].send(api, USER | {"autoPostings": [posting]})).json()
    same = posting | {"postingId": "p-1", "currency": "nok", "paymentMethod": "vipps", "paymentId": "", "kid": None}
    same |= {"options": {"validateOnly": False}, "matchArItemIds": []}
    again = await api.post("/autopostings/PAYMENT", USER | {"autoPostings": [same]})
    assert again.status_code == 200, again.text
    assert again.json()["autoPostings"][0] == first["autoPostings"][0] | {"postingId": "p-1"}
    other = await WRITES[1].send(api, USER | {"autoPostings": [posting | {"transactionText": "VIPPS"}]})
    assert other.status_code == 422


async def test_an_action_is_the_same_in_whatever_case_its_codes_are(api):
    await api.customer("C-1")
    action = {"actionId": "A-1", "actionType": "SEND-STATEMENT", "customerNo": "C-1", "distribution": {"type": "M"}}
    first = await api.post("/actions", USER | {"action": action})
    assert first.status_code == 201, first.text
    same = action | {"actionId": "a-1", "actionType": "send-statement", "customerNo": "c-1", "text": ""}
    same["distribution"] = {"type": "m", "einvoiceCode": 0}
    assert (await api.post("/actions", USER | {"action": same})).json() == first.json()
    other = await api.post("/actions", USER | {"action": action | {"text": "x"}})
    assert other.json()["errors"][0]["errorCode"] == "ARM-2002"
