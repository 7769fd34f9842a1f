"""Writing Autogiro files to Bankgirot: mandates, collections and pay-outs, cancellations and moves of them.

Each kind has an opening record of its own; there is no end record. A file must be sealed before it is sent, which is
not done here. `customer` is the customer number that Bankgirot gave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reskontro.formats.autogiro.codes import ABOUT_ONE, OUR_CHANGES, PERIODS
from reskontro.formats.writing import Checks, encoded, yyyymmdd

LENGTH = 80
AT_ONCE = "GENAST  "
ONCE = "0"


@dataclass(frozen=True, slots=True)
class NewMandate:
    """A mandate on paper: account (clearing number and account) and personal or organisation number are known.

    Without both it accepts a mandate that was given in an internet bank; `refuse` refuses one.
    """

    payer: str
    clearing: str = ""
    account: str = ""
    identity: str = ""
    refuse: bool = False


@dataclass(frozen=True, slots=True)
class EndedMandate:
    """A mandate that the payee ends."""

    payer: str


@dataclass(frozen=True, slots=True)
class ChangedPayer:
    """A payer's new number."""

    payer: str
    new_payer: str
    new_bankgiro: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A collection, or a pay-out where `pay_out`. Without a day it is done at once.

    `period` is 0 for once, 1 to 4 for monthly, quarterly, half-yearly and yearly on the day, 5 to 8 for the same on the
    last bank day; `repeats` how many times, as long as it is not ended where it is None.
    """

    payer: str
    amount_minor: int
    day: date | None
    reference: str = ""
    period: str = ONCE
    repeats: int | None = None
    pay_out: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A cancellation or a move of orders; `code` is Bankgirot's, and says which of the others there are.

    23 cancels all orders of a payer, 24 those of a day, 25 one; 26 moves all orders to a new day, 27 those of a day, 28
    those of a payer and a day, 29 one. Only 25 and 29, which are about one order, have an amount, a direction and,
    where the order has one, its reference: with another code Bankgirot would change more than what was meant.
    """

    code: str
    payer: str = ""
    day: date | None = None
    amount_minor: int | None = None
    pay_out: bool | None = None
    new_day: date | None = None
    reference: str = ""


Mandate = NewMandate | EndedMandate | ChangedPayer


def write_autogiro(
    day: date,
    customer: str,
    bankgiro: str,
    *,
    mandates: Sequence[Mandate] = (),
    orders: Sequence[Order] = (),
    changes: Sequence[Change] = (),
) -> bytes:
    """A file to Bankgirot, with a part for each kind that there is. Raises `NotWritable`."""
    checks = Checks()
    checks.digits("file", "customer", customer, 6)
    checks.digits("file", "bankgiro", bankgiro, 10)
    checks.wanted(bool(mandates or orders or changes), "file", "there is nothing to send")
    for at, mandate in enumerate(mandates, 1):
        _check_mandate(checks, f"mandate {at}", mandate)
    for at, order in enumerate(orders, 1):
        _check_order(checks, f"order {at}", order)
    for at, change in enumerate(changes, 1):
        _check_change(checks, f"change {at}", change)
    checks.done()
    giro = bankgiro.zfill(10)
    opening = f"01{yyyymmdd(day)}AUTOGIRO{'':44}{customer.zfill(6)}{giro}"
    records: list[str] = []
    if mandates:
        records += [opening, *(_mandate(giro, each) for each in mandates)]
    if orders:
        records += [opening, *(_order(giro, each) for each in orders)]
    if changes:
        records += [opening, *(_change(giro, each) for each in changes)]
    return encoded(records, LENGTH)


def _mandate(giro: str, mandate: Mandate) -> str:
    payer = mandate.payer.zfill(16)
    match mandate:
        case EndedMandate():
            return f"03{giro}{payer}"
        case ChangedPayer():
            new_giro = mandate.new_bankgiro.zfill(10) if mandate.new_bankgiro else giro
            return f"05{giro}{payer}{new_giro}{mandate.new_payer.zfill(16)}"
        case NewMandate(refuse=True):
            return f"04{giro}{payer}".ljust(LENGTH - 2) + "AV"
        case NewMandate(account=""):
            return f"04{giro}{payer}"
        case NewMandate():
            return f"04{giro}{payer}{mandate.clearing}{mandate.account.zfill(12)}{mandate.identity.zfill(12)}"


def _order(giro: str, order: Order) -> str:
    code = "32" if order.pay_out else "82"
    day = AT_ONCE if order.day is None else yyyymmdd(order.day)
    repeats = "   " if order.repeats is None else f"{order.repeats:03d}"
    return f"{code}{day}{order.period}{repeats} {order.payer.zfill(16)}{order.amount_minor:012d}{giro}{order.reference}"


def _change(giro: str, change: Change) -> str:
    payer = change.payer.zfill(16) if change.payer else " " * 16
    day = yyyymmdd(change.day) if change.day is not None else " " * 8
    amount = f"{change.amount_minor:012d}" if change.amount_minor is not None else " " * 12
    direction = "  " if change.pay_out is None else "32" if change.pay_out else "82"
    new_day = yyyymmdd(change.new_day) if change.new_day is not None else " " * 8
    return f"{change.code}{giro}{payer}{day}{amount}{direction}{new_day}{change.reference}"


def _check_mandate(checks: Checks, where: str, mandate: Mandate) -> None:
    checks.digits(where, "payer", mandate.payer, 16)
    if isinstance(mandate, ChangedPayer):
        checks.digits(where, "new payer", mandate.new_payer, 16)
        if mandate.new_bankgiro:
            checks.digits(where, "new bankgiro", mandate.new_bankgiro, 10)
    if isinstance(mandate, NewMandate):
        given = [bool(mandate.clearing), bool(mandate.account), bool(mandate.identity)]
        checks.wanted(all(given) or not any(given), where, "clearing number, account and identity belong together")
        checks.wanted(not (mandate.refuse and any(given)), where, "a refused mandate has no account")
        if all(given):
            checks.digits(where, "clearing", mandate.clearing, 4, exactly=True)
            checks.digits(where, "account", mandate.account, 12)
            checks.digits(where, "identity", mandate.identity, 12)


def _check_order(checks: Checks, where: str, order: Order) -> None:
    checks.digits(where, "payer", order.payer, 16)
    checks.amount(where, order.amount_minor, 12)
    checks.text(where, "reference", order.reference, 16)
    checks.wanted(order.period in PERIODS, where, "period: 0 to 8 is wanted")
    checks.wanted(order.repeats is None or 1 <= order.repeats <= 999, where, "repeats: 1 to 999 is wanted")
    once = order.repeats is None or order.period != ONCE
    checks.wanted(once, where, "what is done once has no repeats")
    checks.wanted(order.day is not None or order.period == ONCE, where, "what repeats needs a day")


def _check_change(checks: Checks, where: str, change: Change) -> None:
    checks.wanted(change.code in OUR_CHANGES, where, "code: 23 to 29 is wanted")
    given = {
        "payer": bool(change.payer),
        "date": change.day is not None,
        "amount": change.amount_minor is not None,
        "direction": change.pay_out is not None,
        "new date": change.new_day is not None,
    }
    needed = OUR_CHANGES.get(change.code, tuple(given))
    for name, there in given.items():
        checks.wanted(there or name not in needed, where, f"{name}: it is wanted with code {change.code}")
        checks.wanted(not there or name in needed, where, f"{name}: it is not read with code {change.code}")
    told = change.reference and change.code in OUR_CHANGES
    no_reference = not told or change.code in ABOUT_ONE
    checks.wanted(no_reference, where, f"reference: it is not read with code {change.code}")
    if change.payer:
        checks.digits(where, "payer", change.payer, 16)
    if change.amount_minor is not None:
        checks.amount(where, change.amount_minor, 12)
    checks.text(where, "reference", change.reference, 16)
