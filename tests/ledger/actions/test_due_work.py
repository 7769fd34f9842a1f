"""What is due is done by whoever asks: the mover of the clock, the worker's sweep."""

from reskontro.ledger.parts import SWEEPS
from reskontro.ledger.service import follow_up
from reskontro.platform.due_work import DueRunners
from reskontro.platform.jobs import WorkContext


async def test_whoever_moves_the_clock_does_what_is_due(desk, invoice, application, db):
    await follow_up.schedule(db, desk.api.client_no, desk.clock.now())
    desk.at("2025-03-27", 5)
    assert await application.current().part(DueRunners).run_due(desk.clock.now()) >= 1
    assert (await desk.state(invoice))["reminderLevel"] == 1


async def test_the_worker_does_what_is_due(desk, invoice, application, db):
    await follow_up.schedule(db, desk.api.client_no, desk.clock.now())
    await follow_up.schedule(db, desk.api.client_no, desk.clock.now())
    desk.at("2025-03-27", 5)
    context = WorkContext(db=db, clock=desk.clock, parts=application.current().parts)
    (sweep,) = [sweep for sweep in SWEEPS if sweep.name == "follow-up"]
    await sweep.run(context)
    assert (await desk.state(invoice))["reminderLevel"] == 1
