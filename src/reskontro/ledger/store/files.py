"""The rows of files. Their bytes lie in the file store."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.file import Direction, FileStatus, StoredFile
from reskontro.ledger.store.conditions import Conditions
from reskontro.platform.database import Transaction

FILES_LOCK = 4  # the kind of the advisory locks between uploads and the sweep of orphans
MOST_FAULTS = 200  # kept of a file that its importer refused

SELECTED = """
select file_uuid, file_type, file_name, content_type, file_size, sha256, direction, file_status, description,
    customer_no, document_no, ledger_period_report_no, user_id, faults, created_time, processed_time, batch_uuid
from stored_file
"""
WITH_IDENTITY = """
where client_no = $1 and sha256 = any($4) and batch_uuid is null
    and (file_type, file_name, sha256) in (select * from unnest($2::text[], $3::text[], $4::text[]))
"""
_FAULTS = msgspec.json.Decoder(tuple[Fault, ...])


async def hold_files(tx: Transaction) -> None:
    """Keep the sweep away from this client's bytes until the transaction ends."""
    await tx.execute("select pg_advisory_xact_lock_shared($1, $2)", FILES_LOCK, tx.client_no)


async def hold_files_alone(tx: Transaction) -> None:
    """Wait for this client's uploads, and let none begin until the transaction ends."""
    await tx.execute("select pg_advisory_xact_lock($1, $2)", FILES_LOCK, tx.client_no)


async def get(tx: Transaction, file_uuid: UUID) -> StoredFile | None:
    """One file."""
    row = await tx.fetchrow(SELECTED + "where client_no = $1 and file_uuid = $2", tx.client_no, file_uuid)
    return None if row is None else _file(row)


async def keys(tx: Transaction, conditions: Conditions, limit: int) -> list[UUID]:
    """The ids of those that meet the conditions, newest first."""
    rows = await tx.fetch(
        f"""
        select file_uuid from stored_file where client_no = $1{conditions.where()}
        order by created_time desc, file_uuid desc limit {limit:d}
        """,
        tx.client_no,
        *conditions.arguments,
    )
    return [row["file_uuid"] for row in rows]


async def by_ids(tx: Transaction, wanted: Sequence[UUID], types: Sequence[str]) -> list[StoredFile]:
    """The files of some ids that are of some types, newest first."""
    rows = await tx.fetch(
        f"""
        {SELECTED}
        where client_no = $1 and file_uuid = any($2::uuid[]) and file_type = any($3::text[])
        order by created_time desc, file_uuid desc
        """,
        tx.client_no,
        wanted,
        types,
    )
    return [_file(row) for row in rows]


async def by_identity(
    tx: Transaction, identities: Sequence[tuple[str, str, str]]
) -> dict[tuple[str, str, str], StoredFile]:
    """The files of these types, names and digests that are there already."""
    columns = [[identity[part] for identity in identities] for part in range(3)]
    rows = await tx.fetch(SELECTED + WITH_IDENTITY, tx.client_no, *columns)
    return {file.identity: file for file in map(_file, rows)}


async def add(tx: Transaction, files: Sequence[StoredFile]) -> set[UUID]:
    """Add files; the ids of those that were not there already."""
    rows = await tx.fetch(
        """
        insert into stored_file (client_no, file_uuid, file_type, file_name, content_type, file_size, sha256, direction,
            file_status, description, customer_no, document_no, ledger_period_report_no, user_id, faults, created_time,
            processed_time, file_name_key, customer_no_key, document_no_key, batch_uuid)
        select $1, u.file_uuid, u.file_type, u.file_name, u.content_type, u.file_size, u.sha256, u.direction,
            u.file_status, u.description, u.customer_no, u.document_no, u.report_no, u.user_id, u.faults::json,
            u.created_time, u.processed_time, u.file_name_key, u.customer_no_key, u.document_no_key, u.batch_uuid
        from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::bigint[], $14::text[], $15::text[], $16::timestamptz[],
            $17::timestamptz[], $18::text[], $19::text[], $20::text[], $21::uuid[])
            as u (file_uuid, file_type, file_name, content_type, file_size, sha256, direction, file_status, description,
                customer_no, document_no, report_no, user_id, faults, created_time, processed_time, file_name_key,
                customer_no_key, document_no_key, batch_uuid)
        on conflict do nothing
        returning file_uuid
        """,
        tx.client_no,
        [f.file_uuid for f in files],
        [f.file_type for f in files],
        [f.file_name for f in files],
        [f.content_type for f in files],
        [f.file_size for f in files],
        [f.sha256 for f in files],
        [f.direction for f in files],
        [f.file_status for f in files],
        [f.description for f in files],
        [f.customer_no for f in files],
        [f.document_no for f in files],
        [f.ledger_period_report_no for f in files],
        [f.user_id for f in files],
        [_faults_json(f.faults) for f in files],
        [f.created_time for f in files],
        [f.processed_time for f in files],
        [fold(f.file_name) for f in files],
        [fold(f.customer_no) for f in files],
        [fold(f.document_no) for f in files],
        [f.batch_uuid for f in files],
    )
    return {row["file_uuid"] for row in rows}


async def move(
    tx: Transaction,
    file_uuid: UUID,
    status: FileStatus,
    processed_time: datetime | None = None,
    faults: Sequence[Fault] = (),
) -> None:
    """Let a file be somewhere else on its way."""
    await tx.execute(
        """
        update stored_file set file_status = $3, processed_time = $4, faults = $5::json
        where client_no = $1 and file_uuid = $2
        """,
        tx.client_no,
        file_uuid,
        status,
        processed_time,
        _faults_json(faults),
    )


async def customer_nos(tx: Transaction, wanted: Sequence[str]) -> dict[str, str]:
    """Folded to stored spelling of those customer numbers that exist."""
    rows = await tx.fetch(
        "select customer_no_key, customer_no from customer where client_no = $1 and customer_no_key = any($2)",
        tx.client_no,
        [fold(number) for number in wanted],
    )
    return dict(map(tuple, rows))


async def document_nos(tx: Transaction, wanted: Sequence[str]) -> dict[str, str]:
    """Folded to stored spelling of those document numbers that exist."""
    rows = await tx.fetch(
        "select document_no_key, document_no from document where client_no = $1 and document_no_key = any($2)",
        tx.client_no,
        [fold(number) for number in wanted],
    )
    return dict(map(tuple, rows))


async def named(tx: Transaction, digests: Sequence[str]) -> set[str]:
    """Those of the digests that a row names."""
    rows = await tx.fetch(
        "select distinct sha256 from stored_file where client_no = $1 and sha256 = any($2)", tx.client_no, digests
    )
    return {row["sha256"] for row in rows}


def _faults_json(faults: Sequence[Fault]) -> str | None:
    return msgspec.json.encode(faults[:MOST_FAULTS]).decode() if faults else None


def _file(row: asyncpg.Record) -> StoredFile:
    fields = dict(row)
    fields["direction"] = Direction(row["direction"])
    fields["file_status"] = FileStatus(row["file_status"])
    fields["faults"] = _FAULTS.decode(row["faults"]) if row["faults"] else ()
    return StoredFile(**fields)
