"""Whatever happened, in whatever order: an answer is what a replay of the rows gives, at any moment of each clock.

Histories are played through the interface at business times of their own, with voucher dates before and after. What the
items were at each moment is taken down as it happens, so that the past can be compared with what was seen of it; and
every row is replayed by the rule as it stands in words.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.as_of import ANY_DAY, ANY_MOMENT, AsOf
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.periods import close_period
from reskontro.ledger.store import as_of as store
from reskontro.ledger.store.conditions import Conditions
from reskontro.platform.database import BookLock
from tests.ledger import test_adjustment_histories, test_histories
from tests.ledger.conftest import Api, make_client
from tests.ledger.test_adjustment_histories import CUSTOMERS, Event

house = test_histories.house  # the application on a loop of its own

START = datetime(2025, 2, 10, 9, 0, tzinfo=UTC)
FIRST_DAY = date(2025, 1, 20)
FIRST_ACCOUNT = 500001
BOUNDS = (0, 7, 14, 30)

days = st.integers(0, 45)


@dataclass(frozen=True)
class Step:
    """An event, how long after the one before, and the day that it counts on."""

    event: Event
    hours: int
    day: int


@dataclass(frozen=True)
class Defer:
    of: int
    days: int
    hours: int


@dataclass(frozen=True)
class Close:
    month: int
    hours: int


hours = st.sampled_from([0, 1, 5, 30])
steps = st.one_of(
    *[st.builds(Step, event=test_adjustment_histories.events, hours=hours, day=days)] * 6,
    st.builds(Defer, of=st.integers(0, 100), days=st.integers(0, 60), hours=hours),
    st.builds(Close, month=st.integers(1, 2), hours=hours),
)
asks = st.lists(st.tuples(st.integers(0, 100), st.none() | days), min_size=3, max_size=6)


@dataclass
class Teller(test_adjustment_histories.Teller):
    """Plays events whose vouchers have days of their own."""

    day: date = FIRST_DAY

    async def document(self, event: Event, kind: str) -> None:
        self.api.day = self.day
        await super().document(event, kind)

    def posting(self, event: Event, aim: dict, other: dict, live: list[dict]) -> dict:
        return super().posting(event, aim, other, live) | {"voucherDate": self.day.isoformat()}


@dataclass
class DatedApi(Api):
    """Sends documents with the day of the story."""

    day: date = FIRST_DAY

    async def post_document(self, document_no: str, incl_vat: float = 625, **fields):
        return await super().post_document(document_no, incl_vat, **fields | {"documentDate": self.day.isoformat()})

    async def invoice(self, document_no: str, incl_vat: float = 625, *, customer_no: str = "543210", **fields) -> dict:
        answer = await self.post_document(document_no, incl_vat, customer_no=customer_no, **fields)
        assert answer.status_code in {201, 422}, answer.text
        # A date that is too far off or in a closed period is refused; the day of the call is not.
        if answer.status_code == 422:
            return await super().invoice(document_no, incl_vat, customer_no=customer_no, **fields)
        return answer.json()["document"]


@dataclass
class Replay:
    """Every row of a client's ledger, and what they come to."""

    items: list
    matches: list
    changes: list
    lines: list

    @classmethod
    async def read(cls, db, client_no: int) -> "Replay":
        async with db.reading(client_no) as tx:
            return cls(
                await tx.fetch("select * from ar_item where client_no = $1", client_no),
                await tx.fetch("select * from ar_match where client_no = $1 order by match_no", client_no),
                await tx.fetch("select * from due_date_change where client_no = $1 order by change_no", client_no),
                await tx.fetch(
                    "select c.*, l.gl_account_no, l.gl_minor from gl_case c "
                    "join gl_item l using (client_no, gl_case_no) where client_no = $1",
                    client_no,
                ),
            )

    def open_items(self, at: AsOf) -> dict[tuple[int, int, int], tuple[int, int, date, str]]:
        """Balance in both currencies, due date and customer's account of what was open, by key."""
        balances, due, accounts = {}, {}, {}
        for item in self.items:
            if item["created_time"] <= at.booked_at and item["voucher_date"] <= at.voucher_date:
                key = item["reference_no"], item["reference_sequence_no"]
                balances[key] = [item["currency_minor"], item["gl_minor"]]
                due[key], accounts[key] = item["original_due_date"], item["account_no"]
        counted = set()
        for match in self.matches:
            debit = match["debit_reference_no"], match["debit_sequence_no"]
            credit = match["credit_reference_no"], match["credit_sequence_no"]
            if match["created_time"] > at.booked_at or match["match_date"] > at.voucher_date:
                continue
            if debit not in balances or credit not in balances:
                continue
            if match["undoes_match_no"] is not None and match["undoes_match_no"] not in counted:
                continue
            counted.add(match["match_no"])
            balances[debit][0] -= match["currency_minor"]
            balances[debit][1] -= match["debit_gl_minor"]
            balances[credit][0] += match["currency_minor"]
            balances[credit][1] += match["credit_gl_minor"]
        for change in self.changes:
            key = change["reference_no"], change["reference_sequence_no"]
            if change["created_time"] <= at.booked_at and key in due:
                due[key] = change["due_date_after"]
        return {
            (accounts[key], *key): (currency, gl, due[key]) for key, (currency, gl) in balances.items() if currency != 0
        }

    def accounts(self, at: AsOf) -> dict[int, tuple[int, int]]:
        """Sum and count of the lines on each GL account."""
        sums, counts = Counter(), Counter()
        for line in self.lines:
            if line["created_time"] <= at.booked_at and line["voucher_date"] <= at.voucher_date:
                sums[line["gl_account_no"]] += line["gl_minor"]
                counts[line["gl_account_no"]] += 1
        return {account: (sums[account], counts[account]) for account in counts}


def minor(amount) -> int:
    return round(amount * 100)


@dataclass
class Story:
    house: object
    client_no: int
    teller: Teller
    customer_no: str  # the first one
    seen: list = field(default_factory=list)  # moments, with what was open then

    async def ask(self, what: str, at: AsOf, **more) -> dict:
        query = {"bookedat": at.booked_at.isoformat(timespec="milliseconds")}
        if at.voucher_date != ANY_DAY:
            query["voucherdate"] = at.voucher_date.isoformat()
        url = f"/reskontro/v1/clients/{self.client_no}/asof/{what}"
        return await self.get(url, query | more)

    async def get(self, url: str, query: dict | None = None) -> dict:
        headers = {"Authorization": f"Bearer {self.teller.api.token}"}
        answer = await self.house.http.get(url, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def open_items(self, at: AsOf, **more) -> dict:
        """Every page of them, two a page."""
        page = await self.ask("openitems", at, pagesize=2, **more)
        found = list(page["arItems"])
        while "nextPage" in page:
            assert len(page["arItems"]) == 2
            page = await self.get(page["nextPage"])
            found += page["arItems"]
        keys = [(i["accountNo"], i["referenceNo"], i["referenceSequenceNo"]) for i in found]
        assert keys == sorted(set(keys))
        return {
            key: (minor(i["currencyBalance"]), minor(i["glBalance"]), date.fromisoformat(i["dueDate"]))
            for key, i in zip(keys, found, strict=True)
        }

    async def play(self, step) -> None:
        clock, teller = self.house.clock, self.teller
        clock.moment += timedelta(hours=step.hours, milliseconds=1)
        match step:
            case Step():
                teller.day = FIRST_DAY + timedelta(days=step.day)
                await teller.play(step.event)
            case Defer() if teller.items:
                item = teller.items[step.of % len(teller.items)]
                due = (clock.moment.date() + timedelta(days=step.days)).isoformat()
                body = {"metadata": {"userId": "T"}, "arItem": {"arItemId": item, "dueDate": due}}
                assert (await teller.api.put("/aritems", body)).status_code in {200, 422}
            case Close():
                period, now, actor = Period(2025, step.month), clock.now(), Actor("API", "T")
                with suppress(Refused):
                    await self.house.db.run(
                        self.client_no, lambda tx: close_period(tx, period, now, actor), BookLock.EXCLUSIVE
                    )
        self.seen.append((clock.now(), await self.standing()))

    async def standing(self) -> dict:
        async with self.house.db.reading(self.client_no) as tx:
            rows = await tx.fetch(
                """
                select account_no, reference_no, reference_sequence_no, currency_balance_minor, gl_balance_minor,
                    due_date
                from ar_item join ar_item_state using (client_no, reference_no, reference_sequence_no)
                where client_no = $1 and currency_balance_minor <> 0
                """,
                self.client_no,
            )
        return {tuple(row)[:3]: tuple(row)[3:] for row in rows}

    async def prove(self, asked) -> None:
        replay = await Replay.read(self.house.db, self.client_no)
        for moment, standing in self.seen:
            assert replay.open_items(AsOf(moment)) == standing, "a replay is what was seen"
        moments = [START - timedelta(days=1), *(moment for moment, _ in self.seen)]
        for number, day in asked:
            moment = moments[number % len(moments)]
            await self.prove_at(replay, AsOf(moment, ANY_DAY if day is None else FIRST_DAY + timedelta(days=day)))
        await self.prove_at(replay, AsOf(moments[-1], ANY_DAY))

    async def prove_at(self, replay: Replay, at: AsOf) -> None:
        wanted = replay.open_items(at)
        assert await self.open_items(at) == wanted
        accounts = replay.accounts(at)
        assert accounts.get(1500, (0, 0))[0] == sum(gl for _, gl, _ in wanted.values()), "what is open is the account"

        balance = await self.ask("balance", at)
        count, total = len(wanted), sum(gl for _, gl, _ in wanted.values())
        assert balance["openItems"]["itemCount"] == count
        assert minor(balance["openItems"]["glBalance"]) == total
        told = {a["glAccountNo"]: (minor(a["glBalance"]), a["itemCount"]) for a in balance["glAccounts"]}
        assert {account: found for account, found in told.items() if found != (0, 0)} == accounts
        assert sum(found for found, _ in told.values()) == 0

        sums: Counter = Counter()
        counts: Counter = Counter()
        for _, gl, due in wanted.values():
            sums[due] += gl
            counts[due] += 1
        expected = {due: (counts[due], sums[due]) for due in counts}
        for due_sums in (store.due_sums, store.from_now, store.from_amounts, store.due_sums_of_accounts):
            async with self.house.db.reading(self.client_no) as tx:
                found = await due_sums(tx, at, Conditions())
            assert {one.due_date: one[1:3] for one in found if one[1:3] != (0, 0)} == expected, due_sums.__name__
        await self.prove_sums_of_one(at, {key: found for key, found in wanted.items() if key[0] == FIRST_ACCOUNT})

        aging = await self.ask("aging", at, intervals=",".join(map(str, BOUNDS)))
        on = date.fromisoformat(aging["asOfDate"])
        ages = [next((n for n, b in enumerate(BOUNDS) if (on - due).days <= b), len(BOUNDS)) for due in counts]
        by_interval = Counter()
        for at_interval, due in zip(ages, counts, strict=True):
            by_interval[at_interval] += sums[due]
        assert [minor(i["glBalance"]) for i in aging["intervals"]] == [by_interval[n] for n in range(len(BOUNDS) + 1)]
        assert minor(aging["totals"]["overdueGlBalance"]) == sum(sums[due] for due in counts if due < on)

        mine = {key: found for key, found in wanted.items() if key[0] == FIRST_ACCOUNT}
        assert await self.open_items(at, customerno=self.customer_no) == mine
        one = await self.ask("balance", at, customerno=self.customer_no)
        assert (one["openItems"]["itemCount"], minor(one["openItems"]["glBalance"])) == (
            len(mine),
            sum(gl for _, gl, _ in mine.values()),
        )
        if at.booked_at == self.seen[-1][0]:  # the interface of the contract knows the present only
            adb = await self.adb(at.voucher_date)
            known = replay.open_items(AsOf(ANY_MOMENT, at.voucher_date))
            assert minor(adb["totals"]["glBalance"]) == sum(gl for _, gl, _ in known.values())
            assert adb["totals"]["itemCount"] == len(known)

    async def prove_sums_of_one(self, at: AsOf, mine: dict) -> None:
        """Conditions leave the same items on every way to a sum."""
        expected: dict = {}
        for currency_minor, gl_minor, due in mine.values():
            count, gl, currency = expected.get(due, (0, 0, 0))
            expected[due] = (count + 1, gl + gl_minor, currency + currency_minor)
        for due_sums in (store.from_now, store.from_amounts, store.due_sums_of_accounts):
            conditions = Conditions()
            conditions.add("i.account_no = ?", FIRST_ACCOUNT)
            conditions.add("i.currency = ?", "NOK")
            async with self.house.db.reading(self.client_no) as tx:
                found = await due_sums(tx, at, conditions)
            assert {one.due_date: one[1:] for one in found if one[1:3] != (0, 0)} == expected, due_sums.__name__

    async def adb(self, day: date) -> dict:
        url = f"/arm/v1/clients/{self.client_no}/insights/adbintervals"
        return await self.get(url, {"asofdate": min(day, date(2199, 1, 1)).isoformat()})


async def tell(house, history, asked) -> None:
    house.clock.moment = START
    client_no = await make_client(house.db)
    api = DatedApi(house.http, client_no, house.tokens.give(client_no))
    story = Story(house, client_no, Teller(api), CUSTOMERS[0])
    for customer_no in CUSTOMERS:
        await story.teller.api.customer(customer_no)
    for step in history:
        await story.play(step)
    assert await check_client(house.db, client_no) == []
    await story.prove(asked)


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=st.lists(steps, min_size=5, max_size=14), asked=asks)
def test_the_past_is_as_it_was(house, history, asked):
    house.loop.run_until_complete(tell(house, history, asked))
