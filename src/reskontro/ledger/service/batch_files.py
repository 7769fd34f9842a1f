"""Files that are the body of a batch call: taken when the envelope is in order, then worked on as that batch."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.file import StoredFile
from reskontro.ledger.service import batches
from reskontro.platform.database import Transaction
from reskontro.platform.files import FileStore

CUSTOMER_IMPORT, DOCUMENT_IMPORT = "CUSTOMER-IMPORT", "DOCUMENT-IMPORT"

ReadEnvelope = Callable[[bytes], tuple[str, int]]


class BatchRefused(Exception):  # noqa: N818 - it says what happened
    """The content is no batch; carries every fault found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class BatchImporter:
    """Takes files of one type as batches of one type. `read_envelope` gives the user and the count of elements."""

    batch_type: str
    read_envelope: ReadEnvelope
    files: FileStore

    async def check(self, tx: Transaction, content: bytes, now: datetime) -> Sequence[Fault]:  # noqa: ARG002 - of the hook
        """What is wrong with the envelope; the elements are judged when their turn comes."""
        try:
            await asyncio.to_thread(self.read_envelope, content)
        except BatchRefused as refused:
            return refused.faults
        return ()

    async def queue(self, tx: Transaction, file: StoredFile, actor: Actor, now: datetime) -> None:
        """Store the batch that the file is; its results can be read by whoever may send files."""
        content = await self.files.get(tx.client_no, file.sha256)
        _, count = await asyncio.to_thread(self.read_envelope, content)
        await batches.accept(
            tx,
            actor,
            now,
            batch_type=self.batch_type,
            scope="write:arm.file",
            total_count=count,
            payload=content,
            file_uuid=file.file_uuid,
        )
