# Written by scripts/generate_client.py from the OpenAPI document; change that, not this.
# ruff: noqa
"""Reskontro: What goes past the published interfaces: balance, open items and aging of a client's receivables ledger as of any past moment; papers of documents and their look; what is wrong with an e-invoice; bank files, taken and answered at once."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from reskontro_client.calls import Call
from reskontro_client.connection import AsyncConnection, Connection

RESOURCE = "3d0c8f52-6b1e-4f0c-9a57-5c1f2e7a9b10"


class AccountBalance(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What had been booked on a GL account since its first posting."""

    gl_account_no: int
    gl_account_name: str
    gl_currency: str
    gl_balance: Decimal
    item_count: int


class AdbInterval(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What is open in one interval of days overdue."""

    interval_no: int
    from_days: int | None = None
    to_days: int | None = None
    description: str
    item_count: int
    gl_balance: Decimal
    currency_balance: Decimal | None = None
    percentage: Decimal


class AdbTotals(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """All intervals together."""

    item_count: int
    gl_balance: Decimal
    currency_balance: Decimal | None = None
    overdue_gl_balance: Decimal
    overdue_currency_balance: Decimal | None = None


class Aging(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The balance by age as of a moment. `asOfDate` is the day that the age is counted to."""

    client_no: int
    booked_at: datetime.datetime
    voucher_date: datetime.date | None = None
    as_of_date: datetime.date
    gl_currency: str
    currency: str | None = None
    totals: AdbTotals
    intervals: list[AdbInterval]


class AsOfBalances(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What is open."""

    item_count: int
    gl_balance: Decimal
    currency_balance: Decimal | None = None


class Balance(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The balance as of a moment."""

    client_no: int
    booked_at: datetime.datetime
    voucher_date: datetime.date | None = None
    gl_currency: str
    currency: str | None = None
    open_items: AsOfBalances
    gl_accounts: list[AccountBalance] | None = None


class Einvoice(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What became of the document as an e-invoice: written, with its file, or refused, with the reasons."""

    einvoice_status: str
    file_uuid: UUID | None = None
    reasons: list[Reason] | None = None


class EinvoiceFinding(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What one rule found wrong at one place: `location` is the path of the element."""

    rule: str
    severity: str
    location: str
    text: str


class EinvoiceVerdict(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Whether a document is valid, and all that was found, in the order of the document."""

    valid: bool
    findings: list[EinvoiceFinding]


class FileMoney(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What the lines of one currency come to: in the file, and in the book."""

    currency: str
    credits_amount: Decimal
    debits_amount: Decimal
    settled_amount: Decimal
    on_account_amount: Decimal


class FileOutcome(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """How many lines came to the same."""

    currency: str
    outcome: str
    reason: str
    line_count: int
    amount: Decimal


class FileWarning(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Something unusual that does not make the file unusable."""

    line: int
    code: str
    message: str
    position: int | None = None


class Look(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How papers look. What is left out is plain: no logo, the texts of the catalogue."""

    colour: str
    logo: str | None = None
    foot: Sequence[str] | None = None
    texts: dict[str, dict[str, str]] | None = None


class LookShown(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How papers look; the logo in base64."""

    colour: str
    logo: str | None = None
    foot: list[str]
    texts: dict[str, dict[str, str]]


class NotPlaced(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line that waits for a person: its group and number in the file, such as 1/4."""

    payment: str
    reference: str
    currency: str
    amount: Decimal
    reason: str


class OpenItem(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An item that was open, with the balance and the due date that it had."""

    ar_item_id: str
    account_no: int
    customer_no: str
    reference_no: int
    reference_sequence_no: int
    document_no: str
    voucher_type: int
    voucher_type_description: str
    voucher_no: int
    voucher_date: datetime.date
    due_date: datetime.date
    currency: str
    currency_amount: Decimal
    currency_balance: Decimal
    gl_amount: Decimal
    gl_balance: Decimal
    kid: str
    gl_case_no: int
    created_time: datetime.datetime


class OpenItems(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of the items that were open as of a moment."""

    client_no: int
    booked_at: datetime.datetime
    voucher_date: datetime.date | None = None
    gl_currency: str
    next_page: str | None = None
    ar_items: list[OpenItem]


class Paper(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """How far a document's paper is."""

    client_no: int
    document_no: str
    paper_status: str
    file_uuid: UUID | None = None
    einvoice: Einvoice | None = None


class PaymentFile(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What became of a bank file. The same bytes again are answered with the same."""

    file_uuid: UUID
    file_type: str
    format: str
    version: str
    line_count: int
    mandate_count: int
    status_count: int
    answer_count: int
    placed_count: int
    queued_count: int
    totals: list[FileMoney]
    outcomes: list[FileOutcome]
    not_placed: list[NotPlaced]
    warnings: list[FileWarning]


class Preview(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Which made-up paper to show, in the client's look or in one that is not kept yet."""

    kind: str
    language: str
    branding: Look | None = None


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The body of every refusal, `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[ProblemError]


class ProblemError(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One thing that is wrong."""

    type: str
    detail: str
    field: str | None = None
    value: str | None = None


class Reason(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One reason why a document is no e-invoice: a rule, the place in the document, what is asked for."""

    rule: str
    location: str
    text: str


class ReskontroCalls:
    """The calls of this interface as data, to be given to a connection."""

    def __init__(self, client_no: int) -> None:
        self.client_no = client_no

    def get_as_of_balance(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
    ) -> Call[Balance]:
        """The balance as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what counts on a
        day; together, what counts on the day by what had been booked at the moment. A match counts when
        both its items do.

        Can be refused with client-unknown.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/asof/balance",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={"bookedat": booked_at, "voucherdate": voucher_date, "customerno": customer_no, "currency": currency},
            answers={200: (Balance,)},
            refusals=(Problem,),
        )

    def get_as_of_open_items(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
        pagesize: int | None = None,
        after: str | None = None,
    ) -> Call[OpenItems]:
        """The open items as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what counts
        on a day; together, what counts on the day by what had been booked at the moment. A match counts
        when both its items do.

        Can be refused with client-unknown.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/asof/openitems",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "bookedat": booked_at,
                "voucherdate": voucher_date,
                "customerno": customer_no,
                "currency": currency,
                "pagesize": pagesize,
                "after": after,
            },
            answers={200: (OpenItems,)},
            refusals=(Problem,),
        )

    def get_as_of_aging(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
        intervals: str | None = None,
    ) -> Call[Aging]:
        """The balance by age as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what
        counts on a day; together, what counts on the day by what had been booked at the moment. A match
        counts when both its items do.

        Can be refused with client-unknown.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/asof/aging",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "bookedat": booked_at,
                "voucherdate": voucher_date,
                "customerno": customer_no,
                "currency": currency,
                "intervals": intervals,
            },
            answers={200: (Aging,)},
            refusals=(Problem,),
        )

    def create_document_paper(self, document_no: str) -> Call[Paper]:
        """Ask for a document's PDF. The PDF of an invoice, credit note or interest note, as it was issued. The worker
        makes it once and keeps it: the document has its `fileUuid` then, and the file is read like any
        other (`DOCUMENT-PDF`). A document that goes by Peppol has its UBL made too (`DOCUMENT-UBL`, also
        inside the PDF), or the reasons why there is none; it goes as its PDF then.

        Can be refused with client-unknown, document-unknown.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/documents/{documentno}/paper",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "documentno": document_no},
            answers={200: (Paper,), 202: (Paper,)},
            refusals=(Problem,),
        )

    def get_branding(self) -> Call[LookShown]:
        """How papers look. The client's logo, colour, foot and own texts; the plain look where it never said one.

        Can be refused with client-unknown.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/branding",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            answers={200: (LookShown,)},
            refusals=(Problem,),
        )

    def update_branding(
        self,
        *,
        colour: str,
        logo: str | None = None,
        foot: Sequence[str] | None = None,
        texts: dict[str, dict[str, str]] | None = None,
    ) -> Call[LookShown]:
        """Say how papers look. The whole look, in place of the one before. A logo is a PNG or an SVG in base64, drawn
        once before it is taken. Papers made from now on have it; those that were made keep theirs.

        Can be refused with client-unknown.
        """
        return Call(
            method="PUT",
            path="/reskontro/v1/clients/{clientno}/branding",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={
                name: value
                for name, value in {"colour": colour, "logo": logo, "foot": foot, "texts": texts}.items()
                if value is not None
            },
            answers={200: (LookShown,)},
            refusals=(Problem,),
        )

    def create_branding_preview(self, *, kind: str, language: str, branding: Look | None = None) -> Call[bytes]:
        """See how papers look. The PDF of a made-up paper of a kind, in the client's look or in the one of the body,
        which is not kept. The firm and the people on it do not exist.

        Can be refused with client-unknown.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/branding/preview",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={
                name: value
                for name, value in {"kind": kind, "language": language, "branding": branding}.items()
                if value is not None
            },
            answers={200: (bytes,)},
            refusals=(Problem,),
        )

    def create_branding_preview_bytes(self, *, kind: str, language: str, branding: Look | None = None) -> Call[bytes]:
        """The bytes alone: see how papers look. The PDF of a made-up paper of a kind, in the client's look or in the
        one of the body, which is not kept. The firm and the people on it do not exist.

        Can be refused with client-unknown.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/branding/preview",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={
                name: value
                for name, value in {"kind": kind, "language": language, "branding": branding}.items()
                if value is not None
            },
            accept="application/octet-stream",
            answers={200: (bytes,)},
            refusals=(Problem,),
        )

    def check_einvoice(self, *, content: bytes) -> Call[EinvoiceVerdict]:
        """Judge an e-invoice. An invoice, credit note or reminder in UBL 2.1, judged by EN 16931, Peppol BIS Billing
        3.0 and the rules of Norway, Sweden and Denmark that are in force on the business day. Any bytes get
        a verdict: what cannot be read is a finding. Nothing is kept.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/einvoices/check",
            resource=RESOURCE,
            content=content,
            content_type="application/xml",
            harmless=True,
            answers={200: (EinvoiceVerdict,)},
            refusals=(Problem,),
        )

    def create_paymentfile(self, *, content: bytes) -> Call[PaymentFile]:
        """Take a bank file. The body is a bank file of any format that is read, known by its content. It is booked
        whole or not at all before the call is answered. The same bytes again are answered with the same and
        book nothing. A file that is refused is kept with its faults, and looked at anew when it comes
        again. The file's type must be in the client's `files.uploadTypes`. Large files are better uploaded
        as files, which the worker books.

        Can be refused with client-unknown, file-refused.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/payment-files",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            content=content,
            content_type="application/octet-stream",
            harmless=True,
            answers={200: (PaymentFile,)},
            refusals=(Problem,),
        )


class Reskontro:
    """Reskontro of one client, over a connection."""

    def __init__(self, connection: Connection, client_no: int) -> None:
        self.connection = connection
        self.calls = ReskontroCalls(client_no)

    def get_as_of_balance(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
    ) -> Balance:
        """The balance as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what counts on a
        day; together, what counts on the day by what had been booked at the moment. A match counts when
        both its items do.

        Can be refused with client-unknown.
        """
        return self.connection.call(
            self.calls.get_as_of_balance(
                booked_at=booked_at, voucher_date=voucher_date, customer_no=customer_no, currency=currency
            )
        )

    def get_as_of_open_items(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
        pagesize: int | None = None,
        after: str | None = None,
    ) -> OpenItems:
        """The open items as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what counts
        on a day; together, what counts on the day by what had been booked at the moment. A match counts
        when both its items do.

        Can be refused with client-unknown.
        """
        return self.connection.call(
            self.calls.get_as_of_open_items(
                booked_at=booked_at,
                voucher_date=voucher_date,
                customer_no=customer_no,
                currency=currency,
                pagesize=pagesize,
                after=after,
            )
        )

    def get_as_of_aging(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
        intervals: str | None = None,
    ) -> Aging:
        """The balance by age as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what
        counts on a day; together, what counts on the day by what had been booked at the moment. A match
        counts when both its items do.

        Can be refused with client-unknown.
        """
        return self.connection.call(
            self.calls.get_as_of_aging(
                booked_at=booked_at,
                voucher_date=voucher_date,
                customer_no=customer_no,
                currency=currency,
                intervals=intervals,
            )
        )

    def create_document_paper(self, document_no: str) -> Paper:
        """Ask for a document's PDF. The PDF of an invoice, credit note or interest note, as it was issued. The worker
        makes it once and keeps it: the document has its `fileUuid` then, and the file is read like any
        other (`DOCUMENT-PDF`). A document that goes by Peppol has its UBL made too (`DOCUMENT-UBL`, also
        inside the PDF), or the reasons why there is none; it goes as its PDF then.

        Can be refused with client-unknown, document-unknown.
        """
        return self.connection.call(self.calls.create_document_paper(document_no))

    def get_branding(self) -> LookShown:
        """How papers look. The client's logo, colour, foot and own texts; the plain look where it never said one.

        Can be refused with client-unknown.
        """
        return self.connection.call(self.calls.get_branding())

    def update_branding(
        self,
        *,
        colour: str,
        logo: str | None = None,
        foot: Sequence[str] | None = None,
        texts: dict[str, dict[str, str]] | None = None,
    ) -> LookShown:
        """Say how papers look. The whole look, in place of the one before. A logo is a PNG or an SVG in base64, drawn
        once before it is taken. Papers made from now on have it; those that were made keep theirs.

        Can be refused with client-unknown.
        """
        return self.connection.call(self.calls.update_branding(colour=colour, logo=logo, foot=foot, texts=texts))

    def create_branding_preview(self, *, kind: str, language: str, branding: Look | None = None) -> bytes:
        """See how papers look. The PDF of a made-up paper of a kind, in the client's look or in the one of the body,
        which is not kept. The firm and the people on it do not exist.

        Can be refused with client-unknown.
        """
        return self.connection.call(self.calls.create_branding_preview(kind=kind, language=language, branding=branding))

    def create_branding_preview_bytes(self, *, kind: str, language: str, branding: Look | None = None) -> bytes:
        """The bytes alone: see how papers look. The PDF of a made-up paper of a kind, in the client's look or in the
        one of the body, which is not kept. The firm and the people on it do not exist.

        Can be refused with client-unknown.
        """
        return self.connection.call(
            self.calls.create_branding_preview_bytes(kind=kind, language=language, branding=branding)
        )

    def check_einvoice(self, *, content: bytes) -> EinvoiceVerdict:
        """Judge an e-invoice. An invoice, credit note or reminder in UBL 2.1, judged by EN 16931, Peppol BIS Billing
        3.0 and the rules of Norway, Sweden and Denmark that are in force on the business day. Any bytes get
        a verdict: what cannot be read is a finding. Nothing is kept.
        """
        return self.connection.call(self.calls.check_einvoice(content=content))

    def create_paymentfile(self, *, content: bytes) -> PaymentFile:
        """Take a bank file. The body is a bank file of any format that is read, known by its content. It is booked
        whole or not at all before the call is answered. The same bytes again are answered with the same and
        book nothing. A file that is refused is kept with its faults, and looked at anew when it comes
        again. The file's type must be in the client's `files.uploadTypes`. Large files are better uploaded
        as files, which the worker books.

        Can be refused with client-unknown, file-refused.
        """
        return self.connection.call(self.calls.create_paymentfile(content=content))


class AsyncReskontro:
    """Reskontro of one client, over a connection."""

    def __init__(self, connection: AsyncConnection, client_no: int) -> None:
        self.connection = connection
        self.calls = ReskontroCalls(client_no)

    async def get_as_of_balance(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
    ) -> Balance:
        """The balance as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what counts on a
        day; together, what counts on the day by what had been booked at the moment. A match counts when
        both its items do.

        Can be refused with client-unknown.
        """
        return await self.connection.call(
            self.calls.get_as_of_balance(
                booked_at=booked_at, voucher_date=voucher_date, customer_no=customer_no, currency=currency
            )
        )

    async def get_as_of_open_items(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
        pagesize: int | None = None,
        after: str | None = None,
    ) -> OpenItems:
        """The open items as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what counts
        on a day; together, what counts on the day by what had been booked at the moment. A match counts
        when both its items do.

        Can be refused with client-unknown.
        """
        return await self.connection.call(
            self.calls.get_as_of_open_items(
                booked_at=booked_at,
                voucher_date=voucher_date,
                customer_no=customer_no,
                currency=currency,
                pagesize=pagesize,
                after=after,
            )
        )

    async def get_as_of_aging(
        self,
        *,
        booked_at: datetime.datetime | None = None,
        voucher_date: datetime.date | None = None,
        customer_no: str | None = None,
        currency: str | None = None,
        intervals: str | None = None,
    ) -> Aging:
        """The balance by age as of a moment. `bookedat` asks what had been booked at a moment, `voucherdate` what
        counts on a day; together, what counts on the day by what had been booked at the moment. A match
        counts when both its items do.

        Can be refused with client-unknown.
        """
        return await self.connection.call(
            self.calls.get_as_of_aging(
                booked_at=booked_at,
                voucher_date=voucher_date,
                customer_no=customer_no,
                currency=currency,
                intervals=intervals,
            )
        )

    async def create_document_paper(self, document_no: str) -> Paper:
        """Ask for a document's PDF. The PDF of an invoice, credit note or interest note, as it was issued. The worker
        makes it once and keeps it: the document has its `fileUuid` then, and the file is read like any
        other (`DOCUMENT-PDF`). A document that goes by Peppol has its UBL made too (`DOCUMENT-UBL`, also
        inside the PDF), or the reasons why there is none; it goes as its PDF then.

        Can be refused with client-unknown, document-unknown.
        """
        return await self.connection.call(self.calls.create_document_paper(document_no))

    async def get_branding(self) -> LookShown:
        """How papers look. The client's logo, colour, foot and own texts; the plain look where it never said one.

        Can be refused with client-unknown.
        """
        return await self.connection.call(self.calls.get_branding())

    async def update_branding(
        self,
        *,
        colour: str,
        logo: str | None = None,
        foot: Sequence[str] | None = None,
        texts: dict[str, dict[str, str]] | None = None,
    ) -> LookShown:
        """Say how papers look. The whole look, in place of the one before. A logo is a PNG or an SVG in base64, drawn
        once before it is taken. Papers made from now on have it; those that were made keep theirs.

        Can be refused with client-unknown.
        """
        return await self.connection.call(self.calls.update_branding(colour=colour, logo=logo, foot=foot, texts=texts))

    async def create_branding_preview(self, *, kind: str, language: str, branding: Look | None = None) -> bytes:
        """See how papers look. The PDF of a made-up paper of a kind, in the client's look or in the one of the body,
        which is not kept. The firm and the people on it do not exist.

        Can be refused with client-unknown.
        """
        return await self.connection.call(
            self.calls.create_branding_preview(kind=kind, language=language, branding=branding)
        )

    async def create_branding_preview_bytes(self, *, kind: str, language: str, branding: Look | None = None) -> bytes:
        """The bytes alone: see how papers look. The PDF of a made-up paper of a kind, in the client's look or in the
        one of the body, which is not kept. The firm and the people on it do not exist.

        Can be refused with client-unknown.
        """
        return await self.connection.call(
            self.calls.create_branding_preview_bytes(kind=kind, language=language, branding=branding)
        )

    async def check_einvoice(self, *, content: bytes) -> EinvoiceVerdict:
        """Judge an e-invoice. An invoice, credit note or reminder in UBL 2.1, judged by EN 16931, Peppol BIS Billing
        3.0 and the rules of Norway, Sweden and Denmark that are in force on the business day. Any bytes get
        a verdict: what cannot be read is a finding. Nothing is kept.
        """
        return await self.connection.call(self.calls.check_einvoice(content=content))

    async def create_paymentfile(self, *, content: bytes) -> PaymentFile:
        """Take a bank file. The body is a bank file of any format that is read, known by its content. It is booked
        whole or not at all before the call is answered. The same bytes again are answered with the same and
        book nothing. A file that is refused is kept with its faults, and looked at anew when it comes
        again. The file's type must be in the client's `files.uploadTypes`. Large files are better uploaded
        as files, which the worker books.

        Can be refused with client-unknown, file-refused.
        """
        return await self.connection.call(self.calls.create_paymentfile(content=content))
