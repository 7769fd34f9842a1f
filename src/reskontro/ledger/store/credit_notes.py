"""What a credit note needs to know of the document that it credits."""

from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.credit_note import Credited
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.platform.database import Transaction
from reskontro.platform.json_text import decode


async def credited(tx: Transaction, item: ArItemId) -> Credited | None:
    """The document of an item that is the first of its reference, None where it has none. The item is locked."""
    row = await tx.fetchrow(
        """
        select d.document_no, c.customer_no, i.voucher_type, i.currency, d.excl_vat_minor, d.vat_minor,
            d.incl_vat_minor, s.currency_balance_minor, d.content::text as content,
            (select coalesce(sum(-n.currency_minor), 0)::bigint
             from ar_item n
             where n.client_no = $1 and n.reference_no = $2 and n.voucher_type in (4, 13) and n.currency_minor < 0
                and not exists (select from gl_case r where r.client_no = $1 and r.reverses_gl_case_no = n.gl_case_no)
            ) as credited_minor,
            exists (
                select from gl_case r where r.client_no = $1 and r.reverses_gl_case_no = i.gl_case_no
            ) as is_reversed
        from ar_item i
        join ar_item_state s on s.client_no = i.client_no and s.reference_no = i.reference_no
            and s.reference_sequence_no = i.reference_sequence_no
        join customer c on c.client_no = i.client_no and c.account_no = i.account_no
        join document d on d.client_no = i.client_no and d.document_no_key = $3
            and d.reference_no = i.reference_no and d.reference_sequence_no = i.reference_sequence_no
        where i.client_no = $1 and s.client_no = $1 and c.client_no = $1 and d.client_no = $1
            and i.reference_no = $2 and i.reference_sequence_no = 0
        """,
        tx.client_no,
        item.reference_no,
        await _document_key(tx, item),
    )
    if row is None:
        return None
    content = decode(row["content"])
    return Credited(
        document_no=row["document_no"],
        customer_no=row["customer_no"],
        voucher_type=row["voucher_type"],
        currency=row["currency"],
        language=content.get("language", ""),
        excl_vat_minor=row["excl_vat_minor"],
        vat_minor=row["vat_minor"],
        incl_vat_minor=row["incl_vat_minor"],
        balance_minor=row["currency_balance_minor"],
        credited_minor=row["credited_minor"],
        is_reversed=row["is_reversed"],
        lines=tuple(content.get("lines", ())),
    )


async def _document_key(tx: Transaction, item: ArItemId) -> str:
    number: str | None = await tx.fetchval(
        "select document_no from ar_item where client_no = $1 and reference_no = $2 and reference_sequence_no = 0",
        tx.client_no,
        item.reference_no,
    )
    return fold(number or "")


async def is_taken(tx: Transaction, document_no: str) -> bool:
    """Whether a document has the number."""
    taken: bool = await tx.fetchval(
        "select exists (select from document where client_no = $1 and document_no_key = $2)",
        tx.client_no,
        fold(document_no),
    )
    return taken
