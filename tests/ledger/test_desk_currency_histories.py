"""In every currency, money in is settled, on account, unplaced or refunded.

Nothing by itself places a payment that is in another currency than its claim.
The histories of the desk, with claims in three currencies whose rates move, and some payments in a wrong one.
"""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reskontro.ledger.domain.incoming import LineKind
from reskontro.ledger.service.rates import import_rates
from tests.ledger import test_desk_histories
from tests.ledger.conftest import Api, make_client, set_config
from tests.ledger.incoming_files import Bank
from tests.ledger.test_currency_histories import FIRST, quotes
from tests.ledger.test_histories import START, house

__all__ = ["house"]  # a fixture

STRAY = 5  # every so many lines are in another currency than what they name


class Desk(test_desk_histories.Desk):
    """Plays a history whose documents and payments are in several currencies."""

    currencies = ("NOK", "CHF", "CAD")
    first_day = FIRST.isoformat()

    async def lines(self, kind: str, of: int, percent: int) -> list:
        made = await super().lines(kind, of, percent)
        if not made:
            return made
        if kind == "return":
            (one,) = made
            (found,) = await self.fetch(
                "select distinct currency from payment where client_no = $1 and archive_reference = $2 "
                "and amount_minor > 0",
                one.archive_reference,
            )
            return [one._replace(currency=found["currency"])]
        item = await self.api.item(self.claim(of)["arItemId"])
        at = self.currencies.index(item["currency"]) + (of % STRAY == 0)
        return [one._replace(currency=self.currencies[at % len(self.currencies)]) for one in made]

    async def prove(self) -> None:
        await super().prove()
        mixed = await self.fetch(
            """
            select m.match_no from ar_match m
            join ar_item d on d.client_no = m.client_no and d.reference_no = m.debit_reference_no
                and d.reference_sequence_no = m.debit_sequence_no
            join ar_item c on c.client_no = m.client_no and c.reference_no = m.credit_reference_no
                and c.reference_sequence_no = m.credit_sequence_no
            where m.client_no = $1 and d.currency <> c.currency
            """
        )
        assert mixed == []
        rows = await self.fetch(
            """
            select p.outcome, p.reason, p.currency, i.currency as claimed
            from payment p join ar_item i on i.client_no = p.client_no and i.kid = p.kid
                and i.reference_sequence_no = 0 and i.voucher_type = 3
            where p.client_no = $1 and p.kind = $2 and p.currency <> i.currency
            """,
            LineKind.PAYMENT.value,
        )
        assert all((row["outcome"], row["reason"]) == ("QUEUED", "other currency") for row in rows), rows
        self.strays = len(rows)


histories = st.lists(test_desk_histories.events, min_size=4, max_size=14).map(
    lambda rest: [
        ("invoice", 0, 400_02),  # one in each currency
        ("invoice", 1, 99_99),
        ("invoice", 0, 12_34),
        ("file", [("kid", 5, 150), ("kid", 1, 100), ("kid", 2, 40), ("customer", 1, 40), ("return", 1, 100)]),
        *rest,
    ]
)


@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(history=histories)
def test_money_in_is_accounted_for_in_each_currency(house, history):
    async def tell() -> None:
        house.clock.moment = START
        client_no = await make_client(house.db)
        await import_rates(house.db, quotes().encode(), START)
        await set_config(house.db, client_no, "refund.holdDays", "0")
        await set_config(house.db, client_no, "matching.acceptScore", "80")
        bank = Bank(house.db, house.clock, house.folder, client_no)
        await bank.open_account()
        desk = Desk(Api(house.http, client_no, house.tokens.give(client_no)), bank, house.clock)
        for number in range(test_desk_histories.CUSTOMERS):
            await desk.api.customer(str(number))
        for event in history:
            await desk.play(event)
        await desk.prove()
        assert desk.strays, "a history has a payment in a wrong currency"

    house.loop.run_until_complete(tell())
