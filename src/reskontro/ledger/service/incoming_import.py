"""A bank file of any format from its lines to the book, all of it or nothing.

Readers give lines in the one shape of `ledger.domain.incoming`; OCR giro, whose files are the largest, has a faster way
of its own to the same verdicts. Lines are decided in runs. A return is decided when the runs before it are written, so
that it finds a payment of its own file as well.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from reskontro.formats.bank_file import FileSummary
from reskontro.kernel.actor import Actor
from reskontro.kernel.money import to_minor
from reskontro.ledger.domain.config import FEES_FIRST, Config
from reskontro.ledger.domain.direct_debits.mandates import MandateNews
from reskontro.ledger.domain.entries import Entries, OpenItem, check, oldest_first
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.exchange import Exchange, Rate
from reskontro.ledger.domain.incoming import Fingerprints, Incoming, LineKind, Naming, account_forms, normal_reference
from reskontro.ledger.domain.matching import (
    NOBODY,
    Closed,
    Hits,
    Outcome,
    Reason,
    Rule,
    Verdict,
    allocation,
    allocation_rule,
    beside_of,
    decide,
    lost_json,
    original_of,
    waits,
)
from reskontro.ledger.domain.payment import (
    PaymentCase,
    Standing,
    as_it_stands,
    book_payment,
    book_settlement,
    book_small_difference,
    match_credits,
    still_open,
)
from reskontro.ledger.domain.periods import Period, period_for
from reskontro.ledger.domain.refund import HOLDING, RefundStatus
from reskontro.ledger.service import refunds
from reskontro.ledger.service.direct_debits import mandates as debit_mandates
from reskontro.ledger.service.direct_debits import outcomes as debit_outcomes
from reskontro.ledger.service.ocr_import import LOGGED, ImportResult, LineResult, LineTakenError, Progress
from reskontro.ledger.service.references import (
    Found,
    find_beside,
    find_closed,
    find_named,
    find_references,
    find_wrapped,
)
from reskontro.ledger.service.unplacing import take_back
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import incoming as incoming_store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import payment_desk as desk_store
from reskontro.ledger.store import payments as store
from reskontro.ledger.store import rates as rate_store
from reskontro.ledger.store import refunds as refund_store
from reskontro.ledger.store.numbers import REFERENCE, Numbers, voucher
from reskontro.ledger.store.payments import ReceivingAccount
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import Connection, Transaction

RUN = 1000  # lines decided and written together
METHOD = "BANK"  # whose clearing account the money is on
LINES_TOLD = 10_000


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a reader has found: a file that is in order, with all its lines.

    `identity` tells it from other files of its format. `answers` are a bank's on refunds that we sent,
    `message_answers` those on all refunds of a file or of a part of it.
    """

    file_format: str  # as the transmission is noted
    file_type: str  # as the stored file is named
    identity: str
    lines: Sequence[Incoming]
    answers: Sequence[refunds.Answer] = ()
    mandates: Sequence[MandateNews] = ()
    message_answers: Sequence[refunds.MessageAnswer] = ()
    summary: FileSummary | None = None  # of a reader that makes one on its way


class Reader(Protocol):
    """Reads the files of one format."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins so is of this format."""
        ...

    def read(self, content: bytes) -> ReadFile:
        """The whole file; raises Refused (422, ARM-2014) with every fault and where it is."""
        ...


def refuse_future(found: ReadFile, today: date) -> None:
    """Raise Refused for a file with a day that has not come."""
    late = [line for line in found.lines if line.booking_date is not None and line.booking_date > today]
    if late:
        message = f"line {late[0].line_no}: the file holds the date {late[0].booking_date}, which lies in the future"
        raise broken(fault(Code.FILE_CONTENT, "{text}", "content", None, text=message), "The file was refused")


async def owners(connection: Connection, found: ReadFile, only_client: int | None) -> dict[str, ReceivingAccount]:
    """Whose the accounts of a file are, by the account as the file names it.

    Raises Refused for an account that nobody has, or that another client has where the file is one client's; the two
    are not told apart, and the number is not repeated.
    """
    first = {one.key.creditor_no: one.line_no for one in reversed(found.mandates)}
    first |= {line.account: line.line_no for line in reversed(found.lines)}
    forms = {account: account_forms(account) for account in first}
    known = await store.receiving_accounts(connection, sorted({form for each in forms.values() for form in each}))
    owned: dict[str, ReceivingAccount] = {}
    faults = []
    for account, line_no in sorted(first.items(), key=lambda one: one[1]):
        owner = next((known[form] for form in forms[account] if form in known), None)
        if owner is None or (only_client is not None and owner.client_no != only_client):
            message = f"line {line_no}: the receiving account is not an account of this client"
            faults.append(fault(Code.FILE_CONTENT, "{text}", "content", None, text=message))
        else:
            owned[account] = owner
    if faults:
        raise broken(faults, "The file was refused")
    return owned


@dataclass(slots=True, kw_only=True)
class IncomingImport:
    """One import under way."""

    numbers: Numbers
    found: ReadFile
    digest: str
    accounts: Mapping[str, ReceivingAccount]
    file_uuids: Mapping[int, UUID]
    actor: Actor
    now: datetime
    progress: Progress | None = None
    done: int = 0

    def new_result(self) -> ImportResult:
        """An empty result; it tells of single lines only where there are not too many."""
        return ImportResult(lines=[] if len(self.found.lines) <= LINES_TOLD else None)

    async def book_for(self, tx: Transaction, client_no: int, result: ImportResult) -> None:
        """Book what the file holds for one client, in the transaction of all of it."""
        if tx.client_no != client_no:
            await tx.change_client(client_no)
            await tx.hold_book()
        file_uuid = self.file_uuids[client_no]
        identity = f"{self.found.identity}-{self.digest[:16]}"
        new = await store.add_transmission(tx, identity, file_uuid, self.now, self.found.file_format)
        await self._take_mandates(tx, file_uuid, result, new=new)
        begun = await debit_outcomes.begin(tx)
        known = await debit_outcomes.know_lines(tx, self.found.file_format, self.found.lines)
        for answer in self.found.answers:
            ours = await refunds.take_answer(tx, self.numbers, answer, self.now, self.actor)
            result.answers += ours
            result.strange_answers += not ours
        named = {answer.refund_id for answer in self.found.answers}
        for said in self.found.message_answers:
            result.answers += await refunds.take_message_answer(tx, self.numbers, said, named, self.now, self.actor)
        config = await config_store.read(tx, business_day(self.now))
        booker = _Booker(self, tx, config, await book_store.closed_through(tx), result)
        waiting: list[_Line] = []
        fingerprints = Fingerprints()
        for came, line in zip(self.found.lines, known.lines, strict=True):
            owner = self.accounts[line.account]
            if owner.client_no != client_no:
                continue
            own = _Line(line, owner, fingerprints.of(came, owner.account_no))
            if line.kind is LineKind.RETURN or _is_ours(line):
                await booker.book(waiting)
                waiting = []
                await booker.book_alone(own)
                continue
            waiting.append(own)
            if len(waiting) >= RUN:
                await booker.book(waiting)
                waiting = []
        await booker.book(waiting)
        await debit_outcomes.take(tx, begun, known, file_uuid, self.now, self.actor)

    async def _take_mandates(self, tx: Transaction, file_uuid: UUID, result: ImportResult, *, new: bool) -> None:
        own = [one for one in self.found.mandates if self.accounts[one.key.creditor_no].client_no == tx.client_no]
        result.mandates += len(own)
        if new:
            identity = f"{self.found.file_format} {self.found.identity}"
            await debit_mandates.take(tx, identity, own, file_uuid, self.now, self.actor)


def _is_ours(line: Incoming) -> bool:
    """Whether a line may be about a refund: money that went out or came back with an id that we gave."""
    return line.kind in {LineKind.DEBIT, LineKind.REVERSAL} and refunds.is_refund_id(line.end_to_end_id)


@dataclass(frozen=True, slots=True)
class _Line:
    incoming: Incoming
    account: ReceivingAccount
    fingerprint: bytes


@dataclass(slots=True)
class _Ground:
    """What a run is decided on."""

    found: Found
    standing: Standing
    rates: Mapping[tuple[str, date], Rate]
    case_nos: Iterator[int] = field(default_factory=lambda: iter(()))
    lot: int = 0


class _Booker:
    """The lines of one client."""

    def __init__(
        self, job: IncomingImport, tx: Transaction, config: Config, closed_through: int | None, result: ImportResult
    ) -> None:
        self._job = job
        self._tx = tx
        self._config = config
        self._closed_through = closed_through
        self._result = result
        self._has_lot = False
        self._lot: int | None = None
        self._logged = 0
        self._prefix = config.text("kid.prefix")
        self._method = config.text("kid.checkDigitMethod")
        self._base = config.text("gl.baseCurrency")
        self._today = business_day(job.now)
        self._tolerance = to_minor(config.decimal("posting.smallDifferenceLimit"), self._base)
        self._fees_first = config.text("posting.allocationOrder") == FEES_FIRST
        self._text = f"Payment {job.found.file_format}"

    async def book(self, lines: Sequence[_Line]) -> None:
        """Decide and write some lines."""
        if not lines:
            return
        ground = await self._find(lines)
        fresh = [line for line in lines if line.fingerprint not in ground.found.duplicates]
        bookable = [line for line in fresh if self._may_be_booked(line, ground)]
        if bookable:
            lot, case_nos = await book_store.case_numbers(self._tx, 2 * len(bookable))
            self._lot = self._lot or lot
            ground.case_nos = iter(case_nos)
        vouchers = await self._vouchers(bookable)
        loose = sum(1 for line in bookable if line.incoming.parts or self._names_customer(line, ground))
        references = iter(await self._job.numbers.take(self._tx.client_no, REFERENCE, loose) if loose else range(0))
        payment_nos = iter(await incoming_store.payment_numbers(self._tx, len(fresh)))
        entries = Entries()
        rows: list[tuple[object, ...]] = []
        log_entries: list[log_store.LogEntry] = []
        for line in lines:
            if line.fingerprint in ground.found.duplicates:
                same = Verdict(Outcome.DUPLICATE, Reason.SAME_LINE, Rule.NONE, None, None)
                self._tell(line, same, 0, 0, None)
                continue
            verdict = self._judge(line, ground)  # after what the lines before it have settled
            case: PaymentCase | None = None
            unapplied = settled = 0
            if verdict.account_no is not None:
                matched = len(entries.matches)
                case, unapplied = self._book(line, verdict, entries, ground, vouchers, references)
                settled = line.incoming.amount_minor - unapplied
                if verdict.reason is Reason.CUSTOMER and unapplied == 0:
                    verdict = verdict._replace(outcome=Outcome.SETTLED)
                for match in entries.matches[matched:]:
                    key = (match.debit_reference_no, match.debit_sequence_no)
                    ground.found.closed_by.setdefault(key, Closed.PAID)
            else:
                self._log(log_entries, line, verdict)
            rows.append(self._row(next(payment_nos), line, verdict, case, settled, unapplied))
            self._tell(line, verdict, settled, unapplied, ground.standing)
        entries.balances = ground.standing.balances()
        check(entries, self._config.number("gl.account.receivables"))
        await self._write(entries, rows, log_entries, self._lot or 0)
        self._job.done += len(lines)
        if self._job.progress is not None:
            self._job.progress(self._job.done, len(self._job.found.lines))
        await asyncio.sleep(0)

    async def book_alone(self, line: _Line) -> None:
        """Decide and write a line that takes an earlier payment back, or is about a refund."""
        if await store.known_fingerprints(self._tx, [line.fingerprint]):
            self._tell(line, Verdict(Outcome.DUPLICATE, Reason.SAME_LINE, Rule.NONE, None, None), 0, 0, None)
            return
        incoming = line.incoming
        (payment_no,) = await incoming_store.payment_numbers(self._tx, 1)
        returned: int | None = None
        if incoming.kind is LineKind.RETURN:
            verdict, returned = await self._return(line, payment_no)
        else:
            verdict = await self._of_refund(line)
        log_entries: list[log_store.LogEntry] = []
        self._log(log_entries, line, verdict)
        row = self._row(payment_no, line, verdict, None, 0, 0, returned)
        await self._write(Entries(), [row], log_entries, 0)
        self._tell(line, verdict, 0, 0, None)
        self._job.done += 1

    async def _return(self, line: _Line, payment_no: int) -> tuple[Verdict, int | None]:
        """Undo the payment that a return takes back."""
        tx, incoming = self._tx, line.incoming
        candidates = await incoming_store.earlier_payments(
            tx, normal_reference(incoming.reference), incoming.archive_reference, -incoming.amount_minor,
            incoming.currency, incoming.due_date,
        )  # fmt: skip
        original = original_of(incoming, candidates)
        if isinstance(original, Reason):
            return waits(original), None
        await desk_store.hold(tx, [original.payment_no], self._job.now)
        (stands,) = await desk_store.lines(tx, [original.payment_no])
        if stands.status not in {"UNPLACED", "PLACED"}:  # another file has taken it back meanwhile
            return waits(Reason.RETURN_UNKNOWN), None
        if stands.credits and await refund_store.of_items(tx, stands.credits, (*HOLDING, RefundStatus.PAID)):
            return waits(Reason.RETURN_REFUNDED), None
        case_nos: tuple[int, ...] = ()
        if stands.status == "PLACED":
            day = incoming.booking_date or self._today
            back = await take_back(
                tx, self._job.numbers, self._config, stands.case_nos, stands.listed, day, "Payment returned"
            )
            case_nos = back.case_nos
            if back.entries.cases:
                await book_store.write(
                    tx, back.entries, gl_lot_no=back.gl_lot_no, now=self._job.now, booked=real_now(),
                    origin="bank-file",
                )  # fmt: skip
        note = f"taken back by line {payment_no}" + (f", {incoming.reason}" if incoming.reason else "")
        await desk_store.add_resolution(
            tx, original.payment_no, "RETURNED", "RETURNED", self._job.now, self._job.actor.user_id,
            gl_case_nos=case_nos, note=note,
        )  # fmt: skip
        return Verdict(Outcome.RETURNED, Reason.RETURN, Rule.NONE, None, None), original.payment_no

    async def _of_refund(self, line: _Line) -> Verdict:
        """Close or put back the refund that a debit, or its coming back, is about."""
        incoming = line.incoming
        came_back = incoming.kind is LineKind.REVERSAL
        sent = await refund_store.lock(self._tx, incoming.end_to_end_id)
        if sent is not None and (sent.amount_minor, sent.currency) != (abs(incoming.amount_minor), incoming.currency):
            return waits(Reason.REFUND_AMOUNT)
        answer = refunds.Answer(incoming.end_to_end_id, "RJCT" if came_back else "ACSC", incoming.reason)
        if not await refunds.take_answer(self._tx, self._job.numbers, answer, self._job.now, self._job.actor):
            return (
                waits(Reason.MONEY_BACK)
                if came_back
                else Verdict(Outcome.INFORMATION, Reason.DEBIT, Rule.NONE, None, None)
            )
        reason = Reason.REFUND_BACK if came_back else Reason.REFUND_PAID
        return Verdict(Outcome.INFORMATION, reason, Rule.NONE, None, None)

    async def _find(self, lines: Sequence[_Line]) -> _Ground:
        duplicates = await store.known_fingerprints(self._tx, [line.fingerprint for line in lines])
        kids: dict[str, tuple[int, ...]] = {}
        documents: set[str] = set()
        customers: set[str] = set()
        for line in lines:
            if line.fingerprint in duplicates or line.incoming.kind is not LineKind.PAYMENT:
                continue
            for naming, reference in _references(line.incoming):
                if naming is Naming.REFERENCE:
                    kids[normal_reference(reference)] = line.account.kid_lengths
                elif naming is Naming.DOCUMENT:
                    documents.add(reference.strip())
                elif naming is Naming.CUSTOMER:
                    customers.add(reference.strip())
        found = await find_references(self._tx, kids, self._prefix, self._method)
        await find_wrapped(self._tx, kids, self._prefix, self._method, found)
        await find_named(self._tx, documents, customers, found)
        await find_closed(self._tx, found)
        await find_beside(self._tx, found)
        found.duplicates = duplicates
        days = {
            (line.incoming.currency, self._day(line.incoming)) for line in lines if line.incoming.currency != self._base
        }
        rates = await rate_store.rates_on(self._tx, self._base, days) if days else {}
        return _Ground(found, Standing(found.items()), rates)

    def _hits(self, naming: Naming, reference: str, ground: _Ground) -> Hits:
        """What a reference names, as it stands."""
        match naming:
            case Naming.REFERENCE:
                hits = ground.found.reference(normal_reference(reference))
            case Naming.DOCUMENT:
                hits = ground.found.document(reference.strip())
            case Naming.CUSTOMER:
                hits = ground.found.customer(reference.strip())
            case _:
                return NOBODY
        return hits._replace(
            items=tuple(as_it_stands(ground.standing, item) for item in hits.items),
            beside=still_open(ground.standing, hits.beside),
        )

    def _judge(self, line: _Line, ground: _Ground) -> Verdict:
        incoming = line.incoming
        in_base = incoming.currency == self._base
        return decide(
            incoming,
            hits=self._hits(incoming.naming, incoming.reference, ground) if incoming.reference else NOBODY,
            part_hits=[self._hits(part.naming, part.reference, ground) for part in incoming.parts],
            closed_by=ground.found.closed_by,
            tolerance_minor=self._tolerance if in_base else 0,  # the limit is in the GL currency
            in_gl_currency=in_base,
            rate_known=(incoming.currency, self._day(incoming)) in ground.rates,
            fees_first=self._fees_first,
        )

    def _may_be_booked(self, line: _Line, ground: _Ground) -> bool:
        """Whether a line names anything. What it comes to is known only after the lines before it."""
        if line.incoming.kind is not LineKind.PAYMENT or line.incoming.amount_minor <= 0:
            return False
        named = [self._hits(naming, reference, ground) for naming, reference in _references(line.incoming)]
        return any(hits.items or hits.account_no is not None for hits in named)

    def _names_customer(self, line: _Line, ground: _Ground) -> bool:
        one = line.incoming
        return bool(one.reference) and self._hits(one.naming, one.reference, ground).account_no is not None

    def _day(self, incoming: Incoming) -> date:
        return incoming.booking_date or incoming.order_date or incoming.value_date or self._today

    def _period(self, day: date) -> Period:
        return period_for(day, self._closed_through, next_open=True)

    async def _vouchers(self, bookable: Sequence[_Line]) -> dict[int, Iterator[int]]:
        """Voucher numbers by year, two for each line: a small difference has one of its own."""
        years = Counter(self._period(self._day(line.incoming)).gl_year for line in bookable)
        return {
            year: iter(await self._job.numbers.take(self._tx.client_no, voucher(year), 2 * count))
            for year, count in sorted(years.items())
        }

    def _book(
        self,
        line: _Line,
        verdict: Verdict,
        entries: Entries,
        ground: _Ground,
        vouchers: Mapping[int, Iterator[int]],
        references: Iterator[int],
    ) -> tuple[PaymentCase, int]:
        """Add the case of a line; what is left on account comes back with it."""
        incoming, target, standing = line.incoming, verdict.target, ground.standing
        assert verdict.account_no is not None
        day = self._day(incoming)
        period = self._period(day)
        kid = normal_reference(incoming.reference) if incoming.naming is Naming.REFERENCE else ""
        if target is not None:
            reference_no, sequence_no = target.reference_no, standing.next_sequence(target.reference_no)
            kid = target.kid
        else:
            reference_no, sequence_no = next(references), 0
        rate = ground.rates.get((incoming.currency, day))
        beside = [] if target is None else beside_of(target, still_open(standing, ground.found.of_reference([target])))
        case = PaymentCase(
            gl_case_no=next(ground.case_nos),
            voucher_no=next(vouchers[period.gl_year]),
            voucher_date=day,
            period=period,
            currency=incoming.currency,
            gl_currency=self._base,
            account_no=verdict.account_no,
            reference_no=reference_no,
            reference_sequence_no=sequence_no,
            kid=kid,
            money_account=self._config.clearing_account(METHOD),
            receivables_account=self._config.number("gl.account.receivables"),
            amount_minor=incoming.amount_minor,
            transaction_text=self._text,
            external_id1="",
            rule=allocation_rule(verdict.rule.value, beside, fees_first=self._fees_first),
            exchange=Exchange.of(rate, self._config) if incoming.currency != self._base else None,
        )
        if verdict.shares:
            parts = [(as_it_stands(standing, share.item), share.minor) for share in verdict.shares]
            claims = match_credits(entries, standing, case, parts)
            return case, book_settlement(entries, standing, case, claims)
        if target is not None:
            items = allocation(as_it_stands(standing, target), beside, fees_first=self._fees_first)
        else:
            items = oldest_first(standing.of_account(verdict.account_no), incoming.currency)
        left = book_payment(entries, standing, case, items).left_minor
        if verdict.reason is Reason.SMALL_DIFFERENCE and target is not None:
            rest = still_open(standing, items)[0]
            self._book_difference(case, rest, entries, ground, vouchers[period.gl_year])
        return case, left

    def _book_difference(
        self, case: PaymentCase, rest: OpenItem, entries: Entries, ground: _Ground, vouchers: Iterator[int]
    ) -> None:
        difference = PaymentCase(
            gl_case_no=next(ground.case_nos),
            voucher_no=next(vouchers),
            voucher_date=case.voucher_date,
            period=case.period,
            currency=case.currency,
            gl_currency=case.gl_currency,
            account_no=case.account_no,
            reference_no=case.reference_no,
            reference_sequence_no=ground.standing.next_sequence(case.reference_no),
            kid=case.kid,
            money_account=self._config.number("gl.account.rounding"),
            receivables_account=case.receivables_account,
            amount_minor=rest.currency_balance_minor,
            transaction_text="",
            external_id1="",
            rule="small difference",
        )
        book_small_difference(entries, ground.standing, difference, rest)

    def _row(
        self,
        payment_no: int,
        line: _Line,
        verdict: Verdict,
        case: PaymentCase | None,
        settled: int,
        unapplied: int,
        returned: int | None = None,
    ) -> tuple[object, ...]:
        one = line.incoming
        parts = [
            {"naming": part.naming.value, "reference": part.reference, "amountMinor": part.amount_minor}
            for part in one.parts
        ]
        placed = [[s.item.reference_no, s.item.reference_sequence_no, s.minor] for s in verdict.shares]
        return (
            payment_no, line.fingerprint, self._job.file_uuids[self._tx.client_no], one.line_no,
            line.account.account_no, one.kind.value, self._day(one), one.order_date, one.value_date, one.currency,
            one.amount_minor, normal_reference(one.reference), json.dumps(parts) if parts else None, one.payer_name,
            one.payer_account, one.archive_reference, one.end_to_end_id, one.lump, one.text, one.code, one.reason,
            verdict.outcome.value, verdict.reason.value, verdict.rule.value, lost_json(verdict.lost),
            json.dumps(placed) if placed else None, returned, case.account_no if case is not None else None,
            case.reference_no if case is not None else None,
            case.reference_sequence_no if case is not None else None, settled, unapplied,
            case.gl_case_no if case is not None else None,
        )  # fmt: skip

    def _log(self, log_entries: list[log_store.LogEntry], line: _Line, verdict: Verdict) -> None:
        if verdict.outcome is not Outcome.QUEUED and verdict.outcome is not Outcome.RETURNED:
            return
        self._logged += 1
        if self._logged > LOGGED:
            return
        said = "Payment taken back" if verdict.outcome is Outcome.RETURNED else "Payment not placed"
        text = f"{said}: line {line.incoming.line_no}, {verdict.reason.value}"
        file_uuid = str(self._job.file_uuids[self._tx.client_no])
        log_entries.append(log_store.LogEntry("FILE", file_uuid, text, level="WARNING"))

    def _tell(self, line: _Line, verdict: Verdict, settled: int, unapplied: int, standing: Standing | None) -> None:
        one, target = line.incoming, verdict.target
        result = self._result.of(one.currency)
        result.transactions += 1
        result.amount_minor += one.amount_minor
        result.add(verdict, one.amount_minor, settled, unapplied)
        if result.lines is None:
            return
        after = None
        if target is not None and standing is not None:
            after = as_it_stands(standing, target).currency_balance_minor
        ids = (
            (self._tx.client_no, target.account_no, target.reference_no, target.reference_sequence_no) if target else ()
        )
        result.lines.append(
            LineResult(
                one.label, normal_reference(one.reference), one.amount_minor, verdict.outcome.value,
                verdict.reason.value, "-".join(map(str, ids)), settled, unapplied, after,
            )
        )  # fmt: skip

    async def _write(
        self,
        entries: Entries,
        rows: Sequence[tuple[object, ...]],
        log_entries: Sequence[log_store.LogEntry],
        lot: int,
    ) -> None:
        if not rows:
            return
        extra: list[book_store.Extra] = [(incoming_store.LINES, rows)]
        if log_entries:
            extra.append((log_store.ROWS, log_store.rows(self._job.actor, log_entries)))
        new_lot = not self._has_lot and bool(entries.cases)
        made = await book_store.write(
            self._tx, entries, gl_lot_no=lot, now=self._job.now, booked=real_now(), origin="bank-file",
            new_lot=new_lot, extra=extra, returning=0,
        )  # fmt: skip
        if made != len(rows):
            raise LineTakenError
        self._has_lot = self._has_lot or new_lot


def _references(line: Incoming) -> Iterator[tuple[Naming, str]]:
    if line.reference:
        yield line.naming, line.reference
    for part in line.parts:
        yield part.naming, part.reference
