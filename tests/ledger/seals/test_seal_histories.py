"""Whatever happens to a book, and whenever it is sealed between: every row is sealed once, and the chain holds."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reskontro.ledger.service.seal_check import verify_client
from reskontro.ledger.service.sealing import seal_client
from tests.ledger import test_adjustment_histories as adjustments
from tests.ledger import test_histories as payments
from tests.ledger.conftest import Api, make_client

house = payments.house  # the application on a loop of its own

HISTORY = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
sealed_after = st.sets(st.integers(0, 20))


async def all_is_sealed(house, client_no: int) -> None:
    await seal_client(house.db, client_no)
    verified = await verify_client(house.db, client_no)
    assert verified.findings == []
    assert verified.waiting == 0  # and verifying has counted the rows of every table


async def play(house, client_no: int, teller, history, sealed_after: set[int]) -> None:
    for at, event in enumerate(history):
        await teller.play(event)
        if at in sealed_after:
            await seal_client(house.db, client_no)
    await all_is_sealed(house, client_no)


@HISTORY
@given(history=st.lists(adjustments.events, min_size=6, max_size=20), sealed_after=sealed_after)
def test_whatever_is_adjusted_is_sealed(house, history, sealed_after):
    async def tell() -> None:
        house.clock.moment = payments.START
        client_no = await make_client(house.db)
        teller = adjustments.Teller(Api(house.http, client_no, house.tokens.give(client_no)))
        for customer_no in adjustments.CUSTOMERS:
            await teller.api.customer(customer_no)
        await play(house, client_no, teller, history, sealed_after)

    house.loop.run_until_complete(tell())


@HISTORY
@given(history=payments.histories, sealed_after=sealed_after)
def test_whatever_is_paid_is_sealed(house, history, sealed_after):
    async def tell() -> None:
        house.clock.moment = payments.START
        client_no = await make_client(house.db)
        api = Api(house.http, client_no, house.tokens.give(client_no))
        teller = payments.Teller(api, house.db, house.clock, house.folder)
        await teller.begin()
        await play(house, client_no, teller, history, sealed_after)

    house.loop.run_until_complete(tell())
