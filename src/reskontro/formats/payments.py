"""One record for what any bank file says about money: the same shape from OCR giro to camt.

Reading a file of any format gives these events in file order: a `FileStart`; then groups, each a `GroupStart` with its
payments, mandates and statuses, and a `GroupEnd`; `ReadWarning`s in between; a `FileEnd` at last. Amounts are whole
minor units with sign, seen from the receiving account: what comes in is above zero, what goes out below. Dates are
`date`. Identifiers are text as found.

Every line of a file that is about money is an `IncomingPayment`, also what is not to be booked: its `kind` says so, and
nothing is dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from reskontro.formats.findings import ReadWarning


class FileFormat(StrEnum):
    """The formats that are read, by the names that `reskontro payments read` prints."""

    OCR = "ocr"
    AVTALEGIRO = "avtalegiro"
    CAMT = "camt"
    PAIN_002 = "pain002"
    BGMAX = "bgmax"
    PAIN_001 = "pain001"
    AUTOGIRO = "autogiro"
    BETALINGSSERVICE = "betalingsservice"


class Kind(StrEnum):
    """What became of money, or did not.

    `PAYMENT` is money to be matched. `DEDUCTION` is a line that the bank took off a sum, such as a credit note with a
    reference. `RETURN` takes an earlier payment back. `REVERSAL` is the bank's undoing of a debit: our own payment
    comes back. `PAYOUT` is money that we paid, by direct debit's way back. `DEBIT` is any other debit of the account.
    `CARD` tells of card money that comes another way. `PENDING` is not booked by the bank, `REFUSED` and `CANCELLED`
    never came. The last three are in files that we send: `CLAIM` is what a bank is asked to collect, `CANCELLATION`
    takes a claim back, `TRANSFER` is what a bank is asked to pay.
    """

    PAYMENT = "payment"
    DEDUCTION = "deduction"
    RETURN = "return"
    REVERSAL = "reversal"
    PAYOUT = "payout"
    DEBIT = "debit"
    CARD = "card"
    PENDING = "pending"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    CLAIM = "claim"
    CANCELLATION = "cancellation"
    TRANSFER = "transfer"


ORDERS = frozenset({Kind.CLAIM, Kind.CANCELLATION, Kind.TRANSFER})
NO_MONEY = frozenset({Kind.CARD, Kind.PENDING, Kind.REFUSED, Kind.CANCELLED}) | ORDERS
"""Kinds that moved nothing on the account: they are in no total of a `FileEnd`."""


class ReferenceKind(StrEnum):
    """How a payment's reference is to be understood.

    `SCOR` is a structured reference of a country whose rules are not known here; `INVOICE` a number from a list of
    documents; `CUSTOMER` the payee's number of the payer (direct debit); `FREE` a text that the payer wrote as a
    reference; `WRONG` one that the bank found to be no valid reference.
    """

    NONE = "none"
    KID = "kid"
    OCR = "ocr"
    FIK = "fik"
    RF = "rf"
    SCOR = "scor"
    INVOICE = "invoice"
    CUSTOMER = "customer"
    FREE = "free"
    WRONG = "wrong"


class Part(NamedTuple):
    """One of several references of a payment, with its amount where the payer gave one: a credit note's is below zero.

    `document` is the file's code of what is named: `CINV`, `CREN`, a reference code of Bg Max. `takes_off` tells a
    credit note's where the file gives no amount.
    """

    kind: ReferenceKind
    reference: str
    amount_minor: int | None
    document: str = ""
    takes_off: bool = False


class IncomingPayment(NamedTuple):
    """One line about money.

    `line` and `position` tell where it begins in the file, `group` counts the file's groups and `ordinal` its lines of
    money, both from 1. `booking_date` is the bank's day, on which the account was credited and the sums are; it is None
    only for what moved nothing. `value_date` counts for interest, `order_date` is when the payer gave the order.
    `reference` is the one that decides; `parts` has all of them where there are several. `lump` is the key of the sum
    on the bank statement that the payment is a part of. `archive_reference` is the bank's own, `end_to_end_id` the
    payer's (ours on what we sent). `code` is the format's transaction code, `sub_code` its refinement: a channel, the
    bank's own code. `reason` is the code why money went back or did not come. `reference_code` is the file's own code
    of what the reference is and how it was checked. Payer's account, name and address are personal.
    """

    line: int
    position: int | None
    group: int
    ordinal: int
    kind: Kind
    account: str
    amount_minor: int
    currency: str
    booking_date: date | None
    value_date: date | None
    order_date: date | None
    reference_kind: ReferenceKind
    reference: str
    parts: tuple[Part, ...]
    payer_name: str
    payer_account: str
    payer_id: str
    texts: tuple[str, ...]
    archive_reference: str
    end_to_end_id: str
    lump: str
    code: str
    sub_code: str
    reason: str
    reference_code: str = ""
    payer_address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileStart:
    """What a file says about itself. `identity` tells two files apart that are not the same one sent again."""

    format: FileFormat
    version: str
    identity: Mapping[str, str]
    created: str


@dataclass(frozen=True, slots=True)
class GroupStart:
    """A part of a file that has sums of its own: an assignment, a statement, a deposit, a section.

    `account` is the receiving account as the file names it; `copy` is the mark of a re-delivery, empty for none.
    """

    line: int
    ordinal: int
    id: str
    account: str
    currency: str
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance of a statement: its code, such as `OPBD` or `CLBD`, and the amount with sign."""

    code: str
    amount_minor: int
    currency: str
    day: date | None


class LumpSum(NamedTuple):
    """One line of a bank statement, with the number of payments it is made of; it comes after them.

    `key` is what they have as `lump`. `status` is the bank's, `code` and `sub_code` its transaction codes; `reversed`
    where the line undoes an earlier one.
    """

    line: int
    group: int
    key: str
    amount_minor: int
    currency: str
    booking_date: date | None
    value_date: date | None
    status: str
    reversed: bool
    payments: int
    code: str
    sub_code: str


@dataclass(frozen=True, slots=True)
class GroupEnd:
    """What a group comes to, which agrees with its sums in the file. `entries` counts the file's own lines of sums.

    `bank_account` is the account that the money is put into, where the group's own account is another number of it.
    """

    line: int
    ordinal: int
    entries: int
    payments: int
    net_minor: int
    currency: str
    booking_date: date | None = None
    id: str = ""
    account: str = ""
    balances: tuple[Balance, ...] = ()
    bank_account: str = ""


class MandateAction(StrEnum):
    """What happened to a mandate; `IN_FORCE` is a line of a full list."""

    IN_FORCE = "in-force"
    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    REFUSED = "refused"


class MandateChange(NamedTuple):
    """A payer's standing permission: `payer` is the payee's number of the payer, or a KID; `code` the file's reason.

    Name, address and `texts`, which is what the payer wrote to the payee, are of mandates given in an internet bank.
    """

    line: int
    group: int
    action: MandateAction
    account: str
    payer: str
    mandate: str
    payer_account: str
    payer_id: str
    code: str
    sub_code: str
    first_day: date | None
    last_day: date | None
    notice: bool | None
    payer_name: str = ""
    payer_address: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


class PaymentStatus(NamedTuple):
    """A bank's answer to a payment that we sent: `level` is `group`, `batch` or `transaction`.

    `status` is ISO 20022's: `RJCT` refused, `ACCP` accepted, `PDNG` waiting … `original` is the id of what it is about:
    the message, the batch, the end-to-end id.
    """

    line: int
    level: str
    original_message: str
    original_batch: str
    original: str
    status: str
    reasons: tuple[str, ...]
    texts: tuple[str, ...]
    amount_minor: int | None
    currency: str


@dataclass(slots=True)
class Totals:
    """What a file's lines come to: counted by kind; money by currency, in and out both at or above zero.

    `orders_minor` is what the lines of a file that we send add up to, as their amounts stand.
    """

    lines: int = 0
    by_kind: dict[Kind, int] = field(default_factory=dict)
    credits_minor: dict[str, int] = field(default_factory=dict)
    debits_minor: dict[str, int] = field(default_factory=dict)
    orders_minor: dict[str, int] = field(default_factory=dict)
    latest_date: date | None = None

    def add(self, payment: IncomingPayment) -> None:
        """Count one line."""
        self.lines += 1
        kind = payment.kind
        self.by_kind[kind] = self.by_kind.get(kind, 0) + 1
        for day in (payment.booking_date, None if kind in NO_MONEY else payment.order_date):
            if day is not None and (self.latest_date is None or day > self.latest_date):
                self.latest_date = day
        amount, currency = payment.amount_minor, payment.currency
        if kind in NO_MONEY:
            if kind in ORDERS:
                self.orders_minor[currency] = self.orders_minor.get(currency, 0) + abs(amount)
            return
        sums = self.credits_minor if amount >= 0 else self.debits_minor
        sums[currency] = sums.get(currency, 0) + abs(amount)

    def net_minor(self, currency: str) -> int:
        """What came in less what went out."""
        return self.credits_minor.get(currency, 0) - self.debits_minor.get(currency, 0)

    @property
    def currencies(self) -> list[str]:
        """The currencies in which money moved, in the order of the alphabet."""
        return sorted({*self.credits_minor, *self.debits_minor})


@dataclass(frozen=True, slots=True)
class FileEnd:
    """The file was read to its end and every count and sum of it agrees.

    `totals.latest_date` is the latest day on which money was booked or ordered: the caller, who knows today, refuses a
    file from the future by it.
    """

    line: int
    totals: Totals
    mandates: int = 0
    statuses: int = 0


FileEvent = (
    FileStart
    | GroupStart
    | IncomingPayment
    | LumpSum
    | MandateChange
    | PaymentStatus
    | GroupEnd
    | FileEnd
    | ReadWarning
)
