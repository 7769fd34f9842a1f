"""Papers of documents: what stands on them, and which file they became."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from reskontro.ledger.domain.codes import fold
from reskontro.platform.database import Transaction
from reskontro.platform.json_text import decode, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """A document with all that its paper shows: of the client, of the customer, of the account that is paid to."""

    document_no: str
    document_type: str
    document_date: date
    due_date: date | None
    currency: str
    excl_vat_minor: int
    vat_minor: int
    incl_vat_minor: int
    kid: str
    customer_no: str
    customer_name: str
    customer_address: dict[str, str]
    client_name: str
    client_address: tuple[str, str, str, str, str]  # two lines, postal code, city, country
    organization_no: str
    vat_registered: bool
    receiving_account: str  # empty where no account takes the currency
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A document by the number that it has, and the file of its paper where there is one."""

    document_no: str
    file_uuid: UUID | None


async def file_of(tx: Transaction, document_no: str) -> KeptPaper | None:
    """A document's paper, or None where there is no such document."""
    row = await tx.fetchrow(
        """
        select d.document_no, s.file_uuid
        from document d join document_state s on s.client_no = d.client_no and s.document_no_key = d.document_no_key
        where d.client_no = $1 and s.client_no = $1 and d.document_no_key = $2
        """,
        tx.client_no,
        fold(document_no),
    )
    return None if row is None else KeptPaper(*row)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document is no e-invoice: a rule, where, and what it asks for in English and Norwegian."""

    rule: str
    location: str
    en: str
    nb: str


@dataclass(frozen=True, slots=True)
class KeptEinvoice:
    """What became of a document as an e-invoice: the file of its UBL, or the reasons why there is none."""

    file_uuid: UUID | None
    reasons: tuple[Reason, ...] = ()


async def einvoice_of(tx: Transaction, document_no: str) -> KeptEinvoice | None:
    """What became of a document as an e-invoice; None where that was not asked, or not yet."""
    row = await tx.fetchrow(
        """
        select file_uuid, reasons::text as reasons from document_einvoice
        where client_no = $1 and document_no_key = $2
        """,
        tx.client_no,
        fold(document_no),
    )
    if row is None:
        return None
    reasons = tuple(Reason(**reason) for reason in decode(row["reasons"]))
    return KeptEinvoice(row["file_uuid"], reasons)


async def keep_einvoice(tx: Transaction, document_no: str, kept: KeptEinvoice, now: datetime) -> None:
    """Keep what became of a document as an e-invoice, whose paper is made in the same transaction."""
    await tx.execute(
        """
        insert into document_einvoice (client_no, document_no_key, file_uuid, reasons, made_time)
        values ($1, $2, $3, $4, $5)
        """,
        tx.client_no,
        fold(document_no),
        kept.file_uuid,
        encode([asdict(reason) for reason in kept.reasons]).decode(),
        now,
    )


async def printed(tx: Transaction, document_no: str) -> PrintedDocument:
    """A document that is there, with what its paper shows: its due date is the first one, as it was issued."""
    row = await tx.fetchrow(
        """
        select d.document_no, d.document_type, d.document_date, d.currency, d.excl_vat_minor, d.vat_minor,
            d.incl_vat_minor, d.content::text as content, i.original_due_date, i.kid, c.customer_no, c.name,
            c.details::text as details, o.legal_name, o.organization_no, o.vat_registered, o.address_line1,
            o.address_line2, o.postal_code, o.city_name, o.country_code,
            coalesce((select a.account_no from receiving_account a
                      where a.client_no = $1 and a.currency = d.currency
                      order by a.created_time, a.account_no limit 1), '') as receiving_account
        from document d
        join ar_item i on i.client_no = d.client_no and i.reference_no = d.reference_no
            and i.reference_sequence_no = d.reference_sequence_no
        join customer c on c.client_no = d.client_no and c.account_no = d.account_no
        join client o on o.client_no = d.client_no
        where d.client_no = $1 and i.client_no = $1 and c.client_no = $1 and o.client_no = $1
            and d.document_no_key = $2
        """,
        tx.client_no,
        fold(document_no),
    )
    assert row is not None, "the document is there"
    return PrintedDocument(
        document_no=row["document_no"],
        document_type=row["document_type"],
        document_date=row["document_date"],
        due_date=row["original_due_date"],
        currency=row["currency"],
        excl_vat_minor=row["excl_vat_minor"],
        vat_minor=row["vat_minor"],
        incl_vat_minor=row["incl_vat_minor"],
        kid=row["kid"] or "",
        customer_no=row["customer_no"],
        customer_name=row["name"],
        customer_address=decode(row["details"]).get("postal_address", {}),
        client_name=row["legal_name"],
        client_address=(
            row["address_line1"], row["address_line2"], row["postal_code"], row["city_name"], row["country_code"],
        ),
        organization_no=row["organization_no"],
        vat_registered=row["vat_registered"],
        receiving_account=row["receiving_account"],
        content=decode(row["content"]),
    )  # fmt: skip


async def hold_without_file(tx: Transaction, document_no: str) -> bool:
    """Lock a document's state; False where it has its paper already."""
    found = await tx.fetchval(
        """
        select true from document_state
        where client_no = $1 and document_no_key = $2 and file_uuid is null
        for update
        """,
        tx.client_no,
        fold(document_no),
    )
    return bool(found)


async def mark_produced(
    tx: Transaction, document_no: str, file_uuid: UUID, *, distributed: bool, now: datetime
) -> None:
    """Keep which file a document became. One that is distributed is produced now; another stays posted (3.7)."""
    await tx.execute(
        """
        update document_state
        set file_uuid = $3, changed_time = $5,
            document_status = case when $4 and document_status = 'POSTED' then 'PRODUCED' else document_status end
        where client_no = $1 and document_no_key = $2
        """,
        tx.client_no,
        fold(document_no),
        file_uuid,
        distributed,
        now,
    )
