"""The GL currency cannot change under what is posted."""

from datetime import date, timedelta

import pytest

from reskontro.cli.tenant import _describe
from reskontro.ledger.service.settings import guard_of_postings
from reskontro.tenants.config import ConfigRefused, Wanted
from reskontro.tenants.service import change_config, list_config
from tests.ledger.conftest import make_client

KEY = "gl.baseCurrency"
TODAY = date(2025, 2, 27)


async def change(db, client_no, value, on=TODAY, key=KEY):
    await change_config(db, client_no, Wanted(key, value, on), _describe, guard_of_postings(TODAY))
    return [entry.value for entry in (await list_config(db, client_no)).get(key, [])]


async def test_a_client_that_has_not_posted_chooses_its_currency(db):
    client_no = await make_client(db)
    assert await change(db, client_no, "EUR") == ["EUR"]
    assert await change(db, client_no, "SEK") == ["SEK"]


@pytest.mark.parametrize("on", [date(2000, 1, 1), TODAY - timedelta(1), TODAY, TODAY + timedelta(400)])
async def test_a_client_that_has_posted_keeps_its_currency(api, db, on):
    await api.customer()
    await api.invoice("I-1")
    with pytest.raises(ConfigRefused) as caught:
        await change(db, api.client_no, "EUR", on)
    assert caught.value.faults[0].field == KEY
    assert (await list_config(db, api.client_no)).get(KEY, []) == []
    assert await change(db, api.client_no, "NOK", on) == ["NOK"], "the same currency may be written down"
    assert await change(db, api.client_no, "4", on, "reminder.levels") == ["4"], "other settings may change"


async def test_another_currency_cannot_be_planned_and_then_come_over_postings(db):
    with pytest.raises(ConfigRefused):
        await change(db, await make_client(db), "EUR", TODAY + timedelta(1))
