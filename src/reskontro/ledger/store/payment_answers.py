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


async def get(tx: Transaction, file_uuid: UUID) -> bytes | None:
    """The answer that a file had."""
    answer: str | None = await tx.fetchval(
        "select answer::text from payment_file_answer where client_no = $1 and file_uuid = $2", tx.client_no, file_uuid
    )
    return None if answer is None else answer.encode()
