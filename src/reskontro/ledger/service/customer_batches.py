"""Batches of customers: each element is written as a single call would write it, in array order, some in one go.

A chunk's customers, their results and the batch's progress are one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.domain.customer import CustomerInput
from reskontro.ledger.domain.errors import Code
from reskontro.ledger.service import batches
from reskontro.ledger.service.batches import fault_tree
from reskontro.ledger.service.customers import CustomerUnknown, CustomerWritten, Mode, write_customer
from reskontro.ledger.store import batches as store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store.batches import Waiting
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import Clock, business_day
from reskontro.platform.database import Database, Transaction
from reskontro.platform.json_text import decode
from reskontro.platform.secrets import FieldCipher

log = structlog.get_logger(__name__)

CUSTOMERS_POST, CUSTOMERS_PUT = "CUSTOMERS-POST", "CUSTOMERS-PUT"
MODES = {CUSTOMERS_POST: Mode.UPSERT, CUSTOMERS_PUT: Mode.UPDATE}
CHUNK = 100
LONGEST_CUSTOMER_NO = 20

ReadCustomer = Callable[[object, str], CustomerInput | tuple[Fault, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerBatches:
    """Works on batches of customers. `read_customer` gives an element, or every fault of its form."""

    db: Database
    numbers: Numbers
    cipher: FieldCipher
    clock: Clock
    read_customer: ReadCustomer

    async def work(self, client_no: int, waiting: Waiting) -> None:
        """Work on a batch until it is finished."""
        async with self.db.reading(client_no) as tx:
            body = await store.payload(tx, waiting.batch_uuid)
        trees: list[object] = decode(body)["customers"]
        if waiting.batch_status == "RECEIVED":
            async with self.db.transaction(client_no) as tx:
                await batches.start(tx, waiting, self.clock.now())
        for done in range(waiting.done_count, len(trees), CHUNK):
            await self._chunk(client_no, waiting, trees, done)
        status = await batches.finish(self.db, client_no, waiting, self.clock.now())
        log.info("batch finished", client_no=client_no, batch=str(waiting.batch_uuid), status=status)

    async def _chunk(self, client_no: int, waiting: Waiting, trees: Sequence[object], done: int) -> None:
        chunk = trees[done : done + CHUNK]
        actor = batches.actor_of(waiting)

        async def use_case(tx: Transaction) -> None:
            await store.advance(tx, waiting.batch_uuid, done, len(chunk))
            results = [await self._one(tx, waiting, tree, index, actor) for index, tree in enumerate(chunk, start=done)]
            ok_count = sum(1 for result in results if result["resultType"] == "OK")
            await store.add_results(tx, waiting.batch_uuid, done + 1, results, ok_count)

        await self.db.run(client_no, use_case)

    async def _one(self, tx: Transaction, waiting: Waiting, tree: object, index: int, actor: Actor) -> dict[str, Any]:
        """The stored result of one element."""
        at = f"customers[{index}]"
        now = self.clock.now()
        given = self.read_customer(tree, at)
        if not isinstance(given, CustomerInput):
            return _failed(index, tree, given)
        try:
            config = await config_store.read(tx, business_day(now))
            written = await write_customer(
                tx, self.numbers, self.cipher, config, given, now, actor, MODES[waiting.batch_type], at
            )
        except CustomerUnknown as unknown:
            (found,) = unknown.faults
            return _failed(index, tree, [replace(found, code=Code.UNKNOWN_REFERENCE.value, message="Unknown customer")])
        except Refused as refused:
            return _failed(index, tree, refused.faults)
        return _written(index, written)


def _written(index: int, written: CustomerWritten) -> dict[str, Any]:
    return {
        "itemNo": index + 1,
        "resultType": "OK",
        "operation": written.operation.value,
        "customerNo": written.customer.customer_no,
        "accountNo": written.customer.account_no,
        "errors": [],
    }


def _failed(index: int, tree: object, faults: Sequence[Fault]) -> dict[str, Any]:
    """The result of an element that was not written; faults keep their message's key, to be told in any language."""
    sent = tree.get("customerNo") if isinstance(tree, Mapping) else None
    known = isinstance(sent, str) and len(sent) <= LONGEST_CUSTOMER_NO and sent.isprintable()
    return {
        "itemNo": index + 1,
        "resultType": "FAILED",
        "operation": "NONE",
        **({"customerNo": sent} if known else {}),
        "errors": [fault_tree(one) for one in faults],
    }
