"""The PDF of a document: asked for by whoever needs it, made by the job worker, kept as a file once and for all.

No paper is made while documents are posted: one takes a hundred times as long as its posting, and most documents are
read as data. A paper shows the document as it was issued (amounts, first due date), so it does not matter when it is
made. Making it twice is making it once: the file is kept in the transaction that marks the document, with its row
locked, and whoever comes second finds it there.

A document that goes as an e-invoice has its UBL made at the same time, as a file of its own and inside the PDF. One
that cannot be written truthfully is no e-invoice: the reasons are kept, and it goes as its PDF.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import structlog

from reskontro.documents.letters.invoices import Invoice, InvoiceKind, Line, Vat, invoice_paper
from reskontro.documents.letters.layout import set_paper
from reskontro.documents.letters.records import Cover, Language, Party
from reskontro.documents.letters.slips import NorwegianSlip, Payment
from reskontro.documents.typesetter import Typesetter
from reskontro.formats.ubl import Severity
from reskontro.formats.ubl.from_arm import einvoice_of_arm
from reskontro.formats.ubl.writing import NotInOrder, write_ubl
from reskontro.kernel.actor import Actor
from reskontro.kernel.identifiers import InvalidIdentifier
from reskontro.kernel.money import round_half_up, to_minor
from reskontro.ledger.service.branding import branding_of
from reskontro.ledger.service.einvoices import arm_document
from reskontro.ledger.service.files import NewFile, keep_produced
from reskontro.ledger.store import document_papers as store
from reskontro.ledger.store.document_papers import KeptEinvoice, KeptPaper, PrintedDocument, Reason
from reskontro.platform.clock import Clock, business_day
from reskontro.platform.database import Database, Transaction
from reskontro.platform.files import FileStore
from reskontro.platform.jobs import enqueue

log = structlog.get_logger(__name__)

JOB = "document-paper"
ATTEMPTS, LIMIT_S = 3, 120
FILE_TYPE, EINVOICE_FILE_TYPE = "DOCUMENT-PDF", "DOCUMENT-UBL"
ENDINGS = {FILE_TYPE: ("pdf", "application/pdf"), EINVOICE_FILE_TYPE: ("xml", "application/xml")}
MOST_REASONS = 100  # kept of a document that is no e-invoice
ELECTRONIC, PEPPOL = "H", 90
NOT_DISTRIBUTED = "N"
NORWAY = "NO"
MAKER = Actor("SYSTEM", "")
LANGUAGES: Mapping[str, Language] = {"no": Language.BOKMAAL, "en": Language.ENGLISH}
KINDS: Mapping[str, InvoiceKind] = {
    "IN": InvoiceKind.INVOICE,
    "CN": InvoiceKind.CREDIT_NOTE,
    "RN": InvoiceKind.INTEREST_NOTE,
}
RATE_DECIMALS = ("1", "0.1", "0.01")


@dataclass(frozen=True, slots=True)
class WantedPaper:
    """Somebody wants the paper of a document."""

    client_no: int
    document_no: str


async def einvoice_of(tx: Transaction, document_no: str) -> KeptEinvoice | None:
    """What became of a document as an e-invoice; None where it does not go as one, or its paper is not made yet.

    One with reasons goes as its PDF, by whatever other way reaches the customer.
    """
    return await store.einvoice_of(tx, document_no)


async def ask_for(tx: Transaction, document_no: str) -> KeptPaper | None:
    """The document's paper, or None without the document. Where it has no file yet, it is made from now on."""
    found = await store.file_of(tx, document_no)
    if found is not None and found.file_uuid is None:
        await enqueue(tx, JOB, WantedPaper(tx.client_no, found.document_no))
    return found


def goes_as_einvoice(content: Mapping[str, Any]) -> bool:
    """Whether a document is to go by Peppol."""
    return (content["distributionType"], content["einvoiceCode"]) == (ELECTRONIC, PEPPOL)


@dataclass(frozen=True, slots=True)
class _Einvoice:
    """The UBL of a document, or why there is none."""

    ubl: bytes | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMaker:
    """Makes the papers that were asked for, one at a time."""

    db: Database
    clock: Clock
    files: FileStore
    typesetting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def make(self, wanted: WantedPaper) -> None:
        """Make a document's paper and keep it, unless it is there."""
        async with self.db.reading(wanted.client_no) as tx:
            found = await store.file_of(tx, wanted.document_no)
            if found is None or found.file_uuid is not None:
                return
            document = await store.printed(tx, wanted.document_no)
            look = await branding_of(tx)
        einvoice = await self._einvoice(wanted) if goes_as_einvoice(document.content) else None
        invoice = replace(invoice_of(document), ubl=einvoice.ubl if einvoice is not None else None)
        async with self.typesetting, Typesetter.open() as typesetter:
            content = await set_paper(typesetter, invoice_paper(invoice, look))
        await self.db.run(wanted.client_no, lambda tx: self._keep(tx, document, content, einvoice))

    async def _einvoice(self, wanted: WantedPaper) -> _Einvoice:
        document = await arm_document(self.db, self.files, wanted.client_no, wanted.document_no)
        today = business_day(self.clock.now())
        try:
            ubl = await asyncio.to_thread(lambda: write_ubl(einvoice_of_arm(document), today))
        except NotInOrder as refused:
            fatal = [finding for finding in refused.verdict.findings if finding.severity is Severity.FATAL]
            reasons = tuple(Reason(f.rule, f.location, f.en, f.nb) for f in fatal[:MOST_REASONS])
            log.info("document is no e-invoice", document_no=wanted.document_no, rules=[r.rule for r in reasons])
            return _Einvoice(None, reasons)
        return _Einvoice(ubl)

    async def _keep(
        self, tx: Transaction, document: PrintedDocument, content: bytes, einvoice: _Einvoice | None
    ) -> None:
        if not await store.hold_without_file(tx, document.document_no):
            return
        now = self.clock.now()
        file = await keep_produced(tx, self.files, _file_of(document, content, FILE_TYPE), now, MAKER)
        if einvoice is not None:
            kept = KeptEinvoice(None, einvoice.reasons)
            if einvoice.ubl is not None:
                ubl = _file_of(document, einvoice.ubl, EINVOICE_FILE_TYPE)
                kept = KeptEinvoice((await keep_produced(tx, self.files, ubl, now, MAKER)).file_uuid)
            await store.keep_einvoice(tx, document.document_no, kept, now)
        distributed = document.content["distributionType"] != NOT_DISTRIBUTED
        await store.mark_produced(tx, document.document_no, file.file_uuid, distributed=distributed, now=now)


def _file_of(document: PrintedDocument, content: bytes, file_type: str) -> NewFile:
    ending, content_type = ENDINGS[file_type]
    return NewFile(
        file_type=file_type,
        file_name=f"{document.document_type}-{document.document_no}.{ending}".replace("/", "-"),
        content=content,
        content_type=content_type,
        customer_no=document.customer_no,
        document_no=document.document_no,
    )


def invoice_of(document: PrintedDocument) -> Invoice:
    """The record of a document's paper."""
    content = document.content
    lines = [_line(document, line) for line in content["lines"]]
    kind = KINDS[document.document_type]
    asks = kind is not InvoiceKind.CREDIT_NOTE
    return Invoice(
        kind=kind,
        cover=Cover(
            LANGUAGES[content["language"]],
            _sender(document),
            Party(document.customer_name, _customer_lines(document.customer_address)),
            document.document_date,
            customer_no=document.customer_no,
            our_reference=content.get("seller_reference", ""),
            your_reference=content.get("buyer_reference", ""),
            message=content.get("customer_message", ""),
        ),
        number=document.document_no,
        due=document.due_date if asks else None,
        currency=document.currency,
        lines=lines,
        net_minor=document.excl_vat_minor,
        vat=vat_of(document),
        total_minor=document.incl_vat_minor,
        to_pay_minor=document.incl_vat_minor if asks else -document.incl_vat_minor,
        order_no=content.get("purchase_order_id", "") or content.get("sales_order_id", ""),
        original_no=content.get("credited_document_no", ""),
        payment=_payment(document) if asks else None,
    )


def vat_of(document: PrintedDocument) -> list[Vat]:
    """The document's VAT by rate where its lines say it and add up; else in one sum, and none where there is none."""
    if not document.vat_minor:
        return []
    whole = [Vat(None, document.excl_vat_minor, document.vat_minor)]
    sums: dict[Decimal, tuple[int, int]] = {}
    for line in document.content["lines"]:
        excl, vat = _amounts(document, line)
        rate = vat_rate(excl, vat)
        if rate is None:
            if excl or vat:
                return whole
            continue
        base, tax = sums.get(rate, (0, 0))
        sums[rate] = (base + excl, tax + vat)
    added = sum(base for base, _ in sums.values()), sum(tax for _, tax in sums.values())
    if added != (document.excl_vat_minor, document.vat_minor):
        return whole
    return [Vat(rate, *sums[rate]) for rate in sorted(sums, reverse=True)]


def vat_rate(excl_minor: int, vat_minor: int) -> Decimal | None:
    """The rate in percent that a line's amounts show, with as few decimals as give its VAT to the minor unit."""
    if not excl_minor:
        return None
    shown = Decimal(100 * vat_minor) / excl_minor
    for step in RATE_DECIMALS:
        rate = shown.quantize(Decimal(step))
        if abs(round_half_up(excl_minor * rate / 100) - vat_minor) <= 1:
            return rate
    return None


def _amounts(document: PrintedDocument, line: Mapping[str, Any]) -> tuple[int, int]:
    amounts, currency = line["currencyAmounts"], document.currency
    return to_minor(Decimal(amounts["exclVat"]), currency), to_minor(Decimal(amounts["vat"]), currency)


def _line(document: PrintedDocument, line: Mapping[str, Any]) -> Line:
    name, text = line["articleName"], line["lineText"].replace("\n", " ")
    said = " – ".join(part for part in (name, text if text != name else "") if part)
    if line["lineType"] == "TXT":
        return Line(said)
    excl, vat = _amounts(document, line)
    return Line(
        said or line["articleNo"],
        excl,
        Decimal(line["quantity"]) if line["quantity"] else None,
        line["quantityUnit"],
        Decimal(line["price"]) if line["price"] else None,
        vat_rate(excl, vat) if document.vat_minor else None,
    )


def _sender(document: PrintedDocument) -> Party:
    line1, line2, postal_code, city, country = document.client_address
    lines = (line1, line2, f"{postal_code} {city}".strip(), country if country != NORWAY else "")
    number = document.organization_no
    if country == NORWAY and len(number) == 9:
        number = f"{number[:3]} {number[3:6]} {number[6:]}{' MVA' if document.vat_registered else ''}"
    return Party(document.client_name, tuple(line for line in lines if line), number)


def _customer_lines(address: Mapping[str, str]) -> tuple[str, ...]:
    place = f"{address.get('postal_code', '')} {address.get('city_name', '')}".strip()
    lines = [address.get(f"address_line{n}", "") for n in (1, 2, 3)]
    return tuple(line for line in (*lines, place, address.get("country_text", "")) if line)


def _payment(document: PrintedDocument) -> Payment | None:
    """How it is paid; None where nothing is, no account takes the currency, or its numbers do not fit."""
    if document.incl_vat_minor <= 0 or not document.receiving_account or document.due_date is None:
        return None
    try:
        slip = NorwegianSlip(document.receiving_account, document.kid)
    except InvalidIdentifier as error:
        log.warning("paper without payment part", document_no=document.document_no, kind=error.kind)
        return None
    return Payment(slip, document.incl_vat_minor, document.currency, document.due_date)
