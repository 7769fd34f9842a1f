"""From claims to the bytes that a bank gets, for each scheme."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reskontro.formats.autogiro import writer as autogiro
from reskontro.formats.avtalegiro import CancellationAssignment, ClaimAssignment, write_claims
from reskontro.formats.avtalegiro import Claim as AvtaleGiroClaim
from reskontro.formats.betalingsservice.writer import Collection, CollectionSection, write_collections
from reskontro.ledger.domain.direct_debits.claims import Candidate, Claim
from reskontro.ledger.domain.direct_debits.mandates import Mandate
from reskontro.ledger.domain.direct_debits.schemes import Agreement, Notifies, Scheme

CANCEL_ONE = "25"  # Autogiro: one order, by payer, day, amount and reference
SHORT_NAME = 10
INVOICE = "Faktura"  # in all three languages
FILE_TYPES = {
    Scheme.AVTALEGIRO: "AVTALEGIRO-CLAIMS",
    Scheme.AUTOGIRO: "AUTOGIRO-OUT",
    Scheme.BETALINGSSERVICE: "BS601",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be written: its numbers and what it holds. `answered` are mandates that are accepted."""

    agreement: Agreement
    number: str
    claims_assignment_no: str
    cancellations_assignment_no: str
    day: date
    claims: Sequence[Claim]
    cancellations: Sequence[Claim]
    answered: Sequence[Mandate]


def written(wanted: Wanted) -> bytes:
    """The file. Raises `NotWritable`."""
    match wanted.agreement.scheme:
        case Scheme.AVTALEGIRO:
            return _avtalegiro(wanted)
        case Scheme.AUTOGIRO:
            return _autogiro(wanted)
        case Scheme.BETALINGSSERVICE:
            return _betalingsservice(wanted)


def named(wanted: Wanted) -> tuple[str, str]:
    """The type and the name that the file is stored under."""
    agreement = wanted.agreement
    return FILE_TYPES[agreement.scheme], f"{agreement.scheme.lower()}-{agreement.sender_no}-{wanted.number}.txt"


def latin(text: str, width: int) -> str:
    """A text that fits a field: characters outside ISO-8859-1 lose their marks, or become a question mark."""
    kept = []
    for character in unicodedata.normalize("NFC", text):
        if not character.isprintable():
            kept.append(" ")
        elif ord(character) <= 255:
            kept.append(character)
        else:
            base = unicodedata.normalize("NFKD", character)[0]
            kept.append(base if ord(base) <= 255 else "?")
    return " ".join("".join(kept).split())[:width].rstrip()


def short_name(name: str) -> str:
    """The short name of a payer, which helps the bank with refused claims."""
    return latin(name.upper(), SHORT_NAME)


def reference_of(item: Candidate, agreement: Agreement) -> str:
    """How a file names a claim: the number of the document where it fits, else the ledger's number of the item."""
    width = agreement.rules.reference_width
    if agreement.scheme is Scheme.AVTALEGIRO:
        return latin(f"{INVOICE} {item.document_no}" if item.document_no else "", width)
    fits = item.document_no and latin(item.document_no, width) == item.document_no
    return item.document_no if fits else str(item.reference_no)


def _avtalegiro(wanted: Wanted) -> bytes:
    agreement = wanted.agreement
    assignments: list[ClaimAssignment | CancellationAssignment] = []
    if wanted.claims:
        claims = [_norwegian(claim, agreement) for claim in wanted.claims]
        assignments.append(ClaimAssignment(wanted.claims_assignment_no, agreement.creditor_no, claims))
    if wanted.cancellations:
        taken_back = [_norwegian(claim, agreement, cancels=True) for claim in wanted.cancellations]
        assignments.append(
            CancellationAssignment(wanted.cancellations_assignment_no, agreement.creditor_no, taken_back)
        )  # fmt: skip
    return write_claims(agreement.sender_no, wanted.number, assignments)


def _norwegian(claim: Claim, agreement: Agreement, *, cancels: bool = False) -> AvtaleGiroClaim:
    bank_notifies = agreement.notifies is Notifies.BANK and not cancels
    specification: tuple[str, ...] = ()
    if bank_notifies:
        amount = f"kr {claim.amount_minor // 100},{claim.amount_minor % 100:02d}"
        specification = tuple(line for line in (claim.reference, f"{'':40}{amount:>40}") if line.strip())
    return AvtaleGiroClaim(
        claim.kid, claim.amount_minor, claim.due_date, bank_notifies, claim.payer_name, claim.reference, specification
    )


def _autogiro(wanted: Wanted) -> bytes:
    orders = [
        autogiro.Order(claim.payer_no, claim.amount_minor, claim.due_date, claim.reference) for claim in wanted.claims
    ]
    changes = [
        autogiro.Change(
            CANCEL_ONE, claim.payer_no, claim.due_date, claim.amount_minor, pay_out=False, reference=claim.reference
        )
        for claim in wanted.cancellations
    ]
    accepted = [autogiro.NewMandate(mandate.key.payer_no) for mandate in wanted.answered]
    agreement = wanted.agreement
    return autogiro.write_autogiro(
        wanted.day, agreement.sender_no, agreement.creditor_no, mandates=accepted, orders=orders, changes=changes
    )


def _betalingsservice(wanted: Wanted) -> bytes:
    agreement = wanted.agreement
    collections = [
        Collection(
            claim.payer_no, claim.agreement_no or "0", claim.due_date, claim.amount_minor, claim.reference,
            texts=(f"{INVOICE} {claim.reference}",),
        )
        for claim in wanted.claims
    ]  # fmt: skip
    section = CollectionSection(
        agreement.creditor_no, agreement.debtor_group, collections, agreement.supplier_id, agreement.main_text
    )
    return write_collections(agreement.sender_no, wanted.number, wanted.day, [section])
