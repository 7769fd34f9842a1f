"""What an auto posting is on its way into the book."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.exchange import Rate
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.service.targets import Identifiers, Target


@dataclass(frozen=True, slots=True)
class NewPosting:
    """An auto posting as it was sent. What its method does not take is empty."""

    posting_id: str
    validate_only: bool
    identifiers: Identifiers
    voucher_date: date
    currency: str
    amount: Decimal | None
    transaction_text: str
    external_id1: str
    payment_id: str
    payment_method: str
    reason_code: str
    gl_account_no: int | None
    match_ar_item_ids: tuple[str, ...]
    auto_match: bool
    fingerprint: bytes
    vat_amount: Decimal | None = None
    due_date: date | None = None
    bank_account_no: str = ""
    receiver: Identifiers = field(default_factory=Identifiers)
    gl_case_no: int | None = None


@dataclass(slots=True)
class Judged:
    """A posting with its faults, or with all that is needed to book it."""

    new: NewPosting
    path: str
    faults: list[Fault] = field(default_factory=list)
    earlier: dict[str, Any] | None = None  # its result, where it was posted before
    target: Target | None = None
    receiver: Target | None = None
    named: tuple[ItemKey, ...] = ()
    minor: int = 0
    vat_minor: int = 0
    currency: str = ""
    rate: Rate | None = None  # None in the GL currency, and where nothing is converted
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of a call. Nothing was posted where anything failed, or where it was only validated."""

    postings: tuple[Judged, ...]
    validate_only: bool
    failed: bool
    gl_lot_no: int | None
