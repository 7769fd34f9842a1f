"""Files of refunds as they went to the bank."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from reskontro.platform.database import Transaction

_COLUMNS = """message_id, payment_information_id, version, currency, from_account_no, execution_date, transfers,
    amount_minor, file_uuid, user_id, created_time"""


class RefundFile(NamedTuple):
    """A file that orders refunds, with its ids as they stand in it. Its bytes are those of the stored file."""

    message_id: str
    payment_information_id: str
    version: str
    currency: str
    from_account_no: str
    execution_date: date
    transfers: int
    amount_minor: int
    file_uuid: UUID
    user_id: str
    created_time: datetime


async def add(tx: Transaction, file: RefundFile) -> None:
    """Keep a file's ids and sums."""
    await tx.execute(
        f"insert into refund_file (client_no, {_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tx.client_no,
        *file,
    )


async def get(tx: Transaction, message_id: str) -> RefundFile | None:
    """One file by the id of its message."""
    row = await tx.fetchrow(
        f"select {_COLUMNS} from refund_file where client_no = $1 and message_id = $2", tx.client_no, message_id
    )
    return None if row is None else RefundFile(*row)


async def latest(tx: Transaction, limit: int) -> list[RefundFile]:
    """The newest files, the newest first."""
    rows = await tx.fetch(
        f"select {_COLUMNS} from refund_file where client_no = $1 order by created_time desc, message_id limit $2",
        tx.client_no,
        limit,
    )
    return [RefundFile(*row) for row in rows]


async def open_refunds_of(tx: Transaction, message_id: str, payment_information_id: str) -> list[str]:
    """The refunds of a message that no answer has decided; of one of its batches where that is named."""
    rows = await tx.fetch(
        """
        select r.refund_id from refund r
        left join refund_file f on f.client_no = r.client_no and f.client_no = $1 and f.message_id = r.message_id
        where r.client_no = $1 and r.message_id = $2 and r.status in ('SENT', 'UNCOVERED')
            and ($3 = '' or f.payment_information_id = $3)
        order by r.refund_id
        """,
        tx.client_no,
        message_id,
        payment_information_id,
    )
    return [row["refund_id"] for row in rows]


async def payer(tx: Transaction) -> str:
    """The client's legal name."""
    name: str = await tx.fetchval("select legal_name from client where client_no = $1", tx.client_no)
    return name


async def how_many_wait(tx: Transaction, currency: str, today: date) -> int:
    """How many approved refunds of a currency could go out today."""
    count: int = await tx.fetchval(
        """
        select count(*) from refund
        where client_no = $1 and status = 'APPROVED' and currency = $2 and earliest_date <= $3
        """,
        tx.client_no,
        currency,
        today,
    )
    return count
