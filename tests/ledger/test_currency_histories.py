"""Whatever happens in several currencies while the rates move: cases balance, and what is closed is closed in kroner.

The events are those of the adjustments, each on some day and in some currency.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reskontro.kernel.money import exponent
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.rates import import_rates
from tests.ledger import test_adjustment_histories as adjustments
from tests.ledger import test_histories
from tests.ledger.conftest import Api, make_client

house = test_histories.house  # the application on a loop of its own

FIRST = date(2025, 2, 3)
DAYS = 25
CURRENCIES = ("NOK", "CHF", "CAD", "KRW")
# Rates per unit in hundred-thousandths of a krone; each day moves them. A won is less than an øre.
STARTS = {"CHF": 12_44210, "CAD": 7_81134, "KRW": 764}
WALK = (0, 3, -2, 7, -5, 1, 11, -13, 4, 2, -6, 9, -1, 5, -8, 12, -3, 6, -10, 8, -4, 13, -7, 10, -9)


def quotes() -> str:
    rows = ["currency;valid_from;units;rate;source"]
    for currency, start in STARTS.items():
        for day in range(DAYS):
            rate = start + start * sum(WALK[: day + 1]) // 200
            rows.append(f"{currency};{FIRST + timedelta(days=day)};100;{rate // 1000}.{rate % 1000:03d};walk")
    return "\n".join(rows)


@dataclass(frozen=True)
class Event:
    """An event of the adjustments, with its day and the currency of what has none of its own."""

    what: adjustments.Event
    day: int
    currency: str


events = st.builds(
    Event, what=adjustments.events, day=st.integers(0, DAYS - 1), currency=st.sampled_from(CURRENCIES[1:] + CURRENCIES)
)


class Teller(adjustments.Teller):
    """Plays the adjustments on the event's day, in whole units of the currency that they are in."""

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self.now = OPENING[0]

    @property
    def today(self) -> str:
        return (FIRST + timedelta(days=self.now.day)).isoformat()

    async def play_on(self, event: Event) -> None:
        self.now = event
        await self.play(event.what)

    async def document(self, event: adjustments.Event, kind: str) -> None:
        currency = self.now.currency
        scale = 10 ** exponent(currency)
        excl = event.of * 7 + 1
        vat = 0 if kind == "RN" else excl * 25 // 100
        parts = [(excl // 3, vat), (excl - excl // 3, 0)]
        lines = [
            {"lineNo": n, "lineType": "PLH", "lineText": "x", "quantity": 1, "price": 1, "currencyAmounts": amounts}
            for n, amounts in enumerate((self.amounts(e, v, scale) for e, v in parts), 1)
        ]
        more = {"documentType": kind, "currencyAmounts": self.amounts(excl, vat, scale), "documentLines": lines}
        customer_no = adjustments.CUSTOMERS[event.other % 2]
        made = await self.api.invoice(
            f"D-{self.done}", customer_no=customer_no, currency=currency, documentDate=self.today, **more
        )
        self.remember(made["glCaseNo"], [made["arItemId"]])

    @staticmethod
    def amounts(excl: int, vat: int, scale: int) -> dict:
        return {"exclVat": excl / scale, "vat": vat / scale, "inclVat": (excl + vat) / scale}

    def posting(self, event: adjustments.Event, aim: dict, other: dict, live: list[dict]) -> dict:
        posting = super().posting(event, aim, other, live) | {"voucherDate": self.today}
        currency = aim["currency"]
        if "customerNo" in posting and "currencyAmount" in posting:
            currency = posting["currency"] = self.now.currency
        if "matchArItemIds" in posting:
            same = [body["arItemId"] for body in live if body["currency"] == currency]
            posting["matchArItemIds"] = [i for i in posting["matchArItemIds"] if i in same] or [aim["arItemId"]] * 2
        for name in ("currencyAmount", "vatAmount"):
            if name in posting and not exponent(currency):
                posting[name] = max(round(posting[name]), 1 if name == "currencyAmount" else 0)
        return posting

    async def credit(self, event: adjustments.Event, aim: dict) -> None:
        if not exponent(aim["currency"]):
            event = adjustments.Event(event.method, event.of, 0, 100, event.on_customer, event.auto_match, event.twice)
        await super().credit(event, aim)

    async def prove(self, db, event: Event) -> None:
        client_no = self.api.client_no
        assert await check_client(db, client_no) == [], event
        async with db.reading(client_no) as tx:
            differ = await tx.fetchval(
                "select coalesce(sum(credit_gl_minor - debit_gl_minor), 0)::bigint from ar_match where client_no = $1",
                client_no,
            )
            booked = await tx.fetchval(
                """
                select coalesce(sum(gl_minor), 0)::bigint from gl_item
                where client_no = $1 and gl_account_no in (8060, 8160)
                """,
                client_no,
            )
            closed = await tx.fetchval(
                """
                select count(*) from ar_item_state
                where client_no = $1 and currency_balance_minor = 0 and gl_balance_minor <> 0
                """,
                client_no,
            )
            sums = await tx.fetch(
                """
                select i.currency, sum(i.currency_minor) as amounts, sum(s.currency_balance_minor) as balances
                from ar_item i join ar_item_state s using (client_no, reference_no, reference_sequence_no)
                where client_no = $1 group by 1
                """,
                client_no,
            )
        assert differ == -booked
        assert closed == 0
        # A match takes as much from the claims of a currency as from its credits.
        assert all(row["amounts"] == row["balances"] for row in sums)


async def tell(house, history) -> None:
    house.clock.moment = test_histories.START
    client_no = await make_client(house.db)
    await import_rates(house.db, quotes().encode(), test_histories.START)
    teller = Teller(Api(house.http, client_no, house.tokens.give(client_no)))
    for customer_no in adjustments.CUSTOMERS:
        await teller.api.customer(customer_no)
    for event in history:
        await teller.play_on(event)
        await teller.prove(house.db, event)


def happens(method: str, of: int, day: int, currency: str, *, on_customer: bool = False, auto_match: bool = True):
    return Event(adjustments.Event(method, of, 0, 100, on_customer, auto_match, twice=False), day, currency)


# Something to happen to comes first: claims, and money that is open on account at another rate.
OPENING = [
    happens("invoice", 700, 0, "CHF"),
    happens("invoice", 301, 7, "CHF"),
    happens("invoice", 555, 3, "KRW"),
    happens("payment", 0, 11, "CHF", on_customer=True, auto_match=False),
]


@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=st.lists(events, min_size=4, max_size=16).map(lambda rest: [*OPENING, *rest]))
def test_a_book_in_several_currencies_explains_itself(house, history):
    house.loop.run_until_complete(tell(house, history))


@pytest.mark.parametrize("seed", range(4))
def test_long_histories_explain_themselves_too(house, seed):
    random = Random(seed)
    history = [
        Event(
            adjustments.Event(
                random.choice((*adjustments.METHODS, "payment", "match", "match", "reversal", "reversal")),
                random.randrange(1000), random.randrange(1000), random.choice([100, 100, 1, 37, 150]),
                random.random() < 0.5, random.random() < 0.5, random.random() < 0.3,
            ),
            random.randrange(DAYS), random.choice(("CHF", "CHF", "KRW", "NOK", "CAD")),
        )
        for _ in range(60)
    ]  # fmt: skip
    house.loop.run_until_complete(tell(house, [*OPENING, *history]))
