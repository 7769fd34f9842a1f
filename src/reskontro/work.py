"""The job worker put together: its context and its work. It imports nothing that only a web process needs."""

from reskontro.identity.service import Identity
from reskontro.ledger import parts as ledger_parts
from reskontro.ledger.store.numbers import number_pool
from reskontro.platform.business_clock import SharedClock
from reskontro.platform.clock import OffsetClock
from reskontro.platform.database import Database
from reskontro.platform.jobs import Sweep, Work, WorkContext
from reskontro.platform.settings import Mode, Settings
from reskontro.platform.telemetry import set_up_logging
from reskontro.platform.worker import Worker, run_until_signalled


async def run_worker(config: Settings) -> None:
    """Do the work queued for later, until told to stop."""
    assert config.database_url is not None, "a worker is given its database"
    set_up_logging(config.log_level)
    db = await Database.connect(config.database_url, connections=config.database_connections)
    counters = await number_pool(config.database_url)
    shared = SharedClock(db, config.database_url) if config.mode is Mode.SANDBOX else None
    if shared is not None:
        await shared.start()
    identity = Identity.from_settings(db, config)
    parts = ledger_parts.parts(config, counters)
    context = WorkContext(db=db, clock=shared or OffsetClock(), parts=parts)
    work = Work(
        jobs=ledger_parts.jobs(context),
        client_work=(ledger_parts.client_work(context),),
        sweeps=(*ledger_parts.SWEEPS, ledger_parts.seal_sweep(db, config), *_identity_sweeps(identity)),
        due=ledger_parts.due_rows(db),
    )
    make_certain = shared.make_certain if shared is not None else None
    try:
        await run_until_signalled(Worker(config.database_url, context, work, before_work=make_certain))
    finally:
        identity.close()
        if shared is not None:
            await shared.close()
        await counters.close()
        await db.close()


def _identity_sweeps(identity: Identity) -> tuple[Sweep, ...]:
    async def sweep(_: WorkContext) -> None:
        await identity.sweep()

    return (Sweep("identity", 60, sweep),)
