"""The follow-up of every client: registered actions at their time, reminders by night.

A client's follow-up is one row, which whoever works on it holds; so it may be asked for in several processes at once.
A run that is late is run once, as of the day it is run on: nobody can be reminded yesterday.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

import asyncpg

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.actions import next_run
from reskontro.ledger.domain.follow_up import FollowedCustomer, FollowedItem, ReminderRules, next_step
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.service.actions import Means, do_next_due
from reskontro.ledger.service.reminders import Reminder, remind
from reskontro.ledger.service.reservations import held_on_account
from reskontro.ledger.store import checks as client_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import follow_up as store
from reskontro.platform.clock import OSLO, business_day
from reskontro.platform.database import Database, Transaction

NIGHT: Final = Actor("SYSTEM", "follow-up")
ITEMS_AT_ONCE: Final = 500
_FOLLOWED_ITEM = tuple(FollowedItem.__dataclass_fields__)


class FollowUp:
    """All clients' follow-up as work with a due moment."""

    def __init__(self, db: Database, means: Means) -> None:
        self._db = db
        self._means = means

    async def run_due(self, now: datetime) -> int:
        """Do what is due by then, client by client; how many actions were done and items reminded.

        A client whose work breaks does not keep the others from theirs.
        """
        done, broken = 0, []
        after = 0
        while clients := await self._clients(after):
            for client_no in clients:
                (result,) = await asyncio.gather(self.run_client(client_no, now), return_exceptions=True)
                if isinstance(result, Exception):
                    broken.append(result)
                elif isinstance(result, BaseException):
                    raise result
                else:
                    done += result
            after = clients[-1]
        if broken:
            raise ExceptionGroup(f"the follow-up of {len(broken)} clients broke", broken)
        return done

    async def run_client(self, client_no: int, now: datetime) -> int:
        """Do what is due for one client, each action and each part of a run in a transaction of its own."""
        async with self._db.reading(client_no) as tx:
            next_time, action_due = await store.look(tx, now)
        if next_time is None:
            await schedule(self._db, client_no, now)
        if not action_due and (next_time is None or now < next_time <= next_run(now, OSLO)):
            return 0
        total = 0
        while (done := await self._db.run(client_no, partial(self._step, now))) is not None:
            total += done
        return total

    async def _clients(self, after: int) -> Sequence[int]:
        async with self._db.registry() as connection:
            return await client_store.client_nos(connection, after)

    async def _step(self, now: datetime, tx: Transaction) -> int | None:
        """One action, or one part of the nightly run; None where nothing is left."""
        run = await store.claim(tx)
        if await do_next_due(tx, self._means, now):
            return 1
        if run.next_time > next_run(now, OSLO):  # the sandbox's clock was put back
            run = store.Run(next_run(now, OSLO), None)
            await store.move_on(tx, run)
        return await _remind_some(tx, run, now) if run.next_time <= now else None


async def schedule(db: Database, client_no: int, now: datetime) -> None:
    """Let a new client's first run be the next one after a moment."""
    async with db.transaction(client_no) as tx:
        await store.schedule(tx, next_run(now, OSLO))


async def _remind_some(tx: Transaction, run: store.Run, now: datetime) -> int:
    """Go on with a run: remind of some items, and move on to the next ones, or to the next night."""
    today = business_day(now)
    rules = ReminderRules.of(await config_store.read(tx, today))
    rows = await store.lock_overdue(tx, run.after, today, rules.levels, ITEMS_AT_ONCE)
    steps = [(row, next_step(_item(row), _customer(row), rules, today)) for row in rows]
    covered = await held_on_account(tx, {row["account_no"] for row, step in steps if step.due}, now)
    reminders = [
        _reminder(tx.client_no, row, step.level)
        for row, step in steps
        if step.due and (row["reference_no"], row["reference_sequence_no"]) not in covered
    ]
    await remind(tx, reminders, today, now, NIGHT)
    if len(rows) < ITEMS_AT_ONCE:
        await store.move_on(tx, store.Run(next_run(now, OSLO), None))
    else:
        last = rows[-1]
        await store.move_on(tx, store.Run(run.next_time, (last["reference_no"], last["reference_sequence_no"])))
    return len(reminders)


def _item(row: asyncpg.Record) -> FollowedItem:
    return FollowedItem(**{name: row[name] for name in _FOLLOWED_ITEM})


def _customer(row: asyncpg.Record) -> FollowedCustomer:
    return FollowedCustomer(stop_reminder_until=row["customer_stop_reminder_until"])


def _reminder(client_no: int, row: asyncpg.Record, level: int) -> Reminder:
    return Reminder(
        item=ArItemId(client_no, row["account_no"], row["reference_no"], row["reference_sequence_no"]),
        customer_no=row["customer_no"],
        level=level,
        due_date=row["due_date"],
        currency=row["currency"],
        balance_minor=row["balance_minor"],
    )
