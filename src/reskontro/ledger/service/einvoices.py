"""A posted document with all that its e-invoice says, read in one go: the document, its customer, its client."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from reskontro.formats.ubl.arm_records import ArmAmounts, ArmDocument, ArmLine, ArmParty
from reskontro.formats.ubl.model import AttachedFile, Attachment
from reskontro.kernel.kid import KidRule
from reskontro.kernel.money import exponent
from reskontro.ledger.domain.customer import Customer
from reskontro.ledger.domain.errors import not_found
from reskontro.ledger.domain.file import StoredFile
from reskontro.ledger.store import customers as customer_store
from reskontro.ledger.store import documents as store
from reskontro.ledger.store import files as file_store
from reskontro.platform.database import Database, Transaction
from reskontro.platform.files import FileStore
from reskontro.platform.json_text import decode
from reskontro.tenants.domain import ReceivingAccount, Tenant
from reskontro.tenants.service import get_tenant, list_accounts

ATTACHMENT_TYPES = ("ATTACHMENT",)


async def arm_document(db: Database, files: FileStore, client_no: int, document_no: str) -> ArmDocument:
    """The document as `einvoice_of_arm` takes it. Raises `TenantUnknown`, and `Refused` where there is none."""
    tenant = await get_tenant(db, client_no)
    accounts = await list_accounts(db, client_no)
    async with db.reading(client_no) as tx:
        row = await store.one(tx, document_no)
        if row is None:
            raise not_found("documentNo", document_no)
        stored = await customer_store.by_number(tx, row["customer_no"])
        assert stored is not None, "the customer of a document is not removed"
        content: dict[str, Any] = decode(row["content"])
        attached = await _attached(tx, content.get("attachment_files", []))
    attachments = [
        Attachment(
            str(at),
            file.description or None,
            AttachedFile(file.file_name, file.content_type, await files.get(client_no, file.sha256)),
        )
        for at, file in enumerate(attached, 1)
    ]
    return _document(row, content, stored.customer, tenant, accounts, attachments)


async def _attached(tx: Transaction, wanted: Sequence[str]) -> list[StoredFile]:
    """The attached files in the order of the document."""
    found = {file.file_uuid: file for file in await file_store.by_ids(tx, [UUID(w) for w in wanted], ATTACHMENT_TYPES)}
    return [found[UUID(w)] for w in wanted if UUID(w) in found]


def _document(
    row: asyncpg.Record,
    content: Mapping[str, Any],
    customer: Customer,
    tenant: Tenant,
    accounts: Sequence[ReceivingAccount],
    attachments: Sequence[Attachment],
) -> ArmDocument:
    currency = row["currency"]
    address: Mapping[str, str] = content.get("einvoiceAddress", {})
    return ArmDocument(
        document_type=row["document_type"],
        number=row["document_no"],
        day=row["document_date"],
        due_date=row["original_due_date"],
        currency=currency,
        amounts=ArmAmounts(
            *(_amount(row[name], currency) for name in ("excl_vat_minor", "vat_minor", "incl_vat_minor"))
        ),
        lines=[_line(line) for line in content["lines"]],
        client=_client(tenant),
        client_vat_registered=tenant.vat_registered,
        customer=_customer(customer),
        kid=row["kid"] or "",
        account=account_for(row["kid"] or "", currency, accounts),
        gl_currency=row["gl_currency"],
        vat_minor_in_gl=row["gl_vat_minor"],
        address=address.get("address", ""),
        address_scheme=address.get("addressScheme", ""),
        blocked=customer.peppol_block_ids,
        buyer_reference=content.get("buyer_reference", ""),
        purchase_order=content.get("purchase_order_id", ""),
        sales_order=content.get("sales_order_id", ""),
        credited=content.get("credited_document_no", ""),
        message=content.get("customer_message", ""),
        attachments=attachments,
    )


def account_for(kid: str, currency: str, accounts: Sequence[ReceivingAccount]) -> str:
    """The first account in a currency whose agreement takes a KID, "" for none. One without rules takes any."""
    for account in accounts:
        rules = [KidRule(frozenset({rule.length}), rule.modulus) for rule in account.kid_rules]
        if account.currency == currency and (not kid or not rules or any(rule.fits(kid) for rule in rules)):
            return account.account_no
    return ""


def _client(tenant: Tenant) -> ArmParty:
    where = tenant.address
    return ArmParty(
        tenant.legal_name,
        tenant.organization_no,
        address_line1=where.line1,
        address_line2=where.line2,
        postal_code=where.postal_code,
        city_name=where.city_name,
        country_code=where.country_code,
    )


def _customer(customer: Customer) -> ArmParty:
    where = customer.postal_address
    return ArmParty(
        customer.name,
        customer.organization_no,
        customer.organization_no_scheme,
        where.address_line1,
        where.address_line2,
        where.address_line3,
        where.postal_code,
        where.city_name,
        where.country_code,
    )


def _line(line: Mapping[str, Any]) -> ArmLine:
    amounts = line["currencyAmounts"]
    return ArmLine(
        line["lineNo"],
        line["lineType"] == "TXT",
        ArmAmounts(*(Decimal(amounts[name]) for name in ("exclVat", "vat", "inclVat"))),
        line["articleNo"],
        line["articleName"],
        line["lineText"],
        line["quantityUnit"],
        Decimal(line["quantity"]),
        line["volumeUnit"],
        Decimal(line["volume"]),
        Decimal(line["price"]),
    )


def _amount(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-exponent(currency))
