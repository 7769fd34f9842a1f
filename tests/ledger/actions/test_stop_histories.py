"""Stops and what takes them back, in any order on item and customer: the last word on each holds, and the run obeys."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.conftest import make_client

TODAY = date(2025, 2, 27)
NIGHT = date(2025, 3, 27)
WHAT = {
    "REMINDER": "stopReminderUntil",
    "DEBT-COLLECTION": "stopDebtCollectionUntil",
    "INTEREST": "stopInterestCalcUntil",
}

steps = st.lists(
    st.tuples(
        st.sampled_from(["STOP", "RESUME"]),
        st.sampled_from(sorted(WHAT)),
        st.sampled_from(["item", "customer"]),
        st.integers(0, 40),
    ),
    max_size=8,
)


@given(steps=steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_last_word_holds(desk, db, api_for, steps):
    desk.api = api_for(await make_client(db))
    desk.at(TODAY)
    await desk.api.customer()
    item = (await desk.api.invoice("I-1", dueDate="2025-03-13"))["arItemId"]
    assert await desk.run() == 0
    targets = {"item": {"arItemId": item}, "customer": {"customerNo": "543210"}}
    model: dict[tuple[str, str], str] = {}
    for verb, what, target, days in steps:
        until = (TODAY + timedelta(days=days)).isoformat()
        more = {"toDate": until} if verb == "STOP" else {}
        done = await desk.act(f"{verb}-{what}", **targets[target], **more)
        assert done["actionStatus"] == "COMPLETED"
        model[target, what] = until if verb == "STOP" else ""
    state = await desk.state(item)
    customer = (await desk.api.get("/customers/543210")).json()
    for what, field in WHAT.items():
        assert state[field] == model.get(("item", what), "")
        assert customer.get(field, "") == model.get(("customer", what), "")
    stopped = any(model.get((target, "REMINDER"), "") >= NIGHT.isoformat() for target in targets)
    assert await desk.night(NIGHT) == (0 if stopped else 1)
