"""Payment reservations: a payment was initiated elsewhere and will arrive later.

What is reserved is not asked for a second time: no reminder, no interest. Reserving moves no balance. The payment that
is posted with the reservation's payment id releases it; without one it ends after its last valid day, or is cancelled.
Source: arm-api, sections 2.16 and 3.4, and "Follow-up" in section 4.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from reskontro.kernel.money import AmountTooLargeError, TooManyDecimalsError, is_currency, to_minor, to_wire
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import PAYMENT_METHODS, canonical
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.domain.periods import LATEST_DAYS_AHEAD

VALID_DAYS = "reservation.validDays"


class Status(StrEnum):
    """Where a reservation stands. It leaves ACTIVE once, and for good."""

    ACTIVE = "ACTIVE"
    USED = "USED"  # the payment with its id was posted
    EXPIRED = "EXPIRED"  # its last valid day is over
    CANCELLED = "CANCELLED"


class ReservedStatus(StrEnum):
    """How far an item is reserved (3.4)."""

    NOT = ""
    PARTLY = "PARTLY-RESERVED"
    WHOLLY = "RESERVED"


def reserved_status(balance_minor: int, reserved_minor: int) -> ReservedStatus:
    """How far what is open of an item is reserved. Nothing open is nothing reserved, whatever is still on its way."""
    if balance_minor <= 0 or reserved_minor <= 0:
        return ReservedStatus.NOT
    return ReservedStatus.PARTLY if reserved_minor < balance_minor else ReservedStatus.WHOLLY


@dataclass(frozen=True, slots=True)
class NewReservation:
    """A reservation as it was sent; what is empty was not given."""

    payment_id: str
    currency: str
    amount: Decimal
    payment_date: date | None
    valid_until: date | None
    payment_method: str
    text: str


@dataclass(frozen=True, slots=True)
class ItemGround:
    """The item that is to be reserved, as it stands, with what is reserved of it already. Minor units."""

    currency: str
    amount_minor: int
    balance_minor: int
    reserved_minor: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reservation comes to."""

    currency: str
    amount_minor: int
    payment_date: date
    valid_until: date
    payment_method: str


class _Judge:
    """Judges one reservation; every fault is noted."""

    def __init__(self, new: NewReservation, config: Config, today: date, at: str) -> None:
        self.new = new
        self.config = config
        self.today = today
        self.at = at
        self.faults: list[Fault] = []

    def wrong(self, code: Code, message: str, name: str, value: object = None, **args: object) -> None:
        """Note a fault of a field."""
        self.faults.append(fault(code, message, f"{self.at}.{name}", value, **args))

    def item_currency(self, item: ItemGround) -> str:
        """The item's currency, which the reservation has to be in."""
        if self.new.currency and self.new.currency.upper() != item.currency:
            self.wrong(
                Code.CURRENCY, "The item is in {currency}", "currency", self.new.currency, currency=item.currency
            )
        return item.currency

    def other_currency(self, default: str) -> str:
        """The currency of a reservation on a customer's account: any that there is, since nothing is converted."""
        base = self.config.text("gl.baseCurrency")
        currency = (self.new.currency or default or base).upper()
        if not is_currency(currency):
            self.wrong(Code.CURRENCY, "The currency is unknown", "currency", currency)
            return base
        return currency

    def amount(self, currency: str) -> int | None:
        """The amount in minor units, None where it is none."""
        amount = self.new.amount
        if amount <= 0:
            self.wrong(Code.SUMS, "An amount above zero is wanted", "currencyAmount", amount)
            return None
        try:
            return to_minor(amount, currency)
        except (TooManyDecimalsError, AmountTooLargeError):
            self.wrong(Code.SUMS, "The amount does not fit its currency", "currencyAmount", amount)
            return None

    def room(self, item: ItemGround, amount_minor: int | None, named: str) -> None:
        """Whether so much of the item is open and not reserved."""
        left_minor = max(0, item.balance_minor - item.reserved_minor)
        if item.amount_minor <= 0:
            self.wrong(Code.TYPE_NOT_ALLOWED, "A credit item cannot be reserved", named)
        elif item.balance_minor == 0:
            self.wrong(Code.BALANCE, "Nothing is open on the item", "currencyAmount", self.new.amount)
        elif amount_minor is not None and amount_minor > left_minor:
            left = to_wire(left_minor, item.currency)
            self.wrong(
                Code.BALANCE, "Only {left} is open and not reserved", "currencyAmount", self.new.amount, left=left
            )

    def days(self) -> tuple[date, date]:
        """The day on which the payment is expected, and the last one on which the reservation is valid."""
        new, latest = self.new, self.today + timedelta(days=LATEST_DAYS_AHEAD)
        paid = new.payment_date or self.today
        if paid > latest:
            self.wrong(Code.DATE_RANGE, "At most {days} days ahead", "paymentDate", paid, days=LATEST_DAYS_AHEAD)
            paid = self.today
        until = new.valid_until or paid + timedelta(days=self.config.number(VALID_DAYS))
        if until < paid:
            self.wrong(Code.DATE_RANGE, "Not before the payment date", "validUntil", until)
        elif until < self.today:
            name = "paymentDate" if new.valid_until is None else "validUntil"
            self.wrong(Code.DATE_RANGE, "The reservation would have expired on {day}", name, until, day=until)
        return paid, until

    def method(self) -> str:
        """The payment method in its canonical spelling."""
        given = self.new.payment_method
        known = canonical(given, PAYMENT_METHODS) if given else ""
        if known is None:
            self.wrong(Code.NOT_IN_LIST, "Not in the code list", "paymentMethod", given)
        return known or ""


def judge(
    new: NewReservation,
    item: ItemGround | None,
    default_currency: str,
    config: Config,
    today: date,
    *,
    named: str,
    at: str,
) -> tuple[Terms | None, list[Fault]]:
    """What a reservation comes to, or every rule that it breaks.

    `item` is None for a reservation on a customer's account, and where nothing was found to reserve; then
    `default_currency` is the customer's. `named` is the field that named the item, `at` leads the fields of the faults.
    """
    judged = _Judge(new, config, today, at)
    currency = judged.other_currency(default_currency) if item is None else judged.item_currency(item)
    amount_minor = judged.amount(currency)
    if item is not None:
        judged.room(item, amount_minor, named)
    paid, until = judged.days()
    method = judged.method()
    if judged.faults or amount_minor is None:
        return None, judged.faults
    return Terms(currency, amount_minor, paid, until, method), []


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """An open debit item of a customer, with what is reserved of it. Minor units of its currency."""

    key: ItemKey
    due_date: date
    currency: str
    balance_minor: int
    reserved_minor: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an item is not reminded of: reservations on the item itself, or on the customer's account."""

    by_item_minor: int
    by_customer_minor: int

    @property
    def stops_interest(self) -> bool:
        """Whether the item is RESERVED by itself, so that it bears no interest either."""
        return self.by_customer_minor == 0


def held(claims: Iterable[OpenClaim], on_account: Mapping[str, int]) -> dict[ItemKey, Hold]:
    """The claims of one customer that are wholly covered by payments on their way, so that reminders wait.

    `on_account` is what is reserved on the customer's account, by currency. It covers the oldest due date first, as the
    payment will when it arrives, and holds back only what it covers to the end: what comes after is reminded of.
    """
    left = dict(on_account)
    holds = {}
    for claim in sorted(claims, key=lambda claim: (claim.due_date, claim.key)):
        uncovered = max(0, claim.balance_minor - claim.reserved_minor)
        covered = min(uncovered, left.get(claim.currency, 0))
        left[claim.currency] = left.get(claim.currency, 0) - covered
        if covered == uncovered:
            holds[claim.key] = Hold(min(claim.reserved_minor, claim.balance_minor), covered)
    return holds
