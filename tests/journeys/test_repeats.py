"""A thousand concurrent repeats of a write, over real sockets and two web processes: one effect, one answer."""

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
    balance = (await http.get(f"{ARM}/aritems/{item}")).json()["currencyBalance"]
    assert balance == 100, "125 less two payments of 12.50"


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
