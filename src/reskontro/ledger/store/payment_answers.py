"""What bank files that came by a call were answered with."""

from uuid import UUID

from reskontro.platform.database import Transaction


async def add(tx: Transaction, file_uuid: UUID, answer: bytes) -> None:
    """Keep the answer to a file, byte for byte."""
    await tx.execute(
        "insert into payment_file_answer (client_no, file_uuid, answer) values ($1, $2, $3::json)",
        tx.client_no,
        file_uuid,
        answer.decode(),
    )


async def by_digest(tx: Transaction, file_name: str, sha256: str) -> tuple[str, bytes] | None:
    """The type of the file of a name and a content, and the answer that it had."""
    row = await tx.fetchrow(
        """
        select f.file_type, a.answer::text as answer
        from stored_file f
        join payment_file_answer a on a.client_no = f.client_no and a.file_uuid = f.file_uuid
        where f.client_no = $1 and a.client_no = $1 and f.sha256 = $3 and f.file_name = $2
        """,
        tx.client_no,
        file_name,
        sha256,
    )
    return None if row is None else (row["file_type"], row["answer"].encode())


async def get(tx: Transaction, file_uuid: UUID) -> bytes | None:
    """The answer that a file had."""
    answer: str | None = await tx.fetchval(
        "select answer::text from payment_file_answer where client_no = $1 and file_uuid = $2", tx.client_no, file_uuid
    )
    return None if answer is None else answer.encode()
