"""Work for later: jobs, clients' work, sweeps.

A **job** is a small frozen record with a name. It is queued in the transaction that makes it necessary, can run twice
without harm, is tried a stated number of times, and says how long it may take.

**Clients' work** is done by one worker at a time for each client, in order: whoever adds some calls
`enqueue_client_work` in the same transaction, and the functions registered for it are asked until none has any left.

A **sweep** is done again and again, by one of all workers.

The worker that runs all this is in `reskontro.platform.worker`. Nothing here imports the queue's library, which takes a
quarter of a second that a web process has no use for.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Protocol, TypeVar

import msgspec

from reskontro.platform.clock import Clock
from reskontro.platform.database import Connection, Database, Transaction
from reskontro.platform.due_work import DueRunners

CLIENT_WORK: Final = "client-work"

# What the queue's library does to queue one job, without importing it; a test holds the two equal.
_ENQUEUE: Final = """
    with job as (
        insert into pgqueuer (priority, entrypoint, payload, execute_after, status)
        values (0, $1::text, $2, now() + $3::interval, 'queued')
        returning id
    )
    insert into pgqueuer_log (job_id, status, entrypoint, priority)
    select id, 'queued', $1::text, 0 from job
    """

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkContext:
    """What a worker holds for the work it does. `parts` are the areas' own (file store and the like)."""

    db: Database
    clock: Clock
    parts: Mapping[type, Any] = field(default_factory=dict)

    def part(self, kind: type[T]) -> T:
        """The area's part of that type."""
        found = self.parts[kind]
        assert isinstance(found, kind)
        return found


@dataclass(frozen=True, slots=True)
class JobKind:
    """What is done for jobs of one name. `payload` is the record's type; it is decoded from JSON."""

    name: str
    payload: type
    run: Callable[[WorkContext, Any], Awaitable[None]]
    attempts_max: int = 8
    limit_s: float = 300


class ClientWork(Protocol):
    """Work of one client, done in order by one worker at a time."""

    async def __call__(self, context: WorkContext, client_no: int) -> bool:
        """Do the next piece of it; False if there was none. A piece is at most some minutes long."""
        ...


@dataclass(frozen=True, slots=True)
class Sweep:
    """Work that is done again and again by one of all workers. An error is logged and the next time comes."""

    name: str
    every_s: float
    run: Callable[[WorkContext], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything that a worker can do."""

    jobs: Sequence[JobKind] = ()
    client_work: Sequence[ClientWork] = ()
    sweeps: Sequence[Sweep] = ()
    due: DueRunners = field(default_factory=DueRunners)


@dataclass(frozen=True, slots=True)
class ClientWorkJob:
    """Somebody added work for this client."""

    client_no: int


async def enqueue(tx: Transaction, name: str, payload: object, *, delay_s: float = 0) -> None:
    """Queue a job: it exists when the transaction has committed, and not before."""
    await enqueue_on(tx.connection, name, payload, delay_s=delay_s)


async def enqueue_client_work(tx: Transaction) -> None:
    """Have a worker look at the transaction's client."""
    await enqueue_on(tx.connection, CLIENT_WORK, ClientWorkJob(tx.client_no))


async def enqueue_on(connection: Connection, name: str, payload: object, *, delay_s: float = 0) -> None:
    """Queue a job of no client, in the connection's transaction."""
    await connection.execute(_ENQUEUE, name, msgspec.json.encode(payload), timedelta(seconds=delay_s))
