"""What a payment books: money against receivables, and what it settles.

A payment is a credit item, the next sequence of the reference that it pays, or the first of a reference of its own
where it pays a customer and not a document. It takes from the items that it is matched with; what is left stays open on
it. A small difference is an item of its own that closes what the payment left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reskontro.ledger.domain.codes import VOUCHER_TYPES, VoucherType
from reskontro.ledger.domain.entries import (
    BalanceRow,
    CaseRow,
    Entries,
    ItemRow,
    LineRow,
    MatchRow,
    OpenItem,
    Settlement,
    settle,
)
from reskontro.ledger.domain.exchange import Exchange, case_rate, difference_lines, item_to_gl, share
from reskontro.ledger.domain.periods import Period

ItemKey = tuple[int, int]


class Standing:
    """The items that a run works on, as they stand after each of its postings."""

    def __init__(self, items: Iterable[OpenItem]) -> None:
        self._items: dict[ItemKey, OpenItem] = {(i.reference_no, i.reference_sequence_no): i for i in items}
        self._changed: dict[ItemKey, None] = {}
        self._by_account: dict[int, list[ItemKey]] | None = None

    def item(self, key: ItemKey) -> OpenItem | None:
        """An item as it stands."""
        return self._items.get(key)

    def of_account(self, account_no: int) -> list[OpenItem]:
        """A customer's items as they stand."""
        if self._by_account is None:
            self._by_account = {}
            for key, item in self._items.items():
                self._by_account.setdefault(item.account_no, []).append(key)
        return [self._items[key] for key in self._by_account.get(account_no, ())]

    def copy(self) -> "Standing":
        """The same items, to be tried on."""
        return Standing(self._items.values())

    def take(self, item: OpenItem, minor: int) -> int:
        """Bring an item's balance nearer to zero by a part that something settles.

        What the part is in the GL currency comes back; it is positive.
        """
        key = (item.reference_no, item.reference_sequence_no)
        now = self._items[key]
        open_minor = abs(now.currency_balance_minor)
        assert 0 < minor <= open_minor, "no more is taken than is open"
        gl_part = share(abs(now.gl_balance_minor), minor, open_minor)
        sign = 1 if now.currency_balance_minor > 0 else -1
        self._items[key] = now._replace(
            currency_balance_minor=now.currency_balance_minor - sign * minor,
            gl_balance_minor=now.gl_balance_minor - sign * gl_part,
        )
        self._changed[key] = None
        return gl_part

    def reopen(self, key: ItemKey, minor: int, gl_minor: int) -> None:
        """Give an item back what an undone match had taken from it; signed as the item."""
        now = self._items[key]
        self._items[key] = now._replace(
            currency_balance_minor=now.currency_balance_minor + minor, gl_balance_minor=now.gl_balance_minor + gl_minor
        )
        assert abs(self._items[key].currency_balance_minor) <= abs(now.currency_minor), (
            "no more than the amount is open"
        )
        self._changed[key] = None

    def next_sequence(self, reference_no: int) -> int:
        """The next sequence number of a reference."""
        key = (reference_no, 0)
        number = self._items[key].last_sequence_no + 1
        self._items[key] = self._items[key]._replace(last_sequence_no=number)
        self._changed[key] = None
        return number

    def pay(self, item: OpenItem, amount_minor: int) -> tuple[int, int]:
        """Let a payment in the GL currency settle what it can of a reference's first item.

        The payment's sequence number in the reference, and the part that was settled, come back.
        """
        key = (item.reference_no, 0)
        now = self._items[key]
        part = min(amount_minor, max(0, now.currency_balance_minor))
        number = now.last_sequence_no + 1
        self._items[key] = OpenItem(
            now.reference_no, 0, now.account_no, now.document_no, now.currency, now.currency_minor,
            now.currency_balance_minor - part, now.gl_balance_minor - part, now.due_date, now.kid, number,
        )  # fmt: skip
        self._changed[key] = None
        return number, part

    def balances(self) -> list[BalanceRow]:
        """The items that the run changed, as it leaves them."""
        return [
            BalanceRow(
                item.reference_no,
                item.reference_sequence_no,
                item.currency_balance_minor,
                item.gl_balance_minor,
                item.last_sequence_no,
            )
            for item in (self._items[key] for key in self._changed)
        ]


def as_it_stands(standing: Standing, item: OpenItem) -> OpenItem:
    """An item as a run leaves it."""
    return standing.item((item.reference_no, item.reference_sequence_no)) or item


def still_open(standing: Standing, items: Sequence[OpenItem]) -> tuple[OpenItem, ...]:
    """Those of some items that a run leaves open, as it leaves them."""
    return tuple(one for one in (as_it_stands(standing, item) for item in items) if one.currency_balance_minor > 0)


def is_simple(item: OpenItem, gl_currency: str) -> bool:
    """Whether an item is the first of its reference, in the GL currency, and open for the same in both."""
    return (
        item.reference_sequence_no == 0
        and item.currency == gl_currency
        and item.currency_balance_minor == item.gl_balance_minor
    )


@dataclass(frozen=True, slots=True)
class PaymentCase:
    """One payment that is to be booked. Amounts are positive; `reference` is the paid reference or a new one.

    `exchange` is None for one in the GL currency.
    """

    gl_case_no: int
    voucher_no: int
    voucher_date: date
    period: Period
    currency: str
    gl_currency: str
    account_no: int
    reference_no: int
    reference_sequence_no: int
    kid: str
    money_account: int
    receivables_account: int
    amount_minor: int
    transaction_text: str
    external_id1: str
    rule: str
    exchange: Exchange | None = None

    @property
    def gl_amount_minor(self) -> int:
        """The amount in the GL currency."""
        return self.amount_minor if self.exchange is None else item_to_gl(self.amount_minor, self.exchange.rate)


def book_payment(entries: Entries, standing: Standing, payment: PaymentCase, items: Sequence[OpenItem]) -> Settlement:
    """Add a payment to a run; it settles `items` in their order. How it was spread comes back."""
    settlement = settle(payment.amount_minor, items)
    book_settlement(entries, standing, payment, settlement.parts)
    return settlement


def book_settlement(
    entries: Entries, standing: Standing, payment: PaymentCase, parts: Sequence[tuple[OpenItem, int]]
) -> int:
    """Add a payment that takes given parts of items; what is left on account comes back."""
    left, gl_left = payment.amount_minor, payment.gl_amount_minor
    start = len(entries.matches)
    for item, part in parts:
        debit_gl, credit_gl = standing.take(item, part), share(gl_left, part, left)
        entries.matches.append(
            MatchRow(
                item.reference_no, item.reference_sequence_no, payment.reference_no, payment.reference_sequence_no,
                part, debit_gl, credit_gl, payment.voucher_date, None, payment.gl_case_no, payment.rule,
            )
        )  # fmt: skip
        left -= part
        gl_left -= credit_gl
    _book_credit(entries, payment, VoucherType.PAYMENT, left, gl_left, start)
    return left


def match_credits(
    entries: Entries, standing: Standing, payment: PaymentCase, shares: Sequence[tuple[OpenItem, int]]
) -> list[tuple[OpenItem, int]]:
    """Let the credits of a list settle its claims, the first the first; what is left of the claims comes back.

    In the GL currency only: a difference would have to be booked. The matches belong to the payment's case, so that
    whoever undoes it finds them.
    """
    claims = [(item, minor) for item, minor in shares if minor > 0]
    for credit, minor in shares:
        left = -minor
        while left > 0:
            debit, wanted = claims[0]
            part = min(left, wanted)
            gl_debit, gl_credit = standing.take(debit, part), standing.take(credit, part)
            entries.matches.append(
                MatchRow(
                    debit.reference_no, debit.reference_sequence_no, credit.reference_no, credit.reference_sequence_no,
                    part, gl_debit, gl_credit, payment.voucher_date, None, payment.gl_case_no, payment.rule,
                )
            )  # fmt: skip
            left -= part
            claims[0] = (debit, wanted - part)
            if wanted == part:
                claims.pop(0)
    return claims


def book_small_difference(entries: Entries, standing: Standing, difference: PaymentCase, item: OpenItem) -> None:
    """Close an item with a difference that is too small to be asked for."""
    start = len(entries.matches)
    debit_gl = standing.take(item, difference.amount_minor)
    entries.matches.append(
        MatchRow(
            item.reference_no, item.reference_sequence_no, difference.reference_no, difference.reference_sequence_no,
            difference.amount_minor, debit_gl, difference.gl_amount_minor, difference.voucher_date, None,
            difference.gl_case_no, difference.rule,
        )
    )  # fmt: skip
    _book_credit(entries, difference, VoucherType.ROUNDING, 0, 0, start)


def _book_credit(
    entries: Entries, case: PaymentCase, voucher_type: VoucherType, left_minor: int, gl_left_minor: int, start: int
) -> None:
    """Add the case of a credit; its matches are those from `start` on."""
    text = case.transaction_text or VOUCHER_TYPES[voucher_type].en
    amount, gl_amount = case.amount_minor, case.gl_amount_minor
    period = case.period
    entries.cases.append(
        CaseRow(
            case.gl_case_no, voucher_type, case.voucher_no, case.voucher_date, period.gl_year, period.gl_period,
            case.currency, case.gl_currency, case.account_no, case.reference_no, "", None,
        )
    )  # fmt: skip
    entries.lines.append(
        LineRow(case.gl_case_no, 1, case.money_account, amount, gl_amount, text, "", None, "", "", "")
    )  # fmt: skip
    entries.lines.append(
        LineRow(
            case.gl_case_no, 2, case.receivables_account, -amount, -gl_amount, text, "", case.reference_sequence_no,
            "", "", "",
        )
    )  # fmt: skip
    entries.items.append(
        ItemRow(
            case.reference_no, case.reference_sequence_no, case.account_no, "", voucher_type, case.voucher_no,
            case.voucher_date, case.voucher_date, case.currency, -amount, -gl_amount, case.kid, text, case.external_id1,
            case.gl_case_no, period.gl_year, period.gl_period, -left_minor, -gl_left_minor, 0, None,
        )
    )  # fmt: skip
    if case.exchange is None:
        return
    entries.lines += difference_lines(case.gl_case_no, 3, entries.matches[start:], case.exchange.accounts)
    entries.rates += case_rate(case.gl_case_no, case.exchange.rate)
