"""The audit trail: rows written in the transaction of the change that they tell of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reskontro.kernel.actor import Actor
from reskontro.platform.database import Transaction
from reskontro.platform.ids import new_uuid
from reskontro.platform.rows import RowInsert

MASKED_FIELDS = frozenset({"ssn", "bankAccountNo"})


@dataclass(frozen=True, slots=True)
class Change:
    """A field that changed, as text."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What the trail says of one entity."""

    entity_type: str
    entity_id: str
    log_text: str
    customer_no: str = ""
    status_code: int | None = None
    level: str = "INFO"
    changes: Sequence[Change] = ()


def masked(field: str, value: str) -> str:
    """The value, or its last four characters where the field is personal."""
    return "*" * max(0, len(value) - 4) + value[-4:] if field in MASKED_FIELDS else value


def changes_json(changes: Sequence[Change]) -> str | None:
    """The changes as they are stored and shown."""
    if not changes:
        return None
    rows: list[Mapping[str, str]] = [
        {"field": c.field, "oldValue": masked(c.field, c.old), "newValue": masked(c.field, c.new)} for c in changes
    ]
    return json.dumps(rows, ensure_ascii=False)


ADD = """
insert into log_item (client_no, log_item_id, log_time, log_level, source, user_id, integration_id, request_id,
    http_method, path, status_code, entity_type, entity_id, customer_no, log_text, changes)
select $1, u.log_item_id, $2, u.log_level, $3, $4, $5, $6, $7, $8, u.status_code, u.entity_type, u.entity_id,
    u.customer_no, u.log_text, u.changes::json
from unnest($9::uuid[], $10::text[], $11::int[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
    as u (log_item_id, log_level, status_code, entity_type, entity_id, customer_no, log_text, changes)
"""


async def add(tx: Transaction, actor: Actor, now: datetime, entries: Sequence[LogEntry]) -> None:
    """Write the entries of one call."""
    await tx.execute(ADD, tx.client_no, *arguments(actor, now, entries))


def arguments(actor: Actor, now: datetime, entries: Sequence[LogEntry]) -> list[object]:
    """The arguments of ADD after the client."""
    ids: list[UUID] = [new_uuid() for _ in entries]
    return [
        now,
        actor.source,
        actor.user_id,
        actor.integration_id,
        actor.request_id,
        actor.http_method,
        actor.path,
        ids,
        [e.level for e in entries],
        [e.status_code for e in entries],
        [e.entity_type for e in entries],
        [e.entity_id for e in entries],
        [e.customer_no for e in entries],
        [e.log_text for e in entries],
        [changes_json(e.changes) for e in entries],
    ]


# As a part of a run of postings, whose shared parameter $3 is the business time.
ROWS = RowInsert(
    "log_item",
    (("client_no", "$1::int"), ("log_time", "$3::timestamptz")),
    (
        ("log_item_id", "uuid"),
        ("log_level", "text"),
        ("source", "text"),
        ("user_id", "text"),
        ("integration_id", "text"),
        ("request_id", "text"),
        ("http_method", "text"),
        ("path", "text"),
        ("status_code", "int"),
        ("entity_type", "text"),
        ("entity_id", "text"),
        ("customer_no", "text"),
        ("log_text", "text"),
        ("changes", "json"),
    ),
)


def rows(actor: Actor, entries: Sequence[LogEntry]) -> list[tuple[object, ...]]:
    """The entries as rows of ROWS."""
    return [
        (
            new_uuid(),
            e.level,
            actor.source,
            actor.user_id,
            actor.integration_id,
            actor.request_id,
            actor.http_method,
            actor.path,
            e.status_code,
            e.entity_type,
            e.entity_id,
            e.customer_no,
            e.log_text,
            changes_json(e.changes),
        )
        for e in entries
    ]
