"""Whatever is reserved, paid, matched, taken back, cancelled and left to expire: the items say what a plain list says.

The list is kept beside the ledger, in Python: each reservation with its last valid day and what ended it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Refused
from reskontro.ledger import parts as ledger_parts
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.service import reservations as service
from reskontro.ledger.service.checks import check_client
from reskontro.platform.clock import OSLO
from tests.ledger import test_histories
from tests.ledger.conftest import Api, make_client

house = test_histories.house  # the application on a loop of its own

ACTOR = Actor("API", "T")
USER = {"metadata": {"userId": "T"}}
DAY = "2025-02-27"
START = datetime(2025, 2, 27, 12, tzinfo=OSLO)
WHATS = (
    "invoice", "reserve", "reserve", "reserve", "reserve for customer", "pay", "pay", "pay with id", "pay with id",
    "put on account", "match", "take back", "cancel", "let time pass", "let time pass", "sweep",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something that happens: `of` and `other` choose among what is there, the amount is a share of the balance."""

    what: str
    of: int
    other: int
    percent: int
    hours: int


events = st.builds(
    Event,
    what=st.sampled_from(WHATS),
    of=st.integers(0, 100),
    other=st.integers(0, 100),
    percent=st.sampled_from([100, 100, 50, 30, 1, 120]),
    hours=st.sampled_from([1, 11, 12, 24, 36, 49]),
)


@dataclass
class Kept:
    """A reservation as the list beside the ledger has it."""

    payment_id: str
    item: str | None
    minor: int
    valid_until: date
    status: str = "ACTIVE"


@dataclass
class Teller:
    house: object
    api: Api
    items: list[str] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    done: int = 0

    @property
    def today(self) -> date:
        return self.house.clock.now().astimezone(OSLO).date()

    async def play(self, event: Event) -> None:
        self.done += 1
        match event.what:
            case "let time pass":
                self.house.clock.moment += timedelta(hours=event.hours)
            case "sweep":
                await ledger_parts.due_rows(self.house.db).run_due(self.house.clock.now())
            case "cancel":
                await self.cancel(event)
            case _ if event.what == "invoice" or not self.items:
                await self.invoice(event)
            case _:
                await self.act(event)

    async def act(self, event: Event) -> None:
        at = self.items[event.of % len(self.items)]
        balance = round((await self.api.item(at))["currencyBalance"] * 100)
        minor = max(1, balance * event.percent // 100)
        match event.what:
            case "reserve" | "reserve for customer":
                await self.reserve(event, None if event.what == "reserve for customer" else at, minor)
            case "pay":
                await self.post("payment", arItemId=at, currencyAmount=minor / 100)
            case "pay with id":
                await self.pay_with_id(event, at, minor)
            case "put on account":
                made = await self.post("payment", customerNo="1", currencyAmount=minor / 100, autoMatch=False)
                self.loose += made["arItemIds"]
            case "match" if self.loose:
                named = [at, self.loose[event.other % len(self.loose)]]
                await self.post("match", arItemId=at, matchArItemIds=named)
            case "take back" if self.cases:
                await self.post("reversal", glCaseNo=self.cases[event.other % len(self.cases)])

    async def invoice(self, event: Event) -> None:
        self.items.append((await self.api.invoice(f"D-{self.done}", event.of + 1, customer_no="1"))["arItemId"])

    async def post(self, method: str, **more: object) -> dict | None:
        posting = {"postingId": f"{self.done}", "voucherDate": DAY} | more
        answer = await self.api.post(f"/autopostings/{method}", USER | {"autoPostings": [posting]})
        assert answer.status_code in {200, 422}, answer.text
        if answer.status_code == 422:
            return None
        (made,) = answer.json()["autoPostings"]
        if method == "payment":
            self.cases.append(made["glCaseNo"])
        return made

    async def reserve(self, event: Event, item: str | None, minor: int) -> None:
        until = self.today + timedelta(days=event.other % 4)
        payment_id = f"P-{event.other % 7}-{self.done}" if event.of % 5 else f"P-{event.other % 7}"
        body = {"paymentId": payment_id, "currencyAmount": minor / 100, "validUntil": until.isoformat()}
        body |= {"customerNo": "1"} if item is None else {"arItemId": item}
        answer = await self.api.post("/paymentreservations", USER | {"paymentReservation": body})
        assert answer.status_code in {201, 422}, answer.text
        codes = {error["errorCode"] for error in answer.json().get("errors", ())}
        assert ("ARM-2002" in codes) == any(one.payment_id == payment_id for one in self.kept)
        if item is not None:
            balance = round((await self.api.item(item))["currencyBalance"] * 100)
            assert ("ARM-2008" in codes) == (minor > balance - self.active(item))
        if answer.status_code == 201:
            self.kept.append(Kept(payment_id, item, minor, until))

    async def pay_with_id(self, event: Event, at: str, minor: int) -> None:
        if not self.kept:
            return
        one = self.kept[event.other % len(self.kept)]
        aim = {"arItemId": at} if event.of % 3 else {"customerNo": "1"}
        await self.post("payment", currencyAmount=minor / 100, paymentId=one.payment_id.lower(), **aim)
        if self.status(one) == "ACTIVE":
            one.status = "USED"

    async def cancel(self, event: Event) -> None:
        on_items = [one for one in self.kept if one.item is not None]
        if not on_items:
            return
        one = on_items[event.other % len(on_items)]
        item = parse_ar_item_id(one.item)

        async def use_case(tx) -> None:
            key = (item.reference_no, item.reference_sequence_no)
            await service.cancel(tx, key, one.payment_id, self.house.clock.now(), ACTOR)

        try:
            await self.house.db.run(self.api.client_no, use_case)
        except Refused:
            assert self.status(one) != "ACTIVE"
        else:
            assert self.status(one) == "ACTIVE"
            one.status = "CANCELLED"

    def status(self, one: Kept) -> str:
        return "EXPIRED" if one.status == "ACTIVE" and one.valid_until < self.today else one.status

    def active(self, item: str) -> int:
        return sum(one.minor for one in self.kept if one.item == item and self.status(one) == "ACTIVE")

    async def compare(self, event: Event) -> None:
        listed = (await self.api.get("/aritems?expand=reservations")).json()["arItems"]
        items = {one["arItemId"]: one for one in listed}
        for at in self.items:
            balance, reserved = round(items[at]["currencyBalance"] * 100), self.active(at)
            whole = "RESERVED" if reserved >= balance else "PARTLY-RESERVED"
            assert items[at]["reservedStatus"] == (whole if reserved and balance else ""), event
            told = {one["paymentId"]: one["status"] for one in items[at]["reservations"]}
            assert told == {one.payment_id: self.status(one) for one in self.kept if one.item == at}, event
        assert await check_client(self.house.db, self.api.client_no) == [], event


async def tell(house, history) -> None:
    house.clock.moment = START
    client_no = await make_client(house.db)
    teller = Teller(house, Api(house.http, client_no, house.tokens.give(client_no)))
    await teller.api.customer("1")
    for event in history:
        await teller.play(event)
        await teller.compare(event)


def event(what: str, of: int = 1, other: int = 0, percent: int = 30, hours: int = 49) -> Event:
    return Event(what, of, other, percent, hours)


PAID_TOO_LATE = [event("invoice", 99), event("reserve"), event("let time pass"), event("pay with id"), event("sweep")]
PAID_AND_TAKEN_BACK = [event("invoice", 99), event("reserve"), event("pay", percent=100), event("take back")]


@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@example(history=PAID_TOO_LATE)
@example(history=PAID_AND_TAKEN_BACK)
@given(history=st.lists(events, min_size=8, max_size=24))
def test_items_say_what_a_plain_list_of_reservations_says(house, history):
    house.loop.run_until_complete(tell(house, history))
