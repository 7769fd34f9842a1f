"""An OCR giro file from bytes to matched payments, all of it or nothing.

The whole file is read once to see that it is in order, whose accounts it names and that nothing in it lies in the
future. Then it is read again and booked in one transaction, in runs of some thousand lines: find what the references
name, decide, write. While one run is being written the next lines are read.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from reskontro.formats.ocr_giro import (
    AssignmentEnd,
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
from reskontro.kernel.kid import ArmKid, decode_arm_kid, has_kid_format
from reskontro.kernel.money import to_minor
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.entries import Entries, OpenItem, check, oldest_first
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.matching import INFORMATION_TYPES, Closed, Outcome, Reason, Rule, Verdict, judge
from reskontro.ledger.domain.payment import PaymentCase, Standing, book_payment, book_small_difference
from reskontro.ledger.domain.periods import Period, period_for
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import payments as store
from reskontro.ledger.store.numbers import REFERENCE, Numbers, voucher
from reskontro.ledger.store.payments import ReceivingAccount
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import Connection, Database, RunAgainError, Transaction

RUN = 2048  # lines decided and written together
LINES_TOLD = 10_000  # results of single lines are given for files up to this size
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
    """What became of a file."""

    transactions: int = 0
    amount_minor: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    amounts: Counter[tuple[str, str]] = field(default_factory=Counter)
    settled_minor: int = 0
    unapplied_minor: int = 0
    mandates: int = 0
    lines: list[LineResult] | None = field(default_factory=list)

    def add(self, verdict: Verdict, amount_minor: int, settled: int, unapplied: int) -> None:
        """Count a line."""
        key = (verdict.outcome.value, verdict.reason.value)
        self.counts[key] += 1
        self.amounts[key] += amount_minor
        self.settled_minor += settled
        self.unapplied_minor += unapplied

    def include(self, part: "ImportResult") -> None:
        """Add what became of another client's part of the file."""
        self.transactions += part.transactions
        self.amount_minor += part.amount_minor
        self.counts += part.counts
        self.amounts.update(part.amounts)
        self.settled_minor += part.settled_minor
        self.unapplied_minor += part.unapplied_minor
        self.mandates += part.mandates
        if self.lines is not None and part.lines is not None:
            self.lines += part.lines


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
        for transmission in self.reading.transmissions:
            await store.add_transmission(tx, f"{transmission}-{self.digest[:16]}", file_uuid, self.now)
        mandates: dict[str, list[Mandate]] = {}
        account = ""
        try:
            for event in iter_ocr_giro(self.source):
                match event:
                    case AssignmentStart():
                        account = event.account
                    case PaymentBlock() if self.accounts[account].client_no == client_no:
                        await run.take(event, self.accounts[account])
                    case MandateBlock() if self.accounts[account].client_no == client_no:
                        mandates.setdefault(account, []).extend(event.mandates)
                    case AssignmentEnd():
                        await run.flush()
            await run.finish()
        except BaseException:
            await run.abandon()
            raise
        for account_no, rows in mandates.items():
            result.mandates += await _write_mandates(tx, account_no, rows, file_uuid, self.now)


async def _write_mandates(
    tx: Transaction, account_no: str, rows: Sequence[Mandate], file_uuid: UUID, now: datetime
) -> int:
    standing: dict[str, tuple[str, bool, bool]] = {}
    for row in rows:
        standing[row.kid] = (row.kid, row.registration != "2", row.notice)
    await store.write_mandates(tx, account_no, list(standing.values()), file_uuid, now)
    full = [row.kid for row in rows if row.registration == "0"]
    if full:
        await store.end_other_mandates(tx, account_no, full, file_uuid, now)
    return len(rows)


@dataclass(slots=True)
class _Line:
    payment: Payment
    assignment: int
    account: ReceivingAccount
    fingerprint: bytes


@dataclass(slots=True)
class _Found:
    """What the references of a run's lines name."""

    by_kid: dict[str, tuple[Rule, list[OpenItem]]] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)  # KID of a customer to account
    open_of_account: list[OpenItem] = field(default_factory=list)
    closed_by: dict[tuple[int, int], Closed] = field(default_factory=dict)
    duplicates: set[bytes] = field(default_factory=set)


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
        self._gl_lot_no: int | None = None
        self._logged = 0
        self._prefix = config.text("kid.prefix")
        self._method = config.text("kid.checkDigitMethod")
        self._receivables = config.number("gl.account.receivables")
        self._bank = config.clearing_account("OCR")
        self._base = config.text("gl.baseCurrency")
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
        else:
            await asyncio.sleep(0)

    async def flush(self) -> None:
        """Decide the waiting lines and begin to write them."""
        lines, self._waiting = self._waiting, []
        if not lines:
            return
        if self._writing is not None:
            # The connection carries one statement at a time: what this run has to know is asked for after the last
            # run is written; deciding then goes on beside the writing of the next one.
            await self._writing
            self._writing = None
        found = await self._find(lines)
        case_count = 2 * sum(1 for line in lines if line.payment.amount_minor > 0)
        lot, case_nos = await book_store.case_numbers(self._tx, case_count)
        new_lot = self._gl_lot_no is None
        if self._gl_lot_no is None:
            self._gl_lot_no = lot
        entries, rows, log_entries = await self._decide(lines, found, iter(case_nos))
        self._writing = asyncio.create_task(self._write(entries, rows, log_entries, new_lot=new_lot))
        self._job.done += len(lines)
        if self._job.progress is not None:
            self._job.progress(self._job.done, self._job.reading.transactions)
        await asyncio.sleep(0)

    async def finish(self) -> None:
        """Wait for the last write."""
        await self.flush()
        if self._writing is not None:
            await self._writing
            self._writing = None

    async def abandon(self) -> None:
        """Wait for a write that is under way, so that the connection is free for the rollback."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
            self._writing = None

    async def _find(self, lines: Sequence[_Line]) -> _Found:
        tx, found = self._tx, _Found()
        found.duplicates = await store.known_fingerprints(tx, [line.fingerprint for line in lines])
        wanted = {
            line.payment.kid: line.account
            for line in lines
            if line.payment.kid
            and line.payment.transaction_type not in INFORMATION_TYPES
            and line.fingerprint not in found.duplicates
        }
        for item in await store.lock_by_kid(tx, sorted(wanted)):
            found.by_kid.setdefault(item.kid, (Rule.EXACT, []))[1].append(item)
        missed = [kid for kid in wanted if kid not in found.by_kid]
        if missed:
            await self._find_zeros(missed, wanted, found)
            await self._find_own_layout([kid for kid in missed if kid not in found.by_kid], found)
        closed = sorted(
            {
                item.reference_no
                for _, items in found.by_kid.values()
                for item in items
                if item.currency_balance_minor == 0
            }
        )
        if closed:
            found.closed_by = await store.closed_by(tx, closed)
        return found

    async def _find_zeros(self, missed: Sequence[str], wanted: Mapping[str, ReceivingAccount], found: _Found) -> None:
        """The references that are found without their leading zeros, or with those of the account's agreement."""
        variants: dict[str, list[str]] = {}
        for kid in missed:
            bare = kid.lstrip("0")
            forms = {bare} | {bare.zfill(length) for length in wanted[kid].kid_lengths if length >= len(bare)}
            for form in forms - {kid, ""}:
                variants.setdefault(form, []).append(kid)
        for item in await store.lock_by_kid(self._tx, sorted(variants)):
            for kid in variants[item.kid]:
                found.by_kid.setdefault(kid, (Rule.LEADING_ZEROS, []))[1].append(item)

    async def _find_own_layout(self, missed: Sequence[str], found: _Found) -> None:
        """The references that say themselves which item or customer they mean."""
        decoded: dict[str, ArmKid] = {}
        for kid in missed:
            parts = decode_arm_kid(kid, self._prefix, self._method)
            if parts is not None and parts.client_no == self._client_no:
                decoded[kid] = parts
        claims = {(p.account_no, p.reference_no): kid for kid, p in decoded.items() if p.reference_no}
        references = sorted({reference_no for _, reference_no in claims})
        for item in await store.lock_by_reference(self._tx, references) if references else ():
            named = claims.get((item.account_no, item.reference_no))
            if named is not None:
                found.by_kid[named] = (Rule.OWN_LAYOUT, [item])
        accounts = {parts.account_no for parts in decoded.values() if parts.reference_no == 0}
        if accounts:
            known = await store.customers(self._tx, sorted(accounts))
            found.customers = {
                kid: parts.account_no
                for kid, parts in decoded.items()
                if parts.reference_no == 0 and parts.account_no in known
            }
            found.open_of_account = await store.lock_open_of_accounts(self._tx, sorted(known))

    async def _decide(
        self, lines: Sequence[_Line], found: _Found, case_nos: Iterator[int]
    ) -> tuple[Entries, list[tuple[object, ...]], list[log_store.LogEntry]]:
        standing = Standing([item for _, items in found.by_kid.values() for item in items] + found.open_of_account)
        periods = {line.payment.settlement_date: self._period(line.payment.settlement_date) for line in lines}
        per_year = Counter(periods[line.payment.settlement_date].gl_year for line in lines)
        vouchers = {
            year: iter(await self._job.numbers.take(self._client_no, voucher(year), 2 * count))
            for year, count in per_year.items()
        }
        on_account = sum(1 for line in lines if line.payment.kid in found.customers)
        references = iter(
            await self._job.numbers.take(self._client_no, REFERENCE, on_account) if on_account else range(0)
        )
        entries = Entries()
        rows: list[tuple[object, ...]] = []
        log_entries: list[log_store.LogEntry] = []
        for line in lines:
            payment = line.payment
            if line.fingerprint in found.duplicates:
                duplicate = Verdict(Outcome.DUPLICATE, Reason.SAME_LINE, Rule.NONE, None, None)
                self._tell(line, duplicate, 0, 0, None)
                continue
            rule, hits = found.by_kid.get(payment.kid, (Rule.OWN_LAYOUT, []))
            if hits:
                hits = [standing.item((hit.reference_no, hit.reference_sequence_no)) or hit for hit in hits]
            verdict = judge(
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
            )
            case: PaymentCase | None = None
            settled = unapplied = 0
            if verdict.account_no is not None:
                matched = len(entries.matches)
                case, settled, unapplied = self._book(
                    line, verdict, entries, standing, periods[payment.settlement_date], case_nos, vouchers, references
                )
                if verdict.reason is Reason.CUSTOMER and unapplied == 0:
                    verdict = verdict._replace(outcome=Outcome.SETTLED)
                for match in entries.matches[matched:]:
                    # Closed by this very file: what comes after it is a double payment.
                    found.closed_by.setdefault((match.debit_reference_no, match.debit_sequence_no), Closed.PAID)
            elif verdict.outcome is Outcome.QUEUED:
                self._log(log_entries, line, verdict)
            rows.append(self._row(line, verdict, case, settled, unapplied))
            self._tell(line, verdict, settled, unapplied, standing)
        entries.balances = standing.balances()
        check(entries, self._receivables)
        return entries, rows, log_entries

    def _period(self, day: date) -> Period:
        return period_for(day, self._closed_through, next_open=True)

    def _book(
        self,
        line: _Line,
        verdict: Verdict,
        entries: Entries,
        standing: Standing,
        period: Period,
        case_nos: Iterator[int],
        vouchers: Mapping[int, Iterator[int]],
        references: Iterator[int],
    ) -> tuple[PaymentCase, int, int]:
        payment, target = line.payment, verdict.target
        assert verdict.account_no is not None
        if target is not None:
            reference_no, sequence_no = target.reference_no, standing.next_sequence(target.reference_no)
            items = [standing.item((target.reference_no, target.reference_sequence_no)) or target]
        else:
            reference_no, sequence_no = next(references), 0
            items = oldest_first(standing.of_account(verdict.account_no))
        case = PaymentCase(
            gl_case_no=next(case_nos),
            voucher_no=next(vouchers[period.gl_year]),
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
            transaction_text="Payment OCR",
            external_id1="",
            rule=verdict.rule.value,
        )
        settlement = book_payment(entries, standing, case, items)
        if verdict.reason is Reason.SMALL_DIFFERENCE and target is not None:
            rest = standing.item((target.reference_no, target.reference_sequence_no))
            assert rest is not None
            self._book_difference(case, rest, entries, standing, next(case_nos), next(vouchers[period.gl_year]))
        return case, payment.amount_minor - settlement.left_minor, settlement.left_minor

    def _book_difference(
        self, case: PaymentCase, rest: OpenItem, entries: Entries, standing: Standing, gl_case_no: int, voucher_no: int
    ) -> None:
        difference = PaymentCase(
            gl_case_no=gl_case_no,
            voucher_no=voucher_no,
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

    def _row(
        self, line: _Line, verdict: Verdict, case: PaymentCase | None, settled: int, unapplied: int
    ) -> tuple[object, ...]:
        payment = line.payment
        return (
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
            verdict.outcome.value,
            verdict.reason.value,
            verdict.rule.value,
            case.account_no if case is not None else None,
            case.reference_no if case is not None else None,
            case.reference_sequence_no if case is not None else None,
            settled,
            unapplied,
            case.gl_case_no if case is not None else None,
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

    async def _write(
        self,
        entries: Entries,
        rows: list[tuple[object, ...]],
        log_entries: list[log_store.LogEntry],
        *,
        new_lot: bool,
    ) -> None:
        assert self._gl_lot_no is not None
        extra: list[book_store.Extra] = [(store.PAYMENTS, rows)]
        if log_entries:
            extra.append((log_store.ROWS, log_store.rows(self._job.actor, log_entries)))
        if not rows and not new_lot:
            return
        made = await book_store.write(
            self._tx,
            entries,
            gl_lot_no=self._gl_lot_no,
            now=self._job.now,
            booked=real_now(),
            origin="ocr-file",
            new_lot=new_lot,
            extra=extra,
            returning=0,
        )
        if made != len(rows):
            raise LineTakenError
