"""A thousand concurrent repeats of a write, over real sockets and two web processes: one effect, one answer.

By the natural key and by `Idempotency-Key`: documents, auto postings, customers, payment reservations.
"""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from tests.journeys.raw_calls import ARM, invoice, token_of
from tests.journeys.test_serve import FIRST_START_LIMIT_S, Installation

REPEATS = 1000
CONNECTIONS = 64


def posting(number: str, item: str) -> str:
    return json.dumps(
        {
            "metadata": {"userId": "repeat"},
            "autoPostings": [
                {"postingId": number, "arItemId": item, "voucherDate": "2026-11-02", "currencyAmount": 12.5}
            ],
        }
    )


async def repeat(http: httpx.AsyncClient, path: str, body: str, key: str | None = None) -> list[httpx.Response]:
    headers = {} if key is None else {"Idempotency-Key": key}
    places = asyncio.Semaphore(CONNECTIONS)

    async def send() -> httpx.Response:
        async with places:
            return await http.post(path, content=body, headers=headers)

    return await asyncio.gather(*(send() for _ in range(REPEATS)))


async def story(http: httpx.AsyncClient) -> None:
    answers = await repeat(http, f"{ARM}/documents", invoice("REPEAT-1"))
    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert sum(answer.status_code == 201 for answer in answers) == 1, "made once"
    documents = {answer.json()["document"]["documentUuid"] for answer in answers}
    assert len(documents) == 1
    other = await http.post(f"{ARM}/documents", content=invoice("REPEAT-1").replace("Comb", "Brush"))
    assert other.status_code == 422
    assert other.json()["errors"][0]["errorCode"] == "ARM-2002"

    answers = await repeat(http, f"{ARM}/documents", invoice("REPEAT-2"), key="one-thousand-1")
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1, "the first answer, byte for byte"
    other = await http.post(
        f"{ARM}/documents", content=invoice("REPEAT-3"), headers={"Idempotency-Key": "one-thousand-1"}
    )
    assert (other.status_code, other.json()["errors"][0]["errorCode"]) == (422, "ARM-2002")
    assert (await http.get(f"{ARM}/documents/REPEAT-3")).status_code == 404

    item = answers[0].json()["document"]["arItemId"]
    answers = await repeat(http, f"{ARM}/autopostings/payment", posting("REPEAT-1", item))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["autoPostings"][0]["glCaseNo"] for answer in answers}) == 1
    answers = await repeat(http, f"{ARM}/autopostings/payment", posting("REPEAT-2", item), key="one-thousand-2")
    assert len({answer.content for answer in answers}) == 1
    other = await with_key(http, "/autopostings/payment", posting("REPEAT-3", item), "one-thousand-2")
    assert refused(other) == (422, "ARM-2002")
    other = await http.post(f"{ARM}/autopostings/payment", content=posting("REPEAT-2", item).replace("12.5", "13"))
    (failed,) = other.json()["autoPostings"]
    assert (other.status_code, failed["errors"][0]["errorCode"]) == (422, "ARM-2002")
    balance = (await http.get(f"{ARM}/aritems/{item}")).json()["currencyBalance"]
    assert balance == 100, "125 less two payments of 12.50"
    await customers(http)
    await reservations(http, item)


async def customers(http: httpx.AsyncClient) -> None:
    """A known customer is updated: the same call leaves one customer with one account, whoever comes first."""
    answers = await repeat(http, f"{ARM}/customers", customer("REPEAT-1"))
    assert sum(answer.status_code == 201 for answer in answers) == 1, "made once"
    assert {answer.status_code for answer in answers} == {200, 201}
    assert len({answer.json()["customer"]["accountNo"] for answer in answers}) == 1
    answers = await repeat(http, f"{ARM}/customers", customer("REPEAT-2"), key="one-thousand-3")
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    other = await with_key(http, "/customers", customer("REPEAT-3"), "one-thousand-3")
    assert refused(other) == (422, "ARM-2002")
    assert (await http.get(f"{ARM}/customers/REPEAT-3")).status_code == 404
    known = (await http.get(f"{ARM}/customers?customerno=repeat-1,repeat-2,repeat-3")).json()
    assert known["summary"]["totalCount"] == 2


async def reservations(http: httpx.AsyncClient, item: str) -> None:
    """A payment id is taken once, by whatever; only the key gives the first answer again."""
    answers = await repeat(http, f"{ARM}/paymentreservations", reservation("REPEAT-1", item))
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert {refused(answer) for answer in answers if answer.status_code != 201} == {(422, "ARM-2002")}
    answers = await repeat(http, f"{ARM}/paymentreservations", reservation("REPEAT-2", item), key="one-thousand-4")
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    other = await with_key(http, "/paymentreservations", reservation("REPEAT-3", item), "one-thousand-4")
    assert refused(other) == (422, "ARM-2002")
    reserved = (await http.get(f"{ARM}/aritems/{item}?expand=reservations")).json()["reservations"]
    assert sorted((one["paymentId"], one["status"]) for one in reserved) == [
        ("REPEAT-1", "ACTIVE"),
        ("REPEAT-2", "ACTIVE"),
    ]


def customer(number: str) -> str:
    return json.dumps({"metadata": {"userId": "repeat"}, "customer": {"customerNo": number, "name": "Owe Armstrong"}})


def reservation(number: str, item: str) -> str:
    sent = {"paymentId": number, "arItemId": item, "currencyAmount": 10}
    return json.dumps({"metadata": {"userId": "repeat"}, "paymentReservation": sent})


async def with_key(http: httpx.AsyncClient, path: str, body: str, key: str) -> httpx.Response:
    return await http.post(f"{ARM}{path}", content=body, headers={"Idempotency-Key": key})


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["errorCode"]


@pytest.mark.slow
def test_a_thousand_repeats_have_one_effect_and_one_answer(tmp_path: Path):
    installation = Installation(tmp_path / "var")
    try:
        installation.start(FIRST_START_LIMIT_S)
        headers = {name.replace("_", "-"): text for name, text in token_of(installation).items()}

        async def run() -> None:
            limits = httpx.Limits(max_connections=CONNECTIONS)
            base_url = f"http://127.0.0.1:{installation.port}"
            async with httpx.AsyncClient(base_url=base_url, headers=headers, limits=limits, timeout=60) as http:
                await story(http)

        asyncio.run(run())
    finally:
        installation.end()
