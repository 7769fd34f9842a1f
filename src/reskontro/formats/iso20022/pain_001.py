"""Writing pain.001, refunds for the bank to pay, versions .03 and .09.

Message, batch and end-to-end ids are arguments: they must stay unique, so whoever sends keeps them; the end-to-end id
comes back in pain.002 and camt. A reference goes with a transfer only where the receiver gave one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from xml.sax.saxutils import escape

from reskontro.formats.writing import Checks
from reskontro.kernel.creditor_reference import is_creditor_reference
from reskontro.kernel.money import exponent, is_currency

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
LONGEST_ID = 35
LONGEST_NAME = 70
LONGEST_TEXT = 140


class Version(StrEnum):
    """The versions that are written."""

    V03 = "pain.001.001.03"
    V09 = "pain.001.001.09"


@dataclass(frozen=True, slots=True)
class Address:
    """A structured address; banks stop taking others."""

    street: str = ""
    building: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A name with an address."""

    name: str
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account by its IBAN or, with `bban`, by its national number."""

    number: str
    bban: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """One refund: a text of lines up to 140 characters, or the reference that the receiver gave."""

    end_to_end_id: str
    amount_minor: int
    currency: str
    creditor: Party
    account: Account
    instruction_id: str = ""
    texts: tuple[str, ...] = ()
    reference: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Transfers from one account on one day."""

    batch_id: str
    execution_date: date
    debtor: Party
    account: Account
    bic: str
    transfers: Sequence[Transfer]
    currency: str = "NOK"
    priority: str = "NORM"
    service_level: str = "NURG"
    purpose: str = "SUPP"
    charges: str = "SHAR"


@dataclass(frozen=True, slots=True)
class Message:
    """A file: `customer_id` is what the bank gave the sender, `scheme` says which of its schemes it is in."""

    message_id: str
    created: datetime
    initiator: str
    customer_id: str
    batches: Sequence[Batch]
    scheme: str = "CUST"


Tree = tuple[str, "str | list[Tree]"]
"""An element: its name, and its text or what is in it. An attribute stands in the name: `InstdAmt Ccy="NOK"`."""


def write_transfers(message: Message, version: Version) -> bytes:
    """The message as UTF-8, indented by two. Raises `NotWritable`."""
    _check(message)
    transfers = [transfer for batch in message.batches for transfer in batch.transfers]
    header: list[Tree] = [
        ("MsgId", message.message_id),
        ("CreDtTm", message.created.replace(tzinfo=None).isoformat(timespec="seconds")),
        *_counts(transfers),
        (
            "InitgPty",
            [
                ("Nm", message.initiator),
                ("Id", [("OrgId", [("Othr", [("Id", message.customer_id), ("SchmeNm", [("Cd", message.scheme)])])])]),
            ],
        ),
    ]
    batches: list[Tree] = [("PmtInf", _batch(batch, version)) for batch in message.batches]
    document: Tree = (
        f'Document xmlns="{NAMESPACE}{version.value}"',
        [("CstmrCdtTrfInitn", [("GrpHdr", header), *batches])],
    )
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", *_lines(document, "")]
    return "\n".join(lines).encode()


def _batch(batch: Batch, version: Version) -> list[Tree]:
    day = batch.execution_date.isoformat()
    bic = "BIC" if version is Version.V03 else "BICFI"
    execution: str | list[Tree] = day if version is Version.V03 else [("Dt", day)]
    return [
        ("PmtInfId", batch.batch_id),
        ("PmtMtd", "TRF"),
        ("BtchBookg", "false"),
        *_counts(batch.transfers),
        (
            "PmtTpInf",
            [
                ("InstrPrty", batch.priority),
                ("SvcLvl", [("Cd", batch.service_level)]),
                ("CtgyPurp", [("Cd", batch.purpose)]),
            ],
        ),
        ("ReqdExctnDt", execution),
        ("Dbtr", _party(batch.debtor)),
        ("DbtrAcct", [*_account(batch.account), ("Ccy", batch.currency)]),
        ("DbtrAgt", [("FinInstnId", [(bic, batch.bic)])]),
        ("ChrgBr", batch.charges),
        *(("CdtTrfTxInf", _transfer(transfer, bic)) for transfer in batch.transfers),
    ]


def _transfer(transfer: Transfer, bic: str) -> list[Tree]:
    ids: list[Tree] = [("InstrId", transfer.instruction_id)] if transfer.instruction_id else []
    amount = _decimal(transfer.amount_minor, transfer.currency)
    tree: list[Tree] = [
        ("PmtId", [*ids, ("EndToEndId", transfer.end_to_end_id)]),
        ("Amt", [(f'InstdAmt Ccy="{transfer.currency}"', amount)]),
    ]
    if transfer.bic:
        tree.append(("CdtrAgt", [("FinInstnId", [(bic, transfer.bic)])]))
    tree += [("Cdtr", _party(transfer.creditor)), ("CdtrAcct", _account(transfer.account))]
    if transfer.reference:
        kind: list[Tree] = [("CdOrPrtry", [("Cd", "SCOR")])]
        if is_creditor_reference(transfer.reference):
            kind.append(("Issr", "ISO"))
        tree.append(("RmtInf", [("Strd", [("CdtrRefInf", [("Tp", kind), ("Ref", transfer.reference)])])]))
    elif transfer.texts:
        tree.append(("RmtInf", [("Ustrd", text) for text in transfer.texts]))
    return tree


def _party(party: Party) -> list[Tree]:
    tree: list[Tree] = [("Nm", party.name)]
    address = party.address
    if address is not None:
        parts = (
            ("StrtNm", address.street),
            ("BldgNb", address.building),
            ("PstCd", address.postal_code),
            ("TwnNm", address.town),
            ("Ctry", address.country),
        )
        known: list[Tree] = [(name, text) for name, text in parts if text]
        if known:
            tree.append(("PstlAdr", known))
    return tree


def _account(account: Account) -> list[Tree]:
    if account.bban:
        return [("Id", [("Othr", [("Id", account.number), ("SchmeNm", [("Cd", "BBAN")])])])]
    return [("Id", [("IBAN", account.number)])]


def _counts(transfers: Sequence[Transfer]) -> list[Tree]:
    places = max((exponent(transfer.currency) for transfer in transfers), default=2)
    total = sum(transfer.amount_minor * 10 ** (places - exponent(transfer.currency)) for transfer in transfers)
    whole, rest = divmod(total, 10**places)
    return [("NbOfTxs", str(len(transfers))), ("CtrlSum", f"{whole}.{rest:0{places}d}" if places else str(whole))]


def _decimal(minor: int, currency: str) -> str:
    places = exponent(currency)
    whole, rest = divmod(minor, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


def _lines(tree: Tree, indent: str) -> Iterator[str]:
    opening, inside = tree
    name = opening.split(" ", 1)[0]
    if isinstance(inside, str):
        yield f"{indent}<{opening}>{escape(inside)}</{name}>"
        return
    yield f"{indent}<{opening}>"
    for child in inside:
        yield from _lines(child, indent + "  ")
    yield f"{indent}</{name}>"


def _check(message: Message) -> None:
    checks = Checks()
    _check_text(checks, "message", "message id", message.message_id, LONGEST_ID)
    _check_text(checks, "message", "initiator", message.initiator, LONGEST_NAME)
    _check_text(checks, "message", "customer id", message.customer_id, LONGEST_ID)
    checks.wanted(bool(message.batches), "message", "it has no batch")
    ids = [transfer.end_to_end_id for batch in message.batches for transfer in batch.transfers]
    checks.wanted(len(set(ids)) == len(ids), "message", "two transfers have the same end-to-end id")
    for at, batch in enumerate(message.batches, 1):
        where = f"batch {at}"
        _check_text(checks, where, "batch id", batch.batch_id, LONGEST_ID)
        _check_text(checks, where, "debtor", batch.debtor.name, LONGEST_NAME)
        _check_text(checks, where, "account", batch.account.number, 34)
        _check_text(checks, where, "BIC", batch.bic, 11)
        checks.wanted(bool(batch.transfers), where, "it has no transfer")
        for number, transfer in enumerate(batch.transfers, 1):
            _check_transfer(checks, f"batch {at}, transfer {number}", transfer)
    checks.done()


def _check_transfer(checks: Checks, where: str, transfer: Transfer) -> None:
    _check_text(checks, where, "end-to-end id", transfer.end_to_end_id, LONGEST_ID)
    if transfer.instruction_id:
        _check_text(checks, where, "instruction id", transfer.instruction_id, LONGEST_ID)
    checks.wanted(is_currency(transfer.currency), where, "currency: an ISO 4217 code is wanted")
    checks.amount(where, transfer.amount_minor, 15)
    _check_text(checks, where, "creditor", transfer.creditor.name, LONGEST_NAME)
    _check_text(checks, where, "account", transfer.account.number, 34)
    checks.wanted(not (transfer.texts and transfer.reference), where, "a text or a reference is wanted, not both")
    if transfer.reference:
        _check_text(checks, where, "reference", transfer.reference, LONGEST_ID)
    for text in transfer.texts:
        _check_text(checks, where, "text", text, LONGEST_TEXT)


def _check_text(checks: Checks, where: str, name: str, text: str, longest: int) -> None:
    checks.wanted(0 < len(text) <= longest, where, f"{name}: 1 to {longest} characters are wanted, {len(text)} given")
    checks.wanted(text.isprintable() and text == text.strip(), where, f"{name}: only printable characters are wanted")
