"""Reserving, paying and moving the clock in one line each."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from reskontro.ledger import parts as ledger_parts
from reskontro.platform.clock import StandingClock
from reskontro.platform.database import Database
from tests.ledger.conftest import Api

USER = {"metadata": {"userId": "TestUser"}}


@dataclass
class Till:
    """One client's interface, with what these tests do over and over."""

    api: Api
    db: Database
    clock: StandingClock

    async def try_reserve(self, payment_id: str, amount: float, **more: object):
        body = {"paymentId": payment_id, "currencyAmount": amount} | more
        return await self.api.post("/paymentreservations", USER | {"paymentReservation": body})

    async def reserve(self, payment_id: str, amount: float, **more: object) -> dict:
        answer = await self.try_reserve(payment_id, amount, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def try_post(self, method: str, posting_id: str, **more: object):
        posting = {"postingId": posting_id, "voucherDate": self.clock.now().date().isoformat()} | more
        return await self.api.post(f"/autopostings/{method}", USER | {"autoPostings": [posting]})

    async def post(self, method: str, posting_id: str, **more: object) -> dict:
        answer = await self.try_post(method, posting_id, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["autoPostings"][0]

    async def item(self, ar_item_id: str) -> dict:
        answer = await self.api.get(f"/aritems/{ar_item_id}?expand=reservations")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def status(self, ar_item_id: str) -> str:
        return (await self.item(ar_item_id))["reservedStatus"]

    async def statuses(self, ar_item_id: str) -> dict[str, str]:
        return {one["paymentId"]: one["status"] for one in (await self.item(ar_item_id))["reservations"]}

    async def stored(self, ar_item_id: str) -> tuple[str, int | None]:
        """The reserved status and sum that the item's state has, whatever the time."""
        _, _, reference_no, sequence_no = ar_item_id.split("-")
        async with self.db.transaction(self.api.client_no) as tx:
            row = await tx.fetchrow(
                """
                select reserved_status, reserved_minor from ar_item_state
                where client_no = $1 and reference_no = $2 and reference_sequence_no = $3
                """,
                self.api.client_no,
                int(reference_no),
                int(sequence_no),
            )
        return tuple(row)

    def move_to(self, moment: str) -> None:
        self.clock.moment = datetime.fromisoformat(moment)

    async def sweep(self) -> int:
        """Do what is due, of every client; how much of it was this one's."""
        before = await self._waiting()
        await ledger_parts.due_rows(self.db).run_due(self.clock.now())
        return before - await self._waiting()

    async def _waiting(self) -> int:
        async with self.db.registry() as connection:
            return await connection.fetchval("select count(*) from due_work where client_no = $1", self.api.client_no)

    async def log(self, entity_id: str) -> list[tuple[str, str, str]]:
        times = "fromlogtime=2020-01-01T00:00:00Z&tologtime=2030-01-01T00:00:00Z"
        answer = await self.api.get(f"/logitems?entitytype=RESERVATION&entityid={entity_id}&{times}")
        assert answer.status_code == 200, answer.text
        return sorted((one["source"], one["userId"], one["logText"]) for one in answer.json()["logItems"])


def codes(answer) -> dict[str, str]:
    return {error["field"].removeprefix("paymentReservation."): error["errorCode"] for error in answer.json()["errors"]}


@pytest.fixture
async def till(api, db, clock) -> Till:
    await api.customer()
    return Till(api, db, clock)
