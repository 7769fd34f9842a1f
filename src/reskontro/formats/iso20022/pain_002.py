"""Reading pain.002, a bank's answer to payments that we sent, versions .03 and .10, as a stream.

Statuses come on three levels: the whole message, a batch of it, one transaction. What banks send is not always valid
by the schema (a blank BIC has been seen), so what is not needed is not looked at.
"""

from collections.abc import Iterator

from reskontro.formats.findings import Findings, shown
from reskontro.formats.fixed_width import Source, opened
from reskontro.formats.iso20022 import values as iso
from reskontro.formats.iso20022.xml_stream import NAMESPACE, Node, XmlStream, described, full_names, names
from reskontro.formats.payments import FileEnd, FileEvent, FileFormat, FileStart, PaymentStatus, Totals

VERSIONS = ("pain.002.001.03", "pain.002.001.10")
STATUSES = frozenset({"ACTC", "ACCP", "ACSP", "ACSC", "ACWC", "PDNG", "PART", "RJCT", "RCVD", "ACCC", "ACFC", "CANC"})
AMOUNTS = {
    f"OrgnlTxRef/{path}": slot
    for path, slot in (
        ("Amt/InstdAmt", "instructed"),
        ("Amt/EqvtAmt/Amt", "equivalent"),
        ("IntrBkSttlmAmt", "settled"),
    )
}
NOT_PROVIDED = "NOTPROVIDED"
MOST_REASONS = 100


class StatusReader:
    """The state between two elements of a file."""

    def __init__(self) -> None:
        self.found: Findings[FileEvent] = Findings()
        self.xml = XmlStream(self.found)
        self.version = ""
        self.statuses = 0
        self.original_message = ""
        self.original_batch = ""
        self.header_seen = self.group_seen = False
        self.line = self.position = 1
        self.transactions = 0

    def message(self, root: str) -> Node:
        """The names of the message whose root element this is. Raises `BankFileRefused` for any other."""
        namespace, local = names(root)
        self.version = namespace.removeprefix(NAMESPACE)
        if local != "Document" or self.version not in VERSIONS:
            message = f"a Document of {', '.join(VERSIONS)} was wanted, {described(root)} was found"
            self.xml.give_up("not-pain-002", message)
        self.xml.structure = full_names(namespace, "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts")
        document = Node()
        report = document.below(namespace, "CstmrPmtStsRpt")
        header = report.below(namespace, "GrpHdr")
        header.begins, header.ends = self._begins, self._header
        group = report.below(namespace, "OrgnlGrpInfAndSts")
        group.begins, group.ends = self._group_begins, self._group
        batch = report.below(namespace, "OrgnlPmtInfAndSts")
        batch.begins, batch.ends = self._batch_begins, self._batch_ends
        transaction = batch.below(namespace, "TxInfAndSts")
        transaction.begins, transaction.ends = self._transaction_begins, self._transaction
        for node, slots in (
            (header, {"MsgId": "id", "CreDtTm": "created"}),
            (group, {"OrgnlMsgId": "message", "OrgnlMsgNmId": "name", "GrpSts": "status"}),
            (batch, {"OrgnlPmtInfId": "batch", "PmtInfSts": "batch_status"}),
            (
                transaction,
                {"OrgnlEndToEndId": "end_to_end", "OrgnlInstrId": "instruction", "TxSts": "status"} | AMOUNTS,
            ),
        ):
            for path, slot in slots.items():
                below = node.below(namespace, path)
                below.slot, below.once = slot, True
        for node, prefix in ((group, ""), (batch, "batch_"), (transaction, "")):
            for path, slot in (("Rsn/Cd", "reasons"), ("Rsn/Prtry", "reasons"), ("AddtlInf", "texts")):
                below = node.below(namespace, f"StsRsnInf/{path}")
                below.slot, below.repeats = prefix + slot, True
        return document

    def end(self) -> None:
        """The last event of a file, or its refusal."""
        self.found.line = self.xml.line
        if not self.header_seen and not self.found.faults:
            self.found.fault(None, "identification", "the message has no GrpHdr")
        if not self.group_seen:
            self.found.fault(None, "status", "the file names no message that it answers")
        self.found.end()
        self.found.publish(FileEnd(self.found.line, Totals(), statuses=self.statuses))

    def _header(self) -> None:
        message_id, created = self.xml.take("id"), self.xml.take("created")
        if self.header_seen:
            self._fault("order", "GrpHdr stands here a second time")
        self.header_seen = True
        if not message_id:
            self._fault("identification", "the message has no MsgId")
        if created:
            self._day(created)
        else:
            self._fault("identification", "the message has no CreDtTm")
        identity = {"message_id": message_id, "created": created}
        self.found.publish(FileStart(FileFormat.PAIN_002, self.version, identity, created))

    def _day(self, text: str) -> None:
        try:
            iso.day(text)
        except iso.NotReadableError as error:
            self._fault("date", f"CreDtTm: {error}, {iso.shown_day(text)} found")

    def _fault(self, code: str, message: str) -> None:
        self.found.line = self.line
        self.found.fault(self.position, code, message)

    def _begins(self) -> None:
        self.xml.values.clear()
        self.line, self.position = self.xml.line, self.xml.position

    def _group_begins(self) -> None:
        self._begins()
        self._wants_first("GrpHdr", there=self.header_seen)
        if self.group_seen:
            self._fault("order", "OrgnlGrpInfAndSts stands here a second time")

    def _wants_first(self, name: str, *, there: bool) -> None:
        if not there:
            self._fault("order", f"{name} was wanted first")

    def _group(self) -> None:
        self.group_seen = True
        self.original_message = self.xml.take("message")
        if not self.original_message:
            self._fault("identification", "OrgnlGrpInfAndSts has no OrgnlMsgId")
        if "status" in self.xml.values:
            self._publish("group", self.original_message)
        self.xml.values.clear()

    def _batch_begins(self) -> None:
        self._begins()
        self._wants_first("OrgnlGrpInfAndSts", there=self.group_seen)
        self.group_seen = True
        self.original_batch = ""
        self.transactions = 0

    def _know_batch(self) -> None:
        """Read what stands before a batch's transactions."""
        values = self.xml.values
        if self.transactions and ("batch" in values or "batch_status" in values):
            self._fault("order", "OrgnlPmtInfId and PmtInfSts were wanted before the batch's transactions")
        if "batch" in values:
            self.original_batch = self.xml.take("batch")
        if "batch_status" in values:
            values["status"] = values.pop("batch_status")
            for slot in ("reasons", "texts"):
                if f"batch_{slot}" in values:
                    values[slot] = values.pop(f"batch_{slot}")
            self._publish("batch", self.original_batch)
        values.clear()

    def _transaction_begins(self) -> None:
        self._know_batch()
        self.transactions += 1
        self._begins()
        self.xml.currencies.clear()

    def _batch_ends(self) -> None:
        self._know_batch()
        self.original_batch = ""

    def _transaction(self) -> None:
        end_to_end, instruction = self.xml.take("end_to_end"), self.xml.take("instruction")
        original = (end_to_end if end_to_end.upper() != NOT_PROVIDED else instruction) or instruction or end_to_end
        if not original:
            self._fault("identification", "a transaction has neither OrgnlEndToEndId nor OrgnlInstrId")
        self._publish("transaction", original)
        self.xml.values.clear()

    def _publish(self, level: str, original: str) -> None:
        values = self.xml.values
        status = self.xml.take("status")
        if status not in STATUSES:
            self._fault("status", f"a status such as ACCP or RJCT was wanted, {shown(status)} found")
        amount, currency = self._original_amount()
        reasons = [reason.strip() for reason in values.pop("reasons", [])][:MOST_REASONS]
        texts = values.pop("texts", [])[:MOST_REASONS]
        self.statuses += 1
        self.found.publish(
            PaymentStatus(
                self.line,
                level,
                self.original_message,
                self.original_batch,
                original,
                status,
                tuple(reasons),
                tuple(texts),
                amount,
                currency,
            )
        )

    def _original_amount(self) -> tuple[int | None, str]:
        """What was to be paid, where the answer repeats it in a currency that is read."""
        for slot in AMOUNTS.values():
            if slot in self.xml.values:
                text, currency = self.xml.take(slot), self.xml.currencies.get(slot, "")
                try:
                    if currency not in iso.UNREAD:
                        return iso.amount_minor(text, currency), currency
                    iso.foreign(text, currency)
                except iso.NotReadableError as error:
                    self._fault("amount", f"the original amount: {error}, {shown(text)} found")
        return None, ""


def iter_pain_002(source: Source) -> Iterator[FileEvent]:
    """The events of a pain.002 in its order. Raises `BankFileRefused` at the end, or where it must stop."""
    reader = StatusReader()
    with opened(source) as stream:
        for _ in reader.xml.read(stream, reader.message):
            yield from reader.found.drain()
    reader.end()
    yield from reader.found.drain()
