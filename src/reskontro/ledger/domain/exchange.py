"""Foreign currency: what an amount is in the GL currency, and what a match gains or loses there.

An event has the rate of its voucher date. Every line of it is converted and rounded by itself, a half away from zero;
what the rounded lines leave over goes to the rounding account, in the GL currency alone. An item that is not zero is
at least one minor unit in the GL currency, so that what is open can be told by either amount.

A part of a balance has its share of the GL balance, rounded likewise; it leaves at least one unit for the rest, and the
last part takes what is left. The two sides of a match may so have different GL amounts: the difference is a gain or a
loss, booked by the case that matches them. Its lines have an amount in the GL currency alone and name no item.

Source: arm-api, section 2.10 (posting rule 5), section 2.6 (accounts).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from reskontro.kernel.money import divide_half_up, exponent
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.entries import CaseRateRow, LineRow, MatchRow

LATEST_AGE_DAYS = 7
"""How many days after its own a rate still counts: the last banking day's, over any row of holidays, and no longer."""

DIFFERENCE_TEXT = "Exchange difference"  # with no amount in the currency, the mark of a line that names no item
ROUNDING_TEXT = "Rounding"


class Rate(NamedTuple):
    """`units` of a currency are worth `rate` of the base currency, as quoted by a source for a day."""

    currency: str
    base_currency: str
    valid_from: date
    units: Decimal
    rate: Decimal
    source: str


class Quote(NamedTuple):
    """A rate as it is to be added; `line` is where it stands in its file."""

    currency: str
    valid_from: date
    units: Decimal
    rate: Decimal
    source: str
    line: int


Rates = Mapping[tuple[str, date], Rate]
"""The rates that count, by currency and day. What is not in it is not known."""


class Accounts(NamedTuple):
    """Where exchange differences are booked."""

    receivables: int
    gain: int
    loss: int

    @classmethod
    def of(cls, config: Config) -> "Accounts":
        """Those of a client's settings."""
        names = ("gl.account.receivables", "gl.account.fxGain", "gl.account.fxLoss")
        return cls(*(config.number(name) for name in names))


class Exchange(NamedTuple):
    """What a case in a foreign currency needs; `rate` is None for one that only moves or matches what is there."""

    rate: Rate | None
    accounts: Accounts
    rounding_account: int

    @classmethod
    def of(cls, rate: Rate | None, config: Config) -> "Exchange":
        """With the accounts of a client's settings."""
        return cls(rate, Accounts.of(config), config.number("gl.account.rounding"))


def to_gl(minor: int, rate: Rate | None) -> int:
    """An amount in minor units of the GL currency, rounded to the nearest, a half away from zero.

    Without a rate it is in the GL currency already. The one place where an amount is converted.
    """
    if rate is None:
        return minor
    rate_over, rate_under = rate.rate.as_integer_ratio()
    units_over, units_under = rate.units.as_integer_ratio()
    over: int = rate_over * units_under * 10 ** exponent(rate.base_currency)
    under: int = rate_under * units_over * 10 ** exponent(rate.currency)
    return divide_half_up(minor * over, under)


def item_to_gl(minor: int, rate: Rate | None) -> int:
    """The amount of an item in the GL currency: at least one minor unit of it where the item is not zero."""
    converted = to_gl(minor, rate)
    if converted or not minor:
        return converted
    return 1 if minor > 0 else -1


def share(gl_minor: int, part: int, whole: int) -> int:
    """What a part of an open amount is in the GL currency, where the whole is `gl_minor`. None is below zero.

    The one place where a GL balance is divided.
    """
    if part == whole:
        return gl_minor
    if gl_minor == whole:  # as it always is in the GL currency
        return part
    return min(divide_half_up(gl_minor * part, whole), max(gl_minor - 1, 0))


def case_rate(gl_case_no: int, rate: Rate | None) -> list[CaseRateRow]:
    """The row that keeps the rate of a case; none without a rate."""
    if rate is None:
        return []
    return [CaseRateRow(gl_case_no, rate.units, rate.rate, rate.valid_from, rate.source)]


def difference_lines(
    gl_case_no: int, first_line_no: int, matches: Iterable[MatchRow], accounts: Accounts
) -> list[LineRow]:
    """The lines of a case for what its matches gained and lost: a pair for the gains, a pair for the losses.

    What an undone match had gained is taken back from the gains, what it had lost from the losses.
    """
    gain = loss = 0
    for match in matches:
        difference = match.credit_gl_minor - match.debit_gl_minor
        if (difference > 0) == (match.currency_minor > 0):
            gain += difference
        else:
            loss += difference
    lines: list[LineRow] = []
    for minor, account in ((gain, accounts.gain), (loss, accounts.loss)):
        for gl_account_no, gl_minor in ((accounts.receivables, minor), (account, -minor)) if minor else ():
            line_no = first_line_no + len(lines)
            lines.append(
                LineRow(gl_case_no, line_no, gl_account_no, 0, gl_minor, DIFFERENCE_TEXT, "", None, "", "", "")
            )
    return lines


def is_difference(line: LineRow) -> bool:
    """Whether a line is one of an exchange difference."""
    return line.currency_minor == 0 and line.gl_minor != 0 and line.transaction_text == DIFFERENCE_TEXT
