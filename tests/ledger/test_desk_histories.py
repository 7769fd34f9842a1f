"""Whatever happens to payments, money in is settled, on account, unplaced or refunded, and undoing undoes.

A history is a list of events with numbers that choose among what is there at that moment. It is played through the
interface, the import of files and the services of the desk; what these refuse is part of it.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.incoming import LineKind, Naming
from reskontro.ledger.service import payment_desk, payment_queue, refunds, suggestions
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.payment_shares import Place
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store.numbers import Numbers
from tests.ledger.conftest import Api, make_client, set_config
from tests.ledger.incoming_files import DAY, Bank, line, part
from tests.ledger.test_histories import START, house

__all__ = ["house"]  # a fixture

ANNA, BENT = Actor("SYSTEM", "Anna"), Actor("SYSTEM", "Bent")
CUSTOMERS = 2
numbers = st.integers(0, 1000)
percents = st.sampled_from([100, 100, 100, 1, 40, 99, 101, 150])
events = st.one_of(
    st.tuples(st.just("invoice"), numbers, st.integers(1, 900_00)),
    st.tuples(st.just("credit"), numbers, percents),
    st.tuples(
        st.just("file"),
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["kid", "kid", "document", "customer", "text", "damaged", "unknown", "negative", "short", "twice",
                     "list", "list", "card", "refused", "return", "return"]
                ),
                numbers,
                percents,
            ),
            min_size=1,
            max_size=5,
        ),
    ),
    st.tuples(st.just("place"), numbers, numbers, st.sampled_from(["item", "two", "part", "customer"])),
    st.tuples(st.just("undo"), numbers),
    st.tuples(st.just("there and back"), numbers, numbers),
    st.tuples(st.just("suggest"), numbers),
    st.tuples(
        st.just("refund"),
        numbers,
        percents,
        st.lists(st.sampled_from(["approve", "send", "ACSC", "ACSC", "RJCT", "ACCP", "cancel", "undo"]), max_size=3),
    ),
    st.tuples(st.just("reverse"), numbers),
)  # fmt: skip
histories = st.lists(events, min_size=4, max_size=14).map(
    # Something that things can happen to comes first.
    lambda rest: [
        ("invoice", 0, 400_00),
        ("invoice", 1, 99_99),
        ("invoice", 0, 12_34),
        ("file", [("kid", 0, 150), ("short", 1, 100), ("list", 2, 100), ("text", 1, 40)]),
        *rest,
    ]
)


@dataclass
class Desk:
    """Plays a history, in one currency or in several."""

    currencies = ("NOK",)
    first_day = "2025-02-01"

    api: Api
    bank: Bank
    clock: object
    documents: list[tuple[dict, int, bool]] = field(default_factory=list)  # body, customer, whether it is a claim
    serial: object = field(default_factory=lambda: count(1))

    @property
    def db(self):
        return self.bank.db

    @property
    def client_no(self) -> int:
        return self.api.client_no

    @property
    def draw(self) -> Numbers:
        return Numbers(self.db)

    async def fetch(self, sql, *args):
        async with self.db.reading(self.client_no) as tx:
            return await tx.fetch(sql, self.client_no, *args)

    def claim(self, of: int) -> dict:
        claims = [body for body, _, is_claim in self.documents if is_claim]
        return claims[of % len(claims)]

    async def open_minor(self, document: dict) -> int:
        return round((await self.api.item(document["arItemId"]))["currencyBalance"] * 100)

    async def play(self, event) -> None:
        self.clock.moment += timedelta(minutes=1)
        name, *rest = event
        await getattr(self, name.replace(" ", "_"))(*rest)

    async def invoice(self, customer: int, minor: int) -> None:
        customer %= CUSTOMERS
        made = await self.api.invoice(
            f"D-{len(self.documents):05d}", minor / 100, customer_no=str(customer), documentDate=self.first_day,
            currency=self.currencies[minor % len(self.currencies)],
        )  # fmt: skip
        self.documents.append((made, customer, True))

    async def credit(self, of: int, percent: int) -> None:
        at = of % len(self.documents)
        made, customer, is_claim = self.documents[at]
        if not is_claim:
            return
        item = await self.api.item(made["arItemId"])
        minor = max(1, round(item["currencyAmount"] * 100) * percent // 100)
        note = await self.api.invoice(
            f"D-{len(self.documents):05d}", minor / 100, customer_no=str(customer), documentType="CN",
            documentDate=self.first_day, currency=item["currency"],
            **({"creditedDocumentNo": made["documentNo"]} if of % 2 else {}),
        )  # fmt: skip
        self.documents.append((note, customer, False))

    async def file(self, wanted) -> None:
        lines = []
        for kind, of, percent in wanted:
            lines += await self.lines(kind, of, percent)
        await self.bank.send(*lines)

    async def lines(self, kind: str, of: int, percent: int) -> list:  # noqa: C901, PLR0911, PLR0912 - a table
        aim = self.claim(of)
        is_open = await self.open_minor(aim)
        amount = max(1, (is_open or 50_00) * percent // 100)
        own = {"archive_reference": f"A{next(self.serial)}", "payer_account": f"8601111794{of % 3}"}
        kid = aim["kid"]
        match kind:
            case "kid" | "twice":
                one = line(amount, kid, **own)
                return [one, one] if kind == "twice" else [one]
            case "document":
                return [line(amount, aim["documentNo"], naming=Naming.DOCUMENT, **own)]
            case "customer":
                return [line(amount, str(of % CUSTOMERS), naming=Naming.CUSTOMER, **own)]
            case "text":
                return [line(amount, text=f"faktura {aim['documentNo']}", **own)]
            case "damaged":
                at = of % len(kid)
                damaged = kid[:at] + str((int(kid[at]) + 1 + of % 9) % 10) + kid[at + 1 :]
                return [line(amount, damaged, **own)]
            case "unknown":
                return [line(amount, "10000120260003", **own)]
            case "negative":
                return [line(-amount, kid, kind=LineKind.DEDUCTION, **own)]
            case "short":
                return [line(max(1, (is_open or 50_00) - 4_00), kid, **own)]
            case "list":
                same = [body for body, customer, is_claim in self.documents
                        if is_claim and body["arItemId"].split("-")[1] == aim["arItemId"].split("-")[1]]  # fmt: skip
                other = same[of % len(same)]
                parts = [part(aim["documentNo"], amount)]
                if other is not aim:
                    parts.append(part(other["documentNo"], max(1, await self.open_minor(other))))
                return [line(sum(one.amount_minor for one in parts), parts=tuple(parts), **own)]
            case "card":
                return [line(amount, kid, kind=LineKind.CARD, **own)]
            case "refused":
                return [line(amount, kid, kind=LineKind.REFUSED, **own)]
        found = await self.fetch(
            "select amount_minor, kid, archive_reference, payer_account_no from payment where client_no = $1 "
            "and amount_minor > 0 and outcome not in ('INFORMATION', 'REFUSED') order by payment_no"
        )
        if not found:
            return []
        first = found[of % len(found)]
        return [
            line(-first["amount_minor"], first["kid"], kind=LineKind.RETURN,
                 archive_reference=first["archive_reference"], payer_account=first["payer_account_no"],
                 booking_date=DAY + timedelta(days=of % 2), end_to_end_id=f"x{next(self.serial)}")
        ]  # fmt: skip

    async def some_payment(self, of: int, *, only: str = "") -> int | None:
        found = await self.fetch("select payment_no from payment where client_no = $1 order by payment_no")
        if only:
            async with self.db.reading(self.client_no) as tx:
                stands = await payment_desk.store.lines(tx, [row["payment_no"] for row in found])
            numbers_ = [one.payment_no for one in stands if one.status == only]
        else:
            numbers_ = [row["payment_no"] for row in found]
        return numbers_[of % len(numbers_)] if numbers_ else None

    async def place(self, of: int, where: int, how: str) -> None:
        number = await self.some_payment(of, only="UNPLACED")
        if number is None:
            return
        item = Place(Identifiers(ar_item_id=self.claim(where)["arItemId"]))
        places = {
            "item": [item],
            "two": [item, Place(Identifiers(document_no=self.claim(where + 1)["documentNo"]))],
            "part": [
                Place(Identifiers(ar_item_id=self.claim(where)["arItemId"]), 1),
                Place(Identifiers(customer_no=str(where % CUSTOMERS))),
            ],
            "customer": [Place(Identifiers(customer_no=str(where % CUSTOMERS)))],
        }[how]
        with suppress(Refused):
            await payment_desk.place(self.db, self.draw, self.client_no, number, places, self.clock.moment, ANNA)

    async def undo(self, of: int) -> None:
        number = await self.some_payment(of)
        if number is not None:
            with suppress(Refused):
                await payment_desk.undo(self.db, self.draw, self.client_no, number, self.clock.moment, BENT)

    async def there_and_back(self, of: int, where: int) -> None:
        """Placing and undoing at once leaves what was open before, and the line in the queue."""
        number = await self.some_payment(of, only="UNPLACED")
        before = await self.balances()
        if number is None:
            return
        places = [Place(Identifiers(document_no=self.claim(where)["documentNo"]))]
        try:
            await payment_desk.place(self.db, self.draw, self.client_no, number, places, self.clock.moment, ANNA)
        except Refused:
            assert await self.balances() == before
            return
        await payment_desk.undo(self.db, self.draw, self.client_no, number, self.clock.moment, BENT)
        after = await self.balances()
        assert {key: minor for key, minor in after.items() if key in before} == before
        assert all(minor == 0 for key, minor in after.items() if key not in before)
        history = await payment_desk.show(self.db, self.client_no, number)
        assert history.line.status == "UNPLACED"

    async def balances(self) -> dict:
        found = await self.fetch(
            "select reference_no, reference_sequence_no, currency_balance_minor, gl_balance_minor from ar_item_state "
            "where client_no = $1"
        )
        return {(row[0], row[1]): row[2] for row in found}

    async def suggest(self, of: int) -> None:
        await suggestions.suggest_all(self.db, self.draw, self.client_no, self.clock.moment, ANNA)
        number = await self.some_payment(of, only="UNPLACED")
        if number is not None:
            with suppress(Refused):
                await suggestions.accept(self.db, self.draw, self.client_no, number, 1, self.clock.moment, ANNA)

    async def refund(self, of: int, percent: int, fates: list[str]) -> None:
        """Propose a refund; mostly it is approved and sent, and then something becomes of it."""
        waiting = await payment_queue.list_queue(self.db, self.client_no, payment_queue.Queue.ON_ACCOUNT)
        if not waiting:
            return
        row = waiting[of % len(waiting)]
        minor = None if percent == 100 else max(1, row.open_minor * percent // 100)
        try:
            proposal = refunds.Proposal(row.payment_no, None, minor, "86011117947", "", "Takk")
            made = await refunds.propose(self.db, self.client_no, proposal, self.clock.moment, ANNA)
        except Refused:
            return
        assert 0 < made.amount_minor <= row.open_minor
        for fate in (["approve", "send"] if of % 3 else []) + fates:
            with suppress(Refused):
                await self.befall(made.refund_id, row.payment_no, fate)

    async def befall(self, refund_id: str, payment_no: int, fate: str) -> None:
        moment = self.clock.moment
        match fate:
            case "approve":
                await refunds.approve(self.db, self.client_no, refund_id, moment, BENT)
            case "cancel":
                await refunds.cancel(self.db, self.client_no, refund_id, moment, ANNA)
            case "send":
                for currency in self.currencies:
                    async with self.db.transaction(self.client_no) as tx:
                        await refunds.take_to_send(tx, currency, f"M{next(self.serial)}", moment, ANNA)
            case "undo":
                await payment_desk.undo(self.db, self.draw, self.client_no, payment_no, moment, BENT)
            case status:
                for _ in range(2):  # a bank may say it twice
                    given = refunds.Answer(refund_id, status, "")
                    await refunds.answer(self.db, self.draw, self.client_no, given, moment, ANNA)

    async def reverse(self, of: int) -> None:
        """Somebody reverses the case of a payment over the interface."""
        found = await self.fetch("select gl_case_no from payment where client_no = $1 and gl_case_no is not null")
        if not found:
            return
        posting = {"postingId": f"R{next(self.serial)}", "glCaseNo": found[of % len(found)][0],
                   "voucherDate": "2025-02-27"}  # fmt: skip
        answer = await self.api.post(
            "/autopostings/reversal", {"metadata": {"userId": "T"}, "autoPostings": [posting]}
        )  # fmt: skip
        assert answer.status_code in {200, 422}, answer.text

    async def prove(self) -> None:
        assert await check_client(self.db, self.client_no) == []
        rows = await self.fetch("select payment_no, kind, outcome, currency, amount_minor from payment "
                                "where client_no = $1 and outcome not in ('INFORMATION', 'REFUSED')")  # fmt: skip
        async with self.db.reading(self.client_no) as tx:
            lines = await payment_desk.store.lines(tx, [row["payment_no"] for row in rows])
        reversed_cases = {row[0] for row in await self.fetch(
            "select reverses_gl_case_no from gl_case where client_no = $1 and reverses_gl_case_no is not null"
        )}  # fmt: skip
        items = {(row[0], row[1]): row for row in await self.fetch(
            """
            select i.reference_no, i.reference_sequence_no, i.currency_minor, s.currency_balance_minor, i.gl_case_no,
                i.voucher_type, i.account_no, i.currency
            from ar_item i join ar_item_state s using (client_no, reference_no, reference_sequence_no)
            where client_no = $1
            """
        )}  # fmt: skip
        matched = await self.fetch(
            "select debit_reference_no, debit_sequence_no, credit_reference_no, credit_sequence_no, currency_minor "
            "from ar_match where client_no = $1"
        )
        came: Counter = Counter()
        went: Counter = Counter()
        for one in lines:
            came[one.currency] += one.amount_minor
            if one.status in {"UNPLACED", "RETURNED"}:
                went[one.currency] += one.amount_minor  # a return and what it takes back are nothing together
                continue
            assert one.status == "PLACED", one
            for key in one.credits:
                _, _, minor, balance, case_no, _, _, currency = items[key]
                assert currency == one.currency, "money is open in the currency in which it came"
                if case_no in reversed_cases:
                    went[one.currency] += -minor  # taken out of the book over the interface, not over the desk
                    continue
                on_account = -balance
                used = {True: 0, False: 0}
                for debit_no, debit_seq, credit_no, credit_seq, part_minor in matched:
                    if key == (credit_no, credit_seq):
                        used[items[debit_no, debit_seq][5] == 9] += part_minor
                    if key == (debit_no, debit_seq):  # what went out closes a credit
                        used[True] -= part_minor
                went[one.currency] += on_account + used[False] + used[True]
                assert on_account + used[False] + used[True] == -minor
        assert came == went
        returned = sum(one.amount_minor for one in lines if one.status == "RETURNED")
        assert returned == 0
        # A damaged reference, a text and an unknown one have placed nothing by themselves.
        strays = await self.fetch(
            "select p.payment_no from payment p join ar_item i on i.client_no = p.client_no "
            "and i.reference_no = p.reference_no and i.reference_sequence_no = 0 "
            "where p.client_no = $1 and p.rule = 'exact reference' and p.kid <> i.kid"
        )
        assert strays == []


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(history=histories)
def test_money_in_is_settled_on_account_unplaced_or_refunded(house, history):
    async def tell() -> None:
        house.clock.moment = START
        client_no = await make_client(house.db)
        await set_config(house.db, client_no, "refund.holdDays", "0")
        await set_config(house.db, client_no, "matching.acceptScore", "80")
        bank = Bank(house.db, house.clock, house.folder, client_no)
        await bank.open_account()
        desk = Desk(Api(house.http, client_no, house.tokens.give(client_no)), bank, house.clock)
        for number in range(CUSTOMERS):
            await desk.api.customer(str(number))
        for event in history:
            await desk.play(event)
        await desk.prove()

    house.loop.run_until_complete(tell())
