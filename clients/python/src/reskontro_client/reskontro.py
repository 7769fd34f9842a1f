# Written by scripts/generate_client.py from the OpenAPI document; change that, not this.
# ruff: noqa
"""Reskontro: What goes past the published interfaces: balance, open items and aging of a client's receivables ledger as of any past moment; papers of documents and their look; what is wrong with an e-invoice; bank files, taken and answered at once; payments that wait, refunds, and direct debit."""

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


class AcceptanceRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Which of a payment's suggestions is right; 1 is the best."""

    metadata: Metadata
    rank: int


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


class Candidate(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An item that the payment's reference named too, and why it was not taken."""

    ar_item_id: str
    why: str


class Claim(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A claim as it stands. `reason` says why it did not bring money, in words; `reasonCode` is the bank's."""

    claim_no: int
    claim_status: str
    scheme: str
    creditor_no: str
    mandate_no: int
    customer_no: str
    ar_item_id: str
    document_no: str
    currency: str
    currency_amount: Decimal
    due_date: datetime.date
    payment_no: int | None = None
    reason_code: str | None = None
    reason: str | None = None
    cancel_asked_by: str | None = None
    created_time: datetime.datetime


class Claims(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of claims."""

    next_page: str | None = None
    claims: list[Claim]


class Decision(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What somebody has decided, by which cases, and why."""

    created_time: datetime.datetime
    action: str
    user_id: str
    gl_case_nos: list[int]
    note: str
    reasons: list[str]


class DecisionRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Who decides."""

    metadata: Metadata


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


class Mandate(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A mandate as it stands. `payerNo` is the KID, or the payee's number of the payer, that it is bound to."""

    mandate_no: int
    mandate_status: str
    scheme: str
    creditor_no: str
    debtor_group: str | None = None
    payer_no: str
    agreement_no: str | None = None
    customer_no: str | None = None
    account_no: int | None = None
    notice: bool | None = None
    valid_from: datetime.date | None = None
    ended_on: datetime.date | None = None
    ended_why: str | None = None


class Mandates(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of mandates."""

    next_page: str | None = None
    mandates: list[Mandate]


class Metadata(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """Who the call is made for."""

    user_id: str


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


class Payment(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A payment as it stands: what its file made of it and why, what lost, what was decided, what is suggested."""

    payment_no: int
    payment_status: str
    outcome: str
    reason: str
    rule: str
    settlement_date: datetime.date
    currency: str
    currency_amount: Decimal
    kid: str
    text: str
    payer_name: str
    gl_case_nos: list[int]
    candidates: list[Candidate]
    decisions: list[Decision]
    suggestions: list[Suggestion]


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


class PaymentRow(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A payment of a queue; `openAmount` is what waits of it."""

    payment_no: int
    payment_status: str
    settlement_date: datetime.date
    currency: str
    currency_amount: Decimal
    open_amount: Decimal
    kid: str
    text: str
    payer_name: str
    reason: str
    score: int | None = None
    customer_no: str | None = None
    ar_item_id: str | None = None
    file_name: str
    file_line_no: int


class Payments(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of a queue. A payment that stands on several items has a row for each, all on one page."""

    queue: str
    next_page: str | None = None
    payments: list[PaymentRow]


class PlaceInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """Where some of a payment goes: to an item, a document, a customer; without an amount all that is open, or left."""

    ar_item_id: str | None = None
    document_no: str | None = None
    document_uuid: str | None = None
    reference_no: int | None = None
    kid: str | None = None
    account_no: int | None = None
    customer_no: str | None = None
    currency_amount: Decimal | int | None = None


class Placed(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What a placement came to."""

    payment_no: int
    currency: str
    settled_amount: Decimal
    on_account_amount: Decimal
    gl_case_nos: list[int]


class PlacementRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Where a payment belongs."""

    metadata: Metadata
    places: Sequence[PlaceInput]
    note: str | None = None


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


class ProposalRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A refund and who proposes it."""

    metadata: Metadata
    refund: RefundInput


class Reason(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One reason why a document is no e-invoice: a rule, the place in the document, what is asked for."""

    rule: str
    location: str
    text: str


class Refund(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A refund as it stands, with the account that it goes to."""

    refund_id: str
    refund_status: str
    account_no: int
    ar_item_id: str
    payment_no: int | None = None
    currency: str
    currency_amount: Decimal
    to_account: str
    receiver_name: str
    message: str
    earliest_date: datetime.date
    proposed_by: str
    approved_by: str | None = None
    message_id: str | None = None
    bank_status: str | None = None
    bank_reason: str | None = None
    gl_case_no: int | None = None


class RefundInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What is to go back: money on account of a payment, or a credit item; all that is free of it without an amount."""

    payment_no: int | None = None
    ar_item_id: str | None = None
    currency_amount: Decimal | int | None = None
    to_account: str | None = None
    receiver_name: str | None = None
    message: str | None = None


class Refunds(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of refunds."""

    next_page: str | None = None
    refunds: list[Refund]


class SuggestedItem(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What of the payment an item would get."""

    ar_item_id: str
    currency_amount: Decimal


class Suggestion(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """Where a payment may belong: a score of 100 at most and its reasons. `leftAmount` would stay on account."""

    rank: int
    score: int
    account_no: int
    items: list[SuggestedItem]
    left_amount: Decimal
    reasons: list[str]


class Suggestions(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The suggestions for a payment, the best first."""

    payment_no: int
    suggestions: list[Suggestion]


class UndoRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Who takes back what a payment has booked, and why."""

    metadata: Metadata
    note: str | None = None


class Undone(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The cases that took a payment back. It is in the queue again."""

    payment_no: int
    gl_case_nos: list[int]


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

    def get_payments(
        self,
        *,
        queue: Literal["unplaced", "suggested", "double", "on-account", "refused"] | None = None,
        pagesize: int | None = None,
        after: int | None = None,
    ) -> Call[Payments]:
        """List the payments of a queue. By number: `unplaced` is money that is not booked, `suggested` those of it
        with a suggestion, `double` money for claims that were paid before, `on-account` all money that is
        booked and not used up, `refused` what was asked for by direct debit and did not come.

        Can be refused with client-unknown, ARM-1302.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/payments",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={"queue": queue, "pagesize": pagesize, "after": after},
            answers={200: (Payments,)},
            refusals=(Problem,),
        )

    def get_payment(self, payment_no: int) -> Call[Payment]:
        """Get one payment with its decisions and suggestions.

        Can be refused with client-unknown, ARM-1302.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/payments/{paymentno}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "paymentno": payment_no},
            answers={200: (Payment,)},
            refusals=(Problem,),
        )

    def create_payment_suggestion(self, payment_no: int) -> Call[Suggestions]:
        """Look for what an unplaced payment may be for. The suggestions are made anew and kept. Nothing is booked,
        whatever the client's rule accepts.

        Can be refused with client-unknown, ARM-1302.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/payments/{paymentno}/suggestions",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "paymentno": payment_no},
            answers={200: (Suggestions,)},
            refusals=(Problem,),
        )

    def create_payment_placement(
        self,
        payment_no: int,
        *,
        metadata: Metadata,
        places: Sequence[PlaceInput],
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> Call[Placed]:
        """Book an unplaced payment. On items, documents or customers, in the order given. A document is paid with the
        fees and interest on its reference, in the client's `posting.allocationOrder`; an item alone; a
        customer's oldest claims first. What is left stays on the account of the last one. A payment that
        went out closes one open credit.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/payments/{paymentno}/placement",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "paymentno": payment_no},
            body={
                name: value
                for name, value in {"metadata": metadata, "places": places, "note": note}.items()
                if value is not None
            },
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (Placed,)},
            refusals=(Problem,),
        )

    def create_payment_acceptance(
        self, payment_no: int, *, metadata: Metadata, rank: int, idempotency_key: str | None = None
    ) -> Call[Placed]:
        """Book an unplaced payment as one of its suggestions says. Refused where the items have moved since the
        suggestion was made.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/payments/{paymentno}/acceptance",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "paymentno": payment_no},
            body={"metadata": metadata, "rank": rank},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (Placed,)},
            refusals=(Problem,),
        )

    def create_payment_undo(
        self, payment_no: int, *, metadata: Metadata, note: str | None = None, idempotency_key: str | None = None
    ) -> Call[Undone]:
        """Take back what a payment has booked. Every item is open again by as much as before, small differences
        included, and the payment is in the queue again. Refused while it is being refunded.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/payments/{paymentno}/undo",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "paymentno": payment_no},
            body={name: value for name, value in {"metadata": metadata, "note": note}.items() if value is not None},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (Undone,)},
            refusals=(Problem,),
        )

    def get_refunds(
        self, *, status: str | None = None, pagesize: int | None = None, after: str | None = None
    ) -> Call[Refunds]:
        """List refunds. By id, which is no order of time.

        Can be refused with client-unknown, ARM-1302.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/refunds",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={"status": status, "pagesize": pagesize, "after": after},
            answers={200: (Refunds,)},
            refusals=(Problem,),
        )

    def create_refund(
        self, *, metadata: Metadata, refund: RefundInput, idempotency_key: str | None = None
    ) -> Call[Refund]:
        """Propose a refund. Of what a payment has left on account, or of a credit item. It goes to the payer's account
        where the bank has told it, or to `toAccount`. Nothing is booked or sent before another person has
        approved it and the bank has paid it out.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2003, ARM-2004, ARM-2008, ARM-2011,
        ARM-2013, ARM-2015.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/refunds",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "refund": refund},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={201: (Refund,)},
            refusals=(Problem,),
        )

    def get_refund(self, refund_id: str) -> Call[Refund]:
        """Get one refund.

        Can be refused with client-unknown, ARM-1302.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/refunds/{refundid}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "refundid": refund_id},
            answers={200: (Refund,)},
            refusals=(Problem,),
        )

    def create_refund_approval(
        self, refund_id: str, *, metadata: Metadata, idempotency_key: str | None = None
    ) -> Call[Refund]:
        """Approve a refund. By another person than who proposed it, and with another credential: what a call says of
        its user is not proved. A person at the command line may approve what a call has proposed.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2008, ARM-2013.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/refunds/{refundid}/approval",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "refundid": refund_id},
            body={"metadata": metadata},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (Refund,)},
            refusals=(Problem,),
        )

    def create_refund_cancellation(
        self, refund_id: str, *, metadata: Metadata, idempotency_key: str | None = None
    ) -> Call[Refund]:
        """Take back a refund that was not sent. Its credit is free again.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2008, ARM-2013.
        """
        return Call(
            method="POST",
            path="/reskontro/v1/clients/{clientno}/refunds/{refundid}/cancellation",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "refundid": refund_id},
            body={"metadata": metadata},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (Refund,)},
            refusals=(Problem,),
        )

    def get_mandates(
        self,
        *,
        status: str | None = None,
        unknown: bool | None = None,
        pagesize: int | None = None,
        after: int | None = None,
    ) -> Call[Mandates]:
        """List direct debit mandates. By number. The payer's account and personal number are not shown.

        Can be refused with client-unknown, ARM-1302.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/mandates",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={"status": status, "unknown": unknown, "pagesize": pagesize, "after": after},
            answers={200: (Mandates,)},
            refusals=(Problem,),
        )

    def get_debitclaims(
        self, *, status: str | None = None, pagesize: int | None = None, after: int | None = None
    ) -> Call[Claims]:
        """List direct debit claims. By number: what was claimed of payers with a mandate, and what became of it.

        Can be refused with client-unknown, ARM-1302.
        """
        return Call(
            method="GET",
            path="/reskontro/v1/clients/{clientno}/debitclaims",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={"status": status, "pagesize": pagesize, "after": after},
            answers={200: (Claims,)},
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

    def get_payments(
        self,
        *,
        queue: Literal["unplaced", "suggested", "double", "on-account", "refused"] | None = None,
        pagesize: int | None = None,
        after: int | None = None,
    ) -> Payments:
        """List the payments of a queue. By number: `unplaced` is money that is not booked, `suggested` those of it
        with a suggestion, `double` money for claims that were paid before, `on-account` all money that is
        booked and not used up, `refused` what was asked for by direct debit and did not come.

        Can be refused with client-unknown, ARM-1302.
        """
        return self.connection.call(self.calls.get_payments(queue=queue, pagesize=pagesize, after=after))

    def get_payment(self, payment_no: int) -> Payment:
        """Get one payment with its decisions and suggestions.

        Can be refused with client-unknown, ARM-1302.
        """
        return self.connection.call(self.calls.get_payment(payment_no))

    def create_payment_suggestion(self, payment_no: int) -> Suggestions:
        """Look for what an unplaced payment may be for. The suggestions are made anew and kept. Nothing is booked,
        whatever the client's rule accepts.

        Can be refused with client-unknown, ARM-1302.
        """
        return self.connection.call(self.calls.create_payment_suggestion(payment_no))

    def create_payment_placement(
        self,
        payment_no: int,
        *,
        metadata: Metadata,
        places: Sequence[PlaceInput],
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> Placed:
        """Book an unplaced payment. On items, documents or customers, in the order given. A document is paid with the
        fees and interest on its reference, in the client's `posting.allocationOrder`; an item alone; a
        customer's oldest claims first. What is left stays on the account of the last one. A payment that
        went out closes one open credit.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return self.connection.call(
            self.calls.create_payment_placement(
                payment_no, metadata=metadata, places=places, note=note, idempotency_key=idempotency_key
            )
        )

    def create_payment_acceptance(
        self, payment_no: int, *, metadata: Metadata, rank: int, idempotency_key: str | None = None
    ) -> Placed:
        """Book an unplaced payment as one of its suggestions says. Refused where the items have moved since the
        suggestion was made.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return self.connection.call(
            self.calls.create_payment_acceptance(
                payment_no, metadata=metadata, rank=rank, idempotency_key=idempotency_key
            )
        )

    def create_payment_undo(
        self, payment_no: int, *, metadata: Metadata, note: str | None = None, idempotency_key: str | None = None
    ) -> Undone:
        """Take back what a payment has booked. Every item is open again by as much as before, small differences
        included, and the payment is in the queue again. Refused while it is being refunded.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return self.connection.call(
            self.calls.create_payment_undo(payment_no, metadata=metadata, note=note, idempotency_key=idempotency_key)
        )

    def get_refunds(
        self, *, status: str | None = None, pagesize: int | None = None, after: str | None = None
    ) -> Refunds:
        """List refunds. By id, which is no order of time.

        Can be refused with client-unknown, ARM-1302.
        """
        return self.connection.call(self.calls.get_refunds(status=status, pagesize=pagesize, after=after))

    def create_refund(self, *, metadata: Metadata, refund: RefundInput, idempotency_key: str | None = None) -> Refund:
        """Propose a refund. Of what a payment has left on account, or of a credit item. It goes to the payer's account
        where the bank has told it, or to `toAccount`. Nothing is booked or sent before another person has
        approved it and the bank has paid it out.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2003, ARM-2004, ARM-2008, ARM-2011,
        ARM-2013, ARM-2015.
        """
        return self.connection.call(
            self.calls.create_refund(metadata=metadata, refund=refund, idempotency_key=idempotency_key)
        )

    def get_refund(self, refund_id: str) -> Refund:
        """Get one refund.

        Can be refused with client-unknown, ARM-1302.
        """
        return self.connection.call(self.calls.get_refund(refund_id))

    def create_refund_approval(
        self, refund_id: str, *, metadata: Metadata, idempotency_key: str | None = None
    ) -> Refund:
        """Approve a refund. By another person than who proposed it, and with another credential: what a call says of
        its user is not proved. A person at the command line may approve what a call has proposed.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2008, ARM-2013.
        """
        return self.connection.call(
            self.calls.create_refund_approval(refund_id, metadata=metadata, idempotency_key=idempotency_key)
        )

    def create_refund_cancellation(
        self, refund_id: str, *, metadata: Metadata, idempotency_key: str | None = None
    ) -> Refund:
        """Take back a refund that was not sent. Its credit is free again.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2008, ARM-2013.
        """
        return self.connection.call(
            self.calls.create_refund_cancellation(refund_id, metadata=metadata, idempotency_key=idempotency_key)
        )

    def get_mandates(
        self,
        *,
        status: str | None = None,
        unknown: bool | None = None,
        pagesize: int | None = None,
        after: int | None = None,
    ) -> Mandates:
        """List direct debit mandates. By number. The payer's account and personal number are not shown.

        Can be refused with client-unknown, ARM-1302.
        """
        return self.connection.call(
            self.calls.get_mandates(status=status, unknown=unknown, pagesize=pagesize, after=after)
        )

    def get_debitclaims(
        self, *, status: str | None = None, pagesize: int | None = None, after: int | None = None
    ) -> Claims:
        """List direct debit claims. By number: what was claimed of payers with a mandate, and what became of it.

        Can be refused with client-unknown, ARM-1302.
        """
        return self.connection.call(self.calls.get_debitclaims(status=status, pagesize=pagesize, after=after))


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

    async def get_payments(
        self,
        *,
        queue: Literal["unplaced", "suggested", "double", "on-account", "refused"] | None = None,
        pagesize: int | None = None,
        after: int | None = None,
    ) -> Payments:
        """List the payments of a queue. By number: `unplaced` is money that is not booked, `suggested` those of it
        with a suggestion, `double` money for claims that were paid before, `on-account` all money that is
        booked and not used up, `refused` what was asked for by direct debit and did not come.

        Can be refused with client-unknown, ARM-1302.
        """
        return await self.connection.call(self.calls.get_payments(queue=queue, pagesize=pagesize, after=after))

    async def get_payment(self, payment_no: int) -> Payment:
        """Get one payment with its decisions and suggestions.

        Can be refused with client-unknown, ARM-1302.
        """
        return await self.connection.call(self.calls.get_payment(payment_no))

    async def create_payment_suggestion(self, payment_no: int) -> Suggestions:
        """Look for what an unplaced payment may be for. The suggestions are made anew and kept. Nothing is booked,
        whatever the client's rule accepts.

        Can be refused with client-unknown, ARM-1302.
        """
        return await self.connection.call(self.calls.create_payment_suggestion(payment_no))

    async def create_payment_placement(
        self,
        payment_no: int,
        *,
        metadata: Metadata,
        places: Sequence[PlaceInput],
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> Placed:
        """Book an unplaced payment. On items, documents or customers, in the order given. A document is paid with the
        fees and interest on its reference, in the client's `posting.allocationOrder`; an item alone; a
        customer's oldest claims first. What is left stays on the account of the last one. A payment that
        went out closes one open credit.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return await self.connection.call(
            self.calls.create_payment_placement(
                payment_no, metadata=metadata, places=places, note=note, idempotency_key=idempotency_key
            )
        )

    async def create_payment_acceptance(
        self, payment_no: int, *, metadata: Metadata, rank: int, idempotency_key: str | None = None
    ) -> Placed:
        """Book an unplaced payment as one of its suggestions says. Refused where the items have moved since the
        suggestion was made.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return await self.connection.call(
            self.calls.create_payment_acceptance(
                payment_no, metadata=metadata, rank=rank, idempotency_key=idempotency_key
            )
        )

    async def create_payment_undo(
        self, payment_no: int, *, metadata: Metadata, note: str | None = None, idempotency_key: str | None = None
    ) -> Undone:
        """Take back what a payment has booked. Every item is open again by as much as before, small differences
        included, and the payment is in the queue again. Refused while it is being refunded.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2001, ARM-2003, ARM-2004, ARM-2005,
        ARM-2008, ARM-2009, ARM-2011, ARM-2013, ARM-2015.
        """
        return await self.connection.call(
            self.calls.create_payment_undo(payment_no, metadata=metadata, note=note, idempotency_key=idempotency_key)
        )

    async def get_refunds(
        self, *, status: str | None = None, pagesize: int | None = None, after: str | None = None
    ) -> Refunds:
        """List refunds. By id, which is no order of time.

        Can be refused with client-unknown, ARM-1302.
        """
        return await self.connection.call(self.calls.get_refunds(status=status, pagesize=pagesize, after=after))

    async def create_refund(
        self, *, metadata: Metadata, refund: RefundInput, idempotency_key: str | None = None
    ) -> Refund:
        """Propose a refund. Of what a payment has left on account, or of a credit item. It goes to the payer's account
        where the bank has told it, or to `toAccount`. Nothing is booked or sent before another person has
        approved it and the bank has paid it out.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2003, ARM-2004, ARM-2008, ARM-2011,
        ARM-2013, ARM-2015.
        """
        return await self.connection.call(
            self.calls.create_refund(metadata=metadata, refund=refund, idempotency_key=idempotency_key)
        )

    async def get_refund(self, refund_id: str) -> Refund:
        """Get one refund.

        Can be refused with client-unknown, ARM-1302.
        """
        return await self.connection.call(self.calls.get_refund(refund_id))

    async def create_refund_approval(
        self, refund_id: str, *, metadata: Metadata, idempotency_key: str | None = None
    ) -> Refund:
        """Approve a refund. By another person than who proposed it, and with another credential: what a call says of
        its user is not proved. A person at the command line may approve what a call has proposed.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2008, ARM-2013.
        """
        return await self.connection.call(
            self.calls.create_refund_approval(refund_id, metadata=metadata, idempotency_key=idempotency_key)
        )

    async def create_refund_cancellation(
        self, refund_id: str, *, metadata: Metadata, idempotency_key: str | None = None
    ) -> Refund:
        """Take back a refund that was not sent. Its credit is free again.

        Can be refused with client-unknown, ARM-1302, key-reused, ARM-1002, ARM-2008, ARM-2013.
        """
        return await self.connection.call(
            self.calls.create_refund_cancellation(refund_id, metadata=metadata, idempotency_key=idempotency_key)
        )

    async def get_mandates(
        self,
        *,
        status: str | None = None,
        unknown: bool | None = None,
        pagesize: int | None = None,
        after: int | None = None,
    ) -> Mandates:
        """List direct debit mandates. By number. The payer's account and personal number are not shown.

        Can be refused with client-unknown, ARM-1302.
        """
        return await self.connection.call(
            self.calls.get_mandates(status=status, unknown=unknown, pagesize=pagesize, after=after)
        )

    async def get_debitclaims(
        self, *, status: str | None = None, pagesize: int | None = None, after: int | None = None
    ) -> Claims:
        """List direct debit claims. By number: what was claimed of payers with a mandate, and what became of it.

        Can be refused with client-unknown, ARM-1302.
        """
        return await self.connection.call(self.calls.get_debitclaims(status=status, pagesize=pagesize, after=after))
