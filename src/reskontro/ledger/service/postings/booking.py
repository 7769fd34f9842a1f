"""Books the judged postings of a call, one after the other, each on what the ones before it left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reskontro.kernel.kid import arm_kid
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain import adjustments
from reskontro.ledger.domain.adjustments import Aim, Booked, Counter, Event, Run, Unbookable
from reskontro.ledger.domain.autoposting import (
    CREDIT_ADJUSTMENT,
    DUE_DAYS,
    FEE,
    INTEREST,
    MATCH,
    METHODS,
    PAYMENT,
    REFUND,
    REVERSAL,
    SMALL_DIFFERENCE,
    TRANSFER,
    WRITE_OFF,
)
from reskontro.ledger.domain.codes import PAYMENT_METHODS, VOUCHER_TYPES, VoucherType, canonical
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.document import vat_code
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.exchange import Accounts, Exchange
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.payment import Standing
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.domain.reversal import BookedCase, Reversal, nothing_left, reverse, why_not
from reskontro.ledger.service.postings.records import Judged
from reskontro.ledger.service.targets import Target


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a run's numbers come from."""

    case: Callable[[], int]
    voucher: Callable[[int], int]  # of a year
    reference: Callable[[], int]


class Booking:
    """One run over the postings of a call. It is made twice: to see whether they can be booked, and to book them."""

    def __init__(
        self, method: str, config: Config, client_no: int, standing: Standing, cases: Mapping[int, BookedCase],
        sources: Sources,
    ) -> None:  # fmt: skip
        self.method = method
        self.config = config
        self.client_no = client_no
        self.cases = cases
        self.sources = sources
        self.run = Run(client_no, standing, sources.reference, self._kid)
        self.reversed_cases: set[int] = set()
        self.undone: set[int] = set()

    def book(self, one: Judged) -> dict[str, Any]:
        """Book one posting and give its numbers; raises Unbookable, with nothing of it booked."""
        if self.method == MATCH:
            return self._match(one)
        if self.method == REVERSAL:
            return self._reverse(one)
        return BOOKERS[self.method](self, one)

    def _kid(self, account_no: int, reference_no: int) -> str:
        if reference_no < 0:
            return ""  # a run that only tries
        prefix, check_digit = self.config.text("kid.prefix"), self.config.text("kid.checkDigitMethod")
        return arm_kid(self.client_no, account_no, reference_no, prefix=prefix, method=check_digit)

    def event(self, one: Judged) -> Event:
        """What the posting's rows have in common. A match books a difference as rounding does."""
        new, voucher_type = one.new, METHODS[self.method].voucher_type or VoucherType.ROUNDING
        base = self.config.text("gl.baseCurrency")
        return Event(
            gl_case_no=self.sources.case(),
            voucher_no=self.sources.voucher(new.voucher_date.year),
            voucher_type=voucher_type,
            voucher_date=new.voucher_date,
            period=Period.of(new.voucher_date),
            currency=one.currency,
            gl_currency=base,
            receivables_account=self.config.number("gl.account.receivables"),
            transaction_text=new.transaction_text or VOUCHER_TYPES[voucher_type].en,
            external_id1=new.external_id1,
            rule=adjustments.RULE_NAMED if one.named else adjustments.RULE,
            exchange=Exchange.of(one.rate, self.config) if one.currency != base else None,
        )

    def money_account(self, one: Judged) -> int:
        """The account that money came in on or goes out from."""
        payment_method = canonical(one.new.payment_method, PAYMENT_METHODS) or "BANK"
        return one.new.gl_account_no or self.config.clearing_account(payment_method)

    def account(self, one: Judged, key: str) -> int:
        """The counter account of a configuration key, where the posting names none."""
        return one.new.gl_account_no or self.config.number(key)

    def payment(self, one: Judged) -> dict[str, Any]:
        """Money that came in."""
        counters = [Counter(self.money_account(one), one.minor)]
        event = self.event(one)
        kid = one.new.identifiers.kid
        return self._result(
            one, adjustments.book(self.run, event, _aim(one), sign=-1, counters=counters, kid=kid), event
        )

    def refund(self, one: Judged) -> dict[str, Any]:
        """Money that goes out."""
        event = self.event(one)
        counters = [Counter(self.money_account(one), -one.minor)]
        booked = adjustments.book(self.run, event, _aim(one), sign=1, counters=counters, covered=True)
        return self._result(one, booked, event)

    def write_off(self, one: Judged) -> dict[str, Any]:
        """A claim that is given up."""
        event = self.event(one)
        counters = [Counter(self.account(one, "gl.account.badDebts"), one.minor)]
        booked = adjustments.book(self.run, event, _aim(one), sign=-1, counters=counters, covered=True)
        return self._result(one, booked, event)

    def small_difference(self, one: Judged) -> dict[str, Any]:
        """What is too small to be asked for or paid out."""
        aim = _aim(one)
        sign = adjustments.closing_sign(self.run, aim, one.currency)
        event = self.event(one)
        counters = [Counter(self.account(one, "gl.account.rounding"), -sign * one.minor)]
        booked = adjustments.book(self.run, event, aim, sign=sign, counters=counters, covered=True)
        return self._result(one, booked, event)

    def credit_adjustment(self, one: Judged) -> dict[str, Any]:
        """A credit without a document: revenue and VAT back."""
        event = self.event(one)
        excl = one.minor - one.vat_minor
        code = vat_code(excl, one.vat_minor)
        revenue = one.new.gl_account_no or self.config.revenue_account("", vat_free=one.vat_minor == 0)
        counters = [Counter(revenue, excl, code), Counter(self.config.number("gl.account.vatOut"), one.vat_minor, code)]
        counters = [counter for counter in counters if counter.minor]
        return self._result(one, adjustments.book(self.run, event, _aim(one), sign=-1, counters=counters), event)

    def interest(self, one: Judged) -> dict[str, Any]:
        """Interest that the customer owes."""
        return self._debit(one, "gl.account.interestIncome")

    def fee(self, one: Judged) -> dict[str, Any]:
        """A fee that the customer owes."""
        return self._debit(one, "gl.account.feeIncome")

    def _debit(self, one: Judged, key: str) -> dict[str, Any]:
        event = self.event(one)
        due = one.new.due_date or one.new.voucher_date + timedelta(days=DUE_DAYS)
        counters = [Counter(self.account(one, key), -one.minor)]
        booked = adjustments.book(
            self.run, event, _aim(one), sign=1, counters=counters, settles=False, due_date=due
        )  # fmt: skip
        return self._result(one, booked, event)

    def transfer(self, one: Judged) -> dict[str, Any]:
        """An amount that moves to another item or customer."""
        assert one.receiver is not None, "a judged transfer has a receiver"
        event = self.event(one)
        receiver = Aim(
            one.receiver.account_no, one.receiver.item, (), one.new.auto_match, f"{one.path}.{_receiver_field(one)}"
        )
        return self._result(one, adjustments.transfer(self.run, event, _aim(one), receiver, one.minor), event)

    def _match(self, one: Judged) -> dict[str, Any]:
        start = len(self.run.entries.matches)
        booked = adjustments.match(self.run, _aim(one), one.currency, one.new.voucher_date)
        if not adjustments.has_differences(self.run, start):
            return self._result(one, booked)
        event = self.event(one)
        adjustments.book_differences(self.run, event, start)
        return self._result(one, booked, event)

    def _reverse(self, one: Judged) -> dict[str, Any]:
        new = one.new
        at = f"{one.path}.glCaseNo"
        assert new.gl_case_no is not None, "a reversal names a case"
        booked = self.cases.get(new.gl_case_no)
        if booked is None:
            raise Unbookable(fault(Code.UNKNOWN_REFERENCE, "Nothing of this kind exists", at, new.gl_case_no))
        message = why_not(booked, reversed_in_run=new.gl_case_no in self.reversed_cases)
        if message is not None:
            raise Unbookable(fault(Code.STATE_NOT_ALLOWED, message, at, new.gl_case_no))
        if nothing_left(booked, self.undone):
            raise Unbookable(fault(Code.STATE_NOT_ALLOWED, "The matches of the case are undone", at, new.gl_case_no))
        if new.currency and one.currency != booked.case.currency:
            raise Unbookable(
                fault(Code.CURRENCY, "The case is in another currency", f"{one.path}.currency", one.currency)
            )
        one.currency = booked.case.currency
        if one.target is not None and one.target.account_no != booked.case.account_no:
            raise Unbookable(fault(Code.DISAGREE, "The identifiers point to different entities", at, new.gl_case_no))
        self.reversed_cases.add(new.gl_case_no)
        reversal = Reversal(
            gl_case_no=self.sources.case(),
            voucher_no=self.sources.voucher(new.voucher_date.year),
            voucher_date=new.voucher_date,
            period=Period.of(new.voucher_date),
            transaction_text=new.transaction_text,
            external_id1=new.external_id1,
        )
        accounts = Accounts.of(self.config)
        return self._result(one, reverse(self.run, booked, reversal, self.undone, accounts), reversal)

    def _result(self, one: Judged, booked: Booked, event: Event | Reversal | None = None) -> dict[str, Any]:
        numbers: dict[str, Any] = {}
        if event is not None:
            voucher_type = event.voucher_type if isinstance(event, Event) else VoucherType.REVERSAL
            numbers = {
                "glCaseNo": event.gl_case_no,
                "voucherNo": event.voucher_no,
                "voucherType": int(voucher_type),
            }
        return numbers | {
            "arItemIds": [str(ArItemId(self.client_no, *name)) for name in booked.items],
            "matchedArItemIds": [str(ArItemId(self.client_no, *name)) for name in booked.matched],
            "unmatchedCurrencyAmount": to_wire(booked.left_minor, one.currency),
        }


BOOKERS: Mapping[str, Callable[[Booking, Judged], dict[str, Any]]] = {
    PAYMENT: Booking.payment,
    REFUND: Booking.refund,
    WRITE_OFF: Booking.write_off,
    SMALL_DIFFERENCE: Booking.small_difference,
    CREDIT_ADJUSTMENT: Booking.credit_adjustment,
    INTEREST: Booking.interest,
    FEE: Booking.fee,
    TRANSFER: Booking.transfer,
}


def _aim(one: Judged) -> Aim:
    target: Target | None = one.target
    assert target is not None, "a judged posting has a target"
    return Aim(target.account_no, target.item, one.named, one.new.auto_match, one.path)


def _receiver_field(one: Judged) -> str:
    given = one.new.receiver
    return "toArItemId" if given.ar_item_id else "toCustomerNo" if given.customer_no else "toAccountNo"
