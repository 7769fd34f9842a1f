"""What is wrong with an auto posting before anything is looked at that moves."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from reskontro.kernel.money import (
    LARGEST_MINOR,
    AmountTooLargeError,
    TooManyDecimalsError,
    is_currency,
    to_minor,
    to_wire,
)
from reskontro.ledger.domain.autoposting import (
    CREDIT_ADJUSTMENT,
    LEAST_TO_MATCH,
    METHODS,
    REVERSAL,
    SMALL_DIFFERENCE,
    TRANSFER,
)
from reskontro.ledger.domain.codes import PAYMENT_METHODS, REASON_CODES, canonical
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.exchange import Rates, to_gl
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.domain.payment import Standing
from reskontro.ledger.domain.periods import LATEST_DAYS_AHEAD, Period
from reskontro.ledger.service.postings.records import Judged
from reskontro.ledger.service.targets import Found, Identifiers, aim

TO_FIELDS = {"arItemId": "toArItemId", "accountNo": "toAccountNo", "customerNo": "toCustomerNo"}


class Judge:
    """Judges the postings of a call, each by itself."""

    def __init__(
        self, method: str, found: Found, config: Config, closed_through: int | None, today: date, client_no: int
    ) -> None:
        self.method = method
        self.found = found
        self.config = config
        self.closed_through = closed_through
        self.today = today
        self.client_no = client_no

    def judge(self, one: Judged) -> None:
        """Find what the posting is aimed at, or add its faults. Its amounts are judged when that is locked."""
        self._day(one)
        self._codes(one)
        self._targets(one)
        self._named(one)

    def choose_currency(self, one: Judged, standing: Standing) -> None:
        """Fill in the currency: the posting's own, or its item's, or the client's."""
        keys = [one.target.item] if one.target is not None and one.target.item is not None else one.named[:1]
        items = [item for key in keys if (item := standing.item(key)) is not None]
        default = items[0].currency if items else self.config.text("gl.baseCurrency")
        one.currency = (one.new.currency or default).upper()

    def needs_rate(self, one: Judged) -> bool:
        """Whether the amount has to be converted. What only moves or matches has the amounts that are there."""
        converts = METHODS[self.method].voucher_type is not None and self.method not in {TRANSFER, REVERSAL}
        return converts and is_currency(one.currency) and one.currency != self.config.text("gl.baseCurrency")

    def _day(self, one: Judged) -> None:
        day = one.new.voucher_date
        if day > self.today + timedelta(days=LATEST_DAYS_AHEAD):
            _wrong(one, Code.DATE_RANGE, "At most {days} days ahead", "voucherDate", day, days=LATEST_DAYS_AHEAD)
        period = Period.of(day)
        if self.closed_through is not None and period.month_no <= self.closed_through:
            _wrong(one, Code.PERIOD_CLOSED, "The period {period} is closed", "voucherDate", day, period=str(period))
        due = one.new.due_date
        if due is not None and due < day:
            _wrong(one, Code.DATE_RANGE, "Not before the voucher date", "dueDate", due)

    def judge_amounts(self, one: Judged, rates: Rates) -> None:
        """Fill in the amounts and the rate that they are converted with, or add their faults."""
        new, base = one.new, self.config.text("gl.baseCurrency")
        one.rate = rates.get((one.currency, new.voucher_date)) if self.needs_rate(one) else None
        if not is_currency(one.currency) or (self.needs_rate(one) and one.rate is None):
            _wrong(one, Code.CURRENCY, "No rate is known for this currency", "currency", one.currency)
            one.currency = base
        if new.amount is not None:
            one.minor = self._minor(one, "currencyAmount", new.amount)
            if new.amount <= 0:
                _wrong(one, Code.SUMS, "An amount above zero is wanted", "currencyAmount", new.amount)
        if self.method == CREDIT_ADJUSTMENT and new.vat_amount is not None and new.amount is not None:
            one.vat_minor = self._minor(one, "vatAmount", new.vat_amount)
            if not 0 <= new.vat_amount <= max(new.amount, Decimal()):
                _wrong(one, Code.SUMS, "From zero to the amount", "vatAmount", new.vat_amount)
        if self.method == SMALL_DIFFERENCE and new.amount is not None:
            limit = self.config.decimal("posting.smallDifferenceLimit")
            if to_wire(to_gl(one.minor, one.rate), base) > limit:
                _wrong(
                    one, Code.SUMS, "At most {limit} is a small difference", "currencyAmount", new.amount, limit=limit
                )

    def _minor(self, one: Judged, name: str, amount: Decimal) -> int:
        try:
            minor = to_minor(amount, one.currency)
        except (TooManyDecimalsError, AmountTooLargeError):
            _wrong(one, Code.SUMS, "The amount does not fit its currency", name, amount)
            return 0
        if to_gl(minor, one.rate) > LARGEST_MINOR:
            _wrong(one, Code.SUMS, "The amount does not fit its currency", name, amount)
        return minor

    def _codes(self, one: Judged) -> None:
        new = one.new
        if new.payment_method and canonical(new.payment_method, PAYMENT_METHODS) is None:
            _wrong(one, Code.NOT_IN_LIST, "Not in the code list", "paymentMethod", new.payment_method)
        if new.reason_code and canonical(new.reason_code, REASON_CODES) is None:
            _wrong(one, Code.NOT_IN_LIST, "Not in the code list", "reasonCode", new.reason_code)
        receivables = self.config.number("gl.account.receivables")
        if new.gl_account_no is not None and (
            not 1000 <= new.gl_account_no <= 9999 or new.gl_account_no == receivables
        ):
            _wrong(one, Code.TYPE_NOT_ALLOWED, "The account cannot be posted to", "glAccountNo", new.gl_account_no)

    def _targets(self, one: Judged) -> None:
        given = one.new.identifiers
        if self.method != REVERSAL or given != Identifiers():
            one.target, faults = aim(given, self.found, self.config, self.client_no, one.path)
            one.faults += faults
        if self.method != TRANSFER:
            return
        if one.target is not None and one.target.item is None:
            _wrong(one, Code.NO_IDENTIFIER, "A transfer starts from an item", "arItemId")
        one.receiver, faults = aim(one.new.receiver, self.found, self.config, self.client_no, one.path)
        one.faults += [
            replace(found, field=f"{one.path}.{TO_FIELDS[(found.field or '').removeprefix(f'{one.path}.')]}")
            for found in faults
        ]

    def _named(self, one: Judged) -> None:
        texts = one.new.match_ar_item_ids
        if METHODS[self.method].voucher_type is None and len(texts) < LEAST_TO_MATCH:
            _wrong(one, Code.TYPE_NOT_ALLOWED, "At least one debit and one credit item", "matchArItemIds")
        named = []
        for index, text in enumerate(texts):
            item = parse_ar_item_id(text)
            key = (item.reference_no, item.reference_sequence_no) if item is not None else None
            hits = self.found.get(("item", f"{key[0]}-{key[1]}"), []) if key is not None else []
            if item is None or key is None or item.client_no != self.client_no or (item.account_no, key) not in hits:
                at = f"matchArItemIds[{index}]"
                _wrong(one, Code.UNKNOWN_REFERENCE, "Nothing of this kind exists", at, text)
            else:
                named.append(key)
        one.named = tuple(named)


def _wrong(one: Judged, code: Code, message: str, name: str, value: object = None, **args: object) -> None:
    one.faults.append(fault(code, message, f"{one.path}.{name}", value, **args))
