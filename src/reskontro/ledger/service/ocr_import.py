"""An OCR giro file from bytes to matched payments, all of it or nothing.

The whole file is read once to see that it is in order, whose accounts it names and that nothing in it lies in the
future. Then it is read again and booked in one transaction, in runs of some thousand lines: find what the references
name, decide, write. A run is written while the next one is read and decided.
"""

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from reskontro.formats.ocr_giro import (
    AssignmentStart,
    Mandate,
    MandateBlock,
    OcrFileRefused,
    Payment,
    PaymentBlock,
    Source,
    TransmissionEnd,
    TransmissionStart,
    iter_ocr_giro,
)
from reskontro.kernel.actor import Actor
from reskontro.kernel.kid import has_kid_format
from reskontro.kernel.money import to_minor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.config import FEES_FIRST, Config
from reskontro.ledger.domain.direct_debits.mandates import MandateKey, MandateNews, Told
from reskontro.ledger.domain.direct_debits.schemes import Scheme
from reskontro.ledger.domain.entries import Entries, OpenItem, check, oldest_first
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.matching import (
    INFORMATION_TYPES,
    Closed,
    Outcome,
    Reason,
    Rule,
    Verdict,
    allocation,
    allocation_rule,
    beside_of,
    judge,
    lost_json,
)
from reskontro.ledger.domain.payment import (
    PaymentCase,
    Standing,
    as_it_stands,
    book_payment,
    book_small_difference,
    is_simple,
    still_open,
)
from reskontro.ledger.domain.periods import Period, period_for
from reskontro.ledger.service.direct_debits import mandates as debit_mandates
from reskontro.ledger.service.direct_debits import outcomes as debit_outcomes
from reskontro.ledger.service.references import Found, find_references
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import payment_runs
from reskontro.ledger.store import payments as store
from reskontro.ledger.store.numbers import REFERENCE, Numbers, voucher
from reskontro.ledger.store.payment_runs import PaymentRow
from reskontro.ledger.store.payments import ReceivingAccount
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import Connection, Database, RunAgainError, Transaction
from reskontro.platform.garbage import resting_collector

RUN = 4096  # lines decided and written together
TURN = 16  # lines decided between two looks at the connection that the run before is sent on
MORE_NUMBERS = 16
LINES_TOLD = 10_000  # results of single lines are given for files up to this size
ORIGIN, TEXT = "ocr-file", "Payment OCR"
LOGGED = 200  # queued lines that get a log item of their own; beyond it their number is told

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the first pass found: a file that is in order, its accounts and transmissions."""

    accounts: tuple[tuple[int, str, int], ...]  # ordinal of the assignment, account, line
    transmissions: tuple[str, ...]  # sender, number and recipient of each
    transactions: int
    total_minor: int
    latest_date: date | None


@dataclass(slots=True)
class LineResult:
    """What became of one line."""

    line: str  # assignment and number in it, such as 1/4
    kid: str
    amount_minor: int
    outcome: str
    reason: str
    ar_item_id: str
    settled_minor: int
    unapplied_minor: int
    open_minor: int | None


@dataclass(slots=True)
class ImportResult:
    """What became of the lines of a file in one currency; what it has in others is in `others`."""

    currency: str = "NOK"  # of every OCR giro file
    transactions: int = 0
    amount_minor: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    amounts: Counter[tuple[str, str]] = field(default_factory=Counter)
    settled_minor: int = 0
    unapplied_minor: int = 0
    mandates: int = 0
    answers: int = 0  # of a bank on refunds of ours, and those that name none
    strange_answers: int = 0
    lines: list[LineResult] | None = field(default_factory=list)
    others: dict[str, "ImportResult"] = field(default_factory=dict)

    def of(self, currency: str) -> "ImportResult":
        """The result of one currency's lines."""
        if not self.transactions and not self.others:
            self.currency = currency
        if currency == self.currency:
            return self
        lines: list[LineResult] | None = None if self.lines is None else []
        return self.others.setdefault(currency, ImportResult(currency, lines=lines))

    def add(self, verdict: Verdict, amount_minor: int, settled: int, unapplied: int) -> None:
        """Count a line."""
        key = (verdict.outcome.value, verdict.reason.value)
        self.counts[key] += 1
        self.amounts[key] += amount_minor
        self.settled_minor += settled
        self.unapplied_minor += unapplied

    def include(self, part: "ImportResult") -> None:
        """Add what became of another client's part of the file."""
        if part.transactions and (mine := self.of(part.currency)) is not self:
            mine.include(replace(part, others={}))
            part = replace(part, transactions=0, amount_minor=0, counts=Counter(), amounts=Counter(), settled_minor=0,
                           unapplied_minor=0, lines=None)  # fmt: skip
        self.transactions += part.transactions
        self.amount_minor += part.amount_minor
        self.counts += part.counts
        self.amounts.update(part.amounts)
        self.settled_minor += part.settled_minor
        self.unapplied_minor += part.unapplied_minor
        self.mandates += part.mandates
        self.answers += part.answers
        self.strange_answers += part.strange_answers
        if self.lines is not None and part.lines is not None:
            self.lines += part.lines
        for other in part.others.values():
            self.of(other.currency).include(other)


class LineTakenError(RunAgainError):
    """Another import booked the same line meanwhile."""


def read_through(source: Source, today: date) -> Reading:
    """The first pass. Raises Refused (422, ARM-2014) with every fault of the file and the line it is on."""
    accounts: list[tuple[int, str, int]] = []
    transmissions: list[str] = []
    transactions = total = 0
    latest: date | None = None
    last_line = 1
    try:
        for event in iter_ocr_giro(source):
            match event:
                case TransmissionStart():
                    transmissions.append(f"{event.sender}-{event.number}-{event.recipient}")
                case AssignmentStart():
                    accounts.append((event.ordinal, event.account, event.line))
                case TransmissionEnd():
                    transactions += event.transactions
                    total += event.total_minor
                    last_line = event.line
                    if event.latest_date is not None and (latest is None or event.latest_date > latest):
                        latest = event.latest_date
    except OcrFileRefused as refused:
        raise broken([_file_fault(str(one)) for one in refused.faults], "The file was refused") from None
    if latest is not None and latest > today:
        message = f"line {last_line}: the file holds the date {latest.isoformat()}, which lies in the future"
        raise broken(_file_fault(message), "The file was refused")
    return Reading(tuple(accounts), tuple(transmissions), transactions, total, latest)


def _file_fault(message: str) -> Fault:
    return fault(Code.FILE_CONTENT, "{text}", "content", None, text=message)


async def owners(connection: Connection, reading: Reading, only_client: int | None) -> dict[str, ReceivingAccount]:
    """Whose the file's accounts are.

    Raises Refused for an account that nobody has, or that another client has where the file is one client's; the two
    are not told apart.
    """
    found = await store.receiving_accounts(connection, sorted({account for _, account, _ in reading.accounts}))
    faults = []
    for ordinal, account, line in reading.accounts:
        owner = found.get(account)
        if owner is None or (only_client is not None and owner.client_no != only_client):
            faults.append(
                _file_fault(f"line {line}: the account of assignment {ordinal} is not an account of this client")
            )
    if faults:
        raise broken(faults, "The file was refused")
    return found


@dataclass(slots=True, kw_only=True)
class Import:
    """One import under way, for one client of the file at a time."""

    db: Database
    numbers: Numbers
    source: Source
    digest: str  # SHA-256 of the file
    reading: Reading
    accounts: Mapping[str, ReceivingAccount]
    file_uuids: Mapping[int, UUID]  # the stored file of each client
    actor: Actor
    now: datetime
    progress: Progress | None = None
    done: int = 0  # lines decided so far, of all clients

    def new_result(self) -> ImportResult:
        """An empty result; it tells of single lines only where there are not too many."""
        return ImportResult(lines=[] if self.reading.transactions <= LINES_TOLD else None)

    async def book_for(self, tx: Transaction, client_no: int, result: ImportResult) -> None:
        """Book what the file holds for one client, in the transaction of all of it."""
        if tx.client_no != client_no:
            await tx.change_client(client_no)
            await tx.hold_book()
        file_uuid = self.file_uuids[client_no]
        config = await config_store.read(tx, business_day(self.now))
        run = _Run(self, tx, client_no, file_uuid, config, await book_store.closed_through(tx), result)
        new = False
        for transmission in self.reading.transmissions:
            new |= await store.add_transmission(tx, f"{transmission}-{self.digest[:16]}", file_uuid, self.now)
        begun = await debit_outcomes.begin(tx)
        mandates: list[MandateNews] = []
        account = ""
        try:
            with resting_collector():
                for event in iter_ocr_giro(self.source):
                    match event:
                        case AssignmentStart():
                            account = event.account
                        case PaymentBlock() if self.accounts[account].client_no == client_no:
                            await run.take(event, self.accounts[account])
                        case MandateBlock() if self.accounts[account].client_no == client_no:
                            mandates += (_mandate_news(account, mandate) for mandate in event.mandates)
                await run.finish()
        except BaseException:
            await run.abandon()
            raise
        result.mandates += len(mandates)
        if new:
            identity = " ".join(self.reading.transmissions)
            await debit_mandates.take(tx, identity, mandates, file_uuid, self.now, self.actor)
        await debit_outcomes.take(tx, begun, None, file_uuid, self.now, self.actor)


REGISTRATIONS = {"0": Told.IN_FORCE, "1": Told.CHANGED, "2": Told.ENDED}


def _mandate_news(account_no: str, row: Mandate) -> MandateNews:
    key = MandateKey(account_no, "", row.kid, "")
    told, full = REGISTRATIONS[row.registration], row.registration == "0"
    return MandateNews(
        row.line_no, Scheme.AVTALEGIRO, key, told, row.registration, "", "", None, None, row.notice, full
    )  # fmt: skip


@dataclass(slots=True)
class _Line:
    payment: Payment
    assignment: int
    account: ReceivingAccount
    fingerprint: bytes


@dataclass(slots=True)
class _Decided:
    """A run that is decided and not yet in the book, with the items as it leaves them."""

    entries: Entries  # of what is not booked with its line
    rows: list[PaymentRow]
    log_entries: list[log_store.LogEntry]
    standing: Standing
    closed_by: dict[tuple[int, int], Closed]


class _Booking(NamedTuple):
    """Where a line's money went."""

    gl_case_no: int | None
    account_no: int | None
    reference_no: int | None
    reference_sequence_no: int | None
    settled_minor: int
    unapplied_minor: int
    voucher_no: int | None = None  # of a booking that is made with the line
    gl_year: int | None = None
    gl_period: int | None = None
    item_kid: str | None = None


NOT_BOOKED = _Booking(None, None, None, None, 0, 0)


class _Run:
    """The lines of one client, some thousand at a time."""

    def __init__(
        self,
        job: Import,
        tx: Transaction,
        client_no: int,
        file_uuid: UUID,
        config: Config,
        closed_through: int | None,
        result: ImportResult,
    ) -> None:
        self._job = job
        self._tx = tx
        self._client_no = client_no
        self._file_uuid = file_uuid
        self._config = config
        self._closed_through = closed_through
        self._result = result
        self._waiting: list[_Line] = []
        self._seen: dict[bytes, int] = {}  # equal lines of this file
        self._writing: asyncio.Task[None] | None = None
        self._decided: _Decided | None = None
        self._gl_lot_no: int | None = None
        self._has_lot = False
        self._case_nos: deque[int] = deque()
        self._vouchers: dict[int, deque[int]] = {}
        self._logged = 0
        self._prefix = config.text("kid.prefix")
        self._method = config.text("kid.checkDigitMethod")
        self._receivables = config.number("gl.account.receivables")
        self._bank = config.clearing_account("OCR")
        self._base = config.text("gl.baseCurrency")
        self._fees_first = config.text("posting.allocationOrder") == FEES_FIRST
        self._tolerance = to_minor(config.decimal("posting.smallDifferenceLimit"), self._base)

    async def take(self, block: PaymentBlock, account: ReceivingAccount) -> None:
        """Add lines; they are booked when there are enough of them."""
        prefix = account.account_no.encode()
        seen = self._seen
        for payment in block.rows():
            text = (
                f"{payment.settlement_date}|{payment.amount_minor}|{payment.kid}|{payment.debit_account}|"
                f"{payment.archive_reference}|{payment.transaction_type}"
            )
            base = hashlib.blake2b(prefix + text.encode(), digest_size=16).digest()
            count = seen.get(base, 0)
            seen[base] = count + 1
            fingerprint = base if count == 0 else hashlib.blake2b(base + str(count).encode(), digest_size=16).digest()
            self._waiting.append(_Line(payment, block.assignment, account, fingerprint))
            if len(self._waiting) >= RUN:
                await self.flush()
        await asyncio.sleep(0)

    async def flush(self) -> None:
        """Decide the waiting lines while the run before them is written."""
        lines, self._waiting = self._waiting, []
        if not lines:
            return
        # The connection carries one statement at a time: what this run has to know is asked for between two writes.
        await self._written()
        found = await self._find(lines)
        bookable = [line for line in lines if self._may_be_booked(line, found)]
        await self._stock_cases(2 * len(bookable))  # a small difference is a case of its own
        last, self._decided = self._decided, None
        if last is not None:
            self._writing = asyncio.create_task(self._write(last))
            await asyncio.sleep(0)
        self._decided = await self._decide(lines, bookable, found, last)
        self._job.done += len(lines)
        if self._job.progress is not None:
            self._job.progress(self._job.done, self._job.reading.transactions)

    async def finish(self) -> None:
        """Write what is left."""
        await self.flush()
        await self._written()
        if self._decided is not None:
            last, self._decided = self._decided, None
            await self._write(last)

    async def _written(self) -> None:
        if self._writing is not None:
            await self._writing
            self._writing = None

    async def abandon(self) -> None:
        """Wait for a write that is under way, so that the connection is free for the rollback."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
            self._writing = None

    async def _find(self, lines: Sequence[_Line]) -> Found:
        duplicates = await store.known_fingerprints(self._tx, [line.fingerprint for line in lines])
        wanted = {
            line.payment.kid: line.account.kid_lengths
            for line in lines
            if line.payment.kid
            and line.payment.transaction_type not in INFORMATION_TYPES
            and line.fingerprint not in duplicates
        }
        found = await find_references(self._tx, wanted, self._prefix, self._method)
        found.duplicates = duplicates
        return found

    @staticmethod
    def _may_be_booked(line: _Line, found: Found) -> bool:
        kid = line.payment.kid
        return (
            line.payment.amount_minor > 0
            and (kid in found.by_kid or kid in found.customers)
            and line.fingerprint not in found.duplicates
        )

    async def _stock_cases(self, count: int) -> None:
        """Have numbers for so many cases. What is left over is for the next run."""
        missing = count - len(self._case_nos)
        if missing > 0:
            lot, case_nos = await book_store.case_numbers(self._tx, missing)
            self._gl_lot_no = self._gl_lot_no or lot
            self._case_nos.extend(case_nos)

    async def _stock_vouchers(self, gl_year: int, count: int) -> None:
        """Have so many voucher numbers of a year. What is left over is for the next run."""
        stock = self._vouchers.setdefault(gl_year, deque())
        if len(stock) < count:
            stock.extend(await self._job.numbers.take(self._client_no, voucher(gl_year), count - len(stock)))

    def _as_it_stands(self, found: Found, last: _Decided | None) -> Standing:
        """The items that were found, as the run that is not yet in the book leaves them."""
        if last is None:
            return Standing(found.items())
        items = []
        for item in found.items():
            key = (item.reference_no, item.reference_sequence_no)
            items.append(last.standing.item(key) or item)
            if key in last.closed_by:
                found.closed_by[key] = last.closed_by[key]
        return Standing(items)

    async def _decide(
        self, lines: Sequence[_Line], bookable: Sequence[_Line], found: Found, last: _Decided | None
    ) -> _Decided:
        standing = self._as_it_stands(found, last)
        periods = {day: self._period(day) for day in {line.payment.settlement_date for line in lines}}
        for gl_year, count in Counter(periods[line.payment.settlement_date].gl_year for line in bookable).items():
            await self._stock_vouchers(gl_year, count)
        on_account = sum(1 for line in bookable if line.payment.kid in found.customers)
        references = iter(
            await self._job.numbers.take(self._client_no, REFERENCE, on_account) if on_account else range(0)
        )
        entries = Entries()
        rows: list[PaymentRow] = []
        log_entries: list[log_store.LogEntry] = []
        for index, line in enumerate(lines):
            if index % TURN == 0:
                await asyncio.sleep(0)
            payment = line.payment
            if line.fingerprint in found.duplicates:
                duplicate = Verdict(Outcome.DUPLICATE, Reason.SAME_LINE, Rule.NONE, None, None)
                self._tell(line, duplicate, 0, 0, None)
                continue
            verdict = self._judge(line, found, standing)
            booking = NOT_BOOKED
            if verdict.account_no is not None:
                period = periods[payment.settlement_date]
                if len(self._vouchers[period.gl_year]) < 2:  # small differences have taken some
                    await self._stock_vouchers(period.gl_year, MORE_NUMBERS)
                booking = self._book(line, verdict, found, entries, standing, period, references)
                if verdict.reason is Reason.CUSTOMER and booking.unapplied_minor == 0:
                    verdict = verdict._replace(outcome=Outcome.SETTLED)
            elif verdict.outcome is Outcome.QUEUED:
                self._log(log_entries, line, verdict)
            rows.append(self._row(line, verdict, booking))
            self._tell(line, verdict, booking.settled_minor, booking.unapplied_minor, standing)
        check(entries, self._receivables)
        return _Decided(entries, rows, log_entries, standing, found.closed_by)

    def _judge(self, line: _Line, found: Found, standing: Standing) -> Verdict:
        payment = line.payment
        if line.account.currency != self._base and payment.transaction_type not in INFORMATION_TYPES:
            # The format names no currency: it is in kroner, and an account of another currency waits for a person.
            return Verdict(Outcome.QUEUED, Reason.OTHER_CURRENCY, Rule.NONE, None, None)
        rule, hits = found.by_kid.get(payment.kid, (Rule.OWN_LAYOUT, []))
        if hits:
            hits = [as_it_stands(standing, hit) for hit in hits]
        return judge(
            transaction_type=payment.transaction_type,
            amount_minor=payment.amount_minor,
            currency=line.account.currency,
            kid=payment.kid,
            hits=hits,
            rule=rule,
            customer_account_no=found.customers.get(payment.kid),
            closed_by=found.closed_by,
            tolerance_minor=self._tolerance,
            kid_has_format=has_kid_format(payment.kid),
            beside=still_open(standing, found.of_reference(hits)) if found.beside else (),
            fees_first=self._fees_first,
        )

    def _period(self, day: date) -> Period:
        return period_for(day, self._closed_through, next_open=True)

    def _book(
        self,
        line: _Line,
        verdict: Verdict,
        found: Found,
        entries: Entries,
        standing: Standing,
        period: Period,
        references: Iterator[int],
    ) -> _Booking:
        payment, target = line.payment, verdict.target
        assert verdict.account_no is not None
        beside: Sequence[OpenItem] = ()
        if target is not None:
            beside = beside_of(target, still_open(standing, found.of_reference([target]))) if found.beside else ()
            if not beside and verdict.reason is not Reason.SMALL_DIFFERENCE and is_simple(target, self._base):
                return self._book_one(payment, target, found, standing, period)
            reference_no, sequence_no = target.reference_no, standing.next_sequence(target.reference_no)
            items = allocation(as_it_stands(standing, target), beside, fees_first=self._fees_first)
        else:
            reference_no, sequence_no = next(references), 0
            items = oldest_first(standing.of_account(verdict.account_no), line.account.currency)
        matched = len(entries.matches)
        case = PaymentCase(
            gl_case_no=self._case_nos.popleft(),
            voucher_no=self._vouchers[period.gl_year].popleft(),
            voucher_date=payment.settlement_date,
            period=period,
            currency=line.account.currency,
            gl_currency=self._base,
            account_no=verdict.account_no,
            reference_no=reference_no,
            reference_sequence_no=sequence_no,
            kid=target.kid if target is not None else payment.kid,
            money_account=self._bank,
            receivables_account=self._receivables,
            amount_minor=payment.amount_minor,
            transaction_text=TEXT,
            external_id1="",
            rule=allocation_rule(verdict.rule.value, beside, fees_first=self._fees_first),
        )
        settlement = book_payment(entries, standing, case, items)
        if verdict.reason is Reason.SMALL_DIFFERENCE and target is not None:
            rest = still_open(standing, items)[0]
            self._book_difference(case, rest, entries, standing)
        for match in entries.matches[matched:]:
            # Closed by this very file: what comes after it is a double payment.
            found.closed_by.setdefault((match.debit_reference_no, match.debit_sequence_no), Closed.PAID)
        left = settlement.left_minor
        return _Booking(
            case.gl_case_no, case.account_no, reference_no, sequence_no, payment.amount_minor - left, left
        )  # fmt: skip

    def _book_one(
        self, payment: Payment, target: OpenItem, found: Found, standing: Standing, period: Period
    ) -> _Booking:  # fmt: skip
        """Book a payment of one claim, which is nearly every one: its rows are made when it is written."""
        sequence_no, settled = standing.pay(target, payment.amount_minor)
        if settled:
            found.closed_by.setdefault((target.reference_no, 0), Closed.PAID)
        return _Booking(
            self._case_nos.popleft(),
            target.account_no,
            target.reference_no,
            sequence_no,
            settled,
            payment.amount_minor - settled,
            self._vouchers[period.gl_year].popleft(),
            period.gl_year,
            period.gl_period,
            target.kid,
        )

    def _book_difference(self, case: PaymentCase, rest: OpenItem, entries: Entries, standing: Standing) -> None:
        difference = PaymentCase(
            gl_case_no=self._case_nos.popleft(),
            voucher_no=self._vouchers[case.period.gl_year].popleft(),
            voucher_date=case.voucher_date,
            period=case.period,
            currency=case.currency,
            gl_currency=case.gl_currency,
            account_no=case.account_no,
            reference_no=case.reference_no,
            reference_sequence_no=standing.next_sequence(case.reference_no),
            kid=case.kid,
            money_account=self._config.number("gl.account.rounding"),
            receivables_account=case.receivables_account,
            amount_minor=rest.currency_balance_minor,
            transaction_text="",
            external_id1="",
            rule="small difference",
        )
        book_small_difference(entries, standing, difference, rest)

    def _row(self, line: _Line, verdict: Verdict, booking: _Booking) -> PaymentRow:
        payment = line.payment
        return PaymentRow(
            line.fingerprint,
            self._file_uuid,
            payment.line_no,
            line.account.account_no,
            payment.transaction_type,
            payment.settlement_date,
            payment.bank_date,
            line.account.currency,
            payment.amount_minor,
            payment.kid,
            payment.debit_account,
            payment.archive_reference,
            payment.lump_key,
            payment.text,
            verdict.outcome,
            verdict.reason,
            verdict.rule,
            booking.account_no,
            booking.reference_no,
            booking.reference_sequence_no,
            booking.settled_minor,
            booking.unapplied_minor,
            booking.gl_case_no,
            lost_json(verdict.lost),
            booking.voucher_no,
            booking.gl_year,
            booking.gl_period,
            booking.item_kid,
        )

    def _log(self, log_entries: list[log_store.LogEntry], line: _Line, verdict: Verdict) -> None:
        self._logged += 1
        if self._logged <= LOGGED:
            log_entries.append(
                log_store.LogEntry(
                    "FILE",
                    str(self._file_uuid),
                    f"Payment not placed: line {line.payment.line_no}, {verdict.reason.value}",
                    level="WARNING",
                )
            )

    def _tell(self, line: _Line, verdict: Verdict, settled: int, unapplied: int, standing: Standing | None) -> None:
        result, payment, target = self._result, line.payment, verdict.target
        result.transactions += 1
        result.amount_minor += payment.amount_minor
        result.add(verdict, payment.amount_minor, settled, unapplied)
        if result.lines is None:
            return
        after = None
        if target is not None and standing is not None:
            item = standing.item((target.reference_no, target.reference_sequence_no))
            after = item.currency_balance_minor if item is not None else None
        ids = (self._client_no, target.account_no, target.reference_no, target.reference_sequence_no) if target else ()
        result.lines.append(
            LineResult(
                f"{line.assignment}/{payment.transaction_no}",
                payment.kid,
                payment.amount_minor,
                verdict.outcome.value,
                verdict.reason.value,
                "-".join(map(str, ids)),
                settled,
                unapplied,
                after,
            )
        )

    async def _write(self, decided: _Decided) -> None:
        if not decided.rows:
            return
        if decided.entries.cases:
            await book_store.write(
                self._tx,
                decided.entries,
                gl_lot_no=self._gl_lot_no or 0,
                now=self._job.now,
                booked=real_now(),
                origin=ORIGIN,
                new_lot=self._new_lot(),
            )
        logged: list[book_store.Extra] = []
        if decided.log_entries:
            logged.append((log_store.ROWS, log_store.rows(self._job.actor, decided.log_entries)))
        run = payment_runs.Run(
            gl_lot_no=self._gl_lot_no or 0,  # without cases nothing is in a lot
            new_lot=any(row.voucher_no is not None for row in decided.rows) and self._new_lot(),
            created=self._job.now,
            booked=real_now(),
            origin=ORIGIN,
            money_account=self._bank,
            receivables_account=self._receivables,
            text=TEXT,
        )
        if not await payment_runs.write(self._tx, run, decided.rows, decided.standing.balances(), logged):
            raise LineTakenError

    def _new_lot(self) -> bool:
        """Whether the lot is not yet written. It is after this."""
        new, self._has_lot = not self._has_lot, True
        return new
