"""Reading pain.001, what we send, versions .03 and .09: for whoever wants to know what is in it before it goes.

Counts and control sums are checked on both levels.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from reskontro.formats.findings import Findings, shown
from reskontro.formats.fixed_width import Source, opened
from reskontro.formats.iso20022 import values as iso
from reskontro.formats.iso20022.xml_stream import NAMESPACE, Node, XmlStream, described, full_names, names
from reskontro.formats.payments import (
    FileEnd,
    FileEvent,
    FileFormat,
    FileStart,
    GroupEnd,
    GroupStart,
    IncomingPayment,
    Kind,
    ReferenceKind,
    Totals,
)
from reskontro.kernel.money import exponent

VERSIONS = ("pain.001.001.03", "pain.001.001.09")
HEADER = {
    "MsgId": "id",
    "CreDtTm": "created",
    "NbOfTxs": "count",
    "CtrlSum": "sum",
    "InitgPty/Id/OrgId/Othr/Id": "customer",
}
BATCH = {
    "PmtInfId": "batch",
    "NbOfTxs": "batch_count",
    "CtrlSum": "batch_sum",
    "ReqdExctnDt": "day",
    "DbtrAcct/Id/IBAN": "account",
    "DbtrAcct/Id/Othr/Id": "account",
    "DbtrAcct/Ccy": "account_currency",
}
TRANSFER = {
    "PmtId/InstrId": "instruction",
    "PmtId/EndToEndId": "end_to_end",
    "Amt/InstdAmt": "amount",
    "Cdtr/Nm": "creditor",
    "CdtrAcct/Id/IBAN": "creditor_account",
    "CdtrAcct/Id/Othr/Id": "creditor_account",
    "RmtInf/Strd/CdtrRefInf/Tp/Issr": "issuer",
    "RmtInf/Strd/CdtrRefInf/Ref": "reference",
}


class TransferReader:
    """The state between two elements of a file."""

    def __init__(self) -> None:
        self.found: Findings[FileEvent] = Findings()
        self.xml = XmlStream(self.found)
        self.version = ""
        self.totals = Totals()
        self.stated = ("", "")
        self.batch_stated = ("", "")
        self.sum = Decimal(0)
        self.batch_sum = Decimal(0)
        self.batch_minor = 0
        self.batch_lines = 0
        self.batches = 0
        self.batch = ""
        self.account = ""
        self.currency = ""
        self.day: date | None = None
        self.line = 1
        self.started = False
        self.damaged = False

    def message(self, root: str) -> Node:
        """The names of the message whose root element this is. Raises `BankFileRefused` for any other."""
        namespace, local = names(root)
        self.version = namespace.removeprefix(NAMESPACE)
        if local != "Document" or self.version not in VERSIONS:
            message = f"a Document of {', '.join(VERSIONS)} was wanted, {described(root)} was found"
            self.xml.give_up("not-pain-001", message)
        self.xml.structure = full_names(namespace, "GrpHdr", "PmtInf", "CdtTrfTxInf")
        document = Node()
        initiation = document.below(namespace, "CstmrCdtTrfInitn")
        header = initiation.below(namespace, "GrpHdr")
        header.ends = self._header
        batch = initiation.below(namespace, "PmtInf")
        batch.begins, batch.ends = self._batch_begins, self._batch_ends
        transfer = batch.below(namespace, "CdtTrfTxInf")
        transfer.begins, transfer.ends = self._transfer_begins, self._transfer
        day = "ReqdExctnDt" if self.version.endswith("03") else "ReqdExctnDt/Dt"
        batch_slots = {(day if path == "ReqdExctnDt" else path): slot for path, slot in BATCH.items()}
        for node, slots in ((header, HEADER), (batch, batch_slots), (transfer, TRANSFER)):
            for path, slot in slots.items():
                node.below(namespace, path).slot = slot
        texts = transfer.below(namespace, "RmtInf/Ustrd")
        texts.slot, texts.repeats = "texts", True
        return document

    def end(self) -> None:
        """The last event of a file, or its refusal."""
        self.found.line = self.xml.line
        if not self.batches:
            self.found.fault(None, "batch", "the file holds no batch (PmtInf)")
        self._compare(self.stated, self.totals.lines, self.sum, "the message")
        self.found.end()
        self.found.publish(FileEnd(self.found.line, self.totals))

    def _header(self) -> None:
        take = self.xml.take
        self.started = True
        self.found.line = self.xml.line
        message_id, created = take("id"), take("created")
        self.stated = take("count"), take("sum")
        if not message_id or not created:
            self._fault("identification", "MsgId and CreDtTm were wanted")
        identity = {"message_id": message_id, "created": created, "customer": take("customer")}
        self.found.publish(FileStart(FileFormat.PAIN_001, self.version, identity, created))

    def _batch_begins(self) -> None:
        self.xml.values.clear()
        self.batches += 1
        self.batch_sum, self.batch_minor, self.batch_lines = Decimal(0), 0, 0
        self.batch = ""
        self.line = self.xml.line
        if not self.started:
            self.found.line = self.line
            self._fault("order", "GrpHdr was wanted first")
            self.started = True

    def _transfer_begins(self) -> None:
        if not self.batch_lines:
            take = self.xml.take
            self.found.line = self.line
            self.batch, self.account = take("batch"), take("account")
            self.currency = take("account_currency")
            self.batch_stated = take("batch_count"), take("batch_sum")
            text = take("day")
            try:
                self.day = iso.day(text)
            except iso.NotReadableError as error:
                self._fault("date", f"ReqdExctnDt: {error}, {shown(text)} found")
            self.found.publish(GroupStart(self.line, self.batches, self.batch, self.account, self.currency))
        self.batch_lines += 1
        self.line = self.xml.line
        self.xml.values.clear()
        self.xml.currencies.clear()

    def _transfer(self) -> None:
        take, values = self.xml.take, self.xml.values
        self.found.line = self.line
        text, currency = take("amount"), self.xml.currencies.get("amount", "")
        try:
            amount = iso.amount_minor(text, currency)
        except iso.NotReadableError as error:
            self._fault("amount", f"InstdAmt: {error}, {shown(text)} found")
            return
        if not amount:
            self._fault("amount", "InstdAmt: more than zero is wanted")
        self.batch_minor += amount
        self.batch_sum += Decimal(amount).scaleb(-exponent(currency))
        end_to_end = take("end_to_end")
        if not end_to_end:
            self._fault("identification", "a transfer has no EndToEndId")
        reference, issuer = take("reference"), take("issuer")
        kind = ReferenceKind.RF if issuer.upper() == "ISO" else ReferenceKind.SCOR
        transfer = IncomingPayment(
            self.line,
            None,
            self.batches,
            self.totals.lines + 1,
            Kind.TRANSFER,
            self.account,
            -amount,
            currency,
            None,
            self.day,
            None,
            kind if reference else ReferenceKind.NONE,
            reference,
            (),
            take("creditor"),
            take("creditor_account"),
            "",
            tuple(values.get("texts", ())),
            take("instruction"),
            end_to_end,
            self.batch,
            "TRF",
            "",
            "",
        )
        self.totals.add(transfer)
        self.found.publish(transfer)
        values.clear()

    def _batch_ends(self) -> None:
        self.found.line = self.xml.line
        if not self.batch_lines:
            self._fault("batch", "a batch has no transfer")
            return
        self.sum += self.batch_sum
        self._compare(self.batch_stated, self.batch_lines, self.batch_sum, "the batch")
        count = self.batch_lines
        self.found.publish(
            GroupEnd(
                self.found.line,
                self.batches,
                count,
                count,
                -self.batch_minor,
                self.currency,
                id=self.batch,
                account=self.account,
            )
        )
        self.xml.values.clear()

    def _compare(self, stated: tuple[str, str], count: int, total: Decimal, what: str) -> None:
        if self.damaged:
            return
        count_text, sum_text = stated
        if count_text and not (count_text.isascii() and count_text.isdigit() and count_text.lstrip("0") == str(count)):
            self._fault("count", f"NbOfTxs of {what} is {shown(count_text)}, {count} were found")
        if sum_text and (iso.AMOUNT.fullmatch(sum_text) is None or Decimal(sum_text) != total):
            self._fault("sum", f"CtrlSum of {what} is {shown(sum_text)}, the transfers are {total}")

    def _fault(self, code: str, message: str) -> None:
        self.damaged = True
        self.found.fault(None, code, message)


def iter_pain_001(source: Source) -> Iterator[FileEvent]:
    """The events of a pain.001 in its order. Raises `BankFileRefused` at the end, or where it must stop."""
    reader = TransferReader()
    with opened(source) as stream:
        for _ in reader.xml.read(stream, reader.message):
            yield from reader.found.drain()
    reader.end()
    yield from reader.found.drain()
