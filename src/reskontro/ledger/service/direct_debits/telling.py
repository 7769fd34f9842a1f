"""What is told of a claim: the id of its reservation, its log item, its event."""

from reskontro.ledger.domain.direct_debits.claims import Claim
from reskontro.ledger.domain.events import EventKind, NewEvent
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.store.log import LogEntry
from reskontro.platform.database import Transaction


def payment_id(claim_no: int) -> str:
    """The payment id under which a claim reserves its item."""
    return f"DIRECT-DEBIT-{claim_no}"


def item_id(tx: Transaction, claim: Claim) -> str:
    """The AR item's id."""
    return str(ArItemId(tx.client_no, claim.account_no, *claim.item))


def log_entry(tx: Transaction, claim: Claim, text: str) -> LogEntry:
    """A log item of the claim's AR item."""
    return LogEntry("AR-ITEM", item_id(tx, claim), f"Direct debit claim {claim.claim_no} {text}")


def event(tx: Transaction, kind: EventKind, claim: Claim, customer_no: str) -> NewEvent:
    """An event about a claim as it stands."""
    payload = {
        "arItemId": item_id(tx, claim),
        "customerNo": customer_no,
        "claimNo": claim.claim_no,
        "scheme": claim.scheme.value,
        "dueDate": claim.due_date.isoformat(),
        "currency": claim.currency,
        "amountMinor": claim.amount_minor,
    }
    if kind is EventKind.DEBIT_REFUSED:
        payload |= {"status": claim.status.value, "reasonCode": claim.reason_code, "reason": claim.reason}
    return NewEvent(kind=kind, account_no=claim.account_no, item=claim.item, payload=payload)
