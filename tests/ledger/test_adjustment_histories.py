"""Whatever is posted, adjusted, moved, matched, credited and reversed, in whatever order: the book explains itself."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reskontro.ledger.service.checks import check_client
from tests.ledger import test_histories
from tests.ledger.conftest import Api, make_client

house = test_histories.house  # the application on a loop of its own

DAY = "2025-02-27"
CUSTOMERS = ("0", "1")
METHODS = (
    "payment", "refund", "writeoff", "smalldifference", "creditadjustment", "interest", "fee", "transfer", "match",
    "reversal", "invoice", "interest note", "credit",
)  # fmt: skip

numbers = st.integers(0, 1000)


@dataclass(frozen=True)
class Event:
    """Something that happens: `of` and `other` choose items and cases, the amount is a share of what is open."""

    method: str
    of: int
    other: int
    percent: int
    on_customer: bool
    auto_match: bool
    twice: bool


events = st.builds(
    Event,
    method=st.sampled_from(METHODS),
    of=numbers,
    other=numbers,
    percent=st.sampled_from([100, 100, 1, 37, 150]),
    on_customer=st.booleans(),
    auto_match=st.booleans(),
    twice=st.sampled_from([False, False, True]),
)


@dataclass
class Teller:
    api: Api
    items: list[str] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)
    done: int = 0
    posted: int = 0

    async def document(self, event: Event, kind: str) -> None:
        excl = event.of * 7 + 1
        vat = 0 if kind == "RN" else excl * 25 // 100
        amounts = {"exclVat": excl / 100, "vat": vat / 100, "inclVat": (excl + vat) / 100}
        line = {"lineNo": 1, "lineType": "PLH", "lineText": "x", "quantity": 1, "price": 1, "currencyAmounts": amounts}
        customer_no = CUSTOMERS[event.other % 2]
        more = {"documentType": kind, "currencyAmounts": amounts, "documentLines": [line]}
        made = await self.api.invoice(f"D-{self.done}", customer_no=customer_no, **more)
        self.remember(made["glCaseNo"], [made["arItemId"]])

    def remember(self, gl_case_no: int | None, items: list[str]) -> None:
        self.cases += [] if gl_case_no is None else [gl_case_no]
        self.items += items

    async def play(self, event: Event) -> None:
        self.done += 1
        if event.method in {"invoice", "interest note"} or not self.items:
            return await self.document(event, "RN" if event.method == "interest note" else "IN")
        bodies = [await self.api.item(item) for item in self.items]
        live = [body for body in bodies if body["currencyBalance"]] or bodies
        aim, other = live[event.of % len(live)], bodies[event.other % len(bodies)]
        if event.method == "credit":
            return await self.credit(event, aim)
        posting = self.posting(event, aim, other, live)
        twice = event.twice and event.method not in {"transfer", "match"}
        bodies = [posting | {"postingId": f"{self.done}-{n}"} for n in range(2 if twice else 1)]
        if event.method == "reversal" and twice:
            bodies[1]["glCaseNo"] = self.cases[event.other % len(self.cases)]
        call = {"metadata": {"userId": "T"}, "autoPostings": bodies}
        answer = await self.api.post(f"/autopostings/{event.method}", call)
        assert answer.status_code in {200, 422} or event.method == "match", answer.text
        if answer.status_code == 200:
            self.posted += 1
            for result in answer.json()["autoPostings"]:
                self.remember(result.get("glCaseNo"), result["arItemIds"])
            again = await self.api.post(f"/autopostings/{event.method}", call)
            assert again.json() == answer.json()
        return None

    def posting(self, event: Event, aim: dict, other: dict, live: list[dict]) -> dict:
        amount = round(abs(aim["currencyBalance"] or aim["currencyAmount"]) * event.percent)
        posting = {"voucherDate": DAY, "currencyAmount": max(amount, 1) / 100, "autoMatch": event.auto_match}
        on_customer = event.on_customer and event.method != "transfer"
        posting |= {"customerNo": aim["customerNo"]} if on_customer else {"arItemId": aim["arItemId"]}
        match event.method:
            case "smalldifference":
                posting["currencyAmount"] = min(posting["currencyAmount"], 5)
            case "creditadjustment":
                posting["vatAmount"] = max(amount, 1) // 5 / 100
            case "transfer":
                to = {"toCustomerNo": other["customerNo"]} if event.twice else {"toArItemId": other["arItemId"]}
                posting |= to
            case "match":
                del posting["currencyAmount"]
                named = [body["arItemId"] for body in live if body["customerNo"] == aim["customerNo"]]
                posting["matchArItemIds"] = (named if event.on_customer else named[::-1]) or [aim["arItemId"]] * 2
            case "reversal":
                posting = {"voucherDate": DAY, "glCaseNo": self.cases[event.of % len(self.cases)]}
        return posting

    async def credit(self, event: Event, aim: dict) -> None:
        kind = ("FULL", "BALANCE", "PARTIAL")[event.other % 3]
        note: dict = {"creditType": kind}
        if kind == "PARTIAL":
            part = max(round(abs(aim["currencyAmount"]) * event.percent), 1)
            note["currencyAmounts"] = {"exclVat": part / 100, "vat": 0, "inclVat": part / 100}
        body = {"metadata": {"userId": "T"}, "arItem": {"arItemId": aim["arItemId"], "creditNote": note}}
        answer = await self.api.put("/aritems", body)
        assert answer.status_code in {200, 422}, answer.text
        if answer.status_code == 200:
            self.posted += 1
            made = answer.json()["creditNote"]
            self.remember(made["glCaseNo"], [made["arItemId"]])


async def tell(house, history) -> None:
    house.clock.moment = test_histories.START
    client_no = await make_client(house.db)
    teller = Teller(Api(house.http, client_no, house.tokens.give(client_no)))
    for customer_no in CUSTOMERS:
        await teller.api.customer(customer_no)
    for event in history:
        await teller.play(event)
        assert await check_client(house.db, client_no) == [], event


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=st.lists(events, min_size=6, max_size=20))
def test_a_book_explains_itself_whatever_is_adjusted(house, history):
    house.loop.run_until_complete(tell(house, history))
