# Written by scripts/generate_client.py from the OpenAPI document; change that, not this.
# ruff: noqa
"""Accounts receivable (ARM): Customers, documents, AR and GL items, GL movements, auto postings, payment reservations, actions, batches, files, settings and log of one client's receivables ledger."""

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


class Action(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An action as it stands. Members that it has no value for are left out."""

    action_uuid: UUID
    action_id: str | None = None
    action_type: str
    action_status: str
    client_no: int
    account_no: int | None = None
    ar_item_id: str | None = None
    created_time: datetime.datetime
    completed_time: datetime.datetime | None = None


class ActionAnswer(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The action that was made, or was there already."""

    result_type: str
    action: Action


class ActionInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An instruction. Which fields its type takes and needs stands in `domain.actions`."""

    action_id: str | None = None
    action_type: str
    customer_no: str | None = None
    account_no: int | None = None
    ar_item_id: str | None = None
    document_no: str | None = None
    kid: str | None = None
    reference_no: int | None = None
    from_date: datetime.date | None = None
    to_date: datetime.date | None = None
    reason_code: str | None = None
    text: str | None = None
    distribution: DistributionInput | None = None


class ActionRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One action, and who gives it."""

    metadata: Metadata
    action: ActionInput


class Adb(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The age-distributed balance. Source: arm-api, section 2.14."""

    client_no: int
    as_of_date: datetime.date
    gl_currency: str
    currency: str | None = None
    totals: AdbTotals
    adb_intervals: list[AdbInterval]


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


class Amounts(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """Amounts in an answer."""

    excl_vat: Decimal
    vat: Decimal
    incl_vat: Decimal


class AmountsInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """Amounts of a document or a line; `exclVat + vat = inclVat`."""

    excl_vat: Decimal | int
    vat: Decimal | int
    incl_vat: Decimal | int


class ArItem(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An AR item. Source: arm-api, section 2.3."""

    client_no: int
    account_no: int
    reference_no: int
    reference_sequence_no: int
    ar_item_id: str
    customer_no: str
    document_no: str
    voucher_date: datetime.date
    due_date: datetime.date
    original_due_date: datetime.date
    currency: str
    currency_amount: Decimal
    currency_balance: Decimal
    gl_amount: Decimal
    gl_balance: Decimal
    kid: str
    voucher_type: int
    voucher_type_description: str
    voucher_no: int
    transaction_text: str
    gl_case_no: int
    gl_lot_no: int
    gl_year: int
    gl_period: int
    external_id1: str
    ledger_period_report_no: int | None = None
    reserved_status: str
    created_time: datetime.datetime
    customer: Customer | None = None
    document: Document | None = None
    matches: list[Match] | None = None
    reservations: list[ItemReservation] | None = None
    follow_up: FollowUp | None = None


class ArItems(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of AR items."""

    summary: Summary
    ar_items: list[ArItem]


class AutoPostingRequest(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The auto postings of a call: all are posted, or none."""

    metadata: Metadata
    auto_postings: Sequence[PostingInput]


class AutoPostings(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What became of a call and of each of its postings, as `_body` makes it."""

    summary: PostingSummary
    auto_postings: list[PostingResult]


class Balance(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What the customer owes."""

    gl_balance: Decimal
    overdue_gl_balance: Decimal
    open_item_count: int
    oldest_due_date: str


class Batch(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A batch, as `get_batch` makes it. Source: arm-api, section 2.5."""

    batch_uuid: UUID
    client_no: int
    batch_type: str
    batch_status: str
    user_id: str
    received_time: datetime.datetime
    started_time: datetime.datetime | None = None
    completed_time: datetime.datetime | None = None
    total_count: int
    ok_count: int | None = None
    failed_count: int | None = None
    document_bundle_id: str | None = None
    results: list[BatchResult] | None = None


class BatchAccepted(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The answer to a batch that was accepted."""

    result_type: str
    batch_uuid: UUID
    batch_type: str
    batch_status: str
    total_count: int | None = None


class BatchElement(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What has to be there before a batch is accepted; the rest of a customer is judged when its turn comes."""

    customer_no: str


class BatchResult(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What became of an element of a batch."""

    item_no: int
    result_type: str
    operation: str | None = None
    customer_no: str | None = None
    account_no: int | None = None
    document_no: str | None = None
    document_uuid: UUID | None = None
    ar_item_id: str | None = None
    kid: str | None = None
    reference_no: int | None = None
    file_uuid: UUID | None = None
    errors: list[ErrorDetail]


class Bundle(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A bundle in the published order."""

    document_bundle_id: str
    client_no: int
    document_type: str
    bundle_status: str
    batch_uuid: UUID | None = None
    document_count: int
    totals: list[Totals]
    distribution_summary: list[DistributionCount]
    created_time: datetime.datetime
    distributed_time: datetime.datetime | None = None
    documents: list[Document] | None = None


class Bundles(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of bundles."""

    summary: Summary
    document_bundles: list[Bundle]


class ClientConfig(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A key with its values, newest first."""

    config_key: str
    description: str
    value_type: str
    values: list[ConfigValue]


class ClientConfigs(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """All keys of a client."""

    client_no: int
    client_configs: list[ClientConfig]


class Code(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One code."""

    code: str
    description: str
    active: bool


class CodeType(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """One list."""

    code_type: str
    codes: list[Code]


class Codes(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The lists that were asked for."""

    code_types: list[CodeType]


class ConfigValue(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A value and the days on which it holds."""

    value: str
    valid_from: datetime.date
    valid_to: datetime.date | None = None


class CreditNote(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The credit note that an update made."""

    document_no: str
    document_uuid: UUID
    ar_item_id: str
    gl_case_no: int
    gl_lot_no: int
    voucher_no: int
    currency_amount: Decimal


class CreditNoteInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A credit note for the item's document; amounts with PARTIAL only."""

    credit_type: Literal["FULL", "BALANCE", "PARTIAL"]
    currency_amounts: AmountsInput | None = None
    document_no: str | None = None
    document_date: datetime.date | None = None
    customer_message: str | None = None
    reason_code: (
        Literal[
            "DISPUTE",
            "AGREEMENT",
            "GOODWILL",
            "WRONG-PRICE",
            "WRONG-QUANTITY",
            "RETURN",
            "DUPLICATE",
            "DECEASED",
            "BANKRUPTCY",
            "UNCOLLECTABLE",
            "OTHER",
            "",
        ]
        | None
    ) = None
    distribution: DistributionInput | None = None


class CustomCode(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A code that the client has agreed with whoever produces its documents."""

    code: str
    value: str


class CustomCodeInput(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A code that the client has agreed with whoever produces its documents."""

    code: str
    value: str


class Customer(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A customer in the published order. A text or date without a value is `""`, a number without one is left out."""

    client_no: int
    account_no: int
    customer_no: str
    name: str
    postal_return_status: int
    postal_return_date: str
    customer_category: str
    phone_no: str
    secondary_phone_no: str
    organization_no: str
    organization_no_scheme: str
    date_of_birth: str
    year_of_birth: int | None = None
    ssn: str
    ssn_country: str
    informal_name: str
    customer_group_code: str
    price_net_or_gross: str
    language: str
    currency: str
    seller_reference: str
    buyer_reference: str
    bank_account_no: str
    stop_reminder_until: str
    stop_debt_collection_until: str
    stop_interest_calc_until: str
    due_days: int | None = None
    vat_liable: bool
    discount_rate: Decimal | None = None
    active_status_web: str
    customer_message: str
    limit_amount: Decimal | None = None
    registration_status_code: str
    registration_status_date: str
    postal_address_changed: str
    postal_address: PostalAddress
    email_address_document: list[str]
    secondary_email_address: list[str]
    distribution: Distribution
    efaktura_block_ids: list[str]
    peppol_block_ids: list[str]
    digipost_block_ids: list[str]
    balance: Balance | None = None
    open_ar_items: list[ArItem] | None = None


class CustomerBatchRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A batch of customers."""

    metadata: Metadata
    customers: Sequence[CustomerInput]


class CustomerDeleted(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The answer to a deletion."""

    result_type: str
    operation: str
    message: str
    customer_no: str
    account_no: int


class CustomerDistributionInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The preferred channel. Replaced as a whole."""

    type: Literal["M", "H", "P", "S", "D", "N"]
    einvoice_code: Literal[0, 10, 20, 30, 90] | None = None


class CustomerInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A customer as it is written. Missing or null: unchanged. `""` clears, `[]` clears."""

    customer_no: str
    name: str | None = None
    postal_return_status: Literal[0, 100, 110, 120, 130] | None = None
    postal_return_date: datetime.date | str | None = None
    customer_category: Literal["CONS", "COMP", "PUBL", "ORG", ""] | None = None
    phone_no: str | None = None
    secondary_phone_no: str | None = None
    organization_no: str | None = None
    organization_no_scheme: str | None = None
    date_of_birth: datetime.date | str | None = None
    year_of_birth: int | None = None
    ssn: str | None = None
    ssn_country: str | None = None
    informal_name: str | None = None
    customer_group_code: str | None = None
    price_net_or_gross: Literal["B", "N", ""] | None = None
    language: str | None = None
    currency: str | None = None
    seller_reference: str | None = None
    buyer_reference: str | None = None
    bank_account_no: str | None = None
    stop_reminder_until: datetime.date | str | None = None
    stop_debt_collection_until: datetime.date | str | None = None
    stop_interest_calc_until: datetime.date | str | None = None
    due_days: int | None = None
    vat_liable: bool | None = None
    discount_rate: Decimal | int | None = None
    active_status_web: Literal["Passive", "Active", "Blocked", ""] | None = None
    customer_message: str | None = None
    limit_amount: Decimal | int | None = None
    registration_status_code: (
        Literal[
            "FICTITIOUS",
            "RESIDENT",
            "EMIGRATED",
            "DISAPPEARED",
            "DECEASED",
            "NON-RESIDENT",
            "TEMPORARY",
            "INACTIVE",
            "CEASED",
            "",
        ]
        | None
    ) = None
    registration_status_date: datetime.date | str | None = None
    postal_address: PostalAddressInput | None = None
    email_address_document: Sequence[str] | None = None
    secondary_email_address: Sequence[str] | None = None
    distribution: CustomerDistributionInput | None = None
    efaktura_block_ids: Sequence[str] | None = None
    peppol_block_ids: Sequence[str] | None = None
    digipost_block_ids: Sequence[str] | None = None


class CustomerWrite(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of a write."""

    metadata: Metadata
    customer: CustomerInput


class CustomerWritten(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The answer to a write. The national identity number is masked in it."""

    result_type: str
    operation: str
    message: str
    customer: Customer


class Customers(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A page of customers."""

    summary: Summary
    customers: list[Customer]


class Distribution(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A channel."""

    type: str
    einvoice_code: int


class DistributionCount(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How many documents go by a channel."""

    type: str
    count: int


class DistributionEvent(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What became of a document on its way."""

    time: datetime.datetime
    type: str
    status: str
    receiver: str
    text: str


class DistributionInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A channel. Replaced as a whole."""

    type: Literal["M", "H", "P", "S", "D", "N"]
    einvoice_code: Literal[0, 10, 20, 30, 90] | None = None


class Document(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A document, as `document_body` makes it. Source: arm-api, section 2.10."""

    client_no: int
    account_no: int
    customer_no: str
    document_no: str
    document_uuid: UUID
    document_type: str
    document_type_description: str
    document_status: str
    document_date: datetime.date
    due_date: str
    original_due_date: str
    currency: str
    currency_amounts: Amounts
    currency_balance: Decimal
    kid: str
    reference_no: int
    ar_item_id: str
    document_bundle_id: str
    created_time: datetime.datetime
    language: str
    marketing_message_code: str
    customer_message: str
    sales_order_id: str
    purchase_order_id: str
    seller_reference: str
    buyer_reference: str
    additional_reference: str
    sub_customer_no: str
    ledger_note: str
    external_id1: str
    distribution: Distribution
    einvoice_address: EinvoiceAddress
    email_address: list[str]
    attachment_files: list[UUID]
    attachment_codes: list[str]
    custom_codes: list[CustomCode]
    voucher_type: int
    voucher_no: int
    gl_case_no: int
    gl_lot_no: int
    gl_year: int
    gl_period: int
    gl_amounts: Amounts
    credited_document_no: str | None = None
    distributed_time: datetime.datetime | None = None
    file_uuid: UUID | None = None
    document_lines: list[Line] | None = None
    ar_item: ArItem | None = None
    customer: Customer | None = None
    distribution_events: list[DistributionEvent] | None = None


class DocumentBatchRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A batch: the envelope is checked before it is accepted, each document when its turn comes."""

    metadata: Metadata
    documents: Sequence[DocumentInput]


class DocumentInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A document as it is sent."""

    document_type: Literal["IN", "CN", "RN"]
    customer_no: str
    document_no: str
    document_date: datetime.date
    currency_amounts: AmountsInput
    due_date: datetime.date | None = None
    currency: str | None = None
    language: str | None = None
    kid: str | None = None
    marketing_message_code: str | None = None
    customer_message: str | None = None
    sales_order_id: str | None = None
    purchase_order_id: str | None = None
    seller_reference: str | None = None
    buyer_reference: str | None = None
    additional_reference: str | None = None
    sub_customer_no: str | None = None
    ledger_note: str | None = None
    credited_document_no: str | None = None
    external_id1: str | None = None
    distribution: DistributionInput | None = None
    einvoice_address: EinvoiceAddressInput | None = None
    email_address: Sequence[str] | None = None
    attachment_files: Sequence[str] | None = None
    attachment_codes: Sequence[str] | None = None
    custom_codes: Sequence[CustomCodeInput] | None = None
    document_lines: Sequence[LineInput] | None = None


class DocumentRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One document."""

    metadata: Metadata
    document: DocumentInput


class DocumentWritten(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The answer to a post, as `post_document` makes it."""

    result_type: str
    operation: str
    message: str
    document: PostedDocument


class Documents(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A page of documents."""

    summary: Summary
    documents: list[Document]


class EinvoiceAddress(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An electronic address."""

    address: str
    address_scheme: str
    operator: str


class EinvoiceAddressInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An electronic address that overrides the customer's."""

    address: str | None = None
    address_scheme: str | None = None
    operator: str | None = None


class ErrorDetail(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """One thing that is wrong with an element of a call."""

    error_code: str
    field: str | None = None
    value: str | None = None
    message: str


class ErrorResponse(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The body of every refusal."""

    timestamp: datetime.datetime
    status: int
    error: str
    message: str
    request_id: UUID
    path: str
    errors: list[ErrorDetail]


class FileInfo(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A file in the published order. What has no value is left out."""

    file_uuid: UUID
    client_no: int
    file_type: str
    file_name: str
    content_type: str
    file_size: int
    checksum_sha256: str
    direction: str
    file_status: str
    description: str | None = None
    customer_no: str | None = None
    document_no: str | None = None
    ledger_period_report_no: int | None = None
    created_time: datetime.datetime
    processed_time: datetime.datetime | None = None
    user_id: str
    content: str | None = None
    errors: list[ErrorDetail] | None = None


class Files(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A page of files."""

    summary: Summary
    files: list[FileInfo]


class FollowUp(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """How far the follow-up of an item has come. Source: arm-api, section 2.3."""

    reminder_level: int
    last_reminder_date: str
    stop_reminder_until: str
    stop_debt_collection_until: str
    stop_interest_calc_until: str
    debt_collection_status: str
    interest_calculated_to: str


class GlItem(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A GL item, as `gl_item_body` makes it. Source: arm-api, section 2.12."""

    client_no: int
    gl_item_id: str
    gl_case_no: int
    gl_lot_no: int
    line_no: int
    gl_account_no: int
    gl_account_name: str
    voucher_date: datetime.date
    gl_year: int
    gl_period: int
    voucher_type: int
    voucher_type_description: str
    voucher_no: int
    transaction_text: str
    currency: str
    currency_amount: Decimal
    gl_currency: str
    gl_amount: Decimal
    vat_code: str
    item_group1: str | None = None
    item_group2: str | None = None
    item_group3: str | None = None
    account_no: int | None = None
    customer_no: str | None = None
    reference_no: int | None = None
    document_no: str | None = None
    ar_item_id: str | None = None
    reversed_by_gl_case_no: int | None = None
    created_time: datetime.datetime


class GlItems(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of GL items."""

    summary: Summary
    gl_items: list[GlItem]


class GlMovement(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What a GL account opened with in a period, moved by and closed with. Source: arm-api, section 2.13."""

    client_no: int
    gl_year: int
    gl_period: int
    gl_account_no: int
    gl_account_name: str
    gl_currency: str
    opening_balance: Decimal
    debit_amount: Decimal
    credit_amount: Decimal
    movement_amount: Decimal
    closing_balance: Decimal
    item_count: int
    period_closed: bool
    closed_time: datetime.datetime | None = None


class GlMovements(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of GL movements."""

    summary: Summary
    gl_movements: list[GlMovement]


class Health(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Whether the service and each of its components answer."""

    status: str
    version: str
    time: datetime.datetime
    components: dict[str, str]


class ItemChanges(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What may change on an item. Missing and null mean unchanged."""

    ar_item_id: str
    due_date: datetime.date | None = None
    transaction_text: str | None = None
    external_id1: str | None = None
    ledger_note: str | None = None
    stop_reminder_until: datetime.date | str | None = None
    stop_debt_collection_until: datetime.date | str | None = None
    stop_interest_calc_until: datetime.date | str | None = None
    credit_note: CreditNoteInput | None = None


class ItemRequest(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """An update of one item, which is addressed in the body."""

    metadata: Metadata
    ar_item: ItemChanges


class ItemReservation(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A payment that is on its way to an item. Source: arm-api, section 2.3."""

    payment_id: str
    currency: str
    currency_amount: Decimal
    payment_date: datetime.date
    valid_until: datetime.date
    status: str


class ItemUpdated(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The answer to an update."""

    result_type: str
    message: str
    ar_item: ArItem
    credit_note: CreditNote | None = None


class Latest(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The latest closed period."""

    client_no: int
    gl_year: int
    gl_period: int
    period_closed: bool
    closed_time: datetime.datetime
    gl_movements: list[GlMovement]


class Line(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A line of a document."""

    line_no: int
    line_type: str
    article_no: str
    article_name: str
    line_text: str
    quantity_unit: str
    quantity: Decimal
    volume_unit: str
    volume: Decimal
    price: Decimal
    item_group1: str
    item_group2: str
    item_group3: str
    currency_amounts: Amounts


class LineInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A line of a document."""

    line_no: int
    line_type: Literal["PLH", "TXT"]
    currency_amounts: AmountsInput
    article_no: str | None = None
    article_name: str | None = None
    line_text: str | None = None
    quantity_unit: str | None = None
    quantity: Decimal | int | None = None
    volume_unit: str | None = None
    volume: Decimal | int | None = None
    price: Decimal | int | None = None
    item_group1: str | None = None
    item_group2: str | None = None
    item_group3: str | None = None


class LogChange(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A value that changed."""

    field: str
    old_value: str
    new_value: str


class LogItem(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A log item, as `log_item_body` makes it. Source: arm-api, section 2.15."""

    log_item_id: UUID
    client_no: int
    log_time: datetime.datetime
    log_level: str
    source: str
    user_id: str
    integration_id: str
    request_id: str
    http_method: str
    path: str
    status_code: int | None = None
    entity_type: str
    entity_id: str
    customer_no: str
    log_text: str
    changes: list[LogChange]


class LogItems(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A page of log items."""

    summary: Summary
    log_items: list[LogItem]


class Match(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A settlement against an item. Source: arm-api, section 2.3."""

    ar_item_id: str
    voucher_type: int
    voucher_type_description: str
    voucher_no: int
    match_date: datetime.date
    currency_amount: Decimal
    gl_amount: Decimal


class Metadata(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """Who the call is made for."""

    user_id: str


class OneClientConfig(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """One key of a client."""

    client_no: int
    config_key: str
    description: str
    value_type: str
    values: list[ConfigValue]


class OptionsInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """How the call is meant."""

    validate_only: bool | None = None


class PostalAddress(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The postal address; all seven fields, blank where there is nothing."""

    address_line1: str
    address_line2: str
    address_line3: str
    postal_code: str
    city_name: str
    country_text: str
    country_code: str


class PostalAddressInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The postal address field group: as soon as one field is given, those not given become blank."""

    address_line1: str | None = None
    address_line2: str | None = None
    address_line3: str | None = None
    postal_code: str | None = None
    city_name: str | None = None
    country_text: str | None = None
    country_code: str | None = None


class PostedDocument(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A document that was posted: its identifiers and numbers."""

    client_no: int
    account_no: int
    customer_no: str
    document_no: str
    document_uuid: UUID
    document_bundle_id: str
    document_type: str
    document_status: str
    reference_no: int
    ar_item_id: str
    kid: str
    voucher_type: int
    voucher_no: int
    gl_case_no: int
    gl_lot_no: int
    gl_year: int
    gl_period: int


class PostingInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """One auto posting. Which fields its method takes and needs stands in `domain.autoposting`."""

    posting_id: str
    voucher_date: datetime.date
    currency_amount: Decimal | int | None = None
    options: OptionsInput | None = None
    ar_item_id: str | None = None
    document_no: str | None = None
    document_uuid: str | None = None
    reference_no: int | None = None
    kid: str | None = None
    account_no: int | None = None
    customer_no: str | None = None
    currency: str | None = None
    transaction_text: str | None = None
    external_id1: str | None = None
    payment_id: str | None = None
    payment_method: Literal["BANK", "OCR", "AVTALEGIRO", "EFAKTURA", "CARD", "VIPPS", "CASH", "OTHER", ""] | None = None
    reason_code: (
        Literal[
            "DISPUTE",
            "AGREEMENT",
            "GOODWILL",
            "WRONG-PRICE",
            "WRONG-QUANTITY",
            "RETURN",
            "DUPLICATE",
            "DECEASED",
            "BANKRUPTCY",
            "UNCOLLECTABLE",
            "OTHER",
            "",
        ]
        | None
    ) = None
    gl_account_no: int | None = None
    match_ar_item_ids: Sequence[str] | None = None
    auto_match: bool | None = None
    vat_amount: Decimal | int | None = None
    due_date: datetime.date | None = None
    bank_account_no: str | None = None
    to_ar_item_id: str | None = None
    to_account_no: int | None = None
    to_customer_no: str | None = None
    gl_case_no: int | None = None


class PostingResult(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What became of one posting. The numbers are there where something was posted."""

    posting_id: str
    result_type: str
    gl_case_no: int | None = None
    voucher_no: int | None = None
    voucher_type: int | None = None
    ar_item_ids: list[str] | None = None
    matched_ar_item_ids: list[str] | None = None
    unmatched_currency_amount: Decimal | None = None
    errors: list[ErrorDetail]


class PostingSummary(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What became of a call."""

    auto_posting_method: str
    result_type: str
    validate_only: bool
    total_count: int
    ok_count: int
    failed_count: int
    batch_rejected_count: int
    gl_lot_no: int | None = None


class Report(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """Which report, about what, written how."""

    report_type: str
    format: str | None = None
    language: str | None = None
    gl_year: int | None = None
    gl_period: int | None = None
    from_date: datetime.date | None = None
    to_date: datetime.date | None = None
    as_of_date: datetime.date | None = None
    customer_no: str | None = None
    email_address: Sequence[str] | None = None


class ReportAccepted(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The batch that makes the report."""

    result_type: str
    batch_uuid: UUID
    batch_type: str
    batch_status: str


class ReportRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of the call."""

    metadata: Metadata
    report: Report


class Reservation(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The reservation that was made. One on a customer's account names no item and no document."""

    payment_reservation_uuid: UUID
    client_no: int
    account_no: int
    customer_no: str
    ar_item_id: str | None = None
    reference_no: int | None = None
    document_no: str | None = None
    payment_id: str
    currency: str
    currency_amount: Decimal
    payment_date: datetime.date
    valid_until: datetime.date
    status: str
    created_time: datetime.datetime


class ReservationInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """A payment on its way: for what, how much, when, until when it is waited for."""

    payment_id: str
    currency_amount: Decimal | int
    ar_item_id: str | None = None
    document_no: str | None = None
    document_uuid: str | None = None
    reference_no: int | None = None
    kid: str | None = None
    account_no: int | None = None
    customer_no: str | None = None
    currency: str | None = None
    payment_date: datetime.date | None = None
    valid_until: datetime.date | None = None
    payment_method: str | None = None
    text: str | None = None


class ReservationRequest(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """One payment reservation."""

    metadata: Metadata
    payment_reservation: ReservationInput


class Reserved(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What became of the call; `arItem` where an item is reserved."""

    result_type: str
    payment_reservation: Reservation
    ar_item: ReservedItem | None = None


class ReservedItem(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """The reserved item as it stands now."""

    ar_item_id: str
    currency_balance: Decimal
    reserved_status: str


class Summary(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What a list's answer says of its pages, as the description of the interface has it."""

    page_no: int
    current_page_size: int
    page_size_limit: int
    total_pages: int
    total_count: int
    maximum_count: int
    query_id: str
    next_page: str | None = None
    previous_page: str | None = None
    last_page: str | None = None


class Totals(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What the documents of one currency come to."""

    currency: str
    excl_vat: Decimal
    vat: Decimal
    incl_vat: Decimal


class Upload(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of an upload."""

    metadata: Metadata
    files: Sequence[UploadInput]


class UploadInput(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """One file to store."""

    file_type: Literal[
        "ATTACHMENT",
        "CUSTOMER-IMPORT",
        "DOCUMENT-IMPORT",
        "OCR",
        "CAMT054",
        "CAMT053",
        "PAIN002",
        "AVTALEGIRO-MANDATES",
        "BGMAX",
        "AUTOGIRO",
        "BS602",
        "BS603",
    ]
    file_name: str
    content: str
    content_type: str | None = None
    checksum_sha256: str | None = None
    description: str | None = None
    document_no: str | None = None
    customer_no: str | None = None


class UploadResult(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """What came of one file."""

    item_no: int
    result_type: str
    status_code: int
    file_uuid: UUID | None = None
    file_name: str
    file_size: int | None = None
    checksum_sha256: str | None = None
    errors: list[ErrorDetail]


class UploadSummary(msgspec.Struct, kw_only=True, omit_defaults=True, rename="camel"):
    """How many files came to what."""

    total_count: int
    ok_count: int
    failed_count: int


class Uploaded(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What came of an upload."""

    summary: UploadSummary
    files: list[UploadResult]


class ArmCalls:
    """The calls of this interface as data, to be given to a connection."""

    def __init__(self, client_no: int) -> None:
        self.client_no = client_no

    def get_health(self) -> Call[Health]:
        """Check API health. No bearer token is needed: Liveness and readiness are asked by machines that have no
        token.
        """
        return Call(
            method="GET",
            path="/arm/v1/health",
            answers={200: (Health,), 503: (Health,)},
            refusals=(ErrorResponse,),
        )

    def create_action(
        self, *, metadata: Metadata, action: ActionInput, idempotency_key: str | None = None
    ) -> Call[ActionAnswer]:
        """POST (create) an action. Each type takes the fields of its own. `REGISTERED`: it is done by the next nightly
        run, or on its `fromDate`. The same action again, known by its `actionId`, is answered as it stands
        and done once.

        Can be refused with ARM-1301, ARM-1302, ARM-2005, ARM-2002, ARM-2001, ARM-2003, ARM-2005, ARM-2006,
        ARM-2008, ARM-2010, ARM-2012, ARM-2013, ARM-2015.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/actions",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "action": action},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={201: (ActionAnswer,)},
            refusals=(ErrorResponse,),
        )

    def list_ar_items(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        kid: str | None = None,
        external_id1: str | None = None,
        voucher_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        voucher_type: Sequence[int] | None = None,
        currency: str | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        status: Literal["open", "closed", "all"] | None = None,
        reserved_status: Literal["none", "PARTLY-RESERVED", "RESERVED"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        from_changed_time: datetime.datetime | None = None,
        ledger_period_report_no: int | None = None,
        expand: Sequence[Literal["customer", "document", "matches", "reservations", "followup", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Call[ArItems]:
        """GET a list of AR items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/aritems",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "customerno": customer_no,
                "accountno": account_no,
                "referenceno": reference_no,
                "documentno": document_no,
                "kid": kid,
                "externalid1": external_id1,
                "voucherno": voucher_no,
                "glcaseno": gl_case_no,
                "gllotno": gl_lot_no,
                "vouchertype": voucher_type,
                "currency": currency,
                "fromvoucherdate": from_voucher_date,
                "tovoucherdate": to_voucher_date,
                "fromcreatedtime": from_created_time,
                "tocreatedtime": to_created_time,
                "glyear": gl_year,
                "glperiod": gl_period,
                "status": status,
                "reservedstatus": reserved_status,
                "fromduedate": from_due_date,
                "toduedate": to_due_date,
                "fromchangedtime": from_changed_time,
                "ledgerperiodreportno": ledger_period_report_no,
                "expand": expand,
                "maximumcount": maximum_count,
                "pagesize": page_size,
                "pageno": page_no,
                "query": query,
                "userid": user_id,
            },
            answers={200: (ArItems,)},
            refusals=(ErrorResponse,),
        )

    def update_ar_item(
        self, *, metadata: Metadata, ar_item: ItemChanges, idempotency_key: str | None = None
    ) -> Call[ItemUpdated]:
        """PUT (update) AR item details. The item is addressed in the body. Missing and null fields stay as they are.
        With `creditNote` the item's document is credited in the same transaction.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2004, ARM-2006, ARM-2008, ARM-2009,
        ARM-2010, ARM-2012, ARM-2013.
        """
        return Call(
            method="PUT",
            path="/arm/v1/clients/{clientno}/aritems",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "arItem": ar_item},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (ItemUpdated,)},
            refusals=(ErrorResponse,),
        )

    def get_ar_item(
        self,
        ar_item_id: str,
        *,
        expand: Sequence[Literal["customer", "document", "matches", "reservations", "followup", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Call[ArItem]:
        """GET one AR item.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/aritems/{aritemid}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "aritemid": ar_item_id},
            query={"expand": expand, "userid": user_id},
            answers={200: (ArItem,)},
            refusals=(ErrorResponse,),
        )

    def create_auto_postings(
        self,
        auto_posting_method: str,
        *,
        metadata: Metadata,
        auto_postings: Sequence[PostingInput],
        idempotency_key: str | None = None,
    ) -> Call[AutoPostings]:
        """POST (create) one or more auto postings. All postings of a call, or none. Each method takes the fields of
        its own.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2006,
        ARM-2008, ARM-2009, ARM-2010, ARM-2011, ARM-2012, ARM-2013, ARM-2015.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/autopostings/{autopostingmethod}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "autopostingmethod": auto_posting_method},
            body={"metadata": metadata, "autoPostings": auto_postings},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (AutoPostings,)},
            refusals=(
                AutoPostings,
                ErrorResponse,
            ),
        )

    def get_batch(self, batch_uuid: UUID, *, user_id: str | None = None) -> Call[Batch]:
        """GET one batch. Needs the scope of the call that made the batch. 206 and 406 are results, not refusals.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/batches/{batchuuid}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "batchuuid": batch_uuid},
            query={"userid": user_id},
            answers={200: (Batch,), 202: (Batch,), 206: (Batch,), 406: (Batch,)},
            refusals=(ErrorResponse,),
        )

    def get_client_configs(
        self, *, prefix: str | None = None, valid_on: datetime.date | str | None = None, user_id: str | None = None
    ) -> Call[ClientConfigs]:
        """GET a list of client config values. All keys in one answer, sorted. A key without a stored value is shown
        with its default.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/clientconfigs",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={"prefix": prefix, "validon": valid_on, "userid": user_id},
            answers={200: (ClientConfigs,)},
            refusals=(ErrorResponse,),
        )

    def get_client_config(
        self, config_key: str, *, valid_on: datetime.date | str | None = None, user_id: str | None = None
    ) -> Call[OneClientConfig]:
        """GET values for one client config key.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/clientconfigs/{configkey}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "configkey": config_key},
            query={"validon": valid_on, "userid": user_id},
            answers={200: (OneClientConfig,)},
            refusals=(ErrorResponse,),
        )

    def get_codes(
        self,
        *,
        code_type: Sequence[
            Literal[
                "voucherType",
                "reservedStatus",
                "batchStatus",
                "documentType",
                "lineType",
                "distributionType",
                "einvoiceCode",
                "customerCategory",
                "priceNetOrGross",
                "activeStatusWeb",
                "registrationStatusCode",
                "resultType",
                "postalReturnStatus",
                "paymentMethod",
                "actionType",
                "reasonCode",
                "reportType",
                "fileType",
                "autoPostingMethod",
                "bundleStatus",
                "documentStatus",
            ]
        ]
        | None = None,
        code: str | None = None,
        active: Literal["true", "all"] | None = None,
        user_id: str | None = None,
    ) -> Call[Codes]:
        """GET ARM system code values. Codes are texts, also where they are numbers. All of them are active."""
        return Call(
            method="GET",
            path="/arm/v1/codes",
            resource=RESOURCE,
            query={"codetype": code_type, "code": code, "active": active, "userid": user_id},
            answers={200: (Codes,)},
            refusals=(ErrorResponse,),
        )

    def create_customer(
        self, *, metadata: Metadata, customer: CustomerInput, idempotency_key: str | None = None
    ) -> Call[CustomerWritten]:
        """POST (create) one customer. If `customerNo` already exists the call updates it exactly like PUT.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2009, ARM-2010.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/customers",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "customer": customer},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (CustomerWritten,), 201: (CustomerWritten,)},
            refusals=(ErrorResponse,),
        )

    def update_customer(
        self, *, metadata: Metadata, customer: CustomerInput, idempotency_key: str | None = None
    ) -> Call[CustomerWritten]:
        """PUT (update) one customer. A field that is missing or null stays as it is. If one field of `postalAddress`
        is given, all of them are replaced, and those not given become blank.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2009, ARM-2010.
        """
        return Call(
            method="PUT",
            path="/arm/v1/clients/{clientno}/customers",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "customer": customer},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (CustomerWritten,)},
            refusals=(ErrorResponse,),
        )

    def list_customers(
        self,
        *,
        customer_no: Sequence[str] | None = None,
        account_no: Sequence[int] | None = None,
        name: str | None = None,
        from_changed_time: datetime.datetime | None = None,
        ssn: str | None = None,
        organization_no: str | None = None,
        phone_no: str | None = None,
        email_address: str | None = None,
        postal_code: str | None = None,
        customer_category: Literal["CONS", "COMP", "PUBL", "ORG"] | None = None,
        customer_group_code: str | None = None,
        active_status_web: Literal["Passive", "Active", "Blocked"] | None = None,
        has_balance: bool | None = None,
        expand: Sequence[Literal["balance", "aritems", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Call[Customers]:
        """GET a list of customers.

        Can be refused with ARM-1301, ARM-1303.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/customers",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "customerno": customer_no,
                "accountno": account_no,
                "name": name,
                "fromchangedtime": from_changed_time,
                "ssn": ssn,
                "organizationno": organization_no,
                "phoneno": phone_no,
                "emailaddress": email_address,
                "postalcode": postal_code,
                "customercategory": customer_category,
                "customergroupcode": customer_group_code,
                "activestatusweb": active_status_web,
                "hasbalance": has_balance,
                "expand": expand,
                "maximumcount": maximum_count,
                "pagesize": page_size,
                "pageno": page_no,
                "query": query,
                "userid": user_id,
            },
            answers={200: (Customers,)},
            refusals=(ErrorResponse,),
        )

    def get_customer(
        self,
        customer_no: str,
        *,
        expand: Sequence[Literal["balance", "aritems", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Call[Customer]:
        """GET one customer.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/customers/{customerno}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "customerno": customer_no},
            query={"expand": expand, "userid": user_id},
            answers={200: (Customer,)},
            refusals=(ErrorResponse,),
        )

    def delete_customer(self, customer_no: str, *, user_id: str | None = None) -> Call[CustomerDeleted]:
        """DELETE a customer. Only a customer without documents, AR items and active payment reservations. Its account
        number is never given again.

        Can be refused with ARM-1301, ARM-1302, ARM-2007, ARM-2013.
        """
        return Call(
            method="DELETE",
            path="/arm/v1/clients/{clientno}/customers/{customerno}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "customerno": customer_no},
            query={"userid": user_id},
            answers={200: (CustomerDeleted,)},
            refusals=(ErrorResponse,),
        )

    def create_customer_batch(
        self, *, metadata: Metadata, customers: Sequence[CustomerInput], idempotency_key: str | None = None
    ) -> Call[BatchAccepted]:
        """POST (create) a batch of customers. Existing customers are updated. A number that stands twice is written
        twice, in order.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/customers/batches",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "customers": customers},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={202: (BatchAccepted,)},
            refusals=(ErrorResponse,),
        )

    def update_customer_batch(
        self, *, metadata: Metadata, customers: Sequence[CustomerInput], idempotency_key: str | None = None
    ) -> Call[BatchAccepted]:
        """PUT (update) a batch of customers. A number that no customer has fails its element alone.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return Call(
            method="PUT",
            path="/arm/v1/clients/{clientno}/customers/batches",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "customers": customers},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={202: (BatchAccepted,)},
            refusals=(ErrorResponse,),
        )

    def create_document(
        self, *, metadata: Metadata, document: DocumentInput, idempotency_key: str | None = None
    ) -> Call[DocumentWritten]:
        """POST (create) one document.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2006,
        ARM-2009, ARM-2010, ARM-2011, ARM-2012.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/documents",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "document": document},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (DocumentWritten,), 201: (DocumentWritten,)},
            refusals=(ErrorResponse,),
        )

    def list_documents(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        document_no: Sequence[str] | None = None,
        document_uuid: UUID | None = None,
        kid: str | None = None,
        reference_no: int | None = None,
        document_bundle_id: str | None = None,
        sales_order_id: str | None = None,
        purchase_order_id: str | None = None,
        sub_customer_no: str | None = None,
        external_id1: str | None = None,
        document_type: Sequence[Literal["IN", "CN", "RN", "RM", "DN", "ST"]] | None = None,
        from_document_date: datetime.date | None = None,
        to_document_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        distribution_type: Literal["M", "H", "P", "S", "D", "N"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        document_status: Literal["POSTED", "PRODUCED", "DISTRIBUTED", "DISTRIBUTION-FAILED"] | None = None,
        expand: Sequence[Literal["documentlines", "aritem", "customer", "distribution", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Call[Documents]:
        """GET a list of documents.

        Can be refused with ARM-1301, ARM-1303.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/documents",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "customerno": customer_no,
                "accountno": account_no,
                "documentno": document_no,
                "documentuuid": document_uuid,
                "kid": kid,
                "referenceno": reference_no,
                "documentbundleid": document_bundle_id,
                "salesorderid": sales_order_id,
                "purchaseorderid": purchase_order_id,
                "subcustomerno": sub_customer_no,
                "externalid1": external_id1,
                "documenttype": document_type,
                "fromdocumentdate": from_document_date,
                "todocumentdate": to_document_date,
                "fromcreatedtime": from_created_time,
                "tocreatedtime": to_created_time,
                "distributiontype": distribution_type,
                "fromduedate": from_due_date,
                "toduedate": to_due_date,
                "documentstatus": document_status,
                "expand": expand,
                "maximumcount": maximum_count,
                "pagesize": page_size,
                "pageno": page_no,
                "query": query,
                "userid": user_id,
            },
            answers={200: (Documents,)},
            refusals=(ErrorResponse,),
        )

    def create_document_batch(
        self, *, metadata: Metadata, documents: Sequence[DocumentInput], idempotency_key: str | None = None
    ) -> Call[BatchAccepted]:
        """POST (create) a batch of documents.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/documents/batches",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "documents": documents},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={202: (BatchAccepted,)},
            refusals=(ErrorResponse,),
        )

    def get_document(
        self,
        document_no: str,
        *,
        expand: Sequence[Literal["documentlines", "aritem", "customer", "distribution", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Call[Document]:
        """GET one document.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/documents/{documentno}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "documentno": document_no},
            query={"expand": expand, "userid": user_id},
            answers={200: (Document,)},
            refusals=(ErrorResponse,),
        )

    def list_document_bundles(
        self,
        *,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        bundle_status: Literal["OPEN", "PRODUCED", "DISTRIBUTED", "PARTLY-DISTRIBUTED"] | None = None,
        document_type: Literal["IN", "CN", "RN", "RM", "DN", "ST"] | None = None,
        batch_uuid: UUID | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Call[Bundles]:
        """GET a list of document bundles.

        Can be refused with ARM-1301, ARM-1303.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/documentbundles",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "fromcreatedtime": from_created_time,
                "tocreatedtime": to_created_time,
                "bundlestatus": bundle_status,
                "documenttype": document_type,
                "batchuuid": batch_uuid,
                "maximumcount": maximum_count,
                "pagesize": page_size,
                "pageno": page_no,
                "query": query,
                "userid": user_id,
            },
            answers={200: (Bundles,)},
            refusals=(ErrorResponse,),
        )

    def get_document_bundle(
        self,
        document_bundle_id: str,
        *,
        expand: Sequence[Literal["documents", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Call[Bundle]:
        """GET one document bundle.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/documentbundles/{documentbundleid}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "documentbundleid": document_bundle_id},
            query={"expand": expand, "userid": user_id},
            answers={200: (Bundle,)},
            refusals=(ErrorResponse,),
        )

    def upload_files(
        self, *, metadata: Metadata, files: Sequence[UploadInput], idempotency_key: str | None = None
    ) -> Call[Uploaded]:
        """POST (upload) one or more OS files. Files are independent of each other. A file that was uploaded before is
        answered with its id.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2014, ARM-1203, ARM-1302, ARM-1000,
        ARM-1002, ARM-1003, ARM-1007.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/files",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "files": files},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={200: (Uploaded,), 207: (Uploaded,)},
            refusals=(
                Uploaded,
                ErrorResponse,
            ),
        )

    def list_files(
        self,
        *,
        file_uuid: Sequence[UUID] | None = None,
        file_type: Literal[
            "ATTACHMENT",
            "CUSTOMER-IMPORT",
            "DOCUMENT-IMPORT",
            "OCR",
            "CAMT054",
            "CAMT053",
            "PAIN002",
            "AVTALEGIRO-MANDATES",
            "BGMAX",
            "AUTOGIRO",
            "BS602",
            "BS603",
            "DOCUMENT-PDF",
            "DOCUMENT-UBL",
            "REPORT",
            "LEDGER-PERIOD-REPORT",
            "GL-EXPORT",
            "IMPORT-RECEIPT",
            "PAIN001",
            "AVTALEGIRO-CLAIMS",
            "AUTOGIRO-OUT",
            "BS601",
        ]
        | None = None,
        file_name: str | None = None,
        direction: Literal["IN", "OUT"] | None = None,
        file_status: Literal["STORED", "PROCESSING", "PROCESSED", "FAILED"] | None = None,
        document_no: str | None = None,
        customer_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        include_content: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Call[Files]:
        """GET one or more OS files.

        Can be refused with ARM-1301, ARM-1303.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/files",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "fileuuid": file_uuid,
                "filetype": file_type,
                "filename": file_name,
                "direction": direction,
                "filestatus": file_status,
                "documentno": document_no,
                "customerno": customer_no,
                "fromcreatedtime": from_created_time,
                "tocreatedtime": to_created_time,
                "includecontent": include_content,
                "maximumcount": maximum_count,
                "pagesize": page_size,
                "pageno": page_no,
                "query": query,
                "userid": user_id,
            },
            answers={200: (Files,)},
            refusals=(ErrorResponse,),
        )

    def get_file(self, file_uuid: UUID, *, user_id: str | None = None) -> Call[FileInfo]:
        """GET one OS file. JSON with the content in base64; the bytes alone for `application/octet-stream` or its own
        type.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/files/{fileuuid}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "fileuuid": file_uuid},
            query={"userid": user_id},
            answers={200: (FileInfo,)},
            refusals=(ErrorResponse,),
        )

    def get_file_bytes(self, file_uuid: UUID, *, user_id: str | None = None) -> Call[bytes]:
        """The bytes alone: gET one OS file. JSON with the content in base64; the bytes alone for `application/octet-
        stream` or its own type.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/files/{fileuuid}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "fileuuid": file_uuid},
            query={"userid": user_id},
            accept="application/octet-stream",
            answers={200: (bytes,)},
            refusals=(ErrorResponse,),
        )

    def list_gl_items(
        self,
        *,
        gl_account_no: Sequence[int] | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        voucher_type: Sequence[int] | None = None,
        voucher_no: int | None = None,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        ar_item_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Call[GlItems]:
        """GET a list of GL items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/glitems",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "glaccountno": gl_account_no,
                "fromglaccountno": from_gl_account_no,
                "toglaccountno": to_gl_account_no,
                "glcaseno": gl_case_no,
                "gllotno": gl_lot_no,
                "glyear": gl_year,
                "glperiod": gl_period,
                "fromvoucherdate": from_voucher_date,
                "tovoucherdate": to_voucher_date,
                "vouchertype": voucher_type,
                "voucherno": voucher_no,
                "customerno": customer_no,
                "accountno": account_no,
                "referenceno": reference_no,
                "documentno": document_no,
                "fromcreatedtime": from_created_time,
                "tocreatedtime": to_created_time,
                "aritemid": ar_item_id,
                "maximumcount": maximum_count,
                "pagesize": page_size,
                "pageno": page_no,
                "query": query,
                "userid": user_id,
            },
            answers={200: (GlItems,)},
            refusals=(ErrorResponse,),
        )

    def get_gl_item(self, gl_item_id: str) -> Call[GlItem]:
        """GET one GL item. Takes no query parameters.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/glitems/{glitemid}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "glitemid": gl_item_id},
            answers={200: (GlItem,)},
            refusals=(ErrorResponse,),
        )

    def get_gl_movement_latest(self, *, gl_account_no: str | None = None, user_id: str | None = None) -> Call[Latest]:
        """Get movement/balance for the latest closed GL year/period.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/glmovements/latest",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={"glaccountno": gl_account_no, "userid": user_id},
            answers={200: (Latest,)},
            refusals=(ErrorResponse,),
        )

    def list_gl_movements(
        self,
        *,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_gl_year: int | None = None,
        from_gl_period: int | None = None,
        to_gl_year: int | None = None,
        to_gl_period: int | None = None,
        gl_account_no: str | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        closed: Literal["true", "false", "all"] | None = None,
        includezero: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Call[GlMovements]:
        """GET a list of GL movements/balances. Closed periods are frozen; open ones are computed at the moment of the
        call. Accounts below 3000 carry their balance into the next year, the others start each year at 0.

        Can be refused with ARM-1301, ARM-1303.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/glmovements",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "glyear": gl_year,
                "glperiod": gl_period,
                "fromglyear": from_gl_year,
                "fromglperiod": from_gl_period,
                "toglyear": to_gl_year,
                "toglperiod": to_gl_period,
                "glaccountno": gl_account_no,
                "fromglaccountno": from_gl_account_no,
                "toglaccountno": to_gl_account_no,
                "closed": closed,
                "includezero": includezero,
                "maximumcount": maximum_count,
                "pagesize": page_size,
                "pageno": page_no,
                "query": query,
                "userid": user_id,
            },
            answers={200: (GlMovements,)},
            refusals=(ErrorResponse,),
        )

    def get_insight_adb_intervals(
        self,
        *,
        as_of_date: datetime.date | None = None,
        customer_no: str | None = None,
        customer_category: Literal["CONS", "COMP", "PUBL", "ORG"] | None = None,
        customer_group_code: str | None = None,
        currency: str | None = None,
        intervals: str | None = None,
        user_id: str | None = None,
    ) -> Call[Adb]:
        """GET a list of ADB intervals. The balance of open items by days overdue. Items and matches with a later
        voucher date than `asofdate` are left out; the due date is the present one. A credit lessens the
        interval of its own due date.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/insights/adbintervals",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "asofdate": as_of_date,
                "customerno": customer_no,
                "customercategory": customer_category,
                "customergroupcode": customer_group_code,
                "currency": currency,
                "intervals": intervals,
                "userid": user_id,
            },
            answers={200: (Adb,)},
            refusals=(ErrorResponse,),
        )

    def list_log_items(
        self,
        *,
        from_log_time: datetime.datetime | None = None,
        to_log_time: datetime.datetime | None = None,
        log_level: Literal["INFO", "WARNING", "ERROR"] | None = None,
        source: Literal["API", "BATCH", "IMPORT", "SYSTEM"] | None = None,
        entity_type: Literal["CUSTOMER", "DOCUMENT", "AR-ITEM", "GL-CASE", "BATCH", "FILE", "RESERVATION", "ACTION"]
        | None = None,
        entity_id: str | None = None,
        customer_no: str | None = None,
        request_id: str | None = None,
        log_user_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Call[LogItems]:
        """GET a list of log items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/logitems",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            query={
                "fromlogtime": from_log_time,
                "tologtime": to_log_time,
                "loglevel": log_level,
                "source": source,
                "entitytype": entity_type,
                "entityid": entity_id,
                "customerno": customer_no,
                "requestid": request_id,
                "loguserid": log_user_id,
                "maximumcount": maximum_count,
                "pagesize": page_size,
                "pageno": page_no,
                "query": query,
                "userid": user_id,
            },
            answers={200: (LogItems,)},
            refusals=(ErrorResponse,),
        )

    def get_log_item(self, log_item_id: UUID, *, user_id: str | None = None) -> Call[LogItem]:
        """GET one log item.

        Can be refused with ARM-1301, ARM-1302.
        """
        return Call(
            method="GET",
            path="/arm/v1/clients/{clientno}/logitems/{logitemid}",
            resource=RESOURCE,
            path_values={"clientno": self.client_no, "logitemid": log_item_id},
            query={"userid": user_id},
            answers={200: (LogItem,)},
            refusals=(ErrorResponse,),
        )

    def create_payment_reservation(
        self, *, metadata: Metadata, payment_reservation: ReservationInput, idempotency_key: str | None = None
    ) -> Call[Reserved]:
        """POST (create) a new payment reservation. Reserves the open amount of an item, or of a customer's account,
        for a payment that was initiated elsewhere: nothing that is reserved is reminded of. The `payment`
        posted with the same `paymentId` releases it; otherwise it ends after `validUntil`. The balance does
        not change.

        Can be refused with ARM-1301, ARM-1302, ARM-2001, ARM-2002, ARM-2003, ARM-2004, ARM-2005, ARM-2008,
        ARM-2009, ARM-2010, ARM-2012, ARM-2015, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2008,
        ARM-2009, ARM-2010, ARM-2012, ARM-2015.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/paymentreservations",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "paymentReservation": payment_reservation},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={201: (Reserved,)},
            refusals=(ErrorResponse,),
        )

    def create_action_report(
        self, *, metadata: Metadata, report: Report, idempotency_key: str | None = None
    ) -> Call[ReportAccepted]:
        """POST (create) a reports action/generate a report. The report is made as a batch of one element; the finished
        batch has the `fileUuid`. `LEDGER-PERIOD` gives the period its report number, the one that it has
        when it is made again.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2006, ARM-2010, ARM-2013.
        """
        return Call(
            method="POST",
            path="/arm/v1/clients/{clientno}/actions/reports",
            resource=RESOURCE,
            path_values={"clientno": self.client_no},
            body={"metadata": metadata, "report": report},
            idempotency_key=idempotency_key,
            takes_key=True,
            answers={202: (ReportAccepted,)},
            refusals=(ErrorResponse,),
        )


class Arm:
    """Accounts receivable (ARM) of one client, over a connection."""

    def __init__(self, connection: Connection, client_no: int) -> None:
        self.connection = connection
        self.calls = ArmCalls(client_no)

    def get_health(self) -> Health:
        """Check API health. No bearer token is needed: Liveness and readiness are asked by machines that have no
        token.
        """
        return self.connection.call(self.calls.get_health())

    def create_action(
        self, *, metadata: Metadata, action: ActionInput, idempotency_key: str | None = None
    ) -> ActionAnswer:
        """POST (create) an action. Each type takes the fields of its own. `REGISTERED`: it is done by the next nightly
        run, or on its `fromDate`. The same action again, known by its `actionId`, is answered as it stands
        and done once.

        Can be refused with ARM-1301, ARM-1302, ARM-2005, ARM-2002, ARM-2001, ARM-2003, ARM-2005, ARM-2006,
        ARM-2008, ARM-2010, ARM-2012, ARM-2013, ARM-2015.
        """
        return self.connection.call(
            self.calls.create_action(metadata=metadata, action=action, idempotency_key=idempotency_key)
        )

    def list_ar_items(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        kid: str | None = None,
        external_id1: str | None = None,
        voucher_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        voucher_type: Sequence[int] | None = None,
        currency: str | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        status: Literal["open", "closed", "all"] | None = None,
        reserved_status: Literal["none", "PARTLY-RESERVED", "RESERVED"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        from_changed_time: datetime.datetime | None = None,
        ledger_period_report_no: int | None = None,
        expand: Sequence[Literal["customer", "document", "matches", "reservations", "followup", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> ArItems:
        """GET a list of AR items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return self.connection.call(
            self.calls.list_ar_items(
                customer_no=customer_no,
                account_no=account_no,
                reference_no=reference_no,
                document_no=document_no,
                kid=kid,
                external_id1=external_id1,
                voucher_no=voucher_no,
                gl_case_no=gl_case_no,
                gl_lot_no=gl_lot_no,
                voucher_type=voucher_type,
                currency=currency,
                from_voucher_date=from_voucher_date,
                to_voucher_date=to_voucher_date,
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                gl_year=gl_year,
                gl_period=gl_period,
                status=status,
                reserved_status=reserved_status,
                from_due_date=from_due_date,
                to_due_date=to_due_date,
                from_changed_time=from_changed_time,
                ledger_period_report_no=ledger_period_report_no,
                expand=expand,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    def each_ar_item(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        kid: str | None = None,
        external_id1: str | None = None,
        voucher_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        voucher_type: Sequence[int] | None = None,
        currency: str | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        status: Literal["open", "closed", "all"] | None = None,
        reserved_status: Literal["none", "PARTLY-RESERVED", "RESERVED"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        from_changed_time: datetime.datetime | None = None,
        ledger_period_report_no: int | None = None,
        expand: Sequence[Literal["customer", "document", "matches", "reservations", "followup", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> Iterator[ArItem]:
        """Every element of `list_ar_items`, page after page of a result that the first page fixes."""
        first = self.calls.list_ar_items(
            customer_no=customer_no,
            account_no=account_no,
            reference_no=reference_no,
            document_no=document_no,
            kid=kid,
            external_id1=external_id1,
            voucher_no=voucher_no,
            gl_case_no=gl_case_no,
            gl_lot_no=gl_lot_no,
            voucher_type=voucher_type,
            currency=currency,
            from_voucher_date=from_voucher_date,
            to_voucher_date=to_voucher_date,
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            gl_year=gl_year,
            gl_period=gl_period,
            status=status,
            reserved_status=reserved_status,
            from_due_date=from_due_date,
            to_due_date=to_due_date,
            from_changed_time=from_changed_time,
            ledger_period_report_no=ledger_period_report_no,
            expand=expand,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_ar_items(query=query, page_no=page_no)
        ):
            for element in page.ar_items:
                yield element

    def update_ar_item(
        self, *, metadata: Metadata, ar_item: ItemChanges, idempotency_key: str | None = None
    ) -> ItemUpdated:
        """PUT (update) AR item details. The item is addressed in the body. Missing and null fields stay as they are.
        With `creditNote` the item's document is credited in the same transaction.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2004, ARM-2006, ARM-2008, ARM-2009,
        ARM-2010, ARM-2012, ARM-2013.
        """
        return self.connection.call(
            self.calls.update_ar_item(metadata=metadata, ar_item=ar_item, idempotency_key=idempotency_key)
        )

    def get_ar_item(
        self,
        ar_item_id: str,
        *,
        expand: Sequence[Literal["customer", "document", "matches", "reservations", "followup", "all"]] | None = None,
        user_id: str | None = None,
    ) -> ArItem:
        """GET one AR item.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_ar_item(ar_item_id, expand=expand, user_id=user_id))

    def create_auto_postings(
        self,
        auto_posting_method: str,
        *,
        metadata: Metadata,
        auto_postings: Sequence[PostingInput],
        idempotency_key: str | None = None,
    ) -> AutoPostings:
        """POST (create) one or more auto postings. All postings of a call, or none. Each method takes the fields of
        its own.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2006,
        ARM-2008, ARM-2009, ARM-2010, ARM-2011, ARM-2012, ARM-2013, ARM-2015.
        """
        return self.connection.call(
            self.calls.create_auto_postings(
                auto_posting_method, metadata=metadata, auto_postings=auto_postings, idempotency_key=idempotency_key
            )
        )

    def get_batch(self, batch_uuid: UUID, *, user_id: str | None = None) -> Batch:
        """GET one batch. Needs the scope of the call that made the batch. 206 and 406 are results, not refusals.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_batch(batch_uuid, user_id=user_id))

    def get_client_configs(
        self, *, prefix: str | None = None, valid_on: datetime.date | str | None = None, user_id: str | None = None
    ) -> ClientConfigs:
        """GET a list of client config values. All keys in one answer, sorted. A key without a stored value is shown
        with its default.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_client_configs(prefix=prefix, valid_on=valid_on, user_id=user_id))

    def get_client_config(
        self, config_key: str, *, valid_on: datetime.date | str | None = None, user_id: str | None = None
    ) -> OneClientConfig:
        """GET values for one client config key.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_client_config(config_key, valid_on=valid_on, user_id=user_id))

    def get_codes(
        self,
        *,
        code_type: Sequence[
            Literal[
                "voucherType",
                "reservedStatus",
                "batchStatus",
                "documentType",
                "lineType",
                "distributionType",
                "einvoiceCode",
                "customerCategory",
                "priceNetOrGross",
                "activeStatusWeb",
                "registrationStatusCode",
                "resultType",
                "postalReturnStatus",
                "paymentMethod",
                "actionType",
                "reasonCode",
                "reportType",
                "fileType",
                "autoPostingMethod",
                "bundleStatus",
                "documentStatus",
            ]
        ]
        | None = None,
        code: str | None = None,
        active: Literal["true", "all"] | None = None,
        user_id: str | None = None,
    ) -> Codes:
        """GET ARM system code values. Codes are texts, also where they are numbers. All of them are active."""
        return self.connection.call(
            self.calls.get_codes(code_type=code_type, code=code, active=active, user_id=user_id)
        )

    def create_customer(
        self, *, metadata: Metadata, customer: CustomerInput, idempotency_key: str | None = None
    ) -> CustomerWritten:
        """POST (create) one customer. If `customerNo` already exists the call updates it exactly like PUT.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2009, ARM-2010.
        """
        return self.connection.call(
            self.calls.create_customer(metadata=metadata, customer=customer, idempotency_key=idempotency_key)
        )

    def update_customer(
        self, *, metadata: Metadata, customer: CustomerInput, idempotency_key: str | None = None
    ) -> CustomerWritten:
        """PUT (update) one customer. A field that is missing or null stays as it is. If one field of `postalAddress`
        is given, all of them are replaced, and those not given become blank.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2009, ARM-2010.
        """
        return self.connection.call(
            self.calls.update_customer(metadata=metadata, customer=customer, idempotency_key=idempotency_key)
        )

    def list_customers(
        self,
        *,
        customer_no: Sequence[str] | None = None,
        account_no: Sequence[int] | None = None,
        name: str | None = None,
        from_changed_time: datetime.datetime | None = None,
        ssn: str | None = None,
        organization_no: str | None = None,
        phone_no: str | None = None,
        email_address: str | None = None,
        postal_code: str | None = None,
        customer_category: Literal["CONS", "COMP", "PUBL", "ORG"] | None = None,
        customer_group_code: str | None = None,
        active_status_web: Literal["Passive", "Active", "Blocked"] | None = None,
        has_balance: bool | None = None,
        expand: Sequence[Literal["balance", "aritems", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Customers:
        """GET a list of customers.

        Can be refused with ARM-1301, ARM-1303.
        """
        return self.connection.call(
            self.calls.list_customers(
                customer_no=customer_no,
                account_no=account_no,
                name=name,
                from_changed_time=from_changed_time,
                ssn=ssn,
                organization_no=organization_no,
                phone_no=phone_no,
                email_address=email_address,
                postal_code=postal_code,
                customer_category=customer_category,
                customer_group_code=customer_group_code,
                active_status_web=active_status_web,
                has_balance=has_balance,
                expand=expand,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    def each_customer(
        self,
        *,
        customer_no: Sequence[str] | None = None,
        account_no: Sequence[int] | None = None,
        name: str | None = None,
        from_changed_time: datetime.datetime | None = None,
        ssn: str | None = None,
        organization_no: str | None = None,
        phone_no: str | None = None,
        email_address: str | None = None,
        postal_code: str | None = None,
        customer_category: Literal["CONS", "COMP", "PUBL", "ORG"] | None = None,
        customer_group_code: str | None = None,
        active_status_web: Literal["Passive", "Active", "Blocked"] | None = None,
        has_balance: bool | None = None,
        expand: Sequence[Literal["balance", "aritems", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> Iterator[Customer]:
        """Every element of `list_customers`, page after page of a result that the first page fixes."""
        first = self.calls.list_customers(
            customer_no=customer_no,
            account_no=account_no,
            name=name,
            from_changed_time=from_changed_time,
            ssn=ssn,
            organization_no=organization_no,
            phone_no=phone_no,
            email_address=email_address,
            postal_code=postal_code,
            customer_category=customer_category,
            customer_group_code=customer_group_code,
            active_status_web=active_status_web,
            has_balance=has_balance,
            expand=expand,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_customers(query=query, page_no=page_no)
        ):
            for element in page.customers:
                yield element

    def get_customer(
        self,
        customer_no: str,
        *,
        expand: Sequence[Literal["balance", "aritems", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Customer:
        """GET one customer.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_customer(customer_no, expand=expand, user_id=user_id))

    def delete_customer(self, customer_no: str, *, user_id: str | None = None) -> CustomerDeleted:
        """DELETE a customer. Only a customer without documents, AR items and active payment reservations. Its account
        number is never given again.

        Can be refused with ARM-1301, ARM-1302, ARM-2007, ARM-2013.
        """
        return self.connection.call(self.calls.delete_customer(customer_no, user_id=user_id))

    def create_customer_batch(
        self, *, metadata: Metadata, customers: Sequence[CustomerInput], idempotency_key: str | None = None
    ) -> BatchAccepted:
        """POST (create) a batch of customers. Existing customers are updated. A number that stands twice is written
        twice, in order.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return self.connection.call(
            self.calls.create_customer_batch(metadata=metadata, customers=customers, idempotency_key=idempotency_key)
        )

    def update_customer_batch(
        self, *, metadata: Metadata, customers: Sequence[CustomerInput], idempotency_key: str | None = None
    ) -> BatchAccepted:
        """PUT (update) a batch of customers. A number that no customer has fails its element alone.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return self.connection.call(
            self.calls.update_customer_batch(metadata=metadata, customers=customers, idempotency_key=idempotency_key)
        )

    def create_document(
        self, *, metadata: Metadata, document: DocumentInput, idempotency_key: str | None = None
    ) -> DocumentWritten:
        """POST (create) one document.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2006,
        ARM-2009, ARM-2010, ARM-2011, ARM-2012.
        """
        return self.connection.call(
            self.calls.create_document(metadata=metadata, document=document, idempotency_key=idempotency_key)
        )

    def list_documents(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        document_no: Sequence[str] | None = None,
        document_uuid: UUID | None = None,
        kid: str | None = None,
        reference_no: int | None = None,
        document_bundle_id: str | None = None,
        sales_order_id: str | None = None,
        purchase_order_id: str | None = None,
        sub_customer_no: str | None = None,
        external_id1: str | None = None,
        document_type: Sequence[Literal["IN", "CN", "RN", "RM", "DN", "ST"]] | None = None,
        from_document_date: datetime.date | None = None,
        to_document_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        distribution_type: Literal["M", "H", "P", "S", "D", "N"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        document_status: Literal["POSTED", "PRODUCED", "DISTRIBUTED", "DISTRIBUTION-FAILED"] | None = None,
        expand: Sequence[Literal["documentlines", "aritem", "customer", "distribution", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Documents:
        """GET a list of documents.

        Can be refused with ARM-1301, ARM-1303.
        """
        return self.connection.call(
            self.calls.list_documents(
                customer_no=customer_no,
                account_no=account_no,
                document_no=document_no,
                document_uuid=document_uuid,
                kid=kid,
                reference_no=reference_no,
                document_bundle_id=document_bundle_id,
                sales_order_id=sales_order_id,
                purchase_order_id=purchase_order_id,
                sub_customer_no=sub_customer_no,
                external_id1=external_id1,
                document_type=document_type,
                from_document_date=from_document_date,
                to_document_date=to_document_date,
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                distribution_type=distribution_type,
                from_due_date=from_due_date,
                to_due_date=to_due_date,
                document_status=document_status,
                expand=expand,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    def each_document(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        document_no: Sequence[str] | None = None,
        document_uuid: UUID | None = None,
        kid: str | None = None,
        reference_no: int | None = None,
        document_bundle_id: str | None = None,
        sales_order_id: str | None = None,
        purchase_order_id: str | None = None,
        sub_customer_no: str | None = None,
        external_id1: str | None = None,
        document_type: Sequence[Literal["IN", "CN", "RN", "RM", "DN", "ST"]] | None = None,
        from_document_date: datetime.date | None = None,
        to_document_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        distribution_type: Literal["M", "H", "P", "S", "D", "N"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        document_status: Literal["POSTED", "PRODUCED", "DISTRIBUTED", "DISTRIBUTION-FAILED"] | None = None,
        expand: Sequence[Literal["documentlines", "aritem", "customer", "distribution", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> Iterator[Document]:
        """Every element of `list_documents`, page after page of a result that the first page fixes."""
        first = self.calls.list_documents(
            customer_no=customer_no,
            account_no=account_no,
            document_no=document_no,
            document_uuid=document_uuid,
            kid=kid,
            reference_no=reference_no,
            document_bundle_id=document_bundle_id,
            sales_order_id=sales_order_id,
            purchase_order_id=purchase_order_id,
            sub_customer_no=sub_customer_no,
            external_id1=external_id1,
            document_type=document_type,
            from_document_date=from_document_date,
            to_document_date=to_document_date,
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            distribution_type=distribution_type,
            from_due_date=from_due_date,
            to_due_date=to_due_date,
            document_status=document_status,
            expand=expand,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_documents(query=query, page_no=page_no)
        ):
            for element in page.documents:
                yield element

    def create_document_batch(
        self, *, metadata: Metadata, documents: Sequence[DocumentInput], idempotency_key: str | None = None
    ) -> BatchAccepted:
        """POST (create) a batch of documents.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return self.connection.call(
            self.calls.create_document_batch(metadata=metadata, documents=documents, idempotency_key=idempotency_key)
        )

    def get_document(
        self,
        document_no: str,
        *,
        expand: Sequence[Literal["documentlines", "aritem", "customer", "distribution", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Document:
        """GET one document.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_document(document_no, expand=expand, user_id=user_id))

    def list_document_bundles(
        self,
        *,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        bundle_status: Literal["OPEN", "PRODUCED", "DISTRIBUTED", "PARTLY-DISTRIBUTED"] | None = None,
        document_type: Literal["IN", "CN", "RN", "RM", "DN", "ST"] | None = None,
        batch_uuid: UUID | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Bundles:
        """GET a list of document bundles.

        Can be refused with ARM-1301, ARM-1303.
        """
        return self.connection.call(
            self.calls.list_document_bundles(
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                bundle_status=bundle_status,
                document_type=document_type,
                batch_uuid=batch_uuid,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    def each_document_bundle(
        self,
        *,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        bundle_status: Literal["OPEN", "PRODUCED", "DISTRIBUTED", "PARTLY-DISTRIBUTED"] | None = None,
        document_type: Literal["IN", "CN", "RN", "RM", "DN", "ST"] | None = None,
        batch_uuid: UUID | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> Iterator[Bundle]:
        """Every element of `list_document_bundles`, page after page of a result that the first page fixes."""
        first = self.calls.list_document_bundles(
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            bundle_status=bundle_status,
            document_type=document_type,
            batch_uuid=batch_uuid,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_document_bundles(query=query, page_no=page_no)
        ):
            for element in page.document_bundles:
                yield element

    def get_document_bundle(
        self,
        document_bundle_id: str,
        *,
        expand: Sequence[Literal["documents", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Bundle:
        """GET one document bundle.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_document_bundle(document_bundle_id, expand=expand, user_id=user_id))

    def upload_files(
        self, *, metadata: Metadata, files: Sequence[UploadInput], idempotency_key: str | None = None
    ) -> Uploaded:
        """POST (upload) one or more OS files. Files are independent of each other. A file that was uploaded before is
        answered with its id.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2014, ARM-1203, ARM-1302, ARM-1000,
        ARM-1002, ARM-1003, ARM-1007.
        """
        return self.connection.call(
            self.calls.upload_files(metadata=metadata, files=files, idempotency_key=idempotency_key)
        )

    def list_files(
        self,
        *,
        file_uuid: Sequence[UUID] | None = None,
        file_type: Literal[
            "ATTACHMENT",
            "CUSTOMER-IMPORT",
            "DOCUMENT-IMPORT",
            "OCR",
            "CAMT054",
            "CAMT053",
            "PAIN002",
            "AVTALEGIRO-MANDATES",
            "BGMAX",
            "AUTOGIRO",
            "BS602",
            "BS603",
            "DOCUMENT-PDF",
            "DOCUMENT-UBL",
            "REPORT",
            "LEDGER-PERIOD-REPORT",
            "GL-EXPORT",
            "IMPORT-RECEIPT",
            "PAIN001",
            "AVTALEGIRO-CLAIMS",
            "AUTOGIRO-OUT",
            "BS601",
        ]
        | None = None,
        file_name: str | None = None,
        direction: Literal["IN", "OUT"] | None = None,
        file_status: Literal["STORED", "PROCESSING", "PROCESSED", "FAILED"] | None = None,
        document_no: str | None = None,
        customer_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        include_content: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Files:
        """GET one or more OS files.

        Can be refused with ARM-1301, ARM-1303.
        """
        return self.connection.call(
            self.calls.list_files(
                file_uuid=file_uuid,
                file_type=file_type,
                file_name=file_name,
                direction=direction,
                file_status=file_status,
                document_no=document_no,
                customer_no=customer_no,
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                include_content=include_content,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    def each_file(
        self,
        *,
        file_uuid: Sequence[UUID] | None = None,
        file_type: Literal[
            "ATTACHMENT",
            "CUSTOMER-IMPORT",
            "DOCUMENT-IMPORT",
            "OCR",
            "CAMT054",
            "CAMT053",
            "PAIN002",
            "AVTALEGIRO-MANDATES",
            "BGMAX",
            "AUTOGIRO",
            "BS602",
            "BS603",
            "DOCUMENT-PDF",
            "DOCUMENT-UBL",
            "REPORT",
            "LEDGER-PERIOD-REPORT",
            "GL-EXPORT",
            "IMPORT-RECEIPT",
            "PAIN001",
            "AVTALEGIRO-CLAIMS",
            "AUTOGIRO-OUT",
            "BS601",
        ]
        | None = None,
        file_name: str | None = None,
        direction: Literal["IN", "OUT"] | None = None,
        file_status: Literal["STORED", "PROCESSING", "PROCESSED", "FAILED"] | None = None,
        document_no: str | None = None,
        customer_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        include_content: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> Iterator[FileInfo]:
        """Every element of `list_files`, page after page of a result that the first page fixes."""
        first = self.calls.list_files(
            file_uuid=file_uuid,
            file_type=file_type,
            file_name=file_name,
            direction=direction,
            file_status=file_status,
            document_no=document_no,
            customer_no=customer_no,
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            include_content=include_content,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_files(query=query, page_no=page_no)
        ):
            for element in page.files:
                yield element

    def get_file(self, file_uuid: UUID, *, user_id: str | None = None) -> FileInfo:
        """GET one OS file. JSON with the content in base64; the bytes alone for `application/octet-stream` or its own
        type.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_file(file_uuid, user_id=user_id))

    def get_file_bytes(self, file_uuid: UUID, *, user_id: str | None = None) -> bytes:
        """The bytes alone: gET one OS file. JSON with the content in base64; the bytes alone for `application/octet-
        stream` or its own type.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_file_bytes(file_uuid, user_id=user_id))

    def list_gl_items(
        self,
        *,
        gl_account_no: Sequence[int] | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        voucher_type: Sequence[int] | None = None,
        voucher_no: int | None = None,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        ar_item_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> GlItems:
        """GET a list of GL items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return self.connection.call(
            self.calls.list_gl_items(
                gl_account_no=gl_account_no,
                from_gl_account_no=from_gl_account_no,
                to_gl_account_no=to_gl_account_no,
                gl_case_no=gl_case_no,
                gl_lot_no=gl_lot_no,
                gl_year=gl_year,
                gl_period=gl_period,
                from_voucher_date=from_voucher_date,
                to_voucher_date=to_voucher_date,
                voucher_type=voucher_type,
                voucher_no=voucher_no,
                customer_no=customer_no,
                account_no=account_no,
                reference_no=reference_no,
                document_no=document_no,
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                ar_item_id=ar_item_id,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    def each_gl_item(
        self,
        *,
        gl_account_no: Sequence[int] | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        voucher_type: Sequence[int] | None = None,
        voucher_no: int | None = None,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        ar_item_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> Iterator[GlItem]:
        """Every element of `list_gl_items`, page after page of a result that the first page fixes."""
        first = self.calls.list_gl_items(
            gl_account_no=gl_account_no,
            from_gl_account_no=from_gl_account_no,
            to_gl_account_no=to_gl_account_no,
            gl_case_no=gl_case_no,
            gl_lot_no=gl_lot_no,
            gl_year=gl_year,
            gl_period=gl_period,
            from_voucher_date=from_voucher_date,
            to_voucher_date=to_voucher_date,
            voucher_type=voucher_type,
            voucher_no=voucher_no,
            customer_no=customer_no,
            account_no=account_no,
            reference_no=reference_no,
            document_no=document_no,
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            ar_item_id=ar_item_id,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_gl_items(query=query, page_no=page_no)
        ):
            for element in page.gl_items:
                yield element

    def get_gl_item(self, gl_item_id: str) -> GlItem:
        """GET one GL item. Takes no query parameters.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_gl_item(gl_item_id))

    def get_gl_movement_latest(self, *, gl_account_no: str | None = None, user_id: str | None = None) -> Latest:
        """Get movement/balance for the latest closed GL year/period.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_gl_movement_latest(gl_account_no=gl_account_no, user_id=user_id))

    def list_gl_movements(
        self,
        *,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_gl_year: int | None = None,
        from_gl_period: int | None = None,
        to_gl_year: int | None = None,
        to_gl_period: int | None = None,
        gl_account_no: str | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        closed: Literal["true", "false", "all"] | None = None,
        includezero: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> GlMovements:
        """GET a list of GL movements/balances. Closed periods are frozen; open ones are computed at the moment of the
        call. Accounts below 3000 carry their balance into the next year, the others start each year at 0.

        Can be refused with ARM-1301, ARM-1303.
        """
        return self.connection.call(
            self.calls.list_gl_movements(
                gl_year=gl_year,
                gl_period=gl_period,
                from_gl_year=from_gl_year,
                from_gl_period=from_gl_period,
                to_gl_year=to_gl_year,
                to_gl_period=to_gl_period,
                gl_account_no=gl_account_no,
                from_gl_account_no=from_gl_account_no,
                to_gl_account_no=to_gl_account_no,
                closed=closed,
                includezero=includezero,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    def each_gl_movement(
        self,
        *,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_gl_year: int | None = None,
        from_gl_period: int | None = None,
        to_gl_year: int | None = None,
        to_gl_period: int | None = None,
        gl_account_no: str | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        closed: Literal["true", "false", "all"] | None = None,
        includezero: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> Iterator[GlMovement]:
        """Every element of `list_gl_movements`, page after page of a result that the first page fixes."""
        first = self.calls.list_gl_movements(
            gl_year=gl_year,
            gl_period=gl_period,
            from_gl_year=from_gl_year,
            from_gl_period=from_gl_period,
            to_gl_year=to_gl_year,
            to_gl_period=to_gl_period,
            gl_account_no=gl_account_no,
            from_gl_account_no=from_gl_account_no,
            to_gl_account_no=to_gl_account_no,
            closed=closed,
            includezero=includezero,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_gl_movements(query=query, page_no=page_no)
        ):
            for element in page.gl_movements:
                yield element

    def get_insight_adb_intervals(
        self,
        *,
        as_of_date: datetime.date | None = None,
        customer_no: str | None = None,
        customer_category: Literal["CONS", "COMP", "PUBL", "ORG"] | None = None,
        customer_group_code: str | None = None,
        currency: str | None = None,
        intervals: str | None = None,
        user_id: str | None = None,
    ) -> Adb:
        """GET a list of ADB intervals. The balance of open items by days overdue. Items and matches with a later
        voucher date than `asofdate` are left out; the due date is the present one. A credit lessens the
        interval of its own due date.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(
            self.calls.get_insight_adb_intervals(
                as_of_date=as_of_date,
                customer_no=customer_no,
                customer_category=customer_category,
                customer_group_code=customer_group_code,
                currency=currency,
                intervals=intervals,
                user_id=user_id,
            )
        )

    def list_log_items(
        self,
        *,
        from_log_time: datetime.datetime | None = None,
        to_log_time: datetime.datetime | None = None,
        log_level: Literal["INFO", "WARNING", "ERROR"] | None = None,
        source: Literal["API", "BATCH", "IMPORT", "SYSTEM"] | None = None,
        entity_type: Literal["CUSTOMER", "DOCUMENT", "AR-ITEM", "GL-CASE", "BATCH", "FILE", "RESERVATION", "ACTION"]
        | None = None,
        entity_id: str | None = None,
        customer_no: str | None = None,
        request_id: str | None = None,
        log_user_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> LogItems:
        """GET a list of log items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return self.connection.call(
            self.calls.list_log_items(
                from_log_time=from_log_time,
                to_log_time=to_log_time,
                log_level=log_level,
                source=source,
                entity_type=entity_type,
                entity_id=entity_id,
                customer_no=customer_no,
                request_id=request_id,
                log_user_id=log_user_id,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    def each_log_item(
        self,
        *,
        from_log_time: datetime.datetime | None = None,
        to_log_time: datetime.datetime | None = None,
        log_level: Literal["INFO", "WARNING", "ERROR"] | None = None,
        source: Literal["API", "BATCH", "IMPORT", "SYSTEM"] | None = None,
        entity_type: Literal["CUSTOMER", "DOCUMENT", "AR-ITEM", "GL-CASE", "BATCH", "FILE", "RESERVATION", "ACTION"]
        | None = None,
        entity_id: str | None = None,
        customer_no: str | None = None,
        request_id: str | None = None,
        log_user_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> Iterator[LogItem]:
        """Every element of `list_log_items`, page after page of a result that the first page fixes."""
        first = self.calls.list_log_items(
            from_log_time=from_log_time,
            to_log_time=to_log_time,
            log_level=log_level,
            source=source,
            entity_type=entity_type,
            entity_id=entity_id,
            customer_no=customer_no,
            request_id=request_id,
            log_user_id=log_user_id,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_log_items(query=query, page_no=page_no)
        ):
            for element in page.log_items:
                yield element

    def get_log_item(self, log_item_id: UUID, *, user_id: str | None = None) -> LogItem:
        """GET one log item.

        Can be refused with ARM-1301, ARM-1302.
        """
        return self.connection.call(self.calls.get_log_item(log_item_id, user_id=user_id))

    def create_payment_reservation(
        self, *, metadata: Metadata, payment_reservation: ReservationInput, idempotency_key: str | None = None
    ) -> Reserved:
        """POST (create) a new payment reservation. Reserves the open amount of an item, or of a customer's account,
        for a payment that was initiated elsewhere: nothing that is reserved is reminded of. The `payment`
        posted with the same `paymentId` releases it; otherwise it ends after `validUntil`. The balance does
        not change.

        Can be refused with ARM-1301, ARM-1302, ARM-2001, ARM-2002, ARM-2003, ARM-2004, ARM-2005, ARM-2008,
        ARM-2009, ARM-2010, ARM-2012, ARM-2015, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2008,
        ARM-2009, ARM-2010, ARM-2012, ARM-2015.
        """
        return self.connection.call(
            self.calls.create_payment_reservation(
                metadata=metadata, payment_reservation=payment_reservation, idempotency_key=idempotency_key
            )
        )

    def create_action_report(
        self, *, metadata: Metadata, report: Report, idempotency_key: str | None = None
    ) -> ReportAccepted:
        """POST (create) a reports action/generate a report. The report is made as a batch of one element; the finished
        batch has the `fileUuid`. `LEDGER-PERIOD` gives the period its report number, the one that it has
        when it is made again.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2006, ARM-2010, ARM-2013.
        """
        return self.connection.call(
            self.calls.create_action_report(metadata=metadata, report=report, idempotency_key=idempotency_key)
        )


class AsyncArm:
    """Accounts receivable (ARM) of one client, over a connection."""

    def __init__(self, connection: AsyncConnection, client_no: int) -> None:
        self.connection = connection
        self.calls = ArmCalls(client_no)

    async def get_health(self) -> Health:
        """Check API health. No bearer token is needed: Liveness and readiness are asked by machines that have no
        token.
        """
        return await self.connection.call(self.calls.get_health())

    async def create_action(
        self, *, metadata: Metadata, action: ActionInput, idempotency_key: str | None = None
    ) -> ActionAnswer:
        """POST (create) an action. Each type takes the fields of its own. `REGISTERED`: it is done by the next nightly
        run, or on its `fromDate`. The same action again, known by its `actionId`, is answered as it stands
        and done once.

        Can be refused with ARM-1301, ARM-1302, ARM-2005, ARM-2002, ARM-2001, ARM-2003, ARM-2005, ARM-2006,
        ARM-2008, ARM-2010, ARM-2012, ARM-2013, ARM-2015.
        """
        return await self.connection.call(
            self.calls.create_action(metadata=metadata, action=action, idempotency_key=idempotency_key)
        )

    async def list_ar_items(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        kid: str | None = None,
        external_id1: str | None = None,
        voucher_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        voucher_type: Sequence[int] | None = None,
        currency: str | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        status: Literal["open", "closed", "all"] | None = None,
        reserved_status: Literal["none", "PARTLY-RESERVED", "RESERVED"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        from_changed_time: datetime.datetime | None = None,
        ledger_period_report_no: int | None = None,
        expand: Sequence[Literal["customer", "document", "matches", "reservations", "followup", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> ArItems:
        """GET a list of AR items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return await self.connection.call(
            self.calls.list_ar_items(
                customer_no=customer_no,
                account_no=account_no,
                reference_no=reference_no,
                document_no=document_no,
                kid=kid,
                external_id1=external_id1,
                voucher_no=voucher_no,
                gl_case_no=gl_case_no,
                gl_lot_no=gl_lot_no,
                voucher_type=voucher_type,
                currency=currency,
                from_voucher_date=from_voucher_date,
                to_voucher_date=to_voucher_date,
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                gl_year=gl_year,
                gl_period=gl_period,
                status=status,
                reserved_status=reserved_status,
                from_due_date=from_due_date,
                to_due_date=to_due_date,
                from_changed_time=from_changed_time,
                ledger_period_report_no=ledger_period_report_no,
                expand=expand,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    async def each_ar_item(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        kid: str | None = None,
        external_id1: str | None = None,
        voucher_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        voucher_type: Sequence[int] | None = None,
        currency: str | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        status: Literal["open", "closed", "all"] | None = None,
        reserved_status: Literal["none", "PARTLY-RESERVED", "RESERVED"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        from_changed_time: datetime.datetime | None = None,
        ledger_period_report_no: int | None = None,
        expand: Sequence[Literal["customer", "document", "matches", "reservations", "followup", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> AsyncIterator[ArItem]:
        """Every element of `list_ar_items`, page after page of a result that the first page fixes."""
        first = self.calls.list_ar_items(
            customer_no=customer_no,
            account_no=account_no,
            reference_no=reference_no,
            document_no=document_no,
            kid=kid,
            external_id1=external_id1,
            voucher_no=voucher_no,
            gl_case_no=gl_case_no,
            gl_lot_no=gl_lot_no,
            voucher_type=voucher_type,
            currency=currency,
            from_voucher_date=from_voucher_date,
            to_voucher_date=to_voucher_date,
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            gl_year=gl_year,
            gl_period=gl_period,
            status=status,
            reserved_status=reserved_status,
            from_due_date=from_due_date,
            to_due_date=to_due_date,
            from_changed_time=from_changed_time,
            ledger_period_report_no=ledger_period_report_no,
            expand=expand,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        async for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_ar_items(query=query, page_no=page_no)
        ):
            for element in page.ar_items:
                yield element

    async def update_ar_item(
        self, *, metadata: Metadata, ar_item: ItemChanges, idempotency_key: str | None = None
    ) -> ItemUpdated:
        """PUT (update) AR item details. The item is addressed in the body. Missing and null fields stay as they are.
        With `creditNote` the item's document is credited in the same transaction.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2004, ARM-2006, ARM-2008, ARM-2009,
        ARM-2010, ARM-2012, ARM-2013.
        """
        return await self.connection.call(
            self.calls.update_ar_item(metadata=metadata, ar_item=ar_item, idempotency_key=idempotency_key)
        )

    async def get_ar_item(
        self,
        ar_item_id: str,
        *,
        expand: Sequence[Literal["customer", "document", "matches", "reservations", "followup", "all"]] | None = None,
        user_id: str | None = None,
    ) -> ArItem:
        """GET one AR item.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_ar_item(ar_item_id, expand=expand, user_id=user_id))

    async def create_auto_postings(
        self,
        auto_posting_method: str,
        *,
        metadata: Metadata,
        auto_postings: Sequence[PostingInput],
        idempotency_key: str | None = None,
    ) -> AutoPostings:
        """POST (create) one or more auto postings. All postings of a call, or none. Each method takes the fields of
        its own.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2006,
        ARM-2008, ARM-2009, ARM-2010, ARM-2011, ARM-2012, ARM-2013, ARM-2015.
        """
        return await self.connection.call(
            self.calls.create_auto_postings(
                auto_posting_method, metadata=metadata, auto_postings=auto_postings, idempotency_key=idempotency_key
            )
        )

    async def get_batch(self, batch_uuid: UUID, *, user_id: str | None = None) -> Batch:
        """GET one batch. Needs the scope of the call that made the batch. 206 and 406 are results, not refusals.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_batch(batch_uuid, user_id=user_id))

    async def get_client_configs(
        self, *, prefix: str | None = None, valid_on: datetime.date | str | None = None, user_id: str | None = None
    ) -> ClientConfigs:
        """GET a list of client config values. All keys in one answer, sorted. A key without a stored value is shown
        with its default.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(
            self.calls.get_client_configs(prefix=prefix, valid_on=valid_on, user_id=user_id)
        )

    async def get_client_config(
        self, config_key: str, *, valid_on: datetime.date | str | None = None, user_id: str | None = None
    ) -> OneClientConfig:
        """GET values for one client config key.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_client_config(config_key, valid_on=valid_on, user_id=user_id))

    async def get_codes(
        self,
        *,
        code_type: Sequence[
            Literal[
                "voucherType",
                "reservedStatus",
                "batchStatus",
                "documentType",
                "lineType",
                "distributionType",
                "einvoiceCode",
                "customerCategory",
                "priceNetOrGross",
                "activeStatusWeb",
                "registrationStatusCode",
                "resultType",
                "postalReturnStatus",
                "paymentMethod",
                "actionType",
                "reasonCode",
                "reportType",
                "fileType",
                "autoPostingMethod",
                "bundleStatus",
                "documentStatus",
            ]
        ]
        | None = None,
        code: str | None = None,
        active: Literal["true", "all"] | None = None,
        user_id: str | None = None,
    ) -> Codes:
        """GET ARM system code values. Codes are texts, also where they are numbers. All of them are active."""
        return await self.connection.call(
            self.calls.get_codes(code_type=code_type, code=code, active=active, user_id=user_id)
        )

    async def create_customer(
        self, *, metadata: Metadata, customer: CustomerInput, idempotency_key: str | None = None
    ) -> CustomerWritten:
        """POST (create) one customer. If `customerNo` already exists the call updates it exactly like PUT.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2009, ARM-2010.
        """
        return await self.connection.call(
            self.calls.create_customer(metadata=metadata, customer=customer, idempotency_key=idempotency_key)
        )

    async def update_customer(
        self, *, metadata: Metadata, customer: CustomerInput, idempotency_key: str | None = None
    ) -> CustomerWritten:
        """PUT (update) one customer. A field that is missing or null stays as it is. If one field of `postalAddress`
        is given, all of them are replaced, and those not given become blank.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2009, ARM-2010.
        """
        return await self.connection.call(
            self.calls.update_customer(metadata=metadata, customer=customer, idempotency_key=idempotency_key)
        )

    async def list_customers(
        self,
        *,
        customer_no: Sequence[str] | None = None,
        account_no: Sequence[int] | None = None,
        name: str | None = None,
        from_changed_time: datetime.datetime | None = None,
        ssn: str | None = None,
        organization_no: str | None = None,
        phone_no: str | None = None,
        email_address: str | None = None,
        postal_code: str | None = None,
        customer_category: Literal["CONS", "COMP", "PUBL", "ORG"] | None = None,
        customer_group_code: str | None = None,
        active_status_web: Literal["Passive", "Active", "Blocked"] | None = None,
        has_balance: bool | None = None,
        expand: Sequence[Literal["balance", "aritems", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Customers:
        """GET a list of customers.

        Can be refused with ARM-1301, ARM-1303.
        """
        return await self.connection.call(
            self.calls.list_customers(
                customer_no=customer_no,
                account_no=account_no,
                name=name,
                from_changed_time=from_changed_time,
                ssn=ssn,
                organization_no=organization_no,
                phone_no=phone_no,
                email_address=email_address,
                postal_code=postal_code,
                customer_category=customer_category,
                customer_group_code=customer_group_code,
                active_status_web=active_status_web,
                has_balance=has_balance,
                expand=expand,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    async def each_customer(
        self,
        *,
        customer_no: Sequence[str] | None = None,
        account_no: Sequence[int] | None = None,
        name: str | None = None,
        from_changed_time: datetime.datetime | None = None,
        ssn: str | None = None,
        organization_no: str | None = None,
        phone_no: str | None = None,
        email_address: str | None = None,
        postal_code: str | None = None,
        customer_category: Literal["CONS", "COMP", "PUBL", "ORG"] | None = None,
        customer_group_code: str | None = None,
        active_status_web: Literal["Passive", "Active", "Blocked"] | None = None,
        has_balance: bool | None = None,
        expand: Sequence[Literal["balance", "aritems", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> AsyncIterator[Customer]:
        """Every element of `list_customers`, page after page of a result that the first page fixes."""
        first = self.calls.list_customers(
            customer_no=customer_no,
            account_no=account_no,
            name=name,
            from_changed_time=from_changed_time,
            ssn=ssn,
            organization_no=organization_no,
            phone_no=phone_no,
            email_address=email_address,
            postal_code=postal_code,
            customer_category=customer_category,
            customer_group_code=customer_group_code,
            active_status_web=active_status_web,
            has_balance=has_balance,
            expand=expand,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        async for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_customers(query=query, page_no=page_no)
        ):
            for element in page.customers:
                yield element

    async def get_customer(
        self,
        customer_no: str,
        *,
        expand: Sequence[Literal["balance", "aritems", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Customer:
        """GET one customer.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_customer(customer_no, expand=expand, user_id=user_id))

    async def delete_customer(self, customer_no: str, *, user_id: str | None = None) -> CustomerDeleted:
        """DELETE a customer. Only a customer without documents, AR items and active payment reservations. Its account
        number is never given again.

        Can be refused with ARM-1301, ARM-1302, ARM-2007, ARM-2013.
        """
        return await self.connection.call(self.calls.delete_customer(customer_no, user_id=user_id))

    async def create_customer_batch(
        self, *, metadata: Metadata, customers: Sequence[CustomerInput], idempotency_key: str | None = None
    ) -> BatchAccepted:
        """POST (create) a batch of customers. Existing customers are updated. A number that stands twice is written
        twice, in order.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return await self.connection.call(
            self.calls.create_customer_batch(metadata=metadata, customers=customers, idempotency_key=idempotency_key)
        )

    async def update_customer_batch(
        self, *, metadata: Metadata, customers: Sequence[CustomerInput], idempotency_key: str | None = None
    ) -> BatchAccepted:
        """PUT (update) a batch of customers. A number that no customer has fails its element alone.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return await self.connection.call(
            self.calls.update_customer_batch(metadata=metadata, customers=customers, idempotency_key=idempotency_key)
        )

    async def create_document(
        self, *, metadata: Metadata, document: DocumentInput, idempotency_key: str | None = None
    ) -> DocumentWritten:
        """POST (create) one document.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2006,
        ARM-2009, ARM-2010, ARM-2011, ARM-2012.
        """
        return await self.connection.call(
            self.calls.create_document(metadata=metadata, document=document, idempotency_key=idempotency_key)
        )

    async def list_documents(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        document_no: Sequence[str] | None = None,
        document_uuid: UUID | None = None,
        kid: str | None = None,
        reference_no: int | None = None,
        document_bundle_id: str | None = None,
        sales_order_id: str | None = None,
        purchase_order_id: str | None = None,
        sub_customer_no: str | None = None,
        external_id1: str | None = None,
        document_type: Sequence[Literal["IN", "CN", "RN", "RM", "DN", "ST"]] | None = None,
        from_document_date: datetime.date | None = None,
        to_document_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        distribution_type: Literal["M", "H", "P", "S", "D", "N"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        document_status: Literal["POSTED", "PRODUCED", "DISTRIBUTED", "DISTRIBUTION-FAILED"] | None = None,
        expand: Sequence[Literal["documentlines", "aritem", "customer", "distribution", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Documents:
        """GET a list of documents.

        Can be refused with ARM-1301, ARM-1303.
        """
        return await self.connection.call(
            self.calls.list_documents(
                customer_no=customer_no,
                account_no=account_no,
                document_no=document_no,
                document_uuid=document_uuid,
                kid=kid,
                reference_no=reference_no,
                document_bundle_id=document_bundle_id,
                sales_order_id=sales_order_id,
                purchase_order_id=purchase_order_id,
                sub_customer_no=sub_customer_no,
                external_id1=external_id1,
                document_type=document_type,
                from_document_date=from_document_date,
                to_document_date=to_document_date,
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                distribution_type=distribution_type,
                from_due_date=from_due_date,
                to_due_date=to_due_date,
                document_status=document_status,
                expand=expand,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    async def each_document(
        self,
        *,
        customer_no: str | None = None,
        account_no: int | None = None,
        document_no: Sequence[str] | None = None,
        document_uuid: UUID | None = None,
        kid: str | None = None,
        reference_no: int | None = None,
        document_bundle_id: str | None = None,
        sales_order_id: str | None = None,
        purchase_order_id: str | None = None,
        sub_customer_no: str | None = None,
        external_id1: str | None = None,
        document_type: Sequence[Literal["IN", "CN", "RN", "RM", "DN", "ST"]] | None = None,
        from_document_date: datetime.date | None = None,
        to_document_date: datetime.date | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        distribution_type: Literal["M", "H", "P", "S", "D", "N"] | None = None,
        from_due_date: datetime.date | None = None,
        to_due_date: datetime.date | None = None,
        document_status: Literal["POSTED", "PRODUCED", "DISTRIBUTED", "DISTRIBUTION-FAILED"] | None = None,
        expand: Sequence[Literal["documentlines", "aritem", "customer", "distribution", "all"]] | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> AsyncIterator[Document]:
        """Every element of `list_documents`, page after page of a result that the first page fixes."""
        first = self.calls.list_documents(
            customer_no=customer_no,
            account_no=account_no,
            document_no=document_no,
            document_uuid=document_uuid,
            kid=kid,
            reference_no=reference_no,
            document_bundle_id=document_bundle_id,
            sales_order_id=sales_order_id,
            purchase_order_id=purchase_order_id,
            sub_customer_no=sub_customer_no,
            external_id1=external_id1,
            document_type=document_type,
            from_document_date=from_document_date,
            to_document_date=to_document_date,
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            distribution_type=distribution_type,
            from_due_date=from_due_date,
            to_due_date=to_due_date,
            document_status=document_status,
            expand=expand,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        async for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_documents(query=query, page_no=page_no)
        ):
            for element in page.documents:
                yield element

    async def create_document_batch(
        self, *, metadata: Metadata, documents: Sequence[DocumentInput], idempotency_key: str | None = None
    ) -> BatchAccepted:
        """POST (create) a batch of documents.

        Can be refused with ARM-1301, ARM-1302, ARM-2002.
        """
        return await self.connection.call(
            self.calls.create_document_batch(metadata=metadata, documents=documents, idempotency_key=idempotency_key)
        )

    async def get_document(
        self,
        document_no: str,
        *,
        expand: Sequence[Literal["documentlines", "aritem", "customer", "distribution", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Document:
        """GET one document.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_document(document_no, expand=expand, user_id=user_id))

    async def list_document_bundles(
        self,
        *,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        bundle_status: Literal["OPEN", "PRODUCED", "DISTRIBUTED", "PARTLY-DISTRIBUTED"] | None = None,
        document_type: Literal["IN", "CN", "RN", "RM", "DN", "ST"] | None = None,
        batch_uuid: UUID | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Bundles:
        """GET a list of document bundles.

        Can be refused with ARM-1301, ARM-1303.
        """
        return await self.connection.call(
            self.calls.list_document_bundles(
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                bundle_status=bundle_status,
                document_type=document_type,
                batch_uuid=batch_uuid,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    async def each_document_bundle(
        self,
        *,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        bundle_status: Literal["OPEN", "PRODUCED", "DISTRIBUTED", "PARTLY-DISTRIBUTED"] | None = None,
        document_type: Literal["IN", "CN", "RN", "RM", "DN", "ST"] | None = None,
        batch_uuid: UUID | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> AsyncIterator[Bundle]:
        """Every element of `list_document_bundles`, page after page of a result that the first page fixes."""
        first = self.calls.list_document_bundles(
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            bundle_status=bundle_status,
            document_type=document_type,
            batch_uuid=batch_uuid,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        async for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_document_bundles(query=query, page_no=page_no)
        ):
            for element in page.document_bundles:
                yield element

    async def get_document_bundle(
        self,
        document_bundle_id: str,
        *,
        expand: Sequence[Literal["documents", "all"]] | None = None,
        user_id: str | None = None,
    ) -> Bundle:
        """GET one document bundle.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(
            self.calls.get_document_bundle(document_bundle_id, expand=expand, user_id=user_id)
        )

    async def upload_files(
        self, *, metadata: Metadata, files: Sequence[UploadInput], idempotency_key: str | None = None
    ) -> Uploaded:
        """POST (upload) one or more OS files. Files are independent of each other. A file that was uploaded before is
        answered with its id.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2014, ARM-1203, ARM-1302, ARM-1000,
        ARM-1002, ARM-1003, ARM-1007.
        """
        return await self.connection.call(
            self.calls.upload_files(metadata=metadata, files=files, idempotency_key=idempotency_key)
        )

    async def list_files(
        self,
        *,
        file_uuid: Sequence[UUID] | None = None,
        file_type: Literal[
            "ATTACHMENT",
            "CUSTOMER-IMPORT",
            "DOCUMENT-IMPORT",
            "OCR",
            "CAMT054",
            "CAMT053",
            "PAIN002",
            "AVTALEGIRO-MANDATES",
            "BGMAX",
            "AUTOGIRO",
            "BS602",
            "BS603",
            "DOCUMENT-PDF",
            "DOCUMENT-UBL",
            "REPORT",
            "LEDGER-PERIOD-REPORT",
            "GL-EXPORT",
            "IMPORT-RECEIPT",
            "PAIN001",
            "AVTALEGIRO-CLAIMS",
            "AUTOGIRO-OUT",
            "BS601",
        ]
        | None = None,
        file_name: str | None = None,
        direction: Literal["IN", "OUT"] | None = None,
        file_status: Literal["STORED", "PROCESSING", "PROCESSED", "FAILED"] | None = None,
        document_no: str | None = None,
        customer_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        include_content: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> Files:
        """GET one or more OS files.

        Can be refused with ARM-1301, ARM-1303.
        """
        return await self.connection.call(
            self.calls.list_files(
                file_uuid=file_uuid,
                file_type=file_type,
                file_name=file_name,
                direction=direction,
                file_status=file_status,
                document_no=document_no,
                customer_no=customer_no,
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                include_content=include_content,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    async def each_file(
        self,
        *,
        file_uuid: Sequence[UUID] | None = None,
        file_type: Literal[
            "ATTACHMENT",
            "CUSTOMER-IMPORT",
            "DOCUMENT-IMPORT",
            "OCR",
            "CAMT054",
            "CAMT053",
            "PAIN002",
            "AVTALEGIRO-MANDATES",
            "BGMAX",
            "AUTOGIRO",
            "BS602",
            "BS603",
            "DOCUMENT-PDF",
            "DOCUMENT-UBL",
            "REPORT",
            "LEDGER-PERIOD-REPORT",
            "GL-EXPORT",
            "IMPORT-RECEIPT",
            "PAIN001",
            "AVTALEGIRO-CLAIMS",
            "AUTOGIRO-OUT",
            "BS601",
        ]
        | None = None,
        file_name: str | None = None,
        direction: Literal["IN", "OUT"] | None = None,
        file_status: Literal["STORED", "PROCESSING", "PROCESSED", "FAILED"] | None = None,
        document_no: str | None = None,
        customer_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        include_content: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> AsyncIterator[FileInfo]:
        """Every element of `list_files`, page after page of a result that the first page fixes."""
        first = self.calls.list_files(
            file_uuid=file_uuid,
            file_type=file_type,
            file_name=file_name,
            direction=direction,
            file_status=file_status,
            document_no=document_no,
            customer_no=customer_no,
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            include_content=include_content,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        async for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_files(query=query, page_no=page_no)
        ):
            for element in page.files:
                yield element

    async def get_file(self, file_uuid: UUID, *, user_id: str | None = None) -> FileInfo:
        """GET one OS file. JSON with the content in base64; the bytes alone for `application/octet-stream` or its own
        type.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_file(file_uuid, user_id=user_id))

    async def get_file_bytes(self, file_uuid: UUID, *, user_id: str | None = None) -> bytes:
        """The bytes alone: gET one OS file. JSON with the content in base64; the bytes alone for `application/octet-
        stream` or its own type.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_file_bytes(file_uuid, user_id=user_id))

    async def list_gl_items(
        self,
        *,
        gl_account_no: Sequence[int] | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        voucher_type: Sequence[int] | None = None,
        voucher_no: int | None = None,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        ar_item_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> GlItems:
        """GET a list of GL items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return await self.connection.call(
            self.calls.list_gl_items(
                gl_account_no=gl_account_no,
                from_gl_account_no=from_gl_account_no,
                to_gl_account_no=to_gl_account_no,
                gl_case_no=gl_case_no,
                gl_lot_no=gl_lot_no,
                gl_year=gl_year,
                gl_period=gl_period,
                from_voucher_date=from_voucher_date,
                to_voucher_date=to_voucher_date,
                voucher_type=voucher_type,
                voucher_no=voucher_no,
                customer_no=customer_no,
                account_no=account_no,
                reference_no=reference_no,
                document_no=document_no,
                from_created_time=from_created_time,
                to_created_time=to_created_time,
                ar_item_id=ar_item_id,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    async def each_gl_item(
        self,
        *,
        gl_account_no: Sequence[int] | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        gl_case_no: int | None = None,
        gl_lot_no: int | None = None,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_voucher_date: datetime.date | None = None,
        to_voucher_date: datetime.date | None = None,
        voucher_type: Sequence[int] | None = None,
        voucher_no: int | None = None,
        customer_no: str | None = None,
        account_no: int | None = None,
        reference_no: int | None = None,
        document_no: str | None = None,
        from_created_time: datetime.datetime | None = None,
        to_created_time: datetime.datetime | None = None,
        ar_item_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> AsyncIterator[GlItem]:
        """Every element of `list_gl_items`, page after page of a result that the first page fixes."""
        first = self.calls.list_gl_items(
            gl_account_no=gl_account_no,
            from_gl_account_no=from_gl_account_no,
            to_gl_account_no=to_gl_account_no,
            gl_case_no=gl_case_no,
            gl_lot_no=gl_lot_no,
            gl_year=gl_year,
            gl_period=gl_period,
            from_voucher_date=from_voucher_date,
            to_voucher_date=to_voucher_date,
            voucher_type=voucher_type,
            voucher_no=voucher_no,
            customer_no=customer_no,
            account_no=account_no,
            reference_no=reference_no,
            document_no=document_no,
            from_created_time=from_created_time,
            to_created_time=to_created_time,
            ar_item_id=ar_item_id,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        async for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_gl_items(query=query, page_no=page_no)
        ):
            for element in page.gl_items:
                yield element

    async def get_gl_item(self, gl_item_id: str) -> GlItem:
        """GET one GL item. Takes no query parameters.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_gl_item(gl_item_id))

    async def get_gl_movement_latest(self, *, gl_account_no: str | None = None, user_id: str | None = None) -> Latest:
        """Get movement/balance for the latest closed GL year/period.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(
            self.calls.get_gl_movement_latest(gl_account_no=gl_account_no, user_id=user_id)
        )

    async def list_gl_movements(
        self,
        *,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_gl_year: int | None = None,
        from_gl_period: int | None = None,
        to_gl_year: int | None = None,
        to_gl_period: int | None = None,
        gl_account_no: str | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        closed: Literal["true", "false", "all"] | None = None,
        includezero: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> GlMovements:
        """GET a list of GL movements/balances. Closed periods are frozen; open ones are computed at the moment of the
        call. Accounts below 3000 carry their balance into the next year, the others start each year at 0.

        Can be refused with ARM-1301, ARM-1303.
        """
        return await self.connection.call(
            self.calls.list_gl_movements(
                gl_year=gl_year,
                gl_period=gl_period,
                from_gl_year=from_gl_year,
                from_gl_period=from_gl_period,
                to_gl_year=to_gl_year,
                to_gl_period=to_gl_period,
                gl_account_no=gl_account_no,
                from_gl_account_no=from_gl_account_no,
                to_gl_account_no=to_gl_account_no,
                closed=closed,
                includezero=includezero,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    async def each_gl_movement(
        self,
        *,
        gl_year: int | None = None,
        gl_period: int | None = None,
        from_gl_year: int | None = None,
        from_gl_period: int | None = None,
        to_gl_year: int | None = None,
        to_gl_period: int | None = None,
        gl_account_no: str | None = None,
        from_gl_account_no: int | None = None,
        to_gl_account_no: int | None = None,
        closed: Literal["true", "false", "all"] | None = None,
        includezero: bool | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> AsyncIterator[GlMovement]:
        """Every element of `list_gl_movements`, page after page of a result that the first page fixes."""
        first = self.calls.list_gl_movements(
            gl_year=gl_year,
            gl_period=gl_period,
            from_gl_year=from_gl_year,
            from_gl_period=from_gl_period,
            to_gl_year=to_gl_year,
            to_gl_period=to_gl_period,
            gl_account_no=gl_account_no,
            from_gl_account_no=from_gl_account_no,
            to_gl_account_no=to_gl_account_no,
            closed=closed,
            includezero=includezero,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        async for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_gl_movements(query=query, page_no=page_no)
        ):
            for element in page.gl_movements:
                yield element

    async def get_insight_adb_intervals(
        self,
        *,
        as_of_date: datetime.date | None = None,
        customer_no: str | None = None,
        customer_category: Literal["CONS", "COMP", "PUBL", "ORG"] | None = None,
        customer_group_code: str | None = None,
        currency: str | None = None,
        intervals: str | None = None,
        user_id: str | None = None,
    ) -> Adb:
        """GET a list of ADB intervals. The balance of open items by days overdue. Items and matches with a later
        voucher date than `asofdate` are left out; the due date is the present one. A credit lessens the
        interval of its own due date.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(
            self.calls.get_insight_adb_intervals(
                as_of_date=as_of_date,
                customer_no=customer_no,
                customer_category=customer_category,
                customer_group_code=customer_group_code,
                currency=currency,
                intervals=intervals,
                user_id=user_id,
            )
        )

    async def list_log_items(
        self,
        *,
        from_log_time: datetime.datetime | None = None,
        to_log_time: datetime.datetime | None = None,
        log_level: Literal["INFO", "WARNING", "ERROR"] | None = None,
        source: Literal["API", "BATCH", "IMPORT", "SYSTEM"] | None = None,
        entity_type: Literal["CUSTOMER", "DOCUMENT", "AR-ITEM", "GL-CASE", "BATCH", "FILE", "RESERVATION", "ACTION"]
        | None = None,
        entity_id: str | None = None,
        customer_no: str | None = None,
        request_id: str | None = None,
        log_user_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        page_no: int | None = None,
        query: str | None = None,
        user_id: str | None = None,
    ) -> LogItems:
        """GET a list of log items.

        Can be refused with ARM-1301, ARM-1303.
        """
        return await self.connection.call(
            self.calls.list_log_items(
                from_log_time=from_log_time,
                to_log_time=to_log_time,
                log_level=log_level,
                source=source,
                entity_type=entity_type,
                entity_id=entity_id,
                customer_no=customer_no,
                request_id=request_id,
                log_user_id=log_user_id,
                maximum_count=maximum_count,
                page_size=page_size,
                page_no=page_no,
                query=query,
                user_id=user_id,
            )
        )

    async def each_log_item(
        self,
        *,
        from_log_time: datetime.datetime | None = None,
        to_log_time: datetime.datetime | None = None,
        log_level: Literal["INFO", "WARNING", "ERROR"] | None = None,
        source: Literal["API", "BATCH", "IMPORT", "SYSTEM"] | None = None,
        entity_type: Literal["CUSTOMER", "DOCUMENT", "AR-ITEM", "GL-CASE", "BATCH", "FILE", "RESERVATION", "ACTION"]
        | None = None,
        entity_id: str | None = None,
        customer_no: str | None = None,
        request_id: str | None = None,
        log_user_id: str | None = None,
        maximum_count: int | None = None,
        page_size: int | None = None,
        user_id: str | None = None,
    ) -> AsyncIterator[LogItem]:
        """Every element of `list_log_items`, page after page of a result that the first page fixes."""
        first = self.calls.list_log_items(
            from_log_time=from_log_time,
            to_log_time=to_log_time,
            log_level=log_level,
            source=source,
            entity_type=entity_type,
            entity_id=entity_id,
            customer_no=customer_no,
            request_id=request_id,
            log_user_id=log_user_id,
            maximum_count=maximum_count,
            page_size=page_size,
            user_id=user_id,
        )
        async for page in self.connection.pages(
            first, lambda query, page_no: self.calls.list_log_items(query=query, page_no=page_no)
        ):
            for element in page.log_items:
                yield element

    async def get_log_item(self, log_item_id: UUID, *, user_id: str | None = None) -> LogItem:
        """GET one log item.

        Can be refused with ARM-1301, ARM-1302.
        """
        return await self.connection.call(self.calls.get_log_item(log_item_id, user_id=user_id))

    async def create_payment_reservation(
        self, *, metadata: Metadata, payment_reservation: ReservationInput, idempotency_key: str | None = None
    ) -> Reserved:
        """POST (create) a new payment reservation. Reserves the open amount of an item, or of a customer's account,
        for a payment that was initiated elsewhere: nothing that is reserved is reminded of. The `payment`
        posted with the same `paymentId` releases it; otherwise it ends after `validUntil`. The balance does
        not change.

        Can be refused with ARM-1301, ARM-1302, ARM-2001, ARM-2002, ARM-2003, ARM-2004, ARM-2005, ARM-2008,
        ARM-2009, ARM-2010, ARM-2012, ARM-2015, ARM-2002, ARM-2001, ARM-2003, ARM-2004, ARM-2005, ARM-2008,
        ARM-2009, ARM-2010, ARM-2012, ARM-2015.
        """
        return await self.connection.call(
            self.calls.create_payment_reservation(
                metadata=metadata, payment_reservation=payment_reservation, idempotency_key=idempotency_key
            )
        )

    async def create_action_report(
        self, *, metadata: Metadata, report: Report, idempotency_key: str | None = None
    ) -> ReportAccepted:
        """POST (create) a reports action/generate a report. The report is made as a batch of one element; the finished
        batch has the `fileUuid`. `LEDGER-PERIOD` gives the period its report number, the one that it has
        when it is made again.

        Can be refused with ARM-1301, ARM-1302, ARM-2002, ARM-2001, ARM-2006, ARM-2010, ARM-2013.
        """
        return await self.connection.call(
            self.calls.create_action_report(metadata=metadata, report=report, idempotency_key=idempotency_key)
        )
