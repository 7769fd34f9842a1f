"""Invoices, credit notes and interest notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reskontro.documents.letters.layout import (
    Block,
    Column,
    Draft,
    Paper,
    Voice,
    paper,
    references,
    sums,
    table,
)
from reskontro.documents.letters.records import Branding, Cover
from reskontro.documents.letters.slips import Payment, using_qr


class InvoiceKind(StrEnum):
    """What an invoice is; the catalogue's keys are made of it."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    INTEREST_NOTE = "interest_note"  # with lines; one that shows how interest was computed is `InterestNote`


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what was sold; amounts in minor units, without VAT. A line with a text alone is a heading of others."""

    text: str
    amount_minor: int | None = None
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None  # may have more decimals than the currency
    vat_rate: Decimal | None = None  # percent


@dataclass(frozen=True, slots=True)
class Vat:
    """The VAT of one rate: percent, what it is computed on, how much it is. Without a rate: of the whole."""

    rate: Decimal | None
    base_minor: int
    vat_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice or a credit note; amounts of a credit note are what is taken back, positive.

    `to_pay_minor` is what is asked for, negative where the customer has something to get. `ubl` is the e-invoice, which
    is the original; the paper has it inside.
    """

    kind: InvoiceKind = InvoiceKind.INVOICE
    cover: Cover
    number: str
    due: date | None
    currency: str
    lines: Sequence[Line]
    net_minor: int
    vat: Sequence[Vat]
    total_minor: int
    to_pay_minor: int
    rounding_minor: int = 0
    paid_minor: int = 0
    delivered: date | None = None
    period: tuple[date, date] | None = None
    order_no: str = ""
    original_no: str = ""  # of a credit note: the invoice that it takes back
    payment: Payment | None = None
    ubl: bytes | None = None


@dataclass(frozen=True, slots=True)
class InterestRow:
    """Interest on one document for days of one rate: percent a year, from and to both counted."""

    document_no: str
    base_minor: int
    first: date
    last: date
    days: int
    rate: Decimal
    interest_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestNote:
    """Interest that is asked for by itself, after the principal was paid late."""

    cover: Cover
    number: str
    due: date
    currency: str
    rows: Sequence[InterestRow]
    total_minor: int
    fee_minor: int = 0
    payment: Payment | None = None
    ubl: bytes | None = None


LINES = (
    Column("column.text", wide=True),
    Column("column.quantity", right=True),
    Column("column.price", right=True),
    Column("column.vat", right=True),
    Column("column.amount", right=True),
)
INTEREST = (
    Column("column.document", wide=True),
    Column("column.base", right=True),
    Column("column.from"),
    Column("column.to"),
    Column("column.days", right=True),
    Column("column.rate", right=True),
    Column("column.interest", right=True),
)


def invoice_paper(invoice: Invoice, branding: Branding) -> Paper:
    """The paper of an invoice or a credit note."""
    voice = Voice.of(invoice.cover, branding)
    cover, kind = invoice.cover, invoice.kind
    qr = None
    if invoice.payment is not None and kind is InvoiceKind.INVOICE:
        qr = using_qr(
            invoice.payment,
            name=cover.sender.name,
            organization_no=cover.sender.organization_no,
            invoice_date=cover.day,
            vat_minor=sum(vat.vat_minor for vat in invoice.vat),
        )
    draft = Draft(
        title=voice.say(f"title.{kind}"),
        number=invoice.number,
        facts=list(_facts(voice, invoice)),
        lead="" if kind is InvoiceKind.INTEREST_NOTE else voice.say(f"own.{kind}"),
        blocks=[table(voice, LINES, [_line(voice, invoice, line) for line in invoice.lines]), _sums(voice, invoice)],
        payment=invoice.payment,
        qr=qr,
        ubl=invoice.ubl,
    )
    return paper(cover, branding, voice, draft)


def _facts(voice: Voice, invoice: Invoice) -> Iterator[tuple[str, str]]:
    yield voice.say(f"label.{invoice.kind}_no"), invoice.number
    if invoice.original_no:
        yield voice.say("label.original_invoice"), invoice.original_no
    yield voice.say("label.customer_no"), invoice.cover.customer_no
    yield (
        voice.say("label.invoice_date" if invoice.kind is InvoiceKind.INVOICE else "label.date"),
        voice.day(invoice.cover.day),
    )
    if invoice.delivered is not None:
        yield voice.say("label.delivered"), voice.day(invoice.delivered)
    if invoice.period is not None:
        yield voice.say("label.period"), voice.days(*invoice.period)
    yield voice.say("label.order_no"), invoice.order_no
    yield from references(invoice.cover, voice)
    if invoice.due is not None:
        yield voice.say("label.due_date"), voice.day(invoice.due)
    if invoice.kind is not InvoiceKind.CREDIT_NOTE and invoice.to_pay_minor > 0:
        yield voice.say("label.to_pay"), voice.priced(invoice.to_pay_minor, invoice.currency)


def _line(voice: Voice, invoice: Invoice, line: Line) -> tuple[str, ...]:
    quantity = "" if line.quantity is None else voice.number(line.quantity)
    return (
        line.text,
        f"{quantity}\u00a0{line.unit}" if quantity and line.unit else quantity,
        "" if line.price is None else _price(voice, line.price),
        "" if line.vat_rate is None else voice.percent(line.vat_rate),
        "" if line.amount_minor is None else voice.amount(line.amount_minor, invoice.currency),
    )


def _price(voice: Voice, price: Decimal) -> str:
    """A price with two decimals, or more where it has them."""
    cents = price.quantize(Decimal("0.01"))
    return voice.number(cents if cents == price else price.normalize())


def _sums(voice: Voice, invoice: Invoice) -> Block:
    def amount(minor: int) -> str:
        return voice.amount(minor, invoice.currency)

    pairs = [(voice.say("sum.net"), amount(invoice.net_minor))] if invoice.vat else []
    for vat in invoice.vat:
        base = amount(vat.base_minor)
        label = (
            voice.say("sum.vat", rate=voice.percent(vat.rate), base=base)
            if vat.rate is not None
            else voice.say("column.vat")
        )
        pairs.append((label, amount(vat.vat_minor)))
    if invoice.rounding_minor:
        pairs.append((voice.say("sum.rounding"), amount(invoice.rounding_minor)))
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return sums(pairs, (voice.say("label.credited"), voice.priced(invoice.total_minor, invoice.currency)))
    if invoice.paid_minor:
        pairs.append((voice.say("sum.total"), amount(invoice.total_minor)))
        pairs.append((voice.say("sum.paid"), amount(-invoice.paid_minor)))
    return sums(pairs, owed(voice, invoice.to_pay_minor, invoice.currency))


def owed(voice: Voice, minor: int, currency: str) -> tuple[str, str]:
    """What is to be paid, or what the reader has to get."""
    if minor < 0:
        return voice.say("sum.in_your_favour"), voice.priced(-minor, currency)
    return voice.say("sum.to_pay"), voice.priced(minor, currency)


def interest_note_paper(note: InterestNote, branding: Branding) -> Paper:
    """The paper of an interest note."""
    voice = Voice.of(note.cover, branding)
    rows = [
        (
            row.document_no,
            voice.amount(row.base_minor, note.currency),
            voice.day(row.first),
            voice.day(row.last),
            voice.number(row.days),
            voice.percent(row.rate),
            voice.amount(row.interest_minor, note.currency),
        )
        for row in note.rows
    ]
    pairs = [(voice.say("sum.interest"), voice.amount(sum(row.interest_minor for row in note.rows), note.currency))]
    if note.fee_minor:
        pairs.append((voice.say("sum.other_cost"), voice.amount(note.fee_minor, note.currency)))
    facts = [
        (voice.say("label.interest_note_no"), note.number),
        (voice.say("label.customer_no"), note.cover.customer_no),
        (voice.say("label.date"), voice.day(note.cover.day)),
        *references(note.cover, voice),
        (voice.say("label.due_date"), voice.day(note.due)),
        (voice.say("label.to_pay"), voice.priced(note.total_minor, note.currency)),
    ]
    draft = Draft(
        title=voice.say("title.interest_note"),
        number=note.number,
        facts=facts,
        lead=voice.say("own.interest_note"),
        blocks=[table(voice, INTEREST, rows), sums(pairs, owed(voice, note.total_minor, note.currency))],
        payment=note.payment,
        ubl=note.ubl,
    )
    return paper(note.cover, branding, voice, draft)
