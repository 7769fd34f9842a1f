"""What the payer says a payment is for: structured references and lists of documents."""

from collections.abc import Sequence
from typing import Any

from reskontro.formats.findings import shown
from reskontro.formats.iso20022 import values as iso
from reskontro.formats.payments import Part, ReferenceKind
from reskontro.kernel.account_number import account_check_digit_fits
from reskontro.kernel.creditor_reference import is_creditor_reference
from reskontro.kernel.fik import fik_in_reference

COUNTRY_KINDS = {"NO": ReferenceKind.KID, "SE": ReferenceKind.OCR, "DK": ReferenceKind.FIK}
CURRENCY_COUNTRIES = {"NOK": "NO", "SEK": "SE", "DKK": "DK"}
CREDIT_NOTE = "CREN"
RF_BEGINS = ("R", "r")
DOCUMENTS = frozenset(
    {"AROI", "BOLD", "CINV", "CMCN", "CNFA", "CREN", "DEBN", "DISP", "DNFA", "HIRI", "MSIN", "PUOR", "SBIN", "SOAC"}
    | {"TSUT", "VCHR"}
)
REFERENCES = frozenset({"", "DISP", "FXDR", "PUOR", "RADM", "RPIN", "SCOR"})


def structured_parts(
    values: dict[str, Any],
    currencies: dict[str, str],
    documents: Sequence[tuple[str, str]],
    *,
    account: str,
    currency: str,
) -> list[Part]:
    """The references of one `Strd`, which is taken out of the values: its creditor reference, then its documents.

    Its amount is that of the reference, else of the only document; what is in another currency than the entry is left
    out. Documents are numbers with their codes. Raises `NotReadableError` for an amount or a code that is none.
    """
    pop = values.pop
    pop("s_own_code", None)
    reference = pop("s_reference", "").strip()
    code, issuer = pop("s_code", "").strip(), pop("s_issuer", "").strip()
    if code not in REFERENCES:
        raise iso.NotReadableError(f"CdtrRefInf: a code such as SCOR was wanted, {shown(code)} found")
    remitted, credited = pop("s_remitted", None), pop("s_credit_note", None)
    amount = None
    if credited is not None:
        amount = _amount("CdtNoteAmt", credited, currencies.get("s_credit_note", ""), currency)
        amount = None if amount is None else -amount
    if remitted is not None:
        amount = _amount("RmtdAmt", remitted, currencies.get("s_remitted", ""), currency)
        if amount is not None and any(document == CREDIT_NOTE for _, document in documents):
            amount = -amount
    parts = []
    if reference:
        kind, reference, card = reference_of(reference, code, issuer, account, currency)
        parts.append(Part(kind, reference, amount, card or code))
        amount = None
    numbered = [(number, document) for number, document in documents if number]
    for number, document in numbered:
        parts.append(Part(ReferenceKind.INVOICE, number, amount if len(numbered) == 1 else None, document))
    if amount is not None and not parts:
        parts.append(Part(ReferenceKind.NONE, "", amount, documents[0][1] if documents else ""))
    return parts


def _amount(name: str, text: str, currency: str, wanted: str) -> int | None:
    try:
        if currency == wanted:
            return iso.amount_minor(text.strip(), currency)
        iso.foreign(text.strip(), currency)
    except iso.NotReadableError as error:
        raise iso.NotReadableError(f"RfrdDocAmt: {name}: {error}, {shown(text)} found") from None
    return None


def reference_of(text: str, code: str, issuer: str, account: str, currency: str) -> tuple[ReferenceKind, str, str]:
    """What kind a structured reference is, itself, and the card type where it is a FIK one."""
    if issuer or text[:1] in RF_BEGINS:
        compact = text.replace(" ", "").upper()
        if issuer.upper() == "ISO" or is_creditor_reference(compact):
            return ReferenceKind.RF, compact, ""
    if code not in {"SCOR", ""}:
        return ReferenceKind.SCOR, text, ""
    kind = COUNTRY_KINDS.get(_country(account, currency), ReferenceKind.SCOR)
    if kind is ReferenceKind.FIK:
        fik = fik_in_reference(text)
        if fik is not None:
            return kind, fik.payment_id, fik.card_type
    return kind, text, ""


def _country(account: str, currency: str) -> str:
    """Where an account is: its IBAN says so, else its currency, else that it is a number as Norwegian ones are."""
    if account[:2].isalpha():
        return account[:2]
    if currency in CURRENCY_COUNTRIES:
        return CURRENCY_COUNTRIES[currency]
    return "NO" if account_check_digit_fits(account) else ""


def deciding(parts: tuple[Part, ...]) -> tuple[ReferenceKind, str]:
    """The reference that decides: the one structured reference, else the one document; none where there are several."""
    if not parts:
        return ReferenceKind.NONE, ""
    if len(parts) == 1:
        return parts[0].kind, parts[0].reference
    references = {(part.kind, part.reference) for part in parts if part.kind is not ReferenceKind.INVOICE}
    references.discard((ReferenceKind.NONE, ""))
    if len(references) == 1:
        return references.pop()
    return ReferenceKind.NONE, ""
