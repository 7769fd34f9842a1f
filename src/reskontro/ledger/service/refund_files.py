"""Refunds on their way to the bank: one pain.001 of those that are approved, kept as it was sent.

The refunds are marked as sent in the transaction that keeps the file, so that none goes out in two. The bytes are
stored before the rows that name them; they are never made again: a file that got lost on its way is fetched.
Source: payment-formats, sections 5.3 and 9.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from reskontro.formats.iso20022.pain_001 import (
    LONGEST_NAME,
    Account,
    Batch,
    Message,
    Party,
    Transfer,
    Version,
    write_transfers,
)
from reskontro.formats.writing import NotWritable
from reskontro.kernel.actor import Actor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, broken, fault, not_found
from reskontro.ledger.domain.refund import Refund, bank_country, execution_day
from reskontro.ledger.service.files import NewFile, content_of, keep_produced
from reskontro.ledger.service.refunds import take_to_send
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import payments as payment_store
from reskontro.ledger.store import refund_files as store
from reskontro.ledger.store.refund_files import RefundFile
from reskontro.platform.clock import OSLO, business_day
from reskontro.platform.database import Database, Transaction
from reskontro.platform.files import FileStore

FILE_TYPE = "PAIN001"
LISTED = 1000
FROM_ACCOUNT, BIC, CUSTOMER_ID, VERSION = "refund.fromAccount", "refund.bic", "refund.customerId", "refund.version"


@dataclass(frozen=True, slots=True)
class Written:
    """A file with its bytes, and how many refunds wait for the next one.

    `uncovered` are approved refunds that were left out, because something else has used their credit.
    """

    file: RefundFile
    content: bytes
    waiting: int
    uncovered: tuple[str, ...] = ()


async def write_refunds(
    db: Database,
    files: FileStore,
    client_no: int,
    now: datetime,
    actor: Actor,
    *,
    currency: str = "",
    version: Version | None = None,
) -> Written | None:
    """Write the approved refunds whose day has come into one file; None where there is none.

    One whose credit was used meanwhile is left out; where there is no other, Refused names each of them.

    `currency` is the client's own where none is named. What the bank has to know of the sender stands in the client's
    settings; what is missing there is refused before anything is marked as sent.
    """
    message_id, batch_id = f"RM{uuid4().hex[:30]}", f"RP{uuid4().hex[:30]}"

    async def use_case(tx: Transaction) -> Written | None:
        config = await config_store.read(tx, business_day(now))
        wanted = currency or config.text("gl.baseCurrency")
        refunds, uncovered = await take_to_send(tx, wanted, message_id, now, actor)
        if not refunds:
            if uncovered:
                raise broken([_uncovered(refund) for refund in uncovered])
            return None
        faults = list(_missing(config))
        if faults:
            raise broken(faults)
        local = now.astimezone(OSLO)
        day = execution_day(
            bank_country(_setting(config, FROM_ACCOUNT), config.text("gl.baseCurrency")), local.date(), local.time()
        )
        how = version or Version(config.text(VERSION))
        content = await _content(tx, config, how, refunds, message_id, batch_id, day, now)
        made = NewFile(file_type=FILE_TYPE, file_name=f"{message_id}.xml", content=content)
        kept = await keep_produced(tx, files, made, now, actor)
        file = RefundFile(
            message_id, batch_id, how.value, wanted, _setting(config, FROM_ACCOUNT), day, len(refunds),
            sum(refund.amount_minor for refund in refunds), kept.file_uuid, actor.user_id, now,
        )  # fmt: skip
        await store.add(tx, file)
        waiting = await store.how_many_wait(tx, wanted, business_day(now)) - len(uncovered)
        return Written(file, content, waiting, tuple(refund.refund_id for refund in uncovered))

    return await db.run(client_no, use_case)


async def written_file(db: Database, files: FileStore, client_no: int, message_id: str) -> Written:
    """A file as it was written, byte for byte."""
    async with db.reading(client_no) as tx:
        file = await store.get(tx, message_id)
        if file is None:
            raise not_found("messageId", message_id)
        content = await content_of(tx, files, file.file_uuid)
        return Written(file, content, await store.how_many_wait(tx, file.currency, business_day(file.created_time)))


async def list_files(db: Database, client_no: int) -> list[RefundFile]:
    """The files that were written, newest first, a thousand at most."""
    async with db.reading(client_no) as tx:
        return await store.latest(tx, LISTED)


async def _content(
    tx: Transaction,
    config: Config,
    version: Version,
    refunds: Sequence[Refund],
    message_id: str,
    batch_id: str,
    day: date,
    now: datetime,
) -> bytes:
    sender = _name(await store.payer(tx))
    names = await payment_store.customer_names(tx, sorted({refund.account_no for refund in refunds}))
    batch = Batch(
        batch_id=batch_id,
        execution_date=day,
        debtor=Party(sender),
        account=_account(_setting(config, FROM_ACCOUNT)),
        bic=_setting(config, BIC),
        currency=refunds[0].currency,
        transfers=[
            Transfer(
                end_to_end_id=refund.refund_id,
                amount_minor=refund.amount_minor,
                currency=refund.currency,
                creditor=Party(_name(refund.receiver_name) or _name(names[refund.account_no])),
                account=_account(refund.receiver_account_no),
                texts=(refund.message.strip(),) if refund.message.strip() else (),
            )
            for refund in refunds
        ],
    )
    message = Message(message_id, now.astimezone(OSLO), sender, _setting(config, CUSTOMER_ID), [batch])
    try:
        return write_transfers(message, version)
    except NotWritable as refused:
        faults = [fault(Code.FILE_CONTENT, "{text}", "file", None, text=text) for text in refused.faults]
        raise broken(faults, "The file cannot be written") from None


def _uncovered(refund: Refund) -> Fault:
    message = "The credit of the refund was used meanwhile: free it, or cancel the refund"
    return fault(Code.BALANCE, message, "refundId", refund.refund_id)


def _missing(config: Config) -> Sequence[Fault]:
    return [
        fault(Code.NOT_ENABLED, "The client's setting {key} says what the bank wants to know: set it", key, key=key)
        for key in (FROM_ACCOUNT, BIC, CUSTOMER_ID)
        if not _setting(config, key)
    ]


def _setting(config: Config, key: str) -> str:
    return next(reversed(config.many(key)), "").replace(" ", "")


def _account(number: str) -> Account:
    """An IBAN, or a national account number."""
    return Account(number, bban=not number[:2].isalpha())


def _name(text: str) -> str:
    """A name as a bank takes it: one line, printable, cut where it is too long."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))[:LONGEST_NAME].strip()
