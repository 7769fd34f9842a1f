"""A client that gives actions, and the follow-up that does what is due."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from reskontro.ledger.service.actions import Means
from reskontro.ledger.service.follow_up import FollowUp
from reskontro.ledger.store import events as event_store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import OSLO, StandingClock
from reskontro.platform.database import Database
from reskontro.platform.secrets import FieldCipher


@dataclass
class Desk:
    """Gives actions, lets days pass, and looks at what came of it."""

    api: Any
    db: Database
    clock: StandingClock
    follow_up: FollowUp

    async def send(self, action_type: str, **fields: object) -> Any:
        body = {"metadata": {"userId": "TestUser"}, "action": {"actionType": action_type, **fields}}
        return await self.api.post("/actions", body)

    async def act(self, action_type: str, **fields: object) -> dict:
        answer = await self.send(action_type, **fields)
        assert answer.status_code == 201, answer.text
        assert answer.json()["resultType"] == "OK"
        return answer.json()["action"]

    async def refused(self, action_type: str, **fields: object) -> tuple[int, dict]:
        """The status and the codes of the faults, by field."""
        answer = await self.send(action_type, **fields)
        body = answer.json()
        assert answer.status_code in {400, 403, 404, 422}, answer.text
        return answer.status_code, {e.get("field", "").removeprefix("action."): e["errorCode"] for e in body["errors"]}

    async def told(self, action_type: str, **fields: object) -> list[str]:
        """The messages of a refusal."""
        answer = await self.send(action_type, **fields)
        assert answer.status_code == 422, answer.text
        return [error["message"] for error in answer.json()["errors"]]

    def at(self, day: date | str, hour: int = 9) -> None:
        """Put the clock to an hour of a day in Norway."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        self.clock.moment = datetime(day.year, day.month, day.day, hour, tzinfo=OSLO).astimezone(UTC)

    async def night(self, day: date | str) -> int:
        """Let it be a morning, and do what is due for this client."""
        self.at(day, 5)
        return await self.follow_up.run_client(self.api.client_no, self.clock.now())

    async def run(self) -> int:
        return await self.follow_up.run_client(self.api.client_no, self.clock.now())

    async def state(self, ar_item_id: str) -> dict:
        return (await self.api.get(f"/aritems/{ar_item_id}?expand=followup")).json()["followUp"]

    async def events(self) -> list:
        async with self.db.reading(self.api.client_no) as tx:
            return await event_store.read(tx, 0, 2**62, 10_000)

    async def status(self, action: dict) -> tuple[str, str]:
        """How far an action has come, and why it failed."""
        async with self.db.reading(self.api.client_no) as tx:
            row = await tx.fetchrow(
                "select action_status, failure from action_state where client_no = $1 and action_uuid = $2",
                self.api.client_no,
                action["actionUuid"],
            )
        return row["action_status"], row["failure"]

    async def log(self, **filters: str) -> list[dict]:
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return (await self.api.get(f"/logitems?{query}")).json()["logItems"]

    async def reserve(self, ar_item_id: str, status: str = "RESERVED") -> None:
        """Write what a reservation would."""
        reference_no, sequence_no = map(int, ar_item_id.split("-")[2:])
        async with self.db.transaction(self.api.client_no) as tx:
            await tx.execute(
                """
                update ar_item_state set reserved_status = $4
                where client_no = $1 and reference_no = $2 and reference_sequence_no = $3
                """,
                tx.client_no,
                reference_no,
                sequence_no,
                status,
            )

    async def pay(self, ar_item_id: str, amount: float) -> None:
        posting = {
            "postingId": f"P-{ar_item_id}-{amount}",
            "arItemId": ar_item_id,
            "voucherDate": "2025-02-27",
            "currencyAmount": amount,
        }
        body = {"metadata": {"userId": "T"}, "autoPostings": [posting]}
        answer = await self.api.post("/autopostings/payment", body)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def follow_up(application, db) -> FollowUp:
    context = application.current()
    return FollowUp(db, Means(context.part(Numbers), context.part(FieldCipher)))


@pytest.fixture
async def desk(api, db, clock, follow_up) -> Desk:
    await api.customer()
    return Desk(api, db, clock, follow_up)


@pytest.fixture
async def invoice(desk) -> str:
    """Of 27 February 2025, due on 13 March."""
    return (await desk.api.invoice("I-1", dueDate="2025-03-13"))["arItemId"]
