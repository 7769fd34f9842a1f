"""Closing periods, and posting at times of one's own."""

import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service.periods import close_period
from reskontro.platform.database import BookLock

ACTOR = Actor("API", "TestUser")


@pytest.fixture
async def close(db, api, clock):
    async def call(year, month):
        period = Period(year, month)
        await db.run(api.client_no, lambda tx: close_period(tx, period, clock.now(), ACTOR), BookLock.EXCLUSIVE)

    return call


@pytest.fixture
async def pay(api):
    async def call(day, amount, *, method="payment", **more):
        posting = {"postingId": f"{method}-{day}-{amount}", "voucherDate": day, "currencyAmount": amount} | more
        body = {"metadata": {"userId": "T"}, "autoPostings": [posting]}
        answer = await api.post(f"/autopostings/{method}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()["autoPostings"][0]

    return call
