"""Reading camt.053 statements and camt.054 notifications, versions .02 and .08, as a stream.

One entry is a line of the account, a lump sum of one or more transactions; a transaction is a payment. An entry
without transactions is one payment of its own amount. Memory stays flat however many transactions one entry has.

What is checked: namespace and root, identifications, amounts and their currency, signs, status, dates; the sum of an
entry's transactions against the entry, less its charges; the number and sum of each batch; the counts, sums and net sum
of a group's summary; opening and closing balance with the booked entries between them. Anything wrong refuses the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from stdnum import iban as ibans

from reskontro.formats.findings import BankFileRefused, Fault, Findings, shown
from reskontro.formats.fixed_width import Source, opened
from reskontro.formats.iso20022 import values as iso
from reskontro.formats.iso20022.camt_names import IN_THEIR_PLACE, VERSIONS, Hooks, names_of
from reskontro.formats.iso20022.camt_references import DOCUMENTS, deciding, structured_parts
from reskontro.formats.iso20022.camt_sums import CLOSING, GroupTally, compare_group
from reskontro.formats.iso20022.xml_stream import NAMESPACE, Node, XmlStream, described, full_names, names
from reskontro.formats.payments import (
    Balance,
    FileEnd,
    FileEvent,
    FileFormat,
    FileStart,
    GroupEnd,
    GroupStart,
    IncomingPayment,
    Kind,
    LumpSum,
    Part,
    ReferenceKind,
    Totals,
)
from reskontro.kernel.account_number import account_check_digit_fits

SIGNS = {"CRDT": 1, "DBIT": -1}
BOOKED = "BOOK"
NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
RETURNED = "RRTN"
NOT_PROVIDED = "NOTPROVIDED"
NOTHING = ("",)
MOST_PARTS = 1000
LONGEST_CODE = 4
LONGEST_COUNT = 15
LONGEST_ID = 35
NORWEGIAN = re.compile(r"[0-9]{11}")
SOFT_AMOUNTS = frozenset({"t_counter", "t_instructed"})
BALANCES = frozenset({"CLAV", "CLBD", "FWAV", "INFO", "ITAV", "ITBD", "OPAV", "OPBD", "PRCD", "XPCD"})
COPIES = frozenset({"", "COPY", "CODU", "DUPL"})
TRUE, FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})


@dataclass(slots=True)
class Entry:
    """The entry that is read. `transactions` is how many were met; `held` waits for whether it is the only one."""

    line: int
    position: int
    sign: int = 1
    amount_minor: int = 0
    currency: str = ""
    booked: bool = False
    status: str = ""
    reversal: bool = False
    booking_date: date | None = None
    value_date: date | None = None
    key: str = ""
    servicer_reference: str = ""
    code: str = ""
    sub_family: str = ""
    proprietary: str = ""
    charges_minor: int = 0
    known: bool = False
    damaged: bool = False
    transactions: int = 0
    sum_minor: int = 0
    without_amount: int = 0
    foreign: int = 0
    soft: bool = False
    transaction_charges_minor: int = 0
    batches_minor: int | None = None
    held: IncomingPayment | None = None
    parts: list[Part] = field(default_factory=list)
    batch_transactions: int = 0
    batch_sum_minor: int = 0


class CamtReader:
    """The state between two elements of a file."""

    def __init__(self) -> None:
        self.found: Findings[FileEvent] = Findings()
        self.xml = XmlStream(self.found)
        self.version = ""
        self.totals = Totals()
        self.groups = 0
        self.group = GroupTally()
        self.account = ""
        self.entry = Entry(0, 0)
        self.texts: list[str] = []
        self.parts: list[Part] = []
        self.documents: list[tuple[str, str]] = []
        self.balance_at = 0, 0
        self.transaction_line = 0
        self.transaction_position = 0
        self.batch_currency = ""
        self.started = False

    def message(self, root: str) -> Node:
        """The names of the message whose root element this is. Raises `BankFileRefused` for any other."""
        namespace, local = names(root)
        self.version = namespace.removeprefix(NAMESPACE)
        if local != "Document" or self.version not in VERSIONS:
            wanted = ", ".join(VERSIONS)
            self.xml.give_up("not-camt", f"a Document of {wanted} was wanted, {described(root)} was found")
        self.xml.structure = full_names(namespace, *IN_THEIR_PLACE)
        (self.xml.alike,) = full_names(namespace, "Ntry")
        return names_of(
            self.version,
            Hooks(
                header_ends=self._header,
                group_begins=self._group_begins,
                summary_begins=self._summary_begins,
                balance_begins=self._balance_begins,
                balance_ends=self._balance,
                entry_begins=self._entry_begins,
                details_begin=self._details_begin,
                details_end=self._details_end,
                transaction_begins=self._transaction_begins,
                document_ends=self._document,
                structured_ends=self._structured,
                transaction_ends=self._transaction,
                entry_ends=self._entry_ends,
                group_ends=self._group_ends,
            ),
        )

    def end(self) -> None:
        """The last event of a file, or its refusal."""
        self.found.line = self.xml.line
        if not self.groups:
            self.found.fault(None, "no-account", "the file holds no statement and no notification")
        self.found.end()
        self.found.publish(FileEnd(self.found.line, self.totals))

    # The parts of a file, outermost first.

    def _header(self) -> None:
        self._stand()
        message_id, created = self.xml.take("message_id"), self.xml.take("created")
        self.group.paged = self._paged("message_page", "message_last_page")
        if self.started:
            self._fault("order", "GrpHdr stands here a second time")
        if not message_id:
            self._fault("identification", "the message has no MsgId")
        elif len(message_id) > LONGEST_ID:
            self._fault(
                "identification", f"MsgId: at most {LONGEST_ID} characters were wanted, {len(message_id)} found"
            )
        if not created:
            self._fault("identification", "the message has no CreDtTm")
        else:
            self._day(created, "CreDtTm")
        self.started = True
        identity = {"message_id": message_id, "created": created}
        self.found.publish(FileStart(FileFormat.CAMT, self.version, identity, created))

    def _group_begins(self) -> None:
        self.xml.values.clear()
        if not self.started:
            self._stand()
            self._fault("order", "GrpHdr was wanted first")
            self.started = True
        self.groups += 1
        self.group = GroupTally(self.groups, self.xml.line, self.xml.position, paged=self.group.paged)
        self.account = ""

    def _open_group(self) -> None:
        """Say what the group is about, before its first entry or at its end."""
        group, take = self.group, self.xml.take
        group.opened = True
        self._stand_at(group.line, group.position)
        group.id, copy = take("id"), take("copy")
        group.paged |= self._paged("page", "last_page")
        iban, other = take("iban").replace(" ", ""), take("account")
        self.account = iban or other
        group.currency = take("account_currency") or next((b.currency for b in group.balances), "")
        if not group.id:
            self._fault("identification", "a statement or notification has no Id")
        if not self.account:
            self._fault("account", "a statement or notification names no account")
        elif not _check_digits_fit(iban, other, group.currency):
            self.found.warn(self._position, "account-check-digit", "the check digits of the account do not fit")
        if copy not in COPIES:
            self._fault("copy", f"CpyDplctInd: COPY, CODU or DUPL was wanted, {shown(copy)} found")
        self.found.publish(GroupStart(group.line, group.ordinal, group.id, self.account, group.currency, copy))

    def _paged(self, page_slot: str, last_slot: str) -> bool:
        """Whether there are further pages, before or after."""
        page, last = self.xml.take(page_slot), self.xml.take(last_slot)
        if page and not (page.isascii() and page.isdigit()):
            self._fault("page", f"PgNb: a number was wanted, {shown(page)} found")
        if last and last not in TRUE | FALSE:
            self._fault("page", f"LastPgInd: true or false was wanted, {shown(last)} found")
        return page.lstrip("0") not in {"", "1"} or last in FALSE

    def _summary_begins(self) -> None:
        self.group.summary_at = self.xml.line, self.xml.position

    def _balance_begins(self) -> None:
        self.balance_at = self.xml.line, self.xml.position

    def _balance(self) -> None:
        self._stand_at(*self.balance_at)
        take = self.xml.take
        code, sign, day = take("balance_code"), take("balance_sign"), take("balance_day")
        own_code = take("balance_own_code")
        if code not in BALANCES and not (own_code and not code):
            self._fault("balance", f"Bal/Tp: a code such as OPBD or CLBD was wanted, {shown(code)} found")
        code = code or own_code
        amount, currency = self._amount("balance", "the balance")
        self.xml.values.pop("balance", None)
        if sign not in SIGNS:
            self._fault("sign", f"CdtDbtInd: CRDT or DBIT was wanted, {shown(sign)} found")
        elif amount is not None:
            balance = Balance(code, SIGNS[sign] * amount, currency, self._day(day, "Bal/Dt") if day else None)
            self.group.balances.append(balance)
            if code == CLOSING:
                self.group.closing_at = self.balance_at
        self.xml.currencies.clear()

    def _entry_begins(self) -> None:
        if not self.group.opened:
            self._take_summary()
            self._open_group()
        self.entry = Entry(self.xml.line, self.xml.position)
        self.xml.currencies.clear()

    def _take_summary(self) -> None:
        self.group.stated = {
            name: self.xml.take(name)
            for name in (
                "all_count",
                "all_sum",
                "net",
                "net_sign",
                "credit_count",
                "credit_sum",
                "debit_count",
                "debit_sum",
            )
            if name in self.xml.values
        } | self.group.stated

    def _know_entry(self) -> None:
        """Read what stands before an entry's details."""
        entry, values = self.entry, self.xml.values
        get = values.get
        entry.known = True
        self._stand_at(entry.line, entry.position)
        amount, entry.currency = self._amount("amount", "the amount of the entry")
        sign = get("sign", "").strip()
        entry.status = status = get("status", "").strip()
        entry.booked = status == BOOKED
        if sign not in SIGNS:
            self._damage("sign", f"CdtDbtInd: CRDT or DBIT was wanted, {shown(sign)} found")
        if not entry.booked and status not in NOT_BOOKED:
            self._damage("status", f"Sts: BOOK, PDNG or INFO was wanted, {shown(status)} found")
        entry.sign = SIGNS.get(sign, 1)
        if amount is None:
            entry.damaged = True
        else:
            entry.amount_minor = entry.sign * amount
            if not self.group.currency:
                self.group.currency = entry.currency  # an account has one: what the first entry is in
            if entry.currency != self.group.currency:
                self._damage("currency", f"the account is in {self.group.currency}, the entry in {entry.currency}")
        reversal = get("reversal", "").strip()
        if reversal and reversal not in TRUE | FALSE:
            self._damage("reversal", f"RvslInd: true or false was wanted, {shown(reversal)} found")
        entry.reversal = reversal in TRUE
        self._entry_days(get("booked"), get("valued"))
        entry.servicer_reference = get("servicer_reference", "").strip()
        entry.key = entry.servicer_reference or get("entry_reference", "").strip() or f"#{self.group.entries + 1}"
        self._entry_codes()
        if "charges_total" in values or "charges" in values:
            entry.charges_minor = self._charges("")
        values.clear()

    def _entry_codes(self) -> None:
        entry, values = self.entry, self.xml.values
        get = values.get
        codes = get("domain", ""), get("family", ""), get("sub_family", "")
        entry.code, entry.sub_family, fits = _code_of(codes)
        if not fits:
            self._damage("code", f"BkTxCd: three codes of up to four characters were wanted, {shown(entry.code)} found")
        entry.proprietary = get("proprietary", "").strip()
        if "issuer" in values and not entry.proprietary:
            self._damage("code", "BkTxCd: Prtry has an Issr and no Cd")

    def _entry_days(self, booked: str | None, valued: str | None) -> None:
        entry = self.entry
        if booked is not None:
            entry.booking_date = self._day(booked.strip(), "BookgDt")
        if valued is not None:
            entry.value_date = self._day(valued.strip(), "ValDt")
        if entry.booked and booked is None:
            entry.booking_date = entry.value_date
            if valued is None:
                self._damage("date", "a booked entry has neither BookgDt nor ValDt")
            else:
                self.found.warn(entry.position, "date", "a booked entry has no BookgDt; ValDt is taken")

    def _charges(self, prefix: str) -> int:
        """What an entry or, with a prefix, a transaction names as charges in the entry's currency."""
        values, currencies = self.xml.values, self.xml.currencies
        slot = f"{prefix}charges_total" if f"{prefix}charges_total" in values else f"{prefix}charges"
        texts, each, total = values[slot], currencies.get(slot, "").split(), 0
        for text, currency in zip(texts, each if len(each) == len(texts) else [""] * len(texts), strict=True):
            try:
                if currency == self.entry.currency:
                    total += iso.amount_minor(text.strip(), currency)
                else:
                    iso.foreign(text.strip(), currency)
            except iso.NotReadableError as error:
                self._damage("amount", f"Chrgs: {error}, {shown(text)} found")
        return total

    def _details_begin(self) -> None:
        entry = self.entry
        if not entry.known:
            self._know_entry()
        self.xml.values.clear()
        entry.batch_transactions = entry.batch_sum_minor = 0

    def _details_end(self) -> None:
        entry, values = self.entry, self.xml.values
        if "batch_count" not in values and "batch_total" not in values:
            return
        self._stand_at(entry.line, entry.position)
        count, total = values.pop("batch_count", "").strip(), "batch_total" in values
        if count and not (count.isascii() and count.isdigit() and len(count) <= LONGEST_COUNT):
            self._damage("batch-count", f"Btch/NbOfTxs: a number was wanted, {shown(count)} found")
        elif count and entry.batch_transactions and int(count) != entry.batch_transactions:
            self._damage("batch-count", f"Btch/NbOfTxs is {count}, {entry.batch_transactions} were found")
        if total:
            stated, currency = self._amount("batch_total", "Btch/TtlAmt")
            if stated is None or currency != entry.currency:
                return
            if not entry.batch_transactions:
                entry.batches_minor = (entry.batches_minor or 0) + stated
            elif not entry.without_amount and stated != abs(entry.batch_sum_minor):
                found = iso.decimal_text(abs(entry.batch_sum_minor), currency)
                told = iso.decimal_text(stated, currency)
                self._damage("batch-sum", f"Btch/TtlAmt is {told}, its transactions add up to {found}")

    def _transaction_begins(self) -> None:
        self.transaction_line, self.transaction_position = self.xml.line, self.xml.position
        self.batch_currency = self.xml.currencies.get("batch_total", "")
        self.xml.currencies.clear()
        if self.parts:
            self.parts = []
        if self.texts:
            self.texts = []

    def _document(self) -> None:
        take = self.xml.take
        number, document, own = take("s_number"), take("s_document"), take("s_own_document")
        if document and document not in DOCUMENTS:
            self._stand_at(self.transaction_line, self.transaction_position)
            self._damage("document", f"RfrdDocInf: a code such as CINV or CREN was wanted, {shown(document)} found")
        self.documents.append((number, document or own))
        if len(self.documents) > MOST_PARTS:
            self._too_many_references()

    def _structured(self) -> None:
        values = self.xml.values
        promised = "s_code" in values or self.documents
        self.found.line = self.transaction_line
        try:
            parts = structured_parts(
                values, self.xml.currencies, self.documents, account=self.account, currency=self.entry.currency
            )
        except iso.NotReadableError as error:
            self._stand_at(self.transaction_line, self.transaction_position)
            self._damage("reference", str(error))
        else:
            if promised and not any(part.reference for part in parts):
                message = "a reference or a document is announced, and not given"
                self.found.warn(self.transaction_position, "reference", message)
            self.parts.extend(parts)
            if len(self.parts) > MOST_PARTS:
                self._too_many_references()
        if self.documents:
            self.documents = []
        if "s_texts" in values:
            self.texts.extend(values.pop("s_texts"))

    def _too_many_references(self) -> None:
        self.xml.give_up("too-many", f"a payment has more than {MOST_PARTS} references")

    def _transaction(self) -> None:
        entry, values = self.entry, self.xml.values
        get = values.get
        entry.transactions += 1
        entry.batch_transactions += 1
        amount_minor = self._transaction_amount()
        sign = entry.sign if amount_minor is None or amount_minor > 0 else -1 if amount_minor < 0 else entry.sign
        reason = get("t_reason", "").strip()
        kind = _kind(entry, sign, get("t_sub_family", entry.sub_family).strip(), reason)
        parts = tuple(self.parts)
        reference_kind, reference = deciding(parts)
        debtor = get("t_debtor", "").strip() or get("t_ultimate_debtor", "").strip()
        account = get("t_debtor_account", "")
        if kind is Kind.DEBIT or (kind is Kind.RETURN and not debtor):
            debtor, account = get("t_creditor", "").strip(), get("t_creditor_account", "")
        if "t_charges" in values or "t_charges_total" in values:
            self._stand_at(self.transaction_line, self.transaction_position)
            entry.transaction_charges_minor += self._charges("t_")
        texts = get("t_texts", ())
        if self.texts:
            texts = [*texts, *self.texts]
        if "t_text" in values:
            texts = [*texts, values["t_text"]]
        end_to_end = get("t_end_to_end", "").strip()
        accepted = get("t_accepted", "").strip()
        payment = IncomingPayment(
            self.transaction_line,
            self.transaction_position,
            self.groups,
            self.totals.lines + 1,
            kind,
            self.account,
            amount_minor or 0,
            entry.currency,
            entry.booking_date if entry.booked else None,
            entry.value_date,
            self._day(accepted, "AccptncDtTm") if accepted else None,
            reference_kind,
            reference,
            parts if len(parts) > 1 or (parts and parts[0].amount_minor is not None) else (),
            debtor,
            account.strip(),
            get("t_debtor_ids", NOTHING)[0].strip(),
            tuple(texts),
            get("t_servicer_reference", "").strip() or get("t_id", "").strip() or entry.servicer_reference,
            "" if end_to_end.upper() == NOT_PROVIDED else end_to_end,
            entry.key,
            entry.code,
            entry.proprietary,
            reason,
        )
        count, total, totals_currency = values.get("batch_count"), values.get("batch_total"), self.batch_currency
        values.clear()
        if count is not None:
            values["batch_count"] = count
        if total is not None:
            values["batch_total"], self.xml.currencies["batch_total"] = total, totals_currency
        self._hold(payment, has_amount=amount_minor is not None)

    def _transaction_amount(self) -> int | None:
        """The signed amount in the entry's currency; None where the file gives none, or one in another currency."""
        entry, values, currencies = self.entry, self.xml.values, self.xml.currencies
        sign = entry.sign
        if "t_sign" in values:
            stated = values["t_sign"].strip()
            if stated not in SIGNS:
                self._stand_at(self.transaction_line, self.transaction_position)
                self._damage("sign", f"CdtDbtInd: CRDT or DBIT was wanted, {shown(stated)} found")
            sign = SIGNS.get(stated, sign)
        for slot in ("t_own_amount", "t_amount", "t_counter", "t_instructed"):
            if slot not in values:
                continue
            text, currency = values[slot].strip(), currencies.get(slot, "")
            try:
                if currency == entry.currency:
                    entry.soft |= slot in SOFT_AMOUNTS
                    return sign * iso.amount_minor(text, currency)
                iso.foreign(text, currency)
            except iso.NotReadableError as error:
                self._stand_at(self.transaction_line, self.transaction_position)
                self._damage("amount", f"the amount of the transaction: {error}, {shown(text)} found")
                return 0
            entry.foreign += 1
        return None

    def _hold(self, payment: IncomingPayment, *, has_amount: bool) -> None:
        """Give a payment on, but keep the first of an entry back: alone, it may go without an amount of its own."""
        entry = self.entry
        if not has_amount:
            entry.without_amount += 1
            entry.parts.extend(payment.parts[: MOST_PARTS - len(entry.parts)])
            if not payment.parts and payment.reference and len(entry.parts) < MOST_PARTS:
                entry.parts.append(Part(payment.reference_kind, payment.reference, None))
        entry.sum_minor += payment.amount_minor
        entry.batch_sum_minor += payment.amount_minor
        if entry.transactions == 1:
            entry.held = payment
            return
        if entry.held is not None:
            if not entry.without_amount:
                self._give(entry.held)
            entry.held = None if not entry.without_amount else entry.held
        if not entry.without_amount:
            self._give(payment)

    def _give(self, payment: IncomingPayment) -> None:
        if not payment.amount_minor:
            self._stand_at(payment.line, payment.position)
            self.found.warn(payment.position, "amount-zero", "the amount is zero")
        ordinal = self.totals.lines + 1
        if payment.ordinal != ordinal:
            payment = payment._replace(ordinal=ordinal)
        self.totals.add(payment)
        self.group.payments += 1
        self.found.publish(payment)

    def _entry_ends(self) -> None:
        entry, group = self.entry, self.group
        if not entry.known:
            text = self.xml.take("entry_text")
            self._know_entry()
        else:
            text = self.xml.take("entry_text")
        self._stand_at(entry.line, entry.position)
        self._give_held(text)
        group.add(entry.amount_minor, booked=entry.booked, damaged=entry.damaged)
        self.found.publish(
            LumpSum(
                entry.line,
                self.groups,
                entry.key,
                entry.amount_minor,
                entry.currency,
                entry.booking_date,
                entry.value_date,
                entry.status,
                entry.reversal,
                entry.transactions,
                entry.code,
                entry.proprietary,
            )
        )
        self.xml.values.clear()

    def _give_held(self, text: str) -> None:
        """Give on what of an entry waited for its end, which is known from how many transactions it had."""
        entry = self.entry
        if not entry.transactions:
            self._compare_batches()
            self._give(self._lone(text))
        elif entry.transactions == 1 and entry.held is not None:
            held = entry.held
            if entry.without_amount:
                held = held._replace(amount_minor=entry.amount_minor)
                if entry.foreign:
                    self.found.warn(entry.position, "currency", "the transaction is in another currency than its entry")
            elif not self._sum_fits():
                if entry.soft:
                    message = "what the payer ordered is not the amount of the entry, which is taken"
                    self.found.warn(entry.position, "transaction-amount", message)
                    held = held._replace(amount_minor=entry.amount_minor)
                else:
                    self._damage("entry-sum", self._difference("the transaction is"))
            self._give(held)
        elif entry.without_amount == entry.transactions:
            self.found.warn(
                entry.position,
                "transaction-amount",
                "the transactions have no amounts; the entry is read as one payment",
            )
            self._give(self._lone(text)._replace(parts=tuple(entry.parts)))
        elif entry.without_amount:
            self._damage("transaction-amount", "some transactions of the entry have no amount in its currency")
        elif not self._sum_fits():
            self._damage("entry-sum", self._difference("its transactions add up to"))

    def _sum_fits(self) -> bool:
        """Whether the transactions are what the entry is, or differ from it by the charges that the entry names."""
        entry = self.entry
        difference = abs(entry.amount_minor - entry.sum_minor)
        if not difference:
            return True
        own, theirs = entry.charges_minor, entry.transaction_charges_minor
        return difference in {own, theirs, own + theirs}

    def _difference(self, told: str) -> str:
        entry = self.entry
        of_entry, of_transactions = (iso.decimal_text(n, entry.currency) for n in (entry.amount_minor, entry.sum_minor))
        return f"the entry is {of_entry} {entry.currency}, {told} {of_transactions}"

    def _compare_batches(self) -> None:
        """The batches of an entry whose transactions are not in the file are the entry, less its charges."""
        entry = self.entry
        if entry.batches_minor is None or entry.damaged:
            return
        if abs(abs(entry.amount_minor) - entry.batches_minor) not in {0, entry.charges_minor}:
            total, amount = (iso.decimal_text(n, entry.currency) for n in (entry.batches_minor, entry.amount_minor))
            self._damage("batch-sum", f"Btch/TtlAmt is {total}, the entry is {amount} {entry.currency}")

    def _lone(self, text: str) -> IncomingPayment:
        """An entry without usable transactions as one payment."""
        entry = self.entry
        return IncomingPayment(
            entry.line,
            entry.position,
            self.groups,
            0,
            _kind(entry, entry.sign, entry.sub_family, ""),
            self.account,
            entry.amount_minor,
            entry.currency,
            entry.booking_date if entry.booked else None,
            entry.value_date,
            None,
            ReferenceKind.NONE,
            "",
            (),
            "",
            "",
            "",
            (text,) if text else (),
            entry.servicer_reference,
            "",
            entry.key,
            entry.code,
            entry.proprietary,
            "",
        )

    def _group_ends(self) -> None:
        group = self.group
        self._take_summary()
        if not group.opened:
            self._open_group()
        self.found.line = group.line
        compare_group(group, self.found)
        self.found.publish(
            GroupEnd(
                self.xml.line,
                group.ordinal,
                group.entries,
                group.payments,
                group.booked_minor,
                group.currency,
                id=group.id,
                account=self.account,
                balances=tuple(group.balances),
            )
        )
        self.xml.values.clear()

    # What is found, and where.

    def _stand(self) -> None:
        self._stand_at(self.xml.line, self.xml.position)

    def _stand_at(self, line: int, position: int | None) -> None:
        self.found.line = line
        self._position = position

    def _fault(self, code: str, message: str) -> None:
        self.group.damaged = True
        self.found.fault(self._position, code, message)

    def _damage(self, code: str, message: str) -> None:
        self.entry.damaged = True
        self._fault(code, message)

    def _day(self, text: str, name: str) -> date | None:
        try:
            return iso.day(text)
        except iso.NotReadableError as error:
            self._damage("date", f"{name}: {error}, {iso.shown_day(text)} found")
            return None

    def _amount(self, slot: str, name: str) -> tuple[int | None, str]:
        text = self.xml.values.get(slot)
        currency = self.xml.currencies.get(slot, "")
        if text is None:
            self._damage("amount", f"{name} is missing")
            return None, currency
        text = text.strip()
        try:
            return iso.amount_minor(text, currency), currency
        except iso.NotReadableError as error:
            self._damage("amount", f"{name}: {error}, {shown(text)} found")
            return None, currency


@lru_cache(maxsize=256)
def _kind_of(sign: int, status: str, *, reversal: bool, returned: bool) -> Kind:
    if status != BOOKED:
        return Kind.PENDING
    if sign > 0:
        return Kind.REVERSAL if reversal or returned else Kind.PAYMENT
    return Kind.RETURN if reversal or returned else Kind.DEBIT


def _kind(entry: Entry, sign: int, sub_family: str, reason: str) -> Kind:
    return _kind_of(sign, entry.status, reversal=entry.reversal, returned=sub_family == RETURNED or bool(reason))


@lru_cache(maxsize=256)
def _code_of(given: tuple[str, str, str]) -> tuple[str, str, bool]:
    """The three codes as one, the last of them, and whether there are all of them or none."""
    codes = [code.strip() for code in given]
    if not any(codes):
        return "", "", True
    return "/".join(codes), codes[2], all(0 < len(code) <= LONGEST_CODE for code in codes)


def _check_digits_fit(iban: str, other: str, currency: str) -> bool:
    """Whether nothing speaks against an account: an IBAN has check digits, and a Norwegian number has one."""
    if iban:
        return bool(ibans.is_valid(iban))
    return not (currency == "NOK" and NORWEGIAN.fullmatch(other)) or account_check_digit_fits(other)


def iter_camt(source: Source, *, by_element: bool = False) -> Iterator[FileEvent]:
    """The events of a camt.053 or camt.054 in its order. Raises `BankFileRefused` at the end, or where it must stop.

    With `by_element`, every element is read by the parser: slower, with the same outcome.
    """
    reader = CamtReader()
    with opened(source) as stream:
        for _ in reader.xml.read(stream, reader.message, alike="" if by_element else "Ntry"):
            yield from reader.found.drain()
    reader.end()
    yield from reader.found.drain()


__all__ = ["BankFileRefused", "CamtReader", "Fault", "iter_camt"]
