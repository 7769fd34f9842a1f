"""Posting documents: one, or the documents of a batch in one run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from reskontro.kernel.actor import Actor
from reskontro.kernel.kid import arm_kid
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain import document as rules
from reskontro.ledger.domain.codes import VOUCHER_TYPES, VoucherType, fold
from reskontro.ledger.domain.document import NewDocument, Resolved
from reskontro.ledger.domain.entries import BalanceRow, Entries, ItemRow, MatchRow, OpenItem, check
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.exchange import Accounts, Rates, case_rate, difference_lines, share
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.periods import Period, PeriodClosedError, period_for
from reskontro.ledger.store import book as book_store
from reskontro.ledger.store import documents as store
from reskontro.ledger.store import log as log_store
from reskontro.ledger.store import rates as rate_store
from reskontro.ledger.store.numbers import BUNDLE, REFERENCE, Numbers, voucher
from reskontro.platform.clock import business_day, real_now
from reskontro.platform.database import RunAgainError, Transaction
from reskontro.platform.ids import new_uuid
from reskontro.platform.json_text import encode

CREDITED = "credited-document"  # the rule of a match: the credit note names the document


class Posted(NamedTuple):
    """A document in the book."""

    document_no: str
    document_uuid: UUID
    document_type: str
    bundle_no: int
    account_no: int
    customer_no: str
    ar_item_id: ArItemId
    kid: str
    voucher_type: int
    voucher_no: int
    gl_case_no: int
    gl_lot_no: int
    period: Period


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same document was posted before: nothing was done."""

    document_no: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A document that was not posted, with every fault."""

    document_no: str
    faults: tuple[Fault, ...]


Outcome = Posted | Repeated | Rejected


@dataclass(frozen=True, slots=True)
class Batch:
    """The batch that documents arrive in."""

    batch_uuid: UUID
    bundle_no: int
    gl_lot_no: int
    new_lot: bool


@dataclass(slots=True)
class _Accepted:
    index: int
    new: NewDocument
    resolved: Resolved
    period: Period
    credited: OpenItem | None


class DocumentTakenError(RunAgainError):
    """Another transaction posted one of the document numbers meanwhile."""


async def post(
    tx: Transaction,
    numbers: Numbers,
    documents: Sequence[NewDocument],
    now: datetime,
    actor: Actor,
    *,
    paths: Sequence[str],
    batch: Batch | None = None,
    log_extra: Sequence[log_store.LogEntry] = (),
) -> list[Outcome]:
    """Post documents in their order, each for itself. `paths` lead the fields of their faults.

    The transaction holds the client's book. One round trip reads what the run needs, one writes it.
    """
    today = business_day(now)
    kids = sorted({d.kid for d in documents if d.kid})
    if kids:
        await store.hold_kids(tx, kids)
    known = await store.read_known(
        tx,
        customer_keys=list({fold(d.customer_no) for d in documents}),
        document_keys=list({fold(d.document_no) for d in documents}),
        kids=kids,
        attachments=[UUID(a) for d in documents for a in d.attachment_files],
        today=today,
        count=len(documents),
    )
    credited_keys = sorted({fold(d.credited_document_no) for d in documents if d.credited_document_no})
    credited = await store.lock_credited(tx, credited_keys) if credited_keys else {}

    rates = await _rates(tx, documents, known)

    outcomes: list[Outcome | None] = [None] * len(documents)
    accepted: list[_Accepted] = []
    taken: dict[str, bytes] = {}  # document numbers of this run and what was sent with them
    used_kids = set(known.open_kids)
    for index, new in enumerate(documents):
        outcome = _judge(new, known, credited, rates, taken, used_kids, today, index, paths[index])
        if isinstance(outcome, _Accepted):
            accepted.append(outcome)
            taken[fold(new.document_no)] = new.fingerprint
            if new.kid:
                used_kids.add(new.kid)
        else:
            outcomes[index] = outcome
    if accepted:
        posted = await _write(tx, numbers, known, credited, accepted, now, actor, batch, log_extra)
        for one, result in zip(accepted, posted, strict=True):
            outcomes[one.index] = result
    return [outcome for outcome in outcomes if outcome is not None]


async def _rates(tx: Transaction, documents: Sequence[NewDocument], known: store.Known) -> Rates:
    """The rates of the documents in foreign currencies. Without such documents nothing is asked for."""
    base = known.config.text("gl.baseCurrency")
    wanted = {
        (rules.currency_of(new, known.receivers.get(fold(new.customer_no)), known.config), new.document_date)
        for new in documents
    }
    foreign = {(currency, day) for currency, day in wanted if currency != base}
    return await rate_store.rates_on(tx, base, foreign) if foreign else {}


def _judge(
    new: NewDocument,
    known: store.Known,
    credited: dict[str, OpenItem],
    rates: Rates,
    taken: dict[str, bytes],
    used_kids: set[str],
    today: date,
    index: int,
    path: str,
) -> _Accepted | Repeated | Rejected:
    key = fold(new.document_no)
    stored = known.documents.get(key)
    if stored is not None and stored.fingerprint == new.fingerprint:
        return Repeated(stored.document_no)
    if taken.get(key) == new.fingerprint:
        return Repeated(new.document_no)
    receiver = known.receivers.get(fold(new.customer_no))
    resolved, faults = rules.resolve(new, receiver, known.config, today, path, rates)
    if stored is not None or key in taken:
        faults.append(fault(Code.EXISTS, "documentNo already exists", f"{path}.documentNo", new.document_no))
    if new.kid and new.kid in used_kids:
        faults.append(fault(Code.EXISTS, "The KID is used by an open document", f"{path}.kid", new.kid))
    missing = [a for a in new.attachment_files if a not in known.attachments]
    faults += [
        fault(Code.UNKNOWN_REFERENCE, "No such attachment", f"{path}.attachmentFiles", missed) for missed in missing
    ]
    target = credited.get(fold(new.credited_document_no)) if new.credited_document_no else None
    faults += _credit_faults(new, resolved, target, path)
    try:
        period = period_for(
            new.document_date,
            known.closed_through,
            next_open=known.config.text("gl.closedPeriodPolicy").upper() != "REJECT",
        )
    except PeriodClosedError as closed:
        faults.append(
            fault(
                Code.PERIOD_CLOSED,
                "The period {period} is closed",
                f"{path}.documentDate",
                new.document_date,
                period=str(closed),
            )
        )
        period = Period.of(new.document_date)
    if faults or resolved is None:
        return Rejected(new.document_no, tuple(faults))
    return _Accepted(index, new, resolved, period, target)


def _credit_faults(new: NewDocument, resolved: Resolved | None, target: OpenItem | None, path: str) -> list[Fault]:
    if not new.credited_document_no:
        return []
    field = f"{path}.creditedDocumentNo"
    if resolved is not None and resolved.voucher_type is not VoucherType.CREDIT_NOTE:
        return [fault(Code.TYPE_NOT_ALLOWED, "Only a credit note credits a document", field, new.credited_document_no)]
    if target is None:
        return [fault(Code.UNKNOWN_REFERENCE, "No such invoice or interest note", field, new.credited_document_no)]
    if resolved is not None and target.account_no != resolved.receiver.account_no:
        return [fault(Code.DISAGREE, "The document belongs to another customer", field, new.credited_document_no)]
    if resolved is not None and target.currency != resolved.currency:
        return [fault(Code.CURRENCY, "The document is in another currency", field, new.credited_document_no)]
    return []


async def _write(
    tx: Transaction,
    numbers: Numbers,
    known: store.Known,
    credited: dict[str, OpenItem],
    accepted: list[_Accepted],
    now: datetime,
    actor: Actor,
    batch: Batch | None,
    log_extra: Sequence[log_store.LogEntry],
) -> list[Posted]:
    client_no = tx.client_no
    fresh = sum(1 for one in accepted if one.credited is None)
    references = iter(await numbers.take(client_no, REFERENCE, fresh) if fresh else range(0))
    vouchers = await _vouchers(numbers, client_no, accepted)
    gl_lot_no = batch.gl_lot_no if batch is not None else known.gl_lot_no
    bundles = dict(known.bundles)
    standing = dict(credited)  # credited items as this run leaves them
    entries = Entries()
    document_rows: list[tuple[object, ...]] = []
    log_entries = list(log_extra)
    added: dict[int, int] = {}  # by account, in the customer's currency: what this run has added to a credit limit
    results: list[Posted] = []
    for one, gl_case_no in zip(accepted, known.gl_case_nos, strict=False):
        new, resolved = one.new, one.resolved
        voucher_no = next(vouchers[one.period.gl_year])
        key = fold(new.credited_document_no)
        target = standing.get(key) if one.credited is not None else None
        reference_no = target.reference_no if target is not None else next(references)
        sequence_no = target.last_sequence_no + 1 if target is not None else 0
        account_no = resolved.receiver.account_no
        kid = new.kid or (
            target.kid if target is not None else _generated_kid(client_no, account_no, reference_no, known)
        )
        case, lines = rules.book(
            new,
            resolved,
            known.config,
            one.period,
            gl_case_no=gl_case_no,
            voucher_no=voucher_no,
            reference_no=reference_no,
            reference_sequence_no=sequence_no,
        )
        minor = resolved.sign * resolved.incl_vat_minor
        gl_amounts = resolved.gl_amounts
        gl_minor = resolved.sign * gl_amounts[2]
        match = None
        if target is not None:
            match = _match(target, new, resolved, sequence_no, gl_case_no)
            standing[key] = target._replace(
                currency_balance_minor=target.currency_balance_minor - (match.currency_minor if match else 0),
                gl_balance_minor=target.gl_balance_minor - (match.debit_gl_minor if match else 0),
                last_sequence_no=sequence_no,
            )
        if match is not None:
            entries.matches.append(match)
            lines += difference_lines(gl_case_no, len(lines) + 1, [match], Accounts.of(known.config))
        entries.cases.append(case)
        entries.lines += lines
        entries.rates += case_rate(gl_case_no, resolved.rate)
        entries.items.append(
            ItemRow(
                reference_no,
                sequence_no,
                account_no,
                new.document_no,
                resolved.voucher_type,
                voucher_no,
                new.document_date,
                resolved.due_date,
                resolved.currency,
                minor,
                gl_minor,
                kid,
                VOUCHER_TYPES[resolved.voucher_type].en,
                new.external_id1,
                gl_case_no,
                one.period.gl_year,
                one.period.gl_period,
                minor + (match.currency_minor if match else 0),
                gl_minor + (match.credit_gl_minor if match else 0),
                0,
                new.ledger_note or None,
            )
        )
        bundle_no = batch.bundle_no if batch is not None else bundles.get(resolved.document_type)
        if bundle_no is None:
            wanted = (await numbers.take(client_no, BUNDLE))[0]
            bundle_no = await store.open_bundle(tx, wanted, resolved.document_type, business_day(now), None, now)
            bundles[resolved.document_type] = bundle_no
        document_uuid = new_uuid()
        document_rows.append(
            (
                fold(new.document_no), new.document_no, document_uuid, resolved.document_type, bundle_no, account_no,
                reference_no, sequence_no, new.document_date, resolved.currency,
                resolved.excl_vat_minor, resolved.vat_minor, resolved.incl_vat_minor, *gl_amounts,
                resolved.distribution_type, new.fingerprint, *rules.search_keys(new),
                encode(rules.kept_content(new, resolved)).decode(),
            )
        )  # fmt: skip
        results.append(
            Posted(
                new.document_no,
                document_uuid,
                resolved.document_type,
                bundle_no,
                account_no,
                resolved.receiver.customer_no,
                ArItemId(client_no, account_no, reference_no, sequence_no),
                kid,
                resolved.voucher_type,
                voucher_no,
                gl_case_no,
                gl_lot_no,
                one.period,
            )
        )
        log_entries.append(_log_entry(new, resolved, added))
    entries.balances = [
        BalanceRow(
            item.reference_no, 0, item.currency_balance_minor, item.gl_balance_minor, item.last_sequence_no
        )
        for key, item in standing.items()
        if item != credited[key]
    ]  # fmt: skip
    check(entries, known.config.number("gl.account.receivables"))
    made = await book_store.write(
        tx,
        entries,
        gl_lot_no=gl_lot_no,
        now=now,
        booked=real_now(),
        origin="documents" if batch is None else "document-batch",
        new_lot=batch is None or batch.new_lot,
        extra=(
            (store.DOCUMENTS, document_rows),
            (store.DOCUMENT_STATES, [(row[0],) for row in document_rows]),
            (log_store.ROWS, log_store.rows(actor, log_entries)),
        ),
        returning=0,
    )
    if made != len(document_rows):
        raise DocumentTakenError
    return results


def _match(
    target: OpenItem, new: NewDocument, resolved: Resolved, sequence_no: int, gl_case_no: int
) -> MatchRow | None:
    """What a credit note takes from the document that it credits, None where nothing of that is open."""
    part = min(resolved.incl_vat_minor, max(target.currency_balance_minor, 0))
    if not part:
        return None
    debit_gl = share(target.gl_balance_minor, part, target.currency_balance_minor)
    credit_gl = share(resolved.gl_amounts[2], part, resolved.incl_vat_minor)
    return MatchRow(
        target.reference_no, 0, target.reference_no, sequence_no, part, debit_gl, credit_gl, new.document_date, None,
        gl_case_no, CREDITED,
    )  # fmt: skip


async def _vouchers(numbers: Numbers, client_no: int, accepted: list[_Accepted]) -> dict[int, Iterator[int]]:
    """As many voucher numbers of each year as there are documents."""
    years = Counter(one.period.gl_year for one in accepted)
    return {year: iter(await numbers.take(client_no, voucher(year), count)) for year, count in years.items()}


def _generated_kid(client_no: int, account_no: int, reference_no: int, known: store.Known) -> str:
    config = known.config
    return arm_kid(
        client_no,
        account_no,
        reference_no,
        prefix=config.text("kid.prefix"),
        method=config.text("kid.checkDigitMethod"),
    )


def _log_entry(new: NewDocument, resolved: Resolved, added: dict[int, int]) -> log_store.LogEntry:
    """What the log says of a document; `added` is what the run has added to the customers' debts, this one now too."""
    account_no = resolved.receiver.account_no
    warning = rules.over_limit(resolved, added.get(account_no, 0))
    if resolved.currency == resolved.receiver.currency:
        added[account_no] = added.get(account_no, 0) + resolved.sign * resolved.incl_vat_minor
    warned = "; ".join((*resolved.warnings, *((warning,) if warning else ())))[:400]
    return log_store.LogEntry(
        "DOCUMENT",
        new.document_no,
        f"Document created, {warned}" if warned else "Document created",
        customer_no=resolved.receiver.customer_no,
        status_code=201,
        level="WARNING" if warned else "INFO",
    )
